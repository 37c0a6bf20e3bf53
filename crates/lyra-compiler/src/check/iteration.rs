//! `for x in thing`, where the thing has a `next(self) -> T?`: asked before each round until it gives `none`.

use super::checker::Checker;
use super::files::ItemKind;
use super::frame::Role;
use crate::hir::{Action, Block, Expr, ExprKind, Loop, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{Op, ProcId, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// What is asked for the next item.
#[derive(Clone, Copy)]
pub(super) enum Next {
    Proc(ProcId),
    /// The method of an interface, that the thing is behind or bound by.
    Method {
        interface: TypeId,
        method: u16,
    },
}

impl<'a> Checker<'a> {
    /// The `next` of a type: its own, an interface's, or a free procedure that takes it alone.
    pub(super) fn find_next(&mut self, ty: TypeId, place: Span) -> Option<Next> {
        let symbol = self.symbols.find("next")?;
        if let Some(method) =
            self.bound_call(place).and_then(|interface| self.method_by(ty, interface, symbol))
        {
            return Some(Next::Proc(method.proc));
        }
        if let Some(method) = self.find_method(ty, symbol) {
            return method.has_self.then_some(Next::Proc(method.proc));
        }
        let bounds = self.bounds_of(ty).map(|bounds| bounds.interfaces.clone()).unwrap_or_default();
        for interface in std::iter::once(ty).chain(bounds) {
            if let Some((method, _)) = self.find_interface_method(interface, symbol) {
                if interface != ty {
                    self.generics.bound_calls.insert(place, interface);
                }
                return Some(Next::Method { interface, method });
            }
        }
        if let Some(proc) = self.only_method(ty, symbol) {
            return Some(Next::Proc(proc));
        }
        match self.find_item(symbol) {
            Some(ItemKind::Proc(proc)) if self.takes_receiver(proc, ty) => Some(Next::Proc(proc)),
            _ => None,
        }
    }

    /// The call that `next` is on a type, where it is declared, how many parameters it has with the receiver, and
    /// what it gives.
    fn next_call(&mut self, ty: TypeId, next: Next, place: Span) -> Option<(Action, Span, usize, Ty)> {
        match next {
            Next::Proc(next) => {
                let next = self.instance_on(next, ty, place)?;
                let head = self.procs.get(next);
                Some((Action::Call(next), head.span, head.params.len(), head.result))
            }
            Next::Method { interface, method } => {
                let asked = self.interface_methods(interface)?.get(usize::from(method))?;
                let action = Action::CallMethod { interface, method };
                Some((action, asked.span, asked.params.len() + 1, asked.result))
            }
        }
    }

    /// `for x in thing`; `walked` is the thing, whose `next` is `next`.
    pub(super) fn for_next(
        &mut self,
        for_: &ast::For<'a>,
        walked: Expr<'a>,
        next: Next,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let place = for_.iter.span;
        let found = walked.type_id().and_then(|ty| self.next_call(ty, next, place));
        let Some((action, declared, takes, result)) = found else {
            self.skip_body(for_);
            return;
        };
        let inner = result.type_id().and_then(|ty| self.inner_of(ty).map(|inner| (ty, inner)));
        let Some((optional, inner)) = inner.filter(|_| takes == 1) else {
            let name = self.name_of(walked.ty);
            self.report(
                Diagnostic::error(code::NOT_ITERABLE, place, format!("{name} cannot be walked"))
                    .with_secondary(declared, "this is not what `for` asks for")
                    .with_help("it is `proc next(self) -> T?`, which gives `none` at the end"),
            );
            self.skip_body(for_);
            return;
        };
        if let Some(second) = for_.second {
            self.report(
                Diagnostic::error(code::PATTERN, second.span, "what is walked by `next` has one name")
                    .with_help("count in a variable of your own"),
            );
        }
        let thing = self.keep_in(walked, out);
        let given = self.temporary(optional);
        let call = Expr::new(ExprKind::Apply(action, self.list(&[thing])), result, place);
        let ask = self.set_local(given, call, place);
        let value = self.local(given, optional, place);
        let is_none = self.is_none(value, place);
        let test = self.apply(Op::NotBool, &[is_none], TypeId::BOOL, place);
        let test = self.block_of(&[ask], test, place);
        let item = if optional == inner { value } else { self.act(Action::Unwrap, &[value], inner, place) };

        self.enter();
        let mut stmts = Vec::new();
        match for_.first.kind {
            ast::PatternKind::Name(symbol) => {
                let name = ast::Name { symbol, span: for_.first.span };
                let local = self.declare(name, Ty::Value(inner), Role::Loop, true);
                stmts.push(self.set_local(local, item, place));
            }
            ast::PatternKind::Wild => {}
            _ => self.bind(&for_.first, Ty::Value(inner), Some(item), false, true, span, &mut stmts),
        }
        let id = self.open_loop(for_.label);
        let body = self.block_stmts(&for_.body);
        let left = self.close_loop();
        self.leave();
        stmts.push(Stmt { kind: StmtKind::Block(self.alloc(body)), span });
        let body = Block { stmts: self.list(&stmts), value: None };
        let test = self.alloc(test);
        let loop_ = Loop { id, guard: Some(test), body, step: &[], again: Some(test), after: &[], left };
        out.push(Stmt { kind: StmtKind::Loop(self.alloc(loop_)), span });
    }
}
