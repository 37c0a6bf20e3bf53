//! The tables of `micro`: one for each group, with what the mission says beside the figures.

use super::{HANDLERS, Kernel};
use crate::result::{MicroResult, Unit};
use crate::statistics::{geometric_mean, median};
use crate::table::{Table, percent};
use crate::view;

/// How many of the slowest handlers the short table shows.
const SLOWEST: usize = 8;

/// Prints a table for each group. The interpreter's handlers are told in short unless `all_handlers`.
pub(super) fn print(kernels: &[Kernel], results: &[MicroResult], all_handlers: bool) {
    let mut groups: Vec<&str> = results.iter().map(|result| result.group.as_str()).collect();
    groups.dedup();
    for group in groups {
        let of_group: Vec<&MicroResult> = results.iter().filter(|result| result.group == group).collect();
        let (title, text) = if group != HANDLERS {
            (group.to_owned(), table(kernels, &of_group).text())
        } else if all_handlers {
            let title = format!("{group}: one group of instructions, in a loop of nothing else");
            (title, table(kernels, &of_group).text())
        } else {
            let times: Vec<f64> = of_group.iter().map(|result| result.best).collect();
            let title = format!(
                "{group}: {} rows, all with `--filter {HANDLERS}`; median {}, geometric mean {}; the slowest",
                of_group.len(),
                figure(median(&times), Unit::Nanoseconds),
                figure(geometric_mean(&times), Unit::Nanoseconds),
            );
            let mut slowest = of_group;
            slowest.sort_by(|a, b| b.best.total_cmp(&a.best));
            slowest.truncate(SLOWEST);
            (title, table(kernels, &slowest).text())
        };
        view::print(&title, &text);
    }
}

/// The results as a table. A column tells the mission's figures where it has some.
#[must_use]
pub fn table(kernels: &[Kernel], results: &[&MicroResult]) -> Table {
    let kernel = |result: &MicroResult| {
        kernels.iter().find(|kernel| kernel.group == result.group && kernel.name == result.name)
    };
    let claim = |result: &MicroResult| kernel(result).and_then(|kernel| kernel.claim);
    let has_claims = results.iter().any(|result| claim(result).is_some());
    let mut header = vec!["", "best", "median", "spread"];
    if has_claims {
        header.push("the mission");
    }
    let mut table = Table::new(header);
    for result in results {
        let name = match kernel(result) {
            Some(kernel) if kernel.group == HANDLERS => format!("{}: {}", kernel.name, kernel.about),
            _ => result.name.clone(),
        };
        let mut row = vec![
            name,
            figure(result.best, result.unit),
            figure(result.median, result.unit),
            percent(result.spread),
        ];
        row.extend(claim(result).map(str::to_owned));
        table.row(row);
    }
    table
}

/// A figure with its unit, and as many digits as the noise leaves.
fn figure(value: f64, unit: Unit) -> String {
    let (value, unit) = match unit {
        Unit::Nanoseconds if value >= 1e6 => (value / 1e6, "ms"),
        Unit::Nanoseconds if value >= 1e3 => (value / 1e3, "µs"),
        Unit::Nanoseconds => (value, "ns"),
        Unit::MegabytesPerSecond => (value, "MB/s"),
        Unit::LinesPerSecond => (value / 1e3, "k lines/s"),
        Unit::Bytes => (value, "bytes"),
        Unit::Share => return percent(value),
        Unit::Count => (value, ""),
    };
    match value {
        value if !value.is_finite() => "–".to_owned(),
        value if value >= 100.0 => format!("{value:.0} {unit}"),
        value if value >= 10.0 => format!("{value:.1} {unit}"),
        value => format!("{value:.2} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        let shown = [
            (1.234, Unit::Nanoseconds),
            (56.78, Unit::Nanoseconds),
            (5_678.0, Unit::Nanoseconds),
            (1.2e7, Unit::Nanoseconds),
            (123.4, Unit::MegabytesPerSecond),
            (1_234_567.0, Unit::LinesPerSecond),
        ]
        .map(|(value, unit)| figure(value, unit));
        assert_eq!(shown, ["1.23 ns", "56.8 ns", "5.68 µs", "12.0 ms", "123 MB/s", "1235 k lines/s"]);
    }

    #[test]
    fn the_mission_stands_beside_the_figures() {
        let kernels = super::super::all();
        let kernel = kernels.iter().find(|kernel| kernel.claim.is_some()).unwrap();
        let result = MicroResult {
            group: kernel.group.to_owned(),
            name: kernel.name.clone(),
            unit: kernel.unit,
            best: 2.0,
            median: 2.5,
            spread: 0.25,
            samples: vec![2.0, 3.0],
            instructions: None,
        };
        let text = table(&kernels, &[&result]).text();
        assert!(
            text.contains("2.50 ns") && text.contains("25 %") && text.contains(kernel.claim.unwrap()),
            "{text}"
        );
    }
}
