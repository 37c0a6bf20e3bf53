//! The sealed file: sections of bytes under digests, so that any damage is found and said where it is.
//!
//! ```text
//!   0  magic    7F 'L' 'Y' 'R'
//!   4  version  u16          of this container and of what is in it
//!   6  flags    u16          bit 0: keyed
//!   8  count    u16          sections, at most 64
//!  10  zero     u16
//!  12  total    u64          bytes of the whole file
//!  20  table    count ×      name (8 bytes of ASCII, zero-padded), length u64, blake3 digest of the section
//!      mark     32 bytes     only when keyed: keyed blake3 of everything above
//!      digest   32 bytes     blake3 of everything above
//!      sections              one after the other, nothing between or after
//! ```
//!
//! Every byte is under a digest, so every changed bit is found; the table gives each section its own, so the
//! message can name it. The digest proves that nothing was damaged *by accident*; who made the file is proved
//! only by a key, because anyone can compute a digest. Either way the verifier decides what may run.

use crate::digest::Digest;
use std::fmt;
use std::ops::Range;

/// How every sealed file begins. No source text does: `7F` is a control character.
pub const MAGIC: [u8; 4] = *b"\x7fLYR";

/// The version that [`seal`] writes and [`open`] reads.
pub const VERSION: u16 = 1;

/// The usual ending of a sealed file's name, without the dot.
pub const EXTENSION: &str = "lyrac";

const FIXED: usize = 20;
const ROW: usize = 48;
const DIGEST: usize = 32;
const KEYED: u16 = 1;
const MAX_SECTIONS: usize = 64;

/// One part of a sealed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// 1 to 8 characters of ASCII.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// Whether `bytes` begin like a sealed file.
#[must_use]
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC)
}

/// Puts sections under seal; with a key, only a holder of the key can make another file that opens with it.
///
/// ```
/// use lyra_security::seal::{Section, open, seal};
/// let file = seal(&[Section { name: "code", bytes: b"abc" }], None);
/// assert_eq!(open(&file, None).unwrap()[0].bytes, b"abc");
/// assert!(open(&file[..file.len() - 1], None).is_err());
/// ```
///
/// # Panics
/// On more than 64 sections, or a name that is not 1 to 8 printable characters of ASCII, each once: names are
/// constants of the caller.
#[must_use]
pub fn seal(sections: &[Section<'_>], key: Option<&[u8; 32]>) -> Vec<u8> {
    assert!(sections.len() <= MAX_SECTIONS, "a sealed file has at most {MAX_SECTIONS} sections");
    let header = header_length(sections.len(), key.is_some());
    let total = sections.iter().fold(header, |sum, section| sum + section.bytes.len());
    let mut file = Vec::with_capacity(total);
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.extend(if key.is_some() { KEYED } else { 0 }.to_le_bytes());
    file.extend((sections.len() as u16).to_le_bytes());
    file.extend([0; 2]);
    file.extend((total as u64).to_le_bytes());
    for (place, section) in sections.iter().enumerate() {
        let name = section.name.as_bytes();
        assert!(
            (1..=8).contains(&name.len()) && name.iter().all(u8::is_ascii_graphic),
            "a section's name is 1 to 8 printable characters of ASCII"
        );
        assert!(sections[..place].iter().all(|other| other.name != section.name), "two sections of one name");
        let mut padded = [0; 8];
        padded[..name.len()].copy_from_slice(name);
        file.extend(padded);
        file.extend((section.bytes.len() as u64).to_le_bytes());
        file.extend(Digest::of(section.bytes).as_bytes());
    }
    if let Some(key) = key {
        let mark = Digest::keyed(key, &file);
        file.extend(mark.as_bytes());
    }
    let digest = Digest::of(&file);
    file.extend(digest.as_bytes());
    for section in sections {
        file.extend(section.bytes);
    }
    file
}

/// Checks a sealed file in full and gives its sections, which borrow from it. Allocates for the list only.
///
/// # Errors
/// [`SealError`] says what is wrong and where.
pub fn open<'a>(file: &'a [u8], key: Option<&[u8; 32]>) -> Result<Vec<Section<'a>>, SealError> {
    let present = file.len().min(MAGIC.len());
    if file.get(..present) != MAGIC.get(..present) {
        return Err(SealError::NotSealed);
    }
    let ends_in_header = |total| SealError::Truncated { end: file.len(), total, section: None };
    let version = u16_at(file, 4).ok_or_else(|| ends_in_header(None))?;
    // Before the digest: another version may keep it elsewhere.
    match version.cmp(&VERSION) {
        std::cmp::Ordering::Greater => return Err(SealError::Newer { version }),
        std::cmp::Ordering::Less => return Err(SealError::Older { version }),
        std::cmp::Ordering::Equal => {}
    }
    let (Some(flags), Some(count), Some(zero), Some(total)) =
        (u16_at(file, 6), u16_at(file, 8), u16_at(file, 10), u64_at(file, 12))
    else {
        return Err(ends_in_header(None));
    };
    let keyed = flags & KEYED != 0;
    let count = usize::from(count);
    if count > MAX_SECTIONS {
        return Err(SealError::Header { range: 0..FIXED.min(file.len()) });
    }
    let header = header_length(count, keyed);
    let marked = header - DIGEST;
    let (Some(signed), Some(digest)) = (file.get(..marked), digest_at(file, marked)) else {
        return Err(ends_in_header(usize::try_from(total).ok().filter(|&total| total >= header)));
    };
    if Digest::of(signed) != digest {
        return Err(SealError::Header { range: 0..header });
    }

    // From here on the header is what its writer wrote, whoever that was.
    if flags & !KEYED != 0 || zero != 0 {
        return Err(SealError::Malformed { what: "unknown flags are set", range: 6..12 });
    }
    match (key, keyed) {
        (None, true) => return Err(SealError::KeyNeeded),
        (Some(_), false) => return Err(SealError::NotKeyed),
        (Some(key), true) => {
            let place = marked - DIGEST;
            let expected = file.get(..place).map(|bytes| Digest::keyed(key, bytes));
            if expected.is_none() || digest_at(file, place) != expected {
                return Err(SealError::WrongKey);
            }
        }
        (None, false) => {}
    }
    let rows = read_table(file, count, header)?;
    let end = rows.last().map_or(header, |row| row.range.end);
    if total != end as u64 {
        return Err(SealError::Malformed {
            what: "the lengths do not add up to the file's",
            range: 12..FIXED,
        });
    }
    if file.len() > end {
        return Err(SealError::Trailing { from: end, length: file.len() });
    }
    rows.into_iter()
        .map(|row| {
            let bytes = file.get(row.range.clone()).ok_or_else(|| SealError::Truncated {
                end: file.len(),
                total: Some(end),
                section: Some(row.name.to_owned()),
            })?;
            if Digest::of(bytes) != row.digest {
                return Err(SealError::Damaged { section: row.name.to_owned(), range: row.range });
            }
            Ok(Section { name: row.name, bytes })
        })
        .collect()
}

struct Row<'a> {
    name: &'a str,
    range: Range<usize>,
    digest: Digest,
}

fn read_table(file: &[u8], count: usize, header: usize) -> Result<Vec<Row<'_>>, SealError> {
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(count);
    let mut start = header;
    for place in 0..count {
        let at = FIXED + place * ROW;
        let malformed = |what| SealError::Malformed { what, range: at..at + ROW };
        let name =
            file.get(at..at + 8).and_then(name_of).ok_or_else(|| malformed("a section has no name"))?;
        if rows.iter().any(|row| row.name == name) {
            return Err(malformed("two sections have one name"));
        }
        let end = u64_at(file, at + 8)
            .and_then(|length| usize::try_from(length).ok())
            .and_then(|length| start.checked_add(length))
            .ok_or_else(|| malformed("a section is longer than any file"))?;
        let digest = digest_at(file, at + 16).ok_or_else(|| malformed("a section has no digest"))?;
        rows.push(Row { name, range: start..end, digest });
        start = end;
    }
    Ok(rows)
}

fn name_of(padded: &[u8]) -> Option<&str> {
    let length = padded.iter().position(|&byte| byte == 0).unwrap_or(padded.len());
    let (name, zeros) = padded.split_at_checked(length)?;
    let fits =
        !name.is_empty() && name.iter().all(u8::is_ascii_graphic) && zeros.iter().all(|&byte| byte == 0);
    if fits { std::str::from_utf8(name).ok() } else { None }
}

const fn header_length(sections: usize, keyed: bool) -> usize {
    FIXED + sections * ROW + if keyed { 2 * DIGEST } else { DIGEST }
}

fn u16_at(file: &[u8], at: usize) -> Option<u16> {
    file.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u64_at(file: &[u8], at: usize) -> Option<u64> {
    file.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}

fn digest_at(file: &[u8], at: usize) -> Option<Digest> {
    file.get(at..)?.first_chunk().copied().map(Digest::from_bytes)
}

/// Why a sealed file does not open. `Display` gives one line that says what and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// It does not begin like a sealed file.
    NotSealed,
    /// It was made by a later version.
    Newer {
        /// The version it says.
        version: u16,
    },
    /// It was made by an earlier version.
    Older {
        /// The version it says.
        version: u16,
    },
    /// It ends too early.
    Truncated {
        /// Where it ends.
        end: usize,
        /// Where it should end, if that can be known.
        total: Option<usize>,
        /// The section that is cut, `None` for the header.
        section: Option<String>,
    },
    /// The header is not as it was written.
    Header {
        /// Its bytes.
        range: Range<usize>,
    },
    /// A section is not as it was written.
    Damaged {
        /// Its name.
        section: String,
        /// Its bytes.
        range: Range<usize>,
    },
    /// The digest of the header is right, but no writer of ours makes such a header.
    Malformed {
        /// What is wrong.
        what: &'static str,
        /// Where.
        range: Range<usize>,
    },
    /// There are bytes after the end.
    Trailing {
        /// Where it should end.
        from: usize,
        /// Where it ends.
        length: usize,
    },
    /// It is sealed with a key and none was given.
    KeyNeeded,
    /// A key was given and it is not sealed with one.
    NotKeyed,
    /// It is sealed with another key.
    WrongKey,
}

impl SealError {
    /// The bytes that are wrong, if they can be told.
    #[must_use]
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::NotSealed => Some(0..MAGIC.len()),
            Self::Newer { .. } | Self::Older { .. } => Some(4..6),
            Self::Truncated { end, .. } => Some(*end..*end),
            Self::Header { range } | Self::Damaged { range, .. } | Self::Malformed { range, .. } => {
                Some(range.clone())
            }
            Self::Trailing { from, length } => Some(*from..*length),
            Self::KeyNeeded | Self::NotKeyed | Self::WrongKey => None,
        }
    }
}

/// A number with its thousands apart: `1,045`.
struct Grouped(usize);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSealed => f.write_str("not a sealed Lyra file: it does not begin with 7F 4C 59 52"),
            Self::Newer { version } => {
                write!(
                    f,
                    "made by a newer Lyra: the file has format {version}, this Lyra reads format {VERSION}"
                )
            }
            Self::Older { version } => write!(
                f,
                "made by an older Lyra: the file has format {version}, this Lyra reads format {VERSION}; build it again from its source"
            ),
            Self::Truncated { end: 0, .. } => f.write_str("the file is empty"),
            Self::Truncated { end, total, section } => {
                write!(f, "the file ends at byte {}", Grouped(*end))?;
                if let Some(total) = total {
                    write!(f, " of {}", Grouped(*total))?;
                }
                match section {
                    Some(name) => write!(f, ", inside section `{name}`"),
                    None => f.write_str(", inside the header"),
                }
            }
            Self::Header { range } => {
                write!(f, "the header (bytes {} to {}) is damaged", range.start, Grouped(range.end))
            }
            Self::Damaged { section, range } => write!(
                f,
                "section `{section}` (bytes {} to {}) is damaged: its digest does not match",
                Grouped(range.start),
                Grouped(range.end)
            ),
            Self::Malformed { what, range } => {
                write!(
                    f,
                    "the header is malformed at bytes {} to {}: {what}",
                    Grouped(range.start),
                    Grouped(range.end)
                )
            }
            Self::Trailing { from, length } => {
                write!(
                    f,
                    "{} bytes follow the end of the file at byte {}",
                    Grouped(length - from),
                    Grouped(*from)
                )
            }
            Self::KeyNeeded => f.write_str("the file is sealed with a key, and none was given"),
            Self::NotKeyed => f.write_str("a key was given, but the file is not sealed with a key"),
            Self::WrongKey => f.write_str("the file is sealed with another key"),
        }
    }
}

impl std::error::Error for SealError {}
