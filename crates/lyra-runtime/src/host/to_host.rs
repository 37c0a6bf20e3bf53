//! Values out of the machine: always by copy.
//!
//! Structures and what is in an `any` can be nested without end, and what a program shares is copied once for each
//! way to it, so a few objects can be a value of any size: copies are cut off at 64 levels, and where they would
//! take several times the memory of all objects.

use super::value::{ArrayValue, ErrorValue, StructValue, Value, VariantValue};
use crate::content::{Content, content};
use crate::cost;
use crate::fault::Fault;
use crate::heap::{Elements, Heap};
use crate::shape::{Role, Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Trap, TypeId};

/// How deep values that cross may be nested: the host converts and drops them by recursion.
pub(super) const MOST_NESTED: usize = 64;

/// How many times as large as all objects a copy may be, besides [`ALWAYS`] bytes.
const TIMES: u64 = 4;

/// Bytes that a copy may have in any case.
const ALWAYS: u64 = 1 << 20;

/// The value in a slot of type `ty`, copied out of the heap.
///
/// # Errors
/// `none_value` where a value that cannot be `none` was never given; `invalid_argument` for a procedure, for a value
/// nested deeper than 64 levels, and for one that is several times larger as a copy than all objects are;
/// `tampered` when the slot is not of that type.
pub fn to_value<H: Heap>(heap: &H, shapes: &Shapes, ty: TypeId, slot: Slot) -> Result<Value, Fault> {
    let left = heap.statistics().live_bytes.saturating_mul(TIMES).saturating_add(ALWAYS);
    Copier { heap, shapes, left }.value(ty, slot, MOST_NESTED)
}

fn cannot_leave(what: &str) -> Fault {
    Fault::told(Trap::InvalidArgument, format!("{what} cannot leave the machine"))
}

/// A copy on its way.
struct Copier<'h, H> {
    heap: &'h H,
    shapes: &'h Shapes,
    /// Bytes that it may still take.
    left: u64,
}

impl<H: Heap> Copier<'_, H> {
    fn take(&mut self, bytes: usize) -> Result<(), Fault> {
        let left = self.left.checked_sub(cost::OBJECT.saturating_add(bytes as u64));
        self.left =
            left.ok_or_else(|| cannot_leave("a value that is so much larger when nothing is shared"))?;
        Ok(())
    }

    fn text(&mut self, text: Ref) -> Result<String, Fault> {
        let text = self.heap.text(text)?.text;
        self.take(text.len())?;
        Ok(text.to_owned())
    }

    /// Recurses by nesting, at most [`MOST_NESTED`] deep; with [`Self::map`], [`Self::parts`] and [`Self::others`] it
    /// is written for a small frame: what needs more room is in functions that have returned by then.
    fn value(&mut self, ty: TypeId, slot: Slot, depth: usize) -> Result<Value, Fault> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(cannot_leave("a value nested deeper than 64 levels"));
        };
        let shapes = self.shapes;
        let (ty, object) = match content(self.heap, shapes, ty, slot)? {
            Content::Object(ty, object) => (ty, object),
            Content::Word(ty, word) => return Ok(word_value(shapes, ty, word)),
            Content::Variant(ty, variant) => {
                return Ok(variant_value(shapes, ty, variant.into(), Vec::new()));
            }
            Content::None if matches!(shapes.get(ty), Some(Shape::Dynamic)) => return Ok(Value::None),
            Content::None => return Err(Trap::NoneValue.into()),
        };
        match shapes.get(ty) {
            Some(&Shape::Array { element, .. }) => self.array(element, object, depth),
            Some(&Shape::Map { key, value, .. }) => self.map((key, value), object, depth),
            Some(Shape::Record { parts, .. }) => {
                let values = self.parts(&parts.types, object, depth)?;
                Ok(self.record(ty, values))
            }
            Some(Shape::Enum { .. }) => {
                let variant = self.heap.variant(object)?;
                let types = shapes.payload(ty, variant).map_or(&[][..], |payload| &payload.types);
                let values = self.parts(types, object, depth)?;
                Ok(variant_value(shapes, ty, variant.into(), values))
            }
            _ => self.leaf(ty, object),
        }
    }

    /// An object that holds no others.
    fn leaf(&mut self, ty: TypeId, object: Ref) -> Result<Value, Fault> {
        match self.shapes.get(ty) {
            Some(Shape::Str) => Ok(Value::Str(self.text(object)?)),
            Some(Shape::Error) => {
                let error = self.heap.error(object)?;
                Ok(Value::Error(ErrorValue {
                    kind: self.text(error.kind)?,
                    message: self.text(error.message)?,
                }))
            }
            Some(Shape::Host) => Ok(Value::Host(self.heap.host_object(object)?.clone())),
            Some(Shape::Closure { .. }) => Err(cannot_leave("a procedure")),
            _ => Err(Fault::broken("a value is of an unknown type")),
        }
    }

    /// A structure or tuple of these parts.
    fn record(&self, ty: TypeId, values: Vec<Value>) -> Value {
        match self.shapes.get(ty) {
            Some(Shape::Record { role: Role::Struct, .. }) => {
                let types = self.shapes.types();
                let names = types.fields(ty).unwrap_or(&[]).iter().map(|field| field.name.clone());
                let fields = names.zip(values).collect();
                Value::Struct(StructValue { name: self.shapes.name(ty), fields })
            }
            _ => Value::Tuple(values),
        }
    }

    fn map(&mut self, (key, value): (TypeId, TypeId), map: Ref, depth: usize) -> Result<Value, Fault> {
        let map = self.heap.map(map)?;
        self.take(map.len().saturating_mul(16))?;
        let mut entries = Vec::with_capacity(map.len());
        for (key_slot, value_slot) in map.iter() {
            let key = self.value(key, key_slot, depth)?;
            entries.push((key, self.value(value, value_slot, depth)?));
        }
        Ok(Value::Map(entries))
    }

    fn parts(&mut self, types: &[TypeId], record: Ref, depth: usize) -> Result<Vec<Value>, Fault> {
        let slots = self.heap.parts(record)?;
        self.take(slots.len().saturating_mul(8))?;
        let mut values = Vec::with_capacity(slots.len());
        for (&ty, &slot) in types.iter().zip(slots) {
            values.push(self.value(ty, slot, depth)?);
        }
        Ok(values)
    }

    fn array(&mut self, element: TypeId, array: Ref, depth: usize) -> Result<Value, Fault> {
        let elements = self.heap.elements(array)?;
        self.take(elements.len().saturating_mul(usize::try_from(elements.width().bytes()).unwrap_or(8)))?;
        match elements {
            Elements::Refs(list) if element != TypeId::STR => self.others(element, list, depth),
            _ => self.unboxed(element, elements),
        }
    }

    /// An array of references to other than texts.
    fn others(&mut self, element: TypeId, list: &[Slot], depth: usize) -> Result<Value, Fault> {
        let mut values = Vec::with_capacity(list.len());
        for &item in list {
            values.push(self.value(element, item, depth)?);
        }
        Ok(Value::Array(ArrayValue::Other(values)))
    }

    /// An array of words or texts.
    fn unboxed(&mut self, element: TypeId, elements: Elements<'_>) -> Result<Value, Fault> {
        fn halves<T: Scalar>(list: &[u32]) -> Vec<T> {
            list.iter().map(|&bits| T::from_word(bits.into())).collect()
        }
        Ok(Value::Array(match (element, elements) {
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
                let texts = list.iter().map(|text| self.text(text.as_ref()));
                ArrayValue::Str(texts.collect::<Result<_, Fault>>()?)
            }
            // Plain enumerations.
            (_, Elements::Halves(list)) => {
                let values = list.iter().map(|&variant| word_value(self.shapes, element, variant.into()));
                ArrayValue::Other(values.collect())
            }
            _ => return Err(Fault::broken("an array holds elements of another width")),
        }))
    }
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
