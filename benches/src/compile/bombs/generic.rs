//! Generics and inference: types that grow, many instances of large bodies, closures whose types are found.

use super::{again, fill, nested, numbered, table};

/// Calls of `f` with so many different types of arguments.
fn types_of(count: usize, call: &str) -> String {
    numbered(count, |n| {
        let part = |bit: usize| ["1", "\"a\"", "1.5", "true"][(n >> (2 * bit)) & 3];
        format!("{call}(({}, {}, {}, {}, {}))\n", part(0), part(1), part(2), part(3), part(4))
    })
}

table! { bytes:
    "generic: grows without end" => again(bytes, "proc f<T>(x: T) {\n", "f([x])\n", "}\nf(1)");
    "generic: grows twofold" => again(bytes, "proc f<T>(x: T) {\n", "f((x, x))\n", "}\nf(1)");
    "generic: grows in many ways" => {
        let ways = "f([x])\nf((x, 1))\nf((1, x))\nf((x, \"\"))\nf((x, true))\nf((x, x))\nf({1: x})\n";
        again(bytes, &format!("proc f<T>(x: T) {{\n{ways}"), "print(x)\n", "}\nf(1)")
    };
    "generic: grow in turns" => fill(bytes, "", "f0(1)\n", |n| {
        format!("proc f{n}<T>(x: T) {{ f{}([x]) }}\n", n + 1)
    });
    "generic: turns that come back" => {
        let last = (bytes / 36).max(2);
        numbered(last, |n| format!("proc f{n}<T>(x: T) {{ f{}((x, {n})) }}\n", (n + 1) % last)) + "f0(1)"
    };
    "generic: two ways at each of many" => fill(bytes, "", "f0(1)\n", |n| {
        format!("proc f{n}<T>(x: T) {{ f{0}([x])\nf{0}((x, x)) }}\n", n + 1)
    });
    "generic: types that grow" => again(bytes, "struct S<T> {\n", "", "a: S<[T]>?\n}\nvar s: S<i32>?");
    "generic: types that grow twofold" => "struct S<T> { a: S<(T, T)>?, b: S<[T]>?, c: S<T?>? }\nvar s: S<i32>?".to_owned();
    "generic: types that grow in turns" => fill(bytes, "", "var s: S0<i32>?", |n| {
        format!("struct S{n}<T> {{ a: S{0}<[T]>?, b: S{0}<(T, T)>? }}\n", n + 1)
    });
    "generic: many instances of a large body" => {
        let calls = types_of(1_000.min(bytes / 100), "f");
        again(bytes, "proc f<T>(x: T) {\n", "print(x)\n", &format!("}}\n{calls}"))
    };
    "generic: many instances of large expressions" => {
        let calls = types_of(1_000.min(bytes / 100), "f");
        again(bytes, "proc f<T>(x: T) {\nvar n = 1\nvar m = n", " + n", &format!("\n}}\n{calls}"))
    };
    "generic: many instances of large methods" => {
        let calls = types_of(1_000.min(bytes / 100), "S");
        let calls: String = calls.lines().map(|line| format!("{line}.m()\n")).collect();
        again(bytes, "struct S<T> { a: T }\nimpl<T> S<T> { proc m(self) {\n", "print(self.a)\n", &format!("}} }}\n{calls}"))
    };
    "generic: many instances of many methods" => {
        let calls = types_of(900.min(bytes / 100), "S");
        fill(bytes, "struct S<T> { a: T }\nimpl<T> S<T> {\n", &format!("}}\n{calls}"), |n| {
            format!("proc m{n}(self) -> T {{ return self.a }}\n")
        })
    };
    "generic: many instances of many fields" => {
        let calls = types_of(900.min(bytes / 200), "S");
        fill((bytes / 2).min(5_000), "struct S<T> { a: T\n", &format!("}}\n{calls}"), |n| format!("f{n}: T? = none\n"))
    };
    "generic: many instances of a wide enum" => {
        let calls = numbered(900.min(bytes / 100), |n| {
            let part = |bit: usize| ["i32", "str", "f64", "bool"][(n >> (2 * bit)) & 3];
            format!("var e{n}: E<({}, {}, {}, {}, {})>?\n", part(0), part(1), part(2), part(3), part(4))
        });
        fill(bytes, "enum E<T> {\n", &format!("}}\n{calls}"), |n| format!("V{n}(a: T)\n"))
    };
    "generic: instances of instances" => {
        let body = numbered(30, |n| format!("g((x, {n}))\ng((\"\", x))\ng([x])\n"));
        let calls = types_of(1_000.min(bytes / 200), "f");
        let start = format!("proc f<T>(x: T) {{\n{body}}}\n{calls}");
        again(bytes, &format!("{start}proc g<T>(x: T) {{\n"), "print(x)\n", "}\n")
    };
    "generic: definitions" => fill(bytes, "", "", |n| format!("proc f{n}<T>(x: T) -> T {{ return x }}\n"));
    "generic: definitions, called once" => fill(bytes, "", "", |n| format!("proc f{n}<T>(x: T) -> T {{ return x }}\nf{n}({n})\n"));
    "generic: parameters" => {
        let names: Vec<String> = (0..(bytes / 16).min(5_000)).map(|n| format!("T{n}")).collect();
        fill(bytes, &format!("proc f<{}>() {{\n", names.join(", ")), "}", |n| format!("var a{n}: T{n}?\n"))
    };
    "generic: bounds" => again(bytes, "proc f<T: Ordered", " + Hashable", ">(x: T) { }");
    "generic: bounds that are interfaces" => {
        let interfaces = numbered(200.min(bytes / 100), |n| format!("interface I{n} {{ proc m{n}(self) }}\n"));
        let bounds: Vec<String> = (0..200.min(bytes / 100)).map(|n| format!("I{n}")).collect();
        let head = format!("{interfaces}proc f<T: {}>(x: T) {{\n", bounds.join(" + "));
        fill(bytes, &head, "}", |n| format!("x.m{}()\n", n % bounds.len().max(1)))
    };
    "generic: calls in calls" => {
        let text = nested(120, "id(", "1", ")");
        fill(bytes, "proc id<T>(x: T) -> T { return x }\n", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: calls in calls with a hint" => {
        let text = nested(120, "id(", "1", ")");
        fill(bytes, "proc id<T>(x: T) -> T { return x }\n", "", |n| format!("var a{n}: i64? = {text}\n"))
    };
    "generic: calls in calls of two" => {
        let text = nested(60, "two(", "1", ", 2)");
        fill(bytes, "proc two<T>(x: T, y: T) -> T { return x }\n", "", |n| format!("var a{n}: f64 = {text}\n"))
    };
    "generic: literals in calls" => {
        let text = nested(60, "[two(", "1", ", 2)]");
        fill(bytes, "proc two<T>(x: T, y: T) -> T { return x }\n", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures in map" => {
        let text = format!("{}1{}", "[1].map(|x| ".repeat(60), ")[0]".repeat(60));
        fill(bytes, "", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures in blocks in map" => {
        let text = format!("{}1{}", "[1].map(|x| { var y = x\n".repeat(40), " })[0]".repeat(40));
        fill(bytes, "", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures in reduce" => {
        let text = format!("{}1{}", "[1].reduce(0, |x, y| ".repeat(60), ")".repeat(60));
        fill(bytes, "", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures as arguments" => {
        let text = format!("{}1{}", "use(1, |x| ".repeat(60), ")".repeat(60));
        let start = "proc use<T, U>(x: T, f: proc(T) -> U) -> U { return f(x) }\n";
        fill(bytes, start, "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: two closures as arguments" => {
        let tree = (0..7).fold("x".to_owned(), |below, _| format!("use(x, |x| {below}, |x| {below})"));
        let start = "proc use<T, U>(x: T, f: proc(T) -> U, g: proc(T) -> U) -> U { return f(x) }\nvar x = 1\n";
        fill(bytes, start, "", |n| format!("var a{n} = {tree}\n"))
    };
    "generic: closures before what they need" => {
        let text = format!("{}1{}", "use(|x| ".repeat(60), ", 1)".repeat(60));
        let start = "proc use<T, U>(f: proc(T) -> U, x: T) -> U { return f(x) }\n";
        fill(bytes, start, "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures that return closures" => {
        let text = format!("{}1{}", "pass(|| ".repeat(60), ")".repeat(60));
        let start = "proc pass<T>(f: proc() -> T) -> proc() -> T { return f }\n";
        fill(bytes, start, "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures in branches" => {
        let text = format!("{}1{}", "use(1, |x| if x > 0 { ".repeat(40), " } else { x })".repeat(40));
        let start = "proc use<T, U>(x: T, f: proc(T) -> U) -> U { return f(x) }\n";
        fill(bytes, start, "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures that cannot be known" => {
        let text = format!("{}1{}", "use(|x| ".repeat(60), ")".repeat(60));
        let start = "proc use<T, U>(f: proc(T) -> U) { }\n";
        fill(bytes, start, "", |n| format!("{text}\nvar a{n} = 1\n"))
    };
    "generic: closures in arrays" => {
        let text = format!("{}1{}", "[|x: i32| ".repeat(60), "]".repeat(60));
        fill(bytes, "", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: closures with branches as values" => {
        let text = format!("{}1{}", "if c { || ".repeat(60), " } else { || 2 }".repeat(60));
        fill(bytes, "var c = true\n", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: many types through map" => {
        fill(bytes, "", "", |n| {
            let part = |bit: usize| ["x", "\"a\"", "1.5", "true"][(n >> (2 * bit)) & 3];
            format!("[1].map(|x| ({}, {}, {}, {}, {}))\n", part(0), part(1), part(2), part(3), part(4))
        })
    };
    "generic: structs in structs" => {
        let text = nested(60, "Box(", "1", ")");
        fill(bytes, "struct Box<T> { value: T }\n", "", |n| format!("var a{n} = {text}\n"))
    };
    "generic: pairs in pairs" => {
        fill(bytes, "struct P<A, B> { a: A, b: B }\nlet p0 = P(1, 2)\n", "", |n| {
            format!("let p{} = P(p{n}, p{n})\n", n + 1)
        })
    };
    "generic: aliases that double" => {
        fill(bytes, "type D<T> = (T, T)\n", "", |n| {
            let deep = n % 12 + 1;
            format!("var a{n}: {}\n", nested(deep, "D<", "i32", ">"))
        })
    };
    "generic: methods found by type arguments" => {
        let impls = numbered(200.min(bytes / 200), |n| format!("impl Box<{}> {{ proc m{n}(self) {{ }} }}\n", nested(n, "[", "i32", "]")));
        fill(bytes, &format!("struct Box<T> {{ value: T }}\n{impls}var b = Box(1)\n"), "", |_| "b.m0()\n".to_owned())
    };
    "generic: interfaces for instances" => {
        let start = "interface I { proc m(self) }\nstruct Box<T> { value: T }\nimpl<T> I for Box<T> { proc m(self) { } }\nvar i: I = Box(1)\n";
        fill(bytes, start, "", |n| {
            let part = |bit: usize| ["1", "\"a\"", "1.5", "true"][(n >> (2 * bit)) & 3];
            format!("i = Box(({}, {}, {}, {}))\n", part(0), part(1), part(2), part(3))
        })
    };
}
