//! Streams and signals: order, closed readers, full disks, Ctrl-C.
#![cfg(unix)]
use super::{Case, Done};
use std::io::Read as _;
use std::process::{Child, Stdio};

/// Prints more than a buffer holds, so that a reader knows that it runs, and goes on for ever.
const ENDLESS: &str = "print(repeat(\"x\", 100000))\nvar n = 0\nwhile true { n += 1 }";

fn start(case: &Case, arguments: &[&str]) -> Child {
    let mut command = case.command(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("lyra starts")
}

fn interrupt(child: &Child) {
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

#[test]
fn ctrl_c_ends_a_run_with_a_report() {
    let case = Case::new();
    case.file("endless.lyra", ENDLESS);
    let mut child = start(&case, &["run", "endless.lyra", "--report", "human"]);
    let mut first = [0; 1000];
    child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("output");
    interrupt(&child);
    let done: Done = child.wait_with_output().expect("lyra ends").into();
    assert_eq!(done.code, Some(5), "{}", done.stderr);
    assert!(done.stderr.starts_with("error[cancelled]"), "{}", done.stderr);
    assert!(done.stderr.contains("fuel"), "{}", done.stderr);
    // What was printed before is not lost.
    assert_eq!(done.stdout.len() + first.len(), 100_001);
}

#[test]
fn a_reader_that_leaves_ends_the_run_quietly() {
    let case = Case::new();
    for program in ["while true { print(\"line\") }", "while true { try { print(\"line\") } catch { } }"] {
        case.file("chatty.lyra", program);
        let mut child = start(&case, &["run", "chatty.lyra"]);
        let mut first = [0; 10];
        child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("output");
        drop(child.stdout.take());
        let done: Done = child.wait_with_output().expect("lyra ends").into();
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{program}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let case = Case::new();
    case.file("a.lyra", "print(\"text\")");
    for arguments in [&["run", "a.lyra"] as &[&str], &["disasm", "a.lyra"], &["eval", "1"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let output = case.command(arguments).stdout(full).output().expect("lyra runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("cannot write to standard output"), "{stderr}");
    }
}

#[test]
fn output_comes_before_the_error_that_followed_it() {
    let case = Case::new();
    case.file("a.lyra", "var zero = 0\nprint(\"first\")\nprint(1 / zero)");
    let both = case.file("both.txt", "");
    let file = || std::fs::OpenOptions::new().append(true).open(&both).expect("a file");
    let status = case.command(&["a.lyra"]).stdout(file()).stderr(file()).status().expect("lyra runs");
    assert_eq!(status.code(), Some(4));
    let text = String::from_utf8(super::read(&both)).expect("UTF-8");
    assert!(text.starts_with("first\nerror[division_by_zero]"), "{text}");
}

#[test]
fn a_closed_standard_error_changes_nothing() {
    let case = Case::new();
    case.file("a.lyra", "var zero = 0\nprint(1)\nprint(1 / zero)");
    let mut child = start(&case, &["a.lyra"]);
    drop(child.stderr.take());
    let output = child.wait_with_output().expect("lyra ends");
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(4), b"1\n".as_slice()));
}
