//! Whether code is such as the engine may run without looking again.
//!
//! What holds of code that passes: every slot that a word or an entry of the table of slow instructions names is one
//! of the frame, or, in moves, the one behind it, once something has just been put there; the slot of an error that
//! nobody reads may also be that one; every jump leads to the first word of an instruction; every number of an entry is
//! one; control does not leave the code at its end. What the operands *are* (that a slot holds
//! an array of this width) is the translator's word, and not looked at here.

use crate::code::{RegCode, SlotRef};
use crate::form::{Field, Form};
use crate::word::Instr;
use lyra_bytecode::{Kind, OPS};

impl RegCode {
    /// Looks at all of it.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn check(&self) -> Result<(), String> {
        if self.ref_args > self.ref_slots || self.word_args > self.word_slots {
            return Err("more arguments than slots".to_owned());
        }
        let mut starts = vec![false; self.words.len()];
        let mut instrs = Vec::with_capacity(self.words.len());
        let mut at = 0;
        while let Some(word) = self.words.get(at) {
            let instr = word.unpack().ok_or_else(|| format!("{at}: no instruction"))?;
            starts[at] = true;
            instrs.push((at, instr));
            at += instr.length();
        }
        if at != self.words.len() {
            return Err("the last word lacks those behind it".to_owned());
        }
        let target = |to: i64| usize::try_from(to).is_ok_and(|to| starts.get(to) == Some(&true));
        let mut behind = Behind::default();
        for &(at, instr) in &instrs {
            self.check_instr(at, instr, &mut behind, &target).map_err(|what| format!("{at}: {what}"))?;
        }
        let last = instrs.last().map(|&(_, instr)| instr);
        if !last.is_some_and(|last| last.form.ends() || self.is_last_slow(last)) {
            return Err("control leaves the code at its end".to_owned());
        }
        let mut end = 0;
        for range in &self.ranges {
            let apart = range.start >= end && range.start <= range.end;
            if !apart || range.end as usize > self.words.len() {
                return Err(format!("range {}..{}: out of order", range.start, range.end));
            }
            if !target(range.landing.into()) || range.error > self.ref_slots {
                return Err(format!("range {}..{}: its landing", range.start, range.end));
            }
            end = range.end;
        }
        Ok(())
    }

    /// Whether it is a slow instruction after which nothing comes.
    fn is_last_slow(&self, instr: Instr) -> bool {
        let slow = self.slow.get(instr.number() as usize);
        instr.form == Form::Slow && slow.is_some_and(|slow| slow.op.info().ends())
    }

    fn has(&self, slot: SlotRef) -> bool {
        match slot.kind {
            Kind::Ref => slot.number < self.ref_slots,
            Kind::Word => slot.number < self.word_slots,
        }
    }

    fn check_instr(
        &self,
        at: usize,
        instr: Instr,
        behind: &mut Behind,
        target: &dyn Fn(i64) -> bool,
    ) -> Result<(), String> {
        let Instr { form, a, b, c, .. } = instr;
        let operands = [a, b, c];
        let mut unary = false;
        if form.computes() {
            let info = OPS.get(usize::from(instr.row)).filter(|info| info.is_scalar);
            let (taken, given) = info.and_then(|info| info.rule).ok_or("a row that does not compute")?;
            unary = taken.len() == 1;
            let fits = match form {
                Form::Slots => true,
                Form::Right => !unary,
                _ => !unary && given == [lyra_bytecode::TypeId::BOOL],
            };
            if !fits {
                return Err("a form that the row has not".to_owned());
            }
        }
        if !matches!(form, Form::MoveWord | Form::MoveRef | Form::MovePair | Form::MoveRefs) {
            *behind = Behind::default();
        }
        let at = i64::try_from(at).map_err(|_| "too far".to_owned())?;
        for (place, (&field, &number)) in form.fields().iter().zip(&operands).enumerate() {
            let slot = |kind| SlotRef { kind, number };
            let fits = match field {
                Field::Nothing | Field::Signed | Field::Unsigned | Field::Wide => true,
                // The third operand of a row with one.
                Field::Word if unary && place == 2 => true,
                Field::ToWord if form == Form::MoveWord && number == self.word_slots => {
                    behind.word = true;
                    true
                }
                Field::ToRef if form == Form::MoveRef && number == self.ref_slots => {
                    behind.reference = true;
                    true
                }
                Field::ToWord | Field::InOutWord => self.has(slot(Kind::Word)),
                Field::ToRef => self.has(slot(Kind::Ref)),
                Field::Word => self.has(slot(Kind::Word)) || number == self.word_slots && behind.word,
                Field::Ref => self.has(slot(Kind::Ref)) || number == self.ref_slots && behind.reference,
                Field::WordWindow => number <= self.word_slots,
                Field::RefWindow => number <= self.ref_slots,
                Field::Near => target(at + i64::from(number.cast_signed())),
                Field::Far => target(at + i64::from(instr.number().cast_signed())),
            };
            if !fits {
                return Err(format!("operand {place}"));
            }
        }
        // Slots that follow from the operands.
        let also = match form {
            _ if form.parts().is_some() => {
                let parts = usize::try_from(at).ok().and_then(|at| self.parts(at));
                parts.is_some_and(|parts| parts.into_iter().flatten().all(|slot| self.has(slot)))
            }
            Form::MovePair => a.checked_add(1).is_some_and(|next| next < self.word_slots),
            Form::MoveRefs => {
                let fits = |first: u16| first.checked_add(c).is_some_and(|end| end <= self.ref_slots);
                fits(a) && fits(b)
            }
            Form::CallClosure => {
                let second =
                    usize::try_from(at).ok().and_then(|at| self.words.get(at + 1)).map(|word| word.0);
                second.is_some_and(|second| {
                    let (closure, words) = (second as u16, (second >> 16) as u16);
                    closure >= b
                        && closure < self.ref_slots
                        && self.word_slots - a.min(self.word_slots) >= words
                })
            }
            Form::CallMethod => b < self.ref_slots,
            Form::MulAddF64
            | Form::MulSubF64
            | Form::SubMulF64
            | Form::StepUp
            | Form::StepDown
            | Form::StepBelow
            | Form::StepAbove => {
                let second = usize::try_from(at).ok().and_then(|at| self.words.get(at + 1));
                second.is_some_and(|word| word.0 < self.word_slots.into())
            }
            _ => true,
        };
        if !also {
            return Err("a slot behind its operands".to_owned());
        }
        let entry = match form {
            Form::Slow => Some(instr.number() as usize),
            _ if form.has_entry() => {
                let second =
                    usize::try_from(at).ok().and_then(|at| self.words.get(at + 1)).map(|word| word.0);
                second.and_then(|entry| usize::try_from(entry).ok())
            }
            _ => None,
        };
        if form == Form::Slow || form.has_entry() {
            let slow = entry.and_then(|entry| self.slow.get(entry)).ok_or("an entry that is not there")?;
            let gives = match slow.result {
                Some(SlotRef { kind: Kind::Ref, number }) if slow.enters() => {
                    behind.reference = true;
                    number == self.ref_slots
                }
                Some(SlotRef { kind: Kind::Word, number }) if slow.enters() => {
                    behind.word = true;
                    number == self.word_slots
                }
                Some(slot) => self.has(slot),
                None => true,
            };
            if !gives || !slow.args.iter().all(|&slot| self.has(slot)) {
                return Err("a slot of its entry".to_owned());
            }
        }
        Ok(())
    }
}

/// Whether something stands in the slots behind the frame: no instruction but a move finds it there.
#[derive(Clone, Copy, Default)]
struct Behind {
    reference: bool,
    word: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Range, Slow};
    use lyra_bytecode::Op;

    fn code(instrs: &[Instr]) -> RegCode {
        let words = instrs.iter().map(|instr| instr.pack()).collect();
        RegCode { words, word_slots: 2, ref_slots: 1, ..RegCode::default() }
    }

    #[test]
    fn what_is_wrong_is_found() {
        let end = Instr::new(Form::ReturnWord, 0, 0, 0);
        let row = |form, a, b, c| Instr::of_row(form, Op::AddI32, a, b, c);
        let sound = [row(Form::Slots, 1, 0, 1), row(Form::Right, 0, 1, 0x8000), end];
        assert_eq!(code(&sound).check(), Ok(()));
        let swap = [(2, 0), (0, 1), (1, 2)].map(|(to, from)| Instr::new(Form::MoveWord, to, from, 0));
        assert_eq!(code(&[swap[0], swap[1], swap[2], end]).check(), Ok(()));
        let wrong: &[&[Instr]] = &[
            &[],
            &[row(Form::Slots, 2, 0, 0), end],
            &[row(Form::Slots, 0, 0, 2), end],
            &[row(Form::If, 0, 0, 1), end],
            &[Instr::of_row(Form::Right, Op::NegI32, 0, 0, 0), end],
            &[Instr::of_row(Form::If, Op::LtI32, 0, 0, 2), end],
            &[Instr::wide(Form::Jump, 0, u32::MAX)],
            &[Instr::new(Form::MoveRef, 0, 1, 0), end],
            &[
                Instr::new(Form::MoveRef, 1, 0, 0),
                row(Form::Right, 0, 1, 0),
                Instr::new(Form::MoveRef, 0, 1, 0),
                end,
            ],
            &[Instr::new(Form::MoveWord, 0, 1, 0)],
            &[Instr::new(Form::Call, 3, 0, 0), end, end],
            &[Instr::new(Form::Large, 0, 0, 0)],
            // There is no such receiver, and the second word, taken for a closure's slot, is none.
            &[Instr::new(Form::CallMethod, 0, 1, 0), end, end],
            &[Instr::new(Form::CallClosure, 0, 0, 0), end, end],
            &[Instr::new(Form::MovePair, 1, 0, 0), end],
            &[Instr::new(Form::MoveRefs, 0, 0, 2), end],
            // The second word, taken for a slot, is none.
            &[Instr::new(Form::MulAddF64, 0, 0, 0), end, end],
            &[Instr::new(Form::StepUp, 0, 1, 0), end, end],
            &[Instr::wide(Form::Slow, 0, 0), end],
            // The second word is no entry's number.
            &[Instr::new(Form::UpcastI32, 0, 0, 0), end, end],
            // The second word names slots that there are not, or lacks.
            &[Instr::new(Form::Record2, 0, 9, 0), end, end],
            &[Instr::new(Form::Record5, 0, 9, 0), end],
        ];
        for instrs in wrong {
            assert!(code(instrs).check().is_err(), "{instrs:?}");
        }
        // Into the second word of an instruction.
        let mut into = code(&[Instr::wide(Form::Jump, 0, 2), Instr::new(Form::Large, 0, 0, 0), end, end]);
        assert!(into.check().is_err());
        into.words[0] = Instr::wide(Form::Jump, 0, 1).pack();
        assert_eq!(into.check(), Ok(()));
        into.ranges.push(Range { start: 0, end: 3, landing: 2, error: 0 });
        assert!(into.check().is_err());
    }

    #[test]
    fn results_behind_the_frame_are_moved_at_once() {
        let mut code = code(&[
            Instr::wide(Form::Slow, 0, 0),
            Instr::new(Form::MoveWord, 0, 2, 0),
            Instr::new(Form::ReturnWord, 0, 0, 0),
        ]);
        let result = Some(SlotRef { kind: Kind::Word, number: 2 });
        code.slow.push(Slow { op: Op::CallClosure, args: Vec::new(), result, waits: 0 });
        assert_eq!(code.check(), Ok(()));
        code.slow[0].op = Op::StrEq;
        assert!(code.check().is_err());
    }
}
