//! How much a program may use. Every limit is on by default; all are numbers that the host may set.

use std::time::Duration;

/// The bounds of one run. Reaching one ends the run with an error of its own that the program cannot catch.
///
/// Two more bounds are fixed: 1,000 locals in a procedure (the verifier) and 256 levels of nesting in a source (the
/// parser).
///
/// Two sets of defaults: [`Limits::embedded`], where everything is finite because nobody sits beside the
/// program to stop it, and [`Limits::command_line`], where somebody does.
///
/// ```
/// use lyra_security::Limits;
/// use std::time::Duration;
/// let limits = Limits::embedded().with_fuel(1_000_000).with_deadline(Duration::from_millis(50));
/// assert_eq!(limits.stack, 10_000);
/// assert_eq!(limits.fuel, Some(1_000_000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Operands that wait on the stack plus active calls, and one for every 16 locals of a call that waits for another.
    /// 10,000; more than [`Limits::MAX_STACK`] is as much as that.
    pub stack: u32,
    /// Bytes that the program's values may take together. 100 MiB.
    pub memory: u64,
    /// Bytes of one `str`. 64 MiB.
    pub string: u64,
    /// Bytes that may be printed; `None` is unlimited. 64 MiB when embedded, unlimited on the command line.
    pub output: Option<u64>,
    /// Bytes of source: of all files of a program together. 64 MiB.
    pub source: u64,
    /// Units of work, see [`Budget`](crate::Budget); `None` is unlimited. 1,000,000,000 when embedded (some
    /// seconds to a minute of the reference machine), unlimited on the command line.
    pub fuel: Option<u64>,
    /// Time from the start of a call; `None` is unlimited. 60 seconds when embedded, unlimited on the command
    /// line. A host function that blocks is not interrupted: the deadline is seen when it returns.
    pub deadline: Option<Duration>,
}

/// Bytes of a mebibyte.
const MIB: u64 = 1 << 20;

impl Limits {
    /// The deepest stack that can be asked for. Frames lie outside of the memory limit: up to 8 KB each, where a
    /// procedure has 1,000 locals.
    pub const MAX_STACK: u32 = 1_000_000;

    /// For a program inside a host: everything is finite.
    #[must_use]
    pub const fn embedded() -> Self {
        Self {
            stack: 10_000,
            memory: 100 * MIB,
            string: 64 * MIB,
            output: Some(64 * MIB),
            source: 64 * MIB,
            fuel: Some(1_000_000_000),
            deadline: Some(Duration::from_secs(60)),
        }
    }

    /// For a program that a person started: no bound on work, time or output.
    #[must_use]
    pub const fn command_line() -> Self {
        Self { output: None, fuel: None, deadline: None, ..Self::embedded() }
    }

    /// With another stack depth.
    #[must_use]
    pub const fn with_stack(mut self, entries: u32) -> Self {
        self.stack = entries;
        self
    }

    /// With another bound on the bytes of all values.
    #[must_use]
    pub const fn with_memory(mut self, bytes: u64) -> Self {
        self.memory = bytes;
        self
    }

    /// With another bound on the bytes of one `str`.
    #[must_use]
    pub const fn with_string(mut self, bytes: u64) -> Self {
        self.string = bytes;
        self
    }

    /// With another bound on printed bytes; `None` lifts it.
    #[must_use]
    pub fn with_output(mut self, bytes: impl Into<Option<u64>>) -> Self {
        self.output = bytes.into();
        self
    }

    /// With another bound on the bytes of source.
    #[must_use]
    pub const fn with_source(mut self, bytes: u64) -> Self {
        self.source = bytes;
        self
    }

    /// With another amount of fuel; `None` lifts the bound.
    #[must_use]
    pub fn with_fuel(mut self, units: impl Into<Option<u64>>) -> Self {
        self.fuel = units.into();
        self
    }

    /// With another bound on the time of a call; `None` lifts it.
    #[must_use]
    pub fn with_deadline(mut self, after: impl Into<Option<Duration>>) -> Self {
        self.deadline = after.into();
        self
    }
}

impl Default for Limits {
    /// [`Limits::embedded`].
    fn default() -> Self {
        Self::embedded()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_differs_where_a_person_can_press_ctrl_c() {
        let embedded = Limits::embedded();
        let person = Limits::command_line();
        assert!(embedded.fuel.is_some() && embedded.deadline.is_some() && embedded.output.is_some());
        assert_eq!(
            person.with_fuel(1_000_000_000).with_deadline(Duration::from_secs(60)).with_output(64 * MIB),
            embedded
        );
    }
}
