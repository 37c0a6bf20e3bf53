//! How texts are made and joined, whatever the heap keeps them in: the rule by which joining is paid for.
//!
//! ```text
//! buffer    | h e l l o ,   w o r l d |   room left |
//! texts     | h e l l o |                               the first 5 bytes of it
//!           | h e l l o ,   w o r l d |                 all of it: the tip, which grows in place
//! ```

use super::account::Accounted;
use super::plain::wrong_kind;
use super::{Joined, Roots, Text};
use crate::cost;
use crate::fault::Fault;
use crate::slot::Ref;
use lyra_bytecode::Trap;

/// Joined texts of fewer bytes are copied: a buffer would cost more than it saves.
const SMALLEST_BUFFER: usize = 64;

/// A heap as the maker of texts sees it. What is *placed* has been charged, by [`Heap::charge`](super::Heap::charge), to the byte.
#[expect(clippy::missing_errors_doc, reason = "they fail as the methods of Heap do")]
pub trait TextStore: Accounted {
    /// What names a buffer.
    type Buffer: Copy;

    /// An empty text with room for so many bytes.
    fn empty_text(&mut self, bytes: usize) -> String;

    /// A text; `joined` when it was put together from others.
    fn place_text(&mut self, text: String, chars: usize, joined: bool) -> Result<Ref, Fault>;

    /// An empty buffer.
    fn place_buffer(&mut self, capacity: usize) -> Result<Self::Buffer, Fault>;

    /// The first bytes of a buffer as a text.
    fn place_prefix(&mut self, buffer: Self::Buffer, bytes: usize, chars: usize) -> Result<Ref, Fault>;

    /// The buffer that `text` is the tip of, and the room left there.
    fn tip(&self, text: Ref) -> Result<Option<(Self::Buffer, usize)>, Fault>;

    /// Whether a text was put together from others.
    fn is_joined(&self, text: Ref) -> Result<bool, Fault>;

    /// Appends texts, for which there is room, to a buffer; they may be its own first bytes.
    fn append(&mut self, buffer: Self::Buffer, texts: &[Ref]) -> Result<(), Fault>;
}

fn too_long(bytes: usize, limit: usize) -> Fault {
    Fault::told(Trap::OutOfMemory, format!("a text of {bytes} bytes is over the limit of {limit}"))
}

/// [`Heap::new_text`](super::Heap::new_text) for every heap that stores texts.
///
/// # Errors
/// As [`Heap::new_text`](super::Heap::new_text).
pub fn new_text<H: TextStore>(
    heap: &mut H,
    bytes: usize,
    roots: &dyn Roots,
    write: &mut dyn FnMut(&H, &mut String) -> Result<(), Fault>,
) -> Result<Ref, Fault> {
    if bytes > heap.text_limit() {
        return Err(too_long(bytes, heap.text_limit()));
    }
    let charged = cost::text(bytes, bytes);
    heap.charge(charged, roots)?;
    let mut text = heap.empty_text(bytes);
    if let Err(fault) = write(heap, &mut text) {
        heap.release(charged);
        return Err(fault);
    }
    if text.len() != bytes {
        heap.release(charged);
        return Err(Fault::broken("a text came out longer or shorter than was charged"));
    }
    let chars = text.chars().count();
    let table = cost::char_table(bytes, chars);
    if table > 0
        && let Err(fault) = heap.charge(table, roots)
    {
        heap.release(charged);
        return Err(fault);
    }
    heap.place_text(text, chars, false)
}

/// [`Heap::join`](super::Heap::join) for every heap that stores texts: see there for the rule.
///
/// # Errors
/// As [`Heap::join`](super::Heap::join).
pub fn join<H: TextStore>(heap: &mut H, texts: &[Ref], roots: &dyn Roots) -> Result<Joined, Fault> {
    let Some((&first, rest)) = texts.split_first() else { return Err(wrong_kind()) };
    let (mut bytes, mut chars) = (0usize, 0usize);
    for &text in texts {
        let Text { text, chars: count } = heap.text(text)?;
        bytes = bytes.saturating_add(text.len());
        chars = chars.saturating_add(count);
    }
    let kept = heap.text(first)?.text.len();
    if bytes == kept {
        return Ok(Joined { text: first, copied: 0 });
    }
    if bytes > heap.text_limit() {
        return Err(too_long(bytes, heap.text_limit()));
    }
    let prefix_cost = cost::OBJECT + cost::char_table(bytes, chars);
    if let Some((buffer, room)) = heap.tip(first)?
        && room >= bytes - kept
    {
        heap.charge(prefix_cost, roots)?;
        heap.append(buffer, rest)?;
        let text = heap.place_prefix(buffer, bytes, chars)?;
        return Ok(Joined { text, copied: (bytes - kept) as u64 });
    }
    let copied = bytes as u64;
    if heap.is_joined(first)? && bytes >= SMALLEST_BUFFER {
        let capacity = bytes.saturating_mul(2).min(heap.text_limit());
        // Where there is no room for that, memory is out. A text without room to grow would do for now, but then the
        // next join copies all of it and pays for that: fuel would hang on how much memory is left.
        heap.charge(cost::OBJECT + capacity as u64 + prefix_cost, roots)?;
        let buffer = heap.place_buffer(capacity)?;
        heap.append(buffer, texts)?;
        let text = heap.place_prefix(buffer, bytes, chars)?;
        return Ok(Joined { text, copied });
    }
    heap.charge(cost::text(bytes, chars), roots)?;
    let mut text = heap.empty_text(bytes);
    for &part in texts {
        text.push_str(heap.text(part)?.text);
    }
    let text = heap.place_text(text, chars, true)?;
    Ok(Joined { text, copied })
}
