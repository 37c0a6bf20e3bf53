//! Functions of the host: one erased type, whatever they are in Rust, and the view of a call that they get.
//!
//! A host function borrows the machine for the time of its call and has no way to enter it again. When it panics
//! the panic ends here, as the trap `host_panic`; what it fails with becomes an error that the program can catch.

use super::from_host::from_value;
use super::to_host::to_value;
use super::value::Value;
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::{Elements, Heap};
use crate::output::OutputGate;
use crate::shape::Shapes;
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
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
}

impl HostFunction {
    /// A function of that type.
    pub fn new(
        params: Vec<HostType>,
        result: Option<HostType>,
        body: impl Fn(&mut HostCall<'_>) -> Result<Option<Value>, HostError> + Send + Sync + 'static,
    ) -> Self {
        Self { signature: HostSignature { params, result }, body: Arc::new(body) }
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

/// What a host function may read of any heap.
pub trait HostHeap {
    /// A text.
    ///
    /// # Errors
    /// As the heap's.
    fn read_text(&self, text: Ref) -> Result<&str, Fault>;
    /// The elements of an array.
    ///
    /// # Errors
    /// As the heap's.
    fn read_elements(&self, array: Ref) -> Result<Elements<'_>, Fault>;
    /// A copy of a value.
    ///
    /// # Errors
    /// As the heap's.
    fn read_value(&self, shapes: &Shapes, ty: TypeId, slot: Slot) -> Result<Value, Fault>;
}

impl<H: Heap> HostHeap for H {
    fn read_text(&self, text: Ref) -> Result<&str, Fault> {
        Ok(self.text(text)?.text)
    }
    fn read_elements(&self, array: Ref) -> Result<Elements<'_>, Fault> {
        self.elements(array)
    }
    fn read_value(&self, shapes: &Shapes, ty: TypeId, slot: Slot) -> Result<Value, Fault> {
        to_value(self, shapes, ty, slot)
    }
}

/// One call of a host function: its arguments, the host's data, the program's output.
pub struct HostCall<'c> {
    types: &'c [TypeId],
    args: &'c [Slot],
    heap: &'c dyn HostHeap,
    shapes: &'c Shapes,
    data: &'c mut dyn Any,
    output: &'c mut OutputGate,
    work: u64,
    /// A failure that is not the function's own and that it must not swallow.
    fault: Option<Fault>,
}

macro_rules! scalar_arguments {
    ($($name:ident, $ty:ty, $id:ident, $text:literal;)*) => {
        $(#[doc = concat!("Argument `index`, ", $text, ".")]
        #[doc = ""]
        #[doc = "# Errors"]
        #[doc = "When there is no such argument or it is of another type."]
        pub fn $name(&self, index: usize) -> Result<$ty, HostError> {
            Ok(<$ty>::from_word(self.argument(index, TypeId::$id)?.as_word()))
        })*
    };
}

impl HostCall<'_> {
    scalar_arguments! {
        bool, bool, BOOL, "a `bool`";
        u8, u8, U8, "a `u8`";
        i32, i32, I32, "an `i32`";
        i64, i64, I64, "an `i64`";
        f64, f64, F64, "an `f64`";
        char, char, CHAR, "a `char`";
    }

    /// How many arguments there are.
    #[must_use]
    pub fn arity(&self) -> usize {
        self.args.len()
    }

    fn argument(&self, index: usize, ty: TypeId) -> Result<Slot, HostError> {
        match (self.types.get(index), self.args.get(index)) {
            (Some(&found), Some(&slot)) if found == ty => Ok(slot),
            (Some(&found), Some(_)) => {
                let message =
                    format!("argument {index} is {}, not {}", self.shapes.name(found), self.shapes.name(ty));
                Err(HostError::new("type_mismatch", message))
            }
            _ => Err(HostError::new("invalid_argument", format!("there is no argument {index}"))),
        }
    }

    /// Argument `index`, a `str`, not copied.
    ///
    /// # Errors
    /// When there is no such argument or it is of another type.
    pub fn str(&self, index: usize) -> Result<&str, HostError> {
        self.heap.read_text(self.argument(index, TypeId::STR)?.as_ref()).map_err(broken)
    }

    /// Argument `index`, an array, its elements as the machine keeps them, not copied.
    ///
    /// # Errors
    /// When there is no such argument or it is of another type.
    pub fn elements(&self, index: usize) -> Result<Elements<'_>, HostError> {
        let Some(&slot) = self.args.get(index) else {
            return Err(HostError::new("invalid_argument", format!("there is no argument {index}")));
        };
        self.heap.read_elements(slot.as_ref()).map_err(broken)
    }

    /// Argument `index` of any type, copied.
    ///
    /// # Errors
    /// When there is no such argument.
    pub fn value(&self, index: usize) -> Result<Value, HostError> {
        match (self.types.get(index), self.args.get(index)) {
            (Some(&ty), Some(&slot)) => self.heap.read_value(self.shapes, ty, slot).map_err(broken),
            _ => Err(HostError::new("invalid_argument", format!("there is no argument {index}"))),
        }
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

fn broken(fault: Fault) -> HostError {
    HostError::new(fault.trap().kind(), fault.message())
}

/// Calls `function` with arguments of those types, which are rooted; gives its result as a slot of type
/// `result`, rooted among `env.temps`.
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
    data: &mut dyn Any,
) -> Result<Option<Slot>, HostFailure> {
    let mut call = HostCall {
        types,
        args,
        heap: env.heap,
        shapes: env.shapes,
        data,
        output: env.output,
        work: 0,
        fault: None,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| (function.body)(&mut call)));
    let (work, fault) = (call.work, call.fault.take());
    if let Some(fault) = fault {
        return Err(fault.into());
    }
    // A function that the host blocks in may have taken long.
    env.meter.look_soon();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(payload) => return Err(Fault::told(Trap::HostPanic, panic_message(payload.as_ref())).into()),
    };
    if work > 0 {
        env.meter.charge(work)?;
    }
    match (outcome, result) {
        (Ok(None), None) => Ok(None),
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

/// What a panic says, if it says it in words.
fn panic_message(payload: &(dyn Any + Send)) -> String {
    let words = payload.downcast_ref::<&str>().copied();
    let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    match words {
        Some(words) => format!("a host function panicked: {words}"),
        None => "a host function panicked".to_owned(),
    }
}
