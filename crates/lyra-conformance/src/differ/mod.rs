//! Differential testing: one program in every way there is, and a report of the first thing that differs.
//!
//! Ways are *tiers* ([`lyra::Tier::ALL`]: one that is added there is compared from then on), *limits* (ample; and so
//! tight that the run ends somewhere in its middle: fuel, stack, memory, output, each by itself), and how the program
//! got there (compiled, sealed and opened again, not folded, with a collection at every allocation). What is compared
//! is everything that a program or its host can see: output, calls of host functions, values, kind, message, place and
//! trace of an error, fuel used and left, deepest stack. Nothing is thrown away: there is no result that does not
//! count.
//!
//! - [`natives`]: the host of generated programs;
//! - [`machine`]: from text to a run;
//! - [`outcome`]: what came of one;
//! - [`mod@compare`]: all of them, side by side;
//! - [`coverage`]: which instructions were carried out, and which followed which.
pub mod compare;
pub mod coverage;
pub mod machine;
pub mod natives;
pub mod outcome;

pub use compare::{Compared, Difference, Verdict, compare};
pub use coverage::Coverage;
