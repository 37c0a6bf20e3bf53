//! Lyra source to stack bytecode: resolve and check names and types, fold constants, emit.
//!
//! ```text
//! texts ──load──> syntax trees ──check──> typed tree (folded as it is built) ──emit──> Module
//! ```
//!
//! [`compile`] returns a module *and* diagnostics; there is a module exactly when none of them is an error.
//! What comes out is plain data and is still to be verified like a stranger's (`lyra_bytecode::verify`).
//!
//! ```
//! use lyra_compiler::{CompileOptions, Source, compile};
//!
//! let source = Source { name: "sum.lyra", text: "proc sum(a: i32, b: i32) -> i32 { return a + b }" };
//! let compiled = compile(source, &CompileOptions::default());
//! let module = compiled.module.expect("the program is right");
//! assert_eq!(module.procs.iter().filter(|proc| proc.public).count(), 1);
//! ```
#![forbid(unsafe_code)]

mod check;
mod emit;
mod fold;
mod follow_ups;
mod hir;
mod load;
mod loader;
mod options;
mod positions;
mod sources;

pub use loader::{LoadError, ModuleLoader};
pub use sources::Sources;

pub use options::{CompileOptions, DebugLevel, Evaluate, HostFunction, Overflow, StandardModule};

use bumpalo::Bump;
use lyra_base::Symbols;
use lyra_bytecode::Module;
use lyra_syntax::Diagnostic;
use lyra_syntax::ast::{ItemKind, StmtKind};

/// A program's text and what to call it in messages.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// Shown in messages and traces, usually the file's path.
    pub name: &'s str,
    /// The text.
    pub text: &'s str,
}

/// What [`compile`] gives back.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The module, when no diagnostic is an error.
    pub module: Option<Module>,
    /// Errors and warnings in the order of the text, at most [`lyra_syntax::MAX_DIAGNOSTICS`].
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics speak of: their places are places in all files together, and
    /// [`Sources::within`] says in which file.
    pub sources: Sources,
}

impl Compiled {
    /// Whether some diagnostic is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Programs up to this many bytes are compiled on the caller's stack: one cannot nest deeper than it is long.
const SHALLOW: usize = 40;
/// Stack of the thread that compiles the others: [`lyra_syntax::MAX_NESTING`] levels need several MiB of it in
/// a debug build; what is not touched costs nothing.
const STACK: usize = 16 << 20;

/// Compiles a program of one file, which may import modules of the host and standard modules.
///
/// Any text is safe to give, on a stack of any size: time and memory are linear in its length, and nothing in
/// it can make this panic. Longer programs are compiled on a thread of their own, whose stack holds the deepest
/// nesting that the language allows.
#[must_use]
pub fn compile(source: Source<'_>, options: &CompileOptions) -> Compiled {
    compile_on_a_thread(source, None, options)
}

/// Compiles a program whose main file is `source`; the files that it imports come from `loader`.
///
/// As safe as [`compile`], whatever the loader answers. At most 1,000 files, 100 deep, with
/// [`CompileOptions::source_bytes`] together.
#[must_use]
pub fn compile_with(source: Source<'_>, loader: &dyn ModuleLoader, options: &CompileOptions) -> Compiled {
    compile_on_a_thread(source, Some(loader), options)
}

fn compile_on_a_thread(
    source: Source<'_>,
    loader: Option<&dyn ModuleLoader>,
    options: &CompileOptions,
) -> Compiled {
    // A short text that imports may bring in long ones.
    let bytes = if source.text.contains("import") { usize::MAX } else { source.text.len() };
    on_a_deep_stack(bytes, || compile_here(source, loader, options))
}

/// Whether a text has `test` blocks, and whether it has `bench` blocks, as far as it can be read. As safe as [`compile`].
///
/// ```
/// assert_eq!(lyra_compiler::has_tests("bench \"loop\" { for i in 0..10 { } }"), (false, true));
/// ```
#[must_use]
pub fn has_tests(text: &str) -> (bool, bool) {
    // Most files have none, and need not be read for it.
    if !text.contains("test") && !text.contains("bench") {
        return (false, false);
    }
    on_a_deep_stack(text.len(), || {
        let (arena, mut symbols) = (Bump::new(), Symbols::new());
        let file = lyra_syntax::parse(text, &arena, &mut symbols).file;
        let has = |is_such: fn(&ItemKind<'_>) -> bool| {
            file.stmts.iter().any(|stmt| matches!(stmt.kind, StmtKind::Item(item) if is_such(&item.kind)))
        };
        (
            has(|kind| matches!(kind, ItemKind::Test { .. })),
            has(|kind| matches!(kind, ItemKind::Bench { .. })),
        )
    })
}

/// Does what walks over a text of so many bytes, on a stack that is deep enough for it.
fn on_a_deep_stack<R: Send>(bytes: usize, work: impl Fn() -> R + Sync) -> R {
    if bytes <= SHALLOW {
        return work();
    }
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("lyra-compile".to_owned()).stack_size(STACK);
        match builder.spawn_scoped(scope, &work) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // No thread to be had (some platforms have none): the caller's stack must do.
            Err(_) => work(),
        }
    })
}

fn compile_here(source: Source<'_>, loader: Option<&dyn ModuleLoader>, options: &CompileOptions) -> Compiled {
    let arena = Bump::new();
    let mut symbols = Symbols::new();
    let load::Program { sources, files, mut diagnostics } =
        load::load(source, loader, &arena, &mut symbols, options);
    // A tree with holes is still checked: mistakes of meaning beside mistakes of spelling come in one go.
    let prelude = check::prelude::is_used(|name| symbols.find(name))
        .then(|| lyra_syntax::parse(check::prelude::TEXT, &arena, &mut symbols).file);
    let (program, mut found) = check::check(&files, &sources, prelude.as_ref(), &arena, &symbols, options);
    let stmts = files.iter().flat_map(|file| file.stmts);
    follow_ups::drop_follow_ups(sources.all(), stmts, &diagnostics, &mut found);
    // A standard module is not the program's to mend.
    let is_own = |found: &Diagnostic| found.is_error() || !sources.is_standard(sources.file_of(found.span));
    diagnostics.extend(found.into_iter().filter(is_own));
    diagnostics
        .sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end, !diagnostic.is_error()));
    diagnostics.dedup();
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    cap(&mut diagnostics);
    if failed {
        return Compiled { module: None, diagnostics, sources };
    }
    match emit::emit(program, &sources, options) {
        Ok(module) => Compiled { module: Some(module), diagnostics, sources },
        Err(found) => {
            diagnostics.extend(found);
            Compiled { module: None, diagnostics, sources }
        }
    }
}

/// Keeps at most the promised number, errors before warnings.
fn cap(diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.len() > lyra_syntax::MAX_DIAGNOSTICS {
        diagnostics.sort_by_key(|diagnostic| !diagnostic.is_error());
        diagnostics.truncate(lyra_syntax::MAX_DIAGNOSTICS);
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    }
}
