//! One call of a host function as the function sees it: its arguments, the host's data, the program's output, and
//! what it must pay for.

use super::build::Builder;
use super::function::HostError;
use super::machine::Machine;
use super::value::Value;
use super::walk::ValueWalk;
use crate::env::WORK_UNIT;
use crate::fault::Fault;
use crate::heap::Elements;
use crate::slot::Slot;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Trap, TypeId};
use std::any::Any;

/// One call of a host function: its arguments, the host's data, the program's output.
///
/// A function that makes little returns it as a [`Value`]. One whose result grows with its arguments makes it in the
/// machine ([`build`](Self::build), [`TextBuffer`]), so that memory is paid for before it is taken, and pays for its
/// work as it goes on ([`work`](Self::work)), so that fuel, deadline and interruptions end it in time.
pub struct HostCall<'c> {
    pub(super) machine: &'c mut (dyn Machine + 'c),
    types: &'c [TypeId],
    args: &'c [Slot],
    pub(super) result: Option<TypeId>,
    data: &'c mut dyn Any,
    services: &'c (dyn Any + Send + Sync),
    work: u64,
    /// Elements or bytes worked on since the last unit that was paid for.
    unpaid: usize,
    /// Bytes that the function said it takes, given back when it returns.
    reserved: u64,
    /// The result, when it was made in the machine.
    pub(super) made: Option<Slot>,
    /// A failure that is not the function's own and that it must not swallow.
    fault: Option<Fault>,
}

/// What a call is lent besides the machine.
pub(super) struct Lent<'c> {
    pub(super) data: &'c mut dyn Any,
    pub(super) services: &'c (dyn Any + Send + Sync),
    pub(super) types: &'c [TypeId],
    pub(super) args: &'c [Slot],
    pub(super) result: Option<TypeId>,
}

/// What a call leaves behind.
pub(super) struct Ended {
    pub(super) work: u64,
    pub(super) fault: Option<Fault>,
    pub(super) made: Option<Slot>,
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

impl<'c> HostCall<'c> {
    pub(super) fn new(machine: &'c mut (dyn Machine + 'c), lent: Lent<'c>) -> Self {
        let Lent { data, services, types, args, result } = lent;
        Self {
            machine,
            types,
            args,
            result,
            data,
            services,
            work: 0,
            unpaid: 0,
            reserved: 0,
            made: None,
            fault: None,
        }
    }

    pub(super) fn end(self) -> Ended {
        self.machine.release(self.reserved);
        Ended { work: self.work, fault: self.fault, made: self.made }
    }

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

    pub(super) fn argument(&self, index: usize, ty: TypeId) -> Result<Slot, HostError> {
        let (found, slot) = self.given(index)?;
        if found == ty {
            return Ok(slot);
        }
        let shapes = self.machine.shapes();
        let message = format!("argument {index} is {}, not {}", shapes.name(found), shapes.name(ty));
        Err(HostError::new("type_mismatch", message))
    }

    fn given(&self, index: usize) -> Result<(TypeId, Slot), HostError> {
        match (self.types.get(index), self.args.get(index)) {
            (Some(&ty), Some(&slot)) => Ok((ty, slot)),
            _ => Err(HostError::new("invalid_argument", format!("there is no argument {index}"))),
        }
    }

    /// Argument `index`, a `str`, not copied.
    ///
    /// # Errors
    /// When there is no such argument or it is of another type.
    pub fn str(&self, index: usize) -> Result<&str, HostError> {
        self.machine.text(self.argument(index, TypeId::STR)?.as_ref()).map_err(broken)
    }

    /// Argument `index`, an array, its elements as the machine keeps them, not copied.
    ///
    /// # Errors
    /// When there is no such argument or it is of another type.
    pub fn elements(&self, index: usize) -> Result<Elements<'_>, HostError> {
        self.machine.elements(self.given(index)?.1.as_ref()).map_err(broken)
    }

    /// Argument `index`, a `[u8]`, not copied.
    ///
    /// # Errors
    /// When there is no such argument or it is of another type.
    pub fn bytes(&self, index: usize) -> Result<&[u8], HostError> {
        let (ty, slot) = self.given(index)?;
        let is_bytes = self.machine.shapes().types().element(ty) == Some(TypeId::U8);
        match self.machine.elements(slot.as_ref()) {
            Ok(Elements::Bytes(bytes)) if is_bytes => Ok(bytes),
            _ => Err(HostError::new("type_mismatch", format!("argument {index} is not [u8]"))),
        }
    }

    /// Argument `index` of any type, copied.
    ///
    /// # Errors
    /// When there is no such argument; as a copy out of the machine fails.
    pub fn value(&self, index: usize) -> Result<Value, HostError> {
        let (ty, slot) = self.given(index)?;
        self.machine.value(ty, slot).map_err(broken)
    }

    /// Argument `index` of any type, to be looked at piece by piece.
    ///
    /// # Errors
    /// When there is no such argument.
    pub fn walk(&self, index: usize) -> Result<ValueWalk, HostError> {
        let (ty, slot) = self.given(index)?;
        ValueWalk::new(self, ty, slot).map_err(broken)
    }

    /// The host's data.
    pub fn data(&mut self) -> &mut dyn Any {
        self.data
    }

    /// What modules that come with the machine have of its host, whatever the host's data are.
    #[must_use]
    pub fn services(&self) -> &(dyn Any + Send + Sync) {
        self.services
    }

    /// Writes to the program's output, within its limit.
    ///
    /// # Errors
    /// When the output fails or its limit is reached; then the run ends, whatever the function returns.
    pub fn write(&mut self, text: &str) -> Result<(), HostError> {
        let written = self.machine.output().write(text);
        written.map_err(|fault| self.fail(fault))
    }

    /// Counts `bytes` that go to the host by another way towards the limit of the output.
    ///
    /// # Errors
    /// When the limit is reached; then the run ends, whatever the function returns.
    pub fn count_output(&mut self, bytes: usize) -> Result<(), HostError> {
        let counted = self.machine.output().count(bytes);
        counted.map_err(|fault| self.fail(fault))
    }

    /// Charges `fuel` units for the work done, paid when the function returns.
    pub fn charge(&mut self, fuel: u64) {
        self.work = self.work.saturating_add(fuel);
    }

    /// Pays now for work on `count` elements or bytes, a unit of fuel for each 64, what is less together with the next;
    /// looks at the deadline and for interruptions now and then.
    ///
    /// # Errors
    /// When fuel or time end, or the run is interrupted; then it ends, whatever the function returns.
    pub fn work(&mut self, count: usize) -> Result<(), HostError> {
        self.unpaid = self.unpaid.saturating_add(count);
        if self.unpaid < WORK_UNIT {
            return Ok(());
        }
        let units = self.unpaid / WORK_UNIT;
        self.unpaid %= WORK_UNIT;
        self.pay(units as u64)
    }

    /// Pays `units` of fuel now.
    ///
    /// # Errors
    /// As [`work`](Self::work).
    pub fn pay(&mut self, units: u64) -> Result<(), HostError> {
        let paid = self.machine.pay(units);
        paid.map_err(|fault| self.fail(fault))
    }

    /// Much time may have passed: the next payment looks at the deadline and for interruptions.
    pub fn look_soon(&mut self) {
        self.machine.look_soon();
    }

    /// Counts `bytes` of the function's own memory towards the program's, until it returns.
    ///
    /// # Errors
    /// When the memory limit would be passed; then the run ends, whatever the function returns.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), HostError> {
        let charged = self.machine.charge(bytes as u64);
        charged.map_err(|fault| self.fail(fault))?;
        self.reserved = self.reserved.saturating_add(bytes as u64);
        Ok(())
    }

    /// Gives back before the return what was reserved and is free again.
    pub fn release(&mut self, bytes: usize) {
        let bytes = self.reserved.min(bytes as u64);
        self.reserved -= bytes;
        self.machine.release(bytes);
    }

    /// Makes the result in the machine; the function then returns `Ok(None)`.
    pub fn build(&mut self) -> Builder<'_, 'c> {
        Builder::new(self)
    }

    /// Remembers a failure that ends the call whatever the function returns.
    pub(super) fn fail(&mut self, fault: Fault) -> HostError {
        let error = broken(fault.clone());
        self.fault = Some(fault);
        error
    }
}

fn broken(fault: Fault) -> HostError {
    HostError::new(fault.trap().kind(), fault.message())
}

/// A text that a host function writes before it knows how long it gets: room is paid for before it is taken, and the
/// limit on texts holds from the start. What writing costs in fuel is paid by [`HostCall::work`].
#[derive(Debug, Default)]
pub struct TextBuffer {
    text: String,
    room: usize,
}

impl TextBuffer {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes room for `bytes` more and pays for them; then so many can be pushed.
    ///
    /// # Errors
    /// When the text gets longer than a text may be, and when fuel or memory end; then the run ends, whatever the
    /// function returns.
    pub fn grow(&mut self, call: &mut HostCall<'_>, bytes: usize) -> Result<(), HostError> {
        let needed = self.text.len().saturating_add(bytes);
        let limit = call.machine.text_limit();
        if needed > limit {
            let message = format!("a text of {needed} bytes is over the limit of {limit}");
            return Err(call.fail(Fault::told(Trap::OutOfMemory, message)));
        }
        if needed > self.room {
            let room = self.room.saturating_mul(2).max(needed).max(256).min(limit);
            call.reserve(room)?;
            self.text.reserve_exact(room - self.text.len());
            call.release(self.room);
            self.room = room;
        }
        Ok(())
    }

    /// The room that was made, to write into.
    pub fn text(&mut self) -> &mut String {
        &mut self.text
    }

    /// What has been written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Appends `text`.
    ///
    /// # Errors
    /// As [`grow`](Self::grow).
    pub fn push(&mut self, call: &mut HostCall<'_>, text: &str) -> Result<(), HostError> {
        self.grow(call, text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    /// Makes it the result of the call.
    ///
    /// # Errors
    /// When memory ends, or the result is no text.
    pub fn finish(self, call: &mut HostCall<'_>) -> Result<(), HostError> {
        call.build().text(&self.text)
    }
}
