//! Runs register code word by word: what each means, said once more and without haste.

use lyra_bytecode::{ConstId, GlobalId, Kind, Module, OPS, Op, ProcId, Trap, Type, TypeId};
use lyra_ir::{Cause, Ended, Failure, World};
use lyra_tier_stack::{Form, Instr, RegCode, SlotRef};

/// What stands in slots that nothing may read.
const JUNK: u64 = 0xBAD0_BAD0;

/// The slots of a frame, with those behind it.
struct Slots {
    refs: Vec<u64>,
    words: Vec<u64>,
}

impl Slots {
    fn of(&mut self, kind: Kind) -> &mut Vec<u64> {
        match kind {
            Kind::Ref => &mut self.refs,
            Kind::Word => &mut self.words,
        }
    }

    fn get(&self, slot: SlotRef) -> u64 {
        match slot.kind {
            Kind::Ref => self.refs[usize::from(slot.number)],
            Kind::Word => self.words[usize::from(slot.number)],
        }
    }

    fn set(&mut self, slot: SlotRef, bits: u64) {
        self.of(slot.kind)[usize::from(slot.number)] = bits;
    }

    /// What a call leaves of its caller's frame.
    fn forget(&mut self, words: usize, refs: usize) {
        self.words[words..].fill(JUNK);
        self.refs[refs..].fill(JUNK);
    }
}

/// Where control goes after a word.
enum Next {
    On,
    To(usize),
    /// There, once a unit is paid.
    Back(usize),
    Return(Option<u64>),
}

/// Runs `code` of a procedure of `module` for at most `steps` words.
pub(crate) fn run_code(
    code: &RegCode,
    module: &Module,
    args: &[(Kind, u64)],
    world: &mut dyn World,
    steps: u32,
) -> Ended {
    let mut slots = Slots {
        refs: vec![0; usize::from(code.ref_slots) + 1],
        words: vec![JUNK; usize::from(code.word_slots) + 1],
    };
    let (mut next_ref, mut next_word) = (0, 0);
    for &(kind, bits) in args {
        let next = if kind == Kind::Ref { &mut next_ref } else { &mut next_word };
        slots.of(kind)[*next] = bits;
        *next += 1;
    }
    assert_eq!((next_ref, next_word), (usize::from(code.ref_args), usize::from(code.word_args)));
    let mut at = 0;
    for _ in 0..steps {
        let instr = code.words[at].unpack().expect("a word of the translator's");
        let run = Run { code, module, at, instr };
        let next = run.step(&mut slots, world).and_then(|next| match next {
            Next::Back(to) => run.pay(world, 1).map(|()| Next::To(to)),
            next => Ok(next),
        });
        at = match next {
            Ok(Next::On) => at + instr.length(),
            Ok(Next::To(to) | Next::Back(to)) => to,
            Ok(Next::Return(value)) => return Ended::Returned(value),
            Err(failure) => {
                let caught = code.range(at as u32).and_then(|range| Some((range, world.error(&failure)?)));
                let Some((range, error)) = caught else { return Ended::Failed(failure) };
                slots.refs[usize::from(range.error)] = error;
                range.landing as usize
            }
        };
    }
    Ended::TooLong
}

struct Run<'r> {
    code: &'r RegCode,
    module: &'r Module,
    at: usize,
    instr: Instr,
}

impl Run<'_> {
    fn fail(&self, trap: Trap) -> Failure {
        let place = self.code.place(self.at as u32).expect("what can fail has a place");
        Failure { cause: Cause::Trap(trap), place }
    }

    fn pay(&self, world: &mut dyn World, units: u32) -> Result<(), Failure> {
        world.charge(units);
        world.poll().map_err(|trap| self.fail(trap))
    }

    fn row(&self, args: &[u64]) -> Result<u64, Trap> {
        let op = Op::build(self.instr.row, |_| Err(())).ok().flatten().expect("a scalar row");
        op.eval(args).expect("a scalar row")
    }

    /// Asks the world, and puts what it gives into a slot.
    fn ask(
        &self,
        slots: &mut Slots,
        world: &mut dyn World,
        op: Op,
        args: &[u64],
        to: Option<SlotRef>,
    ) -> Result<Next, Failure> {
        // What cannot fail and stands for nothing in the stack code needs no place.
        let place = self.code.place(self.at as u32).unwrap_or(lyra_ir::Place::own(0));
        let given = world.op(op, args, to.is_some(), place)?;
        match (to, given) {
            (Some(slot), Some(bits)) => slots.set(slot, bits),
            (to, given) => assert!(to.is_none() && given.is_none()),
        }
        Ok(Next::On)
    }

    /// A call with the operands that stand in the windows, of these types.
    fn call(
        &self,
        slots: &mut Slots,
        world: &mut dyn World,
        op: Op,
        (params, result): (&[TypeId], Option<TypeId>),
    ) -> Result<Next, Failure> {
        let Instr { a: word, b: reference, .. } = self.instr;
        let (mut next_word, mut next_ref) = (usize::from(word), usize::from(reference));
        let args: Vec<u64> = params
            .iter()
            .map(|&ty| {
                let kind = self.module.types.kind(ty);
                let next = if kind == Kind::Ref { &mut next_ref } else { &mut next_word };
                *next += 1;
                slots.of(kind)[*next - 1]
            })
            .collect();
        slots.forget(word.into(), reference.into());
        let to = result.map(|ty| match self.module.types.kind(ty) {
            Kind::Ref => SlotRef { kind: Kind::Ref, number: reference },
            Kind::Word => SlotRef { kind: Kind::Word, number: word },
        });
        self.ask(slots, world, op, &args, to)
    }

    /// The instruction that makes what a word of a new record makes.
    fn maker(&self) -> Op {
        let Instr { b, c, .. } = self.instr;
        let ty = TypeId(b.into());
        match self.module.types.get(ty) {
            Some(Type::Enum(_)) => Op::NewVariant { ty, variant: c },
            _ => Op::NewRecord { ty },
        }
    }

    /// A step by a number, where the limit allows it.
    fn steps(&self, slots: &mut Slots, by: u64) -> bool {
        let Instr { form, a, b, .. } = self.instr;
        let i32_of = |bits: u64| (bits as u32).cast_signed();
        let (counter, limit) = (i32_of(slots.words[usize::from(a)]), i32_of(slots.words[usize::from(b)]));
        let (away, by) = (limit.saturating_sub(counter), i32_of(by));
        let goes = match form {
            Form::StepUp | Form::StepUpRight => away >= by,
            Form::StepDown | Form::StepDownRight => away <= by,
            Form::StepBelow | Form::StepBelowRight => counter < limit,
            _ => counter > limit,
        };
        if goes {
            slots.words[usize::from(a)] = u64::from(counter.wrapping_add(by).cast_unsigned());
        }
        goes
    }

    fn step(&self, slots: &mut Slots, world: &mut dyn World) -> Result<Next, Failure> {
        let Instr { form, a, b, c, .. } = self.instr;
        let wide = self.instr.number();
        let second = || self.code.words[self.at + 1].0;
        let near = self.at.wrapping_add_signed(isize::from(c.cast_signed()));
        let far = self.at.wrapping_add_signed(wide.cast_signed() as isize);
        let signed = |number: u16| i64::from(number.cast_signed()).cast_unsigned();
        let w = |slots: &Slots, number: u16| slots.words[usize::from(number)];
        let r = |slots: &Slots, number: u16| slots.refs[usize::from(number)];
        let to_word = Some(SlotRef { kind: Kind::Word, number: a });
        let to_ref = Some(SlotRef { kind: Kind::Ref, number: a });
        let decide = |made: Result<u64, Trap>| made.expect("comparisons do not fail") & 1 != 0;
        let on = |decided: bool| if decided { Next::To(near) } else { Next::On };
        let back = |decided: bool| if decided { Next::Back(near) } else { Next::On };
        let compared = |slots: &Slots| decide(self.row(&[w(slots, a), w(slots, b)]));
        let compared_right = |slots: &Slots| decide(self.row(&[w(slots, a), signed(b)]));
        Ok(match form {
            Form::Slots | Form::Right => {
                let unary = OPS[usize::from(self.instr.row)].rule.is_some_and(|rule| rule.0.len() == 1);
                let made = match form {
                    Form::Right => self.row(&[w(slots, b), signed(c)]),
                    _ if unary => self.row(&[w(slots, b)]),
                    _ => self.row(&[w(slots, b), w(slots, c)]),
                };
                slots.words[usize::from(a)] = made.map_err(|trap| self.fail(trap))?;
                Next::On
            }
            Form::If => on(compared(slots)),
            Form::Unless => on(!compared(slots)),
            Form::IfRight => on(compared_right(slots)),
            Form::UnlessRight => on(!compared_right(slots)),
            Form::BackIf => back(compared(slots)),
            Form::BackUnless => back(!compared(slots)),
            Form::BackIfRight => back(compared_right(slots)),
            Form::BackUnlessRight => back(!compared_right(slots)),
            Form::IfTrue => on(w(slots, a) & 1 != 0),
            Form::IfFalse => on(w(slots, a) & 1 == 0),
            Form::BackIfTrue => back(w(slots, a) & 1 != 0),
            Form::BackIfFalse => back(w(slots, a) & 1 == 0),
            Form::IfNone => on(r(slots, a) == 0),
            Form::IfSome => on(r(slots, a) != 0),
            Form::Small => {
                slots.words[usize::from(a)] = u64::from(wide);
                Next::On
            }
            Form::Large => {
                slots.words[usize::from(a)] = second();
                Next::On
            }
            Form::MoveWord => {
                slots.words[usize::from(a)] = w(slots, b);
                Next::On
            }
            Form::MoveRef => {
                slots.refs[usize::from(a)] = r(slots, b);
                Next::On
            }
            Form::MovePair => {
                let (first, second) = (w(slots, b), w(slots, c));
                slots.words[usize::from(a)] = first;
                slots.words[usize::from(a) + 1] = second;
                Next::On
            }
            Form::MoveRefs => {
                let from = usize::from(b);
                slots.refs.copy_within(from..from + usize::from(c), usize::from(a));
                Next::On
            }
            Form::CountBack | Form::CountBackRight => {
                let limit = if form == Form::CountBack { w(slots, b) } else { signed(b) } as i32;
                let counter = (w(slots, a) as i32).wrapping_add(1);
                slots.words[usize::from(a)] = u64::from(counter.cast_unsigned());
                back(counter < limit)
            }
            Form::StepBack | Form::StepBackRight => {
                let limit = if form == Form::StepBack { w(slots, b) } else { signed(b) } as u32;
                let counter = w(slots, a) as u32;
                if counter != limit {
                    slots.words[usize::from(a)] = u64::from(counter.wrapping_add(1));
                }
                back(counter != limit)
            }
            Form::StepUp | Form::StepDown | Form::StepBelow | Form::StepAbove => {
                let by = w(slots, second() as u16);
                back(self.steps(slots, by))
            }
            Form::StepUpRight | Form::StepDownRight | Form::StepBelowRight | Form::StepAboveRight => {
                back(self.steps(slots, second()))
            }
            Form::IfType | Form::UnlessType => {
                let place = self.code.place(self.at as u32).unwrap_or(lyra_ir::Place::own(0));
                let bits = world.op(Op::IsType { ty: TypeId(b.into()) }, &[r(slots, a)], true, place)?;
                on((bits.expect("a truth value") & 1 != 0) == (form == Form::IfType))
            }
            Form::IfElement | Form::UnlessElement => {
                let args = [r(slots, a), w(slots, b)];
                let place = self.code.place(self.at as u32).expect("what can fail has a place");
                let bits = world.op(Op::ArrayGetWord, &args, true, place)?;
                on((bits.expect("an element") & 1 != 0) == (form == Form::IfElement))
            }
            Form::MulAddF64 | Form::MulSubF64 | Form::SubMulF64 => {
                let product = f64::from_bits(w(slots, b)) * f64::from_bits(w(slots, c));
                let other = f64::from_bits(w(slots, second() as u16));
                let made = match form {
                    Form::MulAddF64 => product + other,
                    Form::MulSubF64 => product - other,
                    _ => other - product,
                };
                slots.words[usize::from(a)] = made.to_bits();
                Next::On
            }
            Form::AddPart => {
                let place = self.code.place(self.at as u32).unwrap_or(lyra_ir::Place::own(0));
                let get = Op::GetPartWord { index: b as u8 };
                let part = world.op(get, &[r(slots, a)], true, place)?.expect("a part");
                let sum = Op::AddI32.eval(&[part, signed(c)]).expect("a row").expect("it wraps");
                let set = Op::SetPartWord { index: b as u8 };
                return self.ask(slots, world, set, &[r(slots, a), sum], None);
            }
            Form::ReturnSmall => Next::Return(Some(u64::from(wide))),
            Form::Null => {
                slots.refs[usize::from(a)] = 0;
                Next::On
            }
            Form::Jump => Next::To(far),
            Form::BackJump => Next::Back(far),
            Form::Pay => {
                self.pay(world, wide)?;
                Next::On
            }
            Form::Enter => {
                self.pay(world, a.into())?;
                world.enter(wide).map_err(|trap| self.fail(trap))?;
                Next::On
            }
            Form::Return => Next::Return(None),
            Form::ReturnWord => Next::Return(Some(w(slots, a))),
            Form::ReturnRef => Next::Return(Some(r(slots, a))),
            Form::Call | Form::CallFar => {
                let proc = ProcId(second() as u32);
                self.pay(world, 1)?;
                let signature = &self.module.procs[proc].signature;
                return self.call(slots, world, Op::Call { proc }, (&signature.params, signature.result));
            }
            Form::CallClosure => {
                let ty = TypeId((second() >> 32) as u32);
                let Some(Type::Proc { params, result }) = self.module.types.get(ty) else {
                    panic!("a closure is of type {ty:?}");
                };
                // The closure is the last operand.
                let params = [&**params, &[ty]].concat();
                return self.call(slots, world, Op::CallClosure, (&params, *result));
            }
            Form::CallMethod => {
                let (interface, method) = (TypeId(second() as u32), (second() >> 32) as u16);
                let methods = self.module.types.interface(interface).expect("an interface");
                let signature = &methods[usize::from(method)];
                // The receiver is the first.
                let params = [&[interface], &*signature.params].concat();
                let op = Op::CallMethod { interface, method };
                return self.call(slots, world, op, (&params, signature.result));
            }
            Form::Slow
            | Form::ArrayByte
            | Form::ArrayHalf
            | Form::ArrayWord
            | Form::ArrayRef
            | Form::UpcastBool
            | Form::UpcastU8
            | Form::UpcastI32
            | Form::UpcastI64
            | Form::UpcastF64
            | Form::UpcastChar
            | Form::IsType
            | Form::DowncastWord
            | Form::DowncastRef
            | Form::AnyAdd
            | Form::AnySub
            | Form::AnyMul
            | Form::AnyDiv
            | Form::AnyRem
            | Form::AnyAddChecked
            | Form::AnySubChecked
            | Form::AnyMulChecked
            | Form::AnyLt
            | Form::AnyLe
            | Form::AnyGt
            | Form::AnyGe
            | Form::AnyEq
            | Form::AnyNe
            | Form::AnyIndex => {
                let entry = if form == Form::Slow { wide } else { second() as u32 };
                let slow = &self.code.slow[entry as usize];
                let args: Vec<u64> = slow.args.iter().map(|&slot| slots.get(slot)).collect();
                return self.ask(slots, world, slow.op, &args, slow.result);
            }
            Form::Text => {
                return self.ask(slots, world, Op::ConstStr { value: ConstId(wide) }, &[], to_ref);
            }
            Form::GetByte | Form::GetHalf | Form::GetWord => {
                let args = [r(slots, b), w(slots, c)];
                return self.ask(slots, world, Op::ArrayGetWord, &args, to_word);
            }
            Form::GetRef => {
                let args = [r(slots, b), w(slots, c)];
                return self.ask(slots, world, Op::ArrayGetRef, &args, to_ref);
            }
            Form::GetByteAt | Form::GetHalfAt | Form::GetWordAt => {
                let args = [r(slots, b), c.into()];
                return self.ask(slots, world, Op::ArrayGetWord, &args, to_word);
            }
            Form::GetRefAt => {
                return self.ask(slots, world, Op::ArrayGetRef, &[r(slots, b), c.into()], to_ref);
            }
            Form::SetByte | Form::SetHalf | Form::SetWord => {
                let args = [r(slots, a), w(slots, b), w(slots, c)];
                return self.ask(slots, world, Op::ArraySetWord, &args, None);
            }
            Form::SetRef => {
                let args = [r(slots, a), w(slots, b), r(slots, c)];
                return self.ask(slots, world, Op::ArraySetRef, &args, None);
            }
            Form::SetByteAt | Form::SetHalfAt | Form::SetWordAt => {
                let args = [r(slots, a), b.into(), w(slots, c)];
                return self.ask(slots, world, Op::ArraySetWord, &args, None);
            }
            Form::SetRefAt => {
                let args = [r(slots, a), b.into(), r(slots, c)];
                return self.ask(slots, world, Op::ArraySetRef, &args, None);
            }
            Form::Length => {
                return self.ask(slots, world, Op::ArrayLength, &[r(slots, b)], to_word);
            }
            Form::AppendByte | Form::AppendHalf | Form::AppendWord => {
                let args = [r(slots, a), w(slots, b)];
                return self.ask(slots, world, Op::AppendWord, &args, None);
            }
            Form::AppendRef => {
                return self.ask(slots, world, Op::AppendRef, &[r(slots, a), r(slots, b)], None);
            }
            Form::Value => {
                let (from, word) = match lyra_runtime::immediate::decode(lyra_runtime::Slot::word(second())) {
                    Some(lyra_runtime::immediate::Immediate::Word(ty, word)) => (ty, word),
                    other => panic!("{other:?} stands for a constant"),
                };
                return self.ask(
                    slots,
                    world,
                    Op::UpcastWord { from, to: TypeId(b.into()) },
                    &[word],
                    to_ref,
                );
            }
            Form::Unit => {
                return self.ask(slots, world, self.maker(), &[], to_ref);
            }
            Form::Record1
            | Form::Record2
            | Form::Record3
            | Form::Record4
            | Form::Record5
            | Form::Record6
            | Form::Record7
            | Form::Record8 => {
                let parts = self.code.parts(self.at).expect("its words are there");
                let args: Vec<u64> =
                    parts.into_iter().map(|part| part.map_or(0, |slot| slots.get(slot))).collect();
                return self.ask(slots, world, self.maker(), &args, to_ref);
            }
            Form::PartWord => {
                let op = Op::GetPartWord { index: c as u8 };
                return self.ask(slots, world, op, &[r(slots, b)], to_word);
            }
            Form::PartRef => {
                let op = Op::GetPartRef { index: c as u8 };
                return self.ask(slots, world, op, &[r(slots, b)], to_ref);
            }
            Form::SetPartWord => {
                let op = Op::SetPartWord { index: b as u8 };
                return self.ask(slots, world, op, &[r(slots, a), w(slots, c)], None);
            }
            Form::SetPartRef => {
                let op = Op::SetPartRef { index: b as u8 };
                return self.ask(slots, world, op, &[r(slots, a), r(slots, c)], None);
            }
            Form::PayloadWord => {
                let op = Op::GetPayloadWord { variant: second() as u16, index: c as u8 };
                return self.ask(slots, world, op, &[r(slots, b)], to_word);
            }
            Form::PayloadRef => {
                let op = Op::GetPayloadRef { variant: second() as u16, index: c as u8 };
                return self.ask(slots, world, op, &[r(slots, b)], to_ref);
            }
            Form::Variant => {
                return self.ask(slots, world, Op::VariantIndex, &[r(slots, b)], to_word);
            }
            Form::SameRef => {
                return self.ask(slots, world, Op::SameRef, &[r(slots, b), r(slots, c)], to_word);
            }
            Form::IsNone => return self.ask(slots, world, Op::IsNone, &[r(slots, b)], to_word),
            Form::UnwrapWord => return self.ask(slots, world, Op::UnwrapWord, &[r(slots, b)], to_word),
            Form::UnwrapRef => return self.ask(slots, world, Op::UnwrapRef, &[r(slots, b)], to_ref),
            Form::GlobalWord => {
                let op = Op::GetGlobalWord { global: GlobalId(wide) };
                return self.ask(slots, world, op, &[], to_word);
            }
            Form::GlobalRef => {
                let op = Op::GetGlobalRef { global: GlobalId(wide) };
                return self.ask(slots, world, op, &[], to_ref);
            }
            Form::SetGlobalWord => {
                let op = Op::SetGlobalWord { global: GlobalId(wide) };
                return self.ask(slots, world, op, &[w(slots, a)], None);
            }
            Form::SetGlobalRef => {
                let op = Op::SetGlobalRef { global: GlobalId(wide) };
                return self.ask(slots, world, op, &[r(slots, a)], None);
            }
        })
    }
}
