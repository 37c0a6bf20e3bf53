//! Calls of built-ins: the function for the type is looked up once, at translation.

use super::site::{Site, Work, erase};
use super::{Way, reference};
use crate::code::Slow;
use crate::engine::stack::FrameStack;
use lyra_bytecode::{Builtin, TypeId};
use lyra_runtime::builtins::resolve;
use lyra_runtime::{Fault, Slot};
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
            Way { built_in: Some(erase::<P>(run)), ty, ..Way::of::<P, Call>() }
        }
        _ => reference::way::<P>(),
    }
}

/// Most arguments that a built-in has.
const MOST: usize = 8;

/// `call_builtin`
struct Call;

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
