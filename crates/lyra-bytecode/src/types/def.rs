//! Definitions: what a named type is made of.
//!
//! A definition is named by its number and may speak of any type, also of one that refers to it: this is the
//! only way in which types recur. Compound types are built from earlier ones.

use super::TypeId;

lyra_base::define_id! {
    /// A definition of one module's [`Types`](super::Types).
    pub struct DefId, "def"
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Def {
    /// As a program writes it: `Point`, `Stack<i32>`.
    pub name: String,
    /// What it is made of.
    pub body: DefBody,
}

/// What a definition is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum DefBody {
    /// Not said: declared and not defined yet, or a type parameter while its generic item is checked. No
    /// verified module has one.
    #[default]
    Opaque,
    /// A structure: 0 to 255 fields.
    Struct {
        /// The fields, in order.
        fields: Vec<Field>,
    },
    /// An enumeration: 1 to 65,536 variants.
    Enum {
        /// The variants, in order.
        variants: Vec<Variant>,
    },
    /// An interface: up to 65,536 methods.
    Interface {
        /// The methods, in order.
        methods: Vec<MethodSig>,
    },
}

/// A part of a structure or of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name, its own among its neighbours'.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
}

/// One case of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Its name, its own in the enumeration.
    pub name: String,
    /// Its payload: 0 to 255 parts.
    pub fields: Vec<Field>,
}

/// A method that an interface asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MethodSig {
    /// Its name, its own in the interface.
    pub name: String,
    /// Its parameters, without `self`.
    pub params: Vec<TypeId>,
    /// Its result.
    pub result: Option<TypeId>,
}
