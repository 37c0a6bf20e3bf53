//! Calls of scalars cross the border without conversions. Nothing may tell that from the general way: each case
//! here goes both ways, the second with a text more among its parameters.

use lyra::{Caller, Engine, HostError, Instance, Limits, Linker, OutputBuffer, Store, TypedFunc};
use std::time::Duration;

/// What can be seen of a run: result or error with everything it says, output, fuel, and the host's data.
type Seen = (Result<String, (String, String, String)>, String, u64, Option<u64>, i64);

/// `twin` closures: `name(…)` over scalars, and `name_text(…, "")`.
fn linker() -> Linker<i64> {
    let mut linker = Linker::new(&Engine::default());
    let wrapped = (|| -> Result<(), lyra::Error> {
        linker.func_wrap("", "half", |x: i32| halved(x))?;
        linker.func_wrap("", "half_text", |x: i32, _: String| halved(x))?;
        linker.func_wrap("", "named", || Err::<(), _>(HostError::new("teapot", "short and stout")))?;
        linker.func_wrap("", "named_text", |_: String| {
            Err::<(), _>(HostError::new("teapot", "short and stout"))
        })?;
        linker.func_wrap("", "crash", |x: f64| {
            if x > 1.0 {
                panic!("over {x}")
            }
        })?;
        linker.func_wrap("", "crash_text", |x: f64, _: String| {
            if x > 1.0 {
                panic!("over {x}")
            }
        })?;
        linker.func_wrap("", "tell", tell)?;
        linker.func_wrap("", "tell_text", |caller: Caller<'_, i64>, x: i64, _: String| tell(caller, x))?;
        linker.func_wrap("", "pay", |mut caller: Caller<'_, i64>, x: i32| caller.charge(x as u64))?;
        linker.func_wrap("", "pay_text", |mut caller: Caller<'_, i64>, x: i32, _: String| {
            caller.charge(x as u64);
        })?;
        linker.func_wrap("", "wait", |x: i32| std::thread::sleep(Duration::from_millis(x as u64)))?;
        linker.func_wrap("", "wait_text", |x: i32, _: String| {
            std::thread::sleep(Duration::from_millis(x as u64));
        })?;
        let mixed = |a: u8, b: bool, c: char, d: f64, e: i64| a as i64 + b as i64 + c as i64 + d as i64 + e;
        linker.func_wrap("", "mixed", mixed)?;
        linker.func_wrap("", "mixed_text", move |a: u8, b: bool, c: char, d: f64, e: i64, _: String| {
            mixed(a, b, c, d, e)
        })?;
        Ok(())
    })();
    wrapped.expect("the names are free");
    linker
}

fn halved(x: i32) -> Result<i32, std::num::TryFromIntError> {
    if x % 2 == 0 { Ok(x / 2) } else { i32::try_from(i64::MAX) }
}

fn tell(mut caller: Caller<'_, i64>, x: i64) -> Result<i64, HostError> {
    caller.write(&format!("told {x}\n"))?;
    *caller.data() += x;
    Ok(*caller.data())
}

/// What is seen of both ways, which is the same.
fn both_ways(body: &str, limits: &Limits, argument: i32) -> Seen {
    let [direct, general] = each_way(body, limits, argument);
    assert_eq!(direct, general, "{body}");
    direct
}

/// Calls `proc go` of a program in both ways, with its scalars and with a text more.
fn each_way(body: &str, limits: &Limits, argument: i32) -> [Seen; 2] {
    let direct =
        seen(&format!("proc go(x: i32) -> i64 {{ {} }}", body.replace("@", "")), limits, |store, go| {
            let go: TypedFunc<(i32,), i64> = go.get_typed_func(store, "go").expect("its type");
            go.call(store, (argument,))
        });
    let text = body.replace("@)", ", \"\")");
    let text = text.replace("half(", "half_text(").replace("named()", "named_text(\"\")");
    let text = ["crash", "tell", "pay", "wait", "mixed"]
        .iter()
        .fold(text, |text, name| text.replace(&format!("{name}("), &format!("{name}_text(")));
    let source = format!("proc go(x: i32, unused: str) -> i64 {{ {text} }}");
    let general = seen(&source, limits, |store, go| {
        let go: TypedFunc<(i32, &str), i64> = go.get_typed_func(store, "go").expect("its type");
        go.call(store, (argument, ""))
    });
    [direct, general]
}

fn seen(
    source: &str,
    limits: &Limits,
    call: impl Fn(&mut Store<i64>, Instance) -> Result<i64, lyra::Error>,
) -> Seen {
    let linker = linker();
    let module = linker.compile("a.lyra", source).expect("it compiles");
    let mut store = Store::new(&Engine::default(), 100);
    let output = OutputBuffer::new();
    store.set_output(output.clone());
    let instance = linker.instantiate(&mut store, &module).expect("it starts");
    store.set_limits(limits.clone());
    let mut result = call(&mut store, instance);
    if result.is_ok() {
        result = call(&mut store, instance);
    }
    let result = result.map(|value| value.to_string()).map_err(|error| {
        let trace = error.trace().iter().map(|frame| format!("{frame:?}")).collect::<String>();
        // Columns differ by what the twin has more.
        let lines = trace.split("column").next().unwrap_or("").to_owned();
        (error.code().to_owned(), error.to_string().lines().next().unwrap_or("").to_owned(), lines)
    });
    (result, output.take(), store.fuel_used(), store.fuel(), store.into_data())
}

#[test]
fn results_errors_output_fuel_and_data_are_the_same() {
    let limits = Limits::embedded().with_fuel(1_000);
    let value = |body: &str, x: i32| both_ways(body, &limits, x).0;
    assert_eq!(value("return i64(half(x@))", 84), Ok("42".to_owned()));
    assert_eq!(value("return mixed(200, true, 'é', 2.5, -9@)", 0), Ok("427".to_owned()));
    assert_eq!(value("return i64(half(x@))", 3).unwrap_err().0, "user");
    assert_eq!(value("named()\n return 0", 0).unwrap_err().0, "teapot");
    let caught = "try { named() } catch e { return i64(length(e.kind)) }\n return 0";
    assert_eq!(value(caught, 0), Ok("6".to_owned()));
    let crash = value("crash(f64(x)@)\n return 0", 7).unwrap_err();
    assert_eq!(crash.0, "host_panic");
    assert!(crash.1.contains("over 7"), "{crash:?}");
    let told = both_ways("return tell(i64(x)@)", &limits, 5);
    assert_eq!((told.0, told.1.as_str(), told.4), (Ok("110".to_owned()), "told 5\ntold 5\n", 110));
    let paid = both_ways("pay(x@)\n return 1", &limits, 300);
    assert_eq!((paid.0, paid.3), (Ok("1".to_owned()), Some(1_000 - 2 * 301)));
    assert_eq!(value("pay(x@)\n return 1", 900).unwrap_err().0, "out_of_fuel");
    assert_eq!(value("return i64(x) / i64(length(\"\"))", 1).unwrap_err().0, "division_by_zero");
}

#[test]
fn limits_hold_the_same() {
    let cases = [
        (Limits::embedded().with_fuel(0), "out_of_fuel"),
        (Limits::embedded().with_stack(0), "stack_overflow"),
        (Limits::embedded().with_output(6), "output_limit"),
        (Limits::embedded().with_deadline(Duration::ZERO), "deadline_exceeded"),
    ];
    for (limits, code) in cases {
        let seen = both_ways("return tell(1@)", &limits, 1);
        assert_eq!(seen.0.unwrap_err().0, code);
    }
}

#[test]
fn a_function_that_takes_long_is_noticed_when_it_returns() {
    for deadline in [20, 150] {
        let limits = Limits::embedded().with_deadline(Duration::from_millis(deadline));
        let body = "for i in 0..100 { wait(x@) }\n return 0";
        for seen in each_way(body, &limits, 10) {
            assert_eq!(seen.0.unwrap_err().0, "deadline_exceeded");
            // A round is 10 ms and a unit of fuel; a machine that is busy makes fewer of them.
            assert!(seen.2 <= deadline / 10 + 3, "{} rounds", seen.2);
        }
        assert_eq!(both_ways("wait(x@)\n return 0", &limits, 1).0, Ok("0".to_owned()));
    }
}

#[test]
fn an_interruption_by_a_host_function_ends_the_run() {
    let engine = Engine::default();
    let mut store = Store::new(&engine, ());
    store.set_limits(Limits::command_line());
    let handle = store.interrupt_handle();
    let mut linker = Linker::new(&engine);
    linker
        .func_wrap("", "stop", move |x: i32| {
            if x == 3 {
                handle.interrupt()
            }
        })
        .expect("a free name");
    let source = "var seen = 0\nproc go() -> i32 { for i in 0..1000000 { seen = i\n stop(i) }\n return 1 }";
    let module = linker.compile("a.lyra", source).expect("it compiles");
    let instance = linker.instantiate(&mut store, &module).expect("it starts");
    let go: TypedFunc<(), i32> = instance.get_typed_func(&store, "go").expect("its type");
    assert!(go.call(&mut store, ()).expect_err("interrupted").is_cancelled());
    assert_eq!(instance.global(&store, "seen").expect("its store"), Some(lyra::Value::I32(3)));
    store.interrupt_handle().interrupt();
    assert!(go.call(&mut store, ()).expect_err("before it began").is_cancelled());
}

#[test]
fn handles_of_other_stores_are_refused() {
    let engine = Engine::default();
    let module = engine.compile("a.lyra", "proc one() -> i32 { return 1 }").expect("it compiles");
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it starts");
    let one: TypedFunc<(), i32> = instance.get_typed_func(&store, "one").expect("its type");
    assert!(one.call(&mut Store::new(&engine, ()), ()).expect_err("another store").is_usage());
    assert_eq!(one.call(&mut store, ()).expect("its own store"), 1);
}
