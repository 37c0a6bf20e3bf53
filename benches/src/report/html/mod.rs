//! One page that needs nothing but itself: no script, no font, no address; a policy in its head forbids any.
//!
//! It begins with where Lyra stands, then shows plots, then the same numbers as tables. `maud` escapes every text.

mod about;
mod figures;
mod tables;

use super::format::{digits, factor};
use super::plots::Paint;
use super::summary::{self, Mean, NATIVE, Summary};
use crate::result::Results;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Writes the whole page. Parts that the run did not measure say so in a line.
///
/// # Errors
/// When a plot cannot be drawn.
pub fn html(results: &Results) -> Result<String, String> {
    let summary = Summary::of(results);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "Lyra, measured · " (results.taken) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    h1 { "Lyra, measured" }
                    p.lead { (standing(&summary)) }
                    p.faint {
                        (results.taken) @if results.quick { " · a short run: figures are rough" }
                        " · " (results.machine.processor)
                    }
                    (cards(results, &summary))
                }
                nav {
                    @for (id, title) in SECTIONS { a href={ "#" (id) } { (title) } " " }
                }
                main {
                    (section("programs", figures::programs(results, &summary)?))
                    (section("tiers", figures::tiers(&summary)?))
                    (section("metrics", tables::metrics(results)))
                    (section("pauses", figures::distributions(results)?))
                    (section("micro", tables::micro(results)))
                    (section("notes", about::notes(results)))
                    (section("method", about::method(results)))
                }
            }
        }
    };
    Ok(page.into_string())
}

/// Every section: its address in the page and its title.
const SECTIONS: [(&str, &str); 7] = [
    ("programs", "Programs"),
    ("tiers", "Tiers"),
    ("metrics", "Metrics"),
    ("pauses", "Pauses and latencies"),
    ("micro", "Micro benchmarks"),
    ("notes", "Pending and notes"),
    ("method", "Machine and method"),
];

fn section(id: &str, inside: Markup) -> Markup {
    let title = SECTIONS.iter().find(|(other, _)| *other == id).map_or("", |(_, title)| title);
    html! { section id=(id) { h2 { (title) } (inside) } }
}

/// What a part says that was not measured.
fn nothing(what: &str) -> Markup {
    html! { p.faint { "This run did not measure " (what) "." } }
}

/// Where Lyra stands, in a sentence.
fn standing(summary: &Summary) -> Markup {
    let native = summary.against_others.iter().find(|mean| mean.candidate == NATIVE);
    let best = summary.best.as_deref().map(summary::label);
    html! {
        @match (best, native) {
            (Some(best), Some(mean)) => {
                (best) " takes " strong { (factor(mean.ratio)) } " the time of native Rust"
                @if mean.programs > 1 { ", over " (mean.programs) " programs" }
                "."
            }
            (Some(best), None) => { (best) " was measured; native Rust was not." }
            (None, _) => { "This run measured no program under Lyra." }
        }
    }
}

fn cards(results: &Results, summary: &Summary) -> Markup {
    let tally = summary.tally;
    let runnable = results.programs.iter().filter(|program| program.pending.is_none()).count();
    html! {
        div.cards {
            @for mean in &summary.against_others { (against(mean, &summary.candidates)) }
            @if tally != Default::default() {
                a.card href="#metrics" {
                    span.name { "metrics of the mission" }
                    span.tally {
                        span.met { "✓ " (tally.met) " met" }
                        span.missed { "✗ " (tally.missed) " missed" }
                        span.pending { "… " (tally.pending) " pending" }
                    }
                }
            }
            @if !results.programs.is_empty() {
                a.card href="#notes" {
                    span.name { "programs that Lyra runs" }
                    span.big { (runnable) span.unit { " of " (results.programs.len()) } }
                }
            }
        }
    }
}

/// A card: Lyra's best tier against one other.
fn against(mean: &Mean, candidates: &[String]) -> Markup {
    let (ratio, word) = if mean.ratio >= 1.0 { (mean.ratio, "slower") } else { (1.0 / mean.ratio, "faster") };
    let paint = if mean.candidate == NATIVE { Paint::Ink } else { Paint::of(&mean.candidate, candidates) };
    html! {
        a.card href="#programs" style={ "border-top-color: var(" (paint.variable()) ")" } {
            span.name { "against " (summary::label(&mean.candidate)) }
            span.big { (factor(ratio)) span.unit { " " (word) } }
            span.faint { (digits(mean.range.0)) " to " (factor(mean.range.1)) " the time, " (programs(mean.programs)) }
        }
    }
}

fn programs(count: usize) -> String {
    if count == 1 { "1 program".to_owned() } else { format!("{count} programs") }
}
