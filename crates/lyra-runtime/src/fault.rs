//! Why an instruction could not be carried out, with the words for it: what handlers and run errors are made from.

use crate::slot::Ref;
use lyra_bytecode::Trap;

/// A trap on its way to a handler or out of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A trap that says everything.
    Trap(Trap),
    /// A trap with its numbers and names.
    Told(Trap, Box<str>),
    /// An error object that the program threw.
    Thrown(Ref),
    /// An error that a host function threw: its kind and message. It becomes an object when it is caught.
    Raised(Box<(String, String)>),
}

impl Fault {
    /// A trap with a message of its own.
    pub fn told(trap: Trap, message: impl Into<Box<str>>) -> Self {
        Self::Told(trap, message.into())
    }

    /// An index that is not one of `length`.
    #[must_use]
    pub fn index(index: i64, length: usize) -> Self {
        Self::told(Trap::IndexOutOfBounds, format!("index {index} is out of bounds for length {length}"))
    }

    /// A range that does not lie in `length`.
    #[must_use]
    pub fn range(start: i64, end: i64, inclusive: bool, length: usize) -> Self {
        let dots = if inclusive { "..=" } else { ".." };
        Self::told(
            Trap::IndexOutOfBounds,
            format!("range {start}{dots}{end} is out of bounds for length {length}"),
        )
    }

    /// Something that verified code cannot do: the code was altered, or the machine has a bug.
    #[cold]
    #[must_use]
    pub fn broken(what: &'static str) -> Self {
        Self::told(Trap::Tampered, format!("the machine's state is broken: {what}"))
    }

    /// Which trap it is.
    #[must_use]
    pub const fn trap(&self) -> Trap {
        match self {
            Self::Trap(trap) | Self::Told(trap, _) => *trap,
            Self::Thrown(_) | Self::Raised(_) => Trap::Thrown,
        }
    }

    /// Its kind, as an error has one. That of an error object is its own affair.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Raised(error) => &error.0,
            other => other.trap().kind(),
        }
    }

    /// What a person reads. Empty for an error object, which has its own.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Raised(error) => &error.1,
            Self::Trap(trap) => usual_message(*trap),
            Self::Told(_, message) => message,
            Self::Thrown(_) => "",
        }
    }
}

impl From<Trap> for Fault {
    fn from(trap: Trap) -> Self {
        Self::Trap(trap)
    }
}

/// The message of a trap that came without one.
const fn usual_message(trap: Trap) -> &'static str {
    match trap {
        Trap::IndexOutOfBounds => "the index is out of bounds",
        Trap::DivisionByZero => "division by zero",
        Trap::Overflow => "the result does not fit its type",
        Trap::InvalidNumber => "the text is no number",
        Trap::NoneValue => "there is no value",
        Trap::TypeMismatch => "the value is of another type",
        Trap::KeyNotFound => "there is no such key",
        Trap::InvalidArgument => "the argument is not valid",
        Trap::InvalidUtf8 => "the bytes are no UTF-8",
        Trap::LockNotOwned => "the lock is not owned",
        Trap::LockDepthExceeded => "the lock was acquired too often",
        Trap::ChannelClosed => "the channel is closed",
        Trap::PermissionDenied => "permission denied",
        Trap::Io => "input or output failed",
        Trap::AssertionFailed => "assertion failed",
        Trap::Panic => "panic",
        Trap::Thrown => "an error was thrown",
        Trap::StackOverflow => "the stack limit was reached",
        Trap::OutOfFuel => "the fuel is used up",
        Trap::OutOfMemory => "the memory limit was reached",
        Trap::DeadlineExceeded => "the deadline has passed",
        Trap::OutputLimit => "the output limit was reached",
        Trap::Cancelled => "the run was cancelled",
        Trap::Deadlock => "every task waits for another",
        Trap::Tampered => "the program was changed while running",
        Trap::HostPanic => "a host function panicked",
    }
}
