//! Declarations in the order, and with the parts, of other languages.

use super::{Explained, View, in_parameters, is_capital, is_type, own_type};
use crate::report::quote;
use crate::token::Kind;

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    patterns(view)
        .or_else(|| types_first(view))
        .or_else(|| items(view))
        .or_else(|| types(view))
        .or_else(|| arrows(view))
}

/// The type of another language in Lyra's words, for a help line.
fn translated(word: &str) -> String {
    own_type(word).map_or_else(|| quote(word), str::to_string)
}

/// What stands in place of one name: `if let Some(x)`, `let [a, b]`, `let a, b`.
fn patterns(view: &View<'_>) -> Option<Explained> {
    let declares = |offset| matches!(view.kind(offset), Kind::Let | Kind::Var);
    match view.found() {
        Kind::LParen if view.before() == Kind::Name && declares(-2) && is_capital(view.word(-1)) => {
            let heads = matches!(view.kind(-3), Kind::If | Kind::While);
            let name = if view.kind(1) == Kind::Name { quote(view.word(1)) } else { "x".to_string() };
            let help = if matches!(view.word(-1), "Some" | "Ok") && heads {
                format!(
                    "the name alone asks whether there is a value: `{} let {name} = …`",
                    view.kind(-3).text()
                )
            } else {
                "take the value apart with `match`".to_string()
            };
            let diagnostic = view.error(-1, format!("`{}` is no name", quote(view.word(-1))), help);
            let mend = if view.kind(1) == Kind::Name { view.mend(-1, 1, &[]) } else { None };
            Some((diagnostic, mend))
        }
        Kind::LBracket | Kind::LBrace | Kind::LBraceMap if declares(-1) => {
            let help = if view.found() == Kind::LBracket {
                "a tuple is taken apart as `let (a, b) = pair`, an array by its indices"
            } else {
                "fields are read one by one: `let x = p.x`"
            };
            Some((view.error(0, "only tuples are taken apart", help), view.mend_all()))
        }
        Kind::Comma if view.before() == Kind::Name && declares(-2) => {
            let help = "write `let (a, b) = (1, 2)`";
            Some((view.error(0, "several names stand in parentheses", help), view.mend_all()))
        }
        Kind::Comma
            if matches!(view.kind_at(view.statement()), Kind::Let | Kind::Var) && at_statement(view) =>
        {
            let help = "declare one name a line; several at once are a tuple: `var (a, b) = (1, 2)`";
            Some((view.error(0, "a declaration ends here", help), view.mend_all()))
        }
        Kind::Comma
            if at_statement(view) && (0..view.statement_end()).any(|at| view.kind(at) == Kind::Eq) =>
        {
            let help = "write `(a, b) = (b, a)`";
            Some((view.error(0, "several places stand in parentheses", help), view.mend_all()))
        }
        _ => None,
    }
}

/// Whether the mistake stands in a statement and not in a list inside of one.
fn at_statement(view: &View<'_>) -> bool {
    matches!(view.bracket(), Kind::Newline | Kind::LBrace)
}

/// `int x = 1`, `var x int`, `x: int = 1`.
fn types_first(view: &View<'_>) -> Option<Explained> {
    let start = view.statement();
    let first = view.kind_at(start);
    match view.found() {
        // `const int x`
        Kind::Name
            if matches!(view.kind(-2), Kind::Const | Kind::Let | Kind::Var)
                && view.before() == Kind::Name
                && is_type(view.word(-1))
                && matches!(view.kind(1), Kind::Eq | Kind::Newline | Kind::Semi) =>
        {
            let (word, name, ty) = (view.kind(-2).text(), quote(view.word(0)), translated(view.word(-1)));
            let help = format!("write `{word} {name}: {ty} = …`");
            Some((view.error(-1, "a type stands behind its name", help), view.mend(-1, 0, &[])))
        }
        // `var x int`, `(x i32)`
        Kind::Name | Kind::LBracket | Kind::LBraceMap
            if view.before() == Kind::Name
                && view.expects(":")
                && (matches!(first, Kind::Var | Kind::Let | Kind::Const) || in_parameters(view)) =>
        {
            let name = quote(view.word(-1));
            let (ty, mend) = match (view.found(), view.kind(1)) {
                (Kind::LBracket, Kind::RBracket) => {
                    (format!("[{}]", translated(view.word(2))), view.mend(0, 2, &[Kind::Colon]))
                }
                (Kind::Name, Kind::LBracket) if view.word(0) == "map" => {
                    let behind = view.behind_bracket(1);
                    let ty = format!("{{{}: {}}}", translated(view.word(2)), translated(view.word(behind)));
                    (ty, view.mend(0, behind, &[Kind::Colon]))
                }
                _ => (translated(view.word(0)), view.mend(0, 0, &[Kind::Colon])),
            };
            let help = format!("write `{name}: {ty}`");
            let place = lyra_base::Span::at(view.span(-1).end);
            let mut diagnostic = view.error(0, "a type stands after a `:`", help);
            if view.found() == Kind::Name && view.kind(1) != Kind::LBracket {
                diagnostic = diagnostic.with_fix(place, ":");
            }
            Some((diagnostic, mend))
        }
        // `x: int = 5`
        Kind::Name
            if view.before() == Kind::Colon
                && view.at == start + 2
                && first == Kind::Name
                && !view.touch(-1, 0)
                && matches!(
                    view.kind(1),
                    Kind::Eq | Kind::Newline | Kind::Semi | Kind::Question | Kind::LBracket
                )
                && at_statement(view) =>
        {
            let (name, ty) = (quote(view.word(-2)), translated(view.word(0)));
            let help = format!("write `var {name}: {ty} = …`");
            let diagnostic = view.error(-2, "a declaration begins with `var` or `let`", help);
            Some((
                diagnostic.with_fix(lyra_base::Span::at(view.span(-2).start), "var "),
                view.mend(-2, -2, &[Kind::Var]),
            ))
        }
        // `int x = 1`, and `int f() { … }`
        Kind::Name
            if view.at == start + 1
                && first == Kind::Name
                && (view.kind(1) == Kind::Eq || is_type(view.word(-1)))
                && view.bracket() != Kind::LBracket =>
        {
            let (ty, name) = (translated(view.word(-1)), quote(view.word(0)));
            if view.bracket() == Kind::LBraceParts {
                let help = format!("write `{name}: {ty}`");
                return Some((view.error(-1, "a type stands behind its name", help), view.mend(-1, 0, &[])));
            }
            if view.kind(1) == Kind::LParen {
                let result = if view.word(-1) == "void" { String::new() } else { format!(" -> {ty}") };
                let help = format!("write `proc {name}(…){result} {{ … }}`");
                let diagnostic = view.error(-1, "a procedure begins with `proc`", help);
                let end = view.statement_end();
                return Some((diagnostic, view.mend(-1, end, &[Kind::Bad])));
            }
            let help = match view.word(-1) {
                "auto" => format!("write `var {name} = …`"),
                _ => format!("write `var {name}: {ty} = …`"),
            };
            let diagnostic = view.error(0, "a declaration begins with `var` or `let`", help);
            Some((diagnostic, view.mend(-1, 0, &[Kind::Var])))
        }
        _ => None,
    }
}

/// Imports, parameters, fields, variants and members.
fn items(view: &View<'_>) -> Option<Explained> {
    let first = view.kind_at(view.statement());
    match view.found() {
        Kind::Eq if view.expects(")") && in_parameters(view) => {
            let help = "write a second proc with fewer parameters, or take an optional: `x: T?`";
            let mend = view.mend(0, view.part_end(), &[]);
            Some((view.error(0, "a parameter has no default value", help), mend))
        }
        Kind::Ellipsis if in_parameters(view) => Some((
            view.error(0, "a proc has a fixed number of parameters", "take an array: `xs: [T]`"),
            view.mend(0, 1, &[]),
        )),
        Kind::Dot if first == Kind::Import => {
            let module = quote(view.word(-1));
            let help = format!("write `import {module}`, and name its parts as `{module}.part`");
            Some((view.error(0, "an import names a whole module", help), view.mend_all()))
        }
        Kind::LBrace | Kind::LBraceMap | Kind::Star if view.before() == Kind::Import => {
            let help = "write `import \"file.lyra\"`, or `import \"file.lyra\" as name`";
            Some((view.error(0, "an import names a whole file", help), view.mend_all()))
        }
        // `type P struct { … }`
        Kind::Struct | Kind::Interface | Kind::Enum
            if view.before() == Kind::Name && view.kind(-2) == Kind::TypeWord =>
        {
            let help = format!("write `{} {} {{ … }}`", view.found().text(), quote(view.word(-1)));
            Some((view.error(-2, "the word that says what it is stands first", help), view.mend_all()))
        }
        Kind::Eq if view.bracket() == Kind::LBraceParts && in_enum(view) => {
            let help = "remove it; where a number is needed, give the enum a method with a `match`";
            Some((view.error(0, "a variant has no number", help), view.mend(0, view.part_end(), &[])))
        }
        Kind::Proc if view.bracket() == Kind::LBraceParts => Some((
            view.error(0, "a `proc` cannot stand among fields", "put methods into `impl Name { … }`"),
            None,
        )),
        Kind::Name
            if view.bracket() == Kind::LBraceParts
                && view.before() == Kind::Name
                && matches!(
                    view.word(-1),
                    "pub" | "public" | "mut" | "var" | "let" | "readonly" | "final" | "static"
                ) =>
        {
            let word = view.word(-1);
            let help = match word {
                "pub" | "public" => "remove it: fields are visible to whoever sees the type",
                _ => "remove it: every field may be assigned",
            };
            let diagnostic =
                view.error(-1, format!("there is no `{word}`"), help).with_fix(view.span(-1), "");
            Some((diagnostic, view.mend(-1, 0, &[])))
        }
        _ => None,
    }
}

fn in_enum(view: &View<'_>) -> bool {
    let Some(opener) = view.opener() else { return false };
    (1..6).any(|back| opener.checked_sub(back).is_some_and(|place| view.kind_at(place) == Kind::Enum))
}

/// Types in other forms: `T[]`, `list[int]`, `[i32; 3]`, `string | null`, `-> ()`.
fn types(view: &View<'_>) -> Option<Explained> {
    match view.found() {
        // After a value it would be an operator, so a type stands before it.
        Kind::Or if view.before().ends_operand() => {
            if matches!(view.word(1), "null" | "none" | "None" | "nil" | "undefined") {
                let help = format!("write `{}?`", translated(view.word(-1)));
                let diagnostic = view.error(0, "a type that may be absent ends in `?`", help);
                return Some((diagnostic, view.mend(0, 2, &[Kind::Question])));
            }
            let help = "a value that may be of several types is an `enum`, or `any`";
            Some((view.error(0, "a type has no alternatives", help), view.mend(0, 2, &[])))
        }
        // `x: T[]`
        Kind::LBracket
            if view.kind(1) == Kind::RBracket && view.before().ends_operand() && !view.expects("[") =>
        {
            let help = format!("write `[{}]`", translated(view.word(-1)));
            Some((
                view.error(0, "an array type has its brackets around the element", help),
                view.mend(0, 2, &[]),
            ))
        }
        // `x: list[int]`
        Kind::LBracket
            if view.before() == Kind::Name
                && matches!(view.kind(-2), Kind::Colon | Kind::Arrow | Kind::LBracket)
                && matches!(view.kind(1), Kind::Name | Kind::LBracket)
                && view.touch(-1, 0) =>
        {
            let behind = view.behind_bracket(0);
            let [one, two] = [1, 3].map(|offset| translated(view.word(offset)));
            let help = match view.word(-1) {
                "dict" | "Dict" | "map" | "Map" | "Mapping" => format!("write `{{{one}: {two}}}`"),
                "Optional" | "optional" => format!("write `{one}?`"),
                "tuple" | "Tuple" => format!("write `({one}, {two})`"),
                "list" | "List" | "Sequence" | "Array" | "Iterable" => format!("write `[{one}]`"),
                _ => "type arguments stand between `<` and `>`: `Stack<i32>`".to_string(),
            };
            Some((view.error(0, "type arguments do not stand in `[ ]`", help), view.mend(0, behind, &[])))
        }
        // `[i32; 3]`
        Kind::Semi if view.bracket() == Kind::LBracket && view.expects("]") && !view.expects(",") => {
            let help = format!("write `[{}]`: an array grows and shrinks", translated(view.word(-1)));
            Some((
                view.error(0, "an array type has no length", help),
                view.mend(0, view.part_end().max(2), &[]),
            ))
        }
        Kind::RParen if view.before() == Kind::LParen && view.kind(-2) == Kind::Arrow => {
            let help = "leave it out: a procedure without `->` returns nothing";
            Some((view.error(-2, "there is no empty type", help), view.mend(-2, 1, &[])))
        }
        _ => None,
    }
}

/// `->`, `:` and `=>` in each other's place.
fn arrows(view: &View<'_>) -> Option<Explained> {
    match view.found() {
        // `proc f() : i32`, `proc f() => i32`
        Kind::Colon | Kind::FatArrow if view.before() == Kind::RParen && view.expects("->") => {
            let found = view.found().text();
            let diagnostic =
                view.error(0, format!("`{found}` cannot stand before the result type"), "write `->`");
            Some((diagnostic.with_fix(view.span(0), "->"), view.mend(0, 1, &[Kind::Arrow])))
        }
        // `func f() int {`
        Kind::Name | Kind::LParen | Kind::LBracket
            if view.before() == Kind::RParen
                && view.expects("->")
                && view.expects("{")
                && !view.on_new_line() =>
        {
            let diagnostic = view.error(0, "a result type stands after `->`", "write `->` before it");
            let place = lyra_base::Span::at(view.span(-1).end);
            Some((diagnostic.with_fix(place, " ->"), view.mend(0, 0, &[Kind::Arrow])))
        }
        Kind::Arrow | Kind::Colon if view.expects("=>") => {
            let diagnostic = view.error(0, "an arm is written with `=>`", "write `pattern => value`");
            Some((diagnostic.with_fix(view.span(0), "=>"), view.mend(0, 1, &[Kind::FatArrow])))
        }
        Kind::Arrow if view.before().ends_operand() && view.expects("+") => {
            Some((view.error(0, "`->` does not make a closure", "a closure is written `|x| x + 1`"), None))
        }
        _ => None,
    }
}
