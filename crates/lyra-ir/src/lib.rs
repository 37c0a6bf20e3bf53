//! Typed SSA: the one form of a program that is optimized, and what fast interpreters and native code are made from.
//!
//! ```text
//! Verified ──build──> Func ──passes──> Func ──> register code, machine code
//! ```
//!
//! A [`Func`] is made from *verified* bytecode ([`FuncBuilder`]), printed and read as text ([`parse`]), checked
//! ([`check`](fn@check)), changed by passes ([`Pipeline`]) and, slowly and safely, evaluated ([`evaluate`]): that says what a
//! function means, and every pass is held to it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod build;
mod check;
mod dominators;
mod effects;
mod eval;
mod func;
mod loops;
mod model;
mod parse;
mod pass;
mod print;

pub use build::{Built, FuncBuilder, Source, Start};
pub use check::check;
pub use dominators::{Dominators, forward_order, ways};
pub use effects::Effects;
pub use eval::{Cause, Ended, Failure, World, evaluate};
pub use func::{
    Args, Block, BlockData, Def, Edge, End, Func, Handler, HandlerId, Inst, InstData, InstKind, Place, Scope,
    ScopeData, Value, ValueData, Var,
};
pub use loops::{Loop, LoopId, Loops, canonicalize, jumping_to};
pub use model::{Entry, Model};
pub use parse::{parse, parse_with};
pub use pass::{Pass, Pipeline, Report, Step};
pub use print::Shown;
