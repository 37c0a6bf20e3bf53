//! Operators, indexes and fields of `any`.
mod machine;

use machine::{program, run, value, vm_with};

const TYPES: &str = r#"module "t"
struct Point { x: f64, big: i64, name: str }
enum Color { Red, Green, Blue }
enum Shape { Circle(radius: f64), Unit }
interface Empty { }
struct Holder { thing: Empty, maybe: i32? }
impl Empty for i32 { }
type [i32]
type [any]
type {str: i32}
type {i64: any}
type (i32, str)
const "x"
const "big"
const "name"
const "kind"
const "0"
const "thing"
const "maybe"
"#;

fn listing(ty: &str, code: &str) -> String {
    format!(
        "{TYPES}entry main\nproc main() -> str {{\nlocal 0 any\n{code}\ncall_builtin to_text {ty}\nreturn\n}}\n"
    )
}

/// Code that pushes a value written as Lyra writes it, as an `any`.
fn any(value: &str) -> String {
    let up = |code: String, kind: &str, ty: &str| format!("{code}\nupcast_{kind} {ty} any\n");
    if value == "none" {
        return "const_none any\n".to_owned();
    }
    if value == "true" || value == "false" {
        return up(format!("const_bool {value}"), "word", "bool");
    }
    if let Some(rest) = value.strip_suffix("u8") {
        return up(format!("const_u8 {rest}"), "word", "u8");
    }
    if let Some(rest) = value.strip_suffix("i64") {
        return up(format!("const_i64 {rest}"), "word", "i64");
    }
    match value.chars().next() {
        Some('"') => up(format!("const_str {value}"), "ref", "str"),
        Some('\'') => up(format!("const_char {value}"), "word", "char"),
        Some('.') => up(format!("const_enum Color {}", &value[1..]), "word", "Color"),
        _ if value.contains('.') => up(format!("const_f64 {value}"), "word", "f64"),
        _ => up(format!("const_i32 {value}"), "word", "i32"),
    }
}

/// What an operator makes of two values, or its failure.
fn binary(a: &str, operator: &str, b: &str) -> String {
    let compares = ["eq", "ne", "lt", "le", "gt", "ge"].contains(&operator);
    let ty = if compares { "bool" } else { "any" };
    let code = format!("{}{}any_binary {operator}", any(a), any(b));
    match run(&listing(ty, &code)) {
        Ok(Some(value)) => value.to_string(),
        Ok(None) => panic!("there is a value"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn mixed_numbers_widen() {
    for (a, operator, b, expected) in [
        ("2", "add", "3", "5"),
        ("2147483647", "add", "1", "-2147483648"),
        ("2147483647", "add_checked", "1", "overflow: the result does not fit its type"),
        ("2147483647", "add", "1i64", "2147483648"),
        ("200u8", "add", "100u8", "44"),
        ("200u8", "add", "100", "300"),
        ("200u8", "div_checked", "3u8", "66"),
        ("7", "div", "2", "3"),
        ("7", "div", "2.0", "3.5"),
        ("7i64", "mul", "0.5", "3.5"),
        ("1.5", "add_checked", "1", "2.5"),
        ("7", "rem", "0", "division_by_zero: division by zero"),
        ("9223372036854775807i64", "sub", "1i64", "9223372036854775806"),
        ("6", "and", "3u8", "2"),
        ("1", "shl", "4", "16"),
        ("-1", "ushr", "28", "15"),
        ("200u8", "ushr", "1u8", "100"),
        ("2", "lt", "2.5", "true"),
        ("2", "ge", "3i64", "false"),
        ("1", "eq", "1.0", "false"),
        ("1", "eq", "1i64", "false"),
        ("1", "ne", "2u8", "true"),
    ] {
        assert_eq!(binary(a, operator, b), expected, "{a} {operator} {b}");
    }
}

#[test]
fn texts_characters_and_others() {
    for (a, operator, b, expected) in [
        ("\"a\"", "add", "\"b\"", "ab"),
        ("\"a\"", "add", "'b'", "ab"),
        ("'a'", "add_checked", "\"b\"", "ab"),
        ("'a'", "add", "1", "b"),
        ("'c'", "sub", "'a'", "2"),
        ("'a'", "sub", "0", "97"),
        ("\"a\"", "lt", "\"b\"", "true"),
        ("'b'", "le", "'a'", "false"),
        (".0", "lt", ".2", "true"),
        (".1", "eq", ".1", "true"),
        ("false", "lt", "true", "true"),
        ("\"1\"", "eq", "1", "false"),
        ("none", "eq", "none", "true"),
        ("none", "eq", "1", "false"),
        ("none", "ne", "1", "true"),
        ("'a'", "eq", "97", "false"),
        ("'a'", "add", "'b'", "type_mismatch: `+` is not for char and char"),
        ("\"a\"", "add", "1", "type_mismatch: `+` is not for str and i32"),
        ("\"a\"", "sub", "\"b\"", "type_mismatch: `-` is not for str and str"),
        ("1", "add", "none", "type_mismatch: `+` is not for i32 and none"),
        ("1.0", "and", "1", "type_mismatch: `&` is not for f64 and i32"),
        ("true", "add", "true", "type_mismatch: `+` is not for bool and bool"),
        ("\"a\"", "lt", "1", "type_mismatch: `<` is not for str and i32"),
        ("'\u{10FFFF}'", "add", "1", "invalid_argument: the argument is not valid"),
    ] {
        assert_eq!(binary(a, operator, b), expected, "{a} {operator} {b}");
    }
}

#[test]
fn unary_operators() {
    let unary = |operator: &str, a: &str| {
        let ty = if operator == "not" { "bool" } else { "any" };
        match run(&listing(ty, &format!("{}any_unary {operator}", any(a)))) {
            Ok(Some(value)) => value.to_string(),
            Ok(None) => panic!("there is a value"),
            Err(error) => error.to_string(),
        }
    };
    for (operator, a, expected) in [
        ("neg", "5", "-5"),
        ("neg", "1.5", "-1.5"),
        ("neg", "-2147483648", "-2147483648"),
        ("neg_checked", "-2147483648", "overflow: the result does not fit its type"),
        ("neg_checked", "1.5", "-1.5"),
        ("complement", "0", "-1"),
        ("complement", "0u8", "255"),
        ("not", "true", "false"),
        ("not", "1", "type_mismatch: `!` is not for i32"),
        ("complement", "true", "type_mismatch: `~` is not for bool"),
        ("neg", "\"a\"", "type_mismatch: `-` is not for str"),
        ("neg", "none", "type_mismatch: `-` is not for none"),
    ] {
        assert_eq!(unary(operator, a), expected, "{operator} {a}");
    }
}

fn outcome(ty: &str, code: &str) -> String {
    match run(&listing(ty, code)) {
        Ok(Some(value)) => value.to_string(),
        Ok(None) => panic!("there is a value"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn indexes() {
    let list = "new_array [i32]\nconst_i32 5\nappend_word\nconst_i32 6\nappend_word\nupcast_ref [i32] any\nset_ref 0\n";
    let get =
        |start: &str, index: &str| outcome("any", &format!("{start}get_ref 0\n{}any_get_index", any(index)));
    for (index, expected) in [
        ("1", "6"),
        ("0u8", "5"),
        ("1i64", "6"),
        ("2", "index_out_of_bounds: index 2 is out of bounds for length 2"),
        ("-1", "index_out_of_bounds: index -1 is out of bounds for length 2"),
        ("4294967296i64", "index_out_of_bounds: index 4294967296 is out of bounds for length 2"),
        ("1.0", "type_mismatch: expected an index, found f64"),
    ] {
        assert_eq!(get(list, index), expected);
    }
    let text = any("\"aéb\"") + "set_ref 0\n";
    assert_eq!(
        (get(&text, "1"), get(&text, "3")),
        ("é".into(), "index_out_of_bounds: index 3 is out of bounds for length 3".into())
    );
    let map = "new_map {i64: any}\nupcast_ref {i64: any} any\nset_ref 0\n".to_owned();
    let set = |start: &str, index: &str, new: &str| {
        format!("{start}get_ref 0\n{}{}any_set_index\n", any(index), any(new))
    };
    let map = set(&map, "7i64", "none");
    let map = set(&map, "8i64", "\"v\"");
    assert_eq!(outcome("any", &format!("{map}get_ref 0")), "{7: none, 8: \"v\"}");
    assert_eq!((get(&map, "8i64"), get(&map, "9i64")), ("v".into(), "none".into()));
    assert_eq!(get(&map, "8"), "type_mismatch: expected i64, found i32");
    assert_eq!(outcome("any", &(set(list, "0", "9") + "get_ref 0")), "[9, 6]");
    assert_eq!(
        outcome("any", &(set(list, "0", "9.0") + "get_ref 0")),
        "type_mismatch: expected i32, found f64"
    );
    assert_eq!(
        outcome("any", &(set(&text, "0", "'x'") + "get_ref 0")),
        "type_mismatch: the characters of a str do not change"
    );
    assert_eq!(get(&(any("5") + "set_ref 0\n"), "0"), "type_mismatch: i32 has no index");
    assert_eq!(get("const_none any\nset_ref 0\n", "0"), "type_mismatch: none has no index");
}

#[test]
fn fields() {
    let point = "const_f64 1.5\nconst_i64 9223372036854775807\nconst_str \"p\"\nnew_record Point\nupcast_ref Point any\nset_ref 0\n";
    let get = |start: &str, name: u8| outcome("any", &format!("{start}get_ref 0\nany_get_field #{name}"));
    let set = |start: &str, name: u8, new: &str| {
        outcome("any", &format!("{start}get_ref 0\n{}any_set_field #{name}\nget_ref 0", any(new)))
    };
    assert_eq!([0, 1, 2].map(|name| get(point, name)), ["1.5", "9223372036854775807", "p"]);
    assert_eq!(get(point, 3), "type_mismatch: Point has no field `kind`");
    assert_eq!(set(point, 0, "2.5"), "Point(x: 2.5, big: 9223372036854775807, name: \"p\")");
    assert_eq!(set(point, 1, "3i64"), "Point(x: 1.5, big: 3, name: \"p\")");
    assert_eq!(set(point, 1, "3"), "type_mismatch: expected i64, found i32");
    let pair = "const_i32 4\nconst_str \"p\"\nnew_record (i32, str)\nupcast_ref (i32, str) any\nset_ref 0\n";
    assert_eq!(get(pair, 4), "4");
    assert_eq!(set(pair, 4, "5"), "type_mismatch: the parts of (i32, str) do not change");
    let error = "const_str \"mine\"\nconst_str \"why\"\nnew_error\nupcast_ref error any\nset_ref 0\n";
    assert_eq!(get(error, 3), "mine");
    assert_eq!(get("const_none any\nset_ref 0\n", 3), "type_mismatch: none has no field `kind`");
    // What a field holds may be an interface or an optional: what fits in is checked by the value.
    let holder = "const_i32 4\nupcast_word i32 Empty\nconst_i32 1\nupcast_word i32 i32?\nnew_record Holder\nupcast_ref Holder any\nset_ref 0\n".replace("i32 i32?", "i32 #0");
    let holder = holder.replace("#0", "i32?");
    assert_eq!(set(&holder, 5, "6"), "Holder(thing: 6, maybe: 1)");
    assert_eq!(set(&holder, 5, "6.0"), "type_mismatch: expected Empty, found f64");
    assert_eq!(set(&holder, 6, "none"), "Holder(thing: 4, maybe: none)");
    assert_eq!(set(&holder, 5, "none"), "type_mismatch: expected Empty, found none");
}

#[test]
fn what_was_found_out_is_kept() {
    let code = format!(
        "{}set_ref 0\nL0:\nget_ref 0\n{}any_binary add\nset_ref 0\nget_ref 0\n{}any_binary lt\njump_if L0\nget_ref 0",
        any("0"),
        any("1"),
        any("100i64")
    );
    let listing = listing("any", &code);
    assert_eq!(value(&listing).to_string(), "100");
    let (mut vm, _) = vm_with(&program(&listing), |_| {});
    vm.start(&mut ()).unwrap();
    let caches = vm.report().caches;
    assert_eq!((caches.hits, caches.misses), (198, 3), "two operators and the built-in at the end");
}
