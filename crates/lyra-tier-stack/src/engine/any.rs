//! Instructions on values that know their type: into and out of `any`, and operators on it.
//!
//! The first halves know the few pairs of types that nearly all operands are of, and do what the rows of these do; for
//! all others, and for errors, the second half carries out the entry of the table of slow instructions that the next
//! word names.

use super::context::heap;
use super::direct;
use super::stack::FrameStack;
use super::state::{Body, Regs, State, a, b, c, signed_c};
use lyra_bytecode::TypeId;
use lyra_bytecode::rows::{self, Row};
use lyra_bytecode::scalar::Scalar;
use lyra_runtime::immediate::{self, Immediate};
use lyra_runtime::{Heap, Slot};
use lyra_vm_core::Profile;
use std::marker::PhantomData;

/// Carries out the entry that the second word names, with the registers in `state`.
#[inline(always)]
pub(super) unsafe fn entry(state: *mut State) -> bool {
    // SAFETY: the caller's; sound code, an instruction of two words. The entry steps over one of them.
    unsafe {
        let entry = *(*state).ip.add(1) as usize;
        let goes_on = direct::enter(state, entry);
        if goes_on {
            (*state).ip = (*state).ip.add(1);
        }
        goes_on
    }
}

/// The number of the type of a value that knows it; `None` for `none`.
#[inline(always)]
pub(super) fn type_of<H: Heap>(heap: &H, value: Slot) -> Option<u16> {
    match immediate::type_number(value) {
        Some(ty) => Some(ty),
        None => heap.type_number(value.as_ref()),
    }
}

macro_rules! quick {
    ($($(#[doc = $doc:literal])+ $name:ident<$($param:ident: $bound:ident),* $(; const $number:ident: $ty:ty)?>($r:ident, $word:ident) $body:block)*) => {
        $(
            $(#[doc = $doc])+
            pub(super) struct $name<P, $($param,)* $(const $number: $ty)?>(PhantomData<(P, $($param),*)>);

            impl<P: Profile<Stack = FrameStack>, $($param: $bound,)* $(const $number: $ty)?> Body
                for $name<P, $($param,)* $($number)?>
            {
                #[inline(always)]
                unsafe fn run($r: &mut Regs) -> bool {
                    // SAFETY: see the trait.
                    unsafe {
                        let $word = $r.word();
                        $body
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
                unsafe fn slow_in_memory(
 state: *mut State,
 ip: *const u64,
 words: *mut u64,
 refs: *mut u64,
) -> bool {
                    // SAFETY: see the trait.
                    unsafe {
 Regs { state, ip, words, refs, acc: 0, acc_f64: 0.0 }.save();
 entry(state)
}
                }
            }
        )*
    };
}

/// Goes on elsewhere if `r[a]` is of type `b`, or unless it is.
pub(super) struct OfType<P, const WHEN: bool>(PhantomData<P>);

impl<P: Profile<Stack = FrameStack>, const WHEN: bool> Body for OfType<P, WHEN> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let found = type_of(heap::<P>(r.state), Slot::word(r.r(a(word))));
            if (found == Some(b(word) as u16)) == WHEN { r.branch(signed_c(word)) } else { r.step(1) }
        }
    }
}

/// What an operator is for two numbers of one type; `None` where that is an error, or not known here.
pub(super) trait Numbers {
    fn integers(left: i32, right: i32) -> Option<u64>;
    fn doubles(left: f64, right: f64) -> Option<u64>;
}

/// An operator that is a row for each of the two.
pub(super) struct Rows<I, F>(PhantomData<(I, F)>);

impl<I: Row, F: Row> Numbers for Rows<I, F> {
    #[inline(always)]
    fn integers(left: i32, right: i32) -> Option<u64> {
        I::compute(left.to_word(), right.to_word()).ok()
    }
    #[inline(always)]
    fn doubles(left: f64, right: f64) -> Option<u64> {
        F::compute(left.to_bits(), right.to_bits()).ok()
    }
}

/// `%`
pub(super) struct Remainder;

/// Parts of one in which doubles are divided as integers.
const PARTS: f64 = 1024.0;

/// Doubles below this are integers of 52 bits.
const MOST: f64 = (1i64 << 52) as f64;

impl Numbers for Remainder {
    #[inline(always)]
    fn integers(left: i32, right: i32) -> Option<u64> {
        rows::RemI32::compute(left.to_word(), right.to_word()).ok()
    }

    /// Of numbers with few digits, exactly; the function that is for all of them takes long.
    #[inline(always)]
    fn doubles(left: f64, right: f64) -> Option<u64> {
        let whole = |value: f64| {
            let parts = value * PARTS;
            let fits = parts.abs() < MOST && (parts as i64) as f64 == parts;
            if fits { Some(parts as i64) } else { None }
        };
        let (dividend, divisor) = (whole(left)?, whole(right)?);
        let rest = dividend.checked_rem(divisor)?;
        Some((rest as f64 / PARTS).copysign(left).to_bits())
    }
}

/// Both operands as `f64`, where each is an `i32` or an `f64`: the type that one of them widens to.
#[inline(always)]
fn doubles(left: Slot, right: Slot) -> Option<(f64, f64)> {
    let double = |slot| match immediate::as_f64(slot) {
        Some(value) => Some(value),
        None => immediate::as_i32(slot).map(f64::from),
    };
    Some((double(left)?, double(right)?))
}

quick! {
    /// `r[a] =` `w[b]`, a word of type `TY`.
    Upcast<; const TY: u32>(r, word) {
        match immediate::encode(TypeId(TY), r.w(b(word))) {
            Some(value) => {
                r.set_r(a(word), value.as_word());
                r.step(2)
            }
            None => false,
        }
    }
    /// `w[a] =` whether `r[b]` is of type `c`.
    IsType<>(r, word) {
        let found = type_of(heap::<P>(r.state), Slot::word(r.r(b(word))));
        r.set_w(a(word), (found == Some(c(word) as u16)).into());
        r.step(2)
    }
    /// `r[a] = r[b]`, which must be of type `c`.
    DowncastRef<>(r, word) {
        let value = Slot::word(r.r(b(word)));
        if type_of(heap::<P>(r.state), value) != Some(c(word) as u16) {
            return false;
        }
        r.set_r(a(word), value.as_word());
        r.step(2)
    }
    /// `w[a] =` the word that `r[b]` is, which must be of type `c`.
    DowncastWord<>(r, word) {
        let (ty, value) = match immediate::decode(Slot::word(r.r(b(word)))) {
            Some(Immediate::Word(ty, value)) => (ty, value),
            Some(Immediate::Variant(ty, variant)) => (ty, variant.into()),
            None => return false,
        };
        if ty.0 as usize != c(word) {
            return false;
        }
        r.set_w(a(word), value);
        r.step(2)
    }
    /// `r[a] =` what an operator makes of two numbers, `r[b]` and `r[c]`.
    Arithmetic<O: Numbers>(r, word) {
        let (left, right) = (Slot::word(r.r(b(word))), Slot::word(r.r(c(word))));
        let value = match (immediate::as_i32(left), immediate::as_i32(right)) {
            (Some(left), Some(right)) => {
                O::integers(left, right).and_then(|value| immediate::encode(TypeId::I32, value))
            }
            _ => doubles(left, right)
                .and_then(|(left, right)| O::doubles(left, right))
                .and_then(|value| immediate::encode(TypeId::F64, value)),
        };
        match value {
            Some(value) => {
                r.set_r(a(word), value.as_word());
                r.step(2)
            }
            None => false,
        }
    }
    /// `w[a] =` whether two numbers, `r[b]` and `r[c]`, compare so.
    Order<O: Numbers>(r, word) {
        let (left, right) = (Slot::word(r.r(b(word))), Slot::word(r.r(c(word))));
        let value = match (immediate::as_i32(left), immediate::as_i32(right)) {
            (Some(left), Some(right)) => O::integers(left, right),
            _ => doubles(left, right).and_then(|(left, right)| O::doubles(left, right)),
        };
        match value {
            Some(value) => {
                r.set_w(a(word), value);
                r.step(2)
            }
            None => false,
        }
    }
    /// `w[a] =` whether `r[b]` and `r[c]` are equal, or are not.
    Equal<; const EQUAL: bool>(r, word) {
        let (left, right) = (Slot::word(r.r(b(word))), Slot::word(r.r(c(word))));
        match equal(heap::<P>(r.state), left, right) {
            Some(equal) => {
                r.set_w(a(word), (equal == EQUAL).into());
                r.step(2)
            }
            None => false,
        }
    }
    /// `r[a] = r[b][r[c]]`, an element of an array of references.
    GetIndex<>(r, word) {
        let (array, index) = (Slot::word(r.r(b(word))), Slot::word(r.r(c(word))));
        let Some(index) = immediate::as_i32(index) else { return false };
        if !array.is_object() {
            return false;
        }
        match heap::<P>(r.state).references(array.as_ref()) {
            Some(elements) if (index.cast_unsigned() as usize) < elements.len() => {
                let value = *elements.get_unchecked(index.cast_unsigned() as usize);
                r.set_r(a(word), value.as_word());
                r.step(2)
            }
            _ => false,
        }
    }
}

/// Bytes of texts that are compared at once: longer ones are paid for.
const SHORT: usize = 60;

/// Whether two values are equal, where that shows at once: `none`, words, variants without payload, short texts.
#[inline(always)]
fn equal<H: Heap>(heap: &H, left: Slot, right: Slot) -> Option<bool> {
    if !left.is_object() || !right.is_object() {
        // A word in a box does not fit a slot, so it differs from all that do.
        return Some(match (immediate::as_f64(left), immediate::as_f64(right)) {
            (Some(left), Some(right)) => left == right,
            _ => left == right,
        });
    }
    let is_text = |value: Slot| heap.type_number(value.as_ref()) == Some(TypeId::STR.0 as u16);
    if !is_text(left) || !is_text(right) {
        return None;
    }
    let (left, right) = (heap.str(left.as_ref())?.text.as_bytes(), heap.str(right.as_ref())?.text.as_bytes());
    if left.len() != right.len() {
        Some(false)
    } else if left.len() <= SHORT {
        // Most texts that are equal are one constant.
        Some(std::ptr::eq(left, right) || same_bytes(left, right))
    } else {
        None
    }
}

/// Whether a few bytes are the same, without calling what compares many.
#[inline(always)]
fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    let mut at = 0;
    while at < left.len() {
        if left.get(at) != right.get(at) {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_of_doubles_are_those_of_the_row() {
        let values =
            [0.0, -0.0, 0.25, -0.25, 1.0, 7.0, -7.5, 8191.0, 1e9, 1e13, -1e300, 0.1, f64::NAN, f64::INFINITY];
        let mut known = 0;
        for left in values {
            for right in values {
                let Some(found) = Remainder::doubles(left, right) else { continue };
                known += 1;
                assert_eq!(
                    Ok(found),
                    rows::RemF64::compute(left.to_bits(), right.to_bits()),
                    "{left} % {right}"
                );
            }
        }
        assert_eq!(known, 9 * 7);
    }

    #[test]
    fn bytes_are_the_same_or_not() {
        for (left, right, same) in [("", "", true), ("add", "add", true), ("add", "adr", false)] {
            assert_eq!(same_bytes(left.as_bytes(), right.as_bytes()), same);
        }
    }
}
