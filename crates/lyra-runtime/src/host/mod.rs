//! The border to the host: owned values, the types that may cross, and functions of the host.

mod convert;
mod function;
mod value;

pub use convert::{from_value, to_value};
pub use function::{HostBody, HostCall, HostError, HostFailure, HostFunction, HostHeap, call_host};
pub use lyra_bytecode::{HostSignature, HostType};
pub use value::{ArrayValue, ErrorValue, StructValue, Value, VariantValue};
