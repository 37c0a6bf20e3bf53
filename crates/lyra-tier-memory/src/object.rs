//! Objects in their cells: what each kind looks like, how it is read, written and begun.
//!
//! ```text
//! header   | type 16 | variant 16 | count 16 | kind 8 | flags 8 |
//! record   | header | parts …                                       count parts
//! closure  | header | procedure | captures …                        count captures, `variant` of them references
//! array    | header | data | length 32, capacity 32 |               also a buffer of text
//! text     | header | data | bytes 32, chars 32 | bytes … or whole, before 32 |
//! box      | header | word |
//! map      | header | the map |                                     a Rust value, owned
//! error    | header | the error |                                   likewise
//! host     | header | what holds the object |                       likewise
//! ```
//!
//! An [`Object`] is the proof that a reference leads to an object: [`resolve`] makes them. What kind it must be, the
//! static types of verified code say; debug builds look.
#![expect(unsafe_code, reason = "cells are raw memory; other files get at them by the safe methods here")]

use crate::layout::cell_bytes;
use crate::space::Space;
use crate::storage::{Storage, free_large};
use lyra_bytecode::{ProcId, TypeId};
use lyra_runtime::heap::Within;
use lyra_runtime::host::HeldObject;
use lyra_runtime::{Closure, Element, ErrorObject, MapObject, Ref, Slot, Text, cost};
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::ptr::{self, NonNull};
use std::slice;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Kind(u8);

impl Kind {
    pub(crate) const RECORD: Self = Self(1);
    pub(crate) const CLOSURE: Self = Self(2);
    pub(crate) const BYTES: Self = Self(3);
    pub(crate) const HALVES: Self = Self(4);
    pub(crate) const WORDS: Self = Self(5);
    pub(crate) const REFS: Self = Self(6);
    pub(crate) const TEXT: Self = Self(7);
    pub(crate) const BUFFER: Self = Self(8);
    pub(crate) const MAP: Self = Self(9);
    pub(crate) const BOXED: Self = Self(10);
    pub(crate) const ERROR: Self = Self(11);
    pub(crate) const HOST: Self = Self(12);
}

/// What stands before everything else in an object. Any bits are a header, also those of dead cells.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub(crate) struct Header {
    pub(crate) ty: u16,
    /// The variant of a record; how many captures of a closure are references; the lower half of a text's hash.
    pub(crate) variant: u16,
    /// Parts of a record, captures of a closure; the upper half of a text's hash, of which zero says that there is none.
    pub(crate) count: u16,
    pub(crate) kind: Kind,
    flags: u8,
}

/// The data of an array, buffer or text is a large allocation, owned.
const IS_LARGE: u8 = 1;
/// A text was put together from others.
const IS_JOINED: u8 = 2;
/// A text shares bytes of a buffer or of a text that is no such part. Joined ones are the first bytes of a buffer.
const IS_PART: u8 = 4;

impl Header {
    pub(crate) const fn new(ty: u16, kind: Kind) -> Self {
        Self { ty, variant: 0, count: 0, kind, flags: 0 }
    }
}

#[repr(C)]
struct ArrayCell {
    header: Header,
    data: NonNull<u8>,
    length: u32,
    capacity: u32,
}

#[repr(C)]
struct TextCell {
    header: Header,
    data: *const u8,
    bytes: u32,
    chars: u32,
}

#[repr(C)]
struct PointerCell<T> {
    header: Header,
    pointer: *mut T,
}

/// Bytes before the parts of a record.
const RECORD_HEAD: usize = 8;
/// Bytes before the captures of a closure.
const CLOSURE_HEAD: usize = 16;
/// Bytes before the bytes of a text that has them in its cell.
const TEXT_HEAD: usize = 24;

/// Bytes before the number of characters that come before a part which was not joined.
const TEXT_BEFORE: usize = TEXT_HEAD + size_of::<*mut u64>();

/// Bytes of the longest text whose bytes stand in its cell.
pub(crate) const LONGEST_INLINE: usize = crate::layout::LARGEST_STORAGE - TEXT_HEAD;

/// A living object.
#[derive(Clone, Copy)]
pub(crate) struct Object<'h> {
    cell: NonNull<u64>,
    life: PhantomData<&'h Space>,
}

/// A living object that may be changed.
pub(crate) struct ObjectMut<'h> {
    cell: NonNull<u64>,
    life: PhantomData<&'h mut Space>,
}

/// The object of a reference; `None` for null.
///
/// References that are not null are those of living objects of the heap (the invariant of the crate); with debug
/// assertions that is looked at, and `None` for any other.
#[inline(always)]
pub(crate) fn resolve(space: &Space, reference: Ref) -> Option<Object<'_>> {
    if cfg!(debug_assertions) && !reference.is_null() && !space.is_taken(reference) {
        return None;
    }
    let address = usize::try_from(reference.bits()).ok()?;
    let cell = NonNull::new(ptr::with_exposed_provenance_mut(address))?;
    Some(Object { cell, life: PhantomData })
}

/// [`resolve`], to change the object.
#[inline(always)]
pub(crate) fn resolve_mut(space: &mut Space, reference: Ref) -> Option<ObjectMut<'_>> {
    let Object { cell, .. } = resolve(space, reference)?;
    Some(ObjectMut { cell, life: PhantomData })
}

impl<'h> Object<'h> {
    fn cast<T>(self) -> *const T {
        self.cell.as_ptr().cast_const().cast()
    }

    #[inline]
    pub(crate) fn header(self) -> Header {
        // SAFETY: every object begins with its header.
        unsafe { *self.cast::<Header>() }
    }

    #[inline]
    pub(crate) fn is(self, kind: Kind) -> bool {
        self.header().kind == kind
    }

    /// Its reference.
    pub(crate) fn reference(self) -> Ref {
        Ref::from_bits(self.cell.addr().get() as u64)
    }

    /// The parts of a record.
    #[inline]
    pub(crate) fn parts(self) -> &'h [Slot] {
        debug_assert!(self.is(Kind::RECORD));
        // SAFETY: a record's cell holds `count` parts after its header.
        unsafe { self.slots(RECORD_HEAD) }
    }

    /// `count` slots from a byte of the cell on.
    ///
    /// # Safety
    /// There they are.
    #[inline]
    unsafe fn slots(self, at: usize) -> &'h [Slot] {
        // SAFETY: the caller's; a `Slot` is a `u64`, of which any bits are one.
        unsafe { slice::from_raw_parts(self.cast::<Slot>().byte_add(at), self.header().count.into()) }
    }

    #[inline]
    pub(crate) fn closure(self) -> Closure<'h> {
        debug_assert!(self.is(Kind::CLOSURE));
        // SAFETY: a closure's cell holds the procedure after its header, then `count` captures.
        let (proc, captures) = unsafe { (*self.cast::<u32>().byte_add(8), self.slots(CLOSURE_HEAD)) };
        Closure { proc: ProcId(proc), refs: self.header().variant.into(), captures }
    }

    /// The elements of an array that keeps them as `T`.
    #[inline]
    pub(crate) fn list<T: Element>(self) -> &'h [T] {
        debug_assert!(self.is(kind_of::<T>()));
        let array = self.cast::<ArrayCell>();
        // SAFETY: an array's data is so many elements, all of them written; without any it dangles, aligned.
        unsafe { slice::from_raw_parts((*array).data.as_ptr().cast_const().cast(), (*array).length as usize) }
    }

    /// How many elements of an array, or bytes of a buffer, there are, and how many fit.
    #[inline]
    pub(crate) fn room(self) -> (usize, usize) {
        let array = self.cast::<ArrayCell>();
        debug_assert!(self.is_array() || self.is(Kind::BUFFER));
        // SAFETY: arrays and buffers are `ArrayCell`s.
        unsafe { ((*array).length as usize, (*array).capacity as usize) }
    }

    pub(crate) fn is_array(self) -> bool {
        (Kind::BYTES.0..=Kind::REFS.0).contains(&self.header().kind.0)
    }

    /// Where an array or buffer keeps its elements; `None` where it has no room for any.
    pub(crate) fn storage(self) -> Option<Storage> {
        let (_, capacity) = self.room();
        let width = self.width();
        if capacity == 0 {
            return None;
        }
        // SAFETY: arrays and buffers are `ArrayCell`s.
        let data = unsafe { (*self.cast::<ArrayCell>()).data };
        Some(Storage { data, bytes: capacity * width, is_large: self.header().flags & IS_LARGE != 0 })
    }

    /// Bytes of an element.
    fn width(self) -> usize {
        match self.header().kind {
            Kind::HALVES => 4,
            Kind::WORDS | Kind::REFS => 8,
            _ => 1,
        }
    }

    #[inline]
    pub(crate) fn text(self) -> Text<'h> {
        debug_assert!(self.is(Kind::TEXT));
        let cell = self.cast::<TextCell>();
        // SAFETY: a text's data is so many bytes of UTF-8: it was copied from a `str`, or is part of another text or of
        // a buffer, which is made of whole texts and never written again where it has been.
        unsafe {
            let bytes = slice::from_raw_parts((*cell).data, (*cell).bytes as usize);
            Text { text: str::from_utf8_unchecked(bytes), chars: (*cell).chars as usize }
        }
    }

    /// The hash of a text, when it was hashed before.
    #[inline]
    pub(crate) fn hash(self) -> Option<NonZeroU32> {
        debug_assert!(self.is(Kind::TEXT));
        let Header { variant, count, .. } = self.header();
        NonZeroU32::new(u32::from(variant) | u32::from(count) << 16)
    }

    /// Keeps the hash of a text.
    pub(crate) fn set_hash(self, hash: NonZeroU32) {
        debug_assert!(self.is(Kind::TEXT));
        let header = Header { variant: hash.get() as u16, count: (hash.get() >> 16) as u16, ..self.header() };
        // SAFETY: every object begins with its header, of which there are copies only, never a reference; heaps are
        // used by one thread at a time.
        unsafe { self.cell.cast::<Header>().write(header) };
    }

    /// Whether a text was put together from others.
    pub(crate) fn is_joined(self) -> bool {
        self.header().flags & IS_JOINED != 0
    }

    /// The buffer or text that a text is a part of, if it is one.
    pub(crate) fn whole(self) -> Option<Object<'h>> {
        debug_assert!(self.is(Kind::TEXT));
        if self.header().flags & IS_PART == 0 {
            return None;
        }
        // SAFETY: where others have their bytes, a part has the cell of its whole, which lives as long as it does.
        let cell = unsafe { *self.cast::<*mut u64>().byte_add(TEXT_HEAD) };
        Some(Self { cell: NonNull::new(cell)?, life: PhantomData })
    }

    /// Characters of the whole before a text, which are none where it is no part.
    pub(crate) fn before(self) -> usize {
        if self.header().flags & (IS_PART | IS_JOINED) != IS_PART {
            return 0;
        }
        // SAFETY: a part that was not joined has the number in its cell.
        unsafe { *self.cast::<u32>().byte_add(TEXT_BEFORE) as usize }
    }

    /// The bytes of a buffer or text.
    pub(crate) fn content(self) -> &'h str {
        if !self.is(Kind::BUFFER) {
            return self.text().text;
        }
        let (length, _) = self.room();
        // SAFETY: a buffer is an `ArrayCell` with so many bytes, those of whole texts, which are not written again.
        unsafe {
            let data = (*self.cast::<ArrayCell>()).data.as_ptr().cast_const();
            str::from_utf8_unchecked(slice::from_raw_parts(data, length))
        }
    }

    pub(crate) fn boxed(self) -> u64 {
        debug_assert!(self.is(Kind::BOXED));
        // SAFETY: a box holds its word after the header.
        unsafe { *self.cast::<u64>().add(1) }
    }

    pub(crate) fn map(self) -> &'h MapObject {
        debug_assert!(self.is(Kind::MAP));
        // SAFETY: a map's cell owns the map alone.
        unsafe { &*(*self.cast::<PointerCell<MapObject>>()).pointer }
    }

    pub(crate) fn error(self) -> &'h ErrorObject {
        debug_assert!(self.is(Kind::ERROR));
        // SAFETY: an error's cell owns the error alone.
        unsafe { &*(*self.cast::<PointerCell<ErrorObject>>()).pointer }
    }

    pub(crate) fn host_object(self) -> &'h HeldObject {
        debug_assert!(self.is(Kind::HOST));
        // SAFETY: a host object's cell owns what holds it alone.
        unsafe { &*(*self.cast::<PointerCell<HeldObject>>()).pointer }
    }

    /// What it was charged.
    #[inline]
    pub(crate) fn cost(self) -> u64 {
        let header = self.header();
        match header.kind {
            Kind::RECORD | Kind::CLOSURE => cost::record(header.count.into()),
            Kind::TEXT => {
                let Text { text, chars } = self.text();
                match header.flags & IS_PART {
                    0 => cost::text(text.len(), chars),
                    _ => cost::part(text.len(), chars, self.is_joined()),
                }
            }
            Kind::MAP => cost::map(self.map().capacity()),
            Kind::ERROR => cost::error(self.error().trace.len()),
            Kind::HOST => cost::host_object(self.host_object().bytes()),
            Kind::BOXED => cost::OBJECT,
            _ => cost::OBJECT + (self.room().1 * self.width()) as u64,
        }
    }

    /// Bytes of its cell that it uses.
    #[inline]
    fn bytes(self) -> usize {
        let header = self.header();
        let slots = usize::from(header.count) * size_of::<Slot>();
        match header.kind {
            Kind::RECORD => RECORD_HEAD + slots,
            Kind::CLOSURE => CLOSURE_HEAD + slots,
            Kind::TEXT if header.flags & IS_LARGE != 0 => TEXT_HEAD,
            Kind::TEXT if header.flags & IS_PART != 0 => part_bytes(header.flags & IS_JOINED != 0),
            // SAFETY: a text that is not large and no part has its bytes in its cell.
            Kind::TEXT => TEXT_HEAD + unsafe { (*self.cast::<TextCell>()).bytes as usize },
            Kind::BOXED | Kind::MAP | Kind::ERROR | Kind::HOST => size_of::<PointerCell<u64>>(),
            _ => size_of::<ArrayCell>(),
        }
    }

    /// Marks it; whether it was not marked before.
    #[inline]
    pub(crate) fn mark(self, space: &Space) -> bool {
        // SAFETY: it is an object of the space.
        unsafe { space.mark(self.cell, self.bytes()) }
    }

    #[inline]
    pub(crate) fn is_marked(self, space: &Space) -> bool {
        // SAFETY: it is an object of the space.
        unsafe { space.is_marked(self.cell) }
    }
}

/// Bytes of the cell of a part that it uses.
const fn part_bytes(joined: bool) -> usize {
    if joined { TEXT_BEFORE } else { TEXT_BEFORE + size_of::<u32>() }
}

/// The kind of arrays that keep their elements as `T`.
const fn kind_of<T: Element>() -> Kind {
    kind_of_width(T::WIDTH)
}

pub(crate) const fn kind_of_width(width: lyra_runtime::Width) -> Kind {
    match width {
        lyra_runtime::Width::Byte => Kind::BYTES,
        lyra_runtime::Width::Half => Kind::HALVES,
        lyra_runtime::Width::Word => Kind::WORDS,
        lyra_runtime::Width::Ref => Kind::REFS,
    }
}

impl<'h> ObjectMut<'h> {
    /// The object, to read.
    #[inline]
    pub(crate) fn as_object(&self) -> Object<'_> {
        Object { cell: self.cell, life: PhantomData }
    }

    fn cast<T>(&self) -> *mut T {
        self.cell.as_ptr().cast()
    }

    /// The parts of a record.
    #[inline]
    pub(crate) fn into_parts(self) -> &'h mut [Slot] {
        debug_assert!(self.as_object().is(Kind::RECORD));
        let count = self.as_object().header().count.into();
        // SAFETY: a record's cell holds so many parts after its header.
        unsafe { slice::from_raw_parts_mut(self.cast::<Slot>().byte_add(RECORD_HEAD), count) }
    }

    /// The elements of an array that keeps them as `T`.
    #[inline]
    pub(crate) fn into_list<T: Element>(self) -> &'h mut [T] {
        debug_assert!(self.as_object().is(kind_of::<T>()));
        let array = self.cast::<ArrayCell>();
        // SAFETY: as in `Object::list`.
        unsafe { slice::from_raw_parts_mut((*array).data.as_ptr().cast(), (*array).length as usize) }
    }

    pub(crate) fn into_map(self) -> &'h mut MapObject {
        debug_assert!(self.as_object().is(Kind::MAP));
        // SAFETY: a map's cell owns the map alone.
        unsafe { &mut *(*self.cast::<PointerCell<MapObject>>()).pointer }
    }

    /// Puts an element at the end of an array that keeps them as `T`, if it has room.
    #[inline(always)]
    pub(crate) fn push<T: Element>(&mut self, value: T) -> bool {
        debug_assert!(self.as_object().is(kind_of::<T>()));
        let array = self.cast::<ArrayCell>();
        // SAFETY: arrays are `ArrayCell`s, with room for `capacity` elements.
        unsafe {
            let length = (*array).length;
            if length >= (*array).capacity {
                return false;
            }
            (*array).data.cast::<T>().add(length as usize).write(value);
            (*array).length = length + 1;
        }
        true
    }

    /// Changes how many elements an array has; new ones are zero.
    pub(crate) fn set_length(&mut self, length: usize) {
        let (before, capacity) = self.as_object().room();
        debug_assert!(length <= capacity);
        let width = self.as_object().width();
        let array = self.cast::<ArrayCell>();
        // SAFETY: arrays are `ArrayCell`s, and there is room for so many elements.
        unsafe {
            if length > before {
                (*array).data.add(before * width).write_bytes(0, (length - before) * width);
            }
            (*array).length = to_u32(length);
        }
    }

    /// Appends bytes, for which there is room, to a buffer.
    pub(crate) fn append(&mut self, text: &[u8]) -> bool {
        debug_assert!(self.as_object().is(Kind::BUFFER));
        let (length, capacity) = self.as_object().room();
        if capacity - length < text.len() {
            return false;
        }
        let buffer = self.cast::<ArrayCell>();
        // SAFETY: buffers are `ArrayCell`s with room for the bytes. These may be of the buffer itself, but of the
        // part before its length.
        unsafe {
            (*buffer).data.as_ptr().add(length).copy_from_nonoverlapping(text.as_ptr(), text.len());
            (*buffer).length += to_u32(text.len());
        }
        true
    }
}

/// Appends the bytes of a text, which may be those of the buffer itself, to a buffer; `false` where they do not fit.
pub(crate) fn append_text(space: &mut Space, buffer: Ref, text: Ref) -> Option<bool> {
    let bytes: *const [u8] = resolve(space, text)?.text().text.as_bytes();
    // SAFETY: the bytes of a text are not written while it lives, and appending moves nothing.
    let bytes = unsafe { &*bytes };
    Some(resolve_mut(space, buffer)?.append(bytes))
}

/// Copies elements of one array over those of another of the same kind; `false` where there are not so many, or the
/// kinds differ.
pub(crate) fn copy_elements(
    space: &mut Space,
    from: Ref,
    range: std::ops::Range<usize>,
    to: Ref,
    at: usize,
) -> Option<bool> {
    let (source, target) = (resolve(space, from)?, resolve(space, to)?);
    let count = range.end.checked_sub(range.start);
    let Some(count) = count.filter(|_| target.is_array() && source.is(target.header().kind)) else {
        return Some(false);
    };
    let (has, room) = (source.room().0, target.room().0);
    if range.end > has || at.checked_add(count).is_none_or(|end| end > room) {
        return Some(false);
    }
    let width = target.width();
    // SAFETY: both arrays have the elements, of the same width; they may be the same array.
    unsafe {
        let source = (*source.cast::<ArrayCell>()).data.add(range.start * width);
        let target = (*target.cast::<ArrayCell>()).data.add(at * width);
        target.copy_from(source, count * width);
    }
    Some(true)
}

fn to_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[inline]
fn reference(cell: NonNull<u64>) -> Ref {
    Ref::from_bits(cell.addr().get() as u64)
}

/// Makes a record; `None` when the system has no memory.
#[inline]
pub(crate) fn new_record(space: &mut Space, ty: u16, variant: u16, parts: &[Slot]) -> Option<Ref> {
    let cell = space.take(RECORD_HEAD + size_of_val(parts))?;
    let header = Header { variant, count: u16::try_from(parts.len()).ok()?, ..Header::new(ty, Kind::RECORD) };
    // SAFETY: the cell is free and has room for header and parts.
    unsafe {
        cell.cast::<Header>().write(header);
        copy_slots(parts, cell.as_ptr().byte_add(RECORD_HEAD).cast());
    }
    Some(reference(cell))
}

/// Makes a record if a free cell is at hand for it and `may` says that it may be.
#[inline(always)]
pub(crate) fn record_at_once<const N: usize>(
    space: &mut Space,
    (ty, variant): (u16, u16),
    parts: [Slot; N],
    may: impl FnOnce() -> bool,
) -> Option<Ref> {
    let cell = space.take_at_hand(const { cell_bytes(RECORD_HEAD + N * size_of::<Slot>()) }, may)?;
    let header = Header { variant, count: const { N as u16 }, ..Header::new(ty, Kind::RECORD) };
    // SAFETY: the cell is free, and has room for header and parts.
    unsafe {
        cell.cast::<Header>().write(header);
        let to = cell.as_ptr().byte_add(RECORD_HEAD).cast::<Slot>();
        let mut index = 0;
        while index < N {
            to.add(index).write(parts[index]);
            index += 1;
        }
    }
    Some(reference(cell))
}

/// Makes an array without elements, or room for any, as [`record_at_once`] makes a record.
#[inline(always)]
pub(crate) fn array_at_once(space: &mut Space, header: Header, may: impl FnOnce() -> bool) -> Option<Ref> {
    let cell = space.take_at_hand(const { cell_bytes(size_of::<ArrayCell>()) }, may)?;
    let data = NonNull::<u64>::dangling().cast();
    // SAFETY: the cell is free and large enough.
    unsafe { cell.cast::<ArrayCell>().write(ArrayCell { header, data, length: 0, capacity: 0 }) };
    Some(reference(cell))
}

/// Copies slots one by one: most are few, for which calling a copy costs more than copying.
///
/// # Safety
/// There is room at `to`.
#[inline]
unsafe fn copy_slots(from: &[Slot], to: *mut Slot) {
    // SAFETY: the caller's.
    unsafe {
        if from.len() > 8 {
            to.copy_from_nonoverlapping(from.as_ptr(), from.len());
        } else {
            for (index, &slot) in from.iter().enumerate() {
                to.add(index).write(slot);
            }
        }
    }
}

/// Makes a closure; `None` when the system has no memory, or it captured more than a header can say.
pub(crate) fn new_closure(space: &mut Space, ty: u16, closure: Closure<'_>) -> Option<Ref> {
    let count = u16::try_from(closure.captures.len()).ok()?;
    let variant = u16::try_from(closure.refs).ok().filter(|&refs| refs <= count)?;
    let cell = space.take(CLOSURE_HEAD + size_of_val(closure.captures))?;
    // SAFETY: the cell is free and has room for header, procedure and captures.
    unsafe {
        cell.cast::<Header>().write(Header { variant, count, ..Header::new(ty, Kind::CLOSURE) });
        cell.add(1).write(closure.proc.0.into());
        copy_slots(closure.captures, cell.as_ptr().byte_add(CLOSURE_HEAD).cast());
    }
    Some(reference(cell))
}

/// Makes an array, or a buffer, with `length` elements in `storage`, where it has room for any.
pub(crate) fn new_array(
    space: &mut Space,
    header: Header,
    storage: Option<Storage>,
    (length, capacity): (usize, usize),
) -> Option<Ref> {
    let cell = space.take(size_of::<ArrayCell>())?;
    let (data, is_large) = match storage {
        Some(storage) => (storage.data, storage.is_large),
        None => (NonNull::<u64>::dangling().cast(), false),
    };
    debug_assert!(length <= capacity && (storage.is_some() || capacity == 0));
    let header = Header { flags: if is_large { IS_LARGE } else { 0 }, ..header };
    let (length, capacity) = (to_u32(length), to_u32(capacity));
    let array = ArrayCell { header, data, length, capacity };
    // SAFETY: the cell is free and large enough; a large array owns its storage.
    unsafe {
        cell.cast::<ArrayCell>().write(array);
        if is_large {
            space.set_owns(cell);
        }
    }
    Some(reference(cell))
}

/// Gives an array room for `capacity` elements, more than it had; `None`, and it stays as it is, when the system has
/// no memory.
pub(crate) fn grow(space: &mut Space, array: Ref, capacity: usize) -> Option<()> {
    let object = resolve(space, array)?;
    let (width, length, storage) = (object.width(), object.room().0, object.storage());
    let cell = object.cell;
    let bytes = capacity.checked_mul(width)?;
    // SAFETY: the array's storage is its own, and is replaced below before anything reads it. Arrays are
    // `ArrayCell`s; a large array owns its storage.
    unsafe {
        let storage = match storage {
            Some(storage) => storage.grow(space, bytes, length * width)?,
            None => Storage::new(space, bytes, 0)?,
        };
        let array = cell.cast::<ArrayCell>().as_ptr();
        (*array).data = storage.data;
        (*array).capacity = to_u32(capacity);
        if storage.is_large && (*array).header.flags & IS_LARGE == 0 {
            (*array).header.flags |= IS_LARGE;
            space.set_owns(cell);
        }
    }
    Some(())
}

/// Makes a text with its bytes in its cell; they are at most [`LONGEST_INLINE`].
pub(crate) fn new_text(space: &mut Space, text: &str, chars: usize, joined: bool) -> Option<Ref> {
    debug_assert!(text.len() <= LONGEST_INLINE);
    let cell = space.take(TEXT_HEAD + text.len())?;
    let flags = if joined { IS_JOINED } else { 0 };
    // SAFETY: the cell is free and has room for the bytes.
    unsafe {
        let data = cell.as_ptr().cast::<u8>().add(TEXT_HEAD);
        data.copy_from_nonoverlapping(text.as_ptr(), text.len());
        write_text(cell, flags, data, (text.len(), chars));
    }
    Some(reference(cell))
}

/// Makes a text of the bytes of others, `bytes` in all and at most [`LONGEST_INLINE`], in its cell.
#[inline]
pub(crate) fn new_joined(space: &mut Space, texts: &[Ref], (bytes, chars): (usize, usize)) -> Option<Ref> {
    let cell = space.take(TEXT_HEAD + bytes)?;
    let room = cell.as_ptr().cast::<u8>().wrapping_add(TEXT_HEAD);
    let mut at = 0;
    for &text in texts {
        let text = resolve(space, text)?.text().text;
        if text.len() > bytes - at {
            return None;
        }
        // SAFETY: the cell is free and has room for `bytes` bytes, of which `at` are written.
        unsafe { room.add(at).copy_from_nonoverlapping(text.as_ptr(), text.len()) };
        at += text.len();
    }
    if at != bytes {
        return None;
    }
    // SAFETY: all bytes were written, those of whole texts.
    unsafe { write_text(cell, IS_JOINED, room, (bytes, chars)) };
    Some(reference(cell))
}

/// Makes a text that owns its bytes.
pub(crate) fn new_large_text(space: &mut Space, text: Box<str>, chars: usize, joined: bool) -> Option<Ref> {
    let cell = space.take(TEXT_HEAD)?;
    let flags = IS_LARGE | if joined { IS_JOINED } else { 0 };
    let bytes = text.len();
    let data = Box::into_raw(text).cast::<u8>();
    // SAFETY: the cell is free; `drop_owned` makes a box of the bytes again.
    unsafe {
        write_text(cell, flags, data, (bytes, chars));
        space.set_owns(cell);
    }
    Some(reference(cell))
}

/// Makes a text that shares bytes of a buffer or of a text that is no part; `None`, too, where that has no such bytes.
/// A joined one begins where its buffer does.
pub(crate) fn new_part(
    space: &mut Space,
    within: Within<Ref>,
    (bytes, chars): (usize, usize),
    joined: bool,
) -> Option<Ref> {
    let Within { whole, start, before } = within;
    let of = resolve(space, whole)?;
    let is_buffer = of.is(Kind::BUFFER);
    debug_assert!(is_buffer || of.whole().is_none());
    debug_assert!(!joined || is_buffer && start == 0 && before == 0);
    of.content().get(start..start.checked_add(bytes)?)?;
    let of = of.cell;
    let cell = space.take(part_bytes(joined))?;
    let flags = IS_PART | if joined { IS_JOINED } else { 0 };
    // SAFETY: the cell is free and has room for the address of the whole, and for the number where it is not joined. A
    // buffer is an `ArrayCell`, a text a `TextCell`, and has the bytes, which are UTF-8: that was looked at.
    unsafe {
        let data = match is_buffer {
            true => (*of.cast::<ArrayCell>().as_ptr()).data.as_ptr().cast_const(),
            false => (*of.cast::<TextCell>().as_ptr()).data,
        };
        write_text(cell, flags, data.add(start), (bytes, chars));
        cell.as_ptr().byte_add(TEXT_HEAD).cast::<*mut u64>().write(of.as_ptr());
        if !joined {
            cell.as_ptr().byte_add(TEXT_BEFORE).cast::<u32>().write(to_u32(before));
        }
    }
    Some(reference(cell))
}

/// # Safety
/// The cell is free; the data is so many bytes of UTF-8.
unsafe fn write_text(cell: NonNull<u64>, flags: u8, data: *const u8, (bytes, chars): (usize, usize)) {
    let ty = u16::try_from(TypeId::STR.0).unwrap_or(0);
    let header = Header { flags, ..Header::new(ty, Kind::TEXT) };
    // SAFETY: the caller's.
    unsafe {
        cell.cast::<TextCell>().write(TextCell { header, data, bytes: to_u32(bytes), chars: to_u32(chars) });
    }
}

/// Makes a box.
pub(crate) fn new_boxed(space: &mut Space, ty: u16, word: u64) -> Option<Ref> {
    let cell = space.take(16)?;
    // SAFETY: the cell is free and has room for both.
    unsafe {
        cell.cast::<Header>().write(Header::new(ty, Kind::BOXED));
        cell.add(1).write(word);
    }
    Some(reference(cell))
}

/// Makes a map.
pub(crate) fn new_map(space: &mut Space, ty: u16, map: Box<MapObject>) -> Option<Ref> {
    new_owner(space, Header::new(ty, Kind::MAP), map)
}

/// Makes an error.
pub(crate) fn new_error(space: &mut Space, ty: u16, error: Box<ErrorObject>) -> Option<Ref> {
    new_owner(space, Header::new(ty, Kind::ERROR), error)
}

/// Makes an object of the host.
pub(crate) fn new_host_object(space: &mut Space, ty: u16, object: Box<HeldObject>) -> Option<Ref> {
    new_owner(space, Header::new(ty, Kind::HOST), object)
}

fn new_owner<T>(space: &mut Space, header: Header, value: Box<T>) -> Option<Ref> {
    let cell = space.take(size_of::<PointerCell<T>>())?;
    // SAFETY: the cell is free and large enough; `drop_owned` makes a box of the value again.
    unsafe {
        cell.cast::<PointerCell<T>>().write(PointerCell { header, pointer: Box::into_raw(value) });
        space.set_owns(cell);
    }
    Some(reference(cell))
}

/// What a dead object leaves that takes long, or may, to be freed.
pub(crate) enum Left {
    /// A large map.
    Map(MapObject),
    /// An object of the host, with whatever its finalizer does.
    Host(Box<HeldObject>),
}

/// Frees what a dead object owns outside of its cell, but for what takes long, which is given back.
///
/// # Safety
/// `Space::set_owns` was called for the cell, the object is dead, and this happens once.
pub(crate) unsafe fn drop_owned(cell: NonNull<u64>) -> Option<Left> {
    let object = Object { cell, life: PhantomData };
    // SAFETY: the caller's; each kind owns what was put there when it was made, and nobody else does.
    unsafe {
        match object.header().kind {
            Kind::MAP => {
                let map = *Box::from_raw((*cell.cast::<PointerCell<MapObject>>().as_ptr()).pointer);
                return map.is_large().then_some(Left::Map(map));
            }
            Kind::HOST => {
                return Some(Left::Host(Box::from_raw(
                    (*cell.cast::<PointerCell<HeldObject>>().as_ptr()).pointer,
                )));
            }
            Kind::ERROR => drop(Box::from_raw((*cell.cast::<PointerCell<ErrorObject>>().as_ptr()).pointer)),
            Kind::TEXT => {
                let TextCell { data, bytes, .. } = cell.cast::<TextCell>().read();
                drop(Box::from_raw(ptr::slice_from_raw_parts_mut(data.cast_mut(), bytes as usize)));
            }
            _ => {
                if let Some(storage) = object.storage().filter(|storage| storage.is_large) {
                    free_large(storage);
                }
            }
        }
    }
    None
}
