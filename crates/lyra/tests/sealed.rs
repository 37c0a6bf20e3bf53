//! Sealed modules: the same program comes back; every flipped bit and every truncation is refused.

use lyra::{Engine, Linker, Module, OutputBuffer, Store};
use lyra_security::seal::{Section, open, seal};

const SOURCE: &str = "\
const GREETING: str = \"hello\"
var count = 0
proc greet(name: str, times: i32) -> [str] {
    var lines = [\"\"]
    lines.clear()
    for i in 0..times {
        count += 1
        lines.push(f\"{GREETING} {name} {i}\")
    }
    return lines
}
try { print(greet(\"ada\", 2)) } catch e { print(e.message) }
print(count, 1.5, 'x', 10000000000)
";

fn run(engine: &Engine, module: &Module) -> String {
    let output = OutputBuffer::new();
    let mut store = Store::new(engine, ());
    store.set_output(output.clone());
    Linker::new(engine).instantiate(&mut store, module).expect("the program runs");
    output.take()
}

#[test]
fn what_was_serialized_runs_the_same() {
    let engine = Engine::default();
    let module = engine.compile("greet.lyra", SOURCE).expect("the program compiles");
    let expected = "[\"hello ada 0\", \"hello ada 1\"]\n2 1.5 x 10000000000\n";
    assert_eq!(run(&engine, &module), expected);
    for key in [None, Some(&[9; 32])] {
        for module in [module.clone(), module.strip().expect("a stripped module")] {
            let file = module.serialize(key);
            let back = Module::deserialize(&engine, &file, key).expect("the file opens");
            assert_eq!(back.bytecode(), module.bytecode());
            assert_eq!(back.serialize(key), file);
            assert_eq!(run(&engine, &back), expected);
        }
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    let engine = Engine::default();
    let module = engine.compile("greet.lyra", SOURCE).expect("the program compiles");
    for key in [None, Some(&[9; 32])] {
        let mut file = module.serialize(key);
        for bit in 0..file.len() * 8 {
            file[bit / 8] ^= 1 << (bit % 8);
            let error = Module::deserialize(&engine, &file, key).expect_err("a flipped bit");
            assert!(error.is_verify() && error.code() == "seal", "bit {bit}: {error}");
            assert!(error.file_range().is_some(), "bit {bit}: {error}");
            file[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    let engine = Engine::default();
    let file = engine.compile("greet.lyra", SOURCE).expect("the program compiles").serialize(None);
    for end in 0..file.len() {
        let error = Module::deserialize(&engine, &file[..end], None).expect_err("a truncated file");
        assert!(error.is_verify(), "{end}: {error}");
        assert!(end == 0 || error.to_string().contains("ends at byte"), "{end}: {error}");
    }
}

/// A stranger who knows the format seals what he likes: the verifier decides, and what it accepts is safe to run.
#[test]
fn a_stranger_who_seals_anew_meets_the_verifier() {
    let engine = Engine::default();
    let file = engine.compile("greet.lyra", SOURCE).expect("the program compiles").serialize(None);
    let sections = open(&file, None).expect("our own file");
    let mut random = fastrand::Rng::with_seed(0x57A6E);
    let mut accepted = 0;
    for _ in 0..20_000 {
        let mut bytes: Vec<Vec<u8>> = sections.iter().map(|section| section.bytes.to_vec()).collect();
        for _ in 0..random.usize(1..3) {
            let section = random.usize(0..bytes.len());
            let bytes = &mut bytes[section];
            if !bytes.is_empty() {
                let at = random.usize(0..bytes.len());
                bytes[at] = if random.bool() { bytes[at] ^ (1 << random.u8(0..8)) } else { random.u8(..) };
            }
        }
        let forged =
            sections.iter().zip(&bytes).map(|(section, bytes)| Section { name: section.name, bytes });
        let forged = seal(&forged.collect::<Vec<_>>(), None);
        let Ok(module) = Module::deserialize(&engine, &forged, None) else { continue };
        accepted += 1;
        let mut store = Store::new(&engine, ());
        store.set_limits(lyra::Limits::embedded().with_memory(1 << 20).with_fuel(5_000));
        // Any result will do, as long as it is one of a program's.
        if let Err(error) = Linker::new(&engine).instantiate(&mut store, &module) {
            assert_ne!(error.code(), "tampered", "{error}");
            assert!(!error.to_string().is_empty());
        }
    }
    assert!(accepted > 100, "{accepted}");
}
