//! Tier 1: register code.
//!
//! ```text
//! Func ──lay out──> slots for values ──translate──> RegCode: words of 8 bytes
//! ```
//!
//! Register code is what the fast interpreter runs: three-address instructions over the slots of a frame, with
//! compare-and-branch, immediate operands and the payment of fuel fused into them. It is made from typed SSA after
//! verification, exists in memory only, and says for each word which bytecode instruction it stands for.
#![deny(missing_docs)]

mod check;
mod choices;
mod code;
mod edges;
mod emit;
mod ends;
mod engine;
mod facts;
mod form;
mod layout;
mod listing;
mod live;
mod moves;
mod order;
mod parts;
mod regions;
mod select;
mod translate;
mod word;

pub use choices::Choices;
pub use code::{Range, RegCode, SlotRef, Slow};
pub use engine::{COUNTS, FrameStack, NoPasses, Passes, Registers};
pub use form::{Field, Form};
pub use translate::{translate, translate_with};
pub use word::{Instr, Word};
