//! Procedures: their heads, and the queue of those whose bodies are still to be checked.
//!
//! A head is made when a procedure is first heard of (an item, a method, the default of a field); its body is
//! checked when the queue comes to it, and may add further procedures. A body that is checked where it stands,
//! inside another, is handed in with [`Checker::finish_proc`].

use super::checker::Checker;
use super::files::Context;
use super::frame::{Frame, FrameRole, Role};
use crate::hir::{self, Block, Ty};
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::{ProcId, Signature, TestKind, TypeId, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};
use std::collections::VecDeque;

/// Every procedure of the program but the top-level statements.
#[derive(Default)]
pub(super) struct Procs<'a> {
    heads: IdVec<ProcId, ProcHead<'a>>,
    /// Procedures of the definitions of generic items: checked, not compiled. Their ids begin at [`GHOST`].
    ghosts: Vec<ProcHead<'a>>,
    /// Whether a definition is being checked.
    is_ghostly: bool,
    /// By id; `None` until the body was checked.
    done: Vec<Option<hir::Proc<'a>>>,
    /// Ids whose bodies wait.
    queue: VecDeque<ProcId>,
}

/// What is known of a procedure before its body is looked at.
pub(super) struct ProcHead<'a> {
    /// For messages, traces and the host: `area`, `Point.norm`.
    pub(super) name: &'a str,
    /// Where it is declared, for messages.
    pub(super) span: Span,
    pub(super) source: ProcSource<'a>,
    /// Whether the host may call it.
    pub(super) public: bool,
    /// With what a method is called on, if it is one.
    pub(super) params: Vec<Ty>,
    pub(super) result: Ty,
    /// Where its names are looked up.
    pub(super) context: Context,
}

/// Where a body comes from.
#[derive(Clone, Copy)]
pub(super) enum ProcSource<'a> {
    /// A procedure or method as written.
    Written(&'a ast::Proc<'a>),
    /// The value of an expression.
    Value(&'a ast::Expr<'a>),
    /// A closure: checked where it stands.
    Closure,
    /// A procedure of the prelude, with what its type parameters are.
    Prelude(&'a ast::Proc<'a>, [TypeId; 2]),
    /// A method of a type whose values are words, called through an interface: it takes the interface's value.
    Boxed(ProcId),
    /// A built-in as a method that is found at run time.
    BuiltIn(Symbol),
    /// A `test` or `bench` block.
    Test(TestKind, &'a ast::Block<'a>),
    /// What runs a `bench` block so often.
    Rounds(ProcId),
}

/// Where the ids of ghosts begin.
const GHOST: u32 = 1 << 31;

impl<'a> Procs<'a> {
    pub(super) fn get(&self, id: ProcId) -> &ProcHead<'a> {
        if Self::is_ghost(id) { &self.ghosts[(id.0 - GHOST) as usize] } else { &self.heads[id] }
    }

    pub(super) fn get_mut(&mut self, id: ProcId) -> &mut ProcHead<'a> {
        if Self::is_ghost(id) { &mut self.ghosts[(id.0 - GHOST) as usize] } else { &mut self.heads[id] }
    }

    /// Whether a procedure is only checked, being of the definition of a generic item.
    pub(super) const fn is_ghost(id: ProcId) -> bool {
        id.0 >= GHOST
    }

    /// Whether a definition is being checked: what is made meanwhile is not compiled.
    pub(super) const fn is_ghostly(&self) -> bool {
        self.is_ghostly
    }

    /// Says whether a definition is being checked; gives what was so before.
    pub(super) const fn set_ghostly(&mut self, is_ghostly: bool) -> bool {
        std::mem::replace(&mut self.is_ghostly, is_ghostly)
    }

    /// A procedure that is not compiled; perhaps its body is checked later.
    pub(super) fn add_ghost(&mut self, head: ProcHead<'a>, check: bool) -> ProcId {
        let id = ProcId(GHOST | u32::try_from(self.ghosts.len()).unwrap_or(0));
        self.ghosts.push(head);
        if check {
            self.queue.push_back(id);
        }
        id
    }

    /// Every ghost.
    pub(super) fn ghost_ids(&self) -> impl Iterator<Item = ProcId> + use<> {
        (0..u32::try_from(self.ghosts.len()).unwrap_or(0)).map(|index| ProcId(GHOST | index))
    }

    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ProcId> + use<> {
        (0..u32::try_from(self.heads.len()).unwrap_or(u32::MAX)).map(ProcId)
    }
}

impl<'a> Checker<'a> {
    /// A new procedure, whose body is checked later. What is made while the definition of a generic item is checked
    /// is never compiled.
    pub(super) fn add_proc(&mut self, head: ProcHead<'a>) -> ProcId {
        if self.procs.is_ghostly {
            return self.procs.add_ghost(head, false);
        }
        let id = self.procs.heads.push(head);
        self.procs.done.push(None);
        self.procs.queue.push_back(id);
        id
    }

    /// A new procedure whose body is checked where it stands; [`Self::finish_proc`] takes it.
    pub(super) fn open_proc(&mut self, head: ProcHead<'a>) -> ProcId {
        if self.procs.is_ghostly {
            return self.procs.add_ghost(head, false);
        }
        let id = self.procs.heads.push(head);
        self.procs.done.push(None);
        id
    }

    /// Keeps a body that was checked where it stands.
    pub(super) fn finish_proc(&mut self, id: ProcId, made: hir::Proc<'a>) {
        if let Some(place) = self.procs.done.get_mut(id.0 as usize) {
            *place = Some(made);
        }
    }

    /// The procedure that the frame was for, which is over.
    pub(super) fn close_frame(
        &mut self,
        name: &'a str,
        public: bool,
        signature: Signature,
        body: Block<'a>,
        span: Span,
    ) -> hir::Proc<'a> {
        // What a standard file declares as `match_` is `match` to everybody else.
        let plain = name.strip_suffix('_').filter(|plain| lyra_syntax::is_reserved(plain));
        let name = plain.filter(|_| self.file().standard.is_some()).unwrap_or(name);
        let frame = &mut self.frame;
        hir::Proc {
            name,
            public,
            signature,
            locals: std::mem::take(&mut frame.locals),
            captures: frame.captures.iter().map(|&(inner, _)| inner).collect(),
            file: self.context.file.0,
            has_text: self.has_text(),
            body,
            span,
        }
    }

    /// Whether the current file is one of the program's own: the prelude and standard modules have no places that a
    /// person who wrote the program could look up.
    fn has_text(&self) -> bool {
        self.prelude.file != Some(self.context.file) && self.file().standard.is_none()
    }

    /// Whether one more procedure finds room; says so, once, when not. The top level is one too.
    pub(super) fn has_room_for_proc(&mut self, name: ast::Name) -> bool {
        self.has_room(name, self.procs.len(), VerifyLimits::default().procs - 1, "procedures")
    }

    /// Checks every body that waits, and those that come to wait meanwhile.
    pub(super) fn check_bodies(&mut self) {
        while let Some(id) = self.procs.queue.pop_front() {
            if Procs::is_ghost(id) {
                self.definition(id);
            } else if self.procs.done.get(id.0 as usize).is_some_and(Option::is_none) {
                let before = self.log.mark();
                let key = self.begin_instance(id);
                if key.is_some_and(|key| self.generics.failed.contains(&key)) {
                    continue; // What is wrong was said of the definition.
                }
                let head = self.procs.get(id);
                let is_copy = key.is_some() || matches!(head.source, ProcSource::Prelude(..));
                let span = head.span;
                if is_copy && !self.may_copy(0, 0, span) {
                    continue;
                }
                let tree = self.tree_bytes();
                let made = self.body(id);
                self.finish_proc(id, made);
                if let Some(key) = key {
                    self.settle_instance(id, key, before);
                }
                if is_copy {
                    self.may_copy(self.tree_bytes() - tree, 1, span);
                }
            }
        }
    }

    /// Every procedure with its body.
    pub(super) fn bodies(&mut self) -> Vec<hir::Proc<'a>> {
        self.check_bodies();
        std::mem::take(&mut self.procs.done).into_iter().flatten().collect()
    }

    /// Checks the body of a generic item with its parameters as they are: types of which only their bounds are
    /// known.
    fn definition(&mut self, id: ProcId) {
        let before = self.log.errors();
        let was_ghostly = self.procs.set_ghostly(true);
        self.generics.instances.current = None;
        self.body(id);
        self.procs.set_ghostly(was_ghostly);
        if self.log.errors() > before
            && let Some(&key) = self.generics.keys.get(&id)
        {
            self.generics.failed.insert(key);
        }
    }

    fn body(&mut self, id: ProcId) -> hir::Proc<'a> {
        let head = self.procs.get(id);
        let (name, public, span, source) = (head.name, head.public, head.span, head.source);
        let (params, result) = (head.params.clone(), head.result);
        self.context = head.context.clone();
        let role = match source {
            ProcSource::Written(_)
            | ProcSource::Prelude(..)
            | ProcSource::Boxed(_)
            | ProcSource::BuiltIn(_)
            | ProcSource::Rounds(_) => FrameRole::Proc,
            ProcSource::Test(TestKind::Test, _) => FrameRole::Test,
            ProcSource::Test(TestKind::Bench, _) => FrameRole::Bench,
            ProcSource::Value(_) => FrameRole::Default,
            ProcSource::Closure => FrameRole::Closure,
        };
        self.frame = Frame::new(role, result);
        self.frame.name = name;
        self.enter();
        let body = match source {
            ProcSource::Written(proc) => self.written_body(proc, &params, result),
            ProcSource::Prelude(proc, bound) => {
                self.prelude.bound = Some(bound);
                let body = self.written_body(proc, &params, result);
                self.prelude.bound = None;
                body
            }
            ProcSource::Value(value) => {
                let value = match result {
                    Ty::Value(want) => self.expect_expr(value, want),
                    _ => self.expr(value, None),
                };
                Block { stmts: &[], value: Some(self.alloc(value)) }
            }
            ProcSource::Closure => Block { stmts: &[], value: None },
            ProcSource::Boxed(method) => self.boxed_body(method, &params, result, span),
            ProcSource::BuiltIn(name) => self.built_in_body(name, &params, span),
            ProcSource::Test(TestKind::Test, block) => self.block_stmts(block),
            ProcSource::Test(TestKind::Bench, block) => self.bench_block(block),
            ProcSource::Rounds(proc) => self.rounds(proc, &params, span),
        };
        self.leave();
        let signature = Signature {
            params: params.iter().filter_map(|ty| ty.type_id()).collect(),
            result: result.type_id(),
        };
        self.close_frame(name, public, signature, body, span)
    }

    fn written_body(&mut self, proc: &'a ast::Proc<'a>, params: &[Ty], result: Ty) -> Block<'a> {
        let mut types = params.iter().copied();
        if proc.self_param.is_some()
            && let Some(ty) = types.next()
        {
            self.declare_self(proc, ty);
        }
        for (param, ty) in proc.params.iter().zip(types) {
            self.declare(param.name, ty, Role::Param, true);
        }
        match proc.body {
            Some(body) => self.proc_block(proc, &body, result),
            // The parser has said that a body is missing.
            None => Block { stmts: &[], value: None },
        }
    }

    /// The body of a procedure, whose last expression is its result if it has one.
    fn proc_block(&mut self, proc: &ast::Proc<'a>, block: &ast::Block<'a>, result: Ty) -> Block<'a> {
        let Ty::Value(want) = result else {
            return self.block_stmts(block);
        };
        let (body, ty) = self.block(block, Some(want));
        match ty {
            Ty::Value(_) | Ty::Never | Ty::Error => return self.fit_block(body, want),
            Ty::Unit => {
                let end = Span::new(block.span.end.saturating_sub(1), block.span.end);
                let name = self.text(proc.name.symbol);
                let wanted = self.name_of(result);
                self.report(
                    Diagnostic::error(
                        code::MISSING_RETURN,
                        end,
                        format!("`{name}` can end without a result"),
                    )
                    .with_label("nothing is returned here")
                    .with_secondary(
                        proc.result.map_or(end, |ty| ty.span),
                        format!("{wanted} is promised here"),
                    )
                    .with_help("end every way through with `return …`"),
                );
            }
        }
        body
    }
}
