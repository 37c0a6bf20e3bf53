//! Tier 4: passes that make functions cheaper and keep what they mean.
//!
//! Each pass is one file and one idea; [`standard`] puts them in order; [`optimize`] inlines first, which needs the
//! other procedures of the module. None of them knows an engine: what they leave
//! is translated to register code or to native code alike. What a pass must not do is change what can be observed:
//! results, errors and their places, fuel at each of these, the order of effects ([`lyra_ir::Effects`]).
//!
//! # What was tried and is not here
//!
//! Figures are of the sixteen programs in `benches/programs`, on register code.
//!
//! - *Full unrolling.* Of 261 loops there and in the programs of the language's tests two make a known number of turns up
//!   to four, and both run once.
//! - *Partial unrolling.* The end of a turn (test, step, payment, jump) is one word of register code. Of four turns in one,
//!   three such words would go, and as many would come that compute `i + 1`, `i + 2` and `i + 3`.
//! - *Dead stores.* Of 1,184 stores two are overwritten before anybody can see them.
//! - *Loads that are known* from what was stored or read before: 1.7 % fewer instructions of the processor on `richards`,
//!   1.5 % more on `scanner`, nothing on the others, and 5 % of the time that translation takes. Native code may
//!   think otherwise.
//! - *Branches on what the way decides*, as a condition that is chosen by `if` leaves them: `sieve` had them in its inner
//!   loop, and has none there since loops are copied ([`Unswitch`]).
//! - *Division by a constant* as a multiplication by its inverse: `loop` takes 25 % longer. What divides is fast by now, and
//!   register code would go through memory between the steps.
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
mod callees;
mod constants;
mod dead;
mod entries;
mod flow;
mod inline;
mod invariant;
mod numbering;
mod optimize;
mod unswitch;
mod uses;

pub use callees::{Callees, ModuleCallees};
pub use constants::Constants;
pub use dead::DeadCode;
pub use entries::drop_enters;
pub use flow::Flow;
pub use inline::inline;
pub use invariant::Invariants;
pub use numbering::Numbering;
pub use optimize::{optimize, optimize_with, optimize_without, pass_names};
pub use unswitch::Unswitch;

use lyra_ir::Pipeline;

/// The passes in the order in which they help each other.
#[must_use]
pub fn standard() -> Pipeline {
    Pipeline::new()
        .with(Flow)
        .with(Constants)
        .with(Numbering)
        .with(Invariants)
        .with(Unswitch)
        .with(Numbering)
        .with(DeadCode)
        .with(Flow)
}
