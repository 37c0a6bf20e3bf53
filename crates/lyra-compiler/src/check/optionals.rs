//! Optionals: `none`, `x!`, `x?.f`, `x ?? y`, `if var y = x`.

use super::checker::Checker;
use crate::hir::{Action, Expr, ExprKind, Stmt, Ty};
use lyra_base::Span;
use lyra_bytecode::{Op, Type, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// A condition, and what is bound where it holds.
pub(super) struct Test<'a> {
    pub(super) test: Expr<'a>,
    /// What the body begins with.
    pub(super) binds: Vec<Stmt<'a>>,
}

/// What stands behind `?.`
pub(super) enum Link<'a> {
    Field(ast::Name),
    Part(u32, Span),
    Method(ast::Name, &'a [ast::Arg<'a>]),
}

impl<'a> Checker<'a> {
    /// `T?`; unless it is too large to be of use, which has been reported.
    pub(super) fn optional(&mut self, ty: TypeId, span: Span) -> Option<TypeId> {
        match self.types.get(ty) {
            Some(Type::Optional(_) | Type::Any) => Some(ty),
            _ => self.make_type(Type::Optional(ty), span),
        }
    }

    /// What a value of the type is when it is not `none`: `T` of `T?`, `any` of `any`.
    pub(super) fn inner_of(&self, ty: TypeId) -> Option<TypeId> {
        if ty == TypeId::ANY { Some(ty) } else { self.types.optional_of(ty) }
    }

    /// What a literal sees of an expectation: `T` beneath `T?`.
    pub(super) fn beneath(&self, want: Option<TypeId>) -> Option<TypeId> {
        want.map(|want| self.types.optional_of(want).unwrap_or(want))
    }

    /// `none`
    pub(super) fn none(&mut self, want: Option<TypeId>, span: Span) -> Expr<'a> {
        let Some(want) = want else {
            self.report(
                Diagnostic::error(code::TYPE_NOT_KNOWN, span, "what this is `none` of cannot be known")
                    .with_help("say it where it is kept: `var x: i32? = none`"),
            );
            return Expr::error(span);
        };
        match self.optional(want, span) {
            Some(ty) => self.act(Action::None, &[], ty, span),
            None => Expr::error(span),
        }
    }

    /// `base!`
    pub(super) fn unwrap(&mut self, base: Expr<'a>, span: Span) -> Expr<'a> {
        let Some(ty) = base.type_id() else { return Expr { span, ..base } };
        match self.inner_of(ty) {
            Some(inner) => {
                if self.procs.is_ghostly() && self.is_param(inner) {
                    self.generics.unwraps.insert(span, inner);
                }
                let value = self.act(Action::Unwrap, &[base], inner, span);
                match self.unwrapped_as(span) {
                    Some(want) => self.fit(value, want, span),
                    None => value,
                }
            }
            None => {
                self.never_none(ty, span, "`!` takes the value out of an optional: remove it");
                Expr::error(span)
            }
        }
    }

    /// `base?.name`, `base?.0` and `base?.name(…)`
    pub(super) fn chain(&mut self, base: Expr<'a>, link: Link<'a>, span: Span) -> Expr<'a> {
        let args = if let Link::Method(_, args) = link { args } else { &[] };
        let Some(ty) = base.type_id() else {
            self.give_up(args, span);
            return Expr { span, ..base };
        };
        let Some(inner) = self.inner_of(ty) else {
            self.never_none(ty, base.span, "write `.` instead of `?.`");
            self.give_up(args, span);
            return Expr::error(span);
        };
        let value = Expr::new(ExprKind::OldValue, Ty::Value(inner), base.span);
        let rest = match link {
            Link::Field(name) => self.field(value, name, span),
            Link::Part(index, index_span) => self.tuple_field(value, index, index_span, span),
            Link::Method(name, args) => self.method(value, name, args, None, span),
        };
        let (rest, ty) = match rest.ty {
            Ty::Value(part) => {
                let Some(whole) = self.optional(part, span) else { return Expr::error(span) };
                (self.fit(rest, whole, span), Ty::Value(whole))
            }
            Ty::Unit | Ty::Never => (rest, Ty::Unit),
            Ty::Error => return Expr::error(span),
        };
        Expr::new(ExprKind::Chain(self.alloc([base, rest])), ty, span)
    }

    /// `left ?? right`
    pub(super) fn coalesce(
        &mut self,
        left: Expr<'a>,
        right: &ast::Expr<'a>,
        op_span: Span,
        span: Span,
    ) -> Expr<'a> {
        let Some(ty) = left.type_id() else {
            let right = self.expr(right, None);
            return if left.ty == Ty::Never {
                Expr { span, ..left }
            } else {
                Expr { ty: right.ty, ..Expr::error(span) }.or_error()
            };
        };
        let Some(inner) = self.inner_of(ty) else {
            self.never_none(ty, op_span, "what stands after `??` is never used: remove it");
            self.expr(right, Some(ty));
            return Expr { ty: left.ty, ..Expr::error(span) };
        };
        let place = right.span;
        let right = self.value_expr(right, Some(inner));
        let result = match self.join(Ty::Value(inner), right.ty) {
            Some(Ty::Value(result)) => result,
            Some(_) => return Expr { ty: Ty::Value(inner), ..Expr::error(span) },
            None => {
                self.mismatch(Ty::Value(inner), right.ty, place);
                return Expr { ty: Ty::Value(inner), ..Expr::error(span) };
            }
        };
        let right = self.fit(right, result, place);
        Expr::new(ExprKind::Coalesce(self.alloc([left, right])), Ty::Value(result), span)
    }

    /// Whether `value` is `none`.
    pub(super) fn is_none(&mut self, value: Expr<'a>, span: Span) -> Expr<'a> {
        self.act(Action::IsNone, &[value], TypeId::BOOL, span)
    }

    /// `var pattern = value` as a condition: holds when the value is not `none`.
    pub(super) fn bind_test(
        &mut self,
        pattern: &ast::Pattern<'a>,
        value: &ast::Expr<'a>,
        mutable: bool,
        span: Span,
    ) -> Test<'a> {
        let value_span = value.span;
        let value = self.value_expr(value, None);
        let mut binds = Vec::new();
        let Some(ty) = value.type_id() else {
            self.bind_nothing(pattern);
            return Test { test: value, binds };
        };
        let Some(inner) = self.inner_of(ty) else {
            self.never_none(
                ty,
                value_span,
                "the condition would always hold: declare it before, without `if`",
            );
            self.bind_nothing(pattern);
            return Test { test: Expr::error(span), binds };
        };
        let mut stmts = Vec::new();
        let kept = match value.kind {
            // Nothing comes between the test and the binding.
            ExprKind::Local(_) | ExprKind::Global(_) => value,
            _ => self.keep_in(value, &mut stmts),
        };
        let is_none = self.is_none(kept, value_span);
        let test = self.apply(Op::NotBool, &[is_none], TypeId::BOOL, value_span);
        let test = self.block_of(&stmts, test, span);
        let taken = if ty == inner { kept } else { self.act(Action::Unwrap, &[kept], inner, value_span) };
        self.bind(pattern, Ty::Value(inner), Some(taken), mutable, true, span, &mut binds);
        Test { test, binds }
    }

    /// Reports something that asks for `none` of a value that never is.
    pub(super) fn never_none(&mut self, ty: TypeId, span: Span, help: &str) {
        let name = self.types.name(ty);
        self.report(
            Diagnostic::error(code::NEVER_NONE, span, format!("{name} is never `none`"))
                .with_label(format!("this is {name}"))
                .with_help(help),
        );
    }

    /// How to get at the value in an optional.
    pub(super) fn optional_help(&self, ty: TypeId) -> Option<&'static str> {
        if ty == TypeId::ANY {
            return Some("what an `any` holds is taken with `as`: `x as [i32]` fails on anything else");
        }
        self.types.optional_of(ty).map(|_| {
            "it may be `none`: give a fallback `x ?? …`, ask `if var y = x { … }`, or take it with `x!`, which fails on `none`"
        })
    }
}
