//! The way of instructions that have no better one: operands go to the tops of the machine's stacks, the reference
//! handler takes them from there, and the engine goes on in the procedure that it names, if it calls one.

use super::Way;
use crate::engine::code::SlowOp;
use crate::engine::context::{Context, context};
use crate::engine::stack::FrameStack;
use crate::engine::state::State;
use lyra_bytecode::{Kind, Op, TypeId};
use lyra_runtime::{Fault, Slot, Stack};
use lyra_vm_core::Profile;
use lyra_vm_core::engine::{Entered, Gives};

/// This way.
pub(super) fn way<P: Profile<Stack = FrameStack>>() -> Way {
    Way { go: carry_out::<P>, built_in: None, ty: TypeId(0) }
}

/// [`Direct`](super::Direct), for every instruction.
///
/// # Safety
/// As there.
unsafe fn carry_out<P: Profile<Stack = FrameStack>>(state: *mut State, slow: &SlowOp) -> bool {
    // SAFETY: the caller's; nothing else borrows the run.
    let run = unsafe { context::<P>(state) };
    match run.carry_out(slow) {
        Ok(()) => true,
        Err(fault) => run.fail(fault),
    }
}

impl<P: Profile<Stack = FrameStack>> Context<P> {
    fn carry_out(&mut self, slow: &SlowOp) -> Result<(), Fault> {
        let bases = self.set_tops();
        for arg in &slow.args {
            // SAFETY: sound code names slots of the frame.
            unsafe {
                match arg.kind {
                    Kind::Ref => {
                        let slot = *self.state.refs.add(usize::from(arg.number));
                        self.machine.refs().push(Slot::word(slot))?;
                    }
                    Kind::Word => {
                        let slot = *self.state.words.add(usize::from(arg.number));
                        self.machine.words().push(Slot::word(slot))?;
                    }
                }
            }
        }
        if slow.traces {
            self.show_calls();
        }
        self.machine.budget().set_slice(self.state.slice);
        let done = match slow.op {
            // It was paid for by a word of its own.
            Op::Call { proc } => Ok(Some(Entered { proc, gives: Gives::Result })),
            op => self.machine.execute(op, slow.proc, slow.at),
        };
        self.state.slice = self.machine.budget().slice();
        let entered = done?;
        let result = match (entered, slow.result) {
            (None, Some(result)) => {
                let slot = match result.kind {
                    Kind::Ref => self.machine.refs().pop()?,
                    Kind::Word => self.machine.words().pop()?,
                };
                Some((result, slot))
            }
            _ => None,
        };
        self.set_bases(bases);
        if let Some((result, slot)) = result {
            // SAFETY: as for the operands.
            unsafe {
                match result.kind {
                    Kind::Ref => *self.state.refs.add(usize::from(result.number)) = slot.as_word(),
                    Kind::Word => *self.state.words.add(usize::from(result.number)) = slot.as_word(),
                }
            }
        }
        match entered {
            Some(entered) => self.enter(entered, slow.waits, bases),
            None => {
                self.state.ip = self.state.ip.wrapping_add(1);
                Ok(())
            }
        }
    }
}
