//! `assert`, and the two sides that a failing one shows.
//!
//! ```text
//! assert(a == b, text)   becomes   if !(a == b) { fail_assert(show_sides(a, b, text)) }
//! ```
//!
//! Both sides are evaluated once. What only reads is read again when the assertion fails, so that one that holds costs
//! what it would without all this; what does more is kept in a temporary on its way to the comparison. The sides go
//! to `show_sides` as `any`, each as what it is.

use super::checker::Checker;
use crate::hir::{Action, Block, Expr, ExprKind, If, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{Builtin, Op, TypeId};
use lyra_syntax::ast;

/// A comparison whose operands are wanted.
pub(super) struct Watched<'a> {
    /// Its operator: no two stand in one place.
    op_span: Span,
    /// What to show, once the operands were checked.
    sides: Option<[Expr<'a>; 2]>,
}

/// An operand of more nodes than this is not written twice.
const MAX_TWICE: usize = 8;

impl<'a> Checker<'a> {
    /// `assert(c, text = "")`
    pub(super) fn assert(
        &mut self,
        receiver: Option<Expr<'a>>,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        const COUNT: &str = "`assert` takes a condition and perhaps a text";
        let (cond, sides, rest) = match (receiver, args) {
            (Some(cond), rest) => (self.fit(cond, TypeId::BOOL, cond.span), None, rest),
            (None, [first, rest @ ..]) => {
                let (cond, sides) = self.watched_condition(&first.value);
                (cond, sides, rest)
            }
            (None, []) => return self.wrong_count(COUNT, args, span),
        };
        let text = match rest {
            [] => self.text_constant("", span),
            [text] => self.expect_expr(&text.value, TypeId::STR),
            _ => return self.wrong_count(COUNT, args, span),
        };
        let text = match sides {
            Some([left, right]) if text.type_id().is_some() => {
                let [left, right] = [left, right].map(|side| self.fit(side, TypeId::ANY, side.span));
                let args = [left, right, text];
                self.builtin(Builtin::ShowSides, TypeId::ANY, &args, Ty::Value(TypeId::STR), span)
            }
            _ => text,
        };
        let (Some(_), Some(_)) = (cond.type_id(), text.type_id()) else { return Expr::error(span) };
        let fail = self.apply_unit(Op::FailAssert, &[text], span);
        let failed = Stmt { kind: StmtKind::Expr(self.alloc(fail)), span };
        let not = self.apply(Op::NotBool, &[cond], TypeId::BOOL, span);
        let block = Block { stmts: self.list(&[failed]), value: None };
        let chain = If { branches: self.list(&[(not, block)]), otherwise: None };
        Expr::new(ExprKind::If(self.alloc(chain)), Ty::Unit, span)
    }

    /// A condition, and the sides of the comparison that it is.
    fn watched_condition(&mut self, cond: &ast::Expr<'a>) -> (Expr<'a>, Option<[Expr<'a>; 2]>) {
        let mut inner = *cond;
        while let ast::ExprKind::Paren(within) = inner.kind {
            inner = *within;
        }
        let watched = match inner.kind {
            ast::ExprKind::Binary { op, op_span, .. } if super::operators::is_comparison(op) => {
                Some(Watched { op_span, sides: None })
            }
            _ => None,
        };
        // An operand may hold a closure with assertions of its own.
        let outer = std::mem::replace(&mut self.watched, watched);
        let cond = self.expect_expr(cond, TypeId::BOOL);
        let watched = std::mem::replace(&mut self.watched, outer);
        (cond, watched.and_then(|watched| watched.sides))
    }

    /// The operands of an operator, which are remembered when it is the one that is watched.
    pub(super) fn watch(&mut self, op_span: Span, left: Expr<'a>, right: Expr<'a>) -> (Expr<'a>, Expr<'a>) {
        if self.watched.as_ref().is_none_or(|watched| watched.op_span != op_span) {
            return (left, right);
        }
        // What the right side does may change what the left one reads.
        let right_reads = only_reads(&right);
        let (left, shown_left) =
            self.watch_side(left, is_constant(&left) || right_reads && only_reads(&left));
        let (right, shown_right) = self.watch_side(right, right_reads);
        if let Some(watched) = &mut self.watched {
            watched.sides = Some([shown_left, shown_right]);
        }
        (left, right)
    }

    /// An operand, and the expression that gives its value again.
    fn watch_side(&mut self, side: Expr<'a>, again: bool) -> (Expr<'a>, Expr<'a>) {
        let Some(ty) = side.type_id().filter(|_| !again) else { return (side, side) };
        let local = self.temporary(ty);
        let kept = self.set_local(local, side, side.span);
        let value = self.local(local, ty, side.span);
        (self.block_of(&[kept], value, side.span), value)
    }
}

/// Whether an expression gives the same whenever it is evaluated.
const fn is_constant(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Word(_) | ExprKind::Str(_))
}

/// Whether an expression is small and does nothing but read: it changes nothing, takes no memory and no fuel.
fn only_reads(expr: &Expr<'_>) -> bool {
    let mut left = MAX_TWICE;
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        let Some(rest) = left.checked_sub(1) else { return false };
        left = rest;
        match &expr.kind {
            ExprKind::Word(_) | ExprKind::Str(_) | ExprKind::Local(_) | ExprKind::Global(_) => {}
            ExprKind::Apply(Action::GetPart(_) | Action::EnumIndex | Action::VariantIndex, args) => {
                todo.extend(args.iter());
            }
            ExprKind::Apply(Action::None, _) => {}
            ExprKind::Apply(Action::Op(op), args) if is_quiet(*op) => todo.extend(args.iter()),
            _ => return false,
        }
    }
    true
}

/// Whether an instruction reads and computes, and that is all.
fn is_quiet(op: Op) -> bool {
    let info = op.info();
    let is_quiet = |effect: &&str| matches!(*effect, "reads" | "traps");
    (info.is_scalar || matches!(op, Op::ArrayLength | Op::StrLength | Op::ArrayGetWord | Op::ArrayGetRef))
        && info.effects.iter().all(is_quiet)
}
