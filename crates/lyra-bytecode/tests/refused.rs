//! What the verifier refuses, a case for each rule, and with which words.
//!
//! `data/refused/*.lasm` hold the cases (`=== what is wrong`, then a module); the snapshots hold the errors.

use lyra_bytecode::{
    Constant, Debug, Global, Import, Local, Module, OPS, Op, OperandKind, OperandValue, Proc, ProcId,
    Signature, Type, TypeId, VerifyLimits, assemble, verify,
};
use std::convert::Infallible;

fn refusal(module: Module) -> String {
    verify(module, &VerifyLimits::default()).expect_err("it is refused").to_string()
}

#[test]
fn each_rule_is_enforced() {
    insta::glob!("data/refused/*.lasm", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let mut errors = String::new();
        for case in text.split("=== ").skip(1) {
            let (what, assembly) = case.split_once('\n').unwrap();
            let module = assemble(assembly).unwrap_or_else(|error| panic!("{what}: {error}"));
            let Err(error) = verify(module, &VerifyLimits::default()) else { panic!("{what}: accepted") };
            errors += &format!("{what}\n    {error}\n");
        }
        insta::assert_snapshot!(errors);
    });
}

/// A proc that pushes values of `types`, runs `op` and returns.
fn around(types: &[TypeId], op: Op) -> Module {
    let locals = [
        TypeId::STR,
        TypeId::ERROR,
        TypeId::ANY,
        TypeId::BOOL,
        TypeId::U8,
        TypeId::I32,
        TypeId::I64,
        TypeId::F64,
        TypeId::CHAR,
    ];
    let place = |ty: &TypeId| locals.iter().position(|local| local == ty).unwrap();
    let mut code: Vec<_> = types
        .iter()
        .map(|ty| (ty, Local(u16::try_from(place(ty)).unwrap())))
        .map(|(&ty, local)| if ty.0 >= TypeId::STR.0 { Op::GetRef { local } } else { Op::GetWord { local } })
        .collect();
    code.push(op);
    if !op.info().ends() {
        code.push(Op::Return);
    }
    let signature = Signature { params: locals.to_vec(), result: None };
    let mut module = Module::default();
    module.procs.push(Proc {
        name: "p".into(),
        signature,
        locals: locals.to_vec(),
        code,
        handlers: vec![],
        public: false,
    });
    module
}

/// Every rule of the table, met and missed at each of its operands.
#[test]
fn ruled_instructions_take_exactly_their_types() {
    let basic = [
        TypeId::BOOL,
        TypeId::U8,
        TypeId::I32,
        TypeId::I64,
        TypeId::F64,
        TypeId::CHAR,
        TypeId::STR,
        TypeId::ERROR,
        TypeId::ANY,
    ];
    let mut ruled = 0;
    for (code, info) in (0..).zip(OPS) {
        let Some((popped, pushed)) = info.rule else { continue };
        ruled += 1;
        let op = Op::build(code, |kind| {
            Ok::<_, Infallible>(match kind {
                OperandKind::Bool => OperandValue::Bool(true),
                OperandKind::U8 => OperandValue::U8(2),
                OperandKind::I32 => OperandValue::I32(-1),
                OperandKind::Char => OperandValue::Char(char::MAX),
                other => panic!("{} has a {other:?} and no rule by hand", info.mnemonic),
            })
        });
        let op = op.unwrap().unwrap();
        let verified = verify(around(popped, op), &VerifyLimits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", info.mnemonic));
        assert!(verified.facts(ProcId(0)).need as usize >= popped.len().max(pushed.len()));
        for wrong in 0..popped.len() {
            for other in basic.into_iter().filter(|&other| other != popped[wrong]) {
                let mut types = popped.to_vec();
                types[wrong] = other;
                let error = refusal(around(&types, op));
                assert!(error.contains(&format!("`{}`: expected ", info.mnemonic)), "{error}");
            }
        }
        if let Some((_, fewer)) = popped.split_last() {
            assert!(refusal(around(fewer, op)).contains("`: expected "), "{}", info.mnemonic);
        }
    }
    assert!(ruled > 150);
}

/// Numbers of things are checked before anything is done with the things.
#[test]
fn limits_are_kept() {
    let at_most_one = VerifyLimits {
        procs: 1,
        proc_code: 3,
        code: 4,
        locals: 1,
        params: 1,
        operands: 1,
        handlers: 0,
        constants: 1,
        constant_bytes: 4,
        types: 11,
        definitions: 1,
        members: 2,
        impls: 1,
        impl_methods: 1,
        methods: 1,
        type_depth: 2,
        type_parts: 3,
        globals: 1,
        imports: 1,
        name_bytes: 4,
        files: 1,
        source_bytes: 4,
    };
    let cases = [
        "proc a() {\n return\n}\nproc b() {\n return\n}",
        "proc a() {\n const_i32 1\n drop_word\n const_i32 1\n return\n}",
        "proc a() {\n local 0 i32\n local 1 i32\n return\n}",
        "proc a(i32, i32) {\n return\n}",
        "import a(i32, i32)",
        "proc a() {\n const_i32 1\n const_str \"\"\n return\n}",
        "proc a() {\n handler @0..@1 -> @1\n return\n return\n}",
        "const 1\nconst 2",
        "const \"12345\"",
        "type [i32]\ntype [i64]\ntype [u8]",
        "type [[i32]]",
        "type ([i32], i32)",
        "type (i32, i32, i32)",
        "global a i32\nglobal b i32",
        "import a()\nimport b()",
        "module \"12345\"",
        "global abcde i32",
        "debug \"12345\"",
        "debug \"1\"\nsource \"12345\"",
        "debug \"1\"\nproc a() {\n local 0 i32 abcde\n return\n}",
        "import abcde.f()",
        "struct a { }\nstruct b { }",
        "type a\nenum a { b, c, d }",
        "type a\nstruct a { b: i32, c: i32, d: i32 }",
        "type a\ninterface a { b(i32), c() }",
        "type a\ninterface a { b(i32) }",
        "type abcde\nenum abcde { b }",
        "type a\nenum a { bcdef }",
        "type a\nstruct a { bcdef: i32 }",
        "impl #0 for i32 { }\nimpl #1 for i32 { }",
        "impl #0 for i32 { #0, #0 }",
        "method i32 a #0\nmethod i32 b #0",
        "debug \"1\"\ndebug \"2\"",
        "debug \"1\"\nproc a() {\n file 1\n return\n}",
    ];
    let errors: Vec<_> = cases
        .iter()
        .map(|text| verify(assemble(text).unwrap(), &at_most_one).expect_err(text).to_string())
        .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

/// Types and names at the limits, and one past them, under the default limits.
#[test]
fn default_limits_are_exact() {
    let nested = |depth: u32| {
        let mut module = Module::default();
        let mut ty = TypeId::I32;
        for _ in 1..depth {
            ty = module.types.intern(Type::Array(ty));
        }
        module
    };
    assert!(verify(nested(256), &VerifyLimits::default()).is_ok());
    assert_eq!(refusal(nested(257)), "type 264 has 257 levels; at most 256 are allowed");

    // Doubled 200 times, it would have 2^200 parts.
    let mut module = Module::default();
    let mut ty = TypeId::I32;
    for _ in 0..200 {
        ty = module.types.intern(Type::Tuple([ty, ty].into()));
    }
    assert_eq!(refusal(module), "type 21 has 16383 parts; at most 10000 are allowed");

    let deep = |operands: usize| {
        let mut code = vec![Op::ConstI32 { value: 1 }; operands];
        code.push(Op::Return);
        let mut module = around(&[], Op::Return);
        module.procs[ProcId(0)].code = code;
        module
    };
    assert!(verify(deep(10_000), &VerifyLimits::default()).is_ok());
    assert_eq!(
        refusal(deep(10_001)),
        "in `p` at 10000 `const_i32`: 10001 operands wait here; at most 10000 may"
    );

    let two = assemble("proc a() {\n return\n}\nproc b() {\n return\n}").unwrap();
    assert!(verify(two.clone(), &VerifyLimits { code: 2, ..VerifyLimits::default() }).is_ok());
    let error = verify(two, &VerifyLimits { code: 1, ..VerifyLimits::default() }).unwrap_err();
    assert_eq!(error.to_string(), "there are 2 instructions; at most 1 are allowed");

    let name = |length: usize| {
        let mut module = Module::default();
        module.globals.push(Global { name: "é".repeat(length / 2), ty: TypeId::I32, public: true });
        module
    };
    assert!(verify(name(1_000), &VerifyLimits::default()).is_ok());
    assert!(refusal(name(1_002)).ends_with("…` has 1002 bytes; at most 1000 are allowed"));
}

/// Things that no assembly can say.
#[test]
fn modules_that_have_no_text() {
    let debug = Debug { procs: vec![Default::default(); 2], ..Debug::default() };
    let module = Module { debug: Some(debug), ..around(&[], Op::Return) };
    assert_eq!(refusal(module), "debug information tells of 2 procs, the module has 1");
    let debug = Debug { procs: vec![Default::default()], ..Debug::default() };
    let module = Module { debug: Some(debug), ..around(&[], Op::Return) };
    assert_eq!(refusal(module), "debug information speaks of file 0, and names 0");

    // Names go into messages: control characters and length are a stranger's.
    let mut module = Module::default();
    module.imports.push(Import {
        module: String::new(),
        name: "\u{1b}[31m\n".repeat(40),
        signature: Signature { params: vec![TypeId(99)], result: None },
    });
    let message = refusal(module);
    assert!(message.len() < 700 && !message.contains(['\u{1b}', '\n']), "{message}");

    let mut module = Module::default();
    module.constants.push(Constant::I64(1));
    assert!(verify(module, &VerifyLimits::default()).is_ok());
}
