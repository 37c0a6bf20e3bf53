//! A function as text.
//!
//! ```text
//! func "add" -> i32 {
//!   var0 ref                                   ; variables of the frame
//!   handler0 -> block3
//! block0(v0: i32, v1: [i32]):                  ; "in handler0" after the colon, inside its range
//!   v2: i32 = const 7                          @0
//!   v3: i32 = array_get_word v1, v2            @3
//!   v4: bool = call proc2, v3 waits 1            @4 ; an operand waits below those of the call
//!   branch v4, block1(v3), block2              @5
//! …
//! }
//! ```
//!
//! Types and table operands are written as numbers of their tables where the module is not at hand; `@3` is the
//! bytecode instruction, `@1:3` that of scope 1.

use crate::func::{Block, BlockData, Def, Edge, End, Func, InstData, InstKind, Place, Value};
use lyra_bytecode::{Kind, Op, OperandValue, TypeId, Types};
use std::fmt::{self, Display, Write as _};

/// A function with the types of its module, to be shown.
#[derive(Clone, Copy)]
pub struct Shown<'f> {
    func: &'f Func,
    types: Option<&'f Types>,
}

impl Func {
    /// The function as text, with the names that `types` have.
    ///
    /// Without it ([`Display`] of the function) types other than the basic ones are shown by their numbers.
    #[must_use]
    pub fn shown<'f>(&'f self, types: &'f Types) -> Shown<'f> {
        Shown { func: self, types: Some(types) }
    }
}

impl Display for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown { func: self, types: None }.fmt(f)
    }
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "func {:?}", self.func.name)?;
        if let Some(result) = self.func.result {
            write!(f, " -> {}", self.ty(result))?;
        }
        f.write_str(" {\n")?;
        for (scope, data) in self.func.scopes.enumerate().skip(1) {
            let call = data.call.map_or_else(String::new, |place| format!(" at {}", shown_place(place)));
            writeln!(f, "  {scope:?} = {:?}{call}", data.proc)?;
        }
        for (var, kind) in self.func.vars.enumerate() {
            writeln!(f, "  {var:?} {}", kind_name(*kind))?;
        }
        for (handler, data) in self.func.handlers.enumerate() {
            writeln!(f, "  {handler:?} -> {:?}", data.landing)?;
        }
        for &block in &self.func.layout {
            self.block(f, block, &self.func.blocks[block])?;
        }
        f.write_str("}\n")
    }
}

impl Shown<'_> {
    fn ty(&self, ty: TypeId) -> String {
        match self.types {
            Some(types) => types.name(ty),
            // The basic types are in every table.
            None if ty <= TypeId::ANY => Types::default().name(ty),
            None => format!("#{}", ty.0),
        }
    }

    fn block(&self, f: &mut fmt::Formatter<'_>, block: Block, data: &BlockData) -> fmt::Result {
        let params: Vec<String> =
            data.params.iter().map(|&param| format!("{param:?}: {}", self.ty(self.func.ty(param)))).collect();
        write!(f, "{block:?}")?;
        if !params.is_empty() {
            write!(f, "({})", params.join(", "))?;
        }
        f.write_char(':')?;
        if let Some(handler) = data.handler {
            write!(f, " in {handler:?}")?;
        }
        f.write_char('\n')?;
        for &inst in &data.insts {
            writeln!(f, "  {}", self.inst(&self.func.insts[inst]))?;
        }
        writeln!(f, "  {}", shown_end(&data.end))
    }

    fn inst(&self, inst: &InstData) -> String {
        let mut text = String::new();
        if let Some(result) = inst.result {
            text.push_str(&format!("{result:?}: {} = ", self.ty(self.func.ty(result))));
        }
        let (name, operands) = match inst.kind {
            InstKind::Const(bits) => ("const", vec![self.bits(bits, inst.result)]),
            InstKind::Op(op) => (op.info().mnemonic, self.operands(op)),
            InstKind::Charge(units) => ("charge", vec![units.to_string()]),
            InstKind::Poll => ("poll", vec![]),
            InstKind::Enter(entries) => ("enter", vec![entries.to_string()]),
            InstKind::GetVar(var) => ("get_var", vec![format!("{var:?}")]),
            InstKind::SetVar(var) => ("set_var", vec![format!("{var:?}")]),
        };
        text.push_str(name);
        let operands = operands.into_iter().chain(inst.args.iter().map(|value| format!("{value:?}")));
        for (index, operand) in operands.enumerate() {
            text.push_str(if index == 0 { " " } else { ", " });
            text.push_str(&operand);
        }
        if inst.waits != 0 {
            text.push_str(&format!(" waits {}", inst.waits));
        }
        with_place(text, inst.place)
    }

    fn bits(&self, bits: u64, result: Option<Value>) -> String {
        match result.map(|value| self.func.ty(value)) {
            Some(TypeId::I32) => (bits as u32).cast_signed().to_string(),
            Some(TypeId::I64) => bits.cast_signed().to_string(),
            Some(TypeId::F64) => {
                let value = f64::from_bits(bits);
                if value.is_nan() { format!("nan:{bits:#x}") } else { format!("{value:?}") }
            }
            Some(TypeId::BOOL) => (bits & 1 != 0).to_string(),
            _ => bits.to_string(),
        }
    }

    fn operands(&self, op: Op) -> Vec<String> {
        let mut operands = Vec::new();
        op.each_operand(|operand| {
            operands.push(match operand {
                OperandValue::Bool(value) => value.to_string(),
                OperandValue::U8(value) => value.to_string(),
                OperandValue::U16(value) => value.to_string(),
                OperandValue::I32(value) => value.to_string(),
                OperandValue::Char(value) => format!("{value:?}"),
                OperandValue::Const(id) => format!("{id:?}"),
                OperandValue::Local(local) => format!("{local:?}"),
                OperandValue::Global(id) => format!("{id:?}"),
                OperandValue::Label(label) => format!("{label:?}"),
                OperandValue::Proc(id) => format!("{id:?}"),
                OperandValue::Import(id) => format!("{id:?}"),
                OperandValue::Type(ty) => self.ty(ty),
                OperandValue::Builtin(builtin) => builtin.info().mnemonic.to_owned(),
                OperandValue::Operator(operator) => operator.mnemonic().to_owned(),
            });
        });
        operands
    }
}

pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Ref => "ref",
        Kind::Word => "word",
    }
}

fn shown_end(end: &End) -> String {
    match end {
        End::Stop => "stop".to_owned(),
        End::Jump(edge) => format!("jump {}", shown_edge(edge)),
        End::Branch { cond, then, otherwise, place } => {
            let text = format!("branch {cond:?}, {}, {}", shown_edge(then), shown_edge(otherwise));
            with_place(text, *place)
        }
        End::Return(None, place) => with_place("return".to_owned(), *place),
        End::Return(Some(value), place) => with_place(format!("return {value:?}"), *place),
    }
}

fn shown_edge(edge: &Edge) -> String {
    if edge.args.is_empty() {
        return format!("{:?}", edge.to);
    }
    let args: Vec<String> = edge.args.iter().map(|value| format!("{value:?}")).collect();
    format!("{:?}({})", edge.to, args.join(", "))
}

/// Places stand in a column of their own.
fn with_place(text: String, place: Place) -> String {
    format!("{text:<48} {}", shown_place(place))
}

fn shown_place(place: Place) -> String {
    if place.scope.0 == 0 { format!("@{}", place.op) } else { format!("@{}:{}", place.scope.0, place.op) }
}

/// Where a value is made, for messages.
pub(crate) fn shown_def(func: &Func, value: Value) -> String {
    match func.values.get(value).map(|data| data.def) {
        Some(Def::Param(block, number)) => format!("parameter {number} of {block:?}"),
        Some(Def::Inst(inst)) => format!("{inst:?}"),
        None => "nothing".to_owned(),
    }
}
