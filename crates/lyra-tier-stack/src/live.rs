//! For how long each value is needed, in the order in which blocks become words.
//!
//! Points are numbered through that order: a block's start, its instructions two by two (operands are read at the
//! even point, the result is written at the odd one), its end. A value's interval goes from where it is made to its
//! last use, over everything between and as far as jumps back carry it ([`Regions`]).

use crate::regions::Regions;
use crate::select::Plan;
use lyra_base::IdVec;
use lyra_ir::{Block, Func, Inst, Value, ways};

/// The points at which a value must be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    /// Where it is made.
    pub(crate) start: u32,
    /// Its last use.
    pub(crate) end: u32,
}

/// The intervals of a function's values.
pub(crate) struct Intervals {
    /// Of each value that has a slot.
    pub(crate) of: IdVec<Value, Option<Interval>>,
    /// The calls, and the points at which they read their arguments, ascending.
    pub(crate) calls: Vec<(u32, Inst)>,
    /// The last point of each block.
    pub(crate) ends: IdVec<Block, u32>,
    /// How many jumps back lead over each block: about how many loops it is in.
    pub(crate) depth: IdVec<Block, u32>,
}

/// A value while its uses are collected.
#[derive(Clone, Copy)]
struct Seen {
    interval: Interval,
    /// Places in the order of blocks.
    made: u32,
    used: u32,
}

impl Intervals {
    pub(crate) fn find(func: &Func, order: &[Block], plan: &Plan) -> Self {
        let mut place: IdVec<Block, u32> = vec![u32::MAX; func.blocks.len()].into();
        for (&block, number) in order.iter().zip(0..) {
            place[block] = number;
        }
        let (regions, depth) = regions(func, order, &place);
        let mut seen: IdVec<Value, Option<Seen>> = vec![None; func.values.len()].into();
        let mut made: IdVec<Value, (u32, u32)> = vec![(0, 0); func.values.len()].into();
        let mut ends = Vec::with_capacity(order.len());
        let mut calls = Vec::new();
        let mut point = 0u32;
        for (&block, number) in order.iter().zip(0..) {
            let data = &func.blocks[block];
            data.params.iter().for_each(|&param| made[param] = (point, number));
            let mut used = |value: Value, point: u32, made: &IdVec<Value, (u32, u32)>| {
                let (start, place) = made[value];
                let found = seen[value].get_or_insert(Seen {
                    interval: Interval { start, end: point },
                    made: place,
                    used: number,
                });
                found.interval.end = found.interval.end.max(point);
                found.used = found.used.max(number);
            };
            for &inst in &data.insts {
                point += 2;
                plan.reads(func, inst, |arg| used(arg, point, &made));
                if plan.is_call(func, inst) {
                    calls.push((point, inst));
                }
                if let Some(result) = plan.writes(func, inst) {
                    made[result] = (point + 1, number);
                    // It is written also where nobody reads it.
                    used(result, point + 1, &made);
                }
            }
            point += 2;
            plan.end_reads(func, &data.end, |value| used(value, point, &made));
            ends.push(point);
            point += 2;
        }
        let of = seen.iter().map(|seen| {
            seen.map(|Seen { interval, made, used }| {
                let carried = regions.last(made, used);
                let end = carried.and_then(|last| ends.get(last as usize)).copied().unwrap_or(0);
                Interval { end: interval.end.max(end), ..interval }
            })
        });
        let of = of.collect::<Vec<_>>().into();
        let mut block_ends: IdVec<Block, u32> = vec![0; func.blocks.len()].into();
        order.iter().zip(&ends).for_each(|(&block, &end)| block_ends[block] = end);
        Self { of, calls, ends: block_ends, depth }
    }
}

/// What jumps back lead over.
fn regions(func: &Func, order: &[Block], place: &IdVec<Block, u32>) -> (Regions, IdVec<Block, u32>) {
    let mut back = vec![0; order.len()];
    for (&block, number) in order.iter().zip(0..) {
        for to in ways(func, block) {
            let header = place[to];
            if header <= number
                && let Some(last) = back.get_mut(header as usize)
            {
                *last = number.max(*last);
            }
        }
    }
    // A loop counts from its header to its end.
    let mut change = vec![0i64; order.len() + 1];
    for (header, &last) in back.iter().enumerate().filter(|(_, last)| **last > 0) {
        change[header] += 1;
        change[last as usize + 1] -= 1;
    }
    let mut depth: IdVec<Block, u32> = vec![0; func.blocks.len()].into();
    let mut now = 0;
    for (&block, change) in order.iter().zip(change) {
        now += change;
        depth[block] = u32::try_from(now).unwrap_or(0);
    }
    (Regions::new(&back), depth)
}
