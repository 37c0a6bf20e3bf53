//! What stack code becomes.

use lyra_bytecode::{Kind, ProcId, Verified, VerifyLimits, assemble, verify};
use lyra_ir::{Built, FuncBuilder, Source, Start, check};

fn verified(listing: &str) -> Verified {
    verify(assemble(listing).unwrap(), &VerifyLimits::default()).unwrap()
}

fn built(verified: &Verified, start: Start) -> Option<Built> {
    let built = FuncBuilder::new(verified).build(ProcId(0), start)?;
    check(&built.func, &verified.module().types).unwrap();
    Some(built)
}

const SUM: &str = "
proc sum(i32) -> i32 {
  local 0 i32
  local 1 i32
  local 2 i32
  const_i32 0
  set_word 1
  get_word 1
  get_word 0
  lt_i32
  jump_unless L1
L0:
  get_word 2
  get_word 1
  add_i32
  set_word 2
  get_word 1
  const_i32 1
  add_i32
  set_word 1
  get_word 1
  get_word 0
  lt_i32
  jump_if L0
L1:
  get_word 2
  return
}";

#[test]
fn a_loop() {
    let verified = verified(SUM);
    let func = built(&verified, Start::Call).unwrap().func;
    insta::assert_snapshot!(func.shown(&verified.module().types));
}

#[test]
fn a_loop_that_is_entered_in_the_middle() {
    let verified = verified(SUM);
    let built = built(&verified, Start::Loop(6)).unwrap();
    assert_eq!(built.sources, [Source::Local(0), Source::Local(1), Source::Local(2)]);
    insta::assert_snapshot!(built.func.shown(&verified.module().types));
}

#[test]
fn a_loop_where_there_is_none() {
    let verified = verified(SUM);
    assert!(built(&verified, Start::Loop(7)).is_none());
    assert!(built(&verified, Start::Loop(7_000)).is_none());
}

#[test]
fn everything_in_the_frame() {
    let verified = verified(SUM);
    let mut builder = FuncBuilder::new(&verified).in_frame();
    let func = builder.build(ProcId(0), Start::Call).unwrap().func;
    check(&func, &verified.module().types).unwrap();
    insta::assert_snapshot!(func.shown(&verified.module().types));
}

/// The local that the handler reads is a variable of the frame, the other a value; the text below waits through it.
const CAUGHT: &str = "
const \"outer\"
proc caught(i32, [i32]) -> str {
  local 0 [i32]
  local 1 str
  local 2 i32
  local 3 i32
  handler L0..L1 -> L2
  const_str \"outer\"
L0:
  get_word 2
  set_word 3
  get_ref 0
  get_word 2
  array_get_word
  set_word 3
L1:
  jump L3
L2:
  error_message
  set_ref 1
  get_word 3
  drop_word
L3:
  return
}";

#[test]
fn a_handler() {
    let verified = verified(CAUGHT);
    let func = built(&verified, Start::Call).unwrap().func;
    insta::assert_snapshot!(func.shown(&verified.module().types));
}

#[test]
fn operands_come_along_into_a_loop() {
    let verified = verified(
        "
proc waits() -> i32 {
  local 0 bool
  const_i32 5
L0:
  get_word 0
  jump_if L0
  return
}",
    );
    let built = built(&verified, Start::Loop(1)).unwrap();
    assert_eq!(built.sources, [Source::Local(0), Source::Operand(Kind::Word, 0)]);
}

/// Code with more locals and ways that meet than values could be carried for in any sensible time.
#[test]
fn code_that_no_compiler_makes() {
    let mut listing = String::from("proc wide() {\n");
    for local in 0..1_000 {
        listing.push_str(&format!("  local {local} i32\n"));
    }
    for label in 0..5_000 {
        listing.push_str(&format!("  const_bool true\n  jump_if L{label}\nL{label}:\n"));
    }
    for local in 0..1_000 {
        listing.push_str(&format!("  get_word {local}\n  drop_word\n"));
    }
    listing.push_str("  return\n}");
    let verified = verified(&listing);
    let func = built(&verified, Start::Call).unwrap().func;
    assert_eq!(func.vars.len(), 1_000);
    assert!(func.values.len() < 20_000, "{}", func.values.len());
}
