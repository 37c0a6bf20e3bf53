//! The order in which blocks become words.

use lyra_base::id::Id;
use lyra_ir::{Block, Func, forward_order, ways};

/// The function's own order where each block but the first comes after one that leads to it, else one that is so.
///
/// Then what dominates a block comes before it: on the way from the entry over such blocks stand all that dominate it.
/// So every value is made before its uses in this order, too.
pub(crate) fn order(func: &Func) -> Vec<Block> {
    let mut led_to = vec![false; func.blocks.len()];
    if let Some(first) = led_to.first_mut() {
        *first = true;
    }
    let in_order = func.layout.iter().all(|&block| {
        ways(func, block).for_each(|to| led_to[to.index()] = true);
        led_to[block.index()]
    });
    if in_order { func.layout.clone() } else { forward_order(func) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_after_one_that_leads_to_it() {
        let text = |layout: [u32; 3]| {
            let block = |number| match number {
                0 => "block0:\n  jump block1\n",
                1 => "block1:\n  jump block2\n",
                _ => "block2:\n  return\n",
            };
            format!("func \"f\" {{\n{}}}", layout.map(block).concat())
        };
        for layout in [[0, 1, 2], [0, 2, 1]] {
            let func = lyra_ir::parse(&text(layout)).expect("it is a function");
            assert_eq!(order(&func), [Block(0), Block(1), Block(2)]);
        }
    }
}
