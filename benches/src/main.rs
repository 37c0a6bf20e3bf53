//! `lyra-bench`: what `cargo xtask bench` runs.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this program owns its terminal")]

fn main() {
    for kernel in lyra_benches::micro::all() {
        println!("{}: {}", kernel.group, kernel.name);
    }
}
