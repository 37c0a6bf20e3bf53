//! Kernels do what they say: all can be prepared and run, more iterations take longer, every instruction has a
//! row.

use super::handlers::{BY_HAND, WITHOUT, generated};
use super::*;
use lyra_bytecode::OPS;
use std::collections::BTreeSet;
use std::time::Duration;

#[test]
fn every_kernel_works_for_its_time() {
    for kernel in all() {
        let mut run = (kernel.prepare)().unwrap_or_else(|error| panic!("{kernel:?}: {error}"));
        run(0).unwrap();
        // What takes long already is told from half as much by fewer runs.
        let once = measure::time(&mut run, 1).unwrap_or_else(|error| panic!("{kernel:?}: {error}"));
        let (least, runs, more) = if once > Duration::from_millis(2) {
            (once / 2, 1, 4)
        } else {
            (Duration::from_micros(100), 3, 10)
        };
        let share = if more == 10 { 4.0 } else { 2.0 };
        // A busy machine may spoil an attempt, also the choice of how many iterations: a kernel that does nothing
        // fails all of them.
        let works = (0..5).any(|_| {
            let iterations = calibrate(&mut run, least).unwrap_or_else(|error| panic!("{kernel:?}: {error}"));
            let mut best = |iterations| {
                let times = (0..runs).map(|_| measure::time(&mut run, iterations).unwrap());
                times.min().unwrap().as_secs_f64()
            };
            best(iterations * more) / best(iterations) > share
        });
        assert!(works, "{kernel:?}: {more} times the iterations take less than {share} times as long");
    }
}

#[test]
fn names_are_unique_and_say_what_is_measured() {
    let kernels = all();
    let ids: BTreeSet<String> = kernels.iter().map(Kernel::id).collect();
    assert_eq!(ids.len(), kernels.len());
    for kernel in &kernels {
        assert!(!kernel.about.is_empty() && kernel.amount() >= 1.0, "{kernel:?}");
    }
}

#[test]
fn every_instruction_has_a_row() {
    let mut measured: BTreeSet<&str> = WITHOUT.into();
    let rows: Vec<_> = generated().collect();
    measured.extend(rows.iter().map(|row| row.name.as_str()));
    for (_, group) in BY_HAND {
        measured.extend(group.split("; ").filter_map(|line| line.split(' ').next()));
    }
    // `return` stands in what `call` calls.
    measured.insert("return");
    let missing: Vec<_> =
        OPS.iter().map(|info| info.mnemonic).filter(|name| !measured.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "give them a group in handlers.rs");
}

#[test]
fn figures_are_by_unit() {
    let kernel = |unit, amount| Kernel {
        unit,
        amount: Amount::Known(amount),
        ..Kernel::time("a", "b", 1, || Ok(each(|| Ok(()))))
    };
    assert_eq!(kernel(Unit::Nanoseconds, 4.0).figures(&[100.0]), [25.0]);
    assert_eq!(kernel(Unit::MegabytesPerSecond, 1e6).figures(&[1e9]), [1.0]);
    assert_eq!(kernel(Unit::LinesPerSecond, 300.0).figures(&[1e6]), [300_000.0]);
}
