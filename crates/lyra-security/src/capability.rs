//! What of the outside world a program may touch: named bits, none of them set unless somebody grants it.

use std::fmt;

/// A set of grants.
///
/// ```
/// use lyra_security::Capabilities;
/// let granted: Capabilities = "fs,clock".parse().unwrap();
/// assert!(granted.contains(Capabilities::CLOCK));
/// assert!(!granted.contains(Capabilities::ENV));
/// assert_eq!(granted.to_string(), "fs,clock");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Capabilities(u32);

/// Every capability with its name and what it opens, in the order of their bits.
const NAMES: [(&str, &str); 7] = [
    ("print", "write to the output"),
    ("fs", "read and write files"),
    ("net", "open connections"),
    ("env", "read environment variables"),
    ("clock", "read the time"),
    ("random", "get random numbers that differ between runs"),
    ("process", "start other programs"),
];

impl Capabilities {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Write to the output.
    pub const PRINT: Self = Self(1);
    /// Read and write files.
    pub const FS: Self = Self(1 << 1);
    /// Open connections.
    pub const NET: Self = Self(1 << 2);
    /// Read environment variables. The arguments of the program are no capability: its host gives them, or not.
    pub const ENV: Self = Self(1 << 3);
    /// Read the time.
    pub const CLOCK: Self = Self(1 << 4);
    /// Get random numbers that differ between runs.
    pub const RANDOM: Self = Self(1 << 5);
    /// Start other programs.
    pub const PROCESS: Self = Self(1 << 6);
    /// Everything.
    pub const ALL: Self = Self((1 << NAMES.len()) - 1);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether everything in `other` is granted.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What `needed` asks for and this set does not grant.
    #[must_use]
    pub const fn missing(self, needed: Self) -> Self {
        Self(needed.0 & !self.0)
    }

    /// Whether nothing is granted.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Name and meaning of each granted one.
    pub fn iter(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        NAMES.iter().enumerate().filter(move |(bit, _)| self.0 & (1 << bit) != 0).map(|(_, &row)| row)
    }

    /// The one called `name`; `all` is every one, `none` the empty set.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "all" => Some(Self::ALL),
            "none" => Some(Self::NONE),
            _ => NAMES.iter().position(|&(known, _)| known == name).map(|bit| Self(1 << bit)),
        }
    }
}

/// A word that names no capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCapability(pub String);

impl fmt::Display for UnknownCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no capability is called `{}`; there are ", self.0.escape_debug())?;
        for (name, _) in NAMES {
            write!(f, "{name}, ")?;
        }
        f.write_str("and all")
    }
}

impl std::error::Error for UnknownCapability {}

impl std::str::FromStr for Capabilities {
    type Err = UnknownCapability;

    /// Reads names separated by commas.
    fn from_str(list: &str) -> Result<Self, UnknownCapability> {
        list.split(',').map(str::trim).filter(|name| !name.is_empty()).try_fold(Self::NONE, |set, name| {
            Self::named(name).map(|one| set.with(one)).ok_or_else(|| UnknownCapability(name.to_owned()))
        })
    }
}

impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (place, (name, _)) in self.iter().enumerate() {
            f.write_str(if place > 0 { "," } else { "" })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Capabilities({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_reads_back_from_its_text() {
        for bits in 0..=Capabilities::ALL.0 {
            let set = Capabilities(bits);
            assert_eq!(set.to_string().parse(), Ok(set));
        }
        assert_eq!("all".parse(), Ok(Capabilities::ALL));
        assert_eq!("".parse(), Ok(Capabilities::NONE));
        assert_eq!(" fs , env ".parse(), Ok(Capabilities::FS.with(Capabilities::ENV)));
        let unknown = "fs,flie".parse::<Capabilities>().unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "no capability is called `flie`; there are print, fs, net, env, clock, random, process, and all"
        );
    }

    #[test]
    fn what_is_missing_is_what_was_not_granted() {
        let needed = Capabilities::FS.with(Capabilities::NET);
        assert_eq!(Capabilities::FS.missing(needed), Capabilities::NET);
        assert!(Capabilities::ALL.missing(needed).is_empty());
    }
}
