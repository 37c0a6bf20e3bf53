//! The types a module speaks of: eight that every module has, and a table of the compound ones it uses.
//!
//! Compound types are interned: one type has one [`TypeId`] in a module, so types are equal when their ids
//! are. A compound type refers to earlier ids only; the table therefore has no cycles.

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
    /// `[T]`
    Array(TypeId),
    /// `(A, B)`: 2 to 255 parts.
    Tuple(Box<[TypeId]>),
}

/// Which of the two operand stacks a value travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A heap object: what the collector looks at.
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
}

/// The eight types with fixed ids, in id order.
pub const BASIC: [Type; 8] =
    [Type::Bool, Type::U8, Type::I32, Type::I64, Type::F64, Type::Char, Type::Str, Type::Error];

/// The type table of one module.
///
/// ```
/// use lyra_bytecode::{Type, TypeId, Types};
/// let mut types = Types::new();
/// let ints = types.intern(Type::Array(TypeId::I32));
/// assert_eq!(types.intern(Type::Array(TypeId::I32)), ints);
/// assert_eq!(types.name(ints), "[i32]");
/// ```
#[derive(Clone, Debug)]
pub struct Types {
    list: IdVec<TypeId, Type>,
    ids: HashMap<Type, TypeId>,
}

impl Types {
    /// The basic types alone.
    #[must_use]
    pub fn new() -> Self {
        let mut types = Self { list: IdVec::new(), ids: HashMap::new() };
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
        if id.0 <= TypeId::CHAR.0 { Kind::Word } else { Kind::Ref }
    }

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

    /// As a program writes it: `[(i32, str)]`. Cut off with `…` past 200 bytes, because shared parts can
    /// make the text of a small table enormous.
    #[must_use]
    pub fn name(&self, id: TypeId) -> String {
        /// What is still to be written.
        enum Todo {
            Type(TypeId),
            Text(&'static str),
        }
        let mut text = String::new();
        let mut todo = vec![Todo::Type(id)];
        while let Some(next) = todo.pop() {
            if text.len() > 200 {
                text.push('…');
                break;
            }
            let Todo::Type(id) = next else {
                if let Todo::Text(part) = next {
                    text.push_str(part);
                }
                continue;
            };
            match self.get(id) {
                Some(Type::Bool) => text.push_str("bool"),
                Some(Type::U8) => text.push_str("u8"),
                Some(Type::I32) => text.push_str("i32"),
                Some(Type::I64) => text.push_str("i64"),
                Some(Type::F64) => text.push_str("f64"),
                Some(Type::Char) => text.push_str("char"),
                Some(Type::Str) => text.push_str("str"),
                Some(Type::Error) => text.push_str("error"),
                Some(&Type::Array(element)) => {
                    text.push('[');
                    todo.extend([Todo::Text("]"), Todo::Type(element)]);
                }
                Some(Type::Tuple(parts)) => {
                    text.push('(');
                    todo.push(Todo::Text(")"));
                    for (index, &part) in parts.iter().enumerate().rev() {
                        todo.push(Todo::Type(part));
                        if index > 0 {
                            todo.push(Todo::Text(", "));
                        }
                    }
                }
                None => text.push_str("unknown type"),
            }
        }
        text
    }
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Types {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Types {}
