//! The caches: 512 sets of 8 entries.
//!
//! A key belongs to one set, by its hash. A set that is full gives up the entry that came first (FIFO): sites that are
//! used settle again with one search, and nothing has to be written when an entry is found.
//!
//! Memory for the sets is taken with the first entry, so that programs that look nothing up have none.

use lyra_runtime::{CacheStatistics, Caches, SiteKey};

const WAYS: usize = 8;
const SETS: usize = 512;

/// Bits of a hash that are too many.
const SHIFT: u32 = 64 - SETS.trailing_zeros();

/// Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): keys that follow each other, as those of the
/// instructions of a procedure do, are spread.
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

#[derive(Clone, Copy, Default)]
struct Set {
    keys: [u64; WAYS],
    values: [u32; WAYS],
    /// How many entries ever came; those in use are the last [`WAYS`] of them.
    came: u32,
}

/// [`Caches`] of [`HashCaches::ENTRIES`] entries, looked up in the same short time however many there are.
///
/// ```
/// use lyra_runtime::{Caches, SiteKey};
/// use lyra_tier_cache::HashCaches;
///
/// let mut caches = HashCaches::new();
/// let key = SiteKey { site: 17, ty: 4 };
/// assert_eq!(caches.lookup(key), None);
/// caches.insert(key, 9);
/// assert_eq!(caches.lookup(key), Some(9));
/// ```
pub struct HashCaches {
    /// Empty before the first entry.
    sets: Vec<Set>,
    statistics: CacheStatistics,
}

/// A key as a number; none is zero, since no program has so many instructions.
const fn number(key: SiteKey) -> u64 {
    (key.site as u64 + 1) << 32 | key.ty as u64
}

const fn set_of(number: u64) -> usize {
    (number.wrapping_mul(MULTIPLIER) >> SHIFT) as usize
}

impl HashCaches {
    /// How many entries there are at most.
    pub const ENTRIES: usize = SETS * WAYS;
}

impl Caches for HashCaches {
    fn new() -> Self {
        Self { sets: Vec::new(), statistics: CacheStatistics::default() }
    }

    #[inline]
    fn lookup(&mut self, key: SiteKey) -> Option<u32> {
        let number = number(key);
        let set = self.sets.get(set_of(number));
        let found = set.and_then(|set| {
            let way = set.keys.iter().position(|&known| known == number)?;
            set.values.get(way).copied()
        });
        match found {
            Some(_) => self.statistics.hits += 1,
            None => self.statistics.misses += 1,
        }
        found
    }

    fn insert(&mut self, key: SiteKey, value: u32) {
        if self.sets.is_empty() {
            self.sets.resize(SETS, Set::default());
        }
        let number = number(key);
        let Some(set) = self.sets.get_mut(set_of(number)) else { return };
        let way = set.came as usize % WAYS;
        if let (Some(known), Some(held)) = (set.keys.get_mut(way), set.values.get_mut(way)) {
            match *known {
                0 => self.statistics.entries += 1,
                _ => self.statistics.evictions += 1,
            }
            (*known, *held) = (number, value);
        }
        set.came = set.came.wrapping_add(1);
    }

    fn statistics(&self) -> CacheStatistics {
        self.statistics
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn key(site: u32, ty: u32) -> SiteKey {
        SiteKey { site, ty }
    }

    #[test]
    fn what_is_found_was_inserted() {
        let mut caches = HashCaches::new();
        let mut random = fastrand::Rng::with_seed(2);
        let mut inserted = HashMap::new();
        let mut found = 0;
        for _ in 0..200_000 {
            let key = key(random.u32(0..6_000), random.u32(0..3));
            match caches.lookup(key) {
                Some(value) => {
                    found += 1;
                    assert_eq!(inserted.get(&key), Some(&value));
                }
                None => {
                    let value = random.u32(..);
                    caches.insert(key, value);
                    inserted.insert(key, value);
                }
            }
        }
        let statistics = caches.statistics();
        assert_eq!(statistics.hits, found);
        assert_eq!(statistics.hits + statistics.misses, 200_000);
        assert_eq!(statistics.misses, statistics.entries + statistics.evictions);
        assert_eq!(statistics.entries, HashCaches::ENTRIES as u64, "every place was used");
    }

    #[test]
    fn the_sites_of_a_program_stay() {
        let mut caches = HashCaches::new();
        for round in 0..3 {
            for site in 0..1_000 {
                match caches.lookup(key(site, 7)) {
                    Some(value) => assert_eq!(value, site * 2),
                    None => {
                        assert_eq!(round, 0, "site {site} was pushed out");
                        caches.insert(key(site, 7), site * 2);
                    }
                }
            }
        }
        assert_eq!(caches.statistics().evictions, 0);
    }

    #[test]
    fn a_full_set_gives_up_what_came_first() {
        let mut caches = HashCaches::new();
        let first = set_of(number(key(0, 0)));
        let same: Vec<SiteKey> = (0..)
            .map(|site| key(site, 0))
            .filter(|&key| set_of(number(key)) == first)
            .take(WAYS + 1)
            .collect();
        for &key in &same {
            caches.insert(key, key.site);
        }
        assert_eq!(caches.lookup(same[0]), None);
        assert!(same[1..].iter().all(|&key| caches.lookup(key) == Some(key.site)));
        assert_eq!(caches.statistics().evictions, 1);
    }
}
