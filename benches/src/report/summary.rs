//! The figures that the Markdown and the HTML page share: ratios to native Rust by program, their geometric means
//! by candidate, the factors of Lyra's tiers beside the mission's claims, and the tally of the metrics.

pub use crate::candidate::{LYRA, NATIVE};
use crate::result::{Measurement, MicroResult, ProgramResult, Results, Verdict};
use crate::statistics::{Ratio, geometric_mean, median, minimum};

/// How one candidate's time compares with another's over all programs that both ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Mean {
    /// The candidate.
    pub candidate: String,
    /// The geometric mean of the ratios.
    pub ratio: f64,
    /// The smallest and the largest of them.
    pub range: (f64, f64),
    /// How many programs are in it.
    pub programs: usize,
}

/// How often the mission's targets are met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Targets met.
    pub met: usize,
    /// Targets missed.
    pub missed: usize,
    /// Targets that cannot be measured yet.
    pub pending: usize,
}

/// What is said above everything else.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Every candidate of the run, in the order of the tables: native Rust, Lyra's tiers, the peers.
    pub candidates: Vec<String>,
    /// Lyra's fastest tier of this run: the one with the smallest mean against native Rust, or the last one that
    /// ran when native Rust did not.
    pub best: Option<String>,
    /// Every candidate but native Rust against native Rust.
    pub against_native: Vec<Mean>,
    /// Lyra's best tier against every candidate that is not Lyra's.
    pub against_others: Vec<Mean>,
    /// How many times faster than the reference machine each tier is.
    pub tiers: Vec<Mean>,
    /// The metrics.
    pub tally: Tally,
}

impl Summary {
    /// Reads the figures off a run. Every part can be missing.
    #[must_use]
    pub fn of(results: &Results) -> Self {
        let candidates = candidates(results);
        let mean_all = |base: &str| -> Vec<Mean> {
            let others = candidates.iter().filter(|name| *name != base);
            others.filter_map(|name| mean(results, name, base)).collect()
        };
        let against_native = mean_all(NATIVE);
        let best = against_native
            .iter()
            .filter(|mean| mean.candidate.starts_with(LYRA))
            .min_by(|a, b| a.ratio.total_cmp(&b.ratio))
            .map(|mean| mean.candidate.clone())
            .or_else(|| candidates.iter().rfind(|name| name.starts_with(LYRA)).cloned());
        let against_others = best.as_deref().map_or_else(Vec::new, |best| {
            let others = candidates.iter().filter(|name| !name.starts_with(LYRA));
            others
                .filter_map(|name| mean(results, best, name).map(|m| Mean { candidate: name.clone(), ..m }))
                .collect()
        });
        let reference = candidates.iter().find(|name| name.starts_with(LYRA)).cloned();
        let tiers = reference.map_or_else(Vec::new, |reference| {
            let tiers = candidates.iter().filter(|name| name.starts_with(LYRA));
            tiers
                .filter_map(|tier| {
                    mean(results, &reference, tier).map(|m| Mean { candidate: tier.clone(), ..m })
                })
                .collect()
        });
        let mut tally = Tally::default();
        for metric in &results.metrics {
            match metric.verdict {
                Verdict::Met => tally.met += 1,
                Verdict::Missed => tally.missed += 1,
                Verdict::Pending(_) => tally.pending += 1,
            }
        }
        Self { candidates, best, against_native, against_others, tiers, tally }
    }
}

/// Native Rust first, then Lyra's tiers, then the peers, each in the order in which the run has them.
fn candidates(results: &Results) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for measurement in results.programs.iter().flat_map(|program| &program.candidates) {
        if !names.contains(&measurement.candidate) {
            names.push(measurement.candidate.clone());
        }
    }
    names.sort_by_key(|name| match name.as_str() {
        NATIVE => 0,
        name if name.starts_with(LYRA) => 1,
        _ => 2,
    });
    names
}

/// A candidate's measurement on a program.
#[must_use]
pub fn find<'a>(program: &'a ProgramResult, candidate: &str) -> Option<&'a Measurement> {
    program.candidates.iter().find(|measurement| measurement.candidate == candidate)
}

/// How `candidate` compares with `base` on a program.
#[must_use]
pub fn ratio(program: &ProgramResult, candidate: &str, base: &str) -> Option<Ratio> {
    Ratio::of(&find(program, candidate)?.rounds, &find(program, base)?.rounds).filter(|r| r.value.is_finite())
}

fn mean(results: &Results, candidate: &str, base: &str) -> Option<Mean> {
    let ratios: Vec<f64> =
        results.programs.iter().filter_map(|program| Some(ratio(program, candidate, base)?.value)).collect();
    if ratios.is_empty() {
        return None;
    }
    Some(Mean {
        candidate: candidate.to_owned(),
        ratio: geometric_mean(&ratios),
        range: (minimum(&ratios), crate::statistics::maximum(&ratios)),
        programs: ratios.len(),
    })
}

/// The name of a candidate as people read it: `lyra:reference` is Lyra's tier `reference`.
#[must_use]
pub fn label(candidate: &str) -> String {
    match candidate.strip_prefix(LYRA) {
        Some(tier) => format!("Lyra {tier}"),
        None if candidate == NATIVE => "native Rust".to_owned(),
        None => candidate.to_owned(),
    }
}

/// What could not be measured, without what the table of metrics says by itself.
#[must_use]
pub fn notes(results: &Results) -> Vec<&str> {
    let repeats = |note: &str| {
        note.starts_with("metric ")
            && results.metrics.iter().any(|metric| {
            matches!(&metric.verdict, Verdict::Pending(reason) if note.contains(&metric.name) && note.contains(reason))
        })
    };
    results.notes.iter().map(String::as_str).filter(|note| !repeats(note)).collect()
}

/// The micro benchmarks by their groups, in the order in which the run has them.
#[must_use]
pub fn groups(results: &Results) -> Vec<(&str, Vec<&MicroResult>)> {
    let mut groups: Vec<(&str, Vec<&MicroResult>)> = Vec::new();
    for result in &results.micro {
        match groups.iter_mut().find(|(name, _)| *name == result.group) {
            Some((_, rows)) => rows.push(result),
            None => groups.push((&result.group, vec![result])),
        }
    }
    groups
}

/// What programs are waiting for: name and reason.
#[must_use]
pub fn pending(results: &Results) -> Vec<(&str, &str)> {
    let programs = results.programs.iter();
    programs.filter_map(|program| Some((program.name.as_str(), program.pending.as_deref()?))).collect()
}

/// The spread that a table shows for a candidate over all of its programs.
#[must_use]
pub fn typical_spread(results: &Results, candidate: &str) -> f64 {
    let spreads: Vec<f64> =
        results.programs.iter().filter_map(|program| Some(find(program, candidate)?.spread)).collect();
    median(&spreads)
}
