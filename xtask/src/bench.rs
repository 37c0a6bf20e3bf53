//! `cargo xtask bench`: builds `lyra-bench` as released and runs it. Everything it can do is its own matter, so
//! that this crate stays quick to build.

use crate::ci::cargo;
use cargo_metadata::MetadataCommand;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Builds the program and runs it with `arguments` from the workspace's directory; its exit code is ours.
///
/// # Errors
/// When it cannot be built or started.
pub(crate) fn run(root: &Path, arguments: &[OsString]) -> Result<ExitCode, String> {
    let program = program(root, "release", "lyra-benches", "lyra-bench")?;
    let ended = Command::new(&program).args(arguments).current_dir(root).status();
    let ended = ended.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    // A signal has no code; the program has said what it had to say.
    Ok(ExitCode::from(ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}

/// Builds a program of the workspace by a profile of Cargo's; where it lies then.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn program(root: &Path, profile: &str, package: &str, name: &str) -> Result<PathBuf, String> {
    // Not quietly: the first build takes minutes, and a person should see why.
    let build = ["build", "--profile", profile, "-p", package, "--bin", name];
    let built = Command::new(cargo()).args(build).current_dir(root).status();
    if !built.map_err(|error| format!("cannot start cargo: {error}"))?.success() {
        return Err(format!("cannot build it: cargo {}", build.join(" ")));
    }
    // The target directory may be configured to be anywhere.
    let metadata = MetadataCommand::new().cargo_path(cargo()).current_dir(root).no_deps().exec();
    let target =
        metadata.map_err(|error| format!("cannot ask cargo for its directory: {error}"))?.target_directory;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join(profile).join(file).into_std_path_buf())
}
