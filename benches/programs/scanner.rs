//! Bytes: a text like JSON in an array of n bytes, scanned four times by a state machine, a branch per state.
//! The checksum is what it counted (strings, numbers, words, escapes, gaps, depth) and a hash over all tokens.

#[derive(Clone, Copy)]
enum State {
    Between,
    String,
    Escape,
    Code,
    Number,
    Word,
}

const RECORD: usize = 200;
const ROUNDS: i32 = 4;

fn put(target: &mut [u8], at: usize, piece: &[u8]) -> usize {
    target[at..at + piece.len()].copy_from_slice(piece);
    at + piece.len()
}

fn put_number(target: &mut [u8], mut at: usize, value: i32) -> usize {
    let mut power = 1;
    while value / power >= 10 {
        power *= 10;
    }
    while power > 0 {
        target[at] = b'0' + (value / power % 10) as u8;
        at += 1;
        power /= 10;
    }
    at
}

/// One array of records, and spaces up to the end.
fn make(n: usize) -> Vec<u8> {
    let head = br#"{"id": "#;
    let name = br#", "name": "a \"quoted\" caf\u00e9 no. "#;
    let size = br#"\n", "size": -"#;
    let tags = br#"e-2, "tags": ["new", [1, 2.5, [null, []]], "\\"], "ok": true, "sub": {"left": "#;
    let tail = b", \"right\": false}},\n";
    let mut text = vec![b' '; n];
    let mut seed = 42;
    let mut at = 0;
    while at + RECORD <= n {
        seed = (seed * 3877 + 29573) % 139968;
        at = put(&mut text, at, head);
        at = put_number(&mut text, at, seed);
        at = put(&mut text, at, name);
        at = put_number(&mut text, at, seed % 1000);
        at = put(&mut text, at, size);
        at = put_number(&mut text, at, seed % 77);
        at = put(&mut text, at, tags);
        at = put_number(&mut text, at, seed % 12345);
        at = put(&mut text, at, tail);
    }
    text
}

/// Adds what is in the text to the tally; its last entry is the hash.
fn scan(text: &[u8], tally: &mut [i32; 7]) {
    let mut strings = 0;
    let mut numbers = 0;
    let mut words = 0;
    let mut escapes = 0;
    let mut gaps = 0;
    let mut depth = 0;
    let mut deepest = 0;
    let mut hash = tally[6];
    let mut state = State::Between;
    let mut value = 0;
    let mut left = 0;

    for &b in text {
        match state {
            State::String => {
                if b == b'"' {
                    strings += 1;
                    hash = (hash * 31 + value) % 16777213;
                    state = State::Between;
                } else if b == b'\\' {
                    state = State::Escape;
                } else {
                    value += i32::from(b);
                }
                continue;
            }
            State::Escape => {
                escapes += 1;
                if b == b'u' {
                    left = 4;
                    state = State::Code;
                } else {
                    value += i32::from(b);
                    state = State::String;
                }
                continue;
            }
            State::Code => {
                value += i32::from(b);
                left -= 1;
                if left == 0 {
                    state = State::String;
                }
                continue;
            }
            State::Number => {
                if matches!(b, b'0'..=b'9' | b'.' | b'e' | b'-' | b'+') {
                    value = value * 3 + i32::from(b);
                    continue;
                }
                numbers += 1;
                hash = (hash * 31 + value) % 16777213;
                state = State::Between;
            }
            State::Word => {
                if b.is_ascii_lowercase() {
                    value = value * 3 + i32::from(b);
                    continue;
                }
                words += 1;
                hash = (hash * 31 + value) % 16777213;
                state = State::Between;
            }
            State::Between => {}
        }
        // The byte that ended a number or a word is looked at like any other between tokens.
        match b {
            b'"' => {
                state = State::String;
                value = 0;
            }
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth -= 1,
            b'0'..=b'9' | b'-' => {
                state = State::Number;
                value = i32::from(b);
            }
            b'a'..=b'z' => {
                state = State::Word;
                value = i32::from(b);
            }
            _ => gaps += 1,
        }
    }

    tally[0] += strings;
    tally[1] += numbers;
    tally[2] += words;
    tally[3] += escapes;
    tally[4] += gaps;
    tally[5] += deepest;
    tally[6] = hash;
}

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let text = make(n as usize);
    let mut tally = [0; 7];
    for _ in 0..ROUNDS {
        scan(&text, &mut tally);
    }
    tally.map(|count| count.to_string()).join(":")
}
