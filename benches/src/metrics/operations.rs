//! Single operations that the mission names with a figure: the stack, a cache lookup, an allocation, an addition.
//!
//! They are micro benchmarks; what was measured there in the same run is taken over, else they are sampled here.

use super::{PERFORMANCE, by_scale, judged, pending};
use crate::micro::{Kernel, Sampling, sample};
use crate::options::Scale;
use crate::result::{MetricResult, MicroResult, Unit};
use crate::statistics::{median, minimum};
use std::time::Duration;

/// A metric that is a micro benchmark.
struct Operation {
    name: &'static str,
    target: &'static str,
    /// The most that meets the target, in nanoseconds.
    most: f64,
    /// `group/name` of the micro benchmark that is judged.
    kernel: &'static str,
    /// Those that are told beside it, and what they are.
    beside: &'static [(&'static str, &'static str)],
    what: &'static str,
}

const OPERATIONS: [Operation; 4] = [
    Operation {
        name: "Stack push/pop latency",
        target: "< 20 ns",
        most: 20.0,
        kernel: "stack/const_i32, drop_word",
        beside: &[
            ("stack/push, pop", "the stack alone, without the interpreter"),
            ("stack/push, pop [preallocated]", "that of tier 1 alone"),
        ],
        what: "One push and one pop as a program does them: the instructions `const_i32` and `drop_word`, with fetching and \
               choosing them.",
    },
    Operation {
        name: "JIT cache lookup, 1,000 entries",
        target: "~100 ns",
        most: 100.0,
        kernel: "inline cache/hit, 1000 entries [hashed]",
        beside: &[
            ("inline cache/hit, 10 entries [hashed]", "with 10 entries"),
            ("inline cache/hit, 1000 entries", "in the plain caches, which are one list"),
        ],
        what: "A lookup in the caches of tier 2 that finds its entry among 1,000, entries at random (part V of the mission: \
               ~10 µs before, ~100 ns with tier 2).",
    },
    Operation {
        name: "Memory allocation",
        target: "~100 ns",
        most: 100.0,
        kernel: "allocate/text of 64 bytes",
        beside: &[("allocate/array of 2048 bytes", "an array of 2,048 bytes")],
        what: "A text of 64 bytes made while 64 others live, the collections that follow counted in (part V: ~1 µs before, \
               ~100 ns with tier 3).",
    },
    Operation {
        name: "Integer arithmetic",
        target: "< 50 ns",
        most: 50.0,
        kernel: "arithmetic/i32 add",
        beside: &[],
        what: "An addition and the instruction that brings its second operand (part V: ~50 ns before the tiers).",
    },
];

/// Judges each operation, from `known` results or by sampling `kernels`.
#[must_use]
pub fn measure(scale: Scale, known: &[MicroResult], kernels: &[Kernel]) -> Vec<MetricResult> {
    OPERATIONS
        .iter()
        .map(|operation| judge(operation, &mut |id| figures(id, scale, known, kernels)))
        .collect()
}

/// The samples of a micro benchmark, in nanoseconds for one operation.
fn figures(id: &str, scale: Scale, known: &[MicroResult], kernels: &[Kernel]) -> Result<Vec<f64>, String> {
    let same = |result: &&MicroResult| format!("{}/{}", result.group, result.name) == id;
    if let Some(result) = known.iter().find(same) {
        return Ok(result.samples.clone());
    }
    let kernel = kernels.iter().find(|kernel| kernel.id() == id);
    let kernel = kernel.ok_or_else(|| format!("there is no micro benchmark `{id}`"))?;
    let least = by_scale(scale, Duration::ZERO, Duration::from_millis(2), Duration::from_millis(10));
    let sampling = Sampling { samples: by_scale(scale, 1, 20, 40), least };
    sample(kernel, sampling).map_err(|error| format!("`{id}`: {error}"))
}

fn judge(operation: &Operation, figures: &mut dyn FnMut(&str) -> Result<Vec<f64>, String>) -> MetricResult {
    let Operation { name, target, most, kernel, beside, what } = operation;
    let samples = match figures(kernel) {
        Ok(samples) if !samples.is_empty() => samples,
        Ok(_) => {
            let reason = format!("`{kernel}` gave no sample");
            return pending(name, PERFORMANCE, target, Unit::Nanoseconds, reason, *what);
        }
        Err(reason) => return pending(name, PERFORMANCE, target, Unit::Nanoseconds, reason, *what),
    };
    let best = minimum(&samples);
    let mut how = format!(
        "{what} Best of {} samples of the micro benchmark `{kernel}`, median {:.1} ns.",
        samples.len(),
        median(&samples)
    );
    for (id, what) in *beside {
        let Ok(samples) = figures(id) else { continue };
        how.push_str(&format!(" For comparison, {what}: {:.1} ns.", minimum(&samples)));
    }
    how.push_str(" What it does not show: the same operation with cold caches.");
    judged(name, PERFORMANCE, target, (best, Unit::Nanoseconds), best <= *most, how)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::micro;
    use crate::result::Verdict;

    #[test]
    fn every_operation_has_its_micro_benchmark() {
        let kernels = micro::all();
        for operation in &OPERATIONS {
            for id in std::iter::once(operation.kernel).chain(operation.beside.iter().map(|(id, _)| *id)) {
                assert!(kernels.iter().any(|kernel| kernel.id() == id), "there is no `{id}`");
            }
        }
    }

    #[test]
    fn the_best_sample_is_judged() {
        let metric = judge(&OPERATIONS[0], &mut |_| Ok(vec![25.0, 19.5, 40.0]));
        assert_eq!((metric.verdict, metric.measured), (Verdict::Met, Some(19.5)));
        let metric = judge(&OPERATIONS[0], &mut |_| Ok(vec![25.0]));
        assert_eq!(metric.verdict, Verdict::Missed);
        for outcome in [Ok(Vec::new()), Err("it failed".to_owned())] {
            let metric = judge(&OPERATIONS[0], &mut |_| outcome.clone());
            assert!(matches!(metric.verdict, Verdict::Pending(_)) && metric.measured.is_none());
        }
    }

    #[test]
    fn known_results_are_taken_over() {
        let known = MicroResult {
            group: "stack".to_owned(),
            name: "push, pop".to_owned(),
            unit: Unit::Nanoseconds,
            best: 1.5,
            median: 2.0,
            spread: 0.3,
            samples: vec![1.5, 2.0],
            instructions: None,
        };
        let found = figures("stack/push, pop", Scale::Check, std::slice::from_ref(&known), &[]);
        assert_eq!(found, Ok(vec![1.5, 2.0]));
        assert!(figures("stack/other", Scale::Check, &[known], &[]).unwrap_err().contains("`stack/other`"));
    }
}
