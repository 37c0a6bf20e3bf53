//! Sizes: of chunks, blocks and cells, and the lists that free memory is kept in.
//!
//! A cell is as large as its object, to 8 bytes. What is larger than [`LARGEST_STORAGE`] comes from the system's
//! allocator, but for records and closures, which stay in one piece with their header.

/// Bytes of a chunk, and what its address is a multiple of.
pub(crate) const CHUNK: usize = 1 << 20;

/// Bytes of a block, and what its address is a multiple of.
pub(crate) const BLOCK: usize = 1 << 14;

/// Bytes of the largest piece of storage that is a cell.
pub(crate) const LARGEST_STORAGE: usize = 2_048;

/// Bytes of the largest cell in a block.
pub(crate) const LARGEST: usize = 8_192;

/// Bytes of the smallest cell: its first and its last word are marked.
pub(crate) const SMALLEST: usize = 16;

/// Bytes of the largest cells of each lane: a lane takes its cells from a hole of its own, so that what is small lies
/// together and the hole of a large cell is not used up by small ones.
pub(crate) const LANES: [usize; 3] = [128, 1_024, LARGEST];

/// Lists of holes by size: one for each multiple of 8 bytes below [`EXACT`], four for each power of two from there on.
pub(crate) const LISTS: usize = list_of(BLOCK) + 1;

const EXACT: usize = 128;

// Which of them have holes is kept in a word.
const _: () = assert!(LISTS <= 64);

/// The size of the cell of an object that has so many bytes.
#[inline(always)]
pub(crate) const fn cell_bytes(bytes: usize) -> usize {
    let bytes = (bytes + 7) & !7;
    if bytes < SMALLEST { SMALLEST } else { bytes }
}

/// The lane of a cell of so many bytes, which are at most [`LARGEST`].
#[inline(always)]
pub(crate) const fn lane_of(bytes: usize) -> usize {
    (bytes > LANES[0]) as usize + (bytes > LANES[1]) as usize
}

/// The list that a hole of so many bytes is kept in.
pub(crate) const fn list_of(bytes: usize) -> usize {
    if bytes < EXACT {
        return bytes / 8 - SMALLEST / 8;
    }
    let power = bytes.ilog2();
    let quarter = bytes >> (power - 2) & 3;
    EXACT / 8 - SMALLEST / 8 + (power - EXACT.ilog2()) as usize * 4 + quarter
}

/// The first list of which every hole has room for so many bytes.
pub(crate) const fn list_for(bytes: usize) -> usize {
    if bytes <= EXACT { list_of(bytes) } else { list_of(bytes - 8) + 1 }
}

/// Bytes of the smallest hole of a list.
pub(crate) const fn least_of(list: usize) -> usize {
    let exact = EXACT / 8 - SMALLEST / 8;
    if list < exact {
        return SMALLEST + 8 * list;
    }
    let (power, quarter) = ((list - exact) / 4, (list - exact) % 4);
    (EXACT << power) + ((EXACT / 4) << power) * quarter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_room_for_what_it_is_taken_for() {
        for bytes in (SMALLEST..=BLOCK).step_by(8) {
            let list = list_of(bytes);
            assert!(list < LISTS && least_of(list) <= bytes);
            assert!(list + 1 == LISTS || bytes < least_of(list + 1));
            assert!(list_for(bytes) == LISTS || least_of(list_for(bytes)) >= bytes);
            assert!(bytes > LARGEST || list_for(bytes) < LISTS);
        }
    }

    #[test]
    fn a_cell_has_room_for_its_object_and_its_lane_for_the_cell() {
        for bytes in 0..=LARGEST {
            let cell = cell_bytes(bytes);
            assert!(cell >= bytes && cell < bytes + SMALLEST.max(8) + 1 && cell.is_multiple_of(8));
            assert!(cell <= LANES[lane_of(cell)]);
        }
    }
}
