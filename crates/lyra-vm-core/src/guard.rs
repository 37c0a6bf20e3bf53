//! The one slow path: where the slice of the budget ends, fuel, deadline, interruption and integrity are looked at.

use crate::program::Code;
use lyra_bytecode::Trap;
use lyra_runtime::{Fault, Meter};
use lyra_security::{Budget, Detection, Interrupt, Monitor, SLICE, TamperLog, Tick};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Entries of the tamper log.
const LOG_ENTRIES: usize = 100;

/// Deadlines shorter than this begin with the call; longer ones when the machine first looks at the clock, after a
/// slice of work at most, so that a short call never has to.
const SHORT: Duration = Duration::from_millis(100);

/// When a call from the host must have ended.
#[derive(Clone, Copy, Debug)]
enum Deadline {
    Never,
    /// So long from now on. Since the call's first host function began, if it has called one.
    After(Duration, Option<Tick>),
    At(Instant),
}

impl Deadline {
    /// A moment past the end of time never comes.
    fn from_now(after: Duration) -> Self {
        Instant::now().checked_add(after).map_or(Self::Never, Self::At)
    }

    /// Looks at the clock.
    fn has_passed(&mut self) -> bool {
        if let Self::After(after, since) = *self {
            *self = Self::from_now(after.saturating_sub(since.map_or(Duration::ZERO, Tick::elapsed)));
        }
        matches!(*self, Self::At(moment) if Instant::now() >= moment)
    }
}

/// What stands between a program and its limits of work and time.
pub(crate) struct Guard<M> {
    pub(crate) budget: Budget,
    pub(crate) interrupt: Interrupt,
    pub(crate) monitor: M,
    pub(crate) log: TamperLog,
    /// What is executed.
    pub(crate) code: Arc<Code>,
    deadline: Deadline,
    /// The moment from which on a host function is waited for that takes long; where there is a deadline only.
    tick: Option<Tick>,
    /// Units used when integrity was looked at last.
    polled: u64,
    tampered: bool,
    #[cfg(test)]
    pub(crate) alteration: Option<Alteration>,
}

/// A change of the code at the first slow path after so many units.
#[cfg(test)]
pub(crate) struct Alteration {
    pub(crate) after: u64,
    pub(crate) alter: Box<dyn FnOnce(&mut Code) + Send>,
}

impl<M: Monitor> Guard<M> {
    pub(crate) fn new(code: Arc<Code>, fuel: Option<u64>, interrupt: Interrupt) -> Self {
        Self {
            budget: Budget::new(fuel),
            interrupt,
            monitor: M::load(&*code),
            log: TamperLog::new(LOG_ENTRIES),
            code,
            deadline: Deadline::Never,
            tick: None,
            polled: 0,
            tampered: false,
            #[cfg(test)]
            alteration: None,
        }
    }

    /// A call from the host begins.
    #[inline]
    pub(crate) fn enter(&mut self, deadline: Option<Duration>) -> Result<(), Fault> {
        self.refuse_tampered()?;
        self.tick = None;
        match deadline {
            None => self.deadline = Deadline::Never,
            Some(after) if after >= SHORT => self.deadline = Deadline::After(after, None),
            Some(after) => self.end_soon(after),
        }
        // What is left of the last call's slice goes on, unless there is something to be seen at once.
        if self.interrupt.is_raised() {
            self.budget.end_slice();
        }
        let outcome = self.monitor.begin(&*self.code, self.budget.used());
        self.settle(outcome)
    }

    /// A call begins that has little time.
    #[cold]
    #[inline(never)]
    fn end_soon(&mut self, after: Duration) {
        self.deadline = Deadline::from_now(after);
        if matches!(self.deadline, Deadline::At(_)) {
            self.budget.end_slice();
        }
    }

    /// A result is about to leave.
    #[inline]
    pub(crate) fn leave(&mut self) -> Result<(), Fault> {
        self.refuse_tampered()?;
        let outcome = self.monitor.finish(&*self.code, self.budget.used());
        self.settle(outcome)
    }

    fn check_code(&mut self) -> Result<(), Fault> {
        self.refuse_tampered()?;
        self.polled = self.budget.used();
        let outcome = self.monitor.poll(&*self.code, self.polled);
        self.settle(outcome)
    }

    /// Whether altered code was found.
    pub(crate) fn is_tampered(&self) -> bool {
        self.tampered
    }

    /// What was altered once is never trusted again.
    fn refuse_tampered(&self) -> Result<(), Fault> {
        if self.tampered { Err(Trap::Tampered.into()) } else { Ok(()) }
    }

    #[inline]
    fn settle(&mut self, outcome: Result<(), Detection>) -> Result<(), Fault> {
        match outcome {
            Ok(()) => Ok(()),
            Err(detection) => Err(self.altered(&detection)),
        }
    }

    #[cold]
    fn altered(&mut self, detection: &Detection) -> Fault {
        self.tampered = true;
        let message = detection.to_string();
        self.log.append(&message, detection.operations);
        Fault::told(Trap::Tampered, message)
    }

    #[cold]
    pub(crate) fn slow_path(&mut self) -> Result<(), Fault> {
        if self.budget.refill().is_err() {
            return Err(Trap::OutOfFuel.into());
        }
        if self.deadline.has_passed() {
            return Err(Trap::DeadlineExceeded.into());
        }
        if self.interrupt.is_raised() {
            return Err(Trap::Cancelled.into());
        }
        #[cfg(test)]
        self.make_alteration();
        // Slices also end early, to look at the clock; integrity goes by whole slices of work.
        if self.budget.used().saturating_sub(self.polled) >= SLICE { self.check_code() } else { Ok(()) }
    }

    #[cfg(test)]
    fn make_alteration(&mut self) {
        let used = self.budget.used();
        if let Some(planned) = self.alteration.take_if(|planned| used >= planned.after) {
            (planned.alter)(Arc::make_mut(&mut self.code));
        }
    }
}

impl<M: Monitor> Meter for Guard<M> {
    #[inline]
    fn charge(&mut self, units: u64) -> Result<(), Fault> {
        if self.budget.charge(units) { self.slow_path() } else { Ok(()) }
    }

    fn look_soon(&mut self) {
        self.budget.end_slice();
    }

    #[inline]
    fn host_begins(&mut self) {
        if matches!(self.deadline, Deadline::Never) {
            return;
        }
        let now = *self.tick.get_or_insert_with(Tick::now);
        if let Deadline::After(_, since @ None) = &mut self.deadline {
            *since = Some(now);
        }
    }

    #[inline]
    fn host_ended(&mut self) {
        let is_late = self.tick.is_some_and(|tick| Tick::now() != tick);
        if is_late || self.interrupt.is_raised() {
            self.tick = None;
            self.budget.end_slice();
        }
    }
}
