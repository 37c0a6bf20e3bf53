//! The engine of one instance: from a call of the host's to its result.

use super::code::{Code, Codes, Passes, fits};
use super::context::{Context, Translator, context};
use super::methods::Methods;
use super::stack::FrameStack;
use super::state::{Above, Entry, Exit, Frame, SPARE, State};
use super::table::{FIRST, run_looped, run_threaded};
use lyra_base::id::Id;
use lyra_bytecode::{ConstId, Kind, ProcId, Trap};
use lyra_runtime::{Fault, Slot};
use lyra_vm_core::engine::{Engine, Machine};
use lyra_vm_core::{Profile, Program, RunError};
use std::marker::PhantomData;
use std::sync::Arc;

/// The engine that runs register code, made of functions after the passes `T`.
pub struct Registers<T> {
    /// `None`: the program has procedures that are too large, and runs on the reference machine.
    codes: Option<Arc<dyn Translator>>,
    entries: Vec<Entry>,
    /// The first word of each procedure that was not called yet.
    stubs: Box<[u64]>,
    word_args: Vec<u32>,
    /// The objects of constants that are texts, by number; made when the first call comes.
    texts: Option<Box<[u64]>>,
    frames: Vec<Frame>,
    passes: PhantomData<fn() -> T>,
}

// SAFETY: the pointers in `entries` and `frames` lead into `codes` and `stubs`, which the engine keeps alive and which
// never change; no thread has an affinity to them.
unsafe impl<T: Passes> Send for Registers<T> {}

impl<T: Passes, P: Profile<Stack = FrameStack>> Translator for Codes<T, P> {
    fn code(&self, program: &Program, proc: ProcId) -> Option<&Code> {
        self.get(program, proc)
    }

    fn methods(&self) -> &Methods {
        self.methods()
    }
}

impl<T: Passes, P: Profile<Stack = FrameStack>> Engine<P> for Registers<T> {
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
        Self { codes, entries, stubs, word_args, texts: None, frames: Vec::new(), passes: PhantomData }
    }

    fn run(&mut self, machine: &mut Machine<'_, P>, proc: ProcId) -> Result<(), RunError> {
        let Some(codes) = self.codes.as_deref() else { return machine.step_through(proc) };
        debug_assert_eq!(self.stubs.len(), self.entries.len(), "a stub for each procedure");
        let texts = self.texts.get_or_insert_with(|| {
            let constants = machine.program().module().constants.len();
            let texts = (0..constants).map(|number| machine.text(ConstId::from_index(number)));
            texts.map(|text| text.map_or(0, |text| Slot::from(text).as_word())).collect()
        });
        let limit = i64::from(machine.stack_limit());
        let lowest = (limit - i64::from(machine.deepest())).max(0);
        let state = State {
            ip: std::ptr::null(),
            words: std::ptr::null_mut(),
            refs: std::ptr::null_mut(),
            slice: machine.budget().slice(),
            entries: self.entries.as_ptr(),
            frame: self.frames.as_mut_ptr(),
            lowest,
            words_end: std::ptr::null(),
            refs_end: std::ptr::null(),
            word_globals: machine.globals(Kind::Word).as_mut_ptr().cast(),
            ref_globals: machine.globals(Kind::Ref).as_mut_ptr().cast(),
            texts: texts.as_ptr(),
            methods: codes.methods(),
            native: 0,
            refill: refill::<P>,
            deepen: deepen::<P>,
            grow: grow::<P>,
            give: give::<P>,
            exit: Exit::Done,
            trap: Trap::Tampered,
        };
        let mut run = Context {
            state,
            machine,
            entries: &mut self.entries,
            word_args: &self.word_args,
            frames: &mut self.frames,
            translator: codes,
            fault: None,
        };
        run.whole(proc)
    }
}

impl<P: Profile<Stack = FrameStack>> Context<'_, '_, P> {
    /// Runs `proc`, whose arguments are all that is on the stacks.
    fn whole(&mut self, proc: ProcId) -> Result<(), RunError> {
        self.make_frames();
        if let Err(fault) = self.begin(proc) {
            return Err(RunError::outside(fault.trap(), fault.message()));
        }
        let mut threaded = super::check::is_threaded::<P>();
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
            let fault = match self.state.exit {
                Exit::Done => break Ok(()),
                Exit::Drift => {
                    threaded = false;
                    continue;
                }
                Exit::Trap => Fault::Trap(self.state.trap),
                Exit::Fault => self.fault.take().unwrap_or_else(|| Fault::broken("a fault was lost")),
            };
            if let Err(fault) = self.catch(fault) {
                break Err(self.machine.run_error(&fault));
            }
        };
        let deepest = i64::from(self.machine.stack_limit()) - self.state.lowest;
        self.machine.reached(u32::try_from(deepest).unwrap_or(0));
        self.machine.budget().set_slice(self.state.slice);
        if ended.is_ok() {
            // The result is the first slot of the outermost window.
            self.machine.words().keep_first();
            self.machine.refs().keep_first();
        }
        ended
    }

    /// Makes the frame of the outermost procedure.
    fn begin(&mut self, proc: ProcId) -> Result<(), Fault> {
        let bases = (0, 0);
        self.state.frame = self.frames.as_mut_ptr();
        let left = i64::from(self.machine.stack_limit()) - 1;
        // SAFETY: `make_frames` made room for more than one.
        unsafe {
            self.state.frame.write(Frame { left, ..Frame::OUTERMOST });
        }
        let need = self.entries.get(proc.index()).map_or(0, |entry| entry.need);
        self.accept(left - i64::from(need))?;
        self.translate(proc)?;
        let entry = self.entries.get(proc.index()).copied();
        let entry = entry.ok_or_else(|| Fault::broken("a procedure is missing"))?;
        let spare = 2 * SPARE;
        self.machine.words().reserve(usize::from(entry.words) + spare);
        self.machine.refs().reserve(usize::from(entry.refs) + spare);
        self.open_windows(entry, bases);
        Ok(())
    }
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
