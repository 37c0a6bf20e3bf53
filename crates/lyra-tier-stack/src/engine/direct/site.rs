//! A slow instruction as its work sees it: its operands, where its result goes, and the machine.
//!
//! Reading and writing slots is the only unsafe thing here, and rests on *sound code*: a checked procedure names slots of
//! its frame only, in its table of slow instructions, too.

use crate::engine::code::SlowOp;
use crate::engine::context::{Context, context};
use crate::engine::stack::FrameStack;
use crate::engine::state::State;
use lyra_bytecode::{Kind, ProcId, TypeId};
use lyra_runtime::{Env, Fault, Ref, Slot};
use lyra_vm_core::Profile;
use lyra_vm_core::engine::Machine;

/// Carries out the slow instruction at `ip`, with the registers in `state` before and after; `false` leaves the loop.
///
/// # Safety
/// *Sound code*, and the entry is that of the instruction at `ip`, made for the profile that runs.
pub(in crate::engine) type Direct = unsafe fn(*mut State, &SlowOp) -> bool;

/// What a slow instruction does.
pub(in crate::engine) trait Work<P: Profile<Stack = FrameStack>> {
    /// Reads the operands, puts the result into its slot.
    fn work(site: &mut Site<'_, P>) -> Result<(), Fault>;
}

/// A slow instruction that is being carried out.
pub(in crate::engine) struct Site<'x, P: Profile> {
    run: &'x mut Context<P>,
    slow: &'x SlowOp,
}

/// The slow instruction that the word at `ip` names, by its way, which goes on a word further.
///
/// # Safety
/// *Sound code*; `entry` is what an instruction at `ip` says, and the registers stand in `state`.
#[inline(always)]
pub(in crate::engine) unsafe fn enter(state: *mut State, entry: usize) -> bool {
    // SAFETY: whoever runs has its code in its frame; checked code names entries of its own table only.
    unsafe {
        let code = &*(*(*state).frame).code;
        let slow = code.slow.get_unchecked(entry);
        (slow.way.go)(state, slow)
    }
}

/// [`Direct`] by a work.
///
/// # Safety
/// As there.
pub(super) unsafe fn through<P: Profile<Stack = FrameStack>, W: Work<P>>(
    state: *mut State,
    slow: &SlowOp,
) -> bool {
    // SAFETY: the caller's; nothing else borrows the run while the work is done.
    let mut site = Site::<P> { run: unsafe { context::<P>(state) }, slow };
    match W::work(&mut site) {
        Ok(()) => {
            let run = site.run;
            run.state.ip = run.state.ip.wrapping_add(1);
            true
        }
        Err(fault) => site.run.fail(fault),
    }
}

#[cold]
fn missing() -> Fault {
    Fault::broken("an operand of an instruction is missing")
}

impl<'x, P: Profile<Stack = FrameStack>> Site<'x, P> {
    /// What `slow` says.
    pub(super) fn slow(&self) -> &SlowOp {
        self.slow
    }

    /// The instruction: its procedure, and its number there.
    pub(super) fn place(&self) -> (ProcId, u32) {
        (self.slow.proc, self.slow.at)
    }

    /// Has the site keep which part of values of a type a field is.
    pub(super) fn keep_field(&mut self, ty: TypeId, part: u32) {
        let Ok(ty) = u16::try_from(ty.0) else { return };
        // SAFETY: the table of sites has all that code names, and nothing else borrows it.
        unsafe { (*self.run.state.sites.add(self.slow.site.into())).keep_field(ty, part) };
    }

    /// The machine.
    #[inline]
    pub(super) fn machine(&mut self) -> &mut Machine<'static, P> {
        &mut self.run.machine
    }

    /// The run.
    pub(super) fn run(&mut self) -> &mut Context<P> {
        self.run
    }

    /// The heap.
    #[inline]
    pub(in crate::engine) fn heap(&mut self) -> &mut P::Heap {
        self.run.machine.heap_mut()
    }

    /// Operand `index`, a reference.
    #[inline]
    pub(in crate::engine) fn reference(&self, index: usize) -> Result<Ref, Fault> {
        self.slot(index).map(Slot::as_ref)
    }

    /// Operand `index`, a slot of the references.
    #[inline]
    pub(super) fn slot(&self, index: usize) -> Result<Slot, Fault> {
        let slot = self.slow.args.get(index).filter(|slot| slot.kind == Kind::Ref).ok_or_else(missing)?;
        // SAFETY: sound code.
        Ok(Slot::word(unsafe { *self.run.state.refs.add(slot.number.into()) }))
    }

    /// Operand `index`, a word.
    #[inline]
    pub(in crate::engine) fn word(&self, index: usize) -> Result<Slot, Fault> {
        let slot = self.slow.args.get(index).filter(|slot| slot.kind == Kind::Word).ok_or_else(missing)?;
        // SAFETY: sound code.
        Ok(Slot::word(unsafe { *self.run.state.words.add(slot.number.into()) }))
    }

    /// All operands in order.
    #[inline]
    pub(in crate::engine) fn operands(&self) -> impl ExactSizeIterator<Item = Slot> + '_ {
        let (words, refs) = (self.run.state.words, self.run.state.refs);
        self.slow.args.iter().map(move |slot| {
            let window = if slot.kind == Kind::Ref { refs } else { words };
            // SAFETY: sound code.
            Slot::word(unsafe { *window.add(slot.number.into()) })
        })
    }

    /// The operands, all of them words, written to `room`; `None` where that has not enough.
    #[inline]
    pub(in crate::engine) fn copy_words<'r>(&self, room: &'r mut [Slot]) -> Option<&'r [Slot]> {
        let room = room.get_mut(..self.slow.args.len())?;
        // Not a `zip`, whose making is a call where it is not inlined, as long as all the rest for one argument.
        let mut args = self.slow.args.iter();
        for place in &mut *room {
            let Some(slot) = args.next() else { break };
            // SAFETY: sound code.
            *place = Slot::word(unsafe { *self.run.state.words.add(slot.number.into()) });
        }
        Some(room)
    }

    /// Copies all operands to the first places of `to`, which has enough.
    #[inline]
    pub(super) fn gather<'a>(&self, to: &'a mut [Slot]) -> Result<&'a [Slot], Fault> {
        let to = to.get_mut(..self.slow.args.len()).ok_or_else(missing)?;
        for (place, operand) in to.iter_mut().zip(self.operands()) {
            *place = operand;
        }
        Ok(to)
    }

    /// Puts the result into its slot, if the instruction has one.
    #[inline]
    pub(in crate::engine) fn give(&mut self, value: Slot) {
        let Some(slot) = self.slow.result else { return };
        let window = if slot.kind == Kind::Ref { self.run.state.refs } else { self.run.state.words };
        // SAFETY: sound code.
        unsafe { *window.add(slot.number.into()) = value.as_word() };
    }

    /// Lends the machine to `work`, which may allocate, pay and print.
    #[inline]
    pub(in crate::engine) fn lend<R>(&mut self, work: impl FnOnce(&mut Env<'_, P::Heap>) -> R) -> R {
        self.run.show_refs();
        self.run.paying(|run| run.machine.lend(work))
    }

    /// The function of the built-in that it calls, and the type that it is over.
    #[inline]
    pub(super) fn built_in(&self) -> Option<(lyra_runtime::builtins::Run<P::Heap>, TypeId)> {
        let erased = self.slow.way.built_in?;
        // SAFETY: `built_in` made it of such a function, for the profile that runs: programs keep codes by profile.
        let run = unsafe { std::mem::transmute::<fn(), lyra_runtime::builtins::Run<P::Heap>>(erased) };
        Some((run, self.slow.way.ty))
    }
}

/// The function of a built-in, without its type.
pub(super) fn erase<P: Profile>(run: lyra_runtime::builtins::Run<P::Heap>) -> fn() {
    // SAFETY: nobody calls it before it has its type again.
    unsafe { std::mem::transmute::<lyra_runtime::builtins::Run<P::Heap>, fn()>(run) }
}
