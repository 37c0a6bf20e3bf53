//! How fast source becomes bytecode: characters of text a second.

use bumpalo::Bump;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lyra_base::Symbols;
use lyra_compiler::{CompileOptions, Source, compile};
use lyra_syntax::parse;
use std::hint::black_box;

fn compilation(c: &mut Criterion) {
    let mut group = c.benchmark_group("source");
    for procs in [10, 300] {
        let text = lyra_benches::source(procs);
        group.throughput(Throughput::Bytes(text.len() as u64));
        let lines = text.lines().count();
        group.bench_function(BenchmarkId::new("parse, lines", lines), |b| {
            b.iter(|| {
                let (arena, mut symbols) = (Bump::new(), Symbols::new());
                parse(black_box(&text), &arena, &mut symbols).file.stmts.len()
            });
        });
        let options = CompileOptions::default();
        let source = Source { name: "bench.lyra", text: &text };
        let first = compile(source, &options);
        assert!(first.module.is_some(), "the program is right: {:?}", first.diagnostics.first());
        group.bench_function(BenchmarkId::new("compile, lines", lines), |b| {
            b.iter(|| compile(black_box(source), &options).module.is_some());
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = lyra_benches::quick();
    targets = compilation
}
criterion_main!(benches);
