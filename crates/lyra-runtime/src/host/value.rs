//! Values as the host holds them: owned, independent of any heap.

use super::object::HostObject;
use std::fmt;

/// A value that has left the machine, or is about to enter it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// `u8`
    U8(u8),
    /// `i32`
    I32(i32),
    /// `i64`
    I64(i64),
    /// `f64`
    F64(f64),
    /// `char`
    Char(char),
    /// `str`
    Str(String),
    /// An array: a copy, not shared with the program.
    Array(ArrayValue),
    /// A tuple.
    Tuple(Vec<Value>),
    /// `error`
    Error(ErrorValue),
    /// `none`. An optional with a value, and an `any`, is the value itself.
    None,
    /// A map, in its order: a copy, not shared with the program.
    Map(Vec<(Value, Value)>),
    /// A structure: a copy, not shared with the program.
    Struct(StructValue),
    /// A value of an enumeration.
    Variant(VariantValue),
    /// An object of the host, shared with the program.
    Host(HostObject),
}

/// A structure with its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct StructValue {
    /// The name of its type.
    pub name: String,
    /// Names and values of its fields, in order.
    pub fields: Vec<(String, Value)>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantValue {
    /// The name of its type.
    pub name: String,
    /// The name of the variant.
    pub variant: String,
    /// Its payload; empty for a variant without.
    pub payload: Vec<Value>,
}

/// The elements of an array, unboxed where the program has them unboxed.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is the Lyra type of its name")]
pub enum ArrayValue {
    Bool(Vec<bool>),
    U8(Vec<u8>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F64(Vec<f64>),
    Char(Vec<char>),
    Str(Vec<String>),
    /// Elements of any other type.
    Other(Vec<Value>),
}

/// An error without its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorValue {
    /// Its kind.
    pub kind: String,
    /// Its message.
    pub message: String,
}

impl ArrayValue {
    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bool(list) => list.len(),
            Self::U8(list) => list.len(),
            Self::I32(list) => list.len(),
            Self::I64(list) => list.len(),
            Self::F64(list) => list.len(),
            Self::Char(list) => list.len(),
            Self::Str(list) => list.len(),
            Self::Other(list) => list.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of its type, as far as the elements show it.
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "[bool]",
            Self::U8(_) => "[u8]",
            Self::I32(_) => "[i32]",
            Self::I64(_) => "[i64]",
            Self::F64(_) => "[f64]",
            Self::Char(_) => "[char]",
            Self::Str(_) => "[str]",
            Self::Other(_) => "another array",
        }
    }
}

impl fmt::Display for Value {
    /// As a program writes it; a text or character by itself stands without quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => f.write_str(text),
            Self::Char(c) => write!(f, "{c}"),
            _ => self.literal(f),
        }
    }
}

impl Value {
    fn literal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::U8(value) => write!(f, "{value}"),
            Self::I32(value) => write!(f, "{value}"),
            Self::I64(value) => write!(f, "{value}"),
            Self::F64(value) => write!(f, "{value:?}"),
            Self::Char(c) => crate::builtins::char_literal(*c, f),
            Self::Str(text) => crate::builtins::text_literal(text, f),
            Self::Array(array) => array.literal(f),
            Self::Tuple(parts) => listed(f, "(", parts.iter(), ")", |part, f| part.literal(f)),
            Self::Error(error) => {
                f.write_str("error(")?;
                crate::builtins::text_literal(&error.kind, f)?;
                f.write_str(", ")?;
                crate::builtins::text_literal(&error.message, f)?;
                f.write_str(")")
            }
            Self::None => f.write_str("none"),
            Self::Host(object) => write!(f, "{object}"),
            Self::Map(entries) => listed(f, "{", entries.iter(), "}", |(key, value), f| {
                key.literal(f)?;
                f.write_str(": ")?;
                value.literal(f)
            }),
            Self::Struct(value) => {
                f.write_str(&value.name)?;
                listed(f, "(", value.fields.iter(), ")", |(name, value), f| {
                    write!(f, "{name}: ")?;
                    value.literal(f)
                })
            }
            Self::Variant(value) if value.payload.is_empty() => f.write_str(&value.variant),
            Self::Variant(value) => {
                f.write_str(&value.variant)?;
                listed(f, "(", value.payload.iter(), ")", |part, f| part.literal(f))
            }
        }
    }

    /// The name of its type, as far as the value shows it.
    ///
    /// ```
    /// use lyra_runtime::Value;
    /// assert_eq!(Value::Str("text".to_owned()).type_name(), "str");
    /// assert_eq!(Value::Map(Vec::new()).type_name(), "another map");
    /// ```
    #[must_use]
    pub fn type_name(&self) -> &str {
        match self {
            Self::Bool(_) => "bool",
            Self::U8(_) => "u8",
            Self::I32(_) => "i32",
            Self::I64(_) => "i64",
            Self::F64(_) => "f64",
            Self::Char(_) => "char",
            Self::Str(_) => "str",
            Self::Array(array) => array.type_name(),
            Self::Tuple(_) => "another tuple",
            Self::Error(_) => "error",
            Self::None => "none",
            Self::Host(object) => object.name(),
            Self::Map(_) => "another map",
            Self::Struct(value) => &value.name,
            Self::Variant(value) => &value.name,
        }
    }
}

impl ArrayValue {
    fn literal(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(list) => listed(f, "[", list.iter(), "]", |item, f| write!(f, "{item}")),
            Self::U8(list) => listed(f, "[", list.iter(), "]", |item, f| write!(f, "{item}")),
            Self::I32(list) => listed(f, "[", list.iter(), "]", |item, f| write!(f, "{item}")),
            Self::I64(list) => listed(f, "[", list.iter(), "]", |item, f| write!(f, "{item}")),
            Self::F64(list) => listed(f, "[", list.iter(), "]", |item, f| write!(f, "{item:?}")),
            Self::Char(list) => listed(f, "[", list.iter(), "]", |&c, f| crate::builtins::char_literal(c, f)),
            Self::Str(list) => {
                listed(f, "[", list.iter(), "]", |text, f| crate::builtins::text_literal(text, f))
            }
            Self::Other(list) => listed(f, "[", list.iter(), "]", |item, f| item.literal(f)),
        }
    }
}

/// Items with commas between brackets.
fn listed<T>(
    f: &mut fmt::Formatter<'_>,
    start: &str,
    items: impl Iterator<Item = T>,
    end: &str,
    write: impl Fn(T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    f.write_str(start)?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write(item, f)?;
    }
    f.write_str(end)
}
