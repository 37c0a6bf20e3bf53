//! Byte spans to lines and columns for debug information.
//!
//! Code is emitted roughly in the order of the text, so the last place is remembered and only the distance to
//! the next one on its line is counted: a program on one line of many megabytes costs no more than any other.

use lyra_base::{LineColumn, LineIndex, Span};
use lyra_bytecode::Position;

/// The longest underline that is worth showing.
const MAX_LENGTH: usize = 200;

pub(crate) struct Positions<'s> {
    text: &'s str,
    lines: LineIndex,
    /// The last place: byte offset, and its line and column.
    last: (usize, LineColumn),
}

impl<'s> Positions<'s> {
    pub(crate) fn new(text: &'s str) -> Self {
        Self { text, lines: LineIndex::new(text), last: (0, LineColumn { line: 1, column: 1 }) }
    }

    /// The position of `span` for instruction `op`.
    pub(crate) fn position(&mut self, op: u32, span: Span) -> Position {
        let place = self.line_column(span.start as usize);
        let text = self.text.get(span.range()).unwrap_or("");
        let shown = text.chars().take(MAX_LENGTH).take_while(|&c| c != '\n' && c != '\r').count();
        Position {
            op,
            line: place.line,
            column: place.column,
            length: u32::try_from(shown).unwrap_or(1).max(1),
        }
    }

    fn line_column(&mut self, offset: usize) -> LineColumn {
        let (last, place) = self.last;
        let between = self.text.get(last.min(offset)..last.max(offset));
        let found = match between.filter(|between| !between.contains('\n')) {
            Some(between) => {
                let count = u32::try_from(between.chars().count()).unwrap_or(0);
                let column =
                    if offset >= last { place.column + count } else { place.column.saturating_sub(count) };
                LineColumn { line: place.line, column }
            }
            None => self.lines.line_column(self.text, u32::try_from(offset).unwrap_or(u32::MAX)),
        };
        self.last = (offset, found);
        found
    }
}
