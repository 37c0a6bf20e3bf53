//! What is asked of a function while it is decided what becomes part of what: uses, places, ways.

use lyra_base::IdVec;
use lyra_bytecode::Op;
use lyra_ir::{Block, Def, Func, Inst, InstKind, Value};

/// How far apart instructions of a block may stand that become one word.
const NEAR: u32 = 8;

/// What is asked of a function while it is decided what becomes part of what.
pub(crate) struct Facts {
    pub(crate) uses: IdVec<Value, u32>,
    /// The block of each instruction, and its place there.
    pub(crate) home: IdVec<Inst, (u32, u32)>,
    /// How many ways lead to each block.
    pub(crate) ways: IdVec<Block, u32>,
}

impl Facts {
    pub(crate) fn new(func: &Func) -> Self {
        let mut facts = Self {
            uses: vec![0; func.values.len()].into(),
            home: vec![(u32::MAX, 0); func.insts.len()].into(),
            ways: vec![0; func.blocks.len()].into(),
        };
        for handler in &func.handlers {
            facts.ways[handler.landing] = 2;
        }
        for &block in &func.layout {
            let data = &func.blocks[block];
            for (&inst, place) in data.insts.iter().zip(0..) {
                facts.home[inst] = (block.0, place);
                func.insts[inst].args.iter().for_each(|&arg| facts.uses[arg] += 1);
            }
            data.end.each_value(|value| facts.uses[value] += 1);
            data.successors().for_each(|to| facts.ways[to] += 1);
        }
        facts
    }

    /// The instruction that makes a value for one use alone, in block `block`, and its row.
    pub(crate) fn only_for(&self, func: &Func, value: Value, block: Block) -> Option<(Inst, Op)> {
        let Def::Inst(inst) = func.values[value].def else { return None };
        let InstKind::Op(op) = func.insts[inst].kind else { return None };
        (self.uses[value] == 1 && self.home[inst].0 == block.0).then_some((inst, op))
    }

    /// Whether nothing can be observed to happen between two places of a block, which are near.
    pub(crate) fn is_quiet(&self, func: &Func, block: Block, after: Inst, until: usize) -> bool {
        let start = self.home[after].1 as usize + 1;
        let between = func.blocks[block].insts.get(start..until);
        between.is_some_and(|insts| {
            insts.len() <= NEAR as usize
                && insts.iter().all(|&inst| func.insts[inst].kind.effects().is_pure())
        })
    }
}
