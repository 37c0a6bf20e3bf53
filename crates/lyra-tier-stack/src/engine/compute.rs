//! Instructions that compute: one form each for every row of the instruction table.

use super::accumulator::gives_f64;
use super::state::{Body, Regs, a, b, c, signed_b, signed_c};
use lyra_bytecode::Trap;
use lyra_bytecode::rows::Row;
use std::marker::PhantomData;

/// The right operand of a row with immediates: its type's function reads the low bits only.
#[inline(always)]
const fn immediate(number: isize) -> u64 {
    (number as i64).cast_unsigned()
}

/// `w[a] = row(w[b], w[c])`.
pub(super) struct Slots<R>(PhantomData<R>);

impl<R: Row> Body for Slots<R> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let right = if R::OPERANDS == 2 { r.w(c(word)) } else { 0 };
            match R::compute(r.w(b(word)), right) {
                Ok(value) => {
                    if const { gives_f64(R::CODE) } {
                        r.acc = f64::from_bits(value);
                    }
                    r.set_w(a(word), value);
                    r.step(1)
                }
                Err(_) => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let right = if R::OPERANDS == 2 { r.w(c(word)) } else { 0 };
            let trap = R::compute(r.w(b(word)), right).err();
            r.trap(trap.unwrap_or(Trap::Tampered))
        }
    }
}

/// `w[a] = row(w[b], c)`.
pub(super) struct Right<R>(PhantomData<R>);

impl<R: Row> Body for Right<R> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            match R::compute(r.w(b(word)), immediate(signed_c(word))) {
                Ok(value) => {
                    r.set_w(a(word), value);
                    r.step(1)
                }
                Err(_) => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let trap = R::compute(r.w(b(word)), immediate(signed_c(word))).err();
            r.trap(trap.unwrap_or(Trap::Tampered))
        }
    }
}

/// A branch on `row(w[a], w[b])`, or on `row(w[a], b)` with `IMMEDIATE`, when that is `WHEN`; with `BACK` it pays.
pub(super) struct Branch<R, const IMMEDIATE: bool, const WHEN: bool, const BACK: bool>(PhantomData<R>);

impl<R: Row, const IMMEDIATE: bool, const WHEN: bool, const BACK: bool> Body
    for Branch<R, IMMEDIATE, WHEN, BACK>
{
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let right = if IMMEDIATE { signed_b(word) } else { r.w(b(word)) };
            // Rows that decide have no trap.
            let holds = R::compute(r.w(a(word)), right).is_ok_and(|value| value & 1 != 0);
            if holds != WHEN {
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
