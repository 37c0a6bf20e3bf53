//! Expressions: long chains, wide lists, branches in branches, constants that grow when they are folded.

use super::{again, fill, nested, numbered, table};

/// A tree of `levels` where each node holds two.
fn tree(levels: u32, leaf: &str, node: fn(&str, &str) -> String) -> String {
    (0..levels).fold(leaf.to_owned(), |below, _| node(&below, &below))
}

/// As many levels of a twofold tree as fit, at `each` bytes a leaf.
fn levels(bytes: usize, each: usize) -> u32 {
    (bytes / each).max(1).ilog2()
}

table! { bytes:
    "values: sums" => again(bytes, "var a = 1\nvar b = a", " + a", "");
    "values: constant sums" => again(bytes, "var a = 1", "+1", "");
    "values: sums of products" => again(bytes, "var a = 1\nvar b = a", " + a * 2", "");
    "values: comparisons" => again(bytes, "var a = 1\nvar b = a == 1", " && a < 2", "");
    "values: or and and" => again(bytes, "var a = true\nvar b = a", " || a && a", "");
    "values: calls" => again(bytes, "var a = 1\nvar b = a", ".abs()", "");
    "values: fields" => again(bytes, "var a = (1, 2)\nvar b = a", ".0", "");
    "values: fields of a struct" => again(bytes, "struct S { s: S? }\nvar a = S(none)\nvar b = a", ".s!", "");
    "values: optional fields" => again(bytes, "struct S { s: S? }\nvar a = S(none)\nvar b = a", ".s?", ".s");
    "values: optional fields in a chain" => again(bytes, "struct S { s: S? }\nvar a: S?\nvar b = a", "?.s", "");
    "values: fallbacks" => again(bytes, "var a: i32?\nvar b = a", " ?? a", "");
    "values: fallbacks that branch" => again(bytes, "var a: i32?\nvar b = a", " ?? (if true { a } else { none })", "");
    "values: indexes" => again(bytes, "var a: any = [1]\nvar b = a", "[0]", "");
    "values: slices" => again(bytes, "var a = \"text\"\nvar b = a", "[0..]", "");
    "values: calls of calls" => again(bytes, "var a: any\nvar b = a", "()", "");
    "values: else-ifs" => again(bytes, "var a = 1\nif a == 0 { }", " else if a == 1 { }", "");
    "values: else-ifs that give" => again(bytes, "var a = 1\nvar b = if a == 0 { 1 }", " else if a == 1 { 2 }", " else { 3 }");
    "values: casts" => again(bytes, "var a: any = 1\nvar b = a", " as any?", "");
    "values: elements" => again(bytes, "var a = [", "1, ", "1]");
    "values: elements of two types" => again(bytes, "var a = [", "1, ", "1.5]");
    "values: elements that are texts" => fill(bytes, "var a = [", "\"\"]", |n| format!("\"{n}\", "));
    "values: elements that are none" => again(bytes, "var a: [i32?] = [", "none, ", "1]");
    "values: elements without a type" => again(bytes, "var a = [", "[], ", "[1]]");
    "values: elements of many types" => fill(bytes, "var a = [", "1]", |n| ["1, ", "\"a\", ", "true, "][n % 3].to_owned());
    "values: keys" => fill(bytes, "var a = {", "\"\": 0}", |n| format!("\"{n}\": {n}, "));
    "values: an array of arrays" => format!("var a = {}", tree(levels(bytes, 5), "1", |a, b| format!("[{a}, {b}]")));
    "values: an array of arrays of two types" => {
        format!("var a = [{}, [1.5]]", tree(levels(bytes, 5), "1", |a, b| format!("[{a}, {b}]")))
    };
    "values: a tuple of tuples" => format!("var a = {}", tree(levels(bytes, 5), "1", |a, b| format!("({a}, {b})")));
    "values: calls in calls" => {
        let tree = tree(levels(bytes, 10), "1", |a, b| format!("max({a}, {b})"));
        format!("var a = {tree}")
    };
    "values: sums in sums" => {
        let tree = tree(levels(bytes, 7), "a", |a, b| format!("({a} + {b})"));
        format!("var a = 1\nvar b = {tree}")
    };
    "values: ifs in ifs" => {
        let tree = tree(levels(bytes, 26), "1", |a, b| format!("if c {{ {a} }} else {{ {b} }}"));
        format!("var c = true\nvar a = {tree}")
    };
    "values: ifs in ifs of two types" => {
        let tree = tree(levels(bytes, 26), "1", |a, b| format!("if c {{ {a} }} else {{ {b} }}"));
        format!("var c = true\nvar a = if c {{ {tree} }} else {{ 1.5 }}")
    };
    "values: ifs in conditions" => {
        let text = nested(120, "if ", "c", " { c } else { c }");
        fill(bytes, "var c = true\n", "", |n| format!("var a{n} = {text}\n"))
    };
    "values: ifs as operands" => {
        let text = nested(80, "(1 + if c { 1 } else { ", "1", " })");
        fill(bytes, "var c = true\n", "", |n| format!("var a{n} = {text} + 0.5\n"))
    };
    "values: matches in matches" => {
        let tree = tree(levels(bytes, 32), "1", |a, b| format!("match c {{ true => {a}, false => {b} }}"));
        format!("var c = true\nvar a = {tree}")
    };
    "values: matches as operands" => {
        let text = nested(60, "(1 + match c { true => 1, false => ", "1", " })");
        fill(bytes, "var c = true\n", "", |n| format!("var a{n} = {text} + 0.5\n"))
    };
    "values: comparisons of branches" => {
        let side = nested(50, "(if c { o } else { ", "1", " })");
        fill(bytes, "var c = true\nvar o: i32?\n", "", |n| format!("var a{n} = {side} == {side}\n"))
    };
    "values: constants that double" => numbered((bytes / 24).min(64), |n| match n {
        0 => "const S0 = \"abcdefgh\"\n".to_owned(),
        n => format!("const S{n} = S{0} + S{0}\n", n - 1),
    }) + "print(length(S40))";
    "values: constants that double, all shown" => fill(bytes, "const S0 = \"abcdefgh\"\n", "", |n| {
        format!("const S{} = S{n} + S{n}\nprint(S{n})\n", n + 1)
    });
    "values: a large constant, used" => {
        let doubled = numbered(9, |n| format!("const S{} = S{n} + S{n}\n", n + 1));
        fill(bytes, &format!("const S0 = \"abcdefgh\"\n{doubled}"), "", |n| format!("print(S9 + \"{n}\")\n"))
    };
    "values: a large constant in holes" => {
        let doubled = numbered(9, |n| format!("const S{} = S{n} + S{n}\n", n + 1));
        fill(bytes, &format!("const S0 = \"abcdefgh\"\n{doubled}"), "", |n| format!("print(f\"{{S9}}{n}\")\n"))
    };
    "values: a large constant, compared" => {
        let doubled = numbered(9, |n| format!("const S{} = S{n} + S{n}\n", n + 1));
        fill(bytes, &format!("const S0 = \"abcdefgh\"\n{doubled}const T = S9 + \"\"\n"), "", |_| {
            "if S9 == T { print(1) }\n".to_owned()
        })
    };
    "values: texts that are joined" => again(bytes, "var a = \"\"", " + \"a\"", "");
    "values: texts and a variable that are joined" => again(bytes, "var s = \"\"\nvar a = s", " + \"a\"", "");
    "values: joined in parentheses" => {
        let tree = tree(levels(bytes, 9), "\"abc\"", |a, b| format!("({a} + {b})"));
        format!("var a = {tree}")
    };
    "values: constants that are tuples of tuples" => fill(bytes, "const T0 = (1, 2)\n", "", |n| {
        format!("const T{} = (T{n}, T{n})\n", n + 1)
    });
    "values: one text, long" => format!("var a = \"{}\"", "a".repeat(bytes));
    "values: one text, many times" => {
        let text = "a".repeat(bytes / 1_000);
        fill(bytes, "", "", |_| format!("print(\"{text}\")\n"))
    };
    "values: texts" => fill(bytes, "", "", |n| format!("print(\"{n}\")\n"));
    "values: floats" => fill(bytes, "", "", |n| format!("print({n}.5)\n"));
    "values: counted arrays" => {
        let text = nested(80, "[", "0", "; 1000000]");
        fill(bytes, "", "", |n| format!("proc f{n}() {{ print({text}) }}\n"))
    };
    "values: assignments of many" => {
        let list = numbered(200, |n| format!("a{n}, "));
        let list = list.trim_end_matches(", ");
        let start = numbered(200, |n| format!("var a{n} = {n}\n"));
        fill(bytes, &start, "", |_| format!("({list}) = ({list})\n"))
    };
    "values: places" => again(bytes, "struct S { s: S?, n: i32 = 1 }\nvar a = S(none)\na", ".s!", ".n += 1");
    "values: ranges of elements" => again(bytes, "var a = [[1]]\n", "a[a[0][0]][a[0][0]] += a[0][0]\n", "");
}
