//! Words that do what two or three in a row do, without a jump in between: a constant and the operation on `any` that
//! takes it, a comparison and the branch on it, the last argument and the call.
//!
//! ```text
//! text r3, const2              one function: r3 is set, the texts are compared, w0 is set, the branch is taken
//! quick w0 = any_binary r2, r3
//! unless w0 -> 30
//! ```
//!
//! Only the number of the first word changes. All words stay where they are, so whatever jumps to one of the others finds
//! it, and where one of the others cannot do its part at once, it is gone to, to do it its slow way.

use super::compute::{Branch, Right};
use super::flow::Test;
use super::objects::Length;
use super::state::{Body, Regs, State};
use super::table::{FIRST_MERGED, number};
use crate::{Form, RegCode};
use lyra_bytecode::rows::{self, Row};
use std::marker::PhantomData;

/// An instruction that does not jump, and the one behind it.
pub(super) struct Then<A, B>(PhantomData<(A, B)>);

impl<A: Body, B: Body> Body for Then<A, B> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait; the words of both follow each other. What `B` leaves is done at its own word.
        unsafe {
            if !A::run(r) {
                return false;
            }
            let second = r.ip;
            if !B::run(r) {
                r.ip = second;
            }
            true
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: the caller's.
        unsafe { A::slow(r) }
    }

    #[inline(always)]
    unsafe fn slow_in_memory(state: *mut State, ip: *const u64, words: *mut u64, refs: *mut u64) -> bool {
        // SAFETY: the caller's.
        unsafe { A::slow_in_memory(state, ip, words, refs) }
    }
}

/// An operation and the branch on the word that it gives.
pub(super) type Unless<A> = Then<A, Test<false, false>>;
pub(super) type If<A> = Then<A, Test<true, false>>;

/// The next element of a loop over all elements.
pub(super) type NextElement<P> =
    Then<Right<rows::AddI32, 0>, Then<Length<P>, Branch<rows::LtI32, false, true, true, 0>>>;

/// Hands the merged words to a macro, the longest first: the numbers of their parts, and their body.
macro_rules! for_each_merged {
    ($with:ident! $($args:tt)*) => {
        for_each_merged! {
            @comparisons $with, [$($args)*],
            [AnyEq = Equal<P, true>]
            [AnyNe = Equal<P, false>]
            [AnyLt = Order<P, Rows<rows::LtI32, rows::LtF64>>]
            [AnyLe = Order<P, Rows<rows::LeI32, rows::LeF64>>]
            [AnyGt = Order<P, Rows<rows::GtI32, rows::GtF64>>]
            [AnyGe = Order<P, Rows<rows::GeI32, rows::GeF64>>]
        }
    };
    (@comparisons $with:ident, [$($args:tt)*], $([$form:ident = $body:ty])*) => {
        $with! {
            $($args)*
            ([number(Form::Text, 0), number(Form::AnyEq, 0), number(Form::IfFalse, 0)] Then<Text, Unless<Equal<P, true>>>)
            ([number(Form::Text, 0), number(Form::AnyNe, 0), number(Form::IfFalse, 0)] Then<Text, Unless<Equal<P, false>>>)
            ([number(Form::Text, 0), number(Form::AnyEq, 0), number(Form::IfTrue, 0)] Then<Text, If<Equal<P, true>>>)
            ([number(Form::Text, 0), number(Form::AnyNe, 0), number(Form::IfTrue, 0)] Then<Text, If<Equal<P, false>>>)
            $(
                ([number(Form::Value, 0), number(Form::$form, 0), number(Form::IfFalse, 0)] Then<Value, Unless<$body>>)
                ([number(Form::Value, 0), number(Form::$form, 0), number(Form::IfTrue, 0)] Then<Value, If<$body>>)
            )*
            ([
                number(Form::Right, rows::AddI32::CODE),
                number(Form::Length, 0),
                number(Form::BackIf, rows::LtI32::CODE)
            ] NextElement<P>)
            $(
                ([number(Form::$form, 0), number(Form::IfFalse, 0)] Unless<$body>)
                ([number(Form::$form, 0), number(Form::IfTrue, 0)] If<$body>)
            )*
            ([number(Form::Value, 0), number(Form::AnyIndex, 0)] Then<Value, GetIndex<P>>)
            ([number(Form::Value, 0), number(Form::AnyAdd, 0)] Then<Value, Arithmetic<P, Rows<rows::AddI32, rows::AddF64>>>)
            ([number(Form::Value, 0), number(Form::AnySub, 0)] Then<Value, Arithmetic<P, Rows<rows::SubI32, rows::SubF64>>>)
            ([number(Form::Value, 0), number(Form::AnyMul, 0)] Then<Value, Arithmetic<P, Rows<rows::MulI32, rows::MulF64>>>)
            ([number(Form::Value, 0), number(Form::AnyDiv, 0)] Then<Value, Arithmetic<P, Rows<rows::DivI32, rows::DivF64>>>)
            ([number(Form::Value, 0), number(Form::AnyRem, 0)] Then<Value, Arithmetic<P, Remainder>>)
            ([number(Form::MoveRef, 0), number(Form::Call, 0)] Then<MoveRef, Call>)
            ([number(Form::MoveWord, 0), number(Form::Call, 0)] Then<MoveWord, Call>)
            ([number(Form::GetRef, 0), number(Form::Call, 0)] Then<Get<P, Slot, Refs, IN_SLOT>, Call>)
        }
    };
}
pub(super) use for_each_merged;

macro_rules! parts {
    ($(([$($part:expr),*] $body:ty))*) => { &[$(&[$($part),*]),*] };
}

/// The parts of each, by number from [`FIRST_MERGED`] on.
const PARTS: &[&[usize]] = for_each_merged!(parts!);

/// How many there are.
pub(super) const COUNT: usize = PARTS.len();

/// Exchanges the first words of instructions of `code`, which became `words`, that are merged with those behind them.
pub(super) fn merge(code: &RegCode, words: &mut [u64]) {
    let mut starts = Vec::with_capacity(code.words.len());
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        starts.push(at);
        at += instr.length();
    }
    for (index, &at) in starts.iter().enumerate() {
        let rest = starts.get(index..).unwrap_or_default();
        // What was exchanged before, for a twin or another word, is not what a part stands for.
        let is = |&(&at, &part): &(&usize, &usize)| {
            words.get(at).is_some_and(|word| *word as u16 as usize == part)
        };
        let fits =
            |parts: &&[usize]| rest.len() >= parts.len() && rest.iter().zip(*parts).all(|pair| is(&pair));
        if let Some(found) = PARTS.iter().position(fits)
            && let Some(word) = words.get_mut(at)
        {
            *word = *word & !0xFFFF | (FIRST_MERGED + found) as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::Instr;
    use lyra_bytecode::Op;

    /// How many parts stand together at each instruction, 1 for those that stay alone.
    fn merged(code: &RegCode) -> Vec<usize> {
        let mut words: Vec<u64> = code.words.iter().map(|word| word.0).collect();
        merge(code, &mut words);
        let (mut at, mut found) = (0, Vec::new());
        while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
            assert_eq!(words[at] & !0xFFFF, code.words[at].0 & !0xFFFF, "operands stay");
            let number = (words[at] & 0xFFFF) as usize;
            found.push(number.checked_sub(FIRST_MERGED).map_or(1, |merged| PARTS[merged].len()));
            at += instr.length();
        }
        found
    }

    #[test]
    fn what_follows_each_other_is_merged_and_each_word_stays_one() {
        let plain = |form, a, b, c| vec![Instr::new(form, a, b, c).pack()];
        let entry = crate::word::Word(0);
        let with_entry = |form, a, b, c| vec![Instr::new(form, a, b, c).pack(), entry];
        let row = |form, op, a, b, c| vec![Instr::of_row(form, op, a, b, c).pack()];
        let of = |words: Vec<Vec<_>>| merged(&RegCode { words: words.concat(), ..RegCode::default() });
        assert_eq!(
            of(vec![
                plain(Form::Text, 3, 0, 0),
                with_entry(Form::AnyEq, 0, 2, 3),
                plain(Form::IfFalse, 0, 0, 2),
                with_entry(Form::Value, 3, 0, 0),
                with_entry(Form::AnyIndex, 3, 0, 3),
                plain(Form::MoveRef, 4, 1, 0),
                with_entry(Form::Call, 0, 3, 0),
                plain(Form::ReturnRef, 3, 0, 0),
            ]),
            [3, 2, 1, 2, 1, 2, 1, 1]
        );
        let next = |right: &[Vec<crate::word::Word>]| {
            let mut words = right.to_vec();
            words.push(plain(Form::Length, 1, 1, 0));
            words.push(row(Form::BackIf, Op::LtI32, 0, 1, 0));
            of(words)
        };
        assert_eq!(next(&[row(Form::Right, Op::AddI32, 0, 0, 1)]), [3, 1, 1]);
        assert_eq!(next(&[row(Form::Right, Op::SubI32, 0, 0, 1)]), [1, 1, 1]);
    }
}
