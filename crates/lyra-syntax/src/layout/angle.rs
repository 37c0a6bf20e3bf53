//! `<` after a name: type arguments or less-than.
//!
//! It opens type arguments when a well-formed list of types and its `>` follow, and what comes then is `(`, or
//! cannot begin an operand, or stands on a new line. The scan has its own stack; when it fails, every opener
//! that was still on the stack would fail at the same token, so all of them are remembered, and the whole pass
//! stays linear on texts like `a<b, a<b, a<b, …`.

use super::Layout;
use super::level::{Bracket, Head};
use crate::token::{Kind, Lexeme};

/// What the scan has open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Angle(usize),
    Paren,
    /// Parameters of a `proc` type.
    Params,
    Square,
    /// A map type; whether its `:` was seen.
    Brace(bool),
}

impl Layout<'_, '_> {
    /// Whether the `<` at `index` opens type arguments.
    pub(super) fn opens_types(&mut self, index: usize) -> bool {
        let Some(&token) = self.raw.get(index) else { return false };
        let Some(&last) = self.out.last() else { return false };
        if last.end != token.start || !matches!(last.kind, Kind::Name | Kind::Impl) {
            return false;
        }
        if last.kind == Kind::Impl || self.bracket() == Bracket::Angle {
            return true;
        }
        let base = self.levels.last().map_or(0, |level| level.heads);
        if self.heads.get(base..).and_then(<[Head]>::last).is_some_and(|head| head.declares()) {
            return true;
        }
        if self.not_types.get(index) == Some(&true) {
            return false;
        }
        match self.scan(index) {
            Some(after) => self.may_follow(after),
            None => false,
        }
    }

    /// Reads a list of types from the `<` at `first`; the place after its `>`, or nothing.
    fn scan(&mut self, first: usize) -> Option<usize> {
        let mut stack = vec![Open::Angle(first)];
        let mut index = first + 1;
        let mut want_type = true;
        let quiet = !self.bracket().keeps_newlines();
        let end = loop {
            let Some(&token) = self.raw.get(index) else { break None };
            let Some(&top) = stack.last() else { break Some(index) };
            match token.kind {
                Kind::Newline
                    if want_type || quiet || matches!(top, Open::Paren | Open::Params | Open::Square) =>
                {
                    index += 1;
                }
                Kind::Name if want_type => {
                    index += 1;
                    while let (Some(Kind::Dot), Some(Kind::Name)) =
                        (self.kind_at(index), self.kind_at(index + 1))
                    {
                        index += 2;
                    }
                    let name_end = self.raw.get(index - 1).map(|name| name.end);
                    match self.raw.get(index) {
                        Some(next) if next.kind == Kind::Lt && Some(next.start) == name_end => {
                            stack.push(Open::Angle(index));
                            index += 1;
                        }
                        _ => want_type = false,
                    }
                }
                Kind::Proc if want_type && self.kind_at(index + 1) == Some(Kind::LParen) => {
                    stack.push(Open::Params);
                    index += 2;
                }
                Kind::LParen if want_type => {
                    stack.push(Open::Paren);
                    index += 1;
                }
                Kind::LBracket if want_type => {
                    stack.push(Open::Square);
                    index += 1;
                }
                Kind::LBrace if want_type => {
                    stack.push(Open::Brace(false));
                    index += 1;
                }
                Kind::RParen if top == Open::Params => {
                    stack.pop();
                    index += 1;
                    want_type = self.kind_at(index) == Some(Kind::Arrow);
                    index += usize::from(want_type);
                }
                // A comma may be the last thing in a list.
                _ if want_type && self.kind_before(index) != Some(Kind::Comma) => break None,
                Kind::Question if !want_type => index += 1,
                Kind::Comma if !want_type && matches!(top, Open::Angle(_) | Open::Paren | Open::Params) => {
                    want_type = true;
                    index += 1;
                }
                Kind::Colon if !want_type && top == Open::Brace(false) => {
                    stack.pop();
                    stack.push(Open::Brace(true));
                    want_type = true;
                    index += 1;
                }
                Kind::RParen if top == Open::Paren => {
                    stack.pop();
                    want_type = false;
                    index += 1;
                }
                Kind::RBracket if !want_type && top == Open::Square => {
                    stack.pop();
                    index += 1;
                }
                Kind::RBrace if !want_type && top == Open::Brace(true) => {
                    stack.pop();
                    index += 1;
                }
                Kind::Gt | Kind::Shr | Kind::UShr | Kind::GtEq | Kind::ShrEq | Kind::UShrEq => {
                    let (closers, assigns) = angles(token.kind);
                    let mut closed = 0;
                    while closed < closers && matches!(stack.last(), Some(Open::Angle(_))) {
                        stack.pop();
                        closed += 1;
                    }
                    // All of its `>` close lists; an `=` may only follow the last one of all.
                    if closed < closers || assigns && !stack.is_empty() {
                        break None;
                    }
                    want_type = false;
                    if stack.is_empty() {
                        break Some(if assigns { usize::MAX } else { index + 1 });
                    }
                    index += 1;
                }
                _ => break None,
            }
        };
        if end.is_none() {
            if self.not_types.is_empty() {
                self.not_types = vec![false; self.raw.len()];
            }
            for open in std::iter::once(Open::Angle(first)).chain(stack) {
                if let Open::Angle(opener) = open
                    && let Some(failed) = self.not_types.get_mut(opener)
                {
                    *failed = true;
                }
            }
        }
        end
    }

    /// Whether what stands at `after` may follow the `>` of type arguments.
    fn may_follow(&self, after: usize) -> bool {
        let Some(&next) = self.raw.get(after) else { return true };
        let next = if next.kind == Kind::Newline {
            if self.bracket().keeps_newlines() {
                return true;
            }
            match self.raw.get(after + 1) {
                Some(&next) => next,
                None => return true,
            }
        } else {
            next
        };
        match next.kind {
            Kind::LParen => true,
            // The block of a head whose condition ends in a type: `if x is Stack<i32> {`.
            Kind::LBrace => self.in_type(),
            kind => !kind.begins_operand(),
        }
    }

    /// Whether the name just written stands after a word or sign that only a type follows.
    fn in_type(&self) -> bool {
        let mut tokens = self.out.iter().rev().map(|token| token.kind);
        if tokens.next() != Some(Kind::Name) {
            return false;
        }
        loop {
            match tokens.next() {
                Some(Kind::Dot) => {
                    if tokens.next() != Some(Kind::Name) {
                        return false;
                    }
                }
                Some(Kind::Is | Kind::As | Kind::Arrow) => return true,
                _ => return false,
            }
        }
    }

    /// Closes type arguments with the first character of `token`; the rest of it is read again.
    pub(super) fn close_types(&mut self, token: Lexeme) {
        let mut rest = token;
        loop {
            self.pop_level();
            self.out.push(Lexeme { kind: Kind::TypeClose, start: rest.start, end: rest.start + 1 });
            let kind = match rest.kind {
                Kind::Shr => Kind::Gt,
                Kind::UShr => Kind::Shr,
                Kind::GtEq => Kind::Eq,
                Kind::ShrEq => Kind::GtEq,
                Kind::UShrEq => Kind::ShrEq,
                _ => return,
            };
            rest = Lexeme { kind, start: rest.start + 1, end: rest.end };
            if kind == Kind::Eq || self.bracket() != Bracket::Angle {
                self.out.push(rest);
                return;
            }
        }
    }

    fn kind_at(&self, index: usize) -> Option<Kind> {
        self.raw.get(index).map(|token| token.kind)
    }

    fn kind_before(&self, index: usize) -> Option<Kind> {
        self.raw.get(..index)?.iter().rev().map(|token| token.kind).find(|&kind| kind != Kind::Newline)
    }
}

/// How many `>` a token has, and whether an `=` follows them.
fn angles(kind: Kind) -> (usize, bool) {
    match kind {
        Kind::Shr => (2, false),
        Kind::UShr => (3, false),
        Kind::GtEq => (1, true),
        Kind::ShrEq => (2, true),
        Kind::UShrEq => (3, true),
        _ => (1, false),
    }
}
