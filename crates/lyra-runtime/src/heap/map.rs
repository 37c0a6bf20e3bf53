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
const SMALL: usize = 7_168;

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

    /// Whether freeing it takes long; [`Self::free_some`] does it bit by bit.
    #[must_use]
    pub const fn is_large(&self) -> bool {
        self.large.is_some()
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

    /// Frees a piece of what a dead map holds; `false` when what is left is little. The map is empty then.
    pub fn free_some(&mut self) -> bool {
        self.clear();
        self.large.as_mut().is_some_and(|large| large.free_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, HashMap};

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

    /// A large map, and a list of what is to be in it: the position of each key.
    struct Pair {
        map: MapObject,
        model: Model,
        bits: u32,
        random: fastrand::Rng,
    }

    /// Entries by number, in order, and the number of each key.
    #[derive(Default)]
    struct Model {
        order: BTreeMap<u64, (u64, u64)>,
        keys: HashMap<u64, u64>,
        /// Places that are used or gone since the map was made anew: numbers, and whether they are gone.
        places: Vec<(u64, bool)>,
        came: u64,
        room: usize,
    }

    impl Pair {
        fn new(bits: u32) -> Self {
            let random = fastrand::Rng::with_seed(u64::from(bits));
            Self { map: MapObject::default(), model: Model::default(), bits, random }
        }

        fn add(&mut self, key: u64, value: u64) {
            let Self { map, model, bits, .. } = self;
            if let Some(position) = find(map, key, *bits) {
                assert!(map.set_value(position, Slot::word(value)));
                let number = model.keys[&key];
                model.order.get_mut(&number).unwrap().1 = value;
                return;
            }
            assert!(!model.keys.contains_key(&key), "key {key} was lost");
            let grown =
                (model.places.len() == model.room).then(|| cost::map_grown(model.room, model.keys.len()));
            assert_eq!(map.must_grow(), grown, "it is made anew when it always was");
            if let Some(room) = grown {
                assert!(map.make_anew(room));
                model.room = room;
                model.places.retain(|&(_, is_gone)| !is_gone);
            }
            assert!(map.insert(hash(key, *bits), Slot::word(key), Slot::word(value)));
            model.order.insert(model.came, (key, value));
            model.keys.insert(key, model.came);
            model.places.push((model.came, false));
            model.came += 1;
        }

        fn remove(&mut self, key: u64) {
            let Self { map, model, bits, .. } = self;
            let found = find(map, key, *bits);
            let number = model.keys.remove(&key);
            assert_eq!(found.is_some(), number.is_some());
            if let (Some(position), Some(number)) = (found, number) {
                let (_, value) = model.order.remove(&number).unwrap();
                assert_eq!(map.remove(position).map(Slot::as_word), Some(value));
                let at = model.places.binary_search_by_key(&number, |&(number, _)| number).unwrap();
                model.places[at].1 = true;
            }
        }

        /// Compares order, lookups, what is charged for a walk and the memory.
        fn compare(&mut self) {
            let Self { map, model, bits, random } = self;
            assert_eq!((map.len(), map.positions()), (model.keys.len(), model.places.len()));
            let shown = map.iter().map(|(key, value)| (key.as_word(), value.as_word()));
            assert!(shown.eq(model.order.values().copied()), "another order");
            let (mut at, mut places) = (0, model.places.iter());
            for &(key, _) in model.order.values() {
                let found = map.next(at).unwrap();
                assert_eq!(map.entry(found).unwrap().0.as_word(), key);
                let gone = places.by_ref().take_while(|&&(_, is_gone)| is_gone).count();
                assert_eq!(map.passed(at, Some(found)), gone);
                at = found + 1;
            }
            assert_eq!((map.next(at), map.passed(at, None)), (None, places.count()));
            let mut pieces = Vec::new();
            let mut from = Some(0);
            while let Some(begin) = from {
                let (entries, next) = map.piece(begin, 300);
                pieces.extend(entries.map(|(key, _)| key.as_word()));
                from = next;
            }
            assert!(pieces.into_iter().eq(model.order.values().map(|&(key, _)| key)), "pieces are not all");
            for _ in 0..100 {
                let key = random.u64(0..100_000);
                let found = find(map, key, *bits).and_then(|at| map.entry(at));
                let known = model.keys.get(&key).map(|number| model.order[number].1);
                assert_eq!(found.map(|(_, value)| value.as_word()), known);
            }
            if let Some(large) = &map.large {
                assert_eq!(large.first(), map.next(0).unwrap_or(large.end()));
                if *bits > 32 {
                    let (bytes, charged) = (large.bytes() as u64, cost::map(map.room));
                    assert!(
                        bytes < charged + charged / 32 + 150_000,
                        "{bytes} bytes, charged were {charged}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_large_map_agrees_with_a_list_and_is_charged_as_a_small_one() {
        for bits in [9, 64] {
            let mut pair = Pair::new(bits);
            let most = if bits < 32 { 9_000 } else { 45_000 };
            for round in 0..60u64 {
                // Keys come at random and in order, go at random, from the front and from the end, and all at once.
                let steps = pair.random.u64(0..most / 4);
                for step in 0..steps {
                    let key = pair.random.u64(0..most);
                    match (round % 12, pair.random.u32(0..100)) {
                        (0..=3, 0..90) | (4..=7, 0..10) | (_, 0..50) => pair.add(key, step),
                        (0..=7, _) => pair.remove(key),
                        (8, _) => {
                            let first = pair.model.order.first_key_value().map(|(_, &(key, _))| key);
                            pair.remove(first.unwrap_or(key));
                        }
                        (9, _) => {
                            let last = pair.model.order.last_key_value().map(|(_, &(key, _))| key);
                            pair.remove(last.unwrap_or(key));
                        }
                        _ => pair.add(step, key),
                    }
                    if step % 2_000 == 1_999 {
                        pair.compare();
                    }
                }
                pair.compare();
                if round == 40 {
                    pair.map.clear();
                    pair.model.order.clear();
                    pair.model.keys.clear();
                    pair.model.places.clear();
                    pair.compare();
                }
                let mut copy = MapObject::default();
                assert!(copy.make_anew(cost::map_room(pair.map.len())));
                assert!(copy.copy_from(&pair.map) && copy.iter().eq(pair.map.iter()));
                assert_eq!(copy.positions(), copy.len());
            }
            assert!(pair.map.large.is_some() && pair.model.came > 2 * most, "{} came", pair.model.came);
        }
    }

    #[test]
    fn a_large_map_is_compact_again_when_entries_have_slid() {
        let mut pair = Pair::new(64);
        let full = 57_344;
        (0..full).for_each(|key| pair.add(key, key));
        assert_eq!(pair.map.capacity() as u64, full);
        (0..full)
            .filter(|key| key % 3 != 0 || (20_000..30_000).contains(key))
            .for_each(|key| pair.remove(key));
        pair.add(full, 0);
        let sliding = pair.map.sliding().unwrap();
        assert!(sliding.start < sliding.end && sliding.end <= 64, "{sliding:?}");
        assert_eq!(pair.map.capacity() as u64, full, "less than half of it was left");
        // Some go while the others slide, and still count.
        for key in 1..4_000 {
            pair.add(full + key, key);
            pair.remove(full - 2 - key * 3);
            if key % 256 == 0 {
                pair.compare();
            }
        }
        assert!(pair.map.sliding().is_none());
        pair.compare();
        let large = pair.map.large.as_ref().unwrap();
        assert_eq!((large.end(), large.taken()), (pair.model.places.len(), pair.model.places.len()));
        assert!(pair.model.places.iter().any(|&(_, is_gone)| is_gone));
        assert!(large.bytes() < 45 * pair.model.places.len(), "{}", large.bytes());
    }

    #[test]
    fn shards_are_as_large_as_their_tables_and_hashes_that_are_alike_split_none_without_end() {
        for bits in [1, 3, 64] {
            let mut map = MapObject::default();
            let count = if bits < 32 { 15_000u64 } else { 458_752 };
            for key in 0..count {
                if let Some(room) = map.must_grow() {
                    assert!(map.make_anew(room));
                }
                // Those with few bits have as few tags; that they are not equal is told at once.
                let hash = if bits < 32 { hash(key, bits) | ((key << 1) & 0xFFF) } else { hash(key, bits) };
                assert!(map.insert(hash, Slot::word(key), Slot::ZERO));
                if map.len() == map.capacity() && map.len() > 7_168 {
                    let large = map.large.as_ref().unwrap();
                    let (bytes, charged) = (large.bytes() as u64, cost::map(map.room));
                    assert!(
                        bits < 32 || bytes < charged + charged / 32,
                        "{bytes} bytes, charged were {charged}"
                    );
                }
            }
            let (shards, longest) = map.large.as_ref().unwrap().shards();
            assert_eq!(shards, 17 * (cost::map_buckets(map.room) >> 14));
            assert!(bits < 32 || (700..1_000).contains(&longest), "{longest}");
        }
    }

    #[test]
    fn what_a_cleared_or_dead_map_held_goes_in_pieces() {
        let mut map = MapObject::default();
        let add = |map: &mut MapObject, key: u64| {
            if let Some(room) = map.must_grow() {
                assert!(map.make_anew(room));
            }
            assert!(map.insert(hash(key, 64), Slot::word(key), Slot::ZERO));
        };
        (0..50_000).for_each(|key| add(&mut map, key));
        let before = map.large.as_ref().unwrap().bytes();
        map.clear();
        assert!(map.large.as_ref().unwrap().bytes() >= before, "nothing is freed at once");
        (0..400).for_each(|key| add(&mut map, key));
        let after = map.large.as_ref().unwrap().bytes();
        assert!(after < 200_000 && before > 7 * after, "{before} bytes, then {after}");
        map.clear();
        let pieces = std::iter::from_fn(|| map.free_some().then_some(())).count();
        assert!(pieces > 17, "{pieces}");
        assert!(map.large.as_ref().unwrap().bytes() < 4_000);
        assert!(!MapObject::default().free_some());
    }

    #[test]
    fn a_large_queue_of_keys_stays_small() {
        let mut map = MapObject::default();
        for key in 0..400_000u64 {
            if let Some(room) = map.must_grow() {
                assert!(map.make_anew(room));
            }
            assert!(map.insert(hash(key, 64), Slot::word(key), Slot::ZERO));
            if key >= 10_000 {
                let first = map.next(0).unwrap();
                assert_eq!(map.entry(first).unwrap().0.as_word(), key - 10_000);
                map.remove(first);
                assert!(find(&map, key - 10_000, 64).is_none());
            }
        }
        assert!(
            map.capacity() <= 28_672 && map.large.as_ref().unwrap().bytes() < 700_000,
            "{}",
            map.capacity()
        );
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
