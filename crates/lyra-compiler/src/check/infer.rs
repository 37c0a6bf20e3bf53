//! Uses of generic items: what their parameters stand for is said (`f<i32>(x)`), or follows from the arguments, else
//! from the type that is expected.
//!
//! Arguments with a type of their own are looked at first, then the expected type, then literals, then closures,
//! which may need to know the types of their parameters.

use super::checker::Checker;
use super::generics::{GenericProc, Key};
use super::methods::Impl;
use super::nominal::Method;
use super::procs::{ProcHead, ProcSource};
use super::unify::Bindings;
use crate::hir::{Action, Expr, ExprKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{ProcId, Type, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// Type arguments as written, and where.
pub(super) type Written<'a> = Option<(&'a [ast::Type<'a>], Span)>;

/// A call of a generic procedure.
pub(super) struct GenericCall<'a> {
    pub(super) proc: ProcId,
    /// The type that a method without `self` is called on.
    pub(super) on: Option<TypeId>,
    pub(super) receiver: Option<Expr<'a>>,
    pub(super) written: Written<'a>,
    pub(super) args: &'a [ast::Arg<'a>],
    pub(super) want: Option<TypeId>,
    pub(super) span: Span,
}

impl<'a> Checker<'a> {
    // ---- heads ----

    /// A generic procedure: its definition is checked as a ghost. `params` are those of its `impl`.
    pub(super) fn generic_proc(
        &mut self,
        proc: &'a ast::Proc<'a>,
        name: &'a str,
        params: &[TypeId],
        target: Option<TypeId>,
    ) -> ProcId {
        let outer = self.context.clone();
        let own = self.make_params(proc.generics);
        let context = std::mem::replace(&mut self.context, outer);
        let head = ProcHead {
            name,
            span: proc.head_span,
            source: ProcSource::Written(proc),
            public: false,
            params: Vec::new(),
            result: Ty::Unit,
            context,
        };
        let id = self.procs.add_ghost(head, true);
        let (count, params) = (own.len(), params.iter().copied().chain(own).collect());
        self.generics.procs.insert(id, GenericProc { params, own: count, target });
        self.generics.keys.insert(id, Key::Proc(id));
        id
    }

    /// Makes a generic procedure a method of a type.
    pub(super) fn generic_method(&mut self, ty: TypeId, proc: &ast::Proc<'a>, id: ProcId) {
        let Some(item) = self.nominal(ty).map(|nominal| nominal.item) else { return };
        let name = proc.name;
        let earlier = self.find_method(ty, name.symbol).map(|method| method.name.span);
        self.generics.methods.entry((item, name.symbol)).or_default().push(id);
        let variant = self.find_variant(ty, name).filter(|_| proc.self_param.is_none());
        let variant = variant
            .and_then(|(index, _)| self.variants_of(ty)?.get(usize::from(index)))
            .map(|variant| variant.name.span);
        if let Some(earlier) = earlier.or(variant) {
            self.report_twice(self.text(name.symbol), name.span, earlier);
        }
    }

    /// A generic method, if its `impl` is for such a type.
    pub(super) fn generic_method_on(&self, proc: ProcId, ty: TypeId) -> Option<Method> {
        let generic = self.generics.procs.get(&proc)?;
        let ProcSource::Written(written) = self.procs.get(proc).source else { return None };
        let mut bindings = Bindings::new(&generic.params);
        let fits = self.unify(generic.target?, ty, &mut bindings);
        fits.then_some(Method { proc, name: written.name, has_self: written.self_param.is_some() })
    }

    pub(super) fn unused_param(&mut self, param: TypeId, impl_: &Impl<'a>) {
        let name = self.param_name(param);
        self.report(
            Diagnostic::error(
                code::TYPE_ARGUMENTS,
                impl_.target.span,
                format!("`{name}` is in nothing that the impl is for"),
            )
            .with_help("what it stands for could never be known: remove it"),
        );
    }

    // ---- receivers ----

    /// Whether a free procedure takes such a value first.
    pub(super) fn takes_receiver(&self, proc: ProcId, ty: TypeId) -> bool {
        let Some(&Ty::Value(first)) = self.procs.get(proc).params.first() else { return false };
        match self.generics.procs.get(&proc) {
            Some(generic) => {
                // What is a value without an optional is not taken as one.
                (self.types.optional_of(first).is_none() || self.types.optional_of(ty).is_some())
                    && self.unify(first, ty, &mut Bindings::new(&generic.params))
            }
            None => first == ty,
        }
    }

    /// The procedure to call for a method that was found on a type, when that alone decides which.
    pub(super) fn instance_on(&mut self, proc: ProcId, ty: TypeId, span: Span) -> Option<ProcId> {
        let Some(GenericProc { params, target, .. }) = self.generics.procs.get(&proc).cloned() else {
            return Some(proc);
        };
        let mut bindings = Bindings::new(&params);
        let first = self.procs.get(proc).params.first().and_then(|ty| ty.type_id());
        self.unify(target.or(first)?, ty, &mut bindings);
        if let Some(missing) = bindings.missing() {
            self.not_inferred(missing, span);
            return None;
        }
        let args = bindings.all()?;
        self.keeps_bounds(&params, &args, span).then_some(())?;
        let made = self.proc_instance(proc, &args, span)?;
        if made != proc {
            return Some(made);
        }
        // While a definition is checked there is no instance, but a head with its types.
        let head = self.procs.get(proc);
        let (name, declared, source, context) = (head.name, head.span, head.source, head.context.clone());
        let (takes, result) = (head.params.clone(), head.result);
        let takes: Option<Vec<Ty>> =
            takes.into_iter().map(|ty| self.substitute_ty(ty, &bindings, span)).collect();
        let (params, result) = (takes?, self.substitute_ty(result, &bindings, span)?);
        let head = ProcHead { name, span: declared, source, public: false, params, result, context };
        Some(self.procs.add_ghost(head, false))
    }

    /// A method that a type parameter has by one of its bounds.
    pub(super) fn bound_method(
        &mut self,
        receiver: Expr<'a>,
        name: ast::Name,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Option<Expr<'a>> {
        let text = self.text(name.symbol);
        let bounds = self.bounds_of(receiver.type_id()?)?.interfaces.clone();
        let mut found = bounds.iter().filter_map(|&interface| {
            let methods = self.types.interface(interface)?;
            let method = methods.iter().find(|method| method.name == text)?;
            Some((interface, method.params.clone(), method.result))
        });
        let (interface, params, result) = found.next()?;
        if let Some((second, ..)) = found.next() {
            let names = [interface, second].map(|interface| self.types.name(interface));
            self.report_ambiguous(name, &names);
            return Some(self.give_up(args, span));
        }
        self.generics.bound_calls.insert(name.span, interface);
        let params: Vec<Ty> =
            std::iter::once(receiver.ty).chain(params.iter().copied().map(Ty::Value)).collect();
        let result = result.map_or(Ty::Unit, Ty::Value);
        self.arguments(text, None, &params, Some(receiver), args, span);
        Some(self.promised(result, span))
    }

    /// A value of which only the type matters: definitions of generic items are not compiled.
    pub(super) fn promised(&self, ty: Ty, span: Span) -> Expr<'a> {
        Expr { ty, ..Expr::error(span) }
    }

    // ---- calls ----

    /// A call of a generic procedure.
    pub(super) fn call_generic(&mut self, call: GenericCall<'a>) -> Expr<'a> {
        let GenericCall { proc, on, receiver, written, args, want, span } = call;
        let Some(GenericProc { params, own, target }) = self.generics.procs.get(&proc).cloned() else {
            return self.give_up(args, span);
        };
        let head = self.procs.get(proc);
        let (name, declared, takes, result) = (head.name, head.span, head.params.clone(), head.result);
        let mut bindings = Bindings::new(&params);
        if let (Some(target), Some(on)) = (target, on) {
            self.unify(target, on, &mut bindings);
        }
        if let Some((types, at)) = written {
            if types.len() != own {
                match own {
                    0 => drop(self.no_type_arguments(name, at)),
                    _ => self.wrong_type_arguments(name, own, types.len(), declared, at),
                }
                return self.give_up(args, span);
            }
            let Some(types) = self.type_arguments(types) else { return self.give_up(args, span) };
            for (&param, ty) in params.iter().skip(params.len() - own).zip(types) {
                bindings.bind(param, ty);
            }
        }
        if !self.right_count(name, Some(declared), takes.len(), receiver.is_some(), args, span) {
            return Expr::error(span);
        }
        let mut values: Vec<Expr<'a>> = receiver.into_iter().collect();
        if let (Some(receiver), Some(&Ty::Value(first))) =
            (receiver.and_then(|value| value.type_id()), takes.first())
        {
            self.learn(first, receiver, &mut bindings, span);
        }
        self.learn_from_bounds(&mut bindings, span);
        let rest = takes.get(values.len()..).unwrap_or_default();
        let exprs: Vec<&'a ast::Expr<'a>> = args.iter().map(|arg| &arg.value).collect();
        values.extend(self.inferred(rest, &exprs, result, want, &mut bindings, span));
        if values.iter().any(|value| value.ty == Ty::Error) {
            return Expr::error(span);
        }
        let Some(types) = self.inferred_all(&bindings, span) else { return Expr::error(span) };
        let Some(result) = self.substitute_ty(result, &bindings, span) else { return Expr::error(span) };
        let failed = Expr { ty: if result == Ty::Unit { Ty::Error } else { result }, ..Expr::error(span) };
        if !self.keeps_bounds(&params, &types, span) {
            return failed;
        }
        for (value, &param) in values.iter_mut().zip(&takes) {
            if let Some(Ty::Value(param)) = self.substitute_ty(param, &bindings, span) {
                *value = self.fit(*value, param, value.span);
            }
        }
        if values.iter().any(|value| value.ty == Ty::Error) {
            return failed;
        }
        match self.proc_instance(proc, &types, span) {
            Some(made) => Expr::new(ExprKind::Apply(Action::Call(made), self.list(&values)), result, span),
            None => failed,
        }
    }

    pub(super) fn inferred_all(&mut self, bindings: &Bindings, span: Span) -> Option<Vec<TypeId>> {
        if let Some(missing) = bindings.missing() {
            self.not_inferred(missing, span);
            return None;
        }
        bindings.all()
    }

    fn not_inferred(&mut self, param: TypeId, span: Span) {
        let name = self.param_name(param);
        self.report(
            Diagnostic::error(
                code::TYPE_NOT_KNOWN,
                span,
                format!("what {name} stands for is not known here"),
            )
            .with_help("say it straight after the name: `f<i32>(…)`, `Stack<i32>()`, `Shape<i32>.Unit`"),
        );
    }

    /// Checks arguments against types with parameters in them, and learns what these stand for.
    pub(super) fn inferred(
        &mut self,
        patterns: &[Ty],
        args: &[&'a ast::Expr<'a>],
        result: Ty,
        want: Option<TypeId>,
        bindings: &mut Bindings,
        span: Span,
    ) -> Vec<Expr<'a>> {
        let mut values: Vec<Option<Expr<'a>>> = vec![None; args.len()];
        let pattern = |place: usize| patterns.get(place).and_then(|ty| ty.type_id());
        let stage = |(place, &arg): (usize, &&'a ast::Expr<'a>)| {
            // What converts to an interface has to know to which.
            let is_list = matches!(arg.kind, ast::ExprKind::Array([_, ..]));
            let element = pattern(place).and_then(|ty| self.types.element(ty)).filter(|_| is_list);
            let converts = element.is_some_and(|ty| self.is_opaque(ty) && self.interface_item(ty).is_some());
            if converts { Some(Wait::Converted) } else { wait_of(arg) }
        };
        let stages: Vec<Option<Wait>> = args.iter().enumerate().map(stage).collect();
        for (place, &arg) in args.iter().enumerate() {
            if stages[place].is_some() {
                continue;
            }
            let hint = pattern(place).and_then(|pattern| self.known(pattern, bindings, span));
            let value = self.value_expr(arg, hint);
            if let (Some(pattern), Some(found)) = (pattern(place), value.type_id()) {
                // A number before decides: `pair(1, "a")` is wrong about the text.
                let is_open = bindings.get(pattern).is_some_and(|known| known.is_none());
                let inner = self.types.optional_of(found).unwrap_or(found);
                let number = (0..place).any(|earlier| {
                    patterns.get(earlier) == patterns.get(place)
                        && args.get(earlier).is_some_and(|arg| matches!(wait_of(arg), Some(Wait::Number)))
                });
                if is_open && number && !self.is_number(inner) {
                    bindings.bind(pattern, TypeId::I32);
                }
                self.learn(pattern, found, bindings, span);
            }
            values[place] = Some(value);
        }
        self.learn_from_bounds(bindings, span);
        if let (Ty::Value(result), Some(want)) = (result, want)
            && bindings.missing().is_some()
            && !self.is_hole(want)
        {
            self.learn_from_place(result, want, bindings, span);
            self.learn_from_bounds(bindings, span);
        }
        for wanted in [Wait::Number, Wait::Converted, Wait::Closure, Wait::Empty] {
            for (place, &arg) in args.iter().enumerate() {
                if values[place].is_some() || stages[place] != Some(wanted) {
                    continue;
                }
                let hint = match pattern(place) {
                    Some(pattern) if wanted == Wait::Closure => self.with_holes(pattern, bindings, span),
                    Some(pattern) => self.known(pattern, bindings, span),
                    None => None,
                };
                let value = self.value_expr(arg, hint);
                if let (Some(pattern), Some(found)) = (pattern(place), value.type_id()) {
                    self.learn(pattern, found, bindings, span);
                    self.learn_from_bounds(bindings, span);
                }
                values[place] = Some(value);
            }
        }
        values
            .into_iter()
            .zip(args)
            .map(|(value, arg)| value.unwrap_or_else(|| Expr::error(arg.span)))
            .collect()
    }

    fn learn_from_place(&mut self, result: TypeId, want: TypeId, bindings: &mut Bindings, span: Span) {
        let is_bare = bindings.get(result).is_some();
        let takes_all = want == TypeId::ANY || matches!(self.types.get(want), Some(Type::Interface(_)));
        if is_bare && takes_all {
            return;
        }
        let want = match self.types.optional_of(want) {
            Some(inner) if self.types.optional_of(result).is_none() => inner,
            _ => want,
        };
        if self.interface_item(want).is_some() && self.interface_item(result) != self.interface_item(want) {
            self.learn_from_interface(result, want, bindings, span);
            return;
        }
        self.unify(result, want, bindings);
    }

    /// A type with its parameters replaced, if everything in it is known.
    fn known(&mut self, pattern: TypeId, bindings: &Bindings, span: Span) -> Option<TypeId> {
        let open = bindings.unknown().any(|param| self.mentions(pattern, param));
        if open { None } else { self.substitute(pattern, bindings, span) }
    }

    /// A type with its parameters replaced, a hole where one is not known.
    fn with_holes(&mut self, pattern: TypeId, bindings: &Bindings, span: Span) -> Option<TypeId> {
        let hole = self.hole();
        let mut bindings = bindings.clone();
        let unknown: Vec<TypeId> = bindings.unknown().collect();
        for param in unknown {
            bindings.bind(param, hole);
        }
        self.substitute(pattern, &bindings, span)
    }
}

/// Why an argument is looked at after others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// A number of whatever type its place has.
    Number,
    /// Elements that become an interface's.
    Converted,
    Closure,
    /// It says nothing of its type.
    Empty,
}

/// Whether an expression gets its type from its place alone: `none`, `[]`, `{}`, `|x| …`.
pub(super) fn says_nothing(expr: &ast::Expr<'_>) -> bool {
    match expr.kind {
        ast::ExprKind::Closure(closure) => closure.params.iter().any(|param| param.ty.is_none()),
        _ => wait_of(expr) == Some(Wait::Empty),
    }
}

fn wait_of(expr: &ast::Expr<'_>) -> Option<Wait> {
    let mut expr = *expr;
    loop {
        match expr.kind {
            ast::ExprKind::Paren(inner) => expr = *inner,
            ast::ExprKind::Closure(_) => return Some(Wait::Closure),
            ast::ExprKind::None | ast::ExprKind::Array([]) | ast::ExprKind::Map([]) => {
                return Some(Wait::Empty);
            }
            ast::ExprKind::Array([first, ..]) | ast::ExprKind::Repeat { value: first, .. } => expr = *first,
            _ => return super::binary::is_flexible(&expr).then_some(Wait::Number),
        }
    }
}
