//! The plain heap's texts: joined in buffers that several texts share, characters found by tables.
//!
//! ```text
//! buffer    | h e l l o ,   w o r l d |   room left |
//! texts     | h e l l o |                               the first 5 bytes of it
//!           | h e l l o ,   w o r l d |                 all of it: the tip, which grows in place
//! ```

use super::object::Body;
use super::plain::{PlainHeap, cell_of, small, too_long, wrong_kind};
use super::{Heap, Joined, Roots, Text};
use crate::cost;
use crate::fault::Fault;
use crate::slot::Ref;
use lyra_bytecode::TypeId;

/// Joined texts of fewer bytes are copied: a buffer would cost more than it saves.
const SMALLEST_BUFFER: usize = 64;

/// Characters between two entries of a table that finds characters.
const TABLE_STEP: usize = 64;

impl PlainHeap {
    /// The text of a cell: its own, or the first bytes of its buffer.
    pub(super) fn text_of<'c>(&'c self, body: &'c Body) -> Option<Text<'c>> {
        match body {
            Body::Text { text, chars, .. } => Some(Text { text, chars: *chars as usize }),
            Body::Prefix { buffer, bytes, chars } => match &self.cells.get(*buffer as usize)?.body {
                Body::Buffer { text, .. } => {
                    Some(Text { text: text.get(..*bytes as usize)?, chars: *chars as usize })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Appends `texts` to a buffer; those that are prefixes of the same buffer are copied inside it.
    fn append(&mut self, buffer: u32, texts: &[Ref]) -> Result<(), Fault> {
        let Some(Body::Buffer { text, .. }) = self.cells.get_mut(buffer as usize).map(|cell| &mut cell.body)
        else {
            return Err(wrong_kind());
        };
        let mut grown = std::mem::take(text);
        let mut outcome = Ok(());
        for &part in texts {
            outcome = self.cell(part).and_then(|cell| match &cell.body {
                Body::Prefix { buffer: of, bytes, .. } if *of == buffer => {
                    grown.extend_from_within(..*bytes as usize);
                    Ok(())
                }
                body => self.text_of(body).map(|part| grown.push_str(part.text)).ok_or_else(wrong_kind),
            });
            if outcome.is_err() {
                break;
            }
        }
        if let Some(Body::Buffer { text, .. }) =
            self.cells.get_mut(buffer as usize).map(|cell| &mut cell.body)
        {
            *text = grown;
        }
        outcome
    }

    /// The buffer that `text` is the tip of, and the room left there.
    fn tip(&self, text: Ref) -> Result<Option<(u32, usize)>, Fault> {
        let Body::Prefix { buffer, bytes, .. } = self.cell(text)?.body else { return Ok(None) };
        Ok(match self.cells.get(buffer as usize).map(|cell| &cell.body) {
            Some(Body::Buffer { text, capacity }) if text.len() == bytes as usize => {
                Some((buffer, (*capacity as usize).saturating_sub(text.len())))
            }
            _ => None,
        })
    }

    /// [`Heap::join`]: see there for the rule.
    pub(super) fn join_texts(&mut self, texts: &[Ref], roots: &dyn Roots) -> Result<Joined, Fault> {
        let Some((&first, rest)) = texts.split_first() else { return Err(wrong_kind()) };
        let (mut bytes, mut chars) = (0usize, 0usize);
        for &text in texts {
            let Text { text, chars: count } = self.text(text)?;
            bytes = bytes.saturating_add(text.len());
            chars = chars.saturating_add(count);
        }
        let kept = self.text(first)?.text.len();
        if bytes == kept {
            return Ok(Joined { text: first, copied: 0 });
        }
        if bytes > self.text_limit() {
            return Err(too_long(bytes, self.text_limit()));
        }
        let prefix_cost = cost::OBJECT + cost::char_table(bytes, chars);
        let prefix = |buffer| Body::Prefix { buffer, bytes: small(bytes), chars: small(chars) };
        if let Some((buffer, room)) = self.tip(first)?
            && room >= bytes - kept
        {
            self.charge(prefix_cost, roots)?;
            self.append(buffer, rest)?;
            let (_, text) = self.place(TypeId::STR, prefix(buffer))?;
            return Ok(Joined { text, copied: (bytes - kept) as u64 });
        }
        let came_from_join = match &self.cell(first)?.body {
            Body::Prefix { .. } => true,
            Body::Text { joined, .. } => *joined,
            _ => false,
        };
        let copied = bytes as u64;
        let capacity = bytes.saturating_mul(2).min(self.text_limit());
        if came_from_join
            && bytes >= SMALLEST_BUFFER
            && self.charge(cost::OBJECT + capacity as u64 + prefix_cost, roots).is_ok()
        {
            let text = self.pool.text(capacity);
            let (buffer, _) = self.place(TypeId::STR, Body::Buffer { text, capacity: small(capacity) })?;
            self.append(buffer, texts)?;
            let (_, text) = self.place(TypeId::STR, prefix(buffer))?;
            return Ok(Joined { text, copied });
        }
        self.charge(cost::text(bytes, chars), roots)?;
        let mut text = self.pool.text(bytes);
        for &part in texts {
            text.push_str(self.text(part)?.text);
        }
        let (_, text) = self.place(TypeId::STR, Body::Text { text, chars: small(chars), joined: true })?;
        Ok(Joined { text, copied })
    }

    /// [`Heap::byte_offset`].
    pub(super) fn find_character(&mut self, text: Ref, index: usize) -> Result<usize, Fault> {
        let Text { text: content, chars } = self.text(text)?;
        if index > chars {
            return Err(Fault::index(i64::try_from(index).unwrap_or(i64::MAX), chars));
        }
        if chars == content.len() || index == 0 {
            return Ok(index);
        }
        if index == chars {
            return Ok(content.len());
        }
        let key = match (&self.cell(text)?.body, cell_of(text)) {
            (Body::Prefix { buffer, .. }, _) => *buffer,
            (_, Some((at, _))) => at,
            (_, None) => return Err(wrong_kind()),
        };
        // The table leaves the heap while the text is read, so that both can be borrowed.
        let mut table = self.char_tables.remove(&key).unwrap_or_else(|| vec![0]);
        let content = self.text(text)?.text;
        while table.len() <= index / TABLE_STEP {
            let last = table.last().copied().unwrap_or(0) as usize;
            let step = content.get(last..).and_then(|rest| rest.char_indices().nth(TABLE_STEP));
            let Some((bytes, _)) = step else { break };
            table.push(small(last + bytes));
        }
        let start = table.get(index / TABLE_STEP).map_or(0, |&start| start as usize);
        let rest = content.get(start..).and_then(|rest| rest.char_indices().nth(index % TABLE_STEP));
        let offset = rest.map(|(bytes, _)| start + bytes);
        self.char_tables.insert(key, table);
        offset.ok_or_else(|| Fault::broken("a text has fewer characters than it says"))
    }
}
