//! `test` and `bench` blocks through the facade: which there are, that they do not disturb each other, what they use.

use lyra::{Config, DebugLevel, Engine, Linker, MemoryLoader, Module, Store};

const PROGRAM: &str = "\
var made = 0
test \"first\" { made += 1; assert(made == 1) }
bench \"count\" { for _ in 0..10 { made += 1 } }
test \"second\" { made += 1; assert(made == 1, \"made\") }
proc main() { panic(\"a test does not run main\") }
";

fn engine() -> Engine {
    Engine::new(Config::new().tests(true))
}

fn names(module: &Module) -> (Vec<String>, Vec<String>) {
    (module.tests().map(|test| test.name).collect(), module.benches().map(|bench| bench.name).collect())
}

#[test]
fn each_instance_is_a_fresh_program() {
    let engine = engine();
    let module = engine.compile("a.lyra", PROGRAM).expect("it compiles");
    let prepared = Linker::new(&engine).prepare(&module).expect("it links");
    let tests: Vec<_> = module.tests().collect();
    for test in tests.iter().chain(&tests) {
        let mut store = Store::new(&engine, ());
        let instance = prepared.instantiate(&mut store).expect("it starts");
        instance.run_test(&mut store, test).expect("alone it passes");
    }
    let mut store = Store::new(&engine, ());
    let instance = prepared.instantiate(&mut store).expect("it starts");
    instance.run_test(&mut store, &tests[0]).expect("the first passes");
    let error = instance.run_test(&mut store, &tests[1]).expect_err("the second sees what the first did");
    assert_eq!((error.code(), error.message().as_str()), ("assertion_failed", "made"));
    assert_eq!((error.sides(), error.place().map(|place| place.line)), (Some(("2", "1")), Some(4)));
}

#[test]
fn rounds_use_two_units_more_than_their_block() {
    let engine = engine();
    let module = engine.compile("a.lyra", PROGRAM).expect("it compiles");
    let bench = module.benches().next().expect("a benchmark");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it starts");
    for rounds in [1u32, 2, 100] {
        let before = store.fuel_used();
        instance.run_bench(&mut store, &bench, rounds.cast_signed()).expect("it runs");
        assert_eq!(store.fuel_used() - before, u64::from(rounds) * (9 + 2));
    }
    let before = store.fuel_used();
    instance.run_bench(&mut store, &bench, 0).expect("nothing to run");
    instance.run_bench(&mut store, &bench, i32::MIN).expect("less than nothing to run");
    assert_eq!(store.fuel_used() - before, 2);
    assert_eq!(instance.global(&store, "made").expect("a global"), Some(lyra::Value::I32(1_030)));
}

#[test]
fn only_what_the_module_has_is_run() {
    let engine = engine();
    let module = engine.compile("a.lyra", PROGRAM).expect("it compiles");
    let other = engine.compile("b.lyra", "proc f() { }\ntest \"other\" { f() }").expect("it compiles");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it starts");
    let foreign = other.tests().next().expect("a test");
    assert!(instance.run_test(&mut store, &foreign).expect_err("of another module").is_usage());
    let bench = module.benches().next().expect("a benchmark");
    assert!(instance.run_test(&mut store, &bench).expect_err("no test").is_usage());
    let test = module.tests().next().expect("a test");
    assert!(instance.run_bench(&mut store, &test, 1).expect_err("no benchmark").is_usage());
    let mut elsewhere = Store::new(&engine, ());
    assert!(instance.run_test(&mut elsewhere, &test).expect_err("another store").is_usage());
}

#[test]
fn sealed_files_hold_them_only_when_asked() {
    let engine = engine();
    let module = engine.compile("a.lyra", PROGRAM).expect("it compiles");
    let again = Module::deserialize(&engine, &module.serialize(None), None).expect("it opens");
    assert_eq!(names(&again), names(&module));
    assert_eq!(names(&again).0, ["first", "second"]);
    let stripped = module.strip().expect("it strips");
    assert_eq!(stripped.tests().map(|test| test.line).collect::<Vec<_>>(), [None, None]);
    let silent = Engine::new(Config::new().tests(true).debug(DebugLevel::None));
    let bare = silent.compile("a.lyra", PROGRAM).expect("it compiles");
    assert!(bare.tests().all(|test| test.line.is_none()));

    let plain = Engine::default().compile("a.lyra", PROGRAM).expect("it compiles");
    assert_eq!(names(&plain), (vec![], vec![]));
    assert!(plain.bytecode().procs.iter().all(|proc| !proc.name.contains("first")));
}

/// Two arrays that look the same are not equal, which is hard to see.
#[test]
fn sides_that_look_the_same_are_explained() {
    let report = |condition: &str| {
        let source = format!("struct P {{ x: i32 }}\nenum E {{ A(x: i32) }}\nassert({condition})");
        Engine::default().eval::<()>(&source).expect_err("it does not hold").to_string()
    };
    for same in ["[1] == [1]", "{\"a\": 1} == {\"a\": 1}", "P(1) == P(1)"] {
        assert!(report(same).contains("`equal(a, b)` compares what is in them"), "{}", report(same));
    }
    for other in ["[1] == [2]", "1 < 1", "E.A(1) != E.A(1)", "0.0 / 0.0 == 0.0 / 0.0", "\"a\" != \"a\""] {
        assert!(!report(other).contains("equal(a, b)"), "{}", report(other));
    }
}

/// What is imported is checked with its tests; those of the file that was asked for run.
#[test]
fn tests_of_imported_files_do_not_run() {
    let engine = engine();
    let files = MemoryLoader::new()
        .with("shapes.lyra", "\n\n// Longer than the main file.\nproc area(a: i32) -> i32 { return a * a }\ntest \"area\" { panic(\"no\") }");
    let main = "import \"shapes.lyra\"\ntest \"area\" { assert(area(2) == 5) }\nbench \"area\" { area(2) }";
    let module = engine.compile_with("main.lyra", main, &files).expect("it compiles");
    assert_eq!(names(&module), (vec!["area".to_owned()], vec!["area".to_owned()]));
    let test = module.tests().next().expect("a test");
    assert_eq!(test.line, Some(2));
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it starts");
    let error = instance.run_test(&mut store, &test).expect_err("it fails");
    assert_eq!(error.sides(), Some(("4", "5")));

    let files = MemoryLoader::new().with("shapes.lyra", "test \"wrong\" { missing() }");
    let error = engine.compile_with("main.lyra", "import \"shapes.lyra\"", &files).expect_err("a mistake");
    assert_eq!(error.diagnostics()[0].code, "E0201");
}
