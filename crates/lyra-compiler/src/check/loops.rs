//! `while` and `for`, as the one loop of the typed tree.

use super::checker::Checker;
use super::frame::{LoopScope, Role};
use super::optionals::Test;
use crate::fold::constant_bool;
use crate::hir::{Block, Expr, ExprKind, LocalId, Loop, LoopId, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Op, TypeId};
use lyra_syntax::ast::BinaryOp;
use lyra_syntax::{Diagnostic, ast, code};

/// The parts of a range in a `for`.
#[derive(Clone, Copy)]
struct Range<'a> {
    start: &'a ast::Expr<'a>,
    end: &'a ast::Expr<'a>,
    inclusive: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn open_loop(&mut self, label: Option<ast::Name>) -> LoopId {
        if let Some(label) = label
            && let Some(outer) = self
                .frame
                .loops
                .iter()
                .filter_map(|scope| scope.label)
                .find(|outer| outer.symbol == label.symbol)
        {
            let name = self.text(label.symbol);
            self.report_twice(name, label.span, outer.span);
        }
        let id = LoopId(self.frame.next_loop);
        self.frame.next_loop += 1;
        self.frame.loops.push(LoopScope { label, id, left: false });
        id
    }

    pub(super) fn close_loop(&mut self) -> bool {
        self.frame.loops.pop().is_some_and(|scope| scope.left)
    }

    pub(super) fn while_(&mut self, while_: &ast::While<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        self.enter();
        let Test { test: cond, binds } = self.cond(&while_.cond);
        let id = self.open_loop(while_.label);
        let body = self.block_stmts(&while_.body);
        let body = self.with_binds(&binds, body);
        let left = self.close_loop();
        self.leave();
        if cond.ty == Ty::Never {
            out.push(Stmt { kind: StmtKind::Expr(self.alloc(cond)), span });
            return;
        }
        if cond.ty == Ty::Error {
            return;
        }
        let endless = constant_bool(&cond) == Some(true);
        let test = (!endless).then(|| self.alloc(cond));
        let loop_ = Loop { id, guard: test, body, step: &[], again: test, after: &[], left };
        out.push(Stmt { kind: StmtKind::Loop(self.alloc(loop_)), span });
    }

    pub(super) fn for_(&mut self, for_: &ast::For<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        self.enter();
        let mut stmts = Vec::new();
        let mut iter = *for_.iter;
        while let ast::ExprKind::Paren(inner) = iter.kind {
            iter = *inner;
        }
        if let ast::ExprKind::Range { start, end, inclusive, op_span } = iter.kind {
            match (start, end) {
                (Some(start), Some(end)) => {
                    self.for_range(for_, Range { start, end, inclusive }, span, &mut stmts);
                }
                _ => {
                    self.report(
                        Diagnostic::error(code::STRAY_RANGE, op_span, "a range to walk has two ends")
                            .with_help("write `for i in 0..n`"),
                    );
                    self.skip_body(for_);
                }
            }
        } else {
            if let Some(step) = for_.step {
                self.report(
                    Diagnostic::error(code::STRAY_RANGE, step.span, "`step` goes with a range")
                        .with_help("write `for i in 0..length(xs) step k` and read `xs[i]`"),
                );
            }
            self.for_each(for_, span, &mut stmts);
        }
        self.leave();
        let block = Block { stmts: self.list(&stmts), value: None };
        out.push(Stmt { kind: StmtKind::Block(self.alloc(block)), span });
    }

    /// Checks the body for its own mistakes when what is walked is wrong.
    pub(super) fn skip_body(&mut self, for_: &ast::For<'a>) {
        self.enter();
        self.bind_nothing(&for_.first);
        if let Some(second) = &for_.second {
            self.bind_nothing(second);
        }
        self.open_loop(for_.label);
        self.block_stmts(&for_.body);
        self.close_loop();
        self.leave();
    }

    // ---- ranges ----

    fn for_range(&mut self, for_: &ast::For<'a>, range: Range<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        if let Some(second) = for_.second {
            self.report(
                Diagnostic::error(code::PATTERN, second.span, "a range has no second name")
                    .with_help("`for i in a..b` has one; `for i, x in xs` walks an array"),
            );
        }
        let Some((start, end, ty)) = self.range_ends(range) else {
            if let Some(step) = for_.step {
                self.expr(step, None);
            }
            self.skip_body(for_);
            return;
        };
        let step = match for_.step {
            Some(step) => {
                let value = self.expect_expr(step, ty);
                if value.type_id().is_none() {
                    self.skip_body(for_);
                    return;
                }
                if matches!(value.kind, ExprKind::Word(0)) {
                    self.error(code::STRAY_RANGE, step.span, "a step of 0 goes nowhere");
                    self.skip_body(for_);
                    return;
                }
                Some(value)
            }
            None => None,
        };
        // Start, end and step are evaluated once, in this order.
        let name = self.plain_name(&for_.first);
        let counter = self.slot(ty, name);
        out.push(self.set_local(counter, start, span));
        let end = self.keep(end, ty, out);
        let step = step.map(|step| self.keep(step, ty, out));
        let (body, id, left) = self.range_body(for_, counter, ty);
        let i = self.local(counter, ty, span);
        let parts = RangeLoop { i, counter, end, step, ty, inclusive: range.inclusive, span };
        let shape = self.range_loop(&parts, out);
        let guard = self.test(shape.guard);
        let again = self.alloc(shape.again);
        let loop_ = Loop {
            id,
            guard,
            body,
            step: self.list(&shape.step),
            again: Some(again),
            after: self.list(&shape.after),
            left,
        };
        out.push(Stmt { kind: StmtKind::Loop(self.alloc(loop_)), span });
    }

    /// A test before a loop; one that always holds is none.
    fn test(&self, cond: Expr<'a>) -> Option<&'a Expr<'a>> {
        (constant_bool(&cond) != Some(true)).then(|| self.alloc(cond))
    }

    /// Both ends, of one integer type (or `char`); literals take the other end's.
    fn range_ends(&mut self, range: Range<'a>) -> Option<(Expr<'a>, Expr<'a>, TypeId)> {
        let (start, end) = if super::binary::is_flexible(range.start) {
            let end = self.value_expr(range.end, None);
            let start = self.value_expr(range.start, end.type_id());
            (start, end)
        } else {
            let start = self.value_expr(range.start, None);
            let end = self.value_expr(range.end, start.type_id());
            (start, end)
        };
        let ty = start.type_id()?;
        end.type_id()?;
        let end = self.fit(end, ty, range.end.span);
        end.type_id()?;
        if !matches!(ty, TypeId::U8 | TypeId::I32 | TypeId::I64) {
            let name = self.types.name(ty);
            self.report(
                Diagnostic::error(
                    code::NOT_ITERABLE,
                    range.start.span,
                    format!("a range of {name} cannot be walked"),
                )
                .with_help("walk integers: `for i in 0..n`"),
            );
            return None;
        }
        Some((start, end, ty))
    }

    /// A value that is read in every round: a constant as it is, else kept in a temporary.
    fn keep(&mut self, value: Expr<'a>, ty: TypeId, out: &mut Vec<Stmt<'a>>) -> Expr<'a> {
        if matches!(value.kind, ExprKind::Word(_)) {
            return value;
        }
        let local = self.temporary(ty);
        out.push(self.set_local(local, value, value.span));
        self.local(local, ty, value.span)
    }

    fn range_body(&mut self, for_: &ast::For<'a>, counter: LocalId, ty: TypeId) -> (Block<'a>, LoopId, bool) {
        self.enter();
        match for_.first.kind {
            // The counter itself is what the body sees: it cannot be assigned there.
            ast::PatternKind::Name(symbol) => {
                let name = ast::Name { symbol, span: for_.first.span };
                self.declare_in(counter, name, Ty::Value(ty), Role::Loop, true);
            }
            ast::PatternKind::Wild | ast::PatternKind::Error => {}
            _ => {
                let name = self.types.name(ty);
                self.error(code::PATTERN, for_.first.span, format!("{name} is not taken apart"));
                self.bind_nothing(&for_.first);
            }
        }
        let id = self.open_loop(for_.label);
        let body = self.block_stmts(&for_.body);
        let left = self.close_loop();
        self.leave();
        (body, id, left)
    }

    fn range_loop(&mut self, parts: &RangeLoop<'a>, out: &mut Vec<Stmt<'a>>) -> Shape<'a> {
        let RangeLoop { i, counter, end, step, ty, inclusive, span } = *parts;
        let Some(step) = step else {
            let one = self.integer(1, ty, span);
            let next = self.integer_op(BinaryOp::Add, i, one, ty, span);
            let next = self.set_local(counter, next, span);
            return if inclusive {
                // Tested before the step: the greatest value has no successor.
                Shape {
                    guard: self.integer_op(BinaryOp::Le, i, end, ty, span),
                    step: vec![],
                    again: self.integer_op(BinaryOp::Ne, i, end, ty, span),
                    after: vec![next],
                }
            } else {
                let test = self.integer_op(BinaryOp::Lt, i, end, ty, span);
                Shape { guard: test, step: vec![next], again: test, after: vec![] }
            };
        };
        // `i + step` may not fit, so the tests are written without it; where their differences do not fit
        // either, saturating gives the answer that the true difference would.
        let up = self.direction(parts, step, (BinaryOp::Lt, BinaryOp::Gt), (BinaryOp::Le, BinaryOp::Ge));
        let down = (ty != TypeId::U8)
            .then(|| self.direction(parts, step, (BinaryOp::Gt, BinaryOp::Lt), (BinaryOp::Ge, BinaryOp::Le)));
        let zero = self.integer(0, ty, span);
        let (guard, again) = match (step.kind, down) {
            (ExprKind::Word(word), Some(down)) if is_negative(word, ty) => down,
            (ExprKind::Word(_), _) => up,
            (_, down) => {
                let is_zero = self.integer_op(BinaryOp::Eq, step, zero, ty, span);
                let fail = self.zero_step(span);
                let fail = Stmt { kind: StmtKind::Expr(self.alloc(fail)), span };
                let block = Block { stmts: self.list(&[fail]), value: None };
                let check = crate::hir::If { branches: self.list(&[(is_zero, block)]), otherwise: None };
                let check = Expr::new(ExprKind::If(self.alloc(check)), Ty::Unit, span);
                out.push(Stmt { kind: StmtKind::Expr(self.alloc(check)), span });
                match down {
                    None => up,
                    Some(down) => {
                        let upward = self.integer_op(BinaryOp::Gt, step, zero, ty, span);
                        (self.choose(upward, up.0, down.0, span), self.choose(upward, up.1, down.1, span))
                    }
                }
            }
        };
        let next = match ty {
            TypeId::U8 => self.apply(Op::AddU8, &[i, step], ty, span),
            TypeId::I32 => self.apply(Op::AddI32, &[i, step], ty, span),
            _ => self.apply(Op::AddI64, &[i, step], ty, span),
        };
        let next = self.set_local(counter, next, span);
        Shape { guard, step: vec![], again, after: vec![next] }
    }

    /// The tests of one direction: whether there is a first round, and whether another follows.
    ///
    /// Exclusive: `i + step < end` is `end - step > i`. Inclusive: `i + step <= end` is `end - i >= step`.
    fn direction(
        &mut self,
        parts: &RangeLoop<'a>,
        step: Expr<'a>,
        exclusive: (BinaryOp, BinaryOp),
        inclusive: (BinaryOp, BinaryOp),
    ) -> (Expr<'a>, Expr<'a>) {
        let RangeLoop { i, end, ty, span, .. } = *parts;
        if parts.inclusive {
            let guard = self.integer_op(inclusive.0, i, end, ty, span);
            let distance = self.saturating_sub(end, i, ty, span);
            (guard, self.integer_op(inclusive.1, distance, step, ty, span))
        } else {
            let guard = self.integer_op(exclusive.0, i, end, ty, span);
            let last = self.saturating_sub(end, step, ty, span);
            (guard, self.integer_op(exclusive.1, last, i, ty, span))
        }
    }

    fn saturating_sub(&mut self, a: Expr<'a>, b: Expr<'a>, ty: TypeId, span: Span) -> Expr<'a> {
        let op = match ty {
            TypeId::U8 => Op::SubSaturatingU8,
            TypeId::I32 => Op::SubSaturatingI32,
            _ => Op::SubSaturatingI64,
        };
        self.apply(op, &[a, b], ty, span)
    }

    fn choose(&self, cond: Expr<'a>, yes: Expr<'a>, no: Expr<'a>, span: Span) -> Expr<'a> {
        let block = |value: Expr<'a>| Block { stmts: &[], value: Some(self.alloc(value)) };
        let chain = crate::hir::If { branches: self.list(&[(cond, block(yes))]), otherwise: Some(block(no)) };
        Expr::new(ExprKind::If(self.alloc(chain)), yes.ty, span)
    }

    fn zero_step(&mut self, span: Span) -> Expr<'a> {
        let kind = self.text_constant("invalid_argument", span);
        let text = self.text_constant("a range with a step of 0 goes nowhere", span);
        let error = self.apply(Op::NewError, &[kind, text], TypeId::ERROR, span);
        self.apply_unit(Op::Throw, &[error], span)
    }

    pub(super) fn integer(&self, value: u8, ty: TypeId, span: Span) -> Expr<'a> {
        // Small numbers have the same word in every integer type.
        Expr::word(u64::from(value), ty, span)
    }

    /// Wrapping arithmetic and comparisons of a loop's own counter.
    pub(super) fn integer_op(
        &mut self,
        op: BinaryOp,
        a: Expr<'a>,
        b: Expr<'a>,
        ty: TypeId,
        span: Span,
    ) -> Expr<'a> {
        let result = if super::operators::is_comparison(op) { TypeId::BOOL } else { ty };
        match super::operators::binary(op, ty, crate::options::Overflow::Wrap) {
            Some(chosen) => self.apply(chosen, &[a, b], result, span),
            None => Expr::error(span),
        }
    }

    // ---- arrays and text ----

    fn for_each(&mut self, for_: &ast::For<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        let walked = self.value_expr(for_.iter, None);
        let Some(ty) = walked.type_id() else {
            if walked.ty == Ty::Never {
                out.push(Stmt { kind: StmtKind::Expr(self.alloc(walked)), span });
            }
            self.skip_body(for_);
            return;
        };
        if self.types.entry(ty).is_some() {
            self.for_map(for_, walked, ty, span, out);
            return;
        }
        let element = self.types.element(ty);
        if element.is_none() && ty != TypeId::STR {
            if let Some(next) = self.find_next(ty, for_.iter.span) {
                self.for_next(for_, walked, next, span, out);
                return;
            }
            let name = self.types.name(ty);
            let mut diagnostic =
                Diagnostic::error(code::NOT_ITERABLE, for_.iter.span, format!("{name} cannot be walked"));
            if matches!(ty, TypeId::I32 | TypeId::I64 | TypeId::U8) {
                diagnostic = diagnostic.with_help("walk a range: `for i in 0..n`");
            } else if self.nominal(ty).is_some() {
                diagnostic = diagnostic
                    .with_help("give it a `proc next(self) -> T?`, which `for` asks until it is `none`");
            } else if let Some(help) = self.optional_help(ty) {
                diagnostic = diagnostic.with_help(help);
            }
            self.report(diagnostic);
            self.skip_body(for_);
            return;
        }
        let place = for_.iter.span;
        let container = self.temporary(ty);
        out.push(self.set_local(container, walked, place));
        let container = self.local(container, ty, place);
        let (index_name, item_name) = match &for_.second {
            Some(second) => (self.plain_name(&for_.first), self.plain_name(second)),
            None => (None, self.plain_name(&for_.first)),
        };
        let at = self.slot(TypeId::I32, index_name.filter(|_| element.is_some()));
        let zero = self.integer(0, TypeId::I32, place);
        out.push(self.set_local(at, zero, place));
        let at_value = self.local(at, TypeId::I32, place);
        // Text is walked by bytes and counted apart, so that each step is O(1) in any script.
        let count = match (element, for_.second) {
            (None, Some(_)) => {
                let count = self.slot(TypeId::I32, index_name);
                out.push(self.set_local(count, zero, place));
                Some(count)
            }
            _ => None,
        };
        let (value, length, item_type) = match element {
            Some(element) => (self.element(container, at_value, element, place), Op::ArrayLength, element),
            None => {
                let value = self.apply(Op::StrCharAtByte, &[container, at_value], TypeId::CHAR, place);
                (value, Op::StrByteLength, TypeId::CHAR)
            }
        };
        let item = self.slot(item_type, item_name);
        let mut stmts = vec![self.set_local(item, value, place)];

        self.enter();
        match &for_.second {
            Some(second) => {
                self.loop_name(&for_.first, TypeId::I32, count.unwrap_or(at), span, &mut stmts);
                self.loop_name(second, item_type, item, span, &mut stmts);
            }
            None => self.loop_name(&for_.first, item_type, item, span, &mut stmts),
        }
        let item = self.local(item, item_type, place);
        let id = self.open_loop(for_.label);
        let body = self.block_stmts(&for_.body);
        let left = self.close_loop();
        self.leave();

        stmts.push(Stmt { kind: StmtKind::Block(self.alloc(body)), span });
        let body = Block { stmts: self.list(&stmts), value: None };
        let one = self.integer(1, TypeId::I32, place);
        let width = match element {
            Some(_) => one,
            None => self.apply(Op::CharUtf8Length, &[item], TypeId::I32, place),
        };
        let mut step = Vec::new();
        for (local, by) in [(Some(at), width), (count, one)] {
            if let Some(local) = local {
                let old = self.local(local, TypeId::I32, place);
                let new = self.integer_op(BinaryOp::Add, old, by, TypeId::I32, place);
                step.push(self.set_local(local, new, place));
            }
        }
        let length = self.apply(length, &[container], TypeId::I32, place);
        let test = self.integer_op(BinaryOp::Lt, at_value, length, TypeId::I32, place);
        let test = self.alloc(test);
        let loop_ =
            Loop { id, guard: Some(test), body, step: self.list(&step), again: Some(test), after: &[], left };
        out.push(Stmt { kind: StmtKind::Loop(self.alloc(loop_)), span });
    }

    /// The name that a pattern is, if it is one.
    pub(super) fn plain_name(&self, pattern: &ast::Pattern<'a>) -> Option<&'a str> {
        match pattern.kind {
            ast::PatternKind::Name(symbol) => Some(self.text(symbol)),
            _ => None,
        }
    }

    /// Binds a loop's name (or names) to what `slot` holds in this round. One name is the slot itself: the body
    /// cannot assign it.
    pub(super) fn loop_name(
        &mut self,
        pattern: &ast::Pattern<'a>,
        ty: TypeId,
        slot: LocalId,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        match pattern.kind {
            ast::PatternKind::Name(symbol) => {
                let name = ast::Name { symbol, span: pattern.span };
                self.declare_in(slot, name, Ty::Value(ty), Role::Loop, true);
            }
            ast::PatternKind::Wild => {}
            _ => {
                let value = self.local(slot, ty, pattern.span);
                self.bind(pattern, Ty::Value(ty), Some(value), false, true, span, out);
            }
        }
    }
}

/// What a range loop is made of.
struct RangeLoop<'a> {
    i: Expr<'a>,
    counter: LocalId,
    end: Expr<'a>,
    step: Option<Expr<'a>>,
    ty: TypeId,
    inclusive: bool,
    span: Span,
}

/// The tests and steps around a loop's body.
struct Shape<'a> {
    guard: Expr<'a>,
    step: Vec<Stmt<'a>>,
    again: Expr<'a>,
    after: Vec<Stmt<'a>>,
}

fn is_negative(word: u64, ty: TypeId) -> bool {
    match ty {
        TypeId::I32 => i32::from_word(word) < 0,
        TypeId::I64 => i64::from_word(word) < 0,
        _ => false,
    }
}
