//! Labels: places that jumps go to, known only later. A jump carries its label's number until the procedure is done.

use super::emitter::Emitter;
use lyra_bytecode::{Label, Op};

/// A label, and whether some jump goes there.
#[derive(Clone, Copy)]
pub(super) struct Target {
    label: u32,
    used: bool,
}

impl Emitter<'_, '_, '_> {
    pub(super) fn label(&mut self) -> Target {
        self.labels.push(None);
        Target { label: u32::try_from(self.labels.len() - 1).unwrap_or(u32::MAX), used: false }
    }

    /// Puts the label here. Control is here if it was, or if a jump comes.
    pub(super) fn place(&mut self, target: Target) {
        let here = self.here();
        if let Some(slot) = self.labels.get_mut(target.label as usize) {
            *slot = Some(here);
        }
        self.reachable |= target.used;
        if target.used {
            // Whatever follows is said anew: two ways meet here.
            self.last_span = None;
        }
    }

    /// Puts a label here that jumps go back to, until [`Self::loop_ends`].
    pub(super) fn loop_begins(&mut self, target: Target) {
        self.place(target);
        self.layout.loop_begins(self.here());
    }

    /// No jump after this goes back to where the innermost loop began.
    pub(super) fn loop_ends(&mut self) {
        self.layout.loop_ends(self.here());
    }

    pub(super) fn jump(&mut self, target: &mut Target) {
        target.used |= self.reachable;
        self.op(Op::Jump { to: Label(target.label) });
    }

    pub(super) fn jump_if(&mut self, target: &mut Target) {
        target.used |= self.reachable;
        self.op(Op::JumpIf { to: Label(target.label) });
    }

    pub(super) fn jump_unless(&mut self, target: &mut Target) {
        target.used |= self.reachable;
        self.op(Op::JumpUnless { to: Label(target.label) });
    }
}
