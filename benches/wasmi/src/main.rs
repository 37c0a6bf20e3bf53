//! wasmi as a worker of `lyra-bench`: runs a WebAssembly twin and prints its checksum and its times, or how long
//! calls across the border take.
//!
//! It is a program of its own because what it measures is not Lyra: it must be built as wasmi's users build it, and
//! who builds Lyra should not build it at all.
#![forbid(unsafe_code)]

mod calls;
#[path = "../../src/clock.rs"]
#[expect(dead_code, reason = "what the clock is, `lyra-bench` says")]
mod clock;
#[path = "../../src/peak.rs"]
mod peak;
mod twin;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

const USAGE: &str = "usage: lyra-bench-wasmi PROGRAM.wat SIZE REPEATS | calls | --version";

/// Errors of wasmi and of the system only pass through, to standard error.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let printed = run(&arguments).and_then(|text| Ok(std::io::stdout().write_all(text.as_bytes())?));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed nobody can be told.
            let _ = writeln!(std::io::stderr(), "lyra-bench-wasmi: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is printed.
fn run(arguments: &[&str]) -> Result<String> {
    match *arguments {
        // The version of Cargo.lock, which CI holds still.
        ["--version"] => Ok(format!("wasmi {}\n", version()?)),
        ["calls"] => calls::text(),
        [file, size, repeats] => worker(file, size.parse()?, repeats.parse()?),
        _ => Err(USAGE.into()),
    }
}

/// Runs a twin, by the protocol of `lyra-bench`'s workers.
fn worker(file: &str, size: i32, repeats: u32) -> Result<String> {
    let text = std::fs::read(file).map_err(|error| format!("cannot read {file}: {error}"))?;
    let mut twin = twin::Twin::new(&text)?;
    let mut checksum: Option<String> = None;
    let mut printed = String::new();
    for _ in 0..repeats {
        let start = clock::cpu_time();
        let found = twin.call(size)?;
        let took = clock::cpu_time().saturating_sub(start);
        match &checksum {
            None => {
                writeln!(printed, "checksum {found}")?;
                checksum = Some(found);
            }
            Some(first) if *first == found => {}
            Some(first) => return Err(format!("a repeat gave `{found}`, the first `{first}`").into()),
        }
        writeln!(printed, "repeat {}", took.as_nanos())?;
    }
    if let Some(bytes) = peak::peak() {
        writeln!(printed, "peak {bytes}")?;
    }
    Ok(printed)
}

/// The version of wasmi that is built in: the crate does not tell, its entry in the lock file does.
fn version() -> Result<&'static str> {
    let lock = include_str!("../Cargo.lock");
    let entry = lock.split("name = \"wasmi\"\nversion = \"").nth(1);
    Ok(entry.and_then(|entry| entry.split('"').next()).ok_or("Cargo.lock has no wasmi")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes and checksums of `check` in `lyra-benches`' catalogue.
    const CHECKS: [(&str, &str, &str); 4] = [
        ("fib", "25", "75025"),
        ("loop", "200000", "330063 1000000"),
        ("sieve", "60000", "6057 171848738"),
        ("nbody", "2000", "-169071606869 122494355507"),
    ];

    #[test]
    fn twins_give_the_checksums_each_time() {
        let programs = concat!(env!("CARGO_MANIFEST_DIR"), "/../programs");
        for (name, size, checksum) in CHECKS {
            let found = run(&[&format!("{programs}/{name}.wat"), size, "2"]).unwrap();
            let lines: Vec<&str> = found.lines().collect();
            assert_eq!(lines.first(), Some(&format!("checksum {checksum}").as_str()), "{name}");
            assert_eq!(lines.iter().filter(|line| line.starts_with("repeat ")).count(), 2, "{name}: {found}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        for (arguments, expected) in [
            (vec!["warp.wat", "1", "1"], "cannot read warp.wat"),
            (vec!["fib.wat", "many", "1"], "invalid digit"),
            (vec!["fib.wat"], "usage"),
        ] {
            let message = run(&arguments).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn it_knows_its_version() {
        assert!(run(&["--version"]).unwrap().starts_with("wasmi 2."));
    }
}
