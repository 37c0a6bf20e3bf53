//! What every Lyra crate shares: where text came from ([`span`]), small typed ids ([`id`]) and
//! interned names ([`symbol`]).
//!
//! Three modules, frozen: a fourth idea belongs to the crate that needs it.
#![forbid(unsafe_code)]

pub mod id;
pub mod span;
pub mod symbol;

pub use id::IdVec;
pub use span::{LineColumn, LineIndex, Span};
pub use symbol::{Symbol, Symbols};
