//! What every function must keep to, looked at after each pass in debug builds and in tests.
//!
//! - The entry is the first block of the layout, nothing leads to it, and it is in no range.
//! - Every value is made once and dominates its uses; edges give each parameter a value of its type.
//! - Instructions have the arguments and the result of their row, as far as the row alone says it.
//! - Landings take an error and nothing jumps to them.
//! - Only the last instruction of a block that stops never goes on, and it does not.

use crate::dominators::Dominators;
use crate::func::{Block, Def, End, Func, InstData, InstKind, Value};
use crate::print::shown_def;
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_bytecode::{Op, TypeId, Types};

/// Looks at everything that a function must keep to.
///
/// # Errors
/// The first fault, and where it is.
pub fn check(func: &Func, types: &Types) -> Result<(), String> {
    if func.layout.first() != Some(&func.entry()) || func.blocks.is_empty() {
        return Err("the entry is not the first block".to_owned());
    }
    let dominators = Dominators::new(func);
    let mut places: IdVec<Value, Option<(Block, usize)>> = vec![None; func.values.len()].into();
    let mut seen = vec![false; func.blocks.len()];
    for &block in &func.layout {
        let Some(data) = func.blocks.get(block) else { return Err(format!("there is no {block:?}")) };
        if std::mem::replace(&mut seen[block.index()], true) {
            return Err(format!("{block:?} stands in the layout twice"));
        }
        for (number, &param) in data.params.iter().enumerate() {
            let def = func.values.get(param).map(|value| value.def);
            if def != Some(Def::Param(block, u32::try_from(number).unwrap_or(u32::MAX))) {
                return Err(format!(
                    "{block:?}: parameter {number}, {param:?}, says it is {}",
                    shown_def(func, param)
                ));
            }
            define(&mut places, param, block, 0)?;
        }
        for (index, &inst) in data.insts.iter().enumerate() {
            let Some(data) = func.insts.get(inst) else {
                return Err(format!("{block:?}: there is no {inst:?}"));
            };
            if let Some(result) = data.result {
                if func.values.get(result).map(|value| value.def) != Some(Def::Inst(inst)) {
                    return Err(format!("{block:?}: {result:?} says it is {}", shown_def(func, result)));
                }
                define(&mut places, result, block, index + 1)?;
            }
        }
    }
    let mut is_landing = vec![false; func.blocks.len()];
    for handler in &func.handlers {
        if let Some(place) = is_landing.get_mut(handler.landing.index()) {
            *place = true;
        }
    }
    let checker = Checker { func, types, dominators: &dominators, places, in_use: seen, is_landing };
    for &block in &func.layout {
        checker.block(block).map_err(|what| format!("{block:?}: {what}"))?;
    }
    Ok(())
}

fn define(
    places: &mut IdVec<Value, Option<(Block, usize)>>,
    value: Value,
    block: Block,
    index: usize,
) -> Result<(), String> {
    match places[value].replace((block, index)) {
        None => Ok(()),
        Some(_) => Err(format!("{block:?}: {value:?} is made twice")),
    }
}

struct Checker<'f> {
    func: &'f Func,
    types: &'f Types,
    dominators: &'f Dominators,
    /// Where each value is made: the instruction before which it is there.
    places: IdVec<Value, Option<(Block, usize)>>,
    in_use: Vec<bool>,
    is_landing: Vec<bool>,
}

impl Checker<'_> {
    fn block(&self, block: Block) -> Result<(), String> {
        let data = &self.func.blocks[block];
        if let Some(handler) = data.handler {
            let handler =
                self.func.handlers.get(handler).ok_or_else(|| format!("there is no {handler:?}"))?;
            let landing = self.func.blocks.get(handler.landing).ok_or("its handler lands nowhere")?;
            let params: Vec<TypeId> = landing.params.iter().map(|&param| self.func.ty(param)).collect();
            if params != [TypeId::ERROR] {
                return Err(format!("its handler lands at {:?}, which takes no error", handler.landing));
            }
            if !self.in_use[handler.landing.index()] {
                return Err(format!("{:?}, where its handler lands, is not in use", handler.landing));
            }
        }
        for (index, &inst) in data.insts.iter().enumerate() {
            let data = &self.func.insts[inst];
            for &arg in &data.args {
                self.use_of(arg, block, index).map_err(|what| format!("{inst:?}: {what}"))?;
            }
            self.inst(data).map_err(|what| format!("{inst:?}: {what}"))?;
        }
        let last = data.insts.last().map(|&inst| self.func.insts[inst].kind);
        let ends = |kind| matches!(kind, InstKind::Op(op) if op.info().ends());
        if ends_early(self.func, data.insts.split_last().map_or(&[], |(_, before)| before), ends) {
            return Err("an instruction that never goes on is not the last".to_owned());
        }
        if last.is_some_and(ends) != (data.end == End::Stop) {
            return Err("it stops where its last instruction goes on, or the other way round".to_owned());
        }
        let mut used = Ok(());
        data.end.each_value(|value| {
            if used.is_ok() {
                used = self.use_of(value, block, usize::MAX);
            }
        });
        used?;
        self.end(&data.end)
    }

    fn end(&self, end: &End) -> Result<(), String> {
        for edge in end.edges() {
            let Some(to) = self.func.blocks.get(edge.to) else {
                return Err(format!("there is no {:?}", edge.to));
            };
            if edge.to == self.func.entry() || self.is_landing[edge.to.index()] {
                return Err(format!("it jumps to {:?}, the entry or a landing", edge.to));
            }
            if !self.in_use[edge.to.index()] {
                return Err(format!("it jumps to {:?}, which is not in use", edge.to));
            }
            let params = to.params.iter().map(|&param| self.func.ty(param));
            if !params.eq(edge.args.iter().map(|&arg| self.func.ty(arg))) {
                return Err(format!("its edge to {:?} does not give what that takes", edge.to));
            }
        }
        match end {
            End::Branch { cond, .. } if self.func.ty(*cond) != TypeId::BOOL => {
                Err(format!("{cond:?} decides and is no bool"))
            }
            End::Return(value, _) if value.map(|value| self.func.ty(value)) != self.func.result => {
                Err("it returns something else than the function does".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Whether a value is there before instruction `index` of a block.
    fn use_of(&self, value: Value, block: Block, index: usize) -> Result<(), String> {
        let Some(Some((made, place))) = self.places.get(value).copied() else {
            return Err(format!("{value:?} is made nowhere"));
        };
        // In code that control never gets to, anything goes.
        let is_there = match self.func.values[value].def {
            _ if made == block => place <= index,
            Def::Param(..) => self.dominators.dominates(made, block),
            Def::Inst(_) => self.dominators.completes_before(made, block),
        };
        if is_there || !self.dominators.reaches(block) {
            return Ok(());
        }
        Err(format!("{value:?}, made in {made:?}, is not there on every way"))
    }

    fn inst(&self, data: &InstData) -> Result<(), String> {
        let result = data.result.map(|value| self.func.ty(value));
        let types: Vec<TypeId> = data.args.iter().map(|&arg| self.func.ty(arg)).collect();
        match data.kind {
            InstKind::Const(_) if types.is_empty() && result.is_some() => Ok(()),
            InstKind::Charge(_) | InstKind::Poll | InstKind::Enter(_)
                if types.is_empty() && result.is_none() =>
            {
                Ok(())
            }
            InstKind::GetVar(var) => match (self.func.vars.get(var), result) {
                (Some(&kind), Some(ty)) if types.is_empty() && self.types.kind(ty) == kind => Ok(()),
                _ => Err(format!("it reads {var:?} as something else")),
            },
            InstKind::SetVar(var) => match (self.func.vars.get(var), &*types) {
                (Some(&kind), &[ty]) if result.is_none() && self.types.kind(ty) == kind => Ok(()),
                _ => Err(format!("it writes something else to {var:?}")),
            },
            InstKind::Op(op) => self.op(op, &types, result),
            kind => Err(format!("{kind:?} has the wrong arguments or result")),
        }
    }

    fn op(&self, op: Op, types: &[TypeId], result: Option<TypeId>) -> Result<(), String> {
        let info = op.info();
        if let Some((popped, pushed)) = info.rule {
            if popped != types || pushed.first().copied() != result {
                return Err(format!("`{}` has the wrong arguments or result", info.mnemonic));
            }
            return Ok(());
        }
        let moves = matches!(
            op,
            Op::GetWord { .. }
                | Op::SetWord { .. }
                | Op::GetRef { .. }
                | Op::SetRef { .. }
                | Op::DropWord
                | Op::DropRef
                | Op::DupWord
                | Op::DupRef
                | Op::Jump { .. }
                | Op::JumpIf { .. }
                | Op::JumpUnless { .. }
                | Op::Return
        );
        if moves { Err(format!("`{}` has no place in a function", info.mnemonic)) } else { Ok(()) }
    }
}

fn ends_early(func: &Func, insts: &[crate::func::Inst], ends: impl Fn(InstKind) -> bool) -> bool {
    insts.iter().any(|&inst| ends(func.insts[inst].kind))
}
