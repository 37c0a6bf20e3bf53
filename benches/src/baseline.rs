//! Baselines: results of a run kept under a name, with the program that measured them.

use crate::context::{self, Context};
use crate::failure::Result;

/// Keeps the results of this run as the baseline `name`.
///
/// # Errors
/// When the baseline cannot be written.
pub fn save(context: &Context, name: &str) -> Result<()> {
    let path = context.options.out.join("baselines").join(name).join("result.json");
    context::write(&context.results, &path)
}
