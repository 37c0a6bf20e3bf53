//! Slow instructions that become words of the engine's own: those on texts that are done in a few machine instructions in
//! most cases, and whose operands fit beside the number of the word; and fields of `any`, whose word names the entry of
//! the table of slow instructions beside its slots.
//!
//! What a word cannot do at once its second half does, as the direct way would.

use super::enter;
use crate::code::{SlotRef, Slow};
use crate::engine::context::{Context, context, heap};
use crate::engine::objects::{fail, index_of};
use crate::engine::stack::FrameStack;
use crate::engine::state::{Body, Regs, a, b, c};
use crate::engine::table::FIRST_SHORT;
use crate::word::Instr;
use crate::{Form, RegCode};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Kind, Op, TypeId};
use lyra_runtime::{Fault, Heap, Ref, Slot, WORK_UNIT, immediate, texts};
use lyra_vm_core::Profile;
use std::marker::PhantomData;

/// How many there are; their numbers follow each other from [`FIRST_SHORT`] on.
pub(in crate::engine) const COUNT: usize = 6;

/// The words, in the order of their numbers.
macro_rules! for_each_short {
    ($with:ident! $($args:tt)*) => {
        $with! {
            $($args)*
            (CharAtByte<P>)
            (TextLength<P, false>)
            (TextLength<P, true>)
            (TextEqual<P, true>)
            (TextEqual<P, false>)
            (AnyField<P>)
        }
    };
}
pub(in crate::engine) use for_each_short;

/// Which of them [`AnyField`] is.
const FIELD: usize = COUNT - 1;

/// Puts words in the place of those instructions of `code`, which became `words`, that have one.
pub(in crate::engine) fn shorten(code: &RegCode, words: &mut [u64]) {
    let mut at = 0;
    while let Some(instr) = code.words.get(at).and_then(|word| word.unpack()) {
        if instr.form == Form::Slow
            && let Some(short) =
                code.slow.get(instr.number() as usize).and_then(|slow| short(slow, instr.number()))
            && let Some(word) = words.get_mut(at)
        {
            *word = short;
        }
        at += instr.length();
    }
}

/// The word of a slow instruction.
fn short(slow: &Slow, entry: u32) -> Option<u64> {
    let (index, kinds, gives): (_, &[Kind], _) = match slow.op {
        Op::StrCharAtByte => (0, &[Kind::Ref, Kind::Word], Kind::Word),
        Op::StrLength => (1, &[Kind::Ref], Kind::Word),
        Op::StrByteLength => (2, &[Kind::Ref], Kind::Word),
        Op::StrEq => (3, &[Kind::Ref, Kind::Ref], Kind::Word),
        Op::StrNe => (4, &[Kind::Ref, Kind::Ref], Kind::Word),
        Op::AnyGetField { .. } => (FIELD, &[Kind::Ref], Kind::Ref),
        _ => return None,
    };
    let SlotRef { kind, number: result } = slow.result?;
    if kind != gives || !slow.args.iter().map(|arg| arg.kind).eq(kinds.iter().copied()) {
        return None;
    }
    let operand = |at: usize| slow.args.get(at).map_or(0, |arg| arg.number);
    // The fields stand where those of every word do.
    let second = if index == FIELD { u16::try_from(entry).ok()? } else { operand(1) };
    let fields = Instr::new(Form::Slow, result, operand(0), second).pack().0;
    Some(fields & !0xFFFF | (FIRST_SHORT + index) as u64)
}

/// `w[a] =` the character at byte `w[c]` of the text `r[b]`.
pub(in crate::engine) struct CharAtByte<P>(PhantomData<P>);

impl<P: Profile<Stack = FrameStack>> Body for CharAtByte<P> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let at = index_of(r.w(c(word)));
            match heap::<P>(r.state).str(Ref::from_bits(r.r(b(word)))) {
                Some(text) if at < text.text.len() => {
                    let byte = *text.text.as_bytes().get_unchecked(at);
                    if !byte.is_ascii() {
                        return false;
                    }
                    r.set_w(a(word), byte.into());
                    r.step(1)
                }
                _ => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let offset = Slot::word(r.w(c(word))).as_i32();
            let found = texts::char_at_byte(heap::<P>(r.state), Ref::from_bits(r.r(b(word))), offset);
            finish::<P>(r, found.map(Scalar::to_word))
        }
    }
}

/// `w[a] =` the length of the text `r[b]`, in bytes or in characters.
pub(in crate::engine) struct Length<P, const BYTES: bool>(PhantomData<P>);

impl<P: Profile<Stack = FrameStack>, const BYTES: bool> Body for Length<P, BYTES> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            match heap::<P>(r.state).str(Ref::from_bits(r.r(b(word)))) {
                Some(text) => {
                    // Lengths are at most `i32::MAX`.
                    let length = if BYTES { text.text.len() } else { text.chars };
                    r.set_w(a(word), length as u64);
                    r.step(1)
                }
                None => false,
            }
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let text = Ref::from_bits(r.r(b(r.word())));
            let heap = heap::<P>(r.state);
            let length = if BYTES { texts::byte_length(heap, text) } else { texts::length(heap, text) };
            finish::<P>(r, length.map(Scalar::to_word))
        }
    }
}

/// `w[a] =` whether the texts `r[b]` and `r[c]` are equal, or with `GIVES` false whether they are not.
pub(in crate::engine) struct Equal<P, const GIVES: bool>(PhantomData<P>);

impl<P: Profile<Stack = FrameStack>, const GIVES: bool> Body for Equal<P, GIVES> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait.
        unsafe {
            let word = r.word();
            let (first, second) = (Ref::from_bits(r.r(b(word))), Ref::from_bits(r.r(c(word))));
            let heap = heap::<P>(r.state);
            let equal = first == second;
            if !equal {
                match (heap.str(first), heap.str(second)) {
                    (Some(first), Some(second)) if first.text.len() != second.text.len() => {}
                    _ => return false,
                }
            }
            r.set_w(a(word), (equal == GIVES).into());
            r.step(1)
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait; nothing else borrows the run while it is lent.
        unsafe {
            let word = r.word();
            let (first, second) = (Ref::from_bits(r.r(b(word))), Ref::from_bits(r.r(c(word))));
            r.save();
            let equal = compare(context::<P>(r.state), first, second);
            r.load();
            finish::<P>(r, equal.map(|equal| (equal == GIVES).to_word()))
        }
    }
}

/// `r[a] =` a field of the `any` `r[b]`, which the entry `c` names, where its site keeps which part of the record it is.
pub(in crate::engine) struct AnyField<P>(PhantomData<P>);

/// What a site keeps of a field: the number of the part, and the type that it is of, if that is one of words.
pub(super) const fn part_of(index: u8, ty: TypeId, kind: Kind) -> u32 {
    index as u32 | if matches!(kind, Kind::Word) { ty.0 << 8 | WORD } else { 0 }
}

/// Set where the part is a word; types have 16 bits.
const WORD: u32 = 1 << 31;

impl<P: Profile<Stack = FrameStack>> Body for AnyField<P> {
    #[inline(always)]
    unsafe fn run(r: &mut Regs) -> bool {
        // SAFETY: see the trait; the entry is the frame's code's own, and the table of sites has all that code names.
        unsafe {
            let word = r.word();
            let value = Slot::word(r.r(b(word)));
            if !value.is_object() {
                return false;
            }
            let (object, heap) = (value.as_ref(), heap::<P>(r.state));
            let Some(ty) = heap.type_number(object) else { return false };
            let code = (*(*r.state).frame).code;
            let entry = (*code).slow.as_ptr().add(c(word));
            let site = (*r.state).sites.add((*entry).site.into());
            let Some(kept) = (*site).known(ty) else { return false };
            let Some(parts) = heap.fields(object) else { return false };
            let Some(&part) = parts.get(kept as u8 as usize) else { return false };
            let value = if kept & WORD == 0 {
                part
            } else {
                match immediate::encode(TypeId((kept & !WORD) >> 8), part.as_word()) {
                    Some(value) => value,
                    None => return false,
                }
            };
            (*site).hits += 1;
            r.set_r(a(word), value.as_word());
            r.step(1)
        }
    }

    unsafe fn slow(r: &mut Regs) -> bool {
        // SAFETY: see the trait; the word names its entry.
        unsafe {
            r.save();
            let goes_on = enter(r.state, c(r.word()));
            r.load();
            goes_on
        }
    }
}

/// Whether two texts are equal, paid for.
fn compare<P: Profile<Stack = FrameStack>>(
    run: &mut Context<P>,
    first: Ref,
    second: Ref,
) -> Result<bool, Fault> {
    let (equal, bytes) = texts::equal(run.machine.heap(), first, second)?;
    match bytes / WORK_UNIT {
        0 => {}
        units => run.paying(|run| run.machine.meter().charge(units as u64))?,
    }
    Ok(equal)
}

/// Ends a second half: with the result in `w[a]`, or with a fault.
unsafe fn finish<P: Profile<Stack = FrameStack>>(r: &mut Regs, outcome: Result<u64, Fault>) -> bool {
    // SAFETY: the caller's.
    unsafe {
        match outcome {
            Ok(value) => {
                r.set_w(a(r.word()), value);
                r.step(1)
            }
            Err(fault) => fail::<P>(r, fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_bytecode::ConstId;

    #[test]
    fn an_instruction_becomes_a_word_where_its_operands_are_of_the_right_kinds() {
        let slot = |kind, number| SlotRef { kind, number };
        let mut slow = Slow {
            op: Op::StrCharAtByte,
            args: vec![slot(Kind::Ref, 7), slot(Kind::Word, 8)],
            result: Some(slot(Kind::Word, 9)),
            waits: 0,
        };
        let word = short(&slow, 0).unwrap();
        assert_eq!((a(word), b(word), c(word)), (9, 7, 8));
        assert_eq!((word & 0xFFFF) as usize, FIRST_SHORT);
        let field = Slow {
            op: Op::AnyGetField { name: ConstId(0) },
            args: vec![slot(Kind::Ref, 7)],
            result: Some(slot(Kind::Ref, 9)),
            waits: 0,
        };
        let word = short(&field, 5).unwrap();
        assert_eq!((a(word), b(word), c(word)), (9, 7, 5), "the entry is named");
        assert_eq!((word & 0xFFFF) as usize, FIRST_SHORT + FIELD);
        assert_eq!(short(&field, 1 << 16), None, "it has no place in the word");
        slow.args.reverse();
        assert_eq!(short(&slow, 0), None);
        slow.args.clear();
        assert_eq!(short(&slow, 0), None);
    }
}
