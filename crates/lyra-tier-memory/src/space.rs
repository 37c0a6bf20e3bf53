//! Chunks, blocks and cells: which memory is free, which cells are marked, which own something outside of cells.
//!
//! ```text
//! chunk 1 MiB, at a multiple of 1 MiB
//! | bits: for each 512 bytes what is marked and what owns | metas | block | block | …
//!
//! block 16 KiB   | cell | cell |   hole   | cell |  hole  | cell | cell |
//! marks              1  1 1  1              1  1            1  1 1  1      the first and the last word of each cell
//! ```
//!
//! The bits of a cell are those of its first 8 bytes: their place is computed from its address, with nothing to look
//! up. A collection marks the first and the last word of every living cell, so cells of all sizes lie side by side
//! and what is free can be read from the bits.
//!
//! Between two marks is a *hole*. Holes are kept in lists by size, the link in the hole itself, and taken by best fit: a
//! *lane*, one for each range of sizes, takes its cells from one hole, one after the other, until the next does not
//! fit; what is left goes back into a list.
//!
//! ```text
//! flip ──> lists are empty; each block is settled once, at a step of the collector or when a hole is wanted:
//!          what its dead cells own is freed, its holes go into the lists, its marks are cleared
//! ```
//!
//! So nothing is marked when the next collection begins, and new cells never are.
//!
//! *Checked* spaces, those of debug builds and of heaps under stress, also keep which cells were taken, and
//! fill holes with [`POISON`]. Their lanes have no hole, so that taking a cell passes here.
#![expect(unsafe_code, reason = "cells are raw memory; every other file sees them as objects")]

use crate::layout::{
    BLOCK, CHUNK, LANES, LARGEST, LISTS, SMALLEST, cell_bytes, lane_of, least_of, list_for, list_of,
};
use crate::nodes::Nodes;
use crate::object::{self, Left};
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

/// Bytes of the smallest pages that systems have.
const PAGE: usize = 4_096;

/// Blocks that are settled at most to find a hole: rather than wait for more of them, new memory is taken.
const PATIENCE: usize = 4;

/// Pieces of a dead map that are freed for one block that could be settled.
const MAP_PIECES: usize = 4;

/// Objects of the host that are let go in place of a block: a step lets go of more of them than can be made until the next
/// ([`cost::OBJECT`](lyra_runtime::cost::OBJECT)), and needs some 50 µs where their finalizers do nothing.
const HOST_OBJECTS: usize = 128;

/// What dead cells of checked spaces are filled with. As a header it is of no kind.
pub(crate) const POISON: u8 = 0xD5;

/// What is known of [`REACH`] bytes, a bit for 8 of them.
#[derive(Clone, Copy)]
#[repr(C)]
struct Bits {
    /// The first and the last word of cells that are alive.
    marks: u64,
    /// Cells that own something, by their first word.
    owns: u64,
}

/// What is known of a block.
#[repr(C)]
struct Meta {
    /// The flip for which it was settled last.
    flip: u32,
}

#[repr(C)]
struct Chunk {
    bits: [Bits; WORDS],
    /// Blocks that cells are taken from.
    in_use: usize,
    /// In checked spaces: the cells that were taken and not freed yet, by their first word.
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

const _: () = assert!(size_of::<Chunk>() < CHUNK / 16 && size_of::<Chunk>().is_multiple_of(8));
const _: () = assert!(offset_of!(Chunk, bits) == offset_of!(LargeChunk, bits) && LARGE_START < REACH);
const _: () = assert!(size_of::<Hole>() == SMALLEST);

/// Free memory, as it stands in itself.
#[repr(C)]
struct Hole {
    next: *mut Hole,
    bytes: usize,
}

/// Where a lane takes its cells from.
#[derive(Clone, Copy)]
struct Run {
    cursor: *mut u8,
    end: *mut u8,
}

const NO_RUN: Run = Run { cursor: ptr::null_mut(), end: ptr::null_mut() };

/// Where the cells of a heap are.
pub(crate) struct Space {
    lanes: [Run; LANES.len()],
    holes: [*mut Hole; LISTS],
    /// Lists that are not empty, a bit each.
    filled: u64,
    /// Blocks that cells are taken from.
    blocks: Vec<NonNull<Meta>>,
    /// Those before this one were not settled since the last flip.
    unsettled: usize,
    /// Blocks without a cell.
    free: Vec<NonNull<Meta>>,
    chunks: Vec<NonNull<Chunk>>,
    large: Vec<NonNull<LargeChunk>>,
    /// What objects that died left.
    left: Vec<Left>,
    /// Large chunks before this one were not looked at since the last flip.
    large_unsettled: usize,
    /// How many collections have ended.
    flips: u32,
    /// Chunks that are not given back.
    kept: usize,
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

/// The bits of the word at a place, and which of them.
///
/// # Safety
/// `place` lies in a chunk: in the first [`REACH`] bytes of a large one.
#[inline]
unsafe fn bits_of(place: NonNull<u64>) -> (*mut Bits, u64) {
    let address = place.addr().get();
    // SAFETY: chunks lie at multiples of their size, begin with their bits and have some for each 8 bytes.
    let bits = unsafe { chunk_of(place).cast::<Bits>().add((address & (CHUNK - 1)) / REACH) };
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

impl Space {
    pub(crate) fn new(checked: bool) -> Self {
        Self {
            lanes: [NO_RUN; LANES.len()],
            holes: [ptr::null_mut(); LISTS],
            filled: 0,
            blocks: Vec::new(),
            unsettled: 0,
            free: Vec::new(),
            chunks: Vec::new(),
            large: Vec::new(),
            large_unsettled: 0,
            left: Vec::new(),
            flips: 0,
            kept: 0,
            checked,
            committed: 0,
        }
    }

    /// A cell for `bytes` bytes; `None` when the system has no memory. What is in it means nothing.
    #[inline]
    pub(crate) fn take(&mut self, bytes: usize) -> Option<NonNull<u64>> {
        let bytes = cell_bytes(bytes);
        if bytes > LARGEST {
            return self.take_large(bytes);
        }
        match self.take_at_hand(bytes, || true) {
            Some(cell) => Some(cell),
            None => self.refill(bytes),
        }
    }

    /// A cell from the run of its lane, if it has room for one and `may` says that it may be taken. `bytes` are those of
    /// a cell, and no more than [`LARGEST`].
    #[inline(always)]
    pub(crate) fn take_at_hand(&mut self, bytes: usize, may: impl FnOnce() -> bool) -> Option<NonNull<u64>> {
        let run = self.lanes.get_mut(lane_of(bytes))?;
        let cell = run.cursor;
        if run.end.addr() - cell.addr() < bytes || !may() {
            return None;
        }
        // SAFETY: the run has room for so many bytes.
        run.cursor = unsafe { cell.add(bytes) };
        NonNull::new(cell.cast())
    }

    /// Takes a cell from another hole, which becomes the run of its lane.
    #[cold]
    #[inline(never)]
    fn refill(&mut self, bytes: usize) -> Option<NonNull<u64>> {
        let lane = lane_of(bytes);
        let left = std::mem::replace(self.lanes.get_mut(lane)?, NO_RUN);
        // SAFETY: what is left of a run is nobody's.
        unsafe { self.put_hole(left.cursor, left.end.addr() - left.cursor.addr()) };
        let (begin, room) = self.find_hole(bytes)?;
        // SAFETY: the hole has room for so many bytes, and is nobody's.
        unsafe {
            let rest = Run { cursor: begin.add(bytes), end: begin.add(room) };
            let cell = NonNull::new(begin.cast::<u64>())?;
            if self.checked {
                set_taken(cell, true);
                self.put_hole(rest.cursor, room - bytes);
            } else {
                *self.lanes.get_mut(lane)? = rest;
            }
            Some(cell)
        }
    }

    /// Takes a hole with room for so many bytes out of its list; where it begins and how large it is.
    fn find_hole(&mut self, bytes: usize) -> Option<(*mut u8, usize)> {
        let lists = u64::MAX << list_for(bytes);
        for _ in 0..PATIENCE {
            if self.filled & lists != 0 {
                break;
            }
            if !self.settle_block() {
                break;
            }
        }
        let filled = self.filled & lists;
        if filled == 0 {
            return self.new_block();
        }
        let list = filled.trailing_zeros() as usize;
        let first = self.holes.get_mut(list)?;
        // SAFETY: lists hold holes, which are nobody else's.
        let Hole { next, bytes } = unsafe { first.read() };
        let begin = std::mem::replace(first, next);
        if next.is_null() {
            self.filled &= !(1 << list);
        }
        Some((begin.cast(), bytes))
    }

    /// Puts free memory into its list; what is smaller than a cell is left until its neighbours are free.
    ///
    /// # Safety
    /// The memory lies in a block that is settled, and is nobody's.
    unsafe fn put_hole(&mut self, begin: *mut u8, bytes: usize) {
        if bytes < SMALLEST {
            return;
        }
        let list = list_of(bytes);
        let Some(first) = self.holes.get_mut(list) else { return };
        // SAFETY: the caller's; there is room, and words are aligned.
        unsafe { begin.cast::<Hole>().write(Hole { next: *first, bytes }) };
        *first = begin.cast();
        self.filled |= 1 << list;
    }

    /// A block that is all free; where its cells begin and how many bytes there are.
    fn new_block(&mut self) -> Option<(*mut u8, usize)> {
        if self.free.is_empty() {
            self.new_chunk()?;
        }
        let block = self.free.pop()?;
        // SAFETY: metas of chunks are initialised; what is in a free block is nobody's.
        unsafe {
            (*block.as_ptr()).flip = self.flips;
            (*chunk_of(block)).in_use += 1;
            let (begin, bytes) = cells_of(block);
            (*bits_of_block(block)).fill(Bits { marks: 0, owns: 0 });
            if self.checked {
                begin.write_bytes(POISON, bytes);
            }
            self.blocks.push(block);
            Some((begin, bytes))
        }
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
        Nodes::of_system().place(memory, bytes);
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
                meta.write(Meta { flip: 0 });
                self.free.extend(NonNull::new(meta));
            }
        }
        self.chunks.push(chunk);
        Some(())
    }

    /// Takes chunks for so many bytes of cells, and touches their pages: what the system does when a page is used
    /// first is done by then. They are kept as long as the space is. Ends early when the system has no memory.
    pub(crate) fn warm_up(&mut self, bytes: usize) {
        self.kept = bytes.div_ceil((BLOCKS - HEAD_BLOCKS - 1) * BLOCK);
        while self.chunks.len() < self.kept && self.new_chunk().is_some() {
            let Some(&chunk) = self.chunks.last() else { return };
            for page in (size_of::<Chunk>()..CHUNK).step_by(PAGE) {
                // SAFETY: behind the head of a new chunk is nothing yet. Volatile, so that it is not left out.
                unsafe { chunk.cast::<u8>().add(page).write_volatile(0) };
            }
        }
    }

    /// A cell of its own chunk, for objects past the largest.
    #[cold]
    fn take_large(&mut self, bytes: usize) -> Option<NonNull<u64>> {
        let bytes = LARGE_START.checked_add(bytes)?;
        let chunk = self.new_memory(bytes)?.cast::<LargeChunk>();
        self.large.push(chunk);
        // SAFETY: the chunk is new; the cell follows its head.
        unsafe {
            chunk.write(LargeChunk { bits: Bits { marks: 0, owns: 0 }, bytes });
            Some(chunk.byte_add(LARGE_START).cast())
        }
    }

    /// Returns a piece of storage that its array has left. It may be taken again at once.
    ///
    /// # Safety
    /// The cell was taken for so many bytes, at most [`LARGEST`], owns nothing, and nothing refers to it.
    pub(crate) unsafe fn give_back(&mut self, cell: NonNull<u64>, bytes: usize) {
        let bytes = cell_bytes(bytes);
        // SAFETY: the caller's. Marked, it would be taken for alive, or for one that was looked into.
        unsafe {
            for place in [cell, cell.byte_add(bytes - 8)] {
                let (bits, bit) = bits_of(place);
                (*bits).marks &= !bit;
            }
            if self.checked {
                set_taken(cell, false);
                cell.cast::<u8>().write_bytes(POISON, bytes);
            }
            let metas = (&raw const (*chunk_of(cell)).metas).cast::<Meta>();
            let block = (cell.addr().get() & (CHUNK - 1)) / BLOCK;
            // Of a block that is not settled all holes are found when it is.
            if (*metas.add(block)).flip == self.flips {
                self.put_hole(cell.as_ptr().cast(), bytes);
            }
        }
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

    /// Marks a cell; whether it was not marked before.
    ///
    /// # Safety
    /// `cell` holds an object or storage of this space, of so many bytes.
    #[inline]
    pub(crate) unsafe fn mark(&self, cell: NonNull<u64>, bytes: usize) -> bool {
        // SAFETY: the caller's. No reference to bits lives while objects are marked.
        unsafe {
            let (bits, bit) = bits_of(cell);
            let before = (*bits).marks;
            if before & bit != 0 {
                return false;
            }
            let last = cell_bytes(bytes) - 8;
            if cell.addr().get() % REACH + last < REACH {
                (*bits).marks = before | bit | bit << (last / 8);
                return true;
            }
            (*bits).marks = before | bit;
            if bytes <= LARGEST {
                let (bits, bit) = bits_of(cell.byte_add(last));
                (*bits).marks |= bit;
            }
            true
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

    /// Whether a cell is marked.
    ///
    /// # Safety
    /// `cell` holds an object of this space.
    #[inline]
    pub(crate) unsafe fn is_marked(&self, cell: NonNull<u64>) -> bool {
        // SAFETY: the caller's.
        unsafe {
            let (bits, bit) = bits_of(cell);
            (*bits).marks & bit != 0
        }
    }

    /// Forgets all marks. Everything must be settled before that.
    pub(crate) fn clear_marks(&mut self) {
        for &block in &self.blocks {
            // SAFETY: the blocks are in use, and nothing else refers to their bits.
            unsafe { (*bits_of_block(block)).iter_mut().for_each(|bits| bits.marks = 0) };
        }
        for chunk in &self.large {
            // SAFETY: large chunks begin with their head.
            unsafe { (*chunk.as_ptr()).bits.marks = 0 };
        }
    }

    /// Ends marking: from here on, what is not marked is free. Everything must be settled before that.
    pub(crate) fn flip(&mut self) {
        debug_assert!(self.unsettled == 0 && self.large_unsettled == 0);
        self.flips = self.flips.wrapping_add(1);
        self.lanes = [NO_RUN; LANES.len()];
        self.holes = [ptr::null_mut(); LISTS];
        self.filled = 0;
        self.unsettled = self.blocks.len();
        self.large_unsettled = self.large.len();
    }

    /// Settles as many blocks, large chunks and pieces of what dead objects left as are said; whether all are settled.
    pub(crate) fn settle(&mut self, mut budget: usize) -> bool {
        while budget > 0 && self.settle_block() {
            budget -= 1;
        }
        while budget > 0 && self.large_unsettled > 0 {
            budget -= 1;
            self.large_unsettled -= 1;
            let Some(&chunk) = self.large.get(self.large_unsettled) else { continue };
            // SAFETY: large chunks begin with their head; nothing is left in one whose object is not marked, and
            // `bytes` is what it was allocated with.
            unsafe {
                let head = &mut *chunk.as_ptr();
                let (marks, bytes) = (std::mem::take(&mut head.bits.marks), head.bytes);
                if marks == 0 {
                    self.large.swap_remove(self.large_unsettled);
                    free_memory(chunk.cast(), bytes, &mut self.committed);
                }
            }
        }
        while budget > 0
            && let Some(left) = self.left.last_mut()
        {
            budget -= 1;
            match left {
                Left::Map(map) => {
                    if (0..MAP_PIECES).any(|_| !map.free_some()) {
                        self.left.pop();
                    }
                }
                Left::Host(_) => {
                    let kept = self.left.len().saturating_sub(HOST_OBJECTS);
                    while self.left.len() > kept
                        && let Some(Left::Host(object)) =
                            self.left.pop_if(|left| matches!(left, Left::Host(_)))
                    {
                        drop(object);
                    }
                }
            }
        }
        self.unsettled == 0 && self.large_unsettled == 0 && self.left.is_empty()
    }

    /// Settles a block; whether one was left. A block in which nothing is alive is free as a whole then.
    fn settle_block(&mut self) -> bool {
        let Some(place) = self.unsettled.checked_sub(1) else { return false };
        self.unsettled = place;
        let Some(&block) = self.blocks.get(place) else { return false };
        // SAFETY: after marking, no reference leads to a cell that is not marked, so all that is not marked is nobody's.
        // Blocks in the list are in use, and nothing else refers to their bits. Marks stand in pairs, the first and the
        // last word of a cell, since cells do not overlap and have two words at least.
        unsafe {
            (*block.as_ptr()).flip = self.flips;
            let bits = &mut *bits_of_block(block);
            free_owned(block, bits, &mut self.left);
            if let Some(taken) = &mut (*chunk_of(block)).taken {
                let words = taken.iter_mut().skip(number_of(block) * BLOCK_WORDS);
                words.zip(bits.iter()).for_each(|(taken, bits)| *taken &= bits.marks);
            }
            let (cells, bytes) = cells_of(block);
            let begin = block_of(block);
            let end = cells.addr() + bytes - begin.addr();
            let mut free_from = cells.addr() - begin.addr();
            if bits.iter().all(|bits| bits.marks == 0) {
                self.blocks.swap_remove(place);
                self.free.push(block);
                (*chunk_of(block)).in_use -= 1;
                return true;
            }
            // All ones while the cell that began last has not ended.
            let mut is_inside = 0;
            for (at, bits) in bits.iter_mut().enumerate() {
                let (used, goes_on) = used_words(std::mem::take(&mut bits.marks), is_inside);
                is_inside = goes_on;
                let (at, mut rest) = (at * REACH, used);
                while rest != 0 {
                    // A hole ends where a word is used, and the next may begin where one is not.
                    let used_from = at + rest.trailing_zeros() as usize * 8;
                    if used_from > free_from {
                        self.free_run(begin.add(free_from), used_from - free_from);
                    }
                    let free = !used & (u64::MAX << rest.trailing_zeros());
                    free_from = at + free.trailing_zeros() as usize * 8;
                    rest = used & u64::MAX.checked_shl(free.trailing_zeros()).unwrap_or(0);
                }
            }
            debug_assert!(is_inside == 0, "a cell was marked by its first word only");
            self.free_run(begin.add(free_from), end - free_from);
        }
        true
    }

    /// Memory that was found free in a block that is settled.
    ///
    /// # Safety
    /// It is nobody's.
    unsafe fn free_run(&mut self, begin: *mut u8, bytes: usize) {
        // SAFETY: the caller's.
        unsafe {
            if self.checked {
                begin.write_bytes(POISON, bytes);
            }
            self.put_hole(begin, bytes);
        }
    }

    /// Returns a chunk of which no block is in use, if there are more than may well be needed again; whether there was
    /// one.
    pub(crate) fn return_chunk(&mut self) -> bool {
        // SAFETY: the head of a chunk is initialised.
        let is_empty = |chunk: &NonNull<Chunk>| unsafe { (*chunk.as_ptr()).in_use == 0 };
        let empty = self.chunks.iter().filter(|chunk| is_empty(chunk)).count();
        // Until the next collection, as much may be taken as lives now (`Account`).
        let kept = self.kept.max(2 + (self.chunks.len() - empty) * 2);
        if self.chunks.len() <= kept {
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

    /// Bytes of blocks in which cells are, and of the holes in them that are known and what is left of runs: the least
    /// size, and the bytes of all of that size.
    pub(crate) fn holes(&self) -> (usize, impl Iterator<Item = (usize, usize)> + '_) {
        let lists = self.holes.iter().enumerate().map(|(list, &first)| {
            let mut bytes = 0;
            let mut hole = first;
            while !hole.is_null() {
                // SAFETY: lists hold holes.
                unsafe {
                    bytes += (*hole).bytes;
                    hole = (*hole).next;
                }
            }
            (least_of(list), bytes)
        });
        let runs = self.lanes.iter().map(|run| run.end.addr() - run.cursor.addr());
        let runs = runs.filter(|&bytes| bytes >= SMALLEST).map(|bytes| (bytes, bytes));
        (self.blocks.len() * BLOCK, lists.chain(runs))
    }

    /// In checked spaces: whether a reference is that of a cell that was taken and not freed.
    pub(crate) fn is_taken(&self, reference: Ref) -> bool {
        let Ok(address) = usize::try_from(reference.bits()) else { return false };
        let base = address & !(CHUNK - 1);
        if self.large.iter().any(|chunk| chunk.addr().get() == base) {
            return address - base == LARGE_START;
        }
        let Some(&chunk) = self.chunks.iter().find(|chunk| chunk.addr().get() == base) else { return false };
        // SAFETY: the chunk is one of this space, whose head is initialised.
        let taken = unsafe { (*chunk.as_ptr()).taken.as_ref() };
        let word = taken.and_then(|taken| taken.get((address & (CHUNK - 1)) / REACH));
        address.is_multiple_of(8) && word.is_some_and(|word| word >> (address / 8 % 64) & 1 != 0)
    }
}

/// The number of a block in its chunk.
///
/// # Safety
/// The meta is one of a chunk.
unsafe fn number_of(block: NonNull<Meta>) -> usize {
    let metas = chunk_of(block).addr() + offset_of!(Chunk, metas);
    (block.addr().get() - metas) / size_of::<Meta>()
}

/// Where a block begins.
///
/// # Safety
/// The meta is one of a chunk.
unsafe fn block_of(block: NonNull<Meta>) -> *mut u8 {
    // SAFETY: a chunk has so many blocks.
    unsafe { chunk_of(block).cast::<u8>().add(number_of(block) * BLOCK) }
}

/// Where the cells of a block begin, and how many bytes they have.
///
/// # Safety
/// The meta is one of a chunk, of a block that is not all head.
unsafe fn cells_of(block: NonNull<Meta>) -> (*mut u8, usize) {
    // SAFETY: the caller's.
    unsafe {
        let head = if number_of(block) == HEAD_BLOCKS { size_of::<Chunk>() % BLOCK } else { 0 };
        (block_of(block).add(head), BLOCK - head)
    }
}

/// The bits of a block.
///
/// # Safety
/// The meta is one of a chunk.
unsafe fn bits_of_block(block: NonNull<Meta>) -> *mut [Bits; BLOCK_WORDS] {
    // SAFETY: a chunk begins with the bits of its blocks.
    unsafe { chunk_of(block).cast::<[Bits; BLOCK_WORDS]>().add(number_of(block)) }
}

/// Which words belong to marked cells, by the marks of the first and the last word of each and whether one goes on from
/// the words before (all ones); and whether one goes on behind them.
const fn used_words(marks: u64, goes_on: u64) -> (u64, u64) {
    // Each bit becomes the parity of those up to it: set from the first word of a cell to the one before its last.
    let mut parity = marks;
    let mut shift = 1;
    while shift < 64 {
        parity ^= parity << shift;
        shift *= 2;
    }
    let inside = parity ^ goes_on;
    let after = if inside >> 63 == 0 { 0 } else { u64::MAX };
    (inside | marks, after)
}

/// Frees what the cells of a block own that are not marked; what takes long goes to `left`.
///
/// # Safety
/// These are the bits of the block, which is in use, and no reference leads to a cell of it that is not marked.
unsafe fn free_owned(block: NonNull<Meta>, bits: &mut [Bits; BLOCK_WORDS], left: &mut Vec<Left>) {
    for (at, bits) in bits.iter_mut().enumerate() {
        let mut dead = bits.owns & !bits.marks;
        bits.owns &= bits.marks;
        while dead != 0 {
            let offset = at * REACH + dead.trailing_zeros() as usize * 8;
            dead &= dead - 1;
            // SAFETY: bits that are set are those of cells of the block. The cell owns something and is dead; its bit
            // was cleared, so this happens once.
            let of_cell =
                unsafe { object::drop_owned(NonNull::new_unchecked(block_of(block).add(offset)).cast()) };
            left.extend(of_cell);
        }
    }
}

/// Gives a chunk back to the system.
///
/// # Safety
/// It was allocated with so many bytes, and nothing refers to it.
unsafe fn free_memory(memory: NonNull<u8>, bytes: usize, committed: &mut usize) {
    *committed -= bytes;
    Nodes::of_system().leave(memory, bytes);
    if let Some(layout) = chunk_layout(bytes) {
        // SAFETY: the caller's.
        unsafe { dealloc(memory.as_ptr(), layout) };
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_the_marks_of_a_cell_are_used() {
        let mut random = fastrand::Rng::with_seed(8);
        for _ in 0..2_000 {
            // Cells of two words and more in four words of bits, with and without room between them.
            let (mut marks, mut used) = ([0u64; 4], [0u64; 4]);
            let (mut at, most) = (random.usize(0..70), random.usize(2..150));
            while at + 2 <= 256 {
                let words = random.usize(2..=most).min(256 - at);
                for word in [at, at + words - 1] {
                    marks[word / 64] |= 1 << (word % 64);
                }
                (at..at + words).for_each(|word| used[word / 64] |= 1 << (word % 64));
                at += words + random.usize(0..3) * random.usize(0..40);
            }
            let mut goes_on = 0;
            for (marks, used) in marks.into_iter().zip(used) {
                let found = used_words(marks, goes_on);
                assert_eq!(found.0, used);
                goes_on = found.1;
            }
            assert_eq!(goes_on, 0);
        }
    }
}
