//! Arrays.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::TypeId;
use lyra_bytecode::scalar::Scalar;
use lyra_runtime::{Fault, Heap, Slot, Stack};

impl<P: Profile> Interp<'_, P> {
    pub(super) fn new_array(&mut self, ty: TypeId) -> Step {
        let array = self.vm.lend(|env| env.new_array(ty, 0))?;
        self.vm.refs.push(array.into())
    }

    pub(super) fn append_word(&mut self) -> Step {
        let (array, value) = (self.peek_ref(0)?.as_ref(), self.peek_word(0)?);
        self.vm.lend(|env| env.append(array, value))?;
        self.vm.words.pop().map(|_| ())
    }

    pub(super) fn append_ref(&mut self) -> Step {
        let (array, value) = (self.peek_ref(1)?.as_ref(), self.peek_ref(0)?);
        self.vm.lend(|env| env.append(array, value))?;
        self.vm.refs.pop().map(|_| ())
    }

    pub(super) fn array_length(&mut self) -> Step {
        let array = self.vm.refs.pop()?.as_ref();
        let length = self.vm.heap.elements(array)?.len();
        self.push_word(length_word(length))
    }

    /// Element `index` of an array, or the error that says both numbers.
    fn element(&self, array: Slot, index: Slot) -> Result<Slot, Fault> {
        let elements = self.vm.heap.elements(array.as_ref())?;
        let index = index.as_i32();
        usize::try_from(index)
            .ok()
            .and_then(|index| elements.get(index))
            .ok_or_else(|| Fault::index(index.into(), elements.len()))
    }

    pub(super) fn array_get_word(&mut self) -> Step {
        let index = self.vm.words.pop()?;
        let array = self.vm.refs.pop()?;
        let value = self.element(array, index)?;
        self.vm.words.push(value)
    }

    pub(super) fn array_get_ref(&mut self) -> Step {
        let index = self.vm.words.pop()?;
        let array = self.vm.refs.pop()?;
        let value = self.element(array, index)?;
        self.vm.refs.push(value)
    }

    fn set_element(&mut self, array: Slot, index: Slot, value: Slot) -> Step {
        let index = index.as_i32();
        if let Ok(index) = usize::try_from(index)
            && self.vm.heap.set_element(array.as_ref(), index, value)?
        {
            return Ok(());
        }
        let length = self.vm.heap.elements(array.as_ref())?.len();
        Err(Fault::index(index.into(), length))
    }

    pub(super) fn array_set_word(&mut self) -> Step {
        let value = self.vm.words.pop()?;
        let index = self.vm.words.pop()?;
        let array = self.vm.refs.pop()?;
        self.set_element(array, index, value)
    }

    pub(super) fn array_set_ref(&mut self) -> Step {
        let value = self.vm.refs.pop()?;
        let array = self.vm.refs.pop()?;
        let index = self.vm.words.pop()?;
        self.set_element(array, index, value)
    }
}

/// A length as a word; lengths are at most `i32::MAX`.
pub(super) fn length_word(length: usize) -> u64 {
    i32::try_from(length).unwrap_or(i32::MAX).to_word()
}
