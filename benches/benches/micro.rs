//! The micro benchmarks of `cargo xtask bench micro`, under Criterion: groups and names are the same.
//!
//! Criterion tells the time of one iteration, which for many kernels is a row of operations; the throughput beside it is
//! what one operation, one byte or one line costs.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lyra_benches::clock::cpu_time;
use lyra_benches::micro::{HANDLERS, all};
use lyra_benches::result::Unit;
use std::time::Duration;

fn micro(c: &mut Criterion) {
    let kernels = all();
    for kernels in kernels.chunk_by(|a, b| a.group == b.group) {
        let Some(first) = kernels.first() else { continue };
        let mut group = c.benchmark_group(first.group);
        // Many rows that are alike: seeing that one of them changed takes less than a figure to quote.
        if first.group == HANDLERS {
            group.sample_size(10);
            group.warm_up_time(Duration::from_millis(50)).measurement_time(Duration::from_millis(250));
        }
        for kernel in kernels {
            let amount = kernel.amount() as u64;
            group.throughput(match kernel.unit {
                Unit::MegabytesPerSecond => Throughput::BytesDecimal(amount),
                _ => Throughput::Elements(amount),
            });
            group.bench_function(kernel.name.as_str(), |b| {
                let mut run = (kernel.prepare)().expect("the kernel is right");
                b.iter_custom(|iterations| {
                    let start = cpu_time();
                    run(iterations).expect("the kernel does not fail");
                    cpu_time().saturating_sub(start)
                });
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = micro
}
criterion_main!(benches);
