//! Generated programs on every way from text to result: all of them compile, and all ways agree in everything.
//!
//! `LYRA_PROGRAMS=100000` asks for more than a plain test run makes, `LYRA_SEED` for others.

use lyra::Tier;
use lyra_conformance::generate::program;
use lyra_conformance::run::{Way, run};
use lyra_conformance::{Options, Outcome};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many programs a plain test run makes.
const PROGRAMS: u64 = 400;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the campaign is for")]
fn all_ways_agree() {
    let (count, first) = (number("LYRA_PROGRAMS", PROGRAMS), number("LYRA_SEED", 1));
    // Little of everything, so that limits are met too; they must be met at the same place.
    let options =
        Options { fuel: Some(20_000), memory: Some(300_000), output: Some(20_000), ..Options::default() };
    let next = AtomicU64::new(first);
    let ends: Mutex<BTreeMap<String, u64>> = Mutex::default();
    let fuel = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    let outcome = one(seed, &options);
                    let end = outcome.error.map_or_else(|| "value".to_owned(), |error| error.kind);
                    *ends.lock().expect("no worker panics").entry(end).or_default() += 1;
                    fuel.fetch_add(outcome.fuel, Ordering::Relaxed);
                }
            });
        }
    });
    let ends = ends.into_inner().expect("no worker panics");
    println!("{count} programs, {} fuel: {ends:?}", fuel.into_inner());
    let values = ends.get("value").copied().unwrap_or(0);
    assert!(count < PROGRAMS || values * 3 > count, "few programs reach their end: {ends:?}");
    assert!(count < PROGRAMS || ends.len() > 4, "few kinds of ends: {ends:?}");
}

/// Runs one program on all ways and gives the result they agree on.
fn one(seed: u64, options: &Options) -> Outcome {
    let source = program(seed);
    let mut agreed: Option<Outcome> = None;
    for &tier in Tier::ALL {
        for way in Way::ALL {
            let mut outcome = run(tier, way, "generated", &source, options);
            if let Some(error) = &outcome.error {
                assert!(
                    !error.kind.starts_with('E'),
                    "seed {seed} does not compile:\n{}\n{source}",
                    error.message
                );
                assert!(error.kind != "tampered", "seed {seed}: {error}\n{source}");
            }
            if let (Way::Stripped, Some(error), Some(Outcome { error: Some(wanted), .. })) =
                (way, &mut outcome.error, &agreed)
            {
                error.place = wanted.place;
            }
            if let (Way::Unfolded, Some(wanted)) = (way, &agreed) {
                // What was folded costs nothing at run time: fuel and memory are less with it, so that limits
                // are met elsewhere. Everything else is the same.
                if is_limit(wanted) || is_limit(&outcome) {
                    continue;
                }
                outcome.fuel = wanted.fuel;
            }
            match &agreed {
                None => agreed = Some(outcome),
                Some(agreed) => assert_eq!(*agreed, outcome, "seed {seed}, {tier}, {way:?}:\n{source}"),
            }
        }
    }
    agreed.expect("there is a profile")
}

/// Whether the run ended at a limit.
fn is_limit(outcome: &Outcome) -> bool {
    let kind = outcome.error.as_ref().map_or("", |error| error.kind.as_str());
    ["out_of_fuel", "out_of_memory", "output_limit", "stack_overflow"].contains(&kind)
}
