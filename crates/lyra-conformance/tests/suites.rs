//! The suites in Lyra: every test passes, and uses the same fuel and prints the same, however it was compiled.
//!
//! The command `lyra test` runs them too, see the tests of `lyra-cli`.

use lyra::{Config, DebugLevel, Engine, Limits, Linker, OutputBuffer, Overflow, Store};
use lyra_conformance::corpus;
use std::collections::BTreeMap;

#[test]
fn tests_do_the_same_however_they_are_compiled() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/suites");
    let files = corpus::files(directory.as_ref());
    assert!(files.len() >= 3, "{} suites", files.len());
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a suite");
        let name = file.display().to_string();
        let ways = [(true, DebugLevel::Full), (false, DebugLevel::Full), (true, DebugLevel::None)];
        let found = ways.map(|(fold, debug)| {
            let config = Config::new().tests(true).fold(fold).debug(debug).overflow(Overflow::Wrap);
            run(&Engine::new(config.limits(Limits::command_line())), &name, &source)
        });
        assert!(!found[0].is_empty(), "{name} has no tests");
        for other in &found[1..] {
            assert_eq!(&found[0], other, "{name}");
        }
    }
}

/// Fuel and output of every test by its name; each must pass.
fn run(engine: &Engine, name: &str, source: &str) -> BTreeMap<String, (u64, String)> {
    let module = engine.compile(name, source).unwrap_or_else(|error| panic!("{error}"));
    let prepared = Linker::new(engine).prepare(&module).expect("suites need no host");
    let outcome = |test: lyra::Test| {
        let mut store = Store::new(engine, ());
        let output = OutputBuffer::new();
        store.set_output(output.clone());
        let instance = prepared.instantiate(&mut store).unwrap_or_else(|error| panic!("{error}"));
        instance.run_test(&mut store, &test).unwrap_or_else(|error| panic!("{name}: {}\n{error}", test.name));
        (test.name, (store.fuel_used(), output.take()))
    };
    module.tests().map(outcome).collect()
}
