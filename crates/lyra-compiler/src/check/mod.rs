//! The checker: gives every name its meaning, every expression its type, and builds the typed tree.
//!
//! Order: heads of all items, consts (in the order of their needs), top-level statements (they give globals
//! their types), bodies. Types flow down as *expectations* (a literal takes the type its place expects) and up
//! as results; there is no inference across statements.
//!
//! One mistake is reported once: what is wrong has the type [`Ty::Error`], which fits everywhere.

mod aliases;
mod arms;
mod arrays;
mod assign;
mod binary;
mod block;
mod builtins;
mod calls;
mod casts;
mod checker;
mod closures;
mod consts;
mod conversions;
mod copies;
mod cover;
mod deferred;
mod dispatch;
mod dynamic;
mod enums;
mod expr;
mod files;
mod fit;
mod flow;
mod foreign;
mod format;
mod frame;
mod generic_values;
mod generics;
mod host;
mod impls;
mod imports;
mod infer;
mod instances;
mod interface_calls;
mod interfaces;
mod items;
mod iteration;
mod jumps;
mod learn;
mod log;
mod loops;
mod makeable;
mod maps;
mod matching;
mod methods;
mod names;
mod natives;
mod nominal;
mod operators;
mod optionals;
mod pattern;
mod postfix;
pub(crate) mod prelude;
mod procs;
mod refuse;
mod scale;
mod set_up;
mod sides;
mod structs;
mod tests;
mod types;
mod unify;
mod vars;

use crate::hir::{Program, Ty};
use crate::load;
use crate::options::CompileOptions;
use bumpalo::Bump;
use checker::Checker;
use files::{Context, FileId};
use frame::{Frame, FrameRole};
use hashbrown::HashMap;
use host::Host;
use log::Log;
use lyra_base::{IdVec, Symbols};
use lyra_bytecode::Types;
use lyra_syntax::{Diagnostic, ast};
use nominal::Nominals;
use prelude::Prelude;
use procs::Procs;

/// Checks all files, with the prelude if they may need that. The program is whole only when no diagnostic is an error.
pub(crate) fn check<'a>(
    files: &'a [load::File<'a>],
    sources: &'a crate::Sources,
    prelude: Option<&ast::File<'a>>,
    arena: &'a Bump,
    symbols: &'a Symbols,
    options: &'a CompileOptions,
) -> (Program<'a>, Vec<Diagnostic>) {
    let mut checker = Checker {
        arena,
        symbols,
        options,
        log: Log::default(),
        folding: options.fold,
        types: Types::new(),
        shapes: HashMap::new(),
        files: Checker::files_of(files, sources),
        context: Context::of(FileId::MAIN),
        adds_private: false,
        private_methods: HashMap::new(),
        procs: Procs::default(),
        nominals: Nominals::default(),
        impls: Vec::new(),
        copies: copies::Copies::default(),
        generics: generics::Generics::default(),
        interfaces: interfaces::Interfaces::default(),
        dispatch: dispatch::Dispatch::default(),
        asked: dynamic::Asked::default(),
        globals: IdVec::new(),
        consts: Vec::new(),
        host: Host::default(),
        frame: Frame::new(FrameRole::Entry, Ty::Unit),
        cells: IdVec::new(),
        captures: 0,
        prelude: Prelude::default(),
        tests: tests::Tests::default(),
        watched: None,
        proc_values: HashMap::new(),
    };
    if let Some(prelude) = prelude {
        checker.add_prelude(prelude);
    }
    let program = checker.program();
    (program, checker.log.finish())
}
