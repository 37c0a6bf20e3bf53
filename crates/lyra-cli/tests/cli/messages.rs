//! Messages as people and tools get them: the human report, short lines, and the JSON shapes.
use super::Case;

const FIVE: &str = "\
var count: i32 = \"three\"
print(cuont)
proc half(x: i32) -> f64 { return x }
for i in 0..10 { missing(i) }
if count { print(\"yes\") }
";

#[test]
fn five_mistakes_are_five_errors_in_one_run() {
    let case = Case::new();
    case.file("five.lyra", FIVE);
    insta::assert_snapshot!("five_human", case.lyra(&["check", "five.lyra"]).fails(3));
    insta::assert_snapshot!(
        "five_short",
        case.lyra(&["check", "five.lyra", "--message-format", "short"]).fails(3)
    );
    insta::assert_snapshot!(
        "five_json",
        case.lyra(&["check", "five.lyra", "--message-format", "json"]).fails(3)
    );
}

const FAILING: &str = "\
proc pick(xs: [i32], i: i32) -> i32 {
    return xs[i]
}
proc outer() -> i32 { return pick([1, 2], 5) }
print(\"before\")
outer()
";

#[test]
fn a_failed_run_shows_the_line_and_the_calls() {
    let case = Case::new();
    case.file("failing.lyra", FAILING);
    let human = case.lyra(&["run", "failing.lyra"]);
    assert_eq!((human.code, human.stdout.as_str()), (Some(4), "before\n"));
    insta::assert_snapshot!("failing_human", human.stderr);
    insta::assert_snapshot!(
        "failing_short",
        case.lyra(&["failing.lyra", "--message-format", "short"]).stderr
    );
    insta::assert_snapshot!("failing_json", case.lyra(&["failing.lyra", "--message-format", "json"]).stderr);
}

#[test]
fn every_line_of_json_is_an_object_with_a_type() {
    let case = Case::new();
    case.file("five.lyra", FIVE);
    case.file("loop.lyra", "while true { }");
    case.file("bad.lyrac", "\u{7f}LYR");
    case.file("latin1.lyra", b"print(\"\xe9\")");
    for (arguments, code, kind) in [
        (&["check", "five.lyra"] as &[&str], 3, "diagnostic"),
        (&["run", "loop.lyra", "--fuel", "10"], 5, "failure"),
        (&["run", "bad.lyrac"], 6, "failure"),
        (&["run", "missing.lyra"], 2, "failure"),
        (&["run", "latin1.lyra"], 3, "failure"),
    ] {
        let done = case.lyra(&[arguments, &["--message-format", "json"]].concat());
        for line in done.fails(code).lines() {
            let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(object["type"], kind, "{line}");
            assert!(object["message"].as_str().is_some_and(|message| !message.is_empty()), "{line}");
            assert!(object["code"].is_string(), "{line}");
        }
    }
}

#[test]
fn bytes_in_json_are_those_of_the_file() {
    let case = Case::new();
    let source = "var ä = 1\nvar text: i32 = \"→\"\nprint(ä)";
    case.file("a.lyra", source);
    let done = case.lyra(&["check", "a.lyra", "--message-format", "json"]);
    let object: serde_json::Value =
        serde_json::from_str(done.fails(3).lines().next().expect("a line")).expect("JSON");
    let place = |end: &str| object["spans"][0][end]["byte"].as_u64().expect("a number") as usize;
    assert_eq!(&source[place("start")..place("end")], "\"→\"");
    assert_eq!(object["spans"][0]["start"]["line"], 2);
    assert_eq!(object["spans"][0]["start"]["column"], 17);
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let case = Case::new();
    case.file("five.lyra", FIVE);
    let colored = |arguments: &[&str], no_color: &str| {
        let output = case.command(arguments).env("NO_COLOR", no_color).output().expect("lyra runs");
        output.stderr.contains(&b'\x1b')
    };
    assert!(!colored(&["check", "five.lyra"], ""));
    assert!(colored(&["check", "five.lyra", "--color", "always"], ""));
    assert!(colored(&["check", "five.lyra", "--color", "always"], "1"));
    assert!(!colored(&["check", "five.lyra", "--color", "never"], ""));
    assert!(!colored(&["check", "five.lyra", "--color", "auto"], "1"));
    assert!(colored(&["run", "missing.lyra", "--color", "always"], ""));
}

#[test]
fn a_programs_text_cannot_drive_the_terminal() {
    let case = Case::new();
    case.file("a.lyra", "throw \"\\u{1b}[2J\\u{202e}gone\\r\"");
    for format in ["human", "short", "json"] {
        let done = case.lyra(&["a.lyra", "--message-format", format]);
        let stderr = done.fails(4);
        assert!(!stderr.contains(['\u{1b}', '\r']), "{stderr:?}");
    }
}

#[test]
fn the_report_has_what_the_run_used() {
    let case = Case::new();
    case.file("a.lyra", "for i in 0..5 { print(i) }");
    let done = case.lyra(&["a.lyra", "--report", "json", "--fuel", "1000"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "0\n1\n2\n3\n4\n"));
    let report: serde_json::Value = serde_json::from_str(&done.stderr).expect("JSON");
    assert_eq!(report["type"], "report");
    assert_eq!(report["exit"], 0);
    let used = report["fuel"]["used"].as_u64().expect("a number");
    assert_eq!(report["fuel"]["left"].as_u64(), Some(1000 - used));
    assert_eq!(report["output"]["bytes"], 10);
    let keys: Vec<&String> = report.as_object().expect("an object").keys().collect();
    insta::assert_compact_debug_snapshot!(keys, @r#"["type", "exit", "seconds", "fuel", "stack", "output", "memory", "pool", "caches", "sites", "interner", "integrity"]"#);
    assert!(case.lyra(&["a.lyra", "--report", "human"]).stderr.contains("fuel"));
    case.file("b.lyra", "var zero = 0\nprint(1 / zero)");
    let done = case.lyra(&["b.lyra", "--report", "json", "--message-format", "json"]);
    assert_eq!(done.fails(4).lines().count(), 2, "{}", done.stderr);
}
