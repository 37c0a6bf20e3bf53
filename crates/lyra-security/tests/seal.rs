//! A sealed file under every single change: each bit flipped, each truncation, each added byte.
use lyra_security::seal::{MAGIC, SealError, Section, VERSION, open, seal};

const KEY: [u8; 32] = *b"a key of thirty-two bytes, or so";

fn sections() -> [Section<'static>; 3] {
    [
        Section { name: "meta", bytes: b"\x01\x02" },
        Section { name: "code", bytes: &[0x5a; 300] },
        Section { name: "debug", bytes: b"" },
    ]
}

fn sample(key: Option<&[u8; 32]>) -> Vec<u8> {
    seal(&sections(), key)
}

#[test]
fn what_is_sealed_opens() {
    for key in [None, Some(&KEY)] {
        assert_eq!(open(&sample(key), key).unwrap(), sections());
    }
    assert_eq!(open(&seal(&[], None), None).unwrap(), []);
}

#[test]
fn every_flipped_bit_is_found_and_placed() {
    for key in [None, Some(&KEY)] {
        let mut file = sample(key);
        let header = file.len() - 302;
        for bit in 0..file.len() * 8 {
            let byte = bit / 8;
            file[byte] ^= 1 << (bit % 8);
            let error = open(&file, key).expect_err("a flipped bit");
            file[byte] ^= 1 << (bit % 8);
            let fits = match &error {
                SealError::NotSealed => byte < 4,
                SealError::Newer { .. } | SealError::Older { .. } => (4..6).contains(&byte),
                SealError::Header { range } => byte < header && range.start == 0,
                // A count that grew can put the header's end past the file's.
                SealError::Truncated { section: None, .. } => (8..10).contains(&byte),
                SealError::Damaged { section, range } => {
                    range.contains(&byte) && section == if byte < header + 2 { "meta" } else { "code" }
                }
                _ => false,
            };
            assert!(fits, "bit {bit}: {error}");
            assert!(error.range().is_some() && !error.to_string().is_empty());
        }
    }
}

#[test]
fn every_truncation_says_where_the_file_ends() {
    for key in [None, Some(&KEY)] {
        let file = sample(key);
        for end in 0..file.len() {
            let error = open(&file[..end], key).expect_err("a truncated file");
            let SealError::Truncated { end: said, total, section } = &error else { panic!("{end}: {error}") };
            assert_eq!(*said, end);
            assert_eq!(total.unwrap_or(file.len()), file.len());
            let header = file.len() - 302;
            let expected = match end.checked_sub(header) {
                None => None,
                Some(0 | 1) => Some("meta"),
                Some(_) => Some("code"),
            };
            assert_eq!(section.as_deref(), expected);
        }
    }
    let file = sample(None);
    let message = open(&file[..312], None).unwrap_err().to_string();
    assert_eq!(message, format!("the file ends at byte 312 of {}, inside section `code`", file.len()));
}

#[test]
fn keys_open_their_own_files_only() {
    let mut other = KEY;
    other[31] ^= 1;
    assert_eq!(open(&sample(Some(&KEY)), None), Err(SealError::KeyNeeded));
    assert_eq!(open(&sample(Some(&KEY)), Some(&other)), Err(SealError::WrongKey));
    assert_eq!(open(&sample(None), Some(&KEY)), Err(SealError::NotKeyed));
}

#[test]
fn trailing_bytes_and_other_versions_are_named() {
    let mut file = sample(None);
    let length = file.len();
    file.push(0);
    assert_eq!(open(&file, None), Err(SealError::Trailing { from: length, length: length + 1 }));
    file.truncate(length);
    file[4..6].copy_from_slice(&(VERSION + 1).to_le_bytes());
    assert_eq!(open(&file, None), Err(SealError::Newer { version: VERSION + 1 }));
    file[4..6].copy_from_slice(&0u16.to_le_bytes());
    assert_eq!(open(&file, None), Err(SealError::Older { version: 0 }));
    assert_eq!(open(b"print(1)", None), Err(SealError::NotSealed));
    assert_eq!(open(&MAGIC, None).unwrap_err().to_string(), "the file ends at byte 4, inside the header");
}

/// Somebody who knows the format and recomputes the header's digest gets no further than a typed error.
#[test]
fn a_rewritten_header_is_still_checked() {
    let mut random = fastrand::Rng::with_seed(0x5EA1);
    let original = sample(None);
    let header = original.len() - 302;
    let mut opened = 0;
    for _ in 0..20_000 {
        let mut file = original.clone();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(6..header - 32);
            file[at] = if random.bool() { random.u8(..) } else { file[at] ^ (1 << random.u8(0..8)) };
        }
        let digest = lyra_security::Digest::of(&file[..header - 32]);
        file[header - 32..header].copy_from_slice(digest.as_bytes());
        if open(&file, None)
            .is_ok_and(|sections| sections.iter().map(|section| section.bytes.len()).sum::<usize>() != 302)
        {
            panic!("sections that do not fill the file");
        }
        opened += usize::from(open(&file, None).is_ok());
    }
    // Only the names are free.
    assert!(opened < 10_000, "{opened}");
}
