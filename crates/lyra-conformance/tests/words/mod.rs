//! Register code as the tests read it.

mod runner;

pub(crate) use runner::run_code;
