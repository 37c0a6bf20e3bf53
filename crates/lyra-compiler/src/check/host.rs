//! The host's functions: names without a module are in scope everywhere, the others after `import module`.

use super::checker::Checker;
use hashbrown::HashMap;
use lyra_bytecode::{Import, ImportId, Signature};

/// Modules of the language, whether this program's compiler was given them or not.
pub(super) const PLANNED: [&str; 12] =
    ["math", "json", "time", "random", "regex", "hash", "base64", "fs", "env", "io", "log", "args"];

/// What the host offers.
#[derive(Default)]
pub(super) struct Host<'a> {
    pub(super) imports: Vec<Import>,
    /// The functions by module and name.
    names: HashMap<(&'a str, &'a str), ImportId>,
}

impl<'a> Checker<'a> {
    /// Makes every function that the host offers an import; those not called are dropped when code is emitted.
    pub(super) fn add_host_functions(&mut self) {
        let options = self.options;
        for function in &options.host {
            let signature = &function.signature;
            let params = signature.params.iter().map(|ty| ty.intern(&mut self.types)).collect();
            let result = signature.result.as_ref().map(|ty| ty.intern(&mut self.types));
            let id = ImportId(u32::try_from(self.host.imports.len()).unwrap_or(u32::MAX));
            self.host.names.insert((&function.module, &function.name), id);
            self.host.imports.push(Import {
                module: function.module.clone(),
                name: function.name.clone(),
                signature: Signature { params, result },
            });
        }
        self.measure_host_types();
    }

    /// The host's function of a name; `module` is empty for those in scope everywhere.
    pub(super) fn find_host(&self, module: &str, name: &str) -> Option<ImportId> {
        self.host.names.get(&(module, name)).copied()
    }
}
