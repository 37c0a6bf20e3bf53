//! New objects. The first half takes a free cell that is at hand, if nothing has to be asked for it; all else, a
//! collection or `out_of_memory`, is the second's, in which the parts stay in their slots, where collections see them.

use super::any::entry;
use super::context::heap;
use super::flow::bodies;
use super::objects::on_its_own;
use super::stack::FrameStack;
use super::state::{Body, Regs, State, a, b, c};
use crate::parts::{IN_A_WORD, IS_REF, NONE};
use lyra_bytecode::TypeId;
use lyra_runtime::{Element, Heap, Slot, immediate};
use lyra_vm_core::Profile;
use std::marker::PhantomData;

/// `r[a] =` a record of type `b` and variant `c` with `N` parts, which the words behind name.
pub(super) struct Record<P, const N: usize>(PhantomData<P>);

/// How many words say so many parts.
const fn words(parts: usize) -> usize {
    parts.div_ceil(IN_A_WORD)
}

impl<P, const N: usize> Record<P, N> {
    /// The parts.
    #[inline(always)]
    unsafe fn parts(r: &Regs) -> [Slot; N] {
        let mut parts = [Slot::ZERO; N];
        let mut index = 0;
        while index < N {
            // SAFETY: sound code: the words are there, and name slots.
            parts[index] = Slot::word(unsafe {
                let packed = (*r.ip.add(1 + index / IN_A_WORD) >> (index % IN_A_WORD * 16)) as u16;
                if packed & IS_REF == 0 {
                    r.w(packed.into())
                } else if packed == NONE {
                    0
                } else {
                    r.r((packed & !IS_REF).into())
                }
            });
            index += 1;
        }
        parts
    }
}

impl<P: Profile<Stack = FrameStack>, const N: usize> Body for Record<P, N> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let parts = Self::parts(r);
            match heap::<P>(r.state).record_at_once(b(word) as u16, c(word) as u16, parts) {
                Some(record) => {
                    r.set_r(a(word), record.bits());
                    r.step(1 + words(N))
                }
                None => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let (parts, ty) = (Self::parts(r), TypeId(b(word) as u32));
            let goes_on = on_its_own::<P>(r, |run| run.new_record(ty, c(word) as u16, &parts, a(word)));
            goes_on && r.step(1 + words(N))
        }
    }
}

/// `r[a] =` an array of type `b` without elements, which are kept as `T`; else the entry that the next word names.
pub(super) struct Array<P, T>(PhantomData<(P, T)>);

impl<P: Profile<Stack = FrameStack>, T: Element> Body for Array<P, T> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            match heap::<P>(r.state).array_at_once::<T>(b(word) as u16) {
                Some(array) => {
                    r.set_r(a(word), array.bits());
                    r.step(2)
                }
                None => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            r.save();
            let goes_on = entry(r.state);
            r.load();
            goes_on
        }
    }

    #[inline(always)]
    unsafe fn slow_in_memory(state: *mut State, ip: *const u64, words: *mut u64, refs: *mut u64) -> bool {
        // SAFETY: see the trait.
        unsafe {
            Regs { state, ip, words, refs, acc: 0, acc_f64: 0.0 }.save();
            entry(state)
        }
    }
}

bodies! {
    /// `r[a] =` the word that follows.
    Value(r, word) {
        let value = r.second();
        r.set_r(a(word), value);
        r.step(2)
    }
    /// `r[a] =` variant `c`, without parts, of type `b`.
    Unit(r, word) {
        match immediate::encode_variant(TypeId(b(word) as u32), c(word) as u16) {
            Some(slot) => {
                r.set_r(a(word), slot.as_word());
                r.step(1)
            }
            None => false,
        }
    }
}
