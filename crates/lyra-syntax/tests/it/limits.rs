//! Sources that are made to hurt: deep, long, endless. Each ends in a tree or in an error, soon, on a small stack.

use crate::parsing::{Counts, parsed};
use lyra_syntax::Diagnostic;
use std::time::{Duration, Instant};

const DEEP: usize = 100_000;

/// Parses on a thread with a stack of 512 KiB. The time allowed is for a busy machine and a debug build; anything
/// worse than linear would need hours.
fn on_small_stack(text: String) -> (Vec<Diagnostic>, Counts) {
    let started = Instant::now();
    let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(move || parsed(&text)).unwrap();
    let result = thread.join().unwrap();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?}");
    result
}

fn too_deep(name: &str, text: String) {
    let (diagnostics, _) = on_small_stack(text);
    let first = diagnostics.first().map(|diagnostic| diagnostic.code.id());
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.code.id() == "E0111"), "{name}: {first:?}");
}

#[test]
fn anything_nested_a_hundred_thousand_deep_is_an_error() {
    let around =
        |open: &str, core: &str, close: &str| format!("{}{core}{}", open.repeat(DEEP), close.repeat(DEEP));
    let cases = [
        ("parentheses", around("(", "1", ")")),
        ("parentheses, open", "(".repeat(DEEP)),
        ("arrays", around("[", "1", "]")),
        ("indexes", around("a[", "1", "]")),
        ("calls", around("f(", "1", ")")),
        ("maps", around("x = {1:", "1", "}")),
        ("tuples", around("(1,", "1", ")")),
        ("blocks", around("if a {", "b", "}")),
        ("blocks, open", "if a {\n".repeat(DEEP)),
        ("bare blocks", around("{", "b", "}")),
        ("while", around("while a { ", "b", " }")),
        ("match", around("match a { _ => ", "1", " }")),
        ("match heads", format!("x = {} 1", "match ".repeat(DEEP))),
        ("if heads", format!("{}a {{ }}", "if ".repeat(DEEP))),
        ("if heads in comparisons", "if a == ".repeat(DEEP)),
        ("try", around("try {", "b", "} catch { }")),
        ("defer", format!("{}f()", "defer ".repeat(DEEP))),
        ("minus", format!("x = {}1", "-".repeat(DEEP))),
        ("minus, no operand", format!("x = {}", "- ".repeat(DEEP))),
        ("not", format!("x = {}a", "!".repeat(DEEP))),
        ("complement", format!("x = {}a", "~".repeat(DEEP))),
        ("spawn", format!("x = {}f()", "spawn ".repeat(DEEP))),
        ("return", format!("{}1", "return ".repeat(DEEP))),
        ("throw", format!("{}1", "throw ".repeat(DEEP))),
        ("return after ??", format!("{}1", "a ?? return ".repeat(DEEP))),
        ("short closures", format!("x = {}1", "|x| ".repeat(DEEP))),
        ("closures without parameters", format!("x = {}1", "|| ".repeat(DEEP))),
        ("closures with blocks", around("x = |x| {", "1", "}")),
        ("proc closures", around("x = proc() {", "1", "}")),
        ("else return if", "if a return 1 else return ".repeat(DEEP)),
        ("else closure", format!("x = {}1", "if a { 1 } else return |x| ".repeat(DEEP))),
        ("array types", format!("var x: {}i32{}", "[".repeat(DEEP), "]".repeat(DEEP))),
        ("map types", format!("var x: {}i32{}", "{i32:".repeat(DEEP), "}".repeat(DEEP))),
        ("generic types", format!("var x: {}i32{} = 1", "A<".repeat(DEEP), ">".repeat(DEEP))),
        ("proc types", format!("var x: {}i32", "proc() -> ".repeat(DEEP))),
        ("parameter types", format!("var x: {}i32{}", "proc(".repeat(DEEP), ")".repeat(DEEP))),
        ("patterns", format!("match a {{ {}b{} => 1 }}", "(c,".repeat(DEEP), ")".repeat(DEEP))),
        ("variants", format!("match a {{ {}b{} => 1 }}", "C(".repeat(DEEP), ")".repeat(DEEP))),
        ("holes", around("f\"{", "1", "}\"")),
        ("holes, open", "f\"{".repeat(DEEP)),
        ("mixed", around("-(x ?? [f(|y| {", "1", "})])")),
        ("right sides", format!("x = {}1", "a || b && c == d ?? e | f ^ g & h << i + j * -(".repeat(DEEP))),
    ];
    for (name, text) in cases {
        too_deep(name, text);
    }
}

#[test]
fn the_limit_is_exact() {
    let depths = |open: &str, core: &str, close: &str, depth: usize| {
        let text = format!("{}{core}{}", open.repeat(depth), close.repeat(depth));
        on_small_stack(text).0.iter().map(|diagnostic| diagnostic.code.id()).collect::<Vec<_>>()
    };
    for (open, core, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{ ", "a", " }"),
        ("if a { ", "b", " }"),
        ("-", "1", ""),
        ("return ", "a", ""),
        ("|x| ", "a", ""),
        ("f(", "a", ")"),
        ("(1 + ", "1", ")"),
        ("f\"{", "a", "}\""),
    ] {
        assert!(depths(open, core, close, 256).is_empty(), "{open}");
        assert_eq!(depths(open, core, close, 257), ["E0111"], "{open}");
    }
}

#[test]
fn what_only_goes_on_is_no_nesting() {
    let long = 200_000;
    let cases = [
        ("terms", format!("x = 1{}", " + 1".repeat(long))),
        ("mixed terms", format!("x = 1{}", " + a * b ?? c && -d".repeat(long / 4))),
        ("fallbacks", format!("x = a{}", " ?? b".repeat(long))),
        ("calls", format!("x{}", ".f(1)".repeat(long))),
        ("calls of calls", format!("x{}", "(1)".repeat(long))),
        ("indexes", format!("x{}", "[1]".repeat(long))),
        ("fields", format!("x = y{}", ".f".repeat(long))),
        ("else if", format!("if a {{ }}{}", " else if b { }".repeat(50_000))),
        ("else if with jumps", format!("if a return 1{}", "\nelse if b return 2".repeat(50_000))),
        ("statements", "x = 1\n".repeat(long)),
        ("elements", format!("x = [{}]", "1, ".repeat(long))),
        ("arms", format!("match a {{ {} }}", "1 => 2\n".repeat(long / 2))),
        ("alternatives", format!("match a {{ 1{} => 2 }}", " | 1".repeat(long))),
        ("casts", format!("x = a{}", " as i32".repeat(long))),
        ("unwraps", format!("x = a{}", "!".repeat(long))),
        ("holes", format!("x = f\"{}\"", "{a} ".repeat(long / 2))),
    ];
    for (name, text) in cases {
        let (diagnostics, counts) = on_small_stack(text);
        assert!(diagnostics.is_empty(), "{name}: {:?}", diagnostics.first());
        assert!(counts.depth < 20, "{name}: {}", counts.depth);
    }
}

#[test]
fn endless_mistakes_take_linear_time() {
    let cases = [
        ("less-than or types", "a<b, ".repeat(DEEP)),
        ("less-than in a row", "a<".repeat(DEEP)),
        ("types never closed", format!("x = {}", "A<B<C, ".repeat(DEEP / 2))),
        ("greater-than", "a>b, ".repeat(DEEP)),
        ("wrong lines", "var = )\n".repeat(DEEP)),
        ("wrong lines in one block", format!("proc f() {{\n{}}}\n", "var = 1 2 )\n".repeat(DEEP))),
        ("wrong statements in one line", "a b; ".repeat(DEEP)),
        ("wrong statements behind comments", "/**/ var a b; ".repeat(DEEP / 2)),
        ("wrong arguments", format!("f({})", "a b, ".repeat(DEEP))),
        ("stray closers", ")".repeat(DEEP)),
        ("braces that close nothing", "}\n".repeat(DEEP)),
        ("mismatched", "(]".repeat(DEEP)),
        ("quotes", "\"\n".repeat(DEEP)),
        ("apostrophes", "'\n".repeat(DEEP)),
        ("broken holes", "f\"{a\n".repeat(DEEP)),
        ("comments", "/*".repeat(DEEP)),
        ("nested comments, closed", format!("{}{}", "/*".repeat(DEEP), "*/".repeat(DEEP))),
        ("odd characters", "§".repeat(DEEP)),
        ("nul", "\0".repeat(DEEP)),
        ("directions", "\u{202E}".repeat(DEEP)),
        ("names in a row", "a ".repeat(DEEP)),
        ("words in a row", "else ".repeat(DEEP)),
        ("proc in a row", "proc ".repeat(DEEP)),
        ("proc types in a row", "proc () ".repeat(DEEP)),
        ("for in commas", format!("{}for {}", "proc ".repeat(DEEP), ", ".repeat(DEEP))),
        ("bars", "|".repeat(DEEP)),
        ("colons", ":".repeat(DEEP)),
        ("dots", "a.".repeat(DEEP)),
        ("commas", "f(,".repeat(200) + &",".repeat(DEEP)),
        ("bad numbers", "0b2 ".repeat(DEEP)),
        ("bad escapes", format!("\"{}\"", "\\q".repeat(DEEP))),
        ("questions", "a ? ".repeat(DEEP)),
        ("assignments", "a = ".repeat(DEEP)),
        ("comparisons", "a < b < ".repeat(DEEP)),
    ];
    for (name, text) in cases {
        let (diagnostics, _) = on_small_stack(text);
        if name != "nested comments, closed" && name != "greater-than" {
            assert!(!diagnostics.is_empty(), "{name}");
        }
    }
}

#[test]
fn a_line_of_ten_megabytes_and_a_token_of_ten_megabytes() {
    let statement = "a_counter_with_a_long_name = a_counter_with_a_long_name + 1; ";
    let (diagnostics, _) = on_small_stack(statement.repeat((10 << 20) / statement.len()));
    assert!(diagnostics.is_empty());
    let name = "n".repeat(10 << 20);
    let (diagnostics, _) = on_small_stack(format!("var {name} {name}"));
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.message.len() < 500));
    assert!(!diagnostics.is_empty());
    let (diagnostics, _) = on_small_stack(format!("x = '{}", "n".repeat(10 << 20)));
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn a_source_that_is_too_large_is_not_read() {
    let (diagnostics, _) = on_small_stack(" ".repeat(lyra_syntax::MAX_SOURCE_BYTES + 1));
    assert_eq!(diagnostics[0].code.id(), "E0117");
}
