//! Operand stacks as the verifier sees them: lists of types that share their lower parts.
//!
//! A stack is the number of its top node, and there is one node for each (stack below, type on top). Two stacks
//! are therefore equal exactly when their numbers are: where ways join, comparing takes one step, however deep
//! the stacks are.
//!
//! ```text
//! empty(0) <- i32(1) <- i32(2)
//!                    <- bool(3)
//! ```

use crate::types::TypeId;
use hashbrown::HashMap;

/// An operand stack: a node of a [`StackTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stack(u32);

impl Stack {
    /// The stack with nothing on it.
    pub(super) const EMPTY: Self = Self(0);
}

#[derive(Clone, Copy)]
struct Node {
    below: Stack,
    top: TypeId,
    depth: u32,
}

/// Every stack that was met. Each instruction makes at most one new node, so it grows with the code and no faster.
#[derive(Default)]
pub(super) struct StackTable {
    /// Node `n` stands at `n - 1`: the empty stack has none.
    nodes: Vec<Node>,
    ids: HashMap<(Stack, TypeId), Stack>,
}

impl StackTable {
    /// `stack` with a value of type `top` on it.
    pub(super) fn push(&mut self, stack: Stack, top: TypeId) -> Stack {
        let depth = self.depth(stack).saturating_add(1);
        let Self { nodes, ids } = self;
        *ids.entry((stack, top)).or_insert_with(|| {
            nodes.push(Node { below: stack, top, depth });
            // Code is limited to far fewer instructions than there are numbers.
            Stack(u32::try_from(nodes.len()).unwrap_or(u32::MAX))
        })
    }

    /// What is on top, and the stack below it; `None` when it is empty.
    pub(super) fn pop(&self, stack: Stack) -> Option<(TypeId, Stack)> {
        self.node(stack).map(|node| (node.top, node.below))
    }

    /// How many values are on it.
    pub(super) fn depth(&self, stack: Stack) -> u32 {
        self.node(stack).map_or(0, |node| node.depth)
    }

    /// The types from the top down.
    pub(super) fn types_down(&self, stack: Stack) -> impl Iterator<Item = TypeId> {
        let mut rest = stack;
        std::iter::from_fn(move || {
            let (top, below) = self.pop(rest)?;
            rest = below;
            Some(top)
        })
    }

    /// Forgets all stacks, if there are so many that keeping them would cost more than making them again.
    /// Emptying a large table costs its size, so a small one is kept as it is for the next procedure.
    pub(super) fn recycle(&mut self) {
        if self.nodes.len() > 4_096 {
            *self = Self::default();
        }
    }

    fn node(&self, stack: Stack) -> Option<&Node> {
        (stack.0 as usize).checked_sub(1).and_then(|index| self.nodes.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_of_types_are_one_stack() {
        let mut table = StackTable::default();
        let one = table.push(Stack::EMPTY, TypeId::I32);
        let two = table.push(one, TypeId::BOOL);
        assert_eq!(table.pop(two), Some((TypeId::BOOL, one)));
        assert_eq!(table.push(one, TypeId::BOOL), two);
        assert_ne!(table.push(Stack::EMPTY, TypeId::BOOL), two);
        assert_eq!((table.depth(two), table.depth(Stack::EMPTY)), (2, 0));
        assert_eq!(table.types_down(two).collect::<Vec<_>>(), [TypeId::BOOL, TypeId::I32]);
        assert_eq!(table.pop(Stack::EMPTY), None);
    }
}
