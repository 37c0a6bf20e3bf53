//! Mark and sweep: frees what no root reaches, cycles included.
//!
//! Marking keeps its own stack of cells, so that a chain of a million objects takes no native stack; a cell is
//! put on it once at most, when it is marked. Sweeping hands what dead objects held to the pool.

use super::Roots;
use super::object::{Body, Cell};
use super::plain::{PlainHeap, cell_of};
use crate::shape::Shape;
use crate::slot::Ref;
use std::time::Instant;

impl PlainHeap {
    /// Frees everything that `roots` do not reach.
    pub(super) fn collect_now(&mut self, roots: &dyn Roots) {
        self.account.collecting();
        let since = Instant::now();
        self.mark(roots);
        self.sweep();
        self.account.paused(since);
        let next = self.account.next_collection();
        self.account.set_threshold(next);
    }

    fn mark(&mut self, roots: &dyn Roots) {
        let Self { cells, shapes, .. } = self;
        let mut todo: Vec<u32> = Vec::new();
        roots.visit(&mut |root| mark_ref(cells, &mut todo, root));
        while let Some(at) = todo.pop() {
            // The body leaves its cell while its parts are marked, so that both can be borrowed.
            let Some(cell) = cells.get_mut(at as usize) else { continue };
            let ty = cell.ty;
            let body = std::mem::replace(&mut cell.body, Body::Free { next: u32::MAX });
            match &body {
                Body::Part { whole, .. } => mark_cell(cells, &mut todo, *whole),
                Body::Refs { list, .. } => {
                    for slot in list {
                        mark_ref(cells, &mut todo, slot.as_ref());
                    }
                }
                Body::Record { parts, variant } => {
                    let refs: &[u8] = match shapes.get(ty) {
                        Some(Shape::Record { parts, .. }) => &parts.refs,
                        Some(Shape::Enum { variants }) => {
                            variants.get(usize::from(*variant)).map_or(&[][..], |parts| &parts.refs)
                        }
                        _ => &[],
                    };
                    for part in refs.iter().filter_map(|&index| parts.get(usize::from(index))) {
                        mark_ref(cells, &mut todo, part.as_ref());
                    }
                }
                Body::Closure { captures, refs, .. } => {
                    for capture in captures.iter().take(usize::from(*refs)) {
                        mark_ref(cells, &mut todo, capture.as_ref());
                    }
                }
                Body::Map { map } => {
                    if let Some(&Shape::Map { refs: (keys, values), .. }) = shapes.get(ty) {
                        for (key, value) in map.iter() {
                            for (slot, is_ref) in [(key, keys), (value, values)] {
                                if is_ref {
                                    mark_ref(cells, &mut todo, slot.as_ref());
                                }
                            }
                        }
                    }
                }
                Body::Error { error } => {
                    mark_ref(cells, &mut todo, error.kind);
                    mark_ref(cells, &mut todo, error.message);
                }
                Body::Free { .. }
                | Body::Text { .. }
                | Body::Buffer { .. }
                | Body::Bytes { .. }
                | Body::Halves { .. }
                | Body::Words { .. }
                | Body::Host { .. }
                | Body::Boxed { .. } => {}
            }
            if let Some(cell) = cells.get_mut(at as usize) {
                cell.body = body;
            }
        }
    }

    fn sweep(&mut self) {
        let Self { cells, pool, free, char_tables, .. } = self;
        let (mut objects, mut bytes) = (0, 0);
        for (at, cell) in (0u32..).zip(cells.iter_mut()) {
            if std::mem::take(&mut cell.marked) || matches!(cell.body, Body::Free { .. }) {
                continue;
            }
            let dead = std::mem::replace(&mut cell.body, Body::Free { next: *free });
            *free = at;
            cell.generation = cell.generation.wrapping_add(1);
            objects += 1;
            bytes += dead.cost();
            char_tables.forget(at);
            pool.put(dead);
        }
        self.account.gone(objects, bytes);
    }
}

/// Marks the object of `reference`, if there is one: what stands in a slot itself is null here. A dead reference among the roots marks nothing; its use will be found out.
fn mark_ref(cells: &mut [Cell], todo: &mut Vec<u32>, reference: Ref) {
    if let Some((at, generation)) = cell_of(reference)
        && cells.get(at as usize).is_some_and(|cell| cell.generation == generation)
    {
        mark_cell(cells, todo, at);
    }
}

fn mark_cell(cells: &mut [Cell], todo: &mut Vec<u32>, at: u32) {
    if let Some(cell) = cells.get_mut(at as usize)
        && !cell.marked
    {
        cell.marked = true;
        todo.push(at);
    }
}
