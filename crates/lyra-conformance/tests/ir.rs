//! Functions in SSA form: those of every program of the corpus can be built, printed, read back and brought into
//! canonical form, and are sound; and what they mean is what the reference machine does.

mod words;

use lyra::{Engine, Linker, Store};
use lyra_bytecode::{Builtin, Kind, Module, Op, ProcId, Trap, Verified, VerifyLimits, verify};
use lyra_conformance::corpus;
use lyra_ir::{
    Cause, Dominators, Ended, Failure, Func, FuncBuilder, Loops, Model, Place, Start, World, canonicalize,
    check, evaluate, parse_with,
};
use lyra_tier_stack::{RegCode, translate};
use std::collections::HashMap;
use words::run_code;

fn verified(text: &str) -> Option<Verified> {
    let source = lyra_compiler::Source { name: "spec.lyra", text };
    let module = lyra_compiler::compile(source, &lyra_compiler::CompileOptions::default()).module?;
    Some(verify(module, &VerifyLimits::default()).expect("what the compiler makes is sound"))
}

/// Instructions that a jump goes back to.
fn loops(code: &[Op]) -> impl Iterator<Item = u32> {
    code.iter().zip(0u32..).filter_map(|(op, at)| match op {
        Op::Jump { to } | Op::JumpIf { to } | Op::JumpUnless { to } if to.0 <= at => Some(to.0),
        _ => None,
    })
}

/// Every loop is entered from one block and goes back from one.
fn assert_canonical(func: &Func) {
    let dominators = Dominators::new(func);
    for found in Loops::new(func, &dominators).all.iter() {
        let leads = |block: &&lyra_ir::Block| func.blocks[**block].successors().any(|to| to == found.header);
        let (back, into): (Vec<&lyra_ir::Block>, Vec<&lyra_ir::Block>) =
            dominators.order().iter().filter(leads).partition(|block| found.latches.contains(block));
        assert_eq!((back.len(), into.len()), (1, 1), "{:?} in\n{func}", found.header);
    }
}

/// Both functions end alike and leave equal journals, in a world that makes up what it does not know.
fn assert_same(before: &Func, after: &Func, seed: u64, module: &Module, name: &str) {
    let types = &module.types;
    let world = |func: &Func| {
        let mut model = Model::new(200);
        let mut random = fastrand::Rng::with_seed(seed);
        let params = &func.blocks[func.entry()].params;
        let args: Vec<(Kind, u64)> = params
            .iter()
            .map(|&param| match types.kind(func.ty(param)) {
                Kind::Ref => (Kind::Ref, model.array(&[random.u64(0..5), 7, random.u64(0..3)])),
                Kind::Word => (Kind::Word, random.u64(0..6)),
            })
            .collect();
        (model, args)
    };
    let run = |func: &Func| {
        let (mut model, args) = world(func);
        let args: Vec<u64> = args.into_iter().map(|(_, bits)| bits).collect();
        let ended = evaluate(func, &args, &mut model, 100_000).expect("a sound function");
        (ended, model.journal())
    };
    let (expected, found) = (run(before), run(after));
    // Where it goes on for long, the shorter function has got further.
    if expected.0 != Ended::TooLong && found.0 != Ended::TooLong {
        assert_eq!(expected, found, "{name}, seed {seed}:\n{before}\n{after}");
    }
    for func in [before, after] {
        let code = translate(func, types).unwrap_or_else(|| panic!("{name}: {func}"));
        let (mut model, args) = world(func);
        let ended = run_code(&code, module, &args, &mut model, 100_000);
        if expected.0 != Ended::TooLong && ended != Ended::TooLong {
            assert_eq!(expected, (ended, model.journal()), "{name}, seed {seed}:\n{func}\n{code}");
        }
    }
}

#[test]
fn every_procedure_becomes_a_sound_function() {
    let (mut calls, mut entered, mut refused) = (0, 0, 0);
    for program in corpus::programs() {
        let Some(verified) = verified(&program.source) else { continue };
        let types = &verified.module().types;
        for mut builder in [FuncBuilder::new(&verified), FuncBuilder::new(&verified).in_frame()] {
            for (id, proc) in verified.module().procs.enumerate() {
                let starts = std::iter::once(Start::Call).chain(loops(&proc.code).map(Start::Loop));
                for start in starts {
                    let Some(built) = builder.build(id, start) else {
                        assert_ne!(start, Start::Call, "{}: `{}`", program.name, proc.name);
                        refused += 1;
                        continue;
                    };
                    if start == Start::Call {
                        calls += 1
                    } else {
                        entered += 1
                    }
                    let mut func = built.func;
                    assert_eq!(func.blocks[func.entry()].params.len(), built.sources.len());
                    let sound = |func: &Func| {
                        if let Err(what) = check(func, types) {
                            panic!("{}: {start:?}: {what}\n{}", program.name, func.shown(types));
                        }
                    };
                    sound(&func);
                    let text = func.shown(types).to_string();
                    let again = parse_with(&text, types).unwrap_or_else(|what| panic!("{what}\n{text}"));
                    assert_eq!(again.shown(types).to_string(), text, "{}", program.name);
                    canonicalize(&mut func);
                    sound(&func);
                    assert_canonical(&func);
                    // Looks at the function after each pass.
                    let before = func.clone();
                    lyra_tier_codegen::standard().run(&mut func, types);
                    sound(&func);
                    for seed in 0..4 {
                        assert_same(&before, &func, seed, verified.module(), &program.name);
                    }
                }
            }
        }
    }
    assert!(calls > 2_000 && entered > 100, "{calls} {entered} {refused}");
}

/// Procedures over numbers: all that the model knows, and what is hard about control.
const PROCS: &str = "
proc fib(n: i32) -> i32 { if n < 2 return n
    return fib(n - 1) + fib(n - 2) }
proc collatz(n: i32) -> i32 { var steps = 0
    var x = i64(n) + 1
    while x != 1 { if x % 2 == 0 { x /= 2 } else { x = x * 3 + 1 }
        steps += 1 }
    return steps }
proc sieve(n: i32) -> i32 { let marks = [false; n + 2]
    var count = 0
    for i in 2..n { if marks[i] continue
        count += 1
        var j = i * 2
        while j < n { marks[j] = true
            j += i } }
    return count }
proc labels(n: i32) -> i32 { var found = 0
    outer: for i in 1..n + 1 { for j in 1..n + 1 { if i * j == 12 { found += i
                continue outer }
            if i + j > 15 break outer
            if (i ^ j) == 5 && (i < 3 || j > 4) { found += 100 } } }
    return found }
proc caught(n: i32) -> i32 { var sum = 0
    let xs = [1, 2, 3]
    for i in 0..n { var at = i
        try { at += 10
            sum += xs[i]
            at += 100
            sum += 60 / (i - 1) } catch { sum += at } }
    return sum }
proc nested(n: i32) -> i32 { var trail = 1
    try { trail = trail * 2
        try { trail = trail * 3
            let x = 10 / n
            trail += x
            if n == 2 { throw \"two\" } } catch { trail = trail * 5
            let y = 10 / (n - 1)
            trail += y } } catch { trail = trail * 7 }
    return trail }
proc waiting(n: i32) -> i32 { return 1000 + n * (if n > 3 { let a = halves(n)
        a + 1 } else { 7 }) + halves(n) }
proc halves(n: i32) -> i32 { var h = 0
    try { h = 100 / n
        defer h += 1
        if n == 5 { throw \"five\" } } catch { h += 3 }
    return h }
struct Pair { a: i32, b: i32 = 5 }
proc pairs(n: i32) -> i32 { let p = Pair(a: n)
    for i in 0..n { p.b += p.a * i
        (p.a, p.b) = (p.b % 1000, p.a) }
    let (x, y) = (p.a, p.b)
    return x * 7 + y }
var total: i32 = 3
proc globals(n: i32) -> i32 { for i in 0..n { total = total * 3 % 1009 + i }
    return total }
proc floats(n: i32) -> i32 { var x = 1.0
    for i in 0..n { x = x * 1.5 - f64(i) / 3.0
        if x > 1e6 { x = 1.0 } }
    return i32(x * 1000.0) }
proc endless(n: i32) -> i32 { var i = n
    while true { i += 1 } }
proc swap(n: i32) -> i32 { var (a, b) = (0, 1)
    for _ in 0..n { (a, b) = (b, a + b) }
    return a }
";

/// The model, and calls of other functions.
struct Calls<'f> {
    model: Model,
    funcs: &'f HashMap<ProcId, Func>,
    /// The same as register code, where that is what is to run.
    codes: Option<&'f HashMap<ProcId, RegCode>>,
    module: &'f Module,
    fuel: &'f std::cell::Cell<i64>,
    unknown: Option<Op>,
}

impl Calls<'_> {
    fn run(&mut self, proc: ProcId, args: &[u64]) -> Ended {
        let Some(code) = self.codes.map(|codes| &codes[&proc]) else {
            return evaluate(&self.funcs[&proc], args, self, 1 << 24).expect("a sound function");
        };
        let params = &self.module.procs[proc].signature.params;
        let kinds = params.iter().map(|&ty| self.module.types.kind(ty));
        let args: Vec<(Kind, u64)> = kinds.zip(args.iter().copied()).collect();
        run_code(code, self.module, &args, self, 1 << 24)
    }
}

impl World for Calls<'_> {
    fn op(&mut self, op: Op, args: &[u64], gives: bool, place: Place) -> Result<Option<u64>, Failure> {
        if let Op::CallBuiltin { builtin: Builtin::CheckCount, .. } = op {
            return Ok(args.first().copied());
        }
        if let (Op::CallBuiltin { builtin: Builtin::ArrayFill, .. }, &[array, count, value]) = (op, args) {
            self.fuel.set(self.fuel.get() - (count / 64) as i64);
            for _ in 0..count {
                self.model.op(Op::AppendWord, &[array, value], false, place)?;
            }
            return Ok(None);
        }
        let Op::Call { proc } = op else {
            let known = matches!(
                op,
                Op::NewArray { .. }
                    | Op::NewRecord { .. }
                    | Op::AppendWord
                    | Op::ArrayLength
                    | Op::ArrayGetWord
                    | Op::ArraySetWord
                    | Op::GetPartWord { .. }
                    | Op::SetPartWord { .. }
                    | Op::GetGlobalWord { .. }
                    | Op::SetGlobalWord { .. }
                    | Op::ConstStr { .. }
                    | Op::ConstNone { .. }
                    | Op::IsNone
                    | Op::UpcastRef { .. }
                    | Op::UnwrapRef
                    | Op::NewError
                    | Op::Throw
            );
            self.unknown = self.unknown.or((!known).then_some(op));
            return self.model.op(op, args, gives, place);
        };
        match self.run(proc, args) {
            Ended::Returned(value) => Ok(value),
            Ended::Failed(failure) => Err(Failure { place, ..failure }),
            Ended::TooLong => panic!("fuel ends everything"),
        }
    }
    fn charge(&mut self, units: u32) {
        self.fuel.set(self.fuel.get() - i64::from(units));
    }
    fn poll(&mut self) -> Result<(), Trap> {
        if self.fuel.get() < 0 { Err(Trap::OutOfFuel) } else { Ok(()) }
    }
    fn error(&mut self, failure: &Failure) -> Option<u64> {
        self.model.error(failure)
    }
}

#[test]
fn functions_mean_what_the_machine_does() {
    const FUEL: u64 = 5_000;
    let engine = Engine::default();
    let module = engine.compile("procs.lyra", PROCS).expect("it compiles");
    let verified = verified(PROCS).expect("it compiles");
    for (in_frame, optimized) in [(false, false), (true, false), (false, true), (true, true)] {
        let builder = FuncBuilder::new(&verified);
        let mut builder = if in_frame { builder.in_frame() } else { builder };
        let ids = verified.module().procs.enumerate().map(|(id, _)| id);
        let funcs: HashMap<ProcId, Func> = ids
            .map(|id| {
                let mut func = builder.build(id, Start::Call).expect("a call can be built").func;
                if optimized {
                    lyra_tier_codegen::optimize(&mut func, &verified);
                }
                (id, func)
            })
            .collect();
        let translated = |func: &Func| translate(func, &verified.module().types).expect("it is small");
        let codes: HashMap<ProcId, RegCode> =
            funcs.iter().map(|(&id, func)| (id, translated(func))).collect();
        for (id, proc) in verified.module().procs.enumerate().filter(|(_, proc)| proc.public) {
            for n in [0, 1, 2, 3, 4, 5, 9, 17] {
                // A fresh machine and a fresh model: globals are as they begin.
                let mut store = Store::new(&engine, ());
                let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it starts");
                let called = instance.get_typed_func::<(i32,), i32>(&store, &proc.name).expect("it is there");
                store.set_fuel(FUEL);
                let expected = called.call(&mut store, (n,)).map_err(|error| error.code().to_owned());

                for codes in [None, Some(&codes)] {
                    let fuel = std::cell::Cell::new(FUEL as i64 - 1);
                    let mut model = Model::new(0);
                    let _ = model.op(
                        Op::SetGlobalWord { global: lyra_bytecode::GlobalId(0) },
                        &[3],
                        false,
                        Place::own(0),
                    );
                    let (funcs, codes, module) = (&funcs, codes, verified.module());
                    let mut world = Calls { model, funcs, codes, module, fuel: &fuel, unknown: None };
                    let ended = world.run(id, &[n as u64]);
                    let found = match ended {
                        Ended::Returned(value) => Ok(value.expect("a result") as i32),
                        Ended::Failed(Failure { cause: Cause::Trap(trap), .. }) => {
                            Err(trap.kind().to_owned())
                        }
                        other => panic!("{}({n}): {other:?}", proc.name),
                    };
                    assert_eq!(world.unknown, None, "{}: the model does not know it", proc.name);
                    let name = &proc.name;
                    assert_eq!(
                        found,
                        expected,
                        "{name}({n}), in frame: {in_frame}, optimized: {optimized}\n{}{}",
                        funcs[&id],
                        codes.map_or_else(String::new, |codes| codes[&id].to_string())
                    );
                    if found.is_ok() {
                        assert_eq!(Some(fuel.get() as u64), store.fuel(), "fuel of {name}({n})");
                    }
                }
            }
        }
    }
}
