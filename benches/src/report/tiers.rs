//! The mission's claims for its tiers beside what was measured. Tiers are cumulative: each has those before it.

use super::summary::{LYRA, Mean, Summary};
use crate::view::tiers::CLAIMS;

/// A tier with its claim and what was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tier<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// What it adds to those before it.
    pub(super) adds: &'a str,
    /// How many times as fast as the reference machine the mission wants it, from … to.
    pub(super) claim: Option<(f64, f64)>,
    /// The measured factor; `None` when it is not built in or did not run.
    pub(super) found: Option<&'a Mean>,
}

impl Tier<'_> {
    /// What the two say together.
    pub(super) fn verdict(&self) -> &'static str {
        match (self.found, self.claim) {
            (None, _) if lyra::Tier::ALL.iter().any(|tier| tier.name() == self.name) => "not measured",
            (None, _) => "not built yet",
            (Some(_), None) => "no claim",
            (Some(mean), Some((low, _))) if mean.ratio < low => "below the claim",
            (Some(mean), Some((_, high))) if mean.ratio > high => "above the claim",
            (Some(_), Some(_)) => "within the claim",
        }
    }
}

/// Every tier of the mission but the reference machine, which is the measure; then those measured that the mission
/// does not name.
pub(super) fn tiers(summary: &Summary) -> Vec<Tier<'_>> {
    let reference = summary.tiers.first().map_or("reference", |mean| name(mean));
    let claimed = CLAIMS.iter().filter(|claim| claim.tier != reference).map(|claim| {
        let found = summary.tiers.iter().find(|mean| name(mean) == claim.tier);
        Tier { name: claim.tier, adds: claim.adds, claim: claim.claimed, found }
    });
    let others = summary.tiers.iter().skip(1);
    let others = others.filter(|mean| CLAIMS.iter().all(|claim| claim.tier != name(mean)));
    claimed
        .chain(others.map(|mean| Tier { name: name(mean), adds: "", claim: None, found: Some(mean) }))
        .collect()
}

/// The tier's name.
fn name(mean: &Mean) -> &str {
    mean.candidate.strip_prefix(LYRA).unwrap_or(&mean.candidate)
}
