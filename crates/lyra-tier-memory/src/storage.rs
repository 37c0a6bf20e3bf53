//! Storage: where arrays and buffers keep their elements. A cell of its own, or a large allocation of the system.
//!
//! A piece of storage has one array, which marks it (a cell) or owns it (a large one).
#![expect(unsafe_code, reason = "storage is raw memory; arrays see it as lists of elements")]

use crate::layout::LARGEST_STORAGE;
use crate::space::Space;
use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::ptr::NonNull;

/// Room for elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Storage {
    pub(crate) data: NonNull<u8>,
    pub(crate) bytes: usize,
    pub(crate) is_large: bool,
}

fn layout(bytes: usize) -> Option<Layout> {
    Layout::from_size_align(bytes, 8).ok()
}

impl Storage {
    /// Room for `bytes`, which are more than none, with the first `zeroed` of them zero; `None` when the system has
    /// no memory.
    pub(crate) fn new(space: &mut Space, bytes: usize, zeroed: usize) -> Option<Self> {
        if bytes > LARGEST_STORAGE {
            let layout = layout(bytes)?;
            // SAFETY: the layout is not of size zero.
            let data = unsafe { if zeroed > 0 { alloc_zeroed(layout) } else { alloc(layout) } };
            let data = NonNull::new(data)?;
            return Some(Self { data, bytes, is_large: true });
        }
        let data = space.take(bytes)?.cast::<u8>();
        // SAFETY: the cell is free and has room for `bytes`, of which `zeroed` are some.
        unsafe { data.write_bytes(0, zeroed.min(bytes)) };
        Some(Self { data, bytes, is_large: false })
    }

    /// Makes it larger; its first `kept` bytes stay. `None`, and it stays as it is, when the system has no memory.
    ///
    /// # Safety
    /// What referred to it before refers to what is given from now on, and nothing reads it in between.
    pub(crate) unsafe fn grow(self, space: &mut Space, bytes: usize, kept: usize) -> Option<Self> {
        if self.is_large {
            // SAFETY: large storage was allocated with that layout; the new size is larger.
            let data = unsafe { realloc(self.data.as_ptr(), layout(self.bytes)?, bytes) };
            return Some(Self { data: NonNull::new(data)?, bytes, is_large: true });
        }
        let new = Self::new(space, bytes, 0)?;
        // SAFETY: both have room for what is kept; the cell was taken for `self.bytes`, and nobody has it now.
        unsafe {
            new.data.copy_from_nonoverlapping(self.data, kept.min(self.bytes));
            space.give_back(self.data.cast(), self.bytes);
        }
        Some(new)
    }

    /// Marks storage that is a cell: its array lives.
    pub(crate) fn mark(self, space: &Space) {
        if !self.is_large {
            // SAFETY: storage that is not large is a cell of the space.
            unsafe { space.mark(self.data.cast(), self.bytes) };
        }
    }
}

/// Gives large storage back.
///
/// # Safety
/// It is large, and nothing refers to it.
pub(crate) unsafe fn free_large(storage: Storage) {
    if let Some(layout) = layout(storage.bytes) {
        // SAFETY: allocated with that layout; the caller's for the rest.
        unsafe { dealloc(storage.data.as_ptr(), layout) };
    }
}
