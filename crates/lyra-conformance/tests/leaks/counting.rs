//! An allocator that counts what each thread holds of the system's: what is live for real, chunks of heaps included.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What a thread has allocated and not given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Bytes, as they were asked for.
    pub(crate) bytes: i64,
    /// Pieces.
    pub(crate) pieces: i64,
}

thread_local! {
    static HELD: Cell<Held> = const { Cell::new(Held { bytes: 0, pieces: 0 }) };
}

/// What this thread holds: what it allocated and another freed counts, too.
pub(crate) fn held() -> Held {
    HELD.get()
}

fn count(bytes: usize, sign: i64) {
    // In the last moments of a thread there is nothing to count with, and nobody who asks.
    let _ = HELD.try_with(|held| {
        let Held { bytes: all, pieces } = held.get();
        held.set(Held {
            bytes: all + sign * i64::try_from(bytes).unwrap_or(i64::MAX),
            pieces: pieces + sign,
        });
    });
}

/// The system's allocator, counted.
pub(crate) struct Counting;

#[expect(
    unsafe_code,
    reason = "the trait of allocators is unsafe to implement; there is no other way to count them all"
)]
// SAFETY: every call goes on to the system's allocator as it came, and its answer goes back as it is; counting
// allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let memory = unsafe { System.alloc(layout) };
        if !memory.is_null() {
            count(layout.size(), 1);
        }
        memory
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let memory = unsafe { System.alloc_zeroed(layout) };
        if !memory.is_null() {
            count(layout.size(), 1);
        }
        memory
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) };
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        let moved = unsafe { System.realloc(memory, layout, size) };
        if !moved.is_null() {
            count(layout.size(), -1);
            count(size, 1);
        }
        moved
    }
}
