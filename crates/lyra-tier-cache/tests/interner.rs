//! The hash table of interned texts, compared with the plain list.

use lyra_bytecode::Types;
use lyra_runtime::{Heap, HeapSettings, Interner, LinearInterner, PlainHeap, Ref, Roots, Shapes, Stress};
use lyra_tier_cache::HashInterner;
use std::sync::Arc;

fn heap() -> PlainHeap {
    PlainHeap::new(HeapSettings {
        shapes: Arc::new(Shapes::new(&Types::default())),
        limit: 1 << 30,
        text_limit: 1 << 20,
        warm: 0,
        stress: Stress::None,
        refuse_charge: None,
    })
}

fn put(heap: &mut PlainHeap, content: &str, roots: &dyn Roots) -> Ref {
    let mut write = |_: &PlainHeap, out: &mut String| {
        out.push_str(content);
        Ok(())
    };
    heap.new_text(content.len(), roots, &mut write).unwrap()
}

/// A short text, one of some thousands; many differ in one place only.
fn some_text(random: &mut fastrand::Rng) -> String {
    match random.u8(0..4) {
        0 => String::new(),
        1 => "ä".repeat(random.usize(0..40)),
        2 => format!("{:02}", random.u32(0..4_000)),
        _ => format!("name_{}", random.u32(0..800)),
    }
}

#[test]
fn it_finds_what_the_plain_list_finds() {
    for seed in 0..8 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut heap = heap();
        let (mut plain, mut hashed) = (LinearInterner::new(), HashInterner::new());
        for _ in 0..6_000 {
            let text = some_text(&mut random);
            let found = plain.find(&text, &heap);
            assert_eq!(hashed.find(&text, &heap), found, "{text:?}");
            if found.is_none() && random.u8(0..4) > 0 {
                let made = put(&mut heap, &text, &hashed);
                plain.insert(made, &heap);
                hashed.insert(made, &heap);
            }
            if random.u16(0..1_000) == 0 {
                // What is interned stays, what is not goes.
                put(&mut heap, "nobody's", &hashed);
                heap.collect(&hashed);
                assert_eq!(heap.statistics().objects, hashed.statistics().entries);
            }
        }
        assert_eq!(hashed.statistics(), plain.statistics());
        assert!(hashed.statistics().hits > 500);
        let all = |interner: &dyn Roots| {
            let mut all = Vec::new();
            interner.visit(&mut |text| all.push(text.bits()));
            all.sort_unstable();
            all
        };
        assert_eq!(all(&hashed), all(&plain));
    }
}

#[test]
fn it_grows() {
    let mut heap = heap();
    let mut interner = HashInterner::new();
    let count = HashInterner::FIRST * 3;
    let name = |number: usize| format!("name {number}");
    let mut made = Vec::new();
    for number in 0..count {
        assert_eq!(interner.find(&name(number), &heap), None);
        let text = put(&mut heap, &name(number), &interner);
        interner.insert(text, &heap);
        made.push(text);
    }
    for (number, &text) in made.iter().enumerate() {
        assert_eq!(interner.find(&name(number), &heap), Some(text));
    }
    let statistics = interner.statistics();
    assert_eq!(statistics.entries, count as u64);
    assert_eq!((statistics.hits, statistics.misses), (count as u64, count as u64));
}
