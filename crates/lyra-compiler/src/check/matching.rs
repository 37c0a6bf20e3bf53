//! `match`: the value once into a temporary, the arms as a chain of tests in their order.
//!
//! ```text
//! match f() { A(x) if x > 1 => …    subject = f()
//!             B | C => …            if is A && { x = payload; x > 1 } { … }
//!             _ => … }              else if is B || is C { … } else { … }
//! ```
//! Each body stands once, each pattern is one test: the code grows with the text. The last arm that can be taken
//! needs no test, because the arms cover every case.

use super::arms::Subject;
use super::binary::{is_flexible, is_flexible_block};
use super::block::ends;
use super::checker::Checker;
use super::cover::CoverArm;
use super::frame::{Role, Scope};
use super::pattern::{BoundName, NONE, Pat, PatKind, PatternContext, is_error};
use crate::hir::{Block, Expr, ExprKind, If, LocalId, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

/// An arm whose pattern is known.
struct Arm<'a> {
    ast: ast::Arm<'a>,
    pat: Pat<'a>,
    names: Vec<BoundName>,
}

/// An arm that has been checked.
struct Done<'a> {
    /// `None`: whatever is left.
    test: Option<Expr<'a>>,
    /// What its body begins with.
    binds: Vec<Stmt<'a>>,
    body: Option<(Block<'a>, Ty)>,
}

impl<'a> Checker<'a> {
    /// A `match`. As a statement it has no value, and its arms may differ.
    pub(super) fn match_(
        &mut self,
        match_: &ast::Match<'a>,
        want: Option<TypeId>,
        is_statement: bool,
        span: Span,
    ) -> Expr<'a> {
        // Temporaries of the match live as long as it.
        self.enter();
        let result = self.match_in_scope(match_, want, is_statement, span);
        self.leave();
        result
    }

    fn match_in_scope(
        &mut self,
        match_: &ast::Match<'a>,
        want: Option<TypeId>,
        is_statement: bool,
        span: Span,
    ) -> Expr<'a> {
        let value = self.value_expr(match_.value, None);
        let Some(ty) = value.type_id() else {
            self.arms_of_nothing(match_, want, is_statement);
            return if value.ty == Ty::Never { Expr { span, ..value } } else { Expr::error(span) };
        };
        let arms = self.patterns(match_, ty);
        let broken = arms.iter().any(|arm| is_error(&arm.pat));
        let certain = if broken { None } else { self.check_cover(match_, &arms, ty, span) };
        let mut out = Vec::new();
        let guarded = match_.arms.iter().any(|arm| arm.guard.is_some());
        let subject = self.subject(value, ty, &arms_pats(&arms), guarded, &mut out);

        let wanted = want;
        let mut want = want;
        let mut done = Vec::with_capacity(arms.len());
        let mut later: Vec<(usize, Scope)> = Vec::new();
        let mut broken_guard = false;
        for (at, arm) in arms.iter().enumerate() {
            self.enter();
            let locals: Vec<LocalId> = arm
                .names
                .iter()
                .map(|bound| self.declare(bound.name, bound.ty, Role::Pattern, true))
                .collect();
            let mut tests = self.arm_tests(&arm.pat, &subject, &locals, certain == Some(at), broken);
            if let Some(guard) = arm.ast.guard {
                let guard = self.condition(guard);
                broken_guard |= guard.ty == Ty::Error;
                tests.and(self, guard);
            }
            let mut entry = Done { test: tests.test, binds: tests.pending, body: None };
            // An arm with a type of its own decides what literals in the others are: they are looked at last.
            if !is_statement && want.is_none() && is_flexible_body(arm.ast.body) {
                later.push((at, self.frame.scopes.pop().unwrap_or_default()));
            } else {
                entry.body = Some(self.arm_body(arm.ast.body, &mut want, is_statement));
                self.leave();
            }
            done.push(entry);
        }
        for (at, scope) in later {
            self.frame.scopes.push(scope);
            if let (Some(arm), Some(entry)) = (arms.get(at), done.get_mut(at)) {
                entry.body = Some(self.arm_body(arm.ast.body, &mut want, is_statement));
            }
            self.leave();
        }
        let result = self.result_of_arms(&mut done, match_, wanted, is_statement);
        let result = if broken || broken_guard {
            match result {
                Ty::Never => Ty::Error,
                other => other,
            }
        } else {
            result
        };
        let chain = self.chain_of_arms(done, certain, result, span);
        if broken || broken_guard {
            return Expr { ty: result, ..Expr::error(span) };
        }
        self.block_of(&out, chain, span)
    }

    /// The patterns of all arms.
    fn patterns(&mut self, match_: &ast::Match<'a>, ty: TypeId) -> Vec<Arm<'a>> {
        let mut none_taken = false;
        let mut arms = Vec::with_capacity(match_.arms.len());
        for arm in match_.arms {
            let mut names = Vec::new();
            let mut context = PatternContext { names: &mut names, none_taken };
            let pat = self.pattern(&arm.pattern, ty, &mut context);
            none_taken |= arm.guard.is_none() && takes_none(&pat);
            if is_error(&pat) {
                let mut context = PatternContext { names: &mut names, none_taken };
                self.bind_errors(std::slice::from_ref(&arm.pattern), &mut context);
            }
            arms.push(Arm { ast: *arm, pat, names });
        }
        arms
    }

    /// Reports missing cases, and arms that are never taken. Gives the last arm that is: it takes what is left.
    fn check_cover(
        &mut self,
        match_: &ast::Match<'a>,
        arms: &[Arm<'a>],
        ty: TypeId,
        span: Span,
    ) -> Option<usize> {
        let rows: Vec<_> =
            arms.iter().map(|arm| CoverArm { pat: arm.pat, guarded: arm.ast.guard.is_some() }).collect();
        let cover = self.cover(&rows, ty);
        for (arm, useful) in arms.iter().zip(&cover.useful) {
            if !useful {
                self.report(
                    Diagnostic::warning(code::UNREACHABLE, arm.ast.pattern.span, "this arm is never taken")
                        .with_help("the arms before it take every value that fits"),
                );
            }
        }
        let head = Span::new(span.start, match_.value.span.end);
        if cover.gave_up && cover.missing.is_empty() {
            self.report(
                Diagnostic::error(
                    code::NOT_EXHAUSTIVE,
                    head,
                    "whether this `match` covers every case takes too long to find out",
                )
                .with_help("end it with an arm for the rest: `_ => …`"),
            );
            return None;
        }
        if cover.missing.is_empty() {
            return rows.iter().rposition(|row| !row.guarded);
        }
        let shown: Vec<_> = cover.missing.iter().map(|case| format!("`{case}`")).collect();
        let message = match shown.as_slice() {
            [one] if one == "`_`" => "this `match` does not cover every case".to_owned(),
            [one] => format!("this `match` does not cover {one}"),
            [first @ .., last] => format!("this `match` does not cover {} and {last}", first.join(", ")),
            [] => String::new(),
        };
        let mut diagnostic = Diagnostic::error(code::NOT_EXHAUSTIVE, head, message);
        let guarded = rows.iter().any(|row| row.guarded);
        diagnostic = match cover.missing.first() {
            Some(case) if case != "_" => diagnostic
                .with_help(format!("add an arm for it: `{case} => …`, or one for all others: `_ => …`")),
            _ if guarded => diagnostic
                .with_help("an arm with a guard covers nothing; end with one for the rest: `_ => …`"),
            _ => diagnostic.with_help("end it with an arm for the rest: `_ => …`"),
        };
        self.report(diagnostic);
        None
    }

    /// Arms of a value that is not there: checked for their own mistakes.
    fn arms_of_nothing(&mut self, match_: &ast::Match<'a>, mut want: Option<TypeId>, is_statement: bool) {
        for arm in match_.arms {
            self.enter();
            let mut names = Vec::new();
            let mut context = PatternContext { names: &mut names, none_taken: false };
            self.bind_errors(std::slice::from_ref(&arm.pattern), &mut context);
            for bound in names {
                self.declare(bound.name, bound.ty, Role::Pattern, true);
            }
            if let Some(guard) = arm.guard {
                self.condition(guard);
            }
            self.arm_body(arm.body, &mut want, is_statement);
            self.leave();
        }
    }

    /// The body of an arm; the first with a type of its own decides what others are to be.
    fn arm_body(
        &mut self,
        body: &'a ast::Expr<'a>,
        want: &mut Option<TypeId>,
        is_statement: bool,
    ) -> (Block<'a>, Ty) {
        let span = body.span;
        match body.kind {
            ast::ExprKind::Block(block) if is_statement => {
                let block = self.block_stmts(block);
                (block, if ends(&block) { Ty::Never } else { Ty::Unit })
            }
            ast::ExprKind::Block(block) => {
                let (body, ty) = self.block(block, *want);
                *want = want.or(ty.type_id());
                // What could not be read may have been its value.
                let unread = block.stmts.iter().any(|stmt| matches!(stmt.kind, ast::StmtKind::Error));
                (body, if unread && ty == Ty::Unit { Ty::Error } else { ty })
            }
            ast::ExprKind::Assign(assign) => {
                let mut stmts = Vec::new();
                self.assign(assign, span, &mut stmts);
                let block = Block { stmts: self.list(&stmts), value: None };
                (block, if ends(&block) { Ty::Never } else { Ty::Unit })
            }
            _ => {
                let value = if is_statement { self.statement_expr(body) } else { self.expr(body, *want) };
                if let (Ty::Value(ty), false) = (value.ty, is_statement) {
                    *want = want.or(Some(ty));
                    return (Block { stmts: &[], value: Some(self.alloc(value)) }, value.ty);
                }
                let stmt = Stmt { kind: StmtKind::Expr(self.alloc(value)), span };
                let ty = match value.ty {
                    Ty::Value(_) => Ty::Unit,
                    other => other,
                };
                (Block { stmts: self.list(&[stmt]), value: None }, ty)
            }
        }
    }

    /// What all arms give together; their values become of one type.
    fn result_of_arms(
        &mut self,
        done: &mut [Done<'a>],
        match_: &ast::Match<'a>,
        wanted: Option<TypeId>,
        is_statement: bool,
    ) -> Ty {
        if is_statement {
            let all_end = !done.is_empty()
                && done.iter().all(|arm| matches!(arm.body, Some((_, Ty::Never | Ty::Error))));
            return if all_end { Ty::Never } else { Ty::Unit };
        }
        let mut result = Ty::Never;
        for (arm, written) in done.iter().zip(match_.arms) {
            let Some((body, ty)) = arm.body else { continue };
            result = self.join_towards(result, ty, wanted).unwrap_or_else(|| {
                self.mismatch(result, ty, body.value.map_or(written.body.span, |value| value.span));
                Ty::Error
            });
        }
        if done.is_empty() {
            return Ty::Error;
        }
        if let Ty::Value(whole) = result {
            for arm in done {
                if let Some((body, _)) = &mut arm.body {
                    *body = self.fit_block(*body, whole);
                }
            }
        }
        result
    }

    /// The arms as an `if` chain.
    fn chain_of_arms(
        &mut self,
        done: Vec<Done<'a>>,
        certain: Option<usize>,
        result: Ty,
        span: Span,
    ) -> Expr<'a> {
        let mut branches = Vec::with_capacity(done.len());
        let mut otherwise = None;
        for (at, arm) in done.into_iter().enumerate() {
            let Some((body, _)) = arm.body else { continue };
            let body = self.with_binds(&arm.binds, body);
            match arm.test {
                // What comes after it is never reached.
                None => {
                    otherwise = Some(body);
                    break;
                }
                Some(test) => branches.push((test, body)),
            }
            if certain == Some(at) {
                break;
            }
        }
        if branches.is_empty()
            && let Some(body) = otherwise
        {
            return Expr::new(ExprKind::Block(self.alloc(body)), result, span);
        }
        let chain = If { branches: self.list(&branches), otherwise };
        Expr::new(ExprKind::If(self.alloc(chain)), result, span)
    }

    /// What is matched, where the tests find it.
    fn subject(
        &mut self,
        value: Expr<'a>,
        ty: TypeId,
        pats: &[Pat<'a>],
        guarded: bool,
        out: &mut Vec<Stmt<'a>>,
    ) -> Subject<'a> {
        // A tuple that was only written to be matched is not made.
        if let ExprKind::Apply(crate::hir::Action::NewRecord, parts) = value.kind
            && self.types.parts(ty).is_some()
        {
            let mut subjects = Vec::with_capacity(parts.len());
            for (at, &part) in parts.iter().enumerate() {
                let kept = self.keep_in(part, out);
                let below: Vec<_> = pats.iter().filter_map(|pat| part_of(pat, at)).collect();
                subjects.push(self.subject_of(kept, &below, out));
            }
            return Subject { value, ty, parts: Some(subjects), index: None };
        }
        let kept = match value.kind {
            // Nobody assigns it before the arm is chosen.
            ExprKind::Local(_) if !guarded => value,
            _ => self.keep_in(value, out),
        };
        self.subject_of(kept, pats, out)
    }
}

/// Whether a pattern takes `none`, whatever else it takes.
fn takes_none(pat: &Pat<'_>) -> bool {
    match pat.kind {
        PatKind::Form { form: NONE, parts: [] } => true,
        PatKind::Or(sides) => sides.iter().any(takes_none),
        _ => false,
    }
}

fn arms_pats<'a>(arms: &[Arm<'a>]) -> Vec<Pat<'a>> {
    arms.iter().map(|arm| arm.pat).collect()
}

fn part_of<'a>(pat: &Pat<'a>, at: usize) -> Option<Pat<'a>> {
    match pat.kind {
        PatKind::Form { parts, .. } => parts.get(at).copied(),
        _ => None,
    }
}

/// Whether a body is made of integer literals alone, which take the type of the others.
fn is_flexible_body(body: &ast::Expr<'_>) -> bool {
    match body.kind {
        ast::ExprKind::Block(block) => is_flexible_block(block),
        _ => is_flexible(body),
    }
}
