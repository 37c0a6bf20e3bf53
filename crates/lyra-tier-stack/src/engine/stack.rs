//! The stack that frames' windows stand on: room is made once, at a call, and slots are reached without a check.
//!
//! All slots up to the capacity are always initialised: those above the top hold what earlier calls left there, until
//! a collection makes them zero. So a slot never holds a reference to an object that is gone.

use lyra_runtime::{Fault, Slot, Stack};

/// Slots at the start: 32 KiB.
const FIRST_SLOTS: usize = 4096;

/// The [`Stack`] of the register engine.
pub struct FrameStack {
    slots: Box<[Slot]>,
    len: usize,
}

fn outside() -> Fault {
    Fault::broken("a slot outside of the stack was used")
}

impl FrameStack {
    /// Makes room for `more` slots above the top.
    #[inline]
    pub(super) fn reserve(&mut self, more: usize) {
        let needed = self.len.saturating_add(more);
        if needed > self.slots.len() {
            self.grow(needed);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, needed: usize) {
        let mut slots = std::mem::take(&mut self.slots).into_vec();
        let wanted = needed.max(slots.len() * 2).max(FIRST_SLOTS);
        slots.resize(wanted, Slot::ZERO);
        self.slots = slots.into_boxed_slice();
    }

    /// Puts the top at `len` and makes room for `more` slots above it.
    #[inline]
    pub(super) fn open(&mut self, len: usize, more: usize) {
        self.set_len(len);
        self.reserve(more);
    }

    /// Puts the top behind the first slot, which a call left there.
    #[inline]
    pub(super) fn keep_first(&mut self) {
        self.len = self.slots.len().min(1);
    }

    /// The first slot. Good until the stack grows or is borrowed otherwise.
    #[inline]
    pub(super) fn base(&mut self) -> *mut u64 {
        self.slots.as_mut_ptr().cast()
    }

    /// How many slots there is room for.
    #[inline]
    pub(super) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Sets the top: slots below it are in use.
    #[inline]
    pub(super) fn set_len(&mut self, len: usize) {
        self.reserve(len.saturating_sub(self.len));
        self.len = len;
    }
}

impl Stack for FrameStack {
    fn new(_: usize) -> Self {
        // The stack rule bounds it, at calls.
        Self { slots: Box::default(), len: 0 }
    }

    #[inline]
    fn push(&mut self, slot: Slot) -> Result<(), Fault> {
        self.reserve(1);
        *self.slots.get_mut(self.len).ok_or_else(outside)? = slot;
        self.len += 1;
        Ok(())
    }

    #[inline]
    fn pop(&mut self) -> Result<Slot, Fault> {
        self.len = self.len.checked_sub(1).ok_or_else(outside)?;
        self.slots.get(self.len).copied().ok_or_else(outside)
    }

    #[inline]
    fn get(&self, index: usize) -> Result<Slot, Fault> {
        self.slots().get(index).copied().ok_or_else(outside)
    }

    #[inline]
    fn set(&mut self, index: usize, slot: Slot) -> Result<(), Fault> {
        let used = self.slots.get_mut(..self.len).ok_or_else(outside)?;
        used.get_mut(index).map(|place| *place = slot).ok_or_else(outside)
    }

    fn push_zeros(&mut self, count: usize) -> Result<(), Fault> {
        self.reserve(count);
        let end = self.len.saturating_add(count);
        self.slots.get_mut(self.len..end).ok_or_else(outside)?.fill(Slot::ZERO);
        self.len = end;
        Ok(())
    }

    #[inline]
    fn truncate(&mut self, length: usize) {
        self.len = self.len.min(length);
    }

    #[inline]
    fn slots(&self) -> &[Slot] {
        self.slots.get(..self.len).unwrap_or_default()
    }

    fn forget_above(&mut self) {
        self.slots.get_mut(self.len..).unwrap_or_default().fill(Slot::ZERO);
    }
}
