//! The diagnostics of one run, bounded in number and size, and how source text is quoted in them.

use crate::MAX_DIAGNOSTICS;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::lexer::is_bidi_control;
use std::fmt::Write;

/// How many characters of the program a message quotes at most.
const MAX_QUOTED: usize = 40;
/// How many bytes a message or a help line has at most; what we write ourselves stays far below.
const MAX_MESSAGE: usize = 400;

/// Collects diagnostics. Each stage has one of its own, so that an early stage with many leaves room for later ones.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    list: Vec<Diagnostic>,
}

impl Reports {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.list.push(diagnostic);
        }
    }

    /// Whether more would be dropped.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MAX_DIAGNOSTICS
    }

    /// What a part of this stage found, as far as there is room.
    pub(crate) fn append(&mut self, other: Self) {
        let room = MAX_DIAGNOSTICS.saturating_sub(self.list.len());
        self.list.extend(other.list.into_iter().take(room));
    }

    /// What another stage found, all of it: [`finish`](Self::finish) keeps the first in the text of all stages.
    pub(crate) fn merge(&mut self, mut other: Self) {
        self.list.append(&mut other.list);
    }

    /// Where something was reported.
    pub(crate) fn places(&self) -> impl Iterator<Item = u32> {
        self.list.iter().map(|diagnostic| diagnostic.span.start)
    }

    /// In the order of the text, each once, not too many and none too long.
    pub(crate) fn finish(mut self, text: &str) -> Vec<Diagnostic> {
        self.list.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        once_a_line(text, &mut self.list);
        self.list.dedup_by(|next, kept| next.span == kept.span && next.code == kept.code);
        self.list.truncate(MAX_DIAGNOSTICS);
        for diagnostic in &mut self.list {
            cut(&mut diagnostic.message);
            cut(&mut diagnostic.label);
            if let Some(help) = &mut diagnostic.help {
                cut(help);
            }
        }
        self.list
    }
}

/// A line in the manner of another language is told so once, without what follows from it: in `def f(x, y):` the
/// parameters have no types, and there is no body.
fn once_a_line(text: &str, list: &mut Vec<Diagnostic>) {
    let mut habits = list.iter().filter(|diagnostic| diagnostic.code == code::FOREIGN_FORM);
    let mut lines: Vec<(u32, u32, u32)> = Vec::new();
    for place in habits.by_ref().take(MAX_DIAGNOSTICS).map(|habit| habit.span.start) {
        if lines.last().is_none_or(|&(_, _, end)| place > end) {
            let at = (place as usize).min(text.len());
            let before = text.as_bytes().get(..at).unwrap_or(b"");
            let after = text.as_bytes().get(at..).unwrap_or(b"");
            let back = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
            let ahead = after.iter().take_while(|&&byte| byte != b'\n').count();
            let number = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
            lines.push((number(at - back), place, number(at + ahead)));
        }
    }
    list.retain(|diagnostic| {
        let place = diagnostic.span.start;
        let follows =
            matches!(diagnostic.code, code::FOREIGN_FORM | code::BAD_PARAMETER | code::MISSING_BODY);
        !(follows
            && lines.iter().any(|&(start, first, end)| {
                (start..=end).contains(&place) && (diagnostic.code != code::FOREIGN_FORM || place != first)
            }))
    });
}

fn cut(text: &mut String) {
    if text.len() > MAX_MESSAGE {
        let mut end = MAX_MESSAGE;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
}

/// A piece of the program for a message: cut, and without characters that would change how the message looks.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == MAX_QUOTED {
            quoted.push('…');
            break;
        }
        if c.is_control() || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') {
            let _ = write!(quoted, "\\u{{{:x}}}", u32::from(c));
        } else {
            quoted.push(c);
        }
    }
    quoted
}

/// A single character for a message: as it is when it can be seen, and by its number.
pub(crate) fn describe_char(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    if c.is_ascii_graphic() {
        format!("`{c}`")
    } else if is_bidi_control(c) {
        format!("the text-direction control character {number}")
    } else if c.is_control() || c.is_whitespace() {
        format!("the invisible character {number}")
    } else {
        format!("`{c}` ({number})")
    }
}
