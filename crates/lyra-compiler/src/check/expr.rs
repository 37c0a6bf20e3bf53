//! Expressions: the one match over their kinds, literals, names, and unary operators.

use super::checker::Checker;
use super::files::ItemKind;
use super::frame::FrameRole;
use super::names::Found;
use super::operators;
use crate::fold;
use crate::hir::{Action, Expr, ExprKind, Ty};
use lyra_base::{Span, Symbol};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Type, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// Checks an expression. `want` is what its place expects: literals take it, everything else may differ.
    pub(super) fn expr(&mut self, expr: &ast::Expr<'a>, want: Option<TypeId>) -> Expr<'a> {
        let span = expr.span;
        match expr.kind {
            ast::ExprKind::Int(value) => self.int(value, false, want, span),
            ast::ExprKind::Float(value) => Expr::word(value.to_bits(), TypeId::F64, span),
            ast::ExprKind::Bool(value) => Expr::word(u64::from(value), TypeId::BOOL, span),
            ast::ExprKind::Char(value) => Expr::word(value.to_word(), TypeId::CHAR, span),
            ast::ExprKind::Str(value) => self.text_constant(value, span),
            ast::ExprKind::FString(parts) => self.f_string(parts, span),
            ast::ExprKind::Name(symbol) => self.name(symbol, want, span),
            ast::ExprKind::Array(elements) => self.array(elements, want, span),
            ast::ExprKind::Repeat { value, count } => self.repeat(value, count, want, span),
            ast::ExprKind::Tuple(parts) => self.tuple(parts, want, span),
            ast::ExprKind::Paren(inner) => self.expr(inner, want),
            ast::ExprKind::Unary { op, operand } => self.unary(op, operand, want, span),
            ast::ExprKind::Binary { .. } => self.binary(expr, want),
            ast::ExprKind::Field { .. }
            | ast::ExprKind::TupleField { .. }
            | ast::ExprKind::Index { .. }
            | ast::ExprKind::Unwrap(_)
            | ast::ExprKind::OptionalField { .. }
            | ast::ExprKind::Call { .. } => self.postfix(expr, want),
            ast::ExprKind::If(chain) => self.if_value(chain, want, span),
            ast::ExprKind::Block(block) => self.block_value(block, want, span),
            ast::ExprKind::Return(value) => self.return_(value, span),
            ast::ExprKind::Break(label) => self.break_(label, span),
            ast::ExprKind::Continue(label) => self.continue_(label, span),
            ast::ExprKind::Throw(value) => self.throw(value, span),
            ast::ExprKind::Range { op_span, .. } => self.stray_range(op_span, span),
            ast::ExprKind::None => self.none(want, span),
            ast::ExprKind::Map(entries) => self.map(entries, want, span),
            ast::ExprKind::Is { value, ty } => self.is(value, &ty, span),
            ast::ExprKind::As { .. } => self.cast(expr),
            ast::ExprKind::Match(match_) => self.match_(match_, want, false, span),
            ast::ExprKind::Closure(closure) => self.closure(closure, want, span),
            ast::ExprKind::TypeArgs { base, args } => self.applied_value(base, args, want, span),
            ast::ExprKind::Spawn(_) => self.refuse_expr("concurrency (tasks, channels and locks)", span),
            ast::ExprKind::Assign(assign) => {
                self.error(code::NOT_A_VALUE, assign.op_span, "an assignment is no value");
                Expr::error(span)
            }
            ast::ExprKind::Error => Expr::error(span),
        }
    }

    /// Checks an expression that must have a value, of whatever type.
    pub(super) fn value_expr(&mut self, expr: &ast::Expr<'a>, want: Option<TypeId>) -> Expr<'a> {
        let found = self.expr(expr, want);
        if found.ty == Ty::Unit {
            self.report(
                Diagnostic::error(code::NO_VALUE, expr.span, "a value is needed here")
                    .with_label("this gives nothing")
                    .with_help("a procedure gives what it returns when its head says so: `proc f() -> T`"),
            );
            return Expr::error(expr.span);
        }
        found
    }

    // ---- literals ----

    /// An integer literal, with the `-` before it if there was one.
    fn int(&mut self, magnitude: u64, negative: bool, want: Option<TypeId>, span: Span) -> Expr<'a> {
        let want = self.beneath(want);
        let value = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
        let ty = match want {
            Some(ty @ (TypeId::U8 | TypeId::I32 | TypeId::I64 | TypeId::F64)) => ty,
            _ if i32::try_from(value).is_ok() => TypeId::I32,
            _ => TypeId::I64,
        };
        let word = match ty {
            TypeId::U8 => u8::try_from(value).ok().map(Scalar::to_word),
            TypeId::I32 => i32::try_from(value).ok().map(Scalar::to_word),
            TypeId::I64 => i64::try_from(value).ok().map(Scalar::to_word),
            _ => Some(float(value)),
        };
        match word {
            Some(word) => Expr::word(word, ty, span),
            None => {
                let name = self.types.name(ty);
                let (least, most) = range(ty);
                self.report(
                    Diagnostic::error(code::LITERAL_RANGE, span, format!("{value} does not fit {name}"))
                        .with_label(format!("{name} goes from {least} to {most}")),
                );
                Expr::error(span)
            }
        }
    }

    pub(super) fn text_constant(&self, text: &'a str, span: Span) -> Expr<'a> {
        Expr::new(ExprKind::Str(text), Ty::Value(TypeId::STR), span)
    }

    fn tuple(&mut self, parts: &'a [ast::Expr<'a>], want: Option<TypeId>, span: Span) -> Expr<'a> {
        let wanted = self
            .beneath(want)
            .and_then(|want| self.types.parts(want))
            .filter(|types| types.len() == parts.len());
        let wanted: Vec<Option<TypeId>> = match wanted {
            Some(types) => types.iter().copied().map(Some).collect(),
            None => vec![None; parts.len()],
        };
        let values: Vec<_> = parts
            .iter()
            .zip(wanted)
            .map(|(part, want)| {
                let value = self.value_expr(part, want);
                match (value.type_id(), want) {
                    // What does not fit is told once, of the whole.
                    (Some(found), Some(want)) if self.fits(found, want) => self.fit(value, want, part.span),
                    _ => value,
                }
            })
            .collect();
        let types: Option<Box<[TypeId]>> = values.iter().map(Expr::type_id).collect();
        match types.and_then(|types| self.make_type(Type::Tuple(types), span)) {
            Some(ty) => self.act(Action::NewRecord, &values, ty, span),
            None => Expr::error(span),
        }
    }

    // ---- names ----

    fn name(&mut self, symbol: Symbol, want: Option<TypeId>, span: Span) -> Expr<'a> {
        match self.reach(symbol) {
            Some(Found::Local(local)) => {
                let var = &mut self.frame.vars[local];
                var.read = true;
                Expr::new(ExprKind::Local(var.slot), var.ty, span)
            }
            Some(Found::Item(kind)) => self.item_value(kind, symbol, want, span),
            Some(Found::Outer) => Expr::error(span),
            None => self.no_such_value(symbol, span),
        }
    }

    /// What an item is as a value.
    pub(super) fn item_value(
        &mut self,
        kind: ItemKind<'a>,
        symbol: Symbol,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        match kind {
            ItemKind::Global(_) if self.frame.role == FrameRole::Const => {
                let name = self.text(symbol);
                self.report(
                    Diagnostic::error(code::NOT_CONSTANT, span, format!("`{name}` is a variable"))
                        .with_label("not known before the program runs")
                        .with_help("make it a `const` too, or make this a `let`"),
                );
                Expr::error(span)
            }
            ItemKind::Global(global) => match self.globals[global].ty {
                Some(ty) => Expr::new(ExprKind::Global(global), ty, span),
                None => {
                    let declared = self.globals[global].span;
                    let name = self.text(symbol);
                    self.report(
                        Diagnostic::error(
                            code::TYPE_NOT_KNOWN,
                            span,
                            format!("the type of `{name}` is not known here yet"),
                        )
                        .with_secondary(declared, "declared here, further down")
                        .with_help(format!("give it a type where it is declared: `var {name}: T = …`")),
                    );
                    Expr::error(span)
                }
            },
            ItemKind::Const(index) => match &self.consts[index].result {
                Some(value) => fold::at(value, span),
                None => Expr::error(span),
            },
            ItemKind::Proc(proc) => self.applied_proc(proc, None, want, span),
            ItemKind::Module(_) | ItemKind::File(_) => {
                let name = self.text(symbol);
                self.report(
                    Diagnostic::error(code::NOT_A_VALUE, span, format!("`{name}` is a module, no value"))
                        .with_help(format!("call one of its procedures: `{name}.f(…)`")),
                );
                Expr::error(span)
            }
            ItemKind::Type(item) => {
                let is_generic = !self.nominals.items[item].params.is_empty();
                let ty = if is_generic { Ty::Error } else { self.type_of_item(item) };
                self.type_as_value(symbol, ty, span);
                Expr::error(span)
            }
            ItemKind::Twice(first, second) => {
                self.report_two_files(symbol, [first, second], span);
                Expr::error(span)
            }
            ItemKind::Refused => Expr::error(span),
        }
    }

    fn no_such_value(&mut self, symbol: Symbol, span: Span) -> Expr<'a> {
        let name = self.text(symbol);
        if name == "_" {
            self.report(
                Diagnostic::error(code::NOT_A_VALUE, span, "`_` is never read")
                    .with_help("it stands for a value that is not needed; give it a name to read it"),
            );
            return Expr::error(span);
        }
        if name == "self" {
            self.report(Diagnostic::error(code::SELF_OUTSIDE, span, "`self` outside a method").with_help(
                if self.context.self_type.is_some() {
                    "a method has it as its first parameter: `proc name(self)`"
                } else {
                    "name the parameter and use that name"
                },
            ));
            return Expr::error(span);
        }
        if super::builtins::names().any(|builtin| builtin == name) {
            return self.builtin_as_value(name, span);
        }
        if super::types::named(name).is_some() {
            self.report(
                Diagnostic::error(code::NOT_A_VALUE, span, format!("`{name}` is a type, no value"))
                    .with_help(format!("convert with `{name}(x)`")),
            );
            return Expr::error(span);
        }
        self.unknown_name(symbol, span, false);
        Expr::error(span)
    }

    fn type_as_value(&mut self, symbol: Symbol, ty: Ty, span: Span) {
        let name = self.text(symbol);
        let help = match ty.type_id() {
            Some(ty) if self.fields_of(ty).is_some() => format!("make one: `{name}(…)`"),
            Some(ty) if self.variants_of(ty).is_some() => format!("name a variant: `{name}.…`"),
            _ => "a type stands after `:` or `->`".to_owned(),
        };
        self.report(
            Diagnostic::error(code::NOT_A_VALUE, span, format!("`{name}` is a type, no value"))
                .with_help(help),
        );
    }

    // ---- unary operators ----

    fn unary(
        &mut self,
        op: ast::UnaryOp,
        operand: &ast::Expr<'a>,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        if let (ast::UnaryOp::Neg, ast::ExprKind::Int(value)) = (op, operand.kind) {
            return self.int(value, true, want, span);
        }
        let want = if op == ast::UnaryOp::Not { Some(TypeId::BOOL) } else { want };
        let value = self.value_expr(operand, want);
        let Some(ty) = value.type_id() else { return Expr { span, ..value } };
        if ty == TypeId::ANY {
            return self.any_unary(op, value, span);
        }
        match operators::unary(op, ty, self.options.overflow) {
            Some(chosen) => self.apply(chosen, &[value], ty, span),
            None if op == ast::UnaryOp::Neg && self.is_param(ty) && self.is_number(ty) => {
                self.promised(Ty::Value(ty), span)
            }
            None => {
                let name = self.types.name(ty);
                let mut diagnostic = Diagnostic::error(
                    code::OPERATOR,
                    span,
                    format!("`{}` does not work on {name}", op.as_str()),
                );
                if let Some(help) = self.optional_help(ty) {
                    diagnostic = diagnostic.with_help(help);
                } else if op == ast::UnaryOp::Not {
                    diagnostic = diagnostic.with_help(match ty {
                        TypeId::I32 | TypeId::I64 | TypeId::U8 => {
                            "`!` is for bool; compare (`x == 0`) or turn the bits with `~`"
                        }
                        TypeId::STR => "ask `x == \"\"` for an empty text",
                        _ => "`!` is for bool",
                    });
                }
                self.report(diagnostic);
                Expr::error(span)
            }
        }
    }

    fn stray_range(&mut self, op_span: Span, span: Span) -> Expr<'a> {
        self.report(
            Diagnostic::error(code::STRAY_RANGE, op_span, "a range is no value")
                .with_help("ranges stand in `for i in a..b`, in an index `xs[a..b]`, and in a pattern"),
        );
        Expr::error(span)
    }
}

/// The nearest double; every magnitude below 2^64 is in its range.
#[expect(clippy::cast_precision_loss, reason = "a float literal is the nearest double too")]
fn float(value: i128) -> u64 {
    (value as f64).to_bits()
}

/// Least and greatest value of an integer type.
fn range(ty: TypeId) -> (i64, i64) {
    match ty {
        TypeId::U8 => (0, 255),
        TypeId::I32 => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    }
}
