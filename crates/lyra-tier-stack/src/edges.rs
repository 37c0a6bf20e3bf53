//! What is moved on the way into a block or a call.

use crate::code::SlotRef;
use crate::form::Form;
use crate::moves::in_order;
use crate::translate::Translator;
use crate::word::Instr;
use lyra_bytecode::Kind;
use lyra_ir::{Edge, Value};

impl<'t> Translator<'t> {
    /// The parameters that an edge gives values to, and these. One that nobody reads has no slot.
    pub(crate) fn given<'e>(
        &self,
        edge: &'e Edge,
    ) -> impl Iterator<Item = (SlotRef, Value)> + use<'t, 'e, '_> {
        let params = &self.func.blocks[edge.to].params;
        params.iter().zip(&edge.args).filter_map(|(&param, &arg)| Some((self.slot(param)?, arg)))
    }

    /// Whether nothing is to be done on the way.
    pub(crate) fn is_free(&self, edge: &Edge) -> bool {
        self.given(edge)
            .all(|(to, arg)| self.plan.constant(self.func, arg).is_none() && self.slot(arg) == Some(to))
    }

    pub(crate) fn edge_moves(&mut self, edge: &Edge) -> Option<()> {
        let given: Vec<(SlotRef, Value)> = self.given(edge).collect();
        self.moves(&given)
    }

    /// Gives slots their values, all at once.
    pub(crate) fn moves(&mut self, given: &[(SlotRef, Value)]) -> Option<()> {
        let (mut refs, mut words, mut constants) = (Vec::new(), Vec::new(), Vec::new());
        for &(to, value) in given {
            match self.plan.constant(self.func, value) {
                Some(bits) => constants.push((to, bits)),
                None => {
                    let moves = if to.kind == Kind::Ref { &mut refs } else { &mut words };
                    moves.push((to.number, self.number(value)?));
                }
            }
        }
        let spare = [(Kind::Ref, refs, self.layout.refs), (Kind::Word, words, self.layout.words)];
        for (kind, moves, spare) in spare {
            self.ordered_moves(kind, &in_order(&moves, spare), spare);
        }
        constants.into_iter().for_each(|(to, bits)| self.constant(bits, to));
        Some(())
    }

    /// Moves one after the other, several in a word where they stand together; those by way of `spare` for themselves.
    fn ordered_moves(&mut self, kind: Kind, moves: &[(u16, u16)], spare: u16) {
        let is_apart = |&(to, from): &(u16, u16)| to == spare || from == spare;
        let most = if self.plan.choices.fuse { moves.len() } else { 1 };
        let mut rest = moves;
        while let Some((&(to, from), after)) = rest.split_first() {
            let together = rest.iter().position(is_apart).unwrap_or(rest.len()).min(most);
            let run = run_length(&rest[..together]);
            if kind == Kind::Ref && run > 1 {
                let (low_to, low_from) = rest[run - 1].min((to, from));
                let count = u16::try_from(run).unwrap_or(u16::MAX);
                self.put(Instr::new(Form::MoveRefs, low_to, low_from, count));
                rest = &rest[run..];
                continue;
            }
            // The second of a pair must not want what the first puts there.
            let pair = after.first().copied().filter(|&(next_to, next_from)| {
                kind == Kind::Word && together > 1 && next_to.abs_diff(to) == 1 && next_from != to
            });
            if let Some((next_to, next_from)) = pair {
                let (first, second) = if to < next_to { (from, next_from) } else { (next_from, from) };
                self.put(Instr::new(Form::MovePair, to.min(next_to), first, second));
                rest = &rest[2..];
            } else {
                self.mov(SlotRef { kind, number: to }, SlotRef { kind, number: from });
                rest = after;
            }
        }
    }
}

/// How many of the first moves go from slots that stand side by side to such, upwards or downwards.
fn run_length(moves: &[(u16, u16)]) -> usize {
    let next = |up: bool, (to, from): (u16, u16)| {
        let step = |number: u16| if up { number.checked_add(1) } else { number.checked_sub(1) };
        step(to).zip(step(from))
    };
    let length =
        |up: bool| 1 + moves.windows(2).take_while(|pair| next(up, pair[0]) == Some(pair[1])).count();
    if moves.is_empty() { 0 } else { length(true).max(length(false)) }
}
