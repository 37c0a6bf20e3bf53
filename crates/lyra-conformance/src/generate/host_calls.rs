//! Calls of what stands outside of the program: natives of the host and standard modules. What the natives do stands
//! in [`crate::differ::natives`].

use super::tree::{Expr, Stmt, parts};
use super::{Generator, Ty};

impl Generator {
    /// A value from outside, if something gives that type.
    pub(super) fn host_value(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        let parts = match ty {
            Ty::I64 if self.chance(50) => {
                self.imports.insert("host");
                parts!["host.mix(", self.expr(&Ty::I32, next), ", ", self.expr(&Ty::I64, next), ")"]
            }
            Ty::I64 => {
                self.imports.insert("host");
                parts!["host.total(", self.expr(&Ty::array(&Ty::I32), next), ")"]
            }
            Ty::Str => match self.rng.u8(..6) {
                0 | 1 => {
                    self.imports.insert("host");
                    parts!["host.word(", self.expr(&Ty::Str, next), ", ", self.expr(&Ty::Char, next), ")"]
                }
                2 => {
                    self.imports.insert("json");
                    let value = self.typed(&Ty::array(&Ty::I32), next);
                    parts!["json.stringify(", value, ")"]
                }
                3 => {
                    self.imports.insert("hash");
                    parts!["hash.sha256(", self.expr(&Ty::Str, next), ")"]
                }
                4 => {
                    self.imports.insert("base64");
                    parts!["base64.encode(bytes(", self.expr(&Ty::Str, next), "))"]
                }
                _ => {
                    self.imports.insert("regex");
                    let text = self.expr(&Ty::Str, next);
                    parts!["regex.replace(\"[a-m]+\", ", text, ", \"_\")"]
                }
            },
            Ty::I32 if self.chance(40) => {
                self.imports.insert("random");
                parts!["random.int(1, ((", self.expr(&Ty::I32, next), ") & 15) + 1)"]
            }
            Ty::I32 => parts!["even(", self.expr(&Ty::I32, next), ")"],
            Ty::F64 => {
                self.imports.insert("host");
                parts!["host.half(", self.expr(&Ty::F64, next), ")"]
            }
            Ty::Opt(inner) if **inner == Ty::I32 => {
                self.imports.insert("host");
                parts!["host.maybe(", self.expr(ty, next), ")"]
            }
            Ty::Any => {
                self.imports.insert("host");
                parts!["host.echo(", self.expr(ty, next), ")"]
            }
            _ => return None,
        };
        Some(Expr::new(ty, parts))
    }

    /// A call that the host notes.
    pub(super) fn host_statement(&mut self) -> Stmt {
        if self.chance(20) {
            self.imports.insert("random");
            return Stmt::new(parts![format!("random.seed({})", self.rng.u8(..))]);
        }
        self.imports.insert("host");
        Stmt::new(parts!["host.note(", self.expr(&Ty::Str, 1), ")"])
    }
}
