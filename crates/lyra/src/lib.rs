//! Lyra: a small, statically typed scripting language and virtual machine for embedding in Rust programs.
//!
//! A program is text or a sealed file; both pass one verifier; the host decides what it may use and how much.
//!
//! The short way:
//!
//! ```
//! assert_eq!(lyra::Engine::default().eval::<i64>("1 + 2")?, 3);
//! # Ok::<(), lyra::Error>(())
//! ```
//!
//! The precise way, [`Config`] → [`Engine`] → [`Module`] → [`Linker`] → [`Store`] → [`Instance`] → [`TypedFunc`]:
//!
//! ```
//! use lyra::{Caller, Engine, Linker, Store};
//!
//! let engine = Engine::default();
//!
//! // What programs may call; the store's data is in reach.
//! let mut linker = Linker::new(&engine);
//! linker.func_wrap("world", "score", |mut caller: Caller<'_, i64>, points: i32| {
//!     *caller.data() += i64::from(points);
//! })?;
//!
//! // A mistake in the program, also in a call of `score`, is an error here, with its place.
//! let module = linker.compile(
//!     "rules.lyra",
//!     "import world
//!      proc hit(strength: i32) -> bool {
//!          world.score(strength * 10)
//!          return strength > 3
//!      }",
//! )?;
//!
//! let mut store = Store::new(&engine, 0);
//! store.set_fuel(1_000_000);
//! let instance = linker.instantiate(&mut store, &module)?;
//! let hit = instance.get_typed_func::<(i32,), bool>(&store, "hit")?;
//! assert!(hit.call(&mut store, (4,))?);
//! assert_eq!(*store.data(), 40);
//! # Ok::<(), lyra::Error>(())
//! ```
//!
//! Nothing is granted that is not registered: without a linker's functions a program can compute and print to
//! the store's output, and that is all. Everything it uses is bounded by [`Limits`], finite by default.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(doctest)]
mod book;
mod catalogue;
mod convert;
mod convert_more;
pub mod diagnostics;
mod engine;
mod error;
mod host;
mod host_object;
mod inside;
mod instance;
mod linker;
mod loaders;
mod module;
mod prepared;
mod profile;
mod render;
mod standard;
mod store;
mod testing;
mod tiers;

pub use convert::{Args, CallResult, FromLyra, IntoLyra, LyraType};
pub use convert_more::{Entries, LyraKey};
pub use engine::{Config, DebugLevel, Engine, Overflow};
pub use error::{Error, ErrorKind, Frame};
pub use host::{Caller, HostResult, IntoHostFunction};
pub use host_object::Host;
pub use inside::pass_names;
pub use instance::{Instance, TypedFunc};
pub use linker::Linker;
pub use loaders::{FileLoader, LoadError, MemoryLoader, ModuleLoader};
pub use module::{Export, Import, Module};
pub use prepared::Prepared;
pub use standard::LogLevel;
pub use store::{InterruptHandle, OutputBuffer, Store};
pub use testing::Test;
pub use tiers::{Tier, UnknownTier};

pub use lyra_bytecode as bytecode;
pub use lyra_runtime::{ArrayValue, ErrorValue, HostError, HostObject, HostType, Value};
pub use lyra_security::{Capabilities, Limits, TamperEntry, TamperLog, UnknownCapability};
pub use lyra_vm_core::{RunReport, SiteKind, SiteReport, SiteStatistics, Translation};
