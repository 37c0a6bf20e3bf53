//! All passes over a procedure of a module.

use crate::callees::{Callees, ModuleCallees};
use crate::{drop_enters, inline, standard};
use lyra_bytecode::{Types, Verified};
use lyra_ir::{Func, Report, Step, check};
use std::time::Instant;

/// Inlines calls of `func`, a procedure of `module`, and runs the [`standard`] passes over what comes of it.
///
/// # Panics
/// In builds with debug assertions, when a pass leaves a function that is not sound: a bug of the pass.
pub fn optimize(func: &mut Func, module: &Verified) -> Report {
    optimize_with(func, &mut ModuleCallees::new(module), &module.module().types)
}

/// [`optimize`] without the passes whose names are `unwanted`.
///
/// # Panics
/// As [`optimize`].
pub fn optimize_without(func: &mut Func, module: &Verified, unwanted: impl Fn(&str) -> bool) -> Report {
    run(func, &mut ModuleCallees::new(module), &module.module().types, &unwanted)
}

/// [`optimize`] with bodies from elsewhere.
///
/// # Panics
/// As [`optimize`].
pub fn optimize_with(func: &mut Func, callees: &mut dyn Callees, types: &Types) -> Report {
    run(func, callees, types, &|_| false)
}

/// The names of the passes, each once, in the order in which they run first.
#[must_use]
pub fn pass_names() -> Vec<&'static str> {
    let mut names = vec![INLINING, ENTRIES];
    for name in standard().names() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

const INLINING: &str = "inlining";
const ENTRIES: &str = "entries";

fn run(func: &mut Func, callees: &mut dyn Callees, types: &Types, unwanted: &dyn Fn(&str) -> bool) -> Report {
    let mut steps = Vec::new();
    let mut step = |func: &mut Func, name, run: &mut dyn FnMut(&mut Func) -> usize| {
        if unwanted(name) {
            return;
        }
        let (before, start) = (func.size(), Instant::now());
        let changes = run(func);
        let time = start.elapsed();
        steps.push(Step { name, changes, before, after: func.size(), time });
        if cfg!(debug_assertions)
            && let Err(what) = check(func, types)
        {
            panic!("after `{name}`: {what}\n{}", func.shown(types));
        }
    };
    step(func, INLINING, &mut |func| inline(func, callees, types));
    step(func, ENTRIES, &mut |func| drop_enters(func, callees));
    steps.extend(standard().without(unwanted).run(func, types).steps);
    Report { steps }
}
