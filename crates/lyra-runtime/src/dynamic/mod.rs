//! What programs do with an `any`: operators, indexes and fields whose meaning shows only at run time.
//!
//! Each comes in two steps. *Resolving* finds by the types of the operands what is to be done, or that it cannot
//! be done (`type_mismatch`, with the types named); the machine keeps what was found in its inline caches. *Doing*
//! it then looks at the values.

mod access;
mod operators;

pub use access::{
    FieldRule, IndexRule, get_field, get_index, resolve_field, resolve_index, set_field, set_index,
};
pub use operators::{OperatorRule, apply_binary, apply_unary, resolve_binary, resolve_unary};

use crate::content::{Content, content, word_of};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{HOST_OBJECT, Shapes};
use crate::slot::Slot;
use lyra_bytecode::{Kind, Trap, TypeId};

/// What a slot of `any` or of an interface holds.
///
/// # Errors
/// As [`content`].
pub fn dynamic<H: Heap>(heap: &H, shapes: &Shapes, slot: Slot) -> Result<Content, Fault> {
    content(heap, shapes, TypeId::ANY, slot)
}

/// The type of a value as `typeof` names it.
#[must_use]
pub fn dynamic_name<H: Heap>(heap: &H, shapes: &Shapes, value: Content) -> String {
    match value {
        Content::None => "none".to_owned(),
        Content::Object(HOST_OBJECT, object) => heap
            .host_object(object)
            .map_or_else(|_| shapes.name(HOST_OBJECT), |object| object.name().to_owned()),
        Content::Word(ty, _) | Content::Variant(ty, _) | Content::Object(ty, _) => shapes.name(ty),
    }
}

fn mismatch(message: String) -> Fault {
    Fault::told(Trap::TypeMismatch, message)
}

/// The value in a slot of `any` or of an interface as one of static type `ty`: a word for a word type.
///
/// # Errors
/// `type_mismatch` when it is of another type.
pub fn downcast<H: Heap>(heap: &H, shapes: &Shapes, ty: TypeId, slot: Slot) -> Result<Slot, Fault> {
    let value = dynamic(heap, shapes, slot)?;
    if !shapes.fits(ty, value.ty()) {
        let (expected, found) = (shapes.name(ty), dynamic_name(heap, shapes, value));
        return Err(mismatch(format!("expected {expected}, found {found}")));
    }
    match shapes.kind(ty) {
        Kind::Word => word_of(heap, slot),
        Kind::Ref => Ok(slot),
    }
}
