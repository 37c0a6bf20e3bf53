//! The standard modules, by the cargo feature `std-modules` (on by default); without it, a twin that has none.

#[cfg(not(feature = "std-modules"))]
mod absent;
#[cfg(feature = "std-modules")]
mod present;

#[cfg(not(feature = "std-modules"))]
pub use absent::LogLevel;
#[cfg(not(feature = "std-modules"))]
pub(crate) use absent::{Standard, declarations, function, modules};
#[cfg(feature = "std-modules")]
pub use lyra_std::LogLevel;
#[cfg(feature = "std-modules")]
pub(crate) use present::{Standard, declarations, function, modules};
