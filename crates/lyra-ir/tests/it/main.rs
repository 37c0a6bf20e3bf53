//! Tests of the crate's face: functions built from listings, and functions written as text.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod build;
mod checks;
mod loops;
mod means;
