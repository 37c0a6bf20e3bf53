//! Which locals of a procedure matter where: what a block must be told, and what a handler must find in the frame.

use super::graph::Graph;
use lyra_bytecode::{Local, Op, Proc};

/// Blocks looked at for each block, before the search gives up: code as compilers make it takes two or three.
const ROUNDS: usize = 16;
/// Words of all sets together.
const MOST_WORDS: usize = 1 << 20;

/// The locals that are read before they are written, from the start of each block on.
pub(super) struct Liveness {
    words: usize,
    sets: Vec<u64>,
    /// Locals that some handler reads: they live in the frame, where the handler finds them.
    in_frame: Vec<u64>,
}

impl Liveness {
    /// Of a procedure; `None` where finding out would take too long for code of its size, which no compiler makes.
    pub(super) fn find(proc: &Proc, graph: &Graph) -> Option<Self> {
        let words = proc.locals.len().div_ceil(64);
        let size = words.checked_mul(graph.blocks.len()).filter(|&size| size <= MOST_WORDS)?;
        let mut found = Self { words, sets: vec![0; size], in_frame: vec![0; words] };
        found.settle(proc, graph)?;
        for block in graph.blocks.iter().filter(|block| block.reached) {
            let target = block.handler.and_then(|id| graph.at(proc.handlers[id as usize].target));
            if let Some(target) = target {
                for word in 0..words {
                    found.in_frame[word] |= found.sets[target as usize * words + word];
                }
            }
        }
        Some(found)
    }

    /// Whether a local must live in the frame.
    pub(super) fn in_frame(&self, local: usize) -> bool {
        bit(&self.in_frame, local)
    }

    /// The locals that matter from the start of a block on and travel as values, in ascending order.
    pub(super) fn carried(&self, block: u32) -> impl Iterator<Item = usize> {
        let set = self.set(block);
        let words = set.iter().zip(&self.in_frame).map(|(live, in_frame)| live & !in_frame);
        words.enumerate().flat_map(|(index, word)| ones(word).map(move |bit| index * 64 + bit))
    }

    /// Whether a local matters from the start of a block on.
    pub(super) fn is_live(&self, block: u32, local: usize) -> bool {
        bit(self.set(block), local)
    }

    fn set(&self, block: u32) -> &[u64] {
        let start = block as usize * self.words;
        &self.sets[start..start + self.words]
    }

    /// Backwards over the code, again for the blocks before one whose set has grown.
    fn settle(&mut self, proc: &Proc, graph: &Graph) -> Option<()> {
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); graph.blocks.len()];
        for (number, block) in graph.blocks.iter().enumerate() {
            let number = u32::try_from(number).ok()?;
            for &to in &block.successors {
                before[to as usize].push(number);
            }
            if let Some(to) = block.handler.and_then(|id| graph.at(proc.handlers[id as usize].target)) {
                before[to as usize].push(number);
            }
        }
        let mut waits = vec![true; graph.blocks.len()];
        let mut open: Vec<u32> = (0..u32::try_from(graph.blocks.len()).ok()?).collect();
        let mut left = graph.blocks.len() * ROUNDS + 64;
        let mut live = vec![0u64; self.words];
        while let Some(number) = open.pop() {
            left = left.checked_sub(1)?;
            waits[number as usize] = false;
            self.at_start(proc, graph, number, &mut live);
            let start = number as usize * self.words;
            let set = &mut self.sets[start..start + self.words];
            if *set != *live {
                set.copy_from_slice(&live);
                for &other in &before[number as usize] {
                    if !std::mem::replace(&mut waits[other as usize], true) {
                        open.push(other);
                    }
                }
            }
        }
        Some(())
    }

    fn at_start(&self, proc: &Proc, graph: &Graph, number: u32, live: &mut [u64]) {
        let block = &graph.blocks[number as usize];
        live.fill(0);
        let mut add =
            |other: u32| live.iter_mut().zip(self.set(other)).for_each(|(word, other)| *word |= other);
        block.successors.iter().for_each(|&to| add(to));
        let code = proc.code.get(block.start as usize..block.end as usize).unwrap_or_default();
        for op in code.iter().rev() {
            match *op {
                Op::GetWord { local } | Op::GetRef { local } => set_bit(live, local, true),
                Op::SetWord { local } | Op::SetRef { local } => set_bit(live, local, false),
                _ => {}
            }
        }
        // An error can come before anything of the block is done.
        if let Some(to) = block.handler.and_then(|id| graph.at(proc.handlers[id as usize].target)) {
            live.iter_mut().zip(self.set(to)).for_each(|(word, other)| *word |= other);
        }
    }
}

fn bit(set: &[u64], local: usize) -> bool {
    set.get(local / 64).is_some_and(|word| word >> (local % 64) & 1 != 0)
}

fn set_bit(set: &mut [u64], local: Local, value: bool) {
    let local = usize::from(local.0);
    if let Some(word) = set.get_mut(local / 64) {
        *word = *word & !(1 << (local % 64)) | u64::from(value) << (local % 64);
    }
}

/// The places of the ones of a word, ascending.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(place)
    })
}
