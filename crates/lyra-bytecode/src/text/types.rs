//! How types and their definitions are written in a listing.
//!
//! ```text
//! [T]  (A, B)  T?  {K: V}  proc(A, B) -> R  (proc() -> R)?  cell<T>  Point
//! struct(#3)  enum(#3)  plain(#3)  interface(#3)      by the number of the definition, where its name does not tell
//! tuple(A)                                            a tuple of less than two parts, which no verified module has
//! ```

use super::operand::{LONGEST, name, number, word};
use super::quoted;
use crate::types::{Def, DefBody, DefId, Field, Type, TypeId, Types};
use lyra_base::id::Id;

/// Before a definition that is that of no type of the table, which no verified module has.
pub(super) const UNTYPED: &str = "untyped";

/// The words with which a type begins that is no named one.
pub(super) const RESERVED: [&str; 8] =
    ["proc", "cell", "tuple", "struct", "enum", "plain", "interface", "opaque"];

/// The name of a definition: in quotes if it is no plain word, or one that begins another type.
pub(super) fn type_name(text: &str) -> String {
    let is_basic = crate::types::BASIC.iter().any(|ty| ty.basic_name() == Some(text));
    if is_basic || RESERVED.contains(&text) { quoted(text) } else { name(text) }
}

/// What a type is, in terms of its parts. `defs` are the words for definitions.
pub(super) fn type_text(
    ty: &Type,
    types: &Types,
    defs: &[String],
    part: impl Fn(TypeId) -> String,
) -> String {
    let listed = |parts: &[TypeId]| parts.iter().map(|&id| part(id)).collect::<Vec<_>>().join(", ");
    if let Some(basic) = ty.basic_name() {
        return basic.to_owned();
    }
    match ty {
        Type::Array(element) => format!("[{}]", part(*element)),
        Type::Tuple(parts) if parts.len() < 2 => format!("tuple({})", listed(parts)),
        Type::Tuple(parts) => format!("({})", listed(parts)),
        &Type::Optional(inner) if types.procedure(inner).is_some() => format!("({})?", part(inner)),
        Type::Optional(inner) => format!("{}?", part(*inner)),
        Type::Map { key, value } => format!("{{{}: {}}}", part(*key), part(*value)),
        Type::Proc { params, result } => {
            let result = result.map(|id| format!(" -> {}", part(id))).unwrap_or_default();
            format!("proc({}){result}", listed(params))
        }
        Type::Cell(inner) => format!("cell<{}>", part(*inner)),
        ty => ty.def().map_or_else(String::new, |def| named_text(ty, def, types, defs)),
    }
}

/// A named type: its name, if that leads back to it.
fn named_text(ty: &Type, def: DefId, types: &Types, defs: &[String]) -> String {
    let as_declared = types.def(def).and_then(|found| type_of(def, &found.body));
    match defs.get(def.index()).filter(|word| as_declared.as_ref() == Some(ty) && !word.starts_with('#')) {
        Some(word) => word.clone(),
        None => format!("{}({})", class_word(ty), number(def)),
    }
}

/// The type that a definition is that of; `None` for one without a body.
pub(super) fn type_of(def: DefId, body: &DefBody) -> Option<Type> {
    match body {
        DefBody::Opaque => None,
        DefBody::Struct { .. } => Some(Type::Struct(def)),
        DefBody::Enum { variants } if variants.iter().all(|variant| variant.fields.is_empty()) => {
            Some(Type::PlainEnum(def))
        }
        DefBody::Enum { .. } => Some(Type::Enum(def)),
        DefBody::Interface { .. } => Some(Type::Interface(def)),
    }
}

fn class_word(ty: &Type) -> &'static str {
    match ty {
        Type::Struct(_) => "struct",
        Type::Enum(_) => "enum",
        Type::PlainEnum(_) => "plain",
        _ => "interface",
    }
}

/// Types go by what they are made of, unless that is long: shared parts can make it longer than any memory.
pub(super) fn type_words(types: &Types, defs: &[String]) -> Vec<String> {
    let mut words: Vec<String> = Vec::with_capacity(types.len());
    for (id, ty) in types.iter() {
        let text = type_text(ty, types, defs, |part| word(&words, part));
        words.push(if text.len() <= LONGEST { text } else { number(id) });
    }
    words
}

/// A definition, on one line. `types` is the table that its type is in, or not.
pub(super) fn definition_text(id: DefId, def: &Def, types: &Types, ty: impl Fn(TypeId) -> String) -> String {
    let fields = |fields: &[Field]| {
        let fields = fields.iter().map(|field| format!("{}: {}", name(&field.name), ty(field.ty)));
        fields.collect::<Vec<_>>().join(", ")
    };
    let (word, members) = match &def.body {
        DefBody::Opaque => return format!("opaque {}", name(&def.name)),
        DefBody::Struct { fields: parts } => ("struct", fields(parts)),
        DefBody::Enum { variants } => {
            let variants = variants.iter().map(|variant| match variant.fields.as_slice() {
                [] => name(&variant.name),
                parts => format!("{}({})", name(&variant.name), fields(parts)),
            });
            ("enum", variants.collect::<Vec<_>>().join(", "))
        }
        DefBody::Interface { methods } => {
            let methods = methods.iter().map(|method| {
                let params: Vec<_> = method.params.iter().map(|&param| ty(param)).collect();
                let result = method.result.map(|id| format!(" -> {}", ty(id))).unwrap_or_default();
                format!("{}({}){result}", name(&method.name), params.join(", "))
            });
            ("interface", methods.collect::<Vec<_>>().join(", "))
        }
    };
    let is_typed = type_of(id, &def.body).is_some_and(|ty| types.find(&ty).is_some());
    let untyped = if is_typed { String::new() } else { format!("{UNTYPED} ") };
    format!("{untyped}{word} {} {}", name(&def.name), braced(&members))
}

/// What stands in braces.
pub(super) fn braced(members: &str) -> String {
    if members.is_empty() { "{ }".to_owned() } else { format!("{{ {members} }}") }
}
