//! Records (tuples, structures, cells), enumerations and maps: what makes them and what takes them apart.

use super::{Interp, Step};
use crate::profile::Profile;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Trap, TypeId};
use lyra_runtime::immediate;
use lyra_runtime::{Fault, Heap, Parts, Shape, Slot, Stack};
use smallvec::SmallVec;

/// Parts on their way into a record: few take no memory.
type Gathered = SmallVec<[Slot; 8]>;

impl<P: Profile> Interp<'_, P> {
    #[inline(never)]
    pub(super) fn new_record(&mut self, ty: TypeId) -> Step {
        let Some(Shape::Record { parts, .. }) = self.vm.program.shapes().get(ty) else {
            return Err(Fault::broken("a record is of an unknown type"));
        };
        let slots = self.gather(parts)?;
        let refs = parts.refs.len();
        self.build(ty, 0, &slots, refs)
    }

    /// The parts of a record or variant, which are on the stacks.
    fn gather(&self, parts: &Parts) -> Result<Gathered, Fault> {
        let top = |stack: &P::Stack, count: usize| stack.len().checked_sub(count);
        let words = parts.types.len().saturating_sub(parts.refs.len());
        let missing = || Fault::broken("a stack is too short");
        let mut next_ref = top(&self.vm.refs, parts.refs.len()).ok_or_else(missing)?;
        let mut next_word = top(&self.vm.words, words).ok_or_else(missing)?;
        let mut refs = parts.refs.iter().map(|&part| usize::from(part)).peekable();
        let mut slots = Gathered::new();
        for part in 0..parts.types.len() {
            let is_ref = refs.next_if_eq(&part).is_some();
            let (stack, next) = if is_ref {
                (self.vm.refs.slots(), &mut next_ref)
            } else {
                (self.vm.words.slots(), &mut next_word)
            };
            slots.push(stack.get(*next).copied().ok_or_else(missing)?);
            *next += 1;
        }
        Ok(slots)
    }

    /// Makes a record or variant of what was gathered, of which so many are references.
    fn build(&mut self, ty: TypeId, variant: u16, slots: &[Slot], refs: usize) -> Step {
        let record = self.vm.lend(|env| env.new_record(ty, variant, slots))?;
        self.drop_operands(refs, slots.len().saturating_sub(refs));
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
        let unknown = || Fault::broken("a variant is of an unknown type");
        let parts = self.vm.program.shapes().payload(ty, variant).ok_or_else(unknown)?;
        if parts.types.is_empty() {
            let slot = immediate::encode_variant(ty, variant).ok_or_else(unknown)?;
            return self.vm.refs.push(slot);
        }
        let slots = self.gather(parts)?;
        let refs = parts.refs.len();
        self.build(ty, variant, &slots, refs)
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
