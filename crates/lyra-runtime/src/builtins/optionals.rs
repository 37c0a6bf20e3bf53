//! Built-ins that give `none` where there is no answer: ends of arrays, finding, numbers in texts, checked sums.

use super::equal::{Depth, is_equal};
use super::text::bytes_of;
use super::{Run, arg};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::slot::Slot;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Kind, TypeId};

/// What every function here gives.
type Outcome = Result<Slot, Fault>;

/// A value of type `ty` as an optional.
fn some<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, value: Slot) -> Outcome {
    match env.shapes.kind(ty) {
        Kind::Word => env.upcast(ty, value),
        Kind::Ref => Ok(value),
    }
}

/// An index as an optional.
fn index<H: Heap>(env: &mut Env<'_, H>, found: Option<usize>) -> Outcome {
    match found {
        Some(index) => env.upcast(TypeId::I32, Slot::from_i32(i32::try_from(index).unwrap_or(i32::MAX))),
        None => Ok(Slot::ZERO),
    }
}

/// The element at a place counted from one end; `none` past the other.
fn end<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot], is_last: bool) -> Outcome {
    let elements = env.heap.elements(arg(args, 0)?.as_ref())?;
    let at = if is_last { elements.len().checked_sub(1) } else { Some(0) };
    match at.and_then(|at| elements.get(at)) {
        Some(value) => some(env, ty, value),
        None => Ok(Slot::ZERO),
    }
}

/// `array_first`
pub(super) fn first<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Outcome {
    end(env, ty, args, false)
}

/// `array_last`
pub(super) fn last<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Outcome {
    end(env, ty, args, true)
}

/// `array_pop`
pub(super) fn pop<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Outcome {
    let array = arg(args, 0)?;
    let Some(rest) = env.length(array)?.checked_sub(1) else { return Ok(Slot::ZERO) };
    // What may be refused comes first: the element is taken out only when there is a result.
    let value = end(env, ty, args, true)?;
    env.resize(array.as_ref(), rest)?;
    Ok(value)
}

fn found_in<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    args: &[Slot],
    mut places: impl Iterator<Item = usize>,
) -> Outcome {
    let (array, value) = (arg(args, 0)?, arg(args, 1)?);
    let mut unpaid = 0;
    let found = loop {
        let Some(at) = places.next() else { break None };
        let element = env.heap.elements(array.as_ref())?.get(at).unwrap_or_default();
        if is_equal(env, Depth::Shallow, (ty, element, value), &mut unpaid)? {
            break Some(at);
        }
    };
    index(env, found)
}

/// `array_find`
pub(super) fn find<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Outcome {
    let length = env.length(arg(args, 0)?)?;
    found_in(env, ty, args, 0..length)
}

/// `array_rfind`
pub(super) fn rfind<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Outcome {
    let length = env.length(arg(args, 0)?)?;
    found_in(env, ty, args, (0..length).rev())
}

/// `str_find`
pub(super) fn find_text<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let (text, from) = (arg(args, 0)?, arg(args, 2)?.as_i32());
    let chars = env.text(text)?.chars;
    let start = usize::try_from(from).ok().filter(|&from| from <= chars);
    let start = start.ok_or_else(|| Fault::index(from.into(), chars))?;
    let offset = env.heap.byte_offset(text.as_ref(), start)?;
    let bytes = bytes_of(env, args, 0)?.saturating_sub(offset);
    env.work(bytes)?;
    let rest = env.text(text)?.text.get(offset..).unwrap_or("");
    let found = rest.find(env.text(arg(args, 1)?)?.text);
    let before = found.and_then(|at| rest.get(..at)).map(|before| start + before.chars().count());
    index(env, before)
}

/// `str_rfind`
pub(super) fn rfind_text<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let text = env.text(arg(args, 0)?)?.text;
    let found = text.rfind(env.text(arg(args, 1)?)?.text);
    let before = found.and_then(|at| text.get(..at)).map(|before| before.chars().count());
    index(env, before)
}

/// `str_parse_int`
pub(super) fn parse_int<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    // Rust's parser takes exactly what the language does: an optional sign and ASCII digits.
    match env.text(arg(args, 0)?)?.text.parse::<i64>() {
        Ok(value) => env.upcast(TypeId::I64, Slot::word(value.to_word())),
        Err(_) => Ok(Slot::ZERO),
    }
}

/// `str_parse_float`
pub(super) fn parse_float<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let text = env.text(arg(args, 0)?)?.text;
    // Rust's parser takes words such as `inf` too, which are no numbers in Lyra.
    let is_plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    match text.parse::<f64>() {
        Ok(value) if is_plain => env.upcast(TypeId::F64, Slot::word(value.to_word())),
        _ => Ok(Slot::ZERO),
    }
}

/// Integers whose sums are checked.
trait Integer: Scalar {
    fn plus(self, other: Self) -> Option<Self>;
    fn minus(self, other: Self) -> Option<Self>;
    fn times(self, other: Self) -> Option<Self>;
    fn over(self, other: Self) -> Option<Self>;
}

macro_rules! integers {
    ($($ty:ty)*) => { $(impl Integer for $ty {
        fn plus(self, other: Self) -> Option<Self> {
            self.checked_add(other)
        }
        fn minus(self, other: Self) -> Option<Self> {
            self.checked_sub(other)
        }
        fn times(self, other: Self) -> Option<Self> {
            self.checked_mul(other)
        }
        fn over(self, other: Self) -> Option<Self> {
            self.checked_div(other)
        }
    })* };
}

integers! { u8 i32 i64 }

macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident, $of:ident, $operation:ident;)*) => {
        $(fn $of<H: Heap, T: Integer>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Outcome {
            let (a, b) = (T::from_word(arg(args, 0)?.as_word()), T::from_word(arg(args, 1)?.as_word()));
            match a.$operation(b) {
                Some(value) => env.upcast(ty, Slot::word(value.to_word())),
                None => Ok(Slot::ZERO),
            }
        }

        $(#[$doc])*
        pub(super) fn $name<H: Heap>(ty: TypeId) -> Option<Run<H>> {
            match ty {
                TypeId::U8 => Some($of::<H, u8>),
                TypeId::I32 => Some($of::<H, i32>),
                TypeId::I64 => Some($of::<H, i64>),
                _ => None,
            }
        })*
    };
}

checked! {
    /// `checked_add` over `ty`.
    checked_add, checked_add_of, plus;
    /// `checked_sub` over `ty`.
    checked_sub, checked_sub_of, minus;
    /// `checked_mul` over `ty`.
    checked_mul, checked_mul_of, times;
    /// `checked_div` over `ty`.
    checked_div, checked_div_of, over;
}
