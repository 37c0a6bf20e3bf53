//! How far jumps back carry what is live.
//!
//! ```text
//!   … s ……… header ……… last use ……… latch …      a value made at s and used in the loop is needed to the latch:
//!                 ^────────────────────┘         the next round uses it again
//! ```
//!
//! With blocks in an order in which what dominates comes first, a value is needed at most from where it is made to its
//! last use, and, for each jump back from `u` to a block `h` between the two, to the end of `u`; and so on with what
//! that reaches. No sets of live values are needed to find that, so it is found in linear time but for a logarithm.

/// For places in the order of blocks: where what is live from one to another is needed last.
pub(crate) struct Regions {
    /// A tree of maxima; its leaves are the farthest places to which each place leads back what is live there.
    tree: Vec<u32>,
    leaves: usize,
}

impl Regions {
    /// `back[h]` is the last place from which a jump goes back to place `h`, or 0.
    pub(crate) fn new(back: &[u32]) -> Self {
        let leaves = back.len().next_power_of_two();
        let mut tree = vec![0; 2 * leaves];
        // From the last place to the first: what a region reaches into carries it on.
        let mut open: Vec<(u32, u32)> = Vec::new();
        for (place, &last) in back.iter().enumerate().rev() {
            if last == 0 {
                continue;
            }
            let mut last = last;
            while let Some(&(header, end)) = open.last().filter(|(header, _)| *header <= last) {
                debug_assert!(header as usize > place);
                last = last.max(end);
                open.pop();
            }
            open.push((u32::try_from(place).unwrap_or(u32::MAX), last));
            tree[leaves + place] = last;
        }
        for node in (1..leaves).rev() {
            tree[node] = tree[2 * node].max(tree[2 * node + 1]);
        }
        Self { tree, leaves }
    }

    /// The last place to whose end a value is carried that is made at `from` and used at `to`; `None` when it is not
    /// needed after that use.
    pub(crate) fn last(&self, from: u32, to: u32) -> Option<u32> {
        // A jump back to where the value is made makes it anew.
        let (mut low, mut high) = (self.leaves + from as usize + 1, self.leaves + to as usize + 1);
        let mut last = 0;
        while low < high {
            if low & 1 == 1 {
                last = last.max(self.tree[low]);
                low += 1;
            }
            if high & 1 == 1 {
                high -= 1;
                last = last.max(self.tree[high]);
            }
            (low, high) = (low / 2, high / 2);
        }
        Some(last).filter(|&last| last > 0 && last >= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, as it is defined.
    fn slowly(back: &[u32], from: u32, to: u32) -> Option<u32> {
        let (mut last, mut carried) = (to, None);
        loop {
            let regions = (from + 1..=last).map(|place| back[place as usize]);
            let reached = regions.filter(|&end| end > 0 && end >= last).max();
            if reached.is_none() || reached == carried {
                return carried;
            }
            (last, carried) = (reached.unwrap_or(last), reached);
        }
    }

    #[test]
    fn as_it_is_defined() {
        let mut random = 1u32;
        for _ in 0..200 {
            let mut back = [0u32; 13];
            for place in 1..13u32 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if random >> 30 == 0 {
                    back[place as usize] = place + (random >> 8) % (13 - place);
                }
            }
            let regions = Regions::new(&back);
            for from in 0..13 {
                for to in from..13 {
                    assert_eq!(regions.last(from, to), slowly(&back, from, to), "{back:?} {from} {to}");
                }
            }
        }
    }
}
