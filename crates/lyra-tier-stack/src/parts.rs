//! The parts of a new record, as the words behind its first say them: 16 bits each, four to a word, the first lowest.
//!
//! ```text
//!  15  14          0
//! ┌───┬─────────────┐
//! │ r │    slot     │    r: of the references; all bits set: `none`
//! └───┴─────────────┘
//! ```

use crate::code::{RegCode, SlotRef};
use crate::form::Form;
use lyra_bytecode::Kind;

/// Set where a part is a reference.
pub(crate) const IS_REF: u16 = 1 << 15;

/// The part that is `none`.
pub(crate) const NONE: u16 = u16::MAX;

/// Parts in a word.
pub(crate) const IN_A_WORD: usize = 4;

impl Form {
    /// How many parts the record has that an instruction of this form makes; `None` of other forms.
    #[must_use]
    pub const fn parts(self) -> Option<usize> {
        match self {
            Self::Record1 => Some(1),
            Self::Record2 => Some(2),
            Self::Record3 => Some(3),
            Self::Record4 => Some(4),
            Self::Record5 => Some(5),
            Self::Record6 => Some(6),
            Self::Record7 => Some(7),
            Self::Record8 => Some(8),
            _ => None,
        }
    }

    /// The form that makes a record of so many parts.
    pub(crate) fn record(parts: usize) -> Option<Self> {
        Self::ALL.iter().copied().find(|form| form.parts() == Some(parts))
    }
}

/// A part in 16 bits; `None` for a slot whose number is too large for that.
pub(crate) fn pack(part: Option<SlotRef>) -> Option<u16> {
    let Some(SlotRef { kind, number }) = part else { return Some(NONE) };
    match kind {
        Kind::Word => Some(number).filter(|number| number & IS_REF == 0),
        Kind::Ref => Some(number | IS_REF).filter(|&packed| number & IS_REF == 0 && packed != NONE),
    }
}

fn unpack(packed: u16) -> Option<SlotRef> {
    let kind = if packed & IS_REF == 0 { Kind::Word } else { Kind::Ref };
    (packed != NONE).then_some(SlotRef { kind, number: packed & !IS_REF })
}

/// The words that say parts.
pub(crate) fn words(parts: &[u16]) -> impl Iterator<Item = u64> {
    parts.chunks(IN_A_WORD).map(|few| few.iter().rev().fold(0, |word, &part| word << 16 | u64::from(part)))
}

impl RegCode {
    /// The slots of the parts of the record that the instruction at word `at` makes, `None` for a part that is `none`;
    /// nothing where that instruction makes no record.
    #[must_use]
    pub fn parts(&self, at: usize) -> Option<Vec<Option<SlotRef>>> {
        let count = self.words.get(at)?.unpack()?.form.parts()?;
        let part = |index: usize| {
            let word = self.words.get(at + 1 + index / IN_A_WORD)?.0;
            Some(unpack((word >> (index % IN_A_WORD * 16)) as u16))
        };
        (0..count).map(part).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::{Instr, Word};

    /// Parts of the largest record that is a word of its own.
    const MOST_PARTS: usize = 8;

    #[test]
    fn parts_come_back() {
        let slot = |kind, number| Some(SlotRef { kind, number });
        let (most, none) = (0x7FFF, None);
        let parts = [
            slot(Kind::Ref, 0),
            none,
            slot(Kind::Word, most),
            slot(Kind::Word, 0),
            slot(Kind::Ref, most - 1),
        ];
        for count in 1..=MOST_PARTS {
            let parts: Vec<_> = parts.iter().copied().cycle().take(count).collect();
            let packed: Vec<u16> = parts.iter().map(|&part| pack(part).unwrap()).collect();
            let form = Form::record(count).unwrap();
            let mut code = RegCode { words: vec![Instr::new(form, 0, 9, 0).pack()], ..RegCode::default() };
            code.words.extend(words(&packed).map(Word));
            assert_eq!(code.words.len(), form.length());
            assert_eq!(code.parts(0), Some(parts));
        }
        assert_eq!(Form::record(MOST_PARTS + 1), None);
        assert_eq!([slot(Kind::Ref, most), slot(Kind::Word, 1 << 15)].map(pack), [None, None]);
    }
}
