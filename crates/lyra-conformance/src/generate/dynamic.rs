//! `any`: values whose type is known at run time only, what is done to them, and the way back.

use super::tree::{Expr, Part, parts};
use super::{Generator, Ty};

/// Operators that work on an `any`.
const OPERATORS: [&str; 11] = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>"];

impl Generator {
    pub(super) fn any_value(&mut self, next: u32) -> Expr {
        let ty = &Ty::Any;
        let parts = match self.rng.u8(..16) {
            0..3 => {
                // Of numbers, mostly: most other pairs are errors.
                let (a, b) = (self.dynamic_number(next), self.dynamic_number(next));
                let op = self.pick(&OPERATORS);
                parts!["(", self.hidden_or(a), format!(" {op} "), b, ")"]
            }
            3 => {
                let number = self.dynamic_number(next);
                let op = self.pick(&["-", "~"]);
                parts!["(", op, "(", self.hidden_or(number), "))"]
            }
            4 => {
                let element = self.ty(1);
                let list = self.typed(&Ty::array(&element), next);
                parts!["(", self.hidden(list), format!(")[{}]", self.rng.u8(..2))]
            }
            5 => {
                let value = self.ty(1);
                let map = self.typed(&Ty::map(&Ty::Str, &value), next);
                parts!["(", self.hidden(map), ")[", self.expr(&Ty::Str, next), "]"]
            }
            6 | 7 => self.dynamic_field(next),
            8 | 9 => self.dynamic_method(next),
            10 | 11 => self.dynamic_call(next),
            12 => {
                self.imports.insert("json");
                let text = self.pick(&[
                    "\"[1, 2.5, null, \\\"x\\\"]\"",
                    "\"{\\\"a\\\": 1, \\\"b\\\": [true]}\"",
                    "\"12\"",
                    "\"9223372036854775808\"",
                ]);
                parts![format!("json.parse({text})")]
            }
            13 => return self.fitting_any(),
            _ => {
                let inner = self.ty(1);
                return self.typed(&inner, next);
            }
        };
        Expr::new(ty, parts)
    }

    /// `e` with its type hidden, where nothing does that yet.
    fn hidden_or(&mut self, value: Expr) -> Expr {
        if value.ty == Ty::Any { value } else { self.hidden(value) }
    }

    fn dynamic_number(&mut self, next: u32) -> Expr {
        let ty = match self.rng.u8(..12) {
            0 => Ty::Any,
            1 => Ty::Str,
            2 => Ty::F64,
            3 => Ty::U8,
            4 => Ty::I64,
            _ => Ty::I32,
        };
        self.typed(&ty, next)
    }

    /// The name of some field.
    pub(super) fn field_name(&mut self) -> String {
        let names: Vec<String> = self
            .types
            .structs
            .iter()
            .flat_map(|known| known.fields.iter().map(|field| field.name.clone()))
            .collect();
        if names.is_empty() { "kind".to_owned() } else { self.pick(&names) }
    }

    fn dynamic_field(&mut self, next: u32) -> Vec<Part> {
        let structs = self.types.structs.clone();
        if structs.is_empty() {
            let error = self.typed(&Ty::Error, next);
            return parts!["(", self.hidden(error), ").message"];
        }
        let known = self.pick(&structs);
        let field = self.pick(&known.fields);
        let value = self.typed(&known.ty, next);
        parts!["(", self.hidden(value), format!(").{}", field.name)]
    }

    fn dynamic_method(&mut self, next: u32) -> Vec<Part> {
        if let Some(proc) = self.proc_where(|proc| proc.owner.is_some())
            && let Some(owner) = proc.owner
            && self.loops.len() < 2
            && self.chance(70)
        {
            let value = self.typed(&owner, next);
            let mut parts = parts!["(", self.hidden(value), format!(").{}(", proc.name)];
            for (at, ty) in proc.params.iter().enumerate() {
                parts.push(if at > 0 { ", ".into() } else { "".into() });
                parts.push(self.typed(ty, next).into());
            }
            parts.push(")".into());
            return parts;
        }
        let (ty, word) = self.pick(&[(Ty::Str, "upper"), (Ty::Str, "length"), (Ty::array(&Ty::I32), "last")]);
        let value = self.typed(&ty, next);
        parts!["(", self.hidden(value), format!(").{word}()")]
    }

    fn dynamic_call(&mut self, next: u32) -> Vec<Part> {
        let params: Vec<Ty> = (0..self.rng.usize(..3)).map(|_| self.ty(0)).collect();
        let result = self.ty(0);
        let closure = self.said_closure(&params, &result, next.min(1));
        let mut parts = parts!["(", self.hidden(closure), ")("];
        for (at, ty) in params.iter().enumerate() {
            parts.push(if at > 0 { ", ".into() } else { "".into() });
            parts.push(self.typed(ty, next).into());
        }
        parts.push(")".into());
        parts
    }

    /// What an `any` is best filled with for the things that are done to it.
    pub(super) fn fitting_any(&mut self) -> Expr {
        let structs = self.types.structs.clone();
        let ty = match self.rng.u8(..4) {
            0 => Ty::array(&Ty::I32),
            1 => Ty::map(&Ty::Str, &Ty::Any),
            _ if !structs.is_empty() => self.pick(&structs).ty,
            _ => Ty::array(&Ty::Any),
        };
        self.typed(&ty, 1)
    }

    /// A comparison, a question about a type, or `!`, of an `any`.
    pub(super) fn dynamic_truth(&mut self, next: u32) -> Expr {
        let parts = match self.rng.u8(..5) {
            0 => {
                let ty = match self.ty(1) {
                    Ty::Any => Ty::I32,
                    ty => ty,
                };
                let value = self.expr(&Ty::Any, next);
                parts!["(", self.hidden(value), format!(" is {ty})")]
            }
            1 => {
                let value = self.expr(&Ty::Bool, next);
                parts!["(!", self.hidden(value), ")"]
            }
            2 => parts!["(", self.typed(&Ty::Any, next), " == none)"],
            3 => {
                let (a, b) = (self.dynamic_number(next), self.dynamic_number(next));
                let op = self.pick(&["<", "<=", ">", ">="]);
                parts!["(", self.hidden_or(a), format!(" {op} "), b, ")"]
            }
            _ => {
                let (a, b) = (self.typed(&Ty::Any, next), self.expr(&Ty::Any, next));
                let op = self.pick(&["==", "!="]);
                parts!["(", self.hidden_or(a), format!(" {op} "), b, ")"]
            }
        };
        Expr::new(&Ty::Bool, parts)
    }

    /// `x as T`, mostly of what is one.
    pub(super) fn cast(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        let interface = self.types.interfaces.iter().find(|known| known.by.contains(ty));
        if let Some(interface) = interface.map(|known| known.ty.clone())
            && self.chance(60)
        {
            let value = self.typed(ty, next);
            let value = self.said(&interface, value);
            return Some(Expr::new(ty, parts!["(", value, format!(" as {ty})")]));
        }
        if matches!(ty, Ty::Any | Ty::Error) {
            return None;
        }
        let value = if self.chance(92) { self.typed(ty, next) } else { self.expr(&Ty::Any, next) };
        Some(Expr::new(ty, parts!["(", self.hidden(value), format!(" as {ty})")]))
    }
}
