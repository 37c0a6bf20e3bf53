//! How a run ends that did not end well.

use lyra_bytecode::{Position, ProcId, Trap};
use std::fmt;
use std::ops::Deref;

/// Why a run failed, and where: [`Failure`], at the far end of a pointer, so that a call that succeeds hands on one word.
#[derive(Clone, PartialEq, Eq)]
pub struct RunError(Box<Failure>);

/// What a [`RunError`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The trap; [`Trap::Thrown`] for an error that the program made itself.
    pub trap: Trap,
    /// The kind, as a program sees it.
    pub kind: String,
    /// The message; cut off past a mebibyte.
    pub message: String,
    /// The calls that were active, the innermost first. Where many were, some are left out of the middle.
    pub trace: Vec<TraceFrame>,
    /// How many calls were left out, after the first 20.
    pub omitted: usize,
}

/// One call of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceFrame {
    /// The procedure.
    pub proc: ProcId,
    /// Its name.
    pub name: String,
    /// Where it was; `None` when the module has no debug information.
    pub position: Option<Position>,
}

impl RunError {
    /// An error that happened outside of any procedure.
    #[must_use]
    pub fn outside(trap: Trap, message: impl Into<String>) -> Self {
        let kind = trap.kind().to_owned();
        Failure { trap, kind, message: message.into(), trace: Vec::new(), omitted: 0 }.into()
    }

    /// What it says, to keep.
    #[must_use]
    pub fn into_failure(self) -> Failure {
        *self.0
    }
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        Self(Box::new(failure))
    }
}

impl Deref for RunError {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl fmt::Debug for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for RunError {}
