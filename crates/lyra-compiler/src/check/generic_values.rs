//! What a program makes of the names of generic items: `Stack(…)`, `Result.Ok(1)`, `Stack.new()`, with type arguments
//! or without, and a generic procedure as a value.

use super::checker::Checker;
use super::files::ItemKind;
use super::generics::GenericProc;
use super::infer::{GenericCall, Written};
use super::nominal::{FieldInfo, TypeDecl, TypeItemId};
use super::structs::Made;
use super::unify::Bindings;
use crate::hir::{Action, Expr, Ty};
use lyra_base::Span;
use lyra_bytecode::{ProcId, Type, TypeId};
use lyra_syntax::{ast, code};

impl<'a> Checker<'a> {
    /// `Stack(…)`, without type arguments.
    pub(super) fn new_generic(
        &mut self,
        item: TypeItemId,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        callee: Span,
        span: Span,
    ) -> Expr<'a> {
        let TypeItem { is_struct, name, .. } = self.item_facts(item);
        let Some(ty) = self.definition_type(item).filter(|_| is_struct) else {
            return match self.definition_type(item) {
                Some(ty) => self.new_value(Ty::Value(ty), args, callee, span),
                None => {
                    self.type_of_item(item);
                    self.give_up(args, span)
                }
            };
        };
        let fields = self.fields_of(ty).map(<[_]>::to_vec).unwrap_or_default();
        let made = Made { name: self.text(name.symbol), declared: name.span };
        self.generic_value(item, ty, made, None, &fields, args, want, span)
    }

    /// `Result.Ok(1)`, `Maybe.Nothing`, `Stack.new()`: a member of a generic type that was named without type arguments.
    pub(super) fn generic_member(
        &mut self,
        item: TypeItemId,
        name: ast::Name,
        written: Written<'a>,
        args: Option<&'a [ast::Arg<'a>]>,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let Some(ty) = self.definition_type(item) else {
            self.type_of_item(item);
            return self.give_up(args.unwrap_or_default(), span);
        };
        let is_value = |count: usize| (count == 0) == args.is_none();
        if let Some((index, _)) = self.find_variant(ty, name).filter(|&(_, count)| is_value(count)) {
            let fields = self
                .variants_of(ty)
                .and_then(|list| list.get(usize::from(index)))
                .map(|variant| variant.fields.clone())
                .unwrap_or_default();
            let owner = self.text(self.item_facts(item).name.symbol);
            let full = self.arena.alloc_str(&format!("{owner}.{}", self.text(name.symbol)));
            let made = Made { name: full, declared: name.span };
            return self.generic_value(
                item,
                ty,
                made,
                Some(index),
                &fields,
                args.unwrap_or_default(),
                want,
                span,
            );
        }
        if let (Some(args), Some(method)) = (args, self.find_method(ty, name.symbol))
            && !method.has_self
            && self.generics.procs.contains_key(&method.proc)
        {
            let call = GenericCall { proc: method.proc, on: None, receiver: None, written, args, want, span };
            return self.call_generic(call);
        }
        match args {
            Some(args) => self.type_member_call(Ty::Value(ty), name, written, args, want, span),
            None => self.type_member(Ty::Value(ty), name, span),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a value is made of, and where")]
    fn generic_value(
        &mut self,
        item: TypeItemId,
        definition: TypeId,
        made: Made<'a>,
        variant: Option<u16>,
        fields: &[FieldInfo<'a>],
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let Some(places) = self.places_of(made, fields, args, span) else {
            return self.give_up(args, span);
        };
        let patterns: Vec<Ty> =
            places.iter().filter_map(|&place| fields.get(place)).map(|field| field.ty).collect();
        let exprs: Vec<&'a ast::Expr<'a>> = args.iter().map(|arg| &arg.value).collect();
        let params = self.nominals.items[item].params.clone();
        let mut bindings = Bindings::new(&params);
        let result = Ty::Value(definition);
        let mut values = self.inferred(&patterns, &exprs, result, want, &mut bindings, span);
        if values.iter().any(|value| value.ty == Ty::Error) {
            return Expr::error(span);
        }
        let Some(types) = self.inferred_all(&bindings, span) else { return Expr::error(span) };
        let Some(ty) = self.type_instance(item, &types, span) else { return Expr::error(span) };
        let fields = match variant {
            None => self.fields_of(ty).map(<[_]>::to_vec),
            Some(index) => {
                let variant = self.variants_of(ty).and_then(|list| list.get(usize::from(index)));
                variant.map(|variant| variant.fields.clone())
            }
        };
        let fields = fields.unwrap_or_default();
        for (value, &place) in values.iter_mut().zip(&places) {
            if let Some(Ty::Value(want)) = fields.get(place).map(|field| field.ty) {
                *value = self.fit(*value, want, value.span);
            }
        }
        match variant {
            Some(index) if fields.is_empty() => self.variant_value(ty, index, span),
            Some(index) => self.made_from(Action::NewVariant(index), &fields, ty, &places, values, span),
            None => self.made_from(Action::NewRecord, &fields, ty, &places, values, span),
        }
    }

    fn item_facts(&self, item: TypeItemId) -> TypeItem {
        let item = &self.nominals.items[item];
        TypeItem { is_struct: matches!(item.decl, TypeDecl::Struct(_)), name: item.name }
    }

    /// `f<i32>(x)`, `Stack<i32>(…)`, `Stack<i32>.new<str>()`
    pub(super) fn call_applied(
        &mut self,
        base: &ast::Expr<'a>,
        types: &'a [ast::Type<'a>],
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        callee: Span,
        span: Span,
    ) -> Expr<'a> {
        let written = Some((types, callee));
        match base.kind {
            ast::ExprKind::Name(symbol) => match self.find(symbol) {
                Some(found) => self.call_found_applied(found, symbol, written, args, want, span),
                None => {
                    if let Some(feature) = self.refused_builtin(base) {
                        self.refuse(feature, callee);
                    } else if super::builtins::names().any(|name| name == self.text(symbol))
                        || super::types::named(self.text(symbol)).is_some()
                    {
                        self.no_type_arguments(self.text(symbol), callee);
                    } else {
                        self.unknown_name(symbol, base.span, true);
                    }
                    self.give_up(args, span)
                }
            },
            ast::ExprKind::Field { base: path, name } => {
                if let Some(file) = self.file_named(path) {
                    return match self.member(file, name, "") {
                        Some(kind) => {
                            let found = super::names::Found::Item(kind);
                            self.call_found_applied(found, name.symbol, written, args, want, span)
                        }
                        None => self.give_up(args, span),
                    };
                }
                if let Some(item) = self.generic_type(path) {
                    return self.generic_member(item, name, written, Some(args), want, span);
                }
                match self.type_path(path) {
                    Some(ty) => self.type_member_call(ty, name, written, args, want, span),
                    None => {
                        self.no_type_arguments(self.text(name.symbol), callee);
                        self.give_up(args, span)
                    }
                }
            }
            _ => {
                self.error(code::TYPE_ARGUMENTS, callee, "this takes no type arguments");
                self.give_up(args, span)
            }
        }
    }

    /// As [`Checker::call_applied`], of what a name was found to stand for.
    fn call_found_applied(
        &mut self,
        found: super::names::Found<'a>,
        symbol: lyra_base::Symbol,
        written: Written<'a>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        use super::names::Found;
        let Some((types, callee)) = written else { return self.give_up(args, span) };
        match found {
            Found::Item(ItemKind::Proc(proc)) => self.call_with(proc, None, written, args, want, span),
            Found::Item(ItemKind::Type(item)) => {
                let ty = self.applied_item(item, types, callee);
                self.new_value(ty, args, callee, span)
            }
            Found::Item(ItemKind::Refused) => self.give_up(args, span),
            Found::Item(ItemKind::Twice(first, second)) => {
                self.report_two_files(symbol, [first, second], callee);
                self.give_up(args, span)
            }
            _ => {
                self.no_type_arguments(self.text(symbol), callee);
                self.give_up(args, span)
            }
        }
    }

    /// `f<i32>`, not called.
    pub(super) fn applied_value(
        &mut self,
        base: &ast::Expr<'a>,
        types: &'a [ast::Type<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        if let Some(super::names::Found::Item(ItemKind::Proc(proc))) = self.find_named(base) {
            return self.applied_proc(proc, Some((types, span)), want, span);
        }
        if self.is_type_path(base) {
            self.error(code::NOT_A_VALUE, span, "a type is no value");
            return Expr::error(span);
        }
        let value = self.expr(base, None);
        if value.ty != Ty::Error {
            self.error(code::TYPE_ARGUMENTS, span, "this takes no type arguments");
        }
        Expr::error(span)
    }

    /// A procedure as a value; a generic one for the types that are written or expected.
    pub(super) fn applied_proc(
        &mut self,
        proc: ProcId,
        written: Written<'a>,
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let Some(GenericProc { params, .. }) = self.generics.procs.get(&proc).cloned() else {
            if let Some((_, at)) = written {
                self.no_type_arguments(self.procs.get(proc).name, at);
                return Expr::error(span);
            }
            return self.proc_value(proc, span);
        };
        let head = self.procs.get(proc);
        let (name, declared, takes, result) = (head.name, head.span, head.params.clone(), head.result);
        let mut bindings = Bindings::new(&params);
        if let Some((types, at)) = written {
            if types.len() != params.len() {
                self.wrong_type_arguments(name, params.len(), types.len(), declared, at);
                return Expr::error(span);
            }
            let Some(types) = self.type_arguments(types) else { return Expr::error(span) };
            bindings = Bindings::of(&params, &types);
        } else if let Some((wanted, gives)) = self.beneath(want).and_then(|want| self.types.procedure(want)) {
            let pairs = takes.iter().filter_map(|ty| ty.type_id()).zip(wanted.iter().copied());
            for (pattern, ty) in pairs.chain(result.type_id().zip(gives)) {
                if !self.is_hole(ty) {
                    self.unify(pattern, ty, &mut bindings);
                }
            }
        }
        let Some(types) = self.inferred_all(&bindings, span) else { return Expr::error(span) };
        if !self.keeps_bounds(&params, &types, span) {
            return Expr::error(span);
        }
        match self.proc_instance(proc, &types, span) {
            // While a definition is checked there is none: only the type matters.
            Some(made) if made == proc => {
                let takes: Option<Vec<TypeId>> = takes
                    .into_iter()
                    .map(|ty| self.substitute_ty(ty, &bindings, span).and_then(Ty::type_id))
                    .collect();
                let result = self.substitute_ty(result, &bindings, span);
                let (Some(takes), Some(result)) = (takes, result) else { return Expr::error(span) };
                let made = Type::Proc { params: takes.into(), result: result.type_id() };
                match self.make_type(made, span) {
                    Some(ty) => self.promised(Ty::Value(ty), span),
                    None => Expr::error(span),
                }
            }
            Some(made) => self.proc_value(made, span),
            None => Expr::error(span),
        }
    }
}

/// What is asked of a declaration.
struct TypeItem {
    is_struct: bool,
    name: ast::Name,
}
