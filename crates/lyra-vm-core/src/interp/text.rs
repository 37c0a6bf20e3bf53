//! Text. What copies or compares many bytes is paid for like a built-in: a unit of fuel for 64 bytes.

use super::arrays::length_word;
use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::Trap;
use lyra_bytecode::scalar::Scalar;
use lyra_runtime::{Fault, Heap, Meter, Ref, Stack, WORK_UNIT};

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn str_length(&mut self) -> Step {
        let text = self.vm.refs.pop()?.as_ref();
        let chars = self.vm.heap.text(text)?.chars;
        self.push_word(length_word(chars))
    }

    #[inline(never)]
    pub(super) fn str_byte_length(&mut self) -> Step {
        let text = self.vm.refs.pop()?.as_ref();
        let bytes = self.vm.heap.text(text)?.text.len();
        self.push_word(length_word(bytes))
    }

    #[inline(never)]
    pub(super) fn str_get(&mut self) -> Step {
        let index = self.vm.words.pop()?.as_i32();
        let text = self.vm.refs.pop()?.as_ref();
        let chars = self.vm.heap.text(text)?.chars;
        let place = usize::try_from(index).ok().filter(|&index| index < chars);
        let place = place.ok_or_else(|| Fault::index(index.into(), chars))?;
        let offset = self.vm.heap.byte_offset(text, place)?;
        let found = self.vm.heap.text(text)?.text.get(offset..).and_then(|rest| rest.chars().next());
        let found = found.ok_or_else(|| Fault::broken("a text has fewer characters than it says"))?;
        self.push_word(found.to_word())
    }

    #[inline(never)]
    pub(super) fn str_char_at_byte(&mut self) -> Step {
        let offset = self.vm.words.pop()?.as_i32();
        let text = self.vm.refs.pop()?.as_ref();
        let text = self.vm.heap.text(text)?.text;
        let rest = usize::try_from(offset).ok().and_then(|offset| text.get(offset..));
        let found = rest.and_then(|rest| rest.chars().next()).ok_or_else(|| {
            let message = format!("byte {offset} of a text of {} bytes begins no character", text.len());
            Fault::told(Trap::IndexOutOfBounds, message)
        })?;
        self.push_word(found.to_word())
    }

    #[inline(never)]
    pub(super) fn str_concat(&mut self, count: u8) -> Step {
        let texts = (0..usize::from(count)).rev().map(|depth| Ok(self.peek_ref(depth)?.as_ref()));
        let texts: Vec<Ref> = texts.collect::<Result<_, Fault>>()?;
        let joined = self.vm.lend(|env| env.join(&texts))?;
        self.drop_operands(texts.len(), 0);
        self.vm.refs.push(joined.text.into())?;
        self.pay(usize::try_from(joined.copied).unwrap_or(usize::MAX))
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
        if first == second {
            return Ok(true);
        }
        let (a, b) = (self.vm.heap.text(first)?.text, self.vm.heap.text(second)?.text);
        if a.len() != b.len() {
            return Ok(false);
        }
        let (equal, bytes) = (a == b, a.len());
        self.pay(bytes)?;
        Ok(equal)
    }

    #[inline(never)]
    pub(super) fn str_from_char(&mut self) -> Step {
        let c = self.peek_word(0)?.as_char();
        let text = self.vm.lend(|env| env.text_from(c.encode_utf8(&mut [0; 4])))?;
        self.vm.words.pop()?;
        self.vm.refs.push(text.into())
    }

    fn pay(&mut self, bytes: usize) -> Step {
        match bytes / WORK_UNIT {
            0 => Ok(()),
            units => self.vm.guard.charge(units as u64),
        }
    }
}
