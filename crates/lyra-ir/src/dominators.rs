//! Orders over a function's blocks: which come before which, and which must come before which.
//!
//! A block inside a handler's range leads to the handler's landing as well as to its successors.

use crate::func::{Block, Func};
use lyra_base::IdVec;
use lyra_base::id::Id;

/// Where control can go from a block: its successors, then the landing of its handler.
pub fn ways(func: &Func, block: Block) -> impl Iterator<Item = Block> {
    func.blocks[block].successors().chain(func.landing_of(block))
}

/// The blocks that control can get to, each before those that it leads to, but for jumps that go back.
#[must_use]
pub fn forward_order(func: &Func) -> Vec<Block> {
    let mut seen = vec![false; func.blocks.len()];
    let mut order = Vec::new();
    let mut open: Vec<(Block, Vec<Block>)> = Vec::new();
    let mut enter = |block: Block, open: &mut Vec<(Block, Vec<Block>)>| {
        if !std::mem::replace(&mut seen[block.index()], true) {
            open.push((block, ways(func, block).collect()));
        }
    };
    if !func.blocks.is_empty() {
        enter(func.entry(), &mut open);
    }
    while let Some((block, left)) = open.last_mut() {
        match left.pop() {
            Some(next) => enter(next, &mut open),
            None => {
                order.push(*block);
                open.pop();
            }
        }
    }
    order.reverse();
    order
}

/// Which blocks every way to a block leads through: a tree.
///
/// Errors leave a block before any of its instructions is done, so what holds at its end does not hold where they
/// land: a block with a handler counts as two, its start, which leads to the landing, and its body.
///
/// Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
#[derive(Clone, Debug)]
pub struct Dominators {
    order: Vec<Block>,
    /// The nodes of each block: its start and its body, which are one where it has no handler.
    nodes: IdVec<Block, Option<(u32, u32)>>,
    /// The block of each node.
    blocks: Vec<Block>,
    /// The nearest dominator, by node; the entry's is itself.
    parent: Vec<u32>,
    /// Intervals of a walk over the tree: a node dominates those whose interval lies in its own.
    interval: Vec<(u32, u32)>,
}

impl Dominators {
    /// Of a function.
    #[must_use]
    pub fn new(func: &Func) -> Self {
        let order = forward_order(func);
        let mut nodes: IdVec<Block, Option<(u32, u32)>> = vec![None; func.blocks.len()].into();
        let mut blocks = Vec::with_capacity(order.len());
        for &block in &order {
            let start = next(&blocks);
            blocks.push(block);
            if func.blocks[block].handler.is_some() {
                blocks.push(block);
            }
            nodes[block] = Some((start, next(&blocks) - 1));
        }
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); blocks.len()];
        for &block in &order {
            let Some((start, body)) = nodes[block] else { continue };
            if start != body {
                before[body as usize].push(start);
            }
            for (from, to) in func.blocks[block]
                .successors()
                .map(|to| (body, to))
                .chain(func.landing_of(block).map(|landing| (start, landing)))
            {
                if let Some((to, _)) = nodes[to] {
                    before[to as usize].push(from);
                }
            }
        }
        let parent = parents(&before);
        let interval = intervals(&parent);
        Self { order, nodes, blocks, parent, interval }
    }

    /// The blocks that control can get to, as [`forward_order`].
    #[must_use]
    pub fn order(&self) -> &[Block] {
        &self.order
    }

    /// Whether control can get to a block.
    #[must_use]
    pub fn reaches(&self, block: Block) -> bool {
        self.nodes.get(block).is_some_and(Option::is_some)
    }

    /// The nearest block, other than itself, that every way to `block` leads through.
    #[must_use]
    pub fn parent(&self, block: Block) -> Option<Block> {
        let (start, _) = self.nodes.get(block).copied().flatten()?;
        let parent = self.parent[start as usize];
        (parent != start).then(|| self.blocks[parent as usize])
    }

    /// Whether every way to `block` leads through `by`, though an error may have left that at once; a block
    /// dominates itself. Then the parameters of `by` have their values in `block`.
    #[must_use]
    pub fn dominates(&self, by: Block, block: Block) -> bool {
        self.is_above(by, block, |(start, _)| start)
    }

    /// Whether every way to `block`, another one, leads through `by` to its end. Then what its instructions give is
    /// there in `block`.
    #[must_use]
    pub fn completes_before(&self, by: Block, block: Block) -> bool {
        by != block && self.is_above(by, block, |(_, body)| body)
    }

    fn is_above(&self, by: Block, block: Block, which: impl Fn((u32, u32)) -> u32) -> bool {
        let nodes = |block: Block| self.nodes.get(block).copied().flatten();
        let (Some(by), Some((block, _))) = (nodes(by), nodes(block)) else { return false };
        let ((start, end), (inner, _)) = (self.interval[which(by) as usize], self.interval[block as usize]);
        start <= inner && inner < end
    }
}

fn next(blocks: &[Block]) -> u32 {
    u32::try_from(blocks.len()).unwrap_or(NONE)
}

const NONE: u32 = u32::MAX;

fn parents(before: &[Vec<u32>]) -> Vec<u32> {
    let mut parent = vec![NONE; before.len()];
    if let Some(entry) = parent.first_mut() {
        *entry = 0;
    }
    let mut changed = true;
    while changed {
        changed = false;
        for place in 1..before.len() {
            let known = before[place].iter().copied().filter(|&other| parent[other as usize] != NONE);
            let nearest = known.reduce(|left, right| meet(&parent, left, right)).unwrap_or(NONE);
            if nearest != parent[place] {
                parent[place] = nearest;
                changed = true;
            }
        }
    }
    parent
}

/// The nearest block that dominates both.
fn meet(parent: &[u32], mut left: u32, mut right: u32) -> u32 {
    while left != right {
        while left > right {
            left = parent[left as usize];
        }
        while right > left {
            right = parent[right as usize];
        }
    }
    left
}

/// Numbers of entering and leaving each block in a walk over the tree.
fn intervals(parent: &[u32]) -> Vec<(u32, u32)> {
    // Parents come before their children in the order, so sizes add up from the end, and starts from the front.
    let mut size = vec![1u32; parent.len()];
    for place in (1..parent.len()).rev() {
        size[parent[place] as usize] += size[place];
    }
    let mut next = vec![0u32; parent.len()];
    let mut interval = vec![(0, 0); parent.len()];
    for place in 0..parent.len() {
        let start = if place == 0 {
            0
        } else {
            let start = next[parent[place] as usize];
            next[parent[place] as usize] += size[place];
            start
        };
        interval[place] = (start, start + size[place]);
        next[place] = start + 1;
    }
    interval
}
