//! The engine that runs register code.
//!
//! ```text
//! host ──call──> run ──> loop of instructions ──> result
//!                 │        │ slow instruction, first call, slice over
//!                 │        └──> context ──> the machine (lyra-vm-core)
//!                 └ fault ──> context: handler, or the end of the run
//! ```

#![expect(
    unsafe_code,
    reason = "slots and words are reached without a check: what makes it sound is said in `state`"
)]

mod accumulator;
mod alloc;
mod any;
mod calls;
mod check;
mod closures;
mod code;
mod compute;
mod context;
mod direct;
mod flow;
mod fused;
mod merged;
mod methods;
mod objects;
mod run;
mod sites;
mod stack;
mod state;
mod table;

pub use code::{NoPasses, Passes};
pub use run::Registers;
pub use stack::FrameStack;
pub use state::COUNTS;
