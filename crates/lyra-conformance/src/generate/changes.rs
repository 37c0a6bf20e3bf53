//! Statements that change something: assignments to every kind of place, and what arrays and maps can have done to
//! them.

use super::scope::Var;
use super::tree::{Expr, Part, Stmt, parts};
use super::{Generator, Ty};

impl Generator {
    /// An assignment, plain or compound.
    pub(super) fn change(&mut self, stmts: &mut Vec<Stmt>) {
        if self.chance(8)
            && let Some(swap) = self.swap()
        {
            return stmts.push(swap);
        }
        let Some((place, ty)) = self.place() else {
            let ty = self.ty(1);
            let name = self.name("v");
            let value = self.expr(&ty, 2);
            stmts.push(Stmt::new(parts![format!("var {name}: {ty} = "), value]));
            return self.declare(&name, &ty, true);
        };
        let operator = match ty {
            Ty::I32 | Ty::I64 | Ty::U8 if self.chance(60) => {
                self.pick(&["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ">>>="])
            }
            Ty::F64 if self.chance(50) => self.pick(&["+=", "-=", "*=", "/="]),
            Ty::Str if self.chance(60) => "+=",
            _ => "=",
        };
        let value = match operator {
            "/=" | "%=" if ty != Ty::F64 && self.chance(80) => self.divisor(&ty, 1),
            // A shift takes an amount of any type of integers, so nothing else says which one this is.
            "<<=" | ">>=" | ">>>=" => self.typed(&ty, 2),
            _ => self.expr(&ty, 2),
        };
        let mut parts = place;
        parts.push(format!(" {operator} ").into());
        parts.push(value.into());
        stmts.push(Stmt::new(parts));
    }

    /// `(a, b) = (b, a)`
    fn swap(&mut self) -> Option<Stmt> {
        let first = self.var_where(|var| var.open)?;
        let second = self.var_where(|var| var.open && var.ty == first.ty && var.name != first.name)?;
        let (a, b) = (first.name, second.name);
        Some(Stmt::new(parts![format!("({a}, {b}) = ({b}, {a})")]))
    }

    /// Something that can be assigned, and its type.
    fn place(&mut self) -> Option<(Vec<Part>, Ty)> {
        if self.chance(25)
            && let Some(place) = self.field_place()
        {
            return Some(place);
        }
        let Var { name, ty, .. } = self.var_where(|var| var.open)?;
        Some(match &ty {
            Ty::Array(element) if self.chance(65) => {
                let index = self.index(&name);
                (parts![format!("{name}["), index, "]"], (**element).clone())
            }
            Ty::Map(key, value) if self.chance(75) => {
                (parts![format!("{name}["), self.expr(key, 1), "]"], (**value).clone())
            }
            Ty::Tuple(types) if self.chance(65) => {
                let at = self.rng.usize(..types.len());
                (parts![format!("{name}.{at}")], types[at].clone())
            }
            _ => (parts![name], ty),
        })
    }

    /// A field of a structure in a variable, which need not be open itself; now and then one behind an optional.
    fn field_place(&mut self) -> Option<(Vec<Part>, Ty)> {
        let known: Vec<Ty> = self.types.structs.iter().map(|known| known.ty.clone()).collect();
        let holder = self.var_where(|var| match &var.ty {
            Ty::Opt(inner) => known.contains(inner),
            ty => known.contains(ty),
        })?;
        let (ty, dot) = match &holder.ty {
            Ty::Opt(inner) => ((**inner).clone(), "!."),
            ty => (ty.clone(), "."),
        };
        let fields = self.types.find_struct(&ty)?.fields.clone();
        let field = self.pick(&fields);
        Some((parts![format!("{}{dot}{}", holder.name, field.name)], field.ty))
    }

    /// An index that is mostly in range.
    pub(super) fn index(&mut self, array: &str) -> Expr {
        match self.rng.u8(..10) {
            // Below zero by as little as arrays are long: what loses the sign finds an element there.
            0 => Expr::text(&Ty::I32, self.rng.i32(-2..4).to_string()),
            1 => self.expr(&Ty::I32, 1),
            2..5 => {
                let inner = self.expr(&Ty::I32, 1);
                Expr::new(&Ty::I32, parts!["((", inner, format!(") & 7) % max(length({array}), 1)")])
            }
            _ => Expr::text(&Ty::I32, format!("{} % max(length({array}), 1)", self.rng.u8(..9))),
        }
    }

    /// Something done to an array or a map.
    pub(super) fn collection_change(&mut self, stmts: &mut Vec<Stmt>) {
        let Some(var) = self.var_where(|var| matches!(var.ty, Ty::Array(_) | Ty::Map(..))) else {
            return self.change(stmts);
        };
        let name = var.name;
        let parts = match &var.ty {
            Ty::Map(key, value) => match self.rng.u8(..6) {
                0 => parts![format!("{name}.remove("), self.expr(key, 1), ")"],
                1 if self.chance(30) => parts![format!("clear({name})")],
                2 => parts![format!("print({name}.keys(), {name}.length())")],
                _ => parts![format!("{name}.insert("), self.expr(key, 1), ", ", self.expr(value, 1), ")"],
            },
            Ty::Array(element) => self.array_change(&name, element),
            _ => return,
        };
        stmts.push(Stmt::new(parts));
    }

    fn array_change(&mut self, name: &str, element: &Ty) -> Vec<Part> {
        match self.rng.u8(..14) {
            0..4 => parts![format!("{name}.push("), self.expr(element, 1), ")"],
            4 => parts![format!("insert({name}, "), self.index(name), ", ", self.expr(element, 1), ")"],
            5 => parts![format!("{name}.remove("), self.index(name), ")"],
            6 => parts![format!("reverse({name})")],
            7 if element.is_ordered() => parts![format!("{name}.sort()")],
            7 => parts![format!("clear({name})")],
            8 => parts![format!("{name}.pop()")],
            9 | 10 => {
                let by = self.closure(&[element.clone(), element.clone()], Some(&Ty::I32), 1);
                parts![format!("{name}.sort_by("), by, ")"]
            }
            11 => parts![format!("print({name}.first(), {name}.last())")],
            // Sliced: an array that is added to itself grows fast.
            _ => {
                let other = self.typed(&Ty::array(element), 1);
                parts![format!("extend({name}, "), other, "[..])"]
            }
        }
    }

    /// Something done to an `any`, found out at run time.
    pub(super) fn dynamic_change(&mut self, stmts: &mut Vec<Stmt>) {
        let Some(var) = self.var_where(|var| var.ty == Ty::Any) else { return self.change(stmts) };
        let name = var.name;
        let value = self.expr(&Ty::Any, 1);
        let field = self.field_name();
        let method = self.proc_where(|proc| proc.owner.is_some());
        let parts = match self.rng.u8(..8) {
            0 | 1 => parts![format!("{name}["), self.simple(&Ty::I32), "] = ", value],
            2 => parts![format!("{name}["), self.simple(&Ty::Str), "] = ", value],
            3 | 4 => parts![format!("{name}.{field} = "), value],
            5 if var.open => {
                let operator = self.pick(&["+=", "-=", "*=", "&=", "|="]);
                parts![format!("{name} {operator} "), value]
            }
            6 => match method {
                Some(method) => {
                    let mut parts = parts![format!("{name}.{}(", method.name)];
                    for (at, ty) in method.params.iter().enumerate() {
                        parts.push(if at > 0 { ", ".into() } else { "".into() });
                        parts.push(self.typed(ty, 0).into());
                    }
                    parts.push(")".into());
                    parts
                }
                None => parts![format!("{name}.push("), value, ")"],
            },
            _ if var.open => {
                // What it holds now fits what is done to it next.
                let holder = self.fitting_any();
                parts![format!("{name} = "), holder]
            }
            _ => parts![format!("print({name}, typeof({name}))")],
        };
        // Most of this throws `type_mismatch`: caught, so that the program goes on.
        if self.chance(85) {
            let kept = format!(" catch {{ print(typeof({name})) }}");
            stmts.push(Stmt::new(parts!["try ", vec![Stmt::new(parts)], kept]));
        } else {
            stmts.push(Stmt::new(parts));
        }
    }
}
