//! The charge of each number refused, over the programs of `spec/` and generated ones: on the reference machine
//! and the fastest tier each, on those between some.
//!
//! `cargo xtask fuzz --refusals` does so with more of both, as released.

use lyra::Tier;
use lyra_conformance::corpus;
use lyra_conformance::refusals::{Effort, sweep_all};
use lyra_conformance::subject::origins;

/// Of nearly all programs every charge; of those that take long, some.
const EFFORT: Effort = Effort { first: 2_000, drawn: 200, fuel: 50_000, between: 8 };

#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the sweep is for")]
fn no_refusal_does_harm() {
    let tally = sweep_all(&origins(1, 100), Tier::ALL, EFFORT);
    println!("{tally}");
    assert!(tally.failures.is_empty(), "{tally}");
    if std::env::var_os(corpus::FILTER).is_none() {
        assert!(tally.whole >= 200, "few programs were swept in full: {tally}");
        assert!(tally.survived * 2 < tally.refused, "most refusals did nothing: {tally}");
    }
}
