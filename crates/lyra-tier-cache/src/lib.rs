//! Tier 2: inline caches and interned texts that are found by hashing.
//!
//! ```text
//! (instruction, type) ──hash──> set of 8 entries ──compare──> what the instruction found out
//! text ────────────────hash──> table that grows ──compare──> the object of an equal text
//! ```
//!
//! The plain caches are one list, searched from the front, so a program with many sites pays for all of them at each
//! lookup. Here a lookup looks at one set, which is two lines of the processor's cache. See [`HashCaches`], and
//! [`HashInterner`] for texts.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod caches;
mod interner;

pub use caches::HashCaches;
pub use interner::HashInterner;
