//! Types as a program writes them.

use super::{Type, TypeId, Types};

/// What is still to be written.
enum Todo {
    Type(TypeId),
    Text(&'static str),
}

impl Types {
    /// As a program writes it: `[(i32, str)]`, a named type by its name. Cut off with `…` past 200 bytes, because
    /// shared parts can make the text of a small table enormous.
    #[must_use]
    pub fn name(&self, id: TypeId) -> String {
        let mut text = String::new();
        let mut todo = vec![Todo::Type(id)];
        while let Some(next) = todo.pop() {
            if text.len() > 200 {
                text.push('…');
                break;
            }
            match next {
                Todo::Text(part) => text.push_str(part),
                Todo::Type(id) => self.write_name(id, &mut text, &mut todo),
            }
        }
        text
    }

    /// Writes how the name of `id` begins, and notes in `todo` what comes after.
    fn write_name(&self, id: TypeId, text: &mut String, todo: &mut Vec<Todo>) {
        let Some(ty) = self.get(id) else { return text.push_str("unknown type") };
        if let Some(name) = ty.basic_name() {
            return text.push_str(name);
        }
        match ty {
            &Type::Array(element) => {
                text.push('[');
                todo.extend([Todo::Text("]"), Todo::Type(element)]);
            }
            Type::Tuple(parts) => {
                text.push('(');
                todo.push(Todo::Text(")"));
                todo.extend(listed(parts));
            }
            &Type::Optional(inner) if self.procedure(inner).is_some() => {
                text.push('(');
                todo.extend([Todo::Text(")?"), Todo::Type(inner)]);
            }
            &Type::Optional(inner) => todo.extend([Todo::Text("?"), Todo::Type(inner)]),
            &Type::Map { key, value } => {
                text.push('{');
                todo.extend([Todo::Text("}"), Todo::Type(value), Todo::Text(": "), Todo::Type(key)]);
            }
            Type::Proc { params, result } => {
                text.push_str("proc(");
                if let Some(result) = *result {
                    todo.extend([Todo::Type(result), Todo::Text(" -> ")]);
                }
                todo.push(Todo::Text(")"));
                todo.extend(listed(params));
            }
            &Type::Cell(inner) => {
                text.push_str("cell<");
                todo.extend([Todo::Text(">"), Todo::Type(inner)]);
            }
            ty => match ty.def().and_then(|def| self.def(def)) {
                Some(def) => text.push_str(&def.name),
                None => text.push_str("unknown type"),
            },
        }
    }
}

impl Type {
    /// The word for a type with a fixed id.
    #[must_use]
    pub const fn basic_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F64 => "f64",
            Self::Char => "char",
            Self::Str => "str",
            Self::Error => "error",
            Self::Any => "any",
            _ => return None,
        })
    }
}

/// Types with commas between, the last to be written first.
fn listed(types: &[TypeId]) -> impl Iterator<Item = Todo> {
    let after = |index| if index > 0 { Some(Todo::Text(", ")) } else { None };
    types
        .iter()
        .enumerate()
        .rev()
        .flat_map(move |(index, &ty)| std::iter::once(Todo::Type(ty)).chain(after(index)))
}
