//! The gate under attack: damaged bytes and damaged modules, from fixed seeds, through decoding and verifying.
//!
//! Nothing may panic; what decodes has exactly these bytes as its encoding; what verifies survives every way of
//! writing it down. More than 100,000 mutants. Running the accepted ones is the conformance suite's part.

use lyra_bytecode::mutate::{mutate_bytes, mutate_module};
use lyra_bytecode::{
    Listing, Module, Section, SectionRef, VerifyLimits, assemble, decode, disassemble, encode, verify,
};

fn programs() -> Vec<Module> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/programs");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| assemble(&std::fs::read_to_string(path).unwrap()).unwrap()).collect()
}

fn refs(sections: &[Section]) -> Vec<SectionRef<'_>> {
    sections.iter().map(SectionRef::from).collect()
}

fn survives_writing(module: &Module) {
    let listing = disassemble(module, &Listing::default());
    assert_eq!(assemble(&listing).as_ref(), Ok(module), "{listing}");
    assert_eq!(decode(&refs(&encode(module))).as_ref(), Ok(module), "{listing}");
}

/// How the mutants fared.
#[derive(Default, Debug)]
struct Tally {
    mutants: u32,
    not_decoded: u32,
    refused: u32,
    accepted: u32,
}

impl Tally {
    fn sections(&mut self, sections: &[Section]) {
        self.mutants += 1;
        let module = match decode(&refs(sections)) {
            Ok(module) => module,
            Err(error) => {
                self.not_decoded += 1;
                assert!(!error.to_string().contains('\n'));
                return;
            }
        };
        let again = encode(&module);
        assert!(again.iter().eq(sections), "two encodings of one module");
        self.module(module);
    }

    /// Verifies a mutant, and lets an accepted one go through text and bytes.
    fn module(&mut self, module: Module) {
        match verify(module, &VerifyLimits::default()) {
            Err(error) => {
                self.refused += 1;
                assert!(!error.to_string().contains('\n'));
            }
            Ok(verified) => {
                self.accepted += 1;
                if self.accepted.is_multiple_of(8) {
                    survives_writing(verified.module());
                }
            }
        }
    }
}

#[test]
fn damaged_bytes() {
    let mut rng = fastrand::Rng::with_seed(0x4c59_5241);
    let corpus: Vec<_> = programs().iter().map(encode).collect();
    let mut tally = Tally::default();
    for _ in 0..60_000 {
        let mut sections = corpus[rng.usize(..corpus.len())].clone();
        let other = &corpus[rng.usize(..corpus.len())];
        // Most changes go to code: the other sections are small, and one fault in them hides all others.
        for _ in 0..1 + rng.usize(..2) {
            let code = sections.iter().position(|section| section.name == "code").unwrap();
            let place = if rng.bool() { code } else { rng.usize(..sections.len()) };
            let from = &other[place.min(other.len() - 1)].bytes;
            mutate_bytes(&mut sections[place].bytes, from, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
        }
        // Whole sections lost, doubled or out of order.
        if rng.u8(..) == 0 {
            let (a, b) = (rng.usize(..sections.len()), rng.usize(..sections.len()));
            match rng.u8(..3) {
                0 => sections.swap(a, b),
                1 => drop(sections.remove(a)),
                _ => sections.insert(a, other[b.min(other.len() - 1)].clone()),
            }
        }
        tally.sections(&sections);
    }
    assert!(tally.mutants >= 60_000 && tally.not_decoded > 10_000, "{tally:?}");
    assert!(tally.refused > 5_000 && tally.accepted > 2_000, "{tally:?}");
}

#[test]
fn damaged_modules() {
    let mut rng = fastrand::Rng::with_seed(0x7d7);
    let corpus = programs();
    let mut tally = Tally::default();
    let mut module = Module::default();
    for round in 0..40_000 {
        // Up to four changes pile up, so that later ones meet what the verifier would have stopped.
        if round % 4 == 0 {
            module = corpus[rng.usize(..corpus.len())].clone();
        }
        mutate_module(&mut module, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
        tally.mutants += 1;
        // Sound or not, it can be written down.
        if round % 16 == 3 {
            survives_writing(&module);
        }
        tally.module(module.clone());
    }
    assert!(tally.refused > 10_000 && tally.accepted > 2_000, "{tally:?}");
}

/// Every bit of every section of a program, one at a time.
#[test]
fn every_single_bit() {
    let mut tally = Tally::default();
    for module in programs() {
        let mut sections = encode(&module);
        for place in 0..sections.len() {
            for bit in 0..sections[place].bytes.len() * 8 {
                sections[place].bytes[bit / 8] ^= 1 << (bit % 8);
                tally.sections(&sections);
                sections[place].bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
    assert!(tally.mutants > 7_000 && tally.accepted > 1_000, "{tally:?}");
}

/// A section that ends too early, or goes on, is never taken for a whole one.
#[test]
fn every_truncation_and_extension() {
    for module in programs() {
        let sections = encode(&module);
        for place in 0..sections.len() {
            for length in 0..sections[place].bytes.len() {
                let mut shorter = sections.clone();
                shorter[place].bytes.truncate(length);
                assert!(decode(&refs(&shorter)).is_err(), "{} {length}", sections[place].name);
            }
            let mut longer = sections.clone();
            longer[place].bytes.push(0);
            assert!(decode(&refs(&longer)).is_err(), "{}", sections[place].name);
        }
    }
}

/// What a person reads when a file is damaged or comes from elsewhere.
#[test]
fn errors_say_section_and_byte() {
    let sections = encode(&programs()[0]);
    let place = |name: &str| sections.iter().position(|section| section.name == name).unwrap();
    let with = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = sections.clone();
        change(&mut changed[place(name)].bytes);
        decode(&refs(&changed)).unwrap_err().to_string()
    };
    let without = |change: &dyn Fn(&mut Vec<SectionRef<'_>>)| {
        let mut changed = refs(&sections);
        change(&mut changed);
        decode(&changed).unwrap_err().to_string()
    };
    let foreign = SectionRef { name: "evil\n\u{1b}[31m", bytes: &[] };
    let errors = [
        with("info", &|bytes| bytes[0] = 1),
        with("info", &|bytes| bytes[3] ^= 1),
        with("types", &|bytes| bytes[0] = 200),
        with("types", &|bytes| *bytes = vec![1, 10, 0]),
        with("types", &|bytes| *bytes = vec![2, 0, 2, 0, 2]),
        with("types", &|bytes| *bytes = vec![0xff, 0xff, 0xff, 0xff, 0x0f]),
        with("consts", &|bytes| bytes[1] = 9),
        with("consts", &|bytes| bytes[3] = 0xff),
        with("imports", &|bytes| bytes.push(0)),
        with("globals", &|bytes| bytes.truncate(bytes.len() - 1)),
        with("procs", &|bytes| *bytes.last_mut().unwrap() = 0x7f),
        with("code", &|bytes| bytes[0] = 0xff),
        with("code", &|bytes| bytes.splice(0..2, [0, 9]).for_each(drop)),
        with("debug", &|bytes| bytes[0] = 0x80),
        without(&|sections| sections.clear()),
        without(&|sections| sections.truncate(6)),
        without(&|sections| sections.retain(|section| section.name != "imports")),
        without(&|sections| sections.swap(1, 2)),
        without(&|sections| sections.push(sections[0])),
        without(&|sections| sections.push(foreign)),
        without(&|sections| sections[0] = foreign),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}
