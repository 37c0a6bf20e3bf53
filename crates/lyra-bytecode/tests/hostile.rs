//! Modules that are made to be slow: verifying takes at most a second a megabyte in a release build.

use lyra_bytecode::{
    Builtin, ConstId, Constant, DefBody, Field, Handler, Impl, Label, Local, MethodSig, Module, Op, Proc,
    ProcId, Signature, Type, TypeId, Variant, Verified, VerifyLimits, encode, verify,
};
use std::time::Instant;

fn proc(params: &[TypeId], locals: &[TypeId], code: Vec<Op>) -> Proc {
    Proc {
        name: "p".into(),
        signature: Signature { params: params.to_vec(), result: None },
        locals: locals.to_vec(),
        code,
        handlers: vec![],
        public: false,
    }
}

fn module(body: Proc) -> Module {
    let mut module = Module::default();
    module.constants.push(Constant::Str("x".into()));
    module.procs.push(body);
    module
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap()
}

/// Verifies, and holds the time against the size.
fn timed(name: &str, module: Module) -> Verified {
    let bytes: usize = encode(&module).iter().map(|section| section.bytes.len()).sum();
    let start = Instant::now();
    let verified = verify(module, &VerifyLimits::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    let time = start.elapsed();
    // A debug build is far slower, and the machine may be busy; quadratic work would take minutes in either.
    let limit = if cfg!(debug_assertions) { 30.0 } else { 1.0 };
    let megabytes = bytes as f64 / 1e6;
    assert!(time.as_secs_f64() < limit * megabytes.max(0.2), "{name}: {time:?} for {megabytes} MB");
    verified
}

/// 50,000 blocks, every second one jumped over, with 999 reference locals set here and there and a deep stack.
#[test]
fn joins() {
    let blocks = 50_000;
    let mut code = vec![Op::ConstStr { value: ConstId(0) }; 500];
    let last = index(code.len() + 5 * blocks);
    for block in 0..blocks {
        let at = index(code.len());
        let over = if block % 2 == 0 { 10 } else { 5 };
        code.extend([
            Op::GetWord { local: Local(999) },
            Op::JumpIf { to: Label((at + over).min(last)) },
            Op::DupRef,
            Op::SetRef { local: Local((block % 999) as u16) },
            Op::Jump { to: Label(at + 5) },
        ]);
    }
    code.push(Op::Return);
    let mut locals = vec![TypeId::STR; 999];
    locals.push(TypeId::BOOL);
    assert_eq!(timed("joins", module(proc(&[], &locals, code))).facts(ProcId(0)).need, 501);
}

/// 50,000 places that all wait for the one jump to them, each with another set of locals.
#[test]
fn waiting_jumps() {
    let places = 50_000;
    let mut code = Vec::new();
    for place in (0..places).rev() {
        code.extend([
            Op::GetWord { local: Local(999) },
            Op::JumpIf { to: Label(index(2 * places + 2 * place)) },
        ]);
    }
    for place in 0..places {
        code.extend([Op::ConstStr { value: ConstId(0) }, Op::SetRef { local: Local((place % 999) as u16) }]);
    }
    code.push(Op::Return);
    let mut locals = vec![TypeId::STR; 999];
    locals.push(TypeId::BOOL);
    timed("waiting jumps", module(proc(&[], &locals, code)));
}

/// 30,000 handler ranges, each inside the one before.
#[test]
fn nested_ranges() {
    let ranges = 30_000;
    let mut code = [Op::ConstBool { value: true }, Op::DropWord].repeat(2 * ranges);
    let end = index(code.len());
    code.extend([Op::Return, Op::DropRef, Op::Return]);
    let mut body = proc(&[], &[], code);
    let handlers = (0..index(ranges)).rev();
    body.handlers =
        handlers.map(|range| Handler { start: 2 * range, end: end - 2 * range, target: end + 1 }).collect();
    timed("nested ranges", module(body));
}

/// 40,000 calls with 255 arguments, the same ones: each call stands on a way of its own.
#[test]
fn wide_calls() {
    let calls = 40_000;
    let mut code = vec![Op::ConstI32 { value: 1 }; 255];
    for _ in 0..calls {
        let at = index(code.len());
        code.extend([
            Op::ConstBool { value: true },
            Op::JumpIf { to: Label(at + 4) },
            Op::Call { proc: ProcId(1) },
            Op::Return,
        ]);
    }
    code.push(Op::Return);
    let mut module = module(proc(&[], &[], code));
    module.procs.push(proc(&[TypeId::I32; 255], &[TypeId::I32; 255], vec![Op::Return]));
    timed("wide calls", module);
}

/// 12,000 types of nearly 10,000 parts each, compared.
#[test]
fn large_types() {
    let mut module = module(proc(&[], &[], vec![Op::Return]));
    let wide = module.types.intern(Type::Tuple(vec![TypeId::I32; 255].into()));
    let mut large = Vec::new();
    for number in 0..12_000u32 {
        let mut parts = vec![wide; 38];
        parts.extend((0..6).map(|digit| TypeId(number / 5u32.pow(digit) % 5)));
        large.push(module.types.intern(Type::Tuple(parts.into())));
    }
    for some in large.chunks(250) {
        let mut code = Vec::new();
        for (local, &ty) in (0..).map(Local).zip(some) {
            code.extend([
                Op::GetRef { local },
                Op::GetRef { local },
                Op::CallBuiltin { builtin: Builtin::Compare, ty },
                Op::DropWord,
            ]);
        }
        code.push(Op::Return);
        module.procs.push(proc(some, some, code));
    }
    timed("large types", module);
}

/// 65,536 procedures after a large one.
#[test]
fn many_procs() {
    let mut large = vec![Op::ConstI32 { value: 1 }; 10_000];
    large.push(Op::Return);
    let mut module = module(proc(&[], &[], large));
    for _ in 1..65_536 {
        module.procs.push(proc(&[], &[], vec![Op::ConstI32 { value: 1 }, Op::Return]));
    }
    timed("many procs", module);
}

/// 60,000 structures, an enumeration of 65,536 variants, and names enough for all.
#[test]
fn many_definitions() {
    let mut module = module(proc(&[], &[], vec![Op::Return]));
    let names: Vec<String> = (0..65_536).map(|number| format!("n{number}")).collect();
    for name in &names[..60_000] {
        let def = module.types.declare(name.as_str());
        let ty = module.types.intern(Type::Struct(def));
        let fields = names[..12].iter().map(|name| Field { name: name.clone(), ty }).collect();
        module.types.define(def, DefBody::Struct { fields });
    }
    let def = module.types.declare("many");
    module.types.intern(Type::PlainEnum(def));
    let variants = names.into_iter().map(|name| Variant { name, fields: vec![] }).collect();
    module.types.define(def, DefBody::Enum { variants });
    timed("many definitions", module);
}

/// 60,000 types that implement 15 methods of 200 parameters, all by the same procedures, and conversions of each.
#[test]
fn many_impls() {
    let mut module = module(proc(&[], &[], vec![Op::Return]));
    let wide = module.types.declare("Wide");
    let interface = module.types.intern(Type::Interface(wide));
    let method =
        |number: u32| MethodSig { name: format!("m{number}"), params: vec![TypeId::I32; 200], result: None };
    module.types.define(wide, DefBody::Interface { methods: (0..15).map(method).collect() });
    let mut params = vec![TypeId::I32; 201];
    params[0] = interface;
    let procs: Vec<_> =
        (0..15).map(|_| module.procs.push(proc(&params, &params, vec![Op::Return]))).collect();
    let mut code = Vec::new();
    for number in 0..60_000 {
        let def = module.types.declare(format!("E{number}"));
        let variants = vec![Variant { name: "A".into(), fields: vec![] }];
        module.types.define(def, DefBody::Enum { variants });
        let ty = module.types.intern(Type::PlainEnum(def));
        module.impls.push(Impl { interface: wide, ty, methods: procs.clone() });
        code.extend([
            Op::ConstEnum { ty, variant: 0 },
            Op::UpcastWord { from: ty, to: interface },
            Op::DropRef,
        ]);
    }
    code.push(Op::Return);
    module.procs.push(proc(&[], &[], code));
    timed("many impls", module);
}
