//! `return`, `break`, `continue`, `throw`.

use super::checker::Checker;
use super::frame::FrameRole;
use crate::hir::{Expr, ExprKind, LoopId, Ty};
use lyra_base::Span;
use lyra_bytecode::{Op, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// What to do when something is returned where nothing is.
const OF_PROCS: &str = "give the procedure a result: `proc f() -> T`";

impl<'a> Checker<'a> {
    pub(super) fn return_(&mut self, value: Option<&'a ast::Expr<'a>>, span: Span) -> Expr<'a> {
        if self.frame.role == FrameRole::Entry && self.is_main_file() && self.evaluates() {
            self.report(
                Diagnostic::error(code::MISMATCH, span, "the value of this program is its last expression")
                    .with_help("put what may end early into a procedure, and its call last"),
            );
            return Expr::error(span);
        }
        if self.frame.is_deferred {
            self.leaves_deferred(span);
            return Expr::error(span);
        }
        if self.frame.infers {
            return self.first_return(value, span);
        }
        let result = self.frame.result;
        let value = match (value, result) {
            (Some(value), Ty::Value(want)) => Some(self.expect_expr(value, want)),
            (Some(value), Ty::Unit) => {
                let found = self.expr(value, None);
                if found.type_id().is_some() {
                    let (message, help) = match self.frame.role {
                        FrameRole::Entry => ("the program itself returns nothing", OF_PROCS),
                        FrameRole::Test => ("a test returns nothing", "say what must hold: `assert(x == y)`"),
                        FrameRole::Bench => {
                            ("a benchmark returns nothing", "its last expression is computed in any case")
                        }
                        _ => ("this procedure returns nothing", OF_PROCS),
                    };
                    self.report(Diagnostic::error(code::MISMATCH, value.span, message).with_help(help));
                    return Expr::error(span);
                }
                // `return f()` where `f` gives nothing: do it, then go.
                return self.then_return(found, span);
            }
            (Some(value), _) => Some(self.expr(value, None)),
            (None, Ty::Value(want)) => {
                let name = self.types.name(want);
                self.report(
                    Diagnostic::error(code::MISMATCH, span, format!("expected a result of type {name}"))
                        .with_label("nothing is returned here"),
                );
                None
            }
            (None, _) => None,
        };
        if let Some(value) = value
            && value.ty == Ty::Never
        {
            return Expr { span, ..value };
        }
        self.leave_with(value, span)
    }

    pub(super) fn then_return(&mut self, first: Expr<'a>, span: Span) -> Expr<'a> {
        let first = crate::hir::Stmt { kind: crate::hir::StmtKind::Expr(self.alloc(first)), span };
        let leave = Expr::new(ExprKind::Return(None), Ty::Never, span);
        let block = crate::hir::Block { stmts: self.list(&[first]), value: Some(self.alloc(leave)) };
        Expr::new(ExprKind::Block(self.alloc(block)), Ty::Never, span)
    }

    pub(super) fn break_(&mut self, label: Option<ast::Name>, span: Span) -> Expr<'a> {
        match self.target("break", label, span) {
            Some(id) => {
                if let Some(scope) = self.frame.loops.iter_mut().find(|scope| scope.id == id) {
                    scope.left = true;
                }
                Expr::new(ExprKind::Break(id), Ty::Never, span)
            }
            None => Expr::error(span),
        }
    }

    pub(super) fn continue_(&mut self, label: Option<ast::Name>, span: Span) -> Expr<'a> {
        match self.target("continue", label, span) {
            Some(id) => Expr::new(ExprKind::Continue(id), Ty::Never, span),
            None => Expr::error(span),
        }
    }

    fn target(&mut self, word: &str, label: Option<ast::Name>, span: Span) -> Option<LoopId> {
        let Some(label) = label else {
            let innermost = self.frame.loops.last().map(|scope| scope.id);
            if innermost.is_none() && self.frame.is_deferred {
                self.leaves_deferred(span);
            } else if innermost.is_none() {
                self.error(code::OUTSIDE_LOOP, span, format!("`{word}` outside a loop"));
            }
            return innermost;
        };
        let found = self
            .frame
            .loops
            .iter()
            .rev()
            .find(|scope| scope.label.is_some_and(|known| known.symbol == label.symbol));
        if let Some(scope) = found {
            return Some(scope.id);
        }
        if self.frame.is_deferred {
            self.leaves_deferred(span);
            return None;
        }
        let name = self.text(label.symbol);
        let known: Vec<_> = self.frame.loops.iter().filter_map(|scope| scope.label).collect();
        let known = known.iter().map(|label| self.text(label.symbol));
        let near = super::names::nearest(name, known);
        let mut diagnostic = Diagnostic::error(
            code::UNKNOWN_LABEL,
            label.span,
            format!("no loop around this has the label `{name}`"),
        );
        diagnostic = match near {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
            None => diagnostic.with_help(format!("label a loop before its first word: `{name}: for …`")),
        };
        self.report(diagnostic);
        None
    }

    pub(super) fn throw(&mut self, value: &ast::Expr<'a>, span: Span) -> Expr<'a> {
        let found = self.value_expr(value, None);
        match found.ty {
            Ty::Value(TypeId::STR) => {
                let kind = self.text_constant("user", span);
                let error = self.apply(Op::NewError, &[kind, found], TypeId::ERROR, span);
                self.apply_unit(Op::Throw, &[error], span)
            }
            Ty::Value(TypeId::ERROR) => self.apply_unit(Op::Throw, &[found], span),
            Ty::Value(ty) => {
                let name = self.types.name(ty);
                self.report(
                    Diagnostic::error(code::MISMATCH, value.span, format!("{name} cannot be thrown"))
                        .with_help("throw a text, or `error(kind, text)`"),
                );
                Expr::error(span)
            }
            _ => Expr { span, ..found },
        }
    }
}
