//! Every charge of memory is refused once: each time the run ends in `out_of_memory`, and the machine goes on.
mod machine;

use lyra_bytecode::Trap;
use lyra_runtime::{HostFunction, HostType, Value};
use lyra_security::Limits;
use lyra_vm_core::{Plain, Program, Settings, Vm};
use machine::{program, program_with};

/// Runs `program` with the charge of each number refused in turn, until one run is not touched by it. At last
/// the machine must do a full run with the same result as one that was never refused anything.
fn refuse_each(program: &Program, least: u64) {
    let run = |refuse_charge, collect_always| {
        let settings = Settings { refuse_charge, collect_always, ..Settings::default() };
        let mut vm = Vm::<Plain>::new(program, settings).ok()?;
        let outcome = vm.start(&mut ());
        Some((outcome, vm))
    };
    let (expected, untouched) = run(None, false).expect("globals and constants fit");
    let charges = untouched.report().heap.charges;
    assert!(charges >= least, "{charges} charges");
    assert!(expected.is_ok(), "{expected:?}");
    let mut survived = 0;
    for number in 0..charges {
        for collect_always in [false, true] {
            let Some((outcome, mut vm)) = run(Some(number), collect_always) else { continue };
            match outcome {
                Err(error) => assert_eq!(error.trap, Trap::OutOfMemory, "charge {number}: {error}"),
                // Growing by half as much did as well.
                Ok(_) => {
                    assert_eq!(outcome, expected);
                    survived += 1;
                }
            }
            vm.set_limits(Limits::embedded());
            assert_eq!(vm.start(&mut ()), expected, "after charge {number} was refused");
            vm.collect();
        }
    }
    assert!(survived < charges / 2, "{survived} of {charges} refusals were survived");
    // Nothing is lost by being refused: the same is alive as without.
    let (_, mut vm) = run(Some(charges - 1), false).expect("globals and constants fit");
    let mut untouched = untouched;
    untouched.start(&mut ()).unwrap();
    vm.start(&mut ()).unwrap();
    untouched.collect();
    vm.collect();
    assert_eq!(vm.report().heap.live_bytes, untouched.report().heap.live_bytes);
}

#[test]
fn of_text_arrays_and_tuples() {
    let listing = r#"
module "t"
type [str]
type [[str]]
type (i32, str)
type [(i32, str)]
global names [str]
global pair (i32, str)
const 10
entry top
proc top() -> str {
  local 0 str
  local 1 i32
  new_array [str]
  set_global_ref names
  const_str "añ"
  set_ref 0
L0:
  get_ref 0
  const_str "x→"
  get_ref 0
  str_concat 3
  set_ref 0
  get_global_ref names
  get_ref 0
  append_ref
  drop_ref
  get_word 1
  get_ref 0
  new_record (i32, str)
  set_global_ref pair
  get_word 1
  const_i32 1
  add_i32
  dup_word
  set_word 1
  const_i32 4
  lt_i32
  jump_if L0
  get_global_ref names
  call_builtin deep_copy [str]
  call_builtin array_sorted str
  const_str ","
  call_builtin array_join str
  call_builtin str_upper bool
  get_global_ref pair
  call_builtin to_text (i32, str)
  const_str "a b c"
  const_str " "
  call_builtin str_split bool
  call_builtin to_text [str]
  const_char 'é'
  str_from_char
  str_concat 4
  const_i32 5
  const_i32 60
  call_builtin str_slice bool
  return
}
"#;
    refuse_each(&program(listing), 30);
}

#[test]
fn of_errors_and_host_functions() {
    let listing = r#"
module "t"
debug "t.lyra"
type [str]
import ask(str) -> [str]
entry top
proc top() -> [str] {
  local 0 error
  local 1 [str]
  handler L0..L1 -> L2
  new_array [str]
  set_ref 1
L0:
  at 1:1:1
  get_ref 1
  const_i32 3
  array_get_ref
  drop_ref
L1:
  jump L3
L2:
  set_ref 0
  get_ref 0
  error_trace
  get_ref 0
  error_message
  append_ref
  set_ref 1
L3:
  handler L4..L5 -> L6
L4:
  const_str "mine"
  const_str "message"
  new_error
  throw
L5:
L6:
  set_ref 0
  get_ref 1
  get_ref 0
  error_kind
  append_ref
  get_ref 0
  error_message
  call_host ask
  call_builtin array_extend str
  get_ref 1
  return
}
"#;
    let listing = listing
        .replace("L3:\n  handler L4..L5 -> L6\nL4:", "L3:")
        .replace("handler L0..L1 -> L2", "handler L0..L1 -> L2\n  handler L3..L6 -> L6")
        .replace("L5:\n", "");
    let program = program_with(&listing, &mut |_| {
        let texts = HostType::Array(Box::new(HostType::Str));
        Some(HostFunction::new(vec![HostType::Str], Some(texts), |call| {
            let answer = vec![call.str(0)?.to_owned(), "answer".to_owned()];
            Ok(Some(Value::Array(lyra_runtime::ArrayValue::Str(answer))))
        }))
    });
    refuse_each(&program, 12);
}
