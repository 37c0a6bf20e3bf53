//! How a run ends that did not end well.

use lyra_bytecode::{Position, ProcId, Trap};
use std::fmt;

/// Why a run failed, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
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
        Self { trap, kind: trap.kind().to_owned(), message: message.into(), trace: Vec::new(), omitted: 0 }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for RunError {}
