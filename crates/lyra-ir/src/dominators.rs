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
/// Lengauer and Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph" (1979), with simple linking.
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

/// The nearest dominator of each node, by the nodes before each: all can be reached from the first.
///
/// Numbers here are those of a walk in depth; `semi` of a node is the least one from which a way leads to it over greater
/// numbers alone. Each step costs the logarithm of the size at most, also for long chains that end in one place.
fn parents(before: &[Vec<u32>]) -> Vec<u32> {
    let (nodes, above) = walk(before);
    let mut number = vec![0u32; before.len()];
    for (place, &node) in (0u32..).zip(&nodes) {
        number[node as usize] = place;
    }
    let mut forest = Forest::new(nodes.len());
    let mut near = vec![0u32; nodes.len()];
    let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    for place in (1..nodes.len()).rev() {
        for &from in &before[nodes[place] as usize] {
            let least = forest.least(number[from as usize]);
            forest.semi[place] = forest.semi[place].min(forest.semi[least as usize]);
        }
        waiting[forest.semi[place] as usize].push(place as u32);
        let parent = above[place];
        forest.above[place] = parent;
        for node in std::mem::take(&mut waiting[parent as usize]) {
            let least = forest.least(node);
            let is_nearer = forest.semi[least as usize] < forest.semi[node as usize];
            near[node as usize] = if is_nearer { least } else { parent };
        }
    }
    let mut parent = vec![0u32; before.len()];
    for place in 1..nodes.len() {
        if near[place] != forest.semi[place] {
            near[place] = near[near[place] as usize];
        }
        parent[nodes[place] as usize] = nodes[near[place] as usize];
    }
    parent
}

/// The nodes in the order of a walk in depth from the first, and the number of that from which each was met.
fn walk(before: &[Vec<u32>]) -> (Vec<u32>, Vec<u32>) {
    let mut after: Vec<Vec<u32>> = vec![Vec::new(); before.len()];
    for (node, from) in (0u32..).zip(before) {
        from.iter().for_each(|&from| after[from as usize].push(node));
    }
    let (mut nodes, mut above) = (Vec::new(), Vec::new());
    let mut seen = vec![false; before.len()];
    let mut open = vec![(0u32, 0u32)];
    while let Some((node, from)) = open.pop() {
        if seen.get(node as usize) != Some(&false) {
            continue;
        }
        seen[node as usize] = true;
        let number = nodes.len() as u32;
        nodes.push(node);
        above.push(from);
        open.extend(after[node as usize].iter().map(|&next| (next, number)));
    }
    (nodes, above)
}

/// Trees that grow together, each node with the one of the least `semi` between it and its root.
struct Forest {
    semi: Vec<u32>,
    least: Vec<u32>,
    above: Vec<u32>,
}

impl Forest {
    fn new(size: usize) -> Self {
        let own: Vec<u32> = (0u32..).take(size).collect();
        Self { semi: own.clone(), least: own, above: vec![NONE; size] }
    }

    /// The node of the least `semi` from `node` up to its root, which does not count. Ways are shortened for the next
    /// time.
    fn least(&mut self, node: u32) -> u32 {
        let mut way = Vec::new();
        let mut at = node;
        while self.above[at as usize] != NONE {
            way.push(at);
            at = self.above[at as usize];
        }
        let root = at;
        // The first below the root has nothing above it that counts.
        let mut nearer = way.pop();
        while let (Some(upper), Some(lower)) = (nearer, way.pop()) {
            let (held, own) = (self.least[upper as usize], self.least[lower as usize]);
            if self.semi[held as usize] < self.semi[own as usize] {
                self.least[lower as usize] = held;
            }
            self.above[lower as usize] = root;
            nearer = Some(lower);
        }
        self.least[node as usize]
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether every way from the first node to `node` leads through `by`.
    fn dominates(after: &[Vec<u32>], by: u32, node: u32) -> bool {
        let mut seen = vec![false; after.len()];
        let mut open = if by == 0 { vec![] } else { vec![0u32] };
        while let Some(at) = open.pop() {
            if at != by && !std::mem::replace(&mut seen[at as usize], true) {
                open.extend(&after[at as usize]);
            }
        }
        !seen[node as usize]
    }

    #[test]
    fn the_nearest_of_those_that_dominate() {
        let mut random = 7u32;
        let mut next = |below: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) % below
        };
        for _ in 0..300 {
            let size = 2 + next(12);
            let mut after = vec![Vec::new(); size as usize];
            for node in 1..size {
                // Everything can be reached.
                after[next(node) as usize].push(node);
            }
            for _ in 0..next(2 * size) {
                after[next(size) as usize].push(1 + next(size - 1));
            }
            let mut before = vec![Vec::new(); size as usize];
            for (node, to) in (0u32..).zip(&after) {
                to.iter().for_each(|&to| before[to as usize].push(node));
            }
            let parents = parents(&before);
            for node in 1..size {
                let all: Vec<u32> =
                    (0..size).filter(|&by| by != node && dominates(&after, by, node)).collect();
                let is_nearest =
                    |by: u32| all.iter().all(|&other| other == by || dominates(&after, other, by));
                let nearest = all.iter().copied().find(|&by| is_nearest(by));
                assert_eq!(Some(parents[node as usize]), nearest, "{node} in {after:?}");
            }
        }
    }

    /// A chain whose every link leads to the end: with walks over it for each link this would take hours.
    #[test]
    fn long_chains_take_no_longer_a_link() {
        let size = 400_000u32;
        let mut before: Vec<Vec<u32>> =
            (0..size).map(|node| node.checked_sub(1).into_iter().collect()).collect();
        before.push((0..size).rev().collect());
        let parents = parents(&before);
        assert_eq!(parents[size as usize], 0);
        assert_eq!(parents[size as usize - 1], size - 2);
    }
}
