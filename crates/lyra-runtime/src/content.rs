//! What a slot holds, with its type as it is at run time.
//!
//! Under a static type that says everything this is the type and the bits; under `any`, an optional or an
//! interface the slot says what it is. Everything that goes through values of any type goes through here.

use crate::fault::Fault;
use crate::heap::Heap;
use crate::immediate::{self, Immediate};
use crate::shape::{Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// `none`, or a variable that was never set.
    None,
    /// A word of a basic type or of a plain enumeration.
    Word(TypeId, u64),
    /// A variant without payload of an enumeration whose other variants have some.
    Variant(TypeId, u16),
    /// An object.
    Object(TypeId, Ref),
}

impl Content {
    /// Its type; `None` for `none`, which has none.
    #[must_use]
    pub const fn ty(self) -> Option<TypeId> {
        match self {
            Self::None => None,
            Self::Word(ty, _) | Self::Variant(ty, _) | Self::Object(ty, _) => Some(ty),
        }
    }
}

/// What a slot of static type `ty` holds.
///
/// # Errors
/// `tampered` when the slot refers to a dead object or has bits that mean nothing.
pub fn content<H: Heap>(heap: &H, shapes: &Shapes, ty: TypeId, slot: Slot) -> Result<Content, Fault> {
    if matches!(shapes.get(ty), Some(Shape::Scalar | Shape::Plain)) {
        return Ok(Content::Word(ty, slot.as_word()));
    }
    if slot.is_none() {
        return Ok(Content::None);
    }
    match immediate::decode(slot) {
        Some(Immediate::Word(ty, word)) => Ok(Content::Word(ty, word)),
        Some(Immediate::Variant(ty, variant)) => match shapes.get(ty) {
            Some(Shape::Plain) => Ok(Content::Word(ty, variant.into())),
            Some(Shape::Enum { .. }) => Ok(Content::Variant(ty, variant)),
            _ => Err(Fault::broken("a variant is of no enumeration")),
        },
        None => {
            let object = slot.as_ref();
            match heap.type_of(object)? {
                TypeId::I64 => heap.boxed(object).map(|word| Content::Word(TypeId::I64, word)),
                ty => Ok(Content::Object(ty, object)),
            }
        }
    }
}

/// The word in a slot of the reference stack.
///
/// # Errors
/// `tampered` when there is none.
pub fn word_of<H: Heap>(heap: &H, slot: Slot) -> Result<Slot, Fault> {
    Ok(Slot::word(match immediate::decode(slot) {
        Some(Immediate::Word(_, word)) => word,
        Some(Immediate::Variant(_, variant)) => variant.into(),
        None => heap.boxed(slot.as_ref())?,
    }))
}

/// The slot of the reference stack for a word of type `ty`; `None` when it needs a box.
pub(crate) fn encode_word(shapes: &Shapes, ty: TypeId, word: Slot) -> Option<Slot> {
    match shapes.get(ty) {
        Some(Shape::Plain) => immediate::encode_variant(ty, u16::try_from(word.as_word()).ok()?),
        _ => immediate::encode(ty, word.as_word()),
    }
}

/// Which variant a value of an enumeration with payloads is.
///
/// # Errors
/// As the heap's methods do; `tampered` for a value that is no variant.
#[inline]
pub fn variant_of<H: Heap>(heap: &H, slot: Slot) -> Result<u16, Fault> {
    match immediate::decode(slot) {
        Some(Immediate::Variant(_, variant)) => Ok(variant),
        Some(Immediate::Word(..)) => Err(Fault::broken("a word is no variant")),
        None => heap.variant(slot.as_ref()),
    }
}
