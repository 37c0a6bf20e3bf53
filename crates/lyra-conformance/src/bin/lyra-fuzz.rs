//! `lyra-fuzz`: generated programs in every way there is, as many as are asked for. `cargo xtask fuzz` builds it as
//! released and runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this program owns its terminal")]

use clap::Parser;
use lyra::Tier;
use lyra_conformance::campaign::{Campaign, Failed, Progress, Summary, run};
use lyra_conformance::corpus::generated_dir;
use lyra_conformance::refusals::{Effort, sweep_all};
use lyra_conformance::subject::origins;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[derive(Parser)]
#[command(
    name = "cargo xtask fuzz",
    about = "Compares generated programs on all tiers with the reference machine"
)]
struct Arguments {
    /// How many programs
    #[arg(long, default_value_t = 20_000)]
    programs: u64,
    /// The first seed; the others follow it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A tier to compare with the reference machine; all of them when none is named
    #[arg(long, value_name = "TIER")]
    tier: Vec<Tier>,
    /// End after so many seconds
    #[arg(long, value_name = "SECONDS")]
    time: Option<u64>,
    /// End after so many differences
    #[arg(long, default_value_t = 3)]
    failures: usize,
    /// Print the program of the seed and end
    #[arg(long)]
    show: bool,
    /// Do not write the failures into the corpus
    #[arg(long)]
    no_keep: bool,
    /// Leave failing programs as they are
    #[arg(long)]
    as_found: bool,
    /// Instead, refuse each charge of memory once, over these programs and those of `spec/`
    #[arg(long)]
    refusals: bool,
}

/// Of each program every charge up to ten thousand, and a thousand behind them, unless it takes very long; on all tiers.
const EFFORT: Effort = Effort { first: 10_000, drawn: 1_000, fuel: 5_000_000, between: 1 };

/// Programs from which on a campaign must have carried out every instruction.
const MANY: u64 = 5_000;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.show {
        print!("{}", lyra_conformance::generate::program(arguments.seed));
        return ExitCode::SUCCESS;
    }
    let mut campaign = Campaign::new(arguments.seed, arguments.programs);
    if !arguments.tier.is_empty() {
        campaign.tiers.clone_from(&arguments.tier);
    }
    // What panics is reported as a difference, once, and small.
    std::panic::set_hook(Box::new(|_| {}));
    if arguments.refusals {
        let mut tiers = campaign.tiers.clone();
        tiers.retain(|tier| *tier != Tier::Reference);
        tiers.insert(0, Tier::Reference);
        let tally = sweep_all(&origins(arguments.seed, arguments.programs), &tiers, EFFORT);
        println!("{tally}");
        return if tally.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    campaign.time = arguments.time.map(Duration::from_secs);
    campaign.failures = arguments.failures.max(1);
    campaign.minimize = !arguments.as_found;
    campaign.notes = std::env::var_os("LYRA_FUZZ_NOTES").map(PathBuf::from);
    let progress = Arc::new(Progress::default());
    let stop = Arc::clone(&progress);
    // A system without signals leaves the default: the process ends without a summary.
    let _ = ctrlc::set_handler(move || {
        if stop.stop.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let done = AtomicBool::new(false);
    let summary = std::thread::scope(|scope| {
        scope.spawn(|| report(&campaign, &progress, &done));
        let summary = run(&campaign, &progress);
        done.store(true, Ordering::Relaxed);
        summary
    });
    println!("{summary}");
    if !arguments.no_keep {
        summary.failures.iter().for_each(keep);
    }
    match complaint(&summary) {
        None => ExitCode::SUCCESS,
        Some(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

/// Says how far it is, every five seconds.
fn report(campaign: &Campaign, progress: &Progress, done: &AtomicBool) {
    let (start, mut next) = (Instant::now(), Duration::from_secs(5));
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(50));
        if start.elapsed() >= next {
            next += Duration::from_secs(5);
            let programs = progress.done.load(Ordering::Relaxed);
            let rate = programs as f64 / start.elapsed().as_secs_f64();
            eprintln!("{programs} of {} programs, {rate:.0}/s", campaign.programs);
        }
    }
}

/// Writes a failure into the corpus, from where the test suite takes it.
fn keep(failed: &Failed) {
    let path = generated_dir().join(format!("seed-{}.lyra", failed.seed));
    match std::fs::write(&path, failed.file()) {
        Ok(()) => println!("kept as {}", path.display()),
        Err(error) => eprintln!("cannot keep it as {}: {error}", path.display()),
    }
}

/// What is wrong with a campaign.
fn complaint(summary: &Summary) -> Option<String> {
    let missed = summary.coverage.missed();
    if !summary.failures.is_empty() {
        Some(format!("{} programs differ", summary.failures.len()))
    } else if summary.compiled() < 95.0 {
        Some(format!("only {:.1} % of the programs compile", summary.compiled()))
    } else if summary.programs >= MANY && !missed.is_empty() {
        Some(format!("no program carries out {}", missed.join(", ")))
    } else if summary.programs == 0 {
        Some("no program was run".to_owned())
    } else {
        None
    }
}
