//! Slow instructions, each by the way that was chosen for it when its procedure was translated.
//!
//! ```text
//! word Slow ──> entry of the procedure's table ──> its way
//!                 operands, result                   reference   operands on the machine's stacks, the reference handler
//!                                                    direct      operands from their slots, result into its slot
//! ```
//!
//! A *direct* way is a [`Work`]: safe code over a [`Site`]. It does what the reference handler does, with its faults and its
//! payments, for which both share what computes (lyra-runtime); only where operands stand differs. Operands stay in their
//! slots until the work is done, so a collection in between finds them.

mod any;
mod builtins;
mod host;
mod maps;
mod new;
mod reference;
mod site;
mod texts;
pub(super) mod words;

use site::Work;
pub(super) use site::{Direct, enter};

use super::stack::FrameStack;
use crate::code::Slow;
use lyra_bytecode::{ConstId, Constant, Op, TypeId};
use lyra_runtime::Slot;
use lyra_vm_core::{Profile, Program};

/// How a slow instruction is carried out.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) go: Direct,
    /// The function of a built-in, whose type `go` knows.
    built_in: Option<fn()>,
    /// What the built-in is over.
    ty: TypeId,
}

impl Way {
    /// By a work that needs nothing but its operands.
    fn of<P: Profile<Stack = FrameStack>, W: Work<P>>() -> Self {
        Self { go: site::through::<P, W>, built_in: None, ty: TypeId(0) }
    }
}

/// Chooses the way of an instruction, on machines of profile `P`.
pub(super) fn way<P: Profile<Stack = FrameStack>>(slow: &Slow, program: &Program) -> Way {
    match slow.op {
        Op::CallBuiltin { builtin, ty } => builtins::way::<P>(builtin, ty, slow, program),
        Op::CallHost { import } => host::way::<P>(import, program),
        Op::StrGet => Way::of::<P, texts::CharAt>(),
        Op::StrConcat { .. } => Way::of::<P, texts::Concat>(),
        Op::StrFromChar => Way::of::<P, texts::FromChar>(),
        Op::NewArray { .. } => Way::of::<P, new::Array>(),
        Op::NewMap { .. } => Way::of::<P, new::Map>(),
        Op::NewClosure { .. } => Way::of::<P, new::Capture>(),
        Op::AnyBinary { .. } => Way::of::<P, any::Binary>(),
        Op::AnyUnary { .. } => Way::of::<P, any::Unary>(),
        Op::AnyGetIndex => Way::of::<P, any::GetIndex>(),
        Op::AnySetIndex => Way::of::<P, any::SetIndex>(),
        Op::AnyGetField { name } if !is_trace(name, program) => Way::of::<P, any::GetField>(),
        Op::AnySetField { .. } => Way::of::<P, any::SetField>(),
        _ => reference::way::<P>(),
    }
}

/// Whether a field may be the trace of an error.
fn is_trace(name: ConstId, program: &Program) -> bool {
    !matches!(program.module().constants.get(name), Some(Constant::Str(name)) if **name != *"trace")
}

/// Operands that most instructions have room for without an allocation.
type Operands = smallvec::SmallVec<[Slot; 8]>;
