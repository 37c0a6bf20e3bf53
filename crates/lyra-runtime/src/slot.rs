//! The 64 bits that every value is: a [`Slot`], and the [`Ref`] that a slot of a reference type holds.
//!
//! Words carry no tag; static types say what is in them. References stay below 2^48: what is above, in a slot of
//! a reference type, is a value that needs no object ([`immediate`](crate::immediate)).

use std::fmt;

/// A reference to a heap object. Zero is null: no object.
///
/// ```text
///  63        48 47          32 31           0
/// |  always 0  |  generation  |  cell + 1    |     (the plain heap's use of the low 48 bits)
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct Ref(u64);

impl Ref {
    /// No object.
    pub const NULL: Self = Self(0);

    /// A reference of `bits`; null when they do not fit in 48 bits.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        if bits >> 48 == 0 { Self(bits) } else { Self::NULL }
    }

    /// The reference of `bits` that are known to be those of one, as in a slot whose type has objects only: arrays and
    /// records. Debug builds look.
    #[must_use]
    pub const fn known(bits: u64) -> Self {
        debug_assert!(bits >> 48 == 0);
        Self(bits)
    }

    /// Its bits, below 2^48.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether there is no object.
    #[must_use]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ref{:x}", self.0)
    }
}

/// One value: a word by its bits, or a reference.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Slot(u64);

impl Slot {
    /// All bits zero: `false`, 0, 0.0, `'\0'`, null.
    pub const ZERO: Self = Self(0);

    /// A word.
    #[must_use]
    pub const fn word(bits: u64) -> Self {
        Self(bits)
    }

    /// Its bits as a word.
    #[must_use]
    pub const fn as_word(self) -> u64 {
        self.0
    }

    /// As a reference: null for `none` and for what needs no object.
    #[must_use]
    pub const fn as_ref(self) -> Ref {
        Ref::from_bits(self.0)
    }

    /// Whether a slot of a reference type refers to an object.
    #[must_use]
    pub const fn is_object(self) -> bool {
        !self.as_ref().is_null()
    }

    /// Whether a slot of a reference type is `none`, or was never set.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// As an `i32`.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the low half of the word is the value")]
    pub const fn as_i32(self) -> i32 {
        self.0 as u32 as i32
    }

    /// As a `char`.
    #[must_use]
    pub fn as_char(self) -> char {
        lyra_bytecode::scalar::Scalar::from_word(self.0)
    }

    /// An `i32`.
    #[must_use]
    pub const fn from_i32(value: i32) -> Self {
        Self(value.cast_unsigned() as u64)
    }

    /// A `bool`.
    #[must_use]
    pub const fn from_bool(value: bool) -> Self {
        Self(value as u64)
    }
}

impl From<Ref> for Slot {
    fn from(reference: Ref) -> Self {
        Self(reference.bits())
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}
