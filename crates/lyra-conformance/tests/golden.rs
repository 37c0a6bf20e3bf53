//! Sealed files that were written once must open and run for as long as the format's version and the instruction
//! table stand, and writing what was read must give the same bytes.
//!
//! They need not be what today's compiler would make of the programs: old files are the point. After a deliberate
//! change of the format or the table: `LYRA_BLESS=1 cargo test -p lyra-conformance --test golden written` makes
//! all of them anew.

use lyra::{Engine, Module, Tier};
use lyra_conformance::run::{engine, run_module};
use lyra_conformance::{Options, Program, corpus, diff};
use std::fs;
use std::path::PathBuf;

/// Programs whose sealed files are kept: between them they use every section and most instructions.
const KEPT: &[&str] = &[
    "01-source/blank_program",
    "04-numbers/char_arithmetic",
    "04-numbers/conversions_float",
    "04-numbers/saturating_and_wrapping",
    "05-text/slices",
    "06-arrays/element_types",
    "07-tuples/swap_places",
    "08-flow/for_range_limits",
    "08-flow/labels",
    "09-procs/recursion",
    "10-fstrings/width_and_alignment",
    "11-errors/panic_in_depth",
    "programs/ledger",
    "themes/inline_cache_hashed",
];

fn golden(name: &str) -> PathBuf {
    corpus::spec_dir().join("golden").join(name.replace('/', "--")).with_extension("lyrac")
}

fn kept() -> Vec<Program> {
    let mut programs = corpus::programs();
    programs.retain(|program| KEPT.contains(&program.name.as_str()));
    programs
}

fn compile(engine: &Engine, program: &Program) -> Vec<u8> {
    program.compile(engine).unwrap_or_else(|error| panic!("{}: {error}", program.name)).serialize(None)
}

#[test]
fn the_same_program_is_written_the_same_way() {
    let bless = std::env::var_os("LYRA_BLESS").is_some();
    let engine = engine(Tier::Reference, &Options::default(), true);
    for program in kept() {
        let bytes = compile(&engine, &program);
        assert_eq!(bytes, compile(&engine, &program), "{}: two compilations differ", program.name);
        let file = golden(&program.name);
        if bless {
            fs::create_dir_all(file.parent().expect("it lies in a directory"))
                .expect("a directory can be made");
            fs::write(&file, &bytes).expect("the file can be written");
        }
    }
}

#[test]
fn kept_files_open_and_run() {
    assert!(
        kept().len() == KEPT.len() || std::env::var_os(corpus::FILTER).is_some(),
        "a kept program is missing"
    );
    let engine = engine(Tier::Reference, &Options::default(), true);
    for program in kept() {
        let bytes =
            fs::read(golden(&program.name)).unwrap_or_else(|error| panic!("{}: {error}", program.name));
        let module = Module::deserialize(&engine, &bytes, None)
            .unwrap_or_else(|error| panic!("{}: {error}", program.name));
        assert_eq!(module.serialize(None), bytes, "{}: written again it differs", program.name);
        let complaint = diff::complaint(&program, &run_module(&engine, &module));
        assert!(complaint.is_none(), "{}", complaint.unwrap_or_default());
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused_with_its_place() {
    let engine = Engine::default();
    let bytes = fs::read(golden("08-flow/labels")).expect("the file is kept");
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            let error = Module::deserialize(&engine, &damaged, None).expect_err("a flipped bit is refused");
            assert!(error.is_verify() && !error.message().is_empty(), "byte {at} bit {bit}: {error}");
        }
        let error = Module::deserialize(&engine, &bytes[..at], None).expect_err("a cut file is refused");
        assert!(error.is_verify(), "cut at {at}: {error}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(Module::deserialize(&engine, &longer, None).is_err());
}
