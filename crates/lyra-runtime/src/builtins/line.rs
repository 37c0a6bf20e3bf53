//! A short text on the stack, written before anything is allocated: numbers and characters fit it.
//!
//! It holds less than a unit of work, so writing one costs no fuel.

use crate::env::WORK_UNIT;
use std::fmt::{self, Write};

/// Most bytes of a line.
const MOST: usize = WORK_UNIT - 1;

/// Most digits of an integer in base ten or sixteen.
const MOST_DIGITS: usize = 20;

/// A text of less than [`WORK_UNIT`] bytes.
pub(super) struct Line {
    bytes: [u8; MOST],
    length: usize,
}

impl Line {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; MOST], length: 0 }
    }

    pub(super) fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.length).unwrap_or_default();
        str::from_utf8(written).unwrap_or_default()
    }

    /// Adds `count` times a character of ASCII.
    pub(super) fn fill(&mut self, count: usize, with: u8) -> fmt::Result {
        let end = self.length.saturating_add(count);
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.fill(with);
        self.length = end;
        Ok(())
    }
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length.saturating_add(text.len());
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// The digits of an integer.
pub(super) struct Digits {
    bytes: [u8; MOST_DIGITS],
    first: usize,
}

impl Digits {
    /// In base `BASE`, ten to sixteen.
    pub(super) fn of<const BASE: u64>(mut value: u64) -> Self {
        let mut digits = Self { bytes: [0; MOST_DIGITS], first: MOST_DIGITS };
        for place in digits.bytes.iter_mut().rev() {
            let digit = (value % BASE) as u8;
            *place = digit + if digit < 10 { b'0' } else { b'a' - 10 };
            digits.first -= 1;
            value /= BASE;
            if value == 0 {
                break;
            }
        }
        digits
    }

    pub(super) fn as_str(&self) -> &str {
        let written = self.bytes.get(self.first..).unwrap_or_default();
        str::from_utf8(written).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for shift in 0..64 {
            for value in [u64::MAX >> shift, 1 << shift, 999_999_999_999 >> (shift % 40)] {
                assert_eq!(Digits::of::<10>(value).as_str(), format!("{value}"));
                assert_eq!(Digits::of::<16>(value).as_str(), format!("{value:x}"));
            }
        }
        assert_eq!(Digits::of::<10>(0).as_str(), "0");
    }

    #[test]
    fn a_line_takes_less_than_a_unit_and_never_a_part() {
        let mut line = Line::new();
        assert!(line.write_str(&"é".repeat(30)).is_ok());
        assert!(line.write_str("abcd").is_err() && line.fill(4, b' ').is_err());
        assert!(line.fill(2, b'-').is_ok() && line.write_char('x').is_ok());
        assert!(line.write_char('x').is_err());
        assert_eq!(line.as_str(), "é".repeat(30) + "--x");
    }
}
