//! The Markdown for a pull request: the tables that a reviewer wants, and what to know before believing them.

use super::format::{bytes, count, digits, factor, figure, percent, time, verdict};
use super::summary::{self, LYRA, NATIVE, Summary};
use crate::result::{Results, Verdict};
use std::fmt::Write as _;
use std::ops::Range;

/// Writes the whole text. Parts that the run did not measure are left out.
#[must_use]
pub fn markdown(results: &Results) -> String {
    let summary = Summary::of(results);
    let mut out = String::from("### Lyra, measured\n\n");
    headline(&mut out, &summary);
    programs(&mut out, results, &summary);
    micro(&mut out, results);
    metrics(&mut out, results);
    distributions(&mut out, results);
    notes(&mut out, results);
    footer(&mut out, results);
    out
}

/// A cell's text: nothing in it ends the cell, the line, or the Markdown.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

fn row(out: &mut String, cells: impl IntoIterator<Item = String>) {
    for text in cells {
        let _ = write!(out, "| {text} ");
    }
    out.push_str("|\n");
}

fn header(out: &mut String, titles: &[String], numbers: Range<usize>) {
    row(out, titles.iter().cloned());
    row(out, (0..titles.len()).map(|at| if numbers.contains(&at) { "--:" } else { "---" }.to_owned()));
}

fn headline(out: &mut String, summary: &Summary) {
    let mut said = Vec::new();
    if let Some(best) = &summary.best {
        for mean in &summary.against_others {
            let (word, ratio) = if mean.ratio >= 1.0 {
                ("slower than", mean.ratio)
            } else {
                ("faster than", 1.0 / mean.ratio)
            };
            said.push(format!("{} {word} {}", factor(ratio), cell(&summary::label(&mean.candidate))));
        }
        if !said.is_empty() {
            let _ =
                writeln!(out, "**{}**, geometric means: {}.\n", cell(&summary::label(best)), said.join(", "));
        }
    }
    let tally = summary.tally;
    if tally != Default::default() {
        let _ = writeln!(
            out,
            "**Metrics**: {} met, {} missed, {} pending.\n",
            tally.met, tally.missed, tally.pending
        );
    }
}

fn programs(out: &mut String, results: &Results, summary: &Summary) {
    let measured: Vec<_> = results.programs.iter().filter(|program| !program.candidates.is_empty()).collect();
    if measured.is_empty() {
        return;
    }
    let native = summary.candidates.iter().any(|name| name == NATIVE);
    let others: Vec<_> = summary.candidates.iter().filter(|name| *name != NATIVE).collect();
    out.push_str("#### Programs\n\n");
    if native {
        out.push_str(
            "Times of native Rust; for the others how many times as long they take, with their spread in brackets. ",
        );
        out.push_str("~ where rounds disagree which is faster.\n\n");
    } else {
        out.push_str("Smallest CPU times with their spread in brackets; native Rust was not run.\n\n");
    }
    let mut titles = vec!["program".to_owned(), "size".to_owned()];
    titles.extend(native.then(|| "native Rust".to_owned()));
    titles.extend(others.iter().map(|name| cell(&summary::label(name))));
    header(out, &titles, 1..titles.len());
    for program in measured {
        let mut cells = vec![cell(&program.name), count(f64::from(program.size))];
        if native {
            cells.push(summary::find(program, NATIVE).map_or_else(dash, |m| time(m.minimum)));
        }
        for name in &others {
            cells.push(summary::find(program, name).map_or_else(dash, |measurement| {
                let spread = percent(measurement.spread);
                match summary::ratio(program, name, NATIVE) {
                    Some(ratio) => {
                        let doubt = if ratio.is_noise() { "~" } else { "" };
                        format!("{doubt}{} ({spread})", factor(ratio.value))
                    }
                    None => format!("{} ({spread})", time(measurement.minimum)),
                }
            }));
        }
        row(out, cells);
    }
    if native && !summary.against_native.is_empty() {
        let mut cells = vec!["**geometric mean**".to_owned(), String::new(), String::new()];
        for name in &others {
            let mean = summary.against_native.iter().find(|mean| mean.candidate == **name);
            cells.push(mean.map_or_else(dash, |mean| format!("**{}**", factor(mean.ratio))));
        }
        row(out, cells);
    }
    out.push('\n');
    let pending = summary::pending(results);
    if !pending.is_empty() {
        let list: Vec<_> =
            pending.iter().map(|(name, reason)| format!("{} ({})", cell(name), cell(reason))).collect();
        let _ = writeln!(out, "Pending: {}.\n", list.join("; "));
    }
    if summary.tiers.len() > 1 {
        let list = summary.tiers.iter().skip(1).map(|mean| {
            let tier = mean.candidate.strip_prefix(LYRA).unwrap_or(&mean.candidate);
            format!("{} {}", cell(tier), factor(mean.ratio))
        });
        let _ =
            writeln!(out, "Tiers against the reference machine: {}.\n", list.collect::<Vec<_>>().join(", "));
    }
}

fn dash() -> String {
    "–".to_owned()
}

/// Rows of a group of micro benchmarks that a pull request wants to see; there are hundreds of instructions.
const MOST: usize = 16;

fn micro(out: &mut String, results: &Results) {
    if results.micro.is_empty() {
        return;
    }
    let counted = results.micro.iter().any(|row| row.instructions.is_some());
    let _ = writeln!(out, "<details><summary>Micro benchmarks ({})</summary>\n", results.micro.len());
    let mut titles = ["group", "operation", "best", "median", "spread"].map(str::to_owned).to_vec();
    titles.extend(counted.then(|| "instructions".to_owned()));
    header(out, &titles, 2..titles.len());
    let groups = summary::groups(results);
    let shown = groups.iter().flat_map(|(_, rows)| rows.iter().take(MOST));
    for result in shown {
        let mut cells = vec![
            cell(&result.group),
            cell(&result.name),
            figure(result.best, result.unit),
            figure(result.median, result.unit),
            percent(result.spread),
        ];
        if counted {
            cells.push(result.instructions.map_or_else(dash, digits));
        }
        row(out, cells);
    }
    for (group, rows) in groups.iter().filter(|(_, rows)| rows.len() > MOST) {
        let _ = writeln!(out, "\n{}: {} more in the page.", cell(group), rows.len() - MOST);
    }
    out.push_str("\n</details>\n\n");
}

fn metrics(out: &mut String, results: &Results) {
    if results.metrics.is_empty() {
        return;
    }
    out.push_str("#### Metrics of the mission\n\n");
    header(out, &["metric", "target", "measured", "verdict"].map(str::to_owned), 1..3);
    for metric in &results.metrics {
        let said = match &metric.verdict {
            Verdict::Met => "✅ met".to_owned(),
            Verdict::Missed => "❌ **missed**".to_owned(),
            Verdict::Pending(reason) => format!("⏳ {}: {}", verdict(&metric.verdict), cell(reason)),
        };
        let measured = metric.measured.map_or_else(dash, |value| figure(value, metric.unit));
        row(out, [cell(&metric.name), cell(&metric.target), measured, said]);
    }
    out.push('\n');
}

fn distributions(out: &mut String, results: &Results) {
    use crate::statistics::{maximum, quantile};
    if results.distributions.is_empty() {
        return;
    }
    out.push_str("#### Pauses and latencies\n\n");
    header(out, &["quantity", "values", "p50", "p90", "p99", "largest"].map(str::to_owned), 1..6);
    for distribution in &results.distributions {
        let values = &distribution.values;
        let shown = |value: f64| figure(value, distribution.unit);
        let figures = [quantile(values, 0.5), quantile(values, 0.9), quantile(values, 0.99), maximum(values)];
        let mut cells = vec![cell(&distribution.name), values.len().to_string()];
        cells.extend(figures.map(|value| if values.is_empty() { dash() } else { shown(value) }));
        row(out, cells);
    }
    out.push('\n');
}

fn notes(out: &mut String, results: &Results) {
    let notes = summary::notes(results);
    if notes.is_empty() {
        return;
    }
    out.push_str("#### Notes\n\n");
    for note in notes {
        let _ = writeln!(out, "- {}", cell(note));
    }
    out.push('\n');
}

fn footer(out: &mut String, results: &Results) {
    let machine = &results.machine;
    let mut said = vec![cell(&machine.processor)];
    said.extend((machine.cores > 0).then(|| format!("{} cores", machine.cores)));
    said.extend((machine.memory > 0).then(|| bytes(machine.memory as f64)));
    said.push(cell(&machine.system));
    said.extend(machine.pinned.map(|core| format!("pinned to core {core}")));
    said.extend(machine.load.map(|(before, after)| format!("load {before:.2} before, {after:.2} after")));
    said.retain(|text| !text.is_empty());
    let versions: Vec<_> =
        results.versions.iter().map(|(name, version)| format!("{} {}", cell(name), cell(version))).collect();
    let quick = if results.quick { ", a short run" } else { "" };
    let command = results.command.replace('`', "'").replace(['\n', '\r'], " ");
    let mut lines = vec![format!("{}{quick} · `{command}`", cell(&results.taken))];
    lines.extend([said.join(", "), versions.join(" · ")].into_iter().filter(|line| !line.is_empty()));
    let _ = writeln!(out, "<sub>{}</sub>", lines.join("<br>\n"));
}
