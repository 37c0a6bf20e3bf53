//! Statements: loops rotated (the test stands at the bottom, a guard before), handlers as ranges.

use super::emitter::{Emitter, OpenLoop};
use crate::hir::{Action, Block, Expr, ExprKind, Loop, Stmt, StmtKind, Try, Ty};
use lyra_base::Span;
use lyra_bytecode::{Handler, Kind, Op, TypeId};

/// Conditions of more nodes than this are not written twice.
const MAX_TWICE: usize = 64;

impl<'a> Emitter<'_, '_, 'a> {
    /// A block for its effects.
    pub(super) fn block(&mut self, block: &Block<'a>) {
        self.stmts(block.stmts);
        if let Some(value) = block.value {
            self.discard(value);
        }
    }

    /// A block for its value.
    pub(super) fn block_value(&mut self, block: &Block<'a>) {
        self.stmts(block.stmts);
        if let Some(value) = block.value {
            self.expr(value);
        }
    }

    pub(super) fn stmts(&mut self, stmts: &[Stmt<'a>]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    /// Evaluates an expression and drops its value.
    fn discard(&mut self, expr: &Expr<'a>) {
        match expr.kind {
            ExprKind::Word(_) | ExprKind::Str(_) | ExprKind::Local(_) => {}
            ExprKind::If(_) if !matches!(expr.ty, Ty::Value(_)) => self.expr(expr),
            _ => {
                self.expr(expr);
                if let Some(kind) = expr.ty.kind(self.shared.types) {
                    self.drop(kind);
                }
            }
        }
    }

    fn stmt(&mut self, stmt: &Stmt<'a>) {
        if !self.reachable {
            return;
        }
        match stmt.kind {
            StmtKind::Expr(expr) => self.discard(expr),
            StmtKind::SetLocal(local, value) => {
                self.expr(value);
                self.span = stmt.span;
                self.set_local(local);
            }
            StmtKind::AssignLocal(local, value) if self.is_in_cell(local) => {
                let before = self.waiting;
                self.span = stmt.span;
                self.get_captured(local);
                self.hold(Kind::Ref);
                self.expr(value);
                self.waiting = before;
                self.span = stmt.span;
                self.set_part_of(0, value.ty);
            }
            StmtKind::AssignLocal(local, value) => {
                self.expr(value);
                self.span = stmt.span;
                self.set_local(local);
            }
            StmtKind::SetGlobal(global, value) => {
                self.expr(value);
                let op = match value.ty.kind(self.shared.types) {
                    Some(Kind::Word) => Op::SetGlobalWord { global },
                    _ => Op::SetGlobalRef { global },
                };
                self.op_at(op, stmt.span);
            }
            StmtKind::SetElement { array, index, value } => self.set_element(array, index, value),
            StmtKind::UpdateElement { array, index, element, value } => {
                self.update_element(array, index, element, value);
            }
            StmtKind::SetPart { record, index, value } => self.set_part(record, index, value),
            StmtKind::UpdatePart { record, index, part, value } => {
                self.update_part(record, index, part, value);
            }
            StmtKind::Loop(loop_) => self.loop_(loop_, stmt.span),
            StmtKind::Try(try_) => self.try_(try_),
            StmtKind::Deferred(deferred) => self.deferred(deferred, stmt.span),
            StmtKind::Block(block) => self.block(block),
        }
    }

    fn set_element(&mut self, array: &Expr<'a>, index: &Expr<'a>, value: &Expr<'a>) {
        let before = self.waiting;
        self.expr(array);
        self.hold(Kind::Ref);
        self.expr(index);
        self.hold(Kind::Word);
        self.expr(value);
        self.waiting = before;
        let op = match value.ty.kind(self.shared.types) {
            Some(Kind::Word) => Op::ArraySetWord,
            _ => Op::ArraySetRef,
        };
        // The place is what fails, so the caret stands from the array to the index.
        self.op_at(op, array.span.to(index.span));
    }

    fn update_element(&mut self, array: &Expr<'a>, index: &Expr<'a>, element: TypeId, value: &Expr<'a>) {
        let before = self.waiting;
        self.expr(array);
        self.hold(Kind::Ref);
        self.expr(index);
        self.hold(Kind::Word);
        let kind = self.kind(element);
        let (get, set) = match kind {
            Kind::Word => (Op::ArrayGetWord, Op::ArraySetWord),
            Kind::Ref => (Op::ArrayGetRef, Op::ArraySetRef),
        };
        let span = array.span.to(index.span);
        self.op_at(Op::DupRef, span);
        self.op(Op::DupWord);
        self.op(get);
        self.expr(value);
        self.waiting = before;
        self.op_at(set, span);
    }

    fn set_part(&mut self, record: &Expr<'a>, index: u8, value: &Expr<'a>) {
        let before = self.waiting;
        self.expr(record);
        self.hold(Kind::Ref);
        self.expr(value);
        self.waiting = before;
        // The place is what fails.
        self.span = record.span;
        self.set_part_of(index, value.ty);
    }

    fn update_part(&mut self, record: &Expr<'a>, index: u8, part: TypeId, value: &Expr<'a>) {
        let before = self.waiting;
        self.expr(record);
        self.hold(Kind::Ref);
        self.op_at(Op::DupRef, record.span);
        self.action(Action::GetPart(index), &[], Ty::Value(part));
        self.expr(value);
        self.waiting = before;
        self.span = record.span;
        self.set_part_of(index, value.ty);
    }

    /// Emits `guard; body; step; test; jump back`, so that one backward jump is taken for each further round.
    ///
    /// A condition with a loop inside is not written twice: loops inside conditions inside loops would double
    /// the code at every level.
    /// The jump back stands at the loop, with a test or without: where an endless one runs out of fuel.
    fn loop_(&mut self, loop_: &Loop<'a>, span: Span) {
        let twice =
            loop_.guard.is_none() || loop_.again.is_none() || is_small(loop_.again) && is_small(loop_.guard);
        let mut top = self.label();
        let exit = self.label();
        let again = self.label();
        self.loops.push(OpenLoop { id: loop_.id, again, exit, waiting: self.waiting });
        if !twice {
            self.loop_begins(top);
        }
        if let Some(guard) = loop_.guard {
            self.exit_unless(guard);
        }
        if twice {
            self.loop_begins(top);
        }
        // Two ways meet at the top of the body: positions are said anew.
        self.last_span = None;
        self.block(&loop_.body);
        if let Some(again) = self.loops.last().map(|open| open.again) {
            self.place(again);
        }
        self.stmts(loop_.step);
        match loop_.again {
            Some(test) if twice && loop_.after.is_empty() => {
                if self.reachable {
                    self.jumps_from = Some(span);
                    self.jump_when(test, true, &mut top);
                    self.jumps_from = None;
                }
            }
            Some(test) if twice => {
                self.exit_unless(test);
                self.stmts(loop_.after);
                self.span = span;
                self.jump(&mut top);
            }
            _ => {
                self.stmts(loop_.after);
                self.span = span;
                self.jump(&mut top);
            }
        }
        self.loop_ends();
        if let Some(open) = self.loops.pop() {
            self.place(open.exit);
        }
    }

    /// Leaves the innermost loop when the condition is false.
    fn exit_unless(&mut self, cond: &Expr<'a>) {
        let Some(mut exit) = self.loops.last().map(|open| open.exit) else { return };
        self.jump_when(cond, false, &mut exit);
        if let Some(open) = self.loops.last_mut() {
            open.exit = exit;
        }
    }

    fn try_(&mut self, try_: &Try<'a>) {
        if !self.reachable {
            return;
        }
        let start = self.here();
        self.block(&try_.body);
        let end = self.here();
        let mut after = self.label();
        self.jump(&mut after);
        if start < end {
            let target = self.here();
            self.handlers.push(Handler { start, end, target });
            self.reachable = true;
            self.last_span = None;
            match try_.error {
                Some(local) => self.set_local(local),
                None => self.op(Op::DropRef),
            }
            self.block(&try_.handler);
        }
        self.place(after);
    }

    pub(super) fn here(&self) -> u32 {
        u32::try_from(self.code.len()).unwrap_or(u32::MAX)
    }
}

/// Whether a condition may be written twice: a few nodes, no blocks (which could hold loops).
fn is_small(cond: Option<&Expr<'_>>) -> bool {
    let mut todo: Vec<Expr<'_>> = cond.into_iter().copied().collect();
    let mut seen = 0;
    while let Some(expr) = todo.pop() {
        seen += 1;
        if seen > MAX_TWICE {
            return false;
        }
        match expr.kind {
            ExprKind::Apply(_, args) | ExprKind::Array(args) => todo.extend(args.iter().take(MAX_TWICE)),
            ExprKind::And(pair) | ExprKind::Or(pair) | ExprKind::Coalesce(pair) | ExprKind::Chain(pair) => {
                todo.extend(pair)
            }
            ExprKind::If(chain) => {
                // Made by the compiler itself for steps of either sign; a program's has statements or is large.
                for (cond, block) in chain.branches.iter().take(MAX_TWICE) {
                    todo.push(*cond);
                    todo.extend(block.value);
                    if !block.stmts.is_empty() {
                        return false;
                    }
                }
                if let Some(block) = &chain.otherwise {
                    todo.extend(block.value);
                    if !block.stmts.is_empty() {
                        return false;
                    }
                }
            }
            ExprKind::Block(_) | ExprKind::Repeat(_) | ExprKind::Map(_) => return false,
            _ => {}
        }
    }
    true
}
