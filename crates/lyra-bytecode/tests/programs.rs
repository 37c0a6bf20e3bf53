//! The programs of `data/programs` verify, and survive every way of writing them down.

use lyra_bytecode::builtin::BUILTINS;
use lyra_bytecode::{
    AnyOperator, ConstId, GlobalId, ImportId, Label, Listing, Local, Module, OPS, Op, OperandKind,
    OperandValue, ProcId, SectionRef, TypeId, Verified, VerifyLimits, assemble, decode, disassemble, encode,
    verify,
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

/// The bytes of one program. When these change, files that were built before cannot be read as they were meant:
/// `encoding::VERSION` changes with them. What changes with every new instruction is left out, the fingerprint of
/// the table and the opcodes: the one is there to tell of the others.
#[test]
fn the_format_stays_what_it_is() {
    let (name, module) = programs().remove(1);
    assert_eq!(name, "fib");
    let mut golden = format!("version {}\n", lyra_bytecode::encoding::VERSION);
    for section in encode(&module).iter().filter(|section| section.name != "code") {
        let skip = if section.name == "info" { 9 } else { 0 };
        golden += &format!("{}\n", section.name);
        for line in section.bytes[skip..].chunks(24) {
            let hex: Vec<_> = line.iter().map(|byte| format!("{byte:02x}")).collect();
            golden += &format!("  {}\n", hex.join(" "));
        }
    }
    insta::assert_snapshot!(golden);
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

/// One of each instruction, with operands at both ends of their range: sound or not, it can be written down.
#[test]
fn every_instruction_survives_bytes_and_text() {
    for greatest in [false, true] {
        let n = if greatest { u32::MAX } else { 0 };
        let operand = |kind| match kind {
            OperandKind::Bool => OperandValue::Bool(greatest),
            OperandKind::U8 => OperandValue::U8(n as u8),
            OperandKind::U16 => OperandValue::U16(n as u16),
            OperandKind::Operator => {
                OperandValue::Operator(if greatest { AnyOperator::Not } else { AnyOperator::Add })
            }
            OperandKind::I32 => OperandValue::I32(if greatest { i32::MAX } else { i32::MIN }),
            OperandKind::Char => OperandValue::Char(if greatest { char::MAX } else { '\0' }),
            OperandKind::Const => OperandValue::Const(ConstId(n)),
            OperandKind::Local => OperandValue::Local(Local(n as u16)),
            OperandKind::Global => OperandValue::Global(GlobalId(n)),
            OperandKind::Label => OperandValue::Label(Label(n)),
            OperandKind::Proc => OperandValue::Proc(ProcId(n)),
            OperandKind::Type => OperandValue::Type(TypeId(n)),
            OperandKind::Builtin => OperandValue::Builtin(BUILTINS[(n as usize).min(BUILTINS.len() - 1)].0),
            OperandKind::Import => OperandValue::Import(ImportId(n)),
        };
        let mut module = programs().remove(0).1;
        let codes = (0..).take(OPS.len());
        module.procs[ProcId(0)].code =
            codes.map(|code| Op::build(code, |kind| Ok::<_, ()>(operand(kind))).unwrap().unwrap()).collect();
        assert_eq!(decoded(&module), module);
        let listing = disassemble(&module, &Listing::default());
        assert_eq!(assemble(&listing).unwrap(), module, "{listing}");
    }
}

/// Hosts link one verified module from many threads.
#[test]
fn a_verified_module_can_be_shared() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Verified>();
}
