//! What compound values are made of, for the walkers: a step at a time, so that depth costs no native stack.

use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;

/// Element or part `index` of an array or tuple with its type; `None` past the last.
pub(super) fn child<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    object: Ref,
    index: usize,
) -> Result<Option<(TypeId, Slot)>, Fault> {
    match shapes.get(heap.type_of(object)?) {
        Some(Shape::Array { element, .. }) => {
            Ok(heap.elements(object)?.get(index).map(|slot| (*element, slot)))
        }
        Some(Shape::Tuple { parts, .. }) => {
            Ok(parts.get(index).copied().zip(heap.parts(object)?.get(index).copied()))
        }
        _ => Err(Fault::broken("a compound value has no parts")),
    }
}

/// The shape of what a slot of static type `ty` holds: that of the object itself, where it is one.
pub(super) fn shape_of<'s, H: Heap>(
    heap: &H,
    shapes: &'s Shapes,
    ty: TypeId,
    slot: Slot,
) -> Result<&'s Shape, Fault> {
    let unknown = || Fault::broken("a value is of an unknown type");
    match shapes.get(ty).ok_or_else(unknown)? {
        Shape::Scalar => Ok(&Shape::Scalar),
        _ => shapes.get(heap.type_of(slot.as_ref())?).ok_or_else(unknown),
    }
}
