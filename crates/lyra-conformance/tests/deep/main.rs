//! Values a million levels deep, values inside themselves, keys that collide, and shapes that are hard to collect: on
//! every tier, on a thread of 256 KiB.
//!
//! Nothing that goes through values may recurse by their depth: not marking, comparing, showing, copying, looking for
//! a key, crossing to the host, freeing. A thread so small would not stand a hundredth of it.

mod bombs;
mod cycles;
mod keys;
mod levels;

use lyra::{Config, Engine, Host, Limits, Linker, OutputBuffer, Store, Tier, Value};
use lyra_runtime::HeapStatistics;

/// Native stack of a run: a quarter of what other tests give.
const STACK: usize = 256 << 10;

/// Room for a million levels three times over. No deadline, and fuel that ends what does not end by itself.
fn limits() -> Limits {
    Limits::embedded()
        .with_memory(1 << 30)
        .with_string(256 << 20)
        .with_fuel(2_000_000_000)
        .with_deadline(None)
}

/// What came of a run.
#[derive(Debug)]
struct Ran {
    /// What it printed, or the kind of its error.
    output: Result<String, String>,
    heap: HeapStatistics,
}

/// Compiles here, where there is room; links, runs and drops on the small stack.
fn run_under(tier: Tier, limits: Limits, source: &str) -> Ran {
    let engine = Engine::new(Config::new().tier(tier).limits(limits));
    let mut linker: Linker<()> = Linker::new(&engine);
    // A value crosses to the host and back.
    linker.func_wrap("host", "echo", |value: Value| value).expect("a name that is free");
    linker.func_wrap("host", "thing", || Host::new(bombs::Thing)).expect("a name that is free");
    let module =
        linker.compile("deep.lyra", source).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let work = move || {
        let output = OutputBuffer::new();
        let mut store = Store::new(&engine, ());
        store.set_output(output.clone());
        let result = linker.instantiate(&mut store, &module);
        let heap = store.last_report().expect("it ran").heap;
        let output = match result {
            Ok(_) => Ok(output.take()),
            Err(error) => Err(error.code().to_owned()),
        };
        Ran { output, heap }
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).expect("a thread");
    thread.join().unwrap_or_else(|_| panic!("{tier}: a panic"))
}

/// Runs on every tier; each must print `expected`.
fn all_print(source: &str, expected: &str) {
    all_sizes([0; 2], |_| source.to_owned(), |_| expected.to_owned());
}

/// Runs on every tier what `source` makes of a size, the first on the reference machine and the fastest tier, the second
/// on those between; each must print what `expected` makes of it.
fn all_sizes(sizes: [usize; 2], source: impl Fn(usize) -> String, expected: impl Fn(usize) -> String) {
    for &tier in Tier::ALL {
        let is_between = tier != Tier::Reference && tier != Tier::default();
        let size = sizes[usize::from(is_between)];
        let ran = run_under(tier, limits(), &source(size));
        assert_eq!(ran.output, Ok(expected(size)), "{tier}, {size}: {:?}", ran.heap);
    }
}
