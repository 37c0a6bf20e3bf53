//! The programs that are measured: each stands in `benches/programs` in Lyra, Rust, Lua and JavaScript, with the
//! same algorithm and the same checksum; some in WebAssembly, too.
//!
//! Which of them Lyra can run is not written down: a program whose every compile error says "this version has no
//! …" is pending, and joins by itself when the language learns what it needs.

use crate::options::Scale;
use crate::twins::{
    dynamic, fannkuch, fib, loops, mandelbrot, matmul, nbody, queens, quicksort, richards, scanner, sieve,
    spectral, text, trees, words,
};
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

/// The programs that stand there in WebAssembly, too: arithmetic, calls and arrays. What is made of objects and text
/// would measure a runtime that the twin brings with it.
pub const WEBASSEMBLY: &[&str] = &["fib", "loop", "sieve", "nbody"];

/// Every program, in the order of the tables. Each line: check, quick and full size, checksum at the first.
pub const PROGRAMS: &[Program] = &[
    program("fib", "calls: naive recursion", [25, 30, 34], "75025", fib::run),
    program(
        "loop",
        "scalars in a loop, with remainder",
        [200_000, 1_700_000, 10_000_000],
        "330063 1000000",
        loops::run,
    ),
    program("sieve", "an array of truth values", [60_000, 600_000, 3_000_000], "6057 171848738", sieve::run),
    program(
        "nbody",
        "floating point on a few records",
        [2_000, 17_000, 100_000],
        "-169071606869 122494355507",
        nbody::run,
    ),
    program(
        "spectral",
        "floating point in nested loops",
        [40, 155, 360],
        "1623502276864 459101332253605",
        spectral::run,
    ),
    program(
        "mandelbrot",
        "floating point in a loop that ends early",
        [50, 200, 480],
        "60987 892016",
        mandelbrot::run,
    ),
    program("fannkuch", "permutations in small arrays", [7, 8, 9], "228 16", fannkuch::run),
    program("trees", "allocation of many small objects", [7, 10, 12], "511:3968:4064:255", trees::run),
    program("matmul", "floating point in two dimensions", [45, 128, 225], "739480", matmul::run),
    program("text", "building text", [2_000, 20_000, 120_000], "67509:10158534", text::run),
    program("words", "a map with text keys", [3_000, 40_000, 400_000], "2328:3047939", words::run),
    program(
        "quicksort",
        "sorting numbers",
        [10_000, 85_000, 450_000],
        "732756542:14706:2147478775",
        quicksort::run,
    ),
    program("queens", "backtracking", [8, 11, 12], "92:6509377", queens::run),
    program("richards", "objects behind an interface", [1_000, 7_000, 50_000], "2487:9800955", richards::run),
    program(
        "scanner",
        "bytes through a state machine",
        [20_000, 170_000, 950_000],
        "5104:2320:1392:2320:19176:20:5179724",
        scanner::run,
    ),
    program("dynamic", "values of any type", [120, 1_100, 5_800], "58319964:51544", dynamic::run),
];

const fn program(
    name: &'static str,
    title: &'static str,
    [check, quick, full]: [i32; 3],
    checksum: &'static str,
    native: fn(i32) -> String,
) -> Program {
    Program { name, title, check, quick, full, checksum, native }
}

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
