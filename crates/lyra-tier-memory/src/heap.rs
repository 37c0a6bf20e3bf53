//! The heap: every operation on objects, charged as in the plain heap.
//!
//! What is charged for an object is counted out when a collection does not find it: the account's bytes are those
//! of the objects that live, plus what was charged *loose* ([`Heap::charge`]) and is to be released by hand.

use crate::collect::Cycle;
use crate::object::{self, Header, Kind, Object, ObjectMut, kind_of_width, resolve, resolve_mut};
use crate::plans::Plans;
use crate::space::Space;
use crate::storage::Storage;
use lyra_bytecode::{Trap, TypeId};
use lyra_runtime::heap::{
    Account, Accounted, CharTables, Joined, TextStore, Within, charge, charge_growth, find_character, join,
    new_text, share,
};
use lyra_runtime::host::HeldObject;
use lyra_runtime::{
    Closure, Element, Elements, ElementsMut, ErrorObject, Fault, HOST_OBJECT, Heap, HeapMemory, HeapSettings,
    HeapStatistics, HostObject, MapObject, Ref, Roots, Shape, Shapes, Slot, Stress, Text, Width, cost,
};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

/// A [`Heap`] of cells of all sizes side by side: references are addresses, objects never move.
///
/// ```
/// use lyra_runtime::{Heap, HeapSettings, NoRoots, Slot};
/// use lyra_tier_memory::BlockHeap;
/// use std::sync::Arc;
///
/// let mut heap = BlockHeap::new(HeapSettings {
///     shapes: Arc::default(),
///     limit: 1 << 20,
///     text_limit: 1 << 20,
///     warm: 0,
///     stress: lyra_runtime::Stress::None,
///     refuse_charge: None,
/// });
/// let pair = heap.new_record(lyra_bytecode::TypeId(9), 0, &[Slot::word(1), Slot::word(2)], &NoRoots)?;
/// assert_eq!(heap.parts(pair)?[1], Slot::word(2));
/// heap.collect(&NoRoots);
/// assert_eq!(heap.statistics().live_bytes, 0);
/// # Ok::<(), lyra_runtime::Fault>(())
/// ```
pub struct BlockHeap {
    pub(crate) account: Account,
    /// Of what is charged: bytes that belong to no object.
    pub(crate) loose: u64,
    pub(crate) space: Space,
    pub(crate) plans: Plans,
    shapes: Arc<Shapes>,
    /// By text that is no part, or buffer.
    pub(crate) char_tables: CharTables<Ref>,
    hash_state: RandomState,
    /// Where short texts are written before they are copied into their cell.
    pub(crate) scratch: String,
    pub(crate) cycle: Cycle,
}

#[cold]
fn dead() -> Fault {
    Fault::broken("a dead reference was used")
}

#[cold]
pub(crate) fn wrong_kind() -> Fault {
    Fault::broken("an object is of another kind than the code expects")
}

/// The number of a type, as headers have it; modules have no more types than that.
fn number(ty: TypeId) -> Result<u16, Fault> {
    u16::try_from(ty.0).map_err(|_| wrong_kind())
}

impl BlockHeap {
    #[inline]
    pub(crate) fn object(&self, reference: Ref) -> Result<Object<'_>, Fault> {
        resolve(&self.space, reference).ok_or_else(dead)
    }

    /// An object that verified code knows to be of a kind; debug builds look.
    #[inline]
    fn trusted(&self, reference: Ref, kind: Kind) -> Result<Object<'_>, Fault> {
        let object = self.object(reference)?;
        if cfg!(debug_assertions) && !object.is(kind) { Err(wrong_kind()) } else { Ok(object) }
    }

    /// As [`Self::trusted`], without words for what is wrong.
    #[inline(always)]
    fn known(&self, reference: Ref, kind: Kind) -> Option<Object<'_>> {
        resolve(&self.space, reference).filter(|object| !cfg!(debug_assertions) || object.is(kind))
    }

    /// An object of a kind, which is looked at.
    #[inline]
    pub(crate) fn of_kind(&self, reference: Ref, kind: Kind) -> Result<Object<'_>, Fault> {
        self.object(reference).and_then(|object| if object.is(kind) { Ok(object) } else { Err(wrong_kind()) })
    }

    /// Charges for an object that is made before the next charge.
    #[inline]
    fn charge_object(&mut self, bytes: u64, roots: &dyn Roots) -> Result<(), Fault> {
        charge(self, bytes, roots)
    }

    /// What was charged loose belongs to an object from here on.
    pub(crate) fn own(&mut self, bytes: u64) {
        debug_assert!(bytes <= self.loose);
        self.loose = self.loose.saturating_sub(bytes);
    }

    /// Counts an object that was made, or counts out what was charged for it when there was no memory.
    #[inline]
    pub(crate) fn made(&mut self, made: Option<Ref>, charged: u64) -> Result<Ref, Fault> {
        match made {
            Some(made) => {
                self.account.made();
                Ok(made)
            }
            None => self.not_made(charged),
        }
    }

    #[cold]
    fn not_made(&mut self, charged: u64) -> Result<Ref, Fault> {
        self.account.release(charged);
        Err(Trap::OutOfMemory.into())
    }

    /// Bytes that the heap has of the system for cells, free ones included. What is charged is something else, and
    /// so are large arrays, texts and maps.
    #[must_use]
    pub fn committed(&self) -> usize {
        self.space.committed()
    }
}

impl Accounted for BlockHeap {
    #[inline]
    fn account(&mut self) -> &mut Account {
        &mut self.account
    }

    fn step(&mut self, bytes: u64, roots: &dyn Roots) {
        self.collect_some(bytes, roots);
    }
}

impl Heap for BlockHeap {
    fn new(settings: HeapSettings) -> Self {
        let checked = cfg!(debug_assertions) || settings.stress != Stress::None;
        let mut space = Space::new(checked);
        if settings.warm > 0 {
            space.warm_up(usize::try_from(settings.warm.min(settings.limit)).unwrap_or(usize::MAX));
        }
        Self {
            account: Account::new(&settings),
            loose: 0,
            space,
            plans: Plans::new(&settings.shapes),
            shapes: settings.shapes,
            char_tables: CharTables::default(),
            hash_state: RandomState::new(),
            scratch: String::new(),
            cycle: Cycle::default(),
        }
    }

    fn charge(&mut self, bytes: u64, roots: &dyn Roots) -> Result<(), Fault> {
        charge(self, bytes, roots)?;
        self.loose += bytes;
        Ok(())
    }

    fn set_limits(&mut self, limit: u64, text_limit: u64) {
        self.account.set_limits(limit, text_limit);
    }

    fn text_limit(&self) -> usize {
        self.account.text_limit()
    }

    fn release(&mut self, bytes: u64) {
        self.own(bytes);
        self.account.release(bytes);
    }

    fn collect(&mut self, roots: &dyn Roots) {
        self.collect_now(roots);
    }

    #[inline]
    fn collections(&self) -> u64 {
        self.account.collections()
    }

    #[inline]
    fn type_of(&self, object: Ref) -> Result<TypeId, Fault> {
        Ok(TypeId(self.object(object)?.header().ty.into()))
    }

    #[inline]
    fn text(&self, text: Ref) -> Result<Text<'_>, Fault> {
        self.of_kind(text, Kind::TEXT).map(Object::text)
    }

    fn byte_offset(&mut self, text: Ref, index: usize) -> Result<usize, Fault> {
        if let Some(offset) = CharTables::<Ref>::without(self.text(text)?, index)? {
            return Ok(offset);
        }
        let Within { whole, start, before } = self.within(text)?;
        let mut table = self.char_tables.take(whole);
        let offset = find_character(self.object(whole)?.content(), &mut table, before + index);
        self.char_tables.put(whole, table);
        offset.map(|offset| offset - start)
    }

    #[inline]
    fn elements(&self, array: Ref) -> Result<Elements<'_>, Fault> {
        let object = self.object(array)?;
        match object.header().kind {
            Kind::BYTES => Ok(Elements::Bytes(object.list())),
            Kind::HALVES => Ok(Elements::Halves(object.list())),
            Kind::WORDS => Ok(Elements::Words(object.list())),
            Kind::REFS => Ok(Elements::Refs(object.list())),
            _ => Err(wrong_kind()),
        }
    }

    #[inline]
    fn length(&self, array: Ref) -> Result<usize, Fault> {
        let object = self.object(array)?;
        if cfg!(debug_assertions) && !object.is_array() { Err(wrong_kind()) } else { Ok(object.room().0) }
    }

    #[inline]
    fn elements_mut(&mut self, array: Ref) -> Result<ElementsMut<'_>, Fault> {
        self.before_reordering(array);
        let object = resolve_mut(&mut self.space, array).ok_or_else(dead)?;
        match object.as_object().header().kind {
            Kind::BYTES => Ok(ElementsMut::Bytes(object.into_list())),
            Kind::HALVES => Ok(ElementsMut::Halves(object.into_list())),
            Kind::WORDS => Ok(ElementsMut::Words(object.into_list())),
            Kind::REFS => Ok(ElementsMut::Refs(object.into_list())),
            _ => Err(wrong_kind()),
        }
    }

    #[inline(always)]
    fn list<T: Element>(&self, array: Ref) -> Option<&[T]> {
        self.known(array, kind_of_width(T::WIDTH)).map(Object::list)
    }

    #[inline(always)]
    fn list_mut<T: Element>(&mut self, array: Ref) -> Option<&mut [T]> {
        self.known(array, kind_of_width(T::WIDTH))?;
        if T::WIDTH == Width::Ref {
            self.before_reordering(array);
        }
        resolve_mut(&mut self.space, array).map(ObjectMut::into_list)
    }

    #[inline(always)]
    fn put_ref(&mut self, array: Ref, index: usize, value: Slot) -> bool {
        if self.known(array, Kind::REFS).is_none() {
            return false;
        }
        let list = resolve_mut(&mut self.space, array).map(ObjectMut::into_list::<Slot>);
        let is_set = list.is_some_and(|list| list.get_mut(index).map(|place| *place = value).is_some());
        if is_set {
            self.stored(value.as_ref());
        }
        is_set
    }

    #[inline(always)]
    fn push<T: Element>(&mut self, array: Ref, value: T) -> bool {
        let is_pushed = self.known(array, kind_of_width(T::WIDTH)).is_some()
            && resolve_mut(&mut self.space, array).is_some_and(|mut array| array.push(value));
        if T::WIDTH == Width::Ref && is_pushed {
            self.stored(value.reference());
        }
        is_pushed
    }

    #[inline(always)]
    fn list_length(&self, array: Ref) -> Option<usize> {
        let array = resolve(&self.space, array)?;
        debug_assert!(array.is_array());
        Some(array.room().0)
    }

    #[inline(always)]
    fn fields(&self, record: Ref) -> Option<&[Slot]> {
        self.known(record, Kind::RECORD).map(Object::parts)
    }

    #[inline(always)]
    fn put_word(&mut self, record: Ref, index: usize, word: Slot) -> bool {
        if self.known(record, Kind::RECORD).is_none() {
            return false;
        }
        resolve_mut(&mut self.space, record)
            .is_some_and(|record| record.into_parts().get_mut(index).map(|place| *place = word).is_some())
    }

    #[inline(always)]
    fn put_part(&mut self, record: Ref, index: usize, part: Slot) -> bool {
        let is_set = self.put_word(record, index, part);
        if is_set {
            self.stored(part.as_ref());
        }
        is_set
    }

    #[inline(always)]
    fn variant_number(&self, record: Ref) -> Option<u16> {
        self.known(record, Kind::RECORD).map(|record| record.header().variant)
    }

    #[inline(always)]
    fn boxed_word(&self, boxed: Ref) -> Option<u64> {
        resolve(&self.space, boxed).filter(|object| object.is(Kind::BOXED)).map(Object::boxed)
    }

    #[inline(always)]
    fn str(&self, text: Ref) -> Option<Text<'_>> {
        self.known(text, Kind::TEXT).map(Object::text)
    }

    #[inline(always)]
    fn procedure(&self, closure: Ref) -> Option<Closure<'_>> {
        self.known(closure, Kind::CLOSURE).map(Object::closure)
    }

    #[inline(always)]
    fn type_number(&self, object: Ref) -> Option<u16> {
        resolve(&self.space, object).map(|object| object.header().ty)
    }

    #[inline(always)]
    fn references(&self, object: Ref) -> Option<&[Slot]> {
        resolve(&self.space, object).filter(|object| object.is(Kind::REFS)).map(Object::list)
    }

    #[inline(always)]
    fn array_at_once<T: Element>(&mut self, ty: u16) -> Option<Ref> {
        let Self { space, account, .. } = self;
        let header = Header::new(ty, kind_of_width(T::WIDTH));
        object::array_at_once(space, header, || account.make_at_once(cost::OBJECT))
    }

    #[inline(always)]
    fn record_at_once<const N: usize>(&mut self, ty: u16, variant: u16, parts: [Slot; N]) -> Option<Ref> {
        let Self { space, account, .. } = self;
        object::record_at_once(space, (ty, variant), parts, || {
            account.make_at_once(const { cost::record(N) })
        })
    }

    #[inline]
    fn text_at_once(&mut self, text: &str) -> Option<Ref> {
        self.short_text(text)
    }

    #[inline]
    fn join_at_once(&mut self, texts: &[Ref]) -> Option<Ref> {
        self.short_joined(texts)
    }

    #[inline]
    fn array<T: Element>(&self, array: Ref) -> Result<&[T], Fault> {
        self.trusted(array, kind_of_width(T::WIDTH)).map(Object::list)
    }

    #[inline]
    fn array_mut<T: Element>(&mut self, array: Ref) -> Result<&mut [T], Fault> {
        self.trusted(array, kind_of_width(T::WIDTH))?;
        if T::WIDTH == Width::Ref {
            self.before_reordering(array);
        }
        Ok(resolve_mut(&mut self.space, array).ok_or_else(dead)?.into_list())
    }

    fn set_element(&mut self, array: Ref, index: usize, value: Slot) -> Result<bool, Fault> {
        if self.object(array)?.is(Kind::REFS) {
            return Ok(self.put_ref(array, index, value));
        }
        Ok(self.elements_mut(array)?.set(index, value))
    }

    fn fill(&mut self, array: Ref, start: usize, value: Slot) -> Result<bool, Fault> {
        let is_refs = self.object(array)?.is(Kind::REFS);
        let fits = self.elements_mut(array)?.fill(start, value);
        if is_refs && fits {
            self.stored(value.as_ref());
        }
        Ok(fits)
    }

    fn move_elements(&mut self, array: Ref, range: Range<usize>, at: usize) -> Result<bool, Fault> {
        if self.object(array)?.is(Kind::REFS) {
            self.before_moving(array, &range, at);
            let list = resolve_mut(&mut self.space, array).map(ObjectMut::into_list::<Slot>);
            let mut list = ElementsMut::Refs(list.ok_or_else(dead)?);
            return Ok(list.copy_within(range, at));
        }
        Ok(self.elements_mut(array)?.copy_within(range, at))
    }

    #[inline]
    fn parts(&self, record: Ref) -> Result<&[Slot], Fault> {
        self.trusted(record, Kind::RECORD).map(Object::parts)
    }

    #[inline]
    fn set_part(&mut self, record: Ref, index: usize, part: Slot) -> Result<(), Fault> {
        self.trusted(record, Kind::RECORD)?;
        let parts = resolve_mut(&mut self.space, record).ok_or_else(dead)?.into_parts();
        parts.get_mut(index).map(|place| *place = part).ok_or_else(wrong_kind)?;
        self.stored_part(record, index);
        Ok(())
    }

    #[inline]
    fn variant(&self, record: Ref) -> Result<u16, Fault> {
        Ok(self.trusted(record, Kind::RECORD)?.header().variant)
    }

    #[inline]
    fn closure(&self, closure: Ref) -> Result<Closure<'_>, Fault> {
        self.trusted(closure, Kind::CLOSURE).map(Object::closure)
    }

    fn boxed(&self, boxed: Ref) -> Result<u64, Fault> {
        self.of_kind(boxed, Kind::BOXED).map(Object::boxed)
    }

    #[inline]
    fn map(&self, map: Ref) -> Result<&MapObject, Fault> {
        self.of_kind(map, Kind::MAP).map(Object::map)
    }

    #[inline]
    fn map_mut(&mut self, map: Ref) -> Result<&mut MapObject, Fault> {
        self.of_kind(map, Kind::MAP)?;
        Ok(resolve_mut(&mut self.space, map).ok_or_else(dead)?.into_map())
    }

    fn add_key(&mut self, map: Ref, hash: u64, key: Slot, value: Slot) -> Result<bool, Fault> {
        let is_added = if self.is_looking_into(map) {
            let before = self.map(map)?.sliding();
            let is_added = self.map_mut(map)?.insert(hash, key, value);
            self.after_sliding(map, before);
            is_added
        } else {
            self.map_mut(map)?.insert(hash, key, value)
        };
        self.stored_entry(map, key, value);
        Ok(is_added)
    }

    #[inline]
    fn set_value(&mut self, map: Ref, position: usize, value: Slot) -> Result<bool, Fault> {
        let is_set = self.map_mut(map)?.set_value(position, value);
        self.stored_entry(map, Slot::ZERO, value);
        Ok(is_set)
    }

    fn copy_map(&mut self, from: Ref, to: Ref) -> Result<(), Fault> {
        // The content leaves its object for a moment, so that both can be borrowed.
        let mut content = std::mem::take(self.map_mut(to)?);
        let copied = self.map(from).map(|from| content.copy_from(from));
        *self.map_mut(to)? = content;
        self.stored_many(to, 0, usize::MAX);
        if copied? { Ok(()) } else { Err(Trap::OutOfMemory.into()) }
    }

    fn hash_state(&self) -> &RandomState {
        &self.hash_state
    }

    #[inline]
    fn text_hash(&self, text: Ref) -> Result<u64, Fault> {
        let text = self.of_kind(text, Kind::TEXT)?;
        let hash = text.hash().unwrap_or_else(|| self.hash_text(text));
        // Tables go by the lowest and the highest bits.
        Ok(u64::from(hash.get()).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn error(&self, error: Ref) -> Result<&ErrorObject, Fault> {
        self.of_kind(error, Kind::ERROR).map(Object::error)
    }

    fn host_object(&self, object: Ref) -> Result<&HostObject, Fault> {
        self.of_kind(object, Kind::HOST)?.host_object().get().ok_or_else(wrong_kind)
    }

    fn new_text(
        &mut self,
        bytes: usize,
        roots: &dyn Roots,
        write: &mut dyn FnMut(&Self, &mut String) -> Result<(), Fault>,
    ) -> Result<Ref, Fault> {
        new_text(self, bytes, roots, write)
    }

    fn join(&mut self, texts: &[Ref], roots: &dyn Roots) -> Result<Joined, Fault> {
        join(self, texts, roots)
    }

    fn share(
        &mut self,
        text: Ref,
        bytes: Range<usize>,
        chars: Range<usize>,
        roots: &dyn Roots,
    ) -> Result<Option<Ref>, Fault> {
        share(self, text, bytes, chars, roots)
    }

    fn new_array(&mut self, ty: TypeId, length: usize, roots: &dyn Roots) -> Result<Ref, Fault> {
        let Some(&Shape::Array { width, .. }) = self.shapes.get(ty) else { return Err(wrong_kind()) };
        if length > cost::MAX_LENGTH {
            return Err(Trap::OutOfMemory.into());
        }
        let header = Header::new(number(ty)?, kind_of_width(width));
        let bytes = width.bytes() * length as u64;
        let charged = cost::OBJECT + bytes;
        self.charge_object(charged, roots)?;
        let made = self.make_array(header, bytes, length);
        self.made(made, charged)
    }

    fn resize(&mut self, array: Ref, length: usize, roots: &dyn Roots) -> Result<(), Fault> {
        let object = self.object(array)?;
        let width = match object.header().kind {
            Kind::BYTES => Width::Byte,
            Kind::HALVES => Width::Half,
            Kind::WORDS => Width::Word,
            Kind::REFS => Width::Ref,
            _ => return Err(wrong_kind()),
        };
        let (_, capacity) = object.room();
        if length > capacity {
            let room = charge_growth(self, width, capacity, length, roots)?;
            let charged = width.bytes() * (room - capacity) as u64;
            if object::grow(&mut self.space, array, room).is_none() {
                self.release(charged);
                return Err(Trap::OutOfMemory.into());
            }
            self.own(charged);
            self.grew(array, charged);
        }
        resolve_mut(&mut self.space, array).ok_or_else(dead)?.set_length(length);
        Ok(())
    }

    fn copy_elements(&mut self, from: Ref, range: Range<usize>, to: Ref, at: usize) -> Result<(), Fault> {
        let count = range.len();
        match object::copy_elements(&mut self.space, from, range, to, at) {
            Some(true) => {
                if self.object(to)?.is(Kind::REFS) {
                    self.stored_many(to, at, count);
                }
                Ok(())
            }
            Some(false) => Err(Fault::broken("elements outside of an array were copied")),
            None => Err(dead()),
        }
    }

    #[inline]
    fn new_record(
        &mut self,
        ty: TypeId,
        variant: u16,
        parts: &[Slot],
        roots: &dyn Roots,
    ) -> Result<Ref, Fault> {
        let ty = number(ty)?;
        let charged = cost::record(parts.len());
        self.charge_object(charged, roots)?;
        let made = object::new_record(&mut self.space, ty, variant, parts);
        self.made(made, charged)
    }

    fn new_closure(&mut self, ty: TypeId, closure: Closure<'_>, roots: &dyn Roots) -> Result<Ref, Fault> {
        let ty = number(ty)?;
        let charged = cost::record(closure.captures.len());
        self.charge_object(charged, roots)?;
        let made = object::new_closure(&mut self.space, ty, closure);
        self.made(made, charged)
    }

    fn new_boxed(&mut self, ty: TypeId, word: u64, roots: &dyn Roots) -> Result<Ref, Fault> {
        let ty = number(ty)?;
        self.charge_object(cost::OBJECT, roots)?;
        let made = object::new_boxed(&mut self.space, ty, word);
        self.made(made, cost::OBJECT)
    }

    fn new_map(&mut self, ty: TypeId, room: usize, roots: &dyn Roots) -> Result<Ref, Fault> {
        if room > cost::MAX_LENGTH {
            return Err(Trap::OutOfMemory.into());
        }
        let ty = number(ty)?;
        let charged = cost::map(room);
        self.charge_object(charged, roots)?;
        let mut map = Box::new(MapObject::default());
        let made = if map.make_anew(room) { object::new_map(&mut self.space, ty, map) } else { None };
        self.made(made, charged)
    }

    fn grow_map(&mut self, map: Ref, roots: &dyn Roots) -> Result<usize, Fault> {
        let content = self.map(map)?;
        let Some(room) = content.must_grow() else { return Ok(0) };
        if room > cost::MAX_LENGTH {
            return Err(Trap::OutOfMemory.into());
        }
        let more = cost::map(room).saturating_sub(cost::map(content.capacity()));
        if more > 0 {
            self.charge_object(more, roots)?;
        }
        let before = self.before_compacting(map);
        let content = self.map_mut(map)?;
        let moved = content.len();
        if !content.make_anew(room) {
            self.account.release(more);
            return Err(Trap::OutOfMemory.into());
        }
        if let Some(position) = before {
            self.go_on_at(position);
        }
        self.grew(map, more);
        Ok(moved)
    }

    fn new_error(&mut self, error: ErrorObject, roots: &dyn Roots) -> Result<Ref, Fault> {
        let charged = cost::error(error.trace.len());
        self.charge_object(charged, roots)?;
        let made = object::new_error(&mut self.space, number(TypeId::ERROR)?, Box::new(error));
        self.made(made, charged)
    }

    fn new_host_object(&mut self, object: HostObject, roots: &dyn Roots) -> Result<Ref, Fault> {
        let charged = cost::host_object(object.bytes());
        self.charge_object(charged, roots)?;
        let object = Box::new(HeldObject::new(object));
        let made = object::new_host_object(&mut self.space, number(HOST_OBJECT)?, object);
        self.made(made, charged)
    }

    fn statistics(&self) -> HeapStatistics {
        self.account.statistics()
    }

    fn memory(&self) -> HeapMemory {
        let (in_use, sizes) = self.space.holes();
        let mut holes = [0; HeapMemory::SIZES];
        for (least, bytes) in sizes {
            if let Some(hole) = holes.get_mut((least / 16).ilog2() as usize) {
                *hole += bytes as u64;
            }
        }
        HeapMemory { committed: self.space.committed() as u64, in_use: in_use as u64, holes }
    }
}

impl BlockHeap {
    /// Hashes a text, for the first time, and keeps the hash in its cell.
    ///
    /// It has 32 bits: who does not know what this heap hashes with cannot look for texts that share one, and among ten
    /// million texts some ten thousand pairs do.
    #[inline(never)]
    fn hash_text(&self, text: Object<'_>) -> NonZeroU32 {
        // Nothing follows the bytes, so what `str` puts behind them to tell where it ends is left out.
        let mut hasher = self.hash_state.build_hasher();
        hasher.write(text.text().text.as_bytes());
        let hash = hasher.finish() as u32;
        let hash = NonZeroU32::new(hash).unwrap_or(NonZeroU32::MIN);
        text.set_hash(hash);
        hash
    }

    /// An array whose cost was charged.
    pub(crate) fn make_array(&mut self, header: Header, bytes: u64, length: usize) -> Option<Ref> {
        let bytes = usize::try_from(bytes).ok()?;
        let storage = match bytes {
            0 => None,
            _ => Some(Storage::new(&mut self.space, bytes, bytes)?),
        };
        object::new_array(&mut self.space, header, storage, (length, length))
    }
}
