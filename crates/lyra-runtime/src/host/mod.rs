//! The border to the host: owned values, the types that may cross, and functions of the host.

mod from_host;
mod function;
mod to_host;
mod value;

pub use from_host::from_value;
pub use function::{HostBody, HostCall, HostError, HostFailure, HostFunction, HostHeap, call_host};
pub use lyra_bytecode::{HostSignature, HostType};
pub use to_host::to_value;
pub use value::{ArrayValue, ErrorValue, StructValue, Value, VariantValue};
