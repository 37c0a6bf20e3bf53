//! The format of an f-string hole, as the four operands that the built-in `format` takes after the value.

/// Where a text stands in its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Align {
    /// `<`
    Left,
    /// `^`
    Center,
    /// `>`
    Right,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Radix {
    /// `x`
    LowerHex,
    /// `X`
    UpperHex,
    /// `b`
    Binary,
    /// `o`
    Octal,
    /// `e`
    Exponent,
}

/// `[[fill]<^>][+][#][0][width][.precision][x X b o e]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormatSpec {
    /// Fills up to the width.
    pub fill: char,
    /// Where the text stands; numbers right and the rest left when not given.
    pub align: Option<Align>,
    /// A sign on positive numbers too.
    pub plus: bool,
    /// `0x`, `0b`, `0o` before the digits.
    pub alternate: bool,
    /// Zeros between sign and digits.
    pub zero: bool,
    /// Least width in characters.
    pub width: Option<u32>,
    /// Digits after the point, or most characters of a text.
    pub precision: Option<u32>,
    /// How a number is written.
    pub radix: Option<Radix>,
}

impl FormatSpec {
    /// As the operands flags, width, precision (-1 where not given) and fill.
    #[must_use]
    pub fn pack(&self) -> (i32, i32, i32, char) {
        let align = self.align.map_or(0, |align| align as i32 + 1);
        let radix = self.radix.map_or(0, |radix| radix as i32 + 1);
        let flags = align
            | i32::from(self.plus) << 2
            | i32::from(self.alternate) << 3
            | i32::from(self.zero) << 4
            | radix << 5;
        let number = |given: Option<u32>| given.map_or(-1, |n| i32::try_from(n).unwrap_or(i32::MAX));
        (flags, number(self.width), number(self.precision), self.fill)
    }

    /// Back from the operands. Bits without a meaning are not looked at, so every input is a format.
    #[must_use]
    pub fn unpack(flags: i32, width: i32, precision: i32, fill: char) -> Self {
        let align = match flags & 3 {
            1 => Some(Align::Left),
            2 => Some(Align::Center),
            3 => Some(Align::Right),
            _ => None,
        };
        let radix = match flags >> 5 & 7 {
            1 => Some(Radix::LowerHex),
            2 => Some(Radix::UpperHex),
            3 => Some(Radix::Binary),
            4 => Some(Radix::Octal),
            5 => Some(Radix::Exponent),
            _ => None,
        };
        Self {
            fill,
            align,
            plus: flags & 4 != 0,
            alternate: flags & 8 != 0,
            zero: flags & 16 != 0,
            width: u32::try_from(width).ok(),
            precision: u32::try_from(precision).ok(),
            radix,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_survives_packing() {
        for align in [None, Some(Align::Left), Some(Align::Center), Some(Align::Right)] {
            for radix in [None, Some(Radix::LowerHex), Some(Radix::Exponent)] {
                for bits in 0..8 {
                    let spec = FormatSpec {
                        fill: '→',
                        align,
                        plus: bits & 1 != 0,
                        alternate: bits & 2 != 0,
                        zero: bits & 4 != 0,
                        width: (bits > 3).then_some(1_000_000),
                        precision: Some(bits),
                        radix,
                    };
                    let (flags, width, precision, fill) = spec.pack();
                    assert_eq!(FormatSpec::unpack(flags, width, precision, fill), spec);
                }
            }
        }
    }
}
