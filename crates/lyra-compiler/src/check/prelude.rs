//! The built-ins that call back, written in Lyra (`prelude.lyra`) and compiled for the types they are used with.
//!
//! An array's elements are `T`; `R` is what comes of them. The types of a closure's parameters are those that the
//! built-in calls it with. What the prelude does has no place in the program's text: traces name it, and go on with
//! the call.

use super::checker::Checker;
use super::closures::Expected;
use super::files::{Context, File, FileId};
use super::procs::{ProcHead, ProcSource};
use crate::hir::{Action, Expr, ExprKind, Ty};
use hashbrown::HashMap;
use lyra_base::{Span, Symbol};
use lyra_bytecode::{ProcId, Type, TypeId, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};

/// The source of the prelude.
pub(crate) const TEXT: &str = include_str!("prelude.lyra");

/// What stands in the prelude, with how each is called.
pub(crate) const NAMES: [(&str, &str); 8] = [
    ("map", "map([T], |x| …)"),
    ("filter", "filter([T], |x| …)"),
    ("reduce", "reduce([T], start, |so_far, x| …)"),
    ("any_of", "any_of([T], |x| …)"),
    ("all_of", "all_of([T], |x| …)"),
    ("sort_by", "sort_by([T], |a, b| …)"),
    ("min", "min([T])"),
    ("max", "max([T])"),
];

/// The prelude of a program that uses it.
#[derive(Default)]
pub(super) struct Prelude<'a> {
    procs: HashMap<&'a str, &'a ast::Proc<'a>>,
    /// A file without names, where only built-ins are found.
    pub(super) file: Option<FileId>,
    /// What was compiled, by name, `T` and `R`.
    made: HashMap<(&'a str, [TypeId; 2]), ProcId>,
    /// What `T` and `R` are in the body being checked.
    pub(super) bound: Option<[TypeId; 2]>,
}

impl<'a> Prelude<'a> {
    /// What a name of the prelude's own types stands for.
    pub(super) fn type_named(&self, name: &str) -> Option<TypeId> {
        let [element, result] = self.bound?;
        match name {
            "T" => Some(element),
            "R" => Some(result),
            _ => None,
        }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn add_prelude(&mut self, file: &ast::File<'a>) {
        for stmt in file.stmts {
            if let ast::StmtKind::Item(ast::Item { kind: ast::ItemKind::Proc(proc), .. }) = stmt.kind {
                self.prelude.procs.insert(self.text(proc.name.symbol), proc);
            }
        }
        self.prelude.file = Some(self.files.push(File::empty()));
    }

    /// A call of one of the prelude; `None` when it has none of that name, or none for such a receiver.
    pub(super) fn prelude_call(
        &mut self,
        name: &'a str,
        receiver: Option<Expr<'a>>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Option<Expr<'a>> {
        let &(_, shape) = NAMES.iter().find(|(known, _)| *known == name)?;
        let of_two = matches!(name, "min" | "max");
        let count = args.len() + usize::from(receiver.is_some());
        if of_two && (count != 1 || receiver.is_some_and(|receiver| self.element_of(receiver).is_none())) {
            return None;
        }
        let proc = *self.prelude.procs.get(name)?;
        self.no_names(args);
        let (xs, rest) = match (receiver, args) {
            (Some(receiver), rest) => (receiver, rest),
            (None, [first, rest @ ..]) => (self.value_expr(&first.value, None), rest),
            (None, []) => return Some(self.wrong_shape(name, shape, "no arguments", args, span)),
        };
        let Some(ty) = xs.type_id() else {
            self.give_up(rest, span);
            return Some(Expr { span, ..xs });
        };
        let Some(element) = self.element_of(xs) else {
            if receiver.is_some() {
                return None;
            }
            let type_name = self.types.name(ty);
            return Some(self.wrong_shape(name, shape, &type_name, rest, span));
        };
        if count != proc.params.len() {
            let given = super::calls::counted(count, "argument", "arguments");
            return Some(self.wrong_shape(name, shape, &given, rest, span));
        }
        if of_two {
            return Some(self.least_or_greatest(name, xs, element, span));
        }
        let made = match (name, rest) {
            ("map", [f]) => self.map_call(xs, element, &f.value, want, span),
            ("reduce", [start, f]) => self.reduce_call(xs, element, [&start.value, &f.value], want, span),
            (_, [f]) => {
                let (params, result) = match name {
                    "sort_by" => (vec![element, element], TypeId::I32),
                    _ => (vec![element], TypeId::BOOL),
                };
                let f = self.callback(&f.value, params, Some(result), None);
                let result = match name {
                    "filter" => Ty::Value(ty),
                    "sort_by" => Ty::Unit,
                    _ => Ty::Value(TypeId::BOOL),
                };
                Some((vec![xs, f], [element, element], result))
            }
            _ => None,
        };
        let Some((values, bound, result)) = made else { return Some(Expr::error(span)) };
        Some(self.call_prelude(name, &values, bound, result, span))
    }

    fn element_of(&self, xs: Expr<'a>) -> Option<TypeId> {
        xs.type_id().and_then(|ty| self.types.element(ty))
    }

    fn wrong_shape(
        &mut self,
        name: &str,
        shape: &str,
        found: &str,
        rest: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        self.report(
            Diagnostic::error(code::ARGUMENT_COUNT, span, format!("`{name}` does not take {found}"))
                .with_help(format!("it is `{shape}`")),
        );
        // A closure whose parameters nobody knows has nothing more to say.
        for arg in rest {
            if !matches!(arg.value.kind, ast::ExprKind::Closure(_)) {
                self.expr(&arg.value, None);
            }
        }
        Expr::error(span)
    }

    /// `map(xs, f)`: what it gives is made of what the closure gives.
    fn map_call(
        &mut self,
        xs: Expr<'a>,
        element: TypeId,
        f: &ast::Expr<'a>,
        want: Option<TypeId>,
        span: Span,
    ) -> Option<(Vec<Expr<'a>>, [TypeId; 2], Ty)> {
        let hint = self.beneath(want).and_then(|want| self.types.element(want));
        let f_span = f.span;
        let f = self.callback(f, vec![element], None, hint);
        let (_, result) = self.types.procedure(f.type_id()?)?;
        let Some(result) = result else {
            self.report(
                Diagnostic::error(code::NO_VALUE, f_span, "`map` needs what the closure gives")
                    .with_label("this gives nothing")
                    .with_help("to do something for each element, write `for x in xs { … }`"),
            );
            return None;
        };
        let list = self.array_of(result, span)?;
        Some((vec![xs, f], [element, result], Ty::Value(list)))
    }

    fn reduce_call(
        &mut self,
        xs: Expr<'a>,
        element: TypeId,
        [start, f]: [&ast::Expr<'a>; 2],
        want: Option<TypeId>,
        _span: Span,
    ) -> Option<(Vec<Expr<'a>>, [TypeId; 2], Ty)> {
        let start = self.value_expr(start, want);
        let Some(result) = start.type_id() else {
            if !matches!(f.kind, ast::ExprKind::Closure(_)) {
                self.expr(f, None);
            }
            return None;
        };
        let f = self.callback(f, vec![result, element], Some(result), None);
        Some((vec![xs, start, f], [element, result], Ty::Value(result)))
    }

    /// `min(xs)`, `max(xs)`
    fn least_or_greatest(&mut self, name: &'a str, xs: Expr<'a>, element: TypeId, span: Span) -> Expr<'a> {
        if !self.is_ordered(element) {
            return self.unmet(name, lyra_bytecode::builtin::Bound::Ordered, element, span);
        }
        let Some(optional) = self.optional(element, span) else { return Expr::error(span) };
        self.call_prelude(name, &[xs], [element, element], Ty::Value(optional), span)
    }

    /// What is called back: a closure whose parameters are known, or another value of such a type.
    fn callback(
        &mut self,
        f: &ast::Expr<'a>,
        params: Vec<TypeId>,
        result: Option<TypeId>,
        hint: Option<TypeId>,
    ) -> Expr<'a> {
        let mut inner = *f;
        while let ast::ExprKind::Paren(within) = inner.kind {
            inner = *within;
        }
        let wanted = result.and_then(|result| {
            let ty = Type::Proc { params: params.clone().into(), result: Some(result) };
            self.make_type(ty, f.span)
        });
        let value = match inner.kind {
            ast::ExprKind::Closure(closure) => {
                let expected = Expected { params: Some(params.clone()), result: result.map(Ty::Value), hint };
                self.closure_as(closure, &expected, f.span)
            }
            _ => {
                let open = self.hole();
                let hint = wanted.or_else(|| {
                    self.make_type(Type::Proc { params: params.clone().into(), result: Some(open) }, f.span)
                });
                self.value_expr(f, hint)
            }
        };
        if let Some(wanted) = wanted {
            return self.fit(value, wanted, f.span);
        }
        let Some(ty) = value.type_id() else { return value };
        let fits = self.types.procedure(ty).is_some_and(|(found, _)| found == params);
        if fits {
            return value;
        }
        let types: Vec<String> = params.iter().map(|&ty| self.types.name(ty)).collect();
        let (types, found) = (types.join(", "), self.types.name(ty));
        self.report(
            Diagnostic::error(code::MISMATCH, f.span, format!("expected proc({types}) -> …, found {found}"))
                .with_label(format!("this is {found}")),
        );
        Expr::error(f.span)
    }

    fn call_prelude(
        &mut self,
        name: &'a str,
        values: &[Expr<'a>],
        bound: [TypeId; 2],
        result: Ty,
        span: Span,
    ) -> Expr<'a> {
        if let Some(wrong) = values.iter().find(|value| value.type_id().is_none()) {
            let ty = if wrong.ty == Ty::Never { Ty::Never } else { result };
            return Expr { ty: if ty == Ty::Unit { Ty::Error } else { ty }, ..Expr::error(span) };
        }
        let (Some(&source), Some(file)) = (self.prelude.procs.get(name), self.prelude.file) else {
            return Expr::error(span);
        };
        let known = self.prelude.made.get(&(name, bound)).copied();
        let proc = match known {
            Some(known) => known,
            None => {
                if self.procs.len() >= VerifyLimits::default().procs - 1 {
                    self.error(code::TOO_MANY, span, "a program has at most 65,535 procedures and closures");
                    return Expr::error(span);
                }
                let made = self.add_proc(ProcHead {
                    name,
                    span,
                    source: ProcSource::Prelude(source, bound),
                    public: false,
                    params: values.iter().map(|value| value.ty).collect(),
                    result,
                    context: Context::of(file),
                });
                // What the definition of a generic item calls is not compiled.
                if !self.procs.is_ghostly() {
                    self.prelude.made.insert((name, bound), made);
                }
                made
            }
        };
        Expr::new(ExprKind::Apply(Action::Call(proc), self.list(values)), result, span)
    }
}

/// Whether a program that uses these symbols may need the prelude.
pub(crate) fn is_used(find: impl Fn(&str) -> Option<Symbol>) -> bool {
    NAMES.iter().any(|(name, _)| find(name).is_some())
}
