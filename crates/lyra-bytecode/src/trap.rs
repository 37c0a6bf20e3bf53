//! The ways in which a run can fail: one byte each, with the name that programs and people see.

/// Why an instruction could not be carried out.
///
/// Up to [`Trap::Thrown`] a program can catch it (language reference, section 7); the rest end the run (INV-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is named by `kind`")]
pub enum Trap {
    IndexOutOfBounds,
    DivisionByZero,
    Overflow,
    InvalidNumber,
    NoneValue,
    TypeMismatch,
    KeyNotFound,
    InvalidArgument,
    InvalidUtf8,
    LockNotOwned,
    LockDepthExceeded,
    ChannelClosed,
    PermissionDenied,
    Io,
    AssertionFailed,
    Panic,
    /// The program threw an error of its own; the error object carries its kind.
    Thrown,
    StackOverflow,
    OutOfFuel,
    OutOfMemory,
    DeadlineExceeded,
    OutputLimit,
    Cancelled,
    Deadlock,
    Tampered,
    HostPanic,
}

impl Trap {
    /// Its name in the language: what `error.kind` holds. [`Trap::Thrown`] is `user`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::IndexOutOfBounds => "index_out_of_bounds",
            Self::DivisionByZero => "division_by_zero",
            Self::Overflow => "overflow",
            Self::InvalidNumber => "invalid_number",
            Self::NoneValue => "none_value",
            Self::TypeMismatch => "type_mismatch",
            Self::KeyNotFound => "key_not_found",
            Self::InvalidArgument => "invalid_argument",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::LockNotOwned => "lock_not_owned",
            Self::LockDepthExceeded => "lock_depth_exceeded",
            Self::ChannelClosed => "channel_closed",
            Self::PermissionDenied => "permission_denied",
            Self::Io => "io",
            Self::AssertionFailed => "assertion_failed",
            Self::Panic => "panic",
            Self::Thrown => "user",
            Self::StackOverflow => "stack_overflow",
            Self::OutOfFuel => "out_of_fuel",
            Self::OutOfMemory => "out_of_memory",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::OutputLimit => "output_limit",
            Self::Cancelled => "cancelled",
            Self::Deadlock => "deadlock",
            Self::Tampered => "tampered",
            Self::HostPanic => "host_panic",
        }
    }

    /// Whether `catch` sees it.
    #[must_use]
    pub const fn is_catchable(self) -> bool {
        (self as u8) <= (Self::Thrown as u8)
    }

    /// Whether it is a limit of the run (fuel, memory, stack, time, output, cancellation).
    #[must_use]
    pub const fn is_limit(self) -> bool {
        matches!(
            self,
            Self::StackOverflow
                | Self::OutOfFuel
                | Self::OutOfMemory
                | Self::DeadlineExceeded
                | Self::OutputLimit
                | Self::Cancelled
        )
    }
}

impl std::fmt::Display for Trap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}
