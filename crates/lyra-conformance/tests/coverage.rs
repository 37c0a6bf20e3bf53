//! The spec programs use the whole machine: every instruction and every built-in of the tables is in the compiled
//! form of one of them. An instruction that nothing reaches is either untested or not needed.

use lyra::Tier;
use lyra_bytecode::builtin::BUILTINS;
use lyra_bytecode::{OPS, Op};
use lyra_conformance::corpus;
use lyra_conformance::run::engine;
use std::collections::BTreeSet;

/// Instructions that the compiler of this version does not emit, each with the reason.
const NOT_EMITTED: &[(&str, &str)] = &[];

#[test]
fn every_instruction_and_built_in_is_used() {
    let (mut ops, mut builtins) = (BTreeSet::new(), BTreeSet::new());
    for program in corpus::programs() {
        for fold in [true, false] {
            let engine = engine(Tier::Reference, &program.expected.options, fold);
            let Ok(module) = program.compile(&engine) else { continue };
            for op in module.bytecode().procs.iter().flat_map(|proc| &proc.code) {
                ops.insert(op.info().mnemonic);
                if let Op::CallBuiltin { builtin, .. } = op {
                    builtins.insert(builtin.info().mnemonic);
                }
            }
        }
    }
    if std::env::var_os(corpus::FILTER).is_some() {
        return;
    }
    let excused = |name: &str| NOT_EMITTED.iter().any(|(excused, _)| *excused == name);
    let unused: Vec<_> = OPS.iter().map(|op| op.mnemonic).filter(|name| !ops.contains(name)).collect();
    let missing: Vec<_> = unused.iter().filter(|name| !excused(name)).collect();
    assert!(missing.is_empty(), "no program uses {missing:?}");
    let stale: Vec<_> = NOT_EMITTED.iter().filter(|(name, _)| !unused.contains(name)).collect();
    assert!(stale.is_empty(), "used after all: {stale:?}");
    let missing: Vec<_> =
        BUILTINS.iter().map(|(_, info)| info.mnemonic).filter(|name| !builtins.contains(name)).collect();
    assert!(missing.is_empty(), "no program uses {missing:?}");
}
