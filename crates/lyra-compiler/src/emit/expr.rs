//! Expressions: operands left to right, then the instruction; conditions become jumps.

use super::deferred::{Exit, Returned};
use super::emitter::Emitter;
use super::label::Target;
use crate::fold::constant_bool;
use crate::hir::{Action, Block, Closure, Expr, ExprKind, If, Ty};
use lyra_base::Span;
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Builtin, Constant, Kind, Op, Type, TypeId};

impl<'a> Emitter<'_, '_, 'a> {
    /// Leaves the expression's value on its stack, if it has one.
    pub(super) fn expr(&mut self, expr: &Expr<'a>) {
        // Down the spine of first operands, then up again, node by node.
        let mut spine = Vec::new();
        let mut expr = *expr;
        while let ExprKind::Apply(_, [first, ..])
        | ExprKind::Coalesce([first, _])
        | ExprKind::Chain([first, _]) = expr.kind
        {
            spine.push(expr);
            expr = *first;
        }
        self.leaf(&expr);
        while let Some(node) = spine.pop() {
            self.node(&node);
        }
    }

    /// The rest of a node whose first operand is on the stack.
    fn node(&mut self, node: &Expr<'a>) {
        let args = match node.kind {
            ExprKind::Apply(_, args) => args,
            ExprKind::Coalesce([value, fallback]) => return self.coalesce(value, fallback, node),
            ExprKind::Chain([value, rest]) => return self.chain(value, rest, node),
            _ => return,
        };
        let before = self.waiting;
        // What is called is pushed last, where arguments go to its stack.
        let called = match node.kind {
            ExprKind::Apply(Action::CallClosure(called), _) => called,
            _ => None,
        };
        match called {
            Some(called) => {
                self.span = node.span;
                self.set_local(called);
            }
            None => self.hold_value(args.first()),
        }
        for arg in args.iter().skip(1) {
            self.expr(arg);
            self.hold_value(Some(arg));
        }
        if let Some(called) = called {
            self.span = node.span;
            self.get_local(called);
            self.hold(Kind::Ref);
        }
        self.waiting = before;
        if let ExprKind::Apply(action, args) = node.kind {
            self.span = node.span;
            self.action(action, args, node.ty);
        }
    }

    pub(super) fn hold_value(&mut self, value: Option<&Expr<'a>>) {
        if let Some(kind) = value.and_then(|value| value.ty.kind(self.shared.types)) {
            self.hold(kind);
        }
    }

    /// An expression that is no spine.
    fn leaf(&mut self, expr: &Expr<'a>) {
        match expr.kind {
            ExprKind::Word(word) => self.word(word, expr.ty.type_id().unwrap_or(TypeId::BOOL), expr.span),
            ExprKind::Str(text) => {
                let value = self.shared.constants.id(Constant::Str(text.into()));
                self.op_at(Op::ConstStr { value }, expr.span);
            }
            ExprKind::Local(local) => {
                self.span = expr.span;
                self.get_local(local);
            }
            ExprKind::Global(global) => {
                let kind = expr.ty.kind(self.shared.types);
                self.op_at(
                    match kind {
                        Some(Kind::Word) => Op::GetGlobalWord { global },
                        _ => Op::GetGlobalRef { global },
                    },
                    expr.span,
                );
            }
            // Nodes without operands.
            ExprKind::Apply(action, args) => {
                self.span = expr.span;
                self.action(action, args, expr.ty);
            }
            ExprKind::And(_) | ExprKind::Or(_) => self.logical(expr),
            ExprKind::If(chain) => self.if_(chain, expr.ty.kind(self.shared.types)),
            ExprKind::Block(block) => match expr.ty {
                Ty::Value(_) => self.block_value(block),
                _ => self.block(block),
            },
            ExprKind::Closure(closure) => self.closure(closure, expr),
            ExprKind::Array(elements) => self.array(elements, expr),
            ExprKind::Map(entries) => self.map(entries, expr),
            ExprKind::Repeat(repeat) => self.repeat(repeat, expr),
            ExprKind::LengthOfTop(length) => {
                self.op_at(Op::DupRef, expr.span);
                self.op(length);
            }
            ExprKind::Return(value) => {
                let returned = match value.map(|value| value.kind) {
                    Some(ExprKind::Local(local)) => Some(Returned { local, inside: None }),
                    Some(ExprKind::Apply(Action::Unwrap, [Expr { kind: ExprKind::Local(local), .. }])) => {
                        Some(Returned { local: *local, inside: value.map(|value| value.ty) })
                    }
                    _ => None,
                };
                if self.deferred.is_empty() {
                    if let Some(value) = value {
                        self.expr(value);
                    }
                    self.op_at(Op::Return, expr.span);
                } else {
                    self.span = expr.span;
                    self.go_return(returned);
                }
            }
            ExprKind::Break(id) => {
                self.span = expr.span;
                self.go_loop(id, Exit::Break(id));
            }
            ExprKind::Continue(id) => {
                self.span = expr.span;
                self.go_loop(id, Exit::Continue(id));
            }
            // What is there already, nothing, and what is no leaf.
            ExprKind::OldValue | ExprKind::Error | ExprKind::Coalesce(_) | ExprKind::Chain(_) => {}
        }
    }

    fn word(&mut self, word: u64, ty: TypeId, span: Span) {
        if let Some(Type::PlainEnum(_)) = self.shared.types.get(ty) {
            self.span = span;
            self.const_enum(word, ty);
            return;
        }
        let op = match ty {
            TypeId::BOOL => Op::ConstBool { value: bool::from_word(word) },
            TypeId::U8 => Op::ConstU8 { value: u8::from_word(word) },
            TypeId::I32 => Op::ConstI32 { value: i32::from_word(word) },
            TypeId::CHAR => Op::ConstChar { value: char::from_word(word) },
            TypeId::I64 => {
                let value = self.shared.constants.id(Constant::I64(i64::from_word(word)));
                Op::ConstI64 { value }
            }
            _ => {
                let value = self.shared.constants.id(Constant::F64(word));
                Op::ConstF64 { value }
            }
        };
        self.op_at(op, span);
    }

    // ---- optionals ----

    /// `value ?? fallback`, the value on the stack.
    fn coalesce(&mut self, value: &Expr<'a>, fallback: &Expr<'a>, node: &Expr<'a>) {
        let before = self.waiting;
        let mut absent = self.label();
        let mut end = self.label();
        self.span = node.span;
        self.op(Op::DupRef);
        self.op(Op::IsNone);
        self.jump_if(&mut absent);
        if value.ty != node.ty {
            self.action(Action::Unwrap, &[], node.ty);
        }
        self.jump(&mut end);
        self.place(absent);
        self.op_at(Op::DropRef, node.span);
        self.expr(fallback);
        self.waiting = before;
        self.place(end);
    }

    /// `value?.rest`, the value on the stack.
    fn chain(&mut self, value: &Expr<'a>, rest: &Expr<'a>, node: &Expr<'a>) {
        let before = self.waiting;
        let mut absent = self.label();
        let mut end = self.label();
        self.span = node.span;
        self.op(Op::DupRef);
        self.op(Op::IsNone);
        self.jump_if(&mut absent);
        let inner = value.ty.type_id().and_then(|ty| self.shared.types.optional_of(ty));
        self.action(Action::Unwrap, &[], inner.map_or(Ty::Error, Ty::Value));
        self.expr(rest);
        self.waiting = before;
        self.jump(&mut end);
        self.place(absent);
        self.op_at(Op::DropRef, node.span);
        if node.ty.type_id().is_some() {
            self.action(Action::None, &[], node.ty);
        }
        self.place(end);
    }

    // ---- conditions ----

    /// `a && b` as a value.
    fn logical(&mut self, expr: &Expr<'a>) {
        let mut no = self.label();
        let mut end = self.label();
        self.jump_when(expr, false, &mut no);
        self.op_at(Op::ConstBool { value: true }, expr.span);
        self.jump(&mut end);
        self.place(no);
        self.op_at(Op::ConstBool { value: false }, expr.span);
        self.place(end);
    }

    /// Goes to `target` when the condition is `when`, else on.
    pub(super) fn jump_when(&mut self, cond: &Expr<'a>, when: bool, target: &mut Target) {
        match cond.kind {
            ExprKind::Block(Block { stmts, value: Some(value) }) => {
                let from = self.jumps_from.take();
                self.stmts(stmts);
                self.jumps_from = from;
                self.jump_when(value, when, target);
            }
            ExprKind::And(_) | ExprKind::Or(_) => self.jump_logical(cond, when, target),
            ExprKind::Apply(Action::Op(Op::NotBool), [inner]) => self.jump_when(inner, !when, target),
            _ => {
                if self.shared.options.fold
                    && let Some(value) = constant_bool(cond)
                {
                    if value == when {
                        self.span = self.jumps_from.unwrap_or(cond.span);
                        self.jump(target);
                    }
                    return;
                }
                let from = self.jumps_from.take();
                self.expr(cond);
                self.jumps_from = from;
                self.span = from.unwrap_or(cond.span);
                if when { self.jump_if(target) } else { self.jump_unless(target) }
            }
        }
    }

    /// A chain of one of `&&` and `||`, which leans left.
    fn jump_logical(&mut self, cond: &Expr<'a>, when: bool, target: &mut Target) {
        let is_and = matches!(cond.kind, ExprKind::And(_));
        let mut operands = Vec::new();
        let mut first = *cond;
        loop {
            let pair = match first.kind {
                ExprKind::And(pair) if is_and => pair,
                ExprKind::Or(pair) if !is_and => pair,
                _ => break,
            };
            operands.push(pair[1]);
            first = pair[0];
        }
        operands.push(first);
        // `a && b` is false as soon as one is: each may go. It is true only when the last is: the others skip it.
        let short = !is_and;
        if when == short {
            while let Some(operand) = operands.pop() {
                self.jump_when(&operand, when, target);
            }
        } else {
            let mut skip = self.label();
            while let Some(operand) = operands.pop() {
                if operands.is_empty() {
                    self.jump_when(&operand, when, target);
                } else {
                    self.jump_when(&operand, short, &mut skip);
                }
            }
            self.place(skip);
        }
    }

    /// An `if`; `kind` is where its value goes, if it has one.
    fn if_(&mut self, chain: &If<'a>, kind: Option<Kind>) {
        let mut end = self.label();
        for (cond, block) in chain.branches {
            let mut next = self.label();
            self.jump_when(cond, false, &mut next);
            self.branch(block, kind);
            self.jump(&mut end);
            self.place(next);
        }
        if let Some(block) = &chain.otherwise {
            self.branch(block, kind);
        }
        self.place(end);
    }

    fn branch(&mut self, block: &Block<'a>, kind: Option<Kind>) {
        if kind.is_some() { self.block_value(block) } else { self.block(block) }
    }

    // ---- closures ----

    fn closure(&mut self, closure: &Closure<'a>, expr: &Expr<'a>) {
        let before = self.waiting;
        self.span = expr.span;
        for &local in closure.captures {
            let kind = self.get_captured(local);
            self.hold(kind);
        }
        self.waiting = before;
        let ty = self.result_type(expr.ty);
        self.op(Op::NewClosure { proc: closure.proc, ty });
    }

    // ---- arrays ----

    fn array(&mut self, elements: &'a [Expr<'a>], expr: &Expr<'a>) {
        let ty = self.result_type(expr.ty);
        self.op_at(Op::NewArray { ty }, expr.span);
        let before = self.waiting;
        self.hold(Kind::Ref);
        for element in elements {
            self.expr(element);
            self.append(element);
        }
        self.waiting = before;
    }

    fn map(&mut self, entries: &'a [[Expr<'a>; 2]], expr: &Expr<'a>) {
        let ty = self.result_type(expr.ty);
        self.op_at(Op::NewMap { ty }, expr.span);
        for [key, value] in entries {
            let before = self.waiting;
            self.hold(Kind::Ref);
            self.op_at(Op::DupRef, key.span);
            self.hold(Kind::Ref);
            self.expr(key);
            self.hold_value(Some(key));
            self.expr(value);
            self.waiting = before;
            self.op_at(Op::CallBuiltin { builtin: Builtin::MapSet, ty }, key.span);
        }
    }

    fn append(&mut self, element: &Expr<'a>) {
        self.span = element.span;
        match element.ty.kind(self.shared.types) {
            Some(Kind::Word) => self.op(Op::AppendWord),
            Some(Kind::Ref) => self.op(Op::AppendRef),
            None => {}
        }
    }

    fn repeat(&mut self, repeat: &crate::hir::Repeat<'a>, expr: &Expr<'a>) {
        let ty = self.result_type(expr.ty);
        // The count is checked, and known, before the first value is made.
        self.expr(&repeat.count);
        self.span = expr.span;
        self.set_local(repeat.left);
        self.op(Op::NewArray { ty });
        if repeat.fixed {
            self.op(Op::DupRef);
            self.get_local(repeat.left);
            self.expr(&repeat.value);
            let ty = self.result_type(repeat.value.ty);
            self.op_at(Op::CallBuiltin { builtin: Builtin::ArrayFill, ty }, expr.span);
            return;
        }
        let before = self.waiting;
        self.hold(Kind::Ref);
        let mut done = self.label();
        let mut again = self.label();
        self.left_over(repeat);
        self.jump_unless(&mut done);
        self.loop_begins(again);
        self.expr(&repeat.value);
        self.append(&repeat.value);
        self.span = expr.span;
        self.get_local(repeat.left);
        self.op(Op::ConstI32 { value: 1 });
        self.op(Op::SubI32);
        self.set_local(repeat.left);
        self.left_over(repeat);
        self.jump_if(&mut again);
        self.loop_ends();
        self.place(done);
        self.waiting = before;
    }

    /// Whether more values are to come.
    fn left_over(&mut self, repeat: &crate::hir::Repeat<'a>) {
        self.get_local(repeat.left);
        self.op(Op::ConstI32 { value: 0 });
        self.op(Op::GtI32);
    }
}
