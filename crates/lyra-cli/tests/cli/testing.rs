//! `lyra test` and `lyra bench`: what is found, run, shown, and told to the shell.
use super::{Case, Done};

const SHAPES: &str = "\
struct Point { x: f64, y: f64 }
impl Point { proc norm2(self) -> f64 { return self.x * self.x + self.y * self.y } }
var made = 0
print(\"set up\")
proc area(side: i32) -> i32 { return side * side }

test \"norm\" {
    assert(Point(3.0, 4.0).norm2() == 25.0)
    print(\"all well\")
}
test \"area\" {
    print(\"looking\\u{1b}[1m\")
    assert(area(2) == 5, \"the area\")
}
test \"lines\" { assert([\"one\", \"two\"].join(\"\\n\") == \"one\\n2\", \"lines\") }
test \"deep\" { descend(3) }
proc descend(n: i32) { if n == 0 { throw error(\"custom\", \"at the bottom\") } else { descend(n - 1) } }
test \"endless\" { while true { } }
test \"alone\" {
    made += 1
    assert(made == 1)
}
test \"alone, too\" {
    made += 1
    assert(made == 1)
}
bench \"norm\" { Point(3.0, 4.0).norm2() }
bench \"loop\" {
    var n = 0
    for i in 0..100 { n += i }
    n
}
proc main() { panic(\"a test does not run `main`\") }
";

/// Times are another each time.
fn without_times(text: &str) -> String {
    let mut filtered = String::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        for name in ["milliseconds", "median_ns", "min_ns", "spread", "samples", "rounds"] {
            let key = format!("\"{name}\":");
            if let Some(start) = line.find(&key).map(|at| at + key.len()) {
                let end = line[start..].find([',', '}']).map_or(line.len(), |length| start + length);
                line.replace_range(start..end, "0");
            }
        }
        if let (Some(at), true) = (line.rfind(", "), line.ends_with("s)")) {
            line.replace_range(at.., ", TIME)");
        }
        filtered += &without_time(&line).unwrap_or(line);
        filtered.push('\n');
    }
    filtered
}

/// The line of a test, `  ok    norm   0.3 ms   3 fuel`, with one blank between words and no time.
fn without_time(line: &str) -> Option<String> {
    let words: Vec<_> = line.split_whitespace().collect();
    let fuel = words.iter().position(|&word| word == "fuel")?;
    let time = fuel.checked_sub(3).filter(|&time| ["ms", "s"].contains(&words[time + 1]))?;
    Some(format!("{} TIME {}", words[..time].join(" "), words[time + 2..].join(" ")))
}

#[track_caller]
fn exits(done: &Done, code: i32) -> String {
    assert_eq!((done.code, done.stderr.as_str()), (Some(code), ""), "{}", done.stdout);
    without_times(&done.stdout)
}

#[test]
fn results_as_people_and_tools_get_them() {
    let case = Case::new();
    case.file("shapes.lyra", SHAPES);
    let arguments = ["test", "shapes.lyra", "--fuel", "10000", "--message-format"];
    for format in ["human", "short", "json"] {
        let done = case.lyra(&[&arguments[..], &[format]].concat());
        insta::assert_snapshot!(format!("tests_{format}"), exits(&done, 1));
    }
    let listed = exits(&case.lyra(&["test", "--list"]), 0);
    assert_eq!(listed.lines().next(), Some("shapes.lyra:7: norm"));
    assert_eq!(listed.lines().count(), 7);
    let listed = exits(&case.lyra(&["bench", "--list", "--message-format", "json"]), 0);
    assert_eq!(
        listed.lines().next(),
        Some("{\"type\":\"bench\",\"file\":\"shapes.lyra\",\"name\":\"norm\",\"line\":27}")
    );
}

#[test]
fn the_order_does_not_depend_on_who_is_first() {
    let case = Case::new();
    let mut source = String::new();
    for number in 0..60 {
        source += &format!("test \"number {number}\" {{ for _ in 0..{} {{ }} }}\n", (60 - number) * 50);
    }
    case.file("many.lyra", source);
    let one = exits(&case.lyra(&["test", "--jobs", "1"]), 0);
    assert_eq!(exits(&case.lyra(&["test", "--jobs", "7"]), 0), one);
    assert_eq!(one.lines().nth(10), Some("ok number 9 TIME 2551 fuel"));
}

#[test]
fn some_are_chosen() {
    let case = Case::new();
    case.file("shapes.lyra", SHAPES);
    let alone = exits(&case.lyra(&["test", "--filter", "alone"]), 0);
    assert_eq!(
        alone,
        "shapes.lyra\nok alone TIME 2 fuel\nok alone, too TIME 2 fuel\n\n2 passed, 5 filtered out (2 tests in 1 file, TIME)\n"
    );
    let two = exits(&case.lyra(&["test", "--filter", "too", "--filter", "norm", "--show-output"]), 0);
    assert!(
        two.contains("ok norm TIME 3 fuel\n        set up\n        all well\nok alone, too TIME 2 fuel\n"),
        "{two}"
    );
    let none = exits(&case.lyra(&["test", "--filter", "nothing of this"]), 0);
    assert_eq!(none, "no test has `nothing of this` in its name (7 tests in 1 file)\n");
    let first = exits(&case.lyra(&["test", "--fail-fast", "--jobs", "4"]), 1);
    assert!(first.contains("1 passed, 1 failed, 5 not run (7 tests in 1 file, TIME)"), "{first}");
}

#[test]
fn directories_are_searched() {
    let case = Case::new();
    for directory in ["dir/deep", "target", ".git"] {
        std::fs::create_dir_all(case.path(directory)).unwrap();
        case.file(&format!("{directory}/some.lyra"), "test \"found\" { }");
    }
    // Written for another host: not looked at, unless it is asked for.
    case.file("dir/other.lyra", "host_function()");
    case.file("dir/readme.txt", "test \"not this\" { }");
    let found = "dir/deep/some.lyra\nok found TIME 2 fuel\n\n1 passed (1 test in 1 file, TIME)\n";
    assert_eq!(exits(&case.lyra(&["test"]), 0), found);
    assert_eq!(exits(&case.lyra(&["test", "dir", "dir/deep/some.lyra"]), 0), found);
    assert_eq!(exits(&case.lyra(&["bench"]), 0), "no benchmarks found (2 files looked through)\n");

    let other = case.lyra(&["test", "dir/other.lyra", "dir"]);
    assert_eq!(other.code, Some(3));
    assert!(other.stderr.starts_with("error[E0201]"), "{}", other.stderr);
    assert!(other.stdout.contains("1 passed, 1 file that could not be compiled"), "{}", other.stdout);

    let missing = case.lyra(&["test", "missing.lyra"]);
    assert_eq!(missing.fails(2), "error: cannot read missing.lyra: there is no such file\n");
    let empty = case.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let nothing = exits(&case.lyra(&["test", "empty"]), 0);
    assert_eq!(nothing, "no tests found (0 files looked through)\n");
}

/// A directory that is searched is the root of what is found in it; a file by itself has its own directory, or `--root`.
#[test]
fn tests_may_stand_apart_from_what_they_test() {
    let case = Case::new();
    for directory in ["src", "tests"] {
        std::fs::create_dir(case.path(directory)).unwrap();
    }
    case.file(
        "src/shapes.lyra",
        "proc area(a: i32) -> i32 { return a * a }\ntest \"own\" { assert(area(1) == 1) }",
    );
    case.file("tests/area.lyra", "import \"../src/shapes.lyra\"\ntest \"area\" { assert(area(2) == 4) }");
    let all = exits(&case.lyra(&["test"]), 0);
    assert_eq!(
        all,
        "src/shapes.lyra\nok own TIME 3 fuel\n\ntests/area.lyra\nok area TIME 3 fuel\n\n2 passed (2 tests in 2 files, TIME)\n"
    );
    assert_eq!(case.lyra(&["test", "tests/area.lyra"]).code, Some(3));
    assert!(
        exits(&case.lyra(&["test", "tests/area.lyra", "--root", "."]), 0)
            .contains("1 passed (1 test in 1 file")
    );
}

#[test]
fn each_test_has_limits_of_its_own() {
    let case = Case::new();
    case.file(
        "limits.lyra",
        "test \"memory\" { var s = \"x\"\n while true { s = s + s } }
test \"stack\" { again() }
proc again() { again() }
test \"output\" { while true { print(\"line\") } }
test \"time\" { while true { } }
test \"caught\" { try { while true { } } catch { } }
test \"little\" { for _ in 0..100 { } }
",
    );
    let arguments = ["test", "--message-format", "short", "--timeout", "300ms", "--max-memory", "1M"];
    let text = exits(&case.lyra(&arguments), 1);
    for (name, code) in [
        ("memory", "out_of_memory"),
        ("stack", "stack_overflow"),
        ("time", "deadline_exceeded"),
        ("caught", "deadline_exceeded"),
    ] {
        assert!(text.contains(&format!("failed: {name}: [{code}]")), "{text}");
    }
    assert!(text.contains("ok: little\n"), "{text}");
    let output = exits(&case.lyra(&["test", "--filter", "output", "--max-output", "10K"]), 1);
    assert!(output.contains("output_limit") && output.contains("  | line\n"), "{output}");
}

#[test]
fn what_fails_before_the_test_is_told() {
    let case = Case::new();
    case.file("early.lyra", "print(\"so far\")\nvar zero = 0\nlet x = 1 / zero\ntest \"late\" { }");
    let text = exits(&case.lyra(&["test"]), 1);
    assert!(text.contains("the top-level statements failed, so the test was not reached"), "{text}");
    assert!(text.contains("error[division_by_zero]") && text.contains("  | so far"), "{text}");
}

#[test]
fn broken_tests_do_not_keep_others_from_running() {
    let case = Case::new();
    case.file("a.lyra", "test \"wrong\" { let n: i32 = \"text\" }");
    case.file("b.lyra", "test \"right\" { }");
    case.file("c.lyra", "test \"false\" { assert(1 > 2) }");
    let done = case.lyra(&["test"]);
    assert_eq!(done.code, Some(3));
    assert!(done.stderr.starts_with("error[E0301]"), "{}", done.stderr);
    assert!(done.stdout.contains("1 passed, 1 failed, 1 file that could not be compiled"), "{}", done.stdout);
    let program = case.build("test \"t\" { }\nprint(1)", &[]);
    assert!(!program.windows(4).any(|bytes| bytes == b"test") || program.is_empty() || source_only(&program));
}

/// The word stands in the source that the file keeps, and nowhere else.
fn source_only(program: &[u8]) -> bool {
    program.windows(4).filter(|bytes| bytes == b"test").count() == 1
}

#[test]
fn benchmarks_are_measured_saved_and_compared() {
    let case = Case::new();
    case.file("shapes.lyra", SHAPES);
    let arguments = ["bench", "shapes.lyra", "--time", "30ms"];
    let human = exits(&case.lyra(&[&arguments[..], &["--save", "before.jsonl"]].concat()), 0);
    assert!(human.starts_with("shapes.lyra\n  norm  ") && human.contains(" fuel         1\n"), "{human}");
    assert!(human.lines().nth(2).unwrap().ends_with("fuel        99"), "{human}");
    let saved = std::fs::read_to_string(case.path("before.jsonl")).unwrap();
    insta::assert_snapshot!("bench_json", without_times(&saved));
    let compared = exits(&case.lyra(&[&arguments[..], &["--compare", "before.jsonl"]].concat()), 0);
    assert!(compared.lines().skip(1).all(|line| line.contains(" %  min ") && line.matches('%').count() == 2));
    let json = [&arguments[..], &["--compare", "before.jsonl", "--message-format", "json"]].concat();
    assert_eq!(exits(&case.lyra(&json), 0).matches("\"before_ns\":").count(), 2);
    let bad = case.lyra(&[&arguments[..], &["--compare", "shapes.lyra"]].concat());
    assert!(bad.fails(2).contains("shapes.lyra holds no results of `lyra bench`: line 1"), "{}", bad.stderr);

    case.file("fails.lyra", "bench \"zero\" { 1 / (1 - 1) + length(\"\") }\nbench \"fine\" { 1 + 1 }");
    let done = case.lyra(&["bench", "fails.lyra", "--time", "10ms"]);
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    assert!(done.stdout.contains("  zero: failed\nerror[division_by_zero]"), "{}", done.stdout);
    assert!(done.stdout.contains("\n  fine  "), "{}", done.stdout);
}

/// Tests in Lyra of what holds for every text, array, map and number.
#[test]
fn the_suites_in_lyra_pass() {
    let case = Case::new();
    let suites = concat!(env!("CARGO_MANIFEST_DIR"), "/../lyra-conformance/suites");
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples");
    let text = exits(&case.lyra(&["test", suites, examples, "--jobs", "2"]), 0);
    assert!(text.contains("\nok a map is a list of pairs, only faster TIME "), "{text}");
    let passed = text.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(passed >= 21, "{text}");
    let measured = exits(&case.lyra(&["bench", suites, "--time", "1ms", "--message-format", "json"]), 0);
    assert!(measured.lines().count() >= 5 && !measured.contains("failure"), "{measured}");
}

#[test]
fn many_failures_are_told_within_bounds() {
    let case = Case::new();
    let mut source = String::from("let noise = repeat(\"x\", 20_000)\nprint(noise)\n");
    for number in 0..200 {
        source += &format!("test \"number {number}\" {{ assert({number} < 0, noise) }}\n");
    }
    case.file("many.lyra", source);
    let text = exits(&case.lyra(&["test"]), 1);
    assert!(text.len() < 2 << 20, "{} bytes", text.len());
    assert!(text.contains(" more failed\n") && text.contains("200 failed (200 tests in 1 file"), "too much");
    assert!(text.contains("  | … (20001 bytes in all)\n"));
    let one = exits(&case.lyra(&["test", "--filter", "199", "--message-format", "json"]), 1);
    assert!(one.contains("\"output_bytes\":20001"), "{one}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_tests_with_a_sum() {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::Stdio;
    let case = Case::new();
    case.file("endless.lyra", "test \"quick\" { }\ntest \"endless\" { while true { } }\ntest \"later\" { }");
    let mut command = case.command(&["test", "--jobs", "1"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("lyra starts");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    // The first result is there when the second test is begun.
    while !text.contains("quick") {
        assert_ne!(output.read_line(&mut text).expect("output"), 0, "{text}");
    }
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
    output.read_to_string(&mut text).expect("output");
    assert_eq!(child.wait().expect("lyra ends").code(), Some(5), "{text}");
    assert!(text.contains("1 passed, 2 not run (3 tests in 1 file"), "{text}");
}
