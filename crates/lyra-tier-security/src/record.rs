//! What every region was at load, and how the regions are cut into windows.

use crate::key;
use lyra_security::{Detection, Digest, Hasher, Regions};
use std::ops::Range;

/// Bytes that one look goes over, more or less. On the machine of the tables in `docs/src/benchmarks.md` that takes
/// 3 to 5 µs, gathering included.
pub(crate) const WINDOW: u64 = 4 << 10;

/// What a digest takes besides its bytes, in bytes: beginning and ending one is like going over so many more.
const EACH: u64 = 256;

/// The digests of regions as they were at load.
pub(crate) struct Record {
    key: [u8; 32],
    digests: Vec<Digest>,
    /// Where each window ends; the next begins there.
    ends: Vec<usize>,
}

impl Record {
    /// Of regions as they are now.
    pub(crate) fn of(regions: &dyn Regions) -> Self {
        let key = key::new();
        let count = regions.region_count();
        let mut digests = Vec::with_capacity(count);
        let mut ends = Vec::new();
        let mut filled = 0;
        for region in 0..count {
            let hasher = hashed(regions, region, &key);
            digests.push(hasher.finish());
            filled += hasher.written() + EACH;
            if filled >= WINDOW || region + 1 == count {
                ends.push(region + 1);
                filled = 0;
            }
        }
        Self { key, digests, ends }
    }

    /// How many windows there are: a few kilobytes each, or one region that is larger.
    pub(crate) fn windows(&self) -> usize {
        self.ends.len()
    }

    /// The regions of window `window`, counted round and round.
    pub(crate) fn window(&self, window: usize) -> Range<usize> {
        let Some(window) = window.checked_rem(self.ends.len()) else { return 0..0 };
        let end_of = |window: usize| self.ends.get(window).copied().unwrap_or(0);
        window.checked_sub(1).map_or(0, end_of)..end_of(window)
    }

    /// Compares region `region` with what it was.
    pub(crate) fn check(
        &self,
        regions: &dyn Regions,
        region: usize,
        operations: u64,
    ) -> Result<(), Detection> {
        let Some(&expected) = self.digests.get(region) else { return Ok(()) };
        let found = hashed(regions, region, &self.key).finish();
        if found == expected {
            return Ok(());
        }
        Err(Detection { region, name: regions.region_name(region), operations, expected, found })
    }
}

fn hashed(regions: &dyn Regions, region: usize, key: &[u8; 32]) -> Hasher {
    let mut hasher = Hasher::keyed(key);
    regions.feed(region, &mut hasher);
    hasher
}
