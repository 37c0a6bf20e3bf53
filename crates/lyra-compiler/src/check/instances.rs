//! Instances of generic items: `Stack<i32>` made of `Stack<T>`, `largest<i32>` made of `largest<T>`.
//!
//! Each is made once for its arguments. How many there may be is limited, and one that needs an ever larger one is
//! refused as soon as the pattern shows: an instance knows in which other one it was asked for.

use super::checker::Checker;
use super::files::Context;
use super::generics::{GenericProc, Key};
use super::nominal::{Body, Nominal, State, TypeDecl, TypeItemId};
use super::procs::{ProcHead, ProcSource};
use super::types::Shape;
use super::unify::Bindings;
use crate::hir::Ty;
use hashbrown::{HashMap, HashSet};
use lyra_base::Span;
use lyra_bytecode::{DefId, ProcId, Type, TypeId, VerifyLimits};
use lyra_syntax::{Diagnostic, ast, code};
use std::borrow::Cow;

/// Instances of procedures, and as many of types.
const MOST: usize = 1_000;
/// Types that are only looked at while a definition is checked.
const MOST_OPAQUE: usize = 10_000;
/// How often an item may be asked for inside itself with larger types.
const MOST_GROWTH: usize = 10;

/// Every instance.
#[derive(Default)]
pub(super) struct Instances {
    procs: HashMap<(ProcId, Box<[TypeId]>), ProcId>,
    types: HashMap<(TypeItemId, Box<[TypeId]>), TypeId>,
    /// Instances of types with parameters in their arguments.
    opaque: usize,
    concrete: usize,
    made: Vec<Made>,
    /// Which of them a procedure or a definition belongs to.
    of_proc: HashMap<ProcId, usize>,
    of_def: HashMap<DefId, usize>,
    /// The one that is being looked at.
    pub(super) current: Option<usize>,
    /// Items that were refused: once is enough.
    refused: HashSet<Key>,
    /// Uses of types whose bounds wait until every `impl` is known.
    unchecked: Vec<(TypeItemId, Box<[TypeId]>, Context, Span)>,
    /// Whether bounds and fields can be looked at.
    pub(super) has_impls: bool,
}

struct Made {
    key: Key,
    name: String,
    size: u32,
    /// In which one it was asked for.
    parent: Option<usize>,
    span: Span,
}

impl<'a> Checker<'a> {
    /// The type that an item is for these arguments.
    pub(super) fn type_instance(&mut self, item: TypeItemId, args: &[TypeId], span: Span) -> Option<TypeId> {
        let known = (item, Box::from(args));
        if let Some(&ty) = self.generics.instances.types.get(&known) {
            return Some(ty);
        }
        let params = self.nominals.items[item].params.clone();
        let decl = self.nominals.items[item].decl;
        if let TypeDecl::Alias(_) = decl {
            let Ty::Value(ty) = self.alias_of(item) else { return None };
            self.check_bounds_of(item, args, span);
            return self.substitute(ty, &Bindings::of(&params, args), span);
        }
        let name = self.nominals.items[item].name;
        let text = self.text(name.symbol);
        let shown = self.applied(text, args);
        let key = Key::Type(item);
        let shape = self.named_shape(args);
        self.has_room_for_instance(key, &shown, &shape, span)?;
        let limits = VerifyLimits::default();
        let problem = if shown.len() > limits.name_bytes {
            Some(format!("the name of this type has more than {} bytes", limits.name_bytes))
        } else if shape.depth > limits.type_depth {
            Some(format!("a type is at most {} levels deep", limits.type_depth))
        } else if shape.parts > limits.type_parts {
            Some(format!("a type has at most {} parts when written out", limits.type_parts))
        } else {
            None
        };
        if let Some(problem) = problem {
            self.error(code::TOO_MANY, span, problem);
            return None;
        }
        self.check_bounds_of(item, args, span);
        let file = self.nominals.items[item].file;
        let symbols = self.nominals.items[item].names.clone();
        let def = self.types.declare(shown.clone());
        let ty = self.types.intern(decl.made(def));
        self.shapes.insert(ty, shape);
        let mut context = Context { self_type: Some(ty), ..Context::of(file) };
        context.bound = symbols.into_iter().zip(args.iter().copied()).collect();
        let body = Body::empty(&decl);
        self.nominals.add(
            def,
            Nominal { item, ty, name, context, body, methods: HashMap::new(), args: Box::from(args) },
        );
        self.generics.instances.types.insert(known, ty);
        let made = self.note_instance(key, shown, shape.parts, span);
        self.generics.instances.of_def.insert(def, made);
        self.resolve_waiting();
        Some(ty)
    }

    /// `Stack<i32>`
    fn applied(&self, name: &str, args: &[TypeId]) -> String {
        let args: Vec<String> = args.iter().map(|&arg| self.types.name(arg)).collect();
        format!("{name}<{}>", args.join(", "))
    }

    fn named_shape(&self, args: &[TypeId]) -> Shape {
        let mut shape = Shape { depth: 1, parts: 1, is_opaque: false };
        for arg in args {
            let arg = self.shapes.get(arg).copied().unwrap_or(Shape::BASIC);
            shape.depth = shape.depth.max(arg.depth + 1);
            shape.parts = shape.parts.saturating_add(arg.parts);
            shape.is_opaque |= arg.is_opaque;
        }
        shape
    }

    /// The definition of a generic type: the type of its own parameters.
    pub(super) fn definition_type(&mut self, item: TypeItemId) -> Option<TypeId> {
        if let TypeDecl::Alias(_) = self.nominals.items[item].decl {
            return None;
        }
        let params = self.nominals.items[item].params.clone();
        let span = self.nominals.items[item].name.span;
        self.type_instance(item, &params, span)
    }

    /// Whether a named type is an instance for others than its own parameters: what it is made of was checked
    /// at the definition.
    pub(super) fn is_use(&self, nominal: &Nominal<'a>) -> bool {
        *nominal.args != self.nominals.items[nominal.item].params[..]
    }

    // ---- limits ----

    /// Whether one more instance may be made; says so, once for an item, when not.
    fn has_room_for_instance(&mut self, key: Key, shown: &str, shape: &Shape, span: Span) -> Option<()> {
        if self.generics.instances.refused.contains(&key) {
            self.unsaid();
            return None;
        }
        let instances = &self.generics.instances;
        let mut grown = Vec::new();
        let mut at = instances.current;
        let mut least = shape.parts;
        while let Some(made) = at.and_then(|index| instances.made.get(index)) {
            if made.key == key && made.size < least {
                least = made.size;
                grown.push((made.name.clone(), made.span));
            }
            at = made.parent;
        }
        if grown.len() >= MOST_GROWTH {
            self.generics.instances.refused.insert(key);
            self.report_growth(key, &grown, span);
            return None;
        }
        let (count, most) = match key {
            Key::Type(_) if shape.is_opaque => (instances.opaque, MOST_OPAQUE),
            Key::Type(_) => (instances.concrete, MOST),
            Key::Proc(_) => (instances.procs.len(), MOST),
        };
        if count >= most {
            self.generics.instances.refused.insert(key);
            if self.log.is_new("instances past the limit") {
                let what = if matches!(key, Key::Type(_)) { "types" } else { "procedures" };
                self.report(
                    Diagnostic::error(
                        code::TOO_MANY,
                        span,
                        format!("a program has at most {most} instances of generic {what}"),
                    )
                    .with_label(format!("`{}` is one more", shortened(shown))),
                );
            } else {
                self.unsaid();
            }
            return None;
        }
        match key {
            Key::Type(_) if shape.is_opaque => self.generics.instances.opaque += 1,
            Key::Type(_) => self.generics.instances.concrete += 1,
            Key::Proc(_) => {}
        }
        Some(())
    }

    fn report_growth(&mut self, key: Key, grown: &[(String, Span)], span: Span) {
        let name = match key {
            Key::Proc(id) => self.procs.get(id).name,
            Key::Type(item) => self.text(self.nominals.items[item].name.symbol),
        };
        let chain: Vec<String> =
            grown.iter().rev().take(3).map(|(name, _)| format!("`{}`", shortened(name))).collect();
        let first = grown.last().map_or(span, |(_, span)| *span);
        let chain = chain.join(" needs ");
        let way_out = match key {
            Key::Proc(_) => "call it with the type that it has",
            Key::Type(_) => "let it hold the type that it has",
        };
        let mut diagnostic =
            Diagnostic::error(code::ENDLESS_TYPES, span, format!("the types of `{name}` grow without end"))
                .with_help(format!("{chain}, and so on: {way_out}"));
        if first != span {
            diagnostic = diagnostic.with_secondary(first, "it begins here");
        }
        self.report(diagnostic);
    }

    fn note_instance(&mut self, key: Key, name: String, size: u32, span: Span) -> usize {
        let instances = &mut self.generics.instances;
        instances.made.push(Made { key, name, size, parent: instances.current, span });
        instances.made.len() - 1
    }

    // ---- bounds of types ----

    fn check_bounds_of(&mut self, item: TypeItemId, args: &[TypeId], span: Span) {
        if self.generics.instances.has_impls {
            let params = self.nominals.items[item].params.clone();
            self.keeps_bounds(&params, args, span);
        } else {
            let use_ = (item, Box::from(args), self.context.clone(), span);
            self.generics.instances.unchecked.push(use_);
        }
    }

    /// Looks at the bounds of the types that were used before every `impl` was known.
    pub(super) fn check_waiting_bounds(&mut self) {
        self.generics.instances.has_impls = true;
        for (item, args, context, span) in std::mem::take(&mut self.generics.instances.unchecked) {
            let params = self.nominals.items[item].params.clone();
            self.context = context;
            self.keeps_bounds(&params, &args, span);
        }
    }

    // ---- procedures ----

    /// The procedure that a generic one is for these arguments; while a definition is checked, the ghost.
    pub(super) fn proc_instance(&mut self, proc: ProcId, args: &[TypeId], span: Span) -> Option<ProcId> {
        if self.procs.is_ghostly() || args.iter().any(|&arg| self.is_opaque(arg)) {
            return Some(proc);
        }
        let known = (proc, Box::from(args));
        if let Some(&made) = self.generics.instances.procs.get(&known) {
            return Some(made);
        }
        let GenericProc { params, own, target } = self.generics.procs.get(&proc)?.clone();
        let bindings = Bindings::of(&params, args);
        let head = self.procs.get(proc);
        let (declared, source, result) = (head.span, head.source, head.result);
        let (types, mut context) = (head.params.clone(), head.context.clone());
        let ProcSource::Written(written) = source else { return None };
        let target = match target {
            Some(target) => Some(self.substitute(target, &bindings, span)?),
            None => None,
        };
        let mut name = self.text(written.name.symbol).to_owned();
        if let Some(target) = target {
            name = format!("{}.{name}", self.types.name(target));
        }
        if own > 0 {
            name = self.applied(&name, args.get(args.len() - own..).unwrap_or_default());
        }
        let shape = self.named_shape(args);
        self.has_room_for_instance(Key::Proc(proc), &name, &shape, span)?;
        if !self.has_room_for_proc(written.name) {
            return None;
        }
        let mut signature = Vec::with_capacity(types.len());
        for ty in types {
            signature.push(self.substitute_ty(ty, &bindings, span)?);
        }
        let result = self.substitute_ty(result, &bindings, span)?;
        context.self_type = target.or(context.self_type);
        context.bound = context
            .bound
            .iter()
            .map(|&(symbol, ty)| (symbol, bindings.get(ty).flatten().unwrap_or(ty)))
            .collect();
        let text = self.arena.alloc_str(&shortened(&name));
        let id = self.add_proc(ProcHead {
            name: text,
            span: declared,
            source,
            public: false,
            params: signature,
            result,
            context,
        });
        let made = self.note_instance(Key::Proc(proc), name, shape.parts, span);
        self.generics.instances.procs.insert(known, id);
        self.generics.instances.of_proc.insert(id, made);
        Some(id)
    }

    pub(super) fn substitute_ty(&mut self, ty: Ty, bindings: &Bindings, span: Span) -> Option<Ty> {
        match ty {
            Ty::Value(ty) => self.substitute(ty, bindings, span).map(Ty::Value),
            other => Some(other),
        }
    }

    /// What a procedure is an instance of; it is looked at from here on.
    pub(super) fn begin_instance(&mut self, proc: ProcId) -> Option<Key> {
        let made = self.generics.instances.of_proc.get(&proc).copied();
        self.generics.instances.current = made;
        made.and_then(|made| self.generics.instances.made.get(made)).map(|made| made.key)
    }

    /// What is made next is asked for by the instance that a type is.
    pub(super) fn begin_for_type(&mut self, ty: TypeId) {
        let def = self.types.get(ty).and_then(Type::def);
        let made = def.and_then(|def| self.generics.instances.of_def.get(&def).copied());
        self.generics.instances.current = made;
    }

    /// As [`Self::begin_instance`], for a type. Gives what was looked at before.
    pub(super) fn begin_type(&mut self, def: DefId) -> Option<usize> {
        let made = self.generics.instances.of_def.get(&def).copied();
        std::mem::replace(&mut self.generics.instances.current, made)
    }

    /// The fields of a type were looked at; of an instance nothing is said that was said of its definition.
    pub(super) fn end_type(
        &mut self,
        asked: Option<usize>,
        item: TypeItemId,
        is_use: bool,
        before: super::log::Mark,
    ) {
        let made = std::mem::replace(&mut self.generics.instances.current, asked);
        let key = Key::Type(item);
        if !is_use {
            if self.log.errors() > before.errors() {
                self.generics.failed.insert(key);
            }
            return;
        }
        let made = made.and_then(|made| self.generics.instances.made.get(made));
        let note = made.map(|made| (made.span, format!("in `{}`, asked for here", shortened(&made.name))));
        let failed = self.generics.failed.contains(&key);
        if self.log.settle(before, failed, note) {
            self.generics.failed.insert(key);
        }
    }

    /// The procedure that is the default of a field. That of a generic type is checked with its definition only.
    pub(super) fn add_default(&mut self, head: ProcHead<'a>, def: DefId, is_use: bool) -> ProcId {
        let nominal = self.nominals.get(def).map(|nominal| (nominal.item, nominal.ty));
        let Some((item, ty)) = nominal.filter(|(item, _)| !self.nominals.items[*item].params.is_empty())
        else {
            return self.add_proc(head);
        };
        let id = if self.is_opaque(ty) { self.procs.add_ghost(head, !is_use) } else { self.add_proc(head) };
        self.generics.keys.insert(id, Key::Type(item));
        if let Some(&made) = self.generics.instances.of_def.get(&def) {
            self.generics.instances.of_proc.insert(id, made);
        }
        id
    }

    /// The errors of an instance: none where the definition had some, else with the place that asked for it.
    pub(super) fn settle_instance(&mut self, proc: ProcId, key: Key, before: super::log::Mark) {
        let failed = self.generics.failed.contains(&key);
        let made = self.generics.instances.of_proc.get(&proc);
        let made = made.and_then(|&made| self.generics.instances.made.get(made));
        let note = made.map(|made| (made.span, format!("in `{}`, asked for here", shortened(&made.name))));
        if self.log.settle(before, failed, note) {
            self.generics.failed.insert(key);
        }
    }

    /// Gives items their definitions, so that they are checked even when nobody uses them.
    pub(super) fn make_definitions(&mut self) {
        for index in 0..self.nominals.items.len() {
            let item = TypeItemId(u32::try_from(index).unwrap_or(u32::MAX));
            if self.nominals.items[item].params.is_empty() {
                continue;
            }
            if let Some(ty) = self.definition_type(item) {
                self.nominals.items[item].state = State::Done(Ty::Value(ty));
            }
        }
    }
}

/// What of a long name is shown.
fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(80) {
        Some((end, _)) => Cow::Owned(format!("{}…", name.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(name),
    }
}

impl<'a> TypeDecl<'a> {
    /// The type of such a declaration.
    pub(super) fn made(&self, def: DefId) -> Type {
        match self {
            Self::Enum(variants)
                if variants.iter().all(|variant: &ast::Variant<'a>| variant.fields.is_empty()) =>
            {
                Type::PlainEnum(def)
            }
            Self::Enum(_) => Type::Enum(def),
            Self::Interface(_) => Type::Interface(def),
            Self::Struct(_) | Self::Alias(_) => Type::Struct(def),
        }
    }
}
