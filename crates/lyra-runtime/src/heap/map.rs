//! Maps: entries in the order in which their keys came, and a table that finds an entry by its key's hash.
//!
//! ```text
//! entries   | "b": 1 | gone | "a": 7 | "c": 2 |        positions 0 to 3, the first of them 0
//! table     hash of "a" -> 2, hash of "b" -> 0, hash of "c" -> 3
//! ```
//!
//! A removed entry stays as *gone*, so positions hold while a map is walked; when every place is used or gone the
//! map is made anew, without what is gone, with room as `cost::map_grown` says. Between that and the next time no
//! more than its room is put into the table, so the table never grows by itself: what it takes is charged before.
//!
//! A map with room for more than [`SMALL`] entries is kept otherwise ([`LargeMap`]): to make it anew is only begun then,
//! and each insertion goes on with it, so no operation takes long. What is charged, and when, is the same.
//!
//! Which key is equal to which is not decided here: whoever looks for one brings its hash and the comparison. The
//! full hash is kept, so that only keys with equal hashes are compared and none is hashed twice.

use super::large_map::LargeMap;
use crate::cost;
use crate::fault::Fault;
use crate::slot::Slot;
use hashbrown::HashTable;
use std::ops::Range;

/// This bit of a kept hash says that the entry is there. It is none of those that the table goes by.
const LIVE: u64 = 1 << 50;

/// Room of the largest maps that are made anew at once.
const SMALL: usize = 3_584;

#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) key: Slot,
    pub(super) value: Slot,
    /// With [`LIVE`] set; zero when the entry is gone.
    pub(super) hash: u64,
}

impl Entry {
    pub(super) const GONE: Self = Self { key: Slot::ZERO, value: Slot::ZERO, hash: 0 };
}

/// The content of a map.
#[derive(Default)]
pub struct MapObject {
    /// Of a small map, as [`Self::entries`], [`Self::first`]: empty in a large one.
    table: HashTable<u32>,
    entries: Vec<Entry>,
    /// The content of a large map.
    large: Option<Box<LargeMap>>,
    /// How many entries fit; what is charged for.
    room: usize,
    live: usize,
    /// Before this position everything is gone.
    first: usize,
    version: u32,
}

impl MapObject {
    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.live
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Changes whenever a key comes or goes.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// How many entries fit.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.room
    }

    /// Places that are used or gone since it was made anew.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.large.as_ref().map_or(self.entries.len(), |large| large.taken())
    }

    /// Whether so many positions may hold an entry, or more.
    #[must_use]
    pub fn is_longer_than(&self, positions: usize) -> bool {
        self.large.is_some() || self.entries.len() > positions
    }

    #[inline]
    fn place(&self, position: usize) -> Option<&Entry> {
        match &self.large {
            None => self.entries.get(position),
            Some(large) => large.entry(position),
        }
    }

    #[inline]
    fn place_mut(&mut self, position: usize) -> Option<&mut Entry> {
        match &mut self.large {
            None => self.entries.get_mut(position),
            Some(large) => large.entry_mut(position),
        }
    }

    /// Key and value at a position; `None` where the entry is gone and past the last.
    #[must_use]
    pub fn entry(&self, position: usize) -> Option<(Slot, Slot)> {
        self.place(position).filter(|entry| entry.hash != 0).map(|entry| (entry.key, entry.value))
    }

    /// The first position from `position` on where an entry is.
    #[must_use]
    pub fn next(&self, position: usize) -> Option<usize> {
        if let Some(large) = &self.large {
            return large.next(position);
        }
        let from = position.max(self.first);
        let rest = self.entries.get(from..)?;
        rest.iter().position(|entry| entry.hash != 0).map(|skipped| from + skipped)
    }

    /// How many places, used or gone since the map was made anew, there are from `from` on before `to`, which is an
    /// entry's position or `None` for the end.
    #[must_use]
    pub fn passed(&self, from: usize, to: Option<usize>) -> usize {
        match &self.large {
            None => to.unwrap_or(self.entries.len()).saturating_sub(from),
            Some(large) => large.counted(from..to.unwrap_or(usize::MAX)),
        }
    }

    fn places(&self, positions: Range<usize>) -> impl Iterator<Item = &Entry> + '_ {
        let (from, to) = (positions.start.min(self.entries.len()), positions.end.min(self.entries.len()));
        let small = self.entries.get(from..to).unwrap_or(&[]);
        let large = self.large.iter().flat_map(move |large| large.places(positions.clone()));
        small.iter().chain(large).filter(|entry| entry.hash != 0)
    }

    /// Every key and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, Slot)> + '_ {
        self.places(0..usize::MAX).map(|entry| (entry.key, entry.value))
    }

    /// Keys and values of a piece of the map, in order: of those from `from` on at `count` positions; then where the
    /// next piece begins, if anything is left.
    pub fn piece(
        &self,
        from: usize,
        count: usize,
    ) -> (impl Iterator<Item = (Slot, Slot)> + '_, Option<usize>) {
        let from = self.next(from).unwrap_or(usize::MAX);
        let to = from.saturating_add(count);
        let last = self.large.as_ref().map_or(self.entries.len(), |large| large.end());
        let entries = self.places(from..to).map(|entry| (entry.key, entry.value));
        (entries, (to < last).then_some(to))
    }

    /// Where a walk that has come to `position` goes on when the map has been made anew.
    #[must_use]
    pub fn position_made_anew(&self, position: usize) -> usize {
        if self.large.is_some() { position } else { self.places(0..position).count() }
    }

    /// Where the next insertion may put entries that stand further on, and from where on they stand: `to..from`.
    /// Between these positions nothing is; `None` when no entry moves.
    #[must_use]
    pub fn sliding(&self) -> Option<Range<usize>> {
        self.large.as_ref().and_then(|large| large.sliding())
    }

    /// The hash that was given for the key at a position.
    #[must_use]
    pub fn hash(&self, position: usize) -> u64 {
        self.place(position).map_or(0, |entry| entry.hash)
    }

    /// The position of the key with that hash for which `same` holds.
    ///
    /// # Errors
    /// What `same` fails with.
    #[inline]
    pub fn find(
        &self,
        hash: u64,
        mut same: impl FnMut(Slot) -> Result<bool, Fault>,
    ) -> Result<Option<usize>, Fault> {
        let hash = hash | LIVE;
        let mut failed = None;
        let mut is_same = |entry: Option<&Entry>| {
            let Some(entry) = entry else { return false };
            entry.hash == hash
                && same(entry.key).unwrap_or_else(|fault| {
                    failed = Some(fault);
                    true
                })
        };
        let found = match &self.large {
            None => self.table.find(hash, |&at| is_same(self.entries.get(at as usize))),
            Some(large) => {
                let table = large.table(hash);
                table.and_then(|table| table.find(hash, |&at| is_same(large.entry(at as usize))))
            }
        };
        let found = found.map(|&at| at as usize);
        match failed {
            Some(fault) => Err(fault),
            None => Ok(found),
        }
    }

    /// Changes the value at a position where an entry is; `false` where there is none.
    #[must_use]
    pub fn set_value(&mut self, position: usize, value: Slot) -> bool {
        let entry = self.place_mut(position).filter(|entry| entry.hash != 0);
        entry.map(|entry| entry.value = value).is_some()
    }

    /// The room that it must be made anew with before another key comes; `None` when there is a place.
    #[must_use]
    pub fn must_grow(&self) -> Option<usize> {
        if self.positions() < self.room { None } else { Some(cost::map_grown(self.room, self.live)) }
    }

    /// Makes it anew with that much room, without what is gone. The caller has charged the difference. `false`, and
    /// nothing done, when there is no memory.
    #[must_use]
    pub fn make_anew(&mut self, room: usize) -> bool {
        if let Some(large) = &mut self.large {
            large.make_anew(room, self.live);
        } else if room > SMALL {
            let mut large = Box::new(LargeMap::new(room));
            if !self.places(0..usize::MAX).all(|entry| large.insert(*entry)) {
                return false;
            }
            (self.entries, self.table) = (Vec::new(), HashTable::new());
            self.large = Some(large);
        } else if !self.make_small_anew(room) {
            return false;
        }
        self.room = room;
        true
    }

    fn make_small_anew(&mut self, room: usize) -> bool {
        if room == self.room {
            self.entries.retain(|entry| entry.hash != 0);
            self.table.clear();
        } else {
            let (mut entries, mut table) = (Vec::new(), HashTable::new());
            // Hashes of others are never asked for: the table has room.
            if entries.try_reserve_exact(room).is_err() || table.try_reserve(room, |_| 0).is_err() {
                return false;
            }
            entries.extend(self.entries.iter().filter(|entry| entry.hash != 0));
            (self.entries, self.table) = (entries, table);
        }
        self.first = 0;
        for (at, entry) in (0u32..).zip(&self.entries) {
            self.table.insert_unique(entry.hash, at, |_| 0);
        }
        true
    }

    /// Adds a key that is not there, when there is a place; `false`, and nothing done, when there is none, or no memory.
    #[must_use]
    pub fn insert(&mut self, hash: u64, key: Slot, value: Slot) -> bool {
        let entry = Entry { key, value, hash: hash | LIVE };
        if let Some(large) = &mut self.large {
            if large.taken() >= self.room || !large.insert(entry) {
                return false;
            }
        } else {
            let (Ok(at), true) = (u32::try_from(self.entries.len()), self.entries.len() < self.room) else {
                return false;
            };
            self.entries.push(entry);
            let Self { table, entries, .. } = self;
            let hash_of = |&at: &u32| entries.get(at as usize).map_or(0, |entry| entry.hash);
            table.insert_unique(entry.hash, at, hash_of);
        }
        self.live += 1;
        self.version = self.version.wrapping_add(1);
        true
    }

    /// Takes out the entry at a position; gives its value.
    pub fn remove(&mut self, position: usize) -> Option<Slot> {
        let value = match &mut self.large {
            None => self.remove_small(position)?,
            Some(large) => large.remove(position)?,
        };
        self.live -= 1;
        self.version = self.version.wrapping_add(1);
        Some(value)
    }

    fn remove_small(&mut self, position: usize) -> Option<Slot> {
        let entry = self.entries.get_mut(position).filter(|entry| entry.hash != 0)?;
        let removed = std::mem::replace(entry, Entry::GONE);
        if let Ok(place) = self.table.find_entry(removed.hash, |&at| at as usize == position) {
            place.remove();
        }
        while self.entries.get(self.first).is_some_and(|entry| entry.hash == 0) {
            self.first += 1;
        }
        Some(removed.value)
    }

    /// Takes out every entry; the room stays.
    pub fn clear(&mut self) {
        if self.live > 0 {
            self.version = self.version.wrapping_add(1);
        }
        match &mut self.large {
            None => {
                self.table.clear();
                self.entries.clear();
            }
            Some(large) => large.clear(),
        }
        (self.live, self.first) = (0, 0);
    }

    /// Takes over every entry of `from`, which fit, in place of its own; whether there was memory for all.
    #[must_use]
    pub fn copy_from(&mut self, from: &Self) -> bool {
        self.clear();
        from.places(0..usize::MAX).all(|entry| self.insert(entry.hash, entry.key, entry.value))
    }

    /// Frees a piece of what a dead map holds; `false` when what is left is little.
    pub fn free_some(&mut self) -> bool {
        self.large.as_mut().is_some_and(|large| large.free_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small hash, so that many keys share one and places in the table are contended for.
    fn hash(key: u64, bits: u32) -> u64 {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - bits)).rotate_right(9)
    }

    fn find(map: &MapObject, key: u64, bits: u32) -> Option<usize> {
        map.find(hash(key, bits), |slot| Ok(slot.as_word() == key)).unwrap()
    }

    #[test]
    fn it_agrees_with_a_list_and_never_grows_by_itself() {
        for bits in [1, 4, 64] {
            let mut random = fastrand::Rng::with_seed(u64::from(bits));
            let mut map = MapObject::default();
            let mut list: Vec<(u64, u64)> = Vec::new();
            for step in 0..20_000u64 {
                // Long phases of mostly coming and mostly going.
                let coming = if step / 500 % 2 == 0 { 70 } else { 30 };
                let key = random.u64(0..300);
                let known = list.iter().position(|&(known, _)| known == key);
                let found = find(&map, key, bits);
                assert_eq!(found.is_some(), known.is_some());
                let version = map.version();
                match (random.u32(0..100) < coming, known, found) {
                    (true, Some(at), Some(position)) => {
                        list[at].1 = step;
                        assert!(map.set_value(position, Slot::word(step)));
                        assert_eq!(map.version(), version);
                    }
                    (true, ..) => {
                        if let Some(room) = map.must_grow() {
                            assert!(map.make_anew(room));
                        }
                        assert!(map.insert(hash(key, bits), Slot::word(key), Slot::word(step)));
                        list.push((key, step));
                        assert_ne!(map.version(), version);
                    }
                    (false, Some(at), Some(position)) => {
                        assert_eq!(map.remove(position).map(Slot::as_word), Some(list.remove(at).1));
                        assert_ne!(map.version(), version);
                    }
                    _ => {}
                }
                let buckets = map.table.num_buckets();
                assert!(
                    map.room == 0 || buckets == cost::map_buckets(map.room),
                    "{buckets} for {}",
                    map.room
                );
                assert_eq!(map.entries.capacity(), map.room);
            }
            let shown: Vec<(u64, u64)> = map.iter().map(|(k, v)| (k.as_word(), v.as_word())).collect();
            assert_eq!(shown, list);
            assert_eq!(map.len(), list.len());
        }
    }

    #[test]
    fn a_queue_of_keys_stays_small_and_its_first_is_found_at_once() {
        let mut map = MapObject::default();
        for key in 0..10_000u64 {
            if let Some(room) = map.must_grow() {
                assert!(map.make_anew(room));
            }
            assert!(map.insert(hash(key, 64), Slot::word(key), Slot::ZERO));
            if key >= 100 {
                let first = map.next(0).unwrap();
                assert_eq!((first, map.entry(first).unwrap().0.as_word()), (map.first, key - 100));
                map.remove(first);
            }
        }
        assert!(map.capacity() <= 448, "{}", map.capacity());
    }

    #[test]
    fn a_failing_comparison_is_told() {
        let mut map = MapObject::default();
        assert!(map.make_anew(3));
        assert!(map.insert(1, Slot::word(1), Slot::ZERO));
        assert!(map.find(1, |_| Err(Fault::broken("no"))).is_err());
        assert_eq!(map.find(2, |_| Err(Fault::broken("no"))), Ok(None));
    }

    #[test]
    fn a_copy_has_the_same_order_without_what_is_gone() {
        let mut map = MapObject::default();
        assert!(map.make_anew(7));
        for key in 0..7u64 {
            assert!(map.insert(hash(key, 64), Slot::word(key), Slot::word(key * 2)));
        }
        assert!(!map.insert(hash(7, 64), Slot::word(7), Slot::ZERO), "it is full");
        map.remove(0);
        map.remove(3);
        let mut copy = MapObject::default();
        assert!(copy.make_anew(7));
        assert!(copy.copy_from(&map));
        assert!(copy.iter().eq(map.iter()));
        assert_eq!(
            (copy.positions(), copy.next(0), map.next(0), map.next(3)),
            (5, Some(0), Some(1), Some(4))
        );
        map.clear();
        assert_eq!((map.len(), map.next(0), map.entry(1)), (0, None, None));
    }
}
