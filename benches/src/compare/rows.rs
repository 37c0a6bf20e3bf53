//! What is compared: programs on each tier, and micro benchmarks, measured by the baseline's program and this one
//! in the same rounds.

use super::verdict::{COUNT, Evidence};
use crate::candidate::Candidate;
use crate::catalogue::{self, Program, Support};
use crate::child;
use crate::context::Context;
use crate::count;
use crate::failure::Result;
use crate::measure::{Effort, Job, selected};
use crate::micro::worker::{Reply, command, counting, listing};
use crate::micro::{HANDLERS, Kernel, Sampling, worth_counting};
use crate::options::Scale;
use crate::result::Unit;
use crate::statistics::{Ratio, maximum, minimum};
use indicatif::ProgressBar;
use lyra::Tier;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A process that takes this long hangs.
const LIMIT: Duration = Duration::from_secs(300);

/// From what share on the clock is conspicuous: whole programs average out what single operations do not.
const PROGRAM: f64 = 0.03;
const KERNEL: f64 = 0.05;

/// The two programs that measure.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// The baseline's.
    pub(super) old: PathBuf,
    /// This one.
    pub(super) new: PathBuf,
}

/// One thing that is compared.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its name in the table.
    pub(super) name: String,
    pub(super) subject: Subject,
    pub(super) unit: Unit,
    /// The best figure of the baseline's program, in this run.
    pub(super) before: f64,
    /// The best figure of this program.
    pub(super) after: f64,
    pub(super) evidence: Evidence,
}

/// What a row measures.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// A program on a tier.
    Program(&'static Program, Tier),
    /// The micro benchmark of this id.
    Kernel(String),
}

/// One look by the clock: figures, and their ratio as times, new by old.
struct Look {
    before: f64,
    after: f64,
    ratio: Option<Ratio>,
}

/// The rows of this run, seen once by the clock. What the baseline does not have is noted.
pub(super) fn first(context: &mut Context, pair: &Pair, kernels: &[Kernel]) -> Result<Vec<Row>> {
    let mut rows = programs(context, pair)?;
    rows.extend(micro(context, pair, kernels)?);
    Ok(rows)
}

fn programs(context: &mut Context, pair: &Pair) -> Result<Vec<Row>> {
    let mut jobs = Vec::new();
    // Micro benchmarks may be all that was asked for.
    for program in selected(context).unwrap_or_default() {
        let source = catalogue::source(&context.directory, program.name)?;
        if let Support::Runs = catalogue::support(program.name, &source) {
            jobs.extend(Tier::ALL.iter().map(|&tier| (program, tier)));
        }
    }
    let effort = Effort::of(context.options.scale(), context.options.rounds);
    let bar =
        context.progress.bar("programs, before and after", jobs.len() * 2 * (effort.rounds as usize + 1));
    let mut rows = Vec::new();
    for (program, tier) in jobs {
        let name = if tier == Tier::default() {
            program.name.to_owned()
        } else {
            format!("{} [{tier}]", program.name)
        };
        // An older program may know neither the tier nor all of the language.
        let old = Candidate::lyra(&pair.old, tier.name());
        if let Err(error) = job(context, program, &[], Scale::Check).run(&old, 1) {
            let why = error.to_string();
            let why = why.lines().nth(1).unwrap_or(&why).trim().to_owned();
            context.note(format!("{name} is not compared: the baseline cannot run it ({why})"));
            continue;
        }
        let look = clock_program(context, pair, program, tier, &effort, &bar)?;
        let evidence = Evidence { first: look.ratio, threshold: PROGRAM, ..Evidence::default() };
        rows.push(Row {
            name,
            subject: Subject::Program(program, tier),
            unit: Unit::Nanoseconds,
            before: look.before,
            after: look.after,
            evidence,
        });
    }
    bar.finish_and_clear();
    Ok(rows)
}

fn job<'a>(context: &'a Context, program: &'a Program, candidates: &'a [Candidate], scale: Scale) -> Job<'a> {
    Job {
        directory: &context.directory,
        program: program.name,
        size: program.size(scale),
        candidates,
        pin: &context.pin,
    }
}

fn clock_program(
    context: &Context,
    pair: &Pair,
    program: &Program,
    tier: Tier,
    effort: &Effort,
    bar: &ProgressBar,
) -> Result<Look> {
    let candidates = [
        Candidate::lyra(&pair.old, tier.name()).named("the baseline"),
        Candidate::lyra(&pair.new, tier.name()).named("this program"),
    ];
    let found = job(context, program, &candidates, context.options.scale()).measure(effort, bar)?;
    let [before, after] = found.as_slice() else { return Err("two candidates gave not two figures".into()) };
    let ratio = Ratio::of(&after.rounds, &before.rounds);
    Ok(Look { before: before.minimum, after: after.minimum, ratio })
}

/// Rounds of samples of each kernel, by its id.
type Rounds = BTreeMap<String, Vec<Vec<f64>>>;

/// How micro benchmarks are sampled.
struct MicroEffort {
    rounds: usize,
    alone: Sampling,
    together: Sampling,
}

impl MicroEffort {
    fn of(scale: Scale, rounds: Option<u32>) -> Self {
        let sampling =
            |samples, microseconds| Sampling { samples, least: Duration::from_micros(microseconds) };
        let (usual, alone, together) = match scale {
            Scale::Check => (1, sampling(1, 0), sampling(1, 0)),
            Scale::Quick => (4, sampling(3, 1_000), sampling(3, 400)),
            Scale::Full => (8, sampling(6, 2_000), sampling(4, 1_000)),
        };
        Self { rounds: rounds.unwrap_or(usual).max(1) as usize, alone, together }
    }
}

fn micro(context: &mut Context, pair: &Pair, kernels: &[Kernel]) -> Result<Vec<Row>> {
    let known =
        child::run(&mut listing(&pair.old), LIMIT, None).and_then(|output| Reply::parse(&output.stdout));
    let known: BTreeSet<String> = known?.into_iter().map(|reply| reply.id).collect();
    let (old, new): (Vec<_>, Vec<_>) = kernels.iter().partition(|kernel| known.contains(&kernel.id()));
    if !new.is_empty() {
        let names: Vec<_> = new.iter().take(5).map(|kernel| kernel.id()).collect();
        let more = if new.len() > 5 { ", …" } else { "" };
        let names = names.join(", ");
        context.note(format!("{} micro benchmarks are new since the baseline: {names}{more}", new.len()));
    }
    let effort = MicroEffort::of(context.options.scale(), context.options.rounds);
    let looks = clock_kernels(context, pair, &old, &effort)?;
    let rows = old.iter().zip(looks).map(|(kernel, look)| Row {
        name: kernel.id(),
        subject: Subject::Kernel(kernel.id()),
        unit: kernel.unit,
        before: look.before,
        after: look.after,
        evidence: Evidence { first: look.ratio, threshold: KERNEL, ..Evidence::default() },
    });
    Ok(rows.collect())
}

/// Measures kernels by both programs, in turns: the handlers in one process, every other in its own.
fn clock_kernels(
    context: &Context,
    pair: &Pair,
    kernels: &[&Kernel],
    effort: &MicroEffort,
) -> Result<Vec<Look>> {
    let ids: Vec<String> = kernels.iter().map(|kernel| kernel.id()).collect();
    let (together, alone): (Vec<&str>, Vec<&str>) =
        ids.iter().map(String::as_str).partition(|id| id.starts_with(HANDLERS));
    let mut jobs: Vec<Vec<&str>> = alone.into_iter().map(|id| vec![id]).collect();
    if context.options.scale() == Scale::Check {
        jobs = vec![jobs.concat()];
    }
    // Not all in one process: between the two programs' turns at a row little time should pass.
    jobs.extend(together.chunks(48).map(<[&str]>::to_vec));
    jobs.retain(|job| !job.is_empty());
    let bar = context.progress.bar("micro, before and after", jobs.len() * effort.rounds * 2);
    let (mut before, mut after) = (Rounds::new(), Rounds::new());
    for round in 0..effort.rounds {
        for ids in &jobs {
            let shares = ids.len() > 1 || ids.iter().any(|id| id.starts_with(HANDLERS));
            let sampling = if shares { effort.together } else { effort.alone };
            // Each goes first in every other round.
            let mut turns = [(&pair.old, &mut before), (&pair.new, &mut after)];
            if round % 2 == 1 {
                turns.reverse();
            }
            for (binary, rounds) in turns {
                bar.set_message(ids.first().copied().unwrap_or_default().to_owned());
                sample(context, binary, ids, sampling, rounds)?;
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    kernels
        .iter()
        .zip(&ids)
        .map(|(kernel, id)| {
            let (before, after) =
                (before.remove(id).unwrap_or_default(), after.remove(id).unwrap_or_default());
            look(kernel, &before, &after).ok_or_else(|| format!("{id} gave no sample").into())
        })
        .collect()
}

fn sample(
    context: &Context,
    binary: &Path,
    ids: &[&str],
    sampling: Sampling,
    rounds: &mut Rounds,
) -> Result<()> {
    let mut command = command(binary, ids, sampling);
    let output = child::run(&mut command, LIMIT, Some(&context.pin));
    let replies = output.and_then(|output| Reply::parse(&output.stdout));
    for reply in replies.map_err(|error| format!("{error}\n  the command was {command:?}"))? {
        rounds.entry(reply.id).or_default().push(reply.samples);
    }
    Ok(())
}

fn look(kernel: &Kernel, before: &[Vec<f64>], after: &[Vec<f64>]) -> Option<Look> {
    let less = kernel.unit.less_is_better();
    let best = |rounds: &[Vec<f64>]| {
        let all = rounds.concat();
        if less { minimum(&all) } else { maximum(&all) }
    };
    // A rate as the time that it stands for.
    let times = |rounds: &[Vec<f64>]| -> Vec<Vec<f64>> {
        let time = |&figure: &f64| if less { figure } else { 1.0 / figure };
        rounds.iter().map(|round| round.iter().map(time).collect()).collect()
    };
    let ratio = Some(Ratio::of(&times(after), &times(before))?);
    Some(Look { before: best(before), after: best(after), ratio })
}

/// The clock's second word on a row, in twice as many rounds.
pub(super) fn again(context: &Context, pair: &Pair, kernels: &[Kernel], row: &mut Row) -> Result<()> {
    let scale = context.options.scale();
    let look = match &row.subject {
        Subject::Program(program, tier) => {
            let effort = Effort::of(scale, context.options.rounds);
            let effort = Effort { rounds: effort.rounds * 2, ..effort };
            clock_program(context, pair, program, *tier, &effort, &ProgressBar::hidden())?
        }
        Subject::Kernel(id) => {
            let Some(kernel) = kernels.iter().find(|kernel| kernel.id() == *id) else { return Ok(()) };
            let effort = MicroEffort::of(scale, context.options.rounds);
            let effort = MicroEffort { rounds: effort.rounds * 2, together: effort.alone, ..effort };
            let mut looks = clock_kernels(context, pair, &[kernel], &effort)?;
            match looks.pop() {
                Some(look) => look,
                None => return Ok(()),
            }
        }
    };
    row.evidence.second = look.ratio;
    Ok(())
}

/// How often a count that differs is taken again.
const RECOUNTS: usize = 3;

/// Counts the instructions of rows by both programs. Where the two differ, it is counted again: a system allocator
/// that moves a block here and not there, or a hash table with another seed, takes some percent more or less.
pub(super) fn counts(context: &mut Context, pair: &Pair, kernels: &[Kernel], rows: &mut [Row]) -> Result<()> {
    let mut planned: Vec<(usize, String, u64)> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let Subject::Kernel(id) = &row.subject else { continue };
        let Some(kernel) = kernels.iter().find(|kernel| kernel.id() == *id) else { continue };
        planned.push((place, id.clone(), worth_counting(kernel)?));
    }
    let bar = context.progress.bar("instructions, before and after", rows.len());
    let mut found: Vec<Counts> = vec![Counts::default(); rows.len()];
    for (row, counts) in rows.iter().zip(&mut found) {
        if let Subject::Program(program, tier) = row.subject {
            bar.set_message(row.name.clone());
            count_program(context, pair, program, tier, counts)?;
            bar.inc(1);
        }
    }
    for chunk in planned.chunks(40) {
        bar.set_message(chunk.first().map(|(_, id, _)| id.clone()).unwrap_or_default());
        count_kernels(pair, chunk, &mut found)?;
        bar.inc(chunk.len() as u64);
    }
    bar.finish_and_clear();
    let differing = found.iter().filter(|counts| counts.differ()).count();
    let bar = context.progress.bar("instructions that differ, again", differing * RECOUNTS);
    for (place, row) in rows.iter().enumerate() {
        for _ in 0..RECOUNTS {
            let Some(counts) = found.get_mut(place).filter(|counts| counts.differ()) else { break };
            bar.set_message(row.name.clone());
            match &row.subject {
                Subject::Program(program, tier) => count_program(context, pair, program, *tier, counts)?,
                Subject::Kernel(_) => {
                    let alone: Vec<_> = planned.iter().filter(|(of, ..)| *of == place).cloned().collect();
                    count_kernels(pair, &alone, &mut found)?;
                }
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    for (row, counts) in rows.iter_mut().zip(&found) {
        row.evidence.count = counts.share();
    }
    Ok(())
}

fn count_program(
    context: &Context,
    pair: &Pair,
    program: &Program,
    tier: Tier,
    counts: &mut Counts,
) -> Result<()> {
    for (binary, list) in [(&pair.old, &mut counts.old), (&pair.new, &mut counts.new)] {
        let candidate = Candidate::lyra(binary, tier.name());
        let size = program.size(Scale::Check);
        let work = candidate.command(&context.directory, program.name, size, 2);
        // The second repeat: the first makes tables that later ones find.
        list.extend(count::between_marks(&work)?.get(1));
    }
    Ok(())
}

/// Counts kernels, given by their rows, ids and iterations, in one process for each program.
fn count_kernels(pair: &Pair, kernels: &[(usize, String, u64)], found: &mut [Counts]) -> Result<()> {
    let list: Vec<(&str, u64)> =
        kernels.iter().map(|(_, id, iterations)| (id.as_str(), *iterations)).collect();
    let old = count::between_marks(&counting(&pair.old, &list))?;
    let new = count::between_marks(&counting(&pair.new, &list))?;
    for (index, (place, ..)) in kernels.iter().enumerate() {
        if let Some(counts) = found.get_mut(*place) {
            counts.old.extend(old.get(index));
            counts.new.extend(new.get(index));
        }
    }
    Ok(())
}

/// Every count of one row.
#[derive(Clone, Debug, Default)]
struct Counts {
    old: Vec<u64>,
    new: Vec<u64>,
}

impl Counts {
    /// New by old, where all counts agree which has more: the smallest difference that they allow. 1 where they do not
    /// agree; nothing where one of them counted nothing.
    fn share(&self) -> Option<f64> {
        let range = |list: &[u64]| Some((*list.iter().min()? as f64, *list.iter().max()? as f64));
        let ((old_least, old_most), (new_least, new_most)) = (range(&self.old)?, range(&self.new)?);
        if old_least < 1.0 || new_least < 1.0 {
            return None;
        }
        let (at_least, at_most) = (new_least / old_most, new_most / old_least);
        Some(if at_least > 1.0 {
            at_least
        } else if at_most < 1.0 {
            at_most
        } else {
            1.0
        })
    }

    fn differ(&self) -> bool {
        self.share().is_some_and(|share| (share - 1.0).abs() >= COUNT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_differ_where_all_of_them_say_so() {
        let share = |old: &[u64], new: &[u64]| Counts { old: old.to_vec(), new: new.to_vec() }.share();
        assert_eq!(share(&[100], &[106]), Some(1.06));
        assert_eq!(share(&[100, 101, 100], &[106, 107, 108]), Some(106.0 / 101.0));
        assert_eq!(share(&[100, 103], &[102, 100]), Some(1.0));
        assert_eq!(share(&[100, 102], &[90, 95]), Some(0.95));
        assert_eq!((share(&[], &[1]), share(&[0], &[1])), (None, None));
    }
}
