//! The words of register code.
//!
//! ```text
//!  63      48 47      32 31      16 15       0
//! ┌──────────┬──────────┬──────────┬──────────┐
//! │    c     │    b     │    a     │  number  │    a, b, c: slots, immediates, distances
//! └──────────┴──────────┴──────────┴──────────┘
//! ```
//!
//! An instruction is a [`Form`] and, in the forms that compute, a row of the instruction table: `add_i32` exists with
//! both operands in slots and with an immediate, `lt_i32` also as a branch each way, forward and back. So a new scalar
//! row has all of its forms at once.
//!
//! The number counts the rows of each form that computes, then the other forms. Some forms take further words, which
//! are numbers of up to 64 bits and no instructions ([`Form::length`]).

use crate::form::{COMPUTING, Form};
use lyra_bytecode::{OPS, Op, TypeId};

/// One word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word(pub u64);

/// A word taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instr {
    /// What it does.
    pub form: Form,
    /// The row of the instruction table, where the form computes.
    pub row: u8,
    /// First operand.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
}

impl Instr {
    /// A word that does not compute.
    #[must_use]
    pub const fn new(form: Form, a: u16, b: u16, c: u16) -> Self {
        Self { form, row: 0, a, b, c }
    }

    /// A word that computes by a row.
    #[must_use]
    pub const fn of_row(form: Form, op: Op, a: u16, b: u16, c: u16) -> Self {
        Self { form, row: op.code(), a, b, c }
    }

    /// With a number of 32 bits in `b` (low) and `c` (high).
    #[must_use]
    pub const fn wide(form: Form, a: u16, number: u32) -> Self {
        Self { form, row: 0, a, b: number as u16, c: (number >> 16) as u16 }
    }

    /// The number of 32 bits in `b` and `c`.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }

    /// How many words it takes.
    #[must_use]
    pub const fn length(self) -> usize {
        self.form.length()
    }

    /// As a word; those behind it, if there are any, stand apart.
    #[must_use]
    pub const fn pack(self) -> Word {
        let rows = OPS.len() as u64;
        let number = if self.form.computes() {
            self.form as u64 * rows + self.row as u64
        } else {
            COMPUTING as u64 * rows + self.form as u64 - COMPUTING as u64
        };
        Word(number | (self.a as u64) << 16 | (self.b as u64) << 32 | (self.c as u64) << 48)
    }
}

impl Word {
    /// How many numbers instructions have: the size of a table by number.
    pub const NUMBERS: usize = COMPUTING * OPS.len() + Form::ALL.len() - COMPUTING;

    /// The number of the instruction.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0 as u16 as usize
    }

    /// Taken apart; `None` when its number is none of the instructions'.
    #[must_use]
    pub fn unpack(self) -> Option<Instr> {
        let rows = OPS.len();
        let (form, row) = match self.number().checked_sub(COMPUTING * rows) {
            Some(other) => (COMPUTING + other, 0),
            None => (self.number() / rows, self.number() % rows),
        };
        let form = Form::ALL.get(form).copied()?;
        let row = u8::try_from(row).ok()?;
        Some(Instr {
            form,
            row,
            a: (self.0 >> 16) as u16,
            b: (self.0 >> 32) as u16,
            c: (self.0 >> 48) as u16,
        })
    }
}

// Numbers have 16 bits.
const _: () = assert!(Word::NUMBERS <= 1 << 16);

/// The scalar row of `op`, if it takes two operands and gives a `bool`: what can decide a branch.
pub(crate) fn decides(op: Op) -> bool {
    op.info().is_scalar && matches!(op.info().rule, Some((&[_, _], &[TypeId::BOOL])))
}

/// The number of 16 bits that stands for a constant right operand of `op`; none where it does not fit or the operand
/// is no integer.
pub(crate) fn immediate(op: Op, bits: u64) -> Option<u16> {
    let Some((&[_, right], _)) = op.info().rule.filter(|_| op.info().is_scalar) else { return None };
    let number = match right {
        TypeId::I32 => i64::from((bits as u32).cast_signed()),
        TypeId::I64 => bits.cast_signed(),
        TypeId::U8 | TypeId::CHAR | TypeId::BOOL => i64::try_from(bits).ok()?,
        _ => return None,
    };
    i16::try_from(number).ok().map(i16::cast_unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        let mut numbers = 0;
        for (number, &form) in Form::ALL.iter().enumerate() {
            assert_eq!(form as usize, number);
            for row in if form.computes() { 0..OPS.len() as u8 } else { 0..1 } {
                let instr = Instr { form, row, a: 1, b: 0xFFFF, c: 0x8003 };
                assert_eq!(instr.pack().unpack(), Some(instr));
                assert_eq!(instr.pack().number(), numbers);
                numbers += 1;
            }
        }
        assert_eq!(numbers, Word::NUMBERS);
        assert_eq!(Word(Word::NUMBERS as u64).unpack(), None);
    }
}
