//! The top-level statements of imported files: each file's are one procedure, which the import that came to the file
//! first calls before the statements of its own file.
//!
//! ```text
//!   main ──> set up a ──> set up shared
//!        └─> set up b
//! ```
//!
//! So a trace shows which import led to an error, and every procedure has its places in one file.

use super::checker::Checker;
use super::files::{Context, FileId};
use super::frame::{Frame, FrameRole};
use super::procs::{ProcHead, ProcSource};
use crate::hir::{Action, Expr, ExprKind, Stmt, StmtKind, Ty};
use crate::load::Target;
use lyra_base::Span;
use lyra_bytecode::{Signature, VerifyLimits};
use lyra_syntax::{ast, code};

impl<'a> Checker<'a> {
    /// Checks the top-level statements of every imported file, those of a file's imports before its own: what they
    /// declare has its type then.
    pub(super) fn set_up_files(&mut self) {
        for file in self.set_up_order() {
            self.set_up(file);
        }
    }

    /// Imported files in the order in which they are set up. The walk keeps its own stack.
    fn set_up_order(&self) -> Vec<FileId> {
        let mut order = Vec::new();
        let mut open = vec![(FileId::MAIN, 0)];
        while let Some((file, at)) = open.last_mut() {
            let imports = self.files[*file].imports;
            let next =
                imports.get(*at..).unwrap_or_default().iter().position(|(_, target)| is_first(*target));
            match next.map(|next| *at + next) {
                Some(place) => {
                    *at = place + 1;
                    if let Some(&(_, Target::File { file, .. })) = imports.get(place) {
                        open.push((FileId(u32::try_from(file).unwrap_or(0)), 0));
                    }
                }
                None => {
                    order.extend((*file != FileId::MAIN).then_some(*file));
                    open.pop();
                }
            }
        }
        order
    }

    fn set_up(&mut self, file: FileId) {
        self.context = Context::of(file);
        self.frame = Frame::new(FrameRole::Entry, Ty::Unit);
        self.frame.name = "top-level";
        let stmts = self.files[file].stmts;
        let calls = self.set_up_calls(file);
        if calls.is_empty() && stmts.iter().all(|stmt| matches!(stmt.kind, ast::StmtKind::Item(_))) {
            return;
        }
        let span = stmts.first().map_or(Span::default(), |stmt| Span::at(stmt.span.start));
        if self.procs.len() >= VerifyLimits::default().procs - 1 {
            self.error(code::TOO_MANY, span, "the program has too many procedures for one module");
            return;
        }
        let id = self.open_proc(ProcHead {
            name: "top-level",
            span,
            source: ProcSource::Closure,
            public: false,
            params: Vec::new(),
            result: Ty::Unit,
            context: self.context.clone(),
        });
        self.enter();
        let mut body = self.stmts(stmts);
        body.stmts = self.list(&[&calls, body.stmts].concat());
        let body = self.close_block(0, body);
        self.leave();
        let signature = Signature { params: Vec::new(), result: None };
        let made = self.close_frame("top-level", false, signature, body, span);
        self.finish_proc(id, made);
        self.files[file].set_up = Some(id);
    }

    /// The calls that set up what a file imports first.
    pub(super) fn set_up_calls(&self, file: FileId) -> Vec<Stmt<'a>> {
        let mut calls = Vec::new();
        for stmt in self.files[file].stmts {
            let ast::StmtKind::Item(ast::Item { kind: ast::ItemKind::Import { .. }, span, .. }) = stmt.kind
            else {
                continue;
            };
            let Target::File { file: imported, is_first: true } = self.files[file].target(*span) else {
                continue;
            };
            let imported = FileId(u32::try_from(imported).unwrap_or(0));
            if let Some(proc) = self.files[imported].set_up {
                let call = Expr::new(ExprKind::Apply(Action::Call(proc), &[]), Ty::Unit, *span);
                calls.push(Stmt { kind: StmtKind::Expr(self.alloc(call)), span: *span });
            }
        }
        calls
    }
}

const fn is_first(target: Target) -> bool {
    matches!(target, Target::File { is_first: true, .. })
}
