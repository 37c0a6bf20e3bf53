//! The files on disk: every program of a directory, in the order of their names.

use crate::program::Program;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The variable that chooses programs: only those whose name contains its value are run.
pub const FILTER: &str = "LYRA_SPEC";

/// The variable that says what is done about programs that wait for a part of the language: `list` names them, `0`
/// allows none.
pub const PENDING: &str = "LYRA_PENDING";

/// The directory `spec/` of this crate.
#[must_use]
pub fn spec_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")
}

/// The directory `tests/ui/` of this crate.
#[must_use]
pub fn ui_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

/// Every `.lyra` file below `dir`, sorted.
///
/// # Panics
/// When the directory cannot be read: the tests have nothing to stand on then.
#[must_use]
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_owned()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display())) {
            let path = entry.expect("a directory entry").path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ending| ending == "lyra") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The name of a file below `dir`: without the ending, with `/` on every system.
#[must_use]
pub fn name_of(dir: &Path, file: &Path) -> String {
    let inner = file.strip_prefix(dir).unwrap_or(file).with_extension("");
    inner.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The programs of `spec/` that the filter lets through.
///
/// # Panics
/// When a file is not UTF-8 or one of its promises is not understood.
#[must_use]
pub fn programs() -> Vec<Program> {
    let filter = std::env::var(FILTER).unwrap_or_default();
    let dir = spec_dir();
    files(&dir)
        .iter()
        .map(|file| (name_of(&dir, file), file))
        .filter(|(name, _)| name.contains(&filter))
        .map(|(name, file)| {
            let source = fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
            let output = fs::read_to_string(file.with_extension("out")).ok();
            Program::parse(&name, &source, output.as_deref()).unwrap_or_else(|problem| panic!("{problem}"))
        })
        .collect()
}

/// Says on standard error how many of `all` programs below `folder` are pending.
///
/// # Panics
/// When there are some and [`PENDING`] allows none.
pub fn report_pending(folder: &str, pending: &[&str], all: usize) {
    let wish = std::env::var(PENDING).unwrap_or_default();
    assert!(
        pending.is_empty() || wish != "0",
        "{folder}: {} programs are pending: {pending:#?}",
        pending.len()
    );
    let mut text = format!("{folder}: {} of {all} programs are pending\n", pending.len());
    if wish == "list" {
        text.extend(pending.iter().map(|name| format!("    {name}\n")));
    }
    // Written past the test harness, which keeps what a passing test prints. It is news, not a result: an error of
    // the stream changes nothing.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
