//! Calls across the border: the host calls a program, a program calls the host.

use super::machine::{STATEMENTS, engine, repeated, source_instance};
use super::{Kernel, Run, each, text_of};
use lyra::{Caller, Linker, Store, Tier, TypedFunc, Value};
use std::hint::black_box;

const EXPORTS: &str = "proc nothing() { }
proc same(x: i32) -> i32 { return x }
proc measure(t: str) -> i32 { return length(t) }
proc sum(list: [i64]) -> i64 {
    var total: i64 = 0
    for x in list { total += x }
    return total
}";

pub(super) fn kernels(tier: Tier) -> Vec<Kernel> {
    let inward = "a call of a procedure found before; looking after limits and the integrity of the code before and \
                  after the call is counted in";
    let outward = "a call from Lyra of a closure of the host, and moving what is passed";
    vec![
        Kernel::time("host calls program", "()", 1, move || {
            typed(tier, "nothing", |run: &TypedFunc<(), ()>, store| run.call(store, ()))
        })
        .about(inward),
        Kernel::time("host calls program", "(i32) -> i32", 1, move || {
            typed(tier, "same", |run: &TypedFunc<(i32,), i32>, store| run.call(store, (black_box(7),)))
        })
        .about(inward),
        Kernel::time("host calls program", "(str) -> i32", 1, move || {
            let text = String::from("sixteen bytes ok");
            typed(tier, "measure", move |run: &TypedFunc<(String,), i32>, store| {
                run.call(store, (black_box(&text).clone(),))
            })
        })
        .about(format!("{inward}; the text is copied twice")),
        Kernel::time("host calls program", "([i64; 100]) -> i64", 1, move || {
            let list: Vec<i64> = (0..100).collect();
            typed(tier, "sum", move |run: &TypedFunc<(Vec<i64>,), i64>, store| {
                run.call(store, (black_box(&list).clone(),))
            })
        })
        .about(format!("{inward}; the program adds the numbers up")),
        Kernel::time("host calls program", "(i32) -> i32, by name", 1, move || by_name(tier))
            .about("like `(i32) -> i32`, the procedure looked up and its types checked at each call"),
        Kernel::time("program calls host", "()", STATEMENTS, move || outwards(tier, "host.nothing()"))
            .about(outward),
        Kernel::time("program calls host", "(i32) -> i32", STATEMENTS, move || {
            outwards(tier, "x = host.next(x)")
        })
        .about(outward),
        Kernel::time("program calls host", "(str) -> i32", STATEMENTS, move || {
            outwards(tier, "x = host.measure(t)")
        })
        .about(format!("{outward}; the host gets a text of its own")),
        Kernel::time("program calls host", "with the store's data", STATEMENTS, move || {
            outwards(tier, "host.count(x)")
        })
        .about(format!("{outward}; the closure changes what the store holds")),
    ]
}

/// Calls one of [`EXPORTS`] again and again.
fn typed<A: lyra::Args + 'static, R: lyra::CallResult + 'static>(
    tier: Tier,
    name: &str,
    mut call: impl FnMut(&TypedFunc<A, R>, &mut Store<()>) -> Result<R, lyra::Error> + 'static,
) -> Result<Run, String> {
    let engine = engine(tier);
    let module = engine.compile("bench.lyra", EXPORTS).map_err(text_of)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).map_err(text_of)?;
    let function = instance.get_typed_func(&store, name).map_err(text_of)?;
    Ok(each(move || {
        black_box(call(&function, &mut store).map_err(text_of)?);
        Ok(())
    }))
}

fn by_name(tier: Tier) -> Result<Run, String> {
    let engine = engine(tier);
    let module = engine.compile("bench.lyra", EXPORTS).map_err(text_of)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module).map_err(text_of)?;
    Ok(each(move || {
        let value = instance.call(&mut store, "same", &[Value::I32(black_box(7))]).map_err(text_of)?;
        if black_box(value) == Some(Value::I32(7)) {
            Ok(())
        } else {
            Err("another value came back".to_owned())
        }
    }))
}

/// Carries out a statement that calls the host.
fn outwards(tier: Tier, statement: &str) -> Result<Run, String> {
    let engine = engine(tier);
    let mut linker = Linker::<()>::new(&engine);
    linker.func_wrap("host", "nothing", || ()).map_err(text_of)?;
    linker.func_wrap("host", "next", |x: i32| black_box(x).wrapping_add(1)).map_err(text_of)?;
    linker
        .func_wrap("host", "measure", |t: String| i32::try_from(black_box(t).len()).unwrap_or(0))
        .map_err(text_of)?;
    linker
        .func_wrap("host", "count", |mut caller: Caller<'_, ()>, x: i32| {
            black_box((caller.data(), x));
        })
        .map_err(text_of)?;
    let source = repeated("import host\n", statement);
    let module = linker.compile("bench.lyra", &source).map_err(text_of)?;
    source_instance(&engine, &linker, &module)
}
