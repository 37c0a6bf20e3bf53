//! f-strings and joined text.

use super::checker::Checker;
use crate::hir::{Action, Expr, Ty};
use lyra_base::Span;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Align, Builtin, FormatSpec, Op, Radix, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// How many texts one `str_concat` joins.
const MAX_JOINED: usize = 200;
/// How much of a chain of `+` is joined in one step: each step copies the list so far.
const MAX_CHAIN: usize = 16;

impl<'a> Checker<'a> {
    pub(super) fn f_string(&mut self, parts: &'a [ast::FPart<'a>], span: Span) -> Expr<'a> {
        let mut texts = Vec::with_capacity(parts.len());
        let mut whole = true;
        for part in parts {
            match part {
                ast::FPart::Text(text) => texts.push(self.text_constant(text, span)),
                ast::FPart::Hole { value, format, span } => {
                    let value = self.shown(value);
                    let Some(ty) = value.type_id() else {
                        whole = false;
                        continue;
                    };
                    let text = match format {
                        Some(format) => self.formatted(value, ty, format, *span),
                        None => self.text_of(value, ty, *span),
                    };
                    texts.push(text);
                }
            }
        }
        if whole { self.concat(&texts, span) } else { Expr::error(span) }
    }

    /// The texts as one, in order.
    pub(super) fn concat(&mut self, parts: &[Expr<'a>], span: Span) -> Expr<'a> {
        let mut joined: Vec<Expr<'a>> = Vec::with_capacity(parts.len());
        for part in parts.iter().flat_map(joined_parts).copied() {
            match (joined.last().map(|last| last.kind), part.kind) {
                (Some(crate::hir::ExprKind::Str(_)), crate::hir::ExprKind::Str(_)) if self.folding => {
                    let last = joined.pop().unwrap_or(part);
                    let both = self.apply(Op::StrConcat { count: 2 }, &[last, part], TypeId::STR, span);
                    match both.kind {
                        crate::hir::ExprKind::Str(_) => joined.push(both),
                        _ => joined.extend([last, part]),
                    }
                }
                _ => joined.push(part),
            }
        }
        while joined.len() > 1 {
            let groups: Vec<_> = joined.chunks(MAX_JOINED).map(<[_]>::to_vec).collect();
            joined.clear();
            for group in groups {
                joined.push(match group.as_slice() {
                    [one] => *one,
                    many => {
                        let count = u8::try_from(many.len()).unwrap_or(u8::MAX);
                        self.apply(Op::StrConcat { count }, many, TypeId::STR, span)
                    }
                });
            }
        }
        joined.pop().unwrap_or_else(|| self.text_constant("", span))
    }

    /// `a + b` of texts. The start of a chain is joined in one step, which saves the texts in between. Without folding
    /// too: what a join costs in fuel is rounded once for each instruction.
    pub(super) fn join_two(&mut self, left: Expr<'a>, right: Expr<'a>, span: Span) -> Expr<'a> {
        let parts = joined_parts(&left);
        if parts.len() > 1 && parts.len() < MAX_CHAIN {
            let count = u8::try_from(parts.len() + 1).unwrap_or(u8::MAX);
            let parts = [parts, &[right]].concat();
            return self.apply(Op::StrConcat { count }, &parts, TypeId::STR, span);
        }
        self.apply(Op::StrConcat { count: 2 }, &[left, right], TypeId::STR, span)
    }

    fn formatted(&mut self, value: Expr<'a>, ty: TypeId, format: &ast::Format, span: Span) -> Expr<'a> {
        if let Some(problem) = self.format_problem(ty, format) {
            let name = self.types.name(ty);
            self.report(
                Diagnostic::error(code::FORMAT_TYPE, format.span, format!("this format does not fit {name}"))
                    .with_label(problem),
            );
            return Expr::error(span);
        }
        let spec = FormatSpec {
            fill: format.fill,
            align: format.align.map(|align| match align {
                ast::Align::Left => Align::Left,
                ast::Align::Center => Align::Center,
                ast::Align::Right => Align::Right,
            }),
            plus: format.plus,
            alternate: format.alternate,
            zero: format.zero,
            width: format.width,
            precision: format.precision,
            radix: format.radix.map(|radix| match radix {
                ast::FormatRadix::LowerHex => Radix::LowerHex,
                ast::FormatRadix::UpperHex => Radix::UpperHex,
                ast::FormatRadix::Binary => Radix::Binary,
                ast::FormatRadix::Octal => Radix::Octal,
                ast::FormatRadix::Exponent => Radix::Exponent,
            }),
        };
        let (flags, width, precision, fill) = spec.pack();
        let number = |value: i32| Expr::word(value.to_word(), TypeId::I32, span);
        let args = [
            value,
            number(flags),
            number(width),
            number(precision),
            Expr::word(fill.to_word(), TypeId::CHAR, span),
        ];
        self.builtin(Builtin::Format, ty, &args, Ty::Value(TypeId::STR), span)
    }

    /// Why a format means nothing for a type.
    fn format_problem(&self, ty: TypeId, format: &ast::Format) -> Option<&'static str> {
        if ty == TypeId::ANY {
            // Whether it fits is known when the value is.
            return None;
        }
        let is_integer = matches!(ty, TypeId::U8 | TypeId::I32 | TypeId::I64);
        let is_number = is_integer || ty == TypeId::F64;
        match format.radix {
            Some(ast::FormatRadix::Exponent) if ty != TypeId::F64 => return Some("`e` is for f64"),
            Some(ast::FormatRadix::Exponent) | None => {}
            Some(_) if !is_integer => return Some("`x X b o` are for integers"),
            Some(_) => {}
        }
        if format.alternate && !matches!(format.radix, Some(radix) if radix != ast::FormatRadix::Exponent) {
            return Some("`#` goes with `x X b o`");
        }
        if (format.plus || format.zero) && !is_number {
            return Some("`+` and `0` are for numbers");
        }
        if format.precision.is_some() && is_integer {
            return Some("a precision is for f64 and for text");
        }
        None
    }
}

/// The texts that an expression joins; of any other, itself.
fn joined_parts<'e, 'a>(expr: &'e Expr<'a>) -> &'e [Expr<'a>] {
    match expr.kind {
        crate::hir::ExprKind::Apply(Action::Op(Op::StrConcat { .. }), parts) => parts,
        _ => std::slice::from_ref(expr),
    }
}
