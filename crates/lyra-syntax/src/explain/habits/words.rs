//! Words that are ordinary names in Lyra but stand where another language has an operator or a statement.

use super::{CLOSURE, Explained, View, is_proc_word};
use crate::report::quote;
use crate::token::Kind;

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    operators(view).or_else(|| between(view)).or_else(|| first_words(view))
}

/// `and`, `or`, `in` …: the word is what did not fit.
fn operators(view: &View<'_>) -> Option<Explained> {
    if !view.before().ends_operand() {
        return None;
    }
    let contains = "write `xs.contains(x)`, of a map `m.contains(key)`";
    if view.found() == Kind::In && view.bracket() != Kind::LBraceParts {
        let diagnostic = view.error(0, "there is no operator `in`", contains);
        return Some((diagnostic, view.mend(0, 1, &[Kind::EqEq])));
    }
    if view.found() != Kind::Name {
        return None;
    }
    let word = view.word(0);
    if word == "not" && view.kind(1) == Kind::In {
        let help = "write `!xs.contains(x)`, of a map `!m.contains(key)`";
        let diagnostic = view.error(0, "there is no operator `not in`", help);
        return Some((diagnostic, view.mend(0, 2, &[Kind::EqEq])));
    }
    let (kind, sign) = match word {
        "and" => (Kind::AndAnd, "&&"),
        "or" => (Kind::OrOr, "||"),
        "mod" | "rem" => (Kind::Percent, "%"),
        "div" => (Kind::Slash, "/"),
        "xor" => (Kind::Caret, "^"),
        "eq" => (Kind::EqEq, "=="),
        "instanceof" => (Kind::Is, "is"),
        _ => return None,
    };
    let diagnostic = view.error(0, format!("there is no operator `{word}`"), format!("write `{sign}`"));
    Some((diagnostic.with_fix(view.span(0), sign), view.mend(0, 1, &[kind])))
}

/// Words that go on with something: `elif`, `fn` among methods, `where`.
fn between(view: &View<'_>) -> Option<Explained> {
    if view.found() != Kind::Name {
        return None;
    }
    let word = view.word(0);
    match word {
        "elif" | "elsif" | "elseif" if view.before() == Kind::RBrace => {
            let diagnostic = view.error(0, format!("there is no `{word}`"), "write `else if`");
            let diagnostic = diagnostic.with_fix(view.span(0), "else if");
            Some((diagnostic, view.mend(0, 1, &[Kind::Else, Kind::If])))
        }
        _ if is_proc_word(word) && view.expects("proc") && !view.before().ends_operand() => {
            let diagnostic = view.error(0, format!("there is no `{word}`"), "a method begins with `proc`");
            Some((diagnostic.with_fix(view.span(0), "proc"), view.mend(0, 1, &[Kind::Proc])))
        }
        "pub" | "public" | "static" | "async" | "override" | "virtual"
            if view.expects("proc") && !view.before().ends_operand() =>
        {
            let help = "remove it: methods are visible to importers unless they are `private`";
            let diagnostic = view.error(0, format!("there is no `{word}`"), help).with_fix(view.span(0), "");
            Some((diagnostic, view.mend(0, 1, &[])))
        }
        _ if view.bracket() == Kind::LBraceMembers && view.kind(1) == Kind::Colon && view.expects("proc") => {
            let help = "an interface lists methods, `proc name(self) -> T`; fields stand in a `struct`";
            Some((view.error(0, "a field cannot stand among methods", help), None))
        }
        "where" if view.before().ends_operand() => {
            let help = "a bound stands with its parameter: `proc f<T: Ordered>(…)`";
            let mend = view.next_block().and_then(|block| view.mend(0, block, &[]));
            Some((view.error(0, "there is no `where`", help), mend))
        }
        "from" if view.kind_at(view.statement()) == Kind::Import => {
            let help =
                "a file is imported as a whole: `import \"file.lyra\"`, or `import \"file.lyra\" as name`";
            Some((view.error(0, "there is no `from`", help), view.mend_all()))
        }
        "extends" | "implements" | "with" if view.expects("{") => {
            let help = "a `struct` has no parent: what types have in common is an `interface`, \
                        `impl Shape for Circle { … }`";
            let mend = view.next_block().and_then(|block| view.mend(0, block, &[]));
            Some((view.error(0, format!("there is no `{word}`"), help), mend))
        }
        _ => None,
    }
}

/// A word before the mistake: `let mut x`, `new Point(…)`, `local x = 1`.
fn first_words(view: &View<'_>) -> Option<Explained> {
    called(view).or_else(|| restricted(view)).or_else(|| prefixed(view)).or_else(|| statements(view))
}

/// `switch (x) { … }`, `pub(crate) struct`, `func (p Point) area()`: the word looks like a call.
fn called(view: &View<'_>) -> Option<Explained> {
    if view.before() != Kind::RParen || view.kind_at(view.statement() + 1) != Kind::LParen {
        // The receiver of a method of Go has two names and no comma.
        if view.found() == Kind::Name
            && view.kind(-2) == Kind::LParen
            && view.word(-3) == "func"
            && view.offset(view.statement()) <= -1
        {
            let receiver = quote(view.word(0));
            let help = format!("methods stand in an `impl {receiver} {{ proc name(self) {{ … }} }}`");
            return Some((view.error(-3, "there is no `func`", help), None));
        }
        return None;
    }
    let first = view.offset(view.statement());
    let word = view.word(first);
    let help = match word {
        "pub" if view.behind_bracket(first + 1) == 0 => {
            let help = "remove it: items are visible to importers unless they are `private`";
            return Some((view.error(first, "there is no `pub`", help), view.mend(first, 0, &[])));
        }
        _ if !matches!(view.found(), Kind::LBrace | Kind::Colon | Kind::LBraceMap) => return None,
        "switch" | "select" => "write `match value { pattern => result }`",
        "foreach" => "write `for x in xs { }`",
        "unless" => "write `if !(…) { }`",
        "until" => "write `while !(…) { }`",
        "elif" | "elsif" | "elseif" => "write `else if` after the `}`",
        "with" | "using" => "`defer` runs a statement when its block ends: `defer close(file)`",
        "lock" | "synchronized" => "a lock is taken with `lock.with(|| { … })`",
        _ => return None,
    };
    let diagnostic = view.error(first, format!("there is no `{word}`"), help);
    Some((diagnostic, view.mend(first, view.statement_end(), &[Kind::Bad])))
}

/// `let mut x`, `x: dyn Shape`: a word that says more of what follows it.
fn restricted(view: &View<'_>) -> Option<Explained> {
    if view.before() != Kind::Name || !matches!(view.found(), Kind::Name | Kind::LBracket | Kind::SelfWord) {
        return None;
    }
    let word = view.word(-1);
    match word {
        "mut" if matches!(view.kind(-2), Kind::Let | Kind::Var) => {
            let help = "`var` declares a name that is assigned again, `let` one that is not";
            Some((view.error(-1, "there is no `mut`", help), view.mend(-2, 0, &[Kind::Var])))
        }
        "mut" => {
            let help = if super::in_parameters(view) {
                "remove it: a parameter may be assigned"
            } else {
                "remove it: `var` declares names that are assigned again"
            };
            Some((view.error(-1, "there is no `mut`", help), view.mend(-1, 0, &[])))
        }
        "dyn" | "impl" | "readonly" | "ref" | "out" | "inout" | "final" | "unsigned" | "volatile"
            if matches!(view.kind(-2), Kind::Colon | Kind::Arrow | Kind::TypeOpen | Kind::LBracket) =>
        {
            let help = match word {
                "dyn" | "impl" => "write the interface alone: its values are of any type that implements it",
                _ => "write the type alone",
            };
            Some((view.error(-1, format!("there is no `{word}`"), help), view.mend(-1, 0, &[])))
        }
        _ => None,
    }
}

/// A word in front of a value: `not x`, `new Point(…)`, `typeof x`.
fn prefixed(view: &View<'_>) -> Option<Explained> {
    if view.before() != Kind::Name {
        return None;
    }
    let word = view.word(-1);
    let is_name = view.found() == Kind::Name;
    let negates = is_name || matches!(view.found(), Kind::True | Kind::False | Kind::SelfWord | Kind::None);
    match word {
        "not" if view.kind(-2) == Kind::Is => {
            let help = "write `x != none`, of a type `!(x is T)`";
            Some((view.error(-1, "there is no `is not`", help), view.mend(-1, 0, &[])))
        }
        "not" if negates => {
            let diagnostic = view.error(
                -1,
                "there is no operator `not`",
                "write `!`, with parentheses around more: `!(a == b)`",
            );
            Some((diagnostic.with_fix(view.span(-1), "!"), view.mend(-1, 0, &[Kind::Bang])))
        }
        "new" if is_name && (view.word(0).ends_with("Error") || view.word(0).ends_with("Exception")) => {
            let help = "write `throw \"text\"`, or `throw error(\"kind\", \"text\")`";
            Some((view.error(-1, "there is no `new`", help), view.mend(-1, 0, &[])))
        }
        "new" if is_name => {
            let help = format!("write `{}(…)`", quote(view.word(0)));
            let diagnostic = view.error(-1, "there is no `new`", help).with_fix(view.span(-1), "");
            Some((diagnostic, view.mend(-1, 0, &[])))
        }
        "typeof" | "sizeof" | "await" | "void"
            if view.offset(view.statement()) != -1
                && (is_name || matches!(view.found(), Kind::Int | Kind::Str)) =>
        {
            let help = match word {
                "typeof" => "it is called with parentheses: `typeof(x)`",
                "await" => "a task is waited for with `task.join()`",
                "sizeof" => "how many elements there are is `length(x)`",
                _ => "remove it: a statement may ignore its value",
            };
            Some((view.error(-1, format!("there is no operator `{word}`"), help), view.mend(-1, 0, &[])))
        }
        "lambda" => Some((view.error(-1, "there is no `lambda`", CLOSURE), None)),
        _ => None,
    }
}

/// A word that begins the statement, right before what did not fit.
fn statements(view: &View<'_>) -> Option<Explained> {
    if view.before() != Kind::Name {
        return None;
    }
    let is_name = view.found() == Kind::Name;
    let starts = view.statement() + 1 == view.at;
    let word = view.word(-1);
    let none = format!("there is no `{word}`");
    let said = |help: &str| view.error(-1, none.as_str(), help);
    if is_proc_word(word) {
        if is_name && !matches!(view.kind(-2), Kind::Dot | Kind::QuestionDot) {
            let diagnostic = said("a procedure begins with `proc`").with_fix(view.span(-1), "proc");
            let mut mend = view.mend(-1, 0, &[Kind::Proc]);
            if starts && view.next_block().is_none() && !view.has_word(":", view.line_end()) {
                mend = mend.map(|mend| super::super::Mend { indented: true, ..mend });
            }
            return Some((diagnostic, mend));
        }
        return (!view.before_is_called()).then(|| (said(CLOSURE), None));
    }
    if !starts {
        return None;
    }
    match word {
        "local" if is_name && is_proc_word(view.word(0)) => {
            let help =
                "a procedure begins with `proc`, and stands at the top level; inside a block it is a closure";
            let mend = view.mend(-1, 1, &[Kind::Proc]);
            let indented = view.next_block().is_none();
            Some((said(help), mend.map(|mend| super::super::Mend { indented, ..mend })))
        }
        "local" => {
            let help = "declare with `var` or `let`: a name belongs to the block that declares it";
            Some((said(help).with_fix(view.span(-1), "var"), view.mend(-1, 0, &[Kind::Var])))
        }
        "pub" | "public" | "export" | "static" | "final" | "inline" | "extern" | "abstract" | "protected"
        | "virtual" | "unsigned" | "volatile" | "override"
            if is_name || view.found().is_keyword() =>
        {
            let help = match word {
                "final" => "`let` declares a name that is not assigned again, `const` a constant",
                "unsigned" => "the integer types are `u8`, `i32` and `i64`",
                _ => "remove it: items are visible to importers unless they are `private`",
            };
            let mend = if view.word(0) == "crate" { view.mend_all() } else { view.mend(-1, 0, &[]) };
            Some((said(help).with_fix(view.span(-1), ""), mend))
        }
        "class" | "record" | "object" if is_name => {
            let help = "declare the fields in a `struct`, its methods in an `impl`";
            let end = view.line_end();
            let mend = if view.next_block().is_some() {
                view.mend_all()
            } else {
                view.mend_indented(-1, &[Kind::Bad])
            };
            Some((said(help), mend.filter(|_| end > 0)))
        }
        "trait" | "protocol" if is_name => {
            Some((said("write `interface`").with_fix(view.span(-1), "interface"), view.mend_all()))
        }
        "use" | "using" | "mod" | "namespace" | "package" | "require" | "include" | "from"
            if is_name || matches!(view.found(), Kind::Str | Kind::Dot) =>
        {
            let help = match word {
                "mod" | "namespace" | "package" => {
                    "a file is a module: `import \"file.lyra\" as name` gives it one"
                }
                "from" => {
                    let module = quote(view.word(0));
                    let help = format!("write `import {module}`, and name its parts as `{module}.part`");
                    return Some((said(&help), view.mend_all()));
                }
                _ => "a module is imported with `import name`, a file with `import \"file.lyra\"`",
            };
            Some((said(help), view.mend_all()))
        }
        "switch" | "case" | "when" | "default" => {
            Some((said("write `match value { pattern => result }`"), view.mend_all()))
        }
        "elif" | "elsif" | "elseif" => {
            let diagnostic = said("write `else if` after the `}`").with_fix(view.span(-1), "else if");
            Some((diagnostic, view.mend(-1, 0, &[Kind::If])))
        }
        "foreach" => Some((said("write `for x in xs { }`"), view.mend(-1, 0, &[Kind::For]))),
        "loop" | "forever" | "do" if view.found() == Kind::LBrace => {
            let help = "write `while true { }`, and leave it with `break`";
            Some((said(help), view.mend(-1, 0, &[Kind::While, Kind::True])))
        }
        "unsafe" | "begin" if view.found() == Kind::LBrace => {
            Some((said("remove it: a block is `{ … }`"), view.mend(-1, 0, &[])))
        }
        "unless" => Some((said("write `if !(…) { }`"), view.mend(-1, 0, &[Kind::If]))),
        "until" if view.next_block().is_none() => {
            let help = "a loop that asks at its end is `while true { …; if done { break } }`";
            Some((said(help), view.mend_all()))
        }
        "until" => Some((said("write `while !(…) { }`"), view.mend(-1, 0, &[Kind::While]))),
        "goto" => Some((
            said("a loop is left with `break`, an outer one by its label; what is done twice is a `proc`"),
            view.mend_all(),
        )),
        "global" | "nonlocal" if is_name => {
            Some((said("remove it: a name around is read and assigned without a word"), view.mend_all()))
        }
        "yield" => {
            let help = "what gives one value after another is a type with `proc next(self) -> T?`; \
                        a `for` walks over it";
            Some((said(help), view.mend_all()))
        }
        "with" => {
            let help = "`defer` runs a statement when its block ends: `defer close(file)`";
            Some((said(help), view.mend_indented(-1, &[Kind::Bad])))
        }
        "except" | "rescue" => {
            Some((said("write `try { … } catch e { … }`"), view.mend_indented(-1, &[Kind::Bad])))
        }
        "typedef" => Some((said("write `type Name = T`"), view.mend_all())),
        "async" | "await" | "go" if is_name || view.found() == Kind::Proc => {
            let help = "a task is started with `spawn f(x)` and waited for with `.join()`";
            Some((said(help), view.mend(-1, 0, &[])))
        }
        "raise" => Some((
            said("write `throw \"text\"`, or `throw error(\"kind\", \"text\")`")
                .with_fix(view.span(-1), "throw"),
            view.mend(-1, 0, &[Kind::Throw]),
        )),
        "del" | "delete" => Some((said("write `remove(m, key)` or `remove(xs, index)`"), view.mend_all())),
        "assert" | "print" | "println" | "echo" | "puts" | "typeof" => {
            let help = match word {
                "echo" | "println" | "puts" => "write `print(…)`".to_string(),
                _ => format!("write `{word}({})`", view.slice(0, view.statement_end())),
            };
            Some((view.error(0, format!("`{word}` is called with parentheses"), help), view.mend_all()))
        }
        _ => None,
    }
}

impl View<'_> {
    /// Whether the name before the mistake is called: `def(…`.
    fn before_is_called(&self) -> bool {
        self.found() == Kind::LParen
    }
}
