//! Built-ins over text that give a text, a truth value or a number.

use super::{arg, checked_range};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::Heap;
use crate::slot::Slot;
use lyra_bytecode::{Trap, TypeId};
use std::ops::Range;

/// What every function here gives.
type Outcome = Result<Slot, Fault>;

/// A copy of bytes `range` of a text.
pub(super) fn part_of<H: Heap>(env: &mut Env<'_, H>, text: Slot, range: Range<usize>) -> Outcome {
    let made = env.new_text(range.len(), |heap, out| {
        let whole = heap.text(text.as_ref())?.text;
        let part =
            whole.get(range.clone()).ok_or_else(|| Fault::broken("a text was cut inside a character"))?;
        out.push_str(part);
        Ok(())
    })?;
    Ok(made.into())
}

/// Bytes of the text of an argument.
pub(super) fn bytes_of<H: Heap>(env: &Env<'_, H>, args: &[Slot], index: usize) -> Result<usize, Fault> {
    Ok(env.text(arg(args, index)?)?.text.len())
}

/// `write`
pub(super) fn write<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let text = env.heap.text(arg(args, 0)?.as_ref())?.text;
    env.output.write(text)?;
    Ok(Slot::ZERO)
}

/// `str_slice`
pub(super) fn slice<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    slice_of(env, args, false)
}

/// `str_slice_inclusive`
pub(super) fn slice_inclusive<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    slice_of(env, args, true)
}

fn slice_of<H: Heap>(env: &mut Env<'_, H>, args: &[Slot], inclusive: bool) -> Outcome {
    let text = arg(args, 0)?;
    let range = checked_range(arg(args, 1)?, arg(args, 2)?, inclusive, env.text(text)?.chars)?;
    let start = env.heap.byte_offset(text.as_ref(), range.start)?;
    let end = env.heap.byte_offset(text.as_ref(), range.end)?;
    if let Some(shared) = env.share(text.as_ref(), start..end, range)? {
        return Ok(shared.into());
    }
    env.work(end.saturating_sub(start))?;
    part_of(env, text, start..end)
}

/// Asks something of two texts, paid for by the length of the first.
fn ask<H: Heap>(env: &mut Env<'_, H>, args: &[Slot], question: impl Fn(&str, &str) -> bool) -> Outcome {
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let (text, part) = (env.text(arg(args, 0)?)?.text, env.text(arg(args, 1)?)?.text);
    Ok(Slot::from_bool(question(text, part)))
}

/// `str_contains`
pub(super) fn contains<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    ask(env, args, |text, part| text.contains(part))
}

/// `str_starts_with`
pub(super) fn starts_with<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    ask(env, args, |text, part| text.starts_with(part))
}

/// `str_ends_with`
pub(super) fn ends_with<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    ask(env, args, |text, part| text.ends_with(part))
}

/// `str_trim`
pub(super) fn trim<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    trimmed(env, args, true, true)
}

/// `str_trim_start`
pub(super) fn trim_start<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    trimmed(env, args, true, false)
}

/// `str_trim_end`
pub(super) fn trim_end<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    trimmed(env, args, false, true)
}

fn trimmed<H: Heap>(env: &mut Env<'_, H>, args: &[Slot], at_start: bool, at_end: bool) -> Outcome {
    let slot = arg(args, 0)?;
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let text = env.text(slot)?.text;
    let kept = if at_start { text.trim_start() } else { text };
    let start = text.len() - kept.len();
    let kept = if at_end { kept.trim_end() } else { kept };
    let range = start..start + kept.len();
    if range.len() == bytes { Ok(slot) } else { part_of(env, slot, range) }
}

/// The separator or searched part of `split` and `replace`.
pub(super) fn not_empty<H: Heap>(env: &Env<'_, H>, slot: Slot, what: &str) -> Result<(), Fault> {
    if env.text(slot)?.text.is_empty() {
        return Err(Fault::told(Trap::InvalidArgument, format!("{what} is empty")));
    }
    Ok(())
}

/// `str_replace`
pub(super) fn replace<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let (text, part, by) = (arg(args, 0)?, arg(args, 1)?, arg(args, 2)?);
    not_empty(env, part, "the text to replace")?;
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let (part_bytes, by_bytes) = (bytes_of(env, args, 1)?, bytes_of(env, args, 2)?);
    let count = env.text(text)?.text.matches(env.text(part)?.text).count();
    if count == 0 {
        return Ok(text);
    }
    let grown = count.saturating_mul(by_bytes);
    let result = (bytes - count * part_bytes).saturating_add(grown);
    env.work(result)?;
    let made = env.new_text(result, |heap, out| {
        let (text, part, by) =
            (heap.text(text.as_ref())?.text, heap.text(part.as_ref())?.text, heap.text(by.as_ref())?.text);
        for (index, piece) in text.split(part).enumerate() {
            if index > 0 {
                out.push_str(by);
            }
            out.push_str(piece);
        }
        Ok(())
    })?;
    Ok(made.into())
}

/// `str_upper`
pub(super) fn upper<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let text = arg(args, 0)?;
    let bytes: usize = env.text(text)?.text.chars().flat_map(char::to_uppercase).map(char::len_utf8).sum();
    env.work(bytes)?;
    let made = env.new_text(bytes, |heap, out| {
        out.extend(heap.text(text.as_ref())?.text.chars().flat_map(char::to_uppercase));
        Ok(())
    })?;
    Ok(made.into())
}

/// `str_lower`
pub(super) fn lower<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let text = arg(args, 0)?;
    // A final sigma is another letter than other sigmas, but as long.
    let bytes: usize = env.text(text)?.text.chars().flat_map(char::to_lowercase).map(char::len_utf8).sum();
    env.work(bytes)?;
    // The standard library, which knows about the sigma, needs room of its own.
    env.charge(bytes as u64)?;
    let made = env.new_text(bytes, |heap, out| {
        out.push_str(&heap.text(text.as_ref())?.text.to_lowercase());
        Ok(())
    });
    env.heap.release(bytes as u64);
    Ok(made?.into())
}

/// `str_repeat`
pub(super) fn repeat<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let (text, count) = (arg(args, 0)?, arg(args, 1)?.as_i32());
    let times = usize::try_from(count).map_err(|_| {
        Fault::told(Trap::InvalidArgument, format!("a text cannot be repeated {count} times"))
    })?;
    let bytes = bytes_of(env, args, 0)?.saturating_mul(times);
    env.work(bytes)?;
    let made = env.new_text(bytes, |heap, out| {
        // Nothing is pushed a billion times: an empty text makes an empty result.
        let text = heap.text(text.as_ref())?.text;
        for _ in 0..if text.is_empty() { 0 } else { times } {
            out.push_str(text);
        }
        Ok(())
    })?;
    Ok(made.into())
}

/// `str_pad_start`
pub(super) fn pad_start<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    padded(env, args, true)
}

/// `str_pad_end`
pub(super) fn pad_end<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    padded(env, args, false)
}

fn padded<H: Heap>(env: &mut Env<'_, H>, args: &[Slot], at_start: bool) -> Outcome {
    let (slot, fill) = (arg(args, 0)?, arg(args, 2)?.as_char());
    let text = env.text(slot)?;
    let missing = usize::try_from(arg(args, 1)?.as_i32()).unwrap_or(0).saturating_sub(text.chars);
    if missing == 0 {
        return Ok(slot);
    }
    let bytes = text.text.len().saturating_add(missing.saturating_mul(fill.len_utf8()));
    env.work(bytes)?;
    let made = env.new_text(bytes, |heap, out| {
        let text = heap.text(slot.as_ref())?.text;
        let filling = std::iter::repeat_n(fill, missing);
        if at_start {
            out.extend(filling);
            out.push_str(text);
        } else {
            out.push_str(text);
            out.extend(filling);
        }
        Ok(())
    })?;
    Ok(made.into())
}

/// `str_to_i32`
pub(super) fn to_i32<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let text = env.text(arg(args, 0)?)?.text;
    // Rust's parser takes exactly what the language does: an optional sign and ASCII digits.
    text.parse().map(Slot::from_i32).map_err(|_| {
        let shown: String = text.chars().take(40).flat_map(char::escape_debug).collect();
        let more = if text.chars().nth(40).is_some() { "…" } else { "" };
        Fault::told(Trap::InvalidNumber, format!("\"{shown}{more}\" is no i32"))
    })
}
