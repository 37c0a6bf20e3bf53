//! `tiers`: what each tier, with those before it, gains over the reference machine, beside the mission's claim.

use super::{mean_ratio, of};
use crate::candidate::LYRA;
use crate::context::Context;
use crate::failure::Result;
use crate::result::ProgramResult;
use crate::statistics::Ratio;
use crate::table::{Table, times};
use lyra::Tier;

/// A tier as the mission counts them.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Its name as [`lyra::Tier`]'s.
    pub tier: &'static str,
    /// What it adds, with those before it.
    pub adds: &'static str,
    /// How many times faster than the reference machine programs get, all told: from, to. `None` where the mission
    /// names no figure.
    pub claimed: Option<(f64, f64)>,
}

/// The mission's claims (part V), cumulative. A tier that is not built in is told to be missing; one that is built
/// in and not listed here is shown without a claim.
pub const CLAIMS: &[Claim] = &[
    Claim { tier: "reference", adds: "what others are compared with", claimed: None },
    Claim { tier: "stack", adds: "+ tier 1: pre-allocated stack, registers", claimed: Some((3.0, 5.0)) },
    Claim { tier: "cache", adds: "+ tier 2: hashed caches", claimed: Some((6.0, 10.0)) },
    Claim { tier: "memory", adds: "+ tier 3: slabs, collector", claimed: Some((10.0, 15.0)) },
    Claim { tier: "codegen", adds: "+ tier 4: loops, inlining", claimed: Some((15.0, 30.0)) },
    Claim { tier: "security", adds: "+ tier 5: hoisted and sampled checks", claimed: Some((15.0, 50.0)) },
    Claim { tier: "jit", adds: "+ native code", claimed: None },
];

/// Measures, and prints the table.
///
/// # Errors
/// When a program fails or gives a wrong result.
pub fn run(context: &mut Context) -> Result<()> {
    let text = table(context.programs()?);
    super::print("tiers: times faster than the reference machine, geometric mean over the programs", &text);
    Ok(())
}

/// The table.
#[must_use]
pub fn table(programs: &[ProgramResult]) -> String {
    let mut table =
        Table::new(["tier", "claimed", "measured", "step", "faster", "slower", "noise", "what it adds"])
            .with_words(7);
    let built: Vec<&str> = Tier::ALL.iter().map(|tier| tier.name()).collect();
    let reference = format!("{LYRA}{}", built.first().copied().unwrap_or_default());
    let mut before = reference.clone();
    let unclaimed = built.iter().copied();
    let unclaimed = unclaimed.filter(|tier| CLAIMS.iter().all(|claim| claim.tier != *tier));
    let rows = CLAIMS.iter().map(|claim| (claim.tier, claim.adds, claim.claimed));
    for (tier, adds, claimed) in rows.chain(unclaimed.map(|tier| (tier, "", None))) {
        let claimed = claimed.map_or("–".to_owned(), |(from, to)| format!("{from:.0}–{to:.0}×"));
        let name = format!("{LYRA}{tier}");
        let mut row = vec![tier.to_owned(), claimed];
        if !built.contains(&tier) {
            row.push("not built yet".to_owned());
            row.extend([const { String::new() }; 4]);
        } else if name == reference {
            row.push("1×".to_owned());
            row.extend([const { String::new() }; 4]);
        } else {
            row.push(times(mean_ratio(programs, &reference, &name)));
            row.push(times(mean_ratio(programs, &before, &name)));
            row.extend(verdicts(programs, &name, &before).map(|count| count.to_string()));
            before = name;
        }
        row.push(adds.to_owned());
        table.row(row);
    }
    table.text()
}

/// On how many programs `tier` is faster than the tier before it, slower, and not clearly either.
fn verdicts(programs: &[ProgramResult], tier: &str, before: &str) -> [usize; 3] {
    let mut counts = [0; 3];
    let [faster, slower, noise] = &mut counts;
    let both = programs.iter().filter_map(|program| Some((of(program, tier)?, of(program, before)?)));
    for ratio in both.filter_map(|(tier, before)| Ratio::of(&tier.rounds, &before.rounds)) {
        let count = match () {
            () if ratio.is_noise() => &mut *noise,
            () if ratio.value < 1.0 => &mut *faster,
            () => &mut *slower,
        };
        *count += 1;
    }
    counts
}
