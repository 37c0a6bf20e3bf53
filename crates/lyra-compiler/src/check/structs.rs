//! Values of structs and variants: made from their fields, which are given by place or by name; and fields read.

use super::calls::counted;
use super::checker::Checker;
use super::copies;
use super::names::nearest;
use super::nominal::{FieldDefault, FieldInfo};
use crate::hir::{Action, Expr, ExprKind, Stmt, Ty};
use lyra_base::Span;
use lyra_bytecode::{Op, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// What is made of fields, for messages.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    /// `Point`, `Shape.Circle`
    pub(super) name: &'a str,
    pub(super) declared: Span,
}

impl<'a> Checker<'a> {
    /// `Point(x: 1.0)`, `Point(1.0, 2.0)`
    pub(super) fn new_struct(&mut self, ty: TypeId, args: &'a [ast::Arg<'a>], span: Span) -> Expr<'a> {
        let (Some(fields), Some(declared)) = (self.fields_of(ty).map(<[_]>::to_vec), self.declared_at(ty))
        else {
            return self.give_up(args, span);
        };
        let made = Made { name: self.arena.alloc_str(&self.types.name(ty)), declared };
        self.made_of_fields(made, Action::NewRecord, &fields, ty, args, span)
    }

    /// A value of `ty`, made from its fields by `action`.
    ///
    /// What is given is evaluated in the order in which it is written, then the defaults, each time anew.
    pub(super) fn made_of_fields(
        &mut self,
        made: Made<'a>,
        action: Action,
        fields: &[FieldInfo<'a>],
        ty: TypeId,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        let failed = Expr { ty: Ty::Value(ty), ..Expr::error(span) };
        let Some(places) = self.places_of(made, fields, args, span) else {
            self.give_up(args, span);
            return failed;
        };
        let mut given = Vec::with_capacity(args.len());
        for (arg, &place) in args.iter().zip(&places) {
            given.push(match fields[place].ty {
                Ty::Value(want) => self.expect_expr(&arg.value, want),
                _ => self.value_expr(&arg.value, None),
            });
        }
        self.made_from(action, fields, ty, &places, given, span)
    }

    /// As [`Self::made_of_fields`], from the values of some of the fields; `places` says which.
    pub(super) fn made_from(
        &mut self,
        action: Action,
        fields: &[FieldInfo<'a>],
        ty: TypeId,
        places: &[usize],
        given: Vec<Expr<'a>>,
        span: Span,
    ) -> Expr<'a> {
        let failed = Expr { ty: Ty::Value(ty), ..Expr::error(span) };
        if !self.may_copy(fields.len().saturating_sub(given.len()), copies::EXPR, span) {
            return failed;
        }
        let mut values: Vec<Option<Expr<'a>>> = vec![None; fields.len()];
        let mut order = Vec::with_capacity(fields.len());
        for (value, &place) in given.into_iter().zip(places) {
            values[place] = Some(value);
            order.push(place);
        }
        for (place, field) in fields.iter().enumerate() {
            if values[place].is_none() {
                values[place] = Some(self.default_of(field, ty, span));
                order.push(place);
            }
        }
        if values.iter().flatten().any(|value| value.ty == Ty::Error) {
            return failed;
        }
        // The instruction takes the fields in their order: what is evaluated in another waits in temporaries.
        let mut stmts: Vec<Stmt<'a>> = Vec::new();
        let in_order =
            order.iter().copied().filter(|&place| values[place].is_some_and(|value| !is_fixed(&value)));
        if !in_order.is_sorted() {
            for place in order {
                if let Some(value) = values[place].filter(|value| !is_fixed(value)) {
                    values[place] = Some(self.keep_in(value, &mut stmts));
                }
            }
        }
        let values: Vec<Expr<'a>> = values.into_iter().flatten().collect();
        let value = self.act(action, &values, ty, span);
        self.block_of(&stmts, value, span)
    }

    /// Which field each argument is; `None` when that was reported.
    pub(super) fn places_of(
        &mut self,
        made: Made<'a>,
        fields: &[FieldInfo<'a>],
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Option<Vec<usize>> {
        let errors = self.log.errors();
        let mut given: Vec<Option<Span>> = vec![None; fields.len()];
        let mut places = Vec::with_capacity(args.len());
        let mut named = None;
        for (index, arg) in args.iter().enumerate() {
            let place = match arg.name {
                Some(name) => {
                    named = Some(name.span);
                    fields.iter().position(|field| field.name.symbol == name.symbol).or_else(|| {
                        self.unknown_argument(made, fields, name);
                        None
                    })
                }
                None => {
                    if let Some(named) = named {
                        self.report(
                            Diagnostic::error(
                                code::NAMED_ARGUMENT,
                                arg.value.span,
                                "a value without a name stands after one with a name",
                            )
                            .with_secondary(named, "this one has a name")
                            .with_help("name this one too, or put it first"),
                        );
                        return None;
                    }
                    (index < fields.len()).then_some(index)
                }
            };
            let Some(place) = place else { continue };
            let at = arg.name.map_or(arg.value.span, |name| name.span);
            if let Some(earlier) = given[place].replace(at) {
                let name = self.text(fields[place].name.symbol);
                self.report(
                    Diagnostic::error(code::FIELD_TWICE, at, format!("`{name}` is given twice"))
                        .with_secondary(earlier, "first given here"),
                );
            }
            places.push(place);
        }
        let unnamed = args.iter().filter(|arg| arg.name.is_none()).count();
        if unnamed > fields.len() {
            let message = format!(
                "`{}` has {}, {} given",
                made.name,
                counted(fields.len(), "field", "fields"),
                args.len()
            );
            self.report(
                Diagnostic::error(code::ARGUMENT_COUNT, span, message)
                    .with_secondary(made.declared, "declared here"),
            );
        }
        if self.log.errors() > errors {
            return None;
        }
        self.missing_fields(made, fields, &given, span).then_some(places)
    }

    /// Whether every field is given or has a default; names those that are missing.
    fn missing_fields(
        &mut self,
        made: Made<'a>,
        fields: &[FieldInfo<'a>],
        given: &[Option<Span>],
        span: Span,
    ) -> bool {
        let is_missing = |(field, given): &(&FieldInfo<'_>, &Option<Span>)| {
            given.is_none() && matches!(field.default, FieldDefault::None)
        };
        let missing: Vec<ast::Name> =
            fields.iter().zip(given).filter(is_missing).map(|(field, _)| field.name).collect();
        let Some(first) = missing.first() else { return true };
        // A field whose name could not be read has been reported.
        if !self.is_listening() || missing.iter().any(|name| self.text(name.symbol) == "_") {
            self.unsaid();
            return false;
        }
        let names: Vec<String> =
            missing.iter().take(10).map(|name| format!("`{}`", self.text(name.symbol))).collect();
        let names = if missing.len() > 10 { format!("{}, …", names.join(", ")) } else { names.join(", ") };
        let shape: Vec<String> = fields
            .iter()
            .filter(|field| matches!(field.default, FieldDefault::None))
            .take(10)
            .map(|field| format!("{}: …", self.text(field.name.symbol)))
            .collect();
        let (what, is) = if missing.len() == 1 { ("field", "is") } else { ("fields", "are") };
        self.report(
            Diagnostic::error(
                code::MISSING_FIELD,
                span,
                format!("{what} {names} of `{}` {is} missing", made.name),
            )
            .with_secondary(first.span, "has no default")
            .with_help(format!("give every field: `{}({})`", made.name, shape.join(", "))),
        );
        false
    }

    fn unknown_argument(&mut self, made: Made<'a>, fields: &[FieldInfo<'a>], name: ast::Name) {
        let text = self.text(name.symbol);
        let mut diagnostic = Diagnostic::error(
            code::UNKNOWN_FIELD,
            name.span,
            format!("`{}` has no field `{text}`", made.name),
        )
        .with_secondary(made.declared, "declared here");
        diagnostic = self.suggest_field(diagnostic, fields, text, name.span);
        self.report(diagnostic);
    }

    fn suggest_field(
        &self,
        diagnostic: Diagnostic,
        fields: &[FieldInfo<'a>],
        text: &str,
        span: Span,
    ) -> Diagnostic {
        let known = fields.iter().map(|field| self.text(field.name.symbol));
        if let Some(near) = nearest(text, known.clone()) {
            return diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near);
        }
        let known: Vec<_> = known.take(10).map(|name| format!("`{name}`")).collect();
        if known.is_empty() {
            return diagnostic.with_help("it has no fields");
        }
        diagnostic.with_help(format!("it has {}", known.join(", ")))
    }

    /// What a field is that was not given.
    fn default_of(&mut self, field: &FieldInfo<'a>, owner: TypeId, span: Span) -> Expr<'a> {
        match field.default {
            FieldDefault::Call(proc) => Expr::new(ExprKind::Apply(Action::Call(proc), &[]), field.ty, span),
            FieldDefault::Here(value) => {
                let (Ty::Value(want), Some(context)) =
                    (field.ty, self.nominal(owner).map(|nominal| nominal.context.clone()))
                else {
                    return Expr::error(span);
                };
                // Its names are those of the place where it is written.
                let outer = std::mem::replace(&mut self.context, context);
                let scopes = std::mem::take(&mut self.frame.scopes);
                self.enter();
                let found = self.expect_expr(value, want);
                self.leave();
                self.frame.scopes = scopes;
                self.context = outer;
                Expr { span, ..found }
            }
            FieldDefault::None => Expr::error(span),
        }
    }

    // ---- fields ----

    /// `base.name`
    pub(super) fn field(&mut self, base: Expr<'a>, name: ast::Name, span: Span) -> Expr<'a> {
        let Some(ty) = base.type_id() else { return Expr { span, ..base } };
        if let Some((index, part)) = self.find_field(ty, name) {
            return match part {
                Ty::Value(part) => self.act(Action::GetPart(index), &[base], part, span),
                _ => Expr::error(span),
            };
        }
        if ty == TypeId::ANY {
            if self.text(name.symbol) == "trace" {
                // What that of an error is.
                self.array_of(TypeId::STR, span);
            }
            return self.act(Action::GetAnyField(name.symbol), &[base], ty, span);
        }
        let text = self.text(name.symbol);
        if ty == TypeId::ERROR {
            let lines = self.array_of(TypeId::STR, span).unwrap_or(TypeId::STR);
            let found = match text {
                "kind" => Some((Op::ErrorKind, TypeId::STR)),
                "message" => Some((Op::ErrorMessage, TypeId::STR)),
                "trace" => Some((Op::ErrorTrace, lines)),
                _ => None,
            };
            if let Some((op, ty)) = found {
                return self.apply(op, &[base], ty, span);
            }
        }
        self.unknown_field(ty, name);
        Expr::error(span)
    }

    /// Which part of a struct a field is.
    pub(super) fn find_field(&self, ty: TypeId, name: ast::Name) -> Option<(u8, Ty)> {
        let fields = self.fields_of(ty)?;
        let index = fields.iter().position(|field| field.name.symbol == name.symbol)?;
        Some((u8::try_from(index).ok()?, fields.get(index)?.ty))
    }

    pub(super) fn unknown_field(&mut self, ty: TypeId, name: ast::Name) {
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let text = self.text(name.symbol);
        let type_name = self.types.name(ty);
        if let Some(inner) = self.types.optional_of(ty)
            && (self.find_field(inner, name).is_some() || self.has_method(inner, name.symbol))
        {
            self.report(
                Diagnostic::error(code::MAY_BE_NONE, name.span, format!("{type_name} may be `none`"))
                    .with_label(format!("`{text}` belongs to {}", self.types.name(inner)))
                    .with_help(format!("`x?.{text}` gives `none` for `none`; `x!.{text}` fails on it")),
            );
            return;
        }
        let mut diagnostic =
            Diagnostic::error(code::UNKNOWN_FIELD, name.span, format!("{type_name} has no field `{text}`"));
        if ty == TypeId::ERROR {
            diagnostic = diagnostic.with_help("an error has `kind`, `message` and `trace`");
        } else if self.has_method(ty, name.symbol) || super::builtins::names().any(|builtin| builtin == text)
        {
            let own =
                self.find_method(ty, name.symbol).map(|method| self.procs.get(method.proc).params.len());
            let inside = match own {
                Some(1) => "",
                None if super::builtins::takes_nothing_more(text) => "",
                _ => "…",
            };
            diagnostic = diagnostic.with_help(format!("call it: `.{text}({inside})`"));
            if inside.is_empty() {
                diagnostic = diagnostic.with_fix(name.span, format!("{text}()"));
            }
        } else if self.types.entry(ty).is_some() {
            diagnostic = diagnostic.with_help(format!(
                "an entry of a map is read by its key: `m[\"{text}\"]`, which may be `none`"
            ));
        } else if self.interface_methods(ty).is_some() {
            diagnostic = diagnostic.with_help(format!("what is behind it has fields: `(x as T).{text}`"));
        } else if let Some(fields) = self.fields_of(ty) {
            diagnostic = self.suggest_field(diagnostic, fields, text, name.span);
        }
        self.report(diagnostic);
    }
}

/// Whether it does not matter when a value is evaluated: it is a constant.
fn is_fixed(value: &Expr<'_>) -> bool {
    matches!(value.kind, ExprKind::Word(_) | ExprKind::Str(_) | ExprKind::Array([]) | ExprKind::Map([]))
        || matches!(value.kind, ExprKind::Apply(Action::None, _))
}
