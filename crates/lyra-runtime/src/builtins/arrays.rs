//! Built-ins over arrays, but sorting.

use super::equal::{Depth, is_equal};
use super::{Run, arg, checked_range};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::{Elements, Heap};
use crate::slot::Slot;
use lyra_bytecode::scalar::{self, Scalar};
use lyra_bytecode::{Trap, TypeId};

/// `check_count`
pub(super) fn check_count<H: Heap>(_: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let count = arg(args, 0)?;
    if count.as_i32() < 0 {
        let message = format!("{} is no count of elements", count.as_i32());
        return Err(Fault::told(Trap::InvalidArgument, message));
    }
    Ok(count)
}

/// Place `index` of a list of `length`, or the error that says both numbers.
fn place(index: Slot, length: usize) -> Result<usize, Fault> {
    usize::try_from(index.as_i32())
        .ok()
        .filter(|&index| index < length)
        .ok_or_else(|| Fault::index(index.as_i32().into(), length))
}

fn moved(fits: bool) -> Result<(), Fault> {
    if fits { Ok(()) } else { Err(Fault::broken("elements outside of an array were moved")) }
}

/// `array_insert`
pub(super) fn insert<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let (array, value) = (arg(args, 0)?.as_ref(), arg(args, 2)?);
    let length = env.heap.elements(array)?.len();
    // One place past the last is where an element can be put too.
    let index = place(arg(args, 1)?, length + 1)
        .map_err(|_| Fault::index(arg(args, 1).unwrap_or_default().as_i32().into(), length))?;
    env.work(length - index)?;
    env.resize(array, length + 1)?;
    moved(env.heap.move_elements(array, index..length, index + 1)?)?;
    env.set_element(array, index, value)?;
    Ok(Slot::ZERO)
}

/// `array_extend`
pub(super) fn extend<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let (array, other) = (arg(args, 0)?.as_ref(), arg(args, 1)?.as_ref());
    let (length, added) = (env.heap.elements(array)?.len(), env.heap.elements(other)?.len());
    env.work(added)?;
    env.resize(array, length.saturating_add(added))?;
    env.heap.copy_elements(other, 0..added, array, length)?;
    Ok(Slot::ZERO)
}

/// `array_fill`
pub(super) fn fill<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let (array, value) = (arg(args, 0)?.as_ref(), arg(args, 2)?);
    let count = check_count(env, ty, args.get(1..).unwrap_or_default())?.as_i32();
    let (length, added) = (env.heap.elements(array)?.len(), usize::try_from(count).unwrap_or(0));
    env.work(added)?;
    env.resize(array, length.saturating_add(added))?;
    moved(env.heap.fill(array, length, value)?)?;
    Ok(Slot::ZERO)
}

/// `array_remove`
pub(super) fn remove<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let array = arg(args, 0)?.as_ref();
    let length = env.heap.elements(array)?.len();
    let index = place(arg(args, 1)?, length)?;
    env.work(length - index)?;
    let value = env.heap.elements(array)?.get(index).unwrap_or_default();
    moved(env.heap.move_elements(array, index + 1..length, index)?)?;
    env.resize(array, length - 1)?;
    Ok(value)
}

/// `array_clear`
pub(super) fn clear<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    env.resize(arg(args, 0)?.as_ref(), 0)?;
    Ok(Slot::ZERO)
}

/// `array_reverse`
pub(super) fn reverse<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let array = arg(args, 0)?;
    let length = env.length(array)?;
    env.work(length)?;
    env.heap.elements_mut(array.as_ref())?.reverse();
    Ok(Slot::ZERO)
}

/// `array_contains`: by `==`.
pub(super) fn contains<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let (array, value) = (arg(args, 0)?, arg(args, 1)?);
    let length = env.length(array)?;
    let mut unpaid = 0;
    for index in 0..length {
        let element = env.heap.elements(array.as_ref())?.get(index).unwrap_or_default();
        if is_equal(env, Depth::Shallow, (ty, element, value), &mut unpaid)? {
            return Ok(Slot::from_bool(true));
        }
    }
    Ok(Slot::from_bool(false))
}

/// Scalars that can be added up, by the machine's own instructions.
trait Number: Scalar {
    const ZERO: Self;
    fn add(self, other: Self) -> Self;
    fn add_checked(self, other: Self) -> Result<Self, Trap>;
}

macro_rules! number {
    ($($ty:ty, $zero:expr, $add:ident, $checked:expr;)*) => { $(impl Number for $ty {
        const ZERO: Self = $zero;
        fn add(self, other: Self) -> Self {
            scalar::$add(self, other)
        }
        fn add_checked(self, other: Self) -> Result<Self, Trap> {
            $checked(self, other)
        }
    })* };
}

number! {
    u8, 0, add_u8, scalar::add_checked_u8;
    i32, 0, add_i32, scalar::add_checked_i32;
    i64, 0, add_i64, scalar::add_checked_i64;
    f64, 0.0, add_f64, |a, b| Ok(scalar::add_f64(a, b));
}

/// Adds the elements up, from the first on.
fn fold<H: Heap, T: Number>(
    env: &mut Env<'_, H>,
    args: &[Slot],
    add: impl Fn(T, T) -> Result<T, Trap>,
) -> Result<Slot, Fault> {
    let array = arg(args, 0)?;
    let length = env.length(array)?;
    env.work(length)?;
    let mut sum = T::ZERO;
    let mut step = |word: u64| -> Result<(), Trap> {
        sum = add(sum, T::from_word(word))?;
        Ok(())
    };
    match env.heap.elements(array.as_ref())? {
        Elements::Bytes(list) => list.iter().try_for_each(|&bits| step(bits.into()))?,
        Elements::Halves(list) => list.iter().try_for_each(|&bits| step(bits.into()))?,
        Elements::Words(list) => list.iter().try_for_each(|&bits| step(bits))?,
        Elements::Refs(_) => return Err(Fault::broken("references were added up")),
    }
    Ok(Slot::word(sum.to_word()))
}

fn sum_of<H: Heap, T: Number>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    fold::<H, T>(env, args, |a, b| Ok(a.add(b)))
}

fn checked_sum_of<H: Heap, T: Number>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    fold::<H, T>(env, args, T::add_checked)
}

/// `array_sum` over `ty`.
pub(super) fn sum<H: Heap>(ty: TypeId) -> Option<Run<H>> {
    match ty {
        TypeId::U8 => Some(sum_of::<H, u8>),
        TypeId::I32 => Some(sum_of::<H, i32>),
        TypeId::I64 => Some(sum_of::<H, i64>),
        TypeId::F64 => Some(sum_of::<H, f64>),
        _ => None,
    }
}

/// `array_sum_checked` over `ty`.
pub(super) fn sum_checked<H: Heap>(ty: TypeId) -> Option<Run<H>> {
    match ty {
        TypeId::U8 => Some(checked_sum_of::<H, u8>),
        TypeId::I32 => Some(checked_sum_of::<H, i32>),
        TypeId::I64 => Some(checked_sum_of::<H, i64>),
        TypeId::F64 => Some(checked_sum_of::<H, f64>),
        _ => None,
    }
}

/// `array_slice`
pub(super) fn slice<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    slice_of(env, args, false)
}

/// `array_slice_inclusive`
pub(super) fn slice_inclusive<H: Heap>(
    env: &mut Env<'_, H>,
    _: TypeId,
    args: &[Slot],
) -> Result<Slot, Fault> {
    slice_of(env, args, true)
}

fn slice_of<H: Heap>(env: &mut Env<'_, H>, args: &[Slot], inclusive: bool) -> Result<Slot, Fault> {
    let array = arg(args, 0)?;
    let range = checked_range(arg(args, 1)?, arg(args, 2)?, inclusive, env.length(array)?)?;
    env.work(range.len())?;
    let ty = env.heap.type_of(array.as_ref())?;
    let copy = env.new_array(ty, range.len())?;
    env.heap.copy_elements(array.as_ref(), range, copy, 0)?;
    Ok(copy.into())
}
