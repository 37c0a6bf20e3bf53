//! Words of Lyra, misspelt: `retrun x`, `strcut Point { … }`.
//!
//! A name that begins a statement and is followed by another name, a value or a `{` is an operator or a call
//! without its sign, or it is such a word.

use super::{Explained, View};
use crate::token::Kind;

/// The words that begin a statement or go on with one, and what they are.
const WORDS: &[(&str, Kind)] = &[
    ("proc", Kind::Proc),
    ("var", Kind::Var),
    ("let", Kind::Let),
    ("const", Kind::Const),
    ("if", Kind::If),
    ("else", Kind::Else),
    ("while", Kind::While),
    ("for", Kind::For),
    ("match", Kind::Match),
    ("return", Kind::Return),
    ("break", Kind::Break),
    ("continue", Kind::Continue),
    ("throw", Kind::Throw),
    ("try", Kind::Try),
    ("catch", Kind::Catch),
    ("defer", Kind::Defer),
    ("struct", Kind::Struct),
    ("enum", Kind::Enum),
    ("interface", Kind::Interface),
    ("import", Kind::Import),
    ("impl", Kind::Impl),
    ("private", Kind::Private),
    ("type", Kind::TypeWord),
];

/// The word that `name` is most likely meant to be.
pub(super) fn nearest(name: &str) -> Option<(&'static str, Kind)> {
    let letters = name.chars().count();
    if !(3..=12).contains(&letters) {
        return None;
    }
    let limit = if letters > 4 { 2 } else { 1 };
    WORDS
        .iter()
        .filter(|(word, _)| word.len() > 2)
        .map(|&(word, kind)| (strsim::damerau_levenshtein(name, word), word, kind))
        .filter(|&(distance, ..)| distance <= limit && distance > 0)
        .min_by_key(|&(distance, ..)| distance)
        .map(|(_, word, kind)| (word, kind))
}

pub(super) fn explain(view: &View<'_>) -> Option<Explained> {
    // `} esle {`
    if view.found() == Kind::Name
        && view.before() == Kind::RBrace
        && !view.on_new_line()
        && let Some((word, kind @ (Kind::Else | Kind::Catch))) = nearest(view.word(0))
    {
        return said(view, 0, word, kind);
    }
    // `if x { } esle if y { }` was read up to the name; `retrun x` up to what follows it.
    let first = view.statement();
    if view.before() != Kind::Name || view.at != first + 1 || view.on_new_line() {
        return None;
    }
    let follows = view.found().begins_operand()
        || matches!(view.found(), Kind::LBrace | Kind::LBraceParts | Kind::LBraceMap | Kind::Str);
    let (word, kind) = nearest(view.word(-1)).filter(|_| follows)?;
    said(view, -1, word, kind)
}

fn said(view: &View<'_>, offset: isize, word: &str, kind: Kind) -> Option<Explained> {
    let message = format!("`{}` is no word of Lyra", crate::report::quote(view.word(offset)));
    let help = format!("did you mean `{word}`?");
    let diagnostic = view.error(offset, message, help).with_fix(view.span(offset), word);
    // The parts of a `struct` were cut as those of a block: what is in it cannot be read.
    let mend = match kind {
        Kind::Struct | Kind::Enum | Kind::Interface | Kind::Impl | Kind::Match | Kind::Import => {
            view.mend_all()
        }
        _ => view.mend(offset, offset + 1, &[kind]),
    };
    Some((diagnostic, mend))
}
