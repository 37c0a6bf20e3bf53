//! Places in source text: a [`Span`] of bytes, and the [`LineIndex`] that turns one into line and column.
//!
//! Spans are byte offsets because every stage can keep them at no cost; lines and columns are worked out
//! only for what is shown to a person.

use std::ops::Range;

/// A half-open range of bytes `start..end` in one source text.
///
/// ```
/// use lyra_base::Span;
/// let word = Span::new(4, 7);
/// assert_eq!(&"let abc"[word.range()], "abc");
/// assert_eq!(word.to(Span::new(9, 10)), Span::new(4, 10));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The empty span just before byte `at`.
    #[must_use]
    pub const fn at(at: u32) -> Self {
        Self { start: at, end: at }
    }

    /// The smallest span that covers `self` and `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// As a range of `usize`, for slicing the text.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place as a person reads it; both parts count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Where each line of a text begins, so that a byte offset becomes a line and column in O(log lines + line length).
///
/// A line ends at `\n`, at `\r\n`, or at the end of the text.
///
/// ```
/// use lyra_base::LineIndex;
/// let text = "one\ntwo\n";
/// let lines = LineIndex::new(text);
/// let at = lines.line_column(text, 5);
/// assert_eq!((at.line, at.column), (2, 2));
/// assert_eq!(lines.line_text(text, 2), "two");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads `text` once. Offsets past 4 GiB are cut off; sources are limited to far less.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts =
            std::iter::once(0).chain(newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self { starts: starts.collect() }
    }

    /// How many lines there are; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The line (from 1) of a byte offset, in O(log lines).
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX).max(1)
    }

    /// Line and column of a byte offset. An offset past the end, or inside a character, is moved back to a valid place.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.starts.partition_point(|&start| start as usize <= end).max(1);
        let start = self.starts[line - 1] as usize;
        let column = text.get(start..end).map_or(0, |before| before.chars().count());
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    /// The bytes of line `line` (from 1) without its line end; empty when there is no such line.
    #[must_use]
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let Some(index) = (line as usize).checked_sub(1).filter(|&index| index < self.starts.len()) else {
            return Span::at(u32::try_from(text.len()).unwrap_or(u32::MAX));
        };
        let start = self.starts[index];
        let end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize - 1);
        let body = text.get(start as usize..end).unwrap_or("");
        let body = body.strip_suffix('\r').unwrap_or(body);
        Span::new(start, start + u32::try_from(body.len()).unwrap_or(0))
    }

    /// The text of line `line` (from 1) without its line end.
    #[must_use]
    pub fn line_text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        text.get(self.line_span(text, line).range()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_of_a_mixed_text_has_a_place() {
        let text = "a\r\nß→x\n\nend";
        let lines = LineIndex::new(text);
        assert_eq!(lines.line_count(), 4);
        let places: Vec<_> = (0..=text.len() as u32)
            .map(|at| lines.line_column(text, at))
            .map(|place| (place.line, place.column))
            .collect();
        // Bytes inside `ß` (2 bytes) and `→` (3 bytes) belong to their character.
        let expected = [
            (1, 1),
            (1, 2),
            (1, 3), // a \r \n
            (2, 1),
            (2, 1),
            (2, 2),
            (2, 2),
            (2, 2),
            (2, 3),
            (2, 4), // ß → x \n
            (3, 1), // empty line
            (4, 1),
            (4, 2),
            (4, 3),
            (4, 4),
        ];
        assert_eq!(places, expected);
        assert_eq!(lines.line_text(text, 1), "a");
        assert_eq!(lines.line_text(text, 2), "ß→x");
        assert_eq!(lines.line_text(text, 9), "");
        assert_eq!(
            lines.line_column("", 7),
            LineColumn { line: 1, column: 1 }.min(lines.line_column(text, 0))
        );
    }
}
