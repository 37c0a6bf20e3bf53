//! The plain heap's texts: their own cell, or the first bytes of a buffer's.

use super::characters::{CharTables, find_character};
use super::joining::TextStore;
use super::object::Body;
use super::plain::{PlainHeap, cell_of, small, wrong_kind};
use super::{Heap, Text};
use crate::fault::Fault;
use crate::slot::Ref;
use lyra_bytecode::TypeId;

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

    /// [`Heap::byte_offset`].
    pub(super) fn offset_of(&mut self, text: Ref, index: usize) -> Result<usize, Fault> {
        if let Some(offset) = CharTables::<u32>::without(self.text(text)?, index)? {
            return Ok(offset);
        }
        let key = match (&self.cell(text)?.body, cell_of(text)) {
            (Body::Prefix { buffer, .. }, _) => *buffer,
            (_, Some((at, _))) => at,
            (_, None) => return Err(wrong_kind()),
        };
        let mut table = self.char_tables.take(key);
        let offset = find_character(self.text(text)?.text, &mut table, index);
        self.char_tables.put(key, table);
        offset
    }
}

impl TextStore for PlainHeap {
    type Buffer = u32;

    fn empty_text(&mut self, bytes: usize) -> String {
        self.pool.text(bytes)
    }

    fn place_text(&mut self, text: String, chars: usize, joined: bool) -> Result<Ref, Fault> {
        let body = Body::Text { text, chars: small(chars), joined };
        self.place(TypeId::STR, body).map(|(_, reference)| reference)
    }

    fn place_buffer(&mut self, capacity: usize) -> Result<u32, Fault> {
        let text = self.pool.text(capacity);
        let body = Body::Buffer { text, capacity: small(capacity) };
        self.place(TypeId::STR, body).map(|(at, _)| at)
    }

    fn place_prefix(&mut self, buffer: u32, bytes: usize, chars: usize) -> Result<Ref, Fault> {
        let body = Body::Prefix { buffer, bytes: small(bytes), chars: small(chars) };
        self.place(TypeId::STR, body).map(|(_, reference)| reference)
    }

    fn tip(&self, text: Ref) -> Result<Option<(u32, usize)>, Fault> {
        let Body::Prefix { buffer, bytes, .. } = self.cell(text)?.body else { return Ok(None) };
        Ok(match self.cells.get(buffer as usize).map(|cell| &cell.body) {
            Some(Body::Buffer { text, capacity }) if text.len() == bytes as usize => {
                Some((buffer, (*capacity as usize).saturating_sub(text.len())))
            }
            _ => None,
        })
    }

    fn is_joined(&self, text: Ref) -> Result<bool, Fault> {
        Ok(match &self.cell(text)?.body {
            Body::Prefix { .. } => true,
            Body::Text { joined, .. } => *joined,
            _ => false,
        })
    }

    fn append(&mut self, buffer: u32, texts: &[Ref]) -> Result<(), Fault> {
        let Some(Body::Buffer { text, .. }) = self.cells.get_mut(buffer as usize).map(|cell| &mut cell.body)
        else {
            return Err(wrong_kind());
        };
        // The bytes leave their cell while they grow, so that the others can be read.
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
}
