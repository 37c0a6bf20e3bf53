//! Constants, moves, jumps and payments.

use super::state::{Body, Regs, a, b, signed_c, wide};

macro_rules! bodies {
    ($($(#[doc = $doc:literal])+
        $name:ident($r:ident, $word:ident) $body:block $(slow $slow:block $(in memory $in_memory:expr)?)?)*) => {
        $(
            $(#[doc = $doc])+
            pub(super) struct $name;

            impl Body for $name {
                #[inline(always)]
                unsafe fn run($r: &mut Regs) -> bool {
                    // SAFETY: see the trait.
                    unsafe {
                        let $word = $r.word();
                        $body
                    }
                }
                $(unsafe fn slow($r: &mut Regs) -> bool {
                    // SAFETY: see the trait.
                    unsafe {
                        let $word = $r.word();
                        let _ = $word;
                        $slow
                    }
                }
                $(#[inline(never)]
                unsafe fn slow_in_memory(
                    state: *mut State,
                    ip: *const u64,
                    words: *mut u64,
                    refs: *mut u64,
                ) -> bool {
                    // SAFETY: see the trait.
                    unsafe { $in_memory(&Regs { state, ip, words, refs, acc: 0, acc_f64: 0.0 }) }
                })?)?
            }
        )*
    };
}
pub(super) use bodies;

bodies! {
    /// `w[a] =` a number of 32 bits.
    Small(r, word) {
        r.set_w(a(word), u64::from(wide(word)));
        r.step(1)
    }
    /// `w[a] =` the word that follows.
    Large(r, word) {
        r.set_w(a(word), r.second());
        r.step(2)
    }
    /// `w[a] = w[b]`.
    MoveWord(r, word) {
        r.set_w(a(word), r.w(b(word)));
        r.step(1)
    }
    /// `r[a] = r[b]`.
    MoveRef(r, word) {
        r.set_r(a(word), r.r(b(word)));
        r.step(1)
    }
    /// `r[a] = none`.
    Null(r, word) {
        r.set_r(a(word), 0);
        r.step(1)
    }
    /// `w[a] =` whether `r[b]` is none.
    IsNone(r, word) {
        let none = r.r(b(word)) == 0;
        r.set_w(a(word), u64::from(none));
        r.step(1)
    }
    /// Goes on elsewhere.
    Jump(r, word) {
        r.go(wide(word).cast_signed() as isize)
    }
    /// Goes back, and pays.
    BackJump(r, word) {
        r.pay(1) && r.go(wide(word).cast_signed() as isize)
    } slow {
        r.pay_slowly(1) && r.go(wide(word).cast_signed() as isize)
    }
    /// Pays.
    Pay(r, word) {
        r.pay(wide(word)) && r.step(1)
    } slow {
        r.pay_slowly(wide(word)) && r.step(1)
    }
    /// Pays, and makes sure that an inlined call has the entries that it would need.
    Enter(r, word) {
        let rest = (*(*r.state).frame).left - i64::from(wide(word));
        rest >= (*r.state).lowest && r.pay(a(word) as u32) && r.step(1)
    } slow {
        if !r.pay_slowly(a(word) as u32) {
            return false;
        }
        let rest = (*(*r.state).frame).left - i64::from(wide(word));
        if rest < (*r.state).lowest {
            r.save();
            if !((*r.state).deepen)(r.state, rest) {
                return false;
            }
            r.load();
        }
        r.step(1)
    }
    /// Goes on elsewhere where `r[a]` is none.
    IfNone(r, word) {
        if r.r(a(word)) == 0 { r.branch(signed_c(word)) } else { r.step(1) }
    }
    /// Goes on elsewhere unless `r[a]` is none.
    IfSome(r, word) {
        if r.r(a(word)) == 0 { r.step(1) } else { r.branch(signed_c(word)) }
    }
}

/// A branch on `w[a]` when that is `WHEN`; with `BACK` it pays.
pub(super) struct Test<const WHEN: bool, const BACK: bool>;

impl<const WHEN: bool, const BACK: bool> Body for Test<WHEN, BACK> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            if (r.w(a(word)) & 1 != 0) != WHEN {
                return r.step(1);
            }
            if BACK && !r.pay(1) {
                return false;
            }
            r.branch(signed_c(word))
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. It is taken, and the slice is over.
        unsafe { r.pay_slowly(1) && r.go(signed_c(r.word())) }
    }
}

/// No instruction has this number.
pub(super) struct Invalid;

impl Body for Invalid {
    #[inline(always)]
    unsafe fn run(_: &mut Regs) -> bool {
        false
    }
}
