//! Which version of each policy a machine is made of.

use crate::engine::{Engine, Stepper};
use lyra_bytecode::Op;
use lyra_runtime::{Caches, GrowableStack, Heap, Interner, LinearCaches, LinearInterner, PlainHeap, Stack};
use lyra_security::{FullMonitor, Monitor};

/// The policies of a machine, chosen by static type: a machine pays for no choice at run time.
pub trait Profile: Sized + 'static {
    /// Where objects live.
    type Heap: Heap;
    /// Where locals and operands stand.
    type Stack: Stack;
    /// What instructions remember.
    type Caches: Caches;
    /// Which texts are shared.
    type Interner: Interner;
    /// How what is executed is watched.
    type Integrity: Monitor;
    /// What runs procedures.
    type Engine: Engine<Self>;

    /// Sees each instruction that the reference engine is about to carry out, for tests of what is reached. Nothing, and
    /// no cost, unless a profile says otherwise.
    #[inline(always)]
    fn carries_out(_: Op) {}
}

/// The plain version of every policy.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Profile for Plain {
    type Heap = PlainHeap;
    type Stack = GrowableStack;
    type Caches = LinearCaches;
    type Interner = LinearInterner;
    type Integrity = FullMonitor;
    type Engine = Stepper;
}
