//! Array literals, `[v; n]`, indexing and slices.

use super::binary::is_flexible;
use super::checker::Checker;
use crate::hir::{Action, Expr, ExprKind, Repeat, Ty};
use lyra_base::Span;
use lyra_bytecode::{Builtin, Kind, Op, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    pub(super) fn array(
        &mut self,
        elements: &'a [ast::Expr<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let wanted = self.beneath(want).and_then(|want| self.types.element(want));
        if elements.is_empty() {
            let Some(element) = wanted else {
                self.report(
                    Diagnostic::error(code::EMPTY_ARRAY, span, "what an empty array holds is not known here")
                        .with_help("give the variable a type: `var xs: [i32] = []`, or just `var xs: [i32]`"),
                );
                return Expr::error(span);
            };
            let Some(ty) = self.array_of(element, span) else { return Expr::error(span) };
            return Expr::new(ExprKind::Array(&[]), Ty::Value(ty), span);
        }
        let Some((values, element)) = self.alike(elements.iter(), wanted) else { return Expr::error(span) };
        let Some(ty) = self.array_of(element, span) else { return Expr::error(span) };
        Expr::new(ExprKind::Array(self.list(&values)), Ty::Value(ty), span)
    }

    /// Values that are of one type: the one wanted, or what they decide together. `None`: no type came of it, which
    /// has been reported.
    pub(super) fn alike(
        &mut self,
        elements: impl ExactSizeIterator<Item = &'a ast::Expr<'a>> + Clone,
        wanted: Option<TypeId>,
    ) -> Option<(Vec<Expr<'a>>, TypeId)> {
        // The first element with a type of its own decides; literals follow.
        let decider =
            wanted.is_none().then(|| elements.clone().position(|element| !is_flexible(element))).flatten();
        let decided = decider
            .and_then(|index| elements.clone().nth(index))
            .map(|element| self.value_expr(element, None));
        let mut element_type = wanted.or_else(|| decided.and_then(|expr| expr.type_id()));
        let mut values = Vec::with_capacity(elements.len());
        for (index, element) in elements.enumerate() {
            let value = match (decided, element_type) {
                (Some(value), _) if decider == Some(index) => value,
                (_, Some(want)) if wanted.is_some() => self.expect_expr(element, want),
                (_, Some(want)) => self.joined_element(element, &mut element_type, want),
                (_, None) => self.value_expr(element, None),
            };
            element_type = element_type.or(value.type_id());
            values.push(value);
        }
        let element = element_type?;
        for value in &mut values {
            *value = if wanted.is_some() {
                self.fit(*value, element, value.span)
            } else {
                self.fit_beside(*value, element, value.span)
            };
        }
        Some((values, element))
    }

    /// As [`Self::fit`], where no type is asked for but that of the other elements.
    fn fit_beside(&mut self, value: Expr<'a>, element: TypeId, span: Span) -> Expr<'a> {
        match value.ty {
            Ty::Value(ty) if !self.fits(ty, element) => {
                let (want, found) = (self.types.name(element), self.types.name(ty));
                let help =
                    "elements have one type; for several say so where they are kept: `[any]`, `{str: any}`";
                self.report(
                    Diagnostic::error(code::MISMATCH, span, format!("expected {want}, found {found}"))
                        .with_label(format!("this is {found}, another element {want}"))
                        .with_help(help),
                );
                Expr::error(span)
            }
            _ => self.fit(value, element, span),
        }
    }

    /// One of several that decide together what they are.
    fn joined_element(
        &mut self,
        element: &ast::Expr<'a>,
        element_type: &mut Option<TypeId>,
        want: TypeId,
    ) -> Expr<'a> {
        let value = self.value_expr(element, Some(want));
        match self.join(Ty::Value(want), value.ty) {
            Some(Ty::Value(joined)) => {
                *element_type = Some(joined);
                value
            }
            _ => self.fit_beside(value, want, element.span),
        }
    }

    pub(super) fn repeat(
        &mut self,
        value: &ast::Expr<'a>,
        count: &ast::Expr<'a>,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let wanted = self.beneath(want).and_then(|want| self.types.element(want));
        let written = value;
        let value = match wanted {
            Some(want) => self.expect_expr(value, want),
            None => self.value_expr(value, None),
        };
        let count_span = count.span;
        let count = self.expect_expr(count, TypeId::I32);
        let (Some(element), Some(_)) = (value.type_id(), count.type_id()) else { return Expr::error(span) };
        let count =
            self.builtin(Builtin::CheckCount, TypeId::BOOL, &[count], Ty::Value(TypeId::I32), count_span);
        let left = self.temporary(TypeId::I32);
        let fixed = is_plain(written) && is_fixed(&value);
        let repeat = self.alloc(Repeat { value, count, left, fixed });
        let Some(ty) = self.array_of(element, span) else { return Expr::error(span) };
        Expr::new(ExprKind::Repeat(repeat), Ty::Value(ty), span)
    }

    /// `base[index]`
    pub(super) fn index(&mut self, base: Expr<'a>, index: &ast::Expr<'a>, span: Span) -> Expr<'a> {
        let Some(ty) = base.type_id() else { return Expr { span, ..base } };
        if let ast::ExprKind::Range { start, end, inclusive, .. } = index.kind {
            return self.slice(base, ty, start, end, inclusive, span);
        }
        if self.types.entry(ty).is_some() {
            return self.map_index(base, ty, index, span);
        }
        if ty == TypeId::ANY {
            let index = self.expect_expr(index, TypeId::ANY);
            return match index.type_id() {
                Some(_) => self.apply(Op::AnyGetIndex, &[base, index], TypeId::ANY, span),
                None => Expr::error(span),
            };
        }
        // Whether there is anything to index is asked before what kind of index it is.
        let element = self.types.element(ty);
        if element.is_none() && ty != TypeId::STR && ty != TypeId::CHAR {
            self.not_indexable(ty, span);
            self.value_expr(index, None);
            return Expr::error(span);
        }
        let position = self.expect_expr(index, TypeId::I32);
        if position.type_id().is_none() {
            return Expr::error(span);
        }
        if let ExprKind::Word(word) = position.kind
            && u32::try_from(word).is_ok_and(|word| word.cast_signed() < 0)
            && (ty == TypeId::STR || element.is_some())
        {
            self.report(
                Diagnostic::warning(
                    code::ALWAYS_FAILS,
                    position.span,
                    "this always fails: an index is counted from 0",
                )
                .with_label("below 0")
                .with_help("the last element is `xs[length(xs) - 1]`, or `last(xs)`, which may be `none`"),
            );
        }
        match element {
            Some(element) => self.element(base, position, element, span),
            None if ty == TypeId::STR => self.apply(Op::StrGet, &[base, position], TypeId::CHAR, span),
            None => {
                // A character is a text of one: `c[0]` is the character itself.
                let text = self.apply(Op::StrFromChar, &[base], TypeId::STR, span);
                if matches!(position.kind, ExprKind::Word(0)) {
                    return Expr { span, ..base };
                }
                self.apply(Op::StrGet, &[text, position], TypeId::CHAR, span)
            }
        }
    }

    fn not_indexable(&mut self, ty: TypeId, span: Span) {
        let name = self.types.name(ty);
        let mut diagnostic =
            Diagnostic::error(code::NOT_INDEXABLE, span, format!("{name} cannot be indexed"));
        if self.types.parts(ty).is_some() {
            diagnostic = diagnostic.with_help("parts of a tuple are `t.0`, `t.1`, …");
        } else if let Some(help) = self.optional_help(ty) {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }

    /// An element of a checked array.
    pub(super) fn element(
        &mut self,
        array: Expr<'a>,
        index: Expr<'a>,
        element: TypeId,
        span: Span,
    ) -> Expr<'a> {
        let op = match self.types.kind(element) {
            Kind::Word => Op::ArrayGetWord,
            Kind::Ref => Op::ArrayGetRef,
        };
        self.apply(op, &[array, index], element, span)
    }

    fn slice(
        &mut self,
        base: Expr<'a>,
        ty: TypeId,
        start: Option<&'a ast::Expr<'a>>,
        end: Option<&'a ast::Expr<'a>>,
        inclusive: bool,
        span: Span,
    ) -> Expr<'a> {
        let element = self.types.element(ty);
        if element.is_none() && ty != TypeId::STR {
            let name = self.types.name(ty);
            let mut diagnostic =
                Diagnostic::error(code::NOT_INDEXABLE, span, format!("{name} cannot be sliced"));
            if self.types.entry(ty).is_some() {
                diagnostic = diagnostic.with_help("a map is asked for one key: `m[k]`");
            } else if let Some(help) = self.optional_help(ty) {
                diagnostic = diagnostic.with_help(help);
            }
            self.report(diagnostic);
            return Expr::error(span);
        }
        let from = match start {
            Some(start) => self.expect_expr(start, TypeId::I32),
            None => Expr::word(0, TypeId::I32, span),
        };
        let to = match end {
            Some(end) => self.expect_expr(end, TypeId::I32),
            // The base waits on top of the references just then.
            None => {
                let length = if element.is_some() { Op::ArrayLength } else { Op::StrLength };
                Expr::new(ExprKind::LengthOfTop(length), Ty::Value(TypeId::I32), span)
            }
        };
        if from.type_id().is_none() || to.type_id().is_none() {
            return Expr::error(span);
        }
        let (builtin, over) = match (element, inclusive) {
            (Some(element), false) => (Builtin::ArraySlice, element),
            (Some(element), true) => (Builtin::ArraySliceInclusive, element),
            (None, false) => (Builtin::StrSlice, TypeId::BOOL),
            (None, true) => (Builtin::StrSliceInclusive, TypeId::BOOL),
        };
        self.builtin(builtin, over, &[base, from, to], Ty::Value(ty), span)
    }
}

/// Whether a value is written as a literal or a name. That decides, so that a program uses the same fuel whether what
/// is known of it is computed beforehand or not.
fn is_plain(value: &ast::Expr<'_>) -> bool {
    match value.kind {
        ast::ExprKind::Unary { op: ast::UnaryOp::Neg, operand } => {
            matches!(operand.kind, ast::ExprKind::Int(_) | ast::ExprKind::Float(_))
        }
        ast::ExprKind::Int(_)
        | ast::ExprKind::Float(_)
        | ast::ExprKind::Bool(_)
        | ast::ExprKind::Char(_)
        | ast::ExprKind::Str(_)
        | ast::ExprKind::None
        | ast::ExprKind::Name(_) => true,
        _ => false,
    }
}

/// Whether what such a value became gives the same every time.
fn is_fixed(value: &Expr<'_>) -> bool {
    match value.kind {
        ExprKind::Word(_) | ExprKind::Str(_) | ExprKind::Local(_) | ExprKind::Global(_) => true,
        ExprKind::Apply(Action::Op(Op::ConstNone { .. }), []) => true,
        // The sign of a number.
        ExprKind::Apply(Action::Op(op), [of]) => op.info().is_scalar && matches!(of.kind, ExprKind::Word(_)),
        _ => false,
    }
}
