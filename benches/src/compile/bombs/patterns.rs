//! Patterns: what makes the table of `match` wide, deep, or walked again and again.

use super::{fill, nested, numbered, table};

/// `(p, q, …)` of `width` parts, all `usual` but one.
fn diagonal(width: usize, at: usize, special: &str, usual: &str) -> String {
    let parts: Vec<&str> = (0..width).map(|part| if part == at { special } else { usual }).collect();
    format!("({})", parts.join(", "))
}

fn wide(width: usize, part: &str) -> String {
    vec![part; width].join(", ")
}

table! { bytes:
    "patterns: numbers" => fill(bytes, "var a = 1\nmatch a {\n", "_ => { } }", |n| format!("{n} => {{ }}\n"));
    "patterns: numbers without the rest" => fill(bytes, "var a = 1\nmatch a {\n", "}", |n| format!("{n} => {{ }}\n"));
    "patterns: bytes, again and again" => fill(bytes, "var a = u8(1)\nmatch a {\n", "}", |n| format!("{} => {{ }}\n", n % 256));
    "patterns: ranges" => fill(bytes, "var a = 1\nmatch a {\n", "_ => { } }", |n| format!("{}..={} => {{ }}\n", 2 * n, 2 * n + 1));
    "patterns: ranges in ranges" => fill(bytes, "var a = 1\nmatch a {\n", "_ => { } }", |n| {
        format!("{}..={} => {{ }}\n", 1_000_000 - n, 1_000_000 + n)
    });
    "patterns: ranges of pairs" => fill(bytes, "var a = 1\nmatch (a, a) {\n", "_ => { } }", |n| {
        format!("({n}..={}, {n}..={}) => {{ }}\n", 2 * n + 5, 3 * n + 5)
    });
    "patterns: texts" => fill(bytes, "var a = \"\"\nmatch a {\n", "_ => { } }", |n| format!("\"{n}\" => {{ }}\n"));
    "patterns: characters" => fill(bytes, "var a = 'a'\nmatch a {\n", "_ => { } }", |n| format!("'\\u{{{n:x}}}' => {{ }}\n"));
    "patterns: floats" => fill(bytes, "var a = 1.5\nmatch a {\n", "_ => { } }", |n| format!("{n}.5 => {{ }}\n"));
    "patterns: one arm, again" => fill(bytes, "var a = 1\nmatch a {\n", "}", |_| "1 => { }\n".to_owned());
    "patterns: arms after the last" => fill(bytes, "var a = 1\nmatch a {\n_ => { }\n", "}", |_| "_ => { }\n".to_owned());
    "patterns: guards" => fill(bytes, "var a = 1\nmatch a {\n", "_ => { } }", |_| "x if x > 1 => { }\n".to_owned());
    "patterns: variants" => {
        let variants = fill(bytes / 3, "enum E {\n", "}\n", |n| format!("V{n}\n"));
        fill(bytes, &format!("{variants}proc f(e: E) {{ match e {{\n"), "} }", |n| format!("V{n} => {{ }}\n"))
    };
    "patterns: variants with payloads" => {
        let variants = fill(bytes / 3, "enum E {\n", "}\n", |n| format!("V{n}(n: i32)\n"));
        fill(bytes, &format!("{variants}proc f(e: E) {{ match e {{\n"), "} }", |n| format!("V{n}({n}) => {{ }}\n"))
    };
    "patterns: pairs of variants" => {
        let variants = fill(bytes / 4, "enum E {\n", "}\n", |n| format!("V{n}\n"));
        fill(bytes, &format!("{variants}proc f(e: E) {{ match (e, e) {{\n"), "} }", |n| format!("(V{n}, V{n}) => {{ }}\n"))
    };
    "patterns: pairs of all variants" => {
        let count = ((bytes / 30) as f64).sqrt() as usize;
        let variants = numbered(count, |n| format!("V{n}\n"));
        let arms = numbered(count * count, |n| format!("(V{}, V{}) => {{ }}\n", n / count.max(1), n % count.max(1)));
        format!("enum E {{\n{variants}}}\nproc f(e: E) {{ match (e, e) {{\n{arms}}} }}")
    };
    "patterns: no variant, matched often" => {
        let variants = fill(bytes / 2, "enum E {\n", "}\n", |n| format!("V{n}\n"));
        fill(bytes, &format!("{variants}proc f(e: E) {{\n"), "}", |_| "match e { V0 => { }, _ => { } }\n".to_owned())
    };
    "patterns: missing cases, often" => {
        let variants = fill(bytes / 2, "enum E {\n", "}\n", |n| format!("V{n}\n"));
        fill(bytes, &format!("{variants}proc f(e: E) {{\n"), "}", |_| "match e { V0 => { } }\n".to_owned())
    };
    "patterns: a wide tuple, one true" => {
        let width = 60;
        let start = format!("proc f(b: bool) {{ match ({}) {{\n", wide(width, "b"));
        fill(bytes, &start, "} }", |n| format!("{} => {{ }}\n", diagonal(width, n % width, "true", "_")))
    };
    "patterns: a wide tuple, two of a kind" => {
        let width = 40;
        let start = format!("proc f(b: bool) {{ match ({}) {{\n", wide(width, "b"));
        fill(bytes, &start, "} }", |n| {
            let (a, b) = (n % width, (n / width) % width);
            let parts: Vec<&str> =
                (0..width).map(|at| if at == a { "true" } else if at == b { "false" } else { "_" }).collect();
            format!("({}) => {{ }}\n", parts.join(", "))
        })
    };
    "patterns: a wide tuple at random" => {
        let width = 20;
        let start = format!("proc f(b: bool) {{ match ({}) {{\n", wide(width, "b"));
        fill(bytes, &start, "} }", |n| {
            let mut state = (n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let parts: Vec<&str> = (0..width)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ["true", "false", "_"][(state >> 33) as usize % 3]
                })
                .collect();
            format!("({}) => {{ }}\n", parts.join(", "))
        })
    };
    "patterns: optionals of optionals of many" => {
        let width = 30;
        let start = format!("proc f(b: bool?) {{ match ({}) {{\n", wide(width, "b"));
        fill(bytes, &start, "} }", |n| format!("{} => {{ }}\n", diagonal(width, n % width, "none", "true | false")))
    };
    "patterns: one of two in each part" => {
        let width = 200;
        let start = format!("proc f(b: u8) {{ match ({}) {{\n", wide(width, "b"));
        fill(bytes, &start, "_ => { } } }", |_| format!("({}) => {{ }}\n", wide(width, "0 | 1")))
    };
    "patterns: one of two in each part of truth" => {
        let width = 200;
        let start = format!("proc f(b: bool) {{ match ({}) {{\n", wide(width, "b"));
        fill(bytes, &start, "} }", |_| format!("({}) => {{ }}\n", wide(width, "true | false")))
    };
    "patterns: one of two in nested parts" => {
        let pattern = nested(60, "(0 | 1, ", "0 | 1", ")");
        let value = nested(60, "(b, ", "b", ")");
        fill(bytes, &format!("proc f(b: u8) {{ match {value} {{\n"), "_ => { } } }", |_| format!("{pattern} => {{ }}\n"))
    };
    "patterns: one of many" => fill(bytes, "var a = 1\nmatch a {\n0", " => { }\n_ => { } }", |n| format!(" | {n}"));
    "patterns: one of many that bind" => {
        let start = "enum E { A(n: i32), B(n: i32) }\nproc f(e: E) { match e {\nA(x)";
        fill(bytes, start, " => print(x) } }", |n| format!(" | {}(x)", ["A", "B"][n % 2]))
    };
    "patterns: one of many in parentheses" => {
        let tree = (0..(bytes / 8).max(1).ilog2()).fold("1".to_owned(), |below, _| format!("({below} | {below})"));
        format!("var a = 1\nmatch a {{ {tree} => {{ }}, _ => {{ }} }}")
    };
    "patterns: deep" => {
        let value = nested(100, "(", "1", ", 2)");
        let pattern = nested(100, "(", "x", ", _)");
        fill(bytes, &format!("var a = {value}\n"), "", |_| format!("match a {{ {pattern} => print(x) }}\n"))
    };
    "patterns: a doubled type" => {
        let types = numbered(11, |n| match n {
            0 => "type T0 = (bool, bool)\n".to_owned(),
            n => format!("type T{n} = (T{0}, T{0})\n", n - 1),
        });
        let pattern = |n: usize| (0..10).fold("true".to_owned(), |below, level| {
            if (n >> level) & 1 == 0 { format!("({below}, _)") } else { format!("(_, {below})") }
        });
        fill(bytes, &format!("{types}proc f(t: T9) {{ match t {{\n"), "} }", |n| format!("{} => {{ }}\n", pattern(n)))
    };
    "patterns: lists of a recursive enum" => {
        let start = "enum L { End, More(head: bool, tail: L) }\nproc f(l: L) { match l {\n";
        fill(bytes, start, "} }", |n| {
            let deep = n % 60;
            let bit = |at: usize| if ((n * 7919) >> (at % 16)) & 1 == 0 { "true" } else { "_" };
            let open: String = (0..deep).map(|at| format!("More({}, ", bit(at))).collect();
            format!("{open}End{} => {{ }}\n", ")".repeat(deep))
        })
    };
    "patterns: trees of a recursive enum" => {
        let start = "enum T { Leaf, Node(a: T, b: T) }\nproc f(t: T) { match t {\n";
        fill(bytes, start, "} }", |n| {
            let pattern = (0..n % 8).fold("Leaf".to_owned(), |below, level| {
                let other = ["_", "Leaf", &*below][(n >> level) % 3].to_owned();
                if (n >> level) & 1 == 0 { format!("Node({below}, {other})") } else { format!("Node({other}, {below})") }
            });
            format!("{pattern} => {{ }}\n")
        })
    };
    "patterns: names" => {
        let names = |n: usize| numbered(100, |at| format!("a{n}_{at}, "));
        let value = wide(100, "1");
        fill(bytes, &format!("var t = ({value})\n"), "", |n| format!("match t {{ ({}) => {{ }} }}\n", names(n).trim_end_matches(", ")))
    };
    "patterns: small matches" => fill(bytes, "var a = 1\n", "", |_| "match a { 1 => { }, _ => { } }\n".to_owned());
    "patterns: matches that give" => {
        fill(bytes, "var a = 1\n", "", |n| format!("var b{n} = match a {{ 1 => 2, 2 => 3.5, _ => 1 }}\n"))
    };
    "patterns: taken apart" => {
        let names = |n: usize| numbered(200, |at| format!("a{n}_{at}, "));
        let value = wide(200, "1");
        fill(bytes, &format!("var t = ({value})\n"), "", |n| format!("let ({}) = t\n", names(n).trim_end_matches(", ")))
    };
}
