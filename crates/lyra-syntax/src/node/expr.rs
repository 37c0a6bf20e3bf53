//! Expressions from their parts.

use super::{Branches, Cx, Deep, E, deepest, head_depth};
use crate::ast::{
    Arg, Arm, Assign, BinaryOp, Block, Closure, Cond, Expr, ExprKind, FPart, Format, If, Match, Name, Param,
    Pattern, PatternKind, Type, UnaryOp,
};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::report::quote;
use lyra_base::Span;

impl<'a> Cx<'a, '_> {
    pub(super) fn expr(&self, kind: ExprKind<'a>, span: Span, depth: u32) -> E<'a> {
        if self.refuse(depth, span) {
            return self.deep(Expr { kind: ExprKind::Error, span }, 0);
        }
        self.deep(Expr { kind, span }, depth)
    }

    pub(crate) fn leaf(&self, kind: ExprKind<'a>, start: u32, end: u32) -> E<'a> {
        self.deep(Expr { kind, span: Span::new(start, end) }, 0)
    }

    pub(crate) fn binary(&self, op: BinaryOp, left: E<'a>, op_span: Span, right: E<'a>) -> E<'a> {
        let span = Span::new(left.node.span.start, right.node.span.end);
        let kind = ExprKind::Binary { op, op_span, left: left.node, right: right.node };
        self.expr(kind, span, left.depth.max(right.depth))
    }

    pub(crate) fn unary(&self, op: UnaryOp, start: u32, operand: E<'a>) -> E<'a> {
        let span = Span::new(start, operand.node.span.end);
        self.expr(ExprKind::Unary { op, operand: operand.node }, span, operand.depth + 1)
    }

    /// `spawn` takes the call of a procedure that has a name.
    pub(crate) fn spawn(&self, start: u32, call: E<'a>) -> E<'a> {
        let span = Span::new(start, call.node.span.end);
        if !is_named_call(call.node) && !matches!(call.node.kind, ExprKind::Error) {
            let diagnostic =
                Diagnostic::error(code::BAD_SPAWN, call.node.span, "`spawn` takes the call of a named proc");
            let inner = self.text.get(first_call(call.node).range()).unwrap_or("f(x)");
            self.report(diagnostic.with_help(match call.node.kind {
                ExprKind::Call { .. } => format!("to go on with the task, write `(spawn {})…`", quote(inner)),
                _ => "write `spawn f(x)`".to_string(),
            }));
        }
        self.expr(ExprKind::Spawn(call.node), span, call.depth + 1)
    }

    pub(crate) fn is(&self, value: E<'a>, ty: Deep<'a, Type<'a>>) -> E<'a> {
        let span = value.node.span.to(ty.node.span);
        self.expr(ExprKind::Is { value: value.node, ty: *ty.node }, span, value.depth.max(ty.depth))
    }

    pub(crate) fn cast(&self, value: E<'a>, ty: Deep<'a, Type<'a>>) -> E<'a> {
        let span = value.node.span.to(ty.node.span);
        self.expr(ExprKind::As { value: value.node, ty: *ty.node }, span, value.depth.max(ty.depth))
    }

    pub(crate) fn range(
        &self,
        start: Option<E<'a>>,
        inclusive: bool,
        op_span: Span,
        end: Option<E<'a>>,
    ) -> E<'a> {
        let span = Span::new(
            start.map_or(op_span.start, |e| e.node.span.start),
            end.map_or(op_span.end, |e| e.node.span.end),
        );
        let depth = start.map_or(0, |e| e.depth).max(end.map_or(0, |e| e.depth));
        let kind =
            ExprKind::Range { start: start.map(|e| e.node), end: end.map(|e| e.node), inclusive, op_span };
        self.expr(kind, span, depth)
    }

    pub(crate) fn field(&self, base: E<'a>, name: Name) -> E<'a> {
        let span = base.node.span.to(name.span);
        self.expr(ExprKind::Field { base: base.node, name }, span, base.depth)
    }

    pub(crate) fn optional_field(&self, base: E<'a>, name: Name) -> E<'a> {
        let span = base.node.span.to(name.span);
        self.expr(ExprKind::OptionalField { base: base.node, name }, span, base.depth)
    }

    pub(crate) fn tuple_field(&self, base: E<'a>, optional: bool, index: u64, index_span: Span) -> E<'a> {
        let plain = self
            .text
            .get(index_span.range())
            .is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let index = u32::try_from(index).ok().filter(|_| plain).unwrap_or_else(|| {
            self.report(
                Diagnostic::error(
                    code::BAD_NUMBER,
                    index_span,
                    "a part of a tuple is named by a plain number",
                )
                .with_help("the first one is `.0`"),
            );
            u32::MAX
        });
        let span = base.node.span.to(index_span);
        self.expr(ExprKind::TupleField { base: base.node, optional, index, index_span }, span, base.depth)
    }

    pub(crate) fn index(&self, base: E<'a>, index: E<'a>, end: u32) -> E<'a> {
        let span = Span::new(base.node.span.start, end);
        self.expr(
            ExprKind::Index { base: base.node, index: index.node },
            span,
            base.depth.max(index.depth + 1),
        )
    }

    pub(crate) fn type_args(&self, e: E<'a>, types: Vec<Deep<'a, Type<'a>>>, end: u32) -> E<'a> {
        let depth = e.depth.max(deepest(&types) + 1);
        let kind = ExprKind::TypeArgs { base: e.node, args: self.slice(&types) };
        self.expr(kind, Span::new(e.node.span.start, end), depth)
    }

    pub(crate) fn call(&self, callee: E<'a>, args: Vec<Deep<'a, Arg<'a>>>, args_span: Span) -> E<'a> {
        let depth = callee.depth.max(deepest(&args) + 1);
        let kind = ExprKind::Call { callee: callee.node, args: self.slice(&args), args_span };
        self.expr(kind, callee.node.span.to(args_span), depth)
    }

    pub(crate) fn arg(&self, name: Option<Name>, value: E<'a>) -> Deep<'a, Arg<'a>> {
        self.deep(Arg { name, value: *value.node }, value.depth)
    }

    pub(crate) fn unwrap(&self, e: E<'a>, end: u32) -> E<'a> {
        self.expr(ExprKind::Unwrap(e.node), Span::new(e.node.span.start, end), e.depth)
    }

    pub(crate) fn paren(&self, e: E<'a>, span: Span) -> E<'a> {
        self.expr(ExprKind::Paren(e.node), span, e.depth + 1)
    }

    pub(crate) fn tuple(&self, parts: Vec<E<'a>>, span: Span) -> E<'a> {
        self.expr(ExprKind::Tuple(self.slice(&parts)), span, deepest(&parts) + 1)
    }

    pub(crate) fn array(&self, elements: Vec<E<'a>>, span: Span) -> E<'a> {
        self.expr(ExprKind::Array(self.slice(&elements)), span, deepest(&elements) + 1)
    }

    pub(crate) fn repeat(&self, value: E<'a>, count: E<'a>, span: Span) -> E<'a> {
        let kind = ExprKind::Repeat { value: value.node, count: count.node };
        self.expr(kind, span, value.depth.max(count.depth) + 1)
    }

    pub(crate) fn map(&self, entries: Vec<Deep<'a, (Expr<'a>, Expr<'a>)>>, span: Span) -> E<'a> {
        self.expr(ExprKind::Map(self.slice(&entries)), span, deepest(&entries) + 1)
    }

    pub(crate) fn entry(&self, key: E<'a>, value: E<'a>) -> Deep<'a, (Expr<'a>, Expr<'a>)> {
        self.deep((*key.node, *value.node), key.depth.max(value.depth))
    }

    pub(crate) fn bad_entry(&self, start: u32, end: u32) -> Deep<'a, (Expr<'a>, Expr<'a>)> {
        let error = self.leaf(ExprKind::Error, start, end);
        self.entry(error, error)
    }

    pub(crate) fn fstring(&self, mut parts: Vec<Deep<'a, FPart<'a>>>, span: Span) -> E<'a> {
        // The first line of an `f"""` may be nothing but its newline.
        parts.retain(|part| !matches!(part.node, FPart::Text("")));
        self.expr(ExprKind::FString(self.slice(&parts)), span, deepest(&parts))
    }

    pub(crate) fn ftext(&self, text: &'a str) -> Deep<'a, FPart<'a>> {
        self.deep(FPart::Text(text), 0)
    }

    pub(crate) fn hole(&self, value: E<'a>, format: Option<&'a Format>, span: Span) -> Deep<'a, FPart<'a>> {
        self.deep(FPart::Hole { value: *value.node, format: format.copied(), span }, value.depth + 1)
    }

    // ---- if, match, closures, jumps ----

    pub(crate) fn if_first(
        &self,
        start: u32,
        cond: Deep<'a, Cond<'a>>,
        body: Deep<'a, Block<'a>>,
    ) -> Box<Branches<'a>> {
        let list = vec![(*cond.node, *body.node)];
        Box::new(Branches { start, list, end: body.node.span.end, depth: cond.depth.max(body.depth) })
    }

    pub(crate) fn if_more(
        &self,
        mut branches: Box<Branches<'a>>,
        cond: Deep<'a, Cond<'a>>,
        body: Deep<'a, Block<'a>>,
    ) -> Box<Branches<'a>> {
        branches.list.push((*cond.node, *body.node));
        branches.end = body.node.span.end;
        branches.depth = branches.depth.max(cond.depth).max(body.depth);
        branches
    }

    pub(crate) fn if_else(&self, branches: Branches<'a>, otherwise: Deep<'a, Block<'a>>) -> E<'a> {
        let span = Span::new(branches.start, otherwise.node.span.end);
        let depth = branches.depth.max(otherwise.depth);
        let branches = self.arena.alloc_slice_copy(&branches.list);
        self.expr(
            ExprKind::If(self.arena.alloc(If { branches, otherwise: Some(*otherwise.node) })),
            span,
            depth,
        )
    }

    pub(crate) fn if_only(&self, branches: Branches<'a>) -> E<'a> {
        let span = Span::new(branches.start, branches.end);
        let list = self.arena.alloc_slice_copy(&branches.list);
        let node = self.arena.alloc(If { branches: list, otherwise: None });
        self.expr(ExprKind::If(node), span, branches.depth)
    }

    pub(crate) fn match_expr(&self, value: E<'a>, arms: Vec<Deep<'a, Arm<'a>>>, span: Span) -> E<'a> {
        let depth = (value.depth + head_depth(value)).max(deepest(&arms) + 1);
        let node = Match { value: value.node, arms: self.slice(&arms) };
        self.expr(ExprKind::Match(self.arena.alloc(node)), span, depth)
    }

    pub(crate) fn arm(
        &self,
        start: u32,
        pattern: &'a Pattern<'a>,
        guard: Option<E<'a>>,
        body: E<'a>,
    ) -> Deep<'a, Arm<'a>> {
        let node = Arm {
            pattern: *pattern,
            guard: guard.map(|guard| guard.node),
            body: body.node,
            span: Span::new(start, body.node.span.end),
        };
        self.deep(node, guard.map_or(0, |guard| guard.depth).max(body.depth))
    }

    pub(crate) fn bad_arm(&self, start: u32, end: u32) -> Deep<'a, Arm<'a>> {
        let span = Span::new(start, end);
        let body = self.leaf(ExprKind::Error, start, end).node;
        self.deep(Arm { pattern: Pattern { kind: PatternKind::Error, span }, guard: None, body, span }, 0)
    }

    pub(crate) fn closure(
        &self,
        start: u32,
        params: Vec<Deep<'a, Param<'a>>>,
        result: Option<Deep<'a, Type<'a>>>,
        body: Deep<'a, Block<'a>>,
    ) -> E<'a> {
        let params = self.typed_params(params);
        let depth = deepest(&params).max(result.map_or(0, |ty| ty.depth)).max(body.depth);
        let node = Closure {
            params: self.slice(&params),
            result: result.map(|ty| *ty.node),
            body: self.block_expr(body).node,
            short: false,
        };
        self.expr(ExprKind::Closure(self.arena.alloc(node)), Span::new(start, body.node.span.end), depth)
    }

    pub(crate) fn short_closure(&self, start: u32, params: Vec<Deep<'a, Param<'a>>>, body: E<'a>) -> E<'a> {
        let depth = deepest(&params).max(body.depth) + 1;
        let node = Closure { params: self.slice(&params), result: None, body: body.node, short: true };
        self.expr(ExprKind::Closure(self.arena.alloc(node)), Span::new(start, body.node.span.end), depth)
    }

    pub(crate) fn block_expr(&self, block: Deep<'a, Block<'a>>) -> E<'a> {
        self.deep(Expr { kind: ExprKind::Block(block.node), span: block.node.span }, block.depth)
    }

    pub(crate) fn assign_expr(&self, assign: Deep<'a, Assign<'a>>) -> E<'a> {
        let span = assign.node.place.span.to(assign.node.value.span);
        self.deep(Expr { kind: ExprKind::Assign(assign.node), span }, assign.depth)
    }

    pub(crate) fn jump_return(&self, value: Option<E<'a>>, start: u32, end: u32) -> E<'a> {
        let span = Span::new(start, value.map_or(end, |value| value.node.span.end));
        self.expr(
            ExprKind::Return(value.map(|value| value.node)),
            span,
            value.map_or(0, |value| value.depth) + 1,
        )
    }

    pub(crate) fn throw(&self, start: u32, value: E<'a>) -> E<'a> {
        self.expr(ExprKind::Throw(value.node), Span::new(start, value.node.span.end), value.depth + 1)
    }

    pub(crate) fn jump(&self, kind: ExprKind<'a>, start: u32, end: u32) -> E<'a> {
        self.expr(kind, Span::new(start, end), 0)
    }
}

/// `f(…)`, `geo.f(…)`.
fn is_named_call(e: &Expr<'_>) -> bool {
    let ExprKind::Call { callee, .. } = e.kind else { return false };
    let mut callee = callee;
    while let ExprKind::Field { base, .. } | ExprKind::TypeArgs { base, .. } = callee.kind {
        callee = base;
    }
    matches!(callee.kind, ExprKind::Name(_))
}

/// The part of a chain up to its first call.
fn first_call(e: &Expr<'_>) -> Span {
    let mut at = e;
    let mut found = e.span;
    loop {
        at = match at.kind {
            ExprKind::Call { callee, .. } => {
                found = at.span;
                callee
            }
            ExprKind::Field { base, .. }
            | ExprKind::OptionalField { base, .. }
            | ExprKind::TypeArgs { base, .. }
            | ExprKind::Index { base, .. } => base,
            ExprKind::Unwrap(base) => base,
            _ => return found,
        };
    }
}
