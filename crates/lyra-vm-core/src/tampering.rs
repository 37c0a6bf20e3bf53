//! Tests: every kind of change of executed code is found, and altered code panics nowhere. Under the plain monitor
//! and under the one that samples: they differ in when a change is found.

use crate::engine::Stepper;
use crate::guard::Alteration;
use crate::program::Code;
use crate::{Plain, Profile, Program, Settings, Vm, link};
use lyra_bytecode::{
    Builtin, Constant, DefBody, DefId, Label, Op, ProcId, Trap, VerifyLimits, assemble, verify,
};
use lyra_runtime::{GrowableStack, LinearCaches, LinearInterner, PlainHeap, Shapes, Value};
use lyra_security::{Limits, SLICE};
use lyra_tier_security::SampledMonitor;
use std::sync::Arc;

/// The plain machine under samples.
struct Sampled;

impl Profile for Sampled {
    type Heap = PlainHeap;
    type Stack = GrowableStack;
    type Caches = LinearCaches;
    type Interner = LinearInterner;
    type Integrity = SampledMonitor;
    type Engine = Stepper;
}

/// Slices of the budget within which a change of a program of two windows is found by samples.
const SAMPLED: u64 = 2 * 18;

/// Counts to a million, with text, arrays, calls, built-ins and a handler on the way.
const LISTING: &str = r#"
module "t"
type [i32]
type [[i32]]
type (i32, str)
struct Named { name: str }
interface Text { text() -> str }
impl Text for Named { text }
method Named text text
global total i32
global list [i32]
entry main
proc text(Named) -> str {
  local 0 Named
  get_ref 0
  get_part_ref 0
  return
}
proc step(i32, str) -> i32 {
  local 0 str
  local 1 i32
  get_word 1
  get_ref 0
  str_length
  add_i32
  return
}
proc main() -> i32 {
  local 0 error
  local 1 [i32]
  local 2 (i32, str)
  local 3 i32
  handler L1..L2 -> L3
  new_array [i32]
  set_ref 1
  const_i32 4
  const_str "four"
  new_record (i32, str)
  set_ref 2
L0:
  get_ref 1
  get_word 3
  append_word
  drop_ref
  get_ref 1
  call_builtin array_clear i32
  get_word 3
  const_str "a"
  const_str "b"
  str_concat 2
  call step
  set_global_word total
L1:
  get_ref 1
  get_ref 2
  get_part_word 0
  array_get_word
L2:
  drop_word
  jump L4
L3:
  set_ref 0
  get_ref 0
  error_kind
  drop_ref
L4:
  get_word 3
  const_i32 1
  add_i32
  dup_word
  set_word 3
  const_i32 1000000
  lt_i32
  jump_if L0
  get_global_word total
  return
}
"#;

fn program() -> Program {
    let verified = verify(assemble(LISTING).unwrap(), &VerifyLimits::default()).unwrap();
    link(verified, &mut |_| None).unwrap()
}

/// A machine whose code is altered once so many units of fuel are used.
fn altered<P: Profile>(
    program: &Program,
    fuel: u64,
    after: u64,
    alter: impl FnOnce(&mut Code) + Send + 'static,
) -> Vm<P> {
    let settings =
        Settings { limits: Limits::embedded().with_fuel(fuel).with_deadline(None), ..Settings::default() };
    let mut vm = Vm::new(program, settings).unwrap();
    vm.guard.alteration = Some(Alteration { after, alter: Box::new(alter) });
    vm
}

#[test]
fn a_change_while_running_is_found_within_a_slice() {
    found_within::<Plain>(2);
}

#[test]
fn a_change_while_running_is_found_by_samples_within_their_bound() {
    found_within::<Sampled>(SAMPLED);
}

/// Changes a running program: it is found within so many slices.
fn found_within<P: Profile>(slices: u64) {
    let program = program();
    let after = 3 * SLICE + 100;
    let mut vm = altered::<P>(&program, 60 * SLICE, after, |code| {
        if let Some(op @ Op::ConstI32 { .. }) =
            code.procs[2].ops.iter_mut().rfind(|op| **op == Op::ConstI32 { value: 1 })
        {
            // Too little to end early.
            *op = Op::ConstI32 { value: 0 };
        }
    });
    let error = vm.start(&mut ()).unwrap_err();
    assert_eq!(error.trap, Trap::Tampered);
    assert!(error.message.starts_with("the code of `main` was changed while running"), "{}", error.message);
    let found = vm.report().fuel_used;
    assert!((after..=after + slices * SLICE).contains(&found), "found after {found}");
    assert_eq!((vm.tamper_log().entries().len(), vm.report().tamper_detections), (1, 1));
    assert!(vm.tamper_log().verify().is_ok());
    // What was altered once runs no more, and the program itself is as it was.
    assert_eq!(vm.start(&mut ()).unwrap_err().trap, Trap::Tampered);
    let mut other = altered::<P>(&program, 10 * SLICE, u64::MAX, |_| {});
    assert_eq!(other.start(&mut ()).unwrap_err().trap, Trap::OutOfFuel);
}

#[test]
fn a_change_near_the_end_is_found_before_the_result_leaves() {
    let listing = "module \"t\"\nentry main\nproc main() -> i32 {\nconst_i32 7\nreturn\n}\n";
    let verified = verify(assemble(listing).unwrap(), &VerifyLimits::default()).unwrap();
    let program = link(verified, &mut |_| None).unwrap();
    let mut vm = altered::<Plain>(&program, 100, 0, |code| code.procs[0].ops[0] = Op::ConstI32 { value: 8 });
    assert_eq!(vm.start(&mut ()).unwrap_err().trap, Trap::Tampered);
    let mut vm = altered::<Plain>(&program, 100, 50, |_| panic!("there is no slow path so late"));
    assert_eq!(vm.start(&mut ()), Ok(Some(Value::I32(7))));
}

#[test]
fn a_change_that_makes_a_program_fail_is_found_too() {
    let listing =
        "module \"t\"\nentry main\nproc main() -> i32 {\nconst_i32 6\nconst_i32 3\ndiv_i32\nreturn\n}\n";
    let verified = verify(assemble(listing).unwrap(), &VerifyLimits::default()).unwrap();
    let program = link(verified, &mut |_| None).unwrap();
    let mut vm = altered::<Plain>(&program, 100, 0, |code| code.procs[0].ops[1] = Op::ConstI32 { value: 0 });
    let error = vm.start(&mut ()).unwrap_err();
    assert_eq!((error.trap, vm.tamper_log().entries().len()), (Trap::Tampered, 1), "{error}");
}

/// Samples do not look before a result leaves, but many short calls are as good as a long one.
#[test]
fn a_change_between_short_calls_is_found_by_samples() {
    let listing = "module \"t\"\nentry main\nproc main() -> i32 {\nconst_i32 7\nreturn\n}\n";
    let verified = verify(assemble(listing).unwrap(), &VerifyLimits::default()).unwrap();
    let program = link(verified, &mut |_| None).unwrap();
    let mut vm =
        altered::<Sampled>(&program, 1_000_000, 100, |code| code.procs[0].ops[0] = Op::ConstI32 { value: 8 });
    let calls = (0..SAMPLED * SLICE).take_while(|_| vm.start(&mut ()).is_ok()).count() as u64;
    assert!((100..SAMPLED * SLICE).contains(&calls), "{calls}");
    assert_eq!(vm.start(&mut ()).unwrap_err().trap, Trap::Tampered);
    assert_eq!(vm.tamper_log().entries().len(), 1);
}

/// All machines of a program know what its code was when the first began.
#[test]
fn samples_of_a_second_machine_are_compared_with_the_first_load() {
    let program = program();
    let settings = || Settings { limits: Limits::embedded().with_deadline(None), ..Settings::default() };
    let _first = Vm::<Sampled>::new(&program, settings()).unwrap();
    let mut second = Vm::<Sampled>::new(&program, settings()).unwrap();
    Arc::make_mut(&mut second.guard.code).procs[2].ops[0] = Op::DropRef;
    second.guard.monitor = lyra_security::Monitor::load(&*second.guard.code);
    let polled =
        lyra_security::Monitor::poll(&mut second.guard.monitor, &*second.guard.code, SAMPLED * SLICE);
    assert!(polled.is_err());
}

#[test]
fn changes_of_constants_and_tables_are_found() {
    changes_are_found::<Plain>(10);
    changes_are_found::<Sampled>(4 + SAMPLED);
}

fn changes_are_found<P: Profile>(slices: u64) {
    let changes: [fn(&mut Code); 10] = [
        |code| code.dispatch.impls[0].2[0] = ProcId(1),
        |code| code.dispatch.methods[0].call.proc = ProcId(1),
        |code| code.dispatch.methods[0].call.result = None,
        |code| {
            let mut types = code.shapes.types().clone();
            types.define(DefId(0), DefBody::Struct { fields: Vec::new() });
            code.shapes = Arc::new(Shapes::new(&types));
        },
        |code| code.constants[0] = Constant::Str("five".into()),
        |code| code.procs[2].handlers.list[0].0.target += 1,
        |code| code.procs[2].handlers.list[0].1.refs += 1,
        |code| code.procs[1].need += 1,
        |code| code.procs[1].result = None,
        |code| code.procs[2].first_site += 1,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut vm = altered::<P>(&program(), slices * SLICE, SLICE, change);
        let error = vm.start(&mut ()).unwrap_err();
        assert_eq!(error.trap, Trap::Tampered, "change {number}: {error}");
    }
}

/// Altered code runs for up to a slice before it is found: whatever it does, nothing panics and the run ends.
#[test]
fn altered_code_ends_in_an_error_and_never_in_a_panic() {
    let ends = ends_of_altered_code::<Plain>();
    assert!(ends.keys().all(|end| end.starts_with("Err")), "an altered program gave a result: {ends:?}");
    assert!(ends["Err(Tampered)"] > 100, "{ends:?}");
    // Under samples the fuel ends first as a rule: what counts is that every run ends.
    let ends = ends_of_altered_code::<Sampled>();
    assert_eq!(ends.values().sum::<u32>(), 200);
}

fn ends_of_altered_code<P: Profile>() -> std::collections::BTreeMap<String, u32> {
    let mut random = fastrand::Rng::with_seed(0xA17E);
    let program = program();
    let ops: Vec<Op> = program.code().procs.iter().flat_map(|proc| proc.ops.clone()).collect();
    let mut ends = std::collections::BTreeMap::new();
    for _ in 0..200 {
        let (proc, random_op) = (random.usize(1..3), ops[random.usize(0..ops.len())]);
        let at = random.usize(0..program.code().procs[proc].ops.len());
        let op = match random.u8(0..8) {
            0 => Op::Jump { to: Label(random.u32(0..60)) },
            1 => Op::CallBuiltin { builtin: Builtin::StrUpper, ty: lyra_bytecode::TypeId(random.u32(0..12)) },
            2 => Op::DropRef,
            3 => Op::DupWord,
            4 => Op::ArraySetRef,
            5 => Op::Throw,
            _ => random_op,
        };
        let mut vm = altered::<P>(&program, 3 * SLICE, 1, move |code| code.procs[proc].ops[at] = op);
        let trap = vm.start(&mut ()).map_err(|error| error.trap);
        *ends.entry(format!("{trap:?}")).or_insert(0) += 1;
    }
    ends
}
