//! Built-ins that take a text apart into an array, or put one together from an array.

use super::arg;
use super::show::{measure, write_shown};
use super::text::{bytes_of, not_empty, part_of};
use crate::env::Env;
use crate::fault::Fault;
use crate::heap::{ElementsMut, Heap};
use crate::shape::Shape;
use crate::slot::Slot;
use lyra_bytecode::TypeId;
use std::ops::Range;

/// What every function here gives.
type Outcome = Result<Slot, Fault>;

/// A new array of `length` elements of type `element`, rooted.
fn array_of<H: Heap>(
    env: &mut Env<'_, H>,
    element: TypeId,
    length: usize,
) -> Result<crate::slot::Ref, Fault> {
    let ty =
        env.shapes.array_of(element).ok_or_else(|| Fault::broken("the program has no such array type"))?;
    let array = env.new_array(ty, length)?;
    env.temps.push(array);
    Ok(array)
}

/// The parts of a text that `next` finds: from a place on, the bytes of the next part and where to go on.
fn parts<H: Heap>(
    env: &mut Env<'_, H>,
    args: &[Slot],
    next: impl Fn(&Env<'_, H>, usize) -> Result<Option<(Range<usize>, usize)>, Fault>,
) -> Outcome {
    let bytes = bytes_of(env, args, 0)?;
    env.work(bytes)?;
    let (mut count, mut at) = (0, 0);
    while let Some((_, after)) = next(env, at)? {
        count += 1;
        at = after;
    }
    let list = array_of(env, TypeId::STR, count)?;
    let mut at = 0;
    for index in 0..count {
        let Some((range, after)) = next(env, at)? else { break };
        let part = part_of(env, arg(args, 0)?, range)?;
        env.set_element(list, index, part)?;
        at = after;
    }
    Ok(list.into())
}

/// `str_split`
pub(super) fn split<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let (text, separator) = (arg(args, 0)?, arg(args, 1)?);
    not_empty(env, separator, "the separator")?;
    parts(env, args, |env, at| {
        let (text, separator) = (env.text(text)?.text, env.text(separator)?.text);
        // The place after the last part is one past the end: an empty part may stand at the end itself.
        let Some(rest) = text.get(at..) else { return Ok(None) };
        Ok(Some(match rest.find(separator) {
            Some(found) => (at..at + found, at + found + separator.len()),
            None => (at..text.len(), text.len() + 1),
        }))
    })
}

/// `str_split_whitespace`
pub(super) fn split_whitespace<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let text = arg(args, 0)?;
    parts(env, args, |env, at| {
        let text = env.text(text)?.text;
        let rest = text.get(at..).unwrap_or("");
        let trimmed = rest.trim_start();
        let start = at + rest.len() - trimmed.len();
        let length = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
        Ok(if length == 0 { None } else { Some((start..start + length, start + length)) })
    })
}

/// `str_lines`
pub(super) fn lines<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let text = arg(args, 0)?;
    parts(env, args, |env, at| {
        let rest = env.text(text)?.text.get(at..).unwrap_or("");
        if rest.is_empty() {
            return Ok(None);
        }
        let (line, after) = match rest.find('\n') {
            Some(end) => (rest.get(..end).unwrap_or(""), at + end + 1),
            None => (rest, at + rest.len()),
        };
        // Only a whole line end takes its `\r` along.
        let cut = if after > at + line.len() { line.strip_suffix('\r').unwrap_or(line) } else { line };
        Ok(Some((at..at + cut.len(), after)))
    })
}

/// `str_chars`
pub(super) fn chars<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let text = arg(args, 0)?;
    let count = env.text(text)?.chars;
    env.work(count)?;
    // The characters leave the text in blocks, so that text and array are not borrowed at once.
    let list = array_of(env, TypeId::CHAR, count)?;
    let (mut at, mut index) = (0, 0);
    let mut block: Vec<u32> = Vec::with_capacity(1_024);
    while index < count {
        block.clear();
        for c in env.text(text)?.text.get(at..).unwrap_or("").chars().take(1_024) {
            block.push(c.into());
            at += c.len_utf8();
        }
        if block.is_empty() {
            break;
        }
        if let ElementsMut::Halves(list) = env.heap.elements_mut(list)? {
            for (place, &c) in list.iter_mut().skip(index).zip(&block) {
                *place = c;
            }
        }
        index += block.len();
    }
    Ok(list.into())
}

/// `str_bytes`
pub(super) fn bytes<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let text = arg(args, 0)?;
    let count = bytes_of(env, args, 0)?;
    env.work(count)?;
    let list = array_of(env, TypeId::U8, count)?;
    let mut at = 0;
    let mut block = [0; 4_096];
    while at < count {
        let rest = env.text(text)?.text.as_bytes().get(at..).unwrap_or(&[]);
        let length = rest.len().min(block.len());
        if length == 0 {
            break;
        }
        for (place, &byte) in block.iter_mut().zip(rest) {
            *place = byte;
        }
        if let ElementsMut::Bytes(list) = env.heap.elements_mut(list)? {
            for (place, &byte) in list.iter_mut().skip(at).zip(block.iter().take(length)) {
                *place = byte;
            }
        }
        at += length;
    }
    Ok(list.into())
}

/// `array_join`: the elements' texts with a text between.
pub(super) fn join<H: Heap>(env: &mut Env<'_, H>, _: TypeId, args: &[Slot]) -> Outcome {
    let (array, between) = (arg(args, 0)?.as_ref(), arg(args, 1)?.as_ref());
    let count = env.heap.elements(array)?.len();
    let Some(&Shape::Array { element, .. }) = env.shapes.get(env.heap.type_of(array)?) else {
        return Err(Fault::broken("the parts to join are no array"));
    };
    let mut bytes = env.heap.text(between)?.text.len().saturating_mul(count.saturating_sub(1));
    for index in 0..count {
        let part = env.heap.elements(array)?.get(index).unwrap_or_default();
        bytes = bytes.saturating_add(measure(env, element, part)?);
    }
    env.work(bytes)?;
    let shapes = env.shapes;
    let made = env.new_text(bytes, |heap, out| {
        for index in 0..count {
            if index > 0 {
                out.push_str(heap.text(between)?.text);
            }
            let part = heap.elements(array)?.get(index).unwrap_or_default();
            write_shown(heap, shapes, element, part, out)?;
        }
        Ok(())
    })?;
    Ok(made.into())
}
