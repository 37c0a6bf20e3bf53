//! Closures, methods of interfaces, and calls on `any`.
mod machine;

use lyra_bytecode::Trap;
use lyra_runtime::Value;
use lyra_security::Limits;
use machine::{program, run, value, vm_with};

const ITEMS: &str = r#"module "t"
struct Circle { r: f64 }
struct Square { a: f64, name: str }
interface Area { area(f64) -> f64, name() -> str }
type proc(i32, str) -> str
type proc(i32) -> i32
type proc()
impl Area for i32 { int_area, int_name }
impl Area for Circle { circle_area, circle_name }
impl Area for Square { square_area, square_name }
method i32 double double
method Circle grow circle_grow
method Circle "nothing" circle_nothing
const "double"
const "grow"
const "nothing"
const "missing"
const "r"
const "name"
proc int_area(Area, f64) -> f64 {
  local 0 Area
  local 1 f64
  get_ref 0
  downcast_word i32
  f64_from_i32
  get_word 1
  mul_f64
  return
}
proc int_name(Area) -> str {
  local 0 Area
  const_str "int"
  return
}
proc circle_area(Circle, f64) -> f64 {
  local 0 Circle
  local 1 f64
  get_ref 0
  get_part_word 0
  get_word 1
  add_f64
  return
}
proc circle_name(Circle) -> str {
  local 0 Circle
  const_str "circle"
  return
}
proc square_area(Square, f64) -> f64 {
  local 0 Square
  local 1 f64
  get_ref 0
  get_part_word 0
  get_word 1
  sub_f64
  return
}
proc square_name(Square) -> str {
  local 0 Square
  get_ref 0
  get_part_ref 1
  return
}
proc double(i32) -> i64 {
  local 0 i32
  get_word 0
  i64_from_i32
  const_i64 4611686018427387904
  add_i64
  return
}
proc circle_grow(Circle, f64, str) -> str {
  local 0 Circle
  local 1 str
  local 2 f64
  get_ref 0
  get_word 2
  set_part_word 0
  get_ref 1
  return
}
proc circle_nothing(Circle) {
  local 0 Circle
  return
}
proc join(i32, str, i32, str, cell<i32>) -> str {
  local 0 str
  local 1 str
  local 2 cell<i32>
  local 3 i32
  local 4 i32
  get_ref 2
  get_word 3
  get_word 4
  add_i32
  set_part_word 0
  get_ref 0
  get_ref 1
  str_concat 2
  return
}
"#;

fn listing(ty: &str, locals: &str, code: &str) -> String {
    format!(
        "{ITEMS}\nentry main\nproc main() -> str {{\n{locals}\n{code}\ncall_builtin to_text {ty}\nreturn\n}}\n"
    )
}

fn shown(ty: &str, locals: &str, code: &str) -> String {
    value(&listing(ty, locals, code)).to_string()
}

const CIRCLE: &str = "const_f64 2.0\nnew_record Circle";
const SQUARE: &str = "const_f64 3.0\nconst_str \"quad\"\nnew_record Square";

#[test]
fn captures_are_further_arguments() {
    let code = "const_i32 0\nnew_record cell<i32>\nset_ref 0\nconst_i32 30\nconst_str \" world\"\nget_ref 0\nnew_closure join proc(i32, str) -> str\nset_ref 1\nconst_i32 4\nconst_str \"hello\"\nget_ref 1\ncall_closure\n";
    let locals = "local 0 cell<i32>\nlocal 1 proc(i32, str) -> str";
    assert_eq!(shown("str", locals, code), "hello world");
    assert_eq!(shown("i32", locals, &format!("{code}drop_ref\nget_ref 0\nget_part_word 0")), "34");
    // What waits below stays; the same closure can be called again.
    let twice = format!(
        "const_i32 7\n{code}drop_ref\nconst_i32 4\nconst_str \"bye\"\nget_ref 1\ncall_closure\ndrop_ref"
    );
    assert_eq!(shown("i32", locals, &twice), "7");
    let closure = "new_closure nothing proc()\n";
    let items = format!("{}proc nothing() {{\nreturn\n}}\n", listing("proc()", "", closure));
    assert_eq!(value(&items).to_string(), "proc()");
}

#[test]
fn methods_of_interfaces_are_found_by_the_value() {
    let call = |receiver: &str| format!("{receiver}\nconst_f64 10.0\ncall_method Area 0");
    let int = "const_i32 5\nupcast_word i32 Area".to_owned();
    let circle = format!("{CIRCLE}\nupcast_ref Circle Area");
    let square = format!("{SQUARE}\nupcast_ref Square Area");
    assert_eq!(shown("f64", "", &call(&int)), "50.0");
    assert_eq!(shown("f64", "", &call(&circle)), "12.0");
    assert_eq!(shown("f64", "", &call(&square)), "-7.0");
    for (receiver, name) in [(&int, "int"), (&circle, "circle"), (&square, "quad")] {
        assert_eq!(shown("str", "", &format!("{receiver}\ncall_method Area 1")), name);
        assert_eq!(shown("bool", "", &format!("{receiver}\nis_type Area")), "true");
    }
    assert_eq!(shown("bool", "", "const_u8 5\nupcast_word u8 any\nis_type Area"), "false");
    let failed = "const_str \"a\"\nupcast_ref str any\ndowncast_ref Area\ndrop_ref\nconst_i32 1";
    let error = run(&listing("i32", "", failed)).unwrap_err();
    assert_eq!(error.to_string(), "type_mismatch: expected Area, found str");
    // One site that meets three types is one miss for each.
    let loop_code = format!(
        "L0:\nget_word 2\nconst_i32 3\nrem_i32\nset_word 1\nget_word 1\nconst_i32 0\neq_i32\njump_unless L1\n{int}\nset_ref 0\njump L3\nL1:\nget_word 1\nconst_i32 1\neq_i32\njump_unless L2\n{circle}\nset_ref 0\njump L3\nL2:\n{square}\nset_ref 0\nL3:\nget_ref 0\nconst_f64 1.0\ncall_method Area 0\ndrop_word\nget_word 2\nconst_i32 1\nadd_i32\ndup_word\nset_word 2\nconst_i32 30\nlt_i32\njump_if L0\nget_word 2"
    );
    let program = program(&listing("i32", "local 0 Area\nlocal 1 i32\nlocal 2 i32", &loop_code));
    let (mut vm, _) = vm_with(&program, |_| {});
    vm.start(&mut ()).unwrap();
    let caches = vm.report().caches;
    assert_eq!((caches.hits, caches.misses), (27, 3 + 1), "three types, and the built-in at the end");
}

#[test]
fn calls_on_any_convert_arguments_and_results() {
    let any = |code: &str, ty: &str, kind: &str| format!("{code}\nupcast_{kind} {ty} any\n");
    let double = any("const_i32 5", "i32", "word") + "any_call_method #0 0";
    assert_eq!(shown("any", "", &double), "4611686018427387909", "a boxed result");
    let grow = any(CIRCLE, "Circle", "ref")
        + "set_ref 0\nget_ref 0\n"
        + &any("const_f64 8.5", "f64", "word")
        + &any("const_str \"ok\"", "str", "ref")
        + "any_call_method #1 2\ndrop_ref\nget_ref 0";
    assert_eq!(shown("any", "local 0 any", &grow), "Circle(r: 8.5)");
    assert_eq!(shown("any", "", &(any(CIRCLE, "Circle", "ref") + "any_call_method #2 0")), "none");
    let closure = any("const_i32 4", "i32", "word")
        + &any("const_str \"hello\"", "str", "ref")
        + "const_i32 30\nconst_str \" world\"\nconst_i32 0\nnew_record cell<i32>\nnew_closure join proc(i32, str) -> str\nupcast_ref proc(i32, str) -> str any\nany_call 2";
    assert_eq!(shown("any", "", &closure), "hello world");
    let failure = |code: &str| run(&listing("any", "", code)).unwrap_err().to_string();
    assert_eq!(
        failure(&(any("const_i32 5", "i32", "word") + "any_call_method #3 0")),
        "type_mismatch: i32 has no method `missing`"
    );
    assert_eq!(
        failure("const_none any\nany_call_method #3 0"),
        "type_mismatch: none has no method `missing`"
    );
    assert_eq!(failure("const_none any\nany_call 0"), "type_mismatch: none cannot be called");
    assert_eq!(
        failure(&closure.replace("const_str \"hello\"\nupcast_ref str", "const_i32 1\nupcast_word i32")),
        "type_mismatch: expected str, found i32"
    );
    assert!(
        failure(
            &closure
                .replacen("const_i32 4\nupcast_word i32 any\n", "", 1)
                .replace("any_call 2", "any_call 1")
        )
        .starts_with("type_mismatch: 2 arguments are taken")
    );
}

/// Fuel and the stack rule of a call through a closure are those of a direct call.
#[test]
fn calls_of_every_kind_cost_the_same_and_end_at_the_same_depth() {
    let items = r#"module "t"
interface Deep { go(i32) -> i32 }
type proc(i32) -> i32
struct S { a: i32 }
impl Deep for S { method }
global f proc(i32) -> i32
global d Deep
proc direct(i32) -> i32 public {
  local 0 i32
  const_i32 1
  get_word 0
  const_i32 1
  add_i32
  call direct
  add_i32
  return
}
proc captured(i32, i32) -> i32 {
  local 0 i32
  local 1 i32
  const_i32 1
  get_word 0
  const_i32 1
  add_i32
  get_global_ref f
  call_closure
  add_i32
  return
}
proc closure(i32) -> i32 public {
  local 0 i32
  const_i32 5
  new_closure captured proc(i32) -> i32
  set_global_ref f
  const_i32 0
  const_i32 0
  call captured
  return
}
proc method(S, i32) -> i32 {
  local 0 S
  local 1 i32
  const_i32 1
  get_ref 0
  upcast_ref S Deep
  get_word 1
  const_i32 1
  add_i32
  call_method Deep 0
  add_i32
  return
}
proc through(i32) -> i32 public {
  local 0 i32
  const_i32 5
  new_record S
  const_i32 0
  call method
  return
}
"#;
    let program = program(items);
    let (mut vm, _) = vm_with(&program, |settings| settings.limits = Limits::embedded().with_fuel(1_000_000));
    let mut ends = Vec::new();
    for (name, first) in [("direct", 0), ("closure", 1), ("through", 1)] {
        vm.set_fuel(Some(1_000_000));
        let error = vm.call(program.find(name).unwrap(), &[Value::I32(0)], &mut ()).unwrap_err();
        assert_eq!(error.trap, Trap::StackOverflow);
        ends.push((1_000_000 - vm.fuel_left().unwrap() - first, error.trace.len() + error.omitted));
    }
    // A closure waits on the stack before its call and a receiver is an argument, so these need an entry more;
    // the depth they reach differs by that alone.
    let limit = vm.limits().stack as usize;
    let depth = |at: usize| ends[at].1;
    assert!(
        depth(0) > limit / 2 - 10 && depth(1).abs_diff(depth(0)) < 10 && depth(2).abs_diff(depth(0)) < 10
    );
    for (number, (fuel, depth)) in ends.into_iter().enumerate() {
        assert_eq!(
            fuel,
            depth as u64 + 1 - u64::from(number > 0),
            "a unit for each call, the refused one included"
        );
    }
}
