//! Chunks, blocks and cells: which cells are free, which are marked, which own something outside of cells.
//!
//! ```text
//! chunk 1 MiB, at a multiple of 1 MiB
//! | header, 16 metas | cells of block 0 | block 1 | … | block 15 |
//!
//! meta    one for each block: size of its cells, and by cell two bits: marked, owns
//! run     for each class: free cells in a row, from which the next ones are taken
//! ```
//!
//! The meta of a cell is found from the cell's address alone. Runs are found by need, in the marks that the last
//! collection left: what is not marked is free. Cells taken since are not marked either, so every block is searched
//! once only between two collections, by [`Meta::scanned`].
//!
//! *Checked* spaces, those of debug builds and of heaps that collect always, also keep which cells were taken, and
//! fill dead ones with [`POISON`]. Their runs have one cell, so that taking a cell passes here.
#![expect(unsafe_code, reason = "cells are raw memory; every other file sees them as objects")]

use crate::layout::{BLOCK, CHUNK, SIZES, SMALLEST, reciprocal};
use crate::object;
use lyra_runtime::Ref;
use std::alloc::{Layout, alloc, dealloc};
use std::ptr::{self, NonNull};

const BLOCKS: usize = CHUNK / BLOCK;
const WORDS: usize = BLOCK / SMALLEST / 64;

/// The class of the only block of a chunk that holds one large object.
const LARGE: u32 = u32::MAX;

/// What dead cells of checked spaces are filled with. As a header it is of no kind.
pub(crate) const POISON: u8 = 0xD5;

/// What is known of a block.
#[repr(C)]
struct Meta {
    /// Address of the first cell.
    start: *mut u8,
    reciprocal: u64,
    size: u32,
    class: u32,
    /// How many cells there are; 0 while the block is free.
    cells: u32,
    /// Cells before this one are marked, or were given out after the last collection.
    scanned: u32,
    marks: [u64; WORDS],
    owns: [u64; WORDS],
}

#[repr(C)]
struct Chunk {
    /// Bytes of the whole chunk.
    bytes: usize,
    /// Blocks that belong to a class.
    in_use: usize,
    metas: [Meta; BLOCKS],
    /// In checked spaces: the cells that were taken and not freed yet.
    used: [[u64; WORDS]; BLOCKS],
}

/// Bytes of the header of a chunk that holds one large object.
const LARGE_HEADER: usize = std::mem::offset_of!(Chunk, metas) + size_of::<Meta>();

const _: () = assert!(size_of::<Chunk>() < BLOCK && size_of::<Chunk>().is_multiple_of(8));
const _: () = assert!(LARGE_HEADER.is_multiple_of(8));

/// Free cells in a row.
#[derive(Clone, Copy)]
struct Run {
    cursor: *mut u8,
    end: *mut u8,
    size: usize,
}

/// The blocks of one class.
struct Class {
    blocks: Vec<NonNull<Meta>>,
    /// The first of them that has not been searched for free cells since the last collection.
    next: usize,
    /// Cells that were given back before a collection met them: each holds the address of the next.
    returned: *mut u64,
}

/// Where the cells of a heap are.
pub(crate) struct Space {
    runs: [Run; SIZES.len()],
    classes: [Class; SIZES.len()],
    /// Blocks of no class.
    free: Vec<NonNull<Meta>>,
    chunks: Vec<NonNull<Chunk>>,
    large: Vec<NonNull<Chunk>>,
    /// Addresses of all chunks, ascending; kept in checked spaces.
    known: Vec<usize>,
    checked: bool,
    /// Bytes of chunks.
    committed: usize,
}

// SAFETY: a space owns its chunks alone; nothing in it is tied to a thread.
unsafe impl Send for Space {}

fn chunk_layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, CHUNK).ok()
}

impl Meta {
    /// The number of the cell at `cell`.
    ///
    /// # Safety
    /// `meta` is that of the cell's block.
    #[inline]
    unsafe fn index(meta: NonNull<Self>, cell: NonNull<u64>) -> usize {
        // SAFETY: the caller's; metas of blocks in use are initialised.
        let (start, reciprocal) = unsafe { ((*meta.as_ptr()).start, (*meta.as_ptr()).reciprocal) };
        let offset = (cell.addr().get() - start.addr()) as u64;
        let index = ((offset * reciprocal) >> 32) as usize;
        debug_assert!(index < WORDS * 64);
        index
    }

    /// Address of cell `index`.
    fn cell(&self, index: usize) -> NonNull<u64> {
        debug_assert!(index < self.cells as usize);
        // SAFETY: callers name cells of the block, and `start` is not null.
        unsafe { NonNull::new_unchecked(self.start.add(index * self.size as usize)).cast() }
    }

    fn words(&self) -> usize {
        (self.cells as usize).div_ceil(64)
    }

    /// The next free cells: the first, and the one past the last.
    fn next_run(&mut self) -> Option<(usize, usize)> {
        let cells = self.cells as usize;
        let from = next_bit(&self.marks, self.scanned as usize, cells, false);
        if from >= cells {
            self.scanned = self.cells;
            return None;
        }
        let to = next_bit(&self.marks, from, cells, true);
        Some((from, to))
    }
}

/// The first bit from `from` on that is `wanted`, or `end`.
fn next_bit(bits: &[u64; WORDS], from: usize, end: usize, wanted: bool) -> usize {
    let flip = if wanted { 0 } else { u64::MAX };
    let mut at = from / 64;
    let mut skip = u64::MAX << (from % 64);
    while at * 64 < end {
        let word = bits.get(at).map_or(0, |word| (word ^ flip) & skip);
        if word != 0 {
            return (at * 64 + word.trailing_zeros() as usize).min(end);
        }
        skip = u64::MAX;
        at += 1;
    }
    end
}

/// The meta of the block of a cell.
///
/// # Safety
/// `cell` is a cell of a chunk.
#[inline]
unsafe fn meta_of(cell: NonNull<u64>) -> NonNull<Meta> {
    let block = (cell.addr().get() >> BLOCK.trailing_zeros()) & (BLOCKS - 1);
    // SAFETY: chunks lie at multiples of their size and begin with their metas.
    unsafe {
        let chunk = cell.as_ptr().map_addr(|address| address & !(CHUNK - 1)).cast::<Chunk>();
        let metas = (&raw mut (*chunk).metas).cast::<Meta>();
        NonNull::new_unchecked(metas.add(block))
    }
}

impl Space {
    pub(crate) fn new(checked: bool) -> Self {
        let nowhere = ptr::null_mut();
        Self {
            runs: SIZES.map(|size| Run { cursor: nowhere, end: nowhere, size }),
            classes: SIZES.map(|_| Class { blocks: Vec::new(), next: 0, returned: ptr::null_mut() }),
            free: Vec::new(),
            chunks: Vec::new(),
            large: Vec::new(),
            known: Vec::new(),
            checked,
            committed: 0,
        }
    }

    /// A free cell of a class; `None` when the system has no memory. What is in it means nothing.
    #[inline]
    pub(crate) fn take(&mut self, class: usize) -> Option<NonNull<u64>> {
        let run = self.runs.get_mut(class)?;
        let cell = run.cursor;
        if cell == run.end {
            return self.refill(class);
        }
        // SAFETY: a run that is not at its end has room for one more cell of its size.
        run.cursor = unsafe { cell.add(run.size) };
        NonNull::new(cell.cast())
    }

    /// Takes a cell from the next run of a class.
    #[cold]
    #[inline(never)]
    fn refill(&mut self, class: usize) -> Option<NonNull<u64>> {
        let checked = self.checked;
        let of_class = self.classes.get_mut(class)?;
        if let Some(cell) = NonNull::new(of_class.returned) {
            // SAFETY: cells in the list hold the address of the next, and belong to a block.
            unsafe {
                of_class.returned = ptr::with_exposed_provenance_mut(*cell.as_ptr() as usize);
                if checked {
                    set_used(cell, true);
                }
            }
            return Some(cell);
        }
        loop {
            let place = self.classes.get(class)?.next;
            let block = match self.classes.get(class)?.blocks.get(place) {
                Some(&block) => block,
                None => self.new_block(class)?,
            };
            // SAFETY: blocks of a class are initialised, and nothing else refers to their metas now.
            let meta = unsafe { &mut *block.as_ptr() };
            let Some((from, mut to)) = meta.next_run() else {
                self.classes.get_mut(class)?.next += 1;
                continue;
            };
            let cell = meta.cell(from);
            if checked {
                to = from + 1;
            }
            meta.scanned = u32::try_from(to).unwrap_or(u32::MAX);
            let run = self.runs.get_mut(class)?;
            // SAFETY: the cells from `from` up to `to` are those of one block.
            unsafe {
                run.cursor = cell.as_ptr().cast::<u8>().add(run.size);
                run.end = cell.as_ptr().cast::<u8>().add((to - from) * run.size);
                if checked {
                    set_used(cell, true);
                }
            }
            return Some(cell);
        }
    }

    /// Gives a class another block.
    fn new_block(&mut self, class: usize) -> Option<NonNull<Meta>> {
        if self.free.is_empty() {
            self.new_chunk()?;
        }
        let size = *SIZES.get(class)?;
        let block = self.free.pop()?;
        let chunk = block.as_ptr().map_addr(|address| address & !(CHUNK - 1)).cast::<Chunk>();
        // SAFETY: the block is free, so its meta and its cells are nobody's; metas lie in their chunk.
        unsafe {
            let metas = (&raw mut (*chunk).metas).cast::<Meta>();
            let number = usize::try_from(block.as_ptr().offset_from(metas)).ok()?;
            let begin = if number == 0 { size_of::<Chunk>() } else { number * BLOCK };
            let start = chunk.cast::<u8>().add(begin);
            init_meta(block, start, size, class as u32, ((number + 1) * BLOCK - begin) / size);
            (*chunk).in_use += 1;
        }
        self.classes.get_mut(class)?.blocks.push(block);
        Some(block)
    }

    /// Memory for a chunk, its header zero where that is looked at.
    fn new_memory(&mut self, bytes: usize, header: usize) -> Option<NonNull<Chunk>> {
        let layout = chunk_layout(bytes)?;
        // SAFETY: the layout is not of size zero.
        let chunk = NonNull::new(unsafe { alloc(layout) })?;
        let address = chunk.as_ptr().expose_provenance();
        if (address + bytes) as u64 >> 48 != 0 {
            // References have 48 bits.
            // SAFETY: allocated above with that layout.
            unsafe { dealloc(chunk.as_ptr(), layout) };
            return None;
        }
        let chunk = chunk.cast::<Chunk>();
        // SAFETY: the memory is new and larger than the header.
        unsafe {
            if self.checked {
                chunk.cast::<u8>().as_ptr().write_bytes(0, header);
            }
            (*chunk.as_ptr()).bytes = bytes;
            (*chunk.as_ptr()).in_use = 0;
        }
        if self.checked {
            let place = self.known.partition_point(|&known| known < address);
            self.known.insert(place, address);
        }
        self.committed += bytes;
        Some(chunk)
    }

    fn new_chunk(&mut self) -> Option<()> {
        let chunk = self.new_memory(CHUNK, size_of::<Chunk>())?;
        self.chunks.push(chunk);
        for block in (0..BLOCKS).rev() {
            // SAFETY: the chunk has so many metas.
            let meta = unsafe { (&raw mut (*chunk.as_ptr()).metas).cast::<Meta>().add(block) };
            self.free.extend(NonNull::new(meta));
        }
        Some(())
    }

    /// A cell of its own chunk, for objects past the largest class.
    #[cold]
    pub(crate) fn take_large(&mut self, bytes: usize) -> Option<NonNull<u64>> {
        let chunk = self.new_memory(LARGE_HEADER.checked_add(bytes)?.next_multiple_of(8), LARGE_HEADER)?;
        // SAFETY: the chunk is new; the cell follows its header. Its number is 0, by any reciprocal.
        let cell = unsafe {
            let meta = NonNull::new_unchecked((&raw mut (*chunk.as_ptr()).metas).cast::<Meta>());
            let start = chunk.cast::<u8>().as_ptr().add(LARGE_HEADER);
            init_meta(meta, start, 1 << 31, LARGE, 1);
            NonNull::new(start.cast())
        };
        self.large.push(chunk);
        cell
    }

    /// Returns a piece of storage that its array has left. It may be taken again at once.
    ///
    /// # Safety
    /// The cell is one of `class`, was taken, owns nothing, and nothing refers to it.
    pub(crate) unsafe fn give_back(&mut self, cell: NonNull<u64>, class: usize) {
        let Some(of_class) = self.classes.get_mut(class) else { return };
        // SAFETY: the caller's. Marked, the cell is not found as free by a search as long as it is in the list.
        unsafe {
            set_mark(cell);
            if self.checked {
                set_used(cell, false);
                cell.as_ptr().cast::<u8>().write_bytes(POISON, *SIZES.get(class).unwrap_or(&0));
            }
            *cell.as_ptr() = of_class.returned.expose_provenance() as u64;
        }
        of_class.returned = cell.as_ptr();
    }

    /// Notes that a cell owns something outside of cells: `object::drop_owned` frees it when the cell is dead.
    ///
    /// # Safety
    /// `cell` holds an object of this space.
    pub(crate) unsafe fn set_owns(&mut self, cell: NonNull<u64>) {
        // SAFETY: the caller's.
        unsafe {
            let meta = meta_of(cell);
            let index = Meta::index(meta, cell);
            *(&raw mut (*meta.as_ptr()).owns).cast::<u64>().add(index / 64) |= 1 << (index % 64);
        }
    }

    /// Marks a cell; whether it was not marked before.
    ///
    /// # Safety
    /// `cell` holds an object or storage of this space.
    #[inline]
    pub(crate) unsafe fn mark(&self, cell: NonNull<u64>) -> bool {
        // SAFETY: the caller's. No reference to a meta lives while objects are marked.
        unsafe { set_mark(cell) }
    }

    /// Whether a cell is marked.
    ///
    /// # Safety
    /// `cell` holds an object of this space.
    pub(crate) unsafe fn is_marked(&self, cell: NonNull<u64>) -> bool {
        // SAFETY: the caller's.
        unsafe {
            let meta = meta_of(cell);
            let index = Meta::index(meta, cell);
            *(&raw const (*meta.as_ptr()).marks).cast::<u64>().add(index / 64) >> (index % 64) & 1 != 0
        }
    }

    /// Forgets all marks, before a collection. Nothing can be taken until [`Space::settle`].
    pub(crate) fn clear_marks(&mut self) {
        for class in &mut self.classes {
            class.returned = ptr::null_mut();
            for block in &class.blocks {
                // SAFETY: blocks of a class are initialised, and nothing else refers to their metas.
                let meta = unsafe { &mut *block.as_ptr() };
                let words = meta.words();
                meta.marks.iter_mut().take(words).for_each(|word| *word = 0);
            }
        }
        for chunk in &self.large {
            // SAFETY: large chunks have one meta, which is initialised.
            unsafe { *(&raw mut (*chunk.as_ptr()).metas).cast::<u64>().byte_add(MARKS) = 0 };
        }
        for run in &mut self.runs {
            (run.cursor, run.end) = (ptr::null_mut(), ptr::null_mut());
        }
    }

    /// Ends a collection: frees what cells that are not marked own, and returns memory in which nothing is marked.
    pub(crate) fn settle(&mut self) {
        let Self { classes, free, checked, .. } = self;
        for class in classes {
            class.next = 0;
            class.blocks.retain(|&block| {
                // SAFETY: blocks of a class are initialised, and nothing else refers to their metas.
                let meta = unsafe { &mut *block.as_ptr() };
                // SAFETY: after marking, no reference leads to a cell that is not marked.
                let lives = unsafe { settle_block(meta, *checked) };
                meta.scanned = 0;
                if !lives {
                    meta.cells = 0;
                    free.push(block);
                    let chunk = block.as_ptr().map_addr(|address| address & !(CHUNK - 1)).cast::<Chunk>();
                    // SAFETY: metas lie in their chunk.
                    unsafe { (*chunk).in_use -= 1 };
                }
                lives
            });
        }
        let mut dead = Vec::new();
        self.large.retain(|&chunk| {
            // SAFETY: large chunks have one meta, which is initialised.
            let marks = unsafe { *(&raw const (*chunk.as_ptr()).metas).cast::<u64>().byte_add(MARKS) };
            if marks == 0 {
                dead.push(chunk);
            }
            marks != 0
        });
        self.free_chunks(&dead);
        self.return_chunks();
    }

    /// Returns chunks of which no block is in use, but for as many as may well be needed again.
    fn return_chunks(&mut self) {
        // SAFETY: the header of a chunk is initialised.
        let is_empty = |chunk: &NonNull<Chunk>| unsafe { (*chunk.as_ptr()).in_use == 0 };
        let empty: Vec<NonNull<Chunk>> = self.chunks.iter().copied().filter(is_empty).collect();
        // Until the next collection, as much may be taken as lives now (`Account`).
        let kept = 2 + self.chunks.len() - empty.len();
        let Some(dead) = empty.get(kept..).filter(|dead| !dead.is_empty()) else { return };
        self.chunks.retain(|chunk| !dead.contains(chunk));
        let in_dead = |block: &NonNull<Meta>| {
            let chunk = block.addr().get() & !(CHUNK - 1);
            dead.iter().any(|dead| dead.addr().get() == chunk)
        };
        self.free.retain(|block| !in_dead(block));
        self.free_chunks(dead);
    }

    fn free_chunks(&mut self, dead: &[NonNull<Chunk>]) {
        for chunk in dead {
            self.known.retain(|&known| known != chunk.addr().get());
            // SAFETY: nothing is left in it; `bytes` is what it was allocated with.
            unsafe {
                let bytes = (*chunk.as_ptr()).bytes;
                self.committed -= bytes;
                if let Some(layout) = chunk_layout(bytes) {
                    dealloc(chunk.as_ptr().cast(), layout);
                }
            }
        }
    }

    /// Bytes that chunks take of the system.
    pub(crate) fn committed(&self) -> usize {
        self.committed
    }

    /// Bytes of all cells of blocks in use, and of those of them that are marked: after a collection, how much of
    /// the memory is alive.
    pub(crate) fn occupancy(&self) -> (usize, usize) {
        let (mut all, mut marked) = (0, 0);
        for block in self.classes.iter().flat_map(|class| &class.blocks) {
            // SAFETY: blocks of a class are initialised.
            let meta = unsafe { &*block.as_ptr() };
            let bits: u32 = meta.marks.iter().take(meta.words()).map(|word| word.count_ones()).sum();
            all += meta.cells as usize * meta.size as usize;
            marked += bits as usize * meta.size as usize;
        }
        (all, marked)
    }

    /// In checked spaces: whether a reference is that of a cell that was taken and not freed.
    pub(crate) fn is_taken(&self, reference: Ref) -> bool {
        let Ok(address) = usize::try_from(reference.bits()) else { return false };
        let Ok(place) = self.known.binary_search(&(address & !(CHUNK - 1))) else { return false };
        let Some(&chunk) = self.known.get(place) else { return false };
        let chunk = ptr::with_exposed_provenance_mut::<Chunk>(chunk);
        let block = (address >> BLOCK.trailing_zeros()) & (BLOCKS - 1);
        // SAFETY: the chunk is one of this space, and the headers of checked ones are zeroed; a large chunk has one
        // meta, that of block 0.
        unsafe {
            let first = (&raw const (*chunk).metas).cast::<Meta>();
            if (*first).class == LARGE {
                return (*first).start.addr() == address;
            }
            let meta = &*first.add(block);
            let Some(offset) = address.checked_sub(meta.start.addr()) else { return false };
            if meta.cells == 0 || !offset.is_multiple_of(meta.size as usize) {
                return false;
            }
            let index = offset / meta.size as usize;
            let used = (&raw const (*chunk).used).cast::<[u64; WORDS]>().add(block).cast::<u64>();
            index < meta.cells as usize && *used.add(index / 64) >> (index % 64) & 1 != 0
        }
    }
}

/// Where the marks of a chunk's first meta stand, from the metas on.
const MARKS: usize = std::mem::offset_of!(Meta, marks);

/// Fills in the meta of a block that gets a class.
///
/// # Safety
/// `meta` can be written; `start` is where so many cells of `size` begin.
unsafe fn init_meta(meta: NonNull<Meta>, start: *mut u8, size: usize, class: u32, cells: usize) {
    let to_u32 = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let meta = meta.as_ptr();
    // SAFETY: the caller's. Fields are written one by one: a meta is too large to be built on the stack first.
    unsafe {
        (*meta).start = start;
        (*meta).reciprocal = reciprocal(size);
        (*meta).size = to_u32(size);
        (*meta).class = class;
        (*meta).cells = to_u32(cells);
        (*meta).scanned = 0;
        (&raw mut (*meta).marks).write_bytes(0, 1);
        (&raw mut (*meta).owns).write_bytes(0, 1);
    }
}

/// Marks a cell; whether it was not marked before.
///
/// # Safety
/// `cell` is a cell of a block in use, and no reference to its meta lives.
#[inline]
unsafe fn set_mark(cell: NonNull<u64>) -> bool {
    // SAFETY: the caller's; a block has at most as many cells as there are bits.
    unsafe {
        let meta = meta_of(cell);
        let index = Meta::index(meta, cell);
        let word = (&raw mut (*meta.as_ptr()).marks).cast::<u64>().add(index / 64);
        let bit = 1 << (index % 64);
        let before = *word;
        *word = before | bit;
        before & bit == 0
    }
}

/// The words in which is noted which cells of a cell's block were taken.
///
/// # Safety
/// `cell` is a cell of a block of a checked space.
unsafe fn used_of(cell: NonNull<u64>) -> *mut u64 {
    let block = (cell.addr().get() >> BLOCK.trailing_zeros()) & (BLOCKS - 1);
    let chunk = cell.as_ptr().map_addr(|address| address & !(CHUNK - 1)).cast::<Chunk>();
    // SAFETY: chunks lie at multiples of their size, and have such words for each block.
    unsafe { (&raw mut (*chunk).used).cast::<[u64; WORDS]>().add(block).cast() }
}

/// Notes that a cell was taken, or freed.
///
/// # Safety
/// `cell` is a cell of a block of a checked space, and no reference to its meta lives.
unsafe fn set_used(cell: NonNull<u64>, used: bool) {
    // SAFETY: the caller's.
    unsafe {
        let index = Meta::index(meta_of(cell), cell);
        let word = used_of(cell).add(index / 64);
        let bit = 1 << (index % 64);
        *word = if used { *word | bit } else { *word & !bit };
    }
}

/// Frees what the cells of a block own that are not marked; whether any is marked.
///
/// # Safety
/// No reference leads to a cell that is not marked.
unsafe fn settle_block(meta: &mut Meta, checked: bool) -> bool {
    let mut lives = false;
    for at in 0..meta.words() {
        let (Some(&marks), Some(&owns)) = (meta.marks.get(at), meta.owns.get(at)) else { break };
        lives |= marks != 0;
        for index in bits(owns & !marks) {
            // SAFETY: the cell owns something and is dead; its bit is cleared below, so this happens once.
            unsafe { object::drop_owned(meta.cell(at * 64 + index)) };
        }
        if let Some(owns) = meta.owns.get_mut(at) {
            *owns &= marks;
        }
        if checked {
            // SAFETY: `used` lies outside of metas, and has as many words as `marks`.
            let dead = unsafe {
                let used = used_of(meta.cell(0)).add(at);
                let dead = *used & !marks;
                *used &= marks;
                dead
            };
            for index in bits(dead) {
                let cell = meta.cell(at * 64 + index);
                // SAFETY: dead cells are nobody's.
                unsafe { cell.as_ptr().cast::<u8>().write_bytes(POISON, meta.size as usize) };
            }
        }
    }
    lives
}

/// The bits that are set.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

impl Drop for Space {
    fn drop(&mut self) {
        self.clear_marks();
        self.settle();
        let chunks = std::mem::take(&mut self.chunks);
        self.free_chunks(&chunks);
        debug_assert!(self.committed == 0 && self.large.is_empty());
    }
}
