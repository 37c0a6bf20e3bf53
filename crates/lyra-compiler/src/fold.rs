//! Constant folding: an instruction on constants becomes its result, by the very function that a machine would run.
//!
//! What would trap is left to trap at run time, where it has its position and its handler.

use crate::hir::{Action, Expr, ExprKind, Ty};
use bumpalo::Bump;
use lyra_base::Span;
use lyra_bytecode::{Op, Trap};

/// Joined constant texts are kept below this, so that a short program cannot make a long constant table.
const MAX_TEXT: usize = 4096;

/// What came of trying.
pub(crate) enum Folded<'a> {
    /// A constant.
    Constant(ExprKind<'a>),
    /// It stays; it will always trap.
    Traps(Trap),
    /// It stays.
    No,
}

/// Tries to compute `action` on `args` now.
pub(crate) fn fold<'a>(action: Action, args: &[Expr<'a>], arena: &'a Bump) -> Folded<'a> {
    match (action, args) {
        (Action::Op(Op::StrConcat { .. }), [a, b]) => match (a.kind, b.kind) {
            (ExprKind::Str(a), ExprKind::Str(b)) if a.len() + b.len() <= MAX_TEXT => {
                Folded::Constant(ExprKind::Str(arena.alloc_str(&[a, b].concat())))
            }
            _ => Folded::No,
        },
        (Action::Op(Op::StrFromChar), [c]) => match c.kind {
            ExprKind::Word(word) => {
                let c: char = lyra_bytecode::scalar::Scalar::from_word(word);
                Folded::Constant(ExprKind::Str(arena.alloc_str(c.encode_utf8(&mut [0; 4]))))
            }
            _ => Folded::No,
        },
        (Action::GetPart(index), [tuple]) => match tuple.kind {
            ExprKind::Apply(Action::NewRecord, parts) if parts.iter().all(is_constant) => {
                parts.get(usize::from(index)).map_or(Folded::No, |part| Folded::Constant(part.kind))
            }
            _ => Folded::No,
        },
        // The word of a variant is its number.
        (Action::EnumIndex, [value]) => match value.kind {
            ExprKind::Word(word) => Folded::Constant(ExprKind::Word(word)),
            _ => Folded::No,
        },
        (Action::Op(op), args) => scalar(op, args),
        _ => Folded::No,
    }
}

fn scalar<'a>(op: Op, args: &[Expr<'a>]) -> Folded<'a> {
    if !op.info().is_scalar {
        return Folded::No;
    }
    let mut words = [0; 2];
    for (word, arg) in words.iter_mut().zip(args) {
        let ExprKind::Word(value) = arg.kind else { return Folded::No };
        *word = value;
    }
    match words.get(..args.len()).and_then(|words| op.eval(words)) {
        Some(Ok(word)) => Folded::Constant(ExprKind::Word(word)),
        Some(Err(trap)) => Folded::Traps(trap),
        None => Folded::No,
    }
}

/// Whether the expression is a constant: a scalar, a text, or a tuple of constants.
pub(crate) fn is_constant(expr: &Expr<'_>) -> bool {
    match expr.kind {
        ExprKind::Word(_) | ExprKind::Str(_) => true,
        ExprKind::Apply(Action::NewRecord, parts) => parts.iter().all(is_constant),
        _ => false,
    }
}

/// The same constant at another place of the text.
pub(crate) fn at<'a>(constant: &Expr<'a>, span: Span) -> Expr<'a> {
    Expr { span, ..*constant }
}

/// Whether a condition is the constant `true` or `false`.
pub(crate) fn constant_bool(expr: &Expr<'_>) -> Option<bool> {
    match (expr.kind, expr.ty) {
        (ExprKind::Word(word), Ty::Value(_)) => Some(word & 1 != 0),
        _ => None,
    }
}
