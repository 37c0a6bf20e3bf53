//! Operators that Lyra spells differently or does not have.

use super::{Explained, View, is_capital, is_type};
use crate::report::quote;
use crate::token::Kind;

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    comment(view)
        .or_else(|| assignments(view))
        .or_else(|| prefixes(view))
        .or_else(|| dots_and_colons(view))
        .or_else(|| texts_and_parentheses(view))
}

fn is_text(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Str
            | Kind::RawStr
            | Kind::MultiStr
            | Kind::RawMultiStr
            | Kind::FStart
            | Kind::FMultiStart
            | Kind::FEnd
    )
}

/// `-- text`: two minuses with a blank behind them are read as operators.
fn comment(view: &View<'_>) -> Option<Explained> {
    let first = (-8..0).rev().find(|&offset| {
        view.kind(offset) == Kind::Minus
            && view.kind(offset + 1) == Kind::Minus
            && view.touch(offset, offset + 1)
            && !view.touch(offset + 1, offset + 2)
    })?;
    if (first..0).any(|offset| view.kind(offset) == Kind::Newline) {
        return None;
    }
    let sign = view.span(first);
    let signs = lyra_base::Span::new(sign.start, view.span(first + 1).end);
    let diagnostic = view.error(first, "`--` begins no comment", "a comment starts with `//`");
    Some((diagnostic.with_fix(signs, "//"), view.mend(first, view.line_end(), &[])))
}

/// What ends in `=`, and the doubled signs.
fn assignments(view: &View<'_>) -> Option<Explained> {
    match view.found() {
        // The lexer reads `===` as `==` `=`.
        Kind::Eq if matches!(view.before(), Kind::EqEq | Kind::NotEq) && view.touch(-1, 0) => {
            let sign = view.before().text();
            let diagnostic = view
                .error(0, format!("there is no `{sign}=`"), format!("write `{sign}`: it never converts"))
                .with_fix(view.span(0), "");
            Some((diagnostic, view.mend(0, 1, &[])))
        }
        // `a ~= b`
        Kind::Tilde if view.kind(1) == Kind::Eq && view.touch(0, 1) => {
            let signs = lyra_base::Span::new(view.span(0).start, view.span(1).end);
            let diagnostic = view.error(0, "there is no `~=`", "write `!=`").with_fix(signs, "!=");
            Some((diagnostic, view.mend(0, 2, &[Kind::NotEq])))
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
            let help = "multiply, or `import math` and write `math.pow(x, y)`";
            Some((view.error(-1, "there is no `**`", help), view.mend(0, 1, &[])))
        }
        // `x := 1`, `(x := 1)`
        Kind::Colon if view.kind(1) == Kind::Eq && view.touch(0, 1) => Some(declares(view, 0)),
        Kind::Eq if view.before() == Kind::Colon && view.touch(-1, 0) => Some(declares(view, -1)),
        Kind::Eq if view.before() == Kind::Coalesce && view.touch(-1, 0) => {
            Some((view.error(-1, "there is no `??=`", "write `x = x ?? …`"), None))
        }
        Kind::Eq if matches!(view.before(), Kind::AndAnd | Kind::OrOr) && view.touch(-1, 0) => {
            let sign = view.before().text();
            Some((view.error(-1, format!("there is no `{sign}=`"), format!("write `x = x {sign} …`")), None))
        }
        // `{ x = 1 }`, `{ ["x"] = 1 }`
        Kind::Eq if view.bracket() == Kind::LBraceMap => {
            let help = if view.before() == Kind::Name {
                let name = quote(view.word(-1));
                format!("write `\"{name}\": …`; a thing with fixed fields is a `struct`")
            } else {
                "write `key: value`".to_string()
            };
            let diagnostic = view.error(0, "an entry of a map has a `:`", help).with_fix(view.span(0), ":");
            Some((diagnostic, view.mend(0, 1, &[Kind::Colon])))
        }
        Kind::Gt if view.before() == Kind::Lt && view.touch(-1, 0) => {
            Some((view.error(-1, "there is no `<>`", "write `!=`"), view.mend(-1, 1, &[Kind::NotEq])))
        }
        _ => None,
    }
}

/// `:=`; `colon` is where its `:` stands.
fn declares(view: &View<'_>, colon: isize) -> Explained {
    let name = quote(view.word(colon - 1));
    let help = format!("declare with `var {name} = …`, assign with `{name} = …`");
    let diagnostic = view.error(colon, "there is no `:=`", help);
    let is_first = view.offset(view.statement()) == colon - 1;
    // As a label it would be read; a type in its place is missed without another word.
    let mend = if is_first {
        view.mend(colon - 1, colon - 1, &[Kind::Var])
    } else {
        view.mend(colon, colon + 2, &[Kind::EqEq])
    };
    (diagnostic, mend)
}

/// Signs in front of a value or a type that Lyra does not have.
fn prefixes(view: &View<'_>) -> Option<Explained> {
    match view.found() {
        Kind::And | Kind::AndAnd if view.expects_operand() || view.expects("mapbrace") => {
            let help = if view.expects_operand() {
                "write the name alone: arrays, maps and structs are shared when they are passed, all else is copied"
            } else {
                "write the type alone: arrays, maps and structs are shared when they are passed"
            };
            Some((view.error(0, "there are no references", help), view.mend(0, 1, &[])))
        }
        // `&self`
        Kind::And if in_first_parameter(view) => {
            let help = "write `self` alone: a method can always change its own fields";
            Some((view.error(0, "there are no references", help), view.mend(0, 1, &[])))
        }
        Kind::Star if view.expects_operand() && view.touch(0, 1) && view.kind(1) == Kind::Name => {
            let help = "write the name alone: it stands for the value";
            Some((view.error(0, "there is no `*` in front of a value", help), view.mend(0, 1, &[])))
        }
        Kind::Slash if view.expects_operand() && view.touch(0, 1) => {
            let help = "write the pattern as a text: `import regex`, `regex.match(r\"…\", text)`";
            Some((view.error(0, "there are no patterns between slashes", help), None))
        }
        Kind::Ellipsis
            if view.expects_operand()
                && matches!(view.bracket(), Kind::LBracket | Kind::LParen | Kind::LBraceMap) =>
        {
            let help = match view.bracket() {
                Kind::LBracket => "join arrays with `copy(xs)` and `extend(xs, ys)`",
                Kind::LBraceMap => "copy the map with `copy(m)` and set what differs",
                _ => "give each argument, or let the procedure take an array",
            };
            Some((view.error(0, "`...` does not spread a value", help), view.mend(0, 1, &[])))
        }
        Kind::Dot if view.kind(1) == Kind::Int && view.touch(0, 1) && view.expects_operand() => {
            let number = quote(view.word(1));
            let help = format!("write `0.{number}`");
            Some((view.error(0, "a number begins with a digit", help), view.mend(0, 1, &[])))
        }
        _ => None,
    }
}

/// Whether the first parameter of a `proc` begins here.
fn in_first_parameter(view: &View<'_>) -> bool {
    view.before() == Kind::LParen && view.kind(-2) == Kind::Name && view.kind(-3) == Kind::Proc
}

/// `::`, `?`, `->`, `..` and `:` between a value and a name.
fn dots_and_colons(view: &View<'_>) -> Option<Explained> {
    let part = "a part of a module or a type is reached by `.`";
    match view.found() {
        // `xs[1:]`, `xs[:2]`, `xs[::2]`
        Kind::Colon if view.bracket() == Kind::LBracket => {
            let help = "write `xs[a..b]`, `xs[a..]` or `xs[..b]`";
            let diagnostic = view.error(0, "a slice is written with `..`", help);
            Some((diagnostic.with_fix(view.span(0), ".."), view.mend(0, 1, &[Kind::DotDot])))
        }
        Kind::Colon if view.kind(1) == Kind::Colon && view.touch(0, 1) => {
            let signs = lyra_base::Span::new(view.span(0).start, view.span(1).end);
            let diagnostic = view.error(0, "there is no `::`", of_path(view, -1).unwrap_or(part));
            Some((diagnostic.with_fix(signs, "."), view.mend(0, 2, &[Kind::Dot])))
        }
        Kind::Colon if view.before() == Kind::Colon && view.touch(-1, 0) => {
            let signs = lyra_base::Span::new(view.span(-1).start, view.span(0).end);
            let diagnostic = view.error(-1, "there is no `::`", of_path(view, -2).unwrap_or(part));
            Some((diagnostic.with_fix(signs, "."), view.mend(-1, 1, &[Kind::Dot])))
        }
        // `object:method(x)`
        Kind::Name
            if view.before() == Kind::Colon
                && view.touch(-1, 0)
                && view.touch(-2, -1)
                && view.kind(-2) == Kind::Name
                && view.kind(1) == Kind::LParen
                && view.offset(view.statement()) == -2 =>
        {
            let [value, method] = [-2, 0].map(|offset| quote(view.word(offset)));
            let diagnostic =
                view.error(-1, "a method is called with `.`", format!("write `{value}.{method}(…)`"));
            Some((diagnostic.with_fix(view.span(-1), "."), view.mend(-1, 0, &[Kind::Dot])))
        }
        // `pointer->field`
        Kind::Arrow if view.before() == Kind::Name && view.kind(1) == Kind::Name && view.touch(0, 1) => {
            let diagnostic = view.error(0, "a field is read with `.`", "write `x.field`");
            Some((diagnostic.with_fix(view.span(0), "."), view.mend(0, 1, &[Kind::Dot])))
        }
        Kind::DotDot if view.before().ends_operand() && (is_text(view.before()) || is_text(view.kind(1))) => {
            let help = "texts are joined with `+`, or written as `f\"{a} and {b}\"`";
            let diagnostic = view.error(0, "`..` joins nothing", help).with_fix(view.span(0), "+");
            Some((diagnostic, view.mend(0, 1, &[Kind::Plus])))
        }
        // `Point(x: 1, ..p)`
        Kind::DotDot
            if view.bracket() == Kind::LParen
                && matches!(view.before(), Kind::Comma | Kind::LParen)
                && view.opener().and_then(|place| place.checked_sub(1)).is_some_and(|place| {
                    view.kind_at(place) == Kind::Name && is_capital(view.text_at(place))
                }) =>
        {
            let help = "give every field, or change a copy: `var q = copy(p)`, `q.x = 3`";
            Some((
                view.error(0, "`..` takes no fields over", help),
                view.mend(0, view.part_end(), &[Kind::Bad]),
            ))
        }
        Kind::DotDot if ["rev", "step_by"].iter().any(|word| view.has_word(word, 8)) => {
            let help = "a step stands behind the range: `for i in 9..=0 step -1 { }`";
            Some((view.error(0, "a range has no methods", help), None))
        }
        Kind::Question
            if view.before() == Kind::Name && view.kind(1) == Kind::Colon && super::in_parameters(view) =>
        {
            let help = format!("make its type optional: `{}: T?`", quote(view.word(-1)));
            Some((view.error(0, "a parameter is always given", help), view.mend(0, 1, &[])))
        }
        Kind::Question if !view.expects("name") => Some(question(view)),
        _ => None,
    }
}

/// What is said of the parts of well-known paths.
fn of_path(view: &View<'_>, offset: isize) -> Option<&'static str> {
    Some(match view.word(offset) {
        "Vec" => "an empty array is `[]`; its type stands with the variable: `var xs: [i32]`",
        "HashMap" | "BTreeMap" => {
            "an empty map is `{}`; its type stands with the variable: `var m: {str: i32}`"
        }
        "String" => "a text is `\"\"`; `tostring(x)` makes one of any value",
        "Some" | "Option" => "a value is an optional as it is",
        _ => return None,
    })
}

/// `x ? a : b`, or `x?` alone.
fn question(view: &View<'_>) -> Explained {
    // `f: proc(i32)?`
    if view.before() == Kind::RParen
        && let Some(opener) = (1..40).map(|back| -back).find(|&offset| view.kind(offset) == Kind::LParen)
        && view.kind(opener - 1) == Kind::Proc
    {
        let help = format!("an optional procedure is written `({})?`", view.slice(opener - 1, 0));
        return (view.error(0, "`?` belongs to the result of a procedure", help), view.mend(0, 1, &[]));
    }
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

/// Values in the forms of other languages: `b"…"`, `(i32) x`, `P { x: 1 }`, `vec![1, 2]`, `[x for x in xs]`.
fn texts_and_parentheses(view: &View<'_>) -> Option<Explained> {
    match view.found() {
        Kind::Char | Kind::Str | Kind::Bad
            if view.before() == Kind::Name
                && view.touch(-1, 0)
                && matches!(view.word(-1), "b" | "u" | "rb" | "br" | "c" | "L" | "fr" | "rf" | "F") =>
        {
            let help = if view.found() == Kind::Char {
                "the code of a character is `i32('a')` or `u8('a')`"
            } else {
                "texts are `\"…\"`, `r\"…\"` and `f\"…\"`; the bytes of one are `bytes(text)`"
            };
            let message = format!("no text begins with `{}`", view.word(-1));
            Some((view.error(-1, message, help), view.mend(-1, 0, &[])))
        }
        Kind::Int | Kind::Float | Kind::Name | Kind::LParen
            if view.before() == Kind::RParen
                && view.kind(-3) == Kind::LParen
                && view.kind(-2) == Kind::Name
                && is_type(view.word(-2)) =>
        {
            let name = super::own_type(view.word(-2)).unwrap_or("i32");
            let help = format!("write `{name}({})`", quote(view.word(0)));
            Some((view.error(-2, "a type in parentheses converts nothing", help), view.mend(-3, 0, &[])))
        }
        Kind::LBrace | Kind::LBraceMap
            if view.before() == Kind::Name
                && is_capital(view.word(-1))
                && (view.kind(1) == Kind::Name
                    && matches!(view.kind(2), Kind::Colon | Kind::Comma | Kind::RBrace)
                    || matches!(view.kind(1), Kind::DotDot | Kind::RBrace)) =>
        {
            let name = quote(view.word(-1));
            let field = if view.kind(2) == Kind::Colon { quote(view.word(1)) } else { "field".to_string() };
            let help = format!("write `{name}({field}: …)`, with all fields");
            let diagnostic = view.error(0, "fields are given in parentheses", help);
            Some((diagnostic, view.mend(-1, view.behind_bracket(0), &[Kind::Bad])))
        }
        // `vec![1, 2]` is read as `vec!` with an index.
        Kind::Comma | Kind::Semi | Kind::RBracket
            if view.bracket() == Kind::LBracket
                && view.opener().is_some_and(|place| {
                    place > 1
                        && view.kind_at(place - 1) == Kind::Unwrap
                        && view.kind_at(place - 2) == Kind::Name
                }) =>
        {
            let help = "an array is written `[1, 2, 3]`, or `[0; n]`";
            Some((view.error(0, "there are no macros", help), None))
        }
        Kind::For if view.bracket() == Kind::LBracket && view.before().ends_operand() => {
            let help = "write `xs.map(|x| …)`, and `xs.filter(|x| …)` for its `if`";
            let diagnostic = view.error(0, "there are no comprehensions", help);
            Some((diagnostic, view.mend(0, view.part_end(), &[])))
        }
        Kind::If
            if view.before().ends_operand()
                && view.before() != Kind::RBrace
                && !view.on_new_line()
                && view.has_word("else", view.part_end()) =>
        {
            let help = "write `if condition { a } else { b }`: it is a value";
            Some((view.error(0, "the condition stands first", help), view.mend(0, view.part_end(), &[])))
        }
        _ => None,
    }
}
