//! Statements: declarations, branches, errors, calls. What changes something stands in `changes`, loops in `loops`.

use super::tree::{Expr, Part, Stmt, parts};
use super::{Generator, Ty};

impl Generator {
    /// Up to `most` statements, one at least, as long as there is room.
    pub(super) fn statements(&mut self, most: usize, depth: u32) -> Vec<Stmt> {
        let count = self.rng.usize(1..=most);
        let mut stmts = Vec::with_capacity(count);
        for _ in 0..count {
            if self.room == 0 {
                break;
            }
            self.room -= 1;
            self.statement(depth, &mut stmts);
        }
        stmts
    }

    /// Statements with a scope of their own.
    pub(super) fn block(&mut self, most: usize, depth: u32) -> Vec<Stmt> {
        self.scoped(|this| this.statements(most, depth))
    }

    fn statement(&mut self, depth: u32, stmts: &mut Vec<Stmt>) {
        let kinds = if depth == 0 { 56 } else { 100 };
        match self.rng.u8(..kinds) {
            0..10 => self.declaration(stmts),
            10..25 => self.change(stmts),
            25..32 => {
                let value = self.printed();
                stmts.push(Stmt::new(value));
            }
            32..40 => self.collection_change(stmts),
            40..46 => self.call_statement(stmts),
            46..49 => self.leave(stmts),
            49 => self.assertion(stmts),
            50..52 => self.taken_apart(stmts),
            52..54 => self.dynamic_change(stmts),
            54..56 => self.deferred(stmts),
            56..66 => self.branch(depth, stmts),
            66..82 => self.loop_statement(depth, stmts),
            82..91 => self.attempt(depth, stmts),
            91..95 => self.match_statement(depth, stmts),
            _ => self.optional_branch(depth, stmts),
        }
    }

    fn declaration(&mut self, stmts: &mut Vec<Stmt>) {
        let ty = self.ty(2);
        let name = self.name("v");
        let open = self.chance(70);
        if open && ty.has_default() && self.chance(15) {
            stmts.push(Stmt::new(parts![format!("var {name}: {ty}")]));
        } else {
            let word = if open { "var" } else { "let" };
            let value = self.expr(&ty, 2);
            stmts.push(Stmt::new(parts![format!("{word} {name}: {ty} = "), value]));
        }
        self.declare(&name, &ty, open);
    }

    /// `print` and `write` of some values.
    fn printed(&mut self) -> Vec<Part> {
        let word = if self.chance(85) { "print(" } else { "write(" };
        let mut parts = parts![word];
        for at in 0..self.rng.usize(1..3) {
            if at > 0 {
                parts.push(", ".into());
            }
            let ty = self.ty(1);
            parts.push(self.typed(&ty, 2).into());
        }
        parts.push(")".into());
        parts
    }

    fn call_statement(&mut self, stmts: &mut Vec<Stmt>) {
        if self.chance(15) {
            return stmts.push(self.host_statement());
        }
        // In nested loops calls multiply.
        if self.loops.len() < 2
            && let Some(proc) = self.proc_where(|_| true)
        {
            let call = self.call(&proc, 1);
            return stmts.push(Stmt::new(call));
        }
        let value = self.printed();
        stmts.push(Stmt::new(value));
    }

    /// `break`, `continue`, `return` or `throw`, if something is so.
    fn leave(&mut self, stmts: &mut Vec<Stmt>) {
        let cond = self.expr(&Ty::Bool, 1);
        let jump = match (self.loops.last().cloned(), self.gives.clone()) {
            (Some(_), _) if self.chance(70) => {
                let word = if self.chance(50) { "break" } else { "continue" };
                let labels: Vec<String> =
                    self.loops.iter().filter(|label| !label.is_empty()).cloned().collect();
                match labels.as_slice() {
                    [] => parts![word],
                    labels if self.chance(60) => parts![format!("{word} {}", self.pick(labels))],
                    _ => parts![word],
                }
            }
            (_, Some(Some(result))) => parts!["return ", self.expr(&result, 1)],
            (_, Some(None)) => parts!["return"],
            _ => return self.thrown(cond, stmts),
        };
        let mut parts = parts!["if (", cond, ") { "];
        parts.extend(jump);
        parts.push(" }".into());
        stmts.push(Stmt::new(parts));
    }

    fn thrown(&mut self, cond: Expr, stmts: &mut Vec<Stmt>) {
        let error = match self.rng.u8(..4) {
            0 => parts!["throw ", self.typed(&Ty::Str, 1)],
            1 => parts!["panic(", self.expr(&Ty::Str, 1), ")"],
            2 if let Some(error) = self.var(&Ty::Error) => parts!["throw ", error],
            _ => parts!["throw error(", self.expr(&Ty::Str, 0), ", ", self.expr(&Ty::Str, 1), ")"],
        };
        let mut inner = parts!["if (", cond, ") { "];
        inner.extend(error);
        inner.push(" }".into());
        stmts.push(Stmt::new(inner));
    }

    fn assertion(&mut self, stmts: &mut Vec<Stmt>) {
        // Mostly true: the rest of the program is wanted, too.
        let cond = if self.chance(70) {
            let ty = self.ty(1);
            let value = self.simple(&ty);
            match ty {
                Ty::I32 | Ty::Bool | Ty::Char | Ty::Str => {
                    parts!["assert(", value.clone(), " == ", value, ")"]
                }
                _ => parts!["assert(true || ", self.expr(&Ty::Bool, 0), ")"],
            }
        } else {
            parts!["assert(", self.expr(&Ty::Bool, 1), ", ", self.expr(&Ty::Str, 1), ")"]
        };
        stmts.push(Stmt::new(cond));
    }

    /// `let (a, b) = …`
    fn taken_apart(&mut self, stmts: &mut Vec<Stmt>) {
        let types = [self.ty(1), self.ty(1)];
        let tuple = Ty::Tuple(types.to_vec().into());
        let (a, b) = (self.name("v"), self.name("v"));
        let open = self.chance(50);
        let word = if open { "var" } else { "let" };
        let value = self.typed(&tuple, 2);
        stmts.push(Stmt::new(parts![format!("{word} ({a}, {b}) = "), value]));
        self.declare(&a, &types[0], open);
        self.declare(&b, &types[1], open);
    }

    fn deferred(&mut self, stmts: &mut Vec<Stmt>) {
        let outer = (self.gives.take(), std::mem::take(&mut self.loops));
        let mut inner = self.scoped(|this| {
            let mut inner = Vec::new();
            match this.rng.u8(..3) {
                0 => inner.push(Stmt::new(this.printed())),
                1 => this.change(&mut inner),
                _ => this.collection_change(&mut inner),
            }
            inner
        });
        (self.gives, self.loops) = outer;
        // One statement only, and no declaration.
        if let [stmt] = inner.as_mut_slice() {
            let is_declared = matches!(stmt.parts.first(),
                Some(Part::Text(text)) if text.starts_with("var ") || text.starts_with("let "));
            if !is_declared {
                let mut parts = parts!["defer "];
                parts.append(&mut stmt.parts);
                stmts.push(Stmt::new(parts));
            }
        }
    }

    fn branch(&mut self, depth: u32, stmts: &mut Vec<Stmt>) {
        let mut parts = parts!["if (", self.expr(&Ty::Bool, 2), ") ", self.block(3, depth - 1)];
        if self.chance(20) {
            parts.push(" else if (".into());
            parts.push(self.expr(&Ty::Bool, 1).into());
            parts.push(") ".into());
            parts.push(self.block(2, depth - 1).into());
        }
        if self.chance(50) {
            parts.push(" else ".into());
            parts.push(self.block(3, depth - 1).into());
        }
        stmts.push(Stmt::new(parts));
    }

    /// `if let x = …`
    fn optional_branch(&mut self, depth: u32, stmts: &mut Vec<Stmt>) {
        let inner = self.ty(1);
        let optional = Ty::opt(&inner);
        if optional == inner {
            return self.branch(depth, stmts);
        }
        let value = self.typed(&optional, 1);
        let name = self.name("v");
        let then = self.scoped(|this| {
            this.declare(&name, &inner, false);
            this.statements(3, depth - 1)
        });
        let mut parts = parts![format!("if let {name} = "), value, " ", then];
        if self.chance(40) {
            parts.push(" else ".into());
            parts.push(self.block(2, depth - 1).into());
        }
        stmts.push(Stmt::new(parts));
    }

    /// `try`, mostly around something that may fail.
    fn attempt(&mut self, depth: u32, stmts: &mut Vec<Stmt>) {
        let body = self.scoped(|this| {
            let mut body = this.statements(3, depth - 1);
            if this.chance(40) {
                let cond = this.expr(&Ty::Bool, 1);
                this.thrown(cond, &mut body);
            }
            body
        });
        let name = self.name("e");
        let handler = self.scoped(|this| {
            this.declare(&name, &Ty::Error, false);
            let mut handler = vec![match this.rng.u8(..4) {
                0 => Stmt::new(parts![format!("print({name}.kind, length({name}.trace))")]),
                1 => Stmt::new(parts![format!("print({name}.trace)")]),
                _ => Stmt::new(parts![format!("print({name}.kind, {name}.message)")]),
            }];
            handler.extend(this.statements(2, depth - 1));
            if this.chance(15) {
                handler.push(Stmt::new(parts![format!("if (true) {{ throw {name} }}")]));
            }
            handler
        });
        let catch = if self.chance(90) { format!(" catch {name} ") } else { " catch ".to_owned() };
        let handler = if catch == " catch " { self.block(2, depth - 1) } else { handler };
        stmts.push(Stmt::new(parts!["try ", body, catch, handler]));
    }
}
