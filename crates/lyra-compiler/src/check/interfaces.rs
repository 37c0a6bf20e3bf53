//! Interfaces: what they ask for, which types implement them, and calls through them.
//!
//! ```text
//! interface ──> Body::Interface      methods without bodies, numbered
//! impl I for T ──> Implemented       T's procedures, in the order of I's methods
//!      call on a T            the procedure itself
//!      call on an I           looked up by the value's type at run time
//! ```
//!
//! An interface's value is a reference. The procedures of a type whose values are words get a *boxed* variant
//! each, which takes the interface's value, takes the word out of it and calls the procedure.

use super::calls::counted;
use super::checker::Checker;
use super::copies;
use super::impls::FormImpls;
use super::methods::Impl;
use super::names::nearest;
use super::nominal::{Body, Method, TypeItemId};
use super::procs::{ProcHead, ProcSource};
use crate::hir::{self, Action, Block, Expr, ExprKind, Stmt, StmtKind, Ty};
use hashbrown::HashMap;
use lyra_base::{Span, Symbol};
use lyra_bytecode::{DefBody, Kind, MethodSig, ProcId, Type, TypeId, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};

/// A method that an interface asks for.
#[derive(Clone)]
pub(super) struct InterfaceMethod {
    pub(super) name: ast::Name,
    /// Without `self`.
    pub(super) params: Vec<Ty>,
    pub(super) result: Ty,
    /// Where it is asked for.
    pub(super) span: Span,
}

/// Which types implement which interfaces.
#[derive(Default)]
pub(super) struct Interfaces {
    list: Vec<Implemented>,
    /// By type and interface.
    by_pair: HashMap<(TypeId, TypeId), usize>,
    /// The interfaces of one item that a type implements.
    by_item: HashMap<(TypeId, TypeItemId), Vec<TypeId>>,
    /// The procedures that a type has from interfaces, by name.
    by_name: HashMap<(TypeId, Symbol), Vec<(usize, Method)>>,
    /// Impls with parameters.
    pub(super) forms: FormImpls,
}

/// A type that implements an interface.
struct Implemented {
    interface: TypeId,
    ty: TypeId,
    /// The word `impl`.
    span: Span,
    /// The procedure for each method of the interface; `None` where one is missing, which was reported.
    methods: Vec<Option<Method>>,
    /// What a call through the interface enters.
    entries: Vec<ProcId>,
}

impl Interfaces {
    /// What a type has by its `impl` without parameters of an interface, in the order of the interface.
    pub(super) fn plain_methods(&self, ty: TypeId, interface: TypeId) -> Option<&[Option<Method>]> {
        let &index = self.by_pair.get(&(ty, interface))?;
        self.list.get(index).map(|found| found.methods.as_slice())
    }

    /// Adds what is found at run time of an `impl` with parameters.
    pub(super) fn add_row(&mut self, interface: TypeId, ty: TypeId, span: Span, entries: Vec<ProcId>) {
        self.list.push(Implemented { interface, ty, span, methods: Vec::new(), entries });
    }

    /// All that is found at run time.
    pub(super) fn table(&mut self) -> Vec<hir::Impl> {
        let list = std::mem::take(&mut self.list);
        list.into_iter()
            .map(|found| hir::Impl { interface: found.interface, ty: found.ty, methods: found.entries })
            .collect()
    }

    /// The procedures that types have by impls without parameters, from one interface alone: of two of one name,
    /// neither.
    pub(super) fn methods(&self) -> impl Iterator<Item = (TypeId, Symbol, ProcId)> {
        self.by_name.iter().filter_map(|(&(ty, name), found)| match found.as_slice() {
            [(_, method)] => Some((ty, name, method.proc)),
            _ => None,
        })
    }
}

impl<'a> Checker<'a> {
    // ---- declarations ----

    /// What an interface asks for.
    pub(super) fn resolve_interface(&mut self, methods: &'a [ast::Method<'a>]) -> (Body<'a>, DefBody) {
        let mut numbers: HashMap<Symbol, u16> = HashMap::new();
        let mut list: Vec<InterfaceMethod> = Vec::with_capacity(methods.len());
        for method in methods {
            let proc = &method.proc;
            let name = proc.name;
            if let Some(generic) = proc.generics.first() {
                self.error(
                    code::INTERFACE,
                    generic.name.span,
                    "a method of an interface has no type parameters",
                );
                continue;
            }
            if let Some(body) = proc.body {
                self.report(
                    Diagnostic::error(code::INTERFACE, body.span, "a method of an interface has no body")
                        .with_help("each `impl` of the interface has one"),
                );
            }
            if proc.self_param.is_none() {
                self.report(
                    Diagnostic::error(code::INTERFACE, proc.head_span, "a method of an interface has `self`")
                        .with_help(format!("write `proc {}(self, …)`", self.text(name.symbol))),
                );
            }
            let Ok(number) = u16::try_from(list.len()) else {
                self.error(code::TOO_MANY, name.span, "an interface has at most 65,536 methods");
                break;
            };
            if let Some(&earlier) = numbers.get(&name.symbol) {
                let earlier = list.get(usize::from(earlier)).map_or(name.span, |method| method.name.span);
                self.report_twice(self.text(name.symbol), name.span, earlier);
                continue;
            }
            if proc.params.len() >= VerifyLimits::default().params {
                self.error(
                    code::TOO_MANY,
                    proc.head_span,
                    "a method has at most 254 parameters beside `self`",
                );
                continue;
            }
            let params = proc.params.iter().map(|param| match param.ty {
                Some(ty) => self.resolve_type(&ty),
                None => Ty::Error,
            });
            let params = params.collect();
            let result = proc.result.map_or(Ty::Unit, |ty| self.resolve_type(&ty));
            numbers.insert(name.symbol, number);
            list.push(InterfaceMethod { name, params, result, span: proc.head_span });
        }
        let made = list.iter().map(|method| MethodSig {
            name: self.text(method.name.symbol).to_owned(),
            params: method.params.iter().map(|ty| ty.type_id().unwrap_or(TypeId::BOOL)).collect(),
            result: method.result.type_id(),
        });
        let made = DefBody::Interface { methods: made.collect() };
        (Body::Interface { methods: list, numbers }, made)
    }

    /// The methods of an interface; `None` of any other type.
    pub(super) fn interface_methods(&self, ty: TypeId) -> Option<&[InterfaceMethod]> {
        match &self.nominal(ty)?.body {
            Body::Interface { methods, .. } => Some(methods),
            _ => None,
        }
    }

    /// The number and the signature of an interface's method.
    pub(super) fn find_interface_method(
        &self,
        interface: TypeId,
        name: Symbol,
    ) -> Option<(u16, &InterfaceMethod)> {
        let Body::Interface { methods, numbers } = &self.nominal(interface)?.body else { return None };
        let &number = numbers.get(&name)?;
        Some((number, methods.get(usize::from(number))?))
    }

    /// The interface that a type is, or is an optional of.
    pub(super) fn interface_in(&self, ty: TypeId) -> Option<TypeId> {
        let inner = self.types.optional_of(ty).unwrap_or(ty);
        self.interface_methods(inner).map(|_| inner)
    }

    /// Whether `ty` was declared to implement the interface.
    pub(super) fn implements(&self, ty: TypeId, interface: TypeId) -> bool {
        self.implements_plainly(ty, interface)
            || self.bounds_of(ty).is_some_and(|bounds| bounds.interfaces.contains(&interface))
            || self.implements_by_form(ty, interface)
    }

    /// Whether a type implements an interface by an `impl` without parameters.
    pub(super) fn implements_plainly(&self, ty: TypeId, interface: TypeId) -> bool {
        self.interfaces.by_pair.contains_key(&(ty, interface))
    }

    /// The interfaces of one item that a type implements by impls without parameters.
    pub(super) fn plain_interfaces(&self, ty: TypeId, item: TypeItemId) -> &[TypeId] {
        self.interfaces.by_item.get(&(ty, item)).map_or(&[], Vec::as_slice)
    }

    /// Whether values of a type have a method, of their own or of an interface.
    pub(super) fn has_method(&self, ty: TypeId, name: Symbol) -> bool {
        self.find_method(ty, name).is_some()
            || self.interfaces.by_name.contains_key(&(ty, name))
            || self.find_interface_method(ty, name).is_some()
            || !self.form_methods(ty, name).is_empty()
    }

    /// The methods of a name that a type has by interfaces that it implements: the interface (of an `impl` with
    /// parameters as it is written there), the method.
    pub(super) fn methods_by_interfaces(&self, ty: TypeId, name: Symbol) -> Vec<(TypeId, Method)> {
        let plain = self.interfaces.by_name.get(&(ty, name)).map(Vec::as_slice).unwrap_or_default();
        let plain = plain.iter().filter_map(|&(index, method)| {
            self.interfaces.list.get(index).map(|found| (found.interface, method))
        });
        plain.chain(self.form_methods(ty, name)).collect()
    }

    /// The procedure that a type has from one interface alone.
    pub(super) fn only_method(&self, ty: TypeId, name: Symbol) -> Option<ProcId> {
        match self.methods_by_interfaces(ty, name)[..] {
            [(_, method)] if method.has_self => Some(method.proc),
            _ => None,
        }
    }

    // ---- impls ----

    /// `impl Interface for T { … }`
    pub(super) fn resolve_interface_impl(&mut self, impl_: &Impl<'a>, written: &ast::Type<'a>) {
        let interface = self.resolve_type(written);
        let ty = self.resolve_type(&impl_.target);
        let (Ty::Value(interface), Ty::Value(ty)) = (interface, ty) else { return };
        if self.interface_methods(interface).is_none() {
            let name = self.types.name(interface);
            self.report(
                Diagnostic::error(code::INTERFACE, written.span, format!("{name} is no interface"))
                    .with_help("what stands before `for` was declared with `interface`"),
            );
            return;
        }
        if !self.can_implement(ty, impl_.target.span)
            || !self.has_form(ty, &impl_.target)
            || !self.may_implement(Some(interface), ty, impl_.target.span)
        {
            return;
        }
        for &param in &impl_.params {
            if !self.mentions(ty, param) {
                self.unused_param(param, impl_);
                return;
            }
        }
        self.context.self_type = Some(ty);
        self.implement(ty, interface, impl_);
    }

    /// Whether values of the type know at run time that they are of it.
    fn can_implement(&mut self, ty: TypeId, span: Span) -> bool {
        let (what, help) = match self.types.get(ty) {
            Some(Type::Optional(_)) => ("an optional", "implement it for the type that may be absent"),
            Some(Type::Any) => ("`any`", "implement it for the types that it may hold"),
            Some(Type::Interface(_)) => ("another interface", "implement it for the types behind it"),
            _ => return true,
        };
        self.report(
            Diagnostic::error(code::IMPL_TARGET, span, format!("an interface is not implemented for {what}"))
                .with_label("no value is of this type itself when the program runs")
                .with_help(help),
        );
        false
    }

    /// Makes a type implement an interface with these methods.
    fn implement(&mut self, ty: TypeId, interface: TypeId, impl_: &Impl<'a>) {
        let (span, has_form) = (impl_.word, !impl_.params.is_empty());
        let (interface_name, type_name) = (self.types.name(interface), self.types.name(ty));
        let index = self.interfaces.list.len();
        if let Some(&earlier) = self.interfaces.by_pair.get(&(ty, interface)) {
            let earlier = self.interfaces.list.get(earlier).map_or(span, |earlier| earlier.span);
            self.report(
                Diagnostic::error(
                    code::DEFINED_TWICE,
                    span,
                    format!("{type_name} implements {interface_name} already"),
                )
                .with_secondary(earlier, "here"),
            );
            return;
        }
        if index >= VerifyLimits::default().impls {
            self.error(code::TOO_MANY, span, format!("a program has at most {index} impls of interfaces"));
            return;
        }
        let count = self.interface_methods(interface).map_or(0, <[_]>::len);
        if !self.may_copy(count, copies::METHOD, span) {
            return;
        }
        let mut found: Vec<Option<Method>> = vec![None; count];
        for method in impl_.methods {
            let name = method.proc.name;
            if let Some(generic) = method.proc.generics.first() {
                self.error(
                    code::INTERFACE,
                    generic.name.span,
                    "a method of an interface has no type parameters",
                );
                continue;
            }
            let made = if has_form {
                self.method_definition(ty, &impl_.params, method)
            } else {
                self.method_proc(ty, method)
            };
            let Some(made) = made else { continue };
            let Some((number, _)) = self.find_interface_method(interface, name.symbol) else {
                self.not_asked_for(interface, name);
                continue;
            };
            match found.get_mut(usize::from(number)) {
                Some(Some(earlier)) => {
                    let earlier = earlier.name.span;
                    self.report_twice(self.text(name.symbol), name.span, earlier);
                }
                Some(place) => {
                    *place = Some(made);
                    if has_form {
                        continue;
                    }
                    self.interfaces.by_name.entry((ty, name.symbol)).or_default().push((index, made));
                }
                None => {}
            }
        }
        self.report_missing(interface, &type_name, &found, span);
        if has_form {
            self.add_form_impl(impl_, ty, interface, found);
            return;
        }
        self.add_plain_impl(ty, interface, span);
        if let Some(item) = self.interface_item(interface) {
            self.interfaces.by_item.entry((ty, item)).or_default().push(interface);
        }
        self.interfaces.by_pair.insert((ty, interface), index);
        self.interfaces.list.push(Implemented { interface, ty, span, methods: found, entries: Vec::new() });
    }

    fn not_asked_for(&mut self, interface: TypeId, name: ast::Name) {
        let (text, interface_name) = (self.text(name.symbol), self.types.name(interface));
        let mut diagnostic =
            Diagnostic::error(code::INTERFACE, name.span, format!("{interface_name} has no method `{text}`"));
        let asked = self.interface_methods(interface).unwrap_or_default();
        let asked = asked.iter().take(5_000).map(|method| self.text(method.name.symbol));
        diagnostic = match nearest(text, asked) {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near),
            None => diagnostic.with_help("a method of the type's own stands in an `impl` without interface"),
        };
        self.report(diagnostic);
    }

    fn report_missing(&mut self, interface: TypeId, ty: &str, found: &[Option<Method>], span: Span) {
        let asked = self.interface_methods(interface).unwrap_or_default();
        let missing: Vec<_> =
            asked.iter().zip(found).filter(|(_, found)| found.is_none()).map(|(asked, _)| asked).collect();
        let Some(first) = missing.first() else { return };
        let names: Vec<_> =
            missing.iter().take(10).map(|method| format!("`{}`", self.text(method.name.symbol))).collect();
        let is = if missing.len() == 1 { "is" } else { "are" };
        let interface = self.types.name(interface);
        let head = self.head_of(first);
        let diagnostic = Diagnostic::error(
            code::INTERFACE,
            span,
            format!("{} {is} missing: {ty} does not implement all of {interface}", names.join(", ")),
        );
        let diagnostic = diagnostic.with_secondary(first.span, "asked for here");
        self.report(diagnostic.with_help(format!("add `{head} {{ … }}`")));
    }

    /// `proc area(self) -> f64`
    fn head_of(&self, method: &InterfaceMethod) -> String {
        let params = method.params.iter().map(|&ty| format!(", _: {}", self.name_of(ty)));
        let result = match method.result {
            Ty::Unit => String::new(),
            ty => format!(" -> {}", self.name_of(ty)),
        };
        format!("proc {}(self{}){result}", self.text(method.name.symbol), params.collect::<String>())
    }

    /// Compares the methods of every `impl` with what its interface asks for, and makes what calls enter.
    pub(super) fn check_impls(&mut self) {
        for index in 0..self.interfaces.list.len() {
            let Some(found) = self.interfaces.list.get(index) else { continue };
            let (interface, ty, methods) = (found.interface, found.ty, found.methods.clone());
            let asked = self.interface_methods(interface).unwrap_or_default().to_vec();
            let mut entries = Vec::with_capacity(asked.len());
            for (asked, method) in asked.iter().zip(methods) {
                let Some(method) = method else { continue };
                if self.matches(asked, method) {
                    entries.extend(self.entry_of(method, asked, interface, ty));
                }
            }
            if let Some(found) = self.interfaces.list.get_mut(index) {
                found.entries = entries;
            }
        }
        for index in 0..self.interfaces.forms.list.len() {
            let Some(found) = self.interfaces.forms.list.get(index) else { continue };
            let (interface, methods) = (found.interface, found.methods.clone());
            let asked = self.interface_methods(interface).unwrap_or_default().to_vec();
            for (asked, method) in asked.iter().zip(methods) {
                if let Some(method) = method {
                    self.matches(asked, method);
                }
            }
        }
        self.check_overlaps();
    }

    /// Whether a method is what the interface asks for; says why not.
    fn matches(&mut self, asked: &InterfaceMethod, method: Method) -> bool {
        let head = self.procs.get(method.proc);
        let (span, result, given) = (head.span, head.result, head.params.clone());
        let given = given.get(usize::from(method.has_self)..).unwrap_or_default();
        let differs = |a: Ty, b: Ty| a != b && a != Ty::Error && b != Ty::Error;
        let name = self.text(method.name.symbol);
        let problem = if !method.has_self {
            Some(format!("`{name}` has no `self`"))
        } else if given.len() != asked.params.len() {
            let wanted = counted(asked.params.len(), "parameter", "parameters");
            Some(format!("`{name}` takes {wanted} beside `self`, {} found", given.len()))
        } else if let Some((&wanted, &found)) =
            asked.params.iter().zip(given).find(|&(&wanted, &found)| differs(wanted, found))
        {
            let (wanted, found) = (self.name_of(wanted), self.name_of(found));
            Some(format!("`{name}` takes a parameter of type {wanted}, found {found}"))
        } else if differs(asked.result, result) {
            let (wanted, found) = (self.name_of(asked.result), self.name_of(result));
            Some(format!("`{name}` gives {wanted}, found {found}"))
        } else {
            None
        };
        let Some(problem) = problem else { return true };
        let head = self.head_of(asked);
        self.report(
            Diagnostic::error(code::INTERFACE, span, problem)
                .with_secondary(asked.span, "asked for here")
                .with_help(format!("it is `{head}`")),
        );
        false
    }

    /// What a call through the interface enters for values of the type.
    pub(super) fn entry_of(
        &mut self,
        method: Method,
        asked: &InterfaceMethod,
        interface: TypeId,
        ty: TypeId,
    ) -> Option<ProcId> {
        if self.types.kind(ty) == Kind::Ref {
            return Some(method.proc);
        }
        if !self.has_room_for_proc(method.name) {
            return None;
        }
        let head = self.procs.get(method.proc);
        let (name, span, context) = (head.name, head.span, head.context.clone());
        let params = std::iter::once(Ty::Value(interface)).chain(asked.params.iter().copied()).collect();
        Some(self.add_proc(ProcHead {
            name,
            span,
            source: ProcSource::Boxed(method.proc),
            public: false,
            params,
            result: asked.result,
            context,
        }))
    }

    /// The body of a boxed variant: takes the word out and calls the method.
    pub(super) fn boxed_body(&mut self, method: ProcId, params: &[Ty], result: Ty, span: Span) -> Block<'a> {
        let mut args = self.parameters(params, span);
        let own = self.procs.get(method).params.first().and_then(|ty| ty.type_id());
        if let (Some(first), Some(own)) = (args.first_mut(), own) {
            *first = self.act(Action::Downcast, &[*first], own, span);
        }
        let call = Expr::new(ExprKind::Apply(Action::Call(method), self.list(&args)), result, span);
        self.block_around(call)
    }

    /// The parameters of a procedure that nobody wrote.
    pub(super) fn parameters(&mut self, params: &[Ty], span: Span) -> Vec<Expr<'a>> {
        let mut args = Vec::with_capacity(params.len());
        for ty in params.iter().filter_map(|ty| ty.type_id()) {
            let slot = self.temporary(ty);
            args.push(self.local(slot, ty, span));
        }
        args
    }

    /// A body that consists of one expression.
    pub(super) fn block_around(&self, expr: Expr<'a>) -> Block<'a> {
        match expr.ty {
            Ty::Value(_) => Block { stmts: &[], value: Some(self.alloc(expr)) },
            _ => {
                let stmt = Stmt { kind: StmtKind::Expr(self.alloc(expr)), span: expr.span };
                Block { stmts: self.list(&[stmt]), value: None }
            }
        }
    }
}
