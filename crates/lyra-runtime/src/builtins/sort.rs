//! Sorting: stable, in place, by the order of `compare`.
//!
//! References are sorted by a merge sort of our own: a comparison that finds a broken object must be able to
//! stop it, which the standard library's does not allow.

use super::order::{Ordered, order};
use super::{Run, arg};
use crate::env::{Env, Work};
use crate::fault::Fault;
use crate::heap::{Elements, ElementsMut, Heap};
use crate::shape::{Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;
use std::cmp::Ordering;

/// Comparisons that sorting `length` elements takes, at most about.
fn comparisons(length: usize) -> usize {
    length.saturating_mul(length.checked_ilog2().unwrap_or(0) as usize + 1)
}

/// Sorts words as `T`.
fn sort_scalars<H: Heap, T: Ordered>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let array = arg(args, 0)?;
    let elements = env.heap.elements(array.as_ref())?;
    let (length, scratch) = (elements.len(), elements.width().bytes() * elements.len() as u64);
    env.work(comparisons(length))?;
    env.charge(scratch)?;
    fn by<T: Ordered>(a: impl Into<u64>, b: impl Into<u64>) -> Ordering {
        T::from_word(a.into()).order(T::from_word(b.into()))
    }
    match env.heap.elements_mut(array.as_ref())? {
        ElementsMut::Bytes(list) => list.sort_by(|&a, &b| by::<T>(a, b)),
        ElementsMut::Halves(list) => list.sort_by(|&a, &b| by::<T>(a, b)),
        ElementsMut::Words(list) => list.sort_by(|&a, &b| by::<T>(a, b)),
        ElementsMut::Refs(_) => return Err(Fault::broken("references were sorted as words")),
    }
    env.heap.release(scratch);
    Ok(Slot::ZERO)
}

/// Sorts texts or tuples. The array changes only when every comparison was made.
fn sort_refs<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let array = arg(args, 0)?;
    let length = env.length(array)?;
    env.work(comparisons(length))?;
    let scratch = 16 * length as u64;
    env.charge(scratch)?;
    let sorted = sorted_refs(env, ty, array.as_ref());
    env.heap.release(scratch);
    let sorted = sorted?;
    if let ElementsMut::Refs(list) = env.heap.elements_mut(array.as_ref())? {
        for (place, slot) in list.iter_mut().zip(sorted) {
            *place = slot;
        }
    }
    Ok(Slot::ZERO)
}

fn sorted_refs<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, array: Ref) -> Result<Vec<Slot>, Fault> {
    let Elements::Refs(list) = env.heap.elements(array)? else {
        return Err(Fault::broken("words were sorted as references"));
    };
    let mut list = list.to_vec();
    let mut work = Work::new(env.meter);
    merge_sort(&mut list, |a, b| {
        Ok(order(env.heap, env.shapes, (ty, a, b), &mut work)? != Ordering::Greater)
    })?;
    Ok(list)
}

/// Bottom-up merge sort. `in_order(a, b)` says whether `a` may stand before `b`, true for equals.
fn merge_sort<T: Copy>(
    list: &mut Vec<T>,
    mut in_order: impl FnMut(T, T) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    let length = list.len();
    let mut merged = Vec::with_capacity(length);
    let mut run = 1;
    while run < length {
        merged.clear();
        for pair in list.chunks(run * 2) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            let (mut left, mut right) = (left.iter().copied().peekable(), right.iter().copied().peekable());
            while let (Some(&a), Some(&b)) = (left.peek(), right.peek()) {
                let side = if in_order(a, b)? { &mut left } else { &mut right };
                merged.extend(side.next());
            }
            merged.extend(left);
            merged.extend(right);
        }
        std::mem::swap(list, &mut merged);
        run *= 2;
    }
    Ok(())
}

/// `array_sort` over `ty`.
pub(super) fn sort<H: Heap>(ty: TypeId, shapes: &Shapes) -> Run<H> {
    match ty {
        _ if matches!(shapes.get(ty), Some(Shape::Plain)) => sort_scalars::<H, i32>,
        TypeId::BOOL => sort_scalars::<H, bool>,
        TypeId::U8 => sort_scalars::<H, u8>,
        TypeId::I32 => sort_scalars::<H, i32>,
        TypeId::I64 => sort_scalars::<H, i64>,
        TypeId::F64 => sort_scalars::<H, f64>,
        TypeId::CHAR => sort_scalars::<H, char>,
        _ => sort_refs,
    }
}

fn sorted_scalars<H: Heap, T: Ordered>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    args: &[Slot],
) -> Result<Slot, Fault> {
    sorted_by(env, ty, args, sort_scalars::<H, T>)
}

fn sorted_any<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    sorted_by(env, ty, args, sort_refs)
}

fn sorted_by<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot], sort: Run<H>) -> Result<Slot, Fault> {
    let array = arg(args, 0)?.as_ref();
    let length = env.heap.elements(array)?.len();
    let array_type = env.heap.type_of(array)?;
    let copy = env.new_array(array_type, length)?;
    env.temps.push(copy);
    env.heap.copy_elements(array, 0..length, copy, 0)?;
    sort(env, ty, &[copy.into()])?;
    Ok(copy.into())
}

/// `array_sorted` over `ty`.
pub(super) fn sorted<H: Heap>(ty: TypeId, shapes: &Shapes) -> Run<H> {
    match ty {
        _ if matches!(shapes.get(ty), Some(Shape::Plain)) => sorted_scalars::<H, i32>,
        TypeId::BOOL => sorted_scalars::<H, bool>,
        TypeId::U8 => sorted_scalars::<H, u8>,
        TypeId::I32 => sorted_scalars::<H, i32>,
        TypeId::I64 => sorted_scalars::<H, i64>,
        TypeId::F64 => sorted_scalars::<H, f64>,
        TypeId::CHAR => sorted_scalars::<H, char>,
        _ => sorted_any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_stable_and_agrees_with_the_standard_library() {
        let mut random = fastrand::Rng::with_seed(3);
        for length in (0..40).chain([1_000, 1_023]) {
            let mut list: Vec<(u8, usize)> = (0..length).map(|at| (random.u8(0..9), at)).collect();
            let mut expected = list.clone();
            expected.sort_by_key(|&(key, _)| key);
            merge_sort(&mut list, |a, b| Ok(a.0 <= b.0)).unwrap();
            assert_eq!(list, expected);
        }
    }
}
