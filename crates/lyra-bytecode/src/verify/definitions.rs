//! Checks of the definitions of named types. They may refer to any type, also to later ones and to their own.

use super::error::quoted;
use super::tables::{Ruling, at_most, check_full_name, check_type};
use super::{VerifyError, VerifyLimits};
use crate::types::{Def, DefBody, Field, TypeId, Types};
use hashbrown::HashSet;

/// The names that were met, each with the number of its neighbourhood. One set for all: emptying a large set again
/// and again would cost its size each time.
#[derive(Default)]
struct Names<'t> {
    seen: HashSet<(usize, &'t str)>,
    group: usize,
}

impl<'t> Names<'t> {
    /// From here on, names are among other neighbours.
    fn next_group(&mut self) -> usize {
        self.group += 1;
        self.group
    }

    fn is_new(&mut self, group: usize, name: &'t str) -> bool {
        self.seen.insert((group, name))
    }
}

/// Checks every definition.
pub(super) fn check_definitions(types: &Types, limits: &VerifyLimits) -> Ruling {
    let members = types.defs().iter().map(members).fold(0, usize::saturating_add);
    at_most("members of definitions", members, limits.members)?;
    let mut names = Names::default();
    for def in types.defs() {
        check_full_name("definition", &def.name, limits)?;
        check_definition(def, types, limits, &mut names)
            .map_err(|error| VerifyError::module(format!("in {}: {}", quoted(&def.name), error.what())))?;
    }
    Ok(())
}

/// How much there is to look at.
fn members(def: &Def) -> usize {
    match &def.body {
        DefBody::Opaque => 0,
        DefBody::Struct { fields } => fields.len(),
        DefBody::Enum { variants } => {
            variants.iter().map(|variant| 1 + variant.fields.len()).fold(0, usize::saturating_add)
        }
        DefBody::Interface { methods } => {
            methods.iter().map(|method| 1 + method.params.len()).fold(0, usize::saturating_add)
        }
    }
}

fn check_definition<'t>(def: &'t Def, types: &Types, limits: &VerifyLimits, names: &mut Names<'t>) -> Ruling {
    let group = names.next_group();
    let twice = |what: &str, name: &str| VerifyError::module(format!("two {what} are {}", quoted(name)));
    match &def.body {
        DefBody::Opaque => Err(VerifyError::module("it is not said what it is made of")),
        DefBody::Struct { fields } => check_fields(fields, types, limits, names),
        DefBody::Enum { variants } => {
            if variants.is_empty() {
                return Err(VerifyError::module("it has no variants"));
            }
            at_most("variants", variants.len(), 1 << 16)?;
            for variant in variants {
                check_full_name("variant", &variant.name, limits)?;
                if !names.is_new(group, &variant.name) {
                    return Err(twice("variants", &variant.name));
                }
                check_fields(&variant.fields, types, limits, names)?;
            }
            Ok(())
        }
        DefBody::Interface { methods } => {
            at_most("methods", methods.len(), 1 << 16)?;
            for method in methods {
                check_full_name("method", &method.name, limits)?;
                if !names.is_new(group, &method.name) {
                    return Err(twice("methods", &method.name));
                }
                at_most("parameters", method.params.len().saturating_add(1), limits.params)?;
                for &ty in method.params.iter().chain(&method.result) {
                    check_member(ty, types, "method", &method.name)?;
                }
            }
            Ok(())
        }
    }
}

fn check_fields<'t>(
    fields: &'t [Field],
    types: &Types,
    limits: &VerifyLimits,
    names: &mut Names<'t>,
) -> Ruling {
    at_most("fields", fields.len(), 255)?;
    let group = names.next_group();
    for field in fields {
        check_full_name("field", &field.name, limits)?;
        if !names.is_new(group, &field.name) {
            return Err(VerifyError::module(format!("two fields are {}", quoted(&field.name))));
        }
        check_member(field.ty, types, "field", &field.name)?;
    }
    Ok(())
}

fn check_member(ty: TypeId, types: &Types, what: &str, name: &str) -> Ruling {
    check_type(ty, types, &|| format!("{what} {}", quoted(name)))
}
