//! What can be done with values of a type, and what they are made of.

use super::{DefBody, DefId, Field, MethodSig, Type, TypeId, Types, Variant};
use hashbrown::HashSet;

/// Types share parts, and one walk over a type sees a shared part again and again: past this many it gives up.
const MOST_PARTS: usize = 10_000;

impl Type {
    /// The definition of a named type.
    #[must_use]
    pub const fn def(&self) -> Option<DefId> {
        match *self {
            Self::Struct(def) | Self::Enum(def) | Self::PlainEnum(def) | Self::Interface(def) => Some(def),
            _ => None,
        }
    }

    /// The types that it is built from, in order: for a [`Type::Proc`] parameters, then result. A named type is
    /// built from none: its definition stands apart.
    pub fn each_part(&self, mut each: impl FnMut(TypeId)) {
        match self {
            &Self::Array(part) | &Self::Optional(part) | &Self::Cell(part) => each(part),
            Self::Tuple(parts) => parts.iter().copied().for_each(each),
            &Self::Map { key, value } => {
                each(key);
                each(value);
            }
            Self::Proc { params, result } => params.iter().copied().chain(*result).for_each(each),
            _ => {}
        }
    }
}

impl Types {
    /// What an array of type `id` holds; `None` when it is no array.
    #[must_use]
    pub fn element(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Some(&Type::Array(element)) => Some(element),
            _ => None,
        }
    }

    /// The parts of a tuple; `None` when it is no tuple.
    #[must_use]
    pub fn parts(&self, id: TypeId) -> Option<&[TypeId]> {
        match self.get(id) {
            Some(Type::Tuple(parts)) => Some(parts),
            _ => None,
        }
    }

    /// What an optional holds when it is not `none`; `None` when it is no optional (`any` is none either).
    #[must_use]
    pub fn optional_of(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Some(&Type::Optional(inner)) => Some(inner),
            _ => None,
        }
    }

    /// `id?`, if the table has it: an optional and `any` are their own.
    #[must_use]
    pub fn find_optional(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id)? {
            Type::Optional(_) | Type::Any => Some(id),
            _ => self.find(&Type::Optional(id)),
        }
    }

    /// `id?`, added if it is new: an optional and `any` are their own.
    pub fn intern_optional(&mut self, id: TypeId) -> TypeId {
        match self.get(id) {
            Some(Type::Optional(_) | Type::Any) => id,
            _ => self.intern(Type::Optional(id)),
        }
    }

    /// Key and value of a map; `None` when it is no map.
    #[must_use]
    pub fn entry(&self, id: TypeId) -> Option<(TypeId, TypeId)> {
        match self.get(id) {
            Some(&Type::Map { key, value }) => Some((key, value)),
            _ => None,
        }
    }

    /// Parameters and result of a procedure type; `None` when it is none.
    #[must_use]
    pub fn procedure(&self, id: TypeId) -> Option<(&[TypeId], Option<TypeId>)> {
        match self.get(id) {
            Some(Type::Proc { params, result }) => Some((params, *result)),
            _ => None,
        }
    }

    /// What a cell holds; `None` when it is no cell.
    #[must_use]
    pub fn cell_of(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Some(&Type::Cell(inner)) => Some(inner),
            _ => None,
        }
    }

    /// The fields of a structure; `None` when it is none.
    #[must_use]
    pub fn fields(&self, id: TypeId) -> Option<&[Field]> {
        let &Type::Struct(def) = self.get(id)? else { return None };
        match &self.def(def)?.body {
            DefBody::Struct { fields } => Some(fields),
            _ => None,
        }
    }

    /// The variants of an enumeration, plain or not; `None` when it is none.
    #[must_use]
    pub fn variants(&self, id: TypeId) -> Option<&[Variant]> {
        let (Type::Enum(def) | Type::PlainEnum(def)) = *self.get(id)? else { return None };
        match &self.def(def)?.body {
            DefBody::Enum { variants } => Some(variants),
            _ => None,
        }
    }

    /// The methods of an interface; `None` when it is none.
    #[must_use]
    pub fn interface(&self, id: TypeId) -> Option<&[MethodSig]> {
        let &Type::Interface(def) = self.get(id)? else { return None };
        match &self.def(def)?.body {
            DefBody::Interface { methods } => Some(methods),
            _ => None,
        }
    }

    /// The type of part `index` of a record: of a tuple or structure, or of a cell, which has one.
    #[must_use]
    pub fn record_part(&self, id: TypeId, index: usize) -> Option<TypeId> {
        match self.get(id)? {
            Type::Tuple(parts) => parts.get(index).copied(),
            Type::Struct(_) => self.fields(id)?.get(index).map(|field| field.ty),
            &Type::Cell(inner) if index == 0 => Some(inner),
            _ => None,
        }
    }

    /// How many parts a record has; `None` when it is no record.
    #[must_use]
    pub fn record_length(&self, id: TypeId) -> Option<usize> {
        match self.get(id)? {
            Type::Tuple(parts) => Some(parts.len()),
            Type::Struct(_) => self.fields(id).map(<[Field]>::len),
            Type::Cell(_) => Some(1),
            _ => None,
        }
    }

    /// Whether values of `id` have an order: numbers, `char`, `bool`, `str`, plain enumerations, tuples of these.
    #[must_use]
    pub fn is_ordered(&self, id: TypeId) -> bool {
        self.all_parts(id, |ty| is_ordered_alone(ty) || matches!(ty, Type::Tuple(_)))
    }

    /// Whether values of `id` can be keys: integers, `bool`, `char`, `str`, plain enumerations, tuples of these.
    #[must_use]
    pub fn is_hashable(&self, id: TypeId) -> bool {
        self.all_parts(id, |ty| is_hashable_alone(ty) || matches!(ty, Type::Tuple(_)))
    }

    /// Whether a variable of `id` has a value to begin with. Without: procedures, `error`, named types, cells, and
    /// tuples with one of these inside.
    #[must_use]
    pub fn has_default(&self, id: TypeId) -> bool {
        self.all_parts(id, |ty| match ty {
            Type::Error | Type::Proc { .. } | Type::Cell(_) => false,
            ty => ty.def().is_none(),
        })
    }

    /// Whether `holds` of the type and of every part of the tuples that it is made of. A type larger than a
    /// verified one can be does not count.
    fn all_parts(&self, id: TypeId, holds: impl Fn(&Type) -> bool) -> bool {
        let mut todo = vec![id];
        // A tuple that stands in a type many times is looked at once.
        let mut tuples = HashSet::new();
        let mut seen = 0;
        while let Some(id) = todo.pop() {
            seen += 1;
            match self.get(id) {
                Some(ty) if seen <= MOST_PARTS && holds(ty) => {
                    if let Type::Tuple(parts) = ty
                        && tuples.insert(id)
                    {
                        todo.extend(parts);
                    }
                }
                _ => return false,
            }
        }
        true
    }
}

/// Whether values of a type that is no tuple have an order.
pub(crate) fn is_ordered_alone(ty: &Type) -> bool {
    matches!(ty, Type::F64) || is_hashable_alone(ty)
}

/// Whether values of a type that is no tuple can be keys.
pub(crate) fn is_hashable_alone(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::U8 | Type::I32 | Type::I64 | Type::Char | Type::Str | Type::PlainEnum(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_types_can_do() {
        let mut types = Types::new();
        let color = types.declare("Color");
        let color = types.intern(Type::PlainEnum(color));
        let point = types.declare("Point");
        let point = types.intern(Type::Struct(point));
        let optional = types.intern_optional(TypeId::I32);
        let key = types.intern(Type::Tuple([TypeId::STR, color].into()));
        let mixed = types.intern(Type::Tuple([TypeId::I32, TypeId::F64].into()));
        let late = types.intern(Type::Tuple([mixed, TypeId::ERROR].into()));
        let map = types.intern(Type::Map { key, value: point });
        let able = |id| [types.is_ordered(id), types.is_hashable(id), types.has_default(id)];
        assert_eq!(able(TypeId::F64), [true, false, true]);
        assert_eq!(able(TypeId::STR), [true; 3]);
        assert_eq!(able(TypeId::ANY), [false, false, true]);
        assert_eq!(able(TypeId::ERROR), [false; 3]);
        assert_eq!(able(color), [true, true, false]);
        assert_eq!(able(point), [false; 3]);
        assert_eq!(able(optional), [false, false, true]);
        assert_eq!(able(key), [true, true, false]);
        assert_eq!(able(mixed), [true, false, true]);
        assert_eq!(able(late), [false; 3]);
        assert_eq!(able(map), [false, false, true]);
        assert_eq!(able(TypeId(99)), [false; 3]);
    }

    #[test]
    fn one_question_mark_in_a_row() {
        let mut types = Types::new();
        let optional = types.intern_optional(TypeId::I32);
        assert_eq!(types.intern_optional(optional), optional);
        assert_eq!(types.intern_optional(TypeId::ANY), TypeId::ANY);
        assert_eq!(types.find_optional(TypeId::I32), Some(optional));
        assert_eq!(types.find_optional(TypeId::ANY), Some(TypeId::ANY));
        assert_eq!(types.find_optional(TypeId::STR), None);
        assert_eq!(types.optional_of(optional), Some(TypeId::I32));
    }

    #[test]
    fn records_have_parts() {
        let mut types = Types::new();
        let def = types.declare("Point");
        let field = |name: &str, ty| Field { name: name.to_owned(), ty };
        let fields = vec![field("x", TypeId::F64), field("name", TypeId::STR)];
        types.define(def, DefBody::Struct { fields });
        let point = types.intern(Type::Struct(def));
        let cell = types.intern(Type::Cell(point));
        let pair = types.intern(Type::Tuple([point, TypeId::I32].into()));
        assert_eq!((types.record_length(point), types.record_part(point, 1)), (Some(2), Some(TypeId::STR)));
        assert_eq!((types.record_length(cell), types.record_part(cell, 0)), (Some(1), Some(point)));
        assert_eq!((types.record_part(cell, 1), types.record_part(pair, 2)), (None, None));
        assert_eq!(types.record_length(TypeId::STR), None);
    }
}
