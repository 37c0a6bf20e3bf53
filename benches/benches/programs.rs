//! Whole programs on the reference machine, through the facade: calls, scalar loops, arrays, text.
//!
//! Each measures a call of a procedure in an instance that is there already, so compiling and linking do not count.

use criterion::{Criterion, criterion_group, criterion_main};
use lyra::{Config, Engine, Instance, Limits, Linker, Store, TypedFunc};
use std::hint::black_box;

const PROGRAM: &str = "
proc nothing() { }

proc fib(n: i32) -> i32 {
    return if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

proc scalars(n: i32) -> i32 {
    var x = 1
    for i in 0..n { x = x * 31 + (i ^ (x >> 3)) }
    return x
}

proc floats(n: i32) -> f64 {
    var x = 0.5
    for i in 0..n { x = 3.7 * x * (1.0 - x) }
    return x
}

proc sieve(n: i32) -> i32 {
    let composite = [false; n + 1]
    var primes = 0
    for i in 2..=n {
        if composite[i] continue
        primes += 1
        for k in i * 2..=n step i { composite[k] = true }
    }
    return primes
}

proc text(n: i32) -> i32 {
    var s = \"\"
    for i in 0..n { s += f\"{i},\" }
    return length(split(s, \",\"))
}
";

fn instance() -> (Store<()>, Instance) {
    let mut limits = Limits::embedded();
    (limits.fuel, limits.deadline) = (None, None);
    let engine = Engine::new(Config::new().limits(limits));
    let module = engine.compile("bench.lyra", PROGRAM).expect("the program is right");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it runs");
    (store, instance)
}

fn programs(c: &mut Criterion) {
    let (mut store, instance) = instance();
    let mut group = c.benchmark_group("program");
    let nothing: TypedFunc<(), ()> = instance.get_typed_func(&store, "nothing").expect("it is there");
    group.bench_function("a call from the host", |b| b.iter(|| nothing.call(&mut store, ())));
    for (name, n) in [("fib", 15), ("scalars", 1_000), ("sieve", 1_000), ("text", 200)] {
        let function: TypedFunc<(i32,), i32> = instance.get_typed_func(&store, name).expect("it is there");
        function.call(&mut store, (n,)).expect("it does not fail");
        group.bench_function(format!("{name}({n})"), |b| {
            b.iter(|| function.call(&mut store, (black_box(n),)))
        });
    }
    let floats: TypedFunc<(i32,), f64> = instance.get_typed_func(&store, "floats").expect("it is there");
    group.bench_function("floats(1000)", |b| b.iter(|| floats.call(&mut store, (black_box(1_000),))));
    group.finish();
}

criterion_group! {
    name = benches;
    config = lyra_benches::quick();
    targets = programs
}
criterion_main!(benches);
