//! Names: scopes, lookup, and what to suggest for one that is not there.

use super::checker::Checker;
use super::files::ItemKind;
use super::frame::{LocalVar, Role, Scope, VarId};
use crate::hir::{LocalId, Ty};
use lyra_base::{Span, Symbol};
use lyra_bytecode::TypeId;
use lyra_syntax::{Diagnostic, ast, code};

/// What a name in an expression stands for.
pub(super) enum Found<'a> {
    Local(VarId),
    /// A variable of a procedure around this closure: [`Checker::reach`] captures it.
    Outer,
    Item(ItemKind<'a>),
}

/// Words that stand where a name can, or are a statement alone.
const WORDS: [&str; 8] = ["break", "continue", "return", "none", "true", "false", "self", "throw"];

/// Names looked at for a suggestion; more would cost more than they help.
const MAX_CANDIDATES: usize = 5_000;

impl<'a> Checker<'a> {
    pub(super) fn enter(&mut self) {
        self.frame.scopes.push(Scope::default());
    }

    /// Leaves a scope and says which of its variables were declared for nothing.
    pub(super) fn leave(&mut self) {
        let Some(scope) = self.frame.scopes.pop() else { return };
        for var in scope.names.into_values() {
            let Some(var) = self.frame.vars.get(var).filter(|var| !var.name.starts_with('_')) else {
                continue;
            };
            let name = var.name;
            let (span, role) = (var.span, var.role);
            let assigned = var.assigned || var.cell.is_some_and(|cell| self.cells[cell].assigned);
            if !var.read && matches!(role, Role::Var | Role::Let | Role::Loop | Role::Catch | Role::Pattern) {
                let help = match role {
                    Role::Catch => "leave the name out: `catch { }`".to_owned(),
                    Role::Loop | Role::Pattern => "write `_` for a value you do not need".to_owned(),
                    _ if assigned => "it is assigned, but its value is never used".to_owned(),
                    _ => format!("remove it, or call it `_{name}`"),
                };
                self.report(
                    Diagnostic::warning(code::UNUSED_VARIABLE, span, format!("`{name}` is never read"))
                        .with_help(help),
                );
            } else if role == Role::Var && !var.given && !assigned && self.has_no_inside(var.ty) {
                self.report(
                    Diagnostic::warning(code::NEVER_ASSIGNED, span, format!("`{name}` is never assigned"))
                        .with_label("always has the default of its type")
                        .with_help("give it a value here, or assign it before it is read"),
                );
            }
        }
    }

    /// Whether a variable of the type changes only by assignment (arrays and maps change by what is done to them).
    fn has_no_inside(&self, ty: Ty) -> bool {
        ty.type_id().is_some_and(|ty| self.types.element(ty).is_none() && self.types.entry(ty).is_none())
    }

    /// Makes a variable of the innermost scope. `_` makes none that can be found.
    pub(super) fn declare(&mut self, name: ast::Name, ty: Ty, role: Role, given: bool) -> LocalId {
        // A type that is not known has been reported; nothing of it is emitted.
        let slot = self.slot(ty.type_id().unwrap_or(TypeId::BOOL), Some(self.text(name.symbol)));
        self.declare_in(slot, name, ty, role, given);
        slot
    }

    /// Declares the `self` of a method. The word has a symbol if the program uses it.
    pub(super) fn declare_self(&mut self, proc: &ast::Proc<'a>, ty: Ty) {
        let slot = self.slot(ty.type_id().unwrap_or(TypeId::BOOL), Some("self"));
        if let (Some(symbol), Some(span)) = (self.symbols.find("self"), proc.self_param) {
            self.declare_in(slot, ast::Name { symbol, span }, ty, Role::SelfParam, true);
        }
    }

    /// As [`Self::declare`], for a variable that is kept in a slot of its own already.
    pub(super) fn declare_in(&mut self, slot: LocalId, name: ast::Name, ty: Ty, role: Role, given: bool) {
        let text = self.text(name.symbol);
        let var = LocalVar {
            name: text,
            slot,
            ty,
            span: name.span,
            role,
            read: false,
            assigned: false,
            given,
            cell: None,
        };
        let var = self.frame.vars.push(var);
        if text == "_" {
            return;
        }
        let earlier = self.frame.scopes.last_mut().and_then(|scope| scope.names.insert(name.symbol, var));
        if let Some(earlier) = earlier {
            let span = self.frame.vars[earlier].span;
            self.report_twice(text, name.span, span);
        }
    }

    pub(super) fn report_twice(&mut self, name: &str, span: Span, earlier: Span) {
        self.report(
            Diagnostic::error(code::DEFINED_TWICE, span, format!("`{name}` is defined twice"))
                .with_label("defined again here")
                .with_secondary(earlier, "first defined here")
                .with_help("give one of them another name"),
        );
    }

    /// The local or item of a name, innermost first.
    pub(super) fn find(&self, symbol: Symbol) -> Option<Found<'a>> {
        if let Some(local) = self.frame.find(symbol) {
            return Some(Found::Local(local));
        }
        let mut outer = self.frame.outer.as_deref();
        while let Some(frame) = outer {
            if frame.find(symbol).is_some() {
                return Some(Found::Outer);
            }
            outer = frame.outer.as_deref();
        }
        self.find_item(symbol).map(Found::Item)
    }

    /// As [`Self::find`], for a name that is read or assigned: a variable around a closure is captured by it,
    /// unless that failed and was reported.
    pub(super) fn reach(&mut self, symbol: Symbol) -> Option<Found<'a>> {
        match self.find(symbol) {
            Some(Found::Outer) => Some(self.capture(symbol).map_or(Found::Outer, Found::Local)),
            found => found,
        }
    }

    /// Reports a name that stands for nothing.
    ///
    /// Once for a procedure: the same slip again would only hide the next mistake.
    pub(super) fn unknown_name(&mut self, symbol: Symbol, span: Span, is_call: bool) {
        if !self.frame.unknown.insert(symbol) {
            return;
        }
        let name = self.text(symbol);
        if !self.is_listening() {
            self.unsaid();
            return;
        }
        let what = if is_call { "procedure" } else { "name" };
        if self.explain_imports(symbol, span, what) {
            return;
        }
        let mut diagnostic = Diagnostic::error(code::UNKNOWN_NAME, span, format!("unknown {what} `{name}`"))
            .with_label("not found in this scope");
        if let Some(own) = self.own_part(symbol, is_call) {
            diagnostic = diagnostic.with_help(format!("write `{own}`")).with_fix(span, own);
        } else if let Some(help) = super::foreign::word(name) {
            diagnostic = diagnostic.with_help(help);
        } else if let Some(owner) = self.owner_of_variant(symbol) {
            diagnostic = diagnostic
                .with_help(format!("`{name}` is a variant: write `{owner}.{name}`"))
                .with_fix(span, format!("{owner}.{name}"));
        } else if let Some(near) = self.nearest(name, is_call) {
            diagnostic = diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near);
        } else if let Some(near) = nearest_word(name) {
            diagnostic = diagnostic.with_help(format!("did you mean `{near}`?")).with_fix(span, near);
        } else if !is_call {
            diagnostic = diagnostic.with_help(format!("declare it first: `var {name} = …`"));
        }
        self.report(diagnostic);
    }

    /// The field or the method of `self` that a method names alone.
    fn own_part(&self, symbol: Symbol, is_call: bool) -> Option<String> {
        let ty = self.context.self_type?;
        self.symbols.find("self").and_then(|word| self.find(word))?;
        let name = self.text(symbol);
        let is_field = self.fields_of(ty)?.iter().any(|field| field.name.symbol == symbol);
        let is_part = is_field && !is_call || is_call && self.has_method(ty, symbol);
        is_part.then(|| format!("self.{name}"))
    }

    /// The enum that has a variant of a name.
    fn owner_of_variant(&self, symbol: Symbol) -> Option<&'a str> {
        let mut owners = self.nominals.iter().take(MAX_CANDIDATES).filter(|(_, nominal)| {
            matches!(&nominal.body, super::nominal::Body::Enum { numbers, .. } if numbers.contains_key(&symbol))
        });
        owners.next().map(|(_, nominal)| self.text(nominal.name.symbol))
    }

    /// The name in scope that is spelled most like `name`.
    fn nearest(&self, name: &str, is_call: bool) -> Option<String> {
        let frames = std::iter::successors(Some(&self.frame), |frame| frame.outer.as_deref());
        let scopes = frames.flat_map(|frame| &frame.scopes);
        let locals = scopes.flat_map(|scope| scope.names.keys()).map(|&symbol| self.text(symbol));
        let items = self.items_in_scope().map(|(name, _)| name);
        let builtins = super::builtins::names().filter(|_| is_call);
        nearest(name, locals.chain(items).chain(builtins).take(MAX_CANDIDATES)).map(str::to_owned)
    }
}

/// The word of the language that a name is most likely meant to be.
fn nearest_word(name: &str) -> Option<&'static str> {
    let limit = if name.chars().count() > 4 { 2 } else { 1 };
    let near = |word: &&str| strsim::damerau_levenshtein(name, word) <= limit;
    WORDS.into_iter().filter(|_| (3..12).contains(&name.len())).find(near)
}

/// The candidate that is close enough to `name` to be what was meant: at most a third of its letters wrong.
pub(super) fn nearest<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > 100 {
        return None;
    }
    let limit = name.chars().count() / 3;
    candidates
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= 4 * limit && *candidate != name)
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}
