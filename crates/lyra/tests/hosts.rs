//! Host functions: every shape of closure, every type, and every way to misbehave.

use lyra::{Caller, Engine, Entries, ErrorKind, HostError, Linker, OutputBuffer, Store, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs `source` against `linker` and gives what it printed.
fn printed<T: Default + 'static>(linker: &Linker<T>, source: &str) -> Result<String, lyra::Error> {
    let engine = Engine::default();
    let module = linker.compile("test.lyra", source)?;
    let mut store = Store::new(&engine, T::default());
    let output = OutputBuffer::new();
    store.set_output(output.clone());
    linker.instantiate(&mut store, &module)?;
    Ok(output.take())
}

fn linker<T: 'static>() -> Linker<T> {
    Linker::new(&Engine::default())
}

#[test]
fn every_scalar_crosses_both_ways() -> Result<(), lyra::Error> {
    let mut linker = linker::<()>();
    linker
        .func_wrap("id", "of_bool", |x: bool| !x)?
        .func_wrap("id", "of_u8", |x: u8| x.wrapping_add(1))?
        .func_wrap("id", "of_i32", |x: i32| x.wrapping_neg())?
        .func_wrap("id", "of_i64", |x: i64| x.wrapping_neg())?
        .func_wrap("id", "of_f64", |x: f64| x / 2.0)?
        .func_wrap("id", "of_char", |x: char| x.to_ascii_uppercase())?
        .func_wrap("id", "of_str", |x: String| x.chars().rev().collect::<String>())?;
    let source = "import id
print(id.of_bool(true))
print(id.of_u8(255))
print(id.of_i32(-2147483648))
print(id.of_i64(9223372036854775807))
print(id.of_f64(1.0))
print(id.of_char('é'), id.of_char('q'))
print(id.of_str(\"añb→\"))";
    let expected = "false\n0\n-2147483648\n-9223372036854775807\n0.5\né Q\n→bña\n";
    assert_eq!(printed(&linker, source)?, expected);
    Ok(())
}

#[test]
fn arrays_and_tuples_cross_both_ways() -> Result<(), lyra::Error> {
    let mut linker = linker::<()>();
    linker
        .func_wrap("", "sorted_ints", |mut xs: Vec<i32>| {
            xs.sort_unstable();
            xs
        })?
        .func_wrap("", "flat", |xs: Vec<Vec<f64>>| xs.concat())?
        .func_wrap("", "words", |text: String| text.split(' ').map(str::to_owned).collect::<Vec<_>>())?
        .func_wrap("", "swap", |(a, b): (i32, String)| (b, a))?
        .func_wrap("", "zip", |a: Vec<i64>, b: Vec<String>| {
            a.into_iter().zip(b).collect::<Vec<(i64, String)>>()
        })?
        .func_wrap("", "bits", |x: u8| (0..8).map(|bit| x >> bit & 1 == 1).collect::<Vec<bool>>())?
        .func_wrap("", "nested", |x: ((i32, i32), Vec<(char, bool)>)| x.1.len() as i32 + x.0.0 * x.0.1)?;
    let source = "print(sorted_ints([3, 1, 2]), sorted_ints([]))
print(flat([[1.0], [], [2.0, 3.0]]))
print(words(\"a b\"))
print(swap((1, \"x\")))
print(zip([1, 2], [\"a\", \"b\", \"c\"]))
print(bits(5))
print(nested(((2, 3), [('a', true)])))";
    let expected = "[1, 2, 3] []\n[1.0, 2.0, 3.0]\n[\"a\", \"b\"]\n(\"x\", 1)\n[(1, \"a\"), (2, \"b\")]\n\
                    [true, false, true, false, false, false, false, false]\n7\n";
    assert_eq!(printed(&linker, source)?, expected);
    Ok(())
}

#[test]
fn closures_have_up_to_sixteen_parameters() -> Result<(), lyra::Error> {
    let mut linker = linker::<i32>();
    linker.func_wrap("", "seven", || 7)?;
    linker.func_wrap(
        "",
        "sixteen",
        |a: i32,
         b: i64,
         c: u8,
         d: bool,
         e: f64,
         f: char,
         g: String,
         h: i32,
         i: i32,
         j: i32,
         k: i32,
         l: i32,
         m: i32,
         n: i32,
         o: i32,
         p: i32| format!("{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}{n}{o}{p}"),
    )?;
    linker.func_wrap("", "with_caller", |mut caller: Caller<'_, i32>, a: i32, b: String| {
        *caller.data() += a;
        format!("{b}{}", caller.data())
    })?;
    let source = "print(seven())
print(sixteen(1, 2, 3, true, 4.5, 'f', \"g\", 8, 9, 10, 11, 12, 13, 14, 15, 16))
print(with_caller(4, \"is \"), with_caller(5, \"\"))";
    assert_eq!(printed(&linker, source)?, "7\n123true4.5fg8910111213141516\nis 4 9\n");
    Ok(())
}

#[test]
fn mistakes_in_calls_are_found_when_compiling() -> Result<(), lyra::Error> {
    let mut linker = linker::<()>();
    linker.func_wrap("", "jump", |_height: i32| ())?.func_wrap("world", "size", || 3)?;
    for wrong in [
        "jump()",
        "jump(1, 2)",
        "jump(\"high\")",
        "var x = jump(1)",
        "import world\nworld.sise()",
        "world.size()",
        "import wrold",
        "import world\nvar x: str = world.size()",
        "jmup(1)",
    ] {
        let error = linker.compile("a.lyra", wrong).expect_err(wrong);
        assert_eq!(error.kind(), ErrorKind::Compile, "{wrong}");
    }
    Ok(())
}

#[test]
fn names_are_taken_once_and_can_be_written() -> Result<(), lyra::Error> {
    let mut linker = linker::<()>();
    linker.func_wrap("a", "f", || ())?;
    for (module, name) in [
        ("a", "f"),
        ("", ""),
        ("a", ""),
        ("a b", "f"),
        ("a", "1f"),
        ("a", "f.g"),
        ("", "\u{202e}"),
        ("", "none"),
        ("if", "f"),
    ] {
        assert!(linker.func_wrap(module, name, || ()).expect_err(name).is_usage());
    }
    linker.func_wrap("", "f", || ())?.func_wrap("größe", "länge_2", || ())?.func_wrap(
        "regex",
        "match",
        || (),
    )?;
    Ok(())
}

#[test]
fn errors_of_hosts_can_be_caught_and_have_a_kind() -> Result<(), lyra::Error> {
    let mut linker = linker::<()>();
    linker
        .func_wrap("", "parse", |text: String| text.parse::<i32>())?
        .func_wrap("", "open", |name: String| -> Result<(), HostError> {
            Err(HostError::new("io", format!("cannot open {name}")))
        })?
        .func_wrap("", "odd", |x: i32| if x % 2 == 1 { Ok(()) } else { Err(std::fmt::Error) })?;
    let source = "print(parse(\"12\"))
try { parse(\"x\") } catch e { print(e.kind, e.message) }
try { open(\"x\") } catch e { print(e.kind, e.message) }
odd(1)
try { odd(2) } catch e { print(e.kind) }";
    assert_eq!(printed(&linker, source)?, "12\nuser invalid digit found in string\nio cannot open x\nuser\n");
    let error = printed(&linker, "proc f() { open(\"x\") }\nf()").expect_err("not caught");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Runtime, "io"));
    assert_eq!(error.message(), "cannot open x");
    assert_eq!(error.trace()[0].name, "f");
    Ok(())
}

#[test]
fn a_panic_in_a_host_function_ends_the_run_and_nothing_else() -> Result<(), lyra::Error> {
    let engine = Engine::default();
    let mut linker = Linker::<u32>::new(&engine);
    linker.func_wrap("", "boom", |mut caller: Caller<'_, u32>| -> i32 {
        *caller.data() += 1;
        // As `panic!`, but without a word on standard error.
        std::panic::resume_unwind(Box::new(format!("host bug {}", caller.data())))
    })?;
    let module = linker.compile(
        "a.lyra",
        "proc f() { try { boom() } catch { print(\"caught\") } }\nproc g() -> i32 { return 1 }",
    )?;
    let mut store = Store::new(&engine, 0);
    let instance = linker.instantiate(&mut store, &module)?;
    let f = instance.get_typed_func::<(), ()>(&store, "f")?;
    let g = instance.get_typed_func::<(), i32>(&store, "g")?;
    for round in 1..=3 {
        let error = f.call(&mut store, ()).expect_err("a panic");
        assert_eq!(error.code(), "host_panic");
        assert!(error.message().contains(&format!("host bug {round}")), "{error}");
        assert_eq!(g.call(&mut store, ())?, 1);
    }
    Ok(())
}

#[test]
fn host_functions_write_and_charge_within_the_limits() -> Result<(), lyra::Error> {
    let engine = Engine::default();
    let mut linker = Linker::<()>::new(&engine);
    linker.func_wrap("", "shout", |mut caller: Caller<'_, ()>, text: String| {
        caller.write(&text.to_uppercase())
    })?;
    linker.func_wrap("", "work", |mut caller: Caller<'_, ()>, units: i32| {
        caller.charge(u64::from(units.unsigned_abs()));
    })?;
    let module = linker.compile("a.lyra", "shout(\"a\")\nprint(\"b\")\nshout(\"c\")\nwork(1000)")?;
    let mut store = Store::new(&engine, ());
    let output = OutputBuffer::new();
    store.set_output(output.clone());
    store.set_fuel(1_500);
    linker.instantiate(&mut store, &module)?;
    assert_eq!(output.take(), "Ab\nC");
    assert!(store.fuel_used() >= 1_000);
    let error = linker.instantiate(&mut store, &module).expect_err("too little fuel");
    assert_eq!(error.code(), "out_of_fuel");
    store.set_limits(lyra::Limits::embedded().with_output(3));
    let error = linker.instantiate(&mut store, &module).expect_err("too much output");
    assert_eq!(error.code(), "output_limit");
    Ok(())
}

#[test]
fn a_module_links_only_where_its_functions_are() -> Result<(), lyra::Error> {
    let engine = Engine::default();
    let mut full = Linker::<()>::new(&engine);
    full.func_wrap("io", "size", |name: String| name.len() as i64)?;
    let module = full.compile("a.lyra", "import io\nprint(io.size(\"abc\"))")?;
    let module = lyra::Module::deserialize(&engine, &module.serialize(None), None)?;
    let mut store = Store::new(&engine, ());
    full.instantiate(&mut store, &module)?;
    let missing = Linker::new(&engine).instantiate(&mut store, &module).expect_err("no such function");
    assert_eq!((missing.kind(), missing.code()), (ErrorKind::Verify, "link"));
    assert!(missing.to_string().contains("size"), "{missing}");
    let mut other = Linker::<()>::new(&engine);
    other.func_wrap("io", "size", |name: String| name.len() as i32)?;
    let wrong = other.instantiate(&mut store, &module).expect_err("of another type");
    assert_eq!(wrong.code(), "link");
    Ok(())
}

#[test]
fn handles_of_another_store_are_refused() -> Result<(), lyra::Error> {
    let engine = Engine::default();
    let module = engine.compile("a.lyra", "proc f() -> i32 { return 1 }")?;
    let linker = Linker::new(&engine);
    let (mut one, mut two) = (Store::new(&engine, ()), Store::new(&engine, ()));
    let instance = linker.instantiate(&mut one, &module)?;
    linker.instantiate(&mut two, &module)?;
    let f = instance.get_typed_func::<(), i32>(&one, "f")?;
    assert!(f.call(&mut two, ()).expect_err("foreign").is_usage());
    assert!(instance.call(&mut two, "f", &[]).expect_err("foreign").is_usage());
    assert!(instance.global(&two, "x").expect_err("foreign").is_usage());
    assert_eq!(f.call(&mut one, ())?, 1);
    Ok(())
}

#[test]
fn dynamic_calls_check_their_arguments() -> Result<(), lyra::Error> {
    let engine = Engine::default();
    let module = engine.compile("a.lyra", "proc f(x: i32, ys: [str]) -> (i32, [str]) { return (x, ys) }")?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
    let strings = || Value::Array(lyra::ArrayValue::Str(vec!["a".to_owned()]));
    let value = instance.call(&mut store, "f", &[Value::I32(1), strings()])?;
    assert_eq!(value.expect("a value").to_string(), "(1, [\"a\"])");
    for wrong in [
        vec![],
        vec![Value::I32(1)],
        vec![Value::I64(1), strings()],
        vec![Value::I32(1), Value::Str(String::new())],
    ] {
        assert!(instance.call(&mut store, "f", &wrong).is_err(), "{wrong:?}");
    }
    assert!(instance.call(&mut store, "g", &[]).expect_err("missing").is_usage());
    Ok(())
}

#[test]
fn dropping_a_store_drops_what_the_host_gave() -> Result<(), lyra::Error> {
    struct Noisy(Arc<AtomicU32>);
    impl Drop for Noisy {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let drops = Arc::new(AtomicU32::new(0));
    let engine = Engine::default();
    let held = Noisy(drops.clone());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("", "f", move || {
        let _ = &held;
    })?;
    let module = linker.compile("a.lyra", "f()")?;
    let mut store = Store::new(&engine, Noisy(drops.clone()));
    linker.instantiate(&mut store, &module)?;
    drop((linker, module));
    assert_eq!(drops.load(Ordering::Relaxed), 0);
    drop(store);
    assert_eq!(drops.load(Ordering::Relaxed), 2);
    Ok(())
}

#[test]
fn optionals_maps_and_any_cross_both_ways() -> Result<(), lyra::Error> {
    let mut linker = linker::<()>();
    linker
        .func_wrap("", "half", |x: i32| (x % 2 == 0).then_some(x / 2))?
        .func_wrap("", "or_zero", |x: Option<i32>| x.unwrap_or(0))?
        .func_wrap("", "first_word", |text: Option<String>| {
            text.and_then(|text| text.split_whitespace().next().map(str::to_owned))
        })?
        .func_wrap("", "known", |xs: Vec<Option<f64>>| xs.into_iter().flatten().sum::<f64>())?
        .func_wrap("", "holes", |n: i32| (0..n).map(|i| (i % 2 == 0).then_some(i)).collect::<Vec<_>>())?
        .func_wrap("", "turned", |map: Entries<String, i32>| {
            Entries(map.0.into_iter().map(|(key, value)| (value, key)).collect())
        })?
        .func_wrap("", "ordered", |map: BTreeMap<char, bool>| map)?
        .func_wrap("", "total", |map: HashMap<(i32, String), i64>| map.values().sum::<i64>())?
        .func_wrap("", "same", |value: Value| value)?
        .func_wrap("", "kinds", |values: Vec<Value>| {
            values
                .iter()
                .map(|value| format!("{value:?}"))
                .map(|text| text.len() as i32)
                .collect::<Vec<i32>>()
        })?
        .func_wrap("", "wrap", |value: Value| Entries(vec![("it".to_owned(), Some(value))]))?;
    let source = "print(half(8), half(7), or_zero(none), or_zero(5))
print(first_word(\"one two\"), first_word(\"\"), first_word(none))
print(known([1.5, none, 2.0]), holes(4))
print(turned({\"b\": 2, \"a\": 1}))
print(ordered({'z': true, 'a': false}))
print(total({(1, \"x\"): i64(4), (2, \"y\"): i64(5)}))
let a: any = [1, 2]
print(same(1), same(none), same(a) as [i32], typeof(same({\"k\": a})))
print(wrap(\"x\"))
let unused: {str: any} = {}";
    let expected = "4 none 0 5\none none none\n3.5 [0, none, 2, none]\n{2: \"b\", 1: \"a\"}\n{'a': false, 'z': true}\n9\n\
                    1 none [1, 2] {str: any}\n{\"it\": \"x\"}\n";
    assert_eq!(printed(&linker, source)?, expected);
    Ok(())
}

#[test]
fn optionals_maps_and_any_are_results_and_arguments() -> Result<(), lyra::Error> {
    let engine = Engine::default();
    assert_eq!(engine.eval::<Option<i32>>("first([7])")?, Some(7));
    assert_eq!(engine.eval::<Option<i32>>("none")?, None);
    assert_eq!(engine.eval::<Option<Option<i32>>>("3")?, Some(Some(3)));
    assert_eq!(engine.eval::<Value>("(1, true)")?, Value::Tuple(vec![Value::I32(1), Value::Bool(true)]));
    let module = engine.compile(
        "a.lyra",
        "proc f(m: {str: i32?}, x: any) -> {str: i32?} { m[typeof(x)] = none; return m }",
    )?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
    type Map = Entries<String, Option<i32>>;
    let f = instance.get_typed_func::<(Map, Value), Map>(&store, "f")?;
    let map = Entries(vec![("one".to_owned(), Some(1))]);
    let expected = Entries(vec![("one".to_owned(), Some(1)), ("f64".to_owned(), None)]);
    assert_eq!(f.call(&mut store, (map, Value::F64(0.5)))?, expected);
    // A value of which the program has no type is an error of the call.
    let g = instance.get_typed_func::<(Entries<String, i32>, Value), Map>(&store, "f");
    assert!(g.is_err());
    Ok(())
}
