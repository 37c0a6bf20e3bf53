//! Checks of the stack's depth that cannot fail any more are left out.
//!
//! A frame was let in because its own need fits; each `enter` and each call that was passed showed that more does.
//! What needs no more than that needs no look: the body of a loop that calls two procedures looks for the larger only.
//!
//! Pays on `nbody`, which takes 4 % longer without it.

use crate::callees::Callees;
use lyra_base::id::Id;
use lyra_bytecode::Op;
use lyra_ir::{Dominators, Func, InstKind, Scope};

/// Leaves out every `enter` of a function that another one, a call, or the function's own need makes needless; gives
/// their number.
pub fn drop_enters(func: &mut Func, callees: &dyn Callees) -> usize {
    let own = callees.need(func.scopes[Scope(0)].proc);
    let dominators = Dominators::new(func);
    // Entries that are known to fit, before each block and behind it.
    let mut fits = vec![(own, own); func.blocks.len()];
    let mut changes = 0;
    for &block in dominators.order() {
        let start = match dominators.parent(block) {
            Some(parent) if dominators.completes_before(parent, block) => fits[parent.index()].1,
            Some(parent) => fits[parent.index()].0,
            None => own,
        };
        let mut now = start;
        let insts = std::mem::take(&mut func.blocks[block].insts);
        let before = insts.len();
        let kept = insts.into_iter().filter(|&inst| {
            let data = &func.insts[inst];
            match data.kind {
                InstKind::Enter(entries) if entries <= now => return false,
                InstKind::Enter(entries) => now = entries,
                InstKind::Op(Op::Call { proc }) => {
                    let entries = data.waits.saturating_add(1).saturating_add(callees.need(proc));
                    now = now.max(entries);
                }
                _ => {}
            }
            true
        });
        let kept: Vec<_> = kept.collect();
        changes += before - kept.len();
        func.blocks[block].insts = kept;
        fits[block.index()] = (start, now);
    }
    changes
}
