//! Every charge of memory refused once: what a machine does that had no memory at one moment.
//!
//! A program is run without a refusal to learn how many charges it makes; then once for each of them, on a machine of
//! its own that refuses it, on every tier. The run must end in `out_of_memory` or, where a growing array does with
//! less, as usual; up to there it must be the usual run, and all tiers must agree on all of it. Then the same machine
//! runs the program again, which must give what a second run usually gives; and when it has collected, as much must be
//! alive as usual.
//!
//! Two things a refused run may leave behind. Some programs read globals before the line that sets them, so that their
//! second run sees how far the first one came: these run once more, and that run is compared. And a machine keeps the
//! text of each kind of error that it has met.
//!
//! Of programs with many charges, or long ones, the first charges are refused, and some of the others, drawn by a seed
//! ([`Effort`]).

use crate::differ::compare::guarded;
use crate::differ::machine::Under;
use crate::differ::outcome::{End, Outcome};
use crate::subject::{Origin, Subject};
use lyra::Tier;
use lyra_runtime::SharedOutput;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many of a program's charges are refused.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Of each program the first so many.
    pub first: u64,
    /// And so many of those behind.
    pub drawn: u64,
    /// Units of fuel that all runs of a program may use together, by what the usual run takes; what is beyond is not
    /// run, but at least one charge is refused.
    pub fuel: u64,
    /// Tiers between the first and the last are run at one in so many of them.
    pub between: usize,
}

/// What came of sweeps.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Programs swept.
    pub programs: u64,
    /// Those of which every charge was refused.
    pub whole: u64,
    /// Programs that do not compile.
    pub skipped: u64,
    /// Charges of all programs, on one tier.
    pub charges: u64,
    /// Runs with a charge refused, on all tiers together.
    pub refused: u64,
    /// Of those the ones after which the run ended as usual.
    pub survived: u64,
    /// What was wrong, one entry a program.
    pub failures: Vec<String>,
}

/// The life of a machine.
struct Life {
    /// Its first run.
    first: Outcome,
    /// How much its first run charged.
    charges: u64,
    /// What came then; not there when not even its constants had room.
    then: Option<Then>,
}

/// A machine after its first run.
struct Then {
    /// Its second run.
    second: Outcome,
    /// Bytes that are alive after it, when everything else is gone.
    live: u64,
    /// Texts that the machine keeps.
    texts: u64,
}

/// Most bytes of the text of an error's kind.
const KIND: u64 = lyra_runtime::cost::OBJECT + 32;

impl Subject {
    /// `usual` is the life without a refusal, where there is one already.
    fn life(&self, tier: Tier, refuse: Option<u64>, usual: Option<&Life>) -> Life {
        let output = SharedOutput::default();
        let settings = Under { refuse, ..self.under }.settings(&output);
        let mut vm = match tier.machine(&self.program, settings) {
            Ok(vm) => vm,
            Err(error) => return Life { first: Outcome::refused(&error), charges: 0, then: None },
        };
        let mut run = |memory| {
            // What it has printed and used stays counted.
            let printed = vm.report().output_bytes;
            let under = Under { memory, output: self.under.output.saturating_add(printed), ..self.under };
            vm.set_limits(under.limits());
            vm.set_fuel(Some(under.fuel));
            let outcome = Outcome::of(&self.program, vm.as_mut(), &output);
            (Outcome { fuel_used: 0, ..outcome }, vm.report().heap)
        };
        let (first, heap) = run(self.under.memory);
        let charges = heap.charges;
        let (mut second, _) = run(self.under.memory);
        if usual.is_some_and(|usual| usual.remembers(&second)) {
            (second, _) = run(self.under.memory);
        }
        // Before memory is refused everything is collected that nothing reaches.
        let (_, heap) = run(0);
        let texts = vm.report().interner.entries;
        Life { first, charges, then: Some(Then { second, live: heap.live_bytes, texts }) }
    }
}

impl Life {
    /// Whether `second` is not the usual second run, of a program whose runs depend on those before.
    fn remembers(&self, second: &Outcome) -> bool {
        let differs =
            |other: &Outcome| self.then.as_ref().is_some_and(|then| differs(&then.second, other).is_err());
        differs(&self.first) && differs(second)
    }
}

/// Refuses the charges of a program on `tiers`, of which the first is believed.
///
/// # Errors
/// What was wrong.
pub fn sweep(subject: &Subject, tiers: &[Tier], effort: Effort) -> Result<Tally, String> {
    let life = |tier: Tier, refuse: Option<u64>, usual: Option<&Life>| {
        let at = || refuse.map_or_else(String::new, |number| format!(", charge {number} refused"));
        guarded(|| subject.life(tier, refuse, usual)).map_err(|panic| format!("{tier}{}: {panic}", at()))
    };
    let usual = tiers.iter().map(|&tier| life(tier, None, None)).collect::<Result<Vec<_>, _>>()?;
    let Some(believed) = usual.first() else { return Ok(Tally::default()) };
    for (tier, other) in tiers.iter().zip(&usual) {
        differs(&believed.first, &other.first).map_err(|what| format!("{tier}, nothing refused: {what}"))?;
        if other.charges != believed.charges {
            return Err(format!("{tier}: {} charges, usually {}", other.charges, believed.charges));
        }
    }
    let fuel = subject.under.fuel.saturating_sub(believed.first.fuel_left.unwrap_or(0));
    let most = (effort.fuel / (fuel + 1)).max(1);
    let numbers = effort.numbers(believed.charges, most);
    let mut tally = Tally {
        programs: 1,
        whole: u64::from(numbers.len() as u64 == believed.charges),
        charges: believed.charges,
        ..Tally::default()
    };
    for (place, &number) in numbers.iter().enumerate() {
        let mut agreed: Option<Outcome> = None;
        for (at, (&tier, usual)) in tiers.iter().zip(&usual).enumerate() {
            let is_between = at != 0 && at + 1 != tiers.len();
            if is_between && place % effort.between.max(1) != 0 {
                continue;
            }
            let found = life(tier, Some(number), Some(usual))?;
            let wrong = |what: String| Err(format!("{tier}, charge {number} refused: {what}"));
            if let Err(what) = follows(usual, &found) {
                return wrong(what);
            }
            if let Err(what) = agreed.as_ref().map_or(Ok(()), |agreed| differs(agreed, &found.first)) {
                return wrong(format!("not as on {}: {what}", tiers[0]));
            }
            tally.refused += 1;
            tally.survived += u64::from(differs(&usual.first, &found.first).is_ok());
            agreed.get_or_insert(found.first);
        }
    }
    Ok(tally)
}

/// What is wrong with a life with a refusal, beside one without.
fn follows(usual: &Life, found: &Life) -> Result<(), String> {
    let is_refused = |end: &End| matches!(end, End::Failed { kind, .. } if kind == "out_of_memory");
    let refused = found.first.ends.iter().any(is_refused);
    if !refused {
        differs(&usual.first, &found.first)?;
    } else if let Some((what, all, some)) = usual.first.difference_up_to_memory(&found.first) {
        return Err(format!("{what}: {all}, found {some}"));
    }
    let broken =
        |end: &&End| matches!(end, End::Failed { kind, .. } if kind == "tampered" || kind == "host_panic");
    let is_usual = |end: &End| usual.first.ends.contains(end);
    if let Some(end) = found.first.ends.iter().filter(broken).find(|end| !is_usual(end)) {
        return Err(format!("{end:?}"));
    }
    let (Some(usual), Some(found)) = (&usual.then, &found.then) else {
        return if refused { Ok(()) } else { Err("no machine was made".to_owned()) };
    };
    differs(&usual.second, &found.second).map_err(|what| format!("run again: {what}"))?;
    let kinds = found.texts.saturating_sub(usual.texts) * KIND;
    if found.live < usual.live || found.live > usual.live + kinds {
        return Err(format!("{} bytes are alive in the end, usually {}", found.live, usual.live));
    }
    Ok(())
}

fn differs(expected: &Outcome, found: &Outcome) -> Result<(), String> {
    match expected.difference(found) {
        None => Ok(()),
        Some((what, expected, found)) => Err(format!("{what}: {expected}, found {found}")),
    }
}

impl Effort {
    /// The charges to be refused, of so many, at most so many.
    fn numbers(self, charges: u64, most: u64) -> BTreeSet<u64> {
        if charges <= most.min(self.first.saturating_add(self.drawn)) {
            return (0..charges).collect();
        }
        let first = self.first.min(most.div_ceil(2));
        let mut numbers: BTreeSet<u64> = (0..first).collect();
        let mut random = fastrand::Rng::with_seed(charges);
        for _ in 0..self.drawn.min(most - first) {
            numbers.insert(random.u64(first..charges));
        }
        numbers
    }
}

/// Native stack of a run.
const STACK: usize = 512 << 10;

/// Sweeps all programs, on all cores.
#[must_use]
pub fn sweep_all(origins: &[Origin], tiers: &[Tier], effort: Effort) -> Tally {
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Tally::default());
    let work = || {
        let mut own = Tally::default();
        while let Some(origin) = origins.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(subject) = origin.subject() else {
                own.skipped += 1;
                continue;
            };
            match sweep(&subject, tiers, effort) {
                Ok(tally) => own.add(tally),
                Err(what) => own.failures.push(format!("{}: {what}", subject.name)),
            }
        }
        all.lock().unwrap_or_else(PoisonError::into_inner).add(own);
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        }
    });
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.programs += other.programs;
        self.whole += other.whole;
        self.skipped += other.skipped;
        self.charges += other.charges;
        self.refused += other.refused;
        self.survived += other.survived;
        self.failures.extend(other.failures);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        let Self { programs, whole, skipped, charges, refused, survived, failures } = self;
        write!(
            f,
            "{programs} programs with {charges} charges, {whole} of them swept in full ({skipped} do not compile): \
             {refused} refusals, {survived} survived, {} failures",
            failures.len()
        )
    }
}
