//! What may cross threads, and that a small native stack is enough for everything.

use lyra::{Engine, Error, Instance, InterruptHandle, Linker, Module, Store, TypedFunc, Value};

#[test]
fn the_types_promise_what_the_documentation_says() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Engine>();
    shared::<Module>();
    shared::<Linker<std::cell::Cell<u8>>>();
    shared::<Error>();
    shared::<InterruptHandle>();
    shared::<Instance>();
    shared::<TypedFunc<(i32,), String>>();
    shared::<Value>();
    sent::<Store<std::cell::Cell<u8>>>();
}

#[test]
fn one_module_runs_on_many_threads() {
    let engine = Engine::default();
    let source = "var n = 0\nproc add(x: i32) -> i32 { n += x\nreturn n }";
    let module = engine.compile("a.lyra", source).expect("compiles");
    let work = |thread: i32| {
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("starts");
        let add = instance.get_typed_func::<(i32,), i32>(&store, "add").expect("add");
        (0..100).map(|_| add.call(&mut store, (thread,)).expect("adds")).last().expect("a total")
    };
    let totals: Vec<i32> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(totals, (0..8).map(|thread| thread * 100).collect::<Vec<_>>());
}

/// Half a mebibyte is what a host with many threads gives each: everything must fit, whatever the program does.
#[test]
fn a_small_native_stack_is_enough() {
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(hostile_programs).expect("a thread");
    thread.join().expect("no panic");
}

fn hostile_programs() {
    let engine = Engine::default();
    let nested = |open: &str, close: &str, count| format!("{}1{}", open.repeat(count), close.repeat(count));
    for source in [
        nested("(", ")", 100_000),
        nested("[", "]", 100_000),
        nested("-", "", 100_000),
        nested("if true { ", " }", 100_000),
        nested("f\"{", "}\"", 100_000),
        "var x: ".to_owned() + &"[".repeat(50_000),
        format!("print({}1)", "1 + ".repeat(100_000)),
        format!("var s = \"\"\nprint({}s)", "s + ".repeat(100_000)),
        nested("(", ")", 250),
        nested("[", "]", 250),
        nested("- ", "", 250),
        format!("var x: {}i32{}", "[".repeat(250), "]".repeat(250)),
        format!("if true {{ }}{}", " else if true { }".repeat(20_000)),
        nested("if true { ", " }", 250),
        nested("while true { ", "; break }", 250),
        nested("try { ", " } catch { }", 250),
    ] {
        // An answer of any kind, and no crash.
        let _ = engine.compile("deep.lyra", &source).map(|module| {
            let mut store = Store::new(&engine, ());
            let _ = Linker::new(&engine).instantiate(&mut store, &module);
            module.serialize(None)
        });
    }
    let recursion = "proc f(n: i32) -> i32 { return 1 + f(n + 1) }\nf(0)";
    let error = engine.eval::<i32>(recursion).expect_err("endless recursion");
    assert_eq!(error.code(), "stack_overflow");
    assert!(!error.to_string().is_empty());
}
