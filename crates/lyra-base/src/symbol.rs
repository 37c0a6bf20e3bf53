//! Interned names: a [`Symbol`] is a small number that stands for one spelling, so names compare in one step.
//!
//! Hashing is keyed at random per table: a source full of names chosen to collide costs no more than any other.

use hashbrown::{HashTable, hash_table::Entry};
use std::hash::{BuildHasher, RandomState};

crate::define_id! {
    /// One spelling in a [`Symbols`] table.
    pub struct Symbol, "symbol"
}

/// The table of names: gives each spelling one [`Symbol`], in order of first appearance.
///
/// ```
/// use lyra_base::Symbols;
/// let mut symbols = Symbols::new();
/// let a = symbols.intern("count");
/// assert_eq!(symbols.intern("count"), a);
/// assert_eq!(symbols.text(a), "count");
/// ```
#[derive(Default)]
pub struct Symbols {
    /// All spellings, one after the other; `ends[i]` is where symbol `i` stops.
    text: String,
    ends: Vec<usize>,
    table: HashTable<Symbol>,
    hasher: RandomState,
}

impl Symbols {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The symbol of `name`, made if it is new.
    pub fn intern(&mut self, name: &str) -> Symbol {
        let Self { text, ends, table, hasher } = self;
        let hash = hasher.hash_one(name);
        let entry = table.entry(
            hash,
            |&symbol| spelling(text, ends, symbol) == name,
            |&symbol| hasher.hash_one(spelling(text, ends, symbol)),
        );
        match entry {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(place) => {
                let symbol = <Symbol as crate::id::Id>::from_index(ends.len());
                place.insert(symbol);
                text.push_str(name);
                ends.push(text.len());
                symbol
            }
        }
    }

    /// The symbol of `name`, if it was interned before.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Symbol> {
        let hash = self.hasher.hash_one(name);
        self.table.find(hash, |&symbol| self.text(symbol) == name).copied()
    }

    /// The spelling of a symbol of this table. Panics on a symbol of another table that has more.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        spelling(&self.text, &self.ends, symbol)
    }

    /// How many spellings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

fn spelling<'t>(text: &'t str, ends: &[usize], symbol: Symbol) -> &'t str {
    let index = symbol.0 as usize;
    let start = if index == 0 { 0 } else { ends[index - 1] };
    &text[start..ends[index]]
}

impl std::fmt::Debug for Symbols {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((0..self.ends.len()).map(|i| self.text(Symbol(i as u32)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_keep_their_spelling_when_the_table_grows() {
        let mut symbols = Symbols::new();
        let all: Vec<_> = (0..5_000).map(|i| symbols.intern(&format!("name{i}"))).collect();
        for (i, symbol) in all.iter().enumerate() {
            assert_eq!(symbols.text(*symbol), format!("name{i}"));
            assert_eq!(symbols.find(&format!("name{i}")), Some(*symbol));
        }
        assert_eq!(symbols.find("name5000"), None);
        assert_eq!(symbols.intern(""), symbols.intern(""));
    }
}
