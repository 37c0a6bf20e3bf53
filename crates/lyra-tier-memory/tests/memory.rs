//! What memory of the system the block heap takes, and what it gives back.

use lyra_bytecode::{ProcId, Trap, Type, TypeId, Types};
use lyra_runtime::{Closure, Heap, HeapSettings, NoRoots, Ref, Roots, Shapes, Slot, Stress};
use lyra_tier_memory::BlockHeap;
use std::sync::Arc;

/// The heap with the types `(pair, [i32])`, where a pair is two references.
fn heap(limit: u64) -> (BlockHeap, TypeId, TypeId) {
    warm_heap(limit, 0)
}

/// The same with so many bytes taken at the start.
fn warm_heap(limit: u64, warm: u64) -> (BlockHeap, TypeId, TypeId) {
    let mut types = Types::new();
    let pair = types.intern(Type::Tuple(Box::new([TypeId::STR, TypeId::STR])));
    let ints = types.intern(Type::Array(TypeId::I32));
    let settings = HeapSettings {
        shapes: Arc::new(Shapes::new(&types)),
        limit,
        text_limit: 1 << 20,
        warm,
        stress: Stress::None,
        refuse_charge: None,
    };
    (BlockHeap::new(settings), pair, ints)
}

fn text(heap: &mut BlockHeap, content: &str, roots: &dyn Roots) -> Ref {
    let write = &mut |_: &BlockHeap, out: &mut String| {
        out.push_str(content);
        Ok(())
    };
    heap.new_text(content.len(), roots, write).unwrap()
}

/// As many as there is time for: the interpreter of Rust itself is slow.
fn some(native: usize) -> usize {
    if cfg!(miri) { native.div_ceil(1_000) } else { native }
}

#[test]
fn a_long_chain_takes_no_native_stack() {
    let run = || {
        let (mut heap, pair, _) = heap(1 << 40);
        let mut last = vec![Ref::NULL];
        for _ in 0..some(1_000_000) {
            let next = heap.new_record(pair, 0, &[last[0].into(), Slot::ZERO], &last).unwrap();
            last[0] = next;
        }
        heap.collect(&last);
        assert_eq!(heap.statistics().objects, some(1_000_000) as u64);
        heap.collect(&NoRoots);
        assert_eq!(heap.statistics().objects, 0);
    };
    std::thread::Builder::new().stack_size(128 << 10).spawn(run).unwrap().join().unwrap();
}

#[test]
fn what_died_is_used_again_and_empty_chunks_go_back() {
    let (mut heap, pair, _) = heap(1 << 40);
    let mut most = 0;
    for round in 0..5 {
        let mut last = vec![Ref::NULL];
        for _ in 0..some(300_000) {
            let next = heap.new_record(pair, 0, &[last[0].into(), Slot::ZERO], &last).unwrap();
            last[0] = next;
        }
        if round == 1 {
            most = heap.committed();
        }
        assert!(round < 2 || heap.committed() <= 2 * most, "{} after {most}", heap.committed());
    }
    heap.collect(&NoRoots);
    assert!(heap.committed() <= 2 << 20, "{} are kept of {most}", heap.committed());
}

#[test]
fn a_warm_heap_has_memory_from_the_start_and_keeps_it() {
    let megabytes = some(16) as u64;
    let (mut heap, pair, _) = warm_heap(1 << 40, megabytes << 20);
    let warm = heap.committed();
    assert!((megabytes << 20..(megabytes + 4) << 20).contains(&(warm as u64)), "{warm}");
    let mut last = vec![Ref::NULL];
    while heap.statistics().live_bytes < (megabytes << 20) / 2 {
        last[0] = heap.new_record(pair, 0, &[last[0].into(), Slot::ZERO], &last).unwrap();
    }
    assert_eq!(heap.committed(), warm, "nothing was taken meanwhile");
    heap.collect(&NoRoots);
    assert_eq!(heap.committed(), warm);
    // More than the limit is never needed.
    let (heap, ..) = warm_heap(3 << 20, u64::MAX);
    assert!((3 << 20..6 << 20).contains(&heap.committed()), "{}", heap.committed());
}

#[test]
fn arrays_that_grow_leave_what_they_had_to_others() {
    let (mut heap, _, ints) = heap(1 << 40);
    let mut arrays = Vec::new();
    for _ in 0..some(2_000) {
        let array = heap.new_array(ints, 0, &arrays).unwrap();
        arrays.push(array);
        for length in 1..=300 {
            heap.resize(array, length, &arrays).unwrap();
        }
        assert_eq!(heap.array::<u32>(array).unwrap().len(), 300);
    }
    let live = heap.statistics().live_bytes as usize;
    assert_eq!(heap.statistics().freed, 0);
    assert!(cfg!(miri) || heap.committed() < live * 5 / 4, "{} for {live}", heap.committed());
}

#[test]
fn large_objects_come_and_go() {
    let (mut heap, _, ints) = heap(1 << 30);
    let closure = TypeId(1);
    for size in [1_000, 1_022, 1_023, 20_000, 60_000] {
        let words = vec![Slot::word(7); size];
        let made = Closure { proc: ProcId(3), refs: 0, captures: &words };
        let made = heap.new_closure(closure, made, &NoRoots).unwrap();
        let array = heap.new_array(ints, size, &vec![made]).unwrap();
        heap.array_mut::<u32>(array).unwrap()[size - 1] = 5;
        let long = text(&mut heap, &"ß".repeat(size), &vec![made, array]);
        heap.collect(&vec![made, array, long]);
        assert_eq!(heap.closure(made).unwrap().captures, words);
        assert_eq!(heap.array::<u32>(array).unwrap()[size - 1], 5);
        assert_eq!(heap.text(long).unwrap().chars, size);
        assert_eq!(heap.byte_offset(long, size - 1), Ok(size * 2 - 2));
    }
    heap.collect(&NoRoots);
    assert_eq!((heap.statistics().objects, heap.statistics().live_bytes), (0, 0));
    assert!(heap.committed() <= 2 << 20);
}

#[test]
fn long_lived_objects_among_short_lived_ones_leave_little_unused() {
    let (mut heap, pair, ints) = heap(1 << 40);
    let mut random = fastrand::Rng::with_seed(9);
    let mut held = Vec::new();
    for _ in 0..some(400_000) {
        let made = match random.u32(0..4) {
            0 => heap.new_array(ints, random.usize(0..100), &held).unwrap(),
            1 => text(&mut heap, &"x".repeat(random.usize(0..200)), &held),
            _ => heap.new_record(pair, 0, &vec![Slot::ZERO; random.usize(0..8)], &held).unwrap(),
        };
        if held.len() < some(20_000) {
            held.push(made);
        } else if random.u32(0..4) == 0 {
            let place = random.usize(0..held.len());
            held[place] = made;
        }
    }
    heap.collect(&held);
    let memory = heap.memory();
    let alive = memory.in_use - memory.holes.iter().sum::<u64>();
    assert!(alive > 0 && memory.in_use <= memory.committed);
    let alive = usize::try_from(alive).unwrap();
    // What was free is used before anything new is taken: twice what lives, as the account allows, and half of it
    // again while a collection is on its way.
    assert!(cfg!(miri) || heap.committed() < alive * 4, "{} for {alive}", heap.committed());
}

#[cfg(debug_assertions)]
#[test]
fn debug_builds_find_dead_references_out() {
    let (mut heap, pair, ints) = heap(1 << 30);
    let record = heap.new_record(pair, 0, &[Slot::ZERO; 2], &NoRoots).unwrap();
    let array = heap.new_array(ints, 4, &vec![record]).unwrap();
    assert_eq!(heap.parts(array).unwrap_err().trap(), Trap::Tampered);
    assert_eq!(heap.array::<u64>(array).unwrap_err().trap(), Trap::Tampered);
    assert_eq!(heap.text(record).unwrap_err().trap(), Trap::Tampered);
    heap.collect(&vec![array]);
    assert_eq!(heap.parts(record).unwrap_err().trap(), Trap::Tampered);
    assert_eq!(heap.array::<u32>(array).unwrap(), [0; 4]);
    for bits in [0, 1, 0xFFFF_FFFF_FFFF, array.bits() + 8] {
        assert_eq!(heap.type_of(Ref::from_bits(bits)).unwrap_err().trap(), Trap::Tampered);
    }
}
