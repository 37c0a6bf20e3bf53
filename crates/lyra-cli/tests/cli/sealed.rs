//! Sealed files through the command: keys, damage, and files that are something else.
use super::Case;

const PROGRAM: &str = "proc twice(x: i32) -> i32 { return x * 2 }\nprint(twice(21))\n";

#[test]
fn keys_seal_and_open() {
    let case = Case::new();
    case.file("key", [7u8; 32]);
    case.file("hex", format!("{}\n", "07".repeat(32)));
    case.file("other", [8u8; 32]);
    case.file("short", "abc");
    case.build(PROGRAM, &["--key", "key"]);
    for command in ["run", "verify", "disasm"] {
        case.lyra(&[command, "program.lyrac", "--key", "key"]).prints();
        case.lyra(&[command, "program.lyrac", "--key", "hex"]).prints();
        assert!(case.lyra(&[command, "program.lyrac", "--key", "other"]).fails(6).contains("another key"));
        assert!(case.lyra(&[command, "program.lyrac"]).fails(6).contains("none was given"));
        assert!(case.lyra(&[command, "program.lyrac", "--key", "short"]).fails(2).contains("64 hexadecimal"));
        assert!(case.lyra(&[command, "program.lyrac", "--key", "missing"]).fails(2).contains("missing"));
    }
    assert!(case.lyra(&["run", "program.lyra", "--key", "key"]).fails(2).contains("source text"));
    case.build(PROGRAM, &[]);
    assert!(case.lyra(&["run", "program.lyrac", "--key", "key"]).fails(6).contains("not sealed with a key"));
}

#[test]
fn flipped_bits_are_exit_6_and_say_where() {
    let case = Case::new();
    let bytes = case.build(PROGRAM, &[]);
    // Every bit is tried in the facade's tests; here one in each part of the file, through the whole command.
    for byte in (0..bytes.len()).step_by(23) {
        let mut damaged = bytes.clone();
        damaged[byte] ^= 1 << (byte % 8);
        case.file("damaged.lyrac", &damaged);
        let done = case.lyra(&["run", "damaged.lyrac"]);
        let stderr = done.fails(6);
        assert!(stderr.starts_with("error: damaged.lyrac: ") && stderr.len() > 40, "byte {byte}: {stderr}");
    }
}

#[test]
fn truncations_are_exit_6_and_say_where() {
    let case = Case::new();
    let bytes = case.build(PROGRAM, &[]);
    for end in (0..bytes.len()).step_by(29).chain([bytes.len() - 1]) {
        case.file("cut.lyrac", &bytes[..end]);
        let done = case.lyra(&["verify", "cut.lyrac"]);
        let stderr = done.fails(6);
        assert!(
            stderr.contains(&format!("ends at byte {end}")) || stderr.contains("is empty"),
            "{end}: {stderr}"
        );
    }
    case.file("long.lyrac", [&bytes[..], b"\n"].concat());
    assert!(case.lyra(&["long.lyrac"]).fails(6).contains("1 bytes follow the end"));
}

#[test]
fn what_only_looks_sealed_is_refused() {
    let case = Case::new();
    case.file("text.lyrac", PROGRAM);
    assert!(case.lyra(&["run", "text.lyrac"]).fails(6).contains("not a sealed Lyra file"));
    case.file("text.lyra", PROGRAM);
    assert!(case.lyra(&["verify", "text.lyra"]).fails(6).contains("not a sealed Lyra file"));
    let mut bytes = case.build(PROGRAM, &[]);
    bytes[4] = 200;
    case.file("newer.lyrac", &bytes);
    assert!(case.lyra(&["newer.lyrac"]).fails(6).contains("newer Lyra"));
}
