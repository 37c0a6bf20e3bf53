//! Loops: what goes round, and the one shape that passes rely on.
//!
//! ```text
//!   preheader ──> header <──┐      the only way in from outside; the only way back
//!                   …       │
//!                 latch ────┘
//! ```
//!
//! The compiler emits loops rotated (a guard before, the test at the bottom), so what is missing is only that each
//! header has one block before it and one that goes back. [`canonicalize`] makes these.

use crate::dominators::{Dominators, forward_order, ways};
use crate::func::{Args, Block, BlockData, Edge, End, Func};
use lyra_base::IdVec;
use lyra_base::id::Id;

lyra_base::define_id! {
    /// A loop of a function.
    pub struct LoopId, "loop"
}

/// A natural loop: the blocks from which control gets back to the header without leaving through it.
#[derive(Clone, Debug)]
pub struct Loop {
    /// The block that every way into the loop leads through.
    pub header: Block,
    /// The blocks in it that jump to the header.
    pub latches: Vec<Block>,
    /// Every block of it and of the loops inside it, the header first.
    pub blocks: Vec<Block>,
    /// The loop around it.
    pub parent: Option<LoopId>,
    /// How many loops are around it.
    pub depth: u32,
}

/// The loops of a function, inner ones before those around them.
#[derive(Clone, Debug, Default)]
pub struct Loops {
    /// Every loop.
    pub all: IdVec<LoopId, Loop>,
    innermost: Vec<Option<LoopId>>,
}

impl Loops {
    /// The loop that a block is the header of.
    #[must_use]
    pub fn headed_by(&self, block: Block) -> Option<&Loop> {
        // A header is in no loop inside its own.
        self.of(block).and_then(|id| self.all.get(id)).filter(|found| found.header == block)
    }

    /// Finds the natural loops. A jump back to a block that does not dominate it makes none (no compiler of ours
    /// emits such).
    #[must_use]
    pub fn new(func: &Func, dominators: &Dominators) -> Self {
        let mut before: Vec<Vec<Block>> = vec![Vec::new(); func.blocks.len()];
        for &block in dominators.order() {
            for to in ways(func, block) {
                before[to.index()].push(block);
            }
        }
        let mut found = Self { all: IdVec::new(), innermost: vec![None; func.blocks.len()] };
        // Inner headers come later in the order than outer ones.
        for &header in dominators.order().iter().rev() {
            let latches: Vec<Block> = before[header.index()]
                .iter()
                .copied()
                .filter(|&from| dominators.dominates(header, from))
                .collect();
            if !latches.is_empty() {
                found.add(header, latches, &before);
            }
        }
        for id in (0..found.all.len()).rev().map(LoopId::from_index) {
            let depth = found.all[id].parent.map_or(0, |parent| found.all[parent].depth + 1);
            found.all[id].depth = depth;
        }
        found
    }

    /// The innermost loop that a block is in.
    #[must_use]
    pub fn of(&self, block: Block) -> Option<LoopId> {
        self.innermost.get(block.index()).copied().flatten()
    }

    /// How many loops a block is in.
    #[must_use]
    pub fn depth(&self, block: Block) -> u32 {
        self.of(block).map_or(0, |id| self.all[id].depth + 1)
    }

    /// Whether a block is in a loop.
    #[must_use]
    pub fn contains(&self, id: LoopId, block: Block) -> bool {
        let mut inner = self.of(block);
        while let Some(found) = inner {
            if found == id {
                return true;
            }
            inner = self.all[found].parent;
        }
        false
    }

    fn add(&mut self, header: Block, latches: Vec<Block>, before: &[Vec<Block>]) {
        let id = self.all.next_id();
        let mut blocks = vec![header];
        self.claim(header, id);
        let mut open = latches.clone();
        while let Some(block) = open.pop() {
            // A block of an inner loop stands for that whole loop: go on before its header.
            let outer = self.outermost(block);
            let start = match outer {
                Some(found) if found == id => continue,
                Some(inner) => {
                    self.all[inner].parent = Some(id);
                    blocks.extend(self.all[inner].blocks.iter().copied());
                    self.all[inner].header
                }
                None => {
                    self.claim(block, id);
                    blocks.push(block);
                    block
                }
            };
            open.extend(before[start.index()].iter().copied().filter(|&from| !self.is_in(from, id)));
        }
        self.all.push(Loop { header, latches, blocks, parent: None, depth: 0 });
    }

    fn claim(&mut self, block: Block, id: LoopId) {
        if let Some(place) = self.innermost.get_mut(block.index()) {
            *place = Some(id);
        }
    }

    /// The loop around a block that has none around it yet; that may be the one that is being made.
    fn outermost(&self, block: Block) -> Option<LoopId> {
        let mut id = self.of(block)?;
        while let Some(parent) = self.all.get(id).and_then(|found| found.parent) {
            id = parent;
        }
        Some(id)
    }

    fn is_in(&self, block: Block, id: LoopId) -> bool {
        self.outermost(block) == Some(id)
    }
}

/// Gives every loop one block before its header, from which alone it is entered, and one block that goes back.
///
/// New blocks hold nothing but a jump; what jumps paid is paid before it. Does not change what happens.
pub fn canonicalize(func: &mut Func) {
    let dominators = Dominators::new(func);
    let loops = Loops::new(func, &dominators);
    // What is led through a new block here led to that header alone, so these stay true for the others.
    let mut before = jumping_to(func);
    for found in loops.all.iter() {
        let inside = |block: Block| found.latches.contains(&block);
        let from = std::mem::take(&mut before[found.header.index()]);
        let (back, into): (Vec<Block>, Vec<Block>) = from.into_iter().partition(|&block| inside(block));
        let only_leads_there = |block: &Block| matches!(func.blocks[*block].end, End::Jump(_));
        if !matches!(&*into, [one] if only_leads_there(one)) && !into.is_empty() {
            gather(func, &into, found.header);
        }
        if !matches!(&*back, [one] if matches!(func.blocks[*one].end, End::Jump(_))) && !back.is_empty() {
            gather(func, &back, found.header);
        }
    }
    // New blocks stand where the order puts them.
    let order = forward_order(func);
    let mut in_order = vec![false; func.blocks.len()];
    order.iter().for_each(|&block| in_order[block.index()] = true);
    let rest: Vec<Block> = func.layout.iter().copied().filter(|&block| !in_order[block.index()]).collect();
    func.layout = order.into_iter().chain(rest).collect();
}

/// The blocks that jump or branch to each block, in the order of the layout, each once.
#[must_use]
pub fn jumping_to(func: &Func) -> Vec<Vec<Block>> {
    let mut before: Vec<Vec<Block>> = vec![Vec::new(); func.blocks.len()];
    for &block in &func.layout {
        for to in func.blocks[block].successors() {
            let known = &mut before[to.index()];
            if known.last() != Some(&block) {
                known.push(block);
            }
        }
    }
    before
}

/// Leads the edges from `from` to `to` through a new block.
fn gather(func: &mut Func, from: &[Block], to: Block) {
    let handler = func.blocks[to].handler;
    let between = func.blocks.push(BlockData { handler, ..BlockData::default() });
    func.layout.push(between);
    let types: Vec<_> = func.blocks[to].params.iter().map(|&param| func.ty(param)).collect();
    let args: Args = types.into_iter().map(|ty| func.add_param(between, ty)).collect();
    func.blocks[between].end = End::Jump(Edge { to, args });
    for &block in from {
        for edge in func.blocks[block].end.edges_mut().filter(|edge| edge.to == to) {
            edge.to = between;
        }
    }
}
