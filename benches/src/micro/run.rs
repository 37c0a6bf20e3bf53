//! The command `micro`: kernels measured in fresh processes on one core, several each, in rounds, each round
//! beginning with another kernel.
//!
//! Rows of the interpreter's instructions are many and alike, so all of them share a process; every other kernel
//! has its own, because what one leaves behind (a grown heap, a trained branch predictor) is no business of the next.

use super::worker::{Reply, command};
use super::{HANDLERS, Kernel, Sampling, all, tables};
use crate::candidate::own_binary;
use crate::child;
use crate::context::Context;
use crate::failure::Result;
use crate::options::Scale;
use crate::result::MicroResult;
use crate::statistics::{maximum, median, minimum};
use std::collections::BTreeMap;
use std::time::Duration;

/// A process that takes this long hangs.
const LIMIT: Duration = Duration::from_secs(300);

/// How thoroughly kernels are measured.
#[derive(Clone, Copy, Debug)]
struct Effort {
    /// Processes for each kernel.
    rounds: u32,
    /// Samples of a kernel that has a process of its own.
    alone: Sampling,
    /// Samples of one that shares it.
    together: Sampling,
    /// Whether everything shares one process.
    is_check: bool,
}

impl Effort {
    fn of(scale: Scale, rounds: Option<u32>) -> Self {
        let sampling =
            |samples, microseconds| Sampling { samples, least: Duration::from_micros(microseconds) };
        let (usual, alone, together) = match scale {
            Scale::Check => (1, sampling(1, 0), sampling(1, 0)),
            Scale::Quick => (4, sampling(5, 1_000), sampling(4, 500)),
            Scale::Full => (8, sampling(10, 2_000), sampling(6, 1_000)),
        };
        Self { rounds: rounds.unwrap_or(usual).max(1), alone, together, is_check: scale == Scale::Check }
    }
}

/// The micro benchmarks that `--filter` lets through.
///
/// # Errors
/// When there is none.
pub fn selected(context: &Context) -> Result<Vec<Kernel>> {
    let kernels = all();
    let mut groups: Vec<&str> = kernels.iter().map(|kernel| kernel.group).collect();
    groups.dedup();
    let chosen: Vec<Kernel> =
        kernels.into_iter().filter(|kernel| context.options.matches(&kernel.id())).collect();
    if chosen.is_empty() {
        let filter = context.options.filter.as_deref().unwrap_or_default();
        let groups = groups.join(", ");
        return Err(format!("no micro benchmark matches `{filter}`; the groups are: {groups}").into());
    }
    Ok(chosen)
}

/// Measures the micro benchmarks that `--filter` lets through, adds them to the results and prints their table.
///
/// # Errors
/// When something that was measured failed.
pub fn run(context: &mut Context) -> Result<()> {
    let kernels = selected(context)?;
    let effort = Effort::of(context.options.scale(), context.options.rounds);
    let mut samples = measure(context, &kernels, effort)?;
    context.results.micro = Vec::new();
    for kernel in &kernels {
        let samples = samples.remove(&kernel.id()).unwrap_or_default();
        if samples.is_empty() {
            return Err(format!("{} gave no sample", kernel.id()).into());
        }
        context.results.micro.push(result(kernel, samples));
    }
    let all_handlers = context.options.filter.is_some();
    tables::print(&kernels, &context.results.micro, all_handlers);
    Ok(())
}

/// The samples of each kernel, by its id, in the order of the rounds.
fn measure(context: &Context, kernels: &[Kernel], effort: Effort) -> Result<BTreeMap<String, Vec<f64>>> {
    let ids: Vec<String> = kernels.iter().map(Kernel::id).collect();
    let (mut together, mut jobs): (Vec<&str>, Vec<Vec<&str>>) = (Vec::new(), Vec::new());
    for (kernel, id) in kernels.iter().zip(&ids) {
        if kernel.group == HANDLERS || effort.is_check {
            together.push(id);
        } else {
            jobs.push(vec![id]);
        }
    }
    if !together.is_empty() {
        jobs.push(together);
    }
    let binary = own_binary()?;
    let bar = context.progress.bar("micro", jobs.len() * effort.rounds as usize);
    let mut samples: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for round in 0..effort.rounds as usize {
        for turn in 0..jobs.len() {
            // Each round begins some way further on.
            let job = (turn + round * jobs.len() / effort.rounds as usize) % jobs.len();
            let Some(ids) = jobs.get(job) else { continue };
            bar.set_message(ids.first().copied().unwrap_or_default().to_owned());
            let shared = ids.len() > 1 || ids.iter().all(|id| id.starts_with(HANDLERS));
            let sampling = if shared { effort.together } else { effort.alone };
            let mut command = command(&binary, ids, sampling);
            let output = child::run(&mut command, LIMIT, Some(&context.pin));
            let replies = output.and_then(|output| Reply::parse(&output.stdout));
            for reply in replies.map_err(|error| format!("{error}\n  the command was {command:?}"))? {
                samples.entry(reply.id).or_default().extend(reply.samples);
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(samples)
}

fn result(kernel: &Kernel, samples: Vec<f64>) -> MicroResult {
    let best = if kernel.unit.less_is_better() { minimum(&samples) } else { maximum(&samples) };
    let median = median(&samples);
    MicroResult {
        group: kernel.group.to_owned(),
        name: kernel.name.clone(),
        unit: kernel.unit,
        best,
        median,
        spread: (median - best).abs() / best,
        samples,
        instructions: None,
    }
}
