//! The machine's contract: the instruction table, what scalar instructions compute, modules and their types.
//!
//! Executes nothing. The reading order is [`op`], [`types`], [`module`], [`verify`](verify()), [`encoding`].
//!
//! ```text
//!  compiler ──┐                        ┌──> machine, IR
//!  assemble ──┼──> Module ──> verify ──> Verified
//!  decode   ──┘      │
//!                    └──> encode, disassemble
//! ```
//!
//! A [`Module`] is plain data that may say anything; only a [`Verified`] one can be run, and [`verify()`] is the
//! only way to get it.
//!
//! ```
//! use lyra_bytecode::{Listing, SectionRef, VerifyLimits, assemble, decode, disassemble, encode, verify};
//! let module = assemble("proc answer() -> i32 public {\n  const_i32 42\n  return\n}")?;
//! let sections = encode(&module);
//! let module = decode(&sections.iter().map(SectionRef::from).collect::<Vec<_>>())?;
//! let verified = verify(module, &VerifyLimits::default())?;
//! assert!(disassemble(verified.module(), &Listing::default()).contains("const_i32 42"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod builtin;
pub mod encoding;
mod format_spec;
mod host_type;
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
pub use host_type::{HostSignature, HostType};
pub use module::{
    ConstId, Constant, Debug, Global, GlobalId, Handler, Impl, Import, ImportId, Method, Module, Position,
    Proc, ProcDebug, ProcId, Signature, SourceFile, Test, TestKind,
};
pub use op::rows;
pub use op::{AnyOperator, Label, Local, OPS, Op, OpInfo, Operand, OperandKind, OperandValue};
pub use reference::instructions_markdown;
pub use text::{AssembleError, Listing, SourceLines, assemble, disassemble};
pub use trap::Trap;
pub use types::{Def, DefBody, DefId, Field, Kind, MethodSig, Type, TypeId, Types, Variant};
pub use verify::{
    Before, Floor, LOCALS_PER_ENTRY, Moves, ProcFacts, Retrace, Verified, VerifyError, VerifyLimits, Watch,
    entries_of_locals, verify,
};
