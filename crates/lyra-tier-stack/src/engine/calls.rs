//! Calls and returns.

use super::flow::bodies;
use super::state::{Above, Body, COUNTS, Entry, Exit, Frame, Regs, State, a, c, wide};
use lyra_bytecode::Kind;

/// A call as its words, of which there are two, and perhaps values say it.
pub(super) struct Site {
    /// How far above the caller's windows those of the callee begin.
    pub(super) above: Above,
    /// Entries that it takes in the caller: one, and the operands that wait.
    takes: i64,
    pub(super) proc: u32,
}

impl Site {
    #[inline(always)]
    unsafe fn near(r: &Regs, word: u64) -> Self {
        // SAFETY: an instruction of two words.
        let second = unsafe { r.second() };
        Self::of(word, second as u32)
    }

    /// A call of `proc` whose first word says where its windows are and how much waits.
    #[inline(always)]
    pub(super) fn of(word: u64, proc: u32) -> Self {
        Self { above: Above((word >> 16) as u32), takes: c(word) as i64 + 1, proc }
    }

    #[inline(always)]
    unsafe fn far(r: &Regs, word: u64) -> Self {
        // SAFETY: an instruction of two words.
        let second = unsafe { r.second() };
        Self { above: Above((word >> 16) as u32), takes: (second >> 32) as i64 + 1, proc: second as u32 }
    }

    /// The entry of the callee.
    #[inline(always)]
    pub(super) unsafe fn entry(&self, r: &Regs) -> *const Entry {
        // SAFETY: sound code names procedures of the program.
        unsafe { (*r.state).entries.add(self.proc as usize) }
    }

    /// Goes there, with nothing in the way; or changes nothing that anyone looks at.
    #[inline(always)]
    pub(super) unsafe fn go(&self, r: &mut Regs) -> bool {
        // SAFETY: there is always room for a frame above the last; windows begin within the caller's frame, so pointers
        // to their ends stay within the stacks and the spare slots above them, or are only compared.
        unsafe {
            let entry = self.entry(r);
            let caller = (*r.state).frame;
            let left = (*caller).left - self.takes;
            let frame = caller.add(1);
            // First of all: the fewer numbers have to wait for the tests, the fewer have to be put aside.
            (*frame).ip = r.ip.add(2);
            (*frame).code = (*entry).code;
            (*frame).left = left;
            (*frame).above = self.above;
            (*frame).gives = Frame::RESULT;
            if left - i64::from((*entry).need) < (*r.state).lowest || (COUNTS && (*r.state).slice < 1) {
                return false;
            }
            let words = r.words.add(self.above.words());
            if words.wrapping_add((*entry).words.into()).cast_const() > (*r.state).words_end {
                return false;
            }
            let refs = r.refs.add(self.above.refs());
            if refs.wrapping_add((*entry).refs.into()).cast_const() > (*r.state).refs_end {
                return false;
            }
            let mut slot = (*entry).ref_args;
            while slot < (*entry).refs {
                // Not a call of `memset`, which would cost more than the few slots that frames have.
                refs.add(slot.into()).write_volatile(0);
                slot += 1;
            }
            (*r.state).slice -= i64::from(COUNTS);
            (*r.state).frame = frame;
            r.words = words;
            r.refs = refs;
            r.ip = (*entry).start;
            true
        }
    }

    /// Removes what is in the way, and goes there.
    unsafe fn go_slowly(&self, r: &mut Regs) -> bool {
        // SAFETY: sound code. Whoever is asked may move the stacks, so the registers go out and come back.
        unsafe { r.pay_slowly(1) && self.make_way(r) && self.go(r) }
    }

    /// Makes sure, of a call that was paid for, that nothing is in its way when it pays.
    pub(super) unsafe fn make_way(&self, r: &mut Regs) -> bool {
        // SAFETY: as for `go_slowly`.
        unsafe {
            let entry = self.entry(r);
            let rest = (*(*r.state).frame).left - self.takes - i64::from((*entry).need);
            r.save();
            if rest < (*r.state).lowest && !((*r.state).deepen)(r.state, rest) {
                return false;
            }
            ((*r.state).grow)(r.state, self.proc, self.above);
            r.load();
            // It is paid for.
            (*r.state).slice += 1;
            true
        }
    }
}

/// Goes back to the caller, with the result in the first slot of its window, if that is all it wants.
#[inline(always)]
unsafe fn finish(r: &mut Regs) -> bool {
    // SAFETY: there is always the frame of whoever called; the windows of the caller lie below.
    unsafe {
        let frame = (*r.state).frame;
        if (*frame).gives != Frame::RESULT {
            return false;
        }
        (*r.state).frame = frame.sub(1);
        let above = (*frame).above;
        r.words = r.words.sub(above.words());
        r.refs = r.refs.sub(above.refs());
        r.ip = (*frame).ip;
        true
    }
}

/// Goes back to a caller that wants something else.
unsafe fn finish_slowly(r: &mut Regs, kind: Option<Kind>) -> bool {
    // SAFETY: as for `finish`.
    unsafe {
        let goes_on = finish_in_memory(r, kind);
        if goes_on {
            r.load();
        }
        goes_on
    }
}

/// [`finish_slowly`], with the registers in `state` afterwards: what every call of the host's ends with.
#[inline(always)]
unsafe fn finish_in_memory(r: &Regs, kind: Option<Kind>) -> bool {
    // SAFETY: as for `finish`.
    unsafe {
        r.save();
        if (*(*r.state).frame).gives == Frame::HOST {
            (*r.state).exit = Exit::Done;
            return false;
        }
        ((*r.state).give)(r.state, kind)
    }
}

bodies! {
    /// Calls a procedure.
    Call(r, word) {
        Site::near(r, word).go(r)
    } slow {
        Site::near(r, word).go_slowly(r)
    }
    /// Calls a procedure while very much waits.
    CallFar(r, word) {
        Site::far(r, word).go(r)
    } slow {
        Site::far(r, word).go_slowly(r)
    }
    /// Returns nothing.
    Return(r, _word) {
        finish(r)
    } slow {
        finish_slowly(r, None)
    } in memory |r: &Regs| finish_in_memory(r, None)
    /// Returns a word.
    ReturnWord(r, word) {
        let value = r.w(a(word));
        r.set_w(0, value);
        finish(r)
    } slow {
        finish_slowly(r, Some(Kind::Word))
    } in memory |r: &Regs| finish_in_memory(r, Some(Kind::Word))
    /// Returns a number of 32 bits.
    ReturnSmall(r, word) {
        r.set_w(0, wide(word).into());
        finish(r)
    } slow {
        finish_slowly(r, Some(Kind::Word))
    } in memory |r: &Regs| finish_in_memory(r, Some(Kind::Word))
    /// Returns a reference.
    ReturnRef(r, word) {
        let value = r.r(a(word));
        r.set_r(0, value);
        finish(r)
    } slow {
        finish_slowly(r, Some(Kind::Ref))
    } in memory |r: &Regs| finish_in_memory(r, Some(Kind::Ref))
}
