//! A machine whose profile shows only at run time.

use crate::error::RunError;
use crate::profile::Profile;
use crate::program::WordProc;
use crate::report::RunReport;
use crate::vm::{Counts, Vm};
use lyra_bytecode::ProcId;
use lyra_runtime::Value;
use lyra_security::{Limits, TamperLog};
use std::any::Any;

/// A [`Vm`] of some profile, for hosts that choose one at run time. Each method is the one of the same name there.
#[expect(clippy::missing_errors_doc, reason = "each method is the one of the same name of `Vm`")]
pub trait AnyVm: Send {
    /// [`Vm::start`].
    fn start(&mut self, data: &mut dyn Any) -> Result<Option<Value>, RunError>;

    /// [`Vm::call`].
    fn call(&mut self, proc: ProcId, args: &[Value], data: &mut dyn Any) -> Result<Option<Value>, RunError>;

    /// [`Vm::call_words`].
    fn call_words(&mut self, callee: WordProc, args: &[u64], data: &mut dyn Any) -> Result<u64, RunError>;

    /// [`Vm::global`].
    fn global(&self, name: &str) -> Option<Value>;

    /// [`Vm::counts`].
    fn counts(&self) -> Counts;

    /// [`Vm::set_fuel`].
    fn set_fuel(&mut self, fuel: Option<u64>);

    /// [`Vm::set_limits`].
    fn set_limits(&mut self, limits: Limits);

    /// [`Vm::report`].
    fn report(&self) -> RunReport;

    /// [`Vm::tamper_log`].
    fn tamper_log(&self) -> &TamperLog;
}

impl<P: Profile> AnyVm for Vm<P> {
    fn start(&mut self, data: &mut dyn Any) -> Result<Option<Value>, RunError> {
        self.start(data)
    }

    fn call(&mut self, proc: ProcId, args: &[Value], data: &mut dyn Any) -> Result<Option<Value>, RunError> {
        self.call(proc, args, data)
    }

    fn call_words(&mut self, callee: WordProc, args: &[u64], data: &mut dyn Any) -> Result<u64, RunError> {
        self.call_words(callee, args, data)
    }

    fn global(&self, name: &str) -> Option<Value> {
        self.global(name)
    }

    fn counts(&self) -> Counts {
        self.counts()
    }

    fn set_fuel(&mut self, fuel: Option<u64>) {
        self.set_fuel(fuel);
    }

    fn set_limits(&mut self, limits: Limits) {
        self.set_limits(limits);
    }

    fn report(&self) -> RunReport {
        self.report()
    }

    fn tamper_log(&self) -> &TamperLog {
        self.tamper_log()
    }
}
