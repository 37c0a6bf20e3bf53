//! What impls with parameters and generic methods give to the tables that are searched at run time.
//!
//! A row is made where it may be needed: for a type that is converted to an interface, for every type of the form
//! where a program asks an `any` or an interface for the interface with `as` or `is`, and for every name that is
//! called on an `any`. The procedures of a row are instances; their bodies may ask for further rows:
//!
//! ```text
//! bodies ──> conversions, `as`, names ──> rows ──> instances ──> bodies …     until nothing is new
//! ```

use super::checker::Checker;
use super::impls::Form;
use super::interfaces::InterfaceMethod;
use super::nominal::Method;
use crate::hir;
use hashbrown::{HashMap, HashSet};
use lyra_base::Symbol;
use lyra_bytecode::{ProcId, TypeId};

/// What was asked for.
#[derive(Default)]
pub(super) struct Dispatch {
    /// Types that are converted to interfaces, and how many of these were looked at.
    converted: Vec<(TypeId, TypeId)>,
    converted_done: usize,
    /// The interfaces that values are asked for when the program runs.
    asked: Vec<TypeId>,
    /// Both of the above, without order; and the rows that were made.
    noted: HashSet<(TypeId, Option<TypeId>)>,
    rows: HashSet<(TypeId, TypeId)>,
    /// Whether an `any` is called or stored into: whatever interface is expected there is asked for.
    takes_any: bool,
    /// The interfaces among the types so far, and how many of these were looked at.
    interfaces: Vec<TypeId>,
    interfaces_done: usize,
    /// The types of each form among the types so far.
    by_form: HashMap<Form, Vec<TypeId>>,
    types_seen: usize,
    /// How many types of a form were looked at for an interface, and for a name.
    asked_done: HashMap<(TypeId, Form), usize>,
    names_done: HashMap<(Symbol, Form), usize>,
    /// The methods found for names that are called on an `any`.
    methods: Vec<hir::Method>,
}

impl<'a> Checker<'a> {
    /// A value of a type is converted to an interface.
    pub(super) fn note_conversion(&mut self, from: TypeId, to: TypeId) {
        if self.is_compiled(from)
            && self.is_compiled(to)
            && self.interface_methods(to).is_some()
            && !self.implements_plainly(from, to)
            && self.dispatch.noted.insert((from, Some(to)))
        {
            self.dispatch.converted.push((from, to));
        }
    }

    /// A value is asked when the program runs whether it implements an interface.
    pub(super) fn note_asked(&mut self, to: TypeId) {
        if self.is_compiled(to)
            && let Some(item) = self.interface_item(to)
            && self.interfaces.forms.has_any(item)
            && self.dispatch.noted.insert((to, None))
        {
            self.dispatch.asked.push(to);
        }
    }

    /// An `any` is called or stored into.
    pub(super) fn note_any(&mut self) {
        self.dispatch.takes_any |= !self.procs.is_ghostly();
    }

    fn is_compiled(&self, ty: TypeId) -> bool {
        !self.procs.is_ghostly() && !self.is_opaque(ty)
    }

    /// Checks every body, and makes what these need at run time, whose bodies are checked, too.
    pub(super) fn found_at_run_time(&mut self) {
        loop {
            self.check_bodies();
            if self.interfaces.forms.list.is_empty() && self.generics.methods.is_empty() {
                return;
            }
            let before = self.procs.len();
            self.sort_types();
            self.rows_of_conversions();
            self.rows_asked_for();
            self.methods_asked_for();
            if self.procs.len() == before {
                return;
            }
        }
    }

    /// The methods that values of `any` have by generic impls.
    pub(super) fn generic_methods(&mut self) -> Vec<hir::Method> {
        std::mem::take(&mut self.dispatch.methods)
    }

    fn sort_types(&mut self) {
        let new: Vec<TypeId> = self.types.iter().skip(self.dispatch.types_seen).map(|(ty, _)| ty).collect();
        self.dispatch.types_seen += new.len();
        for ty in new {
            if !self.is_opaque(ty) && self.interface_methods(ty).is_some() {
                self.dispatch.interfaces.push(ty);
            } else if self.is_at_run_time(ty) {
                let form = self.form_of(ty);
                self.dispatch.by_form.entry(form).or_default().push(ty);
            }
        }
    }

    /// The types of a form from the one of this number on.
    fn types_of(&self, form: Form, from: usize) -> Vec<TypeId> {
        let types = self.dispatch.by_form.get(&form).and_then(|types| types.get(from..));
        types.unwrap_or_default().to_vec()
    }

    fn rows_of_conversions(&mut self) {
        while let Some(&(ty, interface)) = self.dispatch.converted.get(self.dispatch.converted_done) {
            self.dispatch.converted_done += 1;
            self.make_row(ty, interface);
        }
    }

    fn rows_asked_for(&mut self) {
        while self.dispatch.takes_any
            && let Some(&interface) = self.dispatch.interfaces.get(self.dispatch.interfaces_done)
        {
            self.dispatch.interfaces_done += 1;
            self.note_asked(interface);
        }
        for interface in self.dispatch.asked.clone() {
            let Some(item) = self.interface_item(interface) else { continue };
            for form in self.interfaces.forms.forms_of(item) {
                let done = self.dispatch.asked_done.get(&(interface, form)).copied().unwrap_or_default();
                let types = self.types_of(form, done);
                self.dispatch.asked_done.insert((interface, form), done + types.len());
                for ty in types {
                    self.make_row(ty, interface);
                }
            }
        }
    }

    /// Makes what a call through an interface enters, if the type implements it by an `impl` with parameters.
    fn make_row(&mut self, ty: TypeId, interface: TypeId) {
        if self.dispatch.rows.contains(&(ty, interface)) {
            return;
        }
        let Some((form, args)) = self.form_impl_of(ty, interface) else { return };
        let (span, methods) = (form.span, form.methods.clone());
        let Some(args) = args.all() else { return };
        self.dispatch.rows.insert((ty, interface));
        self.begin_for_type(ty);
        let asked: Vec<InterfaceMethod> = self.interface_methods(interface).unwrap_or_default().to_vec();
        let mut entries = Vec::with_capacity(asked.len());
        for (method, asked) in methods.into_iter().zip(&asked) {
            let Some(method) = method else { return };
            let Some(proc) = self.proc_instance(method.proc, &args, span) else { return };
            let Some(entry) = self.entry_of(Method { proc, ..method }, asked, interface, ty) else { return };
            entries.push(entry);
        }
        self.interfaces.add_row(interface, ty, span, entries);
    }

    fn methods_asked_for(&mut self) {
        let forms = self.forms_by_name();
        for name in self.asked.names() {
            for &form in forms.get(&name).map(Vec::as_slice).unwrap_or_default() {
                let done = self.dispatch.names_done.get(&(name, form)).copied().unwrap_or_default();
                let types = self.types_of(form, done);
                self.dispatch.names_done.insert((name, form), done + types.len());
                for ty in types {
                    if let Some(proc) = self.generic_method_of(ty, name) {
                        self.dispatch.methods.push(hir::Method { ty, name, proc });
                    }
                }
            }
        }
    }

    /// The forms of types that have a generic method, by its name; of the names that are asked of an `any`.
    fn forms_by_name(&self) -> HashMap<Symbol, Vec<Form>> {
        let own = self.generics.methods.keys().map(|&(item, name)| (name, Form::Named(item)));
        let mut found: HashMap<Symbol, Vec<Form>> = HashMap::new();
        for (name, form) in own.chain(self.interfaces.forms.names()) {
            if self.asked.has(name) {
                let forms = found.entry(name).or_default();
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
        found
    }

    /// The instance of a generic method that a type has, of its own or by one interface alone.
    fn generic_method_of(&mut self, ty: TypeId, name: Symbol) -> Option<ProcId> {
        let method = match self.find_method(ty, name) {
            Some(own) => own,
            None => match self.methods_by_interfaces(ty, name)[..] {
                [(_, method)] => method,
                _ => return None,
            },
        };
        let generic = self.generics.procs.get(&method.proc).filter(|_| method.has_self)?;
        // What its own parameters stand for is not known at run time.
        let (target, params) = (generic.target.filter(|_| generic.own == 0)?, generic.params.clone());
        let mut bindings = super::unify::Bindings::new(&params);
        if !self.unify_exactly(target, ty, &mut bindings) || !self.holds(&params, &bindings) {
            return None;
        }
        self.begin_for_type(ty);
        let span = self.procs.get(method.proc).span;
        self.proc_instance(method.proc, &bindings.all()?, span)
    }
}
