//! Tier 2: inline caches that are found by hashing.
//!
//! ```text
//! (instruction, type) ──hash──> set of 8 entries ──compare──> what the instruction found out
//! ```
//!
//! The plain caches are one list, searched from the front, so a program with many sites pays for all of them at each
//! lookup. Here a lookup looks at one set, which is two lines of the processor's cache. See [`HashCaches`].
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod caches;

pub use caches::HashCaches;
