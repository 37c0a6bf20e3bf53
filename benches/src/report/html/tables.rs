//! The parts of the page that are tables.

use super::nothing;
use crate::report::format::{bytes, count, digits, factor, figure, percent, time, verdict};
use crate::report::summary::{self, NATIVE, Summary};
use crate::result::{MetricResult, MicroResult, Results, Verdict};
use maud::{Markup, html};

/// Every program under every candidate: time, ratio, spread, memory.
pub(super) fn programs(results: &Results, summary: &Summary) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr {
                    th { "program" }
                    @for name in &summary.candidates { th.number { (summary::label(name)) } }
                } }
                tbody {
                    @for program in &results.programs {
                        tr {
                            th scope="row" { (program.name) }
                            @if let (true, Some(reason)) = (program.candidates.is_empty(), &program.pending) {
                                td.faint colspan=(summary.candidates.len()) { "pending: " (reason) }
                            } @else { @for name in &summary.candidates {
                                td.number {
                                    @match summary::find(program, name) {
                                        Some(measurement) => {
                                            @if name != NATIVE {
                                                @if let Some(ratio) = summary::ratio(program, name, NATIVE) {
                                                    @if ratio.is_noise() { "~" }
                                                    strong { (factor(ratio.value)) } " "
                                                }
                                            }
                                            span.nowrap { (time(measurement.minimum)) }
                                            br;
                                            span.faint {
                                                "spread " (percent(measurement.spread))
                                                @if let Some(peak) = measurement.peak_memory {
                                                    ", " (bytes(peak as f64))
                                                }
                                                @if let Some(instructions) = measurement.instructions {
                                                    ", " (count(instructions as f64)) " instr."
                                                }
                                            }
                                        }
                                        None => { "–" }
                                    }
                                }
                            } }
                        }
                    }
                }
                @if !summary.against_native.is_empty() {
                    tfoot { tr {
                        th scope="row" { "geometric mean" }
                        @for name in &summary.candidates {
                            td.number {
                                @match summary.against_native.iter().find(|mean| mean.candidate == *name) {
                                    Some(mean) => { strong { (factor(mean.ratio)) } }
                                    None => { "–" }
                                }
                            }
                        }
                    } }
                }
            }
        }
    }
}

/// The micro benchmarks, a table a group.
pub(super) fn micro(results: &Results) -> Markup {
    if results.micro.is_empty() {
        return nothing("any micro benchmark");
    }
    let (large, small): (Vec<_>, Vec<_>) =
        summary::groups(results).into_iter().partition(|(_, rows)| rows.len() > MOST);
    html! {
        @if !small.is_empty() { (micro_table(&small)) }
        @for (group, rows) in large {
            details {
                summary { (group) ": " (rows.len()) " operations" }
                (micro_table(&[(group, rows)]))
            }
        }
    }
}

/// A group with more rows than this is folded up: there are hundreds of instructions.
const MOST: usize = 40;

fn micro_table(groups: &[(&str, Vec<&MicroResult>)]) -> Markup {
    html! {
        div.scroll {
            table {
                thead { tr {
                    th { "operation" } th.number { "best" } th.number { "median" } th.number { "spread" }
                    th.number { "instructions" }
                } }
                @for (group, rows) in groups {
                    tbody {
                        tr.group { th colspan="5" scope="rowgroup" { (group) } }
                        @for result in rows {
                            tr {
                                th scope="row" { (result.name) }
                                td.number { strong { (figure(result.best, result.unit)) } }
                                td.number { (figure(result.median, result.unit)) }
                                td.number { (percent(result.spread)) }
                                td.number { @if let Some(found) = result.instructions { (digits(found)) } @else { "–" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The mission's metrics: a verdict is told by a word and a sign, the colour only repeats it.
pub(super) fn metrics(results: &Results) -> Markup {
    if results.metrics.is_empty() {
        return nothing("any metric");
    }
    html! {
        div.scroll {
            table {
                thead { tr {
                    th { "metric" } th { "family" } th.number { "target" } th.number { "measured" } th { "verdict" }
                    th { "how" }
                } }
                tbody { @for metric in &results.metrics { (metric_row(metric)) } }
            }
        }
    }
}

fn metric_row(metric: &MetricResult) -> Markup {
    let sign = match metric.verdict {
        Verdict::Met => "✓",
        Verdict::Missed => "✗",
        Verdict::Pending(_) => "…",
    };
    let word = verdict(&metric.verdict);
    html! {
        tr {
            th scope="row" { (metric.name) }
            td { (metric.family) }
            td.number.nowrap { (metric.target) }
            td.number.nowrap {
                @match metric.measured {
                    Some(value) => { strong { (figure(value, metric.unit)) } }
                    None => { "–" }
                }
            }
            td { span class={ "verdict " (word) } { (sign) " " (word) } }
            td.how {
                @if let Verdict::Pending(reason) = &metric.verdict { strong { (reason) } ". " }
                (metric.how)
            }
        }
    }
}
