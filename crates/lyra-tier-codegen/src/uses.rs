//! Values that stand for others, while a pass runs.

use lyra_base::id::Id;
use lyra_ir::{Func, Value};

/// Which value each value is to be replaced by.
pub(crate) struct Replaced(Vec<Value>);

impl Replaced {
    /// Every value stands for itself.
    pub(crate) fn new(func: &Func) -> Self {
        Self((0..func.values.len()).map(Value::from_index).collect())
    }

    /// What stands for a value now. One that was made later stands for itself.
    pub(crate) fn find(&mut self, value: Value) -> Value {
        let mut root = value;
        while let Some(&next) = self.0.get(root.index()).filter(|&&next| next != root) {
            root = next;
        }
        let mut next = value;
        while next != root {
            next = std::mem::replace(&mut self.0[next.index()], root);
        }
        root
    }

    /// From now on `by` stands for `value`, which stood for itself.
    pub(crate) fn replace(&mut self, value: Value, by: Value) {
        let by = self.find(by);
        if let Some(place) = self.0.get_mut(value.index()).filter(|_| by != value) {
            *place = by;
        }
    }

    /// Puts what stands for each operand in its place.
    pub(crate) fn apply(mut self, func: &mut Func) {
        func.replace_uses(|value| self.find(value));
    }
}
