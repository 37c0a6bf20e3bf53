//! How a figure becomes a metric, and what a metric is without one.

use crate::result::{MetricResult, Unit, Verdict};

pub(super) const PERFORMANCE: &str = "performance";
pub(super) const SAFETY: &str = "safety";
pub(super) const RESOURCE: &str = "resource";

/// A metric with a figure; `met` judges it.
pub(super) fn judged(
    name: &str,
    family: &str,
    target: &str,
    (measured, unit): (f64, Unit),
    met: bool,
    how: impl Into<String>,
) -> MetricResult {
    MetricResult {
        name: name.to_owned(),
        family: family.to_owned(),
        target: target.to_owned(),
        measured: Some(measured),
        unit,
        verdict: if met { Verdict::Met } else { Verdict::Missed },
        how: how.into(),
    }
}

/// A metric without a figure.
pub(super) fn pending(
    name: &str,
    family: &str,
    target: &str,
    unit: Unit,
    reason: impl Into<String>,
    how: impl Into<String>,
) -> MetricResult {
    MetricResult {
        name: name.to_owned(),
        family: family.to_owned(),
        target: target.to_owned(),
        measured: None,
        unit,
        verdict: Verdict::Pending(one_line(&reason.into())),
        how: how.into(),
    }
}

/// A reason for a table: what a failed process printed may be long.
fn one_line(reason: &str) -> String {
    const MOST: usize = 200;
    let mut lines = reason.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("for no reason that was told").trim_end_matches(':');
    first.chars().filter(|c| !c.is_control()).take(MOST).collect()
}

/// Bytes as megabytes (10⁶), for sentences.
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// `part` of `whole`, 0 when there is nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line() {
        let told = "valgrind ended with signal: 11:\n    ==7== many\n    ==7== lines\n";
        assert_eq!(one_line(told), "valgrind ended with signal: 11");
        assert_eq!(one_line(&"long ".repeat(100)).chars().count(), 200);
        assert!(!one_line("\n \n").is_empty());
    }
}
