//! Every diagnostic code with its title and explanation: the one list behind `lyra explain`.
//!
//! `E01xx` syntax (here: [`syntax`](self)), `E02xx` names, `E03xx` types, `E04xx` flow and places, `E09xx`
//! limits and what is not there yet, `W` warnings. A code is never given to another mistake.

/// A stable code, like `E0301`. Made only by the lists below.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code {
    id: &'static str,
    title: &'static str,
    explanation: &'static str,
}

impl Code {
    /// As shown: `E0301`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.id
    }

    /// A few words for lists.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.title
    }

    /// What it means, with a wrong and a right program, in Markdown.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        self.explanation
    }

    /// The code spelled `id`, in any case.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        Self::all().find(|code| code.id.eq_ignore_ascii_case(id))
    }

    /// Every code, in the order of the lists.
    pub fn all() -> impl Iterator<Item = Self> {
        SYNTAX.iter().chain(CHECK).copied()
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Defines the constants of one list and the list itself. The explanation is a Markdown text.
macro_rules! codes {
    ($list:ident: $($name:ident = $id:literal, $title:literal, $explanation:expr;)*) => {
        $(#[doc = concat!("`", $id, "`: ", $title, ".")]
        pub const $name: Code = Code { id: $id, title: $title, explanation: $explanation };)*
        pub(crate) const $list: &[Code] = &[$($name),*];
    };
}

mod check;
mod syntax;

pub use check::*;
pub use syntax::*;
