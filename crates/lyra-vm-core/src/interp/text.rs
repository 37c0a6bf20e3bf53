//! Text. What copies or compares many bytes is paid for like a built-in: a unit of fuel for 64 bytes.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::scalar::Scalar;
use lyra_runtime::{Fault, Meter, Ref, Stack, WORK_UNIT, texts};

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn str_length(&mut self) -> Step {
        let text = self.vm.refs.pop()?.as_ref();
        let length = texts::length(&self.vm.heap, text)?;
        self.push_word(length.to_word())
    }

    #[inline(never)]
    pub(super) fn str_byte_length(&mut self) -> Step {
        let text = self.vm.refs.pop()?.as_ref();
        let length = texts::byte_length(&self.vm.heap, text)?;
        self.push_word(length.to_word())
    }

    #[inline(never)]
    pub(super) fn str_get(&mut self) -> Step {
        let index = self.vm.words.pop()?.as_i32();
        let text = self.vm.refs.pop()?.as_ref();
        let found = texts::char_at(&mut self.vm.heap, text, index)?;
        self.push_word(found.to_word())
    }

    #[inline(never)]
    pub(super) fn str_char_at_byte(&mut self) -> Step {
        let offset = self.vm.words.pop()?.as_i32();
        let text = self.vm.refs.pop()?.as_ref();
        let found = texts::char_at_byte(&self.vm.heap, text, offset)?;
        self.push_word(found.to_word())
    }

    #[inline(never)]
    pub(super) fn str_concat(&mut self, count: u8) -> Step {
        let parts = (0..usize::from(count)).rev().map(|depth| Ok(self.peek_ref(depth)?.as_ref()));
        let parts: Vec<Ref> = parts.collect::<Result<_, Fault>>()?;
        let joined = self.vm.lend(|env| texts::concat(env, &parts))?;
        self.drop_operands(parts.len(), 0);
        self.vm.refs.push(joined)
    }

    #[inline(never)]
    pub(super) fn str_eq(&mut self) -> Step {
        let equal = self.texts_equal()?;
        self.push_word(equal.to_word())
    }

    #[inline(never)]
    pub(super) fn str_ne(&mut self) -> Step {
        let equal = self.texts_equal()?;
        self.push_word((!equal).to_word())
    }

    fn texts_equal(&mut self) -> Result<bool, Fault> {
        let second = self.vm.refs.pop()?.as_ref();
        let first = self.vm.refs.pop()?.as_ref();
        let (equal, bytes) = texts::equal(&self.vm.heap, first, second)?;
        match bytes / WORK_UNIT {
            0 => {}
            units => self.vm.guard.charge(units as u64)?,
        }
        Ok(equal)
    }

    #[inline(never)]
    pub(super) fn str_from_char(&mut self) -> Step {
        let c = self.peek_word(0)?.as_char();
        let text = self.vm.lend(|env| texts::from_char(env, c))?;
        self.vm.words.pop()?;
        self.vm.refs.push(text)
    }
}
