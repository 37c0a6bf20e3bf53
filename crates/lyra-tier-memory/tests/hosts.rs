//! Objects of the host in the block heap: let go a bounded number at a time, and never later than a full collection or
//! the end of the heap.

use lyra_runtime::{Heap, HeapSettings, HostObject, NoRoots, Ref, Stress, cost};
use lyra_tier_memory::BlockHeap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Finalizers that a step may run: those in place of eight blocks.
const MOST: usize = 1_024;

fn heap() -> BlockHeap {
    let (limit, stress) = (1 << 30, Stress::None);
    BlockHeap::new(HeapSettings {
        shapes: Arc::default(),
        limit,
        text_limit: 1 << 20,
        warm: 0,
        stress,
        refuse_charge: None,
    })
}

fn make(heap: &mut BlockHeap, drops: &Arc<AtomicUsize>) -> Ref {
    heap.new_host_object(HostObject::new(Counted(Arc::clone(drops))), &NoRoots).unwrap()
}

#[test]
fn finalizers_are_spread_over_steps_and_keep_up() {
    let mut heap = heap();
    let drops = Arc::new(AtomicUsize::new(0));
    // Nothing is rooted. As many as make collections come several times.
    let (mut before, mut most, mut waiting) = (0, 0, 0);
    for made in 1..=if cfg!(miri) { 2_000 } else { 600_000 } {
        make(&mut heap, &drops);
        let dropped = drops.load(Ordering::Relaxed);
        most = most.max(dropped - before);
        before = dropped;
        waiting = waiting.max(made - dropped);
    }
    assert!(most <= MOST, "{most} at once");
    // The least growth of a heap is some 75,000 of them, and what is counted as dead then is made again at most.
    assert!(waiting < 220_000, "{waiting} were not let go at a time");
    if !cfg!(miri) {
        assert!(heap.statistics().collections > 2 && before > 300_000, "{:?}", heap.statistics());
    }
}

#[test]
fn a_full_collection_lets_go_of_all_that_are_dead() {
    let mut heap = heap();
    let drops = Arc::new(AtomicUsize::new(0));
    let kept = make(&mut heap, &drops);
    for _ in 0..5_000 {
        make(&mut heap, &drops);
    }
    heap.collect(&vec![kept]);
    assert_eq!(drops.load(Ordering::Relaxed), 5_000);
    assert_eq!(heap.host_object(kept).unwrap().name(), "Counted");
    assert_eq!(heap.statistics().live_bytes, cost::OBJECT);
    drop(heap);
    assert_eq!(drops.load(Ordering::Relaxed), 5_001);
}

#[test]
fn what_the_heap_refuses_is_dropped() {
    let mut heap = heap();
    heap.set_limits(1_000, 1_000);
    let drops = Arc::new(AtomicUsize::new(0));
    let object = HostObject::new(Counted(Arc::clone(&drops))).with_bytes(u64::MAX);
    let refused = heap.new_host_object(object, &NoRoots);
    assert_eq!(refused.unwrap_err().trap(), lyra_bytecode::Trap::OutOfMemory);
    assert_eq!((drops.load(Ordering::Relaxed), heap.statistics().live_bytes), (1, 0));
}
