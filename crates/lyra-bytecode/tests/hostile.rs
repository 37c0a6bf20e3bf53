//! Modules that are made to be slow: verifying takes at most a second a megabyte in a release build.

use lyra_bytecode::{
    Builtin, ConstId, Constant, Handler, Label, Local, Module, Op, Proc, ProcId, Signature, Type, TypeId,
    Verified, VerifyLimits, encode, verify,
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
