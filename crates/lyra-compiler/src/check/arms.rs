//! The tests of one pattern: in order from the outside in, each part of a value fetched once.

use super::checker::Checker;
use super::pattern::{NONE, Pat, PatKind};
use super::scale::Scale;
use crate::hir::{Action, Block, Expr, ExprKind, If, LocalId, Stmt, StmtKind, Ty};
use lyra_base::Span;
use lyra_bytecode::{Op, Type, TypeId};
use lyra_syntax::ast::BinaryOp;

/// Tests of a variant from which on its number is kept.
const KEEP_INDEX: usize = 3;

/// What is matched.
pub(super) struct Subject<'a> {
    /// The value: a constant or local, unless there are `parts`.
    pub(super) value: Expr<'a>,
    pub(super) ty: TypeId,
    /// A tuple's parts, if it was never made.
    pub(super) parts: Option<Vec<Subject<'a>>>,
    /// The number of its variant.
    pub(super) index: Option<Expr<'a>>,
}

/// Tests so far, and what runs when they have held.
#[derive(Default)]
pub(super) struct Tests<'a> {
    /// `None`: holds always.
    pub(super) test: Option<Expr<'a>>,
    pub(super) pending: Vec<Stmt<'a>>,
    /// Names, set after all tests.
    binds: Vec<Stmt<'a>>,
}

impl<'a> Tests<'a> {
    /// One more test, after what is pending.
    pub(super) fn and(&mut self, checker: &mut Checker<'a>, test: Expr<'a>) {
        let pending = std::mem::take(&mut self.pending);
        let span = test.span;
        let test = checker.block_of(&pending, test, span);
        self.test = Some(match self.test {
            None => test,
            Some(before) => checker.both(before, test, true),
        });
    }

    fn set_names(&mut self) {
        self.pending.append(&mut self.binds);
    }
}

impl<'a> Checker<'a> {
    /// A value that is at hand, with the number of its variant if that is asked often.
    pub(super) fn subject_of(
        &mut self,
        value: Expr<'a>,
        pats: &[Pat<'a>],
        out: &mut Vec<Stmt<'a>>,
    ) -> Subject<'a> {
        let ty = value.type_id().unwrap_or(TypeId::ANY);
        let asked: usize = pats.iter().map(forms_asked).sum();
        let is_local = matches!(value.kind, ExprKind::Local(_));
        let index = match self.index_of(value) {
            Some(index) if is_local && asked >= KEEP_INDEX => Some(self.keep_in(index, out)),
            _ => None,
        };
        Subject { value, ty, parts: None, index }
    }

    /// The number of an enum value's variant.
    fn index_of(&mut self, value: Expr<'a>) -> Option<Expr<'a>> {
        let action = match self.types.get(value.type_id()?)? {
            Type::Enum(_) => Action::VariantIndex,
            Type::PlainEnum(_) => Action::EnumIndex,
            _ => return None,
        };
        Some(self.act(action, &[value], TypeId::I32, value.span))
    }

    /// The tests of an arm's pattern. One that is `certain` fits whatever gets to it.
    pub(super) fn arm_tests(
        &mut self,
        pat: &Pat<'a>,
        subject: &Subject<'a>,
        names: &[LocalId],
        certain: bool,
        broken: bool,
    ) -> Tests<'a> {
        let mut tests = Tests::default();
        if !broken {
            self.tests_of(pat, subject, names, certain, &mut tests);
            tests.set_names();
        }
        tests
    }

    fn tests_of(
        &mut self,
        pat: &Pat<'a>,
        subject: &Subject<'a>,
        names: &[LocalId],
        certain: bool,
        tests: &mut Tests<'a>,
    ) {
        match (pat.kind, &subject.parts) {
            (PatKind::Form { parts, .. }, Some(subjects)) => {
                for (part, subject) in parts.iter().zip(subjects) {
                    self.tests_of(part, subject, names, certain, tests);
                }
            }
            (PatKind::Bind(at), Some(subjects)) => {
                let values: Vec<_> = subjects.iter().map(|subject| subject.value).collect();
                let whole = self.act(Action::NewRecord, &values, subject.ty, pat.span);
                self.set_name(names, at, whole, pat.span, tests);
            }
            (PatKind::Or(sides), _) => self.tests_of_sides(sides, subject, names, certain, pat.span, tests),
            (_, Some(_)) => {}
            (_, None) => self.tests_of_value(pat, subject, names, certain, tests),
        }
    }

    fn set_name(&mut self, names: &[LocalId], at: usize, value: Expr<'a>, span: Span, tests: &mut Tests<'a>) {
        if let Some(&local) = names.get(at) {
            tests.binds.push(self.set_local(local, value, span));
        }
    }

    fn tests_of_value(
        &mut self,
        pat: &Pat<'a>,
        subject: &Subject<'a>,
        names: &[LocalId],
        certain: bool,
        tests: &mut Tests<'a>,
    ) {
        let (value, ty, span) = (subject.value, subject.ty, pat.span);
        match pat.kind {
            PatKind::Bind(at) => self.set_name(names, at, value, span, tests),
            PatKind::Text(text) if !certain => {
                let text = self.text_constant(text, span);
                self.compare_pattern(BinaryOp::Eq, value, text, ty, tests);
            }
            PatKind::Span { low, high } if !certain => self.tests_of_span(low, high, value, ty, span, tests),
            PatKind::Form { form, parts } => {
                if !certain {
                    self.test_of_form(form, subject, span, tests);
                }
                let types = self.form_parts(ty, form);
                for (at, (part, part_type)) in parts.iter().zip(types).enumerate() {
                    if matches!(part.kind, PatKind::Wild) {
                        continue;
                    }
                    let fetched = self.fetch(form, at, value, ty, part_type, span);
                    // What is looked at once needs no place of its own.
                    let is_kept = looks(part) > 1;
                    let fetched = if is_kept { self.keep_in(fetched, &mut tests.pending) } else { fetched };
                    let subject = Subject { value: fetched, ty: part_type, parts: None, index: None };
                    self.tests_of(part, &subject, names, certain, tests);
                }
            }
            _ => {}
        }
    }

    /// Part `at` of a value that has the form.
    fn fetch(
        &mut self,
        form: u32,
        at: usize,
        value: Expr<'a>,
        ty: TypeId,
        part: TypeId,
        span: Span,
    ) -> Expr<'a> {
        let value = Expr { span, ..value };
        if ty == TypeId::ANY {
            return value;
        }
        let index = u8::try_from(at).unwrap_or(u8::MAX);
        let action = if self.types.optional_of(ty).is_some() {
            Action::Unwrap
        } else if self.types.parts(ty).is_some() {
            Action::GetPart(index)
        } else {
            Action::GetPayload { variant: u16::try_from(form).unwrap_or(u16::MAX), index }
        };
        self.act(action, &[value], part, span)
    }

    fn test_of_form(&mut self, form: u32, subject: &Subject<'a>, span: Span, tests: &mut Tests<'a>) {
        let value = Expr { span, ..subject.value };
        let ty = subject.ty;
        if ty == TypeId::BOOL {
            let test = if form == 0 { self.apply(Op::NotBool, &[value], ty, span) } else { value };
            tests.and(self, test);
        } else if self.inner_of(ty).is_some() {
            let is_none = self.is_none(value, span);
            let test =
                if form == NONE { is_none } else { self.apply(Op::NotBool, &[is_none], TypeId::BOOL, span) };
            tests.and(self, test);
        } else if self.types.parts(ty).is_none()
            && let Some(index) = subject.index.or_else(|| self.index_of(value))
        {
            let number = Expr::word(u64::from(form), TypeId::I32, span);
            self.compare_pattern(BinaryOp::Eq, Expr { span, ..index }, number, TypeId::I32, tests);
        }
    }

    fn tests_of_span(
        &mut self,
        low: i128,
        high: i128,
        value: Expr<'a>,
        ty: TypeId,
        span: Span,
        tests: &mut Tests<'a>,
    ) {
        let Some(scale) = Scale::of(ty) else { return };
        let (least, most) = scale.ends();
        let constant = |number| Expr::word(scale.word(number), ty, span);
        // The two zeros are one number.
        let is_zero = scale == Scale::F64 && (low, high) == (-1, 0);
        if low == high || is_zero {
            self.compare_pattern(BinaryOp::Eq, value, constant(high), ty, tests);
            return;
        }
        // NaN is in no span: one test at least is made of a double.
        if low > least || scale == Scale::F64 && high == most {
            self.compare_pattern(BinaryOp::Ge, value, constant(low), ty, tests);
        }
        if high < most {
            self.compare_pattern(BinaryOp::Le, value, constant(high), ty, tests);
        }
    }

    fn compare_pattern(
        &mut self,
        op: BinaryOp,
        value: Expr<'a>,
        constant: Expr<'a>,
        ty: TypeId,
        tests: &mut Tests<'a>,
    ) {
        let span = constant.span;
        let value = Expr { span, ..value };
        if let Some(test) = self.binary_op(op, value, ty, constant, ty, span) {
            tests.and(self, test);
        }
    }

    /// `p | q`: the first side that fits binds.
    fn tests_of_sides(
        &mut self,
        sides: &'a [Pat<'a>],
        subject: &Subject<'a>,
        names: &[LocalId],
        certain: bool,
        span: Span,
        tests: &mut Tests<'a>,
    ) {
        let mut done = Vec::with_capacity(sides.len());
        for (at, side) in sides.iter().enumerate() {
            let is_last = at + 1 == sides.len();
            let mut own = Tests::default();
            self.tests_of(side, subject, names, certain && is_last, &mut own);
            own.set_names();
            done.push(own);
        }
        if certain {
            self.bind_by_sides(done, span, tests);
            return;
        }
        let mut any: Option<Expr<'a>> = None;
        for mut side in done {
            if side.test.is_none() || !side.pending.is_empty() {
                let yes = Expr::word(1, TypeId::BOOL, span);
                side.and(self, yes);
            }
            let Some(test) = side.test else { continue };
            any = Some(match any {
                None => test,
                Some(before) => self.both(before, test, false),
            });
        }
        if let Some(any) = any {
            tests.and(self, any);
        }
    }

    /// Sides of which one fits for sure: only what they bind is to be found out.
    fn bind_by_sides(&mut self, sides: Vec<Tests<'a>>, span: Span, tests: &mut Tests<'a>) {
        if sides.iter().all(|side| side.pending.is_empty()) {
            return;
        }
        let mut branches = Vec::with_capacity(sides.len());
        let mut otherwise = None;
        for side in sides {
            let block = Block { stmts: self.list(&side.pending), value: None };
            match side.test {
                Some(test) => branches.push((test, block)),
                None => {
                    otherwise = Some(block);
                    break;
                }
            }
        }
        let chain = If { branches: self.list(&branches), otherwise };
        let chain = Expr::new(ExprKind::If(self.alloc(chain)), Ty::Unit, span);
        tests.pending.push(Stmt { kind: StmtKind::Expr(self.alloc(chain)), span });
    }

    /// `a && b`, or `a || b`.
    fn both(&self, a: Expr<'a>, b: Expr<'a>, is_and: bool) -> Expr<'a> {
        let pair = self.alloc([a, b]);
        let kind = if is_and { ExprKind::And(pair) } else { ExprKind::Or(pair) };
        Expr::new(kind, Ty::Value(TypeId::BOOL), b.span)
    }
}

/// How often the tests of a pattern look at its value, as far as it matters.
fn looks(pat: &Pat<'_>) -> usize {
    match pat.kind {
        PatKind::Wild | PatKind::Error => 0,
        PatKind::Bind(_) | PatKind::Text(_) => 1,
        PatKind::Span { low, high } => 1 + usize::from(low != high),
        PatKind::Form { parts, .. } => {
            1 + parts.iter().filter(|part| !matches!(part.kind, PatKind::Wild)).count()
        }
        PatKind::Or(_) => 2,
    }
}

/// How many tests of a form a pattern makes of the value itself.
fn forms_asked(pat: &Pat<'_>) -> usize {
    match pat.kind {
        PatKind::Form { .. } => 1,
        PatKind::Or(sides) => sides.iter().map(forms_asked).sum(),
        _ => 0,
    }
}
