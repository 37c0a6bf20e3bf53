//! Closures, and procedures as values.
//!
//! A closure is checked where it stands, in a frame of its own inside the frame around it. A name that is found in
//! a frame further out is *captured*: the variable becomes one of the closure's own, a further parameter, and one of
//! every closure between. Whether closures share the variable or each has a copy is not known until the whole
//! procedure has been seen, so that [`hir::Captured`] notes whether it is ever assigned, and the emitter decides.

use super::checker::Checker;
use super::frame::{Frame, FrameRole, LocalVar, Role, VarId};
use super::procs::{ProcHead, ProcSource};
use crate::hir::{self, Action, Block, Captured, CellId, Expr, ExprKind, Stmt, StmtKind, Ty};
use hashbrown::hash_map::Entry;
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::{Kind, ProcId, Signature, Type, TypeId, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};

/// Captured variables of all closures together; one of a closure within others counts for each of these.
const MAX_CAPTURES: usize = 200_000;

/// What the place of a closure expects of it.
#[derive(Default)]
pub(super) struct Expected {
    /// Its parameters.
    pub(super) params: Option<Vec<TypeId>>,
    /// What it gives; `None`: whatever comes.
    pub(super) result: Option<Ty>,
    /// What literals in its result take, when `result` leaves it open.
    pub(super) hint: Option<TypeId>,
}

impl<'a> Checker<'a> {
    /// A closure where a value of type `want` is expected.
    pub(super) fn closure(
        &mut self,
        closure: &'a ast::Closure<'a>,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let want = self.beneath(want);
        let expected = match want.and_then(|want| self.types.procedure(want)) {
            Some((params, result)) => Expected {
                params: Some(params.to_vec()),
                result: match result {
                    Some(result) if self.is_hole(result) => None,
                    result => Some(result.map_or(Ty::Unit, Ty::Value)),
                },
                hint: None,
            },
            None => Expected::default(),
        };
        self.closure_as(closure, &expected, span)
    }

    /// A closure of which some types are known.
    pub(super) fn closure_as(
        &mut self,
        closure: &'a ast::Closure<'a>,
        expected: &Expected,
        span: Span,
    ) -> Expr<'a> {
        let params = self.closure_params(closure, expected, span);
        let written = closure.result.map(|ty| self.resolve_type(&ty));
        let (result, infers) = match (written, expected.result) {
            (Some(written), _) => (written, false),
            (None, _) if !closure.short => (Ty::Unit, false),
            (None, Some(result)) => (result, false),
            (None, None) => (expected.hint.map_or(Ty::Unit, Ty::Value), true),
        };
        if self.procs.len() >= VerifyLimits::default().procs - 1 {
            if self.log.is_new("closures past the limit") {
                self.error(code::TOO_MANY, span, "a program has at most 65,535 procedures and closures");
            }
            return Expr::error(span);
        }
        let name = match self.frame.role {
            FrameRole::Closure => self.frame.name,
            _ => &*self.arena.alloc_str(&format!("closure in {}", self.frame.name)),
        };
        let id = self.open_proc(ProcHead {
            name,
            span,
            source: ProcSource::Closure,
            public: false,
            params: Vec::new(),
            result,
            context: self.context.clone(),
        });
        self.enter_closure(name, result, infers);
        for (param, &ty) in closure.params.iter().zip(&params) {
            self.declare(param.name, ty, Role::Param, true);
        }
        let body = self.closure_body(closure, span);
        let result = self.frame.result;
        let types: Option<Vec<TypeId>> = params.iter().map(|ty| ty.type_id()).collect();
        self.leave();
        self.leave();
        let signature = Signature { params: types.clone().unwrap_or_default(), result: result.type_id() };
        let made = self.close_frame(name, false, signature, body, span);
        let captures: Vec<_> = self.frame.captures.iter().map(|&(_, outer)| outer).collect();
        if let Some(outer) = self.frame.outer.take() {
            self.frame = *outer;
        }
        self.finish_proc(id, made);
        let (Some(types), true) = (types, result != Ty::Error) else { return Expr::error(span) };
        let Some(ty) = self.make_type(Type::Proc { params: types.into(), result: result.type_id() }, span)
        else {
            return Expr::error(span);
        };
        let closure = hir::Closure { proc: id, captures: self.list(&captures) };
        Expr::new(ExprKind::Closure(self.alloc(closure)), Ty::Value(ty), span)
    }

    /// Goes into the frame of a closure: a scope for what it captures, one for its parameters.
    fn enter_closure(&mut self, name: &'a str, result: Ty, infers: bool) {
        let mut frame = Frame::new(FrameRole::Closure, result);
        frame.name = name;
        frame.infers = infers;
        let outer = std::mem::replace(&mut self.frame, frame);
        self.frame.outer = Some(Box::new(outer));
        self.enter();
        self.enter();
    }

    /// The types of a closure's parameters: as written, else as expected.
    fn closure_params(&mut self, closure: &ast::Closure<'a>, expected: &Expected, span: Span) -> Vec<Ty> {
        let wanted = expected.params.as_deref();
        let given = closure.params.len();
        let wanted = wanted.filter(|wanted| {
            let fits = wanted.len() == given;
            if !fits {
                let count = super::calls::counted(wanted.len(), "parameter", "parameters");
                self.error(
                    code::ARGUMENT_COUNT,
                    span,
                    format!("a closure with {count} is expected, this has {given}"),
                );
            }
            fits
        });
        let is_wrong = expected.params.is_some() && wanted.is_none();
        let mut types = Vec::with_capacity(given);
        for (at, param) in closure.params.iter().enumerate() {
            let want = wanted.and_then(|wanted| wanted.get(at)).copied().filter(|&want| !self.is_hole(want));
            let ty = match (param.ty, want) {
                (Some(written), want) => {
                    let ty = self.resolve_type(&written);
                    match want {
                        Some(want) if ty != Ty::Value(want) && ty != Ty::Error => {
                            self.mismatch(Ty::Value(want), ty, written.span);
                            Ty::Error
                        }
                        _ => ty,
                    }
                }
                (None, Some(want)) => Ty::Value(want),
                (None, None) if is_wrong => Ty::Error,
                (None, None) => {
                    let name = self.text(param.name.symbol);
                    self.report(
                        Diagnostic::error(
                            code::TYPE_NOT_KNOWN,
                            param.name.span,
                            format!("the type of `{name}` is not known"),
                        )
                        .with_label("nothing says what this closure is called with")
                        .with_help(format!("write it: `|{name}: T| …`")),
                    );
                    Ty::Error
                }
            };
            types.push(ty);
        }
        // So that the closure as a whole is known to be wrong.
        if is_wrong && types.is_empty() {
            types.push(Ty::Error);
        }
        types
    }

    /// The body; the frame's `result` is what it gives, afterwards.
    fn closure_body(&mut self, closure: &ast::Closure<'a>, span: Span) -> Block<'a> {
        let want = self.frame.result.type_id();
        let (body, ty) = match closure.body.kind {
            ast::ExprKind::Block(block) if want.is_none() && !self.frame.infers => {
                (self.block_stmts(block), Ty::Unit)
            }
            ast::ExprKind::Block(block) => self.block(block, want),
            ast::ExprKind::Assign(assign) => {
                let mut stmts = Vec::new();
                self.assign(assign, closure.body.span, &mut stmts);
                (Block { stmts: self.list(&stmts), value: None }, Ty::Unit)
            }
            _ => {
                let value = self.expr(closure.body, want);
                match value.ty {
                    Ty::Value(_) => (Block { stmts: &[], value: Some(self.alloc(value)) }, value.ty),
                    ty => {
                        let stmt = Stmt { kind: StmtKind::Expr(self.alloc(value)), span: value.span };
                        (Block { stmts: self.list(&[stmt]), value: None }, ty)
                    }
                }
            }
        };
        if self.frame.infers {
            self.frame.infers = false;
            self.frame.result = if ty == Ty::Never { Ty::Unit } else { ty };
        }
        match (self.frame.result, ty) {
            (Ty::Value(want), Ty::Unit) => {
                let place = match closure.body.kind {
                    ast::ExprKind::Block(block) => {
                        Span::new(block.span.end.saturating_sub(1), block.span.end)
                    }
                    _ => closure.body.span,
                };
                let wanted = self.types.name(want);
                self.report(
                    Diagnostic::error(code::MISSING_RETURN, place, "this closure can end without a result")
                        .with_label("nothing is given here")
                        .with_secondary(
                            closure.result.map_or(Span::new(span.start, span.start + 1), |ty| ty.span),
                            format!("{wanted} is expected of it"),
                        )
                        .with_help("end every way through with a value or `return …`"),
                );
                body
            }
            (Ty::Value(want), _) => self.fit_block(body, want),
            // A value that nobody asks for.
            (_, Ty::Value(_)) => match body.value {
                Some(value) => {
                    let stmt = Stmt { kind: StmtKind::Expr(value), span: value.span };
                    Block { stmts: self.list(&[body.stmts, &[stmt]].concat()), value: None }
                }
                None => body,
            },
            _ => body,
        }
    }

    /// The first `return` of a closure whose result nobody has said.
    pub(super) fn first_return(&mut self, value: Option<&'a ast::Expr<'a>>, span: Span) -> Expr<'a> {
        let hint = self.frame.result.type_id();
        let value = value.map(|value| self.expr(value, hint));
        // What is returned may hold a `return` itself.
        let found = value.map_or(Ty::Unit, |value| value.ty);
        if self.frame.infers && matches!(found, Ty::Value(_) | Ty::Unit) {
            self.frame.infers = false;
            self.frame.result = found;
        }
        match value {
            Some(value) if value.ty == Ty::Unit => self.then_return(value, span),
            Some(value) if value.ty == Ty::Never => Expr { span, ..value },
            Some(value) => {
                let value = match self.frame.result {
                    Ty::Value(want) => self.fit(value, want, value.span),
                    _ => value,
                };
                self.leave_with(Some(value), span)
            }
            None => Expr::new(ExprKind::Return(None), Ty::Never, span),
        }
    }

    // ---- captured variables ----

    /// Makes a variable of a frame further out one of this closure's.
    pub(super) fn capture(&mut self, symbol: Symbol) -> Option<VarId> {
        let mut frame = &self.frame;
        let (ty, span) = loop {
            if let Some(var) = frame.find(symbol) {
                break (frame.vars[var].ty, frame.vars[var].span);
            }
            frame = frame.outer.as_deref()?;
        };
        if self.captures >= MAX_CAPTURES {
            if self.log.is_new("captures past the limit") {
                let message = format!("the closures of a program capture at most {MAX_CAPTURES} variables");
                self.error(code::TOO_MANY, span, message);
            }
            return None;
        }
        self.captures += captures_until(&self.frame, symbol);
        let cell = self.make_type(Type::Cell(ty.type_id().unwrap_or(TypeId::BOOL)), span)?;
        capture_from(&mut self.frame, &mut self.cells, symbol, cell)
    }

    // ---- procedures as values ----

    /// A procedure as a value: always the same one, kept in a global that has it since it was first asked for.
    pub(super) fn proc_value(&mut self, proc: ProcId, span: Span) -> Expr<'a> {
        let head = self.procs.get(proc);
        let (name, declared) = (head.name, head.span);
        let params: Option<Vec<TypeId>> = head.params.iter().map(|ty| ty.type_id()).collect();
        let result = head.result;
        let (Some(params), true) = (params, result != Ty::Error) else { return Expr::error(span) };
        let made = self.make_type(Type::Proc { params: params.into(), result: result.type_id() }, span);
        let Some(ty) = made else { return Expr::error(span) };
        let closure = hir::Closure { proc, captures: &[] };
        let value = Expr::new(ExprKind::Closure(self.alloc(closure)), Ty::Value(ty), span);
        let Some(optional) = self.optional(ty, span) else { return Expr::error(span) };
        let room = self.globals.len() < VerifyLimits::default().globals && !self.procs.is_ghostly();
        let global = match self.proc_values.entry(proc) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(_) if !room => return value,
            Entry::Vacant(new) => {
                let global = super::checker::GlobalVar {
                    name,
                    ty: Some(Ty::Value(optional)),
                    mutable: false,
                    public: false,
                    span: declared,
                };
                *new.insert(self.globals.push(global))
            }
        };
        let kept = Expr::new(ExprKind::Global(global), Ty::Value(optional), span);
        let value = self.act(Action::Upcast, &[value], optional, span);
        let keep = Stmt { kind: StmtKind::SetGlobal(global, self.alloc(value)), span };
        let again = self.act(Action::Unwrap, &[kept], ty, span);
        let make = self.block_of(&[keep], again, span);
        Expr::new(ExprKind::Coalesce(self.alloc([kept, make])), Ty::Value(ty), span)
    }

    /// A built-in without a call.
    pub(super) fn builtin_as_value(&mut self, name: &str, span: Span) -> Expr<'a> {
        self.report(
            Diagnostic::error(code::NOT_A_VALUE, span, format!("`{name}` is a built-in, no value"))
                .with_help(format!("write a closure that calls it: `|x| {name}(x)`")),
        );
        Expr::error(span)
    }

    /// A call of a value.
    pub(super) fn call_value(
        &mut self,
        callee: Expr<'a>,
        callee_span: Span,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        let Some(ty) = callee.type_id() else {
            self.give_up(args, span);
            return Expr { span, ..callee };
        };
        if ty == TypeId::ANY {
            return self.call_any(callee, args, span);
        }
        let Some((params, result)) = self.types.procedure(ty) else {
            let name = self.types.name(ty);
            let mut diagnostic =
                Diagnostic::error(code::NOT_CALLABLE, callee_span, format!("{name} cannot be called"))
                    .with_label("this is no procedure");
            if let Some(help) = self.optional_help(ty) {
                diagnostic = diagnostic.with_help(help);
            }
            self.report(diagnostic);
            return self.give_up(args, span);
        };
        let params: Vec<Ty> = params.iter().copied().map(Ty::Value).collect();
        let result = result.map_or(Ty::Unit, Ty::Value);
        let name = self.types.name(ty);
        let Some(values) = self.arguments(&name, None, &params, None, args, span) else {
            return Expr { ty: if result == Ty::Unit { Ty::Error } else { result }, ..Expr::error(span) };
        };
        self.call_closure(callee, &values, result, span)
    }

    /// A call of a closure with arguments that fit: the closure is evaluated before them.
    pub(super) fn call_closure(
        &mut self,
        callee: Expr<'a>,
        values: &[Expr<'a>],
        result: Ty,
        span: Span,
    ) -> Expr<'a> {
        let has_refs = values.iter().any(|value| value.ty.kind(&self.types) == Some(Kind::Ref));
        // Where nothing can tell the difference, what is called is taken when it is needed.
        let can_wait = matches!(callee.kind, ExprKind::Local(_)) && values.iter().all(has_no_effect);
        let (wait, operands) = if !has_refs {
            (None, [&[callee], values].concat())
        } else if can_wait {
            (None, [values, &[callee]].concat())
        } else {
            let ty = callee.type_id().unwrap_or(TypeId::BOOL);
            (Some(self.temporary(ty)), [&[callee], values].concat())
        };
        Expr::new(ExprKind::Apply(Action::CallClosure(wait), self.list(&operands)), result, span)
    }
}

/// How many closures come to capture a variable when the innermost does.
fn captures_until(frame: &Frame<'_>, symbol: Symbol) -> usize {
    let mut frame = Some(frame);
    let mut count = 0;
    while let Some(inner) = frame.filter(|frame| frame.find(symbol).is_none()) {
        count += 1;
        frame = inner.outer.as_deref();
    }
    count
}

fn has_no_effect(value: &Expr<'_>) -> bool {
    matches!(value.kind, ExprKind::Word(_) | ExprKind::Str(_) | ExprKind::Local(_))
}

/// The variable of a name in a frame, captured from the frames around it if need be.
fn capture_from<'a>(
    frame: &mut Frame<'a>,
    cells: &mut IdVec<CellId, Captured>,
    symbol: Symbol,
    cell_type: TypeId,
) -> Option<VarId> {
    if let Some(known) = frame.find(symbol) {
        return Some(known);
    }
    let outer = frame.outer.as_deref_mut()?;
    let found = capture_from(outer, cells, symbol, cell_type)?;
    let var = &mut outer.vars[found];
    var.read = true;
    let assigned = var.assigned;
    let cell = *var.cell.get_or_insert_with(|| cells.push(Captured { cell: cell_type, assigned }));
    let local = &mut outer.locals[var.slot];
    local.cell = Some(cell);
    let slot = frame.locals.push(hir::Local { name: Some(var.name), ..*local });
    frame.captures.push((slot, var.slot));
    let inner = LocalVar {
        name: var.name,
        slot,
        ty: var.ty,
        span: var.span,
        role: var.role,
        read: true,
        assigned: false,
        given: true,
        cell: Some(cell),
    };
    let inner = frame.vars.push(inner);
    frame.scopes.first_mut()?.names.insert(symbol, inner);
    Some(inner)
}
