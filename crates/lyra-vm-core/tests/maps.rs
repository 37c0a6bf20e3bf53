//! Maps and built-ins that give optionals, on small programs.
mod machine;

use machine::{program, run, value, vm_with};

const TYPES: &str = r#"module "t"
struct Point { x: f64, y: f64 }
enum Color { Red, Green, Blue }
enum Shape { Circle(radius: f64), Many(parts: [Shape]), Unit }
type {str: i32}
type {i32: str}
type {(i32, str): i64}
type {Color: [i32]}
type {str: any}
type [str]
type [any]
type [(i32, str)]
type [i64]
type [Color]
type [f64]
type i32?
type i64?
type f64?
type u8?
type str?
type Color?
type [i32]?
"#;

fn listing(ty: &str, locals: &str, code: &str) -> String {
    format!(
        "{TYPES}\nentry main\nproc main() -> str {{\n{locals}\n{code}\ncall_builtin to_text {ty}\nreturn\n}}\n"
    )
}

fn shown(ty: &str, locals: &str, code: &str) -> String {
    value(&listing(ty, locals, code)).to_string()
}

fn failure(ty: &str, locals: &str, code: &str) -> String {
    run(&listing(ty, locals, code)).expect_err("it fails").to_string()
}

/// Code that makes `{str: i32}` of these entries and leaves it in local 0.
fn words(entries: &[(&str, i32)]) -> String {
    let mut code = "new_map {str: i32}\nset_ref 0\n".to_owned();
    for (key, value) in entries {
        code += &format!(
            "get_ref 0\nconst_str \"{key}\"\nconst_i32 {value}\ncall_builtin map_set {{str: i32}}\n"
        );
    }
    code
}

const WORDS: &str = "local 0 {str: i32}";

#[test]
fn a_map_keeps_its_order() {
    let map = words(&[("b", 1), ("a", 2), ("c", 3), ("a", 4)]);
    let after = |code: &str| shown("{str: i32}", WORDS, &format!("{map}\n{code}\nget_ref 0"));
    assert_eq!(after(""), "{\"b\": 1, \"a\": 4, \"c\": 3}");
    let remove = |key: &str| {
        format!("get_ref 0\nconst_str \"{key}\"\ncall_builtin map_remove {{str: i32}}\ndrop_ref\n")
    };
    assert_eq!(after(&remove("b")), "{\"a\": 4, \"c\": 3}");
    let again = remove("a") + "get_ref 0\nconst_str \"a\"\nconst_i32 9\ncall_builtin map_set {str: i32}";
    assert_eq!(after(&again), "{\"b\": 1, \"c\": 3, \"a\": 9}");
    assert_eq!(after("get_ref 0\ncall_builtin map_clear {str: i32}"), "{}");
    assert_eq!(
        shown("[str]", WORDS, &format!("{map}get_ref 0\ncall_builtin map_keys {{str: i32}}")),
        "[\"b\", \"a\", \"c\"]"
    );
    assert_eq!(
        shown("[i32]", WORDS, &format!("{map}get_ref 0\ncall_builtin map_values {{str: i32}}")),
        "[1, 4, 3]"
    );
    assert_eq!(shown("i32", WORDS, &format!("{map}get_ref 0\ncall_builtin map_length {{str: i32}}")), "3");
}

#[test]
fn keys_that_are_there_and_keys_that_are_not() {
    let map = words(&[("b", 1), ("a", 2)]);
    let ask = |builtin: &str, key: &str| {
        format!("{map}get_ref 0\nconst_str \"{key}\"\ncall_builtin {builtin} {{str: i32}}")
    };
    assert_eq!(shown("i32?", WORDS, &ask("map_get", "a")), "2");
    assert_eq!(shown("i32?", WORDS, &ask("map_get", "x")), "none");
    assert_eq!(shown("bool", WORDS, &ask("map_contains", "a")), "true");
    assert_eq!(shown("bool", WORDS, &ask("map_contains", "x")), "false");
    assert_eq!(shown("i32", WORDS, &ask("map_at", "b")), "1");
    assert_eq!(failure("i32", WORDS, &ask("map_at", "x")), "key_not_found: there is no key \"x\"");
    let update = |key: &str| {
        format!(
            "{map}get_ref 0\nconst_str \"{key}\"\nconst_i32 7\ncall_builtin map_update {{str: i32}}\nget_ref 0"
        )
    };
    assert_eq!(shown("{str: i32}", WORDS, &update("b")), "{\"b\": 7, \"a\": 2}");
    assert_eq!(failure("{str: i32}", WORDS, &update("x")), "key_not_found: there is no key \"x\"");
    let or = |key: &str| {
        format!("{map}get_ref 0\nconst_str \"{key}\"\nconst_i32 7\ncall_builtin map_get_or {{str: i32}}")
    };
    assert_eq!(
        (shown("i32", WORDS, &or("b")), shown("i32", WORDS, &or("x"))),
        ("1".to_owned(), "7".to_owned())
    );
    assert_eq!(shown("i32?", WORDS, &ask("map_remove", "a")), "2");
    assert_eq!(shown("i32?", WORDS, &ask("map_remove", "x")), "none");
}

#[test]
fn keys_of_every_kind() {
    let pair =
        |number: i32, name: &str| format!("const_i32 {number}\nconst_str \"{name}\"\nnew_record (i32, str)");
    let big = "const_i64 9223372036854775807";
    let code = format!(
        "new_map {{(i32, str): i64}}\nset_ref 0\nget_ref 0\n{}\n{big}\ncall_builtin map_set {{(i32, str): i64}}\nget_ref 0\n{}\ncall_builtin map_remove {{(i32, str): i64}}",
        pair(1, "x"),
        pair(1, "x")
    );
    assert_eq!(shown("i64?", "local 0 {(i32, str): i64}", &code), "9223372036854775807");
    let code = "new_map {Color: [i32]}\nset_ref 0\nget_ref 0\nconst_enum Color 2\nnew_array [i32]\ncall_builtin map_set {Color: [i32]}\nget_ref 0";
    assert_eq!(shown("{Color: [i32]}", "local 0 {Color: [i32]}", code), "{Blue: []}");
    let code = "new_map {i32: str}\nset_ref 0\nget_ref 0\nconst_i32 -1\nconst_str \"m\"\ncall_builtin map_set {i32: str}\nget_ref 0\nconst_i32 -1\ncall_builtin map_get {i32: str}";
    assert_eq!(shown("str?", "local 0 {i32: str}", code), "m");
}

/// Walks as a `for` does: position, check, key and value.
fn walk(body: &str) -> String {
    format!(
        "get_ref 0\ncall_builtin map_version {{str: i32}}\nset_word 3\nconst_i32 0\nset_word 2\nL0:\nget_ref 0\nget_word 3\ncall_builtin map_check {{str: i32}}\nget_ref 0\nget_word 2\ncall_builtin map_next {{str: i32}}\ndup_word\nset_word 2\nconst_i32 0\nlt_i32\njump_if L1\nget_ref 1\nget_ref 0\nget_word 2\ncall_builtin map_key_at {{str: i32}}\nstr_concat 2\nset_ref 1\n{body}\nget_word 2\nconst_i32 1\nadd_i32\nset_word 2\njump L0\nL1:\nget_ref 1"
    )
}

#[test]
fn a_walk_sees_every_key_and_finds_out_changes() {
    let locals = "local 0 {str: i32}\nlocal 1 str\nlocal 2 i32\nlocal 3 i32";
    let start = words(&[("a", 1), ("b", 2), ("c", 3)]) + "const_str \"\"\nset_ref 1\n";
    assert_eq!(shown("str", locals, &(start.clone() + &walk(""))), "abc");
    let change = "get_ref 0\nconst_str \"b\"\nconst_i32 5\ncall_builtin map_set {str: i32}";
    assert_eq!(shown("str", locals, &(start.clone() + &walk(change))), "abc", "a new value is no new key");
    for change in [
        "get_ref 0\nconst_str \"x\"\nconst_i32 5\ncall_builtin map_set {str: i32}",
        "get_ref 0\nconst_str \"c\"\ncall_builtin map_remove {str: i32}\ndrop_ref",
        "get_ref 0\ncall_builtin map_clear {str: i32}",
    ] {
        assert_eq!(
            failure("str", locals, &(start.clone() + &walk(change))),
            "invalid_argument: keys were added or removed while the map was walked"
        );
    }
    let gone = "get_ref 0\nconst_i32 7\ncall_builtin map_key_at {str: i32}";
    assert_eq!(
        failure("str", WORDS, &(words(&[("a", 1)]) + gone)),
        "invalid_argument: the map has no key at position 7"
    );
}

#[test]
fn maps_are_compared_and_copied() {
    let locals = "local 0 {str: i32}\nlocal 1 {str: i32}";
    let first = words(&[("a", 1), ("b", 2), ("x", 3)])
        + "get_ref 0\nconst_str \"x\"\ncall_builtin map_remove {str: i32}\ndrop_ref\nget_ref 0\nset_ref 1\n";
    let equal = |other: &[(&str, i32)]| {
        shown(
            "bool",
            locals,
            &(first.clone() + &words(other) + "get_ref 0\nget_ref 1\ncall_builtin equal {str: i32}"),
        )
    };
    assert_eq!(equal(&[("b", 2), ("a", 1)]), "true", "in whatever order");
    assert_eq!(equal(&[("b", 2), ("a", 3)]), "false");
    assert_eq!(equal(&[("b", 2), ("c", 1)]), "false");
    assert_eq!(equal(&[("b", 2)]), "false");
    for copy in ["copy", "deep_copy"] {
        let code = first.clone()
            + &format!(
                "get_ref 1\ncall_builtin {copy} {{str: i32}}\nset_ref 1\nget_ref 1\nconst_str \"n\"\nconst_i32 9\ncall_builtin map_set {{str: i32}}\n"
            );
        assert_eq!(
            shown("{str: i32}", locals, &(code.clone() + "get_ref 1")),
            "{\"a\": 1, \"b\": 2, \"n\": 9}"
        );
        assert_eq!(shown("{str: i32}", locals, &(code + "get_ref 0")), "{\"a\": 1, \"b\": 2}");
    }
    // What an any holds is copied too, and what is shared stays shared.
    let deep = "new_map {str: any}\nset_ref 0\nnew_array [i32]\nset_ref 1\nget_ref 0\nconst_str \"a\"\nget_ref 1\nupcast_ref [i32] any\ncall_builtin map_set {str: any}\nget_ref 0\nconst_str \"b\"\nget_ref 1\nupcast_ref [i32] any\ncall_builtin map_set {str: any}\nget_ref 0\nconst_str \"self\"\nget_ref 0\nupcast_ref {str: any} any\ncall_builtin map_set {str: any}\nget_ref 0\ncall_builtin deep_copy {str: any}\nset_ref 2\nget_ref 2\nconst_str \"a\"\ncall_builtin map_at {str: any}\ndowncast_ref [i32]\nconst_i32 1\nappend_word\ndrop_ref\n";
    let locals = "local 0 {str: any}\nlocal 1 [i32]\nlocal 2 {str: any}";
    assert_eq!(
        shown("{str: any}", locals, &format!("{deep}get_ref 2")),
        "{\"a\": [1], \"b\": [1], \"self\": …}"
    );
    assert_eq!(
        shown("{str: any}", locals, &format!("{deep}get_ref 0")),
        "{\"a\": [], \"b\": [], \"self\": …}"
    );
}

#[test]
fn growing_pays_for_memory_and_thousands_of_keys_are_found() {
    let code = "new_map {i32: str}\nset_ref 0\nL0:\nget_ref 0\nget_word 1\nget_word 1\ncall_builtin to_text i32\ncall_builtin map_set {i32: str}\nget_word 1\nconst_i32 1\nadd_i32\ndup_word\nset_word 1\nconst_i32 3000\nlt_i32\njump_if L0\nget_ref 0\nconst_i32 2999\ncall_builtin map_at {i32: str}";
    let listing = listing("str", "local 0 {i32: str}\nlocal 1 i32", code);
    assert_eq!(value(&listing).to_string(), "2999");
    let program = program(&listing);
    let (mut vm, _) = vm_with(&program, |_| {});
    vm.start(&mut ()).unwrap();
    let first = vm.report();
    let (mut vm, _) = vm_with(&program, |_| {});
    vm.start(&mut ()).unwrap();
    // Another machine hashes otherwise, and nothing shows it.
    let second = vm.report();
    assert_eq!((first.fuel_used, first.heap), (second.fuel_used, second.heap));
}

#[test]
fn ends_and_places_of_arrays() {
    let list = |numbers: &[i32]| {
        let items: String =
            numbers.iter().map(|number| format!("const_i32 {number}\nappend_word\n")).collect();
        format!("new_array [i32]\n{items}set_ref 0\n")
    };
    let locals = "local 0 [i32]";
    let ask =
        |numbers: &[i32], code: &str| shown("i32?", locals, &format!("{}get_ref 0\n{code}", list(numbers)));
    assert_eq!(ask(&[1, 2, 3], "call_builtin array_first i32"), "1");
    assert_eq!(ask(&[1, 2, 3], "call_builtin array_last i32"), "3");
    assert_eq!(ask(&[1, 2, 3], "call_builtin array_pop i32"), "3");
    for end in ["first", "last", "pop"] {
        assert_eq!(ask(&[], &format!("call_builtin array_{end} i32")), "none");
    }
    assert_eq!(ask(&[4, 5, 4], "const_i32 4\ncall_builtin array_find i32"), "0");
    assert_eq!(ask(&[4, 5, 4], "const_i32 4\ncall_builtin array_rfind i32"), "2");
    assert_eq!(ask(&[4, 5, 4], "const_i32 6\ncall_builtin array_find i32"), "none");
    let popped = list(&[1, 2]) + "get_ref 0\ncall_builtin array_pop i32\ndrop_ref\nget_ref 0";
    assert_eq!(shown("[i32]", locals, &popped), "[1]");
    let colors = "new_array [Color]\nconst_enum Color 2\nappend_word\nconst_enum Color 0\nappend_word\ncall_builtin array_sorted Color";
    assert_eq!(shown("[Color]", "", colors), "[Red, Blue]");
    let last = "new_array [Color]\nconst_enum Color 2\nappend_word\ncall_builtin array_last Color";
    assert_eq!(shown("Color?", "", last), "Blue");
}

#[test]
fn texts_are_searched_and_read_as_numbers() {
    let find = |text: &str, part: &str, from: i32| {
        shown(
            "i32?",
            "",
            &format!(
                "const_str \"{text}\"\nconst_str \"{part}\"\nconst_i32 {from}\ncall_builtin str_find bool"
            ),
        )
    };
    assert_eq!(
        (find("aéaé", "é", 0), find("aéaé", "é", 2), find("aéaé", "x", 0)),
        ("1".into(), "3".into(), "none".into())
    );
    assert_eq!((find("aéaé", "", 4), find("", "", 0)), ("4".into(), "0".into()));
    assert_eq!(
        failure("i32?", "", "const_str \"ab\"\nconst_str \"b\"\nconst_i32 3\ncall_builtin str_find bool"),
        "index_out_of_bounds: index 3 is out of bounds for length 2"
    );
    let rfind = |text: &str, part: &str| {
        shown("i32?", "", &format!("const_str \"{text}\"\nconst_str \"{part}\"\ncall_builtin str_rfind bool"))
    };
    assert_eq!((rfind("aéaé", "a"), rfind("aéaé", "x")), ("2".into(), "none".into()));
    let int =
        |text: &str| shown("i64?", "", &format!("const_str \"{text}\"\ncall_builtin str_parse_int bool"));
    let float =
        |text: &str| shown("f64?", "", &format!("const_str \"{text}\"\ncall_builtin str_parse_float bool"));
    for (text, expected) in [
        ("12", "12"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("+7", "7"),
        ("9223372036854775808", "none"),
        ("", "none"),
        ("-", "none"),
        (" 1", "none"),
        ("1.0", "none"),
        ("٣", "none"),
    ] {
        assert_eq!(int(text), expected, "{text}");
    }
    for (text, expected) in [
        ("12", "12.0"),
        ("-1.5e3", "-1500.0"),
        ("1e400", "inf"),
        ("inf", "none"),
        ("nan", "none"),
        ("", "none"),
        ("1e", "none"),
        ("0x1", "none"),
    ] {
        assert_eq!(float(text), expected, "{text}");
    }
}

#[test]
fn checked_sums_are_none_where_they_wrap() {
    let checked = |operation: &str, ty: &str, a: &str, b: &str| {
        shown(
            &format!("{ty}?"),
            "",
            &format!("const_{ty} {a}\nconst_{ty} {b}\ncall_builtin checked_{operation} {ty}"),
        )
    };
    assert_eq!(checked("add", "i32", "2147483647", "1"), "none");
    assert_eq!(checked("add", "i32", "2147483646", "1"), "2147483647");
    assert_eq!(checked("sub", "u8", "1", "2"), "none");
    assert_eq!(checked("mul", "i64", "4611686018427387904", "1"), "4611686018427387904");
    assert_eq!(checked("mul", "i64", "4611686018427387904", "2"), "none");
    assert_eq!(checked("div", "i32", "-7", "2"), "-3");
    assert_eq!(checked("div", "i32", "-2147483648", "-1"), "none");
    assert_eq!(checked("div", "i32", "1", "0"), "none");
}

#[test]
fn enumerations_are_compared_by_value_and_shared_ones_once() {
    // A chain in which every variant holds the one before twice: 2^60 ways, 60 objects.
    let items = "enum Tree { Leaf(value: f64), Two(left: Tree, right: Tree) }\n";
    let chain = |local: u8| {
        format!(
            "const_f64 1.0\nnew_variant Tree 0\nset_ref {local}\nconst_i32 0\nset_word 2\nL{local}:\nget_ref {local}\nget_ref {local}\nnew_variant Tree 1\nset_ref {local}\nget_word 2\nconst_i32 1\nadd_i32\ndup_word\nset_word 2\nconst_i32 60\nlt_i32\njump_if L{local}\n"
        )
    };
    let listing = |code: &str| {
        format!(
            "module \"t\"\n{items}entry main\nproc main() -> bool {{\nlocal 0 Tree\nlocal 1 Tree\nlocal 2 i32\n{}{}{code}\nreturn\n}}\n",
            chain(0),
            chain(1)
        )
    };
    for builtin in ["same", "equal"] {
        for (a, b) in [(0, 1), (0, 0)] {
            assert_eq!(
                value(&listing(&format!("get_ref {a}\nget_ref {b}\ncall_builtin {builtin} Tree")))
                    .to_string(),
                "true"
            );
        }
    }
    let nan = listing("get_ref 0\nget_ref 0\ncall_builtin same Tree")
        .replace("const_f64 1.0", "const_f64 nan:0x7ff8000000000001");
    assert_eq!(value(&nan).to_string(), "false", "NaN differs from itself, however deep");
}
