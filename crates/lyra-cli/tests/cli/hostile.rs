//! Files that are no programs, and programs that were made to hurt: each ends soon, with its own exit code.
use super::Case;

#[test]
fn files_that_are_no_programs() {
    let case = Case::new();
    assert!(case.lyra(&["run", "missing.lyra"]).fails(2).contains("there is no such file"));
    assert!(case.lyra(&["run", "."]).fails(2).contains("it is a directory"));
    case.file("latin1.lyra", b"print(1)\nprint(\"\xe9\")");
    let done = case.lyra(&["run", "latin1.lyra"]);
    assert!(done.fails(3).contains("offset 16, line 2"), "{}", done.stderr);
    case.file("random.lyra", (0..=255u8).collect::<Vec<_>>());
    case.lyra(&["run", "random.lyra"]).fails(3);
    case.file("nul.lyra", "print(1)\0");
    case.lyra(&["run", "nul.lyra"]).fails(3);
}

#[test]
fn an_empty_file_is_a_program_that_does_nothing() {
    let case = Case::new();
    for empty in ["", "\n", " ", "\u{feff}", "// only a comment", "#!/usr/bin/env lyra"] {
        case.file("empty.lyra", empty);
        assert_eq!(case.lyra(&["run", "empty.lyra"]).prints(), "", "{empty:?}");
        assert_eq!(case.lyra(&["check", "empty.lyra"]).prints(), "");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let case = Case::new();
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("-", ""), ("if true { ", "}"), ("f\"{", "}\"")]
    {
        let program = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        case.file("deep.lyra", program);
        let done = case.lyra(&["run", "deep.lyra"]);
        let stderr = done.fails(3);
        assert!(stderr.len() < 100_000, "{open}: {} bytes of messages", stderr.len());
    }
}

#[test]
fn a_line_of_ten_megabytes_is_read_and_its_error_is_short() {
    let case = Case::new();
    case.file("long.lyra", format!("var x = {}nope", "1 + ".repeat(2_500_000)));
    let done = case.lyra(&["check", "long.lyra"]);
    let stderr = done.fails(3);
    assert!(stderr.len() < 20_000, "{} bytes of messages", stderr.len());
    case.file("comment.lyra", format!("// {}\nprint(1)", "x".repeat(10_000_000)));
    assert_eq!(case.lyra(&["run", "comment.lyra"]).prints(), "1\n");
}

#[test]
fn a_thrown_text_of_megabytes_is_cut() {
    let case = Case::new();
    case.file("a.lyra", "throw repeat(\"x\", 10000000)");
    for format in ["human", "short"] {
        let done = case.lyra(&["a.lyra", "--message-format", format]);
        assert!(done.fails(4).len() < 10_000);
    }
}
