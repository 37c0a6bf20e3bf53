//! Named types: what `struct`, `enum` and `type` declare.
//!
//! ```text
//! head ──> TypeItem (name, declaration)          every name of every file is known
//!      ──> Nominal  (DefId: fields, variants)    what they are made of is known
//!      ──> impl     (methods)                    what can be called on them is known
//! ```
//!
//! An item is what was written; a [`Nominal`] is one type made from it, by its definition. An item without type
//! parameters has one.

use super::checker::Checker;
use super::copies;
use super::files::{Context, FileId, ItemKind};
use super::frame::{Frame, FrameRole};
use super::interfaces::InterfaceMethod;
use super::procs::{ProcHead, ProcSource};
use crate::hir::Ty;
use hashbrown::HashMap;
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::{DefBody, DefId, Field, ProcId, TypeId, Variant, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};
use std::rc::Rc;

lyra_base::define_id! {
    /// A `struct`, `enum`, `interface` or `type` of the program.
    pub(super) struct TypeItemId, "type item"
}

/// Every named type.
#[derive(Default)]
pub(super) struct Nominals<'a> {
    pub(super) items: IdVec<TypeItemId, TypeItem<'a>>,
    by_def: HashMap<DefId, Nominal<'a>>,
    /// In the order in which they were declared.
    order: Vec<DefId>,
    /// How many of these were looked at.
    resolved: usize,
    /// Whether fields can be looked at: from when every name is known.
    is_open: bool,
}

/// What was written.
pub(super) struct TypeItem<'a> {
    pub(super) name: ast::Name,
    pub(super) file: FileId,
    pub(super) decl: TypeDecl<'a>,
    /// Its type parameters: at its definition, and by name.
    pub(super) params: Vec<TypeId>,
    pub(super) names: Vec<Symbol>,
    pub(super) state: State,
}

impl TypeItem<'_> {
    /// Its parameters by name.
    pub(super) fn bound(&self) -> Rc<[(Symbol, TypeId)]> {
        self.names.iter().copied().zip(self.params.iter().copied()).collect()
    }
}

/// The kinds of declaration.
#[derive(Clone, Copy)]
pub(super) enum TypeDecl<'a> {
    Struct(&'a [ast::Field<'a>]),
    Enum(&'a [ast::Variant<'a>]),
    /// `type Name = …`
    Alias(ast::Type<'a>),
    Interface(&'a [ast::Method<'a>]),
}

impl TypeDecl<'_> {
    /// How many fields and variants it has.
    fn members(&self) -> usize {
        match self {
            Self::Struct(fields) => fields.len(),
            Self::Enum(variants) => variants.iter().map(|variant| 1 + variant.fields.len()).sum(),
            Self::Interface(methods) => methods.len(),
            Self::Alias(_) => 0,
        }
    }
}

/// How far an item has been looked at.
#[derive(Clone, Copy)]
pub(super) enum State {
    New,
    /// A `type` whose right side is being looked at.
    Open,
    Done(Ty),
}

/// One named type.
pub(super) struct Nominal<'a> {
    pub(super) item: TypeItemId,
    /// What the parameters of the item stand for in it.
    pub(super) args: Box<[TypeId]>,
    pub(super) ty: TypeId,
    pub(super) name: ast::Name,
    /// Where it was declared.
    pub(super) context: Context,
    pub(super) body: Body<'a>,
    pub(super) methods: HashMap<Symbol, Method>,
}

/// What a named type is made of.
pub(super) enum Body<'a> {
    Struct(Vec<FieldInfo<'a>>),
    Enum {
        variants: Vec<VariantInfo<'a>>,
        /// The number of each by its name.
        numbers: HashMap<Symbol, u16>,
    },
    Interface {
        methods: Vec<InterfaceMethod>,
        /// The number of each by its name.
        numbers: HashMap<Symbol, u16>,
    },
}

/// A field of a struct or of a variant.
#[derive(Clone, Copy)]
pub(super) struct FieldInfo<'a> {
    pub(super) name: ast::Name,
    pub(super) ty: Ty,
    pub(super) default: FieldDefault<'a>,
}

/// What a field is when it is not given.
#[derive(Clone, Copy)]
pub(super) enum FieldDefault<'a> {
    /// It must be given.
    None,
    /// A small expression without effects, evaluated where the value is made.
    Here(&'a ast::Expr<'a>),
    /// The result of a hidden procedure.
    Call(ProcId),
}

pub(super) struct VariantInfo<'a> {
    pub(super) name: ast::Name,
    pub(super) fields: Vec<FieldInfo<'a>>,
}

/// A procedure of an `impl`.
#[derive(Clone, Copy)]
pub(super) struct Method {
    pub(super) proc: ProcId,
    pub(super) name: ast::Name,
    /// Called on a value, as opposed to on the type.
    pub(super) has_self: bool,
}

impl<'a> Nominals<'a> {
    pub(super) fn get(&self, def: DefId) -> Option<&Nominal<'a>> {
        self.by_def.get(&def)
    }

    pub(super) fn get_mut(&mut self, def: DefId) -> Option<&mut Nominal<'a>> {
        self.by_def.get_mut(&def)
    }

    pub(super) fn add(&mut self, def: DefId, nominal: Nominal<'a>) {
        self.by_def.insert(def, nominal);
        self.order.push(def);
    }

    /// Every named type in the order of their declarations.
    pub(super) fn iter(&self) -> impl Iterator<Item = (DefId, &Nominal<'a>)> {
        self.order.iter().filter_map(|&def| self.by_def.get(&def).map(|nominal| (def, nominal)))
    }
}

impl<'a> Checker<'a> {
    /// The named type that `ty` is.
    pub(super) fn nominal(&self, ty: TypeId) -> Option<&Nominal<'a>> {
        self.nominals.get(self.types.get(ty)?.def()?)
    }

    /// The fields of a struct.
    pub(super) fn fields_of(&self, ty: TypeId) -> Option<&[FieldInfo<'a>]> {
        match &self.nominal(ty)?.body {
            Body::Struct(fields) => Some(fields),
            Body::Enum { .. } | Body::Interface { .. } => None,
        }
    }

    /// The variants of an enum.
    pub(super) fn variants_of(&self, ty: TypeId) -> Option<&[VariantInfo<'a>]> {
        match &self.nominal(ty)?.body {
            Body::Enum { variants, .. } => Some(variants),
            Body::Struct(_) | Body::Interface { .. } => None,
        }
    }

    // ---- heads ----

    /// Gives the name of a `struct`, `enum`, `interface` or `type` its meaning; what it is made of is looked at later.
    pub(super) fn type_head(
        &mut self,
        name: ast::Name,
        generics: &'a [ast::Generic<'a>],
        decl: TypeDecl<'a>,
    ) {
        if !self.has_room(name, self.types.len(), VerifyLimits::default().types, "types") {
            return;
        }
        let file = self.context.file;
        let outer = self.context.clone();
        let params = self.make_params(generics);
        self.context = outer;
        let names = generics.iter().map(|generic| generic.name.symbol).collect();
        let is_generic = !params.is_empty();
        let item = self.nominals.items.push(TypeItem { name, file, decl, params, names, state: State::New });
        if is_generic || matches!(decl, TypeDecl::Alias(_)) {
            self.add_item(name, ItemKind::Type(item));
            return;
        }
        let body = Body::empty(&decl);
        let def = self.types.declare(self.text(name.symbol));
        let ty = self.types.intern(decl.made(def));
        let context = Context { self_type: Some(ty), ..self.context.clone() };
        self.nominals.add(
            def,
            Nominal { item, ty, name, context, body, methods: HashMap::new(), args: Box::default() },
        );
        self.nominals.items[item].state = State::Done(Ty::Value(ty));
        self.add_item(name, ItemKind::Type(item));
    }

    // ---- what they are made of ----

    /// Looks at the right side of every `type`, at every field and variant.
    pub(super) fn resolve_types(&mut self) {
        self.resolve_bounds();
        self.resolve_aliases();
        self.make_definitions();
        self.nominals.is_open = true;
        self.resolve_waiting();
        self.refuse_endless();
    }

    /// Looks at the fields and variants of the types that came to be meanwhile, and of those that come to be by it.
    pub(super) fn resolve_waiting(&mut self) {
        if !self.nominals.is_open {
            return;
        }
        self.nominals.is_open = false;
        let outer = self.context.clone();
        while let Some(&def) = self.nominals.order.get(self.nominals.resolved) {
            self.nominals.resolved += 1;
            let Some(nominal) = self.nominals.get(def) else { continue };
            let (item, name) = (nominal.item, nominal.name);
            self.context = nominal.context.clone();
            let is_use = self.is_use(nominal);
            let before = self.log.mark();
            let decl = self.nominals.items[item].decl;
            if is_use && !self.may_copy(decl.members(), copies::MEMBER, name.span) {
                continue;
            }
            let asked = self.begin_type(def);
            let (body, made) = match decl {
                TypeDecl::Struct(fields) => {
                    let fields = self.resolve_fields(fields, self.text(name.symbol), def, is_use);
                    let made = DefBody::Struct { fields: self.define_fields(&fields) };
                    (Body::Struct(fields), made)
                }
                TypeDecl::Enum(variants) => {
                    let variants = self.resolve_variants(name, variants, def, is_use);
                    let list = variants.iter().map(|variant| Variant {
                        name: self.text(variant.name.symbol).to_owned(),
                        fields: self.define_fields(&variant.fields),
                    });
                    let made = DefBody::Enum { variants: list.collect() };
                    let numbers =
                        (0..=u16::MAX).zip(&variants).map(|(number, variant)| (variant.name.symbol, number));
                    let numbers = numbers.collect();
                    (Body::Enum { variants, numbers }, made)
                }
                TypeDecl::Interface(methods) => self.resolve_interface(methods),
                TypeDecl::Alias(_) => continue,
            };
            self.end_type(asked, item, is_use, before);
            self.types.define(def, made);
            if let Some(nominal) = self.nominals.get_mut(def) {
                nominal.body = body;
            }
        }
        self.context = outer;
        self.nominals.is_open = true;
    }

    fn resolve_fields(
        &mut self,
        fields: &'a [ast::Field<'a>],
        owner: &'a str,
        def: DefId,
        is_use: bool,
    ) -> Vec<FieldInfo<'a>> {
        if let Some(field) = fields.get(255) {
            self.error(code::TOO_MANY, field.name.span, format!("`{owner}` has at most 255 fields"));
        }
        let fields = fields.get(..255).unwrap_or(fields);
        let mut seen = HashMap::new();
        let mut list = Vec::with_capacity(fields.len());
        for field in fields {
            if let Some(earlier) = seen.insert(field.name.symbol, field.name.span) {
                self.report_twice(self.text(field.name.symbol), field.name.span, earlier);
            }
            let ty = self.resolve_type(&field.ty);
            let default = match field.default {
                None => FieldDefault::None,
                Some(value) if self.is_small(value) => FieldDefault::Here(value),
                Some(value) => {
                    let name = self.text(field.name.symbol);
                    let name = self.arena.alloc_str(&format!("{owner}.{name} by default"));
                    if !self.has_room_for_proc(field.name) {
                        continue;
                    }
                    let head = ProcHead {
                        name,
                        span: value.span,
                        source: ProcSource::Value(value),
                        public: false,
                        params: Vec::new(),
                        result: ty,
                        context: self.context.clone(),
                    };
                    FieldDefault::Call(self.add_default(head, def, is_use))
                }
            };
            list.push(FieldInfo { name: field.name, ty, default });
        }
        list
    }

    fn resolve_variants(
        &mut self,
        owner: ast::Name,
        variants: &'a [ast::Variant<'a>],
        def: DefId,
        is_use: bool,
    ) -> Vec<VariantInfo<'a>> {
        let text = self.text(owner.symbol);
        if variants.is_empty() {
            self.report(
                Diagnostic::error(code::NEVER_BUILT, owner.span, format!("`{text}` has no variant"))
                    .with_label("no value of it can ever be made")
                    .with_help("name its variants: `enum Color { Red, Green }`"),
            );
        }
        if let Some(variant) = variants.get(65_536) {
            self.error(code::TOO_MANY, variant.name.span, format!("`{text}` has at most 65,536 variants"));
        }
        let variants = variants.get(..65_536).unwrap_or(variants);
        let mut seen = HashMap::new();
        let mut list = Vec::with_capacity(variants.len());
        for variant in variants {
            let name = variant.name;
            if let Some(earlier) = seen.insert(name.symbol, name.span) {
                self.report_twice(self.text(name.symbol), name.span, earlier);
            }
            let fields = self.resolve_fields(variant.fields, self.text(name.symbol), def, is_use);
            list.push(VariantInfo { name, fields });
        }
        list
    }

    /// Fields as the machine knows them. A type that is wrong has been reported; nothing of it is emitted.
    fn define_fields(&self, fields: &[FieldInfo<'a>]) -> Vec<Field> {
        let field = |field: &FieldInfo<'a>| Field {
            name: self.text(field.name.symbol).to_owned(),
            ty: field.ty.type_id().unwrap_or(TypeId::BOOL),
        };
        fields.iter().map(field).collect()
    }

    /// Whether a default is as well written out wherever it is used: it is short, does nothing and makes nothing.
    fn is_small(&self, value: &ast::Expr<'a>) -> bool {
        let mut value = *value;
        loop {
            match value.kind {
                ast::ExprKind::Int(_)
                | ast::ExprKind::Float(_)
                | ast::ExprKind::Bool(_)
                | ast::ExprKind::Char(_)
                | ast::ExprKind::Str(_)
                | ast::ExprKind::None
                | ast::ExprKind::Array([])
                | ast::ExprKind::Map([]) => return true,
                ast::ExprKind::Name(symbol) => {
                    return matches!(self.find_item(symbol), Some(ItemKind::Const(_)));
                }
                ast::ExprKind::Field {
                    base: ast::Expr { kind: ast::ExprKind::Name(symbol), .. }, ..
                } => {
                    return matches!(self.find_item(*symbol), Some(ItemKind::Type(_)));
                }
                ast::ExprKind::Paren(inner) | ast::ExprKind::Unary { operand: inner, .. } => value = *inner,
                _ => return false,
            }
        }
    }

    /// Looks at the defaults that are written out where they are used, once, whether they are or not.
    pub(super) fn check_defaults(&mut self) {
        let mut list = Vec::new();
        for (_, nominal) in self.nominals.iter() {
            let Body::Struct(fields) = &nominal.body else { continue };
            if self.is_use(nominal) {
                continue;
            }
            list.extend(fields.iter().map(|field| (nominal.context.clone(), *field)));
        }
        for (context, field) in list {
            if let (FieldDefault::Here(value), Ty::Value(want)) = (field.default, field.ty) {
                self.context = context;
                self.frame = Frame::new(FrameRole::Default, field.ty);
                let was_ghostly = self.procs.set_ghostly(true);
                self.enter();
                self.expect_expr(value, want);
                self.leave();
                self.procs.set_ghostly(was_ghostly);
            }
        }
    }

    // ---- names and places of types ----

    /// Where a named type was declared, for messages.
    pub(super) fn declared_at(&self, ty: TypeId) -> Option<Span> {
        self.nominal(ty).map(|nominal| nominal.name.span)
    }
}

impl Body<'_> {
    /// What a type is made of before that was looked at.
    pub(super) fn empty(decl: &TypeDecl<'_>) -> Self {
        match decl {
            TypeDecl::Enum(_) => Self::Enum { variants: Vec::new(), numbers: HashMap::new() },
            TypeDecl::Interface(_) => Self::Interface { methods: Vec::new(), numbers: HashMap::new() },
            TypeDecl::Struct(_) | TypeDecl::Alias(_) => Self::Struct(Vec::new()),
        }
    }
}
