//! A slot for each value: linear scan over intervals (Poletto and Sarkar, 1999), without spilling, since slots are many.
//!
//! Parameters of the entry are the first slots, in order; variables of the frame come next and keep theirs. What is
//! live across a call stands below its window, and the window begins right behind, so that arguments can be made in
//! place and results stay where they come:
//!
//! ```text
//!   arguments │ variables │ live across the call │ window: arguments, then the result
//! ```
//!
//! A value asks for the slots in which it would save a move: that of the block's parameter that it is given to, or the
//! other way round (what makes `i = i + 1` of a loop one word), its place in the window of the call that is its last
//! use, the start of the window for a result. Where windows begin and where later values stand is only known in the
//! end; so the scan is repeated with what the one before found, and the layout with the fewest moves is taken.

use crate::code::SlotRef;
use crate::live::{Interval, Intervals};
use crate::select::Plan;
use lyra_base::IdVec;
use lyra_bytecode::{Kind, Types};
use lyra_ir::{Block, Def, Func, Inst, Value, Var};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

/// Slots of one kind that a frame can have: some numbers of 16 bits are left for what stands behind.
const MOST_SLOTS: u32 = 65_000;

/// Scans, at most. The third seldom finds what the second did not.
const SCANS: usize = 3;

/// Values from which on one scan must do.
const MANY_VALUES: usize = 50_000;

/// Parameters of a block that are looked at for slots to avoid.
const MOST_AVOIDED: usize = 32;

/// Where everything is.
#[derive(Clone)]
pub(crate) struct Layout {
    pub(crate) values: IdVec<Value, Option<SlotRef>>,
    pub(crate) vars: IdVec<Var, SlotRef>,
    /// The windows of calls.
    pub(crate) windows: HashMap<Inst, Window>,
    pub(crate) refs: u16,
    pub(crate) words: u16,
    pub(crate) ref_args: u16,
    pub(crate) word_args: u16,
    /// The last point of each block.
    pub(crate) ends: IdVec<Block, u32>,
    /// When each slot holds a value that is needed, in order.
    held: HashMap<SlotRef, Vec<Interval>>,
}

impl Layout {
    /// Whether a slot holds at `point` what is needed after it.
    pub(crate) fn is_needed_after(&self, slot: SlotRef, point: u32) -> bool {
        let Some(held) = self.held.get(&slot) else { return self.vars.iter().any(|&var| var == slot) };
        let after = held.partition_point(|interval| interval.start <= point);
        let last = after.checked_sub(1).and_then(|index| held.get(index));
        last.is_some_and(|interval| interval.end > point)
    }
}

/// Where the arguments of a call begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) words: u16,
    pub(crate) refs: u16,
}

impl Window {
    pub(crate) fn of(self, kind: Kind) -> u16 {
        match kind {
            Kind::Ref => self.refs,
            Kind::Word => self.words,
        }
    }
}

/// The slots of one kind while they are given out.
#[derive(Default)]
struct Pool {
    free: BTreeSet<u16>,
    used: BinaryHeap<Reverse<(u32, u16)>>,
    /// Those in `used`, by number.
    taken: BTreeSet<u16>,
    /// Slots below belong to variables.
    floor: u16,
    count: u16,
}

impl Pool {
    /// Makes slots below `count` known.
    fn reach(&mut self, count: u32) -> Option<()> {
        let count = u16::try_from(count).ok().filter(|&count| u32::from(count) <= MOST_SLOTS)?;
        self.free.extend(self.count..count);
        self.count = self.count.max(count);
        Some(())
    }

    /// A slot that is nobody's yet, for ever.
    fn fresh(&mut self) -> Option<u16> {
        let slot = self.count;
        self.reach(u32::from(slot) + 1)?;
        self.free.remove(&slot);
        Some(slot)
    }

    fn hold(&mut self, slot: u16, end: u32) {
        self.free.remove(&slot);
        self.taken.insert(slot);
        self.used.push(Reverse((end, slot)));
    }

    /// Takes back what is not needed at `point` any more.
    fn expire(&mut self, point: u32) {
        while let Some(&Reverse((end, slot))) = self.used.peek().filter(|Reverse((end, _))| *end < point) {
            debug_assert!(end < point);
            self.used.pop();
            self.taken.remove(&slot);
            self.free.insert(slot);
        }
    }

    /// A slot for a value: one of those that it wants, else the first free one that it need not avoid.
    fn give(
        &mut self,
        interval: Interval,
        wanted: impl Iterator<Item = u16>,
        avoided: &[u16],
    ) -> Option<u16> {
        self.expire(interval.start);
        let wanted: Option<u16> = wanted
            .into_iter()
            .find(|&slot| slot >= self.count || self.free.contains(&slot))
            .or_else(|| self.free.iter().copied().find(|slot| !avoided.contains(slot)));
        let slot = match wanted {
            Some(slot) => {
                self.reach(u32::from(slot) + 1)?;
                slot
            }
            None => self.fresh()?,
        };
        self.hold(slot, interval.end);
        Some(slot)
    }

    /// Where the window of a call at `point` begins, which gives `args` arguments and may take a result.
    fn window(&mut self, point: u32, args: u32) -> Option<u16> {
        self.expire(point + 1);
        let start = self.taken.last().map_or(0, |&slot| slot + 1).max(self.floor);
        self.reach(u32::from(start) + args)?;
        Some(start)
    }
}

struct Pools {
    refs: Pool,
    words: Pool,
}

impl Pools {
    fn of(&mut self, kind: Kind) -> &mut Pool {
        match kind {
            Kind::Ref => &mut self.refs,
            Kind::Word => &mut self.words,
        }
    }
}

/// A use of a value as an argument: of which call, and which of its kind.
#[derive(Clone, Copy)]
struct ArgOf {
    call: Inst,
    place: u16,
}

/// What stays the same from scan to scan.
struct Scan<'s> {
    func: &'s Func,
    types: &'s Types,
    plan: &'s Plan,
    intervals: &'s Intervals,
    /// The values that have slots, in the order in which they are made.
    order: Vec<(u32, Value)>,
    /// For each value those that it would like to share its slot with.
    wants: HashMap<Value, Vec<Value>>,
    /// The block that each value is given to as a parameter, for one such.
    given: HashMap<Value, Block>,
    /// The values that are needed last by a call.
    args: HashMap<Value, ArgOf>,
    /// The values that calls give.
    results: HashMap<Value, Inst>,
}

impl Layout {
    /// Of a function; `None` when it has more values at once than slots have numbers.
    pub(crate) fn new(
        func: &Func,
        types: &Types,
        order: &[Block],
        plan: &Plan,
        intervals: &Intervals,
    ) -> Option<Self> {
        let scan = Scan::new(func, types, order, plan, intervals);
        let mut best = scan.best(order)?;
        let mut held: HashMap<SlotRef, Vec<Interval>> = HashMap::new();
        let params = func.blocks[func.entry()].params.iter().copied();
        for value in params.chain(scan.order.iter().map(|&(_, value)| value)) {
            if let (Some(slot), Some(interval)) = (best.values[value], intervals.of[value]) {
                held.entry(slot).or_default().push(interval);
            }
        }
        best.held = held;
        best.ends = intervals.ends.clone();
        Some(best)
    }
}

impl<'s> Scan<'s> {
    /// The layout with the fewest moves of some scans.
    fn best(&self, order: &[Block]) -> Option<Layout> {
        let scan = self;
        let mut best = scan.run(None)?;
        if scan.order.len() > MANY_VALUES {
            return Some(best);
        }
        let mut cost = scan.cost(order, &best);
        let mut last = best.clone();
        for _ in 1..SCANS {
            if cost == 0 {
                break;
            }
            let next = scan.run(Some(&last))?;
            let next_cost = scan.cost(order, &next);
            if next_cost < cost {
                (best, cost) = (next.clone(), next_cost);
            }
            last = next;
        }
        Some(best)
    }

    fn new(
        func: &'s Func,
        types: &'s Types,
        blocks: &[Block],
        plan: &'s Plan,
        intervals: &'s Intervals,
    ) -> Self {
        let mut scan = Self {
            func,
            types,
            plan,
            intervals,
            order: Vec::new(),
            wants: HashMap::new(),
            given: HashMap::new(),
            args: HashMap::new(),
            results: HashMap::new(),
        };
        for &block in blocks {
            for edge in func.blocks[block].end.edges() {
                for (&param, &arg) in func.blocks[edge.to].params.iter().zip(&edge.args) {
                    let arg = plan.root(arg);
                    if plan.constant(func, arg).is_some() {
                        continue;
                    }
                    scan.given.insert(arg, edge.to);
                    scan.wants.entry(param).or_default().push(arg);
                    scan.wants.entry(arg).or_default().push(param);
                }
            }
        }
        scan.order = scan.in_order();
        for &(point, call) in &intervals.calls {
            let data = &func.insts[call];
            if let Some(result) = data.result {
                scan.results.insert(result, call);
            }
            let (mut refs, mut words) = (0, 0);
            for &arg in &data.args {
                let next = if scan.kind(arg) == Kind::Ref { &mut refs } else { &mut words };
                let (place, arg) = (*next, plan.root(arg));
                *next += 1;
                if intervals.of[arg].is_some_and(|interval| interval.end == point) {
                    scan.args.entry(arg).or_insert(ArgOf { call, place });
                }
            }
        }
        scan
    }

    /// The values that have slots and are no parameters of the function, in the order in which they are made; of those
    /// made at once, the ones that know whose slot they want come first, before another takes it.
    fn in_order(&self) -> Vec<(u32, Value)> {
        let (func, of) = (self.func, &self.intervals.of);
        let is_param =
            |value: Value| matches!(func.values[value].def, Def::Param(block, _) if block == func.entry());
        let mut order: Vec<(u32, bool, Value)> = of
            .enumerate()
            .filter(|(value, _)| !is_param(*value))
            .filter_map(|(value, interval)| {
                let start = interval.as_ref()?.start;
                let earlier = |other: &Value| of[*other].is_some_and(|other| other.start < start);
                let wants = self.wants.get(&value).is_some_and(|others| others.iter().any(earlier));
                Some((start, !wants, value))
            })
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(start, _, value)| (start, value)).collect()
    }

    fn kind(&self, value: Value) -> Kind {
        self.types.kind(self.func.ty(value))
    }

    /// Gives out the slots, with what the scan before found.
    fn run(&self, before: Option<&Layout>) -> Option<Layout> {
        let func = self.func;
        let mut values: IdVec<Value, Option<SlotRef>> = vec![None; func.values.len()].into();
        let mut pools = Pools { refs: Pool::default(), words: Pool::default() };
        for &param in &func.blocks[func.entry()].params {
            let kind = self.kind(param);
            let pool = pools.of(kind);
            let number = pool.fresh()?;
            pool.hold(number, self.intervals.of[param].map_or(0, |interval| interval.end));
            values[param] = Some(SlotRef { kind, number });
        }
        let (ref_args, word_args) = (pools.refs.count, pools.words.count);
        let mut vars = IdVec::new();
        for &kind in &func.vars {
            let pool = pools.of(kind);
            let number = pool.fresh()?;
            pool.floor = number + 1;
            vars.push(SlotRef { kind, number });
        }
        let mut windows: HashMap<Inst, Window> = HashMap::with_capacity(self.intervals.calls.len());
        let mut calls = self.intervals.calls.iter().peekable();
        for &(start, value) in &self.order {
            while let Some(&(point, call)) = calls.next_if(|(point, _)| *point < start) {
                windows.insert(call, self.window(&mut pools, point, call)?);
            }
            let Some(interval) = self.intervals.of[value] else { continue };
            let kind = self.kind(value);
            let in_window = self.args.get(&value).and_then(|arg| {
                let window = before?.windows.get(&arg.call)?;
                window.of(kind).checked_add(arg.place)
            });
            let at_window = self.results.get(&value).and_then(|call| Some(windows.get(call)?.of(kind)));
            let shared = self.wants.get(&value).into_iter().flatten().filter_map(|&other| {
                let slot = values[other].or_else(|| before?.values[other])?;
                (slot.kind == kind).then_some(slot.number)
            });
            let wanted = in_window.into_iter().chain(at_window).chain(shared);
            // What becomes another parameter of the same block would only have to go out of its way.
            let avoided: Vec<u16> = match self.given.get(&value) {
                Some(&block) => {
                    let params = func.blocks[block].params.iter().take(MOST_AVOIDED);
                    params.filter_map(|&param| values[param]).map(|slot| slot.number).collect()
                }
                None => Vec::new(),
            };
            let number = pools.of(kind).give(interval, wanted, &avoided)?;
            values[value] = Some(SlotRef { kind, number });
        }
        for &(point, call) in calls {
            windows.insert(call, self.window(&mut pools, point, call)?);
        }
        let (refs, words) = (pools.refs.count, pools.words.count);
        let (ends, held) = (IdVec::new(), HashMap::new());
        Some(Layout { values, vars, windows, refs, words, ref_args, word_args, ends, held })
    }

    fn window(&self, pools: &mut Pools, point: u32, call: Inst) -> Option<Window> {
        let data = &self.func.insts[call];
        let mut count = |kind: Kind| {
            let args = data.args.iter().filter(|&&arg| self.kind(arg) == kind).count();
            let gives = data.result.is_some_and(|result| self.kind(result) == kind);
            pools.of(kind).window(point, u32::try_from(args).ok()?.max(gives.into()))
        };
        Some(Window { words: count(Kind::Word)?, refs: count(Kind::Ref)? })
    }

    /// The moves that a layout leaves, those in loops counted for more.
    fn cost(&self, order: &[Block], layout: &Layout) -> u64 {
        let mut cost = 0;
        let slot = |value: Value| layout.values[self.plan.root(value)];
        for &block in order {
            let weight = 1u64 << (3 * self.intervals.depth[block].min(6));
            let data = &self.func.blocks[block];
            for edge in data.end.edges() {
                let params = &self.func.blocks[edge.to].params;
                let moves = params.iter().zip(&edge.args).filter(|&(&param, &arg)| {
                    self.plan.constant(self.func, arg).is_none()
                        && slot(param).is_some_and(|to| slot(arg) != Some(to))
                });
                cost += weight * moves.count() as u64;
            }
            for &inst in &data.insts {
                let Some(window) = layout.windows.get(&inst) else { continue };
                let data = &self.func.insts[inst];
                let (mut refs, mut words) = (window.refs, window.words);
                for &arg in &data.args {
                    let kind = self.kind(arg);
                    let next = if kind == Kind::Ref { &mut refs } else { &mut words };
                    let to = SlotRef { kind, number: *next };
                    *next = next.saturating_add(1);
                    if self.plan.constant(self.func, arg).is_none() && slot(arg) != Some(to) {
                        cost += weight;
                    }
                }
                if let Some(result) = data.result.and_then(slot)
                    && result.number != window.of(result.kind)
                {
                    cost += weight;
                }
            }
        }
        cost
    }
}
