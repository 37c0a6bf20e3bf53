//! Hostile programs: the compiler ends in bounded time and memory, on a small stack, and what it makes verifies.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop at the first surprise")]

use lyra_bytecode::{VerifyLimits, verify};
use lyra_compiler::{CompileOptions, Source, compile};
use std::fmt::Write as _;

/// Compiles on a thread with a stack of 512 KiB and verifies what comes out; the codes of the errors.
fn codes(text: String) -> Vec<&'static str> {
    let work = move || {
        let compiled = compile(Source { name: "test.lyra", text: &text }, &CompileOptions::default());
        let codes = compiled.diagnostics.iter().filter(|found| found.is_error()).map(|found| found.code.id());
        let codes = codes.collect::<Vec<_>>();
        if let Some(module) = compiled.module {
            verify(module, &VerifyLimits::default()).unwrap_or_else(|error| panic!("{error}"));
        }
        codes
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(work)
        .unwrap()
        .join()
        .expect("no panic, no overflow")
}

const NONE: Vec<&str> = Vec::new();

#[test]
fn everything_nests_as_deep_as_the_limit_allows() {
    let depth = 240;
    let nested = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    let programs = [
        format!("var x = {}", nested("(", "1", ")")),
        format!("var b = true\nvar x = {}", nested("(b && ", "b", ")")),
        format!("var b = 1\nvar x = {}", nested("(1 + b * ", "b", ")")),
        format!("var b = 1\nvar x = {}", nested("(1 | 1 ^ 1 & 1 << 1 + b * ", "b", ")")),
        format!("var b = 1\nvar x = {}", {
            let depth = 120;
            format!("{}b{}", "-(b - ".repeat(depth), ")".repeat(depth))
        }),
        format!("proc f(n: i32) -> i32 {{ return n }}\nvar x = {}", nested("f(", "1", ")")),
        format!("var x = {}", nested("[", "1", "]")),
        format!("var b = true\n{}", nested("if b { ", "print(1)", " }")),
        format!("var b = true\n{}", nested("while b { ", "b = false", " }")),
        format!("var b = true\nvar x = {}", nested("if b { ", "1", " } else { 2 }")),
        format!("var b = true\nvar x = {}", nested("if b { 1 } else { ", "2", " }")),
        nested("for i in 0..2 { ", "print(1)", " }"),
        nested("try { ", "print(1)", " } catch { }"),
        format!("var xs = [1]\nvar x = {}", nested("xs[", "0", "]")),
        format!("var x: {} = {}", nested("[", "i32", "]"), nested("[", "1", "]")),
        format!("var x = {}", nested("(1, ", "2", ")")),
        format!("var b = true\nvar x = {}b", "!".repeat(depth)),
        format!("proc f(n: i32) {{\n    let g = {}n += 1\n    print(n)\n}}", "|| ".repeat(50)),
        format!("var x = {}1{}", "[1].map(|x| ".repeat(60), ")[0]".repeat(60)),
    ];
    for program in programs {
        let start: String = program.chars().take(60).collect();
        assert_eq!(codes(program), NONE, "{start}");
    }
}

#[test]
fn long_flat_chains_are_no_nesting() {
    let n = 30_000;
    assert_eq!(codes(format!("var a = 1\nvar x = a{}", " + a".repeat(n))), NONE);
    assert_eq!(codes(format!("var x = 1{}", " + 1".repeat(n))), NONE);
    assert_eq!(codes(format!("var a = true\nvar x = a{}", " && a".repeat(n))), NONE);
    assert_eq!(codes(format!("var a = true\nvar x = a{}", " || a && a".repeat(n))), NONE);
    assert_eq!(codes(format!("var s = \"x\"\nvar t = s{}", " + s".repeat(n))), NONE);
    assert_eq!(codes(format!("var s = \"x\"\nvar t = s{}", ".trim()".repeat(n))), NONE);
    assert_eq!(codes(format!("var s = \"x\"\nvar t = s{}", "[0..]".repeat(n))), NONE);
    assert_eq!(codes(format!("var a = 1\nif a == 0 {{ }}{}", " else if a == 1 { }".repeat(20_000))), NONE);
    assert_eq!(codes(format!("var xs = [1{}]", ", 2".repeat(n))), NONE);
    // Instructions alternate between the call's place and its arguments' on one long line.
    assert_eq!(codes(format!("print(1{})", ", 2".repeat(5 * n))), NONE);
    // Whatever is not callable is said once, not for each of its calls.
    assert_eq!(codes(format!("var a = 1\nvar x = a{}", "()".repeat(n))), ["E0307"]);
    let mut consts = String::new();
    for i in 0..n {
        writeln!(consts, "const C{i}: i32 = C{} + 1", i + 1).unwrap();
    }
    writeln!(consts, "const C{n} = 0\nprint(C0)").unwrap();
    assert_eq!(codes(consts), NONE);
}

#[test]
fn limits_are_met_at_their_number() {
    let locals = |n: usize| {
        let names: String = (0..n).fold(String::new(), |mut text, i| {
            writeln!(text, "    var v{i} = {i}").unwrap();
            text
        });
        // Read together at the end: no two of them can share a place.
        let sum: Vec<_> = (0..n).map(|i| format!("v{i}")).collect();
        format!("proc f() {{\n{names}    print({})\n}}", sum.join(" + "))
    };
    assert_eq!(codes(locals(1_000)), NONE);
    assert_eq!(codes(locals(1_001)), ["E0902"]);

    let params = |n: usize| {
        let list: Vec<_> = (0..n).map(|i| format!("p{i}: i32")).collect();
        format!("proc f({}) {{ }}", list.join(", "))
    };
    assert_eq!(codes(params(255)), NONE);
    assert_eq!(codes(params(256)), ["E0903"]);

    let waiting = |n: usize| {
        let params: Vec<_> = (0..250).map(|i| format!("p{i}: i32")).collect();
        let head = format!("proc f({}) -> i32 {{ return p0 }}\nvar x = ", params.join(", "));
        format!("{head}{}1{}", format!("f({}", "1, ".repeat(249)).repeat(n), ")".repeat(n))
    };
    assert_eq!(codes(waiting(39)), NONE);
    assert_eq!(codes(waiting(41)), ["E0903"]);

    let doubled = |n: usize| {
        let mut text = "proc f() {\nlet t0 = (1, 2)\n".to_owned();
        for i in 0..n {
            writeln!(text, "let t{} = (t{i}, t{i})", i + 1).unwrap();
        }
        text + "}"
    };
    assert_eq!(codes(doubled(10)), NONE);
    assert_eq!(codes(doubled(20)), ["E0903"]);
    assert_eq!(codes(format!("var x = ({}1)", "1, ".repeat(255))), ["E0903"]);
}

#[test]
fn a_million_mistakes_are_a_hundred_messages() {
    let text: String = (0..100_000).fold(String::new(), |mut text, i| {
        writeln!(text, "print(nothing_{i})").unwrap();
        text
    });
    let compiled = compile(Source { name: "test.lyra", text: &text }, &CompileOptions::default());
    assert_eq!(compiled.diagnostics.len(), lyra_syntax::MAX_DIAGNOSTICS);
    assert!(compiled.module.is_none());
}

#[test]
fn warnings_do_not_crowd_out_an_error() {
    assert_eq!(codes("1 + 2\n".repeat(5_000) + "print(\"a\" * 2)"), ["E0303"]);
}

/// Programs of the spec with words deleted, doubled, swapped and replaced: whatever still compiles must verify,
/// folded and not.
#[test]
fn what_compiles_verifies() {
    let mut corpus = Vec::new();
    let mut folders =
        vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../lyra-conformance/spec"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "lyra") {
                corpus.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    corpus.sort();
    assert!(corpus.len() > 50, "the spec is where it was");
    let mut random = fastrand::Rng::with_seed(0x1f7a);
    let words: Vec<Vec<&str>> = corpus.iter().map(|text| split_words(text)).collect();
    let mut compiled_count = 0;
    for round in 0..3_000 {
        let mut program = words[round % words.len()].clone();
        for _ in 0..random.usize(1..4) {
            if program.is_empty() {
                break;
            }
            let at = random.usize(..program.len());
            match random.u8(..5) {
                0 => drop(program.remove(at)),
                1 => program.insert(at, program[at]),
                2 => {
                    let other = random.usize(..program.len());
                    program.swap(at, other);
                }
                3 => {
                    let donor = &words[random.usize(..words.len())];
                    program[at] = donor[random.usize(..donor.len())];
                }
                _ => {
                    let other = (at + random.usize(1..20)).min(program.len());
                    program.drain(at..other);
                }
            }
        }
        let text = program.concat();
        for fold in [true, false] {
            let options = CompileOptions { fold, ..CompileOptions::default() };
            let compiled = compile(Source { name: "mutant.lyra", text: &text }, &options);
            if let Some(module) = compiled.module {
                compiled_count += 1;
                verify(module, &VerifyLimits::default()).unwrap_or_else(|error| panic!("{error}\n{text}"));
            }
        }
    }
    assert!(compiled_count > 500, "{compiled_count} mutants compiled: too few to mean anything");
}

/// Words, numbers and single signs, blanks and comments kept: joined they are the text again.
fn split_words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut kind = 0;
    for (at, c) in text.char_indices() {
        let new = if c.is_alphanumeric() || c == '_' {
            1
        } else if c.is_whitespace() {
            2
        } else {
            3
        };
        if at > start && (new != kind || new == 3) {
            words.push(&text[start..at]);
            start = at;
        }
        kind = new;
    }
    words.push(&text[start..]);
    words
}

/// A program that is evaluated has one way out: its last expression.
#[test]
fn an_evaluated_program_does_not_return() {
    let options = CompileOptions { evaluate: lyra_compiler::Evaluate::Last, ..CompileOptions::default() };
    let compile = |text| compile(Source { name: "test.lyra", text }, &options);
    assert_eq!(
        compile("if 1 > 2 { return }\n5").diagnostics.first().map(|found| found.code.id()),
        Some("E0301")
    );
    let module = compile("proc f() { return }\nf()\n5").module.expect("the procedure may return");
    assert!(verify(module, &VerifyLimits::default()).is_ok());
}

#[test]
fn named_types_and_optionals_of_any_length() {
    let n = 20_000;
    let node = "struct Node { n: i32, next: Node? = none }\nvar a: Node?\n";
    assert_eq!(codes(format!("{node}var x = a{}", "?.next".repeat(n))), NONE);
    assert_eq!(codes(format!("{node}var x = a{}", "!.next".repeat(n))), NONE);
    assert_eq!(codes(format!("{node}var x = a{}", " ?? a".repeat(n))), NONE);
    assert_eq!(codes(format!("{node}a{}!.n += 1", "!.next".repeat(n))), NONE);
    let aliases = |last: &str| {
        let mut text = String::new();
        for i in 0..n {
            writeln!(text, "type T{i} = T{}", i + 1).unwrap();
        }
        text + &format!("type T{n} = {last}\nvar x: T0")
    };
    assert_eq!(codes(aliases("i32")), NONE);
    assert_eq!(codes(aliases("T0")), ["E0210"]);
    // Each needs the one before; the last line closes the circle, or ends it.
    let structs = |last: &str| {
        let mut text = String::new();
        for i in 0..n {
            writeln!(text, "struct S{i} {{ next: (S{}, i32) }}", i + 1).unwrap();
        }
        text + &format!("struct S{n} {{ {last} }}")
    };
    assert_eq!(codes(structs("n: i32")), NONE);
    assert!(codes(structs("next: S0")).iter().all(|code| *code == "E0322"));
    // A default that makes its own kind twice is no endless work for the compiler.
    let mut doubled = "struct D0 { n: i32 = 1 }\n".to_owned();
    for i in 1..200 {
        writeln!(doubled, "struct D{i} {{ a: D{0} = D{0}(), b: D{0} = D{0}() }}", i - 1).unwrap();
    }
    assert_eq!(codes(doubled + "var x: D199?"), NONE);
    let fields = |n: usize| {
        let list: Vec<_> = (0..n).map(|i| format!("f{i}: i32 = {i}")).collect();
        format!("struct Wide {{ {} }}\nprint(Wide(f0: 1))", list.join(", "))
    };
    assert_eq!(codes(fields(255)), NONE);
    assert_eq!(codes(fields(256)), ["E0903"]);
    let variants: String = (0..60_000).map(|i| format!("V{i}, ")).collect();
    let uses: String = (0..20_000).map(|i| format!("E.V{}, ", 3 * i)).collect();
    assert_eq!(codes(format!("enum E {{ {variants} }}\nvar xs = [{uses}]")), NONE);
}

/// What is written once and made many times is counted, whichever way it is made.
#[test]
fn copies_are_bounded() {
    let mut doubled = "type T0 = (i32, i32)\n".to_owned();
    for i in 1..12 {
        writeln!(doubled, "type T{i} = (T{0}, T{0})", i - 1).unwrap();
    }
    let variables = |n: usize| {
        let list: String = (0..n).map(|i| format!("var v{i}: T11\n")).collect();
        doubled.clone() + &list
    };
    assert_eq!(codes(variables(20)), NONE);
    assert_eq!(codes(variables(400)), ["E0903"]);
    let fields: String = (0..250).map(|i| format!("f{i}: i32 = {i}\n")).collect();
    let wide = |n: usize| format!("struct S {{\n{fields}}}\nvar s = S()\n{}", "s = S()\n".repeat(n));
    assert_eq!(codes(wide(100)), NONE);
    assert_eq!(codes(wide(5_000)), ["E0903"]);
    let members: String = (0..2_000).map(|i| format!("V{i}(x: T)\n")).collect();
    let types: String =
        (0..256).map(|i| format!("var e{i}: E<({}, {})>?\n", name(i / 16), name(i % 16))).collect();
    assert_eq!(codes(format!("enum E<T> {{\n{members}}}\n{types}")), ["E0903"]);
    let methods: String = (0..5_000).map(|i| format!("proc m{i}(self)\n")).collect();
    let impls: String = (0..1_000).map(|i| format!("struct S{i} {{ }}\nimpl I for S{i} {{ }}\n")).collect();
    assert!(codes(format!("interface I {{\n{methods}}}\n{impls}")).iter().all(|code| *code == "E0230"));
}

/// One of sixteen types.
fn name(index: usize) -> String {
    let inner = ["i32", "str", "f64", "bool"][index % 4];
    ["{}", "[{}]", "{}?", "[{}?]"][index / 4].replace("{}", inner)
}
