//! What the ends of blocks become: jumps, branches, returns, and the ends of loops in as few words as can be.

use crate::code::SlotRef;
use crate::form::Form;
use crate::select::{Right, Test, turned};
use crate::translate::{Goes, Target, Translator, is_pay, only_pays};
use crate::word::Instr;
use lyra_bytecode::{Kind, Op};
use lyra_ir::{Block, Edge, End, InstKind, Place, Value};

impl Translator<'_> {
    pub(crate) fn end(&mut self, block: Block, back: bool, at: usize) -> Option<()> {
        match &self.func.blocks[block].end {
            End::Stop => {}
            End::Return(None, place) => {
                self.at(*place);
                self.put(Instr::new(Form::Return, 0, 0, 0));
            }
            End::Return(Some(value), place) => {
                let kind = self.kind(*value);
                let constant = self.plan.constant(self.func, *value);
                let beside = kind == Kind::Word && self.plan.choices.fuse;
                let small = constant.and_then(|bits| u32::try_from(bits).ok()).filter(|_| beside);
                if let Some(small) = small {
                    self.at(*place);
                    self.put(Instr::wide(Form::ReturnSmall, 0, small));
                    return Some(());
                }
                let slot = match constant {
                    // Nothing else is needed any more.
                    Some(bits) => {
                        let slot = SlotRef { kind, number: 0 };
                        self.constant(bits, slot);
                        slot
                    }
                    None => self.slot(*value)?,
                };
                let form = match slot.kind {
                    Kind::Ref => Form::ReturnRef,
                    Kind::Word => Form::ReturnWord,
                };
                // What called it can fail by the result.
                self.at(*place);
                self.put(Instr::new(form, slot.number, 0, 0));
            }
            End::Jump(edge) => {
                self.edge_moves(edge)?;
                if back {
                    let paid = self.func.blocks[block].insts.last();
                    self.at(paid.map_or(Place::own(0), |&inst| self.func.insts[inst].place));
                    self.jump(Target::Block(edge.to), true);
                } else if self.next(at) != Some(edge.to) {
                    self.jump(Target::Block(edge.to), false);
                }
            }
            End::Branch { cond, then, otherwise, place } => {
                if self.plan.choices.all_places {
                    self.at(*place);
                }
                self.branch(block, *cond, then, otherwise, at)?;
            }
        }
        Some(())
    }

    fn branch(&mut self, block: Block, cond: Value, then: &Edge, otherwise: &Edge, at: usize) -> Option<()> {
        let fused: &[_] = match self.plan.choices.fuse {
            true => &[(then, otherwise, true), (otherwise, then, false)],
            false => &[],
        };
        for &(edge, other, when) in fused {
            if let Some((header, place)) = self.fusable(block, edge) {
                if let Some(count) = &mut self.paying[edge.to] {
                    *count -= 1;
                }
                self.at(place);
                self.test(cond, when, Target::Block(header), Some(place))?;
                return self.go(other, at);
            }
            if let Some(step) = self.step_back(block, cond, edge, when) {
                self.paying[edge.to] = Some(0);
                if step.differs {
                    self.take_back();
                }
                self.at(step.place);
                self.goes.push(Goes::Near(self.code.words.len(), Target::Block(step.header)));
                let instr = Instr::new(step.form, step.counter, step.limit, 0);
                match step.by {
                    Some(by) => self.put_two(instr, by),
                    None => self.put(instr),
                }
                return self.go(other, at);
            }
            if let Some((header, place)) = self.moves_first(block, at, cond, (edge, other)) {
                let back = only_pays(self.func, edge.to)?.0.clone();
                if let Some(count) = &mut self.paying[edge.to] {
                    *count -= 1;
                }
                self.edge_moves(edge)?;
                self.edge_moves(&back)?;
                self.at(place);
                self.test(cond, when, Target::Block(header), Some(place))?;
                return self.go(other, at);
            }
        }
        let next = self.next(at);
        let (free_then, free_otherwise) = (self.is_free(then), self.is_free(otherwise));
        if free_otherwise && (next == Some(then.to) || !free_then || next != Some(otherwise.to)) {
            self.test(cond, false, Target::Block(otherwise.to), None)?;
            return self.go(then, at);
        }
        if free_then {
            self.test(cond, true, Target::Block(then.to), None)?;
            return self.go(otherwise, at);
        }
        self.stubs.push((otherwise.clone(), 0));
        self.test(cond, false, Target::Stub(self.stubs.len() - 1), None)?;
        self.go(then, at)
    }

    /// The header that an edge leads back to through a block that only pays, when nothing is to be moved on the way.
    fn fusable(&self, from: Block, edge: &Edge) -> Option<(Block, Place)> {
        self.paying[edge.to]?;
        let (back, place) = only_pays(self.func, edge.to)?;
        let same_range = self.func.blocks[edge.to].handler == self.func.blocks[from].handler;
        (same_range && self.is_free(edge) && self.is_free(back) && self.starts[back.to].is_some())
            .then_some((back.to, place))
    }

    /// The end of a loop over a range: where that leads no further than the limit, a number is added and control goes
    /// back, in a block of its own.
    fn step_back(&self, from: Block, cond: Value, edge: &Edge, when: bool) -> Option<Step> {
        let data = &self.func.blocks[edge.to];
        let alone = self.ways[edge.to] == 1 && edge.args.is_empty() && self.starts[edge.to].is_none();
        if self.far || !alone || data.handler != self.func.blocks[from].handler {
            return None;
        }
        let mut insts = data.insts.iter().copied().filter(|&inst| {
            // Constants beside the row are no words.
            self.func.insts[inst].result.is_none() || self.plan.writes(self.func, inst).is_some()
        });
        let (Some(add), Some(charge), Some(poll), None) =
            (insts.next(), insts.next(), insts.next(), insts.next())
        else {
            return None;
        };
        let End::Jump(back) = &data.end else { return None };
        let goes_back = is_pay(self.func, charge, poll) == Some(1) && self.starts[back.to].is_some();
        let (InstKind::Op(op), &[first, second]) = (self.func.insts[add].kind, &*self.func.insts[add].args)
        else {
            return None;
        };
        let (Op::AddI32, left, right) = self.plan.operands(self.func, op, first, second) else { return None };
        let sum = self.slot(self.func.insts[add].result?)?;
        // Which of the two is the counter, its slot says.
        let (counter, by) = match right {
            Right::Slot(right) if self.slot(right) == Some(sum) => (right, Right::Slot(left)),
            by => (left, by),
        };
        if !goes_back || self.slot(counter)? != sum || !self.is_free(back) {
            return None;
        }
        let way = self.way(cond, when, counter, by)?;
        let (form, by) = match (way.form, by) {
            (form @ (Form::StepBack | Form::StepBackRight), _) => (form, None),
            (form, Right::Slot(by)) => (form, Some(self.number(by)?.into())),
            (form, Right::Number(by)) => (form.right()?, Some(i64::from(by.cast_signed()).cast_unsigned())),
        };
        Some(Step {
            form,
            header: back.to,
            place: self.func.insts[poll].place,
            counter: self.number(counter)?,
            limit: match way.limit {
                Right::Slot(limit) => self.number(limit)?,
                Right::Number(limit) => limit,
            },
            by,
            differs: way.differs,
        })
    }

    /// How far a loop goes that adds `by` to `counter` when `cond` is `when`.
    fn way(&self, cond: Value, when: bool, counter: Value, by: Right) -> Option<Way> {
        let (test, so) = self.plan.test(self.func, cond);
        let Test::Compare(op, left, right) = test else { return None };
        let op = if when == so { op } else { opposite(op)? };
        if let Some((limit, from)) = self.plan.difference(self.func, left) {
            let form = match op {
                Op::GeI32 => Form::StepUp,
                Op::LeI32 => Form::StepDown,
                _ => return None,
            };
            let difference = Instr::of_row(
                Form::Slots,
                Op::SubSaturatingI32,
                self.number(left)?,
                self.number(limit)?,
                self.number(from)?,
            );
            let last = self.last.and_then(|last| self.code.words.get(last));
            let fits = from == counter && right == by && last == Some(&difference.pack());
            return fits.then_some(Way { form, limit: Right::Slot(limit), differs: true });
        }
        let (op, limit) = match (left == counter, right == Right::Slot(counter)) {
            (true, false) => (op, right),
            (false, true) => (turned(op)?, Right::Slot(left)),
            _ => return None,
        };
        let form = match (op, limit) {
            (Op::NeI32, Right::Slot(_)) if by == Right::Number(1) => Form::StepBack,
            (Op::NeI32, Right::Number(_)) if by == Right::Number(1) => Form::StepBackRight,
            (Op::LtI32, Right::Slot(_)) => Form::StepBelow,
            (Op::GtI32, Right::Slot(_)) => Form::StepAbove,
            _ => return None,
        };
        Some(Way { form, limit, differs: false })
    }

    /// Takes the last word back: what comes next does what it does.
    fn take_back(&mut self) {
        self.code.words.pop();
        let here = self.here();
        if let Some((at, _)) = self.code.places.last_mut() {
            *at = (*at).min(here);
        }
    }

    /// The header that an edge leads back to through a block that only pays, when what is to be moved on the way can
    /// be moved before the test as well: nobody needs what it overwrites.
    fn moves_first(
        &self,
        from: Block,
        at: usize,
        cond: Value,
        (edge, other): (&Edge, &Edge),
    ) -> Option<(Block, Place)> {
        self.paying[edge.to]?;
        let (back, place) = only_pays(self.func, edge.to)?;
        let same_range = self.func.blocks[edge.to].handler == self.func.blocks[from].handler;
        // What other ways back need is not seen by how far intervals reach.
        let goes_on = self.starts[other.to].is_none();
        if self.far || !same_range || !goes_on || self.starts[back.to].is_none() || !self.is_free(edge) {
            return None;
        }
        // A test that can fail looks at what is there before.
        let read = match self.plan.test(self.func, cond).0 {
            Test::Compare(_, left, Right::Slot(right)) => vec![left, right],
            Test::Compare(_, value, Right::Number(_))
            | Test::IsNone(value)
            | Test::Type(value, _)
            | Test::True(value) => {
                vec![value]
            }
            Test::Element(..) => return None,
        };
        let mut read: Vec<Option<SlotRef>> = read.into_iter().map(|value| self.slot(value)).collect();
        read.extend(other.args.iter().map(|&arg| self.slot(arg)));
        // What is moved is needed up to the end of the block that pays; where that is next, nothing else is.
        let next = self.order.get(at + 1) == Some(&edge.to);
        let point = self.layout.ends[if next { edge.to } else { from }];
        let moved = self
            .given(back)
            .filter(|&(to, arg)| self.plan.constant(self.func, arg).is_some() || self.slot(arg) != Some(to));
        let mut some = false;
        for (to, _) in moved {
            some = true;
            if read.contains(&Some(to)) || self.layout.is_needed_after(to, point) {
                return None;
            }
        }
        some.then_some((back.to, place))
    }

    /// Follows an edge.
    fn go(&mut self, edge: &Edge, at: usize) -> Option<()> {
        self.edge_moves(edge)?;
        if self.next(at) != Some(edge.to) {
            self.jump(Target::Block(edge.to), false);
        }
        Some(())
    }

    pub(crate) fn jump(&mut self, target: Target, back: bool) {
        self.goes.push(Goes::Far(self.code.words.len(), target));
        let form = if back { Form::BackJump } else { Form::Jump };
        self.put(Instr::new(form, 0, 0, 0));
    }

    /// Goes to `target` when `cond` is `when`.
    fn test(&mut self, cond: Value, when: bool, target: Target, back: Option<Place>) -> Option<()> {
        // Too far for a branch: step over a jump instead.
        let when = if self.far { !when } else { when };
        let (test, so) = self.plan.test(self.func, cond);
        let when = when == so;
        let instr = match test {
            Test::Compare(op, left, right) => {
                let left = self.number(left)?;
                match right {
                    Right::Number(number) => {
                        let form = if when { Form::IfRight } else { Form::UnlessRight };
                        Instr::of_row(form, op, left, number, 2)
                    }
                    Right::Slot(right) => {
                        let form = if when { Form::If } else { Form::Unless };
                        Instr::of_row(form, op, left, self.number(right)?, 2)
                    }
                }
            }
            Test::Element(array, index, place) => {
                let form = if when { Form::IfElement } else { Form::UnlessElement };
                self.at(place);
                Instr::new(form, self.number(array)?, self.number(index)?, 2)
            }
            Test::IsNone(value) => {
                let form = if when { Form::IfNone } else { Form::IfSome };
                Instr::new(form, self.number(value)?, 0, 2)
            }
            Test::Type(value, ty) => {
                let form = if when { Form::IfType } else { Form::UnlessType };
                Instr::new(form, self.number(value)?, ty, 2)
            }
            Test::True(value) => {
                let form = if when { Form::IfTrue } else { Form::IfFalse };
                Instr::new(form, self.number(value)?, 0, 2)
            }
        };
        if back.is_some()
            && let Some(count) = self.counted(instr)
        {
            // The place of the payment moves with it.
            self.take_back();
            self.goes.push(Goes::Near(self.code.words.len(), target));
            self.put(count);
            return Some(());
        }
        // Not every test has a form that goes back.
        let steps_over = back.is_some() && !self.far && instr.form.back() == instr.form;
        if steps_over || self.far {
            let form = if steps_over { instr.form.opposite() } else { instr.form };
            self.put(Instr { form, ..instr });
            if let Some(place) = back {
                // The payment is the jump's, whatever the test before it is the place of.
                self.at(place);
            }
            self.jump(target, back.is_some());
        } else {
            self.goes.push(Goes::Near(self.code.words.len(), target));
            self.put(Instr { form: if back.is_some() { instr.form.back() } else { instr.form }, ..instr });
        }
        Some(())
    }

    /// The word that counts and goes back, in place of the one before and a branch back.
    fn counted(&self, branch: Instr) -> Option<Instr> {
        let before = self.code.words.get(self.last?).filter(|_| !self.far)?;
        let form = match branch.form {
            Form::If => Form::CountBack,
            Form::IfRight => Form::CountBackRight,
            _ => return None,
        };
        let Instr { a: counter, b: limit, .. } = branch;
        let adds = Instr::of_row(Form::Right, Op::AddI32, counter, counter, 1).pack() == *before;
        let less = branch.row == Op::LtI32.code();
        let apart = form == Form::CountBackRight || limit != counter;
        (adds && less && apart).then_some(Instr::new(form, counter, limit, 0))
    }
}

/// A loop's end that counts.
struct Step {
    form: Form,
    header: Block,
    place: Place,
    counter: u16,
    limit: u16,
    /// The second word.
    by: Option<u64>,
    /// Whether it does what the word before it did: the difference to the limit.
    differs: bool,
}

/// How far a loop goes that counts.
struct Way {
    /// The word that adds what a slot holds.
    form: Form,
    limit: Right,
    /// Whether the word before it makes the difference to the limit for it.
    differs: bool,
}

/// The comparison that holds where this one does not.
fn opposite(op: Op) -> Option<Op> {
    Some(match op {
        Op::EqI32 => Op::NeI32,
        Op::NeI32 => Op::EqI32,
        Op::LtI32 => Op::GeI32,
        Op::LeI32 => Op::GtI32,
        Op::GtI32 => Op::LeI32,
        Op::GeI32 => Op::LtI32,
        _ => return None,
    })
}
