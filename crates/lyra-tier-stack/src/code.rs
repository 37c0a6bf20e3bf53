//! What a function becomes.

use crate::word::Word;
use lyra_bytecode::{Kind, Op};
use lyra_ir::Place;

/// A slot of a frame: references and words are numbered apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotRef {
    /// Which of the two.
    pub kind: Kind,
    /// Its number.
    pub number: u16,
}

/// An instruction that is no word of its own: its operands stand in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slow {
    /// The row of the instruction table.
    pub op: Op,
    /// Its operands, in the order in which stack code pushes them.
    pub args: Vec<SlotRef>,
    /// Where what it gives goes. Where it runs a procedure of the module ([`enters`](Self::enters)) this is the first
    /// slot behind the frame, and the next word moves it to where it is needed.
    pub result: Option<SlotRef>,
    /// How many operands wait below its own, as the stack is counted; of instructions that run other code.
    pub waits: u32,
}

impl Slow {
    /// Whether it runs a procedure that only the values say, which returns as from a call.
    #[must_use]
    pub fn enters(&self) -> bool {
        enters(self.op)
    }
}

/// Whether an instruction calls a procedure that its operands say.
pub(crate) fn enters(op: Op) -> bool {
    matches!(
        op,
        Op::Call { .. }
            | Op::CallClosure
            | Op::CallMethod { .. }
            | Op::AnyCall { .. }
            | Op::AnyCallMethod { .. }
    )
}

/// Where errors of a stretch of words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its first word.
    pub start: u32,
    /// One past its last.
    pub end: u32,
    /// The word where control goes on.
    pub landing: u32,
    /// The reference slot that gets the error.
    pub error: u16,
}

/// Register code of one function.
#[derive(Clone, Debug, Default)]
pub struct RegCode {
    /// The instructions.
    pub words: Vec<Word>,
    /// Instructions whose operands do not fit a word.
    pub slow: Vec<Slow>,
    /// Where errors go; ranges ascend and lie apart.
    pub ranges: Vec<Range>,
    /// Reference slots of the frame. Arguments are the first of them, in order.
    pub ref_slots: u16,
    /// Word slots of the frame. Arguments are the first of them, in order.
    pub word_slots: u16,
    /// How many arguments are references.
    pub ref_args: u16,
    /// How many arguments are words.
    pub word_args: u16,
    /// The bytecode instruction of each word that can fail, ascending.
    pub places: Vec<(u32, Place)>,
}

impl RegCode {
    /// The bytecode instruction that a word stands for.
    #[must_use]
    pub fn place(&self, word: u32) -> Option<Place> {
        let after = self.places.partition_point(|&(at, _)| at <= word);
        after.checked_sub(1).map(|index| self.places[index].1)
    }

    /// Where an error in a word goes.
    #[must_use]
    pub fn range(&self, word: u32) -> Option<Range> {
        let after = self.ranges.partition_point(|range| range.end <= word);
        self.ranges.get(after).copied().filter(|range| range.start <= word)
    }
}
