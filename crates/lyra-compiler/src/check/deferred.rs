//! `defer`: the rest of the block becomes the body of a node that runs the deferred statement however it is left.
//!
//! ```text
//! { a; defer s; b; defer t; c }    { a; deferred { b; deferred { c } finally t } finally s }
//! ```

use super::checker::Checker;
use crate::hir::{Action, Block, Deferred, Expr, ExprKind, LocalId, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{Kind, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// A `defer` whose block goes on.
pub(super) struct OpenDefer<'a> {
    /// How many statements of the block stand before it.
    at: usize,
    last: Block<'a>,
    exit: LocalId,
    error: LocalId,
    span: Span,
}

impl<'a> Checker<'a> {
    /// `defer stmt`, after `at` statements of its block.
    pub(super) fn defer(&mut self, stmt: &'a ast::Stmt<'a>, at: usize, span: Span) {
        if let ast::StmtKind::Var(_) = stmt.kind {
            self.report(
                Diagnostic::error(code::DEFERRED, stmt.span, "a declaration cannot be deferred")
                    .with_help("its name would be gone at once; declare it before"),
            );
            return;
        }
        let exit = self.temporary(TypeId::I32);
        let Some(error_type) = self.optional(TypeId::ERROR, span) else { return };
        let error = self.temporary(error_type);
        let loops = std::mem::take(&mut self.frame.loops);
        let around = std::mem::take(&mut self.frame.defers);
        let is_deferred = std::mem::replace(&mut self.frame.is_deferred, true);
        self.enter();
        let mut stmts = Vec::new();
        self.stmt(stmt, &mut stmts);
        let stmts = self.close_defers(0, stmts);
        self.leave();
        self.frame.is_deferred = is_deferred;
        self.frame.defers = around;
        self.frame.loops = loops;
        let last = Block { stmts: self.list(&stmts), value: None };
        self.frame.defers.push(OpenDefer { at, last, exit, error, span });
    }

    /// Ends the block that the defers since `base` stand in: each takes the statements after it.
    pub(super) fn close_defers(&mut self, base: usize, mut stmts: Vec<Stmt<'a>>) -> Vec<Stmt<'a>> {
        while self.frame.defers.len() > base
            && let Some(open) = self.frame.defers.pop()
        {
            let body = stmts.split_off(open.at.min(stmts.len()));
            // Every way to the deferred statement has set what is read after it.
            if self.frame.defers.is_empty()
                && let Some(returned) = self.frame.returned.take()
            {
                stmts.push(self.nothing_in(returned, open.span));
            }
            stmts.push(self.nothing_in(open.error, open.span));
            let body = Block { stmts: self.list(&body), value: None };
            let deferred = Deferred { body, last: open.last, exit: open.exit, error: open.error };
            stmts.push(Stmt { kind: StmtKind::Deferred(self.alloc(deferred)), span: open.span });
        }
        stmts
    }

    /// Sets a local that holds what a block gives to something that is not read.
    fn nothing_in(&mut self, local: LocalId, span: Span) -> Stmt<'a> {
        let ty = self.frame.locals[local].ty;
        let nothing = match self.types.kind(ty) {
            Kind::Word => Expr::word(0, ty, span),
            Kind::Ref => self.act(Action::None, &[], ty, span),
        };
        self.set_local(local, nothing, span)
    }

    /// The type of a local that holds what a block gives while deferred statements run.
    fn held_type(&mut self, ty: TypeId, span: Span) -> Option<TypeId> {
        match self.types.kind(ty) {
            Kind::Word => Some(ty),
            Kind::Ref => self.optional(ty, span),
        }
    }

    /// What such a local holds.
    fn held(&mut self, local: LocalId, ty: TypeId, span: Span) -> Expr<'a> {
        let held = self.frame.locals[local].ty;
        let value = self.local(local, held, span);
        if held == ty { value } else { self.act(Action::Unwrap, &[value], ty, span) }
    }

    /// As [`Self::close_defers`], for a block that may have a value: that is computed before.
    pub(super) fn close_block(&mut self, base: usize, body: Block<'a>) -> Block<'a> {
        if self.frame.defers.len() <= base {
            return body;
        }
        let mut stmts = body.stmts.to_vec();
        let kept = body.value.and_then(|value| {
            let ty = value.type_id()?;
            let held = self.held_type(ty, value.span)?;
            let local = self.temporary(held);
            let kept = self.fit(*value, held, value.span);
            stmts.push(self.set_local(local, kept, value.span));
            Some((local, ty, value.span))
        });
        let mut stmts = self.close_defers(base, stmts);
        let Some((local, ty, span)) = kept else { return Block { stmts: self.list(&stmts), value: None } };
        stmts.insert(0, self.nothing_in(local, span));
        let value = self.held(local, ty, span);
        Block { stmts: self.list(&stmts), value: Some(self.alloc(value)) }
    }

    /// `return`, its value kept while deferred statements run.
    pub(super) fn leave_with(&mut self, value: Option<Expr<'a>>, span: Span) -> Expr<'a> {
        let leave = |value| Expr::new(ExprKind::Return(value), Ty::Never, span);
        let Some(value) = value else { return leave(None) };
        let Some(ty) = value.type_id().filter(|_| !self.frame.defers.is_empty()) else {
            return leave(Some(self.alloc(value)));
        };
        let Some(held) = self.held_type(ty, span) else { return Expr::error(span) };
        let local = match self.frame.returned {
            Some(local) => local,
            None => {
                let local = self.temporary(held);
                self.frame.returned = Some(local);
                local
            }
        };
        let value = self.fit(value, held, value.span);
        let kept = self.set_local(local, value, value.span);
        let kept_value = self.held(local, ty, span);
        let leave = leave(Some(self.alloc(kept_value)));
        let block = Block { stmts: self.list(&[kept]), value: Some(self.alloc(leave)) };
        Expr::new(ExprKind::Block(self.alloc(block)), Ty::Never, span)
    }

    /// Reports a jump out of a deferred statement.
    pub(super) fn leaves_deferred(&mut self, span: Span) {
        self.report(
            Diagnostic::error(code::DEFERRED, span, "a deferred statement cannot leave its block")
                .with_label("the block is being left already")
                .with_help("a deferred statement runs to its end, or throws"),
        );
    }
}
