//! Consts: evaluated at compile time, in the order in which they need each other.

use super::checker::Checker;
use super::files::{Context, ItemKind};
use super::frame::{Frame, FrameRole};
use crate::fold::is_constant;
use crate::hir::{Expr, Ty};
use lyra_syntax::{Diagnostic, ast, code};

/// Where the walk over the consts is with one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

impl<'a> Checker<'a> {
    /// Evaluates every const, those it needs first, however long the chain: the walk keeps its own stack.
    pub(super) fn evaluate_consts(&mut self) {
        let mut states = vec![State::New; self.consts.len()];
        for start in 0..self.consts.len() {
            let mut path = vec![start];
            while let Some(&index) = path.last() {
                match states[index] {
                    State::New => {
                        states[index] = State::Open;
                        self.context = Context::of(self.consts[index].file);
                        for needed in names_in(self.consts[index].value) {
                            let Some(ItemKind::Const(needed)) = self.find_path(needed.names()) else {
                                continue;
                            };
                            match states[needed] {
                                State::New => path.push(needed),
                                State::Open => self.const_cycle(index, needed),
                                State::Done => {}
                            }
                        }
                    }
                    State::Open => {
                        states[index] = State::Done;
                        self.evaluate_const(index);
                        path.pop();
                    }
                    State::Done => {
                        path.pop();
                    }
                }
            }
        }
    }

    fn const_cycle(&mut self, index: usize, needed: usize) {
        let (name, other) = (self.consts[index].name, self.consts[needed].name);
        let text = self.text(other.symbol);
        self.report(
            Diagnostic::error(
                code::CONST_CYCLE,
                name.span,
                format!("the value of `{text}` depends on itself"),
            )
            .with_secondary(other.span, "which is defined here"),
        );
        self.consts[needed].result = Some(Expr::error(other.span));
    }

    fn evaluate_const(&mut self, index: usize) {
        let (name, file, ty, value) = {
            let item = &self.consts[index];
            (item.name, item.file, item.ty, item.value)
        };
        if self.consts[index].result.is_some() {
            return;
        }
        self.context = Context::of(file);
        self.frame = Frame::new(FrameRole::Const, Ty::Unit);
        self.enter();
        let want = ty.map(|ty| self.resolve_type(&ty));
        let errors = self.log.errors();
        self.folding = true;
        let found = match want {
            Some(Ty::Value(want)) => self.expect_expr(value, want),
            _ => self.expr(value, None),
        };
        self.folding = self.options.fold;
        self.leave();
        let result = if is_constant(&found) {
            found
        } else {
            // The first thing said about it is enough.
            if self.log.errors() == errors && found.ty != Ty::Error {
                let text = self.text(name.symbol);
                self.report(
                    Diagnostic::error(code::NOT_CONSTANT, value.span, format!("the value of `{text}` is not constant"))
                        .with_label("not known before the program runs")
                        .with_help("a const is made of literals, operators, conversions and other consts; `let` takes any value"),
                );
            }
            Expr::error(value.span)
        };
        self.consts[index].result = Some(result);
    }
}

/// `name` or `file.name`
enum Path {
    One([ast::Name; 1]),
    Two([ast::Name; 2]),
}

impl Path {
    fn names(&self) -> &[ast::Name] {
        match self {
            Self::One(names) => names,
            Self::Two(names) => names,
        }
    }
}

/// Every name in an expression that could be a const's value.
fn names_in(expr: &ast::Expr<'_>) -> Vec<Path> {
    let mut names = Vec::new();
    let mut todo = vec![*expr];
    while let Some(expr) = todo.pop() {
        match expr.kind {
            ast::ExprKind::Name(symbol) => names.push(Path::One([ast::Name { symbol, span: expr.span }])),
            ast::ExprKind::Paren(inner) | ast::ExprKind::Unary { operand: inner, .. } => todo.push(*inner),
            ast::ExprKind::Binary { left, right, .. } => todo.extend([*left, *right]),
            ast::ExprKind::Tuple(parts) => todo.extend(parts),
            ast::ExprKind::TupleField { base, .. } => todo.push(*base),
            ast::ExprKind::Call { args, callee, .. } => {
                todo.push(*callee);
                todo.extend(args.iter().map(|arg| arg.value));
            }
            ast::ExprKind::Field { base: ast::Expr { kind: ast::ExprKind::Name(symbol), span }, name } => {
                let file = ast::Name { symbol: *symbol, span: *span };
                names.extend([Path::One([file]), Path::Two([file, name])]);
            }
            ast::ExprKind::Field { base, .. } => todo.push(*base),
            ast::ExprKind::If(chain) => {
                let blocks = chain.branches.iter().map(|(_, block)| block).chain(chain.otherwise.as_ref());
                for stmt in blocks.flat_map(|block| block.stmts) {
                    if let ast::StmtKind::Expr(expr) = stmt.kind {
                        todo.push(*expr);
                    }
                }
                for (cond, _) in chain.branches {
                    if let ast::Cond::Expr(expr) = cond {
                        todo.push(**expr);
                    }
                }
            }
            _ => {}
        }
    }
    names
}
