//! The machine's contract: the instruction table, what scalar instructions compute, modules and their types.
//!
//! Executes nothing. The reading order is [`op`], [`types`], [`module`].
#![forbid(unsafe_code)]

pub mod builtin;
pub mod encoding;
mod format_spec;
pub mod module;
pub mod mutate;
pub mod op;
mod reference;
pub mod scalar;
mod text;
pub mod trap;
pub mod types;
mod verify;

pub use builtin::Builtin;
pub use encoding::{DecodeError, Section, SectionRef, decode, encode};
pub use format_spec::{Align, FormatSpec, Radix};
pub use module::{
    ConstId, Constant, Debug, Global, GlobalId, Handler, Import, ImportId, Module, Position, Proc, ProcDebug,
    ProcId, Signature,
};
pub use op::{Label, Local, OPS, Op, OpInfo, Operand, OperandKind, OperandValue};
pub use reference::instructions_markdown;
pub use text::{AssembleError, Listing, assemble, disassemble};
pub use trap::Trap;
pub use types::{Kind, Type, TypeId, Types};
pub use verify::{Before, Floor, ProcFacts, Verified, VerifyError, VerifyLimits, verify};
