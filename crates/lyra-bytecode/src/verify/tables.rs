//! Checks of everything but code: sizes, types, names, signatures, locals, debug information.

use super::error::quoted;
use super::{VerifyError, VerifyLimits};
use crate::module::{Constant, Module, Proc, ProcDebug, Signature};
use crate::types::{Kind, Type, TypeId, Types};
use hashbrown::HashSet;

type Ruling = Result<(), VerifyError>;

/// Checks the module's tables. Procedures: [`check_proc`].
pub(super) fn check_tables(module: &Module, limits: &VerifyLimits) -> Ruling {
    check_sizes(module, limits)?;
    check_types(&module.types, limits)?;
    check_name("module", &module.name, limits)?;
    check_imports(module, limits)?;
    check_names(module, limits)?;
    for global in &module.globals {
        check_type(global.ty, module, || format!("global {}", quoted(&global.name)))?;
    }
    if let Some(id) = module.entry {
        let Some(entry) = module.procs.get(id) else {
            return Err(VerifyError::module(format!("the entry is proc {}, which there is not", id.0)));
        };
        if !entry.signature.params.is_empty() {
            return Err(VerifyError::module(format!("the entry {} has parameters", quoted(&entry.name))));
        }
    }
    if let Some(debug) = &module.debug {
        check_name("source", &debug.source_name, limits)?;
        at_most("bytes of source", debug.source.as_ref().map_or(0, String::len), limits.source_bytes)?;
        if debug.procs.len() != module.procs.len() {
            return Err(VerifyError::module(format!(
                "debug information tells of {} procs, the module has {}",
                debug.procs.len(),
                module.procs.len()
            )));
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
    check_signature(&proc.signature, module, limits)?;
    let types = &module.types;
    for (index, &ty) in proc.locals.iter().enumerate() {
        check_type(ty, module, || format!("local {index}"))?;
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
    at_most("types", module.types.len(), limits.types)?;
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

/// Depth and written-out size of each type come from those of its parts, which come before it.
fn check_types(types: &Types, limits: &VerifyLimits) -> Ruling {
    let mut sizes: Vec<(u32, u32)> = Vec::with_capacity(types.len());
    for (id, ty) in types.iter() {
        let parts = match ty {
            Type::Array(element) => std::slice::from_ref(element),
            Type::Tuple(parts) => {
                if !(2..=255).contains(&parts.len()) {
                    let what =
                        format!("type {} is a tuple of {} parts; tuples have 2 to 255", id.0, parts.len());
                    return Err(VerifyError::module(what));
                }
                parts
            }
            ty if ty.basic_name().is_some() => &[],
            _ => return Err(VerifyError::module(format!("type {} is of a kind that is not accepted", id.0))),
        };
        let (mut depth, mut size) = (1u32, 1u32);
        for part in parts {
            let Some(&(inner_depth, inner_size)) = sizes.get(part.0 as usize) else {
                let what = format!("type {} refers to type {}, which does not come before it", id.0, part.0);
                return Err(VerifyError::module(what));
            };
            depth = depth.max(inner_depth.saturating_add(1));
            size = size.saturating_add(inner_size);
        }
        for (what, found, limit) in [("levels", depth, limits.type_depth), ("parts", size, limits.type_parts)]
        {
            if found > limit {
                let what = format!("type {} has {found} {what}; at most {limit} are allowed", id.0);
                return Err(VerifyError::module(what));
            }
        }
        sizes.push((depth, size));
    }
    Ok(())
}

fn check_imports(module: &Module, limits: &VerifyLimits) -> Ruling {
    let mut seen = HashSet::new();
    for import in &module.imports {
        let shown = || quoted(&import.name);
        check_name("import", &import.module, limits)?;
        check_full_name("import", &import.name, limits)?;
        check_signature(&import.signature, module, limits)
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

fn check_full_name(what: &str, name: &str, limits: &VerifyLimits) -> Ruling {
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

fn check_signature(signature: &Signature, module: &Module, limits: &VerifyLimits) -> Ruling {
    at_most("parameters", signature.params.len(), limits.params)?;
    for (index, &ty) in signature.params.iter().enumerate() {
        check_type(ty, module, || format!("parameter {index}"))?;
    }
    match signature.result {
        Some(ty) => check_type(ty, module, || "the result".to_owned()),
        None => Ok(()),
    }
}

fn check_type(ty: TypeId, module: &Module, what: impl Fn() -> String) -> Ruling {
    if module.types.get(ty).is_some() {
        return Ok(());
    }
    Err(VerifyError::module(format!("{} has type {}, which there is not", what(), ty.0)))
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

fn at_most(what: &str, found: usize, limit: usize) -> Ruling {
    if found <= limit {
        return Ok(());
    }
    Err(VerifyError::module(format!("there are {found} {what}; at most {limit} are allowed")))
}
