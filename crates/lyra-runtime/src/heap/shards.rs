//! The table of a large map, in shards: tables of a few hundred places each, of which one is split at a time.
//!
//! ```text
//! shards    |  0  |  1  |  2  |  3  |         halves of shard 0 are the first two of `halves`, and so on;
//! halves    | 0 | 0 | 1 | 1 |                 what belongs to 2 and 3 was not split yet
//! ```
//!
//! A hash belongs to the shard at the same part of all shards as its bits from 16 to 47 are of all numbers; tables go
//! by other bits. When every shard is split the halves are the shards.
//!
//! How many shards there are to be is a matter of the room only, so hashes that are alike make one of them long and
//! split none without end. There are 17 shards for 16 that would do: their loads differ by chance, and few are to
//! exceed what a table of theirs holds.

use crate::cost;
use hashbrown::HashTable;
use std::ptr;

/// Shards of the smallest large maps.
const FEWEST: usize = 17;

/// Buckets of these, together.
const FEWEST_BUCKETS: usize = 16 * 1_024;

/// Entries for which the table of a shard has room at first: it seldom needs more when the map is full.
const ROOM: usize = 896;

/// Entries whose hashes are read together when a shard is split.
const BATCH: usize = 32;

/// Places of entries, found by their hashes.
#[derive(Default)]
pub(super) struct Shards {
    shards: Vec<HashTable<u32>>,
    /// Of the shards that were split: two of each, in order.
    halves: Vec<HashTable<u32>>,
    /// So many shards there are to be.
    wanted: usize,
    /// What a table is given room for first.
    room: usize,
    /// Tables that are to be freed.
    leaving: Vec<HashTable<u32>>,
}

/// Where a hash belongs when there are so many shards.
fn place(hash: u64, shards: usize) -> usize {
    let part = u64::from((hash >> 16) as u32);
    (part.wrapping_mul(shards as u64) >> 32) as usize
}

/// Makes a list empty; what it held goes into `leaving`, or is dropped when there is no memory for that.
pub(super) fn put_away<T>(list: &mut Vec<T>, leaving: &mut Vec<T>) {
    if leaving.is_empty() {
        std::mem::swap(list, leaving);
    } else if leaving.try_reserve(list.len()).is_ok() {
        leaving.append(list);
    }
    list.clear();
}

impl Shards {
    /// Has it split up, bit by bit, for a map of that room.
    pub(super) fn grow_for(&mut self, room: usize) {
        let buckets = cost::map_buckets(room);
        self.wanted = FEWEST * (buckets / FEWEST_BUCKETS).max(1);
        self.room = if buckets < FEWEST_BUCKETS { ROOM / 2 } else { ROOM };
    }

    /// The table for a hash.
    #[inline]
    pub(super) fn of(&self, hash: u64) -> Option<&HashTable<u32>> {
        let at = place(hash, self.shards.len());
        if 2 * at < self.halves.len() {
            return self.halves.get(place(hash, 2 * self.shards.len()));
        }
        self.shards.get(at)
    }

    #[inline]
    fn of_mut(&mut self, hash: u64) -> Option<&mut HashTable<u32>> {
        let at = place(hash, self.shards.len());
        if 2 * at < self.halves.len() {
            return self.halves.get_mut(place(hash, 2 * self.shards.len()));
        }
        self.shards.get_mut(at)
    }

    /// Adds a position; `false`, and nothing done, when there is no memory.
    pub(super) fn insert(&mut self, hash: u64, position: u32, hash_of: impl Fn(&u32) -> u64) -> bool {
        if self.shards.is_empty() {
            let count = FEWEST;
            if self.shards.try_reserve_exact(count).is_err() {
                return false;
            }
            self.shards.resize_with(count, HashTable::new);
        }
        let room = self.room;
        let Some(table) = self.of_mut(hash) else { return false };
        let wanted = if table.capacity() == 0 { room } else { 1 };
        if table.try_reserve(wanted, &hash_of).is_err() {
            return false;
        }
        table.insert_unique(hash, position, hash_of);
        true
    }

    /// Takes a position out.
    pub(super) fn remove(&mut self, hash: u64, position: usize) {
        let Some(table) = self.of_mut(hash) else { return };
        if let Ok(place) = table.find_entry(hash, |&at| at as usize == position) {
            place.remove();
        }
    }

    /// An entry went from one position to another.
    pub(super) fn moved(&mut self, hash: u64, from: usize, to: u32) {
        let found = self.of_mut(hash).and_then(|table| table.find_mut(hash, |&at| at as usize == from));
        if let Some(at) = found {
            *at = to;
        }
    }

    /// Splits one more shard, if there are to be more and there is memory.
    pub(super) fn split(&mut self, hash_of: impl Fn(&u32) -> u64) {
        let count = self.shards.len();
        let at = self.halves.len() / 2;
        let more = 2 * count - self.halves.len();
        if count >= self.wanted || self.halves.try_reserve_exact(more).is_err() {
            return;
        }
        let Some(shard) = self.shards.get_mut(at) else { return };
        let mut halves = [HashTable::new(), HashTable::new()];
        if !shard.is_empty() {
            if halves.iter_mut().any(|half| half.try_reserve(self.room, &hash_of).is_err()) {
                return;
            }
            let mut positions = shard.iter();
            loop {
                // Entries are far apart: they are waited for together, not one after the other.
                let mut batch = [(0, 0); BATCH];
                let mut filled = 0;
                for (place, &position) in batch.iter_mut().zip(&mut positions) {
                    *place = (hash_of(&position), position);
                    filled += 1;
                }
                for &(hash, position) in batch.iter().take(filled) {
                    let [even, odd] = &mut halves;
                    let half = if place(hash, 2 * count).is_multiple_of(2) { even } else { odd };
                    if half.try_reserve(1, &hash_of).is_err() {
                        return;
                    }
                    half.insert_unique(hash, position, &hash_of);
                }
                if filled < BATCH {
                    break;
                }
            }
        }
        *shard = HashTable::new();
        self.halves.extend(halves);
        if self.halves.len() == 2 * count {
            self.shards = std::mem::take(&mut self.halves);
        }
    }

    /// Makes it empty; the tables are freed by [`Self::free_some`].
    pub(super) fn clear(&mut self) {
        put_away(&mut self.shards, &mut self.leaving);
        put_away(&mut self.halves, &mut self.leaving);
    }

    /// Where the next table stands that is not needed any more; the highest address if it is empty.
    pub(super) fn last_leaving(&self) -> Option<usize> {
        let table = self.leaving.last()?;
        Some(table.iter().next().map_or(usize::MAX, |position| ptr::from_ref(position).addr()))
    }

    /// Frees a table that is not needed any more; whether there was one.
    pub(super) fn free_some(&mut self) -> bool {
        let freed = self.leaving.pop().is_some();
        if !freed {
            self.leaving = Vec::new();
        }
        freed
    }

    /// Bytes that its tables take.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let heads = self.shards.capacity() + self.halves.capacity() + self.leaving.capacity();
        let tables = self.shards.iter().chain(&self.halves).chain(&self.leaving);
        heads * size_of::<HashTable<u32>>() + tables.map(HashTable::allocation_size).sum::<usize>()
    }

    /// How many shards there are, and in the largest of them how many entries.
    #[cfg(test)]
    pub(super) fn counts(&self) -> (usize, usize) {
        let tables = self.shards.iter().chain(&self.halves);
        (self.shards.len(), tables.map(HashTable::len).max().unwrap_or(0))
    }
}
