//! Instructions that do what several rows do, one after the other: the same results in fewer steps.

use super::context::heap;
use super::flow::bodies;
use super::objects::{fail, index_of, no_element};
use super::stack::FrameStack;
use super::state::{Body, Regs, a, b, c, signed_b, signed_c};
use lyra_bytecode::rows::{self, Row};
use lyra_runtime::{Fault, Heap, Ref, Slot};
use lyra_vm_core::Profile;
use std::marker::PhantomData;

/// `w[a] += 1`; goes back, and pays, while that is less than `w[b]`, or than `b` with `IMMEDIATE`.
pub(super) struct CountBack<const IMMEDIATE: bool>;

impl<const IMMEDIATE: bool> Body for CountBack<IMMEDIATE> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let limit = if IMMEDIATE { signed_b(word) } else { r.w(b(word)) } as u32;
            let counter = (r.w(a(word)) as u32).wrapping_add(1);
            if counter.cast_signed() >= limit.cast_signed() {
                r.set_w(a(word), counter.into());
                return r.step(1);
            }
            if !r.pay(1) {
                return false;
            }
            r.set_w(a(word), counter.into());
            r.branch(signed_c(word))
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. It goes back, and the slice is over.
        unsafe {
            let word = r.word();
            let counter = (r.w(a(word)) as u32).wrapping_add(1);
            if !r.pay_slowly(1) {
                return false;
            }
            r.set_w(a(word), counter.into());
            r.go(signed_c(word))
        }
    }
}

/// Unless `w[a]` and `w[b]`, or `b` with `IMMEDIATE`, are equal: `w[a] += 1`, and back, which pays.
pub(super) struct StepBack<const IMMEDIATE: bool>;

impl<const IMMEDIATE: bool> Body for StepBack<IMMEDIATE> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let limit = if IMMEDIATE { signed_b(word) } else { r.w(b(word)) } as u32;
            let counter = r.w(a(word)) as u32;
            if counter == limit {
                return r.step(1);
            }
            if !r.pay(1) {
                return false;
            }
            r.set_w(a(word), counter.wrapping_add(1).into());
            r.branch(signed_c(word))
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. It goes back, and the slice is over.
        unsafe {
            let word = r.word();
            if !r.pay_slowly(1) {
                return false;
            }
            r.set_w(a(word), (r.w(a(word)) as u32).wrapping_add(1).into());
            r.go(signed_c(word))
        }
    }
}

/// `w[a] += d`, and back, which pays, as long as `d` leads no further than `w[b]`, one way or another: `d` is the second
/// word, or `w[d]` without `IMMEDIATE`.
pub(super) struct StepBy<const WAY: u8, const IMMEDIATE: bool>;

/// The limit is at least a step away.
pub(super) const UP: u8 = 0;
/// The limit is at most a step away, which is negative.
pub(super) const DOWN: u8 = 1;
/// The counter is less than the limit.
pub(super) const BELOW: u8 = 2;
/// The counter is more than the limit.
pub(super) const ABOVE: u8 = 3;

impl<const WAY: u8, const IMMEDIATE: bool> StepBy<WAY, IMMEDIATE> {
    /// The counter after the step, and whether that is made.
    #[inline(always)]
    unsafe fn next(r: &Regs) -> (u64, bool) {
        // SAFETY: the caller's, as for the body's.
        unsafe {
            let word = r.word();
            let second = r.second();
            let step = (if IMMEDIATE { second } else { r.w(second as usize) } as u32).cast_signed();
            let counter = (r.w(a(word)) as u32).cast_signed();
            let limit = (r.w(b(word)) as u32).cast_signed();
            let goes = match WAY {
                UP => limit.saturating_sub(counter) >= step,
                DOWN => limit.saturating_sub(counter) <= step,
                BELOW => counter < limit,
                _ => counter > limit,
            };
            (counter.wrapping_add(step).cast_unsigned().into(), goes)
        }
    }
}

impl<const WAY: u8, const IMMEDIATE: bool> Body for StepBy<WAY, IMMEDIATE> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait; the second word names a slot, where it is one.
        unsafe {
            let (counter, goes) = Self::next(r);
            if !goes {
                return r.step(2);
            }
            if !r.pay(1) {
                return false;
            }
            r.set_w(a(r.word()), counter);
            r.branch(signed_c(r.word()))
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. It goes back, and the slice is over.
        unsafe {
            let (counter, _) = Self::next(r);
            if !r.pay_slowly(1) {
                return false;
            }
            r.set_w(a(r.word()), counter);
            r.go(signed_c(r.word()))
        }
    }
}

/// `w[a] = w[b] * w[c]` and `w[d]`, by an operation.
pub(super) struct Product<const FORM: u8>;

/// The product and the other.
pub(super) const ADD: u8 = 0;
/// The product less the other.
pub(super) const SUB: u8 = 1;
/// The other less the product.
pub(super) const FROM: u8 = 2;

/// A product and another number, by an operation.
#[inline(always)]
pub(super) fn total<const FORM: u8>(product: f64, other: f64) -> f64 {
    match FORM {
        ADD => product + other,
        SUB => product - other,
        _ => other - product,
    }
}

impl<const FORM: u8> Body for Product<FORM> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait; the second word names a slot.
        unsafe {
            let word = r.word();
            let product = f64::from_bits(r.w(b(word))) * f64::from_bits(r.w(c(word)));
            let other = f64::from_bits(r.w(r.second() as usize));
            r.acc_f64 = total::<FORM>(product, other);
            r.set_w(a(word), r.acc_f64.to_bits());
            r.step(2)
        }
    }
}

/// Goes on elsewhere if the `bool` `r[a][w[b]]` is `WHEN`.
pub(super) struct Element<P, const WHEN: bool>(PhantomData<P>);

impl<P: Profile<Stack = FrameStack>, const WHEN: bool> Body for Element<P, WHEN> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            match heap::<P>(r.state).list::<u8>(Ref::known(r.r(a(word)))) {
                Some(elements) if index_of(r.w(b(word))) < elements.len() => {
                    let holds = *elements.get_unchecked(index_of(r.w(b(word)))) & 1 != 0;
                    if holds == WHEN { r.branch(signed_c(word)) } else { r.step(1) }
                }
                _ => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            no_element::<P, u8>(r, r.r(a(word)), r.w(b(word)))
        }
    }
}

/// Part `b` of `r[a] += c`, an `i32`.
pub(super) struct AddPart<P>(PhantomData<P>);

/// The part with the number of the word added. Sums wrap: this row has no trap.
#[inline(always)]
fn sum(part: Slot, word: u64) -> Slot {
    let number = (signed_c(word) as i64).cast_unsigned();
    Slot::word(<rows::AddI32 as Row>::compute(part.as_word(), number).unwrap_or(0))
}

impl<P: Profile<Stack = FrameStack>> Body for AddPart<P> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let (record, index) = (Ref::known(r.r(a(word))), b(word));
            let heap = heap::<P>(r.state);
            match heap.fields(record).and_then(|parts| parts.get(index)) {
                Some(&part) => heap.put_word(record, index, sum(part, word)) && r.step(1),
                None => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait. What failed has changed nothing.
        unsafe {
            let word = r.word();
            let (record, index) = (Ref::known(r.r(a(word))), b(word));
            let heap = heap::<P>(r.state);
            let part = heap.parts(record).map(|parts| parts.get(index).copied());
            let done = part.and_then(|part| match part {
                Some(part) => heap.set_part(record, index, sum(part, word)),
                None => Err(Fault::broken("a record has too few parts")),
            });
            match done {
                Ok(()) => r.step(1),
                Err(fault) => fail::<P>(r, fault),
            }
        }
    }
}

bodies! {
    /// `w[a], w[a + 1] = w[b], w[c]`.
    MovePair(r, word) {
        let (first, second) = (r.w(b(word)), r.w(c(word)));
        r.set_w(a(word), first);
        r.set_w(a(word) + 1, second);
        r.step(1)
    }
    /// `c` slots from `r[a]` on `=` those from `r[b]` on.
    MoveRefs(r, word) {
        let (to, from, count) = (a(word), b(word), c(word));
        // Reads that the compiler must do one by one: a call of `memmove` for so few would cost more.
        if to < from {
            let mut slot = 0;
            while slot < count {
                let value = r.refs.add(from + slot).read_volatile();
                r.set_r(to + slot, value);
                slot += 1;
            }
        } else {
            let mut slot = count;
            while slot > 0 {
                slot -= 1;
                let value = r.refs.add(from + slot).read_volatile();
                r.set_r(to + slot, value);
            }
        }
        r.step(1)
    }
}
