//! Characters, texts and what they are formatted with.

use super::tree::{Expr, Part, parts};
use super::{Generator, Ty};

impl Generator {
    pub(super) fn character(&mut self, next: u32) -> Expr {
        let parts = match self.rng.u8(..6) {
            0 => {
                let from = self.pick(&[Ty::U8, Ty::I32, Ty::I64]);
                let mask = if from == Ty::U8 { " & 255)" } else { " & 1023)" };
                parts!["char(", "(", self.typed(&from, next), mask, ")"]
            }
            1 => parts!["char(", self.expr(&Ty::I32, next), ")"],
            2 => parts!["(", self.expr(&Ty::Char, next), format!(" + {})", self.rng.u8(..5))],
            3 => parts!["((", self.expr(&Ty::Str, next), ") + ' ')[0]"],
            4 => {
                let text = self.expr(&Ty::Str, next);
                parts!["(chars(", text, ").last() ?? ", self.simple(&Ty::Char), ")"]
            }
            _ => {
                let Some(var) = self.var(&Ty::Str) else { return self.simple(&Ty::Char) };
                let name = var.to_string();
                parts![format!("{name}["), self.index(&name), "]"]
            }
        };
        Expr::new(&Ty::Char, parts)
    }

    pub(super) fn text_value(&mut self, next: u32) -> Expr {
        let str = &Ty::Str;
        let parts = match self.rng.u8(..24) {
            0 | 1 => {
                let ty = self.ty(1);
                parts!["tostring(", self.typed(&ty, next), ")"]
            }
            2 => parts!["(", self.expr(str, next), " + ", self.expr(&Ty::Char, next), ")"],
            3 => {
                let word = self.pick(&["upper", "lower", "trim", "trim_start", "trim_end"]);
                parts!["(", self.expr(str, next), format!(").{word}()")]
            }
            4 => parts!["repeat(", self.expr(str, next), format!(", {})", self.rng.u8(..4))],
            5 | 6 => self.slice(next),
            7..10 => self.formatted(next),
            10 => {
                let element = self.ty(1);
                let list = self.typed(&Ty::array(&element), next);
                if self.chance(50) { parts!["join(", list, ", \"-\")"] } else { parts![list, ".join()"] }
            }
            11 => {
                let (text, by) = (self.expr(str, next), self.expr(str, next));
                parts!["replace(", text, ", \"a\", ", by, ")"]
            }
            12 => {
                let side = self.pick(&["start", "end"]);
                let (text, fill) = (self.expr(str, next), self.simple(&Ty::Char));
                parts![format!("pad_{side}("), text, format!(", {}, ", self.rng.u8(..9)), fill, ")"]
            }
            13 => {
                let ty = self.ty(1);
                parts!["typeof(", self.typed(&ty, next), ")"]
            }
            14 => parts!["(", self.expr(&Ty::Char, next), " + ", self.expr(str, next), ")"],
            15 => {
                let Some(error) = self.var(&Ty::Error) else { return self.simple(str) };
                let field = self.pick(&[".kind", ".message"]);
                parts![error, field]
            }
            16 => {
                let word = self.pick(&["split(\",\")", "split(' ')", "split_whitespace()", "lines()"]);
                parts!["join((", self.expr(str, next), format!(").{word}, \"|\")")]
            }
            17 => {
                let three = [self.expr(str, next), self.expr(str, next), self.expr(str, next)];
                let [a, b, c] = three;
                parts!["(", a, " + ", b, " + ", c, ")"]
            }
            _ => parts!["(", self.expr(str, next), " + ", self.expr(str, next), ")"],
        };
        Expr::new(str, parts)
    }

    /// A part of a text, mostly within it.
    fn slice(&mut self, next: u32) -> Vec<Part> {
        let text = self.expr(&Ty::Str, next);
        let (a, b) = (self.rng.u8(..2), self.rng.u8(2..4));
        let range = match self.rng.u8(..5) {
            0 => format!("[{a}..{b}]"),
            1 => format!("[..={a}]"),
            2 => "[..]".to_owned(),
            _ => format!("[{a}..]"),
        };
        // Long enough for most of these.
        parts!["(", text, format!(" + \"....\"){range}")]
    }

    /// `f"…"` with formats of all kinds.
    fn formatted(&mut self, next: u32) -> Vec<Part> {
        // A hole ends on its line: nothing with a block stands in it.
        let hole = |this: &mut Self, ty: &Ty| {
            let inner = this.typed(ty, next.min(1));
            if is_inline(&inner) { inner } else { this.plain_var_or_literal(ty) }
        };
        let mut parts = parts!["f\"<"];
        for _ in 0..self.rng.usize(1..3) {
            let (ty, spec) = match self.rng.u8(..7) {
                0 => {
                    (Ty::I32, self.pick(&[":6", ":<6", ":^7", ":+", ":06", ":x", ":#X", ":b", ":o", ":*>5"]))
                }
                1 => (Ty::F64, self.pick(&[":8.2", ":.1", ":e", ":+.3", ":010.1"])),
                2 => (Ty::Str, self.pick(&[":6", ":>6", ":^5", ":.2", ":-<8"])),
                3 => (Ty::U8, self.pick(&[":3", ":08b", ":x"])),
                4 => (Ty::I64, self.pick(&[":12", ":x", ":+"])),
                _ => (self.ty(1), ""),
            };
            let inner = hole(self, &ty);
            parts.push("{ ".into());
            parts.push(inner.into());
            parts.push(format!("{spec}}}|").into());
        }
        parts.push(">\"".into());
        parts
    }

    fn plain_var_or_literal(&mut self, ty: &Ty) -> Expr {
        match self.var(ty) {
            Some(var) => var,
            None if Ty::NUMBERS.contains(ty) || *ty == Ty::Str => self.literal(ty),
            None => Expr::text(&Ty::Str, "\"-\""),
        }
    }
}

/// Whether it stands on one line.
fn is_inline(expr: &Expr) -> bool {
    expr.parts.iter().all(|part| match part {
        Part::Text(text) => !text.contains('\n'),
        Part::Expr(inner) => is_inline(inner),
        Part::Block(stmts) => stmts.is_empty(),
    })
}
