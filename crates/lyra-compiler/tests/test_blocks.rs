//! `test` and `bench` blocks in the module: there when they are asked for, and only then; and what assertions become.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

use lyra_bytecode::{Listing, Module, TestKind, TypeId, VerifyLimits, disassemble, verify};
use lyra_compiler::{CompileOptions, DebugLevel, Source, compile};

const PROGRAM: &str = "\
proc twice<T>(x: T) -> (T, T) { return (x, x) }
let start = 20
";

const BLOCKS: &str = "\
test \"doubled\" {
    let pair = twice(\"text\")
    assert([pair].map(|p| p.0) != [], \"different arrays\")
}
bench \"adding\" {
    let x = start
    x + 1
}
";

fn compiled(text: &str, options: &CompileOptions) -> Module {
    let found = compile(Source { name: "a.lyra", text }, options);
    assert!(found.diagnostics.is_empty(), "{:#?}", found.diagnostics);
    let module = found.module.unwrap();
    verify(module.clone(), &VerifyLimits::default()).unwrap();
    module
}

fn listing(text: &str) -> String {
    let with_tests = CompileOptions { tests: true, ..CompileOptions::default() };
    disassemble(&compiled(text, &with_tests), &Listing { comments: false, ..Listing::snapshot() })
}

/// What is only used by tests (procedures, types, instances of generic items) is not in the module.
#[test]
fn an_ordinary_module_holds_nothing_of_them() {
    for fold in [true, false] {
        let options = CompileOptions { fold, debug: DebugLevel::None, ..CompileOptions::default() };
        assert_eq!(compiled(&format!("{PROGRAM}{BLOCKS}"), &options), compiled(PROGRAM, &options));
    }
}

#[test]
fn blocks_are_listed_in_their_order() {
    let options = CompileOptions { tests: true, ..CompileOptions::default() };
    let module = compiled(&format!("{PROGRAM}{BLOCKS}"), &options);
    let listed: Vec<_> = module.tests.iter().map(|test| (test.kind, test.name.as_str(), test.line)).collect();
    assert_eq!(listed, [(TestKind::Test, "doubled", 3), (TestKind::Bench, "adding", 7)]);
    let [test, bench] = module.tests.as_slice() else { panic!("two blocks") };
    assert_eq!(module.procs[test.proc].name, "test \"doubled\"");
    assert_eq!(module.procs[bench.proc].signature.params, [TypeId::I32]);
    assert!(module.procs.iter().all(|proc| !proc.public || proc.name == "twice"));

    let stripped = compiled(PROGRAM, &CompileOptions { debug: DebugLevel::None, ..options.clone() });
    assert!(stripped.tests.is_empty());
    let unknown = CompileOptions { debug: DebugLevel::None, ..options };
    assert_eq!(
        compiled(BLOCKS.replace("twice(\"text\")", "(1, 2)").replace("start", "3").as_str(), &unknown).tests
            [0]
        .line,
        0
    );
}

/// The instructions that run when an assertion holds: up to the jump around what tells that it does not.
fn holding(assertion: &str) -> Vec<String> {
    let text = format!("proc f() -> i32 {{ return 1 }}\nproc g(a: i32, b: i32, xs: [i32]) {{ {assertion} }}");
    let listing = listing(&text);
    let (_, body) = listing.split_once("proc g(").unwrap();
    let code = body.lines().map(str::trim).filter(|line| !line.is_empty());
    let code = code
        .skip(1)
        .skip_while(|line| line.starts_with("local"))
        .take_while(|line| !line.starts_with("jump"));
    code.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

/// An assertion that holds costs what it would if it told no sides: a side that is more than read takes the way
/// through a temporary.
#[test]
fn sides_that_are_only_read_cost_nothing() {
    assert_eq!(holding("assert(a == b)"), ["get_word", "get_word", "eq_i32"]);
    assert_eq!(holding("assert(a + 1 < xs.length() * 2)").len(), 8);
    assert_eq!(
        holding("assert(xs[a] >= 3)"),
        ["get_ref", "get_word", "array_get_word", "const_i32", "ge_i32"]
    );
    assert_eq!(holding("assert(f() == 3)"), ["call", "set_word", "get_word", "const_i32", "eq_i32"]);
    assert_eq!(holding("assert(3 == f())"), ["const_i32", "call", "set_word", "get_word", "eq_i32"]);
}

#[test]
fn listings() {
    insta::assert_snapshot!(listing(
        "proc f(s: str) -> str { return s }\ntest \"a\" { assert(f(\"x\") == \"y\", \"text\") }\nbench \"b\" { f(\"x\") }"
    ));
}
