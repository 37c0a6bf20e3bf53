//! What is not sound is found.

use lyra_bytecode::Types;
use lyra_ir::{check, parse};

fn fault(text: &str) -> String {
    check(&parse(text).unwrap(), &Types::default()).unwrap_err()
}

#[test]
fn a_value_that_is_not_there_on_every_way() {
    let text = "func \"f\" -> i32 {
block0(v0: bool):
  branch v0, block1, block2
block1:
  v1: i32 = const 1
  jump block2
block2:
  return v1
}";
    assert_eq!(fault(text), "block2: v1, made in block1, is not there on every way");
}

#[test]
fn a_value_that_comes_later() {
    let text = "func \"f\" {
block0:
  v1: i32 = neg_i32 v0
  v0: i32 = const 1
  return
}";
    assert_eq!(fault(text), "block0: inst0: v0, made in block0, is not there on every way");
}

#[test]
fn a_value_that_is_made_nowhere() {
    let text = "func \"f\" {\nblock0:\n  v1: i32 = neg_i32 v0\n  return\n}";
    assert_eq!(fault(text), "block0: inst0: v0 is made nowhere");
}

#[test]
fn an_edge_that_gives_something_else() {
    let text = "func \"f\" {
block0:
  v0: i32 = const 1
  jump block1(v0)
block1(v1: bool):
  return
}";
    assert_eq!(fault(text), "block0: its edge to block1 does not give what that takes");
}

#[test]
fn wrong_types() {
    let text = "func \"f\" {\nblock0(v0: f64):\n  v1: i32 = neg_i32 v0\n  return\n}";
    assert_eq!(fault(text), "block0: inst0: `neg_i32` has the wrong arguments or result");
    let text = "func \"f\" -> i32 {\nblock0(v0: f64):\n  return v0\n}";
    assert_eq!(fault(text), "block0: it returns something else than the function does");
    let text = "func \"f\" {\nblock0(v0: f64):\n  branch v0, block1, block1\nblock1:\n  return\n}";
    assert_eq!(fault(text), "block0: v0 decides and is no bool");
    let text = "func \"f\" {\n  var0 ref\nblock0(v0: f64):\n  set_var var0, v0\n  return\n}";
    assert_eq!(fault(text), "block0: inst0: it writes something else to var0");
}

#[test]
fn control_that_goes_astray() {
    let text = "func \"f\" {\nblock0:\n  jump block0\n}";
    assert_eq!(fault(text), "block0: it jumps to block0, the entry or a landing");
    let text = "func \"f\" {\nblock0(v0: str):\n  panic v0\n  return\n}";
    assert_eq!(fault(text), "block0: it stops where its last instruction goes on, or the other way round");
    let text = "func \"f\" {\n  handler0 -> block1\nblock0: in handler0\n  return\nblock1:\n  return\n}";
    assert_eq!(fault(text), "block0: its handler lands at block1, which takes no error");
}

#[test]
fn instructions_that_only_move_values() {
    let text = "func \"f\" {\nblock0:\n  drop_word\n  return\n}";
    assert_eq!(fault(text), "block0: inst0: `drop_word` has no place in a function");
}

#[test]
fn text_that_says_nothing() {
    let wrong = |text: &str| parse(text).unwrap_err();
    assert_eq!(wrong("func \"f\" {\nblock0:\n  fly v0\n}"), "line 3: there is no instruction `fly`");
    assert_eq!(wrong("  poll"), "line 1: expected a block");
    assert_eq!(
        wrong("block0:\n  v4000000000: i32 = const 1"),
        "line 2: `v4000000000`: numbers are below 1048576"
    );
    assert_eq!(wrong("block0:\n  v0: i32 = const one"), "line 2: `one` is no such constant");
    assert_eq!(wrong("block0:\nblock0:"), "line 2: there is a second `block0`");
}
