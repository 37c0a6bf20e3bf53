//! Calls and returns.

use super::flow::bodies;
use super::state::{Body, Frame, Regs, a, b, c};
use lyra_bytecode::Kind;

/// Calls `proc` with windows at `words` and `refs` above those of the caller, while `waits` operands wait.
#[inline(always)]
unsafe fn call(r: &mut Regs, (words, refs): (usize, usize), waits: u32, proc: u32) -> bool {
    // SAFETY: sound code names a procedure, and the windows lie within the caller's frame.
    unsafe {
        if !r.pay(1) {
            return false;
        }
        let state = r.state;
        let entry = (*state).entries.add(proc as usize);
        let left = (*state).left - 1 - i64::from(waits);
        let rest = left - i64::from((*entry).need);
        if rest < (*state).lowest {
            r.save();
            if !((*state).deepen)(state, rest) {
                return false;
            }
        }
        let room = |end: *const u64, start: *mut u64| (end as usize).wrapping_sub(start as usize) / 8;
        let callee_words = (*entry).words as usize;
        let callee_refs = (*entry).refs as usize;
        if room((*state).words_end, r.words.add(words)) < callee_words
            || room((*state).refs_end, r.refs.add(refs)) < callee_refs
        {
            r.save();
            ((*state).grow)(state, proc, words, refs);
            r.load();
        }
        let frame = Frame {
            ip: r.ip.add(2),
            code: (*state).code,
            left: (*state).left,
            words: words as u16,
            refs: refs as u16,
            gives: Frame::RESULT,
        };
        (*state).frame = (*state).frame.add(1);
        (*state).frame.write(frame);
        (*state).left = left;
        (*state).code = (*entry).code;
        r.words = r.words.add(words);
        r.refs = r.refs.add(refs);
        let mut slot = (*entry).ref_args as usize;
        while slot < callee_refs {
            // Not a call of `memset`, which would cost more than the few slots that frames have.
            r.refs.add(slot).write_volatile(0);
            slot += 1;
        }
        r.ip = (*entry).start;
        true
    }
}

/// Goes back to the caller, with the result in the first slot of its window.
#[inline(always)]
unsafe fn finish(r: &mut Regs, kind: Option<Kind>) -> bool {
    // SAFETY: there is always the frame of whoever called; the windows of the caller lie below.
    unsafe {
        let state = r.state;
        let frame = (*state).frame;
        if (*frame).gives != Frame::RESULT {
            r.save();
            let goes_on = ((*state).give)(state, kind);
            r.load();
            return goes_on;
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

bodies! {
    /// Calls a procedure.
    Call(r, word) {
        let proc = r.second() as u32;
        call(r, (a(word), b(word)), c(word) as u32, proc)
    }
    /// Calls a procedure while very much waits.
    CallFar(r, word) {
        let second = r.second();
        call(r, (a(word), b(word)), (second >> 32) as u32, second as u32)
    }
    /// Returns nothing.
    Return(r, _word) {
        finish(r, None)
    }
    /// Returns a word.
    ReturnWord(r, word) {
        let value = r.w(a(word));
        r.set_w(0, value);
        finish(r, Some(Kind::Word))
    }
    /// Returns a reference.
    ReturnRef(r, word) {
        let value = r.r(a(word));
        r.set_r(0, value);
        finish(r, Some(Kind::Ref))
    }
}
