//! What the grammar's actions call: nodes from their parts, put into the arena.
//!
//! Every part carries how deep it is, because a level of nesting is not always a bracket. The count is that of
//! the language: a bracket, a block, a hole, a type, a prefix operator, a jump, a closure each add one; operators
//! between operands, calls and fields add nothing. A part that is too deep is reported once and replaced by an
//! error node, so a deeper tree never exists.

mod expr;
mod item;
mod pattern;

use crate::ast::{
    Assign, BinaryOp, Block, Cond, Expr, ExprKind, For, Name, Pattern, Stmt, StmtKind, Try, Type, VarDecl,
    While,
};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::layout::too_deep;
use crate::report::Reports;
use crate::trivia::{Trivia, doc_lines};
use crate::{MAX_NESTING, ast};
use bumpalo::Bump;
use lyra_base::{Span, Symbol};
use std::cell::RefCell;

/// A node and how deep it is.
#[derive(Debug)]
pub(crate) struct Deep<'a, T> {
    pub(crate) node: &'a T,
    pub(crate) depth: u32,
}

// Not derived: a derive would ask the same of `T`.
impl<T> Clone for Deep<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Deep<'_, T> {}

/// An expression and how deep it is.
pub(crate) type E<'a> = Deep<'a, Expr<'a>>;

/// The conditions and bodies of an `if` chain that is still being read.
pub(crate) struct Branches<'a> {
    start: u32,
    list: Vec<(Cond<'a>, Block<'a>)>,
    end: u32,
    depth: u32,
}

/// What all actions share.
pub(crate) struct Cx<'a, 'c> {
    pub(crate) arena: &'a Bump,
    pub(crate) text: &'c str,
    pub(crate) trivia: &'c [Trivia],
    pub(crate) self_symbol: Symbol,
    pub(crate) underscore: Symbol,
    pub(crate) reports: RefCell<Reports>,
}

pub(crate) fn one<T>(item: T) -> Vec<T> {
    let mut list = Vec::with_capacity(4);
    list.push(item);
    list
}

pub(crate) fn push<T>(mut list: Vec<T>, item: T) -> Vec<T> {
    list.push(item);
    list
}

fn deepest<T>(parts: &[Deep<'_, T>]) -> u32 {
    parts.iter().map(|part| part.depth).max().unwrap_or(0)
}

impl<'a> Cx<'a, '_> {
    pub(crate) fn report(&self, diagnostic: Diagnostic) {
        self.reports.borrow_mut().push(diagnostic);
    }

    fn deep<T>(&self, node: T, depth: u32) -> Deep<'a, T> {
        Deep { node: self.arena.alloc(node), depth }
    }

    /// The nodes of a list, side by side.
    fn slice<T: Copy>(&self, parts: &[Deep<'a, T>]) -> &'a [T] {
        self.arena.alloc_slice_fill_iter(parts.iter().map(|part| *part.node))
    }

    /// Whether `depth` is too much; says so.
    fn refuse(&self, depth: u32, span: Span) -> bool {
        if depth <= MAX_NESTING {
            return false;
        }
        self.report(too_deep(self.head(span)));
        true
    }

    /// The first word or sign of `span`, so that a message about much text points at its beginning.
    fn head(&self, span: Span) -> Span {
        let text = self.text.get(span.range()).unwrap_or("");
        let word = text.find(|c: char| !unicode_ident::is_xid_continue(c)).unwrap_or(text.len());
        let length = if word > 0 { word } else { text.chars().next().map_or(0, char::len_utf8) };
        Span::new(span.start, span.start + u32::try_from(length).unwrap_or(0))
    }

    /// The `///` lines above `start`, without slashes.
    fn doc(&self, start: u32) -> Option<&'a str> {
        let lines = doc_lines(self.text, self.trivia, start);
        if lines.is_empty() {
            return None;
        }
        let mut doc = bumpalo::collections::String::new_in(self.arena);
        for line in lines.iter().filter(|piece| piece.kind == crate::trivia::TriviaKind::Doc) {
            if !doc.is_empty() {
                doc.push('\n');
            }
            let body = self.text.get(line.span.range()).unwrap_or("").trim_start_matches('/');
            doc.push_str(body.strip_prefix(' ').unwrap_or(body).trim_end());
        }
        (!doc.is_empty()).then(|| doc.into_bump_str())
    }

    // ---- statements ----

    pub(crate) fn stmt(&self, kind: StmtKind<'a>, span: Span, depth: u32) -> Deep<'a, Stmt<'a>> {
        if self.refuse(depth, span) {
            return self.deep(Stmt { kind: StmtKind::Error, span }, 0);
        }
        self.deep(Stmt { kind, span }, depth)
    }

    pub(crate) fn expr_stmt(&self, e: E<'a>) -> Deep<'a, Stmt<'a>> {
        let kind =
            if matches!(e.node.kind, ExprKind::Error) { StmtKind::Error } else { StmtKind::Expr(e.node) };
        self.stmt(kind, e.node.span, e.depth)
    }

    pub(crate) fn assign(
        &self,
        place: E<'a>,
        op: Option<BinaryOp>,
        op_span: Span,
        value: E<'a>,
    ) -> Deep<'a, Assign<'a>> {
        let node = Assign { place: place.node, op, op_span, value: value.node };
        self.deep(node, place.depth.max(value.depth))
    }

    pub(crate) fn assign_stmt(&self, a: Deep<'a, Assign<'a>>) -> Deep<'a, Stmt<'a>> {
        self.stmt(StmtKind::Assign(a.node), a.node.place.span.to(a.node.value.span), a.depth)
    }

    pub(crate) fn var(
        &self,
        span: Span,
        private: Option<Span>,
        mutable: bool,
        pattern: &'a Pattern<'a>,
        ty: Option<Deep<'a, Type<'a>>>,
        value: Option<E<'a>>,
    ) -> Deep<'a, Stmt<'a>> {
        let depth = ty.map_or(0, |ty| ty.depth).max(value.map_or(0, |value| value.depth));
        let node = VarDecl {
            doc: self.doc(span.start),
            private,
            mutable,
            pattern: *pattern,
            ty: ty.map(|ty| *ty.node),
            value: value.map(|value| value.node),
        };
        self.stmt(StmtKind::Var(self.arena.alloc(node)), span, depth)
    }

    pub(crate) fn while_loop(
        &self,
        start: u32,
        label: Option<Name>,
        cond: Deep<'a, Cond<'a>>,
        body: Deep<'a, Block<'a>>,
    ) -> Deep<'a, Stmt<'a>> {
        let node = While { label, cond: *cond.node, body: *body.node };
        let start = label.map_or(start, |label| label.span.start);
        let span = Span::new(start, body.node.span.end);
        self.stmt(StmtKind::While(self.arena.alloc(node)), span, cond.depth.max(body.depth))
    }

    pub(crate) fn for_loop(
        &self,
        start: u32,
        label: Option<Name>,
        (first, second): (&'a Pattern<'a>, Option<&'a Pattern<'a>>),
        iter: E<'a>,
        step: Option<E<'a>>,
        body: Deep<'a, Block<'a>>,
    ) -> Deep<'a, Stmt<'a>> {
        let depth = iter.depth.max(step.map_or(0, |step| step.depth)).max(body.depth);
        let node = For {
            label,
            first: *first,
            second: second.copied(),
            iter: iter.node,
            step: step.map(|step| step.node),
            body: *body.node,
        };
        let start = label.map_or(start, |label| label.span.start);
        let span = Span::new(start, body.node.span.end);
        self.stmt(StmtKind::For(self.arena.alloc(node)), span, depth)
    }

    pub(crate) fn try_catch(
        &self,
        start: u32,
        body: Deep<'a, Block<'a>>,
        name: Option<Name>,
        handler: Deep<'a, Block<'a>>,
    ) -> Deep<'a, Stmt<'a>> {
        let span = Span::new(start, handler.node.span.end);
        let node = Try { body: *body.node, name, handler: *handler.node };
        self.stmt(StmtKind::Try(self.arena.alloc(node)), span, body.depth.max(handler.depth))
    }

    pub(crate) fn defer(&self, start: u32, stmt: Deep<'a, Stmt<'a>>) -> Deep<'a, Stmt<'a>> {
        self.stmt(StmtKind::Defer(stmt.node), Span::new(start, stmt.node.span.end), stmt.depth + 1)
    }

    pub(crate) fn cond(&self, e: E<'a>) -> Deep<'a, Cond<'a>> {
        self.deep(Cond::Expr(e.node), e.depth + head_depth(e))
    }

    pub(crate) fn cond_bind(
        &self,
        start: u32,
        mutable: bool,
        pattern: &'a Pattern<'a>,
        value: E<'a>,
    ) -> Deep<'a, Cond<'a>> {
        let span = Span::new(start, value.node.span.end);
        let node = Cond::Bind { mutable, pattern: *pattern, value: value.node, span };
        self.deep(node, value.depth + head_depth(value))
    }

    /// A block. Items stand at the top level only, so one in here is a mistake; so is `private`.
    pub(crate) fn block(&self, stmts: Vec<Deep<'a, Stmt<'a>>>, span: Span) -> Deep<'a, Block<'a>> {
        for stmt in &stmts {
            match stmt.node.kind {
                StmtKind::Item(item) => self.report(misplaced_item(item, self.head(stmt.node.span))),
                StmtKind::Var(VarDecl { private: Some(private), .. }) => self.report(
                    Diagnostic::error(
                        code::MISPLACED_ITEM,
                        *private,
                        "`private` stands before items of a module only",
                    )
                    .with_help("remove it: a local name is never visible outside")
                    .with_fix(*private, ""),
                ),
                _ => {}
            }
        }
        let depth = deepest(&stmts) + 1;
        let node = Block { stmts: self.slice(&stmts), braced: true, span };
        if self.refuse(depth, span) {
            return self.deep(Block { stmts: &[], ..node }, 0);
        }
        self.deep(node, depth)
    }

    /// The one jump that stands in place of a block.
    pub(crate) fn jump_body(&self, jump: E<'a>) -> Deep<'a, Block<'a>> {
        let stmt = self.expr_stmt(jump);
        let node = Block { stmts: std::slice::from_ref(stmt.node), braced: false, span: jump.node.span };
        self.deep(node, jump.depth)
    }
}

/// An `if` or `match` as the condition of another is a level: `if if a { b } else { c } { … }`.
fn head_depth(e: E<'_>) -> u32 {
    u32::from(matches!(e.node.kind, ExprKind::If(_) | ExprKind::Match(_)))
}

fn misplaced_item(item: &ast::Item<'_>, span: Span) -> Diagnostic {
    let (what, help) = match item.kind {
        ast::ItemKind::Proc(_) => ("proc", "move it out, or make it a closure: `var name = |x| …`"),
        ast::ItemKind::Const { .. } => ("const", "use `let`, or move it out"),
        ast::ItemKind::Import { .. } => ("import", "move it to the top of the file"),
        _ => ("item", "move it out of the block"),
    };
    Diagnostic::error(code::MISPLACED_ITEM, span, format!("this {what} stands inside a block"))
        .with_label("items stand at the top level of a file")
        .with_help(help)
}
