//! The types a module speaks of: nine that every module has, a table of the compound ones it uses, and the
//! definitions of the named ones.
//!
//! Compound types are interned: one type has one [`TypeId`] in a module, so types are equal when their ids
//! are. A compound type refers to earlier ids only; the table therefore has no cycles. Recursion goes through
//! definitions:
//!
//! ```text
//! struct Node { value: i32, next: Node? }
//!
//! types  9  Struct(def 0)        defs  0  Node { value: type 2, next: type 10 }
//!       10  Optional(type 9)
//! ```

mod def;
mod name;
mod query;

pub use def::{Def, DefBody, DefId, Field, MethodSig, Variant};
pub(crate) use query::{is_hashable_alone, is_ordered_alone};

use hashbrown::HashMap;
use lyra_base::IdVec;

lyra_base::define_id! {
    /// A type of one module's [`Types`].
    pub struct TypeId, "type"
}

/// What a type is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `u8`
    U8,
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f64`
    F64,
    /// `char`
    Char,
    /// `str`
    Str,
    /// `error`
    Error,
    /// `any`: a value that knows its type, or `none`.
    Any,
    /// `[T]`
    Array(TypeId),
    /// `(A, B)`: 2 to 255 parts.
    Tuple(Box<[TypeId]>),
    /// `T?`: never of an optional or of `any`, which are their own.
    Optional(TypeId),
    /// `{K: V}`
    Map {
        /// The keys: hashable.
        key: TypeId,
        /// The values.
        value: TypeId,
    },
    /// `proc(A, B) -> R`
    Proc {
        /// The parameters: up to 255.
        params: Box<[TypeId]>,
        /// The result.
        result: Option<TypeId>,
    },
    /// The box of a variable that closures share. Only locals, parameters and captures are cells: programs
    /// never see one, so no other type has one in it.
    Cell(TypeId),
    /// A structure.
    Struct(DefId),
    /// An enumeration with a payload somewhere: a reference.
    Enum(DefId),
    /// An enumeration without payloads: a word, the number of the variant.
    PlainEnum(DefId),
    /// A value of any type that implements the interface.
    Interface(DefId),
}

/// Which of the two operand stacks a value travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A heap object, or what can stand in its place: what the collector looks at.
    Ref,
    /// 64 bits that are their own value.
    Word,
}

impl TypeId {
    /// `bool`
    pub const BOOL: Self = Self(0);
    /// `u8`
    pub const U8: Self = Self(1);
    /// `i32`
    pub const I32: Self = Self(2);
    /// `i64`
    pub const I64: Self = Self(3);
    /// `f64`
    pub const F64: Self = Self(4);
    /// `char`
    pub const CHAR: Self = Self(5);
    /// `str`
    pub const STR: Self = Self(6);
    /// `error`
    pub const ERROR: Self = Self(7);
    /// `any`
    pub const ANY: Self = Self(8);
}

/// The types with fixed ids, in id order.
pub const BASIC: [Type; 9] =
    [Type::Bool, Type::U8, Type::I32, Type::I64, Type::F64, Type::Char, Type::Str, Type::Error, Type::Any];

/// The type table of one module.
///
/// ```
/// use lyra_bytecode::{DefBody, Field, Kind, Type, TypeId, Types};
/// let mut types = Types::new();
/// let ints = types.intern(Type::Array(TypeId::I32));
/// assert_eq!(types.intern(Type::Array(TypeId::I32)), ints);
/// assert_eq!(types.name(ints), "[i32]");
///
/// let def = types.declare("Node");
/// let node = types.intern(Type::Struct(def));
/// let next = types.intern(Type::Optional(node));
/// types.define(def, DefBody::Struct { fields: vec![Field { name: "next".into(), ty: next }] });
/// assert_eq!(types.name(next), "Node?");
/// assert_eq!(types.kind(next), Kind::Ref);
/// ```
#[derive(Clone, Debug)]
pub struct Types {
    list: IdVec<TypeId, Type>,
    ids: HashMap<Type, TypeId>,
    defs: IdVec<DefId, Def>,
}

impl Types {
    /// The basic types alone.
    #[must_use]
    pub fn new() -> Self {
        let mut types = Self { list: IdVec::new(), ids: HashMap::new(), defs: IdVec::new() };
        for ty in BASIC {
            types.intern(ty);
        }
        types
    }

    /// The id of `ty`, added if it is new. Its parts must be ids of this table.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        if let Some(&id) = self.ids.get(&ty) {
            return id;
        }
        let id = self.list.push(ty.clone());
        self.ids.insert(ty, id);
        id
    }

    /// A new definition of that name, [`DefBody::Opaque`] until [`define`](Self::define) says what it is made of.
    /// Two definitions may have one name.
    pub fn declare(&mut self, name: impl Into<String>) -> DefId {
        self.defs.push(Def { name: name.into(), body: DefBody::Opaque })
    }

    /// Says what `id` is made of.
    ///
    /// # Panics
    /// When `id` is no definition of this table.
    pub fn define(&mut self, id: DefId, body: DefBody) {
        self.defs[id].body = body;
    }

    /// A definition; `None` when `id` is none of this table.
    #[must_use]
    pub fn def(&self, id: DefId) -> Option<&Def> {
        self.defs.get(id)
    }

    /// Every definition, in order.
    #[must_use]
    pub fn defs(&self) -> &IdVec<DefId, Def> {
        &self.defs
    }

    /// The id of `ty`, if the table has it.
    #[must_use]
    pub fn find(&self, ty: &Type) -> Option<TypeId> {
        self.ids.get(ty).copied()
    }

    /// What `id` is; `None` when it is no id of this table.
    #[must_use]
    pub fn get(&self, id: TypeId) -> Option<&Type> {
        self.list.get(id)
    }

    /// Which stack values of `id` travel on. Ids of another table count as references.
    #[must_use]
    pub fn kind(&self, id: TypeId) -> Kind {
        let is_word = id.0 <= TypeId::CHAR.0 || matches!(self.get(id), Some(Type::PlainEnum(_)));
        if is_word { Kind::Word } else { Kind::Ref }
    }

    /// How many types there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Never: the basic types are always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Every type with its id.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        self.list.enumerate()
    }
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Types {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list && self.defs == other.defs
    }
}

impl Eq for Types {}
