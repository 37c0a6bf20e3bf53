//! Exit codes: the language reference's list, section 7.

use lyra::{Error, ErrorKind};

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything went well.
    Ok = 0,
    /// A test failed, or the program asked for it: its `main` returned a number other than 0.
    Failure = 1,
    /// The command line is wrong, or a file cannot be read or written.
    Usage = 2,
    /// The program does not compile.
    Compile = 3,
    /// The program failed while it ran.
    Runtime = 4,
    /// The program reached a limit, or was cancelled.
    Limit = 5,
    /// A sealed file was refused, or running code was found changed.
    Verify = 6,
    /// A bug in Lyra.
    Bug = 101,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Compile => Self::Compile,
            ErrorKind::Runtime => Self::Runtime,
            ErrorKind::Limit => Self::Limit,
            ErrorKind::Verify => Self::Verify,
            _ => Self::Usage,
        }
    }
}
