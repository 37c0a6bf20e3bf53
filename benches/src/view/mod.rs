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
    // A closed pipe, as of `| head`, is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{title}\n\n{text}");
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
