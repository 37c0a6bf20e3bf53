//! `var` and `let`: variables of the module at the top level, locals elsewhere.

use super::binary::is_flexible;
use super::checker::Checker;
use super::copies;
use super::files::ItemKind;
use super::frame::{FrameRole, Role};
use crate::hir::{Action, Expr, ExprKind, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{Type, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// `{}`
fn is_empty(value: &ast::Expr<'_>) -> bool {
    matches!(value.kind, ast::ExprKind::Map([]))
}

impl<'a> Checker<'a> {
    pub(super) fn var(&mut self, var: &ast::VarDecl<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        let wanted = var.ty.map(|ty| self.resolve_type(&ty));
        let value = match (var.value, wanted) {
            (Some(value), Some(Ty::Value(want))) => Some(self.expect_expr(value, want)),
            // What the elements are meant to have in common is in the type that was wrong.
            (Some(ast::Expr { kind: ast::ExprKind::Array(elements), span }), Some(Ty::Error)) => {
                for element in *elements {
                    self.value_expr(element, None);
                }
                Some(Expr::error(*span))
            }
            // What it may be `none` or empty of is in the type that was wrong, too.
            (Some(value), Some(Ty::Error)) if is_flexible(value) || is_empty(value) => {
                Some(Expr::error(value.span))
            }
            (Some(value), _) => Some(self.value_expr(value, None)),
            (None, _) => None,
        };
        let ty = match (wanted, value) {
            (Some(ty), _) => ty,
            (None, Some(value)) => match value.ty {
                Ty::Value(_) => value.ty,
                _ => {
                    if value.ty == Ty::Never {
                        out.push(Stmt { kind: StmtKind::Expr(self.alloc(value)), span });
                    }
                    Ty::Error
                }
            },
            (None, None) => {
                self.report(
                    Diagnostic::error(
                        code::TYPE_NOT_KNOWN,
                        var.pattern.span,
                        "what type this is cannot be known",
                    )
                    .with_help("give it a type or a value: `var x: i32`, `var x = 0`"),
                );
                Ty::Error
            }
        };
        if value.is_none()
            && let Ty::Value(missing) = ty
            && !self.types.has_default(missing)
        {
            let name = self.types.name(missing);
            let help = match missing {
                TypeId::ERROR => "`error` has no default: write `= error(kind, text)`".to_owned(),
                _ => format!(
                    "{name} has no default: write `= …`, or make it `{name}?`, which begins as `none`"
                ),
            };
            self.report(
                Diagnostic::error(code::NEEDS_VALUE, var.pattern.span, format!("{name} must be given"))
                    .with_help(help),
            );
            self.bind(&var.pattern, ty, None, var.mutable, true, span, out);
            return;
        }
        let given = value.is_some();
        let value = match (value, ty) {
            (Some(value), Ty::Value(_)) => value,
            (None, Ty::Value(ty)) => self.default_value(ty, span),
            _ => {
                self.bind(&var.pattern, Ty::Error, None, var.mutable, given, span, out);
                return;
            }
        };
        if value.type_id().is_none() {
            if value.ty == Ty::Never {
                out.push(Stmt { kind: StmtKind::Expr(self.alloc(value)), span });
            }
            self.bind(&var.pattern, ty, None, var.mutable, given, span, out);
            return;
        }
        self.bind(&var.pattern, ty, Some(value), var.mutable, given, span, out);
    }

    /// Binds a pattern to a value; `None`: the value was wrong, only the names are wanted.
    #[expect(clippy::too_many_arguments, reason = "a pattern is bound part by part with all of them")]
    pub(super) fn bind(
        &mut self,
        pattern: &ast::Pattern<'a>,
        ty: Ty,
        value: Option<Expr<'a>>,
        mutable: bool,
        given: bool,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        match pattern.kind {
            ast::PatternKind::Name(symbol) => {
                let name = ast::Name { symbol, span: pattern.span };
                let is_module_state = self.frame.role == FrameRole::Entry && self.frame.scopes.len() == 1;
                if is_module_state {
                    self.bind_global(name, ty, value, span, out);
                } else {
                    let local = self.declare(name, ty, if mutable { Role::Var } else { Role::Let }, given);
                    if let Some(value) = value {
                        out.push(self.set_local(local, value, span));
                    }
                }
            }
            ast::PatternKind::Wild => {
                if let Some(value) = value {
                    out.push(Stmt { kind: StmtKind::Expr(self.alloc(value)), span });
                }
            }
            ast::PatternKind::Tuple(parts) => {
                self.bind_tuple(pattern, parts, ty, value, mutable, given, span, out)
            }
            ast::PatternKind::Error => {}
            _ => {
                self.report(
                    Diagnostic::error(code::PATTERN, pattern.span, "this cannot be declared")
                        .with_help("declare a name, `_`, or a tuple of these: `var (a, b) = pair`"),
                );
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "as `bind`")]
    fn bind_tuple(
        &mut self,
        pattern: &ast::Pattern<'a>,
        parts: &'a [ast::Pattern<'a>],
        ty: Ty,
        value: Option<Expr<'a>>,
        mutable: bool,
        given: bool,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let types: Option<Vec<TypeId>> = ty
            .type_id()
            .and_then(|ty| self.types.parts(ty))
            .filter(|types| types.len() == parts.len())
            .map(<[_]>::to_vec);
        let Some(types) = types else {
            if let Ty::Value(_) = ty {
                let name = self.name_of(ty);
                self.report(Diagnostic::error(
                    code::PATTERN,
                    pattern.span,
                    format!("{} names do not take {name} apart", parts.len()),
                ));
            }
            for part in parts {
                self.bind(part, Ty::Error, None, mutable, given, span, out);
            }
            return;
        };
        // `(a, b) = (1, 2)`: no tuple is made, but all values are there before the first name is.
        let values: Vec<Option<Expr<'a>>> = match value {
            Some(Expr { kind: ExprKind::Apply(Action::NewRecord, values), .. }) => {
                let mut parts = Vec::with_capacity(values.len());
                for (&value, &ty) in values.iter().zip(&types) {
                    let local = self.temporary(ty);
                    out.push(self.set_local(local, value, span));
                    parts.push(Some(self.local(local, ty, span)));
                }
                parts
            }
            Some(value) => {
                let tuple = value.type_id().unwrap_or(TypeId::BOOL);
                let local = self.temporary(tuple);
                out.push(self.set_local(local, value, span));
                let whole = self.local(local, tuple, span);
                let parts = types.iter().enumerate();
                parts.map(|(index, &ty)| Some(self.tuple_part(whole, index, ty, span))).collect()
            }
            None => vec![None; types.len()],
        };
        for ((part, ty), value) in parts.iter().zip(types).zip(values) {
            self.bind(part, Ty::Value(ty), value, mutable, given, span, out);
        }
    }

    /// Part `index` of a checked tuple.
    pub(super) fn tuple_part(&mut self, tuple: Expr<'a>, index: usize, ty: TypeId, span: Span) -> Expr<'a> {
        self.act(Action::GetPart(u8::try_from(index).unwrap_or(u8::MAX)), &[tuple], ty, span)
    }

    fn bind_global(
        &mut self,
        name: ast::Name,
        ty: Ty,
        value: Option<Expr<'a>>,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let Some(ItemKind::Global(global)) = self.find_item(name.symbol) else {
            return;
        };
        let global_var = &mut self.globals[global];
        if global_var.span != name.span {
            return; // The second of two with one name: reported.
        }
        global_var.ty = Some(ty);
        if let Some(value) = value {
            out.push(Stmt { kind: StmtKind::SetGlobal(global, self.alloc(value)), span });
        }
    }

    /// The default of a type, as an expression.
    pub(super) fn default_value(&mut self, ty: TypeId, span: Span) -> Expr<'a> {
        match self.types.get(ty).cloned() {
            Some(Type::Str) => self.text_constant("", span),
            Some(Type::Array(_)) => Expr::new(ExprKind::Array(&[]), Ty::Value(ty), span),
            Some(Type::Map { .. }) => Expr::new(ExprKind::Map(&[]), Ty::Value(ty), span),
            Some(Type::Tuple(parts)) => {
                // The type may be written once, and hold itself twice at each level.
                if !self.may_copy(parts.len(), copies::EXPR, span) {
                    return Expr::error(span);
                }
                let parts: Vec<_> = parts.iter().map(|&part| self.default_value(part, span)).collect();
                self.act(Action::NewRecord, &parts, ty, span)
            }
            Some(Type::Optional(_) | Type::Any) => self.act(Action::None, &[], ty, span),
            _ => Expr::word(0, ty, span),
        }
    }
}
