//! Equality: `==` where it is more than comparing words, and `equal`, which goes all the way.

use super::keys;
use super::walk::{child, record_parts, shape_of};
use super::{Run, arg};
use crate::content::{Content, content};
use crate::env::{Env, Memory};
use crate::fault::Fault;
use crate::heap::{Elements, Heap};
use crate::shape::{Role, Shape, Shapes, Width};
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Kind, TypeId, scalar};

/// `==` of two words of type `ty`.
pub(super) fn equal_words(ty: TypeId, a: u64, b: u64) -> bool {
    if ty == TypeId::F64 { scalar::eq_f64(f64::from_word(a), f64::from_word(b)) } else { a == b }
}

/// `==` of two words that carry their types: of different types they differ.
fn equal_typed((a_type, a): (TypeId, u64), (b_type, b): (TypeId, u64)) -> bool {
    a_type == b_type && equal_words(a_type, a, b)
}

/// How far equality looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// As `==`: numbers, texts, tuples and variants by value; everything else is equal when it is one object.
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
    let mut walk = Walk { depth, classes: Classes::default(), walked: Memory::default(), todo: Vec::new() };
    let equal = walk.run(env, pair, unpaid);
    walk.classes.parents.forget(env);
    walk.walked.forget(env);
    equal
}

/// `==` of two values of type `ty`.
pub(crate) fn equal_values<H: Heap>(env: &mut Env<'_, H>, pair: (TypeId, Slot, Slot)) -> Result<bool, Fault> {
    is_equal(env, Depth::Shallow, pair, &mut 0)
}

/// A comparison on its way.
struct Walk {
    depth: Depth,
    classes: Classes,
    /// Variants that were compared with themselves.
    walked: Memory,
    /// Pairs of objects, each with the part to be compared next.
    todo: Vec<(Ref, Ref, usize)>,
}

impl Walk {
    fn run<H: Heap>(
        &mut self,
        env: &mut Env<'_, H>,
        pair: (TypeId, Slot, Slot),
        unpaid: &mut usize,
    ) -> Result<bool, Fault> {
        let mut next = Some(pair);
        loop {
            let Some((ty, a, b)) = next.take() else {
                let Some((first, second, index)) = self.todo.pop() else { return Ok(true) };
                match self.next_pair(env, first, second, index)? {
                    Next::Pair(pair) => next = Some(pair),
                    Next::End => {}
                    Next::Differs => return Ok(false),
                }
                continue;
            };
            env.work_on(unpaid, 1)?;
            let equal = match (content(env.heap, env.shapes, ty, a)?, content(env.heap, env.shapes, ty, b)?) {
                (Content::None, Content::None) => true,
                (Content::Word(a_type, a), Content::Word(b_type, b)) => equal_typed((a_type, a), (b_type, b)),
                (Content::Variant(a_type, a), Content::Variant(b_type, b)) => a_type == b_type && a == b,
                (Content::Object(a_type, a), Content::Object(b_type, b)) => {
                    a_type == b_type && self.objects(env, a_type, (a, b), unpaid)?
                }
                _ => false,
            };
            if !equal {
                return Ok(false);
            }
        }
    }

    /// The next parts of a pair of compound values.
    fn next_pair<H: Heap>(
        &mut self,
        env: &mut Env<'_, H>,
        first: Ref,
        second: Ref,
        index: usize,
    ) -> Result<Next, Fault> {
        let ty = env.heap.type_of(first)?;
        if let Some(&Shape::Map { key, value, .. }) = env.shapes.get(ty) {
            let map = env.heap.map(first)?;
            let Some(position) = map.next(index) else { return Ok(Next::End) };
            let (Some((key_slot, a)), hash) = (map.entry(position), map.hash(position)) else {
                return Ok(Next::End);
            };
            let found = keys::position(env.heap, env.shapes, second, (key, key_slot, hash))?;
            let Some((_, b)) = found.and_then(|found| env.heap.map(second).ok()?.entry(found)) else {
                return Ok(Next::Differs);
            };
            self.todo.push((first, second, position + 1));
            return Ok(Next::Pair((value, a, b)));
        }
        let pair = (child(env.heap, env.shapes, first, index)?, child(env.heap, env.shapes, second, index)?);
        let (Some(a), Some(b)) = pair else { return Ok(Next::End) };
        self.todo.push((first, second, index + 1));
        Ok(Next::Pair((a.ty, a.slot, b.slot)))
    }

    /// Whether two objects of one type can be equal; what is left to compare goes to `todo`.
    fn objects<H: Heap>(
        &mut self,
        env: &mut Env<'_, H>,
        ty: TypeId,
        (first, second): (Ref, Ref),
        unpaid: &mut usize,
    ) -> Result<bool, Fault> {
        let shapes = env.shapes;
        match shape_of(shapes, ty)? {
            Shape::Record { role: Role::Tuple, .. } => {
                // A tuple is no object to a program: with a NaN in it, it is not equal to itself. What it shares
                // with itself is walked again; its type says how much that is at most.
                if self.depth == Depth::Shallow || first == second || self.classes.join(env, first, second)? {
                    self.todo.push((first, second, 0));
                }
                Ok(true)
            }
            Shape::Enum { .. } => {
                if env.heap.variant(first)? != env.heap.variant(second)? {
                    return Ok(false);
                }
                // Nor is a variant; but of these there can be chains and shared parts without end.
                let is_new = if record_parts(env.heap, shapes, ty, first)?.refs.is_empty() {
                    true
                } else if first == second {
                    let is_new = self.walked.get(first).is_none();
                    self.walked.set(env, first, second)?;
                    is_new
                } else {
                    self.classes.join(env, first, second)?
                };
                if is_new {
                    self.todo.push((first, second, 0));
                }
                Ok(true)
            }
            // Any other object is equal to itself.
            _ if first == second => Ok(true),
            Shape::Str => texts_equal(env, first, second, unpaid),
            // The same object may have entered twice.
            Shape::Host => Ok(env.heap.host_object(first)? == env.heap.host_object(second)?),
            _ if self.depth == Depth::Shallow => Ok(false),
            Shape::Error => {
                let (a, b) = (env.heap.error(first)?, env.heap.error(second)?);
                let (kinds, messages) = ((a.kind, b.kind), (a.message, b.message));
                Ok(texts_equal(env, kinds.0, kinds.1, unpaid)?
                    && texts_equal(env, messages.0, messages.1, unpaid)?)
            }
            Shape::Array { element, width } => {
                let length = env.heap.elements(first)?.len();
                if length != env.heap.elements(second)?.len() {
                    return Ok(false);
                }
                if *width != Width::Ref {
                    env.work_on(unpaid, length)?;
                    let (a, b) = (env.heap.elements(first)?, env.heap.elements(second)?);
                    return Ok(word_arrays_equal(*element, &a, &b));
                }
                self.compare_later(env, first, second)
            }
            Shape::Map { .. } => {
                let same_length = env.heap.map(first)?.len() == env.heap.map(second)?.len();
                Ok(same_length && self.compare_later(env, first, second)?)
            }
            Shape::Record { .. } => self.compare_later(env, first, second),
            Shape::Closure { .. } => Ok(false),
            Shape::Scalar | Shape::Plain | Shape::Dynamic => {
                Err(Fault::broken("an object is of a type that has none"))
            }
        }
    }

    fn compare_later<H: Heap>(
        &mut self,
        env: &mut Env<'_, H>,
        first: Ref,
        second: Ref,
    ) -> Result<bool, Fault> {
        if self.classes.join(env, first, second)? {
            self.todo.push((first, second, 0));
        }
        Ok(true)
    }
}

/// How a pair of compound values goes on.
enum Next {
    Pair((TypeId, Slot, Slot)),
    End,
    Differs,
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
pub(super) fn equal<H: Heap>(ty: TypeId, shapes: &Shapes) -> Run<H> {
    if shapes.kind(ty) == Kind::Ref { equal_deep } else { equal_of_words }
}

/// `same` over `ty`.
pub(super) fn same<H: Heap>(ty: TypeId, shapes: &Shapes) -> Run<H> {
    if shapes.kind(ty) == Kind::Ref { equal_shallow } else { equal_of_words }
}
