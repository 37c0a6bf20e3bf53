//! Blocks that begin with `:` or `then`, statements with a head that Lyra does not have, `end` and `finally`.

use super::{CLOSURE, Explained, View, is_proc_word};
use crate::token::Kind;

/// An empty block, in place of one that cannot be read.
const EMPTY: &[Kind] = &[Kind::LBrace, Kind::RBrace];

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    heads(view).or_else(|| loops(view)).or_else(|| closures(view)).or_else(|| handlers(view))
}

/// `if x:`, `while x do`, `if x then`.
fn heads(view: &View<'_>) -> Option<Explained> {
    let braces = || {
        let first = view.text_at(view.statement());
        let word = if matches!(first, "while" | "for" | "match" | "else" | "try") { first } else { "if" };
        match word {
            "else" | "try" => format!("a block stands in braces: `{word} {{ … }}`"),
            _ => format!("a block stands in braces: `{word} … {{ … }}`"),
        }
    };
    match view.found() {
        // `proc f(): i32` is a mistake of another kind.
        Kind::Colon if view.expects("{") && !(view.expects("->") && begins_type(view.kind(1))) => {
            let diagnostic = view.error(0, "a block does not begin with `:`", braces());
            Some((diagnostic, view.mend_indented(0, EMPTY)))
        }
        Kind::Name if matches!(view.word(0), "then" | "do") && view.before().ends_operand() => {
            let diagnostic = view.error(0, format!("there is no `{}`", view.word(0)), braces());
            let mend =
                if view.next_block().is_some() { view.mend(0, 1, &[]) } else { view.mend_indented(0, EMPTY) };
            Some((diagnostic, mend))
        }
        _ => None,
    }
}

fn begins_type(kind: Kind) -> bool {
    matches!(kind, Kind::Name | Kind::LBracket | Kind::LBraceMap | Kind::LBrace | Kind::LParen)
}

/// The heads of loops.
fn loops(view: &View<'_>) -> Option<Explained> {
    let first = view.kind_at(view.statement());
    let counts = "count with `for i in 0..n { }` (also `step k`)";
    // `for {`
    if view.before() == Kind::For && matches!(view.found(), Kind::LBrace | Kind::LBraceParts) {
        let diagnostic =
            view.error(-1, "a `for` walks over something", "a loop without end is `while true { }`");
        return Some((diagnostic, view.mend(-1, 0, &[Kind::While, Kind::True])));
    }
    // `for (…;…;…)`, `for (const x of xs)`
    let in_parentheses = view.before() == Kind::LParen && view.kind(-2) == Kind::For;
    let c_like = view.kind(-3) == Kind::For && view.kind(-2) == Kind::LParen && view.before() == Kind::Name;
    if in_parentheses && matches!(view.found(), Kind::Var | Kind::Let | Kind::Const | Kind::Name | Kind::Semi)
        || c_like && matches!(view.found(), Kind::Name | Kind::In | Kind::Eq | Kind::Colon)
        || view.before() == Kind::For && matches!(view.found(), Kind::Var | Kind::Let | Kind::Const)
    {
        let end = view.next_block().unwrap_or_else(|| view.line_end());
        let walks = (-2..end)
            .any(|offset| view.kind(offset) == Kind::In || matches!(view.word(offset), "of" | ":"))
            && !(0..end).any(|offset| view.kind(offset) == Kind::Semi);
        let (message, help) = if walks {
            (
                "the head of a `for` has no parentheses and declares its names itself",
                "write `for x in xs { }`",
            )
        } else {
            (
                "a `for` walks over something",
                "count with `for i in 0..n { }` (also `step k`), or write a `while`",
            )
        };
        return Some((view.error(0, message, help), None));
    }
    if first != Kind::For && view.kind(-2) != Kind::For {
        return None;
    }
    match view.found() {
        // `for i = 1, 10 do`
        Kind::Eq if view.kind(-2) == Kind::For => {
            let plain = |offset| matches!(view.kind(offset), Kind::Int | Kind::Name);
            let help = if plain(1) && view.kind(2) == Kind::Comma && plain(3) {
                let [name, from, to] = [-1, 1, 3].map(|offset| crate::report::quote(view.word(offset)));
                format!("write `for {name} in {from}..={to} {{ }}` (also `step k`)")
            } else {
                counts.to_string()
            };
            let diagnostic = view.error(0, "a `for` walks over something", help);
            let mend = match view.next_block() {
                Some(block) => view.mend(0, block, &[Kind::In, Kind::Bad]),
                None => view.mend_indented(0, &[Kind::In, Kind::Bad, Kind::LBrace, Kind::RBrace]),
            };
            Some((diagnostic, mend))
        }
        // `for i := 0; …`, `for _, x := range xs`
        Kind::Colon if view.kind(1) == Kind::Eq && view.touch(0, 1) => {
            if view.word(2) == "range" {
                let help = "write `for i, x in xs { }`, or `for x in xs { }`";
                return Some((view.error(0, "there is no `:= range`", help), view.mend(0, 3, &[Kind::In])));
            }
            let diagnostic = view.error(0, "a `for` walks over something", counts);
            let mend = match view.next_block() {
                Some(block) => view.mend(0, block, &[Kind::In, Kind::Bad]),
                None => view.mend_all(),
            };
            Some((diagnostic, mend))
        }
        // `for k v in m`
        Kind::Name
            if view.before() == Kind::Name && view.kind(-2) == Kind::For && view.kind(1) == Kind::In =>
        {
            let place = lyra_base::Span::at(view.span(-1).end);
            let diagnostic = view.error(0, "a `,` is missing between the names", "write `for k, v in m { }`");
            Some((diagnostic.with_fix(place, ","), view.mend(0, 0, &[Kind::Comma])))
        }
        // `for x of xs`
        Kind::Name if view.word(0) == "of" && view.before() == Kind::Name => {
            let diagnostic = view.error(0, "there is no `of`", "write `in`").with_fix(view.span(0), "in");
            Some((diagnostic, view.mend(0, 1, &[Kind::In])))
        }
        _ => None,
    }
}

/// `function(x) { … }`, `x => x + 1`, `|x| -> i32 { … }`, `lambda x: x`.
fn closures(view: &View<'_>) -> Option<Explained> {
    let called = view.called();
    if view.before() == Kind::RParen
        && (is_proc_word(called) || called == "lambda")
        && (view.found() == Kind::LBrace || view.found().is_keyword() || view.found() == Kind::Name)
        && view.bracket() != Kind::LBraceMembers
    {
        return Some((view.error(0, format!("there is no `{called}`"), CLOSURE), None));
    }
    let arrow = |parameters: &str, offset| {
        let shown = if parameters.is_empty() { "|| …".to_string() } else { format!("|{parameters}| …") };
        let help = format!("write `{shown}`; `=>` stands in the arms of a `match`");
        Some((view.error(offset, "`=>` does not make a closure", help), None))
    };
    match view.found() {
        Kind::FatArrow if view.expects("->") => None,
        Kind::FatArrow if view.before() == Kind::Name => arrow(&crate::report::quote(view.word(-1)), 0),
        Kind::FatArrow if view.before() == Kind::RParen => {
            let mut open = -1;
            while open > -40 && view.kind(open) != Kind::LParen && view.kind(open) != Kind::Newline {
                open -= 1;
            }
            arrow(&view.slice(open + 1, -1), 0)
        }
        Kind::FatArrow => arrow("x", 0),
        // `() => x` fails at the `)`, `(x: i32) => x` at the `:`.
        Kind::RParen if view.before() == Kind::LParen && view.kind(1) == Kind::FatArrow => arrow("", 1),
        Kind::Colon if view.bracket() == Kind::LParen && view.before() == Kind::Name => {
            let opener = view.offset(view.opener()?);
            let behind = view.behind_bracket(opener);
            if view.kind(behind) != Kind::FatArrow {
                return None;
            }
            arrow(&view.slice(opener + 1, behind - 1), behind)
        }
        Kind::Arrow if view.before() == Kind::ClosureClose || view.before() == Kind::ClosureEmpty => {
            let help = "leave it out: `|x| { … }`; with its types a closure is `proc(x: i32) -> i32 { … }`";
            let block = view.next_block();
            let mend = block.and_then(|block| view.mend(0, block, &[]));
            Some((view.error(0, "a short closure names no result type", help), mend))
        }
        _ => None,
    }
}

/// `catch (e) { }`, `finally { }`.
fn handlers(view: &View<'_>) -> Option<Explained> {
    match view.found() {
        Kind::LParen if view.before() == Kind::Catch => {
            let help = "write `catch e { … }`";
            let mend = if view.kind(1) == Kind::Name && view.kind(2) == Kind::RParen {
                view.mend(0, 1, &[])
            } else {
                view.mend(0, view.behind_bracket(0), &[Kind::Name])
            };
            Some((view.error(0, "the name of the error stands without parentheses", help), mend))
        }
        // The rest of the edits for `catch (e)` and `if let Some(x)`.
        Kind::RParen
            if view.before() == Kind::Name
                && matches!(view.kind(-2), Kind::Catch | Kind::Let | Kind::Var) =>
        {
            Some((view.error(0, "this `)` closes nothing", "remove it"), view.mend(0, 1, &[])))
        }
        Kind::Name if view.word(0) == "finally" && view.before() == Kind::RBrace => {
            let help = "what must run in any case stands before the `try`: `defer close(file)`";
            let diagnostic = view.error(0, "there is no `finally`", help);
            let end = if view.kind(1) == Kind::LBrace { view.behind_bracket(1) } else { 1 };
            Some((diagnostic, view.mend(0, end, &[])))
        }
        _ => None,
    }
}
