//! Calls: the Fibonacci numbers by naive recursion, about 1.6 times the work for each step of n.
//! The checksum is the n-th number.

fn fib(n: i32) -> i32 {
    if n < 2 { n } else { fib(n - 1).wrapping_add(fib(n - 2)) }
}

/// The checksum at size `n`.
pub fn run(n: i32) -> String {
    fib(n).to_string()
}
