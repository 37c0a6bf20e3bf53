//! From "this token does not fit" to a sentence that helps.
//!
//! The grammar's own list of what it expected is long (20 to 40 tokens) and says little. The message comes from
//! the pair *what was found, what stands before it*, with the state of the line around: first the mistakes that
//! come from other languages ([`habits`]), then those that are about Lyra ([`rules`]), then a plain one. Where a
//! message knows the right form, it also says how to edit the token list, so that reading goes on as if the
//! program had been right.

mod around;
mod habits;
mod misspelt;
mod rules;

pub(crate) use around::{column, continues_indented};

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::recover::{Failure, closes, opens};
use crate::report::quote;
use crate::token::{Kind, Lexeme};
use lyra_base::Span;

/// An edit of the token list: `from..to` becomes `with`.
pub(crate) struct Mend {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) with: Vec<Kind>,
    /// Whether a block without braces follows: lines that stand deeper than this one belong to it.
    pub(crate) indented: bool,
}

/// A message and perhaps an edit.
type Explained = (Diagnostic, Option<Mend>);

/// Why the token at `failure.at` cannot stand there.
pub(crate) fn explain(text: &str, tokens: &[Lexeme], failure: &Failure) -> Explained {
    let view = View { text, tokens, at: failure.at, expected: &failure.expected };
    if let Some((mut diagnostic, mend)) = habits::explain(&view) {
        diagnostic.code = code::FOREIGN_FORM;
        return (diagnostic, mend);
    }
    let explained = misspelt::explain(&view).or_else(|| rules::explain(&view));
    explained.unwrap_or_else(|| plain(&view))
}

/// The place of a mistake with what is around it. Offsets count from the token that did not fit.
struct View<'v> {
    text: &'v str,
    tokens: &'v [Lexeme],
    at: usize,
    expected: &'v [String],
}

impl<'v> View<'v> {
    fn token(&self, offset: isize) -> Option<Lexeme> {
        self.at.checked_add_signed(offset).and_then(|place| self.tokens.get(place)).copied()
    }

    /// The kind of a token; a newline beyond either end.
    fn kind(&self, offset: isize) -> Kind {
        self.token(offset).map_or(Kind::Newline, |token| token.kind)
    }

    /// The kind of the token that did not fit.
    fn found(&self) -> Kind {
        self.kind(0)
    }

    fn before(&self) -> Kind {
        self.kind(-1)
    }

    fn word(&self, offset: isize) -> &'v str {
        self.token(offset).map_or("", |token| token.text(self.text))
    }

    fn span(&self, offset: isize) -> Span {
        match self.token(offset) {
            // A separator may span several blank lines; its first byte is where the line ends.
            Some(token) if token.kind == Kind::Newline => Span::at(token.start),
            Some(token) => token.span(),
            None => Span::at(self.tokens.last().map_or(0, |last| last.end)),
        }
    }

    /// Whether two tokens touch.
    fn touch(&self, first: isize, second: isize) -> bool {
        matches!((self.token(first), self.token(second)), (Some(a), Some(b)) if a.end == b.start)
    }

    /// Whether the token that did not fit is the first of its line.
    fn on_new_line(&self) -> bool {
        let between =
            (self.token(-1).map_or(0, |token| token.end), self.token(0).map_or(0, |token| token.start));
        self.text.get(between.0 as usize..between.1 as usize).is_some_and(|space| space.contains('\n'))
    }

    /// Whether `terminal`, as it is named in the grammar, would have fitted.
    fn expects(&self, terminal: &str) -> bool {
        self.expected.iter().any(|known| known.trim_matches('"') == terminal)
    }

    /// Whether an operand would have fitted.
    fn expects_operand(&self) -> bool {
        self.expects("int") && self.expects("(")
    }

    /// Whether the statement could have ended here. The grammar does not list the end of the file among what it
    /// expects, so at the top level this goes by what else could come.
    fn may_end(&self) -> bool {
        let unfinished =
            self.expects_operand() || self.expects("{") || self.expects("name") || self.expects("=>");
        self.expects("newline") || self.at_top() && (self.expects("+") || !unfinished)
    }

    /// Whether no bracket is open here.
    fn at_top(&self) -> bool {
        self.opener().is_none()
    }

    /// The innermost open bracket.
    fn opener(&self) -> Option<usize> {
        self.back(|_, token| opens(token.kind).then_some(())).map(|(place, ())| place)
    }

    fn bracket(&self) -> Kind {
        self.opener().and_then(|place| self.tokens.get(place)).map_or(Kind::Newline, |token| token.kind)
    }

    /// Goes back over the tokens of the innermost bracket, groups in brackets passed over, up to and including
    /// its opener; stops where `look` says something.
    fn back<T>(&self, look: impl Fn(usize, Lexeme) -> Option<T>) -> Option<(usize, T)> {
        let mut depth = 0_u32;
        for (place, &token) in self.tokens.iter().enumerate().take(self.at).rev() {
            if closes(token.kind) {
                depth += 1;
            } else if opens(token.kind) {
                if depth == 0 {
                    return look(place, token).map(|found| (place, found));
                }
                depth -= 1;
            } else if depth == 0
                && let Some(found) = look(place, token)
            {
                return Some((place, found));
            }
        }
        None
    }

    /// The word before the parentheses that end right before the mistake: `function` in `function(x) {`.
    fn called(&self) -> &'v str {
        let mut depth = 0_u32;
        for place in (0..self.at).rev() {
            let kind = self.kind_at(place);
            if closes(kind) {
                depth += 1;
            } else if opens(kind) {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place.checked_sub(1).map_or("", |before| self.text_at(before));
                }
            } else if depth == 0 {
                break;
            }
        }
        ""
    }

    /// The first token of the statement (or part) that the mistake is in.
    fn statement(&self) -> usize {
        let edge = self.back(|_, token| {
            (opens(token.kind) || matches!(token.kind, Kind::Newline | Kind::Semi)).then_some(())
        });
        edge.map_or(0, |(place, ())| place + 1)
    }

    fn kind_at(&self, place: usize) -> Kind {
        self.tokens.get(place).map_or(Kind::Newline, |token| token.kind)
    }

    fn text_at(&self, place: usize) -> &'v str {
        self.tokens.get(place).map_or("", |token| token.text(self.text))
    }

    /// A message about the token `offset`.
    fn error(&self, offset: isize, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code::UNEXPECTED_TOKEN, self.span(offset), message).with_help(help)
    }

    /// The same under a code of its own.
    fn coded(
        &self,
        code: code::Code,
        offset: isize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, self.span(offset), message).with_help(help)
    }

    /// An edit of the tokens `from..to`, counted from the mistake.
    fn mend(&self, from: isize, to: isize, with: &[Kind]) -> Option<Mend> {
        let place = |offset| self.at.checked_add_signed(offset);
        Some(Mend { from: place(from)?, to: place(to)?, with: with.to_vec(), indented: false })
    }

    /// What a token is called in a message.
    fn describe(&self, offset: isize) -> String {
        let Some(token) = self.token(offset) else { return "the end of the file".to_string() };
        let text = quote(token.text(self.text));
        match token.kind {
            Kind::Newline => "the end of the line".to_string(),
            Kind::Name => format!("the name `{text}`"),
            Kind::Int | Kind::Float => format!("the number `{text}`"),
            Kind::Char => format!("the character {text}"),
            Kind::Str | Kind::RawStr | Kind::MultiStr | Kind::RawMultiStr => "a text".to_string(),
            Kind::FStart | Kind::FMultiStart => "an f-string".to_string(),
            Kind::FText | Kind::FEnd => "the end of the hole".to_string(),
            Kind::HoleFormat => "a format".to_string(),
            Kind::HoleClose => "the `}` of the hole".to_string(),
            kind if kind.is_keyword() => format!("the word `{}`", kind.text()),
            kind => format!("`{}`", kind.text()),
        }
    }
}

/// The message when nothing more is known.
fn plain(view: &View<'_>) -> Explained {
    let found = view.describe(0);
    let mut wanted: Vec<String> = view
        .expected
        .iter()
        .filter(|terminal| *terminal != "bad")
        .map(|terminal| name_of(terminal))
        .collect();
    wanted.sort();
    wanted.dedup();
    let message = match view.token(0) {
        None => "the statement ends too early".to_string(),
        Some(token) if token.kind == Kind::Newline => "the line ends too early".to_string(),
        Some(_) => format!("{found} cannot stand here"),
    };
    let diagnostic = Diagnostic::error(code::UNEXPECTED_TOKEN, view.span(0), message);
    let diagnostic = match wanted.as_slice() {
        [] => diagnostic.with_help("remove it"),
        [one] => diagnostic.with_help(format!("{one} is expected here")),
        [a, b] => diagnostic.with_help(format!("{a} or {b} is expected here")),
        [a, b, c] => diagnostic.with_help(format!("{a}, {b} or {c} is expected here")),
        _ if view.expects_operand() => diagnostic.with_help("a value is expected here"),
        _ if view.expects("name") && view.expects("mapbrace") => {
            diagnostic.with_help("a type is expected here")
        }
        _ if view.expects("name") => diagnostic.with_help("a name is expected here"),
        _ if view.may_end() => {
            diagnostic.with_help("an operator or the end of the statement is expected here")
        }
        _ => diagnostic.with_help("an operator or a closing bracket is expected here"),
    };
    (diagnostic, None)
}

/// A terminal of the grammar in the reader's words.
fn name_of(terminal: &str) -> String {
    match terminal {
        "name" => "a name".to_string(),
        "int" | "float" => "a number".to_string(),
        "char" => "a character".to_string(),
        "text" => "a text".to_string(),
        "fstart" | "ftext" => "an f-string".to_string(),
        "fend" | "hole" => "the rest of the f-string".to_string(),
        "endhole" => "`}`".to_string(),
        "format" => "a format".to_string(),
        "newline" => "the end of the line".to_string(),
        "mapbrace" => "`{`".to_string(),
        "typesopen" => "`<`".to_string(),
        "typesclose" => "`>`".to_string(),
        "baropen" | "barclose" => "`|`".to_string(),
        "barempty" => "`||`".to_string(),
        "unwrap" => "`!`".to_string(),
        quoted => format!("`{}`", quoted.trim_matches('"')),
    }
}
