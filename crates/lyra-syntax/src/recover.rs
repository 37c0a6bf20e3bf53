//! Reads a file statement by statement.

use crate::ast::{File, Stmt, StmtKind};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::feed::Feed;
use crate::grammar::StmtParser;
use crate::lexer::Lexed;
use crate::node::Cx;
use crate::report::{Reports, quote};
use crate::token::{Kind, Lexeme};
use bumpalo::Bump;
use lyra_base::{Span, Symbols};
use std::cell::RefCell;

/// The tree of a whole file.
pub(crate) fn file<'a>(
    text: &str,
    lexed: &Lexed,
    tokens: &[Lexeme],
    arena: &'a Bump,
    symbols: &mut Symbols,
    reports: &mut Reports,
) -> File<'a> {
    let self_symbol = symbols.intern("self");
    let underscore = symbols.intern("_");
    let parser = StmtParser::new();
    let mut stmts = Vec::new();
    for statement in statements(tokens) {
        let cx = Cx {
            arena,
            text,
            trivia: &lexed.trivia,
            self_symbol,
            underscore,
            reports: RefCell::new(Reports::default()),
        };
        let mut feed = Feed {
            text,
            tokens: statement,
            taken: 0,
            arena,
            symbols,
            indents: &lexed.indents,
            open: Vec::new(),
            reports,
        };
        let span = match (statement.first(), statement.last()) {
            (Some(first), Some(last)) => Span::new(first.start, last.end),
            _ => continue,
        };
        let result = parser.parse(&cx, &mut feed);
        let taken = feed.taken;
        reports.append(cx.reports.into_inner());
        match result {
            Ok(stmt) => stmts.push(*stmt.node),
            Err(_) => {
                let at = statement.get(taken.saturating_sub(1)).copied();
                let at = at.unwrap_or(Lexeme { kind: Kind::Newline, start: span.end, end: span.end });
                reports.push(Diagnostic::error(
                    code::UNEXPECTED_TOKEN,
                    at.span(),
                    format!("unexpected `{}`", quote(at.text(text))),
                ));
                stmts.push(Stmt { kind: StmtKind::Error, span });
            }
        }
    }
    File { stmts: arena.alloc_slice_copy(&stmts) }
}

/// Cuts the tokens of a file at the separators outside all brackets.
fn statements(tokens: &[Lexeme]) -> impl Iterator<Item = &[Lexeme]> {
    let mut depth = 0_u32;
    tokens.split(move |token| {
        match token.kind {
            Kind::LParen | Kind::LBracket | Kind::HoleOpen => depth += 1,
            Kind::LBrace | Kind::LBraceParts | Kind::LBraceMembers | Kind::LBraceMap => depth += 1,
            Kind::RParen | Kind::RBracket | Kind::RBrace | Kind::HoleClose => depth = depth.saturating_sub(1),
            Kind::Newline | Kind::Semi => return depth == 0,
            _ => {}
        }
        false
    })
}
