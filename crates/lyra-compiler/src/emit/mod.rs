//! The typed tree to stack bytecode.
//!
//! The verifier wants every instruction reachable, so nothing is emitted where control cannot be: dead code
//! disappears here. Operands that wait while a jump leaves an expression are dropped before it, so that stacks
//! agree wherever ways meet.

mod action;
mod constants;
mod deferred;
mod emitter;
mod expr;
mod label;
mod slots;
mod stmt;
mod types;

use crate::Sources;
use crate::hir::Program;
use crate::options::{CompileOptions, DebugLevel};
use crate::positions::AllPositions;
use constants::Constants;
use emitter::{Emitter, Shared};
use lyra_base::{IdVec, Span};
use lyra_bytecode::{Debug, Global, Impl, Method, Module, SourceFile, Test, Type, VerifyLimits};
use lyra_syntax::{Diagnostic, code};
use types::TypeMap;

/// Emits a program that was checked without errors.
pub(crate) fn emit(
    program: Program<'_>,
    sources: &Sources,
    options: &CompileOptions,
) -> Result<Module, Vec<Diagnostic>> {
    let mut shared = Shared {
        types: &program.types,
        symbols: program.symbols,
        module_types: TypeMap::new(&program.types),
        options,
        constants: Constants::default(),
        imports: program.imports.iter().map(|_| None).collect(),
        import_list: Vec::new(),
        program_imports: &program.imports,
        positions: AllPositions::new(sources),
        diagnostics: Vec::new(),
        limits: VerifyLimits::default(),
    };
    let mut procs = IdVec::new();
    let mut debug = Vec::new();
    let mut total = 0;
    let mut entry = None;
    for proc in &program.procs {
        let (proc, proc_debug) = Emitter::proc(&mut shared, proc, &program.cells);
        total += proc.code.len();
        debug.push(proc_debug);
        entry = Some(procs.push(proc));
        if total > shared.limits.code || shared.constants.list.len() > shared.limits.constants {
            shared.diagnostics.push(too_large("instructions and constants"));
            break;
        }
    }
    if shared.import_list.len() > shared.limits.imports {
        shared.diagnostics.push(too_large("host functions"));
    }
    if !shared.diagnostics.is_empty() {
        return Err(shared.diagnostics);
    }
    let files = files_of(sources, options.debug, &shared.limits);
    let debug = (options.debug > DebugLevel::None).then_some(Debug { files, procs: debug });
    let globals = program.globals.iter();
    let globals = globals
        .map(|global| Global {
            name: global.name.to_owned(),
            ty: shared.module_types.id(global.ty),
            public: global.public,
        })
        .collect();
    let name = sources.name(0).rsplit(['/', '\\']).next().unwrap_or("program");
    let tests = program.tests.iter();
    let tests = tests
        .map(|test| Test {
            name: test.name.to_owned(),
            kind: test.kind,
            proc: test.proc,
            line: if options.debug > DebugLevel::None { shared.positions.line(test.span) } else { 0 },
        })
        .collect();
    let (impls, methods) = tables(&program, &mut shared.module_types);
    Ok(Module {
        name: if name.is_empty() { "program" } else { name }.chars().take(200).collect(),
        constants: shared.constants.list,
        imports: shared.import_list.into(),
        globals,
        procs,
        entry,
        tests,
        debug,
        types: shared.module_types.finish(),
        impls,
        methods,
    })
}

/// At most so many bytes of a name, whole characters.
fn cut(name: &str, most: usize) -> &str {
    let end = (0..=most.min(name.len())).rev().find(|&end| name.is_char_boundary(end));
    end.and_then(|end| name.get(..end)).unwrap_or_default()
}

/// The files as debug information names them. A standard module has no text of its own there, because nothing has its
/// place in one.
fn files_of(sources: &Sources, level: DebugLevel, limits: &VerifyLimits) -> Vec<SourceFile> {
    let is_kept = |file: &usize| !sources.is_standard(*file);
    let total: usize = (0..sources.len()).filter(is_kept).map(|file| sources.text(file).len()).sum();
    let keep = level == DebugLevel::Full && total <= limits.source_bytes;
    let file = |file: usize| SourceFile {
        name: cut(sources.name(file), limits.name_bytes).to_owned(),
        text: (keep && is_kept(&file)).then(|| sources.text(file).to_owned()),
    };
    (0..sources.len()).map(file).collect()
}

/// What is found by the type of a value at run time, in the order in which it is searched.
fn tables(program: &Program<'_>, types: &mut TypeMap<'_>) -> (Vec<Impl>, Vec<Method>) {
    let mut impls = Vec::with_capacity(program.impls.len());
    for found in &program.impls {
        if let Some(&Type::Interface(interface)) = program.types.get(found.interface) {
            types.id(found.interface);
            let (interface, ty) = (types.def(interface), types.id(found.ty));
            impls.push(Impl { interface, ty, methods: found.methods.clone() });
        }
    }
    impls.sort_by_key(|found| (found.interface, found.ty));
    let mut methods: Vec<_> = program
        .methods
        .iter()
        .map(|method| Method {
            ty: types.id(method.ty),
            name: program.symbols.text(method.name).to_owned(),
            proc: method.proc,
        })
        .collect();
    methods.sort_by(|a, b| (a.ty, &a.name).cmp(&(b.ty, &b.name)));
    (impls, methods)
}

fn too_large(what: &str) -> Diagnostic {
    Diagnostic::error(code::TOO_MANY, Span::at(0), format!("the program has too many {what} for one module"))
}
