//! From a module to sections.

use super::bytes::Writer;
use super::{
    CODE, CONSTS, DEBUG, DEFS, GLOBALS, IMPLS, IMPORTS, INFO, PROCS, Section, TESTS, TYPES, VERSION,
    fingerprint,
};
use crate::module::{Constant, Debug, Module, Proc, Signature, TestKind};
use crate::op::OperandValue;
use crate::types::{BASIC, Def, DefBody, DefId, Field, Type, TypeId};

/// Writes a module as sections, always the same way.
///
/// ```
/// use lyra_bytecode::{Module, SectionRef, decode, encode};
/// let module = Module { name: "empty".into(), ..Module::default() };
/// let sections = encode(&module);
/// let again: Vec<_> = sections.iter().map(SectionRef::from).collect();
/// assert_eq!(decode(&again)?, module);
/// # Ok::<(), lyra_bytecode::DecodeError>(())
/// ```
#[must_use]
pub fn encode(module: &Module) -> Vec<Section> {
    let mut sections = vec![
        section(INFO, |w| info(w, module)),
        section(TYPES, |w| types(w, module)),
        section(DEFS, |w| list(w, module.types.defs().as_slice(), definition)),
        section(CONSTS, |w| list(w, module.constants.as_slice(), constant)),
        section(IMPORTS, |w| {
            list(w, module.imports.as_slice(), |w, import| {
                w.text(&import.module);
                w.text(&import.name);
                signature(w, &import.signature);
            });
        }),
        section(GLOBALS, |w| {
            list(w, module.globals.as_slice(), |w, global| {
                w.text(&global.name);
                ty(w, global.ty);
                w.flag(global.public);
            });
        }),
        section(PROCS, |w| list(w, module.procs.as_slice(), proc)),
        section(IMPLS, |w| {
            list(w, &module.impls, |w, found| {
                w.number(found.interface.0);
                ty(w, found.ty);
                list(w, &found.methods, |w, proc| w.number(proc.0));
            });
            list(w, &module.methods, |w, method| {
                ty(w, method.ty);
                w.text(&method.name);
                w.number(method.proc.0);
            });
        }),
        section(CODE, |w| {
            for &op in module.procs.iter().flat_map(|proc| &proc.code) {
                w.byte(op.code());
                op.each_operand(|value| operand(w, value));
            }
        }),
    ];
    if !module.tests.is_empty() {
        sections.push(section(TESTS, |w| {
            list(w, &module.tests, |w, test| {
                w.flag(test.kind == TestKind::Bench);
                w.text(&test.name);
                w.number(test.proc.0);
                w.number(test.line);
            });
        }));
    }
    if let Some(debug) = &module.debug {
        sections.push(section(DEBUG, |w| write_debug(w, debug)));
    }
    sections
}

fn section(name: &'static str, write: impl FnOnce(&mut Writer)) -> Section {
    let mut writer = Writer::default();
    write(&mut writer);
    Section { name, bytes: writer.into_bytes() }
}

fn list<T>(w: &mut Writer, items: &[T], mut write: impl FnMut(&mut Writer, &T)) {
    w.count(items.len());
    for item in items {
        write(w, item);
    }
}

fn info(w: &mut Writer, module: &Module) {
    w.number(VERSION);
    w.raw(&fingerprint().to_le_bytes());
    w.text(&module.name);
    w.flag(module.entry.is_some());
    if let Some(entry) = module.entry {
        w.number(entry.0);
    }
}

fn types(w: &mut Writer, module: &Module) {
    w.count(module.types.len() - BASIC.len());
    for (_, compound) in module.types.iter().skip(BASIC.len()) {
        match compound {
            Type::Array(element) => {
                w.byte(0);
                ty(w, *element);
            }
            Type::Tuple(parts) => {
                w.byte(1);
                list(w, parts, |w, &part| ty(w, part));
            }
            Type::Optional(inner) => {
                w.byte(2);
                ty(w, *inner);
            }
            Type::Map { key, value } => {
                w.byte(3);
                ty(w, *key);
                ty(w, *value);
            }
            Type::Proc { params, result } => {
                w.byte(4);
                list(w, params, |w, &param| ty(w, param));
                optional_type(w, *result);
            }
            Type::Cell(inner) => {
                w.byte(5);
                ty(w, *inner);
            }
            Type::Struct(def) => named(w, 6, *def),
            Type::Enum(def) => named(w, 7, *def),
            Type::PlainEnum(def) => named(w, 8, *def),
            Type::Interface(def) => named(w, 9, *def),
            // A table begins with the basic types and has no type twice.
            Type::Bool
            | Type::U8
            | Type::I32
            | Type::I64
            | Type::F64
            | Type::Char
            | Type::Str
            | Type::Error
            | Type::Any => {}
        }
    }
}

fn named(w: &mut Writer, tag: u8, def: DefId) {
    w.byte(tag);
    w.number(def.0);
}

fn definition(w: &mut Writer, def: &Def) {
    w.text(&def.name);
    match &def.body {
        DefBody::Opaque => w.byte(0),
        DefBody::Struct { fields: parts } => {
            w.byte(1);
            fields(w, parts);
        }
        DefBody::Enum { variants } => {
            w.byte(2);
            list(w, variants, |w, variant| {
                w.text(&variant.name);
                fields(w, &variant.fields);
            });
        }
        DefBody::Interface { methods } => {
            w.byte(3);
            list(w, methods, |w, method| {
                w.text(&method.name);
                list(w, &method.params, |w, &param| ty(w, param));
                optional_type(w, method.result);
            });
        }
    }
}

fn fields(w: &mut Writer, fields: &[Field]) {
    list(w, fields, |w, field| {
        w.text(&field.name);
        ty(w, field.ty);
    });
}

fn constant(w: &mut Writer, constant: &Constant) {
    match constant {
        Constant::I64(value) => {
            w.byte(0);
            w.signed(*value);
        }
        Constant::F64(bits) => {
            w.byte(1);
            w.raw(&bits.to_le_bytes());
        }
        Constant::Str(text) => {
            w.byte(2);
            w.text(text);
        }
    }
}

fn signature(w: &mut Writer, signature: &Signature) {
    list(w, &signature.params, |w, &param| ty(w, param));
    optional_type(w, signature.result);
}

fn optional_type(w: &mut Writer, id: Option<TypeId>) {
    w.flag(id.is_some());
    if let Some(id) = id {
        ty(w, id);
    }
}

fn proc(w: &mut Writer, proc: &Proc) {
    w.text(&proc.name);
    signature(w, &proc.signature);
    w.flag(proc.public);
    list(w, &proc.locals, |w, &local| ty(w, local));
    list(w, &proc.handlers, |w, handler| {
        w.number(handler.start);
        w.number(handler.end);
        w.number(handler.target);
    });
    w.count(proc.code.len());
}

fn operand(w: &mut Writer, operand: OperandValue) {
    match operand {
        OperandValue::Bool(value) => w.flag(value),
        OperandValue::U8(value) => w.byte(value),
        OperandValue::U16(value) => w.number(value),
        OperandValue::I32(value) => w.signed(value.into()),
        OperandValue::Char(value) => w.number(u32::from(value)),
        OperandValue::Const(id) => w.number(id.0),
        OperandValue::Local(local) => w.number(local.0),
        OperandValue::Global(id) => w.number(id.0),
        OperandValue::Label(to) => w.number(to.0),
        OperandValue::Proc(id) => w.number(id.0),
        OperandValue::Type(id) => ty(w, id),
        OperandValue::Operator(operator) => w.byte(operator as u8),
        OperandValue::Builtin(builtin) => w.byte(builtin as u8),
        OperandValue::Import(id) => w.number(id.0),
    }
}

fn ty(w: &mut Writer, ty: TypeId) {
    w.number(ty.0);
}

/// Instructions and lines as steps from the entry before: most take one byte.
fn write_debug(w: &mut Writer, debug: &Debug) {
    list(w, &debug.files, |w, file| {
        w.text(&file.name);
        w.flag(file.text.is_some());
        if let Some(text) = &file.text {
            w.text(text);
        }
    });
    list(w, &debug.procs, |w, proc| {
        w.number(proc.file);
        list(w, &proc.locals, |w, (local, name)| {
            w.number(*local);
            w.text(name);
        });
        let (mut op, mut line) = (0u32, 0u32);
        list(w, &proc.positions, |w, position| {
            w.signed(position.op.wrapping_sub(op).cast_signed().into());
            w.signed(position.line.wrapping_sub(line).cast_signed().into());
            w.number(position.column);
            w.number(position.length);
            (op, line) = (position.op, position.line);
        });
    });
}
