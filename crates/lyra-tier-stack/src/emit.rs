//! What single instructions become.

use crate::code::{SlotRef, Slow, enters};
use crate::form::Form;
use crate::layout::Window;
use crate::parts;
use crate::select::{Right, one_type};
use crate::translate::{Translator, is_pay};
use crate::word::{Instr, Word};
use lyra_base::IdVec;
use lyra_bytecode::{AnyOperator, Kind, Op, Type, TypeId};
use lyra_ir::{End, Inst, InstData, InstKind, Place, Value, Var};
use lyra_runtime::Width;

impl Translator<'_> {
    /// Variables of words begin at zero: the engine clears references only. What is set on the way from the entry
    /// before anything can ask for it needs no zero.
    pub(crate) fn start(&mut self) {
        if !self.func.vars.iter().any(|&kind| kind == Kind::Word) {
            return;
        }
        let mut asked: IdVec<Var, bool> = vec![false; self.func.vars.len()].into();
        for &block in &self.func.layout {
            for &inst in &self.func.blocks[block].insts {
                if let InstKind::GetVar(var) = self.func.insts[inst].kind {
                    asked[var] = true;
                }
            }
        }
        let mut block = self.func.entry();
        'way: for _ in 0..self.func.layout.len() {
            let data = &self.func.blocks[block];
            for &inst in &data.insts {
                match self.func.insts[inst].kind {
                    InstKind::SetVar(var) => asked[var] = false,
                    InstKind::GetVar(var) if asked[var] => break 'way,
                    kind if kind.effects().fails && data.handler.is_some() => break 'way,
                    _ => {}
                }
            }
            match &data.end {
                End::Jump(edge) => block = edge.to,
                _ => break,
            }
        }
        for (var, &kind) in self.func.vars.enumerate() {
            if kind == Kind::Word && asked[var] {
                self.constant(0, self.layout.vars[var]);
            }
        }
    }

    /// The instructions of a block.
    pub(crate) fn insts(&mut self, insts: &[Inst]) -> Option<()> {
        // A payment waits for the call that it belongs to.
        let mut owed: Option<(u32, Place)> = None;
        let mut rest = insts.iter().copied().peekable();
        while let Some(inst) = rest.next() {
            let data = &self.func.insts[inst];
            if let Some(units) = rest.peek().and_then(|&poll| is_pay(self.func, inst, poll)) {
                self.pay(owed.take());
                rest.next();
                owed = Some((units, data.place));
            } else if let InstKind::Op(Op::Call { proc }) = data.kind {
                let (units, place) = owed.take()?;
                self.pay(Some((units.checked_sub(1)?, place)).filter(|(units, _)| *units > 0));
                self.call(inst, proc.0)?;
            } else if let InstKind::Enter(entries) = data.kind {
                // The payment of the call that stood here is part of the word.
                let own = owed.take_if(|(units, place)| {
                    self.plan.choices.fuse && *place == data.place && *units <= u16::MAX.into()
                });
                self.pay(owed.take());
                self.at(data.place);
                let units = own.and_then(|(units, _)| u16::try_from(units).ok()).unwrap_or(0);
                self.put(Instr::wide(Form::Enter, units, entries));
            } else {
                if !data.kind.effects().is_idle() {
                    self.pay(owed.take());
                }
                self.inst(inst)?;
            }
        }
        self.pay(owed);
        Some(())
    }

    fn pay(&mut self, owed: Option<(u32, Place)>) {
        if let Some((units, place)) = owed {
            self.at(place);
            self.put(Instr::wide(Form::Pay, 0, units));
        }
    }

    fn call(&mut self, inst: Inst, proc: u32) -> Option<()> {
        let data = &self.func.insts[inst];
        let window = self.window(inst)?;
        self.at(data.place);
        match u16::try_from(data.waits) {
            Ok(waits) => {
                let instr = Instr::new(Form::Call, window.words, window.refs, waits);
                self.put_two(instr, proc.into());
            }
            Err(_) => {
                let instr = Instr::new(Form::CallFar, window.words, window.refs, 0);
                self.put_two(instr, u64::from(data.waits) << 32 | u64::from(proc));
            }
        }
        self.take(inst, window);
        Some(())
    }

    /// A call of what only the values say.
    fn call_of(&mut self, inst: Inst, op: Op) -> Option<()> {
        let data = &self.func.insts[inst];
        let window = self.window(inst)?;
        self.at(data.place);
        let waits = u16::try_from(data.waits).ok()?;
        let (form, second) = match op {
            Op::CallMethod { interface, method } => {
                (Form::CallMethod, u64::from(method) << 32 | u64::from(interface.0))
            }
            _ => {
                let (closure, args) = data.args.split_last()?;
                let words = args.iter().filter(|&&arg| self.kind(arg) == Kind::Word).count();
                debug_assert_eq!(self.kind(*closure), Kind::Ref);
                let slot = u16::try_from(usize::from(window.refs) + args.len() - words).ok()?;
                let words = u16::try_from(words).ok()?;
                let ty = self.func.ty(*closure).0;
                (Form::CallClosure, u64::from(ty) << 32 | u64::from(words) << 16 | u64::from(slot))
            }
        };
        self.put_two(Instr::new(form, window.words, window.refs, waits), second);
        self.take(inst, window);
        Some(())
    }

    /// Puts the arguments of a call into its window.
    fn window(&mut self, inst: Inst) -> Option<Window> {
        let data = &self.func.insts[inst];
        let window = *self.layout.windows.get(&inst)?;
        let (mut refs, mut words) = (window.refs, window.words);
        let mut given = Vec::with_capacity(data.args.len());
        for &arg in &data.args {
            let kind = self.kind(arg);
            let next = if kind == Kind::Ref { &mut refs } else { &mut words };
            given.push((SlotRef { kind, number: *next }, arg));
            *next += 1;
        }
        self.moves(&given)?;
        Some(window)
    }

    /// Takes the result of a call from its window.
    fn take(&mut self, inst: Inst, window: Window) {
        if let Some(to) = self.plan.writes(self.func, inst).and_then(|result| self.slot(result)) {
            self.mov(to, SlotRef { kind: to.kind, number: window.of(to.kind) });
        }
    }

    pub(crate) fn kind(&self, value: Value) -> Kind {
        self.types.kind(self.func.ty(value))
    }

    fn inst(&mut self, inst: Inst) -> Option<()> {
        let data = &self.func.insts[inst];
        let writes = self.plan.writes(self.func, inst);
        if data.result.is_some() && writes.is_none() {
            // It is part of the word that uses it, or stands in another value's slot.
            return Some(());
        }
        let result = writes.and_then(|value| self.slot(value));
        if self.plan.choices.all_places {
            self.at(data.place);
        }
        match (data.kind, result) {
            (InstKind::Const(bits), Some(slot)) => self.constant(bits, slot),
            (InstKind::GetVar(var), Some(slot)) => self.mov(slot, self.layout.vars[var]),
            (InstKind::SetVar(var), _) => self.moves(&[(self.layout.vars[var], *data.args.first()?)])?,
            (InstKind::Charge(units), _) => self.put(Instr::wide(Form::Pay, 0, units)),
            (InstKind::Poll, _) => {
                self.at(data.place);
                self.put(Instr::wide(Form::Pay, 0, 0));
            }
            (InstKind::Op(op), result) => {
                if data.kind.effects().fails {
                    self.at(data.place);
                }
                if self.plan.is_call(self.func, inst) {
                    return self.call_of(inst, op);
                }
                if self.record(op, data, result).is_some() {
                    return Some(());
                }
                if let Some((to, bits)) = self.plan.value(self.func, op, &data.args) {
                    self.put_two(Instr::new(Form::Value, result?.number, to, 0), bits);
                    return Some(());
                }
                let sum = self.plan.part_sum(self.func, inst);
                let word = match sum {
                    Some(sum) => {
                        let record = self.number(sum.record)?;
                        Some((Instr::new(Form::AddPart, record, sum.index.into(), sum.number), None))
                    }
                    None => self.word(op, data, result),
                };
                match word {
                    Some((instr, None)) => self.put(instr),
                    Some((instr, Some(second))) => self.put_two(instr, second),
                    None => self.slow(op, data, result)?,
                }
            }
            (InstKind::Const(_) | InstKind::GetVar(_), None) | (InstKind::Enter(_), _) => {}
        }
        Some(())
    }

    /// A new record, if that is what `op` makes, and it has few parts.
    fn record(&mut self, op: Op, data: &InstData, result: Option<SlotRef>) -> Option<()> {
        let (form, ty, variant) = self.plan.record(op, data.args.len())?;
        let part = |&arg: &Value| {
            let slot = if self.plan.is_zero(self.func, arg) { None } else { Some(self.slot(arg)?) };
            parts::pack(slot)
        };
        let packed = data.args.iter().map(part).collect::<Option<Vec<u16>>>()?;
        self.put(Instr::new(form, result?.number, ty, variant));
        self.code.words.extend(parts::words(&packed).map(Word));
        Some(())
    }

    /// The word of an instruction that has one, with its second word.
    fn word(&self, op: Op, data: &InstData, result: Option<SlotRef>) -> Option<(Instr, Option<u64>)> {
        let args = &*data.args;
        let arg = |place: usize| self.number(*args.get(place)?);
        let to = || result.map(|slot| slot.number);
        if let Some(product) = self.plan.product(self.func, op, args) {
            let [first, second] = product.factors;
            let instr = Instr::new(product.form, to()?, self.number(first)?, self.number(second)?);
            return Some((instr, Some(self.number(product.other)?.into())));
        }
        let instr = match op {
            _ if op.info().is_scalar => match *args {
                [left, right] => match self.plan.operands(self.func, op, left, right) {
                    (op, left, Right::Number(number)) => {
                        Instr::of_row(Form::Right, op, to()?, self.number(left)?, number)
                    }
                    (op, left, Right::Slot(right)) => {
                        Instr::of_row(Form::Slots, op, to()?, self.number(left)?, self.number(right)?)
                    }
                },
                _ => Instr::of_row(Form::Slots, op, to()?, arg(0)?, 0),
            },
            Op::ConstStr { value } => Instr::wide(Form::Text, to()?, value.0),
            Op::ConstNone { .. } => Instr::new(Form::Null, to()?, 0, 0),
            Op::ArrayGetWord | Op::ArrayGetRef => {
                let (slot, at) = get(self.width(args)?);
                match self.plan.index(self.func, *args.get(1)?) {
                    Some(index) => Instr::new(at, to()?, arg(0)?, index),
                    None => Instr::new(slot, to()?, arg(0)?, arg(1)?),
                }
            }
            Op::ArraySetWord | Op::ArraySetRef => {
                let (slot, at) = set(self.width(args)?);
                match self.plan.index(self.func, *args.get(1)?) {
                    Some(index) => Instr::new(at, arg(0)?, index, arg(2)?),
                    None => Instr::new(slot, arg(0)?, arg(1)?, arg(2)?),
                }
            }
            Op::AppendWord | Op::AppendRef => {
                let form = match self.width(args)? {
                    Width::Byte => Form::AppendByte,
                    Width::Half => Form::AppendHalf,
                    Width::Word => Form::AppendWord,
                    Width::Ref => Form::AppendRef,
                };
                Instr::new(form, arg(0)?, arg(1)?, 0)
            }
            Op::ArrayLength => Instr::new(Form::Length, to()?, arg(0)?, 0),
            Op::GetPartWord { index } => Instr::new(Form::PartWord, to()?, arg(0)?, index.into()),
            Op::GetPartRef { index } => Instr::new(Form::PartRef, to()?, arg(0)?, index.into()),
            Op::SetPartWord { index } => Instr::new(Form::SetPartWord, arg(0)?, index.into(), arg(1)?),
            Op::SetPartRef { index } => Instr::new(Form::SetPartRef, arg(0)?, index.into(), arg(1)?),
            Op::GetPayloadWord { variant, index } => {
                let instr = Instr::new(Form::PayloadWord, to()?, arg(0)?, index.into());
                return Some((instr, Some(variant.into())));
            }
            Op::GetPayloadRef { variant, index } => {
                let instr = Instr::new(Form::PayloadRef, to()?, arg(0)?, index.into());
                return Some((instr, Some(variant.into())));
            }
            Op::VariantIndex => Instr::new(Form::Variant, to()?, arg(0)?, 0),
            Op::SameRef => Instr::new(Form::SameRef, to()?, arg(0)?, arg(1)?),
            Op::IsNone => Instr::new(Form::IsNone, to()?, arg(0)?, 0),
            Op::UnwrapWord => Instr::new(Form::UnwrapWord, to()?, arg(0)?, 0),
            Op::UnwrapRef => Instr::new(Form::UnwrapRef, to()?, arg(0)?, 0),
            Op::GetGlobalWord { global } => Instr::wide(Form::GlobalWord, to()?, global.0),
            Op::GetGlobalRef { global } => Instr::wide(Form::GlobalRef, to()?, global.0),
            Op::SetGlobalWord { global } => Instr::wide(Form::SetGlobalWord, arg(0)?, global.0),
            Op::SetGlobalRef { global } => Instr::wide(Form::SetGlobalRef, arg(0)?, global.0),
            _ => return None,
        };
        Some((instr, None))
    }

    /// How the array that is the first operand keeps its elements.
    fn width(&self, args: &[Value]) -> Option<Width> {
        match self.types.get(self.func.ty(*args.first()?)) {
            Some(&Type::Array(element)) => Some(Width::of(element, self.types)),
            _ => None,
        }
    }

    /// The quick form of an instruction of the table of slow ones.
    fn quick(&self, op: Op, data: &InstData, result: Option<SlotRef>) -> Option<Instr> {
        let arg = |place: usize| self.number(*data.args.get(place)?);
        let ty = |ty: TypeId| one_type(self.types, ty);
        let to = result?.number;
        let (form, b, c) = match op {
            Op::UpcastWord { from, .. } => {
                let form = match from {
                    TypeId::BOOL => Form::UpcastBool,
                    TypeId::U8 => Form::UpcastU8,
                    TypeId::I32 => Form::UpcastI32,
                    TypeId::I64 => Form::UpcastI64,
                    TypeId::F64 => Form::UpcastF64,
                    TypeId::CHAR => Form::UpcastChar,
                    _ => return None,
                };
                (form, arg(0)?, 0)
            }
            Op::NewArray { ty: of } => {
                let Some(&Type::Array(element)) = self.types.get(of) else { return None };
                let form = match Width::of(element, self.types) {
                    Width::Byte => Form::ArrayByte,
                    Width::Half => Form::ArrayHalf,
                    Width::Word => Form::ArrayWord,
                    Width::Ref => Form::ArrayRef,
                };
                (form, u16::try_from(of.0).ok()?, 0)
            }
            Op::IsType { ty: of } => (Form::IsType, arg(0)?, ty(of)?),
            Op::DowncastWord { ty: of } => (Form::DowncastWord, arg(0)?, ty(of)?),
            Op::DowncastRef { ty: of } => (Form::DowncastRef, arg(0)?, ty(of)?),
            Op::AnyBinary { operator } => (any_form(operator)?, arg(0)?, arg(1)?),
            Op::AnyGetIndex => (Form::AnyIndex, arg(0)?, arg(1)?),
            _ => return None,
        };
        Some(Instr::new(form, to, b, c))
    }

    fn slow(&mut self, op: Op, data: &InstData, result: Option<SlotRef>) -> Option<()> {
        let args = data.args.iter().map(|&arg| self.slot(arg)).collect::<Option<Vec<_>>>()?;
        let entry = u32::try_from(self.code.slow.len()).ok()?;
        let behind = result.filter(|_| enters(op)).map(|slot| self.behind(slot.kind));
        self.code.slow.push(Slow { op, args, result: behind.or(result), waits: data.waits });
        match self.quick(op, data, result) {
            Some(instr) => self.put_two(instr, entry.into()),
            None => self.put(Instr::wide(Form::Slow, 0, entry)),
        }
        if let (Some(to), Some(from)) = (result, behind) {
            self.mov(to, from);
        }
        Some(())
    }

    pub(crate) fn constant(&mut self, bits: u64, slot: SlotRef) {
        match (slot.kind, u32::try_from(bits)) {
            (Kind::Ref, _) => self.put(Instr::new(Form::Null, slot.number, 0, 0)),
            (Kind::Word, Ok(small)) => self.put(Instr::wide(Form::Small, slot.number, small)),
            (Kind::Word, Err(_)) => self.put_two(Instr::new(Form::Large, slot.number, 0, 0), bits),
        }
    }

    /// The first slot behind the frame, where results of procedures that only values name are.
    fn behind(&self, kind: Kind) -> SlotRef {
        let number = match kind {
            Kind::Ref => self.code.ref_slots,
            Kind::Word => self.code.word_slots,
        };
        SlotRef { kind, number }
    }
}

/// The forms that read an element: with the index in a slot, and beside the word.
fn get(width: Width) -> (Form, Form) {
    match width {
        Width::Byte => (Form::GetByte, Form::GetByteAt),
        Width::Half => (Form::GetHalf, Form::GetHalfAt),
        Width::Word => (Form::GetWord, Form::GetWordAt),
        Width::Ref => (Form::GetRef, Form::GetRefAt),
    }
}

/// The quick form of an operator on `any`.
fn any_form(operator: AnyOperator) -> Option<Form> {
    Some(match operator {
        AnyOperator::Add => Form::AnyAdd,
        AnyOperator::Sub => Form::AnySub,
        AnyOperator::Mul => Form::AnyMul,
        AnyOperator::Div => Form::AnyDiv,
        AnyOperator::Rem => Form::AnyRem,
        AnyOperator::AddChecked => Form::AnyAddChecked,
        AnyOperator::SubChecked => Form::AnySubChecked,
        AnyOperator::MulChecked => Form::AnyMulChecked,
        AnyOperator::Lt => Form::AnyLt,
        AnyOperator::Le => Form::AnyLe,
        AnyOperator::Gt => Form::AnyGt,
        AnyOperator::Ge => Form::AnyGe,
        AnyOperator::Eq => Form::AnyEq,
        AnyOperator::Ne => Form::AnyNe,
        _ => return None,
    })
}

/// The forms that write an element.
fn set(width: Width) -> (Form, Form) {
    match width {
        Width::Byte => (Form::SetByte, Form::SetByteAt),
        Width::Half => (Form::SetHalf, Form::SetHalfAt),
        Width::Word => (Form::SetWord, Form::SetWordAt),
        Width::Ref => (Form::SetRef, Form::SetRefAt),
    }
}
