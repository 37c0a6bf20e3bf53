//! Jumps. One that goes back decides, then pays a unit of fuel, then lands.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::Label;
use lyra_bytecode::scalar::Scalar;
use lyra_runtime::{Meter, Stack};

impl<P: Profile> Interp<'_, P> {
    pub(super) fn jump(&mut self, to: Label) -> Step {
        // Nothing runs forever without going back or calling.
        if to.0 <= self.frame.ip {
            self.vm.guard.charge(1)?;
        }
        self.next = to.0;
        Ok(())
    }

    pub(super) fn jump_if(&mut self, to: Label) -> Step {
        let condition = bool::from_word(self.vm.words.pop()?.as_word());
        if condition { self.jump(to) } else { Ok(()) }
    }

    pub(super) fn jump_unless(&mut self, to: Label) -> Step {
        let condition = bool::from_word(self.vm.words.pop()?.as_word());
        if condition { Ok(()) } else { self.jump(to) }
    }
}
