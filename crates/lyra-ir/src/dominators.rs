//! Orders over a function's blocks: which come before which, and which must come before which.
//!
//! A block inside a handler's range leads to the handler's landing as well as to its successors.

use crate::func::{Block, End, Func};
use lyra_base::IdVec;
use lyra_base::id::Id;

/// Where control can go from a block: its successors, then the landing of its handler.
pub fn ways(func: &Func, block: Block) -> impl Iterator<Item = Block> {
    func.blocks[block].successors().chain(func.landing_of(block))
}

/// A block has so many ways at most: those of a branch and that of an error.
const MOST_WAYS: usize = 3;

/// One of [`ways`], by number; not all numbers have one.
fn way(func: &Func, block: Block, number: usize) -> Option<Block> {
    let data = &func.blocks[block];
    match (number, &data.end) {
        (0, End::Jump(edge)) => Some(edge.to),
        (0, End::Branch { then, .. }) => Some(then.to),
        (1, End::Branch { otherwise, .. }) => Some(otherwise.to),
        (2, _) => func.landing_of(block),
        _ => None,
    }
}

/// The blocks that control can get to, each before those that it leads to, but for jumps that go back.
#[must_use]
pub fn forward_order(func: &Func) -> Vec<Block> {
    let mut seen = vec![false; func.blocks.len()];
    let mut order = Vec::with_capacity(func.layout.len());
    // Each with how many of its ways, the last first, are still to be taken.
    let mut open: Vec<(Block, usize)> = Vec::new();
    let mut enter = |block: Block, open: &mut Vec<(Block, usize)>| {
        if !std::mem::replace(&mut seen[block.index()], true) {
            open.push((block, MOST_WAYS));
        }
    };
    if !func.blocks.is_empty() {
        enter(func.entry(), &mut open);
    }
    while let Some((block, left)) = open.last_mut() {
        match left.checked_sub(1) {
            Some(number) => {
                *left = number;
                let block = *block;
                if let Some(next) = way(func, block, number) {
                    enter(next, &mut open);
                }
            }
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
        let mut edges = Vec::with_capacity(2 * blocks.len());
        for &block in &order {
            let Some((start, body)) = nodes[block] else { continue };
            if start != body {
                edges.push((start, body));
            }
            for number in 0..MOST_WAYS {
                let from = if number == 2 { start } else { body };
                if let Some((to, _)) = way(func, block, number).and_then(|to| nodes[to]) {
                    edges.push((from, to));
                }
            }
        }
        let parent = parents(blocks.len(), &edges);
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

/// Numbers by node.
struct Lists {
    /// Where each node's begin; one more than there are nodes.
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lists {
    fn new(size: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; size + 1];
        let mut count = 0;
        for (node, _) in pairs.clone() {
            starts[node as usize] += 1;
            count += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        // From the end of each list to its start.
        let mut numbers = vec![0u32; count];
        for (node, number) in pairs {
            starts[node as usize] -= 1;
            numbers[starts[node as usize] as usize] = number;
        }
        Self { starts, numbers }
    }

    fn of(&self, node: u32) -> &[u32] {
        let (start, end) = (self.starts[node as usize], self.starts[node as usize + 1]);
        &self.numbers[start as usize..end as usize]
    }
}

/// The nearest dominator of each node, by the edges between them: all can be reached from the first.
///
/// Numbers here are those of a walk in depth; `semi` of a node is the least one from which a way leads to it over greater
/// numbers alone. Each step costs the logarithm of the size at most, also for long chains that end in one place.
fn parents(size: usize, edges: &[(u32, u32)]) -> Vec<u32> {
    let before = Lists::new(size, edges.iter().map(|&(from, to)| (to, from)));
    let (nodes, above) = walk(size, edges);
    let mut number = vec![0u32; size];
    for (place, &node) in (0u32..).zip(&nodes) {
        number[node as usize] = place;
    }
    let mut forest = Forest::new(nodes.len());
    let mut near = vec![0u32; nodes.len()];
    // Lists of those whose `semi` a node is: the first, and for each the next.
    let (mut waiting, mut next) = (vec![NONE; nodes.len()], vec![NONE; nodes.len()]);
    for place in (1..nodes.len()).rev() {
        for &from in before.of(nodes[place]) {
            let least = forest.least(number[from as usize]);
            forest.semi[place] = forest.semi[place].min(forest.semi[least as usize]);
        }
        let first = &mut waiting[forest.semi[place] as usize];
        next[place] = std::mem::replace(first, place as u32);
        let parent = above[place];
        forest.above[place] = parent;
        let mut node = std::mem::replace(&mut waiting[parent as usize], NONE);
        while node != NONE {
            let least = forest.least(node);
            let is_nearer = forest.semi[least as usize] < forest.semi[node as usize];
            near[node as usize] = if is_nearer { least } else { parent };
            node = next[node as usize];
        }
    }
    let mut parent = vec![0u32; size];
    for place in 1..nodes.len() {
        if near[place] != forest.semi[place] {
            near[place] = near[near[place] as usize];
        }
        parent[nodes[place] as usize] = nodes[near[place] as usize];
    }
    parent
}

/// The nodes in the order of a walk in depth from the first, and the number of that from which each was met.
fn walk(size: usize, edges: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
    let after = Lists::new(size, edges.iter().copied());
    let (mut nodes, mut above) = (Vec::with_capacity(size), Vec::with_capacity(size));
    let mut seen = vec![false; size];
    let mut open = vec![(0u32, 0u32)];
    while let Some((node, from)) = open.pop() {
        if seen.get(node as usize) != Some(&false) {
            continue;
        }
        seen[node as usize] = true;
        let number = nodes.len() as u32;
        nodes.push(node);
        above.push(from);
        open.extend(after.of(node).iter().map(|&next| (next, number)));
    }
    (nodes, above)
}

/// Trees that grow together, each node with the one of the least `semi` between it and its root.
struct Forest {
    semi: Vec<u32>,
    least: Vec<u32>,
    above: Vec<u32>,
    /// A way up, kept for its room.
    way: Vec<u32>,
}

impl Forest {
    fn new(size: usize) -> Self {
        let own: Vec<u32> = (0u32..).take(size).collect();
        Self { semi: own.clone(), least: own, above: vec![NONE; size], way: Vec::new() }
    }

    /// The node of the least `semi` from `node` up to its root, which does not count. Ways are shortened for the next
    /// time.
    fn least(&mut self, node: u32) -> u32 {
        let way = &mut self.way;
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
            let edges: Vec<(u32, u32)> =
                (0u32..).zip(&after).flat_map(|(from, to)| to.iter().map(move |&to| (from, to))).collect();
            let parents = parents(size as usize, &edges);
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
        let links = (1..size).map(|node| (node - 1, node));
        let edges: Vec<(u32, u32)> = links.chain((0..size).map(|node| (node, size))).collect();
        let parents = parents(size as usize + 1, &edges);
        assert_eq!(parents[size as usize], 0);
        assert_eq!(parents[size as usize - 1], size - 2);
    }
}
