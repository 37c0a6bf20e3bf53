//! The method: results are checked before anything is timed; then, in rounds, every candidate runs once in a fresh
//! process on one core, each round in another order, so that whatever the machine does meanwhile meets all of them.

use crate::candidate::{self, Candidate};
use crate::catalogue::{self, PROGRAMS, Program, Support};
use crate::child;
use crate::clock;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::options::Scale;
use crate::pin::Pin;
use crate::result::{Measurement, ProgramResult};
use crate::statistics::{median, minimum};
use crate::worker::Reply;
use indicatif::ProgressBar;
use std::path::Path;
use std::time::Duration;

/// A process that takes this long hangs.
const LIMIT: Duration = Duration::from_secs(300);

/// How thoroughly something is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Processes for each candidate.
    pub rounds: u32,
    /// CPU time that a process should take: fast candidates repeat the program in it.
    pub process: Duration,
    /// Most repeats in a process.
    pub repeats: u32,
}

impl Effort {
    /// What fits the scale; `rounds` where a person asked for them.
    #[must_use]
    pub fn of(scale: Scale, rounds: Option<u32>) -> Self {
        let effort = match scale {
            Scale::Check => Self { rounds: 1, process: Duration::ZERO, repeats: 1 },
            Scale::Quick => Self { rounds: 5, process: Duration::from_millis(60), repeats: 20 },
            Scale::Full => Self { rounds: 8, process: Duration::from_millis(300), repeats: 20 },
        };
        Self { rounds: rounds.unwrap_or(effort.rounds).max(1), ..effort }
    }

    /// How often to repeat a program in a process, if once takes this long: as often as fits; but of what warms up
    /// several, if one fits, so that it gets to run what it has compiled.
    fn repeats(&self, once: f64, warms_up: bool) -> u32 {
        const WARM: f64 = 5.0;
        let fitting = self.process.as_nanos() as f64 / once.max(1.0);
        let repeats = if warms_up && fitting >= 1.0 { fitting.max(WARM) } else { fitting };
        (repeats as u32).clamp(1, self.repeats.max(1))
    }
}

/// A program at a size, and who runs it.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Where its files are.
    pub directory: &'a Path,
    /// Its name.
    pub program: &'a str,
    /// The argument of `run`.
    pub size: i32,
    /// Who runs it, in the order of the tables.
    pub candidates: &'a [Candidate],
    /// The core.
    pub pin: &'a Pin,
}

impl Job<'_> {
    /// Runs one candidate in a fresh process.
    ///
    /// # Errors
    /// When it fails, with the command that repeats it.
    pub fn run(&self, candidate: &Candidate, repeats: u32) -> Result<Reply> {
        let mut command = candidate.command(self.directory, self.program, self.size, repeats);
        let reply = child::run(&mut command, LIMIT, Some(self.pin));
        let reply = reply.and_then(|output| Reply::parse(&output.stdout));
        Ok(reply.map_err(|error| {
            let name = &candidate.name;
            format!("{} by {name}, size {}: {error}\n  the command was {command:?}", self.program, self.size)
        })?)
    }

    /// Runs every candidate once and compares the results with the first's. `bar` moves a step a candidate.
    ///
    /// # Errors
    /// When one fails or gives another result.
    pub fn check(&self, bar: &ProgressBar) -> Result<Vec<Reply>> {
        let mut replies: Vec<Reply> = Vec::new();
        for candidate in self.candidates {
            bar.set_message(format!("{} by {}, to compare results", self.program, candidate.name));
            let reply = self.run(candidate, 1)?;
            if let (Some(first), Some(by)) = (replies.first(), self.candidates.first())
                && first.checksum != reply.checksum
            {
                return Err(differ(self, &by.name, &first.checksum, &candidate.name, &reply.checksum));
            }
            replies.push(reply);
            bar.inc(1);
        }
        Ok(replies)
    }

    /// Checks the results, then measures. `bar` moves a step a process: one and the effort's rounds for each
    /// candidate.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn measure(&self, effort: &Effort, bar: &ProgressBar) -> Result<Vec<Measurement>> {
        let checked = self.check(bar)?;
        // The first call is the slowest, with cold caches and nothing compiled: later rounds know better.
        let mut fastest: Vec<f64> = checked.iter().map(|reply| minimum(&reply.repeats)).collect();
        let mut found: Vec<(Vec<Vec<f64>>, Option<u64>)> = vec![(Vec::new(), None); self.candidates.len()];
        for round in 0..effort.rounds as usize {
            for step in 0..self.candidates.len() {
                let index = (round + step) % self.candidates.len();
                let (Some(candidate), Some(first), Some(once), Some((rounds, peak))) = (
                    self.candidates.get(index),
                    checked.get(index),
                    fastest.get_mut(index),
                    found.get_mut(index),
                ) else {
                    continue;
                };
                bar.set_message(format!("{} by {}", self.program, candidate.name));
                let reply = self.run(candidate, effort.repeats(*once, candidate.warms_up))?;
                if reply.checksum != first.checksum {
                    let name = &candidate.name;
                    return Err(differ(
                        self,
                        name,
                        &first.checksum,
                        &format!("{name} later"),
                        &reply.checksum,
                    ));
                }
                *once = once.min(minimum(&reply.repeats));
                rounds.push(reply.repeats);
                *peak = (*peak).max(reply.peak);
                bar.inc(1);
            }
        }
        let candidates = self.candidates.iter().zip(found);
        Ok(candidates.map(|(candidate, (rounds, peak))| summary(&candidate.name, rounds, peak)).collect())
    }
}

fn differ(job: &Job<'_>, by: &str, checksum: &str, other: &str, found: &str) -> Failure {
    let program = job.program;
    let size = job.size;
    Failure::Error(format!(
        "{program} at size {size} does not give one result, so nothing is timed:\n  {by}: {checksum}\n  {other}: {found}"
    ))
}

/// The figures of one candidate.
#[must_use]
pub fn summary(candidate: &str, rounds: Vec<Vec<f64>>, peak_memory: Option<u64>) -> Measurement {
    let best: Vec<f64> = rounds.iter().map(|round| minimum(round)).collect();
    let (minimum, median) = (minimum(&best), median(&best));
    let spread = (median - minimum) / minimum;
    let candidate = candidate.to_owned();
    Measurement { candidate, rounds, minimum, median, spread, peak_memory, instructions: None }
}

/// The programs that `--filter` lets through.
///
/// # Errors
/// When there is none.
pub fn selected(context: &Context) -> Result<Vec<&'static Program>> {
    let chosen: Vec<_> = PROGRAMS.iter().filter(|program| context.options.matches(program.name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = PROGRAMS.iter().map(|program| program.name).collect();
        let filter = context.options.filter.as_deref().unwrap_or_default();
        return Err(format!("no program matches `{filter}`; there are: {}", names.join(", ")).into());
    }
    Ok(chosen)
}

/// Measures programs × candidates.
pub(crate) fn programs(context: &mut Context) -> Result<Vec<ProgramResult>> {
    let candidates = candidate::all(context)?;
    programs_by(context, &candidates)
}

/// Measures programs × these candidates.
pub(crate) fn programs_by(context: &mut Context, candidates: &[Candidate]) -> Result<Vec<ProgramResult>> {
    let chosen = selected(context)?;
    candidate::require_files(candidates, &chosen, &context.directory)?;
    if !clock::IS_CPU_TIME {
        context
            .note("this system gives no CPU time here: native Rust and Lyra are measured by the wall clock");
    }
    let scale = context.options.scale();
    let effort = Effort::of(scale, context.options.rounds);
    let mut jobs = Vec::new();
    for program in chosen {
        let source = catalogue::source(&context.directory, program.name)?;
        let pending = match catalogue::support(program.name, &source) {
            Support::Runs => None,
            Support::Pending(missing) => Some(format!("Lyra has no {} yet", missing.join(", "))),
            Support::Wrong(report) => {
                return Err(format!("the program {} does not compile:\n{report}", program.name).into());
            }
        };
        jobs.push((program, pending));
    }
    let able = jobs.iter().filter(|(_, pending)| pending.is_none());
    let pairs: usize =
        able.map(|(program, _)| candidates.iter().filter(|by| by.has(program.name)).count()).sum();
    let bar = context.progress.bar("programs", pairs * (effort.rounds as usize + 1));
    let mut results = Vec::new();
    for (program, pending) in jobs {
        let size = program.size(scale);
        let (directory, pin) = (context.directory.as_path(), &context.pin);
        let able: Vec<Candidate> = candidates.iter().filter(|by| by.has(program.name)).cloned().collect();
        let job = Job { directory, program: program.name, size, candidates: &able, pin };
        // Others' times say nothing while Lyra's are missing.
        let candidates = if pending.is_some() { Vec::new() } else { job.measure(&effort, &bar)? };
        let (name, title) = (program.name.to_owned(), program.title.to_owned());
        results.push(ProgramResult { name, title, size, pending, candidates });
    }
    bar.finish_and_clear();
    Ok(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fast_programs_are_repeated_slow_ones_are_not() {
        let effort = Effort { rounds: 1, process: Duration::from_millis(100), repeats: 20 };
        let repeats = [1e3, 1e6, 1e7, 6e7, 1e9].map(|once| effort.repeats(once, false));
        assert_eq!(repeats, [20, 20, 10, 1, 1]);
        assert_eq!((effort.repeats(6e7, true), effort.repeats(1e9, true)), (5, 1));
        assert_eq!(Effort::of(Scale::Check, None).repeats(1.0, true), 1);
    }

    #[test]
    fn figures_of_a_candidate() {
        let found = summary("a", vec![vec![3.0, 2.0], vec![5.0, 4.0], vec![9.0, 3.0]], Some(7));
        assert_eq!((found.minimum, found.median, found.spread), (2.0, 3.0, 0.5));
    }
}
