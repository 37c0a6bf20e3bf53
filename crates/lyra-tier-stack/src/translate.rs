//! From a function to register code.
//!
//! Blocks become words in the order of the layout. What control does at the end of a block is chosen for the fewest
//! words on the way that is gone most: a branch goes forward to the block that is not next; a jump back pays its unit
//! of fuel in the same word, and the small blocks that only pay disappear in it. What single instructions become
//! stands in `emit.rs`, the ends of blocks in `ends.rs`.

use crate::choices::Choices;
use crate::code::{Range, RegCode, SlotRef};
use crate::form::Form;
use crate::layout::Layout;
use crate::live::Intervals;
use crate::order::order;
use crate::select::Plan;
use crate::word::{Instr, Word};
use lyra_base::IdVec;
use lyra_bytecode::{Kind, Types};
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
    translate_with(func, types, Choices::default())
}

/// [`translate`] as it is chosen.
#[must_use]
pub fn translate_with(func: &Func, types: &Types, choices: Choices) -> Option<RegCode> {
    let order = order(func);
    let plan = Plan::new(func, types, choices);
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
pub(crate) enum Goes {
    /// In `c`.
    Near(usize, Target),
    /// In `b` and `c`.
    Far(usize, Target),
}

#[derive(Clone, Copy)]
pub(crate) enum Target {
    Block(Block),
    Stub(usize),
}

pub(crate) struct Translator<'t> {
    pub(crate) func: &'t Func,
    pub(crate) types: &'t Types,
    pub(crate) plan: &'t Plan,
    pub(crate) layout: &'t Layout,
    pub(crate) order: &'t [Block],
    /// Whether distances are too large for 16 bits.
    pub(crate) far: bool,
    pub(crate) code: RegCode,
    pub(crate) starts: IdVec<Block, Option<u32>>,
    pub(crate) goes: Vec<Goes>,
    /// Moves for an edge that stand apart: their edge, and where they begin.
    pub(crate) stubs: Vec<(Edge, u32)>,
    /// How many jumps lead to each block that only pays and goes back, and are not fused yet.
    pub(crate) paying: IdVec<Block, Option<u32>>,
    /// How many ways lead to each block.
    pub(crate) ways: IdVec<Block, u32>,
    /// The last instruction of the block that is being made: what comes next may become part of it.
    pub(crate) last: Option<usize>,
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
        // Control comes to the entry from outside, and errors lead to landings, whatever these do.
        paying[func.entry()] = None;
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
        let gives_ref = func.result.is_some_and(|ty| types.kind(ty) == Kind::Ref);
        Self {
            func,
            types,
            plan,
            layout,
            order,
            far,
            code: RegCode {
                // Each call clears these: there is one beyond what the values need only where `none` may be returned.
                ref_slots: layout.refs.max(u16::from(gives_ref)),
                // Results go by way of the first.
                word_slots: layout.words.max(1),
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

    pub(crate) fn here(&self) -> u32 {
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
    pub(crate) fn next(&self, place: usize) -> Option<Block> {
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
        if !self.plan.choices.fuse {
            return false;
        }
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
pub(crate) fn is_pay(func: &Func, charge: Inst, poll: Inst) -> Option<u32> {
    match (func.insts[charge].kind, func.insts[poll].kind) {
        (InstKind::Charge(units), InstKind::Poll) => Some(units),
        _ => None,
    }
}

/// Where a block that only pays one unit goes on, and the place of the payment.
pub(crate) fn only_pays(func: &Func, block: Block) -> Option<(&Edge, Place)> {
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
        let plan = Plan::new(&func, &types, Choices::default());
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
