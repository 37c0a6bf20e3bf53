//! Programs made from a seed: well typed, ending, using the whole language at random.
//!
//! They have no expected output. They are run in every way there is, and all results must be equal; errors, and limits
//! that are reached, are results like any other. Loops have small fixed bounds and procedures call only those before
//! them, or themselves with a smaller number, so a program ends by itself unless its fuel does first.
//!
//! What is made is a [`Tree`], not text: [`crate::minimize`] takes it apart again.
//!
//! - [`tree`], [`ty`]: what programs are made of;
//! - `scope`: what can be named at a place;
//! - `items`, `generics`, `procs`: the types and procedures of a program, and the program itself;
//! - `statements`, `changes`, `loops`: what procedures do;
//! - `expr` and the files named after types: values.

mod changes;
mod closures;
mod collections;
mod dynamic;
mod expr;
mod generics;
mod host_calls;
mod items;
mod loops;
mod matching;
mod named;
mod numbers;
mod procs;
mod scope;
mod statements;
mod text;
pub mod tree;
pub mod ty;

pub use procs::PROBE;
pub use tree::{Expr, Part, Stmt, Tree};
pub use ty::Ty;

use fastrand::Rng;
use items::Types;
use scope::{Proc, Var};
use std::collections::BTreeSet;

/// The program of a seed.
///
/// ```
/// use lyra_conformance::generate::program;
/// assert_eq!(program(7).to_string(), program(7).to_string());
/// assert_ne!(program(7).to_string(), program(8).to_string());
/// ```
#[must_use]
pub fn program(seed: u64) -> Tree {
    Generator::new(seed).program()
}

/// What is known while a program is made.
struct Generator {
    rng: Rng,
    /// Names given so far.
    names: usize,
    /// Variables in scope, the innermost last.
    vars: Vec<Var>,
    /// Procedures that may be called here.
    procs: Vec<Proc>,
    /// The program's own types.
    types: Types,
    /// The labels of the loops around; empty texts for those without.
    loops: Vec<String>,
    /// What a `return` gives here: `None` where there is no procedure around, or none that it should leave.
    gives: Option<Option<Ty>>,
    /// Standard and host modules in use.
    imports: BTreeSet<&'static str>,
    /// Generic procedures in use: their texts stand at the end.
    helpers: BTreeSet<&'static str>,
    /// Statements that may still be made: programs stay small.
    room: usize,
    /// Nested calls of [`Generator::expr`].
    depth: u32,
}

impl Generator {
    fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            names: 0,
            vars: Vec::new(),
            procs: Vec::new(),
            types: Types::default(),
            loops: Vec::new(),
            gives: None,
            imports: BTreeSet::new(),
            helpers: BTreeSet::new(),
            room: 0,
            depth: 0,
        }
    }

    /// True in `percent` of a hundred cases.
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    /// One of several.
    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.rng.usize(..from.len())].clone()
    }

    /// A name that nothing else has.
    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }
}
