//! Each family of instructions, on small programs.
mod machine;

use lyra_runtime::{ArrayValue, Value};
use machine::{run, value};

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
