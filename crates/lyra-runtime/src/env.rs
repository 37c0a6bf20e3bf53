//! What a built-in may use: the heap, the budget, the output. The machine lends it for one instruction.

use crate::content::encode_word;
use crate::cost;
use crate::fault::Fault;
use crate::heap::{Closure, ErrorObject, Heap, Joined, Roots, Text};
use crate::host::HostObject;
use crate::output::OutputGate;
use crate::shape::Shapes;
use crate::slot::{Ref, Slot};
use hashbrown::HashMap;
use lyra_bytecode::TypeId;
use std::ops::Range;

/// Elements or bytes worked on for one unit of fuel.
pub const WORK_UNIT: usize = 64;

/// Where work is paid for.
pub trait Meter {
    /// Pays for `units` of fuel, and looks at everything else when the slice of the budget is over.
    ///
    /// # Errors
    /// `out_of_fuel`, `deadline_exceeded`, `cancelled`, `tampered`.
    fn charge(&mut self, units: u64) -> Result<(), Fault>;

    /// Makes the next charge look at everything: much time has passed.
    fn look_soon(&mut self);

    /// A function of the host is about to run, for as long as it likes.
    fn host_begins(&mut self) {}

    /// It has returned: the next charge looks at everything, if it may have taken long.
    fn host_ended(&mut self) {
        self.look_soon();
    }
}

/// Pays for work whose amount shows only while it is done: whole units as soon as they are full.
pub struct Work<'m> {
    meter: &'m mut dyn Meter,
    unpaid: usize,
}

impl<'m> Work<'m> {
    /// No work yet, to be paid to `meter`.
    pub fn new(meter: &'m mut dyn Meter) -> Self {
        Self { meter, unpaid: 0 }
    }

    /// Pays for `count` more elements or bytes.
    ///
    /// # Errors
    /// As [`Meter::charge`].
    pub fn add(&mut self, count: usize) -> Result<(), Fault> {
        self.unpaid = self.unpaid.saturating_add(count);
        if self.unpaid < WORK_UNIT {
            return Ok(());
        }
        let units = self.unpaid / WORK_UNIT;
        self.unpaid %= WORK_UNIT;
        self.meter.charge(units as u64)
    }
}

/// What a walk over deep values remembers of the objects it met: a charged table.
#[derive(Default)]
pub(crate) struct Memory {
    entries: HashMap<Ref, Ref>,
    charged: u64,
}

impl Memory {
    pub(crate) fn get(&self, object: Ref) -> Option<Ref> {
        self.entries.get(&object).copied()
    }

    /// Remembers `value` for `object`, paid for when it is new.
    pub(crate) fn set<H: Heap>(
        &mut self,
        env: &mut Env<'_, H>,
        object: Ref,
        value: Ref,
    ) -> Result<(), Fault> {
        if self.entries.len().is_multiple_of(cost::ENTRY_BLOCK) && !self.entries.contains_key(&object) {
            let block = cost::ENTRY * cost::ENTRY_BLOCK as u64;
            env.charge(block)?;
            self.charged = self.charged.saturating_add(block);
        }
        self.entries.insert(object, value);
        Ok(())
    }

    /// Gives back what was charged.
    pub(crate) fn forget<H: Heap>(self, env: &mut Env<'_, H>) {
        env.heap.release(self.charged);
    }
}

/// What the machine lends to an instruction that works on objects.
///
/// The instruction's operands are among `roots` until it is done; what it makes on the way it pushes on `temps`,
/// which the machine clears afterwards.
pub struct Env<'e, H> {
    /// The heap.
    pub heap: &'e mut H,
    /// What the machine holds.
    pub roots: &'e dyn Roots,
    /// What the instruction holds.
    pub temps: &'e mut Vec<Ref>,
    /// The budget.
    pub meter: &'e mut dyn Meter,
    /// The output.
    pub output: &'e mut OutputGate,
    /// The types.
    pub shapes: &'e Shapes,
}

struct AllRoots<'r> {
    machine: &'r dyn Roots,
    temps: &'r [Ref],
}

impl Roots for AllRoots<'_> {
    fn visit(&self, visit: &mut dyn FnMut(Ref)) {
        self.machine.visit(visit);
        self.temps.visit(visit);
    }
}

#[expect(clippy::missing_errors_doc, reason = "they fail as the heap's and meter's methods do")]
impl<H: Heap> Env<'_, H> {
    /// Pays for work on `count` elements or bytes.
    pub fn work(&mut self, count: usize) -> Result<(), Fault> {
        match count / WORK_UNIT {
            0 => Ok(()),
            units => self.meter.charge(units as u64),
        }
    }

    /// Pays for `count` more elements or bytes of a longer work, whole units as soon as they are full; what is
    /// less than a unit stays in `unpaid`.
    pub(crate) fn work_on(&mut self, unpaid: &mut usize, count: usize) -> Result<(), Fault> {
        let mut work = Work { meter: self.meter, unpaid: *unpaid };
        let paid = work.add(count);
        *unpaid = work.unpaid;
        paid
    }

    /// Does something that may collect. A collection may have taken long, so the clock is looked at soon after.
    fn allocate<R>(&mut self, make: impl FnOnce(&mut H, &dyn Roots) -> R) -> R {
        let before = self.heap.collections();
        let made = make(self.heap, &AllRoots { machine: self.roots, temps: self.temps });
        if self.heap.collections() != before {
            self.meter.look_soon();
        }
        made
    }

    /// The text of a slot.
    pub fn text(&self, slot: Slot) -> Result<Text<'_>, Fault> {
        self.heap.text(slot.as_ref())
    }

    /// Length of the array of a slot.
    pub fn length(&self, slot: Slot) -> Result<usize, Fault> {
        self.heap.length(slot.as_ref())
    }

    /// [`Heap::charge`], for room that is given back by [`Heap::release`] before the instruction is done.
    pub fn charge(&mut self, bytes: u64) -> Result<(), Fault> {
        self.allocate(|heap, roots| heap.charge(bytes, roots))
    }

    /// [`Heap::collect`].
    pub fn collect(&mut self) {
        self.allocate(|heap, roots| heap.collect(roots));
    }

    /// [`Heap::new_text`].
    pub fn new_text(
        &mut self,
        bytes: usize,
        mut write: impl FnMut(&H, &mut String) -> Result<(), Fault>,
    ) -> Result<Ref, Fault> {
        self.allocate(|heap, roots| heap.new_text(bytes, roots, &mut write))
    }

    /// A new text like `text`.
    pub fn text_from(&mut self, text: &str) -> Result<Ref, Fault> {
        if let Some(made) = self.heap.text_at_once(text) {
            return Ok(made);
        }
        self.new_text(text.len(), |_, out| {
            out.push_str(text);
            Ok(())
        })
    }

    /// [`Heap::join`].
    pub fn join(&mut self, texts: &[Ref]) -> Result<Joined, Fault> {
        self.allocate(|heap, roots| heap.join(texts, roots))
    }

    /// [`Heap::share`].
    pub fn share(
        &mut self,
        text: Ref,
        bytes: Range<usize>,
        chars: Range<usize>,
    ) -> Result<Option<Ref>, Fault> {
        self.allocate(|heap, roots| heap.share(text, bytes, chars, roots))
    }

    /// [`Heap::new_array`].
    pub fn new_array(&mut self, ty: TypeId, length: usize) -> Result<Ref, Fault> {
        self.allocate(|heap, roots| heap.new_array(ty, length, roots))
    }

    /// [`Heap::resize`].
    pub fn resize(&mut self, array: Ref, length: usize) -> Result<(), Fault> {
        self.allocate(|heap, roots| heap.resize(array, length, roots))
    }

    /// Puts `value`, which must be rooted, at the end of an array.
    pub fn append(&mut self, array: Ref, value: Slot) -> Result<(), Fault> {
        let length = self.heap.length(array)?;
        self.resize(array, length.saturating_add(1))?;
        self.set_element(array, length, value)
    }

    /// Sets an element that exists.
    pub fn set_element(&mut self, array: Ref, index: usize, value: Slot) -> Result<(), Fault> {
        if self.heap.set_element(array, index, value)? {
            Ok(())
        } else {
            Err(Fault::broken("an element outside of an array was set"))
        }
    }

    /// [`Heap::new_record`].
    pub fn new_record(&mut self, ty: TypeId, variant: u16, parts: &[Slot]) -> Result<Ref, Fault> {
        self.allocate(|heap, roots| heap.new_record(ty, variant, parts, roots))
    }

    /// [`Heap::new_closure`].
    pub fn new_closure(&mut self, ty: TypeId, closure: Closure<'_>) -> Result<Ref, Fault> {
        self.allocate(|heap, roots| heap.new_closure(ty, closure, roots))
    }

    /// [`Heap::new_map`] for `live` entries.
    pub fn new_map(&mut self, ty: TypeId, live: usize) -> Result<Ref, Fault> {
        self.allocate(|heap, roots| heap.new_map(ty, cost::map_room(live), roots))
    }

    /// [`Heap::grow_map`], paid for.
    pub fn grow_map(&mut self, map: Ref) -> Result<(), Fault> {
        let moved = self.allocate(|heap, roots| heap.grow_map(map, roots))?;
        self.work(moved)
    }

    /// A word of type `ty` as it stands in a slot of the reference stack: in place of an object, or in a box.
    pub fn upcast(&mut self, ty: TypeId, word: Slot) -> Result<Slot, Fault> {
        if let Some(slot) = encode_word(self.shapes, ty, word) {
            return Ok(slot);
        }
        if ty != TypeId::I64 {
            return Err(Fault::broken("a word of an unknown type was made a value that knows its type"));
        }
        self.allocate(|heap, roots| heap.new_boxed(ty, word.as_word(), roots)).map(Slot::from)
    }

    /// [`Heap::new_host_object`].
    pub fn new_host_object(&mut self, object: HostObject) -> Result<Ref, Fault> {
        self.allocate(|heap, roots| heap.new_host_object(object, roots))
    }

    /// [`Heap::new_error`].
    pub fn new_error(&mut self, error: ErrorObject) -> Result<Ref, Fault> {
        self.allocate(|heap, roots| heap.new_error(error, roots))
    }
}
