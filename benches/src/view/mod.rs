//! Tables on the terminal: `programs`, `tiers` and `peers` are three views of one measurement, `run` runs one
//! program for a person.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tables are for the terminal")]

pub mod peers;
pub mod programs;
pub mod run;
pub mod tiers;

use crate::candidate::LYRA;
use crate::context::Context;
use crate::result::{Measurement, ProgramResult};
use std::io::Write;

/// Prints a title and a table, or whatever else stands under the title.
pub fn print(title: &str, text: &str) {
    say(&format!("{title}\n\n{text}"));
}

/// Prints a line.
pub fn say(line: &str) {
    // A closed pipe, as of `| head`, is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Prints, at the end of every run, which programs Lyra cannot run yet, and what could not be measured.
pub fn finish(context: &Context) {
    let programs = &context.results.programs;
    let waiting: Vec<String> = programs
        .iter()
        .filter_map(|program| Some(format!("  {:<11} {}\n", program.name, program.pending.as_ref()?)))
        .collect();
    if !waiting.is_empty() {
        print(&format!("pending: {} of {} programs", waiting.len(), programs.len()), &waiting.concat());
    }
    for note in &context.results.notes {
        eprintln!("note: {note}");
    }
}

/// What a candidate did on a program.
#[must_use]
pub fn of<'a>(program: &'a ProgramResult, candidate: &str) -> Option<&'a Measurement> {
    program.candidates.iter().find(|measured| measured.candidate == candidate)
}

/// The names of the candidates that were measured, each once, in the order of the tables.
#[must_use]
pub fn candidates(programs: &[ProgramResult]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for measured in programs.iter().flat_map(|program| &program.candidates) {
        if !names.contains(&measured.candidate) {
            names.push(measured.candidate.clone());
        }
    }
    names
}

/// Those of [`candidates`] that are tiers of Lyra.
#[must_use]
pub fn tiers(programs: &[ProgramResult]) -> Vec<String> {
    candidates(programs).into_iter().filter(|name| name.starts_with(LYRA)).collect()
}

/// The first candidate's time by the second's, as the geometric mean over the programs that both ran.
#[must_use]
pub fn mean_ratio(programs: &[ProgramResult], first: &str, second: &str) -> f64 {
    let ratios: Vec<f64> = programs
        .iter()
        .filter_map(|program| Some(of(program, first)?.minimum / of(program, second)?.minimum))
        .collect();
    crate::statistics::geometric_mean(&ratios)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::summary;

    /// Three programs: one clear, one where the rounds do not agree, one that is pending.
    fn programs() -> Vec<ProgramResult> {
        let program = |name: &str, pending: Option<&str>, candidates: Vec<Measurement>| ProgramResult {
            name: name.to_owned(),
            title: String::new(),
            size: 1000,
            pending: pending.map(str::to_owned),
            candidates,
        };
        let rounds = |times: [f64; 3]| times.map(|time| vec![time * 1e6, time * 1.5e6]).to_vec();
        let clear = vec![
            summary("rust", rounds([2.0, 2.1, 2.0]), None),
            summary("lyra:reference", rounds([100.0, 140.0, 120.0]), None),
            summary("luajit", rounds([20.0, 21.0, 20.5]), None),
        ];
        let unclear = vec![
            summary("rust", rounds([0.5, 0.5, 0.6]), None),
            summary("lyra:reference", rounds([10.0, 12.0, 10.5]), None),
            summary("luajit", rounds([11.0, 11.0, 9.9]), None),
        ];
        let waiting = Some("Lyra has no structs yet");
        vec![
            program("fib", None, clear),
            program("text", None, unclear),
            program("trees", waiting, Vec::new()),
        ]
    }

    #[test]
    fn tables() {
        let programs = programs();
        insta::assert_snapshot!("programs", programs::table(&programs));
        insta::assert_snapshot!("peers", peers::table(&programs, "lyra:reference"));
    }

    #[test]
    fn tiers_that_are_missing_are_told() {
        let table = tiers::table(&programs());
        for claim in tiers::CLAIMS {
            let line = table.lines().find(|line| line.starts_with(claim.tier)).unwrap_or_default();
            let is_built = lyra::Tier::ALL.iter().any(|tier| tier.name() == claim.tier);
            assert_eq!(is_built, !line.contains("not built yet"), "{table}");
        }
        // Every tier has a row, whether the mission knows it or not.
        assert!(lyra::Tier::ALL.iter().all(|tier| table.lines().any(|line| line.starts_with(tier.name()))));
    }

    #[test]
    fn nothing_measured_makes_tables_without_figures() {
        assert!(programs::table(&[]).contains("geometric mean"));
        assert_eq!(peers::best(&[]), None);
        assert!(mean_ratio(&[], "rust", "luajit").is_nan());
    }
}
