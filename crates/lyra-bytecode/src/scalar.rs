//! What every scalar instruction computes: written once, for constant folding and for every interpreter (INV-10).
//!
//! Integers wrap; `/` and `%` truncate towards zero and trap on zero; shift counts are masked to the width;
//! conversions of floats saturate with NaN as 0 (language reference, section 3). Rust's own operators are used
//! where they mean exactly that.

use crate::trap::Trap;

/// A type that a word on the operand stack can hold.
pub trait Scalar: Copy {
    /// From the word. Any word is accepted; bits above the type's width are not looked at.
    fn from_word(word: u64) -> Self;
    /// To the word: zero-extended, floats by their bits.
    fn to_word(self) -> u64;
}

/// What a scalar function gives: a scalar, or one or a trap.
pub trait Outcome {
    /// As a word or a trap.
    fn to_word(self) -> Result<u64, Trap>;
}

impl<S: Scalar> Outcome for S {
    #[inline(always)]
    fn to_word(self) -> Result<u64, Trap> {
        Ok(Scalar::to_word(self))
    }
}

impl<S: Scalar> Outcome for Result<S, Trap> {
    #[inline(always)]
    fn to_word(self) -> Result<u64, Trap> {
        self.map(Scalar::to_word)
    }
}

/// Applies a function of one scalar to a word.
///
/// # Errors
/// The function's trap.
#[inline(always)]
pub fn unary<A: Scalar, R: Outcome>(function: impl Fn(A) -> R, a: u64) -> Result<u64, Trap> {
    function(A::from_word(a)).to_word()
}

/// Applies a function of two scalars to words.
///
/// # Errors
/// The function's trap.
#[inline(always)]
pub fn binary<A: Scalar, B: Scalar, R: Outcome>(
    function: impl Fn(A, B) -> R,
    a: u64,
    b: u64,
) -> Result<u64, Trap> {
    function(A::from_word(a), B::from_word(b)).to_word()
}

impl Scalar for bool {
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        word & 1 != 0
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        u64::from(self)
    }
}

impl Scalar for u8 {
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the word's low byte is the value")]
    fn from_word(word: u64) -> Self {
        word as Self
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        u64::from(self)
    }
}

impl Scalar for i32 {
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the word's low half is the value")]
    fn from_word(word: u64) -> Self {
        word as u32 as Self
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        u64::from(self.cast_unsigned())
    }
}

impl Scalar for i64 {
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        word.cast_signed()
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        self.cast_unsigned()
    }
}

impl Scalar for f64 {
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        Self::from_bits(word)
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        self.to_bits()
    }
}

impl Scalar for char {
    /// A word that is no scalar value reads as U+FFFD; verified code makes none.
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        u32::try_from(word).ok().and_then(Self::from_u32).unwrap_or(Self::REPLACEMENT_CHARACTER)
    }
    #[inline(always)]
    fn to_word(self) -> u64 {
        u64::from(u32::from(self))
    }
}

/// Defines public functions of scalars, one a line.
macro_rules! scalars {
    ($($name:ident($($arg:ident: $ty:ty),+) -> $ret:ty = $body:expr;)*) => {
        $(#[doc = concat!("The instruction `", stringify!($name), "`.")]
        #[inline(always)]
        #[allow(clippy::missing_errors_doc, clippy::float_cmp, reason = "the table's row says when it traps; == on floats is IEEE equality")]
        pub fn $name($($arg: $ty),+) -> $ret { $body })*
    };
}

scalars! {
    // ---- i32 ----
    add_i32(a: i32, b: i32) -> i32 = a.wrapping_add(b);
    sub_i32(a: i32, b: i32) -> i32 = a.wrapping_sub(b);
    mul_i32(a: i32, b: i32) -> i32 = a.wrapping_mul(b);
    div_i32(a: i32, b: i32) -> Result<i32, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.wrapping_div(b)) };
    rem_i32(a: i32, b: i32) -> Result<i32, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.wrapping_rem(b)) };
    neg_i32(a: i32) -> i32 = a.wrapping_neg();
    add_checked_i32(a: i32, b: i32) -> Result<i32, Trap> = a.checked_add(b).ok_or(Trap::Overflow);
    sub_checked_i32(a: i32, b: i32) -> Result<i32, Trap> = a.checked_sub(b).ok_or(Trap::Overflow);
    mul_checked_i32(a: i32, b: i32) -> Result<i32, Trap> = a.checked_mul(b).ok_or(Trap::Overflow);
    div_checked_i32(a: i32, b: i32) -> Result<i32, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { a.checked_div(b).ok_or(Trap::Overflow) };
    neg_checked_i32(a: i32) -> Result<i32, Trap> = a.checked_neg().ok_or(Trap::Overflow);
    add_saturating_i32(a: i32, b: i32) -> i32 = a.saturating_add(b);
    sub_saturating_i32(a: i32, b: i32) -> i32 = a.saturating_sub(b);
    mul_saturating_i32(a: i32, b: i32) -> i32 = a.saturating_mul(b);
    div_saturating_i32(a: i32, b: i32) -> Result<i32, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.saturating_div(b)) };
    and_i32(a: i32, b: i32) -> i32 = a & b;
    or_i32(a: i32, b: i32) -> i32 = a | b;
    xor_i32(a: i32, b: i32) -> i32 = a ^ b;
    not_i32(a: i32) -> i32 = !a;
    shl_i32(a: i32, b: i32) -> i32 = a.wrapping_shl(b.cast_unsigned());
    shr_i32(a: i32, b: i32) -> i32 = a.wrapping_shr(b.cast_unsigned());
    ushr_i32(a: i32, b: i32) -> i32 = a.cast_unsigned().wrapping_shr(b.cast_unsigned()).cast_signed();
    abs_i32(a: i32) -> i32 = a.wrapping_abs();
    abs_checked_i32(a: i32) -> Result<i32, Trap> = a.checked_abs().ok_or(Trap::Overflow);
    eq_i32(a: i32, b: i32) -> bool = a == b;
    ne_i32(a: i32, b: i32) -> bool = a != b;
    lt_i32(a: i32, b: i32) -> bool = a < b;
    le_i32(a: i32, b: i32) -> bool = a <= b;
    gt_i32(a: i32, b: i32) -> bool = a > b;
    ge_i32(a: i32, b: i32) -> bool = a >= b;
    // ---- i64 ----
    add_i64(a: i64, b: i64) -> i64 = a.wrapping_add(b);
    sub_i64(a: i64, b: i64) -> i64 = a.wrapping_sub(b);
    mul_i64(a: i64, b: i64) -> i64 = a.wrapping_mul(b);
    div_i64(a: i64, b: i64) -> Result<i64, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.wrapping_div(b)) };
    rem_i64(a: i64, b: i64) -> Result<i64, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.wrapping_rem(b)) };
    neg_i64(a: i64) -> i64 = a.wrapping_neg();
    add_checked_i64(a: i64, b: i64) -> Result<i64, Trap> = a.checked_add(b).ok_or(Trap::Overflow);
    sub_checked_i64(a: i64, b: i64) -> Result<i64, Trap> = a.checked_sub(b).ok_or(Trap::Overflow);
    mul_checked_i64(a: i64, b: i64) -> Result<i64, Trap> = a.checked_mul(b).ok_or(Trap::Overflow);
    div_checked_i64(a: i64, b: i64) -> Result<i64, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { a.checked_div(b).ok_or(Trap::Overflow) };
    neg_checked_i64(a: i64) -> Result<i64, Trap> = a.checked_neg().ok_or(Trap::Overflow);
    add_saturating_i64(a: i64, b: i64) -> i64 = a.saturating_add(b);
    sub_saturating_i64(a: i64, b: i64) -> i64 = a.saturating_sub(b);
    mul_saturating_i64(a: i64, b: i64) -> i64 = a.saturating_mul(b);
    div_saturating_i64(a: i64, b: i64) -> Result<i64, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.saturating_div(b)) };
    and_i64(a: i64, b: i64) -> i64 = a & b;
    or_i64(a: i64, b: i64) -> i64 = a | b;
    xor_i64(a: i64, b: i64) -> i64 = a ^ b;
    not_i64(a: i64) -> i64 = !a;
    shl_i64(a: i64, b: i64) -> i64 = a.wrapping_shl(count(b));
    shr_i64(a: i64, b: i64) -> i64 = a.wrapping_shr(count(b));
    ushr_i64(a: i64, b: i64) -> i64 = a.cast_unsigned().wrapping_shr(count(b)).cast_signed();
    abs_i64(a: i64) -> i64 = a.wrapping_abs();
    abs_checked_i64(a: i64) -> Result<i64, Trap> = a.checked_abs().ok_or(Trap::Overflow);
    eq_i64(a: i64, b: i64) -> bool = a == b;
    ne_i64(a: i64, b: i64) -> bool = a != b;
    lt_i64(a: i64, b: i64) -> bool = a < b;
    le_i64(a: i64, b: i64) -> bool = a <= b;
    gt_i64(a: i64, b: i64) -> bool = a > b;
    ge_i64(a: i64, b: i64) -> bool = a >= b;
    // ---- u8 ----
    add_u8(a: u8, b: u8) -> u8 = a.wrapping_add(b);
    sub_u8(a: u8, b: u8) -> u8 = a.wrapping_sub(b);
    mul_u8(a: u8, b: u8) -> u8 = a.wrapping_mul(b);
    div_u8(a: u8, b: u8) -> Result<u8, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.wrapping_div(b)) };
    rem_u8(a: u8, b: u8) -> Result<u8, Trap> = if b == 0 { Err(Trap::DivisionByZero) } else { Ok(a.wrapping_rem(b)) };
    neg_u8(a: u8) -> u8 = a.wrapping_neg();
    add_checked_u8(a: u8, b: u8) -> Result<u8, Trap> = a.checked_add(b).ok_or(Trap::Overflow);
    sub_checked_u8(a: u8, b: u8) -> Result<u8, Trap> = a.checked_sub(b).ok_or(Trap::Overflow);
    mul_checked_u8(a: u8, b: u8) -> Result<u8, Trap> = a.checked_mul(b).ok_or(Trap::Overflow);
    neg_checked_u8(a: u8) -> Result<u8, Trap> = a.checked_neg().ok_or(Trap::Overflow);
    add_saturating_u8(a: u8, b: u8) -> u8 = a.saturating_add(b);
    sub_saturating_u8(a: u8, b: u8) -> u8 = a.saturating_sub(b);
    mul_saturating_u8(a: u8, b: u8) -> u8 = a.saturating_mul(b);
    and_u8(a: u8, b: u8) -> u8 = a & b;
    or_u8(a: u8, b: u8) -> u8 = a | b;
    xor_u8(a: u8, b: u8) -> u8 = a ^ b;
    not_u8(a: u8) -> u8 = !a;
    shl_u8(a: u8, b: u8) -> u8 = a.wrapping_shl(u32::from(b));
    shr_u8(a: u8, b: u8) -> u8 = a.wrapping_shr(u32::from(b));
    eq_u8(a: u8, b: u8) -> bool = a == b;
    ne_u8(a: u8, b: u8) -> bool = a != b;
    lt_u8(a: u8, b: u8) -> bool = a < b;
    le_u8(a: u8, b: u8) -> bool = a <= b;
    gt_u8(a: u8, b: u8) -> bool = a > b;
    ge_u8(a: u8, b: u8) -> bool = a >= b;
    // ---- f64 ----
    add_f64(a: f64, b: f64) -> f64 = a + b;
    sub_f64(a: f64, b: f64) -> f64 = a - b;
    mul_f64(a: f64, b: f64) -> f64 = a * b;
    div_f64(a: f64, b: f64) -> f64 = a / b;
    rem_f64(a: f64, b: f64) -> f64 = a % b;
    neg_f64(a: f64) -> f64 = -a;
    abs_f64(a: f64) -> f64 = a.abs();
    sqrt_f64(a: f64) -> f64 = a.sqrt();
    floor_f64(a: f64) -> f64 = a.floor();
    ceil_f64(a: f64) -> f64 = a.ceil();
    trunc_f64(a: f64) -> f64 = a.trunc();
    round_f64(a: f64) -> f64 = a.round();
    eq_f64(a: f64, b: f64) -> bool = a == b;
    ne_f64(a: f64, b: f64) -> bool = a != b;
    lt_f64(a: f64, b: f64) -> bool = a < b;
    le_f64(a: f64, b: f64) -> bool = a <= b;
    gt_f64(a: f64, b: f64) -> bool = a > b;
    ge_f64(a: f64, b: f64) -> bool = a >= b;
    // ---- bool and char ----
    not_bool(a: bool) -> bool = !a;
    eq_bool(a: bool, b: bool) -> bool = a == b;
    ne_bool(a: bool, b: bool) -> bool = a != b;
    lt_bool(a: bool, b: bool) -> bool = !a & b;
    le_bool(a: bool, b: bool) -> bool = !a | b;
    gt_bool(a: bool, b: bool) -> bool = a & !b;
    ge_bool(a: bool, b: bool) -> bool = a | !b;
    eq_char(a: char, b: char) -> bool = a == b;
    ne_char(a: char, b: char) -> bool = a != b;
    lt_char(a: char, b: char) -> bool = a < b;
    le_char(a: char, b: char) -> bool = a <= b;
    gt_char(a: char, b: char) -> bool = a > b;
    ge_char(a: char, b: char) -> bool = a >= b;
    add_char(a: char, b: i32) -> Result<char, Trap> = char_from_i64(i64::from(u32::from(a)) + i64::from(b));
    sub_char(a: char, b: char) -> i32 = u32::from(a).cast_signed() - u32::from(b).cast_signed();
    char_utf8_length(a: char) -> i32 = match u32::from(a) { 0..0x80 => 1, 0x80..0x800 => 2, 0x800..0x1_0000 => 3, _ => 4 };
    char_is_digit(a: char) -> bool = a.is_ascii_digit();
    char_is_letter(a: char) -> bool = a.is_alphabetic();
    char_is_space(a: char) -> bool = a.is_whitespace();
    // ---- conversions ----
    i32_from_i64(a: i64) -> i32 = low_half(a);
    i32_from_u8(a: u8) -> i32 = i32::from(a);
    i32_from_f64(a: f64) -> i32 = a as i32;
    i32_from_char(a: char) -> i32 = u32::from(a).cast_signed();
    i32_from_bool(a: bool) -> i32 = i32::from(a);
    i64_from_i32(a: i32) -> i64 = i64::from(a);
    i64_from_u8(a: u8) -> i64 = i64::from(a);
    i64_from_f64(a: f64) -> i64 = a as i64;
    u8_from_i32(a: i32) -> u8 = a.to_le_bytes()[0];
    u8_from_i64(a: i64) -> u8 = a.to_le_bytes()[0];
    u8_from_f64(a: f64) -> u8 = a as u8;
    f64_from_i32(a: i32) -> f64 = f64::from(a);
    f64_from_i64(a: i64) -> f64 = a as f64;
    f64_from_u8(a: u8) -> f64 = f64::from(a);
    char_from_i32(a: i32) -> Result<char, Trap> = char_from_i64(i64::from(a));
    char_from_i64(a: i64) -> Result<char, Trap> = u32::try_from(a).ok().and_then(char::from_u32).ok_or(Trap::InvalidArgument);
    char_from_u8(a: u8) -> char = char::from(a);
}

/// The low bits of a shift count; `wrapping_shl` masks the rest.
fn count(b: i64) -> u32 {
    u32::from(b.to_le_bytes()[0])
}

/// The low 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the conversion wraps by definition")]
fn low_half(a: i64) -> i32 {
    a as i32
}
