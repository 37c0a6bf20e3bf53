//! Which values become part of the word that uses them, and so need no slot: constants that fit beside the row or are
//! put straight into place, tests that only decide the branch at the end of their block, values whose bits are
//! another's, products that are added to something, and the way of a record's part through `x.n += 1`.

use crate::choices::Choices;
use crate::facts::Facts;
use crate::form::Form;
use crate::parts;
use crate::word::{decides, immediate};
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_bytecode::{Op, Type, TypeId, Types};
use lyra_ir::{Block, Def, End, Func, Inst, InstKind, Place, Value};
use lyra_runtime::immediate::{Immediate, decode, encode};

/// What is chosen for a function.
pub(crate) struct Plan {
    pub(crate) choices: Choices,
    /// The value whose slot holds each value: most their own.
    same: IdVec<Value, Value>,
    /// What is computed by the word that uses it.
    fused: IdVec<Value, bool>,
    /// Differences that only the test behind them looks at.
    tested: IdVec<Value, bool>,
    /// Constants that no word reads from a slot.
    left_out: IdVec<Value, bool>,
    /// Whether every slot has a number that the words of a new record can say.
    is_small: bool,
}

/// What a branch decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    /// A row that compares two words.
    Compare(Op, Value, Right),
    /// Whether a reference is `none`.
    IsNone(Value),
    /// Whether a value that knows its type is of that one.
    Type(Value, u16),
    /// An element of an array of `bool`: the array, the index, and the instruction that reads it.
    Element(Value, Value, Place),
    /// A `bool` in a slot.
    True(Value),
}

/// A product to which something is added, or the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) form: Form,
    /// The factors.
    pub(crate) factors: [Value; 2],
    /// The other operand.
    pub(crate) other: Value,
}

/// `record.index += number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartSum {
    pub(crate) record: Value,
    pub(crate) index: u8,
    pub(crate) number: u16,
}

/// The right operand of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// A slot.
    Slot(Value),
    /// A number beside the row.
    Number(u16),
}

impl Plan {
    pub(crate) fn new(func: &Func, types: &Types, choices: Choices) -> Self {
        let facts = Facts::new(func);
        let count = func.values.len();
        let mut plan = Self {
            choices,
            same: (0..count).map(Value::from_index).collect::<Vec<_>>().into(),
            fused: vec![false; count].into(),
            tested: vec![false; count].into(),
            left_out: vec![false; count].into(),
            is_small: count + func.vars.len() < usize::from(parts::IS_REF) - 1,
        };
        plan.find_same(func, &facts);
        if choices.fuse {
            plan.fuse_tests(func, types, &facts);
            plan.fuse_sums(func, &facts);
        }
        // All constants are left out for once, to see which are still asked for.
        let mut asked: IdVec<Value, bool> = vec![false; count].into();
        for &block in &func.layout {
            let data = &func.blocks[block];
            for &inst in &data.insts {
                plan.reads(func, inst, |value| asked[value] = true);
            }
            plan.end_reads(func, &data.end, |value| asked[value] = true);
        }
        for (value, data) in func.values.enumerate() {
            let is_constant = matches!(data.def, Def::Inst(inst)
                if matches!(func.insts[inst].kind, InstKind::Const(_) | InstKind::Op(Op::ConstNone { .. })));
            plan.left_out[value] = is_constant && !asked[value];
        }
        plan
    }

    /// Values that are another by their bits.
    fn find_same(&mut self, func: &Func, facts: &Facts) {
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                let data = &func.insts[inst];
                if let (InstKind::Op(op), Some(result), Some(&arg)) =
                    (data.kind, data.result, data.args.first())
                    && keeps_bits(op)
                {
                    self.same[result] = arg;
                }
            }
        }
        // What is not `none` on this way is what it holds.
        for &block in &func.layout {
            let End::Branch { cond, then, otherwise, .. } = &func.blocks[block].end else { continue };
            let (mut cond, mut some) = (*cond, otherwise.to);
            if let Some(InstKind::Op(Op::NotBool)) = func.maker(cond).map(|data| data.kind) {
                let arg = func.maker(cond).and_then(|data| data.args.first().copied());
                (cond, some) = (arg.unwrap_or(cond), then.to);
            }
            let tested = func.maker(cond).filter(|data| data.kind == InstKind::Op(Op::IsNone));
            let Some(&tested) = tested.and_then(|data| data.args.first()) else { continue };
            if facts.ways[some] != 1 {
                continue;
            }
            for &inst in &func.blocks[some].insts {
                let data = &func.insts[inst];
                if let (InstKind::Op(Op::UnwrapRef), Some(result), [arg]) =
                    (data.kind, data.result, &*data.args)
                    && *arg == tested
                {
                    self.same[result] = tested;
                }
            }
        }
        // Chains are short, and an argument that is made later in the layout is found as well.
        for value in (0..func.values.len()).map(Value::from_index) {
            let mut root = value;
            while self.same[root] != root {
                root = self.same[root];
            }
            let mut next = value;
            while next != root {
                next = std::mem::replace(&mut self.same[next], root);
            }
        }
    }

    /// A test is fused when its one use is the branch of the block that it stands in.
    fn fuse_tests(&mut self, func: &Func, types: &Types, facts: &Facts) {
        for &block in &func.layout {
            let End::Branch { cond, .. } = func.blocks[block].end else { continue };
            let mut next = Some(cond);
            while let Some(value) = next.take() {
                let Some((inst, op)) = facts.only_for(func, value, block) else { break };
                let args = &func.insts[inst].args;
                let fits = match op {
                    Op::IsNone | Op::NotBool => true,
                    Op::IsType { ty } => one_type(types, ty).is_some(),
                    Op::ArrayGetWord => {
                        let array = args.first().and_then(|&array| types.get(func.ty(array)));
                        array == Some(&Type::Array(TypeId::BOOL))
                            && args.get(1).is_some_and(|&index| self.index(func, index).is_none())
                            && facts.is_quiet(func, block, inst, func.blocks[block].insts.len())
                    }
                    op => decides(op),
                };
                if !fits {
                    break;
                }
                self.fused[value] = true;
                if let Some(&left) = args.first()
                    && matches!(facts.only_for(func, left, block), Some((_, Op::SubSaturatingI32)))
                {
                    self.tested[left] = true;
                }
                // The other truth value of a test is the test with its ways exchanged.
                next = args.first().copied().filter(|_| op == Op::NotBool);
            }
        }
    }

    /// Products that are added, and parts that are added to.
    fn fuse_sums(&mut self, func: &Func, facts: &Facts) {
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                let data = &func.insts[inst];
                match (data.kind, &*data.args) {
                    (InstKind::Op(Op::AddF64 | Op::SubF64), &[left, right]) => {
                        // The right one was computed last.
                        let product = [right, left].into_iter().find(|&value| {
                            matches!(facts.only_for(func, value, block), Some((_, Op::MulF64)))
                        });
                        if let Some(product) = product {
                            self.fused[product] = true;
                        }
                    }
                    (InstKind::Op(Op::SetPartWord { index }), &[record, sum]) => {
                        if let Some(part) = self.adds_to(func, facts, block, inst, (record, index, sum)) {
                            (self.fused[part], self.fused[sum]) = (true, true);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// The part that was read, where `set`, an instruction of `block`, puts back the part with a number added.
    fn adds_to(
        &self,
        func: &Func,
        facts: &Facts,
        block: Block,
        set: Inst,
        (record, index, sum): (Value, u8, Value),
    ) -> Option<Value> {
        facts.only_for(func, sum, block)?;
        let (part, _) = self.addend(func, sum)?;
        let (get, op) = facts.only_for(func, part, block)?;
        let from = func.insts[get].args.first().map(|&from| self.root(from));
        let same = op == Op::GetPartWord { index } && from == Some(self.root(record));
        let until = facts.home[set].1 as usize;
        // The sum stands between the two.
        (same && facts.is_quiet(func, block, get, until)).then_some(part)
    }

    /// What is added to, and the number, where a value is the sum of an `i32` and a number that fits beside a word.
    fn addend(&self, func: &Func, sum: Value) -> Option<(Value, u16)> {
        let data = func.maker(sum)?;
        let (InstKind::Op(op), &[left, right]) = (data.kind, &*data.args) else { return None };
        match self.operands(func, op, left, right) {
            (Op::AddI32, left, Right::Number(number)) => Some((left, number)),
            (Op::SubI32, left, Right::Number(number)) => {
                Some((left, number.cast_signed().checked_neg()?.cast_unsigned()))
            }
            _ => None,
        }
    }

    /// The part that an instruction adds to.
    pub(crate) fn part_sum(&self, func: &Func, inst: Inst) -> Option<PartSum> {
        let data = &func.insts[inst];
        let (InstKind::Op(Op::SetPartWord { index }), &[record, sum]) = (data.kind, &*data.args) else {
            return None;
        };
        let (_, number) = self.addend(func, sum).filter(|_| self.fused[sum])?;
        Some(PartSum { record: self.root(record), index, number })
    }

    /// From what a value is the difference, and to what, where only the test behind it looks at that.
    pub(crate) fn difference(&self, func: &Func, value: Value) -> Option<(Value, Value)> {
        let &[limit, from] = &*func.maker(value).filter(|_| self.tested[value])?.args else { return None };
        Some((self.root(limit), self.root(from)))
    }

    /// The product that an instruction adds or subtracts.
    pub(crate) fn product(&self, func: &Func, op: Op, args: &[Value]) -> Option<Product> {
        let &[left, right] = args else { return None };
        let (form, product, other) = match op {
            Op::AddF64 if self.fused[right] => (Form::MulAddF64, right, left),
            Op::AddF64 if self.fused[left] => (Form::MulAddF64, left, right),
            Op::SubF64 if self.fused[right] => (Form::SubMulF64, right, left),
            Op::SubF64 if self.fused[left] => (Form::MulSubF64, left, right),
            _ => return None,
        };
        let &[first, second] = &*func.maker(product)?.args else { return None };
        Some(Product { form, factors: [self.root(first), self.root(second)], other: self.root(other) })
    }

    /// The value whose slot holds `value`.
    pub(crate) fn root(&self, value: Value) -> Value {
        self.same[value]
    }

    /// The bits of a value that is a constant.
    pub(crate) fn constant(&self, func: &Func, value: Value) -> Option<u64> {
        func.constant(self.root(value))
    }

    /// What a branch on `cond` decides by, and whether by its being so.
    pub(crate) fn test(&self, func: &Func, cond: Value) -> (Test, bool) {
        let (mut cond, mut when) = (cond, true);
        loop {
            let fused = func.maker(cond).filter(|_| self.fused[cond]);
            let Some(data) = fused else { return (Test::True(self.root(cond)), when) };
            match (data.kind, &*data.args) {
                (InstKind::Op(Op::NotBool), &[arg]) => (cond, when) = (arg, !when),
                (InstKind::Op(Op::IsNone), &[arg]) => return (Test::IsNone(self.root(arg)), when),
                (InstKind::Op(Op::IsType { ty }), &[arg]) => {
                    return (Test::Type(self.root(arg), ty.0 as u16), when);
                }
                (InstKind::Op(Op::ArrayGetWord), &[array, index]) => {
                    return (Test::Element(self.root(array), self.root(index), data.place), when);
                }
                (InstKind::Op(op), &[left, right]) => {
                    let (op, left, right) = self.operands(func, op, left, right);
                    return (Test::Compare(op, left, right), when);
                }
                _ => return (Test::True(self.root(cond)), when),
            }
        }
    }

    /// The row and the operands of a word with two of them: a constant stands on the right if it can.
    pub(crate) fn operands(&self, func: &Func, op: Op, left: Value, right: Value) -> (Op, Value, Right) {
        if let Some(number) = self.constant(func, right).and_then(|bits| immediate(op, bits)) {
            return (op, self.root(left), Right::Number(number));
        }
        let turned = turned(op).zip(self.constant(func, left));
        match turned.and_then(|(op, bits)| Some((op, immediate(op, bits)?))) {
            Some((op, number)) => (op, self.root(right), Right::Number(number)),
            None => (op, self.root(left), Right::Slot(self.root(right))),
        }
    }

    /// The index of an element that is a number beside the word.
    pub(crate) fn index(&self, func: &Func, index: Value) -> Option<u16> {
        u16::try_from(self.constant(func, index)?).ok()
    }

    /// Whether a value is `none`, or a number all of whose bits are zero.
    pub(crate) fn is_zero(&self, func: &Func, value: Value) -> bool {
        let maker = func.maker(self.root(value)).map(|data| data.kind);
        self.choices.fuse && matches!(maker, Some(InstKind::Const(0) | InstKind::Op(Op::ConstNone { .. })))
    }

    /// The type that is wanted and the slot of a word that becomes a value that knows its type, where it is a constant
    /// which needs no object.
    pub(crate) fn value(&self, func: &Func, op: Op, args: &[Value]) -> Option<(u16, u64)> {
        let (Op::UpcastWord { from, to }, &[word]) = (op, args) else { return None };
        let bits = self.constant(func, word).filter(|_| self.choices.fuse)?;
        // Not every NaN keeps its bits.
        let slot = encode(from, bits).filter(|&slot| decode(slot) == Some(Immediate::Word(from, bits)))?;
        Some((u16::try_from(to.0).ok()?, slot.as_word()))
    }

    /// How an instruction that makes a record or a variant is a word: the form, the type, and the variant.
    pub(crate) fn record(&self, op: Op, parts: usize) -> Option<(Form, u16, u16)> {
        let (ty, variant) = match op {
            Op::NewRecord { ty } => (ty, 0),
            Op::NewVariant { ty, variant } => (ty, variant),
            _ => return None,
        };
        let form = match (op, parts) {
            (Op::NewVariant { .. }, 0) => Form::Unit,
            _ => Form::record(parts).filter(|_| self.is_small)?,
        };
        Some((form, u16::try_from(ty.0).ok()?, variant))
    }

    /// Whether an instruction is a call with a window of its own.
    pub(crate) fn is_call(&self, func: &Func, inst: Inst) -> bool {
        let data = &func.insts[inst];
        match data.kind {
            InstKind::Op(Op::Call { .. }) => true,
            InstKind::Op(Op::CallClosure | Op::CallMethod { .. }) => u16::try_from(data.waits).is_ok(),
            _ => false,
        }
    }

    /// The values that an instruction reads from slots.
    pub(crate) fn reads(&self, func: &Func, inst: Inst, mut each: impl FnMut(Value)) {
        let data = &func.insts[inst];
        if data.result.is_some_and(|result| self.fused[result] || self.root(result) != result) {
            return;
        }
        if let Some(sum) = self.part_sum(func, inst) {
            each(sum.record);
            return;
        }
        match (data.kind, &*data.args) {
            (InstKind::Op(op), &[left, right]) if op.info().is_scalar => {
                match self.product(func, op, &data.args) {
                    Some(Product { factors: [first, second], other, .. }) => {
                        [first, second, other].into_iter().for_each(each);
                    }
                    None => self.operand_reads(self.operands(func, op, left, right), each),
                }
            }
            (InstKind::Op(op), args) if self.value(func, op, args).is_some() => {}
            (InstKind::Op(op), args) if self.record(op, args.len()).is_some() => {
                let slots = args.iter().filter(|&&arg| !self.is_zero(func, arg));
                slots.for_each(|&arg| each(self.root(arg)));
            }
            // Constants are put straight into the window.
            (_, args) if self.is_call(func, inst) => {
                let slots = args.iter().filter(|&&arg| self.constant(func, arg).is_none());
                slots.for_each(|&arg| each(self.root(arg)));
            }
            (
                InstKind::Op(Op::ArrayGetWord | Op::ArrayGetRef | Op::ArraySetWord | Op::ArraySetRef),
                &[array, index, ref rest @ ..],
            ) => {
                each(self.root(array));
                if self.index(func, index).is_none() {
                    each(self.root(index));
                }
                rest.iter().for_each(|&value| each(self.root(value)));
            }
            (_, args) => args.iter().for_each(|&arg| each(self.root(arg))),
        }
    }

    fn operand_reads(&self, (_, left, right): (Op, Value, Right), mut each: impl FnMut(Value)) {
        each(left);
        if let Right::Slot(right) = right {
            each(right);
        }
    }

    /// The slot-holding value that an instruction writes.
    pub(crate) fn writes(&self, func: &Func, inst: Inst) -> Option<Value> {
        let own =
            |&result: &Value| !self.fused[result] && !self.left_out[result] && self.root(result) == result;
        func.insts[inst].result.filter(own)
    }

    /// The values that the end of a block reads from slots: those of a test that it makes by itself, too.
    pub(crate) fn end_reads(&self, func: &Func, end: &End, mut each: impl FnMut(Value)) {
        match end {
            End::Branch { cond, .. } => match self.test(func, *cond).0 {
                Test::Compare(op, left, right) => self.operand_reads((op, left, right), &mut each),
                Test::Element(array, index, _) => [array, index].into_iter().for_each(&mut each),
                Test::IsNone(value) | Test::Type(value, _) | Test::True(value) => each(value),
            },
            End::Return(Some(value), _) if self.constant(func, *value).is_none() => {
                each(self.root(*value));
            }
            End::Return(Some(_), _) | End::Stop | End::Jump(_) | End::Return(None, _) => {}
        }
        // Constants are put straight into the parameters.
        let args = end.edges().flat_map(|edge| &edge.args);
        args.filter(|&&arg| self.constant(func, arg).is_none()).for_each(|&arg| each(self.root(arg)));
    }
}

/// The number of a type that a value can be of, as it knows it: one is of no other then.
pub(crate) fn one_type(types: &Types, ty: TypeId) -> Option<u16> {
    let wants = matches!(types.get(ty), None | Some(Type::Any | Type::Optional(_) | Type::Interface(_)));
    u16::try_from(ty.0).ok().filter(|_| !wants)
}

/// Whether the result of an instruction has the bits of its operand.
fn keeps_bits(op: Op) -> bool {
    matches!(
        op,
        Op::UpcastRef { .. }
            | Op::EnumIndex
            | Op::I32FromU8
            | Op::I32FromBool
            | Op::I32FromChar
            | Op::I64FromU8
    )
}

/// The row that gives the same when its operands are exchanged.
pub(crate) fn turned(op: Op) -> Option<Op> {
    Some(match op {
        Op::AddI32 | Op::MulI32 | Op::AndI32 | Op::OrI32 | Op::XorI32 | Op::EqI32 | Op::NeI32 => op,
        Op::AddI64 | Op::MulI64 | Op::AndI64 | Op::OrI64 | Op::XorI64 | Op::EqI64 | Op::NeI64 => op,
        Op::AddU8 | Op::MulU8 | Op::AndU8 | Op::OrU8 | Op::XorU8 | Op::EqU8 | Op::NeU8 => op,
        Op::AddCheckedI32 | Op::MulCheckedI32 | Op::AddCheckedI64 | Op::MulCheckedI64 => op,
        Op::EqBool | Op::NeBool | Op::EqChar | Op::NeChar => op,
        Op::LtI32 => Op::GtI32,
        Op::LeI32 => Op::GeI32,
        Op::GtI32 => Op::LtI32,
        Op::GeI32 => Op::LeI32,
        Op::LtI64 => Op::GtI64,
        Op::LeI64 => Op::GeI64,
        Op::GtI64 => Op::LtI64,
        Op::GeI64 => Op::LeI64,
        Op::LtU8 => Op::GtU8,
        Op::LeU8 => Op::GeU8,
        Op::GtU8 => Op::LtU8,
        Op::GeU8 => Op::LeU8,
        Op::LtChar => Op::GtChar,
        Op::LeChar => Op::GeChar,
        Op::GtChar => Op::LtChar,
        Op::GeChar => Op::LeChar,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lyra_bytecode::{OPS, TypeId};

    fn ops() -> impl Iterator<Item = Op> {
        (0..=u8::MAX).filter_map(|code| Op::build(code, |_| Err(())).ok().flatten())
    }

    /// Bits of values of a type.
    fn samples(ty: TypeId) -> Vec<u64> {
        match ty {
            TypeId::BOOL => vec![0, 1],
            TypeId::U8 => vec![0, 1, 7, 128, 255],
            TypeId::I32 => {
                [0, 1, 7, -1, -5, i32::MIN, i32::MAX].map(|n: i32| n.cast_unsigned().into()).to_vec()
            }
            TypeId::CHAR => vec![0, 65, 0x10_FFFF],
            _ => [0, 1, 7, -1, -5, i64::MIN, i64::MAX].map(i64::cast_unsigned).to_vec(),
        }
    }

    #[test]
    fn turned_rows_and_kept_bits_are_what_they_say() {
        let (mut turns, mut keeps) = (0, 0);
        for op in ops().filter(|op| op.info().is_scalar) {
            match op.info().rule {
                Some((&[left, right], _)) => {
                    let Some(turned) = turned(op) else { continue };
                    turns += 1;
                    for &a in &samples(left) {
                        for &b in &samples(right) {
                            assert_eq!(op.eval(&[a, b]), turned.eval(&[b, a]), "{op:?} {a} {b}");
                        }
                    }
                }
                Some((&[arg], _)) if keeps_bits(op) => {
                    keeps += 1;
                    samples(arg).iter().for_each(|&a| assert_eq!(op.eval(&[a]), Some(Ok(a)), "{op:?}"));
                }
                _ => assert!(!keeps_bits(op)),
            }
        }
        assert_eq!((turns, keeps), (45, 4), "of {}", OPS.len());
    }
}
