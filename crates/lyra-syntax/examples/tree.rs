//! Prints the tree and the diagnostics of a file: `cargo run -p lyra-syntax --example tree -- FILE`.
#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use bumpalo::Bump;
use lyra_base::{LineIndex, Symbols};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give a file")?;
    let text = std::fs::read_to_string(path)?;
    let arena = Bump::new();
    let mut symbols = Symbols::new();
    let parsed = lyra_syntax::parse(&text, &arena, &mut symbols);
    let lines = LineIndex::new(&text);
    for d in &parsed.diagnostics {
        let at = lines.line_column(&text, d.span.start);
        println!("{}:{} {} {}", at.line, at.column, d.code, d.message);
        println!("    | {}", lines.line_text(&text, at.line));
        if let Some(help) = &d.help {
            println!("    = help: {help}");
        }
    }
    println!("{}", lyra_syntax::dump::dump(&parsed.file, &symbols));
    Ok(())
}
