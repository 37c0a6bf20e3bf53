//! Numbers and chars as whole numbers in their order, by which patterns of them are compared: a literal is one
//! number (zero as a double is two), a range is all from one to another.

use lyra_bytecode::TypeId;
use lyra_bytecode::scalar::Scalar;

/// How the values of a type are counted by whole numbers, in their order and without gaps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scale {
    U8,
    I32,
    I64,
    Char,
    /// By bits, so that the order is that of the numbers; NaN is outside.
    F64,
}

impl Scale {
    pub(super) fn of(ty: TypeId) -> Option<Self> {
        Some(match ty {
            TypeId::U8 => Self::U8,
            TypeId::I32 => Self::I32,
            TypeId::I64 => Self::I64,
            TypeId::CHAR => Self::Char,
            TypeId::F64 => Self::F64,
            _ => return None,
        })
    }

    /// The least and the greatest.
    pub(super) fn ends(self) -> (i128, i128) {
        match self {
            Self::U8 => (0, u8::MAX.into()),
            Self::I32 => (i32::MIN.into(), i32::MAX.into()),
            Self::I64 => (i64::MIN.into(), i64::MAX.into()),
            Self::Char => (0, 0x10_F7FF),
            Self::F64 => (float_key(f64::NEG_INFINITY), float_key(f64::INFINITY)),
        }
    }

    /// The numbers that are equal to a constant: one, or the two zeros.
    pub(super) fn of_word(self, word: u64) -> (i128, i128) {
        let one = match self {
            Self::U8 => u8::from_word(word).into(),
            Self::I32 => i32::from_word(word).into(),
            Self::I64 => i64::from_word(word).into(),
            Self::Char => {
                let code = u32::from(char::from_word(word));
                // Surrogates are no chars.
                i128::from(if code >= 0xE000 { code - 0x800 } else { code })
            }
            Self::F64 => {
                let value = f64::from_bits(word);
                if value == 0.0 {
                    return (float_key(-0.0), float_key(0.0));
                }
                float_key(value)
            }
        };
        (one, one)
    }

    /// The constant of a number.
    pub(super) fn word(self, number: i128) -> u64 {
        match self {
            Self::U8 => u8::try_from(number).unwrap_or(u8::MAX).to_word(),
            Self::I32 => i32::try_from(number).unwrap_or(i32::MAX).to_word(),
            Self::I64 => i64::try_from(number).unwrap_or(i64::MAX).to_word(),
            Self::Char => {
                let code = u32::try_from(number).unwrap_or(0);
                let code = if code >= 0xD800 { code + 0x800 } else { code };
                char::from_u32(code).unwrap_or(char::MAX).to_word()
            }
            Self::F64 => {
                let bits = u64::try_from(if number < 0 { -1 - number } else { number }).unwrap_or(0);
                if number < 0 { bits | 1 << 63 } else { bits }
            }
        }
    }
}

/// The place of a double among all, by its bits: -0.0 is -1, 0.0 is 0.
fn float_key(value: f64) -> i128 {
    let bits = value.to_bits();
    if bits >> 63 == 0 { i128::from(bits) } else { -1 - i128::from(bits & !(1 << 63)) }
}
