//! Types with parameters in them, beside types without: one put in place of the other.

use super::checker::Checker;
use hashbrown::HashMap;
use lyra_base::Span;
use lyra_bytecode::{Type, TypeId};

/// What the parameters of an item stand for, as far as it is known.
#[derive(Clone)]
pub(super) struct Bindings {
    params: Vec<TypeId>,
    known: Vec<Option<TypeId>>,
}

impl Bindings {
    pub(super) fn new(params: &[TypeId]) -> Self {
        Self { params: params.to_vec(), known: vec![None; params.len()] }
    }

    pub(super) fn of(params: &[TypeId], args: &[TypeId]) -> Self {
        Self { params: params.to_vec(), known: args.iter().copied().map(Some).collect() }
    }

    fn place(&self, ty: TypeId) -> Option<usize> {
        self.params.iter().position(|&param| param == ty)
    }

    /// What a parameter of this item stands for; outside, whether the type is one.
    pub(super) fn get(&self, param: TypeId) -> Option<Option<TypeId>> {
        self.place(param).and_then(|place| self.known.get(place).copied())
    }

    pub(super) fn bind(&mut self, param: TypeId, ty: TypeId) {
        if let Some(slot) = self.place(param).and_then(|place| self.known.get_mut(place)) {
            slot.get_or_insert(ty);
        }
    }

    /// The first parameter of which nothing is known.
    pub(super) fn missing(&self) -> Option<TypeId> {
        self.params.iter().zip(&self.known).find(|(_, known)| known.is_none()).map(|(&param, _)| param)
    }

    /// The parameters of which nothing is known.
    pub(super) fn unknown(&self) -> impl Iterator<Item = TypeId> {
        self.params.iter().zip(&self.known).filter(|(_, known)| known.is_none()).map(|(&param, _)| param)
    }

    /// The parameters of which something is known, with what.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (TypeId, TypeId)> {
        self.params.iter().zip(&self.known).filter_map(|(&param, &known)| Some((param, known?)))
    }

    /// How many parameters there are.
    pub(super) fn len(&self) -> usize {
        self.params.len()
    }

    /// All of them, once all are known.
    pub(super) fn all(&self) -> Option<Vec<TypeId>> {
        self.known.iter().copied().collect()
    }
}

impl<'a> Checker<'a> {
    /// Learns what parameters stand for, from a type that is to have the form of `pattern`. Whether the types
    /// agree as far as their forms go.
    ///
    /// A type is a tree of at most as many parts as a program may write.
    pub(super) fn unify(&self, pattern: TypeId, ty: TypeId, bindings: &mut Bindings) -> bool {
        self.unify_with(pattern, ty, bindings, false)
    }

    /// As [`Self::unify`], but what is expected to be an optional has to be one.
    pub(super) fn unify_exactly(&self, pattern: TypeId, ty: TypeId, bindings: &mut Bindings) -> bool {
        self.unify_with(pattern, ty, bindings, true)
    }

    fn unify_with(&self, pattern: TypeId, ty: TypeId, bindings: &mut Bindings, exactly: bool) -> bool {
        let mut todo = vec![(pattern, ty)];
        let mut agrees = true;
        while let Some((pattern, ty)) = todo.pop() {
            if let Some(known) = bindings.get(pattern) {
                match known {
                    Some(known) => agrees &= known == ty,
                    None => bindings.bind(pattern, ty),
                }
                continue;
            }
            if pattern == ty && !self.is_opaque(pattern) {
                continue;
            }
            let (Some(a), Some(b)) = (self.types.get(pattern), self.types.get(ty)) else { return false };
            match (a, b) {
                (&Type::Optional(a), &Type::Optional(b)) | (&Type::Array(a), &Type::Array(b)) => {
                    todo.push((a, b));
                }
                (&Type::Optional(a), _) if !exactly => todo.push((a, ty)),
                (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
                    todo.extend(a.iter().copied().zip(b.iter().copied()).rev());
                }
                (&Type::Map { key, value }, &Type::Map { key: other, value: second }) => {
                    todo.push((value, second));
                    todo.push((key, other));
                }
                (Type::Proc { params: a, result: r }, Type::Proc { params: b, result: s })
                    if a.len() == b.len() =>
                {
                    match (*r, *s) {
                        (Some(r), Some(s)) if self.is_hole(s) || self.is_hole(r) => {}
                        (Some(r), Some(s)) => todo.push((r, s)),
                        (None, None) => {}
                        _ => agrees = false,
                    }
                    todo.extend(a.iter().copied().zip(b.iter().copied()).rev());
                }
                _ => match (self.nominal(pattern), self.nominal(ty)) {
                    (Some(a), Some(b)) if a.item == b.item && a.args.len() == b.args.len() => {
                        todo.extend(a.args.iter().copied().zip(b.args.iter().copied()).rev());
                    }
                    _ => agrees &= pattern == ty,
                },
            }
        }
        agrees
    }

    /// A type with its parameters replaced; one of which nothing is known stays. `None` when a type came out
    /// that cannot be, which has been reported.
    pub(super) fn substitute(&mut self, ty: TypeId, bindings: &Bindings, span: Span) -> Option<TypeId> {
        let mut done = HashMap::new();
        self.replace(ty, bindings, span, &mut done)
    }

    /// Types nest at most as deep as a program may write them.
    fn replace(
        &mut self,
        ty: TypeId,
        bindings: &Bindings,
        span: Span,
        done: &mut HashMap<TypeId, TypeId>,
    ) -> Option<TypeId> {
        if let Some(known) = bindings.get(ty) {
            return Some(known.unwrap_or(ty));
        }
        if !self.is_opaque(ty) {
            return Some(ty);
        }
        if let Some(&known) = done.get(&ty) {
            return Some(known);
        }
        let mut all = |checker: &mut Self, types: &[TypeId]| -> Option<Box<[TypeId]>> {
            types.iter().map(|&ty| checker.replace(ty, bindings, span, done)).collect()
        };
        let made = match self.types.get(ty).cloned()? {
            Type::Array(inner) => Type::Array(*all(self, &[inner])?.first()?),
            Type::Optional(inner) => {
                let inner = *all(self, &[inner])?.first()?;
                let made = self.optional(inner, span)?;
                done.insert(ty, made);
                return Some(made);
            }
            Type::Tuple(parts) => Type::Tuple(all(self, &parts)?),
            Type::Map { key, value } => match *all(self, &[key, value])? {
                [key, value] => Type::Map { key, value },
                _ => return None,
            },
            Type::Proc { params, result } => Type::Proc {
                params: all(self, &params)?,
                result: match result {
                    Some(result) => Some(*all(self, &[result])?.first()?),
                    None => None,
                },
            },
            Type::Cell(inner) => Type::Cell(*all(self, &[inner])?.first()?),
            _ => {
                let Some(nominal) = self.nominal(ty) else { return Some(ty) };
                let (item, args) = (nominal.item, nominal.args.clone());
                let args = all(self, &args)?;
                let made = self.type_instance(item, &args, span)?;
                done.insert(ty, made);
                return Some(made);
            }
        };
        let made = self.make_type(made, span)?;
        done.insert(ty, made);
        Some(made)
    }

    /// Whether a parameter stands somewhere in a type.
    pub(super) fn mentions(&self, ty: TypeId, param: TypeId) -> bool {
        let mut todo = vec![ty];
        while let Some(ty) = todo.pop() {
            if ty == param {
                return true;
            }
            if !self.is_opaque(ty) {
                continue;
            }
            match self.nominal(ty) {
                Some(nominal) => todo.extend(nominal.args.iter().copied()),
                None => {
                    if let Some(found) = self.types.get(ty) {
                        found.each_part(|part| todo.push(part));
                    }
                }
            }
        }
        false
    }
}
