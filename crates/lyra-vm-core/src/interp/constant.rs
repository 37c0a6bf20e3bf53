//! Constants.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_base::id::Id;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{ConstId, Constant};
use lyra_runtime::{Fault, Stack};

fn wrong() -> Fault {
    Fault::broken("a constant is missing or of another type")
}

impl<P: Profile> Interp<'_, P> {
    pub(super) fn const_bool(&mut self, value: bool) -> Step {
        self.push_word(value.to_word())
    }

    pub(super) fn const_u8(&mut self, value: u8) -> Step {
        self.push_word(value.to_word())
    }

    pub(super) fn const_i32(&mut self, value: i32) -> Step {
        self.push_word(value.to_word())
    }

    pub(super) fn const_char(&mut self, value: char) -> Step {
        self.push_word(value.to_word())
    }

    pub(super) fn const_i64(&mut self, value: ConstId) -> Step {
        match self.vm.guard.code.constant(value) {
            Some(&Constant::I64(value)) => self.push_word(value.to_word()),
            _ => Err(wrong()),
        }
    }

    pub(super) fn const_f64(&mut self, value: ConstId) -> Step {
        match self.vm.guard.code.constant(value) {
            Some(&Constant::F64(bits)) => self.push_word(bits),
            _ => Err(wrong()),
        }
    }

    pub(super) fn const_str(&mut self, value: ConstId) -> Step {
        let text = self.vm.constants.get(value.index()).copied().filter(|text| !text.is_null());
        self.vm.refs.push(text.ok_or_else(wrong)?.into())
    }
}
