//! The order of values: `compare`, `min`, `max`, and what sorting goes by.

use super::walk::shape_of;
use super::{Run, arg};
use crate::env::{Env, Work};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Role, Shape, Shapes};
use crate::slot::Slot;
use lyra_bytecode::TypeId;
use lyra_bytecode::scalar::Scalar;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// Scalars in the order that `sort`, `min` and `compare` go by.
pub(super) trait Ordered: Scalar {
    /// Which comes first. NaN comes after every number, and all NaN are one.
    fn order(self, other: Self) -> Ordering;
}

macro_rules! ordered {
    ($($ty:ty)*) => { $(impl Ordered for $ty {
        fn order(self, other: Self) -> Ordering {
            self.cmp(&other)
        }
    })* };
}

ordered! { bool u8 i32 i64 char }

impl Ordered for f64 {
    fn order(self, other: Self) -> Ordering {
        self.partial_cmp(&other).unwrap_or_else(|| self.is_nan().cmp(&other.is_nan()))
    }
}

/// The order of two words of type `ty`; that of plain enumerations is the order of their variants.
fn order_words(ty: TypeId, a: u64, b: u64) -> Ordering {
    fn order<T: Ordered>(a: u64, b: u64) -> Ordering {
        T::from_word(a).order(T::from_word(b))
    }
    match ty {
        TypeId::BOOL => order::<bool>(a, b),
        TypeId::U8 => order::<u8>(a, b),
        TypeId::I64 => order::<i64>(a, b),
        TypeId::F64 => order::<f64>(a, b),
        TypeId::CHAR => order::<char>(a, b),
        _ => order::<i32>(a, b),
    }
}

/// The order of two texts. Pays for what they have in common and the byte that decides.
fn order_texts(a: &str, b: &str, work: &mut Work<'_>) -> Result<Ordering, Fault> {
    /// Bytes compared before they are paid for.
    const BLOCK: usize = 4_096;
    // UTF-8 sorts like the scalar values that it encodes.
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while !a.is_empty() && !b.is_empty() {
        let (first, after) = a.split_at(a.len().min(BLOCK));
        let (second, rest) = b.split_at(b.len().min(BLOCK));
        let common = common(first, second);
        if common < first.len() || common < second.len() {
            work.add(common + 1)?;
            return Ok(first.get(common).cmp(&second.get(common)));
        }
        work.add(common)?;
        (a, b) = (after, rest);
    }
    Ok(a.len().cmp(&b.len()))
}

/// How many bytes two texts have in common from their beginning, looked at eight at a time.
#[inline]
fn common(a: &[u8], b: &[u8]) -> usize {
    let (mut left, mut right, mut count) = (a, b, 0);
    while let (Some((first, a)), Some((second, b))) =
        (left.split_first_chunk::<8>(), right.split_first_chunk::<8>())
    {
        let differ = u64::from_le_bytes(*first) ^ u64::from_le_bytes(*second);
        if differ != 0 {
            return count + differ.trailing_zeros() as usize / 8;
        }
        count += 8;
        (left, right) = (a, b);
    }
    while let (Some((first, a)), Some((second, b))) = (left.split_first(), right.split_first()) {
        if first != second {
            break;
        }
        count += 1;
        (left, right) = (a, b);
    }
    count
}

/// The order of two values of type `ty`; pays for the bytes and parts compared.
pub(super) fn order<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    (ty, a, b): (TypeId, Slot, Slot),
    work: &mut Work<'_>,
) -> Result<Ordering, Fault> {
    if matches!(shape_of(shapes, ty)?, Shape::Str) {
        work.add(1)?;
        return order_texts(heap.text(a.as_ref())?.text, heap.text(b.as_ref())?.text, work);
    }
    let mut todo: SmallVec<[_; 2]> = SmallVec::new();
    todo.push((ty, a, b));
    while let Some((ty, a, b)) = todo.pop() {
        work.add(1)?;
        let found = match shape_of(shapes, ty)? {
            Shape::Scalar | Shape::Plain => order_words(ty, a.as_word(), b.as_word()),
            Shape::Str => order_texts(heap.text(a.as_ref())?.text, heap.text(b.as_ref())?.text, work)?,
            Shape::Record { role: Role::Tuple, parts } => {
                let (first, second) = (heap.parts(a.as_ref())?, heap.parts(b.as_ref())?);
                let pairs = parts.types.iter().zip(first).zip(second);
                todo.extend(pairs.map(|((&ty, &a), &b)| (ty, a, b)).rev());
                Ordering::Equal
            }
            _ => return Err(Fault::broken("values without an order were compared")),
        };
        if found != Ordering::Equal {
            return Ok(found);
        }
    }
    Ok(Ordering::Equal)
}

/// The order of two values of type `ty`.
pub(crate) fn order_values<H: Heap>(
    env: &mut Env<'_, H>,
    pair: (TypeId, Slot, Slot),
) -> Result<Ordering, Fault> {
    order(env.heap, env.shapes, pair, &mut Work::new(env.meter))
}

/// The order of the two arguments, paid for.
fn ordering<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Ordering, Fault> {
    order(env.heap, env.shapes, (ty, arg(args, 0)?, arg(args, 1)?), &mut Work::new(env.meter))
}

fn scalar_ordering<T: Ordered>(args: &[Slot]) -> Result<Ordering, Fault> {
    Ok(T::from_word(arg(args, 0)?.as_word()).order(T::from_word(arg(args, 1)?.as_word())))
}

fn compare_any<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    Ok(Slot::from_i32(ordering(env, ty, args)? as i32))
}

fn compare_scalar<H: Heap, T: Ordered>(_: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    Ok(Slot::from_i32(scalar_ordering::<T>(args)? as i32))
}

fn min_any<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let second = ordering(env, ty, args)? == Ordering::Greater;
    arg(args, usize::from(second))
}

fn max_any<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let second = ordering(env, ty, args)? == Ordering::Less;
    arg(args, usize::from(second))
}

fn min_scalar<H: Heap, T: Ordered>(_: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    arg(args, usize::from(scalar_ordering::<T>(args)? == Ordering::Greater))
}

fn max_scalar<H: Heap, T: Ordered>(_: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    arg(args, usize::from(scalar_ordering::<T>(args)? == Ordering::Less))
}

/// The greater of two doubles, NaN only when both are: in the order it comes last, here it gives way.
fn max_f64<H: Heap>(_: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let (a, b) = (f64::from_word(arg(args, 0)?.as_word()), f64::from_word(arg(args, 1)?.as_word()));
    arg(args, usize::from(a.is_nan() || b > a))
}

/// Picks the function of a scalar type or the one for every type.
macro_rules! by_type {
    ($ty:expr, $shapes:expr, $scalar:ident, $any:ident $(, $f64:ident)?) => {
        match $ty {
            _ if matches!($shapes.get($ty), Some(Shape::Plain)) => Some($scalar::<H, i32> as Run<H>),
            TypeId::BOOL => Some($scalar::<H, bool> as Run<H>),
            TypeId::U8 => Some($scalar::<H, u8> as Run<H>),
            TypeId::I32 => Some($scalar::<H, i32> as Run<H>),
            TypeId::I64 => Some($scalar::<H, i64> as Run<H>),
            $(TypeId::F64 => Some($f64::<H> as Run<H>),)?
            #[allow(unreachable_patterns, reason = "f64 may have a function of its own")]
            TypeId::F64 => Some($scalar::<H, f64> as Run<H>),
            TypeId::CHAR => Some($scalar::<H, char> as Run<H>),
            TypeId::ERROR => None,
            _ => Some($any::<H> as Run<H>),
        }
    };
}

/// `compare` over `ty`.
pub(super) fn compare<H: Heap>(ty: TypeId, shapes: &Shapes) -> Option<Run<H>> {
    by_type!(ty, shapes, compare_scalar, compare_any)
}

/// `min` over `ty`.
pub(super) fn min<H: Heap>(ty: TypeId, shapes: &Shapes) -> Option<Run<H>> {
    by_type!(ty, shapes, min_scalar, min_any)
}

/// `max` over `ty`.
pub(super) fn max<H: Heap>(ty: TypeId, shapes: &Shapes) -> Option<Run<H>> {
    by_type!(ty, shapes, max_scalar, max_any, max_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_texts_have_in_common_is_counted_to_the_byte() {
        let text = b"0123456789abcdefghijklmnop";
        for length in 0..text.len() {
            for at in 0..=length {
                let mut other = text[..length].to_vec();
                if let Some(byte) = other.get_mut(at) {
                    *byte ^= 0x80;
                }
                assert_eq!((common(text, &other), common(&other, text)), (at, at), "{length}");
            }
        }
    }
}
