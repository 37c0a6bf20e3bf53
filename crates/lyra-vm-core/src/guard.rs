//! The one slow path: where the slice of the budget ends, fuel, deadline, interruption and integrity are looked at.

use crate::program::Code;
use lyra_bytecode::Trap;
use lyra_runtime::{Fault, Meter};
use lyra_security::{Budget, Interrupt, Monitor, SLICE, TamperLog};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Entries of the tamper log.
const LOG_ENTRIES: usize = 100;

/// What stands between a program and its limits of work and time.
pub(crate) struct Guard<M> {
    pub(crate) budget: Budget,
    pub(crate) interrupt: Interrupt,
    pub(crate) monitor: M,
    pub(crate) log: TamperLog,
    /// What is executed.
    pub(crate) code: Arc<Code>,
    deadline: Option<Instant>,
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
            deadline: None,
            polled: 0,
            tampered: false,
            #[cfg(test)]
            alteration: None,
        }
    }

    /// A call from the host begins.
    pub(crate) fn enter(&mut self, deadline: Option<Duration>) -> Result<(), Fault> {
        self.deadline = deadline.and_then(|after| Instant::now().checked_add(after));
        self.budget.end_slice();
        self.check_code()
    }

    /// A result is about to leave.
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

    fn settle(&mut self, outcome: Result<(), lyra_security::Detection>) -> Result<(), Fault> {
        outcome.map_err(|detection| {
            self.tampered = true;
            let message = detection.to_string();
            self.log.append(&message, detection.operations);
            Fault::told(Trap::Tampered, message)
        })
    }

    #[cold]
    pub(crate) fn slow_path(&mut self) -> Result<(), Fault> {
        if self.budget.refill().is_err() {
            return Err(Trap::OutOfFuel.into());
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
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
    fn charge(&mut self, units: u64) -> Result<(), Fault> {
        if self.budget.charge(units) { self.slow_path() } else { Ok(()) }
    }

    fn look_soon(&mut self) {
        self.budget.end_slice();
    }
}
