//! Why a module was refused: where, and what, in a sentence.

use std::fmt;

/// Why a module was refused.
///
/// Reads like this: ``in `main` at 12 `add_i32`: expected i32 on top of the words, found bool``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    proc: Option<String>,
    op: Option<(u32, &'static str)>,
    what: String,
}

impl VerifyError {
    /// A fault of the module as a whole.
    pub(super) fn module(what: impl Into<String>) -> Self {
        Self { proc: None, op: None, what: what.into() }
    }

    /// The same fault, found in the procedure of that name.
    pub(super) fn in_proc(mut self, name: &str) -> Self {
        self.proc = Some(name.to_owned());
        self
    }

    /// A fault of one instruction.
    pub(super) fn at(op: usize, mnemonic: &'static str, what: String) -> Self {
        Self { proc: None, op: Some((u32::try_from(op).unwrap_or(u32::MAX), mnemonic)), what }
    }

    /// The procedure it was found in; `None` when it is a fault of the module's tables.
    #[must_use]
    pub fn proc(&self) -> Option<&str> {
        self.proc.as_deref()
    }

    /// The instruction it was found at.
    #[must_use]
    pub fn op(&self) -> Option<u32> {
        self.op.map(|(op, _)| op)
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.proc {
            write!(f, "in {}", quoted(name))?;
            if let Some((op, mnemonic)) = self.op {
                write!(f, " at {op} `{mnemonic}`")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for VerifyError {}

/// A name of a stranger's, fit for a message: control characters escaped, cut off at 60 characters.
pub(super) fn quoted(name: &str) -> String {
    let mut shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
    if name.chars().nth(60).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
