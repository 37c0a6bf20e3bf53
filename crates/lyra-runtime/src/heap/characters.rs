//! Tables that find the characters of texts: where every 64th begins, made as far as anyone asked.
//!
//! They are paid for with their text (`cost::char_table`) and kept beside the heap's objects, by a key of the heap:
//! texts that share bytes share the table of the whole, where each knows at which character it begins.

use super::Text;
use crate::fault::Fault;
use hashbrown::HashMap;
use std::hash::Hash;

/// Characters between two entries of a table.
const STEP: usize = 64;

/// The tables of the texts of a heap, by what the heap calls them.
#[derive(Clone, Debug)]
pub struct CharTables<K> {
    tables: HashMap<K, Vec<u32>>,
}

impl<K> Default for CharTables<K> {
    fn default() -> Self {
        Self { tables: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash> CharTables<K> {
    /// [`Heap::byte_offset`](super::Heap::byte_offset) where it needs no table; `None` where it does.
    ///
    /// # Errors
    /// `index_out_of_bounds` when there is no such character.
    pub fn without(text: Text<'_>, index: usize) -> Result<Option<usize>, Fault> {
        let Text { text: content, chars } = text;
        if index > chars {
            return Err(Fault::index(i64::try_from(index).unwrap_or(i64::MAX), chars));
        }
        Ok(if chars == content.len() || index == 0 {
            Some(index)
        } else if index == chars {
            Some(content.len())
        } else {
            None
        })
    }

    /// The table of `key`, taken out so that text and table can be borrowed at once; [`CharTables::put`] it back.
    pub fn take(&mut self, key: K) -> Vec<u32> {
        self.tables.remove(&key).unwrap_or_else(|| vec![0])
    }

    /// Keeps a table that was taken out.
    pub fn put(&mut self, key: K, table: Vec<u32>) {
        self.tables.insert(key, table);
    }

    /// Forgets the table of a text that is gone.
    pub fn forget(&mut self, key: K) {
        if !self.tables.is_empty() {
            self.tables.remove(&key);
        }
    }

    /// Forgets the tables of all texts but those that `lives` says are alive.
    pub fn retain(&mut self, mut lives: impl FnMut(K) -> bool) {
        self.tables.retain(|&key, _| lives(key));
    }
}

/// Where character `index` of `content` begins, by a table that is made longer as far as needed.
///
/// # Errors
/// `tampered` when there are fewer characters.
pub fn find_character(content: &str, table: &mut Vec<u32>, index: usize) -> Result<usize, Fault> {
    while table.len() <= index / STEP {
        let last = table.last().copied().unwrap_or(0) as usize;
        let step = content.get(last..).and_then(|rest| rest.char_indices().nth(STEP));
        let Some((bytes, _)) = step else { break };
        table.push(u32::try_from(last + bytes).unwrap_or(u32::MAX));
    }
    let start = table.get(index / STEP).map_or(0, |&start| start as usize);
    let rest = content.get(start..).and_then(|rest| rest.char_indices().nth(index % STEP));
    let offset = rest.map(|(bytes, _)| start + bytes);
    offset.ok_or_else(|| Fault::broken("a text has fewer characters than it says"))
}
