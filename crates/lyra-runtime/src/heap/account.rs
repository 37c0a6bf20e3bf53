//! The account of a heap: what is charged, when a collection is due, when memory is out.
//!
//! One for all heaps, so that `out_of_memory` comes at the same charge in every tier, and so do collections:
//!
//! ```text
//! 0 ──────── live ──── threshold ──────────── limit
//!            charged   past it: collect,      past it, after a full collection: out of memory
//!                      at once or a step
//! ```
//!
//! A charge that needs neither is one comparison ([`Account::charge_at_once`]). What an object costs says
//! [`cost`](crate::cost); a heap that has collected says how much is gone ([`Account::gone`]).

use super::{Heap, HeapSettings, HeapStatistics, Pauses, PoolStatistics, Roots, Stress};
use crate::cost;
use crate::fault::Fault;
use crate::shape::Width;
use lyra_bytecode::Trap;
use std::time::Instant;

/// No collection is made to keep the heap small before it has grown by so many bytes: what is alive is marked anew each
/// time, however little there is of the rest.
const LEAST_GROWTH: u64 = 4 << 20;

/// What a heap has charged and may charge.
///
/// ```
/// use lyra_runtime::{Account, HeapSettings};
/// use std::sync::Arc;
///
/// let settings = HeapSettings {
///     shapes: Arc::default(),
///     limit: 100,
///     text_limit: 100,
///     warm: 0,
///     stress: lyra_runtime::Stress::None,
///     refuse_charge: None,
/// };
/// let mut account = Account::new(&settings);
/// assert!(account.charge_at_once(60));
/// assert!(!account.charge_at_once(60), "a collection must come first");
/// assert_eq!(account.left(), 40);
/// ```
#[derive(Clone, Debug)]
pub struct Account {
    live: u64,
    /// A charge that stays below this many bytes needs nothing else. 0 while every charge is looked at.
    bound: u64,
    charges: u64,
    allocations: u64,
    freed: u64,
    /// Bytes that were counted out.
    released: u64,
    /// The most that was live before the last time that something was counted out.
    peak: u64,
    collections: u64,
    pauses: Pauses,
    limit: u64,
    text_limit: u64,
    /// Charged bytes at which the next step of a collection is due.
    threshold: u64,
    stress: Stress,
    refuse_charge: Option<u64>,
}

impl Account {
    /// Nothing charged.
    #[must_use]
    pub fn new(settings: &HeapSettings) -> Self {
        let mut account = Self {
            live: 0,
            bound: 0,
            charges: 0,
            allocations: 0,
            freed: 0,
            released: 0,
            peak: 0,
            collections: 0,
            pauses: Pauses::default(),
            limit: settings.limit,
            text_limit: settings.text_limit,
            threshold: LEAST_GROWTH,
            stress: settings.stress,
            refuse_charge: settings.refuse_charge,
        };
        account.set_bound();
        account
    }

    fn set_bound(&mut self) {
        let is_watched = self.stress != Stress::None || self.refuse_charge.is_some();
        self.bound = if is_watched { 0 } else { self.threshold.min(self.limit).saturating_add(1) };
    }

    /// Counts `bytes` in, if neither a collection nor a refusal is due; `false`, and nothing done, if one is.
    #[inline(always)]
    #[must_use]
    pub fn charge_at_once(&mut self, bytes: u64) -> bool {
        let wanted = self.live.saturating_add(bytes);
        if wanted >= self.bound {
            return false;
        }
        self.live = wanted;
        self.charges += 1;
        true
    }

    /// [`Account::charge_at_once`] for an object, which is made then.
    #[inline(always)]
    #[must_use]
    pub fn make_at_once(&mut self, bytes: u64) -> bool {
        let charged = self.charge_at_once(bytes);
        self.allocations += u64::from(charged);
        charged
    }

    /// Begins a charge that could not be made at once: what must come before it.
    ///
    /// # Errors
    /// `out_of_memory` when this is the charge to be refused.
    fn begin(&mut self, bytes: u64) -> Result<Due, Fault> {
        let number = self.charges;
        self.charges += 1;
        if self.refuse_charge == Some(number) {
            return Err(Trap::OutOfMemory.into());
        }
        let wanted = self.live.saturating_add(bytes);
        Ok(if wanted > self.limit || self.stress == Stress::Collections {
            Due::Collection
        } else if wanted > self.threshold || self.stress == Stress::Steps {
            Due::Step
        } else {
            Due::Nothing
        })
    }

    /// Charged bytes at which a collection that ends now says that the next one is to begin: twice what is alive, or a little more.
    #[must_use]
    pub fn next_collection(&self) -> u64 {
        self.live.saturating_add(self.live.max(LEAST_GROWTH))
    }

    /// Says at how many charged bytes the next step is due.
    pub fn set_threshold(&mut self, bytes: u64) {
        self.threshold = bytes;
        self.set_bound();
    }

    /// Ends a charge.
    ///
    /// # Errors
    /// `out_of_memory` when the limit would be passed.
    fn end(&mut self, bytes: u64) -> Result<(), Fault> {
        let wanted = self.live.saturating_add(bytes);
        if wanted > self.limit {
            return Err(Trap::OutOfMemory.into());
        }
        self.live = wanted;
        Ok(())
    }

    /// Counts out what was charged.
    pub fn release(&mut self, bytes: u64) {
        self.peak = self.peak.max(self.live);
        self.released += bytes.min(self.live);
        self.live = self.live.saturating_sub(bytes);
    }

    /// Other limits, from the next charge on.
    pub fn set_limits(&mut self, limit: u64, text_limit: u64) {
        (self.limit, self.text_limit) = (limit, text_limit);
        self.set_bound();
    }

    /// The most bytes that a text may have.
    #[must_use]
    pub fn text_limit(&self) -> usize {
        usize::try_from(self.text_limit).unwrap_or(usize::MAX).min(cost::MAX_LENGTH)
    }

    /// An object was made.
    #[inline]
    pub fn made(&mut self) {
        self.allocations += 1;
    }

    /// A collection begins.
    pub fn collecting(&mut self) {
        self.collections += 1;
    }

    /// The program has waited for a collection or a part of one, since then.
    pub fn paused(&mut self, since: Instant) {
        self.pauses.add(since.elapsed());
    }

    /// A collection has freed so many objects, for which so much had been charged.
    pub fn gone(&mut self, objects: u64, bytes: u64) {
        self.freed += objects;
        self.release(bytes);
    }

    /// Bytes charged now.
    #[inline]
    #[must_use]
    pub const fn live(&self) -> u64 {
        self.live
    }

    /// Bytes up to the limit.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.limit.saturating_sub(self.live)
    }

    /// Objects now, dead ones that no collection has met included.
    #[must_use]
    pub const fn objects(&self) -> u64 {
        self.allocations.saturating_sub(self.freed)
    }

    /// Collections that began.
    #[inline]
    #[must_use]
    pub const fn collections(&self) -> u64 {
        self.collections
    }

    /// What is done at every charge.
    #[must_use]
    pub const fn stress(&self) -> Stress {
        self.stress
    }

    /// What was done, but for the pool, of which it knows nothing.
    #[must_use]
    pub fn statistics(&self) -> HeapStatistics {
        HeapStatistics {
            live_bytes: self.live,
            peak_bytes: self.peak.max(self.live),
            charged_bytes: self.released + self.live,
            objects: self.objects(),
            allocations: self.allocations,
            charges: self.charges,
            collections: self.collections,
            pauses: self.pauses,
            freed: self.freed,
            pool: PoolStatistics::default(),
        }
    }
}

/// A heap that keeps its books in an [`Account`].
pub trait Accounted: Heap {
    /// Its account.
    fn account(&mut self) -> &mut Account;

    /// Does a step of a collection, which a charge of `bytes` asks for, and says when the next one is due
    /// ([`Account::set_threshold`]). A heap that knows no steps collects.
    fn step(&mut self, bytes: u64, roots: &dyn Roots) {
        let _ = bytes;
        self.collect(roots);
    }
}

/// What a charge asks for before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    /// A step of a collection, which may be the first.
    Step,
    /// A full collection: the limit would be passed.
    Collection,
}

/// [`Heap::charge`] for every heap with an account.
///
/// # Errors
/// As [`Heap::charge`].
#[inline]
pub fn charge<H: Accounted>(heap: &mut H, bytes: u64, roots: &dyn Roots) -> Result<(), Fault> {
    if heap.account().charge_at_once(bytes) { Ok(()) } else { charge_slowly(heap, bytes, roots) }
}

#[cold]
#[inline(never)]
fn charge_slowly<H: Accounted>(heap: &mut H, bytes: u64, roots: &dyn Roots) -> Result<(), Fault> {
    match heap.account().begin(bytes)? {
        Due::Nothing => {}
        Due::Step => heap.step(bytes, roots),
        Due::Collection => heap.collect(roots),
    }
    heap.account().end(bytes)
}

/// Charges an array's step from `capacity` to one that holds `needed`, and gives the new capacity.
///
/// # Errors
/// `out_of_memory`, with nothing charged.
pub fn charge_growth<H: Accounted>(
    heap: &mut H,
    width: Width,
    capacity: usize,
    needed: usize,
    roots: &dyn Roots,
) -> Result<usize, Fault> {
    if needed > cost::MAX_LENGTH {
        return Err(Fault::told(
            Trap::OutOfMemory,
            format!("{needed} elements are more than an array can have"),
        ));
    }
    let wanted = cost::grown(capacity, needed).min(cost::MAX_LENGTH);
    let bytes = |to: usize| width.bytes() * (to - capacity) as u64;
    if heap.charge(bytes(wanted), roots).is_ok() {
        return Ok(wanted);
    }
    // Near the limit an array still grows, by half of what is left: were it by what is needed now, each element
    // that is appended from here on would be copied with all others, after a collection.
    let left = heap.account().left() / width.bytes().max(1);
    let half = usize::try_from(left / 2).unwrap_or(usize::MAX);
    let step = capacity.saturating_add(half).clamp(needed, wanted.max(needed));
    heap.charge(bytes(step), roots).map(|()| step)
}
