//! Programs of several files: what is found, how messages name files, and where a program's root is.
use super::Case;

/// `dir/main.lyra` with a library, run from the folder around it.
fn program() -> Case {
    let case = Case::new();
    for folder in ["dir", "dir/lib"] {
        std::fs::create_dir(case.path(folder)).expect("a folder");
    }
    case.file("dir/main.lyra", "import \"lib/text.lyra\" as text\nprint(text.shout(\"hi\"))\n");
    case.file(
        "dir/lib/text.lyra",
        "import \"../marks.lyra\"\nproc shout(s: str) -> str { return upper(s) + MARK }\nproc at(xs: [i32]) -> i32 { return xs[9] }\n",
    );
    case.file("dir/marks.lyra", "const MARK = \"!\"\n");
    case
}

#[test]
fn every_command_reads_all_files() {
    let case = program();
    assert_eq!(case.lyra(&["run", "dir/main.lyra"]).prints(), "HI!\n");
    assert_eq!(case.lyra(&["check", "dir/main.lyra"]).prints(), "");
    assert_eq!(case.lyra(&["build", "dir/main.lyra", "-o", "out.lyrac"]).prints(), "");
    std::fs::remove_dir_all(case.path("dir")).expect("the folder can go");
    assert_eq!(case.lyra(&["out.lyrac"]).prints(), "HI!\n", "a sealed file needs no other");
    assert!(case.lyra(&["disasm", "out.lyrac"]).prints().contains("shout"));
}

#[test]
fn messages_name_the_file() {
    let case = program();
    case.file("dir/marks.lyra", "const MARK: str = 1\n");
    let done = case.lyra(&["check", "dir/main.lyra", "--message-format", "short"]);
    assert_eq!(done.fails(3), "dir/marks.lyra:1:19: error[E0301]: expected str, found i32\n");
    let done = case.lyra(&["check", "dir/main.lyra", "--message-format", "json"]);
    let found: serde_json::Value = serde_json::from_str(done.fails(3).trim()).expect("JSON");
    assert_eq!(
        (&found["file"], &found["spans"][0]["file"]),
        (&"dir/marks.lyra".into(), &"dir/marks.lyra".into())
    );

    let case = program();
    case.file("dir/main.lyra", "import \"lib/text.lyra\" as text\nprint(text.at([]))\n");
    insta::assert_snapshot!("failing_in_a_library", case.lyra(&["dir/main.lyra"]).fails(4));
    let done = case.lyra(&["dir/main.lyra", "--message-format", "short"]);
    assert!(
        done.fails(4).starts_with("dir/lib/text.lyra:3:36: error[index_out_of_bounds]"),
        "{}",
        done.stderr
    );
    let done = case.lyra(&["dir/main.lyra", "--message-format", "json"]);
    let found: serde_json::Value = serde_json::from_str(done.fails(4).trim()).expect("JSON");
    let files: Vec<_> =
        found["trace"].as_array().expect("frames").iter().map(|frame| &frame["file"]).collect();
    assert_eq!(files, ["dir/lib/text.lyra", "dir/main.lyra"]);
}

#[test]
fn the_root_is_the_programs_folder_unless_it_is_said() {
    let case = program();
    let done = case.lyra(&["check", "dir/lib/text.lyra", "--message-format", "short"]);
    assert_eq!(
        done.fails(3),
        "dir/lib/text.lyra:1:8: error[E0213]: `../marks.lyra` lies outside the program's folder\n"
    );
    assert_eq!(case.lyra(&["check", "dir/lib/text.lyra", "--root", "dir"]).prints(), "");
    assert_eq!(case.lyra(&["check", "dir/lib/text.lyra", "--root", "."]).prints(), "");
    let done = case.lyra(&["run", "dir/main.lyra", "--root", "dir/lib"]);
    assert!(done.fails(2).contains("cannot be the root of dir/main.lyra"), "{}", done.stderr);
    assert!(case.lyra(&["run", "dir/main.lyra", "--root", "nowhere"]).fails(2).contains("nowhere"));
}

#[test]
fn programs_without_a_file_import_from_here() {
    let case = program();
    let text = "import \"dir/lib/text.lyra\" as text\nprint(text.shout(\"in\"))";
    assert_eq!(case.lyra_with_input(&["run", "-"], text.as_bytes()).prints(), "IN!\n");
    assert_eq!(case.lyra(&["eval", "import \"dir/marks.lyra\"; MARK + MARK"]).prints(), "!!\n");
    let done = case.lyra(&["eval", "import \"../x.lyra\"; 1", "--message-format", "short"]);
    assert!(done.fails(3).starts_with("<eval>:1:8: error[E0213]"), "{}", done.stderr);
    assert_eq!(case.lyra(&["eval", "import \"marks.lyra\"; MARK", "--root", "dir"]).prints(), "!\n");
}

#[test]
fn tests_of_a_library_are_found_with_its_files() {
    let case = program();
    case.file(
        "dir/lib/text_test.lyra",
        "import \"../marks.lyra\"\ntest \"marks\" { assert(MARK == \"!\") }\n",
    );
    assert_eq!(case.lyra(&["test", "dir"]).code, Some(0));
    assert_eq!(case.lyra(&["test", "dir/lib/text_test.lyra"]).code, Some(3), "its folder is its root");
    assert_eq!(case.lyra(&["test", "dir/lib/text_test.lyra", "--root", "dir"]).code, Some(0));
}
