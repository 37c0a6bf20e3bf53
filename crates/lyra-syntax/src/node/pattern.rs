//! Patterns and types from their parts.

use super::{Cx, Deep, E, deepest};
use crate::ast::{ExprKind, Name, Pattern, PatternKind, Type, TypeKind};
use crate::code;
use crate::diagnostic::Diagnostic;
use lyra_base::Span;

impl<'a> Cx<'a, '_> {
    pub(crate) fn pattern(&self, kind: PatternKind<'a>, span: Span) -> &'a Pattern<'a> {
        self.arena.alloc(Pattern { kind, span })
    }

    fn patterns(&self, list: &[&'a Pattern<'a>]) -> &'a [Pattern<'a>] {
        self.arena.alloc_slice_fill_iter(list.iter().map(|pattern| **pattern))
    }

    pub(crate) fn bind(&self, name: Name) -> &'a Pattern<'a> {
        let kind =
            if name.symbol == self.underscore { PatternKind::Wild } else { PatternKind::Name(name.symbol) };
        self.pattern(kind, name.span)
    }

    /// `(p, q)`; `(p)` is just `p`.
    pub(crate) fn tuple_pattern(&self, parts: Vec<&'a Pattern<'a>>, span: Span) -> &'a Pattern<'a> {
        match parts.as_slice() {
            [] => {
                self.report(
                    Diagnostic::error(code::BAD_PATTERN, span, "an empty pair of parentheses is no pattern")
                        .with_help("a tuple has at least two parts; `_` fits anything"),
                );
                self.pattern(PatternKind::Error, span)
            }
            [part] => part,
            parts => self.pattern(PatternKind::Tuple(self.patterns(parts)), span),
        }
    }

    pub(crate) fn or_pattern(&self, parts: Vec<&'a Pattern<'a>>) -> &'a Pattern<'a> {
        let span = match (parts.first(), parts.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        };
        self.pattern(PatternKind::Or(self.patterns(&parts)), span)
    }

    pub(crate) fn literal_pattern(&self, e: E<'a>) -> &'a Pattern<'a> {
        let kind = if matches!(e.node.kind, ExprKind::Error) {
            PatternKind::Error
        } else {
            PatternKind::Literal(e.node)
        };
        self.pattern(kind, e.node.span)
    }

    pub(crate) fn range_pattern(
        &self,
        start: Option<E<'a>>,
        inclusive: bool,
        end: Option<E<'a>>,
        span: Span,
    ) -> &'a Pattern<'a> {
        if start.is_none() && end.is_none() || inclusive && end.is_none() {
            self.report(
                Diagnostic::error(code::BAD_PATTERN, span, "this range has no end")
                    .with_help("write `1..9`, `1..=9`, `1..` or `..9`; `_` fits anything"),
            );
            return self.pattern(PatternKind::Error, span);
        }
        let (start, end) = (start.map(|e| e.node), end.map(|e| e.node));
        self.pattern(PatternKind::Range { start, end, inclusive }, span)
    }

    pub(crate) fn path_pattern(
        &self,
        path: Vec<Name>,
        fields: Option<Vec<&'a Pattern<'a>>>,
        span: Span,
    ) -> &'a Pattern<'a> {
        if let ([name], None) = (path.as_slice(), &fields) {
            return self.bind(*name);
        }
        let fields = fields.map(|fields| self.patterns(&fields));
        self.pattern(PatternKind::Variant { path: self.arena.alloc_slice_copy(&path), fields }, span)
    }

    // ---- types ----

    pub(crate) fn ty(&self, kind: TypeKind<'a>, span: Span, depth: u32) -> Deep<'a, Type<'a>> {
        if self.refuse(depth, span) {
            return self.deep(Type { kind: TypeKind::Error, span }, 0);
        }
        self.deep(Type { kind, span }, depth)
    }

    pub(crate) fn optional_type(&self, ty: Deep<'a, Type<'a>>, end: u32) -> Deep<'a, Type<'a>> {
        self.ty(TypeKind::Optional(ty.node), Span::new(ty.node.span.start, end), ty.depth)
    }

    pub(crate) fn proc_type(
        &self,
        params: Vec<Deep<'a, Type<'a>>>,
        result: Option<Deep<'a, Type<'a>>>,
        span: Span,
    ) -> Deep<'a, Type<'a>> {
        let depth = deepest(&params).max(result.map_or(0, |ty| ty.depth)) + 1;
        let result = result.map(|ty| ty.node);
        self.ty(TypeKind::Proc { params: self.slice(&params), result }, span, depth)
    }

    pub(crate) fn named_type(
        &self,
        path: Vec<Name>,
        args: Option<Vec<Deep<'a, Type<'a>>>>,
        span: Span,
    ) -> Deep<'a, Type<'a>> {
        let args = args.unwrap_or_default();
        let depth = if args.is_empty() { 0 } else { deepest(&args) + 1 };
        let path = self.arena.alloc_slice_copy(&path);
        self.ty(TypeKind::Name { path, args: self.slice(&args) }, span, depth)
    }

    pub(crate) fn array_type(&self, ty: Deep<'a, Type<'a>>, span: Span) -> Deep<'a, Type<'a>> {
        self.ty(TypeKind::Array(ty.node), span, ty.depth + 1)
    }

    pub(crate) fn map_type(
        &self,
        key: Deep<'a, Type<'a>>,
        value: Deep<'a, Type<'a>>,
        span: Span,
    ) -> Deep<'a, Type<'a>> {
        self.ty(TypeKind::Map(key.node, value.node), span, key.depth.max(value.depth) + 1)
    }

    pub(crate) fn tuple_type(&self, parts: Vec<Deep<'a, Type<'a>>>, span: Span) -> Deep<'a, Type<'a>> {
        self.ty(TypeKind::Tuple(self.slice(&parts)), span, deepest(&parts) + 1)
    }
}
