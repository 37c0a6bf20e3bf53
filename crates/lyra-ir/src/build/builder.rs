//! The pass that translates.

use super::graph::Graph;
use super::liveness::Liveness;
use super::stack::Stack;
use super::{Built, Source, Start};
use crate::func::{Args, Block, BlockData, Edge, End, Func, Handler, HandlerId, InstKind, Place, Value, Var};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{
    Before, Constant, Kind, Local, Module, Moves, Op, Proc, ProcId, Type, TypeId, Verified, Watch,
    entries_of_locals,
};
use smallvec::smallvec;
use std::collections::HashMap;

/// Values carried along edges for each instruction of the code, before values are given up.
const CARRIED: usize = 64;

pub(super) struct Builder<'b> {
    module: &'b Module,
    proc: &'b Proc,
    start: Start,
    graph: &'b Graph,
    /// `None`: everything lives in the frame.
    liveness: Option<&'b Liveness>,
    func: Func,
    sources: Vec<Source>,
    /// The block of each block of code, once something leads to it.
    blocks: Vec<Option<Block>>,
    /// What a block that only one way leads to begins with, until it does.
    waiting: HashMap<u32, Args>,
    /// Which blocks have begun.
    begun: Vec<bool>,
    handlers: Vec<Option<HandlerId>>,
    /// What waits at the start of the range of each handler.
    floors: Vec<Option<(Vec<Value>, Vec<Value>)>>,
    /// The handlers that go on at an instruction.
    landings: HashMap<u32, Vec<u32>>,
    /// Variables of locals that live in the frame.
    vars: Vec<Option<Var>>,
    now: Option<Now>,
    refs: Stack,
    words: Stack,
    /// The values of locals, with the number of the block that they hold in.
    locals: Vec<(u32, Value)>,
    carried: usize,
    most_carried: usize,
}

/// The block that is being filled.
#[derive(Clone, Copy)]
struct Now {
    number: u32,
    block: Block,
}

impl<'b> Builder<'b> {
    pub(super) fn new(
        verified: &'b Verified,
        id: ProcId,
        start: Start,
        graph: &'b Graph,
        liveness: Option<&'b Liveness>,
    ) -> Self {
        let module = verified.module();
        let proc = &module.procs[id];
        let mut landings: HashMap<u32, Vec<u32>> = HashMap::new();
        for (handler, number) in proc.handlers.iter().zip(0..) {
            landings.entry(handler.target).or_default().push(number);
        }
        let mut builder = Self {
            module,
            proc,
            start,
            graph,
            liveness,
            func: Func::new(proc.name.clone(), id, proc.signature.result),
            sources: Vec::new(),
            blocks: vec![None; graph.blocks.len()],
            waiting: HashMap::new(),
            begun: vec![false; graph.blocks.len()],
            handlers: vec![None; proc.handlers.len()],
            floors: vec![None; proc.handlers.len()],
            landings,
            vars: vec![None; proc.locals.len()],
            now: None,
            refs: Stack::default(),
            words: Stack::default(),
            locals: vec![(u32::MAX, Value(0)); proc.locals.len()],
            carried: 0,
            most_carried: proc.code.len().saturating_mul(CARRIED).saturating_add(65_536),
        };
        builder.func.add_block(None);
        if start == Start::Call {
            builder.enter_by_call();
        }
        builder
    }

    /// The function; `None` when too many values had to be carried.
    pub(super) fn finish(self) -> Option<Built> {
        (self.carried <= self.most_carried).then_some(Built { func: self.func, sources: self.sources })
    }

    fn kind(&self, ty: TypeId) -> Kind {
        self.module.types.kind(ty)
    }

    fn stack(&mut self, kind: Kind) -> &mut Stack {
        match kind {
            Kind::Ref => &mut self.refs,
            Kind::Word => &mut self.words,
        }
    }

    // ---- where control comes in ----

    /// The entry block takes the arguments and goes to the first instruction.
    fn enter_by_call(&mut self) {
        let entry = self.func.entry();
        let mut values = HashMap::new();
        let params: Vec<_> =
            self.proc.param_locals(&self.module.types).zip(&self.proc.signature.params).collect();
        for (local, &ty) in params {
            let value = self.func.add_param(entry, ty);
            self.sources.push(Source::Local(u16::try_from(local).unwrap_or(u16::MAX)));
            if self.in_frame(local) {
                self.set_var_of(local, value, entry, Place::own(0));
            } else {
                values.insert(local, value);
            }
        }
        let Some(first) = self.graph.at(0) else { return };
        let carried: Vec<usize> = self.carried_into(first);
        let mut args = Args::new();
        for local in carried {
            let value = values.get(&local).copied();
            // A word begins at zero; a reference that was never set is not read.
            args.push(value.unwrap_or_else(|| self.zero(entry, self.proc.locals[local])));
        }
        let edge = self.edge(first, args);
        self.func.blocks[entry].end = End::Jump(edge);
    }

    /// The entry block takes what block `number` begins with, where the loop is.
    fn enter_by_loop(&mut self, number: u32, before: Before<'_>) {
        let entry = self.func.entry();
        let place = Place::own(self.graph.blocks[number as usize].start);
        let mut args = Args::new();
        for local in 0..self.proc.locals.len() {
            let ty = self.proc.locals[local];
            let is_live = self.liveness.is_none_or(|liveness| liveness.is_live(number, local));
            if !is_live {
                continue;
            }
            let value = self.func.add_param(entry, ty);
            self.sources.push(Source::Local(u16::try_from(local).unwrap_or(u16::MAX)));
            if self.in_frame(local) {
                self.set_var_of(local, value, entry, place);
            } else {
                args.push(value);
            }
        }
        for kind in [Kind::Ref, Kind::Word] {
            for (ty, index) in types_up(before, kind).into_iter().zip(0..) {
                args.push(self.func.add_param(entry, ty));
                self.sources.push(Source::Operand(kind, index));
            }
        }
        let edge = self.edge(number, args);
        self.func.blocks[entry].end = End::Jump(edge);
    }

    // ---- blocks ----

    fn block_of(&mut self, number: u32) -> Block {
        if let Some(block) = self.blocks[number as usize] {
            return block;
        }
        let handler = self.graph.blocks[number as usize].handler.map(|id| self.handler_of(id));
        let block = self.func.blocks.push(BlockData { handler, ..BlockData::default() });
        self.blocks[number as usize] = Some(block);
        block
    }

    fn handler_of(&mut self, id: u32) -> HandlerId {
        if let Some(handler) = self.handlers[id as usize] {
            return handler;
        }
        let landing = self.func.blocks.push(BlockData::default());
        let handler = self.func.handlers.push(Handler { landing });
        self.handlers[id as usize] = Some(handler);
        handler
    }

    /// The way into a block, which is told what it must know.
    fn edge(&mut self, number: u32, args: Args) -> Edge {
        let to = self.block_of(number);
        self.carried = self.carried.saturating_add(args.len());
        if self.graph.blocks[number as usize].ways == 1 && !self.begun[number as usize] {
            self.waiting.insert(number, args);
            return Edge { to, args: Args::new() };
        }
        Edge { to, args }
    }

    /// The way from here to a block.
    fn edge_from_here(&mut self, number: u32) -> Edge {
        let mut args = Args::new();
        for local in self.carried_into(number) {
            args.push(self.local(local));
        }
        args.extend(self.refs.values.iter().copied());
        args.extend(self.words.values.iter().copied());
        self.edge(number, args)
    }

    fn carried_into(&self, number: u32) -> Vec<usize> {
        self.liveness.map_or_else(Vec::new, |liveness| liveness.carried(number).collect())
    }

    fn begin(&mut self, number: u32, before: Before<'_>) {
        let start = self.graph.blocks[number as usize].start;
        if self.start == Start::Loop(start) {
            self.enter_by_loop(number, before);
        }
        let block = self.block_of(number);
        let (refs, words) = (types_up(before, Kind::Ref), types_up(before, Kind::Word));
        self.land(number, refs.len());
        self.func.layout.push(block);
        self.begun[number as usize] = true;
        self.now = Some(Now { number, block });
        if self.liveness.is_none() {
            for (stack, types) in [(&mut self.refs, refs), (&mut self.words, words)] {
                stack.below = u32::try_from(types.len()).unwrap_or(u32::MAX);
                stack.values.clear();
            }
            return;
        }
        let locals = self.carried_into(number);
        let given = self.waiting.remove(&number).unwrap_or_else(|| {
            let types = locals.iter().map(|&local| self.proc.locals[local]);
            let types: Vec<TypeId> = types.chain(refs.iter().copied()).chain(words.iter().copied()).collect();
            types.into_iter().map(|ty| self.func.add_param(block, ty)).collect()
        });
        for (&local, &value) in locals.iter().zip(&given) {
            self.locals[local] = (number, value);
        }
        let operands = given.get(locals.len()..).unwrap_or_default();
        let (refs, words) = operands.split_at(refs.len().min(operands.len()));
        self.refs.values = refs.to_vec();
        self.words.values = words.to_vec();
        for id in 0..self.proc.handlers.len() {
            if self.proc.handlers[id].start == start {
                self.carried = self.carried.saturating_add(operands.len());
                self.floors[id] = Some((self.refs.values.clone(), self.words.values.clone()));
            }
        }
    }

    /// The blocks in which handlers that go on at block `number` take the error.
    fn land(&mut self, number: u32, refs: usize) {
        let start = self.graph.blocks[number as usize].start;
        for id in self.landings.remove(&start).unwrap_or_default() {
            let Some(handler) = self.handlers[id as usize] else { continue };
            let landing = self.func.handlers[handler].landing;
            self.func.layout.push(landing);
            let error = self.func.add_param(landing, TypeId::ERROR);
            let around = self.graph.blocks[number as usize].handler.map(|id| self.handler_of(id));
            self.func.blocks[landing].handler = around;
            let args = if self.liveness.is_some() {
                let (refs, words) = self.floors[id as usize].take().unwrap_or_default();
                refs.into_iter().chain([error]).chain(words).collect()
            } else {
                // The error is on top of the references.
                let place = u32::try_from(refs).unwrap_or(u32::MAX).saturating_sub(1);
                let var = self.operand_var(Kind::Ref, place);
                self.func.append(landing, InstKind::SetVar(var), smallvec![error], None, Place::own(start));
                Args::new()
            };
            let edge = self.edge(number, args);
            self.func.blocks[landing].end = End::Jump(edge);
        }
    }

    /// Leaves the block that is being filled.
    fn end(&mut self, end: End) {
        if let Some(now) = self.now.take() {
            self.func.blocks[now.block].end = end;
        }
    }

    /// Puts operands that are values into the frame, where everything lives there.
    fn spill(&mut self, place: Place) {
        if self.liveness.is_some() {
            return;
        }
        for kind in [Kind::Ref, Kind::Word] {
            let below = self.stack(kind).below;
            let values = std::mem::take(&mut self.stack(kind).values);
            for (value, index) in values.into_iter().zip(below..) {
                let var = self.operand_var(kind, index);
                self.put(InstKind::SetVar(var), smallvec![value], None, place);
                self.stack(kind).below = index + 1;
            }
        }
    }

    // ---- locals and operands ----

    fn in_frame(&self, local: usize) -> bool {
        self.liveness.is_none_or(|liveness| liveness.in_frame(local))
    }

    fn var_of(&mut self, local: usize) -> Var {
        if let Some(var) = self.vars[local] {
            return var;
        }
        let var = self.func.vars.push(self.kind(self.proc.locals[local]));
        self.vars[local] = Some(var);
        var
    }

    fn set_var_of(&mut self, local: usize, value: Value, block: Block, place: Place) {
        let var = self.var_of(local);
        self.func.append(block, InstKind::SetVar(var), smallvec![value], None, place);
    }

    fn operand_var(&mut self, kind: Kind, place: u32) -> Var {
        let stack = match kind {
            Kind::Ref => &mut self.refs,
            Kind::Word => &mut self.words,
        };
        stack.var(place, || self.func.vars.push(kind))
    }

    /// The value of a local that is none of the frame's.
    fn local(&mut self, local: usize) -> Value {
        let (number, value) = self.locals[local];
        match self.now {
            Some(now) if now.number == number => value,
            Some(now) => {
                let zero = self.zero(now.block, self.proc.locals[local]);
                self.locals[local] = (now.number, zero);
                zero
            }
            None => value,
        }
    }

    fn zero(&mut self, block: Block, ty: TypeId) -> Value {
        let made = self.func.make_inst(InstKind::Const(0), Args::new(), Some(ty), Place::own(0));
        self.func.blocks[block].insts.push(made);
        self.func.insts[made].result.unwrap_or(Value(0))
    }

    fn get_local(&mut self, local: Local, place: Place) {
        let local = usize::from(local.0);
        let ty = self.proc.locals[local];
        let value = if self.in_frame(local) {
            let var = self.var_of(local);
            self.value(InstKind::GetVar(var), Args::new(), ty, place)
        } else {
            self.local(local)
        };
        self.push(self.kind(ty), value);
    }

    fn set_local(&mut self, local: Local, place: Place) {
        let local = usize::from(local.0);
        let ty = self.proc.locals[local];
        let value = self.pop(ty, place);
        let Some(now) = self.now else { return };
        if self.in_frame(local) {
            self.set_var_of(local, value, now.block, place);
        } else {
            self.locals[local] = (now.number, value);
        }
    }

    fn push(&mut self, kind: Kind, value: Value) {
        self.stack(kind).values.push(value);
    }

    fn pop(&mut self, ty: TypeId, place: Place) -> Value {
        let kind = self.kind(ty);
        if let Some(value) = self.stack(kind).values.pop() {
            return value;
        }
        let below = self.stack(kind).below.saturating_sub(1);
        self.stack(kind).below = below;
        let var = self.operand_var(kind, below);
        self.value(InstKind::GetVar(var), Args::new(), ty, place)
    }

    /// The operand on top, which stays.
    fn top(&mut self, ty: TypeId, place: Place) -> Value {
        let value = self.pop(ty, place);
        self.push(self.kind(ty), value);
        value
    }

    // ---- instructions ----

    fn put(&mut self, kind: InstKind, args: Args, result: Option<TypeId>, place: Place) -> Option<Value> {
        let now = self.now?;
        self.func.append(now.block, kind, args, result, place)
    }

    fn value(&mut self, kind: InstKind, args: Args, ty: TypeId, place: Place) -> Value {
        self.put(kind, args, Some(ty), place).unwrap_or(Value(0))
    }

    fn pay(&mut self, place: Place) {
        self.put(InstKind::Charge(1), Args::new(), None, place);
        self.put(InstKind::Poll, Args::new(), None, place);
    }

    fn constant(&mut self, bits: u64, ty: TypeId, place: Place) {
        let value = self.value(InstKind::Const(bits), Args::new(), ty, place);
        self.push(self.kind(ty), value);
    }

    /// An instruction that works on operands.
    fn operation(&mut self, op: Op, moves: Moves<'_>, place: Place) {
        let mut args: Args = Args::new();
        // From the top down, as they were pushed last.
        let taken: smallvec::SmallVec<[TypeId; 8]> = moves.taken().collect();
        for &ty in taken.iter().rev() {
            args.push(self.pop(ty, place));
        }
        if let Op::AppendWord | Op::AppendRef = op {
            // The array stays. Its type follows from that of the value.
            let array = taken.first().and_then(|&ty| self.module.types.find(&Type::Array(ty)));
            let array = self.top(array.unwrap_or(TypeId::STR), place);
            args.push(array);
        }
        args.reverse();
        if let Op::Call { .. } = op {
            self.pay(place);
        }
        let kind = InstKind::Op(op);
        let waits = if kind.effects().calls { self.waits() } else { 0 };
        let Some(now) = self.now else { return };
        let inst = self.func.make_inst(kind, args, moves.given(), place);
        self.func.insts[inst].waits = waits;
        self.func.blocks[now.block].insts.push(inst);
        let result = self.func.insts[inst].result;
        if let (Some(value), Some(ty)) = (result, moves.given()) {
            self.push(self.kind(ty), value);
        }
    }

    /// How many entries of the stack wait: operands on both stacks, and locals by their rule.
    fn waits(&self) -> u32 {
        let waits =
            |stack: &Stack| u32::try_from(stack.values.len()).unwrap_or(u32::MAX).saturating_add(stack.below);
        let operands = waits(&self.refs).saturating_add(waits(&self.words));
        operands.saturating_add(entries_of_locals(self.proc.locals.len()))
    }

    /// The way a jump at `at` takes. One that goes back pays first, in a block of its own if others go on.
    fn jump_edge(&mut self, at: u32, to: u32, alone: bool) -> Option<Edge> {
        let place = Place::own(at);
        let number = self.graph.at(to)?;
        if to > at {
            return Some(self.edge_from_here(number));
        }
        if alone {
            self.pay(place);
            return Some(self.edge_from_here(number));
        }
        let now = self.now?;
        let between = self
            .func
            .blocks
            .push(BlockData { handler: self.func.blocks[now.block].handler, ..BlockData::default() });
        let edge = self.edge_from_here(number);
        self.func.append(between, InstKind::Charge(1), Args::new(), None, place);
        self.func.append(between, InstKind::Poll, Args::new(), None, place);
        self.func.blocks[between].end = End::Jump(edge);
        self.func.layout.push(between);
        Some(Edge { to: between, args: Args::new() })
    }

    fn branch(&mut self, at: u32, to: u32, when: bool) {
        let place = Place::own(at);
        let cond = self.pop(TypeId::BOOL, place);
        self.spill(place);
        let (Some(taken), Some(next)) = (self.jump_edge(at, to, false), self.graph.at(at + 1)) else {
            return;
        };
        let next = self.edge_from_here(next);
        let (then, otherwise) = if when { (taken, next) } else { (next, taken) };
        self.end(End::Branch { cond, then, otherwise, place });
    }

    fn translate(&mut self, at: u32, op: Op, moves: Moves<'_>) {
        let place = Place::own(at);
        match op {
            Op::GetWord { local } | Op::GetRef { local } => self.get_local(local, place),
            Op::SetWord { local } | Op::SetRef { local } => self.set_local(local, place),
            Op::DropWord | Op::DropRef => {
                for ty in moves.taken() {
                    self.pop(ty, place);
                }
            }
            Op::DupWord | Op::DupRef => {
                let Some(ty) = moves.given() else { return };
                let value = self.top(ty, place);
                self.push(self.kind(ty), value);
            }
            Op::ConstBool { value } => self.constant(value.to_word(), TypeId::BOOL, place),
            Op::ConstU8 { value } => self.constant(value.to_word(), TypeId::U8, place),
            Op::ConstI32 { value } => self.constant(value.to_word(), TypeId::I32, place),
            Op::ConstChar { value } => self.constant(value.to_word(), TypeId::CHAR, place),
            Op::ConstEnum { ty, variant } => self.constant(variant.into(), ty, place),
            Op::ConstI64 { value } | Op::ConstF64 { value } => {
                let bits = match self.module.constants.get(value) {
                    Some(Constant::I64(value)) => value.to_word(),
                    Some(Constant::F64(bits)) => *bits,
                    Some(Constant::Str(_)) | None => 0,
                };
                let ty = if matches!(op, Op::ConstI64 { .. }) { TypeId::I64 } else { TypeId::F64 };
                self.constant(bits, ty, place);
            }
            Op::Jump { to } => {
                self.spill(place);
                if let Some(edge) = self.jump_edge(at, to.0, true) {
                    self.end(End::Jump(edge));
                }
            }
            Op::JumpIf { to } => self.branch(at, to.0, true),
            Op::JumpUnless { to } => self.branch(at, to.0, false),
            Op::Return => {
                let result = self.proc.signature.result.map(|ty| self.pop(ty, place));
                self.end(End::Return(result, place));
            }
            op => {
                self.operation(op, moves, place);
                if op.info().ends() {
                    self.end(End::Stop);
                }
            }
        }
    }
}

impl Watch for Builder<'_> {
    fn before(&mut self, at: u32, before: Before<'_>) {
        let Some(number) = self.graph.at(at) else { return };
        if self.now.is_some() {
            let place = Place::own(at.saturating_sub(1));
            self.spill(place);
            let edge = self.edge_from_here(number);
            self.end(End::Jump(edge));
        }
        // What has grown past the bound is not gone on with.
        if self.graph.blocks[number as usize].reached && self.carried <= self.most_carried {
            self.begin(number, before);
        }
    }

    fn after(&mut self, at: u32, moves: Moves<'_>) {
        if self.now.is_some() {
            let op = self.proc.code[at as usize];
            self.translate(at, op, moves);
        }
    }
}

/// The types that wait on a stack, from the bottom up.
fn types_up(before: Before<'_>, kind: Kind) -> Vec<TypeId> {
    let mut types: Vec<TypeId> = before.operands(kind).collect();
    types.reverse();
    types
}
