//! `cargo xtask tidy`: the rules of the house that a program can check, so that no reviewer has to.
//!
//! ```text
//! git ls-files ─> Tree ──┬─> sources   what every file must and must not hold
//!                        ├─> layout    where files stand, how they are named, how long they are
//!                        ├─> links     that pages lead somewhere
//!                        ├─> invariants that what code cites is defined
//!                        ├─> manifests what every crate inherits
//! cargo metadata ────────┼─> arrows    which crate may use which (ARCHITECTURE.md: the house)
//!                        └─> licences  what third parties ask of us
//! code ─────────────────────> docs      pages made from code are up to date
//! ```
//!
//! Every check is a function from data to [`Finding`]s: the tests give it made-up trees and graphs.

mod arrows;
mod finding;
mod invariants;
mod layout;
mod licences;
mod links;
mod manifests;
mod sources;
mod tree;

pub(crate) use finding::Finding;

use std::path::Path;
use tree::Tree;

/// Runs every check on the workspace in `root` and prints what it finds.
///
/// # Errors
/// How many findings there were, or why the workspace could not be read.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let tree = Tree::read(root)?;
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .exec()
        .map_err(|error| format!("cargo metadata: {error}"))?;

    let mut findings = sources::check(&tree);
    findings.extend(layout::check(&tree));
    findings.extend(links::check(&tree));
    findings.extend(invariants::check(&tree));
    findings.extend(manifests::check(&tree));
    findings.extend(arrows::check(&arrows::Graph::from_metadata(&metadata), &tree));
    findings.extend(licences::check(&licences::third_parties(&metadata)));
    for manifest in manifests::ON_THEIR_OWN {
        let metadata = cargo_metadata::MetadataCommand::new().manifest_path(root.join(manifest)).exec();
        let metadata = metadata.map_err(|error| format!("cargo metadata of {manifest}: {error}"))?;
        findings.extend(licences::check(&licences::third_parties(&metadata)));
    }
    findings.extend(crate::docs::check(root));

    println!("The ten longest source files:");
    for (lines, path) in layout::longest(&tree, 10) {
        println!("{lines:6}  {path}");
    }
    if findings.is_empty() {
        println!("tidy: {} files, nothing found", tree.files.len());
        return Ok(());
    }
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    Err(format!("tidy: {} to put right", findings.len()))
}
