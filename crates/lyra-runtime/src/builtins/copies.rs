//! Copies: `copy` of the outermost array, map or structure, `deep_copy` of everything reachable.

use super::arg;
use super::walk::{child, record_parts};
use crate::content::{Content, content};
use crate::env::{Env, Memory};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::shape::{Role, Shape, Width};
use crate::slot::{Ref, Slot};
use lyra_bytecode::TypeId;

/// `copy`: a new array, map or structure with the same parts, any other value itself.
pub(super) fn copy<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Result<Slot, Fault> {
    let value = arg(args, 0)?;
    let Content::Object(ty, object) = content(env.heap, env.shapes, ty, value)? else { return Ok(value) };
    match env.shapes.get(ty) {
        Some(Shape::Array { .. } | Shape::Map { .. } | Shape::Record { role: Role::Struct, .. }) => {
            Ok(outermost(env, ty, object)?.map_or(value, Slot::from))
        }
        _ => Ok(value),
    }
}

/// A new object with the parts of `object`; `None` when it is none that is copied.
fn outermost<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, object: Ref) -> Result<Option<Ref>, Fault> {
    Ok(Some(match env.shapes.get(ty) {
        Some(Shape::Array { .. }) => {
            let length = env.heap.elements(object)?.len();
            env.work(length)?;
            let copy = env.new_array(ty, length)?;
            env.heap.copy_elements(object, 0..length, copy, 0)?;
            copy
        }
        Some(Shape::Map { .. }) => {
            let (live, positions) = (env.heap.map(object)?.len(), env.heap.map(object)?.positions());
            env.work(positions)?;
            let copy = env.new_map(ty, live)?;
            env.heap.copy_map(object, copy)?;
            copy
        }
        Some(Shape::Record { .. } | Shape::Enum { .. }) => {
            let (parts, variant) = (env.heap.parts(object)?.to_vec(), env.heap.variant(object)?);
            env.work(parts.len())?;
            env.new_record(ty, variant, &parts)?
        }
        _ => return Ok(None),
    }))
}

/// `deep_copy`: new arrays, maps, structures, tuples and variants all the way; what was shared inside is shared
/// inside the copy.
///
/// Texts, errors and the keys of maps never change, so they are not copied; nor are closures, whose variables
/// others may share.
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
    // Copies whose parts are still the original's, from that part on.
    let mut todo: Vec<(Ref, usize)> = Vec::new();
    let before = env.temps.len();
    let Some((root, has_more)) = copy_of(env, ty, value, copies)? else { return Ok(value) };
    if has_more {
        todo.push((root, 0));
    }
    while let Some((into, index)) = todo.pop() {
        let Some(part) = child(env.heap, env.shapes, into, index)? else { continue };
        todo.push((into, part.index + 1));
        env.work_on(&mut unpaid, 1)?;
        let is_map = matches!(env.shapes.get(env.heap.type_of(into)?), Some(Shape::Map { .. }));
        if is_map && part.index.is_multiple_of(2) {
            continue;
        }
        let Some((copy, has_more)) = copy_of(env, part.ty, part.slot, copies)? else { continue };
        set_part(env, into, part.index, copy)?;
        // The first copy stays rooted; every other one hangs on it from here on.
        env.temps.truncate(before + 1);
        if has_more {
            todo.push((copy, 0));
        }
    }
    Ok(root.into())
}

/// Puts a copy in the place of its original.
fn set_part<H: Heap>(env: &mut Env<'_, H>, into: Ref, index: usize, copy: Ref) -> Result<(), Fault> {
    match env.shapes.get(env.heap.type_of(into)?) {
        Some(Shape::Array { .. }) => env.set_element(into, index, copy.into()),
        Some(Shape::Map { .. }) => {
            let is_set = env.heap.set_value(into, index / 2, copy.into())?;
            if is_set { Ok(()) } else { Err(Fault::broken("an entry of a map is gone")) }
        }
        _ => env.heap.set_part(into, index, copy.into()),
    }
}

/// The copy of an object, its parts still the original's, and whether these must be copied too; `None` for a
/// value that is its own copy. A new copy is rooted.
fn copy_of<H: Heap>(
    env: &mut Env<'_, H>,
    ty: TypeId,
    slot: Slot,
    copies: &mut Memory,
) -> Result<Option<(Ref, bool)>, Fault> {
    let Content::Object(ty, original) = content(env.heap, env.shapes, ty, slot)? else { return Ok(None) };
    if let Some(copy) = copies.get(original) {
        return Ok(Some((copy, false)));
    }
    let Some(copy) = outermost(env, ty, original)? else { return Ok(None) };
    env.temps.push(copy);
    copies.set(env, original, copy)?;
    let has_more = match env.shapes.get(ty) {
        Some(Shape::Array { width, .. }) => *width == Width::Ref,
        Some(Shape::Map { refs, .. }) => refs.1,
        _ => !record_parts(env.heap, env.shapes, ty, copy)?.refs.is_empty(),
    };
    Ok(Some((copy, has_more)))
}
