//! What the layout pass remembers of each open bracket.

use lyra_base::Span;

/// What kind of bracket a level is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    /// The file itself.
    File,
    Paren,
    Square,
    /// A block.
    Block,
    /// The body of a struct, an enum or a `match`.
    Parts,
    /// The body of an interface or an `impl`.
    Members,
    Map,
    Hole,
    Angle,
}

impl Bracket {
    /// Whether newlines inside it end statements.
    pub(super) fn keeps_newlines(self) -> bool {
        !matches!(self, Self::Paren | Self::Square)
    }
    pub(super) fn is_brace(self) -> bool {
        matches!(self, Self::Block | Self::Parts | Self::Members | Self::Map)
    }
}

/// A word whose `{` is still to come, innermost last: says whose `{` the next one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    If,
    While,
    For,
    Match,
    /// `proc` of a closure or a type.
    Closure,
    /// `proc name`, and the other declarations: every `<` after a name opens type arguments.
    ProcItem,
    Parts,
    Members,
    TypeAlias,
}

impl Head {
    pub(super) fn declares(self) -> bool {
        matches!(self, Self::ProcItem | Self::Parts | Self::Members | Self::TypeAlias)
    }
    /// Whether it is followed by an expression that could be another such head: `if if if …`.
    pub(super) fn nests(self) -> bool {
        matches!(self, Self::If | Self::While | Self::For | Self::Match)
    }
}

/// One open bracket.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) bracket: Bracket,
    pub(super) opener: Span,
    /// How deep the bracket itself is.
    pub(super) depth: u32,
    /// Jumps, short closures and `defer` since the last separator: each holds all that follows it.
    pub(super) open: u32,
    /// Prefix operators whose operand has not ended yet.
    pub(super) prefixes: u32,
    /// How many of its `heads` are followed by an expression, and how many are `for`.
    pub(super) waiting: u32,
    pub(super) fors: u32,
    /// Where its own entries of `heads` and `ifs` begin.
    pub(super) heads: usize,
    pub(super) ifs: usize,
    /// `|` of a short closure's parameters is open.
    pub(super) in_bars: bool,
    /// Indentation of the line on which it was opened.
    pub(super) indent: u32,
    /// A pair of braces inside it whose two lines are indented differently.
    pub(super) suspect: Option<(Span, Span)>,
}

impl Level {
    /// The level outside all brackets.
    pub(super) const fn file() -> Self {
        Self {
            bracket: Bracket::File,
            opener: Span::at(0),
            depth: 0,
            open: 0,
            prefixes: 0,
            waiting: 0,
            fors: 0,
            heads: 0,
            ifs: 0,
            in_bars: false,
            indent: 0,
            suspect: None,
        }
    }
}
