//! Immediates: values of word types that stand in a slot of the reference stack without an object.
//!
//! The slots of `any`, of optionals, of interfaces and of enumerations hold values whose type shows only at run
//! time. So every such slot says itself what it is, by its high 16 bits:
//!
//! ```text
//! 0000  0 is none; else a reference            0004  char
//! 0001  i32                                    0005  i64 that fits 48 bits, signed
//! 0002  u8                                     0006  variant without payload: | type | 0 | variant |
//! 0003  bool                                   0007… f64: its bits + 0007 << 48; every NaN is one
//! ```
//!
//! An `i64` past 48 bits is an object of type `i64`, a box. What is written here is the same in every tier.

use crate::slot::Slot;
use lyra_bytecode::TypeId;
use lyra_bytecode::scalar::Scalar;

const I32: u64 = 1;
const U8: u64 = 2;
const BOOL: u64 = 3;
const CHAR: u64 = 4;
const I64: u64 = 5;
const VARIANT: u64 = 6;
/// Doubles begin here and end at `FFF7`: minus infinity has the greatest bits once NaN is made one.
const F64: u64 = 7;

/// Bits of an immediate `i64`.
const SMALL_BITS: u32 = 48;

/// A value that needs no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Immediate {
    /// A value of a basic word type, as a word.
    Word(TypeId, u64),
    /// A variant without payload of an enumeration; of a plain one it is the word.
    Variant(TypeId, u16),
}

/// The slot of a word of a basic type; `None` for an `i64` that needs a box, and for other types.
#[must_use]
#[inline(always)]
pub fn encode(ty: TypeId, word: u64) -> Option<Slot> {
    let tagged = |tag: u64, bits: u64| Some(Slot::word(tag << 48 | bits));
    match ty {
        TypeId::I32 => tagged(I32, i32::from_word(word).to_word()),
        TypeId::U8 => tagged(U8, u8::from_word(word).to_word()),
        TypeId::BOOL => tagged(BOOL, bool::from_word(word).to_word()),
        TypeId::CHAR => tagged(CHAR, char::from_word(word).to_word()),
        TypeId::I64 => {
            let value = i64::from_word(word);
            let unused = i64::BITS - SMALL_BITS;
            if value << unused >> unused == value {
                tagged(I64, word & ((1 << SMALL_BITS) - 1))
            } else {
                None
            }
        }
        TypeId::F64 => {
            let value = f64::from_word(word);
            // NaN has many bit patterns, some of which would leave the range.
            let bits = if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
            bits.checked_add(F64 << 48).map(Slot::word)
        }
        _ => None,
    }
}

/// The slot of a variant without payload; `None` when the type's number is past what a module can have.
#[must_use]
pub fn encode_variant(ty: TypeId, variant: u16) -> Option<Slot> {
    let ty = u16::try_from(ty.0).ok()?;
    Some(Slot::word(VARIANT << 48 | u64::from(ty) << 32 | u64::from(variant)))
}

/// What a slot holds in place of an object; `None` for an object, for `none`, and for bits that mean nothing.
#[must_use]
#[inline(always)]
pub fn decode(slot: Slot) -> Option<Immediate> {
    let bits = slot.as_word();
    let low = bits & ((1 << 48) - 1);
    Some(match bits >> 48 {
        0 => return None,
        I32 => Immediate::Word(TypeId::I32, i32::from_word(low).to_word()),
        U8 => Immediate::Word(TypeId::U8, u8::from_word(low).to_word()),
        BOOL => Immediate::Word(TypeId::BOOL, bool::from_word(low).to_word()),
        CHAR => Immediate::Word(TypeId::CHAR, char::from_word(low).to_word()),
        I64 => {
            let unused = i64::BITS - SMALL_BITS;
            Immediate::Word(TypeId::I64, (low.cast_signed() << unused >> unused).to_word())
        }
        VARIANT => {
            let ty = u32::try_from(low >> 32).ok()?;
            Immediate::Variant(TypeId(ty), u16::try_from(low & 0xFFFF).ok()?)
        }
        _ => Immediate::Word(TypeId::F64, bits.checked_sub(F64 << 48)?),
    })
}

/// The number of the type of what a slot holds in place of an object; `None` for an object and for `none`.
#[must_use]
#[inline(always)]
pub const fn type_number(slot: Slot) -> Option<u16> {
    let bits = slot.as_word();
    let ty = match bits >> 48 {
        0 => return None,
        I32 => TypeId::I32,
        U8 => TypeId::U8,
        BOOL => TypeId::BOOL,
        CHAR => TypeId::CHAR,
        I64 => TypeId::I64,
        VARIANT => return Some((bits >> 32) as u16),
        _ => TypeId::F64,
    };
    Some(ty.0 as u16)
}

/// The `i32` in a slot, if that is what it holds.
#[must_use]
#[inline(always)]
pub const fn as_i32(slot: Slot) -> Option<i32> {
    let bits = slot.as_word();
    if bits >> 48 == I32 { Some((bits as u32).cast_signed()) } else { None }
}

/// The `f64` in a slot, if that is what it holds.
#[must_use]
#[inline(always)]
pub const fn as_f64(slot: Slot) -> Option<f64> {
    match slot.as_word().checked_sub(F64 << 48) {
        Some(bits) => Some(f64::from_bits(bits)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes and decodes; the slot must be no reference.
    fn again(ty: TypeId, word: u64) -> u64 {
        let slot = encode(ty, word).expect("it needs no box");
        assert!(slot.as_ref().is_null() && !slot.is_none() && !slot.is_object(), "{slot:?}");
        assert_eq!(type_number(slot).map(u32::from), Some(ty.0));
        assert_eq!(as_i32(slot).map(Scalar::to_word), (ty == TypeId::I32).then_some(word));
        match decode(slot) {
            Some(Immediate::Word(found, word)) if found == ty => {
                assert_eq!(as_f64(slot).map(f64::to_bits), (ty == TypeId::F64).then_some(word));
                word
            }
            other => panic!("{ty:?} {word:#x} came back as {other:?}"),
        }
    }

    #[test]
    fn small_types_survive_whole() {
        for byte in 0..=u8::MAX {
            assert_eq!(again(TypeId::U8, byte.into()), u64::from(byte));
        }
        assert_eq!([0, 1].map(|word| again(TypeId::BOOL, word)), [0, 1]);
        for value in [0, 1, -1, i32::MAX, i32::MIN, 12_345] {
            assert_eq!(again(TypeId::I32, value.to_word()), value.to_word());
        }
        for value in ['\0', 'a', '\u{D7FF}', '\u{E000}', char::MAX] {
            assert_eq!(again(TypeId::CHAR, value.to_word()), value.to_word());
        }
    }

    #[test]
    fn integers_past_48_bits_need_a_box() {
        let most = (1i64 << 47) - 1;
        for value in [0, 1, -1, most, -most - 1, i64::from(i32::MIN)] {
            assert_eq!(again(TypeId::I64, value.to_word()), value.to_word(), "{value}");
        }
        for value in [most + 1, -most - 2, i64::MAX, i64::MIN, 1 << 48, -(1 << 48)] {
            assert_eq!(encode(TypeId::I64, value.to_word()), None, "{value}");
        }
        let mut random = fastrand::Rng::with_seed(48);
        for _ in 0..100_000 {
            let value = random.i64(..) >> random.u32(0..64);
            assert_eq!(encode(TypeId::I64, value.to_word()).is_some(), (-most - 1..=most).contains(&value));
            if encode(TypeId::I64, value.to_word()).is_some() {
                assert_eq!(again(TypeId::I64, value.to_word()), value.to_word());
            }
        }
    }

    #[test]
    fn every_double_survives_and_all_nans_are_one() {
        // Every sign and exponent, with the mantissas at the edges and some in between.
        let mut random = fastrand::Rng::with_seed(64);
        for high in 0..1u64 << 12 {
            let edges = [0, 1, 2, (1 << 52) - 1, (1 << 52) - 2, 1 << 51, (1 << 51) - 1, (1 << 51) + 1];
            let others: [u64; 24] = std::array::from_fn(|_| random.u64(0..1 << 52));
            for mantissa in edges.into_iter().chain(others) {
                let bits = high << 52 | mantissa;
                let value = f64::from_bits(bits);
                let expected = if value.is_nan() { f64::NAN.to_bits() } else { bits };
                assert_eq!(again(TypeId::F64, bits), expected, "{bits:#x}");
            }
        }
        for _ in 0..1_000_000 {
            let bits = random.u64(..);
            let back = again(TypeId::F64, bits);
            assert!(back == bits || f64::from_bits(bits).is_nan() && back == f64::NAN.to_bits(), "{bits:#x}");
        }
    }

    #[test]
    fn variants_carry_type_and_number() {
        for (ty, variant) in [(9, 0), (9, u16::MAX), (u32::from(u16::MAX), 7)] {
            let slot = encode_variant(TypeId(ty), variant).unwrap();
            assert!(!slot.is_object() && !slot.is_none());
            assert_eq!(decode(slot), Some(Immediate::Variant(TypeId(ty), variant)));
            assert_eq!(type_number(slot).map(u32::from), Some(ty));
        }
        assert_eq!(encode_variant(TypeId(1 << 16), 0), None);
    }

    #[test]
    fn objects_and_none_are_no_immediates() {
        for bits in [0, 1, 0xFFFF_FFFF_FFFF] {
            assert_eq!(decode(Slot::word(bits)), None);
            assert_eq!(type_number(Slot::word(bits)), None);
        }
        assert!(Slot::word(1).is_object() && Slot::ZERO.is_none() && !Slot::ZERO.is_object());
        assert_eq!(encode(TypeId::STR, 1), None);
        // No value of a type with a tag of its own reads as another's.
        for tag in 1..=0xFFFFu64 {
            assert!(decode(Slot::word(tag << 48)).is_some());
        }
    }
}
