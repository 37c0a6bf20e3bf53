//! Calls of host functions that take and give words alone: arguments are read where they stand, and nothing is
//! converted, copied or allocated on the way.

use super::function::{HostError, HostFailure, panicked};
use crate::env::Meter;
use crate::fault::Fault;
use crate::output::OutputGate;
use crate::slot::Slot;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A host function over words: gets one slot for each parameter, gives the word of its result, 0 for none.
pub type DirectBody = dyn Fn(&mut DirectCall<'_>, &[Slot]) -> Result<u64, HostError> + Send + Sync;

/// What such a function sees of the run that calls it.
pub struct DirectCall<'c> {
    data: &'c mut dyn Any,
    output: &'c mut OutputGate,
    work: u64,
    /// A failure that is not the function's own and that it must not swallow.
    fault: Option<Fault>,
}

impl<'c> DirectCall<'c> {
    /// A call that lends the host's data and the program's output.
    pub fn new(data: &'c mut dyn Any, output: &'c mut OutputGate) -> Self {
        Self { data, output, work: 0, fault: None }
    }

    /// The host's data.
    pub fn data(&mut self) -> &mut dyn Any {
        self.data
    }

    /// Writes to the program's output, within its limit.
    ///
    /// # Errors
    /// When the output fails or its limit is reached; then the run ends, whatever the function returns.
    pub fn write(&mut self, text: &str) -> Result<(), HostError> {
        self.output.write(text).map_err(|fault| {
            let error = HostError::new(fault.trap().kind(), fault.message());
            self.fault = Some(fault);
            error
        })
    }

    /// Charges `fuel` units for the work done, paid when the function returns.
    pub fn charge(&mut self, fuel: u64) {
        self.work = self.work.saturating_add(fuel);
    }
}

/// Calls `body` with the slots of its arguments; gives the word of its result. Everything that can be seen of it is as
/// in [`call_host`](super::call_host).
///
/// # Errors
/// What the function failed with; `host_panic`.
#[inline]
pub fn call_direct(
    body: &DirectBody,
    mut call: DirectCall<'_>,
    args: &[Slot],
    meter: &mut impl Meter,
) -> Result<u64, HostFailure> {
    meter.host_begins();
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&mut call, args)));
    if let Some(fault) = call.fault {
        return Err(fault.into());
    }
    meter.host_ended();
    let outcome = outcome.map_err(|payload| panicked(payload.as_ref()))?;
    if call.work > 0 {
        meter.charge(call.work)?;
    }
    outcome.map_err(HostFailure::Error)
}
