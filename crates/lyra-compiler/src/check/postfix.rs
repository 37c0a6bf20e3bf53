//! Fields, indexes and calls. Chains of them (`a.b().c[0]`) are walked in a loop, from the inside out.

use super::checker::Checker;
use super::files::ItemKind;
use super::names::Found;
use super::optionals::Link;
use crate::hir::{Action, Expr, Ty};
use lyra_base::Span;
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    pub(super) fn postfix(&mut self, expr: &ast::Expr<'a>, want: Option<TypeId>) -> Expr<'a> {
        // From the outside in: every expression of the chain that has a base to be checked before it.
        let mut chain = Vec::new();
        let mut base = *expr;
        loop {
            let inner = match base.kind {
                ast::ExprKind::Field { base, .. }
                    if !self.is_type_path(base) && self.file_named(base).is_none() =>
                {
                    base
                }
                ast::ExprKind::OptionalField { base, .. }
                | ast::ExprKind::TupleField { base, .. }
                | ast::ExprKind::Index { base, .. }
                | ast::ExprKind::Unwrap(base) => base,
                // The receiver of a method call, unless it is a module or a type.
                ast::ExprKind::Call {
                    callee: ast::Expr { kind: ast::ExprKind::Field { base, .. }, .. },
                    ..
                } if !self.is_namespace(base) => *base,
                ast::ExprKind::Call {
                    callee:
                        ast::Expr {
                            kind:
                                ast::ExprKind::TypeArgs {
                                    base: ast::Expr { kind: ast::ExprKind::Field { base, .. }, .. },
                                    ..
                                },
                            ..
                        },
                    ..
                } if !self.is_namespace(base) => *base,
                ast::ExprKind::Call {
                    callee: ast::Expr { kind: ast::ExprKind::OptionalField { base, .. }, .. },
                    ..
                } => *base,
                // What is called is a value, unless it is a name or a member of something.
                ast::ExprKind::Call { callee, .. } if is_called_value(callee) => callee,
                _ => break,
            };
            chain.push(base);
            base = *inner;
        }
        let outermost = chain.is_empty();
        let mut value = match base.kind {
            ast::ExprKind::Call { callee, args, .. } => {
                self.call(callee, args, want.filter(|_| outermost), base.span)
            }
            ast::ExprKind::Field { base: path, name } if self.is_type_path(path) => {
                let want = want.filter(|_| outermost);
                if let Some(item) = self.generic_type(path) {
                    self.generic_member(item, name, None, None, want, base.span)
                } else {
                    match self.type_path(path) {
                        Some(ty) => self.type_member(ty, name, base.span),
                        None => Expr::error(base.span),
                    }
                }
            }
            ast::ExprKind::Field { base: path, name } => match self.file_named(path) {
                Some(file) => self.member_value(file, name, want.filter(|_| outermost), base.span),
                None => self.value_expr(&base, None),
            },
            _ => self.value_expr(&base, None),
        };
        while let Some(outer) = chain.pop() {
            let want = want.filter(|_| chain.is_empty());
            value = self.link(&outer, value, want);
        }
        value
    }

    /// What is inside a chain must have a value.
    fn needs_value(&mut self, value: Expr<'a>) -> Expr<'a> {
        if value.ty == Ty::Unit {
            self.report(
                Diagnostic::error(code::NO_VALUE, value.span, "a value is needed here")
                    .with_label("this gives nothing"),
            );
            return Expr::error(value.span);
        }
        value
    }

    /// One link of a chain, its base checked.
    fn link(&mut self, expr: &ast::Expr<'a>, base: Expr<'a>, want: Option<TypeId>) -> Expr<'a> {
        let base = self.needs_value(base);
        let span = expr.span;
        match expr.kind {
            ast::ExprKind::Field { name, .. } => self.field(base, name, span),
            ast::ExprKind::TupleField { index, index_span, optional: true, .. } => {
                self.chain(base, Link::Part(index, index_span), span)
            }
            ast::ExprKind::TupleField { index, index_span, .. } => {
                self.tuple_field(base, index, index_span, span)
            }
            ast::ExprKind::Index { index, .. } => self.index(base, index, span),
            ast::ExprKind::Unwrap(_) => self.unwrap(base, span),
            ast::ExprKind::OptionalField { name, .. } => self.chain(base, Link::Field(name), span),
            ast::ExprKind::Call {
                callee: ast::Expr { kind: ast::ExprKind::OptionalField { name, .. }, .. },
                args,
                ..
            } => self.chain(base, Link::Method(*name, args), span),
            ast::ExprKind::Call {
                callee: ast::Expr { kind: ast::ExprKind::Field { name, .. }, .. },
                args,
                ..
            } => self.method(base, *name, args, want, span),
            ast::ExprKind::Call {
                callee:
                    ast::Expr {
                        kind:
                            ast::ExprKind::TypeArgs {
                                base: ast::Expr { kind: ast::ExprKind::Field { name, .. }, .. },
                                args: types,
                            },
                        span: at,
                    },
                args,
                ..
            } => self.method_with(base, *name, Some((types, *at)), args, want, span),
            ast::ExprKind::Call { callee, args, .. } => self.call_value(base, callee.span, args, span),
            _ => Expr::error(span),
        }
    }

    /// The module of the host that an expression names.
    pub(super) fn module_name(&self, expr: &ast::Expr<'a>) -> Option<&'a str> {
        let ast::ExprKind::Name(symbol) = expr.kind else { return None };
        match self.find(symbol) {
            Some(Found::Item(ItemKind::Module(name))) => Some(name),
            _ => None,
        }
    }

    pub(super) fn tuple_field(
        &mut self,
        base: Expr<'a>,
        index: u32,
        index_span: Span,
        span: Span,
    ) -> Expr<'a> {
        let Some(ty) = base.type_id() else { return Expr { span, ..base } };
        let part = self.types.parts(ty).map(|parts| (parts.len(), parts.get(index as usize).copied()));
        match (part, u8::try_from(index)) {
            (Some((_, Some(part))), Ok(index)) => self.act(Action::GetPart(index), &[base], part, span),
            (Some((count, _)), _) => {
                self.report(
                    Diagnostic::error(
                        code::NO_SUCH_PART,
                        index_span,
                        format!("the tuple has no part {index}"),
                    )
                    .with_help(format!("its parts are 0 to {}", count - 1)),
                );
                Expr::error(span)
            }
            (None, _) => {
                self.no_tuple(ty, index_span);
                Expr::error(span)
            }
        }
    }

    pub(super) fn no_tuple(&mut self, ty: TypeId, span: Span) {
        let name = self.types.name(ty);
        let mut diagnostic = Diagnostic::error(code::NO_SUCH_PART, span, format!("{name} is no tuple"));
        if let Some(help) = self.optional_help(ty) {
            diagnostic = diagnostic.with_help(help);
        } else if self.types.element(ty).is_some() || ty == TypeId::STR {
            diagnostic = diagnostic.with_help("an element is read with its index in brackets: `x[0]`");
        }
        self.report(diagnostic);
    }
}

/// Whether what stands before the parentheses of a call is looked at as a value before anything else.
fn is_called_value(callee: &ast::Expr<'_>) -> bool {
    !matches!(
        callee.kind,
        ast::ExprKind::Name(_)
            | ast::ExprKind::Field { .. }
            | ast::ExprKind::OptionalField { .. }
            | ast::ExprKind::TypeArgs { .. }
            | ast::ExprKind::Error
    )
}
