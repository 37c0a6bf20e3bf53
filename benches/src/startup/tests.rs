//! What the lane says of itself, and that it measures.

use super::*;

#[test]
fn a_table_tells_what_is_more_than_nothing() {
    let results = [
        result(TIME, "true", Unit::Nanoseconds, vec![700_000.0, 650_000.0, 900_000.0]),
        result(TIME, "lyra", Unit::Nanoseconds, vec![2_150_000.0, 2_400_000.0]),
        result(MEMORY, "lyra", Unit::Bytes, vec![4_900_000.0]),
    ];
    let text = table(&results);
    let lyra: Vec<&str> =
        text.lines().find(|line| line.starts_with("lyra")).unwrap_or_default().split_whitespace().collect();
    assert_eq!(lyra, ["lyra", "2.15", "1.50", "2.27", "4.9"], "{text}");
    let empty: Vec<&str> =
        text.lines().find(|line| line.starts_with("true")).unwrap_or_default().split_whitespace().collect();
    assert_eq!(empty, ["true", "0.65", "0.70"], "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn processes_are_started_and_their_memory_is_seen() {
    let shell = Candidate {
        name: "shell",
        program: in_path("sh").expect("a shell"),
        arguments: &[],
        hello: Some(("sh", "echo hello\n", "while true; do :; done\n")),
    };
    let options = crate::options::Options { smoke: true, ..Default::default() };
    let context = Context::new(options, String::new()).expect("a context");
    let directory = tempfile::tempdir().expect("a directory");
    let time = once(&context, &shell, directory.path()).expect("it runs");
    assert!((1e4..6e10).contains(&time), "{time}");
    let peak = memory::peak(&context, &shell, directory.path()).expect("it runs").expect("Linux tells");
    assert!((2e5..1e9).contains(&peak), "{peak}");
    let wrong = Candidate { hello: Some(("sh", "exit 3\n", "")), ..shell };
    assert!(
        once(&context, &wrong, directory.path())
            .expect_err("it fails")
            .to_string()
            .contains("exit status: 3")
    );
}
