//! The machine: one instance of a program with its heap, its stacks and its limits.

use crate::engine::{Engine, Machine};
use crate::error::RunError;
use crate::frame::Frame;
use crate::guard::Guard;
use crate::interp::{AnyRule, Implementation, Interp};
use crate::profile::Profile;
use crate::program::{Program, WordProc};
use crate::report::RunReport;
use crate::sites::Sites;
use lyra_base::id::Id;
use lyra_bytecode::{Constant, GlobalId, Kind, LOCALS_PER_ENTRY, ProcId, Trap, Type, TypeId, Types};
use lyra_runtime::host::{from_value, to_value};
use lyra_runtime::{
    Caches, Env, Fault, Heap, HeapSettings, Interner, Meter, Output, OutputGate, Ref, Silent, Slot, Stack,
    Stress, Value,
};
use lyra_security::{Interrupt, Limits, Monitor, TamperLog};
use std::any::Any;
use std::sync::Arc;

/// How many constant texts of a program are shared with equal ones. Looking for each of a million in a list would take
/// long, and each profile has to share the same ones: what is shared is charged for once.
const SHARED_CONSTANTS: u64 = 5_000;

/// How a machine begins.
pub struct Settings {
    /// What the program may use.
    pub limits: Limits,
    /// Where it prints to.
    pub output: Box<dyn Output>,
    /// What another thread may raise to end a run.
    pub interrupt: Interrupt,
    /// Bytes for objects that the heap takes from the system at the start, where it has memory of its own.
    pub warm: u64,
    /// What the heap does at every charge: slow, and finds references that are not rooted.
    pub stress: Stress,
    /// Refuse the memory charge of this number, counted from 0: for tests of what a refusal leaves behind.
    pub refuse_charge: Option<u64>,
    /// What modules that come with the machine have of its host: they see it in every call of theirs. Nothing at first.
    pub services: Arc<dyn Any + Send + Sync>,
}

impl Default for Settings {
    /// The limits of embedded programs; prints nowhere.
    fn default() -> Self {
        Self {
            limits: Limits::embedded(),
            output: Box::new(Silent),
            interrupt: Interrupt::new(),
            warm: 0,
            stress: Stress::None,
            refuse_charge: None,
            services: Arc::new(()),
        }
    }
}

/// What changes with every call: a small part of [`RunReport`], cheap to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Units of fuel used since the machine was made.
    pub fuel_used: u64,
    /// Units of fuel left; `None` when there is no bound.
    pub fuel_left: Option<u64>,
    /// Bytes printed since the machine was made.
    pub output_bytes: u64,
}

/// An instance of a program.
///
/// After an error it can be used again: what the failed call had on the stacks is gone, globals and objects are
/// as the call left them. Only after `tampered` every further call is refused.
pub struct Vm<P: Profile> {
    pub(crate) program: Program,
    pub(crate) heap: P::Heap,
    pub(crate) refs: P::Stack,
    pub(crate) words: P::Stack,
    /// The calls below the one that runs.
    pub(crate) frames: Vec<Frame>,
    /// Globals by number; those that are words are `none` here.
    pub(crate) ref_globals: Vec<Slot>,
    /// Globals by number; those that are references are zero here.
    pub(crate) word_globals: Vec<Slot>,
    /// Texts by number of their constant; null for numbers.
    pub(crate) constants: Vec<Ref>,
    pub(crate) interner: P::Interner,
    pub(crate) caches: P::Caches,
    pub(crate) sites: Sites,
    /// Built-ins over types that ran before: what the caches point to.
    pub(crate) implementations: Vec<Implementation<P::Heap>>,
    /// What operations on `any` were for the types they met: what the caches point to.
    pub(crate) any_rules: Vec<AnyRule>,
    pub(crate) guard: Guard<P::Integrity>,
    pub(crate) output: OutputGate,
    pub(crate) temps: Vec<Ref>,
    pub(crate) limits: Limits,
    pub(crate) deepest: u32,
    /// Away while it runs.
    engine: Option<Box<P::Engine>>,
    pub(crate) services: Arc<dyn Any + Send + Sync>,
}

impl<P: Profile> Vm<P> {
    /// A new instance: constants are made, globals get the defaults of their types, nothing runs.
    ///
    /// # Errors
    /// `out_of_memory` when constants and globals alone pass the limit.
    pub fn new(program: &Program, settings: Settings) -> Result<Self, RunError> {
        let Settings { limits, output, interrupt, warm, stress, refuse_charge, services } = settings;
        let heap = P::Heap::new(HeapSettings {
            shapes: Arc::clone(program.shapes()),
            limit: limits.memory,
            text_limit: limits.string,
            warm,
            stress,
            refuse_charge,
        });
        let slots = most_slots(program, &limits);
        let mut vm = Self {
            heap,
            refs: P::Stack::new(slots),
            words: P::Stack::new(slots),
            frames: Vec::new(),
            ref_globals: Vec::new(),
            word_globals: Vec::new(),
            constants: Vec::new(),
            interner: P::Interner::new(),
            caches: P::Caches::new(),
            sites: Sites::default(),
            implementations: Vec::new(),
            any_rules: Vec::new(),
            guard: Guard::new(Arc::clone(program.code()), limits.fuel, interrupt),
            output: OutputGate::new(output, limits.output),
            temps: Vec::new(),
            deepest: 0,
            engine: Some(Box::new(P::Engine::new(program))),
            services,
            program: program.clone(),
            limits,
        };
        vm.fill().map_err(|fault| RunError::outside(fault.trap(), fault.message()))?;
        Ok(vm)
    }

    /// Makes constants and globals.
    fn fill(&mut self) -> Result<(), Fault> {
        let code = Arc::clone(&self.guard.code);
        for constant in &code.constants {
            let text = match constant {
                Constant::Str(text) if self.interner.statistics().entries < SHARED_CONSTANTS => {
                    self.shared_text(text)?
                }
                Constant::Str(text) => self.lend(|env| env.text_from(text))?,
                Constant::I64(_) | Constant::F64(_) => Ref::NULL,
            };
            self.constants.push(text);
        }
        let program = self.program.clone();
        let types = &program.module().types;
        let empty = self.shared_text("")?;
        for global in &program.module().globals {
            let default = self.lend(|env| {
                env.temps.push(empty);
                default_of(env, types, global.ty, empty)
            })?;
            let default = default.unwrap_or(UNSET);
            let is_ref = types.kind(global.ty) == Kind::Ref;
            self.ref_globals.push(if is_ref && default != UNSET { default } else { Slot::ZERO });
            self.word_globals.push(if is_ref { Slot::ZERO } else { default });
        }
        Ok(())
    }

    /// Runs the top-level statements; gives the value of a module that was compiled for evaluation. A program
    /// without any does nothing.
    ///
    /// # Errors
    /// How the run failed.
    pub fn start(&mut self, data: &mut dyn Any) -> Result<Option<Value>, RunError> {
        match self.program.entry() {
            Some(entry) => self.call(entry, &[], data),
            None => Ok(None),
        }
    }

    /// Calls a procedure. `data` is what host functions see.
    ///
    /// # Errors
    /// `invalid_argument` or `type_mismatch`, and nothing is run, when `args` are not what it takes; else how
    /// the run failed.
    pub fn call(
        &mut self,
        proc: ProcId,
        args: &[Value],
        data: &mut dyn Any,
    ) -> Result<Option<Value>, RunError> {
        let outcome = self.call_inner(proc, args, data);
        self.forget_stacks();
        outcome
    }

    /// Calls a procedure of scalars with the words of its arguments; gives the word of its result, 0 when it has none.
    /// Nothing is converted or allocated on the way. Bits above a type's width are not looked at.
    ///
    /// # Errors
    /// As [`Vm::call`].
    pub fn call_words(
        &mut self,
        callee: WordProc,
        args: &[u64],
        data: &mut dyn Any,
    ) -> Result<u64, RunError> {
        let outcome = self.run(callee.proc, data, |vm| {
            if args.len() != callee.params {
                let message = format!("{} arguments were expected, not {}", callee.params, args.len());
                return Err(Fault::told(Trap::InvalidArgument, message));
            }
            args.iter().try_for_each(|&word| vm.words.push(Slot::word(word)))
        });
        if let Err(error) = outcome {
            self.forget_stacks();
            return Err(error);
        }
        let result = if callee.has_result { self.words.get(0) } else { Ok(Slot::ZERO) };
        self.forget_stacks();
        match result {
            Ok(slot) => Ok(slot.as_word()),
            Err(fault) => Err(outside(fault)),
        }
    }

    /// What a call leaves on the stacks is gone when it has ended.
    #[inline]
    fn forget_stacks(&mut self) {
        self.refs.truncate(0);
        self.words.truncate(0);
        self.frames.clear();
        self.temps.clear();
    }

    fn call_inner(
        &mut self,
        proc: ProcId,
        args: &[Value],
        data: &mut dyn Any,
    ) -> Result<Option<Value>, RunError> {
        let program = self.program.clone();
        let refused = |message: String| Err(RunError::outside(Trap::InvalidArgument, message));
        let Some(callee) = program.module().procs.get(proc) else {
            return refused(format!("there is no procedure {proc:?}"));
        };
        if program.signature(proc).is_none() {
            return refused(format!("`{}` takes or gives values that cannot leave the machine", callee.name));
        }
        let params = &callee.signature.params;
        if params.len() != args.len() {
            return refused(format!(
                "`{}` takes {} arguments, not {}",
                callee.name,
                params.len(),
                args.len()
            ));
        }
        self.run(proc, data, |vm| {
            params.iter().zip(args).try_for_each(|(&ty, value)| vm.push_value(ty, value))
        })?;
        let Some(ty) = callee.signature.result else { return Ok(None) };
        let slot = match program.module().types.kind(ty) {
            Kind::Ref => self.refs.get(0),
            Kind::Word => self.words.get(0),
        };
        let value = slot.and_then(|slot| to_value(&self.heap, program.shapes(), ty, slot));
        value.map(Some).map_err(outside)
    }

    /// Runs a procedure whose arguments `push` puts on the stacks; its result is there afterwards.
    #[inline]
    fn run(
        &mut self,
        proc: ProcId,
        data: &mut dyn Any,
        push: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), RunError> {
        self.guard.enter(self.limits.deadline).map_err(outside)?;
        push(self).map_err(outside)?;
        self.guard.charge(1).map_err(outside)?;
        let Some(mut engine) = self.engine.take() else {
            return Err(outside(Fault::broken("the machine was called while it ran")));
        };
        let ended = engine.run(&mut Machine::new(Interp::new(self, data)), proc);
        self.engine = Some(engine);
        // A failure is believed like a result, so altered code must not feign one either. What was found while it
        // ran has its place and trace already.
        if ended.is_err() && self.guard.is_tampered() {
            return ended;
        }
        self.guard.leave().map_err(outside)?;
        ended
    }

    /// Puts a value of the host on the stack of its kind.
    fn push_value(&mut self, ty: TypeId, value: &Value) -> Result<(), Fault> {
        let slot = self.lend(|env| from_value(env, ty, value))?;
        match self.program.module().types.kind(ty) {
            Kind::Ref => self.refs.push(slot),
            Kind::Word => self.words.push(slot),
        }
    }

    /// The value of the public global of that name; `None` when there is none, or it has no value yet.
    #[must_use]
    pub fn global(&self, name: &str) -> Option<Value> {
        let module = self.program.module();
        let (id, global) =
            module.globals.enumerate().find(|(_, global)| global.public && global.name == name)?;
        lyra_runtime::HostType::of(global.ty, &module.types)?;
        let slot = match module.types.kind(global.ty) {
            Kind::Ref => *self.ref_globals.get(GlobalId::index(id))?,
            Kind::Word => *self.word_globals.get(GlobalId::index(id))?,
        };
        if slot == UNSET && !module.types.has_default(global.ty) {
            return None;
        }
        to_value(&self.heap, self.program.shapes(), global.ty, slot).ok()
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Units of fuel left; `None` when there is no bound. Fuel lasts for the life of the machine.
    #[must_use]
    pub fn fuel_left(&self) -> Option<u64> {
        self.guard.budget.left()
    }

    /// What changes with every call.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let budget = &self.guard.budget;
        Counts { fuel_used: budget.used(), fuel_left: budget.left(), output_bytes: self.output.written() }
    }

    /// Sets how much fuel is left; `None` lifts the bound.
    pub fn set_fuel(&mut self, fuel: Option<u64>) {
        self.guard.budget.set_left(fuel);
    }

    /// What the program may use.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Sets what the program may use from the next call on. Fuel is not touched: see [`Vm::set_fuel`].
    pub fn set_limits(&mut self, limits: Limits) {
        self.heap.set_limits(limits.memory, limits.string);
        self.output.set_limit(limits.output);
        let slots = most_slots(&self.program, &limits);
        self.refs = P::Stack::new(slots);
        self.words = P::Stack::new(slots);
        self.limits = limits;
    }

    /// Sets where the program prints to. What it has printed stays counted.
    pub fn set_output(&mut self, output: Box<dyn Output>) {
        self.output.set_output(output);
    }

    /// The flag that ends a run when another thread raises it. It stays raised until the host clears it.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        self.guard.interrupt.clone()
    }

    /// What the machine has done so far.
    #[must_use]
    pub fn report(&self) -> RunReport {
        let mut sites = self.sites.report();
        if let Some(engine) = &self.engine {
            engine.sites(&mut sites);
        }
        RunReport {
            fuel_used: self.guard.budget.used(),
            fuel_left: self.guard.budget.left(),
            deepest_stack: self.deepest,
            output_bytes: self.output.written(),
            heap: self.heap.statistics(),
            memory: self.heap.memory(),
            caches: self.caches.statistics(),
            sites,
            interner: self.interner.statistics(),
            integrity_checks: self.guard.monitor.checks(),
            tamper_detections: self.guard.log.entries().len() as u64,
        }
    }

    /// The changes of the executed code that were found.
    #[must_use]
    pub fn tamper_log(&self) -> &TamperLog {
        &self.guard.log
    }

    /// Collects in full: afterwards the report's live bytes are those of what is reachable.
    pub fn collect(&mut self) {
        self.lend(|env| env.collect());
    }
}

/// The error of a call outside of any procedure.
#[cold]
fn outside(fault: Fault) -> RunError {
    RunError::outside(fault.trap(), fault.message())
}

/// The most slots that either stack can hold within the stack rule.
fn most_slots(program: &Program, limits: &Limits) -> usize {
    // Each call that waits has less than an entry of locals more than it is charged for, besides its own.
    let waiting = (limits.stack as usize).saturating_add(1).saturating_mul(2 * LOCALS_PER_ENTRY);
    waiting.saturating_add(program.most_locals())
}

/// The word of a global that was never set and whose type has no default: no plain enumeration has such a variant.
pub(crate) const UNSET: Slot = Slot::word(u64::MAX);

/// The value that a variable of type `ty` begins with; `None` where there is none, that is for an `error`, a
/// procedure, a named type, and a tuple with one of these in it.
fn default_of<H: Heap>(
    env: &mut Env<'_, H>,
    types: &Types,
    ty: TypeId,
    empty: Ref,
) -> Result<Option<Slot>, Fault> {
    let made = match types.get(ty) {
        Some(Type::Str) => return Ok(Some(empty.into())),
        Some(Type::Array(_)) => env.new_array(ty, 0)?,
        Some(Type::Map { .. }) => env.new_map(ty, 0)?,
        Some(Type::Tuple(parts)) => {
            let mut slots = Vec::with_capacity(parts.len());
            for &part in parts {
                let Some(slot) = default_of(env, types, part, empty)? else { return Ok(None) };
                slots.push(slot);
            }
            env.new_record(ty, 0, &slots)?
        }
        Some(Type::Optional(_) | Type::Any) => return Ok(Some(Slot::ZERO)),
        Some(Type::Bool | Type::U8 | Type::I32 | Type::I64 | Type::F64 | Type::Char) => {
            return Ok(Some(Slot::ZERO));
        }
        _ => return Ok(None),
    };
    env.temps.push(made);
    Ok(Some(made.into()))
}
