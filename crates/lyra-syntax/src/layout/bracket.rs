//! Brackets: what each `{` opens, and what to do when they do not match.
//!
//! A mistake is reported at the bracket that was opened, once. After closers were inserted early, the closers
//! that really stand later in the text are surplus; they are dropped without a word.

use super::level::{Bracket, Head, Level};
use super::{Layout, TooDeep, too_deep};
use crate::MAX_NESTING;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::token::{Kind, Lexeme};
use lyra_base::Span;

/// How many tokens of a key are looked at before its `:`, where a block could stand as well.
const MAX_KEY: usize = 100;

impl Layout<'_, '_> {
    pub(super) fn open_level(&mut self, bracket: Bracket, kind: Kind, token: Lexeme) -> Result<(), TooDeep> {
        let depth = self.depth() + 1;
        if depth > MAX_NESTING {
            self.reports.push(too_deep(token.span()));
            return Err(TooDeep);
        }
        self.push(kind, token);
        self.levels.push(Level {
            bracket,
            opener: token.span(),
            depth,
            heads: self.heads.len(),
            ifs: self.ifs.len(),
            indent: self.line_indent,
            ..Level::file()
        });
        Ok(())
    }

    pub(super) fn pop_level(&mut self) {
        if self.levels.len() > 1
            && let Some(level) = self.levels.pop()
        {
            self.heads.truncate(level.heads);
            self.ifs.truncate(level.ifs);
        }
    }

    /// `{`: a map where an operand is expected, except at the start of a statement and after `=>` or the
    /// parameters of a short closure; after an operand always a block.
    pub(super) fn open_brace(&mut self, index: usize, token: Lexeme) -> Result<(), TooDeep> {
        // The type arguments of a declaration's head were never closed; the grammar says so.
        while self.bracket() == Bracket::Angle && self.last().ends_operand() {
            self.pop_level();
        }
        // The body of a proc whose parameters were never closed.
        if self.bracket() == Bracket::Paren
            && (self.last().ends_operand() || matches!(self.last(), Kind::LParen | Kind::Comma))
            && self.in_parameters()
        {
            self.close_unclosed(token.start, None);
        }
        let starts_block = match self.last() {
            Kind::Newline | Kind::Semi => self.bracket() != Bracket::Map,
            Kind::LBrace | Kind::LBraceMembers | Kind::LBraceParts | Kind::FatArrow | Kind::ClosureClose => {
                true
            }
            Kind::ClosureEmpty | Kind::Else | Kind::Try | Kind::Catch | Kind::Defer | Kind::Break => true,
            Kind::Continue => true,
            _ => false,
        };
        if starts_block {
            return self.open_level(Bracket::Block, Kind::LBrace, token);
        }
        // `if { … }`, `while x < { … }`: a part of the head is missing. A map has a `:` or a `}` soon.
        let head_waits = self.level().waiting > 0;
        if !(self.last().ends_operand() || head_waits && self.looks_like_block(index)) {
            return self.open_level(Bracket::Map, Kind::LBraceMap, token);
        }
        let (bracket, kind) = match self.pop_head() {
            Some(Head::Match | Head::Parts) => (Bracket::Parts, Kind::LBraceParts),
            Some(Head::Members) => (Bracket::Members, Kind::LBraceMembers),
            _ => (Bracket::Block, Kind::LBrace),
        };
        self.open_level(bracket, kind, token)
    }

    /// Whether the innermost bracket is right behind the name of a `proc` in its declaration.
    fn in_parameters(&self) -> bool {
        let Some([.., outer, inner]) = self.levels.get(..) else { return false };
        if self.heads.get(outer.heads..inner.heads).and_then(<[Head]>::last) != Some(&Head::ProcItem) {
            return false;
        }
        // `-> (i32, {str: i32})` is behind the parameters, in the same head.
        let at = self.out.partition_point(|token| token.start < inner.opener.start);
        let before = at.checked_sub(1).and_then(|before| self.out.get(before));
        before.is_some_and(|before| before.kind != Kind::Arrow)
    }

    /// Whether what follows the `{` at `index` is no key with its `:`.
    fn looks_like_block(&self, index: usize) -> bool {
        let kinds = self.raw.iter().skip(index + 1).map(|token| token.kind);
        let mut kinds = kinds.skip_while(|&kind| kind == Kind::Newline).take(MAX_KEY).peekable();
        if matches!(kinds.peek(), None | Some(Kind::RBrace)) {
            return false;
        }
        let mut depth = 0_usize;
        for kind in kinds {
            match kind {
                Kind::LParen | Kind::LBracket | Kind::LBrace => depth += 1,
                Kind::RParen | Kind::RBracket | Kind::RBrace if depth > 0 => depth -= 1,
                Kind::Colon if depth == 0 => return false,
                Kind::RBrace | Kind::Newline | Kind::Semi | Kind::Comma | Kind::Eq if depth == 0 => {
                    return true;
                }
                _ => {}
            }
        }
        true
    }

    /// `)`, `]`, `}` or the end of a hole.
    pub(super) fn close(&mut self, token: Lexeme) {
        if token.kind == Kind::HoleClose {
            self.close_inside_hole(token.start);
            if self.bracket() == Bracket::Hole {
                self.pop_level();
            }
            return self.push(token.kind, token);
        }
        let fits = |bracket: Bracket| match token.kind {
            Kind::RParen => bracket == Bracket::Paren,
            Kind::RBracket => bracket == Bracket::Square,
            _ => bracket.is_brace(),
        };
        // At most MAX_NESTING levels are looked at. A hole is closed by its own `}` only.
        let inner = self.levels.iter().rev().take_while(|level| level.bracket != Bracket::Hole);
        let Some(above) = inner.enumerate().find(|(_, level)| fits(level.bracket)).map(|(above, _)| above)
        else {
            return self.stray(token);
        };
        for _ in 0..above {
            self.close_unclosed(token.start, Some(token));
        }
        self.note_indent(token);
        self.pop_level();
        self.push(token.kind, token);
    }

    /// A closer that nothing was opened for.
    fn stray(&mut self, token: Lexeme) {
        if let Some(surplus) = self.mended.get_mut(slot(token.kind))
            && *surplus > 0
        {
            *surplus -= 1;
            return;
        }
        let found = token.kind.text();
        let top = self.levels.last().map(|level| (level.bracket, level.opener));
        if let Some((bracket @ (Bracket::Paren | Bracket::Square), opener)) = top {
            let wanted = closer(bracket);
            self.reports.push(
                Diagnostic::error(
                    code::UNBALANCED,
                    token.span(),
                    format!("expected `{}`, found `{found}`", wanted.text()),
                )
                .with_secondary(opener, "the bracket opened here")
                .with_help(format!("close it with `{}`", wanted.text()))
                .with_fix(token.span(), wanted.text()),
            );
            self.pop_level();
            return self.push(wanted, token);
        }
        self.reports.push(
            Diagnostic::error(code::UNBALANCED, token.span(), format!("this `{found}` closes nothing"))
                .with_help("remove it, or add the bracket that it was to close"),
        );
    }

    /// Closes the innermost level, which has no closer of its own before `end`.
    fn close_unclosed(&mut self, end: u32, instead: Option<Lexeme>) {
        let Some(level) = self.levels.last() else { return };
        let (bracket, opener) = (level.bracket, level.opener);
        let wanted = closer(bracket);
        // Type arguments are no brackets of their own to the reader; the grammar finds what is wrong with them.
        if !matches!(bracket, Bracket::Angle | Bracket::Hole) {
            let mut diagnostic = Diagnostic::error(
                code::UNBALANCED,
                opener,
                format!("this `{}` is never closed", opening_text(bracket)),
            )
            .with_help(format!("add its `{}`", wanted.text()));
            if let Some(found) = instead {
                diagnostic = diagnostic.with_secondary(
                    found.span(),
                    format!("`{}` stands where its `{}` is expected", found.kind.text(), wanted.text()),
                );
            }
            self.reports.push(diagnostic);
            // Closed ahead of its time: its own closer may still come.
            if instead.is_none() {
                self.expect_surplus(wanted);
            }
        }
        self.pop_level();
        self.out.push(Lexeme { kind: wanted, start: end, end });
    }

    /// A closer was inserted; its own may still come.
    fn expect_surplus(&mut self, closer: Kind) {
        if let Some(surplus) = self.mended.get_mut(slot(closer)) {
            *surplus += 1;
        }
    }

    /// Closes what was opened inside a hole and not closed before its end.
    pub(super) fn close_inside_hole(&mut self, end: u32) {
        while !matches!(self.bracket(), Bracket::Hole | Bracket::File) {
            self.close_unclosed(end, None);
        }
    }

    /// A pair of braces whose two lines are indented differently is where a missing `}` may belong.
    fn note_indent(&mut self, token: Lexeme) {
        let begins_line = self.text.as_bytes().get(..token.start as usize).is_some_and(|before| {
            let indent = self.line_indent as usize;
            before.len().checked_sub(indent + 1).is_none_or(|place| before.get(place) == Some(&b'\n'))
        });
        let Some([.., outer, inner]) = self.levels.get_mut(..) else { return };
        if begins_line
            && inner.bracket.is_brace()
            && inner.indent > self.line_indent
            && outer.suspect.is_none()
        {
            outer.suspect = Some((inner.opener, token.span()));
        } else if outer.suspect.is_none() {
            outer.suspect = inner.suspect;
        }
    }

    /// A line that starts with a word which cannot stand inside `(` or `[` shows that one of these was left open;
    /// an item at the left margin inside a block, that a `}` is missing.
    pub(super) fn mend_at_line_start(&mut self, index: usize) {
        let Some(&token) = self.raw.get(index) else { return };
        let next = self.raw.get(index + 1).map_or(Kind::Newline, |next| next.kind);
        let item = match token.kind {
            Kind::Proc | Kind::Struct | Kind::Enum | Kind::Interface => next == Kind::Name,
            Kind::Import => true,
            Kind::Name => token.text(self.text) == "impl" && next == Kind::Name,
            _ => false,
        };
        let statement = item && token.kind != Kind::Name
            || matches!(
                token.kind,
                Kind::Var | Kind::Let | Kind::Const | Kind::While | Kind::For | Kind::Try | Kind::Defer
            );
        let mut closers = String::new();
        let mut first = None;
        while let Some(level) = self.levels.last() {
            if !matches!(level.bracket, Bracket::Paren | Bracket::Square | Bracket::Angle) {
                break;
            }
            let (bracket, opener, indent) = (level.bracket, level.opener, level.indent);
            // The line broke off in an unclosed text, which was reported: its brackets broke off with it.
            let broken = self.out.last().is_some_and(|last| {
                last.kind == Kind::Bad && opener.start >= self.line_start && last.end > self.line_start
            });
            // Parts of a list stand deeper than the line that opened it.
            let outside = self.last().ends_operand()
                && self.line_indent <= indent
                && (token.kind.begins_operand()
                    || matches!(token.kind, Kind::Return | Kind::Break | Kind::Continue | Kind::Throw));
            if !(statement || broken || outside) {
                break;
            }
            let wanted = closer(bracket);
            if !broken && bracket != Bracket::Angle {
                first = first.or(Some((bracket, opener)));
                closers.push_str(wanted.text());
                self.expect_surplus(wanted);
            }
            let end = self.out.last().map_or(token.start, |last| last.end);
            self.pop_level();
            self.out.push(Lexeme { kind: wanted, start: end, end });
        }
        if let Some((bracket, opener)) = first {
            let message = format!("this `{}` is never closed", opening_text(bracket));
            let end = self.out.last().map_or(token.start, |last| last.end);
            let help = if self.comment_follows(opener) {
                COMMENT.to_owned()
            } else {
                format!("add `{closers}` before the end of the line")
            };
            self.reports.push(
                Diagnostic::error(code::UNBALANCED, opener, message)
                    .with_help(help)
                    .with_fix(Span::at(end), closers),
            );
        }
        if item && self.line_indent == 0 && self.bracket().is_brace() {
            // A `proc` is at home in an `impl` or an interface, however it is indented.
            if token.kind == Kind::Proc && self.bracket() == Bracket::Members {
                return;
            }
            self.report_missing_brace(token.span(), "this item stands inside it");
            while self.bracket() != Bracket::File {
                let end = self.out.last().map_or(token.start, |last| last.end);
                let wanted = closer(self.bracket());
                self.expect_surplus(wanted);
                self.pop_level();
                self.out.push(Lexeme { kind: wanted, start: end, end });
            }
        }
    }

    pub(super) fn end_of_file(&mut self) {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        if self.levels.iter().skip(1).any(|level| level.bracket != Bracket::Angle) {
            self.report_missing_brace(Span::at(end), "the file ends here");
        }
        while self.bracket() != Bracket::File {
            let wanted = closer(self.bracket());
            self.pop_level();
            self.out.push(Lexeme { kind: wanted, start: end, end });
        }
    }

    /// Reports the innermost bracket that is open, or the one that was most likely meant to be closed.
    fn report_missing_brace(&mut self, found: Span, why: &str) {
        let Some(level) = self.levels.iter().rev().find(|level| level.bracket != Bracket::Angle) else {
            return;
        };
        let opening = opening_text(level.bracket);
        let closing = closer(level.bracket).text();
        let mut diagnostic = match level.suspect {
            Some((opener, wrong)) => Diagnostic::error(
                code::UNBALANCED,
                opener,
                format!("this `{opening}` is most likely the one that is not closed"),
            )
            .with_secondary(wrong, "closed here, but the two lines are indented differently")
            .with_secondary(level.opener, "so that this one is left open"),
            None => {
                Diagnostic::error(code::UNBALANCED, level.opener, format!("this `{opening}` is never closed"))
            }
        };
        let help = if self.comment_follows(level.opener) {
            COMMENT.to_owned()
        } else {
            format!("add its `{closing}`")
        };
        diagnostic = diagnostic.with_secondary(found, why).with_help(help);
        self.reports.push(diagnostic);
    }

    /// Whether `//` stands behind a bracket in its line, as in `(7 // 2)`.
    fn comment_follows(&self, opener: Span) -> bool {
        let rest = self.text.get(opener.start as usize..).unwrap_or("");
        rest.lines().next().is_some_and(|line| line.contains("//"))
    }
}

const COMMENT: &str =
    "`//` begins a comment, which hides the rest of the line; integers are divided with `/`";

fn opening_text(bracket: Bracket) -> &'static str {
    match bracket {
        Bracket::Paren => "(",
        Bracket::Square => "[",
        Bracket::Angle => "<",
        _ => "{",
    }
}

fn closer(bracket: Bracket) -> Kind {
    match bracket {
        Bracket::Paren => Kind::RParen,
        Bracket::Square => Kind::RBracket,
        Bracket::Angle => Kind::TypeClose,
        Bracket::Hole => Kind::HoleClose,
        _ => Kind::RBrace,
    }
}

fn slot(closer: Kind) -> usize {
    match closer {
        Kind::RParen => 0,
        Kind::RBracket => 1,
        _ => 2,
    }
}
