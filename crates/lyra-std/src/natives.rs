//! The natives: functions of host modules whose names no program can write, one row each.

mod args;
mod base64;
mod hash;
mod json;
mod log;
mod math;
mod random;
mod regex;
mod time;

pub(crate) use random::Random;
pub(crate) use regex::Patterns;

use crate::services::Services;
use lyra_bytecode::{HostSignature, HostType};
use lyra_runtime::{HostCall, HostError, HostFunction, Value};
use std::sync::Arc;

/// What a native gives. Large results are made in the machine, and this is none.
type Outcome = Result<Option<Value>, HostError>;

/// What a native does.
type Run = fn(&Services, &mut HostCall<'_>) -> Outcome;

/// A row: module, name, parameters, result, function.
struct Native(&'static str, &'static str, &'static [Ty], Option<Ty>, Run);

/// The types in the rows.
#[derive(Clone, Copy)]
enum Ty {
    Bool,
    I32,
    I64,
    F64,
    Str,
    Any,
    Bytes,
    Texts,
    /// `[any]?` and `{str: any}?`: nothing is given there; they are parameters so that a program that calls the native
    /// has the types of which its result is made.
    List,
    Map,
    OptStr,
    OptTexts,
    TextLists,
    Groups,
    Span,
    Parts,
}

impl Ty {
    fn host(self) -> HostType {
        let array = |inner| HostType::Array(Box::new(inner));
        let optional = |inner| HostType::Optional(Box::new(inner));
        let map = |value| HostType::Map(Box::new(HostType::Str), Box::new(value));
        match self {
            Self::Bool => HostType::Bool,
            Self::I32 => HostType::I32,
            Self::I64 => HostType::I64,
            Self::F64 => HostType::F64,
            Self::Str => HostType::Str,
            Self::Any => HostType::Any,
            Self::Bytes => array(HostType::U8),
            Self::Texts => array(HostType::Str),
            Self::List => optional(array(HostType::Any)),
            Self::Map => optional(map(HostType::Any)),
            Self::OptStr => optional(HostType::Str),
            Self::OptTexts => optional(array(optional(HostType::Str))),
            Self::TextLists => array(array(optional(HostType::Str))),
            Self::Groups => optional(map(HostType::Str)),
            Self::Span => optional(HostType::Tuple(vec![HostType::I32, HostType::I32])),
            Self::Parts => HostType::Tuple(vec![HostType::I32; 9]),
        }
    }
}

use Ty::{
    Any, Bool, Bytes, F64, Groups, I32, I64, List, Map, OptStr, OptTexts, Parts, Span, Str, TextLists, Texts,
};

const NATIVES: &[Native] = &[
    Native("std:args", "all", &[], Some(Texts), args::all),
    Native("std:base64", "encode", &[Bytes, Bool], Some(Str), base64::encode),
    Native("std:base64", "decode", &[Str, Bool], Some(Bytes), base64::decode),
    Native("std:base64", "decode_text", &[Str, Bool], Some(Str), base64::decode_text),
    Native("std:hash", "sha256", &[Str], Some(Str), hash::sha256_text),
    Native("std:hash", "sha256_bytes", &[Bytes], Some(Str), hash::sha256_bytes),
    Native("std:hash", "blake3", &[Str], Some(Str), hash::blake3_text),
    Native("std:hash", "blake3_bytes", &[Bytes], Some(Str), hash::blake3_bytes),
    Native("std:json", "parse", &[Str, List, Map], Some(Any), json::parse),
    Native("std:json", "stringify", &[Any, I32], Some(Str), json::stringify),
    Native("std:log", "write", &[I32, Str], None, log::write),
    Native("std:math", "pow", &[F64, F64], Some(F64), math::pow),
    Native("std:math", "atan2", &[F64, F64], Some(F64), math::atan2),
    Native("std:math", "hypot", &[F64, F64], Some(F64), math::hypot),
    Native("std:math", "cbrt", &[F64], Some(F64), math::cbrt),
    Native("std:math", "exp", &[F64], Some(F64), math::exp),
    Native("std:math", "expm1", &[F64], Some(F64), math::expm1),
    Native("std:math", "log", &[F64], Some(F64), math::log),
    Native("std:math", "log1p", &[F64], Some(F64), math::log1p),
    Native("std:math", "log2", &[F64], Some(F64), math::log2),
    Native("std:math", "log10", &[F64], Some(F64), math::log10),
    Native("std:math", "sin", &[F64], Some(F64), math::sin),
    Native("std:math", "cos", &[F64], Some(F64), math::cos),
    Native("std:math", "tan", &[F64], Some(F64), math::tan),
    Native("std:math", "asin", &[F64], Some(F64), math::asin),
    Native("std:math", "acos", &[F64], Some(F64), math::acos),
    Native("std:math", "atan", &[F64], Some(F64), math::atan),
    Native("std:math", "sinh", &[F64], Some(F64), math::sinh),
    Native("std:math", "cosh", &[F64], Some(F64), math::cosh),
    Native("std:math", "tanh", &[F64], Some(F64), math::tanh),
    Native("std:random", "seed", &[I64], None, random::seed),
    Native("std:random", "next", &[], Some(I64), random::next),
    Native("std:random", "float", &[], Some(F64), random::float),
    Native("std:random", "below", &[I64], Some(I64), random::below),
    Native("std:regex", "check", &[Str], None, regex::check),
    Native("std:regex", "is_match", &[Str, Str], Some(Bool), regex::is_match),
    Native("std:regex", "find", &[Str, Str], Some(OptStr), regex::find),
    Native("std:regex", "span", &[Str, Str], Some(Span), regex::span),
    Native("std:regex", "find_all", &[Str, Str], Some(Texts), regex::find_all),
    Native("std:regex", "captures", &[Str, Str], Some(OptTexts), regex::captures),
    Native("std:regex", "captures_all", &[Str, Str], Some(TextLists), regex::captures_all),
    Native("std:regex", "groups", &[Str, Str], Some(Groups), regex::groups),
    Native("std:regex", "replace", &[Str, Str, Str], Some(Str), regex::replace),
    Native("std:regex", "split", &[Str, Str], Some(Texts), regex::split),
    Native("std:regex", "escape", &[Str], Some(Str), regex::escape),
    Native("std:time", "now", &[], Some(F64), time::now),
    Native("std:time", "monotonic", &[], Some(F64), time::monotonic),
    Native("std:time", "parts", &[F64], Some(Parts), time::parts),
    Native("std:time", "format", &[F64, Str], Some(Str), time::format),
    Native("std:time", "to_text", &[F64], Some(Str), time::to_text),
    Native("std:time", "parse", &[Str], Some(F64), time::parse),
];

impl Native {
    fn signature(&self) -> HostSignature {
        let params = self.2.iter().map(|ty| ty.host()).collect();
        HostSignature { params, result: self.3.map(Ty::host) }
    }
}

/// A native as a compiler sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its host module: `std:` and the name of the standard module that may call it.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it takes and gives.
    pub signature: HostSignature,
}

/// The natives that the standard module `name` may call.
///
/// ```
/// let names: Vec<&str> = lyra_std::declarations("args").map(|native| native.name).collect();
/// assert_eq!(names, ["all"]);
/// ```
pub fn declarations(name: &str) -> impl Iterator<Item = Declaration> {
    NATIVES
        .iter()
        .filter(move |native| native.0.strip_prefix("std:") == Some(name))
        .map(|native| Declaration { module: native.0, name: native.1, signature: native.signature() })
}

/// The native of that name in a host module; `None` when there is none. It works with the [`Services`] of the machine
/// that calls it; where that has none, nothing is granted and nothing lasts.
///
/// ```
/// assert!(lyra_std::function("std:hash", "sha256").is_some());
/// assert!(lyra_std::function("hash", "sha256").is_none());
/// ```
#[must_use]
pub fn function(module: &str, name: &str) -> Option<HostFunction> {
    let native = NATIVES.iter().find(|native| native.0 == module && native.1 == name)?;
    let run = native.4;
    let body = move |call: &mut HostCall<'_>| {
        let services = call.services().downcast_ref::<Services>().cloned().unwrap_or_default();
        run(&services, call)
    };
    Some(HostFunction { signature: native.signature(), body: Arc::new(body), direct: None })
}

/// An argument that the native cannot take.
fn invalid(message: impl Into<String>) -> HostError {
    HostError::new("invalid_argument", message)
}
