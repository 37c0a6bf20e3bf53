//! Numbers, texts and flags as bytes, written and strictly read.

use super::decode::DecodeError;

/// Bytes that are being written.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    /// LEB128: 7 bits a byte, low bits first, the top bit on all but the last.
    pub(super) fn number(&mut self, number: impl Into<u64>) {
        let mut rest = number.into();
        loop {
            let [low, ..] = rest.to_le_bytes();
            rest >>= 7;
            if rest == 0 {
                return self.byte(low & 0x7f);
            }
            self.byte(low | 0x80);
        }
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// Zigzag, so that small negative numbers are short: 0, -1, 1, -2 are 0, 1, 2, 3.
    pub(super) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63).cast_unsigned());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Bytes that are being read.
pub(super) struct Reader<'a> {
    section: &'static str,
    bytes: &'a [u8],
    at: usize,
}

type Read<T> = Result<T, DecodeError>;

impl<'a> Reader<'a> {
    pub(super) fn new(section: &'static str, bytes: &'a [u8]) -> Self {
        Self { section, bytes, at: 0 }
    }

    /// An error at the byte that comes next.
    pub(super) fn error(&self, what: impl Into<String>) -> DecodeError {
        DecodeError::at(self.section, self.at, what.into())
    }

    /// An error at an earlier byte.
    pub(super) fn error_at(&self, at: usize, what: impl Into<String>) -> DecodeError {
        DecodeError::at(self.section, at, what.into())
    }

    pub(super) fn place(&self) -> usize {
        self.at
    }

    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    pub(super) fn byte(&mut self) -> Read<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(|| self.error("it ends too early"))?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn raw(&mut self, length: usize) -> Read<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found =
            rest.get(..length).ok_or_else(|| self.error(format!("{length} bytes are missing here")))?;
        self.at += length;
        Ok(found)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let at = self.at;
        let bytes = self.raw(N)?;
        bytes.try_into().map_err(|_| self.error_at(at, "it ends too early"))
    }

    pub(super) fn flag(&mut self) -> Read<bool> {
        let at = self.at;
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(self.error_at(at, format!("expected 0 or 1, found {other}"))),
        }
    }

    pub(super) fn number(&mut self) -> Read<u64> {
        let at = self.at;
        let mut number = 0u64;
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            let low = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if shift > 63 || (shift == 63 && low > 1) {
                return Err(self.error_at(at, "a number of more than 64 bits"));
            }
            number |= low << shift;
            if byte & 0x80 == 0 {
                if low == 0 && shift > 0 {
                    return Err(self.error_at(at, "a number that is longer than it needs to be"));
                }
                break;
            }
        }
        Ok(number)
    }

    pub(super) fn u32(&mut self) -> Read<u32> {
        let at = self.at;
        let number = self.number()?;
        u32::try_from(number).map_err(|_| self.error_at(at, format!("{number} is too large here")))
    }

    pub(super) fn u16(&mut self) -> Read<u16> {
        let at = self.at;
        let number = self.number()?;
        u16::try_from(number).map_err(|_| self.error_at(at, format!("{number} is too large here")))
    }

    pub(super) fn signed(&mut self) -> Read<i64> {
        let number = self.number()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// How many things of at least `least` bytes follow: no more than there are bytes for.
    pub(super) fn count(&mut self, least: usize) -> Read<usize> {
        let at = self.at;
        let number = self.number()?;
        let fits = |&count: &usize| count <= self.left() / least.max(1);
        usize::try_from(number).ok().filter(fits).ok_or_else(|| {
            self.error_at(at, format!("{number} entries do not fit in the {} bytes left", self.left()))
        })
    }

    /// As many things as the number that comes next says. Room is made for no more bytes than are left.
    pub(super) fn list<T>(
        &mut self,
        least: usize,
        mut read: impl FnMut(&mut Self) -> Read<T>,
    ) -> Read<Vec<T>> {
        let count = self.count(least)?;
        let mut list = Vec::with_capacity(count.min(self.left() / size_of::<T>().max(1)));
        for _ in 0..count {
            list.push(read(self)?);
        }
        Ok(list)
    }

    pub(super) fn text(&mut self) -> Read<&'a str> {
        let length = self.count(1)?;
        let at = self.at;
        let bytes = self.raw(length)?;
        std::str::from_utf8(bytes)
            .map_err(|error| self.error_at(at + error.valid_up_to(), "a text that is no UTF-8"))
    }

    /// The section has been read to its end.
    pub(super) fn finish(&self) -> Read<()> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.error(format!("{left} bytes are left over"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
        let mut writer = Writer::default();
        write(&mut writer);
        writer.into_bytes()
    }

    fn reader(bytes: &[u8]) -> Reader<'_> {
        Reader::new("test", bytes)
    }

    #[test]
    fn numbers_survive() {
        for shift in 0..64 {
            for number in [1u64 << shift, (1 << shift) - 1, u64::MAX >> shift] {
                let bytes = written(|w| w.number(number));
                assert_eq!(reader(&bytes).number().unwrap(), number);
                let signed = number.cast_signed();
                for signed in [signed, signed.wrapping_neg()] {
                    let bytes = written(|w| w.signed(signed));
                    assert_eq!(reader(&bytes).signed().unwrap(), signed);
                }
            }
        }
        assert_eq!(written(|w| w.signed(-1)), [1]);
        assert_eq!(written(|w| w.signed(i64::MIN)).len(), 10);
    }

    #[test]
    fn a_number_has_one_encoding() {
        for wrong in [&[0x80, 0x00][..], &[0xff, 0x80, 0x00], &[0x80; 11], &[0xff; 10], &[0x80]] {
            assert!(reader(wrong).number().is_err(), "{wrong:?}");
        }
        let too_large = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02];
        assert!(reader(&too_large).number().is_err());
        assert!(reader(&[0xff, 0xff, 0x04]).u16().is_err());
        assert!(reader(&[0x80, 0x80, 0x80, 0x80, 0x10]).u32().is_err());
    }

    #[test]
    fn a_claimed_count_takes_no_memory() {
        let claim = written(|w| w.number(u64::from(u32::MAX)));
        let error = reader(&claim).list(1, Reader::byte).unwrap_err();
        assert_eq!(
            error.to_string(),
            "section `test` at byte 0: 4294967295 entries do not fit in the 0 bytes left"
        );
        assert!(reader(&[2, 0xc3]).text().is_err());
        assert!(reader(&[2, 0xc3, 0x28]).text().is_err());
    }
}
