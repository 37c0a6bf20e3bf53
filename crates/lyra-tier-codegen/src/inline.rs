//! Small procedures stand where they are called.
//!
//! ```text
//!   charge 1                        charge 1
//!   poll                            poll
//!   v4 = call proc2, v1, v2   ──>   enter 5            waits + 1 + what proc2 needs
//!   …                               jump block7        the body, its parameters replaced by v1, v2
//!                                 block8(v4):          where its returns lead
//!                                   …
//! ```
//!
//! What can be observed of a call stays: its payment is where it was; `enter` fails with `stack_overflow` exactly where
//! the call would; a [`Scope`] says for each instruction of the body through which calls it is reached, for traces; and
//! calls inside the body count what waits for the inlined one among what waits for themselves.
//!
//! Bodies come from [`Callees`]. Those of calls inside bodies follow in further rounds. A procedure is inlined into
//! itself once: that halves the calls of a recursion.
//!
//! Pays most on `spectral`, which takes 58 % longer without it; 7 % is the mean of all programs.

use crate::callees::Callees;
use crate::flow::drop_unreached;
use lyra_base::IdVec;
use lyra_base::id::Id;
use lyra_bytecode::{Kind, Op, ProcId, TypeId, Types};
use lyra_ir::{
    Args, Block, BlockData, Def, Dominators, Edge, End, Func, Handler, HandlerId, Inst, InstKind, Loops,
    Place, Scope, ScopeData, Value, ValueData, Var,
};
use smallvec::smallvec;
use std::collections::HashMap;

/// Instructions of a body that is inlined wherever it is called.
pub(crate) const SMALL: usize = 40;

/// Those of a body that is called often.
pub(crate) const SMALL_IF_HOT: usize = 120;

/// Calls inside bodies inside bodies: so deep.
const ROUNDS: usize = 4;

/// How often a procedure may stand in a chain of scopes before its calls stay.
const REPEATS: usize = 1;

/// Instructions that every function may grow by; one that is larger may double.
const GROWTH: usize = 400;

/// Inlines calls of `func`; gives their number.
pub fn inline(func: &mut Func, callees: &mut dyn Callees, types: &Types) -> usize {
    let mut left = size(func).max(GROWTH);
    let mut changes = 0;
    let mut open = func.layout.clone();
    for _ in 0..ROUNDS {
        let calls = choose(func, &open, callees, &mut left);
        if calls.is_empty() {
            break;
        }
        changes += calls.len();
        open = round(func, calls, callees, types);
    }
    if changes > 0 {
        drop_unreached(func);
    }
    changes
}

/// A call that is to be inlined.
#[derive(Clone, Copy)]
struct Site {
    block: Block,
    index: usize,
    proc: ProcId,
}

/// The calls in some blocks that are to be inlined, in order: where not all can be, those in inner loops.
fn choose(func: &Func, blocks: &[Block], callees: &mut dyn Callees, left: &mut usize) -> Vec<Site> {
    let mut found: Vec<(Site, usize)> = Vec::new();
    for &block in blocks {
        for (index, &inst) in func.blocks[block].insts.iter().enumerate() {
            let data = &func.insts[inst];
            let InstKind::Op(Op::Call { proc }) = data.kind else { continue };
            if repeats(func, data.place.scope, proc) > REPEATS {
                continue;
            }
            let most = if callees.is_hot(proc) { SMALL_IF_HOT } else { SMALL };
            let Some(body) = callees.func(proc) else { continue };
            let cost = size(body);
            if cost <= most && body.blocks[body.entry()].params.len() == data.args.len() {
                found.push((Site { block, index, proc }, cost));
            }
        }
    }
    let total: usize = found.iter().map(|(_, cost)| cost).sum();
    if total > *left {
        let loops = Loops::new(func, &Dominators::new(func));
        found.sort_by_key(|(site, _)| std::cmp::Reverse(loops.depth(site.block)));
        found.retain(|(_, cost)| match left.checked_sub(*cost) {
            Some(rest) => {
                *left = rest;
                true
            }
            None => false,
        });
    } else {
        *left -= total;
    }
    found.into_iter().map(|(site, _)| site).collect()
}

/// How often a procedure stands in a chain of scopes.
fn repeats(func: &Func, scope: Scope, proc: ProcId) -> usize {
    let mut next = func.scopes.get(scope);
    let mut count = 0;
    while let Some(data) = next {
        count += usize::from(data.proc == proc);
        next = data.call.and_then(|call| func.scopes.get(call.scope));
    }
    count
}

/// What a body costs: its instructions but for constants, and its blocks.
fn size(func: &Func) -> usize {
    let counts = |inst: &&Inst| !matches!(func.insts[**inst].kind, InstKind::Const(_));
    func.layout.iter().map(|&block| func.blocks[block].insts.iter().filter(counts).count() + 1).sum()
}

/// Inlines these calls; gives the blocks that came with their bodies.
fn round(func: &mut Func, calls: Vec<Site>, callees: &mut dyn Callees, types: &Types) -> Vec<Block> {
    let mut sites: HashMap<Block, Vec<Site>> = HashMap::new();
    for site in calls {
        sites.entry(site.block).or_default().push(site);
    }
    let mut layout = Vec::with_capacity(func.layout.len());
    let mut new = Vec::new();
    for block in std::mem::take(&mut func.layout) {
        layout.push(block);
        let Some(mut sites) = sites.remove(&block) else { continue };
        // From the last to the first, so that each moves only what stands between it and the next.
        sites.sort_by_key(|site| site.index);
        let mut pieces: Vec<Vec<Block>> = Vec::new();
        for site in sites.into_iter().rev() {
            let need = callees.need(site.proc);
            let Some(body) = callees.func(site.proc) else { continue };
            let (bodies, rest) = splice(func, site, body, need, types);
            new.extend(&bodies);
            pieces.push(bodies.into_iter().chain([rest]).collect());
        }
        layout.extend(pieces.into_iter().rev().flatten());
    }
    func.layout = layout;
    new
}

/// Puts a body in the place of a call; gives its blocks, and that in which what stood behind the call goes on.
fn splice(func: &mut Func, site: Site, body: &Func, need: u32, types: &Types) -> (Vec<Block>, Block) {
    let Site { block, index, proc } = site;
    let handler = func.blocks[block].handler;
    let behind = func.blocks[block].insts.split_off(index + 1);
    let call = func.blocks[block].insts.pop().map(|inst| func.insts[inst].clone());
    let end = std::mem::take(&mut func.blocks[block].end);
    let rest = func.blocks.push(BlockData { params: Vec::new(), insts: behind, end, handler });
    let Some(call) = call else { return (Vec::new(), rest) };
    if let Some(result) = call.result {
        func.values[result].def = Def::Param(rest, 0);
        func.blocks[rest].params.push(result);
    }
    let below = call.waits.saturating_add(1);
    let enter = InstKind::Enter(below.saturating_add(need));
    func.append(block, enter, Args::new(), None, call.place);

    let mut copy = Copy::new(func, body, call.place, proc, below);
    for (&param, &arg) in body.blocks[body.entry()].params.iter().zip(&call.args) {
        copy.values.insert(param, arg);
    }
    copy.vars(func, block, call.place, types);
    for &from in &body.layout {
        let to = func.blocks.push(BlockData { handler, ..BlockData::default() });
        copy.blocks[from] = Some(to);
    }
    copy.handlers(func);
    for &from in &body.layout {
        copy.block(func, from, rest);
    }
    let bodies: Vec<Block> = body.layout.iter().filter_map(|&from| copy.blocks[from]).collect();
    let to = copy.blocks[body.entry()].unwrap_or(rest);
    func.blocks[block].end = End::Jump(Edge { to, args: Args::new() });
    (bodies, rest)
}

/// What stands for the things of a body.
struct Copy<'b> {
    body: &'b Func,
    values: HashMap<Value, Value>,
    blocks: IdVec<Block, Option<Block>>,
    first_scope: u32,
    first_var: u32,
    first_handler: u32,
    /// Entries between the frame's own and those of the body.
    below: u32,
}

fn next<I: Id, T>(ids: &IdVec<I, T>) -> u32 {
    u32::try_from(ids.len()).unwrap_or(u32::MAX)
}

impl<'b> Copy<'b> {
    fn new(func: &mut Func, body: &'b Func, call: Place, proc: ProcId, below: u32) -> Self {
        let copy = Self {
            body,
            values: HashMap::new(),
            blocks: vec![None; body.blocks.len()].into(),
            first_scope: next(&func.scopes),
            first_var: next(&func.vars),
            first_handler: next(&func.handlers),
            below,
        };
        for scope in &body.scopes {
            // Its own scope stands where the call did.
            let place = scope.call.map_or(call, |inner| copy.place(inner));
            let proc = if scope.call.is_none() { proc } else { scope.proc };
            func.scopes.push(ScopeData { proc, call: Some(place) });
        }
        copy
    }

    fn place(&self, place: Place) -> Place {
        Place { scope: Scope(self.first_scope.saturating_add(place.scope.0)), op: place.op }
    }

    /// Its variables begin at zero each time control comes here.
    fn vars(&self, func: &mut Func, block: Block, place: Place, types: &Types) {
        for &kind in &self.body.vars {
            let var = func.vars.push(kind);
            let ty = if kind == Kind::Ref { TypeId::STR } else { TypeId::I64 };
            debug_assert_eq!(types.kind(ty), kind, "text is a reference, a number is none");
            if let Some(zero) = func.append(block, InstKind::Const(0), Args::new(), Some(ty), place) {
                func.append(block, InstKind::SetVar(var), smallvec![zero], None, place);
            }
        }
    }

    fn handlers(&self, func: &mut Func) {
        for handler in &self.body.handlers {
            let landing = self.blocks[handler.landing].unwrap_or(handler.landing);
            func.handlers.push(Handler { landing });
        }
    }

    /// What stands for a value, which may be made later in the layout.
    fn value(&mut self, func: &mut Func, value: Value) -> Value {
        let ty = self.body.ty(value);
        // Whoever makes it says so.
        let def = Def::Param(func.entry(), u32::MAX);
        *self.values.entry(value).or_insert_with(|| func.values.push(ValueData { ty, def }))
    }

    fn block(&mut self, func: &mut Func, from: Block, rest: Block) {
        let data = &self.body.blocks[from];
        let Some(to) = self.blocks[from] else { return };
        if let Some(handler) = data.handler {
            func.blocks[to].handler = Some(HandlerId(self.first_handler.saturating_add(handler.0)));
        }
        if from != self.body.entry() {
            for (&param, number) in data.params.iter().zip(0..) {
                let param = self.value(func, param);
                func.values[param].def = Def::Param(to, number);
                func.blocks[to].params.push(param);
            }
        }
        for &inst in &data.insts {
            self.inst(func, inst, to);
        }
        func.blocks[to].end = self.end(func, &data.end, rest);
    }

    fn inst(&mut self, func: &mut Func, inst: Inst, to: Block) {
        let mut data = self.body.insts[inst].clone();
        data.place = self.place(data.place);
        data.args.iter_mut().for_each(|arg| *arg = self.value(func, *arg));
        data.kind = match data.kind {
            InstKind::GetVar(var) => InstKind::GetVar(self.var(var)),
            InstKind::SetVar(var) => InstKind::SetVar(self.var(var)),
            InstKind::Enter(entries) => InstKind::Enter(entries.saturating_add(self.below)),
            kind => kind,
        };
        if data.kind.effects().calls {
            data.waits = data.waits.saturating_add(self.below);
        }
        let made = func.insts.next_id();
        if let Some(result) = data.result {
            let result = self.value(func, result);
            func.values[result].def = Def::Inst(made);
            data.result = Some(result);
        }
        func.insts.push(data);
        func.blocks[to].insts.push(made);
    }

    fn var(&self, var: Var) -> Var {
        Var(self.first_var.saturating_add(var.0))
    }

    fn end(&mut self, func: &mut Func, end: &End, rest: Block) -> End {
        let mut end = match end {
            End::Return(value, _) => {
                let args = value.map(|value| self.value(func, value)).into_iter().collect();
                return End::Jump(Edge { to: rest, args });
            }
            end => end.clone(),
        };
        end.each_value_mut(|value| *value = self.value(func, *value));
        for edge in end.edges_mut() {
            edge.to = self.blocks[edge.to].unwrap_or(rest);
        }
        if let End::Branch { place, .. } = &mut end {
            *place = self.place(*place);
        }
        end
    }
}
