//! The parts of the page that say what the numbers are worth: pending, notes, machine, method.

use crate::report::format::{bytes, percent};
use crate::report::summary::{self, Summary};
use crate::result::{Results, Verdict};
use maud::{Markup, html};

/// What is pending, and what else there is to know about the run.
pub(super) fn notes(results: &Results) -> Markup {
    let (pending, notes) = (summary::pending(results), summary::notes(results));
    let metrics = results.metrics.iter().filter_map(|metric| match &metric.verdict {
        Verdict::Pending(reason) => Some((metric.name.as_str(), reason.as_str())),
        Verdict::Met | Verdict::Missed => None,
    });
    let metrics: Vec<_> = metrics.collect();
    html! {
        @if pending.is_empty() && metrics.is_empty() && notes.is_empty() {
            p.faint { "Nothing is pending, and there is nothing to note." }
        }
        @if !pending.is_empty() {
            h3 { "Programs that Lyra cannot run yet" }
            ul { @for (name, reason) in &pending { li { strong { (name) } ": " (reason) } } }
        }
        @if !metrics.is_empty() {
            h3 { "Metrics that cannot be measured yet" }
            ul { @for (name, reason) in &metrics { li { strong { (name) } ": " (reason) } } }
        }
        @if !notes.is_empty() {
            h3 { "About this run" }
            ul { @for note in &notes { li { (note) } } }
        }
    }
}

/// Where and how it was measured, and what that does not show.
pub(super) fn method(results: &Results) -> Markup {
    let machine = &results.machine;
    html! {
        dl {
            dt { "command" } dd { code { (results.command) } }
            dt { "processor" } dd { (machine.processor) ", " (machine.cores) " logical cores" }
            dt { "memory" } dd { (bytes(machine.memory as f64)) }
            dt { "system" } dd { (machine.system) }
            dt { "pinned" } dd {
                @match machine.pinned {
                    Some(core) => { "measured processes ran on core " (core) }
                    None => { "no: measured processes ran on any core" }
                }
            }
            dt { "load" } dd {
                @match machine.load {
                    Some((before, after)) => { (format!("{before:.2} before the run, {after:.2} after it")) }
                    None => { "not told by the system" }
                }
            }
            @for (name, version) in &results.versions { dt { (name) } dd { (version) } }
        }
        p {
            "Every program's output is checked against native Rust's at the same size before anything is timed. "
            "Candidates are interleaved: in each round every one runs once, in a rotated order, in a fresh process. "
            "Times are CPU times of the process. A figure is the smallest of all repeats; the spread says how far the "
            "median process is above it. Ratios are taken by round, and where rounds disagree which of two is "
            "faster, the figure carries a ~. Means of ratios are geometric."
        }
        p.faint {
            "What this cannot show: other machines, other processors, programs that wait for disks or networks, and "
            "programs larger than these. The smallest time is what the machine can do, not what it does on a bad day; "
            "typical spread here: "
            @for (at, candidate) in Summary::of(results).candidates.iter().enumerate() {
                @if at > 0 { ", " }
                (summary::label(candidate)) " " (percent(summary::typical_spread(results, candidate)))
            }
            "."
        }
    }
}
