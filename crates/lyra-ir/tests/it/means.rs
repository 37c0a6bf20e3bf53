//! What functions mean.

use lyra_bytecode::Trap;
use lyra_ir::{Cause, Ended, Model, evaluate, parse};

fn run(text: &str, args: &[u64], model: &mut Model) -> Result<Ended, String> {
    evaluate(&parse(text).unwrap(), args, model, 1_000)
}

const GET: &str = "func \"get\" -> i32 {
  handler0 -> block2
  var0 word
block0(v0: any, v1: i32):
  jump block1
block1: in handler0
  set_var var0, v1
  v2: i32 = array_get_word v0, v1 @7
  v3: i32 = const 0
  set_var var0, v3
  return v2
block2(v4: error):
  v5: i32 = get_var var0
  return v5
}";

#[test]
fn errors_go_to_the_handler_with_the_frame_as_it_is() {
    let mut model = Model::new(10);
    let array = model.array(&[7, 8]);
    assert_eq!(run(GET, &[array, 1], &mut model), Ok(Ended::Returned(Some(8))));
    assert_eq!(run(GET, &[array, 5], &mut model), Ok(Ended::Returned(Some(5))));
    assert!(model.journal()[0].what.starts_with("caught"), "{:?}", model.journal());
}

#[test]
fn errors_without_a_handler_say_where() {
    let text = GET.replace(" in handler0", "");
    let mut model = Model::new(10);
    let array = model.array(&[7, 8]);
    let Ok(Ended::Failed(failure)) = run(&text, &[array, 5], &mut model) else { panic!("it fails") };
    assert_eq!((failure.cause, failure.place.op), (Cause::Trap(Trap::IndexOutOfBounds), 7));
}

#[test]
fn fuel_ends_what_goes_round_and_cannot_be_caught() {
    let text = "func \"f\" {
  handler0 -> block2
block0:
  jump block1
block1: in handler0
  charge 1
  poll
  jump block1
block2(v0: error):
  return
}";
    let ended = run(text, &[], &mut Model::new(5)).unwrap();
    assert!(matches!(ended, Ended::Failed(failure) if failure.cause == Cause::Trap(Trap::OutOfFuel)));
    let free = text.replace("  charge 1\n", "");
    assert_eq!(run(&free, &[], &mut Model::new(5)), Ok(Ended::TooLong));
}

#[test]
fn what_is_not_sound_is_no_panic() {
    let text = "func \"f\" -> i32 {\nblock0:\n  return v3\n}";
    assert_eq!(run(text, &[], &mut Model::new(5)), Err("v3 is not there yet".into()));
    let text = "func \"f\" {\nblock0:\n  jump block7\n}";
    assert_eq!(run(text, &[], &mut Model::new(5)), Err("block7 goes on after it stopped".into()));
    let text = "func \"f\" {\nblock0(v0: i32):\n  return\n}";
    assert_eq!(run(text, &[], &mut Model::new(5)), Err("block0 takes 1 values and was given 0".into()));
}

#[test]
fn the_journal_shows_order_and_number() {
    let say = |texts: &str| format!("func \"f\" {{\nblock0(v0: str, v1: str):\n{texts}  return\n}}");
    let journal = |texts: &str| {
        let mut model = Model::new(5);
        let _ = run(&say(texts), &[1, 2], &mut model);
        model.journal()
    };
    let (first, second) = ("  v2: str = str_concat 2, v0, v1\n", "  v3: str = str_concat 2, v1, v0\n");
    assert_ne!(journal(&[first, second].concat()), journal(&[second, first].concat()));
    assert_ne!(journal(first), journal(""));
    assert_ne!(
        journal(&[first, "  charge 1\n", second].concat()),
        journal(&[first, second, "  charge 1\n"].concat())
    );
}
