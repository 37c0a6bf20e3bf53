//! `std:json`: JSON text to values and back (RFC 8259), without native recursion in either direction.

mod read;
mod write;

pub(super) use read::parse;
pub(super) use write::stringify;

use super::{Outcome, Services, invalid};

/// How deep arrays and objects may be inside each other.
const DEEPEST: usize = 256;
