//! The machine as functions of the host use it: what [`Env`] can do, with the type of the heap hidden, so that a
//! function is written once for all heaps.

use super::object::HostObject;
use super::to_host::to_value;
use super::value::Value;
use crate::builtins::{Child, child, keys};
use crate::content::{Content, content};
use crate::env::{Env, Meter};
use crate::fault::Fault;
use crate::heap::{Elements, ElementsMut, ErrorObject, Heap};
use crate::output::OutputGate;
use crate::shape::Shapes;
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;
use std::ops::Range;

/// Everything here fails as the method of [`Env`] or [`Heap`] of that name does.
pub(super) trait Machine {
    fn shapes(&self) -> &Shapes;
    fn output(&mut self) -> &mut OutputGate;
    fn temps(&mut self) -> &mut Vec<Ref>;

    fn pay(&mut self, units: u64) -> Result<(), Fault>;
    fn look_soon(&mut self);
    fn charge(&mut self, bytes: u64) -> Result<(), Fault>;
    fn release(&mut self, bytes: u64);

    fn text_limit(&self) -> usize;
    fn text(&self, text: Ref) -> Result<&str, Fault>;
    fn elements(&self, array: Ref) -> Result<Elements<'_>, Fault>;
    fn error(&self, error: Ref) -> Result<&ErrorObject, Fault>;
    fn host_object(&self, object: Ref) -> Result<&HostObject, Fault>;
    fn variant(&self, object: Ref) -> Result<u16, Fault>;
    fn content(&self, ty: TypeId, slot: Slot) -> Result<Content, Fault>;
    fn child(&self, object: Ref, index: usize) -> Result<Option<Child>, Fault>;
    /// [`to_value`].
    fn value(&self, ty: TypeId, slot: Slot) -> Result<Value, Fault>;

    fn new_text(&mut self, text: &str) -> Result<Ref, Fault>;
    /// A new text of bytes `range` of another.
    fn part_of(&mut self, text: Ref, range: Range<usize>) -> Result<Ref, Fault>;
    fn new_array(&mut self, ty: TypeId, length: usize) -> Result<Ref, Fault>;
    fn append(&mut self, array: Ref, value: Slot) -> Result<(), Fault>;
    /// The elements of an array of `u8`.
    fn bytes_mut(&mut self, array: Ref) -> Result<&mut [u8], Fault>;
    fn new_map(&mut self, ty: TypeId) -> Result<Ref, Fault>;
    fn set_key(&mut self, map: Ref, key: Slot, value: Slot) -> Result<(), Fault>;
    fn upcast(&mut self, ty: TypeId, word: Slot) -> Result<Slot, Fault>;
}

impl<H: Heap> Machine for Env<'_, H> {
    fn shapes(&self) -> &Shapes {
        self.shapes
    }
    fn output(&mut self) -> &mut OutputGate {
        self.output
    }
    fn temps(&mut self) -> &mut Vec<Ref> {
        self.temps
    }

    fn pay(&mut self, units: u64) -> Result<(), Fault> {
        Meter::charge(self.meter, units)
    }
    fn look_soon(&mut self) {
        self.meter.look_soon();
    }
    fn charge(&mut self, bytes: u64) -> Result<(), Fault> {
        Env::charge(self, bytes)
    }
    fn release(&mut self, bytes: u64) {
        self.heap.release(bytes);
    }

    fn text_limit(&self) -> usize {
        self.heap.text_limit()
    }
    fn text(&self, text: Ref) -> Result<&str, Fault> {
        Ok(self.heap.text(text)?.text)
    }
    fn elements(&self, array: Ref) -> Result<Elements<'_>, Fault> {
        self.heap.elements(array)
    }
    fn error(&self, error: Ref) -> Result<&ErrorObject, Fault> {
        self.heap.error(error)
    }
    fn host_object(&self, object: Ref) -> Result<&HostObject, Fault> {
        self.heap.host_object(object)
    }
    fn variant(&self, object: Ref) -> Result<u16, Fault> {
        self.heap.variant(object)
    }
    fn content(&self, ty: TypeId, slot: Slot) -> Result<Content, Fault> {
        content(self.heap, self.shapes, ty, slot)
    }
    fn child(&self, object: Ref, index: usize) -> Result<Option<Child>, Fault> {
        child(self.heap, self.shapes, object, index)
    }
    fn value(&self, ty: TypeId, slot: Slot) -> Result<Value, Fault> {
        to_value(self.heap, self.shapes, ty, slot)
    }

    fn new_text(&mut self, text: &str) -> Result<Ref, Fault> {
        self.text_from(text)
    }
    fn part_of(&mut self, text: Ref, range: Range<usize>) -> Result<Ref, Fault> {
        Env::new_text(self, range.len(), |heap, out| {
            let part = heap.text(text)?.text.get(range.clone());
            out.push_str(part.ok_or_else(|| Fault::broken("a text was cut inside a character"))?);
            Ok(())
        })
    }
    fn new_array(&mut self, ty: TypeId, length: usize) -> Result<Ref, Fault> {
        Env::new_array(self, ty, length)
    }
    fn append(&mut self, array: Ref, value: Slot) -> Result<(), Fault> {
        Env::append(self, array, value)
    }
    fn bytes_mut(&mut self, array: Ref) -> Result<&mut [u8], Fault> {
        match self.heap.elements_mut(array)? {
            ElementsMut::Bytes(bytes) => Ok(bytes),
            _ => Err(Fault::broken("an array of bytes holds other elements")),
        }
    }
    fn new_map(&mut self, ty: TypeId) -> Result<Ref, Fault> {
        Env::new_map(self, ty, 0)
    }
    fn set_key(&mut self, map: Ref, key: Slot, value: Slot) -> Result<(), Fault> {
        keys::set(self, map, key, value)
    }
    fn upcast(&mut self, ty: TypeId, word: Slot) -> Result<Slot, Fault> {
        Env::upcast(self, ty, word)
    }
}
