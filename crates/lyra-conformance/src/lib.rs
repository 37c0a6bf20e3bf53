//! What every profile of Lyra must pass: programs with their expected output, and how they are run.
//!
//! The programs are data (`spec/`, `tests/ui/`), the tests that walk them are in `tests/`; this library is what
//! those share. Nothing outside this crate depends on it.
//!
//! - [`program`]: a spec program and what its comments promise.
//! - [`corpus`]: the files on disk.
//! - [`run`]: one program under one profile, to an [`Outcome`].
//! - [`diff`]: how a broken promise is shown.
//! - [`generate`]: programs from a seed;
//! - [`differ`]: one program in every way there is;
//! - [`minimize`]: a failing program made small;
//! - [`campaign`]: many of them;
//! - [`subject`]: programs of both kinds, linked;
//! - [`refusals`]: every charge of memory refused once.
#![forbid(unsafe_code)]

pub mod campaign;
pub mod corpus;
pub mod diff;
pub mod differ;
pub mod generate;
pub mod minimize;
pub mod program;
pub mod refusals;
pub mod run;
pub mod subject;

pub use program::{At, Expectation, ExpectedError, Options, Program};
pub use run::{Failure, Outcome};
