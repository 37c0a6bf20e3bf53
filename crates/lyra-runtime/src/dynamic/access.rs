//! Indexes and fields of an `any`.

use super::{downcast, dynamic, dynamic_name, mismatch};
use crate::builtins::keys;
use crate::content::{Content, content};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Role, Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Kind, Trap, TypeId};

/// What `x[i]` is for a type of `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexRule {
    /// An element of an array of that type.
    Array(TypeId),
    /// A character.
    Text,
    /// The value of a key, or `none`.
    Map {
        /// Type of the keys.
        key: TypeId,
        /// Type of the values.
        value: TypeId,
    },
}

/// What `x[i]` is for values of type `ty`; `None` stands for `none`.
///
/// # Errors
/// `type_mismatch` when it is nothing.
pub fn resolve_index(ty: Option<TypeId>, shapes: &Shapes) -> Result<IndexRule, Fault> {
    match ty.and_then(|ty| shapes.get(ty)) {
        Some(&Shape::Array { element, .. }) => Ok(IndexRule::Array(element)),
        Some(Shape::Str) => Ok(IndexRule::Text),
        Some(&Shape::Map { key, value, .. }) => Ok(IndexRule::Map { key, value }),
        _ => {
            let name = ty.map_or_else(|| "none".to_owned(), |ty| shapes.name(ty));
            Err(mismatch(format!("{name} has no index")))
        }
    }
}

/// An index: any integer.
fn integer<H: Heap>(env: &Env<'_, H>, slot: Slot) -> Result<i64, Fault> {
    match dynamic(env.heap, env.shapes, slot)? {
        Content::Word(TypeId::U8, word) => Ok(u8::from_word(word).into()),
        Content::Word(TypeId::I32, word) => Ok(i32::from_word(word).into()),
        Content::Word(TypeId::I64, word) => Ok(i64::from_word(word)),
        other => {
            Err(mismatch(format!("expected an index, found {}", dynamic_name(env.heap, env.shapes, other))))
        }
    }
}

fn place(index: i64, length: usize) -> Result<usize, Fault> {
    let place = usize::try_from(index).ok().filter(|&place| place < length);
    place.ok_or_else(|| Fault::index(index, length))
}

/// A value of static type `ty` as an `any`.
fn upcast<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, slot: Slot) -> Result<Slot, Fault> {
    match env.shapes.kind(ty) {
        Kind::Word => env.upcast(ty, slot),
        Kind::Ref => Ok(slot),
    }
}

/// `x[i]`
///
/// # Errors
/// `index_out_of_bounds`; `type_mismatch` when the index is of another type.
pub fn get_index<H: Heap>(
    env: &mut Env<'_, H>,
    rule: IndexRule,
    (value, index): (Slot, Slot),
) -> Result<Slot, Fault> {
    let object = value.as_ref();
    match rule {
        IndexRule::Array(element) => {
            let (index, elements) = (integer(env, index)?, env.heap.elements(object)?);
            let found = elements.get(place(index, elements.len())?).unwrap_or_default();
            upcast(env, element, found)
        }
        IndexRule::Text => {
            let index = place(integer(env, index)?, env.heap.text(object)?.chars)?;
            let offset = env.heap.byte_offset(object, index)?;
            let found = env.heap.text(object)?.text.get(offset..).and_then(|rest| rest.chars().next());
            let found = found.ok_or_else(|| Fault::broken("a text has fewer characters than it says"))?;
            env.upcast(TypeId::CHAR, Slot::word(found.to_word()))
        }
        IndexRule::Map { key, value } => {
            let index = downcast(env.heap, env.shapes, key, index)?;
            let (_, found) = keys::find(env, object, index)?;
            match found.and_then(|at| env.heap.map(object).ok()?.entry(at)) {
                Some((_, found)) => upcast(env, value, found),
                None => Ok(Slot::ZERO),
            }
        }
    }
}

/// `x[i] = v`
///
/// # Errors
/// `index_out_of_bounds`; `type_mismatch` when index or value are of other types, and for texts.
pub fn set_index<H: Heap>(
    env: &mut Env<'_, H>,
    rule: IndexRule,
    (value, index, new): (Slot, Slot, Slot),
) -> Result<(), Fault> {
    let object = value.as_ref();
    match rule {
        IndexRule::Array(element) => {
            let index = place(integer(env, index)?, env.heap.elements(object)?.len())?;
            let new = downcast(env.heap, env.shapes, element, new)?;
            env.set_element(object, index, new)
        }
        IndexRule::Text => Err(mismatch("the characters of a str do not change".to_owned())),
        IndexRule::Map { key, value } => {
            let (index, new) =
                (downcast(env.heap, env.shapes, key, index)?, downcast(env.heap, env.shapes, value, new)?);
            keys::set(env, object, index, new)
        }
    }
}

/// What `x.name` is for a type of `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldRule {
    /// A part of a structure or tuple.
    Part {
        /// Which one.
        index: u8,
        /// Its type.
        ty: TypeId,
        /// Whether it may be set.
        can_change: bool,
    },
    /// `kind` of an error.
    ErrorKind,
    /// `message` of an error.
    ErrorMessage,
    /// `trace` of an error, which only the machine can write out.
    ErrorTrace,
}

/// What `x.name` is for values of type `ty`; `None` stands for `none`.
///
/// # Errors
/// `type_mismatch` when it is nothing.
pub fn resolve_field(ty: Option<TypeId>, name: &str, shapes: &Shapes) -> Result<FieldRule, Fault> {
    ty.and_then(|ty| field_rule(ty, name, shapes)).ok_or_else(|| {
        let owner = ty.map_or_else(|| "none".to_owned(), |ty| shapes.name(ty));
        mismatch(format!("{owner} has no field `{}`", name.escape_debug()))
    })
}

fn field_rule(ty: TypeId, name: &str, shapes: &Shapes) -> Option<FieldRule> {
    let index = match shapes.get(ty)? {
        Shape::Error if name == "kind" => return Some(FieldRule::ErrorKind),
        Shape::Error if name == "message" => return Some(FieldRule::ErrorMessage),
        Shape::Error if name == "trace" => return Some(FieldRule::ErrorTrace),
        Shape::Record { role: Role::Struct, .. } => {
            shapes.types().fields(ty)?.iter().position(|field| field.name == name)?
        }
        Shape::Record { role: Role::Tuple, .. } => name.parse().ok()?,
        _ => return None,
    };
    let Shape::Record { role, parts } = shapes.get(ty)? else { return None };
    let part = *parts.types.get(index)?;
    Some(FieldRule::Part { index: u8::try_from(index).ok()?, ty: part, can_change: *role == Role::Struct })
}

/// `x.name`
///
/// # Errors
/// `out_of_memory`.
pub fn get_field<H: Heap>(env: &mut Env<'_, H>, rule: FieldRule, object: Ref) -> Result<Slot, Fault> {
    match rule {
        FieldRule::Part { index, ty, .. } => {
            let part = env.heap.parts(object)?.get(usize::from(index)).copied();
            let part = part.ok_or_else(|| Fault::broken("a record has too few parts"))?;
            upcast(env, ty, part)
        }
        FieldRule::ErrorKind => Ok(env.heap.error(object)?.kind.into()),
        FieldRule::ErrorMessage => Ok(env.heap.error(object)?.message.into()),
        FieldRule::ErrorTrace => Err(Fault::broken("a trace is written out by the machine")),
    }
}

/// `x.name = v`
///
/// # Errors
/// `type_mismatch` when the value is of another type, or what it is a part of does not change.
pub fn set_field<H: Heap>(
    env: &mut Env<'_, H>,
    rule: FieldRule,
    object: Ref,
    new: Slot,
) -> Result<(), Fault> {
    match rule {
        FieldRule::Part { index, ty, can_change: true } => {
            let new = downcast(env.heap, env.shapes, ty, new)?;
            env.heap.set_part(object, index.into(), new)
        }
        _ => {
            let owner = content(env.heap, env.shapes, TypeId::ANY, object.into())?;
            let message = format!("the parts of {} do not change", dynamic_name(env.heap, env.shapes, owner));
            Err(Fault::told(Trap::TypeMismatch, message))
        }
    }
}
