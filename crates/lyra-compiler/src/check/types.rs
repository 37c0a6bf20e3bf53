//! Types as written to types as known.

use super::checker::Checker;
use super::files::ItemKind;
use super::nominal::TypeItemId;
use crate::hir::Ty;
use lyra_base::Span;
use lyra_bytecode::{Type, TypeId, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};

/// The types with a name of their own.
pub(super) const NAMED: [(&str, TypeId); 8] = [
    ("bool", TypeId::BOOL),
    ("u8", TypeId::U8),
    ("i32", TypeId::I32),
    ("i64", TypeId::I64),
    ("f64", TypeId::F64),
    ("char", TypeId::CHAR),
    ("str", TypeId::STR),
    ("error", TypeId::ERROR),
];

/// How large a type is.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) depth: u32,
    pub(super) parts: u32,
    /// Whether a type parameter stands in it.
    pub(super) is_opaque: bool,
}

impl Shape {
    /// A type that is made of no other.
    pub(super) const BASIC: Self = Self { depth: 1, parts: 1, is_opaque: false };

    /// A type parameter.
    pub(super) const fn opaque() -> Self {
        Self { is_opaque: true, ..Self::BASIC }
    }
}

/// Whether a type is one of those that every program has.
pub(super) const fn is_basic(ty: TypeId) -> bool {
    ty.0 <= TypeId::ANY.0
}

pub(super) fn named(name: &str) -> Option<TypeId> {
    NAMED.iter().find(|(known, _)| *known == name).map(|&(_, ty)| ty)
}

/// The type that goes by another name in other languages.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "int" | "i16" | "u16" | "u32" | "integer" | "Integer" | "short" | "Int" | "int32" | "uint" => "i32",
        "long" | "u64" | "usize" | "isize" | "i128" | "u128" | "int64" | "Long" => "i64",
        "float" | "double" | "f32" | "number" | "Float" | "Number" | "float64" | "Double" => "f64",
        "string" | "String" | "Str" | "text" => "str",
        "boolean" | "Bool" | "Boolean" => "bool",
        "byte" | "i8" | "Byte" => "u8",
        "rune" | "Char" => "char",
        "Any" => "any",
        _ => return None,
    })
}

impl<'a> Checker<'a> {
    /// The type that a program wrote.
    pub(super) fn resolve_type(&mut self, ty: &ast::Type<'a>) -> Ty {
        match ty.kind {
            ast::TypeKind::Name { path, args } => self.resolve_name(ty, path, args),
            ast::TypeKind::Array(element) => match self.resolve_type(element) {
                Ty::Value(element) => self.array_of(element, ty.span).map_or(Ty::Error, Ty::Value),
                _ => Ty::Error,
            },
            ast::TypeKind::Tuple(parts) => {
                let mut ids = Vec::with_capacity(parts.len());
                for part in parts {
                    if let Ty::Value(id) = self.resolve_type(part) {
                        ids.push(id);
                    }
                }
                if ids.len() < parts.len() {
                    return Ty::Error;
                }
                self.make_type(Type::Tuple(ids.into()), ty.span).map_or(Ty::Error, Ty::Value)
            }
            ast::TypeKind::Optional(inner) => match self.resolve_type(inner) {
                Ty::Value(inner) => self.optional(inner, ty.span).map_or(Ty::Error, Ty::Value),
                _ => Ty::Error,
            },
            ast::TypeKind::Map(key, value) => {
                let (found, value) = (self.resolve_type(key), self.resolve_type(value));
                match (found, value) {
                    (Ty::Value(found), Ty::Value(value)) => {
                        self.map_of(found, value, key.span, ty.span).map_or(Ty::Error, Ty::Value)
                    }
                    _ => Ty::Error,
                }
            }
            ast::TypeKind::Proc { params, result } => self.resolve_proc_type(params, result, ty.span),
            ast::TypeKind::Error => Ty::Error,
        }
    }

    /// `proc(params) -> result`
    fn resolve_proc_type(
        &mut self,
        params: &'a [ast::Type<'a>],
        result: Option<&'a ast::Type<'a>>,
        span: Span,
    ) -> Ty {
        let mut ids = Vec::with_capacity(params.len());
        for param in params {
            if let Ty::Value(id) = self.resolve_type(param) {
                ids.push(id);
            }
        }
        let result = match result.map(|result| self.resolve_type(result)) {
            None => None,
            Some(Ty::Value(result)) => Some(result),
            Some(_) => return Ty::Error,
        };
        if ids.len() < params.len() {
            return Ty::Error;
        }
        self.make_type(Type::Proc { params: ids.into(), result }, span).map_or(Ty::Error, Ty::Value)
    }

    fn refuse_type(&mut self, feature: &'static str, ty: &ast::Type<'a>) -> Ty {
        self.refuse(feature, ty.span);
        Ty::Error
    }

    fn resolve_name(&mut self, ty: &ast::Type<'a>, path: &'a [ast::Name], args: &'a [ast::Type<'a>]) -> Ty {
        let name = match path {
            [name] => name,
            [module, name] => return self.resolve_member(ty, module, *name, args),
            _ => {
                self.error(code::UNKNOWN_TYPE, ty.span, "this is no type");
                return Ty::Error;
            }
        };
        let text = self.text(name.symbol);
        if let Some(ty) = self.prelude.type_named(text) {
            return Ty::Value(ty);
        }
        if let Some(param) = self.context.param(name.symbol) {
            if args.is_empty() {
                return Ty::Value(param);
            }
            return self.no_type_arguments(text, ty.span);
        }
        match self.find_item(name.symbol) {
            Some(ItemKind::Refused) => return Ty::Error,
            Some(ItemKind::Type(item)) => {
                return self.applied_item(item, args, ty.span);
            }
            Some(ItemKind::Twice(first, second)) => {
                self.report_two_files(name.symbol, [first, second], name.span);
                return Ty::Error;
            }
            Some(_) => {
                self.error(code::UNKNOWN_TYPE, name.span, format!("`{text}` is no type"));
                return Ty::Error;
            }
            None => {}
        }
        if let Some(known) = named(text) {
            if args.is_empty() {
                return Ty::Value(known);
            }
            return self.no_type_arguments(text, ty.span);
        }
        if text == "Self" {
            if let Some(ty) = self.context.self_type {
                return Ty::Value(ty);
            }
            self.report(
                Diagnostic::error(code::SELF_OUTSIDE, name.span, "`Self` outside a type")
                    .with_help("inside `impl T { … }` it is `T`; elsewhere write the type"),
            );
            return Ty::Error;
        }
        match text {
            "any" => return Ty::Value(TypeId::ANY),
            "channel" | "atomic" | "mutex" | "reentrant_lock" | "task" => {
                return self.refuse_type("concurrency (tasks, channels and locks)", ty);
            }
            _ => {}
        }
        if !self.explain_imports(name.symbol, name.span, "type") {
            self.unknown_type(text, name, args);
        }
        Ty::Error
    }

    /// `file.Name`
    fn resolve_member(
        &mut self,
        ty: &ast::Type<'a>,
        module: &ast::Name,
        name: ast::Name,
        args: &'a [ast::Type<'a>],
    ) -> Ty {
        let text = self.text(module.symbol);
        match self.find_item(module.symbol) {
            Some(ItemKind::File(file)) => match self.member(file, name, "type ") {
                Some(ItemKind::Type(item)) => self.applied_item(item, args, ty.span),
                Some(ItemKind::Refused) | None => Ty::Error,
                Some(_) => {
                    let name_text = self.text(name.symbol);
                    self.error(code::UNKNOWN_TYPE, name.span, format!("`{text}.{name_text}` is no type"));
                    Ty::Error
                }
            },
            Some(ItemKind::Refused) => Ty::Error,
            Some(ItemKind::Module(_)) => {
                self.error(code::UNKNOWN_TYPE, ty.span, format!("the module `{text}` has no types"));
                Ty::Error
            }
            Some(_) => {
                self.error(code::UNKNOWN_TYPE, module.span, format!("`{text}` is no file that is imported"));
                Ty::Error
            }
            None => {
                self.report(
                    Diagnostic::error(code::UNKNOWN_TYPE, module.span, format!("unknown name `{text}`"))
                        .with_help(format!("import the file: `import \"{text}.lyra\" as {text}`")),
                );
                Ty::Error
            }
        }
    }

    /// A declared type with its arguments.
    pub(super) fn applied_item(&mut self, item: TypeItemId, args: &'a [ast::Type<'a>], span: Span) -> Ty {
        let name = self.text(self.nominals.items[item].name.symbol);
        let takes = self.nominals.items[item].params.len();
        if takes == 0 {
            return if args.is_empty() {
                self.type_of_item(item)
            } else {
                self.no_type_arguments(name, span)
            };
        }
        if args.len() != takes {
            self.wrong_type_arguments(name, takes, args.len(), self.nominals.items[item].name.span, span);
            return Ty::Error;
        }
        match self.type_arguments(args) {
            Some(args) => self.type_instance(item, &args, span).map_or(Ty::Error, Ty::Value),
            None => Ty::Error,
        }
    }

    /// Type arguments as written.
    pub(super) fn type_arguments(&mut self, args: &'a [ast::Type<'a>]) -> Option<Vec<TypeId>> {
        let types: Vec<Ty> = args.iter().map(|arg| self.resolve_type(arg)).collect();
        types.into_iter().map(Ty::type_id).collect()
    }

    pub(super) fn no_type_arguments(&mut self, name: &str, span: Span) -> Ty {
        self.error(code::TYPE_ARGUMENTS, span, format!("{name} takes no type arguments"));
        Ty::Error
    }

    pub(super) fn wrong_type_arguments(
        &mut self,
        name: &str,
        takes: usize,
        found: usize,
        declared: Span,
        span: Span,
    ) {
        let takes = super::calls::counted(takes, "type argument", "type arguments");
        let message = match found {
            0 => format!("{name} takes {takes}"),
            _ => format!("{name} takes {takes}, found {found}"),
        };
        self.report(
            Diagnostic::error(code::TYPE_ARGUMENTS, span, message).with_secondary(declared, "declared here"),
        );
    }

    fn unknown_type(&mut self, text: &str, name: &ast::Name, args: &[ast::Type<'a>]) {
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let mut diagnostic =
            Diagnostic::error(code::UNKNOWN_TYPE, name.span, format!("unknown type `{text}`"));
        if let Some(help) = self.foreign_type(text, args) {
            self.report(diagnostic.with_help(help));
            return;
        }
        let meant = match meant(text) {
            Some(meant) => Some(meant),
            None => {
                let own = self.items_in_scope().filter(|(_, item)| matches!(item.kind, ItemKind::Type(_)));
                let own = own.map(|(name, _)| name).take(5_000);
                super::names::nearest(text, NAMED.iter().map(|&(known, _)| known).chain(own))
            }
        };
        diagnostic = match meant {
            Some(meant) => {
                diagnostic.with_help(format!("did you mean `{meant}`?")).with_fix(name.span, meant)
            }
            None if text.len() == 1 => diagnostic
                .with_help(format!("a type parameter is declared: `proc f<{text}>(…)`, `impl<{text}> …`")),
            None => diagnostic.with_help(
                "the types are `bool u8 i32 i64 f64 char str any`, `[T]`, `{K: V}`, `(A, B)`, `T?`, and those declared with `struct`, `enum`, `interface` and `type`",
            ),
        };
        self.report(diagnostic);
    }

    /// How large a compound type is when written out, and of how many types it is made.
    fn shape_of(&self, ty: &Type) -> (Shape, usize) {
        let (mut depth, mut parts, mut is_opaque, mut inner) = (1, 1, false, 0);
        ty.each_part(|part| {
            let shape = self.shapes.get(&part).copied().unwrap_or(Shape::BASIC);
            depth = depth.max(shape.depth + 1);
            parts += shape.parts;
            is_opaque |= shape.is_opaque;
            inner += 1;
        });
        (Shape { depth, parts, is_opaque }, inner)
    }

    /// Works out how large the types are that the host brought along. What a type is made of stands before it.
    pub(super) fn measure_host_types(&mut self) {
        let compound: Vec<(TypeId, Type)> = self.types.iter().map(|(id, ty)| (id, ty.clone())).collect();
        for (id, ty) in compound {
            let (shape, inner) = self.shape_of(&ty);
            if inner > 0 {
                self.shapes.entry(id).or_insert(shape);
            }
        }
    }

    /// A compound type, unless it is too large to be of use; then that has been reported.
    pub(super) fn make_type(&mut self, ty: Type, span: Span) -> Option<TypeId> {
        if let Some(known) = self.types.find(&ty) {
            return Some(known);
        }
        let (Shape { depth, parts, is_opaque }, inner) = self.shape_of(&ty);
        let limits = VerifyLimits::default();
        let (max_depth, max_parts, max_types) = (limits.type_depth, limits.type_parts, limits.types);
        let problem = if inner > 255 {
            Some("a tuple or procedure has at most 255 parts".to_owned())
        } else if depth > max_depth {
            Some(format!("a type is at most {max_depth} levels deep"))
        } else if parts > max_parts {
            Some(format!("a type has at most {max_parts} parts when written out"))
        } else if self.types.len() >= max_types {
            Some(format!("a program has at most {max_types} types"))
        } else {
            None
        };
        if let Some(problem) = problem {
            self.error(code::TOO_MANY, span, problem);
            return None;
        }
        let id = self.types.intern(ty);
        self.shapes.insert(id, Shape { depth, parts, is_opaque });
        Some(id)
    }

    /// `[element]`
    pub(super) fn array_of(&mut self, element: TypeId, span: Span) -> Option<TypeId> {
        self.make_type(Type::Array(element), span)
    }
}
