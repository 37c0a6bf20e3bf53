//! Numbers of different types in one operation on `any`: the narrower one is widened, in the order u8, i32, i64,
//! f64.

use lyra_bytecode::TypeId;
use lyra_bytecode::scalar::{self, Scalar};

/// The types of numbers, each wider than those before it.
const WIDTHS: [TypeId; 4] = [TypeId::U8, TypeId::I32, TypeId::I64, TypeId::F64];

/// The type that two numbers are widened to; `None` when one of them is no number.
#[must_use]
pub fn wider(a: TypeId, b: TypeId) -> Option<TypeId> {
    let place = |ty| WIDTHS.iter().position(|&width| width == ty);
    WIDTHS.get(place(a)?.max(place(b)?)).copied()
}

/// The word of a number of type `from` as one of type `to`, which is as wide or wider.
#[must_use]
pub fn widen(from: TypeId, to: TypeId, word: u64) -> u64 {
    let integer = match from {
        TypeId::U8 => i64::from(u8::from_word(word)),
        TypeId::I32 => i64::from(i32::from_word(word)),
        TypeId::I64 => i64::from_word(word),
        _ => return word,
    };
    match to {
        TypeId::F64 => scalar::f64_from_i64(integer).to_word(),
        TypeId::I64 => integer.to_word(),
        TypeId::I32 => scalar::i32_from_i64(integer).to_word(),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wider_type_wins() {
        assert_eq!(wider(TypeId::U8, TypeId::U8), Some(TypeId::U8));
        assert_eq!(wider(TypeId::I64, TypeId::I32), Some(TypeId::I64));
        assert_eq!(wider(TypeId::I64, TypeId::F64), Some(TypeId::F64));
        assert_eq!(wider(TypeId::I64, TypeId::CHAR), None);
        assert_eq!(i64::from_word(widen(TypeId::I32, TypeId::I64, (-5i32).to_word())), -5);
        assert_eq!(i32::from_word(widen(TypeId::U8, TypeId::I32, 200)), 200);
        assert_eq!(f64::from_word(widen(TypeId::I32, TypeId::F64, i32::MIN.to_word())), -2_147_483_648.0);
        assert_eq!(widen(TypeId::F64, TypeId::F64, 7), 7);
    }
}
