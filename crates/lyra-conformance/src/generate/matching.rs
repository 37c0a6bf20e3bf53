//! `match`: as a value and as a statement.

use super::tree::{Expr, Part, Stmt, parts};
use super::{Generator, Ty};

/// A pattern, the names it binds with their types, and whether something else must follow.
type Pattern = (String, Vec<(String, Ty)>);

impl Generator {
    /// A `match` of something that gives a `ty`.
    pub(super) fn match_value(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        let (over, patterns) = self.patterns();
        let value = self.typed(&over, next);
        let mut arms = Vec::new();
        for pattern in patterns {
            let arm = self.arm(pattern, |this| {
                // A block would begin at the brace of a map.
                parts!["(", this.expr(ty, next.min(2)), ")"]
            });
            arms.push(arm);
        }
        Some(Expr::new(ty, parts!["(match (", value, ") ", arms, ")"]))
    }

    pub(super) fn match_statement(&mut self, depth: u32, stmts: &mut Vec<Stmt>) {
        let (over, patterns) = self.patterns();
        let value = self.typed(&over, 1);
        let mut arms = Vec::new();
        for pattern in patterns {
            arms.push(self.arm(pattern, |this| parts![this.statements(2, depth - 1)]));
        }
        stmts.push(Stmt::new(parts!["match (", value, ") ", arms]));
    }

    /// One arm; now and then with a guard, then followed by one without.
    fn arm(&mut self, (pattern, names): Pattern, body: impl FnOnce(&mut Self) -> Vec<Part>) -> Stmt {
        self.scoped(|this| {
            for (name, ty) in &names {
                this.declare(name, ty, false);
            }
            let mut parts = parts![format!("{pattern} => ")];
            parts.extend(body(this));
            Stmt::new(parts)
        })
    }

    /// Something to match, and patterns that cover it.
    fn patterns(&mut self) -> (Ty, Vec<Pattern>) {
        let enums: Vec<_> = self.types.enums.clone();
        match self.rng.u8(..8) {
            0..3 if !enums.is_empty() => {
                let known = self.pick(&enums);
                (known.ty.clone(), self.variant_patterns(&known.variants))
            }
            3 => {
                let inner = self.ty(1);
                let optional = Ty::opt(&inner);
                if matches!(inner, Ty::Opt(_) | Ty::Any) {
                    return self.number_patterns();
                }
                let name = self.name("b");
                (optional, vec![("none".to_owned(), vec![]), (name.clone(), vec![(name, inner)])])
            }
            4 => {
                let name = self.name("b");
                let all = ["\"a\"", "\"text\"", "\"\"", "\"12\""];
                let (a, b) = (self.pick(&all[..2]), self.pick(&all[2..]));
                (Ty::Str, vec![(format!("{a} | {b}"), vec![]), (name.clone(), vec![(name, Ty::Str)])])
            }
            5 => {
                let name = self.name("b");
                let tuple = Ty::Tuple([Ty::I32, Ty::Bool].into());
                let low = self.rng.i32(-2..3);
                (
                    tuple,
                    vec![
                        (format!("({low}, _)"), vec![]),
                        (format!("({name}, true)"), vec![(name, Ty::I32)]),
                        ("(_, false)".to_owned(), vec![]),
                    ],
                )
            }
            6 => {
                let name = self.name("b");
                let arms = vec![
                    ("'a'..='m'".to_owned(), vec![]),
                    ("'0' | '\\n'".to_owned(), vec![]),
                    (name.clone(), vec![(name, Ty::Char)]),
                ];
                (Ty::Char, arms)
            }
            _ => self.number_patterns(),
        }
    }

    fn number_patterns(&mut self) -> (Ty, Vec<Pattern>) {
        let ty = self.pick(&[Ty::I32, Ty::I32, Ty::I64, Ty::U8]);
        let (name, other) = (self.name("b"), self.name("b"));
        let (one, low) = (self.rng.u8(..4), self.rng.u8(4..7));
        let mut arms =
            vec![(one.to_string(), vec![]), (format!("{low}..={}", low + self.rng.u8(..6)), vec![])];
        if self.chance(40) {
            let rest = self.rng.u8(1..4);
            let guard = format!("{name} if {name} % {rest} == 1");
            arms.push((guard, vec![(name, ty.clone())]));
        }
        arms.push((other.clone(), vec![(other, ty.clone())]));
        (ty, arms)
    }

    fn variant_patterns(&mut self, variants: &[(String, Vec<Ty>)]) -> Vec<Pattern> {
        let mut arms = Vec::new();
        let rest = self.chance(25);
        for (at, (variant, held)) in variants.iter().enumerate() {
            if rest && at + 1 == variants.len() {
                break;
            }
            let names: Vec<(String, Ty)> = held.iter().map(|ty| (self.name("b"), ty.clone())).collect();
            let list: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
            let text = match list.is_empty() {
                true => variant.clone(),
                false => format!("{variant}({})", list.join(", ")),
            };
            if let Some((number, _)) = names.iter().find(|(_, ty)| *ty == Ty::I32)
                && self.chance(30)
            {
                arms.push((format!("{text} if {number} > 3"), names.clone()));
            }
            arms.push((text, names));
        }
        if rest {
            arms.push(("_".to_owned(), Vec::new()));
        }
        arms
    }
}
