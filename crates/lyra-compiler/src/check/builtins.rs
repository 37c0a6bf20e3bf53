//! The built-ins by the names that programs use: which instruction or built-in each is for which types.

use super::calls::counted;
use super::checker::Checker;
use crate::hir::{self, Expr, ExprKind, Ty};
use crate::options::Overflow;
use lyra_base::Span;
use lyra_bytecode::builtin::Bound;
use lyra_bytecode::{Builtin, Kind, Op, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// A parameter in a row, or the result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum P {
    /// The row's own type.
    T,
    /// `[T]`
    Array,
    Is(TypeId),
    /// `[Is]`
    ArrayOf(TypeId),
    /// `T?`
    Optional,
    /// `Is?`
    OptionalOf(TypeId),
    /// `{K: V}`
    Map,
    Key,
    Value,
    /// `V?`
    OptionalValue,
    /// `[K]`
    Keys,
    /// `[V]`
    Values,
    /// No value.
    Nothing,
}

/// What a row does.
#[derive(Clone, Copy)]
enum Action {
    /// One built-in, over the row's type if it is over one.
    Builtin(Builtin),
    /// One instruction.
    Op(Op),
    /// An instruction that depends on the type.
    ByType(fn(TypeId, Overflow) -> Option<Op>),
    /// Append; the array is not needed after it.
    Append,
    /// As [`Action::Builtin`], with this character added as the last argument.
    WithFill(Builtin, char),
    /// As [`Action::Builtin`], with this number added as the last argument.
    WithNumber(Builtin, u8),
    /// As [`Action::Builtin`], with this text added as the last argument.
    WithText(Builtin, &'static str),
}

struct Row {
    name: &'static str,
    params: &'static [P],
    result: P,
    bound: Bound,
    action: Action,
}

const STR: P = P::Is(TypeId::STR);
const I32: P = P::Is(TypeId::I32);
const BOOL: P = P::Is(TypeId::BOOL);
const CHAR: P = P::Is(TypeId::CHAR);

const fn row(name: &'static str, params: &'static [P], result: P, bound: Bound, action: Action) -> Row {
    Row { name, params, result, bound, action }
}

/// Rows of one name stand together, the shortest first.
const ROWS: &[Row] = &[
    row("length", &[STR], I32, Bound::Any, Action::Op(Op::StrLength)),
    row("length", &[P::Array], I32, Bound::Any, Action::Op(Op::ArrayLength)),
    row("length", &[P::Map], I32, Bound::Any, Action::Builtin(Builtin::MapLength)),
    row("contains", &[STR, STR], BOOL, Bound::Any, Action::Builtin(Builtin::StrContains)),
    row("contains", &[STR, CHAR], BOOL, Bound::Any, Action::Builtin(Builtin::StrContains)),
    row("contains", &[P::Array, P::T], BOOL, Bound::Any, Action::Builtin(Builtin::ArrayContains)),
    row("contains", &[P::Map, P::Key], BOOL, Bound::Any, Action::Builtin(Builtin::MapContains)),
    row("equal", &[P::T, P::T], BOOL, Bound::Any, Action::Builtin(Builtin::Equal)),
    row("copy", &[P::T], P::T, Bound::Any, Action::Builtin(Builtin::Copy)),
    row("deep_copy", &[P::T], P::T, Bound::Any, Action::Builtin(Builtin::DeepCopy)),
    row("insert", &[P::Array, P::T], P::Nothing, Bound::Any, Action::Append),
    row("insert", &[P::Array, I32, P::T], P::Nothing, Bound::Any, Action::Builtin(Builtin::ArrayInsert)),
    row("insert", &[P::Map, P::Key, P::Value], P::Nothing, Bound::Any, Action::Builtin(Builtin::MapSet)),
    row("push", &[P::Array, P::T], P::Nothing, Bound::Any, Action::Append),
    row("extend", &[P::Array, P::Array], P::Nothing, Bound::Any, Action::Builtin(Builtin::ArrayExtend)),
    row("remove", &[P::Array, I32], P::T, Bound::Any, Action::Builtin(Builtin::ArrayRemove)),
    row("remove", &[P::Map, P::Key], P::OptionalValue, Bound::Any, Action::Builtin(Builtin::MapRemove)),
    row("clear", &[P::Map], P::Nothing, Bound::Any, Action::Builtin(Builtin::MapClear)),
    row("get", &[P::Map, P::Key, P::Value], P::Value, Bound::Any, Action::Builtin(Builtin::MapGetOr)),
    row("keys", &[P::Map], P::Keys, Bound::Any, Action::Builtin(Builtin::MapKeys)),
    row("values", &[P::Map], P::Values, Bound::Any, Action::Builtin(Builtin::MapValues)),
    row("clear", &[P::Array], P::Nothing, Bound::Any, Action::Builtin(Builtin::ArrayClear)),
    row("reverse", &[P::Array], P::Nothing, Bound::Any, Action::Builtin(Builtin::ArrayReverse)),
    row("sort", &[P::Array], P::Nothing, Bound::Ordered, Action::Builtin(Builtin::ArraySort)),
    row("sorted", &[P::Array], P::Array, Bound::Ordered, Action::Builtin(Builtin::ArraySorted)),
    row("sum", &[P::Array], P::T, Bound::Number, Action::Builtin(Builtin::ArraySum)),
    row("join", &[P::Array], STR, Bound::Any, Action::WithText(Builtin::ArrayJoin, "")),
    row("join", &[P::Array, STR], STR, Bound::Any, Action::Builtin(Builtin::ArrayJoin)),
    row("min", &[P::T, P::T], P::T, Bound::Ordered, Action::Builtin(Builtin::Min)),
    row("max", &[P::T, P::T], P::T, Bound::Ordered, Action::Builtin(Builtin::Max)),
    row("abs", &[P::T], P::T, Bound::Number, Action::ByType(abs)),
    row("split", &[STR, STR], P::ArrayOf(TypeId::STR), Bound::Any, Action::Builtin(Builtin::StrSplit)),
    row("split", &[STR, CHAR], P::ArrayOf(TypeId::STR), Bound::Any, Action::Builtin(Builtin::StrSplit)),
    row(
        "split_whitespace",
        &[STR],
        P::ArrayOf(TypeId::STR),
        Bound::Any,
        Action::Builtin(Builtin::StrSplitWhitespace),
    ),
    row("lines", &[STR], P::ArrayOf(TypeId::STR), Bound::Any, Action::Builtin(Builtin::StrLines)),
    row("chars", &[STR], P::ArrayOf(TypeId::CHAR), Bound::Any, Action::Builtin(Builtin::StrChars)),
    row("bytes", &[STR], P::ArrayOf(TypeId::U8), Bound::Any, Action::Builtin(Builtin::StrBytes)),
    row("trim", &[STR], STR, Bound::Any, Action::Builtin(Builtin::StrTrim)),
    row("trim_start", &[STR], STR, Bound::Any, Action::Builtin(Builtin::StrTrimStart)),
    row("trim_end", &[STR], STR, Bound::Any, Action::Builtin(Builtin::StrTrimEnd)),
    row("replace", &[STR, STR, STR], STR, Bound::Any, Action::Builtin(Builtin::StrReplace)),
    row("starts_with", &[STR, STR], BOOL, Bound::Any, Action::Builtin(Builtin::StrStartsWith)),
    row("ends_with", &[STR, STR], BOOL, Bound::Any, Action::Builtin(Builtin::StrEndsWith)),
    row("upper", &[STR], STR, Bound::Any, Action::Builtin(Builtin::StrUpper)),
    row("lower", &[STR], STR, Bound::Any, Action::Builtin(Builtin::StrLower)),
    row("repeat", &[STR, I32], STR, Bound::Any, Action::Builtin(Builtin::StrRepeat)),
    row("pad_start", &[STR, I32], STR, Bound::Any, Action::WithFill(Builtin::StrPadStart, ' ')),
    row("pad_start", &[STR, I32, CHAR], STR, Bound::Any, Action::Builtin(Builtin::StrPadStart)),
    row("pad_end", &[STR, I32], STR, Bound::Any, Action::WithFill(Builtin::StrPadEnd, ' ')),
    row("pad_end", &[STR, I32, CHAR], STR, Bound::Any, Action::Builtin(Builtin::StrPadEnd)),
    row("is_digit", &[CHAR], BOOL, Bound::Any, Action::Op(Op::CharIsDigit)),
    row("is_letter", &[CHAR], BOOL, Bound::Any, Action::Op(Op::CharIsLetter)),
    row("is_space", &[CHAR], BOOL, Bound::Any, Action::Op(Op::CharIsSpace)),
    row("saturating_add", &[P::T, P::T], P::T, Bound::Number, Action::ByType(saturating_add)),
    row("saturating_sub", &[P::T, P::T], P::T, Bound::Number, Action::ByType(saturating_sub)),
    row("saturating_mul", &[P::T, P::T], P::T, Bound::Number, Action::ByType(saturating_mul)),
    row("saturating_div", &[P::T, P::T], P::T, Bound::Number, Action::ByType(saturating_div)),
    row("wrapping_add", &[P::T, P::T], P::T, Bound::Number, Action::ByType(wrapping_add)),
    row("wrapping_sub", &[P::T, P::T], P::T, Bound::Number, Action::ByType(wrapping_sub)),
    row("wrapping_mul", &[P::T, P::T], P::T, Bound::Number, Action::ByType(wrapping_mul)),
    row("wrapping_div", &[P::T, P::T], P::T, Bound::Number, Action::ByType(wrapping_div)),
    row("checked_add", &[P::T, P::T], P::Optional, Bound::Integer, Action::Builtin(Builtin::CheckedAdd)),
    row("checked_sub", &[P::T, P::T], P::Optional, Bound::Integer, Action::Builtin(Builtin::CheckedSub)),
    row("checked_mul", &[P::T, P::T], P::Optional, Bound::Integer, Action::Builtin(Builtin::CheckedMul)),
    row("checked_div", &[P::T, P::T], P::Optional, Bound::Integer, Action::Builtin(Builtin::CheckedDiv)),
    row("pop", &[P::Array], P::Optional, Bound::Any, Action::Builtin(Builtin::ArrayPop)),
    row("first", &[P::Array], P::Optional, Bound::Any, Action::Builtin(Builtin::ArrayFirst)),
    row("last", &[P::Array], P::Optional, Bound::Any, Action::Builtin(Builtin::ArrayLast)),
    row("find", &[STR, STR], P::OptionalOf(TypeId::I32), Bound::Any, Action::WithNumber(Builtin::StrFind, 0)),
    row(
        "find",
        &[STR, CHAR],
        P::OptionalOf(TypeId::I32),
        Bound::Any,
        Action::WithNumber(Builtin::StrFind, 0),
    ),
    row(
        "find",
        &[P::Array, P::T],
        P::OptionalOf(TypeId::I32),
        Bound::Any,
        Action::Builtin(Builtin::ArrayFind),
    ),
    row("find", &[STR, STR, I32], P::OptionalOf(TypeId::I32), Bound::Any, Action::Builtin(Builtin::StrFind)),
    row("find", &[STR, CHAR, I32], P::OptionalOf(TypeId::I32), Bound::Any, Action::Builtin(Builtin::StrFind)),
    row("rfind", &[STR, STR], P::OptionalOf(TypeId::I32), Bound::Any, Action::Builtin(Builtin::StrRfind)),
    row("rfind", &[STR, CHAR], P::OptionalOf(TypeId::I32), Bound::Any, Action::Builtin(Builtin::StrRfind)),
    row(
        "rfind",
        &[P::Array, P::T],
        P::OptionalOf(TypeId::I32),
        Bound::Any,
        Action::Builtin(Builtin::ArrayRfind),
    ),
    row("parse_int", &[STR], P::OptionalOf(TypeId::I64), Bound::Any, Action::Builtin(Builtin::StrParseInt)),
    row(
        "parse_float",
        &[STR],
        P::OptionalOf(TypeId::F64),
        Bound::Any,
        Action::Builtin(Builtin::StrParseFloat),
    ),
    row("panic", &[STR], P::Nothing, Bound::Any, Action::Op(Op::Panic)),
    row("error", &[STR, STR], P::Is(TypeId::ERROR), Bound::Any, Action::Op(Op::NewError)),
];

/// Built-ins that are checked by a procedure of their own.
const SPECIAL: [&str; 7] = ["print", "write", "assert", "tostring", "toint", "typeof", "str"];

/// Built-ins of the language that this version does not have, with what they wait for.
const REFUSED: [(&str, &str); 3] = [
    ("channel", "concurrency (tasks, channels and locks)"),
    ("atomic", "concurrency (tasks, channels and locks)"),
    ("mutex", "concurrency (tasks, channels and locks)"),
];

/// Every name that can be called without a declaration.
pub(super) fn names<'n>() -> impl Iterator<Item = &'n str> {
    let rows = ROWS.iter().map(|row| row.name);
    rows.chain(SPECIAL)
        .chain(REFUSED.iter().map(|&(name, _)| name))
        .chain(super::prelude::NAMES.iter().map(|&(name, _)| name))
        .map(|name: &'static str| -> &'n str { name })
}

/// Whether a built-in is for every type, so that of an `any` it is not looked up at run time.
pub(super) fn takes_whatever(name: &str) -> bool {
    SPECIAL.contains(&name) || ROWS.iter().any(|row| row.name == name && row.params.first() == Some(&P::T))
}

/// Whether a built-in is called on a value without further arguments.
pub(super) fn takes_nothing_more(name: &str) -> bool {
    let mut rows = ROWS.iter().filter(|row| row.name == name);
    rows.next().is_some_and(|row| row.params.len() == 1) && rows.all(|row| row.params.len() == 1)
}

impl<'a> Checker<'a> {
    /// What a built-in that this version does not have waits for.
    pub(super) fn refused_builtin(&self, callee: &ast::Expr<'a>) -> Option<&'static str> {
        let ast::ExprKind::Name(symbol) = callee.kind else { return None };
        let name = self.text(symbol);
        let is_hidden = self.find(symbol).is_some();
        REFUSED.iter().find(|(refused, _)| *refused == name && !is_hidden).map(|&(_, feature)| feature)
    }

    /// A call of a built-in; `None` when `name` is none, or none for such a receiver.
    pub(super) fn builtin_call(
        &mut self,
        name: &'a str,
        name_span: Span,
        receiver: Option<Expr<'a>>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Option<Expr<'a>> {
        if SPECIAL.contains(&name) {
            self.no_names(args);
            return Some(self.special(name, receiver, args, span));
        }
        if let Some(result) = self.prelude_call(name, receiver, args, want, span) {
            return Some(result);
        }
        let rows: Vec<&'static Row> = ROWS.iter().filter(|row| row.name == name).collect();
        if rows.is_empty() {
            let &(_, feature) = REFUSED.iter().find(|(refused, _)| *refused == name)?;
            self.refuse(feature, name_span);
            return Some(self.give_up(args, span));
        }
        self.no_names(args);
        let mut rest = args.iter();
        let mut lenient = None;
        let first = match receiver {
            Some(receiver) => receiver,
            None => {
                let Some(arg) = rest.next() else {
                    return Some(self.no_row(name, &rows, args.len(), None, span));
                };
                // What is wanted says something of arguments only where the result is of their type.
                let hint = want.filter(|_| rows.iter().all(|row| matches!(row.result, P::T | P::Optional)));
                let mut hint = self.beneath(hint);
                // Of two alike, a literal takes the type of the other: `min(1, x)`.
                let pair = rows.iter().any(|row| row.params == [P::T, P::T]) && args.len() == 2;
                if pair && super::binary::is_flexible(&arg.value) {
                    let second = args.get(1).map(|arg| self.value_expr(&arg.value, hint));
                    lenient = second;
                    hint = second.and_then(|second| second.type_id());
                }
                self.value_expr(&arg.value, hint)
            }
        };
        let Some(ty) = first.type_id() else {
            self.give_up(rest.as_slice(), span);
            return Some(Expr { span, ..first });
        };
        let fitting: Vec<_> = rows.iter().copied().filter(|row| self.takes_first(row, ty)).collect();
        if fitting.is_empty() && ty == TypeId::ANY {
            // What it holds decides at run time.
            let symbol = self.symbols.find(name)?;
            return Some(self.any_method(first, symbol, rest.as_slice(), span));
        }
        if fitting.is_empty() && receiver.is_some() {
            return None;
        }
        let count = rest.len() + 1;
        let arity: Vec<_> = fitting.iter().copied().filter(|row| row.params.len() == count).collect();
        if arity.is_empty() {
            let result = self.no_row(name, &rows, count, Some(ty), span);
            self.give_up(rest.as_slice(), span);
            return Some(result);
        }
        let over =
            self.types.element(ty).filter(|_| arity.iter().any(|row| row.params.first() == Some(&P::Array)));
        let over = over.unwrap_or(ty);
        let mut values = vec![first];
        for (place, arg) in rest.enumerate() {
            let value = match lenient.take() {
                Some(value) => value,
                None => {
                    let hint = arity.first().and_then(|row| self.param_type(row, place + 1, ty, over));
                    self.value_expr(&arg.value, hint)
                }
            };
            values.push(value);
        }
        if values.iter().any(|value| value.type_id().is_none()) {
            let absent = values.iter().find(|value| value.type_id().is_none());
            return Some(
                Expr::new(ExprKind::Error, absent.map_or(Ty::Error, |value| value.ty), span).or_error(),
            );
        }
        // Two alike are both of the type that holds either.
        let alike = arity.iter().all(|row| row.params == [P::T, P::T]);
        let over = match values.as_slice() {
            [first, second] if alike => self.join(first.ty, second.ty).and_then(Ty::type_id).unwrap_or(over),
            _ => over,
        };
        Some(self.chosen(name, &arity, values, ty, over, span))
    }

    /// Of the rows with the right first parameter and count, the one whose other parameters fit.
    fn chosen(
        &mut self,
        name: &str,
        rows: &[&'static Row],
        mut values: Vec<Expr<'a>>,
        ty: TypeId,
        over: TypeId,
        span: Span,
    ) -> Expr<'a> {
        let fits = |row: &&&Row| {
            values.iter().enumerate().all(|(place, value)| {
                let want = self.param_type(row, place, ty, over);
                want.zip(value.type_id()).is_some_and(|(want, found)| self.fits(found, want))
            })
        };
        let found = rows.iter().find(fits).copied();
        let Some(row) = found else {
            // Name the first argument that does not fit the first row.
            if let Some(row) = rows.first() {
                for (place, value) in values.iter().enumerate() {
                    if let (Some(want), Some(found)) =
                        (self.param_type(row, place, ty, over), value.type_id())
                        && !self.fits(found, want)
                    {
                        self.fit(*value, want, value.span);
                        break;
                    }
                }
            }
            return Expr::error(span);
        };
        if !self.meets(row.bound, over) {
            return self.unmet(name, row.bound, over, span);
        }
        for (place, value) in values.iter_mut().enumerate() {
            if let Some(want) = self.param_type(row, place, ty, over) {
                *value = self.fit(*value, want, value.span);
            }
        }
        let result = self.row_result(row, ty, over, span);
        // A separator or part may be a character.
        for (value, param) in values.iter_mut().zip(row.params) {
            if *param == CHAR
                && matches!(
                    row.action,
                    Action::Builtin(
                        Builtin::StrContains | Builtin::StrSplit | Builtin::StrFind | Builtin::StrRfind
                    ) | Action::WithNumber(Builtin::StrFind, _)
                )
            {
                *value = self.as_text(*value, TypeId::CHAR);
            }
        }
        self.carry_out(name, row, values, over, result, span)
    }

    /// What a row gives.
    fn row_result(&mut self, row: &Row, ty: TypeId, over: TypeId, span: Span) -> Ty {
        match row.result {
            P::T => Ty::Value(over),
            P::Array => Ty::Value(ty),
            P::Is(ty) => Ty::Value(ty),
            P::ArrayOf(element) => self.array_of(element, span).map_or(Ty::Error, Ty::Value),
            P::Optional => self.optional(over, span).map_or(Ty::Error, Ty::Value),
            P::OptionalOf(inner) => self.optional(inner, span).map_or(Ty::Error, Ty::Value),
            P::Keys | P::Values => {
                let part = self.param_type_of(row.result, ty, over);
                part.and_then(|part| self.array_of(part, span)).map_or(Ty::Error, Ty::Value)
            }
            P::OptionalValue => {
                let value = self.types.entry(ty).map(|(_, value)| value);
                value.and_then(|value| self.optional(value, span)).map_or(Ty::Error, Ty::Value)
            }
            P::Map | P::Key | P::Value => {
                self.param_type_of(row.result, ty, over).map_or(Ty::Error, Ty::Value)
            }
            P::Nothing => Ty::Unit,
        }
    }

    /// The row of a built-in that is a method of a type, and what it is over.
    fn row_for(&self, name: &str, ty: TypeId, count: usize) -> Option<(&'static Row, TypeId)> {
        let mut rows = ROWS.iter().filter(|row| row.name == name && row.params.len() == count + 1);
        let row = rows.find(|row| row.params.first() != Some(&P::T) && self.takes_first(row, ty))?;
        let over = match row.params.first() {
            Some(P::Array) => self.types.element(ty)?,
            _ => ty,
        };
        self.meets(row.bound, over).then_some((row, over))
    }

    /// The parameters and the result of a built-in as a method of a type, called with `count` arguments.
    pub(super) fn built_in_signature(
        &mut self,
        name: &str,
        ty: TypeId,
        count: usize,
        span: Span,
    ) -> Option<(Vec<TypeId>, Ty)> {
        let (row, over) = self.row_for(name, ty, count)?;
        let params = (0..=count).map(|place| self.param_type(row, place, ty, over)).collect::<Option<_>>()?;
        Some((params, self.row_result(row, ty, over, span)))
    }

    /// As [`Self::built_in_signature`], called.
    pub(super) fn built_in_on(&mut self, name: &str, values: Vec<Expr<'a>>, span: Span) -> Expr<'a> {
        let first = values.first().and_then(Expr::type_id);
        let row = first.and_then(|ty| self.row_for(name, ty, values.len() - 1));
        match (first, row) {
            (Some(ty), Some((row, over))) => {
                let result = self.row_result(row, ty, over, span);
                self.carry_out(name, row, values, over, result, span)
            }
            _ => Expr::error(span),
        }
    }

    fn carry_out(
        &mut self,
        name: &str,
        row: &Row,
        mut values: Vec<Expr<'a>>,
        over: TypeId,
        result: Ty,
        span: Span,
    ) -> Expr<'a> {
        match row.action {
            Action::Builtin(builtin) => self.over(builtin, over, &values, result, span),
            Action::WithFill(builtin, fill) => {
                values.push(Expr::word(u64::from(u32::from(fill)), TypeId::CHAR, span));
                self.over(builtin, over, &values, result, span)
            }
            Action::WithNumber(builtin, number) => {
                values.push(Expr::word(number.into(), TypeId::I32, span));
                self.over(builtin, over, &values, result, span)
            }
            Action::WithText(builtin, text) => {
                values.push(self.text_constant(text, span));
                self.over(builtin, over, &values, result, span)
            }
            Action::Op(op) => match result {
                Ty::Value(ty) => self.apply(op, &values, ty, span),
                _ => self.apply_unit(op, &values, span),
            },
            Action::ByType(choose) => match choose(over, self.options.overflow) {
                Some(op) => self.apply(op, &values, over, span),
                None if self.is_param(over) => self.promised(Ty::Value(over), span),
                None if over == TypeId::U8 && name == "abs" => values[0],
                None => self.unmet(name, Bound::Number, over, span),
            },
            Action::Append => {
                let op = match self.types.kind(over) {
                    Kind::Word => Op::AppendWord,
                    Kind::Ref => Op::AppendRef,
                };
                // The array stays on the stack and is dropped by the statement.
                Expr::new(ExprKind::Apply(hir::Action::Op(op), self.list(&values)), Ty::Unit, span)
            }
        }
    }

    /// A call of a run-time built-in, whose type operand is `bool` when it is over no type.
    fn over(
        &mut self,
        builtin: Builtin,
        over: TypeId,
        values: &[Expr<'a>],
        result: Ty,
        span: Span,
    ) -> Expr<'a> {
        let builtin = match builtin {
            Builtin::ArraySum if self.options.overflow == Overflow::Trap => Builtin::ArraySumChecked,
            other => other,
        };
        let ty = if builtin.info().bound == Bound::None { TypeId::BOOL } else { over };
        self.builtin(builtin, ty, values, result, span)
    }

    fn takes_first(&self, row: &Row, ty: TypeId) -> bool {
        match row.params.first() {
            Some(P::Array) => self.types.element(ty).is_some(),
            Some(P::Map) => self.types.entry(ty).is_some(),
            Some(P::Is(want)) => *want == ty,
            Some(P::T) => true,
            _ => false,
        }
    }

    fn param_type(&self, row: &Row, place: usize, first: TypeId, over: TypeId) -> Option<TypeId> {
        self.param_type_of(*row.params.get(place)?, first, over)
    }

    /// What a parameter is, where the first argument is of type `first`: for [`P::Keys`] and [`P::Values`] one of
    /// them.
    fn param_type_of(&self, param: P, first: TypeId, over: TypeId) -> Option<TypeId> {
        match param {
            P::T => Some(over),
            P::Array | P::Map => Some(first),
            P::Is(ty) => Some(ty),
            P::Key | P::Keys => self.types.entry(first).map(|(key, _)| key),
            P::Value | P::Values => self.types.entry(first).map(|(_, value)| value),
            P::ArrayOf(_) | P::Optional | P::OptionalOf(_) | P::OptionalValue | P::Nothing => None,
        }
    }

    fn meets(&self, bound: Bound, ty: TypeId) -> bool {
        match bound {
            Bound::None | Bound::Any => true,
            Bound::Ordered => self.is_ordered(ty),
            Bound::Number => self.is_number(ty),
            Bound::Integer => matches!(ty, TypeId::U8 | TypeId::I32 | TypeId::I64),
            Bound::Map => self.types.entry(ty).is_some(),
        }
    }

    pub(super) fn unmet(&mut self, name: &str, bound: Bound, ty: TypeId, span: Span) -> Expr<'a> {
        let type_name = self.types.name(ty);
        let (what, help) = match bound {
            Bound::Ordered => ("have no order", "numbers, char, bool, str and tuples of these have one"),
            _ => ("are no numbers this works on", "it works on u8, i32, i64 and (where it makes sense) f64"),
        };
        self.report(
            Diagnostic::error(code::BOUND, span, format!("`{name}`: values of type {type_name} {what}"))
                .with_help(help),
        );
        Expr::error(span)
    }

    /// No row takes such a first argument, or so many.
    fn no_row(
        &mut self,
        name: &str,
        rows: &[&Row],
        count: usize,
        first: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let shapes: Vec<String> = rows.iter().map(|row| shape(row)).collect();
        let fits_first = first.is_some_and(|ty| rows.iter().any(|row| self.takes_first(row, ty)));
        let message = match first {
            Some(ty) if !fits_first => format!("`{name}` does not work on {}", self.types.name(ty)),
            _ => format!("`{name}` does not take {}", counted(count, "argument", "arguments")),
        };
        self.report(
            Diagnostic::error(code::ARGUMENT_COUNT, span, message)
                .with_help(format!("it is {}", shapes.join(" or "))),
        );
        Expr::error(span)
    }

    fn special(
        &mut self,
        name: &str,
        receiver: Option<Expr<'a>>,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        match name {
            "print" | "write" => return self.print(name == "print", receiver, args, span),
            "assert" => return self.assert(receiver, args, span),
            _ => {}
        }
        let value = match (receiver, args) {
            (Some(value), []) => value,
            (None, [arg]) => self.shown(&arg.value),
            _ => return self.wrong_count(&format!("`{name}` takes 1 argument"), args, span),
        };
        let Some(ty) = value.type_id() else { return Expr { span, ..value } };
        match name {
            "toint" => self.read_int(value, span),
            "typeof" if ty == TypeId::ANY || self.interface_methods(ty).is_some() => {
                let value = self.fit(value, TypeId::ANY, span);
                self.apply(Op::TypeName, &[value], TypeId::STR, span)
            }
            "typeof" => {
                let text = self.types.name(ty);
                let text = self.text_constant(self.arena.alloc_str(&text), span);
                if matches!(
                    value.kind,
                    ExprKind::Local(_) | ExprKind::Global(_) | ExprKind::Word(_) | ExprKind::Str(_)
                ) {
                    return text;
                }
                // The value is not needed, but what it does is.
                self.then(value, text, span)
            }
            _ => self.text_of(value, ty, span),
        }
    }

    /// A value that is made text, of whatever type: a bare `none` is that of `any`.
    pub(super) fn shown(&mut self, value: &ast::Expr<'a>) -> Expr<'a> {
        let want = matches!(value.kind, ast::ExprKind::None).then_some(TypeId::ANY);
        self.value_expr(value, want)
    }

    /// `print(x, …)` and `write(x, …)`: one text, written at once.
    fn print(
        &mut self,
        line: bool,
        receiver: Option<Expr<'a>>,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        let rest: Vec<_> = args.iter().map(|arg| self.shown(&arg.value)).collect();
        let mut values: Vec<_> = receiver.into_iter().chain(rest).collect();
        if let Some(absent) = values.iter().find(|value| value.type_id().is_none()) {
            return Expr { span, ..*absent }.or_error();
        }
        // Every argument is taken before the first is made text: a later one may change an array.
        let mut taken = Vec::new();
        let is_mutable = |value: &Expr<'_>| {
            // What text and errors hold does not change.
            value.type_id().is_some_and(|ty| {
                self.types.kind(ty) == Kind::Ref && !matches!(ty, TypeId::STR | TypeId::ERROR)
            })
        };
        if values.iter().any(is_mutable) && values.iter().skip(1).any(|value| !is_plain(value)) {
            for value in &mut values {
                let Some(ty) = value.type_id() else { continue };
                let local = self.temporary(ty);
                taken.push(self.set_local(local, *value, value.span));
                *value = self.local(local, ty, value.span);
            }
        }
        let mut parts = Vec::new();
        for value in values {
            if line && !parts.is_empty() {
                parts.push(self.text_constant(" ", span));
            }
            let ty = value.type_id().unwrap_or(TypeId::BOOL);
            parts.push(self.text_of(value, ty, value.span));
        }
        if line {
            parts.push(self.text_constant("\n", span));
        }
        let text = self.concat(&parts, span);
        let write = self.builtin(Builtin::Write, TypeId::BOOL, &[text], Ty::Unit, span);
        if taken.is_empty() {
            return write;
        }
        taken.push(hir::Stmt { kind: hir::StmtKind::Expr(self.alloc(write)), span });
        let block = hir::Block { stmts: self.list(&taken), value: None };
        Expr::new(ExprKind::Block(self.alloc(block)), Ty::Unit, span)
    }
}

/// Whether evaluating it can change nothing: names, constants, and instructions on these.
fn is_plain(expr: &Expr<'_>) -> bool {
    match expr.kind {
        ExprKind::Word(_) | ExprKind::Str(_) | ExprKind::Local(_) | ExprKind::Global(_) => true,
        ExprKind::Apply(hir::Action::Op(_) | hir::Action::GetPart(_), [a]) => is_name(a),
        ExprKind::Apply(hir::Action::Op(_), [a, b]) => is_name(a) && is_name(b),
        _ => false,
    }
}

fn is_name(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Word(_) | ExprKind::Str(_) | ExprKind::Local(_) | ExprKind::Global(_))
}

impl Expr<'_> {
    /// What has no value and does not jump is an error that was reported.
    pub(super) fn or_error(self) -> Self {
        if self.ty == Ty::Never { self } else { Self { ty: Ty::Error, ..self } }
    }
}

/// `insert([T], i32, T)`
fn shape(row: &Row) -> String {
    let params = row.params.iter().map(|param| match param {
        P::T => "T".to_owned(),
        P::Array => "[T]".to_owned(),
        P::Is(ty) => super::types::NAMED
            .iter()
            .find(|(_, known)| known == ty)
            .map_or("?", |&(name, _)| name)
            .to_owned(),
        P::Map => "{K: V}".to_owned(),
        P::Key => "K".to_owned(),
        P::Value => "V".to_owned(),
        _ => String::new(),
    });
    format!("`{}({})`", row.name, params.collect::<Vec<_>>().join(", "))
}

/// Defines the instruction of a name by type.
macro_rules! by_type {
    ($($name:ident: $($ty:ident $op:ident $checked:ident),+;)*) => {
        $(fn $name(ty: TypeId, overflow: Overflow) -> Option<Op> {
            let trap = overflow == Overflow::Trap;
            match ty {
                $(TypeId::$ty => Some(if trap { Op::$checked } else { Op::$op }),)+
                _ => None,
            }
        })*
    };
}

by_type! {
    abs: I32 AbsI32 AbsCheckedI32, I64 AbsI64 AbsCheckedI64, F64 AbsF64 AbsF64;
    saturating_add: I32 AddSaturatingI32 AddSaturatingI32, I64 AddSaturatingI64 AddSaturatingI64, U8 AddSaturatingU8 AddSaturatingU8;
    saturating_sub: I32 SubSaturatingI32 SubSaturatingI32, I64 SubSaturatingI64 SubSaturatingI64, U8 SubSaturatingU8 SubSaturatingU8;
    saturating_mul: I32 MulSaturatingI32 MulSaturatingI32, I64 MulSaturatingI64 MulSaturatingI64, U8 MulSaturatingU8 MulSaturatingU8;
    saturating_div: I32 DivSaturatingI32 DivSaturatingI32, I64 DivSaturatingI64 DivSaturatingI64, U8 DivU8 DivU8;
    wrapping_add: I32 AddI32 AddI32, I64 AddI64 AddI64, U8 AddU8 AddU8;
    wrapping_sub: I32 SubI32 SubI32, I64 SubI64 SubI64, U8 SubU8 SubU8;
    wrapping_mul: I32 MulI32 MulI32, I64 MulI64 MulI64, U8 MulU8 MulU8;
    wrapping_div: I32 DivI32 DivI32, I64 DivI64 DivI64, U8 DivU8 DivU8;
}
