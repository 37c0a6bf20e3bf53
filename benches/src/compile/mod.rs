//! `compile`: how much time and memory a compilation takes, of programs as people write them, and of programs that
//! are written to hurt.
//!
//! ```text
//! source ──parse, check, emit──> module ──verify──> ──encode, seal──> file
//!                          └───> errors ──render──> text
//! ```
//!
//! Each is compiled in a process of its own ([`probe()`]), once; its CPU time and the most memory that it had beyond
//! what it began with are held against what is promised ([`Input::most`]).

mod bombs;
mod input;
mod probe;
mod realistic;
mod row;

pub use bombs::{Bomb, bombs};
pub use input::{Input, Most};
pub use probe::{probe, source};
pub use realistic::realistic;

use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::options::Scale;
use crate::table::Table;
use crate::{child, view};
use row::Row;
use std::process::Command;
use std::time::Duration;

/// A program that takes longer is stopped.
const PATIENCE: Duration = Duration::from_secs(60);
/// Ten times the lines may take so many times the time.
const GROWTH: f64 = 11.0;

/// Measures, and prints the table.
///
/// # Errors
/// [`Failure::Regression`] when something takes more than it may; another one when nothing was chosen or nothing
/// can be measured here.
pub fn run(context: &mut Context) -> Result<()> {
    let scale = context.options.scale();
    let inputs: Vec<Input> =
        Input::all(scale).into_iter().filter(|input| context.options.matches(&input.name())).collect();
    if inputs.is_empty() {
        return Err("no program to compile matches the filter".into());
    }
    let binary = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let bar = context.progress.bar("compile", inputs.len());
    let mut rows = Vec::with_capacity(inputs.len());
    for input in inputs {
        let mut command = Command::new(&binary);
        command.args(["probe", "compile", &input.name(), &input.size().to_string()]);
        let found = child::run(&mut command, PATIENCE, Some(&context.pin));
        rows.push(Row::of(input, found.map(|output| output.stdout)));
        bar.inc(1);
    }
    bar.finish_and_clear();
    if !rows.iter().any(|row| row.seconds.is_some() || row.failure.is_some()) {
        view::say("note: this system does not tell the CPU time of a process; nothing was measured");
    } else if !rows.iter().any(|row| row.peak.is_some() || row.failure.is_some()) {
        view::say("note: this system does not tell the most memory of a process; only time was judged");
    }
    view::print("compile: from source to a sealed file, or to the text of its errors", &table(&rows, scale));
    let missed: Vec<String> =
        rows.iter().filter(|row| row.problem(scale).is_some()).map(|row| row.input.name()).collect();
    let growth = growth(&rows).filter(|&ratio| ratio > GROWTH && scale == Scale::Full);
    match (missed.len(), growth) {
        (0, None) => Ok(()),
        (0, Some(ratio)) => {
            Err(Failure::Regression(format!("ten times the lines take {ratio:.1} times the time")))
        }
        (count, _) => Err(Failure::Regression(format!(
            "{count} of {} took more than they may: {}",
            rows.len(),
            missed.join(", ")
        ))),
    }
}

/// A row an input, the slowest bombs first.
fn table(rows: &[Row], scale: Scale) -> String {
    let header = ["program", "bytes", "seconds", "MB/s", "peak MB", "result", "verdict"];
    let mut table = Table::new(header).with_words(5).with_words(6);
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.input.is_realistic(), row.failure.is_some());
        key(b).cmp(&key(a)).then(b.seconds.unwrap_or(0.0).total_cmp(&a.seconds.unwrap_or(0.0)))
    });
    for row in &rows {
        table.row([
            row.input.name(),
            row.bytes.to_string(),
            row.seconds.map_or_else(String::new, |seconds| format!("{seconds:.3}")),
            row.seconds
                .map_or_else(String::new, |seconds| format!("{:.1}", row.bytes as f64 / 1e6 / seconds)),
            row.peak.map_or_else(String::new, |peak| format!("{:.1}", peak as f64 / 1e6)),
            row.result.clone(),
            row.verdict(scale),
        ]);
    }
    table.text()
}

/// How many times longer ten times the lines take.
fn growth(rows: &[Row]) -> Option<f64> {
    let mut times: Vec<(u64, f64)> = rows
        .iter()
        .filter(|row| row.input.is_realistic())
        .filter_map(|row| Some((row.bytes, row.seconds?)))
        .collect();
    times.sort_by_key(|(bytes, _)| *bytes);
    let [(_, first), .., (_, last)] = times.as_slice() else { return None };
    Some(last / first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::row::tests::row;

    #[test]
    fn growth_is_between_the_smallest_and_the_largest() {
        let mut rows =
            vec![row("realistic", 50_000, 0.25, 1, "sealed"), row("realistic", 500_000, 3.0, 1, "sealed")];
        rows[1].bytes *= 10;
        assert_eq!(growth(&rows), Some(12.0));
        assert_eq!(growth(&rows[..1]), None);
    }
}
