//! What a heap has done, what it holds, and how long programs waited for it.

use super::pool::PoolStatistics;
use std::time::Duration;

/// What a heap has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStatistics {
    /// Bytes charged now.
    pub live_bytes: u64,
    /// Most bytes charged at any time.
    pub peak_bytes: u64,
    /// Bytes charged since the start, those that were given back included.
    pub charged_bytes: u64,
    /// Objects now, dead ones that no collection has met included.
    pub objects: u64,
    /// Objects made since the start.
    pub allocations: u64,
    /// Charges since the start, refused ones included.
    pub charges: u64,
    /// Collections, counted when they begin.
    pub collections: u64,
    /// Objects that collections have freed.
    pub freed: u64,
    /// How long the program waited for collections and parts of them.
    pub pauses: Pauses,
    /// Objects made from what others left.
    pub pool: PoolStatistics,
}

/// How often a program waited for a collection or a part of one, by how long: a histogram whose classes double.
///
/// ```
/// use lyra_runtime::Pauses;
/// use std::time::Duration;
///
/// let mut pauses = Pauses::default();
/// for micros in [3, 3, 3, 50] {
///     pauses.add(Duration::from_micros(micros));
/// }
/// assert_eq!((pauses.count(), pauses.longest()), (4, Duration::from_micros(50)));
/// assert_eq!(pauses.quantile(0.5), Duration::from_micros(4), "half of them were shorter than this");
/// assert_eq!(pauses.classes().find(|(_, count)| *count == 1), Some((Duration::from_micros(64), 1)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pauses {
    /// By class: those shorter than a microsecond, than two, than four and so on; the last has all others.
    counts: [u64; Self::CLASSES],
    /// Nanoseconds.
    total: u64,
    longest: u64,
}

impl Pauses {
    /// How many classes there are: the last but one ends at 16 ms.
    pub const CLASSES: usize = 16;

    /// Counts a pause.
    pub fn add(&mut self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let class = (64 - (nanos / 1_000).leading_zeros() as usize).min(Self::CLASSES - 1);
        if let Some(count) = self.counts.get_mut(class) {
            *count += 1;
        }
        self.total = self.total.saturating_add(nanos);
        self.longest = self.longest.max(nanos);
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// All of them together.
    #[must_use]
    pub const fn total(&self) -> Duration {
        Duration::from_nanos(self.total)
    }

    /// The longest.
    #[must_use]
    pub const fn longest(&self) -> Duration {
        Duration::from_nanos(self.longest)
    }

    /// Of each class with pauses: what they are shorter than, and how many there are. Of the last class it is the longest.
    pub fn classes(&self) -> impl Iterator<Item = (Duration, u64)> + '_ {
        let classes = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        classes.map(|(class, &count)| {
            let bound = if class + 1 < Self::CLASSES { 1_000 << class } else { self.longest };
            (Duration::from_nanos(bound), count)
        })
    }

    /// What so large a part of the pauses, between 0 and 1, was shorter than or as long as; zero without any.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rank for people")]
    pub fn quantile(&self, part: f64) -> Duration {
        let wanted = self.count() as f64 * part;
        let mut seen = 0;
        for (bound, count) in self.classes() {
            seen += count;
            if seen as f64 >= wanted {
                return bound.min(self.longest());
            }
        }
        Duration::ZERO
    }
}

/// What a heap has of the system, in bytes. A heap that leaves that to the system's allocator knows nothing of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapMemory {
    /// What the system gave for objects. Large arrays, texts and maps keep what they hold elsewhere.
    pub committed: u64,
    /// The part of it in which objects are; the rest is free as a whole.
    pub in_use: u64,
    /// Free memory between objects by size: in holes of 16 bytes and more, of 32, 64 and so on.
    pub holes: [u64; Self::SIZES],
}

impl HeapMemory {
    /// How many sizes of holes there are.
    pub const SIZES: usize = 11;

    /// Part of the memory in use that is free, between objects.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn fragmentation(&self) -> f64 {
        let free: u64 = self.holes.iter().sum();
        if self.in_use == 0 { 0.0 } else { free as f64 / self.in_use as f64 }
    }

    /// Of each size with holes: the least bytes of one, and the bytes of all.
    pub fn sizes(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let sizes = self.holes.iter().enumerate().filter(|(_, bytes)| **bytes > 0);
        sizes.map(|(size, &bytes)| (16 << size, bytes))
    }
}
