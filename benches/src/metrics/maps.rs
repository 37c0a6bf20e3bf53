//! Pauses of large maps: how long one operation on a map of millions of keys makes the program wait.
//!
//! A probe, `lyra-bench probe maps KEYS`: one line for each phase, with the CPU time of its single operations in
//! nanoseconds, how many of them took [`LONG`] or more, and what is resident and what is charged when it is over.

use super::MeasuredHeap;
use super::process::{ThreadClock, resident};
use lyra_bytecode::{Type, TypeId, Types};
use lyra_runtime::{Fault, Heap, HeapSettings, Ref, Shapes, Slot, Stress};
use std::fmt::Write;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Nanoseconds from which on an operation is called long.
const LONG: u64 = 100_000;

/// A map under load, in a heap with nothing else.
struct Load<H> {
    heap: H,
    roots: Vec<Ref>,
    map: Ref,
    clock: ThreadClock,
    /// Nanoseconds of each operation of the phase.
    took: Vec<u32>,
    lines: String,
}

impl<H: Heap> Load<H> {
    fn new() -> Result<Self, Fault> {
        let mut types = Types::new();
        let ty = types.intern(Type::Map { key: TypeId::I64, value: TypeId::I64 });
        let mut heap = H::new(HeapSettings {
            shapes: Arc::new(Shapes::new(&types)),
            limit: 1 << 36,
            text_limit: 1 << 20,
            stress: Stress::None,
            refuse_charge: None,
        });
        let map = heap.new_map(ty, 0, &Vec::new())?;
        let (clock, roots) = (ThreadClock::default(), vec![map]);
        Ok(Self { heap, roots, map, clock, took: Vec::new(), lines: String::new() })
    }

    /// Does an operation so often, and adds a line.
    fn phase(
        &mut self,
        name: &str,
        times: u64,
        mut once: impl FnMut(&mut Self, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.took.clear();
        self.took.reserve(usize::try_from(times).unwrap_or(0));
        let mut before = self.clock.now();
        for at in 0..times {
            once(self, at)?;
            let now = self.clock.now();
            self.took.push(u32::try_from(now.saturating_sub(before)).unwrap_or(u32::MAX));
            before = now;
        }
        self.took.sort_unstable();
        let total: u64 = self.took.iter().map(|&took| u64::from(took)).sum();
        let at = |part: usize| self.took.get(self.took.len().saturating_sub(part)).copied().unwrap_or(0);
        let count = self.took.len();
        let long = self.took.iter().filter(|&&took| u64::from(took) >= LONG).count();
        let _ = writeln!(
            self.lines,
            "{name}: {count} operations, {} each, p50 {} p99.9 {} longest {} {} {}, {long} long, {} MB resident, {} MB charged",
            total / times.max(1),
            at(count / 2),
            at(count / 1_000),
            at(3),
            at(2),
            at(1),
            resident().unwrap_or(0) / 1_000_000,
            self.heap.statistics().live_bytes / 1_000_000,
        );
        Ok(())
    }

    fn hash(&self, key: u64) -> u64 {
        self.heap.hash_state().hash_one(key)
    }

    fn find(&self, key: u64) -> Result<Option<usize>, Fault> {
        self.heap.map(self.map)?.find(self.hash(key), |other| Ok(other.as_word() == key))
    }

    fn add(&mut self, key: u64) -> Result<(), Fault> {
        if self.find(key)?.is_none() {
            self.heap.grow_map(self.map, &self.roots)?;
            let hash = self.hash(key);
            self.heap.add_key(self.map, hash, Slot::word(key), Slot::word(key))?;
        }
        Ok(())
    }

    fn remove(&mut self, key: u64) -> Result<(), Fault> {
        if let Some(position) = self.find(key)? {
            self.heap.map_mut(self.map)?.remove(position);
        }
        Ok(())
    }
}

/// Does what the command line asks for.
///
/// # Errors
/// When it is no number of keys, or the heap refuses.
pub(super) fn probe(arguments: &[String]) -> Result<String, String> {
    let keys = arguments.first().and_then(|keys| keys.parse().ok()).ok_or("how many keys?")?;
    phases::<MeasuredHeap>(keys).map_err(|fault| format!("the heap refuses: {}", fault.message()))
}

fn phases<H: Heap>(keys: u64) -> Result<String, Fault> {
    let mut load = Load::<H>::new()?;
    load.phase("add keys", keys, |load, at| load.add(at))?;
    let scattered = |at: u64| at.wrapping_mul(0x9E37_79B9_7F4A_7C15) % keys;
    load.phase("find keys", keys / 4, |load, at| load.find(scattered(at)).map(drop))?;
    load.phase("remove two keys of three", keys, |load, at| if at % 3 == 0 { Ok(()) } else { load.remove(at) })?;
    let mut position = 0;
    load.phase("walk", keys / 3, |load, _| {
        position = load.heap.map(load.map)?.next(position).map_or(0, |found| found + 1);
        Ok(())
    })?;
    load.phase("add other keys", keys, |load, at| load.add(keys + at))?;
    load.phase("remove the first, add one", keys, |load, at| {
        if let Some(first) = load.heap.map(load.map)?.next(0) {
            load.heap.map_mut(load.map)?.remove(first);
        }
        load.add(2 * keys + at)
    })?;
    load.phase("clear", 1, |load, _| {
        load.heap.map_mut(load.map)?.clear();
        Ok(())
    })?;
    load.phase("add keys again", keys, |load, at| load.add(at))?;
    load.roots.clear();
    load.phase("make other objects while it dies", keys, |load, _| {
        load.heap.new_boxed(TypeId::I64, 1, &load.roots).map(drop)
    })?;
    Ok(load.lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_is_told() {
        let lines = probe(&["30000".to_owned()]).unwrap();
        assert_eq!(lines.lines().count(), 9, "{lines}");
        assert!(lines.starts_with("add keys: 30000 operations"), "{lines}");
        assert!(probe(&["many".to_owned()]).is_err());
    }
}
