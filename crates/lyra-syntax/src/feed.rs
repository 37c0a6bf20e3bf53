//! Hands the grammar its tokens with what they mean: names interned, numbers read, texts without escapes.

use crate::format;
use crate::lexer::opening;
use crate::literal::{self, Number, Style};
use crate::report::Reports;
use crate::token::{Kind, Lexeme, Token};
use bumpalo::Bump;
use lyra_base::{Symbol, Symbols};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The tokens of one statement, read once from left to right.
pub(crate) struct Feed<'s, 'a> {
    pub(crate) text: &'s str,
    pub(crate) tokens: &'s [Lexeme],
    /// How many tokens were handed out: after an error, the last of them is the one that did not fit.
    pub(crate) taken: usize,
    pub(crate) arena: &'a Bump,
    pub(crate) symbols: &'s mut Symbols,
    /// The common indentation of each `f"""`, by where it starts.
    pub(crate) indents: &'s [(u32, u32)],
    /// Of the f-strings that are open, innermost last.
    pub(crate) open: Vec<Option<usize>>,
    pub(crate) reports: &'s mut Reports,
}

impl<'a> Iterator for Feed<'_, 'a> {
    type Item = (u32, Token<'a>, u32);

    fn next(&mut self) -> Option<Self::Item> {
        let lexeme = *self.tokens.get(self.taken)?;
        let after_opening = self.taken.checked_sub(1).and_then(|before| self.tokens.get(before));
        let first_piece =
            after_opening.is_some_and(|before| matches!(before.kind, Kind::FStart | Kind::FMultiStart));
        self.taken += 1;
        Some((lexeme.start, self.token(lexeme, first_piece), lexeme.end))
    }
}

impl<'a> Feed<'_, 'a> {
    fn token(&mut self, lexeme: Lexeme, first_piece: bool) -> Token<'a> {
        let span = lexeme.span();
        let body = lexeme.text(self.text);
        match lexeme.kind {
            Kind::Name => Token::Name(intern(self.symbols, body)),
            Kind::Int => match literal::integer(body, span, self.reports) {
                Number::Int(value) => Token::Int(value),
                Number::Float(value) => Token::Float(value),
            },
            Kind::Float => Token::Float(literal::float(body, span, self.reports)),
            Kind::Char => match literal::character(body, span, self.reports) {
                Some(value) => Token::Char(value),
                None => Token::Plain(Kind::Bad),
            },
            Kind::Str | Kind::RawStr | Kind::MultiStr | Kind::RawMultiStr => {
                let skip = opening(lexeme.kind);
                let multi = matches!(lexeme.kind, Kind::MultiStr | Kind::RawMultiStr);
                let end = body.len().saturating_sub(if multi { 3 } else { 1 });
                let inside = body.get(skip..end).unwrap_or("");
                let style = Style {
                    escapes: matches!(lexeme.kind, Kind::Str | Kind::MultiStr),
                    braces: false,
                    indent: multi.then(|| literal::common_indent(inside)),
                    first: true,
                };
                let base = lexeme.start + u32::try_from(skip).unwrap_or(0);
                Token::Str(literal::text(inside, base, style, self.arena, self.reports))
            }
            Kind::FStart => {
                self.open.push(None);
                Token::Plain(Kind::FStart)
            }
            Kind::FMultiStart => {
                let entry = self.indents.binary_search_by_key(&lexeme.start, |&(start, _)| start).ok();
                let indent = entry.and_then(|place| self.indents.get(place)).map_or(0, |&(_, indent)| indent);
                self.open.push(Some(indent as usize));
                Token::Plain(Kind::FStart)
            }
            Kind::FEnd => {
                self.open.pop();
                Token::Plain(Kind::FEnd)
            }
            Kind::FText => {
                let indent = self.open.last().copied().flatten();
                let style = Style { escapes: true, braces: true, indent, first: first_piece };
                Token::FText(literal::text(body, lexeme.start, style, self.arena, self.reports))
            }
            Kind::HoleFormat => Token::Format(self.arena.alloc(format::parse(body, span, self.reports))),
            // The grammar tells these by what stands before them.
            Kind::LBraceParts | Kind::LBraceMembers => Token::Plain(Kind::LBrace),
            kind => Token::Plain(kind),
        }
    }
}

/// Names are compared after NFC, so that one name typed on two keyboards stays one name.
fn intern(symbols: &mut Symbols, name: &str) -> Symbol {
    if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        symbols.intern(name)
    } else {
        symbols.intern(&name.nfc().collect::<String>())
    }
}
