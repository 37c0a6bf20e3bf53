//! What inlining makes of calls, what knowledge of memory leaves out, and that random functions mean what they did.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lyra_bytecode::{ProcId, Trap, Types};
use lyra_ir::{Cause, Ended, Failure, Func, InstKind, Model, Place, World, check, evaluate, parse};
use lyra_tier_codegen::{Callees, drop_enters, inline, optimize_with};
use std::collections::HashMap;

/// Procedures from texts; each needs three entries.
#[derive(Clone, Default)]
struct Texts(HashMap<u32, Func>);

impl Texts {
    fn new(texts: &[(u32, &str)]) -> Self {
        Self(texts.iter().map(|&(number, text)| (number, parse(text).unwrap())).collect())
    }
}

impl Callees for Texts {
    fn func(&mut self, proc: ProcId) -> Option<&Func> {
        self.0.get(&proc.0)
    }

    fn need(&self, _: ProcId) -> u32 {
        3
    }
}

fn inlined(text: &str, mut callees: Texts) -> Func {
    let mut func = parse(text).unwrap();
    assert!(inline(&mut func, &mut callees, &Types::default()) > 0);
    check(&func, &Types::default()).unwrap_or_else(|what| panic!("{what}\n{func}"));
    func
}

const HALF: &str = "func \"half\" -> i32 {
block0(v0: i32):
  v1: i32 = const 0
  v2: bool = lt_i32 v0, v1 @1
  branch v2, block1, block2 @2
block1:
  return v1 @3
block2:
  v3: i32 = const 2
  v4: i32 = div_i32 v0, v3 @5
  return v4 @6
}";

#[test]
fn a_call_becomes_the_body_and_its_payment_stays() {
    let func = inlined(
        "func \"f\" -> i32 {
block0(v0: i32):
  charge 1 @4
  poll @4
  v1: i32 = call proc7, v0 waits 2 @4
  v2: i32 = add_i32 v1, v0 @5
  return v2 @6
}",
        Texts::new(&[(7, HALF)]),
    );
    insta::assert_snapshot!(func);
}

#[test]
fn ranges_variables_and_what_waits_come_along() {
    let guarded = "func \"guarded\" -> i32 {
  var0 word
  handler0 -> block2
block0(v0: i32):
  set_var var0, v0 @0
  jump block1
block1: in handler0
  charge 1 @2
  poll @2
  v1: i32 = call proc9, v0 waits 1 @2
  return v1 @3
block2(v2: error):
  v3: i32 = get_var var0 @4
  return v3 @5
}";
    let func = inlined(
        "func \"f\" -> i32 {
  handler0 -> block2
block0(v0: i32):
  jump block1
block1: in handler0
  charge 1 @4
  poll @4
  v1: i32 = call proc7, v0 waits 2 @4
  return v1 @6
block2(v2: error):
  v3: i32 = const 3
  return v3 @8
}",
        Texts::new(&[(7, guarded)]),
    );
    insta::assert_snapshot!(func);
}

#[test]
fn a_recursion_is_inlined_once() {
    let down = "func \"down\" -> i32 {
block0(v0: i32):
  charge 1 @1
  poll @1
  v1: i32 = call proc0, v0 @1
  return v1 @2
}";
    let func = inlined(down, Texts::new(&[(0, down)]));
    assert_eq!(func.to_string().matches("call proc0").count(), 1, "{func}");
    assert_eq!(func.scopes.len(), 2);
}

#[test]
fn what_fits_already_is_not_looked_at() {
    let text = "func \"f\" {
block0:
  enter 3 @0
  enter 7 @1
  jump block1
block1:
  enter 6 @2
  charge 1 @3
  poll @3
  call proc1 waits 4 @3
  enter 8 @4
  enter 9 @5
  return @6
}";
    let mut func = parse(text).unwrap();
    assert_eq!(drop_enters(&mut func, &Texts::default()), 3);
    let left: Vec<_> = func.insts.iter().map(|inst| inst.kind).collect();
    let in_use = |entries| {
        func.layout
            .iter()
            .flat_map(|&block| &func.blocks[block].insts)
            .any(|&inst| func.insts[inst].kind == InstKind::Enter(entries))
    };
    assert!(in_use(7) && in_use(9) && !in_use(3) && !in_use(6) && !in_use(8), "{left:?}");
}

/// The model, calls of procedures from texts, and the stack rule.
struct Calls<'c> {
    model: Model,
    callees: &'c Texts,
    /// Entries of the frame that runs.
    entries: u32,
    limit: u32,
    deepest: u32,
    /// For each scope of the function that runs, how many calls were inlined around it.
    depths: Vec<u32>,
}

impl Calls<'_> {
    fn needs(&mut self, entries: u32) -> Result<(), Trap> {
        let needed = self.entries + entries;
        if needed > self.limit {
            return Err(Trap::StackOverflow);
        }
        self.deepest = self.deepest.max(needed);
        Ok(())
    }
}

impl World for Calls<'_> {
    fn op(
        &mut self,
        op: lyra_bytecode::Op,
        args: &[u64],
        gives: bool,
        place: Place,
    ) -> Result<Option<u64>, Failure> {
        let lyra_bytecode::Op::Call { proc } = op else { return self.model.op(op, args, gives, place) };
        // In these texts nothing waits below a call but what inlining puts there: an entry for each call.
        let waits = self.depths.get(place.scope.0 as usize).copied().unwrap_or(0);
        let fail = |trap| Failure { cause: Cause::Trap(trap), place: Place::own(0) };
        self.needs(waits + 1 + 3).map_err(fail)?;
        self.entries += waits + 1;
        let depths = std::mem::take(&mut self.depths);
        let func = &self.callees.0[&proc.0];
        let ended = evaluate(func, args, self, 1 << 16).unwrap();
        self.entries -= waits + 1;
        self.depths = depths;
        match ended {
            Ended::Returned(value) => Ok(value),
            Ended::Failed(failure) => Err(Failure { place: Place::own(0), ..failure }),
            Ended::TooLong => Err(fail(Trap::OutOfFuel)),
        }
    }

    fn charge(&mut self, units: u32) {
        self.model.charge(units);
    }

    fn poll(&mut self) -> Result<(), Trap> {
        self.model.poll()
    }

    fn enter(&mut self, entries: u32) -> Result<(), Trap> {
        self.needs(entries)
    }

    fn error(&mut self, failure: &Failure) -> Option<u64> {
        // What nobody catches passes through fewer frames where calls were inlined.
        if matches!(failure.cause, Cause::Trap(trap) if !trap.is_catchable()) {
            return None;
        }
        self.model.error(&Failure { place: Place::own(0), ..failure.clone() })
    }
}

fn depths(func: &Func) -> Vec<u32> {
    let depth = |mut call: Option<Place>| {
        let mut count = 0;
        while let Some(place) = call {
            (count, call) = (count + 1, func.scopes[place.scope].call);
        }
        count
    };
    func.scopes.iter().map(|scope| depth(scope.call)).collect()
}

/// A procedure of random instructions over numbers, an array and a record, that calls procedures of higher numbers
/// and itself.
fn random_text(random: &mut fastrand::Rng, proc: u32, procs: u32) -> String {
    let mut text = format!("func \"p{proc}\" -> i32 {{\n  handler0 -> block9\n");
    text.push_str("block0(v0: i32, v1: #9, v700: #10):\n  v2: i32 = const 1\n  v3: i32 = and_i32 v0, v2\n");
    text.push_str("  jump block1(v0, v3)\n");
    let mut next = 10;
    let mut known = vec![0, 2, 3];
    let mut block = |text: &mut String, random: &mut fastrand::Rng, known: &mut Vec<u32>, length: usize| {
        for _ in 0..length {
            let (left, right) = (known[random.usize(..known.len())], known[random.usize(..known.len())]);
            let (index, made) = (random.u8(0..3), next);
            next += 1;
            let line = match random.u8(0..12) {
                0 => format!("v{made}: i32 = const {}", random.i32(-1..4)),
                1 => format!("v{made}: i32 = add_i32 v{left}, v{right}"),
                2 => format!("v{made}: i32 = mul_i32 v{left}, v{right}"),
                3 => format!("v{made}: i32 = div_i32 v{left}, v{right}"),
                4 | 5 => format!("v{made}: i32 = get_part_word {index}, v1"),
                6 => format!("v{made}: i32 = array_get_word v700, v{left}"),
                7 => format!("v{made}: i32 = array_length v700"),
                8 => format!("v{made}: i32 = get_global_word global{index}"),
                9 => format!("set_part_word {index}, v1, v{left}"),
                10 => format!("array_set_word v700, v{left}, v{right}"),
                _ if random.bool() => format!("set_global_word global{index}, v{left}"),
                _ => {
                    let callee = random.u32(proc..procs);
                    format!("charge 1\n  poll\n  v{made}: i32 = call proc{callee}, v{left}, v1, v700")
                }
            };
            text.push_str(&format!("  {line}\n"));
            if line.contains('=') {
                known.push(made);
            }
        }
    };
    text.push_str("block1(v4: i32, v5: i32): in handler0\n");
    known.extend([4, 5]);
    let length = random.usize(1..6);
    block(&mut text, random, &mut known, length);
    text.push_str("  v6: bool = lt_i32 v4, v5\n  branch v6, block2, block3\n");
    let mut other = known.clone();
    text.push_str("block2:\n");
    let length = random.usize(0..5);
    block(&mut text, random, &mut other, length);
    text.push_str(&format!("  jump block4(v{})\n", other[other.len() - 1]));
    let mut other = known.clone();
    text.push_str("block3: in handler0\n");
    let length = random.usize(0..5);
    block(&mut text, random, &mut other, length);
    text.push_str(&format!("  jump block4(v{})\n", other[other.len() - 1]));
    text.push_str("block4(v7: i32):\n");
    let length = random.usize(0..4);
    block(&mut text, random, &mut known, length);
    text.push_str("  charge 1\n  poll\n  v8: bool = lt_i32 v7, v0\n  branch v8, block5, block6\n");
    text.push_str(&format!("block5:\n  jump block1(v{}, v7)\n", known[known.len() - 1]));
    text.push_str("block6:\n  return v7\nblock9(v9: error):\n  return v0\n}");
    text
}

#[test]
fn random_procedures_mean_what_they_did() {
    let mut random = fastrand::Rng::with_seed(5);
    let types = Types::default();
    let (mut overflows, mut returns, mut calls) = (0, 0, 0);
    for _ in 0..150 {
        let procs: HashMap<u32, Func> = (0..4)
            .map(|proc| {
                let text = random_text(&mut random, proc, 4);
                let func = parse(&text).unwrap_or_else(|what| panic!("{what}\n{text}"));
                check(&func, &types).unwrap_or_else(|what| panic!("{what}\n{text}"));
                (proc, func)
            })
            .collect();
        let callees = Texts(procs);
        let mut after = callees.0[&0].clone();
        let report = optimize_with(&mut after, &mut callees.clone(), &types);
        calls += report.steps[0].changes;
        for limit in [5, 9, 14, 40] {
            let run = |func: &Func| {
                let mut model = Model::new(60);
                let (record, array) = (model.array(&[2, 0, 1]), model.array(&[1, 2]));
                let mut world =
                    Calls { model, callees: &callees, entries: 1, limit, deepest: 4, depths: depths(func) };
                let ended = match evaluate(func, &[2, record, array], &mut world, 1 << 16).unwrap() {
                    // Places of bodies are those of other procedures.
                    Ended::Failed(failure) => Ended::Failed(Failure { place: Place::own(0), ..failure }),
                    ended => ended,
                };
                (ended, world.model.journal(), world.deepest)
            };
            let (expected, found) = (run(&callees.0[&0]), run(&after));
            overflows += usize::from(matches!(
                expected.0,
                Ended::Failed(Failure { cause: Cause::Trap(Trap::StackOverflow), .. })
            ));
            returns += usize::from(matches!(expected.0, Ended::Returned(_)));
            if expected.0 != Ended::TooLong && found.0 != Ended::TooLong {
                assert_eq!(expected, found, "limit {limit}\n{}\n{after}", callees.0[&0]);
            }
        }
    }
    assert!(calls > 30 && overflows > 10 && returns > 200, "{calls} {overflows} {returns}");
}
