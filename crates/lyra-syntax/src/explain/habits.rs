//! Mistakes that come from other languages: each says how the thing is written in Lyra.
//!
//! Every rule looks at the token that did not fit and at what stands around it, and most say how to go on as if
//! the program had been right, so that one habit is told once and not through all that follows from it.

mod blocks;
mod declarations;
mod signs;
mod words;

use super::{Explained, View};
use crate::token::Kind;

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    blocks::explain(view)
        .or_else(|| signs::explain(view))
        .or_else(|| words::explain(view))
        .or_else(|| declarations::explain(view))
}

/// What Lyra calls a type of another language, when that is one word.
fn own_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "int" | "i32" | "Int" | "Integer" | "short" | "unsigned" | "int32" => "i32",
        "long" | "i64" | "usize" | "int64" => "i64",
        "float" | "double" | "f64" | "number" | "float64" | "Double" => "f64",
        "string" | "str" | "String" => "str",
        "bool" | "boolean" | "Bool" => "bool",
        "byte" | "u8" => "u8",
        "char" | "rune" => "char",
        "any" | "object" | "Object" => "any",
        _ => return None,
    })
}

/// What other languages, and Lyra, call a type of numbers or text, or write in place of one.
fn is_type(word: &str) -> bool {
    own_type(word).is_some() || matches!(word, "void" | "auto")
}

/// Whether a name is written as types and variants are.
fn is_capital(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase())
}

/// What another language calls its procedures.
fn is_proc_word(word: &str) -> bool {
    matches!(word, "fn" | "func" | "function" | "def" | "fun" | "sub")
}

/// How a closure is written.
const CLOSURE: &str = "a closure is written `|x| x + 1` or `proc(x: i32) -> i32 { return x + 1 }`";

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
