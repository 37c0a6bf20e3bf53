//! Patterns as known: what they fit, what they bind.
//!
//! A [`Pat`] says everything in few forms, so that [`super::cover`] (which cases are covered) and [`super::arms`]
//! (the tests) need not know what was written: `true`, `none`, `Some`, a variant and a tuple are all a
//! constructor with parts; numbers and chars are spans of whole numbers.

use super::checker::Checker;
use super::files::ItemKind;
use super::names::{Found, nearest};
use super::scale::Scale;
use crate::hir::{Expr, ExprKind, Ty};
use lyra_base::{Span, Symbol};
use lyra_bytecode::scalar::Scalar;
use lyra_bytecode::{Type, TypeId};
use lyra_syntax::{Diagnostic, ast, code};

/// One pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pat<'a> {
    pub(super) kind: PatKind<'a>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum PatKind<'a> {
    /// Fits everything.
    Wild,
    /// Fits everything; the name by its place among the arm's.
    Bind(usize),
    /// One of a type's few forms, with what it is made of: see [`Checker::forms`].
    Form {
        form: u32,
        parts: &'a [Pat<'a>],
    },
    /// The numbers from `low` to `high`, counted as [`Scale`] says.
    Span {
        low: i128,
        high: i128,
    },
    Text(&'a str),
    Or(&'a [Pat<'a>]),
    /// Wrong and reported.
    Error,
}

/// What one arm's pattern binds.
#[derive(Clone, Copy)]
pub(super) struct BoundName {
    pub(super) name: ast::Name,
    pub(super) ty: Ty,
}

/// Names that a pattern may bind: those of the sides of `|` are compared with each other.
const MAX_NAMES: usize = 256;

/// `none`, as a form of an optional and of `any`.
pub(super) const NONE: u32 = 0;
/// A value, likewise.
pub(super) const SOME: u32 = 1;

/// What is known around a pattern.
pub(super) struct PatternContext<'n> {
    /// What the arm binds so far.
    pub(super) names: &'n mut Vec<BoundName>,
    /// An earlier arm has taken `none`: a name for the whole is the value.
    pub(super) none_taken: bool,
}

impl<'a> Checker<'a> {
    /// Checks a pattern against values of a type.
    pub(super) fn pattern(
        &mut self,
        pattern: &ast::Pattern<'a>,
        ty: TypeId,
        context: &mut PatternContext<'_>,
    ) -> Pat<'a> {
        let span = pattern.span;
        let none_taken = std::mem::take(&mut context.none_taken);
        let kind = match pattern.kind {
            ast::PatternKind::Wild => PatKind::Wild,
            ast::PatternKind::Error => PatKind::Error,
            ast::PatternKind::Or(sides) => {
                context.none_taken = none_taken;
                self.or_pattern(sides, ty, context)
            }
            ast::PatternKind::Name(symbol) => {
                return self.name_pattern(ast::Name { symbol, span }, ty, none_taken, context);
            }
            ast::PatternKind::None => match self.inner_of(ty) {
                Some(_) => PatKind::Form { form: NONE, parts: &[] },
                None => {
                    self.never_none(ty, span, "this arm is never taken: remove it");
                    PatKind::Error
                }
            },
            _ => match self.types.optional_of(ty) {
                Some(inner) => {
                    let value = self.pattern_of_value(pattern, inner, context);
                    return self.some(value);
                }
                None => return self.pattern_of_value(pattern, ty, context),
            },
        };
        Pat { kind, span }
    }

    /// What fits an optional's value.
    fn some(&self, value: Pat<'a>) -> Pat<'a> {
        if let PatKind::Error = value.kind {
            return value;
        }
        Pat { kind: PatKind::Form { form: SOME, parts: self.list(&[value]) }, span: value.span }
    }

    /// A pattern that is none of those for every type.
    fn pattern_of_value(
        &mut self,
        pattern: &ast::Pattern<'a>,
        ty: TypeId,
        context: &mut PatternContext<'_>,
    ) -> Pat<'a> {
        let span = pattern.span;
        if ty == TypeId::ANY {
            self.report(
                Diagnostic::error(code::MISMATCH, span, "an `any` is taken apart only when its type is said")
                    .with_label("this fits one type")
                    .with_help("say what it holds: `match x as T { … }`; `x is T` asks first"),
            );
            return Pat { kind: PatKind::Error, span };
        }
        let kind = match pattern.kind {
            ast::PatternKind::Literal(literal) => match self.pattern_literal(literal, ty) {
                Some(literal) => self.literal_kind(literal, ty),
                None => PatKind::Error,
            },
            ast::PatternKind::Range { start, end, inclusive } => {
                self.range_pattern(start, end, inclusive, ty, span)
            }
            ast::PatternKind::Tuple(parts) => self.tuple_pattern(parts, ty, span, context),
            ast::PatternKind::Variant { path, fields } => {
                self.variant_pattern(path, fields, ty, span, context)
            }
            _ => PatKind::Error,
        };
        Pat { kind, span }
    }

    // ---- names ----

    fn name_pattern(
        &mut self,
        name: ast::Name,
        ty: TypeId,
        none_taken: bool,
        context: &mut PatternContext<'_>,
    ) -> Pat<'a> {
        let span = name.span;
        let inner = self.types.optional_of(ty);
        let value = inner.unwrap_or(ty);
        if let Some((form, count)) = self.find_variant(value, name) {
            let kind = if count == 0 {
                PatKind::Form { form: form.into(), parts: &[] }
            } else {
                let text = self.text(name.symbol);
                let places = vec!["_"; count.min(20)].join(", ");
                self.report(
                    Diagnostic::error(code::PATTERN, span, format!("`{text}` carries {}", values(count)))
                        .with_help(format!("write `{text}({places})`, with names for what you need")),
                );
                PatKind::Error
            };
            let pat = Pat { kind, span };
            return if inner.is_some() { self.some(pat) } else { pat };
        }
        let text = self.text(name.symbol);
        if text.chars().next().is_some_and(char::is_uppercase) {
            self.no_variant(name, value);
            return Pat { kind: PatKind::Error, span };
        }
        if let Some(earlier) = context.names.iter().find(|earlier| earlier.name.symbol == name.symbol) {
            let earlier = earlier.name.span;
            self.report(
                Diagnostic::error(code::DEFINED_TWICE, span, format!("`{text}` is bound twice"))
                    .with_label("bound again here")
                    .with_secondary(earlier, "first bound here")
                    .with_help("bind two names, and compare them in a guard: `(a, b) if a == b => …`"),
            );
            return Pat { kind: PatKind::Error, span };
        }
        if context.names.len() >= MAX_NAMES {
            self.report(Diagnostic::error(
                code::TOO_MANY,
                span,
                format!("a pattern binds at most {MAX_NAMES} names"),
            ));
            return Pat { kind: PatKind::Error, span };
        }
        let is_value = none_taken && inner.is_some();
        let bound = if is_value { value } else { ty };
        let pat = Pat { kind: PatKind::Bind(context.names.len()), span };
        context.names.push(BoundName { name, ty: Ty::Value(bound) });
        if is_value { self.some(pat) } else { pat }
    }

    fn no_variant(&mut self, name: ast::Name, ty: TypeId) {
        if self.variants_of(ty).is_some() {
            self.unknown_member(ty, name);
            return;
        }
        let text = self.text(name.symbol);
        let type_name = self.types.name(ty);
        self.report(
            Diagnostic::error(code::UNKNOWN_VARIANT, name.span, format!("`{text}` is no pattern of {type_name}"))
                .with_label(format!("this matches {type_name}"))
                .with_help(super::foreign::pattern(text).unwrap_or("a name that binds begins with a lower-case letter; compare with a const in a guard: `n if n == LIMIT => …`")),
        );
    }

    /// Every side binds the same names, each with one type.
    fn or_pattern(
        &mut self,
        sides: &'a [ast::Pattern<'a>],
        ty: TypeId,
        context: &mut PatternContext<'_>,
    ) -> PatKind<'a> {
        let none_taken = context.none_taken;
        let outer = context.names.len();
        let mut first: Option<Vec<BoundName>> = None;
        let mut pats = Vec::with_capacity(sides.len());
        for side in sides {
            // A name of one side is not bound twice in the next; one from outside is.
            let mut names = context.names.get(..outer).map(<[_]>::to_vec).unwrap_or_default();
            let mut inner = PatternContext { names: &mut names, none_taken };
            let pat = self.pattern(side, ty, &mut inner);
            let failed = is_error(&pat);
            let pat = match &first {
                None => {
                    if !failed {
                        first = Some(names);
                    }
                    pat
                }
                Some(_) if failed => pat,
                Some(first) => {
                    let first = first.get(outer..).unwrap_or_default();
                    let own = names.get(outer..).unwrap_or_default();
                    let order =
                        self.same_names(first, own, sides.first().map_or(side.span, |s| s.span), side.span);
                    match order {
                        Some(order) => self.renumbered(&pat, outer, &order),
                        None => Pat { kind: PatKind::Error, span: side.span },
                    }
                }
            };
            pats.push(pat);
        }
        if let Some(first) = first {
            *context.names = first;
        }
        if pats.iter().any(is_error) { PatKind::Error } else { PatKind::Or(self.list(&pats)) }
    }

    /// For each name of `own` its place in `first`; reports names that the other side lacks or has otherwise.
    fn same_names(
        &mut self,
        first: &[BoundName],
        own: &[BoundName],
        first_span: Span,
        own_span: Span,
    ) -> Option<Vec<usize>> {
        for (names, others, place) in [(first, own, own_span), (own, first, first_span)] {
            let lacking = names.iter().find(|a| others.iter().all(|b| a.name.symbol != b.name.symbol));
            if let Some(lacking) = lacking {
                let text = self.text(lacking.name.symbol);
                self.report(
                    Diagnostic::error(
                        code::OR_NAMES,
                        lacking.name.span,
                        format!("`{text}` is bound on one side only"),
                    )
                    .with_secondary(place, format!("does not bind `{text}`"))
                    .with_help("both sides of `|` bind the same names; write two arms, or `_`"),
                );
                return None;
            }
        }
        let mut order = Vec::with_capacity(own.len());
        for bound in own {
            let at = first.iter().position(|other| other.name.symbol == bound.name.symbol)?;
            let other = first.get(at)?;
            if other.ty != bound.ty {
                let text = self.text(bound.name.symbol);
                let (here, there) = (self.name_of(bound.ty), self.name_of(other.ty));
                self.report(
                    Diagnostic::error(
                        code::OR_NAMES,
                        bound.name.span,
                        format!("`{text}` is {there} on one side and {here} on the other"),
                    )
                    .with_label(format!("this is {here}"))
                    .with_secondary(other.name.span, format!("this is {there}"))
                    .with_help("write two arms"),
                );
                return None;
            }
            order.push(at);
        }
        Some(order)
    }

    /// The pattern with its names numbered as the first side's are.
    fn renumbered(&self, pat: &Pat<'a>, outer: usize, order: &[usize]) -> Pat<'a> {
        if order.iter().enumerate().all(|(at, &to)| at == to) {
            return *pat;
        }
        let all = |pats: &[Pat<'a>]| -> &'a [Pat<'a>] {
            self.arena.alloc_slice_fill_iter(
                pats.iter().map(|part| self.renumbered(part, outer, order)).collect::<Vec<_>>(),
            )
        };
        let kind = match pat.kind {
            PatKind::Bind(at) => {
                PatKind::Bind(at.checked_sub(outer).and_then(|at| order.get(at)).map_or(at, |to| outer + to))
            }
            PatKind::Form { form, parts } => PatKind::Form { form, parts: all(parts) },
            PatKind::Or(sides) => PatKind::Or(all(sides)),
            other => other,
        };
        Pat { kind, ..*pat }
    }

    // ---- literals and ranges ----

    /// A literal as a constant of the type; reports one of another type.
    fn pattern_literal(&mut self, literal: &ast::Expr<'a>, ty: TypeId) -> Option<Expr<'a>> {
        let folding = std::mem::replace(&mut self.folding, true);
        let value = self.expr(literal, Some(ty));
        self.folding = folding;
        let found = value.type_id()?;
        if found == ty {
            return Some(value);
        }
        let (want, found) = (self.types.name(ty), self.types.name(found));
        let message = format!("expected {want}, found {found}");
        self.report(
            Diagnostic::error(code::MISMATCH, literal.span, message)
                .with_label(format!("this matches {want}")),
        );
        None
    }

    fn literal_kind(&self, literal: Expr<'a>, ty: TypeId) -> PatKind<'a> {
        match (literal.kind, Scale::of(ty)) {
            (ExprKind::Str(text), _) => PatKind::Text(text),
            (ExprKind::Word(word), Some(scale)) => {
                let (low, high) = scale.of_word(word);
                PatKind::Span { low, high }
            }
            (ExprKind::Word(word), None) => {
                PatKind::Form { form: u32::from(bool::from_word(word)), parts: &[] }
            }
            _ => PatKind::Error,
        }
    }

    fn range_pattern(
        &mut self,
        start: Option<&'a ast::Expr<'a>>,
        end: Option<&'a ast::Expr<'a>>,
        inclusive: bool,
        ty: TypeId,
        span: Span,
    ) -> PatKind<'a> {
        let Some(scale) = Scale::of(ty) else {
            let name = self.types.name(ty);
            self.report(
                Diagnostic::error(code::MISMATCH, span, format!("expected {name}, found a range"))
                    .with_help("ranges are of numbers and of chars"),
            );
            return PatKind::Error;
        };
        let start = start.map(|start| self.pattern_literal(start, ty));
        if let Some(None) = start {
            return PatKind::Error;
        }
        let end = end.map(|end| self.pattern_literal(end, ty));
        if let Some(None) = end {
            return PatKind::Error;
        }
        let word = |value: Option<Option<Expr<'a>>>| match value {
            Some(Some(Expr { kind: ExprKind::Word(word), .. })) => Some(scale.of_word(word)),
            _ => None,
        };
        let (least, most) = scale.ends();
        let low = word(start).map_or(least, |(low, _)| low);
        let high = word(end).map_or(most, |(low, high)| if inclusive { high } else { low - 1 });
        if low > high {
            self.report(
                Diagnostic::error(code::PATTERN, span, "this range is empty")
                    .with_label("nothing fits it")
                    .with_help("the smaller end stands first; `..=` takes the second end, too"),
            );
            return PatKind::Error;
        }
        PatKind::Span { low, high }
    }

    // ---- what has parts ----

    fn tuple_pattern(
        &mut self,
        parts: &'a [ast::Pattern<'a>],
        ty: TypeId,
        span: Span,
        context: &mut PatternContext<'_>,
    ) -> PatKind<'a> {
        let types = self.types.parts(ty).map(<[_]>::to_vec);
        let count = types.as_ref().map(Vec::len);
        let Some(types) = types.filter(|types| types.len() == parts.len()) else {
            let name = self.types.name(ty);
            let message = match count {
                Some(count) => {
                    format!("a tuple of {count} parts is matched, the pattern has {}", parts.len())
                }
                None => format!("expected {name}, found a tuple"),
            };
            self.report(
                Diagnostic::error(code::PATTERN, span, message).with_label(format!("this matches {name}")),
            );
            self.bind_errors(parts, context);
            return PatKind::Error;
        };
        let types = types.into_iter().map(Ty::Value);
        self.parts(0, parts, types, context)
    }

    fn parts(
        &mut self,
        form: u32,
        parts: &'a [ast::Pattern<'a>],
        types: impl Iterator<Item = Ty>,
        context: &mut PatternContext<'_>,
    ) -> PatKind<'a> {
        let mut pats = Vec::with_capacity(parts.len());
        for (part, ty) in parts.iter().zip(types) {
            match ty {
                Ty::Value(ty) => pats.push(self.pattern(part, ty, context)),
                _ => {
                    self.bind_errors(std::slice::from_ref(part), context);
                    pats.push(Pat { kind: PatKind::Error, span: part.span });
                }
            }
        }
        if pats.iter().any(is_error) {
            return PatKind::Error;
        }
        PatKind::Form { form, parts: self.list(&pats) }
    }

    fn variant_pattern(
        &mut self,
        path: &'a [ast::Name],
        fields: Option<&'a [ast::Pattern<'a>]>,
        ty: TypeId,
        span: Span,
        context: &mut PatternContext<'_>,
    ) -> PatKind<'a> {
        let fields = fields.unwrap_or_default();
        let Some((name, owner)) = path.split_last() else { return PatKind::Error };
        if !self.is_owner(owner, ty) {
            self.bind_errors(fields, context);
            return PatKind::Error;
        }
        let Some((form, count)) = self.find_variant(ty, *name) else {
            self.no_variant(*name, ty);
            self.bind_errors(fields, context);
            return PatKind::Error;
        };
        if count != fields.len() {
            let text = self.text(name.symbol);
            let message = match (count, fields.len()) {
                (0, _) => format!("`{text}` carries nothing"),
                (_, 0) => format!("`{text}` carries {}", values(count)),
                (_, given) => format!("`{text}` carries {}, the pattern has {given}", values(count)),
            };
            let places = vec!["_"; count.min(20)].join(", ");
            let help =
                if count == 0 { format!("write `{text}`") } else { format!("write `{text}({places})`") };
            self.report(Diagnostic::error(code::PATTERN, span, message).with_help(help));
            self.bind_errors(fields, context);
            return PatKind::Error;
        }
        let types: Vec<Ty> = self
            .variants_of(ty)
            .and_then(|variants| variants.get(usize::from(form)))
            .map(|variant| variant.fields.iter().map(|field| field.ty).collect())
            .unwrap_or_default();
        self.parts(form.into(), fields, types.into_iter(), context)
    }

    /// Whether what stands before a variant's name is the type that is matched.
    fn is_owner(&mut self, owner: &[ast::Name], ty: TypeId) -> bool {
        let Some((first, rest)) = owner.split_first() else { return true };
        let mut path = ast::Expr { kind: ast::ExprKind::Name(first.symbol), span: first.span };
        for name in rest {
            let span = first.span.to(name.span);
            path = ast::Expr { kind: ast::ExprKind::Field { base: self.alloc(path), name: *name }, span };
        }
        // `Stack.Full` of a `Stack<i32>`: the arguments are known.
        if let Some(Found::Item(ItemKind::Type(item))) = self.find_named(&path)
            && self.nominal(ty).is_some_and(|nominal| nominal.item == item)
        {
            return true;
        }
        match self.type_path(&path) {
            Some(Ty::Value(found)) if found == ty => true,
            Some(Ty::Value(found)) => {
                self.mismatch(Ty::Value(ty), Ty::Value(found), path.span);
                false
            }
            Some(_) => false,
            None => {
                if let (Some(Found::Item(ItemKind::File(file))), [name]) = (self.find(first.symbol), rest) {
                    if self.member(file, *name, "type ").is_some() {
                        self.unknown_owner(*name, path.span);
                    }
                    return false;
                }
                self.unknown_owner(*first, path.span);
                false
            }
        }
    }

    fn unknown_owner(&mut self, name: ast::Name, span: Span) {
        let text = self.text(name.symbol);
        let mut diagnostic =
            Diagnostic::error(code::UNKNOWN_TYPE, span, format!("`{text}` is no type that is known here"));
        let known: Vec<&'a str> =
            self.nominals.iter().take(5_000).map(|(_, nominal)| self.text(nominal.name.symbol)).collect();
        if let Some(near) = nearest(text, known.into_iter()) {
            diagnostic = diagnostic.with_help(format!("did you mean `{near}`?"));
        }
        self.report(diagnostic);
    }

    /// Binds the names of patterns that fit nothing known, so that their uses are not reported too.
    pub(super) fn bind_errors(&mut self, patterns: &[ast::Pattern<'a>], context: &mut PatternContext<'_>) {
        for pattern in patterns {
            match pattern.kind {
                ast::PatternKind::Name(symbol) => {
                    let is_new = context.names.iter().all(|bound| bound.name.symbol != symbol);
                    if is_new && self.binds(symbol) {
                        let name = ast::Name { symbol, span: pattern.span };
                        context.names.push(BoundName { name, ty: Ty::Error });
                    }
                }
                ast::PatternKind::Or(parts) | ast::PatternKind::Tuple(parts) => {
                    self.bind_errors(parts, context);
                }
                ast::PatternKind::Variant { fields: Some(fields), .. } => self.bind_errors(fields, context),
                _ => {}
            }
        }
    }

    fn binds(&self, symbol: Symbol) -> bool {
        !self.text(symbol).starts_with(char::is_uppercase)
    }

    // ---- forms ----

    /// How many forms the values of a type have; `None`: they are counted by a [`Scale`], or have no end.
    pub(super) fn forms(&self, ty: TypeId) -> Option<u32> {
        if ty == TypeId::BOOL || self.inner_of(ty).is_some() {
            return Some(2);
        }
        if self.types.parts(ty).is_some() {
            return Some(1);
        }
        self.variants_of(ty).and_then(|variants| u32::try_from(variants.len()).ok())
    }

    /// The types of a form's parts.
    pub(super) fn form_parts(&self, ty: TypeId, form: u32) -> Vec<TypeId> {
        if let Some(inner) = self.inner_of(ty) {
            return if form == SOME { vec![inner] } else { Vec::new() };
        }
        if let Some(Type::Tuple(parts)) = self.types.get(ty) {
            return parts.to_vec();
        }
        let variant = self.variants_of(ty).and_then(|variants| variants.get(form as usize));
        let fields = variant.map(|variant| variant.fields.as_slice()).unwrap_or_default();
        fields.iter().map(|field| field.ty.type_id().unwrap_or(TypeId::ANY)).collect()
    }
}

pub(super) fn is_error(pat: &Pat<'_>) -> bool {
    matches!(pat.kind, PatKind::Error)
}

fn values(count: usize) -> String {
    if count == 1 { "a value".to_owned() } else { format!("{count} values") }
}
