//! Scalars in a loop: n rounds of `%`, `*` and `+` on integers, no arrays and no calls.
//! The checksum is a hash that every round goes through in order, and a plain sum of remainders.

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    let mut hash = 1;
    let mut sum = 0_i32;
    for i in 1..=n {
        hash = (hash * 31 + i % 7) % 1_000_003;
        sum = sum.wrapping_add(i % 11);
    }
    format!("{hash} {sum}")
}
