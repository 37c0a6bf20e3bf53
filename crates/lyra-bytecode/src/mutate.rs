//! Damage for tests: turns bytes and modules into others that may or may not be sound.
//!
//! The gate is only as good as what was thrown at it. Bytes are changed as faults and strangers change them;
//! modules are changed in their structure, where most changes decode and many verify, so that the verifier's
//! rules and the machine behind them are met. Any choice is made by `pick(n)`, which gives a number below `n`
//! (0 for 0): the caller brings the random numbers and their seed.

mod tables;

use crate::builtin::{BUILTINS, Builtin};
use crate::module::{ConstId, GlobalId, Handler, ImportId, Module, Proc, ProcId};
use crate::op::{AnyOperator, Label, Local, OPS, Op, OperandKind, OperandValue};
use crate::types::TypeId;
use std::convert::Infallible;

/// Gives a number below its argument.
pub type Pick<'p> = &'p mut dyn FnMut(usize) -> usize;

/// Changes bytes in one way: a bit, a byte, an edge value, a piece cut out, doubled, moved, or taken from `other`.
pub fn mutate_bytes(bytes: &mut Vec<u8>, other: &[u8], pick: Pick<'_>) {
    let at = pick(bytes.len());
    let end = bytes.len().min(at + 1 + pick(8));
    match pick(8) {
        0..3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << pick(8);
            }
        }
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = [0, 1, 0x7f, 0x80, 0xff, byte.wrapping_add(1), byte.wrapping_sub(1)][pick(7)];
            }
        }
        4 => bytes.truncate(at),
        5 => drop(bytes.drain(at..end)),
        6 => {
            let piece: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
            let to = pick(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        _ => {
            let from = pick(other.len());
            let piece = other.get(from..).unwrap_or_default();
            let piece = piece.get(..pick(piece.len() + 1)).unwrap_or_default();
            bytes.splice(at..end, piece.iter().copied());
        }
    }
}

/// Changes a module in one way: an instruction or an operand, the order of instructions, a handler, a local, a
/// signature, a constant, a global, a type, a definition, an impl.
pub fn mutate_module(module: &mut Module, pick: Pick<'_>) {
    if pick(8) == 0 {
        let sizes = Sizes::of(module, ProcId(0));
        return tables::mutate_tables(module, &sizes, pick);
    }
    let id = ProcId(below(module.procs.len(), pick));
    let sizes = Sizes::of(module, id);
    if module.procs.get(id).is_none() {
        return;
    }
    let proc = &mut module.procs[id];
    match pick(8) {
        0..6 => mutate_code(&mut proc.code, &sizes, pick),
        6 => mutate_handlers(proc, pick),
        _ => mutate_frame(proc, &sizes, pick),
    }
}

fn mutate_code(code: &mut Vec<Op>, sizes: &Sizes, pick: Pick<'_>) {
    let at = pick(code.len());
    let Some(&op) = code.get(at) else {
        return code.push(random_op(sizes, pick));
    };
    match pick(10) {
        0..3 => code[at] = other_operand(op, sizes, pick),
        3..6 => code[at] = kin(op, sizes, pick),
        6 => code[at] = random_op(sizes, pick),
        7 => drop(code.remove(at)),
        8 => code.insert(at, if pick(2) == 0 { op } else { random_op(sizes, pick) }),
        _ => {
            let other = pick(code.len());
            code.swap(at, other);
        }
    }
}

/// The same instruction with one operand changed.
fn other_operand(op: Op, sizes: &Sizes, pick: Pick<'_>) -> Op {
    let mut old = Vec::new();
    op.each_operand(|operand| old.push(operand));
    let changed = pick(old.len());
    let mut next = old.into_iter().enumerate();
    build(op.code(), |kind| match next.next() {
        Some((index, operand)) if index != changed => operand,
        Some((_, OperandValue::I32(value))) if pick(2) == 0 => OperandValue::I32(value.wrapping_add(1)),
        Some((_, OperandValue::Label(to))) if pick(2) == 0 => {
            OperandValue::Label(Label(to.0.wrapping_add(1)))
        }
        _ => random_operand(kind, sizes, pick),
    })
    .unwrap_or(op)
}

/// Another instruction of the same type rule and operands, which often verifies in the same place.
fn kin(op: Op, sizes: &Sizes, pick: Pick<'_>) -> Op {
    let mine = op.info();
    let start = pick(OPS.len());
    let mut codes = (0..OPS.len()).map(|step| (start + step) % OPS.len());
    let alike = |code: &usize| {
        OPS.get(*code).is_some_and(|info| {
            info.rule == mine.rule
                && info.operands.len() == mine.operands.len()
                && info.operands.iter().zip(mine.operands).all(|(a, b)| a.1 == b.1)
        })
    };
    let Some(code) = codes.find(alike).and_then(|code| u8::try_from(code).ok()) else { return op };
    let mut old = Vec::new();
    op.each_operand(|operand| old.push(operand));
    let mut next = old.into_iter();
    build(code, |kind| next.next().unwrap_or_else(|| random_operand(kind, sizes, pick))).unwrap_or(op)
}

fn mutate_handlers(proc: &mut Proc, pick: Pick<'_>) {
    let code = proc.code.len() + 1;
    let at = pick(proc.handlers.len());
    let place = below(code, pick);
    match (pick(5), proc.handlers.get_mut(at)) {
        (0, Some(handler)) => handler.start = place,
        (1, Some(handler)) => handler.end = place,
        (2, Some(handler)) => handler.target = place,
        (3, Some(_)) => drop(proc.handlers.remove(at)),
        _ => {
            let end = place.saturating_add(1 + below(4, pick));
            proc.handlers.insert(at, Handler { start: place, end, target: end.max(below(code, pick)) });
        }
    }
}

fn mutate_frame(proc: &mut Proc, sizes: &Sizes, pick: Pick<'_>) {
    let ty = random_type(sizes, pick);
    let local = pick(proc.locals.len() + 1);
    let param = pick(proc.signature.params.len() + 1);
    match pick(6) {
        0 if local < proc.locals.len() => proc.locals[local] = ty,
        1 if local < proc.locals.len() => drop(proc.locals.remove(local)),
        2 if param < proc.signature.params.len() => proc.signature.params[param] = ty,
        3 => proc.signature.params.insert(param, ty),
        4 => proc.signature.result = (pick(2) == 0).then_some(ty),
        _ => proc.locals.insert(local, ty),
    }
}

/// How many things of each kind there are to choose from.
struct Sizes {
    types: usize,
    constants: usize,
    imports: usize,
    globals: usize,
    procs: usize,
    locals: usize,
    code: usize,
}

impl Sizes {
    fn of(module: &Module, proc: ProcId) -> Self {
        let proc = module.procs.get(proc);
        Self {
            types: module.types.len(),
            constants: module.constants.len(),
            imports: module.imports.len(),
            globals: module.globals.len(),
            procs: module.procs.len(),
            locals: proc.map_or(0, |proc| proc.locals.len()),
            code: proc.map_or(0, |proc| proc.code.len()),
        }
    }
}

fn random_op(sizes: &Sizes, pick: Pick<'_>) -> Op {
    let code = u8::try_from(pick(OPS.len())).unwrap_or(0);
    build(code, |kind| random_operand(kind, sizes, pick)).unwrap_or(Op::Return)
}

fn build(code: u8, mut next: impl FnMut(OperandKind) -> OperandValue) -> Option<Op> {
    Op::build(code, |kind| Ok::<_, Infallible>(next(kind))).unwrap_or_else(|never| match never {})
}

/// Mostly something that exists, sometimes the first that does not, seldom the largest number.
fn random_operand(kind: OperandKind, sizes: &Sizes, pick: Pick<'_>) -> OperandValue {
    let mut index = |count: usize| match pick(16) {
        0 => u32::try_from(count).unwrap_or(u32::MAX),
        1 => u32::MAX,
        _ => below(count, pick),
    };
    match kind {
        OperandKind::Bool => OperandValue::Bool(pick(2) == 0),
        OperandKind::U8 => OperandValue::U8([0, 1, 2, 3, 255][pick(5)]),
        OperandKind::U16 => OperandValue::U16([0, 1, 2, u16::MAX][pick(4)]),
        OperandKind::I32 => OperandValue::I32([0, 1, -1, 7, i32::MIN, i32::MAX][pick(6)]),
        OperandKind::Char => OperandValue::Char(['\0', 'a', 'ß', '\u{d7ff}', '\u{e000}', char::MAX][pick(6)]),
        OperandKind::Const => OperandValue::Const(ConstId(index(sizes.constants))),
        OperandKind::Local => {
            OperandValue::Local(Local(u16::try_from(index(sizes.locals)).unwrap_or(u16::MAX)))
        }
        OperandKind::Global => OperandValue::Global(GlobalId(index(sizes.globals))),
        OperandKind::Label => OperandValue::Label(Label(index(sizes.code))),
        OperandKind::Proc => OperandValue::Proc(ProcId(index(sizes.procs))),
        OperandKind::Type => OperandValue::Type(TypeId(index(sizes.types))),
        OperandKind::Operator => {
            let all = AnyOperator::ALL;
            OperandValue::Operator(all.get(pick(all.len())).copied().unwrap_or(AnyOperator::Add))
        }
        OperandKind::Builtin => {
            OperandValue::Builtin(BUILTINS.get(pick(BUILTINS.len())).map_or(Builtin::Write, |row| row.0))
        }
        OperandKind::Import => OperandValue::Import(ImportId(index(sizes.imports))),
    }
}

fn random_type(sizes: &Sizes, pick: Pick<'_>) -> TypeId {
    TypeId(below(sizes.types + usize::from(pick(16) == 0), pick))
}

fn below(count: usize, pick: Pick<'_>) -> u32 {
    u32::try_from(pick(count)).unwrap_or(u32::MAX)
}
