//! The plain heap: cells in a `Vec` with a free list, a pool of 100 objects, mark and sweep when a threshold is
//! passed, every read checked.

use super::account::{self, Account, Accounted, charge_growth};
use super::characters::CharTables;
use super::joining;
use super::map::MapObject;
use super::object::{Body, Cell, ErrorObject};
use super::pool::{Pool, Pooled};
use super::{Closure, Elements, ElementsMut, Heap, HeapSettings, HeapStatistics, Joined, Roots, Text};
use crate::cost;
use crate::fault::Fault;
use crate::host::{HeldObject, HostObject};
use crate::shape::{HOST_OBJECT, Shape, Shapes, Width};
use crate::slot::{Ref, Slot};
use lyra_bytecode::{ProcId, Trap, TypeId};
use std::hash::RandomState;
use std::ops::Range;
use std::sync::Arc;

/// The plain [`Heap`].
pub struct PlainHeap {
    pub(super) cells: Vec<Cell>,
    /// The first free cell, or `u32::MAX`.
    pub(super) free: u32,
    pub(super) pool: Pool,
    /// By cell of a text that is no part, or of a buffer.
    pub(super) char_tables: CharTables<u32>,
    pub(super) shapes: Arc<Shapes>,
    pub(super) account: Account,
    hash_state: RandomState,
}

/// The cell and generation of a reference; `None` for null.
pub(super) fn cell_of(reference: Ref) -> Option<(u32, u16)> {
    let place = u32::try_from(reference.bits() & u64::from(u32::MAX)).ok()?;
    let generation = u16::try_from(reference.bits() >> 32).ok()?;
    Some((place.checked_sub(1)?, generation))
}

pub(super) fn wrong_kind() -> Fault {
    Fault::broken("an object is of another kind than the code expects")
}

impl PlainHeap {
    pub(super) fn cell(&self, reference: Ref) -> Result<&Cell, Fault> {
        cell_of(reference)
            .and_then(|(at, generation)| {
                self.cells.get(at as usize).filter(|cell| cell.generation == generation)
            })
            .filter(|cell| !matches!(cell.body, Body::Free { .. }))
            .ok_or_else(|| Fault::broken("a dead reference was used"))
    }

    pub(super) fn cell_mut(&mut self, reference: Ref) -> Result<&mut Cell, Fault> {
        cell_of(reference)
            .and_then(|(at, generation)| {
                self.cells.get_mut(at as usize).filter(|cell| cell.generation == generation)
            })
            .filter(|cell| !matches!(cell.body, Body::Free { .. }))
            .ok_or_else(|| Fault::broken("a dead reference was used"))
    }

    /// Puts a body whose cost has been charged into a cell.
    pub(super) fn place(&mut self, ty: TypeId, body: Body) -> Result<(u32, Ref), Fault> {
        let at = if let Some(cell) = self.cells.get_mut(self.free as usize)
            && let Body::Free { next } = cell.body
        {
            let at = std::mem::replace(&mut self.free, next);
            cell.body = body;
            cell.ty = ty;
            at
        } else {
            let at = u32::try_from(self.cells.len()).ok().filter(|&at| at < u32::MAX - 1);
            let Some(at) = at else {
                self.release(body.cost());
                return Err(Trap::OutOfMemory.into());
            };
            self.cells.push(Cell { body, ty, generation: 0, marked: false });
            at
        };
        self.account.made();
        let generation = self.cells.get(at as usize).map_or(0, |cell| cell.generation);
        Ok((at, Ref::from_bits(u64::from(generation) << 32 | u64::from(at + 1))))
    }

    /// A list with those slots, from the pool where it has one.
    fn filled(&mut self, slots: &[Slot]) -> Vec<Slot> {
        let mut list = self.pool.parts(slots.len());
        list.extend_from_slice(slots);
        list
    }
}

/// Lengths were checked against [`cost::MAX_LENGTH`] before they are stored.
pub(super) fn small(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// A list with `capacity` places that holds what `list` held, from the pool where it has one.
fn regrown<T: Pooled>(pool: &mut Pool, list: &mut Vec<T>, capacity: usize) {
    if list.capacity() >= capacity {
        return;
    }
    if list.is_empty() {
        *list = T::take(pool, capacity);
    }
    list.reserve_exact(capacity.saturating_sub(list.len()));
}

impl Heap for PlainHeap {
    fn new(settings: HeapSettings) -> Self {
        Self {
            cells: Vec::new(),
            free: u32::MAX,
            pool: Pool::default(),
            char_tables: CharTables::default(),
            account: Account::new(&settings),
            shapes: settings.shapes,
            hash_state: RandomState::new(),
        }
    }

    fn charge(&mut self, bytes: u64, roots: &dyn Roots) -> Result<(), Fault> {
        account::charge(self, bytes, roots)
    }

    fn set_limits(&mut self, limit: u64, text_limit: u64) {
        self.account.set_limits(limit, text_limit);
    }

    fn text_limit(&self) -> usize {
        self.account.text_limit()
    }

    fn release(&mut self, bytes: u64) {
        self.account.release(bytes);
    }

    fn collect(&mut self, roots: &dyn Roots) {
        self.collect_now(roots);
    }

    fn type_of(&self, object: Ref) -> Result<TypeId, Fault> {
        self.cell(object).map(|cell| cell.ty)
    }

    fn text(&self, text: Ref) -> Result<Text<'_>, Fault> {
        self.text_of(&self.cell(text)?.body).ok_or_else(wrong_kind)
    }

    fn byte_offset(&mut self, text: Ref, index: usize) -> Result<usize, Fault> {
        self.offset_of(text, index)
    }

    fn elements(&self, array: Ref) -> Result<Elements<'_>, Fault> {
        match &self.cell(array)?.body {
            Body::Bytes { list, .. } => Ok(Elements::Bytes(list)),
            Body::Halves { list, .. } => Ok(Elements::Halves(list)),
            Body::Words { list, .. } => Ok(Elements::Words(list)),
            Body::Refs { list, .. } => Ok(Elements::Refs(list)),
            _ => Err(wrong_kind()),
        }
    }

    fn elements_mut(&mut self, array: Ref) -> Result<ElementsMut<'_>, Fault> {
        match &mut self.cell_mut(array)?.body {
            Body::Bytes { list, .. } => Ok(ElementsMut::Bytes(list)),
            Body::Halves { list, .. } => Ok(ElementsMut::Halves(list)),
            Body::Words { list, .. } => Ok(ElementsMut::Words(list)),
            Body::Refs { list, .. } => Ok(ElementsMut::Refs(list)),
            _ => Err(wrong_kind()),
        }
    }

    fn parts(&self, record: Ref) -> Result<&[Slot], Fault> {
        match &self.cell(record)?.body {
            Body::Record { parts, .. } => Ok(parts),
            _ => Err(wrong_kind()),
        }
    }

    fn set_part(&mut self, record: Ref, index: usize, part: Slot) -> Result<(), Fault> {
        match &mut self.cell_mut(record)?.body {
            Body::Record { parts, .. } => {
                parts.get_mut(index).map(|place| *place = part).ok_or_else(wrong_kind)
            }
            _ => Err(wrong_kind()),
        }
    }

    fn variant(&self, record: Ref) -> Result<u16, Fault> {
        match &self.cell(record)?.body {
            Body::Record { variant, .. } => Ok(*variant),
            _ => Err(wrong_kind()),
        }
    }

    fn closure(&self, closure: Ref) -> Result<Closure<'_>, Fault> {
        match &self.cell(closure)?.body {
            Body::Closure { captures, proc, refs } => {
                Ok(Closure { proc: ProcId(*proc), refs: usize::from(*refs), captures })
            }
            _ => Err(wrong_kind()),
        }
    }

    fn boxed(&self, boxed: Ref) -> Result<u64, Fault> {
        match &self.cell(boxed)?.body {
            Body::Boxed { word } => Ok(*word),
            _ => Err(wrong_kind()),
        }
    }

    fn map(&self, map: Ref) -> Result<&MapObject, Fault> {
        match &self.cell(map)?.body {
            Body::Map { map } => Ok(map),
            _ => Err(wrong_kind()),
        }
    }

    fn map_mut(&mut self, map: Ref) -> Result<&mut MapObject, Fault> {
        match &mut self.cell_mut(map)?.body {
            Body::Map { map } => Ok(map),
            _ => Err(wrong_kind()),
        }
    }

    fn hash_state(&self) -> &RandomState {
        &self.hash_state
    }

    fn error(&self, error: Ref) -> Result<&ErrorObject, Fault> {
        match &self.cell(error)?.body {
            Body::Error { error } => Ok(error),
            _ => Err(wrong_kind()),
        }
    }

    fn host_object(&self, object: Ref) -> Result<&HostObject, Fault> {
        match &self.cell(object)?.body {
            Body::Host { object } => object.get().ok_or_else(wrong_kind),
            _ => Err(wrong_kind()),
        }
    }

    fn new_text(
        &mut self,
        bytes: usize,
        roots: &dyn Roots,
        write: &mut dyn FnMut(&Self, &mut String) -> Result<(), Fault>,
    ) -> Result<Ref, Fault> {
        joining::new_text(self, bytes, roots, write)
    }

    fn join(&mut self, texts: &[Ref], roots: &dyn Roots) -> Result<Joined, Fault> {
        joining::join(self, texts, roots)
    }

    fn share(
        &mut self,
        text: Ref,
        bytes: Range<usize>,
        chars: Range<usize>,
        roots: &dyn Roots,
    ) -> Result<Option<Ref>, Fault> {
        joining::share(self, text, bytes, chars, roots)
    }

    fn new_array(&mut self, ty: TypeId, length: usize, roots: &dyn Roots) -> Result<Ref, Fault> {
        let Some(&Shape::Array { width, .. }) = self.shapes.get(ty) else {
            return Err(wrong_kind());
        };
        if length > cost::MAX_LENGTH {
            return Err(Trap::OutOfMemory.into());
        }
        self.charge(cost::OBJECT + width.bytes() * length as u64, roots)?;
        fn zeros<T: Pooled>(pool: &mut Pool, length: usize) -> Vec<T> {
            let mut list = T::take(pool, length);
            list.resize(length, T::default());
            list
        }
        let (pool, capacity) = (&mut self.pool, small(length));
        let body = match width {
            Width::Byte => Body::Bytes { list: zeros(pool, length), capacity },
            Width::Half => Body::Halves { list: zeros(pool, length), capacity },
            Width::Word => Body::Words { list: zeros(pool, length), capacity },
            Width::Ref => Body::Refs { list: zeros(pool, length), capacity },
        };
        self.place(ty, body).map(|(_, reference)| reference)
    }

    fn resize(&mut self, array: Ref, length: usize, roots: &dyn Roots) -> Result<(), Fault> {
        let (width, capacity) = match self.cell(array)?.body {
            Body::Bytes { capacity, .. } => (Width::Byte, capacity),
            Body::Halves { capacity, .. } => (Width::Half, capacity),
            Body::Words { capacity, .. } => (Width::Word, capacity),
            Body::Refs { capacity, .. } => (Width::Ref, capacity),
            _ => return Err(wrong_kind()),
        };
        let mut room = capacity as usize;
        if length > room {
            room = charge_growth(self, width, room, length, roots)?;
        }
        let Some((at, _)) = cell_of(array) else { return Err(wrong_kind()) };
        let (pool, cells) = (&mut self.pool, &mut self.cells);
        fn set<T: Pooled>(pool: &mut Pool, list: &mut Vec<T>, room: usize, length: usize) {
            regrown(pool, list, room);
            list.resize(length, T::default());
        }
        match cells.get_mut(at as usize).map(|cell| &mut cell.body) {
            Some(Body::Bytes { list, capacity }) => {
                set(pool, list, room, length);
                *capacity = small(room);
            }
            Some(Body::Halves { list, capacity }) => {
                set(pool, list, room, length);
                *capacity = small(room);
            }
            Some(Body::Words { list, capacity }) => {
                set(pool, list, room, length);
                *capacity = small(room);
            }
            Some(Body::Refs { list, capacity }) => {
                set(pool, list, room, length);
                *capacity = small(room);
            }
            _ => return Err(wrong_kind()),
        }
        Ok(())
    }

    fn copy_elements(&mut self, from: Ref, range: Range<usize>, to: Ref, at: usize) -> Result<(), Fault> {
        let outside = || Fault::broken("elements outside of an array were copied");
        if from == to {
            let fits = self.elements_mut(to)?.copy_within(range, at);
            return if fits { Ok(()) } else { Err(outside()) };
        }
        fn copy<T: Copy>(from: &[T], range: Range<usize>, to: &mut [T], at: usize) -> bool {
            let Some(from) = from.get(range) else { return false };
            let place = at.checked_add(from.len()).and_then(|end| to.get_mut(at..end));
            place.map(|place| place.copy_from_slice(from)).is_some()
        }
        // The target leaves its cell for the time of the copy, so that both arrays can be borrowed.
        let mut body = std::mem::replace(&mut self.cell_mut(to)?.body, Body::Boxed { word: 0 });
        let fits = match (self.elements(from), &mut body) {
            (Ok(Elements::Bytes(from)), Body::Bytes { list, .. }) => copy(from, range, list, at),
            (Ok(Elements::Halves(from)), Body::Halves { list, .. }) => copy(from, range, list, at),
            (Ok(Elements::Words(from)), Body::Words { list, .. }) => copy(from, range, list, at),
            (Ok(Elements::Refs(from)), Body::Refs { list, .. }) => copy(from, range, list, at),
            _ => false,
        };
        self.cell_mut(to)?.body = body;
        if fits { Ok(()) } else { Err(outside()) }
    }

    fn new_record(
        &mut self,
        ty: TypeId,
        variant: u16,
        parts: &[Slot],
        roots: &dyn Roots,
    ) -> Result<Ref, Fault> {
        self.charge(cost::record(parts.len()), roots)?;
        let parts = self.filled(parts);
        self.place(ty, Body::Record { parts, variant }).map(|(_, reference)| reference)
    }

    fn new_closure(&mut self, ty: TypeId, closure: Closure<'_>, roots: &dyn Roots) -> Result<Ref, Fault> {
        let refs = u16::try_from(closure.refs).map_err(|_| wrong_kind())?;
        self.charge(cost::record(closure.captures.len()), roots)?;
        let captures = self.filled(closure.captures);
        let body = Body::Closure { captures, proc: closure.proc.0, refs };
        self.place(ty, body).map(|(_, reference)| reference)
    }

    fn new_boxed(&mut self, ty: TypeId, word: u64, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.charge(cost::OBJECT, roots)?;
        self.place(ty, Body::Boxed { word }).map(|(_, reference)| reference)
    }

    fn new_map(&mut self, ty: TypeId, room: usize, roots: &dyn Roots) -> Result<Ref, Fault> {
        if room > cost::MAX_LENGTH {
            return Err(Trap::OutOfMemory.into());
        }
        self.charge(cost::map(room), roots)?;
        let mut map = Box::new(MapObject::default());
        if !map.make_anew(room) {
            self.release(cost::map(room));
            return Err(Trap::OutOfMemory.into());
        }
        self.place(ty, Body::Map { map }).map(|(_, reference)| reference)
    }

    fn grow_map(&mut self, map: Ref, roots: &dyn Roots) -> Result<usize, Fault> {
        let content = self.map(map)?;
        let Some(room) = content.must_grow() else { return Ok(0) };
        if room > cost::MAX_LENGTH {
            return Err(Trap::OutOfMemory.into());
        }
        let more = cost::map(room).saturating_sub(cost::map(content.capacity()));
        if more > 0 {
            self.charge(more, roots)?;
        }
        let content = self.map_mut(map)?;
        let moved = content.len();
        if !content.make_anew(room) {
            self.release(more);
            return Err(Trap::OutOfMemory.into());
        }
        Ok(moved)
    }

    fn new_error(&mut self, error: ErrorObject, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.charge(cost::error(error.trace.len()), roots)?;
        self.place(TypeId::ERROR, Body::Error { error: Box::new(error) }).map(|(_, reference)| reference)
    }

    fn new_host_object(&mut self, object: HostObject, roots: &dyn Roots) -> Result<Ref, Fault> {
        self.charge(cost::host_object(object.bytes()), roots)?;
        let object = Box::new(HeldObject::new(object));
        self.place(HOST_OBJECT, Body::Host { object }).map(|(_, reference)| reference)
    }

    fn statistics(&self) -> HeapStatistics {
        HeapStatistics { pool: self.pool.statistics, ..self.account.statistics() }
    }

    #[inline]
    fn collections(&self) -> u64 {
        self.account.collections()
    }
}

impl Accounted for PlainHeap {
    fn account(&mut self) -> &mut Account {
        &mut self.account
    }
}
