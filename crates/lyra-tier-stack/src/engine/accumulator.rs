//! The accumulator: the last `f64` that was computed, in a register of the processor.
//!
//! A value goes from one instruction to the next by way of its slot, and a load of what was just stored takes as long as
//! two additions. So each instruction that computes an `f64` leaves it in [`Regs::acc`] as well, and the next one, where
//! it reads that slot and nothing jumps in between, is exchanged for a twin that takes it from there: Newton's steps of
//! `nbody` and the inner loop of `mandelbrot` are chains of such.

use super::fused::total;
use super::state::{Body, Regs, a, b, c};
use super::table::{FIRST_TWIN, number};
use crate::form::Field;
use crate::word::Instr;
use crate::{Form, RegCode};
use lyra_bytecode::rows::{self, Row};
use lyra_bytecode::{OPS, TypeId};
use std::marker::PhantomData;

/// Which operands an instruction takes from the accumulator.
pub(super) const SECOND: u8 = 1;
pub(super) const THIRD: u8 = 2;
pub(super) const BOTH: u8 = SECOND | THIRD;
/// That which the next word names.
pub(super) const LAST: u8 = 4;

/// Whether a row gives an `f64`.
pub(super) const fn gives_f64(code: u8) -> bool {
    matches!(OPS[code as usize].rule, Some((_, &[result])) if result.0 == TypeId::F64.0)
}

/// [`Slots`](super::compute::Slots) of a row over `f64`.
pub(super) struct Held<R, const TAKES: u8>(PhantomData<R>);

impl<R: Row, const TAKES: u8> Body for Held<R, TAKES> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let held = r.acc.to_bits();
            let left = if TAKES & SECOND != 0 { held } else { r.w(b(word)) };
            let right = if TAKES & THIRD != 0 { held } else { r.w(c(word)) };
            // Arithmetic of `f64` has no trap.
            let value = R::compute(left, right).unwrap_or(0);
            r.acc = f64::from_bits(value);
            r.set_w(a(word), value);
            r.step(1)
        }
    }
}

/// [`Product`](super::fused::Product).
pub(super) struct HeldProduct<const FORM: u8, const TAKES: u8>;

impl<const FORM: u8, const TAKES: u8> Body for HeldProduct<FORM, TAKES> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait; the second word names a slot.
        unsafe {
            let word = r.word();
            let left = if TAKES & SECOND != 0 { r.acc } else { f64::from_bits(r.w(b(word))) };
            let right = if TAKES & THIRD != 0 { r.acc } else { f64::from_bits(r.w(c(word))) };
            let other = if TAKES & LAST != 0 { r.acc } else { f64::from_bits(r.w(r.second() as usize)) };
            r.acc = total::<FORM>(left * right, other);
            r.set_w(a(word), r.acc.to_bits());
            r.step(2)
        }
    }
}

/// Hands the twins to a macro: the number of the instruction, what the twin takes from the accumulator, and its body.
macro_rules! for_each_twin {
    ($with:ident! $($args:tt)*) => {
        $with! {
            $($args)*
            (number(Form::Slots, rows::AddF64::CODE), SECOND, Held<rows::AddF64, SECOND>)
            (number(Form::Slots, rows::AddF64::CODE), THIRD, Held<rows::AddF64, THIRD>)
            (number(Form::Slots, rows::SubF64::CODE), SECOND, Held<rows::SubF64, SECOND>)
            (number(Form::Slots, rows::SubF64::CODE), THIRD, Held<rows::SubF64, THIRD>)
            (number(Form::Slots, rows::MulF64::CODE), SECOND, Held<rows::MulF64, SECOND>)
            (number(Form::Slots, rows::MulF64::CODE), THIRD, Held<rows::MulF64, THIRD>)
            (number(Form::Slots, rows::MulF64::CODE), BOTH, Held<rows::MulF64, BOTH>)
            (number(Form::Slots, rows::DivF64::CODE), SECOND, Held<rows::DivF64, SECOND>)
            (number(Form::Slots, rows::DivF64::CODE), THIRD, Held<rows::DivF64, THIRD>)
            (number(Form::MulAddF64, 0), SECOND, HeldProduct<ADD, SECOND>)
            (number(Form::MulAddF64, 0), THIRD, HeldProduct<ADD, THIRD>)
            (number(Form::MulAddF64, 0), BOTH, HeldProduct<ADD, BOTH>)
            (number(Form::MulAddF64, 0), LAST, HeldProduct<ADD, LAST>)
            (number(Form::MulSubF64, 0), SECOND, HeldProduct<SUB, SECOND>)
            (number(Form::MulSubF64, 0), THIRD, HeldProduct<SUB, THIRD>)
            (number(Form::MulSubF64, 0), BOTH, HeldProduct<SUB, BOTH>)
            (number(Form::MulSubF64, 0), LAST, HeldProduct<SUB, LAST>)
            (number(Form::SubMulF64, 0), SECOND, HeldProduct<FROM, SECOND>)
            (number(Form::SubMulF64, 0), THIRD, HeldProduct<FROM, THIRD>)
            (number(Form::SubMulF64, 0), BOTH, HeldProduct<FROM, BOTH>)
            (number(Form::SubMulF64, 0), LAST, HeldProduct<FROM, LAST>)
        }
    };
}
pub(super) use for_each_twin;

macro_rules! list {
    ($(($number:expr, $takes:ident, $body:ty))*) => { &[$(($number, $takes)),*] };
}

/// What has a twin: the number of the instruction, and what the twin takes from the accumulator. The twins' numbers
/// follow each other from [`FIRST_TWIN`] on.
pub(super) const TWINS: &[(usize, u8)] = for_each_twin!(list!);

/// Exchanges the instructions of `words`, which `code` became, that find an operand in the accumulator.
pub(super) fn hold(code: &RegCode, words: &mut [u64]) {
    let landings = landings(code);
    let mut held = None;
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        let reads =
            held.filter(|_| landings.get(at) == Some(&false)).map_or(0, |slot| takes(code, at, instr, slot));
        let own = instr.pack().number();
        let twins =
            TWINS.iter().enumerate().filter(|(_, (number, takes))| *number == own && takes & !reads == 0);
        let twin = twins.max_by_key(|(_, (_, takes))| takes.count_ones());
        if let (Some((twin, _)), Some(word)) = (twin, words.get_mut(at)) {
            *word = *word & !0xFFFF | (FIRST_TWIN + twin) as u64;
        }
        held = computes(instr).then_some(instr.a);
        at += instr.length();
    }
}

/// Whether something jumps to a word, for each.
fn landings(code: &RegCode) -> Vec<bool> {
    let mut landings = vec![false; code.words.len()];
    let mut land = |at: i64| {
        if let Some(landing) = usize::try_from(at).ok().and_then(|at| landings.get_mut(at)) {
            *landing = true;
        }
    };
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        for (field, operand) in instr.form.fields().iter().zip([instr.a, instr.b, instr.c]) {
            match field {
                Field::Near => land(at as i64 + i64::from(operand.cast_signed())),
                Field::Far => land(at as i64 + i64::from(instr.number().cast_signed())),
                _ => {}
            }
        }
        at += instr.length();
    }
    code.ranges.iter().for_each(|range| land(range.landing.into()));
    landings
}

/// Whether an instruction leaves what it computes in the accumulator.
fn computes(instr: Instr) -> bool {
    match instr.form {
        Form::Slots => gives_f64(instr.row),
        form => matches!(form, Form::MulAddF64 | Form::MulSubF64 | Form::SubMulF64),
    }
}

/// Which operands are `slot`.
fn takes(code: &RegCode, at: usize, instr: Instr, slot: u16) -> u8 {
    let second = if instr.length() == 2 { code.words.get(at + 1).map(|word| word.0) } else { None };
    let is = |operand: bool, bit: u8| if operand { bit } else { 0 };
    is(instr.b == slot, SECOND) | is(instr.c == slot, THIRD) | is(second == Some(slot.into()), LAST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_bytecode::Op;

    /// The numbers of the twins that stand in the code, by the place of the word.
    fn twins(instrs: &[Instr]) -> Vec<(usize, u8)> {
        let code = RegCode { words: instrs.iter().map(|instr| instr.pack()).collect(), ..RegCode::default() };
        let mut words: Vec<u64> = code.words.iter().map(|word| word.0).collect();
        hold(&code, &mut words);
        let numbers = words.iter().map(|&word| (word & 0xFFFF) as usize).enumerate();
        numbers.filter_map(|(at, number)| Some((at, TWINS[number.checked_sub(FIRST_TWIN)?].1))).collect()
    }

    #[test]
    fn operands_that_were_just_computed_are_held() {
        let row = |op, a, b, c| Instr::of_row(Form::Slots, op, a, b, c);
        let square = [row(Op::AddF64, 2, 0, 1), row(Op::MulF64, 3, 2, 2), row(Op::DivF64, 0, 1, 3)];
        assert_eq!(twins(&square), [(1, BOTH), (2, THIRD)]);
        // Another slot, another type, something in between.
        assert_eq!(twins(&[row(Op::AddF64, 2, 0, 1), row(Op::MulF64, 3, 0, 1)]), []);
        assert_eq!(twins(&[row(Op::AddI64, 2, 0, 1), row(Op::MulF64, 3, 2, 1)]), []);
        let between = Instr::new(Form::MoveWord, 4, 0, 0);
        assert_eq!(twins(&[row(Op::AddF64, 2, 0, 1), between, row(Op::MulF64, 3, 2, 1)]), []);
    }

    #[test]
    fn nothing_is_held_where_a_jump_lands() {
        let row = |op, a, b, c| Instr::of_row(Form::Slots, op, a, b, c);
        let pair = [row(Op::AddF64, 2, 0, 1), row(Op::MulF64, 2, 2, 1)];
        assert_eq!(
            twins(&[pair[0], pair[1], Instr::wide(Form::BackJump, 0, (-2i32).cast_unsigned())]),
            [(1, SECOND)]
        );
        assert_eq!(twins(&[pair[0], pair[1], Instr::wide(Form::BackJump, 0, (-1i32).cast_unsigned())]), []);
    }
}
