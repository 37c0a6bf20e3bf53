//! How the things of a module's tables are written in a listing.

use super::types::{type_name, type_text, type_words};
use super::{escaped, quoted};
use crate::module::{ConstId, Constant, Import, Module};
use crate::op::{Label, OperandValue};
use crate::types::{DefId, Type, TypeId, Types};
use hashbrown::HashMap;
use lyra_base::id::Id;

/// Longer texts, types and names stand in their table only, and go by number elsewhere: a listing grows with
/// its module, and not with the product of two of its parts.
pub(super) const LONGEST: usize = 80;

/// The words for everything that an operand can refer to.
pub(super) struct Words {
    types: Vec<String>,
    defs: Vec<String>,
    constants: Vec<String>,
    imports: Vec<String>,
    globals: Vec<String>,
    procs: Vec<String>,
}

impl Words {
    pub(super) fn new(module: &Module) -> Self {
        let mut first = HashMap::new();
        let constants = module.constants.enumerate().map(|(id, constant)| {
            let text = constant_text(constant);
            let is_first = *first.entry(constant).or_insert(id) == id;
            if is_first && text.len() <= LONGEST { text } else { number(id) }
        });
        let defs = unless_taken(module.types.defs().iter().map(|def| type_name(&def.name)));
        Self {
            types: type_words(&module.types, &defs),
            defs,
            constants: constants.collect(),
            imports: unless_taken(module.imports.iter().map(import_name)),
            globals: unless_taken(module.globals.iter().map(|global| name(&global.name))),
            procs: unless_taken(module.procs.iter().map(|proc| name(&proc.name))),
        }
    }

    pub(super) fn ty(&self, id: TypeId) -> String {
        word(&self.types, id)
    }

    /// A type, in terms of types that come before `below`: a listing is read from the top.
    pub(super) fn type_declared(&self, ty: &Type, types: &Types, below: TypeId) -> String {
        type_text(ty, types, &self.defs, |part| if part.0 < below.0 { self.ty(part) } else { number(part) })
    }

    pub(super) fn def(&self, id: DefId) -> String {
        word(&self.defs, id)
    }

    pub(super) fn proc(&self, id: impl Id) -> String {
        word(&self.procs, id)
    }

    /// Any operand. `label` writes a place in the code.
    pub(super) fn operand(&self, operand: OperandValue, label: impl Fn(Label) -> String) -> String {
        match operand {
            OperandValue::Bool(value) => value.to_string(),
            OperandValue::U8(value) => value.to_string(),
            OperandValue::U16(value) => value.to_string(),
            OperandValue::I32(value) => value.to_string(),
            OperandValue::Char(value) => format!("'{}'", escaped(value.encode_utf8(&mut [0; 4]), '\'')),
            OperandValue::Const(id) => word(&self.constants, id),
            OperandValue::Local(local) => local.0.to_string(),
            OperandValue::Global(id) => word(&self.globals, id),
            OperandValue::Label(to) => label(to),
            OperandValue::Proc(id) => self.proc(id),
            OperandValue::Type(id) => self.ty(id),
            OperandValue::Operator(operator) => operator.mnemonic().to_owned(),
            OperandValue::Builtin(builtin) => builtin.info().mnemonic.to_owned(),
            OperandValue::Import(id) => word(&self.imports, id),
        }
    }

    /// What a constant says that is only named by number where it is used.
    pub(super) fn long_constant(&self, module: &Module, id: ConstId) -> Option<String> {
        let shown = self.constants.get(id.index())?;
        match module.constants.get(id).filter(|_| shown.starts_with('#'))? {
            Constant::Str(text) => Some(shortened(&quoted(&shortened(text, 30)), 30)),
            other => Some(constant_text(other)),
        }
    }
}

/// A constant, in a way that tells its type: texts have quotes, floats a point or a letter.
pub(super) fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::I64(value) => value.to_string(),
        Constant::F64(bits) => {
            let value = f64::from_bits(*bits);
            if value.is_nan() { format!("nan:{bits:#018x}") } else { format!("{value:?}") }
        }
        Constant::Str(text) => quoted(text),
    }
}

/// A name as it is, if it is a plain word, else in quotes.
pub(super) fn name(name: &str) -> String {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// `module.name`, or the name alone.
pub(super) fn import_name(import: &Import) -> String {
    if import.module.is_empty() {
        name(&import.name)
    } else {
        format!("{}.{}", name(&import.module), name(&import.name))
    }
}

/// The beginning of a text, for a comment.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The names, with the number in place of one that is long, or that an earlier entry has.
fn unless_taken(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut first: HashMap<String, usize> = HashMap::new();
    let names = names.enumerate().map(|(index, name)| {
        let owner = *first.entry(name.clone()).or_insert(index);
        if owner == index && name.len() <= LONGEST { name } else { format!("#{index}") }
    });
    names.collect()
}

pub(super) fn word(words: &[String], id: impl Id) -> String {
    words.get(id.index()).cloned().unwrap_or_else(|| number(id))
}

pub(super) fn number(id: impl Id) -> String {
    format!("#{}", id.index())
}
