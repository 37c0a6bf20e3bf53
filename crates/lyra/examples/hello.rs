//! The shortest way in: text to value, and what an error looks like.
//!
//! `cargo run -p lyra --example hello`
#![expect(clippy::print_stdout, reason = "an example talks to its reader")]

fn main() -> Result<(), lyra::Error> {
    let engine = lyra::Engine::default();

    let answer: i32 = engine.eval("var x = 40\nx + 2")?;
    println!("{answer}");

    let squares: Vec<i32> = engine.eval("var xs: [i32]\nfor i in 1..=5 { xs.push(i * i) }\nxs")?;
    println!("{squares:?}");

    // Every error is one type; its text is the whole report.
    for mistake in ["1 + \"one\"", "var d = 0\n7 / d", "while true { }\n0"] {
        let engine =
            lyra::Engine::new(lyra::Config::new().limits(lyra::Limits::embedded().with_fuel(10_000)));
        if let Err(error) = engine.eval::<i32>(mistake) {
            println!("\n{error}");
        }
    }
    Ok(())
}
