//! The metrics as text: their table, their distributions, and how each was measured.

use crate::result::{Distribution, MetricResult, Unit, Verdict};
use crate::statistics::{maximum, quantile};
use crate::table::Table;

/// Columns of running text.
const WIDTH: usize = 100;

/// A figure in its unit.
fn figure(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds if value >= 1e6 => format!("{:.1} ms", value / 1e6),
        Unit::Nanoseconds if value >= 1e3 => format!("{:.1} µs", value / 1e3),
        Unit::Nanoseconds => format!("{value:.1} ns"),
        Unit::MegabytesPerSecond => format!("{value:.1} MB/s"),
        Unit::LinesPerSecond => format!("{value:.0} lines/s"),
        Unit::Bytes if value >= 1e6 => format!("{:.1} MB", value / 1e6),
        Unit::Bytes if value >= 1e3 => format!("{:.1} kB", value / 1e3),
        Unit::Bytes => format!("{value:.0} B"),
        Unit::Share => format!("{:.2} %", value * 100.0),
        Unit::Count => format!("{value:.0}"),
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "MISSED",
        Verdict::Pending(_) => "pending",
    }
}

/// One row a metric, with a line between families.
pub(super) fn metrics(metrics: &[MetricResult]) -> String {
    let mut table = Table::new(["metric", "family", "target", "measured", "verdict"]);
    let mut family = "";
    for metric in metrics {
        if !family.is_empty() && family != metric.family {
            table.line();
        }
        family = &metric.family;
        let measured = metric.measured.map_or_else(|| "–".to_owned(), |value| figure(value, metric.unit));
        table.row([metric.name.as_str(), &metric.family, &metric.target, &measured, word(&metric.verdict)]);
    }
    table.text()
}

/// One row a distribution.
pub(super) fn distributions(distributions: &[Distribution]) -> String {
    let mut table = Table::new(["distribution", "values", "p50", "p99", "p99.9", "longest"]);
    for distribution in distributions {
        let at = |q| figure(quantile(&distribution.values, q), distribution.unit);
        table.row([
            distribution.name.clone(),
            distribution.values.len().to_string(),
            at(0.5),
            at(0.99),
            at(0.999),
            figure(maximum(&distribution.values), distribution.unit),
        ]);
    }
    table.text()
}

/// What each figure means, as paragraphs.
pub(super) fn explanations(metrics: &[MetricResult]) -> String {
    let mut text = String::new();
    for metric in metrics {
        text.push_str(&metric.name);
        text.push('\n');
        if let Verdict::Pending(reason) = &metric.verdict {
            wrap(&format!("Pending: {reason}."), &mut text);
        }
        wrap(&metric.how, &mut text);
    }
    text
}

/// Adds a paragraph, indented, in lines of at most [`WIDTH`] columns where words allow.
fn wrap(paragraph: &str, text: &mut String) {
    let mut column = 0;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            column = 0;
        }
        if column == 0 {
            text.push_str("    ");
            column = 4 + length;
        } else {
            text.push(' ');
            column += 1 + length;
        }
        text.push_str(word);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::{PERFORMANCE, RESOURCE, judged, pending};
    use super::*;

    #[test]
    fn a_table_has_a_row_for_each_metric() {
        let all = [
            judged("Pause", PERFORMANCE, "< 100 µs", (61_234_567.0, Unit::Nanoseconds), false, "Timed."),
            judged("Hits", PERFORMANCE, "> 95 %", (0.999, Unit::Share), true, "Counted."),
            pending("Contention", RESOURCE, "< 2 %", Unit::Share, "no tasks", "Not."),
        ];
        insta::assert_snapshot!(metrics(&all), @r"
        metric           family    target  measured  verdict
        ──────────  ───────────  ────────  ────────  ───────
        Pause       performance  < 100 µs   61.2 ms   MISSED
        Hits        performance    > 95 %   99.90 %      met
        ──────────  ───────────  ────────  ────────  ───────
        Contention     resource     < 2 %         –  pending
        ");
        insta::assert_snapshot!(explanations(&all), @r"
        Pause
            Timed.
        Hits
            Counted.
        Contention
            Pending: no tasks.
            Not.
        ");
    }

    #[test]
    fn a_distribution_shows_its_tail() {
        let values: Vec<f64> = (1..=1_000).map(f64::from).collect();
        let all = [Distribution { name: "calls".to_owned(), unit: Unit::Nanoseconds, values }];
        insta::assert_snapshot!(distributions(&all), @r"
        distribution  values       p50       p99     p99.9  longest
        ────────────  ──────  ────────  ────────  ────────  ───────
        calls           1000  500.5 ns  990.0 ns  999.0 ns   1.0 µs
        ");
    }

    #[test]
    fn long_paragraphs_are_broken_between_words() {
        let mut text = String::new();
        wrap(&"word ".repeat(60), &mut text);
        assert!(text.lines().count() >= 3 && text.lines().all(|line| line.chars().count() <= WIDTH));
    }
}
