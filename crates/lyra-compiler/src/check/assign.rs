//! Assignments: which expressions are places, and what storing into each is.
//!
//! Order: the parts of the place, the right side, the check, the store. A compound assignment evaluates its
//! place once.

use super::checker::Checker;
use super::files::ItemKind;
use super::frame::Role;
use super::names::Found;
use crate::hir::{Action, Expr, ExprKind, LocalId, Stmt, StmtKind, Ty};
use lyra_base::{Span, Symbol};
use lyra_bytecode::{Builtin, GlobalId, Op, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// A place that was found good.
enum Place<'a> {
    Local(LocalId),
    Global(GlobalId),
    Element {
        array: Expr<'a>,
        index: Expr<'a>,
        element: TypeId,
    },
    /// What a map has for a key: `m[k]`.
    Entry {
        map: Expr<'a>,
        map_type: TypeId,
        key: Expr<'a>,
        value: TypeId,
    },
    /// Part of a tuple that stands in a place.
    Part {
        whole: Box<Self>,
        whole_type: TypeId,
        index: usize,
    },
    /// Field of a struct: `p.x`.
    Field {
        record: Expr<'a>,
        index: u8,
    },
    /// Element of an `any`.
    AnyElement {
        value: Expr<'a>,
        index: Expr<'a>,
    },
    /// Field of an `any`.
    AnyField {
        value: Expr<'a>,
        name: Symbol,
    },
    /// What an optional in a place holds: `x!`.
    Inside {
        whole: Box<Self>,
        whole_type: TypeId,
    },
    /// `_`
    Nowhere,
}

impl<'a> Checker<'a> {
    pub(super) fn assign(&mut self, assign: &ast::Assign<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        if let (ast::ExprKind::Tuple(places), None) = (unparen(assign.place).kind, assign.op) {
            self.assign_tuple(places, assign.value, span, out);
            return;
        }
        let Some((place, ty)) = self.place(assign.place) else {
            // Of `none` nothing more is said: what it is none of could not be known.
            if !super::infer::says_nothing(assign.value) {
                self.expr(assign.value, None);
            }
            return;
        };
        match assign.op {
            None => {
                let value = match ty {
                    Some(ty) => self.expect_expr(assign.value, ty),
                    None => self.value_expr(assign.value, None),
                };
                self.store(place, value, span, out);
            }
            Some(op) => self.compound(place, ty, op, assign, span, out),
        }
    }

    fn compound(
        &mut self,
        place: Place<'a>,
        ty: Option<TypeId>,
        op: ast::BinaryOp,
        assign: &ast::Assign<'a>,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let Some(ty) = ty else {
            self.expr(assign.value, None);
            return;
        };
        let want = match ty {
            TypeId::CHAR => Some(TypeId::I32),
            _ if super::operators::is_shift(op) => None,
            _ => Some(ty),
        };
        let right = self.value_expr(assign.value, want);
        let Some(right_type) = right.type_id() else {
            if right.ty == Ty::Never {
                out.push(Stmt { kind: StmtKind::Expr(self.alloc(right)), span });
            }
            return;
        };
        // An element waits on the stack; a part is read from the place, whose own parts are kept.
        let place = match place {
            Place::Part { .. }
            | Place::Inside { .. }
            | Place::Entry { .. }
            | Place::AnyElement { .. }
            | Place::AnyField { .. } => self.settle(place, out),
            place => place,
        };
        let old = match &place {
            Place::Element { .. } | Place::Field { .. } => Expr::new(ExprKind::OldValue, Ty::Value(ty), span),
            // A key that is not there is told before the right side is evaluated.
            Place::Entry { map, map_type, key, .. } => {
                self.builtin(Builtin::MapAt, *map_type, &[*map, *key], Ty::Value(ty), map.span.to(key.span))
            }
            place => self.load(place, ty, span),
        };
        let new = self.binary_op(op, old, ty, right, right_type, assign.op_span);
        match new {
            Some(new) if new.type_id() == Some(ty) => match place {
                Place::Element { array, index, element } => {
                    let (array, index, value) = (self.alloc(array), self.alloc(index), self.alloc(new));
                    out.push(Stmt { kind: StmtKind::UpdateElement { array, index, element, value }, span });
                }
                Place::Field { record, index } => {
                    let (record, value) = (self.alloc(record), self.alloc(new));
                    out.push(Stmt { kind: StmtKind::UpdatePart { record, index, part: ty, value }, span });
                }
                Place::Entry { map, map_type, key, .. } => {
                    let set = self.builtin(Builtin::MapUpdate, map_type, &[map, key, new], Ty::Unit, span);
                    out.push(Stmt { kind: StmtKind::Expr(self.alloc(set)), span });
                }
                place => self.store(place, new, span, out),
            },
            Some(new) => {
                self.fit(new, ty, assign.value.span);
            }
            None => self.report_operator_on(op, assign.op_span, ty, right_type),
        }
    }

    /// `(a, b) = (b, a)`: every right side is evaluated before the first store.
    fn assign_tuple(
        &mut self,
        places: &'a [ast::Expr<'a>],
        value: &ast::Expr<'a>,
        span: Span,
        out: &mut Vec<Stmt<'a>>,
    ) {
        let found: Vec<_> = places.iter().map(|place| self.place(place)).collect();
        let wanted: Option<Box<[TypeId]>> =
            found.iter().map(|place| place.as_ref().and_then(|(_, ty)| *ty)).collect();
        let want = wanted.and_then(|types| self.make_type(lyra_bytecode::Type::Tuple(types), span));
        let value = self.value_expr(value, want);
        let Some(ty) = value.type_id() else {
            if value.ty == Ty::Never {
                out.push(Stmt { kind: StmtKind::Expr(self.alloc(value)), span });
            }
            return;
        };
        let types = self.types.parts(ty).filter(|types| types.len() == places.len()).map(<[_]>::to_vec);
        let Some(types) = types else {
            let name = self.types.name(ty);
            self.error(code::PATTERN, span, format!("{} places do not take {name} apart", places.len()));
            return;
        };
        // Elements' arrays and indexes come first, then the values, then the stores.
        let mut stores = Vec::new();
        for (place, &ty) in found.into_iter().zip(&types) {
            let Some((place, place_type)) = place else { continue };
            if let Some(place_type) = place_type
                && !self.fits(ty, place_type)
            {
                self.mismatch(Ty::Value(place_type), Ty::Value(ty), value.span);
                return;
            }
            stores.push((self.settle(place, out), place_type));
        }
        if stores.len() != types.len() {
            return;
        }
        let values: Vec<Expr<'a>> = match value.kind {
            ExprKind::Apply(Action::NewRecord, parts) => {
                let mut values = Vec::with_capacity(parts.len());
                for (&part, &ty) in parts.iter().zip(&types) {
                    let local = self.temporary(ty);
                    out.push(self.set_local(local, part, span));
                    values.push(self.local(local, ty, span));
                }
                values
            }
            _ => {
                let local = self.temporary(ty);
                out.push(self.set_local(local, value, span));
                let whole = self.local(local, ty, span);
                types.iter().enumerate().map(|(index, &ty)| self.tuple_part(whole, index, ty, span)).collect()
            }
        };
        for ((place, want), value) in stores.into_iter().zip(values) {
            let value = want.map_or(value, |want| self.fit(value, want, span));
            self.store(place, value, span, out);
        }
    }

    /// Evaluates the parts of a place now, into temporaries.
    fn settle(&mut self, place: Place<'a>, out: &mut Vec<Stmt<'a>>) -> Place<'a> {
        match place {
            Place::Element { array, index, element } => {
                let array = self.keep_in(array, out);
                let index = self.keep_in(index, out);
                Place::Element { array, index, element }
            }
            Place::Entry { map, map_type, key, value } => {
                let map = self.keep_in(map, out);
                let key = self.keep_in(key, out);
                Place::Entry { map, map_type, key, value }
            }
            Place::Field { record, index } => Place::Field { record: self.keep_in(record, out), index },
            Place::AnyElement { value, index } => {
                let value = self.keep_in(value, out);
                Place::AnyElement { value, index: self.keep_in(index, out) }
            }
            Place::AnyField { value, name } => Place::AnyField { value: self.keep_in(value, out), name },
            Place::Part { whole, whole_type, index } => {
                let whole = Box::new(self.settle(*whole, out));
                Place::Part { whole, whole_type, index }
            }
            Place::Inside { whole, whole_type } => {
                let whole = Box::new(self.settle(*whole, out));
                Place::Inside { whole, whole_type }
            }
            other => other,
        }
    }

    // ---- places ----

    /// The place that an expression is, with its type; reports what is none.
    fn place(&mut self, expr: &ast::Expr<'a>) -> Option<(Place<'a>, Option<TypeId>)> {
        match expr.kind {
            ast::ExprKind::Paren(inner) => self.place(inner),
            ast::ExprKind::Name(symbol) => self.named_place(symbol, expr.span),
            ast::ExprKind::Index { base, index } => self.element_place(base, index, expr.span),
            ast::ExprKind::TupleField { index, optional: true, .. } => {
                self.expr(expr, None);
                self.report_optional_place(&index.to_string(), expr.span);
                None
            }
            ast::ExprKind::TupleField { base, index, index_span, .. } => {
                let (whole, whole_type) = self.read_place(base)?;
                let part = self.types.parts(whole_type).and_then(|parts| parts.get(index as usize)).copied();
                let Some(part) = part else {
                    if self.types.parts(whole_type).is_none() {
                        self.no_tuple(whole_type, index_span);
                    } else {
                        let name = self.types.name(whole_type);
                        self.error(code::NO_SUCH_PART, index_span, format!("{name} has no part {index}"));
                    }
                    return None;
                };
                let place = Place::Part { whole: Box::new(whole), whole_type, index: index as usize };
                Some((place, Some(part)))
            }
            ast::ExprKind::Field { base, name } if self.file_named(base).is_some() => {
                let file = self.file_named(base)?;
                let kind = self.member(file, name, "")?;
                self.item_place(kind, name.symbol, expr.span)
            }
            ast::ExprKind::Field { base, name } if !self.is_namespace(base) => self.field_place(base, name),
            ast::ExprKind::Unwrap(inner) => {
                let (whole, whole_type) = self.read_place(inner)?;
                let Some(ty) = self.inner_of(whole_type) else {
                    self.never_none(
                        whole_type,
                        expr.span,
                        "`!` takes the value out of an optional: remove it",
                    );
                    return None;
                };
                Some((Place::Inside { whole: Box::new(whole), whole_type }, Some(ty)))
            }
            ast::ExprKind::Field { .. } => {
                let value = self.expr(expr, None);
                if value.ty != Ty::Error {
                    self.not_a_place(expr.span, "this cannot be changed");
                }
                None
            }
            ast::ExprKind::OptionalField { name, .. } => {
                let text = self.text(name.symbol);
                self.expr(expr, None);
                self.report_optional_place(text, expr.span);
                None
            }
            ast::ExprKind::Error => None,
            _ => {
                self.expr(expr, None);
                self.not_a_place(expr.span, "nothing can be stored here");
                None
            }
        }
    }

    /// As [`Self::place`], with the type of what is read there: a map may have nothing for a key.
    fn read_place(&mut self, expr: &ast::Expr<'a>) -> Option<(Place<'a>, TypeId)> {
        let (place, ty) = self.place(expr)?;
        let ty = match place {
            Place::Entry { value, .. } => self.optional(value, expr.span)?,
            _ => ty?,
        };
        Some((place, ty))
    }

    fn report_optional_place(&mut self, part: &str, span: Span) {
        let help =
            format!("`x!.{part} = …` fails on `none`; `if var y = x {{ y.{part} = … }}` does nothing then");
        self.report(
            Diagnostic::error(code::NOT_A_PLACE, span, "what may be `none` is no place").with_help(help),
        );
    }

    fn not_a_place(&mut self, span: Span, message: &str) {
        self.report(
            Diagnostic::error(code::NOT_A_PLACE, span, message).with_help(
                "variables, fields `p.x`, elements `xs[i]`, `m[k]` and parts `t.0` can be assigned",
            ),
        );
    }

    fn named_place(&mut self, symbol: Symbol, span: Span) -> Option<(Place<'a>, Option<TypeId>)> {
        let name = self.text(symbol);
        if name == "_" {
            return Some((Place::Nowhere, None));
        }
        match self.reach(symbol) {
            Some(Found::Local(local)) => {
                let var = &mut self.frame.vars[local];
                var.assigned = true;
                if let Some(cell) = var.cell {
                    self.cells[cell].assigned = true;
                }
                let (ty, role, declared, slot) = (var.ty, var.role, var.span, var.slot);
                let help = match role {
                    Role::Param | Role::Var => None,
                    Role::SelfParam => Some((
                        "`self` stays what the method was called on",
                        "copy it into a `var` of its own to change it",
                    )),
                    Role::Let => {
                        Some(("`let` names are not assigned again", "declare it with `var` to change it"))
                    }
                    Role::Loop => Some((
                        "the name of a loop is not assigned",
                        "copy it into a `var` of its own to change it",
                    )),
                    Role::Pattern => {
                        Some(("it is bound by the pattern", "copy it into a `var` of its own to change it"))
                    }
                    Role::Catch => Some((
                        "the name of a `catch` is not assigned",
                        "copy it into a `var` of its own to change it",
                    )),
                };
                if let Some((why, help)) = help {
                    self.not_assignable(name, span, declared, why, help);
                    return None;
                }
                Some((Place::Local(slot), Some(ty.type_id()?)))
            }
            Some(Found::Item(kind)) => self.item_place(kind, symbol, span),
            Some(Found::Outer) => None,
            None => {
                self.unknown_name(symbol, span, false);
                None
            }
        }
    }

    /// The place that an item is.
    fn item_place(
        &mut self,
        kind: ItemKind<'a>,
        symbol: Symbol,
        span: Span,
    ) -> Option<(Place<'a>, Option<TypeId>)> {
        let name = self.text(symbol);
        match kind {
            ItemKind::Global(global) => {
                let var = &self.globals[global];
                let (ty, mutable, declared) = (var.ty, var.mutable, var.span);
                if !mutable {
                    let why = "`let` names are not assigned again";
                    self.not_assignable(name, span, declared, why, "declare it with `var` to change it");
                    return None;
                }
                if ty.is_none() {
                    // Reports that its type is not known yet.
                    self.item_value(kind, symbol, None, span);
                }
                Some((Place::Global(global), Some(ty?.type_id()?)))
            }
            ItemKind::Const(_) => {
                self.error(code::NOT_ASSIGNABLE, span, format!("`{name}` is a const"));
                None
            }
            ItemKind::Refused => None,
            ItemKind::Twice(first, second) => {
                self.report_two_files(symbol, [first, second], span);
                None
            }
            ItemKind::Proc(_) | ItemKind::Module(_) | ItemKind::File(_) | ItemKind::Type(_) => {
                self.not_a_place(span, "nothing can be stored here");
                None
            }
        }
    }

    fn not_assignable(&mut self, name: &str, span: Span, declared: Span, why: &str, help: &str) {
        self.report(
            Diagnostic::error(code::NOT_ASSIGNABLE, span, format!("`{name}` cannot be assigned"))
                .with_label(why)
                .with_secondary(declared, "declared here")
                .with_help(help),
        );
    }

    /// `base.name`: the struct is a reference, so its base is any expression.
    fn field_place(&mut self, base: &ast::Expr<'a>, name: ast::Name) -> Option<(Place<'a>, Option<TypeId>)> {
        let record = self.value_expr(base, None);
        let ty = record.type_id()?;
        if let Some((index, part)) = self.find_field(ty, name) {
            return Some((Place::Field { record, index }, Some(part.type_id()?)));
        }
        if ty == TypeId::ANY {
            return Some((Place::AnyField { value: record, name: name.symbol }, Some(ty)));
        }
        if ty == TypeId::ERROR {
            self.not_a_place(name.span, "an error does not change");
        } else {
            self.unknown_field(ty, name);
        }
        None
    }

    fn element_place(
        &mut self,
        base: &ast::Expr<'a>,
        index: &ast::Expr<'a>,
        span: Span,
    ) -> Option<(Place<'a>, Option<TypeId>)> {
        let array = self.value_expr(base, None);
        let ty = array.type_id()?;
        if let Some((key_type, value)) = self.types.entry(ty) {
            if let ast::ExprKind::Range { .. } = index.kind {
                self.not_a_place(index.span, "a map has no slices");
                return None;
            }
            let key = self.expect_expr(index, key_type);
            key.type_id()?;
            return Some((Place::Entry { map: array, map_type: ty, key, value }, Some(value)));
        }
        if ty == TypeId::ANY && !matches!(index.kind, ast::ExprKind::Range { .. }) {
            let index = self.expect_expr(index, TypeId::ANY);
            index.type_id()?;
            return Some((Place::AnyElement { value: array, index }, Some(ty)));
        }
        let Some(element) = self.types.element(ty) else {
            let name = self.types.name(ty);
            let help = match ty {
                _ if let Some(help) = self.optional_help(ty) => help,
                TypeId::STR => "text does not change; build a new one from slices: `s[..i] + c + s[i + 1..]`",
                _ => "elements of arrays and values of maps can be assigned",
            };
            self.expr(index, Some(TypeId::I32));
            self.report(
                Diagnostic::error(code::NOT_A_PLACE, span, format!("{name} has no elements to assign"))
                    .with_help(help),
            );
            return None;
        };
        if let ast::ExprKind::Range { .. } = index.kind {
            self.not_a_place(index.span, "a slice is a copy and cannot be assigned");
            return None;
        }
        let index = self.expect_expr(index, TypeId::I32);
        index.type_id()?;
        Some((Place::Element { array, index, element }, Some(element)))
    }

    /// The value now in a place.
    fn load(&mut self, place: &Place<'a>, ty: TypeId, span: Span) -> Expr<'a> {
        match place {
            Place::Local(local) => self.local(*local, ty, span),
            Place::Global(global) => Expr::new(ExprKind::Global(*global), Ty::Value(ty), span),
            Place::Element { array, index, element } => self.element(*array, *index, *element, span),
            Place::Entry { map, map_type, key, .. } => {
                self.builtin(Builtin::MapGet, *map_type, &[*map, *key], Ty::Value(ty), map.span.to(key.span))
            }
            Place::Part { whole, whole_type, index } => {
                let whole = self.load(whole, *whole_type, span);
                self.tuple_part(whole, *index, ty, span)
            }
            Place::Field { record, index } => self.act(Action::GetPart(*index), &[*record], ty, span),
            Place::AnyElement { value, index } => self.apply(Op::AnyGetIndex, &[*value, *index], ty, span),
            Place::AnyField { value, name } => self.act(Action::GetAnyField(*name), &[*value], ty, span),
            Place::Inside { whole, whole_type } => {
                let whole = self.load(whole, *whole_type, span);
                self.act(Action::Unwrap, &[whole], ty, span)
            }
            Place::Nowhere => Expr::error(span),
        }
    }

    fn store(&mut self, place: Place<'a>, value: Expr<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        let kind = match place {
            _ if value.ty == Ty::Error => return,
            Place::Local(local) => StmtKind::AssignLocal(local, self.alloc(value)),
            Place::Global(global) => StmtKind::SetGlobal(global, self.alloc(value)),
            Place::Element { array, index, .. } => StmtKind::SetElement {
                array: self.alloc(array),
                index: self.alloc(index),
                value: self.alloc(value),
            },
            Place::Field { record, index } => {
                StmtKind::SetPart { record: self.alloc(record), index, value: self.alloc(value) }
            }
            Place::Entry { map, map_type, key, .. } => {
                let place = map.span.to(key.span);
                let set = self.builtin(Builtin::MapSet, map_type, &[map, key, value], Ty::Unit, place);
                StmtKind::Expr(self.alloc(set))
            }
            Place::AnyElement { value: base, index } => {
                self.note_any();
                let set = self.apply_unit(Op::AnySetIndex, &[base, index, value], base.span.to(index.span));
                StmtKind::Expr(self.alloc(set))
            }
            Place::AnyField { value: base, name } => {
                self.note_any();
                let args = self.list(&[base, value]);
                let set = Expr::new(ExprKind::Apply(Action::SetAnyField(name), args), Ty::Unit, span);
                StmtKind::Expr(self.alloc(set))
            }
            Place::Inside { .. } => {
                self.store_inside(place, value, span, out);
                return;
            }
            Place::Part { .. } => {
                self.store_part(place, value, span, out);
                return;
            }
            Place::Nowhere => StmtKind::Expr(self.alloc(value)),
        };
        out.push(Stmt { kind, span });
    }

    /// `x! = v` fails on `none` like reading it does, once `v` is there.
    fn store_inside(&mut self, place: Place<'a>, value: Expr<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        let place = self.settle(place, out);
        let value = self.keep_in(value, out);
        let Some(ty) = value.type_id() else { return };
        let old = self.load(&place, ty, span);
        out.push(Stmt { kind: StmtKind::Expr(self.alloc(old)), span });
        if let Place::Inside { whole, whole_type } = place {
            let stored = if let Place::Entry { value, .. } = &*whole { *value } else { whole_type };
            let value = self.fit(value, stored, span);
            self.store(*whole, value, span, out);
        }
    }

    /// A tuple is a value: storing a part stores a new tuple with that part replaced.
    fn store_part(&mut self, place: Place<'a>, value: Expr<'a>, span: Span, out: &mut Vec<Stmt<'a>>) {
        let Some(mut part_type) = value.type_id() else { return };
        let mut place = self.settle(place, out);
        let kept = self.temporary(part_type);
        out.push(self.set_local(kept, value, span));
        let mut value = self.local(kept, part_type, span);
        while let Place::Part { whole, whole_type, index } = place {
            let tuple = self.load(&whole, whole_type, span);
            let parts = self.types.parts(whole_type).map(<[_]>::to_vec).unwrap_or_default();
            let values: Vec<_> = parts
                .iter()
                .enumerate()
                .map(|(at, &ty)| if at == index { value } else { self.tuple_part(tuple, at, ty, span) })
                .collect();
            value = self.act(Action::NewRecord, &values, whole_type, span);
            part_type = whole_type;
            place = *whole;
        }
        debug_assert_eq!(value.type_id(), Some(part_type), "the rebuilt tuple is of the place's type");
        self.store(place, value, span, out);
    }
}

fn unparen<'a>(expr: &ast::Expr<'a>) -> ast::Expr<'a> {
    let mut expr = *expr;
    while let ast::ExprKind::Paren(inner) = expr.kind {
        expr = *inner;
    }
    expr
}
