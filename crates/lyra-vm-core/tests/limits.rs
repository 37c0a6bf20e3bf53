//! Fuel, stack, memory, time, output: each limit is met exactly, and the machine can be used afterwards.
mod machine;

use lyra_bytecode::Trap;
use lyra_runtime::Value;
use machine::{program, vm_with};
use std::time::{Duration, Instant};

/// `loops(n)` goes back n − 1 times; `down(n)` calls itself n times with an operand waiting; `grow` fills memory.
const LISTING: &str = r#"
module "t"
debug "t.lyra"
type [str]
global text str public
entry top
proc loops(i32) public {
  local 0 i32
L0:
  get_word 0
  const_i32 1
  sub_i32
  dup_word
  set_word 0
  const_i32 0
  gt_i32
  jump_if L0
  return
}
proc down(i32) -> i32 public {
  local 0 i32
  at 5:1:1
  get_word 0
  const_i32 0
  gt_i32
  jump_unless L0
  const_i32 1
  get_word 0
  const_i32 1
  sub_i32
  at 6:2:7
  call down
  add_i32
  return
L0:
  const_i32 0
  return
}
proc grow() public {
  const_str "x"
  set_global_ref text
L0:
  get_global_ref text
  get_global_ref text
  str_concat 2
  set_global_ref text
  jump L0
}
proc forever() public {
L0:
  jump L0
}
proc shout() public {
L0:
  const_str "hello"
  call_builtin write bool
  jump L0
}
proc catch_all(i32) -> str public {
  local 0 error
  local 1 i32
  handler L0..L1 -> L2
L0:
  get_word 1
  call down
  drop_word
  const_str "through"
L1:
  return
L2:
  set_ref 0
  const_str "caught"
  return
}
proc top() {
  return
}
"#;

#[test]
fn exactly_the_given_charges_succeed() {
    let program = program(LISTING);
    let loops = program.find("loops").unwrap();
    // The call is one unit, each of the n − 1 jumps back one more.
    for n in [1u64, 2, 100, 16_383, 16_384, 16_385, 40_000] {
        for (fuel, succeeds) in [(n, true), (n + 1, true), (n - 1, false)] {
            let (mut vm, _) =
                vm_with(&program, |settings| settings.limits = settings.limits.clone().with_fuel(fuel));
            let outcome = vm.call(loops, &[Value::I32(n as i32)], &mut ());
            if succeeds {
                assert_eq!((outcome, vm.fuel_left()), (Ok(None), Some(fuel - n)));
                assert_eq!(vm.report().fuel_used, n);
            } else {
                assert_eq!(outcome.unwrap_err().trap, Trap::OutOfFuel, "{n} jumps with {fuel}");
                assert_eq!((vm.fuel_left(), vm.report().fuel_used), (Some(0), fuel));
                vm.set_fuel(Some(n));
                assert_eq!(vm.call(loops, &[Value::I32(n as i32)], &mut ()), Ok(None));
                assert_eq!(vm.fuel_left(), Some(0));
            }
        }
    }
}

#[test]
fn the_stack_rule_is_met_to_the_entry() {
    let program = program(LISTING);
    let down = program.find("down").unwrap();
    // n + 1 calls; in each but the last one operand waits; every call of `down` needs 3 at most.
    let needed = |n: u32| (n + 1) + n + 3;
    for limit in [4u32, 5, 10, 100, 10_000] {
        let deepest = (limit - 4) / 2;
        let (mut vm, _) =
            vm_with(&program, |settings| settings.limits = settings.limits.clone().with_stack(limit));
        assert_eq!(
            vm.call(down, &[Value::I32(deepest as i32)], &mut ()),
            Ok(Some(Value::I32(deepest as i32)))
        );
        assert_eq!(vm.report().deepest_stack, needed(deepest));
        let error = vm.call(down, &[Value::I32(deepest as i32 + 1)], &mut ()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("stack_overflow: the stack limit of {limit} entries was reached")
        );
        assert_eq!(error.trace.len() + error.omitted, deepest as usize + 1);
        assert!(error.trace.len() <= 30);
        assert_eq!(
            error.trace[0].position.map(|at| (at.line, at.column, at.length)),
            if deepest == 0 {
                error.trace[0].position.map(|at| (at.line, at.column, at.length))
            } else {
                Some((6, 2, 7))
            }
        );
        // The machine goes on from an empty stack.
        assert_eq!(
            vm.call(down, &[Value::I32(deepest as i32)], &mut ()),
            Ok(Some(Value::I32(deepest as i32)))
        );
    }
    let (mut vm, _) = vm_with(&program, |settings| settings.limits = settings.limits.clone().with_stack(3));
    let error = vm.call(down, &[Value::I32(0)], &mut ()).unwrap_err();
    assert_eq!((error.trap, error.trace.len()), (Trap::StackOverflow, 0));
    vm.set_limits(vm.limits().clone().with_stack(4));
    assert_eq!(vm.call(down, &[Value::I32(0)], &mut ()), Ok(Some(Value::I32(0))));
}

#[test]
fn a_program_cannot_catch_a_limit() {
    let program = program(LISTING);
    let catch = program.find("catch_all").unwrap();
    let (mut vm, _) = vm_with(&program, |_| {});
    assert_eq!(vm.call(catch, &[Value::I32(3)], &mut ()), Ok(Some(Value::Str("through".to_owned()))));
    assert_eq!(vm.call(catch, &[Value::I32(1_000_000)], &mut ()).unwrap_err().trap, Trap::StackOverflow);
    vm.set_fuel(Some(50));
    assert_eq!(vm.call(catch, &[Value::I32(1_000)], &mut ()).unwrap_err().trap, Trap::OutOfFuel);
}

#[test]
fn doubling_a_text_ends_out_of_memory_and_leaves_what_fits() {
    let program = program(LISTING);
    let (mut vm, _) = vm_with(&program, |_| {});
    let error = vm.call(program.find("grow").unwrap(), &[], &mut ()).unwrap_err();
    assert_eq!(error.trap, Trap::OutOfMemory);
    let report = vm.report();
    assert!(report.heap.peak_bytes <= 100 << 20, "{}", report.heap.peak_bytes);
    let Some(Value::Str(text)) = vm.global("text") else { panic!("the text is a public global") };
    assert!(text.len().is_power_of_two() && text.len() >= 16 << 20, "{}", text.len());
    assert_eq!(vm.call(program.find("loops").unwrap(), &[Value::I32(10)], &mut ()), Ok(None));
}

#[test]
fn time_and_cancellation_end_a_run() {
    let program = program(LISTING);
    let forever = program.find("forever").unwrap();
    let limits = lyra_security::Limits::embedded().with_fuel(None).with_deadline(Duration::from_millis(50));
    let (mut vm, _) = vm_with(&program, |settings| settings.limits = limits);
    let start = Instant::now();
    assert_eq!(vm.call(forever, &[], &mut ()).unwrap_err().trap, Trap::DeadlineExceeded);
    assert!((50..5_000).contains(&start.elapsed().as_millis()));
    vm.set_limits(vm.limits().clone().with_deadline(Duration::ZERO));
    assert_eq!(vm.call(forever, &[], &mut ()).unwrap_err().trap, Trap::DeadlineExceeded);
    vm.set_limits(vm.limits().clone().with_deadline(None));
    let interrupt = vm.interrupt();
    let handle = interrupt.clone();
    let raiser = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        handle.raise();
    });
    assert_eq!(vm.call(forever, &[], &mut ()).unwrap_err().trap, Trap::Cancelled);
    raiser.join().unwrap();
    assert_eq!(vm.start(&mut ()).unwrap_err().trap, Trap::Cancelled, "it stays raised");
    interrupt.clear();
    assert_eq!(vm.start(&mut ()), Ok(None));
}

#[test]
fn output_stops_at_its_limit() {
    let program = program(LISTING);
    let (mut vm, output) =
        vm_with(&program, |settings| settings.limits = settings.limits.clone().with_output(12));
    assert_eq!(vm.call(program.find("shout").unwrap(), &[], &mut ()).unwrap_err().trap, Trap::OutputLimit);
    assert_eq!(output.take(), "hellohello");
    assert_eq!(vm.report().output_bytes, 10);
}

#[test]
fn arguments_of_the_host_are_checked_before_anything_runs() {
    let program = program(LISTING);
    let (mut vm, _) = vm_with(&program, |_| {});
    let down = program.find("down").unwrap();
    let error = vm.call(down, &[], &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "invalid_argument: `down` takes 1 arguments, not 0");
    let error = vm.call(down, &[Value::Bool(true)], &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "type_mismatch: expected i32, found bool");
    assert!(vm.call(lyra_bytecode::ProcId(99), &[], &mut ()).is_err());
    assert_eq!(vm.report().fuel_used, 0);
    assert_eq!((program.find("top"), program.find("nothing")), (None, None));
}

#[test]
fn a_very_deep_stack_needs_little_of_the_native_one() {
    let run = || {
        let program = program(LISTING);
        let (mut vm, _) =
            vm_with(&program, |settings| settings.limits = settings.limits.clone().with_stack(3_000_000));
        let outcome = vm.call(program.find("down").unwrap(), &[Value::I32(1_000_000)], &mut ());
        assert_eq!(outcome, Ok(Some(Value::I32(1_000_000))));
    };
    std::thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap().join().unwrap();
}

/// A module as large as the verifier accepts, made to take long wherever something goes over all of it.
#[test]
fn hostile_modules_are_linked_and_instantiated_quickly() {
    use lyra_bytecode::{Constant, Module, Op, Proc, Signature, Type, TypeId, VerifyLimits, verify};
    let mut module = Module::default();
    let part = module.types.intern(Type::Tuple(vec![TypeId::I32; 99].into()));
    let wide = module.types.intern(Type::Tuple(vec![part; 99].into()));
    for number in 0..200_000 {
        module.constants.push(Constant::Str(format!("{number:x}").into()));
    }
    for number in 0..20_000 {
        module.procs.push(Proc {
            name: format!("p{number}"),
            signature: Signature { params: vec![wide; 255], result: None },
            locals: vec![wide; 255],
            code: vec![Op::Return],
            handlers: Vec::new(),
            public: true,
        });
    }
    let start = Instant::now();
    let verified = verify(module, &VerifyLimits::default()).unwrap();
    let program = lyra_vm_core::link(verified, &mut |_| None).unwrap();
    let (vm, _) = vm_with(&program, |_| {});
    // The first of its texts, and the empty one.
    assert_eq!(vm.report().interner.entries, 5_001);
    assert!(
        program.signature(lyra_bytecode::ProcId(7)).is_some_and(|signature| signature.params.len() == 255)
    );
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
