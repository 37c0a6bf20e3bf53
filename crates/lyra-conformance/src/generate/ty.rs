//! The types of generated programs, and what each can do.

use std::fmt;
use std::rc::Rc;

/// A type that generated programs use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
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
    /// `any`
    Any,
    /// `error`
    Error,
    /// `[T]`
    Array(Rc<Ty>),
    /// `{K: V}`
    Map(Rc<Ty>, Rc<Ty>),
    /// `(A, B)`
    Tuple(Rc<[Ty]>),
    /// `T?`; never of an optional or `any`.
    Opt(Rc<Ty>),
    /// `proc(A) -> R`
    Proc(Rc<[Ty]>, Option<Rc<Ty>>),
    /// A structure or interface of the program, an instance of a generic one included.
    Named(Rc<str>),
    /// An enumeration of the program without payloads.
    Plain(Rc<str>),
}

impl Ty {
    /// The numbers.
    pub const NUMBERS: [Self; 4] = [Self::U8, Self::I32, Self::I64, Self::F64];

    /// `[element]`
    #[must_use]
    pub fn array(element: &Self) -> Self {
        Self::Array(Rc::new(element.clone()))
    }

    /// `{key: value}`
    #[must_use]
    pub fn map(key: &Self, value: &Self) -> Self {
        Self::Map(Rc::new(key.clone()), Rc::new(value.clone()))
    }

    /// `inner?`, which is `inner` where that can be `none` already.
    #[must_use]
    pub fn opt(inner: &Self) -> Self {
        match inner {
            Self::Opt(_) | Self::Any => inner.clone(),
            _ => Self::Opt(Rc::new(inner.clone())),
        }
    }

    /// A structure, interface or enumeration with payloads.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::Named(name.into())
    }

    /// Whether it is `i32`, `i64` or `u8`.
    #[must_use]
    pub const fn is_integer(&self) -> bool {
        matches!(self, Self::U8 | Self::I32 | Self::I64)
    }

    /// Whether its values have an order.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        match self {
            Self::Bool | Self::U8 | Self::I32 | Self::I64 | Self::F64 => true,
            Self::Char | Self::Str | Self::Plain(_) => true,
            Self::Tuple(parts) => parts.iter().all(Self::is_ordered),
            _ => false,
        }
    }

    /// Whether it can be the key of a map.
    #[must_use]
    pub fn is_hashable(&self) -> bool {
        match self {
            Self::F64 => false,
            Self::Tuple(parts) => parts.iter().all(Self::is_hashable),
            _ => self.is_ordered(),
        }
    }

    /// Whether `==` works on it.
    #[must_use]
    pub fn is_comparable(&self) -> bool {
        match self {
            Self::Error => false,
            Self::Opt(inner) => inner.is_comparable(),
            Self::Tuple(parts) => parts.iter().all(Self::is_comparable),
            _ => true,
        }
    }

    /// Whether a variable of it begins with a value of its own.
    #[must_use]
    pub fn has_default(&self) -> bool {
        match self {
            Self::Error | Self::Proc(..) | Self::Named(_) | Self::Plain(_) => false,
            Self::Tuple(parts) => parts.iter().all(Self::has_default),
            _ => true,
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, types: &[Self]| {
            for (at, ty) in types.iter().enumerate() {
                write!(f, "{}{ty}", if at == 0 { "" } else { ", " })?;
            }
            f.write_str(")")
        };
        match self {
            Self::Bool => f.write_str("bool"),
            Self::U8 => f.write_str("u8"),
            Self::I32 => f.write_str("i32"),
            Self::I64 => f.write_str("i64"),
            Self::F64 => f.write_str("f64"),
            Self::Char => f.write_str("char"),
            Self::Str => f.write_str("str"),
            Self::Any => f.write_str("any"),
            Self::Error => f.write_str("error"),
            Self::Array(element) => write!(f, "[{element}]"),
            Self::Map(key, value) => write!(f, "{{{key}: {value}}}"),
            Self::Opt(inner) => match &**inner {
                Self::Proc(..) => write!(f, "({inner})?"),
                _ => write!(f, "{inner}?"),
            },
            Self::Tuple(parts) => {
                f.write_str("(")?;
                list(f, parts)
            }
            Self::Proc(params, result) => {
                f.write_str("proc(")?;
                list(f, params)?;
                match result {
                    Some(result) => write!(f, " -> {result}"),
                    None => Ok(()),
                }
            }
            Self::Named(name) | Self::Plain(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_as_programs_write_them() {
        let callback = Ty::Proc([Ty::I32, Ty::Str].into(), Some(Rc::new(Ty::opt(&Ty::Bool))));
        let all = Ty::Tuple([Ty::array(&Ty::opt(&callback)), Ty::map(&Ty::Char, &Ty::named("S1"))].into());
        assert_eq!(all.to_string(), "([(proc(i32, str) -> bool?)?], {char: S1})");
        assert!(!all.is_hashable() && all.has_default() && !callback.has_default());
        assert_eq!(Ty::opt(&Ty::opt(&Ty::Any)), Ty::Any);
    }
}
