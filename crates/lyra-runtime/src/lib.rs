//! What a running program is made of: slots and references, the heap, caches, interned strings, operand stacks,
//! built-ins and the border to the host.
//!
//! Each system that an optimization tier may replace is a trait with a *plain* version beside it: [`Heap`] and
//! [`PlainHeap`], [`Caches`] and [`LinearCaches`], [`Interner`] and [`LinearInterner`], [`Stack`] and
//! [`GrowableStack`]. The plain versions are what every tier is measured against.
//!
//! Invariants:
//! - **Charged before it happens** (INV-4). Every byte of a program's values passes [`Heap::charge`] before it is
//!   allocated, by the rules of [`cost`], which are the same in every tier.
//! - **Rooted until done** (INV-3). The operands of an instruction stay on the reference stack until it is
//!   done; what a built-in makes on the way it keeps in [`Env::temps`]. So a collection may happen at any allocation.
//! - **No panic.** What verified code cannot do (a dead reference, an object of another kind, an empty stack)
//!   is the trap `tampered`, never a panic: only altered code or a bug of ours gets there.
#![forbid(unsafe_code)]

pub mod builtins;
mod cache;
mod content;
pub mod cost;
pub mod dynamic;
mod env;
mod fault;
pub mod heap;
pub mod host;
pub mod immediate;
mod intern;
pub mod maps;
pub mod number;
mod output;
mod shape;
mod slot;
mod stack;
pub mod texts;

pub use cache::{CacheStatistics, Caches, LinearCaches, SiteKey};
pub use content::{Content, content, variant_of, word_of};
pub use env::{Env, Meter, WORK_UNIT, Work};
pub use fault::Fault;
pub use heap::{
    Account, Closure, Element, Elements, ElementsMut, ErrorObject, Heap, HeapMemory, HeapSettings,
    HeapStatistics, MapObject, NoRoots, Pauses, PlainHeap, PoolStatistics, Roots, Stress, Text, TracePoint,
};
pub use host::{
    ArrayValue, Builder, ErrorValue, HostBody, HostCall, HostError, HostFailure, HostFunction, HostObject,
    HostSignature, HostType, Piece, PieceRole, StructValue, TextBuffer, Value, ValueWalk, VariantValue,
};
pub use intern::{Interner, InternerStatistics, LinearInterner};
pub use output::{Output, OutputGate, SharedOutput, Silent};
pub use shape::{HOST_OBJECT, Parts, Role, Shape, Shapes, Width};
pub use slot::{Ref, Slot};
pub use stack::{GrowableStack, Stack};
