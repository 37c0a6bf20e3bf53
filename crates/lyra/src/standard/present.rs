//! The standard modules of `lyra-std`, as compiler and linker want them.

use lyra_compiler::StandardModule;
use lyra_runtime::HostFunction;
use lyra_security::Capabilities;
use lyra_std::{LogLevel, Services};
use std::any::Any;
use std::sync::{Arc, LazyLock};

static MODULES: LazyLock<Vec<StandardModule>> = LazyLock::new(|| {
    let module =
        |module: &lyra_std::StandardModule| StandardModule { name: module.name, source: module.source };
    lyra_std::MODULES.iter().map(module).collect()
});

/// The texts.
pub(crate) fn modules() -> &'static [StandardModule] {
    &MODULES
}

/// The natives that the texts call.
pub(crate) fn declarations() -> impl Iterator<Item = lyra_compiler::HostFunction> {
    lyra_std::MODULES.iter().flat_map(|module| lyra_std::declarations(module.name)).map(|native| {
        lyra_compiler::HostFunction {
            module: native.module.to_owned(),
            name: native.name.to_owned(),
            signature: native.signature,
        }
    })
}

/// The native of that name.
pub(crate) fn function(module: &str, name: &str) -> Option<HostFunction> {
    lyra_std::function(module, name)
}

/// What the modules have of one store.
#[derive(Debug, Default)]
pub(crate) struct Standard(Services);

impl Standard {
    pub(crate) fn allow(&self, granted: Capabilities) {
        self.0.allow_clock(granted.contains(Capabilities::CLOCK));
        self.0.allow_randomness(granted.contains(Capabilities::RANDOM));
    }

    pub(crate) fn set_args(&self, args: Vec<String>) {
        self.0.set_arguments(args);
    }

    pub(crate) fn set_log(&self, log: impl FnMut(LogLevel, &str) + Send + 'static) {
        self.0.set_log(log);
    }

    pub(crate) fn services(&self) -> Arc<dyn Any + Send + Sync> {
        Arc::new(self.0.clone())
    }
}
