//! The words of register code.
//!
//! ```text
//!  63      48 47      32 31      16 15       0
//! ┌──────────┬──────────┬──────────┬──────────┐
//! │    c     │    b     │    a     │  number  │    a, b, c: slots, immediates, distances
//! └──────────┴──────────┴──────────┴──────────┘
//! ```
//!
//! An instruction is a *form* and, in the forms that compute, a row of the instruction table: `add_i32` exists with
//! both operands in slots and with an immediate, `lt_i32` also as a branch each way, forward and back. So a new scalar
//! row has all of its forms at once.

use lyra_bytecode::{OPS, Op, TypeId};

/// One word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word(pub u64);

/// What a word does, besides the row of the instruction table.
///
/// `w` names word slots, `r` reference slots; distances count words from this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Form {
    /// `w[a] = row(w[b])` or `row(w[b], w[c])`.
    Slots,
    /// `w[a] = row(w[b], c)`, where `c` is a signed number of 16 bits.
    Right,
    /// Go on `c` words further if `row(w[a], w[b])`.
    If,
    /// Go on `c` words further unless `row(w[a], w[b])`.
    Unless,
    /// Go on `c` words further if `row(w[a], b)`, where `b` is a signed number.
    IfRight,
    /// Go on `c` words further unless `row(w[a], b)`.
    UnlessRight,
    /// As `If`, going back: pays a unit of fuel when it is taken.
    BackIf,
    /// As `Unless`, going back.
    BackUnless,
    /// As `IfRight`, going back.
    BackIfRight,
    /// As `UnlessRight`, going back.
    BackUnlessRight,
    /// `w[a] =` the number of 32 bits in `b` and `c`, its sign extended or not as the slot's type wants: bits 0 to 31
    /// of the slot; the rest is zero.
    Small,
    /// `w[a] = ` the constant `b` (low) and `c` (high) of the code.
    Large,
    /// `w[a] = w[b]`.
    MoveWord,
    /// `r[a] = r[b]`.
    MoveRef,
    /// `r[a] = none`.
    Null,
    /// Go on: `b` and `c` are a signed distance of 32 bits.
    Jump,
    /// As `Jump`, going back: pays a unit of fuel.
    BackJump,
    /// Go on `c` words further if `w[a]` is true.
    IfTrue,
    /// Go on `c` words further unless `w[a]` is true.
    IfFalse,
    /// As `IfTrue`, going back.
    BackIfTrue,
    /// As `IfFalse`, going back.
    BackIfFalse,
    /// Pay as many units as `b` and `c` say, and look at what hangs on fuel.
    Pay,
    /// Return nothing.
    Return,
    /// Return `w[a]`.
    ReturnWord,
    /// Return `r[a]`.
    ReturnRef,
    /// Carry out entry `b`, `c` of the table of slow instructions.
    Slow,
}

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

impl Form {
    /// All of them, by number.
    pub const ALL: [Self; 26] = [
        Self::Slots,
        Self::Right,
        Self::If,
        Self::Unless,
        Self::IfRight,
        Self::UnlessRight,
        Self::BackIf,
        Self::BackUnless,
        Self::BackIfRight,
        Self::BackUnlessRight,
        Self::Small,
        Self::Large,
        Self::MoveWord,
        Self::MoveRef,
        Self::Null,
        Self::Jump,
        Self::BackJump,
        Self::IfTrue,
        Self::IfFalse,
        Self::BackIfTrue,
        Self::BackIfFalse,
        Self::Pay,
        Self::Return,
        Self::ReturnWord,
        Self::ReturnRef,
        Self::Slow,
    ];

    /// Whether a row of the instruction table belongs to it.
    #[must_use]
    pub const fn computes(self) -> bool {
        (self as u8) <= Self::BackUnlessRight as u8
    }

    /// The form that goes back where this one goes forward.
    #[must_use]
    pub const fn back(self) -> Self {
        match self {
            Self::If => Self::BackIf,
            Self::Unless => Self::BackUnless,
            Self::IfRight => Self::BackIfRight,
            Self::UnlessRight => Self::BackUnlessRight,
            Self::IfTrue => Self::BackIfTrue,
            Self::IfFalse => Self::BackIfFalse,
            Self::Jump => Self::BackJump,
            other => other,
        }
    }
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

    /// As a word. The number counts the rows of each form that computes, then the others.
    #[must_use]
    pub const fn pack(self) -> Word {
        let rows = OPS.len() as u64;
        let first = Form::Small as u64;
        let number = if self.form.computes() {
            self.form as u64 * rows + self.row as u64
        } else {
            first * rows + self.form as u64 - first
        };
        Word(number | (self.a as u64) << 16 | (self.b as u64) << 32 | (self.c as u64) << 48)
    }
}

impl Word {
    /// Taken apart; `None` when its number is none of the instructions'.
    #[must_use]
    pub fn unpack(self) -> Option<Instr> {
        let (rows, first) = (OPS.len(), Form::Small as usize);
        let number = usize::from(self.0 as u16);
        let (form, row) = match number.checked_sub(first * rows) {
            Some(other) => (first + other, 0),
            None => (number / rows, number % rows),
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
        for (number, form) in Form::ALL.into_iter().enumerate() {
            assert_eq!(form as usize, number);
            for row in if form.computes() { 0..OPS.len() as u8 } else { 0..1 } {
                let instr = Instr { form, row, a: 1, b: 0xFFFF, c: 0x8003 };
                assert_eq!(instr.pack().unpack(), Some(instr));
            }
        }
        assert_eq!(Word(0xFFFF).unpack(), None);
    }
}
