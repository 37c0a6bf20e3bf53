//! Procedures as values: closures in every form, procedures by name, and calls of them.

use super::tree::{Expr, Stmt, parts};
use super::{Generator, Ty};
use std::rc::Rc;

impl Generator {
    /// A closure with these parameters, where its result is expected.
    pub(super) fn closure(&mut self, params: &[Ty], result: Option<&Ty>, depth: u32) -> Expr {
        let is_short = self.chance(65);
        self.closure_of(params, result, is_short, depth)
    }

    /// A closure that says what it gives.
    pub(super) fn said_closure(&mut self, params: &[Ty], result: &Ty, depth: u32) -> Expr {
        self.closure_of(params, Some(result), false, depth)
    }

    fn closure_of(&mut self, params: &[Ty], result: Option<&Ty>, is_short: bool, depth: u32) -> Expr {
        let ty = Ty::Proc(params.to_vec().into(), result.map(|ty| Rc::new(ty.clone())));
        if self.chance(20) {
            let wanted = (params.to_vec(), result.cloned());
            let named = self.proc_where(|proc| {
                proc.owner.is_none()
                    && (&proc.params, &proc.result) == (&wanted.0, &wanted.1)
                    && proc.turns == super::scope::Turns::One
            });
            if let Some(proc) = named {
                return Expr::text(&ty, proc.name);
            }
        }
        let named: Vec<(String, Ty)> = params.iter().map(|ty| (self.name("q"), ty.clone())).collect();
        let list: Vec<String> = named.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        let list = list.join(", ");
        let outer = (self.gives.take(), std::mem::take(&mut self.loops));
        let parts = self.scoped(|this| {
            for (name, ty) in &named {
                this.declare(name, ty, true);
            }
            // Takes all to its right: parentheses.
            match result {
                Some(result) if is_short => {
                    let value = this.expr(result, depth.min(2));
                    parts![format!("(|{list}| ("), value, "))"]
                }
                Some(result) => {
                    this.gives = Some(Some(result.clone()));
                    let mut block = if depth > 0 { this.statements(2, 0) } else { Vec::new() };
                    let value = this.expr(result, depth.min(2));
                    block.push(Stmt::new(parts!["return ", value]));
                    parts![format!("proc({list}) -> {result} "), block]
                }
                None => {
                    this.gives = Some(None);
                    parts![format!("proc({list}) "), this.statements(2, 0)]
                }
            }
        });
        (self.gives, self.loops) = outer;
        Expr::new(&ty, parts)
    }

    /// What a closure gives: one in a variable, in a field, or made for the call.
    pub(super) fn closure_call(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        if self.loops.len() > 1 {
            return None;
        }
        let known = self.var_where(|var| matches!(&var.ty, Ty::Proc(_, Some(result)) if **result == *ty));
        if let Some(var) = known {
            let Ty::Proc(params, _) = &var.ty else { return None };
            let mut parts = parts![var.name];
            parts.extend(self.list("(", params, ")", next));
            return Some(Expr::new(ty, parts));
        }
        let params = [self.ty(1)];
        let closure = self.said_closure(&params, ty, next);
        let mut parts = parts!["(", closure, ")"];
        parts.extend(self.list("(", &params, ")", next));
        Some(Expr::new(ty, parts))
    }
}
