//! Going over verified code again: for what translates it, and for tests that hold the machine to what was proved.

use super::walk::{Scratch, Walk};
use super::{Verified, VerifyError};
use crate::module::ProcId;
use crate::types::{Kind, TypeId};

/// Who looks on while verified code is gone over.
pub trait Watch {
    /// Instruction `at` comes next; this holds before it.
    fn before(&mut self, at: u32, before: Before<'_>);

    /// Instruction `at` took and gave these. Does nothing by default.
    fn after(&mut self, at: u32, moves: Moves<'_>) {
        let _ = (at, moves);
    }
}

impl<F: FnMut(u32, Before<'_>)> Watch for F {
    fn before(&mut self, at: u32, before: Before<'_>) {
        self(at, before);
    }
}

/// Goes over procedures of one module; what it works out about types is kept from one to the next.
///
/// ```
/// use lyra_bytecode::{Before, Moves, Retrace, TypeId, VerifyLimits, Watch, assemble, verify};
///
/// #[derive(Default)]
/// struct Takes(Vec<Vec<TypeId>>);
/// impl Watch for Takes {
///     fn before(&mut self, _: u32, _: Before<'_>) {}
///     fn after(&mut self, _: u32, moves: Moves<'_>) {
///         self.0.push(moves.taken().collect());
///     }
/// }
///
/// let module = assemble("proc add(i32, i32) -> i32 {\n  local 0 i32\n  local 1 i32\n  get_word 0\n  get_word 1\n  add_i32\n  return\n}")?;
/// let verified = verify(module, &VerifyLimits::default()).expect("it is sound");
/// let mut takes = Takes::default();
/// Retrace::new(&verified).go(lyra_bytecode::ProcId(0), &mut takes);
/// assert_eq!(takes.0[2], [TypeId::I32, TypeId::I32]);
/// # Ok::<(), lyra_bytecode::AssembleError>(())
/// ```
pub struct Retrace<'v> {
    verified: &'v Verified,
    scratch: Scratch,
}

impl<'v> Retrace<'v> {
    /// For the procedures of `verified`.
    #[must_use]
    pub fn new(verified: &'v Verified) -> Self {
        Self { verified, scratch: Scratch::new(&verified.module().types) }
    }

    /// Shows `watch` every instruction of `proc`, in order.
    ///
    /// # Panics
    /// When `proc` is no procedure of the module.
    pub fn go(&mut self, proc: ProcId, watch: &mut dyn Watch) {
        let ref_locals = self.verified.facts(proc).ref_locals as usize;
        let module = self.verified.module();
        // It passed once; the limit on operands has no part in what holds.
        let again: Result<_, VerifyError> =
            Walk::run(module, &module.procs[proc], ref_locals, u32::MAX, &mut self.scratch, watch);
        debug_assert!(again.is_ok(), "verified code verifies");
    }
}

/// What holds before one instruction of verified code.
#[derive(Clone, Copy)]
pub struct Before<'w> {
    pub(super) walk: &'w Walk<'w>,
}

impl Before<'_> {
    /// The types on one of the stacks, from the top down.
    pub fn operands(&self, kind: Kind) -> impl Iterator<Item = TypeId> {
        self.walk.types_down(kind)
    }

    /// Whether a local holds a value of its type: words always do, references once they are set.
    #[must_use]
    pub fn is_set(&self, local: u16) -> bool {
        let ty = self.walk.proc.locals.get(usize::from(local));
        match ty.map(|&ty| self.walk.module.types.kind(ty)) {
            Some(Kind::Word) => true,
            Some(Kind::Ref) => self.walk.is_set(usize::from(local)),
            None => false,
        }
    }
}

/// What one instruction of verified code took from the stacks and put there.
#[derive(Clone, Copy)]
pub struct Moves<'w> {
    /// In the order of popping.
    pub(super) taken: &'w [TypeId],
    pub(super) given: Option<TypeId>,
}

impl Moves<'_> {
    /// The types of what it popped, in the order in which that was pushed. What it only looked at, like the array
    /// below an appended value, is not among them.
    pub fn taken(&self) -> impl ExactSizeIterator<Item = TypeId> {
        self.taken.iter().rev().copied()
    }

    /// The type of what it pushed; no instruction pushes more than one value.
    #[must_use]
    pub fn given(&self) -> Option<TypeId> {
        self.given
    }
}
