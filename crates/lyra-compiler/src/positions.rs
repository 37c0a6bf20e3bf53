//! Byte spans to lines and columns for debug information.
//!
//! Characters are counted once, with the count kept at every [`STEP`]th byte: a program on one line of many
//! megabytes costs no more than any other, in whatever order its places are asked for.

use crate::Sources;
use lyra_base::{LineIndex, Span};
use lyra_bytecode::Position;

/// The longest underline that is worth showing.
const MAX_LENGTH: usize = 200;
/// Bytes between two kept counts.
const STEP: usize = 256;

/// The positions of every file; a file is looked at when something of it is asked for.
pub(crate) struct AllPositions<'s> {
    sources: &'s Sources,
    files: Vec<Option<Positions<'s>>>,
}

impl<'s> AllPositions<'s> {
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self { sources, files: (0..sources.len()).map(|_| None).collect() }
    }

    /// The position of `span` for instruction `op`, if it is in the file.
    pub(crate) fn position(&mut self, file: u32, op: u32, span: Span) -> Option<Position> {
        let file = file as usize;
        let slot = self.files.get_mut(file)?;
        if self.sources.file_of(span) != file {
            return None;
        }
        let positions = slot.get_or_insert_with(|| Positions::new(self.sources.text(file)));
        Some(positions.position(op, self.sources.inside(file, span)))
    }

    /// The line on which `span` begins, in its file.
    pub(crate) fn line(&mut self, span: Span) -> u32 {
        let file = u32::try_from(self.sources.file_of(span)).unwrap_or(0);
        self.position(file, 0, span).map_or(0, |position| position.line)
    }
}

struct Positions<'s> {
    text: &'s str,
    lines: LineIndex,
    /// `before[k]`: characters that begin in the first `k * STEP` bytes.
    before: Vec<u32>,
}

impl<'s> Positions<'s> {
    fn new(text: &'s str) -> Self {
        let mut before = vec![0];
        let mut count = 0;
        for chunk in text.as_bytes().chunks(STEP) {
            count += characters(chunk);
            before.push(count);
        }
        Self { text, lines: LineIndex::new(text), before }
    }

    /// The position of `span` for instruction `op`.
    fn position(&self, op: u32, span: Span) -> Position {
        let line = self.lines.line(span.start);
        let start = self.lines.line_span(self.text, line).start;
        let column = self.count(span.start).saturating_sub(self.count(start)) + 1;
        let text = self.text.get(span.range()).unwrap_or("");
        Position { op, line, column, length: shown(text.as_bytes()) }
    }

    /// How many characters begin before a byte offset.
    fn count(&self, offset: u32) -> u32 {
        let offset = (offset as usize).min(self.text.len());
        let whole = offset / STEP;
        let before = self.before.get(whole).copied().unwrap_or(0);
        // Where as many characters begin as there are bytes, nothing has to be counted: nearly everywhere.
        match self.before.get(whole + 1) {
            Some(after) if (after - before) as usize == STEP => before + (offset % STEP) as u32,
            _ => before + characters(self.text.as_bytes().get(whole * STEP..offset).unwrap_or(&[])),
        }
    }
}

/// How many characters of a piece are underlined: those on its first line, up to a bound.
fn shown(text: &[u8]) -> u32 {
    let text = text.get(..4 * MAX_LENGTH).unwrap_or(text);
    let end = text.iter().position(|&byte| byte == b'\n' || byte == b'\r').unwrap_or(text.len());
    characters(text.get(..end).unwrap_or(text)).clamp(1, MAX_LENGTH as u32)
}

/// Characters that begin in some bytes of UTF-8: all but continuation bytes.
fn characters(bytes: &[u8]) -> u32 {
    let starts = bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
    u32::try_from(starts).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_agree_with_the_line_index_everywhere() {
        let text = "aß→𝄞 x\r\n".repeat(50) + &"→".repeat(700) + "\n\nend";
        let positions = Positions::new(&text);
        let lines = LineIndex::new(&text);
        let offsets = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]);
        for at in offsets {
            let found = positions.position(7, Span::at(at));
            let place = lines.line_column(&text, at);
            assert_eq!((found.line, found.column), (place.line, place.column), "byte {at}");
        }
    }
}
