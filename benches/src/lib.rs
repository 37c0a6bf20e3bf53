//! Lyra measured. `cargo xtask bench` runs the program `lyra-bench` of this crate, `cargo bench -p lyra-benches`
//! the micro benchmarks alone.
//!
//! - [`catalogue`] lists the programs, [`twins`] are those in Rust, [`candidate`] what runs them, [`worker`] is the process that is measured,
//!   [`mod@measure`] the method;
//! - [`compile`] is how much time and memory compiling takes, also of programs that are written to hurt;
//! - [`micro`] holds the micro benchmarks, [`metrics`] the mission's metrics;
//! - [`statistics`] makes figures from samples, [`result`] is what a run found, as data;
//! - [`view`] prints tables, [`report`] writes pages, [`compare`] and [`baseline`] find what got worse, [`count`] counts instructions;
//! - [`options`], [`context`], [`failure`], [`progress`] and [`table`] are what commands share; [`machine`],
//!   [`pin`], [`child`], [`clock`] and [`mod@peak`] what they ask of the system.
//!
//! Figures are for comparing two things on one machine in one run; numbers from different machines say little.
#![forbid(unsafe_code)]

pub mod baseline;
pub mod candidate;
pub mod catalogue;
pub mod child;
pub mod clock;
pub mod compare;
pub mod compile;
pub mod context;
pub mod count;
pub mod failure;
pub mod machine;
pub mod measure;
pub mod metrics;
pub mod micro;
pub mod options;
pub mod parts;
pub mod peak;
pub mod pin;
pub mod progress;
pub mod report;
pub mod result;
pub mod startup;
pub mod statistics;
pub mod table;
pub mod twins;
pub mod view;
pub mod worker;

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
