//! `programs`: how long each takes in native Rust and on every tier of Lyra.

use super::{mean_ratio, of, tiers};
use crate::candidate::{LYRA, NATIVE};
use crate::context::Context;
use crate::failure::Result;
use crate::result::{Measurement, ProgramResult};
use crate::table::{Table, milliseconds, percent, times};

/// Measures, and prints the table.
///
/// # Errors
/// When a program fails or gives a wrong result.
pub fn run(context: &mut Context) -> Result<()> {
    let text = table(context.programs()?);
    super::print("programs: milliseconds of CPU time (minimum, ± to the median of the processes)", &text);
    Ok(())
}

/// The table: a row a program.
#[must_use]
pub fn table(programs: &[ProgramResult]) -> String {
    let tiers = tiers(programs);
    let mut header = vec!["program".to_owned(), "size".to_owned(), "native Rust".to_owned()];
    for tier in &tiers {
        header.push(tier.strip_prefix(LYRA).unwrap_or(tier).to_owned());
        header.push("× Rust".to_owned());
    }
    let mut table = Table::new(header);
    for program in programs.iter().filter(|program| program.pending.is_none()) {
        let native = of(program, NATIVE);
        let mut row = vec![program.name.clone(), program.size.to_string(), figure(native)];
        for tier in &tiers {
            let measured = of(program, tier);
            let ratio = measured.zip(native).map(|(tier, native)| times(tier.minimum / native.minimum));
            row.extend([figure(measured), ratio.unwrap_or_default()]);
        }
        table.row(row);
    }
    table.line();
    let mut means = vec!["geometric mean".to_owned(), String::new(), String::new()];
    for tier in &tiers {
        means.extend([String::new(), times(mean_ratio(programs, tier, NATIVE))]);
    }
    table.row(means);
    table.text()
}

/// Time and spread.
fn figure(measured: Option<&Measurement>) -> String {
    measured.map_or_else(String::new, |found| {
        format!("{} ±{:>5}", milliseconds(found.minimum), percent(found.spread))
    })
}
