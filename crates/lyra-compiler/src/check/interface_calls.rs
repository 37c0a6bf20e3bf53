//! Calls of methods that a value has by an interface: that it is behind, that its type implements, or that a bound
//! of a generic definition names.

use super::checker::Checker;
use super::interfaces::InterfaceMethod;
use super::nominal::Method;
use crate::hir::{Action, Expr, ExprKind, Ty};
use lyra_base::{Span, Symbol};
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// `receiver.name(args)`, where an interface is or has the method; `None` where none does.
    pub(super) fn interface_method(
        &mut self,
        receiver: Expr<'a>,
        ty: TypeId,
        name: ast::Name,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Option<Expr<'a>> {
        if let Some((method, asked)) = self.find_interface_method(ty, name.symbol) {
            let InterfaceMethod { params, result, span: declared, .. } = asked.clone();
            let params: Vec<Ty> = std::iter::once(Ty::Value(ty)).chain(params).collect();
            let text = self.text(name.symbol);
            let action = Action::CallMethod { interface: ty, method };
            return Some(match self.arguments(text, Some(declared), &params, Some(receiver), args, span) {
                Some(values) => Expr::new(ExprKind::Apply(action, self.list(&values)), result, span),
                None => Expr { ty: if result == Ty::Unit { Ty::Error } else { result }, ..Expr::error(span) },
            });
        }
        match self.methods_by_interfaces(ty, name.symbol)[..] {
            [(_, method)] => Some(self.call_with(method.proc, Some(receiver), None, args, None, span)),
            [(first, _), (second, _), ..] => {
                let names = [first, second].map(|interface| self.types.name(interface));
                self.report_ambiguous(name, &names);
                Some(self.give_up(args, span))
            }
            [] => None,
        }
    }

    /// A call in an instance that a bound allowed in the definition.
    pub(super) fn method_of_bound(
        &mut self,
        receiver: Expr<'a>,
        name: ast::Name,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Option<Expr<'a>> {
        let (ty, interface) = (receiver.type_id()?, self.bound_call(name.span)?);
        let method = self.method_by(ty, interface, name.symbol)?;
        Some(self.call_with(method.proc, Some(receiver), None, args, None, span))
    }

    /// The method that a type has by its `impl` of an interface.
    pub(super) fn method_by(&self, ty: TypeId, interface: TypeId, name: Symbol) -> Option<Method> {
        let (number, _) = self.find_interface_method(interface, name)?;
        let methods = match self.interfaces.plain_methods(ty, interface) {
            Some(methods) => methods,
            None => &self.form_impl_of(ty, interface)?.0.methods,
        };
        methods.get(usize::from(number)).copied().flatten()
    }

    pub(super) fn report_ambiguous(&mut self, name: ast::Name, interfaces: &[String; 2]) {
        let text = self.text(name.symbol);
        let [first, second] = interfaces;
        self.report(
            Diagnostic::error(
                code::AMBIGUOUS_METHOD,
                name.span,
                format!("both {first} and {second} have `{text}`"),
            )
            .with_help(format!("say which: `(x as {first}).{text}(…)`")),
        );
    }
}
