//! The program itself, as a person starts it, at the smallest sizes: every table is printed, results are written,
//! mistakes are told.

use lyra_benches::candidate::Candidate;
use lyra_benches::catalogue::PROGRAMS;
use lyra_benches::context;
use lyra_benches::measure::{Effort, Job};
use lyra_benches::options::Scale;
use lyra_benches::pin::Pin;
use lyra_benches::progress::Progress;
use std::path::Path;
use std::process::{Command, Output};

fn bench(arguments: &[&str], out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lyra-bench"));
    command.args(arguments).arg("--out").arg(out);
    // As from the workspace's directory, where `cargo xtask bench` starts it.
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    command.output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn parts_are_measured_beside_their_tiers() {
    let directory = tempfile::tempdir().expect("there is room");
    let output = bench(&["parts", "--smoke", "--filter", "loop"], directory.path());
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    for name in ["preallocated", "no-fuse", "skip-inlining"] {
        assert!(stdout.lines().any(|line| line.starts_with(name)), "no `{name}` in:\n{stdout}");
    }
    assert!(stderr.contains("NOT MEASURED: what counting fuel costs"), "{stderr}");
}

#[test]
fn a_build_that_counts_is_not_taken_for_one_that_does_not() {
    let directory = tempfile::tempdir().expect("there is room");
    let own = env!("CARGO_BIN_EXE_lyra-bench");
    let output = bench(&["parts", "--smoke", "--filter", "loop", "--uncounted", own], directory.path());
    let stderr = text(&output.stderr);
    assert!(!output.status.success() && stderr.contains("no build that cannot count fuel"), "{stderr}");
}

#[test]
fn a_whole_run_prints_every_table_and_writes_results() {
    let directory = tempfile::tempdir().expect("there is room");
    let output = bench(&["--smoke"], directory.path());
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    for title in ["programs:", "tiers:", "peers:", "results:"] {
        assert!(stdout.lines().any(|line| line.starts_with(title)), "no `{title}` in:\n{stdout}");
    }
    let results = context::read(&directory.path().join("latest.json")).expect("results were written");
    assert_eq!(results.programs.len(), PROGRAMS.len());
    let waits = results.programs.iter().any(|program| program.pending.is_some());
    assert_eq!(waits, stdout.contains("pending: "), "{stdout}");
    assert!(results.programs.iter().filter(|program| program.pending.is_none()).all(|program| {
        program.candidates.len() >= 2 && program.candidates.iter().all(|found| found.minimum > 0.0)
    }));
    assert!(results.versions.contains_key("lyra") && results.machine.cores > 0);
}

#[test]
fn no_small_bomb_takes_seconds() {
    let directory = tempfile::tempdir().expect("there is room");
    let output = bench(&["compile", "--smoke"], directory.path());
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert!(stdout.lines().filter(|line| line.starts_with("realistic")).count() == 2, "{stdout}");
    let bombs = lyra_benches::compile::bombs();
    assert!(bombs.iter().all(|bomb| stdout.contains(bomb.name)), "{stdout}");
}

#[test]
fn a_filter_that_matches_nothing_names_the_programs() {
    let directory = tempfile::tempdir().expect("there is room");
    let output = bench(&["programs", "--smoke", "--filter", "nothing-like-this"], directory.path());
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("no program matches") && stderr.contains("quicksort"), "{stderr}");
    let output = bench(&["micro", "--smoke", "--filter", "nothing-like-this"], directory.path());
    assert!(text(&output.stderr).contains("the groups are: stack"), "{}", text(&output.stderr));
    let output = bench(&["compile", "--filter", "nothing-like-this"], directory.path());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    let output = bench(&["--smoke", "--filter", "nothing-like-this"], directory.path());
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_program_runs_for_a_person() {
    let directory = tempfile::tempdir().expect("there is room");
    let output = bench(&["run", "fib", "10", "--candidate", "lyra:reference"], directory.path());
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(stdout.contains("lyra:reference") && stdout.contains(" 55 in "), "{stdout}\n{stderr}");
}

#[test]
fn workers_tell_what_is_wrong() {
    let worker = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_lyra-bench")).arg("worker").args(arguments).output();
        let output = output.expect("the program starts");
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr)
    };
    assert!(worker(&["--candidate", "warp", "fib.lyra", "1", "1"]).contains("no candidate `warp`"));
    assert!(worker(&["--candidate", "lyra:warp", "fib.lyra", "1", "1"]).contains("no tier `warp`"));
    assert!(worker(&["--candidate", "rust", "warp.rs", "1", "1"]).contains("no program `warp`"));
    assert!(worker(&["--candidate", "lyra:reference", "warp.lyra", "1", "1"]).contains("cannot read"));
}

/// What measuring `fib` gives when this is its Lyra text.
fn measure(text: &str) -> String {
    let directory = tempfile::tempdir().expect("there is room");
    std::fs::write(directory.path().join("fib.lyra"), text).expect("there is room");
    let binary = Path::new(env!("CARGO_BIN_EXE_lyra-bench"));
    let candidates = [Candidate::native(binary), Candidate::lyra(binary, "reference")];
    let pin = Pin::default();
    let job =
        Job { directory: directory.path(), program: "fib", size: 10, candidates: &candidates, pin: &pin };
    match job.measure(&Effort::of(Scale::Check, Some(3)), &Progress::hidden().bar("test", 8)) {
        Ok(found) => format!("{:?}", found.iter().map(|found| found.rounds.len()).collect::<Vec<_>>()),
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn nothing_is_timed_that_gives_another_result_or_fails() {
    assert_eq!(measure("proc run(n: i32) -> str { return \"55\" }"), "[3, 3]");
    let message = measure("proc run(n: i32) -> str { return \"54\" }");
    assert!(message.contains("does not give one result"), "{message}");
    assert!(message.contains("rust: 55") && message.contains("lyra:reference: 54"), "{message}");
    let message = measure("proc run(n: i32) -> str { panic(\"no luck\") }");
    assert!(message.contains("fib by lyra:reference, size 10") && message.contains("no luck"), "{message}");
    assert!(message.contains("the command was"), "{message}");
}

#[test]
fn a_baseline_is_kept_and_compared() {
    let directory = tempfile::tempdir().expect("there is room");
    let only = ["--smoke", "--filter", "fib,handlers/add_i32,handlers/not_*"];
    let output = bench(&[&["programs", "--save", "before"], only.as_slice()].concat(), directory.path());
    assert!(output.status.success(), "{}", text(&output.stderr));

    let output = bench(&[&["compare", "before"], only.as_slice()].concat(), directory.path());
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    // One short round of a debug build may say anything about speed; it must say it of the rows that were asked for.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{stdout}\n{stderr}");
    assert!(stdout.contains("baseline `before`") && stdout.contains("\nfib"), "{stdout}\n{stderr}");

    let json = directory.path().join("latest.json").display().to_string();
    let output = bench(&["compare", &json, &json], directory.path());
    let stdout = text(&output.stdout);
    assert!(
        output.status.success() && stdout.contains("no regression") && stdout.contains("+0.0 %"),
        "{stdout}"
    );

    let output = bench(&["compare", "nothing", "--smoke"], directory.path());
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("there are: before"), "{stderr}");
}
