//! Every limit ends in its own error and exit code 5, in bounded time and memory, and cannot be caught.
use super::Case;

/// What a run under limits leaves behind.
#[track_caller]
fn ends_with(program: &str, flags: &[&str], kind: &str) {
    let case = Case::new();
    case.file("a.lyra", program);
    let done = case.lyra(&[&["run", "a.lyra"], flags].concat());
    let stderr = done.fails(5);
    assert!(stderr.starts_with(&format!("error[{kind}]")), "{stderr}");
    let caught = format!("try {{\n{program}\n}} catch e {{ print(\"caught\", e.kind) }}\nprint(\"after\")");
    if !program.contains("proc ") {
        case.file("b.lyra", caught);
        case.lyra(&[&["run", "b.lyra"], flags].concat()).fails(5);
    }
}

#[test]
fn endless_loops_run_out_of_fuel() {
    ends_with("while true { }", &["--fuel", "1_000_000"], "out_of_fuel");
    ends_with("var n = 0\nwhile true { n += 1 }", &["--fuel", "0"], "out_of_fuel");
}

#[test]
fn endless_loops_meet_their_deadline() {
    ends_with("while true { }", &["--timeout", "100ms"], "deadline_exceeded");
    ends_with("while true { }", &["--timeout", "0s"], "deadline_exceeded");
}

#[test]
fn the_deadline_is_for_the_whole_run() {
    let case = Case::new();
    case.file("a.lyra", "proc main() { while true { } }\nvar n = 0\nwhile n < 20_000_000 { n += 1 }");
    let start = std::time::Instant::now();
    let done = case.lyra(&["a.lyra", "--timeout", "300ms"]);
    assert!(done.fails(5).starts_with("error[deadline_exceeded]"), "{}", done.stderr);
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn endless_recursion_meets_the_stack_limit() {
    ends_with("proc f(n: i32) -> i32 { return 1 + f(n + 1) }\nf(0)", &[], "stack_overflow");
    ends_with(
        "proc f(n: i32) -> i32 { return 1 + f(n + 1) }\nf(0)",
        &["--max-stack", "50"],
        "stack_overflow",
    );
    ends_with("proc f(n: i32) -> i32 { return 1 + f(n + 1) }\nf(0)", &["--max-stack", "0"], "stack_overflow");
}

#[test]
fn growing_values_meet_the_memory_limit() {
    ends_with("var s = \"x\"\nwhile true { s = s + s }", &[], "out_of_memory");
    ends_with("var xs = [0]\nwhile true { xs.extend(xs) }", &["--max-memory", "1M"], "out_of_memory");
    ends_with("var s = repeat(\"x\", 2000000000)", &[], "out_of_memory");
}

#[test]
fn printing_meets_its_limit() {
    let case = Case::new();
    case.file("a.lyra", "while true { print(\"0123456789\") }");
    let done = case.lyra(&["a.lyra", "--max-output", "1K"]);
    assert_eq!(done.code, Some(5));
    assert!(done.stderr.starts_with("error[output_limit]"), "{}", done.stderr);
    assert!(done.stdout.len() <= 1024 && done.stdout.len() > 1000);
}

#[test]
fn a_deep_trace_is_cut_in_the_middle() {
    let case = Case::new();
    case.file("a.lyra", "proc f(n: i32) -> i32 { return 1 + f(n + 1) }\nf(0)");
    let done = case.lyra(&["a.lyra"]);
    let stderr = done.fails(5);
    assert!(stderr.contains(" more calls\n"), "{stderr}");
    assert!(stderr.lines().count() < 20, "{stderr}");
}

#[test]
fn fuel_is_exact() {
    let case = Case::new();
    case.file("a.lyra", "var n = 0\nwhile n < 10 { n += 1 }\nprint(n)");
    let done = case.lyra(&["a.lyra", "--report", "json"]);
    let report: serde_json::Value = serde_json::from_str(&done.stderr).expect("JSON");
    let used = report["fuel"]["used"].as_u64().expect("a number");
    assert_eq!(case.lyra(&["a.lyra", "--fuel", &used.to_string()]).prints(), "10\n");
    case.lyra(&["a.lyra", "--fuel", &(used - 1).to_string()]).fails(5);
}

#[test]
fn the_report_says_what_memory_was_used_and_how_long_the_program_waited_for_it() {
    let case = Case::new();
    let source = "var all: [str] = []\nfor i in 0..80000 { all.push(f\"number {i}\") }\nall.clear()\n\
                  for i in 0..80000 { all.push(f\"{i}\") }\nprint(all.length())";
    case.file("a.lyra", source);
    let done = case.lyra(&["a.lyra", "--report", "json"]);
    let report: serde_json::Value = serde_json::from_str(&done.stderr).expect("JSON");
    let memory = &report["memory"];
    let number = |name: &str| memory[name].as_f64().unwrap_or_else(|| panic!("no {name} in {memory}"));
    assert!(report["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(number("collections") >= 1.0 && number("freed") >= 1.0);
    // A text costs more than 56 bytes.
    assert!(number("charged_bytes") > 160_000.0 * 56.0 && number("charged_bytes_per_second") > 0.0);
    assert!(number("live_bytes") > 80_000.0 * 56.0 && number("peak_bytes") >= number("live_bytes"));
    assert!(number("in_use_bytes") > 80_000.0 * 24.0 && number("committed_bytes") >= number("in_use_bytes"));
    assert!((0.0..1.0).contains(&number("fragmentation")));
    let pauses = &memory["pauses"];
    let classes = pauses["histogram"].as_array().expect("classes");
    let counted: u64 = classes.iter().filter_map(|class| class["count"].as_u64()).sum();
    assert!(counted > 0 && pauses["count"].as_u64() == Some(counted), "{pauses}");
    assert!(pauses["longest_us"].as_f64() <= pauses["total_us"].as_f64());

    let shown = case.lyra(&["a.lyra", "--report", "human"]).stderr;
    for line in ["memory     ", "pauses     ", "heap       "] {
        assert!(shown.contains(line), "{shown}");
    }
}
