//! Where files stand, what they are called, how long they are.

use super::finding::Finding;
use super::tree::{File, Tree};
use std::collections::BTreeSet;

/// What may stand at the top of the workspace.
const TOP_LEVEL: &[&str] = &[
    ".cargo",
    ".ci",
    ".gitattributes",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "crates",
    "docs",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "xtask",
];

/// Names that say nothing of what is inside.
const JUNK_DRAWERS: &[&str] =
    &["common", "helper", "helpers", "misc", "shared", "stuff", "types2", "util", "utils"];

/// Lines that a source file may have.
const MAX_LINES: usize = 1_200;

/// Files that may be longer, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Lines that a `mod.rs` may have: it is a table of contents.
const MAX_MOD_LINES: usize = 200;

/// The modules of `lyra-base`, frozen: a fourth idea belongs to the crate that needs it.
const BASE: &[&str] = &["id.rs", "lib.rs", "span.rs", "symbol.rs"];

/// Checks places, names and sizes.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tops = BTreeSet::new();
    for file in &tree.files {
        let top = file.path.split('/').next().unwrap_or(&file.path);
        if tops.insert(top) && !TOP_LEVEL.contains(&top) {
            findings.push(Finding::of_file(
                &file.path,
                format!(
                    "`{top}` does not belong at the top level: move it into crates, xtask, benches or docs"
                ),
            ));
        }
        if file.is_rust() {
            findings.extend(check_source(file));
        }
    }
    findings
}

fn check_source(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |what: String| findings.push(Finding::of_file(&file.path, what));
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let directories = file.path.split('/').map(|part| part.trim_end_matches(".rs"));
    for part in directories {
        if JUNK_DRAWERS.contains(&part) {
            report(format!("`{part}` says nothing of what is inside: name it after its one idea"));
        }
    }
    let lines = file.text.lines().count();
    let excused = LONG_FILES.iter().any(|(path, _)| *path == file.path);
    if lines > MAX_LINES && !excused {
        report(format!("{lines} lines: split it by idea (at most {MAX_LINES})"));
    }
    if name == "mod.rs" && lines > MAX_MOD_LINES {
        report(format!("{lines} lines: a mod.rs only introduces its modules (at most {MAX_MOD_LINES})"));
    }
    if let Some(module) = file.path.strip_prefix("crates/lyra-base/src/")
        && !BASE.contains(&module)
    {
        report("lyra-base has three modules, frozen: put this into the crate that needs it".to_owned());
    }
    findings
}

/// The `count` longest source files that are no test.
pub(crate) fn longest(tree: &Tree, count: usize) -> Vec<(usize, &str)> {
    let sources = tree.files.iter().filter(|file| file.is_rust() && !file.is_test());
    let mut sizes: Vec<(usize, &str)> =
        sources.map(|file| (file.text.lines().count(), file.path.as_str())).collect();
    sizes.sort_by(|a, b| b.cmp(a));
    sizes.truncate(count);
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn places_and_names() {
        assert_eq!(found("crates/lyra-base/src/span.rs", ""), 0);
        assert_eq!(found("crates/lyra-base/src/color.rs", ""), 1);
        assert_eq!(found("notes.txt", ""), 1);
        assert_eq!(found("crates/lyra/src/utils.rs", ""), 1);
        assert_eq!(found("crates/lyra/src/util/text.rs", ""), 1);
        assert_eq!(found("crates/lyra/src/utility_bill.rs", ""), 0);
    }

    #[test]
    fn sizes() {
        assert_eq!(found("crates/lyra/src/engine.rs", &"x\n".repeat(MAX_LINES)), 0);
        assert_eq!(found("crates/lyra/src/engine.rs", &"x\n".repeat(MAX_LINES + 1)), 1);
        assert_eq!(found("crates/lyra/src/value/mod.rs", &"x\n".repeat(MAX_MOD_LINES + 1)), 1);
    }

    #[test]
    fn the_longest_come_first() {
        let tree = Tree::of(&[("a.rs", "1\n"), ("b.rs", "1\n2\n"), ("tests/c.rs", "1\n2\n3\n")]);
        assert_eq!(longest(&tree, 1), [(2, "b.rs")]);
    }
}
