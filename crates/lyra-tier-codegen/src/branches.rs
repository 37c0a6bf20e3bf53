//! Branches on what the way decides.
//!
//! A block that holds nothing but a branch on one of its parameters, as `&&` and conditions chosen by `if` leave behind,
//! is decided where the parameter is given: an edge that gives a constant goes on at once where that leads, and a block
//! that jumps there branches itself, on what it would have given.
//!
//! ```text
//!   v3: bool = lt_i32 v1, v2            v3: bool = lt_i32 v1, v2
//!   jump block5(v3)               ──>   branch v3, block6, block7
//!   …
//! block5(v4: bool):
//!   branch v4, block6, block7
//! ```
//!
//! Pays on `sieve`, whose inner loop asks for the sign of its step in each round: two words less of eight, and two
//! comparisons become part of branches.

use lyra_base::id::Id;
use lyra_bytecode::Types;
use lyra_ir::{Args, Edge, End, Func, Pass, Value, forward_order};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Branches;

impl Pass for Branches {
    fn name(&self) -> &'static str {
        "branches"
    }

    fn run(&self, func: &mut Func, _: &Types) -> usize {
        let order = forward_order(func);
        let mut place = vec![usize::MAX; func.blocks.len()];
        for (number, block) in order.iter().enumerate() {
            place[block.index()] = number;
        }
        let known_outside = crate::flow::known_outside(func);
        // Not heads of loops: they would have two ways in.
        let mut forks = vec![true; func.blocks.len()];
        for &block in &order {
            for to in func.blocks[block].successors() {
                forks[to.index()] &= place[block.index()] < place[to.index()];
            }
        }
        for (number, data) in func.blocks.enumerate() {
            let is_fork = data.insts.is_empty()
                && matches!(&data.end, End::Branch { cond, .. } if data.params.contains(cond));
            forks[number.index()] &= is_fork && !known_outside[number.index()];
        }
        let mut changes = 0;
        // Backwards, so that what a block leads to was decided before it.
        for &block in order.iter().rev() {
            let mut end = func.blocks[block].end.clone();
            for edge in end.edges_mut() {
                while let Some(next) = decided(func, edge).filter(|_| forks[edge.to.index()]) {
                    *edge = next;
                    changes += 1;
                }
            }
            if let End::Jump(edge) = &end
                && forks[edge.to.index()]
            {
                end = given(func, edge);
                changes += 1;
            }
            func.blocks[block].end = end;
        }
        if changes > 0 {
            crate::flow::drop_unreached(func);
        }
        changes
    }
}

/// Where an edge leads on from a block that branches on a parameter, if it gives a constant for that.
fn decided(func: &Func, edge: &Edge) -> Option<Edge> {
    let End::Branch { cond, then, otherwise, .. } = &func.blocks[edge.to].end else { return None };
    let bits = func.constant(argument(func, edge, *cond))?;
    Some(beyond(func, edge, if bits & 1 != 0 { then } else { otherwise }))
}

/// The branch that a jump by `edge` leads to, made before the jump.
fn given(func: &Func, edge: &Edge) -> End {
    match &func.blocks[edge.to].end {
        End::Branch { cond, then, otherwise, place } => End::Branch {
            cond: argument(func, edge, *cond),
            then: beyond(func, edge, then),
            otherwise: beyond(func, edge, otherwise),
            place: *place,
        },
        _ => End::Jump(edge.clone()),
    }
}

/// What an edge gives for a value: its argument for a parameter, else the value itself.
fn argument(func: &Func, edge: &Edge, value: Value) -> Value {
    let params = &func.blocks[edge.to].params;
    let number = params.iter().position(|&param| param == value);
    number.and_then(|number| edge.args.get(number)).copied().unwrap_or(value)
}

/// `next`, an edge of the block that `edge` leads to, as it is after `edge`.
fn beyond(func: &Func, edge: &Edge, next: &Edge) -> Edge {
    let args: Args = next.args.iter().map(|&value| argument(func, edge, value)).collect();
    Edge { to: next.to, args }
}
