//! The program itself: its globals, its procedures, and in which order everything stands.

use super::scope::{Proc, Turns};
use super::tree::{Expr, Stmt, Tree, parts};
use super::{Generator, Ty};

/// The procedure that the host calls when the program has run, whether it failed or not: `proc probe(n: i32, s: str)`.
pub const PROBE: &str = "probe";

impl Generator {
    pub(super) fn program(mut self) -> Tree {
        let trap_overflow = self.chance(25);
        let mut stmts = Vec::new();
        self.room = 6;
        self.type_items(&mut stmts);
        self.constants(&mut stmts);
        let globals = self.globals(&mut stmts);
        for _ in 0..self.rng.usize(1..4) {
            self.room += 4;
            self.procedure(&mut stmts);
        }
        self.room += 3;
        self.probe(&mut stmts);
        self.room += 12;
        let top = self.vars.len();
        stmts.extend(self.statements(9, 3));
        self.vars.truncate(top);
        for name in &globals {
            stmts.push(Stmt::new(parts![format!("print({name})")]));
        }
        if self.chance(30) {
            self.room += 5;
            let body = self.body(&[], None, 4);
            stmts.push(Stmt::new(parts!["proc main() ", body]));
        }
        let imports = self.imports.iter().map(|name| Stmt::new(parts![format!("import {name}")]));
        let helpers = self.helpers.iter().map(|text| Stmt::new(parts![*text]));
        let stmts = imports.chain(helpers).chain(stmts).collect();
        Tree { stmts, trap_overflow }
    }

    fn constants(&mut self, stmts: &mut Vec<Stmt>) {
        for _ in 0..self.rng.usize(..3) {
            let name = self.name("C");
            let ty = self.pick(&[Ty::I32, Ty::I64, Ty::U8, Ty::F64, Ty::Str, Ty::Char, Ty::Bool]);
            let value = self.literal(&ty);
            stmts.push(Stmt::new(parts![format!("const {name}: {ty} = "), value]));
            self.declare(&name, &ty, false);
        }
    }

    /// Declares the globals; gives their names.
    fn globals(&mut self, stmts: &mut Vec<Stmt>) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..self.rng.usize(2..6) {
            let name = self.name("g");
            let ty = self.ty(2);
            if ty.has_default() && self.chance(15) {
                stmts.push(Stmt::new(parts![format!("var {name}: {ty}")]));
            } else {
                let value = self.expr(&ty, 1);
                stmts.push(Stmt::new(parts![format!("var {name}: {ty} = "), value]));
            }
            self.declare(&name, &ty, true);
            names.push(name);
        }
        names
    }

    fn procedure(&mut self, stmts: &mut Vec<Stmt>) {
        if self.chance(30) {
            return self.recursive(stmts);
        }
        // Not `f`: `f64` is a type.
        let name = self.name("do");
        let params: Vec<Ty> = (0..self.rng.usize(..4)).map(|_| self.ty(1)).collect();
        let result = self.chance(85).then(|| self.ty(1));
        let (head, named) = self.head(&name, &params, result.as_ref());
        let body = self.body(&named, result.as_ref(), 5);
        stmts.push(Stmt::new(parts![head, body]));
        self.procs.push(Proc { name, owner: None, params, result, turns: Turns::One });
    }

    /// A procedure that calls itself, one time less each time.
    fn recursive(&mut self, stmts: &mut Vec<Stmt>) {
        let name = self.name("r");
        let mut params = vec![Ty::I32];
        params.extend((0..self.rng.usize(..3)).map(|_| self.ty(1)));
        let result = self.ty(1);
        let (head, mut named) = self.head(&name, &params, Some(&result));
        let (turns, _) = named.remove(0);
        let mut body = self.scoped(|this| {
            for (name, ty) in &named {
                this.declare(name, ty, false);
            }
            let end = this.simple(&result);
            vec![Stmt::new(parts![format!("if {turns} <= 0 return "), end])]
        });
        let inner = Proc {
            name: name.clone(),
            owner: None,
            params: params.clone(),
            result: Some(result.clone()),
            turns: Turns::Less(turns.clone()),
        };
        // The counter is seen, but not assigned.
        self.declare(&turns, &Ty::I32, false);
        self.procs.push(inner.clone());
        let mut rest = self.body(&named, Some(&result), 3);
        if self.chance(60) {
            // In case that nothing has called it so far.
            rest.pop();
            let again = self.scoped(|this| {
                named.iter().for_each(|(name, ty)| this.declare(name, ty, false));
                this.call(&inner, 1)
            });
            rest.push(Stmt::new(parts!["return ", Expr::new(&result, again)]));
        }
        self.procs.pop();
        self.vars.pop();
        body.extend(rest);
        stmts.push(Stmt::new(parts![head, body]));
        self.procs.push(Proc { name, owner: None, params, result: Some(result), turns: Turns::Few });
    }

    /// What the host calls.
    fn probe(&mut self, stmts: &mut Vec<Stmt>) {
        let params = [Ty::I32, Ty::Str];
        let result = self.pick(&[Ty::I32, Ty::Str, Ty::F64, Ty::array(&Ty::I32), Ty::opt(&Ty::I64), Ty::Any]);
        let (head, named) = self.head(PROBE, &params, Some(&result));
        let body = self.body(&named, Some(&result), 4);
        stmts.push(Stmt::new(parts![head, body]));
    }

    fn head(&mut self, name: &str, params: &[Ty], result: Option<&Ty>) -> (String, Vec<(String, Ty)>) {
        let named: Vec<(String, Ty)> = params.iter().map(|ty| (self.name("p"), ty.clone())).collect();
        let list: Vec<String> = named.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let result = result.map_or(String::new(), |ty| format!(" -> {ty}"));
        (format!("proc {name}({}){result} ", list.join(", ")), named)
    }
}
