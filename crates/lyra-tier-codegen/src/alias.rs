//! What an instruction may change of what another one reads.
//!
//! Memory falls into classes that no instruction mixes: variables of the frame, each global, each part of records by
//! its number and kind, elements of arrays by their kind, lengths. A store changes its own class; whatever else
//! writes, or runs other code, changes everything but the frame.

use lyra_bytecode::Op;
use lyra_ir::InstKind;

/// Whether `write` may change what `read` gives: one of those for which [`is_load`] holds.
pub(crate) fn changes(write: InstKind, read: InstKind) -> bool {
    let read = match (write, read) {
        (InstKind::SetVar(written), InstKind::GetVar(read)) => return written == read,
        (InstKind::SetVar(_), _) | (_, InstKind::GetVar(_)) => return false,
        (_, InstKind::Op(op)) => op,
        _ => return true,
    };
    let effects = write.effects();
    if !(effects.writes || effects.calls) {
        return false;
    }
    let InstKind::Op(write) = write else { return true };
    match write {
        Op::SetPartWord { index } => read == Op::GetPartWord { index },
        Op::SetPartRef { index } => read == Op::GetPartRef { index },
        Op::ArraySetWord => read == Op::ArrayGetWord,
        Op::ArraySetRef => read == Op::ArrayGetRef,
        // The elements that were there stay where they were.
        Op::AppendWord | Op::AppendRef => read == Op::ArrayLength,
        Op::SetGlobalWord { global } => read == Op::GetGlobalWord { global },
        Op::SetGlobalRef { global } => read == Op::GetGlobalRef { global },
        _ => true,
    }
}

/// Whether an instruction gives what stands in a class of memory, and does nothing else but fail.
pub(crate) fn is_load(kind: InstKind) -> bool {
    match kind {
        InstKind::GetVar(_) => true,
        InstKind::Op(op) => matches!(
            op,
            Op::GetPartWord { .. }
                | Op::GetPartRef { .. }
                | Op::ArrayGetWord
                | Op::ArrayGetRef
                | Op::ArrayLength
                | Op::GetGlobalWord { .. }
                | Op::GetGlobalRef { .. }
        ),
        _ => false,
    }
}
