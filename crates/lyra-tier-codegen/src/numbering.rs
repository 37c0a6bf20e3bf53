//! The same thing is computed once: value numbering over the dominator tree, with what arithmetic knows.
//!
//! An instruction that neither reads what can change nor does anything gives the same value for the same arguments
//! wherever one that dominates it gave it already. One that can fail, but else depends on its arguments alone, has not
//! failed if it was passed. On the way, arguments of commutative instructions are put in order, constants last, and
//! instructions that change nothing (`x + 0`) disappear.
//!
//! Pays on `quicksort`, which takes 9 % longer without it and 2.5 % more instructions of the processor.

use crate::uses::Replaced;
use lyra_base::id::Id;
use lyra_bytecode::{Op, TypeId, Types};
use lyra_ir::{Args, Block, Dominators, Func, InstData, InstKind, Pass, Value};
use std::collections::HashMap;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Numbering;

/// What makes two instructions give the same value.
type Key = (InstKind, Args, TypeId);

impl Pass for Numbering {
    fn name(&self) -> &'static str {
        "numbering"
    }

    fn run(&self, func: &mut Func, _: &Types) -> usize {
        let dominators = Dominators::new(func);
        let mut replaced = Replaced::new(func);
        let mut known: HashMap<Key, Vec<(Block, Value)>> = HashMap::new();
        let mut changes = 0;
        // In this order a block comes after those that dominate it.
        for &block in dominators.order() {
            let insts = std::mem::take(&mut func.blocks[block].insts);
            let mut kept = Vec::with_capacity(insts.len());
            for inst in insts {
                for index in 0..func.insts[inst].args.len() {
                    let arg = func.insts[inst].args[index];
                    func.insts[inst].args[index] = replaced.find(arg);
                }
                order_args(func, inst);
                let data = &func.insts[inst];
                let Some(result) = data.result.filter(|_| depends_on_args_alone(data)) else {
                    kept.push(inst);
                    continue;
                };
                if let Some(same) = identity(func, data) {
                    replaced.replace(result, same);
                    changes += 1;
                    continue;
                }
                let key = (data.kind, data.args.clone(), func.ty(result));
                let found = known.entry(key).or_default();
                let holds = |other: Block| other == block || dominators.completes_before(other, block);
                let earlier = found.iter().rev().find(|&&(other, _)| holds(other));
                match earlier {
                    Some(&(_, value)) => {
                        replaced.replace(result, value);
                        changes += 1;
                    }
                    None => {
                        if found.len() < MOST {
                            found.push((block, result));
                        }
                        kept.push(inst);
                    }
                }
            }
            func.blocks[block].insts = kept;
        }
        replaced.apply(func);
        changes
    }
}

/// Places remembered for one key: beyond that, looking through them would cost more than it finds.
const MOST: usize = 32;

fn depends_on_args_alone(data: &InstData) -> bool {
    let effects = data.kind.effects();
    match data.kind {
        InstKind::Op(op) if op.info().is_scalar => true,
        InstKind::Const(_) => true,
        // Each of the others that allocates gives another object.
        _ => effects.is_pure(),
    }
}

/// Puts the arguments of an instruction that does not mind in one order: constants last, else by their numbers.
fn order_args(func: &mut Func, inst: lyra_ir::Inst) {
    let InstKind::Op(op) = func.insts[inst].kind else { return };
    if !is_commutative(op) {
        return;
    }
    let &[left, right] = &*func.insts[inst].args else { return };
    let rank = |value: Value| (func.constant(value).is_some(), value.index());
    if rank(left) > rank(right) {
        func.insts[inst].args = Args::from_slice(&[right, left]);
    }
}

fn is_commutative(op: Op) -> bool {
    matches!(
        op,
        Op::AddI32
            | Op::MulI32
            | Op::AndI32
            | Op::OrI32
            | Op::XorI32
            | Op::EqI32
            | Op::NeI32
            | Op::AddI64
            | Op::MulI64
            | Op::AndI64
            | Op::OrI64
            | Op::XorI64
            | Op::EqI64
            | Op::NeI64
            | Op::AddU8
            | Op::MulU8
            | Op::AndU8
            | Op::OrU8
            | Op::XorU8
            | Op::EqU8
            | Op::NeU8
            | Op::EqBool
            | Op::NeBool
            | Op::EqChar
            | Op::NeChar
            | Op::EqF64
            | Op::NeF64
    )
}

/// The argument that an instruction gives back unchanged. Floats are left alone: `x + 0.0` is not `x` for `-0.0`.
fn identity(func: &Func, data: &InstData) -> Option<Value> {
    let InstKind::Op(op) = data.kind else { return None };
    let &[left, right] = &*data.args else { return None };
    let (zero, one) = match op {
        Op::AddI32 | Op::SubI32 | Op::OrI32 | Op::XorI32 | Op::ShlI32 | Op::ShrI32 | Op::UshrI32 => {
            (true, false)
        }
        Op::AddI64 | Op::SubI64 | Op::OrI64 | Op::XorI64 | Op::ShlI64 | Op::ShrI64 | Op::UshrI64 => {
            (true, false)
        }
        Op::AddU8 | Op::SubU8 | Op::OrU8 | Op::XorU8 | Op::ShlU8 | Op::ShrU8 => (true, false),
        Op::AddCheckedI32 | Op::SubCheckedI32 | Op::AddCheckedI64 | Op::SubCheckedI64 => (true, false),
        Op::MulI32 | Op::DivI32 | Op::MulI64 | Op::DivI64 | Op::MulU8 | Op::DivU8 => (false, true),
        Op::AndI32 | Op::AndI64 | Op::AndU8 => return (left == right).then_some(left),
        _ => return None,
    };
    match func.constant(right) {
        Some(0) if zero => Some(left),
        Some(1) if one => Some(left),
        _ => None,
    }
}
