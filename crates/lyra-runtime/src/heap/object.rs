//! Cells: what the plain heap keeps for each object.
//!
//! ```text
//! cells: | Text | Array | Free -> 4 | Record | Free -> end | Buffer | …     a reference is a cell's place + 1
//! ```
//!
//! A free cell is poison: it holds nothing, and its generation has moved on, so a reference to what was there
//! before is found out at its first use, also after the cell has been given away again.

use super::map::MapObject;
use crate::cost;
use crate::host::HeldObject;
use crate::shape::Width;
use crate::slot::{Ref, Slot};
use lyra_bytecode::{ProcId, Trap, TypeId};

/// What `throw` carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorObject {
    /// The trap it was made from; [`Trap::Thrown`] for the program's own.
    pub trap: Trap,
    /// Its kind, a text.
    pub kind: Ref,
    /// Its message, a text.
    pub message: Ref,
    /// Where it was made, innermost first; long traces are cut in the middle.
    pub trace: Box<[TracePoint]>,
    /// How many places were cut out, after [`TracePoint::HEAD`].
    pub omitted: u32,
}

/// One active call of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TracePoint {
    /// The procedure.
    pub proc: ProcId,
    /// The instruction it was at.
    pub op: u32,
}

impl TracePoint {
    /// Places kept from the innermost call on, when a trace is cut.
    pub const HEAD: usize = 20;
    /// Places kept up to the outermost call, when a trace is cut.
    pub const TAIL: usize = 10;
}

/// One place for an object.
pub(super) struct Cell {
    pub(super) body: Body,
    pub(super) ty: TypeId,
    pub(super) generation: u16,
    pub(super) marked: bool,
}

// A cell is what `cost::OBJECT` stands for, with 16 bytes for the allocator of what it holds.
const _: () = assert!(size_of::<Cell>() as u64 + 16 <= cost::OBJECT);

/// What a cell holds. Capacities are those of `cost`; the vectors may have more, when they came from the pool.
pub(super) enum Body {
    /// Nothing; the next free cell, or `u32::MAX`.
    Free { next: u32 },
    /// A text with bytes of its own.
    Text { text: String, chars: u32, joined: bool },
    /// A text that shares bytes of a buffer or of a `Text`, of which `start` and its `before` characters come first.
    Part { whole: u32, start: u32, before: u32, bytes: u32, chars: u32, joined: bool },
    /// Text that grows at its end. No reference leads here, only parts do.
    Buffer { text: String, capacity: u32 },
    /// An array of `bool` or `u8`.
    Bytes { list: Vec<u8>, capacity: u32 },
    /// An array of `i32` or `char`.
    Halves { list: Vec<u32>, capacity: u32 },
    /// An array of `i64` or `f64`.
    Words { list: Vec<u64>, capacity: u32 },
    /// An array of slots of the reference stack.
    Refs { list: Vec<Slot>, capacity: u32 },
    /// A tuple, structure or cell, or a variant with its payload.
    Record { parts: Vec<Slot>, variant: u16 },
    /// A procedure and what it captured, references first.
    Closure { captures: Vec<Slot>, proc: u32, refs: u16 },
    /// A map.
    Map { map: Box<MapObject> },
    /// An `i64` that is too large to stand in a slot.
    Boxed { word: u64 },
    /// An error.
    Error { error: Box<ErrorObject> },
    /// An object of the host.
    Host { object: Box<HeldObject> },
}

impl Body {
    /// What it was charged.
    pub(super) fn cost(&self) -> u64 {
        let array = |width: Width, capacity: u32| cost::OBJECT + width.bytes() * u64::from(capacity);
        match self {
            Self::Free { .. } => 0,
            Self::Text { text, chars, .. } => cost::text(text.len(), *chars as usize),
            Self::Part { bytes, chars, joined, .. } => cost::part(*bytes as usize, *chars as usize, *joined),
            Self::Buffer { capacity, .. } | Self::Bytes { capacity, .. } => array(Width::Byte, *capacity),
            Self::Halves { capacity, .. } => array(Width::Half, *capacity),
            Self::Words { capacity, .. } => array(Width::Word, *capacity),
            Self::Refs { capacity, .. } => array(Width::Ref, *capacity),
            Self::Record { parts, .. } => cost::record(parts.len()),
            Self::Closure { captures, .. } => cost::record(captures.len()),
            Self::Map { map } => cost::map(map.capacity()),
            Self::Boxed { .. } => cost::OBJECT,
            Self::Error { error } => cost::error(error.trace.len()),
            Self::Host { object } => cost::host_object(object.bytes()),
        }
    }
}
