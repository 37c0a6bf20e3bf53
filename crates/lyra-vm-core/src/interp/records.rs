//! Records (tuples, structures, cells), enumerations and maps: what makes them and what takes them apart.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Kind, Trap, TypeId};
use lyra_runtime::immediate;
use lyra_runtime::{Fault, Heap, Parts, Shape, Slot, Stack};

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn new_record(&mut self, ty: TypeId) -> Step {
        let program = self.vm.program.clone();
        let Some(Shape::Record { parts, .. }) = program.shapes().get(ty) else {
            return Err(Fault::broken("a record is of an unknown type"));
        };
        self.build(ty, 0, parts)
    }

    /// Makes a record or variant of the parts on the stacks.
    fn build(&mut self, ty: TypeId, variant: u16, parts: &Parts) -> Step {
        let kinds: Vec<Kind> = parts.kinds(self.vm.program.shapes()).collect();
        let (slots, refs, words) = self.arguments(&kinds)?;
        let record = self.vm.lend(|env| env.new_record(ty, variant, &slots))?;
        self.drop_operands(refs, words);
        self.vm.refs.push(record.into())
    }

    fn part(&mut self, index: u8) -> Result<Slot, Fault> {
        let record = self.vm.refs.pop()?.as_ref();
        let part = self.vm.heap.parts(record)?.get(usize::from(index)).copied();
        part.ok_or_else(|| Fault::broken("a record has too few parts"))
    }

    #[inline(never)]
    pub(super) fn get_part_word(&mut self, index: u8) -> Step {
        let part = self.part(index)?;
        self.vm.words.push(part)
    }

    #[inline(never)]
    pub(super) fn get_part_ref(&mut self, index: u8) -> Step {
        let part = self.part(index)?;
        self.vm.refs.push(part)
    }

    #[inline(never)]
    pub(super) fn set_part_word(&mut self, index: u8) -> Step {
        let value = self.vm.words.pop()?;
        let record = self.vm.refs.pop()?.as_ref();
        self.vm.heap.set_part(record, index.into(), value)
    }

    #[inline(never)]
    pub(super) fn set_part_ref(&mut self, index: u8) -> Step {
        let value = self.vm.refs.pop()?;
        let record = self.vm.refs.pop()?.as_ref();
        self.vm.heap.set_part(record, index.into(), value)
    }

    #[inline(never)]
    pub(super) fn same_ref(&mut self) -> Step {
        let second = self.vm.refs.pop()?;
        let first = self.vm.refs.pop()?;
        self.push_word((first == second).to_word())
    }

    #[inline(never)]
    pub(super) fn const_enum(&mut self, _: TypeId, variant: u16) -> Step {
        self.push_word(i32::from(variant).to_word())
    }

    /// The word of a plain enumeration is the number of the variant already.
    #[inline(never)]
    pub(super) fn enum_index(&mut self) -> Step {
        Ok(())
    }

    #[inline(never)]
    pub(super) fn new_variant(&mut self, ty: TypeId, variant: u16) -> Step {
        let program = self.vm.program.clone();
        let unknown = || Fault::broken("a variant is of an unknown type");
        let parts = program.shapes().payload(ty, variant).ok_or_else(unknown)?;
        if parts.types.is_empty() {
            let slot = immediate::encode_variant(ty, variant).ok_or_else(unknown)?;
            return self.vm.refs.push(slot);
        }
        self.build(ty, variant, parts)
    }

    #[inline(never)]
    pub(super) fn variant_index(&mut self) -> Step {
        let value = self.vm.refs.pop()?;
        let variant = lyra_runtime::variant_of(&self.vm.heap, value)?;
        self.push_word(i32::from(variant).to_word())
    }

    fn payload(&mut self, variant: u16, index: u8) -> Result<Slot, Fault> {
        let value = self.vm.refs.pop()?;
        if !value.is_object() || self.vm.heap.variant(value.as_ref())? != variant {
            return Err(Fault::told(Trap::TypeMismatch, "the value is another variant"));
        }
        let part = self.vm.heap.parts(value.as_ref())?.get(usize::from(index)).copied();
        part.ok_or_else(|| Fault::broken("a variant has too few parts"))
    }

    #[inline(never)]
    pub(super) fn get_payload_word(&mut self, variant: u16, index: u8) -> Step {
        let part = self.payload(variant, index)?;
        self.vm.words.push(part)
    }

    #[inline(never)]
    pub(super) fn get_payload_ref(&mut self, variant: u16, index: u8) -> Step {
        let part = self.payload(variant, index)?;
        self.vm.refs.push(part)
    }

    #[inline(never)]
    pub(super) fn new_map(&mut self, ty: TypeId) -> Step {
        let map = self.vm.lend(|env| env.new_map(ty, 0))?;
        self.vm.refs.push(map.into())
    }
}
