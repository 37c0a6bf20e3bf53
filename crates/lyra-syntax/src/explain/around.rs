//! What lies around a mistake: where its line, its statement, its bracket and an indented block end.
//!
//! Offsets count from the token that did not fit, as everywhere in [`View`]. Each scan goes forward once over the
//! tokens of one statement; how often that happens is bounded by the budget of [`crate::recover`].

use super::{Mend, View};
use crate::recover::{closes, opens};
use crate::token::Kind;

/// How far back the beginning of a line is looked for.
const MAX_COLUMN: usize = 1_000;

/// How many bytes stand before `place` in its line; very many in a line without end.
pub(crate) fn column(text: &str, place: u32) -> u32 {
    let place = place as usize;
    let first = place.saturating_sub(MAX_COLUMN);
    let before = text.as_bytes().get(first..place).unwrap_or(b"");
    let width = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
    u32::try_from(width).unwrap_or(u32::MAX)
}

/// How deep the line of `place` is indented.
fn indent(text: &str, place: u32) -> u32 {
    let start = (place - column(text, place)) as usize;
    let line = text.as_bytes().get(start..).unwrap_or(b"");
    let width = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).take(MAX_COLUMN).count();
    u32::try_from(width).unwrap_or(u32::MAX)
}

/// Whether a line that begins with `word` goes on with a block without braces: `else:`, `end`.
pub(crate) fn continues_indented(word: &str) -> bool {
    matches!(
        word,
        "else"
            | "elif"
            | "elsif"
            | "elseif"
            | "end"
            | "until"
            | "except"
            | "finally"
            | "case"
            | "rescue"
            | "ensure"
            | "when"
    )
}

impl View<'_> {
    /// The offset of a token by its place.
    pub(super) fn offset(&self, place: usize) -> isize {
        isize::try_from(place).unwrap_or(isize::MAX) - isize::try_from(self.at).unwrap_or(0)
    }

    /// The offset behind the last token that `part_of` takes, which is asked with the depth in brackets; a closer
    /// of a bracket that was open before always ends it.
    fn until(&self, part_of: impl Fn(usize, Kind, u32) -> bool) -> isize {
        let mut depth = 0_u32;
        let mut place = self.at;
        while let Some(token) = self.tokens.get(place) {
            if closes(token.kind) && depth == 0 || !part_of(place, token.kind, depth) {
                break;
            }
            if opens(token.kind) {
                depth += 1;
            } else if closes(token.kind) {
                depth -= 1;
            }
            place += 1;
        }
        self.offset(place)
    }

    /// Where the statement ends.
    pub(super) fn statement_end(&self) -> isize {
        self.until(|_, kind, depth| depth > 0 || !matches!(kind, Kind::Newline | Kind::Semi))
    }

    /// Where the part of a list ends.
    pub(super) fn part_end(&self) -> isize {
        self.until(|_, kind, depth| depth > 0 || !matches!(kind, Kind::Newline | Kind::Semi | Kind::Comma))
    }

    /// Where the next `{` of the statement stands.
    pub(super) fn next_block(&self) -> Option<isize> {
        let end = self.until(|_, kind, depth| {
            depth > 0 || !matches!(kind, Kind::LBrace | Kind::LBraceParts | Kind::LBraceMap | Kind::Newline)
        });
        matches!(self.kind(end), Kind::LBrace | Kind::LBraceParts | Kind::LBraceMap).then_some(end)
    }

    /// The offset behind the closer of the bracket that opens at `offset`.
    pub(super) fn behind_bracket(&self, offset: isize) -> isize {
        let mut depth = 0_u32;
        let mut end = offset;
        while let Some(token) = self.token(end) {
            end += 1;
            if opens(token.kind) {
                depth += 1;
            } else if closes(token.kind) {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                break;
            }
        }
        end
    }

    /// Where the line ends, or the bracket around it.
    pub(super) fn line_end(&self) -> isize {
        let start = self.token(0).map_or(usize::MAX, |token| token.start as usize);
        let rest = self.text.get(start..).unwrap_or("");
        let newline = start.saturating_add(rest.find('\n').unwrap_or(rest.len()));
        self.until(|place, _, _| self.tokens.get(place).is_some_and(|token| (token.start as usize) < newline))
    }

    /// Where a block ends that has no braces: behind the last line that stands deeper than this one, and behind
    /// what goes on with it (`else:`, `end`).
    fn indented_end(&self) -> isize {
        let base = self.token(0).map_or(0, |token| indent(self.text, token.start));
        let mut end = self.line_end();
        let mut depth = 0_u32;
        let mut is_new = false;
        let mut offset = end;
        while let Some(token) = self.token(offset) {
            if closes(token.kind) && depth == 0 {
                break;
            }
            if token.kind == Kind::Newline {
                is_new = true;
            } else {
                if is_new && depth == 0 {
                    let own = column(self.text, token.start);
                    if own < base || own == base && !continues_indented(token.text(self.text)) {
                        break;
                    }
                }
                is_new = false;
                end = offset + 1;
            }
            if opens(token.kind) {
                depth += 1;
            } else if closes(token.kind) {
                depth -= 1;
            }
            offset += 1;
        }
        end
    }

    /// An edit that puts an empty block in place of an indented one: `from` counts from the mistake.
    pub(super) fn mend_indented(&self, from: isize, with: &[Kind]) -> Option<Mend> {
        Some(Mend { indented: true, ..self.mend(from, self.indented_end(), with)? })
    }

    /// An edit that takes the whole statement for unreadable.
    pub(super) fn mend_all(&self) -> Option<Mend> {
        let start = self.offset(self.statement());
        self.mend(start, self.statement_end().max(start + 1), &[Kind::Bad])
    }

    /// The text between two offsets, cut for a message.
    pub(super) fn slice(&self, from: isize, to: isize) -> String {
        let (Some(first), Some(last)) = (self.token(from), self.token(to - 1)) else { return String::new() };
        crate::report::quote(self.text.get(first.start as usize..last.end as usize).unwrap_or(""))
    }

    /// Whether one of the tokens from the mistake to `end` is the word.
    pub(super) fn has_word(&self, word: &str, end: isize) -> bool {
        (0..end).any(|offset| self.word(offset) == word)
    }
}
