//! Measuring one benchmark.
//!
//! A sample is a run of so many rounds that the clock can tell how long they took. How many that is comes out of
//! warming up, which doubles the rounds until a sample is long enough; then samples are taken until the time is over.
//! The median of the samples is what to look at: what else the computer does makes some samples longer, none shorter.

use crate::interrupt;
use lyra::{Engine, Error, Limits, Linker, Module, Store, Test};
use std::time::{Duration, Instant};

/// A sample is at least so long, if the rounds can be made so many.
const SAMPLE: Duration = Duration::from_millis(2);
/// As many samples are wanted, or fewer but longer ones.
const WANTED: u32 = 100;
/// As many are taken even when the time is over.
const LEAST: usize = 5;
/// No more time than so many times the asked one is spent on the least number of samples.
const MOST_TIMES: u32 = 4;
/// Rounds of one sample are at most so many.
const MOST_ROUNDS: i32 = 1 << 30;

/// What was found out about a benchmark.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// Nanoseconds of a round: the middle of all samples.
    pub(crate) median: f64,
    /// Of the fastest sample.
    pub(crate) min: f64,
    /// How far half of the samples are from the median at most, as a part of it.
    pub(crate) spread: f64,
    pub(crate) samples: usize,
    /// In each sample.
    pub(crate) rounds: i32,
    /// Units of fuel of a round of the last sample, without what running a round costs by itself.
    pub(crate) fuel: f64,
}

/// Measures a benchmark for about `time`, after warming up for up to a quarter of it.
pub(crate) fn measure(
    engine: &Engine,
    limits: &Limits,
    module: &Module,
    bench: &Test,
    time: Duration,
) -> Result<Measured, Error> {
    let mut store = Store::new(engine, ());
    store.set_limits(limits.clone());
    let _running = interrupt::enter(store.interrupt_handle());
    let instance = Linker::new(engine).instantiate(&mut store, module)?;
    let mut sample = |rounds: i32| {
        let before = store.fuel_used();
        let start = Instant::now();
        let result = instance.run_bench(&mut store, bench, rounds);
        let time = start.elapsed();
        result.map(|()| (time, store.fuel_used().saturating_sub(before)))
    };

    let wanted = (time / WANTED).max(SAMPLE.min(time / 10));
    let begun = Instant::now();
    let mut rounds = 1;
    loop {
        let (taken, _) = sample(rounds)?;
        if taken >= wanted || rounds >= MOST_ROUNDS || begun.elapsed() >= time / 4 {
            break;
        }
        // Towards what is wanted, but carefully: the first rounds are slow.
        let more = (wanted.as_secs_f64() / taken.as_secs_f64().max(1e-9) * 1.2).clamp(1.5, 8.0);
        rounds = ((f64::from(rounds) * more) as i32).clamp(rounds + 1, MOST_ROUNDS);
    }

    let mut times = Vec::new();
    let mut fuel = 0.0;
    let begun = Instant::now();
    while begun.elapsed() < time
        || times.len() < LEAST && begun.elapsed() < time * MOST_TIMES
        || times.is_empty()
    {
        let (taken, used) = sample(rounds)?;
        times.push(taken.as_secs_f64() * 1e9 / f64::from(rounds));
        fuel = used as f64 / f64::from(rounds) - 2.0;
    }
    let median = middle(&mut times);
    let min = times.first().copied().unwrap_or(median);
    let samples = times.len();
    let mut distances: Vec<f64> = times.iter().map(|time| (time - median).abs()).collect();
    let spread = if median > 0.0 { middle(&mut distances) / median } else { 0.0 };
    Ok(Measured { median, min, spread, samples, rounds, fuel })
}

/// Sorts, and gives what stands in the middle; 0 of nothing.
fn middle(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    match (numbers.get(half), half.checked_sub(1).and_then(|before| numbers.get(before))) {
        (Some(upper), Some(lower)) if numbers.len().is_multiple_of(2) => f64::midpoint(*lower, *upper),
        (Some(middle), _) => *middle,
        (None, _) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra::Config;

    #[test]
    fn the_middle() {
        assert_eq!(middle(&mut []), 0.0);
        assert_eq!(middle(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(middle(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn a_block_is_measured() {
        let engine = Engine::new(Config::new().tests(true));
        let source =
            "var n = 0\nbench \"loop\" { for i in 0..10 { n += i } }\nbench \"fails\" { panic(\"no\") }";
        let module = engine.compile("a.lyra", source).unwrap();
        let [works, fails] = module.benches().collect::<Vec<_>>().try_into().unwrap();
        let limits = Limits::command_line();
        let found = measure(&engine, &limits, &module, &works, Duration::from_millis(20)).unwrap();
        // Nine jumps back; that the loop is left is no jump back.
        assert_eq!(found.fuel, 9.0);
        assert!(found.samples >= LEAST && found.rounds > 1, "{found:?}");
        assert!(0.0 < found.min && found.min <= found.median, "{found:?}");
        let none = measure(&engine, &limits, &module, &works, Duration::ZERO).unwrap();
        assert!(none.samples >= 1);
        let error = measure(&engine, &limits, &module, &fails, Duration::from_millis(20)).unwrap_err();
        assert_eq!(error.code(), "panic");
    }
}
