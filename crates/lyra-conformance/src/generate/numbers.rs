//! Truth values and numbers.

use super::tree::{Expr, parts};
use super::{Generator, Ty};

impl Generator {
    pub(super) fn truth(&mut self, next: u32) -> Expr {
        let parts = match self.rng.u8(..16) {
            0 => parts!["(!", self.expr(&Ty::Bool, next), ")"],
            1..4 => {
                let op = self.pick(&[" && ", " || "]);
                parts!["(", self.expr(&Ty::Bool, next), op, self.expr(&Ty::Bool, next), ")"]
            }
            4 => {
                let word = self.pick(&["contains", "starts_with", "ends_with"]);
                parts!["(", self.expr(&Ty::Str, next), format!(").{word}("), self.expr(&Ty::Str, next), ")"]
            }
            5 => {
                let ty = self.ty(1);
                parts!["equal(", self.typed(&ty, next), ", ", self.expr(&ty, next), ")"]
            }
            6 => {
                let word = self.pick(&["is_digit", "is_letter", "is_space"]);
                parts![format!("{word}("), self.expr(&Ty::Char, next), ")"]
            }
            7 => {
                let (key, value) = (self.key_type(), self.ty(1));
                parts![
                    "(",
                    self.typed(&Ty::map(&key, &value), next),
                    ").contains(",
                    self.expr(&key, next),
                    ")"
                ]
            }
            8 => {
                let element = self.ty(1);
                let word = self.pick(&["any_of", "all_of"]);
                let list = self.typed(&Ty::array(&element), next);
                let test = self.closure(&[element], Some(&Ty::Bool), next.min(1));
                parts![list, format!(".{word}("), test, ")"]
            }
            9 => return self.dynamic_truth(next),
            10 => {
                let element = self.ty(1);
                parts![self.typed(&Ty::array(&element), next), ".contains(", self.expr(&element, next), ")"]
            }
            _ => {
                let ty = match self.chance(45) {
                    true => self.pick(&Ty::NUMBERS),
                    false => self.compared_type(),
                };
                let ty = if ty.is_comparable() { ty } else { Ty::I64 };
                let all: &[&str] = &[" == ", " != ", " < ", " <= ", " > ", " >= "];
                let op = self.pick(if ty.is_ordered() { all } else { &all[..2] });
                parts!["(", self.typed(&ty, next), op, self.expr(&ty, next), ")"]
            }
        };
        Expr::new(&Ty::Bool, parts)
    }

    /// A type of any kind; those whose comparison is an instruction of its own more often.
    fn compared_type(&mut self) -> Ty {
        match self.rng.u8(..4) {
            0 | 1 => self.pick(&[Ty::Bool, Ty::Char, Ty::Str]),
            2 => {
                let inner = self.ty(1);
                let all = [Ty::array(&inner), Ty::opt(&inner), Ty::map(&Ty::Str, &inner)];
                self.pick(&all)
            }
            _ => self.ty(1),
        }
    }

    pub(super) fn integer(&mut self, ty: &Ty, next: u32) -> Expr {
        let parts = match (ty, self.rng.u8(..18)) {
            (Ty::I32, 0) => parts!["length(", self.expr(&Ty::Str, next), ")"],
            (Ty::I32, 1) => {
                let element = self.ty(1);
                let held = match self.chance(70) {
                    true => Ty::array(&element),
                    false => Ty::map(&self.key_type(), &element),
                };
                parts!["length(", self.typed(&held, next), ")"]
            }
            (Ty::I32, 2) => parts!["(", self.expr(&Ty::Char, next), " - ", self.expr(&Ty::Char, next), ")"],
            (Ty::I32, 3) => {
                let from = self.pick(&[Ty::Char, Ty::Bool]);
                parts!["i32(", self.expr(&from, next), ")"]
            }
            (Ty::I32, 4) if self.chance(30) => parts!["toint(", self.expr(&Ty::Str, next), ")"],
            (_, 5 | 6) => {
                let from = self.pick(&Ty::NUMBERS);
                if from == *ty {
                    return self.expr(ty, next);
                }
                parts![format!("{ty}("), self.typed(&from, next), ")"]
            }
            (_, 7) => {
                let op = self.pick(&["-", "~"]);
                parts!["(", op, "(", self.typed(ty, next), "))"]
            }
            (_, 8) => parts!["sum(", self.typed(&Ty::array(ty), next), ")"],
            (_, 9) => parts!["abs(", self.typed(ty, next), ")"],
            (_, 10 | 11) => {
                let kind = self.pick(&["saturating", "wrapping"]);
                let name = self.pick(&["add", "sub", "mul", "div"]);
                let right = if name == "div" { self.divisor(ty, next) } else { self.expr(ty, next) };
                parts![format!("{kind}_{name}("), self.typed(ty, next), ", ", right, ")"]
            }
            (_, 12) => {
                let name = self.pick(&["add", "sub", "mul", "div"]);
                let operands = (self.typed(ty, next), self.expr(ty, next), self.simple(ty));
                parts![format!("(checked_{name}("), operands.0, ", ", operands.1, ") ?? ", operands.2, ")"]
            }
            _ => {
                let op = self.pick(&["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>"]);
                let right = match op {
                    "/" | "%" if self.chance(85) => self.divisor(ty, next),
                    _ => self.typed(ty, next),
                };
                parts!["(", self.typed(ty, next), format!(" {op} "), right, ")"]
            }
        };
        Expr::new(ty, parts)
    }

    /// Something to divide by that is not zero.
    pub(super) fn divisor(&mut self, ty: &Ty, next: u32) -> Expr {
        if self.chance(40) {
            let number = self.pick(&["1", "2", "3", "7", "10", "16", "100"]);
            return Expr::text(ty, number);
        }
        Expr::new(ty, parts!["(", self.typed(ty, next), " | 1)"])
    }

    pub(super) fn real(&mut self, next: u32) -> Expr {
        let ty = &Ty::F64;
        let parts = match self.rng.u8(..14) {
            0 | 1 => {
                let from = self.pick(&[Ty::U8, Ty::I32, Ty::I64]);
                parts!["f64(", self.typed(&from, next), ")"]
            }
            2 => parts!["(-(", self.expr(ty, next), "))"],
            3 => parts!["abs(", self.expr(ty, next), ")"],
            4 => parts!["sum(", self.typed(&Ty::array(ty), next), ")"],
            5..7 => {
                self.imports.insert("math");
                let all = ["sqrt", "floor", "ceil", "trunc", "round", "floor", "sqrt", "cbrt"];
                let name = self.pick(&all);
                parts![format!("math.{name}("), self.expr(ty, next), ")"]
            }
            7 => parts!["(parse_float(", self.expr(&Ty::Str, next), ") ?? ", self.simple(ty), ")"],
            _ => {
                let op = self.pick(&[" + ", " - ", " * ", " / ", " % "]);
                parts!["(", self.expr(ty, next), op, self.expr(ty, next), ")"]
            }
        };
        Expr::new(ty, parts)
    }
}
