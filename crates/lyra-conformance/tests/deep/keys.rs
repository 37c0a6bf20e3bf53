//! Keys chosen to collide under hashes that are not keyed: a map of them costs what a map of others costs.
//!
//! Fuel does not see the buckets that are looked at, so this is about time; a table in which all keys meet would take
//! thousands of times as long, so a factor of twenty is far from both.

use super::{limits, run_under};
use lyra::Tier;
use std::time::{Duration, Instant};

const KEYS: usize = 10_000;

/// A program that sets, reads and removes `KEYS` keys of a type, and prints how many it found.
fn program(ty: &str, key: &str) -> String {
    format!(
        "proc key(i: i64) -> {ty} {{ return {key} }}
         var m: {{{ty}: i64}}
         for i in i64(0)..{KEYS} {{ m[key(i)] = i }}
         var found = 0
         for i in i64(0)..{KEYS} {{ if m[key(i)] == i {{ found += 1 }} }}
         for i in i64(0)..{KEYS} {{ if i % 2 == 0 {{ m.remove(key(i)) }} }}
         print(found, length(m))"
    )
}

/// The lesser time of two.
fn time(tier: Tier, source: &str) -> Duration {
    let times = (0..2).map(|_| {
        let started = Instant::now();
        let ran = run_under(tier, limits(), source);
        assert_eq!(ran.output.as_deref(), Ok(format!("{KEYS} {}\n", KEYS / 2).as_str()), "{tier}\n{source}");
        started.elapsed()
    });
    times.min().unwrap_or_default()
}

#[test]
fn colliding_keys_cost_what_others_cost() {
    // The inverse of the multiplier of a well-known hash (Fibonacci's) makes keys whose products follow each other, so
    // that the bits a table takes are the same in all of them.
    let hard = [
        ("i64", "i << 40"),
        ("i64", "i << 20"),
        ("i64", "i * -1018231460777725123"),
        ("i64", "(i << 32) | i"),
        ("i32", "i32(i) << 14"),
        ("(i64, i64)", "(i, -i)"),
        ("(i64, i64)", "(i << 32, i << 32)"),
        ("str", "str(i << 40)"),
        ("str", "pad_start(str(i), 64, '0')"),
        ("str", "str(i) + repeat(\"x\", 60)"),
    ];
    for tier in [Tier::Reference, Tier::default()] {
        for (ty, key) in hard {
            let easy = match ty {
                "i64" => "i",
                "i32" => "i32(i)",
                "str" => "str(i)",
                _ => "(i, i)",
            };
            let (easy, hard) = (time(tier, &program(ty, easy)), time(tier, &program(ty, key)));
            assert!(
                hard < easy * 20 + Duration::from_millis(200),
                "{tier}, {key}: {hard:?}, easy keys {easy:?}"
            );
        }
    }
}
