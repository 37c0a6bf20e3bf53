//! `impl<T> Interface for Box<T>`: one `impl` for every type of a form.
//!
//! Every parameter of such an `impl` stands in the type that it is for. So a type alone decides what the parameters
//! stand for, and it implements one interface by one `impl` at most:
//!
//! ```text
//! impl<T: Ordered> Source<T> for Queue<T>      Queue<i32> ──> T = i32 ──> Source<i32>
//! ```
//!
//! Whether a type implements an interface is asked wherever a value meets a type, and answered without making any
//! type. Bounds ask the same of the parts of a type, so questions end; see [`MOST_STEPS`] for how fast.

use super::checker::Checker;
use super::methods::Impl;
use super::nominal::{Method, TypeItemId};
use super::unify::Bindings;
use hashbrown::HashMap;
use lyra_base::{Span, Symbol};
use lyra_bytecode::{Type, TypeId};
use lyra_syntax::{Diagnostic, ast, code};
use std::cell::{Cell, RefCell};

/// Impls that are tried to answer one question. Bounds that ask for each other's interfaces make their number grow
/// with a power of the depth of a type; what takes longer is not implemented.
const MOST_STEPS: u32 = 5_000;
/// Impls of one interface for types of one form.
const MOST: usize = 1_000;

/// What a type is made by, whatever it is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Named(TypeItemId),
    Array,
    Map,
    Tuple(usize),
    Proc(usize),
    Other(TypeId),
}

/// An `impl` with parameters.
pub(super) struct FormImpl {
    pub(super) params: Vec<TypeId>,
    pub(super) interface: TypeId,
    pub(super) target: TypeId,
    /// The word `impl`.
    pub(super) span: Span,
    /// The definition of each method of the interface; `None` where one is missing, which was reported.
    pub(super) methods: Vec<Option<Method>>,
}

/// Every `impl` with parameters, and what may overlap with one.
#[derive(Default)]
pub(super) struct FormImpls {
    pub(super) list: Vec<FormImpl>,
    /// By what declares the interface and by the form of the type.
    by_form: HashMap<(TypeItemId, Form), Group>,
    /// The forms that an interface has such impls for.
    by_item: HashMap<TypeItemId, Vec<Form>>,
    /// By the form of the type and the name of a method: the impl, and the number of the method.
    by_name: HashMap<(Form, Symbol), Vec<(usize, usize)>>,
    /// What was asked and answered, once every `impl` is known.
    known: RefCell<HashMap<(TypeId, TypeId), bool>>,
    steps: Cell<u32>,
}

/// The impls of one interface for types of one form.
#[derive(Default)]
struct Group {
    /// In `list`.
    forms: Vec<usize>,
    /// Those without parameters: the interface, the type, the word `impl`.
    plain: Vec<(TypeId, TypeId, Span)>,
}

impl FormImpls {
    /// The names of methods by impls with parameters, with the forms of the types that have them.
    pub(super) fn names(&self) -> impl Iterator<Item = (Symbol, Form)> {
        self.by_name.keys().map(|&(form, name)| (name, form))
    }

    /// The forms of types for which an interface has an `impl` with parameters.
    pub(super) fn forms_of(&self, interface: TypeItemId) -> Vec<Form> {
        self.by_item.get(&interface).cloned().unwrap_or_default()
    }

    /// Whether there is an `impl` with parameters of what an item declares.
    pub(super) fn has_any(&self, interface: TypeItemId) -> bool {
        self.by_item.contains_key(&interface)
    }
}

impl<'a> Checker<'a> {
    pub(super) fn form_of(&self, ty: TypeId) -> Form {
        match self.types.get(ty) {
            Some(Type::Array(_)) => Form::Array,
            Some(Type::Map { .. }) => Form::Map,
            Some(Type::Tuple(parts)) => Form::Tuple(parts.len()),
            Some(Type::Proc { params, .. }) => Form::Proc(params.len()),
            _ => match self.nominal(ty) {
                Some(nominal) => Form::Named(nominal.item),
                None => Form::Other(ty),
            },
        }
    }

    /// What declares an interface.
    pub(super) fn interface_item(&self, interface: TypeId) -> Option<TypeItemId> {
        self.interface_methods(interface)?;
        self.nominal(interface).map(|nominal| nominal.item)
    }

    // ---- declarations ----

    /// Keeps an `impl` without parameters, which one with parameters may overlap with.
    pub(super) fn add_plain_impl(&mut self, ty: TypeId, interface: TypeId, span: Span) {
        let Some(item) = self.interface_item(interface) else { return };
        let key = (item, self.form_of(ty));
        self.interfaces.forms.by_form.entry(key).or_default().plain.push((interface, ty, span));
    }

    /// Keeps an `impl` with parameters; its methods are definitions, in the order of the interface.
    pub(super) fn add_form_impl(
        &mut self,
        impl_: &Impl<'a>,
        ty: TypeId,
        interface: TypeId,
        methods: Vec<Option<Method>>,
    ) {
        let Some(item) = self.interface_item(interface) else { return };
        let form = self.form_of(ty);
        let forms = &mut self.interfaces.forms;
        let index = forms.list.len();
        let group = forms.by_form.entry((item, form)).or_default();
        if group.forms.len() >= MOST {
            let message =
                format!("an interface has at most {MOST} impls with parameters for types of one form");
            self.error(code::TOO_MANY, impl_.word, message);
            return;
        }
        if group.forms.is_empty() {
            forms.by_item.entry(item).or_default().push(form);
        }
        group.forms.push(index);
        for (number, method) in methods.iter().enumerate() {
            if let Some(method) = method {
                forms.by_name.entry((form, method.name.symbol)).or_default().push((index, number));
            }
        }
        let params = impl_.params.clone();
        forms.list.push(FormImpl { params, interface, target: ty, span: impl_.word, methods });
    }

    /// Two impls of one interface are never for one type.
    pub(super) fn check_overlaps(&mut self) {
        let forms = &self.interfaces.forms;
        let mut found = Vec::new();
        for group in forms.by_form.values() {
            for (place, first) in group.forms.iter().enumerate() {
                let Some(first) = forms.list.get(*first) else { continue };
                for second in group.forms.iter().skip(place + 1).filter_map(|&index| forms.list.get(index)) {
                    let params = [first.params.as_slice(), second.params.as_slice()].concat();
                    let pairs = vec![(first.interface, second.interface), (first.target, second.target)];
                    if self.can_agree(pairs, &params) {
                        found.push((first, (second.interface, second.target, second.span)));
                    }
                }
                for &plain in &group.plain {
                    let pairs = vec![(first.interface, plain.0), (first.target, plain.1)];
                    if self.can_agree(pairs, &first.params) {
                        found.push((first, plain));
                    }
                }
            }
        }
        let mut reports = Vec::new();
        for (first, (interface, ty, span)) in found {
            let names = [(first.interface, first.target), (interface, ty)]
                .map(|(interface, ty)| format!("{} for {}", self.types.name(interface), self.types.name(ty)));
            let [first_name, second_name] = names;
            let is_first = first.span.start <= span.start;
            let (earlier, later) = if is_first { (first.span, span) } else { (span, first.span) };
            reports.push((later, earlier, first_name, second_name));
        }
        reports.sort_by_key(|(later, earlier, ..)| (later.start, earlier.start));
        for (later, earlier, first, second) in reports {
            if !self.is_listening() {
                self.unsaid();
                continue;
            }
            self.report(
                Diagnostic::error(
                    code::DEFINED_TWICE,
                    later,
                    format!("two impls are for one type: {first} and {second}"),
                )
                .with_label("which one such a type has would not be known")
                .with_secondary(earlier, "the other one"),
            );
        }
    }

    /// Whether there are types for the parameters that make the two of every pair the same.
    fn can_agree(&self, mut pairs: Vec<(TypeId, TypeId)>, params: &[TypeId]) -> bool {
        let mut bound: HashMap<TypeId, TypeId> = HashMap::new();
        // Types that share parts may have many more parts than they are long: what takes long is refused.
        let mut steps = 0_u32;
        while let Some((a, b)) = pairs.pop() {
            steps += 1;
            if steps > MOST_STEPS {
                return true;
            }
            let follow = |mut ty: TypeId| {
                while let Some(&next) = bound.get(&ty) {
                    ty = next;
                }
                ty
            };
            let (a, b) = (follow(a), follow(b));
            if a == b {
                continue;
            }
            let (variable, other) = if params.contains(&a) { (a, b) } else { (b, a) };
            if params.contains(&variable) {
                if self.stands_in(variable, other, &bound, &mut steps) {
                    return false;
                }
                bound.insert(variable, other);
            } else if !self.push_parts(a, b, &mut pairs) {
                return false;
            }
        }
        true
    }

    /// Whether a parameter is somewhere in a type, after what is known of others.
    fn stands_in(&self, param: TypeId, ty: TypeId, bound: &HashMap<TypeId, TypeId>, steps: &mut u32) -> bool {
        let mut todo = vec![ty];
        while let Some(ty) = todo.pop() {
            *steps += 1;
            if ty == param {
                return true;
            }
            if *steps > MOST_STEPS {
                return false;
            }
            if let Some(&next) = bound.get(&ty) {
                todo.push(next);
            } else if self.is_opaque(ty) {
                match self.nominal(ty) {
                    Some(nominal) => todo.extend(nominal.args.iter().copied()),
                    None => {
                        self.types.get(ty).into_iter().for_each(|ty| ty.each_part(|part| todo.push(part)))
                    }
                }
            }
        }
        false
    }

    /// Pushes the parts of two different types in pairs, if the types are made alike.
    pub(super) fn push_parts(&self, a: TypeId, b: TypeId, pairs: &mut Vec<(TypeId, TypeId)>) -> bool {
        if !self.is_opaque(a) && !self.is_opaque(b) {
            return a == b;
        }
        let (Some(first), Some(second)) = (self.types.get(a), self.types.get(b)) else { return false };
        match (first, second) {
            (&Type::Optional(a), &Type::Optional(b)) | (&Type::Array(a), &Type::Array(b)) => {
                pairs.push((a, b))
            }
            (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
                pairs.extend(a.iter().copied().zip(b.iter().copied()));
            }
            (&Type::Map { key, value }, &Type::Map { key: other, value: second }) => {
                pairs.extend([(key, other), (value, second)]);
            }
            (Type::Proc { params: a, result: r }, Type::Proc { params: b, result: s })
                if a.len() == b.len() && r.is_some() == s.is_some() =>
            {
                pairs.extend(a.iter().copied().zip(b.iter().copied()));
                pairs.extend(r.iter().copied().zip(s.iter().copied()));
            }
            _ => match (self.nominal(a), self.nominal(b)) {
                (Some(a), Some(b)) if a.item == b.item && a.args.len() == b.args.len() => {
                    pairs.extend(a.args.iter().copied().zip(b.args.iter().copied()));
                }
                _ => return a == b,
            },
        }
        true
    }

    // ---- questions ----

    /// Whether a type implements an interface by an `impl` with parameters.
    pub(super) fn implements_by_form(&self, ty: TypeId, interface: TypeId) -> bool {
        let forms = &self.interfaces.forms;
        if forms.list.is_empty() || self.interface_methods(interface).is_none() {
            return false;
        }
        forms.steps.set(0);
        self.implements_under(ty, interface, &Bindings::new(&[]))
    }

    /// Whether a type implements the interface that `pattern` is with these bindings.
    fn implements_under(&self, ty: TypeId, pattern: TypeId, bindings: &Bindings) -> bool {
        let Some(item) = self.interface_item(pattern) else { return false };
        let forms = &self.interfaces.forms;
        if let Some(bounds) = self.bounds_of(ty) {
            return bounds.interfaces.iter().any(|&bound| self.same(bound, None, pattern, bindings));
        }
        if self.plain_interfaces(ty, item).iter().any(|&known| self.same(known, None, pattern, bindings)) {
            return true;
        }
        let Some(group) = forms.by_form.get(&(item, self.form_of(ty))) else { return false };
        let is_settled = self.generics.instances.has_impls && !self.is_opaque(pattern);
        if is_settled && let Some(&known) = forms.known.borrow().get(&(ty, pattern)) {
            return known;
        }
        let mut found = false;
        for form in group.forms.iter().filter_map(|&index| forms.list.get(index)) {
            forms.steps.set(forms.steps.get() + 1);
            if forms.steps.get() > MOST_STEPS {
                return false;
            }
            let Some(args) = self.args_of(form, ty) else { continue };
            if self.same(form.interface, Some(&args), pattern, bindings) && self.holds(&form.params, &args) {
                found = true;
                break;
            }
        }
        if is_settled {
            forms.known.borrow_mut().insert((ty, pattern), found);
        }
        found
    }

    /// What the parameters of an `impl` stand for when it is for this type.
    fn args_of(&self, form: &FormImpl, ty: TypeId) -> Option<Bindings> {
        let mut bindings = Bindings::new(&form.params);
        self.unify_exactly(form.target, ty, &mut bindings).then_some(bindings)
    }

    /// Whether what parameters stand for keeps their bounds.
    pub(super) fn holds(&self, params: &[TypeId], bindings: &Bindings) -> bool {
        params.iter().all(|&param| {
            let (Some(bounds), Some(Some(arg))) = (self.bounds_of(param), bindings.get(param)) else {
                return true;
            };
            let is_value = self.types.optional_of(arg).is_none() && arg != TypeId::ANY;
            (!bounds.ordered || self.is_ordered(arg))
                && (!bounds.hashable || self.is_hashable(arg))
                && (!bounds.number || self.is_number(arg))
                && bounds.interfaces.iter().all(|&interface| {
                    is_value
                        && (self.same(arg, None, interface, bindings)
                            || self.implements_under(arg, interface, bindings))
                })
        })
    }

    /// Whether two types are the same when parameters stand for what is known of them.
    fn same(&self, a: TypeId, known: Option<&Bindings>, b: TypeId, bindings: &Bindings) -> bool {
        let resolve = |ty: TypeId, bindings: Option<&Bindings>| {
            bindings.and_then(|bindings| bindings.get(ty)).flatten().map_or((ty, true), |ty| (ty, false))
        };
        let mut todo = vec![((a, known.is_some()), (b, true))];
        let mut parts = Vec::new();
        while let Some(((a, is_open), (b, is_other_open))) = todo.pop() {
            let (a, still) = if is_open { resolve(a, known) } else { (a, false) };
            let is_open = is_open && still && self.is_opaque(a);
            let (b, still) = if is_other_open { resolve(b, Some(bindings)) } else { (b, false) };
            let is_other_open = is_other_open && still && self.is_opaque(b);
            if a == b && !is_open && !is_other_open {
                continue;
            }
            parts.clear();
            if self.is_param(a) || self.is_param(b) {
                if a == b {
                    continue;
                }
                return false;
            }
            if !self.push_parts(a, b, &mut parts) {
                return false;
            }
            todo.extend(parts.iter().map(|&(a, b)| ((a, is_open), (b, is_other_open))));
        }
        true
    }

    /// The interfaces of one item that a type implements: for a parameter, that it is bound to.
    pub(super) fn interfaces_of(&mut self, ty: TypeId, item: TypeItemId, span: Span) -> Vec<TypeId> {
        if self.interface_item(ty) == Some(item) {
            return vec![ty];
        }
        if let Some(bounds) = self.bounds_of(ty) {
            let bounds = bounds.interfaces.iter().copied();
            return bounds.filter(|&bound| self.interface_item(bound) == Some(item)).collect();
        }
        let mut found = self.plain_interfaces(ty, item).to_vec();
        let forms = &self.interfaces.forms;
        let mut open = Vec::new();
        if let Some(group) = forms.by_form.get(&(item, self.form_of(ty))) {
            forms.steps.set(0);
            for form in group.forms.iter().filter_map(|&index| forms.list.get(index)) {
                if let Some(args) = self.args_of(form, ty).filter(|args| self.holds(&form.params, args)) {
                    open.push((form.interface, args));
                }
            }
        }
        for (interface, args) in open {
            found.extend(self.substitute(interface, &args, span));
        }
        found
    }

    /// The `impl` with parameters by which a type implements an interface, and what they stand for.
    pub(super) fn form_impl_of(&self, ty: TypeId, interface: TypeId) -> Option<(&FormImpl, Bindings)> {
        let forms = &self.interfaces.forms;
        let group = forms.by_form.get(&(self.interface_item(interface)?, self.form_of(ty)))?;
        forms.steps.set(0);
        group.forms.iter().filter_map(|&index| forms.list.get(index)).find_map(|form| {
            let args = self.args_of(form, ty)?;
            let fits = self.same(form.interface, Some(&args), interface, &Bindings::new(&[]))
                && self.holds(&form.params, &args);
            fits.then_some((form, args))
        })
    }

    /// The methods of a name that a type has by impls with parameters: the interface as written, the definition.
    pub(super) fn form_methods(&self, ty: TypeId, name: Symbol) -> Vec<(TypeId, Method)> {
        let forms = &self.interfaces.forms;
        let Some(places) = forms.by_name.get(&(self.form_of(ty), name)) else { return Vec::new() };
        forms.steps.set(0);
        let found = places.iter().filter_map(|&(index, number)| {
            let form = forms.list.get(index)?;
            let args = self.args_of(form, ty)?;
            let method = form.methods.get(number).copied().flatten()?;
            self.holds(&form.params, &args).then_some((form.interface, method))
        });
        found.collect()
    }

    /// Why a type does not implement an interface although there is an `impl` for types of its form.
    pub(super) fn unkept_impl(&self, ty: TypeId, interface: TypeId) -> Option<String> {
        let forms = &self.interfaces.forms;
        let group = forms.by_form.get(&(self.interface_item(interface)?, self.form_of(ty)))?;
        forms.steps.set(0);
        group.forms.iter().filter_map(|&index| forms.list.get(index)).find_map(|form| {
            let args = self.args_of(form, ty)?;
            if !self.same(form.interface, Some(&args), interface, &Bindings::new(&[])) {
                return None;
            }
            let param = form.params.iter().copied().find(|&param| !self.holds(&[param], &args))?;
            let arg = args.get(param).flatten()?;
            Some(format!(
                "{} implements it only where {} keeps its bounds, and {} does not",
                self.types.name(form.target),
                self.param_name(param),
                self.types.name(arg)
            ))
        })
    }

    /// The only `impl` of an interface for types of a form, if there is one with parameters alone: what it is for, and
    /// of which interface.
    pub(super) fn only_form_impl(&self, interface: TypeId, form: Form) -> Option<&FormImpl> {
        let forms = &self.interfaces.forms;
        let group = forms.by_form.get(&(self.interface_item(interface)?, form))?;
        let [index] = group.forms[..] else { return None };
        forms.list.get(index).filter(|_| group.plain.is_empty())
    }

    /// Whether an `impl` may be for such a type: it says so when it is for whatever there is.
    pub(super) fn has_form(&mut self, ty: TypeId, target: &ast::Type<'a>) -> bool {
        if !self.is_param(ty) {
            return true;
        }
        self.report(
            Diagnostic::error(
                code::IMPL_TARGET,
                target.span,
                "an interface is not implemented for every type at once",
            )
            .with_label("this may be any type")
            .with_help("implement it for a type that is made of it, such as `Box<T>` or `[T]`"),
        );
        false
    }
}
