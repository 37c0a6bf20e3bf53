//! The types that a program declares: structures, enumerations, interfaces and what implements them.

use super::scope::{Proc, Turns};
use super::tree::{Expr, Part, Stmt, parts};
use super::{Generator, Ty};

/// The program's own types.
#[derive(Default)]
pub(super) struct Types {
    pub(super) structs: Vec<Struct>,
    pub(super) enums: Vec<Enum>,
    pub(super) interfaces: Vec<Interface>,
}

/// A structure, or an instance of a generic one.
#[derive(Clone)]
pub(super) struct Struct {
    pub(super) ty: Ty,
    pub(super) fields: Vec<Field>,
}

/// A field.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Ty,
    /// Whether it may be left out.
    pub(super) has_default: bool,
}

/// An enumeration.
#[derive(Clone)]
pub(super) struct Enum {
    pub(super) ty: Ty,
    pub(super) variants: Vec<(String, Vec<Ty>)>,
}

/// An interface.
#[derive(Clone)]
pub(super) struct Interface {
    pub(super) ty: Ty,
    /// The types that implement it.
    pub(super) by: Vec<Ty>,
}

impl Types {
    pub(super) fn find_struct(&self, ty: &Ty) -> Option<&Struct> {
        self.structs.iter().find(|known| known.ty == *ty)
    }

    pub(super) fn find_enum(&self, ty: &Ty) -> Option<&Enum> {
        self.enums.iter().find(|known| known.ty == *ty)
    }

    pub(super) fn find_interface(&self, ty: &Ty) -> Option<&Interface> {
        self.interfaces.iter().find(|known| known.ty == *ty)
    }
}

impl Generator {
    /// Some structures, enumerations and interfaces: later ones may hold earlier ones.
    pub(super) fn type_items(&mut self, stmts: &mut Vec<Stmt>) {
        for _ in 0..self.rng.usize(1..4) {
            match self.rng.u8(..6) {
                0..3 => self.structure(stmts),
                3 => self.plain_enumeration(stmts),
                _ => self.enumeration(stmts),
            }
        }
        if self.chance(40) {
            self.interface(stmts);
        }
        if self.chance(25) {
            self.generic_instances(stmts);
        }
        if self.chance(10) {
            self.iterator(stmts);
        }
    }

    fn structure(&mut self, stmts: &mut Vec<Stmt>) {
        let name = self.name("S");
        let ty = Ty::named(&name);
        let mut fields = Vec::new();
        let mut parts = parts![format!("struct {name} {{ ")];
        for at in 0..self.rng.usize(1..5) {
            let (field, held) = (self.name("a"), self.ty(1));
            parts.push(format!("{}{field}: {held}", if at > 0 { ", " } else { "" }).into());
            // After one with a default, those without would have to be named.
            let has_default = fields.last().is_some_and(|field: &Field| field.has_default) || self.chance(25);
            if has_default {
                parts.push(" = ".into());
                parts.push(self.simple(&held).into());
            }
            fields.push(Field { name: field, ty: held, has_default });
        }
        if self.chance(25) {
            let field = self.name("a");
            parts.push(format!(", {field}: {name}? = none").into());
            fields.push(Field { name: field, ty: Ty::opt(&ty), has_default: true });
        }
        parts.push(" }".into());
        stmts.push(Stmt::new(parts));
        self.types.structs.push(Struct { ty: ty.clone(), fields });
        if self.chance(70) {
            self.methods(&ty, stmts);
        }
    }

    fn plain_enumeration(&mut self, stmts: &mut Vec<Stmt>) {
        let name = self.name("E");
        let variants: Vec<_> = (0..self.rng.usize(2..5)).map(|_| (self.name("V"), Vec::new())).collect();
        let list: Vec<&str> = variants.iter().map(|(name, _)| name.as_str()).collect();
        stmts.push(Stmt::new(parts![format!("enum {name} {{ {} }}", list.join(", "))]));
        self.types.enums.push(Enum { ty: Ty::Plain(name.as_str().into()), variants });
    }

    fn enumeration(&mut self, stmts: &mut Vec<Stmt>) {
        let name = self.name("E");
        let ty = Ty::named(&name);
        let mut variants = Vec::new();
        let mut texts = Vec::new();
        for at in 0..self.rng.usize(2..5) {
            let variant = self.name("V");
            let count = if at == 0 { 1 } else { self.rng.usize(..3) };
            let held: Vec<Ty> = (0..count).map(|_| self.ty(1)).collect();
            let list: Vec<String> = held.iter().map(|ty| format!("{}: {ty}", self.name("b"))).collect();
            texts.push(if list.is_empty() {
                variant.clone()
            } else {
                format!("{variant}({})", list.join(", "))
            });
            variants.push((variant, held));
        }
        stmts.push(Stmt::new(parts![format!("enum {name} {{ {} }}", texts.join(", "))]));
        self.types.enums.push(Enum { ty: ty.clone(), variants });
        if self.chance(40) {
            self.methods(&ty, stmts);
        }
    }

    /// An `impl` with some methods.
    fn methods(&mut self, ty: &Ty, stmts: &mut Vec<Stmt>) {
        let mut inner = Vec::new();
        for _ in 0..self.rng.usize(1..3) {
            let name = self.name("m");
            let params: Vec<Ty> = (0..self.rng.usize(..3)).map(|_| self.ty(1)).collect();
            let result = self.chance(75).then(|| self.ty(1));
            inner.push(self.method(&name, ty, &params, result.as_ref()));
            self.procs.push(Proc { name, owner: Some(ty.clone()), params, result, turns: Turns::One });
        }
        stmts.push(Stmt::new(parts![format!("impl {ty} "), inner]));
    }

    /// `proc name(self, …) { … }`
    fn method(&mut self, name: &str, owner: &Ty, params: &[Ty], result: Option<&Ty>) -> Stmt {
        let mut head = format!("proc {name}(self");
        let mut named = vec![("self".to_owned(), owner.clone())];
        for ty in params {
            let param = self.name("p");
            head.push_str(&format!(", {param}: {ty}"));
            named.push((param, ty.clone()));
        }
        head.push_str(&result.map_or(") ".to_owned(), |ty| format!(") -> {ty} ")));
        let body = self.body(&named, result, 3);
        Stmt::new(parts![head, body])
    }

    fn interface(&mut self, stmts: &mut Vec<Stmt>) {
        let name = self.name("I");
        let ty = Ty::named(&name);
        let methods: Vec<(String, Vec<Ty>, Option<Ty>)> = (0..self.rng.usize(1..3))
            .map(|_| {
                let params = (0..self.rng.usize(..2)).map(|_| self.ty(1)).collect();
                (self.name("m"), params, self.chance(80).then(|| self.ty(1)))
            })
            .collect();
        let heads = methods.iter().map(|(name, params, result)| {
            let mut head = format!("proc {name}(self");
            for (at, ty) in params.iter().enumerate() {
                head.push_str(&format!(", x{at}: {ty}"));
            }
            head.push_str(&result.as_ref().map_or(")".to_owned(), |ty| format!(") -> {ty}")));
            Stmt::new(parts![head])
        });
        stmts.push(Stmt::new(parts![format!("interface {name} "), heads.collect::<Vec<_>>()]));
        let mut by: Vec<Ty> = self.types.structs.iter().map(|known| known.ty.clone()).collect();
        by.extend(self.types.enums.iter().map(|known| known.ty.clone()));
        by.retain(|_| self.rng.u8(..3) > 0);
        by.push(self.pick(&[Ty::I32, Ty::Str, Ty::F64, Ty::array(&Ty::I32), Ty::Bool]));
        for implementor in &by {
            let inner: Vec<Stmt> = methods
                .iter()
                .map(|(name, params, result)| self.method(name, implementor, params, result.as_ref()))
                .collect();
            stmts.push(Stmt::new(parts![format!("impl {name} for {implementor} "), inner]));
        }
        for (name, params, result) in &methods {
            // Called on an interface's value, and on one of a type that implements it.
            for owner in [&ty, &by[0]] {
                self.procs.push(Proc {
                    name: name.clone(),
                    owner: Some(owner.clone()),
                    params: params.clone(),
                    result: result.clone(),
                    turns: Turns::One,
                });
            }
        }
        self.types.interfaces.push(Interface { ty, by });
    }

    /// A structure with a `next`, so that `for` walks it; its loops are made in `loops`.
    fn iterator(&mut self, stmts: &mut Vec<Stmt>) {
        let name = self.name("Walk");
        let element = self.ty(1);
        if matches!(element, Ty::Opt(_) | Ty::Any) {
            return;
        }
        stmts.push(Stmt::new(parts![format!("struct {name} {{ left: i32, value: {element} }}")]));
        let body = parts![
            format!("impl {name} "),
            vec![Stmt::new(parts![
                format!("proc next(self) -> {} ", Ty::opt(&element)),
                vec![
                    Stmt::new(parts!["if self.left <= 0 return none"]),
                    Stmt::new(parts!["self.left -= 1"]),
                    Stmt::new(parts!["return self.value"]),
                ]
            ])]
        ];
        stmts.push(Stmt::new(body));
        let field = |name: &str, ty: &Ty| Field { name: name.to_owned(), ty: ty.clone(), has_default: false };
        self.types.structs.push(Struct {
            ty: Ty::named(&name),
            fields: vec![field("left", &Ty::I32), field("value", &element)],
        });
        let next = Ty::opt(&element);
        self.procs.push(Proc {
            name: "next".to_owned(),
            owner: Some(Ty::named(&name)),
            params: Vec::new(),
            result: Some(next),
            turns: Turns::One,
        });
    }

    /// The statements of a procedure with these parameters, and its `return`.
    pub(super) fn body(&mut self, params: &[(String, Ty)], result: Option<&Ty>, most: usize) -> Vec<Stmt> {
        let outer = (self.gives.replace(result.cloned()), std::mem::take(&mut self.loops));
        let stmts = self.scoped(|this| {
            for (name, ty) in params {
                // What `self` is may change; which it is, not.
                this.declare(name, ty, name != "self");
            }
            let mut stmts = this.statements(most, 2);
            if let Some(result) = result {
                let value: Vec<Part> = parts!["return ", this.expr(result, 2)];
                stmts.push(Stmt::new(value));
            }
            stmts
        });
        (self.gives, self.loops) = outer;
        stmts
    }

    /// A type: of the language or of the program, compound ones up to a depth.
    pub(super) fn ty(&mut self, depth: u32) -> Ty {
        if depth == 0 || self.chance(55) {
            return self.basic_type();
        }
        match self.rng.u8(..20) {
            0..5 => {
                let element = self.ty(depth - 1);
                Ty::array(&element)
            }
            5..7 => {
                let key = self.key_type();
                let value = self.ty(depth - 1);
                Ty::map(&key, &value)
            }
            7..9 => Ty::Tuple((0..self.rng.usize(2..4)).map(|_| self.ty(depth - 1)).collect()),
            9..12 => {
                let inner = self.ty(depth - 1);
                Ty::opt(&inner)
            }
            12 => {
                let params: Vec<Ty> = (0..self.rng.usize(..3)).map(|_| self.basic_type()).collect();
                let result = self.chance(85).then(|| self.basic_type().into());
                Ty::Proc(params.into(), result)
            }
            13 => Ty::Any,
            14 => Ty::Error,
            _ => self.own_type().unwrap_or(Ty::I32),
        }
    }

    fn basic_type(&mut self) -> Ty {
        match self.rng.u8(..12) {
            0 => Ty::Bool,
            1 => Ty::U8,
            2..5 => Ty::I32,
            5 => Ty::I64,
            6 => Ty::F64,
            7 => Ty::Char,
            8..10 => Ty::Str,
            10 => Ty::Any,
            _ => self.own_type().unwrap_or(Ty::Str),
        }
    }

    /// A type of the program's own.
    fn own_type(&mut self) -> Option<Ty> {
        let types = &self.types;
        let all: Vec<Ty> = types
            .structs
            .iter()
            .map(|known| &known.ty)
            .chain(types.enums.iter().map(|known| &known.ty))
            .chain(types.interfaces.iter().map(|known| &known.ty))
            .cloned()
            .collect();
        (!all.is_empty()).then(|| self.pick(&all))
    }

    pub(super) fn key_type(&mut self) -> Ty {
        match self.rng.u8(..8) {
            0 => Ty::Char,
            1 => Ty::I64,
            2 => Ty::U8,
            3 => Ty::Bool,
            4 => Ty::Tuple([Ty::I32, Ty::Str].into()),
            5 => Ty::I32,
            _ => Ty::Str,
        }
    }

    /// A value of a type, so small that it never calls anything of the program.
    pub(super) fn simple(&mut self, ty: &Ty) -> Expr {
        if self.chance(70)
            && let Some(var) = self.var(ty)
        {
            return var;
        }
        self.literal(ty)
    }
}
