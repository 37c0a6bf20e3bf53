//! Pages of the book that are made from code, so that they cannot lag behind it.

use crate::tidy::Finding;
use std::path::Path;

/// A page and the function that makes its text.
type Page = (&'static str, fn() -> String);

const PAGES: &[Page] = &[
    ("docs/src/instructions.md", lyra_bytecode::instructions_markdown),
    ("docs/src/reference/diagnostics.md", lyra::diagnostics::catalogue),
];

/// Writes every page.
///
/// # Errors
/// When one cannot be written.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    for (path, make) in PAGES {
        std::fs::write(root.join(path), make()).map_err(|error| format!("{path}: {error}"))?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Finds pages that are not what the code says.
pub(crate) fn check(root: &Path) -> Vec<Finding> {
    let stale = |(path, make): &&Page| std::fs::read_to_string(root.join(path)).ok() != Some(make());
    let what = "is not what the code says: run `cargo xtask docs` and commit the page";
    PAGES.iter().filter(stale).map(|(path, _)| Finding::of_file(path, what)).collect()
}
