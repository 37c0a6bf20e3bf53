//! The heap: what it offers ([`Heap`]), the plain version of it, and what every version shares so that all of them
//! count alike: the [`Account`], the rules of joining and slicing texts, the tables that find characters.

mod account;
mod characters;
mod collect;
mod contract;
mod element;
mod joining;
mod large_map;
mod map;
mod object;
mod plain;
mod pool;
mod roots;
mod shards;
mod statistics;
mod texts;
mod view;

pub use account::{Account, Accounted, charge, charge_growth};
pub use characters::{CharTables, find_character};
pub use contract::{Heap, HeapSettings, Joined, Stress};
pub use element::Element;
pub use joining::{TextStore, Within, join, new_text, share};
pub use map::MapObject;
pub use object::{ErrorObject, TracePoint};
pub use plain::PlainHeap;
pub use pool::PoolStatistics;
pub use roots::{NoRoots, Roots};
pub use statistics::{HeapMemory, HeapStatistics, Pauses};
pub use view::{Closure, Elements, ElementsMut, Text};
