//! What got worse since a baseline.
//!
//! Yesterday's times say little about today's machine. So the program that measured the baseline is measured again,
//! beside this one and in the same rounds; what looks different is measured once more; and instructions are counted,
//! which no load can change. [`verdict`] has the rule.

mod files;
mod rows;
pub mod verdict;

use crate::baseline;
use crate::candidate::own_binary;
use crate::context::{self, Context};
use crate::count;
use crate::failure::{Failure, Result};
use crate::micro::{self, HANDLERS, Kernel};
use crate::options::Scale;
use crate::result::Unit;
use crate::statistics::Ratio;
use crate::table::Table;
use crate::view::say;
use clap::Args;
use rows::{Pair, Row, Subject};
use std::path::{Path, PathBuf};
use verdict::Verdict;

/// What is compared.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The name that a run was kept under with --save, or a file of results
    #[arg(default_value = "main")]
    pub baseline: String,

    /// A second file of results: nothing is measured, the two files are compared
    pub results: Option<PathBuf>,
}

/// Measures the baseline's program and this one in the same rounds and prints what differs.
///
/// # Errors
/// When there is no such baseline, something cannot be measured, or something got worse.
pub fn run(context: &mut Context, arguments: &Arguments) -> Result<()> {
    let is_file = Path::new(&arguments.baseline).extension().is_some_and(|extension| extension == "json");
    if is_file || arguments.results.is_some() {
        let latest = context.options.out.join("latest.json");
        let after = arguments.results.as_deref().unwrap_or(&latest);
        return two_files(Path::new(&arguments.baseline), after);
    }
    let baseline = baseline::open(&context.options.out, &arguments.baseline)?;
    let pair = Pair { old: baseline.binary, new: own_binary()? };
    let kernels: Vec<Kernel> =
        micro::all().into_iter().filter(|kernel| context.options.matches(&kernel.id())).collect();
    let mut rows = rows::first(context, &pair, &kernels)?;
    if rows.is_empty() {
        return Err("nothing that the filter lets through is in the baseline".into());
    }
    count_instructions(context, &pair, &kernels, &mut rows)?;
    let bar = context
        .progress
        .bar("a second look", rows.iter().filter(|row| row.evidence.is_conspicuous()).count());
    for row in rows.iter_mut().filter(|row| row.evidence.is_conspicuous()) {
        bar.set_message(row.name.clone());
        rows::again(context, &pair, &kernels, row)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let commit = |results: &crate::result::Results| results.versions.get("lyra").cloned().unwrap_or_default();
    say(&format!(
        "compare: baseline `{}` ({}, kept {}) with this program ({})\n",
        baseline.name,
        commit(&baseline.results),
        baseline.results.taken,
        commit(&context.results)
    ));
    say(table(&rows).trim_end());
    for note in &context.results.notes {
        say(&format!("note: {note}"));
    }
    conclude(rows.iter().filter(|row| row.evidence.verdict() == Verdict::Worse).map(|row| row.name.clone()))
}

/// Counts where that is possible; says so where it is not. A quick run leaves out what takes long under valgrind and
/// did not look different.
fn count_instructions(
    context: &mut Context,
    pair: &Pair,
    kernels: &[Kernel],
    rows: &mut [Row],
) -> Result<()> {
    if context.options.scale() == Scale::Check {
        return Ok(());
    }
    if let Err(why) = count::available() {
        context.note(why);
        return Ok(());
    }
    let is_quick = context.options.scale() == Scale::Quick;
    let (counted, _): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|&place| {
        let wanted = |row: &Row| match &row.subject {
            Subject::Kernel(id) if !id.starts_with(HANDLERS) => !is_quick || row.evidence.is_conspicuous(),
            Subject::Kernel(_) | Subject::Program(..) => true,
        };
        rows.get(place).is_some_and(wanted)
    });
    let mut chosen: Vec<Row> = counted.iter().filter_map(|&place| rows.get(place).cloned()).collect();
    rows::counts(context, pair, kernels, &mut chosen)?;
    for (place, found) in counted.into_iter().zip(chosen) {
        if let Some(row) = rows.get_mut(place) {
            *row = found;
        }
    }
    Ok(())
}

fn two_files(before: &Path, after: &Path) -> Result<()> {
    let (old, new) = (context::read(before)?, context::read(after)?);
    say(&format!("compare: {} ({}) with {} ({})\n", before.display(), old.taken, after.display(), new.taken));
    if old.machine.processor != new.machine.processor || old.quick != new.quick {
        say("note: measured on different machines or by different effort; the figures are hardly comparable");
    }
    let (table, worse) = files::compare(&old, &new);
    say(table.trim_end());
    say("note: the two were not measured in turns; `compare NAME` with a kept baseline tells far more");
    conclude(worse.into_iter())
}

fn conclude(worse: impl Iterator<Item = String>) -> Result<()> {
    let worse: Vec<String> = worse.collect();
    if worse.is_empty() {
        say("\nno regression");
        return Ok(());
    }
    let what = if worse.len() == 1 { "one row".to_owned() } else { format!("{} rows", worse.len()) };
    Err(Failure::Regression(format!("regression: {what} got worse: {}", worse.join(", "))))
}

/// Every program; of the micro benchmarks those that are not the same, and how many are.
fn table(rows: &[Row]) -> String {
    let header = ["row", "before", "after", "clock", "rounds", "again", "instructions", "verdict"];
    let mut table = Table::new(header).with_words(7);
    let mut same = 0;
    for row in rows {
        let verdict = row.evidence.verdict();
        if verdict == Verdict::Same && matches!(row.subject, Subject::Kernel(_)) {
            same += 1;
            continue;
        }
        let unit = match row.unit {
            Unit::MegabytesPerSecond => " MB/s",
            Unit::LinesPerSecond => " lines/s",
            _ => "",
        };
        let shown = |value: f64| if unit.is_empty() { figure(value) } else { format!("{value:.0}{unit}") };
        let dash = || "–".to_owned();
        let quartiles = |ratio: Ratio| format!("{} … {}", change(ratio.low), change(ratio.high));
        table.row([
            row.name.clone(),
            shown(row.before),
            shown(row.after),
            row.evidence.first.map_or_else(dash, |ratio| change(ratio.value)),
            row.evidence.first.map_or_else(dash, quartiles),
            row.evidence.second.map_or_else(dash, |ratio| change(ratio.value)),
            row.evidence.count.map_or_else(dash, |count| format!("{:+.2} %", (count - 1.0) * 100.0)),
            verdict.word().to_owned(),
        ]);
    }
    let mut text = table.text();
    if same > 0 {
        text += &format!("and {same} micro benchmarks that are the same\n");
    }
    text
}

fn change(ratio: f64) -> String {
    format!("{:+.1} %", (ratio - 1.0) * 100.0)
}

/// Nanoseconds, in a unit that fits.
fn figure(nanoseconds: f64) -> String {
    match nanoseconds {
        value if !value.is_finite() => "–".to_owned(),
        value if value < 1e3 => format!("{value:.1} ns"),
        value if value < 1e6 => format!("{:.1} µs", value / 1e3),
        value => format!("{:.2} ms", value / 1e6),
    }
}
