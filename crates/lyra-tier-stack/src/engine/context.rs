//! A run: what the loop works on, with the machine that does what the loop does not do itself.

use super::code::Code;
use super::methods::Methods;
use super::sites::Sites;
use super::stack::FrameStack;
use super::state::{Above, Entry, Exit, Frame, SPARE, State};
use lyra_base::id::Id;
use lyra_bytecode::{GlobalId, Kind, Op, ProcId, TypeId};
use lyra_runtime::{Fault, Heap, Slot, Stack};
use lyra_vm_core::engine::{Entered, Gives, Machine};
use lyra_vm_core::{Profile, Program};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;

/// What finds the code of a procedure.
pub(super) trait Translator: Send + Sync {
    /// The code of a procedure.
    fn code(&self, program: &Program, proc: ProcId) -> Option<&Code>;

    /// The methods of interfaces.
    fn methods(&self) -> &Methods;
}

/// A run, and what an engine keeps from one to the next. `state` is first: a pointer to it is a pointer to all of it.
#[repr(C)]
pub(super) struct Context<P: Profile> {
    pub(super) state: State,
    pub(super) machine: Lent<P>,
    pub(super) entries: Box<[Entry]>,
    pub(super) word_args: Box<[u32]>,
    pub(super) sites: Sites,
    pub(super) frames: Vec<Frame>,
    /// `None`: the program has procedures that are too large.
    pub(super) translator: Option<Arc<dyn Translator>>,
    /// Whether it begins in the threaded form.
    pub(super) is_threaded: bool,
    pub(super) fault: Option<Fault>,
}

/// The machine of the run: between runs there is none, and nobody asks for it.
pub(super) struct Lent<P: Profile>(NonNull<Machine<'static, P>>);

impl<P: Profile> Lent<P> {
    /// That of a run that begins and has it until it ends. What the machine itself borrows lives longer than the run.
    #[inline]
    pub(super) fn of(machine: &mut Machine<'_, P>) -> Self {
        Self(NonNull::from(machine).cast())
    }

    /// Between runs.
    pub(super) fn nothing() -> Self {
        Self(NonNull::dangling())
    }
}

impl<P: Profile> Deref for Lent<P> {
    type Target = Machine<'static, P>;

    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        // SAFETY: asked for during a run only, whose `Engine::run` has borrowed the machine for all of it and uses it by
        // this alone.
        unsafe { self.0.as_ref() }
    }
}

impl<P: Profile> DerefMut for Lent<P> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        // SAFETY: as for `deref`; whoever has the context has it alone.
        unsafe { self.0.as_mut() }
    }
}

/// The run that `state` is the state of.
///
/// # Safety
/// `state` comes from a `Context<P>` in a run, that lives and that nothing else borrows.
pub(super) unsafe fn context<'x, P: Profile>(state: *mut State) -> &'x mut Context<P> {
    // SAFETY: the caller's; the state is the first field.
    unsafe { &mut *state.cast() }
}

/// The heap of the run that `state` is the state of.
///
/// # Safety
/// As [`context`].
#[inline(always)]
pub(super) unsafe fn heap<'x, P: Profile>(state: *mut State) -> &'x mut P::Heap {
    // SAFETY: the caller's.
    unsafe { context::<P>(state) }.machine.heap_mut()
}

fn lost() -> Fault {
    Fault::broken("register code is missing")
}

impl<P: Profile<Stack = FrameStack>> Context<P> {
    /// The code that runs.
    fn code(&self) -> Option<&'static Code> {
        self.code_of(self.state.frame)
    }

    /// The code of an active procedure.
    fn code_of(&self, frame: *const Frame) -> Option<&'static Code> {
        // SAFETY: frames up to `state.frame` are initialised; `code` is null or points into the program's codes, which
        // outlive the run, and the reference does not leave this file.
        unsafe { (*frame).code.as_ref() }
    }

    /// Where the windows of the running frame begin, in slots: words, references.
    fn bases(&mut self) -> (usize, usize) {
        let offset = |window: *mut u64, base: *mut u64| (window as usize).wrapping_sub(base as usize) / 8;
        let words = offset(self.state.words, self.machine.words().base());
        let refs = offset(self.state.refs, self.machine.refs().base());
        (words, refs)
    }

    /// Puts the windows of the running frame there, where the stacks stand now.
    #[inline]
    pub(super) fn set_bases(&mut self, (words, refs): (usize, usize)) {
        let stack = self.machine.words();
        self.state.words = stack.base().wrapping_add(words);
        self.state.words_end = stack.base().wrapping_add(stack.capacity().saturating_sub(SPARE));
        let stack = self.machine.refs();
        self.state.refs = stack.base().wrapping_add(refs);
        self.state.refs_end = stack.base().wrapping_add(stack.capacity().saturating_sub(SPARE));
    }

    /// Tells the stacks how far the running frame goes, so that collections see it and pushes land above it.
    pub(super) fn set_tops(&mut self) -> (usize, usize) {
        let (words, refs) = self.bases();
        let (word_slots, ref_slots) =
            self.code().map_or((0, 0), |code| (usize::from(code.word_slots), usize::from(code.ref_slots)));
        self.machine.words().set_len(words + word_slots);
        self.machine.refs().set_len(refs + ref_slots);
        (words, refs)
    }

    /// Tells the reference stack how far the running frame goes, so that collections see it.
    #[inline]
    pub(super) fn show_refs(&mut self) {
        let slots = self.code().map_or(0, |code| usize::from(code.ref_slots));
        let top = self.state.refs.wrapping_add(slots);
        let stack = self.machine.refs();
        let length = (top as usize).wrapping_sub(stack.base() as usize) / size_of::<u64>();
        stack.set_len(length);
    }

    /// Does something that pays from the budget.
    #[inline]
    pub(super) fn paying<R>(&mut self, work: impl FnOnce(&mut Self) -> R) -> R {
        self.machine.budget().set_slice(self.state.slice);
        let done = work(self);
        self.state.slice = self.machine.budget().slice();
        done
    }

    /// Leaves the loop with a fault at `ip`.
    pub(super) fn fail(&mut self, fault: Fault) -> bool {
        self.fault = Some(fault);
        self.state.exit = Exit::Fault;
        false
    }

    /// The calls that are active, for a trace.
    pub(super) fn show_calls(&mut self) {
        let mut calls = Vec::with_capacity(self.frames.len() + 1);
        let mut frame = self.frames.as_ptr();
        while frame < self.state.frame.cast_const() {
            let caller = frame;
            // SAFETY: frames up to `state.frame` are initialised.
            frame = unsafe { frame.add(1) };
            if let Some(code) = self.code_of(caller) {
                // SAFETY: as above.
                let after = unsafe { (*frame).ip };
                code.calls_at(code.number(after).saturating_sub(1), &mut calls);
            }
        }
        if let Some(code) = self.code() {
            code.calls_at(code.number(self.state.ip), &mut calls);
        }
        self.machine.set_calls(calls.into_iter());
    }

    /// Goes on in a procedure whose arguments are on the tops of the stacks.
    pub(super) fn enter(&mut self, entered: Entered, waits: u32, bases: (usize, usize)) -> Result<(), Fault> {
        let Entered { proc, gives } = entered;
        let entry = *self.entries.get(proc.index()).ok_or_else(lost)?;
        // SAFETY: there is always a frame.
        let left = unsafe { (*self.state.frame).left } - 1 - i64::from(waits);
        self.accept(left - i64::from(entry.need))?;
        self.translate(proc)?;
        let entry = *self.entries.get(proc.index()).ok_or_else(lost)?;
        let args = self.word_args.get(proc.index()).copied().unwrap_or(0) as usize;
        let words = self.machine.words().len().checked_sub(args).ok_or_else(lost)?;
        let refs = self.machine.refs().len().checked_sub(entry.ref_args.into()).ok_or_else(lost)?;
        let above = |new: usize, old: usize| u16::try_from(new.wrapping_sub(old)).map_err(|_| lost());
        let frame = Frame {
            ip: self.state.ip.wrapping_add(1),
            code: entry.code,
            left,
            above: Above::new(above(words, bases.0)?, above(refs, bases.1)?),
            gives: match gives {
                Gives::Result => Frame::RESULT,
                Gives::Any(None) => Frame::NOTHING,
                Gives::Any(Some(ty)) => Frame::ANY.saturating_add(ty.0),
            },
        };
        self.push_frame(frame);
        // What stands below the tops, the arguments too, is kept.
        self.machine.words().reserve(usize::from(entry.words) + 2 * SPARE);
        self.machine.refs().reserve(usize::from(entry.refs) + 2 * SPARE);
        self.open_windows(entry, (words, refs));
        Ok(())
    }

    /// Puts a frame above the last.
    fn push_frame(&mut self, frame: Frame) {
        // SAFETY: `accept` made room for the frames of all calls that it let pass.
        unsafe {
            self.state.frame = self.state.frame.add(1);
            self.state.frame.write(frame);
        }
    }

    /// Goes to the first word of a procedure whose windows have room, and whose arguments stand in them.
    #[inline]
    pub(super) fn open_windows(&mut self, entry: Entry, bases: (usize, usize)) {
        self.set_bases(bases);
        for slot in entry.ref_args..entry.refs {
            // SAFETY: there is room for all slots.
            unsafe { *self.state.refs.add(slot.into()) = 0 };
        }
        // SAFETY: there is always a frame; nobody knew its code before its first call.
        unsafe { (*self.state.frame).code = entry.code };
        self.state.ip = entry.start;
    }

    // ---- the rest of calls ----

    /// Whether the stack rule lets a call pass that leaves so many entries; makes room for its frame.
    pub(super) fn accept(&mut self, rest: i64) -> Result<(), Fault> {
        if rest >= self.state.lowest {
            return Ok(());
        }
        if rest < 0 {
            return Err(self.machine.too_deep());
        }
        self.state.lowest = rest;
        self.make_frames();
        Ok(())
    }

    /// Makes sure that as many frames have room as calls can pass without asking.
    #[inline]
    pub(super) fn make_frames(&mut self) {
        let most = i64::from(self.machine.stack_limit()) - self.state.lowest + 2;
        let needed = usize::try_from(most).unwrap_or(2);
        if needed > self.frames.len() {
            self.grow_frames(needed);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow_frames(&mut self, needed: usize) {
        // SAFETY: both point into `frames`.
        let used = unsafe { self.state.frame.offset_from(self.frames.as_ptr()) };
        let size = needed.max(self.frames.len() * 2);
        self.frames.resize(size, Frame::OUTERMOST);
        self.state.frame = self.frames.as_mut_ptr().wrapping_offset(used);
    }

    /// [`State::deepen`](State): a call leaves less than any before.
    pub(super) fn deepen(&mut self, rest: i64) -> bool {
        match self.accept(rest) {
            Ok(()) => true,
            Err(fault) => self.fail(fault),
        }
    }

    /// Makes room for the windows of `proc`, `above` slots over those of the running frame.
    pub(super) fn grow(&mut self, proc: ProcId, above: Above) {
        let Some(&entry) = self.entries.get(proc.index()) else { return };
        let bases = self.set_tops();
        self.machine.words().reserve(above.words() + usize::from(entry.words) + 2 * SPARE);
        self.machine.refs().reserve(above.refs() + usize::from(entry.refs) + 2 * SPARE);
        self.set_bases(bases);
    }

    /// Translates a procedure whose call was made, and opens its windows where that put them.
    pub(super) fn first_call(&mut self, proc: ProcId) -> bool {
        if let Err(fault) = self.translate(proc) {
            return self.fail(fault);
        }
        let Some(&entry) = self.entries.get(proc.index()) else { return self.fail(lost()) };
        let (words, refs) = self.bases();
        let word_args = self.word_args.get(proc.index()).copied().unwrap_or(0) as usize;
        self.machine.words().open(words + word_args, usize::from(entry.words) + 2 * SPARE);
        self.machine.refs().open(refs + usize::from(entry.ref_args), usize::from(entry.refs) + 2 * SPARE);
        self.open_windows(entry, (words, refs));
        true
    }

    /// Makes a record of parts that stand in slots of the running frame, or are `none`, and puts it into one.
    pub(super) fn new_record(&mut self, ty: TypeId, variant: u16, parts: &[Slot], to: usize) -> bool {
        self.show_refs();
        let made = self.paying(|run| run.machine.lend(|env| env.new_record(ty, variant, parts)));
        match made {
            Ok(record) => {
                // SAFETY: sound code names slots of the frame.
                unsafe { *self.state.refs.add(to) = record.bits() };
                true
            }
            Err(fault) => self.fail(fault),
        }
    }

    /// Puts a value, which stands in a slot of the running frame, at the end of an array, and goes on a word further.
    pub(super) fn append(&mut self, array: u64, value: u64) -> bool {
        self.show_refs();
        let (array, value) = (Slot::word(array).as_ref(), Slot::word(value));
        let done = self.paying(|run| run.machine.lend(|env| env.append(array, value)));
        match done {
            Ok(()) => {
                self.state.ip = self.state.ip.wrapping_add(1);
                true
            }
            Err(fault) => self.fail(fault),
        }
    }

    /// Whether a global that holds what it began with has a value: else the fault that says so.
    pub(super) fn unset_global(&mut self, kind: Kind, global: GlobalId) -> Result<(), Fault> {
        self.set_tops();
        let op = match kind {
            Kind::Ref => Op::GetGlobalRef { global },
            Kind::Word => Op::GetGlobalWord { global },
        };
        let bases = self.bases();
        self.machine.execute(op, ProcId(0), 0)?;
        self.set_bases(bases);
        Ok(())
    }

    pub(super) fn translate(&mut self, proc: ProcId) -> Result<(), Fault> {
        let entry = self.entries.get_mut(proc.index()).ok_or_else(lost)?;
        if !entry.code.is_null() {
            return Ok(());
        }
        let translator = self.translator.as_deref().ok_or_else(lost)?;
        let code = translator.code(self.machine.program(), proc).ok_or_else(lost)?;
        self.sites.grow(code.sites);
        self.state.sites = self.sites.as_mut_ptr();
        entry.code = code;
        entry.start = code.words.as_ptr();
        entry.words = code.word_slots;
        entry.refs = code.ref_slots;
        Ok(())
    }

    /// A return to an instruction that wants something else than the result, which is the first slot of its window.
    pub(super) fn give(&mut self, kind: Option<Kind>) -> bool {
        // SAFETY: there is always the frame of whoever called.
        let frame = unsafe { *self.state.frame };
        self.set_tops();
        let bases = self.bases();
        // SAFETY: the result was put there.
        let result = kind.map(|kind| unsafe {
            let slot = match kind {
                Kind::Ref => *self.state.refs,
                Kind::Word => *self.state.words,
            };
            (kind, Slot::word(slot))
        });
        let ty = frame.gives.checked_sub(Frame::ANY).map(TypeId);
        // A collection in between pays from the budget.
        self.machine.budget().set_slice(self.state.slice);
        let given = self.machine.as_any(ty, result);
        self.state.slice = self.machine.budget().slice();
        let given = match given {
            Ok(given) => given,
            Err(fault) => return self.fail(fault),
        };
        self.set_bases(bases);
        // SAFETY: every stack has spare slots above its last frame.
        unsafe { *self.state.refs = given.as_word() };
        self.pop_frame();
        true
    }

    /// Goes back to the caller.
    fn pop_frame(&mut self) {
        // SAFETY: as in `give`; the windows of the caller lie below.
        unsafe {
            let frame = *self.state.frame;
            self.state.frame = self.state.frame.sub(1);
            self.state.words = self.state.words.sub(frame.above.words());
            self.state.refs = self.state.refs.sub(frame.above.refs());
            self.state.ip = frame.ip;
        }
    }

    // ---- fuel ----

    /// The slice ran out, after `units` were taken from it.
    pub(super) fn refill(&mut self, units: u32) -> bool {
        let here = 0u8;
        if (std::ptr::addr_of!(here) as usize).abs_diff(self.state.native) > NATIVE_DRIFT {
            self.state.slice += i64::from(units);
            self.state.exit = Exit::Drift;
            return false;
        }
        self.set_tops();
        self.machine.budget().set_slice(self.state.slice);
        let outcome = self.machine.refill();
        // Also where the run ends: what was put into the slice is not used.
        self.state.slice = self.machine.budget().slice();
        match outcome {
            Ok(()) => true,
            Err(fault) => self.fail(fault),
        }
    }

    // ---- errors ----

    /// Goes on at the handler of a fault that happened at `ip`; gives it back where there is none.
    pub(super) fn catch(&mut self, fault: Fault) -> Result<(), Fault> {
        self.set_tops();
        self.machine.budget().set_slice(self.state.slice);
        self.show_calls();
        if !Machine::<P>::can_catch(&fault) {
            return Err(fault);
        }
        let Some((depth, landing, slot)) = self.find_handler() else { return Err(fault) };
        let bases = self.bases();
        let error = self.machine.caught(&fault)?;
        self.state.slice = self.machine.budget().slice();
        self.set_bases(bases);
        for _ in 0..depth {
            self.pop_frame();
        }
        // SAFETY: sound code: the landing is an instruction of the frame's, the slot one of its slots.
        unsafe {
            let code = self.code().ok_or_else(lost)?;
            self.state.ip = code.words.as_ptr().add(landing as usize);
            *self.state.refs.add(slot.into()) = Slot::from(error).as_word();
        }
        Ok(())
    }

    /// How many frames further out the handler is, where it begins, and the slot that gets the error.
    fn find_handler(&self) -> Option<(usize, u32, u16)> {
        let code = self.code()?;
        if let Some(range) = code.range(code.number(self.state.ip)) {
            return Some((0, range.landing, range.error));
        }
        let mut frame = self.state.frame.cast_const();
        let mut depth = 1;
        loop {
            // SAFETY: the host called the first, so the walk ends there.
            let called = unsafe { *frame };
            if called.gives == Frame::HOST {
                return None;
            }
            // SAFETY: as above.
            frame = unsafe { frame.sub(1) };
            let code = self.code_of(frame)?;
            if let Some(range) = code.range(code.number(called.ip).saturating_sub(1)) {
                return Some((depth, range.landing, range.error));
            }
            depth += 1;
        }
    }
}

/// Bytes by which the native stack may differ between two looks at it.
const NATIVE_DRIFT: usize = 64 << 10;

/// An element that is not there, or an object that cannot be used: the fault that says so.
pub(super) fn element_fault<P: Profile, T: lyra_runtime::Element>(
    heap: &P::Heap,
    array: lyra_runtime::Ref,
    index: u64,
) -> Fault {
    match heap.array::<T>(array) {
        Ok(elements) => Fault::index(Slot::word(index).as_i32().into(), elements.len()),
        Err(fault) => fault,
    }
}
