//! JSON, there and back.

use super::{refused, run, value};

/// A text as a literal of Lyra.
fn literal(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t")
    )
}

fn parsed(text: &str) -> String {
    value("json", &format!("json.parse({}, none, none)", literal(text)))
}

fn error_of(text: &str) -> String {
    let message = refused("json", &format!("json.parse({}, none, none)", literal(text)));
    message.strip_prefix("the text is no JSON: ").unwrap_or(&message).to_owned()
}

fn written(value_text: &str) -> String {
    value("json", &format!("json.stringify({value_text}, -1)"))
}

#[test]
fn every_kind_of_value_is_read() {
    for (text, shown) in [
        ("null", "none"),
        ("true", "true"),
        (" false ", "false"),
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9.223372036854776e18"),
        ("1e2", "100.0"),
        ("1E-2", "0.01"),
        ("1.25", "1.25"),
        ("1e999", "inf"),
        ("\"\"", ""),
        ("\"a\\u0041\\n\\/\\\\\\\"\\b\\f\\r\\t\"", "aA\n/\\\"\u{8}\u{c}\r\t"),
        ("\"\\ud83d\\ude00 é\"", "😀 é"),
        ("\"\\u0000\"", "\0"),
        ("[]", "[]"),
        ("[ 1 ,\n2 ]", "[1, 2]"),
        ("[[], [[]], {}]", "[[], [[]], {}]"),
        ("{}", "{}"),
        ("{\"a\": {\"b\": [null]}, \"\": 1}", "{\"a\": {\"b\": [none]}, \"\": 1}"),
        ("{\"a\": 1, \"b\": 2, \"a\": 3}", "{\"a\": 3, \"b\": 2}"),
        ("\r\n[\t1]\r", "[1]"),
        ("\u{feff}[1]", "[1]"),
    ] {
        assert_eq!(parsed(text), shown, "{text}");
    }
}

#[test]
fn errors_say_where() {
    for (text, place) in [
        ("", "line 1, column 1: "),
        ("   ", "line 1, column 4: "),
        ("[1,]", "line 1, column 4: "),
        ("{\"a\":1,}", "line 1, column 8: "),
        ("{a: 1}", "line 1, column 2: "),
        ("{\"a\" 1}", "line 1, column 6: "),
        ("{1: 2}", "line 1, column 2: "),
        ("[1 2]", "line 1, column 4: "),
        ("01", "line 1, column 2: "),
        ("1.", "line 1, column 3: "),
        (".5", "line 1, column 1: "),
        ("+1", "line 1, column 1: "),
        ("1e", "line 1, column 3: "),
        ("-", "line 1, column 2: "),
        ("nul", "line 1, column 4: "),
        ("nulla", "line 1, column 5: "),
        ("NaN", "line 1, column 1: "),
        ("'a'", "line 1, column 1: "),
        ("1 2", "line 1, column 3: "),
        ("[]]", "line 1, column 3: "),
        ("[", "line 1, column 2: "),
        ("\"", "line 1, column "),
        ("\"\t\"", "line 1, column 2: "),
        ("\"\\x\"", "line 1, column 2: "),
        ("\"\\ud800\"", "line 1, column "),
        ("\"\\ud800\\u0041\"", "line 1, column "),
        ("\"\\udc00\"", "line 1, column "),
        ("\"\\u12g4\"", "line 1, column "),
        ("[1,\n  \"é\", x]", "line 2, column 8: "),
        ("// no\n1", "line 1, column 1: "),
    ] {
        let message = error_of(text);
        assert!(message.starts_with(place), "{text}: {message}");
    }
    assert_eq!(
        error_of("[1 2]"),
        "line 1, column 4: array values must be followed by a comma to add a new value or a squared bracket to end the array"
    );
}

#[test]
fn depth_has_a_bound_in_both_directions() {
    let nested =
        |levels: usize| format!("json.parse(repeat(\"[\", {levels}) + repeat(\"]\", {levels}), none, none)");
    assert_eq!(value("json", &format!("length(json.stringify({}, -1))", nested(256))), "512");
    assert_eq!(refused("json", &nested(257)), "the JSON text is nested deeper than 256 levels");
    assert_eq!(refused("json", &nested(100_000)), "the JSON text is nested deeper than 256 levels");
    let objects = "json.parse(repeat(\"{\\\"a\\\":\", 256) + \"1\" + repeat(\"}\", 256), none, none)";
    assert_eq!(value("json", &format!("length(json.stringify({objects}, -1))")), "1537");
    let deep = "import json
var xs: [any] = []
for _ in 0..256 { xs = [xs] }
json.stringify(xs, -1)";
    let (kind, message) = run(deep).failed();
    assert_eq!(
        (kind.as_str(), message.as_str()),
        ("invalid_argument", "a value nested deeper than 256 levels has no form in JSON")
    );
}

#[test]
fn every_kind_of_value_is_written() {
    for (source, text) in [
        ("none", "null"),
        ("true", "true"),
        ("u8(7)", "7"),
        ("-3", "-3"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("1.0", "1.0"),
        ("0.1", "0.1"),
        ("1e21", "1e21"),
        ("5e-324", "5e-324"),
        ("-0.0", "-0.0"),
        ("'é'", "\"é\""),
        ("'\\n'", "\"\\n\""),
        ("\"\"", "\"\""),
        (
            "\"q\\\"\\\\\\n\\r\\t\\u{8}\\u{c}\\u{1}\\u{1f}\\u{7f}é\"",
            "\"q\\\"\\\\\\n\\r\\t\\b\\f\\u0001\\u001f\u{7f}é\"",
        ),
        ("[1, 2]", "[1,2]"),
        ("[\"a\"]", "[\"a\"]"),
        ("(1, \"x\", (true, [0][..0]))", "[1,\"x\",[true,[]]]"),
        ("{1: \"a\", -2: \"b\"}", "{\"1\":\"a\",\"-2\":\"b\"}"),
        ("{true: 1}", "{\"true\":1}"),
        ("{'q': [1]}", "{\"q\":[1]}"),
        ("{\"\": {\"\\n\": 1}}", "{\"\":{\"\\n\":1}}"),
        ("error(\"kind\", \"a \\\"message\\\"\")", "{\"kind\":\"kind\",\"message\":\"a \\\"message\\\"\"}"),
    ] {
        assert_eq!(written(source), text, "{source}");
    }
    let types = "import json
struct Point { x: f64, y: f64 = 0.0 }
struct Empty { }
enum Color { Red, Green }
enum Shape { Circle(radius: f64, at: Point), Unit }
let p = Point(1.0)
print(json.stringify(p, -1), json.stringify(Empty(), -1), json.stringify(Color.Green, -1))
print(json.stringify([Shape.Circle(2.0, p), Shape.Unit], -1), json.stringify({Color.Red: 1}, -1))
print(json.stringify({\"a\": Shape.Circle(0.5, p)}, 2))
print(json.stringify([p, p], 0))
print(json.stringify(([], {}, [[]], error(\"k\", \"m\")), 1))";
    let expected = r#"{"x":1.0,"y":0.0} {} "Green"
[{"Circle":{"radius":2.0,"at":{"x":1.0,"y":0.0}}},"Unit"] {"Red":1}
{
  "a": {
    "Circle": {
      "radius": 0.5,
      "at": {
        "x": 1.0,
        "y": 0.0
      }
    }
  }
}
[
{
"x": 1.0,
"y": 0.0
},
{
"x": 1.0,
"y": 0.0
}
]
[
 [],
 {},
 [
  []
 ],
 {
  "kind": "k",
  "message": "m"
 }
]
"#;
    let types = types.replace("([], {}, [[]], ", "([0][..0], {\"\": 0}, [[0][..0]], ");
    let expected = expected.replace(" {},\n [\n", " {\n  \"\": 0\n },\n [\n");
    assert_eq!(run(&types).printed(), expected);
}

#[test]
fn what_has_no_form_is_refused() {
    for (source, what) in [
        ("0.0 / 0.0", "JSON has no number NaN"),
        ("-1.0 / 0.0", "JSON has no number -inf"),
        ("[1.0, 1.0 / 0.0]", "JSON has no number inf"),
        ("|x: i32| x", "a procedure has no form in JSON"),
        ("{(1, 2): 3}", "a key of parts has no form in JSON"),
    ] {
        assert_eq!(refused("json", &format!("json.stringify({source}, -1)")), what, "{source}");
    }
    assert_eq!(refused("json", "json.stringify(1, 17)"), "the indentation is at most 16 spaces");
    let cycles = "import json
struct Node { next: Node? }
var loop: [any]
loop.push({\"in\": loop})
try { json.stringify(loop, -1) } catch e { print(e.message) }
let node = Node(none)
node.next = node
try { json.stringify(node, 4) } catch e { print(e.message) }
let shared = [1]
print(json.stringify([shared, shared], -1))";
    let told = "a value that contains itself has no form in JSON";
    assert_eq!(run(cycles).printed(), format!("{told}\n{told}\n[[1],[1]]\n"));
}

#[test]
fn maps_that_lost_their_first_keys_are_written_right() {
    let source = "import json
var m = {\"a\": 1, \"b\": 2, \"c\": 3}
m.remove(\"a\")
print(json.stringify(m, -1))
m.remove(\"c\")
print(json.stringify(m, -1))
m.remove(\"b\")
print(json.stringify(m, -1), json.stringify(m, 4))";
    assert_eq!(run(source).printed(), "{\"b\":2,\"c\":3}\n{\"b\":2}\n{} {}\n");
}

#[test]
fn long_tokens_cross_the_window() {
    // Tokens before, at and behind the 16 KiB that are read together, plain and escaped, of one byte and more.
    let source = "import json
for n in [16380, 16381, 16382, 16383, 16384, 16385, 16386, 40000, 200000] {
    for c in [\"a\", \"é\", \"\\n\", \"😀\"] {
        let text = repeat(c, n / length(c.bytes()))
        let written = json.stringify([text, text], -1)
        let back = json.parse(written, none, none) as [any]
        assert((back[0] as str) == text && (back[1] as str) == text, f\"{n}\")
    }
    let digits = \"1\" + repeat(\"0\", n)
    assert((json.parse(\"[\" + digits + \"]\", none, none) as [any])[0] == 1.0 / 0.0)
    let spaced = json.parse(\"[\" + repeat(\" \", n) + \"null\" + repeat(\"\\r\\n\", n) + \"]\", none, none)
    assert(length(spaced as [any]) == 1)
}
print(\"fine\")";
    let ran = super::run_with(source, &lyra_std::Services::new(), |_| {});
    assert_eq!(ran.printed(), "fine\n");
}

#[test]
fn what_is_written_is_read_back() {
    let mut random = fastrand::Rng::with_seed(0x15_0A);
    for _ in 0..200 {
        let mut text = String::new();
        grow(&mut random, 0, &mut text);
        let source = format!(
            "import json\nlet text = {}\nprint(json.stringify(json.parse(text, none, none), -1) == text)\n\
             let v = json.parse(text, none, none)\nprint(json.stringify(json.parse(json.stringify(v, 3), none, none), -1) == text)",
            literal(&text)
        );
        assert_eq!(run(&source).printed(), "true\ntrue\n", "{text}");
    }
}

/// Compact JSON of any shape, as it is written.
fn grow(random: &mut fastrand::Rng, depth: u32, out: &mut String) {
    let string = |random: &mut fastrand::Rng| {
        let letters = ["a", "é", "😀", " ", "\\\"", "\\\\", "\\n", "\\u0001", "{", "]", ","];
        (0..random.usize(0..6)).map(|_| letters[random.usize(0..letters.len())]).collect::<String>()
    };
    match random.u32(0..if depth > 5 { 6 } else { 9 }) {
        0 => out.push_str("null"),
        1 => out.push_str(if random.bool() { "true" } else { "false" }),
        2 => out.push_str(&random.i64(..).to_string()),
        3 => out.push_str(&format!("{:?}", random.f64() * 1e3)),
        4 | 5 => out.push_str(&format!("\"{}\"", string(random))),
        6 | 7 => {
            out.push('[');
            for place in 0..random.u32(0..4) {
                out.push_str(if place > 0 { "," } else { "" });
                grow(random, depth + 1, out);
            }
            out.push(']');
        }
        _ => {
            out.push('{');
            for place in 0..random.u32(0..4) {
                out.push_str(&format!("{}\"{}{place}\":", if place > 0 { "," } else { "" }, string(random)));
                grow(random, depth + 1, out);
            }
            out.push('}');
        }
    }
}
