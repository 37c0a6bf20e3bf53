//! The parts of the page that are plots, each with its numbers as a table.

use super::nothing;
use super::tables;
use crate::report::format::{factor, figure, time};
use crate::report::plots::{self, BARS, Scale};
use crate::report::summary::{self, NATIVE, Summary};
use crate::report::tiers;
use crate::result::{Distribution, Results};
use crate::statistics::{maximum, minimum, quantile};
use maud::{Markup, html};

/// A card a program, all on one scale, then the table.
pub(super) fn programs(results: &Results, summary: &Summary) -> Result<Markup, String> {
    let measured: Vec<_> = results.programs.iter().filter(|program| !program.candidates.is_empty()).collect();
    if measured.is_empty() {
        return Ok(nothing("any program"));
    }
    let ratios = measured.iter().flat_map(|program| {
        let others = summary.candidates.iter().filter(|name| *name != NATIVE);
        others
            .filter_map(|name| summary::ratio(program, name, NATIVE))
            .flat_map(|ratio| [ratio.value, ratio.high])
    });
    let scale = Scale::over(ratios, 1.0, BARS.0, BARS.1);
    let mut plots = Vec::new();
    for program in &measured {
        if let Some(plot) = plots::program(program, &summary.candidates, scale)? {
            plots.push((program, plot));
        }
    }
    Ok(html! {
        @if plots.is_empty() {
            p.faint { "Native Rust was not run, so there are times but no ratios to draw." }
        } @else {
            p {
                "How many times as long as native Rust: shorter is better, the line at 1× is native Rust. All programs "
                "have the same logarithmic scale. The thin line through a bar's end spans the middle half of the "
                "rounds; ~ means that they disagree which is faster."
            }
        }
        div.grid {
            @for (program, plot) in &plots {
                figure {
                    figcaption {
                        strong { (program.name) } " " (program.title) br;
                        span.faint {
                            "size " (program.size)
                            @if let Some(native) = summary::find(program, NATIVE) {
                                ", native Rust " (time(native.minimum))
                            }
                        }
                    }
                    (plot)
                }
            }
        }
        (tables::programs(results, summary))
    })
}

/// The mission's claims beside the measured factors.
pub(super) fn tiers(summary: &Summary) -> Result<Markup, String> {
    let tiers = tiers::tiers(summary);
    Ok(html! {
        p {
            "How many times as fast as the reference machine, a geometric mean over all programs. Each tier has those "
            "before it. The outline is what the mission claims, the bar what was measured."
        }
        figure.wide { (plots::tiers(&tiers)?) }
        div.scroll {
            table {
                thead { tr { th { "tier" } th.number { "claim" } th.number { "measured" } th { "verdict" } th { "what it adds" } } }
                tbody {
                    @for tier in &tiers {
                        tr {
                            th scope="row" { (tier.name) }
                            td.number {
                                @match tier.claim {
                                    Some((low, high)) => { (low) "–" (high) "×" }
                                    None => { "–" }
                                }
                            }
                            td.number { @if let Some(mean) = tier.found { (factor(mean.ratio)) } @else { "–" } }
                            td { (tier.verdict()) }
                            td { (tier.adds) }
                        }
                    }
                }
            }
        }
    })
}

/// Each distribution as histogram and curve, then quantiles.
pub(super) fn distributions(results: &Results) -> Result<Markup, String> {
    if results.distributions.is_empty() {
        return Ok(nothing("pauses or latencies"));
    }
    let mut plots = Vec::new();
    for distribution in &results.distributions {
        plots.push((distribution, plots::distribution(distribution)?));
    }
    Ok(html! {
        p {
            "The line is the share of values that are no larger; the bars below it are how many there are of each "
            "size. The axis is logarithmic."
        }
        div.grid.large {
            @for (distribution, plot) in &plots {
                figure {
                    figcaption {
                        strong { (distribution.name) }
                        span.faint { ", " (distribution.values.len()) " values" }
                    }
                    @match plot {
                        Some(plot) => { (plot) }
                        None => { p.faint { "No value above zero." } }
                    }
                }
            }
        }
        div.scroll {
            table {
                thead { tr {
                    th { "quantity" }
                    @for title in ["values", "smallest", "p50", "p90", "p99", "p99.9", "largest"] {
                        th.number { (title) }
                    }
                } }
                tbody { @for distribution in &results.distributions { (quantiles(distribution)) } }
            }
        }
    })
}

fn quantiles(distribution: &Distribution) -> Markup {
    let values = &distribution.values;
    let [p50, p90, p99, p999] = [0.5, 0.9, 0.99, 0.999].map(|q| quantile(values, q));
    html! {
        tr {
            th scope="row" { (distribution.name) }
            td.number { (values.len()) }
            @for value in [minimum(values), p50, p90, p99, p999, maximum(values)] {
                td.number { @if value.is_finite() { (figure(value, distribution.unit)) } @else { "–" } }
            }
        }
    }
}
