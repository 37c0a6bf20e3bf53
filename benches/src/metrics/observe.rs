//! A heap seen from outside: every call that may collect is framed by a [`Watch`].
//!
//! So pauses are measured without a clock in the product, and in the same way for every heap.

use lyra_bytecode::TypeId;
use lyra_runtime::heap::{Closure, Joined, MapObject};
use lyra_runtime::{
    Elements, ElementsMut, ErrorObject, Fault, Heap, HeapSettings, HeapStatistics, HostObject, Ref, Roots,
    Slot, Text,
};
use std::hash::RandomState;
use std::ops::Range;

/// Is told of every call that may collect.
pub trait Watch: Send + Default {
    /// A call begins.
    fn begin(&mut self);

    /// It ended; `paused` when the heap says that a collection, or a part of one, took place in it.
    fn end(&mut self, paused: bool);
}

/// A heap under a watch.
pub struct Observed<H, W> {
    heap: H,
    /// What watches.
    pub watch: W,
}

impl<H: Heap, W: Watch> Observed<H, W> {
    fn watched<R>(&mut self, call: impl FnOnce(&mut H) -> R) -> R {
        let before = self.heap.statistics().pauses.count();
        self.watch.begin();
        let result = call(&mut self.heap);
        self.watch.end(self.heap.statistics().pauses.count() != before);
        result
    }
}

impl<H: Heap, W: Watch> Heap for Observed<H, W> {
    fn new(settings: HeapSettings) -> Self {
        Self { heap: H::new(settings), watch: W::default() }
    }

    fn charge(&mut self, bytes: u64, roots: &dyn Roots) -> Result<(), Fault> {
        self.watched(|heap| heap.charge(bytes, roots))
    }

    fn set_limits(&mut self, limit: u64, text_limit: u64) {
        self.heap.set_limits(limit, text_limit);
    }

    fn text_limit(&self) -> usize {
        self.heap.text_limit()
    }

    fn release(&mut self, bytes: u64) {
        self.heap.release(bytes);
    }

    fn collect(&mut self, roots: &dyn Roots) {
        self.watched(|heap| heap.collect(roots));
    }

    fn type_of(&self, object: Ref) -> Result<TypeId, Fault> {
        self.heap.type_of(object)
    }

    fn text(&self, text: Ref) -> Result<Text<'_>, Fault> {
        self.heap.text(text)
    }

    fn byte_offset(&mut self, text: Ref, index: usize) -> Result<usize, Fault> {
        self.heap.byte_offset(text, index)
    }

    fn elements(&self, array: Ref) -> Result<Elements<'_>, Fault> {
        self.heap.elements(array)
    }

    fn set_element(&mut self, array: Ref, index: usize, value: Slot) -> Result<bool, Fault> {
        self.heap.set_element(array, index, value)
    }

    fn fill(&mut self, array: Ref, start: usize, value: Slot) -> Result<bool, Fault> {
        self.heap.fill(array, start, value)
    }

    fn move_elements(&mut self, array: Ref, range: Range<usize>, at: usize) -> Result<bool, Fault> {
        self.heap.move_elements(array, range, at)
    }

    fn add_key(&mut self, map: Ref, hash: u64, key: Slot, value: Slot) -> Result<bool, Fault> {
        self.heap.add_key(map, hash, key, value)
    }

    fn set_value(&mut self, map: Ref, position: usize, value: Slot) -> Result<bool, Fault> {
        self.heap.set_value(map, position, value)
    }

    fn copy_map(&mut self, from: Ref, to: Ref) -> Result<(), Fault> {
        self.heap.copy_map(from, to)
    }

    fn elements_mut(&mut self, array: Ref) -> Result<ElementsMut<'_>, Fault> {
        self.heap.elements_mut(array)
    }

    fn parts(&self, record: Ref) -> Result<&[Slot], Fault> {
        self.heap.parts(record)
    }

    fn set_part(&mut self, record: Ref, index: usize, part: Slot) -> Result<(), Fault> {
        self.heap.set_part(record, index, part)
    }

    fn variant(&self, record: Ref) -> Result<u16, Fault> {
        self.heap.variant(record)
    }

    fn closure(&self, closure: Ref) -> Result<Closure<'_>, Fault> {
        self.heap.closure(closure)
    }

    fn boxed(&self, boxed: Ref) -> Result<u64, Fault> {
        self.heap.boxed(boxed)
    }

    fn map(&self, map: Ref) -> Result<&MapObject, Fault> {
        self.heap.map(map)
    }

    fn map_mut(&mut self, map: Ref) -> Result<&mut MapObject, Fault> {
        self.heap.map_mut(map)
    }

    fn hash_state(&self) -> &RandomState {
        self.heap.hash_state()
    }

    fn error(&self, error: Ref) -> Result<&ErrorObject, Fault> {
        self.heap.error(error)
    }

    fn host_object(&self, object: Ref) -> Result<&HostObject, Fault> {
        self.heap.host_object(object)
    }

    /// The text is written before the inner heap is asked, since `write` reads this heap and not the inner one.
    fn new_text(
        &mut self,
        bytes: usize,
        roots: &dyn Roots,
        write: &mut dyn FnMut(&Self, &mut String) -> Result<(), Fault>,
    ) -> Result<Ref, Fault> {
        let mut text = String::new();
        if bytes <= self.text_limit() {
            text.reserve_exact(bytes);
            write(self, &mut text)?;
        }
        self.watched(|heap| {
            heap.new_text(bytes, roots, &mut |_, out| {
                out.push_str(&text);
                Ok(())
            })
        })
    }

    fn join(&mut self, texts: &[Ref], roots: &dyn Roots) -> Result<Joined, Fault> {
        self.watched(|heap| heap.join(texts, roots))
    }

    fn share(
        &mut self,
        text: Ref,
        bytes: Range<usize>,
        chars: Range<usize>,
        roots: &dyn Roots,
    ) -> Result<Option<Ref>, Fault> {
        self.watched(|heap| heap.share(text, bytes, chars, roots))
    }

    fn new_array(&mut self, ty: TypeId, length: usize, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.watched(|heap| heap.new_array(ty, length, roots))
    }

    fn resize(&mut self, array: Ref, length: usize, roots: &dyn Roots) -> Result<(), Fault> {
        self.watched(|heap| heap.resize(array, length, roots))
    }

    fn copy_elements(&mut self, from: Ref, range: Range<usize>, to: Ref, at: usize) -> Result<(), Fault> {
        self.heap.copy_elements(from, range, to, at)
    }

    fn new_record(
        &mut self,
        ty: TypeId,
        variant: u16,
        parts: &[Slot],
        roots: &dyn Roots,
    ) -> Result<Ref, Fault> {
        self.watched(|heap| heap.new_record(ty, variant, parts, roots))
    }

    fn new_closure(&mut self, ty: TypeId, closure: Closure<'_>, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.watched(|heap| heap.new_closure(ty, closure, roots))
    }

    fn new_boxed(&mut self, ty: TypeId, word: u64, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.watched(|heap| heap.new_boxed(ty, word, roots))
    }

    fn new_map(&mut self, ty: TypeId, room: usize, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.watched(|heap| heap.new_map(ty, room, roots))
    }

    fn grow_map(&mut self, map: Ref, roots: &dyn Roots) -> Result<usize, Fault> {
        self.watched(|heap| heap.grow_map(map, roots))
    }

    fn new_error(&mut self, error: ErrorObject, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.watched(|heap| heap.new_error(error, roots))
    }

    fn new_host_object(&mut self, object: HostObject, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.watched(|heap| heap.new_host_object(object, roots))
    }

    fn statistics(&self) -> HeapStatistics {
        self.heap.statistics()
    }
}
