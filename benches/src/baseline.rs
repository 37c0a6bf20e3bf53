//! Baselines: results of a run kept under a name, with the program that measured them.
//!
//! ```text
//! target/bench/baselines/NAME/results.json     what was measured then
//!                             lyra-bench       the program that did it, to be measured again beside a newer one
//! ```

use crate::candidate::own_binary;
use crate::context::{self, Context};
use crate::failure::Result;
use crate::result::Results;
use std::path::{Path, PathBuf};

/// A baseline that was kept.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Its name.
    pub name: String,
    /// What was measured then.
    pub results: Results,
    /// The program that measured it.
    pub binary: PathBuf,
}

const RESULTS: &str = "results.json";

fn binary_name() -> String {
    format!("lyra-bench{}", std::env::consts::EXE_SUFFIX)
}

fn directory(out: &Path, name: &str) -> Result<PathBuf> {
    let is_plain = !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if !is_plain {
        return Err(
            format!("`{name}` is no name for a baseline: use letters, digits, `-`, `_` and `.`").into()
        );
    }
    Ok(out.join("baselines").join(name))
}

/// Keeps the results of this run, and this program, as the baseline `name`. One of that name is replaced when all
/// of the new one is there.
///
/// # Errors
/// When the name is no plain word or the baseline cannot be written.
pub fn save(context: &Context, name: &str) -> Result<()> {
    let target = directory(&context.options.out, name)?;
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        format!("cannot {what} the baseline in {}: {error}", target.display())
    };
    let parent = target.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|error| failed("keep", &error))?;
    let fresh = tempfile::tempdir_in(parent).map_err(|error| failed("keep", &error))?;
    context::write(&context.results, &fresh.path().join(RESULTS))?;
    std::fs::copy(own_binary()?, fresh.path().join(binary_name()))
        .map_err(|error| failed("copy this program into", &error))?;
    if target.exists() {
        std::fs::remove_dir_all(&target).map_err(|error| failed("replace", &error))?;
    }
    std::fs::rename(fresh.keep(), &target).map_err(|error| failed("name", &error))?;
    Ok(())
}

/// Opens the baseline `name` below the directory of results.
///
/// # Errors
/// When there is none; those that are there are named.
pub fn open(out: &Path, name: &str) -> Result<Baseline> {
    let target = directory(out, name)?;
    let binary = target.join(binary_name());
    if !binary.is_file() {
        let kept = kept(out);
        let there = if kept.is_empty() {
            "there is none yet".to_owned()
        } else {
            format!("there are: {}", kept.join(", "))
        };
        let message = format!(
            "there is no baseline `{name}` in {}; {there}\n  a run with `--save {name}` keeps one",
            out.join("baselines").display()
        );
        return Err(message.into());
    }
    let results = context::read(&target.join(RESULTS))?;
    // Started from anywhere, so it needs its whole path.
    let binary =
        binary.canonicalize().map_err(|error| format!("cannot find {}: {error}", binary.display()))?;
    Ok(Baseline { name: name.to_owned(), results, binary })
}

/// The names of the baselines that are there.
fn kept(out: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(out.join("baselines")) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join(binary_name()).is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["", "..", "../x", "a/b", "a\\b", ".hidden"] {
            let message = open(directory.path(), name).unwrap_err().to_string();
            assert!(message.contains("no name for a baseline"), "{name}: {message}");
        }
        let message = open(directory.path(), "main").unwrap_err().to_string();
        assert!(message.contains("there is none yet") && message.contains("--save main"), "{message}");
    }
}
