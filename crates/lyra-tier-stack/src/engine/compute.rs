//! Instructions that compute: one form each for every row of the instruction table, and its twins that find operands in
//! an [accumulator](super::accumulator).

use super::accumulator::{SECOND, THIRD};
use super::state::{Body, Regs, a, b, c, signed_b, signed_c};
use lyra_bytecode::Trap;
use lyra_bytecode::rows::Row;
use std::marker::PhantomData;

/// The right operand of a row with immediates: its type's function reads the low bits only.
#[inline(always)]
const fn immediate(number: isize) -> u64 {
    (number as i64).cast_unsigned()
}

/// `w[a] = row(w[b], w[c])`; what `TAKES` says comes from the accumulator.
pub(super) struct Slots<R, const TAKES: u8>(PhantomData<R>);

impl<R: Row, const TAKES: u8> Body for Slots<R, TAKES> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let left = if TAKES & SECOND != 0 { r.held::<R, 0>() } else { r.w(b(word)) };
            let right = match R::OPERANDS {
                2 if TAKES & THIRD != 0 => r.held::<R, 1>(),
                2 => r.w(c(word)),
                _ => 0,
            };
            match R::compute(left, right) {
                Ok(value) => {
                    r.hold::<R>(value);
                    r.set_w(a(word), value);
                    r.step(1)
                }
                Err(_) => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. What was held stands in its slot, too.
        unsafe {
            let word = r.word();
            let right = if R::OPERANDS == 2 { r.w(c(word)) } else { 0 };
            let trap = R::compute(r.w(b(word)), right).err();
            r.trap(trap.unwrap_or(Trap::Tampered))
        }
    }
}

/// `w[a] = row(w[b], c)`; what `TAKES` says comes from the accumulator.
pub(super) struct Right<R, const TAKES: u8>(PhantomData<R>);

impl<R: Row, const TAKES: u8> Body for Right<R, TAKES> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let left = if TAKES & SECOND != 0 { r.held::<R, 0>() } else { r.w(b(word)) };
            match R::compute(left, immediate(signed_c(word))) {
                Ok(value) => {
                    r.hold::<R>(value);
                    r.set_w(a(word), value);
                    r.step(1)
                }
                Err(_) => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. What was held stands in its slot, too.
        unsafe {
            let word = r.word();
            let trap = R::compute(r.w(b(word)), immediate(signed_c(word))).err();
            r.trap(trap.unwrap_or(Trap::Tampered))
        }
    }
}

/// A branch on `row(w[a], w[b])`, or on `row(w[a], b)` with `IMMEDIATE`, when that is `WHEN`; with `BACK` it pays.
/// What `TAKES` says comes from the accumulator.
pub(super) struct Branch<R, const IMMEDIATE: bool, const WHEN: bool, const BACK: bool, const TAKES: u8>(
    PhantomData<R>,
);

impl<R: Row, const IMMEDIATE: bool, const WHEN: bool, const BACK: bool, const TAKES: u8> Body
    for Branch<R, IMMEDIATE, WHEN, BACK, TAKES>
{
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let left = if TAKES & SECOND != 0 { r.held::<R, 0>() } else { r.w(a(word)) };
            let right = match IMMEDIATE {
                true => signed_b(word),
                false if TAKES & THIRD != 0 => r.held::<R, 1>(),
                false => r.w(b(word)),
            };
            // Rows that decide have no trap.
            let holds = R::compute(left, right).is_ok_and(|value| value & 1 != 0);
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
