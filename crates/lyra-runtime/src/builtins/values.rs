//! Built-ins over any type: equality, order, copies.

use super::walk::{child, shape_of};
use super::{Run, arg};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Shape, Shapes, Width};
use crate::slot::{Ref, Slot};
use hashbrown::{HashMap, HashSet};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{TypeId, scalar};
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

/// The order of two words of type `ty`.
fn order_words(ty: TypeId, a: u64, b: u64) -> Ordering {
    fn order<T: Ordered>(a: u64, b: u64) -> Ordering {
        T::from_word(a).order(T::from_word(b))
    }
    match ty {
        TypeId::BOOL => order::<bool>(a, b),
        TypeId::U8 => order::<u8>(a, b),
        TypeId::I32 => order::<i32>(a, b),
        TypeId::I64 => order::<i64>(a, b),
        TypeId::F64 => order::<f64>(a, b),
        _ => order::<char>(a, b),
    }
}

/// `==` of two words of type `ty`.
pub(super) fn equal_words(ty: TypeId, a: u64, b: u64) -> bool {
    if ty == TypeId::F64 { scalar::eq_f64(f64::from_word(a), f64::from_word(b)) } else { a == b }
}

/// The order of two values of type `ty`; adds the bytes and parts compared to `work`.
pub(super) fn order<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    ty: TypeId,
    a: Slot,
    b: Slot,
    work: &mut usize,
) -> Result<Ordering, Fault> {
    let mut todo = vec![(ty, a, b)];
    while let Some((ty, a, b)) = todo.pop() {
        *work = work.saturating_add(1);
        let found = match shape_of(heap, shapes, ty, a)? {
            Shape::Scalar => order_words(ty, a.as_word(), b.as_word()),
            Shape::Str => {
                let (a, b) = (heap.text(a.as_ref())?.text, heap.text(b.as_ref())?.text);
                *work = work.saturating_add(a.len().min(b.len()));
                // UTF-8 sorts like the scalar values that it encodes.
                a.as_bytes().cmp(b.as_bytes())
            }
            Shape::Tuple { parts, .. } => {
                let (first, second) = (heap.parts(a.as_ref())?, heap.parts(b.as_ref())?);
                let pairs = parts.iter().zip(first).zip(second);
                todo.extend(pairs.map(|((&ty, &a), &b)| (ty, a, b)).rev());
                Ordering::Equal
            }
            Shape::Error | Shape::Array { .. } => {
                return Err(Fault::broken("values without an order were compared"));
            }
        };
        if found != Ordering::Equal {
            return Ok(found);
        }
    }
    Ok(Ordering::Equal)
}

/// How far equality looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// As `==`: arrays and errors are equal when they are one object.
    Shallow,
    /// As `equal`: by content all the way. Cycles are compared as graphs: a pair met again is taken as equal.
    Deep,
}

/// Whether two values of type `ty` are equal; adds the bytes and parts compared to `work`.
pub(super) fn is_equal<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    depth: Depth,
    (ty, a, b): (TypeId, Slot, Slot),
    work: &mut usize,
) -> Result<bool, Fault> {
    let texts_equal = |a: Ref, b: Ref, work: &mut usize| -> Result<bool, Fault> {
        let (a, b) = (heap.text(a)?.text, heap.text(b)?.text);
        if a.len() == b.len() {
            *work = work.saturating_add(a.len());
        }
        Ok(a == b)
    };
    let mut met: HashSet<(Ref, Ref)> = HashSet::new();
    // Pairs of objects, each with the part to be compared next.
    let mut todo: Vec<(Ref, Ref, usize)> = Vec::new();
    let mut next = Some((ty, a, b));
    loop {
        let Some((ty, a, b)) = next.take() else {
            let Some((first, second, index)) = todo.pop() else { return Ok(true) };
            let pair = (child(heap, shapes, first, index)?, child(heap, shapes, second, index)?);
            if let (Some((ty, a)), Some((_, b))) = pair {
                todo.push((first, second, index + 1));
                next = Some((ty, a, b));
            }
            continue;
        };
        *work = work.saturating_add(1);
        let shape = match shapes.get(ty) {
            // A part that was never given a value: `error` parts of a global.
            Some(Shape::Scalar) | None => &Shape::Scalar,
            Some(_) if a == b => continue,
            Some(_) if a.as_ref().is_null() || b.as_ref().is_null() => return Ok(false),
            Some(_) => shape_of(heap, shapes, ty, a)?,
        };
        let (first, second) = (a.as_ref(), b.as_ref());
        let equal = match shape {
            Shape::Scalar => equal_words(ty, a.as_word(), b.as_word()),
            Shape::Str => texts_equal(first, second, work)?,
            Shape::Error if depth == Depth::Deep => {
                let (a, b) = (heap.error(first)?, heap.error(second)?);
                texts_equal(a.kind, b.kind, work)? && texts_equal(a.message, b.message, work)?
            }
            Shape::Array { .. } | Shape::Error if depth == Depth::Shallow => false,
            Shape::Array { width, element } if *width != Width::Ref => {
                let (a, b) = (heap.elements(first)?, heap.elements(second)?);
                if a.len() == b.len() {
                    *work = work.saturating_add(a.len());
                }
                // Floats are compared one by one: NaN equals nothing, and the zeros are equal.
                a.len() == b.len()
                    && if *element == TypeId::F64 {
                        (0..a.len()).all(|at| match (a.get(at), b.get(at)) {
                            (Some(a), Some(b)) => equal_words(TypeId::F64, a.as_word(), b.as_word()),
                            _ => false,
                        })
                    } else {
                        a == b
                    }
            }
            Shape::Array { .. } => {
                let same_length = heap.elements(first)?.len() == heap.elements(second)?.len();
                if same_length && met.insert((first, second)) {
                    todo.push((first, second, 0));
                }
                same_length
            }
            Shape::Tuple { .. } => {
                // Tuples are values and cannot hold themselves but through an array, which is remembered.
                if depth == Depth::Shallow || met.insert((first, second)) {
                    todo.push((first, second, 0));
                }
                true
            }
            Shape::Error => false,
        };
        if !equal {
            return Ok(false);
        }
    }
}

fn equal_of_words<H: Heap>(_: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    Ok(Slot::from_bool(equal_words(ty, arg(args, 0)?.as_word(), arg(args, 1)?.as_word())))
}

fn equal_deep<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    equal_to(env, ty, args, Depth::Deep)
}

fn equal_shallow<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    equal_to(env, ty, args, Depth::Shallow)
}

fn equal_to<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot], depth: Depth) -> Result<Slot, Fault> {
    let mut work = 0;
    let pair = (ty, arg(args, 0)?, arg(args, 1)?);
    let equal = is_equal(env.heap, env.shapes, depth, pair, &mut work)?;
    env.work(work)?;
    Ok(Slot::from_bool(equal))
}

/// `equal` over `ty`.
pub(super) fn equal<H: Heap>(ty: TypeId) -> Run<H> {
    if Width::of(ty) == Width::Ref { equal_deep } else { equal_of_words }
}

/// `same` over `ty`.
pub(super) fn same<H: Heap>(ty: TypeId) -> Run<H> {
    if Width::of(ty) == Width::Ref { equal_shallow } else { equal_of_words }
}

/// The order of the two arguments, paid for.
fn ordering<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Ordering, Fault> {
    let mut work = 0;
    let found = order(env.heap, env.shapes, ty, arg(args, 0)?, arg(args, 1)?, &mut work)?;
    env.work(work)?;
    Ok(found)
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
    ($ty:expr, $scalar:ident, $any:ident $(, $f64:ident)?) => {
        match $ty {
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
pub(super) fn compare<H: Heap>(ty: TypeId) -> Option<Run<H>> {
    by_type!(ty, compare_scalar, compare_any)
}

/// `min` over `ty`.
pub(super) fn min<H: Heap>(ty: TypeId) -> Option<Run<H>> {
    by_type!(ty, min_scalar, min_any)
}

/// `max` over `ty`.
pub(super) fn max<H: Heap>(ty: TypeId) -> Option<Run<H>> {
    by_type!(ty, max_scalar, max_any, max_f64)
}

/// `copy`: a new array with the same elements, any other value itself.
pub(super) fn copy<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let value = arg(args, 0)?;
    let Some(Shape::Array { .. }) = env.shapes.get(ty) else { return Ok(value) };
    let length = env.length(value)?;
    env.work(length)?;
    let ty = env.heap.type_of(value.as_ref())?;
    let copy = env.new_array(ty, length)?;
    env.heap.copy_elements(value.as_ref(), 0..length, copy, 0)?;
    Ok(copy.into())
}

/// `deep_copy`: new arrays and tuples all the way; what was shared inside is shared inside the copy.
///
/// Texts and errors never change, so they are not copied.
pub(super) fn deep_copy<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let value = arg(args, 0)?;
    let mut copies: HashMap<Ref, Ref> = HashMap::new();
    // Originals with their copies, and the part to be copied next.
    let mut todo: Vec<(Ref, Ref, usize)> = Vec::new();
    let Some((root, has_more)) = copy_of(env, ty, value, &mut copies)? else { return Ok(value) };
    // Everything else hangs on the first copy as soon as it is made.
    env.temps.push(root);
    if has_more {
        todo.push((value.as_ref(), root, 0));
    }
    let mut work = 0usize;
    while let Some((from, to, index)) = todo.pop() {
        let Some((ty, slot)) = child(env.heap, env.shapes, from, index)? else { continue };
        todo.push((from, to, index + 1));
        work = work.saturating_add(1);
        if work >= 64 {
            env.work(std::mem::take(&mut work))?;
        }
        let Some((copy, has_more)) = copy_of(env, ty, slot, &mut copies)? else { continue };
        match env.shapes.get(env.heap.type_of(to)?) {
            Some(Shape::Tuple { .. }) => env.heap.set_part(to, index, copy.into())?,
            _ => env.set_element(to, index, copy.into())?,
        }
        if has_more {
            todo.push((slot.as_ref(), copy, 0));
        }
    }
    Ok(root.into())
}

/// The copy of an array or tuple, its parts still the original's, and whether these must be copied too; `None`
/// for a value that is its own copy.
fn copy_of<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    slot: Slot,
    copies: &mut HashMap<Ref, Ref>,
) -> Result<Option<(Ref, bool)>, Fault> {
    let original = slot.as_ref();
    if matches!(env.shapes.get(ty), Some(Shape::Scalar | Shape::Str | Shape::Error) | None)
        || original.is_null()
    {
        return Ok(None);
    }
    if let Some(&copy) = copies.get(&original) {
        return Ok(Some((copy, false)));
    }
    let ty = env.heap.type_of(original)?;
    let copy = match env.shapes.get(ty) {
        Some(Shape::Array { .. }) => {
            let length = env.heap.elements(original)?.len();
            env.work(length)?;
            let copy = env.new_array(ty, length)?;
            env.heap.copy_elements(original, 0..length, copy, 0)?;
            copy
        }
        Some(Shape::Tuple { .. }) => {
            let parts = env.heap.parts(original)?.to_vec();
            env.new_tuple(ty, &parts)?
        }
        _ => return Ok(None),
    };
    copies.insert(original, copy);
    let holds_refs = match env.shapes.get(ty) {
        Some(Shape::Tuple { refs, .. }) => !refs.is_empty(),
        Some(Shape::Array { width, .. }) => *width == Width::Ref,
        _ => false,
    };
    Ok(Some((copy, holds_refs)))
}
