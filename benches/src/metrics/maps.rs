//! Pauses of large maps: how long one operation on a map of millions of keys makes the program wait.
//!
//! A probe, `lyra-bench probe maps KEYS RUNS`: one line for each phase, with the CPU time of its single operations in
//! nanoseconds, how many of them took [`LONG`] or more, and what is resident and what is charged when it is over.
//!
//! Every run does the same, and of each operation the fastest run counts: what takes long by itself does so every time,
//! what other processes add does not.

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
    phases: Vec<Phase>,
    /// Phases that are done in this run.
    done: usize,
}

/// What was measured of operations of one kind.
struct Phase {
    name: &'static str,
    /// Nanoseconds of each operation, in the fastest run.
    took: Vec<u32>,
    /// Bytes, in the last run.
    resident: u64,
    charged: u64,
}

impl<H: Heap> Load<H> {
    fn new(phases: Vec<Phase>) -> Result<Self, Fault> {
        let mut types = Types::new();
        let ty = types.intern(Type::Map { key: TypeId::I64, value: TypeId::I64 });
        let mut heap = H::new(HeapSettings {
            shapes: Arc::new(Shapes::new(&types)),
            limit: 1 << 36,
            text_limit: 1 << 20,
            warm: 0,
            stress: Stress::None,
            refuse_charge: None,
        });
        let map = heap.new_map(ty, 0, &Vec::new())?;
        Ok(Self { heap, roots: vec![map], map, clock: ThreadClock::default(), phases, done: 0 })
    }

    /// Does an operation so often.
    fn phase(
        &mut self,
        name: &'static str,
        times: usize,
        mut once: impl FnMut(&mut Self, u64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.done == self.phases.len() {
            self.phases.push(Phase { name, took: vec![u32::MAX; times], resident: 0, charged: 0 });
        }
        let mut took = std::mem::take(&mut self.phases[self.done].took);
        let mut before = self.clock.now();
        for (at, took) in (0..).zip(&mut took) {
            once(self, at)?;
            let now = self.clock.now();
            *took = (*took).min(u32::try_from(now.saturating_sub(before)).unwrap_or(u32::MAX));
            before = now;
        }
        let charged = self.heap.statistics().live_bytes;
        // Four bytes of it are this measurement's own, for each operation.
        let own: usize = 4 * self.phases.iter().map(|phase| phase.took.len()).sum::<usize>() + 4 * took.len();
        let resident = resident().unwrap_or(0).saturating_sub(own as u64);
        self.phases[self.done] = Phase { name, took, resident, charged };
        self.done += 1;
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
/// When these are no numbers of keys and runs, or the heap refuses.
pub(super) fn probe(arguments: &[String]) -> Result<String, String> {
    let number = |at: usize| arguments.get(at).and_then(|number| number.parse::<usize>().ok());
    let (Some(keys), Some(runs)) = (number(0), number(1)) else {
        return Err("how many keys and runs?".to_owned());
    };
    let mut phases = Vec::new();
    for _ in 0..runs {
        phases = run::<MeasuredHeap>(keys, phases)
            .map_err(|fault| format!("the heap refuses: {}", fault.message()))?;
    }
    Ok(phases.iter_mut().map(line).collect())
}

fn line(phase: &mut Phase) -> String {
    let Phase { name, took, resident, charged } = phase;
    took.sort_unstable();
    let count = took.len();
    let total: u64 = took.iter().map(|&took| u64::from(took)).sum();
    let from_end = |part: usize| took.get(count.saturating_sub(part)).copied().unwrap_or(0);
    let mut text = format!("{name}: {count} operations, {} ns each", total / count.max(1) as u64);
    let places =
        [("p50", count / 2), ("p99", count / 100), ("p99.9", count / 1_000), ("second", 2), ("longest", 1)];
    for (name, part) in places {
        let _ = write!(text, ", {name} {}", from_end(part.max(1)));
    }
    let long = took.iter().filter(|&&took| u64::from(took) >= LONG).count();
    let (resident, charged) = (*resident / 1_000_000, *charged / 1_000_000);
    let _ = writeln!(text, ", {long} long; {resident} MB resident, {charged} MB charged");
    text
}

fn run<H: Heap>(count: usize, phases: Vec<Phase>) -> Result<Vec<Phase>, Fault> {
    let keys = count as u64;
    let mut load = Load::<H>::new(phases)?;
    load.phase("add keys", count, |load, at| load.add(at))?;
    let scattered = |at: u64| at.wrapping_mul(0x9E37_79B9_7F4A_7C15) % keys;
    load.phase("find keys", count / 4, |load, at| load.find(scattered(at)).map(drop))?;
    load.phase(
        "remove two keys of three",
        count,
        |load, at| if at % 3 == 0 { Ok(()) } else { load.remove(at) },
    )?;
    let mut position = 0;
    load.phase("walk", count / 3, |load, _| {
        position = load.heap.map(load.map)?.next(position).map_or(0, |found| found + 1);
        Ok(())
    })?;
    load.phase("add other keys", count, |load, at| load.add(keys + at))?;
    load.phase("remove the first, add one", count, |load, at| {
        if let Some(first) = load.heap.map(load.map)?.next(0) {
            load.heap.map_mut(load.map)?.remove(first);
        }
        load.add(2 * keys + at)
    })?;
    load.phase("clear", 1, |load, _| {
        load.heap.map_mut(load.map)?.clear();
        Ok(())
    })?;
    load.phase("add keys again", count, |load, at| load.add(at))?;
    load.roots.clear();
    load.phase("make other objects while it dies", count, |load, _| {
        load.heap.new_boxed(TypeId::I64, 1, &load.roots).map(drop)
    })?;
    Ok(load.phases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_is_told() {
        let arguments = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let lines = probe(&arguments(&["30000", "2"])).unwrap();
        assert_eq!(lines.lines().count(), 9, "{lines}");
        assert!(lines.starts_with("add keys: 30000 operations"), "{lines}");
        assert!(probe(&arguments(&["many", "1"])).is_err());
        assert!(probe(&arguments(&["1"])).is_err());
    }
}
