//! Which ways of running a program are built in: the list that a host chooses from and the benchmarks measure.

use lyra_vm_core::{AnyVm, Program, RunError, Settings};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tier {
    /// The reference machine: runs the stack bytecode itself, with the plain policies. Always there.
    Reference,
    /// Register code, made of each procedure when it is called first. Feature `tier-stack`.
    #[cfg(feature = "tier-stack")]
    Stack,
    /// Inline caches and interned texts that are found by hashing, under register code where that is built in. Feature
    /// `tier-cache`.
    #[cfg(feature = "tier-cache")]
    Cache,
    /// A heap whose references are addresses, under register code where that is built in. Feature `tier-memory`.
    #[cfg(feature = "tier-memory")]
    Memory,
    /// Register code of functions that the optimizing passes went over. Feature `tier-codegen`.
    #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
    Codegen,
    /// As the one before it, with samples of running code compared with what was loaded, in place of all of it at each
    /// call from the host. Feature `tier-security`.
    #[cfg(feature = "tier-security")]
    Security,
}

/// The fastest of those built in.
impl Default for Tier {
    fn default() -> Self {
        Self::ALL.last().copied().unwrap_or(Self::Reference)
    }
}

impl Tier {
    /// Those built in, each with what those before it have.
    pub const ALL: &'static [Self] = &[
        Self::Reference,
        #[cfg(feature = "tier-stack")]
        Self::Stack,
        #[cfg(feature = "tier-cache")]
        Self::Cache,
        #[cfg(feature = "tier-memory")]
        Self::Memory,
        #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
        Self::Codegen,
        #[cfg(feature = "tier-security")]
        Self::Security,
    ];

    /// Its name on a command line and in results.
    ///
    /// ```
    /// assert_eq!(lyra::Tier::Reference.name(), "reference");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            #[cfg(feature = "tier-stack")]
            Self::Stack => "stack",
            #[cfg(feature = "tier-cache")]
            Self::Cache => "cache",
            #[cfg(feature = "tier-memory")]
            Self::Memory => "memory",
            #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
            Self::Codegen => "codegen",
            #[cfg(feature = "tier-security")]
            Self::Security => "security",
        }
    }

    /// A machine of this tier, for those who work below [`Store`](crate::Store).
    ///
    /// # Errors
    /// As [`lyra_vm_core::Vm::new`].
    pub fn machine(self, program: &Program, settings: Settings) -> Result<Box<dyn AnyVm>, RunError> {
        crate::profile::machine(self, program, settings)
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
/// assert_eq!(error.to_string(), "there is no tier `warp`; built in: reference, stack, cache, memory, codegen, security");
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
