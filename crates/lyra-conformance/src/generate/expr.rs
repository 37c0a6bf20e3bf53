//! Values: what every type has, whatever it is; the rest by type.

use super::scope::Turns;
use super::tree::{Expr, Stmt, parts};
use super::{Generator, Ty};

/// How deep expressions go at most, those in closures and arms included.
const DEEPEST: u32 = 9;

impl Generator {
    /// A value where `ty` is expected: literals may take it, and what converts silently may stand there.
    pub(super) fn expr(&mut self, ty: &Ty, depth: u32) -> Expr {
        if depth == 0 || self.depth >= DEEPEST || self.chance(28) {
            return self.simple(ty);
        }
        self.depth += 1;
        let general = if self.chance(38) { self.general(ty, depth - 1) } else { None };
        let made = match general {
            Some(expr) => expr,
            None => self.operation(ty, depth - 1),
        };
        self.depth -= 1;
        made
    }

    /// A value that is a `ty` by itself, wherever it stands.
    pub(super) fn typed(&mut self, ty: &Ty, depth: u32) -> Expr {
        match ty {
            // Literals of these are of no other type.
            Ty::Bool | Ty::I32 | Ty::F64 | Ty::Char | Ty::Str => self.expr(ty, depth),
            _ => {
                if self.chance(60)
                    && let Some(var) = self.var(ty)
                {
                    return var;
                }
                if let Ty::U8 | Ty::I64 = ty
                    && self.chance(50)
                {
                    return Expr::new(ty, parts![format!("{ty}("), self.expr(&Ty::I32, depth), ")"]);
                }
                let value = self.expr(ty, depth);
                self.said(ty, value)
            }
        }
    }

    /// What can stand for a value of any type.
    fn general(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        let parts = match self.rng.u8(..30) {
            0..3 => {
                let cond = self.expr(&Ty::Bool, next);
                let yes = self.expr(ty, next);
                parts!["(if (", cond, ") { ", yes, " } else { ", self.expr(ty, next), " })"]
            }
            3 => return self.match_value(ty, next),
            4..8 if self.loops.len() < 2 => {
                let wanted = Some(ty.clone());
                let proc = self.proc_where(|proc| proc.result == wanted)?;
                if matches!(proc.turns, Turns::Less(_)) && self.chance(50) {
                    return None;
                }
                self.call(&proc, next)
            }
            8 | 9 => {
                let array = Ty::array(ty);
                let var = self.var_where(|var| var.ty == array)?;
                parts![format!("{}[", var.name), self.index(&var.name), "]"]
            }
            10..12 => return self.field_of(ty),
            12 => {
                let var = self.var_where(|var| match &var.ty {
                    Ty::Tuple(types) => types.contains(ty),
                    _ => false,
                })?;
                let Ty::Tuple(types) = &var.ty else { return None };
                let at = types.iter().position(|part| part == ty)?;
                parts![format!("{}.{at}", var.name)]
            }
            13 => {
                let other = self.ty(1);
                let tuple = Ty::Tuple([ty.clone(), other].into());
                parts![self.typed(&tuple, next), ".0"]
            }
            14..17 => return self.unwrapped(ty, next),
            17 => return Some(self.said_value(ty, next)),
            18 | 19 => return self.generic_call(ty, next),
            20 | 21 => return self.closure_call(ty, next),
            22 => return self.cast(ty, next),
            23 => parts!["copy(", self.expr(ty, next), ")"],
            24 => parts!["deep_copy(", self.typed(ty, next), ")"],
            25 => return self.reduced(ty, next),
            26 => return Some(self.block_value(ty, next)),
            27 if ty.is_ordered() => {
                let word = self.pick(&["min", "max"]);
                parts![format!("{word}("), self.typed(ty, next), ", ", self.expr(ty, next), ")"]
            }
            28 => return self.host_value(ty, next),
            29 if ty.is_ordered() => {
                let word = self.pick(&["min", "max"]);
                parts!["(", self.typed(&Ty::array(ty), next), format!(".{word}() ?? "), self.simple(ty), ")"]
            }
            _ => return None,
        };
        Some(Expr::new(ty, parts))
    }

    fn said_value(&mut self, ty: &Ty, next: u32) -> Expr {
        let value = self.expr(ty, next);
        self.said(ty, value)
    }

    /// What an optional holds: by `??`, by `!`, or with a jump where it holds nothing.
    fn unwrapped(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        let optional = Ty::opt(ty);
        if optional == *ty {
            return None;
        }
        let value = self.typed(&optional, next);
        let gives = self.gives.clone();
        Some(Expr::new(
            ty,
            match self.rng.u8(..10) {
                0 => parts![value, "!"],
                1 => parts!["(", value, " ?? throw ", self.simple(&Ty::Str), ")"],
                2 if gives == Some(Some(ty.clone())) => {
                    parts!["(", value, " ?? return ", self.simple(ty), ")"]
                }
                _ => parts!["(", value, " ?? ", self.expr(ty, next), ")"],
            },
        ))
    }

    /// A field of a structure in a variable.
    fn field_of(&mut self, ty: &Ty) -> Option<Expr> {
        let fitting: Vec<(Ty, String)> = self
            .types
            .structs
            .iter()
            .flat_map(|known| known.fields.iter().map(|field| (known.ty.clone(), field)))
            .filter(|(_, field)| field.ty == *ty)
            .map(|(owner, field)| (owner, field.name.clone()))
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let (owner, field) = self.pick(&fitting);
        let holder = match self.var(&owner) {
            Some(var) => var,
            None if self.chance(40) => self.literal(&owner),
            None => return None,
        };
        Some(Expr::new(ty, parts![holder, format!(".{field}")]))
    }

    /// A block as a value, with statements before the value.
    fn block_value(&mut self, ty: &Ty, next: u32) -> Expr {
        let loops = std::mem::take(&mut self.loops);
        let gives = self.gives.take();
        let block = self.scoped(|this| {
            let name = this.name("v");
            let value = this.expr(ty, next);
            let mut block = vec![Stmt::new(parts![format!("let {name}: {ty} = "), value])];
            this.declare(&name, ty, false);
            block.extend(this.statements(2, 0));
            block.push(Stmt::new(parts![name]));
            block
        });
        (self.loops, self.gives) = (loops, gives);
        let cond = self.simple(&Ty::Bool);
        Expr::new(ty, parts!["(if (", cond, ") ", block, " else { ", self.expr(ty, next), " })"])
    }

    /// What only this type has.
    fn operation(&mut self, ty: &Ty, next: u32) -> Expr {
        match ty {
            Ty::Bool => self.truth(next),
            Ty::U8 | Ty::I32 | Ty::I64 => self.integer(ty, next),
            Ty::F64 => self.real(next),
            Ty::Char => self.character(next),
            Ty::Str => self.text_value(next),
            Ty::Any => self.any_value(next),
            Ty::Error => Expr::new(
                ty,
                parts!["error(", self.expr(&Ty::Str, next), ", ", self.expr(&Ty::Str, next), ")"],
            ),
            Ty::Array(element) => self.array_value(ty, element, next),
            Ty::Map(key, value) => self.map_value(ty, key, value, next),
            Ty::Tuple(types) => {
                let parts = self.list("(", types, ")", next);
                Expr::new(ty, parts)
            }
            Ty::Opt(inner) => self.optional_value(ty, inner, next),
            Ty::Proc(params, result) => {
                let (params, result) = (params.clone(), result.clone());
                self.closure(&params, result.as_deref(), next)
            }
            Ty::Named(_) | Ty::Plain(_) => self.own_value(ty, next),
        }
    }

    /// Values of these types with commas between.
    pub(super) fn list(
        &mut self,
        open: &'static str,
        types: &[Ty],
        close: &'static str,
        next: u32,
    ) -> Vec<super::Part> {
        let mut parts = parts![open];
        for (at, ty) in types.iter().enumerate() {
            if at > 0 {
                parts.push(", ".into());
            }
            parts.push(self.expr(ty, next).into());
        }
        parts.push(close.into());
        parts
    }

    /// A value that names nothing but types.
    pub(super) fn literal(&mut self, ty: &Ty) -> Expr {
        let text = match ty {
            Ty::Bool => self.pick(&["true", "false"]).to_owned(),
            Ty::U8 => match self.rng.u8(..3) {
                0 => self.pick(&["0", "255", "128", "1"]).to_owned(),
                _ => self.rng.u8(..).to_string(),
            },
            Ty::I32 => match self.rng.u8(..10) {
                0 => self.pick(&["2147483647", "(-2147483648)", "65536", "(-1)", "0x7fff"]).to_owned(),
                _ => self.small(),
            },
            Ty::I64 => match self.rng.u8(..8) {
                0 => self.pick(&["9223372036854775807", "(-9223372036854775808)", "4294967296"]).to_owned(),
                _ => self.small(),
            },
            Ty::F64 => self
                .pick(&["0.0", "1.5", "(-0.0)", "1e300", "0.1", "(-2.25)", "3.0", "1e-9", "7.0"])
                .to_owned(),
            Ty::Char => self.pick(&["'a'", "'Z'", "'é'", "'日'", "'\\n'", "'0'", "' '", "'😀'"]).to_owned(),
            Ty::Str => {
                let all =
                    ["\"\"", "\"a\"", "\"text\"", "\"añb\"", "\"日本\"", "\"a b\"", "\"12\"", "\"a,b,c\""];
                self.pick(&all).to_owned()
            }
            Ty::Any => {
                let inner = self.pick(&[Ty::I32, Ty::F64, Ty::Str, Ty::Bool, Ty::Char]);
                if self.chance(15) { "none".to_owned() } else { self.literal(&inner).to_string() }
            }
            Ty::Error => "error(\"made\", \"up\")".to_owned(),
            Ty::Array(element) => {
                let mut parts = parts!["["];
                for at in 0..self.rng.usize(..4) {
                    parts.push(if at > 0 { ", ".into() } else { "".into() });
                    parts.push(self.simple(element).into());
                }
                parts.push("]".into());
                return Expr::new(ty, parts);
            }
            Ty::Map(key, value) => {
                let key = self.simple(key);
                // In parentheses: at the start of a body a brace begins a block.
                return Expr::new(ty, parts!["({", key, ": ", self.simple(value), "})"]);
            }
            Ty::Tuple(types) => {
                let parts = self.list("(", types, ")", 0);
                return Expr::new(ty, parts);
            }
            Ty::Opt(inner) => {
                return if self.chance(35) { Expr::text(ty, "none") } else { self.simple(inner) };
            }
            Ty::Proc(params, result) => {
                let (params, result) = (params.clone(), result.clone());
                return self.closure(&params, result.as_deref(), 0);
            }
            Ty::Named(_) | Ty::Plain(_) => return self.made(ty, 0),
        };
        Expr::text(ty, text)
    }

    fn small(&mut self) -> String {
        let number = self.rng.i32(-9..20);
        if number < 0 { format!("({number})") } else { number.to_string() }
    }
}
