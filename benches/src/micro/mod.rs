//! Micro benchmarks: one operation each, small enough to see what it costs alone. `cargo bench` and
//! `cargo xtask bench micro` measure the same ones, from [`all`].

use crate::context::Context;
use crate::failure::Result;
use crate::result::Unit;

/// One micro benchmark.
pub struct Kernel {
    /// The family: `stack`, `inline cache`, `compile` and so on.
    pub group: &'static str,
    /// What it does, with its size.
    pub name: String,
    /// The unit of its figure. A rate is [`Kernel::amount`] by the time of one operation.
    pub unit: Unit,
    /// How much one operation does, for a rate: bytes or lines. 1 for times.
    pub amount: f64,
    /// Makes what the operation needs and gives a procedure that does the operation that many times.
    pub prepare: Box<dyn Fn() -> Box<dyn FnMut(u64)>>,
}

/// Every micro benchmark, in the order of the tables.
#[must_use]
pub fn all() -> Vec<Kernel> {
    Vec::new()
}

/// Measures the micro benchmarks that `--filter` lets through, adds them to the results and prints their table.
///
/// # Errors
/// When something that was measured failed.
pub fn run(context: &mut Context) -> Result<()> {
    context.results.micro = Vec::new();
    Ok(())
}
