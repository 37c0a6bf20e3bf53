//! Optionals, `any` and interfaces: values that know their type at run time, there and back.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Trap, TypeId};
use lyra_runtime::dynamic::{downcast, dynamic, dynamic_name};
use lyra_runtime::{Fault, Slot, Stack, word_of};

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn const_none(&mut self, _: TypeId) -> Step {
        self.vm.refs.push(Slot::ZERO)
    }

    #[inline(never)]
    pub(super) fn is_none(&mut self) -> Step {
        let value = self.vm.refs.pop()?;
        self.push_word(value.is_none().to_word())
    }

    /// The value of an optional.
    fn unwrapped(&mut self) -> Result<Slot, Fault> {
        let value = self.vm.refs.pop()?;
        if value.is_none() { Err(Trap::NoneValue.into()) } else { Ok(value) }
    }

    #[inline(never)]
    pub(super) fn unwrap_word(&mut self) -> Step {
        let value = self.unwrapped()?;
        let word = word_of(&self.vm.heap, value)?;
        self.vm.words.push(word)
    }

    #[inline(never)]
    pub(super) fn unwrap_ref(&mut self) -> Step {
        let value = self.unwrapped()?;
        self.vm.refs.push(value)
    }

    #[inline(never)]
    pub(super) fn upcast_word(&mut self, from: TypeId, _: TypeId) -> Step {
        let word = self.peek_word(0)?;
        let slot = self.vm.lend(|env| env.upcast(from, word))?;
        self.vm.words.pop()?;
        self.vm.refs.push(slot)
    }

    /// A reference knows its type already.
    #[inline(never)]
    pub(super) fn upcast_ref(&mut self, _: TypeId, _: TypeId) -> Step {
        Ok(())
    }

    #[inline(never)]
    pub(super) fn is_type(&mut self, ty: TypeId) -> Step {
        let value = self.vm.refs.pop()?;
        let shapes = self.vm.program.shapes();
        let is_of = shapes.fits(ty, dynamic(&self.vm.heap, shapes, value)?.ty());
        self.push_word(is_of.to_word())
    }

    fn downcast(&mut self, ty: TypeId) -> Result<Slot, Fault> {
        let value = self.vm.refs.pop()?;
        downcast(&self.vm.heap, self.vm.program.shapes(), ty, value)
    }

    #[inline(never)]
    pub(super) fn downcast_word(&mut self, ty: TypeId) -> Step {
        let word = self.downcast(ty)?;
        self.vm.words.push(word)
    }

    #[inline(never)]
    pub(super) fn downcast_ref(&mut self, ty: TypeId) -> Step {
        let value = self.downcast(ty)?;
        self.vm.refs.push(value)
    }

    #[inline(never)]
    pub(super) fn type_name(&mut self) -> Step {
        let value = self.peek_ref(0)?;
        let shapes = self.vm.program.shapes();
        let name = dynamic_name(&self.vm.heap, shapes, dynamic(&self.vm.heap, shapes, value)?);
        let name = self.vm.shared_text(&name)?;
        self.vm.refs.pop()?;
        self.vm.refs.push(name.into())
    }
}
