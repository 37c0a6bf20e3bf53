//! Checks of the tables that lead from a type at run time to its procedures: each entry once and in order, so that
//! finding one is a binary search, and each with procedures of the types that calls through it rely on.

use super::error::quoted;
use super::tables::{Ruling, check_full_name};
use super::{VerifyError, VerifyLimits};
use crate::module::{Impl, Module, ProcId, Signature};
use crate::types::{Kind, Type, TypeId, Types};

/// Checks the impls of interfaces.
pub(super) fn check_impls(module: &Module) -> Ruling {
    let order = |found: &Impl| (found.interface, found.ty);
    for (index, pair) in module.impls.windows(2).enumerate() {
        if let [before, after] = pair
            && order(before) >= order(after)
        {
            return Err(VerifyError::module(format!(
                "impls {index} and {} are out of order: they go by interface, then type, none twice",
                index + 1
            )));
        }
    }
    for (index, found) in module.impls.iter().enumerate() {
        check_impl(found, module).map_err(|what| VerifyError::module(format!("impl {index}: {what}")))?;
    }
    Ok(())
}

fn check_impl(found: &Impl, module: &Module) -> Result<(), String> {
    let types = &module.types;
    let interface = types.find(&Type::Interface(found.interface));
    let Some((interface, methods)) = interface.and_then(|id| Some((id, types.interface(id)?))) else {
        return Err(format!("definition {} is no interface", found.interface.0));
    };
    check_run_time_type(found.ty, types)?;
    if methods.len() != found.methods.len() {
        return Err(format!(
            "{} has {} methods, there are {} procs",
            types.name(interface),
            methods.len(),
            found.methods.len()
        ));
    }
    // A word comes in an interface's value, as it is when the method is called.
    let receiver = match types.kind(found.ty) {
        Kind::Ref => found.ty,
        Kind::Word => interface,
    };
    for (method, &proc) in methods.iter().zip(&found.methods) {
        let signature = signature_of(proc, module)?;
        let fits = signature.params.split_first().is_some_and(|(&first, rest)| {
            first == receiver && rest == method.params && signature.result == method.result
        });
        if !fits {
            return Err(format!(
                "proc {} does not take and give what {} of {} does for {}",
                proc.0,
                quoted(&method.name),
                types.name(interface),
                types.name(found.ty)
            ));
        }
    }
    Ok(())
}

/// Checks the methods that are looked up by name.
pub(super) fn check_methods(module: &Module, limits: &VerifyLimits) -> Ruling {
    for (index, pair) in module.methods.windows(2).enumerate() {
        if let [before, after] = pair
            && (before.ty, &before.name) >= (after.ty, &after.name)
        {
            return Err(VerifyError::module(format!(
                "methods {index} and {} are out of order: they go by type, then name, none twice",
                index + 1
            )));
        }
    }
    for (index, method) in module.methods.iter().enumerate() {
        check_full_name("method", &method.name, limits)?;
        let check = || {
            check_run_time_type(method.ty, &module.types)?;
            let signature = signature_of(method.proc, module)?;
            if signature.params.first() != Some(&method.ty) {
                let name = module.types.name(method.ty);
                return Err(format!("proc {} does not take {name} first", method.proc.0));
            }
            if signature.params.iter().any(|&ty| module.types.cell_of(ty).is_some()) {
                return Err(format!("proc {} takes a cell", method.proc.0));
            }
            Ok(())
        };
        check().map_err(|what| VerifyError::module(format!("method {index}: {what}")))?;
    }
    Ok(())
}

fn signature_of(proc: ProcId, module: &Module) -> Result<&Signature, String> {
    module.procs.get(proc).map(|proc| &proc.signature).ok_or_else(|| format!("there is no proc {}", proc.0))
}

/// The type is one that values have at run time.
fn check_run_time_type(ty: TypeId, types: &Types) -> Result<(), String> {
    match types.get(ty) {
        None => Err(format!("there is no type {}", ty.0)),
        Some(Type::Any | Type::Optional(_) | Type::Interface(_) | Type::Cell(_)) => {
            Err(format!("no value is {} at run time", types.name(ty)))
        }
        Some(_) => Ok(()),
    }
}
