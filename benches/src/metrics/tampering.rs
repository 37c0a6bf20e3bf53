//! Tamper detections: is a change of executed code found, logged and reported?
//!
//! A running machine's code cannot be changed from outside, and no hook for it is in the product. So it is turned
//! round: the machine runs a *changed* program (one instruction, operand, handler or constant is another, and the
//! verifier accepts it) under a monitor that holds the digests of the *original* and begins to look after some
//! units of fuel, fewer than the original needs. For the monitor, the guard, the log and the report that is a change
//! at that moment. A changed program that ends before it would have been changed does not count.

use super::subject::{Subject, call_run, started, unhurried};
use super::{SAFETY, judged, pending, share};
use crate::result::{Distribution, MetricResult, Unit};
use crate::statistics::maximum;
use lyra_bytecode::mutate::mutate_module;
use lyra_bytecode::{Module, Trap, VerifyLimits, verify};
use lyra_runtime::Value;

use lyra_security::{Detection, Monitor, Regions, SLICE};
use lyra_vm_core::{Profile, Program, Settings, Vm, link};
use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;

const NAME: &str = "Tamper detections";
const TARGET: &str = "logged & reported";

/// What the next machine's monitor does.
enum Plan {
    /// Gives its digests to the machine after.
    Record,
    /// Expects what was recorded, and looks after so many units.
    Expect(Box<dyn Any>, u64),
}

thread_local! {
    /// A profile makes its monitor itself, so what one is to do is handed over beside it.
    static PLAN: RefCell<Option<Plan>> = const { RefCell::new(None) };
    static RECORDED: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// A profile whose monitor expects another program's code.
struct Turned<P>(PhantomData<P>);

impl<P: Profile> Profile for Turned<P> {
    type Heap = P::Heap;
    type Stack = P::Stack;
    type Caches = P::Caches;
    type Interner = P::Interner;
    type Integrity = Late<P::Integrity>;
    type Engine = lyra_vm_core::engine::Stepper;
}

/// A monitor that looks after some units of fuel.
struct Late<M> {
    monitor: M,
    after: u64,
}

impl<M: Monitor + 'static> Monitor for Late<M> {
    fn load(regions: &dyn Regions) -> Self {
        match PLAN.take() {
            Some(Plan::Record) => RECORDED.set(Some(Box::new(M::load(regions)))),
            Some(Plan::Expect(expected, after)) => {
                if let Ok(monitor) = expected.downcast::<M>() {
                    return Self { monitor: *monitor, after };
                }
            }
            None => {}
        }
        Self { monitor: M::load(regions), after: 0 }
    }

    fn poll(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection> {
        if operations < self.after { Ok(()) } else { self.monitor.poll(regions, operations) }
    }

    fn finish(&mut self, regions: &dyn Regions, operations: u64) -> Result<(), Detection> {
        if operations < self.after { Ok(()) } else { self.monitor.finish(regions, operations) }
    }

    fn checks(&self) -> u64 {
        self.monitor.checks()
    }
}

/// How changes fared.
#[derive(Clone, Debug, Default)]
struct Tally {
    provoked: u64,
    /// Found, in the log, in the report, the log's chain sound and every later call refused.
    told: u64,
    /// A result or an error of changed code left the machine, or something was found but not told as it should be.
    missed: Vec<String>,
    /// Units of fuel from the change to its being found.
    delays: Vec<f64>,
}

/// Provokes changes in the programs.
#[must_use]
pub fn measure<P: Profile>(programs: &[Subject], changes: u64) -> (MetricResult, Distribution) {
    let mut tally = Tally::default();
    let mut rng = fastrand::Rng::with_seed(0x7A3B);
    let fuel: Result<Vec<u64>, String> = programs.iter().map(fuel_of::<P>).collect();
    let fuel = match fuel {
        Ok(fuel) => fuel,
        Err(reason) => return judge(&tally, Some(reason)),
    };
    let mut tries = 0;
    while tally.provoked < changes && tries < changes * 20 && !programs.is_empty() {
        tries += 1;
        let chosen = rng.usize(..programs.len());
        let (Some(subject), Some(&fuel)) = (programs.get(chosen), fuel.get(chosen)) else { break };
        if let Some(changed) = changed(&subject.module, &mut rng) {
            let after = rng.u64(..=fuel);
            if let Err(reason) = provoke::<P>(subject, &changed, (after, fuel), &mut tally) {
                return judge(&tally, Some(reason));
            }
        }
    }
    judge(&tally, None)
}

/// What a run of the program as it is uses.
fn fuel_of<P: Profile>(subject: &Subject) -> Result<u64, String> {
    let run = |error: lyra_vm_core::RunError| format!("`{}`: {error}", subject.name);
    let mut vm = started::<P>(&subject.program()?, unhurried()).map_err(run)?;
    call_run(&mut vm, subject.small).map_err(run)?;
    Ok(vm.report().fuel_used)
}

/// The program with one change in what is executed that the verifier accepts.
fn changed(original: &Module, rng: &mut fastrand::Rng) -> Option<Program> {
    let mut module = original.clone();
    mutate_module(&mut module, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
    let executed = |module: &Module| {
        let procs: Vec<_> =
            module.procs.iter().map(|proc| (proc.code.clone(), proc.handlers.clone())).collect();
        (procs, module.constants.iter().cloned().collect::<Vec<_>>())
    };
    if executed(&module) == executed(original) {
        return None;
    }
    link(verify(module, &VerifyLimits::default()).ok()?, &mut |_| None).ok()
}

fn provoke<P: Profile>(
    subject: &Subject,
    changed: &Program,
    (after, fuel): (u64, u64),
    tally: &mut Tally,
) -> Result<(), String> {
    PLAN.set(Some(Plan::Record));
    Vm::<Turned<P>>::new(&subject.program()?, Settings::default()).map_err(|error| error.to_string())?;
    let expected = RECORDED.take().ok_or("a machine does not load its monitor")?;
    PLAN.set(Some(Plan::Expect(expected, after)));
    // A change may make a loop endless: then it is to be found while it runs, or before fuel is out.
    let limits = unhurried().with_fuel(fuel.saturating_mul(2).saturating_add(10 * SLICE));
    let Ok(mut vm) = Vm::<Turned<P>>::new(changed, Settings { limits, ..Settings::default() }) else {
        // A changed constant may be more than memory holds.
        return Ok(());
    };
    let Some(run) = changed.find("run") else { return Ok(()) };
    let outcome = vm.start(&mut ()).and_then(|_| vm.call(run, &[Value::I32(subject.small)], &mut ()));
    let report = vm.report();
    if report.fuel_used < after {
        return Ok(());
    }
    tally.provoked += 1;
    match outcome {
        Err(error) if error.trap == Trap::Tampered && !vm.tamper_log().entries().is_empty() => {
            let sound = vm.tamper_log().verify().is_ok() && report.tamper_detections == 1;
            let refused = vm.call(run, &[Value::I32(0)], &mut ());
            if sound && refused.is_err_and(|error| error.trap == Trap::Tampered) {
                tally.told += 1;
                tally.delays.push(report.fuel_used.saturating_sub(after) as f64);
            } else {
                tally.missed.push(format!("{}: found, but not told as it should be", subject.name));
            }
        }
        Err(error) => tally.missed.push(format!("{}: an error of changed code left: {error}", subject.name)),
        Ok(_) => tally.missed.push(format!("{}: a result of changed code left", subject.name)),
    }
    Ok(())
}

fn judge(tally: &Tally, failed: Option<String>) -> (MetricResult, Distribution) {
    let distribution = Distribution {
        name: "tampering: units of fuel until found".to_owned(),
        unit: Unit::Count,
        values: tally.delays.clone(),
    };
    let how = "The machine runs a program in which one instruction, operand, handler or constant was changed, under a \
               monitor that knows the original and begins to look at a random moment of the run. Told means: found, in the \
               log, the log's chain sound, counted in the report, every later call refused.";
    let reason = failed.or_else(|| (tally.provoked == 0).then(|| "no program could be changed".to_owned()));
    if let Some(reason) = reason {
        return (pending(NAME, SAFETY, TARGET, Unit::Share, reason, how), distribution);
    }
    let told = share(tally.told, tally.provoked);
    let first =
        tally.missed.first().map(|first| format!(" First that was not: {first}.")).unwrap_or_default();
    let delay = if tally.delays.is_empty() { 0.0 } else { maximum(&tally.delays) };
    let how = format!(
        "{how} {} changes: {} told, at the latest after {delay:.0} units.{first} What it does not show: changes of memory outside of what is executed, and an \
         attacker who can write to the monitor too.",
        tally.provoked, tally.told,
    );
    let met = tally.told == tally.provoked && tally.missed.is_empty();
    (judged(NAME, SAFETY, TARGET, (told, Unit::Share), met, how), distribution)
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::super::subject::tests::subject;
    use super::*;
    use crate::result::Verdict;
    use lyra_runtime::{GrowableStack, LinearCaches, LinearInterner, PlainHeap};

    const SOURCE: &str = "proc run(n: i32) -> str {\n var sum = 7\n for i in 0..n { sum = (sum * 31 + i) % 10007 }\n \
                          return f\"sum {sum}\"\n}";

    #[test]
    fn every_change_is_told() {
        let (metric, delays) = measure::<Measured>(&[subject("sum", SOURCE, 2_000)], 40);
        assert_eq!((metric.verdict, metric.measured), (Verdict::Met, Some(1.0)), "{}", metric.how);
        assert!(delays.values.len() > 10, "{}", metric.how);
    }

    /// Looks at nothing.
    struct Blind;
    impl Monitor for Blind {
        fn load(_: &dyn Regions) -> Self {
            Self
        }
        fn poll(&mut self, _: &dyn Regions, _: u64) -> Result<(), Detection> {
            Ok(())
        }
        fn finish(&mut self, _: &dyn Regions, _: u64) -> Result<(), Detection> {
            Ok(())
        }
        fn checks(&self) -> u64 {
            0
        }
    }

    struct Unwatched;
    impl Profile for Unwatched {
        type Heap = PlainHeap;
        type Stack = GrowableStack;
        type Caches = LinearCaches;
        type Interner = LinearInterner;
        type Integrity = Blind;
        type Engine = lyra_vm_core::engine::Stepper;
    }

    #[test]
    fn a_blind_monitor_is_found_out() {
        let (metric, _) = measure::<Unwatched>(&[subject("sum", SOURCE, 200)], 20);
        assert_eq!((metric.verdict, metric.measured), (Verdict::Missed, Some(0.0)), "{}", metric.how);
        assert!(metric.how.contains("of changed code left"), "{}", metric.how);
    }

    #[test]
    fn without_programs_it_is_pending() {
        assert!(matches!(measure::<Measured>(&[], 5).0.verdict, Verdict::Pending(_)));
    }
}
