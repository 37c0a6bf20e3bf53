//! What stands behind the name of a type: `Shape.Unit`, `Shape.Circle(2.0)`, `Point.new()`.

use super::checker::Checker;
use super::files::ItemKind;
use super::infer::{GenericCall, Written};
use super::names::{Found, nearest};
use super::nominal::{Body, Method, VariantInfo};
use super::structs::Made;
use crate::hir::{Action, Expr, Ty};
use lyra_base::Span;
use lyra_bytecode::{Kind, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// The type that an expression names, where one can stand: before a dot or parentheses.
    pub(super) fn type_path(&mut self, expr: &ast::Expr<'a>) -> Option<Ty> {
        if let ast::ExprKind::TypeArgs { base, args } = expr.kind
            && let Some(Found::Item(ItemKind::Type(item))) = self.find_named(base)
        {
            return Some(self.applied_item(item, args, expr.span));
        }
        match self.find_named(expr) {
            Some(Found::Item(ItemKind::Type(item))) => Some(self.type_of_item(item)),
            None if self.is_self_type(expr) => self.context.self_type.map(Ty::Value),
            _ => None,
        }
    }

    /// Whether an expression names a type; nothing is reported.
    pub(super) fn is_type_path(&self, expr: &ast::Expr<'a>) -> bool {
        let named = match expr.kind {
            ast::ExprKind::TypeArgs { base, .. } => base,
            _ => expr,
        };
        match self.find_named(named) {
            Some(Found::Item(kind)) => matches!(kind, ItemKind::Type(_)),
            Some(Found::Local(_) | Found::Outer) => false,
            None => self.context.self_type.is_some() && self.is_self_type(named),
        }
    }

    fn is_self_type(&self, expr: &ast::Expr<'a>) -> bool {
        matches!(expr.kind, ast::ExprKind::Name(symbol) if self.text(symbol) == "Self")
    }

    /// `T(args)`
    pub(super) fn new_value(
        &mut self,
        ty: Ty,
        args: &'a [ast::Arg<'a>],
        callee: Span,
        span: Span,
    ) -> Expr<'a> {
        let Ty::Value(ty) = ty else { return self.give_up(args, span) };
        if self.fields_of(ty).is_some() {
            return self.new_struct(ty, args, span);
        }
        if let Some(variants) = self.variants_of(ty) {
            let example = variants.first().map(|variant| self.text(variant.name.symbol)).unwrap_or("Variant");
            let name = self.types.name(ty);
            self.report(
                Diagnostic::error(code::NOT_CALLABLE, callee, format!("`{name}` is an enum"))
                    .with_help(format!("name one of its variants: `{name}.{example}`")),
            );
            return self.give_up(args, span);
        }
        if self.interface_methods(ty).is_some() {
            let name = self.types.name(ty);
            self.report(
                Diagnostic::error(code::NOT_CALLABLE, callee, format!("`{name}` is an interface"))
                    .with_label("no value is made of it alone")
                    .with_help("make a value of a type that implements it"),
            );
            return self.give_up(args, span);
        }
        if let [arg] = args
            && super::types::is_basic(ty)
        {
            self.no_names(args);
            let value = self.value_expr(&arg.value, None);
            return self.convert(value, ty, span);
        }
        let name = self.types.name(ty);
        self.error(code::NOT_CALLABLE, callee, format!("{name} cannot be called"));
        self.give_up(args, span)
    }

    /// `T.name`, not called.
    pub(super) fn type_member(&mut self, ty: Ty, name: ast::Name, span: Span) -> Expr<'a> {
        let Ty::Value(ty) = ty else { return Expr::error(span) };
        let text = self.text(name.symbol);
        if let Some((index, count)) = self.find_variant(ty, name) {
            let failed = Expr { ty: Ty::Value(ty), ..Expr::error(span) };
            if count > 0 {
                let shape = self.variant_shape(ty, usize::from(index));
                self.report(
                    Diagnostic::error(code::MISSING_FIELD, span, format!("`{text}` carries values"))
                        .with_help(format!("give them: `{shape}`")),
                );
                return failed;
            }
            return self.variant_value(ty, index, span);
        }
        if let Some(method) = self.find_method(ty, name.symbol) {
            let help = if method.has_self {
                format!("call it on a value: `x.{text}(…)`")
            } else {
                format!("call it: `{}.{text}(…)`", self.types.name(ty))
            };
            self.report(
                Diagnostic::error(code::NOT_A_VALUE, span, format!("`{text}` is a method, no value"))
                    .with_help(help),
            );
            return Expr::error(span);
        }
        self.unknown_member(ty, name);
        Expr::error(span)
    }

    /// `T.name(args)`
    pub(super) fn type_member_call(
        &mut self,
        ty: Ty,
        name: ast::Name,
        written: Written<'a>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let Ty::Value(ty) = ty else { return self.give_up(args, span) };
        let text = self.text(name.symbol);
        if let Some((index, count)) = self.find_variant(ty, name) {
            if count == 0 {
                let type_name = self.types.name(ty);
                self.report(
                    Diagnostic::error(code::ARGUMENT_COUNT, span, format!("`{text}` carries no values"))
                        .with_help(format!("write `{type_name}.{text}`")),
                );
                self.give_up(args, span);
                return Expr { ty: Ty::Value(ty), ..Expr::error(span) };
            }
            let Some(variant) = self.variants_of(ty).and_then(|list| list.get(usize::from(index))) else {
                return self.give_up(args, span);
            };
            let (fields, declared) = (variant.fields.clone(), variant.name.span);
            let full = format!("{}.{text}", self.types.name(ty));
            let made = Made { name: self.arena.alloc_str(&full), declared };
            return self.made_of_fields(made, Action::NewVariant(index), &fields, ty, args, span);
        }
        let method = self.find_method(ty, name.symbol);
        if method.is_some_and(|method| !self.may_call(method.proc, name)) {
            return self.give_up(args, span);
        }
        match method {
            Some(Method { proc, has_self: false, .. }) if self.generics.procs.contains_key(&proc) => {
                let on = Some(ty);
                self.call_generic(GenericCall { proc, on, receiver: None, written, args, want, span })
            }
            Some(method) if !method.has_self => self.call_with(method.proc, None, written, args, want, span),
            Some(_) => {
                self.report(
                    Diagnostic::error(code::RECEIVER, name.span, format!("`{text}` is called on a value"))
                        .with_label("it has a `self`")
                        .with_help(format!(
                            "write `x.{text}(…)` with an `x` of type {}",
                            self.types.name(ty)
                        )),
                );
                self.give_up(args, span)
            }
            None => {
                self.unknown_member(ty, name);
                self.give_up(args, span)
            }
        }
    }

    /// The number of a variant, and how many values it carries.
    pub(super) fn find_variant(&self, ty: TypeId, name: ast::Name) -> Option<(u16, usize)> {
        let Body::Enum { variants, numbers } = &self.nominal(ty)?.body else { return None };
        let &number = numbers.get(&name.symbol)?;
        Some((number, variants.get(usize::from(number))?.fields.len()))
    }

    /// A variant without values.
    pub(super) fn variant_value(&mut self, ty: TypeId, index: u16, span: Span) -> Expr<'a> {
        match self.types.kind(ty) {
            Kind::Word => Expr::word(u64::from(index), ty, span),
            Kind::Ref => self.act(Action::NewVariant(index), &[], ty, span),
        }
    }

    /// `Shape.Rect(w: …, h: …)`
    fn variant_shape(&self, ty: TypeId, index: usize) -> String {
        let name = self.types.name(ty);
        let Some(VariantInfo { name: variant, fields }) =
            self.variants_of(ty).and_then(|list| list.get(index))
        else {
            return name;
        };
        let fields: Vec<_> =
            fields.iter().take(10).map(|field| format!("{}: …", self.text(field.name.symbol))).collect();
        format!("{name}.{}({})", self.text(variant.symbol), fields.join(", "))
    }

    pub(super) fn unknown_member(&mut self, ty: TypeId, name: ast::Name) {
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let text = self.text(name.symbol);
        let type_name = self.types.name(ty);
        let variants: Vec<&'a str> = self
            .variants_of(ty)
            .map(|list| list.iter().take(5_000).map(|variant| self.text(variant.name.symbol)).collect())
            .unwrap_or_default();
        let methods: Vec<&'a str> =
            self.methods_of(ty).filter(|(_, method)| !method.has_self).map(|(name, _)| name).collect();
        let (code, message) = if variants.is_empty() {
            (code::UNKNOWN_METHOD, format!("`{type_name}` has no `{text}`"))
        } else {
            (code::UNKNOWN_VARIANT, format!("`{type_name}` has no variant `{text}`"))
        };
        let mut diagnostic = Diagnostic::error(code, name.span, message);
        if let Some(declared) = self.declared_at(ty) {
            diagnostic = diagnostic.with_secondary(declared, "declared here");
        }
        let known = variants.iter().chain(&methods).copied();
        diagnostic = match nearest(text, known.clone()) {
            Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near),
            None if variants.is_empty() => diagnostic,
            None => {
                let known: Vec<_> = variants.iter().take(10).map(|name| format!("`{name}`")).collect();
                diagnostic.with_help(format!("its variants are {}", known.join(", ")))
            }
        };
        self.report(diagnostic);
    }
}
