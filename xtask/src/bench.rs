//! `cargo xtask bench`: builds `lyra-bench` as released and runs it. Everything it can do is its own matter, so
//! that this crate stays quick to build.
//!
//! Beside it stand two programs that it starts: wasmi, a peer, from a workspace of its own, and `lyra`, whose start
//! is measured. Each is built for the commands that use it.

use crate::ci::cargo;
use cargo_metadata::MetadataCommand;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Commands that measure no peer; without a command everything is measured.
const WITHOUT_PEERS: &[&str] =
    &["parts", "micro", "metrics", "compile", "startup", "report", "--help", "-h", "--version"];

/// Builds the program and runs it with `arguments` from the workspace's directory; its exit code is ours.
///
/// # Errors
/// When it cannot be built or started.
pub(crate) fn run(root: &Path, arguments: &[OsString]) -> Result<ExitCode, String> {
    let program = program(root, "release", "lyra-benches", "lyra-bench")?;
    if arguments.iter().any(|argument| argument == "startup") {
        self::program(root, "release", "lyra-cli", "lyra")?;
    }
    if !arguments.iter().any(|argument| WITHOUT_PEERS.iter().any(|command| argument == command)) {
        // The other peers can be missing as well: what is not measured, the program tells.
        if let Err(message) = wasmi(root) {
            eprintln!("{message}");
        }
    }
    let mut command = Command::new(&program);
    command.args(arguments).current_dir(root);
    if wants_uncounted(arguments) {
        command.arg("--uncounted").arg(uncounted(root)?);
    }
    let ended = command.status();
    let ended = ended.map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    // A signal has no code; the program has said what it had to say.
    Ok(ExitCode::from(ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}

/// Whether a second program is measured, which cannot count fuel.
fn wants_uncounted(arguments: &[OsString]) -> bool {
    let is = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    arguments.first().is_some_and(|first| first == "parts")
        && !is("--uncounted")
        && !is("--help")
        && !is("-h")
}

/// Builds the program as released, but without what counts fuel, in a directory of its own.
fn uncounted(root: &Path) -> Result<PathBuf, String> {
    let target = target_directory(root)?.join("uncounted");
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    let mut cargo = Command::new(cargo());
    cargo.env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", format!("{flags} --cfg lyra_uncounted"));
    build(root, cargo, &["build", "--release", "-p", "lyra-benches", "--bin", "lyra-bench"])?;
    Ok(lies(&target, "release", "lyra-bench"))
}

/// Builds a program of the workspace by a profile of Cargo's; where it lies then.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn program(root: &Path, profile: &str, package: &str, name: &str) -> Result<PathBuf, String> {
    build(root, Command::new(cargo()), &["build", "--profile", profile, "-p", package, "--bin", name])?;
    Ok(lies(&target_directory(root)?, profile, name))
}

/// Builds the peer wasmi into the same directory, by the profile of its own workspace.
fn wasmi(root: &Path) -> Result<(), String> {
    let target = target_directory(root)?.display().to_string();
    let manifest = "benches/wasmi/Cargo.toml";
    let arguments = ["build", "--release", "--locked", "--manifest-path", manifest, "--target-dir", &target];
    build(root, Command::new(cargo()), &arguments)
}

fn build(root: &Path, mut cargo: Command, arguments: &[&str]) -> Result<(), String> {
    // Not quietly: the first build takes minutes, and a person should see why.
    let built = cargo.args(arguments).current_dir(root).status();
    if built.map_err(|error| format!("cannot start cargo: {error}"))?.success() {
        return Ok(());
    }
    Err(format!("cannot build it: cargo {}", arguments.join(" ")))
}

/// The target directory may be configured to be anywhere.
fn target_directory(root: &Path) -> Result<PathBuf, String> {
    let metadata = MetadataCommand::new().cargo_path(cargo()).current_dir(root).no_deps().exec();
    let metadata = metadata.map_err(|error| format!("cannot ask cargo for its directory: {error}"))?;
    Ok(metadata.target_directory.into_std_path_buf())
}

/// Where a program lies that was built into `target`.
fn lies(target: &Path, profile: &str, name: &str) -> PathBuf {
    target.join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
