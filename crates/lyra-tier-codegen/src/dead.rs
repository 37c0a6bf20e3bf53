//! What nobody uses is not computed.
//!
//! Starts from what can be observed and marks what that needs; the rest goes, parameters that only feed each other
//! round a loop too.
//!
//! Other passes leave behind what they have made superfluous, and trust that this one takes it away; by itself it pays
//! nowhere.

use lyra_base::id::Id;
use lyra_bytecode::Types;
use lyra_ir::{Block, Def, End, Func, Pass, Value};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct DeadCode;

impl Pass for DeadCode {
    fn name(&self) -> &'static str {
        "dead-code"
    }

    fn run(&self, func: &mut Func, _: &Types) -> usize {
        let needed = needed(func);
        let mut changes = 0;
        for block in func.layout.clone() {
            let data = &mut func.blocks[block];
            let before = data.insts.len();
            data.insts.retain(|&inst| {
                let inst = &func.insts[inst];
                !inst.kind.effects().is_idle() || inst.result.is_some_and(|value| needed[value.index()])
            });
            changes += before - data.insts.len();
        }
        changes + drop_params(func, &needed)
    }
}

fn needed(func: &Func) -> Vec<bool> {
    let mut needed = vec![false; func.values.len()];
    let mut open: Vec<Value> = Vec::new();
    // The values that edges give each parameter.
    let mut given: Vec<Vec<Value>> = vec![Vec::new(); func.values.len()];
    for &block in &func.layout {
        let data = &func.blocks[block];
        for &inst in &data.insts {
            if !func.insts[inst].kind.effects().is_idle() {
                open.extend(&func.insts[inst].args);
            }
        }
        match &data.end {
            End::Branch { cond, .. } => open.push(*cond),
            End::Return(Some(value), _) => open.push(*value),
            End::Stop | End::Jump(_) | End::Return(None, _) => {}
        }
        for edge in data.end.edges() {
            for (param, &arg) in func.blocks[edge.to].params.iter().zip(&edge.args) {
                given[param.index()].push(arg);
            }
        }
    }
    while let Some(value) = open.pop() {
        if std::mem::replace(&mut needed[value.index()], true) {
            continue;
        }
        match func.values[value].def {
            Def::Inst(inst) => open.extend(&func.insts[inst].args),
            Def::Param(..) => open.append(&mut given[value.index()]),
        }
    }
    needed
}

/// Takes parameters that are not needed out of their blocks, but for those that come from outside.
fn drop_params(func: &mut Func, needed: &[bool]) -> usize {
    let mut fixed = vec![false; func.blocks.len()];
    fixed[func.entry().index()] = true;
    func.handlers.iter().for_each(|handler| fixed[handler.landing.index()] = true);
    let keeps = |func: &Func, block: Block| -> Option<Vec<bool>> {
        let keeps: Vec<bool> = func.blocks[block].params.iter().map(|param| needed[param.index()]).collect();
        (!fixed[block.index()] && keeps.contains(&false)).then_some(keeps)
    };
    let mut kept: Vec<Option<Vec<bool>>> = vec![None; func.blocks.len()];
    for &block in &func.layout {
        kept[block.index()] = keeps(func, block);
    }
    let mut changes = 0;
    for block in func.layout.clone() {
        for edge in func.blocks[block].end.edges_mut() {
            if let Some(keeps) = &kept[edge.to.index()] {
                let mut keep = keeps.iter();
                edge.args.retain(|_| keep.next().copied().unwrap_or(true));
            }
        }
        if let Some(keeps) = &kept[block.index()] {
            let mut keep = keeps.iter();
            let params = &mut func.blocks[block].params;
            let before = params.len();
            params.retain(|_| keep.next().copied().unwrap_or(true));
            changes += before - params.len();
            func.number_params(block);
        }
    }
    changes
}
