//! Blocks and statements.

use super::checker::Checker;
use crate::hir::{Action, Block, Expr, ExprKind, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// A block for its effects, in a scope of its own.
    pub(super) fn block_stmts(&mut self, block: &ast::Block<'a>) -> Block<'a> {
        self.enter();
        let base = self.frame.defers.len();
        let stmts = self.stmts(block.stmts);
        let stmts = self.close_block(base, stmts);
        self.leave();
        stmts
    }

    /// A block whose last expression may be its value. The type says what came of it: the value's, never when
    /// control does not reach the end, else nothing.
    pub(super) fn block(&mut self, block: &ast::Block<'a>, want: Option<TypeId>) -> (Block<'a>, Ty) {
        self.enter();
        let base = self.frame.defers.len();
        let (body, ty) = match block.stmts.split_last() {
            Some((ast::Stmt { kind: ast::StmtKind::Expr(value), span }, rest)) => {
                let mut body = self.stmts(rest);
                let ended = ends(&body);
                if ended {
                    self.unreachable(*span);
                }
                let value = self.expr(value, want);
                let ty = if ended { Ty::Never } else { value.ty };
                match value.ty {
                    Ty::Value(_) => body.value = Some(self.alloc(value)),
                    _ => {
                        let last = Stmt { kind: StmtKind::Expr(self.alloc(value)), span: *span };
                        body.stmts = self.list(&[body.stmts, &[last]].concat());
                    }
                }
                (body, ty)
            }
            _ => {
                let body = self.stmts(block.stmts);
                let ty = if ends(&body) { Ty::Never } else { Ty::Unit };
                (body, ty)
            }
        };
        let body = self.close_block(base, body);
        self.leave();
        (body, ty)
    }

    /// A block as an expression.
    pub(super) fn block_value(
        &mut self,
        block: &ast::Block<'a>,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let (block, ty) = self.block(block, want);
        Expr::new(ExprKind::Block(self.alloc(block)), ty, span)
    }

    /// Statements in the current scope.
    pub(super) fn stmts(&mut self, stmts: &'a [ast::Stmt<'a>]) -> Block<'a> {
        let mut list = Vec::with_capacity(stmts.len());
        let mut ended = false;
        // Said once for the block, not for every statement after.
        let mut said = false;
        for stmt in stmts {
            if ended && !said && !matches!(stmt.kind, ast::StmtKind::Item(_) | ast::StmtKind::Error) {
                self.unreachable(stmt.span);
                said = true;
            }
            let before = list.len();
            self.stmt(stmt, &mut list);
            ended = ended || list.get(before..).is_some_and(|new| new.iter().any(stmt_ends));
        }
        Block { stmts: self.list(&list), value: None }
    }

    fn unreachable(&mut self, span: Span) {
        self.report(
            Diagnostic::warning(code::UNREACHABLE, span, "this is never reached")
                .with_help("what stands before it always leaves"),
        );
    }

    pub(super) fn stmt(&mut self, stmt: &ast::Stmt<'a>, out: &mut Vec<Stmt<'a>>) {
        let span = stmt.span;
        match stmt.kind {
            ast::StmtKind::Item(_) | ast::StmtKind::Error => {}
            ast::StmtKind::Var(var) => self.var(var, span, out),
            ast::StmtKind::Expr(expr) => {
                let value = self.statement_expr(expr);
                out.push(Stmt { kind: StmtKind::Expr(self.alloc(value)), span });
            }
            ast::StmtKind::Assign(assign) => self.assign(assign, span, out),
            ast::StmtKind::While(while_) => self.while_(while_, span, out),
            ast::StmtKind::For(for_) => self.for_(for_, span, out),
            ast::StmtKind::Try(try_) => self.try_(try_, span, out),
            ast::StmtKind::Defer(deferred) => self.defer(deferred, out.len(), span),
            ast::StmtKind::Hole => self.report(
                Diagnostic::warning(code::HOLE, span, "a place left open")
                    .with_label("does nothing")
                    .with_help("write what belongs here, or remove it"),
            ),
        }
    }

    /// An expression whose value is not wanted.
    pub(super) fn statement_expr(&mut self, expr: &ast::Expr<'a>) -> Expr<'a> {
        if let ast::ExprKind::If(chain) = expr.kind {
            return self.if_statement(chain, expr.span);
        }
        if let ast::ExprKind::Match(match_) = expr.kind {
            return self.match_(match_, None, true, expr.span);
        }
        let value = self.expr(expr, None);
        let changes_nothing = self.changes_nothing(expr, &value);
        if value.type_id().is_some() && (!has_effect(expr) || changes_nothing) {
            let help = match expr.kind {
                ast::ExprKind::Binary { op: ast::BinaryOp::Eq, .. } => "to assign, write `=`",
                _ if changes_nothing => {
                    "it leaves what it is called on as it is: keep what it gives, `x = …`"
                }
                _ => "use it, or remove it",
            };
            self.report(
                Diagnostic::warning(code::UNUSED_VALUE, expr.span, "this value is not used").with_help(help),
            );
        }
        value
    }
}

/// Built-ins that people call for an effect that they do not have.
const GIVES_ALONE: [&str; 20] = [
    "trim",
    "trim_start",
    "trim_end",
    "upper",
    "lower",
    "replace",
    "repeat",
    "pad_start",
    "pad_end",
    "split",
    "lines",
    "chars",
    "bytes",
    "sorted",
    "copy",
    "deep_copy",
    "contains",
    "starts_with",
    "ends_with",
    "join",
];

impl<'a> Checker<'a> {
    /// Whether a statement calls a built-in that only gives a value: `text.trim()`.
    fn changes_nothing(&self, expr: &ast::Expr<'a>, value: &Expr<'a>) -> bool {
        if !matches!(value.kind, ExprKind::Apply(Action::Builtin(..), _)) {
            return false;
        }
        let ast::ExprKind::Call { callee, .. } = expr.kind else { return false };
        match callee.kind {
            ast::ExprKind::Name(symbol) => GIVES_ALONE.contains(&self.text(symbol)),
            ast::ExprKind::Field { name, .. } => GIVES_ALONE.contains(&self.text(name.symbol)),
            _ => false,
        }
    }
}

/// Whether an expression can do anything but give a value.
fn has_effect(expr: &ast::Expr<'_>) -> bool {
    !matches!(
        expr.kind,
        ast::ExprKind::Int(_)
            | ast::ExprKind::Float(_)
            | ast::ExprKind::Bool(_)
            | ast::ExprKind::Char(_)
            | ast::ExprKind::Str(_)
            | ast::ExprKind::Name(_)
            | ast::ExprKind::Binary {
                op: ast::BinaryOp::Add
                    | ast::BinaryOp::Sub
                    | ast::BinaryOp::Mul
                    | ast::BinaryOp::Eq
                    | ast::BinaryOp::Ne
                    | ast::BinaryOp::Lt
                    | ast::BinaryOp::Le
                    | ast::BinaryOp::Gt
                    | ast::BinaryOp::Ge,
                ..
            }
            | ast::ExprKind::Array(_)
            | ast::ExprKind::Map(_)
            | ast::ExprKind::Tuple(_)
    )
}

/// Whether control never comes to the end of a block.
pub(super) fn ends(block: &Block<'_>) -> bool {
    block.stmts.iter().any(stmt_ends) || block.value.is_some_and(|value| value.ty == Ty::Never)
}

fn stmt_ends(stmt: &Stmt<'_>) -> bool {
    match stmt.kind {
        StmtKind::Expr(value)
        | StmtKind::SetLocal(_, value)
        | StmtKind::AssignLocal(_, value)
        | StmtKind::SetGlobal(_, value) => value.ty == Ty::Never,
        StmtKind::SetElement { array, index, value }
        | StmtKind::UpdateElement { array, index, value, .. } => {
            [array, index, value].into_iter().any(|expr| expr.ty == Ty::Never)
        }
        StmtKind::SetPart { record, value, .. } | StmtKind::UpdatePart { record, value, .. } => {
            record.ty == Ty::Never || value.ty == Ty::Never
        }
        StmtKind::Loop(loop_) => loop_.guard.is_none() && loop_.again.is_none() && !loop_.left,
        StmtKind::Try(try_) => ends(&try_.body) && ends(&try_.handler),
        StmtKind::Deferred(deferred) => ends(&deferred.body) || ends(&deferred.last),
        StmtKind::Block(block) => ends(block),
    }
}
