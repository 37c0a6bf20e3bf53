//! What the instructions of register code work on.
//!
//! ```text
//! in machine registers          in memory, behind `state`
//! ip      next word             entries   every procedure, by number
//! words   w0 of the frame       frame     the last of the active procedures
//! refs    r0 of the frame       lowest    the least that any frame left of the stack rule
//! acc…    what a row just gave  slice     fuel of the slice
//!                               …
//! ```
//!
//! Everything here is plain numbers and pointers, whatever the machine is made of, so that the instructions that only
//! compute are compiled once.
//!
//! The invariant that all of `engine` rests on (*sound code*): `ip` points into the words of a procedure that passed
//! [`RegCode::check`](crate::RegCode::check), at the first word of an instruction; `words` and `refs` point to windows
//! of two [`FrameStack`](super::FrameStack)s with room for all slots that the procedure's words name, all of them
//! initialised; nothing else reads or writes those slots while the loop runs.

use super::methods::Methods;
use super::sites::Kept;
use lyra_bytecode::{Kind, Trap};

/// A procedure as calls see it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Entry {
    /// Its first word: that which translates it, as long as nobody called it.
    pub(super) start: *const u64,
    pub(super) code: *const super::code::Code,
    /// The most operands that it ever has waiting.
    pub(super) need: u32,
    /// Word slots of its frame.
    pub(super) words: u16,
    /// Reference slots of its frame.
    pub(super) refs: u16,
    /// How many of those are arguments.
    pub(super) ref_args: u16,
}

/// A procedure that is active.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Frame {
    /// Where its caller goes on.
    pub(super) ip: *const u64,
    /// Its own code.
    pub(super) code: *const super::code::Code,
    /// Entries of the stack rule that it leaves.
    pub(super) left: i64,
    /// How far its windows lie above those of its caller, in slots.
    pub(super) above: Above,
    /// What becomes of the result: [`Frame::RESULT`] in most calls.
    pub(super) gives: u32,
}

/// Distances between the windows of two frames, in slots: words in the lower half, references in the upper.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub(super) struct Above(pub(super) u32);

impl Above {
    #[inline(always)]
    pub(super) fn new(words: u16, refs: u16) -> Self {
        Self(u32::from(words) | u32::from(refs) << 16)
    }

    #[inline(always)]
    pub(super) const fn words(self) -> usize {
        self.0 as u16 as usize
    }

    #[inline(always)]
    pub(super) const fn refs(self) -> usize {
        (self.0 >> 16) as usize
    }
}

impl Frame {
    /// The callee gives what it returns.
    pub(super) const RESULT: u32 = 0;
    /// The host called.
    pub(super) const HOST: u32 = 1;
    /// The callee gives `none` where a value of `any` is wanted.
    pub(super) const NOTHING: u32 = 2;
    /// From here on: the callee gives a value of the type of that number, wanted as an `any`.
    pub(super) const ANY: u32 = 3;

    /// That of a procedure that the host calls, before anything is known of it.
    pub(super) const OUTERMOST: Self =
        Self { ip: std::ptr::null(), code: std::ptr::null(), left: 0, above: Above(0), gives: Self::HOST };
}

/// Why the loop was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    /// The outermost procedure returned.
    Done,
    /// `trap` happened at `ip`.
    Trap,
    /// A fault, kept elsewhere, happened at `ip`.
    Fault,
    /// The native stack grew: the calls of the threaded form were none in tail position. Go on in the other form.
    Drift,
}

/// What stands in memory while the loop runs; with `ip`, `words`, `refs` and `slice` as they were when it was left.
#[repr(C)]
pub(super) struct State {
    pub(super) ip: *const u64,
    pub(super) words: *mut u64,
    pub(super) refs: *mut u64,
    pub(super) slice: i64,
    pub(super) entries: *const Entry,
    /// The running procedure; those of its callers lie below, and there is always room for one above.
    pub(super) frame: *mut Frame,
    /// The least that any frame left, with its need: where less is left, frames have no room yet.
    pub(super) lowest: i64,
    /// Past the last slot of each stack, less [`SPARE`].
    pub(super) words_end: *const u64,
    pub(super) refs_end: *const u64,
    pub(super) word_globals: *mut u64,
    pub(super) ref_globals: *mut u64,
    pub(super) texts: *const u64,
    pub(super) methods: *const Methods,
    /// What sites keep, by number.
    pub(super) sites: *mut Kept,
    /// An address of the native stack when the loop was entered.
    pub(super) native: usize,
    /// Looks at what hangs on fuel, after so many units were taken. `false`: leave.
    pub(super) refill: unsafe fn(*mut State, u32) -> bool,
    /// Accepts that so many entries are left, or not.
    pub(super) deepen: unsafe fn(*mut State, i64) -> bool,
    /// Makes room for the windows of a procedure, so many slots above those of the running frame.
    pub(super) grow: unsafe fn(*mut State, u32, Above),
    /// Returns to a caller that wants something else than the result. `false`: leave.
    pub(super) give: unsafe fn(*mut State, Option<Kind>) -> bool,
    pub(super) exit: Exit,
    pub(super) trap: Trap,
}

/// Whether fuel is counted. A build without, which has no limits of work and time at all, shows what counting costs:
/// `cargo xtask bench parts` makes one, with the flag `--cfg lyra_uncounted` that only whoever builds the final program
/// can give.
pub const COUNTS: bool = !cfg!(lyra_uncounted);

/// Slots above every frame that are there in any case: a result of a call through the table of slow instructions.
pub(super) const SPARE: usize = 8;

/// The machine registers of the loop.
pub(super) struct Regs {
    pub(super) state: *mut State,
    pub(super) ip: *const u64,
    pub(super) words: *mut u64,
    pub(super) refs: *mut u64,
    /// What the last instruction computed, if that was a word but no `f64`: [`accumulator`](super::accumulator).
    pub(super) acc: u64,
    /// What the last instruction computed, if that was an `f64`.
    pub(super) acc_f64: f64,
}

/// An instruction, in two halves, so that the first needs no more than the machine registers: it calls nothing.
///
/// # Safety
/// Of both: *sound code*, and `ip` is at an instruction of this kind.
pub(super) trait Body {
    /// Carries it out and goes on at `ip`; or changes nothing and gives `false`, for [`Body::slow`] to do it.
    unsafe fn run(r: &mut Regs) -> bool;

    /// What [`Body::run`] left. `false` leaves the loop, with the registers saved.
    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: the caller's.
        unsafe { r.trap(Trap::Tampered) }
    }

    /// [`Body::slow`], with the registers in `state` afterwards. They are handed over as they are: what had just been
    /// written there one by one, and were then read by pairs, would be slow to read.
    #[inline(never)]
    unsafe fn slow_in_memory(state: *mut State, ip: *const u64, words: *mut u64, refs: *mut u64) -> bool {
        // SAFETY: the caller's.
        unsafe {
            let mut r = Regs { state, ip, words, refs, acc: 0, acc_f64: 0.0 };
            let goes_on = Self::slow(&mut r);
            if goes_on {
                r.save();
            }
            goes_on
        }
    }
}

/// Operands of a word.
#[inline(always)]
pub(super) const fn a(word: u64) -> usize {
    (word >> 16) as u16 as usize
}
#[inline(always)]
pub(super) const fn b(word: u64) -> usize {
    (word >> 32) as u16 as usize
}
#[inline(always)]
pub(super) const fn c(word: u64) -> usize {
    (word >> 48) as usize
}
/// `c` with its sign.
#[inline(always)]
pub(super) const fn signed_c(word: u64) -> isize {
    (word.cast_signed() >> 48) as isize
}
/// `b` as a word, its sign extended: the immediate of a comparison.
#[inline(always)]
pub(super) const fn signed_b(word: u64) -> u64 {
    ((word << 16).cast_signed() >> 48).cast_unsigned()
}
/// The number in `b` and `c`.
#[inline(always)]
pub(super) const fn wide(word: u64) -> u32 {
    (word >> 32) as u32
}

/// Each method needs *sound code*, and that the word names such a slot.
impl Regs {
    /// The registers that stand in `state`.
    #[inline(always)]
    pub(super) unsafe fn of(state: *mut State) -> Self {
        // SAFETY: `state` is the loop's own.
        unsafe {
            let (words, refs) = ((*state).words, (*state).refs);
            // Nothing reads the accumulators after the loop was left: what computes does not leave it.
            Self { state, ip: (*state).ip, words, refs, acc: 0, acc_f64: 0.0 }
        }
    }

    /// The word at `ip`.
    #[inline(always)]
    pub(super) unsafe fn word(&self) -> u64 {
        // SAFETY: sound code.
        unsafe { *self.ip }
    }

    /// The word after it, of an instruction of two.
    #[inline(always)]
    pub(super) unsafe fn second(&self) -> u64 {
        // SAFETY: sound code, an instruction of two words.
        unsafe { *self.ip.add(1) }
    }

    #[inline(always)]
    pub(super) unsafe fn w(&self, slot: usize) -> u64 {
        // SAFETY: sound code.
        unsafe { *self.words.add(slot) }
    }

    #[inline(always)]
    pub(super) unsafe fn set_w(&mut self, slot: usize, value: u64) {
        // SAFETY: sound code.
        unsafe { *self.words.add(slot) = value }
    }

    #[inline(always)]
    pub(super) unsafe fn r(&self, slot: usize) -> u64 {
        // SAFETY: sound code.
        unsafe { *self.refs.add(slot) }
    }

    #[inline(always)]
    pub(super) unsafe fn set_r(&mut self, slot: usize, value: u64) {
        // SAFETY: sound code.
        unsafe { *self.refs.add(slot) = value }
    }

    /// Goes on `count` words further.
    #[inline(always)]
    pub(super) unsafe fn step(&mut self, count: usize) -> bool {
        // SAFETY: sound code does not fall off its end.
        self.ip = unsafe { self.ip.add(count) };
        true
    }

    /// Goes on `distance` words from here.
    #[inline(always)]
    pub(super) unsafe fn go(&mut self, distance: isize) -> bool {
        // SAFETY: sound code lands on an instruction.
        self.ip = unsafe { self.ip.offset(distance) };
        true
    }

    /// [`Regs::go`] of a branch that is taken. The processor foretells a jump and goes on with `ip` at once; chosen by a
    /// conditional move, which the compiler would make of it, `ip` waits for what is compared.
    #[inline(always)]
    pub(super) unsafe fn branch(&mut self, distance: isize) -> bool {
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        // SAFETY: it is empty.
        unsafe {
            std::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        // SAFETY: the caller's.
        unsafe { self.go(distance) }
    }

    /// Writes the registers where whoever is outside finds them.
    #[inline(always)]
    pub(super) unsafe fn save(&self) {
        // SAFETY: `state` is the loop's own.
        unsafe {
            (*self.state).ip = self.ip;
            (*self.state).words = self.words;
            (*self.state).refs = self.refs;
        }
    }

    /// Reads them back.
    #[inline(always)]
    pub(super) unsafe fn load(&mut self) {
        // SAFETY: as for `save`.
        unsafe {
            self.ip = (*self.state).ip;
            self.words = (*self.state).words;
            self.refs = (*self.state).refs;
        }
    }

    /// Leaves with a trap at `ip`.
    pub(super) unsafe fn trap(&mut self, trap: Trap) -> bool {
        // SAFETY: `state` is the loop's own.
        unsafe {
            self.save();
            (*self.state).trap = trap;
            (*self.state).exit = Exit::Trap;
        }
        false
    }

    /// Pays units of fuel, if the slice has them.
    #[inline(always)]
    pub(super) unsafe fn pay(&mut self, units: u32) -> bool {
        if !COUNTS {
            return true;
        }
        // SAFETY: `state` is the loop's own.
        unsafe {
            let left = (*self.state).slice - i64::from(units);
            let pays = left >= 0;
            if pays {
                (*self.state).slice = left;
            }
            pays
        }
    }

    /// Pays units of fuel at `ip`, with a new slice where this one is over: `false` where that ends the run.
    pub(super) unsafe fn pay_slowly(&mut self, units: u32) -> bool {
        // SAFETY: `state` is the loop's own; the registers go out.
        unsafe {
            (*self.state).slice -= i64::from(units);
            if (*self.state).slice >= 0 {
                return true;
            }
            self.save();
            ((*self.state).refill)(self.state, units)
        }
    }
}
