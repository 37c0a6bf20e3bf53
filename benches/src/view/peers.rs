//! `peers`: Lyra's time by that of native Rust and of what a user would pick instead.

use super::{candidates, mean_ratio, of, tiers};
use crate::candidate::{LYRA, NATIVE, peer_names};
use crate::context::Context;
use crate::failure::Result;
use crate::result::ProgramResult;
use crate::statistics::Ratio;
use crate::table::{Table, times};

/// Measures, and prints the table.
///
/// # Errors
/// When a program fails or gives a wrong result.
pub fn run(context: &mut Context) -> Result<()> {
    let programs = context.programs()?;
    let Some(tier) = best(programs) else {
        super::print("peers", "Lyra runs none of these programs yet\n");
        return Ok(());
    };
    let text = table(programs, &tier);
    let name = tier.strip_prefix(LYRA).unwrap_or(&tier);
    super::print(&format!("peers: time of Lyra's tier `{name}` by theirs (above 1: Lyra is slower)"), &text);
    Ok(())
}

/// The tier that is fastest over all programs: a user runs everything with one.
#[must_use]
pub fn best(programs: &[ProgramResult]) -> Option<String> {
    let tiers = tiers(programs);
    let reference = tiers.first()?.clone();
    let mean = |tier: &String| mean_ratio(programs, tier, &reference);
    tiers.into_iter().min_by(|a, b| mean(a).total_cmp(&mean(b)))
}

/// The table: a row a program, a column a peer.
#[must_use]
pub fn table(programs: &[ProgramResult], tier: &str) -> String {
    let measured = candidates(programs);
    let known = std::iter::once(NATIVE).chain(peer_names());
    let (there, missing): (Vec<&str>, Vec<&str>) =
        known.partition(|peer| measured.iter().any(|name| name == peer));
    let mut table = Table::new(std::iter::once("program").chain(there.iter().copied()));
    for program in programs.iter().filter(|program| program.pending.is_none()) {
        let mut row = vec![program.name.clone()];
        row.extend(there.iter().map(|peer| cell(program, tier, peer)));
        table.row(row);
    }
    table.line();
    let mut means = vec!["geometric mean".to_owned()];
    means.extend(there.iter().map(|peer| format!("{}       ", times(mean_ratio(programs, tier, peer)))));
    table.row(means);
    let mut text = table.text();
    if !missing.is_empty() {
        text.push_str(&format!("\nnot installed: {}\n", missing.join(", ")));
    }
    text
}

/// Ratio and verdict.
fn cell(program: &ProgramResult, tier: &str, peer: &str) -> String {
    let both = of(program, tier).zip(of(program, peer));
    let Some(ratio) = both.and_then(|(tier, peer)| Ratio::of(&tier.rounds, &peer.rounds)) else {
        return String::new();
    };
    let verdict = match () {
        () if ratio.is_noise() => "noise ",
        () if ratio.value < 1.0 => "faster",
        () => "slower",
    };
    format!("{} {verdict}", times(ratio.value))
}
