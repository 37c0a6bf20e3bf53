//! Tier 4: passes that make functions cheaper and keep what they mean.
//!
//! Each pass is one file and one idea; [`standard`] puts them in order. None of them knows an engine: what they leave
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

mod constants;
mod dead;
mod flow;
mod invariant;
mod numbering;
mod uses;

pub use constants::Constants;
pub use dead::DeadCode;
pub use flow::Flow;
pub use invariant::Invariants;
pub use numbering::Numbering;

use lyra_ir::Pipeline;

/// The passes in the order in which they help each other.
#[must_use]
pub fn standard() -> Pipeline {
    Pipeline::new()
        .with(Flow)
        .with(Constants)
        .with(Numbering)
        .with(Flow)
        .with(Invariants)
        .with(Numbering)
        .with(DeadCode)
        .with(Flow)
}
