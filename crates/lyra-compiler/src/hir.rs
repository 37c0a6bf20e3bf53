//! The typed tree: what the program means, with every name, type and instruction chosen.
//!
//! Nodes live in the same arena as the syntax tree and are plain shared data. Like there, the first operand of
//! [`ExprKind::Apply`], [`ExprKind::And`], [`ExprKind::Or`], [`ExprKind::Coalesce`] and [`ExprKind::Chain`] is a
//! spine that can be as long as the program; walkers go down it in a loop.
//!
//! Nearly everything that takes operands is an [`ExprKind::Apply`] with an [`Action`]: a new kind of operation is
//! one more action, its instruction one more line in `emit/action.rs`. Types are ids of the checker's own table;
//! the emitter gives the module a table of those that are used.

use lyra_base::{IdVec, Span, Symbol, Symbols};
use lyra_bytecode::{
    Builtin, GlobalId, Import, ImportId, Kind, Op, ProcId, Signature, TestKind, TypeId, Types,
};

lyra_base::define_id! {
    /// A variable, parameter or temporary of one procedure.
    pub(crate) struct LocalId, "local"
}
lyra_base::define_id! {
    /// A variable that closures capture.
    pub(crate) struct CellId, "cell"
}
lyra_base::define_id! {
    /// A loop of one procedure.
    pub(crate) struct LoopId, "loop"
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// A value.
    Value(TypeId),
    /// Nothing.
    Unit,
    /// Control does not come back: fits anywhere.
    Never,
    /// Something was wrong and has been reported: fits anywhere.
    Error,
}

/// A whole program, ready to emit.
pub(crate) struct Program<'a> {
    pub(crate) types: Types,
    pub(crate) imports: Vec<Import>,
    pub(crate) globals: Vec<Global<'a>>,
    /// In `ProcId` order; the last is the entry.
    pub(crate) procs: Vec<Proc<'a>>,
    pub(crate) cells: IdVec<CellId, Captured>,
    /// What types do for interfaces.
    pub(crate) impls: Vec<Impl>,
    /// What is found by name at run time.
    pub(crate) methods: Vec<Method>,
    /// Its `test` and `bench` blocks, when they are compiled.
    pub(crate) tests: Vec<Test<'a>>,
    /// The texts of names.
    pub(crate) symbols: &'a Symbols,
}

/// A `test` or `bench` block.
pub(crate) struct Test<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: TestKind,
    /// What the host calls: see [`lyra_bytecode::Test::proc`].
    pub(crate) proc: ProcId,
    /// Where the name stands.
    pub(crate) span: Span,
}

/// A type's procedures for the methods of an interface.
pub(crate) struct Impl {
    pub(crate) interface: TypeId,
    pub(crate) ty: TypeId,
    /// In the order of the interface. They take the type first if its values are references, else the interface.
    pub(crate) methods: Vec<ProcId>,
}

/// A method that an `any` has when it holds a value of the type.
pub(crate) struct Method {
    pub(crate) ty: TypeId,
    pub(crate) name: Symbol,
    /// Takes the type first.
    pub(crate) proc: ProcId,
}

/// A variable that closures capture. Those that are assigned after their declaration live in a cell, which all share;
/// of the others each closure has a copy.
#[derive(Clone, Copy)]
pub(crate) struct Captured {
    /// The type of its cell.
    pub(crate) cell: TypeId,
    /// Assigned after its declaration, by whomever.
    pub(crate) assigned: bool,
}

/// A module variable.
pub(crate) struct Global<'a> {
    pub(crate) name: &'a str,
    pub(crate) ty: TypeId,
    pub(crate) public: bool,
}

/// A procedure.
pub(crate) struct Proc<'a> {
    pub(crate) name: &'a str,
    pub(crate) public: bool,
    /// Without what it captures.
    pub(crate) signature: Signature,
    /// Parameters first.
    pub(crate) locals: IdVec<LocalId, Local<'a>>,
    /// The locals that hold what it captures: its further parameters.
    pub(crate) captures: Vec<LocalId>,
    /// Whether its instructions come from the program's text.
    pub(crate) has_text: bool,
    /// The file that it stands in.
    pub(crate) file: u32,
    pub(crate) body: Block<'a>,
    pub(crate) span: Span,
}

/// A variable of a procedure; temporaries have no name.
#[derive(Clone, Copy)]
pub(crate) struct Local<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) ty: TypeId,
    /// Set when closures capture it.
    pub(crate) cell: Option<CellId>,
}

/// Statements, then perhaps a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    pub(crate) stmts: &'a [Stmt<'a>],
    pub(crate) value: Option<&'a Expr<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Stmt<'a> {
    pub(crate) kind: StmtKind<'a>,
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum StmtKind<'a> {
    /// Evaluate, drop the value.
    Expr(&'a Expr<'a>),
    /// The first value of a variable, or the next of a temporary.
    SetLocal(LocalId, &'a Expr<'a>),
    /// Another value of a variable that has one.
    AssignLocal(LocalId, &'a Expr<'a>),
    SetGlobal(GlobalId, &'a Expr<'a>),
    /// `array[index] = value`
    SetElement {
        array: &'a Expr<'a>,
        index: &'a Expr<'a>,
        value: &'a Expr<'a>,
    },
    /// As above, where `value` begins with the one [`ExprKind::OldValue`].
    UpdateElement {
        array: &'a Expr<'a>,
        index: &'a Expr<'a>,
        element: TypeId,
        value: &'a Expr<'a>,
    },
    /// `record.part = value`
    SetPart {
        record: &'a Expr<'a>,
        index: u8,
        value: &'a Expr<'a>,
    },
    /// As above, where `value` begins with the one [`ExprKind::OldValue`].
    UpdatePart {
        record: &'a Expr<'a>,
        index: u8,
        part: TypeId,
        value: &'a Expr<'a>,
    },
    Loop(&'a Loop<'a>),
    Try(&'a Try<'a>),
    Deferred(&'a Deferred<'a>),
    Block(&'a Block<'a>),
}

/// ```text
/// if guard { do { body; `continue` comes here; step } while (again) { after } }; `break` comes here
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop<'a> {
    pub(crate) id: LoopId,
    /// Tested before the first round; `None`: always entered.
    pub(crate) guard: Option<&'a Expr<'a>>,
    pub(crate) body: Block<'a>,
    /// Runs before the test.
    pub(crate) step: &'a [Stmt<'a>],
    /// Tested after each round; `None`: always another.
    pub(crate) again: Option<&'a Expr<'a>>,
    /// Runs after the test, before the next round.
    pub(crate) after: &'a [Stmt<'a>],
    /// Some `break` leaves it.
    pub(crate) left: bool,
}

/// A body, and what runs however it is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deferred<'a> {
    /// The rest of the block after the `defer`.
    pub(crate) body: Block<'a>,
    /// What is deferred.
    pub(crate) last: Block<'a>,
    /// Holds how the body was left.
    pub(crate) exit: LocalId,
    /// Holds the error that left it.
    pub(crate) error: LocalId,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Try<'a> {
    pub(crate) body: Block<'a>,
    /// Where the error goes; `None`: dropped.
    pub(crate) error: Option<LocalId>,
    pub(crate) handler: Block<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Expr<'a> {
    pub(crate) kind: ExprKind<'a>,
    pub(crate) ty: Ty,
    /// What is pointed at when it fails at run time.
    pub(crate) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum ExprKind<'a> {
    /// A scalar by its word.
    Word(u64),
    Str(&'a str),
    Local(LocalId),
    Global(GlobalId),
    /// Operands left to right, then what is done with them.
    Apply(Action, &'a [Expr<'a>]),
    And(&'a [Expr<'a>; 2]),
    Or(&'a [Expr<'a>; 2]),
    /// `a ?? b`: the value in `a`, or `b`.
    Coalesce(&'a [Expr<'a>; 2]),
    /// `a?.f`: `none` if `a` is, else the second, which begins with the value in `a` as [`ExprKind::OldValue`].
    Chain(&'a [Expr<'a>; 2]),
    If(&'a If<'a>),
    Block(&'a Block<'a>),
    /// A procedure as a value.
    Closure(&'a Closure<'a>),
    /// A new array with these elements.
    Array(&'a [Expr<'a>]),
    /// A new map with these keys and values.
    Map(&'a [[Expr<'a>; 2]]),
    /// A new array: the value, evaluated `count` times.
    Repeat(&'a Repeat<'a>),
    /// What is on the stack already: the old value of an [`StmtKind::UpdateElement`] or [`StmtKind::UpdatePart`],
    /// the value that a [`ExprKind::Chain`] goes on with.
    OldValue,
    /// The length of what is on top of the references, which stays: the open end of a slice.
    LengthOfTop(Op),
    Return(Option<&'a Expr<'a>>),
    Break(LoopId),
    Continue(LoopId),
    Error,
}

/// What is done with operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// An instruction that speaks of no type.
    Op(Op),
    /// A call of a procedure.
    Call(ProcId),
    /// A call of a built-in over a type.
    Builtin(Builtin, TypeId),
    /// A call of a host function.
    Host(ImportId),
    /// A new tuple or struct, of the expression's type, from all its parts.
    NewRecord,
    /// A part of a tuple or struct.
    GetPart(u8),
    /// Whether two references are one object.
    Same,
    /// A new value of an enum that has payloads: a variant with its payload.
    NewVariant(u16),
    /// The number of a value's variant, where some variant of its enum has a payload.
    VariantIndex,
    /// The number of a value's variant, where none has.
    EnumIndex,
    /// A part of a variant's payload; fails when it is another variant.
    GetPayload { variant: u16, index: u8 },
    /// `none` of the expression's type.
    None,
    /// Whether an optional or `any` is `none`.
    IsNone,
    /// The value in an optional; fails on `none`.
    Unwrap,
    /// The operand as the expression's type, which holds all that the operand's does: `T?`, `any`, an interface.
    Upcast,
    /// The operand, an `any` or interface, as the expression's type; fails when it is something else.
    Downcast,
    /// Whether the operand, an `any` or interface, is of a type.
    IsType(TypeId),
    /// A call of a closure, which comes first and, where arguments are references, waits in a temporary. Without one
    /// it comes first when all arguments are words, else last.
    CallClosure(Option<LocalId>),
    /// A call of a method of an interface: the receiver first.
    CallMethod { interface: TypeId, method: u16 },
    /// The field of an `any`.
    GetAnyField(Symbol),
    /// Stores into the field of an `any`: it, then the value, an `any` too.
    SetAnyField(Symbol),
    /// A call of the method of an `any`: the receiver first, everything an `any`.
    CallAnyMethod { name: Symbol, count: u8 },
}

/// A procedure with what it captures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closure<'a> {
    pub(crate) proc: ProcId,
    /// Locals of the procedure around it, in the order of its own [`Proc::captures`].
    pub(crate) captures: &'a [LocalId],
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct If<'a> {
    pub(crate) branches: &'a [(Expr<'a>, Block<'a>)],
    pub(crate) otherwise: Option<Block<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Repeat<'a> {
    pub(crate) value: Expr<'a>,
    pub(crate) count: Expr<'a>,
    /// Holds how many are still to come.
    pub(crate) left: LocalId,
    /// Whether the value is the same every time, and nothing happens when it is evaluated.
    pub(crate) fixed: bool,
}

impl<'a> Expr<'a> {
    pub(crate) fn new(kind: ExprKind<'a>, ty: Ty, span: Span) -> Self {
        Self { kind, ty, span }
    }

    /// What stands for an expression that was wrong and reported.
    pub(crate) fn error(span: Span) -> Self {
        Self::new(ExprKind::Error, Ty::Error, span)
    }

    /// A scalar constant.
    pub(crate) fn word(word: u64, ty: TypeId, span: Span) -> Self {
        Self::new(ExprKind::Word(word), Ty::Value(ty), span)
    }

    /// Its value's type, if it has a value.
    pub(crate) fn type_id(&self) -> Option<TypeId> {
        self.ty.type_id()
    }
}

impl Ty {
    pub(crate) fn type_id(self) -> Option<TypeId> {
        if let Self::Value(ty) = self { Some(ty) } else { None }
    }

    /// Which stack its value is on, if it has one.
    pub(crate) fn kind(self, types: &Types) -> Option<Kind> {
        self.type_id().map(|ty| types.kind(ty))
    }
}
