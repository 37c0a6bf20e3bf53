//! Arrays, maps and optionals.

use super::tree::{Expr, parts};
use super::{Generator, Ty};

impl Generator {
    pub(super) fn array_value(&mut self, ty: &Ty, element: &Ty, next: u32) -> Expr {
        let parts = match self.rng.u8(..16) {
            0 => parts![self.typed(ty, next), "[..]"],
            1 => parts!["[", self.expr(element, next), format!("; {}]", self.rng.u8(..4))],
            2 if element.is_ordered() => parts!["sorted(", self.typed(ty, next), ")"],
            3 => parts![self.typed(ty, next), format!("[..{}]", self.pick(&["1", "2", "=0"]))],
            4 => {
                let keep = self.closure(std::slice::from_ref(element), Some(&Ty::Bool), next.min(1));
                parts![self.typed(ty, next), ".filter(", keep, ")"]
            }
            5 | 6 => {
                let from = self.ty(1);
                let list = self.typed(&Ty::array(&from), next);
                let make = self.said_closure(&[from], element, next.min(1));
                return Expr::new(ty, parts![list, ".map(", make, ")"]);
            }
            7 => {
                let own = match element {
                    Ty::Str => parts!["(", self.expr(&Ty::Str, next), ").split(\",\")"],
                    Ty::Char => parts!["chars(", self.expr(&Ty::Str, next), ")"],
                    Ty::U8 => parts!["bytes(", self.expr(&Ty::Str, next), ")"],
                    _ if element.is_hashable() => {
                        parts!["keys(", self.typed(&Ty::map(element, &Ty::I32), next), ")"]
                    }
                    _ => parts!["values(", self.typed(&Ty::map(&Ty::Str, element), next), ")"],
                };
                return Expr::new(ty, own);
            }
            _ => {
                let mut parts = parts!["["];
                for at in 0..self.rng.usize(1..4) {
                    parts.push(if at > 0 { ", ".into() } else { "".into() });
                    parts.push(self.expr(element, next).into());
                }
                parts.push("]".into());
                parts
            }
        };
        Expr::new(ty, parts)
    }

    pub(super) fn map_value(&mut self, ty: &Ty, key: &Ty, value: &Ty, next: u32) -> Expr {
        let mut parts = parts!["({"];
        for at in 0..self.rng.usize(1..4) {
            parts.push(if at > 0 { ", ".into() } else { "".into() });
            parts.push(self.expr(key, next).into());
            parts.push(": ".into());
            parts.push(self.expr(value, next).into());
        }
        parts.push("})".into());
        Expr::new(ty, parts)
    }

    pub(super) fn optional_value(&mut self, ty: &Ty, inner: &Ty, next: u32) -> Expr {
        let parts = match self.rng.u8(..12) {
            0 => parts!["none"],
            1 => {
                let word = self.pick(&["first", "last", "pop"]);
                parts![self.typed(&Ty::array(inner), next), format!(".{word}()")]
            }
            2 | 3 => {
                let key = self.key_type();
                parts!["(", self.typed(&Ty::map(&key, inner), next), ")[", self.expr(&key, next), "]"]
            }
            4 => {
                let key = self.key_type();
                parts!["(", self.typed(&Ty::map(&key, inner), next), ").remove(", self.expr(&key, next), ")"]
            }
            5 if inner.is_ordered() => {
                let word = self.pick(&["min", "max"]);
                parts![self.typed(&Ty::array(inner), next), format!(".{word}()")]
            }
            6..9 => match inner {
                Ty::I32 if self.chance(50) => {
                    let word = self.pick(&["find", "rfind"]);
                    parts!["(", self.expr(&Ty::Str, next), format!(").{word}("), self.simple(&Ty::Str), ")"]
                }
                Ty::I32 => {
                    let element = self.ty(1);
                    let word = self.pick(&["find", "rfind"]);
                    parts![
                        self.typed(&Ty::array(&element), next),
                        format!(".{word}("),
                        self.expr(&element, next),
                        ")"
                    ]
                }
                Ty::I64 if self.chance(40) => parts!["parse_int(", self.expr(&Ty::Str, next), ")"],
                Ty::F64 => parts!["parse_float(", self.expr(&Ty::Str, next), ")"],
                _ if inner.is_integer() => {
                    let name = self.pick(&["add", "sub", "mul", "div"]);
                    parts![
                        format!("checked_{name}("),
                        self.typed(inner, next),
                        ", ",
                        self.expr(inner, next),
                        ")"
                    ]
                }
                _ => return self.chained(ty, inner, next),
            },
            9 => return self.chained(ty, inner, next),
            _ => return self.expr(inner, next),
        };
        Expr::new(ty, parts)
    }

    /// `x?.field`
    fn chained(&mut self, ty: &Ty, inner: &Ty, next: u32) -> Expr {
        let holders: Vec<(Ty, String)> = self
            .types
            .structs
            .iter()
            .flat_map(|known| known.fields.iter().map(|field| (known.ty.clone(), field)))
            .filter(|(_, field)| field.ty == *inner || field.ty == *ty)
            .map(|(owner, field)| (owner, field.name.clone()))
            .collect();
        if holders.is_empty() {
            return self.expr(inner, next);
        }
        let (owner, field) = self.pick(&holders);
        let holder = self.typed(&Ty::opt(&owner), next);
        Expr::new(ty, parts![holder, format!("?.{field}")])
    }

    /// `xs.reduce(start, |so_far, x| …)`
    pub(super) fn reduced(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        let element = self.ty(1);
        let list = self.typed(&Ty::array(&element), next);
        let start = self.typed(ty, next);
        let step = self.closure(&[ty.clone(), element], Some(ty), next.min(1));
        Some(Expr::new(ty, parts![list, ".reduce(", start, ", ", step, ")"]))
    }
}
