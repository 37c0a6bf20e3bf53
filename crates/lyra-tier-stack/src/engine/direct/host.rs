//! Calls of host functions over words alone, which see nothing of the stacks and the heap.

use super::site::{Site, Work};
use super::{Way, reference};
use crate::engine::stack::FrameStack;
use lyra_bytecode::{ImportId, Op};
use lyra_runtime::{Fault, Slot};
use lyra_vm_core::{Profile, Program};

/// The way of a call of an import.
pub(super) fn way<P: Profile<Stack = FrameStack>>(import: ImportId, program: &Program) -> Way {
    if program.is_direct(import) { Way::of::<P, Call>() } else { reference::way::<P>() }
}

/// `call_host`
struct Call;

/// Arguments that have room without an allocation: as many as functions of Rust have that hosts define.
const MOST: usize = 16;

impl<P: Profile<Stack = FrameStack>> Work<P> for Call {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::CallHost { import } = site.slow().op else { return Err(missing()) };
        let mut room = [Slot::ZERO; MOST];
        let many: Vec<Slot>;
        // One by one, and the outcome is looked at where it is: what was just written in pieces is slow to read at once.
        let args = match site.copy_words(&mut room) {
            Some(args) => args,
            None => {
                many = site.operands().collect();
                &many
            }
        };
        match site.run().paying(|run| run.machine.call_direct(import, args)) {
            Some(Ok(word)) => {
                site.give(Slot::word(word));
                Ok(())
            }
            Some(Err(fault)) => Err(fault),
            None => Err(missing()),
        }
    }
}

#[cold]
fn missing() -> Fault {
    Fault::broken("a host function is missing")
}
