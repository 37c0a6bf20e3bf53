//! `cargo xtask ci`: everything that a change must pass, in the order in which failures are cheapest.
//!
//! Each step is one command that anybody can repeat; a failure ends with that command. A step whose tool is not
//! installed fails too: a check that did not happen must not look like one that passed.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// One command of the run.
struct Step {
    /// What it finds out.
    name: &'static str,
    /// The arguments of `cargo`.
    arguments: &'static [&'static str],
    /// A variable of the environment that it needs.
    variable: Option<(&'static str, &'static str)>,
    /// How to get its tool where it is missing; asked with `cargo <first argument> --version`.
    install: Option<&'static str>,
}

const FORMAT: Step = Step {
    name: "format",
    arguments: &["fmt", "--all", "--check"],
    variable: None,
    install: Some("rustup component add rustfmt"),
};
const TIDY: Step = Step { name: "tidy", arguments: &["xtask", "tidy"], variable: None, install: None };
const LINTS: Step = Step {
    name: "lints",
    arguments: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
    variable: None,
    install: Some("rustup component add clippy"),
};
// `--lib`: the command `lyra` and the library `lyra` would write their pages to one place.
const DOCS: Step = Step {
    name: "documentation",
    arguments: &["doc", "--workspace", "--no-deps", "--lib"],
    variable: Some(("RUSTDOCFLAGS", "-D warnings")),
    install: None,
};
const TESTS: Step =
    Step { name: "tests", arguments: &["test", "--workspace"], variable: None, install: None };
// A debug build would take half an hour for so many; the tests have some hundred of them.
const GENERATED: Step = Step {
    name: "generated programs",
    arguments: &["xtask", "fuzz", "--programs", "20000", "--no-keep"],
    variable: None,
    install: None,
};
const OUTSIDE: Step =
    Step { name: "a crate outside", arguments: &["xtask", "outside"], variable: None, install: None };

// wasmi, a peer of the benchmarks, is no part of the workspace: its program is linted and its twins are run here.
const PEER_LINTS: Step = Step {
    name: "the peer wasmi, lints",
    arguments: &[
        "clippy",
        "--locked",
        "--manifest-path",
        "benches/wasmi/Cargo.toml",
        "--target-dir",
        "target",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ],
    variable: None,
    install: Some("rustup component add clippy"),
};
const PEER_TESTS: Step = Step {
    name: "the peer wasmi",
    arguments: &["test", "--locked", "--manifest-path", "benches/wasmi/Cargo.toml", "--target-dir", "target"],
    variable: None,
    install: None,
};
const FEATURES: Step =
    Step { name: "features", arguments: &["xtask", "features", "--smoke"], variable: None, install: None };
const SEEDS: Step = Step {
    name: "planted bugs fit",
    arguments: &["xtask", "seeded", "--check"],
    variable: None,
    install: None,
};
const THREADS: Step =
    Step { name: "machine code", arguments: &["xtask", "threads"], variable: None, install: None };
// In the build of the step before: the spec in the threaded form, which a debug build does not take, and a million levels.
const OPTIMIZED: Step = Step {
    name: "the spec, optimized",
    arguments: &["test", "--profile", "quick", "-p", "lyra-conformance", "--test", "spec", "--test", "deep"],
    variable: None,
    install: None,
};

/// Runs the steps, the tests only `with_tests`.
///
/// # Errors
/// The first step that failed, with the command that repeats it.
pub(crate) fn run(root: &Path, with_tests: bool) -> Result<(), String> {
    let mut steps = vec![
        FORMAT, TIDY, SEEDS, LINTS, DOCS, OUTSIDE, PEER_LINTS, PEER_TESTS, FEATURES, THREADS, OPTIMIZED,
        GENERATED,
    ];
    if with_tests {
        steps.push(TESTS);
    }
    let mut times = Vec::new();
    for step in &steps {
        println!("==> {}: {}", step.name, command_line(step));
        let start = Instant::now();
        run_step(root, step)?;
        let time = start.elapsed();
        println!("<== {}: passed in {}", step.name, seconds(time));
        times.push(format!("{} {}", step.name, seconds(time)));
    }
    println!("ci passed: {}", times.join(", "));
    if !with_tests {
        println!("ci did not run the tests (--no-test): {}", command_line(&TESTS));
    }
    Ok(())
}

fn run_step(root: &Path, step: &Step) -> Result<(), String> {
    if let (Some(install), Some(tool)) = (step.install, step.arguments.first()) {
        let found = Command::new(cargo()).args([tool, "--version"]).current_dir(root).output();
        if !found.is_ok_and(|output| output.status.success()) {
            return Err(format!("NOT RUN: {}: `cargo {tool}` is not installed: {install}", step.name));
        }
    }
    let mut command = Command::new(cargo());
    command.args(step.arguments).current_dir(root);
    if let Some((name, value)) = step.variable {
        command.env(name, value);
    }
    let failed =
        |how: String| format!("FAILED: {}: {how}; repeat it with:\n    {}", step.name, command_line(step));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(status.to_string())),
        Err(error) => Err(failed(format!("cannot start: {error}"))),
    }
}

/// The step as it is typed.
fn command_line(step: &Step) -> String {
    let variable = step.variable.map_or(String::new(), |(name, value)| format!("{name}='{value}' "));
    format!("{variable}cargo {}", step.arguments.join(" "))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// The cargo that runs this program, so that a `+toolchain` holds for every step.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
