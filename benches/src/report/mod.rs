//! What a run found, for people: Markdown for a pull request and one HTML page that needs nothing but itself.
//!
//! ```text
//! Results ─> summary ─┬─> markdown ─────────────> report.md
//!                     └─> html <── plots (SVG) ─> report.html
//! ```
//!
//! Both are functions from [`Results`] to text; every text of a result is escaped where it is put in.

pub mod format;
mod html;
mod markdown;
mod plots;
pub mod summary;
mod tiers;

pub use html::html;
pub use markdown::markdown;

use crate::context::{self, Context};
use crate::failure::Result;
use crate::result::Results;
use clap::Args;
use std::io::Write;
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
    let [markdown, html] = pages(results, directory)?;
    let text = format!("report: {}\nfor a pull request: {}", html.display(), markdown.display());
    // A closed pipe, as of `| head`, is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    Ok(())
}

/// Writes `report.md` and `report.html` into a directory, which is made when it is missing. Gives their paths.
///
/// # Errors
/// Which file could not be written, and why.
fn pages(results: &Results, directory: &Path) -> Result<[PathBuf; 2], String> {
    std::fs::create_dir_all(directory)
        .map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
    let files =
        [(directory.join("report.md"), markdown(results)), (directory.join("report.html"), html(results)?)];
    for (path, text) in &files {
        std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    Ok(files.map(|(path, _)| path))
}

#[cfg(test)]
mod tests;
