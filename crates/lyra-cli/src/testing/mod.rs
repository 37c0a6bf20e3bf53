//! What `lyra test` and `lyra bench` share: which files, which blocks, what each may use, and how results are written.
//!
//! ```text
//! paths ──find──> files ──suite──> compiled suites with the chosen blocks
//!                                     │
//!                  pool (tests) or measure (benchmarks)
//!                                     │
//!                                  report
//! ```
//!
//! Results go to standard output, in the order of files and blocks, whatever runs first; what does not compile goes
//! to standard error as for every command.

pub(crate) mod bench_report;
pub(crate) mod diff;
pub(crate) mod find;
pub(crate) mod measure;
pub(crate) mod pool;
pub(crate) mod report;
pub(crate) mod suite;

use crate::args::EachArgs;
use lyra::Limits;
use std::io::{Error, Write as _};
use std::time::Duration;

/// The limits that tests and benchmarks have in common.
pub(crate) fn limits(args: &EachArgs) -> Limits {
    let mut limits = Limits::command_line().with_deadline(Some(args.timeout));
    if let Some(bytes) = args.max_memory {
        limits = limits.with_memory(bytes);
    }
    if let Some(entries) = args.max_stack {
        limits = limits.with_stack(entries);
    }
    limits
}

/// Writes a piece of a report and shows it at once. An error ends what still runs: nobody reads on.
pub(crate) fn write(text: &str) -> Result<(), Error> {
    let mut output = std::io::stdout().lock();
    let result = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    if result.is_err() {
        crate::interrupt::stop();
    }
    result
}

/// `1 test`, `2 tests`
pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `0.4 ms`, `25 ms`, `1.25 s`
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        time if time < 0.01 => format!("{:.1} ms", time * 1e3),
        time if time < 1.0 => format!("{:.0} ms", time * 1e3),
        time if time < 100.0 => format!("{time:.2} s"),
        time => format!("{time:.0} s"),
    }
}

/// Text of a program's own on a terminal: lines and tabs stay, what else controls a terminal does not.
pub(crate) fn visible(text: &str) -> String {
    let visible = |c: char| match c {
        '\n' | '\t' => c,
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_read_them() {
        assert_eq!(seconds(Duration::from_micros(400)), "0.4 ms");
        assert_eq!(seconds(Duration::from_micros(12_400)), "12 ms");
        assert_eq!(seconds(Duration::from_millis(250)), "250 ms");
        assert_eq!(seconds(Duration::from_millis(1_250)), "1.25 s");
        assert_eq!(seconds(Duration::from_secs(3_600)), "3600 s");
    }

    #[test]
    fn a_terminal_is_not_controlled() {
        assert_eq!(visible("a\tb\n\u{1b}[2J\u{202e}\r"), "a\tb\n\u{fffd}[2J\u{fffd}\u{fffd}");
    }
}
