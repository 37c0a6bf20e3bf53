//! A procedure in SSA form: blocks with parameters, instructions, values.
//!
//! ```text
//! block1(v3: i32, v4: i32):          parameters: what differs by the way control came
//!     v5 = mul_i32 v4, v2            each value is made once, in a block that dominates its uses
//!     v6 = add_i32 v3, v5
//!     charge 1                       fuel is explicit
//!     poll
//!     jump block1(v6, v5)            an edge gives the parameters their values
//! ```
//!
//! What keeps the meaning of the stack code:
//! - Instructions of a block happen in order as far as anything can observe it ([`crate::effects`]).
//! - [`Place`] says for each instruction which bytecode instruction it stands for: where an error is reported.
//! - A block inside a `try` names its [`Handler`]. Control can go from any of its instructions that can fail to the
//!   handler's landing block, which finds the variables it needs in [`Var`]s: these are no values but cells of the
//!   frame, so that they are up to date at every instruction without an edge for each.

use lyra_base::IdVec;
use lyra_bytecode::{Kind, Op, ProcId, TypeId};
use smallvec::SmallVec;

lyra_base::define_id! {
    /// A value: what an instruction gives, or a parameter of a block.
    pub struct Value, "v"
}
lyra_base::define_id! {
    /// A block.
    pub struct Block, "block"
}
lyra_base::define_id! {
    /// An instruction.
    pub struct Inst, "inst"
}
lyra_base::define_id! {
    /// A variable that lives in the frame.
    pub struct Var, "var"
}
lyra_base::define_id! {
    /// Where errors of a range go.
    pub struct HandlerId, "handler"
}
lyra_base::define_id! {
    /// A procedure whose code stands here: the function's own, or one that was inlined.
    pub struct Scope, "scope"
}

/// Operands of an instruction or edge.
pub type Args = SmallVec<[Value; 4]>;

/// A procedure in SSA form.
#[derive(Clone, Debug)]
pub struct Func {
    /// Its name, for listings.
    pub name: String,
    /// What it gives.
    pub result: Option<TypeId>,
    /// Its blocks. The first is where it begins: its parameters are the procedure's, and nothing jumps to it.
    pub blocks: IdVec<Block, BlockData>,
    /// The blocks that are in use, in the order of the code they come from; the entry is the first.
    pub layout: Vec<Block>,
    /// Every instruction ever made; those in use stand in a block.
    pub insts: IdVec<Inst, InstData>,
    /// Every value ever made.
    pub values: IdVec<Value, ValueData>,
    /// Variables of the frame, by the kind of what they hold. They begin at zero, which is `none` for references.
    pub vars: IdVec<Var, Kind>,
    /// Where errors go.
    pub handlers: IdVec<HandlerId, Handler>,
    /// Procedures whose code is here; the first is the function's own.
    pub scopes: IdVec<Scope, ScopeData>,
}

/// A block.
#[derive(Clone, Debug, Default)]
pub struct BlockData {
    /// Values that each edge here must give.
    pub params: Vec<Value>,
    /// What happens, in order.
    pub insts: Vec<Inst>,
    /// Where control goes then.
    pub end: End,
    /// Where errors of its instructions go; out of the function if there is none.
    pub handler: Option<HandlerId>,
}

/// How a block ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// Its last instruction does not go on: it throws.
    #[default]
    Stop,
    /// Go on there.
    Jump(Edge),
    /// Go on by a `bool`.
    Branch {
        /// What decides.
        cond: Value,
        /// When it is true.
        then: Edge,
        /// When it is false.
        otherwise: Edge,
        /// The instruction that decides.
        place: Place,
    },
    /// Return, with the result if the procedure has one.
    Return(Option<Value>, Place),
}

/// A way into a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The block.
    pub to: Block,
    /// Values for its parameters, in order.
    pub args: Args,
}

/// An instruction.
#[derive(Clone, Debug)]
pub struct InstData {
    /// What it does.
    pub kind: InstKind,
    /// Its operands.
    pub args: Args,
    /// What it gives, if anything.
    pub result: Option<Value>,
    /// The bytecode instruction that it stands for.
    pub place: Place,
    /// Operands of the stack code, of both kinds, that wait below its own while it runs other code. They count when
    /// the depth of the stack is bounded, wherever they are kept. Zero where no other code is run.
    pub waits: u32,
}

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstKind {
    /// A word, by its bits.
    Const(u64),
    /// What this row of the instruction table says; its operands from the stacks are the arguments, in the order in
    /// which they were pushed. No row that moves values about, jumps or returns stands here.
    Op(Op),
    /// Pay that many units of fuel.
    Charge(u32),
    /// Look at what hangs on fuel, if the slice of the budget is used up.
    Poll,
    /// Fail with `stack_overflow` unless that many entries more than the frame's own fit: where a call was inlined, what
    /// waits below its arguments, one, and what its procedure needs.
    Enter(u32),
    /// Read a variable of the frame.
    GetVar(Var),
    /// Write one.
    SetVar(Var),
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueData {
    /// Its type.
    pub ty: TypeId,
    /// Where it comes from.
    pub def: Def,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Def {
    /// Parameter of a block, by its number.
    Param(Block, u32),
    /// Result of an instruction.
    Inst(Inst),
}

/// A bytecode instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Of which procedure's code.
    pub scope: Scope,
    /// Its number there.
    pub op: u32,
}

impl Place {
    /// Instruction `op` of the function's own procedure.
    #[must_use]
    pub const fn own(op: u32) -> Self {
        Self { scope: Scope(0), op }
    }
}

/// A procedure whose code stands in a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeData {
    /// The procedure.
    pub proc: ProcId,
    /// The call that it stands in place of; `None` for the function's own.
    pub call: Option<Place>,
}

/// Where errors of the blocks that name it go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The block that takes the error, its only parameter.
    pub landing: Block,
}

impl Func {
    /// A function without blocks.
    #[must_use]
    pub fn new(name: String, proc: ProcId, result: Option<TypeId>) -> Self {
        let mut scopes = IdVec::new();
        scopes.push(ScopeData { proc, call: None });
        Self {
            name,
            result,
            blocks: IdVec::new(),
            layout: Vec::new(),
            insts: IdVec::new(),
            values: IdVec::new(),
            vars: IdVec::new(),
            handlers: IdVec::new(),
            scopes,
        }
    }

    /// Where it begins.
    #[must_use]
    pub fn entry(&self) -> Block {
        Block(0)
    }

    /// A new empty block, at the end of the layout.
    pub fn add_block(&mut self, handler: Option<HandlerId>) -> Block {
        let block = self.blocks.push(BlockData { handler, ..BlockData::default() });
        self.layout.push(block);
        block
    }

    /// A new last parameter of a block.
    pub fn add_param(&mut self, block: Block, ty: TypeId) -> Value {
        let number = u32::try_from(self.blocks[block].params.len()).unwrap_or(u32::MAX);
        let value = self.values.push(ValueData { ty, def: Def::Param(block, number) });
        self.blocks[block].params.push(value);
        value
    }

    /// Tells the parameters of a block their numbers, after some were taken out.
    pub fn number_params(&mut self, block: Block) {
        for (&param, number) in self.blocks[block].params.iter().zip(0..) {
            self.values[param].def = Def::Param(block, number);
        }
    }

    /// A new instruction, in no block yet, that gives a value of type `result` if one is named.
    pub fn make_inst(&mut self, kind: InstKind, args: Args, result: Option<TypeId>, place: Place) -> Inst {
        let inst = self.insts.next_id();
        let result = result.map(|ty| self.values.push(ValueData { ty, def: Def::Inst(inst) }));
        self.insts.push(InstData { kind, args, result, place, waits: 0 })
    }

    /// A new instruction at the end of a block; gives its value.
    pub fn append(
        &mut self,
        block: Block,
        kind: InstKind,
        args: Args,
        result: Option<TypeId>,
        place: Place,
    ) -> Option<Value> {
        let inst = self.make_inst(kind, args, result, place);
        self.blocks[block].insts.push(inst);
        self.insts[inst].result
    }

    /// The block that errors of a block go to, if it is in a handler's range.
    #[must_use]
    pub fn landing_of(&self, block: Block) -> Option<Block> {
        let handler = self.blocks[block].handler?;
        self.handlers.get(handler).map(|handler| handler.landing)
    }

    /// Instructions in use.
    #[must_use]
    pub fn size(&self) -> usize {
        self.layout.iter().map(|&block| self.blocks[block].insts.len()).sum()
    }

    /// The type of a value.
    #[must_use]
    pub fn ty(&self, value: Value) -> TypeId {
        self.values[value].ty
    }

    /// The instruction that makes a value; `None` for a parameter.
    #[must_use]
    pub fn maker(&self, value: Value) -> Option<&InstData> {
        match self.values[value].def {
            Def::Inst(inst) => Some(&self.insts[inst]),
            Def::Param(..) => None,
        }
    }

    /// The bits of a value that is a constant word.
    #[must_use]
    pub fn constant(&self, value: Value) -> Option<u64> {
        match self.maker(value)?.kind {
            InstKind::Const(bits) => Some(bits),
            _ => None,
        }
    }

    /// Puts `with(value)` in the place of each operand of the blocks in use.
    pub fn replace_uses(&mut self, mut with: impl FnMut(Value) -> Value) {
        for &block in &self.layout {
            let data = &mut self.blocks[block];
            for &inst in &data.insts {
                self.insts[inst].args.iter_mut().for_each(|value| *value = with(*value));
            }
            data.end.each_value_mut(|value| *value = with(*value));
        }
    }
}

impl BlockData {
    /// Blocks that control goes to at its end, without the landing of its handler.
    pub fn successors(&self) -> impl Iterator<Item = Block> {
        self.end.edges().map(|edge| edge.to)
    }
}

impl End {
    /// The edges, `then` before `otherwise`.
    pub fn edges(&self) -> impl Iterator<Item = &Edge> {
        let (first, second) = match self {
            Self::Jump(edge) => (Some(edge), None),
            Self::Branch { then, otherwise, .. } => (Some(then), Some(otherwise)),
            Self::Stop | Self::Return(..) => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// The edges, `then` before `otherwise`.
    pub fn edges_mut(&mut self) -> impl Iterator<Item = &mut Edge> {
        let (first, second) = match self {
            Self::Jump(edge) => (Some(edge), None),
            Self::Branch { then, otherwise, .. } => (Some(then), Some(otherwise)),
            Self::Stop | Self::Return(..) => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// Every value that it reads, those for the parameters of other blocks too.
    pub fn each_value(&self, mut each: impl FnMut(Value)) {
        match self {
            Self::Branch { cond, .. } => each(*cond),
            Self::Return(Some(value), _) => each(*value),
            Self::Stop | Self::Jump(_) | Self::Return(None, _) => {}
        }
        self.edges().for_each(|edge| edge.args.iter().for_each(|&value| each(value)));
    }

    /// Every value that it reads, to be changed.
    pub fn each_value_mut(&mut self, mut each: impl FnMut(&mut Value)) {
        match self {
            Self::Branch { cond, .. } => each(cond),
            Self::Return(Some(value), _) => each(value),
            Self::Stop | Self::Jump(_) | Self::Return(None, _) => {}
        }
        self.edges_mut().for_each(|edge| edge.args.iter_mut().for_each(&mut each));
    }
}
