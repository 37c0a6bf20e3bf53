//! Rust values to Lyra values and back: the types that cross, and how lists of them become arguments.

use lyra_bytecode::scalar::Scalar;
use lyra_runtime::{ArrayValue, HostType, Value};

/// A Rust type that has a Lyra type.
///
/// | Rust | Lyra |
/// |---|---|
/// | `bool u8 i32 i64 f64 char` | the same |
/// | `String`, `&str` (to Lyra only) | `str` |
/// | `Vec<T>` | `[T]` |
/// | `(A, B)` to `(A, …, H)` | the same |
/// | `Option<T>` | `T?` |
/// | [`Entries<K, V>`](crate::Entries), `BTreeMap<K, V>`, `HashMap<K, V>` (to Rust only) | `{K: V}` |
/// | [`Value`], [`Host<T>`](crate::Host) | `any` |
///
/// ```
/// use lyra::LyraType;
/// assert_eq!(Vec::<(i32, String)>::lyra_type().to_string(), "[(i32, str)]");
/// ```
pub trait LyraType {
    /// Its Lyra type.
    ///
    /// ```
    /// # use lyra::LyraType;
    /// assert_eq!(f64::lyra_type().to_string(), "f64");
    /// ```
    fn lyra_type() -> HostType;

    /// Whether it is a word to the machine, so that calls convert nothing.
    #[doc(hidden)]
    const WORD: bool = false;
}

/// A Rust type whose values can be handed to a program.
///
/// ```
/// use lyra::{IntoLyra, Value};
/// assert_eq!("text".into_lyra(), Value::Str("text".to_owned()));
/// ```
pub trait IntoLyra: LyraType + Sized {
    /// The Lyra value.
    ///
    /// ```
    /// # use lyra::{IntoLyra, Value};
    /// assert_eq!(7i64.into_lyra(), Value::I64(7));
    /// ```
    fn into_lyra(self) -> Value;

    /// Its word, where it is one.
    #[doc(hidden)]
    fn into_word(self) -> u64 {
        0
    }

    /// Many at once: an array of scalars is handed over whole.
    #[doc(hidden)]
    fn into_array(values: Vec<Self>) -> ArrayValue {
        ArrayValue::Other(values.into_iter().map(Self::into_lyra).collect())
    }
}

/// A Rust type that a program's values can become.
///
/// ```
/// use lyra::{FromLyra, Value};
/// assert_eq!(i32::from_lyra(Value::I32(3)), Some(3));
/// assert_eq!(i32::from_lyra(Value::Bool(true)), None);
/// ```
pub trait FromLyra: LyraType + Sized {
    /// The Rust value; `None` when `value` is of another type.
    ///
    /// ```
    /// # use lyra::{FromLyra, Value};
    /// assert_eq!(char::from_lyra(Value::Char('é')), Some('é'));
    /// ```
    fn from_lyra(value: Value) -> Option<Self>;

    /// From its word, where it is one.
    #[doc(hidden)]
    fn from_word(_: u64) -> Option<Self> {
        None
    }

    /// What a message says was expected.
    #[doc(hidden)]
    fn expected() -> String {
        Self::lyra_type().to_string()
    }

    /// Many at once.
    #[doc(hidden)]
    fn from_array(values: ArrayValue) -> Option<Vec<Self>> {
        match values {
            ArrayValue::Other(values) => values.into_iter().map(Self::from_lyra).collect(),
            _ => None,
        }
    }
}

/// Basic types; those that are words to the machine say so.
macro_rules! basic_types {
    ($($rust:ty: $Variant:ident $($word:ident)?;)*) => {$(
        impl LyraType for $rust {
            fn lyra_type() -> HostType {
                HostType::$Variant
            }
            $(basic_types!($word constant);)?
        }

        impl IntoLyra for $rust {
            fn into_lyra(self) -> Value {
                Value::$Variant(self)
            }
            $(basic_types!($word into);)?
            fn into_array(values: Vec<Self>) -> ArrayValue {
                ArrayValue::$Variant(values)
            }
        }

        impl FromLyra for $rust {
            fn from_lyra(value: Value) -> Option<Self> {
                match value {
                    Value::$Variant(value) => Some(value),
                    _ => None,
                }
            }
            $(basic_types!($word from);)?
            fn from_array(values: ArrayValue) -> Option<Vec<Self>> {
                match values {
                    ArrayValue::$Variant(values) => Some(values),
                    _ => None,
                }
            }
        }
    )*};
    (word constant) => {
        const WORD: bool = true;
    };
    (word into) => {
        #[inline]
        fn into_word(self) -> u64 {
            self.to_word()
        }
    };
    (word from) => {
        #[inline]
        fn from_word(word: u64) -> Option<Self> {
            Some(Scalar::from_word(word))
        }
    };
}

basic_types! {
    bool: Bool word;
    u8: U8 word;
    i32: I32 word;
    i64: I64 word;
    f64: F64 word;
    char: Char word;
    String: Str;
}

impl LyraType for &str {
    fn lyra_type() -> HostType {
        HostType::Str
    }
}

impl IntoLyra for &str {
    fn into_lyra(self) -> Value {
        Value::Str(self.to_owned())
    }
    fn into_array(values: Vec<Self>) -> ArrayValue {
        ArrayValue::Str(values.into_iter().map(str::to_owned).collect())
    }
}

impl<T: LyraType> LyraType for Vec<T> {
    fn lyra_type() -> HostType {
        HostType::Array(Box::new(T::lyra_type()))
    }
}

impl<T: IntoLyra> IntoLyra for Vec<T> {
    fn into_lyra(self) -> Value {
        Value::Array(T::into_array(self))
    }
}

impl<T: FromLyra> FromLyra for Vec<T> {
    fn from_lyra(value: Value) -> Option<Self> {
        match value {
            Value::Array(values) => T::from_array(values),
            _ => None,
        }
    }
}

/// The arguments of a call: a tuple of values, `()` for none.
///
/// ```
/// use lyra::Args;
/// assert_eq!(<(i32, &str)>::types().len(), 2);
/// ```
pub trait Args {
    /// Their types, in order.
    ///
    /// ```
    /// # use lyra::Args;
    /// assert_eq!(<(bool,)>::types()[0].to_string(), "bool");
    /// ```
    fn types() -> Vec<HostType>;

    /// Their values, in order.
    ///
    /// ```
    /// # use lyra::{Args, Value};
    /// assert_eq!((1i32, 2i64).into_values(), [Value::I32(1), Value::I64(2)]);
    /// ```
    fn into_values(self) -> Vec<Value>;

    /// Whether all of them are words to the machine.
    #[doc(hidden)]
    const WORDS: bool = false;

    /// Lends their words, where they are.
    #[doc(hidden)]
    fn with_words<R>(self, work: impl FnOnce(&[u64]) -> R) -> R
    where
        Self: Sized,
    {
        work(&[])
    }
}

/// What a call gives: a value, or `()` for nothing.
///
/// ```
/// use lyra::CallResult;
/// assert_eq!(<()>::result_type(), None);
/// ```
pub trait CallResult: Sized {
    /// Its type, `None` for nothing.
    ///
    /// ```
    /// # use lyra::CallResult;
    /// assert_eq!(i32::result_type().unwrap().to_string(), "i32");
    /// ```
    fn result_type() -> Option<HostType>;

    /// The Rust value; `None` when `value` is of another type.
    ///
    /// ```
    /// # use lyra::{CallResult, Value};
    /// assert_eq!(i32::from_result(Some(Value::I32(1))), Some(1));
    /// ```
    fn from_result(value: Option<Value>) -> Option<Self>;

    /// Whether it is a word to the machine, or nothing.
    #[doc(hidden)]
    const WORD: bool = false;

    /// From its word, where it is one.
    #[doc(hidden)]
    fn from_result_word(_: u64) -> Option<Self> {
        None
    }
}

impl CallResult for () {
    fn result_type() -> Option<HostType> {
        None
    }
    fn from_result(value: Option<Value>) -> Option<Self> {
        value.is_none().then_some(())
    }
    const WORD: bool = true;
    fn from_result_word(_: u64) -> Option<Self> {
        Some(())
    }
}

impl<T: FromLyra> CallResult for T {
    fn result_type() -> Option<HostType> {
        Some(T::lyra_type())
    }
    fn from_result(value: Option<Value>) -> Option<Self> {
        value.and_then(T::from_lyra)
    }
    const WORD: bool = T::WORD;
    #[inline]
    fn from_result_word(word: u64) -> Option<Self> {
        T::from_word(word)
    }
}

macro_rules! tuples {
    ($(($($T:ident),*))*) => {$(
        impl<$($T: LyraType),*> LyraType for ($($T,)*) {
            fn lyra_type() -> HostType {
                HostType::Tuple(vec![$($T::lyra_type()),*])
            }
        }

        impl<$($T: IntoLyra),*> IntoLyra for ($($T,)*) {
            fn into_lyra(self) -> Value {
                #[allow(non_snake_case, reason = "one variable for each type, named alike")]
                let ($($T,)*) = self;
                Value::Tuple(vec![$($T.into_lyra()),*])
            }
        }

        impl<$($T: FromLyra),*> FromLyra for ($($T,)*) {
            fn from_lyra(value: Value) -> Option<Self> {
                let Value::Tuple(parts) = value else { return None };
                let mut parts = parts.into_iter();
                let tuple = ($($T::from_lyra(parts.next()?)?,)*);
                parts.next().is_none().then_some(tuple)
            }
        }
    )*};
}

// A tuple of Lyra has at least two parts.
tuples! {
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, F)
    (A, B, C, D, E, F, G)
    (A, B, C, D, E, F, G, H)
}

macro_rules! args {
    ($(($($T:ident),*))*) => {$(
        impl<$($T: IntoLyra),*> Args for ($($T,)*) {
            fn types() -> Vec<HostType> {
                vec![$($T::lyra_type()),*]
            }
            fn into_values(self) -> Vec<Value> {
                #[allow(non_snake_case, reason = "one variable for each type, named alike")]
                let ($($T,)*) = self;
                vec![$($T.into_lyra()),*]
            }
            const WORDS: bool = $($T::WORD)&&*;
            #[inline]
            fn with_words<R>(self, work: impl FnOnce(&[u64]) -> R) -> R {
                #[allow(non_snake_case, reason = "one variable for each type, named alike")]
                let ($($T,)*) = self;
                work(&[$($T.into_word()),*])
            }
        }
    )*};
}

impl Args for () {
    fn types() -> Vec<HostType> {
        Vec::new()
    }
    fn into_values(self) -> Vec<Value> {
        Vec::new()
    }
    const WORDS: bool = true;
}

args! {
    (A1)
    (A1, A2)
    (A1, A2, A3)
    (A1, A2, A3, A4)
    (A1, A2, A3, A4, A5)
    (A1, A2, A3, A4, A5, A6)
    (A1, A2, A3, A4, A5, A6, A7)
    (A1, A2, A3, A4, A5, A6, A7, A8)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15)
    (A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16)
}
