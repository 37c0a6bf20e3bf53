//! Collections: what roots reach is marked and counted, everything else is free.
//!
//! Marking keeps its own stack of objects, so that a chain of a million takes no native stack; an object is put on
//! it once, when it is marked. What is alive is counted on the way, in objects and in bytes of the account: the dead
//! are what was there before and is not counted now, so nothing is spent on them one by one, but on those that own
//! something outside of cells.

use crate::heap::SlabHeap;
use crate::object::{Kind, Object, resolve};
use crate::plans::{Plan, Plans};
use crate::space::Space;
use lyra_runtime::{Ref, Roots, Slot};

/// What was found alive.
#[derive(Clone, Copy, Debug, Default)]
struct Alive {
    objects: u64,
    bytes: u64,
}

impl SlabHeap {
    /// Frees everything that `roots` do not reach.
    pub(crate) fn collect_now(&mut self, roots: &dyn Roots) {
        self.account.collecting();
        self.space.clear_marks();
        let mut todo = std::mem::take(&mut self.todo);
        let mut marker = Marker::new(&self.space, &self.plans, &mut todo);
        roots.visit(&mut |root| {
            debug_assert!(root.is_null() || marker.space.is_taken(root), "a root leads to a dead object");
            marker.meet(root);
        });
        let alive = marker.mark();
        self.todo = todo;
        let space = &self.space;
        self.char_tables.retain(|text| resolve(space, text).is_some_and(|text| text.is_marked(space)));
        self.space.settle();
        let objects = self.account.objects().saturating_sub(alive.objects);
        let bytes = (self.account.live() - self.loose).saturating_sub(alive.bytes);
        self.account.gone(objects, bytes);
    }
}

/// How many references wait for memory to arrive before their objects are looked at.
const WAITING: usize = 16;

/// A collection on its way.
///
/// ```text
/// met ──> waiting, its memory is being fetched ──> marked, if it was not ──> todo ──> looked into
/// ```
struct Marker<'h> {
    space: &'h Space,
    plans: &'h Plans,
    /// Marked objects that were not looked into.
    todo: &'h mut Vec<Ref>,
    /// What was met last, in a ring.
    waiting: [Ref; WAITING],
    next: usize,
}

impl<'h> Marker<'h> {
    fn new(space: &'h Space, plans: &'h Plans, todo: &'h mut Vec<Ref>) -> Self {
        Self { space, plans, todo, waiting: [Ref::NULL; WAITING], next: 0 }
    }

    /// Sees to it that the object of a reference is marked, if there is one.
    #[inline]
    fn meet(&mut self, reference: Ref) {
        if reference.is_null() {
            return;
        }
        self.space.prefetch(reference);
        let before = std::mem::replace(&mut self.waiting[self.next % WAITING], reference);
        self.next += 1;
        self.meet_now(before);
    }

    /// Marks the object of a reference, if there is one.
    #[inline]
    fn meet_now(&mut self, reference: Ref) {
        if let Some(object) = resolve(self.space, reference)
            && object.mark(self.space)
        {
            self.todo.push(reference);
        }
    }

    fn meet_all(&mut self, slots: &[Slot]) {
        for slot in slots {
            self.meet(slot.as_ref());
        }
    }

    /// Looks into what was met, until there is nothing left.
    fn mark(&mut self) -> Alive {
        let mut alive = Alive::default();
        loop {
            while let Some(reference) = self.todo.pop() {
                let Some(object) = resolve(self.space, reference) else { continue };
                alive.objects += 1;
                alive.bytes += object.cost();
                self.look_into(object);
            }
            for reference in std::mem::take(&mut self.waiting) {
                self.meet_now(reference);
            }
            if self.todo.is_empty() {
                return alive;
            }
        }
    }

    #[inline]
    fn look_into(&mut self, object: Object<'h>) {
        let header = object.header();
        match header.kind {
            Kind::RECORD => {
                let parts = object.parts();
                match self.plans.get(header.ty, header.variant) {
                    Plan::Bits(mut bits) => {
                        while bits != 0 {
                            let part = parts.get(bits.trailing_zeros() as usize);
                            self.meet(part.copied().unwrap_or_default().as_ref());
                            bits &= bits - 1;
                        }
                    }
                    Plan::List(list) => {
                        for part in list.iter().filter_map(|&index| parts.get(usize::from(index))) {
                            self.meet(part.as_ref());
                        }
                    }
                }
            }
            Kind::CLOSURE => {
                let closure = object.closure();
                self.meet_all(closure.captures.get(..closure.refs).unwrap_or(&[]));
            }
            Kind::BYTES | Kind::HALVES | Kind::WORDS | Kind::REFS | Kind::BUFFER => {
                if let Some(storage) = object.storage() {
                    storage.mark(self.space);
                }
                if header.kind == Kind::REFS {
                    self.meet_all(object.list());
                }
            }
            Kind::TEXT => {
                if let Some(buffer) = object.buffer() {
                    self.meet(buffer.reference());
                }
            }
            Kind::MAP => {
                let Plan::Bits(refs) = self.plans.get(header.ty, 0) else { return };
                if refs == 0 {
                    return;
                }
                for (key, value) in object.map().iter() {
                    for (slot, bit) in [(key, 1), (value, 2)] {
                        if refs & bit != 0 {
                            self.meet(slot.as_ref());
                        }
                    }
                }
            }
            Kind::ERROR => {
                let error = object.error();
                self.meet(error.kind);
                self.meet(error.message);
            }
            _ => {}
        }
    }
}
