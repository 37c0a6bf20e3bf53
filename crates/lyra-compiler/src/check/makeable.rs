//! Which types a value can be made of at all: `struct Node { next: Node }` needs a node to make a node.

use super::checker::Checker;
use super::nominal::{Body, FieldDefault, FieldInfo};
use hashbrown::{HashMap, HashSet};
use lyra_bytecode::{Type, TypeId};
use lyra_syntax::{Diagnostic, code};

impl<'a> Checker<'a> {
    /// Refuses types of which no value can be made without another one of them.
    ///
    /// A type can be made when what it needs can: a struct needs its fields without default, an enum one variant,
    /// a tuple its parts. What needs nothing is found first, then what needs only that, and so on.
    pub(super) fn refuse_endless(&mut self) {
        let mut ways = Ways::default();
        for (id, ty) in self.types.iter() {
            if let Type::Tuple(parts) = ty {
                ways.add(id, parts.iter().copied().filter(|&part| self.is_made(part)));
            }
        }
        for (_, nominal) in self.nominals.iter() {
            let lists: Vec<&[FieldInfo<'a>]> = match &nominal.body {
                Body::Struct(fields) => vec![fields],
                Body::Enum { variants, .. } if variants.is_empty() => vec![&[]],
                // What implements it is made, not it.
                Body::Interface { .. } => vec![&[]],
                Body::Enum { variants, .. } => variants.iter().map(|variant| &variant.fields[..]).collect(),
            };
            for fields in lists {
                let needed = fields.iter().filter(|field| matches!(field.default, FieldDefault::None));
                let needed = needed.filter_map(|field| field.ty.type_id()).filter(|&ty| self.is_made(ty));
                ways.add(nominal.ty, needed);
            }
        }
        let made = ways.reached();
        let endless =
            self.nominals.iter().filter(|(_, nominal)| !made.contains(&nominal.ty) && !self.is_use(nominal));
        let endless: Vec<_> = endless.map(|(_, nominal)| nominal.name).collect();
        for name in endless {
            let text = self.text(name.symbol);
            self.report(
                Diagnostic::error(code::NEVER_BUILT, name.span, format!("no `{text}` can ever be made"))
                    .with_label("making one needs another one first")
                    .with_help("give the circle an end: let the type of a field be optional, `T?`"),
            );
        }
    }

    /// Whether a value of the type is made of others.
    fn is_made(&self, ty: TypeId) -> bool {
        matches!(self.types.get(ty), Some(Type::Struct(_) | Type::Enum(_) | Type::Tuple(_)))
            && !self.is_param(ty)
    }
}

/// The ways in which values of types can be made.
#[derive(Default)]
struct Ways {
    /// How many needs are not met yet, and of which type it is a way.
    list: Vec<(usize, TypeId)>,
    /// The ways that need a type.
    waiting: HashMap<TypeId, Vec<usize>>,
    /// Types with a way that needs nothing.
    made: Vec<TypeId>,
}

impl Ways {
    fn add(&mut self, of: TypeId, needs: impl Iterator<Item = TypeId>) {
        let way = self.list.len();
        let mut count = 0;
        for need in needs {
            self.waiting.entry(need).or_default().push(way);
            count += 1;
        }
        self.list.push((count, of));
        if count == 0 {
            self.made.push(of);
        }
    }

    /// The types that some way leads to.
    fn reached(mut self) -> HashSet<TypeId> {
        let mut reached = HashSet::new();
        while let Some(ty) = self.made.pop() {
            if !reached.insert(ty) {
                continue;
            }
            for way in self.waiting.remove(&ty).unwrap_or_default() {
                if let Some((left, of)) = self.list.get_mut(way) {
                    *left -= 1;
                    if *left == 0 {
                        self.made.push(*of);
                    }
                }
            }
        }
        reached
    }
}
