//! Built-ins over any type: equality, order, copies.

use super::walk::{child, shape_of};
use super::{Run, arg};
use crate::env::{Env, Work};
use crate::fault::Fault;
use crate::heap::{Elements, Heap};
use crate::shape::{Shape, Shapes, Width};
use crate::slot::{Ref, Slot};
use hashbrown::HashMap;
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
    /// As `equal`: by content all the way; cycles are compared as graphs.
    Deep,
}

/// Objects taken as equal until something shows that they are not: classes, each known by one member.
///
/// Every pair that is met joins two classes or is known already, so there are no more steps than objects, however
/// they are shared; without classes two shared structures could have as many pairs as the product of their sizes.
#[derive(Default)]
struct Classes {
    parents: HashMap<Ref, Ref>,
}

impl Classes {
    fn root(&mut self, mut object: Ref) -> Ref {
        while let Some(&parent) = self.parents.get(&object) {
            // Halves the way for the next time.
            if let Some(&grandparent) = self.parents.get(&parent) {
                self.parents.insert(object, grandparent);
            }
            object = parent;
        }
        object
    }

    /// Joins the classes of two objects; `false` when they are in one already.
    fn join(&mut self, a: Ref, b: Ref) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            self.parents.insert(a, b);
        }
        a != b
    }
}

/// Whether two texts are equal; pays for their length where it is the same.
fn texts_equal<H: Heap>(heap: &H, a: Ref, b: Ref, work: &mut Work<'_>) -> Result<bool, Fault> {
    let (a, b) = (heap.text(a)?.text, heap.text(b)?.text);
    if a.len() != b.len() {
        return Ok(false);
    }
    work.add(a.len())?;
    Ok(a == b)
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
    heap: &H,
    shapes: &Shapes,
    depth: Depth,
    (ty, a, b): (TypeId, Slot, Slot),
    work: &mut Work<'_>,
) -> Result<bool, Fault> {
    let mut classes = Classes::default();
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
        work.add(1)?;
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
            Some(_) => shape_of(heap, shapes, ty, a)?,
        };
        let (first, second) = (a.as_ref(), b.as_ref());
        let equal = match shape {
            Shape::Scalar => equal_words(ty, a.as_word(), b.as_word()),
            Shape::Str => texts_equal(heap, first, second, work)?,
            Shape::Tuple { .. } => {
                // What a tuple shares with itself is walked again; its type says how much that is at most.
                if depth == Depth::Shallow || first == second || classes.join(first, second) {
                    todo.push((first, second, 0));
                }
                true
            }
            Shape::Array { .. } | Shape::Error if depth == Depth::Shallow => false,
            Shape::Error => {
                let (a, b) = (heap.error(first)?, heap.error(second)?);
                texts_equal(heap, a.kind, b.kind, work)? && texts_equal(heap, a.message, b.message, work)?
            }
            Shape::Array { width: Width::Ref, .. } => {
                let same_length = heap.elements(first)?.len() == heap.elements(second)?.len();
                if same_length && classes.join(first, second) {
                    todo.push((first, second, 0));
                }
                same_length
            }
            Shape::Array { element, .. } => {
                let (a, b) = (heap.elements(first)?, heap.elements(second)?);
                if a.len() == b.len() {
                    work.add(a.len())?;
                }
                word_arrays_equal(*element, &a, &b)
            }
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
    let equal = is_equal(env.heap, env.shapes, depth, pair, &mut Work::new(env.meter))?;
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
