//! A test that decides the same in every round of a loop is made once, before it.
//!
//! The innermost loop is copied, and each copy goes one way of the test. Loops are copied that are small, and each once:
//! so a function grows to twice its size at most. What a loop computes must leave it by parameters alone, and its errors
//! must leave the function: then the copies are told apart by nobody.
//!
//! ```text
//!   jump block1(v1)                     branch v0, block1(v1), block5(v1)
//! block1(v2: i32):                    block1(v2: i32):         block5(v5: i32):
//!   …                           ──>     …                        …
//!   branch v0, block2, block3           jump block2              jump block7
//! ```
//!
//! Pays on `sieve`, whose inner loop asks for the sign of its step: it takes 44 % longer without.

use crate::flow::drop_unreached;
use lyra_base::id::Id;
use lyra_bytecode::Types;
use lyra_ir::{
    Block, BlockData, Def, Dominators, Edge, End, Func, Loop, Loops, Pass, Place, Value, ValueData,
    canonicalize, jumping_to,
};
use std::collections::HashMap;

/// Blocks of a loop that is copied, at most.
const MOST_BLOCKS: usize = 16;

/// Instructions of a loop that is copied, at most.
const MOST_INSTS: usize = 48;

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Unswitch;

impl Pass for Unswitch {
    fn name(&self) -> &'static str {
        "unswitch"
    }

    fn run(&self, func: &mut Func, _: &Types) -> usize {
        canonicalize(func);
        let loops = Loops::new(func, &Dominators::new(func));
        let homes = homes(func);
        let fits = fitting(func, &loops, &homes);
        let before = jumping_to(func);
        let mut places = vec![0; func.blocks.len()];
        for (place, &block) in func.layout.iter().enumerate() {
            places[block.index()] = place;
        }
        // Copies stand behind the last block of their loop.
        let mut behind: Vec<Vec<Block>> = vec![Vec::new(); func.blocks.len()];
        let mut changes = 0;
        for (id, found) in loops.all.enumerate() {
            if !fits[id.index()] {
                continue;
            }
            let is_inside = |block: Block| loops.of(block) == Some(id);
            let into = before[found.header.index()].iter().find(|&&block| !is_inside(block));
            let (Some(&into), Some(test)) = (into, test(func, found, &homes, &is_inside)) else { continue };
            let End::Jump(edge) = func.blocks[into].end.clone() else { continue };
            let copies = copy(func, found);
            let Some(&(_, header)) = copies.first() else { continue };
            let otherwise = Edge { to: header, args: edge.args.clone() };
            func.blocks[into].end = End::Branch { cond: test.cond, then: edge, otherwise, place: test.place };
            for &(block, copied) in &copies {
                decide(func, block, test.cond, true);
                decide(func, copied, test.cond, false);
            }
            if let Some(last) = found.blocks.iter().max_by_key(|block| places[block.index()]) {
                behind[last.index()].extend(copies.iter().map(|&(_, copied)| copied));
            }
            changes += 1;
        }
        if changes > 0 {
            let layout = std::mem::take(&mut func.layout);
            for block in layout {
                func.layout.push(block);
                func.layout.append(&mut behind[block.index()]);
            }
            drop_unreached(func);
        }
        changes
    }
}

/// A branch of a loop.
struct Test {
    cond: Value,
    place: Place,
}

/// The block that makes each value.
fn homes(func: &Func) -> Vec<Option<Block>> {
    let mut homes = vec![None; func.values.len()];
    for &block in &func.layout {
        let data = &func.blocks[block];
        let results = data.insts.iter().filter_map(|&inst| func.insts[inst].result);
        data.params.iter().copied().chain(results).for_each(|value| homes[value.index()] = Some(block));
    }
    homes
}

/// Which loops hold no other, are small, stand in no handler's range, and make nothing that is used outside.
fn fitting(func: &Func, loops: &Loops, homes: &[Option<Block>]) -> Vec<bool> {
    let mut fits: Vec<bool> = loops
        .all
        .iter()
        .map(|found| {
            let insts = || found.blocks.iter().map(|&block| func.blocks[block].insts.len()).sum::<usize>();
            found.blocks.len() <= MOST_BLOCKS
                && insts() <= MOST_INSTS
                && found.blocks.iter().all(|&block| func.blocks[block].handler.is_none())
        })
        .collect();
    for parent in loops.all.iter().filter_map(|found| found.parent) {
        fits[parent.index()] = false;
    }
    for &block in &func.layout {
        let here = loops.of(block);
        let mut used = |value: Value| {
            let made = homes[value.index()].and_then(|home| loops.of(home));
            if let Some(made) = made.filter(|_| made != here) {
                fits[made.index()] = false;
            }
        };
        let data = &func.blocks[block];
        data.insts.iter().for_each(|&inst| func.insts[inst].args.iter().for_each(|&arg| used(arg)));
        data.end.each_value(used);
    }
    fits
}

/// The first branch of a loop on what comes from outside, when both of its ways stay inside.
fn test(
    func: &Func,
    found: &Loop,
    homes: &[Option<Block>],
    is_inside: &dyn Fn(Block) -> bool,
) -> Option<Test> {
    found.blocks.iter().find_map(|&block| match &func.blocks[block].end {
        End::Branch { cond, then, otherwise, place } => {
            let from_outside = homes[cond.index()].is_some_and(|home| !is_inside(home));
            let stays = is_inside(then.to) && is_inside(otherwise.to) && then != otherwise;
            let open = func.constant(*cond).is_none();
            (from_outside && stays && open).then_some(Test { cond: *cond, place: *place })
        }
        _ => None,
    })
}

/// Copies the blocks of a loop: each with its copy, the header first.
fn copy(func: &mut Func, found: &Loop) -> Vec<(Block, Block)> {
    let mut blocks: HashMap<Block, Block> = HashMap::new();
    let mut values: HashMap<Value, Value> = HashMap::new();
    let mut copies = Vec::with_capacity(found.blocks.len());
    for &block in &found.blocks {
        let copied = func.blocks.push(BlockData::default());
        blocks.insert(block, copied);
        copies.push((block, copied));
        for param in func.blocks[block].params.clone() {
            let ty = func.ty(param);
            values.insert(param, func.add_param(copied, ty));
        }
        for inst in func.blocks[block].insts.clone() {
            let mut data = func.insts[inst].clone();
            let made = func.insts.next_id();
            if let Some(result) = data.result {
                let ty = func.ty(result);
                let value = func.values.push(ValueData { ty, def: Def::Inst(made) });
                values.insert(result, value);
                data.result = Some(value);
            }
            func.insts.push(data);
            func.blocks[copied].insts.push(made);
        }
    }
    // Operands may be made later in the list of blocks.
    for &(block, copied) in &copies {
        let value = |value: &mut Value| *value = values.get(value).copied().unwrap_or(*value);
        for inst in func.blocks[copied].insts.clone() {
            func.insts[inst].args.iter_mut().for_each(value);
        }
        let mut end = func.blocks[block].end.clone();
        end.each_value_mut(value);
        for edge in end.edges_mut() {
            edge.to = blocks.get(&edge.to).copied().unwrap_or(edge.to);
        }
        func.blocks[copied].end = end;
    }
    copies
}

/// Where a block branches on `cond`, it goes the way that `cond` is `when`.
fn decide(func: &mut Func, block: Block, cond: Value, when: bool) {
    let end = &mut func.blocks[block].end;
    if let End::Branch { cond: on, then, otherwise, .. } = end
        && *on == cond
    {
        *end = End::Jump(if when { then.clone() } else { otherwise.clone() });
    }
}
