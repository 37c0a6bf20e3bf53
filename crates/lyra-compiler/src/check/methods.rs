//! `impl T { … }`: the procedures that belong to a type.

use super::checker::Checker;
use super::files::Context;
use super::nominal::Method;
use super::procs::{ProcHead, ProcSource};
use crate::hir::Ty;
use lyra_base::{Span, Symbol};
use lyra_bytecode::{ProcId, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// An `impl` of the program.
#[derive(Clone)]
pub(super) struct Impl<'a> {
    pub(super) context: Context,
    /// Its type parameters.
    pub(super) params: Vec<TypeId>,
    /// The word `impl`.
    pub(super) word: Span,
    /// What stands before `for`.
    pub(super) interface: Option<ast::Type<'a>>,
    pub(super) target: ast::Type<'a>,
    pub(super) methods: &'a [ast::Method<'a>],
}

impl<'a> Checker<'a> {
    /// Gives every type its methods; their bodies wait.
    pub(super) fn resolve_impls(&mut self) {
        for impl_ in std::mem::take(&mut self.impls) {
            self.context = impl_.context.clone();
            if let Some(interface) = impl_.interface {
                self.resolve_interface_impl(&impl_, &interface);
                continue;
            }
            let Ty::Value(ty) = self.resolve_type(&impl_.target) else { continue };
            if self.nominal(ty).is_some() && !self.may_implement(None, ty, impl_.target.span) {
                continue;
            }
            if self.nominal(ty).is_none() {
                let name = self.types.name(ty);
                self.report(
                    Diagnostic::error(code::IMPL_TARGET, impl_.target.span, format!("{name} takes no methods"))
                        .with_help("methods belong to a `struct` or an `enum`; a free procedure is called on any type: `x.f()` is `f(x)`"),
                );
                continue;
            }
            self.context.self_type = Some(ty);
            for &param in &impl_.params {
                if !self.mentions(ty, param) {
                    self.unused_param(param, &impl_);
                }
            }
            for method in impl_.methods {
                self.method_head(ty, &impl_.params, method);
            }
        }
    }

    /// A procedure of an `impl` for `ty`; its body waits.
    pub(super) fn method_proc(&mut self, ty: TypeId, method: &'a ast::Method<'a>) -> Option<Method> {
        let proc = &method.proc;
        if !self.has_room_for_proc(proc.name) {
            return None;
        }
        let own = self.text(proc.name.symbol);
        let name = self.arena.alloc_str(&format!("{}.{own}", self.types.name(ty)));
        let id = self.add_proc(ProcHead {
            name,
            span: proc.head_span,
            source: ProcSource::Written(proc),
            public: false,
            params: Vec::new(),
            result: Ty::Unit,
            context: self.context.clone(),
        });
        self.note_private(id, method);
        Some(Method { proc: id, name: proc.name, has_self: proc.self_param.is_some() })
    }

    fn note_private(&mut self, id: ProcId, method: &ast::Method<'a>) {
        if method.private.is_some() {
            self.private_methods.insert(id, (self.context.file, method.proc.name.span));
        }
    }

    /// The definition of a procedure of an `impl` with parameters.
    pub(super) fn method_definition(
        &mut self,
        ty: TypeId,
        params: &[TypeId],
        method: &'a ast::Method<'a>,
    ) -> Option<Method> {
        let proc = &method.proc;
        if !self.has_room_for_proc(proc.name) {
            return None;
        }
        let own = self.text(proc.name.symbol);
        let name = self.arena.alloc_str(&format!("{}.{own}", self.types.name(ty)));
        let id = self.generic_proc(proc, name, params, Some(ty));
        self.note_private(id, method);
        Some(Method { proc: id, name: proc.name, has_self: proc.self_param.is_some() })
    }

    fn method_head(&mut self, ty: TypeId, params: &[TypeId], method: &'a ast::Method<'a>) {
        let proc = &method.proc;
        let own = self.text(proc.name.symbol);
        if !params.is_empty() || !proc.generics.is_empty() {
            if let Some(made) = self.method_definition(ty, params, method) {
                self.generic_method(ty, proc, made.proc);
            }
            return;
        }
        let Some(made) = self.method_proc(ty, method) else { return };
        let earlier = match self.types.get(ty).and_then(lyra_bytecode::Type::def) {
            Some(def) => {
                self.nominals.get_mut(def).and_then(|nominal| nominal.methods.insert(proc.name.symbol, made))
            }
            None => None,
        };
        if let Some(earlier) = earlier {
            self.report_twice(own, proc.name.span, earlier.name.span);
        } else if let Some((index, _)) = self.find_variant(ty, proc.name)
            && !made.has_self
            && let Some(variant) = self.variants_of(ty).and_then(|list| list.get(usize::from(index)))
        {
            // `T.name` could be either.
            self.report_twice(own, proc.name.span, variant.name.span);
        }
    }

    /// The method of a type's own.
    pub(super) fn find_method(&self, ty: TypeId, name: Symbol) -> Option<Method> {
        let nominal = self.nominal(ty)?;
        if let Some(&method) = nominal.methods.get(&name) {
            return Some(method);
        }
        let generic = self.generics.methods.get(&(nominal.item, name))?;
        generic.iter().find_map(|&proc| self.generic_method_on(proc, ty))
    }

    /// The names of a type's methods.
    pub(super) fn methods_of(&self, ty: TypeId) -> impl Iterator<Item = (&'a str, Method)> {
        let methods = self.nominal(ty).map(|nominal| &nominal.methods);
        methods.into_iter().flatten().map(|(&symbol, &method)| (self.text(symbol), method))
    }
}
