//! The border to the host: owned values, the types that may cross, and functions of the host.

mod build;
mod call;
mod direct;
mod from_host;
mod function;
mod machine;
mod object;
mod to_host;
mod value;
mod walk;

pub use build::Builder;
pub use call::{HostCall, TextBuffer};
pub use direct::{DirectBody, DirectCall, call_direct};
pub use from_host::from_value;
pub use function::{HostBody, HostError, HostFailure, HostFunction, call_host};
pub use lyra_bytecode::{HostSignature, HostType};
pub use object::{HeldObject, HostObject};
pub use to_host::to_value;
pub use value::{ArrayValue, ErrorValue, StructValue, Value, VariantValue};
pub use walk::{Piece, PieceRole, ValueWalk};
