//! Calls of built-ins: the function for the type is looked up once, at translation.

use super::maps::{AT, CONTAINS, Entry, GET, GET_OR, SET};
use super::site::{Site, Work, erase};
use super::{Way, reference};
use crate::code::Slow;
use crate::engine::stack::FrameStack;
use lyra_bytecode::{Builtin, TypeId};
use lyra_runtime::builtins::resolve;
use lyra_runtime::{Fault, Slot, maps};
use lyra_vm_core::{Profile, Program};

/// The way of a call of `builtin` over `ty`.
pub(super) fn way<P: Profile<Stack = FrameStack>>(
    builtin: Builtin,
    ty: TypeId,
    slow: &Slow,
    program: &Program,
) -> Way {
    // Called with other operands than it takes it would be altered code, which the reference handler refuses.
    let params = builtin.signature(ty, &program.module().types).map(|signature| signature.params.len());
    match resolve::<P::Heap>(builtin, ty, program.shapes()) {
        Some(run) if params == Some(slow.args.len()) && slow.args.len() <= MOST => {
            let way = over_map::<P>(builtin, ty, program).unwrap_or_else(Way::of::<P, Call>);
            Way { built_in: Some(erase::<P>(run)), ty, ..way }
        }
        _ => reference::way::<P>(),
    }
}

/// The way of a built-in that looks for a key which is a word or a text.
fn over_map<P: Profile<Stack = FrameStack>>(builtin: Builtin, ty: TypeId, program: &Program) -> Option<Way> {
    let (keys, _) = maps::entry_types(program.shapes(), ty)?;
    Some(match (builtin, maps::are_texts(program.shapes(), keys)?) {
        (Builtin::MapGet, true) => Way::of::<P, Entry<GET, true>>(),
        (Builtin::MapGet, false) => Way::of::<P, Entry<GET, false>>(),
        (Builtin::MapAt, true) => Way::of::<P, Entry<AT, true>>(),
        (Builtin::MapAt, false) => Way::of::<P, Entry<AT, false>>(),
        (Builtin::MapGetOr, true) => Way::of::<P, Entry<GET_OR, true>>(),
        (Builtin::MapGetOr, false) => Way::of::<P, Entry<GET_OR, false>>(),
        (Builtin::MapContains, true) => Way::of::<P, Entry<CONTAINS, true>>(),
        (Builtin::MapContains, false) => Way::of::<P, Entry<CONTAINS, false>>(),
        (Builtin::MapSet | Builtin::MapUpdate, true) => Way::of::<P, Entry<SET, true>>(),
        (Builtin::MapSet | Builtin::MapUpdate, false) => Way::of::<P, Entry<SET, false>>(),
        _ => return None,
    })
}

/// Most arguments that a built-in has.
const MOST: usize = 8;

/// `call_builtin`
pub(super) struct Call;

impl<P: Profile<Stack = FrameStack>> Work<P> for Call {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Some((run, ty)) = site.built_in() else {
            return Err(Fault::broken("a built-in is called over a type that it is not for"));
        };
        let mut args = [Slot::ZERO; MOST];
        let args = site.gather(&mut args)?;
        let value = site.lend(|env| run(env, ty, args))?;
        site.give(value);
        Ok(())
    }
}
