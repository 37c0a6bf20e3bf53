//! Which ways of running a program are built in: the list that a host chooses from and the benchmarks measure.

use std::fmt;
use std::str::FromStr;

/// A way of running programs. Every tier gives the same result, the same errors, the same fuel and the same stack
/// depth; they differ in speed.
///
/// ```
/// use lyra::{Config, Engine, Tier};
/// for &tier in Tier::ALL {
///     let engine = Engine::new(Config::new().tier(tier));
///     assert_eq!(engine.eval::<i64>("6 * 7").unwrap(), 42, "{tier}");
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tier {
    /// The reference machine: runs the stack bytecode itself, with the plain policies. Always there.
    #[default]
    Reference,
}

impl Tier {
    /// Those built in, each with what those before it have.
    pub const ALL: &'static [Self] = &[Self::Reference];

    /// Its name on a command line and in results.
    ///
    /// ```
    /// assert_eq!(lyra::Tier::Reference.name(), "reference");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Tier {
    type Err = UnknownTier;

    fn from_str(name: &str) -> Result<Self, UnknownTier> {
        Self::ALL.iter().copied().find(|tier| tier.name() == name).ok_or_else(|| UnknownTier(name.to_owned()))
    }
}

/// No tier of this name is built in.
///
/// ```
/// let error = "warp".parse::<lyra::Tier>().unwrap_err();
/// assert_eq!(error.to_string(), "there is no tier `warp`; built in: reference");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTier(pub String);

impl fmt::Display for UnknownTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Tier::ALL.iter().map(|tier| tier.name()).collect();
        write!(f, "there is no tier `{}`; built in: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownTier {}
