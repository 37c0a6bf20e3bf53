//! `test` and `bench` blocks: checked like procedures always, compiled only when that is asked for.
//!
//! A test becomes a procedure without parameters, a benchmark one that takes a count and calls the block so often:
//!
//! ```text
//! proc rounds(left: i32) { while left > 0 { block(); left = left - 1 } }
//! ```

use super::checker::Checker;
use super::files::FileId;
use super::procs::{ProcHead, ProcSource};
use crate::hir::{self, Action, Block, Expr, ExprKind, Loop, LoopId, Stmt, StmtKind, Ty};
use hashbrown::HashMap;
use lyra_base::Span;
use lyra_bytecode::{ProcId, TestKind, TypeId, VerifyLimits};
use lyra_syntax::ast::{self, BinaryOp};
use lyra_syntax::{Diagnostic, code};

/// The `test` and `bench` blocks of a program.
#[derive(Default)]
pub(super) struct Tests<'a> {
    /// Where each name stands, by kind and file.
    named: HashMap<(FileId, TestKind, &'a str), Span>,
    /// Those that are compiled.
    pub(super) compiled: Vec<hir::Test<'a>>,
}

impl<'a> Checker<'a> {
    /// Takes a block up: its body waits to be checked.
    pub(super) fn test_head(&mut self, kind: TestKind, name: &'a str, span: Span, body: ast::Block<'a>) {
        let proc_name: &'a str = self.arena.alloc_str(&format!("{} {name:?}", kind.word()));
        if !self.is_test_name(kind, name, proc_name, span) {
            return;
        }
        let body = self.alloc(body);
        let block = self.test_proc(proc_name, ProcSource::Test(kind, body), Vec::new(), span);
        // Of what is imported the tests do not run.
        if !self.options.tests || !self.is_main_file() {
            // A ghost is checked and never compiled.
            self.procs.add_ghost(block, true);
            return;
        }
        let most = VerifyLimits::default().procs.saturating_sub(3);
        if self.procs.len() >= most {
            if self.log.is_new("items past the limit") {
                self.error(code::TOO_MANY, span, format!("a program has at most {most} procedures"));
            }
            return;
        }
        let mut proc = self.add_proc(block);
        if kind == TestKind::Bench {
            let params = vec![Ty::Value(TypeId::I32)];
            let rounds = self.test_proc("rounds", ProcSource::Rounds(proc), params, span);
            proc = self.add_proc(rounds);
        }
        self.tests.compiled.push(hir::Test { name, kind, proc, span });
    }

    fn test_proc(&self, name: &'a str, source: ProcSource<'a>, params: Vec<Ty>, span: Span) -> ProcHead<'a> {
        let context = self.context.clone();
        ProcHead { name, span, source, public: false, params, result: Ty::Unit, context }
    }

    /// Whether a block can have the name; says so when not.
    fn is_test_name(&mut self, kind: TestKind, name: &'a str, proc_name: &str, span: Span) -> bool {
        let word = kind.word();
        if name.is_empty() {
            self.report(
                Diagnostic::error(code::TEST_NAME, span, format!("a {word} needs a name"))
                    .with_help("say in a few words what it shows"),
            );
            return false;
        }
        let bytes = VerifyLimits::default().name_bytes;
        if proc_name.len() > bytes {
            self.error(code::TOO_MANY, span, format!("a name has at most {bytes} bytes"));
            return false;
        }
        let Some(earlier) = self.tests.named.insert((self.context.file, kind, name), span) else {
            return true;
        };
        self.report(
            Diagnostic::error(code::TEST_NAME, span, format!("there is a {word} {name:?} already"))
                .with_label("the same name again")
                .with_secondary(earlier, "first here")
                .with_help("results go by their names: give one of them another"),
        );
        false
    }

    /// The block of a benchmark: its last expression is computed, whether or not anything is done with it.
    pub(super) fn bench_block(&mut self, block: &ast::Block<'a>) -> Block<'a> {
        let is_choice = match block.stmts.last().map(|last| last.kind) {
            Some(ast::StmtKind::Expr(last)) => {
                matches!(last.kind, ast::ExprKind::If(_) | ast::ExprKind::Match(_))
            }
            _ => true,
        };
        if is_choice {
            // The branches need not give one type.
            return self.block_stmts(block);
        }
        let (body, _) = self.block(block, None);
        let Some(value) = body.value else { return body };
        let last = Stmt { kind: StmtKind::Expr(value), span: value.span };
        Block { stmts: self.list(&[body.stmts, &[last]].concat()), value: None }
    }

    /// The procedure that runs the block of a benchmark as often as its parameter says.
    pub(super) fn rounds(&mut self, block: ProcId, params: &[Ty], span: Span) -> Block<'a> {
        let call = Expr::new(ExprKind::Apply(Action::Call(block), &[]), Ty::Unit, span);
        let body = self.block_around(call);
        let Some(left) = self.parameters(params, span).first().copied() else { return body };
        let ExprKind::Local(local) = left.kind else { return body };
        let id = LoopId(self.frame.next_loop);
        self.frame.next_loop += 1;
        let zero = Expr::word(0, TypeId::I32, span);
        let test = self.integer_op(BinaryOp::Gt, left, zero, TypeId::I32, span);
        let test = self.alloc(test);
        let one = Expr::word(1, TypeId::I32, span);
        let fewer = self.integer_op(BinaryOp::Sub, left, one, TypeId::I32, span);
        let step = Stmt { kind: StmtKind::AssignLocal(local, self.alloc(fewer)), span };
        let step = self.list(&[step]);
        let rounds = Loop { id, guard: Some(test), body, step, again: Some(test), after: &[], left: false };
        let rounds = Stmt { kind: StmtKind::Loop(self.alloc(rounds)), span };
        Block { stmts: self.list(&[rounds]), value: None }
    }
}
