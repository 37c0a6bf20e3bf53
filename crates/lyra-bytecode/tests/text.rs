//! Listings read back: text for text and module for module.

use lyra_bytecode::{Listing, Module, ProcId, VerifyLimits, assemble, disassemble, verify};

/// Each file of `data/listings` is what its own module lists as.
#[test]
fn listings_are_their_own_listing() {
    insta::glob!("data/listings/*.lasm", |path| {
        let text = std::fs::read_to_string(path).unwrap();
        let module = assemble(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let again = disassemble(&module, &Listing::default());
        assert!(again == text, "{} lists as\n{again}", path.display());
    });
}

#[test]
fn without_debug_names_and_source_lines_are_comments() {
    let module = assemble(
        r#"
        debug "m"
        source "var i = 1\n"
        proc main() {
          local 0 i32 i
          at 1:9:1
          const_i32 1
          set_word 0
          return
        }"#,
    )
    .unwrap();
    insta::assert_snapshot!(disassemble(&module, &Listing::snapshot()), @r#"
    module ""

    proc main() {
      local 0 i32                        ; i
      const_i32 1                        ; 1: var i = 1
      set_word 0                         ; i
      return
    }
    "#);
    let bare = Listing { debug: false, comments: false, numbers: false };
    let stripped = Module { debug: None, ..module.clone() };
    assert_eq!(assemble(&disassemble(&module, &bare)).unwrap(), stripped);
    insta::assert_snapshot!(disassemble(&stripped, &Listing { numbers: true, ..Listing::snapshot() }), @r#"
    module ""

    proc main() {
      local 0 i32
      const_i32 1                        ; 0
      set_word 0                         ; 1
      return                             ; 2
    }
    "#);
}

/// Debug information that does not fit its code survives too: as it is, not beside the code.
#[test]
fn procs_of_several_files_read_back() {
    let text = "module \"m\"\ndebug \"a.lyra\"\nsource \"one\\n\"\nsource \"two\"\ndebug \"b.lyra\"\nsource \"\"\ndebug \"c.lyra\"\n\
                \nproc p() {\n  at 2:1:3\n  return                             ; 2: two\n}\n\
                \nproc q() {\n  file 2\n  return\n}\n";
    let module = assemble(text).unwrap();
    let debug = module.debug.as_ref().unwrap();
    let names: Vec<_> = debug.files.iter().map(|file| (file.name.as_str(), file.text.as_deref())).collect();
    assert_eq!(names, [("a.lyra", Some("one\ntwo")), ("b.lyra", Some("")), ("c.lyra", None)]);
    assert_eq!(debug.file_of(ProcId(1)).unwrap().name, "c.lyra");
    assert_eq!(debug.file_of(ProcId(2)), None);
    assert_eq!(disassemble(&module, &Listing::default()), text);
}

#[test]
fn debug_information_out_of_order_reads_back() {
    let text = "debug \"m\"\nproc p() {\n  local 0 i32\n  return\n  name 7 x\n  name 0 y\n  at 0:0:0 @9\n  at 1:1:1 @0\n}";
    let module = assemble(text).unwrap();
    let listing = disassemble(&module, &Listing::default());
    assert_eq!(assemble(&listing).unwrap(), module, "{listing}");
    assert!(verify(module, &VerifyLimits::default()).is_err());
}

#[test]
fn constants_and_types_are_added_at_their_first_use() {
    let module =
        assemble("proc p() {\n  const_str \"x\"\n  const_str \"x\"\n  new_array [(i32, i32)]\n}").unwrap();
    assert_eq!(module.constants.len(), 1);
    assert_eq!(module.types.len(), 11);
    assert_eq!(module.procs[ProcId(0)].code.len(), 3);
}

#[test]
fn mistakes_in_assembly_say_the_line() {
    let mistakes = [
        "modul \"x\"",
        "module x",
        "source \"x\"",
        "type [i33]",
        "type i32",
        "const x",
        "const 0x10",
        "const nan",
        "const \"x",
        "const \"\\q\"",
        "const \"\\u{d800}\"",
        "global x",
        "entry main",
        "import a.",
        "proc p() {",
        "proc p() {\n  fly\n}",
        "proc p() {\n  const_bool maybe\n}",
        "proc p() {\n  const_u8 256\n}",
        "proc p() {\n  const_i32 2147483648\n}",
        "proc p() {\n  const_char 'xy'\n}",
        "proc p() {\n  jump L0\n}",
        "proc p() {\n  L0:\n  L0:\n}",
        "proc p() {\n  get_word 65536\n}",
        "proc p() {\n  get_global_word x\n}",
        "proc p() {\n  call q\n}",
        "proc p() {\n  call_host q\n}",
        "proc p() {\n  call_builtin fly bool\n}",
        "proc p() {\n  return return\n}",
        "proc p() {\n  local 1 i32\n}",
        "proc p() {\n  local 0 i32 x\n}",
        "proc p() {\n  at 1:1:1\n  return\n}",
        "proc p() {\n  handler L0 L1\n}",
        "proc p(i32 i32) {\n}",
        "proc p()\n",
        "proc p() {\n}\ndebug \"late\"",
    ];
    let all: Vec<_> = mistakes
        .iter()
        .map(|text| format!("{text:?}\n    {}", assemble(text).expect_err(text)))
        .chain([format!(
            "10,000 brackets\n    {}",
            assemble(&format!("type {}", "[".repeat(10_000))).unwrap_err()
        )])
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}
