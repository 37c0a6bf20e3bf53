//! The checker: gives every name its meaning, every expression its type, and builds the typed tree.
//!
//! Order: heads of all items, consts (in the order of their needs), top-level statements (they give globals
//! their types), bodies. Types flow down as *expectations* (a literal takes the type its place expects) and up
//! as results; there is no inference across statements.
//!
//! One mistake is reported once: what is wrong has the type [`Ty::Error`], which fits everywhere.

mod arrays;
mod assign;
mod binary;
mod block;
mod builtins;
mod calls;
mod checker;
mod consts;
mod conversions;
mod expr;
mod flow;
mod format;
mod host;
mod items;
mod jumps;
mod loops;
mod names;
mod operators;
mod postfix;
mod refuse;
mod types;
mod vars;

use crate::hir::Program;
use crate::options::CompileOptions;
use bumpalo::Bump;
use checker::{Checker, Frame};
use hashbrown::{HashMap, HashSet};
use lyra_base::{IdVec, Symbols};
use lyra_bytecode::Types;
use lyra_syntax::{Diagnostic, ast};

/// Checks one file. The program is whole only when no diagnostic is an error.
pub(crate) fn check<'a>(
    file: &ast::File<'a>,
    arena: &'a Bump,
    symbols: &'a Symbols,
    options: &'a CompileOptions,
) -> (Program<'a>, Vec<Diagnostic>) {
    let mut checker = Checker {
        arena,
        symbols,
        options,
        types: Types::new(),
        shapes: HashMap::new(),
        diagnostics: Vec::new(),
        folding: options.fold,
        errors: 0,
        warnings: 0,
        refused: HashSet::new(),
        items: HashMap::new(),
        procs: IdVec::new(),
        globals: IdVec::new(),
        consts: Vec::new(),
        imports: Vec::new(),
        host_names: HashMap::new(),
        frame: Frame::default(),
    };
    let program = checker.program(file);
    (program, checker.finish())
}
