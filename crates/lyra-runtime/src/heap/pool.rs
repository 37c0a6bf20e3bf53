//! The pool of 100 objects: what freed objects leave is used again for new ones.
//!
//! A place in the pool holds an emptied buffer. A new object takes the first one of its kind that is large
//! enough and not much too large; the search is linear, as long as the pool is small. Buffers past
//! [`LARGEST`] bytes go back to the system, so the pool never holds more than 400 KiB, which are not charged.

use super::object::Body;
use crate::slot::Slot;

/// How many objects the pool holds.
const PLACES: usize = 100;

/// Bytes of the largest buffer that is kept.
const LARGEST: usize = 4_096;

/// How well the pool serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStatistics {
    /// Objects made from a buffer of the pool.
    pub reused: u64,
    /// Objects for which it had none.
    pub missed: u64,
    /// Buffers taken in.
    pub returned: u64,
    /// Buffers that found no place or were too large.
    pub dropped: u64,
}

impl PoolStatistics {
    /// Part of the objects made from the pool, between 0 and 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    pub fn reuse_rate(&self) -> f64 {
        let asked = self.reused.saturating_add(self.missed);
        if asked == 0 { 0.0 } else { self.reused as f64 / asked as f64 }
    }
}

/// Emptied buffers of freed objects.
#[derive(Default)]
pub(super) struct Pool {
    places: Vec<Body>,
    pub(super) statistics: PoolStatistics,
}

/// Whether a buffer of `has` elements serves for `needed`: large enough, and less than four times too large.
const fn serves(has: usize, needed: usize) -> bool {
    has >= needed && has / 4 <= needed
}

impl Pool {
    /// Takes in what a freed object leaves.
    pub(super) fn put(&mut self, mut body: Body) {
        let bytes = match &mut body {
            Body::Text { text, .. } | Body::Buffer { text, .. } => {
                text.clear();
                text.capacity()
            }
            Body::Bytes { list, .. } => {
                list.clear();
                list.capacity()
            }
            Body::Halves { list, .. } => {
                list.clear();
                list.capacity().saturating_mul(4)
            }
            Body::Words { list, .. } => {
                list.clear();
                list.capacity().saturating_mul(8)
            }
            Body::Refs { list, .. } => {
                list.clear();
                list.capacity().saturating_mul(8)
            }
            Body::Record { parts, .. } | Body::Closure { captures: parts, .. } => {
                parts.clear();
                parts.capacity().saturating_mul(8)
            }
            Body::Free { .. }
            | Body::Part { .. }
            | Body::Error { .. }
            | Body::Host { .. }
            | Body::Map { .. }
            | Body::Boxed { .. } => return,
        };
        if bytes == 0 {
            return;
        }
        if bytes > LARGEST || self.places.len() >= PLACES {
            self.statistics.dropped += 1;
        } else {
            self.statistics.returned += 1;
            self.places.push(body);
        }
    }

    /// An empty text with room for `bytes`.
    pub(super) fn text(&mut self, bytes: usize) -> String {
        let found = self.find(bytes, |body| match body {
            Body::Text { text, .. } | Body::Buffer { text, .. } => Some(text.capacity()),
            _ => None,
        });
        match found {
            Some(Body::Text { text, .. } | Body::Buffer { text, .. }) => text,
            _ => String::with_capacity(bytes),
        }
    }

    /// An empty list of parts or captures with room for `count`.
    pub(super) fn parts(&mut self, count: usize) -> Vec<Slot> {
        let found = self.find(count, |body| match body {
            Body::Record { parts, .. } | Body::Closure { captures: parts, .. } => Some(parts.capacity()),
            _ => None,
        });
        match found {
            Some(Body::Record { parts, .. } | Body::Closure { captures: parts, .. }) => parts,
            _ => Vec::with_capacity(count),
        }
    }

    /// The first place that serves for `needed` elements.
    fn find(&mut self, needed: usize, capacity: impl Fn(&Body) -> Option<usize>) -> Option<Body> {
        if needed == 0 {
            return None;
        }
        let at = self.places.iter().position(|body| capacity(body).is_some_and(|has| serves(has, needed)));
        match at {
            Some(at) => {
                self.statistics.reused += 1;
                Some(self.places.swap_remove(at))
            }
            None => {
                self.statistics.missed += 1;
                None
            }
        }
    }
}

/// Lists of array elements that the pool can hold.
pub(super) trait Pooled: Sized + Clone + Default {
    /// An empty list with room for `count`.
    fn take(pool: &mut Pool, count: usize) -> Vec<Self>;
}

macro_rules! pooled {
    ($($ty:ty, $variant:ident;)*) => {
        $(impl Pooled for $ty {
            fn take(pool: &mut Pool, count: usize) -> Vec<Self> {
                let capacity =
                    |body: &Body| if let Body::$variant { list, .. } = body { Some(list.capacity()) } else { None };
                match pool.find(count, capacity) {
                    Some(Body::$variant { list, .. }) => list,
                    _ => Vec::with_capacity(count),
                }
            }
        })*
    };
}

pooled! {
    u8, Bytes;
    u32, Halves;
    u64, Words;
    Slot, Refs;
}
