//! Changes of a module's tables.

use super::{Pick, Sizes, below, random_type};
use crate::module::{Constant, Impl, Method, Module, ProcId, Test, TestKind};
use crate::types::{BASIC, DefBody, DefId, Field, Type, TypeId, Types, Variant};
use lyra_base::IdVec;

/// Changes one thing of the module's tables.
pub(super) fn mutate_tables(module: &mut Module, sizes: &Sizes, pick: Pick<'_>) {
    match pick(13) {
        0 => module.entry = (pick(4) > 0).then(|| ProcId(below(sizes.procs + 1, pick))),
        1 => {
            let globals = module.globals.iter().cloned();
            let changed = pick(sizes.globals);
            let ty = random_type(sizes, pick);
            let globals = globals.enumerate().map(|(index, mut global)| {
                if index == changed {
                    global.ty = ty;
                }
                global
            });
            module.globals = globals.collect();
        }
        2 => {
            let mut constants = module.constants.as_slice().to_vec();
            let at = pick(constants.len());
            if let Some(constant) = constants.get_mut(at) {
                *constant = [
                    Constant::I64(i64::MIN),
                    Constant::F64(f64::NAN.to_bits()),
                    Constant::F64((-0.0f64).to_bits()),
                    Constant::Str("ß".into()),
                    Constant::Str("".into()),
                ][pick(5)]
                .clone();
            }
            module.constants = constants.into();
        }
        3 => {
            let imports = module.imports.iter().cloned();
            let changed = pick(sizes.imports);
            let ty = random_type(sizes, pick);
            let imports = imports.enumerate().map(|(index, mut import)| {
                if index == changed {
                    import.signature.result = Some(ty);
                }
                import
            });
            module.imports = imports.collect();
        }
        4 => {
            let mut procs = module.procs.as_slice().to_vec();
            let (a, b) = (pick(procs.len()), pick(procs.len()));
            if a < procs.len() && b < procs.len() {
                procs.swap(a, b);
            }
            module.procs = IdVec::from(procs);
        }
        5 => mutate_types(module, sizes, pick),
        6 | 7 => mutate_definition(module, sizes, pick),
        8 | 9 => mutate_impls(module, sizes, pick),
        10 => mutate_methods(module, sizes, pick),
        11 => mutate_tests(module, sizes, pick),
        _ => {
            if let Some(proc) = module.debug.as_mut().and_then(|debug| debug.procs.last_mut()) {
                if pick(8) == 0 {
                    proc.file = below(3, pick);
                }
                let at = pick(proc.positions.len());
                if let Some(position) = proc.positions.get_mut(at) {
                    position.op = below(64, pick);
                    position.line = below(3, pick);
                }
            }
        }
    }
}

/// Changes one compound type, if that does not make it one that is there: numbers of types stay what they are.
fn mutate_types(module: &mut Module, sizes: &Sizes, pick: Pick<'_>) {
    let changed = BASIC.len() + pick(sizes.types.saturating_sub(BASIC.len()));
    let (one, other) = (random_type(sizes, pick), random_type(sizes, pick));
    let def = DefId(below(module.types.defs().len() + 1, pick));
    let new = match pick(10) {
        0 => Type::Array(one),
        1 => Type::Tuple([one, other].into()),
        2 => Type::Optional(one),
        3 => Type::Map { key: one, value: other },
        4 => Type::Proc { params: [one].into(), result: (pick(2) == 0).then_some(other) },
        5 => Type::Cell(one),
        6 => Type::Struct(def),
        7 => Type::Enum(def),
        8 => Type::PlainEnum(def),
        _ => Type::Interface(def),
    };
    let mut types = Types::new();
    for def in module.types.defs() {
        let id = types.declare(def.name.clone());
        types.define(id, def.body.clone());
    }
    for (id, ty) in module.types.iter().skip(BASIC.len()) {
        types.intern(if id.0 as usize == changed { new.clone() } else { ty.clone() });
    }
    if types.len() == module.types.len() {
        module.types = types;
    }
}

/// Changes a definition: a member's type or name, members more or fewer, or another definition's body.
fn mutate_definition(module: &mut Module, sizes: &Sizes, pick: Pick<'_>) {
    let defs = module.types.defs();
    let id = DefId(below(defs.len(), pick));
    let Some(mut body) = defs.get(id).map(|def| def.body.clone()) else { return };
    let ty = random_type(sizes, pick);
    if pick(8) == 0 {
        let other = DefId(below(defs.len(), pick));
        body = defs.get(other).map_or(DefBody::Opaque, |def| def.body.clone());
    }
    match &mut body {
        DefBody::Opaque => {}
        DefBody::Struct { fields } => mutate_fields(fields, ty, pick),
        DefBody::Enum { variants } => {
            let at = pick(variants.len());
            match (pick(6), variants.get_mut(at)) {
                (0, Some(_)) => drop(variants.remove(at)),
                (1, _) => variants.insert(at, Variant { name: "Other".to_owned(), fields: Vec::new() }),
                (_, Some(variant)) => mutate_fields(&mut variant.fields, ty, pick),
                (_, None) => {}
            }
        }
        DefBody::Interface { methods } => {
            let at = pick(methods.len());
            match (pick(4), methods.get_mut(at)) {
                (0, Some(_)) => drop(methods.remove(at)),
                (1, Some(method)) => method.result = (pick(4) > 0).then_some(ty),
                (2, Some(method)) => method.params.push(ty),
                (_, Some(method)) => drop(method.params.pop()),
                (_, None) => {}
            }
        }
    }
    module.types.define(id, body);
}

fn mutate_fields(fields: &mut Vec<Field>, ty: TypeId, pick: Pick<'_>) {
    let at = pick(fields.len());
    match (pick(5), fields.get_mut(at)) {
        (0, Some(_)) => drop(fields.remove(at)),
        (1 | 2, Some(field)) => field.ty = ty,
        (3, Some(field)) => field.name = ["x", "", "y"][pick(3)].to_owned(),
        _ => fields.push(Field { name: "more".to_owned(), ty }),
    }
}

fn mutate_impls(module: &mut Module, sizes: &Sizes, pick: Pick<'_>) {
    let impls = &mut module.impls;
    let at = pick(impls.len());
    let (ty, proc) = (random_type(sizes, pick), ProcId(below(sizes.procs + 1, pick)));
    let def = DefId(below(module.types.defs().len() + 1, pick));
    match (pick(6), impls.get_mut(at)) {
        (0, Some(_)) => drop(impls.remove(at)),
        (1, Some(found)) => found.ty = ty,
        (2, Some(found)) => found.interface = def,
        (3, Some(found)) => {
            let method = pick(found.methods.len());
            if let Some(method) = found.methods.get_mut(method) {
                *method = proc;
            }
        }
        (4, Some(found)) => found.methods.push(proc),
        _ => impls.insert(at, Impl { interface: def, ty, methods: vec![proc] }),
    }
}

fn mutate_methods(module: &mut Module, sizes: &Sizes, pick: Pick<'_>) {
    let methods = &mut module.methods;
    let at = pick(methods.len());
    let (ty, proc) = (random_type(sizes, pick), ProcId(below(sizes.procs + 1, pick)));
    match (pick(5), methods.get_mut(at)) {
        (0, Some(_)) => drop(methods.remove(at)),
        (1, Some(method)) => method.ty = ty,
        (2, Some(method)) => method.name = ["x", "", "norm"][pick(3)].to_owned(),
        (3, Some(method)) => method.proc = proc,
        _ => methods.insert(at, Method { ty, name: "more".to_owned(), proc }),
    }
}

fn mutate_tests(module: &mut Module, sizes: &Sizes, pick: Pick<'_>) {
    let tests = &mut module.tests;
    let at = pick(tests.len());
    let proc = ProcId(below(sizes.procs + 1, pick));
    let kind = [TestKind::Test, TestKind::Bench][pick(2)];
    match (pick(5), tests.get_mut(at)) {
        (0, Some(_)) => drop(tests.remove(at)),
        (1, Some(test)) => test.kind = kind,
        (2, Some(test)) => test.name = ["x", "", "sums"][pick(3)].to_owned(),
        (3, Some(test)) => test.proc = proc,
        _ => tests.insert(at, Test { name: "more".to_owned(), kind, proc, line: below(3, pick) }),
    }
}
