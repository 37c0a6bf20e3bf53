//! What can be named at a place: variables and procedures.

use super::tree::{Expr, Part, parts};
use super::{Generator, Ty};

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Var {
    pub(super) name: String,
    pub(super) ty: Ty,
    /// Whether it may be assigned.
    pub(super) open: bool,
}

/// A procedure or method that may be called.
#[derive(Clone, Debug)]
pub(super) struct Proc {
    pub(super) name: String,
    /// The type that it is a method of.
    pub(super) owner: Option<Ty>,
    pub(super) params: Vec<Ty>,
    pub(super) result: Option<Ty>,
    /// What the first argument is, when it counts down how often it calls itself.
    pub(super) turns: Turns,
}

/// How a procedure that calls itself comes to an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turns {
    /// It does not call itself.
    One,
    /// Its first parameter is how often it still may: small from outside.
    Few,
    /// Inside itself: with one less than the variable of this name.
    Less(String),
}

impl Generator {
    pub(super) fn declare(&mut self, name: &str, ty: &Ty, open: bool) {
        self.vars.push(Var { name: name.to_owned(), ty: ty.clone(), open });
    }

    /// A variable for which `fits` holds; later ones, which are nearer, more often.
    pub(super) fn var_where(&mut self, fits: impl Fn(&Var) -> bool) -> Option<Var> {
        let fitting: Vec<usize> = (0..self.vars.len()).filter(|&at| fits(&self.vars[at])).collect();
        if fitting.is_empty() {
            return None;
        }
        let near = fitting.len().saturating_sub(4);
        let from = if self.chance(50) { near } else { 0 };
        Some(self.vars[fitting[self.rng.usize(from..fitting.len())]].clone())
    }

    /// A variable of a type.
    pub(super) fn var(&mut self, ty: &Ty) -> Option<Expr> {
        self.var_where(|var| var.ty == *ty).map(|var| Expr::text(&var.ty, var.name))
    }

    /// A procedure for which `fits` holds.
    pub(super) fn proc_where(&mut self, fits: impl Fn(&Proc) -> bool) -> Option<Proc> {
        let fitting: Vec<usize> = (0..self.procs.len()).filter(|&at| fits(&self.procs[at])).collect();
        (!fitting.is_empty()).then(|| self.procs[fitting[self.rng.usize(..fitting.len())]].clone())
    }

    /// A call of `proc`.
    pub(super) fn call(&mut self, proc: &Proc, depth: u32) -> Vec<Part> {
        let mut parts = match &proc.owner {
            Some(owner) => parts![self.typed(owner, depth.min(1)), format!(".{}(", proc.name)],
            None => parts![format!("{}(", proc.name)],
        };
        for (at, ty) in proc.params.iter().enumerate() {
            if at > 0 {
                parts.push(", ".into());
            }
            let arg = match &proc.turns {
                Turns::Few if at == 0 => Expr::text(&Ty::I32, self.rng.u8(..5).to_string()),
                Turns::Less(name) if at == 0 => Expr::text(&Ty::I32, format!("{name} - 1")),
                _ => self.expr(ty, depth),
            };
            parts.push(arg.into());
        }
        parts.push(")".into());
        parts
    }

    /// Everything that `make` declares is out of scope again afterwards.
    pub(super) fn scoped<R>(&mut self, make: impl FnOnce(&mut Self) -> R) -> R {
        let vars = self.vars.len();
        let made = make(self);
        self.vars.truncate(vars);
        made
    }
}
