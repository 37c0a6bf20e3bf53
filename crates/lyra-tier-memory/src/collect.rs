//! Collections in steps: what roots reach is marked and counted, everything else is free.
//!
//! ```text
//!          a step at every SLICE of charges
//! idle ──> marking ──> settling ──> idle
//!          roots, then what they reach, a budget each step;
//!          when nothing is left to look into: roots again; when these bring nothing new: the flip
//!                      blocks in which cells died are settled, some at each step
//! ```
//!
//! While objects are marked the program changes them. Two rules keep what it can reach from being missed:
//!
//! - **Insertion barrier** (Dijkstra et al., On-the-fly garbage collection, 1978). A reference that is put into an object
//!   is marked ([`BlockHeap::stored`]), so no object that was looked into leads to one that nobody will look at.
//! - **Roots last.** What is only on the stacks is found there at the end: nothing is done for locals. The step that
//!   looks at the roots and then finds nothing more to look into is the last one. New objects are not marked before
//!   somebody reaches them, so making one costs nothing.
//!
//! What is alive is counted when it is marked, in objects and in bytes of the account. The dead are what was there
//! and is not counted, so nothing is spent on them one by one, but on those that own something outside of cells. What
//! grows after it was counted is counted on ([`BlockHeap::grew`]).
//!
//! Marking keeps its own stack of objects, so that a chain of a million takes no native stack; an object is put on
//! it once, when it is marked. Long arrays and maps are looked into in pieces, one of them at a time.
//!
//! When memory is out, or somebody asks for it, everything happens at once ([`BlockHeap::collect_now`]).

use crate::heap::BlockHeap;
use crate::object::{Kind, Object, resolve};
use crate::plans::{Plan, Plans};
use crate::space::Space;
use lyra_runtime::{Ref, Roots, Slot, Stress};
use std::time::Instant;

/// Charged bytes from one step to the next.
const SLICE: u64 = 32 << 10;

/// Bytes of living objects that are looked into for each byte charged: a collection that begins when the heap has doubled
/// ends when it has grown by another quarter or half of that.
const PACE: u64 = 2;

/// Charges beyond these are not made up for in one step: a very large object is not to be waited for twice.
const MOST: u64 = 4 * SLICE;

/// Elements of an array or entries of a map that are looked into at a time.
const PIECE: usize = 512;

/// What a piece counts as work: an element is 8 bytes.
const PIECE_BYTES: u64 = 8 * PIECE as u64;

/// Blocks that are settled at a step.
const BLOCKS: usize = 8;

/// How often roots are looked at before what they bring is looked into to the end. A program that hides and finds
/// objects all the time could go on for ever.
const ROUNDS: u32 = 8;

/// How far a collection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Idle,
    Marking,
    Settling,
}

/// What was found alive.
#[derive(Clone, Copy, Debug, Default)]
struct Alive {
    objects: u64,
    bytes: u64,
}

/// The collection that is on its way, if one is.
#[derive(Debug, Default)]
pub(crate) struct Cycle {
    phase: Phase,
    /// References that were met: whose objects are to be marked and looked into, if they are not.
    todo: Vec<Ref>,
    /// Objects that the program made others lead to: marked and counted, and not looked into.
    shaded: Vec<Ref>,
    /// Long ones, marked and counted, of which no part was looked into.
    long: Vec<Ref>,
    /// A long one, and how many of its parts were looked into.
    current: Option<(Ref, usize)>,
    alive: Alive,
    /// How often roots were looked at.
    rounds: u32,
    /// Bytes that were charged when the last step ended.
    charged: u64,
    /// Charged bytes at which the next collection begins.
    next: u64,
}

impl Alive {
    /// Counts an object that was just marked; how many bytes it is.
    #[inline(always)]
    fn count(&mut self, object: Object<'_>) -> u64 {
        let cost = object.cost();
        self.objects += 1;
        self.bytes += cost;
        cost
    }
}

impl Cycle {
    #[inline(always)]
    fn is_marking(&self) -> bool {
        self.phase == Phase::Marking
    }

    fn is_done(&self) -> bool {
        self.todo.is_empty() && self.shaded.is_empty() && self.long.is_empty() && self.current.is_none()
    }
}

impl BlockHeap {
    /// Frees everything that `roots` do not reach, at once.
    pub(crate) fn collect_now(&mut self, roots: &dyn Roots) {
        match self.cycle.phase {
            // What died since it was marked would stay.
            Phase::Marking => self.space.clear_marks(),
            Phase::Settling => while !self.space.settle(usize::MAX) {},
            Phase::Idle => {}
        }
        let since = Instant::now();
        self.begin();
        self.mark_from(roots, u64::MAX);
        self.flip(roots);
        while !self.space.settle(usize::MAX) {}
        while self.space.return_chunk() {}
        self.cycle.phase = Phase::Idle;
        self.account.set_threshold(self.cycle.next);
        self.account.paused(since);
    }

    /// A step of a collection, before so many bytes are charged.
    pub(crate) fn collect_some(&mut self, bytes: u64, roots: &dyn Roots) {
        let since = Instant::now();
        let is_stressed = self.account.stress() == Stress::Steps;
        let charged = self.account.live().saturating_add(bytes);
        match self.cycle.phase {
            Phase::Idle | Phase::Marking => {
                let charged = match self.cycle.phase {
                    Phase::Idle => {
                        self.begin();
                        SLICE
                    }
                    _ => charged.saturating_sub(self.cycle.charged).clamp(SLICE, MOST),
                };
                let budget = if is_stressed { 1 } else { charged * PACE };
                if self.mark_some(roots, budget) {
                    self.flip(roots);
                }
            }
            Phase::Settling => {
                let blocks = if is_stressed { 1 } else { BLOCKS };
                if self.space.settle(blocks) && !self.space.return_chunk() {
                    self.cycle.phase = Phase::Idle;
                }
            }
        }
        // After a flip there is less than before.
        let charged = self.account.live().saturating_add(bytes);
        self.cycle.charged = charged;
        let soon = charged.saturating_add(SLICE);
        self.account.set_threshold(if self.cycle.phase == Phase::Idle { self.cycle.next } else { soon });
        self.account.paused(since);
    }

    fn begin(&mut self) {
        self.account.collecting();
        let Cycle { mut todo, mut shaded, mut long, .. } = std::mem::take(&mut self.cycle);
        todo.clear();
        shaded.clear();
        long.clear();
        self.cycle = Cycle { phase: Phase::Marking, todo, shaded, long, ..Cycle::default() };
    }

    /// Looks into marked objects, and at the roots when nothing else is left; whether everything alive is marked.
    fn mark_some(&mut self, roots: &dyn Roots, budget: u64) -> bool {
        let left = Marker::new(&self.space, &self.plans, &mut self.cycle).mark(budget);
        if !self.cycle.is_done() {
            return false;
        }
        self.cycle.rounds += 1;
        let budget = if self.cycle.rounds < ROUNDS { left.max(1) } else { u64::MAX };
        self.mark_from(roots, budget);
        // The program did nothing since the roots were looked at: nothing can be missing.
        self.cycle.is_done()
    }

    /// Marks what roots refer to and looks into it.
    fn mark_from(&mut self, roots: &dyn Roots, budget: u64) {
        let mut marker = Marker::new(&self.space, &self.plans, &mut self.cycle);
        roots.visit(&mut |root| {
            debug_assert!(root.is_null() || marker.space.is_taken(root), "a root leads to a dead object");
            // Most were met before. To see that costs less here than in the queue, where objects are fetched.
            if resolve(marker.space, root).is_some_and(|object| !object.is_marked(marker.space)) {
                marker.meet(root);
            }
        });
        marker.mark(budget);
    }

    /// Everything alive is marked: the rest is gone.
    fn flip(&mut self, roots: &dyn Roots) {
        if cfg!(debug_assertions) {
            self.assert_all_marked(roots);
        }
        let space = &self.space;
        self.char_tables.retain(|text| resolve(space, text).is_some_and(|text| text.is_marked(space)));
        self.space.flip();
        let Alive { objects, bytes } = self.cycle.alive;
        let objects = self.account.objects().saturating_sub(objects);
        let bytes = (self.account.live() - self.loose).saturating_sub(bytes);
        self.account.gone(objects, bytes);
        self.cycle.next = self.account.next_collection();
        self.cycle.phase = Phase::Settling;
    }

    /// Looks for an object that roots reach and that is not marked: the barrier would have missed it.
    fn assert_all_marked(&self, roots: &dyn Roots) {
        let mut seen = std::collections::HashSet::new();
        let mut todo = Vec::new();
        roots.visit(&mut |root| todo.push(root));
        while let Some(reference) = todo.pop() {
            let Some(object) = resolve(&self.space, reference).filter(|_| seen.insert(reference)) else {
                continue;
            };
            assert!(object.is_marked(&self.space), "a living object is not marked: {:?}", object.header());
            each_reference(&self.plans, object, |part| todo.push(part));
        }
    }

    // ---- what the program does meanwhile ----

    /// A reference was put into an object.
    #[inline(always)]
    pub(crate) fn stored(&mut self, reference: Ref) {
        if self.cycle.is_marking() {
            self.shade(reference);
        }
    }

    #[cold]
    #[inline(never)]
    fn shade(&mut self, reference: Ref) {
        shade(&self.space, &mut self.cycle, reference);
    }

    /// A part of a record was set, a reference or a word.
    #[inline(always)]
    pub(crate) fn stored_part(&mut self, record: Ref, index: usize) {
        if self.cycle.is_marking() {
            self.shade_part(record, index);
        }
    }

    #[cold]
    #[inline(never)]
    fn shade_part(&mut self, record: Ref, index: usize) {
        let Some(object) = resolve(&self.space, record) else { return };
        let is_ref = match self.plans.get(object.header().ty, object.header().variant) {
            Plan::Bits(bits) => index < 64 && bits >> index & 1 != 0,
            Plan::List(list) => list.iter().any(|&part| usize::from(part) == index),
        };
        if let Some(&part) = object.parts().get(index).filter(|_| is_ref) {
            self.shade(part.as_ref());
        }
    }

    /// A key or a value was put into a map, references or words.
    #[inline(always)]
    pub(crate) fn stored_entry(&mut self, map: Ref, key: Slot, value: Slot) {
        if self.cycle.is_marking() {
            self.shade_entry(map, key, value);
        }
    }

    #[cold]
    #[inline(never)]
    fn shade_entry(&mut self, map: Ref, key: Slot, value: Slot) {
        let Some(object) = resolve(&self.space, map) else { return };
        let Plan::Bits(refs) = self.plans.get(object.header().ty, 0) else { return };
        for (slot, bit) in [(key, 1), (value, 2)] {
            if refs & bit != 0 {
                self.shade(slot.as_ref());
            }
        }
    }

    /// References were put into an array, at so many places from `from` on, or into a map.
    pub(crate) fn stored_many(&mut self, into: Ref, from: usize, count: usize) {
        if self.cycle.is_marking()
            && let Some(object) = resolve(&self.space, into)
            // Of one that nobody has reached nothing was missed.
            && object.is_marked(&self.space)
        {
            let (space, cycle) = (&self.space, &mut self.cycle);
            each_in_piece(&self.plans, object, from, count, |part| shade(space, cycle, part));
        }
    }

    /// References of an array are about to change their places, anyhow.
    pub(crate) fn before_reordering(&mut self, array: Ref) {
        if self.cycle.is_marking()
            && let Some((current, from)) = self.cycle.current
            && current == array
            && let Some(object) = resolve(&self.space, array)
        {
            self.cycle.current = None;
            let rest: &[Slot] = object.list().get(from..).unwrap_or(&[]);
            let (space, cycle) = (&self.space, &mut self.cycle);
            rest.iter().for_each(|slot| shade(space, cycle, slot.as_ref()));
        }
    }

    /// Elements of an array of references are about to go from `range` to where `at` is.
    pub(crate) fn before_moving(&mut self, array: Ref, range: &std::ops::Range<usize>, at: usize) {
        if self.cycle.is_marking()
            && let Some((current, from)) = self.cycle.current
            && current == array
            && let Some(object) = resolve(&self.space, array)
        {
            // Those that go from what is to be looked into to what was.
            let shift = range.start.saturating_sub(at);
            let crossing = from.max(range.start)..from.saturating_add(shift).min(range.end);
            let crossing: &[Slot] = object.list().get(crossing).unwrap_or(&[]);
            let (space, cycle) = (&self.space, &mut self.cycle);
            crossing.iter().for_each(|slot| shade(space, cycle, slot.as_ref()));
        }
    }

    /// Whether a long object is being looked into, piece by piece.
    #[inline(always)]
    pub(crate) fn is_looking_into(&self, long: Ref) -> bool {
        self.cycle.current.is_some_and(|(current, _)| current == long)
    }

    /// A map is about to be made anew, without the entries that are gone: the position up to which it was looked
    /// into, as it will be then, if it is looked into just now.
    pub(crate) fn before_compacting(&self, map: Ref) -> Option<usize> {
        let (current, from) = self.cycle.current?;
        (current == map).then(|| resolve(&self.space, map).map(|map| map.map().position_made_anew(from)))?
    }

    /// What is looked into just now is looked into from a position on.
    pub(crate) fn go_on_at(&mut self, position: usize) {
        if let Some((_, from)) = &mut self.cycle.current {
            *from = position;
        }
    }

    /// A key was put into the map that is looked into just now, whose entries may have slid to earlier positions.
    ///
    /// ```text
    /// before  … | gone    | a b c d e          a to c have been looked into: the cursor is at d
    /// after   … | a b c d | gone  | e          it goes back to a, and nothing is missed
    /// ```
    pub(crate) fn after_sliding(&mut self, map: Ref, before: Option<std::ops::Range<usize>>) {
        let (Some(before), Some(object)) = (before, resolve(&self.space, map)) else { return };
        // All have slid when nothing is sliding any more.
        let after = object.map().sliding().map_or(usize::MAX, |after| after.end);
        if let Some((_, from)) = &mut self.cycle.current
            && (before.start..after).contains(from)
        {
            *from = before.start;
        }
    }

    /// An array or map was given room for which so many bytes were charged.
    pub(crate) fn grew(&mut self, object: Ref, bytes: u64) {
        if self.cycle.is_marking()
            && let Some(object) = resolve(&self.space, object)
            && object.is_marked(&self.space)
        {
            self.cycle.alive.bytes += bytes;
            if object.is_array()
                && let Some(storage) = object.storage()
            {
                storage.mark(&self.space);
            }
        }
    }
}

/// Marks the object of a reference and counts it; who is marked so is looked into later.
fn shade(space: &Space, cycle: &mut Cycle, reference: Ref) {
    if let Some(object) = resolve(space, reference)
        && object.mark(space)
    {
        cycle.alive.count(object);
        cycle.shaded.push(reference);
    }
}

/// Gives every reference in the parts of a record to `visit`; nulls too.
#[inline(always)]
fn each_part(plans: &Plans, record: Object<'_>, mut visit: impl FnMut(Ref)) {
    let parts = record.parts();
    match plans.get(record.header().ty, record.header().variant) {
        Plan::Bits(mut bits) => {
            while bits != 0 {
                let part = parts.get(bits.trailing_zeros() as usize);
                visit(part.copied().unwrap_or_default().as_ref());
                bits &= bits - 1;
            }
        }
        Plan::List(list) => {
            for part in list.iter().filter_map(|&index| parts.get(usize::from(index))) {
                visit(part.as_ref());
            }
        }
    }
}

/// Gives every reference that an object has to `visit`; nulls too.
fn each_reference(plans: &Plans, object: Object<'_>, mut visit: impl FnMut(Ref)) {
    match object.header().kind {
        Kind::RECORD => each_part(plans, object, visit),
        Kind::CLOSURE => {
            let closure = object.closure();
            for capture in closure.captures.iter().take(closure.refs) {
                visit(capture.as_ref());
            }
        }
        Kind::REFS | Kind::MAP => {
            each_in_piece(plans, object, 0, usize::MAX, visit);
        }
        Kind::TEXT => {
            if let Some(whole) = object.whole() {
                visit(whole.reference());
            }
        }
        Kind::ERROR => {
            let error = object.error();
            visit(error.kind);
            visit(error.message);
        }
        _ => {}
    }
}

/// Gives the references in at most `count` elements of an array of references, or entries of a map, from `from` on;
/// where the next piece begins, if there are more.
fn each_in_piece(
    plans: &Plans,
    object: Object<'_>,
    from: usize,
    count: usize,
    mut visit: impl FnMut(Ref),
) -> Option<usize> {
    let to = from.saturating_add(count);
    if object.header().kind == Kind::REFS {
        let list: &[Slot] = object.list();
        list.iter().take(to).skip(from).for_each(|slot| visit(slot.as_ref()));
        return (to < list.len()).then_some(to);
    }
    let map = object.map();
    let Plan::Bits(refs) = plans.get(object.header().ty, 0) else { return None };
    if refs == 0 {
        return None;
    }
    let (entries, next) = map.piece(from, count);
    for (key, value) in entries {
        for (slot, bit) in [(key, 1), (value, 2)] {
            if refs & bit != 0 {
                visit(slot.as_ref());
            }
        }
    }
    next
}

/// How many references wait for memory to arrive before their objects are looked at (Cher, Hosking and Vitek, Software
/// prefetching for mark-sweep garbage collection, 2004).
const WAITING: usize = 16;

/// A step of marking.
///
/// ```text
/// met ──> todo ──> waiting, its memory is being fetched ──> marked and looked into, if it was not
///                                                               └──> long ──> current, in pieces
/// ```
struct Marker<'h> {
    space: &'h Space,
    plans: &'h Plans,
    cycle: &'h mut Cycle,
}

impl<'h> Marker<'h> {
    fn new(space: &'h Space, plans: &'h Plans, cycle: &'h mut Cycle) -> Self {
        Self { space, plans, cycle }
    }

    /// Notes that a reference was met.
    #[inline(always)]
    fn meet(&mut self, reference: Ref) {
        if !reference.is_null() {
            self.cycle.todo.push(reference);
        }
    }

    /// Looks into what was met, until there is nothing left or so many bytes are counted. What is left of these.
    fn mark(&mut self, budget: u64) -> u64 {
        let mut left = budget;
        let (mut waiting, mut next) = ([Ref::NULL; WAITING], 0);
        while left > 0 {
            if let Some(reference) = self.cycle.todo.pop() {
                self.space.prefetch(reference);
                let before = std::mem::replace(&mut waiting[next % WAITING], reference);
                next += 1;
                left = left.saturating_sub(self.visit(before));
                continue;
            }
            for reference in std::mem::take(&mut waiting) {
                left = left.saturating_sub(self.visit(reference));
            }
            if !self.cycle.todo.is_empty() {
                continue;
            }
            if let Some(reference) = self.cycle.shaded.pop() {
                let Some(object) = resolve(self.space, reference) else { continue };
                self.look_into(object);
                left = left.saturating_sub(object.cost());
                continue;
            }
            let current = self.cycle.current.or_else(|| self.cycle.long.pop().map(|long| (long, 0)));
            let Some((reference, from)) = current else { break };
            let Some(object) = resolve(self.space, reference) else { continue };
            let next = each_in_piece(self.plans, object, from, PIECE, |part| self.meet(part));
            self.cycle.current = next.map(|next| (reference, next));
            left = left.saturating_sub(PIECE_BYTES);
        }
        waiting.into_iter().for_each(|reference| self.meet(reference));
        left
    }

    /// Marks the object of a reference and looks into it, if there is one that is not marked; how many bytes it is.
    #[inline(always)]
    fn visit(&mut self, reference: Ref) -> u64 {
        match resolve(self.space, reference) {
            Some(object) if object.mark(self.space) => {
                let cost = self.cycle.alive.count(object);
                self.look_into(object);
                cost
            }
            _ => 0,
        }
    }

    /// Meets what an object refers to.
    #[inline(always)]
    fn look_into(&mut self, object: Object<'h>) {
        match object.header().kind {
            Kind::RECORD => each_part(self.plans, object, |part| self.meet(part)),
            _ => self.look_into_other(object),
        }
    }

    /// [`Self::look_into`] of what is no record.
    fn look_into_other(&mut self, object: Object<'h>) {
        match object.header().kind {
            Kind::BYTES | Kind::HALVES | Kind::WORDS | Kind::REFS | Kind::BUFFER => {
                if let Some(storage) = object.storage() {
                    storage.mark(self.space);
                }
                if object.is(Kind::REFS) && object.room().0 > PIECE {
                    self.cycle.long.push(object.reference());
                    return;
                }
            }
            Kind::MAP if object.map().is_longer_than(PIECE) => {
                self.cycle.long.push(object.reference());
                return;
            }
            _ => {}
        }
        each_reference(self.plans, object, |part| self.meet(part));
    }
}
