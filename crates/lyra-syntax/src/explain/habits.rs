//! Mistakes that come from other languages: each says how the thing is written in Lyra.

use super::{Explained, View};
use crate::report::quote;
use crate::token::Kind;

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    signs(view).or_else(|| words(view)).or_else(|| declarations(view))
}

/// Operators that Lyra spells differently or does not have.
fn signs(view: &View<'_>) -> Option<Explained> {
    match view.found() {
        // The lexer reads `===` as `==` `=`.
        Kind::Eq if matches!(view.before(), Kind::EqEq | Kind::NotEq) && view.touch(-1, 0) => {
            let sign = view.before().text();
            let message = format!("there is no `{sign}=`");
            let diagnostic = view
                .error(0, message, format!("write `{sign}`: it never converts"))
                .with_fix(view.span(0), "");
            Some((diagnostic, view.mend(0, 1, &[])))
        }
        Kind::Plus if view.before() == Kind::Plus && view.touch(-1, 0) => {
            let help = "write `x += 1` as a statement of its own";
            Some((view.error(-1, "there is no `++`", help), None))
        }
        Kind::Plus if view.expects_operand() => {
            let help = if view.touch(0, 1) && view.kind(1) == Kind::Plus {
                "to count up, write `x += 1` as a statement of its own"
            } else {
                "remove it: a number without a sign is positive"
            };
            Some((view.error(0, "there is no `+` in front of a value", help), view.mend(0, 1, &[])))
        }
        Kind::Star if view.before() == Kind::Star && view.touch(-1, 0) => {
            Some((view.error(-1, "there is no `**`", "multiply, or use `math.pow(x, y)`"), None))
        }
        Kind::Eq if view.before() == Kind::Colon && view.touch(-1, 0) => {
            let name = quote(view.word(-2));
            Some((
                view.error(
                    -1,
                    "there is no `:=`",
                    format!("declare with `var {name} = …`, assign with `{name} = …`"),
                ),
                None,
            ))
        }
        Kind::Eq if view.before() == Kind::Coalesce && view.touch(-1, 0) => {
            Some((view.error(-1, "there is no `??=`", "write `x = x ?? …`"), None))
        }
        Kind::Eq if matches!(view.before(), Kind::AndAnd | Kind::OrOr) && view.touch(-1, 0) => {
            let sign = view.before().text();
            Some((view.error(-1, format!("there is no `{sign}=`"), format!("write `x = x {sign} …`")), None))
        }
        Kind::Colon if view.kind(1) == Kind::Colon && view.touch(0, 1) => {
            let diagnostic =
                view.error(0, "there is no `::`", "a part of a module or a type is reached by `.`");
            Some((diagnostic, view.mend(0, 2, &[Kind::Dot])))
        }
        Kind::Colon if view.before() == Kind::Colon && view.touch(-1, 0) => {
            let diagnostic =
                view.error(-1, "there is no `::`", "a part of a module or a type is reached by `.`");
            Some((diagnostic, view.mend(-1, 1, &[Kind::Dot])))
        }
        Kind::Gt if view.before() == Kind::Lt && view.touch(-1, 0) => {
            Some((view.error(-1, "there is no `<>`", "write `!=`"), view.mend(-1, 1, &[Kind::NotEq])))
        }
        Kind::LBrace
            if view.before() == Kind::RParen
                && matches!(view.called(), "fn" | "func" | "function" | "lambda") =>
        {
            let help = "a closure is written `|x| x + 1` or `proc(x: i32) -> i32 { return x + 1 }`";
            Some((view.error(0, format!("there is no `{}`", view.called()), help), None))
        }
        Kind::Question if !view.expects("name") => Some(question(view)),
        Kind::Dot if view.kind(1) == Kind::Int && view.touch(0, 1) && view.expects_operand() => {
            let number = quote(view.word(1));
            let help = format!("write `0.{number}`");
            Some((view.error(0, "a number begins with a digit", help), view.mend(0, 1, &[])))
        }
        _ => None,
    }
}

/// `x ? a : b`, or `x?` alone.
fn question(view: &View<'_>) -> Explained {
    let mut offset = 1;
    while !matches!(view.kind(offset), Kind::Newline | Kind::Semi | Kind::LBrace | Kind::RBrace | Kind::FEnd)
    {
        if view.kind(offset) == Kind::Colon {
            let help = "write `if condition { a } else { b }`: it is a value";
            return (view.error(0, "there is no `? :`", help), None);
        }
        offset += 1;
    }
    let help = "`x ?? other` gives another value for none, `x!` throws on none, `x?.f` goes on only with a value, \
                `if var y = x { }` asks; a type is optional as `T?`";
    (view.error(0, "`?` after a value means nothing", help), view.mend(0, 1, &[Kind::Unwrap]))
}

/// Words that are ordinary names in Lyra but stand where another language has an operator or a statement.
fn words(view: &View<'_>) -> Option<Explained> {
    let is_name = |offset| view.kind(offset) == Kind::Name;
    if is_name(0) {
        let other = match view.word(0) {
            "and" => Some((Kind::AndAnd, "&&")),
            "or" => Some((Kind::OrOr, "||")),
            "mod" | "rem" => Some((Kind::Percent, "%")),
            "div" => Some((Kind::Slash, "/")),
            "xor" => Some((Kind::Caret, "^")),
            "eq" => Some((Kind::EqEq, "==")),
            "instanceof" => Some((Kind::Is, "is")),
            _ => None,
        };
        if let Some((kind, sign)) = other
            && view.before().ends_operand()
        {
            let message = format!("there is no operator `{}`", view.word(0));
            let diagnostic = view.error(0, message, format!("write `{sign}`")).with_fix(view.span(0), sign);
            return Some((diagnostic, view.mend(0, 1, &[kind])));
        }
        match view.word(0) {
            "elif" | "elsif" | "elseif" if view.before() == Kind::RBrace => {
                let message = format!("there is no `{}`", view.word(0));
                let diagnostic = view.error(0, message, "write `else if`").with_fix(view.span(0), "else if");
                return Some((diagnostic, view.mend(0, 1, &[Kind::Else, Kind::If])));
            }
            "then" | "do" if view.before().ends_operand() => {
                let message = format!("there is no `{}`", view.word(0));
                return Some((
                    view.error(0, message, "a block stands in braces: `if c { … }`"),
                    view.mend(0, 1, &[]),
                ));
            }
            _ => {}
        }
    }
    if !is_name(-1) {
        return None;
    }
    let place = view.at - 1;
    let starts = view.statement() == place;
    let word = view.word(-1);
    let negates = is_name(0) || matches!(view.found(), Kind::True | Kind::False | Kind::SelfWord);
    match word {
        "not" if view.kind(-2) == Kind::Is => {
            Some((view.error(-1, "there is no `is not`", "write `!(x is T)`"), view.mend(-1, 0, &[])))
        }
        "from" if starts && is_name(0) => {
            let help = format!("write `import {}`, and name its parts as `module.part`", quote(view.word(0)));
            Some((view.error(-1, "there is no `from`", help), None))
        }
        "not" if negates => {
            let diagnostic =
                view.error(-1, "there is no operator `not`", "write `!`").with_fix(view.span(-1), "!");
            Some((diagnostic, view.mend(-1, 0, &[Kind::Bang])))
        }
        "elif" | "elsif" | "elseif" if starts => {
            let diagnostic = view.error(-1, format!("there is no `{word}`"), "write `else if` after the `}`");
            Some((diagnostic.with_fix(view.span(-1), "else if"), view.mend(-1, 0, &[Kind::If])))
        }
        "fn" | "func" | "function" | "def" | "fun" | "sub" if is_name(0) => {
            let message = format!("there is no `{word}`");
            let diagnostic =
                view.error(-1, message, "a procedure begins with `proc`").with_fix(view.span(-1), "proc");
            Some((diagnostic, view.mend(-1, 0, &[Kind::Proc])))
        }
        "fn" | "func" | "function" | "def" | "lambda" => {
            let help = "a closure is written `|x| x + 1` or `proc(x: i32) -> i32 { return x + 1 }`";
            Some((view.error(-1, format!("there is no `{word}`"), help), None))
        }
        "pub" | "public" | "export" | "static" if starts => {
            let help = "remove it: items are visible to importers unless they are `private`";
            let diagnostic =
                view.error(-1, format!("there is no `{word}`"), help).with_fix(view.span(-1), "");
            Some((diagnostic, view.mend(-1, 0, &[])))
        }
        "class" | "record" | "object" if starts && is_name(0) => {
            let help = "declare the fields in a `struct`, its methods in an `impl`";
            Some((view.error(-1, format!("there is no `{word}`"), help), None))
        }
        "trait" | "protocol" if starts && is_name(0) => Some((
            view.error(-1, format!("there is no `{word}`"), "write `interface`"),
            view.mend(-1, 0, &[Kind::Interface]),
        )),
        "switch" | "case" | "when" if starts => {
            let help = "write `match value { pattern => result }`";
            Some((view.error(-1, format!("there is no `{word}`"), help), None))
        }
        "foreach" if starts => Some((
            view.error(-1, "there is no `foreach`", "write `for x in xs { }`"),
            view.mend(-1, 0, &[Kind::For]),
        )),
        "loop" | "forever" | "do" if starts && view.found() == Kind::LBrace => {
            let diagnostic = view.error(
                -1,
                format!("there is no `{word}`"),
                "write `while true { }`, and leave it with `break`",
            );
            Some((diagnostic, view.mend(-1, 0, &[Kind::While, Kind::True])))
        }
        "unless" | "until" if starts => {
            let kind = if word == "unless" { Kind::If } else { Kind::While };
            let help = format!("write `{} !(…) {{ }}`", kind.text());
            Some((view.error(-1, format!("there is no `{word}`"), help), view.mend(-1, 0, &[kind])))
        }
        "new" if is_name(0) => {
            let name = quote(view.word(0));
            let help = format!("write `{name}(…)`");
            Some((
                view.error(-1, "there is no `new`", help).with_fix(view.span(-1), ""),
                view.mend(-1, 0, &[]),
            ))
        }
        "async" | "await" | "go" if is_name(0) || view.found() == Kind::Proc => {
            let help = "a task is started with `spawn f(x)` and waited for with `.join()`";
            Some((view.error(-1, format!("there is no `{word}`"), help), view.mend(-1, 0, &[])))
        }
        "mut" if matches!(view.kind(-2), Kind::Let | Kind::Var) => {
            let help = "`var` declares a name that is assigned again, `let` one that is not";
            Some((view.error(-1, "there is no `mut`", help), view.mend(-2, 0, &[Kind::Var])))
        }
        "del" | "delete" | "assert" | "print" | "println" | "echo" | "raise" | "typeof" | "sizeof"
            if starts =>
        {
            let help = match word {
                "raise" => "write `throw …`".to_string(),
                "del" | "delete" => "write `remove(m, key)`".to_string(),
                "echo" | "println" => "write `print(…)`".to_string(),
                _ => format!("write `{word}(…)`"),
            };
            Some((view.error(0, format!("`{word}` is called with parentheses"), help), None))
        }
        _ => None,
    }
}

/// Declarations in the order of other languages.
fn declarations(view: &View<'_>) -> Option<Explained> {
    let start = view.statement();
    let first = view.kind_at(start);
    match view.found() {
        // `var x int`, `(x i32)`
        Kind::Name | Kind::LBracket | Kind::LBraceMap
            if view.before() == Kind::Name
                && view.expects(":")
                && (matches!(first, Kind::Var | Kind::Let | Kind::Const) || in_parameters(view)) =>
        {
            let (name, ty) = (quote(view.word(-1)), quote(view.word(0)));
            let help = format!("write `{name}: {ty}`");
            let place = lyra_base::Span::at(view.span(-1).end);
            let diagnostic = view.error(0, "a type stands after a `:`", help).with_fix(place, ":");
            Some((diagnostic, view.mend(0, 0, &[Kind::Colon])))
        }
        Kind::Eq if view.kind(-2) == Kind::For => {
            let help = "count with `for i in 0..n { }` (also `step k`)";
            Some((view.error(0, "a `for` walks over something", help), None))
        }
        Kind::In if view.kind(-3) == Kind::For && view.kind(-2) == Kind::LParen => {
            let help = "write `for x in xs { }`";
            Some((view.error(-2, "the head of a `for` has no parentheses", help), None))
        }
        Kind::Eq if view.expects(")") && in_parameters(view) => {
            let help = "write a second proc with fewer parameters, or take an optional: `x: T?`";
            Some((view.error(0, "a parameter has no default value", help), None))
        }
        Kind::Ellipsis if in_parameters(view) => Some((
            view.error(0, "a proc has a fixed number of parameters", "take an array: `xs: [T]`"),
            view.mend(0, 1, &[]),
        )),
        Kind::Dot if first == Kind::Import => {
            let module = quote(view.word(-1));
            let help = format!("write `import {module}`, and name its parts as `{module}.part`");
            Some((view.error(0, "an import names a whole module", help), None))
        }
        // After a value it would be an operator, so a type stands before it.
        Kind::Or if view.before().ends_operand() => {
            let help = "a value that may be of several types is an `enum`, or `any`";
            Some((view.error(0, "a type has no alternatives", help), None))
        }
        Kind::Arrow if view.before().ends_operand() && view.expects("+") => {
            Some((view.error(0, "`->` does not make a closure", "a closure is written `|x| x + 1`"), None))
        }
        Kind::LParen | Kind::Var | Kind::Let
            if view.before() == Kind::For || view.before() == Kind::LParen && view.kind(-2) == Kind::For =>
        {
            let help = "count with `for i in 0..n { }` (also `step k`), or write a `while`";
            Some((view.error(0, "a `for` walks over something", help), None))
        }
        // `int x = 1`
        Kind::Name
            if view.at == start + 1
                && first == Kind::Name
                && (view.kind(1) == Kind::Eq || is_type(view.word(-1))) =>
        {
            let (ty, name) = (quote(view.word(-1)), quote(view.word(0)));
            let help = format!("write `var {name}: {ty} = …`");
            Some((
                view.error(0, "a declaration begins with `var` or `let`", help),
                view.mend(-1, 0, &[Kind::Var]),
            ))
        }
        // `x: T[]`
        Kind::LBracket
            if view.kind(1) == Kind::RBracket && view.before().ends_operand() && !view.expects("[") =>
        {
            let element = quote(view.word(-1));
            let help = format!("write `[{element}]`");
            Some((
                view.error(0, "an array type has its brackets around the element", help),
                view.mend(0, 2, &[]),
            ))
        }
        // `proc f() : i32`, `proc f() => i32`
        Kind::Colon | Kind::FatArrow if view.before() == Kind::RParen && view.expects("->") => {
            let found = view.found().text();
            let diagnostic =
                view.error(0, format!("`{found}` cannot stand before the result type"), "write `->`");
            Some((diagnostic.with_fix(view.span(0), "->"), view.mend(0, 1, &[Kind::Arrow])))
        }
        // `if x:`
        Kind::Colon if view.expects("{") => {
            Some((view.error(0, "a block does not begin with `:`", "it stands in braces: `{ … }`"), None))
        }
        Kind::Arrow if view.expects("=>") => {
            let diagnostic = view.error(0, "an arm is written with `=>`", "write `pattern => value`");
            Some((diagnostic.with_fix(view.span(0), "=>"), view.mend(0, 1, &[Kind::FatArrow])))
        }
        Kind::Colon if view.expects("=>") => {
            let diagnostic = view.error(0, "an arm is written with `=>`", "write `pattern => value`");
            Some((diagnostic.with_fix(view.span(0), "=>"), view.mend(0, 1, &[Kind::FatArrow])))
        }
        Kind::FatArrow => {
            let help = "a closure is written `|x| x + 1`; `=>` stands in the arms of a `match`";
            Some((view.error(0, "`=>` does not make a closure", help), None))
        }
        Kind::Proc if view.bracket() == Kind::LBraceParts => Some((
            view.error(0, "a `proc` cannot stand among fields", "put methods into `impl Name { … }`"),
            None,
        )),
        _ => None,
    }
}

/// What other languages, and Lyra, call a type of numbers or text.
fn is_type(word: &str) -> bool {
    matches!(
        word,
        "int"
            | "float"
            | "double"
            | "string"
            | "bool"
            | "char"
            | "void"
            | "auto"
            | "long"
            | "i32"
            | "i64"
            | "u8"
            | "f64"
            | "str"
            | "any"
    )
}

/// Whether the innermost bracket holds the parameters of a `proc`.
fn in_parameters(view: &View<'_>) -> bool {
    let Some(opener) = view.opener() else { return false };
    if view.kind_at(opener) != Kind::LParen {
        return false;
    }
    let before = |back: usize| opener.checked_sub(back).map_or(Kind::Newline, |place| view.kind_at(place));
    before(1) == Kind::Proc
        || before(1) == Kind::Name && before(2) == Kind::Proc
        || before(1) == Kind::TypeClose
}
