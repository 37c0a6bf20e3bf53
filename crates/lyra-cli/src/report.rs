//! The run report as JSON. A contract with tools, like the shapes of [`messages`](crate::messages).

use crate::exit::Exit;
use lyra::RunReport;
use serde::Serialize;

/// What a run used, as one line of JSON.
#[derive(Serialize)]
pub(crate) struct ReportLine {
    r#type: &'static str,
    exit: u8,
    fuel: Fuel,
    stack: Stack,
    output: Output,
    memory: Memory,
    pool: Pool,
    caches: Caches,
    interner: Interner,
    integrity: Integrity,
}

#[derive(Serialize)]
struct Fuel {
    used: u64,
    left: Option<u64>,
}

#[derive(Serialize)]
struct Stack {
    deepest: u32,
}

#[derive(Serialize)]
struct Output {
    bytes: u64,
}

#[derive(Serialize)]
struct Memory {
    live_bytes: u64,
    peak_bytes: u64,
    objects: u64,
    allocations: u64,
    collections: u64,
    freed: u64,
}

#[derive(Serialize)]
struct Pool {
    reused: u64,
    missed: u64,
    returned: u64,
    dropped: u64,
}

#[derive(Serialize)]
struct Caches {
    hits: u64,
    misses: u64,
    evictions: u64,
    entries: u64,
}

#[derive(Serialize)]
struct Interner {
    hits: u64,
    misses: u64,
    refused: u64,
    entries: u64,
}

#[derive(Serialize)]
struct Integrity {
    checks: u64,
    detections: u64,
}

impl ReportLine {
    pub(crate) fn of(report: &RunReport, exit: Exit) -> Self {
        let RunReport { heap, caches, interner, .. } = report;
        let pool = &heap.pool;
        Self {
            r#type: "report",
            exit: exit as u8,
            fuel: Fuel { used: report.fuel_used, left: report.fuel_left },
            stack: Stack { deepest: report.deepest_stack },
            output: Output { bytes: report.output_bytes },
            memory: Memory {
                live_bytes: heap.live_bytes,
                peak_bytes: heap.peak_bytes,
                objects: heap.objects,
                allocations: heap.allocations,
                collections: heap.collections,
                freed: heap.freed,
            },
            pool: Pool {
                reused: pool.reused,
                missed: pool.missed,
                returned: pool.returned,
                dropped: pool.dropped,
            },
            caches: Caches {
                hits: caches.hits,
                misses: caches.misses,
                evictions: caches.evictions,
                entries: caches.entries,
            },
            interner: Interner {
                hits: interner.hits,
                misses: interner.misses,
                refused: interner.refused,
                entries: interner.entries,
            },
            integrity: Integrity { checks: report.integrity_checks, detections: report.tamper_detections },
        }
    }
}
