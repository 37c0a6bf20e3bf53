//! Signs of other languages that no token of Lyra begins with, read to where they end: comments with `#`,
//! attributes, directives, decorators, templates between backticks, lifetimes.
//!
//! What they hold is passed over, so that it is not taken for a program and reported word by word.

use super::{Lexer, at};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::report::quote;
use crate::token::Kind;
use lyra_base::Span;

/// How long a template may be to be shown as an f-string.
const MAX_TEMPLATE: usize = 60;

impl Lexer<'_, '_> {
    /// Passes over what `c` at `start` begins, when it is known; the lexer stands behind `c`.
    pub(super) fn foreign(&mut self, c: char, start: u32) -> bool {
        match c {
            '#' => self.hash(start),
            '@' => self.decorator(start),
            '`' => self.template(start),
            _ => false,
        }
    }

    fn report_foreign(&mut self, span: Span, message: &str, help: impl Into<String>) {
        self.reports.push(Diagnostic::error(code::FOREIGN_FORM, span, message).with_help(help));
    }

    /// Whether `start` is the first place of its line that is no blank.
    fn begins_line(&self, start: u32) -> bool {
        let line = self.text.get(self.line_start as usize..start as usize).unwrap_or("x");
        line.trim_ascii().is_empty()
    }

    /// `# comment`, `#include`, `#[derive(Debug)]`, `#t`.
    fn hash(&mut self, start: u32) -> bool {
        let rest = self.logos.remainder();
        let word = rest.get(..self.name_tail()).unwrap_or("");
        if matches!(word, "include" | "define" | "undef" | "if" | "ifdef" | "ifndef" | "endif" | "pragma")
            && self.begins_line(start)
        {
            let span = Span::new(start, start + 1 + at(word.len()));
            self.skip_line();
            let help = "a module is imported with `import name`; a constant is `const NAME = …`";
            self.report_foreign(span, "there are no directives", help);
            return true;
        }
        if rest.starts_with('[') || rest.starts_with("![") {
            let line = rest.get(..rest.find('\n').unwrap_or(rest.len())).unwrap_or("");
            self.logos.bump(line.rfind(']').map_or(line.len(), |place| place + 1));
            let span = Span::new(start, self.here());
            self.report_foreign(span, "there are no attributes", "remove it");
            return true;
        }
        let operand_ended = self.out.lexemes.last().is_some_and(|last| last.kind.ends_operand());
        let begins_operand =
            rest.starts_with(|c: char| c == '(' || c == '"' || unicode_ident::is_xid_start(c));
        if begins_operand && !self.begins_line(start) && !operand_ended {
            let name = if word.is_empty() { "x".to_owned() } else { quote(word) };
            let help = format!("write `length({name})` or `{name}.length()`");
            self.report_foreign(Span::new(start, start + 1), "there is no operator `#`", help);
            return true;
        }
        let span = Span::new(start, start + 1);
        self.reports.push(
            Diagnostic::error(code::BAD_CHARACTER, span, "`#` cannot stand in a program")
                .with_help("a comment starts with `//`")
                .with_fix(span, "//"),
        );
        self.skip_line();
        true
    }

    /// `@name` on a line of its own, and `name @ pattern`.
    fn decorator(&mut self, start: u32) -> bool {
        let span = Span::new(start, start + 1);
        if self.begins_line(start) {
            self.skip_line();
            self.report_foreign(span, "there are no decorators", "remove it, and call what it calls");
            return true;
        }
        let operand_ended = self.out.lexemes.last().is_some_and(|last| last.kind == Kind::Name);
        if operand_ended {
            let help = "bind the name, and ask in a guard: `n if n >= 1 && n <= 5 => …`";
            self.report_foreign(span, "a pattern binds a name or looks at the value", help);
        }
        operand_ended
    }

    /// `` `text ${x}` ``: up to the other backtick, on whatever line it stands.
    fn template(&mut self, start: u32) -> bool {
        let rest = self.logos.remainder();
        let Some(length) = rest.find('`') else { return false };
        let body = rest.get(..length).unwrap_or("");
        let lines = body.bytes().filter(|&byte| byte == b'\n').count();
        let help = if lines == 0 && body.len() <= MAX_TEMPLATE && !body.contains(['"', '\\']) {
            format!("write `f\"{}\"`", quote(&body.replace("${", "{")))
        } else {
            "write `f\"text {x}\"`, of several lines between `f\"\"\"` and `\"\"\"`".to_owned()
        };
        self.logos.bump(length + 1);
        let span = Span::new(start, self.here());
        self.report_foreign(Span::new(start, start + 1), "no text stands between backticks", help);
        self.push(Kind::Bad, span.start, span.end);
        true
    }

    /// `f'text {x}'`: what stands between single quotes is one character.
    ///
    /// `end` is where the closing quote ends; gives false for an ordinary character.
    pub(super) fn prefixed_quote(&mut self, start: u32, end: u32) -> bool {
        let Some(last) = self.out.lexemes.last().copied() else { return false };
        if last.kind != Kind::Name || last.end != start || last.text(self.text) != "f" {
            return false;
        }
        let body = self.text.get(start as usize + 1..end as usize - 1).unwrap_or("");
        let help = if body.len() <= MAX_TEMPLATE && !body.contains(['"', '\\']) {
            format!("write `f\"{}\"`", quote(body))
        } else {
            "write `f\"…\"`".to_owned()
        };
        self.out.lexemes.pop();
        let span = Span::new(last.start, end);
        self.report_foreign(span, "a text stands between double quotes", help);
        self.push(Kind::Bad, span.start, span.end);
        true
    }

    /// `'a` in `<'a>` and `&'a str`, and `'outer:` in front of a loop: a quote and a word without a second quote.
    pub(super) fn lifetime(&mut self, start: u32) -> bool {
        let rest = self.logos.remainder();
        let word = rest.find(|c: char| !unicode_ident::is_xid_continue(c)).unwrap_or(rest.len());
        let behind = rest.get(word..).unwrap_or("");
        if word == 0 || behind.starts_with('\'') {
            return false;
        }
        let last = self.out.lexemes.last().map_or(Kind::Newline, |last| last.kind);
        let span = Span::new(start, start + 1 + at(word));
        match last {
            Kind::Lt | Kind::And => {
                self.logos.bump(word);
                let help = "remove it: values live as long as they are used";
                self.report_foreign(span, "there are no lifetimes", help);
                true
            }
            Kind::Break | Kind::Continue => {
                self.label(span);
                true
            }
            _ if self.begins_line(start) && behind.starts_with(':') => {
                self.label(span);
                true
            }
            _ => false,
        }
    }

    /// Each place but the first of a line would only repeat what was said.
    fn label(&mut self, span: Span) {
        let name = quote(self.text.get(span.start as usize + 1..span.end as usize).unwrap_or(""));
        let quote = Span::new(span.start, span.start + 1);
        self.reports.push(
            Diagnostic::error(code::FOREIGN_FORM, quote, "a label has no quote")
                .with_help(format!("write `{name}: for … {{ }}` and `break {name}`"))
                .with_fix(quote, ""),
        );
    }
}
