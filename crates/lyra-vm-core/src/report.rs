//! What a machine has done so far.

use crate::sites::SiteReport;
use lyra_runtime::{CacheStatistics, HeapMemory, HeapStatistics, InternerStatistics};
use std::fmt;

/// Numbers of one machine since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunReport {
    /// Units of fuel used.
    pub fuel_used: u64,
    /// Units of fuel left; `None` when there is no bound.
    pub fuel_left: Option<u64>,
    /// Most entries that a call needed: waiting operands and active calls, the call's own needs included.
    pub deepest_stack: u32,
    /// Bytes printed.
    pub output_bytes: u64,
    /// The heap, with its pool.
    pub heap: HeapStatistics,
    /// What the heap has of the system.
    pub memory: HeapMemory,
    /// The inline caches.
    pub caches: CacheStatistics,
    /// The sites that use them, by kind.
    pub sites: SiteReport,
    /// The interned texts.
    pub interner: InternerStatistics,
    /// Regions of code that were checked for changes.
    pub integrity_checks: u64,
    /// Changes that were found.
    pub tamper_detections: u64,
}

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fuel_left {
            Some(left) => writeln!(f, "fuel       {} used, {left} left", self.fuel_used)?,
            None => writeln!(f, "fuel       {} used, no limit", self.fuel_used)?,
        }
        writeln!(f, "stack      {} entries at most", self.deepest_stack)?;
        writeln!(f, "output     {} bytes", self.output_bytes)?;
        let heap = &self.heap;
        writeln!(f, "memory     {} bytes now, {} at most", heap.live_bytes, heap.peak_bytes)?;
        writeln!(
            f,
            "objects    {} made, {} freed in {} collections",
            heap.allocations, heap.freed, heap.collections
        )?;
        let pauses = &heap.pauses;
        if pauses.count() > 0 {
            writeln!(
                f,
                "pauses     {}, {:.1?} in all; p50 under {:?}, p99 {:?}, p99.9 {:?}, longest {:.1?}",
                pauses.count(),
                pauses.total(),
                pauses.quantile(0.5),
                pauses.quantile(0.99),
                pauses.quantile(0.999),
                pauses.longest()
            )?;
        }
        let memory = &self.memory;
        if memory.committed > 0 {
            let part = memory.fragmentation() * 100.0;
            writeln!(
                f,
                "heap       {} bytes of the system, {} in use, {part:.1} % of these free",
                memory.committed, memory.in_use
            )?;
        }
        let pool = &heap.pool;
        writeln!(
            f,
            "pool       {} reused, {} missed ({:.1} %)",
            pool.reused,
            pool.missed,
            pool.reuse_rate() * 100.0
        )?;
        let caches = &self.caches;
        writeln!(
            f,
            "caches     {} hits, {} misses ({:.1} %), {} entries, {} replaced",
            caches.hits,
            caches.misses,
            caches.hit_rate() * 100.0,
            caches.entries,
            caches.evictions
        )?;
        write!(f, "{}", self.sites)?;
        let interner = &self.interner;
        writeln!(
            f,
            "interned   {} texts, {} hits, {} misses",
            interner.entries, interner.hits, interner.misses
        )?;
        write!(f, "integrity  {} checks, {} changes found", self.integrity_checks, self.tamper_detections)
    }
}
