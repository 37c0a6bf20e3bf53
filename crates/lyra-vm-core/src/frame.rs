//! Frames: one active call each.
//!
//! ```text
//! refs:  | … caller | reference locals | operands …     words: | … caller | word locals | operands …
//!                   ^ ref_base         ^ ref_floor             ^ word_base              ^ word_floor
//! ```
//! Arguments are pushed by the caller and become the first locals of their kind where they stand. A result is
//! pushed where the arguments were.

use lyra_bytecode::{ProcId, TypeId};

/// One active call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) proc: ProcId,
    /// The instruction that is being carried out.
    pub(crate) ip: u32,
    pub(crate) ref_base: usize,
    pub(crate) ref_floor: usize,
    pub(crate) word_base: usize,
    pub(crate) word_floor: usize,
    /// Entries of the stack rule up to this call, which is the last of them.
    pub(crate) entries: u32,
    pub(crate) gives: Gives,
}

/// What a call gives to whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// What the procedure returns.
    Result,
    /// What the procedure, whose result is of that type, returns, as an `any`; `none` for nothing.
    Any(Option<TypeId>),
}

impl Frame {
    /// What calls from when the host calls: nothing stands below.
    pub(crate) const HOST: Self = Self {
        proc: ProcId(0),
        ip: 0,
        ref_base: 0,
        ref_floor: 0,
        word_base: 0,
        word_floor: 0,
        entries: 0,
        gives: Gives::Result,
    };

    /// How many locals it has, of both kinds.
    pub(crate) const fn locals(&self) -> usize {
        (self.ref_floor - self.ref_base) + (self.word_floor - self.word_base)
    }
}
