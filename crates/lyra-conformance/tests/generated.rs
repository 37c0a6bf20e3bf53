//! Generated programs in every way there is: nearly all of them compile, and all ways agree in everything.
//!
//! `cargo xtask fuzz` runs as many as one likes, as released. `LYRA_PROGRAMS=5000 LYRA_SEED=7` does so here.

use lyra::Tier;
use lyra_conformance::campaign::{Campaign, Progress, run};
use lyra_conformance::corpus;
use lyra_conformance::differ::{Verdict, compare};

/// How many programs a plain test run makes: in a debug build more would take more than a minute.
const PROGRAMS: u64 = 300;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the campaign is for")]
fn all_ways_agree() {
    let campaign = Campaign::new(number("LYRA_SEED", 1), number("LYRA_PROGRAMS", PROGRAMS));
    let summary = run(&campaign, &Progress::default());
    println!("{summary}");
    assert!(summary.failures.is_empty(), "{summary}");
    assert_eq!(summary.programs, campaign.programs, "all of them were run");
    assert!(summary.compiled() >= 95.0, "{summary}");
    if campaign.programs >= PROGRAMS {
        let values = summary.ends.get("value").copied().unwrap_or(0);
        assert!(values * 2 > summary.programs, "few programs reach their end: {:?}", summary.ends);
        assert!(summary.ends.len() > 8, "few kinds of ends: {:?}", summary.ends);
    }
}

#[test]
fn what_once_made_a_difference_makes_none() {
    let programs = corpus::programs_below(&corpus::generated_dir());
    for program in &programs {
        let trap = program.expected.options.trap_overflow;
        match compare(&program.source, trap, Tier::ALL) {
            Verdict::Agreed(_) => {}
            Verdict::Refused(message) => panic!("{} does not compile: {message}", program.name),
            Verdict::Differs(difference) => panic!("{}: {difference}", program.name),
        }
    }
}
