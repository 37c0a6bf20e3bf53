//! Programs damaged at random, from a seed: whatever comes out, the parser gives back a sound tree and says why.

use crate::parsing::parsed;
use std::path::Path;

const ROUNDS: usize = 24_000;
/// Damage is looked for in pieces: more of it in the same time.
const PIECE: usize = 240;

const WORDS: &[&str] = &[
    "proc ",
    "var ",
    "let ",
    "const ",
    "if ",
    " else ",
    "while ",
    "for ",
    " in ",
    "match ",
    "return ",
    "break ",
    "continue",
    "throw ",
    "try ",
    "catch ",
    "defer ",
    "struct ",
    "enum ",
    "interface ",
    "import ",
    "spawn ",
    "none",
    " as ",
    " is ",
    "self",
    "impl ",
    "private ",
    "type ",
    "test ",
    "step ",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    ">>",
    ">=",
    "|",
    "||",
    ",",
    ";",
    ":",
    ".",
    "..",
    "..=",
    "...",
    "->",
    "=>",
    "?",
    "??",
    "?.",
    "!",
    "=",
    "==",
    "+",
    "-",
    "\n",
    "\r\n",
    "\"",
    "\"\"\"",
    "f\"",
    "f\"\"\"",
    "r\"",
    "'",
    "{{",
    "}}",
    "\\",
    "\\u{",
    "//",
    "/*",
    "*/",
    "///",
    "0x",
    "1.",
    ".5",
    "1e",
    "0.1.2",
    "é",
    "\u{202E}",
    "\u{FEFF}",
    "\0",
    "😀",
    "#",
    "_",
    "x",
    "f(",
    "a<b",
    "T?",
];

fn corpus() -> Vec<String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut files = Vec::new();
    for folder in ["trees", "errors", "tokens"] {
        for entry in std::fs::read_dir(data.join(folder)).unwrap() {
            files.push(entry.unwrap().path());
        }
    }
    files.sort();
    assert!(files.len() >= 8);
    files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn boundary(text: &str, mut place: usize) -> usize {
    place = place.min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

fn piece<'t>(text: &'t str, random: &mut fastrand::Rng, length: usize) -> &'t str {
    let start = boundary(text, random.usize(..=text.len()));
    let end = boundary(text, start + random.usize(..=length));
    &text[start..end]
}

#[test]
fn damaged_programs_are_safe() {
    let corpus = corpus();
    let mut random = fastrand::Rng::with_seed(0x4C79_7261);
    let mut clean = 0;
    for _ in 0..ROUNDS {
        let mut text = piece(random.choice(&corpus).unwrap(), &mut random, PIECE).to_string();
        for _ in 0..random.usize(..4) {
            let start = boundary(&text, random.usize(..=text.len()));
            let end = boundary(&text, start + random.usize(..12));
            match random.u8(..6) {
                0 => text.replace_range(start..end, ""),
                1 => text.insert_str(start, random.choice(WORDS).unwrap()),
                2 => text.replace_range(start..end, random.choice(WORDS).unwrap()),
                3 => text.insert_str(start, piece(random.choice(&corpus).unwrap(), &mut random, 40)),
                4 => text.insert(start, char::from_u32(random.u32(..0x3000)).unwrap_or('\u{2029}')),
                _ => {
                    let copy = text[start..end].repeat(random.usize(1..4));
                    text.insert_str(end, &copy);
                }
            }
        }
        clean += usize::from(quick(&text));
    }
    // Both outcomes must be common, or the test tests nothing.
    assert!(clean > ROUNDS / 50 && clean < ROUNDS / 2, "{clean}");
}

#[test]
fn random_words_are_safe() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..6_000 {
        let text: String = (0..random.usize(1..40)).map(|_| *random.choice(WORDS).unwrap()).collect();
        quick(&text);
    }
}

/// Parses and says so when it takes far longer than its length explains.
fn quick(text: &str) -> bool {
    let started = std::time::Instant::now();
    let clean = parsed(text).0.is_empty();
    let took = started.elapsed();
    assert!(took < std::time::Duration::from_secs(5), "{took:?} for {text:?}");
    clean
}

#[test]
fn every_prefix_is_safe() {
    for text in corpus() {
        let text = &text[..boundary(&text, 500)];
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            quick(&text[..end]);
        }
    }
}

#[test]
fn random_bytes_are_decoded_or_refused() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..2_000 {
        let bytes: Vec<u8> = (0..random.usize(..60)).map(|_| random.u8(..)).collect();
        match lyra_syntax::decode(&bytes) {
            Ok(text) => drop(quick(text)),
            Err(error) => assert!((error.span.start as usize) < bytes.len()),
        }
        quick(&String::from_utf8_lossy(&bytes));
    }
}
