//! Names: unknown ones among many known ones, the same one many times, long ones.

use super::{fill, numbered, table};

/// Declarations on the first half, and what uses names that are almost theirs on the second.
fn halves(bytes: usize, known: impl Fn(usize) -> String, unknown: impl Fn(usize) -> String) -> String {
    let first = fill(bytes / 2, "", "", known);
    fill(bytes, &first, "", unknown)
}

table! { bytes:
    "names: unknown" => fill(bytes, "", "", |n| format!("n{n}\n"));
    "names: unknown calls" => fill(bytes, "", "", |n| format!("n{n}()\n"));
    "names: unknown types" => fill(bytes, "", "", |n| format!("var a{n}: T{n}\n"));
    "names: unknown beside variables" => halves(bytes, |n| format!("var some_name_{n} = {n}\n"), |n| format!("some_mane_{n}\n"));
    "names: unknown beside procs" => halves(bytes, |n| format!("proc some_name_{n}() {{ }}\n"), |n| format!("some_mane_{n}()\n"));
    "names: unknown beside types" => halves(bytes, |n| format!("struct SomeName{n} {{ }}\n"), |n| format!("var a{n}: SomeMane{n}\n"));
    "names: unknown fields" => {
        let fields = fill(bytes / 2, "struct S {\n", "}\n", |n| format!("some_field_{n}: i32 = 1\n"));
        fill(bytes, &format!("{fields}proc f(s: S) {{\n"), "}", |n| format!("s.some_feild_{n} = 1\n"))
    };
    "names: unknown variants" => {
        let variants = fill(bytes / 2, "enum E {\n", "}\n", |n| format!("SomeName{n}\n"));
        fill(bytes, &variants, "", |n| format!("E.SomeMane{n}\n"))
    };
    "names: unknown methods" => {
        let methods = fill(bytes / 2, "struct S { }\nimpl S {\n", "}\nvar s = S()\n", |n| format!("proc some_name_{n}(self) {{ }}\n"));
        fill(bytes, &methods, "", |n| format!("s.some_mane_{n}()\n"))
    };
    "names: long and unknown" => {
        let long = "abcdefgh".repeat(bytes / 80);
        numbered(4, |n| format!("var {long}{n} = 1\n")) + &numbered(4, |n| format!("print(x{long}{n})\n"))
    };
    "names: many long and unknown" => {
        let long = "abcdefgh".repeat(120);
        halves(bytes, |n| format!("var {long}{n} = 1\n"), |n| format!("print({long}x{n})\n"))
    };
    "names: one variable, declared again" => fill(bytes, "", "", |_| "var a = 1\n".to_owned());
    "names: one procedure, declared again" => fill(bytes, "", "", |_| "proc f() { }\n".to_owned());
    "names: one type, declared again" => fill(bytes, "", "", |_| "struct S { }\n".to_owned());
    "names: one constant, declared again" => fill(bytes, "", "", |_| "const C = 1\n".to_owned());
    "names: one field, declared again" => fill(bytes, "struct S {\n", "}", |_| "a: i32\n".to_owned());
    "names: one parameter, declared again" => fill(bytes, "proc f(", ") { }", |_| "a: i32, ".to_owned());
    "names: one method, declared again" => fill(bytes, "struct S { }\nimpl S {\n", "}", |_| "proc m(self) { }\n".to_owned());
    "names: one variable, hidden by blocks" => fill(bytes, "", "", |_| "if true { var a = 1\nprint(a) }\n".to_owned());
    "names: variables of the module" => fill(bytes, "", "", |n| format!("var g{n} = {n}\n"));
    "names: procedures" => fill(bytes, "", "", |n| format!("proc f{n}() {{ }}\n"));
    "names: procedures that call on" => fill(bytes, "", "proc f0() { }", |n| format!("proc f{}() {{ f{n}() }}\n", n + 1));
    "names: constants that need the next" => {
        let text = fill(bytes - 40, "", "", |n| format!("const C{n}: i32 = C{} + 1\n", n + 1));
        let last = text.lines().count();
        format!("{text}const C{last} = 0\n")
    };
    "names: constants in a circle" => {
        let text = fill(bytes - 40, "", "", |n| format!("const C{n}: i32 = C{} + 1\n", n + 1));
        let last = text.lines().count();
        format!("{text}const C{last}: i32 = C0\n")
    };
    "names: locals" => fill(bytes, "", "", |n| {
        format!("proc f{n}() {{ {}}}\n", numbered(900, |at| format!("var v{at} = {at}; ")))
    });
    "names: parameters" => fill(bytes, "proc f(", ") { }", |n| format!("p{n}: i32, "));
    "names: arguments" => fill(bytes, "print(", "1)", |n| format!("{n}, "));
    "names: named arguments" => fill(bytes, "struct S { a: i32 = 1 }\nS(", ")", |n| format!("a{n}: 1, "));
    "names: unused" => fill(bytes, "proc f() {\n", "}", |n| format!("if true {{ var a{n} = {n} }}\n"));
    "names: found in many scopes" => {
        let open = numbered(200, |n| format!("if true {{ var v{n} = 1\n"));
        fill(bytes, &format!("var g = 1\n{open}"), &"}".repeat(200), |_| "g\n".to_owned())
    };
    "names: not found in many scopes" => {
        let open = numbered(200, |n| format!("if true {{ var v{n} = 1\n"));
        fill(bytes, &open, &"}".repeat(200), |_| "g\n".to_owned())
    };
}
