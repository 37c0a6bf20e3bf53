//! How objects are read and changed: borrowed views, the same for every heap.

use crate::shape::Width;
use crate::slot::Slot;
use lyra_bytecode::ProcId;
use std::ops::Range;

/// A text and how many characters it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'h> {
    /// The text.
    pub text: &'h str,
    /// Its Unicode scalar values.
    pub chars: usize,
}

impl Text<'_> {
    /// Whether every character is one byte.
    #[must_use]
    pub const fn is_ascii(&self) -> bool {
        self.chars == self.text.len()
    }
}

/// A procedure and what it captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closure<'h> {
    /// The procedure.
    pub proc: ProcId,
    /// How many of the captures are references: they come first.
    pub refs: usize,
    /// What it captured: references in the order of the parameters that they become, then words.
    pub captures: &'h [Slot],
}

/// The elements of an array, as they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elements<'h> {
    /// `bool`, `u8`.
    Bytes(&'h [u8]),
    /// `i32`, `char`.
    Halves(&'h [u32]),
    /// `i64`, `f64`.
    Words(&'h [u64]),
    /// Slots of the reference stack.
    Refs(&'h [Slot]),
}

impl Elements<'_> {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Bytes(list) => list.len(),
            Self::Halves(list) => list.len(),
            Self::Words(list) => list.len(),
            Self::Refs(list) => list.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How they are kept.
    #[must_use]
    pub const fn width(&self) -> Width {
        match self {
            Self::Bytes(_) => Width::Byte,
            Self::Halves(_) => Width::Half,
            Self::Words(_) => Width::Word,
            Self::Refs(_) => Width::Ref,
        }
    }

    /// Element `index` as a slot.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Slot> {
        match self {
            Self::Bytes(list) => list.get(index).map(|&bits| Slot::word(bits.into())),
            Self::Halves(list) => list.get(index).map(|&bits| Slot::word(bits.into())),
            Self::Words(list) => list.get(index).map(|&bits| Slot::word(bits)),
            Self::Refs(list) => list.get(index).copied(),
        }
    }
}

/// The elements of an array, to change them.
#[derive(Debug)]
pub enum ElementsMut<'h> {
    /// `bool`, `u8`.
    Bytes(&'h mut [u8]),
    /// `i32`, `char`.
    Halves(&'h mut [u32]),
    /// `i64`, `f64`.
    Words(&'h mut [u64]),
    /// Slots of the reference stack.
    Refs(&'h mut [Slot]),
}

/// Does the same to the list, whatever its width.
macro_rules! each_width {
    ($elements:expr, $list:ident => $body:expr) => {
        match $elements {
            ElementsMut::Bytes($list) => $body,
            ElementsMut::Halves($list) => $body,
            ElementsMut::Words($list) => $body,
            ElementsMut::Refs($list) => $body,
        }
    };
}

impl ElementsMut<'_> {
    /// Sets element `index` to the low bits of `value`; `false` when there is no such element.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a word's low bits are its value")]
    pub fn set(&mut self, index: usize, value: Slot) -> bool {
        fn put<T>(list: &mut [T], index: usize, value: T) -> bool {
            list.get_mut(index).map(|place| *place = value).is_some()
        }
        match self {
            Self::Bytes(list) => put(list, index, value.as_word() as u8),
            Self::Halves(list) => put(list, index, value.as_word() as u32),
            Self::Words(list) => put(list, index, value.as_word()),
            Self::Refs(list) => put(list, index, value),
        }
    }

    /// Sets the elements from `start` on to the low bits of `value`; `false` when that is past the end.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a word's low bits are its value")]
    pub fn fill(&mut self, start: usize, value: Slot) -> bool {
        fn put<T: Copy>(list: &mut [T], start: usize, value: T) -> bool {
            list.get_mut(start..).map(|places| places.fill(value)).is_some()
        }
        match self {
            Self::Bytes(list) => put(list, start, value.as_word() as u8),
            Self::Halves(list) => put(list, start, value.as_word() as u32),
            Self::Words(list) => put(list, start, value.as_word()),
            Self::Refs(list) => put(list, start, value),
        }
    }

    /// Turns the order round.
    pub fn reverse(&mut self) {
        each_width!(self, list => list.reverse());
    }

    /// Copies the elements of `range` to where `at` is; `false`, and nothing done, when either lies outside.
    #[must_use]
    pub fn copy_within(&mut self, range: Range<usize>, at: usize) -> bool {
        each_width!(self, list => {
            let fits = range.start <= range.end
                && range.end <= list.len()
                && at.checked_add(range.end - range.start).is_some_and(|end| end <= list.len());
            if fits {
                list.copy_within(range, at);
            }
            fits
        })
    }
}
