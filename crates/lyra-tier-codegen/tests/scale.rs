//! Passes take no longer for an instruction of a large function than for one of a small: four times the size must not
//! take ten times as long.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lyra_bytecode::Types;
use lyra_ir::{Pass, parse};
use lyra_tier_codegen::{Unswitch, standard};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// The least time of some runs over a function.
fn time(text: &str) -> Duration {
    let func = parse(text).unwrap();
    let run = |_| {
        let mut func = func.clone();
        let start = Instant::now();
        standard().run(&mut func, &Types::default());
        start.elapsed()
    };
    (0..3).map(run).min().unwrap()
}

/// `make(size)` against `make(4 * size)`.
fn grows_evenly(size: u32, make: impl Fn(u32) -> String) {
    let (small, large) = (make(size), make(4 * size));
    // What else the machine does can only make it slower.
    let ratio =
        (0..5).map(|_| time(&large).as_secs_f64() / time(&small).as_secs_f64()).find(|&ratio| ratio < 10.0);
    assert!(ratio.is_some(), "four times the size takes more than ten times as long");
}

#[test]
fn many_loops_one_after_the_other() {
    grows_evenly(1_000, |size| {
        let mut text = "func \"f\" {\nblock0(v0: i32):\n  jump block1(v0)\n".to_owned();
        for number in 0..size {
            let (block, value) = (2 * number + 1, 5 * number + 2);
            let [param, length, sum, test, next] =
                [value, value + 1, value + 2, value + 3, value + 4].map(|value| format!("v{value}"));
            let (back, out) = (block + 1, block + 2);
            let _ = write!(
                text,
                "block{block}({param}: i32):\n  {length}: i32 = mul_i32 v0, v0\n  \
                 {sum}: i32 = add_i32 {param}, {length}\n  {test}: bool = lt_i32 {sum}, v0\n  \
                 branch {test}, block{back}, block{out}({sum})\nblock{back}:\n  charge 1\n  poll\n  \
                 {next}: i32 = xor_i32 {sum}, {param}\n  jump block{block}({next})\n",
            );
        }
        let _ = write!(text, "block{}(v{}: i32):\n  return\n}}", 2 * size + 1, 5 * size + 2);
        text
    });
}

#[test]
fn many_loops_with_a_test_that_never_changes() {
    let mut func = parse(&loops_with_a_test(20)).unwrap();
    assert_eq!(Unswitch.run(&mut func, &Types::default()), 20, "all of them are copied");
    grows_evenly(500, loops_with_a_test);
}

/// Loops one after the other, each with a test that decides the same in every round.
fn loops_with_a_test(size: u32) -> String {
    let mut text = "func \"f\" {\nblock0(v0: i32, v1: bool):\n  jump block1(v0)\n".to_owned();
    for number in 0..size {
        let (block, value) = (4 * number + 1, 4 * number + 2);
        let [param, up, down, test] =
            [value, value + 1, value + 2, value + 3].map(|value| format!("v{value}"));
        let [one, other, out] = [block + 1, block + 2, block + 4];
        let back = block + 3;
        let _ = write!(
            text,
            "block{block}({param}: i32):\n  {test}: bool = lt_i32 {param}, v0\n  branch v1, block{one}, \
                 block{other}\nblock{one}:\n  {up}: i32 = add_i32 {param}, v0\n  branch {test}, block{back}, \
                 block{out}({up})\nblock{other}:\n  {down}: i32 = sub_i32 {param}, v0\n  branch {test}, \
                 block{back}, block{out}({down})\nblock{back}:\n  charge 1\n  poll\n  jump block{block}({param})\n",
        );
    }
    let _ = write!(text, "block{}(v{}: i32):\n  return\n}}", 4 * size + 1, 4 * size + 2);
    text
}

#[test]
fn a_long_chain_that_ends_in_one_place() {
    grows_evenly(2_000, |size| {
        let mut text = "func \"f\" -> i32 {\nblock0(v0: i32):\n  jump block2\n".to_owned();
        for number in 0..size {
            let (block, value) = (number + 2, 3 * number + 2);
            let _ = write!(
                text,
                "block{block}:\n  v{value}: i32 = const {number}\n  v{}: bool = eq_i32 v0, v{value}\n  \
                 branch v{}, block1(v{value}), block{}\n",
                value + 1,
                value + 1,
                block + 1
            );
        }
        let _ = write!(text, "block{}:\n  return v0\nblock1(v1: i32):\n  return v1\n}}", size + 2);
        text
    });
}
