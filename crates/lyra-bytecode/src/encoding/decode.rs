//! From sections to a module. Any bytes are safe; what comes out is still for the verifier to judge.

use super::bytes::Reader;
use super::{
    CODE, CONSTS, DEBUG, DEFS, GLOBALS, IMPLS, IMPORTS, INFO, PROCS, SectionRef, TESTS, TYPES, VERSION,
    fingerprint,
};
use crate::builtin::Builtin;
use crate::module::{
    ConstId, Constant, Debug, Global, GlobalId, Handler, Impl, Import, ImportId, Method, Module, Position,
    Proc, ProcDebug, ProcId, Signature, SourceFile, Test, TestKind,
};
use crate::op::{AnyOperator, Label, Local, OPS, Op, OperandKind, OperandValue};
use crate::types::{DefBody, DefId, Field, MethodSig, Type, TypeId, Types, Variant};
use lyra_base::id::Id;

/// Why bytes are no module: the section, the byte of it, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    section: String,
    offset: Option<usize>,
    what: String,
}

impl DecodeError {
    pub(super) fn at(section: &str, offset: usize, what: String) -> Self {
        Self { section: section.to_owned(), offset: Some(offset), what }
    }

    fn section(section: &str, what: &str) -> Self {
        let shown = section.chars().take(20).flat_map(char::escape_debug);
        Self { section: shown.collect(), offset: None, what: what.to_owned() }
    }

    /// The name of the section.
    #[must_use]
    pub fn section_name(&self) -> &str {
        &self.section
    }

    /// The byte of the section where it was found; `None` when it is about the section as a whole.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "section `{}`", self.section)?;
        if let Some(offset) = self.offset {
            write!(f, " at byte {offset}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl std::error::Error for DecodeError {}

type Read<T> = Result<T, DecodeError>;

/// Reads the sections that [`encode`](super::encode) writes: all of them, in their order, `debug` if it is there.
///
/// # Errors
/// The first byte that is wrong.
pub fn decode(sections: &[SectionRef<'_>]) -> Result<Module, DecodeError> {
    let mut sections = Sections { rest: sections };
    let (name, entry) = sections.read(INFO, info)?;
    let mut types = sections.read(TYPES, types)?;
    sections.read(DEFS, |r| {
        for _ in 0..r.count(2)? {
            definition(r, &mut types)?;
        }
        Ok(())
    })?;
    let constants = sections.read(CONSTS, |r| r.list(2, constant))?;
    let imports = sections.read(IMPORTS, |r| {
        r.list(4, |r| {
            let (module, name) = (r.text()?.to_owned(), r.text()?.to_owned());
            Ok(Import { module, name, signature: signature(r)? })
        })
    })?;
    let globals = sections.read(GLOBALS, |r| {
        r.list(3, |r| Ok(Global { name: r.text()?.to_owned(), ty: ty(r)?, public: r.flag()? }))
    })?;
    let mut procs = sections.read(PROCS, |r| r.list(7, proc))?;
    let (impls, methods) = sections.read(IMPLS, |r| {
        let impls = r.list(3, |r| {
            let (interface, ty) = (DefId(r.u32()?), ty(r)?);
            Ok(Impl { interface, ty, methods: r.list(1, |r| r.u32().map(ProcId))? })
        })?;
        let methods =
            r.list(3, |r| Ok(Method { ty: ty(r)?, name: r.text()?.to_owned(), proc: ProcId(r.u32()?) }))?;
        Ok((impls, methods))
    })?;
    sections.read(CODE, |r| {
        for (proc, count) in &mut procs {
            proc.code = code(r, *count)?;
        }
        Ok(())
    })?;
    let tests = match sections.rest {
        [next, ..] if next.name == TESTS => sections.read(TESTS, tests)?,
        _ => Vec::new(),
    };
    let debug = if sections.rest.is_empty() { None } else { Some(sections.read(DEBUG, debug)?) };
    if let Some(section) = sections.rest.first() {
        return Err(DecodeError::section(section.name, "there is no place for it after the last section"));
    }
    let procs: Vec<_> = procs.into_iter().map(|(proc, _)| proc).collect();
    Ok(Module {
        name,
        types,
        constants: constants.into(),
        imports: imports.into(),
        globals: globals.into(),
        procs: procs.into(),
        impls,
        methods,
        entry,
        tests,
        debug,
    })
}

/// The sections that are still to be read.
struct Sections<'a> {
    rest: &'a [SectionRef<'a>],
}

impl<'a> Sections<'a> {
    /// Reads the next section, which must be `name`, to its end.
    fn read<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Reader<'a>) -> Read<T>) -> Read<T> {
        let Some((section, rest)) = self.rest.split_first() else {
            return Err(DecodeError::section(name, "it is missing"));
        };
        if section.name != name {
            return Err(DecodeError::section(
                section.name,
                &format!("expected section `{name}` in its place"),
            ));
        }
        // Ids are 32 bits wide; so is every count that the bytes of a section can hold then.
        if u32::try_from(section.bytes.len()).is_err() {
            return Err(DecodeError::section(name, "it is larger than 4 GiB"));
        }
        self.rest = rest;
        let mut reader = Reader::new(name, section.bytes);
        let found = read(&mut reader)?;
        reader.finish()?;
        Ok(found)
    }
}

fn info(r: &mut Reader<'_>) -> Read<(String, Option<ProcId>)> {
    let version = r.number()?;
    if version != VERSION.into() {
        return Err(
            r.error_at(0, format!("made for bytecode version {version}; this Lyra reads version {VERSION}"))
        );
    }
    let at = r.place();
    if r.array()? != fingerprint().to_le_bytes() {
        return Err(r.error_at(at, "made by a Lyra with other instructions: compile it again with this one"));
    }
    let name = r.text()?.to_owned();
    let entry = if r.flag()? { Some(ProcId(r.u32()?)) } else { None };
    Ok((name, entry))
}

fn tests(r: &mut Reader<'_>) -> Read<Vec<Test>> {
    let at = r.place();
    let tests = r.list(4, |r| {
        let kind = if r.flag()? { TestKind::Bench } else { TestKind::Test };
        Ok(Test { name: r.text()?.to_owned(), kind, proc: ProcId(r.u32()?), line: r.u32()? })
    })?;
    // A module without tests is written without the section: one encoding for each module.
    if tests.is_empty() { Err(r.error_at(at, "it lists nothing")) } else { Ok(tests) }
}

fn types(r: &mut Reader<'_>) -> Read<Types> {
    let mut types = Types::new();
    for _ in 0..r.count(2)? {
        let at = r.place();
        let compound = match r.byte()? {
            0 => Type::Array(ty(r)?),
            1 => Type::Tuple(r.list(1, ty)?.into()),
            2 => Type::Optional(ty(r)?),
            3 => Type::Map { key: ty(r)?, value: ty(r)? },
            4 => Type::Proc { params: r.list(1, ty)?.into(), result: optional_type(r)? },
            5 => Type::Cell(ty(r)?),
            6 => Type::Struct(DefId(r.u32()?)),
            7 => Type::Enum(DefId(r.u32()?)),
            8 => Type::PlainEnum(DefId(r.u32()?)),
            9 => Type::Interface(DefId(r.u32()?)),
            tag => return Err(r.error_at(at, format!("there is no kind of type {tag}"))),
        };
        let before = types.len();
        if types.intern(compound).index() < before {
            return Err(r.error_at(at, "a type that is there already"));
        }
    }
    Ok(types)
}

fn definition(r: &mut Reader<'_>, types: &mut Types) -> Read<()> {
    let def = types.declare(r.text()?);
    let at = r.place();
    let body = match r.byte()? {
        0 => DefBody::Opaque,
        1 => DefBody::Struct { fields: fields(r)? },
        2 => {
            let variant = |r: &mut Reader<'_>| Ok(Variant { name: r.text()?.to_owned(), fields: fields(r)? });
            DefBody::Enum { variants: r.list(2, variant)? }
        }
        3 => {
            let method = |r: &mut Reader<'_>| {
                let (name, signature) = (r.text()?.to_owned(), signature(r)?);
                Ok(MethodSig { name, params: signature.params, result: signature.result })
            };
            DefBody::Interface { methods: r.list(3, method)? }
        }
        tag => return Err(r.error_at(at, format!("there is no kind of definition {tag}"))),
    };
    types.define(def, body);
    Ok(())
}

fn fields(r: &mut Reader<'_>) -> Read<Vec<Field>> {
    r.list(2, |r| Ok(Field { name: r.text()?.to_owned(), ty: ty(r)? }))
}

fn constant(r: &mut Reader<'_>) -> Read<Constant> {
    let at = r.place();
    match r.byte()? {
        0 => Ok(Constant::I64(r.signed()?)),
        1 => Ok(Constant::F64(u64::from_le_bytes(r.array()?))),
        2 => Ok(Constant::Str(r.text()?.into())),
        tag => Err(r.error_at(at, format!("there is no kind of constant {tag}"))),
    }
}

fn signature(r: &mut Reader<'_>) -> Read<Signature> {
    let params = r.list(1, ty)?;
    Ok(Signature { params, result: optional_type(r)? })
}

fn optional_type(r: &mut Reader<'_>) -> Read<Option<TypeId>> {
    if r.flag()? { ty(r).map(Some) } else { Ok(None) }
}

/// A procedure without its code, and how many instructions it has.
fn proc(r: &mut Reader<'_>) -> Read<(Proc, u32)> {
    let name = r.text()?.to_owned();
    let signature = signature(r)?;
    let public = r.flag()?;
    let locals = r.list(1, ty)?;
    let handlers = r.list(3, |r| Ok(Handler { start: r.u32()?, end: r.u32()?, target: r.u32()? }))?;
    let code = r.u32()?;
    Ok((Proc { name, signature, locals, code: vec![], handlers, public }, code))
}

fn code(r: &mut Reader<'_>, count: u32) -> Read<Vec<Op>> {
    // Counts stand in another section: instructions are read one by one until there are no bytes.
    let mut code = Vec::new();
    for _ in 0..count {
        let at = r.place();
        let number = r.byte()?;
        let op = Op::build(number, |kind| operand(r, kind))?;
        let what = || match OPS.get(usize::from(number)) {
            Some(info) => format!("the operands do not fit `{}`", info.mnemonic),
            None => format!("there is no instruction {number}"),
        };
        code.push(op.ok_or_else(|| r.error_at(at, what()))?);
    }
    code.shrink_to_fit();
    Ok(code)
}

fn operand(r: &mut Reader<'_>, kind: OperandKind) -> Read<OperandValue> {
    let at = r.place();
    Ok(match kind {
        OperandKind::Bool => OperandValue::Bool(r.flag()?),
        OperandKind::U8 => OperandValue::U8(r.byte()?),
        OperandKind::U16 => OperandValue::U16(r.u16()?),
        OperandKind::I32 => {
            let number = r.signed()?;
            let value = i32::try_from(number).map_err(|_| r.error_at(at, format!("{number} is no i32")))?;
            OperandValue::I32(value)
        }
        OperandKind::Char => {
            let code = r.u32()?;
            let value =
                char::from_u32(code).ok_or_else(|| r.error_at(at, format!("{code} is no character")))?;
            OperandValue::Char(value)
        }
        OperandKind::Const => OperandValue::Const(ConstId(r.u32()?)),
        OperandKind::Local => OperandValue::Local(Local(r.u16()?)),
        OperandKind::Global => OperandValue::Global(GlobalId(r.u32()?)),
        OperandKind::Label => OperandValue::Label(Label(r.u32()?)),
        OperandKind::Proc => OperandValue::Proc(ProcId(r.u32()?)),
        OperandKind::Type => OperandValue::Type(ty(r)?),
        OperandKind::Operator => {
            let number = r.byte()?;
            let found = AnyOperator::from_number(number);
            OperandValue::Operator(
                found.ok_or_else(|| r.error_at(at, format!("there is no operator {number}")))?,
            )
        }
        OperandKind::Builtin => {
            let number = r.byte()?;
            let found = Builtin::from_number(number);
            OperandValue::Builtin(
                found.ok_or_else(|| r.error_at(at, format!("there is no built-in {number}")))?,
            )
        }
        OperandKind::Import => OperandValue::Import(ImportId(r.u32()?)),
    })
}

fn ty(r: &mut Reader<'_>) -> Read<TypeId> {
    r.u32().map(TypeId)
}

fn debug(r: &mut Reader<'_>) -> Read<Debug> {
    let files = r.list(2, |r| {
        let name = r.text()?.to_owned();
        let text = if r.flag()? { Some(r.text()?.to_owned()) } else { None };
        Ok(SourceFile { name, text })
    })?;
    let procs = r.list(3, |r| {
        let file = r.u32()?;
        let locals = r.list(2, |r| Ok((r.u16()?, r.text()?.to_owned())))?;
        let (mut op, mut line) = (0, 0);
        let positions = r.list(4, |r| {
            op = step(r, op)?;
            line = step(r, line)?;
            Ok(Position { op, line, column: r.u32()?, length: r.u32()? })
        })?;
        Ok(ProcDebug { file, positions, locals })
    })?;
    Ok(Debug { files, procs })
}

/// A number as the step from the one before, which wraps.
fn step(r: &mut Reader<'_>, before: u32) -> Read<u32> {
    let at = r.place();
    let step = r.signed()?;
    let step = i32::try_from(step).map_err(|_| r.error_at(at, format!("{step} is too large a step")))?;
    Ok(before.wrapping_add(step.cast_unsigned()))
}
