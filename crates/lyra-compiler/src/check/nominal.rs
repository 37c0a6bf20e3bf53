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
use super::files::{Context, FileId, ItemKind};
use super::frame::{Frame, FrameRole};
use super::procs::{ProcHead, ProcSource};
use crate::hir::Ty;
use hashbrown::HashMap;
use lyra_base::{IdVec, Span, Symbol};
use lyra_bytecode::{DefBody, DefId, Field, ProcId, Type, TypeId, Variant, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};

lyra_base::define_id! {
    /// A `struct`, `enum` or `type` of the program.
    pub(super) struct TypeItemId, "type item"
}

/// Every named type.
#[derive(Default)]
pub(super) struct Nominals<'a> {
    pub(super) items: IdVec<TypeItemId, TypeItem<'a>>,
    by_def: HashMap<DefId, Nominal<'a>>,
    /// In the order in which they were declared.
    order: Vec<DefId>,
}

/// What was written.
pub(super) struct TypeItem<'a> {
    pub(super) name: ast::Name,
    pub(super) file: FileId,
    pub(super) decl: TypeDecl<'a>,
    state: State,
}

/// The kinds of declaration.
#[derive(Clone, Copy)]
pub(super) enum TypeDecl<'a> {
    Struct(&'a [ast::Field<'a>]),
    Enum(&'a [ast::Variant<'a>]),
    /// `type Name = …`
    Alias(ast::Type<'a>),
}

/// How far an item has been looked at.
#[derive(Clone, Copy)]
enum State {
    New,
    /// A `type` whose right side is being looked at.
    Open,
    Done(Ty),
}

/// One named type.
pub(super) struct Nominal<'a> {
    pub(super) item: TypeItemId,
    pub(super) name: ast::Name,
    /// Where it was declared.
    pub(super) context: Context,
    pub(super) body: Body<'a>,
    pub(super) methods: HashMap<Symbol, Method>,
}

/// What a named type is made of.
pub(super) enum Body<'a> {
    Struct(Vec<FieldInfo<'a>>),
    Enum(Vec<VariantInfo<'a>>),
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
            Body::Enum(_) => None,
        }
    }

    /// The variants of an enum.
    pub(super) fn variants_of(&self, ty: TypeId) -> Option<&[VariantInfo<'a>]> {
        match &self.nominal(ty)?.body {
            Body::Enum(variants) => Some(variants),
            Body::Struct(_) => None,
        }
    }

    // ---- heads ----

    /// Gives the name of a `struct`, `enum` or `type` its meaning; what it is made of is looked at later.
    pub(super) fn type_head(&mut self, name: ast::Name, generics: &[ast::Generic<'a>], decl: TypeDecl<'a>) {
        if let Some(generic) = generics.first() {
            self.refuse("generics", generic.name.span);
            self.add_item(name, ItemKind::Refused);
            return;
        }
        if !self.has_room(name, self.types.len(), VerifyLimits::default().types, "types") {
            return;
        }
        let file = self.context.file;
        let item = self.nominals.items.push(TypeItem { name, file, decl, state: State::New });
        let (make, body): (fn(DefId) -> Type, _) = match decl {
            TypeDecl::Struct(_) => (Type::Struct, Body::Struct(Vec::new())),
            TypeDecl::Enum(variants) if variants.iter().all(|variant| variant.fields.is_empty()) => {
                (Type::PlainEnum, Body::Enum(Vec::new()))
            }
            TypeDecl::Enum(_) => (Type::Enum, Body::Enum(Vec::new())),
            TypeDecl::Alias(_) => {
                self.add_item(name, ItemKind::Type(item));
                return;
            }
        };
        let def = self.types.declare(self.text(name.symbol));
        let ty = self.types.intern(make(def));
        let context = Context { self_type: Some(ty), ..self.context.clone() };
        self.nominals.add(def, Nominal { item, name, context, body, methods: HashMap::new() });
        self.nominals.items[item].state = State::Done(Ty::Value(ty));
        self.add_item(name, ItemKind::Type(item));
    }

    /// The type that an item stands for.
    pub(super) fn type_of_item(&mut self, item: TypeItemId) -> Ty {
        let TypeItem { name, file, decl, state } = self.nominals.items[item];
        match (state, decl) {
            (State::Done(ty), _) => ty,
            (State::New, TypeDecl::Alias(written)) => {
                self.nominals.items[item].state = State::Open;
                let outer = std::mem::replace(&mut self.context, Context::of(file));
                let mut ty = self.resolve_type(&written);
                self.context = outer;
                // Someone on the way back to here has said that it is a circle.
                if let State::Done(Ty::Error) = self.nominals.items[item].state {
                    ty = Ty::Error;
                }
                self.nominals.items[item].state = State::Done(ty);
                ty
            }
            (State::New | State::Open, _) => {
                let text = self.text(name.symbol);
                self.report(
                    Diagnostic::error(
                        code::TYPE_CYCLE,
                        name.span,
                        format!("what `{text}` stands for depends on itself"),
                    )
                    .with_help("a type that contains itself is a `struct` or an `enum`"),
                );
                self.nominals.items[item].state = State::Done(Ty::Error);
                Ty::Error
            }
        }
    }

    // ---- what they are made of ----

    /// Looks at the right side of every `type`, at every field and variant.
    pub(super) fn resolve_types(&mut self) {
        for index in 0..self.nominals.items.len() {
            self.type_of_item(TypeItemId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
        for index in 0..self.nominals.order.len() {
            let def = self.nominals.order[index];
            let Some(nominal) = self.nominals.get(def) else { continue };
            let (item, name) = (nominal.item, nominal.name);
            self.context = nominal.context.clone();
            let decl = self.nominals.items[item].decl;
            let (body, made) = match decl {
                TypeDecl::Struct(fields) => {
                    let fields = self.resolve_fields(fields, self.text(name.symbol));
                    let made = DefBody::Struct { fields: self.define_fields(&fields) };
                    (Body::Struct(fields), made)
                }
                TypeDecl::Enum(variants) => {
                    let variants = self.resolve_variants(name, variants);
                    let list = variants.iter().map(|variant| Variant {
                        name: self.text(variant.name.symbol).to_owned(),
                        fields: self.define_fields(&variant.fields),
                    });
                    let made = DefBody::Enum { variants: list.collect() };
                    (Body::Enum(variants), made)
                }
                TypeDecl::Alias(_) => continue,
            };
            self.types.define(def, made);
            if let Some(nominal) = self.nominals.get_mut(def) {
                nominal.body = body;
            }
        }
        self.refuse_endless();
    }

    fn resolve_fields(&mut self, fields: &'a [ast::Field<'a>], owner: &'a str) -> Vec<FieldInfo<'a>> {
        if let Some(field) = fields.get(255) {
            self.error(code::TOO_MANY, field.name.span, format!("`{owner}` has at most 255 fields"));
        }
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
                    FieldDefault::Call(self.add_proc(ProcHead {
                        name,
                        span: value.span,
                        source: ProcSource::Value(value),
                        public: false,
                        params: Vec::new(),
                        result: ty,
                        context: self.context.clone(),
                    }))
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
            self.error(code::TOO_MANY, variant.name.span, format!("`{text}` has at most 65536 variants"));
        }
        let mut seen = HashMap::new();
        let mut list = Vec::with_capacity(variants.len());
        for variant in variants {
            let name = variant.name;
            if let Some(earlier) = seen.insert(name.symbol, name.span) {
                self.report_twice(self.text(name.symbol), name.span, earlier);
            }
            let fields = self.resolve_fields(variant.fields, self.text(name.symbol));
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

    /// Refuses structs that could only be made from one of their own kind.
    ///
    /// A type can be made when its needs can: a struct needs all fields without default, an enum one variant. What
    /// is made without others is found first, then what needs only that, and so on.
    fn refuse_endless(&mut self) {
        // Every way to make a type: how many needs are not met yet, and of which type it is a way.
        let mut ways: Vec<(usize, DefId)> = Vec::new();
        let mut waiting: HashMap<DefId, Vec<usize>> = HashMap::new();
        let mut made = Vec::new();
        for (def, nominal) in self.nominals.iter() {
            let lists: Vec<&[FieldInfo<'a>]> = match &nominal.body {
                Body::Struct(fields) => vec![fields],
                Body::Enum(variants) if variants.is_empty() => vec![&[]],
                Body::Enum(variants) => variants.iter().map(|variant| &variant.fields[..]).collect(),
            };
            for fields in lists {
                let way = ways.len();
                let mut needs = Vec::new();
                for field in fields.iter().filter(|field| matches!(field.default, FieldDefault::None)) {
                    self.needs(field.ty, &mut needs);
                }
                ways.push((needs.len(), def));
                if needs.is_empty() {
                    made.push(def);
                }
                for need in needs {
                    waiting.entry(need).or_default().push(way);
                }
            }
        }
        let mut known: HashMap<DefId, ()> = HashMap::new();
        while let Some(def) = made.pop() {
            if known.insert(def, ()).is_some() {
                continue;
            }
            for way in waiting.remove(&def).unwrap_or_default() {
                let (left, of) = &mut ways[way];
                *left -= 1;
                if *left == 0 {
                    made.push(*of);
                }
            }
        }
        let endless = self.nominals.iter().filter(|(def, _)| !known.contains_key(def));
        let endless: Vec<_> = endless.map(|(_, nominal)| nominal.name).collect();
        for name in endless {
            let text = self.text(name.symbol);
            self.report(
                Diagnostic::error(code::NEVER_BUILT, name.span, format!("no `{text}` can ever be made"))
                    .with_label("making one needs another one first")
                    .with_help("give the circle an end: let the type of a field be optional, `T?`"),
            );
        }
    }

    /// The named types of which a value is needed to make one of type `ty`.
    fn needs(&self, ty: Ty, out: &mut Vec<DefId>) {
        let mut todo: Vec<TypeId> = ty.type_id().into_iter().collect();
        while let Some(ty) = todo.pop() {
            match self.types.get(ty) {
                Some(&(Type::Struct(def) | Type::Enum(def))) if !out.contains(&def) => out.push(def),
                Some(Type::Tuple(parts)) if out.len() < 1_000 => todo.extend(parts),
                _ => {}
            }
        }
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
            list.extend(fields.iter().map(|field| (nominal.context.clone(), *field)));
        }
        for (context, field) in list {
            if let (FieldDefault::Here(value), Ty::Value(want)) = (field.default, field.ty) {
                self.context = context;
                self.frame = Frame::new(FrameRole::Default, field.ty);
                self.enter();
                self.expect_expr(value, want);
                self.leave();
            }
        }
    }

    // ---- names and places of types ----

    /// Where a named type was declared, for messages.
    pub(super) fn declared_at(&self, ty: TypeId) -> Option<Span> {
        self.nominal(ty).map(|nominal| nominal.name.span)
    }
}
