//! The programs that are measured: each stands in `benches/programs` in Lyra, Rust, Lua and JavaScript, with the
//! same algorithm and the same checksum.
//!
//! Which of them Lyra can run is not written down: a program whose every compile error says "this version has no
//! …" is pending, and joins by itself when the language learns what it needs.

use crate::options::Scale;
use lyra::Engine;
use std::path::Path;

/// One program.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its files' name.
    pub name: &'static str,
    /// What it measures, in some words.
    pub title: &'static str,
    /// A size that even a debug build runs at once.
    pub check: i32,
    /// The size of `--quick`: 150 to 200 ms of the reference machine.
    pub quick: i32,
    /// The size of a full run: about a second of the reference machine.
    pub full: i32,
    /// Its result at the size `check`.
    pub checksum: &'static str,
    /// The twin in Rust.
    pub native: fn(i32) -> String,
}

impl Program {
    /// The size to run it at.
    #[must_use]
    pub fn size(&self, scale: Scale) -> i32 {
        match scale {
            Scale::Check => self.check,
            Scale::Quick => self.quick,
            Scale::Full => self.full,
        }
    }
}

/// Every program, in the order of the tables.
pub const PROGRAMS: &[Program] = &[];

/// The program of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Program> {
    PROGRAMS.iter().find(|program| program.name == name)
}

/// Whether Lyra runs a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Support {
    /// It does.
    Runs,
    /// It lacks these parts of the language.
    Pending(Vec<String>),
    /// The program is wrong: what the compiler says of it.
    Wrong(String),
}

/// The code of "this version has no … yet".
const NOT_YET: &str = "E0901";

/// Finds out by compiling.
#[must_use]
pub fn support(name: &str, text: &str) -> Support {
    let Err(error) = Engine::default().compile(name, text) else { return Support::Runs };
    let mut missing: Vec<String> = Vec::new();
    for diagnostic in error.diagnostics().iter().filter(|diagnostic| diagnostic.is_error()) {
        if diagnostic.code != NOT_YET {
            return Support::Wrong(error.to_string());
        }
        let message = diagnostic.message.as_str();
        let feature = message.strip_prefix("this version of Lyra has no ").unwrap_or(message);
        let feature = feature.strip_suffix(" yet").unwrap_or(feature).to_owned();
        if !missing.contains(&feature) {
            missing.push(feature);
        }
    }
    // A source that is too large, say, has no diagnostics of this kind.
    if missing.is_empty() { Support::Wrong(error.to_string()) } else { Support::Pending(missing) }
}

/// The Lyra text of a program.
///
/// # Errors
/// When it cannot be read.
pub fn source(directory: &Path, name: &str) -> Result<String, String> {
    let path = directory.join(format!("{name}.lyra"));
    std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_apart_from_what_is_wrong() {
        assert_eq!(support("a.lyra", "proc run(n: i32) -> str { return f\"{n}\" }"), Support::Runs);
        assert!(matches!(support("a.lyra", "proc run(n: i32) -> str { return n }"), Support::Wrong(_)));
        assert!(matches!(support("a.lyra", "proc run("), Support::Wrong(_)));
    }
}
