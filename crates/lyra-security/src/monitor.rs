//! Integrity monitors: has what is executed changed since it was loaded?
//!
//! A monitor sees *regions*, each a run of bytes that an engine feeds to a hasher: decoded code, constants,
//! tables. What is fed is what is executed, not the file it came from. This finds faults and weak tampering in
//! covered regions; whoever can write anywhere in the process can also write here, and no digest helps.

use crate::digest::{Digest, Hasher};
use std::any::Any;
use std::sync::{Arc, OnceLock};

/// What a monitor watches. `feed` gives the same bytes each time as long as nothing has changed.
pub trait Regions {
    /// How many regions there are; does not change.
    fn region_count(&self) -> usize;

    /// Gives all bytes of region `region` to `hasher`. Regions past the count are empty.
    fn feed(&self, region: usize, hasher: &mut Hasher);

    /// What a person calls region `region`, for reports.
    fn region_name(&self, region: usize) -> String {
        format!("region {region}")
    }

    /// Where monitors keep what they know of these regions for others that watch the same; `None` when nowhere.
    fn known(&self) -> Option<&Known> {
        None
    }
}

/// A place beside regions for what a monitor worked out from them at their first load: digests are taken once,
/// however many machines execute the same code. Clones share the place.
///
/// ```
/// use lyra_security::Known;
/// let known = Known::default();
/// assert_eq!(*known.get_or_make(|| 6 * 7), 42);
/// assert_eq!(*known.clone().get_or_make(|| 0), 42);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<OnceLock<Arc<dyn Any + Send + Sync>>>);

impl Known {
    /// What was made before, or else what `make` makes; made anew each time when the place is another kind's.
    pub fn get_or_make<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> Arc<T> {
        let found = Arc::clone(self.0.get_or_init(|| Arc::new(make())));
        found.downcast().unwrap_or_else(|_| Arc::new(make()))
    }
}

/// One change that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// The region that changed.
    pub region: usize,
    /// What a person calls it.
    pub name: String,
    /// Units of the budget used when it was found.
    pub operations: u64,
    /// The digest at load.
    pub expected: Digest,
    /// The digest now.
    pub found: Digest,
}

impl std::fmt::Display for Detection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} was changed while running (found after {} units of fuel)", self.name, self.operations)
    }
}

/// How integrity is watched.
pub trait Monitor: Send {
    /// Takes the digests of `regions` as they are at load.
    fn load(regions: &dyn Regions) -> Self
    where
        Self: Sized;

    /// A call from the host begins, which may be much shorter than a slice of the budget. Looks as
    /// [`poll`](Self::poll) does, unless a monitor says otherwise.
    ///
    /// # Errors
    /// The first change found.
    fn begin(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection> {
        self.poll(regions, operations)
    }

    /// Looks, from the slow path of the budget; `operations` are the units used so far.
    ///
    /// # Errors
    /// The first change found.
    fn poll(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection>;

    /// A result is about to leave the machine: the last chance to look before it is believed.
    ///
    /// # Errors
    /// The first change found.
    fn finish(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection>;

    /// How many regions have been looked at since load.
    fn checks(&self) -> u64;
}

/// The plain monitor: everything, every time. A persistent change is found at the next poll.
///
/// ```
/// use lyra_security::{FullMonitor, Hasher, Monitor, Regions};
/// struct Text(Vec<u8>);
/// impl Regions for Text {
///     fn region_count(&self) -> usize { 1 }
///     fn feed(&self, _: usize, hasher: &mut Hasher) { hasher.write(&self.0); }
/// }
/// let mut text = Text(b"code".to_vec());
/// let mut monitor = FullMonitor::load(&text);
/// assert!(monitor.poll(&text, 10).is_ok());
/// text.0[2] ^= 1;
/// assert_eq!(monitor.poll(&text, 20).unwrap_err().region, 0);
/// ```
#[derive(Clone, Debug)]
pub struct FullMonitor {
    expected: Vec<Digest>,
    checks: u64,
}

fn digest_of(regions: &dyn Regions, region: usize) -> Digest {
    let mut hasher = Hasher::new();
    regions.feed(region, &mut hasher);
    hasher.finish()
}

impl Monitor for FullMonitor {
    fn load(regions: &dyn Regions) -> Self {
        Self { expected: (0..regions.region_count()).map(|at| digest_of(regions, at)).collect(), checks: 0 }
    }

    fn poll(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection> {
        for (region, &expected) in self.expected.iter().enumerate() {
            self.checks = self.checks.saturating_add(1);
            let found = digest_of(regions, region);
            if found != expected {
                let name = regions.region_name(region);
                return Err(Detection { region, name, operations, expected, found });
            }
        }
        Ok(())
    }

    fn finish(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection> {
        self.poll(regions, operations)
    }

    fn checks(&self) -> u64 {
        self.checks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Blocks(Vec<Vec<u8>>);

    impl Regions for Blocks {
        fn region_count(&self) -> usize {
            self.0.len()
        }
        fn feed(&self, region: usize, hasher: &mut Hasher) {
            if let Some(block) = self.0.get(region) {
                hasher.write(block);
            }
        }
        fn region_name(&self, region: usize) -> String {
            format!("block {region}")
        }
    }

    #[test]
    fn every_changed_bit_is_found_at_the_next_poll_and_nothing_else_is() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut blocks = Blocks((0..5).map(|size| (0..size * 9).map(|_| random.u8(..)).collect()).collect());
        let mut monitor = FullMonitor::load(&blocks);
        for region in 0..5 {
            for bit in 0..blocks.0[region].len() * 8 {
                assert_eq!(monitor.poll(&blocks, 1), Ok(()));
                blocks.0[region][bit / 8] ^= 1 << (bit % 8);
                let found = monitor.finish(&blocks, 42).unwrap_err();
                assert_eq!(
                    (found.region, found.operations, found.name.as_str()),
                    (region, 42, &*format!("block {region}"))
                );
                blocks.0[region][bit / 8] ^= 1 << (bit % 8);
            }
        }
        assert!(monitor.checks() > 5);
    }
}
