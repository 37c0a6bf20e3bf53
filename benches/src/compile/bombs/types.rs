//! Types: wide ones, ones that double, many of them, and what is said of them when something is wrong.

use super::{fill, nested, numbered, table};

/// `type T1 = (T0, T0)` and so on.
fn doubled(count: usize) -> String {
    numbered(count, |n| match n {
        0 => "type T0 = (i32, i32)\n".to_owned(),
        n => format!("type T{n} = (T{0}, T{0})\n", n - 1),
    })
}

table! { bytes:
    "types: aliases that double" => fill(bytes, "type T0 = (i32, i32)\n", "var a: T9\n", |n| {
        format!("type T{} = (T{n}, T{n})\n", n + 1)
    });
    "types: mistakes about a doubled one" => fill(bytes, &doubled(12), "", |n| format!("var a{n}: T11 = {n}\n"));
    "types: typeof a doubled one" => fill(bytes, &format!("{}proc f(t: T11) {{\n", doubled(12)), "}", |_| {
        "print(typeof(t))\n".to_owned()
    });
    "types: mistakes between doubled ones" => fill(
        bytes,
        &format!("{}proc f(a: T11, b: T10, c: proc(T11) -> T10) {{\n", doubled(12)),
        "}",
        |_| "f(b, a, c)\n".to_owned(),
    );
    "types: values that double" => fill(bytes, "proc f() {\nlet t0 = (1, 2)\n", "}", |n| {
        format!("let t{} = (t{n}, t{n})\n", n + 1)
    });
    "types: a doubled one, taken apart" => fill(bytes, &format!("{}proc f(t: T11) {{\n", doubled(12)), "}", |n| {
        format!("if true {{ let (a{n}, _) = t\nprint(a{n}) }}\n")
    });
    "types: a doubled one, compared" => fill(bytes, &format!("{}proc f(t: T11) {{\n", doubled(12)), "}", |_| {
        "print(t == t)\n".to_owned()
    });
    "types: assertions about a doubled one" => fill(bytes, &format!("{}proc f(t: T11) {{\n", doubled(12)), "}", |_| {
        "assert(t == t)\n".to_owned()
    });
    "types: a doubled one, shown" => fill(bytes, &format!("{}proc f(t: T11) {{\n", doubled(12)), "}", |_| {
        "print(f\"{t}\", t)\n".to_owned()
    });
    "types: default values of a doubled one" => fill(bytes, &doubled(12), "", |n| format!("var a{n}: T11\n"));
    "types: deep" => {
        let ty = nested(200, "[", "i32", "]");
        fill(bytes, "", "", |n| format!("var a{n}: {ty}\n"))
    };
    "types: deep, and wrong" => {
        let ty = nested(200, "[", "i32", "]");
        fill(bytes, "", "", |n| format!("var a{n}: {ty} = {n}\n"))
    };
    "types: arrays of arrays of" => fill(bytes, "type T0 = [i32]\n", "", |n| format!("type T{} = [T{n}]\n", n + 1));
    "types: many tuples" => fill(bytes, "", "", |n| {
        let part = |bit: usize| ["i32", "str", "f64", "bool"][(n >> (2 * bit)) & 3];
        let parts: Vec<&str> = (0..9).map(part).collect();
        format!("var a{n}: ({})\n", parts.join(", "))
    });
    "types: wide tuples" => {
        let parts = vec!["i32"; 250].join(", ");
        fill(bytes, "", "", |n| format!("var a{n}: ({parts})\n"))
    };
    "types: procedures of many parameters" => {
        let params = vec!["i32"; 250].join(", ");
        fill(bytes, "", "", |n| format!("var a{n}: (proc({params}, [i32]) -> i32)?\n"))
    };
    "types: aliases of the next" => fill(bytes, "", "", |n| format!("type T{n} = T{}\n", n + 1));
    "types: aliases in a circle of doubles" => fill(bytes, "type T0 = i32\n", "", |n| {
        format!("type U{n} = (U{}, U{})\n", n + 1, n / 2)
    });
    "types: one struct of many fields" => fill(bytes, "struct S {\n", "}\nvar s: S?\n", |n| format!("f{n}: i32 = {n}\n"));
    "types: one enum of many variants" => fill(bytes, "enum E {\n", "}\nvar e = E.V0\n", |n| format!("V{n}\n"));
    "types: one enum of many payloads" => fill(bytes, "enum E {\n", "}\nvar e: E?\n", |n| format!("V{n}(a: i32, b: str)\n"));
    "types: structs" => fill(bytes, "", "", |n| format!("struct S{n} {{ a: i32 = 1 }}\n"));
    "types: structs, made" => fill(bytes, "", "", |n| format!("struct S{n} {{ a: i32 = 1 }}\nvar s{n} = S{n}()\n"));
    "types: structs that hold the next" => fill(bytes, "", "", |n| format!("struct S{n} {{ next: S{} }}\n", n + 1));
    "types: structs that hold themselves" => fill(bytes, "", "", |n| format!("struct S{n} {{ next: S{n} }}\n"));
    "types: structs in a circle" => {
        let text = fill(bytes - 40, "", "", |n| format!("struct S{n} {{ next: S{} }}\n", n + 1));
        let last = text.lines().count();
        format!("{text}struct S{last} {{ next: S0 }}\n")
    };
    "types: structs that hold all before" => fill(bytes, "", "", |n| {
        let all: String = (n.saturating_sub(100)..n).map(|at| format!("f{at}: S{at}?, ")).collect();
        format!("struct S{n} {{ {all} }}\n")
    });
    "types: a default that makes the one before twice" => fill(bytes, "struct D0 { n: i32 = 1 }\n", "", |n| {
        format!("struct D{} {{ a: D{n} = D{n}(), b: D{n} = D{n}() }}\n", n + 1)
    });
    "types: a wide struct, made" => {
        let fields = numbered(250, |n| format!("f{n}: [i32] = [{n}]\n"));
        fill(bytes, &format!("struct S {{\n{fields}}}\nvar s = S()\n"), "", |_| "s = S()\n".to_owned())
    };
    "types: a wide struct, made with defaults that make" => {
        let fields = |of: &str| numbered(250, |n| format!("f{n}: {of}\n"));
        let start = format!(
            "struct A {{\n{}}}\nstruct B {{\n{}}}\nstruct C {{\n{}}}\n",
            fields("i32 = 1"),
            fields("A = A()"),
            fields("B = B()")
        );
        fill(bytes, &start, "", |n| format!("var c{n} = C()\n"))
    };
    "types: one interface of many methods" => {
        fill(bytes, "interface I {\n", "}\nstruct S { }\nimpl I for S { }\n", |n| format!("proc m{n}(self)\n"))
    };
    "types: many types without the methods" => {
        let methods = fill(bytes / 2, "interface I {\n", "}\n", |n| format!("proc m{n}(self)\n"));
        fill(bytes, &methods, "", |n| format!("struct S{n} {{ }}\nimpl I for S{n} {{ }}\n"))
    };
    "types: many methods, implemented" => {
        let methods = numbered(100, |n| format!("proc m{n}(self) -> i32\n"));
        let bodies = numbered(100, |n| format!("proc m{n}(self) -> i32 {{ return {n} }}\n"));
        fill(bytes, &format!("interface I {{\n{methods}}}\n"), "", |n| {
            format!("struct S{n} {{ }}\nimpl I for S{n} {{\n{bodies}}}\n")
        })
    };
    "types: many interfaces for one type" => fill(bytes, "struct S { }\n", "", |n| {
        format!("interface I{n} {{ proc m{n}(self) }}\nimpl I{n} for S {{ proc m{n}(self) {{ }} }}\n")
    });
    "types: many interfaces with one method" => fill(bytes, "struct S { }\n", "var s = S()\ns.m()", |n| {
        format!("interface I{n} {{ proc m(self) }}\nimpl I{n} for S {{ proc m(self) {{ }} }}\n")
    });
    "types: many interfaces, asked for a method" => {
        let start = fill(bytes / 2, "struct S { }\nvar s = S()\n", "", |n| {
            format!("interface I{n} {{ proc m{n}(self) }}\nimpl I{n} for S {{ proc m{n}(self) {{ }} }}\n")
        });
        fill(bytes, &start, "", |_| "s.m0()\n".to_owned())
    };
    "types: conversions to an interface" => {
        let start = fill(bytes / 2, "interface I { proc m(self) }\nvar i: I = S0()\n", "", |n| {
            format!("struct S{n} {{ }}\nimpl I for S{n} {{ proc m(self) {{ }} }}\n")
        });
        fill(bytes, &start, "", |n| format!("i = S{}()\n", n % 1_000))
    };
    "types: types asked at run time" => {
        let start = fill(bytes / 2, "", "var a: any\n", |n| format!("struct S{n} {{ }}\n"));
        fill(bytes, &start, "", |n| format!("print(a is S{})\n", n % 1_000))
    };
    "types: methods called on an any" => {
        let start = fill(bytes / 2, "var a: any\n", "", |n| {
            format!("struct S{n} {{ }}\nimpl S{n} {{ proc m{n}(self) {{ }} }}\n")
        });
        fill(bytes, &start, "", |n| format!("a.m{n}()\n"))
    };
    "types: built-ins called on an any" => {
        const NAMES: [&str; 12] = [
            "length()", "push(1)", "pop()", "first()", "sort()", "reverse()", "copy()", "last()", "clear()",
            "contains(1)", "keys()", "values()",
        ];
        let start = fill(bytes / 2, "var a: any\n", "", |n| format!("struct S{n} {{ }}\nvar s{n}: [S{n}]\na = s{n}\n"));
        fill(bytes, &start, "", |n| format!("a.{}\n", NAMES[n % NAMES.len()]))
    };
    "types: built-ins called on an any that may be a doubled one" => {
        const NAMES: [&str; 8] = ["length", "pop", "first", "last", "sort", "reverse", "copy", "clear"];
        let start = doubled(12) + &numbered(NAMES.len(), |n| format!("any_value.{}()\n", NAMES[n]));
        fill(bytes, &format!("var any_value: any\n{start}"), "", |n| {
            let part = |bit: usize| ["i32", "str", "f64", "bool"][(n >> (2 * bit)) & 3];
            format!("var a{n}: [(T9, {}, {}, {}, {}, {})]\n", part(0), part(1), part(2), part(3), part(4))
        })
    };
    "types: procedures called on an any" => {
        let start = fill(bytes / 2, "var a: any\n", "", |n| format!("proc m{n}(x: i32, y: [str]) {{ }}\n"));
        fill(bytes, &start, "", |n| format!("a.m{n}([\"a\"])\n"))
    };
    "types: operators on an any" => fill(bytes, "var a: any = 1\n", "", |_| "a = a + a * a - a\n".to_owned());
    "types: fields of an any" => fill(bytes, "var a: any = 1\n", "", |n| format!("a.f{n} = a.g{n}\n"));
}
