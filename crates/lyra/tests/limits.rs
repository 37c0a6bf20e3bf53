//! Limits of a store: each ends a call with its own error, the store goes on, and fuel is counted to the unit.

use lyra::{Engine, ErrorKind, Instance, Limits, Linker, Module, Store, TypedFunc, Value};
use std::time::Duration;

const PROGRAM: &str = "
var calls = 0
proc spin() { while true { } }
proc deep(n: i32) -> i32 { return 1 + deep(n + 1) }
proc dive() { deep(0) }
proc grow() { var s = \"x\"; while true { s = s + s } }
proc hoard() { var xs = [0]; while true { xs.extend(xs) } }
proc chatter() { while true { print(\"0123456789\") } }
proc fine(n: i32) -> i32 { calls += 1; var sum = 0; for i in 0..n { sum += i }; return sum }
proc stubborn() { while true { try { deep(0) } catch { } } }
";

fn setup() -> (Store<()>, Instance) {
    let engine = Engine::default();
    let module = engine.compile("limits.lyra", PROGRAM).expect("the program compiles");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("the program starts");
    (store, instance)
}

fn proc(store: &Store<()>, instance: Instance, name: &str) -> TypedFunc<(), ()> {
    instance.get_typed_func(store, name).expect(name)
}

fn fine(store: &Store<()>, instance: Instance) -> TypedFunc<(i32,), i32> {
    instance.get_typed_func(store, "fine").expect("fine")
}

#[test]
fn every_limit_has_its_error_and_the_store_goes_on() {
    let (mut store, instance) = setup();
    let fine = fine(&store, instance);
    let cases = [
        ("spin", Limits::embedded().with_fuel(100_000), "out_of_fuel"),
        ("spin", Limits::embedded().with_deadline(Duration::from_millis(20)), "deadline_exceeded"),
        ("dive", Limits::embedded(), "stack_overflow"),
        ("grow", Limits::embedded(), "out_of_memory"),
        ("hoard", Limits::embedded().with_memory(1 << 20), "out_of_memory"),
        ("chatter", Limits::embedded().with_output(1_000), "output_limit"),
        ("stubborn", Limits::embedded(), "stack_overflow"),
    ];
    let count = cases.len();
    for (name, limits, code) in cases {
        store.set_limits(limits);
        let error = proc(&store, instance, name).call(&mut store, ()).expect_err(name);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Limit, code), "{name}: {error}");
        store.set_limits(Limits::embedded());
        assert_eq!(fine.call(&mut store, (10,)).expect("goes on"), 45);
    }
    let calls = instance.global(&store, "calls").expect("its own store");
    assert_eq!(calls, Some(Value::I32(count as i32)));
}

#[test]
fn embedded_programs_are_bounded_without_asking() {
    let (mut store, instance) = setup();
    assert!(store.fuel().is_some_and(|fuel| fuel > 999_000_000));
    assert_eq!(store.limits().deadline, Some(Duration::from_secs(60)));
    store.set_fuel(1_000_000);
    assert!(proc(&store, instance, "spin").call(&mut store, ()).expect_err("bounded").is_limit());
    assert_eq!(store.fuel(), Some(0));
}

#[test]
fn fuel_is_counted_to_the_unit_and_can_be_added() {
    let (mut store, instance) = setup();
    let fine = fine(&store, instance);
    let before = store.fuel_used();
    fine.call(&mut store, (1_000,)).expect("enough fuel");
    let cost = store.fuel_used() - before;
    assert_eq!(cost, 1_000, "one for the call and 999 for the jumps back");
    for fuel in [0, 1, cost / 2, cost - 1] {
        store.set_fuel(fuel);
        assert_eq!(fine.call(&mut store, (1_000,)).expect_err("too little").code(), "out_of_fuel");
        assert_eq!(store.fuel(), Some(0));
    }
    store.set_fuel(cost - 1);
    store.add_fuel(1);
    assert_eq!(fine.call(&mut store, (1_000,)).expect("exactly enough"), 499_500);
    assert_eq!(store.fuel(), Some(0));
    store.set_fuel(None);
    store.add_fuel(5);
    fine.call(&mut store, (10_000,)).expect("no bound");
    assert_eq!(store.fuel(), None);
}

#[test]
fn fuel_is_shared_by_the_instances_of_a_store() {
    let engine = Engine::default();
    let module = engine.compile("a.lyra", "proc f() { for i in 0..9 { } }").expect("compiles");
    let linker = Linker::new(&engine);
    let mut store = Store::new(&engine, ());
    let one = linker.instantiate(&mut store, &module).expect("starts");
    let two = linker.instantiate(&mut store, &module).expect("starts");
    let used = store.fuel_used();
    store.set_fuel(15);
    proc(&store, one, "f").call(&mut store, ()).expect("9 of 15");
    assert_eq!((store.fuel(), store.fuel_used() - used), (Some(6), 9));
    assert_eq!(proc(&store, two, "f").call(&mut store, ()).expect_err("6 are left").code(), "out_of_fuel");
}

#[test]
fn extreme_limits_have_an_effect_and_no_crash() {
    let engine = Engine::default();
    let module = engine.compile("a.lyra", "var t = \"text\"\nprint([1, 2], t + t)").expect("compiles");
    let run = |limits: Limits, module: &Module| {
        let mut store = Store::new(&engine, ());
        store.set_limits(limits);
        let result = Linker::new(&engine).instantiate(&mut store, module);
        result.map_err(|error| error.code().to_owned()).err()
    };
    let all = Limits::embedded;
    assert_eq!(run(all().with_stack(u32::MAX).with_memory(u64::MAX).with_string(u64::MAX), &module), None);
    assert_eq!(
        run(all().with_fuel(u64::MAX).with_deadline(Duration::MAX).with_output(u64::MAX), &module),
        None
    );
    assert_eq!(run(all().with_fuel(0), &module).as_deref(), Some("out_of_fuel"));
    assert_eq!(run(all().with_stack(0), &module).as_deref(), Some("stack_overflow"));
    assert_eq!(run(all().with_memory(0), &module).as_deref(), Some("out_of_memory"));
    assert_eq!(run(all().with_string(0), &module).as_deref(), Some("out_of_memory"));
    assert_eq!(run(all().with_output(0), &module).as_deref(), Some("output_limit"));
    assert_eq!(run(all().with_deadline(Duration::ZERO), &module).as_deref(), Some("deadline_exceeded"));
    let mut deep = Store::new(&engine, ());
    deep.set_limits(all().with_stack(u32::MAX));
    assert_eq!(deep.limits().stack, Limits::MAX_STACK);
    let small = Engine::new(lyra::Config::new().limits(all().with_source(10)));
    assert_eq!(small.compile("a.lyra", "print(\"text\")").expect_err("too long").code(), "E0117");
}

#[test]
fn an_interruption_ends_one_call() {
    let (mut store, instance) = setup();
    store.set_limits(Limits::command_line());
    let handle = store.interrupt_handle();
    let spin = proc(&store, instance, "spin");
    let running = std::thread::spawn(move || {
        let error = spin.call(&mut store, ()).expect_err("interrupted");
        (error, store)
    });
    handle.interrupt();
    let (error, mut store) = running.join().expect("the run ends");
    assert!(error.is_cancelled() && error.is_limit(), "{error}");
    assert_eq!(fine(&store, instance).call(&mut store, (3,)).expect("goes on"), 3);
}
