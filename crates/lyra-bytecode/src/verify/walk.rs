//! The one pass over a procedure's code: what is on both stacks, and which reference locals are set, at every
//! instruction.
//!
//! ```text
//!        ┌── forward jump: the state here is recorded at its target
//!   op ──┼── next instruction: the state flows on
//!        └── backward jump: the target's state, known already, must hold here too
//! ```
//!
//! Ways that meet must agree on both stacks; a local is set where it is set on every way. Code that no earlier
//! instruction leads to is refused, so one pass in order of the code has met every way into an instruction but
//! the backward ones, and these only confirm. Work: a constant for each instruction, plus its operands (at most
//! 255), plus one bit for each reference local at each jump.

use super::ranges::Ranges;
use super::rules::BuiltinSignatures;
use super::stacks::{Stack, StackTable};
use super::watch::{Before, Moves, Watch};
use super::{Floor, VerifyError};
use crate::module::{Module, Proc};
use crate::op::{Label, OperandValue};
use crate::types::{Kind, TypeId, Types};
use std::rc::Rc;

/// What holds before an instruction.
#[derive(Clone)]
struct State {
    refs: Stack,
    words: Stack,
    /// The reference locals that are set, one bit each; shared as long as nothing changes it.
    set: Rc<[u64]>,
}

/// What one pass over a procedure found out.
pub(super) struct Found {
    pub(super) need: u32,
    pub(super) max_refs: u32,
    pub(super) max_words: u32,
    /// How high the stacks are at the start of each handler's range.
    pub(super) floors: Vec<Floor>,
}

/// Things that outlive one procedure.
pub(super) struct Scratch {
    pub(super) stacks: StackTable,
    pub(super) builtins: BuiltinSignatures,
}

impl Scratch {
    pub(super) fn new(types: &Types) -> Self {
        Self { stacks: StackTable::default(), builtins: BuiltinSignatures::new(types) }
    }
}

/// The pass over one procedure.
pub(super) struct Walk<'m> {
    pub(super) module: &'m Module,
    pub(super) proc: &'m Proc,
    pub(super) scratch: &'m mut Scratch,
    ref_locals: usize,
    ranges: Ranges<'m>,
    /// What holds before each instruction, as far as it is known.
    states: Vec<Option<State>>,
    now: State,
    /// Below these heights nothing may be taken: a handler around here relies on it.
    floor: Floor,
    found: Found,
    /// What the current instruction has popped so far, and what it has pushed.
    taken: Vec<TypeId>,
    given: Option<TypeId>,
}

impl<'m> Walk<'m> {
    /// Walks over `proc`, whose tables were checked before. `watch` sees each instruction.
    pub(super) fn run(
        module: &'m Module,
        proc: &'m Proc,
        ref_locals: usize,
        limit: u32,
        scratch: &'m mut Scratch,
        watch: &mut dyn Watch,
    ) -> Result<Found, VerifyError> {
        scratch.stacks.recycle();
        let ranges = Ranges::new(&proc.handlers, proc.code.len()).map_err(VerifyError::module)?;
        let mut states = Vec::new();
        states.resize_with(proc.code.len(), || None);
        let ref_params =
            proc.signature.params.iter().filter(|&&ty| module.types.kind(ty) == Kind::Ref).count();
        let mut set = vec![0; ref_locals.div_ceil(64)];
        for local in 0..ref_params {
            set_bit(&mut set, local);
        }
        let now = State { refs: Stack::EMPTY, words: Stack::EMPTY, set: set.into() };
        let floors = vec![Floor::default(); proc.handlers.len()];
        let found = Found { need: 0, max_refs: 0, max_words: 0, floors };
        let floor = Floor::default();
        Walk {
            module,
            proc,
            scratch,
            ref_locals,
            ranges,
            states,
            now,
            floor,
            found,
            taken: Vec::new(),
            given: None,
        }
        .walk(limit, watch)
    }

    fn walk(mut self, limit: u32, watch: &mut dyn Watch) -> Result<Found, VerifyError> {
        if self.proc.code.is_empty() {
            return Err(VerifyError::module("it has no code"));
        }
        let mut flows_on = true;
        let mut open: Vec<u32> = Vec::new();
        let mut next_range = 0;
        for (at, &op) in self.proc.code.iter().enumerate() {
            let info = op.info();
            let fail = |what| VerifyError::at(at, info.mnemonic, what);
            let index = u32::try_from(at).map_err(|_| fail("too much code".to_owned()))?;
            self.arrive(at, flows_on).map_err(fail)?;
            self.enter_ranges(index, &mut open, &mut next_range).map_err(fail)?;
            // Where a handler begins, the error adds to what waits, and the first instruction may take it away.
            self.measure(limit).map_err(fail)?;
            watch.before(index, Before { walk: &self });
            self.taken.clear();
            self.given = None;
            self.apply(op).map_err(fail)?;
            watch.after(index, Moves { taken: &self.taken, given: self.given });
            self.measure(limit).map_err(fail)?;
            let mut edges = Ok(());
            op.each_operand(|operand| {
                if let (OperandValue::Label(to), true) = (operand, edges.is_ok()) {
                    edges = self.jump(index, to);
                }
            });
            edges.map_err(fail)?;
            flows_on = !info.ends();
        }
        if flows_on {
            let what = "nothing stops control from running off the end of the code".to_owned();
            let last = self.proc.code.len() - 1;
            return Err(VerifyError::at(
                last,
                self.proc.code.last().map_or("", |op| op.info().mnemonic),
                what,
            ));
        }
        Ok(self.found)
    }

    /// Joins what flows on from the instruction before with what forward jumps have recorded here.
    fn arrive(&mut self, at: usize, flows_on: bool) -> Result<(), String> {
        let Some(slot) = self.states.get_mut(at) else { return Ok(()) };
        match slot.take() {
            None if flows_on => {}
            None => return Err("no instruction before leads here".to_owned()),
            Some(recorded) if flows_on => {
                let before = self.now.clone();
                self.now = recorded;
                self.join(&before)
                    .map_err(|what| format!("{what} when coming from the instruction before"))?;
            }
            Some(recorded) => self.now = recorded,
        }
        if let Some(slot) = self.states.get_mut(at) {
            *slot = Some(self.now.clone());
        }
        Ok(())
    }

    /// Lets `self.now` hold on one more way, on which `other` holds.
    fn join(&mut self, other: &State) -> Result<(), String> {
        self.same_stacks(&self.now, other)?;
        intersect(&mut self.now.set, &other.set);
        Ok(())
    }

    fn same_stacks(&self, expected: &State, found: &State) -> Result<(), String> {
        for (name, expected, found) in
            [("references", expected.refs, found.refs), ("words", expected.words, found.words)]
        {
            if expected != found {
                let (expected, found) = (self.listed(expected), self.listed(found));
                return Err(format!("expected {expected} as the {name} here, found {found}"));
            }
        }
        Ok(())
    }

    /// Closes and opens handler ranges; at the start of one, its handler's state is known.
    fn enter_ranges(&mut self, at: u32, open: &mut Vec<u32>, next: &mut usize) -> Result<(), String> {
        let ended = |ranges: &Ranges<'_>, id| ranges.get(id).is_none_or(|handler| handler.end <= at);
        while open.pop_if(|id| ended(&self.ranges, *id)).is_some() {}
        while let Some((id, handler)) = self.ranges.by_start().get(*next).and_then(|&id| {
            self.ranges.get(id).filter(|handler| handler.start == at).map(|found| (id, found))
        }) {
            *next += 1;
            open.push(id);
            let floor = Floor { refs: self.depth(Kind::Ref), words: self.depth(Kind::Word) };
            if let Some(place) = self.found.floors.get_mut(id as usize) {
                *place = floor;
            }
            // All ways into the range lead through here, and on the way a local is only ever set: what is set
            // here is what is set at every instruction of the range.
            let refs = self.scratch.stacks.push(self.now.refs, TypeId::ERROR);
            let arrival = State { refs, ..self.now.clone() };
            self.go(at, handler.target, arrival).map_err(|what| format!("handler {id}: {what}"))?;
        }
        self.floor =
            open.last().and_then(|&id| self.found.floors.get(id as usize)).copied().unwrap_or_default();
        Ok(())
    }

    fn jump(&mut self, from: u32, to: Label) -> Result<(), String> {
        if to.0 as usize >= self.proc.code.len() {
            return Err(format!("goes to {}, but the code ends at {}", to.0, self.proc.code.len()));
        }
        if to.0 > from {
            return self.go(from, to.0, self.now.clone());
        }
        self.check_broken(from, to.0)?;
        if let Some(Some(target)) = self.states.get(to.0 as usize) {
            self.same_stacks(target, &self.now).map_err(|what| format!("going back to {}: {what}", to.0))?;
            if let Some(local) = missing(&target.set, &self.now.set) {
                return Err(format!(
                    "goes back to {}, where local {local} counts as set, but here it may not be",
                    to.0
                ));
            }
        }
        Ok(())
    }

    /// Records `state` at the instruction `to`, further on.
    fn go(&mut self, from: u32, to: u32, state: State) -> Result<(), String> {
        self.check_broken(from, to)?;
        let Some(slot) = self.states.get_mut(to as usize) else { return Ok(()) };
        match slot {
            None => *slot = Some(state),
            Some(recorded) if recorded.refs == state.refs && recorded.words == state.words => {
                intersect(&mut recorded.set, &state.set);
            }
            Some(recorded) => {
                let recorded = recorded.clone();
                self.same_stacks(&recorded, &state).map_err(|what| format!("going to {to}: {what}"))?;
            }
        }
        Ok(())
    }

    fn check_broken(&self, from: u32, to: u32) -> Result<(), String> {
        match self.ranges.broken_into(from, to) {
            Some(id) => Err(format!("goes to {to}, into the middle of the range of handler {id}")),
            None => Ok(()),
        }
    }

    /// Keeps the greatest heights.
    fn measure(&mut self, limit: u32) -> Result<(), String> {
        let (refs, words) = (self.depth(Kind::Ref), self.depth(Kind::Word));
        let both = refs.saturating_add(words);
        if both > limit {
            return Err(format!("{both} operands wait here; at most {limit} may"));
        }
        self.found.need = self.found.need.max(both);
        self.found.max_refs = self.found.max_refs.max(refs);
        self.found.max_words = self.found.max_words.max(words);
        Ok(())
    }

    fn stack(&self, kind: Kind) -> Stack {
        match kind {
            Kind::Ref => self.now.refs,
            Kind::Word => self.now.words,
        }
    }

    fn depth(&self, kind: Kind) -> u32 {
        self.scratch.stacks.depth(self.stack(kind))
    }

    /// The types of a stack, for a message: the upper ones only if there are many.
    fn listed(&self, stack: Stack) -> String {
        let mut types: Vec<_> =
            self.scratch.stacks.types_down(stack).take(4).map(|ty| self.module.types.name(ty)).collect();
        if self.scratch.stacks.depth(stack) > 4 {
            types.push("…".to_owned());
        }
        types.reverse();
        format!("({})", types.join(", "))
    }
}

/// The moves that the rules are made of.
impl Walk<'_> {
    /// Puts a value of type `ty` on the stack of its kind.
    pub(super) fn push(&mut self, ty: TypeId) {
        let stack = match self.module.types.kind(ty) {
            Kind::Ref => &mut self.now.refs,
            Kind::Word => &mut self.now.words,
        };
        *stack = self.scratch.stacks.push(*stack, ty);
        debug_assert!(self.given.is_none(), "an instruction pushes one value");
        self.given = Some(ty);
    }

    /// Takes a value of type `ty`.
    pub(super) fn pop(&mut self, ty: TypeId) -> Result<(), String> {
        let kind = self.module.types.kind(ty);
        match self.scratch.stacks.pop(self.stack(kind)) {
            Some((found, below)) if found == ty && self.above_floor(kind) => {
                self.take(kind, below, found);
                Ok(())
            }
            _ => Err(self.mismatch(&self.module.types.name(ty), kind)),
        }
    }

    /// Takes whatever is on top of a stack.
    pub(super) fn pop_any(&mut self, kind: Kind) -> Result<TypeId, String> {
        match self.scratch.stacks.pop(self.stack(kind)) {
            Some((found, below)) if self.above_floor(kind) => {
                self.take(kind, below, found);
                Ok(found)
            }
            _ => Err(self.mismatch("a value", kind)),
        }
    }

    /// The type on top of a stack; it stays there, so a handler's floor does not matter.
    pub(super) fn top(&self, kind: Kind) -> Result<TypeId, String> {
        match self.scratch.stacks.pop(self.stack(kind)) {
            Some((found, _)) => Ok(found),
            None => Err(self.mismatch("a value", kind)),
        }
    }

    /// Says what was expected on top of a stack and what is there.
    pub(super) fn mismatch(&self, expected: &str, kind: Kind) -> String {
        let words = match kind {
            Kind::Ref => "references",
            Kind::Word => "words",
        };
        match self.scratch.stacks.pop(self.stack(kind)) {
            None => format!("expected {expected} on top of the {words}, found nothing"),
            Some(_) if !self.above_floor(kind) => format!(
                "expected {expected} on top of the {words}, found only what was there before the handler's range"
            ),
            Some((found, _)) => {
                format!("expected {expected} on top of the {words}, found {}", self.module.types.name(found))
            }
        }
    }

    /// Whether reference local `local` is set here on every way.
    pub(super) fn is_set(&self, local: usize) -> bool {
        self.now.set.get(local / 64).is_some_and(|bits| bits >> (local % 64) & 1 != 0)
    }

    /// Notes that reference local `local` is set from here on.
    pub(super) fn mark_set(&mut self, local: usize) {
        if local < self.ref_locals && !self.is_set(local) {
            set_bit(Rc::make_mut(&mut self.now.set), local);
        }
    }

    /// The types on a stack, from the top down.
    pub(super) fn types_down(&self, kind: Kind) -> impl Iterator<Item = TypeId> {
        self.scratch.stacks.types_down(self.stack(kind))
    }

    fn above_floor(&self, kind: Kind) -> bool {
        let floor = match kind {
            Kind::Ref => self.floor.refs,
            Kind::Word => self.floor.words,
        };
        self.depth(kind) > floor
    }

    /// Leaves what is `below` of a stack, after `found` was popped.
    fn take(&mut self, kind: Kind, below: Stack, found: TypeId) {
        match kind {
            Kind::Ref => self.now.refs = below,
            Kind::Word => self.now.words = below,
        }
        self.taken.push(found);
    }
}

fn set_bit(set: &mut [u64], local: usize) {
    if let Some(bits) = set.get_mut(local / 64) {
        *bits |= 1 << (local % 64);
    }
}

/// Keeps in `set` what is in `other` too. Sets are seldom different, and then a new one is made.
fn intersect(set: &mut Rc<[u64]>, other: &Rc<[u64]>) {
    if missing(set, other).is_some() {
        for (bits, other) in Rc::make_mut(set).iter_mut().zip(other.iter()) {
            *bits &= other;
        }
    }
}

/// The first local that is in `set` but not in `other`.
fn missing(set: &Rc<[u64]>, other: &Rc<[u64]>) -> Option<usize> {
    if Rc::ptr_eq(set, other) {
        return None;
    }
    let mut pairs = set.iter().zip(other.iter()).map(|(bits, other)| bits & !other).enumerate();
    pairs.find(|&(_, bits)| bits != 0).map(|(index, bits)| index * 64 + bits.trailing_zeros() as usize)
}
