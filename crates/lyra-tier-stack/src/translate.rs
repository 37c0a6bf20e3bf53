//! From a function to register code.
//!
//! Blocks become words in the order of the layout. What control does at the end of a block is chosen for the fewest
//! words on the way that is gone most: a branch goes forward to the block that is not next; a jump back pays its unit
//! of fuel in the same word, and the small blocks that only pay disappear in it.

use crate::code::{Range, RegCode, SlotRef, Slow, enters};
use crate::form::Form;
use crate::layout::Layout;
use crate::live::Intervals;
use crate::moves::in_order;
use crate::select::Plan;
use crate::word::{Instr, Word};
use lyra_base::IdVec;
use lyra_bytecode::{Kind, Types};
use lyra_ir::{Block, Edge, End, Func, Inst, InstKind, Place, Value};

/// Register code of a function; `None` when it has more values at once than slots have numbers, or is of a shape that
/// no compiler makes.
///
/// ```
/// use lyra_bytecode::Types;
/// let func = lyra_ir::parse("func \"inc\" -> i32 {\nblock0(v0: i32):\n  v1: i32 = const 1\n  v2: i32 = add_i32 v0, v1\n  return v2\n}")?;
/// let code = lyra_tier_stack::translate(&func, &Types::default()).expect("it is small");
/// assert_eq!(code.to_string(), "0  add_i32 w0, w0, 1\n1  return w0\n");
/// # Ok::<(), String>(())
/// ```
#[must_use]
pub fn translate(func: &Func, types: &Types) -> Option<RegCode> {
    let plan = Plan::new(func);
    let intervals = Intervals::find(func, &plan)?;
    let layout = Layout::new(func, types, &intervals)?;
    let near = Translator::new(func, &plan, &layout, false).run();
    near.or_else(|| Translator::new(func, &plan, &layout, true).run())
}

/// A word whose distance is filled in at the end.
enum Goes {
    /// In `c`.
    Near(usize, Target),
    /// In `b` and `c`.
    Far(usize, Target),
}

#[derive(Clone, Copy)]
enum Target {
    Block(Block),
    Stub(usize),
}

struct Translator<'t> {
    func: &'t Func,
    plan: &'t Plan,
    layout: &'t Layout,
    /// Whether distances are too large for 16 bits.
    far: bool,
    code: RegCode,
    starts: IdVec<Block, Option<u32>>,
    goes: Vec<Goes>,
    /// Moves for an edge that stand apart: their edge, and where they begin.
    stubs: Vec<(Edge, u32)>,
    /// How many jumps lead to each block that only pays and goes back, and are not fused yet.
    paying: IdVec<Block, Option<u32>>,
}

impl<'t> Translator<'t> {
    fn new(func: &'t Func, plan: &'t Plan, layout: &'t Layout, far: bool) -> Self {
        let mut paying: IdVec<Block, Option<u32>> = vec![None; func.blocks.len()].into();
        for &block in &func.layout {
            if only_pays(func, block).is_some() {
                paying[block] = Some(0);
            }
        }
        // Errors lead to landings, whatever these do.
        for handler in &func.handlers {
            paying[handler.landing] = None;
        }
        for &block in &func.layout {
            for to in func.blocks[block].successors() {
                if let Some(count) = &mut paying[to] {
                    *count += 1;
                }
            }
        }
        Self {
            func,
            plan,
            layout,
            far,
            code: RegCode {
                ref_slots: layout.refs + 1,
                word_slots: layout.words + 1,
                ref_args: layout.ref_args,
                word_args: layout.word_args,
                ..RegCode::default()
            },
            starts: vec![None; func.blocks.len()].into(),
            goes: Vec::new(),
            stubs: Vec::new(),
            paying,
        }
    }

    /// `None` when a distance does not fit.
    fn run(mut self) -> Option<RegCode> {
        for (index, &block) in self.func.layout.iter().enumerate() {
            if self.paying[block] == Some(0) {
                continue;
            }
            let rest = self.func.layout.get(index + 1..).unwrap_or_default();
            let next = rest.iter().copied().find(|&block| self.paying[block] != Some(0));
            self.block(block, next)?;
        }
        let mut index = 0;
        while let Some((edge, _)) = self.stubs.get(index).cloned() {
            self.stubs[index].1 = self.here();
            self.edge_moves(&edge)?;
            self.jump(Target::Block(edge.to), false);
            index += 1;
        }
        self.fill()?;
        Some(self.code)
    }

    fn here(&self) -> u32 {
        u32::try_from(self.code.words.len()).unwrap_or(u32::MAX)
    }

    fn put(&mut self, instr: Instr) {
        self.code.words.push(instr.pack());
    }

    /// An instruction of two words.
    fn put_two(&mut self, instr: Instr, second: u64) {
        self.put(instr);
        self.code.words.push(Word(second));
    }

    /// The next word can fail.
    fn at(&mut self, place: Place) {
        let here = self.here();
        if self.code.places.last().is_none_or(|&(_, last)| last != place) {
            self.code.places.push((here, place));
        }
    }

    fn slot(&self, value: Value) -> Option<SlotRef> {
        self.layout.values[value]
    }

    fn number(&self, value: Value) -> Option<u16> {
        self.slot(value).map(|slot| slot.number)
    }

    fn block(&mut self, block: Block, next: Option<Block>) -> Option<()> {
        let data = &self.func.blocks[block];
        let start = self.here();
        self.starts[block] = Some(start);
        let mut insts = &*data.insts;
        // A payment before a jump back is the jump's.
        let back = self.goes_back(block);
        if let (true, [before @ .., charge, poll]) = (back, insts)
            && is_pay(self.func, *charge, *poll) == Some(1)
        {
            insts = before;
        }
        let mut insts = insts.iter().copied().peekable();
        while let Some(inst) = insts.next() {
            let poll = insts.peek().copied();
            if let Some(units) = poll.and_then(|poll| is_pay(self.func, inst, poll)) {
                insts.next();
                self.at(self.func.insts[inst].place);
                self.put(Instr::wide(Form::Pay, 0, units));
            } else {
                self.inst(inst)?;
            }
        }
        self.end(block, back, next)?;
        if let Some(landing) = self.func.landing_of(block) {
            let error = self.func.blocks[landing].params.first().and_then(|&param| self.number(param));
            // An error that nobody looks at goes where moves put theirs.
            let error = error.unwrap_or(self.layout.refs);
            let range = Range { start, end: self.here(), landing: landing.0, error };
            self.code.ranges.push(range);
        }
        Some(())
    }

    /// Whether a block ends in a jump back whose payment it makes just before.
    fn goes_back(&self, block: Block) -> bool {
        let data = &self.func.blocks[block];
        let [.., charge, poll] = *data.insts else { return false };
        let End::Jump(edge) = &data.end else { return false };
        is_pay(self.func, charge, poll) == Some(1) && self.starts[edge.to].is_some()
    }

    fn inst(&mut self, inst: Inst) -> Option<()> {
        let data = &self.func.insts[inst];
        let writes = self.plan.writes(self.func, inst);
        if data.result.is_some() && writes.is_none() {
            // It is part of the word that uses it.
            return Some(());
        }
        let result = writes.and_then(|value| self.slot(value));
        match (data.kind, result) {
            (InstKind::Const(bits), Some(slot)) => self.constant(bits, slot),
            (InstKind::GetVar(var), Some(slot)) => self.mov(slot, self.layout.vars[var]),
            (InstKind::SetVar(var), _) => {
                let value = self.slot(*data.args.first()?)?;
                self.mov(self.layout.vars[var], value);
            }
            (InstKind::Charge(units), _) => self.put(Instr::wide(Form::Pay, 0, units)),
            (InstKind::Poll, _) => {
                self.at(data.place);
                self.put(Instr::wide(Form::Pay, 0, 0));
            }
            (InstKind::Op(op), Some(slot)) if op.info().is_scalar => {
                if data.kind.effects().fails {
                    self.at(data.place);
                }
                let left = self.number(*data.args.first()?)?;
                let instr = match (self.plan.right(self.func, op, &data.args), data.args.get(1)) {
                    (Some(right), _) => Instr::of_row(Form::Right, op, slot.number, left, right),
                    (None, Some(&right)) => {
                        Instr::of_row(Form::Slots, op, slot.number, left, self.number(right)?)
                    }
                    (None, None) => Instr::of_row(Form::Slots, op, slot.number, left, 0),
                };
                self.put(instr);
            }
            (InstKind::Op(op), result) => {
                let args = data.args.iter().map(|&arg| self.slot(arg)).collect::<Option<Vec<_>>>()?;
                let entry = u32::try_from(self.code.slow.len()).ok()?;
                self.at(data.place);
                let behind = result.filter(|_| enters(op)).map(|slot| self.behind(slot.kind));
                self.code.slow.push(Slow { op, args, result: behind.or(result), waits: data.waits });
                self.put(Instr::wide(Form::Slow, 0, entry));
                if let (Some(to), Some(from)) = (result, behind) {
                    self.mov(to, from);
                }
            }
            (InstKind::Const(_) | InstKind::GetVar(_), None) => {}
        }
        Some(())
    }

    fn constant(&mut self, bits: u64, slot: SlotRef) {
        match (slot.kind, u32::try_from(bits)) {
            (Kind::Ref, _) => self.put(Instr::new(Form::Null, slot.number, 0, 0)),
            (Kind::Word, Ok(small)) => self.put(Instr::wide(Form::Small, slot.number, small)),
            (Kind::Word, Err(_)) => self.put_two(Instr::new(Form::Large, slot.number, 0, 0), bits),
        }
    }

    /// The first slot behind the frame, where results of procedures that only values name are.
    fn behind(&self, kind: Kind) -> SlotRef {
        let number = match kind {
            Kind::Ref => self.code.ref_slots,
            Kind::Word => self.code.word_slots,
        };
        SlotRef { kind, number }
    }

    fn mov(&mut self, to: SlotRef, from: SlotRef) {
        let form = match to.kind {
            Kind::Ref => Form::MoveRef,
            Kind::Word => Form::MoveWord,
        };
        if to != from {
            self.put(Instr::new(form, to.number, from.number, 0));
        }
    }

    // ---- the ends of blocks ----

    fn end(&mut self, block: Block, back: bool, next: Option<Block>) -> Option<()> {
        match &self.func.blocks[block].end {
            End::Stop => {}
            End::Return(None, _) => self.put(Instr::new(Form::Return, 0, 0, 0)),
            End::Return(Some(value), _) => {
                let slot = self.slot(*value)?;
                let form = match slot.kind {
                    Kind::Ref => Form::ReturnRef,
                    Kind::Word => Form::ReturnWord,
                };
                self.put(Instr::new(form, slot.number, 0, 0));
            }
            End::Jump(edge) => {
                self.edge_moves(edge)?;
                if back {
                    let paid = self.func.blocks[block].insts.last();
                    self.at(paid.map_or(Place::own(0), |&inst| self.func.insts[inst].place));
                    self.jump(Target::Block(edge.to), true);
                } else if next != Some(edge.to) {
                    self.jump(Target::Block(edge.to), false);
                }
            }
            End::Branch { cond, then, otherwise, .. } => self.branch(*cond, then, otherwise, next)?,
        }
        Some(())
    }

    fn branch(&mut self, cond: Value, then: &Edge, otherwise: &Edge, next: Option<Block>) -> Option<()> {
        for (edge, other, when) in [(then, otherwise, true), (otherwise, then, false)] {
            if let Some((header, place)) = self.fusable(edge) {
                if let Some(count) = &mut self.paying[edge.to] {
                    *count -= 1;
                }
                self.at(place);
                self.test(cond, when, Target::Block(header), true)?;
                return self.go(other, self.next_after(edge.to, next));
            }
        }
        let (free_then, free_otherwise) = (self.is_free(then), self.is_free(otherwise));
        if free_otherwise && (next == Some(then.to) || !free_then || next != Some(otherwise.to)) {
            self.test(cond, false, Target::Block(otherwise.to), false)?;
            return self.go(then, next);
        }
        if free_then {
            self.test(cond, true, Target::Block(then.to), false)?;
            return self.go(otherwise, next);
        }
        self.stubs.push((otherwise.clone(), 0));
        self.test(cond, false, Target::Stub(self.stubs.len() - 1), false)?;
        self.go(then, next)
    }

    /// The block that comes next once `skipped` is left out.
    fn next_after(&self, skipped: Block, next: Option<Block>) -> Option<Block> {
        if next != Some(skipped) || self.paying[skipped] != Some(0) {
            return next;
        }
        let place = self.func.layout.iter().position(|&block| block == skipped)?;
        let rest = self.func.layout.get(place + 1..).unwrap_or_default();
        rest.iter().copied().find(|&block| self.paying[block] != Some(0))
    }

    /// The header that an edge leads back to through a block that only pays, when nothing is to be moved on the way.
    fn fusable(&self, edge: &Edge) -> Option<(Block, Place)> {
        self.paying[edge.to]?;
        let (back, place) = only_pays(self.func, edge.to)?;
        let same_range = self.func.blocks[edge.to].handler.is_none();
        (same_range && self.is_free(edge) && self.is_free(back) && self.starts[back.to].is_some())
            .then_some((back.to, place))
    }

    /// Follows an edge.
    fn go(&mut self, edge: &Edge, next: Option<Block>) -> Option<()> {
        self.edge_moves(edge)?;
        if next != Some(edge.to) {
            self.jump(Target::Block(edge.to), false);
        }
        Some(())
    }

    /// The moves of an edge, on each side.
    fn moves(&self, edge: &Edge, kind: Kind) -> Option<Vec<(u16, u16)>> {
        let mut moves = Vec::new();
        for (&param, &arg) in self.func.blocks[edge.to].params.iter().zip(&edge.args) {
            // A parameter that nobody reads has no slot.
            let Some(to) = self.slot(param) else { continue };
            let from = self.slot(arg)?;
            if to.kind == kind {
                moves.push((to.number, from.number));
            }
        }
        Some(moves)
    }

    fn is_free(&self, edge: &Edge) -> bool {
        [Kind::Ref, Kind::Word]
            .into_iter()
            .all(|kind| self.moves(edge, kind).is_some_and(|moves| moves.iter().all(|(to, from)| to == from)))
    }

    fn edge_moves(&mut self, edge: &Edge) -> Option<()> {
        for (kind, spare) in [(Kind::Ref, self.layout.refs), (Kind::Word, self.layout.words)] {
            for (to, from) in in_order(&self.moves(edge, kind)?, spare) {
                self.mov(SlotRef { kind, number: to }, SlotRef { kind, number: from });
            }
        }
        Some(())
    }

    fn jump(&mut self, target: Target, back: bool) {
        self.goes.push(Goes::Far(self.code.words.len(), target));
        let form = if back { Form::BackJump } else { Form::Jump };
        self.put(Instr::new(form, 0, 0, 0));
    }

    /// Goes to `target` when `cond` is `when`.
    fn test(&mut self, cond: Value, when: bool, target: Target, back: bool) -> Option<()> {
        // Too far for a branch: step over a jump instead.
        let when = if self.far { !when } else { when };
        let (form, instr) = match self.plan.comparison(self.func, cond) {
            Some((op, args)) => {
                let left = self.number(*args.first()?)?;
                match self.plan.right(self.func, op, args) {
                    Some(right) => {
                        let form = if when { Form::IfRight } else { Form::UnlessRight };
                        (form, Instr::of_row(form, op, left, right, 2))
                    }
                    None => {
                        let form = if when { Form::If } else { Form::Unless };
                        (form, Instr::of_row(form, op, left, self.number(*args.get(1)?)?, 2))
                    }
                }
            }
            None => {
                let form = if when { Form::IfTrue } else { Form::IfFalse };
                (form, Instr::new(form, self.number(cond)?, 0, 2))
            }
        };
        if self.far {
            self.put(instr);
            self.jump(target, back);
        } else {
            self.goes.push(Goes::Near(self.code.words.len(), target));
            self.put(Instr { form: if back { form.back() } else { form }, ..instr });
        }
        Some(())
    }

    /// Puts the distances in. `None` when one does not fit.
    fn fill(&mut self) -> Option<()> {
        let start = |target: Target| match target {
            Target::Block(block) => self.starts[block],
            Target::Stub(index) => self.stubs.get(index).map(|stub| stub.1),
        };
        let distance = |at: usize, target: Target| {
            let from = i64::try_from(at).ok()?;
            Some(i64::from(start(target)?) - from)
        };
        for goes in &self.goes {
            match *goes {
                Goes::Near(at, target) => {
                    let near = i16::try_from(distance(at, target)?).ok()?.cast_unsigned();
                    let word = &mut self.code.words[at].0;
                    *word = *word & !(0xFFFF << 48) | u64::from(near) << 48;
                }
                Goes::Far(at, target) => {
                    let number = i32::try_from(distance(at, target)?).ok()?.cast_unsigned();
                    let word = &mut self.code.words[at].0;
                    *word = *word & 0xFFFF_FFFF | u64::from(number) << 32;
                }
            }
        }
        for range in &mut self.code.ranges {
            range.landing = self.starts[Block(range.landing)]?;
        }
        Some(())
    }
}

/// The units that two instructions pay together, if they pay and look.
fn is_pay(func: &Func, charge: Inst, poll: Inst) -> Option<u32> {
    match (func.insts[charge].kind, func.insts[poll].kind) {
        (InstKind::Charge(units), InstKind::Poll) => Some(units),
        _ => None,
    }
}

/// Where a block that only pays one unit goes on, and the place of the payment.
fn only_pays(func: &Func, block: Block) -> Option<(&Edge, Place)> {
    let data = &func.blocks[block];
    match (&*data.insts, &data.end) {
        (&[charge, poll], End::Jump(edge)) if is_pay(func, charge, poll) == Some(1) => {
            Some((edge, func.insts[poll].place))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_and_near_differ_in_their_branches_only() {
        let func = lyra_ir::parse(
            "func \"f\" -> i32 {\nblock0(v0: i32, v1: i32):\n  jump block1(v0)\nblock1(v2: i32):\n  v3: i32 = const 2\n  v4: i32 = add_i32 v2, v3\n  v5: bool = lt_i32 v4, v1\n  branch v5, block2, block3\nblock2:\n  charge 1\n  poll\n  jump block1(v4)\nblock3:\n  return v4\n}",
        )
        .expect("it is a function");
        let types = Types::default();
        let plan = Plan::new(&func);
        let intervals = Intervals::find(&func, &plan).expect("it is small");
        let layout = Layout::new(&func, &types, &intervals).expect("it is small");
        let text = |far| Translator::new(&func, &plan, &layout, far).run().expect("it fits").to_string();
        assert_eq!(text(false), "0  add_i32 w0, w0, 2\n1  back_if lt_i32 w0, w1 -> 0\n2  return w0\n");
        assert_eq!(
            text(true),
            "0  add_i32 w0, w0, 2\n1  unless lt_i32 w0, w1 -> 3\n2  back_jump -> 0\n3  return w0\n"
        );
    }
}
