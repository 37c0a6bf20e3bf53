//! Collection pauses: how long one call of the heap makes the program wait, with 100 MB alive and under churn.
//!
//! Every call that allocates is timed from outside ([`super::observe`]). A *pause* is a call in which the heap
//! counts a collection or a part of one, so a heap that collects in steps is measured by the same code. Calls that
//! take long for other reasons are counted beside: the system's allocator tidies up after many frees, too.

use super::load::{ALL_SIZES, Load};
use super::observe::{Observed, Watch};
use super::process::ThreadClock;
use super::{PERFORMANCE, by_scale, judged, megabytes, pending};
use crate::options::Scale;
use crate::result::{Distribution, MetricResult, Unit};
use crate::statistics::{maximum, quantile};
use lyra_runtime::{Fault, Heap};

const NAME: &str = "Garbage collection pause";
const TARGET: &str = "< 100 µs";
const LIVE: u64 = 100_000_000;

/// Nanoseconds from which on a call is called long.
const LONG: u64 = 100_000;

/// Takes the time of every call that may collect.
#[derive(Debug, Default)]
struct Stopwatch {
    clock: ThreadClock,
    started: u64,
    /// Nanoseconds, one entry a pause.
    pauses: Vec<f64>,
    calls: u64,
    /// Calls without a pause that took [`LONG`] or more.
    long: u64,
}

impl Watch for Stopwatch {
    fn begin(&mut self) {
        self.started = self.clock.now();
    }

    fn end(&mut self, paused: bool) {
        let took = self.clock.now().saturating_sub(self.started);
        self.calls += 1;
        if paused {
            self.pauses.push(took as f64);
        } else if took >= LONG {
            self.long += 1;
        }
    }
}

/// Measures the machine's heap.
#[must_use]
pub fn measure<H: Heap>(scale: Scale) -> (MetricResult, Distribution) {
    let live = by_scale(scale, 4_000_000, LIVE, LIVE);
    // A heap that waits until it has doubled collects once for each 100 MB.
    let churn = by_scale(scale, 4, 10, 30) * live;
    let outcome = pauses::<H>(live, churn);
    judge(live, churn, outcome.map_err(|fault| format!("the heap refuses: {}", fault.message())))
}

fn pauses<H: Heap>(live: u64, churn: u64) -> Result<Stopwatch, Fault> {
    let mut load = Load::<Observed<H, Stopwatch>>::new(live.saturating_mul(6), 0x9A5E);
    load.fill(live, &ALL_SIZES)?;
    // What came while the heap was filled is not under churn, and the memory was new.
    load.heap.watch = Stopwatch::default();
    load.churn(churn, &ALL_SIZES)?;
    Ok(std::mem::take(&mut load.heap.watch))
}

fn judge(live: u64, churn: u64, outcome: Result<Stopwatch, String>) -> (MetricResult, Distribution) {
    let (live, churn) = (megabytes(live), megabytes(churn));
    let how = format!(
        "{live:.0} MB alive in objects of 32 to 2,048 bytes, replaced at random until {churn:.0} MB were made; CPU time \
         of every call that allocates, taken from outside; a pause is a call in which the heap counts a collection or a \
         part of one. Judged is the 99th percentile."
    );
    let (watch, failed) = match outcome {
        Ok(watch) => (watch, None),
        Err(reason) => (Stopwatch::default(), Some(reason)),
    };
    let distribution = Distribution {
        name: format!("collection pause, {live:.0} MB live"),
        unit: Unit::Nanoseconds,
        values: watch.pauses,
    };
    let values = &distribution.values;
    let reason = failed.or_else(|| values.is_empty().then(|| "no collection took place".to_owned()));
    if let Some(reason) = reason {
        return (pending(NAME, PERFORMANCE, TARGET, Unit::Nanoseconds, reason, how), distribution);
    }
    let at = |q| quantile(values, q);
    let how = format!(
        "{how} {} pauses in {} calls: p50 {:.1} µs, p99 {:.1} µs, p99.9 {:.1} µs, longest {:.1} µs; {} other calls took over \
         {} µs. What it does not show: what other processes add to it, and the roots of a machine with deep stacks.",
        values.len(),
        watch.calls,
        at(0.5) / 1e3,
        at(0.99) / 1e3,
        at(0.999) / 1e3,
        maximum(values) / 1e3,
        watch.long,
        LONG / 1_000,
    );
    let measured = at(0.99);
    let metric = judged(NAME, PERFORMANCE, TARGET, (measured, Unit::Nanoseconds), measured < 100_000.0, how);
    (metric, distribution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Verdict;
    use lyra_runtime::PlainHeap;

    /// Makes every collection three milliseconds longer.
    #[derive(Default)]
    struct Slow;

    impl Watch for Slow {
        fn begin(&mut self) {}
        fn end(&mut self, paused: bool) {
            let clock = ThreadClock::default();
            let until = clock.now() + 3_000_000;
            while paused && clock.now() < until {
                std::hint::spin_loop();
            }
        }
    }

    #[test]
    fn a_known_pause_is_found() {
        let watch = pauses::<Observed<PlainHeap, Slow>>(1_000_000, 32_000_000).unwrap();
        let long = watch.pauses.iter().filter(|pause| **pause >= 3e6).count();
        assert!(long >= 3, "{:?}", watch.pauses);
        let (metric, distribution) = judge(1_000_000, 32_000_000, Ok(watch));
        assert!(metric.measured.unwrap() >= 3e6, "{metric:?}");
        assert_eq!(metric.verdict, Verdict::Missed);
        assert!(maximum(&distribution.values) < 1e9);
    }

    #[test]
    fn short_pauses_meet_the_target_and_none_at_all_is_no_success() {
        let (metric, _) =
            judge(1, 1, Ok(Stopwatch { pauses: vec![30_000.0, 60_000.0], ..Stopwatch::default() }));
        assert_eq!(metric.verdict, Verdict::Met);
        let (metric, distribution) = judge(1, 1, Ok(Stopwatch::default()));
        assert!(matches!(metric.verdict, Verdict::Pending(_)) && distribution.values.is_empty());
    }

    #[test]
    fn the_machine_s_heap_is_measured() {
        let (metric, distribution) = measure::<super::super::MeasuredHeap>(Scale::Check);
        assert!(metric.measured.is_some() && !distribution.values.is_empty(), "{metric:?}");
    }
}
