//! What is the same in every round is computed once, before the loop.
//!
//! An instruction moves to the preheader when its arguments come from outside the loop and nothing can tell: it does
//! nothing, cannot fail, and reads nothing that the loop may change ([`crate::alias`]): lengths of arrays and parts of
//! records move where the loop neither changes them nor calls; a poll of the budget changes nothing that the program
//! can see.
//!
//! Pays on `sieve`, which takes 7 % longer without it.

use crate::alias::{changes, is_load};
use lyra_base::id::Id;
use lyra_bytecode::{Op, Types};
use lyra_ir::{
    Block, Def, Dominators, Func, Inst, InstKind, Loop, Loops, Pass, Value, canonicalize, jumping_to,
};

/// Kinds of writes from which on a loop is taken to change everything.
const MANY_WRITES: usize = 16;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Invariants;

impl Pass for Invariants {
    fn name(&self) -> &'static str {
        "invariants"
    }

    fn run(&self, func: &mut Func, _: &Types) -> usize {
        canonicalize(func);
        let dominators = Dominators::new(func);
        let loops = Loops::new(func, &dominators);
        // The block of each value, kept up to date while instructions move.
        let mut home: Vec<Option<Block>> = vec![None; func.values.len()];
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                if let Some(result) = func.insts[inst].result {
                    home[result.index()] = Some(block);
                }
            }
        }
        let mut place = vec![0u32; func.blocks.len()];
        for (&block, number) in dominators.order().iter().zip(0..) {
            place[block.index()] = number;
        }
        let before = jumping_to(func);
        let mut inside = vec![false; func.blocks.len()];
        let mut changes = 0;
        // Inner loops first, so that what leaves one can leave the next.
        for found in loops.all.iter() {
            found.blocks.iter().for_each(|block| inside[block.index()] = true);
            let preheader = before[found.header.index()].iter().find(|block| !inside[block.index()]);
            if let Some(&preheader) = preheader {
                // Arguments come before their uses in this order.
                let mut blocks = found.blocks.clone();
                blocks.sort_unstable_by_key(|block| place[block.index()]);
                changes += hoist(func, found, preheader, &blocks, &dominators, &mut home, &inside);
            }
            found.blocks.iter().for_each(|block| inside[block.index()] = false);
        }
        changes
    }
}

/// Moves what can leave a loop, whose blocks are `blocks`, to its preheader.
fn hoist(
    func: &mut Func,
    found: &Loop,
    preheader: Block,
    blocks: &[Block],
    dominators: &Dominators,
    home: &mut [Option<Block>],
    inside: &[bool],
) -> usize {
    // What may change memory, each kind once.
    let mut writes: Vec<InstKind> = Vec::new();
    for &inst in found.blocks.iter().flat_map(|&block| &func.blocks[block].insts) {
        let (kind, effects) = (func.insts[inst].kind, func.insts[inst].kind.effects());
        if (effects.writes || effects.calls) && writes.len() < MANY_WRITES && !writes.contains(&kind) {
            writes.push(kind);
        }
    }
    let mut moved = 0;
    for &block in blocks {
        let insts = std::mem::take(&mut func.blocks[block].insts);
        let (leaves, stays): (Vec<Inst>, Vec<Inst>) = insts.into_iter().partition(|&inst| {
            let is_part =
                matches!(func.insts[inst].kind, InstKind::Op(Op::GetPartWord { .. } | Op::GetPartRef { .. }));
            // A part is read from what is a record by then: in every round, or not before it.
            let leaves = can_move(func, inst, &writes)
                && (!is_part || found.latches.iter().all(|&latch| dominators.dominates(block, latch)))
                && func.insts[inst].args.iter().all(|&arg| is_outside(func, arg, home, inside));
            if let (true, Some(result)) = (leaves, func.insts[inst].result) {
                home[result.index()] = Some(preheader);
            }
            leaves
        });
        func.blocks[block].insts = stays;
        moved += leaves.len();
        func.blocks[preheader].insts.extend(leaves);
    }
    moved
}

fn can_move(func: &Func, inst: Inst, writes: &[InstKind]) -> bool {
    let kind = func.insts[inst].kind;
    if func.insts[inst].result.is_none() {
        return false;
    }
    let effects = kind.effects();
    let reads_the_same =
        is_load(kind) && writes.len() < MANY_WRITES && !writes.iter().any(|&write| changes(write, kind));
    effects.is_pure() || (effects.is_idle() && reads_the_same)
}

fn is_outside(func: &Func, value: Value, home: &[Option<Block>], inside: &[bool]) -> bool {
    let block = match func.values[value].def {
        Def::Param(block, _) => Some(block),
        Def::Inst(_) => home.get(value.index()).copied().flatten(),
    };
    block.is_some_and(|block| !inside[block.index()])
}
