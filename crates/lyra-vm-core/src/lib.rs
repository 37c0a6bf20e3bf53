//! The reference machine: links verified bytecode and runs it, one instruction at a time, for clarity.
//!
//! It is the oracle: every faster engine must give the same results, the same errors at the same places, use the
//! same fuel and meet the stack limit at the same depth.
//!
//! ```text
//! Verified --link--> Program --Vm::new--> Vm --start, call--> Value or RunError
//!                    (shared)             (one thread at a time)
//! ```
//!
//! How everything is counted:
//! - **Fuel** (INV-5): 1 for each call of a procedure (the host's calls too) and each backward jump taken; built-ins and
//!   text instructions 1 for 64 elements or bytes; whatever host functions charge. A jump decides, then pays,
//!   then lands; a call pays, then meets the stack rule, then lands.
//! - **Stack** (INV-6): at a call, *entries* = operands waiting in all callers, without the arguments, plus active calls,
//!   the new one included, plus one for every 16 locals of each caller. The call fails with `stack_overflow` when entries +
//!   the most operands that the callee ever has waiting (worked out by the verifier) pass the limit.
//! - **Memory**: by `lyra_runtime::cost`. What the machine itself needs comes on top and is bounded: 8 bytes for
//!   each local and operand of active calls (at most 31 × stack limit + the locals of the largest procedure, of both
//!   stacks together), 64 bytes for each active call, and the buffers of the pool.
#![forbid(unsafe_code)]

mod any_vm;
mod dispatch;
pub mod engine;
mod error;
mod frame;
mod guard;
mod handlers;
mod interp;
mod lend;
mod profile;
mod program;
mod regions;
mod report;
mod sites;
mod translation;
mod vm;

#[cfg(test)]
mod tampering;

pub use any_vm::AnyVm;
pub use error::{Failure, RunError, TraceFrame};
pub use profile::{Plain, Profile};
pub use program::{LinkError, Program, WordProc, link, link_with};
pub use report::RunReport;
pub use sites::{SiteKind, SiteReport, SiteStatistics};
pub use translation::Translation;
pub use vm::{Counts, Settings, Vm};
