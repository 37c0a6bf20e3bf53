//! Which types have an order and which can be keys, worked out for all in one go: types share parts, and one walk
//! for each would see these again and again.

use crate::types::{Type, TypeId, Types, is_hashable_alone, is_ordered_alone};

/// What can be done with values of each type of a module.
pub(super) struct Abilities {
    of: Vec<Ability>,
}

#[derive(Clone, Copy, Default)]
struct Ability {
    ordered: bool,
    hashable: bool,
}

impl Abilities {
    /// Of every type. A part that does not come before its type can nothing.
    pub(super) fn new(types: &Types) -> Self {
        let mut of: Vec<Ability> = Vec::with_capacity(types.len());
        for (_, ty) in types.iter() {
            let known = |part: &TypeId| of.get(part.0 as usize).copied().unwrap_or_default();
            let ability = match ty {
                Type::Tuple(parts) => Ability {
                    ordered: parts.iter().all(|part| known(part).ordered),
                    hashable: parts.iter().all(|part| known(part).hashable),
                },
                ty => Ability { ordered: is_ordered_alone(ty), hashable: is_hashable_alone(ty) },
            };
            of.push(ability);
        }
        Self { of }
    }

    pub(super) fn is_ordered(&self, ty: TypeId) -> bool {
        self.of.get(ty.0 as usize).is_some_and(|ability| ability.ordered)
    }

    pub(super) fn is_hashable(&self, ty: TypeId) -> bool {
        self.of.get(ty.0 as usize).is_some_and(|ability| ability.hashable)
    }
}
