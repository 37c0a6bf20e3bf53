//! Which instructions a campaign carried out, and which followed which.
//!
//! The reference machine shows every instruction that it carries out to its profile; the one here counts. An
//! instruction that stands in code that is never reached does not count.

use super::machine::{Under, run_on};
use super::outcome::Outcome;
use lyra_bytecode::{OPS, Op};
use lyra_runtime::{GrowableStack, LinearCaches, LinearInterner, PlainHeap};
use lyra_security::FullMonitor;
use lyra_vm_core::engine::Stepper;
use lyra_vm_core::{AnyVm, Profile, Program, Vm};
use std::cell::RefCell;
use std::fmt;

/// How often each instruction was carried out, and each behind each other.
#[derive(Clone)]
pub struct Coverage {
    ops: Vec<u64>,
    pairs: Vec<u64>,
    last: Option<u8>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self { ops: vec![0; OPS.len()], pairs: vec![0; OPS.len() * OPS.len()], last: None }
    }
}

thread_local! {
    /// What the runs of this thread carried out since it was taken last.
    static SEEN: RefCell<Coverage> = RefCell::new(Coverage::default());
}

/// The reference machine, counting what it carries out.
struct Counting;

impl Profile for Counting {
    type Heap = PlainHeap;
    type Stack = GrowableStack;
    type Caches = LinearCaches;
    type Interner = LinearInterner;
    type Integrity = FullMonitor;
    type Engine = Stepper;

    fn carries_out(op: Op) {
        SEEN.with_borrow_mut(|seen| seen.add(op.code()));
    }
}

/// Runs a program on the reference machine and counts what it carries out.
#[must_use]
pub fn counted(program: &Program, under: Under) -> Outcome {
    SEEN.with_borrow_mut(|seen| seen.last = None);
    run_on(program, under, |program, settings| {
        let vm: Box<dyn AnyVm> = Box::new(Vm::<Counting>::new(program, settings)?);
        Ok(vm)
    })
}

/// What this thread has counted; it begins anew.
#[must_use]
pub fn take() -> Coverage {
    SEEN.with_borrow_mut(std::mem::take)
}

impl Coverage {
    fn add(&mut self, code: u8) {
        if let Some(count) = self.ops.get_mut(usize::from(code)) {
            *count += 1;
        }
        if let Some(last) = self.last.replace(code)
            && let Some(count) = self.pairs.get_mut(usize::from(last) * OPS.len() + usize::from(code))
        {
            *count += 1;
        }
    }

    /// Adds what another has counted.
    pub fn join(&mut self, other: &Self) {
        let both = [(&mut self.ops, &other.ops), (&mut self.pairs, &other.pairs)];
        for (own, others) in both {
            own.iter_mut().zip(others).for_each(|(own, other)| *own += other);
        }
    }

    /// Instructions carried out.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.ops.iter().sum()
    }

    /// The instructions that were never carried out.
    #[must_use]
    pub fn missed(&self) -> Vec<&'static str> {
        let ops = OPS.iter().zip(&self.ops);
        ops.filter(|(_, count)| **count == 0).map(|(info, _)| info.mnemonic).collect()
    }

    /// How many different pairs followed each other.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs.iter().filter(|count| **count > 0).count()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reached = OPS.len() - self.missed().len();
        let all = OPS.len() * OPS.len();
        write!(
            f,
            "{} instructions carried out; {reached} of {} opcodes; {} of {all} pairs ({:.1} %)",
            self.total(),
            OPS.len(),
            self.pairs(),
            self.pairs() as f64 * 100.0 / all as f64
        )
    }
}
