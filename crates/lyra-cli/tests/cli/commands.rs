//! Each command does what it says, with the exit code it promises.
use super::Case;

const PROGRAM: &str = "\
proc twice(x: i32) -> i32 { return x * 2 }
for i in 0..3 { print(twice(i)) }
";

#[test]
fn run_prints_what_the_program_prints() {
    let case = Case::new();
    case.file("a.lyra", PROGRAM);
    assert_eq!(case.lyra(&["run", "a.lyra"]).prints(), "0\n2\n4\n");
    assert_eq!(case.lyra(&["a.lyra"]).prints(), "0\n2\n4\n");
    assert_eq!(case.lyra_with_input(&["run", "-"], PROGRAM.as_bytes()).prints(), "0\n2\n4\n");
    assert_eq!(case.lyra_with_input(&["-"], PROGRAM.as_bytes()).prints(), "0\n2\n4\n");
}

#[test]
fn a_script_with_a_shebang_and_a_byte_order_mark_runs() {
    let case = Case::new();
    case.file("a.lyra", "\u{feff}#!/usr/bin/env lyra\r\nprint(\"hi\")\r\n");
    assert_eq!(case.lyra(&["a.lyra"]).prints(), "hi\n");
}

#[test]
fn main_runs_after_the_top_level_and_decides_the_exit_code() {
    let case = Case::new();
    case.file("ok.lyra", "proc main() { print(\"main\") }\nprint(\"top\")");
    assert_eq!(case.lyra(&["ok.lyra"]).prints(), "top\nmain\n");
    case.file("zero.lyra", "proc main() -> i32 { return 0 }");
    assert_eq!(case.lyra(&["zero.lyra"]).prints(), "");
    case.file("bad.lyra", "proc main() -> i32 { return 7 }");
    let done = case.lyra(&["bad.lyra"]);
    assert_eq!((done.code, done.stdout.as_str(), done.stderr.as_str()), (Some(1), "", ""));
}

#[test]
fn eval_prints_the_last_value() {
    let case = Case::new();
    for (program, value) in [
        ("1 + 2", "3\n"),
        ("var x = 20; x * x", "400\n"),
        ("[1, 2]", "[1, 2]\n"),
        ("\"text\"", "text\n"),
        ("(1, \"a\", 'c')", "(1, \"a\", 'c')\n"),
        ("-5", "-5\n"),
        ("0.5", "0.5\n"),
        ("print(7)", "7\n"),
        ("", ""),
    ] {
        assert_eq!(case.lyra(&["eval", program]).prints(), value, "{program}");
    }
    assert_eq!(case.lyra_with_input(&["eval", "-"], b"6 * 7").prints(), "42\n");
}

#[test]
fn check_is_quiet_when_there_is_nothing_to_say() {
    let case = Case::new();
    case.file("a.lyra", PROGRAM);
    case.file("b.lyra", "");
    assert_eq!(case.lyra(&["check", "a.lyra", "b.lyra"]).prints(), "");
    assert_eq!(case.lyra_with_input(&["check", "-"], PROGRAM.as_bytes()).prints(), "");
}

#[test]
fn check_looks_at_every_file_and_runs_none() {
    let case = Case::new();
    case.file("a.lyra", "print(x)");
    case.file("b.lyra", "print(y)");
    let done = case.lyra(&["check", "a.lyra", "missing.lyra", "b.lyra", "--message-format", "short"]);
    let lines: Vec<&str> = done.fails(3).lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("a.lyra:1:7: error[E"));
    assert!(lines[1].contains("missing.lyra"));
    assert!(lines[2].starts_with("b.lyra:1:7: error[E"));
}

#[test]
fn warnings_fail_only_when_denied() {
    let case = Case::new();
    case.file("a.lyra", "...");
    let done = case.lyra(&["check", "a.lyra"]);
    assert_eq!(done.code, Some(0));
    assert!(done.stderr.starts_with("warning[W"), "{}", done.stderr);
    assert!(case.lyra(&["check", "--deny-warnings", "a.lyra"]).fails(3).starts_with("warning[W"));
    let done = case.lyra(&["run", "a.lyra"]);
    assert_eq!(done.code, Some(0));
    assert!(done.stderr.starts_with("warning[W"));
}

#[test]
fn build_verify_disasm_and_run_agree() {
    let case = Case::new();
    case.build(PROGRAM, &[]);
    let verified = case.lyra(&["verify", "program.lyrac"]);
    assert!(verified.prints().starts_with("program.lyrac: ok, 2 procedures, "), "{}", verified.stdout);
    let json = case.lyra(&["verify", "program.lyrac", "--message-format", "json"]).prints().to_owned();
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["type"], &json["procedures"]), (&"verified".into(), &2.into()), "{json}");
    assert_eq!(case.lyra(&["program.lyrac"]).prints(), "0\n2\n4\n");
    let listing = case.lyra(&["disasm", "program.lyrac"]).prints().to_owned();
    assert!(listing.contains("mul_i32") || listing.contains("shl_i32"), "{listing}");
    assert_eq!(case.lyra(&["disasm", "program.lyra"]).prints(), listing);
    assert_eq!(case.lyra(&["build", "program.lyra", "--emit", "bytecode"]).prints(), listing);
    let ir = case.lyra(&["build", "program.lyra", "--emit", "ir"]);
    let ir = ir.prints();
    assert!(ir.contains("func \"top-level\" {\n") && ir.contains("block0:\n"), "{ir}");
    let regcode = case.lyra(&["build", "program.lyra", "--emit", "regcode"]);
    let regcode = regcode.prints();
    assert!(regcode.contains("top-level:\n0"), "{regcode}");
}

#[test]
fn what_tiers_make_can_be_made_in_other_ways() {
    let case = Case::new();
    case.build(PROGRAM, &[]);
    let regcode = |flags: &[&str]| {
        let words = [&["build", "program.lyra", "--emit", "regcode"], flags].concat();
        case.lyra(&words).prints().to_owned()
    };
    let fused = regcode(&[]);
    assert!(fused.contains("count_back") && !regcode(&["--no-fuse"]).contains("count_back"), "{fused}");
    assert!(
        !fused.contains("call proc") && regcode(&["--skip", "inlining,flow"]).contains("call proc"),
        "{fused}"
    );
    for flags in [&["--no-fuse"][..], &["--skip", "inlining"], &["--skip", "flow,unswitch", "--no-fuse"]] {
        assert_eq!(case.lyra(&[&["run", "program.lyra"], flags].concat()).prints(), "0\n2\n4\n", "{flags:?}");
    }
    assert_eq!(case.lyra(&["eval", "1 + 2", "--no-fuse"]).prints(), "3\n");
    assert!(case.lyra(&["run", "program.lyra", "--skip", "inlin"]).fails(2).contains("inlining, "));
}

/// A program of two files, one of whose procedures is put in place of its call.
const HALF: &str = "\
import \"numbers.lyra\"

proc half(n: f64) -> f64 {
    return n / 2.0
}

var total = 0.0
for _ in 0..4 {
    total += half(f64(ten()))
}
print(total)
";

#[test]
fn listings_have_the_lines_of_the_source_beside_them() {
    let case = Case::new();
    case.file("numbers.lyra", "// Ten.\nproc ten() -> i32 {\n    return 10\n}\n");
    case.file("program.lyra", HALF);
    assert_eq!(case.lyra(&["build", "program.lyra"]).prints(), "");
    for file in ["program.lyra", "program.lyrac"] {
        let code = case.lyra(&["disasm", file]).prints().to_owned();
        assert!(code.contains(" 4: return n / 2.0\n") && code.contains("; from numbers.lyra\n"), "{code}");
        let code = case.lyra(&["disasm", file, "--emit", "regcode"]).prints().to_owned();
        assert!(
            code.contains("; 8: for _ in 0..4 {\n") && code.contains("; in half, 4: return n / 2.0\n"),
            "{code}"
        );
        let apart = ["disasm", file, "--emit", "regcode", "--skip", "inlining"];
        let code = case.lyra(&apart).prints().to_owned();
        assert!(code.contains("ten: ; from numbers.lyra\n") && code.contains("; 3: return 10\n"), "{code}");
    }
    // Without the texts there are numbers, and nothing without positions.
    assert_eq!(case.lyra(&["build", "program.lyra", "--strip"]).prints(), "");
    for emit in ["bytecode", "regcode"] {
        let code = case.lyra(&["disasm", "program.lyrac", "--emit", emit]).prints().to_owned();
        assert!(code.contains("_f64") && !code.contains(": ") && !code.contains("numbers"), "{code}");
    }
}

#[test]
fn build_writes_where_it_is_told() {
    let case = Case::new();
    let bytes = case.build(PROGRAM, &[]);
    assert_eq!(case.lyra(&["build", "program.lyra", "-o", "x.bin"]).prints(), "");
    assert_eq!(super::read(&case.path("x.bin")), bytes);
    // Without the ending it is known by its first bytes.
    assert_eq!(case.lyra(&["run", "x.bin"]).prints(), "0\n2\n4\n");
    let output = case.command(&["build", "program.lyra", "-o", "-"]).output().expect("lyra runs");
    assert_eq!(output.stdout, bytes);
    assert_eq!(case.lyra_with_input(&["run", "-"], &bytes).prints(), "0\n2\n4\n");

    assert!(case.lyra(&["build", "program.lyra", "-o", "program.lyra"]).fails(2).contains("its own source"));
    assert!(case.lyra_with_input(&["build", "-"], b"").fails(2).contains("-o FILE"));
    assert!(case.lyra(&["build", "program.lyra", "-o", "no/such/x"]).fails(2).contains("cannot write"));
    assert!(case.lyra(&["build", "program.lyrac"]).fails(2).contains("sealed file"));
}

#[test]
fn the_same_source_builds_the_same_bytes() {
    let case = Case::new();
    assert_eq!(case.build(PROGRAM, &[]), case.build(PROGRAM, &[]));
}

#[test]
fn stripped_programs_are_smaller_and_run_the_same() {
    let case = Case::new();
    let source = "proc f(d: i32) -> i32 { return 1 / d }\nprint(f(1))\nprint(f(0))\n";
    let full = case.build(source, &[]);
    let stripped = case.build(source, &["--strip"]);
    assert!(stripped.len() < full.len());
    assert!(!stripped.windows(8).any(|bytes| bytes == b"print(f("));
    let done = case.lyra(&["program.lyrac"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(4), "1\n"));
    assert!(done.stderr.starts_with("error[division_by_zero]"), "{}", done.stderr);
    assert!(!done.stderr.contains("1 / d"));
}

#[test]
fn the_tree_can_be_printed() {
    let case = Case::new();
    case.file("a.lyra", "print(not_declared)");
    assert!(case.lyra(&["build", "a.lyra", "--emit", "ast"]).prints().contains("not_declared"));
    case.file("b.lyra", "print((");
    case.lyra(&["build", "b.lyra", "--emit", "ast"]).fails(3);
}

#[test]
fn explain_explains_every_code() {
    let case = Case::new();
    let list = case.lyra(&["explain"]).prints().to_owned();
    assert!(list.lines().count() > 10);
    for line in list.lines() {
        let code = line.split_whitespace().next().expect("a code");
        let text = case.lyra(&["explain", code]).prints().to_owned();
        assert!(text.starts_with(&format!("# {code}: ")), "{text}");
    }
    assert_eq!(case.lyra(&["explain", "e0101"]).prints(), case.lyra(&["explain", "E0101"]).prints());
    assert!(case.lyra(&["explain", "E9999"]).fails(2).contains("`E9999`"));
}

#[test]
fn help_and_version_are_answers_not_mistakes() {
    let case = Case::new();
    assert!(case.lyra(&["--help"]).prints().contains("Exit codes:"));
    assert!(case.lyra(&["--version"]).prints().starts_with("lyra "));
    for command in ["run", "eval", "check", "build", "verify", "disasm", "explain"] {
        assert!(case.lyra(&[command, "--help"]).prints().contains("Examples:"), "{command}");
    }
}

#[test]
fn a_wrong_command_line_is_exit_2_and_says_what_would_be_right() {
    let case = Case::new();
    case.lyra(&[]).fails(2);
    assert!(case.lyra(&["chekc"]).fails(2).contains("check"));
    assert!(case.lyra(&["run"]).fails(2).contains("<FILE>"));
    assert!(case.lyra(&["run", "a", "--fuel", "much"]).fails(2).contains("whole number"));
    assert!(case.lyra(&["run", "a", "--max-stack", "2_000_000"]).fails(2).contains("at most"));
    assert!(case.lyra(&["run", "a", "--timeout", "1x"]).fails(2).contains("500ms"));
    assert!(case.lyra(&["run", "a", "--max-memory", "1T"]).fails(2).contains("100M"));
    assert!(case.lyra(&["run", "a", "--allow", "flie"]).fails(2).contains("clock"));
    assert!(case.lyra(&["eval", "--overflow", "explode", "1"]).fails(2).contains("trap"));
}

#[test]
fn overflow_follows_its_flag() {
    let case = Case::new();
    let program = "var x = 2147483647\nx + 1";
    assert_eq!(case.lyra(&["eval", program]).prints(), "-2147483648\n");
    assert!(case.lyra(&["eval", program, "--overflow", "trap"]).fails(4).starts_with("error[overflow]"));
}
