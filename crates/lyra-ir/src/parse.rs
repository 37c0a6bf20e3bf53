//! A function from its text: for tests of passes, which are written as text.
//!
//! Reads what `Display` of a [`Func`] prints, and the names of types that [`Func::shown`] prints where the types are
//! given. A line is one thing; `;` begins a comment; numbers of values and blocks can be any, places can be left out.

use crate::func::{
    Args, Block, BlockData, Def, Edge, End, Func, Handler, HandlerId, InstData, InstKind, Place, Scope,
    ScopeData, Value, ValueData, Var,
};
use lyra_base::id::Id;
use lyra_bytecode::{
    AnyOperator, Builtin, ConstId, GlobalId, ImportId, Kind, Op, OperandKind, OperandValue, ProcId, TypeId,
    Types,
};
use std::collections::HashMap;

/// Reads a function; types that are not basic stand as their numbers, `#9`.
///
/// # Errors
/// The line and what is wrong with it. That what it says makes sense is for [`check`](fn@crate::check) to find out.
///
/// ```
/// let text = "func \"one\" -> i32 {\nblock0:\n  v0: i32 = const 1 @0\n  return v0 @1\n}\n";
/// let func = lyra_ir::parse(text)?;
/// assert_eq!(lyra_ir::parse(&func.to_string())?.to_string(), func.to_string());
/// assert_eq!(lyra_ir::parse("func x").unwrap_err(), "line 1: expected a name in quotes");
/// # Ok::<(), String>(())
/// ```
pub fn parse(text: &str) -> Result<Func, String> {
    parse_with(text, &Types::default())
}

/// Reads a function that names types of a module.
///
/// # Errors
/// As [`parse`].
pub fn parse_with(text: &str, types: &Types) -> Result<Func, String> {
    Reader::new(types).read(text)
}

struct Reader {
    types: HashMap<String, TypeId>,
    func: Func,
    now: Option<Block>,
}

type Reading<T> = Result<T, String>;

impl Reader {
    fn new(types: &Types) -> Self {
        Self {
            types: types.iter().map(|(id, _)| (types.name(id), id)).collect(),
            func: Func::new(String::new(), ProcId(0), None),
            now: None,
        }
    }

    fn read(mut self, text: &str) -> Reading<Func> {
        for (line, number) in text.lines().zip(1..) {
            let line = line.split(';').next().unwrap_or_default().trim();
            if !line.is_empty() && line != "}" {
                self.line(line).map_err(|what| format!("line {number}: {what}"))?;
            }
        }
        Ok(self.func)
    }

    fn line(&mut self, line: &str) -> Reading<()> {
        if let Some(rest) = line.strip_prefix("func ") {
            return self.head(rest);
        }
        if let Some((var, kind)) = line.split_once(' ').filter(|(word, _)| word.starts_with("var")) {
            let kind = match kind {
                "ref" => Kind::Ref,
                "word" => Kind::Word,
                _ => return Err(format!("expected `ref` or `word`, found `{kind}`")),
            };
            return expect_next(self.func.vars.push(kind).index(), number(var, "var")?);
        }
        if let Some((handler, landing)) =
            line.split_once(" -> ").filter(|(word, _)| word.starts_with("handler"))
        {
            let landing = self.block(landing)?;
            return expect_next(
                self.func.handlers.push(Handler { landing }).index(),
                number(handler, "handler")?,
            );
        }
        if let Some((scope, rest)) = line.split_once(" = ").filter(|(word, _)| word.starts_with("scope")) {
            let (proc, call) =
                rest.split_once(" at ").map_or((rest, None), |(proc, call)| (proc, Some(call)));
            let call = call.map(place).transpose()?;
            let data = ScopeData { proc: ProcId(number(proc, "proc")?), call };
            return expect_next(self.func.scopes.push(data).index(), number(scope, "scope")?);
        }
        if line.starts_with("block") {
            return self.block_head(line);
        }
        self.inst(line)
    }

    /// `"name" -> type {`
    fn head(&mut self, rest: &str) -> Reading<()> {
        let rest = rest.strip_suffix('{').unwrap_or(rest).trim();
        // Names hold types, and these may be those of procedures.
        let rest = rest.strip_prefix('"').and_then(|rest| rest.rsplit_once('"'));
        let (name, result) = rest.ok_or("expected a name in quotes")?;
        let result = match result {
            "" => None,
            result => Some(result.strip_prefix(" -> ").ok_or("expected a ` -> `")?),
        };
        self.func.name = name.to_owned();
        self.func.result = result.map(|ty| self.ty(ty)).transpose()?;
        Ok(())
    }

    /// `block1(v3: i32): in handler0`
    fn block_head(&mut self, line: &str) -> Reading<()> {
        let (head, handler) = line.rsplit_once(':').ok_or("expected a `:`")?;
        let (name, params) = match head.split_once('(') {
            Some((name, params)) => (name, params.strip_suffix(')').ok_or("expected a `)`")?),
            None => (head, ""),
        };
        let block = self.block(name)?;
        if self.func.layout.contains(&block) {
            return Err(format!("there is a second `{name}`"));
        }
        self.func.layout.push(block);
        for param in split(params) {
            let (value, ty) = param.split_once(": ").ok_or("expected a type")?;
            let ty = self.ty(ty)?;
            let place = u32::try_from(self.func.blocks[block].params.len()).unwrap_or(u32::MAX);
            let value = self.define(value, ty, Def::Param(block, place))?;
            self.func.blocks[block].params.push(value);
        }
        if let Some(handler) = handler.trim().strip_prefix("in ") {
            self.func.blocks[block].handler = Some(HandlerId(number(handler, "handler")?));
        }
        self.now = Some(block);
        Ok(())
    }

    fn inst(&mut self, line: &str) -> Reading<()> {
        let block = self.now.ok_or("expected a block")?;
        let (line, place) = match line.rsplit_once('@') {
            Some((line, text)) => (line.trim(), place(&format!("@{text}"))?),
            None => (line, Place::own(0)),
        };
        let (line, waits) = match line.rsplit_once(" waits ") {
            Some((line, count)) => (line, decimal(count)?),
            None => (line, 0),
        };
        let (result, line) = match line.split_once(" = ") {
            Some((result, line)) => {
                let (value, ty) = result.split_once(": ").ok_or("expected a type")?;
                (Some((value, self.ty(ty)?)), line)
            }
            None => (None, line),
        };
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let words = split(rest);
        if let Some(end) = self.end(word, &words, place)? {
            self.func.blocks[block].end = end;
            return Ok(());
        }
        let inst = self.func.insts.next_id();
        let value = result.map(|(value, ty)| self.define(value, ty, Def::Inst(inst))).transpose()?;
        let (kind, used) = self.kind(word, &words, result.map(|(_, ty)| ty))?;
        let args = words.get(used..).unwrap_or_default();
        let args = args.iter().map(|word| self.value(word)).collect::<Reading<Args>>()?;
        self.func.insts.push(InstData { kind, args, result: value, place, waits });
        self.func.blocks[block].insts.push(inst);
        Ok(())
    }

    /// What the word says, and how many operands are no values.
    fn kind(&mut self, word: &str, words: &[&str], ty: Option<TypeId>) -> Reading<(InstKind, usize)> {
        let first = || words.first().copied().ok_or_else(|| format!("`{word}` lacks an operand"));
        Ok(match word {
            "const" => (InstKind::Const(bits(first()?, ty)?), 1),
            "charge" => (InstKind::Charge(decimal(first()?)?), 1),
            "poll" => (InstKind::Poll, 0),
            "enter" => (InstKind::Enter(decimal(first()?)?), 1),
            "get_var" => (InstKind::GetVar(Var(number(first()?, "var")?)), 1),
            "set_var" => (InstKind::SetVar(Var(number(first()?, "var")?)), 1),
            _ => {
                let code = Op::find(word).ok_or_else(|| format!("there is no instruction `{word}`"))?;
                let mut operands = words.iter();
                let op = Op::build(code, |kind| {
                    let word = operands.next().ok_or_else(|| format!("`{word}` lacks an operand"))?;
                    self.operand(kind, word)
                })?;
                let op = op.ok_or_else(|| format!("`{word}` has other operands"))?;
                (InstKind::Op(op), words.len() - operands.len())
            }
        })
    }

    fn operand(&self, kind: OperandKind, word: &str) -> Reading<OperandValue> {
        let wrong = || format!("`{word}` is not what belongs here");
        Ok(match kind {
            OperandKind::Bool => OperandValue::Bool(word.parse().map_err(|_| wrong())?),
            OperandKind::U8 => OperandValue::U8(word.parse().map_err(|_| wrong())?),
            OperandKind::U16 => OperandValue::U16(word.parse().map_err(|_| wrong())?),
            OperandKind::I32 => OperandValue::I32(word.parse().map_err(|_| wrong())?),
            OperandKind::Const => OperandValue::Const(ConstId(number(word, "const")?)),
            OperandKind::Global => OperandValue::Global(GlobalId(number(word, "global")?)),
            OperandKind::Proc => OperandValue::Proc(ProcId(number(word, "proc")?)),
            OperandKind::Import => OperandValue::Import(ImportId(number(word, "import")?)),
            OperandKind::Type => OperandValue::Type(self.ty(word)?),
            OperandKind::Builtin => OperandValue::Builtin(Builtin::find(word).ok_or_else(wrong)?),
            OperandKind::Operator => {
                let found = AnyOperator::ALL.iter().find(|operator| operator.mnemonic() == word);
                OperandValue::Operator(*found.ok_or_else(wrong)?)
            }
            OperandKind::Char | OperandKind::Local | OperandKind::Label => return Err(wrong()),
        })
    }

    fn end(&mut self, word: &str, words: &[&str], place: Place) -> Reading<Option<End>> {
        Ok(Some(match (word, words) {
            ("stop", []) => End::Stop,
            ("jump", [edge]) => End::Jump(self.edge(edge)?),
            ("branch", [cond, then, otherwise]) => End::Branch {
                cond: self.value(cond)?,
                then: self.edge(then)?,
                otherwise: self.edge(otherwise)?,
                place,
            },
            // `return` is a row of the table, too.
            ("return", []) => End::Return(None, place),
            ("return", [value]) => End::Return(Some(self.value(value)?), place),
            _ => return Ok(None),
        }))
    }

    /// `block1(v3, v4)`
    fn edge(&mut self, text: &str) -> Reading<Edge> {
        let (name, args) = match text.split_once('(') {
            Some((name, args)) => (name, args.strip_suffix(')').ok_or("expected a `)`")?),
            None => (text, ""),
        };
        let args = split(args).iter().map(|word| self.value(word)).collect::<Reading<Args>>()?;
        Ok(Edge { to: self.block(name)?, args })
    }

    /// A block keeps the number that the text gives it.
    fn block(&mut self, name: &str) -> Reading<Block> {
        let block = Block(bounded(name, "block")?);
        while self.func.blocks.len() <= block.index() {
            self.func.blocks.push(BlockData::default());
        }
        Ok(block)
    }

    /// A value that is used; where it is made may come later.
    fn value(&mut self, name: &str) -> Reading<Value> {
        let value = Value(bounded(name, "v")?);
        while self.func.values.len() <= value.index() {
            self.func.values.push(ValueData { ty: TypeId::ANY, def: NOWHERE });
        }
        Ok(value)
    }

    fn define(&mut self, name: &str, ty: TypeId, def: Def) -> Reading<Value> {
        let value = self.value(name)?;
        let place = &mut self.func.values[value];
        if place.def != NOWHERE {
            return Err(format!("`{name}` is made twice"));
        }
        *place = ValueData { ty, def };
        Ok(value)
    }

    fn ty(&self, name: &str) -> Reading<TypeId> {
        if let Some(number) = name.strip_prefix('#') {
            return decimal(number).map(TypeId);
        }
        self.types.get(name).copied().ok_or_else(|| format!("there is no type `{name}`"))
    }
}

/// Where a value is made that is only used so far.
const NOWHERE: Def = Def::Param(Block(u32::MAX), 0);

/// Numbers of blocks and values stay below this, so that a few bytes of text make no large table.
const MOST: u32 = 1 << 20;

fn bounded(name: &str, prefix: &str) -> Reading<u32> {
    let number = number(name, prefix)?;
    if number < MOST { Ok(number) } else { Err(format!("`{name}`: numbers are below {MOST}")) }
}

/// The number of a name like `v12`.
fn number(name: &str, prefix: &str) -> Reading<u32> {
    let digits =
        name.strip_prefix(prefix).ok_or_else(|| format!("expected a `{prefix}…`, found `{name}`"))?;
    decimal(digits)
}

fn decimal(digits: &str) -> Reading<u32> {
    digits.parse().map_err(|_| format!("`{digits}` is no number"))
}

/// `@3` or `@1:3`
fn place(text: &str) -> Reading<Place> {
    let text = text.strip_prefix('@').ok_or("expected a place")?;
    let (scope, op) = text.split_once(':').unwrap_or(("0", text));
    Ok(Place { scope: Scope(decimal(scope)?), op: decimal(op)? })
}

fn bits(word: &str, ty: Option<TypeId>) -> Reading<u64> {
    let wrong = || format!("`{word}` is no such constant");
    Ok(match ty {
        Some(TypeId::BOOL) => u64::from(word.parse::<bool>().map_err(|_| wrong())?),
        Some(TypeId::I32) => u64::from(word.parse::<i32>().map_err(|_| wrong())?.cast_unsigned()),
        Some(TypeId::I64) => word.parse::<i64>().map_err(|_| wrong())?.cast_unsigned(),
        Some(TypeId::F64) => match word.strip_prefix("nan:0x") {
            Some(digits) => u64::from_str_radix(digits, 16).map_err(|_| wrong())?,
            None => word.parse::<f64>().map_err(|_| wrong())?.to_bits(),
        },
        _ => word.parse().map_err(|_| wrong())?,
    })
}

/// The parts between commas that are in no brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'>' if !text[..at].ends_with('-') => depth -= 1,
            b',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

fn expect_next(found: usize, expected: u32) -> Reading<()> {
    if found == expected as usize { Ok(()) } else { Err(format!("number {expected} is out of order")) }
}
