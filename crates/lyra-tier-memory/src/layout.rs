//! Sizes: of chunks, blocks and cells.
//!
//! A cell is as large as its class: steps of 8 bytes up to 80, then of at most a quarter, so that no more than a
//! fifth of a cell is unused. What is larger than [`LARGEST_STORAGE`] comes from the system's allocator, but for
//! records and closures, which stay in one piece with their header.

/// Bytes of a chunk, and what its address is a multiple of.
pub(crate) const CHUNK: usize = 1 << 20;

/// Bytes of a block, and what its address is a multiple of.
pub(crate) const BLOCK: usize = 1 << 14;

/// Bytes of the largest piece of storage that is a cell.
pub(crate) const LARGEST_STORAGE: usize = 2_048;

/// Bytes of the largest cell of a class.
pub(crate) const LARGEST: usize = 8_192;

/// Bytes of the cells of each class.
pub(crate) const SIZES: [usize; 32] = [
    16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128, 144, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768,
    896, 1_024, 1_280, 1_536, 2_048, 3_072, 4_096, 6_144, 8_192,
];

/// By size in words: the class.
const CLASSES: [u8; LARGEST / 8 + 1] = classes();

const fn classes() -> [u8; LARGEST / 8 + 1] {
    let mut table = [0; LARGEST / 8 + 1];
    let (mut words, mut class) = (0, 0u8);
    while words < table.len() {
        while SIZES[class as usize] < words * 8 {
            class += 1;
        }
        table[words] = class;
        words += 1;
    }
    table
}

/// The class of cells that have room for `bytes`; `None` past [`LARGEST`].
#[inline]
pub(crate) const fn class_of(bytes: usize) -> Option<usize> {
    let words = bytes.div_ceil(8);
    if words < CLASSES.len() { Some(CLASSES[words] as usize) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_what_it_is_for_and_wastes_little() {
        for bytes in 0..=LARGEST {
            let size = SIZES[class_of(bytes).unwrap()];
            assert!(size >= bytes);
            assert!(!(16..=LARGEST_STORAGE).contains(&bytes) || size - bytes.next_multiple_of(8) <= size / 4);
        }
        assert_eq!(class_of(LARGEST + 1), None);
        assert!(SIZES.is_sorted() && SIZES.iter().all(|size| size % 8 == 0));
    }
}
