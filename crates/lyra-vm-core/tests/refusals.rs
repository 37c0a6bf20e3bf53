//! Every charge of memory is refused once: each time the run ends in `out_of_memory`, and the machine goes on.
mod machine;

use lyra_bytecode::Trap;
use lyra_runtime::{HostFunction, HostType, Stress, Value};
use lyra_security::Limits;
use lyra_vm_core::{Plain, Program, Settings, Vm};
use machine::{program, program_with};

/// Runs `program` with the charge of each number refused in turn, until one run is not touched by it. At last
/// the machine must do a full run with the same result as one that was never refused anything.
fn refuse_each(program: &Program, least: u64) {
    let run = |refuse_charge, stress| {
        let settings = Settings { refuse_charge, stress, ..Settings::default() };
        let mut vm = Vm::<Plain>::new(program, settings).ok()?;
        let outcome = vm.start(&mut ());
        Some((outcome, vm))
    };
    let (expected, untouched) = run(None, Stress::None).expect("globals and constants fit");
    let charges = untouched.report().heap.charges;
    assert!(charges >= least, "{charges} charges");
    assert!(expected.is_ok(), "{expected:?}");
    let mut survived = 0;
    for number in 0..charges {
        for stress in [Stress::None, Stress::Collections] {
            let Some((outcome, mut vm)) = run(Some(number), stress) else { continue };
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
    let (_, mut vm) = run(Some(charges - 1), Stress::None).expect("globals and constants fit");
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

#[test]
fn of_maps_records_closures_and_boxes() {
    let listing = r#"
module "t"
struct Node { name: str, next: Node? }
enum Tree { Leaf(value: i64), Two(left: Tree, right: Tree), None }
type {str: i64}
type [str]
type [i64]
type i64?
type proc(str) -> str
const 9223372036854775807
global map {str: i64}
global node Node
entry top
proc join(str, str, cell<i32>) -> str {
  local 0 str
  local 1 str
  local 2 cell<i32>
  get_ref 0
  get_ref 1
  str_concat 2
  return
}
proc big(i64) -> i64 {
  local 0 i64
  get_word 0
  return
}
proc top() -> str {
  local 0 any
  local 1 str
  local 2 {str: i64}
  local 3 i32
  const_str "n"
  const_none Node?
  new_record Node
  set_global_ref node
  new_map {str: i64}
  set_ref 2
L0:
  get_ref 2
  get_word 3
  call_builtin to_text i32
  const_i64 9223372036854775807
  call_builtin map_set {str: i64}
  get_word 3
  const_i32 1
  add_i32
  dup_word
  set_word 3
  const_i32 9
  lt_i32
  jump_if L0
  get_ref 2
  const_str "3"
  call_builtin map_remove {str: i64}
  drop_ref
  get_ref 2
  const_str "4"
  call_builtin map_get {str: i64}
  call_builtin to_text i64?
  get_ref 2
  call_builtin map_keys {str: i64}
  call_builtin to_text [str]
  get_ref 2
  call_builtin map_values {str: i64}
  call_builtin array_pop i64
  call_builtin to_text i64?
  get_ref 2
  call_builtin copy {str: i64}
  call_builtin deep_copy {str: i64}
  get_ref 2
  call_builtin equal {str: i64}
  drop_word
  get_ref 2
  set_global_ref map
  const_i64 9223372036854775807
  new_variant Tree 0
  const_i64 1
  new_variant Tree 0
  new_variant Tree 1
  call_builtin deep_copy Tree
  call_builtin to_text Tree
  const_str "x"
  const_str "y"
  const_i32 1
  new_record cell<i32>
  new_closure join proc(str) -> str
  call_closure
  const_i64 9223372036854775807
  upcast_word i64 any
  const_i64 9223372036854775807
  new_closure big proc(i64) -> i64
  upcast_ref proc(i64) -> i64 any
  any_call 1
  const_i64 1
  upcast_word i64 any
  any_binary sub
  call_builtin to_text any
  const_char 'c'
  upcast_word char any
  const_str "d"
  upcast_ref str any
  any_binary add
  downcast_ref str
  get_global_ref node
  upcast_ref Node any
  type_name
  str_concat 8
  return
}
"#;
    let listing = listing.replace("type proc(str) -> str", "type proc(str) -> str\ntype proc(i64) -> i64");
    refuse_each(&program(&listing), 50);
}
