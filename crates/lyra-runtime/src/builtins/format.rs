//! `format`: the text of a value in a width, with sign, zeros, radix and precision.
//!
//! What is formatted is either a number of at most a few thousand bytes, made first, or a text of any length,
//! of which only the length is found first. Padding is counted, never made, before the result is paid for.

use super::arg;
use super::line::{Digits, Line};
use super::show::{measure, write_shown};
use crate::content::{Content, content};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Align, FormatSpec, Radix, Trap, TypeId};
use std::fmt::Write;
use std::iter::repeat_n;

/// No double has more digits after the point than this; what is asked for beyond it is zeros.
const MOST_DIGITS: usize = 1_100;

/// The parts of a number, in order.
struct Number {
    sign: &'static str,
    prefix: &'static str,
    digits: String,
    /// Zeros after the digits.
    more_zeros: usize,
    /// What follows the zeros: an exponent.
    exponent: String,
    /// Whether zeros may stand before the digits.
    finite: bool,
}

/// `format`
pub(super) fn format<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let value = arg(args, 0)?;
    let spec = FormatSpec::unpack(
        arg(args, 1)?.as_i32(),
        arg(args, 2)?.as_i32(),
        arg(args, 3)?.as_i32(),
        arg(args, 4)?.as_char(),
    );
    let found = content(env.heap, env.shapes, ty, value)?;
    if ty == TypeId::ANY
        && let Some(problem) = misfit(&spec, found.ty())
    {
        return Err(Fault::told(Trap::TypeMismatch, problem));
    }
    if let Some(line) = short_integer(&spec, found) {
        return env.text_from(line.as_str()).map(Slot::from);
    }
    let number = match found {
        Content::Word(TypeId::U8, word) => integer(&spec, i64::from(u8::from_word(word)), word),
        Content::Word(TypeId::I32, word) => integer(&spec, i64::from(i32::from_word(word)), word),
        Content::Word(TypeId::I64, word) => integer(&spec, i64::from_word(word), word),
        Content::Word(TypeId::F64, word) => float(&spec, f64::from_word(word)),
        found => {
            let text = if let Content::Object(TypeId::STR, text) = found {
                text
            } else {
                let bytes = measure(env, ty, value)?;
                let shapes = env.shapes;
                env.new_text(bytes, |heap, out| write_shown(heap, shapes, ty, value, out))?
            };
            env.temps.push(text);
            return text_in_width(env, &spec, text);
        }
    };
    number_in_width(env, &spec, &number)
}

/// An integer in base ten or sixteen, as [`number_in_width`] would have it, if that is short.
fn short_integer(spec: &FormatSpec, found: Content) -> Option<Line> {
    let Content::Word(ty, bits) = found else { return None };
    let value = match ty {
        TypeId::U8 => i64::from(u8::from_word(bits)),
        TypeId::I32 => i64::from(i32::from_word(bits)),
        TypeId::I64 => i64::from_word(bits),
        _ => return None,
    };
    let (prefix, digits, signed) = match spec.radix {
        None => ("", Digits::of::<10>(value.unsigned_abs()), true),
        Some(Radix::LowerHex) => ("0x", Digits::of::<16>(bits), false),
        Some(_) => return None,
    };
    let sign = sign(spec, signed && value < 0);
    let prefix = if spec.alternate { prefix } else { "" };
    let digits = digits.as_str();
    let bare = sign.len() + prefix.len() + digits.len();
    let zeros = if spec.zero { (spec.width.unwrap_or(0) as usize).saturating_sub(bare) } else { 0 };
    let (before, after) = padding(spec, bare + zeros, Align::Right);
    let fill = u8::try_from(spec.fill).ok().filter(u8::is_ascii)?;
    let mut line = Line::new();
    line.fill(before, fill).ok()?;
    line.write_str(sign).ok()?;
    line.write_str(prefix).ok()?;
    line.fill(zeros, b'0').ok()?;
    line.write_str(digits).ok()?;
    line.fill(after, fill).ok()?;
    Some(line)
}

/// Why a format means nothing for what an `any` holds: of other types the compiler has asked that.
fn misfit(spec: &FormatSpec, ty: Option<TypeId>) -> Option<&'static str> {
    let is_integer = matches!(ty, Some(TypeId::U8 | TypeId::I32 | TypeId::I64));
    let is_float = ty == Some(TypeId::F64);
    match spec.radix {
        Some(Radix::Exponent) if !is_float => Some("the format `e` is for f64"),
        Some(Radix::LowerHex | Radix::UpperHex | Radix::Binary | Radix::Octal) if !is_integer => {
            Some("the formats `x X b o` are for integers")
        }
        _ if (spec.plus || spec.zero) && !is_integer && !is_float => {
            Some("the formats `+` and `0` are for numbers")
        }
        _ if spec.precision.is_some() && is_integer => Some("a precision is for f64 and for text"),
        _ => None,
    }
}

/// An integer. `bits` is its word: what hexadecimal, binary and octal digits show of a negative one.
fn integer(spec: &FormatSpec, value: i64, bits: u64) -> Number {
    let (prefix, digits, signed) = match spec.radix {
        Some(Radix::LowerHex) => ("0x", format!("{bits:x}"), false),
        Some(Radix::UpperHex) => ("0x", format!("{bits:X}"), false),
        Some(Radix::Binary) => ("0b", format!("{bits:b}"), false),
        Some(Radix::Octal) => ("0o", format!("{bits:o}"), false),
        Some(Radix::Exponent) => {
            let text = match spec.precision {
                Some(precision) => {
                    format!("{:.*e}", (precision as usize).min(MOST_DIGITS), value.unsigned_abs())
                }
                None => format!("{:e}", value.unsigned_abs()),
            };
            return exponential(spec, &text, value < 0, spec.precision);
        }
        None => ("", value.unsigned_abs().to_string(), true),
    };
    Number {
        sign: sign(spec, signed && value < 0),
        prefix: if spec.alternate { prefix } else { "" },
        digits,
        more_zeros: 0,
        exponent: String::new(),
        finite: true,
    }
}

fn sign(spec: &FormatSpec, negative: bool) -> &'static str {
    match (negative, spec.plus) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    }
}

fn float(spec: &FormatSpec, value: f64) -> Number {
    let negative = value.is_sign_negative() && !value.is_nan();
    let magnitude = value.abs();
    if !value.is_finite() {
        return Number {
            sign: if value.is_nan() { "" } else { sign(spec, negative) },
            prefix: "",
            digits: format!("{magnitude:?}"),
            more_zeros: 0,
            exponent: String::new(),
            finite: false,
        };
    }
    let shown = |precision: u32| (precision as usize).min(MOST_DIGITS);
    match (spec.radix, spec.precision) {
        (Some(Radix::Exponent), Some(precision)) => {
            let text = format!("{magnitude:.*e}", shown(precision));
            exponential(spec, &text, negative, Some(precision))
        }
        (Some(Radix::Exponent), None) => exponential(spec, &format!("{magnitude:e}"), negative, None),
        (_, Some(precision)) => Number {
            sign: sign(spec, negative),
            prefix: "",
            digits: format!("{magnitude:.*}", shown(precision)),
            more_zeros: precision as usize - shown(precision),
            exponent: String::new(),
            finite: true,
        },
        (_, None) => Number {
            sign: sign(spec, negative),
            prefix: "",
            digits: format!("{magnitude:?}"),
            more_zeros: 0,
            exponent: String::new(),
            finite: true,
        },
    }
}

/// A number like `1.5e3`, whose further zeros stand before the `e`.
fn exponential(spec: &FormatSpec, text: &str, negative: bool, precision: Option<u32>) -> Number {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    Number {
        sign: sign(spec, negative),
        prefix: "",
        digits: digits.to_owned(),
        more_zeros: (precision.unwrap_or(0) as usize).saturating_sub(MOST_DIGITS),
        exponent: format!("e{exponent}"),
        finite: true,
    }
}

/// How many fill characters stand before and after a text of `chars` characters.
fn padding(spec: &FormatSpec, chars: usize, usual: Align) -> (usize, usize) {
    let missing = (spec.width.unwrap_or(0) as usize).saturating_sub(chars);
    match spec.align.unwrap_or(usual) {
        Align::Left => (0, missing),
        Align::Right => (missing, 0),
        Align::Center => (missing / 2, missing - missing / 2),
    }
}

fn number_in_width<H: Heap>(env: &mut Env<'_, H>, spec: &FormatSpec, number: &Number) -> Result<Slot, Fault> {
    let Number { sign, prefix, digits, more_zeros, exponent, finite } = number;
    let bare = sign.len() + prefix.len() + digits.len() + more_zeros + exponent.len();
    let zeros =
        if spec.zero && *finite { (spec.width.unwrap_or(0) as usize).saturating_sub(bare) } else { 0 };
    let (before, after) = padding(spec, bare + zeros, Align::Right);
    let bytes = (before + after).saturating_mul(spec.fill.len_utf8()).saturating_add(bare + zeros);
    env.work(bytes)?;
    let made = env.new_text(bytes, |_, out| {
        out.extend(repeat_n(spec.fill, before));
        out.push_str(sign);
        out.push_str(prefix);
        out.extend(repeat_n('0', zeros));
        out.push_str(digits);
        out.extend(repeat_n('0', *more_zeros));
        out.push_str(exponent);
        out.extend(repeat_n(spec.fill, after));
        Ok(())
    })?;
    Ok(made.into())
}

fn text_in_width<H: Heap>(env: &mut Env<'_, H>, spec: &FormatSpec, text: Ref) -> Result<Slot, Fault> {
    let chars = env.heap.text(text)?.chars;
    let shown = chars.min(spec.precision.map_or(usize::MAX, |most| most as usize));
    let cut = env.heap.byte_offset(text, shown)?;
    let (before, after) = padding(spec, shown, Align::Left);
    let bytes = (before + after).saturating_mul(spec.fill.len_utf8()).saturating_add(cut);
    env.work(bytes)?;
    let made = env.new_text(bytes, |heap, out| {
        out.extend(repeat_n(spec.fill, before));
        out.push_str(heap.text(text)?.text.get(..cut).unwrap_or(""));
        out.extend(repeat_n(spec.fill, after));
        Ok(())
    })?;
    Ok(made.into())
}
