//! Checks of the type table.
//!
//! Compound types are built from earlier ones, so depth and written-out size of each come from those of its parts.
//! A named type is one level and one part: what it is made of stands in its definition.

use super::abilities::Abilities;
use super::tables::Ruling;
use super::{VerifyError, VerifyLimits};
use crate::types::{DefBody, DefId, Type, Types, Variant};

/// Checks every type, and that each definition is that of exactly one.
pub(super) fn check_types(types: &Types, limits: &VerifyLimits) -> Ruling {
    let abilities = Abilities::new(types);
    let mut sizes: Vec<(u32, u32)> = Vec::with_capacity(types.len());
    let mut named = vec![false; types.defs().len()];
    for (id, ty) in types.iter() {
        let fail = |what: String| VerifyError::module(format!("type {} {what}", id.0));
        let (mut depth, mut size) = (1u32, 1u32);
        let mut problem = None;
        ty.each_part(|part| match sizes.get(part.0 as usize) {
            _ if problem.is_some() => {}
            None => problem = Some(format!("refers to type {}, which does not come before it", part.0)),
            Some(_) if types.cell_of(part).is_some() => problem = Some("has a cell in it".to_owned()),
            Some(&(inner_depth, inner_size)) => {
                depth = depth.max(inner_depth.saturating_add(1));
                size = size.saturating_add(inner_size);
            }
        });
        if let Some(problem) = problem {
            return Err(fail(problem));
        }
        check_parts(ty, types, &abilities, limits).map_err(fail)?;
        if let Some(def) = ty.def() {
            check_class(ty, def, types).map_err(fail)?;
            // One definition fits one kind of type, and no type is in the table twice.
            if let Some(named) = named.get_mut(def.0 as usize) {
                *named = true;
            }
        }
        for (what, found, limit) in [("levels", depth, limits.type_depth), ("parts", size, limits.type_parts)]
        {
            if found > limit {
                return Err(fail(format!("has {found} {what}; at most {limit} are allowed")));
            }
        }
        sizes.push((depth, size));
    }
    match named.iter().position(|named| !named) {
        Some(def) => Err(VerifyError::module(format!("definition {def} is that of no type"))),
        None => Ok(()),
    }
}

/// What a compound type asks of its parts, which are there.
fn check_parts(ty: &Type, types: &Types, abilities: &Abilities, limits: &VerifyLimits) -> Result<(), String> {
    match ty {
        Type::Tuple(parts) if !(2..=255).contains(&parts.len()) => {
            Err(format!("is a tuple of {} parts; tuples have 2 to 255", parts.len()))
        }
        Type::Proc { params, .. } if params.len() > limits.params => {
            Err(format!("has {} parameters; at most {} are allowed", params.len(), limits.params))
        }
        Type::Optional(inner) if matches!(types.get(*inner), Some(Type::Optional(_) | Type::Any)) => {
            Err(format!("is an optional of {}, which is one already", types.name(*inner)))
        }
        &Type::Map { key, .. } if !abilities.is_hashable(key) => {
            Err(format!("has keys of type {}, which cannot be keys", types.name(key)))
        }
        _ => Ok(()),
    }
}

/// The kind of a named type is that of its definition.
fn check_class(ty: &Type, def: DefId, types: &Types) -> Result<(), String> {
    let Some(found) = types.def(def) else {
        return Err(format!("is defined by definition {}, which there is not", def.0));
    };
    let has_payload = |variants: &[Variant]| variants.iter().any(|variant| !variant.fields.is_empty());
    let fits = match (ty, &found.body) {
        (Type::Struct(_), DefBody::Struct { .. }) | (Type::Interface(_), DefBody::Interface { .. }) => true,
        (Type::Enum(_), DefBody::Enum { variants }) => has_payload(variants),
        (Type::PlainEnum(_), DefBody::Enum { variants }) => !has_payload(variants),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("is of another kind than its definition {}", def.0)) }
}
