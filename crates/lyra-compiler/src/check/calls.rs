//! Calls: of procedures, host functions, conversions and built-ins, free or as methods.

use super::checker::Checker;
use super::files::ItemKind;
use super::infer::{GenericCall, Written};
use super::names::Found;
use crate::hir::{Action, Expr, ExprKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{ImportId, ProcId, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// `callee(args)`, where the callee is no method of a value.
    pub(super) fn call(
        &mut self,
        callee: &ast::Expr<'a>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        match callee.kind {
            ast::ExprKind::Name(symbol) => match self.find(symbol) {
                Some(found) => self.call_found(found, callee, args, want, span),
                None if self.is_type_path(callee) => match self.context.self_type {
                    Some(ty) => self.new_value(Ty::Value(ty), args, callee.span, span),
                    None => self.give_up(args, span),
                },
                None => self.call_by_name(symbol, callee.span, args, want, span),
            },
            ast::ExprKind::Field { base, name } => {
                if let Some(file) = self.file_named(base) {
                    return match self.member(file, name, "") {
                        Some(kind) => self.call_found(Found::Item(kind), callee, args, want, span),
                        None => self.give_up(args, span),
                    };
                }
                if let Some(item) = self.generic_type(base) {
                    return self.generic_member(item, name, None, Some(args), want, span);
                }
                if let Some(ty) = self.type_path(base) {
                    return self.type_member_call(ty, name, None, args, want, span);
                }
                let Some(module) = self.module_name(base) else {
                    return self.not_callable(callee, args, span);
                };
                let text = self.text(name.symbol);
                if let Some(value) = self.native_instruction(module, text, args, span) {
                    return value;
                }
                match self.find_host(module, text) {
                    Some(import) => self.call_host(import, None, args, span),
                    None => self.unknown_in_module(module, name, args, span),
                }
            }
            ast::ExprKind::TypeArgs { base, args: types } => {
                self.call_applied(base, types, args, want, callee.span, span)
            }
            ast::ExprKind::Error => self.give_up(args, span),
            ast::ExprKind::Unwrap(ast::Expr { kind: ast::ExprKind::Name(symbol), .. })
                if !matches!(self.find(*symbol), Some(Found::Local(_) | Found::Outer)) =>
            {
                self.macro_call(*symbol, args, callee.span, span)
            }
            _ => self.not_callable(callee, args, span),
        }
    }

    /// A call of what a name, or a name with a file before it, was found to stand for.
    fn call_found(
        &mut self,
        found: Found<'a>,
        callee: &ast::Expr<'a>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        match found {
            Found::Local(_) | Found::Outer | Found::Item(ItemKind::Global(_)) => {
                let value = self.expr(callee, None);
                self.call_value(value, callee.span, args, span)
            }
            Found::Item(ItemKind::Proc(proc)) => self.call_with(proc, None, None, args, want, span),
            Found::Item(ItemKind::Type(item)) if self.generic_type(callee).is_some() => {
                self.new_generic(item, args, want, callee.span, span)
            }
            Found::Item(ItemKind::Type(item)) => {
                let ty = self.type_of_item(item);
                self.new_value(ty, args, callee.span, span)
            }
            Found::Item(ItemKind::Refused) => self.give_up(args, span),
            Found::Item(_) => self.not_callable(callee, args, span),
        }
    }

    /// `receiver.name(args)`: a method of the type, a free procedure that takes the receiver first, a built-in.
    pub(super) fn method(
        &mut self,
        receiver: Expr<'a>,
        name: ast::Name,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        self.method_with(receiver, name, None, args, want, span)
    }

    /// As [`Self::method`], perhaps with type arguments.
    pub(super) fn method_with(
        &mut self,
        receiver: Expr<'a>,
        name: ast::Name,
        written: Written<'a>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        if receiver.type_id().is_none() {
            self.give_up(args, span);
            return Expr { span, ..receiver };
        }
        if let Some(found) = self.method_of_bound(receiver, name, args, span) {
            return found;
        }
        let text = self.text(name.symbol);
        if let Some(method) = receiver.type_id().and_then(|ty| self.find_method(ty, name.symbol)) {
            if !self.may_call(method.proc, name) {
                return self.give_up(args, span);
            }
            if method.has_self {
                return self.call_with(method.proc, Some(receiver), written, args, want, span);
            }
            let type_name = self.name_of(receiver.ty);
            self.report(
                Diagnostic::error(code::RECEIVER, name.span, format!("`{text}` is called on the type"))
                    .with_label("it has no `self`")
                    .with_secondary(method.name.span, "declared here")
                    .with_help(format!("write `{type_name}.{text}(…)`")),
            );
            return self.give_up(args, span);
        }
        if let Some(found) = self.bound_method(receiver, name, args, span) {
            return found;
        }
        if let Some(ty) = receiver.type_id()
            && let Some(result) = self.interface_method(receiver, ty, name, args, span)
        {
            return result;
        }
        match (self.find_item(name.symbol), receiver.type_id()) {
            (Some(ItemKind::Proc(proc)), Some(ty)) if self.takes_receiver(proc, ty) => {
                return self.call_with(proc, Some(receiver), written, args, want, span);
            }
            (Some(ItemKind::Twice(first, second)), Some(ty))
                if [first, second].into_iter().any(|file| self.has_proc_for(file, name.symbol, ty)) =>
            {
                self.report_two_files(name.symbol, [first, second], name.span);
                return self.give_up(args, span);
            }
            _ => {}
        }
        if let Some((_, at)) = written {
            self.no_type_arguments(text, at);
            return self.give_up(args, span);
        }
        if let Some(import) = self.find_host("", text)
            && self.host_takes(import, receiver.ty)
        {
            return self.call_host(import, Some(receiver), args, span);
        }
        if receiver.type_id() == Some(TypeId::ANY) && !super::builtins::takes_whatever(text) {
            return self.any_method(receiver, name.symbol, args, span);
        }
        if let Some(to) = super::types::named(text)
            && args.is_empty()
        {
            return self.convert(receiver, to, span);
        }
        match self.builtin_call(text, name.span, Some(receiver), args, want, span) {
            Some(result) => result,
            None => self.unknown_method(receiver, name, args, span),
        }
    }

    /// Whether a file has a free procedure of a name that takes such a value first.
    fn has_proc_for(&self, file: super::files::FileId, name: lyra_base::Symbol, ty: TypeId) -> bool {
        matches!(self.find_member(file, name), Some(ItemKind::Proc(proc)) if self.takes_receiver(proc, ty))
    }

    /// A name that no declaration hides: a host function, a conversion, a built-in.
    fn call_by_name(
        &mut self,
        symbol: lyra_base::Symbol,
        name_span: Span,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let text = self.text(symbol);
        if let Some(import) = self.find_host("", text) {
            return self.call_host(import, None, args, span);
        }
        if let Some(to) = super::types::named(text)
            && to != TypeId::ERROR
        {
            return match args {
                [arg] => {
                    self.no_names(args);
                    let value = self.value_expr(&arg.value, None);
                    self.convert(value, to, span)
                }
                _ => self.wrong_count(&format!("`{text}` converts one value"), args, span),
            };
        }
        if let Some(result) = self.builtin_call(text, name_span, None, args, want, span) {
            return result;
        }
        self.unknown_name(symbol, name_span, true);
        self.give_up(args, span)
    }

    /// A call of a procedure, perhaps a generic one, perhaps with type arguments.
    pub(super) fn call_with(
        &mut self,
        proc: ProcId,
        receiver: Option<Expr<'a>>,
        written: Written<'a>,
        args: &'a [ast::Arg<'a>],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        if self.generics.procs.contains_key(&proc) {
            let on = receiver.and_then(|value| value.type_id());
            return self.call_generic(GenericCall { proc, on, receiver, written, args, want, span });
        }
        let head = self.procs.get(proc);
        if let Some((_, at)) = written {
            self.no_type_arguments(head.name, at);
            return self.give_up(args, span);
        }
        let (name, declared, params, result) = (head.name, head.span, head.params.clone(), head.result);
        match self.arguments(name, Some(declared), &params, receiver, args, span) {
            Some(values) => Expr::new(ExprKind::Apply(Action::Call(proc), self.list(&values)), result, span),
            None => Expr { ty: if result == Ty::Unit { Ty::Error } else { result }, ..Expr::error(span) },
        }
    }

    fn call_host(
        &mut self,
        import: ImportId,
        receiver: Option<Expr<'a>>,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        let Some(function) = self.host.imports.get(import.0 as usize) else { return Expr::error(span) };
        let params: Vec<Ty> = function.signature.params.iter().copied().map(Ty::Value).collect();
        let result = function.signature.result.map_or(Ty::Unit, Ty::Value);
        let name = function.name.clone();
        match self.arguments(&name, None, &params, receiver, args, span) {
            Some(values) => {
                Expr::new(ExprKind::Apply(Action::Host(import), self.list(&values)), result, span)
            }
            None => Expr::error(span),
        }
    }

    fn host_takes(&self, import: ImportId, receiver: Ty) -> bool {
        let function = self.host.imports.get(import.0 as usize);
        let first = function.and_then(|function| function.signature.params.first());
        first.is_some_and(|&first| Ty::Value(first) == receiver)
    }

    /// The arguments of a call, checked against the parameters; `None` when some mistake was reported.
    pub(super) fn arguments(
        &mut self,
        name: &str,
        declared: Option<Span>,
        params: &[Ty],
        receiver: Option<Expr<'a>>,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Option<Vec<Expr<'a>>> {
        if !self.right_count(name, declared, params.len(), receiver.is_some(), args, span) {
            return None;
        }
        let mut values: Vec<_> = receiver.into_iter().collect();
        for (arg, &param) in args.iter().zip(params.iter().skip(values.len())) {
            let value = match param {
                Ty::Value(want) => self.expect_expr(&arg.value, want),
                _ => self.value_expr(&arg.value, None),
            };
            values.push(value);
        }
        values.iter().all(|value| value.ty != Ty::Error).then_some(values)
    }

    /// Whether a call has as many arguments as it takes; says so when not, and checks them for their own mistakes.
    pub(super) fn right_count(
        &mut self,
        name: &str,
        declared: Option<Span>,
        takes: usize,
        has_receiver: bool,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> bool {
        let given = args.len() + usize::from(has_receiver);
        self.no_names(args);
        if given == takes {
            return true;
        }
        let message = format!("`{name}` takes {}, {given} given", counted(takes, "argument", "arguments"));
        let mut diagnostic = Diagnostic::error(code::ARGUMENT_COUNT, span, message);
        if let Some(declared) = declared {
            diagnostic = diagnostic.with_secondary(declared, "declared here");
        }
        self.report(diagnostic);
        self.give_up(args, span);
        false
    }

    /// Procedures have no named arguments.
    pub(super) fn no_names(&mut self, args: &[ast::Arg<'a>]) {
        for name in args.iter().filter_map(|arg| arg.name) {
            let text = self.text(name.symbol);
            self.report(
                Diagnostic::error(
                    code::NAMED_ARGUMENT,
                    name.span,
                    format!("no argument has the name `{text}`"),
                )
                .with_help("arguments of procedures go by their place; only fields of structs are named"),
            );
        }
    }

    pub(super) fn wrong_count(&mut self, message: &str, args: &'a [ast::Arg<'a>], span: Span) -> Expr<'a> {
        self.error(code::ARGUMENT_COUNT, span, format!("{message}, {} given", args.len()));
        self.give_up(args, span)
    }

    /// Checks the arguments for their own mistakes and gives an error.
    pub(super) fn give_up(&mut self, args: &'a [ast::Arg<'a>], span: Span) -> Expr<'a> {
        // What the parameters of a closure are would have come from what is called.
        for arg in args.iter().filter(|arg| !super::infer::says_nothing(&arg.value)) {
            self.expr(&arg.value, None);
        }
        Expr::error(span)
    }

    pub(super) fn not_callable(
        &mut self,
        callee: &ast::Expr<'a>,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        let value = self.expr(callee, None);
        if value.ty != Ty::Error {
            let name = self.name_of(value.ty);
            self.report(
                Diagnostic::error(code::NOT_CALLABLE, callee.span, format!("{name} cannot be called"))
                    .with_label("this is no procedure"),
            );
        }
        self.give_up(args, span)
    }

    /// `println!("…")`
    fn macro_call(
        &mut self,
        symbol: lyra_base::Symbol,
        args: &'a [ast::Arg<'a>],
        callee: Span,
        span: Span,
    ) -> Expr<'a> {
        let name = self.text(symbol);
        let help = match name {
            "println" | "print" | "eprintln" | "dbg" => "write `print(f\"…{x}…\")`".to_owned(),
            "format" => "write `f\"…{x}…\"`".to_owned(),
            "write" | "writeln" => "write `write(f\"…{x}…\")`".to_owned(),
            "vec" => "an array is written `[1, 2, 3]`".to_owned(),
            "assert_eq" | "debug_assert_eq" => {
                "write `assert(a == b)`: its error shows both sides".to_owned()
            }
            "assert_ne" => "write `assert(a != b)`".to_owned(),
            "todo" | "unimplemented" => "`...` marks a place left open".to_owned(),
            "unreachable" => "write `panic(\"unreachable\")`".to_owned(),
            _ => format!("write `{name}(…)`"),
        };
        self.report(Diagnostic::error(code::FOREIGN_FORM, callee, "there are no macros").with_help(help));
        for arg in args {
            // The holes of the text name what is missing; what is wrong in the arguments comes later.
            self.expr(&arg.value, None);
        }
        Expr::error(span)
    }

    fn unknown_in_module(
        &mut self,
        module: &'a str,
        name: ast::Name,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        let text = self.text(name.symbol);
        let mut diagnostic = Diagnostic::error(
            code::UNKNOWN_NAME,
            name.span,
            format!("module `{module}` has no procedure `{text}`"),
        );
        let options = self.options;
        let known = options.host.iter().filter(|function| function.module == module);
        if let Some(near) = super::names::nearest(text, known.map(|function| function.name.as_str())) {
            diagnostic = diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near);
        }
        self.report(diagnostic);
        self.give_up(args, span)
    }

    fn unknown_method(
        &mut self,
        receiver: Expr<'a>,
        name: ast::Name,
        args: &'a [ast::Arg<'a>],
        span: Span,
    ) -> Expr<'a> {
        if self.file().lacks_names {
            // It may be a procedure that should have come in.
            self.unsaid();
            return self.give_up(args, span);
        }
        let text = self.text(name.symbol);
        let type_name = self.name_of(receiver.ty);
        if let Some(ty) = receiver.type_id() {
            let inner = self.types.optional_of(ty);
            if inner.is_some_and(|inner| self.has_method(inner, name.symbol)) {
                self.unknown_field(ty, name);
                return self.give_up(args, span);
            }
            if let Some((_, part)) = self.find_field(ty, name) {
                let is_proc = part.type_id().is_some_and(|part| self.types.procedure(part).is_some());
                let help = if is_proc {
                    format!("call the procedure in it: `(x.{text})(…)`")
                } else {
                    format!("read it without parentheses: `x.{text}`")
                };
                self.report(
                    Diagnostic::error(
                        code::NOT_CALLABLE,
                        name.span,
                        format!("`{text}` is a field, no method"),
                    )
                    .with_help(help),
                );
                return self.give_up(args, span);
            }
        }
        let mut diagnostic =
            Diagnostic::error(code::UNKNOWN_METHOD, name.span, format!("{type_name} has no method `{text}`"));
        if let Some(ItemKind::Proc(proc)) = self.find_item(name.symbol) {
            let head = self.procs.get(proc);
            let declared = head.span;
            let help = match head.params.first() {
                Some(&first) => format!("`{text}` takes {} first", self.name_of(first)),
                None => format!("`{text}` takes no arguments: call `{text}()`"),
            };
            diagnostic = diagnostic.with_secondary(declared, "this procedure has the name").with_help(help);
        } else if self.is_listening() {
            let own = self.items_in_scope().filter(|(_, item)| matches!(item.kind, ItemKind::Proc(_)));
            let own = own.map(|(name, _)| name).take(5_000);
            let methods = receiver.type_id().into_iter().flat_map(|ty| self.methods_of(ty));
            let of_interface =
                receiver.type_id().and_then(|ty| self.interface_methods(ty)).into_iter().flatten();
            let of_interface = of_interface.map(|method| self.text(method.name.symbol)).take(5_000);
            let methods = methods.map(|(name, _)| name).chain(of_interface);
            let is_basic = receiver.type_id().is_some_and(|ty| self.declared_at(ty).is_none());
            if let Some(help) = super::foreign::method(text).filter(|_| is_basic) {
                diagnostic = diagnostic.with_help(help);
            } else if let Some(near) =
                super::names::nearest(text, methods.chain(own).chain(super::builtins::names()))
            {
                diagnostic =
                    diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(name.span, near);
            } else if let Some(help) = receiver.type_id().and_then(|ty| self.optional_help(ty)) {
                diagnostic = diagnostic.with_help(help);
            }
        }
        self.report(diagnostic);
        self.give_up(args, span)
    }
}

/// `1 argument`, `2 arguments`
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}
