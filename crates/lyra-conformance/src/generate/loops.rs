//! Loops: each with a small bound of its own, whatever it walks.

use super::tree::{Expr, Stmt, parts};
use super::{Generator, Ty};

impl Generator {
    pub(super) fn loop_statement(&mut self, depth: u32, stmts: &mut Vec<Stmt>) {
        let label = if self.chance(20) { self.name("l") } else { String::new() };
        let colon = if label.is_empty() { String::new() } else { format!("{label}: ") };
        let vars = self.vars.len();
        match self.rng.u8(..13) {
            0..3 => {
                let name = self.name("k");
                let (from, to) = (self.rng.i32(-3..3), self.rng.i32(-3..6));
                let dots = self.pick(&["..", "..="]);
                let to = match self.chance(25) {
                    true => Expr::new(&Ty::I32, parts!["(", self.expr(&Ty::I32, 1), " & 7)"]),
                    false => Expr::text(&Ty::I32, to.to_string()),
                };
                self.declare(&name, &Ty::I32, false);
                let head = parts![format!("{colon}for {name} in {from}{dots}"), to, " "];
                self.looped(head, label, depth, stmts);
            }
            3 => {
                let name = self.name("k");
                let step = self.pick(&[-3, -2, 2, 3]);
                let (from, to) = (self.rng.i32(-9..9), self.rng.i32(-9..9));
                self.declare(&name, &Ty::I32, false);
                let head = parts![format!("{colon}for {name} in {from}..{to} step {step} ")];
                self.looped(head, label, depth, stmts);
            }
            4..6 => {
                let (name, index) = (self.name("k"), self.name("k"));
                let element = self.ty(1);
                let list = self.typed(&Ty::array(&element), 2);
                // Sliced: a loop over an array that its body appends to would not end.
                let slice = if self.chance(85) { "[..]" } else { "" };
                let both = self.chance(40);
                let names = if both { format!("{index}, {name}") } else { name.clone() };
                if both {
                    self.declare(&index, &Ty::I32, false);
                }
                self.declare(&name, &element, false);
                let head = parts![format!("{colon}for {names} in ("), list, format!("){slice} ")];
                self.looped(head, label, depth, stmts);
            }
            6 => {
                let name = self.name("k");
                let text = self.expr(&Ty::Str, 1);
                self.declare(&name, &Ty::Char, false);
                self.looped(parts![format!("{colon}for {name} in ("), text, ") "], label, depth, stmts);
            }
            7 => {
                let (name, value) = (self.name("k"), self.name("k"));
                let types = (self.key_type(), self.ty(1));
                let map = self.typed(&Ty::map(&types.0, &types.1), 1);
                let both = self.chance(60);
                let names = if both { format!("{name}, {value}") } else { name.clone() };
                self.declare(&name, &types.0, false);
                if both {
                    self.declare(&value, &types.1, false);
                }
                self.looped(parts![format!("{colon}for {names} in ("), map, ") "], label, depth, stmts);
            }
            8 => self.taking_loop(&colon, label, depth, stmts),
            9 => self.iterator_loop(&colon, label, depth, stmts),
            _ => self.counted_loop(&colon, label, depth, stmts),
        }
        self.vars.truncate(vars);
    }

    /// The loop of this head, whose names are declared.
    fn looped(&mut self, head: Vec<super::Part>, label: String, depth: u32, stmts: &mut Vec<Stmt>) {
        self.loops.push(label);
        let body = self.block(4, depth - 1);
        self.loops.pop();
        let mut parts = head;
        parts.push(body.into());
        stmts.push(Stmt::new(parts));
    }

    /// `while`, with a counter that its first statement moves: no `continue` passes it by.
    fn counted_loop(&mut self, colon: &str, label: String, depth: u32, stmts: &mut Vec<Stmt>) {
        let name = self.name("k");
        let bound = self.rng.u8(1..6);
        stmts.push(Stmt::new(parts![format!("var {name} = 0")]));
        let cond = self.expr(&Ty::Bool, 1);
        self.declare(&name, &Ty::I32, false);
        let head = parts![format!("{colon}while {name} < {bound} && ("), cond, format!(" || {name} < 2) ")];
        self.loops.push(label);
        let mut body = vec![Stmt::new(parts![format!("{name} += 1")])];
        body.extend(self.block(4, depth - 1));
        self.loops.pop();
        let mut parts = head;
        parts.push(body.into());
        stmts.push(Stmt::new(parts));
    }

    /// `while let x = xs.pop()`, over an array of its own.
    fn taking_loop(&mut self, colon: &str, label: String, depth: u32, stmts: &mut Vec<Stmt>) {
        let element = self.ty(1);
        if matches!(element, Ty::Opt(_) | Ty::Any) {
            return self.counted_loop(colon, label, depth, stmts);
        }
        let (list, name) = (self.name("v"), self.name("k"));
        let value = self.typed(&Ty::array(&element), 1);
        stmts.push(Stmt::new(parts![format!("let {list}: [{element}] = "), value, "[..]"]));
        self.declare(&name, &element, false);
        self.looped(parts![format!("{colon}while let {name} = {list}.pop() ")], label, depth, stmts);
    }

    /// A loop over something with a `next`.
    fn iterator_loop(&mut self, colon: &str, label: String, depth: u32, stmts: &mut Vec<Stmt>) {
        let Some(next) = self.proc_where(|proc| proc.name == "next") else {
            return self.counted_loop(colon, label, depth, stmts);
        };
        let (Some(owner), Some(Ty::Opt(element))) = (next.owner, next.result) else { return };
        let name = self.name("k");
        let value = self.expr(&element, 1);
        self.declare(&name, &element, false);
        let turns = self.rng.u8(..5);
        let head = parts![format!("{colon}for {name} in ({owner}({turns}, "), value, ")) "];
        self.looped(head, label, depth, stmts);
    }
}
