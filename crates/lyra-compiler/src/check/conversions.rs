//! Conversions: `i32(x)`, `str(x)`, `toint(x)` and their kin, and the help that names them.

use super::checker::Checker;
use crate::hir::{Expr, Ty};
use lyra_base::Span;
use lyra_bytecode::{Builtin, Op, TypeId};
use lyra_syntax::{Diagnostic, code};

/// The instruction that converts between two different types.
fn instruction(from: TypeId, to: TypeId) -> Option<Op> {
    Some(match (from, to) {
        (TypeId::I64, TypeId::I32) => Op::I32FromI64,
        (TypeId::U8, TypeId::I32) => Op::I32FromU8,
        (TypeId::F64, TypeId::I32) => Op::I32FromF64,
        (TypeId::CHAR, TypeId::I32) => Op::I32FromChar,
        (TypeId::BOOL, TypeId::I32) => Op::I32FromBool,
        (TypeId::I32, TypeId::I64) => Op::I64FromI32,
        (TypeId::U8, TypeId::I64) => Op::I64FromU8,
        (TypeId::F64, TypeId::I64) => Op::I64FromF64,
        (TypeId::I32, TypeId::U8) => Op::U8FromI32,
        (TypeId::I64, TypeId::U8) => Op::U8FromI64,
        (TypeId::F64, TypeId::U8) => Op::U8FromF64,
        (TypeId::I32, TypeId::F64) => Op::F64FromI32,
        (TypeId::I64, TypeId::F64) => Op::F64FromI64,
        (TypeId::U8, TypeId::F64) => Op::F64FromU8,
        (TypeId::I32, TypeId::CHAR) => Op::CharFromI32,
        (TypeId::I64, TypeId::CHAR) => Op::CharFromI64,
        (TypeId::U8, TypeId::CHAR) => Op::CharFromU8,
        _ => return None,
    })
}

impl<'a> Checker<'a> {
    /// `to(value)`, where `to` is the name of a type.
    pub(super) fn convert(&mut self, value: Expr<'a>, to: TypeId, span: Span) -> Expr<'a> {
        let Some(from) = value.type_id() else { return Expr { span, ..value } };
        if from == to {
            return Expr { span, ..value };
        }
        if to == TypeId::STR {
            return self.text_of(value, from, span);
        }
        if let Some(op) = instruction(from, to) {
            return self.apply(op, &[value], to, span);
        }
        let (from_name, to_name) = (self.types.name(from), self.types.name(to));
        let mut diagnostic =
            Diagnostic::error(code::CONVERSION, span, format!("{from_name} does not convert to {to_name}"));
        let help = match (from, to) {
            (TypeId::STR, TypeId::I32) => Some("`toint(text)` reads a number".to_owned()),
            (TypeId::CHAR | TypeId::BOOL, TypeId::U8 | TypeId::I64 | TypeId::F64) => {
                Some(format!("go through i32: `{to_name}(i32(x))`"))
            }
            (_, TypeId::BOOL) => Some("compare instead: `x != 0`".to_owned()),
            (TypeId::STR, TypeId::CHAR) => Some("`text[0]` is the first character".to_owned()),
            (TypeId::F64, TypeId::CHAR) => Some("go through i32: `char(i32(x))`".to_owned()),
            _ => None,
        };
        if let Some(help) = help {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
        Expr::error(span)
    }

    /// `toint(value)`
    pub(super) fn read_int(&mut self, value: Expr<'a>, span: Span) -> Expr<'a> {
        match value.type_id() {
            Some(TypeId::STR) => {
                self.builtin(Builtin::StrToI32, TypeId::BOOL, &[value], Ty::Value(TypeId::I32), span)
            }
            _ => self.convert(value, TypeId::I32, span),
        }
    }

    /// The text of a value, as `tostring` gives it.
    pub(super) fn text_of(&mut self, value: Expr<'a>, ty: TypeId, span: Span) -> Expr<'a> {
        match ty {
            TypeId::STR => value,
            TypeId::CHAR => self.apply(Op::StrFromChar, &[value], TypeId::STR, span),
            _ => self.builtin(Builtin::ToText, ty, &[value], Ty::Value(TypeId::STR), span),
        }
    }

    /// A `char` or `str` as a `str`.
    pub(super) fn as_text(&mut self, value: Expr<'a>, ty: TypeId) -> Expr<'a> {
        let span = value.span;
        self.text_of(value, ty, span)
    }

    /// How to get from `found` to `want`, if there is a way.
    pub(super) fn conversion_help(&self, want: TypeId, found: TypeId) -> Option<String> {
        let name = self.types.name(want);
        if want == TypeId::STR {
            return Some("make it a text: `tostring(x)`".to_owned());
        }
        if want == TypeId::BOOL {
            let number = matches!(found, TypeId::U8 | TypeId::I32 | TypeId::I64 | TypeId::F64);
            let has_length = found == TypeId::STR
                || self.types.element(found).is_some()
                || self.types.entry(found).is_some();
            return match found {
                _ if number => Some("compare: `x != 0`".to_owned()),
                _ if has_length => Some("ask for its length: `x.length() > 0`".to_owned()),
                _ if self.types.optional_of(found).is_some() => {
                    Some("ask whether there is a value: `x != none`, or `if var y = x { }`".to_owned())
                }
                _ => None,
            };
        }
        if (found, want) == (TypeId::STR, TypeId::I32) {
            return Some("`toint(text)` reads a number".to_owned());
        }
        instruction(found, want).map(|_| format!("convert it: `{name}(x)`"))
    }
}
