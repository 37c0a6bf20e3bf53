//! The procedure being checked: its variables, where they are kept, its loops.

use super::checker::Checker;
use crate::hir::{self, Expr, ExprKind, LocalId, LoopId, Ty};
use hashbrown::{HashMap, HashSet};
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::TypeId;
use lyra_syntax::ast;

/// The procedure being checked.
pub(super) struct Frame<'a> {
    /// Every variable that was declared.
    pub(super) vars: IdVec<VarId, LocalVar<'a>>,
    /// Where variables and temporaries are kept; of those whose scope has ended, the next of their type take over.
    pub(super) slots: IdVec<LocalId, hir::Local<'a>>,
    pub(super) free: HashMap<TypeId, Vec<LocalId>>,
    pub(super) scopes: Vec<Scope>,
    /// Names already reported as unknown.
    pub(super) unknown: HashSet<Symbol>,
    pub(super) loops: Vec<LoopScope>,
    pub(super) next_loop: u32,
    /// What `return` gives.
    pub(super) result: Ty,
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
}

lyra_base::define_id! {
    /// A variable of the procedure being checked.
    pub(super) struct VarId, "var"
}

/// What was declared since a `{`.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) names: HashMap<Symbol, VarId>,
    pub(super) slots: Vec<LocalId>,
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
}

pub(super) struct LoopScope {
    pub(super) label: Option<ast::Name>,
    pub(super) id: LoopId,
    /// Some `break` leaves it.
    pub(super) left: bool,
}

impl Frame<'_> {
    pub(super) fn new(role: FrameRole, result: Ty) -> Self {
        Self {
            vars: IdVec::new(),
            slots: IdVec::new(),
            free: HashMap::new(),
            scopes: Vec::new(),
            unknown: HashSet::new(),
            loops: Vec::new(),
            next_loop: 0,
            result,
            role,
        }
    }
}

impl<'a> Checker<'a> {
    /// A place for a value until the innermost scope ends.
    pub(super) fn slot(&mut self, ty: TypeId, name: Option<&'a str>) -> LocalId {
        let free = self.frame.free.get_mut(&ty).and_then(Vec::pop);
        let slot = match free {
            Some(slot) => {
                let local = &mut self.frame.slots[slot];
                // One slot has one name: that of all the variables that were ever kept in it, or none.
                if local.name != name && name.is_some() {
                    local.name = if local.name.is_none() { name } else { None };
                }
                slot
            }
            None => self.frame.slots.push(hir::Local { name, ty }),
        };
        if let Some(scope) = self.frame.scopes.last_mut() {
            scope.slots.push(slot);
        }
        slot
    }

    /// A temporary of the procedure.
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
