//! Each family of instructions, on small programs.
mod machine;

use lyra_runtime::{ArrayValue, Stress, Value};
use machine::{program, run, value, vm_with};

/// The listing of a module whose entry has that result, those locals and that code.
fn entry(result: &str, locals: &str, code: &str) -> String {
    format!(
        "module \"t\"\ntype [i32]\ntype [str]\ntype [[i32]]\nentry main\nproc main() -> {result} {{\n{locals}\n{code}\n}}\n"
    )
}

#[test]
fn a_loop_sums() {
    let listing = entry(
        "i32",
        "local 0 i32\nlocal 1 i32",
        "const_i32 1\nset_word 0\nL0:\nget_word 1\nget_word 0\nadd_i32\nset_word 1\nget_word 0\nconst_i32 1\nadd_i32\ndup_word\nset_word 0\nconst_i32 100\nle_i32\njump_if L0\nget_word 1\nreturn",
    );
    assert_eq!(value(&listing), Value::I32(5_050));
}

#[test]
fn text_is_joined_and_indexed() {
    let listing =
        entry("char", "", "const_str \"añb\"\nconst_str \"→c\"\nstr_concat 2\nconst_i32 3\nstr_get\nreturn");
    assert_eq!(value(&listing), Value::Char('→'));
    let listing = entry("char", "", "const_str \"abc\"\nconst_i32 -1\nstr_get\nreturn");
    let error = run(&listing).unwrap_err();
    assert_eq!(error.to_string(), "index_out_of_bounds: index -1 is out of bounds for length 3");
}

#[test]
fn arrays_and_builtins_work() {
    let listing = entry(
        "[i32]",
        "",
        "new_array [i32]\nconst_i32 3\nappend_word\nconst_i32 1\nappend_word\ndup_ref\ncall_builtin array_sort i32\nreturn",
    );
    assert_eq!(value(&listing), Value::Array(ArrayValue::I32(vec![1, 3])));
}

#[test]
fn globals_begin_with_the_defaults_of_their_types() {
    let listing = "module \"t\"\ntype [i32]\ntype (i32, str)\ntype ((i32, str), [i32])\ntype (i32, error)\nglobal a bool public\nglobal b f64 public\nglobal c char public\nglobal d str public\nglobal e [i32] public\nglobal f ((i32, str), [i32]) public\nglobal g error public\nglobal h (i32, error) public\nglobal hidden i32\n";
    let (vm, _) = vm_with(&program(listing), |settings| settings.stress = Stress::Collections);
    let shown = |name: &str| vm.global(name).map(|value| value.to_string());
    assert_eq!(
        ["a", "b", "d", "e", "f"].map(shown),
        ["false", "0.0", "", "[]", "((0, \"\"), [])"].map(|text| Some(text.to_owned()))
    );
    assert_eq!(shown("c"), Some("\0".to_owned()));
    assert_eq!(["g", "h", "hidden", "none"].map(shown), [None, None, None, None]);
}

#[test]
fn text_is_walked_by_bytes_and_cut_from_chars() {
    let code = "L0:\nget_ref 0\nget_word 1\nstr_char_at_byte\ndup_word\nset_word 2\nchar_utf8_length\nget_word 1\nadd_i32\nset_word 1\nget_word 2\nstr_from_char\nget_ref 1\nstr_concat 2\nset_ref 1\nget_word 1\nget_ref 0\nstr_byte_length\nlt_i32\njump_if L0\nget_ref 1\nreturn";
    let listing = "module \"t\"\nentry main\nproc main() -> str {\nlocal 0 str\nlocal 1 str\nlocal 2 i32\nlocal 3 char\nconst_str \"aß→😀\"\nset_ref 0\nconst_str \"\"\nset_ref 1\n";
    let code = code.replace("word 2", "word 3").replace("word 1", "word 2");
    assert_eq!(value(&format!("{listing}{code}\n}}\n")), Value::Str("😀→ßa".to_owned()));
}

#[test]
fn arrays_are_the_same_only_when_they_are_one() {
    let same = |code: &str| value(&entry("bool", "local 0 [i32]", &format!("{code}\nsame_ref\nreturn")));
    assert_eq!(same("new_array [i32]\nnew_array [i32]"), Value::Bool(false));
    assert_eq!(same("new_array [i32]\ndup_ref\nset_ref 0\nget_ref 0"), Value::Bool(true));
}

#[test]
fn the_inline_caches_and_interned_texts_are_used() {
    let code = "L0:\nget_word 0\ncall_builtin to_text i32\nconst_str \"1\"\nstr_eq\ndrop_word\nget_word 0\nconst_i32 1\nadd_i32\ndup_word\nset_word 0\nconst_i32 100\nlt_i32\njump_if L0\nget_word 0\nreturn";
    let listing = entry("i32", "local 0 i32", code)
        + "proc twice() -> str public {\nconst_i64 5\ncall_builtin to_text i64\nreturn\n}\n";
    let listing = listing.replace("type [i32]\n", "type [i32]\nconst 5\nconst \"1\"\nconst \"1\"\n");
    let program = program(&listing);
    let (mut vm, _) = vm_with(&program, |_| {});
    assert_eq!(vm.start(&mut ()), Ok(Some(Value::I32(100))));
    let twice = program.find("twice").unwrap();
    assert_eq!(vm.call(twice, &[], &mut ()), Ok(Some(Value::Str("5".to_owned()))));
    let report = vm.report();
    assert_eq!((report.caches.hits, report.caches.misses, report.caches.entries), (99, 2, 2));
    assert_eq!(
        (report.interner.entries, report.interner.hits),
        (2, 1),
        "two texts (one is empty), one met again"
    );
    assert!(report.heap.allocations > 100 && report.integrity_checks >= 8);
    assert!(report.to_string().contains("99 hits, 2 misses (98.0 %)"), "{report}");
}
