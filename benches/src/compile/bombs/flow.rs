//! Ways through a body: what is copied for each exit, what is captured, what the verifier keeps where ways meet.

use super::{again, fill, nested, numbered, table};

/// A procedure of `count` locals with `body` repeated behind them.
fn among_locals(bytes: usize, count: usize, body: &str) -> String {
    let locals = numbered(count, |n| format!("var v{n} = {n}\n"));
    again(bytes, &format!("proc f(c: bool) {{\n{locals}"), body, "}\n")
}

/// A call whose last argument is found while `waiting` others wait.
fn behind_operands(bytes: usize, waiting: usize, body: &str) -> String {
    let params = numbered(200, |n| format!("p{n}: i32, "));
    let head = format!("proc f({params}last: i32) -> i32 {{ return last }}\nvar c = true\nvar a = ");
    let calls = waiting / 200;
    let open = format!("f({}", "1, ".repeat(200)).repeat(calls);
    again(bytes, &format!("{head}{open}0"), body, &")".repeat(calls))
}

table! { bytes:
    "flow: defers" => again(bytes, "proc f() {\n", "defer print(1)\n", "}");
    "flow: defers in blocks" => again(bytes, "proc f(c: bool) {\n", "if c { defer print(1) }\n", "}");
    "flow: defers and returns" => again(bytes, "proc f(c: bool) {\n", "defer print(1)\nif c { return }\n", "}");
    "flow: defers, then returns" => {
        let defers = again(bytes / 2, "", "defer print(1)\n", "");
        again(bytes, &format!("proc f(c: bool) {{\n{defers}"), "if c { return }\n", "}")
    };
    "flow: defers in defers" => {
        let text = nested(100, "defer {\n", "print(1)", "\n}");
        fill(bytes, "", "", |n| format!("proc f{n}() {{ {text} }}\n"))
    };
    "flow: defers with ways out in defers" => {
        let text = nested(60, "defer { if c { print(1) }\n", "print(1)", "\nif c { print(2) } }");
        fill(bytes, "", "", |n| format!("proc f{n}(c: bool) {{ {text} }}\n"))
    };
    "flow: defers in loops" => {
        let text = nested(60, "while c { defer print(1)\n if c { break }\n", "print(1)", "\nif c { continue } }");
        fill(bytes, "", "", |n| format!("proc f{n}(c: bool) {{ {text} }}\n"))
    };
    "flow: returns out of blocks with defers" => {
        let open = numbered(100, |_| "if c { defer print(1)\n".to_owned());
        again(bytes, &format!("proc f(c: bool) {{ {open}"), "if c { return }\n", &"}".repeat(101))
    };
    "flow: returns of defers that branch" => {
        let open = numbered(100, |_| "if c { defer { if c { print(1) } else { print(2) } }\n".to_owned());
        again(bytes, &format!("proc f(c: bool) {{ {open}"), "if c { return }\n", &"}".repeat(101))
    };
    "flow: tries" => again(bytes, "proc f() {\n", "try { print(1) } catch { print(2) }\n", "}");
    "flow: tries in tries" => {
        let text = nested(100, "try {\n", "print(1)", "\n} catch { print(2) }");
        fill(bytes, "", "", |n| format!("proc f{n}() {{ {text} }}\n"))
    };
    "flow: tries in catches" => {
        let text = nested(100, "try { print(1) } catch {\n", "print(2)", "\n}");
        fill(bytes, "", "", |n| format!("proc f{n}() {{ {text} }}\n"))
    };
    "flow: tries, defers and returns" => {
        let text = nested(60, "try { defer print(1)\nif c { return }\n", "return", "\n} catch { defer print(2)\nif c { return } }");
        fill(bytes, "", "", |n| format!("proc f{n}(c: bool) {{ {text} }}\n"))
    };
    "flow: deep tries around much" => {
        let open = "try {\n".repeat(200);
        again(bytes, &format!("proc f() {{ {open}"), "print(1)\n", &format!("{}}}", "} catch { }".repeat(200)))
    };
    "flow: deep tries around many tries" => {
        let open = "try {\n".repeat(200);
        again(bytes, &format!("proc f() {{ {open}"), "try { print(1) } catch { }\n", &format!("{}}}", "} catch { }".repeat(200)))
    };
    "flow: branches among locals" => among_locals(bytes, 900, "if c { v0 = 1 }\n");
    "flow: loops among locals" => among_locals(bytes, 900, "while c { v0 = 1 }\n");
    "flow: tries among locals" => among_locals(bytes, 900, "try { v0 = 1\nprint(1) } catch { }\n");
    "flow: choices among locals" => among_locals(bytes, 900, "v0 = if c { 1 } else { 2 }\n");
    "flow: branches among texts" => {
        let locals = numbered(900, |n| format!("var v{n} = \"{n}\"\n"));
        again(bytes, &format!("proc f(c: bool) {{\n{locals}"), "if c { v0 = \"\" }\n", "}\n")
    };
    "flow: blocks of locals" => {
        let locals = numbered(900, |n| format!("var v{n} = \"\"\n"));
        fill(bytes, "proc f(c: bool) {\n", "}\n", |_| format!("if c {{\n{locals}if c {{ print(v0) }}\n}}\n"))
    };
    "flow: branches behind operands" => behind_operands(bytes, 9_000, " + if c { 1 } else { 2 }");
    "flow: and behind operands" => behind_operands(bytes, 9_000, " + i32(c && c)");
    "flow: matches behind operands" => behind_operands(bytes, 9_000, " + match c { true => 1, false => 2 }");
    "flow: branches that end behind operands" => {
        behind_operands(bytes, 9_000, " + if c { 1 } else { throw \"a\" }")
    };
    "flow: loops" => again(bytes, "var c = false\n", "while c { }\n", "");
    "flow: loops over arrays" => again(bytes, "var a = [1]\n", "for x in a { }\n", "");
    "flow: loops in loops" => {
        let text = nested(200, "for i in 0..2 {\n", "print(1)", "\n}");
        fill(bytes, "", "", |_| format!("{text}\n"))
    };
    "flow: labels" => fill(bytes, "var c = true\n", "", |n| format!("l{n}: while c {{ break l{n} }}\n"));
    "flow: labels in labels" => {
        let open = numbered(200, |n| format!("l{n}: while c {{\n"));
        fill(bytes, &format!("var c = true\n{open}"), &"}".repeat(200), |n| format!("if c {{ break l{} }}\n", n % 200))
    };
    "flow: jumps" => again(bytes, "proc f(c: bool) {\nwhile c {\n", "if c { break }\nif c { continue }\n", "} }");
    "flow: code that is dead" => again(bytes, "proc f() {\nreturn\n", "print(1)\n", "}");
    "flow: bodies" => again(bytes, "", "if true { }\n", "");
    "flow: calls" => again(bytes, "proc f() { }\n", "f()\n", "");
    "flow: statements" => again(bytes, "var a = 1\n", "a += 1\n", "");
    "flow: closures" => fill(bytes, "var f = || 1\n", "", |_| "f = || 1\n".to_owned());
    "flow: closures that capture" => fill(bytes, "proc g() {\nvar a = 1\nvar f = || a\n", "}", |_| "f = || a\n".to_owned());
    "flow: closures that capture many" => {
        let locals = numbered(900, |n| format!("var v{n} = {n}\n"));
        let sum: Vec<String> = (0..900).map(|n| format!("v{n}")).collect();
        fill(bytes, &format!("proc g() {{\n{locals}var f = || 1\n"), "}", |_| format!("f = || {}\n", sum.join(" + ")))
    };
    "flow: closures in closures that capture many" => {
        let locals = numbered(900, |n| format!("var v{n} = {n}\n"));
        let sum: Vec<String> = (0..900).map(|n| format!("v{n}")).collect();
        let text = format!("{}{}", "|| ".repeat(100), sum.join(" + "));
        fill(bytes, &format!("proc g() {{\n{locals}"), "}", |n| format!("let f{n} = {text}\n"))
    };
    "flow: closures in closures" => {
        let text = format!("{}1", "|| ".repeat(200));
        fill(bytes, "", "", |n| format!("var f{n} = {text}\n"))
    };
    "flow: closures that change what they capture" => {
        fill(bytes, "proc g() {\nvar a = 1\nvar f = || 1\n", "}", |_| "f = || { a += 1\n a }\n".to_owned())
    };
    "flow: procedures as values" => fill(bytes, "var g = f0\n", "", |n| format!("proc f{n}() {{ }}\ng = f{n}\n"));
    "flow: walks by next" => {
        let start = "struct W { n: i32 }\nimpl W { proc next(self) -> i32? { return none } }\nvar w = W(1)\n";
        fill(bytes, start, "", |_| "for x in w { }\n".to_owned())
    };
    "flow: bindings of optionals" => {
        let text = nested(120, "if var y = x {\n", "print(x)", "\n}");
        fill(bytes, "var x: i32?\n", "", |_| format!("{text}\n"))
    };
    "flow: assertions that compare" => again(bytes, "var a = 1\n", "assert(a == 1 && a < 2)\n", "");
    "flow: blocks of tests" => fill(bytes, "", "", |n| format!("test \"{n}\" {{ assert({n} == {n}) }}\n"));
    "flow: assertions" => again(bytes, "var a = 1\n", "assert(a == 1, f\"a is {a}\")\n", "");
}
