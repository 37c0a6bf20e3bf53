//! What stands in memory is known after it was read or written: loads of it are left out, and stores that would change
//! nothing.
//!
//! Knowledge goes along with control: a block begins with what all blocks before it agree on; a loop with what was
//! known before it, less what any instruction of it may change. Where an error lands nothing is known. A load that
//! was passed cannot fail where it gives the same again. What may change what is said in [`crate::alias`].

use crate::alias::{changes, is_load, load_of};
use crate::uses::Replaced;
use lyra_base::id::Id;
use lyra_bytecode::{Kind, Op, Types};
use lyra_ir::{Args, Block, Dominators, Func, InstKind, Loop, Loops, Pass, Value, ways};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Memory;

/// Things that are known at once, at most: each instruction is held against all.
const MOST: usize = 32;

/// Instructions of a loop beyond which nothing known is carried into it.
const LARGE_LOOP: usize = 5_000;

/// What stands somewhere: a load, its operands, and what it gives.
#[derive(Clone, PartialEq)]
struct Fact {
    load: InstKind,
    args: Args,
    value: Value,
}

#[derive(Clone, Default)]
struct Known(Vec<Fact>);

impl Known {
    fn find(&self, load: InstKind, args: &[Value]) -> Option<Value> {
        self.0.iter().find(|fact| fact.load == load && *fact.args == *args).map(|fact| fact.value)
    }

    fn forget(&mut self, write: InstKind) {
        self.0.retain(|fact| !changes(write, fact.load));
    }

    fn learn(&mut self, load: InstKind, args: &[Value], value: Value) {
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Fact { load, args: Args::from_slice(args), value });
    }

    fn agree(&mut self, other: &Self) {
        self.0.retain(|fact| other.0.contains(fact));
    }
}

impl Pass for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn run(&self, func: &mut Func, types: &Types) -> usize {
        let dominators = Dominators::new(func);
        let loops = Loops::new(func, &dominators);
        let mut is_landing = vec![false; func.blocks.len()];
        func.handlers.iter().for_each(|handler| is_landing[handler.landing.index()] = true);
        let mut before: Vec<Vec<Block>> = vec![Vec::new(); func.blocks.len()];
        for &block in dominators.order() {
            ways(func, block).for_each(|to| before[to.index()].push(block));
        }
        // What is known at the end of each block that was looked at.
        let mut ends: Vec<Option<Known>> = vec![None; func.blocks.len()];
        let mut replaced = Replaced::new(func);
        let mut changed = 0;
        for &block in dominators.order() {
            let mut known = Known::default();
            if !is_landing[block.index()] {
                let header = loops.headed_by(block);
                known = at_start(&before[block.index()], header, &ends);
                if let Some(found) = header {
                    keep_through(func, found, &mut known);
                }
            }
            let insts = std::mem::take(&mut func.blocks[block].insts);
            let total = insts.len();
            let mut kept = Vec::with_capacity(total);
            for inst in insts {
                for index in 0..func.insts[inst].args.len() {
                    let arg = func.insts[inst].args[index];
                    func.insts[inst].args[index] = replaced.find(arg);
                }
                if !is_needless(func, inst, &known, &mut replaced) {
                    note(func, inst, types, &mut known);
                    kept.push(inst);
                }
            }
            changed += total - kept.len();
            func.blocks[block].insts = kept;
            ends[block.index()] = Some(known);
        }
        replaced.apply(func);
        changed
    }
}

/// What all ways into a block agree on. The ways back of a loop are not asked.
fn at_start(before: &[Block], header: Option<&Loop>, ends: &[Option<Known>]) -> Known {
    let mut all: Option<Known> = None;
    for &from in before {
        if header.is_some_and(|found| found.latches.contains(&from)) {
            continue;
        }
        let Some(known) = &ends[from.index()] else { return Known::default() };
        match &mut all {
            None => all = Some(known.clone()),
            Some(all) => all.agree(known),
        }
    }
    all.unwrap_or_default()
}

/// Takes out what a round of a loop may change.
fn keep_through(func: &Func, found: &Loop, known: &mut Known) {
    let size: usize = found.blocks.iter().map(|&block| func.blocks[block].insts.len()).sum();
    if size > LARGE_LOOP {
        *known = Known::default();
    }
    for &block in &found.blocks {
        if known.0.is_empty() {
            return;
        }
        for &inst in &func.blocks[block].insts {
            known.forget(func.insts[inst].kind);
        }
    }
}

/// Whether an instruction gives or stores what is known to stand there.
fn is_needless(func: &Func, inst: lyra_ir::Inst, known: &Known, replaced: &mut Replaced) -> bool {
    let data = &func.insts[inst];
    if let (true, Some(result)) = (is_load(data.kind), data.result) {
        return match known.find(data.kind, &data.args).filter(|&value| func.ty(value) == func.ty(result)) {
            Some(value) => {
                replaced.replace(result, value);
                true
            }
            None => false,
        };
    }
    match (load_of(data.kind), data.args.split_last()) {
        (Some(load), Some((&value, args))) => known.find(load, args) == Some(value),
        _ => false,
    }
}

/// What is known after an instruction.
fn note(func: &Func, inst: lyra_ir::Inst, types: &Types, known: &mut Known) {
    let data = &func.insts[inst];
    known.forget(data.kind);
    if let (true, Some(result)) = (is_load(data.kind), data.result) {
        known.learn(data.kind, &data.args, result);
    } else if let (Some(load), Some((&value, args))) = (load_of(data.kind), data.args.split_last()) {
        known.learn(load, args, value);
    } else if let (InstKind::Op(Op::NewRecord { .. }), Some(record)) = (data.kind, data.result) {
        for (&part, index) in data.args.iter().zip(0..=u8::MAX) {
            let load = match types.kind(func.ty(part)) {
                Kind::Ref => Op::GetPartRef { index },
                Kind::Word => Op::GetPartWord { index },
            };
            known.learn(InstKind::Op(load), &[record], part);
        }
    }
}
