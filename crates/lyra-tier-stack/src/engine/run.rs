//! The engine of one instance: from a call of the host's to its result.

use super::code::{Code, Codes, Passes, fits};
use super::context::{Context, Lent, Translator, context};
use super::methods::Methods;
use super::sites::Sites;
use super::stack::FrameStack;
use super::state::{Above, Entry, Exit, Frame, SPARE, State};
use super::table::{FIRST, run_looped, run_threaded};
use lyra_base::id::Id;
use lyra_bytecode::{ConstId, Kind, ProcId, Trap};
use lyra_runtime::{Fault, Slot};
use lyra_vm_core::engine::{Engine, Machine};
use lyra_vm_core::{Profile, Program, RunError, SiteReport};
use std::marker::PhantomData;
use std::sync::Arc;

/// The engine that runs register code, made of functions after the passes `T`, on machines of profile `P`.
pub struct Registers<T, P: Profile> {
    /// What runs, kept from call to call: each sets only what may have changed since the last.
    run: Context<P>,
    /// Whether `run` has what is known when the first call comes.
    is_ready: bool,
    /// The first word of each procedure that was not called yet.
    stubs: Box<[u64]>,
    /// The objects of constants that are texts, by number; made when the first call comes.
    texts: Box<[u64]>,
    passes: PhantomData<fn() -> T>,
}

// SAFETY: the pointers in `run` lead into the program's codes and what the engine itself keeps, which live as long as
// it, or into a machine and its stacks, and are used during a call of it only, which sets them; no thread has an
// affinity to any of them.
unsafe impl<T: Passes, P: Profile> Send for Registers<T, P> {}

impl<T: Passes, P: Profile<Stack = FrameStack>> Translator for Codes<T, P> {
    fn code(&self, program: &Program, proc: ProcId) -> Option<&Code> {
        self.get(program, proc)
    }

    fn methods(&self) -> &Methods {
        self.methods()
    }
}

impl<T: Passes, P: Profile<Stack = FrameStack>> Engine<P> for Registers<T, P> {
    fn new(program: &Program) -> Self {
        let module = program.verified();
        let procs = module.module().procs.len();
        let codes = fits(module).then(|| {
            let codes = || Codes::<T, P>::new(module.module(), program.translation());
            program.shared(codes) as Arc<dyn Translator>
        });
        // The number of a procedure stands where wide numbers do.
        let stubs: Box<[u64]> = (0..procs as u64).map(|proc| FIRST as u64 | proc << 32).collect();
        let mut entries = Vec::with_capacity(procs);
        let mut word_args = Vec::with_capacity(procs);
        for (id, _) in module.module().procs.enumerate() {
            let facts = module.facts(id);
            word_args.push(facts.word_params);
            entries.push(Entry {
                start: stubs.as_ptr().wrapping_add(id.index()),
                code: std::ptr::null(),
                need: facts.need,
                words: 0,
                refs: 0,
                ref_args: u16::try_from(facts.ref_params).unwrap_or(u16::MAX),
            });
        }
        let run = Context::new(entries.into(), word_args.into(), codes);
        Self { run, is_ready: false, stubs, texts: Box::default(), passes: PhantomData }
    }

    fn run(&mut self, machine: &mut Machine<'_, P>, proc: ProcId) -> Result<(), RunError> {
        if !self.is_ready && !self.make_ready(machine) {
            return machine.step_through(proc);
        }
        self.run.machine = Lent::of(machine);
        self.run.whole(proc)
    }

    fn sites(&self, report: &mut SiteReport) {
        self.run.sites.report(report);
    }
}

impl<T: Passes, P: Profile<Stack = FrameStack>> Registers<T, P> {
    /// Fills in what every call finds the same; `false`: the program has procedures that are too large, and runs on the
    /// reference machine.
    #[cold]
    fn make_ready(&mut self, machine: &Machine<'_, P>) -> bool {
        let Some(codes) = self.run.translator.as_deref() else { return false };
        debug_assert_eq!(self.stubs.len(), self.run.entries.len(), "a stub for each procedure");
        let constants = machine.program().module().constants.len();
        let texts = (0..constants).map(|number| machine.text(ConstId::from_index(number)));
        self.texts = texts.map(|text| text.map_or(0, |text| Slot::from(text).as_word())).collect();
        let state = &mut self.run.state;
        state.entries = self.run.entries.as_ptr();
        state.texts = self.texts.as_ptr();
        state.methods = codes.methods();
        self.run.is_threaded = super::check::is_threaded::<P>();
        self.is_ready = true;
        true
    }
}

impl<P: Profile<Stack = FrameStack>> Context<P> {
    /// What nothing is known of yet but the procedures.
    fn new(entries: Box<[Entry]>, word_args: Box<[u32]>, translator: Option<Arc<dyn Translator>>) -> Self {
        let state = State {
            ip: std::ptr::null(),
            words: std::ptr::null_mut(),
            refs: std::ptr::null_mut(),
            slice: 0,
            entries: std::ptr::null(),
            frame: std::ptr::null_mut(),
            lowest: 0,
            words_end: std::ptr::null(),
            refs_end: std::ptr::null(),
            word_globals: std::ptr::null_mut(),
            ref_globals: std::ptr::null_mut(),
            texts: std::ptr::null(),
            methods: std::ptr::null(),
            sites: std::ptr::null_mut(),
            native: 0,
            refill: refill::<P>,
            deepen: deepen::<P>,
            grow: grow::<P>,
            give: give::<P>,
            exit: Exit::Done,
            trap: Trap::Tampered,
        };
        Self {
            state,
            machine: Lent::nothing(),
            entries,
            word_args,
            sites: Sites::new(),
            frames: Vec::new(),
            translator,
            is_threaded: false,
            fault: None,
        }
    }

    /// Runs `proc`, whose arguments are all that is on the stacks.
    fn whole(&mut self, proc: ProcId) -> Result<(), RunError> {
        if let Err(fault) = self.begin(proc) {
            return Err(outside(&fault));
        }
        let mut threaded = self.is_threaded;
        let ended = loop {
            let state: *mut State = (&raw mut *self).cast();
            // SAFETY: `begin` and whoever left the loop put `state` at an instruction of sound code.
            unsafe {
                if threaded {
                    run_threaded::<P>(state);
                } else {
                    run_looped::<P>(state);
                }
            }
            if self.state.exit == Exit::Done {
                break Ok(());
            }
            match self.go_on(&mut threaded) {
                Ok(()) => {}
                Err(error) => break Err(error),
            }
        };
        let machine = &mut *self.machine;
        let deepest = i64::from(machine.stack_limit()) - self.state.lowest;
        machine.reached(u32::try_from(deepest).unwrap_or(0));
        machine.budget().set_slice(self.state.slice);
        if ended.is_ok() {
            // The result is the first slot of the outermost window.
            machine.words().keep_first();
            machine.refs().keep_first();
        }
        ended
    }

    /// After the loop was left for another reason than the end of the outermost procedure.
    #[cold]
    #[inline(never)]
    fn go_on(&mut self, threaded: &mut bool) -> Result<(), RunError> {
        let fault = match self.state.exit {
            Exit::Done => return Ok(()),
            Exit::Drift => {
                *threaded = false;
                return Ok(());
            }
            Exit::Trap => Fault::Trap(self.state.trap),
            Exit::Fault => self.fault.take().unwrap_or_else(|| Fault::broken("a fault was lost")),
        };
        self.catch(fault).map_err(|fault| self.machine.run_error(&fault))
    }

    /// Sets what may have changed since the last call, and makes the frame of the outermost procedure.
    #[inline]
    fn begin(&mut self, proc: ProcId) -> Result<(), Fault> {
        let limit = i64::from(self.machine.stack_limit());
        self.state.lowest = (limit - i64::from(self.machine.deepest())).max(0);
        self.state.slice = self.machine.budget().slice();
        self.state.word_globals = self.machine.globals(Kind::Word).as_mut_ptr().cast();
        self.state.ref_globals = self.machine.globals(Kind::Ref).as_mut_ptr().cast();
        self.state.frame = self.frames.as_mut_ptr();
        self.make_frames();
        let left = limit - 1;
        // SAFETY: `make_frames` made room for more than one.
        unsafe {
            self.state.frame.write(Frame { left, ..Frame::OUTERMOST });
        }
        let entry = *self.entries.get(proc.index()).ok_or_else(no_procedure)?;
        let rest = left - i64::from(entry.need);
        if rest >= self.state.lowest && !entry.code.is_null() {
            self.open_outermost(entry);
            Ok(())
        } else {
            self.begin_slowly(proc, rest)
        }
    }

    /// The rest of the first call of a procedure, or of one that needs more than any before.
    #[cold]
    #[inline(never)]
    fn begin_slowly(&mut self, proc: ProcId, rest: i64) -> Result<(), Fault> {
        self.accept(rest)?;
        self.translate(proc)?;
        let entry = *self.entries.get(proc.index()).ok_or_else(no_procedure)?;
        self.open_outermost(entry);
        Ok(())
    }

    #[inline(always)]
    fn open_outermost(&mut self, entry: Entry) {
        let spare = 2 * SPARE;
        self.machine.words().reserve(usize::from(entry.words) + spare);
        self.machine.refs().reserve(usize::from(entry.refs) + spare);
        self.open_windows(entry, (0, 0));
    }
}

#[cold]
fn no_procedure() -> Fault {
    Fault::broken("a procedure is missing")
}

/// The error of a call that did not come to run.
#[cold]
fn outside(fault: &Fault) -> RunError {
    RunError::outside(fault.trap(), fault.message())
}

/// # Safety
/// As [`context`].
unsafe fn refill<P: Profile<Stack = FrameStack>>(state: *mut State, units: u32) -> bool {
    // SAFETY: the caller's.
    unsafe { context::<P>(state) }.refill(units)
}

/// # Safety
/// As [`context`].
unsafe fn deepen<P: Profile<Stack = FrameStack>>(state: *mut State, rest: i64) -> bool {
    // SAFETY: the caller's.
    unsafe { context::<P>(state) }.deepen(rest)
}

/// # Safety
/// As [`context`].
unsafe fn grow<P: Profile<Stack = FrameStack>>(state: *mut State, proc: u32, above: Above) {
    // SAFETY: the caller's.
    unsafe { context::<P>(state) }.grow(ProcId(proc), above);
}

/// # Safety
/// As [`context`].
unsafe fn give<P: Profile<Stack = FrameStack>>(state: *mut State, kind: Option<Kind>) -> bool {
    // SAFETY: the caller's.
    unsafe { context::<P>(state) }.give(kind)
}
