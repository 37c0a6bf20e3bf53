//! The run report as JSON. A contract with tools, like the shapes of [`messages`](crate::messages).

use crate::exit::Exit;
use lyra::{RunReport, SiteKind, SiteStatistics};
use serde::Serialize;
use std::time::Duration;

/// What a run used, as one line of JSON.
#[derive(Serialize)]
pub(crate) struct ReportLine {
    r#type: &'static str,
    exit: u8,
    seconds: f64,
    fuel: Fuel,
    stack: Stack,
    output: Output,
    memory: Memory,
    pool: Pool,
    caches: Caches,
    sites: Sites,
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
    charged_bytes: u64,
    charged_bytes_per_second: f64,
    objects: u64,
    allocations: u64,
    collections: u64,
    freed: u64,
    committed_bytes: u64,
    in_use_bytes: u64,
    fragmentation: f64,
    holes: Vec<Holes>,
    pauses: PausesLine,
}

/// Free memory between objects.
#[derive(Serialize)]
struct Holes {
    least: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct PausesLine {
    count: u64,
    total_us: f64,
    longest_us: f64,
    histogram: Vec<PauseClass>,
}

#[derive(Serialize)]
struct PauseClass {
    below_us: f64,
    count: u64,
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
struct Sites {
    interfaces: Site,
    fields: Site,
    indexes: Site,
    methods: Site,
    operators: Site,
    builtins: Site,
}

#[derive(Serialize)]
struct Site {
    hits: u64,
    misses: u64,
    monomorphic: u64,
    polymorphic: u64,
    megamorphic: u64,
}

impl Site {
    fn of(report: &RunReport, kind: SiteKind) -> Self {
        let SiteStatistics { hits, misses, monomorphic, polymorphic, megamorphic } = report.sites.of(kind);
        Self { hits, misses, monomorphic, polymorphic, megamorphic }
    }
}

#[derive(Serialize)]
struct Interner {
    hits: u64,
    misses: u64,
    entries: u64,
}

#[derive(Serialize)]
struct Integrity {
    checks: u64,
    detections: u64,
}

impl ReportLine {
    /// Of a run that took so long.
    pub(crate) fn of(report: &RunReport, exit: Exit, time: Duration) -> Self {
        let RunReport { heap, memory, caches, interner, .. } = report;
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let pool = &heap.pool;
        Self {
            r#type: "report",
            exit: exit as u8,
            seconds: time.as_secs_f64(),
            fuel: Fuel { used: report.fuel_used, left: report.fuel_left },
            stack: Stack { deepest: report.deepest_stack },
            output: Output { bytes: report.output_bytes },
            memory: Memory {
                live_bytes: heap.live_bytes,
                peak_bytes: heap.peak_bytes,
                charged_bytes: heap.charged_bytes,
                charged_bytes_per_second: heap.charged_bytes as f64 / time.as_secs_f64().max(1e-9),
                objects: heap.objects,
                allocations: heap.allocations,
                collections: heap.collections,
                freed: heap.freed,
                committed_bytes: memory.committed,
                in_use_bytes: memory.in_use,
                fragmentation: memory.fragmentation(),
                holes: memory.sizes().map(|(least, bytes)| Holes { least, bytes }).collect(),
                pauses: PausesLine {
                    count: heap.pauses.count(),
                    total_us: micros(heap.pauses.total()),
                    longest_us: micros(heap.pauses.longest()),
                    histogram: heap
                        .pauses
                        .classes()
                        .map(|(below, count)| PauseClass { below_us: micros(below), count })
                        .collect(),
                },
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
            sites: Sites {
                interfaces: Site::of(report, SiteKind::Interface),
                fields: Site::of(report, SiteKind::Field),
                indexes: Site::of(report, SiteKind::Index),
                methods: Site::of(report, SiteKind::Method),
                operators: Site::of(report, SiteKind::Operator),
                builtins: Site::of(report, SiteKind::Builtin),
            },
            interner: Interner { hits: interner.hits, misses: interner.misses, entries: interner.entries },
            integrity: Integrity { checks: report.integrity_checks, detections: report.tamper_detections },
        }
    }
}
