//! The interpreter: fetch, carry out, go on. One method for each instruction, in a file for each family.
//!
//! Invariants:
//! - The operands of an instruction that may allocate stay on the stacks until it is done: only then are they
//!   dropped and its result pushed. So a collection in the middle finds them.
//! - `frame.ip` is the instruction that is being carried out, `next` the one that follows.
//! - An access outside of a table or stack is the trap `tampered`: verified code makes none.
//!
//! Handlers that are large or rare are kept out of the loop (`inline(never)`): inlined, they take the registers and
//! the inlining of the small ones with them, which made every instruction half as slow again.

mod any;
mod arrays;
mod builtin;
mod call;
mod closure;
mod constant;
mod dynamic;
mod errors;
mod flow;
mod records;
mod scalar;
mod text;
mod unwind;
mod variables;

pub(crate) use any::AnyRule;
pub(crate) use builtin::Implementation;

pub(crate) use unwind::can_catch;

use crate::engine::Entered;
use crate::error::RunError;
use crate::frame::Frame;
use crate::profile::Profile;
use crate::vm::Vm;
use lyra_bytecode::{Op, ProcId, dispatch};
use lyra_runtime::{Fault, Slot, Stack};
use std::any::Any;

/// What carrying out an instruction gives.
type Step = Result<(), Fault>;

/// One call from the host, while it runs.
pub(crate) struct Interp<'v, P: Profile> {
    pub(crate) vm: &'v mut Vm<P>,
    data: &'v mut dyn Any,
    pub(crate) frame: Frame,
    next: u32,
    done: bool,
    /// Whether an engine keeps the frames: then a call is not made but noted in `entered`.
    pub(crate) for_engine: bool,
    pub(crate) entered: Option<Entered>,
}

impl<'v, P: Profile> Interp<'v, P> {
    pub(crate) fn new(vm: &'v mut Vm<P>, data: &'v mut dyn Any) -> Self {
        Self { vm, data, frame: Frame::HOST, next: 0, done: false, for_engine: false, entered: None }
    }

    /// Runs `proc`, whose arguments are on the stacks and which has been paid for, until it returns.
    pub(crate) fn run(&mut self, proc: ProcId) -> Result<(), RunError> {
        if let Err(fault) = self.land(proc) {
            return Err(RunError::outside(fault.trap(), fault.message()));
        }
        while !self.done {
            if let Err(fault) = self.run_to_fault() {
                self.catch(fault)?;
            }
        }
        Ok(())
    }

    fn run_to_fault(&mut self) -> Step {
        while !self.done {
            let op = self.fetch()?;
            P::carries_out(op);
            self.next = self.frame.ip.saturating_add(1);
            dispatch!(op, self)?;
            self.frame.ip = self.next;
        }
        Ok(())
    }

    /// Carries out one instruction whose operands are on the tops of the stacks, for an engine.
    #[inline(never)]
    pub(crate) fn carry_out(&mut self, op: Op) -> Step {
        dispatch!(op, self)
    }

    #[inline]
    fn fetch(&self) -> Result<Op, Fault> {
        let proc = self.vm.guard.code.proc(self.frame.proc);
        proc.and_then(|proc| proc.ops.get(self.frame.ip as usize))
            .copied()
            .ok_or_else(|| Fault::broken("the code ends too early"))
    }

    #[inline]
    fn push_word(&mut self, word: u64) -> Step {
        self.vm.words.push(Slot::word(word))
    }

    /// The slot `depth` below the top of the reference stack.
    fn peek_ref(&self, depth: usize) -> Result<Slot, Fault> {
        peek(&self.vm.refs, depth)
    }

    /// The slot `depth` below the top of the word stack.
    fn peek_word(&self, depth: usize) -> Result<Slot, Fault> {
        peek(&self.vm.words, depth)
    }

    /// Drops `refs` references and `words` words from the tops.
    fn drop_operands(&mut self, refs: usize, words: usize) {
        let (ref_length, word_length) = (self.vm.refs.len(), self.vm.words.len());
        self.vm.refs.truncate(ref_length.saturating_sub(refs));
        self.vm.words.truncate(word_length.saturating_sub(words));
    }
}

fn peek<S: Stack>(stack: &S, depth: usize) -> Result<Slot, Fault> {
    let index = stack.len().checked_sub(depth.saturating_add(1));
    index.map_or_else(|| Err(Fault::broken("a stack is too short")), |index| stack.get(index))
}
