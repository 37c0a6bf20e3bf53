//! How texts are made, joined and sliced, whatever the heap keeps them in: the rules by which that is paid for.
//!
//! ```text
//! buffer    | h e l l o ,   w o r l d |   room left |
//! joined    | h e l l o |                               the first 5 bytes of it
//!           | h e l l o ,   w o r l d |                 all of it: the tip, which grows in place
//! slice                   | w o r l d |                 never a tip, also where it ends as the tip does
//! ```
//!
//! A *part* is a text that shares the bytes of a *whole*: of a buffer, as joined texts and slices of these do, or of a
//! text with bytes of its own, as slices of that do. The whole of a part is never a part itself: a slice of a slice is a
//! part of the same whole. A part keeps its whole alive, so only what is a fair part of it becomes one ([`share`]):
//! taking a text apart from its front copies a third of it in all, and a slice keeps no more than four times its bytes
//! alive.

use super::account::Accounted;
use super::plain::wrong_kind;
use super::{Joined, Roots, Text};
use crate::cost;
use crate::fault::Fault;
use crate::slot::Ref;
use lyra_bytecode::Trap;
use std::ops::Range;

/// Joined texts of fewer bytes are copied: a buffer would cost more than it saves.
const SMALLEST_BUFFER: usize = 64;

/// Slices of fewer bytes are copied: that takes little longer, and leaves what they were taken from to be freed.
const SMALLEST_SHARED: usize = 256;

/// Slices of less than one in so many bytes of what they would keep alive are copied.
const FAIR_PART: usize = 4;

/// Where the bytes of a text are: in a whole, of which so many bytes, `before` characters, come first.
#[derive(Clone, Copy, Debug)]
pub struct Within<W> {
    /// What has the bytes: for a text with bytes of its own, that text.
    pub whole: W,
    /// Bytes before the text.
    pub start: usize,
    /// Characters before the text.
    pub before: usize,
}

/// A heap as the maker of texts sees it. What is *placed* has been charged, by [`Heap::charge`](super::Heap::charge), to the byte.
#[expect(clippy::missing_errors_doc, reason = "they fail as the methods of Heap do")]
pub trait TextStore: Accounted {
    /// What names a buffer, or a text with bytes of its own.
    type Whole: Copy;

    /// An empty text with room for so many bytes.
    fn empty_text(&mut self, bytes: usize) -> String;

    /// A text; `joined` when it was put together from others.
    fn place_text(&mut self, text: String, chars: usize, joined: bool) -> Result<Ref, Fault>;

    /// An empty buffer.
    fn place_buffer(&mut self, capacity: usize) -> Result<Self::Whole, Fault>;

    /// Bytes of a whole as a text; `joined` when it was put together from others, and then it begins where its buffer
    /// does.
    fn place_part(
        &mut self,
        within: Within<Self::Whole>,
        bytes: usize,
        chars: usize,
        joined: bool,
    ) -> Result<Ref, Fault>;

    /// Where the bytes of a text are.
    fn within(&self, text: Ref) -> Result<Within<Self::Whole>, Fault>;

    /// The bytes that a whole takes: of a buffer, with the room left.
    fn taken(&self, whole: Self::Whole) -> Result<usize, Fault>;

    /// The buffer that `text`, which was joined, is the tip of, and the room left there.
    fn tip(&self, text: Ref) -> Result<Option<(Self::Whole, usize)>, Fault>;

    /// Whether a text was put together from others.
    fn is_joined(&self, text: Ref) -> Result<bool, Fault>;

    /// Appends texts, for which there is room, to a buffer; they may be its own parts.
    fn append(&mut self, buffer: Self::Whole, texts: &[Ref]) -> Result<(), Fault>;
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
    let part_cost = cost::part(bytes, chars, true);
    let all_of = |buffer| Within { whole: buffer, start: 0, before: 0 };
    if let Some((buffer, room)) = heap.tip(first)?
        && room >= bytes - kept
    {
        heap.charge(part_cost, roots)?;
        heap.append(buffer, rest)?;
        let text = heap.place_part(all_of(buffer), bytes, chars, true)?;
        return Ok(Joined { text, copied: (bytes - kept) as u64 });
    }
    let copied = bytes as u64;
    if heap.is_joined(first)? && bytes >= SMALLEST_BUFFER {
        let capacity = bytes.saturating_mul(2).min(heap.text_limit());
        // Where there is no room for that, memory is out. A text without room to grow would do for now, but then the
        // next join copies all of it and pays for that: fuel would hang on how much memory is left.
        heap.charge(cost::OBJECT + capacity as u64 + part_cost, roots)?;
        let buffer = heap.place_buffer(capacity)?;
        heap.append(buffer, texts)?;
        let text = heap.place_part(all_of(buffer), bytes, chars, true)?;
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

/// [`Heap::share`](super::Heap::share) for every heap that stores texts: see there for the rule.
///
/// # Errors
/// As [`Heap::share`](super::Heap::share).
pub fn share<H: TextStore>(
    heap: &mut H,
    text: Ref,
    bytes: Range<usize>,
    chars: Range<usize>,
    roots: &dyn Roots,
) -> Result<Option<Ref>, Fault> {
    if bytes.len() < SMALLEST_SHARED {
        return Ok(None);
    }
    let content = heap.text(text)?.text;
    if content.get(bytes.clone()).is_none() {
        return Err(Fault::broken("a text was cut inside a character"));
    }
    if bytes.len() == content.len() {
        return Ok(Some(text));
    }
    let Within { whole, start, before } = heap.within(text)?;
    if bytes.len() < heap.taken(whole)?.div_ceil(FAIR_PART) {
        return Ok(None);
    }
    let within = Within { whole, start: start + bytes.start, before: before + chars.start };
    heap.charge(cost::part(bytes.len(), chars.len(), false), roots)?;
    heap.place_part(within, bytes.len(), chars.len(), false).map(Some)
}
