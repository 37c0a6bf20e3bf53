//! What is compiled, and how much that may take.

use super::bombs::{Bomb, bombs};
use super::realistic::realistic;
use crate::options::Scale;

/// Bytes of memory that a program may take for each of its own: 300 MB for the 2 MB of 50,000 lines.
const FOR_EACH_BYTE: u64 = 150;
/// What a program may take besides, however short it is.
const BESIDES: u64 = 100_000_000;

/// One program.
#[derive(Clone, Copy, Debug)]
pub enum Input {
    /// As people write them, of so many lines.
    Realistic(usize),
    /// Written to hurt, of at most so many bytes.
    Bomb(Bomb, usize),
}

/// How much compiling it may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Most {
    /// CPU time of all threads.
    pub seconds: f64,
    /// Bytes beyond those that the process had before.
    pub memory: u64,
}

impl Input {
    /// Everything that is compiled at a scale: 50,000 lines, 500,000, and every bomb of a million bytes.
    #[must_use]
    pub fn all(scale: Scale) -> Vec<Self> {
        let (lines, bytes) = match scale {
            Scale::Check => ([500, 5_000], 10_000),
            Scale::Quick => ([5_000, 50_000], 250_000),
            Scale::Full => ([50_000, 500_000], 1_000_000),
        };
        let bombs = bombs().into_iter().map(|bomb| Self::Bomb(bomb, bytes));
        lines.map(Self::Realistic).into_iter().chain(bombs).collect()
    }

    /// The one of this name, so large.
    #[must_use]
    pub fn find(name: &str, size: usize) -> Option<Self> {
        if name == "realistic" {
            return Some(Self::Realistic(size));
        }
        bombs().into_iter().find(|bomb| bomb.name == name).map(|bomb| Self::Bomb(bomb, size))
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Realistic(_) => "realistic".to_owned(),
            Self::Bomb(bomb, _) => bomb.name.to_owned(),
        }
    }

    /// Lines of a realistic program, bytes of another.
    #[must_use]
    pub const fn size(&self) -> usize {
        match self {
            Self::Realistic(lines) => *lines,
            Self::Bomb(_, bytes) => *bytes,
        }
    }

    pub(super) const fn is_realistic(&self) -> bool {
        matches!(self, Self::Realistic(_))
    }

    /// Its text.
    #[must_use]
    pub fn source(&self) -> String {
        match self {
            Self::Realistic(lines) => realistic(*lines, 1),
            Self::Bomb(bomb, bytes) => (bomb.source)(*bytes),
        }
    }

    /// Whether compiling may end so: what people write has to compile, what hurts may do as it likes.
    #[must_use]
    pub fn may_end(&self, result: &str) -> bool {
        !self.is_realistic() || result == "sealed"
    }

    /// The most that it may take, when it has so many bytes. A run that only tries everything, in a build without
    /// optimization, is given more time.
    #[must_use]
    pub fn most(&self, bytes: u64, scale: Scale) -> Most {
        let seconds = match (self, scale) {
            (_, Scale::Check) => 20.0,
            (Self::Realistic(lines), _) => 0.4 * (*lines as f64 / 50_000.0).max(1.0),
            (Self::Bomb(..), _) => 2.0,
        };
        let memory = match self {
            Self::Realistic(_) => (bytes * FOR_EACH_BYTE).max(BESIDES),
            Self::Bomb(..) => bytes * FOR_EACH_BYTE + BESIDES,
        };
        Most { seconds, memory }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let mut names: Vec<String> = bombs().iter().map(|bomb| bomb.name.to_owned()).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(names.iter().all(|name| Input::find(name, 1).is_some_and(|input| input.name() == *name)));
        assert!(Input::find("nothing", 1).is_none());
    }

    #[test]
    fn what_is_promised() {
        let lines = Input::Realistic(50_000);
        assert_eq!(lines.most(2_000_000, Scale::Full), Most { seconds: 0.4, memory: 300_000_000 });
        let bomb = Input::find("names: unknown", 1_000_000).unwrap();
        assert_eq!(bomb.most(1_000_000, Scale::Full), Most { seconds: 2.0, memory: 250_000_000 });
    }
}
