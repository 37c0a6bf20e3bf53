//! Security violations: a seeded campaign of damaged programs, from the sealed file to the end of the run.
//!
//! Half of the mutants are changed as modules, half as bytes of sections that are then sealed anew, as a stranger
//! would. What the gate accepts runs under small limits. A violation is: a panic, a run that takes seconds, a
//! limit that was passed, or the trap `tampered`, which means that verified code did what it cannot do.

use super::subject::call_run;
use super::{SAFETY, Subject, judged, pending};
use crate::result::{MetricResult, Unit};
use lyra_bytecode::mutate::{mutate_bytes, mutate_module};
use lyra_bytecode::{Module, Section, SectionRef, Trap, VerifyLimits, decode, encode, verify};
use lyra_security::{Limits, Section as Part, open, seal};
use lyra_vm_core::{Profile, RunError, RunReport, Settings, Vm, link};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

const NAME: &str = "Security violations";

/// A mutant that takes longer, from the file to the end of its run, hangs.
const HANGS: Duration = Duration::from_secs(5);

/// Violations that are told one by one.
const TOLD: usize = 5;

const FUEL: u64 = 2_000;
const MEMORY: u64 = 200_000;
const OUTPUT: u64 = 10_000;
const STACK: u32 = 300;

/// How the mutants fared.
#[derive(Clone, Debug, Default)]
pub struct Campaign {
    /// How many there were.
    pub mutants: u64,
    /// Those that seal, decoder or verifier refused.
    pub refused: u64,
    /// Those that ran to their end, with a result or an error of their own.
    pub ended: u64,
    /// Those that a limit stopped.
    pub limited: u64,
    /// Runs that ended because an index was outside.
    pub outside: u64,
    /// What must not happen: how often.
    pub violations: u64,
    /// The first of them, in words.
    pub told: Vec<String>,
}

impl Campaign {
    fn violation(&mut self, seed: u64, what: &str) {
        self.violations += 1;
        if self.told.len() < TOLD {
            self.told.push(format!("mutant {seed}: {what}"));
        }
    }
}

/// Makes and runs `mutants` mutants of the programs.
#[must_use]
pub fn campaign<P: Profile>(programs: &[Subject], mutants: u64) -> Campaign {
    let modules: Vec<&Module> = programs.iter().map(|subject| &subject.module).collect();
    let encoded: Vec<Vec<Section>> = modules.iter().map(|module| encode(module)).collect();
    let mut found = Campaign::default();
    if modules.is_empty() {
        return found;
    }
    // Each mutant has a seed of its own, so that one can be repeated alone.
    for seed in 0..mutants {
        found.mutants += 1;
        watch(seed, &mut found, |found| {
            let mut rng = fastrand::Rng::with_seed(seed);
            match mutant(&mut rng, &modules, &encoded).and_then(|module| verify(module, &small()).ok()) {
                Some(verified) => run::<P>(seed, &mut rng, verified, found),
                None => found.refused += 1,
            }
        });
    }
    found
}

/// Does `work`; a panic and a very long time are violations.
fn watch(seed: u64, found: &mut Campaign, work: impl FnOnce(&mut Campaign)) {
    let started = Instant::now();
    if catch_unwind(AssertUnwindSafe(|| work(found))).is_err() {
        found.violation(seed, "panicked");
    }
    if started.elapsed() > HANGS {
        found.violation(seed, &format!("took {:.1} s", started.elapsed().as_secs_f64()));
    }
}

fn small() -> VerifyLimits {
    VerifyLimits::default()
}

/// A damaged program; `None` when it cannot be opened or decoded any more.
fn mutant(rng: &mut fastrand::Rng, modules: &[&Module], encoded: &[Vec<Section>]) -> Option<Module> {
    let chosen = rng.usize(..modules.len());
    if rng.bool() {
        let mut module = Module::clone(modules.get(chosen)?);
        for _ in 0..=rng.usize(..3) {
            mutate_module(&mut module, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
        }
        return Some(module);
    }
    let mut sections = encoded.get(chosen)?.clone();
    let donor = encoded.get(rng.usize(..encoded.len()))?;
    for _ in 0..=rng.usize(..2) {
        // Half of the damage goes to code; one fault in a small table hides all that comes after it.
        let code = sections.iter().position(|section| section.name == "code").unwrap_or(0);
        let place = if rng.bool() { code } else { rng.usize(..sections.len()) };
        let section = sections.get_mut(place)?;
        let other = donor.iter().find(|other| other.name == section.name);
        let other = other.map_or(&[][..], |other| &other.bytes);
        mutate_bytes(&mut section.bytes, other, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
    }
    let parts: Vec<_> = sections.iter().map(|part| Part { name: part.name, bytes: &part.bytes }).collect();
    let mut file = seal(&parts, None);
    if rng.u8(..) < 16 {
        mutate_bytes(&mut file, &[], &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
    }
    let opened = open(&file, None).ok()?;
    let parts: Vec<_> = opened.iter().map(|part| SectionRef { name: part.name, bytes: part.bytes }).collect();
    decode(&parts).ok()
}

/// Runs what the gate accepted.
fn run<P: Profile>(
    seed: u64,
    rng: &mut fastrand::Rng,
    verified: lyra_bytecode::Verified,
    found: &mut Campaign,
) {
    let Ok(program) = link(verified, &mut |_| None) else {
        found.refused += 1;
        return;
    };
    let limits = Limits::embedded()
        .with_fuel(FUEL)
        .with_memory(MEMORY)
        .with_output(OUTPUT)
        .with_stack(STACK)
        .with_deadline(None);
    // Small enough to get to the end, or large enough to meet the limits.
    let size = if rng.bool() { rng.i32(0..12) } else { rng.i32(0..4_000) };
    let mut outcome = Ok(());
    match Vm::<P>::new(&program, Settings { limits, ..Settings::default() }) {
        Ok(mut vm) => {
            outcome = vm.start(&mut ()).and_then(|_| call_run(&mut vm, size)).map(|_| ());
            if let Some(what) = escaped(&vm.report()) {
                found.violation(seed, &what);
            }
        }
        // Constants and globals alone may be more than the limit.
        Err(error) => judge(seed, &error, found),
    }
    match outcome {
        Ok(()) => found.ended += 1,
        Err(error) => judge(seed, &error, found),
    }
}

fn judge(seed: u64, error: &RunError, found: &mut Campaign) {
    match error.trap {
        Trap::Tampered => {
            found.violation(seed, &format!("verified code did what cannot be: {}", error.message))
        }
        trap if trap.is_limit() => found.limited += 1,
        trap => {
            found.ended += 1;
            found.outside += u64::from(trap == Trap::IndexOutOfBounds);
        }
    }
}

/// The limit that a run passed, if any.
fn escaped(report: &RunReport) -> Option<String> {
    let used = [
        ("fuel", report.fuel_used, FUEL),
        ("memory", report.heap.peak_bytes, MEMORY),
        ("output", report.output_bytes, OUTPUT),
        ("stack", report.deepest_stack.into(), STACK.into()),
    ];
    let over = used.into_iter().find(|(_, used, limit)| used > limit);
    over.map(|(what, used, limit)| format!("used {used} of {what}, the limit is {limit}"))
}

/// The metric of a campaign.
#[must_use]
pub fn metric(found: &Campaign) -> MetricResult {
    let how = "Programs damaged by a seeded generator, as modules or as sealed bytes, sealed anew; what the gate accepts \
               runs with 2,000 units of fuel, 200 kB of memory, 300 entries of stack. Violations are panics, runs over \
               5 s, passed limits, and verified code that does what it cannot do.";
    if found.mutants == 0 {
        return pending(NAME, SAFETY, "0", Unit::Count, "there is no program to damage", how);
    }
    let told =
        if found.told.is_empty() { String::new() } else { format!(" First: {}.", found.told.join("; ")) };
    let how = format!(
        "{how} {} mutants: {} refused, {} ran to an end, {} stopped by a limit.{told} What it does not show: the absence \
         of faults; a longer campaign is in lyra-conformance.",
        found.mutants, found.refused, found.ended, found.limited
    );
    judged(NAME, SAFETY, "0", (found.violations as f64, Unit::Count), found.violations == 0, how)
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::super::subject::tests::subject;
    use super::*;
    use crate::result::Verdict;

    const SOURCE: &str = "proc run(n: i32) -> str {\n var seen = [n]\n var text = \"\"\n for i in 0..n + 3 {\n \
                          seen.push(i * seen[i])\n text += f\"{seen[i]} \"\n }\n return text\n}";

    #[test]
    fn mutants_get_as_far_as_they_should() {
        let found = campaign::<Measured>(&[subject("lists", SOURCE, 5)], 600);
        assert_eq!(metric(&found).verdict, Verdict::Met, "{found:?}");
        // A campaign whose mutants all die at the gate proves nothing about what is behind it.
        assert!(found.refused > 100 && found.ended > 20 && found.limited > 5, "{found:?}");
        assert_eq!(found.mutants, found.refused + found.ended + found.limited);
        let again = campaign::<Measured>(&[subject("lists", SOURCE, 5)], 600);
        assert_eq!(again.ended, found.ended, "the same seeds give the same campaign");
    }

    #[test]
    fn a_panic_and_a_passed_limit_are_violations() {
        let mut found = Campaign { mutants: 1, ..Campaign::default() };
        watch(7, &mut found, |_| {
            std::panic::resume_unwind(Box::new("a mutant was too much"));
        });
        assert_eq!((found.violations, found.told.as_slice()), (1, &["mutant 7: panicked".to_owned()][..]));
        assert_eq!(metric(&found).verdict, Verdict::Missed);
        let report = RunReport { fuel_used: FUEL + 1, ..RunReport::default() };
        assert_eq!(escaped(&report).unwrap(), "used 2001 of fuel, the limit is 2000");
        assert_eq!(escaped(&RunReport { fuel_used: FUEL, ..RunReport::default() }), None);
        let mut found = Campaign::default();
        let error = RunError::outside(Trap::Tampered, "broken");
        judge(1, &error, &mut found);
        assert_eq!(found.violations, 1);
    }

    #[test]
    fn without_programs_it_is_pending() {
        assert!(matches!(metric(&campaign::<Measured>(&[], 10)).verdict, Verdict::Pending(_)));
    }
}
