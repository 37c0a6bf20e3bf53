//! How a command of `lyra-bench` ends when it does not end well.

use std::fmt;

/// Why a command failed, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Something could not be done or gave a wrong result. Exit code 2.
    Error(String),
    /// Everything was measured and something got worse. Exit code 1.
    Regression(String),
}

/// The result of a command.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// The exit code of the program.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Regression(_) => 1,
            Self::Error(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(text) => write!(f, "error: {text}"),
            Self::Regression(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::Error(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::Error(text.to_owned())
    }
}
