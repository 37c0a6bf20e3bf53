//! New objects that are no words, or for which there is no free cell at hand.

use super::Operands;
use super::site::{Site, Work};
use crate::engine::stack::FrameStack;
use lyra_bytecode::{Kind, Op};
use lyra_runtime::{Closure, Fault, Slot};
use lyra_vm_core::Profile;

#[cold]
fn another() -> Fault {
    Fault::broken("a way is that of another instruction")
}

/// `new_array`
pub(super) struct Array;

impl<P: Profile<Stack = FrameStack>> Work<P> for Array {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::NewArray { ty } = site.slow().op else { return Err(another()) };
        let array = site.lend(|env| env.new_array(ty, 0))?;
        site.give(array.into());
        Ok(())
    }
}

/// `new_map`
pub(super) struct Map;

impl<P: Profile<Stack = FrameStack>> Work<P> for Map {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::NewMap { ty } = site.slow().op else { return Err(another()) };
        let map = site.lend(|env| env.new_map(ty, 0))?;
        site.give(map.into());
        Ok(())
    }
}

/// `new_closure`: its operands are what it captures.
pub(super) struct Capture;

impl<P: Profile<Stack = FrameStack>> Work<P> for Capture {
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault> {
        let Op::NewClosure { proc, ty } = site.slow().op else { return Err(another()) };
        let of_kind = |kind: Kind| {
            site.slow().args.iter().zip(site.operands()).filter(move |(arg, _)| arg.kind == kind)
        };
        let mut captures: Operands = of_kind(Kind::Ref).map(|(_, slot)| slot).collect();
        let refs = captures.len();
        captures.extend(of_kind(Kind::Word).map(|(_, slot)| slot));
        let closure = site.lend(|env| env.new_closure(ty, Closure { proc, refs, captures: &captures }))?;
        site.give(Slot::from(closure));
        Ok(())
    }
}
