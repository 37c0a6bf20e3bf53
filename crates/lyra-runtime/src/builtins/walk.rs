//! What compound values are made of, for the walkers: a step at a time, so that depth costs no native stack.

use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Parts, Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;

/// A part of a compound value.
#[derive(Clone, Copy)]
pub(crate) struct Child {
    /// Its static type.
    pub(crate) ty: TypeId,
    pub(crate) slot: Slot,
    /// Where it is: for arrays and records the number of the part; for a map twice the entry's position, plus one
    /// for a value.
    pub(crate) index: usize,
}

/// The part at `index` of a compound value, or the next one that is there; `None` past the last.
pub(crate) fn child<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    object: Ref,
    index: usize,
) -> Result<Option<Child>, Fault> {
    let ty = heap.type_of(object)?;
    let made = |ty: TypeId, slot: Slot| Child { ty, slot, index };
    match shapes.get(ty) {
        Some(&Shape::Array { element, .. }) => {
            Ok(heap.elements(object)?.get(index).map(|slot| made(element, slot)))
        }
        Some(&Shape::Map { key, value, .. }) => {
            let map = heap.map(object)?;
            let is_value = !index.is_multiple_of(2);
            let position = if is_value { Some(index / 2) } else { map.next(index / 2) };
            let found = position.and_then(|position| Some((position, map.entry(position)?)));
            Ok(found.map(|(position, (key_slot, value_slot))| {
                if is_value {
                    Child { ty: value, slot: value_slot, index: position * 2 + 1 }
                } else {
                    Child { ty: key, slot: key_slot, index: position * 2 }
                }
            }))
        }
        _ => {
            let parts = record_parts(heap, shapes, ty, object)?;
            let slot = heap.parts(object)?.get(index).copied();
            Ok(parts.types.get(index).copied().zip(slot).map(|(ty, slot)| made(ty, slot)))
        }
    }
}

/// What a record or variant with a payload is made of.
pub(super) fn record_parts<'s, H: Heap>(
    heap: &H,
    shapes: &'s Shapes,
    ty: TypeId,
    object: Ref,
) -> Result<&'s Parts, Fault> {
    let broken = || Fault::broken("a compound value has no parts");
    match shapes.get(ty).ok_or_else(broken)? {
        Shape::Record { parts, .. } => Ok(parts),
        Shape::Enum { variants } => variants.get(usize::from(heap.variant(object)?)).ok_or_else(broken),
        _ => Err(broken()),
    }
}

/// The shape of an object of type `ty`.
pub(super) fn shape_of(shapes: &Shapes, ty: TypeId) -> Result<&Shape, Fault> {
    shapes.get(ty).ok_or_else(|| Fault::broken("a value is of an unknown type"))
}
