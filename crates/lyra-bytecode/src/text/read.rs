//! The assembler.
//!
//! Two looks at the text: the first gives definitions, procs and labels their numbers, because things may refer to
//! each before it is listed; the second builds the module. Everything else is declared before it is used.

use super::lex::{Token, lex};
use super::read_types::Class;
use crate::builtin::Builtin;
use crate::module::{
    ConstId, Constant, Global, GlobalId, Handler, Impl, Import, ImportId, Method, Module, Position, Proc,
    ProcDebug, ProcId, Signature, SourceFile, Test, TestKind,
};
use crate::op::{AnyOperator, Label, Local, Op, OperandKind, OperandValue};
use crate::types::DefId;
use hashbrown::HashMap;
use lyra_base::id::Id;
use std::str::FromStr;

/// Why a text is no assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssembleError {
    line: usize,
    what: String,
}

impl AssembleError {
    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is wrong with it.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl std::fmt::Display for AssembleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for AssembleError {}

/// Reads a listing. The module is *not* verified: what [`verify`](crate::verify) refuses can be written too.
///
/// # Errors
/// The first line that cannot be read.
///
/// ```
/// use lyra_bytecode::{Op, ProcId, assemble};
/// let module = assemble("
///     proc double(i32) -> i32 public {
///       local 0 i32
///       get_word 0
///       dup_word
///       add_i32
///       return
///     }
/// ")?;
/// assert_eq!(module.procs[ProcId(0)].code[2], Op::AddI32);
/// assert_eq!(assemble("proc p() {\n  fly\n}").unwrap_err().to_string(), "line 2: there is no instruction `fly`");
/// # Ok::<(), lyra_bytecode::AssembleError>(())
/// ```
pub fn assemble(text: &str) -> Result<Module, AssembleError> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let tokens = lex(line).map_err(|what| AssembleError { line: number, what })?;
        if !tokens.is_empty() {
            lines.push((number, tokens));
        }
    }
    let mut reader = Reader::default();
    let mut procs = 0;
    for (_, tokens) in &lines {
        if let Some((class, name)) = Class::declared(tokens) {
            let def = reader.module.types.declare(name);
            reader.defs.entry(name.to_owned()).or_insert((def, class));
        }
        if let [Token::Word(keyword), Token::Word(name) | Token::Text(name), ..] = tokens.as_slice()
            && keyword == "proc"
        {
            reader.procs.entry(name.clone()).or_insert(ProcId(procs));
            procs += 1;
        }
    }
    let end = lines.last().map_or(1, |&(line, _)| line);
    let mut rest = lines.iter();
    while let Some((number, tokens)) = rest.next() {
        let error = |what| AssembleError { line: *number, what };
        let mut line = Line::new(tokens);
        if let Some(mut proc) = reader.statement(&mut line).map_err(error)? {
            proc.labels = find_labels(rest.as_slice())?;
            loop {
                let Some((number, tokens)) = rest.next() else {
                    return Err(AssembleError { line: end, what: "the proc has no closing `}`".to_owned() });
                };
                let error = |what| AssembleError { line: *number, what };
                if reader.body_line(&mut proc, &mut Line::new(tokens)).map_err(error)? {
                    break;
                }
            }
            reader.module.procs.push(proc.proc);
            if let Some(debug) = &mut reader.module.debug {
                debug.procs.push(proc.debug);
            }
        }
    }
    Ok(reader.module)
}

/// The labels of a proc: up to its closing brace, every line that is no label and no directive is an instruction.
fn find_labels(lines: &[(usize, Vec<Token>)]) -> Result<HashMap<String, u32>, AssembleError> {
    let mut labels = HashMap::new();
    let mut op = 0;
    for (line, tokens) in lines {
        match tokens.as_slice() {
            [Token::Sign('}'), ..] => break,
            [Token::Word(label), Token::Sign(':')] => {
                if labels.insert(label.clone(), op).is_some() {
                    return Err(AssembleError { line: *line, what: format!("label `{label}` stands twice") });
                }
            }
            [Token::Word(word), ..] if DIRECTIVES.contains(&word.as_str()) => {}
            _ => op += 1,
        }
    }
    Ok(labels)
}

const DIRECTIVES: [&str; 5] = ["file", "local", "handler", "at", "name"];

/// The proc that is being read.
struct Body {
    proc: Proc,
    debug: ProcDebug,
    labels: HashMap<String, u32>,
}

/// The module so far, and where its things are.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) module: Module,
    /// Every definition of the text, by name.
    pub(super) defs: HashMap<String, (DefId, Class)>,
    /// How many definitions were read.
    pub(super) defined: u32,
    procs: HashMap<String, ProcId>,
    globals: HashMap<String, GlobalId>,
    imports: HashMap<(String, String), ImportId>,
    constants: HashMap<Constant, ConstId>,
}

impl Reader {
    /// A line outside of procs; the beginning of a proc gives it back.
    fn statement(&mut self, line: &mut Line<'_>) -> Result<Option<Body>, String> {
        let keyword = line.word("a statement")?;
        match keyword {
            "module" => self.module.name = line.text()?,
            "debug" => {
                if !self.module.procs.is_empty() {
                    return Err("`debug` comes before the procs".to_owned());
                }
                let file = SourceFile { name: line.text()?, text: None };
                self.module.debug.get_or_insert_default().files.push(file);
            }
            "source" => match self.module.debug.as_mut().and_then(|debug| debug.files.last_mut()) {
                Some(file) => file.text.get_or_insert_default().push_str(&line.text()?),
                None => return Err("`source` comes after `debug`".to_owned()),
            },
            "type" => {
                let before = self.module.types.len();
                let id = self.ty(line, 0)?;
                if id.index() < before {
                    return Err("this type is there already".to_owned());
                }
            }
            "struct" | "enum" | "interface" | "opaque" | "untyped" => self.definition(keyword, line)?,
            "impl" => {
                let interface = self.def_id(line)?;
                line.expect(&Token::Word("for".to_owned()))?;
                let ty = self.ty(line, 0)?;
                line.sign('{')?;
                let methods = self.members(line, '}', |reader, line| reader.proc_id(line))?;
                self.module.impls.push(Impl { interface, ty, methods });
            }
            "method" => {
                let ty = self.ty(line, 0)?;
                let name = line.name()?;
                let proc = self.proc_id(line)?;
                self.module.methods.push(Method { ty, name, proc });
            }
            "const" => {
                let constant = line.constant()?;
                let id = self.module.constants.push(constant.clone());
                self.constants.entry(constant).or_insert(id);
            }
            "import" => {
                let (module, name) = line.path()?;
                let signature = self.signature(line)?;
                let id = self.module.imports.push(Import {
                    module: module.clone(),
                    name: name.clone(),
                    signature,
                });
                self.imports.entry((module, name)).or_insert(id);
            }
            "global" => {
                let name = line.name()?;
                let ty = self.ty(line, 0)?;
                let public = line.take_word("public");
                let id = self.module.globals.push(Global { name: name.clone(), ty, public });
                self.globals.entry(name).or_insert(id);
            }
            "entry" => self.module.entry = Some(self.proc_id(line)?),
            "test" | "bench" => {
                let kind = if keyword == "test" { TestKind::Test } else { TestKind::Bench };
                let (name, proc) = (line.text()?, self.proc_id(line)?);
                self.module.tests.push(Test { name, kind, proc, line: line.number("a line")? });
            }
            "proc" => {
                let name = line.name()?;
                let signature = self.signature(line)?;
                let public = line.take_word("public");
                line.sign('{')?;
                line.end()?;
                let proc = Proc { name, signature, locals: vec![], code: vec![], handlers: vec![], public };
                return Ok(Some(Body { proc, debug: ProcDebug::default(), labels: HashMap::new() }));
            }
            _ => return Err(format!("there is no statement {}", Token::Word(keyword.to_owned()))),
        }
        line.end()?;
        Ok(None)
    }

    /// A line of a proc; true for the closing brace.
    fn body_line(&mut self, body: &mut Body, line: &mut Line<'_>) -> Result<bool, String> {
        if line.take_sign('}') {
            line.end()?;
            return Ok(true);
        }
        let word = line.word("an instruction")?;
        match word {
            "local" => self.local(body, line)?,
            "handler" => {
                let start = body.label(line)?;
                line.expect(&Token::Dots)?;
                let end = body.label(line)?;
                line.expect(&Token::Arrow)?;
                let target = body.label(line)?;
                body.proc.handlers.push(Handler { start: start.0, end: end.0, target: target.0 });
            }
            "file" => {
                self.needs_debug()?;
                body.debug.file = line.number("a file")?;
            }
            "name" => {
                self.needs_debug()?;
                let local = line.number("a local")?;
                body.debug.locals.push((local, line.name()?));
            }
            "at" => {
                self.needs_debug()?;
                let mut op = u32::try_from(body.proc.code.len()).map_err(|_| "too much code".to_owned())?;
                let position = line.number("a line")?;
                line.sign(':')?;
                let column = line.number("a column")?;
                line.sign(':')?;
                let length = line.number("a length")?;
                if line.take_sign('@') {
                    op = line.number("an instruction")?;
                }
                body.debug.positions.push(Position { op, line: position, column, length });
            }
            _ if line.take_sign(':') => {}
            _ => {
                let code = Op::find(word)
                    .ok_or_else(|| format!("there is no instruction {}", Token::Word(word.to_owned())))?;
                let op = Op::build(code, |kind| self.operand(kind, body, line))?;
                body.proc.code.push(op.ok_or("the operands do not fit")?);
            }
        }
        line.end()?;
        Ok(false)
    }

    fn local(&mut self, body: &mut Body, line: &mut Line<'_>) -> Result<(), String> {
        let number: usize = line.number("the number of a local")?;
        let next = body.proc.locals.len();
        if number != next {
            return Err(format!("expected local {next}, found local {number}"));
        }
        let ty = self.ty(line, 0)?;
        body.proc.locals.push(ty);
        if !line.is_empty() {
            self.needs_debug()?;
            let number = u16::try_from(number).map_err(|_| "a local this high has no name".to_owned())?;
            body.debug.locals.push((number, line.name()?));
        }
        Ok(())
    }

    fn needs_debug(&self) -> Result<(), String> {
        match &self.module.debug {
            Some(_) => Ok(()),
            None => Err("names and positions need a `debug` statement at the top".to_owned()),
        }
    }

    fn operand(
        &mut self,
        kind: OperandKind,
        body: &Body,
        line: &mut Line<'_>,
    ) -> Result<OperandValue, String> {
        Ok(match kind {
            OperandKind::Bool => OperandValue::Bool(match line.word("`true` or `false`")? {
                "true" => true,
                "false" => false,
                _ => return Err("expected `true` or `false`".to_owned()),
            }),
            OperandKind::U8 => OperandValue::U8(line.number("a number from 0 to 255")?),
            OperandKind::U16 => OperandValue::U16(line.number("a number from 0 to 65535")?),
            OperandKind::I32 => OperandValue::I32(line.number("an i32")?),
            OperandKind::Char => OperandValue::Char(line.char()?),
            OperandKind::Const => OperandValue::Const(match line.table_number()? {
                Some(number) => ConstId(number),
                None => self.constant_id(line.constant()?),
            }),
            OperandKind::Local => OperandValue::Local(Local(line.number("the number of a local")?)),
            OperandKind::Global => OperandValue::Global(match line.table_number()? {
                Some(number) => GlobalId(number),
                None => {
                    let name = line.name()?;
                    let found = self.globals.get(&name).copied();
                    found.ok_or_else(|| format!("there is no global {}", Token::Word(name)))?
                }
            }),
            OperandKind::Label => OperandValue::Label(body.label(line)?),
            OperandKind::Proc => OperandValue::Proc(self.proc_id(line)?),
            OperandKind::Type => OperandValue::Type(self.ty(line, 0)?),
            OperandKind::Operator => {
                let word = line.word("an operator")?;
                let found = AnyOperator::find(word);
                let unknown = || format!("there is no operator {}", Token::Word(word.to_owned()));
                OperandValue::Operator(found.ok_or_else(unknown)?)
            }
            OperandKind::Builtin => {
                let word = line.word("a built-in")?;
                let found = Builtin::find(word);
                let unknown = || format!("there is no built-in {}", Token::Word(word.to_owned()));
                OperandValue::Builtin(found.ok_or_else(unknown)?)
            }
            OperandKind::Import => OperandValue::Import(match line.table_number()? {
                Some(number) => ImportId(number),
                None => {
                    let path = line.path()?;
                    let found = self.imports.get(&path).copied();
                    found.ok_or_else(|| format!("there is no import {}", Token::Word(path.1)))?
                }
            }),
        })
    }

    fn constant_id(&mut self, constant: Constant) -> ConstId {
        let Self { module, constants, .. } = self;
        *constants.entry(constant).or_insert_with_key(|constant| module.constants.push(constant.clone()))
    }

    fn proc_id(&self, line: &mut Line<'_>) -> Result<ProcId, String> {
        if let Some(number) = line.table_number()? {
            return Ok(ProcId(number));
        }
        let name = line.name()?;
        self.procs.get(&name).copied().ok_or_else(|| format!("there is no proc {}", Token::Word(name)))
    }

    pub(super) fn signature(&mut self, line: &mut Line<'_>) -> Result<Signature, String> {
        line.sign('(')?;
        let params = self.types_until_paren(line, 0)?;
        let result = if line.take(&Token::Arrow) { Some(self.ty(line, 0)?) } else { None };
        Ok(Signature { params, result })
    }
}

impl Body {
    /// A place in the code: a label, or `@` and its number.
    fn label(&self, line: &mut Line<'_>) -> Result<Label, String> {
        if line.take_sign('@') {
            return Ok(Label(line.number("an instruction")?));
        }
        let word = line.word("a label")?;
        let found = self.labels.get(word).map(|&op| Label(op));
        found.ok_or_else(|| format!("there is no label {}", Token::Word(word.to_owned())))
    }
}

/// The tokens of a line that were not read yet.
pub(super) struct Line<'l> {
    rest: std::slice::Iter<'l, Token>,
}

impl<'l> Line<'l> {
    fn new(tokens: &'l [Token]) -> Self {
        Self { rest: tokens.iter() }
    }

    fn is_empty(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    pub(super) fn take(&mut self, expected: &Token) -> bool {
        let found = self.rest.as_slice().first() == Some(expected);
        if found {
            self.rest.next();
        }
        found
    }

    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        self.take(&Token::Sign(sign))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.rest.as_slice().first(), Some(Token::Word(found)) if found == word);
        if found {
            self.rest.next();
        }
        found
    }

    fn expect(&mut self, expected: &Token) -> Result<(), String> {
        if self.take(expected) { Ok(()) } else { Err(self.unexpected(&expected.to_string())) }
    }

    pub(super) fn sign(&mut self, sign: char) -> Result<(), String> {
        self.expect(&Token::Sign(sign))
    }

    fn end(&self) -> Result<(), String> {
        if self.is_empty() { Ok(()) } else { Err(self.unexpected("the end of the line")) }
    }

    pub(super) fn unexpected(&self, expected: &str) -> String {
        match self.rest.as_slice().first() {
            Some(found) => format!("expected {expected}, found {found}"),
            None => format!("expected {expected}, found the end of the line"),
        }
    }

    pub(super) fn word(&mut self, what: &str) -> Result<&'l str, String> {
        match self.rest.as_slice().first() {
            Some(Token::Word(word)) => {
                self.rest.next();
                Ok(word)
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// A text, if that is what comes.
    pub(super) fn take_text(&mut self) -> Option<&'l str> {
        match self.rest.as_slice().first() {
            Some(Token::Text(text)) => {
                self.rest.next();
                Some(text)
            }
            _ => None,
        }
    }

    fn text(&mut self) -> Result<String, String> {
        match self.rest.as_slice().first() {
            Some(Token::Text(text)) => {
                self.rest.next();
                Ok(text.clone())
            }
            _ => Err(self.unexpected("a text")),
        }
    }

    pub(super) fn name(&mut self) -> Result<String, String> {
        match self.rest.as_slice().first() {
            Some(Token::Word(name) | Token::Text(name)) => {
                self.rest.next();
                Ok(name.clone())
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    /// `module.name`, or `name` with an empty module.
    fn path(&mut self) -> Result<(String, String), String> {
        let first = self.name()?;
        if self.take_sign('.') { Ok((first, self.name()?)) } else { Ok((String::new(), first)) }
    }

    fn char(&mut self) -> Result<char, String> {
        match self.rest.as_slice().first() {
            Some(&Token::Char(c)) => {
                self.rest.next();
                Ok(c)
            }
            _ => Err(self.unexpected("a character in single quotes")),
        }
    }

    fn number<N: FromStr>(&mut self, what: &str) -> Result<N, String> {
        match self.rest.as_slice().first() {
            Some(Token::Number(text)) if text.parse::<N>().is_ok() => {
                self.rest.next();
                text.parse().map_err(|_| self.unexpected(what))
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// `#7`, if that is what comes.
    pub(super) fn table_number(&mut self) -> Result<Option<u32>, String> {
        if self.take_sign('#') { self.number("a number").map(Some) } else { Ok(None) }
    }

    fn constant(&mut self) -> Result<Constant, String> {
        let what = "a constant";
        match self.rest.as_slice().first() {
            Some(Token::Text(_)) => Ok(Constant::Str(self.text()?.into())),
            Some(Token::Number(text)) if text.parse::<i64>().is_ok() => Ok(Constant::I64(self.number(what)?)),
            Some(Token::Number(_)) => Ok(Constant::F64(self.number::<f64>(what)?.to_bits())),
            Some(Token::Word(word)) if word == "inf" => {
                self.rest.next();
                Ok(Constant::F64(f64::INFINITY.to_bits()))
            }
            Some(Token::Word(word)) if word == "nan" => {
                self.rest.next();
                self.sign(':')?;
                let bits = self.number::<Hex>("the bits of a NaN, as 0x7ff8000000000000")?.0;
                Ok(Constant::F64(bits))
            }
            _ => Err(self.unexpected(what)),
        }
    }
}

/// `0x…`
struct Hex(u64);

impl FromStr for Hex {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.strip_prefix("0x").ok_or(())?;
        u64::from_str_radix(digits, 16).map(Self).map_err(drop)
    }
}
