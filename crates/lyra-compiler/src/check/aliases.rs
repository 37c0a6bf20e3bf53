//! `type Name = T`: names of types, each resolved after those it is written with.

use super::checker::Checker;
use super::files::{Context, ItemKind};
use super::nominal::{State, TypeDecl, TypeItem, TypeItemId};
use crate::hir::Ty;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// The type that an item stands for by its name alone.
    pub(super) fn type_of_item(&mut self, item: TypeItemId) -> Ty {
        let takes = self.nominals.items[item].params.len();
        if takes > 0 {
            let name = self.nominals.items[item].name;
            self.wrong_type_arguments(self.text(name.symbol), takes, 0, name.span, name.span);
            return Ty::Error;
        }
        self.alias_of(item)
    }

    /// What an item stands for; one with parameters, in terms of these.
    pub(super) fn alias_of(&mut self, item: TypeItemId) -> Ty {
        let TypeItem { file, decl, state, .. } = self.nominals.items[item];
        let bound = self.nominals.items[item].bound();
        match (state, decl) {
            (State::Done(ty), _) => ty,
            (State::New, TypeDecl::Alias(written)) => {
                self.nominals.items[item].state = State::Open;
                let outer = std::mem::replace(&mut self.context, Context { bound, ..Context::of(file) });
                let mut ty = self.resolve_type(&written);
                self.context = outer;
                // Someone on the way back to here has said that it is a circle.
                if let State::Done(Ty::Error) = self.nominals.items[item].state {
                    ty = Ty::Error;
                }
                self.nominals.items[item].state = State::Done(ty);
                ty
            }
            (State::New | State::Open, _) => {
                self.type_cycle(item);
                Ty::Error
            }
        }
    }

    /// Looks at every `type`, those it needs first, however long the chain: the walk keeps its own stack.
    pub(super) fn resolve_aliases(&mut self) {
        let mut seen = vec![false; self.nominals.items.len()];
        for start in 0..seen.len() {
            let mut path = vec![start];
            while let Some(&index) = path.last() {
                let id = TypeItemId(u32::try_from(index).unwrap_or(u32::MAX));
                let TypeItem { file, decl, state, .. } = self.nominals.items[id];
                let TypeDecl::Alias(written) = decl else {
                    path.pop();
                    continue;
                };
                if seen[index] || matches!(state, State::Done(_)) {
                    if let TypeDecl::Alias(_) = decl {
                        self.alias_of(id);
                    }
                    path.pop();
                    continue;
                }
                seen[index] = true;
                self.context = Context::of(file);
                for needed in self.aliases_in(written) {
                    let other = needed.0 as usize;
                    if !seen[other] {
                        path.push(other);
                    } else if let State::New = self.nominals.items[needed].state {
                        // It waits further down: a circle.
                        self.type_cycle(needed);
                    }
                }
            }
        }
    }

    /// The `type` names that a type is written with.
    fn aliases_in(&self, written: ast::Type<'a>) -> Vec<TypeItemId> {
        let mut found = Vec::new();
        let mut todo = vec![written];
        while let Some(ty) = todo.pop() {
            match ty.kind {
                ast::TypeKind::Name { path, args } => {
                    if let Some(ItemKind::Type(item)) = self.find_path(path)
                        && let TypeDecl::Alias(_) = self.nominals.items[item].decl
                    {
                        found.push(item);
                    }
                    todo.extend(args);
                }
                ast::TypeKind::Array(inner) | ast::TypeKind::Optional(inner) => todo.push(*inner),
                ast::TypeKind::Map(key, value) => todo.extend([*key, *value]),
                ast::TypeKind::Tuple(parts) => todo.extend(parts),
                ast::TypeKind::Proc { params, result } => todo.extend(params.iter().chain(result).copied()),
                ast::TypeKind::Error => {}
            }
        }
        found
    }

    fn type_cycle(&mut self, item: TypeItemId) {
        let name = self.nominals.items[item].name;
        let text = self.text(name.symbol);
        self.report(
            Diagnostic::error(
                code::TYPE_CYCLE,
                name.span,
                format!("what `{text}` stands for depends on itself"),
            )
            .with_help("a type that contains itself is a `struct` or an `enum`"),
        );
        self.nominals.items[item].state = State::Done(Ty::Error);
    }
}
