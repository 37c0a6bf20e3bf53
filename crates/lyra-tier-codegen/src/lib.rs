//! Tier 4: passes that make functions cheaper and keep what they mean.
//!
//! Each pass is one file and one idea; [`standard`] puts them in order; [`optimize`] inlines first, which needs the
//! other procedures of the module. None of them knows an engine: what they leave
//! is translated to register code or to native code alike. What a pass must not do is change what can be observed:
//! results, errors and their places, fuel at each of these, the order of effects ([`lyra_ir::Effects`]).
//!
//! ```
//! use lyra_bytecode::Types;
//! let mut func = lyra_ir::parse(
//!     "func \"six\" -> i32 {\nblock0:\n  v0: i32 = const 2\n  v1: i32 = const 3\n  v2: i32 = mul_i32 v0, v1\n  return v2\n}",
//! )?;
//! lyra_tier_codegen::standard().run(&mut func, &Types::default());
//! assert!(func.to_string().contains("const 6"));
//! # Ok::<(), String>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod alias;
mod branches;
mod callees;
mod constants;
mod dead;
mod entries;
mod flow;
mod inline;
mod invariant;
mod memory;
mod numbering;
mod optimize;
mod uses;

pub use branches::Branches;
pub use callees::{Callees, ModuleCallees};
pub use constants::Constants;
pub use dead::DeadCode;
pub use entries::drop_enters;
pub use flow::Flow;
pub use inline::inline;
pub use invariant::Invariants;
pub use memory::Memory;
pub use numbering::Numbering;
pub use optimize::{optimize, optimize_with, optimize_without, pass_names};

use lyra_ir::Pipeline;

/// The passes in the order in which they help each other.
#[must_use]
pub fn standard() -> Pipeline {
    Pipeline::new()
        .with(Flow)
        .with(Constants)
        .with(Numbering)
        .with(Branches)
        .with(Flow)
        .with(Memory)
        .with(Invariants)
        .with(Numbering)
        .with(DeadCode)
        .with(Flow)
}
