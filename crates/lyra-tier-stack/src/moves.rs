//! Moves that happen at once, as moves one after the other.

/// Puts moves `(to, from)`, all of them meant to happen at the same time, in an order that gives the same; `spare` is a
/// slot that none of them names. No slot is the target of two.
pub(crate) fn in_order(moves: &[(u16, u16)], spare: u16) -> Vec<(u16, u16)> {
    let mut left: Vec<(u16, u16)> = moves.iter().copied().filter(|(to, from)| to != from).collect();
    let mut done = Vec::with_capacity(left.len() + 1);
    while !left.is_empty() {
        let free = left.iter().position(|&(to, _)| left.iter().all(|&(_, from)| from != to));
        match free {
            // Nobody needs what this one overwrites.
            Some(index) => done.push(left.swap_remove(index)),
            // Only rings are left: the value of one goes aside, and whoever wanted it takes it from there.
            None => {
                let (to, _) = left[0];
                done.push((spare, to));
                left.iter_mut().filter(|(_, from)| *from == to).for_each(|(_, from)| *from = spare);
            }
        }
    }
    done
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
            for (to, from) in in_order(&moves, 4) {
                slots[usize::from(to)] = slots[usize::from(from)];
            }
            let expected: Vec<i32> = from.iter().map(|&from| 10 + i32::from(from)).collect();
            assert_eq!(slots[..4], expected, "{moves:?}");
        }
    }
}
