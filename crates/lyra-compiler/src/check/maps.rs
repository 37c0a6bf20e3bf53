//! Maps: their types, literals, `m[k]`, and walks over them.

use super::checker::Checker;
use crate::hir::{Block, Expr, ExprKind, LocalId, Loop, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{Builtin, Type, TypeId};
use lyra_syntax::ast::BinaryOp;
use lyra_syntax::{Diagnostic, ast, code};

impl<'a> Checker<'a> {
    /// `{key: value}`; `None` when it can be no key, or the type is too large, which has been reported.
    pub(super) fn map_of(
        &mut self,
        key: TypeId,
        value: TypeId,
        key_span: Span,
        span: Span,
    ) -> Option<TypeId> {
        if !self.is_hashable(key) {
            self.report_key(key, key_span);
            return None;
        }
        self.make_type(Type::Map { key, value }, span)
    }

    fn report_key(&mut self, key: TypeId, span: Span) {
        let name = self.types.name(key);
        let mut diagnostic =
            Diagnostic::error(code::KEY_TYPE, span, format!("{name} cannot be the key of a map"))
                .with_label("keys are integers, bool, char, str, enums without payloads, tuples of these");
        if self.is_param(key) {
            diagnostic = diagnostic.with_help(self.bound_help(key, "Hashable"));
            self.report(diagnostic);
            return;
        }
        let help = match self.types.get(key) {
            Some(Type::F64) => Some("take an integer, or the text of the number"),
            Some(Type::Array(_)) => {
                Some("an array can change, a key cannot: take a tuple, or the text of the array")
            }
            Some(Type::Struct(_)) => {
                Some("a struct can change, a key cannot: take one of its fields, or a tuple of them")
            }
            Some(Type::Optional(_)) => Some("take a key that stands for `none`, such as \"\" or -1"),
            _ => None,
        };
        if let Some(help) = help {
            diagnostic = diagnostic.with_help(help);
        }
        self.report(diagnostic);
    }

    /// `{key: value, …}`
    pub(super) fn map(
        &mut self,
        entries: &'a [(ast::Expr<'a>, ast::Expr<'a>)],
        want: Option<TypeId>,
        span: Span,
    ) -> Expr<'a> {
        let wanted = self.beneath(want).and_then(|want| Some((want, self.types.entry(want)?)));
        if entries.is_empty() {
            let Some((ty, _)) = wanted else {
                self.report(
                    Diagnostic::error(code::EMPTY_ARRAY, span, "what an empty map holds is not known here")
                        .with_help(
                            "give the variable a type: `var m: {str: i32} = {}`, or just `var m: {str: i32}`",
                        ),
                );
                return Expr::error(span);
            };
            return Expr::new(ExprKind::Map(&[]), Ty::Value(ty), span);
        }
        for (key, _) in entries {
            self.bare_key(key);
        }
        let wanted = wanted.map(|(_, entry)| entry);
        let keys = self.alike(entries.iter().map(|(key, _)| key), wanted.map(|(key, _)| key));
        let values = self.alike(entries.iter().map(|(_, value)| value), wanted.map(|(_, value)| value));
        let (Some((keys, key)), Some((values, value))) = (keys, values) else { return Expr::error(span) };
        let key_span = entries.first().map_or(span, |(key, _)| key.span);
        let Some(ty) = self.map_of(key, value, key_span, span) else { return Expr::error(span) };
        let entries: Vec<_> = keys.into_iter().zip(values).map(|(key, value)| [key, value]).collect();
        Expr::new(ExprKind::Map(self.list(&entries)), Ty::Value(ty), span)
    }

    /// `{name: 1}` is meant as a text in other languages: says so when there is no such name.
    fn bare_key(&mut self, key: &ast::Expr<'a>) {
        let ast::ExprKind::Name(symbol) = key.kind else { return };
        let name = self.text(symbol);
        let is_known = self.find(symbol).is_some() || matches!(name, "_" | "self");
        if is_known || !self.frame.unknown.insert(symbol) {
            return;
        }
        self.report(
            Diagnostic::error(code::UNKNOWN_NAME, key.span, format!("unknown name `{name}`"))
                .with_label("a key is an expression")
                .with_help(format!("a key that is a text is quoted: `\"{name}\"`"))
                .with_fix(key.span, format!("\"{name}\"")),
        );
    }

    /// `map[index]`: the value, or `none`.
    pub(super) fn map_index(
        &mut self,
        map: Expr<'a>,
        ty: TypeId,
        index: &ast::Expr<'a>,
        span: Span,
    ) -> Expr<'a> {
        let Some((key, value)) = self.types.entry(ty) else { return Expr::error(span) };
        let key = self.expect_expr(index, key);
        let Some(found) = self.optional(value, span).filter(|_| key.type_id().is_some()) else {
            return Expr::error(span);
        };
        self.builtin(Builtin::MapGet, ty, &[map, key], Ty::Value(found), span)
    }

    /// `for k in map`, `for k, v in map`.
    ///
    /// The walk goes by positions, which hold as long as no key comes or goes; that is asked when it goes on.
    pub(super) fn for_map(
        &mut self,
        for_: &ast::For<'a>,
        walked: Expr<'a>,
        ty: TypeId,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let Some((key_type, value_type)) = self.types.entry(ty) else { return };
        let place = for_.iter.span;
        let number = Ty::Value(TypeId::I32);
        let container = self.temporary(ty);
        out.push(self.set_local(container, walked, place));
        let map = self.local(container, ty, place);
        let version = self.builtin(Builtin::MapVersion, ty, &[map], number, place);
        let version = self.keep_in(version, out);
        let at = self.temporary(TypeId::I32);
        let zero = self.integer(0, TypeId::I32, place);
        let first = self.builtin(Builtin::MapNext, ty, &[map, zero], number, place);
        out.push(self.set_local(at, first, place));
        let position = self.local(at, TypeId::I32, place);

        let mut stmts = Vec::new();
        let entry = [map, position];
        let key = self.loop_part(&for_.first, Builtin::MapKeyAt, ty, entry, key_type, &mut stmts);
        let value = for_.second.as_ref().map(|second| {
            (second, self.loop_part(second, Builtin::MapValueAt, ty, entry, value_type, &mut stmts))
        });
        self.enter();
        if let Some(slot) = key {
            self.loop_name(&for_.first, key_type, slot, span, &mut stmts);
        }
        if let Some((second, Some(slot))) = value {
            self.loop_name(second, value_type, slot, span, &mut stmts);
        }
        let id = self.open_loop(for_.label);
        let body = self.block_stmts(&for_.body);
        let left = self.close_loop();
        self.leave();
        stmts.push(Stmt { kind: StmtKind::Block(self.alloc(body)), span });
        let body = Block { stmts: self.list(&stmts), value: None };

        let check = self.builtin(Builtin::MapCheck, ty, &[map, version], Ty::Unit, place);
        let one = self.integer(1, TypeId::I32, place);
        let after = self.integer_op(BinaryOp::Add, position, one, TypeId::I32, place);
        let next = self.builtin(Builtin::MapNext, ty, &[map, after], number, place);
        let step =
            [Stmt { kind: StmtKind::Expr(self.alloc(check)), span: place }, self.set_local(at, next, place)];
        let test = self.integer_op(BinaryOp::Ge, position, zero, TypeId::I32, place);
        let test = self.alloc(test);
        let loop_ =
            Loop { id, guard: Some(test), body, step: self.list(&step), again: Some(test), after: &[], left };
        out.push(Stmt { kind: StmtKind::Loop(self.alloc(loop_)), span });
    }

    /// Key or value of a round, where the loop has a name for it.
    fn loop_part(
        &mut self,
        pattern: &ast::Pattern<'a>,
        part: Builtin,
        map: TypeId,
        entry: [Expr<'a>; 2],
        ty: TypeId,
        out: &mut Vec<Stmt<'a>>,
    ) -> Option<LocalId> {
        if let ast::PatternKind::Wild = pattern.kind {
            return None;
        }
        let slot = self.slot(ty, self.plain_name(pattern));
        let place = entry[0].span;
        let value = self.builtin(part, map, &entry, Ty::Value(ty), place);
        out.push(self.set_local(slot, value, place));
        Some(slot)
    }
}
