//! Loops are found and brought into shape.

use lyra_bytecode::Types;
use lyra_ir::{Block, Dominators, Ended, Func, Loops, Model, canonicalize, check, evaluate, parse};

/// Two loops, one in the other; the inner one has two latches, and two ways in.
const NEST: &str = "func \"nest\" -> i32 {
block0(v0: i32):
  v1: i32 = const 0
  jump block1(v1, v1)
block1(v2: i32, v3: i32):
  v4: bool = lt_i32 v2, v0
  branch v4, block2, block7
block2:
  v5: i32 = const 3
  v6: bool = gt_i32 v2, v5
  branch v6, block3(v3, v5), block3(v3, v1)
block3(v7: i32, v8: i32):
  v9: i32 = add_i32 v7, v8
  v10: bool = gt_i32 v8, v0
  branch v10, block6, block4
block4:
  v11: i32 = const 1
  v12: i32 = add_i32 v8, v11
  v13: i32 = const 2
  v14: i32 = rem_i32 v12, v13
  v15: bool = eq_i32 v14, v11
  branch v15, block3(v9, v12), block5
block5:
  charge 1
  poll
  jump block3(v7, v12)
block6:
  v16: i32 = const 1
  v17: i32 = add_i32 v2, v16
  charge 1
  poll
  jump block1(v17, v9)
block7:
  return v3
}";

fn loops(func: &Func) -> Vec<(Block, Vec<Block>, usize, u32)> {
    let loops = Loops::new(func, &Dominators::new(func));
    loops
        .all
        .iter()
        .map(|found| (found.header, found.latches.clone(), found.blocks.len(), found.depth))
        .collect()
}

#[test]
fn found() {
    let func = parse(NEST).unwrap();
    let mut found = loops(&func);
    found[0].1.sort();
    assert_eq!(found, [(Block(3), vec![Block(4), Block(5)], 3, 1), (Block(1), vec![Block(6)], 6, 0)]);
}

#[test]
fn one_way_in_and_one_way_back() {
    let before = parse(NEST).unwrap();
    let mut after = before.clone();
    canonicalize(&mut after);
    check(&after, &Types::default()).unwrap();
    insta::assert_snapshot!(after);
    for arg in [0, 1, 5, 9] {
        let run = |func: &Func| {
            let mut model = Model::new(1_000);
            let ended = evaluate(func, &[arg], &mut model, 100_000).unwrap();
            assert!(matches!(ended, Ended::Returned(_)), "{ended:?}");
            (ended, model.journal())
        };
        assert_eq!(run(&before), run(&after));
    }
    let again = after.to_string();
    canonicalize(&mut after);
    assert_eq!(after.to_string(), again, "a second time there is nothing to do");
}

#[test]
fn dominators_of_a_diamond() {
    let func = parse(
        "func \"f\" {
block0(v0: bool):
  branch v0, block1, block2
block1:
  jump block3
block2:
  jump block3
block3:
  return
block4:
  jump block3
}",
    )
    .unwrap();
    let dominators = Dominators::new(&func);
    assert_eq!(dominators.parent(Block(3)), Some(Block(0)));
    assert!(dominators.dominates(Block(0), Block(3)) && dominators.dominates(Block(3), Block(3)));
    assert!(!dominators.dominates(Block(1), Block(3)) && !dominators.dominates(Block(3), Block(1)));
    assert!(!dominators.reaches(Block(4)));
}
