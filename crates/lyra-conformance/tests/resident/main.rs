//! Memory filled to its limit: nothing is charged beyond it, and the process holds little more than it.
//!
//! Each shape fills the memory of a program until `out_of_memory`, in a process of its own, on the reference machine and
//! on the fastest tier. The child reports the most bytes charged, and the most that the process had resident (`VmHWM`);
//! the *base* is what a child has that runs a program of nothing. What counts is how often the limit fits into what the
//! process has beyond its base.
//!
//! `LYRA_LIMIT=BYTES` sets the limit.

mod shapes;

use lyra::{Config, Engine, Limits, Linker, Store, Tier};
use shapes::{SHAPES, Shape};
use std::process::Command;

/// Names the tier and the shape that the child is to run.
const CASE: &str = "LYRA_RESIDENT_CASE";
/// The limit of the programs, bytes.
const LIMIT: &str = "LYRA_LIMIT";
/// What begins the child's line of results.
const RESULT: &str = "result:";
/// The most that a process may have beyond its base, of a hundred parts of the limit. Builds with debug assertions
/// keep besides what they check by.
const MOST: u64 = if cfg!(debug_assertions) { 160 } else { 125 };
/// The base: a program that needs nothing.
const NOTHING: Shape = Shape { name: "nothing", source: "print(1)" };

fn limit() -> u64 {
    std::env::var(LIMIT).ok().and_then(|text| text.parse().ok()).unwrap_or(32 << 20)
}

/// What a child reports.
#[derive(Debug)]
struct Filled {
    /// How the program ended.
    end: String,
    /// The most bytes that were charged.
    charged: u64,
    /// The most bytes that were resident; 0 where the system does not tell.
    resident: u64,
}

fn fill(tier: Tier, shape: &Shape) -> Filled {
    let program = std::env::current_exe().expect("this program has a name");
    let child = Command::new(program)
        .args(["one_shape", "--exact", "--nocapture"])
        .env(CASE, format!("{tier}/{}", shape.name))
        .output()
        .expect("a child");
    let text = String::from_utf8_lossy(&child.stdout);
    let line = text.lines().find_map(|line| line.split_once(RESULT)).map(|(_, rest)| rest);
    let line = line.unwrap_or_else(|| panic!("{tier}, {}: died with {}", shape.name, child.status));
    let mut parts = line.split('\t');
    let mut next = || parts.next().unwrap_or_default();
    Filled {
        end: next().to_owned(),
        charged: next().parse().unwrap_or(u64::MAX),
        resident: next().parse().unwrap_or(u64::MAX),
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are what the test is for")]
fn little_more_than_the_limit_is_resident() {
    let limit = limit();
    let mut problems = Vec::new();
    for tier in [Tier::Reference, Tier::default()] {
        let base = fill(tier, &NOTHING).resident;
        println!("{tier}: limit {limit}, base {base}");
        for shape in SHAPES {
            let filled = fill(tier, shape);
            let parts = filled.resident.saturating_sub(base) * 100 / limit;
            println!("{parts:>5} % {:>11} charged  {}", filled.charged, shape.name);
            if filled.end != "out_of_memory" || filled.charged > limit {
                problems.push(format!("{tier}, {}: {filled:?}", shape.name));
            }
            if parts > MOST {
                problems.push(format!("{tier}, {}: {parts} % of the limit, {MOST} at most", shape.name));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The child's side. Without the variable there is nothing to do: the parent above calls it.
#[test]
#[expect(clippy::print_stdout, reason = "standard output is how the child answers its parent")]
fn one_shape() {
    let Ok(case) = std::env::var(CASE) else { return };
    let (tier, name) = case.split_once('/').expect("a tier and a shape");
    let shape = SHAPES.iter().find(|shape| shape.name == name).unwrap_or(&NOTHING);
    let limits =
        Limits::embedded().with_memory(limit()).with_string(limit()).with_fuel(None).with_deadline(None);
    let engine = Engine::new(Config::new().tier(tier.parse().expect("a tier")).limits(limits));
    let module = engine.compile("shape.lyra", shape.source).unwrap_or_else(|e| panic!("{}", e.render(false)));
    let mut store = Store::new(&engine, ());
    let result = Linker::new(&engine).instantiate(&mut store, &module);
    let end = result.err().map_or_else(|| "ok".to_owned(), |error| error.code().to_owned());
    let charged = store.last_report().map_or(0, |report| report.heap.peak_bytes);
    println!("{RESULT}{end}\t{charged}\t{}", resident());
}

/// The most bytes that this process has had resident, where the system tells it; else 0.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
