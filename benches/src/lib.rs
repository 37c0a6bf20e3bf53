//! Lyra measured. `cargo xtask bench` runs the program `lyra-bench` of this crate, `cargo bench -p lyra-benches`
//! the micro benchmarks alone.
//!
//! - [`statistics`] makes figures from samples, [`result`] is what a run found, as data;
//! - [`micro`] holds the micro benchmarks.
//!
//! Figures are for comparing two things on one machine in one run; numbers from different machines say little.
#![forbid(unsafe_code)]

pub mod micro;
pub mod result;
pub mod statistics;

use criterion::Criterion;
use std::time::Duration;

/// Measurements short enough to run all of them now and then, long enough to see a change of some percent.
#[must_use]
pub fn quick() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2))
}

/// A program of `procs` procedures with loops, branches, arrays and text: what a compiler meets every day.
#[must_use]
pub fn source(procs: usize) -> String {
    let mut text = String::new();
    for n in 0..procs {
        text.push_str(&format!(
            "/// Works on numbers and text, variant {n}.
proc work_{n}(limit: i32, label: str) -> (i32, str) {{
    var total = {n}
    let seen: [i32] = []
    for i in 0..limit {{
        if i % 3 == 0 || i > limit / 2 {{
            total += i * {n} - (total >> 2)
            seen.push(total)
        }} else if total < 0 {{
            break
        }}
    }}
    while length(seen) > 10 {{ seen.remove(0) }}
    return (total, f\"{{label}}: {{total:>8}} of {{length(seen)}}\")
}}

"
        ));
    }
    for n in 0..procs {
        text.push_str(&format!("print(work_{n}({n}, \"work\").1)\n"));
    }
    text
}
