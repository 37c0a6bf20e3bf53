//! Scrambled programs: words of the corpus taken out, doubled, swapped and mixed across files.
//!
//! Most do not compile, and say so; those that do are often stranger than what a person writes. Whatever the text:
//! no panic; a report can be made; folded and not folded it does the same with the same fuel; sealed and opened,
//! listed and assembled, it is the same module. `LYRA_SCRAMBLED=100000` asks for more than the standard number,
//! `LYRA_SEED` for others.

use lyra::bytecode::{Listing, assemble};
use lyra::{Config, Engine, Limits, Linker, MemoryLoader, Module, OutputBuffer, Store};
use lyra_conformance::corpus;
use lyra_conformance::program::split_files;

/// How many programs a plain test run makes.
const PROGRAMS: u64 = 1_500;

/// Words that matter to a parser and a checker, more often than the corpus has them.
const WORDS: [&str; 27] = [
    "\nimport \"lib.lyra\" as lib\n",
    "\n// file: lib.lyra\n",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\n",
    "0",
    "2147483648",
    "-",
    "\"",
    "f\"{",
    "i64",
    "u8",
    "..",
    "=",
    "break",
    "return",
    "try",
    "catch",
    "else",
    "if",
    "while",
    "for",
    "x",
];

fn number_from(variable: &str, standard: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(standard)
}

/// Names and numbers whole, everything else by the character.
fn words(text: &str) -> Vec<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        match words.last_mut() {
            Some(word) if open && is_word(c) => word.push(c),
            _ => words.push(c.to_string()),
        }
        open = is_word(c);
    }
    words
}

fn scramble(random: &mut fastrand::Rng, corpus: &[Vec<String>]) -> String {
    let any = |random: &mut fastrand::Rng| &corpus[random.usize(0..corpus.len())];
    let whole = any(random);
    let start = random.usize(0..whole.len());
    let mut words =
        if whole.len() > 2_000 { &whole[start..whole.len().min(start + 500)] } else { whole }.to_vec();
    for _ in 0..random.usize(1..6) {
        let at = random.usize(0..words.len());
        match random.u8(0..6) {
            0 if words.len() > 1 => drop(words.remove(at)),
            1 => {
                let other = any(random);
                words[at].clone_from(&other[random.usize(0..other.len())]);
            }
            2 => {
                let other = any(random);
                let from = random.usize(0..other.len());
                let to = other.len().min(from + random.usize(0..20));
                words.splice(at..at, other[from..to].iter().cloned());
            }
            3 => {
                let with = random.usize(0..words.len());
                words.swap(at, with);
            }
            4 => words.insert(at, words[at].clone()),
            _ => words[at] = WORDS[random.usize(0..WORDS.len())].to_owned(),
        }
    }
    words.concat()
}

/// What a program does: its value or error, what it printed, the fuel that is left. `None` when it does not compile.
type Deeds = Option<(String, String, Option<u64>)>;

fn deeds(text: &str, fold: bool) -> Deeds {
    let limits = Limits::embedded().with_fuel(20_000).with_memory(4 << 20).with_output(64 << 10);
    let engine = Engine::new(Config::new().fold(fold).limits(limits));
    let (source, files) = split_files(text);
    let files: MemoryLoader = files.into_iter().collect();
    let module = match engine.compile_expression_with("scrambled", &source, &files) {
        Ok(module) => module,
        Err(error) => {
            assert!(error.is_compile() && !error.diagnostics().is_empty(), "{error}");
            assert!(error.to_string().len() < 1 << 20, "a report is short");
            return None;
        }
    };
    let sealed = Module::deserialize(&engine, &module.serialize(None), None).expect("our own file opens");
    assert_eq!(sealed.bytecode(), module.bytecode());
    let listing = module.disassemble(&Listing::default());
    assert_eq!(&assemble(&listing).expect("our own listing assembles"), module.bytecode());

    let output = OutputBuffer::new();
    let mut store = Store::new(&engine, ());
    store.set_output(output.clone());
    let end = match Linker::new(&engine).evaluate(&mut store, &module) {
        Ok(value) => format!("{value:?}"),
        Err(error) => {
            assert!(!["tampered", "host_panic"].contains(&error.code()), "{error}");
            assert!(!error.to_string().is_empty());
            format!("{} at {:?}: {}", error.code(), error.place(), error.message())
        }
    };
    Some((end, output.take(), store.fuel()))
}

#[test]
fn scrambled_programs_do_no_harm_and_mean_one_thing() {
    let files = corpus::files(&corpus::spec_dir());
    let texts = files.iter().map(|file| std::fs::read_to_string(file).expect("a program of the corpus"));
    let corpus: Vec<Vec<String>> = texts.map(|text| words(&text)).filter(|words| !words.is_empty()).collect();
    let mut random = fastrand::Rng::with_seed(number_from("LYRA_SEED", 0x5C4A));
    let mut compiled = 0;
    for _ in 0..number_from("LYRA_SCRAMBLED", PROGRAMS) {
        let text = scramble(&mut random, &corpus);
        let (folded, plain) = (deeds(&text, true), deeds(&text, false));
        assert_eq!(folded, plain, "folding changes this program:\n{text}");
        compiled += u64::from(folded.is_some());
    }
    assert!(compiled >= PROGRAMS / 50, "{compiled} compiled: the scrambling is too wild to say much");
}
