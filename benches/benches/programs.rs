//! The programs of `benches/programs` under Criterion, at their smallest sizes, on every tier that is built in and
//! as native Rust. Compiling and linking do not count. `cargo xtask bench programs` has them at the sizes that say more.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use lyra::Tier;
use lyra_benches::catalogue::{PROGRAMS, Support, support};
use lyra_benches::worker::Instance;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

fn programs(c: &mut Criterion) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    for program in PROGRAMS {
        let size = program.check;
        let mut group = c.benchmark_group(program.name);
        group
            .bench_function(BenchmarkId::new("rust", size), |b| b.iter(|| (program.native)(black_box(size))));
        let path = directory.join(format!("{}.lyra", program.name));
        let text = std::fs::read_to_string(&path).expect("every program is there in Lyra");
        if !matches!(support(program.name, &text), Support::Runs) {
            continue;
        }
        for &tier in Tier::ALL {
            let name = format!("lyra:{tier}");
            let mut instance = Instance::new(tier, program.name, &text).expect("the program compiles");
            group.bench_function(BenchmarkId::new(name, size), |b| {
                b.iter(|| instance.call(black_box(size)).expect("the program does not fail"));
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = programs
}
criterion_main!(benches);
