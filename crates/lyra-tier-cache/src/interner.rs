//! Interned texts in a hash table.
//!
//! ```text
//! text ──hash──> (hash, object) ──same hash? same text?──> object
//! ```
//!
//! Entries keep the hash of their text, so that the table grows without a look at the heap.

use hashbrown::HashTable;
use lyra_runtime::{Heap, Interner, InternerStatistics, Ref, Roots};
use std::hash::BuildHasher;

#[derive(Clone, Copy)]
struct Entry {
    hash: u64,
    text: Ref,
}

/// An [`Interner`] that looks a text up in the same short time however many there are, and takes any number of them.
///
/// ```
/// use lyra_runtime::Interner;
/// use lyra_tier_cache::HashInterner;
///
/// let interner = HashInterner::new();
/// assert_eq!(interner.statistics().entries, 0);
/// ```
pub struct HashInterner {
    /// Without memory before the first text.
    texts: HashTable<Entry>,
    statistics: InternerStatistics,
}

impl HashInterner {
    /// How many texts there is room for from the first on.
    pub const FIRST: usize = 8_192;

    fn hash<H: Heap>(text: &str, heap: &H) -> u64 {
        // By the heap's own secret: nobody can make texts whose hashes are the same.
        heap.hash_state().hash_one(text)
    }
}

impl Interner for HashInterner {
    fn new() -> Self {
        Self { texts: HashTable::new(), statistics: InternerStatistics::default() }
    }

    fn find<H: Heap>(&mut self, text: &str, heap: &H) -> Option<Ref> {
        let same = |entry: &Entry| heap.text(entry.text).is_ok_and(|entry| entry.text == text);
        let found = self.texts.find(Self::hash(text, heap), same).map(|entry| entry.text);
        match found {
            Some(_) => self.statistics.hits += 1,
            None => self.statistics.misses += 1,
        }
        found
    }

    fn insert<H: Heap>(&mut self, text: Ref, heap: &H) {
        let Ok(content) = heap.text(text) else { return };
        if self.texts.is_empty() {
            self.texts.reserve(Self::FIRST, |entry| entry.hash);
        }
        let entry = Entry { hash: Self::hash(content.text, heap), text };
        self.texts.insert_unique(entry.hash, entry, |entry| entry.hash);
        self.statistics.entries += 1;
    }

    fn statistics(&self) -> InternerStatistics {
        self.statistics
    }
}

impl Roots for HashInterner {
    fn visit(&self, visit: &mut dyn FnMut(Ref)) {
        self.texts.iter().for_each(|entry| visit(entry.text));
    }
}
