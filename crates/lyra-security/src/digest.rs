//! Digests: blake3, 32 bytes, and a hasher that takes numbers in one fixed byte order.

use std::fmt;

/// A blake3 digest. Two are compared in constant time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest(blake3::Hash);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes))
    }

    /// The digest of `bytes` that only a holder of `key` can make.
    #[must_use]
    pub fn keyed(key: &[u8; 32], bytes: &[u8]) -> Self {
        Self(blake3::keyed_hash(key, bytes))
    }

    /// From its 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(blake3::Hash::from_bytes(bytes))
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_hex().as_str())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Makes a [`Digest`] of bytes and numbers given one after the other; numbers are little-endian.
///
/// ```
/// use lyra_security::{Digest, Hasher};
/// let mut hasher = Hasher::new();
/// hasher.write(b"ab");
/// hasher.write_u32(7);
/// assert_eq!(hasher.finish(), Digest::of(b"ab\x07\0\0\0"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Nothing written yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing written yet; its digest is one that only a holder of `key` can make.
    #[must_use]
    pub fn keyed(key: &[u8; 32]) -> Self {
        Self(blake3::Hasher::new_keyed(key))
    }

    /// Takes bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Takes one byte.
    pub fn write_u8(&mut self, byte: u8) {
        self.write(&[byte]);
    }

    /// Takes four bytes.
    pub fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }

    /// Takes eight bytes.
    pub fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    /// The digest of everything written since the start or the last [`reset`](Self::reset).
    #[must_use]
    pub fn finish(&self) -> Digest {
        Digest(self.0.finalize())
    }

    /// How many bytes were written since the start or the last [`reset`](Self::reset).
    #[must_use]
    pub fn written(&self) -> u64 {
        self.0.count()
    }

    /// Forgets what was written.
    pub fn reset(&mut self) {
        self.0.reset();
    }
}
