//! The assembler's part that reads types and definitions, as `types.rs` writes them.

use super::lex::Token;
use super::read::{Line, Reader};
use super::types::{UNTYPED, type_of};
use crate::types::{BASIC, DefBody, DefId, Field, MethodSig, Type, TypeId, Variant};

/// What the first look at the text finds out about a definition: enough for its type.
#[derive(Clone, Copy, Debug)]
pub(super) enum Class {
    Opaque,
    Struct,
    Enum,
    PlainEnum,
    Interface,
}

impl Class {
    /// The class and name that a line declares, if it is a definition.
    pub(super) fn declared(tokens: &[Token]) -> Option<(Self, &str)> {
        let tokens = match tokens {
            [Token::Word(word), rest @ ..] if word == UNTYPED => rest,
            tokens => tokens,
        };
        let [Token::Word(keyword), Token::Word(name) | Token::Text(name), rest @ ..] = tokens else {
            return None;
        };
        let class = match keyword.as_str() {
            "opaque" => Self::Opaque,
            "struct" => Self::Struct,
            "enum" if rest.contains(&Token::Sign('(')) => Self::Enum,
            "enum" => Self::PlainEnum,
            "interface" => Self::Interface,
            _ => return None,
        };
        Some((class, name))
    }

    fn of(self, def: DefId) -> Type {
        match self {
            Self::Opaque | Self::Struct => Type::Struct(def),
            Self::Enum => Type::Enum(def),
            Self::PlainEnum => Type::PlainEnum(def),
            Self::Interface => Type::Interface(def),
        }
    }
}

impl Reader {
    /// The line of a definition, after its first word. Its type is added, if it is not there.
    pub(super) fn definition(&mut self, first: &str, line: &mut Line<'_>) -> Result<(), String> {
        let untyped = first == UNTYPED;
        let keyword = if untyped { line.word("a definition")? } else { first };
        line.name()?;
        let def = DefId(self.defined);
        self.defined += 1;
        if keyword == "opaque" {
            return Ok(());
        }
        line.sign('{')?;
        let body = match keyword {
            "struct" => DefBody::Struct { fields: self.members(line, '}', Self::field)? },
            "enum" => DefBody::Enum { variants: self.members(line, '}', Self::variant)? },
            _ => DefBody::Interface { methods: self.members(line, '}', Self::method_sig)? },
        };
        if let (Some(ty), false) = (type_of(def, &body), untyped) {
            self.module.types.intern(ty);
        }
        self.module.types.define(def, body);
        Ok(())
    }

    fn field(&mut self, line: &mut Line<'_>) -> Result<Field, String> {
        let name = line.name()?;
        line.sign(':')?;
        Ok(Field { name, ty: self.ty(line, 0)? })
    }

    fn variant(&mut self, line: &mut Line<'_>) -> Result<Variant, String> {
        let name = line.name()?;
        let mut fields = Vec::new();
        if line.take_sign('(') {
            fields = self.members(line, ')', Self::field)?;
            if fields.is_empty() {
                return Err("a payload has at least one part".to_owned());
            }
        }
        Ok(Variant { name, fields })
    }

    fn method_sig(&mut self, line: &mut Line<'_>) -> Result<MethodSig, String> {
        let name = line.name()?;
        let signature = self.signature(line)?;
        Ok(MethodSig { name, params: signature.params, result: signature.result })
    }

    /// Members with commas between, up to the closing sign.
    pub(super) fn members<T>(
        &mut self,
        line: &mut Line<'_>,
        close: char,
        mut read: impl FnMut(&mut Self, &mut Line<'_>) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut members = Vec::new();
        while !line.take_sign(close) {
            if !members.is_empty() {
                line.sign(',')?;
            }
            members.push(read(self, line)?);
        }
        Ok(members)
    }

    /// A type, by its number or its text.
    pub(super) fn ty(&mut self, line: &mut Line<'_>, depth: u32) -> Result<TypeId, String> {
        let mut id = match line.table_number()? {
            Some(number) => TypeId(number),
            None => self.type_body(line, depth)?,
        };
        while line.take_sign('?') {
            id = self.module.types.intern(Type::Optional(id));
        }
        Ok(id)
    }

    pub(super) fn types_until_paren(
        &mut self,
        line: &mut Line<'_>,
        depth: u32,
    ) -> Result<Vec<TypeId>, String> {
        self.members(line, ')', |reader, line| reader.ty(line, depth))
    }

    fn type_body(&mut self, line: &mut Line<'_>, depth: u32) -> Result<TypeId, String> {
        // Listings name deep types by number; deeper text than this is nobody's.
        if depth > 300 {
            return Err("this type is too deep to be written in one piece".to_owned());
        }
        let ty = if line.take_sign('[') {
            let element = self.ty(line, depth + 1)?;
            line.sign(']')?;
            Type::Array(element)
        } else if line.take_sign('{') {
            let key = self.ty(line, depth + 1)?;
            line.sign(':')?;
            let value = self.ty(line, depth + 1)?;
            line.sign('}')?;
            Type::Map { key, value }
        } else if line.take_sign('(') {
            match *self.types_until_paren(line, depth + 1)? {
                [] => return Err("expected a type between the parentheses".to_owned()),
                [alone] => return Ok(alone),
                ref parts => Type::Tuple(parts.into()),
            }
        } else if let Some(name) = line.take_text() {
            self.named(name)?
        } else {
            let word = line.word("a type")?;
            self.type_word(word, line, depth)?
        };
        Ok(self.module.types.intern(ty))
    }

    fn type_word(&mut self, word: &str, line: &mut Line<'_>, depth: u32) -> Result<Type, String> {
        if let Some(basic) = BASIC.iter().find(|ty| ty.basic_name() == Some(word)) {
            return Ok(basic.clone());
        }
        Ok(match word {
            "proc" => {
                line.sign('(')?;
                let params = self.types_until_paren(line, depth + 1)?.into();
                let has_result = line.take(&Token::Arrow);
                let result = if has_result { Some(self.ty(line, depth + 1)?) } else { None };
                Type::Proc { params, result }
            }
            "cell" => {
                line.sign('<')?;
                let inner = self.ty(line, depth + 1)?;
                line.sign('>')?;
                Type::Cell(inner)
            }
            "tuple" => {
                line.sign('(')?;
                Type::Tuple(self.types_until_paren(line, depth + 1)?.into())
            }
            "struct" => Type::Struct(definition_number(line)?),
            "enum" => Type::Enum(definition_number(line)?),
            "plain" => Type::PlainEnum(definition_number(line)?),
            "interface" => Type::Interface(definition_number(line)?),
            name => self.named(name)?,
        })
    }

    fn named(&self, name: &str) -> Result<Type, String> {
        let found = self.defs.get(name).map(|&(def, class)| class.of(def));
        found.ok_or_else(|| format!("there is no type {}", Token::Word(name.to_owned())))
    }

    /// A definition, by its number or name.
    pub(super) fn def_id(&self, line: &mut Line<'_>) -> Result<DefId, String> {
        if let Some(number) = line.table_number()? {
            return Ok(DefId(number));
        }
        let name = line.name()?;
        let found = self.defs.get(&name).map(|&(def, _)| def);
        found.ok_or_else(|| format!("there is no definition {}", Token::Word(name)))
    }
}

/// `(#3)`
fn definition_number(line: &mut Line<'_>) -> Result<DefId, String> {
    line.sign('(')?;
    let Some(number) = line.table_number()? else {
        return Err(line.unexpected("the number of a definition"));
    };
    line.sign(')')?;
    Ok(DefId(number))
}
