//! The plain policies of the runtime: inline-cache lookup, interning, allocation. Every faster one is measured
//! against these.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lyra_bytecode::{Type, TypeId, Types};

use lyra_runtime::{
    Caches, Heap, HeapSettings, Interner, LinearCaches, LinearInterner, NoRoots, PlainHeap, Ref, Shapes,
    SiteKey,
};
use std::hint::black_box;
use std::sync::Arc;

fn heap(types: &Types) -> PlainHeap {
    PlainHeap::new(HeapSettings {
        shapes: Arc::new(Shapes::new(types)),
        limit: 1 << 30,
        text_limit: 1 << 20,
        collect_always: false,
        refuse_charge: None,
    })
}

fn text(heap: &mut PlainHeap, content: &str) -> Ref {
    heap.new_text(content.len(), &NoRoots, &mut |_, out| {
        out.push_str(content);
        Ok(())
    })
    .expect("the heap is large enough")
}

fn inline_cache(c: &mut Criterion) {
    let mut group = c.benchmark_group("inline cache, hit");
    for entries in [10, 1_000] {
        let mut caches = LinearCaches::new();
        for site in 0..entries {
            caches.insert(SiteKey { site, ty: 7 }, site);
        }
        let mut random = fastrand::Rng::with_seed(1);
        group.bench_function(BenchmarkId::from_parameter(entries), |b| {
            b.iter(|| caches.lookup(black_box(SiteKey { site: random.u32(0..entries), ty: 7 })));
        });
    }
    group.finish();
}

fn interning(c: &mut Criterion) {
    let mut group = c.benchmark_group("intern, hit");
    for entries in [10, 5_000] {
        let mut heap = heap(&Types::new());
        let mut interner = LinearInterner::new();
        let texts: Vec<String> = (0..entries).map(|n| format!("name_{n}")).collect();
        for content in &texts {
            let object = text(&mut heap, content);
            interner.insert(object);
        }
        let mut random = fastrand::Rng::with_seed(2);
        group.bench_function(BenchmarkId::from_parameter(entries), |b| {
            b.iter(|| interner.find(black_box(&texts[random.usize(0..entries)]), &heap));
        });
    }
    group.finish();
}

fn allocation(c: &mut Criterion) {
    let mut group = c.benchmark_group("allocate");
    let mut types = Types::new();
    let numbers = types.intern(Type::Array(TypeId::I64));
    group.bench_function("text of 16 bytes", |b| {
        let mut heap = heap(&types);
        let mut made = 0_u32;
        b.iter(|| {
            made += 1;
            if made.is_multiple_of(10_000) {
                heap.collect(&NoRoots);
            }
            text(&mut heap, black_box("sixteen bytes ok"))
        });
    });
    group.bench_function("array of 8 i64", |b| {
        let mut heap = heap(&types);
        let mut made = 0_u32;
        b.iter(|| {
            made += 1;
            if made.is_multiple_of(10_000) {
                heap.collect(&NoRoots);
            }
            heap.new_array(black_box(numbers), 8, &NoRoots)
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = lyra_benches::quick();
    targets = inline_cache, interning, allocation
}
criterion_main!(benches);
