//! The plain heap's texts: in their own cell, or parts of a buffer's or another text's.

use super::characters::{CharTables, find_character};
use super::joining::{TextStore, Within};
use super::object::Body;
use super::plain::{PlainHeap, cell_of, small, wrong_kind};
use super::{Heap, Text};
use crate::fault::Fault;
use crate::slot::Ref;
use lyra_bytecode::TypeId;

impl PlainHeap {
    /// What stands in the cell of a buffer, or of a text with bytes of its own.
    fn whole(&self, at: u32) -> Option<&str> {
        match &self.cells.get(at as usize)?.body {
            Body::Text { text, .. } | Body::Buffer { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text of a cell: its own, or part of its whole.
    pub(super) fn text_of<'c>(&'c self, body: &'c Body) -> Option<Text<'c>> {
        match body {
            Body::Text { text, chars, .. } => Some(Text { text, chars: *chars as usize }),
            Body::Part { whole, start, bytes, chars, .. } => {
                let rest = self.whole(*whole)?.get(*start as usize..)?;
                Some(Text { text: rest.get(..*bytes as usize)?, chars: *chars as usize })
            }
            _ => None,
        }
    }

    /// [`Heap::byte_offset`].
    pub(super) fn offset_of(&mut self, text: Ref, index: usize) -> Result<usize, Fault> {
        if let Some(offset) = CharTables::<u32>::without(self.text(text)?, index)? {
            return Ok(offset);
        }
        let Within { whole, start, before } = self.within(text)?;
        let mut table = self.char_tables.take(whole);
        let offset = find_character(self.whole(whole).unwrap_or_default(), &mut table, before + index);
        self.char_tables.put(whole, table);
        offset.map(|offset| offset - start)
    }
}

impl TextStore for PlainHeap {
    type Whole = u32;

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

    fn place_part(
        &mut self,
        within: Within<u32>,
        bytes: usize,
        chars: usize,
        joined: bool,
    ) -> Result<Ref, Fault> {
        let Within { whole, start, before } = within;
        let (start, before) = (small(start), small(before));
        let body = Body::Part { whole, start, before, bytes: small(bytes), chars: small(chars), joined };
        self.place(TypeId::STR, body).map(|(_, reference)| reference)
    }

    fn within(&self, text: Ref) -> Result<Within<u32>, Fault> {
        match (&self.cell(text)?.body, cell_of(text)) {
            (&Body::Part { whole, start, before, .. }, _) => {
                Ok(Within { whole, start: start as usize, before: before as usize })
            }
            (Body::Text { .. }, Some((whole, _))) => Ok(Within { whole, start: 0, before: 0 }),
            _ => Err(wrong_kind()),
        }
    }

    fn taken(&self, whole: u32) -> Result<usize, Fault> {
        match self.cells.get(whole as usize).map(|cell| &cell.body) {
            Some(Body::Text { text, .. }) => Ok(text.len()),
            Some(Body::Buffer { capacity, .. }) => Ok(*capacity as usize),
            _ => Err(wrong_kind()),
        }
    }

    fn tip(&self, text: Ref) -> Result<Option<(u32, usize)>, Fault> {
        let Body::Part { whole, bytes, joined: true, .. } = self.cell(text)?.body else { return Ok(None) };
        Ok(match self.cells.get(whole as usize).map(|cell| &cell.body) {
            Some(Body::Buffer { text, capacity }) if text.len() == bytes as usize => {
                Some((whole, (*capacity as usize).saturating_sub(text.len())))
            }
            _ => None,
        })
    }

    fn is_joined(&self, text: Ref) -> Result<bool, Fault> {
        Ok(match &self.cell(text)?.body {
            Body::Part { joined, .. } | Body::Text { joined, .. } => *joined,
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
                Body::Part { whole, start, bytes, .. } if *whole == buffer => {
                    let start = *start as usize;
                    grown.extend_from_within(start..start + *bytes as usize);
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
