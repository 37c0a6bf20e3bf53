//! What instructions on texts do, apart from where their operands stand: for every engine the same.

use crate::env::{Env, WORK_UNIT};
use crate::fault::Fault;
use crate::heap::Heap;
use crate::slot::{Ref, Slot};
use lyra_bytecode::Trap;

/// A length as an `i32`; lengths are at most `i32::MAX`.
fn number(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// How many characters a text has.
///
/// # Errors
/// As [`Heap::text`].
#[inline]
pub fn length<H: Heap>(heap: &H, text: Ref) -> Result<i32, Fault> {
    Ok(number(heap.text(text)?.chars))
}

/// How many bytes a text has.
///
/// # Errors
/// As [`Heap::text`].
#[inline]
pub fn byte_length<H: Heap>(heap: &H, text: Ref) -> Result<i32, Fault> {
    Ok(number(heap.text(text)?.text.len()))
}

/// Character `index` of a text.
///
/// # Errors
/// `index_out_of_bounds` when it has no such character; as [`Heap::text`].
pub fn char_at<H: Heap>(heap: &mut H, text: Ref, index: i32) -> Result<char, Fault> {
    let chars = heap.text(text)?.chars;
    let place = usize::try_from(index).ok().filter(|&index| index < chars);
    let place = place.ok_or_else(|| Fault::index(index.into(), chars))?;
    let offset = heap.byte_offset(text, place)?;
    let found = heap.text(text)?.text.get(offset..).and_then(|rest| rest.chars().next());
    found.ok_or_else(|| Fault::broken("a text has fewer characters than it says"))
}

/// The character that begins at byte `offset` of a text.
///
/// # Errors
/// `index_out_of_bounds` when none does; as [`Heap::text`].
#[inline]
pub fn char_at_byte<H: Heap>(heap: &H, text: Ref, offset: i32) -> Result<char, Fault> {
    let text = heap.text(text)?.text;
    let rest = usize::try_from(offset).ok().and_then(|offset| text.get(offset..));
    rest.and_then(|rest| rest.chars().next()).ok_or_else(|| no_char_at_byte(text, offset))
}

#[cold]
fn no_char_at_byte(text: &str, offset: i32) -> Fault {
    let message = format!("byte {offset} of a text of {} bytes begins no character", text.len());
    Fault::told(Trap::IndexOutOfBounds, message)
}

/// Whether two texts are equal, and the bytes that were compared, which are paid for like the work of built-ins.
///
/// # Errors
/// As [`Heap::text`].
#[inline]
pub fn equal<H: Heap>(heap: &H, first: Ref, second: Ref) -> Result<(bool, usize), Fault> {
    if first == second {
        return Ok((true, 0));
    }
    let (a, b) = (heap.text(first)?.text, heap.text(second)?.text);
    Ok(if a.len() == b.len() { (a == b, a.len()) } else { (false, 0) })
}

/// The texts, of which there is one at least, one after the other, paid for by what is copied.
///
/// # Errors
/// `out_of_memory`, and what paying fails with.
#[inline]
pub fn concat<H: Heap>(env: &mut Env<'_, H>, texts: &[Ref]) -> Result<Slot, Fault> {
    let joined = env.join(texts)?;
    match joined.copied / WORK_UNIT as u64 {
        0 => {}
        units => env.meter.charge(units)?,
    }
    Ok(joined.text.into())
}

/// A text of one character.
///
/// # Errors
/// `out_of_memory`.
pub fn from_char<H: Heap>(env: &mut Env<'_, H>, c: char) -> Result<Slot, Fault> {
    env.text_from(c.encode_utf8(&mut [0; 4])).map(Slot::from)
}
