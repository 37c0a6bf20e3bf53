//! Calls and returns.

use super::flow::bodies;
use super::state::{Body, Entry, Frame, Regs, a, b, c, wide};
use lyra_bytecode::Kind;

/// A call as its words say it.
struct Site {
    /// How far above the caller's windows those of the callee begin, in slots.
    words: usize,
    refs: usize,
    /// Operands that wait in the caller.
    waits: u32,
    proc: u32,
}

impl Site {
    #[inline(always)]
    unsafe fn near(r: &Regs, word: u64) -> Self {
        // SAFETY: an instruction of two words.
        let second = unsafe { r.second() };
        Self { words: a(word), refs: b(word), waits: c(word) as u32, proc: second as u32 }
    }

    #[inline(always)]
    unsafe fn far(r: &Regs, word: u64) -> Self {
        // SAFETY: an instruction of two words.
        let second = unsafe { r.second() };
        Self { words: a(word), refs: b(word), waits: (second >> 32) as u32, proc: second as u32 }
    }

    /// The entry of the callee, what the stack rule leaves it, and what that leaves with its need.
    #[inline(always)]
    unsafe fn callee(&self, r: &Regs) -> (*const Entry, i64, i64) {
        // SAFETY: sound code names procedures of the program.
        unsafe {
            let entry = (*r.state).entries.add(self.proc as usize);
            let left = (*r.state).left - 1 - i64::from(self.waits);
            (entry, left, left - i64::from((*entry).need))
        }
    }

    /// Whether both stacks have room for the callee's windows.
    #[inline(always)]
    unsafe fn has_room(&self, r: &Regs, entry: *const Entry) -> bool {
        let room = |end: *const u64, start: *mut u64| (end as usize).wrapping_sub(start as usize) / 8;
        // SAFETY: windows begin within the caller's frame, which ends before the end.
        unsafe {
            room((*r.state).words_end, r.words.add(self.words)) >= (*entry).words as usize
                && room((*r.state).refs_end, r.refs.add(self.refs)) >= (*entry).refs as usize
        }
    }

    /// Goes there, once everything was found to be in order.
    #[inline(always)]
    unsafe fn go(&self, r: &mut Regs, entry: *const Entry, left: i64) -> bool {
        // SAFETY: the stack rule let the call pass, so the frame has room, and so have the windows.
        unsafe {
            let state = r.state;
            let frame = (*state).frame.add(1);
            frame.write(Frame {
                ip: r.ip.add(2),
                code: (*state).code,
                left: (*state).left,
                words: self.words as u16,
                refs: self.refs as u16,
                gives: Frame::RESULT,
            });
            (*state).frame = frame;
            (*state).left = left;
            (*state).code = (*entry).code;
            r.words = r.words.add(self.words);
            r.refs = r.refs.add(self.refs);
            let mut slot = (*entry).ref_args as usize;
            while slot < (*entry).refs as usize {
                // Not a call of `memset`, which would cost more than the few slots that frames have.
                r.refs.add(slot).write_volatile(0);
                slot += 1;
            }
            r.ip = (*entry).start;
            true
        }
    }

    #[inline(always)]
    unsafe fn call(&self, r: &mut Regs) -> bool {
        // SAFETY: sound code.
        unsafe {
            let (entry, left, rest) = self.callee(r);
            let passes = rest >= (*r.state).lowest && self.has_room(r, entry) && r.pay(1);
            passes && self.go(r, entry, left)
        }
    }

    unsafe fn call_slowly(&self, r: &mut Regs) -> bool {
        // SAFETY: sound code. Whoever is asked may move the stacks, so the registers go out and come back.
        unsafe {
            if !r.pay_slowly(1) {
                return false;
            }
            let (entry, left, rest) = self.callee(r);
            r.save();
            if rest < (*r.state).lowest && !((*r.state).deepen)(r.state, rest) {
                return false;
            }
            if !self.has_room(r, entry) {
                ((*r.state).grow)(r.state, self.proc, self.words, self.refs);
            }
            r.load();
            self.go(r, entry, left)
        }
    }
}

/// Goes back to the caller, with the result in the first slot of its window, if that is all it wants.
#[inline(always)]
unsafe fn finish(r: &mut Regs) -> bool {
    // SAFETY: there is always the frame of whoever called; the windows of the caller lie below.
    unsafe {
        let state = r.state;
        let frame = (*state).frame;
        if (*frame).gives != Frame::RESULT {
            return false;
        }
        (*state).frame = frame.sub(1);
        (*state).left = (*frame).left;
        (*state).code = (*frame).code;
        r.words = r.words.sub((*frame).words.into());
        r.refs = r.refs.sub((*frame).refs.into());
        r.ip = (*frame).ip;
        true
    }
}

/// Goes back to a caller that wants something else.
unsafe fn finish_slowly(r: &mut Regs, kind: Option<Kind>) -> bool {
    // SAFETY: as for `finish`.
    unsafe {
        r.save();
        let goes_on = ((*r.state).give)(r.state, kind);
        r.load();
        goes_on
    }
}

bodies! {
    /// Calls a procedure.
    Call(r, word) {
        Site::near(r, word).call(r)
    } slow {
        Site::near(r, word).call_slowly(r)
    }
    /// Calls a procedure while very much waits.
    CallFar(r, word) {
        Site::far(r, word).call(r)
    } slow {
        Site::far(r, word).call_slowly(r)
    }
    /// Returns nothing.
    Return(r, _word) {
        finish(r)
    } slow {
        finish_slowly(r, None)
    }
    /// Returns a word.
    ReturnWord(r, word) {
        let value = r.w(a(word));
        r.set_w(0, value);
        finish(r)
    } slow {
        finish_slowly(r, Some(Kind::Word))
    }
    /// Returns a number of 32 bits.
    ReturnSmall(r, word) {
        r.set_w(0, wide(word).into());
        finish(r)
    } slow {
        finish_slowly(r, Some(Kind::Word))
    }
    /// Returns a reference.
    ReturnRef(r, word) {
        let value = r.r(a(word));
        r.set_r(0, value);
        finish(r)
    } slow {
        finish_slowly(r, Some(Kind::Ref))
    }
}
