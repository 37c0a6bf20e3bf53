//! What each pass makes of a function that shows its idea, and arithmetic by trying it out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lyra_bytecode::{OPS, TypeId, Types};
use lyra_ir::{Ended, Func, Model, Pass, check, evaluate, parse};
use lyra_tier_codegen::{Constants, DeadCode, Flow, Invariants, Numbering, Unswitch, standard};

/// The function after the pass, which is sound.
fn after(pass: &dyn Pass, text: &str) -> Func {
    let types = Types::default();
    let mut func = parse(text).unwrap();
    check(&func, &types).unwrap();
    assert!(pass.run(&mut func, &types) > 0, "it has nothing to do");
    check(&func, &types).unwrap_or_else(|what| panic!("{what}\n{func}"));
    func
}

#[test]
fn constants_that_depend_on_the_way_that_depends_on_constants() {
    let func = after(
        &Constants,
        "func \"f\" -> i32 {
block0(v0: i32):
  v1: i32 = const 1
  jump block1(v1)
block1(v2: i32):
  v3: i32 = const 1
  v4: bool = eq_i32 v2, v3
  branch v4, block2, block3
block2:
  v5: i32 = mul_i32 v2, v3
  charge 1
  poll
  v6: bool = lt_i32 v0, v5
  branch v6, block1(v5), block4
block3:
  v7: i32 = const 2
  jump block1(v7)
block4:
  v8: i32 = const 0
  v9: i32 = div_i32 v2, v8
  return v9
}",
    );
    insta::assert_snapshot!(func);
}

#[test]
fn what_is_computed_once() {
    let func = after(
        &Numbering,
        "func \"f\" -> i32 {
block0(v0: i32, v1: i32):
  v2: i32 = add_i32 v0, v1
  v3: i32 = add_i32 v1, v0
  v4: i32 = div_i32 v2, v1
  v5: i32 = const 0
  v6: i32 = add_i32 v5, v3
  v7: bool = lt_i32 v6, v4
  branch v7, block1, block2
block1:
  v8: i32 = div_i32 v3, v1
  v9: i32 = mul_i32 v2, v4
  jump block3(v8)
block2:
  v10: i32 = mul_i32 v2, v4
  jump block3(v10)
block3(v11: i32):
  v12: i32 = mul_i32 v2, v4
  v13: i32 = sub_i32 v11, v12
  return v13
}",
    );
    insta::assert_snapshot!(func);
}

/// A loop that asks in every round for the sign of its step, and for a `bool` beside it.
const ASKS: &str = "func \"f\" -> i32 {
block0(v0: i32, v1: i32, v2: i32):
  v3: i32 = const 0
  v4: bool = gt_i32 v1, v3
  jump block1(v3)
block1(v5: i32):
  set_global_word global0, v5 @3
  branch v4, block2, block3
block2:
  v6: bool = lt_i32 v5, v0
  branch v6, block4, block5(v5)
block3:
  v7: bool = gt_i32 v5, v0
  branch v7, block4, block5(v5)
block4:
  v8: i32 = add_i32 v5, v1
  charge 1 @9
  poll @9
  jump block1(v8)
block5(v9: i32):
  return v9
}";

#[test]
fn what_decides_the_same_in_every_round() {
    insta::assert_snapshot!(after(&Unswitch, ASKS));
}

#[test]
fn loops_are_copied_only_where_nobody_can_tell() {
    let idle = |text: &str| {
        let mut func = parse(text).unwrap();
        check(&func, &Types::default()).unwrap_or_else(|what| panic!("{what}\n{func}"));
        assert_eq!(Unswitch.run(&mut func, &Types::default()), 0, "{func}");
    };
    // What the loop makes is used behind it.
    idle(&ASKS.replace("  return v9", "  v10: i32 = add_i32 v9, v5\n  return v10"));
    // One way leaves.
    idle(&ASKS.replace("  branch v4, block2, block3", "  branch v4, block2, block5(v5)"));
    // The test is made of what changes.
    idle(
        &ASKS
            .replace("set_global_word global0, v5 @3", "v10: bool = gt_i32 v5, v1")
            .replace("branch v4", "branch v10"),
    );
    // Errors land in the function: what they find there would have two origins.
    let caught = ASKS
        .replace("-> i32 {\n", "-> i32 {\n  handler0 -> block6\n")
        .replace("block1(v5: i32):", "block1(v5: i32): in handler0");
    idle(&caught.replace("  return v9\n", "  return v9\nblock6(v11: error):\n  return v0\n"));
}

#[test]
fn what_an_error_may_have_left_is_computed_again() {
    let text = "func \"f\" -> i32 {
  handler0 -> block2
block0(v0: i32, v1: i32):
  jump block1
block1: in handler0
  v2: i32 = div_i32 v0, v1
  v3: i32 = mul_i32 v0, v1
  return v2
block2(v4: error):
  v5: i32 = mul_i32 v0, v1
  return v5
}";
    let mut func = parse(text).unwrap();
    assert_eq!(Numbering.run(&mut func, &Types::default()), 0);
}

#[test]
fn what_nobody_uses() {
    let func = after(
        &DeadCode,
        "func \"f\" -> i32 {
  var0 word
block0(v0: i32, v1: any):
  v2: i32 = const 0
  jump block1(v2, v2)
block1(v3: i32, v4: i32):
  v5: i32 = add_i32 v4, v3
  v6: i32 = neg_i32 v3
  v7: i32 = div_i32 v3, v0
  set_var var0, v6
  v8: str = type_name v1
  v9: i32 = const 1
  v10: i32 = add_i32 v3, v9
  charge 1
  poll
  v11: bool = lt_i32 v10, v0
  branch v11, block1(v10, v5), block2
block2:
  return v3
}",
    );
    insta::assert_snapshot!(func);
}

#[test]
fn what_is_the_same_in_every_round() {
    let func = after(
        &Invariants,
        "func \"f\" -> i32 {
block0(v0: i32, v1: #9):
  v2: i32 = const 0
  jump block1(v2)
block1(v3: i32):
  v4: i32 = const 7
  v5: i32 = mul_i32 v0, v4
  v6: i32 = array_length v1
  v7: i32 = div_i32 v6, v0
  v8: i32 = add_i32 v3, v5
  v9: bool = lt_i32 v8, v7
  branch v9, block2, block3
block2:
  charge 1
  poll
  jump block1(v8)
block3:
  return v8
}",
    );
    insta::assert_snapshot!(func);
}

#[test]
fn a_length_that_the_loop_may_change_stays() {
    let text = "func \"f\" {
block0(v0: #9, v1: i32):
  jump block1
block1:
  append_word v0, v1
  v2: i32 = array_length v0
  v3: bool = lt_i32 v2, v1
  charge 1
  poll
  branch v3, block2, block3
block2:
  jump block1
block3:
  return
}";
    let mut func = parse(text).unwrap();
    assert_eq!(Invariants.run(&mut func, &Types::default()), 0);
}

#[test]
fn control_that_was_decided() {
    let func = after(
        &Flow,
        "func \"f\" -> i32 {
block0(v0: i32, v1: bool):
  v2: bool = const false
  branch v2, block1, block2
block1:
  v3: i32 = neg_i32 v0
  jump block6(v3)
block2:
  branch v1, block3(v0), block4
block3(v4: i32):
  jump block6(v4)
block4:
  v5: i32 = not_i32 v0
  jump block5
block5:
  jump block6(v5)
block6(v6: i32):
  jump block7
block7:
  return v6
}",
    );
    insta::assert_snapshot!(func);
}

/// Every scalar instruction of two arguments with a constant on either side, and of equal arguments.
#[test]
fn arithmetic_is_what_it_was() {
    let name = |ty: TypeId| Types::default().name(ty);
    let words = |ty: TypeId| -> Vec<u64> {
        match ty {
            TypeId::BOOL => vec![0, 1],
            TypeId::CHAR => vec![0, 1, 65, 0x1F600],
            TypeId::F64 => [0.0, -0.0, 1.0, -1.5, f64::NAN, f64::INFINITY].map(f64::to_bits).to_vec(),
            TypeId::I64 => vec![0, 1, 2, 63, u64::MAX, i64::MIN.cast_unsigned(), i64::MAX.cast_unsigned()],
            TypeId::U8 => vec![0, 1, 2, 7, 128, 255],
            _ => vec![0, 1, 2, 31, u64::from(u32::MAX), 1 << 31, (1 << 31) - 1],
        }
    };
    let mut tried = 0;
    for info in OPS.iter().filter(|info| info.is_scalar) {
        let Some((&[left, right], &[result])) = info.rule else { continue };
        let (op, left_ty, right_ty, result_ty) = (info.mnemonic, name(left), name(right), name(result));
        let mut texts = vec![(left, format!("block0(v0: {left_ty}):\n  v2: {result_ty} = {op} v0, v0\n"))];
        if left != right {
            texts.clear();
        }
        for word in words(right) {
            let constant = shown(right, word);
            texts.push((left, format!("block0(v0: {left_ty}):\n  v1: {right_ty} = const {constant}\n  v2: {result_ty} = {op} v0, v1\n")));
        }
        for word in words(left) {
            let constant = shown(left, word);
            texts.push((right, format!("block0(v0: {right_ty}):\n  v1: {left_ty} = const {constant}\n  v2: {result_ty} = {op} v1, v0\n")));
        }
        for (ty, body) in texts {
            let text = format!("func \"f\" -> {result_ty} {{\n{body}  return v2\n}}");
            let before = parse(&text).unwrap();
            let mut after = before.clone();
            standard().run(&mut after, &Types::default());
            for arg in words(ty) {
                let run = |func: &Func| evaluate(func, &[arg], &mut Model::new(9), 99).unwrap();
                assert_eq!(run(&before), run(&after), "{arg:#x}\n{before}{after}");
                assert!(!matches!(run(&before), Ended::TooLong));
                tried += 1;
            }
        }
    }
    assert!(tried > 5_000, "{tried}");
}

/// A constant as the text of a function writes it.
fn shown(ty: TypeId, word: u64) -> String {
    match ty {
        TypeId::BOOL => (word != 0).to_string(),
        TypeId::I32 => (word as u32).cast_signed().to_string(),
        TypeId::I64 => word.cast_signed().to_string(),
        TypeId::F64 if f64::from_bits(word).is_nan() => format!("nan:{word:#x}"),
        TypeId::F64 => format!("{:?}", f64::from_bits(word)),
        _ => word.to_string(),
    }
}
