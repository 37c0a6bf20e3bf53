//! For how long each value is needed, in the order in which blocks stand.
//!
//! Points are numbered through the layout: a block's start, its instructions two by two (operands are read at the
//! even point, the result is written at the odd one), its end. A value's interval goes from where it is made to its
//! last use, over everything between: where it is live at the end of a block that jumps back, to that end.

use crate::select::Plan;
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_ir::{Block, Func, Value};

/// The points at which a value must be kept; empty for one that is never used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    /// Where it is made.
    pub(crate) start: u32,
    /// Its last use.
    pub(crate) end: u32,
}

/// The intervals of a function's values, and the points of its blocks.
pub(crate) struct Intervals {
    pub(crate) of: IdVec<Value, Option<Interval>>,
    /// The first point of each block and its last.
    pub(crate) blocks: IdVec<Block, (u32, u32)>,
}

/// Rounds over all blocks, before the search is given up: what a function of ordinary shape needs is its depth of
/// loops and a few.
const ROUNDS: usize = 64;

impl Intervals {
    /// Of a function; `None` where it is too large or too strange to find out in reasonable time.
    pub(crate) fn find(func: &Func, plan: &Plan) -> Option<Self> {
        let words = func.values.len().div_ceil(64);
        if words.saturating_mul(func.layout.len()) > 1 << 22 {
            return None;
        }
        let live_in = live_in(func, plan, words)?;
        let mut found =
            Self { of: vec![None; func.values.len()].into(), blocks: vec![(0, 0); func.blocks.len()].into() };
        let mut point = 0u32;
        for &block in &func.layout {
            let data = &func.blocks[block];
            let start = point;
            data.params.iter().for_each(|&param| found.make(param, start));
            let inside = Func::landing_of(func, block).map(|landing| &live_in[landing.index()]);
            for &inst in &data.insts {
                point += 2;
                plan.reads(func, inst, |arg| found.make(arg, point));
                if let Some(result) = plan.writes(func, inst) {
                    found.make(result, point + 1);
                }
            }
            point += 2;
            let end = point;
            plan.end_reads(func, &data.end, |value| found.make(value, end));
            found.blocks[block] = (start, end);
            // What the blocks after this one, or its landing, need is needed throughout.
            let after = data.successors().map(|to| &live_in[to.index()]);
            for set in after.chain(inside) {
                for value in ones(set) {
                    found.make(value, end);
                }
            }
            for value in ones(&live_in[block.index()]) {
                found.make(value, start);
            }
            point += 2;
        }
        Some(found)
    }

    fn make(&mut self, value: Value, point: u32) {
        let place = &mut self.of[value];
        *place = Some(match *place {
            None => Interval { start: point, end: point },
            Some(old) => Interval { start: old.start.min(point), end: old.end.max(point) },
        });
    }
}

/// The values that are needed from the start of each block on, its parameters left out.
fn live_in(func: &Func, plan: &Plan, words: usize) -> Option<Vec<Vec<u64>>> {
    let mut sets = vec![vec![0u64; words]; func.blocks.len()];
    let mut live = vec![0u64; words];
    for _ in 0..ROUNDS {
        let mut changed = false;
        for &block in func.layout.iter().rev() {
            let data = &func.blocks[block];
            live.fill(0);
            for to in data.successors() {
                join(&mut live, &sets[to.index()]);
            }
            plan.end_reads(func, &data.end, |value| set(&mut live, value, true));
            for &inst in data.insts.iter().rev() {
                if let Some(result) = plan.writes(func, inst) {
                    set(&mut live, result, false);
                }
                plan.reads(func, inst, |arg| set(&mut live, arg, true));
            }
            if let Some(landing) = func.landing_of(block) {
                join(&mut live, &sets[landing.index()]);
            }
            data.params.iter().for_each(|&param| set(&mut live, param, false));
            if sets[block.index()] != live {
                sets[block.index()].copy_from_slice(&live);
                changed = true;
            }
        }
        if !changed {
            return Some(sets);
        }
    }
    None
}

fn join(live: &mut [u64], other: &[u64]) {
    live.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}

fn set(live: &mut [u64], value: Value, to: bool) {
    let (word, bit) = (value.index() / 64, value.index() % 64);
    live[word] = live[word] & !(1 << bit) | u64::from(to) << bit;
}

fn ones(set: &[u64]) -> impl Iterator<Item = Value> {
    set.iter().enumerate().flat_map(|(index, &word)| {
        let mut word = word;
        std::iter::from_fn(move || {
            let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
            word &= word - 1;
            Some(Value::from_index(index * 64 + bit))
        })
    })
}
