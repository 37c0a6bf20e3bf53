//! How fast a file is read: `cargo run --release -p lyra-syntax --example speed -- FILE [REPEAT]` reads the file's
//! text repeated to about that many megabytes, seven times, and prints the best.
#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use bumpalo::Bump;
use lyra_base::Symbols;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("give a file")?;
    let megabytes: usize = args.next().map_or(Ok(2), |text| text.parse())?;
    let unit = std::fs::read_to_string(path)?;
    let text = unit.repeat((megabytes << 20) / unit.len().max(1) + 1);
    let mut best = Duration::MAX;
    let mut diagnostics = 0;
    for _ in 0..7 {
        let arena = Bump::new();
        let mut symbols = Symbols::new();
        let started = Instant::now();
        let parsed = lyra_syntax::parse(&text, &arena, &mut symbols);
        best = best.min(started.elapsed());
        diagnostics = parsed.diagnostics.len();
        println!("{} bytes of tree", arena.allocated_bytes());
    }
    let rate = text.len() as f64 / best.as_secs_f64() / 1e6;
    println!("{} bytes in {best:?}: {rate:.1} MB/s, {diagnostics} diagnostics", text.len());
    Ok(())
}
