//! What functions become, word by word.

use lyra_bytecode::{Type, TypeId, Types};
use lyra_tier_stack::translate;

/// Translates a function over the basic types and `[i32]`, `[f64]`, `[bool]`, `[str]`.
fn listing(text: &str) -> String {
    let mut types = Types::new();
    for element in [TypeId::I32, TypeId::F64, TypeId::BOOL, TypeId::STR] {
        types.intern(Type::Array(element));
    }
    let func = lyra_ir::parse_with(text, &types).expect("it is a function");
    lyra_ir::check(&func, &types).expect("it is sound");
    let code = translate(&func, &types).expect("it is small");
    code.check().expect("it is sound");
    code.to_string()
}

#[test]
fn calls_have_their_arguments_made_in_place_and_their_results_stay() {
    let fib = "func \"fib\" -> i32 {
block0(v0: i32):
  v1: i32 = const 2
  v2: bool = lt_i32 v0, v1
  branch v2, block1, block2
block1:
  return v0
block2:
  v3: i32 = const 1
  v4: i32 = sub_i32 v0, v3
  charge 1
  poll
  v5: i32 = call proc0, v4
  v6: i32 = sub_i32 v0, v1
  charge 1
  poll
  v7: i32 = call proc0, v6 waits 1
  v8: i32 = add_i32 v5, v7
  return v8
}";
    let expected = "\
0  unless lt_i32 w0, 2 -> 2
1  return w0
2  sub_i32 w1, w0, 1
3  call proc0 at w1, r0
5  sub_i32 w2, w0, 2
6  call proc0 at w2, r0 waits 1
8  add_i32 w0, w1, w2
9  return w0
";
    assert_eq!(listing(fib), expected);
}

#[test]
fn what_is_live_across_a_call_stands_below_its_window() {
    // The second argument is made before a value that is needed after the call.
    let text = "func \"f\" -> i32 {
block0(v0: i32, v1: str):
  v2: i32 = mul_i32 v0, v0
  v3: i32 = neg_i32 v0
  v4: i32 = const 7
  charge 1
  poll
  v5: i32 = call proc1, v4, v2, v1
  v6: i32 = add_i32 v3, v5
  return v6
}";
    let expected = "\
0  mul_i32 w2, w0, w0
1  neg_i32 w0, w0
2  small w1, 7
3  call proc1 at w1, r0
5  add_i32 w0, w0, w1
6  return w0
";
    assert_eq!(listing(text), expected);
}

#[test]
fn elements_are_read_and_written_by_their_width() {
    let text = "func \"f\" {
block0(v0: [i32], v1: [f64], v2: [bool], v3: [str], v4: i32):
  v5: i32 = array_get_word v0, v4
  v6: i32 = const 3
  v7: f64 = array_get_word v1, v6
  v8: bool = array_get_word v2, v5
  v9: str = array_get_ref v3, v4
  array_set_word v1, v5, v7
  array_set_word v2, v6, v8
  append_ref v3, v9
  append_word v0, v5
  return
}";
    let expected = "\
0  get_half w1, r0[w0]
1  get_word w2, r1[3]
2  get_byte w3, r2[w1]
3  get_ref r4, r3[w0]
4  set_word r1[w1], w2
5  set_byte r2[3], w3
6  append_ref r3, r4
7  append_half r0, w1
8  return
";
    assert_eq!(listing(text), expected);
}

#[test]
fn a_branch_makes_its_test_itself() {
    let text = "func \"f\" -> i32 {
block0(v0: any, v1: i32):
  v2: i32 = const 9
  v3: bool = lt_i32 v2, v1
  v4: bool = not_bool v3
  branch v4, block1, block2
block1:
  v5: bool = is_none v0
  branch v5, block2, block3
block2:
  return v1
block3:
  return v2
}";
    let expected = "\
0  if gt_i32 w0, 9 -> 2
1  unless none r0 -> 3
2  return w0
3  return 9
";
    assert_eq!(listing(text), expected);
}

#[test]
fn loops_that_count_end_in_one_word() {
    let text = "func \"f\" -> f64 {
block0(v0: [f64], v1: i32, v2: f64):
  v3: i32 = const 0
  v4: i32 = const 1
  jump block1(v3, v2)
block1(v5: i32, v6: f64):
  v7: f64 = array_get_word v0, v5
  v8: f64 = mul_f64 v7, v7
  v9: f64 = add_f64 v6, v8
  v10: i32 = add_i32 v5, v4
  v11: bool = lt_i32 v10, v1
  branch v11, block2, block3
block2:
  charge 1
  poll
  jump block1(v10, v9)
block3:
  return v9
}";
    let expected = "\
0  small w2, 0
1  get_word w3, r0[w2]
2  mul_add_f64 w1, w3, w3, w1
4  count_back w2 < w0 -> 1
5  return w1
";
    assert_eq!(listing(text), expected);
    // `i..=limit` steps only where it goes back.
    let text = "func \"f\" -> i32 {
block0(v0: i32, v1: [bool]):
  v2: i32 = const 1
  jump block1(v2)
block1(v3: i32):
  v4: bool = array_get_word v1, v3
  branch v4, block2, block4
block2:
  v5: bool = ne_i32 v3, v0
  branch v5, block3, block4
block3:
  v6: i32 = add_i32 v3, v2
  charge 1
  poll
  jump block1(v6)
block4:
  return v2
}";
    let expected = "\
0  small w1, 1
1  unless r0[w1] -> 3
2  step_back w1 != w0 -> 1
3  return 1
";
    assert_eq!(listing(text), expected);
}

#[test]
fn ranges_step_in_one_word() {
    // The test, the step, and the words that come of them.
    let cases = [
        (
            "v6: i32 = sub_saturating_i32 v1, v4\n  v7: bool = ge_i32 v6, v2",
            "v2",
            "step_up w0, w2 to w1 -> 0",
        ),
        (
            "v6: i32 = sub_saturating_i32 v1, v4\n  v7: bool = le_i32 v6, v2",
            "v2",
            "step_down w0, w2 to w1 -> 0",
        ),
        ("v6: i32 = sub_saturating_i32 v1, v4\n  v7: bool = ge_i32 v6, v3", "v3", "step_up w0, 3 to w1 -> 0"),
        ("v6: i32 = const 9\n  v7: bool = ne_i32 v4, v6", "v9", "step_back w0 != 9 -> 0"),
        ("v7: bool = lt_i32 v4, v1", "v2", "step_below w0, w2 if less than w1 -> 0"),
        ("v7: bool = gt_i32 v1, v4", "v2", "step_below w0, w2 if less than w1 -> 0"),
        ("v7: bool = lt_i32 v1, v4", "v3", "step_above w0, 3 if more than w1 -> 0"),
        // Another number than the one that is added, and a difference to something else.
        (
            "v6: i32 = sub_saturating_i32 v1, v4\n  v7: bool = ge_i32 v6, v3",
            "v2",
            "sub_saturating_i32 w3, w1, w0\n2  unless ge_i32 w3, 3 -> 5\n3  add_i32 w0, w0, w2\n4  back_jump -> 0",
        ),
        (
            "v6: i32 = sub_saturating_i32 v1, v2\n  v7: bool = ge_i32 v6, v2",
            "v2",
            "sub_saturating_i32 w3, w1, w2\n2  unless ge_i32 w3, w2 -> 5\n3  add_i32 w0, w0, w2\n4  back_jump -> 0",
        ),
    ];
    for (test, by, words) in cases {
        let text = format!(
            "func \"f\" {{
block0(v0: i32, v1: i32, v2: i32):
  v3: i32 = const 3
  v9: i32 = const 1
  jump block1(v0)
block1(v4: i32):
  set_global_word global0, v4
  {test}
  branch v7, block2, block3
block2:
  v8: i32 = add_i32 v4, {by}
  charge 1
  poll
  jump block1(v8)
block3:
  return
}}"
        );
        let listed = listing(&text);
        let rest = listed.strip_prefix("0  set_global global0, w0\n1  ");
        let found = rest.and_then(|rest| rest.rsplit_once('\n')?.0.rsplit_once('\n')).map(|(words, _)| words);
        assert_eq!(found, Some(words), "{test}\n{listed}");
    }
}

#[test]
fn what_stands_side_by_side_moves_at_once() {
    let text = "func \"f\" {
block0(v0: [i32], v1: [f64], v2: str, v3: i32, v4: i32):
  charge 1
  poll
  call proc0, v0, v4, v1, v3, v2
  call_builtin write, bool, v2
  set_global_word global0, v3
  set_global_word global1, v4
  set_global_ref global2, v0
  set_global_ref global3, v1
  return
}";
    let expected = "\
0  move r3.., r0.., 3
1  move w2, w3, w1, w0
2  call proc0 at w2, r3
4  call_builtin r2
5  set_global global0, w0
6  set_global global1, w1
7  set_global global2, r0
8  set_global global3, r1
9  return
";
    assert_eq!(listing(text), expected);
}

#[test]
fn objects_are_made_of_slots() {
    // Types 9 and 10 are the arrays of `i32` and of `f64`: nothing here depends on what a record's type is.
    let text = "func \"f\" -> str {
block0(v0: str, v1: i32):
  v2: any = const_none any
  v3: any = upcast_word i32, any, v1
  v4: bool = any_binary lt, v2, v3
  set_global_word global0, v4
  v5: i32 = const 7
  v6: any = upcast_word i32, any, v5
  set_global_ref global1, v6
  return v0
}";
    let expected = "\
0  null r1
1  quick r2 = upcast_word w0
3  quick w0 = any_binary r1, r2
5  set_global global0, w0
6  value r1, 0x1000000000007
8  set_global global1, r1
9  return r0
";
    assert_eq!(listing(text), expected);
}
