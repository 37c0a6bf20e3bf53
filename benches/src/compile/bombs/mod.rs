//! Programs written to make the compiler slow or large, each for a given number of bytes.
//!
//! Most of them repeat something that is cheap by itself and dear together: what is looked up in all that came
//! before, what is copied for each use, what grows twofold a line. Each family is a file: how the text is read ([`text`]), what
//! names mean ([`names`]), how types are made ([`types`]) and put in the place of parameters ([`generic`]), expressions
//! ([`values`]), patterns ([`patterns`]), and ways through a body ([`flow`]).

mod flow;
mod generic;
mod names;
mod patterns;
mod text;
mod types;
mod values;

use std::fmt::Write;

/// One way to hurt the compiler.
#[derive(Clone, Copy, Debug)]
pub struct Bomb {
    /// What it is about, in a few words, after its family: `generic: grows without end`.
    pub name: &'static str,
    /// Makes a program of at most about so many bytes, or of a few thousand where it is of one size.
    pub source: fn(usize) -> String,
}

/// Every bomb.
///
/// ```
/// for bomb in lyra_benches::compile::bombs() {
///     let text = (bomb.source)(100_000);
///     assert!(text.len() <= 120_000, "{} has {} bytes", bomb.name, text.len());
/// }
/// ```
#[must_use]
pub fn bombs() -> Vec<Bomb> {
    [text::BOMBS, names::BOMBS, values::BOMBS, types::BOMBS, generic::BOMBS, patterns::BOMBS, flow::BOMBS]
        .concat()
}

/// A table of bombs: a name and the text as a function of `bytes`.
macro_rules! table {
    ($bytes:ident: $($name:literal => $source:expr;)*) => {
        pub(super) const BOMBS: &[super::Bomb] =
            &[$(super::Bomb { name: $name, source: |bytes| {
                // Some are of one size.
                let $bytes = bytes;
                let _ = $bytes;
                $source
            } }),*];
    };
}
use table;

/// `start`, then numbered pieces while they fit, then `end`.
fn fill(bytes: usize, start: &str, end: &str, piece: impl Fn(usize) -> String) -> String {
    let mut text = start.to_owned();
    for number in 0.. {
        let piece = piece(number);
        if text.len() + piece.len() + end.len() > bytes {
            break;
        }
        text.push_str(&piece);
    }
    text + end
}

/// `start`, then `piece` again and again while it fits, then `end`.
fn again(bytes: usize, start: &str, piece: &str, end: &str) -> String {
    let room = bytes.saturating_sub(start.len() + end.len());
    format!("{start}{}{end}", piece.repeat(room / piece.len().max(1)))
}

/// Numbered pieces, exactly `count`.
fn numbered(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        // Writing to a text does not fail.
        let _ = write!(text, "{}", piece(number));
        text
    })
}

/// `levels` of brackets around something.
fn nested(levels: usize, open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(levels), close.repeat(levels))
}
