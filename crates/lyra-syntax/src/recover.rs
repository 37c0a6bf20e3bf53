//! Reads a file statement by statement, and goes on after mistakes.
//!
//! A statement without mistakes is parsed once, into the file's arena. When the grammar meets a token that does
//! not fit, the mistake is explained ([`crate::explain`]), its place in the *token list* is mended, and the
//! statement is read again: either by the edit that the message proposes (`=` in a condition becomes `==`), or by
//! one [`Kind::Bad`] in place of the element that cannot be read. An element is what stands between two
//! separators of the innermost bracket, so a slip in one argument leaves the call, the statement and the block
//! around it readable. When the grammar refuses `Bad` there, the next bracket outward is tried; the whole
//! statement always works. Every round makes the list smaller or says something new, so the loop ends.
//!
//! lalrpop's own recovery (`!`) was not used: it drops tokens without regard to brackets, so that a `}` inside
//! what it dropped closes the wrong block, and it is quadratic in the depth of the stack. Reading again costs
//! one pass per mistake over one top-level statement; a budget bounds the sum.

use crate::ast::{File, Stmt, StmtKind};
use crate::explain::{self, Mend};
use crate::feed::Feed;
use crate::grammar::StmtParser;
use crate::lexer::Lexed;
use crate::node::Cx;
use crate::report::Reports;
use crate::token::{Kind, Lexeme};
use bumpalo::Bump;
use lalrpop_util::ParseError;
use lyra_base::{Span, Symbol, Symbols};
use std::cell::RefCell;

/// How many tokens all rounds after a mistake may read together: about half a second.
const BUDGET: usize = 2_000_000;
/// What a round costs besides its tokens: without it, a million tiny statements would each get several.
const ROUND: usize = 100;

/// The tree of a whole file. `earlier` are the places that the lexer and the layout pass complained about.
pub(crate) fn file<'a>(
    text: &str,
    lexed: &Lexed,
    tokens: &[Lexeme],
    arena: &'a Bump,
    symbols: &mut Symbols,
    earlier: Vec<u32>,
) -> (File<'a>, Reports) {
    let mut reader = Reader {
        text,
        lexed,
        arena,
        self_symbol: symbols.intern("self"),
        underscore: symbols.intern("_"),
        symbols,
        parser: StmtParser::new(),
        reports: Reports::default(),
        known: earlier,
        line: (1, 0),
        indented: None,
        budget: BUDGET,
        stmts: Vec::new(),
    };
    reader.known.sort_unstable();
    for statement in statements(tokens) {
        reader.statement(statement);
    }
    (File { stmts: arena.alloc_slice_copy(&reader.stmts) }, reader.reports)
}

struct Reader<'s, 'a> {
    text: &'s str,
    lexed: &'s Lexed,
    arena: &'a Bump,
    symbols: &'s mut Symbols,
    self_symbol: Symbol,
    underscore: Symbol,
    parser: StmtParser,
    reports: Reports,
    /// Where something was reported already, ascending: one mistake in a line is said once.
    known: Vec<u32>,
    /// Where the line begins and ends that was asked about last.
    line: (usize, usize),
    /// A block without braces was met: how deep the line stands that began it. What stands deeper belongs to it.
    indented: Option<u32>,
    budget: usize,
    stmts: Vec<Stmt<'a>>,
}

/// A statement that is being mended.
struct Waiting {
    work: Vec<Lexeme>,
    /// Where it fails, when that is known already.
    known: Option<Failure>,
    /// How many tokens followed the last mistake.
    left: usize,
    /// How often it may still be mended. Every mend makes progress by design; this holds when one does not.
    rounds: usize,
}

/// Where the grammar stopped: the token that did not fit (or the end), and what would have.
pub(crate) struct Failure {
    pub(crate) at: usize,
    pub(crate) expected: Vec<String>,
}

impl<'a> Reader<'_, 'a> {
    fn statement(&mut self, tokens: &[Lexeme]) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        if let Some(base) = self.indented {
            let column = explain::column(self.text, first.start);
            if column > base || column == base && explain::continues_indented(first.text(self.text)) {
                return self.give_up(Span::new(first.start, last.end));
            }
            self.indented = None;
        }
        if self.budget == 0 {
            // Thousands of mistakes were found: nobody reads on, and each costs the grammar a long list.
            return self.give_up(Span::new(first.start, last.end));
        }
        let arena = self.arena;
        let (result, reports) = self.attempt(tokens, arena);
        match result {
            Ok(stmt) => {
                self.reports.append(reports);
                self.stmts.push(stmt);
            }
            Err(failure) => {
                self.budget = self.budget.saturating_sub(tokens.len() + ROUND);
                if self.reports.is_full() {
                    self.give_up(Span::new(first.start, last.end));
                } else {
                    self.mend(tokens.to_vec(), failure);
                }
            }
        }
    }

    /// One reading of one statement.
    fn attempt<'x>(&mut self, tokens: &[Lexeme], arena: &'x Bump) -> (Result<Stmt<'x>, Failure>, Reports) {
        let cx = Cx {
            arena,
            text: self.text,
            trivia: &self.lexed.trivia,
            self_symbol: self.self_symbol,
            underscore: self.underscore,
            reports: RefCell::new(Reports::default()),
        };
        let mut reports = Reports::default();
        let mut feed = Feed {
            text: self.text,
            tokens,
            taken: 0,
            arena,
            symbols: self.symbols,
            indents: &self.lexed.indents,
            open: Vec::new(),
            reports: &mut reports,
        };
        let result = self.parser.parse(&cx, &mut feed);
        let taken = feed.taken;
        reports.append(cx.reports.into_inner());
        let result = match result {
            Ok(stmt) => Ok(*stmt.node),
            Err(ParseError::UnrecognizedEof { expected, .. }) => Err(Failure { at: tokens.len(), expected }),
            Err(ParseError::UnrecognizedToken { expected, .. }) => {
                Err(Failure { at: taken.saturating_sub(1), expected })
            }
            // Neither comes from a stream of our own making.
            Err(_) => Err(Failure { at: taken.saturating_sub(1), expected: Vec::new() }),
        };
        (result, reports)
    }

    /// Explains and mends until what is left can be read.
    fn mend(&mut self, tokens: Vec<Lexeme>, failure: Failure) {
        // Innermost last: a mended statement may turn out to be two.
        let mut waiting = vec![Waiting {
            rounds: 2 * tokens.len() + 8,
            work: tokens,
            known: Some(failure),
            left: usize::MAX,
        }];
        while let Some(Waiting { mut work, known, left, rounds }) = waiting.pop() {
            let (Some(first), Some(last)) = (work.first(), work.last()) else { continue };
            let whole = Span::new(first.start, last.end);
            let failure = match known {
                Some(failure) => failure,
                None => match self.retry(&work) {
                    Some(failure) => failure,
                    None => {
                        let arena = self.arena;
                        let (result, reports) = self.attempt(&work, arena);
                        self.reports.append(reports);
                        match result {
                            Ok(stmt) => self.stmts.push(stmt),
                            Err(_) => self.give_up(whole),
                        }
                        continue;
                    }
                },
            };
            if rounds == 0 || self.budget == 0 || self.reports.is_full() {
                // What was found so far is said; the rest of this statement is not looked at.
                self.say(&work, &failure);
                self.give_up(whole);
                continue;
            }
            let now_left = work.len() - failure.at.min(work.len());
            // An edit must bring the grammar further than the last one did.
            let mend = self.say(&work, &failure).filter(|_| now_left < left);
            if mend.as_ref().is_some_and(|mend| mend.indented) {
                self.indented = Some(explain::column(self.text, whole.start));
            }
            if !apply(&mut work, mend) && !self.replace(&mut work, failure.at) {
                self.give_up(whole);
                continue;
            }
            let parts: Vec<Vec<Lexeme>> = statements(&work).map(<[Lexeme]>::to_vec).collect();
            let (left, rounds) =
                if parts.len() == 1 { (now_left.min(left), rounds - 1) } else { (usize::MAX, rounds / 2) };
            waiting.extend(parts.into_iter().rev().map(|work| Waiting { work, known: None, left, rounds }));
        }
    }

    /// Reads once more, for the next mistake only: what it builds is thrown away.
    fn retry(&mut self, work: &[Lexeme]) -> Option<Failure> {
        self.budget = self.budget.saturating_sub(work.len() + ROUND);
        let scratch = Bump::new();
        self.attempt(work, &scratch).0.err()
    }

    fn give_up(&mut self, span: Span) {
        self.stmts.push(Stmt { kind: StmtKind::Error, span });
    }

    /// Reports a mistake, unless it only follows from one already reported.
    fn say(&mut self, work: &[Lexeme], failure: &Failure) -> Option<Mend> {
        // Closers without bytes and `Bad` were reported when they were made.
        let found = work.get(failure.at);
        if found.is_some_and(|found| found.start == found.end || found.kind == Kind::Bad) {
            return None;
        }
        let (diagnostic, mend) = explain::explain(self.text, work, failure);
        if self.line_is_known(diagnostic.span.start) {
            // What follows from a known mistake in the line is mended without another word.
            return mend;
        }
        let place = self.known.partition_point(|&known| known < diagnostic.span.start);
        self.known.insert(place, diagnostic.span.start);
        self.reports.push(diagnostic);
        mend
    }

    fn line_is_known(&mut self, place: u32) -> bool {
        let place = place as usize;
        // A line may be long and full of mistakes: its ends are looked for once.
        if !(self.line.0..=self.line.1).contains(&place) {
            let bytes = self.text.as_bytes();
            let before = bytes.get(..place).unwrap_or(b"");
            let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
            let after = bytes.get(place..).unwrap_or(b"");
            self.line = (start, place + after.iter().position(|&byte| byte == b'\n').unwrap_or(after.len()));
        }
        let first = self.known.partition_point(|&known| (known as usize) < self.line.0);
        self.known.get(first).is_some_and(|&known| known as usize <= self.line.1)
    }

    /// Puts one `Bad` in place of the innermost element around `at` for which that is progress.
    fn replace(&mut self, work: &mut Vec<Lexeme>, at: usize) -> bool {
        let mut at = at.min(work.len());
        loop {
            let element = element(work, at);
            let only_bad =
                matches!(work.get(element.start..element.end), Some([Lexeme { kind: Kind::Bad, .. }]));
            if let Some((from, to, with)) = head(work, &element, at) {
                self.report_inside(work, from, to);
                splice(work, from, to, with);
                return true;
            }
            if element.start < element.end && !only_bad {
                self.report_inside(work, element.start, element.end);
                splice(work, element.start, element.end, &[Kind::Bad]);
                return true;
            }
            let follows_bad =
                at.checked_sub(1).and_then(|before| work.get(before)).is_some_and(|t| t.kind == Kind::Bad);
            if element.start == element.end && element.opener.is_some() && !follows_bad {
                splice(work, at, at, &[Kind::Bad]);
                return true;
            }
            match element.opener {
                Some(opener) => at = opener,
                None => return false,
            }
        }
    }

    /// What is wrong *in* the tokens that are about to be replaced (escapes, numbers) is still said.
    fn report_inside(&mut self, work: &[Lexeme], from: usize, to: usize) {
        let scratch = Bump::new();
        let mut reports = Reports::default();
        let feed = Feed {
            text: self.text,
            tokens: work.get(from..to).unwrap_or(&[]),
            taken: 0,
            arena: &scratch,
            symbols: self.symbols,
            indents: &self.lexed.indents,
            open: Vec::new(),
            reports: &mut reports,
        };
        feed.for_each(drop);
        self.reports.append(reports);
    }
}

/// Cuts the tokens of a file at the separators outside all brackets.
fn statements(tokens: &[Lexeme]) -> impl Iterator<Item = &[Lexeme]> {
    let mut depth = 0_u32;
    tokens.split(move |token| {
        if opens(token.kind) {
            depth += 1;
        } else if closes(token.kind) {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && matches!(token.kind, Kind::Newline | Kind::Semi)
    })
}

/// Whether it opens a bracket that has a closer.
pub(crate) fn opens(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        LParen
            | LBracket
            | LBrace
            | LBraceParts
            | LBraceMembers
            | LBraceMap
            | HoleOpen
            | TypeOpen
            | ClosureOpen
    )
}

/// Whether it closes one.
pub(crate) fn closes(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, RParen | RBracket | RBrace | HoleClose | TypeClose | ClosureClose)
}

/// What stands between two separators of one bracket: `start..end`, and the bracket's opener.
struct Element {
    start: usize,
    end: usize,
    opener: Option<usize>,
}

fn element(work: &[Lexeme], at: usize) -> Element {
    // Backwards to the opener; which separators count is known only then.
    let (mut comma, mut line, mut opener) = (None, None, None);
    let mut depth = 0_u32;
    for (place, token) in work.iter().enumerate().take(at).rev() {
        if closes(token.kind) {
            depth += 1;
        } else if opens(token.kind) {
            if depth == 0 {
                opener = Some(place);
                break;
            }
            depth -= 1;
        } else if depth == 0 {
            match token.kind {
                Kind::Comma if comma.is_none() => comma = Some(place),
                Kind::Newline | Kind::Semi if line.is_none() => line = Some(place),
                _ => {}
            }
        }
    }
    let bracket = opener.and_then(|place| work.get(place)).map_or(Kind::LBrace, |token| token.kind);
    let (by_comma, by_line) = match bracket {
        Kind::LBrace | Kind::LBraceMembers => (false, true),
        Kind::LBraceParts | Kind::LBraceMap => (true, true),
        Kind::HoleOpen => (false, false),
        _ => (true, false),
    };
    let comma = comma.filter(|_| by_comma);
    let line = line.filter(|_| by_line);
    let start = comma.max(line).or(opener).map_or(0, |place| place + 1);
    let mut end = at;
    let mut depth = 0_u32;
    while let Some(token) = work.get(end) {
        if opens(token.kind) {
            depth += 1;
        } else if closes(token.kind) {
            if depth == 0 {
                // A separator kind without its bracket (`|`) may be met here; a real closer ends the element.
                break;
            }
            depth -= 1;
        } else if depth == 0 {
            let separates = match token.kind {
                Kind::Comma => by_comma,
                Kind::Newline | Kind::Semi => by_line,
                Kind::HoleFormat => true,
                _ => false,
            };
            if separates {
                break;
            }
        }
        end += 1;
    }
    Element { start, end, opener }
}

/// A mistake in the head of a statement whose block is still to come: what to put between its word and its `{`,
/// so that the mistakes in the block are found too.
fn head(work: &[Lexeme], element: &Element, at: usize) -> Option<(usize, usize, &'static [Kind])> {
    let bracket = element.opener.and_then(|place| work.get(place)).map_or(Kind::LBrace, |token| token.kind);
    if !matches!(bracket, Kind::LBrace | Kind::LBraceMembers) {
        return None;
    }
    let mut depth = 0_u32;
    let mut word = None;
    for (place, token) in work.iter().enumerate().take(at).skip(element.start).rev() {
        match token.kind {
            // A block lies between: that head was read.
            Kind::RBrace if depth == 0 => return None,
            kind if closes(kind) => depth += 1,
            kind if opens(kind) => depth = depth.saturating_sub(1),
            Kind::If | Kind::While | Kind::Match | Kind::For if depth == 0 => {
                word = Some((place + 1, token.kind));
                break;
            }
            Kind::Proc if depth == 0 && work.get(place + 1).is_some_and(|next| next.kind == Kind::Name) => {
                word = Some((place + 2, token.kind));
                break;
            }
            _ => {}
        }
    }
    let Some((from, kind)) = word else { return value(work, element, at) };
    let mut depth = 0_u32;
    let brace = work.iter().enumerate().take(element.end).skip(at).find_map(|(place, token)| {
        if depth == 0 && matches!(token.kind, Kind::LBrace | Kind::LBraceParts) {
            return Some(place);
        }
        if opens(token.kind) {
            depth += 1;
        } else if closes(token.kind) {
            depth = depth.saturating_sub(1);
        }
        None
    })?;
    let with: &[Kind] = match kind {
        Kind::For => &[Kind::Bad, Kind::In, Kind::Bad],
        Kind::Proc => &[Kind::LParen, Kind::RParen],
        _ => &[Kind::Bad],
    };
    let there = work.get(from..brace)?;
    let done = there.len() == with.len() && there.iter().zip(with).all(|(token, kind)| token.kind == *kind);
    (from <= brace && !done).then_some((from, brace, with))
}

/// A mistake in the value of a declaration or an assignment: the name stays known.
fn value(work: &[Lexeme], element: &Element, at: usize) -> Option<(usize, usize, &'static [Kind])> {
    let mut depth = 0_u32;
    for (place, token) in work.iter().enumerate().take(at).skip(element.start) {
        if opens(token.kind) {
            depth += 1;
        } else if closes(token.kind) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.kind == Kind::Eq {
            let from = place + 1;
            let done =
                matches!(work.get(from..element.end), Some([] | [Lexeme { kind: Kind::Bad, .. }]) | None);
            return (!done).then_some((from, element.end, &[Kind::Bad]));
        }
    }
    None
}

/// Makes the edit that a message proposes.
fn apply(work: &mut Vec<Lexeme>, mend: Option<Mend>) -> bool {
    let Some(Mend { from, to, with, .. }) = mend else { return false };
    if from > to || to > work.len() {
        return false;
    }
    splice(work, from, to, &with);
    true
}

/// Replaces tokens `from..to`. What comes has the place of what goes; several share it.
fn splice(work: &mut Vec<Lexeme>, from: usize, to: usize, with: &[Kind]) {
    let gone = work.get(from..to).unwrap_or(&[]);
    let (start, end) = match (gone.first(), gone.last()) {
        (Some(first), Some(last)) => (first.start, last.end),
        _ => {
            let place =
                work.get(from).map(|next| next.start).or(work.last().map(|last| last.end)).unwrap_or(0);
            (place, place)
        }
    };
    let new: Vec<Lexeme> = with
        .iter()
        .enumerate()
        // The last one takes the bytes, so that places stay in order.
        .map(|(index, &kind)| Lexeme { kind, start, end: if index + 1 == with.len() { end } else { start } })
        .collect();
    work.splice(from..to, new);
}
