//! Built-ins over any type: equality and order.

use super::walk::{child, shape_of};
use super::{Run, arg};
use crate::env::{Env, Memory, Work};
use crate::fault::Fault;
use crate::heap::{Elements, Heap};
use crate::shape::{Shape, Shapes, Width};
use crate::slot::{Ref, Slot};
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

/// The order of two texts. Pays for what they have in common and the byte that decides.
fn order_texts(a: &str, b: &str, work: &mut Work<'_>) -> Result<Ordering, Fault> {
    /// Bytes compared before they are paid for.
    const BLOCK: usize = 4_096;
    // UTF-8 sorts like the scalar values that it encodes.
    for (a, b) in a.as_bytes().chunks(BLOCK).zip(b.as_bytes().chunks(BLOCK)) {
        if a == b {
            work.add(a.len())?;
            continue;
        }
        let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        work.add(common + 1)?;
        return Ok(a.cmp(b));
    }
    Ok(a.len().cmp(&b.len()))
}

/// The order of two values of type `ty`; pays for the bytes and parts compared.
pub(super) fn order<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    (ty, a, b): (TypeId, Slot, Slot),
    work: &mut Work<'_>,
) -> Result<Ordering, Fault> {
    let mut todo = vec![(ty, a, b)];
    while let Some((ty, a, b)) = todo.pop() {
        work.add(1)?;
        let found = match shape_of(heap, shapes, ty, a)? {
            Shape::Scalar => order_words(ty, a.as_word(), b.as_word()),
            Shape::Str => order_texts(heap.text(a.as_ref())?.text, heap.text(b.as_ref())?.text, work)?,
            Shape::Tuple { parts, .. } => {
                let (first, second) = (heap.parts(a.as_ref())?, heap.parts(b.as_ref())?);
                let pairs = parts.iter().zip(first).zip(second);
                todo.extend(pairs.map(|((&ty, &a), &b)| (ty, a, b)).rev());
                Ordering::Equal
            }
            Shape::Error | Shape::Array { .. } | Shape::Other => {
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
    /// As `equal`: by content all the way; cycles are compared as graphs.
    Deep,
}

/// Objects taken as equal until something shows that they are not: classes, each known by one member.
///
/// Every pair that is met joins two classes or is known already, so there are no more steps than objects, however
/// they are shared; without classes two shared structures could have as many pairs as the product of their sizes.
#[derive(Default)]
struct Classes {
    /// From each member but one of a class towards that one.
    parents: Memory,
}

impl Classes {
    fn root<H: Heap>(&mut self, env: &mut Env<'_, H>, mut object: Ref) -> Result<Ref, Fault> {
        while let Some(parent) = self.parents.get(object) {
            // Halves the way for the next time.
            if let Some(grandparent) = self.parents.get(parent) {
                self.parents.set(env, object, grandparent)?;
            }
            object = parent;
        }
        Ok(object)
    }

    /// Joins the classes of two objects; `false` when they are in one already.
    fn join<H: Heap>(&mut self, env: &mut Env<'_, H>, a: Ref, b: Ref) -> Result<bool, Fault> {
        let (a, b) = (self.root(env, a)?, self.root(env, b)?);
        if a != b {
            self.parents.set(env, a, b)?;
        }
        Ok(a != b)
    }
}

/// Whether two texts are equal; pays for their length where it is the same.
fn texts_equal<H: Heap>(env: &mut Env<'_, H>, a: Ref, b: Ref, unpaid: &mut usize) -> Result<bool, Fault> {
    let bytes = env.heap.text(a)?.text.len();
    if bytes != env.heap.text(b)?.text.len() {
        return Ok(false);
    }
    env.work_on(unpaid, bytes)?;
    Ok(env.heap.text(a)?.text == env.heap.text(b)?.text)
}

/// Whether two arrays of words are equal.
fn word_arrays_equal(element: TypeId, a: &Elements<'_>, b: &Elements<'_>) -> bool {
    if element != TypeId::F64 {
        return a == b;
    }
    // Floats are compared one by one: NaN equals nothing, and the zeros are equal.
    a.len() == b.len()
        && (0..a.len()).all(|at| match (a.get(at), b.get(at)) {
            (Some(a), Some(b)) => equal_words(element, a.as_word(), b.as_word()),
            _ => false,
        })
}

/// Whether two values of type `ty` are equal; pays for the bytes and parts compared.
pub(super) fn is_equal<H: Heap>(
    env: &mut Env<'_, H>,
    depth: Depth,
    pair: (TypeId, Slot, Slot),
    unpaid: &mut usize,
) -> Result<bool, Fault> {
    let mut classes = Classes::default();
    let equal = compare_parts(env, depth, pair, unpaid, &mut classes);
    classes.parents.forget(env);
    equal
}

fn compare_parts<H: Heap>(
    env: &mut Env<'_, H>,
    depth: Depth,
    pair: (TypeId, Slot, Slot),
    unpaid: &mut usize,
    classes: &mut Classes,
) -> Result<bool, Fault> {
    let shapes = env.shapes;
    // Pairs of objects, each with the part to be compared next.
    let mut todo: Vec<(Ref, Ref, usize)> = Vec::new();
    let mut next = Some(pair);
    loop {
        let Some((ty, a, b)) = next.take() else {
            let Some((first, second, index)) = todo.pop() else { return Ok(true) };
            let pair = (child(env.heap, shapes, first, index)?, child(env.heap, shapes, second, index)?);
            if let (Some((ty, a)), Some((_, b))) = pair {
                todo.push((first, second, index + 1));
                next = Some((ty, a, b));
            }
            continue;
        };
        env.work_on(unpaid, 1)?;
        let shape = match shapes.get(ty) {
            Some(Shape::Scalar) | None => &Shape::Scalar,
            // An object is equal to itself. A tuple is no object to a program: with a NaN in it, it is not.
            Some(Shape::Str | Shape::Error | Shape::Array { .. }) if a == b => continue,
            // A part that was never given a value equals only another such.
            Some(_) if a.as_ref().is_null() || b.as_ref().is_null() => {
                if a == b {
                    continue;
                }
                return Ok(false);
            }
            Some(_) => shape_of(env.heap, shapes, ty, a)?,
        };
        let (first, second) = (a.as_ref(), b.as_ref());
        let equal = match shape {
            Shape::Scalar => equal_words(ty, a.as_word(), b.as_word()),
            Shape::Str => texts_equal(env, first, second, unpaid)?,
            Shape::Tuple { .. } => {
                // What a tuple shares with itself is walked again; its type says how much that is at most.
                if depth == Depth::Shallow || first == second || classes.join(env, first, second)? {
                    todo.push((first, second, 0));
                }
                true
            }
            Shape::Array { .. } | Shape::Error if depth == Depth::Shallow => false,
            Shape::Error => {
                let (a, b) = (env.heap.error(first)?, env.heap.error(second)?);
                let (kinds, messages) = ((a.kind, b.kind), (a.message, b.message));
                texts_equal(env, kinds.0, kinds.1, unpaid)?
                    && texts_equal(env, messages.0, messages.1, unpaid)?
            }
            Shape::Array { width: Width::Ref, .. } => {
                let same_length = env.heap.elements(first)?.len() == env.heap.elements(second)?.len();
                if same_length && classes.join(env, first, second)? {
                    todo.push((first, second, 0));
                }
                same_length
            }
            Shape::Array { element, .. } => {
                let length = env.heap.elements(first)?.len();
                if length == env.heap.elements(second)?.len() {
                    env.work_on(unpaid, length)?;
                }
                word_arrays_equal(*element, &env.heap.elements(first)?, &env.heap.elements(second)?)
            }
            Shape::Other => return Err(Fault::broken("values of an unknown type were compared")),
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
    let pair = (ty, arg(args, 0)?, arg(args, 1)?);
    let equal = is_equal(env, depth, pair, &mut 0)?;
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
