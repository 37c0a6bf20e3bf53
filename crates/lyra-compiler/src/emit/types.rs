//! The module's own type table: only what the emitted code speaks of gets into it.
//!
//! The checker's table also holds what was only looked at while a program was checked.

use lyra_bytecode::{DefBody, DefId, Field, MethodSig, Signature, Type, TypeId, Types, Variant};

/// From the checker's ids to the module's.
pub(super) struct TypeMap<'p> {
    source: &'p Types,
    target: Types,
    /// By the checker's id.
    ids: Vec<Option<TypeId>>,
    defs: Vec<Option<DefId>>,
    /// Definitions that are declared in the module and not defined yet: `(the checker's, the module's)`.
    waiting: Vec<(DefId, DefId)>,
}

impl<'p> TypeMap<'p> {
    pub(super) fn new(source: &'p Types) -> Self {
        let (ids, defs) = (vec![None; source.len()], vec![None; source.defs().len()]);
        Self { source, target: Types::new(), ids, defs, waiting: Vec::new() }
    }

    /// Lets the module have `[element]`, if the checker looked at it.
    pub(super) fn array_of(&mut self, element: TypeId) {
        if let Some(ty) = self.source.find(&Type::Array(element)) {
            self.id(ty);
        }
    }

    /// The module's id of one of the checker's types. Types nest at most as deep as the verifier allows, and
    /// meet themselves only through definitions.
    pub(super) fn id(&mut self, ty: TypeId) -> TypeId {
        if let Some(&Some(known)) = self.ids.get(ty.0 as usize) {
            return known;
        }
        let made = match self.source.get(ty) {
            Some(&Type::Array(element)) => Type::Array(self.id(element)),
            Some(Type::Tuple(parts)) => Type::Tuple(self.ids(parts)),
            Some(&Type::Optional(inner)) => Type::Optional(self.id(inner)),
            Some(&Type::Map { key, value }) => Type::Map { key: self.id(key), value: self.id(value) },
            Some(Type::Proc { params, result }) => {
                Type::Proc { params: self.ids(params), result: result.map(|result| self.id(result)) }
            }
            Some(&Type::Cell(inner)) => Type::Cell(self.id(inner)),
            Some(&Type::Struct(def)) => Type::Struct(self.def(def)),
            Some(&Type::Enum(def)) => Type::Enum(self.def(def)),
            Some(&Type::PlainEnum(def)) => Type::PlainEnum(self.def(def)),
            Some(&Type::Interface(def)) => Type::Interface(self.def(def)),
            Some(basic) => basic.clone(),
            None => Type::Bool,
        };
        let id = self.target.intern(made);
        if let Some(slot) = self.ids.get_mut(ty.0 as usize) {
            *slot = Some(id);
        }
        id
    }

    fn ids(&mut self, types: &[TypeId]) -> Box<[TypeId]> {
        types.iter().map(|&ty| self.id(ty)).collect()
    }

    /// As [`Self::id`], for a whole signature.
    pub(super) fn signature(&mut self, signature: &Signature) -> Signature {
        Signature {
            params: signature.params.iter().map(|&ty| self.id(ty)).collect(),
            result: signature.result.map(|ty| self.id(ty)),
        }
    }

    /// The module's id of a definition; what it is made of is looked at by [`Self::finish`].
    pub(super) fn def(&mut self, def: DefId) -> DefId {
        if let Some(&Some(known)) = self.defs.get(def.0 as usize) {
            return known;
        }
        let name = self.source.def(def).map(|def| def.name.clone()).unwrap_or_default();
        let made = self.target.declare(name);
        if let Some(slot) = self.defs.get_mut(def.0 as usize) {
            *slot = Some(made);
        }
        self.waiting.push((def, made));
        made
    }

    /// The module's table, every definition in it defined.
    pub(super) fn finish(mut self) -> Types {
        while let Some((def, made)) = self.waiting.pop() {
            let body = match self.source.def(def).map(|def| &def.body) {
                Some(DefBody::Struct { fields }) => DefBody::Struct { fields: self.fields(fields) },
                Some(DefBody::Enum { variants }) => {
                    let variant = |variant: &Variant| Variant {
                        name: variant.name.clone(),
                        fields: self.fields(&variant.fields),
                    };
                    DefBody::Enum { variants: variants.iter().map(variant).collect() }
                }
                Some(DefBody::Interface { methods }) => {
                    let method = |method: &MethodSig| MethodSig {
                        name: method.name.clone(),
                        params: method.params.iter().map(|&ty| self.id(ty)).collect(),
                        result: method.result.map(|ty| self.id(ty)),
                    };
                    DefBody::Interface { methods: methods.iter().map(method).collect() }
                }
                Some(DefBody::Opaque) | None => DefBody::Opaque,
            };
            self.target.define(made, body);
        }
        self.target
    }

    fn fields(&mut self, fields: &[Field]) -> Vec<Field> {
        fields.iter().map(|field| Field { name: field.name.clone(), ty: self.id(field.ty) }).collect()
    }
}
