//! What a file from outside costs before it runs: digests by size, verification by instruction.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lyra_bytecode::{Module, VerifyLimits, assemble, verify};
use lyra_security::seal::{Section, open, seal};
use std::hint::black_box;

/// A module of `procs` procedures, each a loop over words and references with a handler round it.
fn module(procs: usize) -> Module {
    let mut text = String::from("module \"bench\"\ntype [str]\n");
    for n in 0..procs {
        text.push_str(&format!(
            "proc work_{n}(i32, str) -> i32 {{
  local 0 str
  local 1 [str]
  local 2 i32
  local 3 i32
  handler L0..L2 -> L3
L0:
  new_array [str]
  set_ref 1
L1:
  get_ref 1
  get_ref 0
  append_ref
  drop_ref
  get_word 3
  const_i32 {n}
  add_i32
  set_word 3
  get_word 3
  get_word 2
  lt_i32
  jump_if L1
  get_word 3
  return
L2:
L3:
  drop_ref
  const_i32 0
  return
}}
"
        ));
    }
    assemble(&text).expect("the listing is right")
}

fn verification(c: &mut Criterion) {
    let mut group = c.benchmark_group("verify");
    for procs in [10, 1_000] {
        let module = module(procs);
        let instructions: usize = module.procs.iter().map(|proc| proc.code.len()).sum();
        group.throughput(Throughput::Elements(instructions as u64));
        group.bench_with_input(BenchmarkId::new("instructions", instructions), &module, |b, module| {
            b.iter_batched(
                || module.clone(),
                |module| verify(module, &VerifyLimits::default()).expect("the module is right"),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

fn seals(c: &mut Criterion) {
    let mut group = c.benchmark_group("seal");
    for size in [4_096, 1 << 20] {
        let bytes: Vec<u8> = (0..size).map(|at: usize| (at % 251) as u8).collect();
        let sections = [Section { name: "bytes", bytes: &bytes }];
        let file = seal(&sections, None);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("seal", size), |b| b.iter(|| seal(black_box(&sections), None)));
        group.bench_function(BenchmarkId::new("open", size), |b| {
            b.iter(|| open(black_box(&file), None).expect("the file is whole").len());
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = lyra_benches::quick();
    targets = verification, seals
}
criterion_main!(benches);
