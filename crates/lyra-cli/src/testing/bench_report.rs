//! How the results of benchmarks are written, saved and compared with saved ones.

use crate::args::MessageFormat;
use crate::input::{self, Unusable};
use crate::messages::{Failure as FailureLine, Messages, one_line, one_line_failure};
use crate::testing::measure::Measured;
use crate::testing::report::json_line;
use crate::testing::suite::Suite;
use lyra::{Error, Test};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// A result as a line of JSON: what is written with `--message-format json`, and into saved files.
#[derive(Serialize, Deserialize)]
struct BenchLine {
    r#type: String,
    file: String,
    name: String,
    line: Option<u32>,
    median_ns: f64,
    min_ns: f64,
    spread: f64,
    samples: usize,
    rounds: i32,
    fuel: f64,
    /// The median of the results it was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before_ns: Option<f64>,
}

#[derive(Serialize)]
struct FailedLine<'b> {
    r#type: &'static str,
    file: &'b str,
    name: &'b str,
    line: Option<u32>,
    failure: serde_json::Value,
}

/// Saved results, by file and name.
#[derive(Default)]
pub(crate) struct Saved(HashMap<(String, String), BenchLine>);

impl Saved {
    /// Reads what `--save` wrote.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, Unusable> {
        let Some(path) = path else { return Ok(Self::default()) };
        let bytes = input::read_bytes(path)?;
        let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let mut saved = HashMap::new();
        for (number, line) in (1..).zip(lines) {
            let line: BenchLine = serde_json::from_slice(line).map_err(|error| {
                let file = input::name_of(path);
                Unusable::usage(format!("{file} holds no results of `lyra bench`: line {number}: {error}"))
            })?;
            saved.insert((line.file.clone(), line.name.clone()), line);
        }
        Ok(Self(saved))
    }
}

/// What is written as benchmarks end, and what is to be saved of it.
pub(crate) struct BenchReport {
    format: MessageFormat,
    color: bool,
    before: Saved,
    file: String,
    /// How wide names are in the table.
    width: usize,
    /// A line of JSON for each result.
    pub(crate) results: String,
}

impl BenchReport {
    pub(crate) fn new(messages: Messages, before: Saved, width: usize) -> Self {
        Self {
            format: messages.format(),
            color: messages.report_color(),
            before,
            file: String::new(),
            width: width.min(60),
            results: String::new(),
        }
    }

    /// What is written of a benchmark that was measured.
    pub(crate) fn measured(&mut self, suite: &Suite, bench: &Test, found: &Measured) -> String {
        let before = self.before.0.get(&(suite.file.clone(), bench.name.clone()));
        let (before_ns, before_fuel) = (before.map(|line| line.median_ns), before.map(|line| line.fuel));
        let line = BenchLine {
            r#type: "bench".to_owned(),
            file: suite.file.clone(),
            name: bench.name.clone(),
            line: bench.line,
            median_ns: found.median,
            min_ns: found.min,
            spread: found.spread,
            samples: found.samples,
            rounds: found.rounds,
            fuel: found.fuel,
            before_ns,
        };
        let line = json_line(&line);
        self.results.push_str(&line);
        if self.format == MessageFormat::Json {
            return line;
        }
        let (name, median) = (one_line(&bench.name), nanoseconds(found.median));
        let fuel = fuel(found.fuel);
        let mut told = String::new();
        if let Some(before) = before_ns {
            told = format!("  {}", self.change(before, found));
        }
        if before_fuel.is_some_and(|before| (before - found.fuel).abs() > 0.05) {
            told.push_str(&format!("  fuel before {}", self::fuel(before_fuel.unwrap_or_default())));
        }
        if self.format == MessageFormat::Short {
            let (file, line) = (one_line(&suite.file), bench.line.unwrap_or(1));
            return format!("{file}:{line}: {name}: {median}, fuel {fuel}{told}\n");
        }
        let width = self.width;
        let spread = found.spread * 100.0;
        format!(
            "{}  {name:width$}  {median:>9}  ± {spread:4.1} %  min {:>9}  fuel {fuel:>9}{told}\n",
            self.heading(&suite.file),
            nanoseconds(found.min),
        )
    }

    /// What is written of a benchmark that failed.
    pub(crate) fn failed(&mut self, suite: &Suite, bench: &Test, error: &Error) -> String {
        let (file, name) = (one_line(&suite.file), one_line(&bench.name));
        match self.format {
            MessageFormat::Json => json_line(&FailedLine {
                r#type: "bench",
                file: &suite.file,
                name: &bench.name,
                line: bench.line,
                failure: FailureLine::of(error),
            }),
            MessageFormat::Short => {
                let place = error.place().map_or_else(String::new, |place| format!(":{place}"));
                format!("{file}{place}: failed: {name}: {}\n", one_line_failure(error))
            }
            MessageFormat::Human => {
                format!("{}  {name}: failed\n{}\n", self.heading(&suite.file), error.render(self.color))
            }
        }
    }

    /// How much more or less time than before; what is within the spread of the samples is told to be so.
    fn change(&self, before: f64, found: &Measured) -> String {
        if before <= 0.0 || found.median <= 0.0 {
            return String::new();
        }
        let change = found.median / before - 1.0;
        let text = format!("{:+.1} %", change * 100.0);
        match () {
            () if change.abs() <= 3.0 * found.spread || change.abs() < 0.01 => format!("{text} (noise)"),
            () if !self.color => text,
            () if change > 0.0 => format!("\x1b[31m{text}\x1b[0m"),
            () => format!("\x1b[32m{text}\x1b[0m"),
        }
    }

    fn heading(&mut self, file: &str) -> String {
        if self.file == file {
            return String::new();
        }
        let gap = if self.file.is_empty() { "" } else { "\n" };
        file.clone_into(&mut self.file);
        format!("{gap}{}\n", one_line(file))
    }
}

/// `12.3 µs`: three digits that mean something.
fn nanoseconds(time: f64) -> String {
    let (time, unit) = match time {
        time if time < 1e3 => (time, "ns"),
        time if time < 1e6 => (time / 1e3, "µs"),
        time if time < 1e9 => (time / 1e6, "ms"),
        time => (time / 1e9, "s"),
    };
    let digits = if time < 10.0 { 2 } else { usize::from(time < 100.0) };
    format!("{time:.digits$} {unit}")
}

/// Whole when every round uses the same.
fn fuel(units: f64) -> String {
    if (units - units.round()).abs() < 0.05 { format!("{units:.0}") } else { format!("{units:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits() {
        let shown = [1.0, 12.34, 999.0, 1_234.0, 45_600.0, 7.89e6, 1.5e9, 150e9].map(nanoseconds);
        assert_eq!(
            shown,
            ["1.00 ns", "12.3 ns", "999 ns", "1.23 µs", "45.6 µs", "7.89 ms", "1.50 s", "150 s"]
        );
        assert_eq!([0.0, 3.01, 3.5].map(fuel), ["0", "3", "3.5"]);
    }
}
