//! One program in every way there is.

use super::coverage::counted;
use super::machine::{Under, compile, linked, linked_with, run, sealed_and_opened};
use super::outcome::Outcome;
use lyra::Tier;
use lyra_runtime::Stress;
use lyra_vm_core::{Program, Translation};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came of comparing.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It does not compile.
    Refused(String),
    /// All ways agree.
    Agreed(Compared),
    /// Two ways do not.
    Differs(Difference),
}

/// How much was compared.
#[derive(Clone, Debug)]
pub struct Compared {
    /// How the program ended under ample limits: `value`, or the kind of its error.
    pub end: String,
    /// How many runs there were.
    pub runs: u64,
    /// How many runs with little memory ended where the reference machine's did, and how many elsewhere, within the
    /// rule of [`Outcome::difference_up_to_memory`].
    pub memory: (u64, u64),
}

/// Two ways that do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The way that is believed.
    pub believed: String,
    /// The other.
    pub other: String,
    /// What differs.
    pub what: &'static str,
    /// What the first has.
    pub expected: String,
    /// What the other has.
    pub found: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} differs:", self.what)?;
        writeln!(f, "  {}: {}", self.believed, shortened(&self.expected))?;
        write!(f, "  {}: {}", self.other, shortened(&self.found))
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(600) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Compares a program in every way on these tiers with the reference machine.
///
/// The tight limits are taken from the ample run and the text itself, so that the same program meets them at the same
/// places each time.
#[must_use]
pub fn compare(text: &str, trap_overflow: bool, tiers: &[Tier]) -> Verdict {
    let compiled = match guarded(|| compile(text, trap_overflow, true)) {
        Ok(Ok(compiled)) => compiled,
        Ok(Err(message)) => return Verdict::Refused(message),
        Err(message) => return broken("compiler", message),
    };
    match guarded(|| sealed_and_opened(&compiled)) {
        Ok(Ok(())) => {}
        Ok(Err(message)) | Err(message) => return broken("sealed and opened", message),
    }
    let program = match linked(compiled) {
        Ok(program) => program,
        Err(message) => return broken("linker", message),
    };
    let mut comparison = Comparison { runs: 0, memory: (0, 0) };
    match comparison.all(&program, text, trap_overflow, tiers) {
        Ok(end) => Verdict::Agreed(Compared { end, runs: comparison.runs, memory: comparison.memory }),
        Err(difference) => Verdict::Differs(difference),
    }
}

/// Something other than a run went wrong.
fn broken(where_: &str, message: String) -> Verdict {
    Verdict::Differs(Difference {
        believed: "nothing fails".to_owned(),
        other: where_.to_owned(),
        what: "the way",
        expected: String::new(),
        found: message,
    })
}

/// Does something; what it panicked with.
pub(crate) fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        format!("a panic: {}", text.unwrap_or_default())
    })
}

struct Comparison {
    runs: u64,
    memory: (u64, u64),
}

impl Comparison {
    fn all(
        &mut self,
        program: &Program,
        text: &str,
        trap_overflow: bool,
        tiers: &[Tier],
    ) -> Result<String, Difference> {
        let reference = Tier::Reference;
        let ample = self.run(reference, program, Under::AMPLE, "ample")?;
        for (name, under) in settings(&ample, text) {
            let expected = match name {
                "ample" => ample.clone(),
                _ => self.run(reference, program, under, name)?,
            };
            for &tier in tiers.iter().filter(|tier| **tier != reference) {
                let found = self.run(tier, program, under, name)?;
                if name == LITTLE_MEMORY {
                    self.same_up_to_memory((&ample, &expected), (tier, name), &found)?;
                } else {
                    same((reference, name), &expected, (tier, name), &found)?;
                }
            }
        }
        // Every root must be known in every tier; the counting machine finds out for the reference.
        let under = Under { stress: Stress::Collections, ..Under::AMPLE };
        let name = "collecting";
        self.runs += 1;
        let found =
            guarded(|| counted(program, under)).map_err(|message| panicked(reference, name, message))?;
        same((reference, "ample"), &ample, (reference, name), &found)?;
        for &tier in tiers.iter().filter(|tier| **tier != reference) {
            let found = self.run(tier, program, under, name)?;
            same((reference, "ample"), &ample, (tier, name), &found)?;
        }
        // The heap that collects in steps is the same in every tier that has it.
        if let Some(&tier) = tiers.last() {
            let under = Under { stress: Stress::Steps, ..Under::AMPLE };
            let found = self.run(tier, program, under, "stepping")?;
            same((reference, "ample"), &ample, (tier, "stepping"), &found)?;
        }
        self.unfolded(&ample, text, trap_overflow, tiers)?;
        Ok(ample.word().to_owned())
    }

    fn same_up_to_memory(
        &mut self,
        (ample, expected): (&Outcome, &Outcome),
        other: (Tier, &str),
        found: &Outcome,
    ) -> Result<(), Difference> {
        match expected.difference(found) {
            None => self.memory.0 += 1,
            Some(_) => self.memory.1 += 1,
        }
        match ample.difference_up_to_memory(found) {
            None => Ok(()),
            Some(what) => Err(difference((Tier::Reference, "ample"), other, what)),
        }
    }

    /// Without folding: the same but for what the folded parts cost. The last tier makes its code of it in a way that
    /// the text decides.
    fn unfolded(
        &mut self,
        ample: &Outcome,
        text: &str,
        trap_overflow: bool,
        tiers: &[Tier],
    ) -> Result<(), Difference> {
        let name = "unfolded";
        let program = guarded(|| compile(text, trap_overflow, false))
            .and_then(|compiled| compiled)
            .and_then(|compiled| linked_with(compiled, translation(text)))
            .map_err(|message| panicked(Tier::Reference, name, message))?;
        let expected = self.run(Tier::Reference, &program, Under::AMPLE, name)?;
        // What was folded costs nothing at run time: where a limit is met, it is met elsewhere.
        if !ample.met_limit() && !expected.met_limit() {
            let (fuel_used, fuel_left, deepest) = (ample.fuel_used, ample.fuel_left, ample.deepest);
            let alike = Outcome { fuel_used, fuel_left, deepest, ..expected.clone() };
            same((Tier::Reference, "ample"), ample, (Tier::Reference, name), &alike)?;
        }
        if let Some(&tier) = tiers.iter().rfind(|tier| **tier != Tier::Reference) {
            let found = self.run(tier, &program, Under::AMPLE, name)?;
            same((Tier::Reference, name), &expected, (tier, name), &found)?;
        }
        Ok(())
    }

    fn run(
        &mut self,
        tier: Tier,
        program: &Program,
        under: Under,
        name: &str,
    ) -> Result<Outcome, Difference> {
        self.runs += 1;
        guarded(|| run(tier, program, under)).map_err(|message| panicked(tier, name, message))
    }
}

fn panicked(tier: Tier, name: &str, message: String) -> Difference {
    Difference {
        believed: "nothing fails".to_owned(),
        other: format!("{tier}, {name}"),
        what: "the run",
        expected: String::new(),
        found: message,
    }
}

fn same(
    believed: (Tier, &str),
    expected: &Outcome,
    other: (Tier, &str),
    found: &Outcome,
) -> Result<(), Difference> {
    match expected.difference(found) {
        None => Ok(()),
        Some(what) => Err(difference(believed, other, what)),
    }
}

fn difference(
    believed: (Tier, &str),
    other: (Tier, &str),
    (what, expected, found): (&'static str, String, String),
) -> Difference {
    Difference {
        believed: format!("{}, {}", believed.0, believed.1),
        other: format!("{}, {}", other.0, other.1),
        what,
        expected,
        found,
    }
}

const LITTLE_MEMORY: &str = "little memory";

/// Ample limits, and for each limit one that is met on the way.
fn settings(ample: &Outcome, text: &str) -> [(&'static str, Under); 5] {
    let mut random = chance(text);
    let mut below = |most: u64| random.u64(..most.max(1));
    let tight = Under::AMPLE;
    [
        ("ample", Under::AMPLE),
        ("little fuel", Under { fuel: below(ample.fuel_used), ..tight }),
        (
            "little stack",
            Under { stack: 1 + u32::try_from(below(ample.deepest.into())).unwrap_or(0), ..tight },
        ),
        (LITTLE_MEMORY, Under { memory: below(ample.peak.0), ..tight }),
        ("little output", Under { output: below(ample.output.len() as u64), ..tight }),
    ]
}

/// Any spread will do that depends on nothing but the text.
fn chance(text: &str) -> fastrand::Rng {
    fastrand::Rng::with_seed(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    }))
}

/// With and without fused instructions, and without some of the passes: none of them may rest on another.
fn translation(text: &str) -> Translation {
    let mut random = chance(text);
    let translation = Translation::default().fuse(random.bool());
    let skipped = lyra::pass_names().into_iter().filter(|_| random.u8(0..4) == 0);
    skipped.fold(translation, Translation::skip)
}
