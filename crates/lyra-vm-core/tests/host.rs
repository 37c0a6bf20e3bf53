//! Functions of the host: what they get, what they may do, and what becomes of it when they go wrong.
mod machine;

use lyra_bytecode::{Import, Trap, VerifyLimits, assemble, verify};
use lyra_runtime::{
    ArrayValue, Elements, HostError, HostFunction, HostType, Stress, StructValue, Value, VariantValue,
};
use lyra_vm_core::{LinkError, RunError, Vm, link};
use machine::{program_with, vm_with};

const LISTING: &str = r#"
module "t"
type [i32]
type [[i32]]
type [str]
type (i32, str)
import log(str)
import host.mix(bool, u8, str, i32, [[i32]], i64, f64, char, (i32, str)) -> [str]
import host.count() -> i32
import host.fail(str)
import host.crash()
import host.lie() -> i32
import host.loud()
import host.work(i64)
const 5
entry top
proc top() -> [str] {
  const_str "hello"
  call_host log
  const_bool true
  const_u8 7
  const_str "text"
  const_i32 -3
  new_array [[i32]]
  new_array [i32]
  const_i32 1
  append_word
  append_ref
  const_i64 5
  const_i32 2
  f64_from_i32
  const_char 'c'
  const_i32 4
  const_str "four"
  new_record (i32, str)
  call_host host.mix
  return
}
proc counted() -> i32 public {
  call_host host.count
  call_host host.count
  add_i32
  return
}
proc failed(str) -> str public {
  local 0 str
  local 1 error
  handler L0..L1 -> L2
L0:
  get_ref 0
  call_host host.fail
  const_str "no failure"
L1:
  return
L2:
  set_ref 1
  get_ref 1
  error_kind
  const_str "/"
  get_ref 1
  error_message
  str_concat 3
  return
}
proc crashed() public {
  local 0 error
  handler L0..L1 -> L2
L0:
  call_host host.crash
L1:
  return
L2:
  drop_ref
  return
}
proc lied() -> i32 public {
  call_host host.lie
  return
}
proc loud() public {
  call_host host.loud
  return
}
proc worked(i64) public {
  local 0 i64
  get_word 0
  call_host host.work
  return
}
"#;

fn resolve(import: &Import) -> Option<HostFunction> {
    use HostType::{Bool, Char, F64, I32, I64, Str, U8};
    let ints = HostType::Array(Box::new(I32));
    let texts = HostType::Array(Box::new(Str));
    Some(match (import.module.as_str(), import.name.as_str()) {
        ("", "log") => HostFunction::new(vec![Str], None, |call| {
            let line = format!("log: {}\n", call.str(0)?);
            call.write(&line)?;
            Ok(None)
        }),
        ("host", "mix") => {
            let pair = HostType::Tuple(vec![I32, Str]);
            let params = vec![Bool, U8, Str, I32, HostType::Array(Box::new(ints)), I64, F64, Char, pair];
            HostFunction::new(params, Some(texts), |call| {
                let Elements::Refs(outer) = call.elements(4)? else { return Err("references".into()) };
                assert_eq!((outer.len(), call.arity()), (1, 9));
                assert!(call.i32(0).is_err() && call.str(3).is_err() && call.bool(9).is_err());
                let shown = vec![
                    call.bool(0)?.to_string(),
                    call.u8(1)?.to_string(),
                    call.str(2)?.to_owned(),
                    call.i32(3)?.to_string(),
                    call.value(4)?.to_string(),
                    call.i64(5)?.to_string(),
                    format!("{:?}", call.f64(6)?),
                    call.char(7)?.to_string(),
                    call.value(8)?.to_string(),
                ];
                Ok(Some(Value::Array(ArrayValue::Str(shown))))
            })
        }
        ("host", "count") => HostFunction::new(vec![], Some(I32), |call| {
            let count = call.data().downcast_mut::<i32>().ok_or("no counter")?;
            *count += 1;
            Ok(Some(Value::I32(*count)))
        }),
        ("host", "fail") => {
            HostFunction::new(vec![Str], None, |call| Err(HostError::new("io", call.str(0)?)))
        }
        ("host", "crash") => HostFunction::new(vec![], None, |_| panic!("oh {}", "no")),
        ("host", "lie") => HostFunction::new(vec![], Some(I32), |_| Ok(Some(Value::Bool(true)))),
        ("host", "loud") => HostFunction::new(vec![], None, |call| {
            // A function cannot go on as if the limit had not been reached.
            while call.write("loud").is_ok() {}
            Ok(None)
        }),
        ("host", "work") => HostFunction::new(vec![I64], None, |call| {
            let units = u64::try_from(call.i64(0)?).map_err(|_| "negative work")?;
            call.charge(units);
            Ok(None)
        }),
        _ => return None,
    })
}

fn call(
    name: &str,
    args: &[Value],
    data: &mut dyn std::any::Any,
) -> (Result<Option<Value>, RunError>, String) {
    let program = program_with(LISTING, &mut resolve);
    let outcomes = [false, true].map(|stress| {
        let (mut vm, output) = vm_with(&program, |settings| {
            settings.stress = if stress { Stress::Collections } else { Stress::None };
            settings.limits = settings.limits.clone().with_output(100).with_fuel(1_000);
        });
        let proc = program.find(name).or(program.entry()).unwrap();
        (vm.call(proc, args, data), output.take())
    });
    let [usual, stressed] = outcomes;
    if name != "counted" {
        assert_eq!(format!("{usual:?}"), format!("{stressed:?}"));
    }
    usual
}

#[test]
fn arguments_of_every_type_arrive() {
    let (outcome, printed) = call("top", &[], &mut ());
    let expected = ["true", "7", "text", "-3", "[[1]]", "5", "2.0", "c", "(4, \"four\")"];
    assert_eq!(outcome, Ok(Some(Value::Array(ArrayValue::Str(expected.map(str::to_owned).to_vec())))));
    assert_eq!(printed, "log: hello\n");
}

#[test]
fn host_data_is_seen_and_changed() {
    let mut counter = 10i32;
    let (outcome, _) = call("counted", &[], &mut counter);
    assert_eq!((outcome, counter), (Ok(Some(Value::I32(23))), 14), "counted twice, once under stress");
    let (outcome, _) = call("counted", &[], &mut ());
    assert_eq!(outcome.unwrap_err().to_string(), "user: no counter");
}

#[test]
fn a_failure_can_be_caught_and_a_panic_cannot() {
    let (outcome, _) = call("failed", &[Value::Str("disk on fire".to_owned())], &mut ());
    assert_eq!(outcome, Ok(Some(Value::Str("io/disk on fire".to_owned()))));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let (outcome, _) = call("crashed", &[], &mut ());
    std::panic::set_hook(hook);
    let error = outcome.unwrap_err();
    assert_eq!((error.trap, error.message.as_str()), (Trap::HostPanic, "a host function panicked: oh no"));
    assert_eq!(error.trace[0].name, "crashed");
}

#[test]
fn a_function_that_breaks_its_promise_is_found_out() {
    let (outcome, _) = call("lied", &[], &mut ());
    assert_eq!(outcome.unwrap_err().to_string(), "type_mismatch: expected i32, found bool");
    let (outcome, printed) = call("loud", &[], &mut ());
    assert_eq!((outcome.unwrap_err().trap, printed.len()), (Trap::OutputLimit, 100));
    assert_eq!(call("worked", &[Value::I64(999)], &mut ()).0, Ok(None));
    assert_eq!(call("worked", &[Value::I64(1_000)], &mut ()).0.unwrap_err().trap, Trap::OutOfFuel);
    assert_eq!(call("worked", &[Value::I64(-1)], &mut ()).0.unwrap_err().to_string(), "user: negative work");
}

#[test]
fn linking_asks_for_every_import_with_its_type() {
    let verified = || verify(assemble(LISTING).unwrap(), &VerifyLimits::default()).unwrap();
    let error =
        link(verified(), &mut |import| resolve(import).filter(|_| import.name != "fail")).unwrap_err();
    assert_eq!(error.to_string(), "the host has no function `host.fail`");
    let error = link(verified(), &mut |import| match import.name.as_str() {
        "log" => resolve(&Import { name: "work".to_owned(), module: "host".to_owned(), ..import.clone() }),
        _ => resolve(import),
    });
    assert!(matches!(error, Err(LinkError::Signature { .. })));
    assert_eq!(
        error.unwrap_err().to_string(),
        "the host's `log` is proc(i64), but the program calls it as proc(str)"
    );
}

#[test]
fn programs_and_machines_move_between_threads() {
    fn is_send_sync<T: Send + Sync>() {}
    fn is_send<T: Send>() {}
    is_send_sync::<lyra_vm_core::Program>();
    is_send::<Vm<lyra_vm_core::Plain>>();
}

#[test]
fn values_of_every_type_cross_both_ways() {
    let listing = r#"module "t"
struct Point { x: f64, tag: Color? }
enum Color { Red, Green }
enum Shape { Circle(radius: f64), Unit }
type {str: i64?}
type [Shape]
type {str: any}
type [any]
type [i32]
type (i32, str)
type proc()
struct Node { next: Node? }
proc point(Point) -> Point public {
  local 0 Point
  get_ref 0
  return
}
proc color(Color) -> Color public {
  local 0 Color
  get_word 0
  return
}
proc shapes([Shape]) -> [Shape] public {
  local 0 [Shape]
  get_ref 0
  return
}
proc map({str: i64?}) -> {str: i64?} public {
  local 0 {str: i64?}
  get_ref 0
  return
}
proc anything(any) -> any public {
  local 0 any
  get_ref 0
  return
}
proc nothing() {
  return
}
proc procedure() -> any public {
  new_closure nothing proc()
  upcast_ref proc() any
  return
}
proc ring() -> Node public {
  local 0 Node
  const_none Node?
  new_record Node
  set_ref 0
  get_ref 0
  get_ref 0
  upcast_ref Node Node?
  set_part_ref 0
  get_ref 0
  return
}
proc doubled() -> [any] public {
  local 0 [any]
  local 1 i32
  new_array [any]
  set_ref 0
L0:
  new_array [any]
  get_ref 0
  upcast_ref [any] any
  append_ref
  get_ref 0
  upcast_ref [any] any
  append_ref
  set_ref 0
  get_word 1
  const_i32 1
  add_i32
  dup_word
  set_word 1
  const_i32 40
  lt_i32
  jump_if L0
  get_ref 0
  return
}
"#;
    let program = program_with(listing, &mut |_| None);
    let (mut vm, _) = vm_with(&program, |settings| settings.stress = Stress::Collections);
    let mut call = |name: &str, args: &[Value]| {
        let outcome = vm.call(program.find(name).unwrap(), args, &mut ());
        outcome.map_err(|error| error.to_string())
    };
    let color = |variant: &str| {
        Value::Variant(VariantValue { name: "Color".into(), variant: variant.into(), payload: vec![] })
    };
    let shape = |variant: &str, payload: Vec<Value>| {
        Value::Variant(VariantValue { name: "Shape".into(), variant: variant.into(), payload })
    };
    let point = |tag: Value| {
        let fields = vec![("x".to_owned(), Value::F64(1.5)), ("tag".to_owned(), tag)];
        Value::Struct(StructValue { name: "Point".into(), fields })
    };
    let mut same = |name: &str, value: Value, shown: &str| {
        assert_eq!(value.to_string(), shown);
        assert_eq!(call(name, std::slice::from_ref(&value)), Ok(Some(value)));
    };
    same("color", color("Green"), "Green");
    same("point", point(Value::None), "Point(x: 1.5, tag: none)");
    same("point", point(color("Red")), "Point(x: 1.5, tag: Red)");
    let shapes = vec![shape("Circle", vec![Value::F64(2.0)]), shape("Unit", vec![])];
    same("shapes", Value::Array(ArrayValue::Other(shapes)), "[Circle(2.0), Unit]");
    let entries = vec![
        (Value::Str("b".into()), Value::I64(i64::MAX)),
        (Value::Str("a".into()), Value::None),
        (Value::Str("c".into()), Value::I64(-1)),
    ];
    same("map", Value::Map(entries), "{\"b\": 9223372036854775807, \"a\": none, \"c\": -1}");
    same("anything", Value::None, "none");
    same("anything", Value::U8(7), "7");
    same("anything", point(color("Green")), "Point(x: 1.5, tag: Green)");
    let list = Value::Array(ArrayValue::Other(vec![Value::I32(1), Value::Str("x".into()), color("Red")]));
    same("anything", Value::Map(vec![(Value::Str("k".into()), list)]), "{\"k\": [1, \"x\", Red]}");
    same("anything", Value::Array(ArrayValue::I32(vec![1, 2])), "[1, 2]");

    assert_eq!(
        call("color", &[color("Blue")]),
        Err("type_mismatch: expected Color, found Color.Blue".into())
    );
    assert_eq!(call("color", &[Value::I32(0)]), Err("type_mismatch: expected Color, found i32".into()));
    let few = Value::Array(ArrayValue::Other(vec![shape("Circle", vec![])]));
    assert_eq!(call("shapes", &[few]), Err("type_mismatch: expected Shape, found Shape with 0 parts".into()));
    let many = Value::Array(ArrayValue::Other(vec![shape("Unit", vec![Value::None])]));
    assert_eq!(
        call("shapes", &[many]),
        Err("type_mismatch: expected Shape, found Shape.Unit with a payload".into())
    );
    let other = Value::Struct(StructValue { name: "Point".into(), fields: vec![("y".into(), Value::None)] });
    assert_eq!(call("point", &[other]), Err("type_mismatch: expected Point, found Point(y)".into()));
    let tuple = Value::Tuple(vec![Value::I32(1), Value::Str("x".into())]);
    assert_eq!(
        call("anything", &[tuple]),
        Err("type_mismatch: the program has no type for another tuple".into())
    );
    let texts = Value::Array(ArrayValue::Str(vec![]));
    assert_eq!(call("anything", &[texts]), Err("type_mismatch: the program has no type for [str]".into()));
    assert_eq!(call("procedure", &[]), Err("invalid_argument: a procedure cannot leave the machine".into()));
    assert_eq!(
        call("ring", &[]),
        Err("invalid_argument: a value nested deeper than 64 levels cannot leave the machine".into())
    );
    assert!(
        call("doubled", &[]).unwrap_err().starts_with("invalid_argument: a value that is so much larger")
    );
    let mut deep = Value::None;
    for _ in 0..100 {
        deep = Value::Array(ArrayValue::Other(vec![deep]));
    }
    assert_eq!(
        call("anything", &[deep]),
        Err("invalid_argument: a value is nested deeper than 64 levels".into())
    );
}
