//! Natives of standard modules that are no calls of the host but one instruction each.

use super::checker::Checker;
use crate::hir::{Action, Expr, Ty};
use lyra_base::Span;
use lyra_bytecode::{Op, TypeId};
use lyra_syntax::ast;

/// Name and instruction, each from an `f64` to one. IEEE 754 says what they give, to the bit.
const OF_MATH: [(&str, Op); 5] = [
    ("sqrt", Op::SqrtF64),
    ("floor", Op::FloorF64),
    ("ceil", Op::CeilF64),
    ("trunc", Op::TruncF64),
    ("round", Op::RoundF64),
];

impl<'a> Checker<'a> {
    /// A call of a native that is an instruction; `None` when it is none.
    pub(super) fn native_instruction(
        &mut self,
        module: &str,
        name: &str,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Option<Expr<'a>> {
        let rows = if module == "std:math" { OF_MATH.as_slice() } else { &[] };
        let &(name, op) = rows.iter().find(|(known, _)| *known == name)?;
        let value = match self.arguments(name, None, &[Ty::Value(TypeId::F64)], None, args, span) {
            Some(values) => self.act(Action::Op(op), &values, TypeId::F64, span),
            None => Expr::error(span),
        };
        Some(value)
    }
}
