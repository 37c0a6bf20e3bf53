//! Mistakes against rules of Lyra itself.

use super::{Explained, View};
use crate::code;
use crate::report::quote;
use crate::token::Kind;

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    map_as_block(view)
        .or_else(|| assignment(view))
        .or_else(|| comparison(view))
        .or_else(|| lines(view))
        .or_else(|| arms(view))
        .or_else(|| values(view))
        .or_else(|| names(view))
        .or_else(|| separators(view))
}

fn is_comparison(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, EqEq | NotEq | Lt | LtEq | Gt | GtEq | Is)
}

/// `{"key": value}` where a `{` opens a block.
fn map_as_block(view: &View<'_>) -> Option<Explained> {
    let opener = view.opener()?;
    let is_key = opener + 2 == view.at && view.before().ends_operand();
    if view.found() != Kind::Colon || view.bracket() != Kind::LBrace || !is_key {
        return None;
    }
    let help = format!("a map takes parentheses here: `({{{}: …}})`", quote(view.text_at(view.at - 1)));
    Some((view.error(0, "this `{` opens a block, not a map", help), None))
}

/// `=` where no assignment can stand.
fn assignment(view: &View<'_>) -> Option<Explained> {
    if view.found() != Kind::Eq {
        return match view.found() {
            Kind::EqEq if view.expects("=") => {
                let diagnostic =
                    view.error(0, "`==` compares", "a value is given with `=`").with_fix(view.span(0), "=");
                Some((diagnostic, view.mend(0, 1, &[Kind::Eq])))
            }
            _ => None,
        };
    }
    // In the arguments of a call: `f(x = 1)`.
    if let Some(opener) = view.opener()
        && view.kind_at(opener) == Kind::LParen
        && opener > 0
        && matches!(view.kind_at(opener - 1), Kind::Name | Kind::TypeClose)
        && view.before() == Kind::Name
        && matches!(view.kind(-2), Kind::LParen | Kind::Comma)
    {
        let name = quote(view.word(-1));
        let help = match (view.text_at(opener - 1), name.as_str()) {
            ("print", "end") => "`write(x)` prints without ending the line".to_string(),
            ("print", "sep") => "`print(join(parts, \", \"))` puts something between".to_string(),
            _ => format!("a named argument is written `{name}: …`; to compare, write `==`"),
        };
        let diagnostic = view.error(0, "an argument is not given with `=`", help).with_fix(view.span(0), ":");
        return Some((diagnostic, view.mend(0, 1, &[Kind::Colon])));
    }
    // Outward through parentheses to the word that waits for a condition.
    let mut inside = false;
    for place in (0..view.at).rev() {
        match view.kind_at(place) {
            Kind::LParen => inside = true,
            Kind::If | Kind::While | Kind::Match => {
                let message = "`=` assigns, and an assignment is no condition";
                let diagnostic = view
                    .coded(code::ASSIGNMENT_AS_VALUE, 0, message, "to compare, write `==`")
                    .with_fix(view.span(0), "==");
                return Some((diagnostic, view.mend(0, 1, &[Kind::EqEq])));
            }
            Kind::Newline | Kind::Semi | Kind::LBrace | Kind::RBrace | Kind::FatArrow | Kind::Comma => break,
            Kind::Eq if !inside => {
                let help = "write one assignment a line; to compare, write `==`";
                return Some((
                    view.coded(code::ASSIGNMENT_AS_VALUE, 0, "assignments do not chain", help),
                    view.mend(0, 1, &[Kind::EqEq]),
                ));
            }
            _ => {}
        }
    }
    if view.before().ends_operand() {
        let help = "assign on a line of its own; to compare, write `==`";
        return Some((
            view.coded(code::ASSIGNMENT_AS_VALUE, 0, "an assignment is no value", help),
            view.mend(0, 1, &[Kind::EqEq]),
        ));
    }
    None
}

/// `a < b < c`.
fn comparison(view: &View<'_>) -> Option<Explained> {
    if !is_comparison(view.found()) || !view.before().ends_operand() {
        return None;
    }
    let (place, ()) = view.back(|_, token| {
        let stops = matches!(
            token.kind,
            Kind::AndAnd
                | Kind::OrOr
                | Kind::Comma
                | Kind::Newline
                | Kind::Semi
                | Kind::Eq
                | Kind::Return
                | Kind::If
        );
        (stops || is_comparison(token.kind)).then_some(())
    })?;
    if !is_comparison(view.kind_at(place)) {
        return None;
    }
    let (first, second) = (view.kind_at(place).text(), view.found().text());
    let plain = |place: usize| view.kind_at(place).begins_operand() && !view.kind_at(place).is_keyword();
    let help = if view.at == place + 2 && place > 0 && plain(view.at + 1) {
        let [left, middle, right] =
            [place - 1, place + 1, view.at + 1].map(|place| quote(view.text_at(place)));
        format!("write `{left} {first} {middle} && {middle} {second} {right}`")
    } else {
        format!("write `a {first} b && b {second} c`, or put one comparison into parentheses")
    };
    let diagnostic = view.coded(code::CHAINED_COMPARISON, 0, "comparisons do not chain", help);
    let diagnostic = diagnostic.with_secondary(
        view.tokens.get(place).map_or(view.span(0), |token| token.span()),
        "the first comparison",
    );
    Some((diagnostic, view.mend(0, 1, &[Kind::AndAnd])))
}

/// What stands on the wrong line.
fn lines(view: &View<'_>) -> Option<Explained> {
    // After an `if` that is part of a larger expression, only `else` can come.
    let whole =
        view.kind_at(view.statement()) == Kind::If && matches!(view.bracket(), Kind::Newline | Kind::LBrace);
    if view.expects("else") && view.expected.len() == 1 && !whole {
        let help = "add `else { … }`: what would the value be otherwise?";
        return Some((
            view.coded(code::IF_WITHOUT_ELSE, 0, "an `if` without `else` has no value", help),
            None,
        ));
    }
    match view.found() {
        Kind::Else => {
            let help = if view.before() == Kind::Semi || view.kind(-1) == Kind::Newline {
                "it belongs to an `if` whose block ends right before it; a `;` between them ends the `if`"
            } else {
                "write `if condition { … } else { … }`"
            };
            Some((view.error(0, "this `else` has no `if`", help), None))
        }
        _ if view.expected.len() == 1 && view.expects("catch") => {
            let help = "add `catch e { … }`; `catch { }` lets every error pass in silence";
            Some((view.error(-1, "this `try` has no `catch`", help), None))
        }
        Kind::Catch => {
            Some((view.error(0, "this `catch` has no `try`", "write `try { … } catch e { … }`"), None))
        }
        // A jump in place of a block stands on the line of its condition.
        Kind::Newline if view.expects("{") && view.expects("return") && view.before().ends_operand() => {
            let word = quote(view.text_at(view.statement()));
            let help = format!("add its block on the same line: `{word} … {{ … }}`");
            Some((view.error(-1, "a block is missing after this", help), None))
        }
        _ => None,
    }
}

/// A statement as the body of an arm.
fn arms(view: &View<'_>) -> Option<Explained> {
    if view.before() != Kind::FatArrow {
        return None;
    }
    let statement = begins_statement(view.found()) && !view.on_new_line() || view.found() == Kind::Ellipsis;
    if !statement {
        return None;
    }
    let word = view.found().text();
    let message = format!("`{word}` cannot be the body of an arm");
    let help = format!(
        "put it into a block: `=> {{ {word} … }}`; a body is an expression, a block, an assignment or a jump"
    );
    let mend = view.mend(0, view.part_end().max(1), &[Kind::LBrace, Kind::RBrace]);
    Some((view.error(0, message, help), mend))
}

/// Where a value is missing, or cannot stand.
fn values(view: &View<'_>) -> Option<Explained> {
    let ends = matches!(
        view.found(),
        Kind::Newline
            | Kind::Semi
            | Kind::Comma
            | Kind::RParen
            | Kind::RBracket
            | Kind::RBrace
            | Kind::HoleClose
            | Kind::LBrace
            | Kind::LBraceParts
    );
    if view.found() == Kind::HoleClose && view.before() == Kind::HoleOpen {
        let help = "name a value in it, or write `{{}}` for the braces themselves";
        let diagnostic = view.error(0, "this hole is empty", help);
        return Some((diagnostic, None));
    }
    if matches!(view.found(), Kind::LBrace | Kind::LBraceMap) && view.before() == Kind::HoleFormat {
        let help = "a width is a plain number; for one that is worked out, use `pad_start(text, width)`";
        return Some((view.error(0, "a format holds no values", help), None));
    }
    if view.found() == Kind::HoleFormat && view.before() == Kind::HoleOpen {
        return Some((view.error(0, "this hole has a format but no value", "write `{value:format}`"), None));
    }
    if view.found() == Kind::RParen && view.before() == Kind::Comma && view.expects_operand() {
        return Some((
            view.error(0, "a tuple has at least two parts", "remove the `,`: `(a)` is just `a`"),
            None,
        ));
    }
    if view.found() == Kind::RParen && view.before() == Kind::LParen && view.expects_operand() {
        let help = if view.kind(-2) == Kind::FatArrow {
            "there is no empty tuple; an arm that does nothing has an empty block: `_ => { }`"
        } else {
            "there is no empty tuple; a closure without parameters is written `|| value`"
        };
        return Some((
            view.coded(code::MISSING_VALUE, 0, "nothing stands between these parentheses", help),
            None,
        ));
    }
    // A line that ends in an operator goes on; a word that begins a statement shows that it was not meant to.
    let next_line = begins_statement(view.found()) && view.on_new_line();
    if next_line && view.expects_operand() && !view.before().ends_operand() {
        let message = format!("a value is missing after {}", view.describe(-1));
        let help = "a line that ends in an operator or a comma goes on in the next one";
        let diagnostic = view.coded(code::MISSING_VALUE, -1, message, help);
        return Some((diagnostic, view.mend(0, 0, &[Kind::Bad, Kind::Newline])));
    }
    if matches!(view.found(), Kind::LBrace | Kind::LBraceParts)
        && matches!(view.before(), Kind::If | Kind::While | Kind::Match | Kind::In)
    {
        let word = view.before().text();
        let message = format!("nothing stands between `{word}` and its block");
        let diagnostic = view.coded(code::MISSING_VALUE, 0, message, "write the condition or the value");
        return Some((diagnostic, view.mend(0, 0, &[Kind::Bad])));
    }
    if ends && view.expects_operand() {
        let help = match view.before() {
            Kind::Eq => "write the value, or leave the `=` out: a declaration may do without".to_string(),
            Kind::Minus if view.kind(-2) == Kind::Minus && view.touch(-2, -1) => {
                "there is no `--`: write `x -= 1`".to_string()
            }
            _ => "write it, or remove what asks for it".to_string(),
        };
        let message = format!("a value is missing after {}", view.describe(-1));
        return Some((view.coded(code::MISSING_VALUE, 0, message, help), view.mend(0, 0, &[Kind::Bad])));
    }
    if view.token(0).is_none() && view.kind_at(view.statement()) == Kind::Const && view.expects("=") {
        let help = "write `const NAME = …`; its value is fixed when the program is compiled";
        return Some((view.error(-1, "a constant has a value", help), None));
    }
    if view.expects(":") {
        let empty = [Kind::Colon, Kind::Bad];
        match view.bracket() {
            Kind::LBraceParts if ends && view.before() == Kind::Name && view.expected.len() == 1 => {
                let help = format!("write `{}: T`", quote(view.word(-1)));
                return Some((view.error(-1, "this field has no type", help), view.mend(0, 0, &empty)));
            }
            Kind::LBraceMap if ends && view.before().ends_operand() => {
                let help = "an entry of a map is `key: value`; an array is written `[1, 2]`";
                return Some((view.error(-1, "this entry has no value", help), view.mend(0, 0, &empty)));
            }
            _ => {}
        }
    }
    if view.bracket() == Kind::LParen
        && view.expected.len() == 1
        && view.before() == Kind::Name
        && view.found() != Kind::Eq
    {
        let name = quote(view.word(-1));
        if view.expects(":") {
            let help = format!("write its name before it: `name: {name}`");
            return Some((view.error(-1, "a name and a type are expected here", help), None));
        }
        if view.found() == Kind::RParen && view.expects(",") {
            let help = format!("a tuple has at least two parts; one name stands alone: `{name}`");
            return Some((view.error(0, "there is no tuple of one", help), None));
        }
    }
    if (ends || view.found() == Kind::Eq)
        && view.expects("name")
        && view.expects("mapbrace")
        && view.expects("[")
    {
        let message = format!("a type is missing after {}", view.describe(-1));
        let diagnostic = view.error(0, message, "types are `i32`, `[str]`, `{str: i32}`, `T?` …");
        return Some((diagnostic, view.mend(0, 0, &[Kind::Bad])));
    }
    match view.found() {
        Kind::Return
        | Kind::Break
        | Kind::Continue
        | Kind::Throw
        | Kind::ClosureOpen
        | Kind::ClosureEmpty
            if view.expects("(") && !view.before().ends_operand() =>
        {
            let what = match view.found() {
                Kind::ClosureOpen | Kind::ClosureEmpty => "a short closure",
                _ => "a jump",
            };
            let message = format!("{what} takes everything to its right and cannot stand here");
            let help = "put it into parentheses; without them it stands alone or right of `??`, `&&`, `||`";
            Some((view.coded(code::NEEDS_PARENTHESES, 0, message, help), None))
        }
        Kind::DotDot | Kind::DotDotEq => {
            let help =
                "a range is no value: it stands in `for i in a..b`, in an index `xs[a..b]` and in a pattern";
            Some((view.error(0, "a range cannot stand here", help), None))
        }
        Kind::Ellipsis if view.before().ends_operand() => {
            let help = "a range is written `a..b`, or `a..=b` with its end";
            let diagnostic = view.error(0, "`...` makes no range", help).with_fix(view.span(0), "..");
            Some((diagnostic, view.mend(0, 1, &[Kind::DotDot])))
        }
        // After a value these would be operators, so a type stands before them.
        Kind::Lt if view.before() == Kind::Name => {
            let help =
                "type arguments are a list of types between `<` and `>`, without a space before the `<`";
            Some((view.error(0, "this `<` opens no type arguments", help), None))
        }
        Kind::Coalesce if view.before().ends_operand() => {
            let help = "a type is optional once: `T?`";
            let diagnostic = view.error(0, "one `?` is enough", help).with_fix(view.span(0), "?");
            Some((diagnostic, view.mend(0, 1, &[Kind::Question])))
        }
        Kind::Question if view.before() == Kind::Question => {
            let diagnostic = view.error(0, "one `?` is enough", "a type is optional once: `T?`");
            Some((diagnostic.with_fix(view.span(0), ""), view.mend(0, 1, &[])))
        }
        kind if view.at == view.statement() && begins_with_operator(kind) => {
            let help = "an operator at the end of the line before makes it go on; `.`, `?.`, `??`, `&&`, `||` may \
                        begin a line";
            Some((view.error(0, format!("a statement cannot begin with `{}`", kind.text()), help), None))
        }
        _ => None,
    }
}

fn begins_statement(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Var | Let
            | Const
            | While
            | For
            | Try
            | Defer
            | Struct
            | Enum
            | Interface
            | Import
            | Else
            | Catch
            | Private
            | TypeWord
            | Impl
            | Test
            | Bench
    )
}

fn begins_with_operator(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        Plus | Star | Slash | Percent | And | Caret | Shl | Shr | UShr | Gt | GtEq | Lt | LtEq | EqEq | NotEq
    )
}

/// Where a name is missing, or is a reserved word.
fn names(view: &View<'_>) -> Option<Explained> {
    use Kind::{Const, Enum, Interface, Let, Proc, Struct, Var};
    let declares = matches!(view.before(), Var | Let | Const | Proc | Struct | Enum | Interface);
    if declares && view.expects("name") && !view.found().is_keyword() {
        let word = view.before().text();
        let message = format!("a name is missing after `{word}`");
        return Some((view.error(0, message, format!("write `{word} name …`")), None));
    }
    let only_name = view.expects("name") && !view.expects_operand() && !view.expects("mapbrace");
    if !only_name {
        return None;
    }
    if view.found().is_keyword() && !view.before().ends_operand() {
        let word = view.found().text();
        let message = format!("`{word}` is a reserved word");
        let diagnostic =
            view.coded(code::RESERVED_WORD, 0, message, format!("choose another name, such as `{word}_`"));
        return Some((diagnostic, view.mend(0, 1, &[Kind::Name])));
    }
    if matches!(view.before(), Kind::Dot | Kind::QuestionDot) {
        let message = format!("a name is missing after `{}`", view.before().text());
        return Some((
            view.error(-1, message, "name a field, a method or, in a tuple, the number of a part"),
            None,
        ));
    }
    None
}

/// Something follows where a separator should be.
fn separators(view: &View<'_>) -> Option<Explained> {
    let begins = view.found().begins_operand() || view.found().is_keyword() || view.found() == Kind::Ellipsis;
    if view.found() == Kind::Semi && view.expects(",") {
        let help = "separate the parts by `,` or by newlines";
        let diagnostic = view.error(0, "`;` does not separate these", help).with_fix(view.span(0), ",");
        return Some((diagnostic, view.mend(0, 1, &[Kind::Comma])));
    }
    let ended = view.before().ends_operand()
        || matches!(view.before(), Kind::Ellipsis | Kind::Break | Kind::Continue);
    if !begins || !ended {
        return None;
    }
    let place = lyra_base::Span::at(view.span(-1).end);
    if view.expects("{") && view.expects("break") {
        let word = quote(view.text_at(view.statement()));
        let help = format!("put it into braces: `{word} … {{ {} … }}`", quote(view.word(0)));
        return Some((
            view.error(0, "the body is a block, or one `return`, `break`, `continue` or `throw`", help),
            None,
        ));
    }
    if view.bracket() == Kind::TypeOpen && view.expects("typesclose") && view.found() == Kind::LParen {
        let diagnostic =
            view.error(0, "a `>` is missing before `(`", "close the list of types").with_fix(place, ">");
        return Some((diagnostic, view.mend(0, 0, &[Kind::TypeClose])));
    }
    if matches!(view.before(), Kind::Break | Kind::Continue) {
        let word = view.before().text();
        let message = format!("`{word}` takes no value");
        let help = format!("the name of a label may follow it: `{word} outer`");
        return Some((view.error(0, message, help), None));
    }
    if view.bracket() == Kind::LBraceMap && view.expects(":") {
        let message = format!("a `:` is missing before {}", view.describe(0));
        let diagnostic = view.error(0, message, "an entry of a map is `key: value`").with_fix(place, ":");
        return Some((diagnostic, view.mend(0, 0, &[Kind::Colon])));
    }
    match view.bracket() {
        Kind::Newline | Kind::LBrace | Kind::LBraceMembers if view.may_end() => {
            let message = format!("{} begins another statement on the same line", view.describe(0));
            let help = "put it on a line of its own, or a `;` before it";
            let diagnostic = view.coded(code::TWO_ON_A_LINE, 0, message, help).with_fix(place, ";");
            Some((diagnostic, view.mend(0, 0, &[Kind::Semi])))
        }
        Kind::LParen | Kind::LBracket | Kind::LBraceMap | Kind::LBraceParts | Kind::TypeOpen
            if view.expects(",") =>
        {
            let message = format!("a `,` is missing before {}", view.describe(0));
            let diagnostic = view.error(0, message, "separate the parts by `,`").with_fix(place, ",");
            Some((diagnostic, view.mend(0, 0, &[Kind::Comma])))
        }
        _ => None,
    }
}
