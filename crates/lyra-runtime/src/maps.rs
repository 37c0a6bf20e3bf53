//! What engines look up in maps without more ado: keys that are words or short texts, for which no fuel is due.
//!
//! The built-ins pay for a key by its size, in whole units: below a unit looking for it is free, and needs nothing but
//! the heap. Where one of these gives `None` the built-in has more to do, and does all of it.

use crate::content::encode_word;
use crate::env::WORK_UNIT;
use crate::heap::Heap;
use crate::shape::{Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::{Kind, TypeId};
use std::hash::{BuildHasher, Hasher};

/// Bytes of the longest text that is looked for at once: two units of a key and two of each byte are worked on.
const LONGEST_TEXT: usize = WORK_UNIT / 2 - 2;

/// The position of a key in a map whose keys are texts, `Some(None)` when it is not there.
#[inline]
#[must_use]
pub fn find_text<H: Heap>(heap: &H, map: Ref, key: Ref) -> Option<Option<usize>> {
    let text = heap.str(key)?.text;
    if text.len() > LONGEST_TEXT {
        return None;
    }
    let hash = heap.text_hash(key).ok()?;
    let found = heap.map(map).ok()?.find(hash, |other| {
        let other = other.as_ref();
        Ok(other == key || heap.str(other).is_some_and(|other| other.text == text))
    });
    found.ok()
}

/// The position of a key in a map whose keys are words, `Some(None)` when it is not there.
#[inline]
#[must_use]
pub fn find_word<H: Heap>(heap: &H, map: Ref, key: Slot) -> Option<Option<usize>> {
    let mut hasher = heap.hash_state().build_hasher();
    hasher.write_u64(key.as_word());
    heap.map(map).ok()?.find(hasher.finish(), |other| Ok(other == key)).ok()
}

/// Type of the keys and of the values of a type of maps.
#[must_use]
pub fn entry_types(shapes: &Shapes, ty: TypeId) -> Option<(TypeId, TypeId)> {
    match shapes.get(ty) {
        Some(&Shape::Map { key, value, .. }) => Some((key, value)),
        _ => None,
    }
}

/// Whether keys of a type are looked for by [`find_text`] (`true`), by [`find_word`], or by neither.
#[must_use]
pub fn are_texts(shapes: &Shapes, keys: TypeId) -> Option<bool> {
    match shapes.get(keys)? {
        Shape::Str => Some(true),
        Shape::Scalar | Shape::Plain => Some(false),
        _ => None,
    }
}

/// The value at a position of a map, as it stands there.
#[inline]
#[must_use]
pub fn value_at<H: Heap>(heap: &H, map: Ref, position: usize) -> Option<Slot> {
    heap.map(map).ok()?.entry(position).map(|(_, value)| value)
}

/// A value of type `ty` as an optional, if it needs no box.
#[inline]
#[must_use]
pub fn some(shapes: &Shapes, ty: TypeId, value: Slot) -> Option<Slot> {
    match shapes.kind(ty) {
        Kind::Ref => Some(value),
        Kind::Word => encode_word(shapes, ty, value),
    }
}
