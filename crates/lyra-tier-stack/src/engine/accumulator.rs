//! The accumulators: what the last row gave, in a register of the processor: one for `f64`, one for all other words.
//!
//! A value goes from one instruction to the next by way of its slot, and a load of what was just stored takes as long as
//! some additions. So each instruction that computes leaves what it computed in [`Regs::acc`] or [`Regs::acc_f64`] as
//! well, and the next one, where it reads that slot and nothing jumps in between, is exchanged for a twin that takes it
//! from there: the hash of `loop` and the inner loop of `mandelbrot` are chains of such. Each row has its twins at once.

use super::fused::total;
use super::state::{Body, Regs, a, b, c};
use super::table::{FIRST_TWIN, number};
use crate::form::Field;
use crate::word::Instr;
use crate::{Form, RegCode};
use lyra_bytecode::rows::Row;
use lyra_bytecode::{OPS, TypeId};

/// Whether a row gives an `f64`.
pub(super) const fn gives_f64(code: u8) -> bool {
    matches!(OPS[code as usize].rule, Some((_, &[result])) if result.0 == TypeId::F64.0)
}

/// Whether operand `place` of a row is an `f64`.
const fn takes_f64(code: u8, place: usize) -> bool {
    match OPS[code as usize].rule {
        Some((params, _)) => place < params.len() && params[place].0 == TypeId::F64.0,
        None => false,
    }
}

impl Regs {
    /// What operand `place` of a row finds in its accumulator.
    #[inline(always)]
    pub(super) fn held<R: Row, const PLACE: usize>(&self) -> u64 {
        if const { takes_f64(R::CODE, PLACE) } { self.acc_f64.to_bits() } else { self.acc }
    }

    /// Leaves what a row gave in its accumulator.
    #[inline(always)]
    pub(super) fn hold<R: Row>(&mut self, value: u64) {
        if const { gives_f64(R::CODE) } {
            self.acc_f64 = f64::from_bits(value);
        } else {
            self.acc = value;
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
            let left = if TAKES & SECOND != 0 { r.acc_f64 } else { f64::from_bits(r.w(b(word))) };
            let right = if TAKES & THIRD != 0 { r.acc_f64 } else { f64::from_bits(r.w(c(word))) };
            let other = if TAKES & LAST != 0 { r.acc_f64 } else { f64::from_bits(r.w(r.second() as usize)) };
            r.acc_f64 = total::<FORM>(left * right, other);
            r.set_w(a(word), r.acc_f64.to_bits());
            r.step(2)
        }
    }
}

/// Which operands an instruction takes from the accumulator: the left one of a row, the right one.
pub(super) const SECOND: u8 = 1;
pub(super) const THIRD: u8 = 2;
pub(super) const BOTH: u8 = SECOND | THIRD;
/// That which the next word names.
pub(super) const LAST: u8 = 4;

/// The forms of rows that have twins, with what each twin takes: those of a row follow each other in this order, by row.
const OF_ROW: &[(Form, u8)] =
    &[(Form::Slots, SECOND), (Form::Slots, THIRD), (Form::Slots, BOTH), (Form::Right, SECOND)];

/// The same of rows that compare, which come after all those.
const OF_COMPARISON: &[(Form, u8)] = &[
    (Form::If, SECOND),
    (Form::If, THIRD),
    (Form::Unless, SECOND),
    (Form::Unless, THIRD),
    (Form::IfRight, SECOND),
    (Form::UnlessRight, SECOND),
    (Form::BackIf, SECOND),
    (Form::BackIf, THIRD),
    (Form::BackUnless, SECOND),
    (Form::BackUnless, THIRD),
    (Form::BackIfRight, SECOND),
    (Form::BackUnlessRight, SECOND),
];

/// Where the twins of comparisons begin, and the others.
const COMPARISONS: usize = OPS.len() * OF_ROW.len();
pub(super) const FIRST_OTHER: usize = COMPARISONS + comparisons_before(OPS.len() as u8) * OF_COMPARISON.len();

/// How many rows before this one compare.
const fn comparisons_before(code: u8) -> usize {
    let (mut found, mut row) = (0, 0);
    while row < code {
        found += compares(row) as usize;
        row += 1;
    }
    found
}

/// Whether a row compares.
pub(super) const fn compares(code: u8) -> bool {
    match OPS[code as usize].rule {
        Some((&[_, _], &[result])) => result.0 == TypeId::BOOL.0,
        _ => false,
    }
}

/// The twin of a form of a row that takes this, counted from the first; `None` where there is none.
pub(super) const fn twin_of_row(form: Form, row: u8, takes: u8) -> Option<usize> {
    let (forms, before) = match form {
        Form::Slots | Form::Right => (OF_ROW, row as usize * OF_ROW.len()),
        _ if compares(row) => (OF_COMPARISON, COMPARISONS + comparisons_before(row) * OF_COMPARISON.len()),
        _ => return None,
    };
    let mut place = 0;
    while place < forms.len() {
        if forms[place].0 as u8 == form as u8 && forms[place].1 == takes {
            return Some(before + place);
        }
        place += 1;
    }
    None
}

/// Hands the other twins to a macro: the number of the instruction, what the twin takes from the accumulator, and
/// its body.
macro_rules! for_each_other {
    ($with:ident! $($args:tt)*) => {
        $with! {
            $($args)*
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
            (number(Form::GetByte, 0), THIRD, Get<P, u8, Words, HELD>)
            (number(Form::GetHalf, 0), THIRD, Get<P, u32, Words, HELD>)
            (number(Form::GetWord, 0), THIRD, Get<P, u64, Words, HELD>)
            (number(Form::GetRef, 0), THIRD, Get<P, Slot, Refs, HELD>)
        }
    };
}
pub(super) use for_each_other;

macro_rules! list {
    ($(($number:expr, $takes:ident, $body:ty))*) => { &[$(($number, $takes)),*] };
}

/// What else has a twin, products and elements: the number of the instruction, and what the twin takes from the accumulator. The twins'
/// numbers follow those of the rows'.
const OTHERS: &[(usize, u8)] = for_each_other!(list!);

/// How many numbers the twins have, from [`FIRST_TWIN`] on.
pub(super) const TWINS: usize = FIRST_OTHER + OTHERS.len();

/// What an accumulator holds: the value of a slot.
#[derive(Clone, Copy)]
struct Holds {
    slot: u16,
    is_f64: bool,
}

/// Exchanges the instructions of `words`, which `code` became, that find an operand in an accumulator.
pub(super) fn hold(code: &RegCode, words: &mut [u64]) {
    let landings = landings(code);
    let mut held: Option<Holds> = None;
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        let holds = held.filter(|_| landings.get(at) == Some(&false));
        let found = holds.and_then(|holds| twin(code, at, instr, holds));
        if let (Some(twin), Some(word)) = (found, words.get_mut(at)) {
            *word = *word & !0xFFFF | (FIRST_TWIN + twin) as u64;
        }
        held = match computes(instr) {
            Some(is_f64) => Some(Holds { slot: instr.a, is_f64 }),
            None => holds.filter(|holds| leaves(instr, holds.slot)),
        };
        at += instr.length();
    }
}

/// Whether an instruction that is never slow leaves the accumulators alone, and a slot.
fn leaves(instr: Instr, slot: u16) -> bool {
    match instr.form {
        Form::If | Form::Unless | Form::IfRight | Form::UnlessRight | Form::IfTrue | Form::IfFalse => true,
        Form::MoveRef | Form::Null => true,
        Form::MoveWord | Form::Small | Form::Large => instr.a != slot,
        _ => false,
    }
}

/// The twin of an instruction that takes what `holds` says, counted from the first.
fn twin(code: &RegCode, at: usize, instr: Instr, holds: Holds) -> Option<usize> {
    let (form, row) = (instr.form, instr.row);
    let is = |operand: u16, place: usize| operand == holds.slot && takes_f64(row, place) == holds.is_f64;
    let takes = |left: bool, right: bool| if left { SECOND } else { 0 } | if right { THIRD } else { 0 };
    match form {
        Form::Slots => {
            let binary = OPS.get(usize::from(row))?.rule?.0.len() == 2;
            twin_of_row(form, row, takes(is(instr.b, 0), binary && is(instr.c, 1)))
        }
        Form::Right => twin_of_row(form, row, takes(is(instr.b, 0), false)),
        Form::If | Form::Unless | Form::BackIf | Form::BackUnless => {
            twin_of_row(form, row, takes(is(instr.a, 0), is(instr.b, 1)))
        }
        Form::IfRight | Form::UnlessRight | Form::BackIfRight | Form::BackUnlessRight => {
            twin_of_row(form, row, takes(is(instr.a, 0), false))
        }
        // Products are of `f64`, indexes are none.
        form if form.is_product() == holds.is_f64 => {
            let second = if form.is_product() { code.words.get(at + 1).map(|word| word.0) } else { None };
            let last = if second == Some(holds.slot.into()) { LAST } else { 0 };
            let reads = takes(form.is_product() && instr.b == holds.slot, instr.c == holds.slot) | last;
            let own = instr.pack().number();
            let fitting = OTHERS
                .iter()
                .enumerate()
                .filter(|(_, (number, takes))| *number == own && takes & !reads == 0);
            let (found, _) = fitting.max_by_key(|(_, (_, takes))| takes.count_ones())?;
            Some(FIRST_OTHER + found)
        }
        _ => None,
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

/// Whether an instruction leaves what it gives in an accumulator, and whether in that for `f64`.
fn computes(instr: Instr) -> Option<bool> {
    match instr.form {
        Form::GetByte | Form::GetHalf | Form::GetByteAt | Form::GetHalfAt => Some(false),
        Form::Slots | Form::Right => Some(gives_f64(instr.row)),
        form => form.is_product().then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_bytecode::Op;

    /// The words that became twins, with what they take.
    fn twins(instrs: &[Instr]) -> Vec<(usize, u8)> {
        let code = RegCode { words: instrs.iter().map(|instr| instr.pack()).collect(), ..RegCode::default() };
        let mut words: Vec<u64> = code.words.iter().map(|word| word.0).collect();
        hold(&code, &mut words);
        let numbers = words.iter().map(|&word| (word & 0xFFFF) as usize).enumerate();
        numbers
            .filter_map(|(at, number)| {
                let twin = number.checked_sub(FIRST_TWIN)?;
                let Instr { form, row, .. } = code.words[at].unpack()?;
                let takes = [SECOND, THIRD, BOTH];
                Some((at, takes.into_iter().find(|&takes| twin_of_row(form, row, takes) == Some(twin))?))
            })
            .collect()
    }

    #[test]
    fn operands_that_were_just_computed_are_held() {
        let row = |op, a, b, c| Instr::of_row(Form::Slots, op, a, b, c);
        let square = [row(Op::AddF64, 2, 0, 1), row(Op::MulF64, 3, 2, 2), row(Op::DivF64, 0, 1, 3)];
        assert_eq!(twins(&square), [(1, BOTH), (2, THIRD)]);
        let hash = [
            Instr::of_row(Form::Right, Op::MulI32, 2, 2, 31),
            row(Op::AddI32, 2, 2, 1),
            Instr::of_row(Form::Right, Op::RemI32, 2, 2, 7),
            row(Op::I64FromI32, 3, 2, 0),
        ];
        assert_eq!(twins(&hash), [(1, SECOND), (2, SECOND), (3, SECOND)]);
        // From one type to the other, and back.
        let turned = [row(Op::F64FromI32, 2, 0, 0), row(Op::MulF64, 2, 2, 2), row(Op::I32FromF64, 3, 2, 0)];
        assert_eq!(twins(&turned), [(1, BOTH), (2, SECOND)]);
        assert_eq!(twins(&[turned[2], row(Op::AddI32, 4, 1, 3)]), [(1, THIRD)]);
        // Elements, tests, and what stands between.
        let element = Instr::new(Form::GetHalf, 2, 0, 1);
        let less = |a, b| Instr::of_row(Form::If, Op::LtI32, a, b, 1);
        let some = |form| Instr::of_row(form, Op::EqI32, 2, 7, 1);
        assert_eq!(
            twins(&[element, less(1, 2), less(2, 1), some(Form::IfRight), row(Op::AddI32, 0, 0, 2)]),
            [(1, THIRD)],
            "what is behind a test is where it jumps to"
        );
        let apart = |form, op| Instr::of_row(form, op, 2, 7, 3);
        assert_eq!(
            twins(&[element, apart(Form::UnlessRight, Op::EqI32), between_moves(), row(Op::AddI32, 0, 0, 2)]),
            [(1, SECOND), (3, THIRD)]
        );
        let indexed = [row(Op::AddI32, 2, 0, 1), Instr::new(Form::GetRef, 4, 2, 2)];
        let other = |form| OTHERS.iter().position(|&(found, _)| found == number(form, 0));
        assert_eq!(number_of_second(&indexed), Some(FIRST_TWIN + FIRST_OTHER + other(Form::GetRef).unwrap()));
        let floats = [row(Op::AddF64, 2, 0, 1), Instr::new(Form::GetRef, 4, 2, 2)];
        assert_eq!(number_of_second(&floats), Some(number(Form::GetRef, 0)));
        // Another slot, the slot of a number of the other kind, something in between.
        assert_eq!(twins(&[row(Op::AddF64, 2, 0, 1), row(Op::MulF64, 3, 0, 1)]), []);
        assert_eq!(twins(&[row(Op::AddI64, 2, 0, 1), row(Op::MulF64, 3, 2, 1)]), []);
        assert_eq!(twins(&[row(Op::AddF64, 2, 0, 1), row(Op::MulI64, 3, 2, 1)]), []);
        let between = Instr::new(Form::SetByte, 4, 0, 0);
        assert_eq!(twins(&[row(Op::AddF64, 2, 0, 1), between, row(Op::MulF64, 3, 2, 1)]), []);
        let over = Instr::new(Form::MoveWord, 2, 0, 0);
        assert_eq!(twins(&[row(Op::AddF64, 2, 0, 1), over, row(Op::MulF64, 3, 2, 1)]), []);
        // Rows with one operand name no third.
        assert_eq!(twins(&[row(Op::AddI32, 0, 1, 2), row(Op::NegI32, 3, 1, 0)]), []);
    }

    /// The number that the second of some words has then.
    fn number_of_second(instrs: &[Instr]) -> Option<usize> {
        let code = RegCode { words: instrs.iter().map(|instr| instr.pack()).collect(), ..RegCode::default() };
        let mut words: Vec<u64> = code.words.iter().map(|word| word.0).collect();
        hold(&code, &mut words);
        words.get(1).map(|word| (word & 0xFFFF) as usize)
    }

    /// A word that is never slow, and writes nothing that is looked at.
    fn between_moves() -> Instr {
        Instr::new(Form::MoveWord, 9, 0, 0)
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
