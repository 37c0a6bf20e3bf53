//! Shapes that make collections long: each is built, kept while much is made and dropped beside it, and comes out whole.
//!
//! How long the pauses are is a figure of the benchmarks; here is shown that the shapes do no harm on any tier, and that
//! collections did come while they were alive.

use super::{limits, run_under};
use lyra::Tier;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A million where the build is optimized.
const MANY: usize = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };

/// Runs with `SIZE` of the first size on the reference machine and the fastest tier, of the second on those between, and
/// collections on the way; `churn` makes garbage of some megabytes. `SIZE` stands in `expected`, too.
fn survives(sizes: [usize; 2], shape: &str, expected: &str) {
    let source = format!(
        "proc churn() -> i32 {{
             var kept = 0
             for i in 0..30000 {{ kept += length([i, i, i, i, i, i, i, i]) }}
             return kept / 8
         }}
         {shape}"
    );
    for &tier in Tier::ALL {
        let is_between = tier != Tier::Reference && tier != Tier::default();
        let size = sizes[usize::from(is_between)].to_string();
        let ran = run_under(tier, limits(), &source.replace("SIZE", &size));
        assert_eq!(ran.output, Ok(expected.replace("SIZE", &size)), "{tier}\n{source}");
        assert!(ran.heap.collections > 0, "{tier}: nothing was collected: {:?}", ran.heap);
    }
}

#[test]
fn an_array_of_ten_million_references() {
    survives(
        [10_000_000; 2],
        "let one = \"one\" + str(1)
         let xs: [str] = [one; SIZE]
         print(churn())
         xs[SIZE - 1] = \"last\" + str(2)
         print(churn())
         print(length(xs), xs[0], xs[SIZE - 2], xs[SIZE - 1])",
        "30000\n30000\nSIZE one1 one1 last2\n",
    );
}

#[test]
fn a_large_map() {
    survives(
        [MANY, 50_000],
        "var m: {i32: str}
         for i in 0..SIZE { m[i] = str(i) }
         print(churn())
         var sum: i64 = 0
         for k, v in m { sum += i64(k) }
         print(length(m), m[SIZE - 1]! == str(SIZE - 1), sum * 2 / (SIZE - 1) == i64(SIZE))",
        "30000\nSIZE true true\n",
    );
}

#[test]
fn many_small_objects() {
    survives(
        [MANY, 50_000],
        "struct Part { n: i32, name: str }
         var parts: [Part]
         for i in 0..SIZE { parts.push(Part(i, \"p\")) }
         print(churn())
         var sum: i64 = 0
         for part in parts { sum += i64(part.n) }
         print(sum * 2 / (SIZE - 1) == i64(SIZE), length(parts))",
        "30000\ntrue SIZE\n",
    );
}

/// Old objects are changed all the time while a collection is under way, so that what they held is seen or kept.
#[test]
fn a_storm_of_stores() {
    survives(
        [20_000, 5_000],
        "struct Box { held: [i32] }
         var boxes: [Box]
         for i in 0..SIZE { boxes.push(Box([i])) }
         var map: {i32: [i32]}
         for round in 0..10 {
             for i in 0..SIZE {
                 let other = boxes[(i * 7919 + round) % SIZE]
                 let held = boxes[i].held
                 boxes[i].held = other.held
                 other.held = held
                 map[i % 100] = [round, i]
             }
         }
         var sum: i64 = 0
         for b in boxes { sum += i64(b.held[0]) }
         print(sum == i64(SIZE) * (SIZE - 1) / 2, length(map))
         print(churn())",
        "true 100\n30000\n",
    );
}

/// Everything dies at once, again and again.
#[test]
fn much_that_dies_at_once() {
    survives(
        [10_000, 3_000],
        "var all: [[str]]
         for round in 0..10 {
             all = []
             for i in 0..SIZE { all.push([str(i), str(i + 1)]) }
         }
         print(length(all), all[SIZE - 1][1])
         print(churn())",
        "SIZE SIZE\n30000\n",
    );
}

/// Shared in so many ways that a walk without marks would not end.
#[test]
fn a_lattice() {
    survives(
        [200_000, 30_000],
        "var last: any = 1
         for i in 0..SIZE { last = [last, last, last] }
         print(churn())
         let copy = deep_copy(last)
         print(equal(copy, last))",
        "30000\ntrue\n",
    );
}

/// An object of the host with a finalizer. One test makes them.
pub(super) struct Thing;

static FINALIZED: AtomicUsize = AtomicUsize::new(0);

impl Drop for Thing {
    fn drop(&mut self) {
        FINALIZED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Objects of the host that die at once, all of them with a finalizer.
#[test]
fn finalizers_in_mass() {
    let sizes = [100_000, 10_000];
    survives(
        sizes,
        "import host
         var all: [any]
         for i in 0..SIZE { all.push(host.thing()) }
         print(churn())
         all = []
         print(churn())
         for i in 0..SIZE { all.push(host.thing()) }
         print(churn(), length(all))",
        "30000\n30000\n30000 SIZE\n",
    );
    let between = Tier::ALL.len() - 2;
    assert_eq!(FINALIZED.load(Ordering::Relaxed), 2 * (2 * sizes[0] + between * sizes[1]));
}

/// Thousands of calls that wait, each with references of its own, while collections come.
#[test]
fn deep_frames() {
    survives(
        [4_900; 2],
        "proc deep(words: [str], n: i32) -> i32 {
             let a = words[n % 7]
             let b = words[n % 11]
             let c = words[n % 13]
             let d = words[n % 17]
             let inner = if n == 0 { churn() + churn() + churn() } else { deep(words, n - 1) }
             return if length(a) + length(b) + length(c) + length(d) > 8 { inner } else { -1 }
         }
         var words: [str]
         for i in 0..20 { words.push(str(i) + \"word\") }
         print(deep(words, SIZE))",
        "90000\n",
    );
}
