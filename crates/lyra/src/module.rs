//! [`Module`]: a compiled and verified program, immutable and shared.

use crate::diagnostics::{self, Diagnostic};
use crate::engine::Engine;
use crate::error::Error;
use crate::render::Texts;
use crate::standard;
use lyra_bytecode::{Listing, SectionRef, Verified, VerifyLimits};
use lyra_compiler::{CompileOptions, Evaluate, ModuleLoader, Source, Sources};
use lyra_security::seal::{self, Section};
use std::sync::Arc;

/// A program that the verifier has accepted, whoever made it. Cheap to clone; `Send` and `Sync`.
///
/// ```
/// let engine = lyra::Engine::default();
/// let module = engine.compile("a.lyra", "proc twice(x: i32) -> i32 { return x * 2 }")?;
/// assert_eq!(module.exports().next().unwrap().name, "twice");
/// # Ok::<(), lyra::Error>(())
/// ```
#[derive(Clone)]
pub struct Module {
    inner: Arc<Inner>,
}

struct Inner {
    verified: Verified,
    warnings: Vec<Diagnostic>,
    texts: Option<Texts>,
}

/// A procedure of a module that its host may call.
///
/// ```
/// let module = lyra::Engine::default().compile("a.lyra", "proc add(a: i32, b: i32) -> i32 { return a + b }")?;
/// let add = module.exports().next().unwrap();
/// assert_eq!(add.signature, "proc(i32, i32) -> i32");
/// # Ok::<(), lyra::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Export {
    /// Its name.
    pub name: String,
    /// Its type as a program writes it.
    pub signature: String,
}

/// A host function that a module needs.
///
/// ```
/// let engine = lyra::Engine::default();
/// let mut linker = lyra::Linker::<()>::new(&engine);
/// linker.func_wrap("", "beep", || ())?;
/// let module = linker.compile("a.lyra", "beep()")?;
/// assert_eq!(module.imports().next().unwrap().name, "beep");
/// # Ok::<(), lyra::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// The host's module; empty for none.
    pub module: String,
    /// Its name.
    pub name: String,
    /// Its type as a program writes it.
    pub signature: String,
}

impl Module {
    pub(crate) fn compile_with(
        engine: &Engine,
        name: &str,
        text: &str,
        evaluate: Evaluate,
        host: Vec<lyra_compiler::HostFunction>,
        loader: Option<&dyn ModuleLoader>,
    ) -> Result<Self, Error> {
        let config = engine.config();
        if text.len() as u64 > config.limits.source {
            return Err(too_large(name, text.len(), config.limits.source));
        }
        // What the imported files add is under the same limit.
        let source_bytes = usize::try_from(config.limits.source).unwrap_or(usize::MAX);
        let source_bytes = source_bytes.min(config.options.source_bytes);
        let mut options = CompileOptions { evaluate, host, source_bytes, ..config.options.clone() };
        if config.standard {
            options.standard = standard::modules();
            options.host.extend(standard::declarations());
        }
        let source = Source { name, text };
        let compiled = match loader {
            Some(loader) => lyra_compiler::compile_with(source, loader, &options),
            None => lyra_compiler::compile(source, &options),
        };
        let (warnings, texts) = diagnostics::from_compiler(&compiled.sources, &compiled.diagnostics);
        let Some(module) = compiled.module else { return Err(Error::compile((warnings, texts))) };
        let texts = (!warnings.is_empty()).then_some(texts);
        // Our own output passes the same gate as a stranger's.
        let verified = lyra_bytecode::verify(module, &verify_limits())?;
        Ok(Self { inner: Arc::new(Inner { verified, warnings, texts }) })
    }

    /// A module from bytecode made by the assembler, another compiler, or a stranger: the verifier decides.
    ///
    /// # Errors
    /// When the verifier refuses it.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// let module = lyra::Module::from_bytecode(&engine, lyra::bytecode::Module::default())?;
    /// assert_eq!(module.exports().count(), 0);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn from_bytecode(engine: &Engine, module: lyra_bytecode::Module) -> Result<Self, Error> {
        let _ = engine;
        let verified = lyra_bytecode::verify(module, &verify_limits())?;
        Ok(Self { inner: Arc::new(Inner { verified, warnings: Vec::new(), texts: None }) })
    }

    /// The module as a sealed file. Every bit is under a digest; with a key, only a holder of the key can make
    /// a file that opens with it.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "print(1)")?;
    /// let file = module.serialize(Some(&[7; 32]));
    /// assert!(lyra::Module::deserialize(&engine, &file, Some(&[7; 32])).is_ok());
    /// assert!(lyra::Module::deserialize(&engine, &file, Some(&[8; 32])).is_err());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn serialize(&self, key: Option<&[u8; 32]>) -> Vec<u8> {
        let sections = lyra_bytecode::encode(self.bytecode());
        let sections: Vec<Section<'_>> =
            sections.iter().map(|section| Section { name: section.name, bytes: &section.bytes }).collect();
        seal::seal(&sections, key)
    }

    /// Opens a sealed file. Safe for any bytes: seal, format and verifier each refuse what they must.
    ///
    /// # Errors
    /// What is wrong and where; never less than [`Error::is_verify`].
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// let error = lyra::Module::deserialize(&engine, b"print(1)", None).unwrap_err();
    /// assert!(error.to_string().contains("not a sealed Lyra file"));
    /// ```
    pub fn deserialize(engine: &Engine, bytes: &[u8], key: Option<&[u8; 32]>) -> Result<Self, Error> {
        let sections = seal::open(bytes, key)?;
        let sections: Vec<SectionRef<'_>> =
            sections.iter().map(|section| SectionRef { name: section.name, bytes: section.bytes }).collect();
        let module = lyra_bytecode::decode(&sections)?;
        Self::from_bytecode(engine, module)
    }

    /// The same module without debug information: smaller, and it shows nothing of its source.
    ///
    /// ```
    /// let engine = lyra::Engine::default();
    /// let module = engine.compile("a.lyra", "print(1)")?;
    /// assert!(module.strip()?.serialize(None).len() < module.serialize(None).len());
    /// # Ok::<(), lyra::Error>(())
    /// ```
    ///
    /// # Errors
    /// None in practice: the verifier accepts a module without debug information if it accepted it with.
    pub fn strip(&self) -> Result<Self, Error> {
        let mut module = self.bytecode().clone();
        module.debug = None;
        module.tests.iter_mut().for_each(|test| test.line = 0);
        let verified = lyra_bytecode::verify(module, &verify_limits())?;
        Ok(Self { inner: Arc::new(Inner { verified, warnings: Vec::new(), texts: None }) })
    }

    /// Its name: the source's, without directories.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("dir/a.lyra", "")?;
    /// assert_eq!(module.name(), "a.lyra");
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.bytecode().name
    }

    /// What the compiler warned of; empty for a module from a file.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "...")?;
    /// assert_eq!(module.warnings().len(), 1);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }

    /// The warnings as a person reads them, without a newline at the end; empty when there are none.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "...")?;
    /// assert!(module.render_warnings(false).starts_with("warning["));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn render_warnings(&self, color: bool) -> String {
        let Some(texts) = &self.inner.texts else { return String::new() };
        let reports =
            self.inner.warnings.iter().map(|warning| crate::render::diagnostic(texts, warning, color));
        reports.collect::<Vec<_>>().join("\n\n")
    }

    /// The procedures that a host may call, in the order of the source.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "private proc f() { }\nproc g() { }\nf()")?;
    /// assert_eq!(module.exports().map(|export| export.name).collect::<Vec<_>>(), ["g"]);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn exports(&self) -> impl Iterator<Item = Export> + '_ {
        self.bytecode()
            .procs
            .iter()
            .filter(|proc| proc.public)
            .map(|proc| Export { name: proc.name.clone(), signature: self.signature_text(&proc.signature) })
    }

    /// The host functions that it needs, in no particular order.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "")?;
    /// assert_eq!(module.imports().count(), 0);
    /// # Ok::<(), lyra::Error>(())
    /// ```
    pub fn imports(&self) -> impl Iterator<Item = Import> + '_ {
        self.bytecode().imports.iter().map(|import| Import {
            module: import.module.clone(),
            name: import.name.clone(),
            signature: self.signature_text(&import.signature),
        })
    }

    /// The bytecode, for tools.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "proc f() { }")?;
    /// assert!(module.bytecode().procs.iter().any(|proc| proc.name == "f"));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn bytecode(&self) -> &lyra_bytecode::Module {
        self.inner.verified.module()
    }

    /// The bytecode as text; in full, the assembler reads it back.
    ///
    /// ```
    /// use lyra::bytecode::Listing;
    /// let module = lyra::Engine::default().compile("a.lyra", "proc f() { }")?;
    /// assert!(module.disassemble(&Listing::snapshot()).contains("proc"));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn disassemble(&self, listing: &Listing) -> String {
        lyra_bytecode::disassemble(self.bytecode(), listing)
    }

    pub(crate) fn verified(&self) -> &Verified {
        &self.inner.verified
    }

    fn signature_text(&self, signature: &lyra_bytecode::Signature) -> String {
        let types = &self.bytecode().types;
        let params: Vec<String> = signature.params.iter().map(|&ty| types.name(ty)).collect();
        let result = signature.result.map(|ty| format!(" -> {}", types.name(ty))).unwrap_or_default();
        format!("proc({}){result}", params.join(", "))
    }
}

/// The bytecode's own limits, but a module may carry as much source as the parser reads.
fn verify_limits() -> VerifyLimits {
    VerifyLimits { source_bytes: lyra_syntax::MAX_SOURCE_BYTES, ..VerifyLimits::default() }
}

fn too_large(name: &str, bytes: usize, limit: u64) -> Error {
    let message = format!("this source has {bytes} bytes; the limit is {limit}");
    let place = lyra_base::Span::at(0);
    let found = lyra_syntax::Diagnostic::error(lyra_syntax::code::SOURCE_TOO_LARGE, place, message);
    Error::compile(diagnostics::from_compiler(&Sources::of(name, ""), &[found]))
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module").field("name", &self.name()).finish_non_exhaustive()
    }
}
