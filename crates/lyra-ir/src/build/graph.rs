//! The blocks of a procedure's code and how control goes between them.

use lyra_bytecode::{Handler, Op, OperandValue, Proc};
use std::cmp::Reverse;

/// The code cut into blocks: at jumps and their targets, and where the innermost handler changes.
pub(super) struct Graph {
    pub(super) blocks: Vec<CodeBlock>,
    /// For each instruction that a block begins with, the block; `NONE` for the others.
    starts: Vec<u32>,
}

const NONE: u32 = u32::MAX;

/// A stretch of code that control enters at its start only and leaves at its end only, but for errors.
pub(super) struct CodeBlock {
    /// Its instructions.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Where control can go at its end: at most two blocks, by number, the target of a jump before the next one.
    pub(super) successors: Vec<u32>,
    /// The innermost handler that holds it, by number.
    pub(super) handler: Option<u32>,
    /// How many ways lead to it, those of handlers and the call of the procedure too.
    pub(super) ways: u32,
    /// Whether control can get here at all, from where the function begins.
    pub(super) reached: bool,
}

impl Graph {
    /// Of a procedure that passed the verifier and is entered at instruction `first`.
    pub(super) fn new(proc: &Proc, first: u32) -> Self {
        let starts = starts(proc);
        let mut blocks: Vec<CodeBlock> = Vec::new();
        for (at, _) in starts.iter().enumerate().filter(|&(_, &number)| number != NONE) {
            let start = u32::try_from(at).unwrap_or(NONE);
            if let Some(before) = blocks.last_mut() {
                before.end = start;
            }
            let end = u32::try_from(proc.code.len()).unwrap_or(NONE);
            blocks.push(CodeBlock {
                start,
                end,
                successors: Vec::new(),
                handler: None,
                ways: 0,
                reached: false,
            });
        }
        let mut graph = Self { blocks, starts };
        graph.find_successors(proc);
        graph.find_handlers(&proc.handlers);
        graph.find_ways(proc, first);
        graph
    }

    /// The block that begins at an instruction.
    pub(super) fn at(&self, op: u32) -> Option<u32> {
        self.starts.get(op as usize).copied().filter(|&number| number != NONE)
    }

    fn find_successors(&mut self, proc: &Proc) {
        for index in 0..self.blocks.len() {
            let end = self.blocks[index].end;
            let Some(&last) = end.checked_sub(1).and_then(|last| proc.code.get(last as usize)) else {
                continue;
            };
            let mut successors = Vec::new();
            each_label(last, |to| successors.extend(self.at(to)));
            if !last.info().ends() {
                successors.extend(self.at(end));
            }
            self.blocks[index].successors = successors;
        }
    }

    /// Ranges are nested or apart, so those around an instruction are a stack.
    fn find_handlers(&mut self, handlers: &[Handler]) {
        let mut order: Vec<u32> = (0..u32::try_from(handlers.len()).unwrap_or(NONE)).collect();
        // Of equal ranges the first in the table is the innermost.
        order.sort_by_key(|&id| {
            let handler = handlers[id as usize];
            (handler.start, Reverse(handler.end), Reverse(id))
        });
        let mut next = order.into_iter().peekable();
        let mut open: Vec<u32> = Vec::new();
        for block in &mut self.blocks {
            while open.pop_if(|id| handlers[*id as usize].end <= block.start).is_some() {}
            while let Some(id) = next.next_if(|&id| handlers[id as usize].start <= block.start) {
                if handlers[id as usize].end > block.start {
                    open.push(id);
                }
            }
            block.handler = open.last().copied();
        }
    }

    /// What control can get to, and by how many ways.
    fn find_ways(&mut self, proc: &Proc, first: u32) {
        let mut landed = vec![false; proc.handlers.len()];
        let mut open: Vec<u32> = Vec::new();
        let come = |blocks: &mut Vec<CodeBlock>, open: &mut Vec<u32>, number: u32| {
            let block = &mut blocks[number as usize];
            block.ways += 1;
            if !std::mem::replace(&mut block.reached, true) {
                open.push(number);
            }
        };
        if let Some(number) = self.at(first) {
            come(&mut self.blocks, &mut open, number);
        }
        while let Some(number) = open.pop() {
            for index in 0..self.blocks[number as usize].successors.len() {
                let to = self.blocks[number as usize].successors[index];
                come(&mut self.blocks, &mut open, to);
            }
            let Some(id) = self.blocks[number as usize].handler else { continue };
            if !std::mem::replace(&mut landed[id as usize], true)
                && let Some(to) = self.at(proc.handlers[id as usize].target)
            {
                come(&mut self.blocks, &mut open, to);
            }
        }
    }
}

/// Marks the instructions that blocks begin with, and numbers these.
fn starts(proc: &Proc) -> Vec<u32> {
    let mut starts = vec![NONE; proc.code.len()];
    let mut mark = |op: u32| {
        if let Some(place) = starts.get_mut(op as usize) {
            *place = 0;
        }
    };
    mark(0);
    for (at, &op) in proc.code.iter().enumerate() {
        let mut jumps = op.info().ends();
        each_label(op, |to| {
            mark(to);
            jumps = true;
        });
        if jumps {
            mark(u32::try_from(at + 1).unwrap_or(NONE));
        }
    }
    for handler in &proc.handlers {
        [handler.start, handler.end, handler.target].into_iter().for_each(&mut mark);
    }
    let marked = starts.iter_mut().filter(|place| **place != NONE);
    for (number, place) in marked.enumerate() {
        *place = u32::try_from(number).unwrap_or(NONE);
    }
    starts
}

pub(super) fn each_label(op: Op, mut each: impl FnMut(u32)) {
    op.each_operand(|operand| {
        if let OperandValue::Label(to) = operand {
            each(to.0);
        }
    });
}
