//! Keys that nobody can foresee: without its key nobody can make code that has a digest again.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

/// A new key, from the system's source of randomness; where there is none, from what the standard library has for
/// its tables.
pub(crate) fn new() -> [u8; 32] {
    let mut key = [0; 32];
    if getrandom::fill(&mut key).is_err() {
        for (place, part) in (0u64..).zip(key.chunks_exact_mut(8)) {
            let mut hasher = RandomState::new().build_hasher();
            hasher.write_u64(place);
            part.copy_from_slice(&hasher.finish().to_le_bytes());
        }
    }
    key
}
