//! Checks of everything but code and types: sizes, names, signatures, locals, debug information.

use super::definitions::check_definitions;
use super::error::quoted;
use super::impls::{check_impls, check_methods};
use super::types::check_types;
use super::{VerifyError, VerifyLimits};
use crate::module::{Constant, Module, Proc, ProcDebug, Signature, TestKind};
use crate::types::{Kind, TypeId, Types};
use hashbrown::HashSet;

pub(super) type Ruling = Result<(), VerifyError>;

/// Checks the module's tables. Procedures: [`check_proc`].
pub(super) fn check_tables(module: &Module, limits: &VerifyLimits) -> Ruling {
    check_sizes(module, limits)?;
    check_types(&module.types, limits)?;
    check_definitions(&module.types, limits)?;
    check_name("module", &module.name, limits)?;
    check_imports(module, limits)?;
    check_names(module, limits)?;
    for global in &module.globals {
        check_type(global.ty, &module.types, &|| format!("global {}", quoted(&global.name)))?;
    }
    check_impls(module)?;
    check_methods(module, limits)?;
    if let Some(id) = module.entry {
        let Some(entry) = module.procs.get(id) else {
            return Err(VerifyError::module(format!("the entry is proc {}, which there is not", id.0)));
        };
        if !entry.signature.params.is_empty() {
            return Err(VerifyError::module(format!("the entry {} has parameters", quoted(&entry.name))));
        }
    }
    check_tests(module, limits)?;
    if let Some(debug) = &module.debug {
        at_most("source files", debug.files.len(), limits.files)?;
        for file in &debug.files {
            check_name("source", &file.name, limits)?;
        }
        let texts = debug.files.iter().filter_map(|file| file.text.as_ref()).map(String::len);
        at_most("bytes of source", texts.fold(0, usize::saturating_add), limits.source_bytes)?;
        if debug.procs.len() != module.procs.len() {
            return Err(VerifyError::module(format!(
                "debug information tells of {} procs, the module has {}",
                debug.procs.len(),
                module.procs.len()
            )));
        }
        if let Some(proc) = debug.procs.iter().find(|proc| proc.file as usize >= debug.files.len()) {
            return Err(VerifyError::module(format!(
                "debug information speaks of file {}, and names {}",
                proc.file,
                debug.files.len()
            )));
        }
    }
    Ok(())
}

/// The `test` and `bench` blocks: each has a procedure that can be run as one, and a name of its own.
fn check_tests(module: &Module, limits: &VerifyLimits) -> Ruling {
    at_most("tests", module.tests.len(), limits.procs)?;
    let mut seen = HashSet::new();
    for test in &module.tests {
        let (word, shown) = (test.kind.word(), quoted(&test.name));
        check_full_name(word, &test.name, limits)?;
        if !seen.insert((test.kind, &test.name)) {
            return Err(VerifyError::module(format!("there are two of {word} {shown}")));
        }
        let Some(proc) = module.procs.get(test.proc) else {
            let what = format!("{word} {shown} is proc {}, which there is not", test.proc.0);
            return Err(VerifyError::module(what));
        };
        let params: &[TypeId] = match test.kind {
            TestKind::Test => &[],
            TestKind::Bench => &[TypeId::I32],
        };
        if proc.signature.params != params || proc.signature.result.is_some() {
            let name = quoted(&proc.name);
            return Err(VerifyError::module(format!("{name} is not what {word} {shown} can run")));
        }
    }
    Ok(())
}

/// Checks what a procedure declares; says how many of its locals are references.
pub(super) fn check_proc(
    proc: &Proc,
    debug: Option<&ProcDebug>,
    module: &Module,
    limits: &VerifyLimits,
) -> Result<usize, VerifyError> {
    at_most("instructions", proc.code.len(), limits.proc_code)?;
    at_most("locals", proc.locals.len(), limits.locals.min(1 << 16))?;
    at_most("handlers", proc.handlers.len(), limits.handlers)?;
    let types = &module.types;
    check_signature(&proc.signature, types, limits, check_known)?;
    for (index, &ty) in proc.locals.iter().enumerate() {
        check_known(ty, types, &|| format!("local {index}"))?;
    }
    let ref_locals = proc.locals.iter().take_while(|&&ty| types.kind(ty) == Kind::Ref).count();
    if let Some(late) = proc.locals.iter().skip(ref_locals).position(|&ty| types.kind(ty) == Kind::Ref) {
        return Err(VerifyError::module(format!(
            "local {}, a reference, comes after a word",
            ref_locals + late
        )));
    }
    for (index, (&ty, local)) in proc.signature.params.iter().zip(proc.param_locals(types)).enumerate() {
        // A reference parameter too many would be counted on into the words: the type tells.
        if proc.locals.get(local) != Some(&ty) {
            let found = proc
                .locals
                .get(local)
                .map_or_else(|| "is missing".to_owned(), |&ty| format!("is {}", types.name(ty)));
            return Err(VerifyError::module(format!(
                "parameter {index} is {}, but local {local}, its place, {found}",
                types.name(ty)
            )));
        }
    }
    if let Some(debug) = debug {
        check_debug(proc, debug, limits)?;
    }
    Ok(ref_locals)
}

fn check_sizes(module: &Module, limits: &VerifyLimits) -> Ruling {
    // The machine keeps types in 16 bits.
    at_most("types", module.types.len(), limits.types.min(1 << 16))?;
    at_most("definitions", module.types.defs().len(), limits.definitions)?;
    at_most("impls", module.impls.len(), limits.impls)?;
    let implemented = module.impls.iter().map(|found| found.methods.len()).sum();
    at_most("methods of impls", implemented, limits.impl_methods)?;
    at_most("methods", module.methods.len(), limits.methods)?;
    at_most("constants", module.constants.len(), limits.constants)?;
    let texts = module.constants.iter().map(|constant| match constant {
        Constant::Str(text) => text.len(),
        Constant::I64(_) | Constant::F64(_) => 0,
    });
    at_most("bytes of text constants", texts.sum(), limits.constant_bytes)?;
    at_most("imports", module.imports.len(), limits.imports)?;
    at_most("globals", module.globals.len(), limits.globals)?;
    at_most("procs", module.procs.len(), limits.procs)?;
    at_most("instructions", module.procs.iter().map(|proc| proc.code.len()).sum(), limits.code)
}

fn check_imports(module: &Module, limits: &VerifyLimits) -> Ruling {
    let mut seen = HashSet::new();
    for import in &module.imports {
        let shown = || quoted(&import.name);
        check_name("import", &import.module, limits)?;
        check_full_name("import", &import.name, limits)?;
        check_signature(&import.signature, &module.types, limits, check_type)
            .map_err(|error| VerifyError::module(format!("import {}: {}", shown(), error.what())))?;
        if !seen.insert((&import.module, &import.name)) {
            return Err(VerifyError::module(format!("{} is imported twice", shown())));
        }
    }
    Ok(())
}

/// Names of globals and procs. What the host may see has a name of its own.
fn check_names(module: &Module, limits: &VerifyLimits) -> Ruling {
    let globals = module.globals.iter().map(|global| ("global", &global.name, global.public));
    let procs = module.procs.iter().map(|proc| ("proc", &proc.name, proc.public));
    let mut seen = HashSet::new();
    for (what, name, public) in globals.chain(procs) {
        check_full_name(what, name, limits)?;
        if public && !seen.insert(name) {
            return Err(VerifyError::module(format!("two public names are {}", quoted(name))));
        }
    }
    Ok(())
}

pub(super) fn check_full_name(what: &str, name: &str, limits: &VerifyLimits) -> Ruling {
    if name.is_empty() {
        return Err(VerifyError::module(format!("the name of one {what} is empty")));
    }
    check_name(what, name, limits)
}

fn check_name(what: &str, name: &str, limits: &VerifyLimits) -> Ruling {
    if name.len() > limits.name_bytes {
        let (length, limit) = (name.len(), limits.name_bytes);
        let what =
            format!("the {what} name {} has {length} bytes; at most {limit} are allowed", quoted(name));
        return Err(VerifyError::module(what));
    }
    Ok(())
}

/// How the type of something is checked: [`check_type`], or [`check_known`] where cells may stand.
type Check = fn(TypeId, &Types, &dyn Fn() -> String) -> Ruling;

/// Checks types and number of parameters, which `check` says may be cells or not, and the result, which may not.
fn check_signature(signature: &Signature, types: &Types, limits: &VerifyLimits, check: Check) -> Ruling {
    at_most("parameters", signature.params.len(), limits.params)?;
    for (index, &ty) in signature.params.iter().enumerate() {
        check(ty, types, &|| format!("parameter {index}"))?;
    }
    match signature.result {
        Some(ty) => check_type(ty, types, &|| "the result".to_owned()),
        None => Ok(()),
    }
}

/// The type is there.
fn check_known(ty: TypeId, types: &Types, what: &dyn Fn() -> String) -> Ruling {
    if types.get(ty).is_some() {
        return Ok(());
    }
    Err(VerifyError::module(format!("{} has type {}, which there is not", what(), ty.0)))
}

/// The type is there, and values that programs see have it.
pub(super) fn check_type(ty: TypeId, types: &Types, what: &dyn Fn() -> String) -> Ruling {
    check_known(ty, types, what)?;
    if types.cell_of(ty).is_none() {
        return Ok(());
    }
    Err(VerifyError::module(format!("{} is a cell, which only locals and parameters can be", what())))
}

fn check_debug(proc: &Proc, debug: &ProcDebug, limits: &VerifyLimits) -> Ruling {
    let mut before = None;
    for position in &debug.positions {
        if before.is_some_and(|before| before >= position.op) {
            return Err(VerifyError::module(format!(
                "the position of instruction {} is out of order",
                position.op
            )));
        }
        before = Some(position.op);
        if position.op as usize >= proc.code.len() {
            let what = format!(
                "there is a position for instruction {}, but the code ends at {}",
                position.op,
                proc.code.len()
            );
            return Err(VerifyError::module(what));
        }
        if position.line == 0 || position.column == 0 || position.length == 0 {
            let what = format!(
                "the position of instruction {} has a zero in it; lines, columns, lengths begin at 1",
                position.op
            );
            return Err(VerifyError::module(what));
        }
    }
    let mut before = None;
    for (local, name) in &debug.locals {
        if before.is_some_and(|before| before >= *local) {
            return Err(VerifyError::module(format!("the name of local {local} is out of order")));
        }
        before = Some(*local);
        if usize::from(*local) >= proc.locals.len() {
            return Err(VerifyError::module(format!(
                "there is a name for local {local}, which there is not"
            )));
        }
        check_full_name("local", name, limits)?;
    }
    Ok(())
}

pub(super) fn at_most(what: &str, found: usize, limit: usize) -> Ruling {
    if found <= limit {
        return Ok(());
    }
    Err(VerifyError::module(format!("there are {found} {what}; at most {limit} are allowed")))
}
