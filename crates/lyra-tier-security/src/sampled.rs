//! The monitor that looks at one window after the other.

use crate::record::Record;
use lyra_security::{Detection, Known, Monitor, Regions, SLICE};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Units of work after which the next look is due in any case.
const EVERY: u64 = 16 * SLICE;

/// Time after which it is due before that. A look takes 3 to 5 µs, so this keeps its share of the time under 1 %.
const PERIOD: Duration = Duration::from_micros(500);

/// Of so many calls from the host, one asks whether a look is due: many short calls may take long to fill a slice.
const CALLS: u32 = 64;

/// Watches by samples: the digests of everything are taken at load, with a key of the machine's own, and afterwards
/// one window of some kilobytes after the other is compared with them, round and round.
///
/// The next window is looked at when a slice of the budget ends, or at one of 64 calls from the host, if since the last
/// either 16 slices of work or half a millisecond have passed. So:
/// - a change that stays is found within [`bound`](Self::bound) units of fuel, and the largest single payment more;
/// - a call from the host costs a counter, whatever the size of the program;
/// - watching takes less than 1 % of the time.
///
/// What it gives up beside [`FullMonitor`](lyra_security::FullMonitor): a result may leave the machine before a change
/// is found. What neither sees is a change that is undone before somebody looks.
///
/// ```
/// use lyra_security::{Hasher, Monitor, Regions, SLICE};
/// use lyra_tier_security::SampledMonitor;
/// struct Text(Vec<u8>);
/// impl Regions for Text {
///     fn region_count(&self) -> usize { 1 }
///     fn feed(&self, _: usize, hasher: &mut Hasher) { hasher.write(&self.0); }
/// }
/// let mut text = Text(b"code".to_vec());
/// let mut monitor = SampledMonitor::load(&text);
/// text.0[2] ^= 1;
/// let polls = (1..).map(|slice| monitor.poll(&text, slice * SLICE));
/// let found = polls.take_while(|poll| poll.is_ok()).count() as u64 * SLICE;
/// assert!(found <= monitor.bound());
/// ```
#[derive(Clone)]
pub struct SampledMonitor {
    record: Arc<Record>,
    /// The window that is next, counted through all rounds.
    next: usize,
    /// Units of fuel at the last look.
    operations: u64,
    looked: Instant,
    calls: u32,
    checks: u64,
}

impl SampledMonitor {
    /// Units of fuel within which every region is looked at, from any moment on. A single payment that is larger than a
    /// slice (for work on a long text, or of a host function) can come on top once.
    #[must_use]
    pub fn bound(&self) -> u64 {
        // A look that is due waits for the end of the slice, and the poll before may have come just too early.
        (self.record.windows() as u64).saturating_mul(EVERY + 2 * SLICE)
    }

    /// How many looks a round over everything takes.
    #[must_use]
    pub fn windows(&self) -> usize {
        self.record.windows()
    }
}

impl Monitor for SampledMonitor {
    fn load(regions: &dyn Regions) -> Self {
        let make = || Record::of(regions);
        let record =
            regions.known().map_or_else(|| Arc::new(make()), |known: &Known| known.get_or_make(make));
        Self { record, next: 0, operations: 0, looked: Instant::now(), calls: 0, checks: 0 }
    }

    #[inline]
    fn begin(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection> {
        self.calls = self.calls.wrapping_add(1);
        if self.calls.is_multiple_of(CALLS) { self.poll(regions, operations) } else { Ok(()) }
    }

    fn poll(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection> {
        let is_due = operations.saturating_sub(self.operations) >= EVERY || self.looked.elapsed() >= PERIOD;
        if !is_due {
            return Ok(());
        }
        let window = self.record.window(self.next);
        self.next = self.next.wrapping_add(1);
        let outcome = window.into_iter().try_for_each(|region| {
            self.checks = self.checks.saturating_add(1);
            self.record.check(regions, region, operations)
        });
        self.operations = operations;
        self.looked = Instant::now();
        outcome
    }

    /// Does not look: what leaves is believed, and the next samples tell.
    #[inline]
    fn finish(&mut self, _: &dyn Regions, _: u64) -> Result<(), Detection> {
        Ok(())
    }

    fn checks(&self) -> u64 {
        self.checks
    }
}

impl std::fmt::Debug for SampledMonitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SampledMonitor")
            .field("windows", &self.windows())
            .field("next", &self.next)
            .field("checks", &self.checks)
            .finish_non_exhaustive()
    }
}
