//! Generic items: their type parameters and bounds, and what is known of each.
//!
//! A generic item is checked once at its definition. There a type parameter is a type of its own that is never
//! defined ("opaque"): what may be done with its values follows from its bounds alone. The procedures of a
//! definition are *ghosts*, which are checked and not compiled. Each use makes an instance, whose body is checked
//! again with the parameters standing for real types: see [`instances`](super::instances).

use super::checker::Checker;
use super::files::{Context, ItemKind};
use super::nominal::TypeItemId;
use super::types::Shape;
use super::unify::Bindings;
use crate::hir::Ty;
use hashbrown::{HashMap, HashSet};
use lyra_base::{Span, Symbol};
use lyra_bytecode::{ProcId, Type, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// What is known of generic items and their instances.
#[derive(Default)]
pub(super) struct Generics<'a> {
    /// Every type parameter.
    params: HashMap<TypeId, Param<'a>>,
    /// Parameters whose bounds have not been looked at.
    waiting: Vec<TypeId>,
    /// Generic procedures and methods by the ghost that is their definition.
    pub(super) procs: HashMap<ProcId, GenericProc>,
    /// The methods of generic types.
    pub(super) methods: HashMap<(TypeItemId, Symbol), Vec<ProcId>>,
    /// What a ghost belongs to.
    pub(super) keys: HashMap<ProcId, Key>,
    /// Definitions with mistakes: nothing more is said about their instances.
    pub(super) failed: HashSet<Key>,
    /// Calls in definitions that a bound allows: each is one of this interface in every instance, too.
    pub(super) bound_calls: HashMap<Span, TypeId>,
    /// Values of type parameters that are taken out of optionals in definitions.
    pub(super) unwraps: HashMap<Span, TypeId>,
    pub(super) instances: super::instances::Instances,
    /// What stands for a result that is still to be found.
    hole: Option<TypeId>,
}

/// A generic item.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A procedure or method, by the ghost of its definition.
    Proc(ProcId),
    Type(TypeItemId),
}

/// A generic procedure.
#[derive(Clone)]
pub(super) struct GenericProc {
    /// The parameters of its `impl`, then its own.
    pub(super) params: Vec<TypeId>,
    /// How many of these are its own.
    pub(super) own: usize,
    /// What the `impl` is for.
    pub(super) target: Option<TypeId>,
}

/// A type parameter.
struct Param<'a> {
    name: ast::Name,
    written: &'a [ast::Type<'a>],
    context: Context,
    bounds: Bounds,
}

/// What can be done with the values of a type parameter.
#[derive(Clone, Default)]
pub(super) struct Bounds {
    pub(super) ordered: bool,
    pub(super) hashable: bool,
    pub(super) number: bool,
    pub(super) interfaces: Vec<TypeId>,
}

impl<'a> Checker<'a> {
    // ---- parameters ----

    /// Makes the parameters of an item, and gives them their names in the current context.
    pub(super) fn make_params(&mut self, generics: &'a [ast::Generic<'a>]) -> Vec<TypeId> {
        let mut made = Vec::with_capacity(generics.len());
        let mut bound = self.context.bound.to_vec();
        for (place, generic) in generics.iter().enumerate() {
            let (text, symbol) = (self.text(generic.name.symbol), generic.name.symbol);
            let beside = generics.iter().take(place).find(|earlier| earlier.name.symbol == symbol);
            let around = self.context.param(symbol).and_then(|ty| self.generics.params.get(&ty));
            let earlier = beside.map(|earlier| earlier.name).or(around.map(|param| param.name));
            if let Some(earlier) = earlier {
                self.report_twice(text, generic.name.span, earlier.span);
            }
            let def = self.types.declare(text);
            let ty = self.types.intern(Type::Struct(def));
            self.shapes.insert(ty, Shape::opaque());
            bound.push((generic.name.symbol, ty));
            made.push(ty);
            self.generics.waiting.push(ty);
        }
        self.context.bound = bound.into();
        for (generic, &ty) in generics.iter().zip(&made) {
            let param = Param {
                name: generic.name,
                written: generic.bounds,
                context: self.context.clone(),
                bounds: Bounds::default(),
            };
            self.generics.params.insert(ty, param);
        }
        made
    }

    /// Looks at the bounds of every parameter made so far.
    pub(super) fn resolve_bounds(&mut self) {
        for ty in std::mem::take(&mut self.generics.waiting) {
            let Some(param) = self.generics.params.get(&ty) else { continue };
            let written = param.written;
            self.context = param.context.clone();
            let mut bounds = Bounds::default();
            for bound in written {
                self.resolve_bound(bound, &mut bounds);
            }
            if let Some(param) = self.generics.params.get_mut(&ty) {
                param.bounds = bounds;
            }
        }
    }

    fn resolve_bound(&mut self, bound: &ast::Type<'a>, bounds: &mut Bounds) {
        if let ast::TypeKind::Name { path: [name], args: [] } = bound.kind
            && self.find_item(name.symbol).is_none()
            && self.context.param(name.symbol).is_none()
        {
            let text = self.text(name.symbol);
            match text {
                "Ordered" => bounds.ordered = true,
                "Hashable" => bounds.hashable = true,
                "Number" => bounds.number = true,
                _ if super::types::named(text).is_some() || text == "any" => self.no_bound(text, bound.span),
                _ => {
                    let known = ["Ordered", "Hashable", "Number"];
                    let mut diagnostic =
                        Diagnostic::error(code::NO_BOUND, bound.span, format!("unknown bound `{text}`"));
                    diagnostic = match super::names::nearest(text, known.into_iter()) {
                        Some(near) => {
                            diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(bound.span, near)
                        }
                        None => diagnostic
                            .with_help("the bounds are `Ordered`, `Hashable`, `Number` and interfaces"),
                    };
                    self.report(diagnostic);
                }
            }
            return;
        }
        let Ty::Value(ty) = self.resolve_type(bound) else { return };
        match self.types.get(ty) {
            Some(Type::Interface(_)) if bounds.interfaces.contains(&ty) => {}
            Some(Type::Interface(_)) => bounds.interfaces.push(ty),
            _ => {
                let name = self.types.name(ty);
                self.no_bound(&name, bound.span);
            }
        }
    }

    fn no_bound(&mut self, name: &str, span: Span) {
        self.report(
            Diagnostic::error(code::NO_BOUND, span, format!("{name} is no bound"))
                .with_help("the bounds are `Ordered`, `Hashable`, `Number` and interfaces"),
        );
    }

    // ---- what types are ----

    /// Whether a type is a parameter of a generic item that is being checked at its definition.
    pub(super) fn is_param(&self, ty: TypeId) -> bool {
        self.generics.params.contains_key(&ty)
    }

    /// Whether there is a parameter in a type.
    pub(super) fn is_opaque(&self, ty: TypeId) -> bool {
        self.shapes.get(&ty).is_some_and(|shape| shape.is_opaque)
    }

    /// The bounds of a parameter.
    pub(super) fn bounds_of(&self, ty: TypeId) -> Option<&Bounds> {
        self.generics.params.get(&ty).map(|param| &param.bounds)
    }

    /// Whether values of a type have an order.
    pub(super) fn is_ordered(&self, ty: TypeId) -> bool {
        self.types.is_ordered(ty)
            || self.all_parts(ty, |bounds| bounds.ordered || bounds.number, |ty| self.types.is_ordered(ty))
    }

    /// Whether values of a type can be keys.
    pub(super) fn is_hashable(&self, ty: TypeId) -> bool {
        self.types.is_hashable(ty)
            || self.all_parts(ty, |bounds| bounds.hashable, |ty| self.types.is_hashable(ty))
    }

    /// Whether values of a type have arithmetic.
    pub(super) fn is_number(&self, ty: TypeId) -> bool {
        matches!(ty, TypeId::U8 | TypeId::I32 | TypeId::I64 | TypeId::F64)
            || self.bounds_of(ty).is_some_and(|bounds| bounds.number)
    }

    /// Whether every part of the tuples that a type is made of is a parameter with a bound, or another type that
    /// can do it.
    fn all_parts(
        &self,
        ty: TypeId,
        has_bound: impl Fn(&Bounds) -> bool,
        can: impl Fn(TypeId) -> bool,
    ) -> bool {
        if !self.is_opaque(ty) {
            return false;
        }
        let mut todo = vec![ty];
        while let Some(ty) = todo.pop() {
            if let Some(bounds) = self.bounds_of(ty) {
                if !has_bound(bounds) {
                    return false;
                }
            } else if let Some(parts) = self.types.parts(ty).filter(|_| self.is_opaque(ty)) {
                todo.extend(parts);
            } else if !can(ty) {
                return false;
            }
        }
        true
    }

    // ---- bounds of uses ----

    /// Whether the arguments keep the bounds of the parameters that they stand for; says so where not.
    pub(super) fn keeps_bounds(&mut self, params: &[TypeId], args: &[TypeId], span: Span) -> bool {
        for (param, &arg) in params.iter().zip(args) {
            let Some(bounds) = self.bounds_of(*param).cloned() else { continue };
            let problem = if bounds.ordered && !self.is_ordered(arg) {
                Some((
                    "is not Ordered",
                    "numbers, char, bool, str, enums without payloads and tuples of these are",
                ))
            } else if bounds.hashable && !self.is_hashable(arg) {
                Some((
                    "is not Hashable",
                    "integers, bool, char, str, enums without payloads and tuples of these are",
                ))
            } else if bounds.number && !self.is_number(arg) {
                Some(("is no Number", "the numbers are i32, i64, u8 and f64"))
            } else {
                None
            };
            if let Some((what, help)) = problem {
                let message = format!("{} {what}", self.types.name(arg));
                self.unkept(*param, message, help, span);
                return false;
            }
            for interface in bounds.interfaces {
                // `Source<T>`, where `T` is a parameter beside.
                let Some(interface) = self.substitute(interface, &Bindings::of(params, args), span) else {
                    return false;
                };
                if arg != interface && !self.keeps_interface(arg, interface) {
                    let name = self.types.name(interface);
                    let message = format!("{} does not implement {name}", self.types.name(arg));
                    let help = self.unkept_impl(arg, interface).unwrap_or_else(|| {
                        format!("`impl {name} for {} {{ … }}` would let it", self.types.name(arg))
                    });
                    self.unkept(*param, message, &help, span);
                    return false;
                }
            }
        }
        true
    }

    /// Whether a type implements an interface, or is a parameter that is bound to.
    pub(super) fn keeps_interface(&self, ty: TypeId, interface: TypeId) -> bool {
        match self.bounds_of(ty) {
            Some(bounds) => bounds.interfaces.contains(&interface),
            None => self.types.optional_of(ty).is_none() && ty != TypeId::ANY && self.fits(ty, interface),
        }
    }

    fn unkept(&mut self, param: TypeId, message: String, help: &str, span: Span) {
        let asked = self.generics.params.get(&param).map(|param| param.name);
        let mut diagnostic = Diagnostic::error(code::BOUND, span, message).with_help(help);
        if let Some(name) = asked {
            let text = self.text(name.symbol);
            diagnostic = diagnostic.with_secondary(name.span, format!("{text} is bound here"));
        }
        self.report(diagnostic);
    }

    /// The interface whose method is called here, or is the `next` of a loop here, in an instance of a definition
    /// where a bound allows it: the type of the instance may have another method of that name.
    pub(super) fn bound_call(&mut self, at: Span) -> Option<TypeId> {
        if self.procs.is_ghostly() {
            return None;
        }
        let pattern = *self.generics.bound_calls.get(&at)?;
        self.in_instance(pattern, at)
    }

    /// What `x!` gives in an instance where the definition says `T`: an optional stays one there, although the one
    /// `?` that there is was taken off.
    pub(super) fn unwrapped_as(&mut self, at: Span) -> Option<TypeId> {
        if self.procs.is_ghostly() {
            return None;
        }
        let pattern = *self.generics.unwraps.get(&at)?;
        self.in_instance(pattern, at)
    }

    /// A type of a definition in the instance that is being checked.
    fn in_instance(&mut self, pattern: TypeId, at: Span) -> Option<TypeId> {
        let (mut params, mut args, mut todo) = (Vec::new(), Vec::new(), vec![pattern]);
        while let Some(ty) = todo.pop() {
            if let Some(param) = self.generics.params.get(&ty) {
                params.push(ty);
                args.push(self.context.param(param.name.symbol)?);
            } else if self.is_opaque(ty) {
                match self.nominal(ty) {
                    Some(nominal) => todo.extend(nominal.args.iter().copied()),
                    None => self.types.get(ty)?.each_part(|part| todo.push(part)),
                }
            }
        }
        self.substitute(pattern, &Bindings::of(&params, &args), at)
    }

    /// The name of a parameter.
    pub(super) fn param_name(&self, ty: TypeId) -> &'a str {
        self.generics.params.get(&ty).map_or("T", |param| self.text(param.name.symbol))
    }

    /// How to let a parameter do what an operator or a built-in asks of it.
    pub(super) fn bound_help(&self, ty: TypeId, bound: &str) -> String {
        format!("say so where it is declared: `<{}: {bound}>`", self.param_name(ty))
    }

    // ---- results that are still to be found ----

    /// What is expected as the result of a closure whose body decides it.
    pub(super) fn hole(&mut self) -> TypeId {
        if let Some(hole) = self.generics.hole {
            return hole;
        }
        let def = self.types.declare("_");
        let hole = self.types.intern(Type::Struct(def));
        self.generics.hole = Some(hole);
        hole
    }

    /// Whether a type is [`Self::hole`].
    pub(super) fn is_hole(&self, ty: TypeId) -> bool {
        self.generics.hole == Some(ty)
    }

    /// The item that an expression names, if it is a type with parameters.
    pub(super) fn generic_type(&self, expr: &ast::Expr<'a>) -> Option<TypeItemId> {
        match self.find_named(expr) {
            Some(super::names::Found::Item(ItemKind::Type(item))) => {
                (!self.nominals.items[item].params.is_empty()).then_some(item)
            }
            _ => None,
        }
    }
}
