//! Calls of host functions over words alone, which see nothing of the stacks and the heap.

use super::site::{Site, Work};
use super::{Operands, Way, reference};
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

impl<P: Profile<Stack = FrameStack>> Work<P> for Call {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::CallHost { import } = site.slow().op else { return Err(missing()) };
        let args: Operands = site.operands().collect();
        let word = site.paying(|run| run.machine.call_direct(import, &args)).ok_or_else(missing)??;
        site.give(Slot::word(word));
        Ok(())
    }
}

#[cold]
fn missing() -> Fault {
    Fault::broken("a host function is missing")
}
