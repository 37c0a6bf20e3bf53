//! The heap as everything else sees it: objects behind references, charged before they are made.
//!
//! Objects do not move. Reading never collects; every method that takes [`Roots`] may. A reference that is kept
//! in Rust across such a call must be among the roots, or be made again afterwards.

use super::plain::wrong_kind;
use super::{
    Closure, Element, Elements, ElementsMut, ErrorObject, HeapMemory, HeapStatistics, MapObject, Roots, Text,
};
use crate::fault::Fault;
use crate::host::HostObject;
use crate::shape::Shapes;
use crate::slot::{Ref, Slot};
use lyra_bytecode::{Trap, TypeId};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::Arc;

/// How a heap begins.
#[derive(Clone, Debug)]
pub struct HeapSettings {
    /// The types of the program.
    pub shapes: Arc<Shapes>,
    /// Bytes that all objects may take together.
    pub limit: u64,
    /// Bytes of one text.
    pub text_limit: u64,
    /// Bytes for objects that a heap with memory of its own takes from the system at the start, at most `limit`.
    pub warm: u64,
    /// What is done at every charge.
    pub stress: Stress,
    /// Refuse the charge of this number, counted from 0: finds paths that cannot stand a refusal.
    pub refuse_charge: Option<u64>,
}

/// What a heap does at every charge, so that references that are not rooted are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stress {
    /// Nothing: collections come when they are due.
    #[default]
    None,
    /// A full collection.
    Collections,
    /// A step of a collection, as small as steps get; a full one where a heap knows no steps.
    Steps,
}

/// Text that was joined, and how many bytes had to be copied for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The text.
    pub text: Ref,
    /// Bytes copied: what the join is charged for.
    pub copied: u64,
}

/// The heap of one instance.
///
/// Every method that takes a reference fails with the trap `tampered` when it is null or dead, or when the object
/// is of another kind; every method that allocates fails with `out_of_memory` before it has changed anything.
#[expect(clippy::missing_errors_doc, reason = "the trait's text says how methods fail")]
pub trait Heap: Send {
    /// An empty heap.
    fn new(settings: HeapSettings) -> Self
    where
        Self: Sized;

    /// The choke point: counts `bytes` in, collecting first where the limit would be passed.
    fn charge(&mut self, bytes: u64, roots: &dyn Roots) -> Result<(), Fault>;

    /// Other limits, from the next charge on.
    fn set_limits(&mut self, limit: u64, text_limit: u64);

    /// The most bytes that a text may have.
    fn text_limit(&self) -> usize;

    /// Counts out what was charged without an object.
    fn release(&mut self, bytes: u64);

    /// Frees everything that `roots` do not reach.
    fn collect(&mut self, roots: &dyn Roots);

    /// The type of an object.
    fn type_of(&self, object: Ref) -> Result<TypeId, Fault>;

    /// A text.
    fn text(&self, text: Ref) -> Result<Text<'_>, Fault>;

    /// Where character `index` begins, in bytes; the length in bytes for the length in characters. O(1) for ASCII,
    /// amortised O(1) otherwise: the first call makes a table.
    fn byte_offset(&mut self, text: Ref, index: usize) -> Result<usize, Fault>;

    /// The elements of an array.
    fn elements(&self, array: Ref) -> Result<Elements<'_>, Fault>;

    /// How many elements an array has.
    fn length(&self, array: Ref) -> Result<usize, Fault> {
        Ok(self.elements(array)?.len())
    }

    /// The elements of an array, to change words or to change the order of references. A reference is put into an
    /// array by [`Heap::set_element`], [`Heap::fill`] and [`Heap::copy_elements`] only: a heap that collects in
    /// steps must learn of it.
    fn elements_mut(&mut self, array: Ref) -> Result<ElementsMut<'_>, Fault>;

    /// The elements of an array of which code knows that it keeps them as `T`: how engines read arrays. A fast heap
    /// takes the code at its word, so `T` must be what the array's type says ([`Width`](crate::Width)).
    ///
    /// ```
    /// # use lyra_runtime::{Fault, Heap, Ref};
    /// fn sum<H: Heap>(heap: &H, integers: Ref) -> Result<u64, Fault> {
    ///     Ok(heap.array::<u32>(integers)?.iter().map(|&bits| u64::from(bits)).sum())
    /// }
    /// ```
    fn array<T: Element>(&self, array: Ref) -> Result<&[T], Fault>
    where
        Self: Sized,
    {
        T::of(self.elements(array)?).ok_or_else(wrong_kind)
    }

    /// The elements of an array of which code knows that it keeps them as `T`, to change them as
    /// [`Heap::elements_mut`] allows.
    fn array_mut<T: Element>(&mut self, array: Ref) -> Result<&mut [T], Fault>
    where
        Self: Sized,
    {
        T::of_mut(self.elements_mut(array)?).ok_or_else(wrong_kind)
    }

    /// Sets an element of an array to `value`, or to its low bits; `false`, and nothing done, when there is no such
    /// element.
    fn set_element(&mut self, array: Ref, index: usize, value: Slot) -> Result<bool, Fault> {
        Ok(self.elements_mut(array)?.set(index, value))
    }

    /// Sets the elements of an array from `start` on, as [`Heap::set_element`]; `false` when that is past the end.
    fn fill(&mut self, array: Ref, start: usize, value: Slot) -> Result<bool, Fault> {
        Ok(self.elements_mut(array)?.fill(start, value))
    }

    /// Moves elements of an array to where `at` is; `false`, and nothing done, when either lies outside.
    fn move_elements(&mut self, array: Ref, range: Range<usize>, at: usize) -> Result<bool, Fault> {
        Ok(self.elements_mut(array)?.copy_within(range, at))
    }

    /// The parts of a record, or the payload of a variant, in order.
    fn parts(&self, record: Ref) -> Result<&[Slot], Fault>;

    /// Changes a part of a record.
    fn set_part(&mut self, record: Ref, index: usize, part: Slot) -> Result<(), Fault>;

    /// Which variant a variant with a payload is; 0 for other records.
    fn variant(&self, record: Ref) -> Result<u16, Fault>;

    /// A procedure and what it captured.
    fn closure(&self, closure: Ref) -> Result<Closure<'_>, Fault>;

    /// The word in a box.
    fn boxed(&self, boxed: Ref) -> Result<u64, Fault>;

    /// A map.
    fn map(&self, map: Ref) -> Result<&MapObject, Fault>;

    /// A map, to take keys out of it. Keys and values come by the methods below.
    fn map_mut(&mut self, map: Ref) -> Result<&mut MapObject, Fault>;

    /// Adds a key that is not there, after [`Heap::grow_map`]; `false`, and nothing done, when there is no place or no
    /// memory.
    fn add_key(&mut self, map: Ref, hash: u64, key: Slot, value: Slot) -> Result<bool, Fault> {
        Ok(self.map_mut(map)?.insert(hash, key, value))
    }

    /// Changes the value at a position of a map; `false`, and nothing done, where there is no entry.
    fn set_value(&mut self, map: Ref, position: usize, value: Slot) -> Result<bool, Fault> {
        Ok(self.map_mut(map)?.set_value(position, value))
    }

    /// Puts every entry of one map, for which there is room, in place of those of another.
    fn copy_map(&mut self, from: Ref, to: Ref) -> Result<(), Fault> {
        // The content leaves its object for a moment, so that both can be borrowed.
        let mut content = std::mem::take(self.map_mut(to)?);
        let copied = self.map(from).map(|from| content.copy_from(from));
        *self.map_mut(to)? = content;
        if copied? { Ok(()) } else { Err(Trap::OutOfMemory.into()) }
    }

    /// What keys are hashed with, another in every heap.
    fn hash_state(&self) -> &RandomState;

    /// The hash of a text as the key of a map: a heap may keep it with the text.
    fn text_hash(&self, text: Ref) -> Result<u64, Fault> {
        Ok(self.hash_state().hash_one(self.text(text)?.text))
    }

    /// An error.
    fn error(&self, error: Ref) -> Result<&ErrorObject, Fault>;

    /// An object of the host.
    fn host_object(&self, object: Ref) -> Result<&HostObject, Fault>;

    /// A text of exactly `bytes` bytes, written by `write`, which may read the heap.
    fn new_text(
        &mut self,
        bytes: usize,
        roots: &dyn Roots,
        write: &mut dyn FnMut(&Self, &mut String) -> Result<(), Fault>,
    ) -> Result<Ref, Fault>;

    /// The texts one after the other.
    ///
    /// Appending in a loop copies what is added only: a text made by joining is the *tip* of its buffer until
    /// something was appended to it, and a tip grows in place. The rule, because fuel depends on it: where the
    /// first text is a tip with room, what is added is copied into its buffer; else everything is copied, into a
    /// buffer of twice the length when the first text came from a join and the result has 64 bytes or more.
    fn join(&mut self, texts: &[Ref], roots: &dyn Roots) -> Result<Joined, Fault>;

    /// Bytes `bytes` of a text, which are its characters `chars`, as a text that shares them with it; `None` where they
    /// are to be copied. The rule, because fuel and memory depend on it: fewer than 256 bytes are copied; all of a text
    /// is the text itself; others are shared where they are at least a quarter of what they keep alive, be it a text
    /// or a buffer, of which all room counts.
    fn share(
        &mut self,
        text: Ref,
        bytes: Range<usize>,
        chars: Range<usize>,
        roots: &dyn Roots,
    ) -> Result<Option<Ref>, Fault>;

    /// An array of type `ty` with `length` elements of zero bits.
    fn new_array(&mut self, ty: TypeId, length: usize, roots: &dyn Roots) -> Result<Ref, Fault>;

    /// Makes an array longer, by elements of zero bits, or shorter.
    fn resize(&mut self, array: Ref, length: usize, roots: &dyn Roots) -> Result<(), Fault>;

    /// Copies elements of one array over those of another, which may be the same, from `at` on.
    fn copy_elements(&mut self, from: Ref, range: Range<usize>, to: Ref, at: usize) -> Result<(), Fault>;

    /// A record of type `ty`; for an enumeration the payload of variant `variant`, else that is 0.
    fn new_record(
        &mut self,
        ty: TypeId,
        variant: u16,
        parts: &[Slot],
        roots: &dyn Roots,
    ) -> Result<Ref, Fault>;

    /// A closure of type `ty`.
    fn new_closure(&mut self, ty: TypeId, closure: Closure<'_>, roots: &dyn Roots) -> Result<Ref, Fault>;

    /// A box of type `ty` for a word that needs one.
    fn new_boxed(&mut self, ty: TypeId, word: u64, roots: &dyn Roots) -> Result<Ref, Fault>;

    /// An empty map of type `ty` with room for so many entries, which must be a room of `cost::map_room`.
    fn new_map(&mut self, ty: TypeId, room: usize, roots: &dyn Roots) -> Result<Ref, Fault>;

    /// Makes sure that a key can be added to a map. Gives how many entries were moved for it.
    fn grow_map(&mut self, map: Ref, roots: &dyn Roots) -> Result<usize, Fault>;

    /// An error; its kind and message must be rooted.
    fn new_error(&mut self, error: ErrorObject, roots: &dyn Roots) -> Result<Ref, Fault>;

    /// An object of the host, of which the heap lets go when no reference leads to it.
    fn new_host_object(&mut self, object: HostObject, roots: &dyn Roots) -> Result<Ref, Fault>;

    // ---- for engines ----
    //
    // As the methods above, without words for what went wrong: `None` or `false` says that the method of the longer
    // name would fail, or has more to do. A fault would be carried past the code that has no use for one, which
    // costs more than what these do. In a fast heap each is a few machine instructions.

    /// [`Heap::array`].
    #[inline(never)]
    fn list<T: Element>(&self, array: Ref) -> Option<&[T]>
    where
        Self: Sized,
    {
        self.array::<T>(array).ok()
    }

    /// [`Heap::array_mut`].
    #[inline(never)]
    fn list_mut<T: Element>(&mut self, array: Ref) -> Option<&mut [T]>
    where
        Self: Sized,
    {
        self.array_mut::<T>(array).ok()
    }

    /// [`Heap::set_element`] of an array of references.
    #[inline(never)]
    fn put_ref(&mut self, array: Ref, index: usize, value: Slot) -> bool
    where
        Self: Sized,
    {
        self.set_element(array, index, value) == Ok(true)
    }

    /// Puts `value` at the end of an array that has room for it; nothing is charged for that.
    #[inline(never)]
    fn push<T: Element>(&mut self, array: Ref, value: T) -> bool
    where
        Self: Sized,
    {
        let _ = (array, value);
        false
    }

    /// The length of an array.
    #[inline(never)]
    fn list_length(&self, array: Ref) -> Option<usize>
    where
        Self: Sized,
    {
        self.elements(array).ok().map(|elements| elements.len())
    }

    /// [`Heap::parts`].
    #[inline(never)]
    fn fields(&self, record: Ref) -> Option<&[Slot]>
    where
        Self: Sized,
    {
        self.parts(record).ok()
    }

    /// [`Heap::set_part`] of a part that is a word.
    #[inline(never)]
    fn put_word(&mut self, record: Ref, index: usize, word: Slot) -> bool
    where
        Self: Sized,
    {
        self.set_part(record, index, word).is_ok()
    }

    /// [`Heap::set_part`] of a part that is a reference.
    #[inline(never)]
    fn put_part(&mut self, record: Ref, index: usize, part: Slot) -> bool
    where
        Self: Sized,
    {
        self.set_part(record, index, part).is_ok()
    }

    /// [`Heap::variant`].
    #[inline(never)]
    fn variant_number(&self, record: Ref) -> Option<u16>
    where
        Self: Sized,
    {
        self.variant(record).ok()
    }

    /// [`Heap::boxed`].
    #[inline(never)]
    fn boxed_word(&self, boxed: Ref) -> Option<u64>
    where
        Self: Sized,
    {
        self.boxed(boxed).ok()
    }

    /// [`Heap::text`].
    #[inline(never)]
    fn str(&self, text: Ref) -> Option<Text<'_>>
    where
        Self: Sized,
    {
        self.text(text).ok()
    }

    /// [`Heap::closure`].
    #[inline(never)]
    fn procedure(&self, closure: Ref) -> Option<Closure<'_>>
    where
        Self: Sized,
    {
        self.closure(closure).ok()
    }

    /// The number of the type of an object, of which a module has no more than 65,536; `None` for null.
    #[inline(never)]
    fn type_number(&self, object: Ref) -> Option<u16>
    where
        Self: Sized,
    {
        if object.is_null() { None } else { u16::try_from(self.type_of(object).ok()?.0).ok() }
    }

    /// The elements of an object, if it is an array of references.
    #[inline(never)]
    fn references(&self, object: Ref) -> Option<&[Slot]>
    where
        Self: Sized,
    {
        match self.elements(object) {
            Ok(Elements::Refs(elements)) => Some(elements),
            _ => None,
        }
    }

    /// [`Heap::new_record`], where neither a collection nor anything else is due; with the number of the type, of
    /// which a module has no more than 65,536.
    #[inline(never)]
    fn record_at_once<const N: usize>(&mut self, ty: u16, variant: u16, parts: [Slot; N]) -> Option<Ref>
    where
        Self: Sized,
    {
        let _ = (ty, variant, parts);
        None
    }

    /// [`Heap::new_array`] of an array without elements, which are kept as `T`, as [`Heap::record_at_once`].
    #[inline(never)]
    fn array_at_once<T: Element>(&mut self, ty: u16) -> Option<Ref>
    where
        Self: Sized,
    {
        let _ = ty;
        None
    }

    /// A new text like `text`, if what it costs can be charged at once: without a collection and without a refusal.
    #[inline(never)]
    fn text_at_once(&mut self, text: &str) -> Option<Ref>
    where
        Self: Sized,
    {
        let _ = text;
        None
    }

    /// [`Heap::join`], if it makes a text of less than a unit of work, and that can be charged at once.
    #[inline(never)]
    fn join_at_once(&mut self, texts: &[Ref]) -> Option<Ref>
    where
        Self: Sized,
    {
        let _ = texts;
        None
    }

    /// What it has done.
    fn statistics(&self) -> HeapStatistics;

    /// What it has of the system, which is looked for: not to be asked at every call.
    fn memory(&self) -> HeapMemory {
        HeapMemory::default()
    }

    /// Collections: what [`Heap::statistics`] says, at once.
    fn collections(&self) -> u64 {
        self.statistics().collections
    }
}
