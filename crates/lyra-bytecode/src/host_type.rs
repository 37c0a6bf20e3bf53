//! Types as the host names them, for the functions it offers and the values it exchanges: told apart from a
//! module's [`TypeId`]s, which mean nothing outside of their module.

use crate::module::Signature;
use crate::types::{Type, TypeId, Types};
use std::fmt;

/// A type that values of the host can have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the Lyra type of its name")]
pub enum HostType {
    Bool,
    U8,
    I32,
    I64,
    F64,
    Char,
    Str,
    Error,
    Any,
    Array(Box<HostType>),
    Tuple(Vec<HostType>),
    Optional(Box<HostType>),
    /// A map: keys and values.
    Map(Box<HostType>, Box<HostType>),
    /// A structure or enumeration of the program, by its name.
    Named(Box<str>),
}

/// How deep the types of values that cross may be nested, so that converting and dropping them needs little stack.
const MOST_NESTED: usize = 64;

impl HostType {
    /// What `ty` is; `None` when it is no type of the table, is none that values of the host can have, or is
    /// nested deeper than 64 levels or 10,000 parts.
    #[must_use]
    pub fn of(ty: TypeId, types: &Types) -> Option<Self> {
        Self::of_nested(ty, types, MOST_NESTED, &mut 10_000)
    }

    fn of_nested(ty: TypeId, types: &Types, depth: usize, parts_left: &mut usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        *parts_left = parts_left.checked_sub(1)?;
        Some(match types.get(ty)? {
            Type::Bool => Self::Bool,
            Type::U8 => Self::U8,
            Type::I32 => Self::I32,
            Type::I64 => Self::I64,
            Type::F64 => Self::F64,
            Type::Char => Self::Char,
            Type::Str => Self::Str,
            Type::Error => Self::Error,
            &Type::Array(element) => {
                Self::Array(Box::new(Self::of_nested(element, types, depth, parts_left)?))
            }
            Type::Tuple(parts) => {
                let parts = parts.iter().map(|&part| Self::of_nested(part, types, depth, parts_left));
                Self::Tuple(parts.collect::<Option<_>>()?)
            }
            Type::Any => Self::Any,
            &Type::Optional(inner) => {
                Self::Optional(Box::new(Self::of_nested(inner, types, depth, parts_left)?))
            }
            &Type::Map { key, value } => {
                let key = Self::of_nested(key, types, depth, parts_left)?;
                Self::Map(Box::new(key), Box::new(Self::of_nested(value, types, depth, parts_left)?))
            }
            Type::Struct(_) | Type::Enum(_) | Type::PlainEnum(_) => Self::Named(types.name(ty).into()),
            Type::Proc { .. } | Type::Cell(_) | Type::Interface(_) => return None,
        })
    }

    /// Its id in a table, added where it is new. A named type must be there already: one that is not is `any`, which no
    /// program's type of that name is equal to.
    pub fn intern(&self, types: &mut Types) -> TypeId {
        match self {
            Self::Bool => TypeId::BOOL,
            Self::U8 => TypeId::U8,
            Self::I32 => TypeId::I32,
            Self::I64 => TypeId::I64,
            Self::F64 => TypeId::F64,
            Self::Char => TypeId::CHAR,
            Self::Str => TypeId::STR,
            Self::Error => TypeId::ERROR,
            Self::Array(element) => {
                let element = element.intern(types);
                types.intern(Type::Array(element))
            }
            Self::Tuple(parts) => {
                let parts = parts.iter().map(|part| part.intern(types)).collect();
                types.intern(Type::Tuple(parts))
            }
            Self::Any => TypeId::ANY,
            Self::Optional(inner) => {
                let inner = inner.intern(types);
                types.intern_optional(inner)
            }
            Self::Map(key, value) => {
                let (key, value) = (key.intern(types), value.intern(types));
                types.intern(Type::Map { key, value })
            }
            Self::Named(name) => {
                let is_it = |ty: &Type| matches!(ty, Type::Struct(_) | Type::Enum(_) | Type::PlainEnum(_));
                let mut known = types.iter().filter(|(_, ty)| is_it(ty)).map(|(id, _)| id);
                known.find(|&id| *types.name(id) == **name).unwrap_or(TypeId::ANY)
            }
        }
    }
}

impl fmt::Display for HostType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::U8 => f.write_str("u8"),
            Self::I32 => f.write_str("i32"),
            Self::I64 => f.write_str("i64"),
            Self::F64 => f.write_str("f64"),
            Self::Char => f.write_str("char"),
            Self::Str => f.write_str("str"),
            Self::Error => f.write_str("error"),
            Self::Any => f.write_str("any"),
            Self::Optional(inner) => write!(f, "{inner}?"),
            Self::Map(key, value) => write!(f, "{{{key}: {value}}}"),
            Self::Named(name) => f.write_str(name),
            Self::Array(element) => write!(f, "[{element}]"),
            Self::Tuple(parts) => listed(f, "(", parts, ")"),
        }
    }
}

/// What a procedure or a function of the host takes and gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct HostSignature {
    /// Types of the parameters.
    pub params: Vec<HostType>,
    /// Type of the result.
    pub result: Option<HostType>,
}

impl HostSignature {
    /// What `signature` is; `None` when a type of it cannot cross.
    #[must_use]
    pub fn of(signature: &Signature, types: &Types) -> Option<Self> {
        let params = signature.params.iter().map(|&ty| HostType::of(ty, types)).collect::<Option<_>>()?;
        let result = match signature.result {
            Some(ty) => Some(HostType::of(ty, types)?),
            None => None,
        };
        Some(Self { params, result })
    }
}

impl fmt::Display for HostSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        listed(f, "proc(", &self.params, ")")?;
        match &self.result {
            Some(result) => write!(f, " -> {result}"),
            None => Ok(()),
        }
    }
}

/// Types with commas between brackets.
fn listed(f: &mut fmt::Formatter<'_>, start: &str, types: &[HostType], end: &str) -> fmt::Result {
    f.write_str(start)?;
    for (index, ty) in types.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{ty}")?;
    }
    f.write_str(end)
}
