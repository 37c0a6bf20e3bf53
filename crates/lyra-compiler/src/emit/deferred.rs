//! Deferred statements: one copy of the code, a local that says how to go on after it.
//!
//! ```text
//! body, where each way out is:   exit = k; jump last
//! handler of the body:           error = …; exit = k
//! last:                          the deferred statement
//!                                if exit == 0 { jump end }, if exit == 1 { throw error }, …
//! ```
//! What goes on after one may have to stop at the next further out.

use super::emitter::{Emitter, Waiting};
use super::label::Target;
use crate::hir::{Action, Deferred, Expr, ExprKind, LocalId, LoopId, Ty};
use lyra_base::Span;
use lyra_bytecode::{Handler, Op, TypeId};

/// How the body of a [`Deferred`] is left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// At its end.
    End,
    /// By an error.
    Throw,
    /// By `return`.
    Return(Option<Returned>),
    Break(LoopId),
    Continue(LoopId),
}

/// A value that waits in a local while deferred statements run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Returned {
    pub(super) local: LocalId,
    /// The value is in an optional: it is of this type.
    pub(super) inside: Option<Ty>,
}

/// A [`Deferred`] whose body is being emitted.
pub(super) struct OpenDeferred {
    /// Holds the place in `exits`.
    exit: LocalId,
    exits: Vec<Exit>,
    last: Target,
    /// How many loops are open around it.
    loops: usize,
    waiting: Waiting,
}

impl<'a> Emitter<'_, '_, 'a> {
    pub(super) fn deferred(&mut self, deferred: &Deferred<'a>, span: Span) {
        let last = self.label();
        let (loops, waiting) = (self.loops.len(), self.waiting);
        self.deferred.push(OpenDeferred { exit: deferred.exit, exits: Vec::new(), last, loops, waiting });
        let start = self.here();
        self.block(&deferred.body);
        self.span = span;
        self.stop_at(self.deferred.len() - 1, Exit::End);
        let end = self.here();
        if start < end {
            let target = self.here();
            self.handlers.push(Handler { start, end, target });
            self.reachable = true;
            self.last_span = None;
            self.span = span;
            let error = Expr::new(ExprKind::OldValue, Ty::Value(TypeId::ERROR), span);
            self.action(Action::Upcast, &[error], Ty::Value(self.local_type(deferred.error)));
            self.set_local(deferred.error);
            self.stop_at(self.deferred.len() - 1, Exit::Throw);
        }
        let Some(open) = self.deferred.pop() else { return };
        self.place(open.last);
        self.block(&deferred.last);
        let mut after = self.label();
        for (at, &exit) in open.exits.iter().enumerate() {
            self.span = span;
            let mut next = self.label();
            if at + 1 < open.exits.len() {
                self.get_local(deferred.exit);
                self.op(Op::ConstI32 { value: i32::try_from(at).unwrap_or(i32::MAX) });
                self.op(Op::EqI32);
                self.jump_unless(&mut next);
            }
            match exit {
                Exit::End => self.jump(&mut after),
                Exit::Throw => {
                    self.get_local(deferred.error);
                    self.action(Action::Unwrap, &[], Ty::Value(TypeId::ERROR));
                    self.op(Op::Throw);
                }
                Exit::Return(value) => self.go_return(value),
                Exit::Break(id) | Exit::Continue(id) => self.go_loop(id, exit),
            }
            self.place(next);
        }
        self.place(after);
    }

    /// Leaves the body of an open [`Deferred`] for its deferred statement.
    fn stop_at(&mut self, index: usize, exit: Exit) {
        if !self.reachable {
            return;
        }
        let Some(open) = self.deferred.get_mut(index) else { return };
        let number = match open.exits.iter().position(|&known| known == exit) {
            Some(number) => number,
            None => {
                open.exits.push(exit);
                open.exits.len() - 1
            }
        };
        let (local, waiting, mut last) = (open.exit, open.waiting, open.last);
        self.drop_to(waiting);
        self.op(Op::ConstI32 { value: i32::try_from(number).unwrap_or(i32::MAX) });
        self.set_local(local);
        self.jump(&mut last);
        if let Some(open) = self.deferred.get_mut(index) {
            open.last = last;
        }
    }

    /// `return`; its value is in a local wherever something is deferred.
    pub(super) fn go_return(&mut self, value: Option<Returned>) {
        if !self.deferred.is_empty() {
            self.stop_at(self.deferred.len() - 1, Exit::Return(value));
            return;
        }
        if let Some(value) = value {
            self.get_local(value.local);
            if let Some(ty) = value.inside {
                self.action(Action::Unwrap, &[], ty);
            }
        }
        self.op(Op::Return);
    }

    /// `break` and `continue`.
    pub(super) fn go_loop(&mut self, id: LoopId, exit: Exit) {
        let Some(index) = self.loops.iter().position(|open| open.id == id) else { return };
        // What was deferred inside the loop runs first.
        if let Some(innermost) = self.deferred.iter().rposition(|open| open.loops > index) {
            self.stop_at(innermost, exit);
            return;
        }
        let Some(open) = self.loops.get(index) else { return };
        let is_break = matches!(exit, Exit::Break(_));
        let (keep, mut target) = (open.waiting, if is_break { open.exit } else { open.again });
        self.drop_to(keep);
        self.jump(&mut target);
        if let Some(open) = self.loops.get_mut(index) {
            *(if is_break { &mut open.exit } else { &mut open.again }) = target;
        }
    }
}
