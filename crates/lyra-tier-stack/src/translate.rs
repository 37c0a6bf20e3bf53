//! From a function to register code.
//!
//! Blocks become words in the order of the layout. What control does at the end of a block is chosen for the fewest
//! words on the way that is gone most: a branch goes forward to the block that is not next; a jump back pays its unit
//! of fuel in the same word, and the small blocks that only pay disappear in it. What single instructions become
//! stands in `emit.rs`.

use crate::code::{Range, RegCode, SlotRef};
use crate::form::Form;
use crate::layout::Layout;
use crate::live::Intervals;
use crate::moves::in_order;
use crate::order::order;
use crate::select::{Plan, Right, Test};
use crate::word::{Instr, Word};
use lyra_base::IdVec;
use lyra_bytecode::{Kind, Op, Types};
use lyra_ir::{Block, Edge, End, Func, Inst, InstKind, Place, Value};

/// Register code of a function; `None` when it has more values at once than slots have numbers (65,000 of a kind).
/// One that is built with everything in the frame has as many slots as the procedure has locals and operands.
///
/// The function is such as [`lyra_ir::FuncBuilder`] makes and passes leave it: calls are paid for just before.
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
    let order = order(func);
    let plan = Plan::new(func, types);
    let intervals = Intervals::find(func, &order, &plan);
    let layout = Layout::new(func, types, &order, &plan, &intervals)?;
    let input = Input { func, types, order: &order, plan: &plan, layout: &layout };
    let code = Translator::new(input, false).run().or_else(|| Translator::new(input, true).run())?;
    // The engine reads slots without looking at their numbers.
    let sound = code.check();
    debug_assert_eq!(sound, Ok(()), "{}:\n{code}", func.name);
    sound.is_ok().then_some(code)
}

/// What is known of a function before words are made of it.
#[derive(Clone, Copy)]
pub(crate) struct Input<'t> {
    pub(crate) func: &'t Func,
    pub(crate) types: &'t Types,
    pub(crate) order: &'t [Block],
    pub(crate) plan: &'t Plan,
    pub(crate) layout: &'t Layout,
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

pub(crate) struct Translator<'t> {
    pub(crate) func: &'t Func,
    pub(crate) types: &'t Types,
    pub(crate) plan: &'t Plan,
    pub(crate) layout: &'t Layout,
    order: &'t [Block],
    /// Whether distances are too large for 16 bits.
    far: bool,
    pub(crate) code: RegCode,
    starts: IdVec<Block, Option<u32>>,
    goes: Vec<Goes>,
    /// Moves for an edge that stand apart: their edge, and where they begin.
    stubs: Vec<(Edge, u32)>,
    /// How many jumps lead to each block that only pays and goes back, and are not fused yet.
    paying: IdVec<Block, Option<u32>>,
    /// How many ways lead to each block.
    ways: IdVec<Block, u32>,
    /// The last instruction of the block that is being made: what comes next may become part of it.
    last: Option<usize>,
}

impl<'t> Translator<'t> {
    fn new(input: Input<'t>, far: bool) -> Self {
        let Input { func, types, order, plan, layout } = input;
        let mut paying: IdVec<Block, Option<u32>> = vec![None; func.blocks.len()].into();
        for &block in order {
            if only_pays(func, block).is_some() {
                paying[block] = Some(0);
            }
        }
        let mut ways: IdVec<Block, u32> = vec![0; func.blocks.len()].into();
        // Errors lead to landings, whatever these do.
        for handler in &func.handlers {
            paying[handler.landing] = None;
            ways[handler.landing] = 2;
        }
        for &block in order {
            for to in func.blocks[block].successors() {
                ways[to] += 1;
                if let Some(count) = &mut paying[to] {
                    *count += 1;
                }
            }
        }
        Self {
            func,
            types,
            plan,
            layout,
            order,
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
            ways,
            last: None,
        }
    }

    /// `None` when a distance does not fit.
    fn run(mut self) -> Option<RegCode> {
        self.start();
        for (place, &block) in self.order.iter().enumerate() {
            if self.paying[block] != Some(0) {
                self.block(block, place)?;
            }
        }
        let mut index = 0;
        while let Some((edge, _)) = self.stubs.get(index).cloned() {
            self.stubs[index].1 = self.here();
            self.last = None;
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

    pub(crate) fn put(&mut self, instr: Instr) {
        self.last = Some(self.code.words.len());
        self.code.words.push(instr.pack());
    }

    /// An instruction of two words.
    pub(crate) fn put_two(&mut self, instr: Instr, second: u64) {
        self.put(instr);
        self.code.words.push(Word(second));
    }

    /// The next word can fail.
    pub(crate) fn at(&mut self, place: Place) {
        let here = self.here();
        if self.code.places.last().is_none_or(|&(_, last)| last != place) {
            self.code.places.push((here, place));
        }
    }

    pub(crate) fn slot(&self, value: Value) -> Option<SlotRef> {
        self.layout.values[self.plan.root(value)]
    }

    pub(crate) fn number(&self, value: Value) -> Option<u16> {
        self.slot(value).map(|slot| slot.number)
    }

    /// The block that comes after a place in the order, without those that have disappeared.
    fn next(&self, place: usize) -> Option<Block> {
        let rest = self.order.get(place + 1..).unwrap_or_default();
        rest.iter().copied().find(|&block| self.paying[block] != Some(0))
    }

    fn block(&mut self, block: Block, place: usize) -> Option<()> {
        let data = &self.func.blocks[block];
        let start = self.here();
        self.starts[block] = Some(start);
        self.last = None;
        let mut insts = &*data.insts;
        // A payment before a jump back is the jump's.
        let back = self.goes_back(block);
        if let (true, [before @ .., _, _]) = (back, insts) {
            insts = before;
        }
        self.insts(insts)?;
        self.end(block, back, place)?;
        if let Some(landing) = self.func.landing_of(block) {
            let error = self.func.blocks[landing].params.first().and_then(|&param| self.number(param));
            // An error that nobody looks at goes where moves put theirs.
            let error = error.unwrap_or(self.layout.refs);
            let end = self.here();
            match self.code.ranges.last_mut() {
                Some(last) if (last.end, last.landing, last.error) == (start, landing.0, error) => {
                    last.end = end
                }
                _ => self.code.ranges.push(Range { start, end, landing: landing.0, error }),
            }
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

    pub(crate) fn mov(&mut self, to: SlotRef, from: SlotRef) {
        let form = match to.kind {
            Kind::Ref => Form::MoveRef,
            Kind::Word => Form::MoveWord,
        };
        if to != from {
            self.put(Instr::new(form, to.number, from.number, 0));
        }
    }

    // ---- the ends of blocks ----

    fn end(&mut self, block: Block, back: bool, at: usize) -> Option<()> {
        match &self.func.blocks[block].end {
            End::Stop => {}
            End::Return(None, place) => {
                self.at(*place);
                self.put(Instr::new(Form::Return, 0, 0, 0));
            }
            End::Return(Some(value), place) => {
                let kind = self.kind(*value);
                let constant = self.plan.constant(self.func, *value);
                let small = constant.and_then(|bits| u32::try_from(bits).ok()).filter(|_| kind == Kind::Word);
                if let Some(small) = small {
                    self.at(*place);
                    self.put(Instr::wide(Form::ReturnSmall, 0, small));
                    return Some(());
                }
                let slot = match constant {
                    // Nothing else is needed any more.
                    Some(bits) => {
                        let slot = SlotRef { kind, number: 0 };
                        self.constant(bits, slot);
                        slot
                    }
                    None => self.slot(*value)?,
                };
                let form = match slot.kind {
                    Kind::Ref => Form::ReturnRef,
                    Kind::Word => Form::ReturnWord,
                };
                // What called it can fail by the result.
                self.at(*place);
                self.put(Instr::new(form, slot.number, 0, 0));
            }
            End::Jump(edge) => {
                self.edge_moves(edge)?;
                if back {
                    let paid = self.func.blocks[block].insts.last();
                    self.at(paid.map_or(Place::own(0), |&inst| self.func.insts[inst].place));
                    self.jump(Target::Block(edge.to), true);
                } else if self.next(at) != Some(edge.to) {
                    self.jump(Target::Block(edge.to), false);
                }
            }
            End::Branch { cond, then, otherwise, .. } => {
                self.branch(block, *cond, then, otherwise, at)?;
            }
        }
        Some(())
    }

    fn branch(&mut self, block: Block, cond: Value, then: &Edge, otherwise: &Edge, at: usize) -> Option<()> {
        for (edge, other, when) in [(then, otherwise, true), (otherwise, then, false)] {
            if let Some((header, place)) = self.fusable(block, edge) {
                if let Some(count) = &mut self.paying[edge.to] {
                    *count -= 1;
                }
                self.at(place);
                self.test(cond, when, Target::Block(header), true)?;
                return self.go(other, at);
            }
            if let Some(step) = self.step_back(block, cond, edge, when) {
                self.paying[edge.to] = Some(0);
                self.at(step.place);
                self.goes.push(Goes::Near(self.code.words.len(), Target::Block(step.header)));
                self.put(Instr::new(Form::StepBack, step.counter, step.limit, 0));
                return self.go(other, at);
            }
            if let Some((header, place)) = self.moves_first(block, at, cond, (edge, other)) {
                let back = only_pays(self.func, edge.to)?.0.clone();
                if let Some(count) = &mut self.paying[edge.to] {
                    *count -= 1;
                }
                self.edge_moves(edge)?;
                self.edge_moves(&back)?;
                self.at(place);
                self.test(cond, when, Target::Block(header), true)?;
                return self.go(other, at);
            }
        }
        let next = self.next(at);
        let (free_then, free_otherwise) = (self.is_free(then), self.is_free(otherwise));
        if free_otherwise && (next == Some(then.to) || !free_then || next != Some(otherwise.to)) {
            self.test(cond, false, Target::Block(otherwise.to), false)?;
            return self.go(then, at);
        }
        if free_then {
            self.test(cond, true, Target::Block(then.to), false)?;
            return self.go(otherwise, at);
        }
        self.stubs.push((otherwise.clone(), 0));
        self.test(cond, false, Target::Stub(self.stubs.len() - 1), false)?;
        self.go(then, at)
    }

    /// The header that an edge leads back to through a block that only pays, when nothing is to be moved on the way.
    fn fusable(&self, from: Block, edge: &Edge) -> Option<(Block, Place)> {
        self.paying[edge.to]?;
        let (back, place) = only_pays(self.func, edge.to)?;
        let same_range = self.func.blocks[edge.to].handler == self.func.blocks[from].handler;
        (same_range && self.is_free(edge) && self.is_free(back) && self.starts[back.to].is_some())
            .then_some((back.to, place))
    }

    /// The end of a loop over `i..=limit`: unless they are equal, one is added and control goes back, in a block of
    /// its own.
    fn step_back(&self, from: Block, cond: Value, edge: &Edge, when: bool) -> Option<Step> {
        let data = &self.func.blocks[edge.to];
        let (test, so) = self.plan.test(self.func, cond);
        let (left, right) = match test {
            Test::Compare(Op::NeI32, left, Right::Slot(right)) if when == so => (left, right),
            Test::Compare(Op::EqI32, left, Right::Slot(right)) if when != so => (left, right),
            _ => return None,
        };
        let alone = self.ways[edge.to] == 1 && edge.args.is_empty() && self.starts[edge.to].is_none();
        if self.far || !alone || data.handler != self.func.blocks[from].handler {
            return None;
        }
        let mut insts = data.insts.iter().copied().filter(|&inst| {
            // Constants beside the row are no words.
            self.func.insts[inst].result.is_none() || self.plan.writes(self.func, inst).is_some()
        });
        let (Some(add), Some(charge), Some(poll), None) =
            (insts.next(), insts.next(), insts.next(), insts.next())
        else {
            return None;
        };
        let End::Jump(back) = &data.end else { return None };
        let goes_back = is_pay(self.func, charge, poll) == Some(1) && self.starts[back.to].is_some();
        let (InstKind::Op(op), &[first, second]) = (self.func.insts[add].kind, &*self.func.insts[add].args)
        else {
            return None;
        };
        let (Op::AddI32, counter, Right::Number(1)) = self.plan.operands(self.func, op, first, second) else {
            return None;
        };
        let limit = if counter == left { right } else { left };
        let counted = self.slot(self.func.insts[add].result?)? == self.slot(counter)?;
        let fits = [left, right].contains(&counter) && left != right && counted;
        (goes_back && fits && self.is_free(back)).then_some(Step {
            header: back.to,
            place: self.func.insts[poll].place,
            counter: self.number(counter)?,
            limit: self.number(limit)?,
        })
    }

    /// The header that an edge leads back to through a block that only pays, when what is to be moved on the way can
    /// be moved before the test as well: nobody needs what it overwrites.
    fn moves_first(
        &self,
        from: Block,
        at: usize,
        cond: Value,
        (edge, other): (&Edge, &Edge),
    ) -> Option<(Block, Place)> {
        self.paying[edge.to]?;
        let (back, place) = only_pays(self.func, edge.to)?;
        let same_range = self.func.blocks[edge.to].handler == self.func.blocks[from].handler;
        // What other ways back need is not seen by how far intervals reach.
        let goes_on = self.starts[other.to].is_none();
        if self.far || !same_range || !goes_on || self.starts[back.to].is_none() || !self.is_free(edge) {
            return None;
        }
        // A test that can fail looks at what is there before.
        let read = match self.plan.test(self.func, cond).0 {
            Test::Compare(_, left, Right::Slot(right)) => vec![left, right],
            Test::Compare(_, value, Right::Number(_)) | Test::IsNone(value) | Test::True(value) => {
                vec![value]
            }
            Test::Element(..) => return None,
        };
        let mut read: Vec<Option<SlotRef>> = read.into_iter().map(|value| self.slot(value)).collect();
        read.extend(other.args.iter().map(|&arg| self.slot(arg)));
        // What is moved is needed up to the end of the block that pays; where that is next, nothing else is.
        let next = self.order.get(at + 1) == Some(&edge.to);
        let point = self.layout.ends[if next { edge.to } else { from }];
        let moved = self
            .given(back)
            .filter(|&(to, arg)| self.plan.constant(self.func, arg).is_some() || self.slot(arg) != Some(to));
        let mut some = false;
        for (to, _) in moved {
            some = true;
            if read.contains(&Some(to)) || self.layout.is_needed_after(to, point) {
                return None;
            }
        }
        some.then_some((back.to, place))
    }

    /// Follows an edge.
    fn go(&mut self, edge: &Edge, at: usize) -> Option<()> {
        self.edge_moves(edge)?;
        if self.next(at) != Some(edge.to) {
            self.jump(Target::Block(edge.to), false);
        }
        Some(())
    }

    /// The parameters that an edge gives values to, and these. One that nobody reads has no slot.
    fn given<'e>(&self, edge: &'e Edge) -> impl Iterator<Item = (SlotRef, Value)> + use<'t, 'e, '_> {
        let params = &self.func.blocks[edge.to].params;
        params.iter().zip(&edge.args).filter_map(|(&param, &arg)| Some((self.slot(param)?, arg)))
    }

    /// Whether nothing is to be done on the way.
    fn is_free(&self, edge: &Edge) -> bool {
        self.given(edge)
            .all(|(to, arg)| self.plan.constant(self.func, arg).is_none() && self.slot(arg) == Some(to))
    }

    fn edge_moves(&mut self, edge: &Edge) -> Option<()> {
        let given: Vec<(SlotRef, Value)> = self.given(edge).collect();
        self.moves(&given)
    }

    /// Gives slots their values, all at once.
    pub(crate) fn moves(&mut self, given: &[(SlotRef, Value)]) -> Option<()> {
        let (mut refs, mut words, mut constants) = (Vec::new(), Vec::new(), Vec::new());
        for &(to, value) in given {
            match self.plan.constant(self.func, value) {
                Some(bits) => constants.push((to, bits)),
                None => {
                    let moves = if to.kind == Kind::Ref { &mut refs } else { &mut words };
                    moves.push((to.number, self.number(value)?));
                }
            }
        }
        let spare = [(Kind::Ref, refs, self.layout.refs), (Kind::Word, words, self.layout.words)];
        for (kind, moves, spare) in spare {
            self.ordered_moves(kind, &in_order(&moves, spare));
        }
        constants.into_iter().for_each(|(to, bits)| self.constant(bits, to));
        Some(())
    }

    /// Moves one after the other, several in a word where they stand together.
    fn ordered_moves(&mut self, kind: Kind, moves: &[(u16, u16)]) {
        let mut rest = moves;
        while let Some((&(to, from), after)) = rest.split_first() {
            let run = run_length(rest);
            if kind == Kind::Ref && run > 1 {
                let (low_to, low_from) = rest[run - 1].min((to, from));
                let count = u16::try_from(run).unwrap_or(u16::MAX);
                self.put(Instr::new(Form::MoveRefs, low_to, low_from, count));
                rest = &rest[run..];
                continue;
            }
            // The second of a pair must not want what the first puts there.
            let pair = after.first().copied().filter(|&(next_to, next_from)| {
                kind == Kind::Word && next_to.abs_diff(to) == 1 && next_from != to
            });
            if let Some((next_to, next_from)) = pair {
                let (first, second) = if to < next_to { (from, next_from) } else { (next_from, from) };
                self.put(Instr::new(Form::MovePair, to.min(next_to), first, second));
                rest = &rest[2..];
            } else {
                self.mov(SlotRef { kind, number: to }, SlotRef { kind, number: from });
                rest = after;
            }
        }
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
        let (test, so) = self.plan.test(self.func, cond);
        let when = when == so;
        let instr = match test {
            Test::Compare(op, left, right) => {
                let left = self.number(left)?;
                match right {
                    Right::Number(number) => {
                        let form = if when { Form::IfRight } else { Form::UnlessRight };
                        Instr::of_row(form, op, left, number, 2)
                    }
                    Right::Slot(right) => {
                        let form = if when { Form::If } else { Form::Unless };
                        Instr::of_row(form, op, left, self.number(right)?, 2)
                    }
                }
            }
            Test::Element(array, index, place) => {
                let form = if when { Form::IfElement } else { Form::UnlessElement };
                self.at(place);
                Instr::new(form, self.number(array)?, self.number(index)?, 2)
            }
            Test::IsNone(value) => {
                let form = if when { Form::IfNone } else { Form::IfSome };
                Instr::new(form, self.number(value)?, 0, 2)
            }
            Test::True(value) => {
                let form = if when { Form::IfTrue } else { Form::IfFalse };
                Instr::new(form, self.number(value)?, 0, 2)
            }
        };
        if back && let Some(count) = self.counted(instr) {
            self.code.words.pop();
            // The place of the payment moves with it.
            let here = self.here();
            if let Some((at, _)) = self.code.places.last_mut() {
                *at = (*at).min(here);
            }
            self.goes.push(Goes::Near(self.code.words.len(), target));
            self.put(count);
            return Some(());
        }
        // Not every test has a form that goes back: step over a jump instead.
        if back && !self.far && instr.form.back() == instr.form {
            let form = instr.form.opposite();
            self.put(Instr { form, ..instr });
            self.jump(target, true);
            return Some(());
        }
        if self.far {
            self.put(instr);
            self.jump(target, back);
        } else {
            self.goes.push(Goes::Near(self.code.words.len(), target));
            self.put(Instr { form: if back { instr.form.back() } else { instr.form }, ..instr });
        }
        Some(())
    }

    /// The word that counts and goes back, in place of the one before and a branch back.
    fn counted(&self, branch: Instr) -> Option<Instr> {
        let before = self.code.words.get(self.last?).filter(|_| !self.far)?;
        let form = match branch.form {
            Form::If => Form::CountBack,
            Form::IfRight => Form::CountBackRight,
            _ => return None,
        };
        let Instr { a: counter, b: limit, .. } = branch;
        let adds = Instr::of_row(Form::Right, Op::AddI32, counter, counter, 1).pack() == *before;
        let less = branch.row == Op::LtI32.code();
        let apart = form == Form::CountBackRight || limit != counter;
        (adds && less && apart).then_some(Instr::new(form, counter, limit, 0))
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

/// A loop's end that counts.
struct Step {
    header: Block,
    place: Place,
    counter: u16,
    limit: u16,
}

/// How many of the first moves go from slots that stand side by side to such, upwards or downwards.
fn run_length(moves: &[(u16, u16)]) -> usize {
    let next = |up: bool, (to, from): (u16, u16)| {
        let step = |number: u16| if up { number.checked_add(1) } else { number.checked_sub(1) };
        step(to).zip(step(from))
    };
    let length =
        |up: bool| 1 + moves.windows(2).take_while(|pair| next(up, pair[0]) == Some(pair[1])).count();
    if moves.is_empty() { 0 } else { length(true).max(length(false)) }
}

/// The units that two instructions pay together, if they pay and look.
pub(crate) fn is_pay(func: &Func, charge: Inst, poll: Inst) -> Option<u32> {
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
        let order = order(&func);
        let plan = Plan::new(&func, &types);
        let intervals = Intervals::find(&func, &order, &plan);
        let layout = Layout::new(&func, &types, &order, &plan, &intervals).expect("it is small");
        let input = Input { func: &func, types: &types, order: &order, plan: &plan, layout: &layout };
        let text = |far| Translator::new(input, far).run().expect("it fits").to_string();
        assert_eq!(text(false), "0  add_i32 w0, w0, 2\n1  back_if lt_i32 w0, w1 -> 0\n2  return w0\n");
        assert_eq!(
            text(true),
            "0  add_i32 w0, w0, 2\n1  unless lt_i32 w0, w1 -> 3\n2  back_jump -> 0\n3  return w0\n"
        );
    }
}
