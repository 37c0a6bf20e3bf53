//! Tier 3: a heap whose references are the addresses of their objects.
//!
//! [`BlockHeap`] does what `PlainHeap` does, to the byte that is charged and the unit of fuel, and costs less: an
//! object is found without a table, a record is made by moving a cursor, dead cells are never touched.
//!
//! ```text
//! chunk   | what is marked | block | block | block | …          1 MiB, of the system's allocator
//! block   | cell | cell |  hole  | cell | hole | cell | …       16 KiB: cells of all sizes, holes in lists by size
//! cell    | header | parts                         |           a record, closure, box
//!         | header | data, length, capacity        |           an array: its elements are another cell, or large
//!         | header | data, bytes, chars | bytes    |           a text
//!         | elements of an array                   |           storage, which lives as long as its array
//! ```
//!
//! Invariants:
//! - **Live references only.** A reference that is given to the heap is null or that of an object of this heap
//!   which the last collection found among the roots or which was made since: the machine's rule that everything
//!   is rooted until done (INV-3) and verified code see to it. Builds with debug assertions look: a dead reference
//!   is `tampered` there, as it is in the plain heap. Release builds go to the address.
//! - **Objects never move**, so a reference may be kept by whoever keeps it rooted.
//! - **What a cell owns outside of cells** (a large array's elements, a map) is noted in a bitmap of its block and
//!   freed by the collection that finds it dead, or with the heap.

mod collect;
mod heap;
mod layout;
mod nodes;
mod object;
mod plans;
mod space;
mod storage;
mod texts;

pub use heap::BlockHeap;
