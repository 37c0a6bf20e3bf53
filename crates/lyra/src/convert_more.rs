//! Optionals, maps and values of any type, as Rust types.

use crate::convert::{FromLyra, IntoLyra, LyraType};
use lyra_runtime::{HostType, Value};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

impl<T: LyraType> LyraType for Option<T> {
    fn lyra_type() -> HostType {
        match T::lyra_type() {
            // There is one `?` in a row, and `any` holds none already.
            already @ (HostType::Optional(_) | HostType::Any) => already,
            inner => HostType::Optional(Box::new(inner)),
        }
    }
}

impl<T: IntoLyra> IntoLyra for Option<T> {
    fn into_lyra(self) -> Value {
        self.map_or(Value::None, T::into_lyra)
    }
}

impl<T: FromLyra> FromLyra for Option<T> {
    fn from_lyra(value: Value) -> Option<Self> {
        match value {
            Value::None => Some(None),
            value => T::from_lyra(value).map(Some),
        }
    }
    fn expected() -> String {
        format!("{} or none", T::expected())
    }
}

impl LyraType for Value {
    fn lyra_type() -> HostType {
        HostType::Any
    }
}

impl IntoLyra for Value {
    fn into_lyra(self) -> Value {
        self
    }
}

impl FromLyra for Value {
    fn from_lyra(value: Value) -> Option<Self> {
        Some(value)
    }
}

/// A Rust type that can be the key of a map: `bool u8 i32 i64 char`, texts, and tuples of these.
///
/// ```
/// fn lookup<K: lyra::LyraKey>(_: &lyra::Entries<K, i32>) {}
/// lookup(&lyra::Entries(vec![("one", 1)]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    note = "keys are `bool u8 i32 i64 char String`, and tuples of these"
)]
pub trait LyraKey: LyraType {}

impl LyraKey for bool {}
impl LyraKey for u8 {}
impl LyraKey for i32 {}
impl LyraKey for i64 {}
impl LyraKey for char {}
impl LyraKey for String {}
impl LyraKey for &str {}
impl<A: LyraKey, B: LyraKey> LyraKey for (A, B) {}
impl<A: LyraKey, B: LyraKey, C: LyraKey> LyraKey for (A, B, C) {}
impl<A: LyraKey, B: LyraKey, C: LyraKey, D: LyraKey> LyraKey for (A, B, C, D) {}

/// Keys and values of a map in its order, which is that in which its keys came. Of equal keys the last wins.
///
/// ```
/// use lyra::{Engine, Entries};
/// let map: Entries<String, i32> = Engine::default().eval(r#"({"b": 1, "a": 2})"#)?;
/// assert_eq!(map.0, [("b".to_owned(), 1), ("a".to_owned(), 2)]);
/// # Ok::<(), lyra::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Entries<K, V>(pub Vec<(K, V)>);

fn map_type<K: LyraType, V: LyraType>() -> HostType {
    HostType::Map(Box::new(K::lyra_type()), Box::new(V::lyra_type()))
}

fn map_value<K: IntoLyra, V: IntoLyra>(entries: impl IntoIterator<Item = (K, V)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.into_lyra(), value.into_lyra())).collect())
}

fn collected<K: FromLyra, V: FromLyra, M: FromIterator<(K, V)>>(value: Value) -> Option<M> {
    let Value::Map(entries) = value else { return None };
    entries.into_iter().map(|(key, value)| Some((K::from_lyra(key)?, V::from_lyra(value)?))).collect()
}

impl<K: LyraKey, V: LyraType> LyraType for Entries<K, V> {
    fn lyra_type() -> HostType {
        map_type::<K, V>()
    }
}

impl<K: LyraKey + IntoLyra, V: IntoLyra> IntoLyra for Entries<K, V> {
    fn into_lyra(self) -> Value {
        map_value(self.0)
    }
}

impl<K: LyraKey + FromLyra, V: FromLyra> FromLyra for Entries<K, V> {
    fn from_lyra(value: Value) -> Option<Self> {
        collected(value).map(Self)
    }
}

impl<K: LyraKey, V: LyraType> LyraType for BTreeMap<K, V> {
    fn lyra_type() -> HostType {
        map_type::<K, V>()
    }
}

impl<K: LyraKey + IntoLyra, V: IntoLyra> IntoLyra for BTreeMap<K, V> {
    fn into_lyra(self) -> Value {
        map_value(self)
    }
}

impl<K: LyraKey + FromLyra + Ord, V: FromLyra> FromLyra for BTreeMap<K, V> {
    fn from_lyra(value: Value) -> Option<Self> {
        collected(value)
    }
}

impl<K: LyraKey, V: LyraType, S> LyraType for HashMap<K, V, S> {
    fn lyra_type() -> HostType {
        map_type::<K, V>()
    }
}

// There is no way back: a program would see the order of the hash table, another in each run.
impl<K: LyraKey + FromLyra + Eq + Hash, V: FromLyra, S: BuildHasher + Default> FromLyra for HashMap<K, V, S> {
    fn from_lyra(value: Value) -> Option<Self> {
        collected(value)
    }
}
