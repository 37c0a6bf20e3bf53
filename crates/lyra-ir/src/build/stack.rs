//! An operand stack while code is translated.

use crate::func::{Value, Var};

/// The operands of one kind that wait: the lower ones in variables of the frame, the upper ones as values.
///
/// In ordinary code all are values; see [`super`] for the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    /// How many are in the frame.
    pub(super) below: u32,
    pub(super) values: Vec<Value>,
    /// The variable of each place, once it was needed.
    vars: Vec<Option<Var>>,
}

impl Stack {
    /// The variable of a place; `make` makes one where there is none.
    pub(super) fn var(&mut self, place: u32, make: impl FnOnce() -> Var) -> Var {
        let place = place as usize;
        if self.vars.len() <= place {
            self.vars.resize(place + 1, None);
        }
        *self.vars[place].get_or_insert_with(make)
    }
}
