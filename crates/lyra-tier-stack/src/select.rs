//! Which values become part of the word that uses them, and so need no slot: constants that fit beside the row, and
//! comparisons that only decide the branch at the end of their block.

use crate::word::{decides, immediate};
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_bytecode::Op;
use lyra_ir::{Def, End, Func, Inst, InstKind, Value};

/// What is chosen for a function.
pub(crate) struct Plan {
    /// Comparisons that are made by the branch.
    fused: IdVec<Value, bool>,
    /// Constants that some word reads from a slot.
    kept: IdVec<Value, bool>,
}

impl Plan {
    pub(crate) fn new(func: &Func) -> Self {
        let mut plan =
            Self { fused: vec![false; func.values.len()].into(), kept: vec![true; func.values.len()].into() };
        plan.fuse(func);
        // All constants are left out for once, to see which are still asked for.
        let mut asked: IdVec<Value, bool> = vec![false; func.values.len()].into();
        for &block in &func.layout {
            let data = &func.blocks[block];
            for &inst in &data.insts {
                plan.reads(func, inst, |value| asked[value] = true);
            }
            plan.end_reads(func, &data.end, |value| asked[value] = true);
        }
        for (value, data) in func.values.enumerate() {
            let is_constant =
                matches!(data.def, Def::Inst(inst) if matches!(func.insts[inst].kind, InstKind::Const(_)));
            plan.kept[value] = !is_constant || asked[value];
        }
        plan
    }

    /// A comparison is fused when its one use is the branch of the block that it stands in.
    fn fuse(&mut self, func: &Func) {
        let mut uses = vec![0u32; func.values.len()];
        for &block in &func.layout {
            let data = &func.blocks[block];
            for &inst in &data.insts {
                func.insts[inst].args.iter().for_each(|arg| uses[arg.index()] += 1);
            }
            data.end.each_value(|value| uses[value.index()] += 1);
        }
        for &block in &func.layout {
            let data = &func.blocks[block];
            let End::Branch { cond, .. } = data.end else { continue };
            let Def::Inst(inst) = func.values[cond].def else { continue };
            let InstKind::Op(op) = func.insts[inst].kind else { continue };
            let stands_here = data.insts.contains(&inst);
            self.fused[cond] = uses[cond.index()] == 1 && decides(op) && stands_here;
        }
    }

    /// The comparison that a branch on `cond` makes by itself.
    pub(crate) fn comparison<'f>(&self, func: &'f Func, cond: Value) -> Option<(Op, &'f [Value])> {
        match func.maker(cond).filter(|_| self.fused[cond]).map(|data| (data.kind, &data.args)) {
            Some((InstKind::Op(op), args)) => Some((op, args)),
            _ => None,
        }
    }

    /// The immediate that stands for the right operand of a scalar instruction.
    pub(crate) fn right(&self, func: &Func, op: Op, args: &[Value]) -> Option<u16> {
        let &[_, right] = args else { return None };
        immediate(op, func.constant(right)?)
    }

    /// The values that an instruction reads from slots.
    pub(crate) fn reads(&self, func: &Func, inst: Inst, mut each: impl FnMut(Value)) {
        let data = &func.insts[inst];
        if data.result.is_some_and(|result| self.fused[result]) {
            return;
        }
        self.reads_of(func, data.kind, &data.args, &mut each);
    }

    fn reads_of(&self, func: &Func, kind: InstKind, args: &[Value], each: &mut dyn FnMut(Value)) {
        match kind {
            InstKind::Op(op) if self.right(func, op, args).is_some() => each(args[0]),
            _ => args.iter().for_each(|&arg| each(arg)),
        }
    }

    /// The slot-holding value that an instruction writes.
    pub(crate) fn writes(&self, func: &Func, inst: Inst) -> Option<Value> {
        func.insts[inst].result.filter(|&result| !self.fused[result] && self.kept[result])
    }

    /// The values that the end of a block reads from slots: those of a comparison that it makes by itself, too.
    pub(crate) fn end_reads(&self, func: &Func, end: &End, mut each: impl FnMut(Value)) {
        let fused = match end {
            End::Branch { cond, .. } => self.comparison(func, *cond).map(|found| (*cond, found)),
            _ => None,
        };
        if let Some((_, (op, args))) = fused {
            self.reads_of(func, InstKind::Op(op), args, &mut each);
        }
        let mut skipped = false;
        end.each_value(|value| {
            // The condition comes first.
            if fused.is_some_and(|(cond, _)| cond == value) && !std::mem::replace(&mut skipped, true) {
                return;
            }
            each(value);
        });
    }
}
