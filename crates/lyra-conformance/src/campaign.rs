//! Many generated programs, on all cores: what they came to, and the failures, made small.

use crate::differ::{Compared, Coverage, Difference, Verdict, compare, coverage};
use crate::generate::{Tree, program};
use crate::minimize::minimize;
use lyra::Tier;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What a campaign is to do.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The first seed.
    pub seed: u64,
    /// How many programs.
    pub programs: u64,
    /// The tiers that are compared with the reference machine.
    pub tiers: Vec<Tier>,
    /// Ends after so many failures.
    pub failures: usize,
    /// Ends after so long, with fewer programs.
    pub time: Option<Duration>,
    /// Whether failing programs are made small.
    pub minimize: bool,
    /// Where each worker notes the seed that it is at, for the case that the process does not come back.
    pub notes: Option<PathBuf>,
}

impl Campaign {
    /// All tiers, no bound on time.
    #[must_use]
    pub fn new(seed: u64, programs: u64) -> Self {
        Self {
            seed,
            programs,
            tiers: Tier::ALL.to_vec(),
            failures: 3,
            time: None,
            minimize: true,
            notes: None,
        }
    }
}

/// What a campaign came to.
#[derive(Default)]
pub struct Summary {
    /// Programs made.
    pub programs: u64,
    /// Those that do not compile, each with its seed and the compiler's words; at most ten are kept.
    pub refused: Vec<(u64, String)>,
    /// How many do not compile.
    pub refusals: u64,
    /// How the others ended under ample limits.
    pub ends: BTreeMap<String, u64>,
    /// Runs compared.
    pub runs: u64,
    /// Runs with little memory that ended where the reference machine's did, and elsewhere within the rule.
    pub memory: (u64, u64),
    /// What was carried out.
    pub coverage: Coverage,
    /// What did not agree.
    pub failures: Vec<Failed>,
    /// How long it took.
    pub time: Duration,
}

/// A program on which two ways do not agree.
#[derive(Clone, Debug)]
pub struct Failed {
    /// Its seed.
    pub seed: u64,
    /// The smallest program found that fails.
    pub text: String,
    /// Whether integers that do not fit end it.
    pub trap_overflow: bool,
    /// What differs in the small one.
    pub difference: Difference,
}

/// Seen from outside while it runs.
#[derive(Debug, Default)]
pub struct Progress {
    /// Programs that are done.
    pub done: AtomicU64,
    /// Raised to end it early; what is done counts.
    pub stop: AtomicBool,
}

/// Runs a campaign on all cores.
#[must_use]
pub fn run(campaign: &Campaign, progress: &Progress) -> Summary {
    let start = Instant::now();
    let next = AtomicU64::new(0);
    let summary = Mutex::new(Summary::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (next, summary) = (&next, &summary);
            let work = move || {
                let mut own = Summary::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let is_late = campaign.time.is_some_and(|time| start.elapsed() >= time);
                    if number >= campaign.programs || is_late || progress.stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let seed = campaign.seed.wrapping_add(number);
                    campaign.note(worker, seed);
                    own.add(campaign, seed);
                    progress.done.fetch_add(1, Ordering::Relaxed);
                    if own.failures.len() >= campaign.failures {
                        progress.stop.store(true, Ordering::Relaxed);
                    }
                }
                own.coverage = coverage::take();
                summary.lock().unwrap_or_else(PoisonError::into_inner).join(own);
            };
            // Recursive programs on machines that recurse would need more than a thread has by itself.
            let builder = std::thread::Builder::new().stack_size(16 << 20);
            builder.spawn_scoped(scope, work).expect("a thread");
        }
    });
    let mut summary = summary.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.failures.sort_by_key(|failed| failed.seed);
    summary.time = start.elapsed();
    summary
}

impl Campaign {
    fn note(&self, worker: usize, seed: u64) {
        if let Some(folder) = &self.notes {
            // A note that cannot be written is missed only if the process dies, and the seeds can be found by halves.
            let _ = std::fs::write(folder.join(format!("worker-{worker}")), seed.to_string());
        }
    }

    fn verdict(&self, tree: &Tree) -> Verdict {
        compare(&tree.to_string(), tree.trap_overflow, &self.tiers)
    }
}

impl Summary {
    fn add(&mut self, campaign: &Campaign, seed: u64) {
        self.programs += 1;
        let tree = program(seed);
        match campaign.verdict(&tree) {
            Verdict::Refused(message) => {
                self.refusals += 1;
                self.refused.push((seed, message));
            }
            Verdict::Agreed(Compared { end, runs, memory }) => {
                *self.ends.entry(end).or_default() += 1;
                self.runs += runs;
                self.memory.0 += memory.0;
                self.memory.1 += memory.1;
            }
            Verdict::Differs(first) => {
                let mut last = first.clone();
                // The same two ways, or the search would wander off to another difference.
                let mut fails = |tree: &Tree| match campaign.verdict(tree) {
                    Verdict::Differs(found) if found.other == first.other && found.what == first.what => {
                        last = found;
                        true
                    }
                    _ => false,
                };
                let small = if campaign.minimize { minimize(&tree, &mut fails) } else { tree };
                let trap_overflow = small.trap_overflow;
                self.failures.push(Failed { seed, text: small.to_string(), trap_overflow, difference: last });
            }
        }
    }

    fn join(&mut self, other: Self) {
        self.programs += other.programs;
        self.refusals += other.refusals;
        self.refused.extend(other.refused);
        self.refused.sort();
        self.refused.truncate(10);
        for (end, count) in other.ends {
            *self.ends.entry(end).or_default() += count;
        }
        self.runs += other.runs;
        self.memory.0 += other.memory.0;
        self.memory.1 += other.memory.1;
        self.coverage.join(&other.coverage);
        self.failures.extend(other.failures);
    }

    /// The share of programs that compile, of a hundred.
    #[must_use]
    pub fn compiled(&self) -> f64 {
        (self.programs - self.refusals) as f64 * 100.0 / (self.programs.max(1)) as f64
    }
}

impl Failed {
    /// The program as a file of the corpus: its options, what differed, its text.
    #[must_use]
    pub fn file(&self) -> String {
        let overflow = if self.trap_overflow { "// options: overflow=trap\n" } else { "" };
        let Difference { believed, other, what, .. } = &self.difference;
        format!("{overflow}// Once, {what} differed: {believed}; {other}.\n{}", self.text)
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.difference)?;
        write!(f, "{}", self.file())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.time.as_secs_f64();
        let rate = self.programs as f64 / seconds.max(0.001);
        writeln!(
            f,
            "{} programs in {seconds:.1} s ({rate:.0} programs/s), {} runs compared",
            self.programs, self.runs
        )?;
        writeln!(f, "{:.2} % compile", self.compiled())?;
        let mut ends: Vec<(&String, &u64)> = self.ends.iter().collect();
        ends.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let known: u64 = ends.iter().map(|(_, count)| **count).sum();
        write!(f, "ends:")?;
        for (end, count) in ends.iter().take(12) {
            write!(f, " {} {:.1} %,", end.escape_debug(), **count as f64 * 100.0 / known.max(1) as f64)?;
        }
        writeln!(f, " {} others", ends.len().saturating_sub(12))?;
        let (alike, elsewhere) = self.memory;
        writeln!(
            f,
            "little memory: {alike} runs ended where the reference machine's did, {elsewhere} elsewhere"
        )?;
        writeln!(f, "{}", self.coverage)?;
        let missed = self.coverage.missed();
        if !missed.is_empty() {
            writeln!(f, "never carried out: {}", missed.join(" "))?;
        }
        for (seed, message) in &self.refused {
            writeln!(f, "seed {seed} does not compile: {message}")?;
        }
        for failed in &self.failures {
            writeln!(f, "\n{failed}")?;
        }
        write!(f, "{} differences", self.failures.len())
    }
}
