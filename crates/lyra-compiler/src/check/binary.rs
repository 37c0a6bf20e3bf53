//! Binary operators. A chain leans left as deep as the program is long, so it is walked in a loop.
//!
//! An operand made of integer literals alone takes the type of the other operand; it is *flexible*.

use super::checker::Checker;
use super::operators;
use crate::fold::constant_bool;
use crate::hir::{Action, Expr, ExprKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{Builtin, Kind, Op, Type, TypeId};
use lyra_syntax::ast::BinaryOp;
use lyra_syntax::{Diagnostic, ast, code};

/// One step of a chain: the operator and its right operand.
#[derive(Clone, Copy)]
struct Step<'a> {
    op: BinaryOp,
    op_span: Span,
    right: &'a ast::Expr<'a>,
    /// From the start of the chain to the end of `right`.
    span: Span,
}

impl<'a> Checker<'a> {
    pub(super) fn binary(&mut self, expr: &ast::Expr<'a>, want: Option<TypeId>) -> Expr<'a> {
        let mut steps = Vec::new();
        let mut first = *expr;
        while let ast::ExprKind::Binary { op, op_span, left, right } = first.kind {
            steps.push(Step { op, op_span, right, span: first.span });
            first = *left;
        }
        steps.reverse();

        let mut done = 0;
        let mut left = if is_flexible(&first) {
            // Literals up to the first operand with a type of its own take that type.
            let flexible =
                steps.iter().take_while(|step| is_arithmetic(step.op) && is_flexible(step.right)).count();
            let decider = steps
                .get(flexible)
                .filter(|step| is_arithmetic(step.op) || operators::is_comparison(step.op));
            let (literal_type, decided) = match decider {
                Some(step) if operators::is_shift(step.op) => (want, None),
                Some(step) => {
                    let right = self.value_expr(step.right, None);
                    (right.type_id().map(literal_type), Some(right))
                }
                None => (want, None),
            };
            let mut left = self.value_expr(&first, literal_type);
            for step in steps.iter().take(flexible) {
                left = self.step(left, *step, literal_type);
            }
            done = flexible;
            if let (Some(right), Some(step)) = (decided, steps.get(flexible)) {
                left = self.combine(left, *step, right);
                done += 1;
            }
            left
        } else {
            let hint = steps.first().filter(|step| is_arithmetic(step.op)).and(want);
            self.logical_or_value(&first, steps.first().map(|step| step.op), hint)
        };
        for step in steps.iter().skip(done) {
            left = self.step(left, *step, want);
        }
        left
    }

    /// The first operand of a chain; one of `&&` is a bool.
    fn logical_or_value(
        &mut self,
        expr: &ast::Expr<'a>,
        op: Option<BinaryOp>,
        want: Option<TypeId>,
    ) -> Expr<'a> {
        match op {
            Some(BinaryOp::And | BinaryOp::Or) => self.expect_expr(expr, TypeId::BOOL),
            _ => self.value_expr(expr, want),
        }
    }

    /// Checks the right operand of a step and combines.
    fn step(&mut self, left: Expr<'a>, step: Step<'a>, want: Option<TypeId>) -> Expr<'a> {
        match step.op {
            BinaryOp::Coalesce => return self.coalesce(left, step.right, step.op_span, step.span),
            BinaryOp::And | BinaryOp::Or => return self.logical(left, step),
            _ => {}
        }
        let expected = match left.type_id() {
            // `c - 1`, `c + 1`: a literal beside a char is a number.
            Some(TypeId::CHAR) if matches!(step.op, BinaryOp::Add | BinaryOp::Sub) => Some(TypeId::I32),
            Some(_) if operators::is_shift(step.op) => None,
            Some(ty) => Some(ty),
            None => want,
        };
        let right = self.value_expr(step.right, expected);
        self.combine(left, step, right)
    }

    fn logical(&mut self, left: Expr<'a>, step: Step<'a>) -> Expr<'a> {
        let left = self.fit(left, TypeId::BOOL, left.span);
        if left.ty == Ty::Error {
            return Expr::error(step.span);
        }
        let right = self.expect_expr(step.right, TypeId::BOOL);
        if right.ty == Ty::Error {
            return Expr::error(step.span);
        }
        if self.folding
            && let Some(value) = constant_bool(&left)
        {
            // One side alone decides: `true && x` is `x`, `false && x` is `false`.
            let kept = if value == (step.op == BinaryOp::And) { right } else { left };
            // An operand that is left to run time keeps its place: that is where it fails.
            return if constant_bool(&kept).is_some() { Expr { span: step.span, ..kept } } else { kept };
        }
        let pair = self.alloc([left, right]);
        let kind = if step.op == BinaryOp::And { ExprKind::And(pair) } else { ExprKind::Or(pair) };
        Expr::new(kind, Ty::Value(TypeId::BOOL), step.span)
    }

    /// An operator on two checked operands.
    fn combine(&mut self, left: Expr<'a>, step: Step<'a>, right: Expr<'a>) -> Expr<'a> {
        let span = step.span;
        let (Some(l), Some(r)) = (left.type_id(), right.type_id()) else {
            return self.with_absent(left, right, span);
        };
        let (left, right) = self.watch(step.op_span, left, right);
        let found = self.binary_op(step.op, left, l, right, r, step.op_span);
        match found {
            Some(found) => Expr { span: if is_constant_kind(&found) { span } else { found.span }, ..found },
            None => {
                self.report_operator(step, l, r);
                Expr::error(span)
            }
        }
    }

    /// One operand is an error or never comes: the whole does not either.
    fn with_absent(&mut self, left: Expr<'a>, right: Expr<'a>, span: Span) -> Expr<'a> {
        if left.ty == Ty::Never {
            return Expr { span, ..left };
        }
        if right.ty == Ty::Never && left.ty != Ty::Error {
            // The left operand is still evaluated first.
            return self.then(left, right, span);
        }
        Expr::error(span)
    }

    /// The meaning of an operator between values of types `l` and `r`, if it has one.
    pub(super) fn binary_op(
        &mut self,
        op: BinaryOp,
        left: Expr<'a>,
        l: TypeId,
        right: Expr<'a>,
        r: TypeId,
        span: Span,
    ) -> Option<Expr<'a>> {
        if (l == TypeId::ANY || r == TypeId::ANY) && !operators::is_logical(op) {
            if let Some(tested) = self.compare_with_none(op, left, right, span) {
                return Some(tested);
            }
            return Some(self.any_binary(op, left, right, span));
        }
        if operators::is_shift(op) {
            let right = self.shift_count(right, r, l)?;
            let chosen = operators::binary(op, l, self.options.overflow)?;
            return Some(self.apply(chosen, &[left, right], l, span));
        }
        match (op, l, r) {
            (BinaryOp::Add, TypeId::CHAR, TypeId::I32) => {
                return Some(self.apply(Op::AddChar, &[left, right], TypeId::CHAR, span));
            }
            (BinaryOp::Sub, TypeId::CHAR, TypeId::I32) => {
                let code = self.apply(Op::I32FromChar, &[left], TypeId::I32, span);
                let chosen = operators::binary(op, TypeId::I32, self.options.overflow)?;
                return Some(self.apply(chosen, &[code, right], TypeId::I32, span));
            }
            (BinaryOp::Sub, TypeId::CHAR, TypeId::CHAR) => {
                return Some(self.apply(Op::SubChar, &[left, right], TypeId::I32, span));
            }
            (BinaryOp::Add, TypeId::STR | TypeId::CHAR, TypeId::STR)
            | (BinaryOp::Add, TypeId::STR, TypeId::CHAR) => {
                let left = self.as_text(left, l);
                let right = self.as_text(right, r);
                return Some(self.join_two(left, right, span));
            }
            _ => {}
        }
        if let Some(tested) = self.compare_with_none(op, left, right, span) {
            return Some(tested);
        }
        if l != r {
            // `x == 5` where `x` may be `none`: both sides as the wider type.
            let Some(Ty::Value(both)) =
                self.join(Ty::Value(l), Ty::Value(r)).filter(|_| operators::is_comparison(op))
            else {
                return None;
            };
            let left = self.fit(left, both, span);
            let right = self.fit(right, both, span);
            return self.binary_op(op, left, both, right, both, span);
        }
        if let Some(Type::PlainEnum(_)) = self.types.get(l) {
            let chosen = operators::by_order(op)?;
            let left = self.act(Action::EnumIndex, &[left], TypeId::I32, span);
            let right = self.act(Action::EnumIndex, &[right], TypeId::I32, span);
            return Some(self.apply(chosen, &[left, right], TypeId::BOOL, span));
        }
        let result = if operators::is_comparison(op) { TypeId::BOOL } else { l };
        if let Some(chosen) = operators::binary(op, l, self.options.overflow) {
            return Some(self.apply(chosen, &[left, right], result, span));
        }
        let is_arithmetic =
            matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem);
        if is_arithmetic && self.is_param(l) && self.is_number(l) {
            return Some(self.promised(Ty::Value(l), span));
        }
        self.compare(op, left, right, l, span)
    }

    /// `x == none` and `x != none`
    fn compare_with_none(
        &mut self,
        op: BinaryOp,
        left: Expr<'a>,
        right: Expr<'a>,
        span: Span,
    ) -> Option<Expr<'a>> {
        if !matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            return None;
        }
        let tested = self.compare_none(left, right, span)?;
        Some(match op {
            BinaryOp::Ne if tested.ty != Ty::Error => self.apply(Op::NotBool, &[tested], TypeId::BOOL, span),
            _ => tested,
        })
    }

    /// `x == none`
    fn compare_none(&mut self, left: Expr<'a>, right: Expr<'a>, span: Span) -> Option<Expr<'a>> {
        let is_none = |value: &Expr<'_>| matches!(value.kind, ExprKind::Apply(Action::None, _));
        let value = match (is_none(&left), is_none(&right)) {
            (_, true) => left,
            (true, _) => right,
            _ => return None,
        };
        let ty = value.type_id()?;
        if self.inner_of(ty).is_none() {
            self.never_none(ty, value.span, "the comparison always has the same result: remove it");
            return Some(Expr::error(span));
        }
        Some(self.is_none(value, span))
    }

    /// Comparisons of text, tuples and arrays.
    fn compare(
        &mut self,
        op: BinaryOp,
        left: Expr<'a>,
        right: Expr<'a>,
        ty: TypeId,
        span: Span,
    ) -> Option<Expr<'a>> {
        if self.types.kind(ty) == Kind::Word || !operators::is_comparison(op) || ty == TypeId::ERROR {
            return None;
        }
        let bool_ = TypeId::BOOL;
        let is_shared = matches!(
            self.types.get(ty),
            Some(Type::Array(_) | Type::Struct(_) | Type::Map { .. } | Type::Proc { .. })
        );
        match op {
            BinaryOp::Eq if ty == TypeId::STR => Some(self.apply(Op::StrEq, &[left, right], bool_, span)),
            BinaryOp::Ne if ty == TypeId::STR => Some(self.apply(Op::StrNe, &[left, right], bool_, span)),
            BinaryOp::Eq | BinaryOp::Ne => {
                let same = if is_shared {
                    self.act(Action::Same, &[left, right], bool_, span)
                } else {
                    self.builtin(Builtin::Same, ty, &[left, right], Ty::Value(bool_), span)
                };
                Some(if op == BinaryOp::Eq { same } else { self.apply(Op::NotBool, &[same], bool_, span) })
            }
            _ if self.is_ordered(ty) => {
                let order = self.builtin(Builtin::Compare, ty, &[left, right], Ty::Value(TypeId::I32), span);
                let zero = Expr::word(0, TypeId::I32, span);
                Some(self.apply(operators::by_order(op)?, &[order, zero], bool_, span))
            }
            _ => None,
        }
    }

    /// A shift count of any integer type, as the type that is shifted: only its low bits matter.
    fn shift_count(&mut self, count: Expr<'a>, from: TypeId, to: TypeId) -> Option<Expr<'a>> {
        let convert = match (from, to) {
            _ if from == to => return Some(count),
            (TypeId::U8, TypeId::I32) => Op::I32FromU8,
            (TypeId::I64, TypeId::I32) => Op::I32FromI64,
            (TypeId::U8, TypeId::I64) => Op::I64FromU8,
            (TypeId::I32, TypeId::I64) => Op::I64FromI32,
            (TypeId::I32, TypeId::U8) => Op::U8FromI32,
            (TypeId::I64, TypeId::U8) => Op::U8FromI64,
            _ => return None,
        };
        let span = count.span;
        Some(self.apply(convert, &[count], to, span))
    }

    pub(super) fn report_operator_on(&mut self, op: BinaryOp, op_span: Span, l: TypeId, r: TypeId) {
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let (left, right) = (self.types.name(l), self.types.name(r));
        let sign = op.as_str();
        let message = if l == r && self.is_param(l) && operators::is_comparison(op) {
            format!("values of type {left} have no order")
        } else if l == r {
            format!("`{sign}` does not work on {left}")
        } else {
            format!("`{sign}` does not work between {left} and {right}")
        };
        let mut diagnostic =
            Diagnostic::error(code::OPERATOR, op_span, message).with_label(format!("{left} {sign} {right}"));
        let help = match (op, l, r) {
            (BinaryOp::Add, TypeId::STR, _) | (BinaryOp::Add, _, TypeId::STR) => {
                Some("make the other side a text: `tostring(x)`, or write `f\"…{x}\"`".to_owned())
            }
            (BinaryOp::Add, TypeId::CHAR, TypeId::CHAR) => {
                Some("two characters make a text: `f\"{a}{b}\"`; the code of one is `i32(c)`".to_owned())
            }
            (BinaryOp::Rem, TypeId::STR, _) => Some("write an f-string: `f\"…{x}\"`".to_owned()),
            (BinaryOp::Mul, TypeId::STR, TypeId::I32) => {
                Some("a text is repeated with `repeat(text, n)`".to_owned())
            }
            (BinaryOp::Mul, _, TypeId::I32) if self.types.element(l).is_some() => {
                Some("an array of one value is `[v; n]`".to_owned())
            }
            (BinaryOp::BitAnd, TypeId::BOOL, TypeId::BOOL) => Some("`&&` joins truth values".to_owned()),
            (BinaryOp::BitOr, TypeId::BOOL, TypeId::BOOL) => Some("`||` joins truth values".to_owned()),
            (BinaryOp::BitXor, TypeId::BOOL, TypeId::BOOL) => {
                Some("`!=` tells whether truth values differ".to_owned())
            }
            _ if l == r && self.is_param(l) && operators::is_comparison(op) => {
                Some(self.bound_help(l, "Ordered"))
            }
            _ if l == r && self.is_param(l) && is_arithmetic(op) => Some(self.bound_help(l, "Number")),
            _ if let Some(help) = self.optional_help(l).or_else(|| self.optional_help(r)) => {
                Some(help.to_owned())
            }
            _ if l != r => {
                // Towards the type that holds more.
                let (wide, narrow) = if width(l) >= width(r) { (l, r) } else { (r, l) };
                self.conversion_help(wide, narrow)
            }
            (BinaryOp::Add, ..) if self.types.element(l).is_some() => {
                Some("`extend(xs, ys)` appends the elements of another array".to_owned())
            }
            _ => None,
        };
        if let Some(help) = help {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }

    fn report_operator(&mut self, step: Step<'a>, l: TypeId, r: TypeId) {
        self.report_operator_on(step.op, step.op_span, l, r);
    }
}

/// How much a number type holds; 0 for what is no number.
fn width(ty: TypeId) -> u8 {
    match ty {
        TypeId::U8 => 1,
        TypeId::I32 => 2,
        TypeId::I64 => 3,
        TypeId::F64 => 4,
        _ => 0,
    }
}

/// Constants carry the span of the whole; instructions that of the operator, which is where they fail.
fn is_constant_kind(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Word(_) | ExprKind::Str(_))
}

/// What a literal becomes beside an operand of the type.
fn literal_type(other: TypeId) -> TypeId {
    if other == TypeId::CHAR { TypeId::I32 } else { other }
}

const fn is_arithmetic(op: BinaryOp) -> bool {
    !operators::is_comparison(op) && !operators::is_logical(op)
}

/// Whether an expression is `none` or made of integer literals alone, so that it takes the type of its place.
pub(super) fn is_flexible(expr: &ast::Expr<'_>) -> bool {
    let mut expr = *expr;
    loop {
        match expr.kind {
            ast::ExprKind::Int(_) | ast::ExprKind::None => return true,
            ast::ExprKind::Paren(inner) => expr = *inner,
            ast::ExprKind::Unary { op, operand } if op != ast::UnaryOp::Not => expr = *operand,
            ast::ExprKind::Binary { op, left, right, .. }
                if is_arithmetic(op) && (operators::is_shift(op) || is_flexible(right)) =>
            {
                expr = *left;
            }
            ast::ExprKind::If(chain) => {
                let blocks = chain.branches.iter().map(|(_, block)| block).chain(chain.otherwise.as_ref());
                return blocks.into_iter().all(is_flexible_block);
            }
            _ => return false,
        }
    }
}

pub(super) fn is_flexible_block(block: &ast::Block<'_>) -> bool {
    matches!(block.stmts.last(), Some(ast::Stmt { kind: ast::StmtKind::Expr(value), .. }) if is_flexible(value))
}
