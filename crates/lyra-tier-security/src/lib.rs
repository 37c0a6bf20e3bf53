//! Tier 5: the same watch over running code for a fraction of the time.
//!
//! ```text
//! load:   every region ── keyed digest ──> record, once for all machines that execute the same code
//! slices: ····|····|····|····|····|····>   now and then the next window of regions against the record
//! ```
//!
//! The plain monitor takes the digest of everything before and after each call from the host and at each slice of the
//! budget. [`SampledMonitor`] looks at a few kilobytes at a time, in turn, so that a call costs a counter and a slice a
//! few microseconds at most, however large the program is; and it says within how much work everything has been
//! looked at.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod key;
mod record;
mod sampled;

pub use sampled::SampledMonitor;

#[cfg(test)]
mod tests;
