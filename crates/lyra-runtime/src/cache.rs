//! Inline caches: what an instruction found out the slow way, kept by instruction and type.
//!
//! The plain version is one list of 1,000 entries, searched from the front, the least recently used one replaced.

/// What an entry is found by: the instruction and the type it met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SiteKey {
    /// The instruction, numbered through the whole program.
    pub site: u32,
    /// The type.
    pub ty: u32,
}

/// How well the caches serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStatistics {
    /// Lookups that found an entry.
    pub hits: u64,
    /// Lookups that found none.
    pub misses: u64,
    /// Entries replaced by others.
    pub evictions: u64,
    /// Entries now.
    pub entries: u64,
}

impl CacheStatistics {
    /// Part of the lookups that found an entry, between 0 and 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn hit_rate(&self) -> f64 {
        let lookups = self.hits.saturating_add(self.misses);
        if lookups == 0 { 0.0 } else { self.hits as f64 / lookups as f64 }
    }
}

/// How inline caches are kept. What an entry holds is a number of the machine's own.
pub trait Caches: Send {
    /// Empty caches.
    fn new() -> Self
    where
        Self: Sized;

    /// What was inserted for `key`, if it is still there.
    fn lookup(&mut self, key: SiteKey) -> Option<u32>;

    /// Keeps `value` for `key`, which was looked up in vain.
    fn insert(&mut self, key: SiteKey, value: u32);

    /// How well they serve.
    fn statistics(&self) -> CacheStatistics;
}

struct Entry {
    key: SiteKey,
    value: u32,
    /// When it was last used.
    stamp: u32,
}

/// The plain [`Caches`].
pub struct LinearCaches {
    entries: Vec<Entry>,
    /// The last stamp given.
    clock: u32,
    statistics: CacheStatistics,
}

impl LinearCaches {
    /// How many entries there are at most.
    pub const ENTRIES: usize = 1_000;

    /// The next stamp. When stamps run out all entries are stamped anew, from 1 on in the order of their last
    /// use: who is least recently used does not change.
    fn tick(&mut self) -> u32 {
        if self.clock == u32::MAX {
            self.entries.sort_by_key(|entry| entry.stamp);
            for (stamp, entry) in (1..).zip(&mut self.entries) {
                entry.stamp = stamp;
            }
            self.clock = u32::try_from(self.entries.len()).unwrap_or(0);
        }
        self.clock += 1;
        self.clock
    }
}

impl Caches for LinearCaches {
    fn new() -> Self {
        Self { entries: Vec::new(), clock: 0, statistics: CacheStatistics::default() }
    }

    fn lookup(&mut self, key: SiteKey) -> Option<u32> {
        let stamp = self.tick();
        match self.entries.iter_mut().find(|entry| entry.key == key) {
            Some(entry) => {
                self.statistics.hits += 1;
                entry.stamp = stamp;
                Some(entry.value)
            }
            None => {
                self.statistics.misses += 1;
                None
            }
        }
    }

    fn insert(&mut self, key: SiteKey, value: u32) {
        let entry = Entry { key, value, stamp: self.tick() };
        if self.entries.len() < Self::ENTRIES {
            self.entries.push(entry);
        } else if let Some(oldest) = self.entries.iter_mut().min_by_key(|entry| entry.stamp) {
            self.statistics.evictions += 1;
            *oldest = entry;
        }
        self.statistics.entries = self.entries.len() as u64;
    }

    fn statistics(&self) -> CacheStatistics {
        self.statistics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(site: u32) -> SiteKey {
        SiteKey { site, ty: 7 }
    }

    #[test]
    fn the_least_recently_used_entry_goes_first() {
        let mut caches = LinearCaches::new();
        for site in 0..1_000 {
            assert_eq!(caches.lookup(key(site)), None);
            caches.insert(key(site), site * 2);
        }
        assert_eq!(caches.lookup(key(0)), Some(0));
        assert_eq!(caches.lookup(SiteKey { site: 0, ty: 8 }), None);
        caches.insert(key(1_000), 5);
        assert_eq!(caches.lookup(key(1)), None, "1 was used least recently");
        assert_eq!(caches.lookup(key(0)), Some(0));
        let statistics = caches.statistics();
        assert_eq!((statistics.hits, statistics.misses), (2, 1_002));
        assert_eq!((statistics.evictions, statistics.entries), (1, 1_000));
    }

    #[test]
    fn stamps_running_out_change_no_order() {
        let mut near_the_end = LinearCaches::new();
        near_the_end.clock = u32::MAX - 2_500;
        let mut fresh = LinearCaches::new();
        let mut random = fastrand::Rng::with_seed(11);
        for _ in 0..20_000 {
            let key = key(random.u32(0..1_400));
            let found = fresh.lookup(key);
            assert_eq!(near_the_end.lookup(key), found);
            if found.is_none() {
                fresh.insert(key, key.site);
                near_the_end.insert(key, key.site);
            }
        }
        assert_eq!(near_the_end.statistics(), fresh.statistics());
        assert!(near_the_end.clock < 100_000, "the stamps did run out");
        assert!(fresh.statistics().evictions > 0);
    }
}
