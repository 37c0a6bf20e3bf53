//! All tests of the syntax crate that go through its public face, in one program.

mod codes;
mod core;
mod details;
mod limits;
mod mutation;
mod parsing;
mod snapshots;
