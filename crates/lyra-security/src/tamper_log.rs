//! A log that shows when it was edited: each entry carries a digest of itself and of the entry before.
//!
//! The log is bounded. The first entries are kept, because the first detection is the one that explains the
//! others; what comes later is counted, and the count is under the seal of the chain too.

use crate::digest::{Digest, Hasher};
use crate::monitor::Detection;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TamperEntry {
    /// What happened, in one line.
    pub event: String,
    /// Units of the budget used when it happened.
    pub operations: u64,
    /// The digest over this entry and the link of the entry before.
    pub link: Digest,
}

/// The chain does not fit together at this entry (or, at the number of entries, at the count of dropped ones).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainBroken {
    /// Place of the first entry that does not fit.
    pub entry: usize,
}

impl std::fmt::Display for ChainBroken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the tamper log was edited: entry {} does not fit the one before", self.entry)
    }
}

impl std::error::Error for ChainBroken {}

/// An append-only log whose entries are chained by digests.
///
/// ```
/// use lyra_security::TamperLog;
/// let mut log = TamperLog::new(100);
/// log.append("proc main was changed", 16_384);
/// assert_eq!(log.entries().len(), 1);
/// assert!(log.verify().is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct TamperLog {
    entries: Vec<TamperEntry>,
    capacity: usize,
    dropped: u64,
    /// Over the last link, the number of entries and the number dropped: cutting the end off shows.
    head: Digest,
}

/// Where every chain begins.
fn genesis() -> Digest {
    Digest::of(b"lyra tamper log 1")
}

fn link(before: &Digest, event: &str, operations: u64) -> Digest {
    let mut hasher = Hasher::new();
    hasher.write(before.as_bytes());
    hasher.write_u64(operations);
    hasher.write_u64(event.len() as u64);
    hasher.write(event.as_bytes());
    hasher.finish()
}

fn head(last: &Digest, entries: usize, dropped: u64) -> Digest {
    let mut hasher = Hasher::new();
    hasher.write(last.as_bytes());
    hasher.write_u64(entries as u64);
    hasher.write_u64(dropped);
    hasher.finish()
}

impl TamperLog {
    /// An empty log that keeps at most `capacity` entries.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { entries: Vec::new(), capacity, dropped: 0, head: head(&genesis(), 0, 0) }
    }

    /// Adds an event; it is only counted when the log is full.
    pub fn append(&mut self, event: impl Into<String>, operations: u64) {
        if self.entries.len() < self.capacity {
            let event = event.into();
            let link = link(&self.last(), &event, operations);
            self.entries.push(TamperEntry { event, operations, link });
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
        self.head = head(&self.last(), self.entries.len(), self.dropped);
    }

    /// Adds what a monitor found.
    pub fn record(&mut self, detection: &Detection) {
        let event = format!("{}: expected {}, found {}", detection.name, detection.expected, detection.found);
        self.append(event, detection.operations);
    }

    /// The entries that were kept, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[TamperEntry] {
        &self.entries
    }

    /// How many came when the log was full.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The digest that stands for the whole log: kept elsewhere, it shows any later edit.
    #[must_use]
    pub const fn head(&self) -> Digest {
        self.head
    }

    /// Whether the log is as it was written.
    ///
    /// # Errors
    /// The first entry that does not fit.
    pub fn verify(&self) -> Result<(), ChainBroken> {
        Self::verify_entries(&self.entries, self.dropped, self.head)
    }

    /// Whether entries that were stored elsewhere are those of the log with this `head`.
    ///
    /// # Errors
    /// The first entry that does not fit.
    pub fn verify_entries(
        entries: &[TamperEntry],
        dropped: u64,
        expected: Digest,
    ) -> Result<(), ChainBroken> {
        let mut before = genesis();
        for (place, entry) in entries.iter().enumerate() {
            if entry.link != link(&before, &entry.event, entry.operations) {
                return Err(ChainBroken { entry: place });
            }
            before = entry.link;
        }
        if head(&before, entries.len(), dropped) == expected {
            Ok(())
        } else {
            Err(ChainBroken { entry: entries.len() })
        }
    }

    fn last(&self) -> Digest {
        self.entries.last().map_or_else(genesis, |entry| entry.link)
    }
}

impl Default for TamperLog {
    /// Keeps 1,000 entries.
    fn default() -> Self {
        Self::new(1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> TamperLog {
        let mut log = TamperLog::new(4);
        for at in 0..6 {
            log.append(format!("event {at}"), at * 100);
        }
        log
    }

    #[test]
    fn a_full_log_counts_what_it_drops() {
        let log = sample();
        assert_eq!((log.entries().len(), log.dropped()), (4, 2));
        assert_eq!(log.verify(), Ok(()));
    }

    #[test]
    fn every_kind_of_edit_shows_where_it_is() {
        let edit = |change: fn(&mut TamperLog)| {
            let mut log = sample();
            change(&mut log);
            log.verify().map_err(|broken| broken.entry)
        };
        assert_eq!(edit(|log| log.entries[1].event.push('!')), Err(1));
        assert_eq!(edit(|log| log.entries[2].operations += 1), Err(2));
        assert_eq!(edit(|log| log.entries[3].link = Digest::of(b"")), Err(3));
        assert_eq!(edit(|log| log.entries.swap(0, 1)), Err(0));
        assert_eq!(edit(|log| drop(log.entries.remove(1))), Err(1));
        assert_eq!(edit(|log| drop(log.entries.pop())), Err(3));
        assert_eq!(edit(|log| log.dropped -= 1), Err(4));
        // Rewriting the whole tail consistently still does not fit the head that was kept elsewhere.
        let (kept, mut log) = (sample().head(), TamperLog::new(4));
        log.append("nothing happened", 0);
        assert!(TamperLog::verify_entries(log.entries(), 0, kept).is_err());
    }
}
