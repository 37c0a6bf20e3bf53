//! A store that is dropped leaves nothing: as many bytes and pieces of the system's memory are held afterwards as
//! before, after every program of `spec/` and after generated ones, on every tier, however the run ended.
//!
//! What is counted, thread by thread, is what the process really asked its allocator for, not what a heap has charged.

mod counting;

use counting::{Counting, Held, held};
use lyra::{Module, Tier};
use lyra_conformance::corpus;
use lyra_conformance::differ::machine::Under;
use lyra_conformance::differ::outcome::Outcome;
use lyra_conformance::run::{engine, run_module};
use lyra_conformance::subject::{Origin, Subject, origins};
use lyra_runtime::{SharedOutput, Stress};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Generated programs beside those of `spec/`.
const GENERATED: u64 = 60;
/// Programs that use more fuel than this are not stopped on their way.
const HEAVY: u64 = 20_000;

/// Does `work` for each of `all`, on all cores; the complaints, sorted.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) -> String + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    let worker = || {
        while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found = work(one);
            if !found.is_empty() {
                complaints.lock().expect("no worker panics").push(found);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(worker);
        }
    });
    let mut complaints = complaints.into_inner().expect("no worker panics");
    complaints.sort();
    complaints
}

/// What `work` leaves behind.
fn left(work: impl FnOnce()) -> Held {
    let before = held();
    work();
    let after = held();
    Held { bytes: after.bytes - before.bytes, pieces: after.pieces - before.pieces }
}

/// The line that complains of what is left, if anything is.
fn complain(text: &mut String, left: Held, what: &str) {
    if left != Held::default() {
        let _ = writeln!(text, "{what}: {} bytes in {} pieces are left", left.bytes, left.pieces);
    }
}

#[test]
fn memory_that_is_not_given_back_is_seen() {
    let mut kept = Vec::new();
    let found = left(|| kept.push(vec![0_u8; 1_000]));
    assert!(found.bytes >= 1_000 && found.pieces >= 1, "{found:?}");
    assert_eq!(left(|| drop(vec![0_u8; 1_000])), Held::default());
}

/// As a host has it: through the facade, from the engine to the store's end.
#[test]
fn stores_leave_nothing() {
    let programs = corpus::programs();
    let complaints = each(&programs, |program| {
        let mut text = String::new();
        let options = &program.expected.options;
        let Ok(compiled) = program.compile(&engine(Tier::Reference, options, true)) else { return text };
        for &tier in Tier::ALL {
            let engine = engine(tier, options, true);
            let module = Module::from_bytecode(&engine, compiled.bytecode().clone());
            let module = module.unwrap_or_else(|error| panic!("{}: {error}", program.name));
            // Once before, so that what is made once for all is there.
            drop(run_module(&engine, &module));
            let whole = left(|| drop(run_module(&engine, &module)));
            complain(&mut text, whole, &format!("{} ({tier}), the store", program.name));
        }
        text
    });
    assert!(complaints.is_empty(), "{}", complaints.concat());
}

/// Machines that were stopped on their way, at each limit, and while they collect.
#[test]
fn machines_that_were_stopped_leave_nothing() {
    let complaints = each(&origins(1, GENERATED), |origin: &Origin| {
        let Some(subject) = origin.subject() else { return String::new() };
        let mut text = String::new();
        let usual = run(&subject, Tier::Reference, subject.under);
        let used = subject.under.fuel - usual.fuel_left.unwrap_or(0);
        if used > HEAVY {
            return text;
        }
        let stopped = [
            ("half the fuel", Under { fuel: used / 2, ..subject.under }),
            ("half the memory", Under { memory: usual.peak.0 / 2, ..subject.under }),
            ("half the stack", Under { stack: usual.deepest / 2, ..subject.under }),
            ("half the output", Under { output: usual.output.len() as u64 / 2, ..subject.under }),
            ("a step at every charge", Under { stress: Stress::Steps, ..subject.under }),
            (
                "a step at every charge, half the fuel",
                Under { stress: Stress::Steps, fuel: used / 2, ..subject.under },
            ),
        ];
        for &tier in Tier::ALL {
            drop(run(&subject, tier, subject.under));
            for (how, under) in stopped {
                let found = left(|| drop(run(&subject, tier, under)));
                complain(&mut text, found, &format!("{} ({tier}), {how}", subject.name));
            }
        }
        text
    });
    assert!(complaints.is_empty(), "{}", complaints.concat());
}

fn run(subject: &Subject, tier: Tier, under: Under) -> Outcome {
    let output = SharedOutput::default();
    match tier.machine(&subject.program, under.settings(&output)) {
        Ok(mut vm) => Outcome::of(&subject.program, vm.as_mut(), &output),
        Err(error) => Outcome::refused(&error),
    }
}
