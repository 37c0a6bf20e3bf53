//! Running tests: each in a store of its own, several at a time, told of in their order.

use crate::interrupt;
use crate::testing::suite::Suite;
use lyra::{Engine, Error, Limits, Linker, Module, OutputBuffer, Prepared, Store, Test};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The stack of a thread that runs tests: as that of `lyra run`.
const STACK: usize = 16 << 20;

/// More of what a test printed is not kept: many may wait until one before them ends.
const OUTPUT_KEPT: usize = 16 << 10;

/// What became of a test.
pub(crate) struct Outcome {
    pub(crate) failure: Option<Failure>,
    pub(crate) time: Duration,
    pub(crate) fuel: u64,
    /// What it printed, its set-up included: the start of it. Of a test that passed nothing, unless that is wanted.
    pub(crate) output: String,
    /// How much it printed.
    pub(crate) output_bytes: usize,
}

/// Why a test failed.
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// It was the top-level statements that failed; the block did not come to run.
    pub(crate) in_set_up: bool,
}

/// How tests are run.
pub(crate) struct Plan<'p> {
    pub(crate) engine: &'p Engine,
    pub(crate) limits: Limits,
    pub(crate) jobs: usize,
    pub(crate) fail_fast: bool,
    /// Whether what passing tests print is kept.
    pub(crate) keep_output: bool,
}

/// Runs the tests of all suites and hands each outcome on in the order of the suites, with the number of the suite
/// and the test. Stops early when told to by Ctrl-C, by `each`, or by a failure when that is asked for; what ran
/// ahead of the place where it stops is not handed on.
pub(crate) fn run(suites: &[Suite], plan: &Plan<'_>, mut each: impl FnMut(&Suite, &Test, Outcome) -> bool) {
    // Linking takes as long as the program is large: once for all tests of a file.
    let linker = Linker::new(plan.engine);
    let prepared: Vec<_> = suites.iter().map(|suite| linker.prepare(&suite.module).ok()).collect();
    let tests: Vec<(&Suite, &Test)> =
        suites.iter().flat_map(|suite| suite.blocks.iter().map(move |test| (suite, test))).collect();
    let starts: Vec<_> = suites
        .iter()
        .zip(&prepared)
        .flat_map(|(suite, prepared)| std::iter::repeat_n(prepared.as_ref(), suite.blocks.len()))
        .collect();
    let next = AtomicUsize::new(0);
    // Tests at and after this one are not begun any more.
    let end = AtomicUsize::new(tests.len());
    let (sender, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        let work = |sender: mpsc::Sender<(usize, Outcome)>| {
            while !interrupt::is_stopped() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let (Some((suite, test)), Some(&prepared)) = (tests.get(number), starts.get(number)) else {
                    return;
                };
                if number >= end.load(Ordering::Relaxed) {
                    return;
                }
                let outcome = one(plan, &suite.module, prepared, test);
                if outcome.failure.is_some() && plan.fail_fast {
                    end.fetch_min(number + 1, Ordering::Relaxed);
                }
                if sender.send((number, outcome)).is_err() {
                    return;
                }
            }
        };
        let mut threads = Vec::new();
        for number in 0..plan.jobs.min(tests.len()) {
            let builder = std::thread::Builder::new().name(format!("lyra-test-{number}")).stack_size(STACK);
            let sender = sender.clone();
            match builder.spawn_scoped(scope, move || work(sender)) {
                Ok(thread) => threads.push(thread),
                // As many as there are must do.
                Err(_) => break,
            }
        }
        if threads.is_empty() {
            work(sender);
        } else {
            // The outcomes end with the last thread.
            drop(sender);
        }
        tell(&tests, outcomes, &end, &mut each);
        for thread in threads {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// Hands outcomes on in the order of the tests, as far as all before them are there.
fn tell(
    tests: &[(&Suite, &Test)],
    outcomes: mpsc::Receiver<(usize, Outcome)>,
    end: &AtomicUsize,
    each: &mut impl FnMut(&Suite, &Test, Outcome) -> bool,
) {
    let mut waiting = BTreeMap::new();
    let mut told = 0;
    for (number, outcome) in outcomes {
        waiting.insert(number, outcome);
        while let Some(outcome) = waiting.remove(&told) {
            let Some((suite, test)) = tests.get(told) else { return };
            let is_cancelled = outcome.failure.as_ref().is_some_and(|failure| failure.error.is_cancelled());
            if told >= end.load(Ordering::Relaxed) || is_cancelled && interrupt::is_stopped() {
                return;
            }
            told += 1;
            if !each(suite, test, outcome) {
                end.store(told, Ordering::Relaxed);
                return;
            }
        }
    }
}

/// Runs one test from the start: the program's top-level statements, then the block.
fn one(plan: &Plan<'_>, module: &Module, prepared: Option<&Prepared<()>>, test: &Test) -> Outcome {
    let output = OutputBuffer::new();
    let mut store = Store::new(plan.engine, ());
    store.set_limits(plan.limits.clone());
    store.set_output(output.clone());
    // What a test logs stands where it happened, among what it prints.
    let mut log = output.clone();
    let mut room = OUTPUT_KEPT;
    store.set_log(move |level, text| {
        room = room.saturating_sub(text.len());
        let _ = if room > 0 { writeln!(log, "[{level}] {text}") } else { Ok(()) };
    });
    let _running = interrupt::enter(store.interrupt_handle());
    let start = Instant::now();
    let failed = |in_set_up| move |error| Failure { error, in_set_up };
    let started = match prepared {
        Some(prepared) => prepared.instantiate(&mut store),
        // Linking again tells why it cannot be done.
        None => Linker::new(plan.engine).instantiate(&mut store, module),
    };
    let result = started.map_err(failed(true)).and_then(|instance| {
        // The deadline is for the test as a whole, and the block is a call of its own.
        store.set_deadline(plan.limits.deadline.map(|time| time.saturating_sub(start.elapsed())));
        instance.run_test(&mut store, test).map_err(failed(false))
    });
    let time = start.elapsed();
    let printed = output.take();
    let kept = if plan.keep_output || result.is_err() { OUTPUT_KEPT } else { 0 };
    let output = printed.get(..printed.floor_char_boundary(kept)).unwrap_or_default().to_owned();
    let fuel = store.fuel_used();
    Outcome { failure: result.err(), time, fuel, output, output_bytes: printed.len() }
}
