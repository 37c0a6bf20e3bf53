//! Which handler holds an instruction, found in a few steps however many handlers a procedure has.
//!
//! The ranges of a procedure lie one inside the other or apart, so they cut its code into stretches with one
//! innermost handler each, or none. There are at most twice as many stretches as handlers; the table keeps where
//! each begins.

use crate::regions::cut;
use lyra_bytecode::{Floor, Handler};
use lyra_security::Hasher;
use std::ops::Range;

/// The handlers of one procedure.
#[derive(Clone)]
pub(crate) struct Handlers {
    /// Each with the stacks it goes on with.
    pub(crate) list: Vec<(Handler, Floor)>,
    /// From this instruction on, up to the next entry's, this handler is the innermost.
    stretches: Vec<(u32, Option<u32>)>,
}

impl Handlers {
    /// The handlers of verified code: inner ranges before those around them.
    pub(crate) fn new(list: Vec<(Handler, Floor)>) -> Self {
        // At one instruction ranges end before others begin, and outer ones begin before inner ones.
        let mut edges: Vec<(u32, bool, std::cmp::Reverse<u32>, u32)> = Vec::with_capacity(list.len() * 2);
        for (number, (handler, _)) in (0u32..).zip(&list) {
            edges.push((handler.start, true, std::cmp::Reverse(handler.end), number));
            edges.push((handler.end, false, std::cmp::Reverse(0), number));
        }
        edges.sort_unstable();
        let mut open: Vec<u32> = Vec::new();
        let mut stretches: Vec<(u32, Option<u32>)> = Vec::new();
        for (at, begins, _, number) in edges {
            if begins {
                open.push(number);
            } else {
                // The range that ends is the innermost one, and its number the lowest that ends here.
                debug_assert_eq!(open.last(), Some(&number));
                open.pop();
            }
            stretches.pop_if(|(start, _)| *start == at);
            stretches.push((at, open.last().copied()));
        }
        Self { list, stretches }
    }

    /// The innermost handler whose range holds instruction `op`.
    pub(crate) fn find(&self, op: u32) -> Option<(Handler, Floor)> {
        let after = self.stretches.partition_point(|&(start, _)| start <= op);
        let (_, number) = self.stretches.get(after.checked_sub(1)?)?;
        self.list.get((*number)? as usize).copied()
    }

    /// How many rows the tables have together.
    pub(crate) fn rows(&self) -> usize {
        self.list.len() + self.stretches.len()
    }

    /// Gives rows of what guides a run to `hasher`.
    pub(crate) fn feed(&self, rows: Range<usize>, hasher: &mut Hasher) {
        for row in cut(rows, self.rows()) {
            if let Some((handler, floor)) = self.list.get(row) {
                for number in [handler.start, handler.end, handler.target, floor.refs, floor.words] {
                    hasher.write_u32(number);
                }
            } else if let Some(&(start, number)) = self.stretches.get(row - self.list.len()) {
                hasher.write_u32(start);
                hasher.write_u32(number.map_or(u32::MAX, |number| number));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranges inside each other and apart, as the verifier accepts them.
    fn nested(random: &mut fastrand::Rng, start: u32, end: u32, list: &mut Vec<Handler>) {
        let mut at = start;
        while at < end && random.u8(0..4) > 0 {
            let from = random.u32(at..end);
            let to = random.u32(from..end) + 1;
            if (from, to) != (start, end) {
                nested(random, from, to, list);
                list.push(Handler { start: from, end: to, target: to });
            }
            at = to;
        }
    }

    #[test]
    fn the_table_finds_what_a_search_in_order_finds() {
        let mut random = fastrand::Rng::with_seed(9);
        let mut most = 0;
        for _ in 0..2_000 {
            let mut list = Vec::new();
            nested(&mut random, 0, 60, &mut list);
            list.sort_by_key(|handler| (handler.end, std::cmp::Reverse(handler.start)));
            most = most.max(list.len());
            let handlers = Handlers::new(list.iter().map(|&handler| (handler, Floor::default())).collect());
            for op in 0..64 {
                let expected = list.iter().find(|handler| (handler.start..handler.end).contains(&op));
                assert_eq!(
                    handlers.find(op).map(|(handler, _)| handler),
                    expected.copied(),
                    "{op} in {list:?}"
                );
            }
        }
        assert!(most > 8);
    }
}
