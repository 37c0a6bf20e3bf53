//! Functions of the host: one erased type, whatever they are in Rust, and the view of a call that they get.
//!
//! A host function borrows the machine for the time of its call and has no way to enter it again. When it panics
//! the panic ends here, as the trap `host_panic`; what it fails with becomes an error that the program can catch.

use super::call::{Ended, HostCall, Lent};
use super::direct::DirectBody;
use super::from_host::from_value;
use super::value::Value;
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::slot::Slot;
use lyra_bytecode::{HostSignature, HostType};
use lyra_bytecode::{Trap, TypeId};
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What a host function is to the machine.
pub type HostBody = dyn Fn(&mut HostCall<'_>) -> Result<Option<Value>, HostError> + Send + Sync;

/// A function of the host with its type.
#[derive(Clone)]
pub struct HostFunction {
    /// What it takes and gives.
    pub signature: HostSignature,
    /// What it does.
    pub body: Arc<HostBody>,
    /// The same for machines that need no conversions, where everything it takes and gives is a word.
    pub direct: Option<Arc<DirectBody>>,
}

impl HostFunction {
    /// A function of that type.
    pub fn new(
        params: Vec<HostType>,
        result: Option<HostType>,
        body: impl Fn(&mut HostCall<'_>) -> Result<Option<Value>, HostError> + Send + Sync + 'static,
    ) -> Self {
        Self { signature: HostSignature { params, result }, body: Arc::new(body), direct: None }
    }
}

impl fmt::Debug for HostFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostFunction({})", self.signature)
    }
}

/// Why a host function failed: an error that the program can catch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    /// The kind that the program sees.
    pub kind: String,
    /// The message that the program sees.
    pub message: String,
}

impl HostError {
    /// An error of that kind.
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into() }
    }
}

impl From<&str> for HostError {
    /// An error of the kind `user`.
    fn from(message: &str) -> Self {
        Self::new("user", message)
    }
}

impl From<String> for HostError {
    /// An error of the kind `user`.
    fn from(message: String) -> Self {
        Self::new("user", message)
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for HostError {}

/// How a call of a host function failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostFailure {
    /// The function failed: an error that the program can catch. The machine makes it, with the trace of here.
    Error(HostError),
    /// The call failed.
    Fault(Fault),
}

impl From<Fault> for HostFailure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Calls `function` with arguments of those types, which are rooted; gives its result as a slot of type
/// `result`, rooted among `env.temps`. With `data` of the host and `services` for the modules that come with the machine.
///
/// # Errors
/// What the function failed with; `host_panic`; `type_mismatch` when it returned something
/// else than it promised.
pub fn call_host<H: Heap>(
    env: &mut Env<'_, H>,
    function: &HostFunction,
    types: &[TypeId],
    result: Option<TypeId>,
    args: &[Slot],
    (data, services): (&mut dyn Any, &(dyn Any + Send + Sync)),
) -> Result<Option<Slot>, HostFailure> {
    let data = Lent { data, services, types, args, result };
    env.meter.host_begins();
    let mut call = HostCall::new(env, data);
    let outcome = catch_unwind(AssertUnwindSafe(|| (function.body)(&mut call)));
    let Ended { work, fault, made } = call.end();
    if let Some(fault) = fault {
        return Err(fault.into());
    }
    env.meter.host_ended();
    let outcome = outcome.map_err(|payload| panicked(payload.as_ref()))?;
    if work > 0 {
        env.meter.charge(work)?;
    }
    match (outcome, result) {
        (Ok(None), None) => Ok(None),
        (Ok(None), Some(_)) if made.is_some() => Ok(made),
        (Ok(Some(value)), Some(ty)) => Ok(Some(from_value(env, ty, &value)?)),
        (Ok(Some(_)), None) => {
            Err(Fault::told(Trap::TypeMismatch, "a host function returned a value too many").into())
        }
        (Ok(None), Some(_)) => {
            Err(Fault::told(Trap::TypeMismatch, "a host function returned no value").into())
        }
        (Err(error), _) => Err(HostFailure::Error(error)),
    }
}

/// The trap of a panic, with what it says, if it says it in words.
#[cold]
pub(super) fn panicked(payload: &(dyn Any + Send)) -> Fault {
    let words = payload.downcast_ref::<&str>().copied();
    let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = match words {
        Some(words) => format!("a host function panicked: {words}"),
        None => "a host function panicked".to_owned(),
    };
    Fault::told(Trap::HostPanic, message)
}
