//! Where the variables of a procedure are kept.
//!
//! A slot serves one local after the other: once the last instruction that uses a local has been carried out, the next
//! of its type takes over. When that is, the emitted code says: from a local's first use to its last, and on to the end
//! of every loop that began in between, because the next round may use it again (linear scan, after Poletto and
//! Sarkar, "Linear Scan Register Allocation", 1999). A variable that closures capture and that is assigned is kept in
//! a cell, and the slot holds the cell; so does the further parameter of the closure that captures it.

use crate::hir::{Captured, CellId, Local, LocalId, Proc};
use hashbrown::HashMap;
use lyra_base::IdVec;
use lyra_bytecode::TypeId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One place of a procedure's frame.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) ty: TypeId,
}

/// How a local is kept.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    /// What the local is.
    pub(super) ty: TypeId,
    /// The type of the cell it is in.
    pub(super) cell: Option<TypeId>,
    /// Where, for parameters and what is captured.
    fixed: Option<usize>,
}

impl Kept {
    /// What its slot holds.
    pub(super) fn held(self) -> TypeId {
        self.cell.unwrap_or(self.ty)
    }
}

/// From where to where in the code a local is in use.
#[derive(Clone, Copy)]
struct Life {
    first: u32,
    last: u32,
    /// The outermost loop that began after `first` and holds `last`.
    within: Option<usize>,
}

/// The slots of a procedure, and what is known about its locals while code is emitted.
pub(super) struct Layout<'a> {
    /// Parameters first, then what is captured; after [`Self::assign`] all others.
    pub(super) slots: Vec<Slot<'a>>,
    /// How many of them are parameters and captured.
    pub(super) params: usize,
    /// The parameters that move into a cell when the procedure begins.
    pub(super) moved: Vec<LocalId>,
    /// By local.
    kept: Vec<Kept>,
    /// By local; `None` before the first use.
    lives: Vec<Option<Life>>,
    /// Locals without a fixed place, by first use.
    order: Vec<LocalId>,
    /// Every instruction that names a slot.
    uses: Vec<(u32, Place)>,
    /// The first and the last instruction of each loop.
    loops: Vec<(u32, u32)>,
    /// Those that are open, innermost last.
    open: Vec<usize>,
}

/// What an instruction names.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Local(LocalId),
    /// A parameter as it was passed, before it moves into its cell.
    Param(u16),
}

impl<'a> Layout<'a> {
    pub(super) fn of(proc: &Proc<'a>, cells: &IdVec<CellId, Captured>) -> Self {
        let cell_of = |local: &Local<'a>| {
            let captured = local.cell.and_then(|cell| cells.get(cell));
            captured.filter(|captured| captured.assigned).map(|captured| captured.cell)
        };
        let mut slots: Vec<Slot<'a>> = Vec::new();
        let kept = proc.locals.iter();
        let kept = kept.map(|local| Kept { ty: local.ty, cell: cell_of(local), fixed: None });
        let mut kept: Vec<Kept> = kept.collect();
        let mut moved = Vec::new();
        let own = proc.signature.params.len();
        for (at, (local, kept)) in proc.locals.iter().zip(&mut kept).take(own).enumerate() {
            slots.push(Slot { name: local.name, ty: local.ty });
            match kept.cell {
                Some(_) => moved.push(LocalId(u32::try_from(at).unwrap_or(u32::MAX))),
                None => kept.fixed = Some(at),
            }
        }
        for &capture in &proc.captures {
            let Some(kept) = kept.get_mut(capture.0 as usize) else { continue };
            kept.fixed = Some(slots.len());
            let name = proc.locals.get(capture).and_then(|local| local.name);
            slots.push(Slot { name, ty: kept.held() });
        }
        Self {
            params: slots.len(),
            slots,
            moved,
            lives: vec![None; kept.len()],
            kept,
            order: Vec::new(),
            uses: Vec::new(),
            loops: Vec::new(),
            open: Vec::new(),
        }
    }

    /// How a local is kept.
    pub(super) fn kept(&self, local: LocalId) -> Kept {
        let nothing = Kept { ty: TypeId::BOOL, cell: None, fixed: None };
        self.kept.get(local.0 as usize).copied().unwrap_or(nothing)
    }

    /// The instruction at `at` uses a place.
    pub(super) fn use_at(&mut self, at: u32, place: Place) {
        self.uses.push((at, place));
        let Place::Local(id) = place else { return };
        let Some(life) = self.lives.get_mut(id.0 as usize) else { return };
        if life.is_none() && self.kept.get(id.0 as usize).is_some_and(|kept| kept.fixed.is_none()) {
            self.order.push(id);
        }
        let life = life.get_or_insert(Life { first: at, last: at, within: None });
        life.last = at;
        let outside = self.open.partition_point(|&open| self.loops[open].0 <= life.first);
        life.within = self.open.get(outside).copied();
    }

    /// A loop begins at `at`: some jump goes back there.
    pub(super) fn loop_begins(&mut self, at: u32) {
        self.open.push(self.loops.len());
        self.loops.push((at, at));
    }

    /// The innermost loop has ended before `at`.
    pub(super) fn loop_ends(&mut self, at: u32) {
        if let Some(open) = self.open.pop() {
            self.loops[open].1 = at.saturating_sub(1);
        }
    }

    /// Gives every local that is used a slot, and each use of one to `name` with its number.
    pub(super) fn assign(&mut self, proc: &Proc<'a>, mut name: impl FnMut(u32, usize)) {
        let mut places: Vec<usize> = self.kept.iter().map(|kept| kept.fixed.unwrap_or(usize::MAX)).collect();
        // Slots in use with the place of their last use, and those that are free again.
        let mut busy: BinaryHeap<Reverse<(u32, usize)>> = BinaryHeap::new();
        let mut free: HashMap<TypeId, Vec<usize>> = HashMap::new();
        for &id in &self.order {
            let index = id.0 as usize;
            let Some(life) = self.lives[index] else { continue };
            while let Some(&Reverse((_, slot))) = busy.peek().filter(|Reverse((last, _))| *last < life.first)
            {
                busy.pop();
                free.entry(self.slots[slot].ty).or_default().push(slot);
            }
            let ty = self.kept[index].held();
            let local = proc.locals.get(id).and_then(|local| local.name);
            let slot = free.get_mut(&ty).and_then(Vec::pop).unwrap_or_else(|| {
                self.slots.push(Slot { name: local, ty });
                self.slots.len() - 1
            });
            // One slot has one name: that of all the variables that were ever kept in it, or none.
            let place = &mut self.slots[slot];
            if place.name != local && local.is_some() {
                place.name = if place.name.is_none() { local } else { None };
            }
            places[index] = slot;
            let end = life.within.map_or(life.last, |within| self.loops[within].1.max(life.last));
            busy.push(Reverse((end, slot)));
        }
        for &(at, place) in &self.uses {
            match place {
                Place::Local(id) => name(at, places.get(id.0 as usize).copied().unwrap_or(usize::MAX)),
                Place::Param(slot) => name(at, usize::from(slot)),
            }
        }
    }
}
