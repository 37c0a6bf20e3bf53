//! The table: a program, the limits it runs under, and how it must end.

use lyra::Limits;
use std::fmt::Write;
use std::time::Duration;

/// One row.
pub(crate) struct Case {
    pub(crate) id: &'static str,
    pub(crate) source: fn() -> String,
    pub(crate) limits: fn(Limits) -> Limits,
    pub(crate) expect: Expect,
}

/// How a case must end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expect {
    /// In the error of this code: a diagnostic's, or the kind of a run-time error.
    Code(&'static str),
    /// Well, having printed this.
    Output(&'static str),
}

const NESTING: Expect = Expect::Code("E0111");
const DEEP: usize = 100_000;

fn nested(open: &str, middle: &str, close: &str) -> String {
    nested_to(DEEP, open, middle, close)
}

fn nested_to(depth: usize, open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
}

fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().join("\n")
}

fn locals(count: usize) -> String {
    let body = numbered(count, |n| format!("var v{n} = {n}"));
    // All are read after the last was declared: none can share a place with another.
    let sum = (0..count).map(|n| format!("v{n}")).collect::<Vec<_>>().join(" + ");
    format!("proc f() -> i32 {{\n{body}\nreturn {sum}\n}}\nprint(f())")
}

/// Arrays in arrays, each holding the one before it twice: small in memory, enormous when walked.
fn shared(levels: usize, name: &str) -> String {
    let mut text = format!("var {name}0 = [1, 1]\n");
    for level in 1..=levels {
        let below = level - 1;
        let _ = writeln!(text, "var {name}{level} = [{name}{below}, {name}{below}]");
    }
    text
}

macro_rules! cases {
    ($($id:literal $source:expr, $limits:expr => $expect:expr;)*) => {
        pub(crate) const CASES: &[Case] =
            &[$(Case { id: $id, source: || $source, limits: $limits, expect: $expect }),*];
    };
}

cases! {
    // ---- S: source ----
    "S1a nested parentheses" format!("print({})", nested("(", "1", ")")), |l| l => NESTING;
    "S1b nested blocks" nested("if true {\n", "print(1)", "\n}"), |l| l => NESTING;
    "S1c nested arrays" format!("var x = {}", nested("[", "1", "]")), |l| l => NESTING;
    "S1d nested calls" format!("print({})", nested("abs(", "1", ")")), |l| l => NESTING;
    "S1e nested f-strings" format!("print({})", nested("f\"{", "1", "}\"")), |l| l => NESTING;
    "S1f nested closures" format!("var f = {}", nested("|x| (", "1", ")")), |l| l => NESTING;
    "S1g opened and never closed" format!("print({}", "(".repeat(DEEP)), |l| l => NESTING;
    "S1h closed and never opened" ")".repeat(DEEP), |l| l => Expect::Code("E0110");
    "S1i nested if values" format!("var x = {}", nested("if true { ", "1", " } else { 2 }")), |l| l => NESTING;
    "S1j nested indexes" format!("var xs = [0]\nprint({})", nested("xs[", "0", "]")), |l| l => NESTING;
    "S1k within the limit" format!("print({})", nested_to(200, "(", "1", ")")), |l| l => Expect::Output("1");
    "S1l nested braces" nested("{", "", "}"), |l| l => NESTING;
    "S2a unary minus" format!("print({}1)", "- ".repeat(DEEP)), |l| l => NESTING;
    "S2b unary not" format!("print({}true)", "!".repeat(DEEP)), |l| l => NESTING;
    "S2c unary complement" format!("print({}1)", "~".repeat(DEEP)), |l| l => NESTING;
    "S2d else-if chain" {
        let arms = numbered(50_000, |n| format!("else if x == {n} {{ y = {n} }}"));
        format!("var x = 49_999\nvar y = 0\nif x < 0 {{ }}\n{arms}\nprint(y)")
    }, |l| l => Expect::Output("49999");
    "S3a chain of sums" format!("var x = 1\nprint(x{})", " + x".repeat(200_000)), |l| l => Expect::Output("200001");
    "S3b chain of constant sums" format!("print(1{})", " + 1".repeat(200_000)), |l| l => Expect::Output("200001");
    "S3c chain of texts" format!("var s = \"a\"\nprint(length(s{}))", " + s".repeat(200_000)), |l| l => Expect::Output("200001");
    "S3d chain of and" format!("var t = true\nprint(t{})", " && t".repeat(200_000)), |l| l => Expect::Output("true");
    "S3e chain of or" format!("var t = false\nprint(t{})", " || t".repeat(200_000)), |l| l => Expect::Output("false");
    "S3f chain of methods" format!("print(1{})", ".abs()".repeat(100_000)), |l| l => Expect::Output("1");
    "S3g chain of fields" format!("var t = (1, 2)\nprint(t{})", ".0".repeat(100_000)), |l| l => Expect::Code("E0311");
    "S3h chain of comparisons" format!("print(1{})", " < 1".repeat(100_000)), |l| l => Expect::Code("E0121");
    "S6a loops in conditions" nested_to(40, "while (if true {\n", "print(1)", "\nfalse } else { false }) { }"), |l| l => Expect::Output("1");
    "S3i chain of indexes" format!("var xs = [0]\nprint(xs{})", "[0]".repeat(100_000)), |l| l => Expect::Code("E0309");
    "S4a nested array types" format!("var x: {}", nested("[", "i32", "]")), |l| l => NESTING;
    "S4b nested tuple types" format!("var x: {}", nested("(i32, ", "i32", ")")), |l| l => NESTING;
    "S4c type of many parts" {
        let lines = numbered(30, |n| format!("var t{} = (t{n}, t{n})", n + 1));
        format!("var t0 = (1, 1)\n{lines}\nprint(t30.0.0 == t30.0.0)")
    }, |l| l => Expect::Code("E0903");
    "S4d type of many levels" {
        let lines = numbered(300, |n| format!("var a{} = [a{n}]", n + 1));
        format!("var a0 = [1]\n{lines}\nprint(length(a300))")
    }, |l| l => Expect::Code("E0903");
    "S5a nested comments" format!("{} print(1)", nested("/*", "", "*/")), |l| l => Expect::Output("1");
    "S5b unterminated comments" "/*".repeat(DEEP), |l| l => Expect::Code("E0104");
    "S5c unterminated text" format!("print(\"{}", "x".repeat(1_000_000)), |l| l => Expect::Code("E0110");
    "S5d unterminated hole" format!("print(f\"{{{}", "(1 + ".repeat(100)), |l| l => Expect::Code("E0108");
    "S8 many literals in one expression" {
        format!("var xs = [{}]\nprint(length(xs))", "1, 2, ".repeat(100_000))
    }, |l| l => Expect::Output("200000");
    "S9a as many locals as may be" locals(1_000), |l| l => Expect::Output("499500");
    "S9b one local more" locals(1_001), |l| l => Expect::Code("E0902");
    "S9c many parameters" {
        let params = (0..256).map(|n| format!("p{n}: i32")).collect::<Vec<_>>().join(", ");
        format!("proc f({params}) {{ }}")
    }, |l| l => Expect::Code("E0903");
    "S9d as many procedures as may be" format!("{}\nprint(f59999())", numbered(60_000, |n| format!("proc f{n}() -> i32 {{ return {n} }}"))), |l| l => Expect::Output("59999");
    "S9e many constants" format!("var s: i64\n{}\nprint(s)", numbered(70_000, |n| format!("s += {}", n + 5_000_000_000))), |l| l => Expect::Output("350002449965000");
    "S9f one global more" format!("{}\nprint(g0 + g69999)", numbered(70_000, |n| format!("var g{n} = {n}"))), |l| l => Expect::Code("E0903");
    "S11a a NUL" "print(1)\n\0".to_owned(), |l| l => Expect::Code("E0102");
    "S11b many NULs" "\0".repeat(1_000_000), |l| l => Expect::Code("E0102");
    "S11c bidirectional controls" "var a = 1 \u{202E}\u{2066}".repeat(1000), |l| l => Expect::Code("E0102");
    "S11d a mark in the middle" "var a\u{FEFF} = 1".to_owned(), |l| l => Expect::Code("E0102");
    "S12a past the largest literal" "print(9223372036854775808)".to_owned(), |l| l => Expect::Code("E0304");
    "S12b a literal of a million digits" format!("print({})", "9".repeat(1_000_000)), |l| l => Expect::Code("E0105");
    "S12c a float of a million digits" format!("print({}.5 > 1.0)", "9".repeat(1_000_000)), |l| l => Expect::Code("E0105");
    "S12d an exponent of a thousand digits" format!("print(1e{})", "9".repeat(1_000)), |l| l => Expect::Code("E0105");
    "S15a a million errors" "var = \n".repeat(1_000_000), |l| l => Expect::Code("E0101");
    "S15b a million unknown names" format!("{}\n", "a\n".repeat(1_000_000)), |l| l => Expect::Code("E0201");
    "S15c a hundred thousand of two kinds" "var x: i32 = \"\"; x = true\n".repeat(100_000), |l| l => Expect::Code("E0202");
    "S15d a name of 10 MB" format!("print({})", "n".repeat(10_000_000)), |l| l => Expect::Code("E0201");
    "S16a one line of 2 MB" format!("var x = 1{}", " + 1".repeat(500_000)), |l| l => Expect::Output("");
    "S16b one text of 10 MB" format!("print(length(\"{}\"))", "x".repeat(10_000_000)), |l| l => Expect::Output("10000000");
    "S16c a comment of 10 MB" format!("// {}\nprint(1)", "x".repeat(10_000_000)), |l| l => Expect::Output("1");
    "S16d a million lines" format!("{}print(2)", "\n".repeat(1_000_000)), |l| l => Expect::Output("2");
    "S16e an error at the end of 10 MB" format!("{}oops", " ".repeat(10_000_000)), |l| l => Expect::Code("E0201");
    "S17 fifty thousand names" format!("{}\nprint(1)", numbered(50_000, |n| format!("proc n{:x}() {{ }}", n.wrapping_mul(0x9E37_79B9)))), |l| l => Expect::Output("1");

    // ---- R: resources ----
    "R1a endless loop, fuel" "while true { }".to_owned(), |l| l.with_fuel(1_000_000) => Expect::Code("out_of_fuel");
    "R1b endless loop, deadline" "while true { }".to_owned(), |l| l.with_fuel(None).with_deadline(Duration::from_secs(1)) => Expect::Code("deadline_exceeded");
    "R1c endless calls, fuel" "proc f() { }\nwhile true { f() }".to_owned(), |l| l => Expect::Code("out_of_fuel");
    "R1d endless range" "var t: i64 = 0\nfor i in i64(0)..9223372036854775807 { t += i }".to_owned(), |l| l.with_fuel(1_000_000) => Expect::Code("out_of_fuel");
    "R1e an array that grows while it is walked" "var xs = [1]\nfor x in xs { xs.push(x) }".to_owned(), |l| l.with_memory(4 << 20) => Expect::Code("out_of_memory");
    "R1f endless recursion" "proc f(n: i32) -> i32 { return f(n + 1) + 1 }\nprint(f(0))".to_owned(), |l| l => Expect::Code("stack_overflow");
    "R1g recursion with waiting operands" "proc f(n: i32) -> i32 { return 1 + (2 + (3 + (4 + f(n)))) }\nf(0)".to_owned(), |l| l => Expect::Code("stack_overflow");
    "R1h recursion through errors" "proc f(n: i32) { if n % 2 == 0 { f(n + 1) } else { f(n + 1) } }\nf(0)".to_owned(), |l| l => Expect::Code("stack_overflow");
    "R2a text doubled" "var s = \"x\"\nwhile true { s = s + s }".to_owned(), |l| l => Expect::Code("out_of_memory");
    "R2b text doubled by replacing" "var s = \"x\"\nwhile true { s = s.replace(\"x\", \"xx\") }".to_owned(), |l| l.with_memory(10 << 20) => Expect::Code("out_of_memory");
    "R2c array doubled" "var xs = [1]\nwhile true { xs.extend(xs) }".to_owned(), |l| l => Expect::Code("out_of_memory");
    "R3a repeat" "print(length(repeat(\"0123456789\", 2147483647)))".to_owned(), |l| l.with_fuel(None) => Expect::Code("out_of_memory");
    "R3b pad" "print(length(pad_start(\"\", 2147483647, '😀')))".to_owned(), |l| l.with_fuel(None) => Expect::Code("out_of_memory");
    "R3c width of a format" "print(f\"{1:999999999}\")".to_owned(), |l| l => Expect::Code("out_of_memory");
    "R3d precision of a format" "print(f\"{1.5:.999999999}\")".to_owned(), |l| l => Expect::Code("out_of_memory");
    "R3e join" "print(length(join([repeat(\"x\", 1000000); 100], repeat(\"y\", 1000000))))".to_owned(), |l| l => Expect::Code("out_of_memory");
    "R3f split of much" "print(length(split(repeat(\"a,\", 3000000), \",\")))".to_owned(), |l| l => Expect::Code("out_of_memory");
    "R3g characters of much" "var s = repeat(\"x\", 4000000)\nprint(length(chars(s)))".to_owned(), |l| l.with_memory(10 << 20) => Expect::Code("out_of_memory");
    "R3h upper that grows" "print(length(upper(repeat(\"ŉ\", 5000000))))".to_owned(), |l| l.with_memory(20 << 20) => Expect::Code("out_of_memory");
    "R5a array of the largest count" "print(length([0; 2147483647]))".to_owned(), |l| l.with_memory(4 << 20).with_fuel(None) => Expect::Code("out_of_memory");
    "R5b push without end" "var xs: [i32]\nwhile true { xs.push(1) }".to_owned(), |l| l.with_memory(4 << 20) => Expect::Code("out_of_memory");
    "R5c array of arrays without end" "var xs: [[i32]]\nwhile true { xs.push([1, 2, 3]) }".to_owned(), |l| l.with_memory(10 << 20) => Expect::Code("out_of_memory");
    "R5d texts without end" "var xs: [str]\nvar i = 0\nwhile true {\ni += 1\nxs.push(tostring(i))\n}".to_owned(), |l| l.with_memory(10 << 20) => Expect::Code("out_of_memory");
    "R7a printing shared arrays" format!("{}print(length(tostring(a40)))", shared(40, "a")), |mut l| {
        l.string = 1 << 20;
        l.with_fuel(None)
    } => Expect::Code("out_of_memory");
    "R7d printing shared arrays, deadline" format!("{}print(length(tostring(a40)))", shared(40, "a")), |l| l.with_fuel(None).with_deadline(Duration::from_millis(300)) => Expect::Code("deadline_exceeded");
    "R7e printing shared arrays, fuel" format!("{}print(length(tostring(a40)))", shared(40, "a")), |l| l.with_fuel(50_000) => Expect::Code("out_of_fuel");
    "R7b comparing shared arrays" format!("{}{}print(equal(a40, b40))", shared(40, "a"), shared(40, "b")), |l| l.with_deadline(Duration::from_secs(20)) => Expect::Output("true");
    "R7c copying shared arrays" format!("{}var c = deep_copy(a40)\nprint(length(c), c[0] == c[1])", shared(40, "a")), |l| l => Expect::Output("2 true");
    "R11a sort of much" "var xs = [0; 5000000]\nvar s = 1\nfor i in 0..10 {\nsort(xs)\n}\nprint(1)".to_owned(), |l| l.with_fuel(500_000) => Expect::Code("out_of_fuel");
    "R11b search in much" "var s = repeat(\"ab\", 10000000)\nfor i in 0..1000 { if contains(s, \"aa\") { print(1) } }".to_owned(), |l| l.with_fuel(1_000_000) => Expect::Code("out_of_fuel");
    "R11c the worst search" "var s = repeat(\"a\", 5000000)\nvar p = repeat(\"a\", 2500000) + \"b\"\nprint(contains(s, p))".to_owned(), |l| l => Expect::Output("false");
    "R11d a range that does nothing for long" "for i in 0..2000000000 { }".to_owned(), |l| l.with_fuel(None).with_deadline(Duration::from_millis(500)) => Expect::Code("deadline_exceeded");
    "R13 an error at the memory limit" "var xs: [str]\nwhile true { xs.push(repeat(\"x\", 100)) }".to_owned(), |l| l.with_memory(100_000) => Expect::Code("out_of_memory");
    "R15a output without end" "while true { print(\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\") }".to_owned(), |l| l.with_output(1_000_000) => Expect::Code("output_limit");
    "R15b one large output" "write(repeat(\"x\", 1000001))".to_owned(), |l| l.with_output(1_000_000) => Expect::Code("output_limit");
    "R15c output to its limit" "write(repeat(\"x\", 1000000))\nvar n = 1".to_owned(), |l| l.with_output(10) => Expect::Code("output_limit");
    "H9a no fuel" "print(1)".to_owned(), |l| l.with_fuel(0) => Expect::Code("out_of_fuel");
    "H9b no memory" "var xs = [1]\nxs.push(2)\nprint(xs)".to_owned(), |l| l.with_memory(0) => Expect::Code("out_of_memory");
    "H9c no stack" "print(1)".to_owned(), |l| l.with_stack(0) => Expect::Code("stack_overflow");
    "H9d no output" "print(1)".to_owned(), |l| l.with_output(0) => Expect::Code("output_limit");
    "H9e everything unlimited" "print(1 + 1)".to_owned(), |l| l.with_fuel(u64::MAX).with_memory(u64::MAX).with_stack(u32::MAX).with_output(None) => Expect::Output("2");
}
