//! Values into the machine: always by copy, always checked against the static type. What enters as `any` gets the
//! type that the value shows: a map is `{str: any}`, a list of values of different types `[any]`, a structure or
//! variant the program's type of that name.

use super::to_host::MOST_NESTED;
use super::value::{ArrayValue, ErrorValue, StructValue, Value, VariantValue};
use crate::builtins::keys;
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::{ElementsMut, ErrorObject, Heap};
use crate::shape::{HOST_OBJECT, Parts, Role, Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Kind, Trap, Type, TypeId};

/// A slot of type `ty` that holds `value`, copied into the heap. A reference is rooted among `env.temps`.
///
/// # Errors
/// `type_mismatch` that names both types; `invalid_argument` for a value nested deeper than 64 levels; `out_of_memory`.
pub fn from_value<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, value: &Value) -> Result<Slot, Fault> {
    enter(env, ty, value, MOST_NESTED)
}

fn mismatch(shapes: &Shapes, ty: TypeId, found: &str) -> Fault {
    Fault::told(Trap::TypeMismatch, format!("expected {}, found {found}", shapes.name(ty)))
}

/// Recurses by nesting, at most [`MOST_NESTED`] deep; it and what it goes through are written for small frames: what
/// needs more room is in functions that have returned by then.
fn enter<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, value: &Value, depth: usize) -> Result<Slot, Fault> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Fault::told(Trap::InvalidArgument, "a value is nested deeper than 64 levels"));
    };
    if env.shapes.kind(ty) == Kind::Word {
        return word(env.shapes, ty, value);
    }
    let shapes = env.shapes;
    let made = match (shapes.get(ty), value) {
        (Some(Shape::Dynamic), _) => return enter_dynamic(env, ty, value, depth),
        (Some(Shape::Str), Value::Str(text)) => env.text_from(text)?,
        (Some(Shape::Error), Value::Error(error)) => enter_error(env, error)?,
        (Some(Shape::Host), Value::Host(object)) => env.new_host_object(object.clone())?,
        (Some(&Shape::Array { element, .. }), Value::Array(array)) => {
            enter_array(env, ty, element, array, depth)?
        }
        (Some(&Shape::Map { key, value, .. }), Value::Map(entries)) => {
            return enter_map(env, ty, (key, value), entries, depth);
        }
        (Some(Shape::Record { role: Role::Tuple, parts }), Value::Tuple(values)) => {
            enter_parts(env, (ty, 0, parts), values.iter(), "another tuple", depth)?
        }
        (Some(Shape::Record { role: Role::Struct, parts }), Value::Struct(value)) => {
            fits_struct(shapes, ty, value)?;
            enter_parts(env, (ty, 0, parts), value.fields.iter().map(|(_, part)| part), &value.name, depth)?
        }
        (Some(Shape::Enum { variants }), Value::Variant(value)) => {
            let variant = variant(shapes, ty, value)?;
            let parts = variants.get(usize::from(variant)).filter(|parts| !parts.types.is_empty());
            let Some(parts) = parts else {
                return variant_alone(shapes, ty, variant, value);
            };
            enter_parts(env, (ty, variant, parts), value.payload.iter(), &value.name, depth)?
        }
        _ => return Err(mismatch(shapes, ty, value.type_name())),
    };
    env.temps.push(made);
    Ok(made.into())
}

fn enter_map<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    (key_type, value_type): (TypeId, TypeId),
    entries: &[(Value, Value)],
    depth: usize,
) -> Result<Slot, Fault> {
    let map = env.new_map(ty, entries.len())?;
    env.temps.push(map);
    let kept = env.temps.len();
    for (key, value) in entries {
        let key = enter(env, key_type, key, depth)?;
        let value = enter(env, value_type, value, depth)?;
        keys::set(env, map, key, value)?;
        // From here on the map keeps them alive.
        env.temps.truncate(kept);
    }
    Ok(map.into())
}

/// Whether `value` is of the structure `ty`.
fn fits_struct(shapes: &Shapes, ty: TypeId, value: &StructValue) -> Result<(), Fault> {
    let fields = shapes.types().fields(ty).unwrap_or(&[]);
    let same = fields.iter().map(|field| &field.name).eq(value.fields.iter().map(|(name, _)| name));
    if value.name != shapes.name(ty) || !same {
        return Err(mismatch(shapes, ty, &shown_struct(value)));
    }
    Ok(())
}

/// A variant that has no payload.
fn variant_alone(shapes: &Shapes, ty: TypeId, variant: u16, value: &VariantValue) -> Result<Slot, Fault> {
    let slot = crate::immediate::encode_variant(ty, variant).filter(|_| value.payload.is_empty());
    slot.ok_or_else(|| mismatch(shapes, ty, &format!("{}.{} with a payload", value.name, value.variant)))
}

/// A word of type `ty`.
fn word(shapes: &Shapes, ty: TypeId, value: &Value) -> Result<Slot, Fault> {
    Ok(Slot::word(match (ty, value) {
        (TypeId::BOOL, Value::Bool(value)) => value.to_word(),
        (TypeId::U8, Value::U8(value)) => value.to_word(),
        (TypeId::I32, Value::I32(value)) => value.to_word(),
        (TypeId::I64, Value::I64(value)) => value.to_word(),
        (TypeId::F64, Value::F64(value)) => value.to_word(),
        (TypeId::CHAR, Value::Char(value)) => value.to_word(),
        (_, Value::Variant(value)) if matches!(shapes.get(ty), Some(Shape::Plain)) => {
            variant(shapes, ty, value)?.into()
        }
        _ => return Err(mismatch(shapes, ty, value.type_name())),
    }))
}

/// An optional, or an `any`.
fn enter_dynamic<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    value: &Value,
    depth: usize,
) -> Result<Slot, Fault> {
    let Some(inner) = inner_type(env.shapes, ty, value)? else {
        return Ok(Slot::ZERO);
    };
    let slot = enter(env, inner, value, depth)?;
    if env.shapes.kind(inner) == Kind::Ref {
        return Ok(slot);
    }
    let slot = env.upcast(inner, slot)?;
    env.temps.push(slot.as_ref());
    Ok(slot)
}

/// As what `value` enters the optional or `any` of type `ty`; `None` for `none`.
fn inner_type(shapes: &Shapes, ty: TypeId, value: &Value) -> Result<Option<TypeId>, Fault> {
    match (shapes.types().get(ty), value) {
        (Some(Type::Optional(_) | Type::Any), Value::None) => Ok(None),
        (Some(&Type::Optional(inner)), _) => Ok(Some(inner)),
        (Some(Type::Any), _) => match own_type(shapes, value) {
            None => {
                let message = format!("the program has no type for {}", value.type_name());
                Err(Fault::told(Trap::TypeMismatch, message))
            }
            some => Ok(some),
        },
        _ => Err(mismatch(shapes, ty, value.type_name())),
    }
}

/// The type that a value has by itself, if the program has it.
fn own_type(shapes: &Shapes, value: &Value) -> Option<TypeId> {
    let named = |name: &str, wants_struct: bool| {
        let mut types = shapes.types().iter();
        let found = types.find(|(id, ty)| match ty {
            Type::Struct(_) => wants_struct && shapes.name(*id) == name,
            Type::Enum(_) | Type::PlainEnum(_) => !wants_struct && shapes.name(*id) == name,
            _ => false,
        });
        found.map(|(id, _)| id)
    };
    match value {
        Value::Bool(_) => Some(TypeId::BOOL),
        Value::U8(_) => Some(TypeId::U8),
        Value::I32(_) => Some(TypeId::I32),
        Value::I64(_) => Some(TypeId::I64),
        Value::F64(_) => Some(TypeId::F64),
        Value::Char(_) => Some(TypeId::CHAR),
        Value::Str(_) => Some(TypeId::STR),
        Value::Error(_) => Some(TypeId::ERROR),
        Value::None => Some(TypeId::ANY),
        Value::Host(_) => Some(HOST_OBJECT),
        Value::Array(array) => shapes.array_of(match array {
            ArrayValue::Bool(_) => TypeId::BOOL,
            ArrayValue::U8(_) => TypeId::U8,
            ArrayValue::I32(_) => TypeId::I32,
            ArrayValue::I64(_) => TypeId::I64,
            ArrayValue::F64(_) => TypeId::F64,
            ArrayValue::Char(_) => TypeId::CHAR,
            ArrayValue::Str(_) => TypeId::STR,
            ArrayValue::Other(_) => TypeId::ANY,
        }),
        Value::Map(_) => shapes.types().find(&Type::Map { key: TypeId::STR, value: TypeId::ANY }),
        Value::Struct(value) => named(&value.name, true),
        Value::Variant(value) => named(&value.name, false),
        // Nothing tells which tuple of the program it is.
        Value::Tuple(_) => None,
    }
}

fn enter_error<H: Heap>(env: &mut Env<'_, H>, error: &ErrorValue) -> Result<Ref, Fault> {
    let kind = env.text_from(&error.kind)?;
    env.temps.push(kind);
    let message = env.text_from(&error.message)?;
    env.temps.push(message);
    env.new_error(ErrorObject { trap: Trap::Thrown, kind, message, trace: Box::default(), omitted: 0 })
}

/// A record or variant of these parts.
fn enter_parts<'v, H: Heap>(
    env: &mut Env<'_, H>,
    (ty, variant, parts): (TypeId, u16, &Parts),
    values: impl ExactSizeIterator<Item = &'v Value>,
    name: &str,
    depth: usize,
) -> Result<Ref, Fault> {
    if values.len() != parts.types.len() {
        return Err(other_length(env.shapes, ty, name, values.len()));
    }
    let mut slots = Vec::with_capacity(parts.types.len());
    for (&ty, value) in parts.types.iter().zip(values) {
        slots.push(enter(env, ty, value, depth)?);
    }
    env.new_record(ty, variant, &slots)
}

fn other_length(shapes: &Shapes, ty: TypeId, name: &str, parts: usize) -> Fault {
    mismatch(shapes, ty, &format!("{name} with {parts} parts"))
}

/// The number of a variant of `ty`.
fn variant(shapes: &Shapes, ty: TypeId, value: &VariantValue) -> Result<u16, Fault> {
    let variants = shapes.types().variants(ty).filter(|_| value.name == shapes.name(ty)).unwrap_or(&[]);
    let number = variants.iter().position(|variant| variant.name == value.variant);
    number
        .and_then(|number| u16::try_from(number).ok())
        .ok_or_else(|| mismatch(shapes, ty, &format!("{}.{}", value.name, value.variant)))
}

fn shown_struct(value: &StructValue) -> String {
    let names: Vec<&str> = value.fields.iter().map(|(name, _)| name.as_str()).collect();
    format!("{}({})", value.name, names.join(", "))
}

fn enter_array<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    element: TypeId,
    array: &ArrayValue,
    depth: usize,
) -> Result<Ref, Fault> {
    let ArrayValue::Other(values) = array else {
        return enter_unboxed(env, ty, element, array);
    };
    let made = env.new_array(ty, values.len())?;
    env.temps.push(made);
    let kept = env.temps.len();
    for (index, value) in values.iter().enumerate() {
        let slot = enter(env, element, value, depth)?;
        env.set_element(made, index, slot)?;
        // From here on the array keeps it alive.
        env.temps.truncate(kept);
    }
    env.temps.pop();
    Ok(made)
}

/// An array of words or texts.
fn enter_unboxed<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    element: TypeId,
    array: &ArrayValue,
) -> Result<Ref, Fault> {
    let fits = matches!(
        (element, array),
        (TypeId::BOOL, ArrayValue::Bool(_))
            | (TypeId::U8, ArrayValue::U8(_))
            | (TypeId::I32, ArrayValue::I32(_))
            | (TypeId::I64, ArrayValue::I64(_))
            | (TypeId::F64, ArrayValue::F64(_))
            | (TypeId::CHAR, ArrayValue::Char(_))
            | (TypeId::STR, ArrayValue::Str(_))
    );
    if !fits {
        return Err(mismatch(env.shapes, ty, array.type_name()));
    }
    let made = env.new_array(ty, array.len())?;
    env.temps.push(made);
    match (env.heap.elements_mut(made)?, array) {
        (ElementsMut::Bytes(list), ArrayValue::Bool(values)) => fill(list, values, |&value| value.into()),
        (ElementsMut::Bytes(list), ArrayValue::U8(values)) => fill(list, values, |&value| value),
        (ElementsMut::Halves(list), ArrayValue::I32(values)) => {
            fill(list, values, |&value| value.cast_unsigned())
        }
        (ElementsMut::Halves(list), ArrayValue::Char(values)) => fill(list, values, |&value| value.into()),
        (ElementsMut::Words(list), ArrayValue::I64(values)) => fill(list, values, |&value| value.to_word()),
        (ElementsMut::Words(list), ArrayValue::F64(values)) => fill(list, values, |&value| value.to_word()),
        (_, ArrayValue::Str(values)) => {
            for (index, text) in values.iter().enumerate() {
                let text = env.text_from(text)?;
                env.set_element(made, index, text.into())?;
            }
        }
        _ => return Err(Fault::broken("an array holds elements of another width")),
    }
    env.temps.pop();
    Ok(made)
}

fn fill<T, V>(list: &mut [T], values: &[V], word: impl Fn(&V) -> T) {
    for (place, value) in list.iter_mut().zip(values) {
        *place = word(value);
    }
}
