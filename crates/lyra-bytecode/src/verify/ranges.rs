//! The handler ranges of a procedure: in order, one inside the other or apart, and entered at the start only.
//!
//! Why it matters: on an error the machine cuts both stacks down to what they were at a range's start. That is
//! right only if every way to an instruction of the range led through its start.

use crate::module::Handler;
use std::cmp::Reverse;

/// No range.
const NONE: u32 = u32::MAX;

/// The checked ranges of one procedure.
pub(super) struct Ranges<'p> {
    handlers: &'p [Handler],
    /// Handlers by start, outer before inner.
    by_start: Vec<u32>,
    /// For each instruction, the innermost range that holds it *after* its start. Empty when there are no handlers.
    inside: Vec<u32>,
}

impl<'p> Ranges<'p> {
    /// Checks `handlers` of a procedure of `code` instructions.
    pub(super) fn new(handlers: &'p [Handler], code: usize) -> Result<Self, String> {
        for (index, handler) in handlers.iter().enumerate() {
            let &Handler { start, end, target } = handler;
            if start >= end {
                return Err(format!("handler {index} has the empty range {start}..{end}"));
            }
            if target < end {
                return Err(format!(
                    "handler {index} goes to {target}, before the end of its range {start}..{end}"
                ));
            }
            if target as usize >= code {
                return Err(format!("handler {index} goes to {target}, but the code ends at {code}"));
            }
        }
        let order = |handler: &Handler| (handler.end, Reverse(handler.start));
        for (index, pair) in handlers.windows(2).enumerate() {
            if let [before, after] = pair
                && order(before) >= order(after)
            {
                return Err(format!(
                    "handlers {index} and {} are out of order: ranges go by their end, inner before outer, none twice",
                    index + 1
                ));
            }
        }
        let mut by_start: Vec<u32> = (0..).take(handlers.len()).collect();
        by_start.sort_by_key(|&id| {
            handlers.get(id as usize).map(|handler| (handler.start, Reverse(handler.end)))
        });
        let mut ranges = Self { handlers, by_start, inside: Vec::new() };
        if !handlers.is_empty() {
            ranges.inside = ranges.nest(code)?;
        }
        Ok(ranges)
    }

    /// One walk over the instructions with the ranges that are open, outer below inner.
    fn nest(&self, code: usize) -> Result<Vec<u32>, String> {
        let mut inside = Vec::with_capacity(code);
        let mut open: Vec<(u32, Handler)> = Vec::new();
        let mut starting = self.by_start.iter().copied().peekable();
        for op in (0u32..).take(code) {
            while open.pop_if(|(_, handler)| handler.end <= op).is_some() {}
            inside.push(open.last().map_or(NONE, |&(id, _)| id));
            while let Some((id, handler)) = starting.peek().and_then(|&id| {
                self.get(id).filter(|handler| handler.start == op).map(|handler| (id, handler))
            }) {
                starting.next();
                if let Some((outer, around)) = open.last()
                    && around.end < handler.end
                {
                    return Err(format!("the ranges of handlers {outer} and {id} overlap"));
                }
                open.push((id, handler));
            }
        }
        Ok(inside)
    }

    /// A handler by its number.
    pub(super) fn get(&self, id: u32) -> Option<Handler> {
        self.handlers.get(id as usize).copied()
    }

    /// The handlers by the start of their range, outer before inner.
    pub(super) fn by_start(&self) -> &[u32] {
        &self.by_start
    }

    /// The handler whose range a step from instruction `from` to `to` would enter elsewhere than at its start.
    ///
    /// Only the innermost range around `to` is looked at: whatever is in it is also in those around it.
    pub(super) fn broken_into(&self, from: u32, to: u32) -> Option<u32> {
        let id = *self.inside.get(to as usize)?;
        let range = self.get(id)?;
        (from < range.start || range.end <= from).then_some(id)
    }
}
