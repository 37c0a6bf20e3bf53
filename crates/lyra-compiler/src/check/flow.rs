//! `if`, as a statement and as a value, and `try`.

use super::binary::is_flexible_block;
use super::block::ends;
use super::checker::Checker;
use super::frame::{Role, Scope};
use super::optionals::Test;
use crate::hir::{Block, Expr, ExprKind, If, Stmt, StmtKind, Try, Ty};
use lyra_base::Span;
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// A condition: a bool, or a declaration that needs a value. What it declares is in the current scope.
    pub(super) fn cond(&mut self, cond: &ast::Cond<'a>) -> Test<'a> {
        match *cond {
            ast::Cond::Expr(expr) => Test { test: self.condition(expr), binds: Vec::new() },
            ast::Cond::Bind { mutable, pattern, value, span } => {
                self.bind_test(&pattern, value, mutable, span)
            }
        }
    }

    /// A block that begins with what its condition binds.
    pub(super) fn with_binds(&self, binds: &[Stmt<'a>], block: Block<'a>) -> Block<'a> {
        if binds.is_empty() {
            return block;
        }
        Block { stmts: self.list(&[binds, block.stmts].concat()), ..block }
    }

    /// Declares the names of a pattern whose value is not known, so that their uses are not reported too.
    pub(super) fn bind_nothing(&mut self, pattern: &ast::Pattern<'a>) {
        match pattern.kind {
            ast::PatternKind::Name(symbol) => {
                self.declare(ast::Name { symbol, span: pattern.span }, Ty::Error, Role::Let, true);
            }
            ast::PatternKind::Tuple(parts) => parts.iter().for_each(|part| self.bind_nothing(part)),
            _ => {}
        }
    }

    pub(super) fn condition(&mut self, expr: &ast::Expr<'a>) -> Expr<'a> {
        let value = self.expr(expr, Some(TypeId::BOOL));
        match value.ty {
            Ty::Value(TypeId::BOOL) | Ty::Error | Ty::Never => value,
            found => {
                let name = self.name_of(found);
                let help = match found {
                    Ty::Value(ty) if self.types.optional_of(ty).is_some() => {
                        "ask `x != none`, or `if var y = x { … }` to use the value"
                    }
                    Ty::Value(TypeId::ANY) => "say that it holds one: `x as bool`",
                    Ty::Value(TypeId::STR) => "ask `length(x) > 0` or `x != \"\"`",
                    Ty::Value(ty) if self.types.element(ty).is_some() => "ask `length(xs) > 0`",
                    Ty::Value(TypeId::U8 | TypeId::I32 | TypeId::I64 | TypeId::F64) => "compare: `x != 0`",
                    _ => "a condition is true or false",
                };
                self.report(
                    Diagnostic::error(code::MISMATCH, expr.span, format!("expected bool, found {name}"))
                        .with_label("a condition is a bool")
                        .with_help(help),
                );
                Expr::error(expr.span)
            }
        }
    }

    pub(super) fn if_statement(&mut self, chain: &ast::If<'a>, span: Span) -> Expr<'a> {
        let mut branches = Vec::with_capacity(chain.branches.len());
        let mut all_end = chain.otherwise.is_some();
        for (cond, block) in chain.branches {
            self.enter();
            let Test { test, binds } = self.cond(cond);
            let block = self.block_stmts(block);
            self.leave();
            all_end &= ends(&block);
            branches.push((test, self.with_binds(&binds, block)));
        }
        let otherwise = chain.otherwise.map(|block| self.block_stmts(&block));
        all_end &= otherwise.is_some_and(|block| ends(&block));
        let never_starts = branches.first().is_some_and(|(cond, _)| cond.ty == Ty::Never);
        let ty = if all_end || never_starts { Ty::Never } else { Ty::Unit };
        let chain = If { branches: self.list(&branches), otherwise };
        Expr::new(ExprKind::If(self.alloc(chain)), ty, span)
    }

    pub(super) fn if_value(&mut self, chain: &ast::If<'a>, want: Option<TypeId>, span: Span) -> Expr<'a> {
        // Without `else` it gives nothing; whoever needs a value says so.
        let Some(otherwise) = chain.otherwise else { return self.if_statement(chain, span) };
        // A branch with a type of its own decides what literals in the others are: they are looked at last.
        let wanted = want;
        let mut want = want;
        let mut tests = Vec::with_capacity(chain.branches.len());
        let mut done: Vec<Option<(Block<'a>, Ty)>> = vec![None; chain.branches.len() + 1];
        let mut later = Vec::new();
        for (at, (cond, block)) in chain.branches.iter().enumerate() {
            self.enter();
            let test = self.cond(cond);
            if is_flexible_block(block) {
                // Its scope waits with it.
                later.push((at, self.frame.scopes.pop().unwrap_or_default()));
            } else {
                done[at] = Some(self.branch(block, &mut want));
                self.leave();
            }
            tests.push(test);
        }
        let last = chain.branches.len();
        if is_flexible_block(&otherwise) {
            later.push((last, Scope::default()));
        } else {
            done[last] = Some(self.branch(&otherwise, &mut want));
        }
        for (at, scope) in later {
            let block = chain.branches.get(at).map_or(&otherwise, |(_, block)| block);
            self.frame.scopes.push(scope);
            done[at] = Some(self.branch(block, &mut want));
            self.leave();
        }
        let blocks: Vec<&ast::Block<'a>> =
            chain.branches.iter().map(|(_, block)| block).chain([&otherwise]).collect();
        let mut done: Vec<(Block<'a>, Ty)> = done.into_iter().flatten().collect();
        let mut result = Ty::Never;
        for ((body, ty), block) in done.iter().zip(&blocks) {
            result = self.join_towards(result, *ty, wanted).unwrap_or_else(|| {
                self.mismatch(result, *ty, body.value.map_or(block.span, |value| value.span));
                Ty::Error
            });
        }
        if let Ty::Value(whole) = result {
            for (body, _) in &mut done {
                *body = self.fit_block(*body, whole);
            }
        }
        let (conds, binds): (Vec<_>, Vec<_>) = tests.into_iter().map(|test| (test.test, test.binds)).unzip();
        let never_starts = conds.first().is_some_and(|cond| cond.ty == Ty::Never);
        let broken = conds.iter().any(|cond| cond.ty == Ty::Error);
        let binds = binds.into_iter().chain([Vec::new()]);
        let blocks: Vec<_> =
            done.into_iter().zip(binds).map(|((block, _), binds)| self.with_binds(&binds, block)).collect();
        let mut blocks = blocks.into_iter();
        let branches: Vec<_> = conds.into_iter().zip(blocks.by_ref()).collect();
        let chain = If { branches: self.list(&branches), otherwise: blocks.next() };
        let ty = if broken {
            Ty::Error
        } else if never_starts {
            Ty::Never
        } else {
            result
        };
        Expr::new(ExprKind::If(self.alloc(chain)), ty, span)
    }

    /// The type of what is one of two values where `wanted` is expected: without one of their own they may still both
    /// become that, an `any` or an interface.
    pub(super) fn join_towards(&self, a: Ty, b: Ty, wanted: Option<TypeId>) -> Option<Ty> {
        self.join(a, b).or_else(|| {
            let wanted = wanted?;
            let both_fit = self.fits(a.type_id()?, wanted) && self.fits(b.type_id()?, wanted);
            both_fit.then_some(Ty::Value(wanted))
        })
    }

    /// A branch of an `if` that has a value; the first with a type of its own decides what others are to be.
    fn branch(&mut self, block: &ast::Block<'a>, want: &mut Option<TypeId>) -> (Block<'a>, Ty) {
        let (body, ty) = self.block(block, *want);
        *want = want.or(ty.type_id());
        (body, ty)
    }

    pub(super) fn try_(&mut self, try_: &ast::Try<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        let body = self.block_stmts(&try_.body);
        self.enter();
        let error = try_.name.map(|name| self.declare(name, Ty::Value(TypeId::ERROR), Role::Catch, true));
        let handler = self.block_stmts(&try_.handler);
        self.leave();
        let try_ = Try { body, error, handler };
        out.push(Stmt { kind: StmtKind::Try(self.alloc(try_)), span });
    }
}
