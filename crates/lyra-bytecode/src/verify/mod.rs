//! The gate: [`verify`] takes any module at all and gives a [`Verified`] one, or says what is wrong with it.
//!
//! What a verified module keeps to:
//! - *tables*: every id exists; compound types are built from earlier ones and are not too deep; each definition
//!   is that of one type and of its kind; cells are only where variables are; impls have all methods, of the right
//!   types; public names are unique; tests have procedures that can be run; debug information tells of code and
//!   locals that exist; sizes are within [`VerifyLimits`];
//! - *frames*: references before words; parameters are the first locals of their kind; the entry has none;
//! - *operands*: at every instruction both stacks hold exactly the types that are known here, the same on every
//!   way; each instruction finds the types of its rule; `return` finds the result on top;
//! - *locals*: a reference local is set on every way to where it is read; words begin at zero;
//! - *flow*: jumps stay in the code; control never runs off its end; no instruction is out of reach;
//! - *handlers*: ranges are nested or apart, entered at their start only, and inside one nothing is taken that
//!   lay on the stacks at its start; the handler goes on from these stacks with the error on top;
//! - *stack need*: computed, never read from the module.
//!
//! Work is linear in the size of the module, see `walk.rs`.

mod abilities;
mod definitions;
mod error;
mod impls;
mod limits;
mod ranges;
mod rules;
mod rules_named;
mod stacks;
mod tables;
mod types;
mod walk;
mod watch;

pub use error::VerifyError;
pub use limits::VerifyLimits;
pub use watch::{Before, Moves, Retrace, Watch};

use crate::module::{Module, ProcId};
use crate::types::Kind;
use lyra_base::IdVec;
use walk::{Scratch, Walk};

/// A module that passed the verifier. There is no other way to get one: holding it is the proof
/// (INV-1 of ARCHITECTURE.md).
#[derive(Clone, Debug)]
pub struct Verified {
    module: Module,
    facts: IdVec<ProcId, ProcFacts>,
}

/// What the verifier worked out about one procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcFacts {
    /// The most operands that wait on both stacks together, at any instruction.
    pub need: u32,
    /// The most operands that wait on the reference stack.
    pub max_refs: u32,
    /// The most operands that wait on the word stack.
    pub max_words: u32,
    /// How many locals are references: locals `0..ref_locals` of the frame.
    pub ref_locals: u32,
    /// How many locals are words: the rest.
    pub word_locals: u32,
    /// How many parameters are references: the first reference locals.
    pub ref_params: u32,
    /// How many parameters are words: the first word locals.
    pub word_params: u32,
    /// For each handler, the stacks it goes on with.
    pub floors: Vec<Floor>,
}

/// Locals of a call that count as one entry of the stack while it waits for another. So the stack's limit bounds the
/// frames, too: for each entry a call that waits has 31 locals at most.
pub const LOCALS_PER_ENTRY: usize = 16;

/// Entries that the locals of a call are while it waits for another.
///
/// ```
/// assert_eq!(lyra_bytecode::entries_of_locals(15), 0);
/// assert_eq!(lyra_bytecode::entries_of_locals(1_000), 62);
/// ```
#[must_use]
pub fn entries_of_locals(locals: usize) -> u32 {
    u32::try_from(locals / LOCALS_PER_ENTRY).unwrap_or(u32::MAX)
}

/// How many operands of a frame lie on each stack at the start of a handler's range: what stays there when the
/// handler is entered, below the error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Floor {
    /// On the reference stack.
    pub refs: u32,
    /// On the word stack.
    pub words: u32,
}

/// Checks everything about a module. Accepts any input and never panics.
///
/// # Errors
/// The first fault, in the order tables, then procedures.
///
/// ```
/// use lyra_bytecode::{Module, Op, Proc, Signature, VerifyLimits, verify};
/// let mut module = Module::default();
/// module.procs.push(Proc {
///     name: "main".into(),
///     signature: Signature::default(),
///     locals: vec![],
///     code: vec![Op::ConstBool { value: true }, Op::AddI32, Op::Return],
///     handlers: vec![],
///     public: false,
/// });
/// let error = verify(module, &VerifyLimits::default()).unwrap_err();
/// assert_eq!(error.to_string(), "in `main` at 1 `add_i32`: expected i32 on top of the words, found bool");
/// ```
pub fn verify(module: Module, limits: &VerifyLimits) -> Result<Verified, VerifyError> {
    tables::check_tables(&module, limits)?;
    let mut scratch = Scratch::new(&module.types);
    let mut facts = IdVec::new();
    for (index, proc) in module.procs.iter().enumerate() {
        let debug = module.debug.as_ref().and_then(|debug| debug.procs.get(index));
        let proc_facts = tables::check_proc(proc, debug, &module, limits).and_then(|ref_locals| {
            let found = Walk::run(
                &module,
                proc,
                ref_locals,
                limits.operands,
                &mut scratch,
                &mut |_: u32, _: Before<'_>| {},
            )?;
            let params = &proc.signature.params;
            let ref_params = params.iter().filter(|&&ty| module.types.kind(ty) == Kind::Ref).count();
            Ok(ProcFacts {
                need: found.need,
                max_refs: found.max_refs,
                max_words: found.max_words,
                ref_locals: count(ref_locals),
                word_locals: count(proc.locals.len() - ref_locals),
                ref_params: count(ref_params),
                word_params: count(params.len() - ref_params),
                floors: found.floors,
            })
        });
        facts.push(proc_facts.map_err(|error| error.in_proc(&proc.name))?);
    }
    Ok(Verified { module, facts })
}

/// Numbers of locals are at most 65,536.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Verified {
    /// The module.
    #[must_use]
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// What was worked out about a procedure.
    ///
    /// # Panics
    /// When `proc` is no procedure of this module.
    #[must_use]
    pub fn facts(&self, proc: ProcId) -> &ProcFacts {
        &self.facts[proc]
    }

    /// Gives the module back, to be changed; it has to be verified again.
    #[must_use]
    pub fn into_module(self) -> Module {
        self.module
    }

    /// Calls `each` with every instruction of `proc`, in order, and with what holds before it. [`Retrace`] goes over
    /// many procedures, and shows what instructions take and give.
    ///
    /// # Panics
    /// When `proc` is no procedure of this module.
    pub fn each_instruction(&self, proc: ProcId, mut each: impl FnMut(u32, Before<'_>)) {
        Retrace::new(self).go(proc, &mut each);
    }
}
