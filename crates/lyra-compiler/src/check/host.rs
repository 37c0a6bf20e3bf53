//! The host's functions: names without a module are in scope everywhere, the others after `import module`.

use super::checker::Checker;
use super::files::ItemKind;
use hashbrown::HashMap;
use lyra_base::Span;
use lyra_bytecode::{Import, ImportId, Signature};
use lyra_syntax::{Diagnostic, ast, code};

/// Modules of the language that this version does not have.
const STANDARD: [&str; 12] =
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
    }

    /// The host's function of a name; `module` is empty for those in scope everywhere.
    pub(super) fn find_host(&self, module: &str, name: &str) -> Option<ImportId> {
        self.host.names.get(&(module, name)).copied()
    }

    pub(super) fn import(&mut self, source: ast::ImportSource<'a>, alias: Option<ast::Name>, span: Span) {
        let name = match source {
            ast::ImportSource::File { span, .. } => {
                self.refuse("imports of files", span);
                if let Some(alias) = alias {
                    self.add_item(alias, ItemKind::Refused);
                }
                return;
            }
            ast::ImportSource::Module(name) => name,
        };
        let text = self.text(name.symbol);
        let local = alias.unwrap_or(name);
        let options = self.options;
        let mut modules = options.host.iter().map(|function| function.module.as_str());
        if modules.clone().any(|module| module == text) {
            self.add_item(local, ItemKind::Module(text));
        } else if STANDARD.contains(&text) {
            self.refuse("standard modules", name.span);
            self.add_item(local, ItemKind::Refused);
        } else {
            let known = STANDARD.into_iter().chain(modules.by_ref().filter(|module| !module.is_empty()));
            let near = super::names::nearest(text, known);
            let mut diagnostic =
                Diagnostic::error(code::UNKNOWN_MODULE, span, format!("unknown module `{text}`"));
            if let Some(near) = near {
                diagnostic =
                    diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near);
            }
            self.report(diagnostic);
            self.add_item(local, ItemKind::Refused);
        }
    }
}
