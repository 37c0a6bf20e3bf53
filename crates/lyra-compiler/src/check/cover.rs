//! Which cases a `match` covers: usefulness of pattern matrices.
//!
//! The patterns of all arms are rows of a matrix, what is matched is its one column. A column is taken apart by
//! the forms that its patterns name: for each, the rows that fit it go on, with the form's parts as new columns.
//! Where no column is left, the first row is an arm that is taken; where no row is left, a case is missing, and
//! the way there says which. Both questions are answered in one walk.
//!
//! The question is NP-hard, so the walk has a budget in proportion to the patterns. Real programs use a small part
//! of it.

use super::checker::Checker;
use super::pattern::{NONE, Pat, PatKind};
use super::scale::Scale;
use bumpalo::Bump;
use lyra_bytecode::{TypeId, scalar::Scalar};
use std::collections::BTreeMap;

/// Steps that every match may take, further ones for each pattern in it, and the most of all.
const STEPS: usize = 10_000;
const STEPS_FOR_PATTERN: usize = 60;
const MAX_STEPS: usize = 1_000_000;

/// Columns that are taken apart inside each other.
const MAX_DEPTH: usize = 400;

/// Missing cases that are shown.
const MAX_MISSING: usize = 3;

/// Letters of a missing case that are shown.
const MAX_SHOWN: usize = 120;

/// An arm as far as its cases are concerned.
pub(super) struct CoverArm<'a> {
    pub(super) pat: Pat<'a>,
    pub(super) guarded: bool,
}

/// What came of it.
pub(super) struct Cover {
    /// Cases that no arm covers: some of them, as patterns.
    pub(super) missing: Vec<String>,
    /// For each arm whether some value gets to it.
    pub(super) useful: Vec<bool>,
    /// It was too much work: what is missing may not have been found, `useful` says nothing.
    pub(super) gave_up: bool,
}

/// A list that shares its tail.
#[derive(Clone, Copy)]
struct List<'m, T>(Option<&'m (T, List<'m, T>)>);

#[derive(Clone, Copy)]
struct Row<'m, 'a> {
    arm: usize,
    guarded: bool,
    pats: List<'m, Pat<'a>>,
}

/// A missing case: a pattern for each column, the first one last.
type Missing = Vec<Vec<String>>;

struct GaveUp;

struct Walk<'c, 'm, 'a> {
    checker: &'c Checker<'a>,
    /// For rows and lists: dropped with the walk.
    memory: &'m Bump,
    steps: usize,
    useful: Vec<bool>,
    /// A missing case has been found.
    found: bool,
    /// The first one is enough.
    only_first: bool,
}

impl<'a> Checker<'a> {
    /// Finds out which cases the arms cover.
    pub(super) fn cover(&self, arms: &[CoverArm<'a>], ty: TypeId) -> Cover {
        let cover = self.cover_within(arms, ty, false);
        // What is missing was found before it became too much: there, at least, one walk gets again.
        let found_some = cover.gave_up && !cover.missing.is_empty();
        let cover = if found_some { self.cover_within(arms, ty, true) } else { cover };
        // An arm that takes whatever is left covers all, however long the rest would take.
        let covers_all = arms.iter().any(|arm| !arm.guarded && is_wild(&arm.pat));
        if cover.gave_up && covers_all {
            return Cover { missing: Vec::new(), gave_up: false, ..cover };
        }
        cover
    }

    fn cover_within(&self, arms: &[CoverArm<'a>], ty: TypeId, only_first: bool) -> Cover {
        let memory = Bump::new();
        let patterns: usize = arms.iter().map(|arm| count(&arm.pat)).sum();
        let steps = (STEPS + STEPS_FOR_PATTERN * patterns).min(MAX_STEPS);
        let mut walk = Walk {
            checker: self,
            memory: &memory,
            steps,
            useful: vec![false; arms.len()],
            found: false,
            only_first,
        };
        let empty = List(None);
        let rows: Vec<_> = arms
            .iter()
            .enumerate()
            .map(|(index, arm)| Row { arm: index, guarded: arm.guarded, pats: walk.cons(arm.pat, empty) })
            .collect();
        let types = walk.cons(ty, List(None));
        let found = walk.walk(rows, types, 0);
        let (found_some, useful) = (walk.found, walk.useful);
        let all = vec![true; arms.len()];
        match found {
            Ok(missing) => {
                let cases = missing.into_iter().filter_map(|mut case| case.pop());
                let missing = cases.map(|case| shortened(&case)).collect();
                Cover { missing, useful: if only_first { all } else { useful }, gave_up: false }
            }
            Err(GaveUp) => {
                let missing = if found_some { vec!["_".to_owned()] } else { Vec::new() };
                Cover { missing, useful: all, gave_up: true }
            }
        }
    }
}

impl<'m, 'a> Walk<'_, 'm, 'a> {
    fn cons<T>(&self, head: T, tail: List<'m, T>) -> List<'m, T> {
        List(Some(self.memory.alloc((head, tail))))
    }

    fn charge(&mut self, steps: usize) -> Result<(), GaveUp> {
        self.steps = self.steps.checked_sub(steps).ok_or(GaveUp)?;
        Ok(())
    }

    /// What is missing of the values of `types`, given the rows that may take them.
    fn walk(
        &mut self,
        mut rows: Vec<Row<'m, 'a>>,
        mut types: List<'m, TypeId>,
        depth: usize,
    ) -> Result<Missing, GaveUp> {
        if depth > MAX_DEPTH {
            return Err(GaveUp);
        }
        // Columns that no row looks at.
        let mut skipped = 0;
        let mut missing = loop {
            self.charge(1 + rows.len())?;
            let List(Some(&(ty, rest))) = types else { break self.leaf(&rows) };
            self.split_sides(&mut rows)?;
            // Of a `match` without arms every form is missing.
            let is_bare = depth == 0 && rows.is_empty() && self.checker.forms(ty).is_some();
            if !is_bare && rows.iter().all(|row| row.pats.0.is_none_or(|(pat, _)| is_wild(pat))) {
                skipped += 1;
                types = rest;
                for row in &mut rows {
                    row.pats = row.pats.0.map_or(List(None), |&(_, rest)| rest);
                }
                continue;
            }
            break self.take_apart(&rows, ty, rest, depth)?;
        };
        for case in &mut missing {
            case.extend(std::iter::repeat_n("_".to_owned(), skipped));
        }
        Ok(missing)
    }

    /// No column is left.
    fn leaf(&mut self, rows: &[Row<'m, 'a>]) -> Missing {
        for row in rows {
            if let Some(useful) = self.useful.get_mut(row.arm) {
                *useful = true;
            }
            if !row.guarded {
                return Vec::new();
            }
        }
        self.found = true;
        vec![Vec::new()]
    }

    /// A row for each side of a `|` in the first column.
    fn split_sides(&mut self, rows: &mut Vec<Row<'m, 'a>>) -> Result<(), GaveUp> {
        let is_or = |row: &Row<'m, 'a>| matches!(row.pats.0, Some((Pat { kind: PatKind::Or(_), .. }, _)));
        if !rows.iter().any(is_or) {
            return Ok(());
        }
        let mut split = Vec::with_capacity(rows.len());
        let mut todo = Vec::new();
        for &row in rows.iter() {
            todo.push(row);
            while let Some(row) = todo.pop() {
                self.charge(1)?;
                match row.pats.0 {
                    Some(&(Pat { kind: PatKind::Or(sides), .. }, rest)) => {
                        for side in sides.iter().rev() {
                            self.charge(1)?;
                            todo.push(Row { pats: self.cons(*side, rest), ..row });
                        }
                    }
                    _ => split.push(row),
                }
            }
        }
        *rows = split;
        Ok(())
    }

    /// Goes on with the first column taken apart.
    fn take_apart(
        &mut self,
        rows: &[Row<'m, 'a>],
        ty: TypeId,
        rest: List<'m, TypeId>,
        depth: usize,
    ) -> Result<Missing, GaveUp> {
        match self.checker.forms(ty) {
            Some(forms) => self.by_form(rows, ty, forms, rest, depth),
            None => match Scale::of(ty) {
                Some(scale) => self.by_number(rows, scale, rest, depth),
                None => self.by_text(rows, rest, depth),
            },
        }
    }

    fn by_form(
        &mut self,
        rows: &[Row<'m, 'a>],
        ty: TypeId,
        forms: u32,
        rest: List<'m, TypeId>,
        depth: usize,
    ) -> Result<Missing, GaveUp> {
        let mut groups: BTreeMap<u32, Vec<Row<'m, 'a>>> = BTreeMap::new();
        for row in rows {
            if let Some((Pat { kind: PatKind::Form { form, .. }, .. }, _)) = row.pats.0 {
                groups.entry(*form).or_default();
            }
        }
        let parts_of: BTreeMap<u32, Vec<TypeId>> =
            groups.keys().map(|&form| (form, self.checker.form_parts(ty, form))).collect();
        let mut others = Vec::new();
        for row in rows {
            let Some(&(pat, tail)) = row.pats.0 else { continue };
            match pat.kind {
                PatKind::Form { form, parts } => {
                    let mut pats = tail;
                    for part in parts.iter().rev() {
                        pats = self.cons(*part, pats);
                    }
                    self.charge(parts.len())?;
                    groups.entry(form).or_default().push(Row { pats, ..*row });
                }
                _ => {
                    for (form, group) in &mut groups {
                        let parts = parts_of.get(form).map_or(0, Vec::len);
                        self.charge(1 + parts)?;
                        let mut pats = tail;
                        for _ in 0..parts {
                            pats = self.cons(Pat { kind: PatKind::Wild, span: pat.span }, pats);
                        }
                        group.push(Row { pats, ..*row });
                    }
                    others.push(Row { pats: tail, ..*row });
                }
            }
        }
        let mut missing = Vec::new();
        let present = groups.len();
        if present < forms as usize {
            let cases = self.walk(others, rest, depth + 1)?;
            if !cases.is_empty() {
                let absent = (0..forms).filter(|form| !groups.contains_key(form)).take(MAX_MISSING);
                for form in absent {
                    let count = self.checker.form_parts(ty, form).len();
                    let shown = self.form(ty, form, vec!["_".to_owned(); count]);
                    self.add(&mut missing, &cases, &shown)?;
                }
            }
        }
        for (form, group) in groups {
            if self.only_first && !missing.is_empty() {
                break;
            }
            let parts = parts_of.get(&form).map(Vec::as_slice).unwrap_or_default();
            let mut types = rest;
            for &part in parts.iter().rev() {
                types = self.cons(part, types);
            }
            let cases = self.walk(group, types, depth + 1)?;
            for mut case in cases {
                if missing.len() >= MAX_MISSING {
                    break;
                }
                self.charge(1 + parts.len())?;
                // The first column stands last.
                let mut inner = case.split_off(case.len().saturating_sub(parts.len()));
                inner.reverse();
                case.push(self.form(ty, form, inner));
                missing.push(case);
            }
        }
        Ok(missing)
    }

    /// By the pieces into which the ends of all spans cut the numbers.
    fn by_number(
        &mut self,
        rows: &[Row<'m, 'a>],
        scale: Scale,
        rest: List<'m, TypeId>,
        depth: usize,
    ) -> Result<Missing, GaveUp> {
        let (least, most) = scale.ends();
        let mut starts = vec![least];
        for row in rows {
            if let Some((Pat { kind: PatKind::Span { low, high }, .. }, _)) = row.pats.0 {
                starts.push(*low);
                if *high < most {
                    starts.push(high + 1);
                }
            }
        }
        starts.sort_unstable();
        starts.dedup();
        self.charge(starts.len())?;
        let mut pieces: Vec<(Vec<Row<'m, 'a>>, bool)> = vec![(Vec::new(), false); starts.len()];
        let mut others = Vec::new();
        for row in rows {
            let Some(&(pat, tail)) = row.pats.0 else { continue };
            let row = Row { pats: tail, ..*row };
            let (from, to, named) = match pat.kind {
                PatKind::Span { low, high } => {
                    let from = starts.partition_point(|&start| start < low);
                    (from, starts.partition_point(|&start| start <= high), true)
                }
                _ => {
                    others.push(row);
                    (0, starts.len(), false)
                }
            };
            self.charge(to.saturating_sub(from))?;
            for (group, is_named) in pieces.get_mut(from..to).unwrap_or_default() {
                group.push(row);
                *is_named |= named;
            }
        }
        let mut missing = Vec::new();
        let unnamed = pieces.iter().any(|(_, named)| !named);
        if unnamed || scale == Scale::F64 {
            let cases = self.walk(others, rest, depth + 1)?;
            if !cases.is_empty() {
                for shown in unnamed_spans(&starts, &pieces, scale) {
                    self.add(&mut missing, &cases, &shown)?;
                }
            }
        }
        for (at, (group, named)) in pieces.into_iter().enumerate() {
            if !named || self.only_first && !missing.is_empty() {
                continue;
            }
            let cases = self.walk(group, rest, depth + 1)?;
            if cases.is_empty() || missing.len() >= MAX_MISSING {
                continue;
            }
            let low = starts.get(at).copied().unwrap_or(least);
            let high = starts.get(at + 1).map_or(most, |next| next - 1);
            self.add(&mut missing, &cases, &shown_span(low, high, scale))?;
        }
        Ok(missing)
    }

    /// By the texts that are named; there are always others.
    fn by_text(
        &mut self,
        rows: &[Row<'m, 'a>],
        rest: List<'m, TypeId>,
        depth: usize,
    ) -> Result<Missing, GaveUp> {
        let mut groups: BTreeMap<&'a str, Vec<Row<'m, 'a>>> = BTreeMap::new();
        for row in rows {
            if let Some((Pat { kind: PatKind::Text(text), .. }, _)) = row.pats.0 {
                self.charge(1 + text.len() / 64)?;
                groups.entry(text).or_default();
            }
        }
        let mut others = Vec::new();
        for row in rows {
            let Some(&(pat, tail)) = row.pats.0 else { continue };
            let row = Row { pats: tail, ..*row };
            if let PatKind::Text(text) = pat.kind {
                groups.entry(text).or_default().push(row);
            } else {
                self.charge(groups.len())?;
                groups.values_mut().for_each(|group| group.push(row));
                others.push(row);
            }
        }
        let mut missing = Vec::new();
        let cases = self.walk(others, rest, depth + 1)?;
        self.add(&mut missing, &cases, "_")?;
        for (text, group) in groups {
            if self.only_first && !missing.is_empty() {
                break;
            }
            let cases = self.walk(group, rest, depth + 1)?;
            if missing.len() < MAX_MISSING {
                let shown: String = text.chars().take(40).collect();
                self.add(&mut missing, &cases, &format!("{shown:?}"))?;
            }
        }
        Ok(missing)
    }

    /// Adds cases whose first column is `shown`.
    fn add(&mut self, missing: &mut Missing, cases: &Missing, shown: &str) -> Result<(), GaveUp> {
        for case in cases {
            if missing.len() >= MAX_MISSING {
                break;
            }
            self.charge(1 + case.len())?;
            let mut case = case.clone();
            case.push(shown.to_owned());
            missing.push(case);
        }
        Ok(())
    }

    /// A form with its parts, as a pattern.
    fn form(&self, ty: TypeId, form: u32, parts: Vec<String>) -> String {
        let checker = self.checker;
        let list = || shortened(&parts.join(", "));
        if ty == TypeId::BOOL {
            return if form == 0 { "false" } else { "true" }.to_owned();
        }
        if checker.inner_of(ty).is_some() {
            return if form == NONE {
                "none".to_owned()
            } else {
                parts.into_iter().next().unwrap_or_default()
            };
        }
        if checker.types.parts(ty).is_some() {
            return format!("({})", list());
        }
        let variant = checker.variants_of(ty).and_then(|variants| variants.get(form as usize));
        let name = variant.map_or("_", |variant| checker.text(variant.name.symbol));
        if parts.is_empty() { name.to_owned() } else { format!("{name}({})", list()) }
    }
}

fn is_wild(pat: &Pat<'_>) -> bool {
    matches!(pat.kind, PatKind::Wild | PatKind::Bind(_))
}

/// How many patterns a pattern is made of.
fn count(pat: &Pat<'_>) -> usize {
    match pat.kind {
        PatKind::Form { parts, .. } => 1 + parts.iter().map(count).sum::<usize>(),
        PatKind::Or(sides) => 1 + sides.iter().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// The spans of numbers that no row names, those that lie together as one.
fn unnamed_spans<R>(starts: &[i128], pieces: &[(Vec<R>, bool)], scale: Scale) -> Vec<String> {
    let mut shown = Vec::new();
    let mut open = None;
    for (&start, (_, named)) in starts.iter().zip(pieces) {
        match (named, open) {
            (false, None) => open = Some(start),
            (true, Some(low)) => {
                shown.push(shown_span(low, start - 1, scale));
                open = None;
            }
            _ => {}
        }
        if shown.len() >= MAX_MISSING {
            return shown;
        }
    }
    if let Some(low) = open {
        shown.push(shown_span(low, scale.ends().1, scale));
    }
    // Only NaN is left, for which there is no literal.
    if shown.is_empty() {
        shown.push("_".to_owned());
    }
    shown
}

/// A span of numbers as a pattern.
fn shown_span(low: i128, high: i128, scale: Scale) -> String {
    let (least, most) = scale.ends();
    let number = |number: i128| {
        let word = scale.word(number);
        match scale {
            Scale::Char => format!("{:?}", char::from_word(word)),
            Scale::F64 => format!("{:?}", f64::from_bits(word)),
            _ => number.to_string(),
        }
    };
    match (low == least, high == most) {
        _ if scale == Scale::F64 => "_".to_owned(),
        (true, true) => "_".to_owned(),
        _ if low == high => number(low),
        (true, false) => format!("..={}", number(high)),
        (false, true) => format!("{}..", number(low)),
        (false, false) => format!("{}..={}", number(low), number(high)),
    }
}

/// The beginning of what is too long to show.
fn shortened(text: &str) -> String {
    if text.chars().nth(MAX_SHOWN).is_none() {
        return text.to_owned();
    }
    text.chars().take(MAX_SHOWN).chain(['…']).collect()
}
