//! Text to raw tokens: logos for what a pattern can say, [`text`] for strings and comments.
//!
//! An f-string is tokens of the same stream (start, text, hole, …, end). An explicit stack of modes says
//! whether text or code comes next, so f-strings inside holes of f-strings need no recursion and no second
//! lexer. The stream is always balanced in its f-string parts, whatever the text was.
//!
//! ```text
//!   f"a{b + f"{c}":>8}"   →   f"  a  {hole  b + f"  {hole c }hole  "  :>8  }hole  "
//! ```

mod foreign;
mod text;

pub(crate) use text::opening;

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::report::{Reports, describe_char};
use crate::token::{Kind, Lexeme};
use crate::trivia::{Trivia, TriviaKind};
use logos::Logos;
use lyra_base::Span;

/// What the lexer found.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    pub(crate) lexemes: Vec<Lexeme>,
    pub(crate) trivia: Vec<Trivia>,
    /// Where each `f"""` starts and how many bytes of indentation all its lines share, in order.
    pub(crate) indents: Vec<(u32, u32)>,
}

/// Where the lexer stands inside f-strings.
#[derive(Debug)]
enum Mode {
    /// In the text of one; `indent` is its entry in [`Lexed::indents`].
    Text { multi: bool, start: u32, indent: Option<usize>, prefix: Option<Span> },
    /// In a hole: code up to the `}` that fits. `brackets` is where its own open ones start on the stack.
    Hole { open: u32, brackets: usize },
}

pub(crate) struct Lexer<'t, 'r> {
    text: &'t str,
    logos: logos::Lexer<'t, Kind>,
    out: Lexed,
    modes: Vec<Mode>,
    /// Brackets open inside holes.
    brackets: Vec<Kind>,
    reports: &'r mut Reports,
    /// Something other than white space stands on this line.
    line_used: bool,
    line_start: u32,
}

/// Splits `text` from byte `start` on (at most [`crate::MAX_SOURCE_BYTES`]) into tokens and trivia.
pub(crate) fn lex(text: &str, start: usize, reports: &mut Reports) -> Lexed {
    let mut logos = Kind::lexer(text);
    if start > 0 {
        logos.bump(start);
    }
    let mut lexer = Lexer {
        text,
        logos,
        out: Lexed::default(),
        modes: Vec::new(),
        brackets: Vec::new(),
        reports,
        line_used: false,
        line_start: at(start),
    };
    lexer.out.lexemes.reserve(text.len().saturating_sub(start) / 4);
    lexer.head();
    lexer.run();
    lexer.out
}

/// Offsets fit: the size of a source is checked before it is read.
fn at(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

impl<'t> Lexer<'t, '_> {
    /// A byte-order mark, a `#!` line, and NUL characters anywhere.
    fn head(&mut self) {
        if self.logos.remainder().starts_with('\u{FEFF}') {
            self.logos.bump('\u{FEFF}'.len_utf8());
            self.line_start = self.here();
        }
        if self.logos.remainder().starts_with("#!") {
            let start = self.here();
            self.skip_line();
            self.trivia(TriviaKind::Shebang, Span::new(start, self.here()));
        }
        let rest = self.logos.remainder().as_bytes();
        if rest.contains(&0) {
            let before = self.text.len() - rest.len();
            for (offset, _) in (before..).zip(rest).filter(|&(_, &byte)| byte == 0) {
                let span = Span::new(at(offset), at(offset + 1));
                self.reports.push(
                    Diagnostic::error(code::BAD_CHARACTER, span, "a NUL character cannot stand in a program")
                        .with_help("write `'\\0'` or `\"\\0\"` for its value"),
                );
                if self.reports.is_full() {
                    break;
                }
            }
        }
    }

    fn run(&mut self) {
        loop {
            if let Some(Mode::Text { .. }) = self.modes.last() {
                self.fstring_text();
                continue;
            }
            let Some(found) = self.logos.next() else { break };
            let span = self.logos.span();
            let (start, end) = (at(span.start), at(span.end));
            match found {
                Ok(kind) => self.token(kind, start, end),
                Err(()) => self.odd_character(start),
            }
        }
        if !self.modes.is_empty() {
            self.break_holes(self.here());
        }
    }

    fn token(&mut self, kind: Kind, start: u32, end: u32) {
        match kind {
            Kind::Newline => return self.newline(start, end),
            Kind::LineComment => return self.line_comment(start),
            Kind::BlockComment => return self.block_comment(start),
            Kind::Name => return self.word(start),
            Kind::Int | Kind::Float => {
                let more = self.name_tail();
                self.logos.bump(more);
                return self.push(kind, start, self.here());
            }
            Kind::Str | Kind::RawStr => return self.line_string(kind, start),
            Kind::MultiStr | Kind::RawMultiStr => return self.multi_string(kind, start),
            Kind::Char => return self.character(start),
            Kind::FStart => {
                self.push(kind, start, end);
                self.modes.push(Mode::Text { multi: false, start, indent: None, prefix: None });
                return;
            }
            Kind::FMultiStart => {
                self.push(kind, start, end);
                let indent = Some(self.out.indents.len());
                self.out.indents.push((start, 0));
                self.modes.push(Mode::Text { multi: true, start, indent, prefix: None });
                return;
            }
            _ => {}
        }
        if let Some(&Mode::Hole { brackets, .. }) = self.modes.last() {
            match kind {
                Kind::LParen | Kind::LBracket | Kind::LBrace => self.brackets.push(kind),
                Kind::RParen | Kind::RBracket | Kind::RBrace => {
                    let opener = match kind {
                        Kind::RParen => Kind::LParen,
                        Kind::RBracket => Kind::LBracket,
                        _ => Kind::LBrace,
                    };
                    let own = self.brackets.get(brackets..).unwrap_or(&[]);
                    if kind == Kind::RBrace {
                        match own.iter().rposition(|&open| open == opener) {
                            Some(place) => self.brackets.truncate(brackets + place),
                            // No `{` of its own is open: this one closes the hole, also over an unclosed `(`.
                            None => return self.close_hole(start, end),
                        }
                    } else if own.last() == Some(&opener) {
                        self.brackets.pop();
                    }
                }
                Kind::Colon if self.brackets.len() == brackets => return self.format(start),
                _ => {}
            }
        }
        self.push(kind, start, end);
    }

    /// A word: it may go on in letters beyond ASCII, and it may be reserved.
    fn word(&mut self, start: u32) {
        let more = self.name_tail();
        self.logos.bump(more);
        let end = self.here();
        let word = self.text.get(start as usize..end as usize).unwrap_or("");
        self.push(Kind::keyword(word).unwrap_or(Kind::Name), start, end);
    }

    /// How many bytes of what follows still belong to a name.
    fn name_tail(&self) -> usize {
        // Letters of ASCII too: logos has read nothing after a first letter beyond it.
        let rest = self.logos.remainder();
        rest.find(|c: char| !unicode_ident::is_xid_continue(c)).unwrap_or(rest.len())
    }

    /// Something no pattern begins with.
    fn odd_character(&mut self, start: u32) {
        // logos may have taken more than one character into its error; go on after the first.
        let Some(c) = self.text.get(start as usize..).and_then(|rest| rest.chars().next()) else { return };
        let end = start + at(c.len_utf8());
        self.resume_at(end);
        if unicode_ident::is_xid_start(c) {
            return self.word(start);
        }
        self.line_used = true;
        if c == '\0' {
            return; // reported by `head`
        }
        if self.modes.is_empty() && self.foreign(c, start) {
            return;
        }
        let span = Span::new(start, end);
        let message = format!("{} cannot stand in a program", describe_char(c));
        let diagnostic = Diagnostic::error(code::BAD_CHARACTER, span, message);
        self.reports.push(match c {
            '“' | '”' | '„' | '‟' | '″' => {
                diagnostic.with_help("write text between plain quotes: `\"…\"`").with_fix(span, "\"")
            }
            '‘' | '’' | '‚' | '`' => diagnostic.with_help("write text as `\"…\"` and a character as `'…'`"),
            '#' => diagnostic.with_help("a comment starts with `//`").with_fix(span, "//"),
            '@' | '$' | '\\' => diagnostic.with_help("Lyra has no such sign: remove it"),
            _ if is_bidi_control(c) => diagnostic.with_help(
                "it makes the line look different from what it is: remove it, or write it as `\\u{…}` in a text",
            ),
            _ if c.is_whitespace() => diagnostic.with_help("use a plain space").with_fix(span, " "),
            _ => diagnostic.with_help("remove it, or put it into a text or a comment"),
        });
    }

    /// Continues at `offset`, which lies before where logos stands.
    fn resume_at(&mut self, offset: u32) {
        if at(self.logos.span().end) == offset {
            return;
        }
        let mut logos = Kind::lexer(self.text);
        logos.bump(offset as usize);
        self.logos = logos;
    }

    fn newline(&mut self, start: u32, end: u32) {
        if !self.modes.is_empty() {
            // In a hole: it must have ended on its line.
            self.break_holes(start);
            if let Some(Mode::Text { .. }) = self.modes.last() {
                self.resume_at(start);
                return;
            }
        }
        if !self.line_used {
            match self.out.trivia.last_mut() {
                Some(last) if last.kind == TriviaKind::BlankLines && last.span.end == self.line_start => {
                    last.span.end = end;
                }
                _ => {
                    let span = Span::new(self.line_start, end);
                    self.out.trivia.push(Trivia { kind: TriviaKind::BlankLines, span });
                }
            }
        }
        self.line_used = false;
        self.line_start = end;
        if self.out.lexemes.last().is_some_and(|last| last.kind != Kind::Newline) {
            self.out.lexemes.push(Lexeme { kind: Kind::Newline, start, end });
        }
    }

    fn push(&mut self, kind: Kind, start: u32, end: u32) {
        self.line_used = true;
        self.out.lexemes.push(Lexeme { kind, start, end });
    }

    fn trivia(&mut self, kind: TriviaKind, span: Span) {
        self.line_used = true;
        self.out.trivia.push(Trivia { kind, span });
    }

    /// Where the next byte stands.
    fn here(&self) -> u32 {
        at(self.logos.span().end)
    }

    /// Goes to the end of the line; a `\r` before the `\n` is part of the line end.
    fn skip_line(&mut self) {
        let rest = self.logos.remainder();
        let length = rest.find('\n').unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or("");
        self.logos.bump(line.strip_suffix('\r').unwrap_or(line).len());
    }
}

/// Characters that change the direction in which a line is shown.
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
