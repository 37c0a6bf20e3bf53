//! Chunks, blocks and cells: which cells are free, which are marked, which own something outside of cells.
//!
//! ```text
//! chunk 1 MiB, at a multiple of 1 MiB
//! | bits: for each 512 bytes two tables of marks and who owns | metas | cells of block 0 | block 1 | … |
//!
//! meta    one for each block: where its cells are, and how large
//! run     for each class: free cells in a row, from which the next ones are taken
//! ```
//!
//! The bits of a cell are those of its first 8 bytes: their place is computed from its address, with nothing to look
//! up. There are two tables of marks. The *last* one says what the last collection found alive: runs are found in it by
//! need, what is not marked there is free. The *next* one is written by the collection that is on its way, while cells
//! are still taken by the last one. When all is marked the two change their roles ([`Space::flip`]).
//!
//! ```text
//! flip ──> each block is settled once: what its dead cells own is freed, its bits in the next table are cleared;
//!          when it is its turn, or before the first cell is taken from it
//! ```
//!
//! Cells taken since the flip are marked in neither table, so a block is searched once only between two flips
//! ([`Meta::scanned`]).
//!
//! *Checked* spaces, those of debug builds and of heaps under stress, also keep which cells were taken, and
//! fill dead ones with [`POISON`]. Their runs have one cell, so that taking a cell passes here.
#![expect(unsafe_code, reason = "cells are raw memory; every other file sees them as objects")]

use crate::layout::{BLOCK, CHUNK, SIZES};
use crate::object;
use lyra_runtime::Ref;
use std::alloc::{Layout, alloc, dealloc};
use std::mem::offset_of;
use std::ptr::{self, NonNull};

const BLOCKS: usize = CHUNK / BLOCK;

/// Bytes of memory that a word of bits stands for.
const REACH: usize = 8 * 64;

/// Words of bits of a chunk, and of a block.
const WORDS: usize = CHUNK / REACH;
const BLOCK_WORDS: usize = BLOCK / REACH;

/// Blocks at the beginning of a chunk that have no room for cells: its head is there.
const HEAD_BLOCKS: usize = size_of::<Chunk>() / BLOCK;

/// What dead cells of checked spaces are filled with. As a header it is of no kind.
pub(crate) const POISON: u8 = 0xD5;

/// What is known of the cells in [`REACH`] bytes, a bit each.
#[derive(Clone, Copy)]
#[repr(C)]
struct Bits {
    /// Two tables, of which [`Space::next`] says which is which.
    marks: [u64; 2],
    owns: u64,
}

/// What is known of a block.
#[repr(C)]
struct Meta {
    /// The first cell.
    start: *mut u8,
    size: usize,
    /// How many cells there are; 0 while the block is free.
    cells: u32,
    /// Cells before this one are marked, or were given out after the last flip.
    scanned: u32,
    /// The flip for which it was settled last.
    flip: u32,
}

#[repr(C)]
struct Chunk {
    bits: [Bits; WORDS],
    /// Blocks that belong to a class.
    in_use: usize,
    /// In checked spaces: the cells that were taken and not freed yet.
    taken: Option<Box<[u64; WORDS]>>,
    metas: [Meta; BLOCKS],
}

/// The head of a chunk that holds one object too large for a block. Its mark stands where that of any object does.
#[repr(C)]
struct LargeChunk {
    bits: Bits,
    bytes: usize,
}

/// Where the object of a large chunk begins.
const LARGE_START: usize = size_of::<LargeChunk>();

const _: () = assert!(size_of::<Chunk>() < CHUNK / 8 && size_of::<Chunk>().is_multiple_of(8));
const _: () = assert!(offset_of!(Chunk, bits) == offset_of!(LargeChunk, bits) && LARGE_START < REACH);

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
    /// The first of them that has not been searched for free cells since the last flip.
    next: usize,
    /// Blocks before this one may still be unsettled, those from it on are not.
    unsettled: usize,
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
    /// Large chunks before this one were not looked at since the last flip.
    large_unsettled: usize,
    /// The class whose blocks are being settled.
    settling: usize,
    /// Which of the two tables of marks the next collection writes.
    next: usize,
    /// How often the tables changed their roles.
    flips: u32,
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

/// The bits that a cell's are among, and which of them.
///
/// # Safety
/// `cell` is a cell of a chunk.
#[inline]
unsafe fn bits_of(cell: NonNull<u64>) -> (*mut Bits, u64) {
    let address = cell.addr().get();
    // SAFETY: chunks lie at multiples of their size, begin with their bits and have some for each 8 bytes.
    let bits = unsafe { chunk_of(cell).cast::<Bits>().add((address & (CHUNK - 1)) / REACH) };
    (bits, 1 << (address / 8 % 64))
}

/// Notes in a checked space whether a cell is taken.
///
/// # Safety
/// `cell` is a cell of a block, and no reference to its chunk lives.
unsafe fn set_taken(cell: NonNull<u64>, is_taken: bool) {
    // SAFETY: the caller's.
    if let Some(taken) = unsafe { &mut (*chunk_of(cell)).taken }
        && let Some(word) = taken.get_mut((cell.addr().get() & (CHUNK - 1)) / REACH)
    {
        let bit = 1 << (cell.addr().get() / 8 % 64);
        *word = if is_taken { *word | bit } else { *word & !bit };
    }
}

impl Meta {
    /// The bits of the block.
    ///
    /// # Safety
    /// The block is in use, and nothing else refers to its bits.
    unsafe fn bits<'b>(&self) -> &'b mut [Bits; BLOCK_WORDS] {
        // SAFETY: `start` lies in the block; the caller's for the rest.
        unsafe {
            let chunk = chunk_of(NonNull::new_unchecked(self.start));
            let block = (self.start.addr() & (CHUNK - 1)) / BLOCK;
            &mut *chunk.cast::<[Bits; BLOCK_WORDS]>().add(block)
        }
    }

    /// Cell `index`.
    fn cell(&self, index: usize) -> NonNull<u64> {
        debug_assert!(index < self.cells as usize);
        // SAFETY: callers name cells of the block, and `start` is not null.
        unsafe { NonNull::new_unchecked(self.start.add(index * self.size)).cast() }
    }

    /// How many cells are not free by the marks of a table: marked, or given out since.
    fn used(&self, table: usize, flips: u32) -> usize {
        let scanned = if self.flip == flips { self.scanned as usize } else { 0 };
        // SAFETY: blocks of a class are in use; no other reference to their bits lives.
        let bits = unsafe { self.bits() };
        let first = (self.start.addr() & (BLOCK - 1)) / 8 + scanned * self.size / 8;
        let beyond = bits.iter().enumerate().skip(first / 64).map(|(at, bits)| {
            let skip = if at == first / 64 { u64::MAX << (first % 64) } else { u64::MAX };
            (bits.marks[table] & skip).count_ones() as usize
        });
        scanned + beyond.sum::<usize>()
    }

    /// The next cells that are free by the marks of a table: the first, and the one past the last.
    fn next_run(&mut self, table: usize) -> Option<(usize, usize)> {
        // SAFETY: blocks in which cells are looked for are in use; no other reference to their bits lives.
        let bits = unsafe { self.bits() };
        let marks = |at: usize| bits.get(at).and_then(|bits| bits.marks.get(table)).copied().unwrap_or(0);
        let first = self.start.addr() & (BLOCK - 1);
        let cells = self.cells as usize;
        let mut from = self.scanned as usize;
        while from < cells {
            let bit = (first + from * self.size) / 8;
            if marks(bit / 64) >> (bit % 64) & 1 == 0 {
                break;
            }
            from += 1;
        }
        self.scanned = from as u32;
        if from >= cells {
            return None;
        }
        // Bits are those of beginnings of cells only, so the next one set is a cell's.
        let bit = (first + from * self.size) / 8;
        let mut word = marks(bit / 64) & u64::MAX << (bit % 64);
        let mut at = bit / 64;
        while word == 0 && at + 1 < BLOCK_WORDS {
            at += 1;
            word = marks(at);
        }
        let next = if word == 0 { None } else { Some(at * 64 + word.trailing_zeros() as usize) };
        let to = next.map_or(cells, |bit| (bit * 8 - first) / self.size);
        Some((from, to))
    }
}

impl Space {
    pub(crate) fn new(checked: bool) -> Self {
        let nowhere = ptr::null_mut();
        Self {
            runs: SIZES.map(|size| Run { cursor: nowhere, end: nowhere, size }),
            classes: SIZES.map(|_| Class {
                blocks: Vec::new(),
                next: 0,
                unsettled: 0,
                returned: nowhere.cast(),
            }),
            free: Vec::new(),
            chunks: Vec::new(),
            large: Vec::new(),
            large_unsettled: 0,
            settling: SIZES.len(),
            next: 0,
            flips: 0,
            checked,
            committed: 0,
        }
    }

    /// The table of marks that the last collection wrote.
    const fn last(&self) -> usize {
        self.next ^ 1
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
        let (checked, last, flips) = (self.checked, self.last(), self.flips);
        let of_class = self.classes.get_mut(class)?;
        if let Some(cell) = NonNull::new(of_class.returned) {
            // SAFETY: cells in the list hold the address of the next, and belong to a block.
            unsafe {
                of_class.returned = ptr::with_exposed_provenance_mut(*cell.as_ptr() as usize);
                set_taken(cell, true);
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
            if meta.flip != flips {
                // SAFETY: no reference leads to a cell that is not marked by the last collection.
                unsafe { settle_block(meta, last, flips) };
            }
            let Some((from, mut to)) = meta.next_run(last) else {
                self.classes.get_mut(class)?.next += 1;
                continue;
            };
            let cell = meta.cell(from);
            if checked {
                to = from + 1;
            }
            meta.scanned = to as u32;
            let run = self.runs.get_mut(class)?;
            // SAFETY: the cells from `from` up to `to` are those of one block.
            unsafe {
                run.cursor = cell.as_ptr().cast::<u8>().add(run.size);
                run.end = cell.as_ptr().cast::<u8>().add((to - from) * run.size);
                if checked {
                    set_taken(cell, true);
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
            let begin = if number == HEAD_BLOCKS { size_of::<Chunk>() } else { number * BLOCK };
            let start = chunk.cast::<u8>().add(begin);
            let cells = (((number + 1) * BLOCK - begin) / size) as u32;
            block.write(Meta { start, cells, size, scanned: 0, flip: self.flips });
            chunk.cast::<[Bits; BLOCK_WORDS]>().add(number).write_bytes(0, 1);
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
        let taken = self.checked.then(|| Box::new([0; WORDS]));
        // SAFETY: the chunk is new, and has so many metas.
        unsafe {
            (&raw mut (*chunk.as_ptr()).in_use).write(0);
            (&raw mut (*chunk.as_ptr()).taken).write(taken);
            for block in (HEAD_BLOCKS..BLOCKS).rev() {
                let meta = (&raw mut (*chunk.as_ptr()).metas).cast::<Meta>().add(block);
                meta.write(Meta { start: ptr::null_mut(), cells: 0, size: 0, scanned: 0, flip: 0 });
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
            chunk.write(LargeChunk { bits: Bits { marks: [0; 2], owns: 0 }, bytes });
            Some(chunk.byte_add(LARGE_START).cast())
        }
    }

    /// Returns a piece of storage that its array has left. It may be taken again at once.
    ///
    /// # Safety
    /// The cell is one of `class`, was taken, owns nothing, and nothing refers to it.
    pub(crate) unsafe fn give_back(&mut self, cell: NonNull<u64>, class: usize) {
        let (last, next) = (self.last(), self.next);
        let Some(of_class) = self.classes.get_mut(class) else { return };
        // SAFETY: the caller's. Marked in the last table, the cell is not found as free by a search as long as it is in
        // the list; marked in the next one it would be taken for one that was looked into.
        unsafe {
            let (bits, bit) = bits_of(cell);
            let marks = &mut (*bits).marks;
            marks[last] |= bit;
            marks[next] &= !bit;
            if self.checked {
                set_taken(cell, false);
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
        unsafe {
            let (bits, bit) = bits_of(cell);
            (*bits).owns |= bit;
        }
    }

    /// Marks a cell for the collection that is on its way; whether it was not marked before.
    ///
    /// # Safety
    /// `cell` holds an object or storage of this space.
    #[inline]
    pub(crate) unsafe fn mark(&self, cell: NonNull<u64>) -> bool {
        // SAFETY: the caller's. No reference to bits lives while objects are marked.
        unsafe {
            let (bits, bit) = bits_of(cell);
            let word = (&raw mut (*bits).marks).cast::<u64>().add(self.next);
            let before = *word;
            *word = before | bit;
            before & bit == 0
        }
    }

    /// Has the processor fetch what marking an object and looking into it will need.
    #[inline]
    pub(crate) fn prefetch(&self, reference: Ref) {
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let address = reference.bits() as usize;
            let bits = (address & !(CHUNK - 1)) + (address & (CHUNK - 1)) / REACH * size_of::<Bits>();
            // SAFETY: fetching is no access: any address will do.
            unsafe {
                _mm_prefetch::<_MM_HINT_T0>(ptr::without_provenance(bits));
                _mm_prefetch::<_MM_HINT_T0>(ptr::without_provenance(address));
            }
        }
        #[cfg(not(all(target_arch = "x86_64", not(miri))))]
        let _ = reference;
    }

    /// Whether the collection that is on its way has marked a cell.
    ///
    /// # Safety
    /// `cell` holds an object of this space.
    #[inline]
    pub(crate) unsafe fn is_marked(&self, cell: NonNull<u64>) -> bool {
        // SAFETY: the caller's.
        unsafe {
            let (bits, bit) = bits_of(cell);
            (*bits).marks[self.next] & bit != 0
        }
    }

    /// Forgets what the collection that is on its way has marked.
    pub(crate) fn clear_marks(&mut self) {
        for block in self.classes.iter().flat_map(|class| &class.blocks) {
            // SAFETY: blocks of a class are in use, and nothing else refers to their bits.
            for bits in unsafe { block.as_ref().bits() } {
                bits.marks[self.next] = 0;
            }
        }
        for chunk in &self.large {
            // SAFETY: large chunks begin with their head.
            unsafe { (*chunk.as_ptr()).bits.marks[self.next] = 0 };
        }
    }

    /// Ends marking: from here on, what is not marked is free. Everything must be settled before that.
    pub(crate) fn flip(&mut self) {
        debug_assert!(self.settling == SIZES.len() && self.large_unsettled == 0);
        self.next ^= 1;
        self.flips = self.flips.wrapping_add(1);
        for class in &mut self.classes {
            class.next = 0;
            class.unsettled = class.blocks.len();
            class.returned = ptr::null_mut();
        }
        for run in &mut self.runs {
            (run.cursor, run.end) = (ptr::null_mut(), ptr::null_mut());
        }
        self.settling = 0;
        self.large_unsettled = self.large.len();
    }

    /// Settles as many blocks and large chunks as are said; whether all are settled. Blocks in which nothing is alive
    /// are free for every class then.
    pub(crate) fn settle(&mut self, mut budget: usize) -> bool {
        let (last, flips) = (self.last(), self.flips);
        while budget > 0 {
            let Some(class) = self.classes.get_mut(self.settling) else { break };
            let Some(place) = class.unsettled.checked_sub(1) else {
                self.settling += 1;
                continue;
            };
            class.unsettled = place;
            let Some(&block) = class.blocks.get(place) else { continue };
            // SAFETY: blocks of a class are in use, and nothing else refers to their metas.
            let meta = unsafe { &mut *block.as_ptr() };
            if meta.flip == flips {
                continue;
            }
            budget -= 1;
            // SAFETY: no reference leads to a cell that is not marked by the last collection.
            let lives = unsafe { settle_block(meta, last, flips) };
            if !lives {
                meta.cells = 0;
                // Those before this one may have been searched; the last one is settled, and not searched yet.
                class.blocks.swap_remove(place);
                self.free.push(block);
                // SAFETY: metas lie in their chunk.
                unsafe { (*chunk_of(block)).in_use -= 1 };
            }
        }
        while budget > 0 && self.large_unsettled > 0 {
            budget -= 1;
            self.large_unsettled -= 1;
            let Some(&chunk) = self.large.get(self.large_unsettled) else { continue };
            // SAFETY: large chunks begin with their head; nothing is left in one whose object is not marked, and
            // `bytes` is what it was allocated with.
            unsafe {
                let head = &mut *chunk.as_ptr();
                head.bits.marks[last ^ 1] = 0;
                if head.bits.marks[last] == 0 {
                    let bytes = head.bytes;
                    self.large.swap_remove(self.large_unsettled);
                    free_memory(chunk.cast(), bytes, &mut self.committed);
                }
            }
        }
        self.settling == SIZES.len() && self.large_unsettled == 0
    }

    /// Returns a chunk of which no block is in use, if there are more than may well be needed again; whether there was
    /// one.
    pub(crate) fn return_chunk(&mut self) -> bool {
        // SAFETY: the head of a chunk is initialised.
        let is_empty = |chunk: &NonNull<Chunk>| unsafe { (*chunk.as_ptr()).in_use == 0 };
        let empty = self.chunks.iter().filter(|chunk| is_empty(chunk)).count();
        // Until the next collection, as much may be taken as lives now (`Account`).
        if empty <= 2 + self.chunks.len() - empty {
            return false;
        }
        let Some(place) = self.chunks.iter().rposition(is_empty) else { return false };
        let chunk = self.chunks.swap_remove(place);
        self.free.retain(|&block| chunk_of(block) != chunk.as_ptr());
        self.free_chunk(chunk);
        true
    }

    /// Gives a chunk with blocks back to the system; nothing is left in it.
    fn free_chunk(&mut self, chunk: NonNull<Chunk>) {
        // SAFETY: what is in it is nobody's; chunks with blocks are of that size.
        unsafe {
            (*chunk.as_ptr()).taken = None;
            free_memory(chunk.cast(), CHUNK, &mut self.committed);
        }
    }

    /// Bytes that chunks take of the system.
    pub(crate) fn committed(&self) -> usize {
        self.committed
    }

    /// Of each class: the size of its cells, bytes of its blocks, and bytes of the cells in them that are not free.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        self.classes.iter().zip(&self.runs).map(|(class, run)| {
            // Cells at hand were given out with their run.
            let at_hand = run.end.addr() - run.cursor.addr();
            // SAFETY: blocks of a class are in use.
            let used: usize = class
                .blocks
                .iter()
                .map(|block| unsafe { block.as_ref() }.used(self.last(), self.flips))
                .sum();
            (run.size, class.blocks.len() * BLOCK, (used * run.size).saturating_sub(at_hand))
        })
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
            let is_cell = offset.is_multiple_of(meta.size.max(1));
            if meta.cells == 0 || !is_cell || offset / meta.size >= meta.cells as usize {
                return false;
            }
            let taken = (*chunk.as_ptr()).taken.as_ref();
            let word = taken.and_then(|taken| taken.get((address & (CHUNK - 1)) / REACH));
            word.is_some_and(|word| word >> (address / 8 % 64) & 1 != 0)
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

/// Settles a block for a flip: frees what its cells own that are not marked in the table of the last collection, and
/// clears the other one. Whether any is marked.
///
/// # Safety
/// The block is in use, and no reference leads to a cell of it that is not marked.
unsafe fn settle_block(meta: &mut Meta, last: usize, flips: u32) -> bool {
    // SAFETY: the block is in use; nothing else refers to its bits.
    let bits = unsafe { meta.bits() };
    let block = meta.start.map_addr(|address| address & !(BLOCK - 1));
    // SAFETY: bits that are set are those of cells of the block.
    let cell =
        |at: usize, bit: usize| unsafe { NonNull::new_unchecked(block.add(at * REACH + bit * 8)).cast() };
    let mut lives = false;
    for (at, bits) in bits.iter_mut().enumerate() {
        let marked = bits.marks[last];
        lives |= marked != 0;
        bits.marks[last ^ 1] = 0;
        if bits.owns & !marked != 0 {
            for bit in ones(bits.owns & !marked) {
                // SAFETY: the cell owns something and is dead; its bit is cleared below, so this happens once.
                unsafe { object::drop_owned(cell(at, bit)) };
            }
            bits.owns &= marked;
        }
    }
    // SAFETY: the head of a chunk is initialised, and nothing else refers to it.
    if let Some(taken) = unsafe { &mut (*chunk_of(cell(0, 0))).taken } {
        let first = (block.addr() & (CHUNK - 1)) / REACH;
        for (at, (bits, taken)) in bits.iter().zip(taken.iter_mut().skip(first)).enumerate() {
            let marked = bits.marks[last];
            for bit in ones(*taken & !marked) {
                // SAFETY: dead cells are nobody's.
                unsafe { cell(at, bit).cast::<u8>().write_bytes(POISON, meta.size) };
            }
            *taken &= marked;
        }
    }
    (meta.scanned, meta.flip) = (0, flips);
    lives
}

/// The bits that are set.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

impl Drop for Space {
    fn drop(&mut self) {
        // With nothing marked everything is dead.
        while !self.settle(usize::MAX) {}
        self.clear_marks();
        self.flip();
        while !self.settle(usize::MAX) {}
        for chunk in std::mem::take(&mut self.chunks) {
            self.free_chunk(chunk);
        }
        debug_assert!(self.committed == 0 && self.large.is_empty());
    }
}
