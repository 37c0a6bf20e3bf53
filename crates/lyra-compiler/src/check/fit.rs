//! The one place where a value meets the type that is expected of it.
//!
//! Whoever expects a type (arguments, results, assignments, elements, fields, branches) asks [`Checker::fit`],
//! directly or through [`Checker::expect_expr`]. What converts silently is converted here and nowhere else.

use super::checker::Checker;
use crate::hir::{Action, Block, Expr, ExprKind, Ty};
use lyra_base::Span;
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// Checks an expression that must be of type `want`.
    pub(super) fn expect_expr(&mut self, expr: &ast::Expr<'a>, want: TypeId) -> Expr<'a> {
        let found = self.expr(expr, Some(want));
        self.fit(found, want, expr.span)
    }

    /// The value as one of type `want`; what does not fit is reported at `span` and becomes an error.
    pub(super) fn fit(&mut self, found: Expr<'a>, want: TypeId, span: Span) -> Expr<'a> {
        match found.ty {
            Ty::Never | Ty::Error => found,
            Ty::Value(ty) if ty == want => found,
            Ty::Value(ty) => match self.convert_silently(found, ty, want) {
                Some(fitting) => fitting,
                None => {
                    if let ExprKind::Apply(Action::None, _) = found.kind {
                        self.report_none(want, span);
                    } else {
                        self.mismatch(Ty::Value(want), found.ty, span);
                    }
                    Expr::error(span)
                }
            },
            Ty::Unit => {
                self.mismatch(Ty::Value(want), found.ty, span);
                Expr::error(span)
            }
        }
    }

    /// A value of type `from` as one of type `to`, if that needs no word in the program.
    fn convert_silently(&mut self, value: Expr<'a>, from: TypeId, to: TypeId) -> Option<Expr<'a>> {
        let span = value.span;
        if to == TypeId::ANY || self.implements(from, to) {
            self.note_conversion(from, to);
            return Some(self.act(Action::Upcast, &[value], to, span));
        }
        let inner = self.types.optional_of(to)?;
        let value = if from == inner { value } else { self.convert_silently(value, from, inner)? };
        Some(self.act(Action::Upcast, &[value], to, span))
    }

    /// Whether a value of type `from` may stand where one of type `to` is expected.
    pub(super) fn fits(&self, from: TypeId, to: TypeId) -> bool {
        from == to
            || to == TypeId::ANY
            || self.implements(from, to)
            || self.types.optional_of(to).is_some_and(|inner| self.fits(from, inner))
    }

    /// As [`Self::fit`], for the value of a block.
    pub(super) fn fit_block(&mut self, block: Block<'a>, want: TypeId) -> Block<'a> {
        let Some(&value) = block.value else { return block };
        let fitting = self.fit(value, want, value.span);
        Block { value: Some(self.alloc(fitting)), ..block }
    }

    /// The type of what is one of two values, if there is one.
    pub(super) fn join(&self, a: Ty, b: Ty) -> Option<Ty> {
        match (a, b) {
            (Ty::Never, other) | (other, Ty::Never) => Some(other),
            (Ty::Error, _) | (_, Ty::Error) => Some(Ty::Error),
            (a, b) if a == b => Some(a),
            (Ty::Value(a), Ty::Value(b)) if self.fits(a, b) => Some(Ty::Value(b)),
            (Ty::Value(a), Ty::Value(b)) if self.fits(b, a) => Some(Ty::Value(a)),
            _ => None,
        }
    }

    fn report_none(&mut self, want: TypeId, span: Span) {
        let name = self.types.name(want);
        self.report(
            Diagnostic::error(code::MISMATCH, span, format!("expected {name}, found `none`"))
                .with_label(format!("{name} is never `none`"))
                .with_help(format!("for a value that may be absent, make its type `{name}?`")),
        );
    }

    pub(super) fn mismatch(&mut self, want: Ty, found: Ty, span: Span) {
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let (want_name, found_name) = (self.name_of(want), self.name_of(found));
        if let (Ty::Value(want), Ty::Value(found)) = (want, found)
            && self.types.optional_of(found).is_some_and(|inner| self.fits(inner, want))
            && let Some(help) = self.optional_help(found)
        {
            self.report(
                Diagnostic::error(
                    code::MAY_BE_NONE,
                    span,
                    format!("expected {want_name}, found {found_name}, which may be `none`"),
                )
                .with_label(format!("this is {found_name}"))
                .with_help(help),
            );
            return;
        }
        let mut diagnostic =
            Diagnostic::error(code::MISMATCH, span, format!("expected {want_name}, found {found_name}"))
                .with_label(format!("this is {found_name}"));
        if let (Ty::Value(want), Ty::Value(found)) = (want, found) {
            if let Some(interface) = self.interface_in(want) {
                let interface = self.types.name(interface);
                diagnostic =
                    diagnostic.with_label(format!("{found_name} does not implement {interface}")).with_help(
                        match self.interface_in(want).and_then(|want| self.unkept_impl(found, want)) {
                            Some(why) => why,
                            None => format!("let it: `impl {interface} for {found_name} {{ … }}`"),
                        },
                    );
            } else if found == TypeId::ANY || self.interface_methods(found).is_some() {
                diagnostic = diagnostic.with_help(format!(
                    "say what it holds: `x as {want_name}`, which fails on anything else"
                ));
            } else if let Some(help) = self.conversion_help(want, found) {
                diagnostic = diagnostic.with_help(help);
            }
        }
        self.report(diagnostic);
    }
}
