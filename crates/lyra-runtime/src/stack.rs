//! Operand stacks: where locals and operands of active calls stand.
//!
//! The machine has two, for references and for words. The plain version grows as it is pushed to, and checks
//! each push and each pop by itself. How deep a program may go is not decided here but by the one stack rule at
//! calls; what these checks find is altered code.

use crate::fault::Fault;
use crate::slot::Slot;

/// An operand stack.
#[expect(clippy::missing_errors_doc, reason = "every access outside of the stack is the trap `tampered`")]
pub trait Stack: Send {
    /// An empty stack that will hold `limit` slots at most.
    fn new(limit: usize) -> Self
    where
        Self: Sized;

    /// Puts `slot` on top.
    fn push(&mut self, slot: Slot) -> Result<(), Fault>;

    /// Takes the top off.
    fn pop(&mut self) -> Result<Slot, Fault>;

    /// The slot at `index` from the bottom.
    fn get(&self, index: usize) -> Result<Slot, Fault>;

    /// Changes the slot at `index` from the bottom.
    fn set(&mut self, index: usize, slot: Slot) -> Result<(), Fault>;

    /// Puts `count` slots of zero bits on top.
    fn push_zeros(&mut self, count: usize) -> Result<(), Fault>;

    /// Cuts the stack down to `length`; does nothing when it is not longer.
    fn truncate(&mut self, length: usize);

    /// All slots, from the bottom.
    fn slots(&self) -> &[Slot];

    /// Called after a collection: forgets what it may have kept above the top. Does nothing by default.
    fn forget_above(&mut self) {}

    /// How many slots there are.
    fn len(&self) -> usize {
        self.slots().len()
    }

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The plain [`Stack`].
pub struct GrowableStack {
    slots: Vec<Slot>,
    limit: usize,
}

fn outside() -> Fault {
    Fault::broken("a slot outside of the stack was used")
}

impl Stack for GrowableStack {
    fn new(limit: usize) -> Self {
        Self { slots: Vec::new(), limit }
    }

    #[inline]
    fn push(&mut self, slot: Slot) -> Result<(), Fault> {
        if self.slots.len() >= self.limit {
            return Err(Fault::broken("a stack is fuller than it can be"));
        }
        self.slots.push(slot);
        Ok(())
    }

    #[inline]
    fn pop(&mut self) -> Result<Slot, Fault> {
        self.slots.pop().ok_or_else(outside)
    }

    #[inline]
    fn get(&self, index: usize) -> Result<Slot, Fault> {
        self.slots.get(index).copied().ok_or_else(outside)
    }

    #[inline]
    fn set(&mut self, index: usize, slot: Slot) -> Result<(), Fault> {
        self.slots.get_mut(index).map(|place| *place = slot).ok_or_else(outside)
    }

    fn push_zeros(&mut self, count: usize) -> Result<(), Fault> {
        let length = self.slots.len().checked_add(count).filter(|&length| length <= self.limit);
        let Some(length) = length else { return Err(Fault::broken("a stack is fuller than it can be")) };
        self.slots.resize(length, Slot::ZERO);
        Ok(())
    }

    #[inline]
    fn truncate(&mut self, length: usize) {
        self.slots.truncate(length);
    }

    #[inline]
    fn slots(&self) -> &[Slot] {
        &self.slots
    }
}
