//! The files on disk: every program of a directory, in the order of their names.
//!
//! A directory with a `main.lyra` and a `main.out` in it is one program of several files, named after the directory:
//! it can be run by hand, which a program of several files in one cannot.

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

/// The directory of generated programs that once made a difference.
#[must_use]
pub fn generated_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/generated")
}

/// The main file of a program that is a directory.
const MAIN: &str = "main.lyra";

/// Every `.lyra` file below `dir`, sorted; of a program that is a directory its main file only.
///
/// # Panics
/// When the directory cannot be read: the tests have nothing to stand on then.
#[must_use]
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = all_files(dir);
    let whole: Vec<PathBuf> = found.iter().filter(|file| is_main(file)).cloned().collect();
    found.retain(|file| {
        !whole.iter().any(|main| file != main && main.parent().is_some_and(|dir| file.starts_with(dir)))
    });
    found.sort();
    found
}

fn is_main(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == MAIN) && file.with_extension("out").is_file()
}

fn all_files(dir: &Path) -> Vec<PathBuf> {
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
    found
}

/// The name of a file below `dir`: without the ending, with `/` on every system; of a main file its directory's.
#[must_use]
pub fn name_of(dir: &Path, file: &Path) -> String {
    let inner = file.strip_prefix(dir).unwrap_or(file).with_extension("");
    let inner = match inner.parent() {
        Some(parent) if is_main(file) && parent != Path::new("") => parent.to_owned(),
        _ => inner,
    };
    inner.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The programs of `spec/` that the filter lets through.
///
/// # Panics
/// When a file is not UTF-8 or one of its promises is not understood.
#[must_use]
pub fn programs() -> Vec<Program> {
    let filter = std::env::var(FILTER).unwrap_or_default();
    programs_of(&spec_dir(), &filter)
}

/// Every program below `dir`, named from there.
///
/// # Panics
/// As [`programs`].
#[must_use]
pub fn programs_below(dir: &Path) -> Vec<Program> {
    programs_of(dir, "")
}

fn programs_of(dir: &Path, filter: &str) -> Vec<Program> {
    files(dir)
        .iter()
        .map(|file| (name_of(dir, file), file))
        .filter(|(name, _)| name.contains(filter))
        .map(|(name, file)| program(&name, file))
        .collect()
}

fn program(name: &str, file: &Path) -> Program {
    let read = |file: &Path| fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    let output = fs::read_to_string(file.with_extension("out")).ok();
    let mut program =
        Program::parse(name, &read(file), output.as_deref()).unwrap_or_else(|problem| panic!("{problem}"));
    if let Some(dir) = file.parent().filter(|_| is_main(file)) {
        let mut others = all_files(dir);
        others.retain(|other| other != file);
        others.sort();
        for other in others {
            let inner = other.strip_prefix(dir).unwrap_or(&other).to_string_lossy().replace('\\', "/");
            program.files.push((inner, read(&other)));
        }
    }
    program
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
