//! The module's own type table: only what the emitted code speaks of gets into it.
//!
//! The checker's table also holds what was only looked at while a program was checked.

use lyra_bytecode::{Type, TypeId, Types};

/// From the checker's ids to the module's.
pub(super) struct TypeMap<'p> {
    source: &'p Types,
    pub(super) target: Types,
    /// By the checker's id.
    ids: Vec<Option<TypeId>>,
}

impl<'p> TypeMap<'p> {
    pub(super) fn new(source: &'p Types) -> Self {
        Self { source, target: Types::new(), ids: vec![None; source.len()] }
    }

    /// The module's id of one of the checker's types. Types nest at most as deep as the verifier allows, and
    /// meet themselves only through definitions.
    pub(super) fn id(&mut self, ty: TypeId) -> TypeId {
        if let Some(&Some(known)) = self.ids.get(ty.0 as usize) {
            return known;
        }
        let made = match self.source.get(ty) {
            Some(&Type::Array(element)) => Type::Array(self.id(element)),
            Some(Type::Tuple(parts)) => Type::Tuple(parts.iter().map(|&part| self.id(part)).collect()),
            Some(basic) => basic.clone(),
            None => Type::Bool,
        };
        let id = self.target.intern(made);
        if let Some(slot) = self.ids.get_mut(ty.0 as usize) {
            *slot = Some(id);
        }
        id
    }

    /// As [`Self::id`], for a whole signature.
    pub(super) fn signature(&mut self, signature: &lyra_bytecode::Signature) -> lyra_bytecode::Signature {
        lyra_bytecode::Signature {
            params: signature.params.iter().map(|&ty| self.id(ty)).collect(),
            result: signature.result.map(|ty| self.id(ty)),
        }
    }
}
