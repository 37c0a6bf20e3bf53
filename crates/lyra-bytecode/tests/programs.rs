//! The programs of `data/programs` verify, and survive every way of writing them down.

use lyra_bytecode::{
    Listing, Module, SectionRef, Verified, VerifyLimits, assemble, decode, disassemble, encode, verify,
};

fn programs() -> Vec<(String, Module)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/programs");
    let mut programs: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, assemble(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        })
        .collect();
    programs.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(programs.len() >= 4);
    programs
}

fn decoded(module: &Module) -> Module {
    let sections = encode(module);
    let sections: Vec<_> = sections.iter().map(SectionRef::from).collect();
    decode(&sections).unwrap()
}

#[test]
fn programs_survive_bytes_and_text() {
    for (name, module) in programs() {
        assert_eq!(decoded(&module), module, "{name}");
        assert_eq!(assemble(&disassemble(&module, &Listing::default())).unwrap(), module, "{name}");
        assert_eq!(encode(&module), encode(&decoded(&module)), "{name}");
    }
}

#[test]
fn programs_verify() {
    let mut facts = String::new();
    for (name, module) in programs() {
        let verified =
            verify(module, &VerifyLimits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (id, proc) in verified.module().procs.enumerate() {
            facts += &format!("{name} {}: {:?}\n", proc.name, verified.facts(id));
        }
    }
    insta::assert_snapshot!(facts);
}

/// Hosts link one verified module from many threads.
#[test]
fn a_verified_module_can_be_shared() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Verified>();
}
