//! Records, enumerations, optionals and `any`, on small programs.
mod machine;

use lyra_bytecode::Trap;
use lyra_runtime::{Stress, Value};
use machine::{program, run, value, vm_with};

const TYPES: &str = r#"module "t"
struct Point { x: f64, y: f64 }
struct Node { value: i32, next: Node? }
enum Color { Red, Green, Blue }
enum Shape { Circle(radius: f64), Named(name: str, size: i32), Unit }
interface Area { area() -> f64 }
type i32?
type i64?
type Color?
type (i32, str)
type [any]
type [i32]
type {str: i32}
"#;

/// The text of what `code` leaves, of type `ty`.
fn shown(ty: &str, locals: &str, code: &str) -> String {
    shown_with("", ty, locals, code)
}

fn listing(items: &str, ty: &str, locals: &str, code: &str) -> String {
    format!(
        "{TYPES}{items}\nentry main\nproc main() -> str {{\n{locals}\n{code}\ncall_builtin to_text {ty}\nreturn\n}}\n"
    )
}

fn shown_with(items: &str, ty: &str, locals: &str, code: &str) -> String {
    value(&listing(items, ty, locals, code)).to_string()
}

/// The trap and message that `code` ends in.
fn failure(locals: &str, code: &str) -> String {
    run(&listing("", "i32", locals, code)).expect_err("it fails").to_string()
}

const POINT: &str = "const_f64 1.0\nconst_f64 2.5\nnew_record Point";

#[test]
fn structures_are_made_read_and_changed() {
    assert_eq!(shown("Point", "", POINT), "Point(x: 1.0, y: 2.5)");
    let change = "set_ref 0\nget_ref 0\nconst_f64 4.0\nset_part_word 1\nget_ref 0\nget_part_word 1";
    assert_eq!(shown("f64", "local 0 Point", &format!("{POINT}\n{change}")), "4.0");
    let ring = "const_i32 7\nconst_none Node?\nnew_record Node\nset_ref 0\nget_ref 0\nget_ref 0\nupcast_ref Node Node?\nset_part_ref 1\nget_ref 0";
    assert_eq!(shown("Node", "local 0 Node", ring), "Node(value: 7, next: …)");
    let same = "set_ref 0\nget_ref 0\nget_ref 0\nsame_ref";
    assert_eq!(shown("bool", "local 0 Point", &format!("{POINT}\n{same}")), "true");
    assert_eq!(shown("bool", "", &format!("{POINT}\n{POINT}\nsame_ref")), "false");
    assert_eq!(shown("bool", "", &format!("{POINT}\n{POINT}\ncall_builtin equal Point")), "true");
    assert_eq!(shown("bool", "", &format!("{POINT}\n{POINT}\ncall_builtin same Point")), "false");
}

#[test]
fn cells_are_shared() {
    let code = "const_i32 1\nnew_record cell<i32>\nset_ref 0\nget_ref 0\nset_ref 1\nget_ref 1\nconst_i32 5\nset_part_word 0\nget_ref 0\nget_part_word 0";
    assert_eq!(shown("i32", "local 0 cell<i32>\nlocal 1 cell<i32>", code), "5");
}

#[test]
fn variants_with_and_without_payload() {
    assert_eq!(shown("Color", "", "const_enum Color 2"), "Blue");
    assert_eq!(shown("i32", "", "const_enum Color 2\nenum_index"), "2");
    let circle = "const_f64 2.0\nnew_variant Shape 0";
    let named = "const_str \"a\"\nconst_i32 3\nnew_variant Shape 1";
    assert_eq!(shown("Shape", "", circle), "Circle(2.0)");
    assert_eq!(shown("Shape", "", named), "Named(\"a\", 3)");
    assert_eq!(shown("Shape", "", "new_variant Shape 2"), "Unit");
    assert_eq!(shown("i32", "", &format!("{named}\nvariant_index")), "1");
    assert_eq!(shown("i32", "", "new_variant Shape 2\nvariant_index"), "2");
    assert_eq!(shown("str", "", &format!("{named}\nget_payload_ref 1 0")), "a");
    assert_eq!(shown("i32", "", &format!("{named}\nget_payload_word 1 1")), "3");
    assert_eq!(
        failure("", &format!("{circle}\nget_payload_word 1 1")),
        "type_mismatch: the value is another variant"
    );
    assert_eq!(
        failure("", "new_variant Shape 2\nget_payload_word 1 1"),
        "type_mismatch: the value is another variant"
    );
    for (a, b, equal) in [
        (circle, circle, "true"),
        (named, named, "true"),
        (circle, named, "false"),
        (circle, "new_variant Shape 2", "false"),
        ("new_variant Shape 2", "new_variant Shape 2", "true"),
    ] {
        assert_eq!(shown("bool", "", &format!("{a}\n{b}\ncall_builtin same Shape")), equal);
    }
}

#[test]
fn optionals_hold_words_without_objects() {
    let some = "const_i32 -5\nupcast_word i32 i32?";
    assert_eq!(shown("i32?", "", some), "-5");
    assert_eq!(shown("i32?", "", "const_none i32?"), "none");
    assert_eq!(shown("i32", "", &format!("{some}\nunwrap_word")), "-5");
    assert_eq!(failure("", "const_none i32?\nunwrap_word"), "none_value: there is no value");
    assert_eq!(shown("bool", "", &format!("{some}\nis_none")), "false");
    assert_eq!(shown("bool", "", &format!("{some}\n{some}\ncall_builtin same i32?")), "true");
    assert_eq!(shown("bool", "", &format!("{some}\nconst_none i32?\ncall_builtin same i32?")), "false");
    assert_eq!(shown("Color?", "", "const_enum Color 1\nupcast_word Color Color?"), "Green");
    assert_eq!(shown("Color", "", "const_enum Color 1\nupcast_word Color Color?\nunwrap_word"), "Green");
    for number in ["9223372036854775807", "-9223372036854775808", "140737488355328", "7"] {
        let big = format!("const_i64 {number}\nupcast_word i64 i64?");
        assert_eq!(shown("i64?", "", &big), number);
        assert_eq!(shown("i64", "", &format!("{big}\nunwrap_word")), number);
        assert_eq!(shown("bool", "", &format!("{big}\n{big}\ncall_builtin same i64?")), "true");
    }
    let program = program(&listing("", "i32?", "", some));
    let (vm, _) = vm_with(&program, |_| {});
    let before = vm.report().heap.allocations;
    let (mut vm, _) = vm_with(&program, |_| {});
    vm.start(&mut ()).unwrap();
    assert_eq!(vm.report().heap.allocations - before, 1, "the text alone");
}

#[test]
fn any_knows_its_type() {
    let any = |code: &str, ty: &str, kind: &str| format!("{code}\nupcast_{kind} {ty} any");
    let cases = [
        ("const_i32 1", "i32", "word"),
        ("const_u8 1", "u8", "word"),
        ("const_bool true", "bool", "word"),
        ("const_char 'x'", "char", "word"),
        ("const_i64 9223372036854775807", "i64", "word"),
        ("const_f64 nan:0xfff8000000000001", "f64", "word"),
        ("const_enum Color 1", "Color", "word"),
        ("const_str \"a\"", "str", "ref"),
        (POINT, "Point", "ref"),
        ("new_variant Shape 2", "Shape", "ref"),
        ("const_f64 2.0\nnew_variant Shape 0", "Shape", "ref"),
        ("new_array [i32]", "[i32]", "ref"),
        ("new_map {str: i32}", "{str: i32}", "ref"),
        ("const_i32 1\nconst_str \"a\"\nnew_record (i32, str)", "(i32, str)", "ref"),
    ];
    for (number, (code, ty, kind)) in cases.into_iter().enumerate() {
        let code = any(code, ty, kind);
        assert_eq!(shown("str", "", &format!("{code}\ntype_name")), ty);
        assert_eq!(shown("bool", "", &format!("{code}\nis_type {ty}")), "true");
        let back = format!("{code}\ndowncast_{kind} {ty}");
        assert_eq!(shown(ty, "", &back), shown("any", "", &code));
        for (other, (_, other_type, other_kind)) in cases.into_iter().enumerate() {
            if other != number && other_type != ty {
                assert_eq!(shown("bool", "", &format!("{code}\nis_type {other_type}")), "false");
                let failed = failure(
                    "",
                    &format!("{code}\ndowncast_{other_kind} {other_type}\ndrop_{other_kind}\nconst_i32 1"),
                );
                assert_eq!(failed, format!("type_mismatch: expected {other_type}, found {ty}"));
            }
        }
    }
    assert_eq!(shown("str", "", "const_none any\ntype_name"), "none");
    assert_eq!(shown("bool", "", "const_none any\nis_type i32"), "false");
    let optional = "const_i32 3\nupcast_word i32 i32?\nupcast_ref i32? any\ndowncast_word i32";
    assert_eq!(shown("i32", "", optional), "3");
}

#[test]
fn globals_without_a_default_begin_unset() {
    let items = "global color Color\nglobal point Point\nglobal maybe i32?\nglobal whatever any public\nglobal map {str: i32} public\n";
    let program = program(&format!(
        "{TYPES}{items}proc color() -> i32 public {{\nget_global_word color\nenum_index\nreturn\n}}\nproc point() -> f64 public {{\nget_global_ref point\nget_part_word 0\nreturn\n}}\nproc set() public {{\nconst_enum Color 1\nset_global_word color\n{POINT}\nset_global_ref point\nreturn\n}}\nproc maybe() -> bool public {{\nget_global_ref maybe\nis_none\nreturn\n}}\n"
    ));
    let (mut vm, _) = vm_with(&program, |settings| settings.stress = Stress::Collections);
    let mut call = |name: &str| vm.call(program.find(name).unwrap(), &[], &mut ());
    let error = call("color").unwrap_err();
    assert_eq!((error.trap, error.message.as_str()), (Trap::NoneValue, "`color` has no value yet"));
    assert_eq!(call("point").unwrap_err().message, "`point` has no value yet");
    assert_eq!(call("maybe"), Ok(Some(Value::Bool(true))));
    call("set").unwrap();
    assert_eq!(call("color"), Ok(Some(Value::I32(1))));
    assert_eq!(call("point"), Ok(Some(Value::F64(1.0))));
}
