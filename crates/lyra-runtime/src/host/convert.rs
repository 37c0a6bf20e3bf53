//! Values across the border, both ways: always by copy, always checked against the static type.
//!
//! Types that cross are nested 64 levels at most ([`HostType::of`](super::HostType::of)), and so is recursion here.

use super::value::{ArrayValue, ErrorValue, StructValue, Value, VariantValue};
use crate::content::{Content, content};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::{Elements, ElementsMut, ErrorObject, Heap};
use crate::shape::{Role, Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Trap, TypeId};

/// How deep values that cross may be nested: structures and what is in an `any` can be nested without end, and the
/// host converts and drops values by recursion.
const MOST_NESTED: usize = 64;

/// The value in a slot of type `ty`, copied out of the heap.
///
/// # Errors
/// `none_value` where a value that cannot be `none` was never given; `invalid_argument` for a procedure and for a value
/// nested deeper than 64 levels; `tampered` when the slot is not of that type.
pub fn to_value<H: Heap>(heap: &H, shapes: &Shapes, ty: TypeId, slot: Slot) -> Result<Value, Fault> {
    nested_value(heap, shapes, (ty, slot), MOST_NESTED)
}

fn nested_value<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    (ty, slot): (TypeId, Slot),
    depth: usize,
) -> Result<Value, Fault> {
    let Some(depth) = depth.checked_sub(1) else {
        let message = format!("a value nested deeper than {MOST_NESTED} levels cannot leave the machine");
        return Err(Fault::told(Trap::InvalidArgument, message));
    };
    let (ty, object) = match content(heap, shapes, ty, slot)? {
        Content::None if matches!(shapes.get(ty), Some(Shape::Dynamic)) => return Ok(Value::None),
        Content::None => return Err(Trap::NoneValue.into()),
        Content::Word(ty, word) => return Ok(word_value(shapes, ty, word)),
        Content::Variant(ty, variant) => return Ok(variant_value(shapes, ty, variant.into(), Vec::new())),
        Content::Object(ty, object) => (ty, object),
    };
    let parts = |types: &[TypeId]| -> Result<Vec<Value>, Fault> {
        let slots = heap.parts(object)?.iter().copied();
        types.iter().copied().zip(slots).map(|part| nested_value(heap, shapes, part, depth)).collect()
    };
    Ok(match shapes.get(ty) {
        Some(Shape::Str) => Value::Str(heap.text(object)?.text.to_owned()),
        Some(Shape::Error) => {
            let error = heap.error(object)?;
            Value::Error(ErrorValue {
                kind: heap.text(error.kind)?.text.to_owned(),
                message: heap.text(error.message)?.text.to_owned(),
            })
        }
        Some(&Shape::Array { element, .. }) => {
            Value::Array(to_array(heap, shapes, (element, object), depth)?)
        }
        Some(&Shape::Map { key, value, .. }) => {
            let entries = heap.map(object)?.iter().map(|(key_slot, value_slot)| {
                Ok((
                    nested_value(heap, shapes, (key, key_slot), depth)?,
                    nested_value(heap, shapes, (value, value_slot), depth)?,
                ))
            });
            Value::Map(entries.collect::<Result<_, Fault>>()?)
        }
        Some(Shape::Record { role: Role::Struct, parts: layout }) => {
            let names = shapes.types().fields(ty).unwrap_or(&[]).iter().map(|field| field.name.clone());
            let fields = names.zip(parts(&layout.types)?).collect();
            Value::Struct(StructValue { name: shapes.name(ty), fields })
        }
        Some(Shape::Record { parts: layout, .. }) => Value::Tuple(parts(&layout.types)?),
        Some(Shape::Enum { .. }) => {
            let variant = heap.variant(object)?;
            let types = shapes.payload(ty, variant).map_or(&[][..], |payload| &payload.types);
            variant_value(shapes, ty, variant.into(), parts(types)?)
        }
        Some(Shape::Closure { .. }) => {
            return Err(Fault::told(Trap::InvalidArgument, "a procedure cannot leave the machine"));
        }
        _ => return Err(Fault::broken("a value is of an unknown type")),
    })
}

fn word_value(shapes: &Shapes, ty: TypeId, word: u64) -> Value {
    match ty {
        TypeId::BOOL => Value::Bool(bool::from_word(word)),
        TypeId::U8 => Value::U8(u8::from_word(word)),
        TypeId::I32 => Value::I32(i32::from_word(word)),
        TypeId::I64 => Value::I64(i64::from_word(word)),
        TypeId::F64 => Value::F64(f64::from_word(word)),
        TypeId::CHAR => Value::Char(char::from_word(word)),
        _ => variant_value(shapes, ty, word, Vec::new()),
    }
}

fn variant_value(shapes: &Shapes, ty: TypeId, variant: u64, payload: Vec<Value>) -> Value {
    let variant = shapes.variant_name(ty, variant).unwrap_or("unknown variant").to_owned();
    Value::Variant(VariantValue { name: shapes.name(ty), variant, payload })
}

fn to_array<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    (element, array): (TypeId, Ref),
    depth: usize,
) -> Result<ArrayValue, Fault> {
    fn halves<T: Scalar>(list: &[u32]) -> Vec<T> {
        list.iter().map(|&bits| T::from_word(bits.into())).collect()
    }
    Ok(match (element, heap.elements(array)?) {
        (TypeId::BOOL, Elements::Bytes(list)) => {
            ArrayValue::Bool(list.iter().map(|&byte| byte != 0).collect())
        }
        (TypeId::U8, Elements::Bytes(list)) => ArrayValue::U8(list.to_vec()),
        (TypeId::I32, Elements::Halves(list)) => ArrayValue::I32(halves(list)),
        (TypeId::CHAR, Elements::Halves(list)) => ArrayValue::Char(halves(list)),
        (TypeId::I64, Elements::Words(list)) => {
            ArrayValue::I64(list.iter().map(|&bits| i64::from_word(bits)).collect())
        }
        (TypeId::F64, Elements::Words(list)) => {
            ArrayValue::F64(list.iter().map(|&bits| f64::from_word(bits)).collect())
        }
        (TypeId::STR, Elements::Refs(list)) => {
            let texts = list.iter().map(|text| Ok(heap.text(text.as_ref())?.text.to_owned()));
            ArrayValue::Str(texts.collect::<Result<_, Fault>>()?)
        }
        (_, Elements::Refs(list)) => {
            let values = list.iter().map(|&item| nested_value(heap, shapes, (element, item), depth));
            ArrayValue::Other(values.collect::<Result<_, _>>()?)
        }
        (_, Elements::Halves(list)) => {
            let values = list.iter().map(|&variant| word_value(shapes, element, variant.into()));
            ArrayValue::Other(values.collect())
        }
        _ => return Err(Fault::broken("an array holds elements of another width")),
    })
}

/// A slot of type `ty` that holds `value`, copied into the heap. A reference is rooted among `env.temps`.
///
/// # Errors
/// `type_mismatch` that names both types; `out_of_memory`.
pub fn from_value<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, value: &Value) -> Result<Slot, Fault> {
    let word = match (ty, value) {
        (TypeId::BOOL, Value::Bool(value)) => value.to_word(),
        (TypeId::U8, Value::U8(value)) => value.to_word(),
        (TypeId::I32, Value::I32(value)) => value.to_word(),
        (TypeId::I64, Value::I64(value)) => value.to_word(),
        (TypeId::F64, Value::F64(value)) => value.to_word(),
        (TypeId::CHAR, Value::Char(value)) => value.to_word(),
        _ => {
            let made = match (ty, value, env.shapes.get(ty)) {
                (TypeId::STR, Value::Str(text), _) => env.text_from(text)?,
                (TypeId::ERROR, Value::Error(error), _) => {
                    let kind = env.text_from(&error.kind)?;
                    env.temps.push(kind);
                    let message = env.text_from(&error.message)?;
                    env.temps.push(message);
                    env.new_error(ErrorObject {
                        trap: Trap::Thrown,
                        kind,
                        message,
                        trace: Box::default(),
                        omitted: 0,
                    })?
                }
                (_, Value::Array(array), Some(&Shape::Array { element, .. })) => {
                    from_array(env, ty, element, array)?
                }
                (_, Value::Tuple(values), Some(Shape::Record { role: Role::Tuple, parts }))
                    if parts.types.len() == values.len() =>
                {
                    let mut slots = Vec::with_capacity(values.len());
                    for (&ty, value) in parts.types.iter().zip(values) {
                        slots.push(from_value(env, ty, value)?);
                    }
                    env.new_record(ty, 0, &slots)?
                }
                _ => return Err(mismatch(env.shapes, ty, value)),
            };
            env.temps.push(made);
            return Ok(made.into());
        }
    };
    Ok(Slot::word(word))
}

fn from_array<H: Heap>(
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
    ) || matches!(array, ArrayValue::Other(_));
    if !fits {
        return Err(mismatch_name(env.shapes, ty, array.type_name()));
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
        (_, ArrayValue::Other(values)) => {
            let kept = env.temps.len();
            for (index, value) in values.iter().enumerate() {
                let slot = from_value(env, element, value)?;
                env.set_element(made, index, slot)?;
                // From here on the array keeps it alive.
                env.temps.truncate(kept);
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

fn mismatch(shapes: &Shapes, ty: TypeId, value: &Value) -> Fault {
    mismatch_name(shapes, ty, value.type_name())
}

fn mismatch_name(shapes: &Shapes, ty: TypeId, found: &str) -> Fault {
    Fault::told(Trap::TypeMismatch, format!("expected {}, found {found}", shapes.name(ty)))
}
