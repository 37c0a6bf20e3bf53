//! Calls of procedures and host functions, and returning.

use super::{Interp, Step};
use crate::engine::Entered;
use crate::frame::{Frame, Gives};
use crate::profile::Profile;
use crate::vm::Vm;
use lyra_base::id::Id;
use lyra_bytecode::{ImportId, Kind, ProcId, Trap, entries_of_locals};
use lyra_runtime::host::{DirectCall, HostFailure, call_direct, call_host};
use lyra_runtime::{Fault, Meter, Slot, Stack};
use std::sync::Arc;

fn too_short() -> Fault {
    Fault::broken("a stack is too short")
}

/// What the failure of a host function is to the program.
#[cold]
fn host_failed(failure: HostFailure) -> Fault {
    match failure {
        HostFailure::Fault(fault) => fault,
        HostFailure::Error(error) => Fault::Raised(Box::new((error.kind, error.message))),
    }
}

impl<P: Profile> Interp<'_, P> {
    pub(super) fn call(&mut self, proc: ProcId) -> Step {
        self.vm.guard.charge(1)?;
        self.enter(proc)
    }

    /// Goes on in `proc`, whose arguments are on the stacks and which has been paid for.
    pub(super) fn enter(&mut self, proc: ProcId) -> Step {
        self.enter_giving(proc, Gives::Result)
    }

    /// [`Self::enter`] for a call whose result is wanted as an `any`.
    pub(super) fn enter_giving(&mut self, proc: ProcId, gives: Gives) -> Step {
        if self.for_engine {
            self.entered = Some(Entered { proc, gives });
            return Ok(());
        }
        let caller = self.frame;
        self.land(proc)?;
        self.frame.gives = gives;
        self.vm.frames.push(caller);
        Ok(())
    }

    /// Makes the frame of `proc`, whose arguments are on the stacks, if the stack rule allows it.
    pub(super) fn land(&mut self, proc: ProcId) -> Step {
        let code = self.vm.guard.code.proc(proc).ok_or_else(|| Fault::broken("a procedure is missing"))?;
        let ref_base = self.vm.refs.len().checked_sub(code.ref_params as usize).ok_or_else(too_short)?;
        let word_base = self.vm.words.len().checked_sub(code.word_params as usize).ok_or_else(too_short)?;
        let waiting_refs = ref_base.checked_sub(self.frame.ref_floor).ok_or_else(too_short)?;
        let waiting_words = word_base.checked_sub(self.frame.word_floor).ok_or_else(too_short)?;
        let waiting = u32::try_from(waiting_refs + waiting_words).unwrap_or(u32::MAX);
        let waiting = waiting.saturating_add(entries_of_locals(self.frame.locals()));
        let entries = self.frame.entries.saturating_add(waiting).saturating_add(1);
        let needed = entries.saturating_add(code.need);
        let limit = self.vm.limits.stack;
        if needed > limit {
            return Err(Fault::told(
                Trap::StackOverflow,
                format!("the stack limit of {limit} entries was reached"),
            ));
        }
        self.vm.deepest = self.vm.deepest.max(needed);
        self.vm.refs.push_zeros(code.ref_locals.saturating_sub(code.ref_params) as usize)?;
        self.vm.words.push_zeros(code.word_locals.saturating_sub(code.word_params) as usize)?;
        self.frame = Frame {
            proc,
            ip: 0,
            ref_base,
            ref_floor: ref_base + code.ref_locals as usize,
            word_base,
            word_floor: word_base + code.word_locals as usize,
            entries,
            gives: Gives::Result,
        };
        self.next = 0;
        Ok(())
    }

    pub(super) fn return_(&mut self) -> Step {
        let code = self.vm.guard.code.proc(self.frame.proc);
        let result = match code.ok_or_else(|| Fault::broken("a procedure is missing"))?.result {
            Some(Kind::Ref) => Some((Kind::Ref, self.vm.refs.pop()?)),
            Some(Kind::Word) => Some((Kind::Word, self.vm.words.pop()?)),
            None => None,
        };
        self.vm.refs.truncate(self.frame.ref_base);
        self.vm.words.truncate(self.frame.word_base);
        match (self.frame.gives, result) {
            (Gives::Result, Some((kind, slot))) => self.push(kind, slot)?,
            (Gives::Result, None) => {}
            (Gives::Any(Some(ty)), Some((Kind::Word, word))) => {
                let slot = self.vm.lend(|env| env.upcast(ty, word))?;
                self.vm.refs.push(slot)?;
            }
            (Gives::Any(_), Some((_, slot))) => self.vm.refs.push(slot)?,
            (Gives::Any(_), None) => self.vm.refs.push(Slot::ZERO)?,
        }
        match self.vm.frames.pop() {
            Some(caller) => {
                self.next = caller.ip.saturating_add(1);
                self.frame = caller;
            }
            None => self.done = true,
        }
        Ok(())
    }

    /// Pushes a value on the stack of its kind.
    pub(super) fn push(&mut self, kind: Kind, slot: Slot) -> Step {
        match kind {
            Kind::Ref => self.vm.refs.push(slot),
            Kind::Word => self.vm.words.push(slot),
        }
    }

    pub(super) fn call_host(&mut self, import: ImportId) -> Step {
        if let Some(done) = self.call_direct(import) {
            return done;
        }
        let program = self.vm.program.clone();
        let host = program.host(import).ok_or_else(|| Fault::broken("a host function is missing"))?;
        let types = &program.module().types;
        let (args, refs, words) = self.arguments(&host.kinds)?;
        let services = Arc::clone(&self.vm.services);
        let sides = (&mut *self.data, &*services);
        let outcome =
            self.vm.lend(|env| call_host(env, &host.function, &host.params, host.result, &args, sides));
        match outcome {
            Ok(result) => {
                self.drop_operands(refs, words);
                match (result, host.result) {
                    (Some(slot), Some(ty)) => self.push(types.kind(ty), slot),
                    _ => Ok(()),
                }
            }
            Err(failure) => Err(host_failed(failure)),
        }
    }

    /// Calls a host function over words alone, if it is one.
    fn call_direct(&mut self, import: ImportId) -> Option<Step> {
        let Vm { program, words, output, guard, .. } = &mut *self.vm;
        let host = program.host(import)?;
        let body = host.direct.as_deref()?;
        let base = words.len().checked_sub(host.params.len());
        let Some((base, args)) = base.and_then(|base| Some((base, words.slots().get(base..)?))) else {
            return Some(Err(too_short()));
        };
        let has_result = host.result.is_some();
        Some(match call_direct(body, DirectCall::new(&mut *self.data, output), args, guard) {
            Ok(word) => {
                words.truncate(base);
                if has_result { words.push(Slot::word(word)) } else { Ok(()) }
            }
            Err(failure) => Err(host_failed(failure)),
        })
    }

    /// Calls a host function over words alone, if it is one, with arguments that stand elsewhere.
    pub(crate) fn call_with(&mut self, import: ImportId, args: &[Slot]) -> Option<Result<u64, Fault>> {
        let Vm { program, output, guard, .. } = &mut *self.vm;
        let host = program.host(import)?;
        let body = host.direct.as_deref().filter(|_| args.len() == host.params.len())?;
        let call = DirectCall::new(&mut *self.data, output);
        Some(call_direct(body, call, args, guard).map_err(host_failed))
    }

    /// The arguments on top of the stacks, in the order of the parameters, and how many are on each stack.
    pub(super) fn arguments(&self, kinds: &[Kind]) -> Result<(Vec<Slot>, usize, usize), Fault> {
        let refs = kinds.iter().filter(|&&kind| kind == Kind::Ref).count();
        let words = kinds.len() - refs;
        let (mut refs_left, mut words_left) = (refs, words);
        let mut args = Vec::with_capacity(kinds.len());
        for kind in kinds {
            args.push(match kind {
                Kind::Ref => {
                    refs_left -= 1;
                    self.peek_ref(refs_left)?
                }
                Kind::Word => {
                    words_left -= 1;
                    self.peek_word(words_left)?
                }
            });
        }
        Ok((args, refs, words))
    }

    /// The number of the instruction that is being carried out, counted through the whole program.
    pub(super) fn site(&self) -> u32 {
        let first = self.vm.guard.code.procs.get(self.frame.proc.index()).map_or(0, |proc| proc.first_site);
        first.saturating_add(self.frame.ip)
    }
}
