//! The procedure being checked: its variables, where they are kept, its loops.

use super::checker::Checker;
use super::deferred::OpenDefer;
use crate::hir::{self, CellId, Expr, ExprKind, LocalId, LoopId, Ty};
use hashbrown::{HashMap, HashSet};
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::TypeId;
use lyra_syntax::ast;

/// The procedure being checked.
pub(super) struct Frame<'a> {
    /// Every variable that was declared.
    pub(super) vars: IdVec<VarId, LocalVar<'a>>,
    /// Every variable and temporary.
    pub(super) locals: IdVec<LocalId, hir::Local<'a>>,
    pub(super) scopes: Vec<Scope>,
    /// Names already reported as unknown.
    pub(super) unknown: HashSet<Symbol>,
    pub(super) loops: Vec<LoopScope>,
    pub(super) next_loop: u32,
    /// The `defer`s of blocks that go on.
    pub(super) defers: Vec<OpenDefer<'a>>,
    /// Where the value of a `return` is kept while deferred statements run.
    pub(super) returned: Option<LocalId>,
    /// A deferred statement is being checked.
    pub(super) is_deferred: bool,
    /// What `return` gives.
    pub(super) result: Ty,
    /// Whether the first `return` decides that; `result` is what is hoped for then.
    pub(super) infers: bool,
    /// What the procedure around it is called.
    pub(super) name: &'a str,
    /// The procedure that a closure stands in.
    pub(super) outer: Option<Box<Self>>,
    /// The locals of a closure that hold what it captures, each with the local of the procedure around it.
    pub(super) captures: Vec<(LocalId, LocalId)>,
    /// What kind of code this is.
    pub(super) role: FrameRole,
}

/// What kind of code a frame is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameRole {
    /// A procedure, method or hidden procedure.
    Proc,
    /// The top-level statements.
    Entry,
    /// The value of a const.
    Const,
    /// The default of a field.
    Default,
    /// A closure.
    Closure,
    /// A `test` block.
    Test,
    /// A `bench` block.
    Bench,
}

lyra_base::define_id! {
    /// A variable of the procedure being checked.
    pub(super) struct VarId, "var"
}

/// What was declared since a `{`.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) names: HashMap<Symbol, VarId>,
}

pub(super) struct LocalVar<'a> {
    pub(super) name: &'a str,
    pub(super) slot: LocalId,
    pub(super) ty: Ty,
    pub(super) span: Span,
    pub(super) role: Role,
    /// Read somewhere.
    pub(super) read: bool,
    /// Assigned after its declaration.
    pub(super) assigned: bool,
    /// Declared with a value.
    pub(super) given: bool,
    /// Set when closures capture it.
    pub(super) cell: Option<CellId>,
}

/// What a local is to the program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Param,
    /// What a method was called on.
    SelfParam,
    Var,
    Let,
    /// The name of a `for`.
    Loop,
    /// The name of a `catch`.
    Catch,
    /// A name that a pattern of a `match` binds.
    Pattern,
}

pub(super) struct LoopScope {
    pub(super) label: Option<ast::Name>,
    pub(super) id: LoopId,
    /// Some `break` leaves it.
    pub(super) left: bool,
}

impl<'a> Frame<'a> {
    pub(super) fn new(role: FrameRole, result: Ty) -> Self {
        Self {
            vars: IdVec::new(),
            locals: IdVec::new(),
            scopes: Vec::new(),
            unknown: HashSet::new(),
            loops: Vec::new(),
            next_loop: 0,
            defers: Vec::new(),
            returned: None,
            is_deferred: false,
            result,
            infers: false,
            name: "",
            outer: None,
            captures: Vec::new(),
            role,
        }
    }

    /// The variable that a name stands for here, innermost first.
    pub(super) fn find(&self, symbol: Symbol) -> Option<VarId> {
        self.scopes.iter().rev().find_map(|scope| scope.names.get(&symbol).copied())
    }
}

impl<'a> Checker<'a> {
    /// A place for a value.
    pub(super) fn slot(&mut self, ty: TypeId, name: Option<&'a str>) -> LocalId {
        self.frame.locals.push(hir::Local { name, ty, cell: None })
    }

    /// A place without a name.
    pub(super) fn temporary(&mut self, ty: TypeId) -> LocalId {
        self.slot(ty, None)
    }

    pub(super) fn local(&self, local: LocalId, ty: TypeId, span: Span) -> Expr<'a> {
        Expr::new(ExprKind::Local(local), Ty::Value(ty), span)
    }

    pub(super) fn set_local(&self, local: LocalId, value: Expr<'a>, span: Span) -> hir::Stmt<'a> {
        hir::Stmt { kind: hir::StmtKind::SetLocal(local, self.alloc(value)), span }
    }

    /// Keeps a value in a temporary from here on; constants and locals that nobody assigns need none.
    pub(super) fn keep_in(&mut self, value: Expr<'a>, out: &mut Vec<hir::Stmt<'a>>) -> Expr<'a> {
        let Some(ty) = value.type_id() else { return value };
        if matches!(value.kind, ExprKind::Word(_) | ExprKind::Str(_)) {
            return value;
        }
        let local = self.temporary(ty);
        out.push(self.set_local(local, value, value.span));
        self.local(local, ty, value.span)
    }

    /// An expression evaluated for what it does; then the other, which is the value.
    pub(super) fn then(&self, first: Expr<'a>, value: Expr<'a>, span: Span) -> Expr<'a> {
        let first = hir::Stmt { kind: hir::StmtKind::Expr(self.alloc(first)), span };
        self.block_of(&[first], value, span)
    }

    /// Statements, then a value.
    pub(super) fn block_of(&self, stmts: &[hir::Stmt<'a>], value: Expr<'a>, span: Span) -> Expr<'a> {
        if stmts.is_empty() {
            return value;
        }
        let block = hir::Block { stmts: self.list(stmts), value: Some(self.alloc(value)) };
        Expr::new(ExprKind::Block(self.alloc(block)), value.ty, span)
    }
}
