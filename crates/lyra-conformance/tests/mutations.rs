//! The gate under attack, and the machine behind it: damaged copies of compiled spec programs go through seal,
//! decoder and verifier, and what they accept is run with little fuel and memory.
//!
//! Nothing may panic or hang, whatever the damage: a module is either refused with a reason or it runs to an end.
//! `LYRA_MUTANTS=1000000` asks for more than the standard hundred thousand; `LYRA_SEED` for others.

use lyra::Tier;
use lyra_bytecode::mutate::{mutate_bytes, mutate_module};
use lyra_bytecode::{Module, Section, SectionRef, Trap, VerifyLimits, decode, encode, verify};
use lyra_conformance::corpus;
use lyra_conformance::run::engine;
use lyra_runtime::{SharedOutput, Stress};
use lyra_security::{Limits, Section as Part, open, seal};
use lyra_vm_core::{Plain, Settings, Vm, link};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// How many mutants a plain test run makes.
const MUTANTS: u64 = 100_000;
/// A mutant that takes longer than this, from decoding to the end of its run, hangs.
const WALL: Duration = Duration::from_secs(10);

/// How the mutants fared.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    mutants: u64,
    not_opened: u64,
    not_decoded: u64,
    not_verified: u64,
    run: u64,
    finished: u64,
    failed: u64,
    limited: u64,
    fuel: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.mutants += other.mutants;
        self.not_opened += other.not_opened;
        self.not_decoded += other.not_decoded;
        self.not_verified += other.not_verified;
        self.run += other.run;
        self.finished += other.finished;
        self.failed += other.failed;
        self.limited += other.limited;
        self.fuel += other.fuel;
    }
}

/// The compiled programs that are damaged: every spec program of moderate size.
fn modules() -> Vec<Module> {
    let programs = corpus::programs();
    let compiled = programs.iter().filter_map(|program| {
        let engine = engine(Tier::Reference, &program.expected.options, true);
        let module = program.compile(&engine).ok()?;
        Some(module.bytecode().clone())
    });
    // A mutant costs as much as it is long; the largest programs would take most of the time.
    compiled.filter(|module| module.procs.iter().map(|proc| proc.code.len()).sum::<usize>() < 1_500).collect()
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are what the campaign is for")]
fn damaged_programs_are_refused_or_run_to_an_end() {
    let modules = modules();
    assert!(modules.len() > 150 || std::env::var_os(corpus::FILTER).is_some(), "{} programs", modules.len());
    let encoded: Vec<Vec<Section>> = modules.iter().map(encode).collect();
    let wanted = number("LYRA_MUTANTS", MUTANTS);
    let seed = number("LYRA_SEED", 0x4c59_5241);
    let workers = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let started = Instant::now();
    let mut total = Tally::default();
    std::thread::scope(|scope| {
        let (modules, encoded) = (&modules, &encoded);
        let running: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut tally = Tally::default();
                    // Each mutant has a seed of its own, so that one can be repeated alone.
                    let mut mutant = worker;
                    while mutant < wanted {
                        one(seed.wrapping_add(mutant), modules, encoded, &mut tally);
                        mutant += workers;
                    }
                    tally
                })
            })
            .collect();
        for worker in running {
            total.add(&worker.join().expect("a mutant was too much"));
        }
    });
    println!("{total:?} in {:.1} s", started.elapsed().as_secs_f64());
    assert_eq!(total.mutants, wanted);
    if wanted >= MUTANTS {
        // A campaign whose mutants all die at the first gate proves nothing about the next one.
        assert!(total.not_decoded > 5_000 && total.not_verified > 5_000, "{total:?}");
        assert!(total.run > 10_000 && total.finished > 1_000 && total.failed > 100, "{total:?}");
    }
}

/// Makes the mutant of one seed and takes it as far as it gets.
fn one(seed: u64, modules: &[Module], encoded: &[Vec<Section>], tally: &mut Tally) {
    let started = Instant::now();
    let survived = catch_unwind(AssertUnwindSafe(|| {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut found = Tally { mutants: 1, ..Tally::default() };
        if let Some(module) = mutant(&mut rng, modules, encoded, &mut found) {
            run(module, seed.is_multiple_of(4), &mut found);
        }
        found
    }));
    let found = survived.unwrap_or_else(|_| panic!("the mutant of seed {seed} panics"));
    assert!(started.elapsed() < WALL, "the mutant of seed {seed} takes {:?}", started.elapsed());
    tally.add(&found);
}

/// Damages a program; `None` when that cannot be opened or decoded.
fn mutant(
    rng: &mut fastrand::Rng,
    modules: &[Module],
    encoded: &[Vec<Section>],
    tally: &mut Tally,
) -> Option<Module> {
    let chosen = rng.usize(..modules.len());
    if rng.bool() {
        let mut module = modules[chosen].clone();
        for _ in 0..=rng.usize(..3) {
            mutate_module(&mut module, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
        }
        return Some(module);
    }
    let mut sections = encoded[chosen].clone();
    let donor = &encoded[rng.usize(..encoded.len())];
    for _ in 0..=rng.usize(..2) {
        // Half of the damage goes to code; one fault in a small table hides all that comes after it.
        let code = sections.iter().position(|section| section.name == "code").unwrap_or(0);
        let place = if rng.bool() { code } else { rng.usize(..sections.len()) };
        let from = donor.iter().find(|section| section.name == sections[place].name);
        let from = from.map_or(&[][..], |section| &section.bytes);
        mutate_bytes(&mut sections[place].bytes, from, &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
    }
    // The seal is made anew over the damage, as a stranger would; some files are damaged once more behind it.
    let parts: Vec<_> = sections.iter().map(|part| Part { name: part.name, bytes: &part.bytes }).collect();
    let mut file = seal(&parts, None);
    if rng.u8(..) < 16 {
        mutate_bytes(&mut file, &[], &mut |n| if n == 0 { 0 } else { rng.usize(..n) });
    }
    let Ok(opened) = open(&file, None) else {
        tally.not_opened = 1;
        return None;
    };
    let parts: Vec<_> = opened.iter().map(|part| SectionRef { name: part.name, bytes: part.bytes }).collect();
    match decode(&parts) {
        Ok(module) => Some(module),
        Err(error) => {
            assert!(!error.to_string().contains('\n'));
            tally.not_decoded = 1;
            None
        }
    }
}

/// Verifies a module and runs it when it is accepted; `twice` runs it again with a collection at every allocation,
/// which must not change the result.
fn run(module: Module, twice: bool, tally: &mut Tally) {
    let verified = match verify(module, &VerifyLimits::default()) {
        Ok(verified) => verified,
        Err(error) => {
            assert!(!error.to_string().contains('\n'));
            tally.not_verified = 1;
            return;
        }
    };
    let Ok(program) = link(verified, &mut |_| None) else { return };
    tally.run = 1;
    let mut results = Vec::new();
    for &stress in if twice { &[Stress::None, Stress::Collections][..] } else { &[Stress::None] } {
        let output = SharedOutput::default();
        let limits = Limits::embedded()
            .with_fuel(2_000)
            .with_memory(200_000)
            .with_output(10_000)
            .with_stack(300)
            .with_deadline(None);
        let settings = Settings { limits, output: Box::new(output.clone()), stress, ..Settings::default() };
        let result = Vm::<Plain>::new(&program, settings).and_then(|mut vm| {
            let result = vm.start(&mut ()).map(|value| value.map(|value| value.to_string()));
            Ok((result?, vm.report().fuel_used))
        });
        if let Err(error) = &result {
            assert!(error.trap != Trap::Tampered, "verified code does what cannot be: {error}");
        }
        match &result {
            Ok((_, fuel)) => {
                tally.finished = 1;
                tally.fuel += fuel;
            }
            Err(error) if error.trap.is_limit() => tally.limited = 1,
            Err(_) => tally.failed = 1,
        }
        results.push((
            result.map_err(|error| (error.trap, error.kind.clone(), error.message.clone())),
            output.take(),
        ));
    }
    assert_eq!(results.first(), results.last(), "a collection changes the result");
}
