//! Where the variables of a procedure are kept.
//!
//! A slot serves one local after the other: of those whose scope has ended, the next of their type take over. A
//! variable that closures capture and that is assigned is kept in a cell, and the slot holds the cell; so does the
//! further parameter of the closure that captures it.

use crate::hir::{Captured, CellId, Life, Local, LocalId, Proc};
use hashbrown::HashMap;
use lyra_base::IdVec;
use lyra_bytecode::TypeId;

/// One place of a procedure's frame.
#[derive(Clone, Copy)]
pub(super) struct Slot<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) ty: TypeId,
}

/// Where a local is.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) slot: u16,
    /// What the local is.
    pub(super) ty: TypeId,
    /// The type of the cell it is in.
    pub(super) cell: Option<TypeId>,
}

/// The slots of a procedure.
pub(super) struct Layout<'a> {
    /// Parameters first, then what is captured.
    pub(super) slots: Vec<Slot<'a>>,
    /// How many of them are parameters and captured.
    pub(super) params: usize,
    /// By local.
    pub(super) kept: Vec<Kept>,
    /// The parameters that move into a cell when the procedure begins.
    pub(super) moved: Vec<LocalId>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(proc: &Proc<'a>, cells: &IdVec<CellId, Captured>) -> Self {
        let cell_of = |local: &Local<'a>| {
            let captured = local.cell.and_then(|cell| cells.get(cell));
            captured.filter(|captured| captured.assigned).map(|captured| captured.cell)
        };
        let mut slots: Vec<Slot<'a>> = Vec::new();
        let kept = proc.locals.iter().map(|local| Kept { slot: 0, ty: local.ty, cell: cell_of(local) });
        let mut kept: Vec<Kept> = kept.collect();
        let mut moved = Vec::new();
        let own = proc.signature.params.len();
        for (at, local) in proc.locals.iter().take(own).enumerate() {
            slots.push(Slot { name: local.name, ty: local.ty });
            set(&mut kept, at, at);
        }
        for &capture in &proc.captures {
            let at = capture.0 as usize;
            let Some(&Kept { ty, cell, .. }) = kept.get(at) else { continue };
            let name = proc.locals.get(capture).and_then(|local| local.name);
            set(&mut kept, at, slots.len());
            slots.push(Slot { name, ty: cell.unwrap_or(ty) });
        }
        let params = slots.len();
        for (at, local) in proc.locals.iter().take(own).enumerate() {
            if let Some(cell) = cell_of(local) {
                moved.push(LocalId(u32::try_from(at).unwrap_or(u32::MAX)));
                set(&mut kept, at, slots.len());
                slots.push(Slot { name: local.name, ty: cell });
            }
        }
        let mut free: HashMap<TypeId, Vec<usize>> = HashMap::new();
        for life in &proc.lives {
            let (Life::Begins(id) | Life::Ends(id)) = *life;
            let at = id.0 as usize;
            let Some(&Kept { ty, cell, slot }) = kept.get(at).filter(|_| at >= own) else { continue };
            let ty = cell.unwrap_or(ty);
            if let Life::Ends(_) = life {
                free.entry(ty).or_default().push(usize::from(slot));
                continue;
            }
            let name = proc.locals.get(id).and_then(|local| local.name);
            let slot = match free.get_mut(&ty).and_then(Vec::pop) {
                Some(slot) => slot,
                None => {
                    slots.push(Slot { name, ty });
                    slots.len() - 1
                }
            };
            // One slot has one name: that of all the variables that were ever kept in it, or none.
            if let Some(place) = slots.get_mut(slot)
                && place.name != name
                && name.is_some()
            {
                place.name = if place.name.is_none() { name } else { None };
            }
            set(&mut kept, at, slot);
        }
        Self { slots, params, kept, moved }
    }
}

fn set(kept: &mut [Kept], at: usize, slot: usize) {
    if let Some(kept) = kept.get_mut(at) {
        // More slots than this are refused before anything is emitted.
        kept.slot = u16::try_from(slot).unwrap_or(u16::MAX);
    }
}
