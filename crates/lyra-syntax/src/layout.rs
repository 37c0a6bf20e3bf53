//! The pass between lexer and grammar: decides everything that depends on what came *before* a token.
//!
//! One loop with a stack of open brackets and the last token written. It
//! - turns newlines into separators (or drops them),
//! - tells `{` of a block from `{` of a map, prefix `!` from postfix, bars of closures from operators, words
//!   that mean something only in their place (`impl`, `step` …) from names, `<` of type arguments from less-than,
//! - splits `t.0.1` and the `>>` that closes two lists of type arguments,
//! - counts nesting before the grammar sees any of it, and
//! - mends unbalanced brackets, so the grammar only ever reads balanced ones: an inserted closer is a
//!   [`Lexeme`] without bytes.

mod angle;
mod bracket;
mod level;

use crate::MAX_NESTING;
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::lexer::Lexed;
use crate::report::{Reports, quote};
use crate::token::{Kind, Lexeme};
use level::{Bracket, Head, Level};
use lyra_base::Span;

/// The program nests deeper than [`MAX_NESTING`]; it was reported and there is nothing to parse.
pub(crate) struct TooDeep;

pub(crate) struct Layout<'t, 'r> {
    text: &'t str,
    raw: &'t [Lexeme],
    out: Vec<Lexeme>,
    levels: Vec<Level>,
    heads: Vec<Head>,
    /// What `open` was at each `if` that may still get an `else`.
    ifs: Vec<u32>,
    /// Openers of type arguments that were tried in vain.
    not_types: Vec<bool>,
    /// Closers of each kind that were inserted early: as many stray ones later are no news.
    mended: [u32; 3],
    line_indent: u32,
    /// Where the first token of the line stands.
    line_start: u32,
    /// The second sign of a `++`, which was reported with the first.
    skip: usize,
    reports: &'r mut Reports,
}

/// Prepares the tokens of `text` for the grammar.
pub(crate) fn layout(text: &str, lexed: &Lexed, reports: &mut Reports) -> Result<Vec<Lexeme>, TooDeep> {
    let mut layout = Layout {
        text,
        raw: &lexed.lexemes,
        out: Vec::with_capacity(lexed.lexemes.len() + 16),
        levels: vec![Level::file()],
        heads: Vec::new(),
        ifs: Vec::new(),
        not_types: Vec::new(),
        mended: [0; 3],
        line_indent: 0,
        line_start: 0,
        skip: 0,
        reports,
    };
    layout.run()?;
    Ok(layout.out)
}

impl Layout<'_, '_> {
    fn run(&mut self) -> Result<(), TooDeep> {
        let mut index = 0;
        let mut newline: Option<Lexeme> = None;
        while let Some(&token) = self.raw.get(index) {
            if token.kind == Kind::Newline {
                newline = Some(token);
                index += 1;
                continue;
            }
            if newline.is_some() || index == 0 {
                self.line_indent = self.indent_of(token.start);
                if newline.is_some() {
                    self.mend_at_line_start(index);
                }
                self.line_start = token.start;
            }
            if std::mem::take(&mut self.skip) == index && index > 0 {
                index += 1;
                continue;
            }
            if let Some(separator) = newline.take() {
                self.newline(separator, token);
                self.token(index, token, true)?;
            } else {
                self.token(index, token, false)?;
            }
            index += 1;
        }
        self.end_of_file();
        Ok(())
    }

    /// The last token written; a newline before the first.
    fn last(&self) -> Kind {
        self.out.last().map_or(Kind::Newline, |token| token.kind)
    }

    fn level(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            // The file's own level is never popped; this keeps the type honest without a panic.
            self.levels.push(Level::file());
        }
        let top = self.levels.len() - 1;
        &mut self.levels[top]
    }

    fn bracket(&self) -> Bracket {
        self.levels.last().map_or(Bracket::File, |level| level.bracket)
    }

    fn push(&mut self, kind: Kind, token: Lexeme) {
        self.out.push(Lexeme { kind, ..token });
    }

    /// Whether a statement (or a member) may begin here.
    fn at_statement(&self) -> bool {
        match self.last() {
            Kind::Newline | Kind::Semi => {
                matches!(self.bracket(), Bracket::File | Bracket::Block | Bracket::Members)
            }
            Kind::LBrace | Kind::LBraceMembers | Kind::Private => true,
            _ => false,
        }
    }

    /// A newline before `next`.
    fn newline(&mut self, newline: Lexeme, next: Lexeme) {
        let ends = self.bracket().keeps_newlines()
            && self.last().ends_statement()
            && !next.kind.continues_line()
            && !matches!(next.kind, Kind::RBrace | Kind::Semi);
        if !ends {
            return;
        }
        if next.kind == Kind::LBrace && self.awaits_block() {
            self.reports.push(
                Diagnostic::error(
                    code::BRACE_ON_NEW_LINE,
                    next.span(),
                    "this `{` stands on a line of its own",
                )
                .with_label("a newline has ended the statement before")
                .with_help("move it to the end of the line before"),
            );
            return;
        }
        self.separate();
        self.push(Kind::Newline, newline);
    }

    /// Whether the `{` of something in this line is still to come.
    fn awaits_block(&self) -> bool {
        let base = self.levels.last().map_or(0, |level| level.heads);
        match self.heads.get(base..).and_then(<[Head]>::last) {
            Some(Head::TypeAlias | Head::Closure) => false,
            Some(_) => true,
            None => matches!(
                self.out.as_slice(),
                [.., Lexeme { kind: Kind::Catch, .. }, Lexeme { kind: Kind::Name, .. }]
            ),
        }
    }

    /// A statement ends: what it left open is over.
    fn separate(&mut self) {
        while self.bracket() == Bracket::Angle {
            self.pop_level();
        }
        let level = self.level();
        level.open = 0;
        level.prefixes = 0;
        level.in_bars = false;
        let ifs = level.ifs;
        self.ifs.truncate(ifs);
        self.drop_heads();
    }

    fn token(&mut self, index: usize, token: Lexeme, after_newline: bool) -> Result<(), TooDeep> {
        let last = self.last();
        let operand_ended = last.ends_operand();
        if operand_ended
            && !matches!(
                token.kind,
                Kind::LParen | Kind::LBracket | Kind::Dot | Kind::QuestionDot | Kind::Bang | Kind::Lt
            )
        {
            self.level().prefixes = 0;
        }
        if matches!(last, Kind::Dot | Kind::QuestionDot) && self.after_dot(token) {
            return Ok(());
        }
        match token.kind {
            Kind::LParen | Kind::LBracket | Kind::HoleOpen => {
                let bracket = match token.kind {
                    Kind::LParen => Bracket::Paren,
                    Kind::LBracket => Bracket::Square,
                    _ => Bracket::Hole,
                };
                self.open_level(bracket, token.kind, token)?;
            }
            Kind::LBrace => self.open_brace(index, token)?,
            Kind::RParen | Kind::RBracket | Kind::RBrace | Kind::HoleClose => self.close(token),
            Kind::Name => self.word(index, token)?,
            Kind::Lt if self.opens_types(index) => self.open_level(Bracket::Angle, Kind::TypeOpen, token)?,
            Kind::Gt | Kind::Shr | Kind::UShr | Kind::GtEq | Kind::ShrEq | Kind::UShrEq
                if self.bracket() == Bracket::Angle =>
            {
                self.close_types(token);
            }
            Kind::Bang if operand_ended && !after_newline => self.push(Kind::Unwrap, token),
            Kind::Bang | Kind::Tilde => self.prefix(token)?,
            Kind::Plus | Kind::Minus if operand_ended && self.counts(index, token) => self.skip = index + 1,
            Kind::Minus if !operand_ended => self.prefix(token)?,
            // A type after `->` lies inside the one before it.
            Kind::Arrow => self.prefix(token)?,
            Kind::Or if self.level().in_bars => {
                self.level().in_bars = false;
                self.push(Kind::ClosureClose, token);
                self.hold(token)?;
            }
            Kind::Or if !operand_ended => {
                self.level().in_bars = true;
                self.push(Kind::ClosureOpen, token);
            }
            Kind::OrOr if !operand_ended => {
                self.push(Kind::ClosureEmpty, token);
                self.hold(token)?;
            }
            Kind::Return | Kind::Throw | Kind::Break | Kind::Continue => {
                // The one jump in place of a block.
                if operand_ended {
                    self.pop_head();
                }
                self.push(token.kind, token);
                if matches!(token.kind, Kind::Return | Kind::Throw) {
                    self.hold(token)?;
                }
            }
            Kind::Defer => {
                self.push(token.kind, token);
                self.hold(token)?;
            }
            Kind::Spawn => self.prefix(token)?,
            Kind::If | Kind::While | Kind::For | Kind::Match => self.head_word(token)?,
            Kind::Else => {
                let base = self.level().ifs;
                if self.ifs.len() > base
                    && let Some(open) = self.ifs.pop()
                {
                    self.level().open = open;
                }
                self.push(token.kind, token);
            }
            Kind::Proc => {
                let named = self.raw.get(index + 1).is_some_and(|next| next.kind == Kind::Name);
                self.heads.push(if named { Head::ProcItem } else { Head::Closure });
                self.push(token.kind, token);
            }
            Kind::Struct | Kind::Enum => {
                self.heads.push(Head::Parts);
                self.push(token.kind, token);
            }
            Kind::Interface => {
                self.heads.push(Head::Members);
                self.push(token.kind, token);
            }
            Kind::Comma => {
                let level = self.level();
                // Between the bars of a closure it ends nothing; the only other head with commas is `for i, x in`.
                if !level.in_bars {
                    level.open = 0;
                    level.prefixes = 0;
                    if level.fors == 0 {
                        self.drop_heads();
                    }
                }
                self.push(token.kind, token);
            }
            Kind::Semi => self.semicolon(index, token),
            Kind::HoleFormat => {
                self.close_inside_hole(token.start);
                self.push(token.kind, token);
            }
            _ => self.push(token.kind, token),
        }
        Ok(())
    }

    /// What follows a dot is a name whatever it says, or the number of a part; `0.1` is two of these.
    fn after_dot(&mut self, token: Lexeme) -> bool {
        if token.kind.is_keyword() {
            self.push(Kind::Name, token);
            return true;
        }
        if token.kind != Kind::Float {
            return false;
        }
        let body = token.text(self.text);
        let Some((left, right)) = body.split_once('.') else { return false };
        if !left.bytes().chain(right.bytes()).all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let dot = token.start + u32::try_from(left.len()).unwrap_or(0);
        self.out.push(Lexeme { kind: Kind::Int, start: token.start, end: dot });
        self.out.push(Lexeme { kind: Kind::Dot, start: dot, end: dot + 1 });
        self.out.push(Lexeme { kind: Kind::Int, start: dot + 1, end: token.end });
        true
    }

    /// A name, unless its place makes it a word.
    fn word(&mut self, index: usize, token: Lexeme) -> Result<(), TooDeep> {
        let word = token.text(self.text);
        let next = self.raw.get(index + 1);
        let next_kind = next.map_or(Kind::Newline, |next| next.kind);
        let kind = match word {
            "step" if self.last().ends_operand() => Kind::Step,
            "impl" | "private" | "type" | "test" | "bench" if self.at_statement() => match word {
                "impl" if next_kind == Kind::Name => Kind::Impl,
                "impl" if next_kind == Kind::Lt && next.is_some_and(|next| next.start == token.end) => {
                    Kind::Impl
                }
                "private" if next_kind == Kind::Name || begins_declaration(next_kind) => Kind::Private,
                "type" if next_kind == Kind::Name => Kind::TypeWord,
                "test" if is_text(next_kind) => Kind::Test,
                "bench" if is_text(next_kind) => Kind::Bench,
                _ => Kind::Name,
            },
            _ => Kind::Name,
        };
        match kind {
            Kind::Impl => self.heads.push(Head::Members),
            Kind::TypeWord => self.heads.push(Head::TypeAlias),
            _ => {}
        }
        self.push(kind, token);
        Ok(())
    }

    fn head_word(&mut self, token: Lexeme) -> Result<(), TooDeep> {
        let head = match token.kind {
            Kind::If => Head::If,
            Kind::While => Head::While,
            // `impl Area for Shape`
            Kind::For if self.heads.last() == Some(&Head::Members) => {
                self.push(token.kind, token);
                return Ok(());
            }
            Kind::For => Head::For,
            _ => Head::Match,
        };
        if head == Head::If {
            let open = self.level().open;
            self.ifs.push(open);
        }
        self.heads.push(head);
        let level = self.level();
        level.waiting += 1;
        level.fors += u32::from(head == Head::For);
        self.push(token.kind, token);
        self.check_depth(token)
    }

    /// The head whose `{` (or jump) has come, if one waits in this bracket.
    fn pop_head(&mut self) -> Option<Head> {
        let base = self.level().heads;
        let head = if self.heads.len() > base { self.heads.pop() } else { None };
        if let Some(head) = head {
            let level = self.level();
            level.waiting -= u32::from(head.nests());
            level.fors -= u32::from(head == Head::For);
        }
        head
    }

    /// No head of this bracket waits any more.
    fn drop_heads(&mut self) {
        let level = self.level();
        (level.waiting, level.fors) = (0, 0);
        let base = level.heads;
        self.heads.truncate(base);
    }

    /// A prefix operator.
    fn prefix(&mut self, token: Lexeme) -> Result<(), TooDeep> {
        self.level().prefixes += 1;
        self.push(token.kind, token);
        self.check_depth(token)
    }

    /// `x++` or `x--` at the end of a statement. Without this, `x--` would take the next line for its operand.
    fn counts(&mut self, index: usize, token: Lexeme) -> bool {
        let second = self.raw.get(index + 1);
        if !second.is_some_and(|second| second.kind == token.kind && second.start == token.end) {
            return false;
        }
        let after = self.raw.get(index + 2).map_or(Kind::Newline, |after| after.kind);
        if !matches!(after, Kind::Newline | Kind::Semi | Kind::RBrace) {
            return false;
        }
        let sign = token.kind.text();
        let named = self.out.last().filter(|last| last.kind == Kind::Name);
        let name = named.map_or("x", |last| last.text(self.text));
        let signs = Span::new(token.start, token.end + 1);
        self.reports.push(
            Diagnostic::error(code::FOREIGN_FORM, signs, format!("there is no `{sign}{sign}`"))
                .with_help(format!("write `{} {sign}= 1` as a statement of its own", quote(name)))
                .with_fix(signs, format!(" {sign}= 1")),
        );
        true
    }

    /// A jump or a closure: it takes everything to its right.
    fn hold(&mut self, token: Lexeme) -> Result<(), TooDeep> {
        self.level().open += 1;
        self.check_depth(token)
    }

    fn semicolon(&mut self, index: usize, token: Lexeme) {
        if !self.bracket().keeps_newlines() || self.bracket() == Bracket::Hole {
            return self.push(Kind::Semi, token); // `[v; n]`
        }
        self.separate();
        let next =
            self.raw.iter().skip(index + 1).find(|next| next.kind != Kind::Newline).map(|next| next.kind);
        let idle = matches!(
            self.last(),
            Kind::Newline
                | Kind::Semi
                | Kind::LBrace
                | Kind::LBraceParts
                | Kind::LBraceMembers
                | Kind::LBraceMap
        );
        if !idle && !matches!(next, None | Some(Kind::RBrace)) {
            self.push(Kind::Semi, token);
        }
    }

    /// How deep the next token stands.
    fn depth(&self) -> u32 {
        let Some(level) = self.levels.last() else { return 0 };
        level.depth + level.open + level.prefixes + level.waiting.saturating_sub(1)
    }

    fn check_depth(&mut self, token: Lexeme) -> Result<(), TooDeep> {
        if self.depth() <= MAX_NESTING {
            return Ok(());
        }
        self.reports.push(too_deep(token.span()));
        Err(TooDeep)
    }

    fn indent_of(&self, start: u32) -> u32 {
        let before = self.text.as_bytes().get(..start as usize).unwrap_or(b"");
        let width = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        u32::try_from(width).unwrap_or(u32::MAX)
    }
}

/// The one message for everything that nests too deep.
pub(crate) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(
        code::TOO_DEEP,
        span,
        format!("the program nests deeper than {MAX_NESTING} levels here"),
    )
    .with_help("give inner parts names of their own: a `var`, or a `proc`")
}

fn begins_declaration(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Proc
            | Kind::Var
            | Kind::Let
            | Kind::Const
            | Kind::Struct
            | Kind::Enum
            | Kind::Interface
            | Kind::Import
    )
}

fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::Str | Kind::RawStr | Kind::MultiStr | Kind::RawMultiStr)
}
