//! `cargo xtask fuzz`: builds `lyra-fuzz` with optimization and runs it. When the process dies, the seeds that it was at are
//! named, so that they can be run alone.

use crate::bench::program;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Builds the program and runs it with `arguments`; its exit code is ours.
///
/// # Errors
/// When it cannot be built or started, or did not come back.
pub(crate) fn run(root: &Path, arguments: &[OsString]) -> Result<ExitCode, String> {
    let program = program(root, "quick", "lyra-conformance", "lyra-fuzz")?;
    let notes = tempfile::tempdir().map_err(|error| format!("no place for notes: {error}"))?;
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(root).env("LYRA_FUZZ_NOTES", notes.path());
    let ended = command.status().map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    if let Some(code) = ended.code() {
        return Ok(ExitCode::from(u8::try_from(code).unwrap_or(2)));
    }
    let seeds = std::fs::read_dir(notes.path()).into_iter().flatten().flatten();
    let seeds: Vec<String> = seeds.filter_map(|note| std::fs::read_to_string(note.path()).ok()).collect();
    Err(format!(
        "the process ended with {ended} at one of the seeds {}; repeat it with:\n    \
         cargo xtask fuzz --programs 1 --seed …",
        seeds.join(", ")
    ))
}
