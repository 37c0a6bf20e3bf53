//! Interned strings: one object for equal texts among a program's constants, the names of its types and error kinds.
//!
//! The plain version is one list, searched from the front. How many constants are shared is the machine's to bound, and
//! the same with each version: what is shared is charged for once.

use crate::heap::{Heap, Roots};
use crate::slot::Ref;

/// How well interning serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InternerStatistics {
    /// Texts that were there already.
    pub hits: u64,
    /// Texts that were not.
    pub misses: u64,
    /// Texts now.
    pub entries: u64,
}

/// How texts are interned. What is interned stays alive: an interner is among the roots.
pub trait Interner: Send + Roots {
    /// No texts.
    fn new() -> Self
    where
        Self: Sized;

    /// The object of an equal text.
    fn find<H: Heap>(&mut self, text: &str, heap: &H) -> Option<Ref>;

    /// Keeps a text that was not found.
    fn insert<H: Heap>(&mut self, text: Ref, heap: &H);

    /// How well it serves.
    fn statistics(&self) -> InternerStatistics;
}

/// The plain [`Interner`].
pub struct LinearInterner {
    texts: Vec<Ref>,
    statistics: InternerStatistics,
}

impl Interner for LinearInterner {
    fn new() -> Self {
        Self { texts: Vec::new(), statistics: InternerStatistics::default() }
    }

    fn find<H: Heap>(&mut self, text: &str, heap: &H) -> Option<Ref> {
        let same = |&&entry: &&Ref| heap.text(entry).is_ok_and(|entry| entry.text == text);
        let found = self.texts.iter().find(same).copied();
        if found.is_some() {
            self.statistics.hits += 1;
        } else {
            self.statistics.misses += 1;
        }
        found
    }

    fn insert<H: Heap>(&mut self, text: Ref, _: &H) {
        self.texts.push(text);
        self.statistics.entries += 1;
    }

    fn statistics(&self) -> InternerStatistics {
        self.statistics
    }
}

impl Roots for LinearInterner {
    fn visit(&self, visit: &mut dyn FnMut(Ref)) {
        self.texts.visit(visit);
    }
}
