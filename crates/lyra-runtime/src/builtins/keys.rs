//! Keys of maps: their hash, when two are one, and finding one.
//!
//! A key is made of words, texts and tuples of these, so its static type says everything. What looking for a key
//! costs must not depend on which others share its hash, which differs from run to run: it is paid for by its
//! own size, once for the hash and once for the comparison.

use super::walk::shape_of;
use crate::env::{Env, Work};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Role, Shape, Shapes};
use crate::slot::{Ref, Slot};
use lyra_bytecode::{Trap, TypeId};
use smallvec::SmallVec;
use std::hash::{BuildHasher, Hasher};

/// The hash of a key; pays for its bytes and parts twice: whoever asks for a hash goes on to compare.
pub(super) fn hash<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    (ty, key): (TypeId, Slot),
    work: &mut Work<'_>,
) -> Result<u64, Fault> {
    if matches!(shape_of(shapes, ty)?, Shape::Str) {
        let text = heap.text(key.as_ref())?.text;
        work.add(2 + 2 * text.len())?;
        return heap.text_hash(key.as_ref());
    }
    let mut hasher = heap.hash_state().build_hasher();
    let mut todo: SmallVec<[_; 2]> = SmallVec::new();
    todo.push((ty, key));
    while let Some((ty, key)) = todo.pop() {
        work.add(2)?;
        match shape_of(shapes, ty)? {
            Shape::Scalar | Shape::Plain => hasher.write_u64(key.as_word()),
            Shape::Str => {
                let text = heap.text(key.as_ref())?.text;
                work.add(2 * text.len())?;
                hasher.write(text.as_bytes());
                hasher.write_u8(0xFF);
            }
            Shape::Record { role: Role::Tuple, parts } => {
                let slots = heap.parts(key.as_ref())?;
                todo.extend(parts.types.iter().copied().zip(slots.iter().copied()).rev());
            }
            _ => return Err(Fault::broken("a value that is no key was hashed")),
        }
    }
    Ok(hasher.finish())
}

/// Whether two keys of type `ty` are one.
pub(super) fn same<H: Heap>(heap: &H, shapes: &Shapes, ty: TypeId, a: Slot, b: Slot) -> Result<bool, Fault> {
    if a == b {
        return Ok(true);
    }
    if matches!(shape_of(shapes, ty)?, Shape::Str) {
        return Ok(heap.text(a.as_ref())?.text == heap.text(b.as_ref())?.text);
    }
    let mut todo: SmallVec<[_; 2]> = SmallVec::new();
    todo.push((ty, a, b));
    while let Some((ty, a, b)) = todo.pop() {
        if a == b {
            continue;
        }
        match shape_of(shapes, ty)? {
            Shape::Str if heap.text(a.as_ref())?.text == heap.text(b.as_ref())?.text => {}
            Shape::Record { role: Role::Tuple, parts } => {
                let pairs = heap.parts(a.as_ref())?.iter().zip(heap.parts(b.as_ref())?);
                todo.extend(parts.types.iter().zip(pairs).map(|(&ty, (&a, &b))| (ty, a, b)));
            }
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// Type of the keys and of the values of a map.
pub(crate) fn entry_types<H: Heap>(env: &Env<'_, H>, map: Ref) -> Result<(TypeId, TypeId), Fault> {
    match env.shapes.get(env.heap.type_of(map)?) {
        Some(&Shape::Map { key, value, .. }) => Ok((key, value)),
        _ => Err(Fault::broken("a map is of another type")),
    }
}

/// The hash of `key` and its position in a map, if it is there.
pub(crate) fn find<H: Heap>(
    env: &mut Env<'_, H>,
    map: Ref,
    key: Slot,
) -> Result<(u64, Option<usize>), Fault> {
    let (ty, _) = entry_types(env, map)?;
    let hash = hash(env.heap, env.shapes, (ty, key), &mut Work::new(env.meter))?;
    Ok((hash, position(env.heap, env.shapes, map, (ty, key, hash))?))
}

/// The position in a map of a key of type `ty` with that hash.
pub(super) fn position<H: Heap>(
    heap: &H,
    shapes: &Shapes,
    map: Ref,
    (ty, key, hash): (TypeId, Slot, u64),
) -> Result<Option<usize>, Fault> {
    heap.map(map)?.find(hash, |other| same(heap, shapes, ty, key, other))
}

/// Sets the value of a key, which is added where it is new. Key and value must be rooted.
pub(crate) fn set<H: Heap>(env: &mut Env<'_, H>, map: Ref, key: Slot, value: Slot) -> Result<(), Fault> {
    let (hash, found) = find(env, map, key)?;
    match found {
        Some(position) if env.heap.set_value(map, position, value)? => Ok(()),
        Some(_) => Err(Fault::broken("an entry of a map is gone")),
        None => {
            env.grow_map(map)?;
            // There is a place: only memory can be missing.
            if env.heap.add_key(map, hash, key, value)? { Ok(()) } else { Err(Trap::OutOfMemory.into()) }
        }
    }
}
