//! `x as T` and `x is T`: from values that know their type when the program runs, `any` and interfaces.

use super::checker::Checker;
use crate::hir::{Action, Expr, ExprKind, Ty};
use lyra_base::Span;
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// `value as T`; a chain of them is walked in a loop, from the inside out.
    pub(super) fn cast(&mut self, expr: &ast::Expr<'a>) -> Expr<'a> {
        let mut steps = Vec::new();
        let mut first = *expr;
        while let ast::ExprKind::As { value, ty } = first.kind {
            steps.push((ty, first.span));
            first = *value;
        }
        let mut value = self.value_expr(&first, None);
        while let Some((ty, span)) = steps.pop() {
            value = self.cast_to(value, &ty, span);
        }
        value
    }

    fn cast_to(&mut self, value: Expr<'a>, written: &ast::Type<'a>, span: Span) -> Expr<'a> {
        let Ty::Value(to) = self.resolve_type(written) else { return Expr::error(span) };
        let Some(from) = value.type_id() else { return Expr { span, ..value } };
        if self.interface_in(from).is_none() && from != TypeId::ANY {
            // To what it is anyway, which says what is meant: `(x as Area).area()`.
            if from != to && (to == TypeId::ANY || self.interface_in(to).is_some()) {
                return self.fit(value, to, span);
            }
            self.report_known(from, Some(to), span);
            return Expr { ty: Ty::Value(to), ..Expr::error(span) };
        }
        if self.fits(from, to) {
            return Expr { span, ..self.fit(value, to, span) };
        }
        self.note_asked(self.types.optional_of(to).unwrap_or(to));
        let value = self.dynamic(value, from);
        let Some(inner) = self.types.optional_of(to) else {
            return self.act(Action::Downcast, &[value], to, span);
        };
        // `none` stays what it is.
        let value = self.fit(value, TypeId::ANY, span);
        let held = Expr::new(ExprKind::OldValue, Ty::Value(TypeId::ANY), span);
        let held = self.act(Action::Downcast, &[held], inner, span);
        let held = self.act(Action::Upcast, &[held], to, span);
        Expr::new(ExprKind::Chain(self.alloc([value, held])), Ty::Value(to), span)
    }

    /// `value is T`
    pub(super) fn is(&mut self, value: &ast::Expr<'a>, written: &ast::Type<'a>, span: Span) -> Expr<'a> {
        let value = self.value_expr(value, None);
        let Ty::Value(asked) = self.resolve_type(written) else {
            return Expr { ty: Ty::Value(TypeId::BOOL), ..Expr::error(span) };
        };
        let Some(from) = value.type_id() else { return Expr { span, ..value } };
        if self.interface_in(from).is_none() && from != TypeId::ANY || asked == TypeId::ANY {
            self.report_known(from, None, span);
            return Expr { ty: Ty::Value(TypeId::BOOL), ..Expr::error(span) };
        }
        self.note_asked(self.types.optional_of(asked).unwrap_or(asked));
        let Some(inner) = self.types.optional_of(asked) else {
            let value = self.dynamic(value, from);
            return self.act(Action::IsType(asked), &[value], TypeId::BOOL, span);
        };
        let value = self.fit(value, TypeId::ANY, span);
        let mut stmts = Vec::new();
        let kept = self.keep_in(value, &mut stmts);
        let is_none = self.is_none(kept, span);
        let is_inner = self.act(Action::IsType(inner), &[kept], TypeId::BOOL, span);
        let either = ExprKind::Or(self.alloc([is_none, is_inner]));
        self.block_of(&stmts, Expr::new(either, Ty::Value(TypeId::BOOL), span), span)
    }

    /// What may be an optional interface as an `any`, which may be `none` too.
    fn dynamic(&mut self, value: Expr<'a>, from: TypeId) -> Expr<'a> {
        if self.types.optional_of(from).is_some() { self.fit(value, TypeId::ANY, value.span) } else { value }
    }

    fn report_known(&mut self, from: TypeId, to: Option<TypeId>, span: Span) {
        let name = self.types.name(from);
        let (what, known) = match to {
            Some(_) => ("`as`", format!("`as` is for `any` and interfaces: that this is {name} is known")),
            None => ("`is`", format!("`is` is for `any` and interfaces: that this is {name} is known")),
        };
        let message = if from == TypeId::ANY { "every value is an `any`".to_owned() } else { known };
        let mut diagnostic = Diagnostic::error(code::TYPE_KNOWN, span, message);
        diagnostic = match to.and_then(|to| self.conversion_help(to, from)) {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic.with_help(format!("remove the {what}")),
        };
        self.report(diagnostic);
    }
}
