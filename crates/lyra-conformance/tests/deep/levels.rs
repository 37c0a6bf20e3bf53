//! A million levels of each kind of value that can hold another: marked while it is built, shown, compared, copied,
//! compared with its copy, freed in the middle of a run and dropped at its end.

use super::{all_print, all_sizes, limits, run_under};
use lyra::Tier;

/// On the reference machine and the fastest tier: a million where the build is optimized (`--profile quick`), else what
/// a debug build does in some seconds. The stack has little more than a byte for each even then.
const LEVELS: usize = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };
/// On those between: 5 bytes of stack for each.
const BETWEEN: usize = 50_000;

/// One kind of value.
struct Kind {
    /// What declares it.
    items: &'static str,
    ty: &'static str,
    /// The innermost value, and its text.
    start: (&'static str, &'static str),
    /// One level more around `v`, and its text without `v`.
    next: (&'static str, &'static str),
    /// Whether `==` goes deep.
    by_value: bool,
}

impl Kind {
    fn holds(&self) {
        let Self { items, ty, start, next, by_value } = self;
        let source = |levels: usize| {
            format!(
                "{items}
                 var a: {ty} = {start}
                 for i in 0..{levels} {{ let v = a; a = {next} }}
                 var b = deep_copy(a)
                 print(equal(a, b), a == b)
                 print(length(tostring(a)))
                 a = {start}
                 print(equal(a, b))
                 var garbage = 0
                 for i in 0..50000 {{ garbage += length([i, i]) }}
                 print(length(tostring(b)))",
                start = start.0,
                next = next.0,
            )
        };
        all_sizes([LEVELS, BETWEEN], source, |levels| {
            let length = next.1.chars().count() * levels + start.1.chars().count();
            format!("true {by_value}\n{length}\nfalse\n{length}\n")
        });
    }
}

#[test]
fn of_structs() {
    let items = "struct Node { next: Node? = none }";
    let next = ("Node(v)", "Node(next: )");
    Kind { items, ty: "Node?", start: ("none", "none"), next, by_value: false }.holds();
}

#[test]
fn of_enums() {
    let items = "enum List { More(n: i32, rest: List), End }";
    let next = ("List.More(7, v)", "More(7, )");
    Kind { items, ty: "List", start: ("List.End", "End"), next, by_value: true }.holds();
}

#[test]
fn of_arrays() {
    Kind { items: "", ty: "any", start: ("1", "1"), next: ("[v]", "[]"), by_value: false }.holds();
}

#[test]
fn of_tuples() {
    Kind { items: "", ty: "any", start: ("1", "1"), next: ("(0, v)", "(0, )"), by_value: true }.holds();
}

#[test]
fn of_maps() {
    let next = ("{\"k\": v}", "{\"k\": }");
    Kind { items: "", ty: "any", start: ("1", "1"), next, by_value: false }.holds();
}

#[test]
fn of_interfaces() {
    let items = "interface Inner { proc inner(self) -> Inner? }
                 struct Shell { held: Inner? = none }
                 impl Inner for Shell { proc inner(self) -> Inner? { return self.held } }";
    let next = ("Shell(v)", "Shell(held: )");
    Kind { items, ty: "Inner?", start: ("none", "none"), next, by_value: false }.holds();
}

/// Procedures are compared by identity and shown as one word: what is left is marking and freeing.
#[test]
fn of_closures() {
    let source = |levels: usize| {
        format!(
            "proc build() -> proc() -> i32 {{
                 var f: proc() -> i32 = || 1
                 for i in 0..{levels} {{
                     let inner = f
                     f = || if i < 0 {{ inner() }} else {{ i }}
                 }}
                 return f
             }}
             var f = build()
             print(f(), equal(f, || 1), equal(f, deep_copy(f)))
             f = || 2
             let g = build()
             print(f(), g())"
        )
    };
    all_sizes([LEVELS, BETWEEN], source, |levels| format!("{0} false true\n2 {0}\n", levels - 1));
}

/// A variable that closures share is a cell, which holds a closure, which holds the next cell.
#[test]
fn of_cells() {
    let source = |levels: usize| {
        format!(
            "proc shell(inner: proc() -> i32) -> proc() -> i32 {{
             var held = inner
             var count = 0
             return proc() -> i32 {{
                 count += 1
                 if count > 1 {{ held = inner }}
                 return count
             }}
         }}
         var f: proc() -> i32 = || 1
         for i in 0..{levels} {{ f = shell(f) }}
         print(f(), f())
         f = || 0
         var kept: [[i32]]
         for i in 0..10000 {{ kept.push([i]) }}
         print(f(), length(kept))"
        )
    };
    all_sizes([LEVELS, BETWEEN], source, |_| "1 2\n0 10000\n".to_owned());
}

/// Keys go no deeper than their type, and types no deeper than the compiler lets them.
#[test]
fn of_keys() {
    let depth = 200;
    let (mut ty, mut key) = ("i32".to_owned(), "n".to_owned());
    for _ in 0..depth {
        (ty, key) = (format!("({ty}, u8)"), format!("({key}, u8(1))"));
    }
    let source = format!(
        "proc key(n: i32) -> {ty} {{ return {key} }}
         var m: {{{ty}: i32}}
         for n in 0..100 {{ m[key(n)] = n }}
         var sum = 0
         for n in 0..100 {{ sum += m[key(n)] ?? 1000 }}
         print(sum, length(m))"
    );
    all_print(&source, "4950 100\n");
}

/// A text in a key may be as long as texts are.
#[test]
fn of_long_keys() {
    let source = "var m: {(str, i32): i32}
         for n in 0..20 { m[(repeat(\"x\", 1000000), n)] = n }
         print(length(m), m[(repeat(\"x\", 1000000), 7)]!)";
    all_print(source, "20 7\n");
}

/// What is nested deeper than 64 levels does not cross: this border alone is walked by recursion, which is bounded so.
#[test]
fn of_what_crosses_to_the_host() {
    // What is in an `any` or optional counts twice, as itself and as what is in it.
    let deepest = 31;
    for &tier in Tier::ALL {
        for (declaration, wrapped) in [
            ("", "[v]"),
            ("", "{\"a\": v}"),
            ("struct Node { next: any }", "Node(v)"),
            ("enum Node { Leaf, Next(next: any) }", "Node.Next(v)"),
        ] {
            for (levels, crosses) in [(20, true), (deepest, true), (deepest + 1, false), (LEVELS / 10, false)]
            {
                let source = format!(
                    "import host
                     {declaration}
                     var v: any = 1
                     for i in 0..{levels} {{ v = {wrapped} }}
                     let back = host.echo(v)
                     print(tostring(back) == tostring(v))"
                );
                let ran = run_under(tier, limits(), &source);
                let expected =
                    if crosses { Ok("true\n".to_owned()) } else { Err("invalid_argument".to_owned()) };
                assert_eq!(ran.output, expected, "{tier}, {levels} levels of {wrapped}");
            }
        }
    }
}

#[test]
fn of_json() {
    let source = format!(
        "import json
         var v: any = 1
         for i in 0..{LEVELS} {{ v = [v] }}
         try {{ print(json.stringify(v)) }} catch e {{ print(e.kind) }}
         try {{ print(json.parse(repeat(\"[\", {LEVELS}) + repeat(\"]\", {LEVELS}))) }} catch e {{ print(e.kind) }}"
    );
    all_print(&source, "invalid_argument\ninvalid_argument\n");
}
