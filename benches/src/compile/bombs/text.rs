//! What is hard to read: brackets, comments, quotes, numbers, names, and places where the reader must look ahead.

use super::{again, fill, nested, table};

table! { bytes:
    "text: opened parentheses" => again(bytes, "print(", "(", "");
    "text: opened braces" => again(bytes, "", "{", "");
    "text: opened brackets of all kinds" => again(bytes, "x = ", "([{", "");
    "text: nested parentheses" => format!("print({})", nested(bytes / 2, "(", "1", ")"));
    "text: nested blocks" => nested(bytes / 12, "if true {\n", "", "\n}");
    "text: closing brackets" => again(bytes, "", ")]}", "");
    "text: opened ifs" => again(bytes, "", "if a { b } else ", "");
    "text: opened comments" => again(bytes, "", "/*", "");
    "text: nested comments" => nested(bytes / 4, "/*", "", "*/");
    "text: comments between tokens" => again(bytes, "var a = 1\nvar b = a", " /* x */ + // y\n a", "");
    "text: empty lines" => again(bytes, "var a = 1", "\n", "");
    "text: line comments before a dot" => again(bytes, "var a = 1\nvar b = a", "\n// c", "\n.abs()");
    "text: names before comments" => again(bytes, "", "a\n//\n", "");
    "text: semicolons" => again(bytes, "", ";", "");
    "text: one name" => format!("var {} = 1", "a".repeat(bytes.saturating_sub(10)));
    "text: one name, used" => {
        let name = "a".repeat(bytes / 2);
        format!("var {name} = 1\nprint({name}b)")
    };
    "text: a name of marks out of order" => format!("var a{} = 1", "\u{301}\u{316}\u{327}\u{315}".repeat(bytes / 8));
    "text: names that are composed" => fill(bytes, "", "", |n| format!("var e\u{301}e\u{301}{n} = {n}\n"));
    "text: opened quotes" => again(bytes, "", "\"\n", "");
    "text: opened triple quotes" => again(bytes, "", "\"\"\"a\"\"\"\"", "");
    "text: a text over many lines" => again(bytes, "var a = \"\"\"\n", "        b\n   c\n", "\"\"\"");
    "text: escapes" => again(bytes, "var a = \"", "\\u{1F600}\\n", "\"");
    "text: wrong escapes" => again(bytes, "var a = \"", "\\q", "\"");
    "text: digits" => format!("var a = {}", "9".repeat(bytes));
    "text: digits after a point" => format!("var a = 0.{}1", "0".repeat(bytes));
    "text: numbers" => again(bytes, "var a = [", "1.7976931348623157e308, ", "1.0]");
    "text: holes" => again(bytes, "var a = 1\nvar b = f\"", "{a}", "\"");
    "text: holes with formats" => again(bytes, "var a = 1\nvar b = f\"", "{a:>10}x", "\"");
    "text: nested holes" => nested(bytes / 5, "f\"{", "1", "}\"");
    "text: opened holes" => again(bytes, "var a = ", "f\"{", "");
    "text: less-than" => again(bytes, "var a = 1\nvar b = a", "<a", "");
    "text: less-than and commas" => again(bytes, "var a = 1\nprint(a", "<a, a", ")");
    "text: less-than and brackets" => again(bytes, "var a = 1\nvar b = a", "<[a", "");
    "text: type arguments that are none" => again(bytes, "var b = ", "a<(", "");
    "text: type arguments that close" => nested(bytes / 4, "a<", "b", ">\n");
    "text: bars" => again(bytes, "var a = ", "|a", "");
    "text: closures" => again(bytes, "var a = ", "|a| ", "1");
    "text: maps or blocks" => again(bytes, "var a = ", "{ \"a\": ", "");
    "text: heads with braces" => again(bytes, "", "for a in {b ", "");
    "text: labels" => again(bytes, "", "a: ", "");
    "text: minus" => again(bytes, "var a = ", "-", "1");
    "text: question marks" => again(bytes, "var a: i32", "?", "");
    "text: characters that are none of ours" => again(bytes, "", "§", "");
    "text: zeros" => again(bytes, "", "\0", "");
    "text: directions" => again(bytes, "", "\u{202E}", "");
    "text: missing commas" => again(bytes, "var a = [", "1 ", "]");
    "text: words of others" => again(bytes, "", "fn f() { let mut x = nil; elif }\n", "");
    "text: one line of mistakes" => again(bytes, "", "nothing + 1; ", "");
    "text: one long line, mistakes of types" => again(bytes, "var a = 1; ", "a = \"text\"; ", "");
    "text: one line of a program" => again(bytes, "", "{ var a = 1; if a > 0 { print(a) } } ", "");
    "text: doc comments" => again(bytes, "", "/// about it\n", "proc f() { }");
    "text: imports" => fill(bytes, "", "", |n| format!("import nothing{n}\n"));
    "text: imported files" => fill(bytes, "", "", |n| format!("import \"f{n}.lyra\" as f{n}\n"));
}
