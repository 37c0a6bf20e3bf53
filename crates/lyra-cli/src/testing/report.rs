//! How the results of tests are written: for people, a line each for editors, as JSON for tools.
//!
//! ```text
//! geometry.lyra
//!   ok    norm   0.3 ms        3 fuel
//!   FAIL  area   0.4 ms        3 fuel  assertion_failed
//! ```
//!
//! What failed is told at the end, where a terminal stops scrolling. The JSON shapes are a contract with tools: fields
//! are added, never renamed or removed; `docs` lists them.

use crate::args::MessageFormat;
use crate::messages::{Failure as FailureLine, Messages, one_line};
use crate::testing::pool::{Failure, Outcome};
use crate::testing::suite::{Suite, Suites};
use crate::testing::{counted, diff, seconds, visible};
use lyra::Test;
use serde::Serialize;
use std::fmt::Write as _;
use std::time::Duration;

/// A test that takes longer is named at the end.
const SLOW: Duration = Duration::from_secs(1);
/// Names are padded to the longest of their file, but not further.
const WIDTH: usize = 60;
/// How many slow tests are named.
const SLOW_SHOWN: usize = 5;
/// When the failures that are told at the end are this long, further ones are only counted.
const FAILURES_SHOWN: usize = 1 << 20;

/// What is written as tests end.
pub(crate) struct Report {
    format: MessageFormat,
    color: bool,
    show_output: bool,
    /// The file whose tests are being told of.
    file: String,
    /// What failed, for the end.
    failures: String,
    /// How many failures are not told there.
    untold: usize,
    /// Time, file and name.
    slow: Vec<(Duration, String)>,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

#[derive(Serialize)]
struct TestLine<'t> {
    r#type: &'static str,
    file: &'t str,
    name: &'t str,
    line: Option<u32>,
    result: &'static str,
    milliseconds: f64,
    fuel: u64,
    output: &'t str,
    output_bytes: usize,
    in_set_up: bool,
    failure: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct ListedLine<'t> {
    r#type: &'static str,
    file: &'t str,
    name: &'t str,
    line: Option<u32>,
}

#[derive(Serialize)]
struct SummaryLine {
    r#type: &'static str,
    passed: usize,
    failed: usize,
    not_run: usize,
    filtered_out: usize,
    files: usize,
    broken_files: usize,
    milliseconds: f64,
}

impl Report {
    pub(crate) fn new(messages: Messages, show_output: bool) -> Self {
        Self {
            format: messages.format(),
            color: messages.report_color(),
            show_output,
            file: String::new(),
            failures: String::new(),
            untold: 0,
            slow: Vec::new(),
            passed: 0,
            failed: 0,
        }
    }

    /// What is written when a test has ended.
    pub(crate) fn test(&mut self, suite: &Suite, test: &Test, outcome: &Outcome) -> String {
        match outcome.failure {
            Some(_) => self.failed += 1,
            None => self.passed += 1,
        }
        match self.format {
            MessageFormat::Json => Self::json(suite, test, outcome),
            MessageFormat::Short => Self::short(suite, test, outcome),
            MessageFormat::Human => self.human(suite, test, outcome),
        }
    }

    fn human(&mut self, suite: &Suite, test: &Test, outcome: &Outcome) -> String {
        let mut text = self.heading(&suite.file);
        let name = one_line(&test.name);
        if outcome.time >= SLOW {
            self.slow.push((outcome.time, format!("{}: {name}", one_line(&suite.file))));
        }
        let (word, code) = match &outcome.failure {
            None => (self.paint("32", "ok  "), String::new()),
            Some(failure) => (self.paint("1;31", "FAIL"), format!("  {}", one_line(failure.error.code()))),
        };
        let width = suite.blocks.iter().map(|block| block.name.chars().count()).max().unwrap_or(0).min(WIDTH);
        let (time, fuel) = (seconds(outcome.time), outcome.fuel);
        // Writing to a text does not fail.
        let _ = writeln!(text, "  {word}  {name:width$}  {time:>7}  {fuel:>7} fuel{code}");
        if let Some(failure) = &outcome.failure {
            if self.failures.len() < FAILURES_SHOWN {
                let told = self.failure(suite, &name, failure, outcome);
                self.failures.push_str(&told);
            } else {
                self.untold += 1;
            }
        } else if self.show_output {
            text.push_str(&printed(outcome, "        "));
        }
        text
    }

    /// The name of the file when its first test comes.
    fn heading(&mut self, file: &str) -> String {
        if self.file == file {
            return String::new();
        }
        let gap = if self.file.is_empty() { "" } else { "\n" };
        file.clone_into(&mut self.file);
        format!("{gap}{}\n", one_line(file))
    }

    /// A failure in full, for the end.
    fn failure(&self, suite: &Suite, name: &str, failure: &Failure, outcome: &Outcome) -> String {
        let title = self.paint("1", &format!("{}: {name}", one_line(&suite.file)));
        let mut text = format!("\n{title}\n");
        if failure.in_set_up {
            text.push_str("the top-level statements failed, so the test was not reached\n");
        }
        let _ = writeln!(text, "{}", failure.error.render(self.color));
        let difference =
            failure.error.sides().and_then(|(left, right)| diff::of_texts(left, right, self.color));
        if let Some(difference) = difference {
            let _ = write!(text, "difference (- left, + right):\n{difference}");
        }
        if !outcome.output.is_empty() {
            let _ = write!(text, "printed:\n{}", printed(outcome, "  | "));
        }
        text
    }

    fn short(suite: &Suite, test: &Test, outcome: &Outcome) -> String {
        let (file, name) = (one_line(&suite.file), one_line(&test.name));
        let line = test.line.unwrap_or(1);
        match &outcome.failure {
            None => format!("{file}:{line}: ok: {name}\n"),
            Some(failure) => {
                let place = failure.error.place().map_or_else(|| line.to_string(), |place| place.to_string());
                let what = crate::messages::one_line_failure(&failure.error);
                format!("{file}:{place}: failed: {name}: {what}\n")
            }
        }
    }

    fn json(suite: &Suite, test: &Test, outcome: &Outcome) -> String {
        json_line(&TestLine {
            r#type: "test",
            file: &suite.file,
            name: &test.name,
            line: test.line,
            result: if outcome.failure.is_none() { "passed" } else { "failed" },
            milliseconds: milliseconds(outcome.time),
            fuel: outcome.fuel,
            output: &outcome.output,
            output_bytes: outcome.output_bytes,
            in_set_up: outcome.failure.as_ref().is_some_and(|failure| failure.in_set_up),
            failure: outcome.failure.as_ref().map(|failure| FailureLine::of(&failure.error)),
        })
    }

    /// What is written when all is done: failures, slow tests, and the sum.
    pub(crate) fn summary(&mut self, suites: &Suites, time: Duration) -> String {
        let not_run = suites.blocks().saturating_sub(self.passed + self.failed);
        if self.format == MessageFormat::Json {
            return json_line(&SummaryLine {
                r#type: "summary",
                passed: self.passed,
                failed: self.failed,
                not_run,
                filtered_out: suites.filtered_out,
                files: suites.files,
                broken_files: suites.broken,
                milliseconds: milliseconds(time),
            });
        }
        let mut text = std::mem::take(&mut self.failures);
        if self.untold > 0 {
            let _ = writeln!(text, "\n… and {} more failed", self.untold);
        }
        self.slow.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
        if !self.slow.is_empty() {
            text.push_str("\nslow:\n");
        }
        for (time, name) in self.slow.iter().take(SLOW_SHOWN) {
            let _ = writeln!(text, "  {:>7}  {name}", seconds(*time));
        }
        if self.format == MessageFormat::Human {
            text.push('\n');
        }
        let mut parts = vec![format!("{} passed", self.passed)];
        let told = [(self.failed, "failed"), (not_run, "not run"), (suites.filtered_out, "filtered out")];
        parts.extend(
            told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")),
        );
        if suites.broken > 0 {
            parts.push(format!("{} that could not be compiled", counted(suites.broken, "file")));
        }
        let sum = parts.join(", ");
        let sum = match (self.failed + suites.broken, not_run) {
            (0, 0) => self.paint("32", &sum),
            _ => self.paint("1;31", &sum),
        };
        let files = counted(suites.suites.len(), "file");
        let _ = writeln!(text, "{sum} ({} in {files}, {})", counted(suites.blocks(), "test"), seconds(time));
        text
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The blocks that were chosen, nothing run.
pub(crate) fn list(suites: &Suites, format: MessageFormat, kind: &'static str) -> String {
    let mut text = String::new();
    for suite in &suites.suites {
        for block in &suite.blocks {
            match format {
                MessageFormat::Json => text.push_str(&json_line(&ListedLine {
                    r#type: kind,
                    file: &suite.file,
                    name: &block.name,
                    line: block.line,
                })),
                _ => {
                    let line = block.line.map_or_else(String::new, |line| format!(":{line}"));
                    let _ = writeln!(text, "{}{line}: {}", one_line(&suite.file), one_line(&block.name));
                }
            }
        }
    }
    text
}

/// What is said when there is nothing to run.
pub(crate) fn nothing(suites: &Suites, filters: &[String], what: &str) -> String {
    if suites.broken > 0 && suites.filtered_out == 0 {
        // What was told of it is more than enough.
        return String::new();
    }
    let looked = counted(suites.files, "file");
    if suites.filtered_out > 0 {
        let filters: Vec<_> = filters.iter().map(|filter| format!("`{}`", one_line(filter))).collect();
        let what = if what == "bench" { "benchmark" } else { what };
        let all = counted(suites.filtered_out, what);
        return format!("no {what} has {} in its name ({all} in {looked})\n", filters.join(" or "));
    }
    let all = if what == "bench" { "benchmarks" } else { "tests" };
    format!("no {all} found ({looked} looked through)\n")
}

/// What a test printed, each line behind `margin`.
fn printed(outcome: &Outcome, margin: &str) -> String {
    let mut text = String::new();
    for line in visible(&outcome.output).lines() {
        let _ = writeln!(text, "{margin}{line}");
    }
    if outcome.output.len() < outcome.output_bytes {
        let _ = writeln!(text, "{margin}… ({} bytes in all)", outcome.output_bytes);
    }
    text
}

pub(crate) fn json_line(value: &impl Serialize) -> String {
    // Plain structures of texts and numbers always serialize.
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
