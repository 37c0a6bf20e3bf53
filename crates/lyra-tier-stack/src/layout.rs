//! A slot for each value: linear scan over intervals (Poletto and Sarkar, 1999), without spilling, since slots are many.
//!
//! Parameters of the entry are the first slots, in order; variables of the frame come next and keep theirs. A value
//! that is given to a block's parameter tries to get that one's slot, and the other way round: then the edge needs no
//! move. That is what makes `i = i + 1` of a loop one word.

use crate::code::SlotRef;
use crate::live::{Interval, Intervals};
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_bytecode::{Kind, Types};
use lyra_ir::{Func, Value, Var};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Where everything is.
pub(crate) struct Layout {
    pub(crate) values: IdVec<Value, Option<SlotRef>>,
    pub(crate) vars: IdVec<Var, SlotRef>,
    pub(crate) refs: u16,
    pub(crate) words: u16,
    pub(crate) ref_args: u16,
    pub(crate) word_args: u16,
}

/// The slots of one kind while they are given out.
#[derive(Default)]
struct Pool {
    free: BTreeSet<u16>,
    used: BinaryHeap<Reverse<(u32, u16)>>,
    count: u16,
}

impl Pool {
    /// A slot that is nobody's yet.
    fn fresh(&mut self) -> Option<u16> {
        let slot = self.count;
        // One more is set aside for moves round in a ring.
        self.count = self.count.checked_add(1).filter(|&count| count < u16::MAX)?;
        Some(slot)
    }

    fn give(&mut self, interval: Interval, wanted: impl Iterator<Item = u16>) -> Option<u16> {
        while let Some(&Reverse((end, slot))) = self.used.peek() {
            if end >= interval.start {
                break;
            }
            self.used.pop();
            self.free.insert(slot);
        }
        let slot =
            wanted.into_iter().find(|slot| self.free.contains(slot)).or_else(|| self.free.first().copied());
        let slot = match slot {
            Some(slot) => {
                self.free.remove(&slot);
                slot
            }
            None => self.fresh()?,
        };
        self.used.push(Reverse((interval.end, slot)));
        Some(slot)
    }
}

impl Layout {
    /// Of a function; `None` when it has more values at once than slots have numbers.
    pub(crate) fn new(func: &Func, types: &Types, intervals: &Intervals) -> Option<Self> {
        let mut values: IdVec<Value, Option<SlotRef>> = vec![None; func.values.len()].into();
        let (mut refs, mut words) = (Pool::default(), Pool::default());
        let mut pool = |kind: Kind, with: &mut dyn FnMut(&mut Pool) -> Option<u16>| match kind {
            Kind::Ref => with(&mut refs),
            Kind::Word => with(&mut words),
        };
        let kind_of = |value: Value| types.kind(func.ty(value));
        for &param in &func.blocks[func.entry()].params {
            let end = intervals.of[param].map_or(0, |interval| interval.end);
            let number = pool(kind_of(param), &mut |pool| {
                let slot = pool.fresh()?;
                pool.used.push(Reverse((end, slot)));
                Some(slot)
            })?;
            values[param] = Some(SlotRef { kind: kind_of(param), number });
        }
        let (ref_args, word_args) = (refs.count, words.count);
        let mut pool = |kind: Kind, with: &mut dyn FnMut(&mut Pool) -> Option<u16>| match kind {
            Kind::Ref => with(&mut refs),
            Kind::Word => with(&mut words),
        };
        let mut vars = IdVec::new();
        for &kind in &func.vars {
            let number = pool(kind, &mut Pool::fresh)?;
            vars.push(SlotRef { kind, number });
        }
        let wants = wants(func);
        let mut order: Vec<(u32, Value)> = intervals
            .of
            .enumerate()
            .filter(|(value, _)| values[*value].is_none())
            .filter_map(|(value, interval)| interval.map(|interval| (interval.start, value)))
            .collect();
        order.sort_unstable();
        for (_, value) in order {
            let Some(interval) = intervals.of[value] else { continue };
            let wanted: Vec<u16> = wants[value.index()]
                .iter()
                .filter_map(|&other| values[other])
                .map(|slot| slot.number)
                .collect();
            let number = pool(kind_of(value), &mut |pool| pool.give(interval, wanted.iter().copied()))?;
            values[value] = Some(SlotRef { kind: kind_of(value), number });
        }
        Some(Self { values, vars, refs: refs.count, words: words.count, ref_args, word_args })
    }
}

/// For each value those that it would like to share its slot with.
fn wants(func: &Func) -> Vec<Vec<Value>> {
    let mut wants = vec![Vec::new(); func.values.len()];
    for &block in &func.layout {
        for edge in func.blocks[block].end.edges() {
            for (&param, &arg) in func.blocks[edge.to].params.iter().zip(&edge.args) {
                wants[param.index()].push(arg);
                wants[arg.index()].push(param);
            }
        }
    }
    wants
}
