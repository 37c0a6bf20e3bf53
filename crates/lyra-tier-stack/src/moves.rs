//! Moves that happen at once, as moves one after the other.

use std::collections::HashMap;

/// Puts moves `(to, from)`, all of them meant to happen at the same time, in an order that gives the same; `spare` is a
/// slot that none of them names. No slot is the target of two.
pub(crate) fn in_order(moves: &[(u16, u16)], spare: u16) -> Vec<(u16, u16)> {
    let mut left: HashMap<u16, u16> = moves.iter().copied().filter(|(to, from)| to != from).collect();
    if left.len() <= 1 {
        return left.into_iter().collect();
    }
    let mut readers: HashMap<u16, u32> = HashMap::new();
    left.values().for_each(|&from| *readers.entry(from).or_default() += 1);
    let mut done = Vec::with_capacity(left.len() + 1);
    let targets = moves.iter().map(|&(to, _)| to);
    let mut free: Vec<u16> = targets.clone().filter(|to| !readers.contains_key(to)).collect();
    // Rings are opened in the order of the moves, so that the outcome is the same each time.
    let mut targets = targets;
    loop {
        // Nobody needs any more what these overwrite.
        while let Some(to) = free.pop() {
            let Some(from) = left.remove(&to) else { continue };
            done.push((to, from));
            if let Some(count) = readers.get_mut(&from) {
                *count -= 1;
                if *count == 0 {
                    free.push(from);
                }
            }
        }
        let Some(to) = targets.find(|to| left.contains_key(to)) else { return done };
        // Only rings are left: the value of one goes aside, and the one that wants it takes it from there.
        done.push((spare, to));
        left.values_mut().filter(|from| **from == to).for_each(|from| *from = spare);
        readers.insert(spare, u32::MAX);
        free.push(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_as_at_once() {
        // Every way to fill four slots from four.
        for code in 0..256u16 {
            let from = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3];
            let moves: Vec<(u16, u16)> = (0..4).zip(from).collect();
            let mut slots = [10, 11, 12, 13, 99];
            let ordered = in_order(&moves, 4);
            assert!(ordered.len() <= moves.iter().filter(|(to, from)| to != from).count() + 2);
            for (to, from) in ordered {
                slots[usize::from(to)] = slots[usize::from(from)];
            }
            let expected: Vec<i32> = from.iter().map(|&from| 10 + i32::from(from)).collect();
            assert_eq!(slots[..4], expected, "{moves:?}");
        }
    }
}
