//! Throwing, catching, traces; and every way in which an instruction can fail.
mod machine;

use lyra_bytecode::Trap;
use lyra_runtime::{ArrayValue, Value};
use machine::{run, value};

/// `divide` at 3:5 fails for 0; `relay` catches, counts and throws again; each has an operand waiting.
const LISTING: &str = r#"
module "t"
debug "main.lyra"
type [str]
global caught i32
entry top
proc divide(i32, i32) -> i32 {
  local 0 i32
  local 1 i32
  at 3:5:5
  get_word 0
  get_word 1
  div_i32
  return
}
proc relay(i32) -> i32 {
  local 0 error e
  local 1 i32
  handler L0..L1 -> L2
  const_i32 1000
L0:
  at 7:9:3
  const_i32 7
  const_i32 8
  get_word 1
  call divide
  add_i32
L1:
  add_i32
  return
L2:
  set_ref 0
  get_global_word caught
  const_i32 1
  add_i32
  set_global_word caught
  at 9:1:5
  get_ref 0
  throw
}
proc top() -> [str] {
  local 0 error
  handler L0..L1 -> L2
L0:
  at 12:3:4
  const_i32 0
  call relay
  drop_word
  new_array [str]
L1:
  return
L2:
  set_ref 0
  get_ref 0
  error_trace
  get_ref 0
  error_kind
  append_ref
  get_ref 0
  error_message
  append_ref
  return
}
"#;

#[test]
fn an_error_keeps_its_first_trace_through_handlers() {
    let expected = [
        "divide (main.lyra:3:5)",
        "relay (main.lyra:7:9)",
        "top (main.lyra:12:3)",
        "division_by_zero",
        "division by zero",
    ];
    let expected = expected.map(str::to_owned).to_vec();
    assert_eq!(value(LISTING), Value::Array(ArrayValue::Str(expected)));
}

#[test]
fn what_nobody_catches_ends_the_run_with_kind_message_and_trace() {
    let without = LISTING.replace(
        "proc top() -> [str] {\n  local 0 error\n  handler L0..L1 -> L2\nL0:",
        "proc top() -> [str] {\n  local 0 error",
    );
    let without = without
        .split("L1:\n  return\nL2:\n  set_ref 0\n  get_ref 0\n  error_trace")
        .next()
        .unwrap()
        .to_owned()
        + "return\n}\n";
    let error = run(&without).unwrap_err();
    assert_eq!((error.trap, error.kind.as_str()), (Trap::DivisionByZero, "division_by_zero"));
    let trace: Vec<_> = error.trace.iter().map(|at| (at.name.as_str(), at.position.unwrap().line)).collect();
    assert_eq!(trace, [("divide", 3), ("relay", 7), ("top", 12)]);
}

/// Runs code in an entry without result and gives its error.
fn fails(locals: &str, code: &str) -> String {
    let ends = ["throw", "panic", "fail_assert"].iter().any(|last| code.ends_with(last));
    let last = if ends { "" } else { "return\n" };
    let listing = format!(
        "module \"t\"\ntype [str]\ntype [i32]\ntype [[i32]]\nglobal unset error\nentry top\nproc top() {{\n{locals}\n{code}\n{last}}}\n"
    );
    run(&listing).unwrap_err().to_string()
}

#[test]
fn every_failure_says_what_and_with_which_numbers() {
    let fails = |code: &str| fails("", code);
    assert_eq!(fails("const_i32 1\nconst_i32 0\ndiv_i32\ndrop_word"), "division_by_zero: division by zero");
    assert_eq!(
        fails("const_i32 2147483647\ndup_word\nadd_checked_i32\ndrop_word"),
        "overflow: the result does not fit its type"
    );
    assert_eq!(
        fails("const_i32 -1\nchar_from_i32\ndrop_word"),
        "invalid_argument: the argument is not valid"
    );
    assert_eq!(
        fails("new_array [i32]\nconst_i32 0\narray_get_word\ndrop_word"),
        "index_out_of_bounds: index 0 is out of bounds for length 0"
    );
    assert_eq!(
        fails("new_array [i32]\nconst_i32 5\nappend_word\nconst_i32 -1\nconst_i32 7\narray_set_word"),
        "index_out_of_bounds: index -1 is out of bounds for length 1"
    );
    assert_eq!(
        fails("new_array [str]\nconst_i32 3\nconst_str \"a\"\narray_set_ref"),
        "index_out_of_bounds: index 3 is out of bounds for length 0"
    );
    assert_eq!(
        fails("new_array [str]\nconst_i32 3\narray_get_ref\ndrop_ref"),
        "index_out_of_bounds: index 3 is out of bounds for length 0"
    );
    assert_eq!(
        fails("const_str \"é\"\nconst_i32 1\nstr_get\ndrop_word"),
        "index_out_of_bounds: index 1 is out of bounds for length 1"
    );
    assert_eq!(
        fails("const_str \"é\"\nconst_i32 1\nstr_char_at_byte\ndrop_word"),
        "index_out_of_bounds: byte 1 of a text of 2 bytes begins no character"
    );
    assert_eq!(fails("get_global_ref unset\nthrow"), "none_value: `unset` has no value yet");
    assert_eq!(fails("const_str \"no\"\npanic"), "panic: no");
    assert_eq!(fails("const_str \"must\"\nfail_assert"), "assertion_failed: must");
    assert_eq!(fails("const_str \"mine\"\nconst_str \"message\"\nnew_error\nthrow"), "mine: message");
}

#[test]
fn a_failed_instruction_leaves_nothing_behind() {
    let listing = "module \"t\"\ntype [i32]\nentry top\nproc top() -> i32 {\nlocal 0 [i32]\nlocal 1 error\nlocal 2 i32\nhandler L0..L1 -> L2\nnew_array [i32]\nset_ref 0\nconst_i32 100\nget_ref 0\nL0:\nget_ref 0\nconst_i32 4\nconst_i32 5\ncall_builtin array_insert i32\nL1:\ndrop_ref\nreturn\nL2:\nset_ref 1\narray_length\nadd_i32\nreturn\n}\n";
    assert_eq!(value(listing), Value::I32(100));
}

#[test]
fn long_traces_are_cut_in_the_middle() {
    let listing = r#"
module "t"
debug "t.lyra"
type [str]
entry top
proc down(i32) {
  local 0 i32
  at 1:1:1
  get_word 0
  const_i32 0
  gt_i32
  jump_if L0
  const_str "deep"
  panic
L0:
  at 2:2:2
  get_word 0
  const_i32 1
  sub_i32
  call down
  return
}
proc top() -> [str] {
  handler L0..L1 -> L2
L0:
  at 9:9:9
  const_i32 1000
  call down
  new_array [str]
L1:
  return
L2:
  error_trace
  return
}
"#;
    let Value::Array(ArrayValue::Str(lines)) = value(listing) else { panic!("lines") };
    assert_eq!(lines.len(), 31);
    assert_eq!((lines[0].as_str(), lines[19].as_str()), ("down (t.lyra:1:1)", "down (t.lyra:2:2)"));
    assert_eq!(lines[20], "… 972 more calls …");
    assert_eq!(lines[30], "top (t.lyra:9:9)");
}
