//! The content of a large map: as that of a small one, with no step that is long.
//!
//! ```text
//! chunks    | b . a c | d . . e | (gone) | . f g . | h i _ _ |         1,024 places each; . is gone, _ free
//!
//! made anew   | b a c d | e . . . | (gone) | . f g . | h i _ _ |
//!                           ^ write                ^ read      ^ end
//! ```
//!
//! Entries stand in chunks, taken one at a time, so growing moves none; a chunk in which nothing is left is freed. When
//! the map is made anew nothing is done but that every place that is gone stops to *count*; then each insertion *slides*
//! a few entries down to where they belong, from `read` to `write`, until both have come to the end. Between the two
//! everything is gone. Then positions are what they would be if all had been done at once.
//!
//! A place that goes after that still counts, and slides like an entry: charges go by places that count, and are those
//! of a map that was made anew at once. That a place counts says the number in its key, that of the last time.
//!
//! The table is in shards, of which insertions split one now and then ([`Shards`]). What `clear` leaves is freed by
//! the insertions that follow, a piece each, before these take as much.

use super::map::Entry;
use super::shards::{Shards, put_away};
use crate::slot::Slot;
use hashbrown::HashTable;
use std::ops::Range;

/// Places in a chunk: 24 KB.
const CHUNK: usize = 1_024;

/// Places that an insertion slides. The next time comes after half as many insertions as there is room, at least.
const SLIDE: usize = 32;

/// What passing a chunk without looking into it counts as, in places.
const PASS: usize = 4;

/// Insertions for each shard that is split: a level of splits is done before the map is fuller by a twentieth.
const SPLIT_EVERY: usize = 32;

type Places = Box<[Entry; CHUNK]>;

#[derive(Default)]
struct Chunk {
    /// `None` when nothing was ever there, or all is gone.
    places: Option<Places>,
    live: u16,
    /// Places that are gone and count, if the map was made anew `time` times until now; else there is none.
    gone: u16,
    time: u32,
}

impl Chunk {
    /// Places that count: live ones, and those that went since the map was made anew.
    fn counted(&self, times: u32) -> usize {
        let gone = if self.time == times { self.gone } else { 0 };
        usize::from(self.live) + usize::from(gone)
    }

    /// An entry or a place that counts came, or went when that is minus one.
    fn count(&mut self, entry: Entry, times: u32, by: u16) {
        let counter = if entry.hash == 0 { self.gone_mut(times) } else { &mut self.live };
        *counter = counter.wrapping_add(by);
    }

    /// The places that are gone and count, to be changed.
    fn gone_mut(&mut self, times: u32) -> &mut u16 {
        if self.time != times {
            (self.time, self.gone) = (times, 0);
        }
        &mut self.gone
    }
}

/// What is left to be slid: entries from `read` on go to `write`.
#[derive(Clone, Copy)]
struct Slide {
    read: usize,
    write: usize,
}

#[derive(Default)]
struct Chunks {
    list: Vec<Chunk>,
}

/// The content of a large map, without its room and its length.
#[derive(Default)]
pub(super) struct LargeMap {
    chunks: Chunks,
    shards: Shards,
    /// Positions from here on are free.
    end: usize,
    /// Before this position everything is gone.
    first: usize,
    /// Places that count.
    taken: usize,
    /// How often it was made anew.
    times: u32,
    slide: Option<Slide>,
    /// Chunks that are to be freed.
    leaving: Vec<Chunk>,
}

impl Chunks {
    fn entry(&self, position: usize) -> Option<&Entry> {
        let places = self.list.get(position / CHUNK)?.places.as_ref()?;
        places.get(position % CHUNK)
    }

    fn entry_mut(&mut self, position: usize) -> Option<&mut Entry> {
        let places = self.list.get_mut(position / CHUNK)?.places.as_mut()?;
        places.get_mut(position % CHUNK)
    }

    fn hash(&self, position: usize) -> u64 {
        self.entry(position).map_or(0, |entry| entry.hash)
    }

    /// Makes sure that there is memory for a position; `false` when there is none.
    fn prepare(&mut self, position: usize) -> bool {
        let at = position / CHUNK;
        if at >= self.list.len() {
            if self.list.try_reserve(at + 1 - self.list.len()).is_err() {
                return false;
            }
            self.list.resize_with(at + 1, Chunk::default);
        }
        let Some(chunk) = self.list.get_mut(at) else { return false };
        if chunk.places.is_none() {
            chunk.places = new_places();
        }
        chunk.places.is_some()
    }

    /// Puts an entry, or a place that counts, at a position for which there is memory.
    fn put(&mut self, position: usize, entry: Entry, times: u32) {
        let Some(chunk) = self.list.get_mut(position / CHUNK) else { return };
        let place = chunk.places.as_mut().and_then(|places| places.get_mut(position % CHUNK));
        if let Some(place) = place {
            *place = entry;
            chunk.count(entry, times, 1);
        }
    }

    /// Takes out what stands at a position, an entry or a place that counts.
    fn take(&mut self, position: usize, times: u32) {
        let Some(chunk) = self.list.get_mut(position / CHUNK) else { return };
        let place = chunk.places.as_mut().and_then(|places| places.get_mut(position % CHUNK));
        if let Some(place) = place {
            let entry = std::mem::replace(place, Entry::GONE);
            chunk.count(entry, times, u16::MAX);
        }
    }

    /// Frees a chunk in which nothing lives.
    fn free_if_gone(&mut self, at: usize) {
        if let Some(chunk) = self.list.get_mut(at).filter(|chunk| chunk.live == 0) {
            chunk.places = None;
        }
    }
}

fn new_places() -> Option<Places> {
    let mut places = Vec::new();
    places.try_reserve_exact(CHUNK).ok()?;
    places.resize(CHUNK, Entry::GONE);
    places.into_boxed_slice().try_into().ok()
}

impl LargeMap {
    /// An empty one, for a map of that room.
    pub(super) fn new(room: usize) -> Self {
        let mut map = Self { times: 1, ..Self::default() };
        map.shards.grow_for(room);
        map
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// The first position after all that are taken.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn entry(&self, position: usize) -> Option<&Entry> {
        self.chunks.entry(position)
    }

    pub(super) fn entry_mut(&mut self, position: usize) -> Option<&mut Entry> {
        self.chunks.entry_mut(position)
    }

    /// The table that leads to a hash.
    pub(super) fn table(&self, hash: u64) -> Option<&HashTable<u32>> {
        self.shards.of(hash)
    }

    /// Places in some positions, in order, those that are gone included unless many are.
    pub(super) fn places(&self, positions: Range<usize>) -> impl Iterator<Item = &Entry> + '_ {
        let (from, to) = (positions.start, positions.end.min(self.end));
        let chunks = from / CHUNK..to.div_ceil(CHUNK);
        let list = self.chunks.list.get(chunks.clone()).unwrap_or(&[]);
        chunks.zip(list).filter_map(|(at, chunk)| Some((at, chunk.places.as_ref()?))).flat_map(
            move |(at, places)| {
                let begin = at * CHUNK;
                places.get(from.saturating_sub(begin)..(to - begin).min(CHUNK)).unwrap_or(&[])
            },
        )
    }

    /// The first position from `position` on where an entry is.
    pub(super) fn next(&self, position: usize) -> Option<usize> {
        let from = position.max(self.first);
        let begin = from / CHUNK;
        let chunks = (begin..).zip(self.chunks.list.get(begin..)?);
        for (at, chunk) in chunks.filter(|(_, chunk)| chunk.live > 0) {
            let skipped = from.saturating_sub(at * CHUNK);
            let rest = chunk.places.as_ref().and_then(|places| places.get(skipped..)).unwrap_or(&[]);
            if let Some(found) = rest.iter().position(|entry| entry.hash != 0) {
                return Some(at * CHUNK + skipped + found);
            }
        }
        None
    }

    /// How many places count in some positions.
    pub(super) fn counted(&self, positions: Range<usize>) -> usize {
        let (from, to) = (positions.start, positions.end.min(self.end));
        if self.slide.is_none() {
            return to.saturating_sub(from);
        }
        let mut counted = 0;
        let mut at = from;
        while at < to {
            let until = (at / CHUNK + 1) * CHUNK;
            let Some(chunk) = self.chunks.list.get(at / CHUNK) else { break };
            let whole = chunk.counted(self.times);
            counted += match &chunk.places {
                _ if at.is_multiple_of(CHUNK) && to >= until => whole,
                None => whole.min(until.min(to) - at),
                Some(places) => {
                    let part = places.get(at % CHUNK..).unwrap_or(&[]).iter().take(to - at);
                    part.filter(|entry| entry.hash != 0 || entry.key == self.gone().key).count()
                }
            };
            at = until;
        }
        counted
    }

    /// A place that is gone and counts.
    fn gone(&self) -> Entry {
        Entry { key: Slot::word(u64::from(self.times)), ..Entry::GONE }
    }

    /// Nothing that lives moves, and every place that is gone stops to count.
    pub(super) fn make_anew(&mut self, room: usize, live: usize) {
        self.times = self.times.wrapping_add(1).max(1);
        self.shards.grow_for(room);
        self.taken = live;
        self.slide = (live < self.end).then_some(Slide { read: 0, write: 0 });
    }

    /// Adds an entry; `false`, and nothing added, when there is no memory.
    pub(super) fn insert(&mut self, entry: Entry) -> bool {
        self.free_some();
        self.slide();
        let chunks = &self.chunks;
        if self.taken.is_multiple_of(SPLIT_EVERY) {
            self.shards.split(|&at| chunks.hash(at as usize));
        }
        let Ok(at) = u32::try_from(self.end) else { return false };
        if !self.chunks.prepare(self.end) {
            return false;
        }
        let chunks = &self.chunks;
        if !self.shards.insert(entry.hash, at, |&at| chunks.hash(at as usize)) {
            return false;
        }
        self.chunks.put(self.end, entry, self.times);
        self.end += 1;
        self.taken += 1;
        true
    }

    /// Takes out the entry at a position; gives its value.
    pub(super) fn remove(&mut self, position: usize) -> Option<Slot> {
        let at = position / CHUNK;
        let gone = self.gone();
        let entry = self.chunks.entry_mut(position).filter(|entry| entry.hash != 0)?;
        let removed = std::mem::replace(entry, gone);
        if let Some(chunk) = self.chunks.list.get_mut(at) {
            chunk.live -= 1;
            *chunk.gone_mut(self.times) += 1;
        }
        self.shards.remove(removed.hash, position);
        // Two chunks stay: that in which the next entry is put, and that to which entries slide.
        if at != self.end / CHUNK && self.slide.is_none_or(|slide| slide.write / CHUNK != at) {
            self.chunks.free_if_gone(at);
        }
        if position == self.first {
            self.first = self.next(position).unwrap_or(self.end);
        }
        Some(removed.value)
    }

    /// Takes out every entry.
    pub(super) fn clear(&mut self) {
        put_away(&mut self.chunks.list, &mut self.leaving);
        self.shards.clear();
        (self.end, self.first, self.taken, self.slide) = (0, 0, 0, None);
    }

    /// Where entries are about to go, and up to where there is nothing: `write..read`. `None` when all have slid.
    pub(super) fn sliding(&self) -> Option<Range<usize>> {
        self.slide.map(|slide| slide.write..slide.read)
    }

    /// Frees a piece of what is not needed any more; whether there was one.
    ///
    /// What was taken last goes first, and with it what stands last in memory, more or less: allocators that give memory
    /// back from its end do so bit by bit then.
    pub(super) fn free_some(&mut self) -> bool {
        let chunk =
            self.leaving.last().map(|chunk| chunk.places.as_ref().map(|places| places.as_ptr().addr()));
        if self.shards.last_leaving() > chunk.map(Option::unwrap_or_default) {
            return self.shards.free_some();
        }
        if self.leaving.pop().is_some() {
            return true;
        }
        self.leaving = Vec::new();
        self.shards.free_some()
    }

    /// Slides a few places.
    fn slide(&mut self) {
        let Some(mut slide) = self.slide else { return };
        let mut budget = SLIDE;
        while budget > 0 && slide.read < self.end {
            let Some(cost) = self.slide_some(&mut slide) else { break };
            budget = budget.saturating_sub(cost);
        }
        self.slide = Some(slide);
        if slide.read >= self.end {
            self.slide = None;
            self.end = slide.write;
            self.first = self.first.min(self.end);
            self.chunks.list.truncate(self.end.div_ceil(CHUNK));
        }
    }

    /// Slides one place, or passes many; what that counts as, `None` when there is no memory.
    fn slide_some(&mut self, slide: &mut Slide) -> Option<usize> {
        let (at, until) = (slide.read / CHUNK, (slide.read / CHUNK + 1) * CHUNK);
        let chunk = self.chunks.list.get_mut(at)?;
        let is_full = chunk.counted(self.times) == CHUNK;
        if is_full && slide.read.is_multiple_of(CHUNK) && slide.read == slide.write {
            (slide.read, slide.write) = (until, until);
            return Some(PASS);
        }
        let Some(places) = &chunk.places else {
            // Nothing is left of the chunk but how many of its places count.
            let gone = std::mem::take(chunk.gone_mut(self.times));
            for done in 0..gone {
                if !self.put(slide, self.gone()) {
                    if let Some(chunk) = self.chunks.list.get_mut(at) {
                        *chunk.gone_mut(self.times) += gone - done;
                    }
                    return None;
                }
            }
            slide.read = until;
            return Some(PASS + usize::from(gone / 16));
        };
        let entry = *places.get(slide.read % CHUNK)?;
        if entry.hash != 0 || entry.key == self.gone().key {
            if slide.read == slide.write {
                slide.write += 1;
                self.written(slide.write);
            } else {
                if !self.chunks.prepare(slide.write) {
                    return None;
                }
                self.chunks.take(slide.read, self.times);
                if entry.hash != 0 {
                    self.shards.moved(entry.hash, slide.read, u32::try_from(slide.write).ok()?);
                    self.first = self.first.min(slide.write);
                }
                self.put(slide, entry);
            }
        }
        slide.read += 1;
        if slide.read == until && slide.write / CHUNK != at {
            self.chunks.free_if_gone(at);
        }
        Some(1)
    }

    /// Puts an entry or a place that counts to where entries slide; `false` when there is no memory.
    fn put(&mut self, slide: &mut Slide, entry: Entry) -> bool {
        if !self.chunks.prepare(slide.write) {
            return false;
        }
        self.chunks.put(slide.write, entry, self.times);
        slide.write += 1;
        self.written(slide.write);
        true
    }

    /// Entries were slid down to a position: if a chunk is full with it and nothing lives there it is freed.
    fn written(&mut self, write: usize) {
        if write.is_multiple_of(CHUNK) {
            self.chunks.free_if_gone(write / CHUNK - 1);
        }
    }

    /// Bytes that it takes, what is to be freed included.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let chunks = self.chunks.list.iter().chain(&self.leaving);
        let heads = (self.chunks.list.capacity() + self.leaving.capacity()) * size_of::<Chunk>();
        heads
            + chunks.filter(|chunk| chunk.places.is_some()).count() * size_of::<Entry>() * CHUNK
            + self.shards.bytes()
    }

    #[cfg(test)]
    pub(super) fn shards(&self) -> (usize, usize) {
        self.shards.counts()
    }

    #[cfg(test)]
    pub(super) fn first(&self) -> usize {
        self.first
    }
}
