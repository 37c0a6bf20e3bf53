//! Chunks, blocks and cells: which cells are free, which are marked, which own something outside of cells.
//!
//! ```text
//! chunk 1 MiB, at a multiple of 1 MiB
//! | marked, owns, taken: a bit for 8 bytes each | metas | cells of block 0 | block 1 | … | block 15 |
//!
//! meta    one for each block: where its cells are, and how large
//! run     for each class: free cells in a row, from which the next ones are taken
//! ```
//!
//! The bits of a cell are those of its first 8 bytes: their place is computed from its address, with nothing to look
//! up. Runs are found by need, in the marks that the last collection left: what is not marked is free. Cells taken
//! since are not marked either, so every block is searched once only between two collections ([`Meta::scanned`]).
//!
//! *Checked* spaces, those of debug builds and of heaps that collect always, also keep which cells were taken, and
//! fill dead ones with [`POISON`]. Their runs have one cell, so that taking a cell passes here.
#![expect(unsafe_code, reason = "cells are raw memory; every other file sees them as objects")]

use crate::layout::{BLOCK, CHUNK, SIZES};
use crate::object;
use lyra_runtime::Ref;
use std::alloc::{Layout, alloc, dealloc};
use std::collections::HashSet;
use std::mem::offset_of;
use std::ptr::{self, NonNull};

const BLOCKS: usize = CHUNK / BLOCK;

/// Bytes of memory that a word of bits stands for.
const REACH: usize = 8 * 64;

/// Words of bits of a chunk, and of a block.
const WORDS: usize = CHUNK / REACH;
const BLOCK_WORDS: usize = BLOCK / REACH;

/// What dead cells of checked spaces are filled with. As a header it is of no kind.
pub(crate) const POISON: u8 = 0xD5;

type Bits = [u64; WORDS];

/// What is known of a block.
#[repr(C)]
struct Meta {
    /// The first cell.
    start: *mut u8,
    /// How many cells there are; 0 while the block is free.
    cells: usize,
    size: usize,
    /// Cells before this one are marked, or were given out after the last collection.
    scanned: usize,
}

#[repr(C)]
struct Chunk {
    marked: Bits,
    owns: Bits,
    /// In checked spaces: the cells that were taken and not freed yet.
    taken: Bits,
    /// Blocks that belong to a class.
    in_use: usize,
    metas: [Meta; BLOCKS],
}

/// The head of a chunk that holds one object too large for a block. Its mark stands where that of any object does.
#[repr(C)]
struct LargeChunk {
    marked: u64,
    bytes: usize,
}

/// Where the object of a large chunk begins.
const LARGE_START: usize = size_of::<LargeChunk>();

const _: () = assert!(size_of::<Chunk>() < BLOCK && size_of::<Chunk>().is_multiple_of(8));
const _: () = assert!(offset_of!(Chunk, marked) == offset_of!(LargeChunk, marked) && LARGE_START < REACH);

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
    large: Vec<NonNull<LargeChunk>>,
    checked: bool,
    /// Bytes of chunks.
    committed: usize,
}

// SAFETY: a space owns its chunks alone; nothing in it is tied to a thread.
unsafe impl Send for Space {}

fn chunk_layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, CHUNK).ok()
}

/// The chunk of an address in it.
fn chunk_of<T>(place: NonNull<T>) -> *mut Chunk {
    place.as_ptr().map_addr(|address| address & !(CHUNK - 1)).cast()
}

/// Where a bit of a cell stands: the word and the bit, in the bits that begin `table` bytes from the chunk on.
///
/// # Safety
/// `cell` is a cell of a chunk.
#[inline]
unsafe fn bit_of(table: usize, cell: NonNull<u64>) -> (*mut u64, u64) {
    let address = cell.addr().get();
    // SAFETY: chunks lie at multiples of their size, and have a bit for each 8 bytes.
    let word = unsafe { chunk_of(cell).byte_add(table).cast::<u64>().add((address & (CHUNK - 1)) / REACH) };
    (word, 1 << (address / 8 % 64))
}

/// Sets a bit of a cell; whether it was not set before.
///
/// # Safety
/// `cell` is a cell of a chunk that has that table, and no reference to it lives.
#[inline]
unsafe fn set_bit(table: usize, cell: NonNull<u64>) -> bool {
    // SAFETY: the caller's.
    unsafe {
        let (word, bit) = bit_of(table, cell);
        let before = *word;
        *word = before | bit;
        before & bit == 0
    }
}

const MARKED: usize = offset_of!(Chunk, marked);
const OWNS: usize = offset_of!(Chunk, owns);
const TAKEN: usize = offset_of!(Chunk, taken);

impl Meta {
    /// The words of the bits of the block, in the table that begins `table` bytes from the chunk on.
    ///
    /// # Safety
    /// The block is in use, the table is one of its chunk, and nothing else refers to it.
    unsafe fn words<'b>(&self, table: usize) -> &'b mut [u64; BLOCK_WORDS] {
        // SAFETY: `start` lies in the block; the caller's for the rest.
        unsafe {
            let chunk = chunk_of(NonNull::new_unchecked(self.start));
            let block = (self.start.addr() & (CHUNK - 1)) / BLOCK;
            &mut *chunk.byte_add(table).cast::<[u64; BLOCK_WORDS]>().add(block)
        }
    }

    /// Cell `index`.
    fn cell(&self, index: usize) -> NonNull<u64> {
        debug_assert!(index < self.cells);
        // SAFETY: callers name cells of the block, and `start` is not null.
        unsafe { NonNull::new_unchecked(self.start.add(index * self.size)).cast() }
    }

    /// The next free cells: the first, and the one past the last.
    fn next_run(&mut self) -> Option<(usize, usize)> {
        // SAFETY: blocks in which cells are looked for are in use; no other reference to their bits lives.
        let marked = unsafe { &*self.words(MARKED) };
        let first = self.start.addr() & (BLOCK - 1);
        let is_marked = |cell: usize| {
            let offset = first + cell * self.size;
            marked.get(offset / REACH).is_some_and(|word| word >> (offset / 8 % 64) & 1 != 0)
        };
        let mut from = self.scanned;
        while from < self.cells && is_marked(from) {
            from += 1;
        }
        self.scanned = from;
        if from >= self.cells {
            return None;
        }
        // Bits are those of beginnings of cells only, so the next one set is a cell's.
        let next = next_bit(marked, (first + from * self.size) / 8);
        let to = next.map_or(self.cells, |bit| (bit * 8 - first) / self.size);
        Some((from, to))
    }
}

/// The first bit from `from` on that is set.
fn next_bit(bits: &[u64; BLOCK_WORDS], from: usize) -> Option<usize> {
    let mut skip = u64::MAX << (from % 64);
    for (at, word) in bits.iter().enumerate().skip(from / 64) {
        let word = word & skip;
        if word != 0 {
            return Some(at * 64 + word.trailing_zeros() as usize);
        }
        skip = u64::MAX;
    }
    None
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

    /// The next free cell of the run of a class, if there is one and `may` says that it may be taken.
    #[inline(always)]
    pub(crate) fn take_at_hand(&mut self, class: usize, may: impl FnOnce() -> bool) -> Option<NonNull<u64>> {
        let run = self.runs.get_mut(class)?;
        let cell = run.cursor;
        if cell == run.end || !may() {
            return None;
        }
        // SAFETY: as in `take`.
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
                    set_bit(TAKEN, cell);
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
            meta.scanned = to;
            let run = self.runs.get_mut(class)?;
            // SAFETY: the cells from `from` up to `to` are those of one block.
            unsafe {
                run.cursor = cell.as_ptr().cast::<u8>().add(run.size);
                run.end = cell.as_ptr().cast::<u8>().add((to - from) * run.size);
                if checked {
                    set_bit(TAKEN, cell);
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
        let chunk = chunk_of(block);
        // SAFETY: the block is free, so its meta, its bits and its cells are nobody's; metas lie in their chunk.
        unsafe {
            let metas = (&raw mut (*chunk).metas).cast::<Meta>();
            let number = usize::try_from(block.as_ptr().offset_from(metas)).ok()?;
            let begin = if number == 0 { size_of::<Chunk>() } else { number * BLOCK };
            let start = chunk.cast::<u8>().add(begin);
            let cells = ((number + 1) * BLOCK - begin) / size;
            block.write(Meta { start, cells, size, scanned: 0 });
            for table in [MARKED, OWNS, TAKEN] {
                if table != TAKEN || self.checked {
                    chunk.byte_add(table).cast::<[u64; BLOCK_WORDS]>().add(number).write_bytes(0, 1);
                }
            }
            (*chunk).in_use += 1;
        }
        self.classes.get_mut(class)?.blocks.push(block);
        Some(block)
    }

    /// Memory for a chunk.
    fn new_memory(&mut self, bytes: usize) -> Option<NonNull<u8>> {
        let layout = chunk_layout(bytes)?;
        // SAFETY: the layout is not of size zero.
        let memory = NonNull::new(unsafe { alloc(layout) })?;
        let address = memory.as_ptr().expose_provenance();
        if (address + bytes) as u64 >> 48 != 0 {
            // References have 48 bits.
            // SAFETY: allocated above with that layout.
            unsafe { dealloc(memory.as_ptr(), layout) };
            return None;
        }
        self.committed += bytes;
        Some(memory)
    }

    fn new_chunk(&mut self) -> Option<()> {
        let chunk = self.new_memory(CHUNK)?.cast::<Chunk>();
        for block in (0..BLOCKS).rev() {
            // SAFETY: the chunk is new, and has so many metas.
            unsafe {
                let meta = (&raw mut (*chunk.as_ptr()).metas).cast::<Meta>().add(block);
                meta.write(Meta { start: ptr::null_mut(), cells: 0, size: 0, scanned: 0 });
                (*chunk.as_ptr()).in_use = 0;
                self.free.extend(NonNull::new(meta));
            }
        }
        self.chunks.push(chunk);
        Some(())
    }

    /// A cell of its own chunk, for objects past the largest class.
    #[cold]
    pub(crate) fn take_large(&mut self, bytes: usize) -> Option<NonNull<u64>> {
        let bytes = LARGE_START.checked_add(bytes)?.next_multiple_of(8);
        let chunk = self.new_memory(bytes)?.cast::<LargeChunk>();
        self.large.push(chunk);
        // SAFETY: the chunk is new; the cell follows its head.
        unsafe {
            chunk.write(LargeChunk { marked: 0, bytes });
            Some(chunk.byte_add(LARGE_START).cast())
        }
    }

    /// Returns a piece of storage that its array has left. It may be taken again at once.
    ///
    /// # Safety
    /// The cell is one of `class`, was taken, owns nothing, and nothing refers to it.
    pub(crate) unsafe fn give_back(&mut self, cell: NonNull<u64>, class: usize) {
        let Some(of_class) = self.classes.get_mut(class) else { return };
        // SAFETY: the caller's. Marked, the cell is not found as free by a search as long as it is in the list.
        unsafe {
            set_bit(MARKED, cell);
            if self.checked {
                let (word, bit) = bit_of(TAKEN, cell);
                *word &= !bit;
                cell.as_ptr().cast::<u8>().write_bytes(POISON, *SIZES.get(class).unwrap_or(&0));
            }
            *cell.as_ptr() = of_class.returned.expose_provenance() as u64;
        }
        of_class.returned = cell.as_ptr();
    }

    /// Notes that a cell owns something outside of cells: `object::drop_owned` frees it when the cell is dead.
    ///
    /// # Safety
    /// `cell` holds an object of this space, in a block.
    pub(crate) unsafe fn set_owns(&mut self, cell: NonNull<u64>) {
        // SAFETY: the caller's.
        unsafe { set_bit(OWNS, cell) };
    }

    /// Marks a cell; whether it was not marked before.
    ///
    /// # Safety
    /// `cell` holds an object or storage of this space.
    #[inline]
    pub(crate) unsafe fn mark(&self, cell: NonNull<u64>) -> bool {
        // SAFETY: the caller's. No reference to bits lives while objects are marked.
        unsafe { set_bit(MARKED, cell) }
    }

    /// Has the processor fetch what marking an object and looking into it will need.
    #[inline]
    pub(crate) fn prefetch(&self, reference: Ref) {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let address = reference.bits() as usize;
            let word = (address & !(CHUNK - 1)) + MARKED + (address & (CHUNK - 1)) / REACH * 8;
            // SAFETY: fetching is no access: any address will do.
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(ptr::without_provenance(word));
                _mm_prefetch::<_MM_HINT_T0>(ptr::without_provenance(address));
            }
        }
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        let _ = reference;
    }

    /// Whether a cell is marked.
    ///
    /// # Safety
    /// `cell` holds an object of this space.
    pub(crate) unsafe fn is_marked(&self, cell: NonNull<u64>) -> bool {
        // SAFETY: the caller's.
        unsafe {
            let (word, bit) = bit_of(MARKED, cell);
            *word & bit != 0
        }
    }

    /// Forgets all marks, before a collection. Nothing can be taken until [`Space::settle`].
    pub(crate) fn clear_marks(&mut self) {
        for class in &mut self.classes {
            class.returned = ptr::null_mut();
            for block in &class.blocks {
                // SAFETY: blocks of a class are in use, and nothing else refers to their bits.
                unsafe { block.as_ref().words(MARKED).fill(0) };
            }
        }
        for chunk in &self.large {
            // SAFETY: large chunks begin with their head.
            unsafe { (*chunk.as_ptr()).marked = 0 };
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
                // SAFETY: blocks of a class are in use, and nothing else refers to their metas.
                let meta = unsafe { &mut *block.as_ptr() };
                // SAFETY: after marking, no reference leads to a cell that is not marked.
                let lives = unsafe { settle_block(meta, *checked) };
                meta.scanned = 0;
                if !lives {
                    meta.cells = 0;
                    free.push(block);
                    // SAFETY: metas lie in their chunk.
                    unsafe { (*chunk_of(block)).in_use -= 1 };
                }
                lives
            });
        }
        let committed = &mut self.committed;
        self.large.retain(|&chunk| {
            // SAFETY: large chunks begin with their head; nothing is left in one whose object is not marked, and
            // `bytes` is what it was allocated with.
            unsafe {
                let LargeChunk { marked, bytes } = chunk.read();
                if marked == 0 {
                    free_memory(chunk.cast(), bytes, committed);
                }
                marked != 0
            }
        });
        self.return_chunks();
    }

    /// Returns chunks of which no block is in use, but for as many as may well be needed again.
    fn return_chunks(&mut self) {
        // SAFETY: the head of a chunk is initialised.
        let is_empty = |chunk: &NonNull<Chunk>| unsafe { (*chunk.as_ptr()).in_use == 0 };
        let empty: Vec<NonNull<Chunk>> = self.chunks.iter().copied().filter(is_empty).collect();
        // Until the next collection, as much may be taken as lives now (`Account`).
        let kept = 2 + self.chunks.len() - empty.len();
        let Some(dead) = empty.get(kept..).filter(|dead| !dead.is_empty()) else { return };
        let dead: HashSet<NonNull<Chunk>> = dead.iter().copied().collect();
        self.chunks.retain(|chunk| !dead.contains(chunk));
        self.free.retain(|&block| NonNull::new(chunk_of(block)).is_some_and(|chunk| !dead.contains(&chunk)));
        for chunk in dead {
            // SAFETY: nothing is left in it; chunks with blocks are of that size.
            unsafe { free_memory(chunk.cast(), CHUNK, &mut self.committed) };
        }
    }

    /// Bytes that chunks take of the system.
    pub(crate) fn committed(&self) -> usize {
        self.committed
    }

    /// Bytes of all cells of blocks in use, and of those of them that are marked: after a collection, how much of
    /// the memory is alive.
    pub(crate) fn occupancy(&self) -> (usize, usize) {
        let (mut all, mut alive) = (0, 0);
        for block in self.classes.iter().flat_map(|class| &class.blocks) {
            // SAFETY: blocks of a class are in use, and nothing refers to their bits for longer than this.
            let (meta, marked) = unsafe { (block.as_ref(), block.as_ref().words(MARKED)) };
            let count: u32 = marked.iter().map(|word| word.count_ones()).sum();
            all += meta.cells * meta.size;
            alive += count as usize * meta.size;
        }
        (all, alive)
    }

    /// In checked spaces: whether a reference is that of a cell that was taken and not freed.
    pub(crate) fn is_taken(&self, reference: Ref) -> bool {
        let Ok(address) = usize::try_from(reference.bits()) else { return false };
        let base = address & !(CHUNK - 1);
        if self.large.iter().any(|chunk| chunk.addr().get() == base) {
            return address - base == LARGE_START;
        }
        let Some(&chunk) = self.chunks.iter().find(|chunk| chunk.addr().get() == base) else { return false };
        // SAFETY: the chunk is one of this space, whose metas are initialised; so are the bits of blocks in use.
        unsafe {
            let metas = (&raw const (*chunk.as_ptr()).metas).cast::<Meta>();
            let meta = &*metas.add((address & (CHUNK - 1)) / BLOCK);
            let Some(offset) = address.checked_sub(meta.start.addr()) else { return false };
            if meta.cells == 0 || !offset.is_multiple_of(meta.size) || offset / meta.size >= meta.cells {
                return false;
            }
            let (word, bit) = bit_of(TAKEN, meta.cell(offset / meta.size));
            *word & bit != 0
        }
    }
}

/// Gives a chunk back to the system.
///
/// # Safety
/// It was allocated with so many bytes, and nothing refers to it.
unsafe fn free_memory(memory: NonNull<u8>, bytes: usize, committed: &mut usize) {
    *committed -= bytes;
    if let Some(layout) = chunk_layout(bytes) {
        // SAFETY: the caller's.
        unsafe { dealloc(memory.as_ptr(), layout) };
    }
}

/// Frees what the cells of a block own that are not marked; whether any is marked.
///
/// # Safety
/// The block is in use, and no reference leads to a cell of it that is not marked.
unsafe fn settle_block(meta: &Meta, checked: bool) -> bool {
    // SAFETY: the block is in use; nothing else refers to its bits.
    let (marked, owns) = unsafe { (&*meta.words(MARKED), meta.words(OWNS)) };
    let block = meta.start.map_addr(|address| address & !(BLOCK - 1));
    // SAFETY: bits that are set are those of cells of the block.
    let cell =
        |at: usize, bit: usize| unsafe { NonNull::new_unchecked(block.add(at * REACH + bit * 8)).cast() };
    let mut lives = false;
    for (at, (&marked, owns)) in marked.iter().zip(owns).enumerate() {
        lives |= marked != 0;
        if *owns & !marked != 0 {
            for bit in bits(*owns & !marked) {
                // SAFETY: the cell owns something and is dead; its bit is cleared below, so this happens once.
                unsafe { object::drop_owned(cell(at, bit)) };
            }
            *owns &= marked;
        }
    }
    if checked {
        // SAFETY: as above; checked spaces have these bits.
        let taken = unsafe { meta.words(TAKEN) };
        for (at, (&marked, taken)) in marked.iter().zip(taken).enumerate() {
            for bit in bits(*taken & !marked) {
                // SAFETY: dead cells are nobody's.
                unsafe { cell(at, bit).cast::<u8>().write_bytes(POISON, meta.size) };
            }
            *taken &= marked;
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
        for chunk in std::mem::take(&mut self.chunks) {
            // SAFETY: nothing is left in it; chunks with blocks are of that size.
            unsafe { free_memory(chunk.cast(), CHUNK, &mut self.committed) };
        }
        debug_assert!(self.committed == 0 && self.large.is_empty());
    }
}
