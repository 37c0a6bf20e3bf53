//! The command `metrics`: everything measured in turn, added to the results and printed.

use super::{
    Measured, MeasuredHeap, RESOURCE, Subject, cachegrind, calls, fragmentation, hit_rate, leaks, memory,
    operations, overflows, pauses, pending, table, tampering, violations,
};
use crate::candidate::{LYRA, own_binary};
use crate::catalogue::{self, Support};
use crate::context::Context;
use crate::failure;
use crate::options::Scale;
use crate::result::{Distribution, MetricResult, MicroResult, ProgramResult, Unit, Verdict};
use crate::{child, measure, micro, view};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Runs a child process to its end and gives what it printed on standard output and on standard error.
pub type RunChild<'a> = &'a mut dyn FnMut(&mut Command, Duration) -> Result<(String, String), String>;

/// What measuring needs from its surroundings.
pub struct Surroundings<'a> {
    /// How much is measured.
    pub scale: Scale,
    /// The benchmark programs that Lyra can run.
    pub programs: &'a [Subject],
    /// Most bytes that a program's process had resident, by program, where they were measured already.
    pub peaks: Vec<(String, u64)>,
    /// Micro benchmarks that were measured already.
    pub micro: Vec<MicroResult>,
    /// `lyra-bench` itself, to be started for what needs a process of its own.
    pub binary: PathBuf,
    /// Runs a child.
    pub run: RunChild<'a>,
    /// Is told what is measured next.
    pub progress: &'a mut dyn FnMut(&str),
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The metrics, in the mission's order.
    pub metrics: Vec<MetricResult>,
    /// Pauses and latencies.
    pub distributions: Vec<Distribution>,
    /// What could not be measured, and why.
    pub notes: Vec<String>,
}

impl Report {
    fn add(&mut self, metric: MetricResult) {
        if let Verdict::Pending(reason) = &metric.verdict {
            self.notes.push(format!("metric `{}` is pending: {reason}", metric.name));
        }
        self.metrics.push(metric);
    }

    fn add_with(&mut self, (metric, distribution): (MetricResult, Distribution)) {
        self.add(metric);
        if !distribution.values.is_empty() {
            self.distributions.push(distribution);
        }
    }
}

/// Measures the metrics, adds them to the results and prints their tables.
///
/// # Errors
/// When a program cannot be read, or is wrong.
pub fn run(context: &mut Context) -> failure::Result<()> {
    let scale = context.options.scale();
    let programs = subjects(context)?;
    let binary = own_binary()?;
    let bar = context.progress.bar("metrics", STEPS);
    let pin = &context.pin;
    let report = pin.on_core(|| {
        all(Surroundings {
            scale,
            programs: &programs,
            peaks: peaks(context),
            micro: context.results.micro.clone(),
            binary,
            run: &mut |command, limit| {
                child::run(command, limit, Some(pin)).map(|output| (output.stdout, output.stderr))
            },
            progress: &mut |what| {
                bar.set_message(what.to_owned());
                bar.inc(1);
            },
        })
    });
    bar.finish_and_clear();
    view::print("The mission's metrics", &table::metrics(&report.metrics));
    view::print("Latencies and pauses", &table::distributions(&report.distributions));
    view::print("How they were measured", &table::explanations(&report.metrics));
    report.notes.into_iter().for_each(|note| context.note(note));
    context.results.metrics = report.metrics;
    context.results.distributions = report.distributions;
    Ok(())
}

/// The programs that Lyra can run, of those that were asked for.
fn subjects(context: &Context) -> failure::Result<Vec<Subject>> {
    let mut subjects = Vec::new();
    // A run that only shows that all works is part of the tests: three programs do.
    let most = by_scale(context.options.scale(), 3, usize::MAX, usize::MAX);
    for program in measure::selected(context)?.into_iter().take(most) {
        let source = catalogue::source(&context.directory, program.name)?;
        match catalogue::support(program.name, &source) {
            Support::Runs => {
                let path = context.directory.join(format!("{}.lyra", program.name));
                let size = program.size(context.options.scale());
                subjects.push(Subject::new(program.name, &path, &source, program.check, size)?);
            }
            Support::Pending(_) => {}
            Support::Wrong(report) => return Err(report.into()),
        }
    }
    Ok(subjects)
}

/// Most memory of each program under any tier of Lyra, as far as it was measured in this run.
fn peaks(context: &Context) -> Vec<(String, u64)> {
    let peak = |program: &ProgramResult| {
        let tiers = program.candidates.iter().filter(|measured| measured.candidate.starts_with(LYRA));
        Some((program.name.clone(), tiers.filter_map(|measured| measured.peak_memory).max()?))
    };
    context.results.programs.iter().filter_map(peak).collect()
}

/// How often [`Surroundings::progress`] is called.
const STEPS: usize = 10;

/// Measures every metric.
pub fn all(mut around: Surroundings<'_>) -> Report {
    let mut report = Report::default();
    let scale = around.scale;
    (around.progress)("single operations");
    operations::measure(scale, &around.micro, &micro::all())
        .into_iter()
        .for_each(|metric| report.add(metric));
    (around.progress)("cache hit rate");
    report.add(hit_rate::measure(around.programs));
    (around.progress)("fragmentation");
    report.add(fragmentation::measure(&mut around));
    (around.progress)("collection pauses");
    report.add_with(pauses::measure::<MeasuredHeap>(scale));
    (around.progress)("call latency");
    match calls::measure(scale) {
        Ok(distribution) => report.distributions.push(distribution),
        Err(message) => report.notes.push(format!("the latency of calls could not be measured: {message}")),
    }
    (around.progress)("security campaign");
    let mutants = by_scale(scale, 300, 4_000, 60_000);
    let campaign = violations::campaign::<Measured>(around.programs, mutants);
    report.add(violations::metric(&campaign));
    (around.progress)("tamper detection");
    report.add_with(tampering::measure::<Measured>(around.programs, by_scale(scale, 20, 300, 3_000)));
    (around.progress)("leaks");
    report.add(leaks::measure(&mut around));
    report.add(overflows::measure(&campaign));
    (around.progress)("peak memory");
    report.add(memory::measure(&mut around));
    (around.progress)("cache misses");
    report.add(cachegrind::measure(&mut around));
    report.add(contention());
    report
}

/// Threads that wait for each other: there is nothing yet that could.
fn contention() -> MetricResult {
    let how = "Share of a task's time spent waiting for locks that other tasks of the machine hold.";
    let reason =
        "the language has no tasks yet, and machines of different threads share nothing that is locked";
    pending("Thread contention", RESOURCE, "< 2 %", Unit::Share, reason, how)
}

/// One of three values.
pub(super) fn by_scale<T>(scale: Scale, check: T, quick: T, full: T) -> T {
    match scale {
        Scale::Check => check,
        Scale::Quick => quick,
        Scale::Full => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pending_metric_is_noted() {
        let mut report = Report::default();
        report.add(contention());
        assert!(report.notes[0].contains("no tasks yet"), "{:?}", report.notes);
    }

    #[test]
    fn every_metric_of_the_mission_is_there_whatever_fails() {
        let mut steps = 0;
        let report = all(Surroundings {
            scale: Scale::Check,
            programs: &[],
            peaks: Vec::new(),
            micro: Vec::new(),
            binary: PathBuf::new(),
            run: &mut |_, _| Err("no process can be started".to_owned()),
            progress: &mut |_| steps += 1,
        });
        assert_eq!(steps, STEPS);
        let names: Vec<&str> = report.metrics.iter().map(|metric| metric.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "Stack push/pop latency",
                "JIT cache lookup, 1,000 entries",
                "Memory allocation",
                "Integer arithmetic",
                "JIT cache hit rate",
                "Memory fragmentation",
                "Garbage collection pause",
                "Security violations",
                "Tamper detections",
                "Memory leaks",
                "Buffer overflows",
                "Peak memory usage",
                "CPU cache misses",
                "Thread contention",
            ]
        );
        for metric in &report.metrics {
            assert_eq!(
                metric.measured.is_none(),
                matches!(metric.verdict, Verdict::Pending(_)),
                "{metric:?}"
            );
            assert!(!metric.how.is_empty());
        }
        assert_eq!(report.distributions.len(), 2);
    }
}
