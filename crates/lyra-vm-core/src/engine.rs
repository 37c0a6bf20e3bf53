//! What runs procedures, and what the machine lends it.
//!
//! The reference engine, [`Stepper`], carries out the stack code itself. Another engine runs code of its own making
//! and keeps frames of its own; whatever it has no better way for, it has carried out here: it pushes the operands on
//! the tops of the machine's stacks, and [`Machine::execute`] does what the reference machine does with them, with
//! its errors and its payments.

use crate::error::RunError;
use crate::frame::Frame;
use crate::interp::Interp;
use crate::profile::Profile;
use crate::program::Program;
use crate::sites::SiteReport;
use lyra_base::id::Id;
use lyra_bytecode::{AnyOperator, ConstId, ImportId, Kind, Op, ProcId, Trap, TypeId};
use lyra_runtime::dynamic::{FieldRule, IndexRule, OperatorRule};
use lyra_runtime::{Closure, Env, Fault, Meter, Ref, Slot};
use lyra_security::Budget;

pub use crate::frame::Gives;

/// What runs the procedures of one instance.
pub trait Engine<P: Profile>: Send + Sized + 'static {
    /// For an instance of `program`.
    fn new(program: &Program) -> Self;

    /// Runs `proc`, whose arguments are on the machine's stacks and which has been paid for, until it returns: then
    /// its result is the only slot of the stack of its kind.
    ///
    /// # Errors
    /// How the run failed.
    fn run(&mut self, machine: &mut Machine<'_, P>, proc: ProcId) -> Result<(), RunError>;

    /// Adds how what it keeps by site served; nothing, unless an engine keeps something.
    fn sites(&self, _: &mut SiteReport) {}
}

/// The reference engine.
#[derive(Clone, Copy, Debug)]
pub struct Stepper;

impl<P: Profile> Engine<P> for Stepper {
    fn new(_: &Program) -> Self {
        Self
    }

    fn run(&mut self, machine: &mut Machine<'_, P>, proc: ProcId) -> Result<(), RunError> {
        machine.step_through(proc)
    }
}

/// A procedure that an instruction goes on in: its arguments are on the tops of the stacks.
#[derive(Clone, Copy, Debug)]
pub struct Entered {
    /// The procedure.
    pub proc: ProcId,
    /// What its result becomes.
    pub gives: Gives,
}

/// The machine while an engine runs on it.
pub struct Machine<'v, P: Profile> {
    interp: Interp<'v, P>,
}

impl<'v, P: Profile> Machine<'v, P> {
    pub(crate) fn new(interp: Interp<'v, P>) -> Self {
        Self { interp }
    }

    /// Runs `proc` as the reference machine does, under the conditions of [`Engine::run`].
    ///
    /// # Errors
    /// How the run failed.
    pub fn step_through(&mut self, proc: ProcId) -> Result<(), RunError> {
        self.interp.run(proc)
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.interp.vm.program
    }

    /// The reference stack.
    pub fn refs(&mut self) -> &mut P::Stack {
        &mut self.interp.vm.refs
    }

    /// The word stack.
    pub fn words(&mut self) -> &mut P::Stack {
        &mut self.interp.vm.words
    }

    /// The heap.
    #[must_use]
    pub fn heap(&self) -> &P::Heap {
        &self.interp.vm.heap
    }

    /// The heap, to change objects. References that are stored must be rooted.
    pub fn heap_mut(&mut self) -> &mut P::Heap {
        &mut self.interp.vm.heap
    }

    /// Globals of one kind by number; those of the other kind have a slot that nobody uses. [`Machine::UNSET`], or
    /// `none` for references, stands where nothing was stored: then [`Op::GetGlobalWord`] or [`Op::GetGlobalRef`] knows
    /// whether that is a value.
    pub fn globals(&mut self, kind: Kind) -> &mut [Slot] {
        match kind {
            Kind::Ref => &mut self.interp.vm.ref_globals,
            Kind::Word => &mut self.interp.vm.word_globals,
        }
    }

    /// What a word global holds as long as nothing was stored.
    pub const UNSET: Slot = crate::vm::UNSET;

    /// The object of a constant that is a text.
    #[must_use]
    pub fn text(&self, constant: ConstId) -> Option<Ref> {
        self.interp.vm.constants.get(constant.index()).copied().filter(|text| !text.is_null())
    }

    /// What a binary operator on `any` is for the types of its operands, by the inline caches of instruction `at` of
    /// `proc`.
    ///
    /// # Errors
    /// `type_mismatch` when it is nothing.
    pub fn binary_rule(
        &mut self,
        (proc, at): (ProcId, u32),
        operator: AnyOperator,
        types: (Option<TypeId>, Option<TypeId>),
    ) -> Result<OperatorRule, Fault> {
        (self.interp.frame.proc, self.interp.frame.ip) = (proc, at);
        self.interp.binary_rule(operator, types)
    }

    /// As [`Machine::binary_rule`], of a unary operator.
    ///
    /// # Errors
    /// As there.
    pub fn unary_rule(
        &mut self,
        (proc, at): (ProcId, u32),
        operator: AnyOperator,
        ty: Option<TypeId>,
    ) -> Result<OperatorRule, Fault> {
        (self.interp.frame.proc, self.interp.frame.ip) = (proc, at);
        self.interp.unary_rule(operator, ty)
    }

    /// As [`Machine::binary_rule`], of an index.
    ///
    /// # Errors
    /// As there.
    pub fn index_rule(&mut self, (proc, at): (ProcId, u32), ty: Option<TypeId>) -> Result<IndexRule, Fault> {
        (self.interp.frame.proc, self.interp.frame.ip) = (proc, at);
        self.interp.index_rule(ty)
    }

    /// As [`Machine::binary_rule`], of a field.
    ///
    /// # Errors
    /// As there.
    pub fn field_rule(
        &mut self,
        (proc, at): (ProcId, u32),
        ty: Option<TypeId>,
        name: ConstId,
    ) -> Result<FieldRule, Fault> {
        (self.interp.frame.proc, self.interp.frame.ip) = (proc, at);
        self.interp.field_rule(ty, name)
    }

    /// The closure in a slot.
    ///
    /// # Errors
    /// `none_value` where there is none.
    pub fn closure(&self, slot: Slot) -> Result<Closure<'_>, Fault> {
        self.interp.closure(slot)
    }

    /// The procedure that is method `method` of an interface for a value.
    ///
    /// # Errors
    /// `none_value` where there is none; `type_mismatch` where its type does not implement the interface.
    pub fn method(&self, interface: TypeId, method: u16, receiver: Slot) -> Result<ProcId, Fault> {
        self.interp.method(interface, method, receiver)
    }

    /// The budget, for an engine that keeps the slice itself.
    pub fn budget(&mut self) -> &mut Budget {
        &mut self.interp.vm.guard.budget
    }

    /// Looks at everything that hangs on the budget, after its slice ran out.
    ///
    /// # Errors
    /// `out_of_fuel`, `deadline_exceeded`, `cancelled`, `tampered`.
    pub fn refill(&mut self) -> Result<(), Fault> {
        self.interp.vm.guard.slow_path()
    }

    /// The most entries of the stack rule.
    #[must_use]
    pub fn stack_limit(&self) -> u32 {
        self.interp.vm.limits.stack
    }

    /// The run reached that many entries.
    pub fn reached(&mut self, entries: u32) {
        let deepest = &mut self.interp.vm.deepest;
        *deepest = (*deepest).max(entries);
    }

    /// The most entries reached so far.
    #[must_use]
    pub fn deepest(&self) -> u32 {
        self.interp.vm.deepest
    }

    /// The fault of a call that passes the stack rule.
    #[must_use]
    pub fn too_deep(&self) -> Fault {
        let limit = self.interp.vm.limits.stack;
        Fault::told(Trap::StackOverflow, format!("the stack limit of {limit} entries was reached"))
    }

    /// Carries out instruction `at` of `proc`, whose operands are on the tops of the stacks, where it leaves what it
    /// gives. One that goes on in a procedure names it, and leaves its arguments.
    ///
    /// Instructions for which [`makes_trace`] holds want [`Machine::set_calls`] first. Those that jump, return or
    /// read locals are not carried out here.
    ///
    /// # Errors
    /// The instruction's.
    pub fn execute(&mut self, op: Op, proc: ProcId, at: u32) -> Result<Option<Entered>, Fault> {
        let interp = &mut self.interp;
        interp.frame.proc = proc;
        interp.frame.ip = at;
        interp.for_engine = true;
        interp.carry_out(op)?;
        Ok(interp.entered.take())
    }

    /// Lends the machine to `work`, as the instructions of the reference machine have it. The references below the top
    /// of the reference stack are kept; what `work` gives must be put where it is rooted before the next allocation.
    pub fn lend<R>(&mut self, work: impl FnOnce(&mut Env<'_, P::Heap>) -> R) -> R {
        self.interp.vm.lend(work)
    }

    /// Where work is paid for that needs nothing else of the machine.
    pub fn meter(&mut self) -> &mut dyn Meter {
        &mut self.interp.vm.guard
    }

    /// Calls a host function over words alone with its arguments, as the instruction would that calls it, and gives the
    /// word of its result; `None` when it is none, and nothing was done.
    pub fn call_direct(&mut self, import: ImportId, args: &[Slot]) -> Option<Result<u64, Fault>> {
        self.interp.call_with(import, args)
    }

    /// Says which calls are active, the outermost first, each with the instruction that it is at: what traces are made
    /// of.
    pub fn set_calls(&mut self, calls: impl Iterator<Item = (ProcId, u32)>) {
        let frames = &mut self.interp.vm.frames;
        frames.clear();
        frames.extend(calls.map(|(proc, ip)| Frame { proc, ip, ..Frame::HOST }));
        self.interp.frame = frames.pop().unwrap_or(Frame::HOST);
    }

    /// Whether a handler may catch a fault.
    #[must_use]
    pub fn can_catch(fault: &Fault) -> bool {
        crate::interp::can_catch(fault)
    }

    /// The error object that a handler gets, made where [`Machine::set_calls`] said.
    ///
    /// # Errors
    /// When there is no memory for it: then that is how the run ends.
    pub fn caught(&mut self, fault: &Fault) -> Result<Ref, Fault> {
        self.interp.caught(fault)
    }

    /// How a run ends with a fault that nobody catches, where [`Machine::set_calls`] said.
    #[must_use]
    pub fn run_error(&self, fault: &Fault) -> RunError {
        self.interp.run_error(fault)
    }

    /// The result of a call that is wanted as an `any`.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn as_any(&mut self, ty: Option<TypeId>, slot: Option<(Kind, Slot)>) -> Result<Slot, Fault> {
        match (ty, slot) {
            (Some(ty), Some((Kind::Word, word))) => self.interp.vm.lend(|env| env.upcast(ty, word)),
            (_, Some((_, slot))) => Ok(slot),
            (_, None) => Ok(Slot::ZERO),
        }
    }
}

/// Whether an instruction makes an error object with the trace of where it stands.
#[must_use]
pub fn makes_trace(op: Op) -> bool {
    matches!(op, Op::NewError | Op::Panic | Op::FailAssert)
}
