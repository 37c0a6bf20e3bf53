//! Locals, globals, and moving operands about.

use super::{Interp, Step};
use crate::profile::Profile;
use crate::vm::UNSET;
use lyra_base::id::Id;
use lyra_bytecode::{GlobalId, Local, Trap};
use lyra_runtime::{Fault, Stack};

fn no_global() -> Fault {
    Fault::broken("a global is missing")
}

impl<P: Profile> Interp<'_, P> {
    /// Where a word local stands: words are numbered after all references.
    fn word_index(&self, local: Local) -> Result<usize, Fault> {
        let refs = self.frame.ref_floor.saturating_sub(self.frame.ref_base);
        let number = usize::from(local.0).checked_sub(refs);
        number
            .map(|number| self.frame.word_base + number)
            .filter(|&index| index < self.frame.word_floor)
            .ok_or_else(|| Fault::broken("a local is missing"))
    }

    fn ref_index(&self, local: Local) -> Result<usize, Fault> {
        Some(self.frame.ref_base + usize::from(local.0))
            .filter(|&index| index < self.frame.ref_floor)
            .ok_or_else(|| Fault::broken("a local is missing"))
    }

    pub(super) fn get_word(&mut self, local: Local) -> Step {
        let slot = self.vm.words.get(self.word_index(local)?)?;
        self.vm.words.push(slot)
    }

    pub(super) fn set_word(&mut self, local: Local) -> Step {
        let index = self.word_index(local)?;
        let slot = self.vm.words.pop()?;
        self.vm.words.set(index, slot)
    }

    pub(super) fn get_ref(&mut self, local: Local) -> Step {
        let slot = self.vm.refs.get(self.ref_index(local)?)?;
        self.vm.refs.push(slot)
    }

    pub(super) fn set_ref(&mut self, local: Local) -> Step {
        let index = self.ref_index(local)?;
        let slot = self.vm.refs.pop()?;
        self.vm.refs.set(index, slot)
    }

    pub(super) fn get_global_word(&mut self, global: GlobalId) -> Step {
        let slot = self.vm.word_globals.get(global.index()).copied().ok_or_else(no_global)?;
        if slot == UNSET {
            self.must_have_default(global)?;
        }
        self.vm.words.push(slot)
    }

    pub(super) fn set_global_word(&mut self, global: GlobalId) -> Step {
        let slot = self.vm.words.pop()?;
        *self.vm.word_globals.get_mut(global.index()).ok_or_else(no_global)? = slot;
        Ok(())
    }

    pub(super) fn get_global_ref(&mut self, global: GlobalId) -> Step {
        let slot = self.vm.ref_globals.get(global.index()).copied().ok_or_else(no_global)?;
        if slot.is_none() {
            self.must_have_default(global)?;
        }
        self.vm.refs.push(slot)
    }

    /// Fails for a global whose slot says that it was never set, unless that slot is a value of its type.
    fn must_have_default(&self, global: GlobalId) -> Step {
        let module = self.vm.program.module();
        let global = module.globals.get(global).ok_or_else(no_global)?;
        if module.types.has_default(global.ty) {
            return Ok(());
        }
        Err(Fault::told(Trap::NoneValue, format!("`{}` has no value yet", global.name)))
    }

    pub(super) fn set_global_ref(&mut self, global: GlobalId) -> Step {
        let slot = self.vm.refs.pop()?;
        *self.vm.ref_globals.get_mut(global.index()).ok_or_else(no_global)? = slot;
        Ok(())
    }

    pub(super) fn drop_word(&mut self) -> Step {
        self.vm.words.pop().map(|_| ())
    }

    pub(super) fn drop_ref(&mut self) -> Step {
        self.vm.refs.pop().map(|_| ())
    }

    pub(super) fn dup_word(&mut self) -> Step {
        let slot = self.peek_word(0)?;
        self.vm.words.push(slot)
    }

    pub(super) fn dup_ref(&mut self) -> Step {
        let slot = self.peek_ref(0)?;
        self.vm.refs.push(slot)
    }
}
