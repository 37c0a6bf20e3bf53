//! Instructions, counted by valgrind's callgrind: the same number whatever else the machine is doing.
//!
//! ```text
//! worker   prepare  mark  work  mark  prepare  mark  work  mark  …  end
//! parts   └───────┘    └──────┘    └──────────┘    └──────┘
//! counted               part 2                      part 4
//! ```
//!
//! A worker calls [`mark`] before and after what is to be counted, and callgrind writes what it counted so far each
//! time it comes there. So one process counts hundreds of kernels, each without start-up and preparation.

use crate::child;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A counted process that takes this long hangs: callgrind slows programs down some fifty times.
const LIMIT: Duration = Duration::from_secs(900);

/// Stands between what is counted and what is not. Costs a call where nobody counts.
#[inline(never)]
pub fn mark() {
    black_box(());
}

/// By what callgrind knows [`mark`].
const MARK: &str = "lyra_benches::count::mark*";

/// Whether instructions can be counted here.
///
/// # Errors
/// Why not, for a person.
pub fn available() -> Result<(), String> {
    child::run(Command::new("valgrind").arg("--version"), Duration::from_secs(20), None)
        .map(drop)
        .map_err(|error| format!("instructions are not counted: valgrind is needed for it ({error})"))
}

/// Runs a worker under callgrind and gives the instructions between each pair of marks, in their order.
///
/// # Errors
/// When valgrind or the worker fails, or the marks are not found.
pub fn between_marks(work: &Command) -> Result<Vec<u64>, String> {
    let directory = tempfile::tempdir().map_err(|error| format!("no room for counts: {error}"))?;
    let out = directory.path().join("out");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--compress-strings=no", "--compress-pos=no"]);
    command.arg(format!("--dump-before={MARK}")).arg(format!("--callgrind-out-file={}", out.display()));
    command.arg(work.get_program()).args(work.get_args());
    child::run(&mut command, LIMIT, None)?;
    let mut counts = Vec::new();
    // Parts are numbered from 1; the last one, without a number, is what came after the last mark.
    for number in 1.. {
        let path = directory.path().join(format!("out.{number}"));
        if !path.exists() {
            break;
        }
        // Odd parts are preparation.
        if number % 2 == 0 {
            counts.push(total(&path)?);
        }
    }
    if counts.is_empty() {
        return Err("callgrind did not come by a mark: is the program stripped of its symbols?".to_owned());
    }
    Ok(counts)
}

/// The instructions of one part.
fn total(path: &Path) -> Result<u64, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read counts: {error}"))?;
    read(&text).ok_or_else(|| format!("callgrind wrote no total into {}", path.display()))
}

/// Reads `summary: 123` or `totals: 123`.
fn read(text: &str) -> Option<u64> {
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.trim().parse().ok());
    value("summary:").or_else(|| value("totals:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_read() {
        assert_eq!(read("version: 1\nevents: Ir\n\nfn=f\n1 20\nsummary: 20\n"), Some(20));
        assert_eq!(read("totals: 7\n"), Some(7));
        assert_eq!(read("events: Ir\nsummary: x\n"), None);
    }
}
