//! `cargo xtask outside`: follows the how-to for a crate outside the workspace, so that what it says stays true.
//!
//! The crate's files are the blocks of the how-to itself, each under a comment that names it. Its tests run three
//! times: to make the snapshots, to find them as they are, and to notice that one was changed.

use crate::ci::cargo;
use std::path::{Path, PathBuf};
use std::process::Command;

const HOW_TO: &str = "docs/src/howto/snapshot-tests.md";

/// What the how-to calls the checkout of Lyra.
const CHECKOUT: &str = "../lyra";

/// Makes the crate of the how-to in a directory of its own and runs its tests.
///
/// # Errors
/// What went wrong.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let page = std::fs::read_to_string(root.join(HOW_TO)).map_err(|error| format!("{HOW_TO}: {error}"))?;
    let files = named_blocks(&page);
    if files.is_empty() {
        return Err(format!("{HOW_TO}: no block under `<!-- file: … -->`"));
    }
    let directory = tempfile::tempdir().map_err(|error| format!("a directory for the crate: {error}"))?;
    let outside = directory.path();
    for (path, text) in &files {
        let text = text.replace(CHECKOUT, &root.display().to_string());
        write(&outside.join(path), &text)?;
    }
    // The same versions as in the workspace: they are here already, and nothing is asked of a network.
    std::fs::copy(root.join("Cargo.lock"), outside.join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;

    let target = target_directory(root)?;
    // What the tests print is shown only where it is not as expected: one of the runs is meant to fail.
    let test = |update: &str, expected: bool| -> Result<bool, String> {
        let output = Command::new(cargo())
            .args(["test", "--offline", "--quiet"])
            .current_dir(outside)
            // With the workspace's profile its builds of the same crates can be used again.
            .env("CARGO_TARGET_DIR", &target)
            .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
            .env("INSTA_UPDATE", update)
            .env_remove("INSTA_FORCE_PASS")
            .output()
            .map_err(|error| format!("cargo test: {error}"))?;
        let passed = output.status.success();
        if passed != expected {
            println!("{}", String::from_utf8_lossy(&output.stdout));
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(passed)
    };

    println!("outside: making the snapshots");
    if !test("always", true)? {
        return Err(format!("outside: the crate of {HOW_TO} does not pass its tests"));
    }
    let snapshots = snapshots(&outside.join("tests/snapshots"))?;
    println!("outside: {} snapshots, tested again", snapshots.len());
    if snapshots.is_empty() || !test("no", true)? {
        return Err("outside: a second run does not find the snapshots of the first".to_owned());
    }
    println!("outside: with one line more in a snapshot the tests must fail");
    if let Some(first) = snapshots.first() {
        let text = std::fs::read_to_string(first).map_err(|error| format!("{}: {error}", first.display()))?;
        write(first, &format!("{text}one line more\n"))?;
    }
    if test("no", false)? {
        return Err("outside: a changed snapshot was not noticed".to_owned());
    }
    println!("outside: noticed, as it should be");
    Ok(())
}

/// The blocks of a page that stand under `<!-- file: PATH -->`, with their paths.
fn named_blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(path) = line.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        if lines.next().is_some_and(|fence| fence.starts_with("```")) {
            let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            blocks.push((path.to_owned(), block.join("\n") + "\n"));
        }
    }
    blocks
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error| format!("{}: {error}", path.display());
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}

fn snapshots(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(directory).map_err(|error| format!("no snapshots were made: {error}"))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "snap"));
    paths.sort();
    Ok(paths)
}

fn target_directory(root: &Path) -> Result<PathBuf, String> {
    cargo_metadata::MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .map(|metadata| metadata.target_directory.into_std_path_buf())
        .map_err(|error| format!("cargo metadata: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_with_a_name_are_found() {
        let page = "text\n<!-- file: a/b.rs -->\n```rust\nfn f() {}\n```\n```sh\nls\n```\n<!-- file: c -->\nno block\n";
        assert_eq!(named_blocks(page), [("a/b.rs".to_owned(), "fn f() {}\n".to_owned())]);
    }
}
