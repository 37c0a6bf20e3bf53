//! Building text: characters appended one by one, integers formatted, pieces joined, lines appended to one text.
//! n is the number of lines; the checksum is the length of the text and a rolling hash of all its characters.

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let mut out = String::new();
    let mut seed = 42;
    for line in 0..n {
        seed = (seed * 3877 + 29573) % 139968;
        let mut name = String::new();
        for k in 0..4 + seed % 9 {
            name.push((b'a' + ((seed + k * 7) % 26) as u8) as char);
        }
        let pieces = [name, format!("{line:06}"), format!("{seed:x}"), format!("({})", line - seed)];
        out.push_str(&pieces.join(", "));
        out.push('\n');
    }

    let mut hash = 0;
    for c in out.chars() {
        hash = (hash * 31 + c as u32) % 16777213;
    }
    format!("{}:{hash}", out.len())
}
