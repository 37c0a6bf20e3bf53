//! Copies: `copy` of the outermost array, `deep_copy` of everything reachable.

use super::arg;
use super::walk::child;
use crate::env::{Env, Memory};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Shape, Width};
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;

/// `copy`: a new array with the same elements, any other value itself.
pub(super) fn copy<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let value = arg(args, 0)?;
    let Some(Shape::Array { .. }) = env.shapes.get(ty) else { return Ok(value) };
    let length = env.length(value)?;
    env.work(length)?;
    let ty = env.heap.type_of(value.as_ref())?;
    let copy = env.new_array(ty, length)?;
    env.heap.copy_elements(value.as_ref(), 0..length, copy, 0)?;
    Ok(copy.into())
}

/// `deep_copy`: new arrays and tuples all the way; what was shared inside is shared inside the copy.
///
/// Texts and errors never change, so they are not copied.
pub(super) fn deep_copy<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let mut copies = Memory::default();
    let copy = copy_parts(env, ty, arg(args, 0)?, &mut copies);
    copies.forget(env);
    copy
}

fn copy_parts<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    value: Slot,
    copies: &mut Memory,
) -> Result<Slot, Fault> {
    let mut unpaid = 0;
    // Originals with their copies, and the part to be copied next.
    let mut todo: Vec<(Ref, Ref, usize)> = Vec::new();
    let Some((root, has_more)) = copy_of(env, ty, value, copies)? else { return Ok(value) };
    if has_more {
        todo.push((value.as_ref(), root, 0));
    }
    while let Some((from, to, index)) = todo.pop() {
        let Some((ty, slot)) = child(env.heap, env.shapes, from, index)? else { continue };
        todo.push((from, to, index + 1));
        env.work_on(&mut unpaid, 1)?;
        let Some((copy, has_more)) = copy_of(env, ty, slot, copies)? else { continue };
        match env.shapes.get(env.heap.type_of(to)?) {
            Some(Shape::Tuple { .. }) => env.heap.set_part(to, index, copy.into())?,
            _ => env.set_element(to, index, copy.into())?,
        }
        // The first copy stays rooted; every other one hangs on it from here on.
        env.temps.truncate(1);
        if has_more {
            todo.push((slot.as_ref(), copy, 0));
        }
    }
    Ok(root.into())
}

/// The copy of an array or tuple, its parts still the original's, and whether these must be copied too; `None`
/// for a value that is its own copy. A new copy is rooted.
fn copy_of<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    slot: Slot,
    copies: &mut Memory,
) -> Result<Option<(Ref, bool)>, Fault> {
    let original = slot.as_ref();
    if matches!(env.shapes.get(ty), Some(Shape::Scalar | Shape::Str | Shape::Error) | None)
        || original.is_null()
    {
        return Ok(None);
    }
    if let Some(copy) = copies.get(original) {
        return Ok(Some((copy, false)));
    }
    let ty = env.heap.type_of(original)?;
    let (copy, has_more) = match env.shapes.get(ty) {
        Some(&Shape::Array { width, .. }) => {
            let length = env.heap.elements(original)?.len();
            env.work(length)?;
            let copy = env.new_array(ty, length)?;
            env.heap.copy_elements(original, 0..length, copy, 0)?;
            (copy, width == Width::Ref)
        }
        Some(Shape::Tuple { refs, .. }) => {
            let parts = env.heap.parts(original)?.to_vec();
            (env.new_tuple(ty, &parts)?, !refs.is_empty())
        }
        _ => return Ok(None),
    };
    env.temps.push(copy);
    copies.set(env, original, copy)?;
    Ok(Some((copy, has_more)))
}
