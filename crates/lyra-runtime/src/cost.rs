//! What a value costs: the one rule by which memory is counted, in every tier.
//!
//! An object costs [`OBJECT`] bytes plus what it holds, to the byte; an array or growing text costs its
//! *capacity*, which grows by [`grown`]. `out_of_memory` then depends on what is alive only: just before it the
//! heap is collected in full, so when a tier collects makes no difference to a program.

/// Bytes of every object besides what it holds: 40 of its cell, and 16 that the system's allocator takes for a
/// small piece of memory, so that a program of a million tiny texts stays near its limit in the system's eyes too.
pub const OBJECT: u64 = 56;

/// Most elements of an array and most bytes of a text: lengths are `i32`.
pub const MAX_LENGTH: usize = i32::MAX as usize;

/// The capacity that follows `capacity` when `needed` elements must fit: at least doubled, at least 4.
#[must_use]
pub const fn grown(capacity: usize, needed: usize) -> usize {
    let doubled = capacity.saturating_mul(2);
    let wanted = if doubled > needed { doubled } else { needed };
    if wanted < 4 { 4 } else { wanted }
}

/// Bytes of a text of `bytes` bytes and `chars` characters: where the two differ, the table that finds
/// characters (4 bytes for every 64) is paid for from the start.
#[must_use]
pub const fn text(bytes: usize, chars: usize) -> u64 {
    OBJECT + bytes as u64 + char_table(bytes, chars)
}

/// Bytes of the table that finds the characters of a text.
#[must_use]
pub const fn char_table(bytes: usize, chars: usize) -> u64 {
    if bytes == chars { 0 } else { (chars as u64).div_ceil(64) * 4 }
}

/// Bytes of a text that has none of its own. Of a buffer joined texts pay for the table; a slice finds its characters
/// by what the text paid for that it was taken from. Where slices of a buffer outlive all texts that were joined there,
/// they have a table that nobody pays for, of a sixteenth of the buffer at most.
#[must_use]
pub const fn part(bytes: usize, chars: usize, joined: bool) -> u64 {
    OBJECT + if joined { char_table(bytes, chars) } else { 0 }
}

/// Bytes of a tuple, structure, cell or variant with so many parts, or of a closure with so many captures.
#[must_use]
pub const fn record(parts: usize) -> u64 {
    OBJECT + 8 * parts as u64
}

/// Bytes of a map with room for so many entries: 24 for each, and its table of places.
///
/// ```text
/// entries   | key, value, hash | gone | key, value, hash | …      in the order in which keys came
/// table     buckets of 5 bytes: which entry, and 7 bits of its hash
/// ```
#[must_use]
pub const fn map(capacity: usize) -> u64 {
    const HEAD: u64 = 96;
    let table = if capacity == 0 { 0 } else { 16 + 5 * map_buckets(capacity) as u64 };
    OBJECT + HEAD + 24 * capacity as u64 + table
}

/// Buckets of the table of a map: a power of two of which at most seven in eight are used.
#[must_use]
pub const fn map_buckets(capacity: usize) -> usize {
    if capacity < 4 {
        4
    } else if capacity < 8 {
        8
    } else {
        (capacity.saturating_mul(8) / 7).next_power_of_two()
    }
}

/// The least room that a map has for `live` entries.
#[must_use]
pub const fn map_room(live: usize) -> usize {
    match live {
        0 => 0,
        1..=3 => 3,
        _ => map_buckets(live) / 8 * 7,
    }
}

/// The room that a map of `room` entries, all of them used or gone, is made anew with when it must hold `live` and
/// one more: the same when half of them are gone, else what fills twice the buckets.
#[must_use]
pub const fn map_grown(room: usize, live: usize) -> usize {
    if room == 0 {
        return 3;
    }
    if live < room / 2 {
        return room;
    }
    map_buckets(room).saturating_mul(2) / 8 * 7
}

/// Bytes of an error with a trace of `points` places.
#[must_use]
pub const fn error(points: usize) -> u64 {
    OBJECT + 40 + 8 * points as u64
}

/// Bytes of an object of the host that counts for so many.
#[must_use]
pub const fn host_object(bytes: u64) -> u64 {
    OBJECT.saturating_add(bytes)
}

/// Bytes of what a built-in remembers of one object while it walks deep values (`equal`, `deep_copy`). They are
/// charged for [`ENTRY_BLOCK`] objects at a time, before the first of them, and given back at the end.
pub const ENTRY: u64 = 48;

/// Objects whose entries are charged at once.
pub const ENTRY_BLOCK: usize = 64;
