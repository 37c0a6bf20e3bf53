//! Built-ins over maps.
//!
//! A walk goes from position to position; positions hold until a key is added, and the map's version tells
//! whether one was.

use super::keys::{self, entry_types};
use super::show::brief;
use super::{Run, arg};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::slot::{Ref, Slot};
use lyra_bytecode::{Builtin, Kind, Trap, TypeId};

/// What every function here gives.
type Outcome = Result<Slot, Fault>;

fn map_of(args: &[Slot]) -> Result<Ref, Fault> {
    Ok(arg(args, 0)?.as_ref())
}

/// A number of entries; a map has at most as many as an array has elements.
fn number(count: usize) -> Slot {
    Slot::from_i32(i32::try_from(count).unwrap_or(i32::MAX))
}

/// The value of the key that is the second argument, and its position.
fn find<H: Heap>(env: &mut Env<'_, H>, args: &[Slot]) -> Result<Option<(usize, Slot)>, Fault> {
    let map = map_of(args)?;
    let (_, found) = keys::find(env, map, arg(args, 1)?)?;
    let Some(position) = found else { return Ok(None) };
    Ok(env.heap.map(map)?.entry(position).map(|(_, value)| (position, value)))
}

fn no_key<H: Heap>(env: &Env<'_, H>, args: &[Slot]) -> Fault {
    let key = entry_types(env, map_of(args).unwrap_or_default());
    let key = key.and_then(|(key, _)| brief(env.heap, env.shapes, key, arg(args, 1)?));
    match key {
        Ok(key) => Fault::told(Trap::KeyNotFound, format!("there is no key {key}")),
        Err(fault) => fault,
    }
}

/// A value of the map as an optional.
fn some<H: Heap>(env: &mut Env<'_, H>, map: Ref, value: Slot) -> Outcome {
    let (_, ty) = entry_types(env, map)?;
    match env.shapes.kind(ty) {
        Kind::Word => env.upcast(ty, value),
        Kind::Ref => Ok(value),
    }
}

fn length<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    Ok(number(env.heap.map(map_of(args)?)?.len()))
}

fn get<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    match find(env, args)? {
        Some((_, value)) => some(env, map_of(args)?, value),
        None => Ok(Slot::ZERO),
    }
}

fn at<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    match find(env, args)? {
        Some((_, value)) => Ok(value),
        None => Err(no_key(env, args)),
    }
}

fn get_or<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    find(env, args)?.map_or_else(|| arg(args, 2), |(_, value)| Ok(value))
}

fn set<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    keys::set(env, map_of(args)?, arg(args, 1)?, arg(args, 2)?)?;
    Ok(Slot::ZERO)
}

fn update<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let Some((position, _)) = find(env, args)? else { return Err(no_key(env, args)) };
    if env.heap.set_value(map_of(args)?, position, arg(args, 2)?)? {
        Ok(Slot::ZERO)
    } else {
        Err(Fault::broken("an entry of a map is gone"))
    }
}

fn remove<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let map = map_of(args)?;
    let Some((position, value)) = find(env, args)? else { return Ok(Slot::ZERO) };
    // What may be refused comes first: the entry is taken out only when there is a result.
    let value = some(env, map, value)?;
    env.heap.map_mut(map)?.remove(position);
    Ok(value)
}

fn contains<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    Ok(Slot::from_bool(find(env, args)?.is_some()))
}

fn clear<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let map = map_of(args)?;
    let room = env.heap.map(map)?.capacity();
    env.work(room)?;
    env.heap.map_mut(map)?.clear();
    Ok(Slot::ZERO)
}

/// An array of the keys, or of the values.
fn listed<H: Heap>(env: &mut Env<'_, H>, args: &[Slot], wants_keys: bool) -> Outcome {
    let map = map_of(args)?;
    let (key, value) = entry_types(env, map)?;
    let ty = env.shapes.array_of(if wants_keys { key } else { value });
    let ty = ty.ok_or_else(|| Fault::broken("the program has no such array type"))?;
    let (length, positions) = (env.heap.map(map)?.len(), env.heap.map(map)?.positions());
    env.work(positions)?;
    let list = env.new_array(ty, length)?;
    let mut from = 0;
    for index in 0..length {
        let content = env.heap.map(map)?;
        let next = content.next(from).and_then(|position| Some((position, content.entry(position)?)));
        let Some((position, (key, value))) = next else { break };
        from = position + 1;
        env.set_element(list, index, if wants_keys { key } else { value })?;
    }
    Ok(list.into())
}

fn keys_of<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    listed(env, args, true)
}

fn values_of<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    listed(env, args, false)
}

fn next<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let from = usize::try_from(arg(args, 1)?.as_i32()).unwrap_or(usize::MAX);
    let map = env.heap.map(map_of(args)?)?;
    let found = map.next(from);
    // Places where keys are gone are gone through one by one, but for those before the first key.
    let passed = map.passed(from, found);
    env.work(passed)?;
    Ok(found.map_or(Slot::from_i32(-1), number))
}

/// Key and value at the position that is the second argument.
fn entry_at<H: Heap>(env: &Env<'_, H>, args: &[Slot]) -> Result<(Slot, Slot), Fault> {
    let position = arg(args, 1)?.as_i32();
    let map = env.heap.map(map_of(args)?)?;
    let found = usize::try_from(position).ok().and_then(|position| map.entry(position));
    found.ok_or_else(|| {
        Fault::told(Trap::InvalidArgument, format!("the map has no key at position {position}"))
    })
}

fn key_at<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    entry_at(env, args).map(|(key, _)| key)
}

fn value_at<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    entry_at(env, args).map(|(_, value)| value)
}

fn version<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    Ok(Slot::from_i32(env.heap.map(map_of(args)?)?.version().cast_signed()))
}

fn check<H: Heap>(env: &mut Env<'_, H>, ty: TypeId, args: &[Slot]) -> Outcome {
    if version(env, ty, args)? == arg(args, 1)? {
        return Ok(Slot::ZERO);
    }
    Err(Fault::told(Trap::InvalidArgument, "keys were added or removed while the map was walked"))
}

/// The function of a built-in over maps.
pub(super) fn resolve<H: Heap>(builtin: Builtin) -> Option<Run<H>> {
    Some(match builtin {
        Builtin::MapLength => length,
        Builtin::MapGet => get,
        Builtin::MapAt => at,
        Builtin::MapGetOr => get_or,
        Builtin::MapSet => set,
        Builtin::MapUpdate => update,
        Builtin::MapRemove => remove,
        Builtin::MapContains => contains,
        Builtin::MapClear => clear,
        Builtin::MapKeys => keys_of,
        Builtin::MapValues => values_of,
        Builtin::MapNext => next,
        Builtin::MapKeyAt => key_at,
        Builtin::MapValueAt => value_at,
        Builtin::MapVersion => version,
        Builtin::MapCheck => check,
        _ => return None,
    })
}
