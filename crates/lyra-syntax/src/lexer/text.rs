//! The parts of the lexer that no pattern can say: comments, strings, characters, f-strings.
//!
//! Every scan moves forward only, over bytes that are told apart by ASCII alone, so it never stops inside a
//! character of several bytes.

use super::{Lexer, Mode, at};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::token::Kind;
use crate::trivia::TriviaKind;
use lyra_base::Span;

impl Lexer<'_, '_> {
    pub(super) fn line_comment(&mut self, start: u32) {
        self.skip_line();
        let span = Span::new(start, self.here());
        let body = self.text.get(span.range()).unwrap_or("");
        // `////…` is a rule drawn across the page, not documentation.
        let doc = body.starts_with("///") && !body.starts_with("////");
        self.trivia(if doc { TriviaKind::Doc } else { TriviaKind::Line }, span);
    }

    /// `/* … */`, nested. One that holds a newline counts as a newline.
    pub(super) fn block_comment(&mut self, start: u32) {
        let rest = self.logos.remainder();
        let bytes = rest.as_bytes();
        let (mut index, mut depth, mut newline) = (0, 1_u32, false);
        while depth > 0 {
            match (bytes.get(index), bytes.get(index + 1)) {
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    index += 2;
                }
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    index += 2;
                }
                (Some(byte), _) => {
                    newline |= *byte == b'\n';
                    index += 1;
                }
                (None, _) => break,
            }
        }
        self.logos.bump(index.min(rest.len()));
        let span = Span::new(start, self.here());
        if depth > 0 {
            self.reports.push(
                Diagnostic::error(
                    code::UNCLOSED_COMMENT,
                    Span::new(start, start + 2),
                    "this comment is never closed",
                )
                .with_help(if depth == 1 {
                    "add `*/` at its end".to_string()
                } else {
                    format!("comments nest: {depth} `*/` are missing")
                }),
            );
        }
        self.trivia(TriviaKind::Block, span);
        if newline {
            if self.modes.is_empty() {
                let end = span.end;
                if self.out.lexemes.last().is_some_and(|last| last.kind != Kind::Newline) {
                    self.push(Kind::Newline, end, end);
                }
            } else {
                self.report_hole_line(span);
            }
        }
    }

    /// `"…"` and `r"…"`: both end on their line.
    pub(super) fn line_string(&mut self, kind: Kind, start: u32) {
        let rest = self.logos.remainder();
        let bytes = rest.as_bytes();
        let mut index = 0;
        loop {
            match bytes.get(index) {
                Some(b'"') => {
                    self.logos.bump(index + 1);
                    return self.push(kind, start, self.here());
                }
                Some(b'\\') if kind == Kind::Str => {
                    // The next byte is not a line end; if it begins a longer character, the rest of that is passed over next.
                    index += if matches!(bytes.get(index + 1), None | Some(b'\n' | b'\r')) { 1 } else { 2 };
                }
                Some(b'\n') | None => break,
                Some(_) => index += 1,
            }
        }
        let length = self.line_length(index);
        self.logos.bump(length);
        // Inside a hole it is most likely the quote that was to end the f-string: the hole is what is reported.
        if self.modes.is_empty() {
            self.unclosed(start, self.here(), "text");
        }
        self.push(Kind::Bad, start, self.here());
    }

    /// `"""…"""` and `r"""…"""`.
    pub(super) fn multi_string(&mut self, kind: Kind, start: u32) {
        let rest = self.logos.remainder();
        let bytes = rest.as_bytes();
        let mut index = 0;
        let closed = loop {
            match bytes.get(index) {
                Some(b'"') if bytes.get(index..index + 3) == Some(b"\"\"\"") => break true,
                Some(b'\\') if kind == Kind::MultiStr => index += 2,
                Some(_) => index += 1,
                None => break false,
            }
        };
        if closed {
            self.logos.bump(index + 3);
        } else {
            self.logos.bump(rest.len());
            self.reports.push(
                Diagnostic::error(
                    code::UNCLOSED_TEXT,
                    Span::new(start, start + at(opening(kind))),
                    "this text is never closed",
                )
                .with_help("add `\"\"\"` at its end"),
            );
        }
        let span = Span::new(start, self.here());
        if !self.modes.is_empty() && self.text.get(span.range()).is_some_and(|body| body.contains('\n')) {
            self.report_hole_line(span);
        }
        self.push(if closed { kind } else { Kind::Bad }, span.start, span.end);
    }

    /// `'a'`. What is inside is looked at when the grammar takes it; here only its end is found.
    pub(super) fn character(&mut self, start: u32) {
        if self.modes.is_empty() && self.lifetime(start) {
            return;
        }
        let rest = self.logos.remainder();
        let bytes = rest.as_bytes();
        let mut index = 0;
        loop {
            match bytes.get(index) {
                Some(b'\'') => {
                    self.logos.bump(index + 1);
                    if !self.prefixed_quote(start, self.here()) {
                        self.push(Kind::Char, start, self.here());
                    }
                    return;
                }
                Some(b'\\') => {
                    index += if matches!(bytes.get(index + 1), None | Some(b'\n' | b'\r')) { 1 } else { 2 };
                }
                Some(b'\n') | None => break,
                Some(_) => index += 1,
            }
        }
        let length = self.line_length(index);
        self.logos.bump(length);
        self.unclosed(start, self.here(), "character");
        self.push(Kind::Bad, start, self.here());
    }

    /// The text of an f-string up to its end, a hole, or a line end where there may be none.
    pub(super) fn fstring_text(&mut self) {
        let inside_hole = self.modes.len() > 1;
        let Some(&mut Mode::Text { multi, start: opened, indent, ref mut prefix }) = self.modes.last_mut()
        else {
            return;
        };
        let start = at(self.logos.span().end);
        let rest = self.logos.remainder();
        let bytes = rest.as_bytes();
        let mut index = 0;
        loop {
            let next = bytes.get(index + 1);
            match bytes.get(index) {
                Some(b'\\') => {
                    index += 1;
                    match next {
                        Some(b'u') if bytes.get(index + 1) == Some(&b'{') => {
                            let digits = bytes.get(index + 2..).unwrap_or(&[]);
                            let length = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
                            index += 2 + length + usize::from(digits.get(length) == Some(&b'}'));
                        }
                        None | Some(b'\n' | b'\r') => {}
                        Some(_) => index += 1,
                    }
                }
                Some(b'{') if next == Some(&b'{') => index += 2,
                Some(b'}') if next == Some(&b'}') => index += 2,
                Some(b'{') => {
                    self.logos.bump(index + 1);
                    let end = start + at(index);
                    self.fstring_piece(start, end);
                    self.push(Kind::HoleOpen, end, end + 1);
                    self.modes.push(Mode::Hole { open: end, brackets: self.brackets.len() });
                    return;
                }
                Some(b'}') => {
                    let span = Span::new(start + at(index), start + at(index) + 1);
                    self.reports.push(
                        Diagnostic::error(code::BAD_FSTRING, span, "a single `}` in the text of an f-string")
                            .with_help("write `}}` for a brace")
                            .with_fix(span, "}}"),
                    );
                    index += 1;
                }
                Some(b'"') if !multi || bytes.get(index..index + 3) == Some(b"\"\"\"") => {
                    let quotes = if multi { 3 } else { 1 };
                    self.logos.bump(index + quotes);
                    let end = start + at(index);
                    if let (Some(place), Some(prefix)) = (indent, *prefix)
                        && let Some(entry) = self.out.indents.get_mut(place)
                    {
                        entry.1 = prefix.end - prefix.start;
                    }
                    self.fstring_piece(start, end);
                    self.push(Kind::FEnd, end, end + at(quotes));
                    self.modes.pop();
                    return;
                }
                Some(b'\n') if !multi => {
                    let length =
                        rest.get(..index).map_or(index, |line| line.strip_suffix('\r').unwrap_or(line).len());
                    return self.unclosed_fstring(start, length, opened);
                }
                Some(b'\n') if inside_hole => {
                    let length =
                        rest.get(..index).map_or(index, |line| line.strip_suffix('\r').unwrap_or(line).len());
                    self.logos.bump(length);
                    let end = start + at(length);
                    self.fstring_piece(start, end);
                    return self.break_holes(end);
                }
                Some(b'\n') => {
                    index += 1;
                    let line = bytes.get(index..).unwrap_or(&[]);
                    let width = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                    let blank = matches!(line.get(width..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
                    if !blank {
                        let own = Span::new(start + at(index), start + at(index + width));
                        *prefix = Some(match *prefix {
                            None => own,
                            Some(known) => common_prefix(self.text, known, own),
                        });
                    }
                    index += width;
                }
                Some(_) => index += 1,
                None => return self.unclosed_fstring(start, rest.len(), opened),
            }
        }
    }

    fn fstring_piece(&mut self, start: u32, end: u32) {
        if start < end {
            self.push(Kind::FText, start, end);
        }
    }

    /// The line or the file ends inside the text of an f-string.
    fn unclosed_fstring(&mut self, start: u32, length: usize, opened: u32) {
        self.logos.bump(length);
        let end = start + at(length);
        self.fstring_piece(start, end);
        self.push(Kind::FEnd, end, end);
        self.modes.pop();
        self.unclosed(opened, end, "text");
        if !self.modes.is_empty() {
            self.unwind(end);
        }
    }

    /// `}` of a hole.
    pub(super) fn close_hole(&mut self, start: u32, end: u32) {
        if let Some(Mode::Hole { brackets, .. }) = self.modes.pop() {
            self.brackets.truncate(brackets);
        }
        self.push(Kind::HoleClose, start, end);
    }

    /// `:` in a hole: everything up to its `}` is the format. The token holds what follows the `:`.
    pub(super) fn format(&mut self, colon: u32) {
        let rest = self.logos.remainder();
        let length = rest.find(['}', '"', '\n', '{']).unwrap_or(rest.len());
        let length = rest.get(..length).map_or(length, |line| line.strip_suffix('\r').unwrap_or(line).len());
        self.logos.bump(length);
        self.push(Kind::HoleFormat, colon + 1, self.here());
    }

    /// A line or the file ends inside a hole: report it and close what is open, so that the stream stays balanced.
    pub(super) fn break_holes(&mut self, end: u32) {
        if let Some(open) = self.modes.iter().rev().find_map(|mode| match mode {
            Mode::Hole { open, .. } => Some(*open),
            Mode::Text { .. } => None,
        }) {
            self.reports.push(
                Diagnostic::error(
                    code::BAD_FSTRING,
                    Span::new(open, open + 1),
                    "this hole is not closed on its line",
                )
                .with_help("add its `}`; work out a long value before the f-string and name it here"),
            );
        }
        self.unwind(end);
    }

    fn unwind(&mut self, end: u32) {
        while let Some(mode) = self.modes.last() {
            match *mode {
                Mode::Hole { brackets, .. } => {
                    self.brackets.truncate(brackets);
                    self.push(Kind::HoleClose, end, end);
                }
                // The outermost `f"""` goes on after the broken line.
                Mode::Text { multi: true, .. }
                    if self.modes.len() == 1 && (end as usize) < self.text.len() =>
                {
                    return;
                }
                Mode::Text { multi, start, .. } => {
                    if multi && end as usize == self.text.len() {
                        self.unclosed(start, end, "text");
                    }
                    self.push(Kind::FEnd, end, end);
                }
            }
            self.modes.pop();
        }
    }

    fn report_hole_line(&mut self, span: Span) {
        self.reports.push(
            Diagnostic::error(code::BAD_FSTRING, span, "a hole of an f-string ends on its line")
                .with_help("work the value out before the f-string and name it in the hole"),
        );
    }

    fn unclosed(&mut self, start: u32, end: u32, what: &str) {
        let quote = if what == "text" { "\"" } else { "'" };
        let mut diagnostic = Diagnostic::error(
            code::UNCLOSED_TEXT,
            Span::new(start, end),
            format!("this {what} has no closing `{quote}` on its line"),
        );
        diagnostic = if what == "text" {
            diagnostic
                .with_help("add the `\"`, or write a text of several lines between `\"\"\"` and `\"\"\"`")
        } else {
            diagnostic.with_help("a character is written `'a'`, a text `\"…\"`")
        };
        self.reports.push(diagnostic);
    }

    /// The length of the rest of a line of `index` bytes without a `\r` at its end.
    fn line_length(&self, index: usize) -> usize {
        let rest = self.logos.remainder();
        rest.get(..index).map_or(rest.len(), |line| line.strip_suffix('\r').unwrap_or(line).len())
    }
}

/// How many bytes the opening of a string of `kind` has.
pub(crate) fn opening(kind: Kind) -> usize {
    match kind {
        Kind::Str => 1,
        Kind::RawStr | Kind::FStart => 2,
        Kind::MultiStr => 3,
        Kind::RawMultiStr | Kind::FMultiStart => 4,
        _ => 0,
    }
}

/// The part of `a` that `b` begins with too.
fn common_prefix(text: &str, a: Span, b: Span) -> Span {
    let (left, right) = (text.as_bytes().get(a.range()), text.as_bytes().get(b.range()));
    let same = match (left, right) {
        (Some(left), Some(right)) => left.iter().zip(right).take_while(|(x, y)| x == y).count(),
        _ => 0,
    };
    Span::new(a.start, a.start + at(same))
}
