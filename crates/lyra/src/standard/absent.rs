//! No standard modules: what is granted goes to nobody.

use lyra_compiler::StandardModule;
use lyra_runtime::HostFunction;
use lyra_security::Capabilities;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// How urgent a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "they read as they are; nothing logs without the standard modules")]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

pub(crate) fn modules() -> &'static [StandardModule] {
    &[]
}

pub(crate) fn declarations() -> impl Iterator<Item = lyra_compiler::HostFunction> {
    std::iter::empty()
}

pub(crate) fn function(_: &str, _: &str) -> Option<HostFunction> {
    None
}

#[derive(Debug, Default)]
pub(crate) struct Standard;

impl Standard {
    #[expect(clippy::unused_self, reason = "the twin has a self")]
    pub(crate) fn allow(&self, _: Capabilities) {}

    #[expect(clippy::unused_self, reason = "the twin has a self")]
    pub(crate) fn set_args(&self, _: Vec<String>) {}

    #[expect(clippy::unused_self, reason = "the twin has a self")]
    pub(crate) fn set_log(&self, _: impl FnMut(LogLevel, &str) + Send + 'static) {}

    #[expect(clippy::unused_self, reason = "the twin has a self")]
    pub(crate) fn services(&self) -> Arc<dyn Any + Send + Sync> {
        Arc::new(())
    }
}
